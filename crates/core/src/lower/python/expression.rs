//! Expressions → the slot that holds the value.
//!
//! What nests to the left (`a.b(c).d`, `a + b + c`) is followed in a loop, so that a chain may be as long as it
//! likes; what nests otherwise is followed to a bounded depth.

use super::assign::Key;
use super::kind::Kind;
use super::{Lowerer, MAX_EXPRESSION_DEPTH};
use crate::facts::{
    Alloc, CallFlags, Constant, Cut, Derivation, Derive, Field, FunctionFlags, Keys, Literal, LoadKey, Space,
    StoreKey,
};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

impl Lowerer<'_> {
    /// The slot of the value of an expression.
    pub(super) fn expression(&mut self, node: Node) -> Var {
        self.value(node, true)
    }

    /// An expression whose value nobody uses.
    pub(super) fn effect(&mut self, node: Node) {
        self.value(node, false);
    }

    /// One level deeper, unless that is too deep; the caller takes the level back.
    pub(super) fn deeper(&mut self, node: Node) -> bool {
        if self.expression_depth >= MAX_EXPRESSION_DEPTH {
            self.note(
                self.line(node),
                "This expression is nested too deeply: its innermost part is left out.",
            );
            return false;
        }
        self.expression_depth += 1;
        true
    }

    fn value(&mut self, node: Node, is_used: bool) -> Var {
        match self.kind(node) {
            Kind::Identifier => return self.name(node),
            Kind::Parenthesized | Kind::Type => {
                // Parentheses cost no level: they are stripped in a loop.
                let bare = self.bare(node);
                if bare == node || matches!(self.kind(bare), Kind::Parenthesized | Kind::Type) {
                    return self.draft.fresh();
                }
                return self.value(bare, is_used);
            }
            _ => {}
        }
        if !self.deeper(node) {
            return self.draft.fresh();
        }
        let var = self.nested_value(node, is_used);
        self.expression_depth -= 1;
        var
    }

    fn nested_value(&mut self, node: Node, is_used: bool) -> Var {
        match self.kind(node) {
            Kind::Call | Kind::Attribute | Kind::Subscript => self.chain(node, is_used),
            Kind::String | Kind::ConcatenatedString => self.string(node),
            Kind::Integer | Kind::Float => self.number(node),
            Kind::True => self.singleton(node, Constant::Bool(true)),
            Kind::False => self.singleton(node, Constant::Bool(false)),
            Kind::None => self.singleton(node, Constant::Null),
            Kind::Ellipsis => self.singleton(node, Constant::Ellipsis),
            Kind::BinaryOperator => self.binary(node),
            Kind::UnaryOperator => self.unary(node),
            Kind::NotOperator | Kind::BooleanOperator => self.test(node, true).value,
            Kind::Comparison => self.comparison(node),
            Kind::Conditional => self.conditional(node),
            Kind::Lambda => self.lambda(node),
            Kind::NamedExpression => self.named_expression(node),
            Kind::Await => self.await_value(node),
            Kind::Yield => self.yield_value(node),
            Kind::List => self.sequence(node, self.words.list),
            Kind::Tuple | Kind::ExpressionList | Kind::PatternList => self.sequence(node, self.words.tuple),
            Kind::Set => self.sequence(node, self.words.set),
            Kind::Dictionary => self.dictionary(node),
            Kind::ListComprehension => self.comprehension(node, self.words.list),
            Kind::SetComprehension => self.comprehension(node, self.words.set),
            Kind::DictionaryComprehension => self.comprehension(node, self.words.dict),
            Kind::GeneratorExpression => self.comprehension(node, self.words.generator),
            Kind::ListSplat | Kind::DictionarySplat | Kind::ListSplatPattern => self.splatted(node),
            Kind::AsPattern => self.as_pattern(node),
            Kind::GenericType | Kind::UnionType | Kind::MemberType => {
                self.children(node).for_each(|child| self.effect(child));
                self.draft.fresh()
            }
            Kind::TypeParameter => {
                self.children(node).for_each(|child| self.effect(child));
                self.draft.fresh()
            }
            _ => self.draft.fresh(),
        }
    }

    // Names and constants.

    fn name(&mut self, node: Node) -> Var {
        let name = self.symbol(node);
        if name == Sym::EMPTY {
            return self.draft.fresh();
        }
        if name == self.words.name && !self.scope().slot(name).is_some() {
            let module = self.module_name;
            return self.string_literal(module, self.line(node));
        }
        if name == self.words.file && !self.scope().slot(name).is_some() {
            return self.allocate(crate::facts::Alloc::Builtin(self.words.str), self.line(node));
        }
        self.read(name)
    }

    pub(super) fn literal(&mut self, constant: Constant, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.literals.push(Literal { dst, constant, line });
        dst
    }

    pub(super) fn string_literal(&mut self, text: Sym, line: u32) -> Var {
        self.literal(Constant::Str(text), line)
    }

    fn number(&mut self, node: Node) -> Var {
        let text = self.symbol(node);
        let constant = match self.kind(node) {
            Kind::Integer => Constant::Int(text),
            _ => Constant::Float(text),
        };
        self.literal(constant, self.line(node))
    }

    fn singleton(&mut self, node: Node, constant: Constant) -> Var {
        self.literal(constant, self.line(node))
    }

    /// Whether an expression is a number, `None`, `True`, `False` or `...`: a value that leads nowhere.
    pub(super) fn is_literal(&self, node: Node) -> bool {
        match self.kind(node) {
            Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::None | Kind::Ellipsis => true,
            Kind::UnaryOperator => self
                .children(node)
                .last()
                .is_some_and(|operand| matches!(self.kind(operand), Kind::Integer | Kind::Float)),
            _ => false,
        }
    }

    // Chains of calls, attributes and subscripts.

    /// `a.b(c)[d]`, from the left.
    fn chain(&mut self, node: Node, is_used: bool) -> Var {
        let mut links: SmallVec<[Node; 8]> = SmallVec::new();
        let mut at = node;
        while matches!(self.kind(at), Kind::Call | Kind::Attribute | Kind::Subscript) {
            links.push(at);
            let Some(inner) = self.first_child(at) else { return self.draft.fresh() };
            at = inner;
        }
        let start = at;
        let mut var = if self.is_intrinsic(start) { Var::NONE } else { self.expression(start) };
        let mut receiver = start;
        while let Some(link) = links.pop() {
            let kind = self.kind(link);
            let call = links.last().copied().filter(|&next| self.kind(next) == Kind::Call);
            var = match (kind, call) {
                (Kind::Attribute, Some(call)) => {
                    links.pop();
                    self.method_call(call, link, (receiver, var), is_used || !links.is_empty())
                }
                (Kind::Attribute, None) => self.attribute(link, var),
                (Kind::Subscript, _) => self.subscript(link, var),
                _ => self.call(link, (receiver, var), is_used || !links.is_empty()),
            };
            receiver = link;
        }
        var
    }

    // o.name:  load(v, o, name)
    fn attribute(&mut self, node: Node, base: Var) -> Var {
        let Some(name) = self.attribute_name(node) else { return self.draft.fresh() };
        let field = Field::Attr(self.symbol(name));
        let line = self.line(name);
        let value = self.load(base, field, line);
        if self.text(name) == "__dict__" {
            let attributes = self.attributes_of(base, line);
            self.push_move(attributes, value, line);
            return attributes;
        }
        value
    }

    // o.__dict__:  alloc(v, dict), keys(k, o), load(x, o, k), store(v, k, x)
    fn attributes_of(&mut self, base: Var, line: u32) -> Var {
        let dict = self.allocate(Alloc::Builtin(self.words.dict), line);
        let (key, value) = (self.draft.fresh(), self.draft.fresh());
        let rows = &mut self.draft.rows;
        rows.keys.push(Keys { dst: key, base, space: Space::Attr });
        rows.load_keys.push(LoadKey { dst: value, base, key, space: Space::Attr, line });
        rows.store_keys.push(StoreKey { base: dict, key, src: value, space: Space::Item, line });
        dict
    }

    // o[k]:  load(v, o, k).  o[a:b]:  move(v, o), derive(v, o)
    fn subscript(&mut self, node: Node, base: Var) -> Var {
        let line = self.line(node);
        match self.key(node) {
            Key::Constant(key) => self.load(base, Field::Item(key), line),
            Key::Any => self.load(base, Field::AnyItem, line),
            Key::Computed(key) => {
                let dst = self.draft.fresh();
                self.draft.rows.load_keys.push(LoadKey { dst, base, key, space: Space::Item, line });
                dst
            }
            Key::Slice => {
                let dst = self.draft.fresh();
                self.push_move(dst, base, line);
                if let Some(skip) = self.slice_start(node) {
                    self.draft.rows.cuts.push(Cut { dst, skip });
                }
                self.draft.rows.derives.push(Derive { dst, src: base, how: Derivation::Slice, line });
                dst
            }
        }
    }

    // The rest.

    // a if c else b:  move(v, a | c), move(v, b | not c)
    fn conditional(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(yes), Some(condition), Some(no)) = (parts.next(), parts.next(), parts.next()) else {
            return self.draft.fresh();
        };
        let line = self.line(node);
        let test = self.test(condition, false);
        let constant = self.constant_truth(condition);
        let base = self.scope().mark();
        self.apply(&test.yes);
        let yes = self.expression(yes);
        let first = self.scope().branch(base);
        self.scope().undo(base);
        self.apply(&test.no);
        let no = self.expression(no);
        let second = self.scope().branch(base);
        self.scope().undo(base);
        self.join(&[first, second], line);
        let dst = self.draft.fresh();
        if constant != Some(false) {
            self.push_move(dst, yes, line);
        }
        if constant != Some(true) {
            self.push_move(dst, no, line);
        }
        dst
    }

    // (x := e):  x = e
    fn named_expression(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let var = self.expression(value);
        let is_own = self.is_fresh(value);
        self.assign(target, var, is_own);
        var
    }

    /// `e as t` where an expression is expected: a context in parentheses.
    fn as_pattern(&mut self, node: Node) -> Var {
        let mut parts = self.parts_but(node, &[Kind::As]);
        let Some(value) = parts.next() else { return self.draft.fresh() };
        let var = self.expression(value);
        if let Some(target) = parts.next() {
            self.assign(target, var, false);
        }
        var
    }

    fn await_value(&mut self, node: Node) -> Var {
        let Some(inner) = self.first_child(node) else { return self.draft.fresh() };
        let calls = self.draft.rows.calls.len();
        let var = self.expression(inner);
        if self.kind(self.bare(inner)) == Kind::Call
            && self.draft.rows.calls.len() > calls
            && let Some(call) = self.draft.rows.calls.last_mut()
        {
            call.flags = call.flags.with(CallFlags::AWAITED);
        }
        var
    }

    // yield e:  move(YIELD, e).  yield from e:  iterate(YIELD, e)
    fn yield_value(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let function = self.draft.current();
        let row = &mut self.draft.functions[function.index()].row;
        row.flags = row.flags.with(FunctionFlags::GENERATOR);
        let mut parts = self.parts(node);
        let first = parts.next();
        if first.is_some_and(|first| self.kind(first) == Kind::From) {
            if let Some(value) = parts.next() {
                let base = self.expression(value);
                let element = self.iterate(base, line);
                self.push_move(Var::YIELD, element, line);
            }
        } else if let Some(value) = first {
            let var = self.expression(value);
            self.push_move(Var::YIELD, var, line);
        }
        self.draft.fresh()
    }

    /// What stands behind `*` or `**`.
    pub(super) fn splatted(&mut self, node: Node) -> Var {
        match self.children(node).last() {
            Some(inner) => self.expression(inner),
            None => self.draft.fresh(),
        }
    }

    // type X = T:  X = the value of T
    pub(super) fn type_alias(&mut self, node: Node) {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return };
        let var = self.expression(value);
        let mut target = self.bare(target);
        if self.kind(target) != Kind::Identifier {
            target = self.child(target, Kind::Identifier).unwrap_or(target);
        }
        self.assign(target, var, false);
    }
}
