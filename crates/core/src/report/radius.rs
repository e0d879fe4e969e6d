//! What a thing reaches, what reaches it, and paths between things → text for people, and JSON.

use super::View;
use super::escape::{self, inert};
use super::ink::{Ink, count, counted};
use super::text;
use crate::finding::Hop;
use crate::graph::{Graph, NodeKind, Radius, Reached};
use petgraph::graph::NodeIndex;
use serde::Serialize;
use std::io::{self, Write};

/// So many nodes of a kind are shown unless all are asked for.
const SHOWN: usize = 12;
/// Kinds in the order of how much they matter.
const GROUPS: [(&str, &[NodeKind]); 9] = [
    ("secret", &[NodeKind::Secret]),
    ("sink", &[NodeKind::Sink]),
    ("entry point", &[NodeKind::Entry]),
    ("external", &[NodeKind::External]),
    ("function", &[NodeKind::Function, NodeKind::Method, NodeKind::Lambda, NodeKind::Class]),
    ("module", &[NodeKind::Module]),
    ("package", &[NodeKind::Package]),
    ("owner", &[NodeKind::Owner]),
    ("backlog result", &[NodeKind::Result]),
];

/// Writes both directions, by kind of what is reached.
///
/// # Errors
/// Those of the writer.
pub fn text(
    graph: &Graph,
    of: &[NodeIndex],
    radius: &Radius,
    view: &View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ink = Ink(view.color);
    for &node in of {
        writeln!(out, "{}", ink.bold(described(graph, node)))?;
    }
    for (title, rows) in [("Reaches", &radius.reaches), ("Reached by", &radius.reached_by)] {
        if rows.is_empty() {
            writeln!(out, "\n{} nothing that is known", ink.bold(title))?;
            continue;
        }
        writeln!(out, "\n{} {}", ink.bold(title), count(rows.len() as u64))?;
        for (name, kinds) in GROUPS {
            let rows: Vec<_> = rows.iter().filter(|row| kinds.contains(&graph.net[row.node].kind)).collect();
            group(graph, name, &rows, view, out)?;
        }
    }
    Ok(())
}

/// The nodes of a kind, the nearest first.
fn group(graph: &Graph, name: &str, rows: &[&Reached], view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {}", ink.cyan(counted(rows.len(), name)))?;
    let limit = if view.verbose { usize::MAX } else { SHOWN };
    for row in rows.iter().take(limit) {
        let sure = if row.is_possible { ", matched by name" } else { "" };
        let hops = counted(row.hops as usize, "hop");
        writeln!(out, "    {} {}", described(graph, row.node), ink.dim(format_args!("{hops}{sure}")))?;
    }
    if rows.len() > limit {
        let more = count((rows.len() - limit) as u64);
        writeln!(out, "    {}", ink.dim(format_args!("… {more} more, -v shows all")))?;
    }
    Ok(())
}

/// A node by name, kind and place.
fn described(graph: &Graph, node: NodeIndex) -> String {
    let row = &graph.net[node];
    let kind = if row.tag.is_empty() { row.kind.name() } else { &row.tag };
    let place = match graph.file(node) {
        "" => String::new(),
        file => format!("  {}:{}", inert(file), row.line),
    };
    let made =
        row.provenance.as_deref().filter(|provenance| provenance.generated() > 0.0).map(|provenance| {
            let who = provenance.tools.first().map_or("a program", String::as_str);
            format!("  {:.0} % by {}", 100.0 * provenance.generated(), inert(who))
        });
    format!("{} ({}){place}{}", inert(&row.name), inert(kind), made.unwrap_or_default())
}

/// Writes a path, every hop.
///
/// # Errors
/// Those of the writer.
pub fn path(hops: &[Hop], view: &View, out: &mut dyn Write) -> io::Result<()> {
    text::hops(hops, Ink(view.color), out)
}

#[derive(Serialize)]
struct JsonRadius<'a> {
    schema_version: u32,
    of: Vec<JsonNode<'a>>,
    reaches: Vec<JsonNode<'a>>,
    reached_by: Vec<JsonNode<'a>>,
}

#[derive(Serialize)]
struct JsonNode<'a> {
    kind: &'static str,
    name: &'a str,
    tag: &'a str,
    file: &'a str,
    line: u32,
    hops: u32,
    certain: bool,
}

/// Writes both directions as JSON.
///
/// # Errors
/// Those of the writer.
pub fn json(graph: &Graph, of: &[NodeIndex], radius: &Radius, out: &mut dyn Write) -> io::Result<()> {
    let rows = |rows: &[Reached]| rows.iter().map(|row| node(graph, row.node, row)).collect();
    let seeds = of.iter().map(|&seed| JsonNode { hops: 0, certain: true, ..named(graph, seed) });
    let radius = JsonRadius {
        schema_version: 1,
        of: seeds.collect(),
        reaches: rows(&radius.reaches),
        reached_by: rows(&radius.reached_by),
    };
    escape::to_json(&radius, out)
}

fn node<'a>(graph: &'a Graph, node: NodeIndex, row: &Reached) -> JsonNode<'a> {
    JsonNode { hops: row.hops, certain: !row.is_possible, ..named(graph, node) }
}

fn named(graph: &Graph, node: NodeIndex) -> JsonNode<'_> {
    let row = &graph.net[node];
    let (kind, file) = (row.kind.name(), graph.file(node));
    JsonNode { kind, name: &row.name, tag: &row.tag, file, line: row.line, hops: 0, certain: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{build, sketch};

    fn graph() -> Graph {
        let (facts, solution) = sketch::program("f: g\ng: h? os.system\nh:");
        build(&facts, &solution)
    }

    #[test]
    fn both_directions_are_shown_by_kind() {
        let graph = graph();
        let of = graph.find("g").unwrap();
        let mut out = Vec::new();
        text(&graph, &of, &graph.radius(&of), &View::default(), &mut out).unwrap();
        insta::assert_snapshot!("radius", String::from_utf8(out).unwrap());
    }

    #[test]
    fn json_says_what_is_certain() {
        let graph = graph();
        let of = graph.find("g").unwrap();
        let mut out = Vec::new();
        json(&graph, &of, &graph.radius(&of), &mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let certain = |name: &str| {
            let rows = json["reaches"].as_array().unwrap();
            rows.iter().find(|row| row["name"] == name).unwrap()["certain"].clone()
        };
        assert_eq!((certain("os.system"), certain("app.h")), (true.into(), false.into()));
        assert_eq!(json["reached_by"][0]["name"], "app.f");
    }

    #[test]
    fn a_path_is_a_line_a_hop() {
        let graph = graph();
        let hops = graph.path(&graph.find("f").unwrap(), &graph.find("os.system").unwrap()).unwrap();
        let mut out = Vec::new();
        path(&hops, &View::default(), &mut out).unwrap();
        insta::assert_snapshot!("path", String::from_utf8(out).unwrap());
    }
}
