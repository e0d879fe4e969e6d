//! Blame, notes, records, commits and marks → the stretches of each file.

use super::marks::Marks;
use super::message::{self, Said};
use super::notes::{self, Note, Refs};
use super::trace::Traces;
use super::{
    Basis, Commit, File, FileOrigins, Ground, Origin, Origins, Skipped, Stretch, Today, Writer, join,
};
use crate::discover::blame::{Blame, Run};
use crate::discover::git;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Reviewers of a commit that are kept, its merger among them.
const MAX_REVIEWERS: usize = 16;

/// Makes the origins.
pub(super) struct Settler<'a> {
    marks: &'a Marks,
    made: Origins,
}

/// All that is known of the commits that brought lines.
struct Known<'a> {
    blame: &'a Blame,
    prefix: &'a str,
    head: String,
    marks: &'a Marks,
    /// By index of the blame: index into the commits of the result.
    numbers: Vec<Option<u32>>,
    said: Vec<Option<Said>>,
    notes: Vec<Option<Note>>,
    traces: Traces,
    kinds: Vec<Origin>,
}

impl<'a> Settler<'a> {
    pub(super) fn new(marks: &'a Marks) -> Self {
        Self { marks, made: Origins::default() }
    }

    pub(super) fn finish(self) -> Origins {
        self.made
    }

    /// Files that are in no repository: only their marks speak.
    pub(super) fn without_history(mut self, files: &[File<'_>]) -> Origins {
        let none = Origin::bare(Writer::Unknown, Basis::NoHistory);
        let kinds: BTreeSet<Origin> = self.marks.origins().cloned().chain([none.clone()]).collect();
        self.made.kinds = kinds.into_iter().collect();
        for file in files {
            let origin = self.marks.of(file.path).unwrap_or(&none);
            let kind = number(&self.made.kinds, origin);
            let last = git::count(git::lines(file.bytes).count());
            let whole = Stretch { first: 1, last, kind, commit: None };
            let stretches = if last > 0 { vec![whole] } else { Vec::new() };
            self.made.files.push(FileOrigins { path: file.path.to_owned(), stretches });
        }
        self.made
    }

    /// Files of a repository.
    pub(super) fn settle(&mut self, ground: &Ground<'_>, files: &[File<'_>], today: &[Today]) {
        let known = self.known(ground);
        let mut next = 0;
        let runs: Vec<&[Run]> = today
            .iter()
            .map(|file| {
                next += usize::from(file.wanted.is_some());
                if file.wanted.is_some() { ground.blame.files[next - 1].as_slice() } else { &[] }
            })
            .collect();
        let rows = files.par_iter().zip(today).zip(runs);
        let made = rows.map(|((file, today), runs)| FileOrigins {
            path: file.path.to_owned(),
            stretches: known.stretches(file.path, today, runs),
        });
        self.made.files = made.collect();
        self.made.kinds = known.kinds;
        if ground.blame.commits.iter().any(|commit| commit.is_cut) {
            let reason = "has no full history here: lines that may be older than it are of unknown origin; fetch the \
                          history (`fetch-depth: 0` in a checkout step, or `git fetch --unshallow`)";
            self.made.notes.push(Skipped { path: ".git".to_owned(), reason: reason.to_owned() });
        }
    }

