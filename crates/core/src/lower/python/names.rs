//! Names → slots: reading, binding, joining, capturing.
//!
//! ```text
//! local, bound at this point      its slot
//! local, read early in a loop     a slot that each end of the loop moves its value into
//! another function's              a capture of that function's cell: one slot that all its values are moved
//!                                 into, or the one slot that was ever assigned
//! the module's                    a capture of the export's cell
//! nobody's                        a capture of a free slot of the module
//! ```

use super::define::is_class_body;
use super::{Lowerer, MODULE};
use crate::facts::{Check, FunctionKind, Move};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::draft::Place;
use crate::lower::scope::{Assigned, Branch};
use crate::lower::syntax::Node;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// What is known of a function beside its rows.
#[derive(Default)]
pub(super) struct Context {
    /// The innermost class around it, or of which it is the body.
    pub(super) class: Option<ClassId>,
    /// How many functions and class bodies are around it.
    pub(super) depth: u32,
    /// Its first parameter.
    pub(super) first_param: Option<Var>,
    /// Whether functions inside it may capture its names.
    pub(super) has_nested: bool,
    /// Targets of comprehensions around its definition, slots of its parent.
    pub(super) targets: Vec<(Sym, Var)>,
    /// Names that it binds, sorted. Only after its end, and if it has nested functions.
    locals: Vec<Sym>,
    /// What it assigns, by name. Only after its end, and if it has nested functions.
    log: Vec<Assigned>,
    /// Its cells.
    cells: FxHashMap<Sym, Var>,
}

