//! Facts and Solution → tables that answer "where is this variable used, and where does it come from?".
//!
//! The tables of a function are made when the first fact reaches it, so code that no tainted value enters costs
//! nothing. What spans functions (callers, captures, module links) is made once, in time linear in its rows.

use super::targets;
use super::writes::{Part, Write, writes};
use crate::facts::{Alloc, Callee, Facts, Guard, Language, Runs};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::{Certainty, EdgeKind, Solution, Target};
use crate::tag::is_test_code;
use rustc_hash::FxHashMap;

/// A row of a relation that a variable takes part in, and as what. Numbers are positions in the whole relation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Use {
    /// Source of a move.
    Move(u32),
    /// Source of a derivation.
    Derive(u32),
    /// Object of a load.
    Load(u32),
    /// Value of a store.
    Store(u32),
    /// Object of a load by computed key.
    LoadKey(u32),
    /// Value of a store by computed key.
    StoreKey(u32),
    /// Key of a store by computed key.
    StoreAsKey(u32),
    /// What is iterated.
    Iterate(u32),
    /// Object whose field names are listed.
    Keys(u32),
    /// Object whose fields are copied.
    Copy(u32),
    /// Receiver of a view from above a class.
    Super(u32),
    /// Receiver of a call.
    Receiver(CallId),
    /// The called value.
    Callee(CallId),
    /// Argument of a call.
    Argument(CallId, u32),
}

impl Use {
    /// The line of the row; 0 where it has none.
    pub(super) fn line(self, facts: &Facts) -> u32 {
        match self {
            Self::Move(row) => facts.moves[row as usize].line,
            Self::Derive(row) => facts.derives[row as usize].line,
            Self::Load(row) => facts.loads[row as usize].line,
            Self::Store(row) => facts.stores[row as usize].line,
            Self::LoadKey(row) => facts.load_keys[row as usize].line,
            Self::StoreKey(row) | Self::StoreAsKey(row) => facts.store_keys[row as usize].line,
            Self::Iterate(row) => facts.iterates[row as usize].line,
            Self::Keys(_) | Self::Copy(_) | Self::Super(_) => 0,
            Self::Receiver(call) | Self::Callee(call) | Self::Argument(call, _) => {
                facts.calls[call.index()].line
            }
        }
    }
}

/// A row that gives a variable its value, or a part of its value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Origin {
    /// Moved into it.
    Move(u32),
    /// Loaded into it.
    Load(u32),
    /// Stored below it.
    Store(u32),
    /// Loaded into it by computed key.
    LoadKey(u32),
    /// Stored below it by computed key.
    StoreKey(u32),
    /// An element of something.
    Iterate(u32),
    /// Its fields are copies.
    Copy(u32),
    /// A view of it.
    Super(u32),
    /// The result of a call.
    Result(CallId),
}

/// Rows by variable slot, as one vector and the places where each slot begins.
#[derive(Debug)]
pub(super) struct BySlot<T> {
    starts: Vec<u32>,
    rows: Vec<T>,
}

impl<T: Copy + Ord> BySlot<T> {
    fn new(slots: usize, mut rows: Vec<(Var, T)>) -> Self {
        rows.retain(|row| row.0.index() < slots);
        rows.sort_unstable();
        rows.dedup();
        let mut starts = vec![0; slots + 1];
        for (var, _) in &rows {
            starts[var.index() + 1] += 1;
        }
        for slot in 0..slots {
            starts[slot + 1] += starts[slot];
        }
        Self { starts, rows: rows.into_iter().map(|row| row.1).collect() }
    }

    pub(super) fn of(&self, var: Var) -> &[T] {
        match self.starts.get(var.index() + 1) {
            Some(&end) => &self.rows[self.starts[var.index()] as usize..end as usize],
            None => &[],
        }
    }
}

/// The uses and origins of the variables of one function.
#[derive(Debug)]
pub(super) struct Tables {
    uses: BySlot<Use>,
    origins: BySlot<Origin>,
    /// Lines that never run.
    dead: Vec<(u32, u32)>,
    /// Lines that run any number of times.
    maybe: Vec<(u32, u32)>,
    /// Lines of one statement or call, where it has several; none where statements are not known.
    together: Option<Vec<(u32, u32)>>,
    /// What is written anew, and where. Sorted.
    writes: Vec<Write>,
    /// Variables that hold a constant, or a container of nothing that nobody can fill. Sorted.
    constants: Vec<Var>,
    /// Guards by the variable behind them, with the call that tests, where a call does. Sorted.
    guards: Vec<(Guard, Option<CallId>)>,
}

