//! Boundaries that a compiler cannot keep: length of files, module docs, words that have no place in the text,
//! README's commands, and who may name a grammar.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test reads the tree that it checks")]

use std::fs;
use std::path::{Path, PathBuf};

/// The limit for a file, tests included; `docs/architecture.md` aims lower.
const MAX_LINES: usize = 1_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate stands in the workspace")
}

/// Files below the folders, by path, with one of the endings.
fn files(folders: &[&str], endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fails with one line a fault, so that a single run shows them all.
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn source_files_are_short() {
    let too_long = files(&["crates", "grammars", "benches"], &[".rs"])
        .iter()
        .map(|path| (path, text(path).lines().count()))
        .filter(|&(_, lines)| lines > MAX_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines, the limit is {MAX_LINES}", path.display()))
        .collect();
    none(too_long);
}

#[test]
fn modules_say_what_they_are() {
    let silent = files(&["crates", "grammars", "benches"], &[".rs"])
        .iter()
        .filter(|path| !path.ends_with("tests.rs") && !text(path).starts_with("//!"))
        .map(|path| format!("{}: begins without `//!`: say what it turns into what", path.display()))
        .collect();
    none(silent);
}

#[test]
fn nothing_names_a_machine_or_a_registry_host() {
    // Put together here, so that this file does not hold them.
    let forbidden = [
        "/ho".to_owned() + "me/",
        "/ro".to_owned() + "ot/",
        "/wo".to_owned() + "rk/",
        "/tm".to_owned() + "p/bash",
    ];
    let mut faults = Vec::new();
    for path in files(
        &["crates", "grammars", "benches", "docs", "fixtures"],
        &[".rs", ".md", ".toml", ".py", ".json"],
    ) {
        for (number, line) in text(&path).lines().enumerate() {
            for word in forbidden.iter().filter(|word| line.contains(word.as_str())) {
                faults.push(format!("{}:{}: holds `{word}`", path.display(), number + 1));
            }
        }
    }
    none(faults);
}

#[test]
fn readme_shows_the_commands_that_ci_runs() {
    let readme = text(&root().join("README.md"));
    let ci = text(&root().join(".ci/run"));
    let first_block = readme.split("```").nth(1).expect("README has a block of commands");
    let commands: Vec<&str> = first_block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    assert_eq!(commands.len(), 2, "README begins with the main job and the tests");
    none(
        commands
            .iter()
            .filter(|command| !ci.contains(**command))
            .map(|c| format!("not in .ci/run: {c}"))
            .collect(),
    );
}

#[test]
fn only_grammars_names_a_grammar() {
    let mut faults = Vec::new();
    for path in files(&["crates", "benches"], &[".rs", "Cargo.toml"]) {
        for language in ["python", "javascript", "typescript", "rust"] {
            let (krate, module) = (format!("tree-sitter-{language}"), format!("tree_sitter_{language}"));
            if text(&path)
                .lines()
                .any(|line| line.starts_with(&krate) || line.contains(&(module.clone() + "::")))
            {
                faults.push(format!("{}: names {krate}, which only `grammars` may", path.display()));
            }
        }
    }
    none(faults);
}

#[test]
fn each_language_folder_is_in_the_table() {
    let table = text(&root().join("grammars/lib.rs"));
    let missing = fs::read_dir(root().join("grammars"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "shared" && name != "target" && !table.contains(&format!("{name}/")))
        .map(|name| format!("grammars/{name} is not named in grammars/lib.rs"))
        .collect();
    none(missing);
}

#[test]
fn crates_carry_both_licences() {
    let missing = ["grammars", "crates/core", "crates/cli"]
        .iter()
        .flat_map(|folder| ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| root().join(folder).join(name)))
        .filter(|path| !path.is_file())
        .map(|path| format!("{} is missing: a package must carry its licence", path.display()))
        .collect();
    none(missing);
}
