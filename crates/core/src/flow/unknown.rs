//! Calls of code that we do not have: what comes out of them, of what they are given.
//!
//! Contexts give themselves, decorators what they decorate, desugared calls what the rows beside them say. The result of
//! any other call is made from its object, surely, and from its arguments, maybe.

use super::bind::Actual;
use super::engine::{Engine, Fact, Site, Why};
use super::path::{Path, Step};
use super::transfer::At;
use super::{Unknown, What, targets};
use crate::facts::{Arg, ArgKind, CallFlags, Callee, Constant, Facts, Field, ParamKind};
use crate::ids::{CallId, FuncId, Var};
use crate::solution::{Certainty, EdgeKind, Target, Value};

/// Methods of queues, pools and frameworks that run a function with the arguments that follow it.
const RUNNERS: [&str; 12] = [
    "enqueue",
    "enqueue_call",
    "enqueue_in",
    "enqueue_at",
    "async_task",
    "add_task",
    "add_job",
    "defer",
    "call_soon",
    "run_in_executor",
    "start_background_task",
    "spawn",
];

/// The parameter that takes an argument which stands behind the function, or has the name of a parameter.
fn handed_to(facts: &Facts, target: FuncId, args: &[Arg], (place, number): (usize, usize)) -> Option<Var> {
    let mut params = facts.params_of(target).iter().filter(|param| param.kind == ParamKind::Positional);
    match args.get(number)?.kind {
        ArgKind::Positional => params.nth(number.checked_sub(place + 1)?).map(|param| param.var),
        ArgKind::Keyword(name) => params.find(|param| param.name == name).map(|param| param.var),
        _ => None,
    }
}

