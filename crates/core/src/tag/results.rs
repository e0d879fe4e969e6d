//! A variable of Rust → what was put into the result or option that it was taken out of, here or in a function of the
//! program.
//!
//! # Example
//! `let text = page()?` over `fn page() -> Result<String> { pages.render(…).map_err(…) }`: behind `text` is what
//! `page` returns, and behind that what `render` gives.

use super::view::View;
use crate::facts::{Callee, Field, Language, Origin};
use crate::ids::{CallId, FuncId, Var};
use crate::solution::{EdgeKind, Target};

/// Methods of results and options that hand on what is in them.
const HANDS_ON: [&str; 14] = [
    "unwrap",
    "expect",
    "unwrap_or_default",
    "unwrap_unchecked",
    "map_err",
    "or_else",
    "ok",
    "ok_or",
    "ok_or_else",
    "inspect_err",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
];

/// The variables that a variable holds the values of; none where there may be others.
pub(super) fn behind(view: &View<'_>, function: FuncId, var: Var) -> Vec<(FuncId, Var)> {
    let facts = view.facts;
    let file = facts.functions[function.index()].file;
    if facts.files[file.index()].language != Language::Rust {
        return Vec::new();
    }
    let is_content =
        |field| matches!(field, Field::Attr(name) if matches!(facts.text(name), "Ok.0" | "Some.0"));
    if let Some(row) = facts.loads_of(function).iter().find(|row| row.dst == var && is_content(row.field)) {
        return vec![(function, row.base)];
    }
    let defs = view.defs(function);
    let stores = defs.stores.get(&var).into_iter().flatten();
    let stored = stores.map(|&row| facts.stores_of(function)[row as usize]).find(|row| is_content(row.field));
    if let Some(row) = stored {
        return vec![(function, row.src)];
    }
    let mut calls = defs.calls.get(&var).into_iter().flatten();
    let (Some(&offset), None) = (calls.next(), calls.next()) else { return Vec::new() };
    let call = CallId(facts.first_call(function).0 + offset);
    if let Callee::Method(base, name) = facts.calls[call.index()].callee
        && HANDS_ON.contains(&facts.text(name))
    {
        return vec![(function, base)];
    }
    returned(view, call)
}

/// What the function of the program that a call runs returns.
fn returned(view: &View<'_>, call: CallId) -> Vec<(FuncId, Var)> {
    let mut edges = view.solution.edges_of(call).iter().filter(|edge| edge.kind == EdgeKind::Call);
    let (Some(edge), None) = (edges.next(), edges.next()) else { return Vec::new() };
    let Target::Function(target) = edge.target else { return Vec::new() };
    if view.origin(target) != Origin::FirstParty {
        return Vec::new();
    }
    let returns = view.facts.moves_of(target).iter().filter(|row| row.dst == Var::RETURN);
    returns.map(|row| (target, row.src)).filter(|&(_, var)| !is_error(view, target, var)).collect()
}

/// Whether a variable holds nothing but an error.
fn is_error(view: &View<'_>, function: FuncId, var: Var) -> bool {
    let defs = view.defs(function);
    let stores = defs.stores.get(&var).into_iter().flatten();
    let mut fields = stores.map(|&row| view.facts.stores_of(function)[row as usize].field);
    fields.any(|field| matches!(field, Field::Attr(name) if view.facts.text(name) == "Err.0"))
}
