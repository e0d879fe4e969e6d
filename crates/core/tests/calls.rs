//! Mechanism fixtures: each file of `fixtures/reaches/<language>/` is one idea, with the calls that a line makes beside
//! it.
//!
//! `#^ calls: f, C.m` (`//^` in JavaScript) names every function of the fixture that the line calls, itself or through library code;
//! `nothing` where it calls none. `#^ external: os.path.join` does the same for code that we do not have, and
//! `#^ reaches: f` where a function begins names what it reaches on paths of the graph. Lines
//! without such a comment are not looked at, and a comment `# Today; should be: …` above one says what is still wrong. `# file: NAME` begins another file of the fixture; what stands before
//! the first is `main.py` (`main.js`, or with the ending of the fixture), whose functions are named without their module.
//!
//! `UPDATE=1 cargo test -p blastline --test calls` rewrites the comments; review that like code.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the fixtures are on disk")]

mod fixture;

use blastline::facts::{Facts, FunctionKind, Origin};
use blastline::graph;
use blastline::ids::FuncId;
use blastline::solution::{Solution, Target};
use blastline::solve;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What a comment asks for.
const MARKS: [&str; 3] = ["^ calls: ", "^ external: ", "^ reaches: "];

/// What each line calls, in the fixture and outside of it, and what the function that begins there reaches.
type Calls = BTreeMap<(String, u32), [BTreeSet<String>; 3]>;

fn calls(facts: &Facts, solution: &Solution) -> Calls {
    let sites = solution.edges.iter().map(|edge| {
        let site = &facts.calls[edge.call.index()];
        (facts.function_of(edge.call), site.line, edge.target)
    });
    let implicit = solution.implicit.iter().map(|edge| (edge.caller, edge.line, edge.target));
    let mut calls = Calls::new();
    for (caller, line, target) in sites.chain(implicit) {
        let path = facts.text(facts.files[facts.functions[caller.index()].file.index()].path).to_owned();
        let [inside, outside, _] = calls.entry((path, line)).or_default();
        match target {
            Target::Function(function) => inside.extend(name(facts, function)),
            Target::External(path) => _ = outside.insert(solution.paths.text(path, &facts.names)),
        }
    }
    reaches(facts, solution, &mut calls);
    calls
}

/// What functions reach by paths that the graph holds.
fn reaches(facts: &Facts, solution: &Solution, calls: &mut Calls) {
    let graph = graph::build(facts, solution);
    for index in 0..facts.functions.len() {
        let (function, row) = (FuncId(index as u32), &facts.functions[index]);
        let Some(node) = graph.of_function(function).filter(|_| row.kind != FunctionKind::Module) else {
            continue;
        };
        let reached = graph.radius(&[node]).reaches.into_iter();
        let names = reached.filter_map(|row| name(facts, graph.net[row.node].function?));
        let path = facts.text(facts.files[row.file.index()].path).to_owned();
        calls.entry((path, row.line)).or_default()[2].extend(names);
    }
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
fn corrected(line: &str, calls: Option<&[BTreeSet<String>; 3]>) -> String {
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
fn check(path: &Path) -> Vec<String> {
    let files = fixture::read(path);
    let (facts, mut loader) = fixture::program(&files);
    let (facts, solution) = solve::points_to(facts, &mut loader);
    let calls = calls(&facts, &solution);
    let (mut faults, mut rewritten) = (Vec::new(), String::new());
    for (index, (file, text)) in files.iter().enumerate() {
        if index > 0 {
            let comment = if file.ends_with(".py") { "#" } else { "//" };
            rewritten += &format!("{comment} file: {file}\n");
        }
        for (line, number) in text.lines().zip(1..) {
            let found = corrected(line, calls.get(&(file.clone(), number)));
            let holds = sorted(&found) == sorted(line);
            if !holds {
                faults.push(format!("{}:{number}\n  says  {}\n  finds {}", file, line.trim(), found.trim()));
            }
            rewritten += if holds { line } else { &found };
            rewritten.push('\n');
        }
    }
    if !faults.is_empty() && std::env::var_os("UPDATE").is_some() {
        fs::write(path, rewritten).expect("the fixture can be written");
        return Vec::new();
    }
    faults
}

#[test]
fn lines_call_what_they_say() {
    let fixtures = fixture::all();
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
