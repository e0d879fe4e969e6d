//! A revision → the lines that differ from it today: committed, uncommitted and untracked alike.
//!
//! The working tree, which [`repo`](super::repo) has read, is compared with the tree of the revision, file by file. The
//! index plays no part in that; it only says which files are tracked although an ignore file names them. `REV...` stands for the commit at which the current branch left `REV`.
//!
//! # Why this is safe in a hostile repository
//! * No process is started and nothing is fetched: `gix` is built without its network, credential, filter, attribute
//!   and diff-driver features, so a clean or smudge filter, a textconv, an fsmonitor or a hook has no code to be run by.
//! * The configuration of the user and the system, the environment and `include`d files are not read
//!   (`Options::isolated`), and that of the repository is read with reduced trust, which drops every value that could
//!   name a program or a path.
//! * The top of the repository is the folder that holds `.git`, whatever `core.worktree` says.
//! * `.git` and its alternates may point elsewhere (worktrees do). Objects that come from there decide whether a line
//!   counts as changed, and are never shown.
//! * Objects are looked up only where a file stands today; their sizes are checked before they are unpacked, and the
//!   search for renamed files is bounded, so that neither a tree that contains itself many times nor a huge object
//!   costs more than the limits below.

use super::limits::MAX_FILE;
use super::modules::{join, parent};
use super::origin::File;
use super::{ChangedLines, Skipped, read, relative};
use crate::Error;
use gix::ObjectId;
use gix_imara_diff::{Algorithm, Diff, InternedInput};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of a tree object.
const MAX_TREE: u64 = 64 << 20;
/// Entries that the search for renamed files looks at.
const MAX_SEARCH: usize = 200_000;
/// Former files of one name that a new file is compared with.
const MAX_TRIALS: usize = 16;

/// Bytes of an index.
const MAX_INDEX: u64 = 512 << 20;

/// The files that git tracks below `root`, relative to it, sorted; nothing where there is no index to read. A tracked
/// file is code whatever an ignore file says of it, or one line in `.gitignore` would hide code from the scan.
pub(super) fn tracked(root: &Path) -> Vec<String> {
    let read = || -> Option<Vec<String>> {
        let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
        let repo = open(top).ok()?;
        let is_bounded =
            std::fs::symlink_metadata(repo.index_path()).is_ok_and(|file| file.len() <= MAX_INDEX);
        let index = is_bounded.then(|| repo.open_index().ok()).flatten()?;
        let prefix = Some(relative(top, root)).filter(|prefix| prefix != ".").map(|prefix| prefix + "/");
        let prefix = prefix.unwrap_or_default();
        let paths = index.entries().iter().filter_map(|entry| std::str::from_utf8(entry.path(&index)).ok());
        let mut paths: Vec<String> =
            paths.filter_map(|path| path.strip_prefix(&prefix)).map(str::to_owned).collect();
        paths.sort();
        Some(paths)
    };
    read().unwrap_or_default()
}

/// The path of the root from the top of its repository; empty where that is the same, or there is none.
pub(super) fn prefix(root: &Path) -> String {
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
    Some(relative(top, root)).filter(|prefix| prefix != ".").unwrap_or_default()
}

/// Opens the repository of this folder as the module's documentation says.
pub(super) fn open(top: &Path) -> Result<gix::Repository, String> {
    let options = gix::open::Options::isolated().with(gix::sec::Trust::Reduced);
    gix::open_opts(top, options).map_err(|error| error.to_string())
}

/// The repository that a folder is in, and the tree of a revision of it.
pub(super) fn tree_of(root: &Path, revision: &str) -> Result<(gix::Repository, ObjectId), Error> {
    let top = root.ancestors().find(|folder| folder.join(".git").exists());
    let repo = top.map(open).transpose().ok().flatten().ok_or_else(|| Error {
        message: format!(
            "`{}` is in no git repository that can be opened, so nothing can be compared with `{revision}`",
            root.display()
        ),
    })?;
    let tree = resolve(&repo, revision).map_err(|error| missing(&repo, revision, &error))?;
    Ok((repo, tree))
}

