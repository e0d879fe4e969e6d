//! Tests of values: what a name holds behind `if is_safe(&x)`, `if NAMES.contains(&x)`, `validate(&x)?`.
//!
//! Each name that is tested is another slot where the test says something of it: in the branch, or behind a branch that
//! never comes back. A condition is evaluated first, as any expression; what it says is read off its text then.

use super::kind::Kind;
use super::{Binding, Lowerer};
use crate::facts::{Check, Guard};
use crate::ids::Var;
use crate::lower::guard::{self, Answer, Answers, Purpose};
use crate::lower::known::{Known, MAX_NESTING};
use crate::lower::syntax::Node;

/// Methods whose result is the value again, or the same word in other letters.
const SAME: [&str; 15] = [
    "as_str",
    "as_ref",
    "as_deref",
    "as_bytes",
    "as_os_str",
    "borrow",
    "clone",
    "deref",
    "to_string",
    "to_owned",
    "trim",
    "to_lowercase",
    "to_uppercase",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
];

/// Macros behind which nothing runs.
const ENDING: [&str; 6] = ["panic", "unreachable", "todo", "unimplemented", "bail", "abort"];

/// Tests of single letters behind which a text holds nothing but words.
const WORDS: [&str; 6] = [
    "is_alphanumeric",
    "is_ascii_alphanumeric",
    "is_numeric",
    "is_ascii_digit",
    "is_digit",
    "is_ascii_hexdigit",
];

impl<'t> Lowerer<'t> {
    /// What a condition that was evaluated says of names.
    pub(super) fn answers(&mut self, condition: Node) -> Answers {
        self.nested_answers(condition, MAX_NESTING)
    }

    fn nested_answers(&mut self, node: Node, nesting: u8) -> Answers {
        let Some(nesting) = nesting.checked_sub(1) else { return Answers::default() };
        match self.kind(node) {
            Kind::Parenthesized | Kind::Reference | Kind::ExpressionStatement => {
                self.parts(node).last().map(|inner| self.nested_answers(inner, nesting)).unwrap_or_default()
            }
            Kind::Unary if self.token(node).is_some_and(|token| self.kind(token) == Kind::Not) => {
                let operand = self.parts(node).next();
                operand.map(|operand| self.nested_answers(operand, nesting)).unwrap_or_default().swapped()
            }
            Kind::Binary => self.binary_answers(node, nesting),
            Kind::LetChain => {
                let parts: Vec<Node> = self.parts(node).collect();
                let said = parts.into_iter().map(|part| self.nested_answers(part, nesting));
                let yes = said.collect::<Vec<_>>().into_iter().flat_map(|answers| answers.yes).collect();
                Answers { yes, ..Answers::default() }
            }
            Kind::Call => self.call_answers(node),
            Kind::MacroInvocation => self.matches_answers(node),
            _ => Answers::default(),
        }
    }

    fn binary_answers(&mut self, node: Node, nesting: u8) -> Answers {
        let mut parts = self.parts(node);
        let (Some(left), Some(right)) = (parts.next(), parts.next()) else { return Answers::default() };
        let token = self.token(node).map(|token| self.kind(token));
        match token {
            Some(Kind::And | Kind::Or) => {
                let first = self.nested_answers(left, nesting);
                let second = self.nested_answers(right, nesting);
                first.joined(second, token == Some(Kind::And))
            }
            Some(Kind::Equal | Kind::NotEqual) => {
                let (value, literal) = if self.is_text(left) { (right, left) } else { (left, right) };
                let name = self.tested_name(value).filter(|_| self.is_text(literal));
                self.said(token == Some(Kind::Equal), Check::Member, name.as_slice(), Var::NONE)
            }
            _ => Answers::default(),
        }
    }

    // matches!(x, "a" | "b"):  guard(x | yes, _, member, true)
    fn matches_answers(&mut self, node: Node) -> Answers {
        let roots: &'t [Node] = self.expanded.get(&node.0).map_or(&[], Vec::as_slice);
        let is_matches = self.parts(node).next().is_some_and(|path| self.text(path) == "matches");
        let [subject, pattern, ..] = *roots else { return Answers::default() };
        let name = self.tested_name(subject).filter(|_| is_matches && self.is_texts(pattern));
        self.said(true, Check::Member, name.as_slice(), Var::NONE)
    }

