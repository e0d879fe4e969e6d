//! How much is read. Every limit is here, and whatever hits one is named in [`Repo::skipped`](super::Repo).

/// Bytes of a source file. The largest hand-written file of the corpora that we measure on has 1.5 MB.
pub const MAX_FILE: u64 = 8 << 20;
/// Bytes of a line. Longer lines are data or minified code, which nobody wrote and nobody can review.
pub const MAX_LINE: usize = 1 << 20;
/// Bytes of all source files of the root together.
pub const MAX_TOTAL: u64 = 2 << 30;
/// Files and folders that are listed, and entries of one folder.
pub const MAX_FILES: usize = 1_000_000;
/// Folders inside each other.
pub const MAX_DEPTH: usize = 128;
/// Bytes of a `.gitignore`.
pub const MAX_IGNORE_FILE: u64 = 128 << 10;
/// Bytes of a manifest.
pub const MAX_MANIFEST: u64 = 1 << 20;
/// Bytes of a lock file, which names every package and each of its files.
pub const MAX_LOCK: u64 = 32 << 20;
/// Bytes of a module name.
pub const MAX_MODULE_NAME: usize = 256;
/// Manifests that are read.
pub const MAX_MANIFESTS: usize = 10_000;
/// Bytes of a line that an excerpt shows.
pub const MAX_EXCERPT_LINE: usize = 400;
/// Bytes of a JSON file that code imports.
pub const MAX_JSON: u64 = 1 << 20;

/// JSON of installed packages beyond this many bytes is data, and of no interest to the flow of values.
pub const MAX_INSTALLED_JSON: usize = 16 << 10;
