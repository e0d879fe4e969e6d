//! Programs beside the facts they give: `fixtures/lowering/<language>/*.py` and `*.facts`.
//! `UPDATE=1 cargo test` rewrites the expectations: review that difference as code.

#![expect(clippy::disallowed_methods, reason = "the fixtures are on disk")]

#[path = "lowering/dump.rs"]
mod dump;

use blastline::discover::SourceFile;
use blastline::facts::{Call, Callee, Facts, Language, Origin};
use blastline::ids::{FuncId, Var};
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

/// What upstream's tagger sees: line, column and name of each definition and each call.
fn tags(text: &[u8]) -> Vec<(bool, u32, u32, String)> {
    use tree_sitter::{Parser, Query, QueryCursor, StreamingIterator as _};
    let grammar = blastline_grammars::by_name("python").expect("Python is known");
    let language = (grammar.language)();
    let mut parser = Parser::new();
    parser.set_language(&language).expect("the grammar fits");
    let tree = parser.parse(text, None).expect("a tree");
    let query = Query::new(&language, grammar.tags).expect("the query fits");
    let names = query.capture_names().to_vec();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text);
    let mut tags = Vec::new();
    while let Some(found) = matches.next() {
        let node_of = |wanted: &str| {
            found.captures().iter().find(|capture| names[capture.index as usize].starts_with(wanted))
        };
        let is_call = node_of("reference.call").is_some();
        if !is_call && node_of("definition.function").is_none() && node_of("definition.class").is_none() {
            continue;
        }
        let name = node_of("name").expect("each pattern names what it finds").node;
        let place = name.start_position();
        let text = name.utf8_text(text).expect("text").to_owned();
        tags.push((is_call, place.row as u32 + 1, place.column as u32 + 1, text));
    }
    tags
}

#[test]
fn nothing_that_the_tagger_sees_is_missing() {
    let mut seen = 0;
    for (name, bytes) in programs() {
        let tags = tags(&bytes);
        let facts = lower::file(&source(&name, bytes));
        for (is_call, line, column, text) in tags {
            let is_there = if is_call {
                facts.calls.iter().any(|call| call.line == line && call.column == column)
                    || facts.calls.iter().any(|call| call.line == line && is_chain(&facts, call, &text))
            } else {
                facts.functions.iter().any(|row| row.line == line && facts.text(row.name) == text)
            };
            assert!(is_there, "{name}.py:{line}:{column} {text} is not in the facts");
            seen += 1;
        }
    }
    assert!(seen > 120, "{seen} definitions and calls are too few to say anything");
}

/// Whether a call is of a method of this name.
fn is_chain(facts: &Facts, call: &Call, name: &str) -> bool {
    matches!(call.callee, Callee::Method(_, method) if facts.text(method) == name)
}

#[test]
fn deep_and_long_code_is_lowered_within_bounds() {
    let many = 10_000;
    let nested = |open: &str, close: &str| format!("x = {}y{}\n", open.repeat(many), close.repeat(many));
    let programs = [
        nested("(", ")"),
        nested("[", "]"),
        nested("f(", ")"),
        nested("-", ""),
        nested("not ", ""),
        nested("lambda: ", ""),
        nested("{1: ", "}"),
        nested("a[", "]"),
        nested("y if c else ", ""),
        nested("y and (z or ", ")"),
        nested("await ", ""),
        format!("x = y{}\n", " + y".repeat(many)),
        format!("x = y{}\n", " and y".repeat(many)),
        format!("x = y{}\n", ".f()".repeat(many)),
        format!("x = y{}\n", "[0].z".repeat(many)),
        format!("{}z\n", "x = ".repeat(many)),
        format!("if a: b()\n{}", "elif c: d()\n".repeat(many)),
        format!("x: {}y{} = 1\n", "list[".repeat(many), "]".repeat(many)),
        format!("x: '{}y{}' = 1\n", "list[".repeat(many), "]".repeat(many)),
        (0..300).map(|depth| format!("{}def f():\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(300)
            + "pass",
        (0..300).map(|depth| format!("{}class C:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(300)
            + "pass",
        (0..300).map(|depth| format!("{}while f():\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(300)
            + "g()",
        format!("match x:\n  case {}y{}: z()\n", "[".repeat(many), "]".repeat(many)),
        format!("for {}x{} in y: z()\n", "(".repeat(many), ",)".repeat(many)),
    ];
    for program in programs {
        let facts = lower::file(&source("main", program.clone().into_bytes()));
        assert_eq!(facts.files.len(), 1, "{}", &program[..40]);
    }
}

#[test]
fn bytes_that_are_no_text_are_lowered() {
    let facts = lower::file(&source("main", b"\xEF\xBB\xBFrun('\xFF\xFE')\n".to_vec()));
    assert_eq!((facts.calls.len(), facts.calls[0].column), (1, 1));
    let facts = lower::file(&source("main", vec![0, 159, 146, 150, b'(', 0]));
    assert_eq!(facts.files.len(), 1);
    assert_eq!(lower::file(&source("main", Vec::new())).functions.len(), 1);
}

#[test]
fn files_are_merged_in_order_at_any_number_of_threads() {
    let files: Vec<SourceFile> = programs().into_iter().map(|(name, bytes)| source(&name, bytes)).collect();
    let dumps = [1, 2, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        dump::facts(&pool.install(|| lower::all(&files)))
    });
    assert!(dumps[0] == dumps[1] && dumps[1] == dumps[2]);
    assert_eq!(lower::all(&files).files.len(), files.len());
}

#[test]
fn builtin_bodies_are_lowered_whole() {
    let facts = lower::builtins(Language::Python);
    assert_eq!(facts.text(facts.files[0].module), "builtins");
    assert!(facts.files.iter().all(|file| file.origin == Origin::Builtin));
    let notes: Vec<&str> = facts.notes.iter().map(|note| facts.text(note.message)).collect();
    assert!(notes.is_empty(), "{notes:?}");
    let intrinsics = ["__keys__", "__attrs__", "__copy_items__", "__load_attr__", "__alloc__"];
    for free in &facts.frees {
        assert!(
            !intrinsics.contains(&facts.text(free.name)),
            "an intrinsic is a call: {}",
            facts.text(free.name)
        );
    }
}

/// Each row of a function names slots that it has, and each capture one that its owner has.
#[test]
fn rows_name_slots_that_exist() {
    for (name, bytes) in programs() {
        let facts = lower::file(&source(&name, bytes));
        for index in 0..facts.functions.len() {
            let function = FuncId(index as u32);
            let slots = facts.functions[index].vars + facts.captures_of(function).len() as u32;
            let mut vars: Vec<Var> =
                facts.moves_of(function).iter().flat_map(|row| [row.dst, row.src]).collect();
            vars.extend(facts.loads_of(function).iter().flat_map(|row| [row.dst, row.base]));
            vars.extend(facts.stores_of(function).iter().flat_map(|row| [row.base, row.src]));
            vars.extend(facts.hints_of(function).iter().map(|row| row.var));
            assert!(vars.iter().all(|var| var.0 < slots), "{name}: {}", facts.full_name(function));
        }
    }
}
