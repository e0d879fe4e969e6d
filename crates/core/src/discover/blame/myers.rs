//! Two texts as numbered lines → which lines of each the other does not have, as `git` says.
//!
//! Of the shortest ways from one text to the other there are many, and for texts that differ much git settles for a way
//! that is not shortest. A line is blamed on whom git blames only if every such choice is the same one, so this follows
//! the rules of git: the search of Myers from both ends, and where it costs more than [`TRIGGER`] a split at a long
//! stretch of equal lines that a search has come by, else at the furthest point. Libraries weigh these stretches
//! differently: they agree with git on nearly all texts, and not on those that were rewritten.
//!
//! # Terms
//! * A *point* is a number of lines of each text; a *diagonal* holds the points of one difference between the two.
//! * A *front* is the furthest point on each diagonal that can be reached at a cost, from the beginning or the end.
//! * A line is *common* where the other text has many of it (a brace): between lines that it does not have at all, such a
//!   line is left out of the search.
//!
//! # Invariants
//! * Lines that are not marked are the same in both texts, in order.

use gix_imara_diff::{Algorithm, Diff, InternedInput, Token};
use std::ops::Range;

/// Cost from which on a split that is not best will do.
const TRIGGER: i32 = 256;
/// The least cost at which a search ends, whatever it has found.
const LEAST_LIMIT: i32 = 256;
/// Equal lines that make a stretch long.
const STRETCH: i32 = 20;
/// How much further than its cost a front has to be.
const GAIN: i32 = 4;
/// The largest number from which on a line is common.
const MOST_COMMON: u32 = 1024;
/// Lines around a common one that are looked at.
const WINDOW: usize = 100;

/// What `git diff` says of two texts by lines: of lines that could as well be others, those that it shows.
pub(super) fn diff(input: &InternedInput<&[u8]>) -> Diff {
    let (removed, added) = changes(&input.before, &input.after);
    // A difference is not made from marks, so the library is given texts of which all the lines that are not marked are
    // the same, and every marked one is like no other.
    let number = |line: usize| Token(u32::try_from(line).expect("a file has fewer than 2^31 lines"));
    let same = removed.iter().filter(|&&is_removed| !is_removed).count();
    let named = |marks: &[bool], from: usize| -> Vec<Token> {
        let (mut kept, mut left) = (0.., from..);
        let mut name = |is_marked: &bool| if *is_marked { left.next() } else { kept.next() };
        marks.iter().filter_map(&mut name).map(number).collect()
    };
    let (old, new) = (named(&removed, same), named(&added, same + removed.len()));
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &old, &new, number(same + removed.len() + added.len()).0);
    diff.postprocess_lines(input);
    diff
}

