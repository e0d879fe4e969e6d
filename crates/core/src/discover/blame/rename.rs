//! A file that is new in a commit → the file of the parent that it was renamed from, by the rules of git.
//!
//! Only files that the commit removed can have been renamed: first one of equal content, then the only one of the same
//! name if three quarters of it are alike, then the one that is most alike, if half of it is.

use super::super::git::object;
use super::super::limits::MAX_FILE;
use super::history::{Change, Paths};
use gix::ObjectId;
use rustc_hash::FxHashMap;

/// Removed files of a commit that a new one is compared with.
const MAX_SOURCES: usize = 2_000;
/// Full likeness.
const FULL: u64 = 60_000;
/// A piece of text that is compared as a whole ends with its line, or here.
const PIECE: usize = 64;

/// Bytes of each piece of a text, by the hash of the piece, sorted; and its size.
struct Signature {
    pieces: Vec<(u32, u32)>,
    size: u64,
}

/// Texts of one commit as they are compared.
#[derive(Default)]
pub(super) struct Likeness {
    signatures: FxHashMap<ObjectId, Option<Signature>>,
}

impl Likeness {
    /// The removed file that the new one was, and its content.
    pub(super) fn former(
        &mut self,
        repo: &gix::Repository,
        changes: &[Change],
        (path, new): (u32, ObjectId),
        paths: &Paths,
    ) -> Option<(u32, ObjectId)> {
        let removed = changes.iter().filter(|change| change.new.is_none());
        let mut sources: Vec<(u32, ObjectId)> =
            removed.filter_map(|change| Some((change.path, change.old?))).collect();
        sources.sort_unstable_by_key(|source| paths.name(source.0));
        let base = |path: u32| paths.name(path).rsplit('/').next().unwrap_or_default();
        let is_namesake = |source: &&(u32, ObjectId)| base(source.0) == base(path);
        let mut equal = sources.iter().filter(|source| source.1 == new);
        if let Some(first) = equal.clone().find(is_namesake).or_else(|| equal.next()) {
            return Some(*first);
        }
        let namesakes: Vec<_> = sources.iter().filter(is_namesake).collect();
        if let [only] = namesakes[..]
            && self.alike(repo, only.1, new) >= FULL / 4 * 3
        {
            return Some(*only);
        }
        let mut best: Option<(u64, bool, &(u32, ObjectId))> = None;
        for source in sources.iter().take(MAX_SOURCES) {
            let score = (self.alike(repo, source.1, new), base(source.0) == base(path));
            if score.0 >= FULL / 2 && best.is_none_or(|best| score > (best.0, best.1)) {
                best = Some((score.0, score.1, source));
            }
        }
        best.map(|best| *best.2)
    }

    fn alike(&mut self, repo: &gix::Repository, old: ObjectId, new: ObjectId) -> u64 {
        for id in [old, new] {
            self.signatures.entry(id).or_insert_with(|| object(repo, id, MAX_FILE).map(|text| sign(&text)));
        }
        match (&self.signatures[&old], &self.signatures[&new]) {
            (Some(old), Some(new)) if old.size > 0 && new.size > 0 => likeness(old, new),
            _ => 0,
        }
    }
}

/// Bytes of `old` that are in `new` too, against the larger of both.
fn likeness(old: &Signature, new: &Signature) -> u64 {
    let larger = old.size.max(new.size);
    if old.size.min(new.size) * 2 < larger {
        return 0;
    }
    let (mut a, mut b) = (old.pieces.iter().peekable(), new.pieces.iter().peekable());
    let mut copied = 0;
    while let (Some(&&(x, bytes_old)), Some(&&(y, bytes_new))) = (a.peek(), b.peek()) {
        if x == y {
            copied += u64::from(bytes_old.min(bytes_new));
        }
        if x <= y {
            a.next();
        }
        if y <= x {
            b.next();
        }
    }
    copied * FULL / larger
}

fn sign(text: &[u8]) -> Signature {
    let is_text = memchr::memchr(0, &text[..text.len().min(8000)]).is_none();
    let mut pieces: Vec<(u32, u32)> = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        for piece in line.chunks(PIECE) {
            let end = piece.strip_suffix(b"\r\n").filter(|_| is_text);
            let mut hash = 0xcbf2_9ce4_8422_2325_u64;
            let mut add = |byte: &u8| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
            end.unwrap_or(piece).iter().for_each(&mut add);
            end.iter().for_each(|_| add(&b'\n'));
            let bytes = u32::try_from(piece.len()).expect("a piece has at most 64 bytes");
            pieces.push(((hash >> 32) as u32, bytes));
        }
    }
    pieces.sort_unstable();
    let mut sums: Vec<(u32, u32)> = Vec::with_capacity(pieces.len());
    for (hash, bytes) in pieces {
        match sums.last_mut() {
            Some(last) if last.0 == hash => last.1 += bytes,
            _ => sums.push((hash, bytes)),
        }
    }
    Signature { pieces: sums, size: text.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::{FULL, likeness, sign};

    #[test]
    fn half_of_a_text_is_half_alike() {
        let (old, new) = (sign(b"one\ntwo\nsix\nten\n"), sign(b"one\ntwo\n333\n444\n"));
        assert_eq!(likeness(&old, &new), FULL / 2);
        assert_eq!(likeness(&old, &old), FULL);
        assert_eq!(likeness(&old, &sign(b"one\n")), 0);
    }

    #[test]
    fn line_ends_are_alike() {
        assert!(likeness(&sign(b"a\nb\n"), &sign(b"a\r\nb\r\n")) > FULL / 2);
    }
}
