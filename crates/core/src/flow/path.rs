//! Access paths: which part of a variable's value is meant. The empty path is the whole value with all below it.
//!
//! Paths are lists that share their tails, each stored once, so a path is a number, reading a field drops the
//! first step and writing one puts a step in front. A path deeper than [`Paths::MAX_DEPTH`] loses its end, and
//! then means more than it did: everything below the last step that is left.

use crate::facts::{Facts, Field};
use crate::ids::Sym;
use rustc_hash::FxHashMap;

/// A path, an index into [`Paths`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Path(u32);

impl Path {
    /// The whole value.
    pub(super) const WHOLE: Self = Self(0);
}

/// One step down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Step {
    /// A field.
    Field(Field),
    /// Any of the keys, in contrast to what is stored under them.
    Key,
}

/// What reading a field of a value leaves of a path below that value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Read {
    /// The field is another one.
    Miss,
    /// The field holds this.
    Hit(Path),
}

/// All paths.
#[derive(Debug)]
pub(super) struct Paths {
    /// First step, the rest, and the number of steps; row 0 is the whole value and has no step.
    rows: Vec<(Step, Path, u8)>,
    index: FxHashMap<(Step, Path), Path>,
}

impl Paths {
    /// Longest path. Four steps tell `request.body.user.name` from `request.body.user.id` below one more field.
    pub(super) const MAX_DEPTH: u8 = 5;

    pub(super) fn new() -> Self {
        Self { rows: vec![(Step::Key, Path::WHOLE, 0)], index: FxHashMap::default() }
    }

    /// The first step and the rest, or none for the whole value.
    pub(super) fn split(&self, path: Path) -> Option<(Step, Path)> {
        let (step, rest, depth) = self.rows[path.0 as usize];
        (depth > 0).then_some((step, rest))
    }

    /// The path with one more step in front.
    pub(super) fn push(&mut self, step: Step, rest: Path) -> Path {
        let rest =
            if self.depth(rest) >= Self::MAX_DEPTH { self.cut(rest, Self::MAX_DEPTH - 1) } else { rest };
        if let Some(&path) = self.index.get(&(step, rest)) {
            return path;
        }
        let path = Path(u32::try_from(self.rows.len()).expect("fewer than 2^32 paths"));
        let depth = self.depth(rest) + 1;
        self.rows.push((step, rest, depth));
        self.index.insert((step, rest), path);
        path
    }

    /// The path of a field of a value, `rest` being below that field.
    pub(super) fn push_field(&mut self, field: Field, rest: Path) -> Path {
        self.push(Step::Field(field), rest)
    }

    /// The first `depth` steps.
    pub(super) fn cut(&mut self, path: Path, depth: u8) -> Path {
        match self.split(path) {
            Some((step, rest)) if depth > 0 => {
                let rest = self.cut(rest, depth - 1);
                self.push(step, rest)
            }
            _ => Path::WHOLE,
        }
    }

    /// What reading `field` of a value leaves of `path`.
    pub(super) fn read(&self, path: Path, field: Field, facts: &Facts) -> Read {
        match self.split(path) {
            None => Read::Hit(Path::WHOLE),
            Some((Step::Field(held), rest)) if may_equal(held, field, facts) => Read::Hit(rest),
            Some(_) => Read::Miss,
        }
    }

    /// Whether every step is an element or a key: the value itself shows it when it is printed or joined.
    pub(super) fn is_content(&self, path: Path) -> bool {
        match self.split(path) {
            None => true,
            Some((Step::Field(Field::Attr(_) | Field::AnyAttr), _)) => false,
            Some((_, rest)) => self.is_content(rest),
        }
    }

    /// The path with its first step, if an element, made "any element": positions have moved.
    pub(super) fn blur(&mut self, path: Path, facts: &Facts) -> Path {
        match self.split(path) {
            Some((Step::Field(Field::Item(key)), rest)) if is_index(facts.text(key)) => {
                self.push_field(Field::AnyItem, rest)
            }
            _ => path,
        }
    }

    fn depth(&self, path: Path) -> u8 {
        self.rows[path.0 as usize].2
    }
}

/// Whether two fields may be the same part of an object. An index from the end may be any index.
fn may_equal(held: Field, read: Field, facts: &Facts) -> bool {
    match (held, read) {
        (Field::Attr(_) | Field::AnyAttr, Field::AnyAttr) | (Field::AnyAttr, Field::Attr(_)) => true,
        (Field::Item(_) | Field::AnyItem, Field::AnyItem) | (Field::AnyItem, Field::Item(_)) => true,
        (Field::Item(a), Field::Item(b)) if a != b => {
            let (a, b) = (facts.text(a), facts.text(b));
            is_index(a) && is_index(b) && (a.starts_with('-') != b.starts_with('-'))
        }
        _ => held == read,
    }
}

/// Whether a key is a position, maybe counted from the end.
pub(super) fn is_index(key: &str) -> bool {
    let digits = key.strip_prefix('-').unwrap_or(key);
    !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The key of a position.
pub(super) fn index_of(key: Sym, facts: &Facts) -> Option<usize> {
    facts.text(key).parse().ok()
}
