//! The global object: what a program stores in it under a name, that free name means in every file.
//!
//! `window.helper = …` in one script and `helper()` in another meet in a cell of the object that stands for the names
//! of the language. What the language's library binds keeps its meaning, whatever is stored under its name.

use super::store::{Node, Store, TokenId};
use super::token::Inst;
use super::{Listener, Sink, Solver};
use crate::facts::Field;
use crate::ids::{CallId, Sym};
use crate::solution::{PathId, PathStep};

impl<S: Store<Listener>> Solver<S> {
    /// The cell of a name of the global object, where a path is that object.
    fn global_cell(&mut self, path: PathId, name: Sym, inst: Inst) -> Option<Node> {
        if self.here(inst).globals.is_empty() {
            return None;
        }
        let prelude = self.here(inst).prelude;
        let is_it = match self.paths.steps(path).as_slice() {
            [PathStep::Root(root)] => *root == prelude,
            [PathStep::Root(root), PathStep::Attr(own)] => {
                *root == prelude && self.here(inst).globals.contains(own)
            }
            _ => false,
        };
        is_it.then(|| self.cell_of_global(prelude, name))
    }

    fn cell_of_global(&mut self, prelude: Sym, name: Sym) -> Node {
        let object = self.external_module(prelude);
        self.cell(object, Field::Attr(name))
    }

    /// window.x = v:  ⟦v⟧ ⊆ ⟦x⟧, wherever `x` is free
    pub(super) fn write_global(&mut self, path: PathId, field: Field, src: Node, inst: Inst) {
        if let Field::Attr(name) = field
            && let Some(cell) = self.global_cell(path, name, inst)
        {
            self.store.flow(src, cell);
        }
    }

    /// What the program itself stored in the global object, or declares as a script, goes where a member is read.
    pub(super) fn read_global(&mut self, path: PathId, name: Sym, dst: Node, inst: Inst) {
        let Some(cell) = self.global_cell(path, name, inst) else { return };
        self.store.flow(cell, dst);
        for script in self.scripts_of(name) {
            self.import_from(script, Some(name), Sink::Into(dst, inst, 1));
        }
    }

    /// The same where a member is called.
    pub(super) fn call_global(
        &mut self,
        (path, name): (PathId, Sym),
        token: TokenId,
        call: CallId,
        inst: Inst,
    ) {
        if self.global_cell(path, name, inst).is_some() {
            let member = self.store.nodes(1);
            self.read_global(path, name, member, inst);
            self.store.listen(member, Listener::Bind(token, Sink::Invoke(call, inst)));
        }
    }

    /// x:  ⟦window.x⟧ ⊆ ⟦x⟧
    pub(super) fn bind_global(&mut self, name: Sym, node: Node, inst: Inst) {
        if !self.here(inst).globals.is_empty() {
            let cell = self.cell_of_global(self.here(inst).prelude, name);
            self.store.flow(cell, node);
        }
    }
}
