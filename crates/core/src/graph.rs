//! Facts + Solution (+ tags) → [`Graph`]: one petgraph graph in which every question is a path.
//!
//! # Nodes
//! *Functions* (also methods, lambdas, module bodies and class bodies) of the program and of the dependencies that
//! it reaches; *externals*, the library functions that are called, by the dotted path under which they are imported;
//! *packages*, which hold externals and modules; from tags: *entry points*, *sinks* (one an API), *secrets* (one a
//! name); and beside the code *owners* and *results* of other scanners.
//!
//! # Edges
//! Calls of four kinds, requests to own routes and runs of own files ([`EdgeKind::is_call`]), imports, class bodies that a scope runs (`defines`), `starts` (entry
//! point → function), `uses` (function → sink), `reads` (function → secret), `holds` (package → member), `owns` (owner
//! → module) and `about` (result → function or package). Every edge has a [`Certainty`] and a line; the file is that of its source.
//!
//! # Invariants
//! * A function's node and its id are found from each other without a map ([`Graph::of_function`]).
//! * Many access paths may have one name (`Session().get` and `s.get`): an external is one node a name.
//! * Nodes and edges are added in id order, so equal inputs give equal indices.
//!
//! # Example
//! `def run(c): subprocess.run(c)` with a route on it: entry `POST /run` –starts→ `app.run` –calls→
//! `subprocess.run` (external), `app.run` –uses→ `subprocess.run` (sink), `subprocess` –holds→ the external.

mod attached;
mod find;
mod import;
mod name;
mod tagged;

mod walk;

pub use attached::{own, report, sign};
pub use tagged::tag;
pub(crate) use walk::Walk;
pub use walk::{Radius, Reached, Spread, Via};

use crate::facts::{Alloc, CallFlags, Facts, Function, FunctionKind, Origin};
use crate::finding::{Place, Provenance};
use crate::ids::{CallId, FileId, FuncId, Sym};
use crate::solution::{Certainty, EdgeKind as CallKind, Solution, Target};
use name::Names;
use petgraph::graph::{EdgeIndex, NodeIndex};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What a node stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum NodeKind {
    /// A function.
    Function,
    /// A method.
    Method,
    /// An anonymous function.
    Lambda,
    /// The body of a class.
    Class,
    /// The body of a module.
    Module,
    /// A package, by the name under which code imports it.
    Package,
    /// Library code that we do not have, or that a builtin body stands for.
    External,
    /// What something outside the program can start.
    Entry,
    /// An API that matters.
    Sink,
    /// A secret, by its name.
    Secret,
    /// Who answers for code, by the name that a file gives.
    Owner,
    /// A result of another scanner, by the name of its rule.
    Result,
}

impl NodeKind {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Lambda => "lambda",
            Self::Class => "class",
            Self::Module => "module",
            Self::Package => "package",
            Self::External => "external",
            Self::Entry => "entry",
            Self::Sink => "sink",
            Self::Secret => "secret",
            Self::Owner => "owner",
            Self::Result => "result",
        }
    }

    /// Whether it stands beside code, and is no step of a path.
    #[must_use]
    pub fn is_beside(self) -> bool {
        matches!(self, Self::Owner | Self::Result)
    }

    /// Whether it is a body of code that runs.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Lambda | Self::Class | Self::Module)
    }
}

/// A node.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Node {
    /// What it stands for.
    pub kind: NodeKind,
    /// Full name: `app.db.query`, `requests.Session.get`, `POST /orders`, `STRIPE_KEY`.
    pub name: String,
    /// The special kind of an entry point, sink or secret, from the closed vocabulary; empty for others.
    pub tag: String,
    /// The file that it is in, an index into [`Graph::files`].
    pub file: Option<FileId>,
    /// Line of its keyword; 0 without a file.
    pub line: u32,
    /// Column of its keyword; 0 without a file.
    pub column: u32,
    /// Last line; 0 without a file.
    pub end_line: u32,
    /// The function, where it is one.
    pub function: Option<FuncId>,
    /// Who wrote it; none where that is not known or not asked.
    pub provenance: Option<Box<Provenance>>,
}

impl Node {
    /// A node that is in no file.
    fn named(kind: NodeKind, name: String) -> Self {
        Self {
            kind,
            name,
            tag: String::new(),
            file: None,
            line: 0,
            column: 0,
            end_line: 0,
            function: None,
            provenance: None,
        }
    }
}

