//! Lines of some files, handed from commit to parent until the commit is found that brought them.

use super::super::git::object;
use super::super::limits::MAX_FILE;
use super::history::{Change, Changes, History, Paths, number};
use super::rename::Likeness;
use super::store::Kept;
use super::{Run, Wanted, myers};
use gix::ObjectId;
use gix_imara_diff::InternedInput;
use rustc_hash::FxHashMap;

/// Lines that one file of one commit has to answer for.
struct Suspect {
    blob: ObjectId,
    pieces: Vec<Piece>,
}

/// Lines of a wanted file, and where they stand in the suspect.
#[derive(Clone, Copy)]
struct Piece {
    file: u32,
    first: u32,
    then: u32,
    count: u32,
}

/// By path.
type Suspects = FxHashMap<u32, Suspect>;

/// Lines of the suspect and of its parent that are the same: first here, first there, how many.
type Same = (u32, u32, u32);

/// A share of the files on their way down the history.
pub(super) struct Walk {
    repo: gix::Repository,
    /// By commit.
    suspects: Vec<Suspects>,
    open: usize,
    runs: Vec<Vec<Run>>,
}

impl Walk {
    pub(super) fn new(mut repo: gix::Repository, files: usize, commits: usize) -> Self {
        repo.object_cache_size(64 << 20);
        let suspects = (0..commits).map(|_| Suspects::default()).collect();
        Self { repo, suspects, open: 0, runs: vec![Vec::new(); files] }
    }

    /// Asks for a file of the first commit.
    pub(super) fn begin(&mut self, index: usize, path: u32, file: &Wanted) {
        let number = u32::try_from(index).expect("files are fewer than 2^32");
        let piece = Piece { file: number, first: 0, then: 0, count: file.lines };
        if let Some(head) = self.suspects.first_mut().filter(|_| file.lines > 0) {
            head.insert(path, Suspect { blob: file.blob, pieces: vec![piece] });
            self.open += 1;
        }
    }

    /// Whether all lines found their commit.
    pub(super) fn is_done(&self) -> bool {
        self.open == 0
    }

    /// The runs of each file that was begun.
    pub(super) fn into_runs(self) -> impl Iterator<Item = (usize, Vec<Run>)> {
        self.runs.into_iter().enumerate().filter(|(_, runs)| !runs.is_empty())
    }

    /// Hands what a commit did not bring to its parents.
    pub(super) fn pass(&mut self, history: &History, commit: usize, changes: &Changes, paths: &Paths) {
        let suspects = self.take_all(commit);
        let parents = &history.parents[commit];
        let blamed = match changes {
            Some(changes) if !parents.is_empty() && !history.commits[commit].is_cut => {
                self.split(parents, changes, suspects, paths)
            }
            _ => suspects,
        };
        let commit = u32::try_from(commit).expect("commits are fewer than 2^32");
        for (path, suspect) in sorted(blamed) {
            for Piece { file, first, then, count } in suspect.pieces {
                self.runs[file as usize].push(Run { first, count, commit, then, path });
            }
        }
    }

    /// Takes what is known of a commit from an earlier run.
    pub(super) fn recall(&mut self, kept: &Kept) {
        for (path, suspect) in sorted(self.take_all(kept.at)) {
            let last = suspect.pieces.iter().map(|piece| piece.then + piece.count).max().unwrap_or_default();
            match kept.runs(path, last) {
                Some(runs) => suspect.pieces.iter().for_each(|piece| self.follow(piece, runs)),
                None => self.hand(number(kept.at), path, suspect),
            }
        }
    }

    /// Writes down where the runs of a file say that a piece of it came from.
    fn follow(&mut self, piece: &Piece, runs: &[Run]) {
        let (start, end) = (piece.then, piece.then + piece.count);
        let begin = runs.partition_point(|run| run.first + run.count <= start);
        for run in runs[begin..].iter().take_while(|run| run.first < end) {
            let (from, to) = (run.first.max(start), (run.first + run.count).min(end));
            self.runs[piece.file as usize].push(Run {
                first: piece.first + (from - start),
                count: to - from,
                then: run.then + (from - run.first),
                ..*run
            });
        }
    }

    fn take_all(&mut self, commit: usize) -> Suspects {
        let suspects = std::mem::take(&mut self.suspects[commit]);
        self.open -= suspects.len();
        suspects
    }