/// The changed lines of these files, in path order.
pub(super) fn changed(root: &Path, files: &[File<'_>], revision: &str) -> Result<Changes, Error> {
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).ok_or_else(|| Error {
        message: format!(
            "`{}` is in no git repository, so nothing can be compared with `{revision}`; scan it without --since",
            root.display()
        ),
    })?;
    let mut history = History::open(top, revision)?;
    let prefix = Some(relative(top, root)).filter(|prefix| prefix != ".").unwrap_or_default();
    let ids: Vec<Option<ObjectId>> = files.par_iter().map(|file| hash(file.bytes)).collect();
    let mut changes = Changes::default();
    for (file, id) in files.iter().zip(ids) {
        let path = join(&prefix, file.path);
        if !is_foreign(top, parent(&path)) {
            changes.add(&mut history, file, &path, id);
        }
    }
    Ok(changes)
}

/// What differs.
#[derive(Default)]
pub(super) struct Changes {
    /// Files with lines that differ.
    pub(super) lines: Vec<ChangedLines>,
    /// Files of which the former text could not be had.
    pub(super) notes: Vec<Skipped>,
}

impl Changes {
    fn add(&mut self, history: &mut History<'_>, file: &File<'_>, path: &str, id: Option<ObjectId>) {
        let ranges = match history.tree.former(path) {
            Some(former) if Some(former) == id => return,
            Some(former) => match history.text(former) {
                Ok(before) => compare(&before, file.bytes).ranges,
                Err(reason) => {
                    self.notes.push(Skipped { path: file.path.to_owned(), reason });
                    whole(file.bytes)
                }
            },
            None => history.renamed(path, file.bytes, id).unwrap_or_else(|| whole(file.bytes)),
        };
        if !ranges.is_empty() {
            self.lines.push(ChangedLines { file: file.path.to_owned(), ranges });
        }
    }
}

/// The tree of a commit, read as far as it is asked for.
pub(super) struct Tree {
    repo: gix::Repository,
    root: ObjectId,
    /// Folder → its entries; empty where the revision has no such folder.
    folders: BTreeMap<String, Vec<Entry>>,
}

/// A revision beside the working tree.
struct History<'a> {
    tree: Tree,
    top: &'a Path,
    /// Files that the revision has and the working tree has not, by their last part. Made when it is first needed.
    gone: Option<BTreeMap<String, Vec<ObjectId>>>,
}

/// An entry of a tree.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) id: ObjectId,
    pub(super) is_folder: bool,
}

impl Tree {
    /// The tree of a commit, or the tree with this name.
    pub(super) fn new(repo: gix::Repository, id: ObjectId) -> Self {
        let tree =
            repo.find_object(id).ok().and_then(|object| object.peel_to_tree().ok()).map(|tree| tree.id);
        Self { repo, root: tree.unwrap_or(id), folders: BTreeMap::new() }
    }

    /// The object that the revision has at a path, if that is a file there.
    pub(super) fn former(&mut self, path: &str) -> Option<ObjectId> {
        let name = path.rsplit('/').next()?;
        self.enter(parent(path));
        let entries = self.folders.get(parent(path))?;
        entries.iter().find(|entry| entry.name == name && !entry.is_folder).map(|entry| entry.id)
    }

    /// Reads a folder and those above it.
    fn enter(&mut self, folder: &str) {
        let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
        let mut id = Some(self.root);
        let mut above = "";
        self.folders.entry(String::new()).or_insert_with(|| entries(&self.repo, self.root));
        for end in ends.filter(|&end| end > 0) {
            let name = folder[above.len()..end].trim_start_matches('/');
            let inside = self.folders.get(above).map_or(&[][..], Vec::as_slice);
            id = id
                .and(inside.iter().find(|entry| entry.name == name && entry.is_folder))
                .map(|entry| entry.id);
            above = &folder[..end];
            if !self.folders.contains_key(above) {
                let read = id.map(|id| entries(&self.repo, id)).unwrap_or_default();
                self.folders.insert(above.to_owned(), read);
            }
        }
    }
}

