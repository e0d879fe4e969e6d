//! Conditions and keys that the text alone decides: `False`, `1 + 1 == 2`, `match 2: case 1:`.
//!
//! Literals, arithmetic of whole numbers, comparisons and `not` are looked at, and names of a function that hold a
//! literal at this point. Names of modules are not: what looks constant there is often set elsewhere.

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::ids::Var;
use crate::lower::known::{Known, MAX_NESTING};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

impl Lowerer<'_> {
    /// What a condition comes to that is a constant.
    pub(super) fn constant_truth(&mut self, condition: Node) -> Option<bool> {
        self.known(condition, MAX_NESTING).map(|known| known.truth())
    }

    /// What an expression comes to that is a constant.
    pub(super) fn known(&mut self, node: Node, nesting: u8) -> Option<Known> {
        let node = self.bare(node);
        let nesting = nesting.checked_sub(1)?;
        match self.kind(node) {
            Kind::True => Some(Known::Bool(true)),
            Kind::False => Some(Known::Bool(false)),
            Kind::None => Some(Known::Nothing),
            Kind::Integer => self.text(node).replace('_', "").parse().ok().map(Known::Int),
            Kind::String | Kind::ConcatenatedString => self.constant_text(node).map(Known::Text),
            Kind::NotOperator => {
                let operand = self.first_child(node)?;
                self.known(operand, nesting).map(|known| Known::Bool(!known.truth()))
            }
            Kind::Identifier => {
                let name = self.draft.rows.names.find(self.text(node))?;
                self.constant_slot(self.scopes[self.active].slot(name))
            }
            Kind::BinaryOperator => self.known_pair(self.parts(node).collect(), nesting),
            Kind::Comparison => self.known_pair(self.children(node).collect(), nesting),
            _ => None,
        }
    }

    /// Two constants with an operator between them.
    fn known_pair(&mut self, parts: SmallVec<[Node; 4]>, nesting: u8) -> Option<Known> {
        let &[left, token, right] = parts.as_slice() else { return None };
        let (left, right) = (self.known(left, nesting)?, self.known(right, nesting)?);
        left.combine(self.text(token), &right)
    }

    /// A name of this function is given a value that may be a constant.
    pub(super) fn keep_constant(&mut self, target: Node, value: Node, slot: Var) {
        if self.holds_constants()
            && self.kind(target) == Kind::Identifier
            && let Some(known) = self.known(value, MAX_NESTING)
        {
            self.constants.push((slot, known));
        }
    }

    /// A slot is assigned once: it holds what it was given.
    fn constant_slot(&self, slot: Var) -> Option<Known> {
        let is_known = slot.is_some() && self.holds_constants();
        let row = self.constants.iter().rev().find(|row| row.0 == slot).filter(|_| is_known);
        row.map(|row| row.1.clone())
    }

    fn holds_constants(&self) -> bool {
        self.active == 0 && self.scopes[0].function != MODULE
    }

    /// How many elements an iterable has, where the text says so: `range(3)`, `(a, b)`.
    pub(super) fn known_count(&mut self, iterable: Node) -> Option<usize> {
        let iterable = self.bare(iterable);
        match self.kind(iterable) {
            Kind::List | Kind::Tuple | Kind::Set => {
                let parts: SmallVec<[Node; 8]> = self.parts(iterable).collect();
                let is_plain = parts.iter().all(|&part| self.kind(part) != Kind::ListSplat);
                is_plain.then_some(parts.len())
            }
            Kind::Call => self.range_count(iterable),
            _ => None,
        }
    }

    // range(n), range(a, b)
    fn range_count(&mut self, call: Node) -> Option<usize> {
        let mut parts = self.parts(call);
        let (callee, arguments) = (parts.next()?, parts.next()?);
        if self.text(callee) != "range" || self.kind(arguments) != Kind::Arguments {
            return None;
        }
        let numbers: SmallVec<[Node; 3]> = self.parts(arguments).collect();
        let mut number = |node: Node| match self.known(node, MAX_NESTING)? {
            Known::Int(number) => Some(number),
            _ => None,
        };
        let count = match *numbers.as_slice() {
            [last] => number(last)?,
            [first, last] => number(last)?.checked_sub(number(first)?)?,
            _ => return None,
        };
        Some(usize::try_from(count).unwrap_or(0))
    }
}
