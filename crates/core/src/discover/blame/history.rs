//! Commits in an order in which each comes before its parents, and what each changed.

use super::super::git::{entries, object};
use super::super::modules::join;
use super::Commit;
use gix::ObjectId;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::rc::Rc;

/// Commits that are looked at, the newest first. The largest histories that we measured on have a tenth of it.
const MAX_COMMITS: usize = 500_000;
/// Bytes of a commit.
const MAX_COMMIT: u64 = 4 << 20;
/// Entries of trees that the comparison of a commit with a parent looks at: a hostile tree may hold itself.
const MAX_ENTRIES: usize = 2_000_000;
/// Commits that one job compares: neighbours share most of their trees.
const JOB: usize = 64;

/// A file that differs between a commit and its parent.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) path: u32,
    pub(super) old: Option<ObjectId>,
    pub(super) new: Option<ObjectId>,
}

/// What a commit changed, by parent and then by path; none where that is too much to compare.
pub(super) type Changes = Option<Vec<Vec<Change>>>;

/// The history of a commit.
pub(super) struct History {
    pub(super) commits: Vec<Row>,
    pub(super) parents: Vec<Vec<u32>>,
}

/// A commit.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) id: ObjectId,
    tree: ObjectId,
    time: i64,
    pub(super) is_cut: bool,
}

impl History {
    /// Loads what is reachable. Parents that are missing, as in a shallow clone, cut a commit.
    pub(super) fn load(repo: &gix::Repository, head: ObjectId) -> Self {
        // The clone is shallow where these commits are, even if older objects happen to be there.
        let shallow = repo.shallow_commits().ok().flatten();
        let is_shallow =
            |id: &ObjectId| shallow.as_ref().is_some_and(|ids| ids.iter().any(|other| other == id));
        let mut rows: Vec<(Row, Vec<ObjectId>)> = Vec::new();
        let mut index: FxHashMap<ObjectId, u32> = FxHashMap::default();
        let mut missing: Vec<ObjectId> = Vec::new();
        let mut queue = std::collections::VecDeque::from([head]);
        index.insert(head, u32::MAX);
        while let Some(id) = queue.pop_front() {
            match (rows.len() < MAX_COMMITS).then(|| read(repo, id)).flatten() {
                Some((mut row, mut parents)) => {
                    if is_shallow(&id) {
                        parents.clear();
                        row.is_cut = true;
                    }
                    index.insert(id, number(rows.len()));
                    for &parent in &parents {
                        index.entry(parent).or_insert_with(|| {
                            queue.push_back(parent);
                            u32::MAX
                        });
                    }
                    rows.push((row, parents));
                }
                None => missing.push(id),
            }
        }
        missing.iter().for_each(|id| {
            index.remove(id);
        });
        sorted(rows, &index)
    }

    /// What the outside sees of the commits.
    pub(super) fn public(&self) -> Vec<Commit> {
        self.commits.iter().map(|row| Commit { id: row.id, is_cut: row.is_cut }).collect()
    }

    /// What a range of commits changed.
    pub(super) fn changes(
        &self,
        repo: &gix::ThreadSafeRepository,
        range: Range<usize>,
        paths: &mut Paths,
    ) -> Vec<Changes> {
        let commits: Vec<usize> = range.collect();
        let jobs = commits.par_chunks(JOB).map(|job| {
            let mut trees = Trees { repo: repo.to_thread_local(), read: FxHashMap::default() };
            let changes: Vec<_> = job.iter().map(|&commit| self.change(&mut trees, commit)).collect();
            changes
        });
        let jobs: Vec<Vec<Option<Vec<Vec<Named>>>>> = jobs.collect();
        let numbered = |change: Named, paths: &mut Paths| Change {
            path: paths.intern(&change.path),
            old: change.old,
            new: change.new,
        };
        let parent = |changes: Vec<Named>, paths: &mut Paths| -> Vec<Change> {
            let mut rows: Vec<Change> = changes.into_iter().map(|change| numbered(change, paths)).collect();
            rows.sort_unstable_by_key(|change| change.path);
            rows
        };
        let commits = jobs.into_iter().flatten();
        commits
            .map(|commit| Some(commit?.into_iter().map(|changes| parent(changes, paths)).collect()))
            .collect()
    }

    fn change(&self, trees: &mut Trees, commit: usize) -> Option<Vec<Vec<Named>>> {
        let new = self.commits[commit].tree;
        let parents = self.parents[commit].iter();
        parents.map(|&parent| trees.compare(self.commits[parent as usize].tree, new)).collect()
    }
}

pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a history has fewer than 2^32 commits and paths")
}

fn read(repo: &gix::Repository, id: ObjectId) -> Option<(Row, Vec<ObjectId>)> {
    let bytes = object(repo, id, MAX_COMMIT)?;
    let commit = gix::objs::CommitRef::from_bytes(&bytes, id.kind()).ok()?;
    let time = commit.committer().ok().and_then(|person| person.time().ok()).map_or(0, |time| time.seconds);
    let row = Row { id, tree: commit.tree(), time, is_cut: false };
    Some((row, commit.parents().collect()))
}