/// Marks the lines of either text that the other does not have.
fn changes(before: &[Token], after: &[Token]) -> (Vec<bool>, Vec<bool>) {
    let mut marks = (vec![false; before.len()], vec![false; after.len()]);
    let begin = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (a, b) = (&before[begin..], &after[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (begin..before.len() - end, begin..after.len() - end);
    if a.is_empty() || b.is_empty() {
        marks.0[a].fill(true);
        marks.1[b].fill(true);
        return marks;
    }
    let (in_before, in_after) = (counts(before), counts(after));
    let old = Side::new(before, a, &in_after, &mut marks.0);
    let new = Side::new(after, b, &in_before, &mut marks.1);
    Search::new(&old, &new).run(&mut marks);
    marks
}

/// How often each line is there.
fn counts(tokens: &[Token]) -> Vec<u32> {
    let most = tokens.iter().map(|token| token.0 as usize + 1).max().unwrap_or_default();
    let mut counts = vec![0; most];
    tokens.iter().for_each(|token| counts[token.0 as usize] += 1);
    counts
}

/// About the root of a number: a power of two.
fn root(number: usize) -> u32 {
    1_u32.checked_shl((usize::BITS - number.leading_zeros()).div_ceil(2)).unwrap_or(u32::MAX)
}

/// How often the other text has a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    None,
    Some,
    Common,
}

/// The lines of a text that are searched.
struct Side {
    tokens: Vec<Token>,
    /// Where they stand in the text.
    places: Vec<usize>,
}

impl Side {
    /// Leaves out, and marks, the lines that the other text does not have, and common ones between such.
    fn new(tokens: &[Token], part: Range<usize>, other: &[u32], marks: &mut [bool]) -> Self {
        let common = root(tokens.len()).min(MOST_COMMON);
        let of = |token: &Token| match other.get(token.0 as usize).copied().unwrap_or_default() {
            0 => Match::None,
            count if count >= common => Match::Common,
            _ => Match::Some,
        };
        let matches: Vec<Match> = tokens[part.clone()].iter().map(of).collect();
        let is_left_out = |at: usize| match matches[at] {
            Match::None => true,
            Match::Some => false,
            Match::Common => is_lost(&matches, at),
        };
        let mut side = Self { tokens: Vec::new(), places: Vec::new() };
        for (at, place) in part.enumerate() {
            if is_left_out(at) {
                marks[place] = true;
            } else {
                side.tokens.push(tokens[place]);
                side.places.push(place);
            }
        }
        side
    }
}

/// Whether a common line stands among lines that the other text does not have.
fn is_lost(matches: &[Match], at: usize) -> bool {
    let mut common = 2;
    let mut lost = |rows: &mut dyn Iterator<Item = &Match>| {
        let rows = rows.take(WINDOW).take_while(|row| **row != Match::Some);
        let (none, some): (Vec<&Match>, Vec<&Match>) = rows.partition(|row| **row == Match::None);
        common += some.len();
        none.len()
    };
    let before = lost(&mut matches[..at].iter().rev());
    let behind = if before > 0 { lost(&mut matches[at + 1..].iter()) } else { 0 };
    behind > 0 && before + behind > 3 * common
}

/// A part of both texts: lines of the old, lines of the new.
#[derive(Clone, Debug)]
struct Area {
    old: Range<i32>,
    new: Range<i32>,
    /// Whether it is searched to the end, whatever that costs.
    is_minimal: bool,
}

/// Where an area is cut in two, and whether the parts are to be searched to the end.
struct Cut {
    old: i32,
    new: i32,
    is_minimal: [bool; 2],
}

struct Search<'a> {
    old: &'a Side,
    new: &'a Side,
    ahead: Front<false>,
    back: Front<true>,
    limit: i32,
}

impl<'a> Search<'a> {
    fn new(old: &'a Side, new: &'a Side) -> Self {
        let (olds, news) = (size(old), size(new));
        let diagonals = old.tokens.len() + new.tokens.len() + 3;
        let limit = i32::try_from(root(diagonals)).unwrap_or(i32::MAX).max(LEAST_LIMIT);
        debug_assert!(
            diagonals as i64 == i64::from(olds) + i64::from(news) + 3,
            "texts have fewer than 2^31 lines"
        );
        Self { old, new, ahead: Front::new(diagonals, news), back: Front::new(diagonals, news), limit }
    }

    /// Cuts areas in two until one of their texts is empty: what is left of the other is marked.
    fn run(&mut self, marks: &mut (Vec<bool>, Vec<bool>)) {
        let mut areas = vec![Area { old: 0..size(self.old), new: 0..size(self.new), is_minimal: false }];
        while let Some(mut area) = areas.pop() {
            self.shrink(&mut area);
            if area.old.is_empty() || area.new.is_empty() {
                mark(self.old, &area.old, &mut marks.0);
                mark(self.new, &area.new, &mut marks.1);
                continue;
            }
            let Cut { old, new, is_minimal: [first, second] } = self.cut(&area);
            areas.push(Area { old: area.old.start..old, new: area.new.start..new, is_minimal: first });
            areas.push(Area { old: old..area.old.end, new: new..area.new.end, is_minimal: second });
        }
    }