impl Tables {
    /// Where a variable is used, in row order.
    pub(super) fn uses(&self, var: Var) -> &[Use] {
        self.uses.of(var)
    }

    /// Whether a variable is used on a line from the first of two on and before the second, or on one that is not known.
    pub(super) fn is_used_between(&self, var: Var, (from, to): (u32, u32), facts: &Facts) -> bool {
        let mut lines = self.uses(var).iter().map(|used| used.line(facts));
        lines.any(|line| line == 0 || (from <= line && line < to))
    }

    /// Where the value of a variable comes from, in row order.
    pub(super) fn origins(&self, var: Var) -> &[Origin] {
        self.origins.of(var)
    }

    /// Whether a variable holds a constant and so never a value that is followed.
    pub(super) fn is_constant(&self, var: Var) -> bool {
        self.constants.binary_search(&var).is_ok()
    }

    /// The guard behind which a variable stands, and the call that tests there.
    pub(super) fn guard(&self, var: Var) -> Option<(Guard, Option<CallId>)> {
        let index = self.guards.binary_search_by_key(&var, |row| row.0.dst).ok()?;
        Some(self.guards[index])
    }

    /// Whether a line never runs.
    pub(super) fn is_dead(&self, line: u32) -> bool {
        self.dead.iter().any(|&(first, last)| first <= line && line <= last)
    }

    /// Whether anything of a variable is written anew.
    pub(super) fn has_writes(&self, var: Var) -> bool {
        let first = self.writes.partition_point(|row| row.0 < var);
        self.writes.get(first).is_some_and(|row| row.0 == var)
    }

    /// The line of the first write of some parts of a variable behind a line; 0 where there is none.
    pub(super) fn write_behind(&self, var: Var, parts: [Option<Part>; 3], line: u32) -> u32 {
        let lines = self.lines_of(var, parts).filter(|&at| at > line);
        lines.min().unwrap_or(0)
    }

    /// Whether what stood in some parts before line `first` was surely written over when a later line runs.
    pub(super) fn is_overwritten(&self, var: Var, parts: [Option<Part>; 3], first: u32, line: u32) -> bool {
        self.lines_of(var, parts).any(|at| first <= at && at < line && self.leads_to(at, line))
    }

    /// Whether what stood in some parts before line `first` was surely written over when the function ends.
    pub(super) fn is_gone(&self, var: Var, parts: [Option<Part>; 3], first: u32) -> bool {
        self.lines_of(var, parts).any(|at| first <= at && self.always_runs(at))
    }

    /// Whether what is there from a line on is not there yet when an earlier one runs: no loop leads back, and they are
    /// not lines of one statement.
    pub(super) fn is_early(&self, line: u32, from: u32) -> bool {
        let Some(together) = self.together.as_ref().filter(|_| 0 < line && line < from) else { return false };
        let mut around = self.maybe.iter().chain(together);
        !around.any(|span| span.0 <= line && from <= span.1)
    }

    /// Whether a line is in no branch and no loop.
    pub(super) fn runs_once(&self, line: u32) -> bool {
        !self.maybe.iter().any(|span| span.0 <= line && line <= span.1)
    }

    /// The lines that write one of some parts of a variable.
    fn lines_of(&self, var: Var, parts: [Option<Part>; 3]) -> impl Iterator<Item = u32> + '_ {
        let rows = move |part| equal_range(&self.writes, |row| (row.0, row.1).cmp(&(var, part)));
        parts.into_iter().flatten().flat_map(rows).map(|row| row.2)
    }

    /// Whether a line has run whenever a later one runs: it is in no branch or loop that the later one is not in.
    fn leads_to(&self, line: u32, later: u32) -> bool {
        let around = self.maybe.iter().filter(|span| span.0 <= line && line <= span.1);
        around.into_iter().all(|span| later <= span.1)
    }

    /// Whether a line runs in every run of the function: no branch begins before it, so no jump does either.
    pub(super) fn always_runs(&self, line: u32) -> bool {
        self.maybe.iter().chain(&self.dead).all(|span| span.0 > line)
    }

    /// What every run of the function writes.
    pub(super) fn sure_writes(&self) -> impl Iterator<Item = Write> + '_ {
        self.writes.iter().copied().filter(|row| self.always_runs(row.2))
    }

    /// Adds writes that called functions make.
    pub(super) fn add_writes(&mut self, writes: Vec<Write>) {
        self.writes.extend(writes);
        self.writes.sort_unstable();
    }

    /// Where the values of all variables come from.
    pub(super) fn all_origins(&self) -> &BySlot<Origin> {
        &self.origins
    }

    /// Reads the rows of a function. O(rows · log rows).
    pub(super) fn new(facts: &Facts, function: FuncId) -> Self {
        let slots = facts.functions[function.index()].vars as usize + facts.captures_of(function).len();
        let (mut uses, mut origins) = (Vec::new(), Vec::new());
        read_values(facts, function, &mut uses, &mut origins);
        read_fields(facts, function, &mut uses, &mut origins);
        read_calls(facts, function, &mut uses, &mut origins);
        let spans = |runs| {
            let spans = facts.spans_of(function).iter().filter(move |span| span.runs == runs);
            spans.map(|span| (span.first, span.last)).collect()
        };
        let (uses, origins) = (BySlot::new(slots, uses), BySlot::new(slots, origins));
        let writes = writes(facts, function, &origins);
        let constants = constants(facts, function, &origins);
        let guards = guards(facts, function);
        let (dead, maybe) = (spans(Runs::Never), spans(Runs::Maybe));
        Self { uses, origins, dead, maybe, together: together(facts, function), writes, constants, guards }
    }
}

