//! `fixtures/mixed`: programs of several languages in one repository, joined where one asks for what another answers.
//! `UPDATE=1 cargo test` rewrites `joins.txt`: review that difference as code.

#![expect(clippy::disallowed_methods, reason = "the fixture is on disk")]

use blastline::graph::{EdgeKind, Graph};
use blastline::{Analysis, Options, analyze};
use std::path::{Path, PathBuf};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mixed")
}

fn analysis() -> Analysis {
    analyze(&Options::new(fixture())).expect("the fixture can be read")
}

fn joins(graph: &Graph) -> String {
    let mut lines: Vec<String> = Vec::new();
    for edge in graph.net.edge_indices() {
        let row = graph.net[edge];
        if matches!(row.kind, EdgeKind::Requests | EdgeKind::Runs) {
            let (source, target) = graph.net.edge_endpoints(edge).expect("edges have ends");
            let (source, target) = (&graph.net[source].name, &graph.net[target].name);
            lines.push(format!("{source} {} {target} {}\n", row.kind.name(), row.certainty.name()));
        }
    }
    lines.sort();
    lines.concat()
}

#[test]
fn requests_and_commands_join_programs() {
    let found = joins(&analysis().graph);
    let path = fixture().join("joins.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("the fixture can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("the fixture is there");
    assert_eq!(found, expected);
}

#[test]
fn a_component_reaches_the_sink_behind_the_route() {
    let analysis = analysis();
    let graph = &analysis.graph;
    let node = |name: &str| graph.find(name).expect("the fixture has it");
    let hops = graph.path(&node("web/Search.Search"), &node("sqlite3.connect().execute")).expect("a path");
    let steps: Vec<&str> = hops.iter().map(|hop| hop.what.as_str()).collect();
    let expected =
        ["callback web/Search.Search.find", "requests service.app.search", "uses sqlite3.connect().execute"];
    assert_eq!(steps, expected);
    let finding =
        analysis.findings.iter().find(|finding| finding.rule == "untrusted-to-sql").expect("a finding");
    assert_eq!(finding.path[0].function, "web/Search.Search.find");
    assert_eq!(finding.path[0].what, "requests POST /api/orders/search");
    assert_eq!(finding.path[1].what, "route POST /api/orders/search");
}

#[test]
fn answers_of_own_routes_are_no_input() {
    let analysis = analysis();
    let requests = analysis.findings.iter().filter(|finding| finding.rule == "untrusted-to-request");
    let functions: Vec<&str> = requests.map(|finding| finding.path[0].function.as_str()).collect();
    assert_eq!(functions, ["web/client.wander"]);
}
