//! Files and their history → who or what wrote each line, as far as anything says so.
//!
//! # What counts, the strongest first
//! 1. The caller's word (`--generated GLOB`), then markers in the file and `linguist-generated` ([`marks`]).
//! 2. What was recorded a line: authorship notes of git-ai ([`notes`]), records of Agent Trace ([`trace`]).
//! 3. What was recorded a commit: trailers and the accounts of bots ([`message`], [`agents`]).
//! 4. Nothing: then the commit's author counts as a person, because bots and agents sign.
//!
//! # What stays unknown
//! Lines that are not committed; lines of a commit whose parents are not in this clone, which may be older; lines
//! that a note of their commit does not mention although it mentions others; files without history. Unknown is
//! neither human nor generated.
//!
//! # Invariants
//! * Nothing but tool, model and names leaves this module: prompts and messages of notes are never read into memory
//!   that a report could show.
//! * The stretches of a file cover it once, in order.
//!
//! # Example
//! A commit with `Co-authored-by: Claude Opus 4.6 <noreply@anthropic.com>` wrote lines 3 to 9 of `a.py`, and no note
//! says more: these lines are written by AI, tool `Claude`, model `Claude Opus 4.6`, basis `trailer`.

mod agents;
mod marks;
mod message;
mod notes;
mod settle;
mod trace;

use super::blame::{self, Blame};
use super::modules::{join, parent};
use super::{ChangedLines, Skipped, git, relative};
use crate::{Error, Options};
use gix::ObjectId;
use gix_imara_diff::{Algorithm, Diff, InternedInput};
use marks::Marks;
use rayon::prelude::*;
use settle::Settler;
use std::path::Path;

/// Who wrote a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Writer {
    /// A person, as far as anything says.
    Human,
    /// A language model, alone or with a person.
    Ai,
    /// Another program: a generator, a bot that updates dependencies.
    Machine,
    /// Nobody knows.
    Unknown,
}

impl Writer {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Ai => "ai",
            Self::Machine => "machine",
            Self::Unknown => "unknown",
        }
    }

    /// Whether no person wrote it.
    #[must_use]
    pub fn is_generated(self) -> bool {
        matches!(self, Self::Ai | Self::Machine)
    }
}

/// What says so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Basis {
    /// The caller, by a glob.
    Caller,
    /// A marker in the file, or `linguist-generated`.
    Marker,
    /// An authorship note of git-ai.
    Note,
    /// A record of Agent Trace.
    Trace,
    /// A trailer of the commit.
    Trailer,
    /// The account of the author or committer.
    Account,
    /// The commit, which names nobody but people.
    Commit,
    /// Nothing: a note of the commit speaks of other lines.
    Untracked,
    /// Nothing: the line is not committed.
    Uncommitted,
    /// Nothing: the history before the commit is not in this clone.
    Cut,
    /// Nothing: there is no history.
    NoHistory,
}

impl Basis {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Marker => "marker",
            Self::Note => "git-ai-note",
            Self::Trace => "agent-trace",
            Self::Trailer => "trailer",
            Self::Account => "account",
            Self::Commit => "commit",
            Self::Untracked => "untracked",
            Self::Uncommitted => "uncommitted",
            Self::Cut => "cut-history",
            Self::NoHistory => "no-history",
        }
    }
}

/// Who wrote some lines, and what says so.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct Origin {
    /// Who.
    pub writer: Writer,
    /// What says so.
    pub basis: Basis,
    /// The tool, as it names itself; empty where it does not.
    pub tool: String,
    /// The model; empty where nothing names it.
    pub model: String,
}

impl Origin {
    /// An origin without a tool.
    fn bare(writer: Writer, basis: Basis) -> Self {
        Self { writer, basis, tool: String::new(), model: String::new() }
    }
}

/// A commit that brought lines.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Commit {
    /// Its name in hexadecimal.
    pub id: String,
    /// When it was written, in seconds since 1970.
    pub time: i64,
    /// Name of its author.
    pub author: String,
    /// Mail address of its author.
    pub email: String,
    /// Whether the author is a person, as far as the account says.
    pub is_person: bool,
    /// Who reviewed or merged it, beside its author.
    pub reviewers: Vec<String>,
}

/// Lines that stand together and have one origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Stretch {
    /// The first line, from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// Index into [`Origins::kinds`].
    pub kind: u32,
    /// Index into [`Origins::commits`]; none for what is not committed.
    pub commit: Option<u32>,
}

/// The origins of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FileOrigins {
    /// Path relative to the scanned root.
    pub path: String,
    /// They cover the file in order.
    pub stretches: Vec<Stretch>,
}

/// The origins of the lines of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Origins {
    /// Each origin once, sorted.
    pub kinds: Vec<Origin>,
    /// Commits that brought a line, the newest first.
    pub commits: Vec<Commit>,
    /// Files in path order.
    pub files: Vec<FileOrigins>,
    /// What a reader should know: a shallow clone, a note that is none.
    pub notes: Vec<Skipped>,
}

