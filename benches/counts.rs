//! Work counters over the fixture service, committed in `counts.snap`: a slowdown shows without a clock.
//!
//! `UPDATE=1 cargo test -p blastline-benches --test counts` rewrites the file; review that like code.

#![expect(clippy::disallowed_methods, reason = "the counters are on disk")]

use blastline::{Analysis, Options};
use std::path::Path;

fn counts(analysis: &Analysis) -> String {
    let (facts, work) = (&analysis.facts, &analysis.solution.counters);
    let rows = [
        ("facts: functions", facts.functions.len() as u64),
        ("facts: moves", facts.moves.len() as u64),
        ("facts: loads and stores", (facts.loads.len() + facts.stores.len()) as u64),
        ("facts: allocations and constants", (facts.allocs.len() + facts.literals.len()) as u64),
        ("facts: calls", facts.calls.len() as u64),
        ("solve: instances", work.instances),
        ("solve: clones", work.clones),
        ("solve: variables", work.nodes),
        ("solve: tokens", work.tokens),
        ("solve: edges", work.edges),
        ("solve: propagations", work.propagations),
        ("solve: variables merged", work.collapsed),
        ("solve: given up", work.gave_up),
        ("call edges", analysis.solution.edges.len() as u64),
        ("unresolved sites", analysis.solution.unresolved.len() as u64),
    ];
    rows.iter().map(|(name, count)| format!("{name}: {count}\n")).collect()
}

#[test]
fn work_is_what_was_committed() {
    let analysis = blastline::analyze(&Options::new(blastline_benches::service())).unwrap();
    let found = counts(&analysis);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.snap");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(found, committed, "if this is meant, rewrite with UPDATE=1");
}
