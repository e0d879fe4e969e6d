//! Programs beside the facts they give: `fixtures/lowering/<language>/*` and `*.facts`.
//! `UPDATE=1 cargo test` rewrites the expectations: review that difference as code.

#![expect(clippy::disallowed_methods, reason = "the fixtures are on disk")]

#[path = "lowering/dump.rs"]
mod dump;

use blastline::discover::SourceFile;
use blastline::facts::{Call, Callee, Facts, Function, Language, Origin};
use blastline::ids::{FuncId, Var};
use blastline::lower;
use std::path::{Path, PathBuf};

/// A fixture: its language, file name and text.
type Program = (Language, String, Vec<u8>);

fn folder(language: Language) -> PathBuf {
    let name = match language {
        Language::Python => "python",
        Language::JavaScript => "javascript",
        Language::Rust => "rust",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lowering").join(name)
}

fn programs() -> Vec<Program> {
    [Language::Python, Language::JavaScript, Language::Rust].into_iter().flat_map(programs_of).collect()
}

fn programs_of(language: Language) -> Vec<Program> {
    let entries = std::fs::read_dir(folder(language)).expect("the fixtures are in the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension != "facts"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are text").to_owned();
        (language, name, std::fs::read(path).expect("a readable file"))
    };
    paths.iter().map(read).collect()
}

fn source((language, name, bytes): Program) -> SourceFile {
    let module = name.rsplit_once('.').expect("names have endings").0.to_owned();
    SourceFile {
        path: name,
        module,
        is_package: false,
        language,
        origin: Origin::FirstParty,
        configuration: None,
        condition: None,
        bytes,
    }
}

fn python(text: impl Into<Vec<u8>>) -> SourceFile {
    source((Language::Python, "main.py".to_owned(), text.into()))
}

