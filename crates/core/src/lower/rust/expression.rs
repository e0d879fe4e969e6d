//! Expressions → the slot that holds the value. What nests to the left (`a.b(c).d`) is followed in a loop.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{
    Alloc, ArgKind, CallFlags, Callee, Constant, CopyFields, Derivation, Derive, Field, Literal, Space,
};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Elements of a sequence that are told apart: longer ones are data.
const MAX_POSITIONS: usize = 8;

impl<'t> Lowerer<'t> {
    /// The slot of the value of an expression.
    pub(super) fn expression(&mut self, node: Node) -> Var {
        match self.kind(node) {
            Kind::Identifier | Kind::SelfValue | Kind::Metavariable => return self.name(node),
            Kind::Parenthesized | Kind::ExpressionStatement => {
                return match self.parts(node).next() {
                    Some(inner) if self.deeper(node) => {
                        let var = self.expression(inner);
                        self.depth -= 1;
                        var
                    }
                    _ => self.draft.fresh(),
                };
            }
            _ => {}
        }
        if !self.deeper(node) {
            return self.draft.fresh();
        }
        let var = self.nested(node);
        self.depth -= 1;
        var
    }

    fn nested(&mut self, node: Node) -> Var {
        match self.kind(node) {
            Kind::Call
            | Kind::Field
            | Kind::Try
            | Kind::Await
            | Kind::Index
            | Kind::Reference
            | Kind::Cast => self.chain(node),
            Kind::ScopedIdentifier | Kind::GenericFunction | Kind::TypeIdentifier | Kind::ScopedType => {
                self.path(node)
            }
            Kind::String | Kind::RawString => self.string(node),
            Kind::Integer | Kind::Float | Kind::Boolean | Kind::Char | Kind::NegativeLiteral => {
                self.literal(node)
            }
            Kind::Block | Kind::Async | Kind::Unsafe | Kind::TryBlock | Kind::ConstBlock => self.braces(node),
            Kind::If => self.if_expression(node),
            Kind::Match => self.match_expression(node),
            Kind::For => self.for_expression(node),
            Kind::While => self.while_expression(node),
            Kind::Loop => self.loop_expression(node),
            Kind::LetCondition => self.let_condition(node),
            Kind::LetChain => self.each_part(node),
            Kind::Closure => self.closure(node),
            Kind::StructExpression => self.struct_expression(node),
            Kind::Tuple => self.tuple(node),
            Kind::Array => self.array(node),
            Kind::Unary => self.unary(node),
            Kind::Binary => self.binary(node),
            Kind::Assignment => self.assignment(node),
            Kind::CompoundAssignment => self.compound_assignment(node),
            Kind::Return => self.return_expression(node),
            Kind::Break => self.break_expression(node),
            Kind::MacroInvocation => self.macro_call(node),
            Kind::Range => self.range(node),
            Kind::Yield => self.each_part(node),
            _ => self.draft.fresh(),
        }
    }

    /// Lowers every part for its effects.
    pub(super) fn each_part(&mut self, node: Node) -> Var {
        for part in self.parts(node) {
            self.expression(part);
        }
        self.draft.fresh()
    }

    fn name(&mut self, node: Node) -> Var {
        let name = self.symbol(node);
        if name == Sym::EMPTY {
            return self.draft.fresh();
        }
        self.value_of_name(name)
    }

    // Constants.

    fn push_literal(&mut self, constant: Constant, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.literals.push(Literal { dst, constant, line });
        dst
    }

    /// A constant string.
    pub(super) fn text_literal(&mut self, text: Sym, line: u32) -> Var {
        self.push_literal(Constant::Str(text), line)
    }

    fn string(&mut self, node: Node) -> Var {
        let text = self.text(node);
        let is_bytes = text.starts_with('b');
        let value = literal_text(text);
        let value = self.intern(&value);
        let constant = if is_bytes { Constant::Bytes(value) } else { Constant::Str(value) };
        self.push_literal(constant, self.line(node))
    }

    fn literal(&mut self, node: Node) -> Var {
        let text = self.symbol(node);
        let constant = match self.kind(node) {
            Kind::Integer => Constant::Int(text),
            Kind::Boolean => Constant::Bool(self.text(node) == "true"),
            Kind::Char => Constant::Int(text),
            _ => Constant::Float(text),
        };
        self.push_literal(constant, self.line(node))
    }

