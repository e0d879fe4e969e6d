//! Analysis → text: one file and one row of [`FORMATS`] a format.
//!
//! A format is a function that writes an [`Analysis`] as seen through a [`View`]. Formats own their wire shape:
//! no type of the analysis derives `Serialize`, so a change inside never changes what readers parse.
//!
//! # Invariants
//! * Equal analyses give equal bytes: no clock, no absolute path, nothing in hash order.
//! * Text of the scanned repository is inert: no control or direction character of it reaches the output as
//!   such ([`escape`]).
//!
//! # Example
//! ```
//! use blastline::{Analysis, report};
//!
//! let format = report::format("json").expect("JSON is one of the formats");
//! let mut out = Vec::new();
//! (format.write)(&Analysis::default(), &report::View::default(), &mut out)?;
//! assert!(out.starts_with(b"{"));
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod backlog;
pub mod coverage;
pub mod escape;
mod explain;
pub mod gate;
pub mod graph;
mod ink;
mod json;
pub mod owners;
pub mod provenance;
pub mod radius;
mod sarif;
mod span;
mod text;
pub mod unresolved;

pub use explain::explain;

use crate::Analysis;
use crate::finding::Finding;
use std::io;

/// What of an analysis is shown, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct View {
    /// Whether text is coloured with ANSI escapes.
    pub color: bool,
    /// Only so many findings, the highest scores.
    pub top: Option<usize>,
    /// Only findings of this score or above.
    pub min_score: f64,
    /// Whether text shows every finding in full, and everything that was skipped.
    pub verbose: bool,
}

/// A way to write an analysis.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// What it is for: a phrase.
    pub about: &'static str,
    /// Writes it.
    pub write: fn(&Analysis, &View, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format.
pub const FORMATS: &[Format] = &[
    Format { name: "text", about: "for people: ranked, with source excerpts and paths", write: text::write },
    Format { name: "json", about: "everything, documented in docs/report.schema.json", write: json::write },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0, for code-scanning services and editors",
        write: sarif::write,
    },
];

/// The format of a name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

impl View {
    /// The findings that this view shows, in rank order, and how many it leaves out.
    #[must_use]
    pub fn of<'a>(&self, findings: &'a [Finding]) -> (Vec<&'a Finding>, usize) {
        let mut shown: Vec<_> = findings.iter().filter(|finding| finding.score >= self.min_score).collect();
        shown.truncate(self.top.unwrap_or(usize::MAX));
        let left_out = findings.len() - shown.len();
        (shown, left_out)
    }
}

/// The work counters of an analysis, by name: a slowdown shows here without a clock.
#[must_use]
pub fn counters(analysis: &Analysis) -> Vec<(&'static str, u64)> {
    let counters = &analysis.solution.counters;
    vec![
        ("files", analysis.facts.files.len() as u64),
        ("functions", analysis.facts.functions.len() as u64),
        ("instances", counters.instances),
        ("clones", counters.clones),
        ("variables", counters.nodes),
        ("tokens", counters.tokens),
        ("edges", counters.edges),
        ("propagations", counters.propagations),
        ("collapsed", counters.collapsed),
        ("gave up", counters.gave_up),
        ("findings", analysis.findings.len() as u64),
    ]
}

/// How much a score calls for action: the words that text shows and the levels of SARIF.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    High,
    Medium,
    Low,
}

impl Level {
    /// From 70 on a finding is high, from 40 on medium.
    fn of(score: f64) -> Self {
        match score {
            70.0.. => Self::High,
            40.0.. => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// A number as reports show it: two decimals, so that sums in another order give the same text.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// A day of the world's time, as `2026-12-31`, of seconds since 1970.
#[must_use]
pub fn day(time: i64) -> String {
    // Days since 1970 in the calendar of 400 years that begins in March of the year 0.
    let day = time.div_euclid(86_400) + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests;
