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
//! # Contexts
//! A function that does not call the same in all contexts (the wrapper that a decorator makes) has a node a context
//! behind the one for all of them: a call enters the node of its context, and leaves it by what that context calls, so
//! a path does not enter a wrapper for one function and leave it into another. What enters it in a way that is not
//! known, as an entry point does, enters the first.
//!
//! # Invariants
//! * A function's node and its id are found from each other without a map ([`Graph::of_function`]); its contexts
//!   follow it ([`Graph::nodes_of`]).
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
use crate::solution::{Certainty, EdgeKind as CallKind, Site, Solution, Target};
use name::Names;
use petgraph::graph::{EdgeIndex, NodeIndex};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
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
    /// Which of its contexts, from 1; 0 for all of them together.
    pub context: u32,
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
            context: 0,
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

    /// The node of a function and those of its contexts, in order; none where it has no node.
    pub fn nodes_of(&self, function: FuncId) -> impl Iterator<Item = NodeIndex> + '_ {
        let first = self.of_function(function);
        let after = (first.map_or(self.net.node_count(), NodeIndex::index)..).map(NodeIndex::new);
        after.take_while(move |&node| {
            self.net.node_weight(node).is_some_and(|row| row.function == Some(function))
        })
    }

    /// The node of a function in a context, that of all of them if none is named.
    #[must_use]
    pub fn of_context(&self, function: FuncId, context: Option<u32>) -> Option<NodeIndex> {
        self.nodes_of(function).nth(context.map_or(0, |context| context as usize + 1))
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
                self.graph.functions[index] = self.graph.net.add_node(node.clone());
                for context in 1..=self.solution.contexts.of(FuncId::from_len(index)) {
                    self.graph.net.add_node(Node { context, ..node.clone() });
                }
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
            self.add_call(caller, Site::Call(edge.call), edge.target, row);
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
            if self.is_library(edge.target) {
                continue;
            }
            self.condition = self.condition(edge.caller, edge.line, edge.target);
            let (kind, certainty, line) = (EdgeKind::Implicit, edge.certainty, edge.line);
            let site = Site::Line(edge.caller, line);
            self.add_call(edge.caller, site, edge.target, Edge { kind, certainty, line, column: 0 });
        }
    }

    /// Adds a call, to the function's nodes or to those of the library function by name.
    fn add_call(&mut self, caller: FuncId, site: Site, target: Target, row: Edge) {
        if let Target::Function(function) = target
            && let Some(node) = self.graph.of_function(function)
        {
            let kind = match self.graph.net[node].kind {
                NodeKind::Module => EdgeKind::Imports,
                // Constructing calls the body, too: it holds the initialisers of fields.
                NodeKind::Class if matches!(site, Site::Line(..)) => EdgeKind::Defines,
                _ => row.kind,
            };
            for (source, target) in self.ends(caller, site, function) {
                self.add_edge(source, target, Edge { kind, ..row });
            }
            return;
        }
        let call = match site {
            Site::Call(call) => Some((caller, call)),
            Site::Line(..) => None,
        };
        for name in self.names.of(call, target) {
            let node = self.external(name);
            self.add_edges(caller, node, row);
        }
    }

    /// From which nodes of a function to which of another a call goes.
    fn ends(&self, caller: FuncId, site: Site, target: FuncId) -> Vec<(NodeIndex, NodeIndex)> {
        let (graph, known) = (&self.graph, self.solution.contexts.calls_of(site, target));
        let Some(to) = graph.of_function(target) else { return Vec::new() };
        let node = |context: Option<u32>| {
            NodeIndex::new(to.index() + context.map_or(0, |context| context as usize + 1))
        };
        let mut ends = Vec::new();
        for (context, source) in graph.nodes_of(caller).enumerate() {
            let is_made =
                |from: Option<u32>| context == 0 || from.is_none_or(|from| from as usize + 1 == context);
            match known {
                [] => ends.push((source, to)),
                _ => {
                    let made = known.iter().filter(|row| is_made(row.from));
                    ends.extend(made.map(|row| (source, node(row.to))));
                }
            }
        }
        // Contexts of the caller may enter the same of the target: the node for all of them does so once.
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// An edge from all nodes of a function.
    fn add_edges(&mut self, source: FuncId, target: NodeIndex, row: Edge) {
        for source in self.graph.nodes_of(source).collect::<SmallVec<[NodeIndex; 1]>>() {
            self.add_edge(source, target, row);
        }
    }

    fn add_edge(&mut self, source: NodeIndex, target: NodeIndex, row: Edge) {
        let edge = self.graph.net.add_edge(source, target, row);
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
        self.condition = None;
        for index in 0..self.facts.functions.len() {
            let function = FuncId::from_len(index);
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
                    self.add_edges(function, target, row);
                }
            }
        }
    }

    /// Imports of modules that we have.
    fn add_imports(&mut self) {
        let modules = import::Modules::new(self.facts, self.solution);
        for index in 0..self.facts.functions.len() {
            let function = FuncId::from_len(index);
            if self.graph.of_function(function).is_none() {
                continue;
            }
            for (body, line) in modules.imported_by(self.facts, function) {
                if let Some(target) = self.graph.of_function(body) {
                    let row = Edge { kind: EdgeKind::Imports, certainty: Certainty::Exact, line, column: 0 };
                    self.add_edges(function, target, row);
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
