//! What a rule says of itself → whether it leaves open what it is about.
//!
//! Some logs name rules by a number and describe none of them; others call a rule "insecure use" and leave it at that.
//! Where a finding of ours ends at the same place, such a result is hardly about something else. A rule whose words say
//! that it is about something (`no-unused-vars`) is not vague, even where we don't know the words.
//!
//! # Example
//! `B602` without a description is vague, and so is `audit.insecure-call`; `import-order` is not.

use serde_json::Value;

/// Letters from which on a part of an id is a word.
const WORD: usize = 4;
/// Words that say that a rule is about security, and not what it is about.
const SECURITY: &[&str] = &[
    "security",
    "insecure",
    "unsafe",
    "injection",
    "vulnerab",
    "taint",
    "untrusted",
    "dangerous",
    "user-input",
];

/// Whether neither the id nor the description of a rule says what it is about.
pub(super) fn is_vague(id: &str, rule: Option<&Value>) -> bool {
    let name = rule.and_then(|rule| rule.get("name")?.as_str()).unwrap_or_default();
    let text = format!("{id} {name} {}", says(rule)).to_lowercase().replace('_', "-");
    let has_word = |text: &str| {
        text.split(|char: char| !char.is_alphabetic()).any(|word| word.len() >= WORD && word != "rule")
    };
    !has_word(&text) || SECURITY.iter().any(|word| text.contains(word))
}

/// The sentence that describes a rule.
pub(super) fn says(rule: Option<&Value>) -> &str {
    let text = |key: &str| rule?.get(key)?.get("text")?.as_str();
    text("shortDescription").or_else(|| text("fullDescription")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_vague;
    use serde_json::json;

    #[test]
    fn rules_that_say_nothing_are_told_from_rules_about_something_else() {
        let described = |text: &str| json!({"id": "B602", "shortDescription": {"text": text}});
        assert!(is_vague("", None) && is_vague("B602", None) && is_vague("rule-17", None));
        assert!(is_vague("audit.insecure-call", None));
        assert!(is_vague("B602", Some(&described("Untrusted data gets here"))));
        assert!(!is_vague("no-unused-vars", None) && !is_vague("semi", None));
        assert!(!is_vague("B602", Some(&described("Imports are in order"))));
    }
}
