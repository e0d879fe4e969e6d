//! Constants that the text alone decides: `1 + 1 == 2`, `"a" != "b"`.
//!
//! Each language says what its literals and operators are; what they come to is said here. Only literals, arithmetic of
//! whole numbers, comparisons and negation are looked at: names are not, because what looks constant is often set
//! elsewhere.

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

/// Operators inside each other in a constant.
pub(super) const MAX_NESTING: u8 = 8;

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

    /// What an operator makes of two constants.
    pub(super) fn combine(&self, operator: &str, other: &Self) -> Option<Self> {
        match operator {
            "==" | "===" => return Some(Self::Bool(self.equals(other))),
            "!=" | "!==" | "<>" => return Some(Self::Bool(!self.equals(other))),
            _ => {}
        }
        let (left, right) = (self.number()?, other.number()?);
        match operator {
            "<" => Some(Self::Bool(left < right)),
            "<=" => Some(Self::Bool(left <= right)),
            ">" => Some(Self::Bool(left > right)),
            ">=" => Some(Self::Bool(left >= right)),
            "+" => left.checked_add(right).map(Self::Int),
            "-" => left.checked_sub(right).map(Self::Int),
            "*" => left.checked_mul(right).map(Self::Int),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn operators_are_those_of_numbers_and_of_any_constant() {
        let (one, two, text) = (Known::Int(1), Known::Int(2), Known::Text("a".into()));
        assert_eq!(one.combine("+", &one), Some(two.clone()));
        assert_eq!(one.combine("<", &two), Some(Known::Bool(true)));
        assert_eq!(text.combine("!==", &one), Some(Known::Bool(true)));
        assert_eq!(text.combine("+", &one), None);
        assert_eq!(Known::Int(i64::MAX).combine("+", &one), None);
    }
}