    /// Takes equal lines off both ends.
    fn shrink(&self, area: &mut Area) {
        while !area.old.is_empty() && !area.new.is_empty() && self.same(area.old.start, area.new.start) {
            area.old.start += 1;
            area.new.start += 1;
        }
        while !area.old.is_empty() && !area.new.is_empty() && self.same(area.old.end - 1, area.new.end - 1) {
            area.old.end -= 1;
            area.new.end -= 1;
        }
    }

    fn same(&self, old: i32, new: i32) -> bool {
        self.old.tokens[index(old)] == self.new.tokens[index(new)]
    }

    /// Where both fronts meet; where that is too far, the best that one of them has come by.
    fn cut(&mut self, area: &Area) -> Cut {
        let is_odd = (area.old.len() + area.new.len()) % 2 == 1;
        let (old, new) = (self.old, self.new);
        self.ahead.begin(area);
        self.back.begin(area);
        for cost in 1.. {
            let mut has_stretch = false;
            self.ahead.widen(area);
            for diagonal in self.ahead.diagonals() {
                let at = self.ahead.advance(old, new, area, diagonal, &mut has_stretch);
                if is_odd && self.back.has(diagonal) && self.back.at(diagonal) <= at {
                    return Cut { old: at, new: at - diagonal, is_minimal: [true, true] };
                }
            }
            self.back.widen(area);
            for diagonal in self.back.diagonals() {
                let at = self.back.advance(old, new, area, diagonal, &mut has_stretch);
                if !is_odd && self.ahead.has(diagonal) && at <= self.ahead.at(diagonal) {
                    return Cut { old: at, new: at - diagonal, is_minimal: [true, true] };
                }
            }
            if area.is_minimal {
                continue;
            }
            if has_stretch && cost > TRIGGER {
                if let Some((at, new)) = self.ahead.stretch(self.old, self.new, area, cost) {
                    return Cut { old: at, new, is_minimal: [true, false] };
                }
                if let Some((at, new)) = self.back.stretch(self.old, self.new, area, cost) {
                    return Cut { old: at, new, is_minimal: [false, true] };
                }
            }
            if cost >= self.limit {
                break;
            }
        }
        let (ahead, back) = (self.ahead.furthest(area), self.back.furthest(area));
        let is_ahead = area.way(back) < ahead.0 + ahead.1 - area.old.start - area.new.start;
        let (at, is_minimal) = if is_ahead { (ahead, [true, false]) } else { (back, [false, true]) };
        Cut { old: at.0, new: at.1, is_minimal }
    }
}

impl Area {
    /// Lines between a point and the end.
    fn way(&self, (old, new): (i32, i32)) -> i32 {
        self.old.end + self.new.end - old - new
    }
}

fn size(side: &Side) -> i32 {
    i32::try_from(side.tokens.len()).expect("a file has fewer than 2^31 lines")
}

fn index(line: i32) -> usize {
    usize::try_from(line).expect("lines within an area are not negative")
}

fn mark(side: &Side, lines: &Range<i32>, marks: &mut [bool]) {
    for &place in &side.places[index(lines.start)..index(lines.end)] {
        marks[place] = true;
    }
}

/// The furthest line of the old text on each diagonal; from the end where it goes `BACK`.
struct Front<const BACK: bool> {
    lines: Vec<i32>,
    /// The place of diagonal 0 in `lines`.
    zero: i32,
    first: i32,
    last: i32,
    middle: i32,
}

impl<const BACK: bool> Front<BACK> {
    fn new(diagonals: usize, news: i32) -> Self {
        Self { lines: vec![0; diagonals], zero: news + 1, first: 0, last: 0, middle: 0 }
    }

    fn begin(&mut self, area: &Area) {
        let (old, new) = if BACK { (area.old.end, area.new.end) } else { (area.old.start, area.new.start) };
        self.middle = old - new;
        (self.first, self.last) = (self.middle, self.middle);
        self.set(self.middle, old);
    }

    fn at(&self, diagonal: i32) -> i32 {
        self.lines[index(diagonal + self.zero)]
    }

