//! Walks over the graph: what is reached, on which shortest path, needing which certainty.
//!
//! # Terms
//! * A *tier* is what a path needs at worst: 0 only edges that are exact, resolved or typed; 1 also edges that were
//!   matched by name; further tiers are the caller's.
//! * A path is *better* than another if its tier is lower, or its tier is the same and it is shorter.
//!
//! # Cost
//! Each tier visits each node once and each edge of a newly reached node once: O(nodes + edges) a walk, whatever
//! the number of seeds.

use super::{Edge, Graph, Node, NodeKind, attached};
use crate::finding::Hop;
use crate::ids::CallId;
use crate::solution::Certainty;
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashSet;

/// How a node was reached first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Via {
    /// It was not.
    #[default]
    Nothing,
    /// The walk began there.
    Seed,
    /// By this edge.
    Edge(EdgeIndex),
    /// By an unresolved site in this node that may call it.
    Site(NodeIndex, CallId),
}

/// The nodes that a walk reached, each with the last step of its best path.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Spread {
    /// Reached nodes, the nearest first within a tier, tiers in order.
    pub order: Vec<NodeIndex>,
    /// Last step of the best path to each node.
    pub via: Vec<Via>,
    /// Its length.
    pub hops: Vec<u32>,
    /// What it needs at worst.
    pub tier: Vec<u8>,
}

impl Spread {
    /// Whether a node was reached.
    #[must_use]
    pub fn has(&self, node: NodeIndex) -> bool {
        self.via.get(node.index()).is_some_and(|&via| via != Via::Nothing)
    }

    fn new(nodes: usize, seeds: &[NodeIndex]) -> Self {
        let mut spread = Self {
            order: Vec::new(),
            via: vec![Via::Nothing; nodes],
            hops: vec![u32::MAX; nodes],
            tier: vec![u8::MAX; nodes],
        };
        for &seed in seeds {
            spread.reach(seed, Via::Seed, 0, 0);
        }
        spread
    }

    /// The seed that the best path to each reached node begins at; `NodeIndex::end()` for the others. Linear.
    pub(crate) fn origins(&self, net: &petgraph::Graph<Node, Edge>) -> Vec<NodeIndex> {
        let mut origins = vec![NodeIndex::end(); self.via.len()];
        // A node comes after the one from which it was reached.
        for &node in &self.order {
            origins[node.index()] = match self.via[node.index()] {
                Via::Nothing => NodeIndex::end(),
                Via::Seed => node,
                Via::Site(from, _) => origins[from.index()],
                Via::Edge(edge) => match net.edge_endpoints(edge) {
                    Some((source, target)) if target == node => origins[source.index()],
                    Some((_, target)) => origins[target.index()],
                    None => NodeIndex::end(),
                },
            };
        }
        origins
    }

    /// Notes a node, unless it was reached before.
    pub(crate) fn reach(&mut self, node: NodeIndex, via: Via, hops: u32, tier: u8) {
        let index = node.index();
        if self.via[index] == Via::Nothing {
            self.via[index] = via;
            self.hops[index] = hops;
            self.tier[index] = tier;
            self.order.push(node);
        }
    }
}

/// A walk of a direction along the edges that `follow` admits.
pub(crate) struct Walk<'a, F> {
    pub(crate) graph: &'a Graph,
    pub(crate) direction: Direction,
    pub(crate) follow: F,
}

