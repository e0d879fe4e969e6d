//! JavaScript with JSX, and TypeScript with and without it.

use crate::Grammar;

pub(crate) const JAVASCRIPT: Grammar = Grammar {
    name: "javascript",
    language: || tree_sitter_javascript::LANGUAGE.into(),
    extensions: &["js", "mjs", "cjs", "jsx"],
    builtins: include_str!("builtins.js"),
    tags: tree_sitter_javascript::TAGS_QUERY,
};

pub(crate) const TYPESCRIPT: Grammar = Grammar {
    name: "typescript",
    language: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    extensions: &["ts", "mts", "cts"],
    tags: tree_sitter_typescript::TAGS_QUERY,
    ..JAVASCRIPT
};

pub(crate) const TSX: Grammar = Grammar {
    name: "tsx",
    language: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    extensions: &["tsx"],
    ..TYPESCRIPT
};
