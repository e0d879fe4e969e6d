//! Disk → source files, packages, manifests and changed lines. The only stage that reads the disk.

use crate::facts::{Language, Origin};
use std::path::PathBuf;

/// A file to be lowered.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the scanned root, or to the folder of installed packages; `/` between parts.
    pub path: String,
    /// Full name by which code imports it.
    pub module: String,
    /// Whether other modules live in it (`__init__.py`).
    pub is_package: bool,
    /// The language.
    pub language: Language,
    /// Whose code it is.
    pub origin: Origin,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file or folder that was not read, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// Path relative to the scanned root.
    pub path: String,
    /// Why, and what to do about it: a sentence.
    pub reason: String,
}

/// An entry point that a manifest declares: `[project.scripts]`, `console_scripts`, an entry-point group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredEntry {
    /// Group: `console_scripts`, `markdown.extensions`.
    pub group: String,
    /// Name: `blast`.
    pub name: String,
    /// Module that holds the object.
    pub module: String,
    /// Name of the object in it, dotted; empty for the module itself.
    pub object: String,
    /// The manifest.
    pub file: String,
    /// Line in it.
    pub line: u32,
}

/// Lines of a file that were changed since a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedLines {
    /// Path relative to the scanned root.
    pub file: String,
    /// Inclusive ranges of lines of the file as it is now.
    pub ranges: Vec<(u32, u32)>,
}

/// What was found under the root.
#[derive(Debug, Default)]
pub struct Repo {
    /// The root, absolute.
    pub root: PathBuf,
    /// First-party files in path order.
    pub files: Vec<SourceFile>,
    /// What was not read.
    pub skipped: Vec<Skipped>,
    /// Entry points of manifests.
    pub entries: Vec<DeclaredEntry>,
    /// Names of the packages that the manifests declare as dependencies, normalised.
    pub dependencies: Vec<String>,
    /// Folders of installed packages (`site-packages`), absolute.
    pub installed: Vec<PathBuf>,
    /// What changed since `Options::since`; none when that was not asked.
    pub changed: Option<Vec<ChangedLines>>,
}