    // Chains of calls, fields, `?` and the like.

    /// `a.b(c)?[d]`, from the left.
    fn chain(&mut self, node: Node) -> Var {
        let mut links: SmallVec<[Node; 8]> = SmallVec::new();
        let mut at = node;
        loop {
            let inner = match self.kind(at) {
                Kind::Call | Kind::Field | Kind::Try | Kind::Await | Kind::Index | Kind::Cast => {
                    self.parts(at).next()
                }
                Kind::Reference => self.parts(at).last(),
                Kind::GenericFunction if self.is_method(at) => self.parts(at).next(),
                _ => break,
            };
            let Some(inner) = inner else { break };
            links.push(at);
            at = inner;
        }
        // The callee of a plain call is looked at by the call itself.
        let mut var = match links.last() {
            Some(&call) if self.kind(call) == Kind::Call && !self.is_value_callee(at) => Var::NONE,
            _ => self.expression(at),
        };
        let mut start = at;
        while let Some(link) = links.pop() {
            let mut next = links.last().copied();
            if next.is_some_and(|next| self.kind(next) == Kind::GenericFunction) {
                next = links.get(links.len().wrapping_sub(2)).copied();
            }
            let call = next.filter(|&next| self.kind(next) == Kind::Call);
            var = match (self.kind(link), call) {
                (Kind::Field, Some(call)) => {
                    let generic = links.pop().filter(|&popped| popped != call);
                    if generic.is_some() {
                        links.pop();
                    }
                    self.method_call(call, link, var, generic)
                }
                (Kind::Field, None) => self.field_of(link, var),
                (Kind::Call, _) => self.call(link, start, var),
                (Kind::Try, _) => self.tried(var, link),
                (Kind::Index, _) => self.index_of(link, var),
                _ => var,
            };
            start = link;
        }
        var
    }

    /// Whether a path with type arguments is a method of a value: `x.parse::<T>`.
    fn is_method(&self, generic: Node) -> bool {
        self.parts(generic).next().is_some_and(|inner| self.kind(inner) == Kind::Field)
    }

    /// Whether a callee is an expression of which only the value matters.
    fn is_value_callee(&self, callee: Node) -> bool {
        !matches!(self.kind(callee), Kind::Identifier | Kind::ScopedIdentifier | Kind::GenericFunction)
    }

    // o.name:  load(v, o, name)
    fn field_of(&mut self, node: Node, base: Var) -> Var {
        let Some(name) = self.parts(node).nth(1) else { return self.draft.fresh() };
        let field = self.field_name(name);
        self.load(base, field, self.line(name))
    }

    /// The field that a name means; in bodies that stand for the library, one name means the elements.
    pub(super) fn field_name(&mut self, name: Node) -> Field {
        let name = self.symbol(name);
        if self.is_builtin && name == self.words.items { Field::AnyItem } else { Field::Attr(name) }
    }

    // e?:  load(v, e, Ok.0), load(v, e, Some.0)
    fn unwrapped(&mut self, base: Var, line: u32) -> Var {
        let dst = self.load(base, Field::Attr(self.words.ok_0), line);
        let some = Field::Attr(self.words.some_0);
        self.draft.rows.loads.push(crate::facts::Load { dst, base, field: some, line });
        dst
    }

    /// `e?`: what is in e; an error in it is made the one that the function returns.
    fn tried(&mut self, base: Var, at: Node) -> Var {
        let line = self.line(at);
        if let Some(into) = self.raises {
            let error = self.load(base, Field::Attr(self.words.err_0), line);
            self.call_operator(error, into, Var::NONE, &[], at);
        }
        self.unwrapped(base, line)
    }

    // o[k]:  load(v, o, any), call(v, o.index, [k]).  o[1]:  load(v, o, [1]), …
    fn index_of(&mut self, node: Node, base: Var) -> Var {
        let Some(key) = self.parts(node).nth(1) else { return self.draft.fresh() };
        let line = self.line(node);
        if self.kind(key) == Kind::Range {
            self.expression(key);
            let dst = self.draft.fresh();
            self.push_move(dst, base, line);
            self.draft.rows.derives.push(Derive { dst, src: base, how: Derivation::Slice, line });
            return dst;
        }
        let field = self.position(key);
        let key = self.expression(key);
        let dst = self.load(base, field, line);
        self.call_operator(base, self.words.index, dst, &[key], node);
        dst
    }