impl<F: Fn(&Node, &Edge) -> bool> Walk<'_, F> {
    /// Tiers 0 and 1 from these nodes.
    pub(crate) fn from(&self, seeds: &[NodeIndex]) -> Spread {
        let mut spread = Spread::new(self.graph.net.node_count(), seeds);
        let mut at = 0;
        while let Some(&node) = spread.order.get(at) {
            self.step(&mut spread, node, 0, |edge| edge.certainty != Certainty::Possible);
            at += 1;
        }
        let weak = |spread: &mut Spread, node: NodeIndex| {
            self.step(spread, node, 1, |edge| edge.certainty == Certainty::Possible);
        };
        self.widen(&mut spread, 1, weak);
        spread
    }

    /// Adds a tier: `jump` takes its first steps, from every node reached so far; from there on all edges count.
    /// Nodes are taken by distance from both queues, so that the first path to arrive is the shortest.
    pub(crate) fn widen(&self, spread: &mut Spread, tier: u8, mut jump: impl FnMut(&mut Spread, NodeIndex)) {
        let mut old: Vec<NodeIndex> = spread.order.clone();
        old.sort_by_key(|node| spread.hops[node.index()]);
        let (mut next_old, mut next_new) = (0, spread.order.len());
        loop {
            let hops = |node: Option<&NodeIndex>| node.map_or(u32::MAX, |node| spread.hops[node.index()]);
            let (of_old, of_new) = (hops(old.get(next_old)), hops(spread.order.get(next_new)));
            if next_old < old.len() && of_old <= of_new {
                jump(spread, old[next_old]);
                next_old += 1;
            } else if let Some(&node) = spread.order.get(next_new) {
                jump(spread, node);
                self.step(spread, node, tier, |_| true);
                next_new += 1;
            } else {
                return;
            }
        }
    }

    fn step(&self, spread: &mut Spread, node: NodeIndex, tier: u8, admit: impl Fn(&Edge) -> bool) {
        let hops = spread.hops[node.index()] + 1;
        let start = spread.order.len();
        for edge in self.graph.net.edges_directed(node, self.direction) {
            let next = if self.direction == Direction::Outgoing { edge.target() } else { edge.source() };
            if admit(edge.weight()) && (self.follow)(&self.graph.net[next], edge.weight()) {
                spread.reach(next, Via::Edge(edge.id()), hops, tier);
            }
        }
        // petgraph gives the edge that was added last first; reports read better in the order of the source.
        spread.order[start..].reverse();
    }
}

/// A node that a radius holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Reached {
    /// The node.
    pub node: NodeIndex,
    /// Number of edges on the best path.
    pub hops: u32,
    /// Whether that path needs an edge that was matched by name.
    pub is_possible: bool,
}

/// What a thing reaches, and what reaches it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Radius {
    /// Functions, externals, sinks and secrets that it reaches, the surest and nearest first; then owners of that code,
    /// and results about it.
    pub reaches: Vec<Reached>,
    /// Functions and entry points that reach it, the surest and nearest first; then owners of that code, and results
    /// about it.
    pub reached_by: Vec<Reached>,
    /// The walk behind `reaches`.
    pub forward: Spread,
    /// The walk behind `reached_by`.
    pub backward: Spread,
}

impl Graph {
    /// What these nodes reach and what reaches them. A package or module stands for all that it holds, an
    /// owner for the modules, a result for what it is about. Linear in
    /// the graph.
    #[must_use]
    pub fn radius(&self, of: &[NodeIndex]) -> Radius {
        let seeds = self.members(of);
        let follow = |_: &Node, edge: &Edge| edge.kind.is_step();
        let walk = |direction| Walk { graph: self, direction, follow }.from(&seeds);
        let (forward, backward) = (walk(Direction::Outgoing), walk(Direction::Incoming));
        let mut radius = Radius {
            reaches: reached(self, &forward),
            reached_by: reached(self, &backward),
            forward,
            backward,
        };
        // Whoever answers for the thing itself answers for what reaches it.
        radius.reaches.extend(attached::beside(self, &radius.forward, false));
        radius.reached_by.extend(attached::beside(self, &radius.backward, true));
        radius.reached_by.retain(|row| !of.contains(&row.node));
        radius
    }

    /// The best path between two sets of nodes; none where there is no path.
    #[must_use]
    pub fn path(&self, from: &[NodeIndex], to: &[NodeIndex]) -> Option<Vec<Hop>> {
        let follow = |_: &Node, edge: &Edge| edge.kind.is_step();
        let spread = Walk { graph: self, direction: Direction::Outgoing, follow }.from(&self.members(from));
        let ends = self.members(to);
        let best = ends.into_iter().filter(|&end| spread.has(end));
        let best = best.min_by_key(|end| (spread.tier[end.index()], spread.hops[end.index()], *end))?;
        Some(self.hops(&self.trail(&spread, best), best))
    }

