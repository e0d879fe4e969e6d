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
    /// Below a field that holds the values of a mapping: the one under this key. It never stands first.
    Under(Sym),
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
    /// Row 0 is the whole value and has no step.
    rows: Vec<Row>,
    index: FxHashMap<(Step, Path), Path>,
}

/// A path as its first step and the rest.
#[derive(Clone, Copy, Debug)]
struct Row {
    step: Step,
    rest: Path,
    /// The path without its last step: what holds it holds this path, too.
    above: Path,
    depth: u8,
}

impl Paths {
    /// Longest path. Four steps tell `request.body.user.name` from `request.body.user.id` below one more field.
    pub(super) const MAX_DEPTH: u8 = 5;

    pub(super) fn new() -> Self {
        let whole = Row { step: Step::Key, rest: Path::WHOLE, above: Path::WHOLE, depth: 0 };
        Self { rows: vec![whole], index: FxHashMap::default() }
    }

    /// The first step and the rest, or none for the whole value.
    pub(super) fn split(&self, path: Path) -> Option<(Step, Path)> {
        let row = self.rows[path.0 as usize];
        (row.depth > 0).then_some((row.step, row.rest))
    }

    /// The path without its last step, or none for the whole value.
    pub(super) fn above(&self, path: Path) -> Option<Path> {
        let row = self.rows[path.0 as usize];
        (row.depth > 0).then_some(row.above)
    }

    /// The path with one more step in front.
    pub(super) fn push(&mut self, step: Step, rest: Path) -> Path {
        let kept = self.room_below(step, rest);
        let rest = if kept < self.depth(rest) { self.cut(rest, kept) } else { rest };
        if let Some(&path) = self.index.get(&(step, rest)) {
            return path;
        }
        let above = self.above(rest).map_or(Path::WHOLE, |above| self.push(step, above));
        let path = Path(u32::try_from(self.rows.len()).expect("fewer than 2^32 paths"));
        let depth = self.depth(rest) + 1;
        self.rows.push(Row { step, rest, above, depth });
        self.index.insert((step, rest), path);
        path
    }

    /// How many steps of `rest` may stand below `step`: what comes back to the same name again and again, as the
    /// nodes of a chain or the pairs of a mapping of mappings do, is told apart to a depth of one name, or two keys.
    fn room_below(&self, step: Step, rest: Path) -> u8 {
        let mut again = match step {
            Step::Field(Field::Item(_)) => 1,
            _ => 0,
        };
        let (mut at, mut depth) = (rest, 0);
        while let Some((other, below)) = self.split(at) {
            if depth + 1 >= Self::MAX_DEPTH || (other == step && again == 0) {
                break;
            }
            again -= u8::from(other == step);
            (at, depth) = (below, depth + 1);
        }
        depth
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

    /// The path without a key in front: who has the value under a key asks for keys no longer.
    pub(super) fn without_key(&self, path: Path) -> Path {
        match self.split(path) {
            Some((Step::Under(_), rest)) => rest,
            _ => path,
        }
    }

    /// Whether a path leads further down than into an option, or a list of options.
    pub(super) fn is_deep(&self, path: Path) -> bool {
        self.depth(path) > 2
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
        self.rows[path.0 as usize].depth
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

#[cfg(test)]
mod tests {
    use super::{Path, Paths, Step};
    use crate::facts::Field;
    use crate::ids::Sym;

    fn path(paths: &mut Paths, fields: &[Field]) -> Path {
        fields.iter().rev().fold(Path::WHOLE, |rest, &field| paths.push_field(field, rest))
    }

    #[test]
    fn steps_that_repeat_are_cut() {
        let mut paths = Paths::new();
        let (next, key, any) = (Field::Attr(Sym(1)), Field::Item(Sym(2)), Field::AnyItem);
        let one = path(&mut paths, &[next]);
        assert_eq!(path(&mut paths, &[next, key, next]), path(&mut paths, &[next, key]));
        assert_eq!(path(&mut paths, &[next, next, key]), one);
        let two = path(&mut paths, &[key, key]);
        assert_eq!(path(&mut paths, &[key, key, key]), two);
        assert_eq!(path(&mut paths, &[any, any]), path(&mut paths, &[any]));
    }

    #[test]
    fn the_path_above_lacks_the_last_step() {
        let mut paths = Paths::new();
        let (name, key) = (Field::Attr(Sym(1)), Field::Item(Sym(2)));
        let (short, long) = (path(&mut paths, &[name]), path(&mut paths, &[name, key]));
        assert_eq!(paths.above(long), Some(short));
        assert_eq!(paths.above(short), Some(Path::WHOLE));
        assert_eq!(paths.above(Path::WHOLE), None);
        assert_eq!(paths.split(long), Some((Step::Field(name), path(&mut paths, &[key]))));
    }
}
