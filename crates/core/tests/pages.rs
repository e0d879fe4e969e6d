//! `fixtures/pages`: what frameworks call by path and directive, and what flows from there.
//! `UPDATE=1 cargo test` rewrites `findings.txt`: review that difference as code.

#![expect(clippy::disallowed_methods, reason = "the fixture is on disk")]

use blastline::finding::Evidence;
use blastline::{Options, analyze};
use std::path::Path;

#[test]
fn what_frameworks_hand_over_is_input() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pages");
    let analysis = analyze(&Options::new(&fixture)).expect("the fixture can be read");
    let flows = analysis.findings.iter().filter(|finding| finding.evidence == Evidence::Flow);
    let mut lines: Vec<String> = flows
        .flat_map(|finding| std::iter::once(finding).chain(&finding.also))
        .map(|finding| format!("{} {}:{}\n", finding.rule, finding.place.file, finding.place.line))
        .collect();
    lines.sort();
    let (path, found) = (fixture.join("findings.txt"), lines.concat());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("the fixture can be written");
    }
    assert_eq!(found, std::fs::read_to_string(&path).expect("the fixture is there"));
}
