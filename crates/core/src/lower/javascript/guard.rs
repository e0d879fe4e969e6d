//! Tests of values: what a name holds behind `if (isSafe(x))`, `if (ALLOWED.includes(x))`, `validate(x)`.
//!
//! Each name that is tested is another slot on the branch where the test says something of it. A condition is evaluated
//! first, as any expression; what it says is read off its text then.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Check, Guard, Shape};
use crate::ids::{Sym, Var};
use crate::lower::guard::{self, Answer, Answers, Purpose};
use crate::lower::known::{Known, MAX_NESTING};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

impl<'t> Lowerer<'t> {
    /// What a condition that was evaluated says of names.
    pub(super) fn answers(&mut self, condition: Node) -> Answers {
        self.nested_answers(condition, MAX_NESTING)
    }

    fn nested_answers(&mut self, node: Node, nesting: u8) -> Answers {
        let node = self.bare(node);
        let Some(nesting) = nesting.checked_sub(1) else { return Answers::default() };
        match self.kind(node) {
            Kind::Unary if self.text(node).starts_with('!') => match self.first_child(node) {
                Some(operand) => self.nested_answers(operand, nesting).swapped(),
                None => Answers::default(),
            },
            Kind::Binary => self.binary_answers(node, nesting),
            Kind::Call => self.call_answers(node),
            Kind::Await => {
                self.first_child(node).map(|inner| self.nested_answers(inner, nesting)).unwrap_or_default()
            }
            _ => Answers::default(),
        }
    }

    fn binary_answers(&mut self, node: Node, nesting: u8) -> Answers {
        let mut parts = self.parts(node);
        let (Some(left), Some(right)) = (parts.next(), parts.next()) else { return Answers::default() };
        let (left, right) = (self.bare(left), self.bare(right));
        match self.operator(left, right) {
            operator @ ("&&" | "||") => {
                let first = self.nested_answers(left, nesting);
                let second = self.nested_answers(right, nesting);
                first.joined(second, operator == "&&")
            }
            "===" | "==" => self.equality(left, right, true),
            "!==" | "!=" => self.equality(left, right, false),
            ">=" | ">" => self.position(left, true),
            "<" => self.position(left, false),
            "in" => self.is_member(true, self.tested_name(left)),
            _ => Answers::default(),
        }
    }

    // x === "a":  guard(x | yes, _, member, true)
    fn equality(&mut self, left: Node, right: Node, is_positive: bool) -> Answers {
        let (value, literal) = if self.is_constant(left) { (right, left) } else { (left, right) };
        if !self.is_constant(literal) {
            return Answers::default();
        }
        match self.kind(value) {
            Kind::Unary if self.text(value).starts_with("typeof") => {
                let name = self.first_child(value).and_then(|name| self.tested_name(self.bare(name)));
                self.kind_of(name, literal, is_positive)
            }
            Kind::Identifier if self.asked_kind_of(value).is_some() => {
                let name = self.asked_kind_of(value);
                self.kind_of(name, literal, is_positive)
            }
            Kind::Call if matches!(self.text(literal), "-1") => self.position(value, !is_positive),
            _ => match self.host_of(value) {
                Some(name) => self.said(is_positive, Check::Host, [name].into_iter().collect(), Var::NONE),
                None => {
                    let mut answers = self.is_member(is_positive, self.tested_name(value));
                    if let (Kind::Identifier, Some(text)) = (self.kind(value), self.constant_text(literal)) {
                        let text = self.intern(&text);
                        answers.yes.iter_mut().chain(&mut answers.no).for_each(|answer| answer.text = text);
                    }
                    answers
                }
            },
        }
    }

    // typeof x === "string":  guard(x | yes, _, shape, true)
    pub(super) fn kind_of(&mut self, name: Option<Node>, literal: Node, is_positive: bool) -> Answers {
        let Some(text) = self.constant_text(literal) else { return Answers::default() };
        let shape = match &*text {
            "number" | "boolean" | "bigint" => return self.is_member(is_positive, name),
            "string" => Shape::Text,
            "object" => Shape::Object,
            "function" => Shape::Function,
            _ => return Answers::default(),
        };
        let names: SmallVec<[Node; 2]> =
            name.into_iter().filter(|&name| self.kind(name) == Kind::Identifier).collect();
        let (is, is_not) = (
            self.said(true, Check::Shape(shape), names.clone(), Var::NONE),
            self.said(false, Check::Shape(shape), names, Var::NONE),
        );
        let said = Answers { yes: is.yes, no: is_not.no };
        if is_positive { said } else { said.swapped() }
    }

