//! Analyses before and after → states of findings, pairs gained and lost, functions that changed.

use super::{Appointed, Change, Changed, Pair, State};
use crate::Analysis;
use crate::discover::owners::Owners;
use crate::facts::{FunctionKind, Origin};
use crate::finding::{Finding, Place};
use crate::graph::{EdgeKind, Graph, NodeKind};
use crate::ids::FuncId;
use crate::models::Models;
use crate::tag::People;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// Entry points from which pairs are looked for, the first by name.
const MAX_ENTRIES: usize = 4_000;

/// Compares: sets the states of the findings after the change, and adds those that are no more as absent.
#[must_use]
pub fn compare(before: &Analysis, after: &mut Analysis, models: &Models) -> Change {
    states(&before.findings, &mut after.findings);
    let (old, new) = (pairs(&before.graph), pairs(&after.graph));
    let entries: BTreeSet<(&str, &str)> = entries(&before.graph);
    let impact = |kind: &str| models.kind(kind).map_or(0.5, |kind| models.about(kind).impact);
    let gained = new.difference(&old).map(|pair| {
        let was_there = entries.contains(&(pair.entry.as_str(), pair.entry_kind.as_str()));
        (pair.clone(), was_there, impact(&pair.kind))
    });
    Change { gained: gained.collect(), lost: old.difference(&new).cloned().collect(), ..Change::default() }
}

/// What names a finding wherever it stands: first by its own name, then by what it is and from where it is reached,
/// then by the function's own name.
fn keys(finding: &Finding) -> [String; 3] {
    let (entry, kind) = finding.entry.as_ref().map_or(("", ""), |(name, kind)| (name, kind));
    let short = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let function = finding.path.last().map(|hop| short(&hop.function)).unwrap_or_default();
    let what = format!("{}\0{}\0{}", finding.rule, finding.kind, finding.subject);
    [
        finding.id.clone(),
        format!("{what}\0{}\0{kind}\0{function}", short(entry)),
        format!("{what}\0{function}"),
    ]
}

fn states(before: &[Finding], after: &mut Vec<Finding>) {
    let mut left: Vec<Option<&Finding>> = before.iter().map(Some).collect();
    for finding in after.iter_mut() {
        finding.state = Some(State::New);
    }
    for tier in 0..3 {
        let mut known: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, finding) in left.iter().enumerate().rev() {
            if let Some(finding) = finding {
                known.entry(keys(finding)[tier].clone()).or_default().push(index);
            }
        }
        for finding in after.iter_mut().filter(|finding| finding.state == Some(State::New)) {
            if let Some(index) = known.get_mut(&keys(finding)[tier]).and_then(Vec::pop) {
                // A flow where there was only reach is new, whoever it is.
                let was = left[index].map(|finding| finding.evidence);
                if was.is_none_or(|was| was <= finding.evidence) {
                    finding.state = Some(State::Unchanged);
                    left[index] = None;
                }
            }
        }
    }
    for finding in left.into_iter().flatten() {
        let mut finding = finding.clone();
        finding.state = Some(State::Absent);
        after.push(finding);
    }
}

fn entries(graph: &Graph) -> BTreeSet<(&str, &str)> {
    let nodes = graph.net.node_weights().filter(|node| node.kind == NodeKind::Entry);
    nodes.map(|node| (node.name.as_str(), node.tag.as_str())).collect()
}

/// Every pair. O(entry points × (nodes + edges)), tests left out.
fn pairs(graph: &Graph) -> BTreeSet<Pair> {
    let is_entry =
        |node: &NodeIndex| graph.net[*node].kind == NodeKind::Entry && graph.net[*node].tag != "test";
    let mut starts: Vec<NodeIndex> = graph.net.node_indices().filter(is_entry).collect();
    starts.sort_by_key(|&node| (graph.net[node].name.as_str(), node));
    let mut pairs = BTreeSet::new();
    let mut seen: Vec<u32> = vec![0; graph.net.node_count()];
    for (round, &start) in (1_u32..).zip(starts.iter().take(MAX_ENTRIES)) {
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            let sort = match graph.net[node].kind {
                NodeKind::Sink => Some("sink"),
                NodeKind::Secret => Some("secret"),
                _ => None,
            };
            pairs.extend(sort.map(|sort| pair(graph, start, node, sort)));
            for edge in graph.net.edges(node).filter(|edge| follows(edge.weight().kind)) {
                let seen = &mut seen[edge.target().index()];
                if *seen != round {
                    *seen = round;
                    stack.push(edge.target());
                }
            }
        }
    }
    pairs
}

fn follows(kind: EdgeKind) -> bool {
    kind.is_call() || matches!(kind, EdgeKind::Starts | EdgeKind::Defines | EdgeKind::Uses | EdgeKind::Reads)
}

fn pair(graph: &Graph, start: NodeIndex, end: NodeIndex, sort: &'static str) -> Pair {
    let (entry, end) = (&graph.net[start], &graph.net[end]);
    Pair {
        entry: entry.name.clone(),
        entry_kind: entry.tag.clone(),
        sort,
        kind: end.tag.clone(),
        name: end.name.clone(),
    }
}

/// The source files for which the change names other owners than those that the analysis asks.
#[must_use]
pub fn appointed(analysis: &Analysis, of_change: &Owners) -> Vec<Appointed> {
    let facts = &analysis.facts;
    let ours = facts.files.iter().filter(|file| file.origin == Origin::FirstParty);
    let row = |file: &crate::facts::File| {
        let path = facts.text(file.path);
        let names = |owners: &Owners| -> Vec<String> {
            owners.declared(path).into_iter().map(|owner| owner.name).collect()
        };
        let (before, after) = (names(&analysis.owners), names(of_change));
        (before != after).then(|| Appointed { file: path.to_owned(), before, after })
    };
    ours.filter_map(row).collect()
}

/// The functions of the repository that have lines in these ranges.
#[must_use]
pub fn functions(analysis: &Analysis) -> Vec<Changed> {
    let facts = &analysis.facts;
    let people = People::of(facts, analysis.origins.as_ref(), &analysis.owners);
    let mut found: BTreeSet<FuncId> = BTreeSet::new();
    for file in analysis.changed.iter().flatten() {
        let lines = file.ranges.iter().flat_map(|&(first, last)| first..=last);
        found.extend(
            lines.filter_map(|line| people.function_at(&file.file, line)).map(|(_, _, function)| function),
        );
    }
    let changed = |function: FuncId| {
        let row = &facts.functions[function.index()];
        let file = &facts.files[row.file.index()];
        let is_code = row.kind != FunctionKind::Module && file.origin == Origin::FirstParty;
        let path = facts.text(file.path);
        is_code.then(|| Changed {
            name: facts.full_name(function),
            place: Place::new(path, row.line, row.column.max(1)),
            provenance: people.wrote(&[(path, row.head_line, row.end_line)]),
            owners: people.answer(path, row.head_line, row.end_line),
        })
    };
    found.into_iter().filter_map(changed).collect()
}
