//! What the solver found: the call graph, the sites that stayed unresolved, what is read from code that we do
//! not have, and a view of the values of each variable.
//!
//! Everything here is in terms of [`Facts`] (functions, sites, variables), with the
//! solver's clones already merged. All vectors are sorted, so equal inputs give equal bytes.

use crate::facts::Facts;
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, Var};
use rustc_hash::FxHashMap;

/// How sure an edge is, from most to least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Certainty {
    /// One target, named statically.
    Exact,
    /// The value arrives there by points-to.
    Resolved,
    /// Holds if declared types are right.
    Typed,
    /// Matched by name only, where nothing better was known.
    Possible,
}

impl Certainty {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Resolved => "resolved",
            Self::Typed => "typed",
            Self::Possible => "possible",
        }
    }
}

/// An access path into code that we do not have, an index into [`Paths`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PathId(pub u32);

/// One step of an access path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathStep {
    /// A module by its full name: `requests`, `os.path`.
    Root(Sym),
    /// A member.
    Attr(Sym),
    /// The result of calling it.
    Call,
    /// The element under a constant key or index.
    Item(Sym),
    /// Some element.
    AnyItem,
    /// An instance of a first-party subclass of the class that the path names: as `Call`, but the object also
    /// has members of its own.
    Instance,
    /// What it hands to the functions that it is given, by the position of their parameter.
    Param(u8),
}

/// All access paths, as a tree.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Parent (itself for a root), last step, and number of steps.
    pub rows: Vec<(PathId, PathStep, u8)>,
    index: FxHashMap<(PathId, PathStep), PathId>,
}

impl Paths {
    /// Paths longer than this are cut: a deeper access stays at the path it starts from.
    pub const MAX_DEPTH: u8 = 8;

    /// The path of a module.
    pub fn root(&mut self, module: Sym) -> PathId {
        let next = PathId(u32::try_from(self.rows.len()).expect("fewer than 2^32 paths"));
        let key = (PathId(u32::MAX), PathStep::Root(module));
        *self.index.entry(key).or_insert_with(|| {
            self.rows.push((next, PathStep::Root(module), 0));
            next
        })
    }

    /// The path one step further, or none where it would be too deep. A member that the path has already gone
    /// through leads back to where it was: `node.next.next` is `node.next`, so that chains stay finite. What is handed
    /// to a function is an object of its own: `server.on<0>.on<0>` is not `server.on<0>`.
    pub fn step(&mut self, parent: PathId, step: PathStep) -> Option<PathId> {
        if let (PathStep::Attr(_), Some(known)) = (step, self.ancestor(parent, step)) {
            return Some(known);
        }
        let depth = self.rows[parent.0 as usize].2 + 1;
        if depth > Self::MAX_DEPTH {
            return self.shorter(parent, step);
        }
        let next = PathId(u32::try_from(self.rows.len()).expect("fewer than 2^32 paths"));
        Some(*self.index.entry((parent, step)).or_insert_with(|| {
            self.rows.push((parent, step, depth));
            next
        }))
    }

    /// A path that is too long, with one method call fewer: `x().a().b().c` is `x().b().c`. Most long chains are of
    /// builders, whose methods give the builder back.
    fn shorter(&mut self, parent: PathId, step: PathStep) -> Option<PathId> {
        let steps = self.shortened(parent, step)?;
        let PathStep::Root(module) = steps[0] else { return None };
        let mut path = self.root(module);
        for &step in &steps[1..] {
            path = self.step(path, step)?;
        }
        Some(path)
    }

    fn shortened(&self, parent: PathId, step: PathStep) -> Option<Vec<PathStep>> {
        use PathStep::{Attr, Call};
        let mut steps = self.steps(parent);
        steps.push(step);
        let is_chain = |four: &[PathStep]| matches!(four, [Call, Attr(_), Call, Attr(_)]);
        let at = steps.windows(4).rposition(is_chain)?;
        steps.drain(at + 1..at + 3);
        Some(steps)
    }

    /// Whether a path is the one that a step of another leads to.
    #[must_use]
    pub fn leads(&self, from: PathId, step: PathStep, to: PathId) -> bool {
        let row = self.rows[to.0 as usize];
        let is_cut = self.rows[from.0 as usize].2 == Self::MAX_DEPTH;
        (row.0, row.1) == (from, step)
            || (is_cut && self.shortened(from, step).is_some_and(|steps| steps == self.steps(to)))
    }

    /// The nearest path on the way to `path` that ends in this step.
    fn ancestor(&self, path: PathId, step: PathStep) -> Option<PathId> {
        let mut at = path;
        loop {
            let (parent, last, depth) = self.rows[at.0 as usize];
            if depth == 0 || matches!(last, PathStep::Param(_)) {
                return None;
            }
            if last == step {
                return Some(at);
            }
            at = parent;
        }
    }

