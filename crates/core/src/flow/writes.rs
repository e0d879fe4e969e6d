//! Rows → what a line makes of what stood there before: a field that is written anew, elements that are gone.
//!
//! A value that was in a field before does not flow to what reads the field behind such a line, if that line has run
//! whenever the reading one runs. A called function counts where it writes, whatever happens, into what it is given;
//! library bodies say so by `__drop__(o)`, all elements, `__drop__(o, key)`, one of them, or `__drop_attr__(o, key)`.
//!
//! ```text
//! o.f = e          (o, f) on that line
//! o.f.g = e        (o, f.g), and (t, g) of the object t that was read
//! m.delete("k")    (m, @@table."@k"): the body says __drop__(this["@@table"], "@" + key)
//! ```

use super::engine::Engine;
use super::index::{BySlot, Origin, Tables};
use super::path::{Path, Paths, Step};
use super::targets;
use crate::facts::{ArgKind, Call, CallFlags, Callee, Constant, Facts, Field, Language, Store};
use crate::ids::{CallId, FuncId, Sym, Var};
use std::rc::Rc;

/// A part of a variable that is written anew.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Part {
    /// A field, or a field of a field.
    Field(Field, Option<Field>),
    /// All elements and keys.
    Elements,
}

/// An element that a function drops, of the name that a constant beginning and one of its parameters make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Named {
    /// The field that holds the elements, if they are not the object's own.
    of: Option<Field>,
    prefix: Sym,
    key: Var,
    /// Whether it is an attribute, in a language that tells attributes and elements apart.
    is_attribute: bool,
}

/// What a function does to what it is given, whatever happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sure {
    /// Writes a part of a parameter.
    Part(Var, Part),
    /// Drops an element of a parameter.
    Named(Var, Named),
}

/// Variable, part and line of each such write. Sorted.
pub(super) type Write = (Var, Part, u32);

/// What the parts of a path are written by.
pub(super) fn parts_of(paths: &Paths, path: Path) -> [Option<Part>; 3] {
    let Some((step, rest)) = paths.split(path) else { return [None; 3] };
    let elements = match step {
        Step::Key | Step::Field(Field::Item(_) | Field::AnyItem) => Some(Part::Elements),
        Step::Field(_) | Step::Under(_) => None,
    };
    let Step::Field(first) = step else { return [elements, None, None] };
    let second = match paths.split(rest) {
        Some((Step::Field(second), _)) => Some(Part::Field(first, Some(second))),
        _ => None,
    };
    [elements, Some(Part::Field(first, None)), second]
}

/// The writes of a function's own variables.
pub(super) fn writes(facts: &Facts, function: FuncId, origins: &BySlot<Origin>) -> Vec<Write> {
    let own = facts.functions[function.index()].vars;
    let mut writes = Vec::new();
    let is_named = |field| matches!(field, Field::Attr(_) | Field::Item(_));
    for row in facts.stores_of(function).iter().filter(|row| is_named(row.field)) {
        if is_emptied(facts, function, row) {
            writes.push((row.base, Part::Elements, row.line));
        }
        writes.push((row.base, Part::Field(row.field, None), row.line));
        let above = holder(facts, origins, row.base, row.line);
        writes.extend(above.map(|(base, field)| (base, Part::Field(field, Some(row.field)), row.line)));
    }
    for (row, call) in implicit_calls(facts, function) {
        let Callee::Method(base, name) = row.callee else { continue };
        let key = facts.args_of(call).first();
        match (facts.text(name), key) {
            ("__drop__", None) => match holder(facts, origins, base, row.line) {
                Some((above, field)) => writes.push((above, Part::Field(field, None), row.line)),
                None => writes.push((base, Part::Elements, row.line)),
            },
            // A sequence closes the gap, so what stood behind is there now.
            ("__delitem__", Some(key)) => {
                if let Some(Constant::Str(key)) = facts.constant(function, key.var) {
                    writes.push((base, Part::Field(Field::Item(key), None), row.line));
                }
            }
            _ => {}
        }
    }
    writes.retain(|row| row.0.0 < own);
    writes.sort_unstable();
    writes
}

/// `xs.length = 0`
fn is_emptied(facts: &Facts, function: FuncId, row: &Store) -> bool {
    let is_length = matches!(row.field, Field::Attr(name) if facts.text(name) == "length");
    let zero = |constant| matches!(constant, Constant::Int(number) if facts.text(number) == "0");
    is_length && facts.constant(function, row.src).is_some_and(zero)
}

/// The object and field from which a variable was read on the same line, where that is all that it is.
fn holder(facts: &Facts, origins: &BySlot<Origin>, var: Var, line: u32) -> Option<(Var, Field)> {
    let mut load = None;
    for &origin in origins.of(var) {
        match origin {
            Origin::Load(row) if load.is_none() => load = Some(facts.loads[row as usize]),
            // These change what is below it.
            Origin::Store(_) | Origin::StoreKey(_) | Origin::Copy(_) => {}
            _ => return None,
        }
    }
    let load = load?;
    let is_named = matches!(load.field, Field::Attr(_) | Field::Item(_));
    (load.line == line && is_named).then_some((load.base, load.field))
}

