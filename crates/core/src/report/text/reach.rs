//! Graph → two lines: what the entry points of a program can reach, whatever is wrong with it.
//!
//! A program without findings still runs commands and reads secrets. Who looks after it wants to know which of that
//! anybody outside can start.

use crate::graph::{EdgeKind, Graph, NodeKind};
use crate::report::escape::inert;
use crate::report::ink::{Ink, count, counted};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Write};

/// What a program can do, in the order in which it matters, by the beginnings of the kinds of sinks that do it.
const ABILITIES: [(&str, &[&str]); 12] = [
    ("run programs", &["exec", "shell", "remote-exec"]),
    ("evaluate code", &["eval", "template"]),
    ("load code", &["import-dynamic", "native", "model-download"]),
    ("deserialise objects", &["deserialise"]),
    (
        "change cloud resources",
        &["cloud-control", "cloud-delete", "cloud-identity", "k8s", "container-control"],
    ),
    ("move money", &["payment"]),
    ("run SQL", &["sql"]),
    ("query stores", &["nosql", "ldap"]),
    ("delete files", &["file-delete"]),
    ("write files", &["file-write"]),
    ("send requests", &["egress-http", "socket"]),
    ("send mail", &["smtp"]),
];
/// Names of secrets that are told.
const NAMES: usize = 4;
/// Kinds of entry points that are told.
const KINDS: usize = 3;
/// Kinds of entry points that nobody outside uses.
const INSIDE: [&str; 5] = ["test", "script", "build", "migration", "public-api"];

/// Writes what is reached; nothing where nothing is.
pub(super) fn write(graph: &Graph, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let reached = reached(graph);
    let mut calls: BTreeMap<usize, usize> = BTreeMap::new();
    for kind in &reached.kinds {
        let ability = ABILITIES.iter().position(|(_, kinds)| kinds.contains(&kind.as_str()));
        *calls.entry(ability.unwrap_or(ABILITIES.len())).or_default() += 1;
    }
    calls.remove(&ABILITIES.len());
    if calls.is_empty() || reached.entries.is_empty() {
        return Ok(());
    }
    let told =
        calls.iter().map(|(&ability, &calls)| format!("{} ({})", ABILITIES[ability].0, count(calls as u64)));
    let told = told.collect::<Vec<_>>().join(", ");
    writeln!(out, "{} {} can {told}.", ink.bold("Reach:"), starts(&reached.entries))?;
    if !reached.secrets.is_empty() {
        let names: Vec<_> = reached.secrets.iter().take(NAMES).map(|name| inert(name)).collect();
        let more = match reached.secrets.len() - names.len() {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        writeln!(
            out,
            "They read the secrets {}{more}: {}.",
            names.join(", "),
            ink.bold("blastline radius NAME")
        )?;
    }
    writeln!(out)
}

/// `64 routes, 5 commands and 2 tasks`.
fn starts(entries: &BTreeMap<String, usize>) -> String {
    let mut kinds: Vec<(&String, &usize)> = entries.iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let others: usize = kinds.iter().skip(KINDS).map(|row| row.1).sum();
    let mut told: Vec<String> = kinds.iter().take(KINDS).map(|row| counted(*row.1, row.0)).collect();
    if others > 0 {
        told.push(counted(others, "other entry point"));
    }
    let last = told.pop().unwrap_or_default();
    if told.is_empty() { last } else { format!("{} and {last}", told.join(", ")) }
}

/// What is reached from outside.
struct Reached {
    /// Entry points by kind.
    entries: BTreeMap<String, usize>,
    /// The kind of the sink of each call that is reached.
    kinds: Vec<String>,
    secrets: BTreeSet<String>,
}

/// Walks from every entry point that is not of a test. O(nodes + edges).
fn reached(graph: &Graph) -> Reached {
    let mut found = Reached { entries: BTreeMap::new(), kinds: Vec::new(), secrets: BTreeSet::new() };
    let mut seen = vec![false; graph.net.node_count()];
    let mut todo = VecDeque::new();
    for node in graph.net.node_indices() {
        let row = &graph.net[node];
        if row.kind == NodeKind::Entry && !INSIDE.contains(&row.tag.as_str()) {
            let kind = if row.tag == "main" { "program".to_owned() } else { row.tag.replace('-', " ") };
            *found.entries.entry(kind).or_default() += 1;
            todo.push_back(node);
        }
    }
    let mut told = BTreeSet::new();
    while let Some(node) = todo.pop_front() {
        for edge in graph.net.edges(node) {
            let (kind, target) = (edge.weight().kind, edge.target());
            match kind {
                EdgeKind::Uses if told.insert((node, edge.weight().line, graph.net[target].tag.clone())) => {
                    found.kinds.push(graph.net[target].tag.clone());
                }
                // What a prompt asks for is named by the prompt.
                EdgeKind::Reads if !graph.net[target].name.contains(' ') => {
                    found.secrets.insert(graph.net[target].name.clone());
                }
                _ if (kind.is_call() || matches!(kind, EdgeKind::Defines | EdgeKind::Starts))
                    && !std::mem::replace(&mut seen[target.index()], true) =>
                {
                    todo.push_back(target);
                }
                _ => {}
            }
        }
    }
    found
}
