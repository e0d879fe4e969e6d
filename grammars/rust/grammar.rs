//! Rust.

use crate::Grammar;

pub(crate) const RUST: Grammar = Grammar {
    name: "rust",
    language: || tree_sitter_rust::LANGUAGE.into(),
    extensions: &["rs"],
    builtins: concat!(include_str!("builtins.rs"), include_str!("builtins/containers.rs")),
    tags: tree_sitter_rust::TAGS_QUERY,
};
