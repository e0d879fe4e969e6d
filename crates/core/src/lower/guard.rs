//! Words in the names of functions that test a value before it is used.
//!
//! `is_safe_url(x)`, `path.startswith(base)` and `validate(x)` are tests of `x`; what they are worth is for later stages
//! to say. A name is taken apart at `_` and at capital letters.
//!
//! Behind a test, a name is another slot: [`Answers`] are what a condition says of names, where it holds and where not.

use crate::facts::Check;
use crate::ids::{Sym, Var};
use smallvec::SmallVec;

/// Words of functions that say yes to what may be used.
const GOOD: [&str; 30] = [
    "safe",
    "valid",
    "allow",
    "allowed",
    "permitted",
    "trusted",
    "whitelisted",
    "allowlisted",
    "check",
    "verify",
    "validate",
    "ensure",
    "authorized",
    "legal",
    "same",
    "local",
    "relative",
    "within",
    "inside",
    "subpath",
    "match",
    "fullmatch",
    "startswith",
    "starts",
    "known",
    "supported",
    "accepted",
    "matches",
    "approved",
    "clean",
];

/// Words of functions that say yes to what may not be used.
const BAD: [&str; 18] = [
    "unsafe",
    "invalid",
    "malicious",
    "dangerous",
    "forbidden",
    "blocked",
    "blacklisted",
    "denied",
    "external",
    "private",
    "traversal",
    "bad",
    "illegal",
    "suspicious",
    "internal",
    "disallowed",
    "banned",
    "loopback",
];

/// Words that begin the names of functions that raise where a value may not be used.
const RAISING: [&str; 7] = ["validate", "check", "verify", "ensure", "assert", "require", "sanitize"];

/// Methods of text that are true of nothing but letters and digits.
const PLAIN: [&str; 19] = [
    "isdigit",
    "isnumeric",
    "isdecimal",
    "isalnum",
    "isalpha",
    "isidentifier",
    "isInteger",
    "isSafeInteger",
    "isFinite",
    "isInt",
    "isNumeric",
    "isAlpha",
    "isAlphanumeric",
    "isHexadecimal",
    "isUUID",
    "isMongoId",
    "is_numeric",
    "is_alphanumeric",
    "is_ascii_digit",
];

/// What a test gave for a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) name: Sym,
    pub(super) line: u32,
    /// The result of the call that tests, or none.
    pub(super) test: Var,
    pub(super) check: Check,
    /// Whether the answer was yes.
    pub(super) holds: bool,
    /// The text that the name holds then, if it is known; else empty.
    pub(super) text: Sym,
}

/// What a condition says of names.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// Where it holds.
    pub(super) yes: SmallVec<[Answer; 1]>,
    /// Where it does not.
    pub(super) no: SmallVec<[Answer; 1]>,
}

impl Answers {
    /// An answer for each of these names, which says something on one side only.
    pub(super) fn on(is_positive: bool, answers: impl Iterator<Item = Answer>) -> Self {
        let said = answers.map(|answer| Answer { holds: is_positive, ..answer }).collect();
        let none = SmallVec::new();
        if is_positive { Self { yes: said, no: none } } else { Self { yes: none, no: said } }
    }

    /// What the opposite says.
    pub(super) fn swapped(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    /// What both say together, or one of them alone.
    pub(super) fn joined(mut self, other: Self, is_and: bool) -> Self {
        if is_and {
            self.yes.extend(other.yes);
            self.no.clear();
        } else {
            self.no.extend(other.no);
            self.yes.clear();
        }
        self
    }
}

/// Whether a pattern lets nothing through but words of letters, digits and a few signs: anchored at both ends, and
/// without classes of everything but something.
pub(super) fn is_plain_pattern(pattern: &str) -> bool {
    let Some(body) = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')) else { return false };
    let mut in_class = false;
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next().is_none_or(|escaped| "SDWsnrtbB".contains(escaped)) => return false,
            '[' if letters.as_str().starts_with('^') => return false,
            '[' => in_class = true,
            ']' => in_class = false,
            '.' | '|' if !in_class => return false,
            _ => {}
        }
    }
    true
}

/// What the name of a function says of the values that it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// Yes means that they may be used.
    Good,
    /// Yes means that they may not be used.
    Bad,
    /// Yes means that they are plain words or numbers.
    Plain,
    /// Yes means what the body of the function says: `isListed(x)`.
    Asks,
}

/// Words that begin the names of functions that ask something.
const ASKING: [&str; 4] = ["is", "has", "can", "in"];

/// The purpose of a function of that name, if it tests.
pub(super) fn purpose(name: &str) -> Option<Purpose> {
    if PLAIN.contains(&name) {
        return Some(Purpose::Plain);
    }
    let words = words(name);
    let mut purpose = words.first().filter(|first| ASKING.contains(&first.as_str())).map(|_| Purpose::Asks);
    for word in words {
        if BAD.contains(&word.as_str()) {
            return Some(Purpose::Bad);
        }
        if GOOD.contains(&word.as_str()) {
            purpose = Some(Purpose::Good);
        }
    }
    purpose
}

/// Whether a function of that name raises where a value may not be used.
pub(super) fn raises(name: &str) -> bool {
    let first = words(name).into_iter().next();
    first.is_some_and(|first| RAISING.contains(&first.as_str()))
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars().take(80) {
        let is_start = letter.is_uppercase() && was_lower;
        if (letter == '_' || is_start) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter != '_') {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Purpose, is_plain_pattern, purpose, raises};

    #[test]
    fn patterns_are_plain_if_all_that_they_let_through_is_listed() {
        assert!(is_plain_pattern("^[a-z0-9_.-]+$") && is_plain_pattern(r"^\d{4}$"));
        for loose in ["[a-z]+", "^.+$", "^[^;]+$", r"^\S+$", "^a|b$"] {
            assert!(!is_plain_pattern(loose), "{loose}");
        }
    }

    #[test]
    fn names_say_what_is_tested() {
        assert_eq!(purpose("is_safe_url"), Some(Purpose::Good));
        assert_eq!(purpose("isAllowedHost"), Some(Purpose::Good));
        assert_eq!(purpose("is_unsafe"), Some(Purpose::Bad));
        assert_eq!(purpose("isdigit"), Some(Purpose::Plain));
        assert_eq!(purpose("is_listed"), Some(Purpose::Asks));
        assert_eq!(purpose("get_user"), None);
        assert_eq!(purpose("validated_at_all"), None);
        assert!(raises("validate_url") && raises("_check_path") && !raises("uncheck"));
    }
}