fn implicit_calls(facts: &Facts, function: FuncId) -> impl Iterator<Item = (&Call, CallId)> {
    let calls = facts.calls_of(function).iter().zip((facts.first_call(function).0..).map(CallId));
    calls.filter(|(row, _)| row.flags.has(CallFlags::IMPLICIT))
}

/// The elements that a library body drops by name, with the line.
fn named(facts: &Facts, function: FuncId, origins: &BySlot<Origin>) -> Vec<(Var, Named, u32)> {
    let mut found = Vec::new();
    for (row, call) in implicit_calls(facts, function) {
        let (Callee::Method(base, name), Some(key)) = (row.callee, facts.args_of(call).first()) else {
            continue;
        };
        let is_attribute = facts.text(name) == "__drop_attr__";
        if facts.text(name) != "__drop__" && !is_attribute {
            continue;
        }
        let mut concats = facts.concats_of(function).iter();
        let concat = concats.find(|concat| concat.dst == key.var && facts.text(concat.suffix).is_empty());
        let (prefix, key) = concat.map_or((Sym::EMPTY, key.var), |concat| (concat.prefix, concat.src));
        let (base, of) = match holder(facts, origins, base, row.line) {
            Some((above, field)) => (above, Some(field)),
            None => (base, None),
        };
        found.push((base, Named { of, prefix, key, is_attribute }, row.line));
    }
    found
}

impl Engine<'_> {
    /// What the functions called write in the caller's objects, whatever happens.
    pub(super) fn called_writes(&mut self, caller: FuncId) -> Vec<Write> {
        let (mut writes, first) = (Vec::new(), self.facts.first_call(caller).0);
        for (row, call) in self.facts.calls_of(caller).iter().zip((first..).map(CallId)) {
            let Some(target) = targets::sure_target(self.facts, self.solution, call) else { continue };
            for sure in self.sure_writes(target).iter().copied() {
                let (param, part) = match sure {
                    Sure::Part(param, part) => (param, Some(part)),
                    Sure::Named(param, named) => (param, self.named_part((caller, call), target, named)),
                };
                let Some(part) = part else { continue };
                let actuals = self.binding(call, target).actuals(param, Path::WHOLE, &mut self.paths);
                let whole = actuals.into_iter().filter(|actual| actual.1 == Path::WHOLE);
                writes.extend(whole.map(|actual| (actual.0, part, row.line)));
            }
        }
        writes
    }

    /// The part that a call drops, if its key is a constant.
    fn named_part(&mut self, (caller, call): (FuncId, CallId), target: FuncId, named: Named) -> Option<Part> {
        let actuals = self.binding(call, target).actuals(named.key, Path::WHOLE, &mut self.paths);
        let [(key, Path::WHOLE)] = actuals[..] else { return None };
        if self
            .facts
            .args_of(call)
            .iter()
            .any(|arg| matches!(arg.kind, ArgKind::Spread | ArgKind::KeywordSpread))
        {
            return None;
        }
        let (Constant::Str(text) | Constant::Int(text)) = self.constant(caller, key)? else { return None };
        let text = format!("{}{}", self.facts.text(named.prefix), self.facts.text(text));
        let name = self.facts.names.find(&text)?;
        let file = self.facts.functions[target.index()].file;
        // There, attributes and elements are told apart by the key alone.
        let is_one = self.facts.files[file.index()].language == Language::JavaScript;
        let is_attribute = named.is_attribute || (is_one && !crate::facts::is_index(&text));
        let field = if is_attribute { Field::Attr(name) } else { Field::Item(name) };
        Some(match named.of {
            Some(above) => Part::Field(above, Some(field)),
            None => Part::Field(field, None),
        })
    }

    /// What a function always does to its parameters. Of library bodies, that is what they say they drop: they keep
    /// what they are given in ways of their own.
    fn sure_writes(&mut self, function: FuncId) -> Rc<[Sure]> {
        if let Some(known) = self.writes_of.get(&function) {
            return Rc::clone(known);
        }
        let facts = self.facts;
        let is_param = |var: Var| facts.params_of(function).iter().any(|param| param.var == var);
        let is_library = targets::is_library(facts, function);
        let any = !facts.stores_of(function).is_empty() || implicit_calls(facts, function).next().is_some();
        let mut sure = Vec::new();
        if any {
            let tables = Tables::new(facts, function);
            let drops = named(facts, function, tables.all_origins());
            let drops = drops.into_iter().filter(|row| tables.always_runs(row.2) && is_param(row.0));
            sure.extend(drops.map(|(param, named, _)| Sure::Named(param, named)));
            let lines: Vec<u32> = implicit_calls(facts, function).map(|(row, _)| row.line).collect();
            let parts = tables.sure_writes().filter(|row| is_param(row.0));
            let parts = parts.filter(|row| !is_library || lines.contains(&row.2));
            sure.extend(parts.map(|(param, part, _)| Sure::Part(param, part)));
        }
        let sure: Rc<[Sure]> = sure.into();
        self.writes_of.insert(function, Rc::clone(&sure));
        sure
    }
}
