//! Packages of Rust workspaces: what cargo says of each folder that is named, beside what its files say.
//!
//! `cargo run -p blastline-benches --bin packages -- FOLDER…` prints a line a folder, and each package that only one of
//! the two lists, or lists with other features.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a tool for measuring")]

use blastline::Options;
use blastline::discover::{self, Cargo, Repo};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

type Packages = BTreeMap<(String, String), Vec<String>>;

fn packages(repo: &Repo) -> Packages {
    let row = |package: &discover::Package| {
        let features = package.features.iter().cloned().collect();
        ((package.name.clone(), package.version.clone()), features)
    };
    repo.packages.iter().map(row).collect()
}

fn compare(asked: &Packages, read: &Packages) -> usize {
    let mut differences = 0;
    for (name, features) in asked {
        match read.get(name) {
            None => println!("  cargo only: {} {}", name.0, name.1),
            Some(own) if own != features => println!("  {} {}: {features:?} read as {own:?}", name.0, name.1),
            Some(_) => continue,
        }
        differences += 1;
    }
    for name in read.keys().filter(|name| !asked.contains_key(name)) {
        println!("  read only: {} {}", name.0, name.1);
        differences += 1;
    }
    differences
}

fn main() -> Result<(), blastline::Error> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    for folder in std::env::args_os().skip(1) {
        let mut options = Options::new(&folder);
        options.cargo.home = home.clone();
        let start = Instant::now();
        let read = discover::repo(&options)?;
        let middle = Instant::now();
        let program = std::env::var_os("CARGO").map(PathBuf::from);
        options.cargo = Cargo { program, home: home.clone(), toolchains: None };
        let asked = discover::repo(&options)?;
        let (reading, asking) = (middle - start, middle.elapsed());
        let (read, asked_packages) = (packages(&read), packages(&asked));
        let differences = compare(&asked_packages, &read);
        println!(
            "{}: {} packages by cargo in {asking:.0?}, {} read in {reading:.0?}, {differences} differ",
            folder.display(),
            asked_packages.len(),
            read.len(),
        );
        for note in asked.notes.iter().filter(|note| note.reason.contains("cargo")) {
            println!("  {}: {}", note.path, note.reason);
        }
    }
    Ok(())
}
