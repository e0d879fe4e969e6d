//! The constraint store: which tokens are in which variable, which variable flows to which, and who wants to
//! hear of arrivals. It knows nothing of functions, classes or modules.
//!
//! Difference propagation (Pearce, Kelly, Hankin: Efficient Field-Sensitive Pointer Analysis of C, TOPLAS 2007):
//! each variable remembers how many of its tokens were already passed on, and passes on the rest. Variables on
//! a cycle of copy edges hold the same tokens: every time the number of edges has doubled, strongly connected
//! components are merged (Fähndrich et al., Partial Online Cycle Elimination, PLDI 1998).

use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::collections::VecDeque;

/// A constraint variable as the rules name it; after a merge several name one, see [`Store`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Node(pub(super) u32);

/// A variable that is its own representative: valid until the next merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rep(usize);

/// An abstract object: an index into the solver's token table, and what it counts as, in the two highest bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct TokenId(u32);

/// What tokens count as: a variable takes so many of each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Functions, classes, their instances, modules.
    Plain,
    /// Objects that are told apart by where they are made.
    Object,
    /// Strings of which something is known.
    Text,
    /// Values from code that we do not have.
    External,
}

/// How many tokens of each kind a variable takes. Past that nothing useful is known of it, and
/// what it does not take is counted.
const LIMITS: [u8; 4] = [128, 24, 128, 8];

impl TokenId {
    const KIND_AT: u32 = 30;

    /// The token at a place of the table.
    pub(super) fn new(index: usize, kind: Kind) -> Self {
        let index = u32::try_from(index).ok().filter(|&index| index < 1 << Self::KIND_AT);
        Self(index.expect("fewer than 2^30 tokens") | (kind as u32) << Self::KIND_AT)
    }

    /// The place in the table.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.0 & ((1 << Self::KIND_AT) - 1)) as usize
    }

    #[inline]
    fn kind(self) -> usize {
        (self.0 >> Self::KIND_AT) as usize
    }
}

/// What the solver needs of a store; `naive.rs` holds the other implementation.
pub(super) trait Store<L: Copy>: Default {
    /// Makes `count` variables with consecutive names and returns the first.
    fn nodes(&mut self, count: u32) -> Node;
    /// This token is in that variable.
    fn add(&mut self, node: Node, token: TokenId);
    /// Every token of `from`, now and later, is in `to`.
    fn flow(&mut self, from: Node, to: Node);
    /// For every token that is in `node`, now or later, `listener` gets an event, once.
    fn listen(&mut self, node: Node, listener: L);
    /// The next event, or none when nothing is left to do.
    fn event(&mut self) -> Option<(L, TokenId)>;
    /// The tokens of a variable.
    fn tokens(&self, node: Node) -> &[TokenId];
    /// Whether anything would notice a token in this variable.
    fn is_watched(&self, node: Node) -> bool;
    /// Number of variables, copy edges, propagations, merged variables and dropped tokens.
    fn counts(&self) -> Counts;
}

/// Work done by a store.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) nodes: u64,
    pub(super) edges: u64,
    pub(super) propagations: u64,
    pub(super) collapsed: u64,
    pub(super) dropped: u64,
    pub(super) is_cut_short: bool,
}

/// After this many propagations nothing more is passed on: the answer so far stands, and says that it was cut short.
/// Programs of ordinary shape need some hundred a function.
const MAX_PROPAGATIONS: u64 = 6_000_000;
const MAX_PROPAGATIONS_PER_VARIABLE: u64 = 4;

/// Sets up to this length are searched by reading them.
const LINEAR: usize = 16;

/// End of a list.
const NIL: u32 = u32::MAX;

/// What is known of one variable.
struct Cell {
    /// In order of arrival.
    tokens: SmallVec<[TokenId; 2]>,
    /// How many of `tokens` were passed on.
    done: u32,
    /// First copy edge, in `Fast::edges`.
    edges: u32,
    /// First listener, in `Fast::listeners`.
    listeners: u32,
    /// Tokens by kind.
    held: [u8; 4],
    /// In the work list.
    queued: bool,
}

/// The store of the product.
pub(super) struct Fast<L> {
    cells: Vec<Cell>,
    parent: Vec<u32>,
    /// Membership of sets that are too long to be read.
    long: rustc_hash::FxHashMap<u32, FxHashSet<TokenId>>,
    edges: Vec<(Node, u32)>,
    /// Copy edges that were made.
    flows: FxHashSet<(u32, u32)>,
    listeners: Vec<(L, u32)>,
    work: VecDeque<u32>,
    /// Events of listeners that came late, and those of the variable that is being passed on.
    ready: VecDeque<(L, TokenId)>,
    merge_at: usize,
    counts: Counts,
}

