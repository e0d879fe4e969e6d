//! Imports of dependencies that only declare: they are made when something reached wants what they bring.
//!
//! Where importing a module runs nothing, its own imports need not be followed before something names what they
//! bring; else one name of a library would load all that the library knows. So the imports of such a module body wait.
//! What is *wanted* of the body is what other functions capture, what other modules import from it, and what its
//! classes are built on; an import is made once a wanted slot may get values from it.

use super::instance::Instance;
use super::store::Store;
use super::token::Inst;
use super::{Listener, Loader, Solver};
use crate::facts::{Callee, Import, Origin, Type};
use crate::ids::{FuncId, TypeId, Var};
use rustc_hash::{FxHashMap, FxHashSet};

/// Types nested deeper than this want nothing more.
const MAX_DEPTH: u32 = 8;

/// Module bodies whose imports wait.
#[derive(Default)]
pub(super) struct Lazy {
    bodies: FxHashMap<Inst, Body>,
    /// Imports to be made.
    due: Vec<(Inst, Import)>,
}

/// A module body whose imports wait.
#[derive(Default)]
struct Body {
    /// The slots that the values of a slot may come from.
    sources: FxHashMap<Var, Vec<Var>>,
    imports: FxHashMap<Var, Vec<Import>>,
    wanted: FxHashSet<Var>,
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether the imports of a function wait: those of the body of a module that only declares, of a dependency.
    pub(super) fn is_lazy(&self, function: FuncId) -> bool {
        let file = &self.facts.files[self.facts.functions[function.index()].file.index()];
        file.origin == Origin::Dependency
            && file.body == function
            && self.protocols.of(file.language).only_declares
    }

    /// Makes the constraints of such a body, imports left out, and wants what its classes are built on.
    pub(super) fn hold_imports(&mut self, inst: Inst, function: FuncId) {
        let body = self.body_of(function);
        let early = self.lazy.bodies.insert(inst, body).map(|early| early.wanted).unwrap_or_default();
        let facts = &self.facts;
        let mut wanted: Vec<Var> = early.into_iter().collect();
        wanted.sort_unstable();
        wanted.extend(facts.copies_of(function).iter().map(|row| row.dst));
        wanted.extend(facts.stores_of(function).iter().flat_map(|row| [row.base, row.src]));
        for row in facts.allocs_of(function) {
            if let crate::facts::Alloc::Class(class) = row.what {
                wanted.extend_from_slice(facts.bases_of(class));
            }
        }
        wanted.into_iter().for_each(|var| self.want_slot(inst, var));
    }

    fn body_of(&self, function: FuncId) -> Body {
        let facts = &self.facts;
        let mut body = Body::default();
        let mut from = |dst: Var, src: Var| body.sources.entry(dst).or_default().push(src);
        facts.moves_of(function).iter().for_each(|row| from(row.dst, row.src));
        facts.derives_of(function).iter().for_each(|row| from(row.dst, row.src));
        facts.loads_of(function).iter().for_each(|row| from(row.dst, row.base));
        facts.iterates_of(function).iter().for_each(|row| from(row.dst, row.base));
        let first = facts.first_call(function);
        for (offset, row) in facts.calls_of(function).iter().enumerate().filter(|(_, row)| row.dst.is_some())
        {
            let (Callee::Value(callee) | Callee::Method(callee, _)) = row.callee;
            from(row.dst, callee);
            let call = crate::ids::CallId(first.0 + offset as u32);
            facts.args_of(call).iter().for_each(|arg| from(row.dst, arg.var));
        }
        for row in facts.hints_of(function) {
            let mut vars = Vec::new();
            self.vars_of(row.ty, &mut vars, 0);
            vars.into_iter().for_each(|var| from(row.var, var));
        }
        for &row in facts.imports_of(function) {
            body.imports.entry(row.dst).or_default().push(row);
        }
        body
    }

    /// The variables that a type names.
    fn vars_of(&self, ty: TypeId, vars: &mut Vec<Var>, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        match &self.facts.types[ty.index()] {
            Type::Unknown | Type::Number | Type::Text(..) | Type::Param(_) => {}
            Type::Value(var) => vars.push(*var),
            Type::ClassOf(inner) | Type::Callable(inner) | Type::Exact(inner) => {
                self.vars_of(*inner, vars, depth + 1);
            }
            Type::Apply(head, args) => {
                self.vars_of(*head, vars, depth + 1);
                args.iter().for_each(|&arg| self.vars_of(arg, vars, depth + 1));
            }
            Type::Union(members) => members.iter().for_each(|&member| self.vars_of(member, vars, depth + 1)),
        }
    }

    /// Something reached wants a slot of a body.
    pub(super) fn want_slot(&mut self, inst: Inst, var: Var) {
        let Instance { function, .. } = self.instances[inst.index()];
        if var.0 >= self.facts.functions[function.index()].vars || !self.is_lazy(function) {
            return;
        }
        // Before the body runs, what is wanted of it is only kept.
        let body = self.lazy.bodies.entry(inst).or_default();
        let mut work = vec![var];
        while let Some(var) = work.pop() {
            if body.wanted.insert(var) {
                work.extend(body.sources.get(&var).into_iter().flatten());
                let imports = body.imports.remove(&var).into_iter().flatten();
                self.lazy.due.extend(imports.map(|row| (inst, row)));
            }
        }
    }

    /// Makes the imports that are wanted. Whether there were any.
    pub(super) fn import_wanted(&mut self, loader: &dyn Loader) -> bool {
        let due = std::mem::take(&mut self.lazy.due);
        for &(inst, row) in &due {
            self.import(inst, row, loader);
        }
        !due.is_empty()
    }
}
