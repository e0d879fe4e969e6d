//! Fields copied one by one: `to[k] = from[k]`, as loops over the keys of an object do.
//!
//! ```text
//! load_keys(v, b, k), store_keys(a, k, v):  ∀ t ∈ ⟦a⟧, u ∈ ⟦b⟧, "f" ∈ ⟦k⟧:  ⟦u.f⟧ ⊆ ⟦t.f⟧
//! ```
//! Taken apart, the read would give what is under any of the keys, and the write would put it under each of them.
//! Nothing being known of the key, every field is copied. What is read may also be the getter of what is written.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{Field, LoadKey, Space, is_index};
use crate::ids::{FuncId, Sym, Var};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Copies under computed keys.
#[derive(Default)]
pub(super) struct Pairs {
    /// The `load_keys` row of a `store_keys` row that writes what it reads, and what else it may write.
    reads: FxHashMap<u32, (u32, Vec<Var>)>,
    /// What a copy moves under a name, from all objects that it reads to all that it writes.
    hubs: FxHashMap<(u32, Inst, Sym), Node>,
    /// The objects of each copy.
    ends: BTreeMap<(u32, Inst), Ends>,
}

/// What a copy reads and writes.
#[derive(Default)]
struct Ends {
    from: Vec<TokenId>,
    to: Vec<TokenId>,
    /// Whether the key may be any.
    is_whole: bool,
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether a write stores what was read under the same key.
    pub(super) fn is_paired(&mut self, function: FuncId, row: u32) -> bool {
        let write = self.facts.store_keys[row as usize];
        if !matches!(write.space, Space::Any | Space::Getter) || self.facts.load_keys_of(function).is_empty()
        {
            return false;
        }
        let written = self.arrivals(function, write.src);
        let key = self.whence(function, write.key);
        let fits = |read: &LoadKey| {
            read.space == Space::Any && written.contains(&read.dst) && self.whence(function, read.key) == key
        };
        let Some(at) = self.facts.load_keys_of(function).iter().rposition(fits) else { return false };
        let first = self.facts.functions[function.index()].first.load_keys;
        let is_moved = |var: Var| self.facts.moves_of(function).iter().any(|row| row.dst == var);
        let read = self.facts.load_keys_of(function)[at].dst;
        let others = written.into_iter().filter(|&var| var != read && !is_moved(var)).collect();
        self.pairs.reads.insert(row, (first + at as u32, others));
        true
    }

    /// A variable and those that are moved into it, and so on: `v = f(v)` where a test holds, and `v` where not.
    fn arrivals(&self, function: FuncId, var: Var) -> Vec<Var> {
        let mut vars = vec![var];
        let mut at = 0;
        while let Some(&dst) = vars.get(at).filter(|_| at < MAX_MOVES) {
            at += 1;
            for row in self.facts.moves_of(function).iter().filter(|row| row.dst == dst) {
                if !vars.contains(&row.src) {
                    vars.push(row.src);
                }
            }
        }
        vars
    }

    /// What a variable is another name of, as behind a test of it.
    fn whence(&self, function: FuncId, mut var: Var) -> Var {
        for _ in 0..MAX_MOVES {
            let mut moves = self.facts.moves_of(function).iter().filter(|row| row.dst == var);
            match (moves.next(), moves.next()) {
                (Some(only), None) => var = only.src,
                _ => break,
            }
        }
        var
    }

    /// Makes the constraints of such a write.
    pub(super) fn make_pair(&mut self, row: u32, inst: Inst) {
        let write = self.facts.store_keys[row as usize];
        let read = self.facts.load_keys[self.pairs.reads[&row].0 as usize];
        let (to, from) = (self.node(inst, write.base), self.node(inst, read.base));
        self.store.listen(to, Listener::PairEnd(row, inst, true));
        self.store.listen(from, Listener::PairEnd(row, inst, false));
    }

