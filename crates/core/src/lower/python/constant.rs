//! Conditions and keys that the text alone decides: `False`, `1 + 1 == 2`, `match 2: case 1:`.
//!
//! Only literals, arithmetic of whole numbers, comparisons and `not` are looked at: names are not, because what
//! looks constant is often set elsewhere.

use super::Lowerer;
use super::kind::Kind;
use crate::lower::syntax::Node;
use std::borrow::Cow;

/// A constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Known {
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(Cow<'static, str>),
    /// `None`.
    Nothing,
}

impl Known {
    /// Its truth.
    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Text(text) => !text.is_empty(),
            Self::Nothing => false,
        }
    }

    /// As a number, in which `True` is one.
    fn number(&self) -> Option<i64> {
        match self {
            Self::Bool(truth) => Some(i64::from(*truth)),
            Self::Int(number) => Some(*number),
            Self::Text(_) | Self::Nothing => None,
        }
    }

    /// Whether two constants are equal.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a == b,
            _ => self == other,
        }
    }
}

/// Operators inside each other in a constant.
const MAX_NESTING: u8 = 8;

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
            Kind::BinaryOperator => self.known_number(node, nesting),
            Kind::Comparison => self.known_comparison(node, nesting),
            _ => None,
        }
    }

    fn known_number(&mut self, node: Node, nesting: u8) -> Option<Known> {
        let mut parts = self.parts(node);
        let (left, token, right) = (parts.next()?, parts.next()?, parts.next()?);
        let (left, right) = (self.known(left, nesting)?.number()?, self.known(right, nesting)?.number()?);
        let number = match self.kind(token) {
            Kind::Plus => left.checked_add(right),
            Kind::Minus => left.checked_sub(right),
            Kind::Times => left.checked_mul(right),
            _ => None,
        };
        number.map(Known::Int)
    }

    fn known_comparison(&mut self, node: Node, nesting: u8) -> Option<Known> {
        let mut parts = self.children(node);
        let (left, token, right) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (left, right) = (self.known(left, nesting)?, self.known(right, nesting)?);
        let truth = match self.kind(token) {
            Kind::Equal => left.equals(&right),
            Kind::NotEqual => !left.equals(&right),
            Kind::Less => left.number()? < right.number()?,
            Kind::LessEqual => left.number()? <= right.number()?,
            Kind::Greater => left.number()? > right.number()?,
            Kind::GreaterEqual => left.number()? >= right.number()?,
            _ => return None,
        };
        Some(Known::Bool(truth))
    }
}
