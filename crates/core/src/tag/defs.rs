//! What defines each variable of a function: its rows, by the variable that they write.
//!
//! Facts keep rows in source order; asking for the definition of one variable reads them all. Module bodies can
//! have as many literals as calls, so definitions are put in order once a function.

use crate::facts::{Alloc, Constant, Derivation, Facts};
use crate::ids::{FuncId, Var};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// The rows of one function by the variable that they write (stores: by the object that they change).
#[derive(Debug, Default)]
pub(super) struct Defs {
    pub(super) literals: FxHashMap<Var, Constant>,
    pub(super) moves: FxHashMap<Var, Vec<Var>>,
    pub(super) derives: FxHashMap<Var, Vec<Var>>,
    /// Objects of builtin classes that are made here.
    pub(super) made: FxHashSet<Var>,
    /// What is stored into an object, by row.
    pub(super) stores: FxHashMap<Var, Vec<u32>>,
    /// Objects that receive elements under unknown keys, or from other objects.
    pub(super) opened: FxHashSet<Var>,
    /// The calls that give a variable, by offset among the calls of the function.
    pub(super) calls: FxHashMap<Var, Vec<u32>>,
}

impl Defs {
    fn of(facts: &Facts, function: FuncId) -> Self {
        let mut defs = Self::default();
        for row in facts.literals_of(function) {
            defs.literals.entry(row.dst).or_insert(row.constant);
        }
        for row in facts.moves_of(function) {
            defs.moves.entry(row.dst).or_default().push(row.src);
        }
        let formats = |how| matches!(how, Derivation::Format | Derivation::Operator);
        for row in facts.derives_of(function).iter().filter(|row| formats(row.how)) {
            defs.derives.entry(row.dst).or_default().push(row.src);
        }
        for row in facts.allocs_of(function).iter().filter(|row| matches!(row.what, Alloc::Builtin(_))) {
            defs.made.insert(row.dst);
        }
        for (offset, row) in (0..).zip(facts.stores_of(function)) {
            defs.stores.entry(row.base).or_default().push(offset);
        }
        let copied = facts.copies_of(function).iter().map(|row| row.dst);
        let computed = facts.store_keys_of(function).iter().map(|row| row.base);
        defs.opened.extend(copied.chain(computed));
        for (offset, row) in (0..).zip(facts.calls_of(function)) {
            defs.calls.entry(row.dst).or_default().push(offset);
        }
        defs
    }
}

/// Definitions of the functions that were asked for last.
#[derive(Debug, Default)]
pub(super) struct Cache(RefCell<FxHashMap<FuncId, Rc<Defs>>>);

/// Functions whose definitions are kept. Tagging goes through functions in order, so a module body and the
/// function at hand are all that matter.
const MAX_KEPT: usize = 64;

impl Cache {
    /// The definitions of a function.
    pub(super) fn of(&self, facts: &Facts, function: FuncId) -> Rc<Defs> {
        let mut kept = self.0.borrow_mut();
        if let Some(defs) = kept.get(&function) {
            return Rc::clone(defs);
        }
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        let defs = Rc::new(Defs::of(facts, function));
        kept.insert(function, Rc::clone(&defs));
        defs
    }
}
