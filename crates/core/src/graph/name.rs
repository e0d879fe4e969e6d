//! Library targets → the names that people know them by: `requests.Session.get`, `builtins.str.join`.
//!
//! An access path loses its call parentheses and subscripts. A builtin body is named by module and qualified name;
//! construction of a builtin class is named as the class; what is inside a builtin function is that function to a
//! reader; a method of a private base of builtin classes is named by the class of the receiver.

use crate::facts::{Callee, Facts, FunctionKind, Origin};
use crate::ids::{CallId, ClassId, FuncId};
use crate::solution::{PathId, PathStep, Solution, Target, Value};

/// Names of library functions, remembered by access path.
pub(super) struct Names<'a> {
    facts: &'a Facts,
    solution: &'a Solution,
    paths: Vec<Option<String>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(facts: &'a Facts, solution: &'a Solution) -> Self {
        Self { facts, solution, paths: vec![None; solution.paths.rows.len()] }
    }

    /// The names of what is called at a site; none where a reader would see no call of a library function.
    pub(super) fn of(&mut self, site: Option<(FuncId, CallId)>, target: Target) -> Vec<String> {
        match target {
            Target::External(path) => vec![self.of_path(path)],
            Target::Function(function) => self.of_builtin(site, function),
        }
    }

    fn of_path(&mut self, path: PathId) -> String {
        let (facts, solution) = (self.facts, self.solution);
        self.paths[path.0 as usize].get_or_insert_with(|| dotted(facts, solution, path)).clone()
    }

    fn of_builtin(&self, site: Option<(FuncId, CallId)>, function: FuncId) -> Vec<String> {
        let function = self.outermost(function);
        let row = &self.facts.functions[function.index()];
        let name = self.facts.text(row.name);
        let Some(class) = row.class else {
            let full = self.facts.full_name(function);
            return if is_private(name) || row.kind == FunctionKind::Module {
                Vec::new()
            } else {
                vec![full]
            };
        };
        if matches!(name, "__init__" | "__new__" | "__call__") && !self.is_named(site) {
            return self.constructed(site, class);
        }
        if is_private(name) || self.is_root_class(class) {
            return Vec::new();
        }
        if is_private(self.facts.text(self.facts.classes[class.index()].name)) {
            let classes = self.receivers(site, class);
            return classes.into_iter().map(|class| format!("{}.{name}", self.class_name(class))).collect();
        }
        vec![self.facts.full_name(function)]
    }

    /// The function or method that a reader can name: the one that is in no other function.
    fn outermost(&self, function: FuncId) -> FuncId {
        let mut found = function;
        let mut at = function;
        loop {
            let row = &self.facts.functions[at.index()];
            let is_body = matches!(row.kind, FunctionKind::Module | FunctionKind::ClassBody);
            if !is_body {
                found = at;
            }
            if row.parent == at {
                return found;
            }
            at = row.parent;
        }
    }

    /// Whether the site itself names the method: `super().__init__()`.
    fn is_named(&self, site: Option<(FuncId, CallId)>) -> bool {
        site.is_some_and(|(_, call)| match self.facts.calls[call.index()].callee {
            Callee::Method(_, name) => self.facts.text(name).starts_with("__"),
            Callee::Value(_) => false,
        })
    }

    /// `C()` of a builtin class is a call of `C`; that of our own class, which has the builtin one as base, is none.
    fn constructed(&self, site: Option<(FuncId, CallId)>, class: ClassId) -> Vec<String> {
        let Some((function, call)) = site else { return Vec::new() };
        let Callee::Value(callee) = self.facts.calls[call.index()].callee else {
            return if self.is_root_class(class) { Vec::new() } else { vec![self.class_name(class)] };
        };
        let values: Vec<Value> = self.solution.values.of(function, callee).collect();
        let classes = values.iter().filter_map(|value| match value {
            Value::Class(class) | Value::Instance(class) => Some(*class),
            _ => None,
        });
        let mut names: Vec<String> = classes
            .filter(|&named| named == class || self.inherits(named, class))
            .filter(|&named| self.is_builtin(named))
            .map(|named| self.class_name(named))
            .collect();
        names.dedup();
        names
    }

    /// The builtin classes of the receiver that have `base` among their bases.
    fn receivers(&self, site: Option<(FuncId, CallId)>, base: ClassId) -> Vec<ClassId> {
        let Some((function, call)) = site else { return Vec::new() };
        let Callee::Method(receiver, _) = self.facts.calls[call.index()].callee else { return Vec::new() };
        let values = self.solution.values.of(function, receiver);
        let mut classes: Vec<ClassId> = values
            .filter_map(|value| match value {
                Value::Instance(class) | Value::Class(class) => Some(class),
                _ => None,
            })
            .filter_map(|class| self.nearest_builtin(class))
            .filter(|&class| class == base || self.inherits(class, base))
            .collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// A class, or the nearest of its bases that is builtin and public.
    fn nearest_builtin(&self, class: ClassId) -> Option<ClassId> {
        let bases = self.solution.ancestors.get(class.index()).into_iter().flatten();
        let bases = bases.filter_map(|value| match value {
            Value::Class(class) => Some(*class),
            _ => None,
        });
        std::iter::once(class).chain(bases).find(|&class| {
            let row = &self.facts.classes[class.index()];
            self.is_builtin(class) && !is_private(self.facts.text(row.name))
        })
    }

    fn inherits(&self, class: ClassId, base: ClassId) -> bool {
        let bases = self.solution.ancestors.get(class.index());
        bases.is_some_and(|bases| bases.contains(&Value::Class(base)))
    }

    fn is_builtin(&self, class: ClassId) -> bool {
        let file = self.facts.classes[class.index()].file;
        self.facts.files[file.index()].origin == Origin::Builtin
    }

    /// Whether a class is one that every class has above it, whose methods say nothing.
    fn is_root_class(&self, class: ClassId) -> bool {
        matches!(self.class_name(class).as_str(), "builtins.object" | "builtins.type")
    }

    fn class_name(&self, class: ClassId) -> String {
        self.facts.full_name(self.facts.classes[class.index()].body)
    }
}

/// The dotted form of an access path.
fn dotted(facts: &Facts, solution: &Solution, path: PathId) -> String {
    let mut text = String::new();
    for step in solution.paths.steps(path) {
        match step {
            PathStep::Root(name) => text.push_str(facts.text(name)),
            PathStep::Attr(name) => {
                text.push('.');
                text.push_str(facts.text(name));
            }
            PathStep::Call
            | PathStep::Item(_)
            | PathStep::AnyItem
            | PathStep::Instance
            | PathStep::Param(_) => {}
        }
    }
    text
}

/// Whether a name is one that only the builtin bodies themselves use.
fn is_private(name: &str) -> bool {
    let is_ours = name.starts_with("__as_") && name.ends_with("__");
    is_ours || (name.starts_with('_') && !name.starts_with("__"))
}