    /// The name of whose value a name holds what `typeof` gave.
    pub(super) fn asked_kind_of(&self, name: Node) -> Option<Node> {
        let slot = |node: Node| {
            let name = self.renamed(self.draft.rows.names.find(self.text(node))?);
            let scope = &self.scopes[self.active];
            Some(scope.origin(scope.slot(name))).filter(|slot| slot.is_some())
        };
        let holder = slot(name)?;
        let asked = self.kinds.iter().rev().find(|row| row.0 == holder)?;
        (slot(asked.1) == Some(asked.2)).then_some(asked.1)
    }

    /// Remembers that a slot holds what `typeof` gives for a name.
    pub(super) fn note_kind(&mut self, var: Var, value: Node) {
        if self.kind(value) != Kind::Unary || !self.text(value).starts_with("typeof") {
            return;
        }
        let Some(name) = self.first_child(value).filter(|&name| self.kind(name) == Kind::Identifier) else {
            return;
        };
        let symbol = self.symbol(name);
        let scope = &self.scopes[self.active];
        let slot = scope.origin(scope.slot(self.renamed(symbol)));
        if slot.is_some() {
            self.kinds.push((var, name, slot));
        }
    }

    // xs.indexOf(x) >= 0:  guard(x | yes, _, member, true)
    fn position(&mut self, call: Node, is_positive: bool) -> Answers {
        let is_index =
            self.kind(call) == Kind::Call && self.called_name(call).is_some_and(|name| name == "indexOf");
        let name = self.call_parts(call).last().copied().filter(|_| is_index);
        self.is_member(is_positive, name.and_then(|name| self.tested_name(name)))
    }

    pub(super) fn is_member(&mut self, is_positive: bool, name: Option<Node>) -> Answers {
        self.said(is_positive, Check::Member, name.into_iter().collect(), Var::NONE)
    }

    fn said(&mut self, is_positive: bool, check: Check, names: SmallVec<[Node; 2]>, test: Var) -> Answers {
        let answers: SmallVec<[Answer; 2]> = names
            .iter()
            .map(|&at| {
                let name = self.symbol(at);
                Answer {
                    name: self.renamed(name),
                    line: self.line(at),
                    test,
                    check,
                    holds: is_positive,
                    text: Sym::EMPTY,
                }
            })
            .collect();
        Answers::on(is_positive, answers.into_iter())
    }

    fn call_answers(&mut self, call: Node) -> Answers {
        let Some(name) = self.called_name(call) else { return Answers::default() };
        if self.is_builtin && name == "__call__" {
            return self.asked(call);
        }
        let value = self.results.iter().rev().find(|row| row.0 == call.0).map_or(Var::NONE, |row| row.1);
        let last = self.call_parts(call).last().copied();
        let object = self.call_object(call);
        let is_text = object.is_some_and(|object| matches!(self.kind(object), Kind::String | Kind::Template));
        match name {
            "includes" | "has" | "hasOwnProperty" | "hasOwn" if object.is_some() && !is_text => {
                let Some(last) = last else { return Answers::default() };
                match self.host_of(last) {
                    Some(host) => self.said(true, Check::Host, [host].into_iter().collect(), Var::NONE),
                    None => self.is_member(true, self.tested_name(last)),
                }
            }
            "test" | "match" if object.is_some() => {
                let (pattern, tested) = if name == "test" { (object, last) } else { (last, object) };
                let is_plain = pattern.is_some_and(|pattern| self.is_plain(pattern));
                let check = if is_plain { Check::Member } else { Check::Call };
                let names = tested.and_then(|tested| self.tested_name(tested)).into_iter().collect();
                self.said(true, check, names, value)
            }
            "isArray" => self.said(true, Check::Shape(Shape::Object), self.tested_names(call), Var::NONE),
            "isNaN" => self.is_member(false, last.and_then(|last| self.tested_name(last))),
            _ => {
                let names = self.tested_names(call);
                match guard::purpose(name) {
                    Some(Purpose::Plain) => self.said(true, Check::Member, names, value),
                    Some(Purpose::Good) => self.said(true, Check::Call, names, value),
                    Some(Purpose::Asks) => self.said(true, Check::Asked, names, value),
                    Some(Purpose::Bad) => self.said(false, Check::Call, names, value),
                    None => Answers::default(),
                }
            }
        }
    }