    fn known<'b>(&mut self, ground: &'b Ground<'b>) -> Known<'b>
    where
        'a: 'b,
    {
        let blame = ground.blame;
        let blamed: BTreeSet<u32> = blame.files.iter().flatten().map(|run| run.commit).collect();
        let blamed: Vec<u32> = blamed.into_iter().collect();
        let sync = ground.repo.clone().into_sync();
        let refs = Refs::list(ground.repo, "refs/notes/ai");
        let rows = blamed.par_iter().map_init(
            || sync.to_thread_local(),
            |repo, &commit| {
                let id = blame.commits[commit as usize].id;
                let text = refs.text(repo, id).or_else(|| notes::old(repo, id));
                (message::read(repo, id), text.map(|text| notes::parse(&text)))
            },
        );
        let rows: Vec<_> = rows.collect();
        let mut known = Known {
            blame,
            prefix: ground.prefix,
            head: ground.head.to_string(),
            marks: self.marks,
            numbers: vec![None; blame.commits.len()],
            said: vec![None; blame.commits.len()],
            notes: vec![None; blame.commits.len()],
            traces: Traces::read(ground.repo, ground.top),
            kinds: Vec::new(),
        };
        for (number, (&commit, (said, note))) in blamed.iter().zip(rows).enumerate() {
            let id = blame.commits[commit as usize].id;
            known.numbers[commit as usize] = Some(git::count(number));
            known.said[commit as usize] = said;
            known.traces.note(ground.repo, id);
            match note {
                Some(Ok(note)) => known.notes[commit as usize] = Some(note).filter(|note| !note.is_empty()),
                Some(Err(reason)) => self.note(format!("refs/notes/ai of {id}"), reason),
                None => {}
            }
        }
        for path in std::mem::take(&mut known.traces.broken) {
            self.note(path, "holds no records of Agent Trace: it was not read");
        }
        known.kinds = known.all_kinds();
        self.made.commits = known.commits(ground.repo, &blamed);
        known
    }

    fn note(&mut self, path: String, reason: &str) {
        self.made.notes.push(Skipped { path, reason: reason.to_owned() });
    }
}