impl Engine<'_> {
    /// Whether a library body calls a parameter that no call of it gives: `Array.from(xs)` transforms nothing.
    pub(super) fn is_left_out(&mut self, at: At, call: CallId) -> bool {
        let Callee::Value(var) = self.facts.calls[call.index()].callee else { return false };
        let is_param = self.facts.params_of(at.function).iter().any(|param| param.var == var);
        if !is_param || !targets::is_library(self.facts, at.function) {
            return false;
        }
        let context = self.nodes[at.node.0 as usize].context;
        let incoming = self.contexts[context.0 as usize].incoming.clone();
        let mut gives = incoming.iter().map(|incoming| match incoming.site {
            Site::Call(site) => {
                !self.binding(site, at.function).actuals(var, Path::WHOLE, &mut self.paths).is_empty()
            }
            Site::Access(_) => true,
        });
        !incoming.is_empty() && !gives.any(|gives| gives)
    }

    /// The called member itself holds the value, which is what the call of unknown code gives: x.f·p ⇒ x.f(…).p
    pub(super) fn call_part(&mut self, at: At, call: CallId) -> bool {
        let row = self.facts.calls[call.index()];
        let Callee::Method(_, name) = row.callee else { return false };
        let Some((Step::Field(Field::Attr(held)), rest)) = self.paths.split(at.fact.path) else {
            return false;
        };
        let is_it = held == name && targets::functions(self, at.node, call).is_empty();
        if is_it {
            self.step(at, row.dst, rest, What::Reads(Some(name)), row.line);
        }
        is_it
    }

    /// The library's method of text of that name, where nothing is known of the object and it is asked with a text that
    /// is written down: `x.find("a")`.
    pub(super) fn asked_as_text(
        &mut self,
        at: At,
        call: CallId,
        actual: Actual,
        targets: &[(FuncId, Certainty)],
    ) -> Option<FuncId> {
        let method = self.text_method(at, call, actual)?;
        let is_unknown = |target: FuncId| {
            targets::is_library(self.facts, target)
                && targets::class_name(self.facts, target) == Some("Unknown")
        };
        if targets.is_empty() || !targets.iter().all(|&(target, _)| is_unknown(target)) {
            return None;
        }
        let first = self.facts.args_of(call).first()?.var;
        let constant = self.constant(at.function, first);
        matches!(constant, Some(Constant::Str(_))).then_some(method)
    }

    /// The library's method of text of that name, if the whole object is what is followed and nobody knows more.
    pub(super) fn text_method(&self, at: At, call: CallId, actual: Actual) -> Option<FuncId> {
        let row = self.facts.calls[call.index()];
        let Callee::Method(_, name) = row.callee else { return None };
        let fits =
            actual == Actual::Object && at.fact.path == Path::WHOLE && !row.flags.has(CallFlags::IMPLICIT);
        self.program.text_method(self.language(at.function), name).filter(|_| fits)
    }

    /// What runs a function later hands it what follows the function: `queue.enqueue(run, x)` ⇒ run(x).
    pub(super) fn hand_on(&mut self, at: At, call: CallId, actual: Actual) {
        let facts = self.facts;
        let row = facts.calls[call.index()];
        let (Actual::Argument(number), Callee::Method(_, name)) = (actual, row.callee) else { return };
        if !RUNNERS.contains(&facts.text(name)) {
            return;
        }
        let args = facts.args_of(call);
        for edge in self.solution.edges_of(call) {
            let (Target::Function(target), EdgeKind::Callback) = (edge.target, edge.kind) else { continue };
            let is_it = |arg: &Arg| {
                self.solution.values.of(at.function, arg.var).any(|value| value == Value::Function(target))
            };
            let Some(place) = args.iter().position(is_it) else { continue };
            let Some(var) = handed_to(facts, target, args, (place, number as usize)) else { continue };
            self.jump(at.node, target, Fact { var, ..at.fact }, What::Enters(target), row.line);
        }
    }

    /// Code that we do not have is called. A context gives itself, a decorator what it decorates; of other calls
    /// the result is made from what they are given. What desugared calls do, the rows beside them say.
    pub(super) fn pass_unknown(&mut self, at: At, call: CallId, actual: Actual) {
        let row = self.facts.calls[call.index()];
        if let Some(path) = self.implied_part(call, at.fact.path) {
            self.step(at, row.dst, path, What::Iterates, row.line);
        } else if row.flags.has(CallFlags::ENTER) {
            self.step(at, row.dst, at.fact.path, What::Moves, row.line);
        } else if row.flags.has(CallFlags::DECORATOR) {
            if actual == Actual::Argument(0) {
                self.step(at, row.dst, at.fact.path, What::Moves, row.line);
            }
        } else if !row.flags.has(CallFlags::IMPLICIT) {
            self.pass(at, call, actual);
        }
    }

    /// What iterators and indices of the library's containers give, where the call is not written in the program: of a
    /// sequence its elements, of a mapping its values and pairs.
    fn implied_part(&mut self, call: CallId, path: Path) -> Option<Path> {
        let row = self.facts.calls[call.index()];
        let Callee::Method(_, method) = row.callee else { return None };
        if !row.flags.has(CallFlags::IMPLICIT) {
            return None;
        }
        let name = |name: &str| self.facts.names.find(name).map(Field::Attr);
        let some = name("Some.0");
        let (step, rest) = self.paths.split(path)?;
        let Step::Field(field) = step else { return None };
        let is_named = |text: &str| matches!(field, Field::Attr(held) if self.facts.text(held) == text);
        let part = match (self.facts.text(method), field) {
            ("next", Field::AnyItem | Field::Item(_)) => return Some(self.paths.push_field(some?, rest)),
            ("next", _) if is_named("key") => name("0"),
            ("next", _) if is_named("value") => name("1"),
            ("Index::index", _) if is_named("value") => {
                return (!self.is_under_other(rest, call)).then_some(rest);
            }
            _ => None,
        };
        let pair = self.paths.push_field(part?, rest);
        Some(self.paths.push_field(some?, pair))
    }

    /// The result is made from what the call is given: surely from the object, maybe from the arguments.
    fn pass(&mut self, at: At, call: CallId, actual: Actual) {
        let from_argument = actual != Actual::Object;
        let is_shown = if from_argument {
            self.is_shown(at.function, at.fact.path)
        } else {
            self.paths.is_content(at.fact.path)
        };
        if (self.query.unknown == Unknown::Receiver && from_argument) || !is_shown {
            return;
        }
        let certainty = if from_argument { Certainty::Possible } else { Certainty::Resolved };
        let row = self.facts.calls[call.index()];
        let fact = Fact { var: row.dst, path: Path::WHOLE, back: 0, ..at.fact };
        self.follow(at.node, fact, Why::Row(What::Passes(call), row.line), certainty);
    }
}
