//! Where in a text a value stands: at the beginning, or behind something that decides where an address leads.
//!
//! `f"https://api.example.com/users/{name}"` contacts one host whatever the name is; `f"https://{host}/"` does not.

use crate::facts::{Derivation, Facts};
use crate::ids::FuncId;

/// Whether the value of a `Format` derivation, given by its position in the whole relation, stands behind another
/// value, or behind constant text that names a host or a path.
pub(super) fn is_behind(facts: &Facts, function: FuncId, number: u32) -> bool {
    let first = facts.functions[function.index()].first.derives;
    let rows = facts.derives_of(function);
    let row = facts.derives[number as usize];
    let before = &rows[..(number - first) as usize];
    // The parts of one text follow each other.
    let mut parts = before.iter().rev().take_while(|part| part.dst == row.dst);
    if parts.any(|part| part.how == Derivation::Format) {
        return true;
    }
    let text = facts.concats_of(function).iter().find(|text| text.dst == row.dst);
    text.is_some_and(|text| settles(facts.text(text.prefix)))
}

/// Whether a text settles the host of every address that begins with it.
fn settles(prefix: &str) -> bool {
    match prefix.split_once("://") {
        Some((_, rest)) => rest.contains(['/', '?', '#']),
        None => !prefix.starts_with("//") && prefix.len() > 1 && prefix.contains(['/', '?', '#']),
    }
}

#[cfg(test)]
mod tests {
    use super::settles;

    #[test]
    fn a_host_or_a_path_settles_an_address() {
        for prefix in ["https://example.com/", "http://a/b?c=", "/users/", "users?name="] {
            assert!(settles(prefix), "{prefix}");
        }
        for prefix in ["", "/", "//", "https://", "https://example.com", "//example.com/", "users"] {
            assert!(!settles(prefix), "{prefix}");
        }
    }
}
