//! What names mean beyond one function: targets of calls, computed keys, imported names.

use super::engine::{ContextId, Engine, NodeId};
use super::index::Link;
use crate::facts::{Alloc, Callee, Constant, Facts, Field, FunctionKind, Import, Origin, Space};
use crate::ids::{CallId, FileId, FuncId, Sym, Var};
use crate::solution::{CallEdge, Certainty, EdgeKind, Solution, Target, Value};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// The functions that a call runs, with how sure that is; callbacks that unknown code may run are left out,
/// because nothing is known of what they are given.
pub(super) fn functions(engine: &Engine<'_>, at: NodeId, call: CallId) -> Vec<(FuncId, Certainty)> {
    let context = engine.nodes[at.0 as usize].context;
    let key = engine.contexts[context.0 as usize].key;
    match key.outer {
        Some(outer) if is_library(engine.facts, key.function) => {
            inner_functions(engine, outer, key.function, call)
        }
        _ => outer_functions(engine.facts, engine.solution.edges_of(call)),
    }
}

/// The targets of a call in code that is not a library body. Where the site calls a library body, what that body
/// calls is among the edges of the site; those functions get their arguments there.
fn outer_functions(facts: &Facts, edges: &[CallEdge]) -> Vec<(FuncId, Certainty)> {
    let functions = edges.iter().filter_map(called);
    let through_library = functions.clone().any(|(function, _)| is_library(facts, function));
    functions.filter(|&(function, _)| !through_library || is_library(facts, function)).collect()
}

/// The targets of a call in a library body that runs on behalf of the call `outer`.
fn inner_functions(
    engine: &Engine<'_>,
    outer: CallId,
    caller: FuncId,
    call: CallId,
) -> Vec<(FuncId, Certainty)> {
    let facts = engine.facts;
    let given = engine.solution.edges_of(outer).iter().filter_map(called);
    let given = given.filter(|&(function, _)| !is_library(facts, function));
    match facts.calls[call.index()].callee {
        Callee::Method(_, name) => {
            let named = given.filter(|&(function, _)| facts.functions[function.index()].name == name);
            named
                .chain(engine.library.methods(name).map(|function| (function, Certainty::Resolved)))
                .collect()
        }
        Callee::Value(var) => match engine.library.global(facts, caller, var) {
            Some(function) => vec![(function, Certainty::Resolved)],
            None => given.collect(),
        },
    }
}

fn called(edge: &CallEdge) -> Option<(FuncId, Certainty)> {
    match edge.target {
        Target::Function(function) if edge.kind != EdgeKind::Callback => Some((function, edge.certainty)),
        _ => None,
    }
}

/// Whether a function is a body that stands for a library function.
fn is_library(facts: &Facts, function: FuncId) -> bool {
    facts.files[facts.functions[function.index()].file.index()].origin == Origin::Builtin
}

/// The call outside of library bodies on whose behalf a function runs when it is called there.
pub(super) fn outer(engine: &Engine<'_>, context: ContextId, call: CallId, target: FuncId) -> Option<CallId> {
    let outer = engine.contexts[context.0 as usize].key.outer;
    is_library(engine.facts, target).then(|| outer.unwrap_or(call))
}

/// Names of the library bodies.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// Methods by name.
    methods: FxHashMap<Sym, Vec<FuncId>>,
    /// Functions by the cell of the module that holds them.
    globals: FxHashMap<(FuncId, Var), FuncId>,
}

impl Library {
    /// Reads the bodies. O(functions).
    pub(super) fn new(facts: &Facts) -> Self {
        let mut library = Self::default();
        for (row, index) in facts.functions.iter().zip(0..) {
            let function = FuncId(index);
            if !is_library(facts, function) {
                continue;
            }
            match row.kind {
                FunctionKind::Method => library.methods.entry(row.name).or_default().push(function),
                FunctionKind::Module => library.read_globals(facts, function),
                FunctionKind::ClassBody | FunctionKind::Function | FunctionKind::Lambda => {}
            }
        }
        library
    }

    fn read_globals(&mut self, facts: &Facts, module: FuncId) {
        let mut made: FxHashMap<Var, FuncId> = FxHashMap::default();
        for row in facts.allocs_of(module) {
            if let Alloc::Function(function) = row.what {
                made.insert(row.dst, function);
                self.globals.insert((module, row.dst), function);
            }
        }
        for row in facts.moves_of(module) {
            if let Some(&function) = made.get(&row.src) {
                self.globals.insert((module, row.dst), function);
            }
        }
    }

    fn methods(&self, name: Sym) -> impl Iterator<Item = FuncId> + '_ {
        self.methods.get(&name).into_iter().flatten().copied()
    }

    /// The library function that a variable names.
    fn global(&self, facts: &Facts, function: FuncId, var: Var) -> Option<FuncId> {
        let slot = var.index().checked_sub(facts.functions[function.index()].vars as usize)?;
        let capture = facts.captures_of(function).get(slot)?;
        self.globals.get(&(capture.function, capture.var)).copied()
    }
}

/// The fields that a computed key may mean: those of its constants, or any.
pub(super) fn fields(
    facts: &Facts,
    solution: &Solution,
    function: FuncId,
    key: Var,
    space: Space,
) -> SmallVec<[Field; 2]> {
    if let Some(Constant::Str(name) | Constant::Int(name)) = facts.constant(function, key) {
        return smallvec![field(name, space)];
    }
    let mut fields = SmallVec::new();
    for value in solution.values.of(function, key) {
        match value {
            Value::Str(name) => fields.push(field(name, space)),
            _ => return smallvec![any(space)],
        }
    }
    if fields.is_empty() {
        fields.push(any(space));
    }
    fields
}

