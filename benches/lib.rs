//! A folder → what the benches measure on: its files, and the floor that every stage is compared with.

#![expect(clippy::disallowed_methods, reason = "which corpus to measure on is said by the environment")]

use blastline::Options;
use blastline::discover::{self, Repo};
use std::path::{Path, PathBuf};

/// The folder that `BLASTLINE_CORPUS` names, or the fixture service.
#[must_use]
pub fn corpus() -> PathBuf {
    std::env::var_os("BLASTLINE_CORPUS").map_or_else(service, PathBuf::from)
}

/// The fixture service.
#[must_use]
pub fn service() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/service")
}

/// What `discover` finds in a folder.
///
/// # Panics
/// When the folder cannot be read: there is nothing to measure then.
#[must_use]
pub fn repo(folder: &Path) -> Repo {
    discover::repo(&Options::new(folder)).expect("the corpus can be read")
}

/// Parses every Python file of a repository, one after the other, and does nothing with the trees: the floor. The sum of
/// the ends of the trees keeps the work from being left out.
///
/// # Panics
/// When the grammar does not fit the parser, which the tests of `grammars` rule out.
#[must_use]
pub fn parse_floor(repo: &Repo) -> usize {
    let grammar = blastline_grammars::by_name("python").expect("Python is a row of the table");
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&(grammar.language)()).expect("the grammar fits the parser");
    repo.files
        .iter()
        .filter_map(|file| parser.parse(&file.bytes, None))
        .map(|tree| tree.root_node().end_byte())
        .sum()
}
