//! Rows about lines of a body: how often they run, which of them are one call, and when they are code at all.

use crate::ids::Sym;

/// `spans(first, last, runs)`: lines of a body that do not run exactly once in each run of it: the arms of
/// branches, the bodies of loops and handlers. Spans nest or are apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// How often they run.
    pub runs: Runs,
}

/// `extents(of, first, last)`: a call, or a statement without a body, that is written over several lines. Most are not,
/// so these rows are few. Columns count as those of [`Call`](super::Call); places stand one behind the other in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extent {
    /// The line and column that stand for a call, see [`Call`](super::Call); of a statement, none.
    pub call: Option<(u32, u32)>,
    /// Line and column of its beginning.
    pub first: (u32, u32),
    /// Line and column of its last byte.
    pub last: (u32, u32),
}

/// `conditions(first, last, text)`: lines that are code only in another configuration than the one that is analysed, or
/// only where tests are ([`Condition::TEST`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// The condition, as written.
    pub text: Sym,
}

impl Condition {
    /// The text for lines that are code where tests are.
    pub const TEST: &str = "test";
}

/// How often a stretch of code runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runs {
    /// Any number of times.
    Maybe,
    /// Never: a condition is constant, or a jump stands before it.
    Never,
}
