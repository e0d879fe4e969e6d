//! Owners and results of other scanners on the graph: in `graph`, `radius`, `path` and `explain`.

#![expect(clippy::disallowed_methods, reason = "tests make repositories and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::Repository;
use serde_json::{Value, json};

const APP: &str = "from flask import Flask, request
from pay import charge

app = Flask(__name__)


@app.route('/run')
def run():
    return charge(request.args['c'])
";
const PAY: &str = "import os
import requests


def charge(command):
    requests.get('https://example.org')
    os.system(command)
";

fn repository() -> Repository {
    let owners = "* @org/all\npay.py @org/payments\n";
    let repository = Repository::plain(&[("app.py", APP), ("pay.py", PAY), ("CODEOWNERS", owners)]);
    let location =
        json!({"physicalLocation": {"artifactLocation": {"uri": "pay.py"}, "region": {"startLine": 7}}});
    let result = json!({"ruleId": "B605", "message": {"text": "a shell"}, "locations": [location]});
    let rules = json!([{"id": "B605", "properties": {"tags": ["CWE-78"]}}]);
    let log = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "rules": rules}}, "results": [result]}]});
    repository.write("b.sarif", &log.to_string());
    let trivy = json!({"SchemaVersion": 2, "Results": [{"Target": "requirements.txt", "Vulnerabilities": [
        {"VulnerabilityID": "CVE-2024-1", "PkgName": "requests", "InstalledVersion": "1", "Severity": "HIGH", "Title": "t"}]}]});
    repository.write("t.json", &trivy.to_string());
    repository
}

const BACKLOG: [&str; 4] = ["--backlog", "b.sarif", "--backlog", "t.json"];

fn json(repository: &Repository, arguments: &[&str]) -> Value {
    let ran = repository.run(&[arguments, &BACKLOG, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// `kind name` of the rows.
fn names(rows: &Value) -> Vec<String> {
    let word = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", word(row, "kind"), word(row, "name")))
        .collect()
}

#[test]
fn owners_and_results_are_nodes_with_edges() {
    let graph = json(&repository(), &["graph"]);
    let nodes = names(&graph["nodes"]);
    let edge = |kind: &str, source: &str, target: &str| {
        graph["edges"].as_array().unwrap().iter().any(|edge| {
            let name = |end: &str| nodes[edge[end].as_u64().unwrap() as usize].as_str();
            edge["kind"] == kind && name("source") == source && name("target") == target
        })
    };
    assert!(edge("owns", "owner @org/payments", "module pay"), "{graph}");
    assert!(edge("owns", "owner @org/all", "module app"), "{graph}");
    assert!(edge("about", "result B605", "function pay.charge"), "{graph}");
    assert!(edge("about", "result CVE-2024-1", "package requests"), "{graph}");
}

#[test]
fn a_radius_names_who_answers_and_what_others_found() {
    let repository = repository();
    let of_entry = json(&repository, &["radius", "/run"]);
    let reaches = names(&of_entry["reaches"]);
    for wanted in ["owner @org/payments", "owner @org/all", "result B605", "sink os.system"] {
        assert!(reaches.iter().any(|name| name == wanted), "{wanted}: {reaches:?}");
    }
    let of_owner = json(&repository, &["radius", "@org/payments"]);
    assert!(names(&of_owner["reaches"]).contains(&"sink os.system".to_owned()), "{of_owner}");
    let by = names(&of_owner["reached_by"]);
    assert!(by.contains(&"owner @org/all".to_owned()) && by.contains(&"entry /run".to_owned()), "{by:?}");
    let of_result = json(&repository, &["radius", "B605"]);
    assert!(names(&of_result["reached_by"]).contains(&"entry /run".to_owned()), "{of_result}");
    let of_package = json(&repository, &["radius", "CVE-2024-1"]);
    assert!(names(&of_package["reached_by"]).contains(&"entry /run".to_owned()), "{of_package}");
    // Code does not run because somebody owns it.
    let path = repository.run(&[&["path", "@org/all", "B605"][..], &BACKLOG].concat());
    assert!(path.out.contains("pay.charge"), "{path:?}");
    let text = repository.run(&["radius", "pay.charge", "--backlog", "b.sarif"]).out;
    assert!(text.contains("@org/payments (codeowners)") && text.contains("1 backlog result"), "{text}");
}

#[test]
fn an_explanation_names_the_results_that_say_the_same() {
    let repository = repository();
    let report: Value = serde_json::from_str(&repository.run(&["scan", "--format", "json"]).out).unwrap();
    let id = report["findings"][0]["id"].as_str().unwrap();
    let text = repository.run(&["explain", id, ".", "--backlog", "b.sarif"]).out;
    assert!(text.contains("What other scanners say\n  pay.py:7 Bandit B605 confirmed"), "{text}");
    assert!(!repository.run(&["explain", id]).out.contains("other scanners"));
}