/// What an edge says of its two nodes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum EdgeKind {
    /// A call site calls it.
    Calls,
    /// It was handed to code that we do not have, which may call it.
    Callback,
    /// A generator or coroutine is made or resumed.
    Resumes,
    /// Called without a call site: iteration, a property, a subscription.
    Implicit,
    /// It sends a request that the target answers.
    Requests,
    /// It runs a file as a program.
    Runs,
    /// A module is imported.
    Imports,
    /// The class body runs where the class statement stands.
    Defines,
    /// A function reads a secret.
    Reads,
    /// A function uses a sink.
    Uses,
    /// An entry point starts a function.
    Starts,
    /// A package holds it.
    Holds,
    /// Somebody answers for a module.
    Owns,
    /// A result of a scanner is about a function or package.
    About,
}

impl EdgeKind {
    /// The word that reports print. Resumed and implicit calls are calls to a reader.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls | Self::Resumes | Self::Implicit => "calls",
            Self::Callback => "callback",
            Self::Requests => "requests",
            Self::Runs => "runs",
            Self::Imports => "imports",
            Self::Defines => "defines",
            Self::Reads => "reads",
            Self::Uses => "uses",
            Self::Starts => "starts",
            Self::Holds => "holds",
            Self::Owns => "owns",
            Self::About => "about",
        }
    }

    /// Whether it is a step of a path, and not only what something belongs to.
    #[must_use]
    pub fn is_step(self) -> bool {
        !matches!(self, Self::Holds | Self::Owns | Self::About)
    }

    /// Whether the target's code runs because the source's code does, imports left out.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(
            self,
            Self::Calls | Self::Callback | Self::Resumes | Self::Implicit | Self::Requests | Self::Runs
        )
    }
}

/// An edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Edge {
    /// What it says.
    pub kind: EdgeKind,
    /// How sure.
    pub certainty: Certainty,
    /// Line, in the file of the source node (of the target, for `starts`); 0 where there is none.
    pub line: u32,
    /// Column; 0 where it is not known.
    pub column: u32,
}

/// The graph. The petgraph graph is public on purpose: its algorithms run on it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Graph {
    /// Nodes and edges.
    pub net: petgraph::Graph<Node, Edge>,
    /// Paths of files, relative to the scanned root, by [`FileId`].
    pub files: Vec<String>,
    /// Conditions under which calls are code, of those that only another configuration compiles.
    pub conditions: BTreeMap<EdgeIndex, String>,
    /// The node of each function, `NodeIndex::end()` where it has none.
    functions: Vec<NodeIndex>,
}

/// Builds the graph. O(functions + edges); tags are added by [`tag`].
#[must_use]
pub fn build(facts: &Facts, solution: &Solution) -> Graph {
    let mut builder = Builder::new(facts, solution);
    builder.add_functions();
    builder.add_calls();
    builder.add_implicit();
    builder.add_classes();
    builder.add_imports();
    builder.add_packages();
    builder.graph
}

impl Graph {
    /// The node of a function; none for builtin bodies and for dependencies' functions that nothing reaches.
    #[must_use]
    pub fn of_function(&self, function: FuncId) -> Option<NodeIndex> {
        self.functions.get(function.index()).copied().filter(|&node| node != NodeIndex::end())
    }

    /// Path of the file that a node is in, or nothing.
    #[must_use]
    pub fn file(&self, node: NodeIndex) -> &str {
        self.net[node].file.map_or("", |file| &self.files[file.index()])
    }

    /// Where a node is.
    #[must_use]
    pub fn place(&self, node: NodeIndex) -> Place {
        let row = &self.net[node];
        Place::new(self.file(node), row.line, row.column.max(1))
    }

    /// Where what an edge says happens.
    #[must_use]
    pub fn edge_place(&self, edge: EdgeIndex) -> Place {
        let (source, target) = self.net.edge_endpoints(edge).unwrap_or_default();
        let row = self.net[edge];
        let at = if self.net[source].file.is_some() { source } else { target };
        Place::new(self.file(at), row.line, row.column.max(1))
    }
}

/// Adds nodes and edges in order.
struct Builder<'a> {
    facts: &'a Facts,
    solution: &'a Solution,
    graph: Graph,
    names: Names<'a>,
    externals: FxHashMap<String, NodeIndex>,
    /// The condition of the call that is added.
    condition: Option<Sym>,
}

