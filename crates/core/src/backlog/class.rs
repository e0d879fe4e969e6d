//! What a result says of itself → numbers of CWE, those for the same thing as one.

use serde_json::Value;

/// Numbers that scanners use for the same thing; the first stands for all.
const SAME: &[&[u32]] = &[
    // Someone else's code or command runs: scanners give `eval` the number of commands and the other way round.
    &[78, 77, 88, 94, 95, 96, 470, 1336],
    &[22, 23, 36, 73, 35, 99],
    &[79, 80, 83, 87, 116],
    &[89, 564, 943],
    &[502, 915],
    &[611, 776, 827],
    &[327, 328, 326, 916, 310],
    &[798, 259, 321, 547, 312],
    &[295, 297, 599],
    &[338, 330, 331],
    &[200, 209, 532, 117],
    &[377, 378, 379],
    &[732, 276, 277],
];

/// Words in the names of rules, where a scanner gives no number.
const WORDS: &[(&str, u32)] = &[
    ("sql", 89),
    ("command", 78),
    ("subprocess", 78),
    ("shell", 78),
    ("os-system", 78),
    ("exec", 78),
    ("eval", 95),
    ("template", 95),
    ("ssti", 95),
    ("pickle", 502),
    ("deserial", 502),
    ("yaml", 502),
    ("marshal", 502),
    ("xss", 79),
    ("ssrf", 918),
    ("path-traversal", 22),
    ("traversal", 22),
    ("redirect", 601),
    ("xxe", 611),
    ("xml", 611),
    ("sax", 611),
    ("pulldom", 611),
    ("debug", 489),
    ("ldap", 90),
    ("md5", 327),
    ("sha1", 327),
    ("weak", 327),
    ("password", 798),
    ("secret", 798),
    ("api-key", 798),
    ("token", 798),
    ("random", 338),
    ("certificate", 295),
    ("tls", 295),
];

/// The number that stands for all that mean the same.
pub(super) fn canonical(cwe: u32) -> u32 {
    SAME.iter().find(|same| same.contains(&cwe)).map_or(cwe, |same| same[0])
}

/// Whether two sets of numbers speak of the same thing.
pub(super) fn meet(a: &[u32], b: &[u32]) -> bool {
    a.iter().any(|a| b.iter().any(|b| canonical(*a) == canonical(*b)))
}

/// All numbers in texts such as `external/cwe/cwe-078`, `CWE-78: …`.
pub(super) fn numbers(value: &Value, found: &mut Vec<u32>) {
    match value {
        Value::String(text) => of_text(text, found),
        Value::Array(values) => values.iter().for_each(|value| numbers(value, found)),
        Value::Object(members) => {
            let named = members.iter().filter(|(key, _)| {
                let key = key.to_ascii_lowercase();
                key.contains("cwe") || key == "tags"
            });
            named.for_each(|(_, value)| numbers(value, found));
        }
        _ => {}
    }
}

fn of_text(text: &str, found: &mut Vec<u32>) {
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("cwe-") {
        rest = &rest[at + 4..];
        let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        found.extend(rest[..end].parse::<u32>().ok());
    }
}

/// The number that the name of a rule hints at.
pub(super) fn hinted(rule: &str) -> Option<u32> {
    let rule = rule.to_ascii_lowercase().replace('_', "-");
    WORDS.iter().find(|(word, _)| rule.contains(word)).map(|(_, cwe)| *cwe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_tags_and_texts() {
        let value =
            serde_json::json!({"tags": ["security", "external/cwe/cwe-078", "CWE-89: SQL"], "x": "cwe-1"});
        let mut found = Vec::new();
        numbers(&value, &mut found);
        assert_eq!(found, [78, 89]);
        assert!(meet(&[77], &[78]) && !meet(&[77], &[89]) && !meet(&[], &[89]));
        assert_eq!(hinted("python.lang.security.audit.subprocess_shell_true"), Some(78));
    }
}
