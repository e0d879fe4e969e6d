//! Results and a program → the calls among them that get what *callers from outside* choose.
//!
//! A function that is public and that nothing of the program calls, its tests and its own `__main__` block aside, is
//! called by code that is not here: a library's users, a framework that no model knows. Nobody here knows what they
//! pass, so each of its parameters is followed like input. A call that such a value gets to stands behind one that is
//! known to get input, and before one that nothing of the kind was followed to.
//!
//! # Example
//! `def ping(host): os.system("ping " + host)` that only a `__main__` block calls, with a constant: the result at
//! `os.system` gets `host`, a parameter of `ping`. With `host = "localhost"` before the call it gets nothing.

use crate::Analysis;
use crate::facts::{Facts, FunctionFlags, FunctionKind, Origin, Receiver, Type};
use crate::flow::{Arrivals, Flow, Step, What, from_sources};
use crate::graph::{EdgeKind, Graph, NodeKind};
use crate::ids::{CallId, FuncId, Var};
use crate::models::Models;
use crate::solution::Certainty;
use crate::tag::{SinkTag, SourceTag, Tags, is_test};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// A parameter whose value gets to a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Param {
    /// Its name.
    pub(super) name: String,
    /// The function that has it.
    pub(super) function: String,
    /// How sure the way is.
    pub(super) certainty: Certainty,
    /// How often the value goes through an object or code that is not here, where others may be mixed up with it.
    pub(super) detours: u32,
}

/// The surest parameter that gets to each of these calls.
pub(super) fn arrivals(analysis: &Analysis, models: &Models, sinks: &[&SinkTag]) -> BTreeMap<CallId, Param> {
    let facts = &analysis.facts;
    let tags = Tags { sources: sources(analysis, models, sinks), ..tags(analysis, sinks) };
    let Arrivals { rows, .. } = from_sources(facts, &analysis.solution, &tags, models);
    let mut found: BTreeMap<CallId, Param> = BTreeMap::new();
    for row in rows {
        let source = &tags.sources[row.source];
        let param = || Param {
            name: source.name.clone(),
            function: facts.full_name(source.function),
            certainty: row.flow.certainty,
            detours: detours(&row.flow),
        };
        let known = found.entry(tags.sinks[row.sink].call).or_insert_with(param);
        if (row.flow.certainty, detours(&row.flow)) < (known.certainty, known.detours) {
            *known = param();
        }
    }
    found
}

/// The calls that input or such a parameter would get to if nothing made it harmless on the way.
pub(super) fn unguarded(analysis: &Analysis, models: &Models, sinks: &[&SinkTag]) -> BTreeSet<CallId> {
    if analysis.tags.sanitisers.is_empty() || sinks.is_empty() {
        return BTreeSet::new();
    }
    let mut sources = sources(analysis, models, sinks);
    sources.extend(analysis.tags.sources.iter().cloned());
    let tags = Tags { sources, sanitisers: Vec::new(), ..tags(analysis, sinks) };
    let Arrivals { rows, .. } = from_sources(&analysis.facts, &analysis.solution, &tags, models);
    rows.iter().map(|row| tags.sinks[row.sink].call).collect()
}

/// These sinks, and what is known of calls between.
fn tags(analysis: &Analysis, sinks: &[&SinkTag]) -> Tags {
    Tags {
        sinks: sinks.iter().map(|sink| (*sink).clone()).collect(),
        sanitisers: analysis.tags.sanitisers.clone(),
        summaries: analysis.tags.summaries.clone(),
        ..Tags::default()
    }
}

/// The parameters of the open functions from which these calls are reached, as input.
fn sources(analysis: &Analysis, models: &Models, sinks: &[&SinkTag]) -> Vec<SourceTag> {
    let (facts, graph) = (&analysis.facts, &analysis.graph);
    let Some(kind) = models.kind("untrusted").filter(|_| !sinks.is_empty()) else { return Vec::new() };
    let mut sources = Vec::new();
    for function in open(facts, graph, sinks) {
        let about = &facts.functions[function.index()];
        for (var, name) in params(facts, function) {
            sources.push(SourceTag {
                function,
                line: about.line,
                var,
                field: None,
                call: None,
                kind,
                name: name.to_owned(),
                api: String::new(),
                row: None,
                certainty: Certainty::Resolved,
            });
        }
    }
    sources
}

