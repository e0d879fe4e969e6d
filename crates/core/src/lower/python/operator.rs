//! Operators, which call methods of their operands, and tests, which also say what names hold.

use super::Lowerer;
use super::kind::Kind;
use super::names::{Narrowing, Said};
use super::string::Shape;
use super::types::View;
use crate::facts::{ArgKind, CallFlags, Derivation, Derive, Hint, Type};
use crate::ids::{Sym, TypeId, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// What a condition says where it holds, and where it does not.
#[derive(Default)]
pub(super) struct Test {
    /// The value, if that was asked for.
    pub(super) value: Var,
    /// Where it holds.
    pub(super) yes: SmallVec<[Narrowing; 1]>,
    /// Where it does not.
    pub(super) no: SmallVec<[Narrowing; 1]>,
}

/// The left side of a chain of operators, as far as it is evaluated.
enum Left {
    /// A value, and whether it is a literal without methods worth calling.
    Value(Var, bool),
    /// A string under construction.
    Text(Shape),
}

impl Lowerer<'_> {
    // a + b:  derive(v, a), derive(v, b), call(v, a.__add__, [b]), call(v, b.__radd__, [a])
    pub(super) fn binary(&mut self, node: Node) -> Var {
        let mut links: SmallVec<[Node; 8]> = SmallVec::new();
        let mut at = node;
        while self.kind(at) == Kind::BinaryOperator {
            links.push(at);
            let Some(inner) = self.first_child(at) else { return self.draft.fresh() };
            at = inner;
        }
        let mut left = self.left_of(at);
        while let Some(link) = links.pop() {
            let mut parts = self.parts(link).skip(1);
            let (Some(token), Some(right)) = (parts.next(), parts.next()) else { continue };
            left = self.apply_operator(link, left, token, right);
        }
        self.left_value(left, self.line(node))
    }

    fn left_of(&mut self, node: Node) -> Left {
        if let Some(shape) = self.text_shape(node) {
            return Left::Text(shape);
        }
        let is_literal = self.is_literal(node);
        Left::Value(self.expression(node), is_literal)
    }

    fn left_value(&mut self, left: Left, line: u32) -> Var {
        match left {
            Left::Value(var, _) => var,
            Left::Text(shape) => self.finish_shape(shape, line),
        }
    }

    fn apply_operator(&mut self, link: Node, left: Left, token: Node, right: Node) -> Left {
        let line = self.line(link);
        let kind = self.kind(token);
        if kind == Kind::Plus {
            return self.add(link, left, right);
        }
        if let (Kind::Modulo, Left::Text(shape)) = (kind, &left)
            && let Some(format) = shape.as_constant()
        {
            let format = format.to_owned();
            return Left::Text(self.percent_format(&format, right));
        }
        let (left_var, left_literal) = match left {
            Left::Value(var, is_literal) => (var, is_literal),
            Left::Text(shape) => (self.finish_shape(shape, line), true),
        };
        let right_literal = self.is_literal(right);
        let right_var = self.expression(right);
        Left::Value(self.operate(link, kind, (left_var, left_literal), (right_var, right_literal)), false)
    }

    /// `left + right`, which may be text.
    fn add(&mut self, link: Node, left: Left, right: Node) -> Left {
        let _line = self.line(link);
        let right_shape = self.text_shape(right);
        match (left, right_shape) {
            (Left::Text(mut left), Some(right)) => {
                left.append(right);
                Left::Text(left)
            }
            (Left::Text(mut left), None) => {
                let is_literal = self.is_literal(right);
                let var = self.expression(right);
                if !is_literal {
                    left.push_hole(var);
                }
                Left::Text(left)
            }
            (Left::Value(left, _), Some(right)) => {
                let mut shape = Shape::default();
                shape.push_hole(left);
                shape.append(right);
                Left::Text(shape)
            }
            (Left::Value(var, left_literal), None) => {
                let right_literal = self.is_literal(right);
                let right_var = self.expression(right);
                Left::Value(
                    self.operate(link, Kind::Plus, (var, left_literal), (right_var, right_literal)),
                    false,
                )
            }
        }
    }

    /// The rows of a binary operator; the flags say which operands are literals.
    fn operate(&mut self, link: Node, token: Kind, left: (Var, bool), right: (Var, bool)) -> Var {
        let line = self.line(link);
        let dst = self.draft.fresh();
        for (src, is_literal) in [left, right] {
            if !is_literal {
                self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Operator, line });
            }
        }
        if let Some(operator) = self.words.operator(token) {
            if !left.1 {
                let args = [(ArgKind::Positional, right.0)];
                self.call_method(left.0, operator.method, dst, CallFlags::IMPLICIT, &args, link);
            }
            if !right.1 {
                let args = [(ArgKind::Positional, left.0)];
                self.call_method(right.0, operator.reflected, dst, CallFlags::IMPLICIT, &args, link);
            }
        }
        dst
    }

    // -a:  derive(v, a), call(v, a.__neg__)
    pub(super) fn unary(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(token), Some(operand)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let src = self.expression(operand);
        let dst = self.draft.fresh();
        if self.is_literal(operand) {
            return dst;
        }
        let line = self.line(node);
        self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Operator, line });
        let method = match self.kind(token) {
            Kind::Minus => self.words.neg,
            Kind::Plus => self.words.pos,
            _ => self.words.invert,
        };
        self.call_method(src, method, dst, CallFlags::IMPLICIT, &[], node);
        dst
    }

    // a < b:  derive(v, a, weak), derive(v, b, weak), call(v, a.__lt__, [b]).  a in b:  call(v, b.__contains__, [a])
    pub(super) fn comparison(&mut self, node: Node) -> Var {
        let line = self.line(node);
        let dst = self.draft.fresh();
        let mut left: Option<(Var, Node)> = None;
        let mut token = None;
        for part in self.children(node) {
            let kind = self.kind(part);
            if kind == Kind::Error {
                continue;
            }
            if is_comparison(kind) {
                token = Some(kind);
                continue;
            }
            let var = self.expression(part);
            if !self.is_constant(part) {
                self.draft.rows.derives.push(Derive { dst, src: var, how: Derivation::Weak, line });
            }
            if let (Some(left), Some(token)) = (left, token) {
                self.compare(node, dst, token, left, (var, part));
            }
            left = Some((var, part));
        }
        dst
    }

    fn compare(&mut self, node: Node, dst: Var, token: Kind, left: (Var, Node), right: (Var, Node)) {
        let (receiver, argument, method) = match token {
            Kind::In | Kind::NotIn => (right, left, Some(self.words.contains)),
            _ => (left, right, self.words.comparison(token)),
        };
        let Some(method) = method else { return };
        if !self.is_constant(receiver.1) {
            let args = [(ArgKind::Positional, argument.0)];
            self.call_method(receiver.0, method, dst, CallFlags::IMPLICIT, &args, node);
        }
    }

    /// Whether an expression is a literal, a string included.
    fn is_constant(&self, node: Node) -> bool {
        self.is_literal(node) || matches!(self.kind(node), Kind::String | Kind::ConcatenatedString)
    }

    // Tests.

    /// Evaluates a condition. `wants_value` asks for its value beside what it says.
    pub(super) fn test(&mut self, node: Node, wants_value: bool) -> Test {
        let bare = self.bare(node);
        match self.kind(bare) {
            Kind::NotOperator => self.negation(bare, wants_value),
            Kind::BooleanOperator => self.junction(bare, wants_value),
            Kind::Call => {
                let value = self.expression(bare);
                self.truth(bare, value);
                match self.instance_test(bare) {
                    Some(class) => Test { value, yes: std::iter::once(class).collect(), ..Test::default() },
                    None => {
                        let mut test = self.call_test(bare, value);
                        if let Some(text) = self.text_test(bare) {
                            test.yes.insert(0, text);
                        }
                        test
                    }
                }
            }
            Kind::Comparison => {
                let value = self.expression(bare);
                self.comparison_test(bare, value)
            }
            _ => {
                let value = self.expression(bare);
                self.truth(bare, value);
                Test { value, ..Test::default() }
            }
        }
    }

    // not a:  derive(v, a, weak)
    fn negation(&mut self, node: Node, wants_value: bool) -> Test {
        let Some(operand) = self.first_child(node).filter(|_| self.deeper(node)) else {
            return Test::default();
        };
        let test = self.test(operand, wants_value);
        self.expression_depth -= 1;
        let mut value = Var::NONE;
        if wants_value {
            value = self.draft.fresh();
            let line = self.line(node);
            self.draft.rows.derives.push(Derive { dst: value, src: test.value, how: Derivation::Weak, line });
        }
        Test { value, yes: test.no, no: test.yes }
    }

    // a and b:  move(v, a), move(v, b | a)
    fn junction(&mut self, node: Node, wants_value: bool) -> Test {
        let line = self.line(node);
        let (operands, is_and) = self.operands(node);
        let dst = if wants_value { self.draft.fresh() } else { Var::NONE };
        let mut known: SmallVec<[Narrowing; 1]> = SmallVec::new();
        if !self.deeper(node) {
            return Test { value: dst, ..Test::default() };
        }
        let mut decided = false;
        for (index, &operand) in operands.iter().enumerate() {
            let test = if index == 0 {
                self.test(operand, wants_value)
            } else {
                self.conditionally(&known, |this| this.test(operand, wants_value))
            };
            if wants_value && !decided {
                self.push_move(dst, test.value, line);
            }
            decided |= self.constant_truth(operand) == Some(!is_and);
            known.extend(if is_and { test.yes } else { test.no });
            // `x != "a" or x` asks for a default and guards nothing.
            known.retain(|narrowing| is_and || !wants_value || matches!(narrowing.said, Said::Class));
        }
        self.expression_depth -= 1;
        let (yes, no) = if is_and { (known, SmallVec::new()) } else { (SmallVec::new(), known) };
        Test { value: dst, yes, no }
    }

    /// The operands of a chain of one of `and` and `or`, which nests to the left.
    fn operands(&self, node: Node) -> (SmallVec<[Node; 4]>, bool) {
        let token_of = |node: Node| {
            self.children(node).map(|part| self.kind(part)).find(|kind| matches!(kind, Kind::And | Kind::Or))
        };
        let token = token_of(node);
        let mut operands: SmallVec<[Node; 4]> = SmallVec::new();
        let mut at = node;
        while self.kind(at) == Kind::BooleanOperator && token_of(at) == token {
            operands.extend(self.children(at).last());
            let Some(inner) = self.first_child(at) else { break };
            at = inner;
        }
        operands.push(at);
        operands.reverse();
        (operands, token == Some(Kind::And))
    }

    /// `isinstance(name, C)`.
    fn instance_test(&mut self, call: Node) -> Option<Narrowing> {
        let mut parts = self.children(call);
        let callee = parts.next().filter(|&callee| self.kind(callee) == Kind::Identifier)?;
        if self.text(callee) != "isinstance" {
            return None;
        }
        let arguments = parts.next().filter(|&arguments| self.kind(arguments) == Kind::Arguments)?;
        let mut arguments = self.children(arguments);
        let name = arguments.next().filter(|&name| self.kind(name) == Kind::Identifier)?;
        let class = arguments.next()?;
        let name = self.symbol(name);
        Some(Narrowing { name, at: class, said: Said::Class })
    }

    /// `name.startswith("p")`, `name.endswith("s")`.
    fn text_test(&mut self, call: Node) -> Option<Narrowing> {
        let mut parts = self.children(call);
        let callee = parts.next()?;
        let method = self.attribute_name(callee)?;
        let begins = match self.text(method) {
            "startswith" => true,
            "endswith" => false,
            _ => return None,
        };
        let at = self.first_child(callee).filter(|&object| self.kind(object) == Kind::Identifier)?;
        let arguments = parts.next().filter(|&arguments| self.kind(arguments) == Kind::Arguments)?;
        let mut arguments = self.children(arguments);
        let only = arguments.next().filter(|_| arguments.next().is_none())?;
        let text = self.constant_text(only)?;
        let (name, text) = (self.symbol(at), self.intern(&text));
        let (prefix, suffix) = if begins { (text, Sym::EMPTY) } else { (Sym::EMPTY, text) };
        Some(Narrowing { name, at, said: Said::Text(prefix, suffix) })
    }

    /// Makes names what a test said of them.
    pub(super) fn apply(&mut self, narrowings: &[Narrowing]) {
        for narrowing in narrowings {
            // A class body would make a member of a name that it only tests.
            if self.scope().is_class && !self.scope().slot(narrowing.name).is_some() {
                continue;
            }
            match narrowing.said {
                Said::Class => self.apply_class(narrowing),
                Said::Text(prefix, suffix) => self.apply_text(narrowing, (prefix, suffix)),
                Said::Answer(test, check, holds) => self.apply_answer(narrowing, (test, check, holds)),
            }
        }
    }

    fn apply_class(&mut self, narrowing: &Narrowing) {
        if let Some(ty) = self.class_type(&[narrowing.at]) {
            self.apply_type(narrowing, ty);
        }
    }

    // if x.startswith("p"):  move(x | yes, x), hint(x | yes, "p"…)
    fn apply_text(&mut self, narrowing: &Narrowing, (prefix, suffix): (Sym, Sym)) {
        let ty = self.add_type(View::Here, Type::Text(prefix, suffix));
        self.apply_type(narrowing, ty);
    }

    fn apply_type(&mut self, narrowing: &Narrowing, ty: TypeId) {
        let before = self.read(narrowing.name);
        let var = self.draft.fresh();
        self.push_move(var, before, self.line(narrowing.at));
        self.draft.rows.hints.push(Hint { var, ty, checked: true });
        self.scope().narrow(narrowing.name, var, before, false);
    }

    // if v:  call(v.__bool__), call(v.__len__)
    /// What testing the truth of a value calls. Comparisons and literals know theirs.
    fn truth(&mut self, node: Node, var: Var) {
        if matches!(
            self.kind(node),
            Kind::Identifier
                | Kind::Attribute
                | Kind::Call
                | Kind::Subscript
                | Kind::Await
                | Kind::NamedExpression
        ) {
            for method in [self.words.bool_, self.words.len] {
                self.call_method(var, method, Var::NONE, CallFlags::IMPLICIT, &[], node);
            }
        }
    }
}

fn is_comparison(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Less
            | Kind::LessEqual
            | Kind::Equal
            | Kind::NotEqual
            | Kind::OldNotEqual
            | Kind::GreaterEqual
            | Kind::Greater
            | Kind::In
            | Kind::NotIn
            | Kind::Is
            | Kind::IsNot
    )
}
