//! Blame of a commit ↔ a file, so that the next run walks only the commits that came since.
//!
//! Where a line came from, seen from a commit, never changes: it follows from the name of the commit. So the answers
//! for a commit are kept under its name, and a walk that comes to that commit takes them and ends there. Notes, marks
//! and trailers are read anew each time, since they can be added later.
//!
//! # What is trusted
//! Nothing but the shape. A file that is too large, is no JSON of ours, does not cover its files line by line or names a
//! commit that this history does not have is left aside, and the walk does the work. A folder that others may
//! write, or that is somebody else's, is not used at all: a file of the right shape could lie about who wrote a line.
//!
//! # Bounds
//! [`MAX_BYTES`] a file and [`MAX_STORE`] for all of them; those that were used longest ago go first. A history that is
//! cut, or in which objects are replaced, is not kept: the name of the commit does not say all of it.

use super::history::{History, Paths};
use super::{Blame, Run, Wanted};
use gix::ObjectId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The version of the shape, and of the rules by which lines are traced.
const VERSION: u32 = 3;
/// Bytes of the answers for a commit.
const MAX_BYTES: u64 = 128 << 20;
/// Bytes of all answers.
const MAX_STORE: u64 = 512 << 20;
/// Entries of the folder that are looked at.
const MAX_ENTRIES: usize = 100_000;
const ENDING: &str = ".blame.json";

/// First, count, commit, then and path of a run.
type WrittenRun = (u32, u32, u32, u32, u32);

/// The answers for a commit, as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    /// Names of commits and paths at which runs point.
    commits: Vec<String>,
    paths: Vec<String>,
    /// By path at the commit.
    files: BTreeMap<String, Vec<WrittenRun>>,
}

/// The answers for a commit of this history.
pub(super) struct Kept {
    /// The commit.
    pub(super) at: usize,
    /// Path → its runs, which cover it in order.
    pub(super) files: FxHashMap<u32, Vec<Run>>,
}

impl Kept {
    /// The runs of a file, if they answer for so many lines.
    pub(super) fn runs(&self, path: u32, lines: u32) -> Option<&[Run]> {
        let runs = self.files.get(&path)?;
        let end = runs.last().map(|run| run.first + run.count)?;
        (lines <= end).then_some(runs)
    }
}

/// A folder with the answers for commits.
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Uses a folder, if this history may be kept there.
    pub(super) fn open(folder: &Path, repo: &gix::Repository, history: &History) -> Option<Self> {
        let is_whole = history.commits.iter().all(|commit| !commit.is_cut);
        let references = repo.references().ok()?;
        let is_replaced = references.prefixed("refs/replace/").ok()?.next().is_some();
        let folder = folder.join("blame");
        (is_whole && !is_replaced && make(&folder) && is_private(&folder)).then_some(Self { folder })
    }

    /// The answers for the newest commit that has some.
    pub(super) fn newest(&self, history: &History, paths: &mut Paths) -> Option<Kept> {
        let known: FxHashMap<ObjectId, PathBuf> =
            self.list().filter_map(|path| Some((name(&path)?, path))).collect();
        let at = history.commits.iter().position(|commit| known.contains_key(&commit.id))?;
        let file = &known[&history.commits[at].id];
        let text = super::super::read::text(file, MAX_BYTES).ok()?;
        let written: Written =
            serde_json::from_str(&text).ok().filter(|written: &Written| written.version == VERSION)?;
        // What was used is not the next to go. Where the time cannot be set, only that is lost.
        let _ =
            fs::File::options().append(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Kept { at, files: checked(written, at, history, paths)? })
    }

    /// Keeps the answers for the first commit beside those that were kept for it. A failure costs the next run time.
    pub(super) fn save(&self, blame: &Blame, wanted: &[Wanted], kept: Option<&Kept>) {
        let Some(head) = blame.commits.first() else { return };
        let of_head = kept.filter(|kept| kept.at == 0);
        let known: BTreeSet<&str> = of_head
            .iter()
            .flat_map(|kept| kept.files.keys())
            .map(|path| blame.paths[*path as usize].as_str())
            .collect();
        if of_head.is_some()
            && wanted.iter().all(|file| file.lines == 0 || known.contains(file.path.as_str()))
        {
            return;
        }
        let mut writer = Writer::new(blame);
        // In the order of paths, so that equal runs write equal bytes.
        let mut before: Vec<_> = of_head.iter().flat_map(|kept| &kept.files).collect();
        before.sort_unstable_by_key(|(path, _)| &blame.paths[**path as usize]);
        for (path, runs) in before {
            writer.add(&blame.paths[*path as usize], runs);
        }
        for (file, runs) in wanted.iter().zip(&blame.files).filter(|(_, runs)| !runs.is_empty()) {
            writer.add(&file.path, runs);
        }
        let Ok(text) = serde_json::to_vec(&writer.written) else { return };
        if text.len() as u64 <= MAX_BYTES {
            let place = self.folder.join(format!("{}{ENDING}", head.id));
            let draft = self.folder.join(format!("{}.{}.draft", head.id, std::process::id()));
            let saved = fs::write(&draft, &text).and_then(|()| fs::rename(&draft, &place));
            if saved.is_err() {
                let _ = fs::remove_file(&draft);
            }
            self.prune();
        }
    }

    fn list(&self) -> impl Iterator<Item = PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().take(MAX_ENTRIES);
        entries.filter_map(|entry| Some(entry.ok()?.path()))
    }

    /// Removes what was used longest ago until the rest is small enough.
    fn prune(&self) {
        let row = |path: PathBuf| {
            let metadata = fs::symlink_metadata(&path).ok()?;
            Some((metadata.modified().ok()?, path, metadata.len()))
        };
        let mut rows: Vec<_> = self.list().filter_map(row).collect();
        rows.sort_by(|a, b| b.cmp(a));
        let mut total = 0;
        for (_, path, size) in rows {
            total += size;
            if total > MAX_STORE {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// The commit that a file is for.
fn name(path: &Path) -> Option<ObjectId> {
    let name = path.file_name()?.to_str()?;
    ObjectId::from_hex(name.strip_suffix(ENDING)?.as_bytes()).ok()
}

/// Makes a folder that nobody else may write.
fn make(folder: &Path) -> bool {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).is_ok()
}

/// Whether a folder, which is no link, is ours and others may not write into it.
#[cfg(unix)]
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let metadata = fs::symlink_metadata(folder).ok();
    let closed = |metadata: &fs::Metadata| metadata.is_dir() && metadata.permissions().mode() & 0o022 == 0;
    let Some(metadata) = metadata.filter(closed) else { return false };
    // A new file has our name on it.
    let probe = folder.join(format!("{}.probe", std::process::id()));
    let owner = fs::File::create_new(&probe).and_then(|file| file.metadata()).map(|file| file.uid());
    let _ = fs::remove_file(&probe);
    owner.is_ok_and(|owner| owner == metadata.uid())
}

/// Whether it is a folder and no link: who may write into it is not looked at here.
#[cfg(not(unix))]
fn is_private(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir())
}

