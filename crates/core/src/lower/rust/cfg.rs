//! `#[cfg]`: whether an item is compiled for the target and features of the analysis.
//!
//! What only another configuration compiles keeps its facts: its lines carry the condition, and what goes through them
//! is only possible. A name that two configurations define means the function or module of each.

use super::Lowerer;
use super::kind::Kind;
use crate::discover::Configuration;
use crate::lower::syntax::Node;
use std::sync::OnceLock;

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

/// What of the conditions of attributes does not hold, as one condition; none if the item is compiled.
pub(super) fn broken(attributes: &[&str], configuration: Option<&Configuration>) -> Option<String> {
    let configuration = configuration.unwrap_or_else(|| plain());
    let conditions: Vec<&str> = attributes.iter().filter_map(|attribute| condition(attribute)).collect();
    configuration.broken(&conditions)
}

/// Whether attributes let an item be compiled, tests left out.
pub(super) fn is_compiled(attributes: &[&str], configuration: Option<&Configuration>) -> bool {
    let configuration = configuration.unwrap_or_else(|| plain());
    attributes
        .iter()
        .filter_map(|attribute| condition(attribute))
        .all(|condition| configuration.holds(condition))
}

/// The condition of an attribute `cfg(…)`.
fn condition(attribute: &str) -> Option<&str> {
    let inside = attribute.strip_prefix("cfg").map(str::trim_start)?;
    Some(inside.strip_prefix('(')?.strip_suffix(')')?.trim())
}

/// The configuration of a file of which no manifest says anything.
fn plain() -> &'static Configuration {
    static PLAIN: OnceLock<Configuration> = OnceLock::new();
    PLAIN.get_or_init(Configuration::default)
}
