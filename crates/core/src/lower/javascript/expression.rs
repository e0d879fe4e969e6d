//! Expressions → the slot that holds the value.
//!
//! What nests to the left (`a.b(c).d`, `a + b + c`) is followed in a loop, so that a chain may be as long as it
//! likes; what nests otherwise is followed to a bounded depth.

use super::kind::Kind;
use super::{Lowerer, MAX_EXPRESSION_DEPTH};
use crate::facts::{Alloc, Constant, Derivation, Derive, Field, FunctionFlags, FunctionKind, Iterate, Store};
use crate::ids::{Sym, Var};
use crate::lower::guard::Answer;
use crate::lower::scope::Branch;
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
        let bare = self.bare(node);
        if self.kind(bare) == Kind::Identifier {
            return self.name(bare);
        }
        if !self.deeper(bare) {
            return self.draft.fresh();
        }
        let hint = self.name_hint;
        if !matches!(self.kind(bare), Kind::FunctionExpression | Kind::Arrow | Kind::Class) {
            // Only a function that is the value itself is named after what it is assigned to.
            self.name_hint = Sym::EMPTY;
        }
        let var = self.nested_value(bare, is_used);
        self.name_hint = hint;
        self.expression_depth -= 1;
        var
    }

    fn nested_value(&mut self, node: Node, is_used: bool) -> Var {
        let line = self.line(node);
        match self.kind(node) {
            Kind::Call | Kind::Member | Kind::Subscript => self.chain(node, is_used),
            Kind::New => self.new_expression(node),
            Kind::String => self.string(node),
            Kind::Template => self.template(node),
            Kind::Number => self.number(node),
            Kind::True => self.literal(Constant::Bool(true), line),
            Kind::False => self.literal(Constant::Bool(false), line),
            Kind::Null | Kind::Undefined => self.literal(Constant::Null, line),
            Kind::Regex => self.allocate(Alloc::Builtin(self.words.regexp), line),
            Kind::This => self.this(),
            Kind::Super => self.super_value(node),
            Kind::Binary => self.binary(node),
            Kind::Unary => self.unary(node),
            Kind::Update => self.update(node),
            Kind::Assignment => self.assignment(node),
            Kind::Augmented => self.augmented(node),
            Kind::Ternary => self.ternary(node),
            Kind::Sequence => self.sequence(node),
            Kind::FunctionExpression | Kind::Arrow => self.function_expression(node),
            Kind::Class => self.class_declaration(node, &[]),
            Kind::Object => self.object(node),
            Kind::Array => self.array(node),
            Kind::Await => self.await_value(node),
            Kind::Yield => self.yield_value(node),
            Kind::Spread | Kind::JsxExpression => match self.first_child(node) {
                Some(inner) => self.expression(inner),
                None => self.draft.fresh(),
            },
            Kind::As => self.as_expression(node),
            Kind::Element | Kind::SelfClosing => self.element(node),
            Kind::Meta => self.meta(node),
            Kind::Namespace => {
                self.namespace(node);
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
        let name = self.renamed(name);
        self.read_value(name)
    }

    fn number(&mut self, node: Node) -> Var {
        let text = self.text(node);
        let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
        let text = self.symbol(node);
        let constant = if is_whole { Constant::Int(text) } else { Constant::Float(text) };
        self.literal(constant, self.line(node))
    }

    fn meta(&mut self, node: Node) -> Var {
        if self.text(node).starts_with("import") {
            let free = self.free(self.words.meta);
            let function = self.draft.current();
            return self.draft.capture(function, super::MODULE, free);
        }
        self.draft.fresh()
    }

    // e as T:  move(v, e), hint(v, T)
    fn as_expression(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let Some(inner) = parts.next() else { return self.draft.fresh() };
        let src = self.expression(inner);
        let Some(ty) = parts.next() else { return src };
        let dst = self.draft.fresh();
        self.push_move(dst, src, self.line(node));
        self.hint(dst, ty);
        dst
    }

    // Operators.

    fn binary(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(left), Some(right)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        match self.operator(left, right) {
            "+" => return self.sum(node),
            "&&" | "||" | "??" => return self.junction(node),
            _ => {}
        }
        self.operators(node)
    }

    // a - b, a < b:  derive(v, a), derive(v, b)
    /// A chain of operators that make numbers or truths, which nests to the left.
    fn operators(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let mut operands: SmallVec<[Node; 8]> = SmallVec::new();
        let mut is_weak = true;
        let mut at = node;
        while self.kind(at) == Kind::Binary {
            let mut parts = self.parts(at);
            let (Some(left), Some(right)) = (parts.next(), parts.next()) else { break };
            let operator = self.operator(left, right);
            if matches!(operator, "+" | "&&" | "||" | "??") {
                break;
            }
            is_weak &= operator.starts_with(['=', '!', '<', '>', 'i'])
                && !operator.starts_with("<<")
                && !operator.starts_with(">>");
            operands.push(right);
            at = left;
        }
        operands.push(at);
        let how = if is_weak { Derivation::Weak } else { Derivation::Operator };
        let dst = if is_weak { self.draft.fresh() } else { self.unknown_number(line) };
        for &operand in operands.iter().rev() {
            let is_literal =
                matches!(self.kind(operand), Kind::Number | Kind::String | Kind::Null | Kind::Undefined);
            if !is_literal && self.kind(operand) != Kind::PrivateName {
                let src = self.expression(operand);
                self.draft.rows.derives.push(Derive { dst, src, how, line });
            }
        }
        dst
    }

    // a && b:  move(v, a), move(v, b)
    fn junction(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let mut operands: SmallVec<[Node; 4]> = SmallVec::new();
        let mut at = node;
        while self.kind(at) == Kind::Binary {
            let mut parts = self.parts(at);
            let (Some(left), Some(right)) = (parts.next(), parts.next()) else { break };
            if !matches!(self.operator(left, right), "&&" | "||" | "??") {
                break;
            }
            operands.push(right);
            at = left;
        }
        operands.push(at);
        let is_and = operands.len() > 1 && self.operator(operands[1], operands[0]) == "&&";
        let mut slots: SmallVec<[Var; 4]> = SmallVec::new();
        let mut known: SmallVec<[Answer; 1]> = SmallVec::new();
        while let Some(operand) = operands.pop() {
            let var = if slots.is_empty() {
                self.expression(operand)
            } else {
                self.conditionally(|this| {
                    this.apply(&known);
                    this.expression(operand)
                })
            };
            slots.push(var);
            // `x !== "a" || x` asks for a default and guards nothing.
            if is_and && !operands.is_empty() {
                known.extend(self.answers(operand).yes);
            }
        }
        self.merge(&slots, line)
    }

    fn unary(&mut self, node: Node) -> Var {
        let Some(operand) = self.first_child(node) else { return self.draft.fresh() };
        let line = self.line(node);
        let text = self.text(node);
        if matches!(self.kind(operand), Kind::Number) {
            let text = self.symbol(node);
            return self.literal(Constant::Float(text), line);
        }
        let src = self.expression(operand);
        if text.starts_with("void") {
            return self.literal(Constant::Null, line);
        }
        if text.starts_with("delete") {
            return self.delete(operand, line);
        }
        let is_weak = text.starts_with(['!', 't']);
        let dst = if is_weak { self.draft.fresh() } else { self.unknown_number(line) };
        let how = if is_weak { Derivation::Weak } else { Derivation::Operator };
        self.draft.rows.derives.push(Derive { dst, src, how, line });
        dst
    }

    // delete o.f:  store(o, f, undefined)
    fn delete(&mut self, member: Node, line: u32) -> Var {
        if matches!(self.kind(member), Kind::Member | Kind::Subscript) {
            let nothing = self.literal(Constant::Null, line);
            self.assign(member, nothing);
        }
        self.draft.fresh()
    }

    // c ? a : b:  move(v, a), move(v, b)
    fn ternary(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(condition), Some(yes), Some(no)) = (parts.next(), parts.next(), parts.next()) else {
            return self.draft.fresh();
        };
        let line = self.line(node);
        let constant = self.condition(condition);
        let answers = self.answers(condition);
        let base = self.scope().mark();
        self.apply(&answers.yes);
        let yes = self.expression(yes);
        self.forget();
        let first = self.scope().branch(base);
        self.scope().undo(base);
        self.forget();
        self.apply(&answers.no);
        let no = self.expression(no);
        self.forget();
        let second = self.scope().branch(base);
        self.scope().undo(base);
        self.join(&[first, second] as &[Branch], line);
        match constant {
            Some(true) => yes,
            Some(false) => no,
            None => self.merge(&[yes, no], line),
        }
    }

    // a, b:  b
    fn sequence(&mut self, node: Node) -> Var {
        let parts: SmallVec<[Node; 8]> = self.parts(node).collect();
        let Some((&last, others)) = parts.split_last() else { return self.draft.fresh() };
        for &part in others {
            self.effect(part);
        }
        self.expression(last)
    }

    // await e:  move(v, e), load(v, e, what a promise holds)
    fn await_value(&mut self, node: Node) -> Var {
        let Some(inner) = self.first_child(node) else { return self.draft.fresh() };
        let src = self.expression(inner);
        self.forget();
        self.settled(src, self.line(node))
    }

    pub(super) fn settled(&mut self, src: Var, line: u32) -> Var {
        let held = self.load(src, Field::Attr(self.words.settled), line);
        self.merge(&[src, held], line)
    }

    // yield e:  move(YIELD, e).  yield* e:  iterate(YIELD, e)
    fn yield_value(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let function = self.draft.current();
        let row = &mut self.draft.functions[function.index()].row;
        row.flags = row.flags.with(FunctionFlags::GENERATOR);
        if let Some(value) = self.first_child(node) {
            let var = self.expression(value);
            let is_all = self.text(node)["yield".len()..].trim_start().starts_with('*');
            self.forget();
            let element = if is_all { self.iterate(var, line) } else { var };
            self.push_move(Var::YIELD, element, line);
            if is_all {
                return self.load(var, Field::Attr(self.words.returned), line);
            }
        }
        if self.sent.is_some() { self.sent } else { self.draft.fresh() }
    }

    /// What iterating a value gives.
    pub(super) fn iterate(&mut self, base: Var, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.iterates.push(Iterate { dst, base, line, by_position: false });
        dst
    }

    // Literals of objects and arrays.

    // {a: e, ...o}:  alloc(v, Object), store(v, a, e), copies(v, o)
    fn object(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let object = self.allocate(Alloc::Builtin(self.words.object), line);
        if !self.children(node).any(|part| matches!(self.kind(part), Kind::Method | Kind::Spread)) {
            self.literals.push(object);
        }
        let parts = self.parts(node);
        for part in parts {
            let line = self.line(part);
            match self.kind(part) {
                Kind::Shorthand => {
                    let name = self.symbol(part);
                    let local = self.renamed(name);
                    let src = self.read_value(local);
                    self.draft.rows.stores.push(Store { base: object, field: Field::Attr(name), src, line });
                }
                Kind::Pair => {
                    let mut both = self.parts(part);
                    let (Some(key), Some(value)) = (both.next(), both.next()) else { continue };
                    let key = self.property_key(key);
                    self.name_hint = match key {
                        super::pattern::Key::Name(name) => name,
                        _ => Sym::EMPTY,
                    };
                    let src = self.expression(value);
                    self.name_hint = Sym::EMPTY;
                    self.store_key(object, key, src, line);
                }
                Kind::Method => {
                    let Some(name) = self.member_name(part) else { continue };
                    let key = self.property_key(name);
                    let Some(src) = self.method_closure(part, &key, FunctionKind::Function) else { continue };
                    self.store_method(object, part, key, src);
                }
                Kind::Spread => {
                    let src = self.expression(part);
                    self.copy_fields(object, src);
                }
                _ => {}
            }
        }
        object
    }

    // [a, ...b]:  alloc(v, Array), store(v, 0, a), store(v, 1, load(b, 0)), …, store(v, any, iterate(b))
    fn array(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let array = self.allocate(Alloc::Builtin(self.words.array), line);
        let mut index = 0;
        let mut end = self.syntax.row(node).start;
        let mut is_behind_spread = false;
        let parts = self.parts(node);
        for part in parts {
            let row = *self.syntax.row(part);
            index += self.commas(end, row.start);
            end = row.end;
            let is_spread = self.kind(part) == Kind::Spread;
            let mut src = self.expression(part);
            if is_spread && !is_behind_spread {
                self.spread(array, index, src, row.line);
                is_behind_spread = true;
                continue;
            }
            if is_spread {
                src = self.iterate(src, row.line);
            }
            let field = if is_behind_spread {
                Field::AnyItem
            } else {
                Field::Item(self.words.index(index, &mut self.draft.rows.names))
            };
            self.draft.rows.stores.push(Store { base: array, field, src, line: row.line });
        }
        array
    }
}
