//! Python 3.8 to 3.14.

use crate::Grammar;

pub(crate) const PYTHON: Grammar = Grammar {
    name: "python",
    language: || tree_sitter_python::LANGUAGE.into(),
    extensions: &["py", "pyw", "pyi"],
    builtins: include_str!("builtins.py"),
    tags: tree_sitter_python::TAGS_QUERY,
};
