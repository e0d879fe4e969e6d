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
use crate::ids::{FuncId, Sym};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Copies under computed keys.
#[derive(Default)]
pub(super) struct Pairs {
    /// The `load_keys` row of a `store_keys` row that writes what it reads.
    reads: FxHashMap<u32, u32>,
    /// What a copy moves under a name, from all objects that it reads to all that it writes.
    hubs: FxHashMap<(u32, Inst, Sym), Node>,
    /// The objects of each copy whose key may stay unknown.
    waiting: BTreeMap<(u32, Inst), Ends>,
}

/// What a copy reads and writes.
#[derive(Default)]
struct Ends {
    from: Vec<TokenId>,
    to: Vec<TokenId>,
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether a write stores what was read under the same key.
    pub(super) fn is_paired(&mut self, function: FuncId, row: u32) -> bool {
        let write = self.facts.store_keys[row as usize];
        let fits =
            |read: &LoadKey| read.dst == write.src && read.key == write.key && read.space == Space::Any;
        if !matches!(write.space, Space::Any | Space::Getter) {
            return false;
        }
        let Some(at) = self.facts.load_keys_of(function).iter().rposition(fits) else { return false };
        let first = self.facts.functions[function.index()].first.load_keys;
        self.pairs.reads.insert(row, first + at as u32);
        true
    }

    /// Makes the constraints of such a write.
    pub(super) fn make_pair(&mut self, row: u32, inst: Inst) {
        let write = self.facts.store_keys[row as usize];
        let read = self.facts.load_keys[self.pairs.reads[&row] as usize];
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
        let ends = self.pairs.waiting.entry((row, inst)).or_default();
        if is_written { ends.to.push(object) } else { ends.from.push(object) }
    }

    pub(super) fn on_pair_key(
        &mut self,
        row: u32,
        inst: Inst,
        (is_written, object): (bool, TokenId),
        key: TokenId,
    ) {
        let (Token::Str(name) | Token::Int(name)) = self.tokens.get(key) else {
            return self.on_unknown_key((row, inst), is_written, object);
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
    }

    fn hub(&mut self, row: u32, inst: Inst, name: Sym) -> Node {
        if let Some(&known) = self.pairs.hubs.get(&(row, inst, name)) {
            return known;
        }
        let node = self.store.nodes(1);
        self.pairs.hubs.insert((row, inst, name), node);
        node
    }

    /// A key that is no string, or one of which something is known: it may be any.
    fn on_unknown_key(&mut self, (row, inst): (u32, Inst), is_written: bool, object: TokenId) {
        if self.facts.store_keys[row as usize].space == Space::Getter {
            return;
        }
        let hub = self.hub(row, inst, Sym::EMPTY);
        if !is_written {
            return self.read_any(object, hub);
        }
        for field in [Field::AnyItem, Field::AnyAttr] {
            let cell = self.cell(object, field);
            self.store.flow(hub, cell);
        }
    }

    /// Copies of which the key stayed unknown copy everything. Whether there were any.
    pub(super) fn run_pairs(&mut self) -> bool {
        let mut any = false;
        for ((row, inst), ends) in std::mem::take(&mut self.pairs.waiting) {
            let key = self.node(inst, self.facts.store_keys[row as usize].key);
            let is_getter = self.facts.store_keys[row as usize].space == Space::Getter;
            if is_getter || !self.store.tokens(key).is_empty() {
                continue;
            }
            any = true;
            for &from in ends.from.iter().take(MAX_ENDS) {
                for &to in ends.to.iter().take(MAX_ENDS) {
                    self.copy_pair(from, to, Space::Any);
                }
            }
        }
        any
    }
}

/// Objects that one copy is followed for where its key is unknown.
const MAX_ENDS: usize = 16;