    /// What is left when the parents have taken their lines.
    fn split(
        &mut self,
        parents: &[u32],
        changes: &[Vec<Change>],
        mut suspects: Suspects,
        paths: &Paths,
    ) -> Suspects {
        // Only what differs from the first parent needs a look; the rest is the first parent's as it is.
        let mut differs = Suspects::default();
        for change in &changes[0] {
            if let Some(suspect) = suspects.remove(&change.path) {
                differs.insert(change.path, suspect);
            }
        }
        self.hand_all(parents[0], suspects);
        let mut likeness = Likeness::default();
        let mut kept = Suspects::default();
        for (path, mut suspect) in sorted(differs) {
            let origins = self.origins(changes, (path, suspect.blob), &mut likeness, paths);
            for (&parent, origin) in parents.iter().zip(origins) {
                let Some((former, blob)) = origin else { continue };
                let taken = self.take(&mut suspect, blob);
                self.hand(parent, former, Suspect { blob, pieces: taken });
            }
            if !suspect.pieces.is_empty() {
                kept.insert(path, suspect);
            }
        }
        kept
    }

    /// The file that each parent has in place of this one. Where one has it unchanged, that one alone.
    fn origins(
        &self,
        changes: &[Vec<Change>],
        (path, blob): (u32, ObjectId),
        likeness: &mut Likeness,
        paths: &Paths,
    ) -> Vec<Option<(u32, ObjectId)>> {
        let mut origins: Vec<_> = changes.iter().map(|changes| same_path(changes, path, blob)).collect();
        if let Some(only) = unchanged(&origins, blob) {
            return only;
        }
        for (origin, changes) in origins.iter_mut().zip(changes) {
            if origin.is_none() {
                *origin = likeness.former(&self.repo, changes, (path, blob), paths);
            }
        }
        unchanged(&origins, blob).unwrap_or(origins)
    }

    /// Takes the lines that the former text has too.
    fn take(&self, suspect: &mut Suspect, former: ObjectId) -> Vec<Piece> {
        if former == suspect.blob {
            return std::mem::take(&mut suspect.pieces);
        }
        let texts = object(&self.repo, former, MAX_FILE).zip(object(&self.repo, suspect.blob, MAX_FILE));
        let Some((before, after)) = texts else { return Vec::new() };
        let same = same(&before, &after);
        let (mut taken, mut kept) = (Vec::new(), Vec::new());
        suspect.pieces.sort_unstable_by_key(|piece| piece.then);
        for &piece in &suspect.pieces {
            cut(piece, &same, &mut taken, &mut kept);
        }
        suspect.pieces = kept;
        taken
    }

    fn hand(&mut self, parent: u32, path: u32, suspect: Suspect) {
        if suspect.pieces.is_empty() {
            return;
        }
        let known = self.suspects[parent as usize].entry(path);
        match known {
            std::collections::hash_map::Entry::Occupied(mut known) => {
                known.get_mut().pieces.extend(suspect.pieces);
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(suspect);
                self.open += 1;
            }
        }
    }

    /// Hands over a whole table: the smaller one goes into the larger one, so that a table that travels down a
    /// branch costs nothing.
    fn hand_all(&mut self, parent: u32, mut suspects: Suspects) {
        let known = &mut self.suspects[parent as usize];
        if known.len() < suspects.len() {
            self.open += suspects.len();
            self.open -= known.len();
            std::mem::swap(known, &mut suspects);
        }
        for (path, suspect) in sorted(suspects) {
            self.hand(parent, path, suspect);
        }
    }
}

fn sorted(suspects: Suspects) -> Vec<(u32, Suspect)> {
    let mut rows: Vec<_> = suspects.into_iter().collect();
    rows.sort_unstable_by_key(|row| row.0);
    rows
}

/// The file that a parent has at the same path.
fn same_path(changes: &[Change], path: u32, blob: ObjectId) -> Option<(u32, ObjectId)> {
    match changes.binary_search_by_key(&path, |change| change.path) {
        Ok(at) => changes[at].old.map(|old| (path, old)),
        Err(_) => Some((path, blob)),
    }
}

/// The first parent that has the file unchanged, the others left out.
fn unchanged(origins: &[Option<(u32, ObjectId)>], blob: ObjectId) -> Option<Vec<Option<(u32, ObjectId)>>> {
    let only = origins.iter().position(|origin| origin.is_some_and(|origin| origin.1 == blob))?;
    Some(origins.iter().enumerate().map(|(at, origin)| origin.filter(|_| at == only)).collect())
}

