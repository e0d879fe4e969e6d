//! Starts → the best route to each function.

use super::{Scene, count};
use crate::facts::{Callee, Facts, Field, FunctionFlags, FunctionKind, Language, Origin};
use crate::finding::Verdict;
use crate::graph::{Edge, EdgeKind, Graph, Node, Spread, Via, Walk};
use crate::ids::{CallId, FileId, FuncId, Sym, Var};
use crate::tag::{EntryTag, is_test_code};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use rustc_hash::{FxHashMap, FxHashSet};

/// Exposure from which a start belongs to each class; the last class holds the rest, tests among them.
const CLASSES: [f64; 5] = [0.85, 0.65, 0.45, 0.2, 0.0];
/// Exposure of the import of modules when the program starts: nobody outside chooses when, or with what.
const AT_START: f64 = 0.5;
/// Exposure of a changed function that no entry point is known to start.
const CHANGED: f64 = 0.3;

/// A path of a program is followed over so many names.
const MOST_SEGMENTS: usize = 64;

/// Something that makes code run.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Start {
    pub(super) node: NodeIndex,
    pub(super) name: String,
    /// A kind of the vocabulary.
    pub(super) kind: String,
    pub(super) exposure: f64,
    /// What stands before it.
    pub(super) guard: Option<String>,
    /// Whether it is only the import of a module that holds entry points.
    is_import: bool,
}

/// The best path to a function.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Route {
    /// Index into [`Routes::starts`].
    pub(super) start: usize,
    /// Index into the levels.
    level: usize,
    /// The function.
    node: NodeIndex,
    /// What can be said of it.
    pub(super) verdict: Verdict,
    hops: u32,
}

/// All starts, and the walks from them.
pub(super) struct Routes {
    pub(super) starts: Vec<Start>,
    levels: Vec<Level>,
    counts: Vec<u32>,
}

/// A class of starts.
struct Level {
    /// The first start, in order, at each node that has one.
    starts: FxHashMap<NodeIndex, usize>,
    spread: Spread,
    origins: Vec<NodeIndex>,
}

/// Whether a walk goes along an edge: code runs there because code here does. An import runs a module once, by no
/// choice of who uses an entry point, so imports are followed from the start of the program only.
pub(super) fn follow(target: &Node, edge: &Edge) -> bool {
    target.kind.is_code() && (edge.kind.is_call() || edge.kind == EdgeKind::Defines)
}

fn follow_imports(target: &Node, edge: &Edge) -> bool {
    follow(target, edge) || (target.kind.is_code() && edge.kind == EdgeKind::Imports)
}

/// Walks from every start.
pub(super) fn find(scene: &Scene<'_>, changed: &[bool]) -> Routes {
    let starts = starts(scene, changed);
    let hidden = Hidden::new(scene);
    let mut levels = Vec::new();
    for class in 0..CLASSES.len() {
        let of_class = starts.iter().enumerate().filter(|(_, start)| class_of(start.exposure) == class);
        let (runs, calls): (Vec<_>, Vec<_>) = of_class.partition(|(_, start)| runs_program(start));
        for (some, imports) in [(calls, false), (runs, true)] {
            if !some.is_empty() {
                let mut first = FxHashMap::default();
                some.iter().for_each(|(index, start)| {
                    first.entry(start.node).or_insert(*index);
                });
                let seeds: Vec<NodeIndex> = some.iter().map(|(_, start)| start.node).collect();
                let spread = if imports {
                    walk(scene.graph, &hidden, &seeds, follow_imports)
                } else {
                    walk(scene.graph, &hidden, &seeds, follow)
                };
                let origins = spread.origins(&scene.graph.net);
                levels.push(Level { starts: first, spread, origins });
            }
        }
    }
    let counts = count::reaching(scene.graph, &counted(&starts));
    Routes { starts, levels, counts }
}

/// The starts that count as entry points. A route and what is wrapped around it are one.
fn counted(starts: &[Start]) -> Vec<Vec<NodeIndex>> {
    let mut counted: Vec<Vec<NodeIndex>> = Vec::new();
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    let is_exposed = |start: &&Start| class_of(start.exposure) < CLASSES.len() - 1;
    for start in starts.iter().filter(is_exposed).filter(|start| !start.is_import) {
        let at = *known.entry(&start.name).or_insert(counted.len());
        counted.resize_with(counted.len().max(at + 1), Vec::new);
        counted[at].push(start.node);
    }
    counted
}

fn walk(graph: &Graph, hidden: &Hidden, seeds: &[NodeIndex], follow: fn(&Node, &Edge) -> bool) -> Spread {
    let walk = Walk { graph, direction: Direction::Outgoing, follow };
    let mut spread = walk.from(seeds);
    let mut seen = FxHashSet::default();
    walk.widen(&mut spread, 2, |spread, node| hidden.jump(&mut seen, spread, node));
    spread
}

fn class_of(exposure: f64) -> usize {
    CLASSES.iter().position(|&least| exposure >= least).unwrap_or(CLASSES.len() - 1)
}