fn field(name: Sym, space: Space) -> Field {
    match space {
        Space::Attr => Field::Attr(name),
        Space::Item => Field::Item(name),
    }
}

fn any(space: Space) -> Field {
    match space {
        Space::Attr => Field::AnyAttr,
        Space::Item => Field::AnyItem,
    }
}

/// Which variables of a module are which variables of other modules: imported names, star imports, and members
/// of a module that is held in a variable.
pub(super) fn links(facts: &Facts, solution: &Solution) -> Vec<Link> {
    let modules = Modules::new(facts, solution);
    let mut links = Vec::new();
    for index in 0..facts.functions.len() {
        let function = FuncId::from_len(index);
        for row in facts.imports_of(function) {
            if let Some(from) = row.name.and_then(|name| modules.imported(function, row, name)) {
                links.push(Link { from, to: (function, row.dst) });
            }
        }
    }
    modules.star_links(&mut links);
    modules.load_links(&mut links);
    links
}

/// Modules by name, and the variables that hold them.
struct Modules<'a> {
    facts: &'a Facts,
    by_name: FxHashMap<Sym, FileId>,
    /// What each variable that an import row fills holds.
    held: FxHashMap<(FuncId, Var), FileId>,
}

impl<'a> Modules<'a> {
    fn new(facts: &'a Facts, solution: &Solution) -> Self {
        let _ = solution;
        let mut modules = Self { facts, by_name: FxHashMap::default(), held: FxHashMap::default() };
        for (file, index) in facts.files.iter().zip(0..) {
            modules.by_name.entry(file.module).or_insert(FileId(index));
        }
        for index in 0..facts.functions.len() {
            let function = FuncId::from_len(index);
            for row in facts.imports_of(function) {
                let file = match row.name {
                    None => modules.named(function, facts.text(row.specifier)),
                    Some(name) => modules.submodule(function, row, name),
                };
                if let Some(file) = file {
                    modules.held.insert((function, row.dst), file);
                }
            }
        }
        modules
    }

    /// The module that a specifier names, dots in front counting up from the module of `function`.
    fn named(&self, function: FuncId, specifier: &str) -> Option<FileId> {
        let name = self.absolute(function, specifier);
        self.facts.names.find(&name).and_then(|name| self.by_name.get(&name)).copied()
    }

    fn absolute(&self, function: FuncId, specifier: &str) -> String {
        let file = &self.facts.files[self.facts.functions[function.index()].file.index()];
        let below = specifier.trim_start_matches('.');
        let mut up = specifier.len() - below.len();
        if up == 0 {
            return specifier.to_owned();
        }
        up -= usize::from(file.is_package);
        let mut base = self.facts.text(file.module);
        for _ in 0..up {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        let dot = if base.is_empty() || below.is_empty() { "" } else { "." };
        format!("{base}{dot}{below}")
    }

    fn submodule(&self, function: FuncId, row: &Import, name: Sym) -> Option<FileId> {
        let (specifier, name) = (self.facts.text(row.specifier), self.facts.text(name));
        let dot = if specifier.is_empty() || specifier.ends_with('.') { "" } else { "." };
        self.named(function, &format!("{specifier}{dot}{name}"))
    }

    /// The cell that an import of a name reads.
    fn imported(&self, function: FuncId, row: &Import, name: Sym) -> Option<(FuncId, Var)> {
        let file = self.named(function, self.facts.text(row.specifier))?;
        self.export(file, name)
    }

    fn export(&self, file: FileId, name: Sym) -> Option<(FuncId, Var)> {
        let text = self.facts.text(name);
        let exports = self.facts.exports_of(file);
        let at = exports.binary_search_by(|row| self.facts.text(row.name).cmp(text)).ok()?;
        Some((self.facts.files[file.index()].body, exports[at].var))
    }

    /// Names that nobody in the module binds may come from the modules whose every name it imports.
    fn star_links(&self, links: &mut Vec<Link>) {
        for (file, index) in self.facts.files.iter().zip(0..) {
            for &star in self.facts.stars_of(FileId(index)) {
                let Some(from) = self.named(file.body, self.facts.text(star)) else { continue };
                for free in self.facts.frees_of(FileId(index)) {
                    if let Some(from) = self.export(from, free.name) {
                        links.push(Link { from, to: (file.body, free.var) });
                    }
                }
            }
        }
    }

    /// loads(y, m, f), m holds a module ⇒ y is the module's variable f
    fn load_links(&self, links: &mut Vec<Link>) {
        for index in 0..self.facts.functions.len() {
            let function = FuncId::from_len(index);
            let mut local: FxHashMap<Var, FileId> = FxHashMap::default();
            for load in self.facts.loads_of(function) {
                let Field::Attr(name) = load.field else { continue };
                let known = local.get(&load.base).copied().or_else(|| self.holds(function, load.base));
                let Some(file) = known else { continue };
                if let Some(from) = self.export(file, name) {
                    links.push(Link { from, to: (function, load.dst) });
                }
                let module = self.facts.text(self.facts.files[file.index()].module);
                let below = format!("{module}.{}", self.facts.text(name));
                if let Some(below) = self.facts.names.find(&below).and_then(|name| self.by_name.get(&name)) {
                    local.insert(load.dst, *below);
                }
            }
        }
    }

    /// The module that a variable holds.
    fn holds(&self, function: FuncId, var: Var) -> Option<FileId> {
        let own = self.facts.functions[function.index()].vars as usize;
        let place = match var.index().checked_sub(own) {
            None => (function, var),
            Some(slot) => self.facts.captures_of(function).get(slot).map(|row| (row.function, row.var))?,
        };
        self.held.get(&place).copied()
    }
}