    /// The element that a key names: that of a written number, or any.
    fn position(&mut self, key: Node) -> Field {
        let written = self.text(key).parse().ok().filter(|_| self.kind(key) == Kind::Integer);
        written.filter(|&index| index < MAX_POSITIONS).map_or(Field::AnyItem, |index| self.element(index))
    }

    /// The element at a position of a sequence that is written down.
    pub(super) fn element(&mut self, index: usize) -> Field {
        Field::Item(self.words.index_name(index, &mut self.draft.rows.names))
    }

    /// A call of a trait method that an operator stands for.
    pub(super) fn call_operator(&mut self, receiver: Var, name: Sym, dst: Var, args: &[Var], at: Node) {
        let args: SmallVec<[_; 2]> = args.iter().map(|&var| (ArgKind::Positional, var)).collect();
        self.call_row(Callee::Method(receiver, name), dst, CallFlags::IMPLICIT, &args, at);
    }

    // Operators.

    fn unary(&mut self, node: Node) -> Var {
        let Some(operand) = self.parts(node).next() else { return self.draft.fresh() };
        let token = self.token(node).map(|token| self.kind(token));
        let var = self.expression(operand);
        let line = self.line(node);
        match token {
            Some(Kind::Times) => {
                // What `*` gives of a pointer is what it points to; an own `Deref` says it itself.
                let dst = self.draft.fresh();
                self.push_move(dst, var, line);
                self.call_operator(var, self.words.deref, dst, &[], node);
                dst
            }
            Some(Kind::Minus | Kind::Not) => {
                let name = if token == Some(Kind::Minus) { self.words.neg } else { self.words.not };
                let dst = self.draft.fresh();
                self.draft.rows.derives.push(Derive { dst, src: var, how: Derivation::Operator, line });
                self.call_operator(var, name, dst, &[], node);
                dst
            }
            _ => var,
        }
    }

