//! Graph, tags and flows → [`Finding`]s: what entry points reach, on which path, and what can happen there.
//!
//! # Terms
//! * A *start* is an entry point; also the import of the modules that hold entry points, which runs when the program
//!   starts; and with `--since`, changed functions that nothing else starts.
//! * A *route* is the best path from a start to a function: the surest, then the shortest, the more exposed start
//!   counting more ([`routes`]).
//! * A *draft* is one way in which a rule is met at one call. Drafts that one repair would end become one finding
//!   ([`drafts`]).
//!
//! # Verdicts
//! `reachable`: a route of exact, resolved or typed edges; `possible`: the best one needs an edge that was matched
//! by name; `unknown`: there is none, but an unresolved call in reached code could hide one, and the finding names
//! it; `unreachable`: none of these.
//!
//! # Cost
//! Starts are put into five classes of exposure, those that run modules apart from those that do not, and each class
//! is one walk of three tiers over the graph: at most 30 × (nodes + edges), whatever the number of starts and sinks.
//! How many entry points reach a function is exact for the first 4,096, the most exposed ones, counted 64 at a time.

mod count;
mod drafts;

mod routes;
mod standing;
mod words;

pub(crate) use drafts::Ground;
pub use standing::{Standing, standings};

use crate::discover::ChangedLines;
use crate::facts::{Facts, FunctionKind};
use crate::finding::Finding;
use crate::flow::Arrivals;
use crate::graph::Graph;
use crate::ids::{FileId, FuncId};
use crate::models::Models;
use crate::solution::Solution;
use crate::tag::Tags;

/// Everything that findings are made from.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The program.
    pub facts: &'a Facts,
    /// Its call graph.
    pub solution: &'a Solution,
    /// The same as a graph.
    pub graph: &'a Graph,
    /// What matters in it.
    pub tags: &'a Tags,
    /// Which values arrive where.
    pub arrivals: &'a Arrivals,
    /// Kinds and rules.
    pub models: &'a Models,
    /// The changed lines, when only those are in scope.
    pub changed: Option<&'a [ChangedLines]>,
}

/// Findings with all that is known of them but their order and names, see [`crate::rank`].
#[must_use]
pub fn from_entries(scene: &Scene<'_>) -> Vec<Finding> {
    let changed = changed_functions(scene);
    let routes = routes::find(scene, &changed);
    drafts::findings(scene, &routes, &changed)
}

/// Whether each function has a changed line that is in no function inside of it; empty without `--since`.
fn changed_functions(scene: &Scene<'_>) -> Vec<bool> {
    let Some(files) = scene.changed else { return Vec::new() };
    let facts = scene.facts;
    let mut changed = vec![false; facts.functions.len()];
    let mut owners = vec![Vec::new(); facts.files.len()];
    for (index, file) in facts.files.iter().enumerate() {
        let ranges = files.iter().find(|row| row.file == facts.text(file.path));
        let Some(ranges) = ranges else { continue };
        owners[index] = owners_of(facts, FileId::from_len(index));
        for &(first, last) in &ranges.ranges {
            let lines = owners[index].iter().skip(first.saturating_sub(1) as usize);
            let count = last.saturating_sub(first) as usize + 1;
            lines.take(count).for_each(|owner: &FuncId| changed[owner.index()] = true);
        }
    }
    changed
}

/// The innermost function of each line of a file. Functions come in source order, so inner ones paint over.
fn owners_of(facts: &Facts, file: FileId) -> Vec<FuncId> {
    let row = &facts.files[file.index()];
    let mut owners = vec![row.body; row.lines as usize];
    let inside = facts.functions.iter().enumerate().skip(row.body.index());
    for (index, function) in inside.take_while(|(_, function)| function.file == file) {
        if function.kind == FunctionKind::Module {
            continue;
        }
        let first = function.head_line.max(1) as usize - 1;
        let last = (function.end_line as usize).min(owners.len());
        if let Some(lines) = owners.get_mut(first..last) {
            lines.fill(FuncId::from_len(index));
        }
    }
    owners
}

#[cfg(test)]
mod tests;