/// Whether a start runs modules from their first line.
fn runs_program(start: &Start) -> bool {
    matches!(start.kind.as_str(), "main" | "script" | "test")
}

/// Entry points, the most exposed first; then what runs without one.
fn starts(scene: &Scene<'_>, changed: &[bool]) -> Vec<Start> {
    let mut starts = Vec::new();
    for entry in &scene.tags.entries {
        let Some(node) = scene.graph.of_context(entry.function, entry.context) else { continue };
        let kind = scene.models.about(entry.kind).name.clone();
        let (name, exposure) = (entry.name.clone(), entry.exposure);
        let guard = entry.guard.clone();
        starts.push(Start { node, name, kind, exposure, guard, is_import: false });
    }
    starts.extend(imported(scene));
    for (index, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
        let function = FuncId::from_len(index);
        if let Some(node) = scene.graph.of_function(function) {
            let (name, kind) = (scene.facts.full_name(function), "entry".to_owned());
            starts.push(Start { node, name, kind, exposure: CHANGED, guard: None, is_import: false });
        }
    }
    starts.sort_by(|a, b| {
        b.exposure.total_cmp(&a.exposure).then_with(|| a.name.cmp(&b.name)).then(a.node.cmp(&b.node))
    });
    starts
}

/// The modules that hold entry points, tests left out: they are imported when the program starts.
fn imported(scene: &Scene<'_>) -> Vec<Start> {
    let entries = scene.tags.entries.iter();
    let real = entries.filter(|entry| scene.models.about(entry.kind).name != "test");
    let mut files: Vec<_> =
        real.map(|entry| (scene.facts.functions[entry.function.index()].file, entry)).collect();
    files.sort_by_key(|row| row.0);
    files.dedup_by_key(|row| row.0);
    let start = |(file, entry): (FileId, &EntryTag)| {
        let row = &scene.facts.files[file.index()];
        let node = scene.graph.of_function(row.body)?;
        // A module of Rust does nothing when it is imported: its statics are made for the program that uses them.
        let (name, exposure) = match row.language {
            Language::Rust => (entry.name.clone(), entry.exposure.min(AT_START)),
            _ => (format!("import {}", scene.facts.text(row.module)), AT_START),
        };
        Some(Start { node, name, kind: "main".to_owned(), exposure, guard: None, is_import: true })
    };
    files.into_iter().filter_map(start).collect()
}

impl Routes {
    /// The best route to a function: by how exposed its start is and how sure it is, then the shortest.
    pub(super) fn best(&self, graph: &Graph, function: FuncId) -> Option<Route> {
        let levels = self.levels.iter().enumerate();
        let ways =
            levels.flat_map(|(level, row)| graph.nodes_of(function).map(move |node| (level, row, node)));
        let routes = ways.filter_map(|(level, row, node)| {
            let start = *row.starts.get(row.origins.get(node.index())?)?;
            let verdict = match row.spread.tier[node.index()] {
                0 => Verdict::Reachable,
                1 => Verdict::Possible,
                _ => Verdict::Unknown,
            };
            Some(Route { start, level, node, verdict, hops: row.spread.hops[node.index()] })
        });
        routes.min_by(|a, b| {
            let worth = |route: &Route| self.starts[route.start].exposure * trust(route.verdict);
            worth(b).total_cmp(&worth(a)).then(a.hops.cmp(&b.hops))
        })
    }

    /// The steps of a route.
    pub(super) fn trail(&self, graph: &Graph, route: Route) -> Vec<Via> {
        graph.trail(&self.levels[route.level].spread, route.node)
    }

    /// How many entry points other than that of its route reach a function.
    pub(super) fn others(&self, graph: &Graph, function: FuncId, route: Option<Route>) -> usize {
        let own = route.is_none_or(|route| !self.starts[route.start].is_import);
        let count = graph.of_function(function).map_or(0, |node| self.counts[node.index()]);
        count.saturating_sub(u32::from(own)) as usize
    }
}

/// How much a route is worth beside a sure one.
pub(super) fn trust(verdict: Verdict) -> f64 {
    match verdict {
        Verdict::Reachable => 1.0,
        Verdict::Possible => 0.7,
        Verdict::Unknown => 0.3,
        Verdict::Unreachable => 0.1,
    }
}

/// What unresolved sites could call in their language: `x.name()` any function of that name, `f()` any function that
/// nothing is known to call, each if the number of arguments fits.
struct Hidden {
    /// Unresolved sites of each function, by function.
    sites: FxHashMap<NodeIndex, Vec<Site>>,
    by_name: FxHashMap<(Language, Sym), Vec<Candidate>>,
    uncalled: FxHashMap<Language, Vec<Candidate>>,
}

struct Site {
    call: CallId,
    looks: Looks,
}

/// What of a site says what it could call.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Looks {
    language: Language,
    name: Option<Sym>,
    args: usize,
    spreads: bool,
}

#[derive(Clone, Copy)]
struct Candidate {
    node: NodeIndex,
    least: usize,
    most: usize,
}

impl Candidate {
    fn takes(&self, site: Looks) -> bool {
        site.spreads || (self.least <= site.args && site.args <= self.most)
    }
}

