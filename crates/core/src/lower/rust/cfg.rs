//! `#[cfg]`: whether an item is compiled for the default target.
//!
//! The target is a 64-bit Linux host with default features; what only another configuration compiles keeps its
//! facts, but a name means it only where no other item of that name is compiled.

use super::Lowerer;
use super::kind::Kind;
use crate::lower::syntax::Node;

impl Lowerer<'_> {
    /// The attributes that stand before a node: texts without the brackets.
    pub(super) fn attributes(&self, siblings: &[Node], index: usize) -> Vec<&str> {
        let before = siblings[..index].iter().rev();
        before
            .take_while(|&&node| self.kind(node) == Kind::Attribute)
            .filter_map(|&node| self.child(node, Kind::AttributeBody))
            .map(|body| self.text(body))
            .collect()
    }
}

/// Whether attributes let an item be compiled.
pub(super) fn is_compiled(attributes: &[&str], features: Option<&[String]>) -> bool {
    attributes.iter().all(|attribute| {
        let condition = attribute.strip_prefix("cfg").map(str::trim_start);
        let condition =
            condition.and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
        condition.is_none_or(|condition| holds(condition, features, 0))
    })
}

/// Whether a condition holds on the default target. What is not known holds.
fn holds(condition: &str, features: Option<&[String]>, depth: u32) -> bool {
    let condition = condition.trim().trim_end_matches(',');
    if depth > 8 {
        return true;
    }
    if let Some(inner) = call(condition, "not") {
        return !holds(inner, features, depth + 1);
    }
    if let Some(inner) = call(condition, "all") {
        return arguments(inner).all(|part| holds(part, features, depth + 1));
    }
    if let Some(inner) = call(condition, "any") {
        return arguments(inner).any(|part| holds(part, features, depth + 1));
    }
    match condition.split_once('=').map(|(key, value)| (key.trim(), value.trim().trim_matches('"'))) {
        Some(("target_os", value)) => value == "linux",
        Some(("target_family", value)) => value == "unix",
        Some(("target_arch", value)) => value == "x86_64",
        Some(("target_env", value)) => value == "gnu",
        Some(("target_pointer_width", value)) => value == "64",
        Some(("target_endian", value)) => value == "little",
        Some(("panic", value)) => value == "unwind",
        Some(("feature", value)) => features.is_none_or(|on| on.iter().any(|name| name == value)),
        Some(_) => true,
        None => !matches!(
            condition,
            "windows" | "test" | "miri" | "loom" | "kani" | "doc" | "doctest" | "fuzzing"
        ),
    }
}

fn call<'c>(condition: &'c str, name: &str) -> Option<&'c str> {
    condition.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// The arguments of a condition, by the commas that are in no parentheses.
fn arguments(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    })
    .filter(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_compiled;

    #[test]
    fn conditions_hold_on_the_default_target() {
        for (attribute, expected) in [
            ("cfg(unix)", true),
            ("cfg(windows)", false),
            ("cfg(not(windows))", true),
            ("cfg(any(windows, target_os = \"macos\"))", false),
            ("cfg(all(unix, not(target_os = \"macos\")))", true),
            ("cfg(test)", false),
            ("cfg(feature = \"x\")", false),
            ("cfg(not(feature = \"y\"))", false),
            ("derive(Debug)", true),
        ] {
            assert_eq!(is_compiled(&[attribute], Some(&["y".to_owned()])), expected, "{attribute}");
        }
    }
}
