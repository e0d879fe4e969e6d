//! Which slot holds which name: the environment of one body in SSA form.
//!
//! A [`Scope`] maps each name to the slot that holds it at this point of the body. Branches do not copy the map:
//! every change is written to a journal, [`Scope::branch`] reads off what changed since a mark,
//! [`Scope::undo`] takes it back, and [`join`](super::python) makes a slot for each name that differs.
//!
//! ```text
//! x = 1            x → v2
//! if c: x = f()    branch {x → v4}; undo: x → v2; join: x → v5, move(v5, v4), move(v5, v2)
//! ```
//!
//! A *mark* is a length of the journal. The *log* lists the values that were assigned (not the joins), for
//! handlers of exceptions and for functions that capture the name.

use crate::ids::{FuncId, Sym, Var};
use smallvec::SmallVec;

/// What a scope knows of a name.
#[derive(Clone, Copy)]
struct Name {
    /// The slot that holds it now, or none where it is not bound.
    slot: Var,
    /// The slot by which this function sees the name of an enclosing one, or none so far.
    outer: Var,
    /// When [`Scope::branch`] last met it.
    seen: u32,
    /// Whether the body binds it somewhere.
    local: bool,
}

const UNKNOWN: Name = Name { slot: Var::NONE, outer: Var::NONE, seen: 0, local: false };

/// A value that was assigned to a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assigned {
    pub(super) name: Sym,
    pub(super) var: Var,
    pub(super) line: u32,
}

/// What became of the names on one way through the code.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// The names that changed, and their slots at the end.
    pub(super) changes: SmallVec<[(Sym, Var); 6]>,
    /// Whether the end of it is ever reached.
    pub(super) falls_through: bool,
}

/// A loop that is being lowered.
#[derive(Default)]
pub(super) struct Loop {
    /// The mark at its head.
    pub(super) mark: usize,
    /// Slots of names that were bound before the loop and are bound again in it.
    pub(super) heads: Vec<(Sym, Var)>,
    /// Slots of names that were read in the loop before they were ever bound.
    pub(super) early: Vec<(Sym, Var)>,
    /// Ways to the head beside the end of the body.
    pub(super) continues: Vec<Branch>,
    /// The way out at its head, as far as the condition goes.
    pub(super) exit: Option<Branch>,
    /// Ways out.
    pub(super) breaks: Vec<Branch>,
}

/// The names of one body.
#[derive(Default)]
pub(super) struct Scope {
    /// The function.
    pub(super) function: FuncId,
    /// Whether the code at this point is ever reached.
    pub(super) reachable: bool,
    /// Whether it is the body of a class, whose names inner functions do not see.
    pub(super) is_class: bool,
    /// Loops around this point.
    pub(super) loops: Vec<Loop>,
    /// Values raised in each `try` around this point.
    pub(super) raised: Vec<Vec<Var>>,
    /// Names that are another scope's: `global`, `nonlocal`.
    pub(super) declared: Vec<(Sym, Var)>,
    /// Targets of the comprehensions around this point.
    pub(super) targets: Vec<(Sym, Var)>,
    /// What was assigned, in order.
    pub(super) log: Vec<Assigned>,
    /// Where names are bound, in source order: row and name.
    pub(super) bound: Vec<(u32, Sym)>,
    /// Slots that are another one behind a test of it, and whether a guard tested it and not its type.
    narrowed: Vec<(Var, Var, bool)>,
    names: Vec<Name>,
    touched: Vec<Sym>,
    journal: Vec<(Sym, Var)>,
    clock: u32,
    branch_work: usize,
}

/// Changes that may be read off in one body before jumps are no longer followed: a bound for code that was
/// written to be slow.
const MAX_BRANCH_WORK: usize = 1 << 22;

impl Scope {
    /// Empties the scope for another body. Keeps what is allocated.
    pub(super) fn reset(&mut self, function: FuncId, is_class: bool) {
        for sym in self.touched.drain(..) {
            self.names[sym.index()] = UNKNOWN;
        }
        self.function = function;
        self.is_class = is_class;
        self.reachable = true;
        self.loops.clear();
        self.raised.clear();
        self.declared.clear();
        self.targets.clear();
        self.log.clear();
        self.bound.clear();
        self.narrowed.clear();
        self.journal.clear();
        self.clock = 0;
        self.branch_work = 0;
    }

    #[inline]
    fn get(&self, name: Sym) -> Name {
        self.names.get(name.index()).copied().unwrap_or(UNKNOWN)
    }

    #[inline]
    fn entry(&mut self, name: Sym) -> &mut Name {
        if name.index() >= self.names.len() {
            self.names.resize(name.index() + 64, UNKNOWN);
        }
        let entry = &mut self.names[name.index()];
        if !entry.local && entry.seen == 0 && !entry.slot.is_some() && !entry.outer.is_some() {
            self.touched.push(name);
        }
        entry
    }