/// The runs in terms of this history; none where anything about them cannot be.
fn checked(
    written: Written,
    at: usize,
    history: &History,
    paths: &mut Paths,
) -> Option<FxHashMap<u32, Vec<Run>>> {
    let number = super::history::number;
    let places: FxHashMap<ObjectId, u32> =
        (at..history.commits.len()).map(|place| (history.commits[place].id, number(place))).collect();
    let commit = |hex: &String| places.get(&ObjectId::from_hex(hex.as_bytes()).ok()?).copied();
    let commits: Vec<u32> = written.commits.iter().map(commit).collect::<Option<_>>()?;
    let names: Vec<u32> = written.paths.iter().map(|path| paths.intern(path)).collect();
    let mut files = FxHashMap::default();
    for (path, rows) in written.files {
        let mut runs: Vec<Run> = Vec::with_capacity(rows.len());
        let mut next = 0_u32;
        for (first, count, commit, then, path) in rows {
            let (commit, path) = (*commits.get(commit as usize)?, *names.get(path as usize)?);
            let is_next = first == next && count > 0 && then.checked_add(count).is_some();
            next = first.checked_add(count).filter(|_| is_next)?;
            runs.push(Run { first, count, commit, then, path });
        }
        files.insert(paths.intern(&path), runs);
    }
    Some(files)
}

/// Gives commits and paths small numbers in the order in which they come.
struct Writer<'a> {
    blame: &'a Blame,
    written: Written,
    commits: FxHashMap<u32, u32>,
    paths: FxHashMap<u32, u32>,
}

impl<'a> Writer<'a> {
    fn new(blame: &'a Blame) -> Self {
        let written =
            Written { version: VERSION, commits: Vec::new(), paths: Vec::new(), files: BTreeMap::new() };
        Self { blame, written, commits: FxHashMap::default(), paths: FxHashMap::default() }
    }

    fn add(&mut self, path: &str, runs: &[Run]) {
        let rows = runs.iter().map(|run| {
            let next = super::history::number(self.commits.len());
            let commit = *self.commits.entry(run.commit).or_insert_with(|| {
                self.written.commits.push(self.blame.commits[run.commit as usize].id.to_string());
                next
            });
            let next = super::history::number(self.paths.len());
            let path = *self.paths.entry(run.path).or_insert_with(|| {
                self.written.paths.push(self.blame.paths[run.path as usize].clone());
                next
            });
            (run.first, run.count, commit, run.then, path)
        });
        let rows = rows.collect();
        self.written.files.insert(path.to_owned(), rows);
    }
}
