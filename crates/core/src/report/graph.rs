//! Graph → JSON, DOT or GraphML: one function and one row of [`FORMATS`] a format.
//!
//! JSON is what other programs read; ids are positions in `nodes`:
//! ```text
//! {"nodes":[
//! {"id":0,"kind":"module","name":"app","file":"app.py","line":1,"column":1,"end_line":9,"tag":""}
//! ],"edges":[
//! {"source":0,"target":0,"kind":"calls","certainty":"exact","file":"app.py","line":3}
//! ]}
//! ```
//! Rows are written one by one, so that the graph of millions of lines is never text in memory.

use super::escape::{self, inert};
use super::json::{self, JsonProvenance};
use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::solution::Certainty;
use petgraph::graph::{EdgeIndex, NodeIndex};
use serde::Serialize;
use std::fmt::Write as _;
use std::io;

/// A way to write a graph.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for: a phrase.
    pub about: &'static str,
    /// Writes it.
    pub write: fn(&Graph, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format.
pub const FORMATS: &[Format] = &[
    Format { name: "json", about: "for programs: nodes and edges, a line each", write: to_json },
    Format { name: "dot", about: "for Graphviz", write: dot },
    Format { name: "graphml", about: "for graph editors and libraries", write: graphml },
];

/// The format of a name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

#[derive(Serialize)]
struct JsonNode<'a> {
    id: usize,
    kind: &'static str,
    name: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    tag: &'a str,
    /// Which context of its function it stands for, from 1; nothing for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<JsonProvenance<'a>>,
}

#[derive(Serialize)]
struct JsonEdge<'a> {
    source: usize,
    target: usize,
    kind: &'static str,
    certainty: &'static str,
    file: &'a str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
}

fn to_json(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(b"{\"nodes\":[")?;
    for id in graph.net.node_indices() {
        out.write_all(if id.index() == 0 { b"\n" } else { b",\n" })?;
        escape::to_json_row(&json_node(graph, id), out)?;
    }
    out.write_all(b"\n],\"edges\":[")?;
    for id in graph.net.edge_indices() {
        out.write_all(if id.index() == 0 { b"\n" } else { b",\n" })?;
        let (source, target, edge) = edge(graph, id);
        let row = JsonEdge {
            source,
            target,
            kind: edge.kind.name(),
            certainty: edge.certainty.name(),
            file: edge_file(graph, id),
            line: edge.line,
            condition: graph.conditions.get(&id).map(String::as_str),
        };
        escape::to_json_row(&row, out)?;
    }
    out.write_all(b"\n]}\n")
}

fn json_node(graph: &Graph, id: NodeIndex) -> JsonNode<'_> {
    let node = &graph.net[id];
    JsonNode {
        id: id.index(),
        kind: node.kind.name(),
        name: &node.name,
        file: graph.file(id),
        line: node.line,
        column: node.column,
        end_line: node.end_line,
        tag: &node.tag,
        context: Some(node.context).filter(|&context| context > 0),
        provenance: node.provenance.as_deref().map(json::provenance),
    }
}

fn edge(graph: &Graph, id: EdgeIndex) -> (usize, usize, Edge) {
    let (source, target) = graph.net.edge_endpoints(id).unwrap_or_default();
    (source.index(), target.index(), graph.net[id])
}

/// The file in which what an edge says happens: that of its source, or of its target.
fn edge_file(graph: &Graph, id: EdgeIndex) -> &str {
    let (source, target) = graph.net.edge_endpoints(id).unwrap_or_default();
    graph.file(if graph.net[source].file.is_some() { source } else { target })
}

fn dot(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "digraph blastline {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=10];")?;
    for id in graph.net.node_indices() {
        let node = &graph.net[id];
        let name = quoted(&node.name);
        writeln!(out, "  n{} [label={name}, {}];", id.index(), look(node))?;
    }
    for id in graph.net.edge_indices() {
        let (source, target, edge) = edge(graph, id);
        let style = if edge.certainty == Certainty::Possible { ", style=dashed" } else { "" };
        writeln!(out, "  n{source} -> n{target} [label=\"{}\"{style}];", edge.kind.name())?;
    }
    writeln!(out, "}}")
}

