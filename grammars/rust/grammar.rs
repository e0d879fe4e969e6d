//! Rust.

use crate::Grammar;

pub(crate) const RUST: Grammar = Grammar {
    name: "rust",
    language: || tree_sitter_rust::LANGUAGE.into(),
    extensions: &["rs"],
    builtins: include_str!("builtins.rs"),
    tags: tree_sitter_rust::TAGS_QUERY,
};