/// The lines of statements and calls that have several. Of Rust, only those of calls are known.
fn together(facts: &Facts, function: FuncId) -> Option<Vec<(u32, u32)>> {
    let file = &facts.files[facts.functions[function.index()].file.index()];
    let rows = facts.extents_of(function).iter().map(|row| (row.first.0, row.last.0));
    (file.language != Language::Rust).then(|| rows.collect())
}

fn guards(facts: &Facts, function: FuncId) -> Vec<(Guard, Option<CallId>)> {
    let rows = facts.guards_of(function);
    if rows.is_empty() {
        return Vec::new();
    }
    let calls = facts.calls_of(function).iter().zip((facts.first_call(function).0..).map(CallId));
    let calls: FxHashMap<Var, CallId> =
        calls.filter(|(row, _)| row.dst.is_some()).map(|(row, call)| (row.dst, call)).collect();
    let mut guards: Vec<_> = rows.iter().map(|&row| (row, calls.get(&row.test).copied())).collect();
    guards.sort_unstable_by_key(|row| row.0.dst);
    guards
}

/// Variables that are made by a literal or an empty tuple and by nothing else. The default `()` of a parameter is one
/// object for all calls, and no call leaves anything in it.
fn constants(facts: &Facts, function: FuncId, origins: &BySlot<Origin>) -> Vec<Var> {
    let is_tuple = |name| matches!(facts.text(name), "tuple" | "str" | "int" | "frozenset");
    let empty = facts.allocs_of(function).iter().filter_map(|row| match row.what {
        Alloc::Builtin(name) if is_tuple(name) => Some(row.dst),
        _ => None,
    });
    let literals = facts.literals_of(function).iter().map(|row| row.dst);
    let mut derived: Vec<Var> = facts.derives_of(function).iter().map(|row| row.dst).collect();
    derived.sort_unstable();
    let is_made = |var: Var| !origins.of(var).is_empty() || derived.binary_search(&var).is_ok();
    let mut constants: Vec<Var> = literals.chain(empty).filter(|&var| !is_made(var)).collect();
    constants.sort_unstable();
    constants
}

type Uses = Vec<(Var, Use)>;
type Origins = Vec<(Var, Origin)>;

fn read_values(facts: &Facts, function: FuncId, uses: &mut Uses, origins: &mut Origins) {
    let first = &facts.functions[function.index()].first;
    for (row, at) in facts.moves_of(function).iter().zip(first.moves..) {
        uses.push((row.src, Use::Move(at)));
        origins.push((row.dst, Origin::Move(at)));
    }
    for (row, at) in facts.derives_of(function).iter().zip(first.derives..) {
        uses.push((row.src, Use::Derive(at)));
    }
    // What is taken apart by position is followed by position, through the loads beside it.
    let iterates = facts.iterates_of(function).iter().zip(first.iterates..);
    for (row, at) in iterates.filter(|(row, _)| !row.by_position) {
        uses.push((row.base, Use::Iterate(at)));
        origins.push((row.dst, Origin::Iterate(at)));
    }
    for (row, at) in facts.supers_of(function).iter().zip(first.supers..) {
        uses.push((row.receiver, Use::Super(at)));
        origins.push((row.dst, Origin::Super(at)));
    }
}

