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

/// An abstract object: an index into the solver's token table, and what it counts as, in the three highest bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct TokenId(u32);

/// What tokens count as: a variable takes so many of each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Classes, their instances, modules.
    Plain,
    /// Objects that are told apart by where they are made.
    Object,
    /// Strings of which something is known.
    Text,
    /// Values from code that we do not have.
    External,
    /// Functions, bound to a receiver or not.
    Code,
}

/// How many kinds there are.
const KINDS: usize = 5;

/// How many tokens of each kind a variable takes, and as many functions, classes and instances together as functions.
/// Past that nothing useful is known of it, and what it does not take is counted.
const LIMITS: [u8; KINDS] = [128, 24, 128, 8, 128];

/// So many objects where syntax trees and the like are object literals.
const MANY_OBJECTS: u8 = 48;

/// A few variables take so many functions: the handlers of a large program are in one table.
const WIDE: u16 = 2_048;
const MAX_WIDE: u64 = 32;
/// One more for each so many variables of the program.
const VARIABLES_PER_WIDE: u64 = 2_048;

/// So many classes and instances in programs of more variables than this: what is of so many classes is of any.
const FEW_PLAIN: u8 = 48;
const LARGE: u64 = 60_000;

/// So many of each in programs of more variables than this, which are many programs in one: where variables are wide
/// there, their values are joined from programs that have nothing to do with each other.
const FEW_EACH: [u8; KINDS] = [24, 8, 24, 4, 32];
const HUGE: u64 = 1_000_000;

/// So many strings where they are keys of such tables.
const MANY_TEXTS: u8 = 250;

/// The same, when there is too much to do.
const TIGHT_LIMITS: [u8; KINDS] = [8, 3, 4, 2, 8];

impl TokenId {
    const KIND_AT: u32 = 29;

    /// The token at a place of the table.
    pub(super) fn new(index: usize, kind: Kind) -> Self {
        let index = u32::try_from(index).ok().filter(|&index| index < 1 << Self::KIND_AT);
        Self(index.expect("fewer than 2^29 tokens") | (kind as u32) << Self::KIND_AT)
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

/// What somebody wants of a variable; each level wants what the one before it does.
///
/// A token moves along a copy edge only if something behind the edge would notice: a listener, or a report. Most
/// strings of a program are never a key, and many values are never looked at. Where somebody calls a method on a
/// string, any string does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Demand {
    /// Nothing.
    Nothing,
    /// All that is no string.
    Things,
    /// That, and some strings.
    Few,
    /// Everything.
    All,
}

/// A listener says what it wants of the variable that it listens to.
pub(super) trait Listen: Copy {
    /// Tokens outside it may or may not be heard of.
    fn demand(&self) -> Demand;
    /// Tokens of these kinds say nothing to it: it may or may not hear of them.
    fn ignores(&self) -> Kinds;
}

/// A set of kinds of tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kinds(u8);

impl Kinds {
    /// None of them.
    pub(super) const NONE: Self = Self(0);
    /// All of them.
    pub(super) const ALL: Self = Self((1 << KINDS) - 1);