impl Hidden {
    fn new(scene: &Scene<'_>) -> Self {
        let facts = scene.facts;
        let mut hidden = Self {
            sites: FxHashMap::default(),
            by_name: FxHashMap::default(),
            uncalled: FxHashMap::default(),
        };
        for &call in &scene.solution.unresolved {
            let row = &facts.calls[call.index()];
            let function = facts.function_of(call);
            let language = language_of(facts, function);
            let name = match row.callee {
                Callee::Method(_, name) => Some(name),
                Callee::Value(var) if language == Language::Rust => path_end(facts, function, var),
                Callee::Value(_) => None,
            };
            let args = facts.args_of(call);
            let spreads = args.iter().any(|arg| {
                matches!(arg.kind, crate::facts::ArgKind::Spread | crate::facts::ArgKind::KeywordSpread)
            });
            let looks = Looks { language, name, args: args.len(), spreads };
            for node in scene.graph.nodes_of(function) {
                hidden.sites.entry(node).or_default().push(Site { call, looks });
            }
        }
        for index in 0..facts.functions.len() {
            hidden.add(scene, FuncId::from_len(index));
        }
        hidden
    }

    fn add(&mut self, scene: &Scene<'_>, function: FuncId) {
        let row = &scene.facts.functions[function.index()];
        let is_body = matches!(row.kind, FunctionKind::Module | FunctionKind::ClassBody);
        let file = &scene.facts.files[row.file.index()];
        // What a test defines is called by tests, by names that its runner knows; a program of Rust by no one.
        let is_program = file.language == Language::Rust && scene.facts.text(row.name) == "main";
        let is_called_by_name = is_program || is_test_code(scene.facts, function);
        let is_ours = file.origin == Origin::FirstParty && !is_called_by_name;
        let Some(node) = scene.graph.of_function(function).filter(|_| !is_body && is_ours) else { return };
        let candidate = candidate(scene, function, node);
        self.by_name.entry((file.language, row.name)).or_default().push(candidate);
        let is_called = |edge: &Edge| edge.kind.is_call();
        let nodes = scene.graph.nodes_of(function);
        let mut calls = nodes.flat_map(|node| scene.graph.net.edges_directed(node, Direction::Incoming));
        if !calls.any(|edge| is_called(edge.weight())) {
            self.uncalled.entry(file.language).or_default().push(candidate);
        }
    }

    /// Notes what the unresolved sites of a node could call. Of sites that look alike the first one counts, which
    /// keeps the work to names × functions of that name.
    fn jump(&self, seen: &mut FxHashSet<Looks>, spread: &mut Spread, node: NodeIndex) {
        let hops = spread.hops[node.index()] + 1;
        for site in self.sites.get(&node).into_iter().flatten() {
            let looks = site.looks;
            if !seen.insert(looks) {
                continue;
            }
            let candidates = match looks.name {
                Some(name) => self.by_name.get(&(looks.language, name)),
                None => self.uncalled.get(&looks.language),
            };
            for candidate in candidates.into_iter().flatten().filter(|candidate| candidate.takes(looks)) {
                spread.reach(candidate.node, Via::Site(node, site.call), hops, 2);
            }
        }
    }
}

/// The last name of a path to an item, `T::empty`: what it calls has that name. None for values, `(self.run)`.
fn path_end(facts: &Facts, function: FuncId, var: Var) -> Option<Sym> {
    let load_of = |var: Var| facts.loads_of(function).iter().find(|row| row.dst == var);
    let last = load_of(var)?;
    let Field::Attr(name) = last.field else { return None };
    let mut base = last.base;
    for _ in 0..MOST_SEGMENTS {
        let Some(row) = load_of(base) else { break };
        base = row.base;
    }
    let row = &facts.functions[function.index()];
    let captures = facts.captures_of(function);
    let capture = base.0.checked_sub(row.vars).and_then(|at| captures.get(at as usize))?;
    (facts.files[row.file.index()].body == capture.function).then_some(name)
}

fn language_of(facts: &Facts, function: FuncId) -> Language {
    facts.files[facts.functions[function.index()].file.index()].language
}

/// A function with the number of arguments that it takes, the receiver left out.
fn candidate(scene: &Scene<'_>, function: FuncId, node: NodeIndex) -> Candidate {
    use crate::facts::ParamKind;
    let row = &scene.facts.functions[function.index()];
    let params = scene.facts.params_of(function);
    let bound = usize::from(row.kind == FunctionKind::Method && !row.flags.has(FunctionFlags::STATIC));
    let open = |kind| matches!(kind, ParamKind::Rest | ParamKind::KeywordRest | ParamKind::Receiver);
    let named = params.iter().filter(|param| !open(param.kind));
    let least = named.clone().filter(|param| !param.optional).count();
    let rest = params.iter().any(|param| matches!(param.kind, ParamKind::Rest | ParamKind::KeywordRest));
    let most = if rest { usize::MAX } else { named.count().saturating_sub(bound) };
    Candidate { node, least: least.saturating_sub(bound), most }
}