    pub(super) fn said(&mut self, is_positive: bool, check: Check, names: &[Node], test: Var) -> Answers {
        let rows: Vec<Answer> = names
            .iter()
            .map(|&at| Answer {
                name: self.symbol(at),
                line: self.line(at),
                test,
                check,
                holds: is_positive,
                text: crate::ids::Sym::EMPTY,
            })
            .collect();
        Answers::on(is_positive, rows.into_iter())
    }

    fn call_answers(&mut self, call: Node) -> Answers {
        let Some((object, name)) = self.called(call) else { return Answers::default() };
        let value = self.results.iter().rev().find(|row| row.0 == call.0).map_or(Var::NONE, |row| row.1);
        let list = self.child(call, Kind::Arguments);
        let given: Vec<Node> = list.into_iter().flat_map(|list| self.parts(list)).collect();
        match (name, object) {
            ("contains" | "contains_key", Some(object)) if !self.is_text(object) => {
                let name = given.first().and_then(|&part| self.tested_name(part));
                self.said(true, Check::Member, name.as_slice(), Var::NONE)
            }
            ("is_ok", Some(object)) => {
                let parsed = self.called(object).filter(|row| row.1 == "parse").and_then(|row| row.0);
                let name = parsed.and_then(|parsed| self.tested_name(parsed));
                self.said(true, Check::Member, name.as_slice(), Var::NONE)
            }
            ("all", Some(object)) => {
                let letters = self.called(object).filter(|row| matches!(row.1, "chars" | "bytes"));
                let test = given.first().map_or("", |&test| self.text(test));
                let is_plain = WORDS.iter().any(|word| test.contains(word)) && !test.contains('!');
                let name = letters.and_then(|row| row.0).and_then(|text| self.tested_name(text));
                self.said(true, Check::Member, name.filter(|_| is_plain).as_slice(), Var::NONE)
            }
            _ => {
                let names = self.tested_names(&given, object);
                match guard::purpose(name) {
                    Some(Purpose::Plain) => self.said(true, Check::Member, &names, value),
                    Some(Purpose::Good) => self.said(true, Check::Call, &names, value),
                    Some(Purpose::Asks) => self.said(true, Check::Asked, &names, value),
                    Some(Purpose::Bad) => self.said(false, Check::Call, &names, value),
                    None => Answers::default(),
                }
            }
        }
    }

    // validate(x)?;  guard(x behind it, _, call, true).  assert!(c);  what c says
    /// What stands behind a statement that goes on only where a value may be used.
    pub(super) fn guard_behind(&mut self, statement: Node) {
        let mut at = statement;
        while matches!(self.kind(at), Kind::Try | Kind::Await | Kind::ExpressionStatement) {
            let Some(inner) = self.parts(at).next() else { return };
            at = inner;
        }
        if self.kind(at) == Kind::MacroInvocation {
            let roots: &'t [Node] = self.expanded.get(&at.0).map_or(&[], Vec::as_slice);
            let name = self.parts(at).next().map_or("", |path| self.text(path));
            if let (Some(&condition), "assert" | "ensure" | "anyhow::ensure") = (roots.first(), name) {
                let said = self.answers(condition);
                self.narrow(&said.yes);
            }
        } else if let Some((object, name)) = self.called(at).filter(|row| guard::raises(row.1))
            && at != statement
            && !name.is_empty()
        {
            let list = self.child(at, Kind::Arguments);
            let given: Vec<Node> = list.into_iter().flat_map(|list| self.parts(list)).collect();
            let names = self.tested_names(&given, object);
            let said = self.said(true, Check::Call, &names, Var::NONE);
            self.narrow(&said.yes);
        }
    }

    /// Each name is another slot from here to the end of the block.
    pub(super) fn narrow(&mut self, answers: &[Answer]) {
        let current = self.draft.current();
        for answer in answers {
            let known = self.names.iter().rev().find(|row| row.name == answer.name).copied();
            let Some(row) = known.filter(|row| row.owner == current && !row.is_item) else { continue };
            let dst = self.draft.fresh();
            self.push_move(dst, row.var, answer.line);
            let Answer { test, check, holds, .. } = *answer;
            self.draft.rows.guards.push(Guard { dst, test, check, holds });
            self.names.push(Binding { var: dst, is_narrowed: true, ..row });
        }
    }

