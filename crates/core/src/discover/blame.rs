//! Files of a commit → the commit that brought each of their lines, and where the line stood there.
//!
//! `git blame` walks the history once a file. Here all files go down the history together: a commit hands the lines
//! that it did not bring to its parents, so each commit is compared with its parents once, whatever the number of
//! files, and a file is read only where it changed. The rules are those of `git blame`: Myers as git has it ([`myers`])
//! with the indent heuristic, without the common end; a parent that holds a file unchanged takes all of its lines; a file that is new in
//! a commit is looked for under another name in the parent ([`rename`]); of several parents the first that has a line
//! takes it.
//!
//! # Terms
//! * A *run* is a piece of a file whose lines came with one commit and stood there one behind the other.
//! * A commit is *cut* where its parents are not in this clone, or beyond [`history::MAX_COMMITS`]: what is traced to it may
//!   be older, so nobody is known to have written it.
//!
//! # Invariants
//! * The runs of a file cover it once, in order.
//! * The result does not depend on the number of threads: files never share lines.

mod history;
mod myers;
mod rename;
mod store;
mod walk;

use gix::ObjectId;
use rayon::prelude::*;
use std::path::Path;

use history::{History, Paths};
use store::Store;
use walk::Walk;

/// Commits of which the changes are held at a time.
const CHUNK: usize = 1024;

/// Lines of a file that came with one commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Run {
    /// The first line in the file today, from 0.
    pub(super) first: u32,
    /// How many.
    pub(super) count: u32,
    /// Index into [`Blame::commits`].
    pub(super) commit: u32,
    /// The first line in the file as the commit left it, from 0.
    pub(super) then: u32,
    /// Index into [`Blame::paths`]: its name at that commit.
    pub(super) path: u32,
}

/// A commit of the history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Commit {
    /// Its name.
    pub(super) id: ObjectId,
    /// Whether older commits are out of reach.
    pub(super) is_cut: bool,
}

/// Who brought which line.
#[derive(Debug, Default)]
pub(super) struct Blame {
    /// Commits from the newest, each before its parents.
    pub(super) commits: Vec<Commit>,
    /// The parents of each commit, as far as they are there.
    pub(super) parents: Vec<Vec<u32>>,
    /// Paths from the top of the repository.
    pub(super) paths: Vec<String>,
    /// The runs of each file that was asked for, in the same order.
    pub(super) files: Vec<Vec<Run>>,
}

/// A file of the commit: its path from the top of the repository, its content and how many lines that has.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) path: String,
    pub(super) blob: ObjectId,
    pub(super) lines: u32,
}

/// Blames files of a commit, by what the cache holds as far as that goes. O(commits + changes + lines that differ).
pub(super) fn files(
    repo: &gix::Repository,
    head: ObjectId,
    wanted: &[Wanted],
    cache: Option<&Path>,
) -> Blame {
    let history = History::load(repo, head);
    let mut paths = Paths::default();
    let store = cache.and_then(|folder| Store::open(folder, repo, &history));
    let kept = store.as_ref().and_then(|store| store.newest(&history, &mut paths));
    let shards = rayon::current_num_threads().max(1);
    let sync = repo.clone().into_sync();
    let mut walks: Vec<Walk> =
        (0..shards).map(|_| Walk::new(sync.to_thread_local(), wanted.len(), history.commits.len())).collect();
    for (index, file) in wanted.iter().enumerate() {
        let path = paths.intern(&file.path);
        walks[index % shards].begin(index, path, file);
    }
    let mut start = 0;
    while start < history.commits.len() && !walks.iter().all(Walk::is_done) {
        if let Some(kept) = kept.as_ref().filter(|kept| kept.at == start) {
            walks.par_iter_mut().for_each(|walk| walk.recall(kept));
        }
        // What is kept of a commit is taken before the commit is passed, so a chunk ends there.
        let stop = kept.as_ref().map(|kept| kept.at).filter(|&at| at > start).unwrap_or(usize::MAX);
        let end = (start + CHUNK).min(history.commits.len()).min(stop);
        if !walks.iter().all(Walk::is_done) {
            let changes = history.changes(&sync, start..end, &mut paths);
            walks.par_iter_mut().for_each(|walk| {
                for (commit, changes) in (start..end).zip(&changes) {
                    walk.pass(&history, commit, changes, &paths);
                }
            });
        }
        start = end;
    }
    let mut files = vec![Vec::new(); wanted.len()];
    for walk in walks {
        for (index, runs) in walk.into_runs() {
            files[index] = joined(runs);
        }
    }
    let blame =
        Blame { commits: history.public(), parents: history.parents, paths: paths.into_names(), files };
    if let Some(store) = store {
        store.save(&blame, wanted, kept.as_ref());
    }
    blame
}

/// Runs in order, neighbours that belong together as one.
fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_unstable();
    let mut all: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs {
        match all.last_mut() {
            Some(last)
                if (last.commit, last.path) == (run.commit, run.path)
                    && last.first + last.count == run.first
                    && last.then + last.count == run.then =>
            {
                last.count += run.count;
            }
            _ => all.push(run),
        }
    }
    all
}
