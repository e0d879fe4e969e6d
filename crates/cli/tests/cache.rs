//! What `provenance` keeps between runs: the answer is that of a run without, whatever the cache holds.

#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "tests make repositories and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::Repository;
use std::path::PathBuf;

const JANE: &str = "Jane Doe <jane@example.org>";
const OMAR: &str = "Omar Roe <omar@example.org>";

/// A file that grew over commits of two people, on a branch too, and was renamed.
fn grown() -> Repository {
    let repository = Repository::new();
    repository.commit(JANE, "one", &[("a.py", "1\n2\n3\n4\n5\n6\n"), ("b.py", "b\n")]);
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.commit(OMAR, "two", &[("a.py", "1\n2\n3\n4\nfive\n6\n")]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(OMAR, "three", &[("a.py", "one\n2\n3\n4\n5\n6\n")]);
    repository.git(&["merge", "-q", "-m", "four", "side"]);
    repository.git(&["mv", "a.py", "c.py"]);
    repository.commit(JANE, "five", &[("c.py", "one\n2\n3\nfour\nfive\n6\n")]);
    repository
}

fn report(repository: &Repository, arguments: &[&str]) -> String {
    let ran = repository.run(&[&["provenance", "--format", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

fn kept(repository: &Repository) -> Vec<PathBuf> {
    let folder = repository.cache().join("blastline/blame");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn answers_are_kept_by_commit_and_new_commits_are_walked() {
    let repository = grown();
    let without = report(&repository, &["--no-cache"]);
    assert_eq!(kept(&repository), Vec::<PathBuf>::new());
    assert_eq!(report(&repository, &[]), without);
    assert_eq!(kept(&repository).len(), 1);
    assert_eq!(report(&repository, &[]), without);
    repository.git(&["mv", "c.py", "d.py"]);
    repository.commit(OMAR, "six", &[("d.py", "0\none\n2\n3\nfour\n6\n"), ("e.py", "e\n")]);
    let without = report(&repository, &["--no-cache"]);
    assert_eq!(report(&repository, &[]), without);
    assert_eq!(kept(&repository).len(), 2);
    // A scan asks for fewer files: what was known of the others stays.
    let before = std::fs::read(&kept(&repository)[0]).unwrap();
    repository.run(&["scan", "."]);
    assert_eq!(std::fs::read(&kept(&repository)[0]).unwrap(), before);
}

/// Swaps the two people of the commits that are named first.
fn lie(text: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    value["commits"].as_array_mut().unwrap().reverse();
    value.to_string()
}

#[test]
fn what_is_kept_is_used_where_nobody_else_may_write_it() {
    use std::os::unix::fs::PermissionsExt;
    let repository = grown();
    let right = report(&repository, &[]);
    let file = kept(&repository).remove(0);
    std::fs::write(&file, lie(&std::fs::read_to_string(&file).unwrap())).unwrap();
    assert_ne!(report(&repository, &[]), right);
    let folder = file.parent().unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(report(&repository, &[]), right);
}

#[test]
fn broken_contents_are_left_aside() {
    let repository = grown();
    let right = report(&repository, &[]);
    let file = kept(&repository).remove(0);
    let text = std::fs::read_to_string(&file).unwrap();
    let head = repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let other = text.replace(&head, "0123456789012345678901234567890123456789");
    let huge = r#"{"version":3,"commits":[],"paths":[],"files":{"c.py":[[0,4294967295,0,4294967295,0]]}}"#;
    let gap = text.replace("[0,", "[1,");
    let short = text.replacen("\"c.py\":[", "\"c.py\":[],\"x\":[", 1);
    let nested = "[".repeat(100_000);
    for hostile in
        [&text[..text.len() / 2], "", "null", &other, huge, &gap, &short, &nested, "{\"version\":3}"]
    {
        std::fs::write(&file, hostile).unwrap();
        assert_eq!(report(&repository, &[]), right, "{hostile:.80}");
    }
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    assert_eq!(report(&repository, &[]), right);
}

#[test]
fn a_cut_history_is_not_kept() {
    let shallow = grown().clone_of(&["--depth", "2"]);
    report(&shallow, &[]);
    assert_eq!(kept(&shallow), Vec::<PathBuf>::new());
}

#[test]
fn no_cache_lies_in_what_is_scanned() {
    let repository = grown();
    repository.run(&["provenance", "--cache", "kept"]).complains("lies in what is scanned");
    repository.run(&["provenance", "--cache", "../none/../tree/kept"]).complains("lies in what is scanned");
    let elsewhere = repository.cache().join("named");
    let without = report(&repository, &["--no-cache"]);
    assert_eq!(report(&repository, &["--cache", elsewhere.to_str().unwrap()]), without);
    assert!(elsewhere.join("blame").is_dir());
}
