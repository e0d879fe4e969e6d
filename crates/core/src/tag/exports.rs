//! Modules → the functions that they export, by name.
//!
//! A module exports the values of names (`export function handler`), or one value: a function, which is the export
//! `default`, or an object with functions in it (`module.exports = {handler}`, `exports.handler = …`).

use super::view::View;
use crate::facts::{Alloc, Field};
use crate::ids::{FileId, FuncId, Var};
use crate::solution::Value;

/// The name under which a module of one value exports it.
pub(super) const WHOLE: &str = "module.exports";

/// The functions that a file exports, with the names under which it does: in order of name and function, each once.
/// Those of a class are its methods without underscore.
pub(super) fn of(view: &View<'_>, file: FileId) -> Vec<(String, FuncId)> {
    let mut found = Vec::new();
    let mut files = vec![file];
    // Files grow while they are gone through: those of which all names are exported again.
    let mut next = 0;
    while let Some(&file) = files.get(next) {
        next += 1;
        own(view, file, &mut found);
        for &star in view.facts.stars_of(file) {
            let modules = &view.solution.modules;
            let meant = modules.binary_search_by_key(&(file, star), |row| (row.0, row.1));
            files.extend(meant.ok().map(|at| modules[at].2).filter(|other| !files.contains(other)));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The functions that a file exports itself.
fn own(view: &View<'_>, file: FileId, found: &mut Vec<(String, FuncId)>) {
    let facts = view.facts;
    let body = facts.files[file.index()].body;
    for export in facts.exports_of(file) {
        add(view, body, export.var, facts.text(export.name), found);
    }
    let wholes: Vec<Var> = stored(view, body, |_, field| field == "exports").map(|row| row.1).collect();
    for &whole in &wholes {
        add(view, body, whole, "default", found);
    }
    let members: Vec<(String, Var)> = stored(view, body, |base, _| wholes.contains(&base)).collect();
    for (name, var) in members {
        add(view, body, var, &name, found);
    }
}

/// What a module body stores as its one value (of which `default` is another name), or into that under a name.
pub(super) fn stored_as(view: &View<'_>, body: FuncId, name: &str) -> Option<Var> {
    let wholes: Vec<Var> = stored(view, body, |_, field| field == "exports").map(|row| row.1).collect();
    if name == "default" || name == WHOLE {
        return wholes.last().copied();
    }
    let member = stored(view, body, |base, field| field == name && wholes.contains(&base)).last();
    member.map(|row| row.1)
}

/// What a module body stores under names in objects that are wanted.
fn stored<'v>(
    view: &'v View<'_>,
    body: FuncId,
    wanted: impl Fn(Var, &str) -> bool + 'v,
) -> impl Iterator<Item = (String, Var)> + 'v {
    let rows = view.facts.stores_of(body).iter();
    rows.filter_map(move |row| match row.field {
        Field::Attr(name) if wanted(row.base, view.facts.text(name)) => {
            Some((view.facts.text(name).to_owned(), row.src))
        }
        _ => None,
    })
}

/// Adds the functions that a variable of a module body holds.
fn add(view: &View<'_>, body: FuncId, var: Var, name: &str, found: &mut Vec<(String, FuncId)>) {
    let made = view.facts.allocs_of(body).iter().filter(|row| row.dst == var);
    let made = made.filter_map(|row| match row.what {
        Alloc::Function(function) => Some(Value::Function(function)),
        Alloc::Class(class) => Some(Value::Class(class)),
        Alloc::Builtin(_) => None,
    });
    for value in made.chain(view.solution.values.of(body, var)) {
        match value {
            Value::Function(function) | Value::Method(function) => found.push((name.to_owned(), function)),
            Value::Class(class) | Value::Instance(class) => {
                let text = |method: FuncId| view.facts.text(view.facts.functions[method.index()].name);
                let public = view.methods_of(class).filter(|&method| !text(method).starts_with(['_', '#']));
                found.extend(public.map(|method| (format!("{name}.{}", text(method)), method)));
            }
            _ => {}
        }
    }
}