    fn set(&mut self, diagonal: i32, line: i32) {
        self.lines[index(diagonal + self.zero)] = line;
    }

    fn has(&self, diagonal: i32) -> bool {
        (self.first..=self.last).contains(&diagonal)
    }

    /// Every other diagonal, from the last: only these can be reached at this cost.
    fn diagonals(&self) -> impl Iterator<Item = i32> + use<BACK> {
        (self.first..=self.last).rev().step_by(2)
    }

    /// One diagonal more on each side; at the border of the area, one less.
    fn widen(&mut self, area: &Area) {
        let nowhere = if BACK { i32::MAX } else { -1 };
        if self.first > area.old.start - area.new.end {
            self.first -= 1;
            self.set(self.first - 1, nowhere);
        } else {
            self.first += 1;
        }
        if self.last < area.old.end - area.new.start {
            self.last += 1;
            self.set(self.last + 1, nowhere);
        } else {
            self.last -= 1;
        }
    }

    /// Goes on to a diagonal from its neighbours and along its equal lines, and says whether those are many.
    fn advance(&mut self, old: &Side, new: &Side, area: &Area, diagonal: i32, has_stretch: &mut bool) -> i32 {
        let (low, high) = (self.at(diagonal - 1), self.at(diagonal + 1));
        let start = match (BACK, low < high) {
            (false, false) => low + 1,
            (false, true) => high,
            (true, true) => low,
            (true, false) => high - 1,
        };
        let same = |line: i32| old.tokens[index(line)] == new.tokens[index(line - diagonal)];
        let mut line = start;
        if BACK {
            while line > area.old.start && line - diagonal > area.new.start && same(line - 1) {
                line -= 1;
            }
        } else {
            while line < area.old.end && line - diagonal < area.new.end && same(line) {
                line += 1;
            }
        }
        *has_stretch |= (line - start).abs() > STRETCH;
        self.set(diagonal, line);
        line
    }

    /// The point that is furthest for its distance from the middle, of those far enough with a stretch behind them.
    fn stretch(&self, old: &Side, new: &Side, area: &Area, cost: i32) -> Option<(i32, i32)> {
        let mut best = (GAIN * cost, None);
        for diagonal in self.diagonals() {
            let point = (self.at(diagonal), self.at(diagonal) - diagonal);
            let way =
                if BACK { area.way(point) } else { point.0 + point.1 - area.old.start - area.new.start };
            let gain = way - (diagonal - self.middle).abs();
            if gain > best.0 && Self::is_stretch(old, new, area, point) {
                best = (gain, Some(point));
            }
        }
        best.1
    }

    /// Whether as many lines as make a stretch are equal on the way by which a point was reached.
    fn is_stretch(old: &Side, new: &Side, area: &Area, (x, y): (i32, i32)) -> bool {
        let fits = |range: &Range<i32>, line: i32| {
            if BACK {
                range.start < line && line <= range.end - STRETCH
            } else {
                range.start + STRETCH <= line && line < range.end
            }
        };
        let from = if BACK { 0 } else { -STRETCH };
        fits(&area.old, x)
            && fits(&area.new, y)
            && (from..from + STRETCH).all(|step| old.tokens[index(x + step)] == new.tokens[index(y + step)])
    }

    /// The point with the most lines behind it.
    fn furthest(&self, area: &Area) -> (i32, i32) {
        let inside = |diagonal: i32| {
            let line = self.at(diagonal);
            let y = if BACK {
                (line.max(area.old.start) - diagonal).max(area.new.start)
            } else {
                (line.min(area.old.end) - diagonal).min(area.new.end)
            };
            (y + diagonal, y)
        };
        let mut points = self.diagonals().map(inside);
        let first = points.next().expect("a front has a diagonal");
        points.fold(first, |best, point| {
            let (sum, known) = (point.0 + point.1, best.0 + best.1);
            if (BACK && sum < known) || (!BACK && sum > known) { point } else { best }
        })
    }
}