impl Lowerer<'_> {
    /// Adds a function and its context.
    pub(super) fn new_function(
        &mut self,
        name: Sym,
        kind: FunctionKind,
        parent: FuncId,
        place: Place,
    ) -> FuncId {
        let id = self.draft.add_function(name, kind, parent, place);
        self.contexts.push(Context::default());
        if let Some(context) = self.contexts.get_mut(parent.index()) {
            context.has_nested |= id != MODULE;
        }
        id
    }

    /// `moves(dst, src)`.
    #[inline]
    pub(super) fn push_move(&mut self, dst: Var, src: Var, line: u32) {
        self.draft.rows.moves.push(Move { dst, src, line });
    }

    // Reading.

    /// The slot of a name, read at this point.
    #[inline]
    pub(super) fn read(&mut self, name: Sym) -> Var {
        let slot = self.scopes[self.active].slot(name);
        if slot.is_some() { slot } else { self.read_at(self.active, name) }
    }

    pub(super) fn read_at(&mut self, level: usize, name: Sym) -> Var {
        let scope = &self.scopes[level];
        let (function, slot, outer) = (scope.function, scope.slot(name), scope.outer(name));
        if slot.is_some() {
            return slot;
        }
        if outer.is_some() {
            return outer;
        }
        if scope.is_class {
            // A class body sees what holds in the scope around it at this moment.
            let var = self.read_at(level - 1, name);
            let owner = self.scopes[level - 1].function;
            return self.draft.capture(function, owner, var);
        }
        if scope.is_local(name) {
            if !scope.loops.is_empty() {
                return self.read_early(level, name);
            }
            if function != MODULE {
                return self.draft.fresh_in(function);
            }
        }
        let var = if function == MODULE { self.free(name) } else { self.resolve(function, name) };
        self.scopes[level].set_outer(name, var);
        var
    }

    /// A local that is read in a loop before it is bound holds what the rounds before have bound.
    fn read_early(&mut self, level: usize, name: Sym) -> Var {
        let outermost = &self.scopes[level].loops[0];
        if let Some(known) = outermost.early.iter().find(|row| row.0 == name) {
            return known.1;
        }
        let var = self.draft.fresh_in(self.scopes[level].function);
        for frame in &mut self.scopes[level].loops {
            frame.early.push((name, var));
        }
        var
    }

    /// The slot of the module for a name that nobody binds.
    pub(super) fn free(&mut self, name: Sym) -> Var {
        if name.index() >= self.free_slots.len() {
            self.free_slots.resize(name.index() + 1, Var::NONE);
        }
        if !self.free_slots[name.index()].is_some() {
            self.free_slots[name.index()] = self.draft.fresh_in(MODULE);
            self.frees.push(name);
        }
        self.free_slots[name.index()]
    }

    /// The slot of `function` for a name that it does not bind. The functions around it are lowered already.
    pub(super) fn resolve(&mut self, function: FuncId, name: Sym) -> Var {
        let mut scope = function;
        loop {
            let parent = self.draft.functions[scope.index()].row.parent;
            let targets = &self.contexts[scope.index()].targets;
            if let Some(&(_, var)) = targets.iter().rev().find(|target| target.0 == name) {
                return self.draft.capture(function, parent, var);
            }
            if parent == MODULE {
                let var = self.module_slot(name);
                return self.draft.capture(function, MODULE, var);
            }
            let is_local = self.contexts[parent.index()].locals.binary_search(&name).is_ok();
            if is_local && !is_class_body(&self.draft, parent) {
                let var = self.cell(parent, name);
                return self.draft.capture(function, parent, var);
            }
            scope = parent;
        }
    }

    /// The slot of the module by which functions see a name: its cell, or the slot of a free name.
    pub(super) fn module_slot(&mut self, name: Sym) -> Var {
        let cell = self.cell_of(name);
        if cell.is_some() { cell } else { self.free(name) }
    }

    /// The cell of a name that a function binds, which is lowered already.
    fn cell(&mut self, function: FuncId, name: Sym) -> Var {
        let context = &self.contexts[function.index()];
        if let Some(&cell) = context.cells.get(&name) {
            return cell;
        }
        let start = context.log.partition_point(|row| row.name < name);
        let rows = context.log[start..].iter().take_while(|row| row.name == name);
        let mut rows: SmallVec<[Assigned; 4]> = rows.copied().collect();
        rows.dedup_by_key(|row| row.var);
        let cell = match rows.as_slice() {
            [only] => only.var,
            _ => self.draft.fresh_in(function),
        };
        for row in rows.iter().filter(|row| row.var != cell) {
            self.draft.move_later(function, Move { dst: cell, src: row.var, line: row.line });
        }
        self.contexts[function.index()].cells.insert(name, cell);
        cell
    }

    /// The cell of a name of the module, or none so far.
    #[inline]
    pub(super) fn cell_of(&self, name: Sym) -> Var {
        self.cells.get(name.index()).copied().unwrap_or(Var::NONE)
    }

    /// Makes a slot of the module the cell of a name that it exports.
    pub(super) fn export(&mut self, name: Sym, cell: Var) {
        if name.index() >= self.cells.len() {
            self.cells.resize(name.index() + 64, Var::NONE);
        }
        self.cells[name.index()] = cell;
        self.exports.push(name);
    }

    // Binding.

    /// `name = value`. `is_own` says that nothing else is in that slot, so that it can be the name's cell.
    pub(super) fn bind(&mut self, name: Sym, var: Var, line: u32, is_own: bool) {
        let scope = &mut self.scopes[self.active];
        if let Some(&(_, cell)) = scope.declared.iter().find(|row| row.0 == name) {
            self.push_move(cell, var, line);
            // What a test said of the value before holds no longer.
            self.unbind(name);
            return;
        }
        let (function, is_class) = (scope.function, scope.is_class);
        if !is_class && self.is_shared(name) {
            let cell = self.shared_cell(function, name);
            self.push_move(cell, var, line);
            self.scope().set(name, cell);
            return;
        }
        let scope = self.scope();
        scope.set(name, var);
        scope.log.push(Assigned { name, var, line });
        if function == MODULE {
            self.bind_global(name, var, line, is_own);
        }
    }

    fn bind_global(&mut self, name: Sym, var: Var, line: u32, is_own: bool) {
        let mut cell = self.cell_of(name);
        if !cell.is_some() {
            let once = self.times_bound.get(name.index()).is_some_and(|&times| times == 1);
            cell = if once && is_own { var } else { self.draft.fresh_in(MODULE) };
            self.export(name, cell);
        }
        if cell != var {
            self.push_move(cell, var, line);
        }
    }

    /// The cell of a name that some function declares `global` or `nonlocal`, in the scope that owns it.
    fn shared_cell(&mut self, function: FuncId, name: Sym) -> Var {
        if function == MODULE {
            if !self.cell_of(name).is_some() {
                let cell = self.draft.fresh_in(MODULE);
                self.export(name, cell);
            }
            return self.cell_of(name);
        }
        if let Some(&cell) = self.contexts[function.index()].cells.get(&name) {
            return cell;
        }
        let cell = self.draft.fresh_in(function);
        self.contexts[function.index()].cells.insert(name, cell);
        cell
    }

    /// `del name`.
    pub(super) fn unbind(&mut self, name: Sym) {
        if self.scope().slot(name).is_some() {
            self.scope().set(name, Var::NONE);
        }
    }

    /// Keeps what functions inside this one may ask for.
    pub(super) fn close_scope(&mut self) {
        let scope = &mut self.scopes[self.active];
        let context = &mut self.contexts[scope.function.index()];
        if !context.has_nested {
            return;
        }
        let mut locals: Vec<Sym> = scope.bound.iter().map(|row| row.1).collect();
        locals.sort_unstable();
        locals.dedup();
        locals.retain(|&name| scope.is_local(name));
        context.locals = locals;
        context.log = std::mem::take(&mut scope.log);
        context.log.sort_by_key(|row| row.name);
    }

    // Branches.

    /// Runs code of which the end may not be reached, with what a test says of the names.
    pub(super) fn conditionally<T>(&mut self, tests: &[Narrowing], run: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.scope().mark();
        self.apply(tests);
        let result = run(self);
        let scope = self.scope();
        if scope.mark() != mark {
            let branch = scope.branch(mark);
            scope.undo(mark);
            let other = Branch { changes: SmallVec::new(), falls_through: scope.reachable };
            self.join(&[branch, other], 0);
        }
        result
    }

    // x after branches:  one slot if all agree; else a new one, ∀ branch: move(new, x at its end)
    /// Joins branches that begin here. The end is reached if that of one of them is.
    pub(super) fn join(&mut self, branches: &[Branch], line: u32) {
        let mut reached = branches.iter().filter(|branch| branch.falls_through);
        let count = reached.clone().count();
        self.scope().reachable = count > 0;
        if count == 1 {
            for &(name, var) in reached.next().iter().flat_map(|branch| &branch.changes) {
                self.scope().set(name, var);
            }
        }
        if count < 2 {
            return;
        }
        let mut rows: SmallVec<[(Sym, Var); 16]> =
            reached.flat_map(|branch| branch.changes.iter().copied()).collect();
        rows.sort_by_key(|row| row.0);
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            self.join_name(group, group.len() < count, line);
        }
    }

    /// Joins the slots of one name: those in the group, and the one before the branches if a branch kept it.
    fn join_name(&mut self, group: &[(Sym, Var)], is_kept: bool, line: u32) {
        let name = group[0].0;
        let mut slots: SmallVec<[Var; 8]> = group.iter().map(|row| row.1).collect();
        let before = self.scope().held(name);
        if is_kept {
            slots.push(before);
        }
        self.scopes[self.active].widen(&mut slots);
        let joined = self.merge(&slots, line);
        if joined != before {
            self.scope().set(name, joined);
        }
    }

    /// The one slot that all of these are, or a new one that each is moved into. None if there is none.
    pub(super) fn merge(&mut self, slots: &[Var], line: u32) -> Var {
        let mut distinct: SmallVec<[Var; 8]> = SmallVec::new();
        for &slot in slots {
            if slot.is_some() && !distinct.contains(&slot) {
                distinct.push(slot);
            }
        }
        match distinct.as_slice() {
            [] => Var::NONE,
            [only] => *only,
            _ => {
                let merged = self.draft.fresh();
                for &slot in &distinct {
                    self.push_move(merged, slot, line);
                }
                merged
            }
        }
    }
}

/// What a test says of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrowing {
    pub(super) name: Sym,
    pub(super) at: Node,
    pub(super) said: Said,
}

/// What is said of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said {
    /// It holds an instance of the class, or one of the classes, that the node names.
    Class,
    /// It is a string that begins and ends so.
    Text(Sym, Sym),
    /// What a test gave for it, and whether that was yes.
    Answer(Var, Check, bool),
}
