//! Rust.

use crate::Grammar;

pub(crate) const RUST: Grammar = Grammar {
    name: "rust",
    language: || tree_sitter_rust::LANGUAGE.into(),
    extensions: &["rs"],
    builtins: "",
    models: "",
    tags: tree_sitter_rust::TAGS_QUERY,
};