impl<'a> Builder<'a> {
    fn new(facts: &'a Facts, solution: &'a Solution) -> Self {
        let functions = vec![NodeIndex::end(); facts.functions.len()];
        let files = facts.files.iter().map(|file| facts.text(file.path).to_owned()).collect();
        let edges = solution.edges.len() + solution.implicit.len() + facts.imports.len();
        let net = petgraph::Graph::with_capacity(facts.functions.len(), edges);
        Self {
            facts,
            solution,
            graph: Graph { net, files, conditions: BTreeMap::new(), functions },
            names: Names::new(facts, solution),
            externals: FxHashMap::default(),
            condition: None,
        }
    }

    /// A node for each first-party function, each solved one, and each that is called.
    fn add_functions(&mut self) {
        let mut wanted: Vec<bool> = self.facts.functions.iter().map(|row| self.is_ours(row)).collect();
        let called = self.solution.edges.iter().map(|edge| edge.target);
        for target in called.chain(self.solution.implicit.iter().map(|edge| edge.target)) {
            if let Target::Function(function) = target {
                wanted[function.index()] = true;
            }
        }
        for function in &self.solution.solved {
            wanted[function.index()] = true;
        }
        for (index, row) in self.facts.functions.iter().enumerate() {
            if wanted[index] && self.origin(row) != Origin::Builtin {
                let node = self.function_node(FuncId::from_len(index), row);
                self.graph.functions[index] = self.graph.net.add_node(node);
            }
        }
    }

    fn function_node(&self, function: FuncId, row: &Function) -> Node {
        let kind = match row.kind {
            FunctionKind::Module => NodeKind::Module,
            FunctionKind::ClassBody => NodeKind::Class,
            FunctionKind::Function => NodeKind::Function,
            FunctionKind::Method => NodeKind::Method,
            FunctionKind::Lambda => NodeKind::Lambda,
        };
        Node {
            file: Some(row.file),
            line: row.line,
            column: row.column,
            end_line: row.end_line,
            function: Some(function),
            ..Node::named(kind, self.facts.full_name(function))
        }
    }

    fn is_ours(&self, row: &Function) -> bool {
        self.origin(row) == Origin::FirstParty
    }

    fn origin(&self, row: &Function) -> Origin {
        self.facts.files[row.file.index()].origin
    }

    /// The call edges. Both edges and functions are in call order, so the caller is found by walking along.
    fn add_calls(&mut self) {
        let solution = self.solution;
        let mut caller = FuncId(0);
        for edge in &solution.edges {
            caller = self.caller_from(caller, edge.call);
            let Some(source) = self.graph.of_function(caller) else { continue };
            let site = self.facts.calls[edge.call.index()];
            if is_silent(site.flags) && self.is_library(edge.target) {
                continue;
            }
            let kind = match edge.kind {
                CallKind::Call => EdgeKind::Calls,
                CallKind::Callback => EdgeKind::Callback,
                CallKind::Resume => EdgeKind::Resumes,
            };
            self.condition = self.condition(caller, site.line, edge.target);
            let row = Edge { kind, certainty: edge.certainty, line: site.line, column: site.column };
            self.add_call(source, Some((caller, edge.call)), edge.target, row);
        }
    }

    /// The function that a call is in, given that it is not before `from`.
    fn caller_from(&self, from: FuncId, call: CallId) -> FuncId {
        let functions = &self.facts.functions;
        let mut at = from.index();
        while functions.get(at + 1).is_some_and(|next| next.first.calls <= call.0) {
            at += 1;
        }
        FuncId::from_len(at)
    }

    /// The condition under which a call is code, where it is only in another configuration.
    fn condition(&self, caller: FuncId, line: u32, target: Target) -> Option<Sym> {
        if self.facts.conditions.is_empty() {
            return None;
        }
        self.facts.condition_at(caller, line).or_else(|| self.facts.condition_of(target))
    }

    fn is_library(&self, target: Target) -> bool {
        match target {
            Target::External(_) => true,
            Target::Function(function) => {
                self.origin(&self.facts.functions[function.index()]) == Origin::Builtin
            }
        }
    }