/// Shape and colour of a node.
fn look(node: &Node) -> &'static str {
    match node.kind {
        NodeKind::Entry => "shape=house, style=filled, fillcolor=\"#cfe8ff\"",
        NodeKind::Sink => "shape=octagon, style=filled, fillcolor=\"#ffd4cc\"",
        NodeKind::Secret => "shape=diamond, style=filled, fillcolor=\"#ffeeb3\"",
        NodeKind::Owner => "shape=egg, style=filled, fillcolor=\"#d8f0d0\"",
        NodeKind::Result => "shape=note",
        NodeKind::Package => "shape=folder",
        NodeKind::External => "shape=box, style=dashed",
        NodeKind::Module | NodeKind::Class => "shape=component",
        NodeKind::Function | NodeKind::Method | NodeKind::Lambda => "shape=box",
    }
}

/// A quoted string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", inert(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// Attributes of nodes and edges: name and type.
const NODE_KEYS: [(&str, &str); 8] = [
    ("kind", "string"),
    ("name", "string"),
    ("file", "string"),
    ("line", "int"),
    ("column", "int"),
    ("end_line", "int"),
    ("tag", "string"),
    ("context", "int"),
];
const EDGE_KEYS: [(&str, &str); 4] =
    [("kind", "string"), ("certainty", "string"), ("file", "string"), ("line", "int")];

fn graphml(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    for (of, keys) in [("node", &NODE_KEYS[..]), ("edge", &EDGE_KEYS[..])] {
        for (name, kind) in keys {
            writeln!(
                out,
                "  <key id=\"{of}-{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
            )?;
        }
    }
    writeln!(out, "  <graph edgedefault=\"directed\">")?;
    for id in graph.net.node_indices() {
        let node = json_node(graph, id);
        let (line, column, end_line) =
            (node.line.to_string(), node.column.to_string(), node.end_line.to_string());
        let context = node.context.map(|context| context.to_string()).unwrap_or_default();
        let values = [node.kind, node.name, node.file, &line, &column, &end_line, node.tag, &context];
        writeln!(out, "    <node id=\"n{}\">{}</node>", node.id, data("node", &NODE_KEYS, &values))?;
    }
    for id in graph.net.edge_indices() {
        let (source, target, edge) = edge(graph, id);
        let line = edge.line.to_string();
        let values = [edge.kind.name(), edge.certainty.name(), edge_file(graph, id), &line];
        let data = data("edge", &EDGE_KEYS, &values);
        writeln!(out, "    <edge source=\"n{source}\" target=\"n{target}\">{data}</edge>")?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

/// The attributes that have a value.
fn data(of: &str, keys: &[(&str, &str)], values: &[&str]) -> String {
    let mut text = String::new();
    for ((key, _), value) in keys.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        let value = inert(value).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        // Writing to a string cannot fail.
        let _ = write!(text, "<data key=\"{of}-{key}\">{value}</data>");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{build, sketch};

    fn written(name: &str) -> String {
        let (facts, solution) = sketch::program("f: g os.system\ng: f?");
        let mut graph = build(&facts, &solution);
        let hostile = graph.net.node_indices().next_back().unwrap();
        graph.net[hostile].name = "\"<a>\\\u{1b}".to_owned();
        let mut out = Vec::new();
        (format(name).unwrap().write)(&graph, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_is_inert_and_whole() {
        for format in FORMATS {
            insta::assert_snapshot!(format!("graph_{}", format.name), written(format.name));
            assert!(!written(format.name).contains('\u{1b}'));
        }
    }

    #[test]
    fn json_is_json() {
        let json: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
        let (nodes, edges) = (json["nodes"].as_array().unwrap(), json["edges"].as_array().unwrap());
        assert!(nodes.iter().enumerate().all(|(index, node)| node["id"] == index));
        assert!(edges.iter().any(|edge| edge["certainty"] == "possible"));
    }

    #[test]
    fn an_empty_graph_is_written_too() {
        for format in FORMATS {
            let mut out = Vec::new();
            (format.write)(&Graph::default(), &mut out).unwrap();
            assert!(out.ends_with(b"\n"), "{}", format.name);
        }
    }
}
