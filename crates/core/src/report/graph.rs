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
//! A function is one node here, whatever the contexts that paths tell apart: other programs ask what calls what.
//! Rows are written one by one, so that the graph of millions of lines is never text in memory.

use super::escape::{self, inert};
use super::json::{self, JsonProvenance};
use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::solution::Certainty;
use petgraph::graph::{EdgeIndex, NodeIndex};
use rustc_hash::FxHashSet;
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

/// The graph as it is written: contexts of a function joined.
struct Joined<'a> {
    graph: &'a Graph,
    /// The number of each node; that of its function for a context.
    ids: Vec<usize>,
    /// Edges, without those that only differ in the contexts between which they go.
    edges: Vec<EdgeIndex>,
}

impl<'a> Joined<'a> {
    fn new(graph: &'a Graph) -> Self {
        let mut ids = Vec::with_capacity(graph.net.node_count());
        let mut count = 0;
        // The contexts of a function follow its node.
        for node in graph.net.node_weights() {
            count += usize::from(node.context == 0);
            ids.push(count.saturating_sub(1));
        }
        let mut joined = Self { graph, ids, edges: Vec::new() };
        let mut seen = FxHashSet::default();
        let is_new = |id: &EdgeIndex| {
            let (source, target, edge) = joined.edge(*id);
            let key = (source, target, edge.kind, edge.certainty, edge.line, edge.column);
            !joined.touches_context(*id) || seen.insert(key)
        };
        let edges = graph.net.edge_indices().filter(is_new).collect();
        joined.edges = edges;
        joined
    }

    fn touches_context(&self, id: EdgeIndex) -> bool {
        let (source, target) = self.graph.net.edge_endpoints(id).unwrap_or_default();
        let has_contexts = |node: NodeIndex| {
            let next = self.graph.net.node_weight(NodeIndex::new(node.index() + 1));
            self.graph.net[node].context > 0 || next.is_some_and(|next| next.context > 0)
        };
        has_contexts(source) || has_contexts(target)
    }

    fn nodes(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        self.graph.net.node_indices().filter(|&node| self.graph.net[node].context == 0)
    }

    fn edge(&self, id: EdgeIndex) -> (usize, usize, Edge) {
        let (source, target) = self.graph.net.edge_endpoints(id).unwrap_or_default();
        (self.ids[source.index()], self.ids[target.index()], self.graph.net[id])
    }
}

fn to_json(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    let joined = Joined::new(graph);
    out.write_all(b"{\"nodes\":[")?;
    for (index, id) in joined.nodes().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        escape::to_json_row(&json_node(&joined, id), out)?;
    }
    out.write_all(b"\n],\"edges\":[")?;
    for (index, &id) in joined.edges.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let (source, target, edge) = joined.edge(id);
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

fn json_node<'a>(joined: &Joined<'a>, id: NodeIndex) -> JsonNode<'a> {
    let graph = joined.graph;
    let node = &graph.net[id];
    JsonNode {
        id: joined.ids[id.index()],
        kind: node.kind.name(),
        name: &node.name,
        file: graph.file(id),
        line: node.line,
        column: node.column,
        end_line: node.end_line,
        tag: &node.tag,
        provenance: node.provenance.as_deref().map(json::provenance),
    }
}

/// The file in which what an edge says happens: that of its source, or of its target.
fn edge_file(graph: &Graph, id: EdgeIndex) -> &str {
    let (source, target) = graph.net.edge_endpoints(id).unwrap_or_default();
    graph.file(if graph.net[source].file.is_some() { source } else { target })
}

fn dot(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    let joined = Joined::new(graph);
    writeln!(out, "digraph blastline {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=10];")?;
    for id in joined.nodes() {
        let node = &graph.net[id];
        let name = quoted(&node.name);
        writeln!(out, "  n{} [label={name}, {}];", joined.ids[id.index()], look(node))?;
    }
    for &id in &joined.edges {
        let (source, target, edge) = joined.edge(id);
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
const NODE_KEYS: [(&str, &str); 7] = [
    ("kind", "string"),
    ("name", "string"),
    ("file", "string"),
    ("line", "int"),
    ("column", "int"),
    ("end_line", "int"),
    ("tag", "string"),
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
    let joined = Joined::new(graph);
    for id in joined.nodes() {
        let node = json_node(&joined, id);
        let (line, column, end_line) =
            (node.line.to_string(), node.column.to_string(), node.end_line.to_string());
        let values = [node.kind, node.name, node.file, &line, &column, &end_line, node.tag];
        writeln!(out, "    <node id=\"n{}\">{}</node>", node.id, data("node", &NODE_KEYS, &values))?;
    }
    for &id in &joined.edges {
        let (source, target, edge) = joined.edge(id);
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
    fn contexts_of_a_function_are_one_node() {
        let file = |text: &str| crate::discover::SourceFile {
            path: "app.py".to_owned(),
            module: "app".to_owned(),
            is_package: false,
            language: crate::facts::Language::Python,
            origin: crate::facts::Origin::FirstParty,
            configuration: None,
            condition: None,
            bytes: text.as_bytes().to_vec(),
        };
        let text = "def a(): pass\ndef b(): pass\ndef run(f): f()\nrun(a)\nrun(b)\n";
        let repo = crate::discover::Repo { files: vec![file(text)], ..crate::discover::Repo::default() };
        let mut facts = crate::lower::all(&repo.files);
        facts.append(crate::lower::builtins(crate::facts::Language::Python));
        let is_opaque = |_: &str| true;
        let mut loader = crate::link::Loader::new(&repo, &is_opaque);
        let (facts, solution) = crate::solve::points_to(facts, &mut loader);
        let graph = build(&facts, &solution);
        assert!(graph.net.node_weights().any(|node| node.context > 0), "the solver tells contexts apart");
        let found = graph.find("app.run").unwrap();
        let reached: Vec<&str> =
            graph.radius(&found).reaches.iter().map(|row| graph.net[row.node].name.as_str()).collect();
        assert_eq!((found.len(), reached), (1, vec!["app.a", "app.b"]));
        let mut out = Vec::new();
        to_json(&graph, &mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let (nodes, edges) = (json["nodes"].as_array().unwrap(), json["edges"].as_array().unwrap());
        let named = |name: &str| nodes.iter().filter(|node| node["name"] == name).count();
        assert_eq!(["app.run", "app.a", "app.b"].map(named), [1, 1, 1]);
        let run = &nodes.iter().find(|node| node["name"] == "app.run").unwrap()["id"];
        let calls =
            |from: &str| edges.iter().filter(|edge| edge["kind"] == "calls" && edge[from] == *run).count();
        assert_eq!((calls("target"), calls("source")), (2, 2));
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