impl<'a> History<'a> {
    fn open(top: &'a Path, revision: &str) -> Result<Self, Error> {
        let repo = open(top).map_err(|error| Error {
            message: format!(
                "cannot open the git repository at `{}`: {error}; scan without --since",
                top.display()
            ),
        })?;
        let root = resolve(&repo, revision).map_err(|error| missing(&repo, revision, &error))?;
        Ok(Self { tree: Tree::new(repo, root), top, gone: None })
    }

    fn text(&self, id: ObjectId) -> Result<Vec<u8>, String> {
        let bytes = object(&self.tree.repo, id, MAX_FILE)
            .ok_or("has no former text in this clone: all of it counts as new")?;
        Ok(read::decode(bytes).bytes)
    }

    /// The changed lines of a file that the revision does not have, if it was moved from elsewhere: a former file of
    /// equal content, or one of the same name that shares at least half of its lines.
    fn renamed(&mut self, path: &str, bytes: &[u8], id: Option<ObjectId>) -> Option<Vec<(u32, u32)>> {
        let gone = self.gone.take().unwrap_or_else(|| self.search());
        let moved = id.is_some_and(|id| gone.values().flatten().any(|&former| former == id));
        let name = path.rsplit('/').next().unwrap_or_default();
        let trials = gone.get(name).map_or(&[][..], Vec::as_slice).iter().take(MAX_TRIALS);
        let texts = trials.filter_map(|&former| self.text(former).ok());
        let best = texts.map(|before| compare(&before, bytes)).max_by_key(|comparison| comparison.kept);
        self.gone = Some(gone);
        if moved {
            return Some(Vec::new());
        }
        let lines = lines(bytes).count();
        best.filter(|comparison| lines > 0 && comparison.kept * 2 >= lines)
            .map(|comparison| comparison.ranges)
    }

    /// Breadth first, so that what a bound cuts off is what lies deepest.
    fn search(&self) -> BTreeMap<String, Vec<ObjectId>> {
        let mut gone: BTreeMap<String, Vec<ObjectId>> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([(String::new(), self.tree.root)]);
        let mut seen = 0;
        while let Some((folder, id)) = queue.pop_front() {
            for entry in entries(&self.tree.repo, id) {
                seen += 1;
                if seen > MAX_SEARCH {
                    return gone;
                }
                let path = join(&folder, &entry.name);
                if entry.is_folder {
                    queue.push_back((path, entry.id));
                } else if !self.top.join(&path).exists() {
                    gone.entry(entry.name).or_default().push(entry.id);
                }
            }
        }
        gone
    }
}

/// The tree of a revision.
fn resolve(repo: &gix::Repository, revision: &str) -> Result<ObjectId, String> {
    let single = |revision: &str| repo.rev_parse_single(revision).map_err(|error| error.to_string());
    let id = match revision.strip_suffix("...") {
        Some(branch) => {
            let base =
                repo.merge_base(single(branch)?, single("HEAD")?).map_err(|error| error.to_string())?;
            base.ok_or("it has no common ancestor with HEAD")?.detach()
        }
        None => single(revision)?.detach(),
    };
    let object = repo.find_object(id).map_err(|error| error.to_string())?;
    object.peel_to_tree().map(|tree| tree.id).map_err(|error| error.to_string())
}

fn missing(repo: &gix::Repository, revision: &str, error: &str) -> Error {
    let shallow = repo.is_shallow().unwrap_or(false);
    let repair = if shallow {
        "this clone is shallow: fetch the history (`fetch-depth: 0` in a checkout step, or `git fetch --unshallow`)"
    } else {
        "name a commit, branch or tag that this clone has, or fetch it (`fetch-depth: 0` in a checkout step)"
    };
    Error { message: format!("cannot find the revision `{revision}`: {error}; {repair}") }
}

/// The bytes of an object of bounded size.
pub(super) fn object(repo: &gix::Repository, id: ObjectId, limit: u64) -> Option<Vec<u8>> {
    let header = repo.find_header(id).ok()?;
    (header.size() <= limit).then(|| repo.find_object(id).ok().map(|object| object.detach().data)).flatten()
}