    // if (__call__(f, self, x)):  guard(x | yes, v, call, true)
    /// In a library body, what it is given tests a value.
    fn asked(&mut self, call: Node) -> Answers {
        let value = self.results.iter().rev().find(|row| row.0 == call.0).map_or(Var::NONE, |row| row.1);
        let tested = self.call_parts(call).get(2).copied().and_then(|part| self.tested_name(part));
        self.said(true, Check::Call, tested.into_iter().collect(), value)
    }

    // return x === "a":  guard(x, RETURN, member, true)
    /// A function that says whether a name, maybe its parameter, is one of some values.
    pub(super) fn returned_answers(&mut self, value: Node) {
        let said = self.answers(value);
        for answer in said.yes.into_iter().filter(|answer| answer.check == Check::Member) {
            let src = self.scope().slot(answer.name);
            if src.is_some() {
                let dst = self.draft.fresh();
                self.push_move(dst, src, answer.line);
                let Answer { check, holds, .. } = answer;
                self.draft.rows.guards.push(Guard { dst, test: Var::RETURN, check, holds });
            }
        }
    }

    // validate(x):  guard(x behind it, _, call, true)
    /// A call that throws where a value may not be used says something of it behind the statement.
    pub(super) fn guard_behind(&mut self, statement: Node) {
        let mut call = self.bare(statement);
        if self.kind(call) == Kind::Await
            && let Some(inner) = self.first_child(call)
        {
            call = self.bare(inner);
        }
        if self.kind(call) == Kind::Call && self.called_name(call).is_some_and(guard::raises) {
            let names = self.tested_names(call);
            let said = self.said(true, Check::Call, names, Var::NONE);
            self.apply(&said.yes);
        }
    }

    /// A name is another slot behind a test of it. Cells are written from elsewhere, so a test of them says nothing.
    pub(super) fn apply(&mut self, answers: &[Answer]) {
        for answer in answers {
            if !self.scope().is_local(answer.name) || self.is_shared(answer.name) {
                continue;
            }
            let before = self.scope().slot(answer.name);
            if before.is_some() {
                let dst = if answer.text == Sym::EMPTY {
                    let dst = self.draft.fresh();
                    self.push_move(dst, before, answer.line);
                    dst
                } else {
                    self.string_literal(answer.text, answer.line)
                };
                let Answer { test, check, holds, .. } = *answer;
                self.draft.rows.guards.push(Guard { dst, test, check, holds });
                let says_what_is_safe = !matches!(check, Check::Shape(_));
                self.scope().narrow(answer.name, dst, before, says_what_is_safe);
            }
        }
    }

    // Constants.

    /// What an expression comes to that is a constant.
    pub(super) fn constant(&self, node: Node, nesting: u8) -> Option<Known> {
        let node = self.bare(node);
        let nesting = nesting.checked_sub(1)?;
        match self.kind(node) {
            Kind::True => Some(Known::Bool(true)),
            Kind::False => Some(Known::Bool(false)),
            Kind::Null | Kind::Undefined => Some(Known::Nothing),
            // A slot is assigned once: it holds what it was declared with.
            Kind::Identifier => {
                let name = self.renamed(self.draft.rows.names.find(self.text(node))?);
                let slot = self.scopes[self.active].slot(name);
                let known = self.constants.iter().rev().find(|row| row.0 == slot && slot.is_some());
                known.map(|row| row.1.clone())
            }
            Kind::Number => self.text(node).parse().ok().map(Known::Int),
            Kind::String => self.constant_text(node).map(|text| Known::Text(text.into_owned().into())),
            Kind::Unary if self.text(node).starts_with('!') => {
                let operand = self.first_child(node)?;
                self.constant(operand, nesting).map(|known| Known::Bool(!known.truth()))
            }
            Kind::Binary => {
                let mut parts = self.parts(node);
                let (left, right) = (parts.next()?, parts.next()?);
                let operator = self.operator(left, right);
                if self.is_one_value(left, right) {
                    return equality(operator).map(Known::Bool);
                }
                let (one, other) = (self.constant(left, nesting)?, self.constant(right, nesting)?);
                // `"1" == 1` converts.
                let is_loose = matches!(operator, "==" | "!=");
                let same = std::mem::discriminant(&one) == std::mem::discriminant(&other);
                if is_loose && !same { None } else { one.combine(operator, &other) }
            }
            _ => None,
        }
    }