fn read_fields(facts: &Facts, function: FuncId, uses: &mut Uses, origins: &mut Origins) {
    let first = &facts.functions[function.index()].first;
    for (row, at) in facts.loads_of(function).iter().zip(first.loads..) {
        uses.push((row.base, Use::Load(at)));
        origins.push((row.dst, Origin::Load(at)));
    }
    for (row, at) in facts.stores_of(function).iter().zip(first.stores..) {
        uses.push((row.src, Use::Store(at)));
        origins.push((row.base, Origin::Store(at)));
    }
    for (row, at) in facts.load_keys_of(function).iter().zip(first.load_keys..) {
        uses.push((row.base, Use::LoadKey(at)));
        origins.push((row.dst, Origin::LoadKey(at)));
    }
    for (row, at) in facts.store_keys_of(function).iter().zip(first.store_keys..) {
        uses.push((row.src, Use::StoreKey(at)));
        uses.push((row.key, Use::StoreAsKey(at)));
        origins.push((row.base, Origin::StoreKey(at)));
    }
    for (row, at) in facts.keys_of(function).iter().zip(first.keys..) {
        uses.push((row.base, Use::Keys(at)));
    }
    for (row, at) in facts.copies_of(function).iter().zip(first.copies..) {
        uses.push((row.src, Use::Copy(at)));
        origins.push((row.dst, Origin::Copy(at)));
    }
}

fn read_calls(facts: &Facts, function: FuncId, uses: &mut Uses, origins: &mut Origins) {
    let first = facts.first_call(function).0;
    for (row, at) in facts.calls_of(function).iter().zip(first..) {
        let call = CallId(at);
        match row.callee {
            Callee::Value(var) => uses.push((var, Use::Callee(call))),
            Callee::Method(var, _) => uses.push((var, Use::Receiver(call))),
        }
        for (arg, position) in facts.args_of(call).iter().zip(0..) {
            uses.push((arg.var, Use::Argument(call, position)));
        }
        origins.push((row.dst, Origin::Result(call)));
    }
}

/// A way from one variable to another that spans functions without a call: the name of a module that another
/// module imports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Link {
    pub(super) from: (FuncId, Var),
    pub(super) to: (FuncId, Var),
}

/// Sorted rows that begin with a function, and the places where those of each function begin: most functions have none.
#[derive(Debug)]
struct ByFunction<T> {
    starts: Vec<u32>,
    rows: Vec<T>,
}

impl<T> ByFunction<T> {
    fn new(functions: usize, rows: Vec<T>, of: impl Fn(&T) -> FuncId) -> Self {
        let mut starts = vec![0; functions + 1];
        for row in &rows {
            starts[of(row).index() + 1] += 1;
        }
        for index in 0..functions {
            starts[index + 1] += starts[index];
        }
        Self { starts, rows }
    }

    /// The rows of a function that compare equal.
    fn of(&self, function: FuncId, compare: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
        let (start, end) = (self.starts[function.index()], self.starts[function.index() + 1]);
        if start == end { &[] } else { equal_range(&self.rows[start as usize..end as usize], compare) }
    }
}

/// What spans functions.
#[derive(Debug)]
pub(super) struct Program {
    /// Calls by called function, sorted.
    callers: Vec<(FuncId, CallId, Certainty)>,
    /// Functions that accesses call: the function, who does it, and the line. Sorted.
    accessors: Vec<(FuncId, FuncId, u32, Certainty)>,
    /// Slots that stand for a variable of an enclosing function: owner, its slot, the reader, its slot. Sorted.
    readers: ByFunction<(FuncId, Var, FuncId, Var)>,
    /// Sorted by `from`.
    links: ByFunction<Link>,
    /// Sorted by `to`.
    back_links: ByFunction<Link>,
    /// Slots of class bodies that are members: body, slot, class. Sorted.
    members: ByFunction<(FuncId, Var, u32)>,
    /// Functions that a library body runs on behalf of a site: the function, the body, and the site. Sorted.
    handed: Vec<(FuncId, FuncId, CallId)>,
    /// The library's methods of text, by language and name.
    text_methods: FxHashMap<(Language, Sym), FuncId>,
}

