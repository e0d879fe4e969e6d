//! What follows from one fact: the rules of the analysis, relation by relation.
//!
//! In the rules, `x.p` is a fact: the part `p` of variable `x` holds the value. `x.p!` says that the object was
//! changed there, and implies `x.p`. `f·p` is the path `p` below field `f`.

use super::access::{self, Access};
use super::bind::{Actual, Binding, is_position};
use super::engine::{DEEP, Engine, Fact, NodeId, Site, Why};
use super::index::{Origin, Tables, Use};
use super::path::{Path, Read, Step};
use super::writes::parts_of;
use super::{Effect, Unknown, What, targets, text};
use crate::facts::{
    CallFlags, Check, Derivation, Facts, Field, FunctionFlags, FunctionKind, Guard, Language, Space,
};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::Certainty;

/// Where library bodies keep the elements of a container that is no sequence.
const TABLES: [&str; 3] = ["@@table", "@@keys", "@@elements"];

/// A fact that is being visited.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) node: NodeId,
    pub(super) function: FuncId,
    pub(super) fact: Fact,
}

impl Engine<'_> {
    /// Applies every rule to a fact.
    pub(super) fn visit(&mut self, node: NodeId) {
        let row = self.nodes[node.0 as usize];
        let function = self.contexts[row.context.0 as usize].key.function;
        let at = At { node, function, fact: row.fact };
        let tables = self.tables(function);
        if at.fact.back > 0 {
            for &origin in tables.origins(at.fact.var) {
                self.backward(at, origin);
            }
        } else {
            self.hit_sinks(at, &tables);
            for &used in tables.uses(at.fact.var) {
                let line = used.line(self.facts);
                let is_early = self.is_early(at, &tables, line) && self.takes_now(at, used)
                    || self.has_run(at, used, &tables);
                if !tables.is_dead(line) && !is_early && !self.is_overwritten(at, &tables, line) {
                    self.forward(at, used);
                }
            }
        }
        self.cross(at, row.why == Why::Entry, &tables);
    }

    /// Looks whether a fact is in a sink, and follows it no further.
    pub(super) fn look(&mut self, node: NodeId) {
        let row = self.nodes[node.0 as usize];
        let function = self.contexts[row.context.0 as usize].key.function;
        if row.fact.back == 0 {
            let tables = self.tables(function);
            self.hit_sinks(At { node, function, fact: row.fact }, &tables);
        }
    }

    /// Whether something else was surely written where the value was, before a line runs.
    fn is_overwritten(&self, at: At, tables: &Tables, line: u32) -> bool {
        let parts = parts_of(&self.paths, at.fact.path);
        at.fact.until > 0 && tables.is_overwritten(at.fact.var, parts, at.fact.until, line)
    }

    /// Whether the value is not there yet when a line runs.
    fn is_early(&self, at: At, tables: &Tables, line: u32) -> bool {
        at.fact.path != Path::WHOLE && tables.is_early(line, self.nodes[at.node.0 as usize].line)
    }

    /// Whether a row is the call that has just left the value in an object, and no loop leads back to it.
    fn has_run(&self, at: At, used: Use, tables: &Tables) -> bool {
        let (Use::Receiver(call) | Use::Argument(call, _)) = used else { return false };
        let row = &self.nodes[at.node.0 as usize];
        let is_it = matches!(row.why, Why::Through(Site::Call(by), _) if by == call);
        is_it && at.fact.path != Path::WHOLE && tables.runs_once(row.line)
    }

    /// Whether a row takes the value itself out of an object when it runs. Whatever takes the object, or an object that
    /// is in it, sees what is written to it later, and so do queues and listeners.
    fn takes_now(&self, at: At, used: Use) -> bool {
        let Some((Step::Field(first), rest)) = self.paths.split(at.fact.path) else { return false };
        match used {
            Use::Load(_) | Use::LoadKey(_) | Use::Iterate(_) => rest == Path::WHOLE,
            Use::Derive(_) => true,
            Use::Receiver(call) => {
                let is_table = matches!(first, Field::Attr(name) if TABLES.contains(&self.facts.text(name)));
                let is_held = is_position(first, self.facts) || matches!(first, Field::Item(_)) || is_table;
                let is_value = match self.paths.split(rest) {
                    Some((_, below)) => is_table && below == Path::WHOLE,
                    None => true,
                };
                let targets = targets::functions(self, at.node, call);
                let is_library = |row: &(FuncId, Certainty)| targets::is_library(self.facts, row.0);
                is_held && is_value && !targets.is_empty() && targets.iter().all(is_library)
            }
            _ => false,
        }
    }

    /// Whether something else was surely written where the value was, before the function ends.
    fn is_gone(&self, at: At, tables: &Tables) -> bool {
        let parts = parts_of(&self.paths, at.fact.path);
        at.fact.until > 0 && tables.is_gone(at.fact.var, parts, at.fact.until)
    }

    /// Whether what a call is given shows the value: itself, in a container, or, where objects are the mappings of the
    /// language, in a field of an object.
    pub(super) fn is_shown(&self, function: FuncId, path: Path) -> bool {
        match self.language(function) {
            Language::Python => self.paths.is_content(path),
            Language::JavaScript => !self.is_reason(path),
            Language::Rust => true,
        }
    }

    /// Whether a path leads into a mapping or an object, and not only into a sequence.
    fn is_named_part(&self, path: Path) -> bool {
        match self.paths.split(path) {
            Some((Step::Field(field), _)) => !is_position(field, self.facts),
            Some((Step::Key | Step::Under(_), _)) => true,
            None => false,
        }
    }

    /// Whether a path leads to why a promise failed, which whoever awaits it is not given.
    fn is_reason(&self, path: Path) -> bool {
        match self.paths.split(path) {
            Some((Step::Field(Field::Attr(name)), _)) if self.facts.text(name) == "@@reason" => true,
            Some((_, rest)) => self.is_reason(rest),
            None => false,
        }
    }

    /// Whether the text of an object shows the value: where texts are made of any object, fields are in them.
    fn is_printed(&self, function: FuncId, path: Path) -> bool {
        self.language(function) == Language::Rust || self.paths.is_content(path)
    }

    pub(super) fn language(&self, function: FuncId) -> Language {
        self.facts.files[self.facts.functions[function.index()].file.index()].language
    }

    /// A value arrives in a sink if it is the argument itself or is in a container that is.
    fn hit_sinks(&mut self, at: At, tables: &Tables) {
        if !self.is_shown(at.function, at.fact.path) {
            return;
        }
        let key = (at.function, at.fact.var);
        let start = self.sinks.partition_point(|row| (row.0, row.1) < key);
        for index in start..self.sinks.len() {
            let (function, var, sink) = self.sinks[index];
            if (function, var) != key {
                break;
            }
            let row = self.query.sinks[sink as usize];
            let line = self.line(Site::Call(row.call));
            let runs = !tables.is_dead(line)
                && !self.is_early(at, tables, line)
                && !self.is_overwritten(at, tables, line);
            let is_address = self.query.begins.contains(&row.kind);
            let is_other = match row.below[0] {
                _ if is_address && self.paths.is_deep(at.fact.path) => true,
                Some(_) => !self.is_below(at.fact.path, row.below),
                None => self.query.texts.contains(&row.kind) && self.is_named_part(at.fact.path),
            };
            if is_other {
                continue;
            }
            if runs && !self.is_clean(at.fact.marks, row.kind) {
                let context = self.nodes[at.node.0 as usize].context;
                self.contexts[context.0 as usize].hits.push((sink, at.node));
            }
        }
    }

    /// Whether a path may lead into these fields, one below the other.
    fn is_below(&self, path: Path, fields: [Option<Sym>; 2]) -> bool {
        let mut path = path;
        for field in fields.into_iter().flatten() {
            let Some((Step::Field(held), rest)) = self.paths.split(path) else { return true };
            if name_of(held).is_some_and(|held| held != field) {
                return false;
            }
            path = rest;
        }
        true
    }

    fn forward(&mut self, at: At, used: Use) {
        let facts = self.facts;
        match used {
            // moves(y, x), x.p ⇒ y.p
            Use::Move(row) => {
                let row = facts.moves[row as usize];
                self.pass_guard(at, row.dst, row.line);
            }
            Use::Derive(row) => self.derive(at, row),
            // loads(y, x, f), x.f·p ⇒ y.p
            Use::Load(number) => {
                let row = facts.loads[number as usize];
                let says_less = names_class(row.field, facts)
                    || (self.query.unknown == Unknown::Receiver && names_place(row.field, facts));
                let is_about_class = at.fact.path == Path::WHOLE && says_less;
                if let Read::Hit(rest) = self.paths.read(at.fact.path, row.field, facts)
                    && !is_about_class
                {
                    let marks = at.fact.marks | self.end_of(at, row.base, row.field);
                    let cleaned = At { fact: Fact { marks, ..at.fact }, ..at };
                    self.step(cleaned, row.dst, rest, What::Reads(name_of(row.field)), row.line);
                }
                self.access(at, Access::Load(number));
            }
            // stores(y, f, x), x.p ⇒ y.f·p!
            Use::Store(number) => {
                let row = facts.stores[number as usize];
                self.write(at, row.base, row.field, row.line);
                self.access(at, Access::Store(number));
            }
            Use::LoadKey(number) => {
                let row = facts.load_keys[number as usize];
                for field in targets::fields(self, at.node, row.key, row.space) {
                    if let Read::Hit(rest) = self.paths.read(at.fact.path, field, facts) {
                        self.step(at, row.dst, rest, What::Reads(name_of(field)), row.line);
                    }
                }
                self.access(at, Access::LoadKey(number));
            }
            Use::StoreKey(number) => {
                let row = facts.store_keys[number as usize];
                for field in targets::fields(self, at.node, row.key, row.space) {
                    self.write(at, row.base, field, row.line);
                }
                self.access(at, Access::StoreKey(number));
            }
            // store_keys(y, x, v), x.ε ⇒ y.key!
            Use::StoreAsKey(row) => {
                let row = facts.store_keys[row as usize];
                if at.fact.path == Path::WHOLE {
                    let path = self.paths.push(Step::Key, Path::WHOLE);
                    let fact = Fact { var: row.base, path, back: 1, ..at.fact };
                    self.follow(at.node, fact, Why::Row(What::Writes(None), row.line), Certainty::Exact);
                }
            }
            Use::Iterate(row) => {
                self.iterate(at, row);
                self.access(at, Access::Iterate(row));
            }
            // keys(y, x), x.key·p ⇒ y.p
            Use::Keys(row) => {
                let row = facts.keys[row as usize];
                match self.paths.split(at.fact.path) {
                    None => self.step(at, row.dst, Path::WHOLE, What::Iterates, 0),
                    Some((Step::Key, rest)) => self.step(at, row.dst, rest, What::Iterates, 0),
                    Some(_) => {}
                }
            }
            Use::Copy(row) => self.copy(at, row),
            // supers(y, x), x.p ⇒ y.p
            Use::Super(row) => {
                let row = facts.supers[row as usize];
                self.step(at, row.dst, at.fact.path, What::Moves, 0);
            }
            Use::Receiver(call) => self.call(at, call, Actual::Object),
            Use::Argument(call, number) => self.call(at, call, Actual::Argument(number)),
            Use::Callee(call) => self.callee(at, call),
        }
    }

    /// The marks of the last part of what a call gives, if a field is that part: `os.path.splitext(name)[1]`. What is
    /// counted from the end has no number of its own.
    fn end_of(&mut self, at: At, base: Var, field: Field) -> u32 {
        let is_last = match field {
            Field::AnyItem => true,
            Field::Item(name) => self.facts.text(name) != "0",
            _ => false,
        };
        if !is_last || !self.has_ends {
            return 0;
        }
        let tables = self.tables(at.function);
        let moved = tables.origins(base).iter().filter_map(|origin| match origin {
            Origin::Move(row) => Some(self.facts.moves[*row as usize].src),
            _ => None,
        });
        let bases: Vec<Var> = moved.chain([base]).collect();
        let origins = bases.iter().flat_map(|&base| tables.origins(base));
        let ends = origins.filter_map(|origin| match origin {
            Origin::Result(call) => Some(self.effects(*call)),
            _ => None,
        });
        ends.flatten().fold(0, |marks, effect| match effect {
            Effect::CleansEnd(kinds) => marks | self.bits(kinds),
            _ => marks,
        })
    }

    /// A row of the same function lets the fact hold elsewhere.
    pub(super) fn step(&mut self, at: At, var: Var, path: Path, what: What, line: u32) {
        let fact = Fact { var, path, back: 0, ..at.fact };
        self.follow(at.node, fact, Why::Row(what, line), Certainty::Exact);
    }

    /// moves(y, x), x.p ⇒ y.p, where a guard that stands before y makes the value harmless for what it asked. What a
    /// test of the program's own is worth is not known, so what is behind it is not sure.
    fn pass_guard(&mut self, at: At, dst: Var, line: u32) {
        let tables = self.tables(at.function);
        let Some((guard, call)) = tables.guard(dst) else {
            return self.step(at, dst, at.fact.path, What::Moves, line);
        };
        let known = match guard.check {
            Check::Shape(_) => return self.step(at, dst, at.fact.path, What::Moves, line),
            Check::Member => self.bits(&self.query.members),
            Check::Host => self.bits(&self.query.begins),
            Check::Call | Check::Asked => {
                call.filter(|_| guard.holds).map_or(0, |call| self.vouched_by(at.node, call))
            }
        };
        let fact = Fact { var: dst, marks: at.fact.marks | known, back: 0, ..at.fact };
        // What a library body asks is asked by what it was given, if at all: `xs.filter(x => x)`.
        let is_open = guard.check != Check::Asked && !targets::is_library(self.facts, at.function);
        if known == 0 && is_open {
            self.follow(at.node, fact, Why::Row(What::Tested, line), Certainty::Possible);
        } else {
            self.follow(at.node, fact, Why::Row(What::Moves, line), Certainty::Exact);
        }
    }

    /// What a test makes harmless: a known one, or one of the program's own whose answer is that of a known one, or
    /// whether its argument is one of some values.
    fn vouched_by(&self, node: NodeId, call: CallId) -> u32 {
        let mut marks = self.cleaned_by(call);
        for (target, _) in targets::functions(self, node, call) {
            if self.facts.guards_of(target).iter().any(|row| self.is_answer(target, row)) {
                marks |= self.bits(&self.query.members);
            }
            let answers = self.facts.moves_of(target).iter().filter(|row| row.dst == Var::RETURN);
            let calls =
                self.facts.calls_of(target).iter().zip((self.facts.first_call(target).0..).map(CallId));
            let calls: Vec<(Var, CallId)> = calls.map(|(row, call)| (row.dst, call)).collect();
            for answer in answers {
                let made = calls.iter().filter(|row| row.0 == answer.src);
                marks |= made.fold(0, |marks, row| marks | self.cleaned_by(row.1));
            }
        }
        marks
    }

    /// Whether a function returns what a guard gives: that a parameter is one of some values.
    fn is_answer(&self, function: FuncId, guard: &Guard) -> bool {
        let is_param = |var: Var| self.facts.params_of(function).iter().any(|param| param.var == var);
        let is_whole = guard.test == Var::RETURN && guard.holds && guard.check == Check::Member;
        let mut moves = self.facts.moves_of(function).iter();
        is_whole && moves.any(|row| row.dst == guard.dst && is_param(row.src))
    }

    /// The value is written to a field: every name of the object sees it.
    fn write(&mut self, at: At, base: Var, field: Field, line: u32) {
        let path = self.paths.push_field(field, at.fact.path);
        let fact = Fact { var: base, path, back: 1, ..at.fact };
        self.follow(at.node, fact, Why::Row(What::Writes(name_of(field)), line), Certainty::Exact);
    }

    /// derives(y, x, how), x.p ⇒ y.p', where text made from a container holds what the container held.
    fn derive(&mut self, at: At, number: u32) {
        let row = self.facts.derives[number as usize];
        let content = self.is_printed(at.function, at.fact.path);
        match row.how {
            Derivation::Weak => {}
            Derivation::Format if content => {
                let late = text::is_behind(self.facts, at.function, number);
                let marks = at.fact.marks | if late { self.bits(&self.query.begins) } else { 0 };
                let at = At { fact: Fact { marks, ..at.fact }, ..at };
                self.step(at, row.dst, Path::WHOLE, What::Formats, row.line);
            }
            Derivation::Format => {}
            Derivation::Slice => {
                let path = self.paths.blur(at.fact.path, self.facts);
                self.step(at, row.dst, path, What::Slices, row.line);
            }
            Derivation::Operator => {
                let path = self.paths.blur(at.fact.path, self.facts);
                self.step(at, row.dst, path, What::Computes, row.line);
            }
        }
    }

    /// iterates(y, x), x.[i]·p ⇒ y.p; a mapping gives its keys, so what is stored under names stays where it is.
    fn iterate(&mut self, at: At, row: u32) {
        let row = self.facts.iterates[row as usize];
        let rest = match self.paths.split(at.fact.path) {
            None => Path::WHOLE,
            Some((Step::Key | Step::Under(_), rest)) => rest,
            Some((Step::Field(field), rest)) if is_position(field, self.facts) => rest,
            Some((Step::Field(field), rest)) => match self.iterated_table(at, field, rest) {
                Some(rest) => rest,
                None => return,
            },
        };
        self.step(at, row.dst, rest, What::Iterates, row.line);
    }

    /// What a library body that iterates a container of the library gets: the elements of a set, pairs of a mapping. Who
    /// runs its iterator there, no edge says.
    fn iterated_table(&mut self, at: At, field: Field, rest: Path) -> Option<Path> {
        let Field::Attr(name) = field else { return None };
        if !targets::is_library(self.facts, at.function) {
            return None;
        }
        let (_, below) = self.paths.split(rest)?;
        let position = match self.facts.text(name) {
            "@@elements" => return Some(below),
            "@@keys" => "0",
            "@@table" => "1",
            _ => return None,
        };
        let position = self.facts.names.find(position)?;
        Some(self.paths.push_field(Field::Item(position), below))
    }

    /// copies(y, x), x.f·p ⇒ y.f·p!
    fn copy(&mut self, at: At, row: u32) {
        let row = self.facts.copies[row as usize];
        let path = match (self.paths.split(at.fact.path), row.space) {
            (None, Space::Item) => self.paths.push_field(Field::AnyItem, Path::WHOLE),
            (None, Space::Attr) => self.paths.push_field(Field::AnyAttr, Path::WHOLE),
            (Some((Step::Key | Step::Field(Field::Item(_) | Field::AnyItem), _)), Space::Item)
            | (Some((Step::Field(Field::Attr(_) | Field::AnyAttr), _)), Space::Attr) => at.fact.path,
            _ => return,
        };
        let fact = Fact { var: row.dst, path, back: 1, ..at.fact };
        self.follow(at.node, fact, Why::Row(What::Copies, 0), Certainty::Exact);
    }

    /// The rules in the other direction: whatever else names the changed object sees the change.
    fn backward(&mut self, at: At, origin: Origin) {
        let facts = self.facts;
        let path = at.fact.path;
        match origin {
            // moves(x, y), x.p! ⇒ y.p!
            Origin::Move(row) => {
                let row = facts.moves[row as usize];
                self.step_back(at, row.src, path, What::Moves, row.line);
            }
            // loads(x, y, f), x.p! ⇒ y.f·p!
            Origin::Load(row) => {
                let row = facts.loads[row as usize];
                let path = self.paths.push_field(row.field, path);
                self.step_up(at, row.base, path, What::Writes(name_of(row.field)), row.line);
            }
            // stores(x, f, y), x.f·p! ⇒ y.p!, where the change is below f
            Origin::Store(row) => {
                let row = facts.stores[row as usize];
                self.change_stored(at, row.src, row.field, row.line);
            }
            Origin::LoadKey(row) => {
                let row = facts.load_keys[row as usize];
                for field in targets::fields(self, at.node, row.key, row.space) {
                    let path = self.paths.push_field(field, path);
                    self.step_up(at, row.base, path, What::Writes(name_of(field)), row.line);
                }
            }
            Origin::StoreKey(row) => {
                let row = facts.store_keys[row as usize];
                for field in targets::fields(self, at.node, row.key, row.space) {
                    self.change_stored(at, row.src, field, row.line);
                }
            }
            Origin::Iterate(row) => {
                let row = facts.iterates[row as usize];
                let path = self.paths.push_field(Field::AnyItem, path);
                self.step_up(at, row.base, path, What::Writes(None), row.line);
            }
            // copies(x, y), x.f·p! ⇒ y.f·p!, where the change is below f: the fields are new, what they hold is shared
            Origin::Copy(row) => {
                let row = facts.copies[row as usize];
                if at.fact.back > 1 && self.paths.split(path).is_some_and(|(_, rest)| rest != Path::WHOLE) {
                    self.step_back(at, row.src, path, What::Copies, 0);
                }
            }
            Origin::Super(row) => {
                let row = facts.supers[row as usize];
                self.step_back(at, row.receiver, path, What::Moves, 0);
            }
            Origin::Result(call) => self.change_result(at, call),
        }
    }

    fn step_back(&mut self, at: At, var: Var, path: Path, what: What, line: u32) {
        let fact = Fact { var, path, ..at.fact };
        self.follow(at.node, fact, Why::Row(what, line), Certainty::Exact);
    }

    /// As [`step_back`](Self::step_back), to an object that holds the changed one.
    fn step_up(&mut self, at: At, var: Var, path: Path, what: What, line: u32) {
        let at = At { fact: Fact { back: (at.fact.back + 1).min(DEEP), ..at.fact }, ..at };
        self.step_back(at, var, path, what, line);
    }

    fn change_stored(&mut self, at: At, src: Var, field: Field, line: u32) {
        if let Read::Hit(rest) = self.paths.read(at.fact.path, field, self.facts)
            && rest != Path::WHOLE
            && at.fact.back > 1
        {
            // Of a change that is far down it is not known how far.
            let back = if at.fact.back == DEEP { DEEP } else { at.fact.back - 1 };
            let at = At { fact: Fact { back, ..at.fact }, ..at };
            self.step_back(at, src, rest, What::Moves, line);
        }
    }

    /// x = g(…), x.p! ⇒ what `g` returns (or the object that it fills, if it constructs) is changed.
    fn change_result(&mut self, at: At, call: CallId) {
        for (target, certainty) in targets::functions(self, at.node, call) {
            let binding = self.binding(call, target);
            if binding.makes_object() {
                for (var, path) in binding.arrivals(Actual::Object, at.fact.path, &mut self.paths) {
                    self.enter(at.node, Site::Call(call), target, Fact { var, path, ..at.fact }, certainty);
                }
            } else if !self.flags(target).has(FunctionFlags::GENERATOR) {
                self.enter(
                    at.node,
                    Site::Call(call),
                    target,
                    Fact { var: Var::RETURN, ..at.fact },
                    certainty,
                );
            }
        }
    }

    /// A call is given the value.
    fn call(&mut self, at: At, call: CallId, actual: Actual) {
        let Some(marks) = self.marks_of(call, at.fact.marks) else { return };
        let at = At { fact: Fact { marks, ..at.fact }, ..at };
        if actual == Actual::Object && self.call_part(at, call) {
            return;
        }
        if self.carry(at, call) {
            return;
        }
        if self.construct(at, call, actual) {
            return;
        }
        let mut targets = targets::functions(self, at.node, call);
        if let Some(method) = self.asked_as_text(at, call, actual, &targets) {
            targets = smallvec::smallvec![(method, Certainty::Resolved)];
        }
        let context = self.nodes[at.node.0 as usize].context;
        targets.retain(|row| self.inside(context, row.0).is_some());
        if targets.is_empty() {
            targets.extend(self.text_method(at, call, actual).map(|method| (method, Certainty::Resolved)));
        }
        if targets.is_empty() && !self.is_left_out(at, call) {
            self.hand_on(at, call, actual);
            self.pass_unknown(at, call, actual);
        }
        for (target, certainty) in targets {
            if actual == Actual::Object && self.asks_other_key(at.fact, call, target) {
                continue;
            }
            let binding = self.binding(call, target);
            for (var, path) in binding.arrivals(actual, at.fact.path, &mut self.paths) {
                let fact = Fact { var, path, back: 0, ..at.fact };
                self.enter(at.node, Site::Call(call), target, fact, certainty);
            }
        }
    }

    /// A class without a constructor of its own takes its declared fields in order: C(a) ⇒ result.f₀ = a
    fn construct(&mut self, at: At, call: CallId, actual: Actual) -> bool {
        let Actual::Argument(number) = actual else { return false };
        let row = self.facts.calls[call.index()];
        let Some(field) = targets::constructor_field(self.facts, self.solution, at.function, call, number)
        else {
            return false;
        };
        let path = self.paths.push_field(Field::Attr(field), at.fact.path);
        self.step(at, row.dst, path, What::Writes(Some(field)), row.line);
        true
    }

    /// A model says what the call makes of the value. Whether a model says what the result is made of.
    fn carry(&mut self, at: At, call: CallId) -> bool {
        let mut says = false;
        let row = self.facts.calls[call.index()];
        for effect in self.effects(call).collect::<Vec<_>>() {
            let Effect::Carries(from, to) = effect else { continue };
            says |= *to == row.dst;
            if from.contains(&at.fact.var) && self.is_shown(at.function, at.fact.path) {
                let fills = *to != row.dst;
                let path =
                    if fills { self.paths.push_field(Field::AnyItem, Path::WHOLE) } else { Path::WHOLE };
                let fact = Fact { var: *to, path, back: u8::from(fills), ..at.fact };
                self.follow(at.node, fact, Why::Row(What::Passes(call), row.line), Certainty::Resolved);
            }
        }
        says
    }

    /// The called value itself is tainted, or is a class whose attributes are.
    fn callee(&mut self, at: At, call: CallId) {
        let targets = targets::functions(self, at.node, call);
        let makes = |&(target, _): &(FuncId, Certainty)| {
            Binding::new(self.facts, self.solution, call, target).makes_object()
        };
        let instance = targets.is_empty() || targets.iter().any(makes);
        let dst = self.facts.calls[call.index()].dst;
        match self.paths.split(at.fact.path) {
            None if targets.is_empty() => self.pass_unknown(at, call, Actual::Object),
            // F.prototype.f·p ⇒ new F().f·p
            Some((Step::Field(Field::Attr(name)), rest)) if self.is_prototype(call, name) => {
                self.step(at, dst, rest, What::Member, self.line(Site::Call(call)));
            }
            Some((Step::Field(Field::Attr(_) | Field::AnyAttr), _)) if instance => {
                self.step(at, dst, at.fact.path, What::Member, self.line(Site::Call(call)));
            }
            _ => {}
        }
    }

    /// Whether an attribute of what a call constructs from is what its instances inherit from.
    fn is_prototype(&self, call: CallId, name: Sym) -> bool {
        let is_new = self.facts.calls[call.index()].flags.has(CallFlags::CONSTRUCT);
        is_new && self.facts.text(name) == "prototype"
    }

    /// Reading or writing a field, or iterating, may run a function of the object.
    fn access(&mut self, at: At, access: Access) {
        for (target, certainty) in access::functions(self, at.function, access) {
            if let Some(var) = access::arrival(self.facts, access, at.fact.var, target) {
                let fact = Fact { var, back: 0, ..at.fact };
                self.enter(at.node, Site::Access(access), target, fact, certainty);
            }
        }
    }

    /// The ways out of the function: to its callers, to closures, to modules that import the name.
    fn cross(&mut self, at: At, is_entry: bool, tables: &Tables) {
        let Fact { var, back, .. } = at.fact;
        let generator = self.flags(at.function).has(FunctionFlags::GENERATOR);
        if back == 0 && ((var == Var::RETURN && !generator) || (var == Var::YIELD && generator)) {
            self.exit(at.node);
        }
        let is_param = self.facts.params_of(at.function).iter().any(|param| param.var == var);
        if back > 0 && is_param && !self.is_gone(at, tables) {
            self.exit(at.node);
        }
        self.cross_captures(at, is_entry);
        self.cross_links(at);
        if self.facts.functions[at.function.index()].kind == FunctionKind::ClassBody {
            self.cross_members(at);
        }
    }

    /// A captured variable is one variable, whichever function writes or reads it.
    fn cross_captures(&mut self, at: At, is_entry: bool) {
        let Fact { var, back, .. } = at.fact;
        let function = &self.facts.functions[at.function.index()];
        if let Some(slot) = var.index().checked_sub(function.vars as usize) {
            // What the function only reads is known to the owner, which is where it came from.
            // Library bodies that were not called got it there, too, even where the object was changed.
            let context = self.nodes[at.node.0 as usize].context;
            let called = self.contexts[context.0 as usize].key.called;
            let came = is_entry && (back == 0 || (!called && targets::is_library(self.facts, at.function)));
            if let Some(capture) = self.facts.captures_of(at.function).get(slot).filter(|_| !came) {
                let (owner, fact) = (capture.function, Fact { var: capture.var, ..at.fact });
                self.jump(at.node, owner, fact, What::Captured, 0);
            }
            return;
        }
        let program = self.program;
        for &(_, _, reader, slot) in program.readers(at.function, var) {
            self.jump(at.node, reader, Fact { var: slot, ..at.fact }, What::Captured, 0);
        }
    }

    fn cross_links(&mut self, at: At) {
        let (here, program) = ((at.function, at.fact.var), self.program);
        for link in program.links(here) {
            self.jump(at.node, link.to.0, Fact { var: link.to.1, ..at.fact }, What::Imported, 0);
        }
        if at.fact.back > 0 {
            for link in program.back_links(here) {
                self.jump(at.node, link.from.0, Fact { var: link.from.1, ..at.fact }, What::Imported, 0);
            }
        }
    }

    /// A name of a class body is an attribute of the class.
    fn cross_members(&mut self, at: At) {
        let program = self.program;
        for &(_, _, class) in program.members(at.function, at.fact.var) {
            let class = crate::ids::ClassId(class);
            let parent = self.facts.classes[class.index()].parent;
            let made = crate::facts::Alloc::Class(class);
            let allocs = self.facts.allocs_of(parent).iter().filter(|row| row.what == made);
            let names = self.facts.members_of(class).iter().filter(|member| member.var == at.fact.var);
            for (alloc, member) in allocs.flat_map(|alloc| names.clone().map(move |member| (alloc, member))) {
                let path = self.paths.push_field(Field::Attr(member.name), at.fact.path);
                let fact = Fact { var: alloc.dst, path, back: 1, ..at.fact };
                self.jump(at.node, parent, fact, What::Member, alloc.line);
            }
        }
    }

    fn flags(&self, function: FuncId) -> FunctionFlags {
        self.facts.functions[function.index()].flags
    }
}

/// Whether a field says what an object is, how long, or why it failed, and nothing of what it holds.
fn names_class(field: Field, facts: &Facts) -> bool {
    let names = [
        "__class__",
        "__name__",
        "__qualname__",
        "__module__",
        "__doc__",
        "constructor",
        "length",
        "byteLength",
        "@@reason",
    ];
    matches!(field, Field::Attr(name) if names.contains(&facts.text(name)))
}

/// Whether a field says of an address where it leads, and nothing of what stands before or behind that.
fn names_place(field: Field, facts: &Facts) -> bool {
    let names = ["scheme", "protocol", "hostname", "port"];
    matches!(field, Field::Attr(name) if names.contains(&facts.text(name)))
}

/// The name of a field, if it has one.
fn name_of(field: Field) -> Option<Sym> {
    match field {
        Field::Attr(name) | Field::Item(name) => Some(name),
        Field::AnyItem | Field::AnyAttr => None,
    }
}