    /// The first step of a path: the module.
    #[must_use]
    pub fn module(&self, path: PathId) -> PathStep {
        let mut at = path;
        loop {
            let (parent, step, depth) = self.rows[at.0 as usize];
            if depth == 0 {
                return step;
            }
            at = parent;
        }
    }

    /// The steps of a path, the module first.
    #[must_use]
    pub fn steps(&self, path: PathId) -> Vec<PathStep> {
        let mut steps = Vec::new();
        let mut at = path;
        loop {
            let (parent, step, depth) = self.rows[at.0 as usize];
            steps.push(step);
            if depth == 0 {
                break;
            }
            at = parent;
        }
        steps.reverse();
        steps
    }

    /// Whether the path is that of a member of a module: its name, and the names of the members on the way. O(names).
    #[must_use]
    pub fn is_member(&self, path: PathId, names: &[Sym]) -> bool {
        let Some((&module, members)) = names.split_first() else { return false };
        let mut at = path;
        for &name in members.iter().rev() {
            let (parent, step, _) = self.rows[at.0 as usize];
            if step != PathStep::Attr(name) {
                return false;
            }
            at = parent;
        }
        self.rows[at.0 as usize].1 == PathStep::Root(module)
    }

    /// The path as text: `requests.Session().post`, `os.environ["HOME"]`.
    #[must_use]
    pub fn text(&self, path: PathId, names: &crate::ids::Interner) -> String {
        let mut text = String::new();
        for step in self.steps(path) {
            match step {
                PathStep::Root(sym) => text.push_str(names.get(sym)),
                PathStep::Attr(sym) => {
                    text.push('.');
                    text.push_str(names.get(sym));
                }
                PathStep::Call | PathStep::Instance => text.push_str("()"),
                PathStep::Item(sym) => {
                    text.push_str("[\"");
                    text.push_str(names.get(sym));
                    text.push_str("\"]");
                }
                PathStep::AnyItem => text.push_str("[]"),
                PathStep::Param(position) => text.push_str(&format!("<{position}>")),
            }
        }
        text
    }
}

/// Where a call goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A function whose facts we have.
    Function(FuncId),
    /// Code that we do not have.
    External(PathId),
}

/// Why a call happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeKind {
    /// The site calls it, itself or through a builtin that it calls.
    Call,
    /// It was handed to code that we do not have, which may call it; or that code's base class calls it.
    Callback,
    /// The site makes or resumes a generator.
    Resume,
}

/// An edge of the call graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallEdge {
    /// The site.
    pub call: CallId,
    /// What it calls.
    pub target: Target,
    /// Why.
    pub kind: EdgeKind,
    /// How sure.
    pub certainty: Certainty,
}

/// Where a call is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Site {
    /// At a site.
    Call(CallId),
    /// By protocol, on a line of a function.
    Line(FuncId, u32),
}

/// A call from or to a function of several contexts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ContextCall {
    /// Where.
    pub site: Site,
    /// What is called.
    pub target: FuncId,
    /// The context of the caller that makes it; none for all that it has.
    pub from: Option<u32>,
    /// The context of the target that it enters; none if that has one.
    pub to: Option<u32>,
}

/// Functions that do not make the same calls in all contexts: a decorator's wrapper calls what its decorator was
/// given. A path that enters a function in a context leaves it by the calls of that context.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    /// Functions with more than one context, and how many they have; sorted. Others have one.
    pub counts: Vec<(FuncId, u32)>,
    /// Calls by context, sorted. A call of the call graph that is not here is made in every context of its caller, and
    /// enters its target in one that is not known.
    pub calls: Vec<ContextCall>,
}

impl Contexts {
    /// The number of contexts of a function, 0 if its calls do not depend on them. O(log functions).
    #[must_use]
    pub fn of(&self, function: FuncId) -> u32 {
        self.counts.binary_search_by_key(&function, |row| row.0).map_or(0, |at| self.counts[at].1)
    }

    /// What is known of a call by context. O(log calls).
    #[must_use]
    pub fn calls_of(&self, site: Site, target: FuncId) -> &[ContextCall] {
        let start = self.calls.partition_point(|row| (row.site, row.target) < (site, target));
        let end = start + self.calls[start..].partition_point(|row| (row.site, row.target) == (site, target));
        &self.calls[start..end]
    }
}

/// A call that no site shows: iteration, a property read, a subscription by protocol, a field access.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ImplicitEdge {
    /// The function that does it.
    pub caller: FuncId,
    /// Line.
    pub line: u32,
    /// What is called.
    pub target: Target,
    /// How sure.
    pub certainty: Certainty,
}

/// A read of something that code we do not have holds: `os.environ["X"]`, `flask.request.args`, `settings.KEY`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExternalRead {
    /// The function that reads.
    pub function: FuncId,
    /// The path that is read.
    pub path: PathId,
    /// The first line of that function on which it is.
    pub line: u32,
    /// How sure.
    pub certainty: Certainty,
}