impl Program {
    /// Reads what spans functions. O(edges + captures + members + links), each with a logarithm for sorting.
    pub(super) fn new(facts: &Facts, solution: &Solution) -> Self {
        let mut links = targets::links(facts, solution);
        let mut callers: Vec<_> = (solution.edges.iter())
            .filter(|edge| edge.kind != EdgeKind::Callback)
            .filter_map(|edge| match edge.target {
                Target::Function(function) => Some((function, edge.call, edge.certainty)),
                Target::External(_) => None,
            })
            // What a test gets from the program is no way of the program.
            .filter(|row| !is_test_code(facts, facts.function_of(row.1)) || is_test_code(facts, row.0))
            .collect();
        callers.sort_unstable();
        callers.dedup_by_key(|row| (row.0, row.1));
        let mut accessors: Vec<_> = (solution.implicit.iter())
            .filter_map(|edge| match edge.target {
                Target::Function(function) => Some((function, edge.caller, edge.line, edge.certainty)),
                Target::External(_) => None,
            })
            .collect();
        accessors.sort_unstable();
        links.sort_unstable();
        links.dedup();
        let mut back_links = links.clone();
        back_links.sort_unstable_by_key(|link| (link.to, link.from));
        let mut handed: Vec<_> =
            solution.within.iter().map(|row| (row.2, facts.function_of(row.1), row.0)).collect();
        handed.sort_unstable();
        handed.dedup();
        let count = facts.functions.len();
        let readers = ByFunction::new(count, readers(facts), |row| row.0);
        let members = ByFunction::new(count, members(facts), |row| row.0);
        let links = ByFunction::new(count, links, |link| link.from.0);
        let back_links = ByFunction::new(count, back_links, |link| link.to.0);
        let text_methods = targets::text_methods(facts);
        Self { callers, accessors, readers, links, back_links, members, handed, text_methods }
    }

    /// The method of text of a name, in the library of a language.
    pub(super) fn text_method(&self, language: Language, name: Sym) -> Option<FuncId> {
        self.text_methods.get(&(language, name)).copied()
    }

    /// The sites on whose behalf a library body runs a function.
    pub(super) fn handed(&self, function: FuncId, body: FuncId) -> &[(FuncId, FuncId, CallId)] {
        equal_range(&self.handed, |row| (row.0, row.1).cmp(&(function, body)))
    }

    /// The calls of a function, in site order.
    pub(super) fn callers(&self, function: FuncId) -> &[(FuncId, CallId, Certainty)] {
        equal_range(&self.callers, |row| row.0.cmp(&function))
    }

    /// The functions and lines that call a function without a site.
    pub(super) fn accessors(&self, function: FuncId) -> Vec<(FuncId, u32, Certainty)> {
        let rows = equal_range(&self.accessors, |row| row.0.cmp(&function));
        rows.iter().map(|&(_, caller, line, certainty)| (caller, line, certainty)).collect()
    }

    /// Slots of other functions that are this variable.
    pub(super) fn readers(&self, function: FuncId, var: Var) -> &[(FuncId, Var, FuncId, Var)] {
        self.readers.of(function, |row| row.1.cmp(&var))
    }

    /// Variables that receive this one without a call.
    pub(super) fn links(&self, from: (FuncId, Var)) -> &[Link] {
        self.links.of(from.0, |link| link.from.cmp(&from))
    }

    /// Variables that this one receives without a call.
    pub(super) fn back_links(&self, to: (FuncId, Var)) -> &[Link] {
        self.back_links.of(to.0, |link| link.to.cmp(&to))
    }

    /// The classes, by number, of which this slot of a class body is a member.
    pub(super) fn members(&self, body: FuncId, var: Var) -> &[(FuncId, Var, u32)] {
        self.members.of(body, |row| row.1.cmp(&var))
    }
}

fn readers(facts: &Facts) -> Vec<(FuncId, Var, FuncId, Var)> {
    let mut readers = Vec::with_capacity(facts.captures.len());
    for index in 0..facts.functions.len() {
        let function = FuncId::from_len(index);
        let own = facts.functions[index].vars;
        for (capture, slot) in facts.captures_of(function).iter().zip(own..) {
            readers.push((capture.function, capture.var, function, Var(slot)));
        }
    }
    readers.sort_unstable();
    readers
}

fn members(facts: &Facts) -> Vec<(FuncId, Var, u32)> {
    let mut members = Vec::with_capacity(facts.members.len());
    for (class, index) in facts.classes.iter().zip(0..) {
        let rows = facts.members_of(crate::ids::ClassId(index));
        members.extend(rows.iter().map(|member| (class.body, member.var, index)));
    }
    members.sort_unstable();
    members
}

/// The rows that compare equal, of rows sorted by that comparison.
pub(super) fn equal_range<T>(rows: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = rows.partition_point(|row| compare(row).is_lt());
    let end = start + rows[start..].partition_point(|row| compare(row).is_eq());
    &rows[start..end]
}
