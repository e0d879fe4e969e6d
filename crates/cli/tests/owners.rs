//! `owners` as a process: who answers for what, by each kind of file that says so.

#![expect(clippy::disallowed_methods, reason = "tests make repositories and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::Repository;
use serde_json::Value;

const PERSON: &str = "Jane Doe <jane@example.org>";

/// Names of the owners of a file, with what makes them so.
fn owners(repository: &Repository, path: &str) -> Vec<String> {
    let ran = repository.run(&["owners", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let file = report["files"].as_array().unwrap().iter().find(|file| file["path"] == path).cloned().unwrap();
    let owners = file["owners"].as_array().unwrap().iter();
    owners
        .map(|row| format!("{} {}", row["name"].as_str().unwrap(), row["title"].as_str().unwrap()))
        .collect()
}

fn repository(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new();
    repository.commit(PERSON, "one", files);
    repository
}

#[test]
fn places_of_codeowners_in_their_order() {
    let repository =
        repository(&[("CODEOWNERS", "* @top\n"), ("docs/CODEOWNERS", "* @docs\n"), ("a.py", "x\n")]);
    assert_eq!(owners(&repository, "a.py"), ["@top codeowners"]);
    repository.write(".github/CODEOWNERS", "* @hub\n");
    assert_eq!(owners(&repository, "a.py"), ["@hub codeowners"]);
}

#[test]
fn a_forge_is_known_by_its_files() {
    let text = "[Py]\n*.py @sec\n";
    let repository = repository(&[("CODEOWNERS", text), (".gitlab-ci.yml", ""), ("x/a.py", "x\n")]);
    assert_eq!(owners(&repository, "x/a.py"), ["@sec codeowners"]);
    let gitea = self::repository(&[(".gitea/CODEOWNERS", ".*\\.py @one\nx/.* @two\n"), ("x/a.py", "x\n")]);
    assert_eq!(owners(&gitea, "x/a.py"), ["@one codeowners", "@two codeowners"]);
}

#[test]
fn owners_files_of_kubernetes() {
    let files = [
        ("OWNERS", "approvers:\n- root\nreviewers: [r]\n"),
        ("OWNERS_ALIASES", "aliases:\n  team:\n  - ann\n  - bob\n"),
        ("a/OWNERS", "approvers: [team]\nfilters:\n  \"\\\\.md$\":\n    approvers: [writer]\n"),
        ("b/OWNERS", "options:\n  no_parent_owners: true\napprovers: [bea]\n"),
        ("a/x.py", "x\n"),
        ("a/x.md", "x\n"),
        ("b/c/x.py", "x\n"),
        ("c/OWNERS", "someone@example.org\n"),
        ("c/x.py", "x\n"),
    ];
    let repository = repository(&files);
    assert_eq!(owners(&repository, "a/x.py"), ["ann owners-file", "bob owners-file", "root owners-file"]);
    assert_eq!(
        owners(&repository, "a/x.md"),
        ["ann owners-file", "bob owners-file", "writer owners-file", "root owners-file"]
    );
    assert_eq!(owners(&repository, "b/c/x.py"), ["bea owners-file"]);
    assert_eq!(owners(&repository, "c/x.py"), ["root owners-file"]);
    let note = repository.run(&["owners"]).out;
    assert!(note.contains("c/OWNERS is no OWNERS file"), "{note}");
}

#[test]
fn manifests_then_authors() {
    let repository = repository(&[
        ("p/pyproject.toml", "[project]\nmaintainers = [{name = \"Max\"}]\n"),
        ("p/a.py", "x\n"),
        ("q/b.py", "1\n2\n3\n4\n"),
    ]);
    assert_eq!(owners(&repository, "p/a.py"), ["Max manifest"]);
    repository.commit("Rare <r@example.org>", "two", &[("q/b.py", "1\n2\n3\n4\n5\n")]);
    repository.commit(
        "bot[bot] <1+bot[bot]@users.noreply.github.com>",
        "three",
        &[("q/b.py", "1\n2\n3\n4\n5\n6\n7\n")],
    );
    assert_eq!(owners(&repository, "q/b.py"), ["Jane Doe inferred", "Rare inferred"]);
}

#[test]
fn generated_code_without_owner_comes_first() {
    let repository = repository(&[
        (".github/CODEOWNERS", "/own/ @org/team\n"),
        ("own/a.py", "1\n2\n3\n"),
        ("hand.py", "1\n2\n3\n4\n5\n"),
    ]);
    repository.commit(
        PERSON,
        "two\n\nCo-authored-by: Claude <noreply@anthropic.com>",
        &[("ai.py", "1\n2\n"), ("own/b.py", "1\n2\n3\n")],
    );
    let report: Value = serde_json::from_str(&repository.run(&["owners", "--format", "json"]).out).unwrap();
    let paths: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["ai.py", "hand.py", ".github/CODEOWNERS", "own/b.py", "own/a.py"]);
    let text = repository.run(&["owners"]).out;
    for part in [
        "Who is named as owner (.github/CODEOWNERS)",
        "2 of 5 files",
        "3 of 5 generated lines",
        "2 of 2 lines  ai.py  ask Jane Doe",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let inside = repository.run(&["owners", "own"]).out;
    assert!(inside.contains("2 of 2 files"), "{inside}");
}