    /// Of these kinds.
    pub(super) const fn of<const N: usize>(kinds: [Kind; N]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < N {
            bits |= 1 << kinds[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    /// Whether a token is of one of these kinds.
    #[inline]
    pub(super) fn has(self, token: TokenId) -> bool {
        self.0 >> token.kind() & 1 != 0
    }
}

/// What the solver needs of a store; `naive.rs` holds the other implementation.
pub(super) trait Store<L: Listen>: Default {
    /// Makes `count` variables with consecutive names and returns the first.
    fn nodes(&mut self, count: u32) -> Node;
    /// This token is in that variable.
    fn add(&mut self, node: Node, token: TokenId);
    /// Every token of `from`, now and later, is in `to`.
    fn flow(&mut self, from: Node, to: Node);
    /// The same for tokens of [`VALUES`].
    fn flow_values(&mut self, from: Node, to: Node);
    /// What flows to a variable that nothing has flowed to so far is in it only if it is of one of these kinds.
    fn accept(&mut self, node: Node, kinds: Kinds);
    /// For every token that is in `node`, now or later, `listener` gets an event, once.
    fn listen(&mut self, node: Node, listener: L);
    /// The next event, or none when nothing is left to do.
    fn event(&mut self) -> Option<(L, TokenId)>;
    /// The tokens of a variable.
    fn tokens(&self, node: Node) -> &[TokenId];
    /// A report wants so much of this variable.
    fn want(&mut self, node: Node, demand: Demand);
    /// A listener of `on` makes tokens of `result` from what it hears: what is wanted of `result` is wanted of `on`.
    fn depend(&mut self, result: Node, on: Node);
    /// Whether anything would notice a token in this variable.
    fn is_watched(&self, node: Node) -> bool;
    /// What is known of the variable: everything, everything but strings, or what was put there first.
    fn known(&self, node: Node) -> Demand;
    /// How many variables the program has, and whether its data is mostly object literals, which are told apart.
    fn expect(&mut self, variables: u64, has_literals: bool);
    /// Nothing will come any more: what is only needed to pass tokens on is forgotten.
    fn close(&mut self) {}
    /// Number of variables, copy edges, propagations, merged variables, and tokens that did not fit where they came.
    fn counts(&self) -> Counts;
}

/// What is the same whatever object it is a member of, where functions alone ask what they are called on.
pub(super) const VALUES: Kinds = Kinds::of([Kind::Object, Kind::Text, Kind::External]);

/// Work done by a store.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) nodes: u64,
    pub(super) edges: u64,
    pub(super) propagations: u64,
    pub(super) events: u64,
    pub(super) collapsed: u64,
    pub(super) dropped: u64,
    pub(super) is_cut_short: bool,
}

/// So many strings are some.
const FEW: u8 = 3;

/// After this many propagations variables take fewer tokens, and after `HARD` times as many none: the answer is a
/// part of the whole one, and says so. Programs of ordinary shape need some five a variable.
const MAX_PROPAGATIONS: u64 = 450_000;
const MAX_PROPAGATIONS_PER_VARIABLE: u64 = 4;
const HARD: u64 = 4;

/// So many events of listeners a propagation end the work as well: where many listen to the same variables, few values
/// make much to do.
const MAX_EVENTS: u64 = 12;

/// A token goes along copy edges to so many variables, and one more for each 64 variables of the program: what is
/// nearly everywhere tells nothing of where it is.
const MAX_SPREAD: u32 = 8_192;

/// So many where most members are found by prototypes and keys are values: what is in one object in fifty is there
/// because something was read under any key.
const FEW_SPREAD: u32 = 600;

/// End of a list.
const NIL: u32 = u32::MAX;

/// What is known of one variable.
struct Cell {
    /// In order of arrival.
    tokens: List,
    /// How many of `tokens` were passed on.
    done: u16,
    /// First copy edge from it and to it, in `Fast::edges`.
    edges: u32,
    sources: u32,
    /// First listener, in `Fast::listeners`.
    listeners: u32,
    /// First variable of which this one is made, in `Fast::needs`.
    needs: u32,
    /// Tokens by kind.
    held: [u8; KINDS],
    /// In the work list.
    queued: bool,
    demand: Demand,
    /// What copy edges bring.
    accepts: Kinds,
}

impl Cell {
    /// How many functions, classes and instances there are.
    #[inline]
    fn plain(&self) -> u16 {
        u16::from(self.held[Kind::Plain as usize]) + u16::from(self.held[Kind::Code as usize])
    }
}

/// Where the tokens of a variable are in [`Lists`].
#[derive(Clone, Copy, Default)]
struct List {
    first: u32,
    count: u16,
    /// Room for `1 << (class - 1)`; 0 for none.
    class: u8,
}

/// The tokens of all variables, in blocks of powers of two; blocks that were outgrown are used again.
#[derive(Default)]
struct Lists {
    rows: Vec<TokenId>,
    /// Free blocks by class.
    free: [Vec<u32>; 17],
}

impl Lists {
    #[inline]
    fn get(&self, list: List) -> &[TokenId] {
        &self.rows[list.first as usize..list.first as usize + usize::from(list.count)]
    }

    #[inline]
    fn push(&mut self, list: &mut List, token: TokenId) {
        if list.class == 0 || list.count == 1 << (list.class - 1) {
            self.grow(list, token);
        }
        self.rows[list.first as usize + usize::from(list.count)] = token;
        list.count += 1;
    }

    /// Moves a list to a block of twice the size; `fill` is put where nothing is yet.
    fn grow(&mut self, list: &mut List, fill: TokenId) {
        let class = list.class + 1;
        let first = self.free[usize::from(class)].pop().unwrap_or_else(|| {
            let first = u32::try_from(self.rows.len()).expect("fewer than 2^32 tokens in all variables");
            self.rows.resize(self.rows.len() + (1 << (class - 1)), fill);
            first
        });
        let (from, count) = (list.first as usize, usize::from(list.count));
        self.rows.copy_within(from..from + count, first as usize);
        self.free(*list);
        (list.first, list.class) = (first, class);
    }

    fn free(&mut self, list: List) {
        if list.class != 0 {
            self.free[usize::from(list.class)].push(list.first);
        }
    }
}

/// A copy edge, in the list of its source and in that of its target.
#[derive(Clone, Copy)]
struct Edge {
    /// The source; with `ONLY_VALUES`, only tokens of [`VALUES`] go along.
    from: u32,
    to: Node,
    next: u32,
    next_source: u32,
}

/// See `Edge::from`.
const ONLY_VALUES: u32 = 1 << 31;

impl Edge {
    #[inline]
    fn source(self) -> Node {
        Node(self.from & !ONLY_VALUES)
    }

    #[inline]
    fn kinds(self) -> Kinds {
        if self.from & ONLY_VALUES == 0 { Kinds::ALL } else { VALUES }
    }
}

/// The store of the product.
pub(super) struct Fast<L> {
    cells: Vec<Cell>,
    lists: Lists,
    parent: Vec<u32>,
    edges: Vec<Edge>,
    needs: Vec<(Node, u32)>,
    /// Copy edges that were made.
    flows: FxHashSet<(u32, u32)>,
    listeners: Vec<(L, u32)>,
    work: VecDeque<u32>,
    /// Events of listeners that came late, and those of the variable that is being passed on.
    ready: VecDeque<(L, TokenId)>,
    merge_at: usize,
    /// In how many variables each token is, and how many it may go to.
    spread: Vec<u32>,
    max_spread: u32,
    max_propagations: u64,
    limits: [u8; KINDS],
    /// How many variables are wide, and how many may be.
    wide: u64,
    max_wide: u64,
    counts: Counts,
}

impl<L> Default for Fast<L> {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            lists: Lists::default(),
            parent: Vec::new(),
            edges: Vec::new(),
            needs: Vec::new(),
            flows: FxHashSet::default(),
            listeners: Vec::new(),
            work: VecDeque::new(),
            ready: VecDeque::new(),
            merge_at: 1 << 16,
            spread: Vec::new(),
            max_spread: MAX_SPREAD,
            max_propagations: MAX_PROPAGATIONS,
            limits: LIMITS,
            wide: 0,
            max_wide: MAX_WIDE,
            counts: Counts::default(),
        }
    }
}

impl<L: Listen> Store<L> for Fast<L> {
    fn nodes(&mut self, count: u32) -> Node {
        let first = u32::try_from(self.cells.len()).expect("fewer than 2^32 variables");
        self.parent.extend(first..first + count);
        self.cells.extend((0..count).map(|_| Cell {
            tokens: List::default(),
            done: 0,
            edges: NIL,
            sources: NIL,
            listeners: NIL,
            needs: NIL,
            held: [0; KINDS],
            queued: false,
            demand: Demand::Nothing,
            accepts: Kinds::ALL,
        }));
        Node(first)
    }