    /// Whether two names are one slot at this point: `a = b; a === b`.
    fn is_one_value(&self, left: Node, right: Node) -> bool {
        let slot = |node: Node| {
            let node = self.bare(node);
            let name = self
                .draft
                .rows
                .names
                .find(self.text(node))
                .filter(|_| self.kind(node) == Kind::Identifier)?;
            let slot = self.scopes[self.active].slot(self.renamed(name));
            (slot.is_some() && !self.is_shared(self.renamed(name))).then_some(slot)
        };
        // `x !== x` asks whether it is no number.
        self.text(left) != self.text(right) && slot(left).is_some_and(|left| slot(right) == Some(left))
    }

    fn is_constant(&self, node: Node) -> bool {
        matches!(self.kind(node), Kind::String | Kind::Number)
            || (self.kind(node) == Kind::Unary && self.text(node) == "-1")
    }

    /// Whether a node is a regular expression that lets only plain words through.
    fn is_plain(&self, node: Node) -> bool {
        let text = self.text(node);
        let Some((body, flags)) = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) else {
            return false;
        };
        self.kind(node) == Kind::Regex && !flags.contains('m') && guard::is_plain_pattern(body)
    }

    // Parts of calls.

    /// The last name of what a call calls.
    fn called_name(&self, call: Node) -> Option<&'t str> {
        let callee = self.bare(self.first_child(call)?);
        match self.kind(callee) {
            Kind::Identifier => Some(self.text(callee)),
            Kind::Member => self.parts(callee).nth(1).map(|name| self.text(name)),
            _ => None,
        }
    }

    fn call_object(&self, call: Node) -> Option<Node> {
        let callee = self.bare(self.first_child(call)?);
        self.first_child(callee).filter(|_| self.kind(callee) == Kind::Member).map(|object| self.bare(object))
    }

    fn call_parts(&self, call: Node) -> SmallVec<[Node; 4]> {
        let arguments = self.child(call, Kind::Arguments);
        arguments
            .into_iter()
            .flat_map(|arguments| self.parts(arguments))
            .map(|part| self.bare(part))
            .collect()
    }

    /// The names that a call is given, that of the object among them.
    fn tested_names(&self, call: Node) -> SmallVec<[Node; 2]> {
        let given = self.call_parts(call).into_iter().chain(self.call_object(call));
        given.filter(|&part| self.kind(part) == Kind::Identifier).collect()
    }

    /// The name in `name`, `name.trim()` or `String(name)`.
    pub(super) fn tested_name(&self, node: Node) -> Option<Node> {
        match self.kind(node) {
            Kind::Identifier => Some(node),
            Kind::Call => {
                let name = self.called_name(node)?;
                let object = self.call_object(node).filter(|&object| self.kind(object) == Kind::Identifier);
                match name {
                    "toLowerCase" | "toUpperCase" | "trim" | "toString" => object,
                    "String" => self.tested_names(node).first().copied(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The name in `new URL(name).hostname`.
    fn host_of(&self, node: Node) -> Option<Node> {
        let mut parts = self.parts(node).filter(|_| self.kind(node) == Kind::Member);
        let (object, part) = (self.bare(parts.next()?), parts.next()?);
        let is_host = matches!(self.text(part), "hostname" | "host" | "origin");
        let makes = match self.kind(object) {
            Kind::New => self.first_child(object).is_some_and(|class| self.text(class) == "URL"),
            Kind::Call => self.called_name(object).is_some_and(|name| matches!(name, "parse" | "URL")),
            _ => false,
        };
        let name = self.call_parts(object).first().copied().and_then(|name| self.tested_name(name));
        name.filter(|_| is_host && makes)
    }
}

/// What a comparison of a value with itself gives.
fn equality(operator: &str) -> Option<bool> {
    match operator {
        "===" | "==" => Some(true),
        "!==" | "!=" => Some(false),
        _ => None,
    }
}