fn detours(flow: &Flow) -> u32 {
    let is_detour = |step: &&Step| {
        matches!(
            step.what,
            What::Reads(_)
                | What::Writes(_)
                | What::Iterates
                | What::Copies
                | What::Fills(_)
                | What::Passes(_)
        )
    };
    u32::try_from(flow.steps.iter().filter(is_detour).count()).unwrap_or(u32::MAX)
}

/// The open functions from which these calls are reached. O(nodes + edges).
fn open(facts: &Facts, graph: &Graph, sinks: &[&SinkTag]) -> Vec<FuncId> {
    let mut seen = vec![false; graph.net.node_count()];
    let mut stack: Vec<NodeIndex> = sinks.iter().flat_map(|sink| graph.nodes_of(sink.function)).collect();
    let mut found = Vec::new();
    while let Some(node) = stack.pop() {
        if std::mem::replace(&mut seen[node.index()], true) {
            continue;
        }
        found.extend(graph.net[node].function.filter(|&function| is_open(facts, graph, node, function)));
        let callers = graph.net.edges_directed(node, Direction::Incoming);
        stack.extend(callers.filter(|edge| is_run(edge.weight().kind)).map(|edge| edge.source()));
        // A function that another makes is called by whoever gets it: the other's parameters may be in it.
        let parent = graph.net[node].function.map(|function| facts.functions[function.index()].parent);
        stack.extend(parent.into_iter().flat_map(|parent| graph.nodes_of(parent)));
    }
    found.sort_unstable();
    found
}

fn is_run(kind: EdgeKind) -> bool {
    kind.is_call() || kind == EdgeKind::Defines
}

/// Whether only code that is not here, tests and the program's own `__main__` block call a function.
fn is_open(facts: &Facts, graph: &Graph, node: NodeIndex, function: FuncId) -> bool {
    let about = &facts.functions[function.index()];
    let file = &facts.files[about.file.index()];
    let name = facts.text(about.name);
    let is_public = !name.starts_with(['_', '#']) || name == "__init__";
    let is_function = matches!(about.kind, FunctionKind::Function | FunctionKind::Method);
    // A function inside of another is for the other alone.
    let outer = facts.functions[about.parent.index()].kind;
    let is_member = matches!(outer, FunctionKind::Module | FunctionKind::ClassBody);
    let is_ours = file.origin == Origin::FirstParty && !is_test(facts.text(file.path));
    let mut callers =
        graph.net.edges_directed(node, Direction::Incoming).filter(|edge| is_run(edge.weight().kind));
    is_public
        && is_function
        && is_member
        && is_ours
        && callers.all(|edge| {
            let caller = edge.source();
            let file = graph.net[caller].file.map(|file| &facts.files[file.index()]);
            let in_main =
                |guard: u32| graph.net[caller].kind == NodeKind::Module && edge.weight().line > guard;
            // A call of itself passes on what it was given.
            caller == node
                || file.is_some_and(|file| {
                    file.main_guard.is_some_and(in_main) || is_test(facts.text(file.path))
                })
        })
}

/// The parameters that a caller fills with what may hold text.
fn params(facts: &Facts, function: FuncId) -> impl Iterator<Item = (Var, &str)> {
    let about = &facts.functions[function.index()];
    let is_bound = about.kind == FunctionKind::Method
        && about.receiver == Receiver::First
        && !about.flags.has(FunctionFlags::STATIC);
    let is_number = move |var: Var| {
        let mut hints = facts.hints_of(function).iter().filter(move |hint| hint.var == var && !hint.checked);
        hints.any(|hint| facts.types[hint.ty.index()] == Type::Number)
    };
    let params = facts.params_of(function).iter().skip(usize::from(is_bound));
    params.filter(move |param| !is_number(param.var)).map(|param| (param.var, facts.text(param.name)))
}