    /// Whether nothing runs behind a block.
    pub(super) fn diverges(&self, block: Node) -> bool {
        let Some(last) = self.parts(block).last() else { return false };
        let last = match self.kind(last) {
            Kind::ExpressionStatement => self.parts(last).next().unwrap_or(last),
            _ => last,
        };
        match self.kind(last) {
            Kind::Return | Kind::Break | Kind::Continue => true,
            Kind::MacroInvocation => self.parts(last).next().is_some_and(|path| {
                let name = self.text(path).rsplit("::").next().unwrap_or_default();
                ENDING.contains(&name)
            }),
            Kind::Call => {
                self.parts(last).next().is_some_and(|callee| self.text(callee).ends_with("process::exit"))
            }
            _ => false,
        }
    }

    // Constants.

    /// What a condition comes to if the text alone decides.
    pub(super) fn constant_truth(&self, node: Node) -> Option<bool> {
        self.known_constant(node, MAX_NESTING).map(|known| known.truth())
    }

    fn known_constant(&self, node: Node, nesting: u8) -> Option<Known> {
        let nesting = nesting.checked_sub(1)?;
        match self.kind(node) {
            Kind::Parenthesized => self.known_constant(self.parts(node).next()?, nesting),
            Kind::Boolean => Some(Known::Bool(self.text(node) == "true")),
            Kind::Integer => self.text(node).replace('_', "").parse().ok().map(Known::Int),
            Kind::Unary if self.text(node).starts_with('!') => {
                match self.known_constant(self.parts(node).next()?, nesting)? {
                    Known::Bool(truth) => Some(Known::Bool(!truth)),
                    _ => None,
                }
            }
            Kind::Binary => {
                let mut parts = self.parts(node);
                let (left, right) = (parts.next()?, parts.next()?);
                let (left, right) =
                    (self.known_constant(left, nesting)?, self.known_constant(right, nesting)?);
                left.combine(self.text(self.token(node)?), &right)
            }
            _ => None,
        }
    }

    fn is_text(&self, node: Node) -> bool {
        matches!(self.kind(node), Kind::String | Kind::RawString | Kind::Integer)
    }

    /// Whether a pattern is texts only: `"a" | "b"`.
    pub(super) fn is_texts(&self, pattern: Node) -> bool {
        self.is_text(pattern)
            || (matches!(self.kind(pattern), Kind::OrPattern | Kind::Binary | Kind::MatchPattern)
                && self.parts(pattern).all(|part| self.is_texts(part)))
    }

    // Parts of calls.

    /// The object and the last name of what a call calls.
    fn called(&self, call: Node) -> Option<(Option<Node>, &'t str)> {
        let mut callee = self.parts(call).next().filter(|_| self.kind(call) == Kind::Call)?;
        if self.kind(callee) == Kind::GenericFunction {
            callee = self.parts(callee).next()?;
        }
        match self.kind(callee) {
            Kind::Field => {
                let mut parts = self.parts(callee);
                let (object, name) = (parts.next()?, parts.next()?);
                Some((Some(object), self.text(name)))
            }
            _ => Some((None, self.text(callee).rsplit("::").next()?)),
        }
    }

    fn tested_names(&self, given: &[Node], object: Option<Node>) -> Vec<Node> {
        let given = given.iter().copied().chain(object);
        given.filter_map(|part| self.tested_name(part)).collect()
    }

    /// The name in `name`, `&name` or `name.as_str()`.
    pub(super) fn tested_name(&self, node: Node) -> Option<Node> {
        let mut at = node;
        for _ in 0..MAX_NESTING {
            match self.kind(at) {
                Kind::Identifier => return Some(at),
                Kind::Reference | Kind::Parenthesized => at = self.parts(at).last()?,
                Kind::Unary if self.text(at).starts_with('*') => at = self.parts(at).next()?,
                Kind::Index if self.text(at).ends_with("[..]") => at = self.parts(at).next()?,
                Kind::Call => at = self.called(at).filter(|row| SAME.contains(&row.1))?.0?,
                _ => return None,
            }
        }
        None
    }
}
