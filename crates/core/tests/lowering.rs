//! Programs beside the facts they give: `fixtures/lowering/<language>/*.py` and `*.facts`.
//! `UPDATE=1 cargo test` rewrites the expectations: review that difference as code.

#[path = "lowering/dump.rs"]
mod dump;

use blastline::discover::SourceFile;
use blastline::facts::{Language, Origin};
use blastline::lower;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lowering/python")
}

fn programs() -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder()).expect("the fixtures are in the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("names are text").to_owned();
        (name, std::fs::read(path).expect("a readable file"))
    };
    paths.iter().map(read).collect()
}

fn source(name: &str, bytes: Vec<u8>) -> SourceFile {
    SourceFile {
        path: format!("{name}.py"),
        module: name.to_owned(),
        is_package: false,
        language: Language::Python,
        origin: Origin::FirstParty,
        bytes,
    }
}

#[test]
fn programs_give_these_facts() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for (name, bytes) in programs() {
        let facts = lower::file(&source(&name, bytes));
        let shown = dump::facts(&facts);
        let path = folder().join(format!("{name}.facts"));
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if update {
            std::fs::write(&path, &shown).expect("a writable folder");
        } else if shown != expected {
            wrong.push(format!("--- {name}: expected\n{expected}\n--- {name}: is\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
