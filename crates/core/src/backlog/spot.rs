//! The place of a result → which calls and lines of the program it can mean, the likeliest first.
//!
//! Scanners name the first line of a call, the line of the argument that is at fault, or all of its lines; our calls stand
//! where their name stands. So a result means what begins in its region, by columns if the scanner gives them; if nothing
//! does, the calls and statements over several lines that it stands in, the innermost first.
//!
//! # Example
//! ```python
//! subprocess.run(       # ours
//!     "ping " + host,   # a result of a scanner: the innermost call around this line is `subprocess.run`
//!     shell=True,
//! )
//! ```

use super::Item;
use crate::facts::{Extent, Facts};
use crate::ids::FuncId;

/// A way to read the place of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    /// What begins between two lines and columns, the latter left out.
    Region((u32, u32), (u32, u32)),
    /// What stands in these lines.
    Lines(u32, u32),
    /// The call that stands here.
    Call(u32, u32),
}

impl Spot {
    /// Whether a call at this line and column can be meant.
    pub(super) fn holds(self, line: u32, column: u32) -> bool {
        match self {
            Self::Region(first, end) => (first..end).contains(&(line, column)),
            Self::Lines(first, last) => (first..=last).contains(&line),
            Self::Call(at, of) => (at, of) == (line, column),
        }
    }

    /// Whether something in this line can be meant.
    pub(super) fn holds_line(self, line: u32) -> bool {
        match self {
            Self::Region((first, _), (last, _)) | Self::Lines(first, last) => (first..=last).contains(&line),
            Self::Call(at, _) => at == line,
        }
    }
}

/// The ways to read the place of an item in a function.
pub(super) fn spots(facts: &Facts, function: Option<FuncId>, item: &Item) -> Vec<Spot> {
    let Some(place) = item.place.as_ref().filter(|place| place.line > 0) else { return Vec::new() };
    let last = item.end_line.max(place.line);
    let mut spots = Vec::new();
    // A column of 1 is what is taken where none is given.
    if place.column > 1 {
        let end = if item.end_column > 0 { (last, item.end_column) } else { (last + 1, 0) };
        spots.push(Spot::Region((place.line, place.column), end));
    }
    spots.push(Spot::Lines(place.line, last));
    let rows = function.map(|function| facts.extents_of(function)).unwrap_or_default();
    let mut around: Vec<&Extent> = rows.iter().filter(|row| is_in(row, place.line, place.column)).collect();
    // The innermost ends first; of those that end together it begins last, and a call is inside of its statement.
    around.sort_by_key(|row| (row.last, std::cmp::Reverse(row.first), row.call.is_none()));
    spots.extend(around.into_iter().map(|row| match row.call {
        Some((line, column)) => Spot::Call(line, column),
        None => Spot::Lines(row.first.0, row.last.0),
    }));
    spots
}

fn is_in(row: &Extent, line: u32, column: u32) -> bool {
    if column > 1 {
        (row.first..=row.last).contains(&(line, column))
    } else {
        (row.first.0..=row.last.0).contains(&line)
    }
}
