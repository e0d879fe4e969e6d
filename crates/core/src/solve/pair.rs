//! Fields copied one by one: `to[k] = from[k]`, as loops over the keys of an object do.
//!
//! ```text
//! load_keys(v, b, k), store_keys(a, k, v):  ∀ t ∈ ⟦a⟧, u ∈ ⟦b⟧, "f" ∈ ⟦k⟧:  ⟦u.f⟧ ⊆ ⟦t.f⟧
//! ```
//! Taken apart, the read would give what is under any of the keys, and the write would put it under each of them.
//! Nothing being known of the key, every field is copied.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{Field, LoadKey, Space, is_index};
use crate::ids::{FuncId, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

/// Copies under computed keys.
#[derive(Default)]
pub(super) struct Pairs {
    /// The `load_keys` row of a `store_keys` row that writes what it reads.
    reads: FxHashMap<u32, u32>,
    /// What was copied: from, to, name.
    copied: FxHashSet<(TokenId, TokenId, Sym)>,
    /// Copies whose key may stay unknown: key, from, to.
    waiting: Vec<(Node, TokenId, TokenId)>,
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether a write stores what was read under the same key.
    pub(super) fn is_paired(&mut self, function: FuncId, row: u32) -> bool {
        let write = self.facts.store_keys[row as usize];
        let fits =
            |read: &LoadKey| read.dst == write.src && read.key == write.key && read.space == write.space;
        if write.space != Space::Any {
            return false;
        }
        let Some(at) = self.facts.load_keys_of(function).iter().rposition(fits) else { return false };
        let first = self.facts.functions[function.index()].first.load_keys;
        self.pairs.reads.insert(row, first + at as u32);
        true
    }

    pub(super) fn on_pair_to(&mut self, row: u32, inst: Inst, to: TokenId) {
        if self.has_prototype(to) {
            let read = self.facts.load_keys[self.pairs.reads[&row] as usize];
            let base = self.node(inst, read.base);
            self.store.listen(base, Listener::PairFrom(row, inst, to));
        }
    }

    pub(super) fn on_pair_from(&mut self, row: u32, inst: Inst, to: TokenId, from: TokenId) {
        if from != to {
            let key = self.node(inst, self.facts.store_keys[row as usize].key);
            self.store.listen(key, Listener::PairKey(row, inst, to, from));
            self.pairs.waiting.push((key, from, to));
        }
    }

    pub(super) fn on_pair_key(&mut self, row: u32, inst: Inst, (to, from): (TokenId, TokenId), key: TokenId) {
        let (Token::Str(name) | Token::Int(name)) = self.tokens.get(key) else {
            return self.copy_pair(from, to, Space::Any);
        };
        if !self.pairs.copied.insert((from, to, name)) {
            return;
        }
        let line = self.facts.store_keys[row as usize].line;
        let value = self.store.nodes(1);
        self.read_key(from, name, value, inst, line);
        let is_element = is_index(self.facts.text(name));
        let field = if is_element { Field::Item(name) } else { Field::Attr(name) };
        self.write(to, field, value, inst, line);
    }

    /// Copies of which the key stayed unknown copy everything. Whether there were any.
    pub(super) fn run_pairs(&mut self) -> bool {
        let mut any = false;
        for (key, from, to) in std::mem::take(&mut self.pairs.waiting) {
            if self.store.tokens(key).is_empty() {
                any = true;
                self.copy_pair(from, to, Space::Any);
            }
        }
        any
    }
}
