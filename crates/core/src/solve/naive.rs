//! The oracle: the same rules on a store without tricks. Every set is a set, every edge is followed until nothing
//! changes, nothing is merged. Tests demand that it finds what the store of the product finds.

use super::store::{Counts, Demand, Kinds, Listen, Node, Store, TokenId, VALUES};

/// A store that is obviously right, and slow.
pub(super) struct Naive<L> {
    sets: Vec<Vec<TokenId>>,
    /// What flows where, and tokens of which kinds.
    flows: Vec<(Node, Node, Kinds)>,
    /// What flows bring to each variable.
    accepts: Vec<Kinds>,
    /// Who listens where, and how many tokens of the set it has heard of.
    listeners: Vec<(Node, L, usize)>,
}

impl<L> Default for Naive<L> {
    fn default() -> Self {
        Self { sets: Vec::new(), flows: Vec::new(), accepts: Vec::new(), listeners: Vec::new() }
    }
}

impl<L: Listen> Store<L> for Naive<L> {
    fn nodes(&mut self, count: u32) -> Node {
        let first = Node(self.sets.len() as u32);
        self.sets.extend((0..count).map(|_| Vec::new()));
        self.accepts.resize(self.sets.len(), Kinds::ALL);
        first
    }

    fn add(&mut self, node: Node, token: TokenId) {
        let set = &mut self.sets[node.0 as usize];
        if !set.contains(&token) {
            set.push(token);
        }
    }

    fn flow(&mut self, from: Node, to: Node) {
        self.flows.push((from, to, Kinds::ALL));
    }

    fn flow_values(&mut self, from: Node, to: Node) {
        self.flows.push((from, to, VALUES));
    }

    fn accept(&mut self, node: Node, kinds: Kinds) {
        self.accepts[node.0 as usize] = kinds;
    }

    fn listen(&mut self, node: Node, listener: L) {
        self.listeners.push((node, listener, 0));
    }

    fn event(&mut self) -> Option<(L, TokenId)> {
        if let Some(event) = self.heard() {
            return Some(event);
        }
        // ∀ n → m: ⟦n⟧ ⊆ ⟦m⟧, until nothing changes.
        loop {
            let before: usize = self.sets.iter().map(Vec::len).sum();
            for index in 0..self.flows.len() {
                let (from, to, kinds) = self.flows[index];
                let accepts = self.accepts[to.0 as usize];
                for token in self.sets[from.0 as usize].clone() {
                    if kinds.has(token) && accepts.has(token) {
                        self.add(to, token);
                    }
                }
            }
            if self.sets.iter().map(Vec::len).sum::<usize>() == before {
                return self.heard();
            }
        }
    }

    fn tokens(&self, node: Node) -> &[TokenId] {
        &self.sets[node.0 as usize]
    }

    fn want(&mut self, _: Node, _: Demand) {}

    fn depend(&mut self, _: Node, _: Node) {}

    fn known(&self, _: Node) -> Demand {
        Demand::All
    }

    fn is_watched(&self, node: Node) -> bool {
        self.flows.iter().any(|flow| flow.0 == node) || self.listeners.iter().any(|row| row.0 == node)
    }

    fn expect(&mut self, _: u64, _: bool) {}

    fn counts(&self) -> Counts {
        Counts { nodes: self.sets.len() as u64, edges: self.flows.len() as u64, ..Counts::default() }
    }
}

impl<L: Listen> Naive<L> {
    /// A token that a listener has not heard of.
    fn heard(&mut self) -> Option<(L, TokenId)> {
        let (node, listener, heard) =
            self.listeners.iter_mut().find(|(node, _, heard)| *heard < self.sets[node.0 as usize].len())?;
        *heard += 1;
        Some((*listener, self.sets[node.0 as usize][*heard - 1]))
    }
}