    fn add(&mut self, node: Node, token: TokenId) {
        let rep = self.rep(node);
        self.add_to(rep, token);
    }

    fn flow(&mut self, from: Node, to: Node) {
        let (from, to) = (self.rep(from), self.rep(to));
        if from != to && self.flows.insert((from.0 as u32, to.0 as u32)) {
            self.connect(from, to, 0);
        }
    }

    fn flow_values(&mut self, from: Node, to: Node) {
        let (from, to) = (self.rep(from), self.rep(to));
        if from != to && self.flows.insert((from.0 as u32 | ONLY_VALUES, to.0 as u32)) {
            self.connect(from, to, ONLY_VALUES);
        }
    }

    fn accept(&mut self, node: Node, kinds: Kinds) {
        let rep = self.rep(node);
        self.cells[rep.0].accepts = kinds;
    }

    fn listen(&mut self, node: Node, listener: L) {
        let rep = self.rep(node);
        let next = self.cells[rep.0].listeners;
        self.cells[rep.0].listeners = u32::try_from(self.listeners.len()).expect("fewer than 2^32 listeners");
        self.listeners.push((listener, next));
        let cell = &self.cells[rep.0];
        let heard = &self.lists.get(cell.tokens)[..usize::from(cell.done)];
        let ignored = listener.ignores();
        self.ready.extend(heard.iter().filter(|token| !ignored.has(**token)).map(|&token| (listener, token)));
        self.raise(rep, listener.demand());
    }

