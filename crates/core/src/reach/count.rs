//! How many entry points reach each node.

use super::routes::follow;
use crate::graph::Graph;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use std::collections::VecDeque;

/// Entry points that are counted; of more, the first count.
const MAX_COUNTED: usize = 4_096;

/// The number of these starts that reach each node, over sure and possible edges; a start is one or more nodes. Each
/// pass carries 64 starts as one word a node; a node is visited again only when its word grows: O(edges) a pass in
/// practice, 64 times that at worst.
pub(super) fn reaching(graph: &Graph, starts: &[Vec<NodeIndex>]) -> Vec<u32> {
    let mut counts = vec![0; graph.net.node_count()];
    let mut words = vec![0_u64; graph.net.node_count()];
    for some in starts[..starts.len().min(MAX_COUNTED)].chunks(64) {
        words.fill(0);
        let mut todo = VecDeque::new();
        for (bit, start) in some.iter().enumerate() {
            for node in start {
                words[node.index()] |= 1 << bit;
                todo.push_back(*node);
            }
        }
        spread(graph, &mut words, todo);
        // What reaches a context of a function reaches the function.
        for node in graph.net.node_indices().rev().filter(|&node| graph.net[node].context > 0) {
            words[node.index() - 1] |= words[node.index()];
        }
        for (count, word) in counts.iter_mut().zip(&words) {
            *count += word.count_ones();
        }
    }
    counts
}

fn spread(graph: &Graph, words: &mut [u64], mut todo: VecDeque<NodeIndex>) {
    while let Some(node) = todo.pop_front() {
        let word = words[node.index()];
        for edge in graph.net.edges(node).filter(|edge| follow(&graph.net[edge.target()], edge.weight())) {
            let next = &mut words[edge.target().index()];
            if *next | word != *next {
                *next |= word;
                todo.push_back(edge.target());
            }
        }
    }
}
