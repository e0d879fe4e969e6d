//! Conditions and keys that the text alone decides: `False`, `1 + 1 == 2`, `match 2: case 1:`.
//!
//! Only literals, arithmetic of whole numbers, comparisons and `not` are looked at: names are not, because what
//! looks constant is often set elsewhere.

use super::Lowerer;
use super::kind::Kind;
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
}