impl Origins {
    /// The stretches of a file; none for a file that was not asked for.
    #[must_use]
    pub fn of(&self, path: &str) -> &[Stretch] {
        let found = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        found.map_or(&[][..], |at| &self.files[at].stretches)
    }

    /// Keeps these lines, and the files that have some of them.
    pub(super) fn keep(&mut self, changed: &[ChangedLines]) {
        for file in &mut self.files {
            let ranges = changed.iter().find(|row| row.file == file.path).map(|row| row.ranges.as_slice());
            let stretches = std::mem::take(&mut file.stretches);
            for stretch in stretches {
                let parts = ranges.unwrap_or_default().iter().map(|&(first, last)| Stretch {
                    first: first.max(stretch.first),
                    last: last.min(stretch.last),
                    ..stretch
                });
                file.stretches.extend(parts.filter(|part| part.first <= part.last));
            }
        }
        self.files.retain(|file| !file.stretches.is_empty());
    }
}

/// A file as it is on disk.
pub(super) struct File<'a> {
    /// Relative to the root.
    pub(super) path: &'a str,
    pub(super) bytes: &'a [u8],
}

/// Reads the origins of these files, which are in path order.
///
/// # Errors
/// When a glob of the options is none.
pub(super) fn read(root: &Path, files: &[File<'_>], options: &Options) -> Result<Origins, Error> {
    let marks = Marks::read(root, files, &options.generated)?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists());
    let repo = top.and_then(|top| Some((top, git::open(top).ok()?)));
    let head = repo.as_ref().and_then(|(_, repo)| Some(repo.head_id().ok()?.detach()));
    let mut settler = Settler::new(&marks);
    let Some(((top, repo), head)) = repo.zip(head) else {
        return Ok(settler.without_history(files));
    };
    let prefix = Some(relative(top, root)).filter(|prefix| prefix != ".").unwrap_or_default();
    let today: Vec<Today> = compare(&repo, top, head, &prefix, files);
    let wanted: Vec<blame::Wanted> = today.iter().filter_map(|file| file.wanted.clone()).collect();
    let blame = blame::files(&repo, head, &wanted, options.cache.as_deref());
    settler.settle(&Ground { repo: &repo, top, head, prefix: &prefix, blame: &blame }, files, &today);
    Ok(settler.finish())
}

/// What lines are settled on.
struct Ground<'a> {
    repo: &'a gix::Repository,
    top: &'a Path,
    head: ObjectId,
    prefix: &'a str,
    blame: &'a Blame,
}

/// A file on disk beside that of the newest commit.
struct Today {
    /// The file of the commit; none where it has none.
    wanted: Option<blame::Wanted>,
    /// Line there, from 0, of each line here; none for lines that are not committed.
    lines: Vec<Option<u32>>,
}

fn compare(
    repo: &gix::Repository,
    top: &Path,
    head: ObjectId,
    prefix: &str,
    files: &[File<'_>],
) -> Vec<Today> {
    let mut tree = git::Tree::new(repo.clone(), head);
    let formers: Vec<Option<ObjectId>> = files
        .iter()
        .map(|file| {
            let path = join(prefix, file.path);
            (!git::is_foreign(top, parent(&path))).then(|| tree.former(&path)).flatten()
        })
        .collect();
    let sync = repo.clone().into_sync();
    let rows = files.par_iter().zip(formers);
    rows.map_init(|| sync.to_thread_local(), |repo, (file, former)| today(repo, prefix, file, former))
        .collect()
}

fn today(repo: &gix::Repository, prefix: &str, file: &File<'_>, former: Option<ObjectId>) -> Today {
    let count = git::lines(file.bytes).count();
    let path = join(prefix, file.path);
    let uncommitted = Today { wanted: None, lines: vec![None; count] };
    let Some(blob) = former else { return uncommitted };
    if git::hash(file.bytes) == Some(blob) {
        let lines = git::count(count);
        return Today {
            wanted: Some(blame::Wanted { path, blob, lines }),
            lines: (0..lines).map(Some).collect(),
        };
    }
    let Some(before) = git::object(repo, blob, super::limits::MAX_FILE) else { return uncommitted };
    let before = super::read::decode(before).bytes;
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(git::lines(&before));
    input.update_after(git::lines(file.bytes));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let kept = (0..git::count(input.before.len())).filter(|&line| !diff.is_removed(line));
    let mut kept = kept.map(Some);
    let after = 0..git::count(input.after.len());
    let lines = after.map(|line| if diff.is_added(line) { None } else { kept.next().flatten() }).collect();
    let wanted = blame::Wanted { path, blob, lines: git::count(input.before.len()) };
    Today { wanted: Some(wanted), lines }
}