/// Each commit before its parents, of several the newest first, so that what is traced stays together.
fn sorted(mut rows: Vec<(Row, Vec<ObjectId>)>, index: &FxHashMap<ObjectId, u32>) -> History {
    let mut parents: Vec<Vec<u32>> = Vec::with_capacity(rows.len());
    let mut children = vec![0_u32; rows.len()];
    for (row, ids) in &mut rows {
        let known: Vec<u32> = ids.iter().filter_map(|id| index.get(id).copied()).collect();
        row.is_cut |= known.len() < ids.len();
        known.iter().for_each(|&parent| children[parent as usize] += 1);
        parents.push(known);
    }
    let mut ready: BinaryHeap<(i64, std::cmp::Reverse<usize>)> = BinaryHeap::new();
    if !rows.is_empty() {
        ready.push((rows[0].0.time, std::cmp::Reverse(0)));
    }
    let mut order = Vec::with_capacity(rows.len());
    while let Some((_, std::cmp::Reverse(commit))) = ready.pop() {
        order.push(commit);
        for &parent in &parents[commit] {
            children[parent as usize] -= 1;
            if children[parent as usize] == 0 {
                ready.push((rows[parent as usize].0.time, std::cmp::Reverse(parent as usize)));
            }
        }
    }
    let mut place = vec![u32::MAX; rows.len()];
    order.iter().enumerate().for_each(|(at, &commit)| place[commit] = number(at));
    let renumbered = |commit: &usize| parents[*commit].iter().map(|&parent| place[parent as usize]).collect();
    History {
        commits: order.iter().map(|&commit| rows[commit].0).collect(),
        parents: order.iter().map(renumbered).collect(),
    }
}

/// A change before its path has a number.
struct Named {
    path: String,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

/// Trees that were read already.
struct Trees {
    repo: gix::Repository,
    read: FxHashMap<ObjectId, Rc<Vec<Entry>>>,
}

/// Name, whether it is a folder, content.
type Entry = (String, bool, ObjectId);

impl Trees {
    fn entries(&mut self, id: ObjectId) -> Rc<Vec<Entry>> {
        let repo = &self.repo;
        let read = self.read.entry(id).or_insert_with(|| {
            let rows = entries(repo, id).into_iter();
            let mut rows: Vec<Entry> = rows.map(|row| (row.name, row.is_folder, row.id)).collect();
            rows.sort_unstable();
            Rc::new(rows)
        });
        Rc::clone(read)
    }

    /// The files that differ between two trees; none where there is too much to look at.
    fn compare(&mut self, old: ObjectId, new: ObjectId) -> Option<Vec<Named>> {
        let mut changes = Vec::new();
        let mut folders = vec![(String::new(), Some(old), Some(new))];
        let mut seen = 0;
        while let Some((folder, old, new)) = folders.pop() {
            if old == new {
                continue;
            }
            let old = old.map(|id| self.entries(id)).unwrap_or_default();
            let new = new.map(|id| self.entries(id)).unwrap_or_default();
            seen += old.len() + new.len();
            if seen > MAX_ENTRIES {
                return None;
            }
            for (name, is_folder, old, new) in merged(&old, &new) {
                let path = join(&folder, name);
                if is_folder {
                    folders.push((path, old, new));
                } else {
                    changes.push(Named { path, old, new });
                }
            }
        }
        Some(changes)
    }
}

/// Entries that differ, of two sorted lists.
fn merged<'a>(
    old: &'a [Entry],
    new: &'a [Entry],
) -> Vec<(&'a str, bool, Option<ObjectId>, Option<ObjectId>)> {
    let (mut a, mut b) = (old.iter().peekable(), new.iter().peekable());
    let mut all = Vec::new();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return all,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => (&a.0, a.1).cmp(&(&b.0, b.1)),
        };
        let old = if order.is_le() { a.next() } else { None };
        let new = if order.is_ge() { b.next() } else { None };
        if let Some((name, is_folder, _)) = old.or(new)
            && old.map(|row| row.2) != new.map(|row| row.2)
        {
            all.push((name.as_str(), *is_folder, old.map(|row| row.2), new.map(|row| row.2)));
        }
    }
}

/// Paths ↔ numbers.
#[derive(Default)]
pub(super) struct Paths {
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

impl Paths {
    pub(super) fn intern(&mut self, path: &str) -> u32 {
        if let Some(&number) = self.numbers.get(path) {
            return number;
        }
        let next = number(self.names.len());
        self.names.push(path.to_owned());
        self.numbers.insert(path.to_owned(), next);
        next
    }

    pub(super) fn name(&self, path: u32) -> &str {
        &self.names[path as usize]
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }
}