/// A value, as embedders and models see it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Value {
    /// A function or closure.
    Function(FuncId),
    /// A bound method.
    Method(FuncId),
    /// A class.
    Class(ClassId),
    /// An instance of a class.
    Instance(ClassId),
    /// A module that we have.
    Module(FileId),
    /// A string constant.
    Str(Sym),
    /// A string of which the beginning and the end are known.
    Pattern(Sym, Sym),
    /// Something from code that we do not have.
    External(PathId),
}

/// Work counters: a slowdown shows here without a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Function instances, clones included.
    pub instances: u64,
    /// Clones among them.
    pub clones: u64,
    /// Constraint variables.
    pub nodes: u64,
    /// Distinct abstract objects.
    pub tokens: u64,
    /// Copy edges between variables.
    pub edges: u64,
    /// Tokens moved along edges or handed to listeners.
    pub propagations: u64,
    /// Variables merged by cycle collapse.
    pub collapsed: u64,
    /// Places where a budget was reached and precision given up.
    pub gave_up: u64,
    /// Whether the work ended at its limit, so that paths may be missing.
    pub is_cut_short: bool,
}

/// What the solver found.
#[derive(Clone, Debug, Default)]
pub struct Solution {
    /// Call edges of sites in code that is not a builtin body; calls made inside builtin bodies are edges of the
    /// site that called the builtin.
    pub edges: Vec<CallEdge>,
    /// Calls without a site of their own.
    pub implicit: Vec<ImplicitEdge>,
    /// Reads from code that we do not have.
    pub reads: Vec<ExternalRead>,
    /// Sites of which no target is known, implicit ones left out.
    pub unresolved: Vec<CallId>,
    /// Functions that are reached from a root: all first-party ones, and what they reach of the rest.
    pub solved: Vec<FuncId>,
    /// Access paths.
    pub paths: Paths,
    /// Base classes of each class with a body, nearest first; `External` for those that we do not have.
    pub ancestors: Vec<Vec<Value>>,
    /// Builtin bodies that builtin bodies call: the call in the body, and what it calls for some site. Sorted.
    pub inner: Vec<(CallId, FuncId)>,
    /// Other functions that builtin bodies call: the site that the body runs for, the call in the body, and what
    /// it calls. The same are among the edges of the site. Sorted.
    pub within: Vec<(CallId, CallId, FuncId)>,
    /// The same call graph, by context where that matters.
    pub contexts: Contexts,
    /// Modules that import specifiers mean: the importing file, the specifier, the file of the module. Sorted.
    pub modules: Vec<(FileId, Sym, FileId)>,
    /// Functions that a decorator call site wraps: the site, and the function it was given.
    pub decorated: Vec<(CallId, FuncId)>,
    /// Work counters.
    pub counters: Counters,
    /// Values of variables that reports and models ask for: sorted by (function, variable).
    pub values: Values,
}

/// Values by variable: those of call arguments, receivers and results (what models ask for).
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Sorted by function and variable.
    pub rows: Vec<(FuncId, Var, Value)>,
}

impl Values {
    /// The values of a variable, sorted. O(log rows).
    pub fn of(&self, function: FuncId, var: Var) -> impl Iterator<Item = Value> + '_ {
        let start = self.rows.partition_point(|&(f, v, _)| (f, v) < (function, var));
        self.rows[start..].iter().take_while(move |&&(f, v, _)| (f, v) == (function, var)).map(|row| row.2)
    }
}

impl Solution {
    /// The edges of a site. O(log edges).
    #[must_use]
    pub fn edges_of(&self, call: CallId) -> &[CallEdge] {
        let start = self.edges.partition_point(|edge| edge.call < call);
        let end = start + self.edges[start..].partition_point(|edge| edge.call == call);
        &self.edges[start..end]
    }

    /// The module that a specifier means in a file. O(log modules).
    #[must_use]
    pub fn module(&self, file: FileId, specifier: Sym) -> Option<FileId> {
        let at = self.modules.binary_search_by_key(&(file, specifier), |row| (row.0, row.1)).ok()?;
        Some(self.modules[at].2)
    }

    /// The variable that other modules import from a module by this name: its own, or that of a module of which it
    /// imports every name.
    #[must_use]
    pub fn export(&self, facts: &Facts, file: FileId, name: Sym) -> Option<(FuncId, Var)> {
        let mut pending = vec![file];
        let mut next = 0;
        while let Some(&file) = pending.get(next) {
            let (text, exports) = (facts.text(name), facts.exports_of(file));
            if let Ok(at) = exports.binary_search_by(|row| facts.text(row.name).cmp(text)) {
                return Some((facts.files[file.index()].body, exports[at].var));
            }
            let stars = facts.stars_of(file).iter().filter_map(|&star| self.module(file, star));
            let new: Vec<FileId> = stars.filter(|star| !pending.contains(star)).collect();
            pending.extend(new);
            next += 1;
        }
        None
    }
}
