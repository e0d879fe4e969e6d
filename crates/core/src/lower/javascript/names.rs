//! Names → slots: reading, binding, joining, capturing.
//!
//! ```text
//! local, bound at this point      its slot
//! local, read early in a loop     a slot that each end of the loop moves its value into
//! an enclosing function's         a capture of its cell: one slot that all its values are moved into, or the
//!                                 one slot that was ever assigned
//! nobody's                        a capture of a free slot of the module
//! ```
//!
//! A name that a block declares, where another declaration of that name is in sight, is another name there: the
//! symbols that stand for such names hold a character that no name has.

use super::{Lowerer, MODULE};
use crate::facts::{FunctionKind, Move};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::draft::Place;
use crate::lower::scope::{Assigned, Branch};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// What is known of a function beside its rows.
#[derive(Default)]
pub(super) struct Context {
    /// The class whose method it is, or is inside of; of which it is the body.
    pub(super) class: Option<ClassId>,
    /// How many functions and class bodies are around it.
    pub(super) depth: u32,
    /// Whether functions inside it may capture its names.
    pub(super) has_nested: bool,
    /// Names that it declares, sorted. Only after its end, and if it has nested functions.
    pub(super) locals: Vec<Sym>,
    /// What it assigns, by name. Only after its end, and if it has nested functions.
    log: Vec<Assigned>,
    /// Its cells.
    pub(super) cells: FxHashMap<Sym, Var>,
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
        self.draft.functions[id.index()].row.receiver = crate::facts::Receiver::This;
        self.contexts.push(Context::default());
        let mut outer = parent;
        if id == MODULE {
            return id;
        }
        loop {
            self.contexts[outer.index()].has_nested = true;
            let row = &self.draft.functions[outer.index()].row;
            if row.kind != FunctionKind::ClassBody {
                break;
            }
            outer = row.parent;
        }
        id
    }

    /// `moves(dst, src)`.
    #[inline]
    pub(super) fn push_move(&mut self, dst: Var, src: Var, line: u32) {
        self.draft.rows.moves.push(Move { dst, src, line });
    }

    // Declaring.

    /// What a name is called at this point.
    #[inline]
    pub(super) fn renamed(&self, name: Sym) -> Sym {
        if self.renames.is_empty() {
            return name;
        }
        self.renames.iter().rev().find(|row| row.0 == name).map_or(name, |row| row.1)
    }

    /// Declares a name of this function, or of the block that begins here.
    pub(super) fn declare(&mut self, name: Sym, in_block: Option<u32>) -> Sym {
        let mut local = name;
        match in_block {
            Some(row) if self.is_elsewhere(name) => {
                let text = format!("{}~{row}", self.draft.rows.names.get(name));
                local = self.intern(&text);
                if self.is_shared(name) {
                    self.share(local);
                }
                self.renames.push((name, local));
            }
            _ if self.renames.iter().any(|row| row.0 == name) => self.renames.push((name, name)),
            _ => {}
        }
        self.scope().set_local(local, true);
        self.locals[self.active].push(local);
        local
    }

    /// Whether a name that a block declares is declared elsewhere, too: in this function, or around it.
    fn is_elsewhere(&self, name: Sym) -> bool {
        let declared = &self.declared[self.active];
        let first = declared.partition_point(|&other| other < name);
        if declared.get(first + 1) == Some(&name) || self.renames.iter().any(|row| row.0 == name) {
            return true;
        }
        if self.locals[..self.active].iter().any(|locals| locals.contains(&name)) {
            return true;
        }
        let mut function = self.scopes[0].function;
        while function != MODULE {
            function = self.draft.functions[function.index()].row.parent;
            if self.contexts[function.index()].locals.binary_search(&name).is_ok() {
                return true;
            }
        }
        false
    }

    /// Whether a name is a cell in the scope that owns it.
    #[inline]
    pub(super) fn is_shared(&self, name: Sym) -> bool {
        self.shared.get(name.index()).copied().unwrap_or(false)
    }

    /// Makes a name a cell in the scope that owns it.
    pub(super) fn share(&mut self, name: Sym) {
        if name.index() >= self.shared.len() {
            self.shared.resize(name.index() + 64, false);
        }
        self.shared[name.index()] = true;
    }

    // Reading.

    /// The slot of a name, read at this point.
    #[inline]
    pub(super) fn read(&mut self, name: Sym) -> Var {
        let slot = self.scopes[self.active].slot(name);
        if slot.is_some() { slot } else { self.read_at(self.active, name) }
    }

    /// The slot of the value of a name: that of what this function wrote last, if nothing else can have run since.
    #[inline]
    pub(super) fn read_value(&mut self, name: Sym) -> Var {
        let slot = self.read(name);
        self.held.iter().rev().find(|row| row.0 == slot).map_or(slot, |row| row.1)
    }

    /// Other code may run here, or this point is reached on several ways: what was written last is known no longer.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.held.clear();
    }

    /// A cell is written: until other code runs, that is what it holds.
    fn write_cell(&mut self, cell: Var, var: Var, line: u32) {
        self.push_move(cell, var, line);
        self.held.retain(|row| row.0 != cell);
        self.held.push((cell, var));
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
        if scope.is_local(name) {
            if self.is_shared(name) {
                return self.shared_cell(function, name);
            }
            if !scope.loops.is_empty() {
                return self.read_early(level, name);
            }
            return self.draft.fresh_in(function);
        }
        if scope.is_class {
            // A class body sees what holds in the scope around it at this moment.
            let var = self.read_at(level - 1, name);
            let owner = self.scopes[level - 1].function;
            return self.draft.capture(function, owner, var);
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

    /// The slot of the module for a name that nobody declares.
    pub(super) fn free(&mut self, name: Sym) -> Var {
        if let Some(var) = self.commonjs_name(name) {
            return var;
        }
        if name.index() >= self.free_slots.len() {
            self.free_slots.resize(name.index() + 1, Var::NONE);
        }
        if !self.free_slots[name.index()].is_some() {
            self.free_slots[name.index()] = self.draft.fresh_in(MODULE);
            self.frees.push(name);
        }
        self.free_slots[name.index()]
    }

    /// The slot of `function` for a name that it does not declare. The functions around it are lowered already, but
    /// for the class bodies that are open.
    pub(super) fn resolve(&mut self, function: FuncId, name: Sym) -> Var {
        let mut scope = function;
        while scope != MODULE {
            let parent = self.draft.functions[scope.index()].row.parent;
            let cell = self.find_cell(parent, name);
            if cell.is_some() {
                return self.draft.capture(function, parent, cell);
            }
            scope = parent;
        }
        let free = self.free(name);
        self.draft.capture(function, MODULE, free)
    }

    /// The slot that holds whatever a function that is lowered assigns to one of its names, or none if the name is
    /// not its own.
    pub(super) fn find_cell(&mut self, function: FuncId, name: Sym) -> Var {
        let context = &self.contexts[function.index()];
        if let Some(&cell) = context.cells.get(&name) {
            return cell;
        }
        if context.locals.binary_search(&name).is_err() {
            return Var::NONE;
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

    // Binding.

    /// A value arrives at a name that this function declares, or at one of a function around it.
    pub(super) fn bind(&mut self, name: Sym, var: Var, line: u32) {
        let function = self.scopes[self.active].function;
        if !self.scopes[self.active].is_local(name) {
            // The name is read first, so that it is captured where it is declared.
            let cell = self.read_at(self.active, name);
            self.write_cell(cell, var, line);
            return;
        }
        if self.is_shared(name) {
            let cell = self.shared_cell(function, name);
            self.write_cell(cell, var, line);
            self.scope().set(name, cell);
            return;
        }
        let scope = self.scope();
        scope.set(name, var);
        scope.log.push(Assigned { name, var, line });
    }

    /// The cell of a name that functions inside assign to, in the scope that declares it.
    fn shared_cell(&mut self, function: FuncId, name: Sym) -> Var {
        if let Some(&cell) = self.contexts[function.index()].cells.get(&name) {
            return cell;
        }
        let cell = self.draft.fresh_in(function);
        self.contexts[function.index()].cells.insert(name, cell);
        cell
    }

    /// Keeps what functions inside this one may ask for.
    pub(super) fn close_scope(&mut self) {
        let locals = std::mem::take(&mut self.locals[self.active]);
        let scope = &mut self.scopes[self.active];
        let context = &mut self.contexts[scope.function.index()];
        if !context.has_nested && scope.function != MODULE {
            return;
        }
        context.locals = locals;
        context.locals.sort_unstable();
        context.locals.dedup();
        context.log = std::mem::take(&mut scope.log);
        context.log.sort_by_key(|row| row.name);
    }

    // Branches.

    /// Runs code of which the end may not be reached.
    pub(super) fn conditionally<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.scope().mark();
        let result = run(self);
        self.forget();
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
