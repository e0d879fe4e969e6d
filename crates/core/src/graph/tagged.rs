//! Tags → nodes for entry points, sinks and secrets, so that people can ask for them by name; and edges to the code that
//! requests and commands start.

use super::{Edge, EdgeKind, Graph, Node, NodeKind};
use crate::facts::Facts;
use crate::ids::FuncId;
use crate::models::{KindId, Models};
use crate::solution::Certainty;
use crate::tag::{EntryTag, Tags};
use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

/// Adds a node an entry point, an API that matters (a kind), and a secret, and an edge a join. O(tags).
pub fn tag(graph: &mut Graph, facts: &Facts, tags: &Tags, models: &Models) {
    let mut tagger = Tagger { graph, models, nodes: FxHashMap::default() };
    for entry in &tags.entries {
        tagger.entry(entry);
    }
    for sink in &tags.sinks {
        let edge = Edge { kind: EdgeKind::Uses, certainty: sink.certainty, line: sink.line, column: 0 };
        tagger.add(NodeKind::Sink, sink.function, (&sink.api, sink.kind), edge);
    }
    for secret in tags.secrets.iter().filter(|secret| !secret.name.is_empty()) {
        let edge = Edge { kind: EdgeKind::Reads, certainty: secret.certainty, line: secret.line, column: 0 };
        tagger.add(NodeKind::Secret, secret.function, (&secret.name, secret.kind), edge);
    }
    for join in &tags.joins {
        let Some(target) = tagger.graph.of_context(join.target, join.context) else { continue };
        for source in tagger.graph.nodes_of(join.function).collect::<Vec<_>>() {
            let site = &facts.calls[join.call.index()];
            let kind = if join.is_request { EdgeKind::Requests } else { EdgeKind::Runs };
            let edge = Edge { kind, certainty: join.certainty, line: site.line, column: site.column };
            tagger.graph.net.add_edge(source, target, edge);
        }
    }
}

struct Tagger<'a> {
    graph: &'a mut Graph,
    models: &'a Models,
    nodes: FxHashMap<(NodeKind, KindId, String), NodeIndex>,
}

impl Tagger<'_> {
    /// An entry point is in the file of the function that it starts.
    fn entry(&mut self, entry: &EntryTag) {
        let Some(target) = self.graph.of_context(entry.function, entry.context) else { return };
        let started = &self.graph.net[target];
        let node = Node {
            tag: self.models.about(entry.kind).name.clone(),
            file: started.file,
            line: started.line,
            column: started.column,
            end_line: started.line,
            ..Node::named(NodeKind::Entry, entry.name.clone())
        };
        let row = Edge {
            kind: EdgeKind::Starts,
            certainty: Certainty::Exact,
            line: node.line,
            column: node.column,
        };
        let source = self.graph.net.add_node(node);
        self.graph.net.add_edge(source, target, row);
    }

    fn add(&mut self, node: NodeKind, function: FuncId, (name, kind): (&str, KindId), edge: Edge) {
        let sources: Vec<NodeIndex> = self.graph.nodes_of(function).collect();
        if sources.is_empty() {
            return;
        }
        let tag = &self.models.about(kind).name;
        let net = &mut self.graph.net;
        let made = || net.add_node(Node { tag: tag.clone(), ..Node::named(node, name.to_owned()) });
        let target = *self.nodes.entry((node, kind, name.to_owned())).or_insert_with(made);
        for source in sources {
            self.graph.net.add_edge(source, target, edge);
        }
    }
}
