//! What a manifest declares is found by the code that asks for it.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the project is written to disk")]

use blastline::Options;
use blastline::solution::Target;
use std::fs;

const MANIFEST: &str = r#"
[project]
name = "host"
version = "1"

[project.entry-points."host.readers"]
csv = "host.csv:Reader"

[project.entry-points."host.writers"]
csv = "host.csv:write"
"#;

const HOST: &str = r#"
from importlib.metadata import entry_points

def read(name):
    found = [point for point in entry_points(group="host.readers") if point.name == name]
    return found[0].load()()

def write():
    for point in entry_points().select(group="host.writers"):
        point.load()()
"#;

const CSV: &str = "class Reader:\n    def __init__(self): pass\n\ndef write(): pass\n";

#[test]
fn entry_points_of_a_group_are_called() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("host")).unwrap();
    fs::write(folder.path().join("pyproject.toml"), MANIFEST).unwrap();
    fs::write(folder.path().join("host/__init__.py"), HOST).unwrap();
    fs::write(folder.path().join("host/csv.py"), CSV).unwrap();
    let analysis = blastline::analyze(&Options::new(folder.path())).unwrap();
    let facts = &analysis.facts;
    let called = |caller: &str| -> Vec<String> {
        let edges = analysis.solution.edges.iter();
        let own = edges.filter(|edge| facts.full_name(facts.function_of(edge.call)) == caller);
        let targets = own.filter_map(|edge| match edge.target {
            Target::Function(function) => Some(facts.full_name(function).to_string()),
            Target::External(_) => None,
        });
        targets.filter(|name| name.starts_with("host.csv.")).collect()
    };
    assert_eq!(called("host.read"), ["host.csv.Reader.__init__"]);
    assert_eq!(called("host.write"), ["host.csv.write"]);
}
