//! Which of the blocks that extend a class bind a name: an `impl` block of Rust, a mixin.
//!
//! A type of the library is extended by blocks of every package, and is asked for many names. So the names of blocks
//! are entered once, when the order of a block is known, and looked up after that: O(names of blocks + questions), and
//! not their product.
//!
//! # Example
//! `impl Show for Text { fn show(&self) {} }` enters `show` → that block for `Text`.

use super::Solver;
use super::store::{Store, TokenId};
use super::{Listener, token::Token};
use crate::ids::Sym;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Positions among the late bases of a class.
type Positions = SmallVec<[u32; 2]>;

/// What is known of the late bases of a class.
#[derive(Default)]
struct Bases {
    /// How many of them were looked at.
    seen: usize,
    /// The blocks that bind a name, by position.
    binds: FxHashMap<Sym, Positions>,
    /// Those that are no blocks, which are asked each time.
    others: Vec<u32>,
}

/// What is known of late bases, by class.
#[derive(Default)]
pub(super) struct Blocks {
    of: FxHashMap<TokenId, Bases>,
    /// Blocks of which the order is not known yet, with the classes that they extend.
    waiting: FxHashMap<TokenId, Vec<(TokenId, u32)>>,
    /// Classes that were announced to their bases as subclasses.
    announced: FxHashSet<(TokenId, TokenId)>,
}

impl Blocks {
    /// Whether a class is announced to a base for the first time.
    pub(super) fn announce(&mut self, base: TokenId, class: TokenId) -> bool {
        self.announced.insert((base, class))
    }
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether one of the late bases of a class binds a name.
    pub(super) fn late_base_binds(&mut self, class: TokenId, name: Sym) -> bool {
        self.enter_blocks(class);
        let Some(bases) = self.blocks.of.get(&class) else { return false };
        let more = &self.classes[&class].more_bases;
        bases.binds.contains_key(&name)
            || bases.others.iter().any(|&at| self.order_binds(more[at as usize], name) == Some(true))
    }

    /// The late bases that may bind a name, in the order in which they came. Blocks of which that is not known yet are
    /// left out: [`Self::order_blocks`] comes back to them.
    pub(super) fn late_bases_of(&mut self, class: TokenId, name: Sym) -> Vec<TokenId> {
        self.enter_blocks(class);
        let Some(bases) = self.blocks.of.get(&class) else { return Vec::new() };
        let binds = bases.binds.get(&name).into_iter().flatten();
        let mut positions: Vec<u32> = binds.chain(&bases.others).copied().collect();
        positions.sort_unstable();
        let more = &self.classes[&class].more_bases;
        positions.into_iter().map(|at| more[at as usize]).collect()
    }

    fn enter_blocks(&mut self, class: TokenId) {
        let Some(info) = self.classes.get(&class) else { return };
        let seen = self.blocks.of.get(&class).map_or(0, |bases| bases.seen);
        let new: Vec<TokenId> = info.more_bases[seen..].to_vec();
        for (base, at) in new.into_iter().zip(seen as u32..) {
            let is_block = matches!(self.tokens.get(base), Token::Class(..)) && self.is_block(base);
            let names = self.names_of_block(base);
            let bases = self.blocks.of.entry(class).or_default();
            bases.seen += 1;
            match names {
                Some(names) => enter(bases, names, at),
                None if is_block => self.blocks.waiting.entry(base).or_default().push((class, at)),
                None => bases.others.push(at),
            }
        }
    }

    /// The order of a block is known: its names are now members of the classes that it extends.
    pub(super) fn order_blocks(&mut self, block: TokenId) {
        let Some(heirs) = self.blocks.waiting.remove(&block) else { return };
        let Some(names) = self.names_of_block(block) else { return };
        for (class, at) in heirs {
            enter(self.blocks.of.entry(class).or_default(), names.clone(), at);
            self.add_late_base(class, block);
        }
    }
}

fn enter(bases: &mut Bases, names: Vec<Sym>, at: u32) {
    for name in names {
        bases.binds.entry(name).or_default().push(at);
    }
}
