//! The fixture services in TypeScript and Rust: each planted fault is found, and none of the safe twins beside them.

use blastline::{Options, analyze};
use std::collections::BTreeSet;
use std::path::Path;

/// Rule, file and the code of the line, for each fault that the README of the service lists.
type Faults = &'static [(&'static str, &'static str, &'static str)];

const NODE: Faults = &[
    ("crypto-weak", "src/routes/admin.ts", "createHash(\"md5\")"),
    ("secret-to-log", "src/routes/admin.ts", "settings.paymentKey"),
    ("untrusted-to-eval", "src/routes/admin.ts", "new Function("),
    ("untrusted-to-exec", "src/routes/labels.ts", "exec(`lp"),
    ("untrusted-to-nosql", "src/parcels.ts", "notes().find(query)"),
    ("untrusted-to-path", "src/routes/labels.ts", "req.query.file as string)));"),
    ("untrusted-to-redirect", "src/routes/admin.ts", "req.query.next"),
    ("untrusted-to-request", "src/routes/admin.ts", "axios.get(req.body.url)"),
    ("untrusted-to-sql", "src/database.ts", "pool.query(text, values)"),
];

const RUST: Faults = &[
    ("secret-to-log", "src/settings.rs", "log::debug!"),
    ("untrusted-to-exec", "src/routes.rs", "Command::new(\"lp\")"),
    ("untrusted-to-html", "src/pages.rs", "<h1>"),
    ("untrusted-to-path", "src/app.rs", "remove_file"),
    ("untrusted-to-path", "src/routes.rs", "remove_dir"),
    ("untrusted-to-redirect", "src/routes.rs", "Redirect::to"),
    ("untrusted-to-request", "src/routes.rs", "address.into_inner()"),
];

fn assert_found(service: &str, faults: Faults) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(service);
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
        faults.iter().filter(|fault| !found.iter().any(|row| is_fault(row, fault))).collect();
    let alarms: BTreeSet<_> =
        found.iter().filter(|row| !faults.iter().any(|fault| is_fault(row, fault))).collect();
    assert!(missed.is_empty() && alarms.is_empty(), "missed: {missed:#?}\nalarms: {alarms:#?}");
}

#[test]
fn each_fault_in_typescript_is_found_and_no_twin_of_one() {
    assert_found("service-node", NODE);
}

#[test]
fn each_fault_in_rust_is_found_and_no_twin_of_one() {
    assert_found("service-rust", RUST);
}
