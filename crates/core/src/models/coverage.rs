//! Solution × models → which external calls of a project have a model, and which do not, by frequency.
//!
//! Whoever writes models wants to know where the next row pays most: at the name that the project calls most often and
//! that no row knows. Calls of tests are left out, and calls of library functions that have a body here need no row.

use super::Models;
use crate::Analysis;
use crate::facts::{CallFlags, Origin};
use crate::ids::CallId;
use crate::solution::{EdgeKind, PathId, Target};
use crate::tag::is_test_code;
use std::collections::BTreeMap;

/// An external function, and how often the project calls it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub struct External {
    /// What is called, as resolved.
    pub api: String,
    /// Call sites of the project's own code, tests left out.
    pub calls: usize,
    /// The rows that know it, as file and line; none where no row does.
    pub rows: Vec<(String, u32)>,
}

/// What the models know of what a project calls.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Coverage {
    /// What is called, the most often called first.
    pub externals: Vec<External>,
    /// Call sites of the project into library functions that have a body here.
    pub with_body: usize,
}

impl Coverage {
    /// Call sites of external functions that a row knows, and of all.
    #[must_use]
    pub fn calls(&self) -> (usize, usize) {
        let known = self.externals.iter().filter(|row| !row.rows.is_empty()).map(|row| row.calls).sum();
        (known, self.externals.iter().map(|row| row.calls).sum())
    }
}

/// The external calls of a project, and what these models know of them.
#[must_use]
pub fn coverage(analysis: &Analysis, models: &Models) -> Coverage {
    let (facts, solution) = (&analysis.facts, &analysis.solution);
    let hits = models.hits(&solution.paths, &facts.names);
    let mut counts: BTreeMap<String, (PathId, usize)> = BTreeMap::new();
    let mut with_body = 0;
    for edges in solution.edges.chunk_by(|a, b| a.call == b.call) {
        if !is_counted(analysis, edges[0].call) {
            continue;
        }
        let direct = edges.iter().filter(|edge| edge.kind == EdgeKind::Call);
        let is_body =
            |target| matches!(target, Target::Function(it) if facts.origin_of(it) == Origin::Builtin);
        with_body += usize::from(direct.clone().any(|edge| is_body(edge.target)));
        for edge in direct {
            if let Target::External(path) = edge.target {
                let api = solution.paths.text(path, &facts.names);
                counts.entry(api).or_insert((path, 0)).1 += 1;
            }
        }
    }
    let row = |(api, (path, calls)): (String, (PathId, usize))| {
        let known = hits.of(path).iter().map(|&(row, _)| models.row(row));
        let rows = known.map(|row| (models.files[row.file].clone(), row.line)).collect();
        External { api, calls, rows }
    };
    let mut externals: Vec<External> = counts.into_iter().map(row).collect();
    externals.sort_by(|a, b| (b.calls, &a.api).cmp(&(a.calls, &b.api)));
    Coverage { externals, with_body }
}

fn is_counted(analysis: &Analysis, call: CallId) -> bool {
    let facts = &analysis.facts;
    let function = facts.function_of(call);
    facts.origin_of(function) == Origin::FirstParty
        && !facts.calls[call.index()].flags.has(CallFlags::IMPLICIT)
        && !is_test_code(facts, function)
}
