//! What can this code reach?
#![doc = "(the architecture stands here once the stages are in)"]
pub mod discover;
pub mod facts;
pub mod finding;
pub mod ids;
pub mod solution;

use std::path::PathBuf;

/// What to analyse, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The folder (or file) to analyse.
    pub root: PathBuf,
    /// Revision since which changed lines are the code in scope; all code otherwise.
    pub since: Option<String>,
    /// Model files of the user's own.
    pub models: Vec<PathBuf>,
    /// Folders of installed Python packages, or virtual environments; `.venv` and `venv` below the root are
    /// found without.
    pub python_path: Vec<PathBuf>,
    /// Globs of files to leave out, relative to the root.
    pub exclude: Vec<String>,
    /// Whether dependencies are loaded at all.
    pub no_dependencies: bool,
}

/// Why an analysis could not be made. The message names the file, the line where there is one, and the repair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The sentence.
    pub message: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