    /// The edges of the best path to a node, in the order in which the walk took them.
    #[must_use]
    pub fn trail(&self, spread: &Spread, node: NodeIndex) -> Vec<Via> {
        let mut steps = Vec::new();
        let mut at = node;
        loop {
            let via = spread.via[at.index()];
            at = match via {
                Via::Nothing | Via::Seed => break,
                Via::Site(from, _) => from,
                Via::Edge(edge) => match self.net.edge_endpoints(edge) {
                    Some((source, target)) if target == at => source,
                    Some((_, target)) => target,
                    None => break,
                },
            };
            steps.push(via);
        }
        steps.reverse();
        steps
    }

    /// A path as people read it: a hop an edge, and one for its end.
    #[must_use]
    pub fn hops(&self, trail: &[Via], end: NodeIndex) -> Vec<Hop> {
        let mut hops: Vec<Hop> = trail.iter().filter_map(|&via| self.hop(via)).collect();
        let row = &self.net[end];
        if row.file.is_some() || hops.is_empty() {
            let what = format!("{} {}", row.kind.name(), row.name);
            hops.push(Hop::new(self.place(end), row.name.clone(), what, None));
        } else if let Some(last) = hops.last_mut() {
            last.certainty = None;
        }
        hops
    }

    fn hop(&self, via: Via) -> Option<Hop> {
        let Via::Edge(edge) = via else { return None };
        let (source, target) = self.net.edge_endpoints(edge)?;
        let what = format!("{} {}", self.net[edge].kind.name(), self.net[target].name);
        let certainty = Some(self.net[edge].certainty);
        Some(Hop::new(self.edge_place(edge), self.net[source].name.clone(), what, certainty))
    }

    /// The nodes that a node stands for: itself, and what a package or module holds.
    fn members(&self, of: &[NodeIndex]) -> Vec<NodeIndex> {
        let mut members = of.to_vec();
        for &node in of {
            match self.net[node].kind {
                NodeKind::Package => self.add_package(node, &mut members),
                NodeKind::Module => self.add_module(node, &mut members),
                // All modules of an owner; the function of a result, or the package with all that it holds.
                NodeKind::Owner | NodeKind::Result => {
                    self.add_package(node, &mut members);
                    let about: Vec<NodeIndex> = self.net.neighbors(node).collect();
                    let packages = about.into_iter().filter(|&node| self.net[node].kind == NodeKind::Package);
                    packages.for_each(|package| self.add_package(package, &mut members));
                }
                _ => {}
            }
        }
        // A function stands for its contexts.
        for at in 0..members.len() {
            members.extend(
                self.net[members[at]].function.into_iter().flat_map(|function| self.nodes_of(function)),
            );
        }
        members.sort_unstable();
        members.dedup();
        members
    }

    fn add_package(&self, package: NodeIndex, members: &mut Vec<NodeIndex>) {
        let mut held: Vec<NodeIndex> = self.net.neighbors(package).collect();
        held.sort_unstable();
        for node in held {
            members.push(node);
            if self.net[node].kind == NodeKind::Module {
                self.add_module(node, members);
            }
        }
    }

    fn add_module(&self, module: NodeIndex, members: &mut Vec<NodeIndex>) {
        let file = self.net[module].file;
        let is_in = |node: &NodeIndex| self.net[*node].file == file && self.net[*node].kind.is_code();
        // The functions of a file stand together, behind its module body.
        let after = (module.index()..self.net.node_count()).map(NodeIndex::new);
        members.extend(after.take_while(is_in));
    }
}

/// The reached nodes, the seeds left out, the surest and nearest first.
fn reached(graph: &Graph, spread: &Spread) -> Vec<Reached> {
    let others = spread.order.iter().filter(|node| spread.via[node.index()] != Via::Seed);
    let mut rows: Vec<Reached> = others
        .map(|&node| Reached {
            node,
            hops: spread.hops[node.index()],
            is_possible: spread.tier[node.index()] > 0,
        })
        .collect();
    rows.sort_by_key(|row| (row.is_possible, row.hops, row.node));
    // A function is reached as soon as one of its contexts is.
    let mut known = FxHashSet::default();
    rows.retain(|row| graph.net[row.node].function.is_none_or(|function| known.insert(function)));
    rows
}
