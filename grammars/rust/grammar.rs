//! Rust.

use crate::Grammar;

pub(crate) const RUST: Grammar = Grammar {
    name: "rust",
    language: || tree_sitter_rust::LANGUAGE.into(),
    extensions: &["rs"],
    builtins: "",
    tags: tree_sitter_rust::TAGS_QUERY,
};