    /// An object that is written, or read.
    pub(super) fn on_pair_end(&mut self, row: u32, inst: Inst, is_written: bool, object: TokenId) {
        if is_written && !self.has_prototype(object) {
            return;
        }
        let key = self.node(inst, self.facts.store_keys[row as usize].key);
        self.store.listen(key, Listener::PairKey(row, inst, is_written, object));
        let ends = self.pairs.ends.entry((row, inst)).or_default();
        if is_written {
            ends.to.push(object)
        } else {
            ends.from.push(object)
        }
        if !ends.is_whole {
            return;
        }
        if is_written {
            let from = ends.from.clone();
            return self.copy_onto(row, inst, &from, object);
        }
        for to in ends.to.clone().into_iter().take(MAX_ENDS) {
            self.copy_pair(object, to, Space::Any);
        }
    }

    pub(super) fn on_pair_key(
        &mut self,
        row: u32,
        inst: Inst,
        (is_written, object): (bool, TokenId),
        key: TokenId,
    ) {
        if !self.is_key(key) {
            return;
        }
        let (Token::Str(name) | Token::Int(name)) = self.tokens.get(key) else {
            return self.copy_all((row, inst));
        };
        let hub = self.hub(row, inst, name);
        let line = self.facts.store_keys[row as usize].line;
        if !is_written {
            return self.read_key(object, name, hub, inst, line);
        }
        if self.facts.store_keys[row as usize].space == Space::Getter {
            return self.define_accessor(object, name, Space::Getter, hub, inst);
        }
        let is_element = is_index(self.facts.text(name));
        let field = if is_element { Field::Item(name) } else { Field::Attr(name) };
        self.write(object, field, hub, inst, line);
        for other in self.others(row, inst) {
            self.write(object, field, other, inst, line);
        }
    }

    /// What a write puts under a key beside what it read there.
    fn others(&self, row: u32, inst: Inst) -> Vec<Node> {
        self.pairs.reads[&row].1.iter().map(|&var| self.node(inst, var)).collect()
    }

    fn hub(&mut self, row: u32, inst: Inst, name: Sym) -> Node {
        if let Some(&known) = self.pairs.hubs.get(&(row, inst, name)) {
            return known;
        }
        let node = self.store.nodes(1);
        self.pairs.hubs.insert((row, inst, name), node);
        node
    }

    /// Every field is copied under its own name, of all objects that are read to all that are written.
    fn copy_all(&mut self, (row, inst): (u32, Inst)) {
        let Some(ends) = self.pairs.ends.get_mut(&(row, inst)).filter(|ends| !ends.is_whole) else { return };
        if self.facts.store_keys[row as usize].space == Space::Getter {
            return;
        }
        ends.is_whole = true;
        let (from, to) = (ends.from.clone(), ends.to.clone());
        to.into_iter().for_each(|object| self.copy_onto(row, inst, &from, object));
    }

    fn copy_onto(&mut self, row: u32, inst: Inst, from: &[TokenId], to: TokenId) {
        for &object in from.iter().take(MAX_ENDS) {
            self.copy_pair(object, to, Space::Any);
        }
        let others = self.others(row, inst);
        if !others.is_empty() {
            let cell = self.cell(to, Field::AnyItem);
            others.into_iter().for_each(|node| self.store.flow(node, cell));
        }
    }

    /// Copies of which the key stayed unknown copy everything. Whether there were any.
    pub(super) fn run_pairs(&mut self) -> bool {
        let is_open = |(&(row, inst), ends): (&(u32, Inst), &Ends)| {
            let write = self.facts.store_keys[row as usize];
            let is_unknown = || self.has_no_key(self.node(inst, write.key), Space::Any);
            (!ends.is_whole && write.space != Space::Getter && is_unknown()).then_some((row, inst))
        };
        let open: Vec<(u32, Inst)> = self.pairs.ends.iter().filter_map(is_open).collect();
        open.iter().for_each(|&place| self.copy_all(place));
        !open.is_empty()
    }
}

/// Moves between what is read and what is written that are looked at.
const MAX_MOVES: usize = 16;

/// Objects that one copy is followed for where its key is unknown.
const MAX_ENDS: usize = 16;
