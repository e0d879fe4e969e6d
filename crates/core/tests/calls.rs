//! Mechanism fixtures: each file of `fixtures/reaches/<language>/` is one idea, with the calls that a line makes beside
//! it.
//!
//! `#^ calls: f, C.m` (`//^` in JavaScript) names every function of the fixture that the line calls, itself or through library code;
//! `nothing` where it calls none. `#^ external: os.path.join` does the same for code that we do not have. Lines
//! without such a comment are not looked at, and a comment `# Today; should be: …` above one says what is still wrong. `# file: NAME` begins another file of the fixture; what stands before
//! the first is `main.py` (`main.js`, or with the ending of the fixture), whose functions are named without their module.
//!
//! `UPDATE=1 cargo test -p blastline --test calls` rewrites the comments; review that like code.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the fixtures are on disk")]

use blastline::discover::SourceFile;
use blastline::facts::{Facts, Language, Origin};
use blastline::ids::FuncId;
use blastline::link::Names;
use blastline::lower;
use blastline::solution::{Solution, Target};
use blastline::solve::{self, Importer, Loader};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a comment asks for.
const MARKS: [&str; 2] = ["^ calls: ", "^ external: "];

/// The files of a fixture, and nothing else.
struct Fixture(Names<'static>);

impl Loader for Fixture {
    fn absolute(&self, importer: &Importer<'_>, specifier: &str) -> String {
        self.0.absolute(importer, specifier)
    }

    fn load(&mut self, _: &[String]) -> Facts {
        Facts::default()
    }
}

/// The files of a fixture: path and text.
fn split(text: &str, extension: &str) -> Vec<(String, String)> {
    let mut files = vec![(format!("main.{extension}"), String::new())];
    for line in text.lines() {
        match line.strip_prefix("# file: ").or_else(|| line.strip_prefix("// file: ")) {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => files.last_mut().expect("there is always a main file").1 += &format!("{line}\n"),
        }
    }
    files
}

fn source(path: &str, text: &str) -> SourceFile {
    let (stem, extension) = path.rsplit_once('.').expect("files have endings");
    let language = match extension {
        "py" => Language::Python,
        "rs" => Language::Rust,
        _ => Language::JavaScript,
    };
    let module = match language {
        Language::Python => stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', "."),
        Language::Rust if stem == "main" => stem.to_owned(),
        Language::Rust => format!("main.{}", stem.strip_suffix("/mod").unwrap_or(stem).replace('/', ".")),
        Language::JavaScript if stem.contains('/') => stem.to_owned(),
        _ => format!("./{stem}"),
    };
    SourceFile {
        path: path.to_owned(),
        module,
        is_package: path.ends_with("__init__.py"),
        language,
        origin: Origin::FirstParty,
        configuration: None,
        condition: None,
        bytes: text.as_bytes().to_vec(),
    }
}

fn solve(files: &[(String, String)]) -> (Facts, Solution) {
    let mut sources: Vec<SourceFile> = files.iter().map(|(path, text)| source(path, text)).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let mut facts = lower::all(&sources);
    facts.append(lower::builtins(sources[0].language));
    solve::points_to(facts, &mut Fixture(Names::new(&sources)))
}

/// What each line calls: in the fixture, and outside of it.
type Calls = BTreeMap<(String, u32), [BTreeSet<String>; 2]>;

fn calls(facts: &Facts, solution: &Solution) -> Calls {
    let sites = solution.edges.iter().map(|edge| {
        let site = &facts.calls[edge.call.index()];
        (facts.function_of(edge.call), site.line, edge.target)
    });
    let implicit = solution.implicit.iter().map(|edge| (edge.caller, edge.line, edge.target));
    let mut calls = Calls::new();
    for (caller, line, target) in sites.chain(implicit) {
        let path = facts.text(facts.files[facts.functions[caller.index()].file.index()].path).to_owned();
        let [inside, outside] = calls.entry((path, line)).or_default();
        match target {
            Target::Function(function) => inside.extend(name(facts, function)),
            Target::External(path) => _ = outside.insert(solution.paths.text(path, &facts.names)),
        }
    }
    calls
}

/// The name of a function of the fixture; none for library bodies.
fn name(facts: &Facts, function: FuncId) -> Option<String> {
    let row = &facts.functions[function.index()];
    let file = &facts.files[row.file.index()];
    let (module, qualname) = (facts.text(file.module), facts.text(row.qualname));
    match (file.origin, module) {
        (Origin::Builtin, _) => None,
        (_, "main" | "./main") => Some(qualname.to_owned()),
        _ => Some(format!("{}.{qualname}", module.strip_prefix("./").unwrap_or(module))),
    }
}

/// The line with its expectation replaced by what holds.
fn corrected(line: &str, calls: Option<&[BTreeSet<String>; 2]>) -> String {
    for (index, mark) in MARKS.iter().enumerate() {
        if let Some((code, _)) = line.split_once(mark) {
            let names: Vec<&str> =
                calls.map(|calls| &calls[index]).into_iter().flatten().map(String::as_str).collect();
            let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            return format!("{code}{mark}{names}");
        }
    }
    line.to_owned()
}

/// The same line with its names sorted, to be compared.
fn sorted(line: &str) -> String {
    match MARKS.iter().find_map(|mark| line.split_once(mark).map(|(code, names)| (code, mark, names))) {
        Some((code, mark, names)) => {
            let mut names: Vec<&str> = names.split(", ").map(str::trim).collect();
            names.sort_unstable();
            format!("{code}{mark}{}", names.join(", "))
        }
        None => line.to_owned(),
    }
}

/// Lines that do not hold, each as it is and as it should be; rewrites the fixture if that is asked.
fn check(fixture: &Path) -> Vec<String> {
    let text = fs::read_to_string(fixture).expect("the fixture was just listed");
    let extension = fixture.extension().unwrap_or_default().to_string_lossy();
    let files = split(&text, &extension);
    let (facts, solution) = solve(&files);
    let calls = calls(&facts, &solution);
    let (mut faults, mut rewritten) = (Vec::new(), String::new());
    for (index, (path, text)) in files.iter().enumerate() {
        if index > 0 {
            let comment = if extension == "py" { "#" } else { "//" };
            rewritten += &format!("{comment} file: {path}\n");
        }
        for (line, number) in text.lines().zip(1..) {
            let found = corrected(line, calls.get(&(path.clone(), number)));
            let holds = sorted(&found) == sorted(line);
            if !holds {
                faults.push(format!("{}:{number}\n  says  {}\n  finds {}", path, line.trim(), found.trim()));
            }
            rewritten += if holds { line } else { &found };
            rewritten.push('\n');
        }
    }
    if !faults.is_empty() && std::env::var_os("UPDATE").is_some() {
        fs::write(fixture, rewritten).expect("the fixture can be written");
        return Vec::new();
    }
    faults
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/reaches");
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("fixtures stand in the workspace");
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let mut fixtures: Vec<PathBuf> =
        ["python", "javascript", "rust"].iter().flat_map(|language| list(&folder.join(language))).collect();
    fixtures.sort();
    fixtures
}

#[test]
fn lines_call_what_they_say() {
    let fixtures = fixtures();
    let faults: Vec<String> = fixtures
        .iter()
        .flat_map(|fixture| {
            let name = fixture.file_stem().expect("fixtures have names").to_string_lossy().into_owned();
            check(fixture).into_iter().map(move |fault| format!("{name}/{fault}"))
        })
        .collect();
    assert!(!fixtures.is_empty());
    assert!(faults.is_empty(), "{} lines:\n{}", faults.len(), faults.join("\n"));
}
