//! Grammars, models and builtins that blastline knows, one folder a language. The only crate that names the
//! `tree-sitter-*` grammars.
//!
//! A language is a row in [`ALL`]; its folder holds `grammar.rs`, `models.json` and `builtins.<ext>`.
//! Everything else asks for a row by the ending of a file name:
//!
//! ```
//! let grammar = blastline_grammars::of_path("pkg/mod.py").expect("Python is known");
//! assert_eq!(grammar.name, "python");
//! ```

#[path = "javascript/grammar.rs"]
mod javascript;
#[path = "python/grammar.rs"]
mod python;
#[path = "rust/grammar.rs"]
mod rust;

/// A grammar, and the data that belongs to its language.
pub struct Grammar {
    /// `python`, `javascript`, `typescript`, `tsx`, `rust`.
    pub name: &'static str,
    /// The parser table.
    pub language: fn() -> tree_sitter::Language,
    /// Endings of the names of its files, without the dot.
    pub extensions: &'static [&'static str],
    /// Bodies that stand for library functions, in the language itself; empty where there are none.
    pub builtins: &'static str,
    /// What upstream's tagger sees: each definition and each call. The oracle of the lowering tests.
    pub tags: &'static str,
}

/// Every grammar, a row each.
pub static ALL: [Grammar; 5] =
    [python::PYTHON, javascript::JAVASCRIPT, javascript::TYPESCRIPT, javascript::TSX, rust::RUST];

/// Top-level modules of Python's standard library, one a line, sorted; `#` begins a comment.
pub const PYTHON_STDLIB: &str = include_str!("python/stdlib.txt");

mod data;

pub use data::{KINDS, MODELS, NAMES, RULES};
/// The grammar of a file, by the ending of its name.
#[must_use]
pub fn of_path(path: &str) -> Option<&'static Grammar> {
    let (_, extension) = path.rsplit_once('.')?;
    ALL.iter().find(|grammar| grammar.extensions.contains(&extension))
}

/// The grammar of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Grammar> {
    ALL.iter().find(|grammar| grammar.name == name)
}