    // a + b:  derive(v, a), derive(v, b), call(v, a.add, [b])
    fn binary(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(left), Some(right)) = (parts.next(), parts.next()) else { return self.each_part(node) };
        let token = self.token(node).map_or(Kind::And, |token| self.kind(token));
        let left_var = self.expression(left);
        let right_var = self.expression(right);
        let (dst, line) = (self.draft.fresh(), self.line(node));
        let is_weak = matches!(
            token,
            Kind::And
                | Kind::Or
                | Kind::Equal
                | Kind::NotEqual
                | Kind::Less
                | Kind::LessEqual
                | Kind::Greater
                | Kind::GreaterEqual
        );
        let how = match token {
            _ if is_weak => Derivation::Weak,
            Kind::Plus => Derivation::Format,
            _ => Derivation::Operator,
        };
        for src in [left_var, right_var] {
            self.draft.rows.derives.push(Derive { dst, src, how, line });
        }
        if let Some(name) = self.words.operator(token)
            && !self.is_scalar(left)
        {
            let result = if is_weak { Var::NONE } else { dst };
            self.call_operator(left_var, name, result, &[right_var], node);
        }
        dst
    }

    fn is_scalar(&self, node: Node) -> bool {
        matches!(
            self.kind(node),
            Kind::Integer | Kind::Float | Kind::Boolean | Kind::Char | Kind::NegativeLiteral
        )
    }

    // x = e:  move(x, e).  o.f = e:  store(o, f, e)
    fn assignment(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return self.each_part(node) };
        let var = self.expression(value);
        self.assign(target, var);
        self.draft.fresh()
    }

    // x = e:  a new slot of x, move(x, e).  In a branch that x is not bound in:  move(x, e)
    /// Every name of this function that a branch or loop assigns is another slot from here on, so that what stands before
    /// does not see it.
    pub(super) fn renew(&mut self, node: Node) {
        let current = self.draft.current();
        let targets: SmallVec<[Node; 4]> = (node.0..self.syntax.row(node).next)
            .map(Node)
            .filter(|&at| matches!(self.kind(at), Kind::Assignment | Kind::CompoundAssignment))
            .filter_map(|at| self.parts(at).next())
            .filter(|&target| self.kind(target) == Kind::Identifier)
            .collect();
        for target in targets {
            let name = self.symbol(target);
            let known = self.names.iter().rposition(|row| row.name == name && !row.is_narrowed);
            let Some(index) = known else { continue };
            let row = self.names[index];
            if row.owner == current && row.branch == self.branch && !row.is_item {
                let var = self.draft.fresh();
                self.push_move(var, row.var, self.line(node));
                self.names[index].var = var;
            }
        }
    }

    /// Where no branch lies between a name and its assignment, what it held before is gone. Nothing else can see it:
    /// what is borrowed is not assigned.
    fn assign_name(&mut self, target: Node, var: Var) {
        let (name, line) = (self.symbol(target), self.line(target));
        let function = self.draft.current();
        let Some(index) = self.names.iter().rposition(|row| row.name == name && !row.is_narrowed) else {
            let slot = self.name(target);
            return self.push_move(slot, var, line);
        };
        let row = self.names[index];
        if row.owner == function && row.branch == self.branch && !row.is_item {
            self.names[index].var = self.draft.fresh();
        }
        let slot = self.captured(row.owner, self.names[index].var);
        self.push_move(slot, var, line);
        let held = self.names[index].var;
        for narrowed in self.names[index..].iter_mut().filter(|row| row.name == name) {
            narrowed.var = held;
        }
    }

    fn assign(&mut self, target: Node, var: Var) {
        let line = self.line(target);
        match self.kind(target) {
            Kind::Identifier => self.assign_name(target, var),
            Kind::Field => {
                let mut parts = self.parts(target);
                let (Some(object), Some(name)) = (parts.next(), parts.next()) else { return };
                let base = self.expression(object);
                let field = self.field_name(name);
                self.store(base, field, var, line);
            }
            Kind::Index => {
                let mut parts = self.parts(target);
                let (Some(object), Some(key)) = (parts.next(), parts.next()) else { return };
                let base = self.expression(object);
                let key = self.expression(key);
                self.store(base, Field::AnyItem, var, line);
                let slot = self.draft.fresh();
                self.call_operator(base, self.words.index_mut, slot, &[key], target);
            }
            Kind::Unary => {
                let Some(inner) = self.parts(target).next() else { return };
                // `*p = e` writes what p points to, which is p here.
                if matches!(self.kind(inner), Kind::Identifier | Kind::Field | Kind::Unary | Kind::Index) {
                    self.assign(inner, var);
                } else {
                    // `*cell.borrow_mut() = e`: what the cell holds has a part that is e.
                    let base = self.expression(inner);
                    self.store(base, Field::AnyItem, var, line);
                }
            }
            Kind::Parenthesized => {
                if let Some(inner) = self.parts(target).next() {
                    self.assign(inner, var);
                }
            }
            Kind::Tuple => {
                let parts: Vec<Node> = self.parts(target).collect();
                for (index, part) in parts.into_iter().enumerate() {
                    let field = self.index(index);
                    let element = self.load(var, field, line);
                    self.assign(part, element);
                }
            }
            _ => {
                self.expression(target);
            }
        }
    }

    // a += b:  derive(a, b), call(a.add_assign, [b]), call(a, a.add, [b])
    fn compound_assignment(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return self.each_part(node) };
        let token = self.token(node).map_or(Kind::PlusAssign, |token| self.kind(token));
        let right = self.expression(value);
        let left = self.expression(target);
        let (dst, line) = (self.draft.fresh(), self.line(node));
        for src in [left, right] {
            let how = if token == Kind::PlusAssign { Derivation::Format } else { Derivation::Operator };
            self.draft.rows.derives.push(Derive { dst, src, how, line });
        }
        if let Some(name) = self.words.operator(token) {
            self.call_operator(left, name, Var::NONE, &[right], node);
        }
        self.assign(target, dst);
        self.draft.fresh()
    }

    fn range(&mut self, node: Node) -> Var {
        self.each_part(node);
        let name = self.intern("Range");
        self.allocate(Alloc::Builtin(name), self.line(node))
    }

    // Containers.

    // (a, b):  alloc(v, tuple), store(v, 0, a), store(v, 1, b)
    fn tuple(&mut self, node: Node) -> Var {
        let parts: Vec<Node> = self.parts(node).collect();
        let vars: Vec<Var> = parts.into_iter().map(|part| self.expression(part)).collect();
        let line = self.line(node);
        let dst = self.allocate(Alloc::Builtin(self.words.tuple), line);
        for (index, var) in vars.into_iter().enumerate() {
            let field = self.index(index);
            self.store(dst, field, var, line);
        }
        dst
    }

    // [a, b]:  alloc(v, Vec), store(v, [0], a), store(v, [1], b)
    fn array(&mut self, node: Node) -> Var {
        let parts: Vec<Node> = self.parts(node).collect();
        self.sequence(&parts, node)
    }

    pub(super) fn sequence(&mut self, parts: &[Node], at: Node) -> Var {
        let vars: Vec<Var> = parts.iter().map(|&part| self.expression(part)).collect();
        let line = self.line(at);
        let dst = self.allocate(Alloc::Builtin(self.words.vec), line);
        let is_short = vars.len() <= MAX_POSITIONS;
        for (index, var) in vars.into_iter().enumerate() {
            let field = if is_short { self.element(index) } else { Field::AnyItem };
            self.store(dst, field, var, line);
        }
        dst
    }

    // S { f: e, ..b }:  call(v, S, [f = e]), copy_fields(v, b)
    fn struct_expression(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(path), list) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let class = self.type_value(path);
        let variant = self.variant_name(path);
        let mut args: SmallVec<[(ArgKind, Var); 8]> = SmallVec::new();
        let mut base = None;
        let fields: Vec<Node> = list.into_iter().flat_map(|list| self.parts(list)).collect();
        for field in fields {
            let (name, var) = match self.kind(field) {
                Kind::Initializer => {
                    let mut parts = self.parts(field);
                    let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
                    (name, self.expression(value))
                }
                Kind::ShorthandInitializer => {
                    let Some(name) = self.parts(field).next() else { continue };
                    (name, self.name(name))
                }
                _ => {
                    base = self.parts(field).next().map(|value| self.expression(value));
                    continue;
                }
            };
            args.push((ArgKind::Keyword(self.symbol(name)), var));
            if let Some(variant) = variant {
                let full = format!("{variant}.{}", self.text(name));
                args.push((ArgKind::Keyword(self.intern(&full)), var));
            }
        }
        if self.is_builtin && variant.is_none() {
            return self.library_object(path, &args, node);
        }
        let dst = self.draft.fresh();
        self.call_row(Callee::Value(class), dst, CallFlags::IMPLICIT, &args, node);
        if let Some(src) = base {
            self.draft.rows.copies.push(CopyFields { dst, src, space: Space::Attr });
        }
        dst
    }

    /// A fresh object of a library class, in a body that stands for the library.
    fn library_object(&mut self, path: Node, fields: &[(ArgKind, Var)], at: Node) -> Var {
        let (name, line) = (self.symbol(path), self.line(at));
        let dst = self.allocate(Alloc::Builtin(name), line);
        for &(kind, var) in fields {
            if let ArgKind::Keyword(name) = kind {
                let field = if name == self.words.items { Field::AnyItem } else { Field::Attr(name) };
                self.store(dst, field, var, line);
            }
        }
        dst
    }

    /// The variant that a path of several segments may name.
    pub(super) fn variant_name(&self, path: Node) -> Option<&'t str> {
        let segments = self.segments(path);
        (segments.len() > 1).then(|| segments.last().map(|&last| self.text(last))).flatten()
    }
}

/// The text that a string literal stands for; escapes that say nothing to an analysis stay as they are.
pub(super) fn literal_text(literal: &str) -> String {
    let body = literal.trim_start_matches(['b', 'c']);
    if let Some(raw) = body.strip_prefix('r') {
        let raw = raw.trim_matches('#');
        return raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw).to_owned();
    }
    let body = body.strip_prefix('"').and_then(|body| body.strip_suffix('"')).unwrap_or(body);
    if !body.contains('\\') {
        return body.to_owned();
    }
    let mut text = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('0') => text.push('\0'),
            Some('\n') => {
                let rest = chars.as_str().trim_start();
                chars = rest.chars();
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}