    /// The slot that holds a name now, or none.
    #[inline]
    pub(super) fn slot(&self, name: Sym) -> Var {
        self.get(name).slot
    }

    /// The slot that a name is read from now, or none: its own, or that of an enclosing function's name.
    #[inline]
    pub(super) fn held(&self, name: Sym) -> Var {
        let name = self.get(name);
        if name.slot.is_some() { name.slot } else { name.outer }
    }

    /// The slot by which an enclosing function's name is seen, if it was asked for.
    #[inline]
    pub(super) fn outer(&self, name: Sym) -> Var {
        self.get(name).outer
    }

    /// Keeps the slot by which an enclosing function's name is seen.
    pub(super) fn set_outer(&mut self, name: Sym, var: Var) {
        self.entry(name).outer = var;
    }

    /// Whether the body binds the name somewhere.
    #[inline]
    pub(super) fn is_local(&self, name: Sym) -> bool {
        self.get(name).local
    }

    /// Says that the body binds the name somewhere.
    pub(super) fn set_local(&mut self, name: Sym, local: bool) {
        self.entry(name).local = local;
    }

    /// The name is in this slot from here on.
    #[inline]
    pub(super) fn set(&mut self, name: Sym, var: Var) {
        let entry = self.entry(name);
        let before = std::mem::replace(&mut entry.slot, var);
        self.journal.push((name, before));
    }

    /// As `set`, for a value that was tested: `var` is `of`, of a certain type or let through by a guard.
    pub(super) fn narrow(&mut self, name: Sym, var: Var, of: Var, by_guard: bool) {
        let by_guard = by_guard || self.is_guarded(of);
        let of = self.origin(of);
        self.narrowed.push((var, of, by_guard));
        self.set(name, var);
    }

    /// Whether a guard let a slot's value through.
    pub(super) fn is_guarded(&self, var: Var) -> bool {
        let found = self.narrowed.binary_search_by_key(&var, |row| row.0);
        found.is_ok_and(|index| self.narrowed[index].2)
    }

    /// The slot that a narrowed slot was made from; any other slot itself.
    pub(super) fn origin(&self, var: Var) -> Var {
        match self.narrowed.binary_search_by_key(&var, |row| row.0) {
            Ok(index) => self.narrowed[index].1,
            Err(_) => var,
        }
    }

    /// Slots that differ by what was tested of one value are that value again. Beside other values, what a guard let
    /// through stays apart: `if not is_safe(x): x = "/"`.
    pub(super) fn widen(&self, slots: &mut [Var]) {
        if slots.iter().all(|&slot| slot == slots[0]) {
            return;
        }
        let first = self.origin(slots[0]);
        let is_one = slots.iter().all(|&slot| self.origin(slot) == first);
        for slot in slots.iter_mut().filter(|slot| is_one || !self.is_guarded(**slot)) {
            *slot = self.origin(*slot);
        }
    }

    /// This point of the journal.
    #[inline]
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// What changed since a mark.
    pub(super) fn branch(&mut self, since: usize) -> Branch {
        let mut changes = SmallVec::new();
        self.branch_work += self.journal.len() - since;
        if self.branch_work > MAX_BRANCH_WORK {
            return Branch { changes, falls_through: self.reachable };
        }
        self.clock += 1;
        for &(name, _) in &self.journal[since..] {
            let entry = &mut self.names[name.index()];
            if entry.seen != self.clock {
                entry.seen = self.clock;
                changes.push((name, entry.slot));
            }
        }
        Branch { changes, falls_through: self.reachable }
    }

    /// Takes back what changed since a mark.
    pub(super) fn undo(&mut self, to: usize) {
        while self.journal.len() > to {
            if let Some((name, before)) = self.journal.pop() {
                self.names[name.index()].slot = before;
            }
        }
    }

    /// The names that are bound now, by symbol.
    pub(super) fn bound_now(&self) -> Vec<(Sym, Var)> {
        let slots = self.touched.iter().map(|&name| (name, self.slot(name)));
        let mut names: Vec<(Sym, Var)> = slots.filter(|row| row.1.is_some()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The names bound by the rows in a range, each once, by symbol.
    pub(super) fn bound_in(&self, rows: std::ops::Range<u32>) -> SmallVec<[Sym; 8]> {
        let start = self.bound.partition_point(|row| row.0 < rows.start);
        let end = self.bound.partition_point(|row| row.0 < rows.end);
        let mut names: SmallVec<[Sym; 8]> = self.bound[start..end].iter().map(|row| row.1).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What is assigned since a point of the log, by name and then by slot, each once.
    pub(super) fn assigned_since(&self, log: usize) -> Vec<(Sym, Var)> {
        let mut rows: Vec<(Sym, Var)> = self.log[log..].iter().map(|row| (row.name, row.var)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}