    fn want(&mut self, node: Node, demand: Demand) {
        let rep = self.rep(node);
        self.raise(rep, demand);
    }

    fn depend(&mut self, result: Node, on: Node) {
        let (result, on) = (self.rep(result), self.rep(on));
        let at = u32::try_from(self.needs.len()).expect("fewer than 2^32 needs");
        let next = std::mem::replace(&mut self.cells[result.0].needs, at);
        self.needs.push((Node(on.0 as u32), next));
        self.raise(on, self.cells[result.0].demand);
    }

    fn event(&mut self) -> Option<(L, TokenId)> {
        loop {
            if self.counts.propagations > self.max_propagations {
                self.limits = TIGHT_LIMITS;
                self.counts.is_cut_short = true;
            }
            if self.counts.propagations > self.max_propagations * HARD
                || self.counts.events > self.max_propagations * MAX_EVENTS
            {
                self.counts.is_cut_short = true;
                self.counts.dropped += (self.ready.len() + self.work.len()) as u64;
                self.ready.clear();
                self.work.clear();
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                self.counts.events += 1;
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
        self.lists.get(self.cells[self.rep(node).0].tokens)
    }

    fn is_watched(&self, node: Node) -> bool {
        self.cells[self.rep(node).0].demand != Demand::Nothing
    }

    fn known(&self, node: Node) -> Demand {
        let cell = &self.cells[self.rep(node).0];
        if cell.sources == NIL { Demand::All } else { cell.demand }
    }

    fn expect(&mut self, variables: u64, has_literals: bool) {
        if has_literals {
            self.limits[Kind::Object as usize] = MANY_OBJECTS;
            self.limits[Kind::Text as usize] = MANY_TEXTS;
        }
        if variables > LARGE && !has_literals {
            self.limits[Kind::Plain as usize] = FEW_PLAIN;
        }
        if variables > HUGE && !has_literals {
            self.limits = FEW_EACH;
        }
        self.max_wide = MAX_WIDE + variables / VARIABLES_PER_WIDE;
        let spread = if has_literals { FEW_SPREAD } else { MAX_SPREAD };
        self.max_spread = spread.saturating_add(u32::try_from(variables / 64).unwrap_or(u32::MAX));
        self.max_propagations = MAX_PROPAGATIONS + MAX_PROPAGATIONS_PER_VARIABLE * variables;
    }

    fn close(&mut self) {
        self.counts.edges = self.edges.len() as u64;
        self.edges = Vec::new();
        self.listeners = Vec::new();
        self.needs = Vec::new();
        self.flows = FxHashSet::default();
    }

    fn counts(&self) -> Counts {
        let edges = self.counts.edges + self.edges.len() as u64;
        Counts { nodes: self.cells.len() as u64, edges, ..self.counts }
    }
}

impl<L: Listen> Fast<L> {
    /// Merges cycles for the first time when there are this many edges.
    #[cfg(test)]
    pub(super) fn merge_at(&mut self, edges: usize) {
        self.merge_at = edges;
    }

    /// Adds a copy edge.
    fn connect(&mut self, from: Rep, to: Rep, flags: u32) {
        let at = u32::try_from(self.edges.len()).expect("fewer than 2^32 edges");
        let next = std::mem::replace(&mut self.cells[from.0].edges, at);
        let next_source = std::mem::replace(&mut self.cells[to.0].sources, at);
        let edge = Edge { from: from.0 as u32 | flags, to: Node(to.0 as u32), next, next_source };
        self.edges.push(edge);
        let demand = self.cells[to.0].demand;
        if demand != Demand::Nothing {
            self.raise(from, demand);
            self.pull(edge, to, Demand::Nothing);
        }
    }

    #[inline]
    fn rep(&self, node: Node) -> Rep {
        let mut at = node.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        Rep(at as usize)
    }

    /// Notes what is wanted of a variable, and with it of those that flow to it.
    fn raise(&mut self, rep: Rep, demand: Demand) {
        if self.cells[rep.0].demand >= demand {
            return;
        }
        let mut raised = Vec::new();
        self.raise_one(Node(rep.0 as u32), demand, &mut raised);
        let mut at = 0;
        while let Some(&(to, _)) = raised.get(at) {
            at += 1;
            let mut edge = self.cells[to.0].sources;
            while edge != NIL {
                let row = self.edges[edge as usize];
                edge = row.next_source;
                self.raise_one(row.source(), demand, &mut raised);
            }
            let mut need = self.cells[to.0].needs;
            while need != NIL {
                let (on, next) = self.needs[need as usize];
                need = next;
                self.raise_one(on, demand, &mut raised);
            }
        }
        for (to, before) in raised {
            let mut edge = self.cells[to.0].sources;
            while edge != NIL {
                let row = self.edges[edge as usize];
                edge = row.next_source;
                self.pull(row, to, before);
            }
        }
    }

    fn raise_one(&mut self, node: Node, demand: Demand, raised: &mut Vec<(Rep, Demand)>) {
        let rep = self.rep(node);
        let before = self.cells[rep.0].demand;
        if before < demand {
            self.cells[rep.0].demand = demand;
            raised.push((rep, before));
        }
    }

    /// Copies what one variable has passed on to one that did not want it before, or was not there.
    fn pull(&mut self, edge: Edge, to: Rep, before: Demand) {
        let (from, kinds) = (self.rep(edge.source()), edge.kinds());
        let source = &self.cells[from.0];
        let (held, count) = (source.held[Kind::Text as usize], usize::from(source.done));
        // What is no string came before.
        let only_text = before != Demand::Nothing;
        if from == to || only_text && held == 0 {
            return;
        }
        for index in 0..count {
            let token = self.lists.get(self.cells[from.0].tokens)[index];
            if kinds.has(token) && (!only_text || token.kind() == Kind::Text as usize) {
                self.pass(token, to);
            }
        }
    }

    /// Whether a variable has room for a token of one of these kinds, and anybody asks for any.
    #[inline]
    fn takes(&self, to: Rep, kinds: u8) -> bool {
        let cell = &self.cells[to.0];
        let kinds = kinds & cell.accepts.0;
        let has_room =
            |kind: usize| kinds >> kind & 1 != 0 && (!self.is_full(cell, kind) || self.may_widen(cell, kind));
        cell.demand != Demand::Nothing && (0..KINDS).any(has_room)
    }

    #[inline]
    fn is_full(&self, cell: &Cell, kind: usize) -> bool {
        let is_plain = kind == Kind::Plain as usize || kind == Kind::Code as usize;
        cell.held[kind] >= self.limits[kind] || is_plain && cell.plain() >= self.plain_limit()
    }

    #[inline]
    fn plain_limit(&self) -> u16 {
        u16::from(self.limits[Kind::Code as usize])
    }

    /// Whether a variable that is full takes more functions: a table of handlers holds little else.
    #[inline]
    fn may_widen(&self, cell: &Cell, kind: usize) -> bool {
        let is_wide = || cell.plain() > u16::from(LIMITS[Kind::Code as usize]);
        kind == Kind::Code as usize
            && cell.held[kind] / 4 > cell.held[Kind::Plain as usize]
            && cell.tokens.count < WIDE
            && (is_wide() || self.wide < self.max_wide && !self.counts.is_cut_short)
    }

    /// A token comes along a copy edge.
    #[inline]
    fn pass(&mut self, token: TokenId, to: Rep) {
        let cell = &self.cells[to.0];
        let is_text = token.kind() == Kind::Text as usize;
        let is_wanted = match cell.demand {
            Demand::Nothing => false,
            Demand::Things => !is_text,
            Demand::Few => !is_text || cell.held[Kind::Text as usize] < FEW,
            Demand::All => true,
        };
        if !is_wanted || !cell.accepts.has(token) {
            return;
        }
        if self.spread.get(token.index()).is_some_and(|&count| count >= self.max_spread) {
            self.counts.dropped += 1;
            return;
        }
        self.add_to(to, token);
    }

    fn add_to(&mut self, rep: Rep, token: TokenId) {
        let (cell, kind) = (&self.cells[rep.0], token.kind());
        let is_full = self.is_full(cell, kind);
        if is_full && !self.may_widen(cell, kind) {
            self.counts.dropped += 1;
            return;
        }
        if holds(self.lists.get(cell.tokens), token) {
            return;
        }
        self.wide += u64::from(is_full && cell.plain() == self.plain_limit());
        let cell = &mut self.cells[rep.0];
        cell.held[kind] = cell.held[kind].saturating_add(1);
        self.lists.push(&mut cell.tokens, token);
        let is_new = !std::mem::replace(&mut cell.queued, true);
        self.counts.propagations += 1;
        if self.spread.len() <= token.index() {
            self.spread.resize(token.index() + 1, 0);
        }
        self.spread[token.index()] += 1;
        if is_new {
            self.work.push_back(rep.0 as u32);
        }
    }

    /// Passes on what arrived since the last time: ∀ t ∈ Δ⟦n⟧, ∀ n → m, t wanted of m: t ∈ ⟦m⟧; ∀ listener: event(listener, t).
    fn pass_on(&mut self, rep: Rep) {
        if self.parent[rep.0] as usize != rep.0 {
            return;
        }
        let cell = &mut self.cells[rep.0];
        cell.queued = false;
        let tokens = self.lists.get(cell.tokens);
        let fresh: SmallVec<[TokenId; 8]> = SmallVec::from_slice(&tokens[usize::from(cell.done)..]);
        if fresh.is_empty() {
            return;
        }
        cell.done = cell.tokens.count;
        let kinds = fresh.iter().fold(0u8, |kinds, token| kinds | 1 << token.kind());
        let mut edge = cell.edges;
        let mut listener = cell.listeners;
        while edge != NIL {
            let row = self.edges[edge as usize];
            let (to, taken) = (self.rep(row.to), row.kinds());
            if to != rep && self.takes(to, kinds & taken.0) {
                for &token in fresh.iter().filter(|token| taken.has(**token)) {
                    self.pass(token, to);
                }
            }
            edge = row.next;
        }
        while listener != NIL {
            let (row, next) = self.listeners[listener as usize];
            let ignored = row.ignores();
            self.ready.extend(fresh.iter().filter(|token| !ignored.has(**token)).map(|&token| (row, token)));
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
                let row = self.edges[*edge as usize];
                *edge = row.next;
                let to = self.rep(row.to).0;
                if row.kinds() != Kinds::ALL || self.cells[to].accepts != Kinds::ALL {
                    // Both ends do not hold the same.
                } else if order[to] == 0 {
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
            let theirs = self.lists.get(self.cells[member as usize].tokens).to_vec();
            let ours = self.lists.get(self.cells[head as usize].tokens).to_vec();
            self.settle(head, &theirs);
            self.settle(member, &ours);
            self.parent[member as usize] = head;
            let gone = &mut self.cells[member as usize];
            self.lists.free(std::mem::take(&mut gone.tokens));
            let (edges, sources, listeners, needs) = (gone.edges, gone.sources, gone.listeners, gone.needs);
            (gone.edges, gone.sources, gone.listeners, gone.needs) = (NIL, NIL, NIL, NIL);
            let cell = &mut self.cells[head as usize];
            join(&mut self.edges, |edge| &mut edge.next, &mut cell.edges, edges);
            join(&mut self.edges, |edge| &mut edge.next_source, &mut cell.sources, sources);
            join(&mut self.listeners, |row| &mut row.1, &mut cell.listeners, listeners);
            join(&mut self.needs, |row| &mut row.1, &mut cell.needs, needs);
        }
    }

    /// Adds tokens to a variable and passes on all that it holds, so that `done` covers everything.
    fn settle(&mut self, node: u32, tokens: &[TokenId]) {
        for &token in tokens {
            self.add_to(Rep(node as usize), token);
        }
        self.pass_on(Rep(node as usize));
    }
}

/// Whether a token is among others: they are few hundreds at most, and read eight at a time.
#[inline]
fn holds(tokens: &[TokenId], token: TokenId) -> bool {
    let (eights, rest) = tokens.as_chunks::<8>();
    rest.contains(&token)
        || eights.iter().any(|eight| eight.iter().fold(false, |found, &other| found | (other == token)))
}

/// Puts list `more` before list `head`: it is the shorter one, so its end is near.
fn join<T>(rows: &mut [T], next: impl Fn(&mut T) -> &mut u32, head: &mut u32, more: u32) {
    if more == NIL {
        return;
    }
    let mut at = more;
    loop {
        let after = next(&mut rows[at as usize]);
        if *after == NIL {
            *after = *head;
            *head = more;
            return;
        }
        at = *after;
    }
}
