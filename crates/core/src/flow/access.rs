//! Accesses that run code: a property that is read or set, an element read by protocol, an iteration.
//!
//! The solution names the function that runs, its caller and the line, and no variables. They are those of the
//! reads and writes on that line that fit: a property has the name of the field, an element reader takes one
//! argument beside the object, an iterator none.

use super::engine::{Engine, Fact};
use super::index::equal_range;
use super::path::{Path, Step};
use crate::facts::{Facts, Field, FunctionFlags, Param, ParamKind, Receiver};
use crate::ids::{FuncId, Var};
use crate::solution::{Certainty, Target};

/// A row that may run code. Numbers are positions in the whole relation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Access {
    /// A read of a field.
    Load(u32),
    /// A write of a field.
    Store(u32),
    /// A read by computed key.
    LoadKey(u32),
    /// A write by computed key.
    StoreKey(u32),
    /// An iteration.
    Iterate(u32),
}

/// What an access touches: the object, what is written, and what receives what is read.
struct Parts {
    base: Var,
    src: Var,
    dst: Var,
    line: u32,
}

fn parts(facts: &Facts, access: Access) -> Parts {
    match access {
        Access::Load(row) => {
            let row = facts.loads[row as usize];
            Parts { base: row.base, src: Var::NONE, dst: row.dst, line: row.line }
        }
        Access::Store(row) => {
            let row = facts.stores[row as usize];
            Parts { base: row.base, src: row.src, dst: Var::NONE, line: row.line }
        }
        Access::LoadKey(row) => {
            let row = facts.load_keys[row as usize];
            Parts { base: row.base, src: Var::NONE, dst: row.dst, line: row.line }
        }
        Access::StoreKey(row) => {
            let row = facts.store_keys[row as usize];
            Parts { base: row.base, src: row.src, dst: Var::NONE, line: row.line }
        }
        Access::Iterate(row) => {
            let row = facts.iterates[row as usize];
            Parts { base: row.base, src: Var::NONE, dst: row.dst, line: row.line }
        }
    }
}

/// The line of an access.
pub(super) fn line(facts: &Facts, access: Access) -> u32 {
    parts(facts, access).line
}

/// The functions that an access of `caller` may run.
pub(super) fn functions(engine: &Engine<'_>, caller: FuncId, access: Access) -> Vec<(FuncId, Certainty)> {
    let line = line(engine.facts, access);
    let edges = equal_range(&engine.solution.implicit, |edge| (edge.caller, edge.line).cmp(&(caller, line)));
    let targets = edges.iter().filter_map(|edge| match edge.target {
        Target::Function(function) => Some((function, edge.certainty)),
        Target::External(_) => None,
    });
    targets.filter(|&(function, _)| may_call(engine.facts, access, function)).collect()
}

/// The accesses of a function on a line.
pub(super) fn at_line(engine: &Engine<'_>, function: FuncId, line: u32) -> Vec<Access> {
    let facts = engine.facts;
    let first = &facts.functions[function.index()].first;
    let mut found = Vec::new();
    let loads = facts.loads_of(function).iter().zip(first.loads..);
    found.extend(loads.filter(|(row, _)| row.line == line).map(|(_, at)| Access::Load(at)));
    let stores = facts.stores_of(function).iter().zip(first.stores..);
    found.extend(stores.filter(|(row, _)| row.line == line).map(|(_, at)| Access::Store(at)));
    let loads = facts.load_keys_of(function).iter().zip(first.load_keys..);
    found.extend(loads.filter(|(row, _)| row.line == line).map(|(_, at)| Access::LoadKey(at)));
    let stores = facts.store_keys_of(function).iter().zip(first.store_keys..);
    found.extend(stores.filter(|(row, _)| row.line == line).map(|(_, at)| Access::StoreKey(at)));
    let iterates = facts.iterates_of(function).iter().zip(first.iterates..);
    found.extend(iterates.filter(|(row, _)| row.line == line).map(|(_, at)| Access::Iterate(at)));
    found
}

/// Whether a function has the shape of what an access runs.
pub(super) fn may_call(facts: &Facts, access: Access, function: FuncId) -> bool {
    let taken = positional(facts, function).count();
    let own = usize::from(facts.functions[function.index()].receiver == Receiver::First);
    let name = facts.functions[function.index()].name;
    match access {
        Access::Load(row) => match facts.loads[row as usize].field {
            Field::Attr(field) => field == name || taken > own,
            _ => taken == own + 1,
        },
        Access::Store(row) => match facts.stores[row as usize].field {
            Field::Attr(field) => (field == name && taken == own + 1) || taken == own + 2,
            _ => taken == own + 2,
        },
        Access::LoadKey(_) => taken == own + 1,
        Access::StoreKey(_) => taken == own + 2,
        Access::Iterate(_) => taken == own,
    }
}

fn positional(facts: &Facts, function: FuncId) -> impl Iterator<Item = &Param> {
    let params = facts.params_of(function).iter();
    params.filter(|param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Positional))
}

/// The parameter that holds the object.
fn object(facts: &Facts, function: FuncId) -> Option<Var> {
    let own = facts.params_of(function).iter().find(|param| param.kind == ParamKind::Receiver);
    own.or_else(|| positional(facts, function).next()).map(|param| param.var)
}

/// The parameter of `target` in which the object of an access, or what it writes, arrives.
pub(super) fn arrival(facts: &Facts, access: Access, var: Var, target: FuncId) -> Option<Var> {
    let parts = parts(facts, access);
    if var == parts.base {
        object(facts, target)
    } else if var == parts.src {
        positional(facts, target).last().map(|param| param.var)
    } else {
        None
    }
}

/// A fact at the exit of a function in terms of the function that accessed something.
pub(super) fn seen_at(engine: &Engine<'_>, access: Access, target: FuncId, fact: Fact) -> Vec<Fact> {
    let parts = parts(engine.facts, access);
    let is_generator = engine.facts.functions[target.index()].flags.has(FunctionFlags::GENERATOR);
    let (var, path) = match (fact.var, access) {
        (Var::RETURN, Access::Iterate(_)) if !is_generator => (parts.dst, element(engine, fact.path)),
        (Var::RETURN | Var::YIELD, _) => (parts.dst, fact.path),
        (var, _) if object(engine.facts, target) == Some(var) => (parts.base, fact.path),
        _ => return Vec::new(),
    };
    vec![Fact { var, path, ..fact }]
}

/// What an iterator holds is below it; what it gives, step by step, is the thing itself.
fn element(engine: &Engine<'_>, path: Path) -> Path {
    match engine.paths.split(path) {
        Some((Step::Field(Field::AnyItem | Field::Item(_)), rest)) => rest,
        _ => path,
    }
}
