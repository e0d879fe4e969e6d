//! Variables → what was written there: the function, class or call that a name of another scope or module stands for.
//!
//! The solver says which values a variable holds; of routers and handlers we need the place that made them, because
//! two routers are one value, and handlers under one decorator share its wrapper.
//!
//! # Example
//! `from app.views import show` makes `show` the function under the decorators in `app/views.py`.

use super::view::View;
use super::{args, exports};
use crate::facts::{Alloc, CallFlags, Callee, Field};
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, Var};
use crate::solution::Value;

/// What a variable was made by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Made {
    /// A definition of a function.
    Function(FuncId),
    /// A class statement.
    Class(ClassId),
    /// A call.
    Call(CallId),
    /// An import of a module.
    Module(FileId),
}

/// Names for names that are followed.
const MAX_STEPS: usize = 16;

/// What made the one value of a variable; none where there are several, or where nothing is known.
pub(super) fn made(view: &View<'_>, function: FuncId, var: Var) -> Option<Made> {
    let (mut function, mut var) = (function, var);
    for _ in 0..MAX_STEPS {
        if let Some(found) = made_here(view, function, var) {
            return Some(found);
        }
        (function, var) = before(view, function, var)?;
    }
    None
}

fn made_here(view: &View<'_>, function: FuncId, var: Var) -> Option<Made> {
    let facts = view.facts;
    let alloc = facts.allocs_of(function).iter().find(|row| row.dst == var);
    match alloc.map(|row| row.what) {
        Some(Alloc::Function(made)) => return Some(Made::Function(made)),
        Some(Alloc::Class(made)) => return Some(Made::Class(made)),
        _ => {}
    }
    let call = view.defs(function).calls.get(&var).and_then(|calls| calls.first().copied());
    if let Some(offset) = call {
        return Some(Made::Call(CallId::from_len(facts.first_call(function).index() + offset as usize)));
    }
    view.solution.values.of(function, var).find_map(|value| match value {
        Value::Module(file) => Some(Made::Module(file)),
        _ => None,
    })
}

/// The variable of which this one is another name.
fn before(view: &View<'_>, function: FuncId, var: Var) -> Option<(FuncId, Var)> {
    let facts = view.facts;
    if let Some(outer) = args::captured(facts, function, var) {
        return Some(outer);
    }
    if let Some([only]) = view.defs(function).moves.get(&var).map(Vec::as_slice) {
        return Some((function, *only));
    }
    let file = view.file(function);
    if let Some(row) = facts.imports_of(function).iter().find(|row| row.dst == var) {
        return given(view, view.solution.module(file, row.specifier)?, row.name?);
    }
    let load = facts.loads_of(function).iter().find(|row| row.dst == var)?;
    let Field::Attr(name) = load.field else { return None };
    let is_whole = |name: Option<Sym>| name.is_some_and(|name| facts.text(name) == exports::WHOLE);
    let mut imports = facts.imports_of(function).iter();
    if let Some(row) = imports.find(|row| row.dst == load.base && is_whole(row.name)) {
        return given(view, view.solution.module(file, row.specifier)?, name);
    }
    let Made::Module(module) = made(view, function, load.base)? else { return None };
    given(view, module, name)
}

/// The variable that a module gives under a name: an export, or what its body stores as its one value or into that.
fn given(view: &View<'_>, module: FileId, name: Sym) -> Option<(FuncId, Var)> {
    let facts = view.facts;
    let body = facts.files[module.index()].body;
    let stored = exports::stored_as(view, body, facts.text(name)).map(|var| (body, var));
    stored.or_else(|| view.solution.export(facts, module, name))
}

/// The function under a stack of decorators, by the way it is written. The solver sees the wrapper that the inner
/// decorators made of it, which handlers share.
pub(super) fn decorated(view: &View<'_>, call: CallId) -> Option<FuncId> {
    let facts = view.facts;
    let (function, mut call) = (facts.function_of(call), call);
    for _ in 0..MAX_STEPS {
        if !facts.calls[call.index()].flags.has(CallFlags::DECORATOR) {
            return None;
        }
        match made_here(view, function, facts.args_of(call).first()?.var)? {
            Made::Function(handler) => return Some(handler),
            Made::Call(inner) => call = inner,
            Made::Class(_) | Made::Module(_) => return None,
        }
    }
    None
}

/// The object of a method call, and the method.
pub(super) fn method(view: &View<'_>, call: CallId) -> Option<(Made, Sym)> {
    let Callee::Method(base, name) = view.facts.calls[call.index()].callee else { return None };
    made(view, view.facts.function_of(call), base).map(|made| (made, name))
}

/// The call that made a decorator (`app.route("/x")`), or the site itself where it was not made by a call.
pub(super) fn factory(view: &View<'_>, call: CallId) -> CallId {
    let facts = view.facts;
    let Callee::Value(var) = facts.calls[call.index()].callee else { return call };
    let function = facts.function_of(call);
    let made = facts.calls_of(function).iter().position(|row| row.dst == var && row.dst.is_some());
    made.map_or(call, |offset| CallId::from_len(facts.first_call(function).index() + offset))
}