impl<L> Default for Fast<L> {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            parent: Vec::new(),
            long: rustc_hash::FxHashMap::default(),
            edges: Vec::new(),
            flows: FxHashSet::default(),
            listeners: Vec::new(),
            work: VecDeque::new(),
            ready: VecDeque::new(),
            merge_at: 1 << 16,
            counts: Counts::default(),
        }
    }
}

impl<L: Copy> Store<L> for Fast<L> {
    fn nodes(&mut self, count: u32) -> Node {
        let first = u32::try_from(self.cells.len()).expect("fewer than 2^32 variables");
        self.parent.extend(first..first + count);
        self.cells.extend((0..count).map(|_| Cell {
            tokens: SmallVec::new(),
            done: 0,
            edges: NIL,
            listeners: NIL,
            held: [0; 4],
            queued: false,
        }));
        Node(first)
    }

    fn add(&mut self, node: Node, token: TokenId) {
        let rep = self.rep(node);
        self.add_to(rep, token);
    }

    fn flow(&mut self, from: Node, to: Node) {
        let (from, to) = (self.rep(from), self.rep(to));
        if from == to || !self.flows.insert((from.0 as u32, to.0 as u32)) {
            return;
        }
        let next = self.cells[from.0].edges;
        self.cells[from.0].edges = u32::try_from(self.edges.len()).expect("fewer than 2^32 edges");
        self.edges.push((Node(to.0 as u32), next));
        for index in 0..self.cells[from.0].done as usize {
            let token = self.cells[from.0].tokens[index];
            self.add_to(to, token);
        }
    }

    fn listen(&mut self, node: Node, listener: L) {
        let rep = self.rep(node);
        let next = self.cells[rep.0].listeners;
        self.cells[rep.0].listeners = u32::try_from(self.listeners.len()).expect("fewer than 2^32 listeners");
        self.listeners.push((listener, next));
        let cell = &self.cells[rep.0];
        self.ready.extend(cell.tokens[..cell.done as usize].iter().map(|&token| (listener, token)));
    }

    fn event(&mut self) -> Option<(L, TokenId)> {
        loop {
            let limit = MAX_PROPAGATIONS + MAX_PROPAGATIONS_PER_VARIABLE * self.cells.len() as u64;
            if self.counts.propagations > limit {
                self.counts.dropped += (self.ready.len() + self.work.len()) as u64;
                self.counts.is_cut_short = true;
                self.ready.clear();
                self.work.clear();
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.edges.len() >= self.merge_at {
                self.merge_cycles();
                self.merge_at = self.edges.len() * 2;
            }
            let node = self.work.pop_front()?;
            self.pass_on(Rep(node as usize));
        }
    }

    fn tokens(&self, node: Node) -> &[TokenId] {
        &self.cells[self.rep(node).0].tokens
    }

    fn is_watched(&self, node: Node) -> bool {
        let cell = &self.cells[self.rep(node).0];
        cell.listeners != NIL || cell.edges != NIL
    }

    fn counts(&self) -> Counts {
        Counts { nodes: self.cells.len() as u64, edges: self.edges.len() as u64, ..self.counts }
    }
}

impl<L: Copy> Fast<L> {
    /// Merges cycles for the first time when there are this many edges.
    #[cfg(test)]
    pub(super) fn merge_at(&mut self, edges: usize) {
        self.merge_at = edges;
    }

    #[inline]
    fn rep(&self, node: Node) -> Rep {
        let mut at = node.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        Rep(at as usize)
    }

    fn add_to(&mut self, rep: Rep, token: TokenId) {
        let id = rep.0 as u32;
        let cell = &mut self.cells[rep.0];
        let is_long = cell.tokens.len() > LINEAR;
        let is_known = if is_long {
            self.long.get(&id).is_some_and(|set| set.contains(&token))
        } else {
            cell.tokens.contains(&token)
        };
        if is_known {
            return;
        }
        if cell.held[token.kind()] >= LIMITS[token.kind()] {
            self.counts.dropped += 1;
            return;
        }
        cell.held[token.kind()] += 1;
        cell.tokens.push(token);
        if is_long {
            self.long.entry(id).or_default().insert(token);
        } else if cell.tokens.len() > LINEAR {
            self.long.insert(id, cell.tokens.iter().copied().collect());
        }
        self.counts.propagations += 1;
        if !cell.queued {
            cell.queued = true;
            self.work.push_back(id);
        }
    }

