//! Owners, results of other scanners and who wrote each function → the graph, beside the code that they are about.
//!
//! An *owner* node has the name that a file gives to who answers, and an `owns` edge to each module that they answer for. A
//! *result* node is one result of a scanner, with an `about` edge to the function or package that it is tied to. Neither
//! is a step of a path: code does not run because somebody owns it. A radius names those that are beside what it holds.

use super::walk::{Reached, Spread, Via};
use super::{Edge, EdgeKind, Graph, Node, NodeKind};
use crate::backlog::Backlog;
use crate::discover::owners::Owners;
use crate::facts::{Facts, FunctionKind, Origin};
use crate::ids::FuncId;
use crate::solution::Certainty;
use crate::tag::People;
use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Adds a node for each owner that somebody named, with what they own. O(files × rules).
pub fn own(graph: &mut Graph, facts: &Facts, owners: &Owners) {
    let mut nodes: FxHashMap<(String, &'static str), NodeIndex> = FxHashMap::default();
    for file in facts.files.iter().filter(|file| file.origin == Origin::FirstParty) {
        let Some(module) = graph.of_function(file.body) else { continue };
        for owner in owners.declared(facts.text(file.path)) {
            let title = owner.title.name();
            let named = || Node { tag: title.to_owned(), ..Node::named(NodeKind::Owner, owner.name.clone()) };
            let key = (owner.name.clone(), title);
            let node = *nodes.entry(key).or_insert_with(|| graph.net.add_node(named()));
            graph.net.add_edge(node, module, edge(EdgeKind::Owns));
        }
    }
}

/// Says of each function of the repository who wrote it, where history was read. O(functions × stretches of a file).
pub fn sign(graph: &mut Graph, facts: &Facts, people: &People<'_>) {
    for index in 0..facts.functions.len() {
        let row = &facts.functions[index];
        let file = &facts.files[row.file.index()];
        let nodes: Vec<NodeIndex> = graph.nodes_of(FuncId::from_len(index)).collect();
        if nodes.is_empty() || file.origin != Origin::FirstParty {
            continue;
        }
        let lines =
            if row.kind == FunctionKind::Module { (1, file.lines) } else { (row.head_line, row.end_line) };
        let provenance = people.wrote(&[(facts.text(file.path), lines.0, lines.1)]);
        let provenance = provenance.filter(|provenance| provenance.lines > 0).map(Box::new);
        for node in nodes {
            graph.net[node].provenance.clone_from(&provenance);
        }
    }
}

/// Adds a node for each result of a backlog that is tied to code or to a package. O(results + nodes).
pub fn report(graph: &mut Graph, facts: &Facts, backlog: &Backlog) {
    let mut packages: BTreeMap<String, NodeIndex> = BTreeMap::new();
    for node in graph.net.node_indices().filter(|&node| graph.net[node].kind == NodeKind::Package) {
        packages.entry(normal(&graph.net[node].name)).or_insert(node);
    }
    for item in &backlog.items {
        let function = item.function.and_then(|function| Some((function, graph.of_function(function)?)));
        let package = || packages.get(&normal(&item.package)).copied().filter(|_| !item.package.is_empty());
        let Some(about) = function.map(|found| found.1).or_else(package) else { continue };
        let (first, last) = item.place.as_ref().map_or((0, 0), |place| (place.line, item.end_line));
        let node = Node {
            tag: item.tool.clone(),
            file: function.map(|(function, _)| facts.functions[function.index()].file),
            line: first,
            column: item.place.as_ref().map_or(0, |place| place.column),
            end_line: last,
            ..Node::named(NodeKind::Result, item.rule.clone())
        };
        let node = graph.net.add_node(node);
        graph.net.add_edge(node, about, Edge { line: first, ..edge(EdgeKind::About) });
    }
}

fn edge(kind: EdgeKind) -> Edge {
    Edge { kind, certainty: Certainty::Exact, line: 0, column: 0 }
}

fn normal(package: &str) -> String {
    package.to_lowercase().replace(['-', '.'], "_")
}

/// The owners of the code that a walk reached, and the results about it, the surest and nearest first.
pub(super) fn beside(graph: &Graph, spread: &Spread, with_seeds: bool) -> Vec<Reached> {
    let counts = |node: NodeIndex| match spread.via[node.index()] {
        Via::Nothing => false,
        Via::Seed => with_seeds,
        _ => true,
    };
    let row = |node: NodeIndex| (spread.tier[node.index()] > 0, spread.hops[node.index()]);
    // An owner answers for all functions of a module: the nearest of them counts.
    let mut files = vec![None; graph.files.len()];
    for &node in spread.order.iter().filter(|&&node| graph.net[node].kind.is_code() && counts(node)) {
        if let Some(best) = graph.net[node].file.map(|file| &mut files[file.index()]) {
            *best = Some(best.map_or(row(node), |best: (bool, u32)| best.min(row(node))));
        }
    }
    let mut found = Vec::new();
    for node in graph.net.node_indices().filter(|&node| graph.net[node].kind.is_beside()) {
        let targets = graph.net.neighbors(node);
        let of_target = |target: NodeIndex| match graph.net[node].kind {
            NodeKind::Owner => graph.net[target].file.and_then(|file| files[file.index()]),
            _ => Some(row(target)).filter(|_| counts(target)),
        };
        if let Some((is_possible, hops)) = targets.filter_map(of_target).min() {
            found.push(Reached { node, hops: hops + 1, is_possible });
        }
    }
    found.sort_by_key(|row| (row.is_possible, row.hops, row.node));
    found
}
