//! Words in the names of functions that test a value before it is used.
//!
//! `is_safe_url(x)`, `path.startswith(base)` and `validate(x)` are tests of `x`; what they are worth is for later stages
//! to say. A name is taken apart at `_` and at capital letters.

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
const PLAIN: [&str; 6] = ["isdigit", "isnumeric", "isdecimal", "isalnum", "isalpha", "isidentifier"];

/// What the name of a function says of the values that it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// Yes means that they may be used.
    Good,
    /// Yes means that they may not be used.
    Bad,
    /// Yes means that they are plain words or numbers.
    Plain,
}

/// The purpose of a function of that name, if it tests.
pub(super) fn purpose(name: &str) -> Option<Purpose> {
    if PLAIN.contains(&name) {
        return Some(Purpose::Plain);
    }
    let mut purpose = None;
    for word in words(name) {
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
    use super::{Purpose, purpose, raises};

    #[test]
    fn names_say_what_is_tested() {
        assert_eq!(purpose("is_safe_url"), Some(Purpose::Good));
        assert_eq!(purpose("isAllowedHost"), Some(Purpose::Good));
        assert_eq!(purpose("is_unsafe"), Some(Purpose::Bad));
        assert_eq!(purpose("isdigit"), Some(Purpose::Plain));
        assert_eq!(purpose("get_user"), None);
        assert_eq!(purpose("validated_at_all"), None);
        assert!(raises("validate_url") && raises("_check_path") && !raises("uncheck"));
    }
}