    /// Passes on what arrived since the last time: ∀ t ∈ Δ⟦n⟧, ∀ n → m: t ∈ ⟦m⟧; ∀ listener: event(listener, t).
    fn pass_on(&mut self, rep: Rep) {
        if self.parent[rep.0] as usize != rep.0 {
            return;
        }
        let cell = &mut self.cells[rep.0];
        cell.queued = false;
        let start = cell.done as usize;
        if start == cell.tokens.len() {
            return;
        }
        let fresh: SmallVec<[TokenId; 8]> = SmallVec::from_slice(&cell.tokens[start..]);
        cell.done = cell.tokens.len() as u32;
        let mut edge = cell.edges;
        let mut listener = cell.listeners;
        while edge != NIL {
            let (to, next) = self.edges[edge as usize];
            let to = self.rep(to);
            if to != rep {
                for &token in &fresh {
                    self.add_to(to, token);
                }
            }
            edge = next;
        }
        while listener != NIL {
            let (row, next) = self.listeners[listener as usize];
            self.ready.extend(fresh.iter().map(|&token| (row, token)));
            listener = next;
        }
    }

    /// Merges the strongly connected components of the copy edges (Tarjan, iterative).
    fn merge_cycles(&mut self) {
        let count = self.cells.len();
        let mut order = vec![0u32; count];
        let mut low = vec![0u32; count];
        let mut on_stack = vec![false; count];
        let mut stack: Vec<u32> = Vec::new();
        let mut calls: Vec<(u32, u32)> = Vec::new();
        let mut next_order = 1u32;
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for root in 0..count {
            if order[root] != 0 || self.parent[root] as usize != root || self.cells[root].edges == NIL {
                continue;
            }
            calls.push((root as u32, self.cells[root].edges));
            order[root] = next_order;
            low[root] = next_order;
            next_order += 1;
            stack.push(root as u32);
            on_stack[root] = true;
            while let Some(&mut (node, ref mut edge)) = calls.last_mut() {
                if *edge == NIL {
                    calls.pop();
                    if let Some(&(above, _)) = calls.last() {
                        low[above as usize] = low[above as usize].min(low[node as usize]);
                    }
                    if low[node as usize] == order[node as usize] {
                        let at = stack
                            .iter()
                            .rposition(|&member| member == node)
                            .expect("the root is on the stack");
                        let group = stack.split_off(at);
                        group.iter().for_each(|&member| on_stack[member as usize] = false);
                        if group.len() > 1 {
                            groups.push(group);
                        }
                    }
                    continue;
                }
                let (to, next) = self.edges[*edge as usize];
                *edge = next;
                let to = self.rep(to).0;
                if order[to] == 0 {
                    order[to] = next_order;
                    low[to] = next_order;
                    next_order += 1;
                    stack.push(to as u32);
                    on_stack[to] = true;
                    calls.push((to as u32, self.cells[to].edges));
                } else if on_stack[to] {
                    low[node as usize] = low[node as usize].min(order[to]);
                }
            }
        }
        for group in groups {
            self.merge(&group);
        }
        for index in 0..self.parent.len() {
            self.parent[index] = self.rep(Node(index as u32)).0 as u32;
        }
    }

    /// Makes one variable of several. What was not yet passed on by all of them is passed on by the one:
    /// its edges are all edges, so every token is passed on again, and only listeners must not hear twice.
    fn merge(&mut self, group: &[u32]) {
        let head = *group.iter().min().expect("a component has members");
        for &member in group.iter().filter(|&&member| member != head) {
            self.counts.collapsed += 1;
            // Each side's listeners must hear what only the other side has passed on so far.
            let theirs: Vec<TokenId> = self.cells[member as usize].tokens.to_vec();
            let ours: Vec<TokenId> = self.cells[head as usize].tokens.to_vec();
            self.settle(head, &theirs);
            self.settle(member, &ours);
            self.parent[member as usize] = head;
            let edges = std::mem::replace(&mut self.cells[member as usize].edges, NIL);
            let listeners = std::mem::replace(&mut self.cells[member as usize].listeners, NIL);
            self.long.remove(&member);
            self.cells[member as usize].tokens = SmallVec::new();
            Self::join(&mut self.edges, &mut self.cells[head as usize].edges, edges);
            Self::join(&mut self.listeners, &mut self.cells[head as usize].listeners, listeners);
        }
    }

    /// Adds tokens to a variable and passes on all that it holds, so that `done` covers everything.
    fn settle(&mut self, node: u32, tokens: &[TokenId]) {
        for &token in tokens {
            self.add_to(Rep(node as usize), token);
        }
        self.pass_on(Rep(node as usize));
    }

    /// Puts list `more` before list `head`: it is the shorter one, so its end is near.
    fn join<T>(rows: &mut [(T, u32)], head: &mut u32, more: u32) {
        if more == NIL {
            return;
        }
        let mut at = more;
        while rows[at as usize].1 != NIL {
            at = rows[at as usize].1;
        }
        rows[at as usize].1 = *head;
        *head = more;
    }
}
