//! Classes whose instances are told apart by where they are made (Li et al., Precision-Guided Context Sensitivity for
//! Pointer Analysis, OOPSLA 2018); of all others one instance stands for all. Methods of such an object are copied for
//! it, see `clone.rs`. Objects with prototypes have rules of their own, see `prototype.rs`.

use super::store::{Store, TokenId};
use super::token::Token;
use super::{Listener, Solver};
use crate::facts::{Alloc, Callee, Field};
use crate::ids::{ClassId, FuncId, Sym, Var};

impl<S: Store<Listener>> Solver<S> {
    /// Whether values enter a class by one method and leave by another: a library class that holds elements, its
    /// subclasses, and classes that give elements by protocol.
    pub(super) fn is_container(&self, class: TokenId) -> bool {
        if matches!(self.tokens.get(class), Token::Class(id, _) if self.statics.contains(&(id, self.of(class).get_item)))
        {
            return true;
        }
        self.order_binds(class, self.of(class).get_item) == Some(true)
    }

    /// Whether objects of a class call what they were made with: a decorator that is a class. Of two such objects
    /// each has its own.
    pub(super) fn is_wrapper(&mut self, class: TokenId) -> bool {
        let protocol = self.of(class);
        if protocol.has_prototypes || protocol.only_declares || !self.finds_static(class, protocol.call) {
            return false;
        }
        if let Some(&known) = self.wrappers.get(&class) {
            return known;
        }
        let order = self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_default();
        let is_wrapper = order.iter().any(|&ancestor| match self.tokens.get(ancestor) {
            Token::Class(id, _) => self.callers_of(id).any(|method| self.calls_own_field(class, method)),
            _ => false,
        });
        self.wrappers.insert(class, is_wrapper);
        is_wrapper
    }

    /// The functions in the body of a class that calls of its objects run, under their own name or another.
    fn callers_of(&self, class: ClassId) -> impl Iterator<Item = FuncId> + '_ {
        let row = &self.facts.classes[class.index()];
        let name = self.protocols.of(self.facts.files[row.file.index()].language).call;
        let member = self.facts.members_of(class).iter().find(|member| member.name == name);
        let mut vars: Vec<Var> = member.map(|member| member.var).into_iter().collect();
        let mut at = 0;
        while let Some(&var) = vars.get(at) {
            at += 1;
            let moves = self.facts.moves_of(row.body).iter().filter(|row| row.dst == var);
            let fresh: Vec<Var> = moves.map(|row| row.src).filter(|src| !vars.contains(src)).collect();
            vars.extend(fresh);
        }
        self.facts.allocs_of(row.body).iter().filter_map(move |row| match row.what {
            Alloc::Function(function) if vars.contains(&row.dst) => Some(function),
            _ => None,
        })
    }

    /// Whether a method calls what a field of its receiver holds, the class binding no such name.
    fn calls_own_field(&self, class: TokenId, method: FuncId) -> bool {
        let Some(receiver) = self.facts.params_of(method).first().map(|param| param.var) else {
            return false;
        };
        let is_field = |name: Sym| !self.finds_static(class, name);
        let loads = self.facts.loads_of(method);
        self.facts.calls_of(method).iter().any(|call| match call.callee {
            Callee::Method(var, name) => var == receiver && is_field(name),
            Callee::Value(var) => loads.iter().any(|load| {
                load.dst == var
                    && load.base == receiver
                    && matches!(load.field, Field::Attr(name) if is_field(name))
            }),
        })
    }
}