/// The files and folders in a tree. Links and submodules are neither.
pub(super) fn entries(repo: &gix::Repository, id: ObjectId) -> Vec<Entry> {
    let bytes = object(repo, id, MAX_TREE).unwrap_or_default();
    let rows = gix::objs::TreeRefIter::from_bytes(&bytes, id.kind()).filter_map(Result::ok);
    let rows = rows.filter(|row| row.mode.is_tree() || row.mode.is_blob());
    let entry = |row: gix::objs::tree::EntryRef<'_>| Entry {
        name: String::from_utf8_lossy(row.filename).into_owned(),
        id: row.oid.to_owned(),
        is_folder: row.mode.is_tree(),
    };
    rows.map(entry).collect()
}

/// The id that git gives to a file of these bytes.
pub(super) fn hash(bytes: &[u8]) -> Option<ObjectId> {
    gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes).ok()
}

/// Whether a folder below the top is in a repository of its own (a submodule).
pub(super) fn is_foreign(top: &Path, folder: &str) -> bool {
    let ancestors = std::iter::successors(Some(folder), |folder| Some(parent(folder)));
    ancestors.take_while(|folder| !folder.is_empty()).any(|folder| top.join(folder).join(".git").exists())
}

/// How a text differs from its former self.
struct Comparison {
    /// Changed lines of the new text.
    ranges: Vec<(u32, u32)>,
    /// Lines that stayed.
    kept: usize,
}

/// Compares by lines, line ends aside. Where lines were only taken away, the line before counts as changed, because
/// it is in the same block; and the line behind where a decorator was taken from it.
fn compare(before: &[u8], after: &[u8]) -> Comparison {
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(lines(before));
    input.update_after(lines(after));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let last = count(input.after.len());
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for hunk in diff.hunks() {
        let range = if hunk.after.is_empty() {
            let removed = &input.before[hunk.before.start as usize..hunk.before.end as usize];
            let end = removed
                .iter()
                .rev()
                .map(|&line| input.interner[line].trim_ascii())
                .find(|line| !line.is_empty());
            let behind = u32::from(end.is_some_and(|line| line.starts_with(b"@")));
            (hunk.after.start.max(1), (hunk.after.start + behind).max(1).min(last))
        } else {
            (hunk.after.start + 1, hunk.after.end)
        };
        match ranges.last_mut() {
            Some(previous) if range.0 <= previous.1 + 1 => previous.1 = previous.1.max(range.1),
            _ => ranges.push(range),
        }
    }
    ranges.retain(|range| range.0 <= range.1);
    let kept = input.after.len() - diff.count_additions() as usize;
    Comparison { ranges, kept }
}

/// Every line, as one range.
fn whole(bytes: &[u8]) -> Vec<(u32, u32)> {
    let lines = count(lines(bytes).count());
    if lines == 0 { Vec::new() } else { vec![(1, lines)] }
}

pub(super) fn count(lines: usize) -> u32 {
    u32::try_from(lines).expect("a file is smaller than 4 GiB")
}

pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = text.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take(if bytes.is_empty() { 0 } else { usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::{compare, whole};

    fn check(before: &str, after: &str, expected: &[(u32, u32)]) {
        assert_eq!(compare(before.as_bytes(), after.as_bytes()).ranges, expected, "{before:?} → {after:?}");
    }

    #[test]
    fn added_and_changed_lines_count() {
        check("a\nb\nc\n", "a\nb\nc\n", &[]);
        check("a\nb\nc\n", "a\nB\nc\n", &[(2, 2)]);
        check("a\nc\n", "a\nb\nc\nd\n", &[(2, 2), (4, 4)]);
        check("", "a\nb\n", &[(1, 2)]);
    }

    #[test]
    fn line_ends_do_not_count() {
        check("a\r\nb\r\n", "a\nb", &[]);
    }

    #[test]
    fn a_removal_marks_the_line_before() {
        check("a\nb\nc\n", "a\nc\n", &[(1, 1)]);
        check("a\nb\n", "b\n", &[(1, 1)]);
        check("a\n", "", &[]);
        check("x\n\n@login\ndef f():\n", "x\n\ndef f():\n", &[(2, 3)]);
    }

    #[test]
    fn a_new_file_is_changed_as_a_whole() {
        assert_eq!(whole(b"a\nb"), [(1, 2)]);
        assert_eq!(whole(b""), []);
    }
}