    /// Calls without a site. What the syntax does to a builtin value is no call that a reader would look for.
    fn add_implicit(&mut self) {
        let solution = self.solution;
        for edge in &solution.implicit {
            let source = self.graph.of_function(edge.caller).filter(|_| !self.is_library(edge.target));
            let Some(source) = source else { continue };
            self.condition = self.condition(edge.caller, edge.line, edge.target);
            let (kind, certainty, line) = (EdgeKind::Implicit, edge.certainty, edge.line);
            self.add_call(source, None, edge.target, Edge { kind, certainty, line, column: 0 });
        }
    }

    /// Adds a call, to the function's node or to that of the library function by name.
    fn add_call(&mut self, source: NodeIndex, site: Option<(FuncId, CallId)>, target: Target, row: Edge) {
        if let Target::Function(function) = target
            && let Some(node) = self.graph.of_function(function)
        {
            let kind = match self.graph.net[node].kind {
                NodeKind::Module => EdgeKind::Imports,
                // Constructing calls the body, too: it holds the initialisers of fields.
                NodeKind::Class if site.is_none() => EdgeKind::Defines,
                _ => row.kind,
            };
            let edge = self.graph.net.add_edge(source, node, Edge { kind, ..row });
            self.note_condition(edge);
            return;
        }
        for name in self.names.of(site, target) {
            let node = self.external(name);
            let edge = self.graph.net.add_edge(source, node, row);
            self.note_condition(edge);
        }
    }

    fn note_condition(&mut self, edge: EdgeIndex) {
        if let Some(text) = self.condition {
            self.graph.conditions.insert(edge, self.facts.text(text).to_owned());
        }
    }

    fn external(&mut self, name: String) -> NodeIndex {
        if let Some(&node) = self.externals.get(&name) {
            return node;
        }
        let node = self.graph.net.add_node(Node::named(NodeKind::External, name.clone()));
        self.externals.insert(name, node);
        node
    }

    /// Class bodies run in the scope that holds the class statement.
    fn add_classes(&mut self) {
        for index in 0..self.facts.functions.len() {
            let function = FuncId::from_len(index);
            let Some(source) = self.graph.of_function(function) else { continue };
            for alloc in self.facts.allocs_of(function) {
                let Alloc::Class(class) = alloc.what else { continue };
                let body = self.facts.classes[class.index()].body;
                if let Some(target) = self.graph.of_function(body) {
                    let row = Edge {
                        kind: EdgeKind::Defines,
                        certainty: Certainty::Exact,
                        line: alloc.line,
                        column: 0,
                    };
                    self.graph.net.add_edge(source, target, row);
                }
            }
        }
    }

    /// Imports of modules that we have.
    fn add_imports(&mut self) {
        let modules = import::Modules::new(self.facts, self.solution);
        for index in 0..self.facts.functions.len() {
            let function = FuncId::from_len(index);
            let Some(source) = self.graph.of_function(function) else { continue };
            for (body, line) in modules.imported_by(self.facts, function) {
                if let Some(target) = self.graph.of_function(body) {
                    let row = Edge { kind: EdgeKind::Imports, certainty: Certainty::Exact, line, column: 0 };
                    self.graph.net.add_edge(source, target, row);
                }
            }
        }
    }

    /// A package node a top-level name, holding what is called of it and the modules that we have of it.
    fn add_packages(&mut self) {
        let mut packages: FxHashMap<String, NodeIndex> = FxHashMap::default();
        for index in 0..self.graph.net.node_count() {
            let member = NodeIndex::new(index);
            let row = &self.graph.net[member];
            if !matches!(row.kind, NodeKind::External | NodeKind::Module) {
                continue;
            }
            let top = row.name.split('.').next().unwrap_or_default().to_owned();
            if row.kind == NodeKind::Module && top == row.name && !self.is_package(row) {
                continue;
            }
            let net = &mut self.graph.net;
            let package = *packages
                .entry(top)
                .or_insert_with_key(|top| net.add_node(Node::named(NodeKind::Package, top.clone())));
            let row = Edge { kind: EdgeKind::Holds, certainty: Certainty::Exact, line: 0, column: 0 };
            net.add_edge(package, member, row);
        }
    }

    fn is_package(&self, module: &Node) -> bool {
        module.file.is_some_and(|file| self.facts.files[file.index()].is_package)
    }
}

/// Whether a site shows no call to the reader: an operator, a `raise E`.
fn is_silent(flags: CallFlags) -> bool {
    flags.has(CallFlags::IMPLICIT) || flags.has(CallFlags::RAISE)
}

#[cfg(test)]
pub(crate) mod sketch;
#[cfg(test)]
mod tests;
