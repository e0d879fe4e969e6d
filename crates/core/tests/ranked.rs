//! `fixtures/ranked`: flows whose place in the order, or whose being one finding with others, is the point.
//! `UPDATE=1 cargo test` rewrites `findings.txt`: review that difference as code.

#![expect(clippy::disallowed_methods, reason = "the fixture is on disk")]

use blastline::finding::Evidence;
use blastline::{Options, analyze};
use std::path::Path;

#[test]
fn flows_stand_where_they_belong() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ranked");
    let analysis = analyze(&Options::new(&fixture)).expect("the fixture can be read");
    let flows = analysis.findings.iter().filter(|finding| finding.evidence == Evidence::Flow);
    let lines = flows.map(|finding| {
        let (place, others) = (&finding.place, finding.other_places().len());
        format!("{:.0} {} {}:{} +{others}\n", finding.score, finding.rule, place.file, place.line)
    });
    let (path, found) = (fixture.join("findings.txt"), lines.collect::<String>());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("the fixture can be written");
    }
    assert_eq!(found, std::fs::read_to_string(&path).expect("the fixture is there"));
}

#[test]
fn steps_name_functions_of_their_language() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ranked");
    let analysis = analyze(&Options::new(fixture)).expect("the fixture can be read");
    let hops = analysis.findings.iter().flat_map(|finding| &finding.path);
    let of_python = hops.filter(|hop| hop.place.file.ends_with(".py"));
    let wrong: Vec<&str> =
        of_python.filter(|hop| hop.what.contains("globalThis")).map(|hop| hop.what.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn reports_say_what_is_reached() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ranked");
    let analysis = analyze(&Options::new(fixture)).expect("the fixture can be read");
    let mut out = Vec::new();
    let text = blastline::report::format("text").expect("text is a format");
    (text.write)(&analysis, &blastline::report::View::default(), &mut out).expect("memory takes it");
    let out = String::from_utf8(out).expect("reports are text");
    let line = out.lines().find(|line| line.starts_with("Reach: ")).expect("the line is there");
    assert!(line.contains("routes") && line.contains("run programs ("), "{line}");
    assert!(out.contains("They read the secrets DATABASE_PASSWORD_URL"), "{out}");
}
