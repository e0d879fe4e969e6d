//! The fixture service in Rust: each planted fault is found, and none of the safe twins beside them.

use blastline::{Options, analyze};
use std::collections::BTreeSet;
use std::path::Path;

/// Rule, file and the code of the line, for each fault that `fixtures/service-rust/README.md` lists.
const FAULTS: &[(&str, &str, &str)] = &[
    ("secret-to-log", "src/settings.rs", "log::debug!"),
    ("untrusted-to-exec", "src/routes.rs", "Command::new(\"lp\")"),
    ("untrusted-to-html", "src/pages.rs", "<h1>"),
    ("untrusted-to-path", "src/app.rs", "remove_file"),
    ("untrusted-to-path", "src/routes.rs", "remove_dir"),
    ("untrusted-to-redirect", "src/routes.rs", "Redirect::to"),
    ("untrusted-to-request", "src/routes.rs", "address.into_inner()"),
];

#[test]
fn each_fault_is_found_and_no_twin_of_one() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/service-rust");
    let analysis = analyze(&Options::new(fixture)).expect("the fixture can be read");
    let text = |line: &(u32, String)| line.1.clone();
    let found: Vec<(String, String, String)> = analysis
        .findings
        .iter()
        .map(|finding| {
            let line = finding.excerpt.iter().find(|row| row.0 == finding.place.line).map(text);
            (finding.rule.clone(), finding.place.file.clone(), line.unwrap_or_default())
        })
        .collect();
    let is_fault = |row: &(String, String, String), fault: &(&str, &str, &str)| {
        row.0 == fault.0 && row.1 == fault.1 && row.2.contains(fault.2)
    };
    let missed: Vec<_> =
        FAULTS.iter().filter(|fault| !found.iter().any(|row| is_fault(row, fault))).collect();
    let alarms: BTreeSet<_> =
        found.iter().filter(|row| !FAULTS.iter().any(|fault| is_fault(row, fault))).collect();
    assert!(missed.is_empty() && alarms.is_empty(), "missed: {missed:#?}\nalarms: {alarms:#?}");
}