/// Bytes in which git compares the ends of two texts.
const BLOCK: usize = 1024;

/// The length of the end that git leaves out of a comparison without context: whole blocks that are equal, but for the
/// line that the first of them begins in. What is added before an end that is left out cannot slide into it, which decides
/// which of several equal lines count as new.
fn common_end(before: &[u8], after: &[u8]) -> usize {
    let blocks = before.rchunks_exact(BLOCK).zip(after.rchunks_exact(BLOCK));
    let equal = BLOCK * blocks.take_while(|(before, after)| before == after).count();
    let end = &after[after.len() - equal..];
    end.iter().position(|&byte| byte == b'\n').map_or(0, |at| equal - at - 1)
}

/// The lines that two texts have in common, as `git blame` sees them.
fn same(before: &[u8], after: &[u8]) -> Vec<Same> {
    let end = common_end(before, after);
    let lines_of_end = after[after.len() - end..].split_inclusive(|&byte| byte == b'\n').count();
    let (before, after) = (&before[..before.len() - end], &after[..after.len() - end]);
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(before.split_inclusive(|&byte| byte == b'\n'));
    input.update_after(after.split_inclusive(|&byte| byte == b'\n'));
    let diff = myers::diff(&input);
    let mut same = Vec::new();
    let (mut old, mut new) = (0, 0);
    for hunk in diff.hunks() {
        same.push((new, old, hunk.after.start - new));
        (old, new) = (hunk.before.end, hunk.after.end);
    }
    let lines = u32::try_from(input.after.len() + lines_of_end).expect("a file has fewer than 2^32 lines");
    same.push((new, old, lines - new));
    same.retain(|same| same.2 > 0);
    same
}

/// Cuts a piece where it is the same in the parent (`taken`, with the parent's lines) and where not (`kept`).
fn cut(piece: Piece, same: &[Same], taken: &mut Vec<Piece>, kept: &mut Vec<Piece>) {
    let end = piece.then + piece.count;
    let mut at = piece.then;
    let part = |from: u32, to: u32, then: u32| Piece {
        file: piece.file,
        first: piece.first + (from - piece.then),
        then,
        count: to - from,
    };
    let begin = same.partition_point(|&(new, _, count)| new + count <= at);
    for &(new, old, count) in &same[begin..] {
        if new >= end {
            break;
        }
        let (from, to) = (new.max(at), (new + count).min(end));
        if from > at {
            kept.push(part(at, from, at));
        }
        taken.push(part(from, to, old + (from - new)));
        at = to;
    }
    if at < end {
        kept.push(part(at, end, at));
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, cut, same};

    /// The expectations are those of `git diff -U0`: of equal lines the last one counts as new, unless it is so near to
    /// the end that the end is left out of the comparison.
    #[test]
    fn a_common_end_is_left_out_as_git_does() {
        for (lines, new) in [(11, 12), (601, 91), (2_001, 467)] {
            let text = |lines: usize| format!("y\n{}", "x\n".repeat(lines));
            let same = same(text(lines).as_bytes(), text(lines + 1).as_bytes());
            let lines = u32::try_from(lines).expect("it is small");
            let expected = [(0, 0, new), (new + 1, new, lines + 1 - new)];
            assert_eq!(same, &expected[..if new == lines + 1 { 1 } else { 2 }]);
        }
    }

    #[test]
    fn a_piece_is_cut_at_what_changed() {
        let same = same(b"a\nb\nc\nd\n", b"a\nB\nc\nx\nd\n");
        assert_eq!(same, [(0, 0, 1), (2, 2, 1), (4, 3, 1)]);
        let piece = Piece { file: 0, first: 10, then: 1, count: 4 };
        let (mut taken, mut kept) = (Vec::new(), Vec::new());
        cut(piece, &same, &mut taken, &mut kept);
        let rows =
            |pieces: &[Piece]| -> Vec<_> { pieces.iter().map(|p| (p.first, p.then, p.count)).collect() };
        assert_eq!(rows(&taken), [(11, 2, 1), (13, 3, 1)]);
        assert_eq!(rows(&kept), [(10, 1, 1), (12, 3, 1)]);
    }
}