impl Known<'_> {
    /// Every origin that a line can have here, sorted.
    fn all_kinds(&self) -> Vec<Origin> {
        let bare = [
            (Writer::Human, Basis::Commit),
            (Writer::Unknown, Basis::Untracked),
            (Writer::Unknown, Basis::Uncommitted),
            (Writer::Unknown, Basis::Cut),
        ];
        let mut kinds: BTreeSet<Origin> =
            bare.into_iter().map(|(writer, basis)| Origin::bare(writer, basis)).collect();
        kinds.extend(self.marks.origins().cloned());
        kinds.extend(self.traces.origins().cloned());
        kinds.extend(self.said.iter().flatten().map(|said| said.origin.clone()));
        let notes = self.notes.iter().flatten().flat_map(|note| note.values().flatten());
        kinds.extend(notes.map(|row| row.2.clone()));
        kinds.into_iter().collect()
    }

    fn commits(&self, repo: &gix::Repository, blamed: &[u32]) -> Vec<Commit> {
        let mergers = mergers(self.blame);
        let commit = |&commit: &u32| {
            let id = self.blame.commits[commit as usize].id;
            let said = self.said[commit as usize].as_ref();
            let author = said.map(|said| said.author.clone()).unwrap_or_default();
            let mut reviewers = said.map(|said| said.reviewers.clone()).unwrap_or_default();
            reviewers.extend(self.merger(repo, mergers[commit as usize]).filter(|name| *name != author));
            reviewers.sort();
            reviewers.dedup();
            reviewers.truncate(MAX_REVIEWERS);
            Commit {
                id: id.to_string(),
                time: said.map_or(0, |said| said.time),
                email: said.map(|said| said.email.clone()).unwrap_or_default(),
                is_person: said.is_some_and(|said| said.is_person),
                author,
                reviewers,
            }
        };
        blamed.iter().map(commit).collect()
    }

    /// The person who merged.
    fn merger(&self, repo: &gix::Repository, merge: Option<u32>) -> Option<String> {
        let id = self.blame.commits[merge? as usize].id;
        message::read(repo, id).filter(|said| said.is_person).map(|said| said.author)
    }

    fn stretches(&self, path: &str, today: &Today, runs: &[Run]) -> Vec<Stretch> {
        let mark = self.marks.of(path).map(|origin| number(&self.kinds, origin));
        let there = join(self.prefix, path);
        let kinds: Vec<Vec<u32>> = runs.iter().map(|run| self.kinds_of(run)).collect();
        let mut uncommitted = None;
        let mut at = 0;
        let mut stretches: Vec<Stretch> = Vec::new();
        for (here, line) in (1..).zip(&today.lines) {
            let (kind, commit) = match line {
                None => {
                    let painted =
                        uncommitted.get_or_insert_with(|| self.uncommitted(&there, today.lines.len()));
                    (painted[here as usize - 1], None)
                }
                Some(line) => {
                    while runs.get(at).is_some_and(|run| run.first + run.count <= *line) {
                        at += 1;
                    }
                    let Some(run) = runs.get(at) else { continue };
                    (kinds[at][(line - run.first) as usize], self.numbers[run.commit as usize])
                }
            };
            let kind = mark.unwrap_or(kind);
            match stretches.last_mut() {
                Some(last) if (last.kind, last.commit) == (kind, commit) && last.last + 1 == here => {
                    last.last = here
                }
                _ => stretches.push(Stretch { first: here, last: here, kind, commit }),
            }
        }
        stretches
    }

    /// The origin of each line of a run.
    fn kinds_of(&self, run: &Run) -> Vec<u32> {
        let blame = self.blame;
        let commit = blame.commits[run.commit as usize];
        let path = &blame.paths[run.path as usize];
        let said = self.said[run.commit as usize].as_ref();
        let note = self.notes[run.commit as usize].as_ref();
        let unknown = |basis| Origin::bare(Writer::Unknown, basis);
        let otherwise = match (note, said) {
            (Some(_), _) => unknown(Basis::Untracked),
            (None, Some(said)) if !commit.is_cut => said.origin.clone(),
            _ => unknown(Basis::Cut),
        };
        let mut kinds = vec![number(&self.kinds, &otherwise); run.count as usize];
        let first_parent = blame.parents[run.commit as usize].first();
        let before = first_parent.map(|&parent| blame.commits[parent as usize].id.to_string());
        let traces =
            [before.as_deref().unwrap_or("-"), &commit.id.to_string()].map(|id| self.traces.of(id, path));
        let noted = note.and_then(|note| note.get(path)).map_or(&[][..], Vec::as_slice);
        for rows in traces.into_iter().chain([noted]) {
            self.paint(&mut kinds, run.then, rows);
        }
        kinds
    }

    /// The origin of each line of a file if it is not committed.
    fn uncommitted(&self, path: &str, lines: usize) -> Vec<u32> {
        let bare = Origin::bare(Writer::Unknown, Basis::Uncommitted);
        let mut kinds = vec![number(&self.kinds, &bare); lines];
        for revision in ["", &self.head] {
            self.paint(&mut kinds, 0, self.traces.of(revision, path));
        }
        kinds
    }

    /// Writes ranges of lines (from 1) over the lines that begin at `then` (from 0): the last range counts.
    fn paint(&self, kinds: &mut [u32], then: u32, rows: &[(u32, u32, Origin)]) {
        for (first, last, origin) in rows {
            let begin = (first - 1).saturating_sub(then) as usize;
            let end = (last.saturating_sub(then) as usize).min(kinds.len());
            if let Some(kinds) = kinds.get_mut(begin..end) {
                kinds.fill(number(&self.kinds, origin));
            }
        }
    }
}

/// The merge on the main line that brought each commit; none for those that were made on it.
fn mergers(blame: &Blame) -> Vec<Option<u32>> {
    let mut line = Vec::new();
    let mut at = (!blame.commits.is_empty()).then_some(0);
    while let Some(commit) = at {
        line.push(commit);
        at = blame.parents[commit as usize].first().copied();
    }
    let mut seen = vec![false; blame.commits.len()];
    let mut mergers = vec![None; blame.commits.len()];
    line.iter().for_each(|&commit| seen[commit as usize] = true);
    for &merge in line.iter().rev() {
        let mut stack: Vec<u32> = blame.parents[merge as usize].iter().skip(1).copied().collect();
        while let Some(commit) = stack.pop() {
            if !std::mem::replace(&mut seen[commit as usize], true) {
                mergers[commit as usize] = Some(merge);
                stack.extend(&blame.parents[commit as usize]);
            }
        }
    }
    mergers
}

/// The index of an origin among all.
fn number(kinds: &[Origin], origin: &Origin) -> u32 {
    git::count(kinds.binary_search(origin).expect("every origin that a line can have was listed"))
}