#[test]
fn programs_give_these_facts() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for program in programs() {
        let (language, name) = (program.0, program.1.clone());
        let facts = lower::file(&source(program));
        let shown = dump::facts(&facts);
        let stem = name.strip_suffix(".py").unwrap_or(&name);
        let path = folder(language).join(format!("{stem}.facts"));
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
fn tags(name: &str, text: &[u8]) -> Vec<(bool, u32, u32, String)> {
    use tree_sitter::{Parser, Query, QueryCursor, StreamingIterator as _};
    let grammar = blastline_grammars::of_path(name).expect("the language is known");
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

/// Whether `!` stands behind a name.
fn is_macro(text: &str, line: u32, column: u32, name: &str) -> bool {
    let line = text.lines().nth(line as usize - 1).unwrap_or_default();
    line.get(column as usize - 1 + name.len()..).is_some_and(|rest| rest.starts_with('!'))
}

#[test]
fn nothing_that_the_tagger_sees_is_missing() {
    let mut seen = 0;
    for program in programs() {
        let (language, name) = (program.0, program.1.clone());
        let tags = tags(&name, &program.2);
        let lines = String::from_utf8_lossy(&program.2).into_owned();
        let facts = lower::file(&source(program));
        for (is_call, line, column, text) in tags {
            // A macro is no call but what it becomes.
            if is_call && language == Language::Rust && is_macro(&lines, line, column, &text) {
                continue;
            }
            let is_there = if is_call && language == Language::Rust && ["Some", "Ok", "Err"].contains(&&*text)
            {
                facts.allocs.iter().any(|row| row.line == line)
            } else if is_call {
                facts.calls.iter().any(|call| call.line == line && call.column == column)
                    || facts.calls.iter().any(|call| call.line == line && is_chain(&facts, call, &text))
            } else {
                // A function expression has a name of its own beside that of its variable.
                let is_named = |row: &Function| language != Language::Python || facts.text(row.name) == text;
                // Another name for a type is a name, and no body.
                let is_alias = |name| language == Language::Rust && facts.text(name) == text;
                facts.functions.iter().any(|row| row.line == line && is_named(row))
                    || facts.exports.iter().any(|row| is_alias(row.name))
            };
            assert!(is_there, "{name}:{line}:{column} {text} is not in the facts");
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
        let facts = lower::file(&python(program.clone()));
        assert_eq!(facts.files.len(), 1, "{}", &program[..40]);
    }
}

#[test]
fn deep_and_long_scripts_are_lowered_within_bounds() {
    let many = 10_000;
    let nested = |open: &str, close: &str| format!("x = {}y{};\n", open.repeat(many), close.repeat(many));
    let programs = [
        nested("(", ")"),
        nested("[", "]"),
        nested("f(", ")"),
        nested("- ", ""),
        nested("!", ""),
        nested("() => ", ""),
        nested("function () { return ", "}"),
        nested("{a: ", "}"),
        nested("a[", "]"),
        nested("c ? y : ", ""),
        nested("y && (z || ", ")"),
        nested("await ", ""),
        nested("new ", ""),
        nested("`${", "}`"),
        nested("<a>{", "}</a>"),
        nested("class { x = ", "}"),
        format!("x = y{};\n", " + y".repeat(many)),
        format!("x = y{};\n", " && y".repeat(many)),
        format!("x = y{};\n", ".f()".repeat(many)),
        format!("x = y{};\n", "[0].z".repeat(many)),
        format!("{}z;\n", "x = ".repeat(many)),
        format!("if (a) b()\n{}", "else if (c) d()\n".repeat(many)),
        format!("{}f()", "while (g()) ".repeat(many)),
        format!("{}f(){}", "{".repeat(many), "}".repeat(many)),
        format!("{}f()", "l: ".repeat(many)),
        format!("let {}x{} = y;\n", "[".repeat(many), "]".repeat(many)),
        format!("let {}x{} = y;\n", "{a: ".repeat(many), "}".repeat(many)),
        format!("let x: {}y{} = 1;\n", "A<".repeat(many), ">".repeat(many)),
        format!("let x: {}y{} = 1;\n", "(".repeat(many), ")".repeat(many)),
        format!("{}{}", "namespace N {".repeat(many), "}".repeat(many)),
    ];
    for program in programs {
        for name in ["main.js", "main.ts", "main.tsx"] {
            let program = (Language::JavaScript, name.to_owned(), program.clone().into_bytes());
            let facts = lower::file(&source(program));
            assert_eq!(facts.files.len(), 1);
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_lowered() {
    let facts = lower::file(&python(b"\xEF\xBB\xBFrun('\xFF\xFE')\n".to_vec()));
    assert_eq!((facts.calls.len(), facts.calls[0].column), (1, 1));
    let facts = lower::file(&python(vec![0, 159, 146, 150, b'(', 0]));
    assert_eq!(facts.files.len(), 1);
    assert_eq!(lower::file(&python(Vec::new())).functions.len(), 1);
}

#[test]
fn files_are_merged_in_order_at_any_number_of_threads() {
    let files: Vec<SourceFile> = programs().into_iter().map(source).collect();
    let dumps = [1, 2, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        dump::facts(&pool.install(|| lower::all(&files)))
    });
    assert!(dumps[0] == dumps[1] && dumps[1] == dumps[2]);
    let facts = lower::all(&files);
    // A module inside a file has a row of its own.
    let paths: std::collections::BTreeSet<_> = facts.files.iter().map(|file| facts.text(file.path)).collect();
    assert_eq!(paths.len(), files.len());
}

#[test]
fn builtin_bodies_are_lowered_whole() {
    for (language, prelude) in [(Language::Python, "builtins"), (Language::JavaScript, "globalThis")] {
        let facts = lower::builtins(language);
        assert_eq!(facts.text(facts.files[0].module), prelude);
        assert_whole(&facts);
    }
}

fn assert_whole(facts: &Facts) {
    assert!(facts.files.iter().all(|file| file.origin == Origin::Builtin));
    let notes: Vec<&str> = facts.notes.iter().map(|note| facts.text(note.message)).collect();
    assert!(notes.is_empty(), "{notes:?}");
    let intrinsics =
        ["__keys__", "__attrs__", "__copy_items__", "__load_attr__", "__alloc__", "__call__", "__any__"];
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
    for program in programs() {
        let name = program.1.clone();
        let facts = lower::file(&source(program));
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
