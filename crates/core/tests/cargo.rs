//! Workspaces of Rust: which packages they are made of, what of dependencies is loaded, and that nothing of a scanned
//! tree decides what cargo runs.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the tests make the trees that they read")]

use blastline::discover::{self, Cargo};
use blastline::solution::{Certainty, Target};
use blastline::{Analysis, Options, analyze};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The files below a folder.
fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut work = vec![folder.to_owned()];
    while let Some(folder) = work.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() { work.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn packages(options: &Options) -> Vec<String> {
    let repo = discover::repo(options).unwrap();
    let mut rows: Vec<String> = repo
        .packages
        .iter()
        .map(|package| {
            let features: Vec<&str> = package.features.iter().map(String::as_str).collect();
            format!("{} {} [{}]", package.name, package.version, features.join(" "))
        })
        .collect();
    rows.sort();
    rows
}

/// What a function calls: full names with certainties.
fn calls(analysis: &Analysis, caller: &str) -> Vec<String> {
    let facts = &analysis.facts;
    let mut found: Vec<String> = analysis
        .solution
        .edges
        .iter()
        .filter(|edge| facts.full_name(facts.function_of(edge.call)) == caller)
        .map(|edge| {
            let name = match edge.target {
                Target::Function(function) => facts.full_name(function),
                Target::External(path) => analysis.solution.paths.text(path, &facts.names),
            };
            let condition = facts.condition_of(edge.target).map(|text| format!(" if {}", facts.text(text)));
            let possible = if edge.certainty == Certainty::Possible { "possible " } else { "" };
            format!("{possible}{name}{}", condition.unwrap_or_default())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

const LOCK: &str = r#"version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["inner"]

[[package]]
name = "inner"
version = "0.2.0"
"#;

/// A workspace that resolves without a registry.
const PLAIN: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n[dependencies]\ninner = { path = \"inner\" }\n",
    ),
    ("Cargo.lock", LOCK),
    ("build.rs", "fn main() {}\n"),
    ("src/main.rs", "fn main() { inner::go(); }\n"),
    ("inner/Cargo.toml", "[package]\nname = \"inner\"\nversion = \"0.2.0\"\nedition = \"2021\"\n"),
    ("inner/src/lib.rs", "pub fn go() {}\n"),
];

/// The cargo that runs this test.
fn cargo() -> Cargo {
    let home = std::env::var_os("CARGO_HOME").or_else(|| std::env::var_os("HOME")).map(PathBuf::from);
    Cargo { program: std::env::var_os("CARGO").map(PathBuf::from), home, toolchains: None }
}

#[cfg(unix)]
#[test]
fn a_hostile_configuration_runs_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tree(PLAIN);
    let root = folder.path().canonicalize().unwrap();
    let mark = root.join("mark");
    let script = root.join("evil.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\nexec \"$@\"\n", mark.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = script.display();
    let text = format!(
        "[build]\nrustc = \"{evil}\"\nrustc-wrapper = \"{evil}\"\nrustc-workspace-wrapper = \"{evil}\"\n\
         [registry]\nglobal-credential-providers = [\"{evil}\"]\n[alias]\nmetadata = \"!{evil}\"\n"
    );
    fs::create_dir(root.join(".cargo")).unwrap();
    fs::write(root.join(".cargo/config"), &text).unwrap();
    fs::write(root.join(".cargo/more.toml"), &text).unwrap();
    fs::write(root.join(".cargo/config.toml"), format!("include = \"more.toml\"\n{text}")).unwrap();
    fs::write(root.join("rust-toolchain.toml"), format!("[toolchain]\npath = \"{}\"\n", root.display()))
        .unwrap();
    // The bait is one: cargo, run inside the tree, takes it.
    let program = cargo().program.unwrap();
    let bait = Command::new(&program)
        .current_dir(&root)
        .args([
            "metadata",
            "--format-version=1",
            "--offline",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .output();
    bait.unwrap();
    assert!(mark.exists(), "the configuration would leave a mark");
    fs::remove_file(&mark).unwrap();
    let before = listing(&root);
    let mut options = Options::new(&root);
    options.cargo = cargo();
    let repo = discover::repo(&options).unwrap();
    assert!(!mark.exists(), "nothing of the tree was run");
    assert_eq!(listing(&root), before, "nothing was written into the tree");
    assert!(!repo.notes.iter().any(|note| note.reason.contains("without cargo")), "{:?}", repo.notes);
    assert_eq!(packages(&options), ["app 0.1.0 []", "inner 0.2.0 []"]);
}

#[test]
fn a_program_of_the_tree_is_not_run() {
    let folder = tree(PLAIN);
    let mut options = Options::new(folder.path());
    options.cargo.program = Some(folder.path().join("bin/cargo"));
    fs::create_dir(folder.path().join("bin")).unwrap();
    fs::write(folder.path().join("bin/cargo"), "").unwrap();
    let repo = discover::repo(&options).unwrap();
    assert!(repo.notes.iter().any(|note| note.reason.contains("is of the scanned tree")), "{:?}", repo.notes);
}

/// A home of cargo with two packages.
fn home() -> TempDir {
    tree(&[
        (
            "registry/src/index/dep-1.2.3/Cargo.toml",
            "[package]\nname = \"dep\"\nversion = \"1.2.3\"\n[features]\ndefault = [\"std\"]\nstd = []\nextra = [\"dep:other\"]\n\
             [dependencies.other]\nversion = \"0.3\"\noptional = true\n[target.'cfg(windows)'.dependencies]\nonly-windows = \"1\"\n",
        ),
        (
            "registry/src/index/dep-1.2.3/src/lib.rs",
            "mod shown;\npub mod deep;\npub mod unused;\npub use shown::*;\n\
             #[cfg(feature = \"extra\")]\npub fn extra() { other::run(); }\n",
        ),
        ("registry/src/index/dep-1.2.3/src/shown.rs", "pub struct Tool;\npub fn visible() {}\n"),
        (
            "registry/src/index/dep-1.2.3/src/deep.rs",
            "use crate::Tool;\nuse std::process::Command;\nimpl Tool { pub fn work(&self) { Command::new(\"x\").spawn(); } }\n",
        ),
        ("registry/src/index/dep-1.2.3/src/unused.rs", "pub fn unused() {}\n"),
        ("registry/src/index/other-0.3.0/Cargo.toml", "[package]\nname = \"other\"\nversion = \"0.3.0\"\n"),
        ("registry/src/index/other-0.3.0/src/lib.rs", "pub fn run() {}\n"),
    ])
}

const APP: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[features]\nmore = [\"dep/extra\"]\n[dependencies]\ndep = \"1\"\n",
    ),
    ("src/main.rs", "fn main() { dep::Tool.work(); dep::visible(); dep::extra(); }\n"),
];

fn app(files: &[(&str, &str)]) -> (TempDir, TempDir, Options) {
    let (folder, home) = (tree(files), home());
    let mut options = Options::new(folder.path());
    options.cargo.home = Some(home.path().to_owned());
    (folder, home, options)
}

#[test]
fn modules_of_dependencies_are_loaded_when_something_wants_them() {
    let (_folder, _home, mut options) = app(APP);
    let analysis = analyze(&options).unwrap();
    let called = calls(&analysis, "app.main");
    assert_eq!(called, ["cargo:dep.deep.Tool.work", "cargo:dep.shown.visible", "dep.extra"]);
    assert_eq!(calls(&analysis, "cargo:dep.deep.Tool.work").len(), 2);
    let facts = &analysis.facts;
    let loaded = |path: &str| facts.files.iter().any(|file| facts.text(file.path) == path);
    assert!(loaded("dep-1.2.3/src/deep.rs") && !loaded("dep-1.2.3/src/unused.rs"));
    assert!(!loaded("other-0.3.0/src/lib.rs"), "the feature is off");
    options.features = vec!["app/more".to_owned()];
    let called = calls(&analyze(&options).unwrap(), "app.main");
    assert!(called.contains(&"cargo:dep.extra".to_owned()), "{called:?}");
}

#[test]
fn macros_of_dependencies_are_expanded_where_they_are_in_scope() {
    let (_folder, home, options) = app(&[
        APP[0],
        (
            "src/main.rs",
            "mod by_path; mod strange;\nuse dep::run;\nfn take() {}\n\
             fn main() { run!(take); by_path::go(); strange::go(); }\n",
        ),
        ("src/by_path.rs", "fn take() {}\npub fn go() { dep::run!(take); }\n"),
        ("src/strange.rs", "fn take() {}\npub fn go() { run!(take); dep::hidden!(take); }\n"),
    ]);
    let library = home.path().join("registry/src/index/dep-1.2.3/src/lib.rs");
    let macros = "#[macro_export]\nmacro_rules! run { ($f:ident) => { $crate::shown(); $crate::hidden!($f) } }\n\
                  macro_rules! hidden { ($f:ident) => { $f() } }\npub fn shown() {}\n";
    fs::write(library, macros).unwrap();
    let analysis = analyze(&options).unwrap();
    let called = calls(&analysis, "app.main");
    assert_eq!(called, ["app.by_path.go", "app.strange.go", "app.take", "cargo:dep.shown"]);
    assert_eq!(calls(&analysis, "app.by_path.go"), ["app.by_path.take", "cargo:dep.shown"]);
    // Neither is expanded: one is not in scope, the other not exported.
    assert_eq!(calls(&analysis, "app.strange.go"), ["app.strange.take", "dep.hidden"]);
}

#[test]
fn without_a_lock_the_versions_at_hand_count() {
    let (_folder, _home, mut options) = app(APP);
    assert_eq!(packages(&options), ["app 0.1.0 []", "dep 1.2.3 [default std]"]);
    options.features = vec!["more".to_owned()];
    let expected = ["app 0.1.0 [more]", "dep 1.2.3 [default extra std]", "other 0.3.0 []"];
    assert_eq!(packages(&options), expected);
}

#[test]
fn features_that_no_package_has_are_refused() {
    let (_folder, _home, mut options) = app(APP);
    for (feature, complaint) in
        [("dep/extra", ""), ("mroe", "no package here has the feature `mroe`; features are `more`")]
    {
        options.features = vec![feature.to_owned()];
        let said = discover::repo(&options).err().map(|error| error.message).unwrap_or_default();
        assert_eq!(said, complaint);
    }
}

#[test]
fn what_is_missing_is_said() {
    let lock = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"dep\"]\n\
                [[package]]\nname = \"dep\"\nversion = \"1.9.9\"\nsource = \"registry+x\"\n";
    let (_folder, _home, options) = app(&[APP, &[("Cargo.lock", lock)]].concat());
    let repo = discover::repo(&options).unwrap();
    let says = |text: &str| repo.notes.iter().any(|note| note.reason.contains(text));
    assert!(says("1 packages of which no source is at hand (dep 1.9.9)"), "{:?}", repo.notes);
}

#[test]
fn vendored_packages_are_dependencies() {
    let lock = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"dep\"]\n\
                [[package]]\nname = \"dep\"\nversion = \"1.9.9\"\nsource = \"registry+x\"\n";
    let vendored = [
        ("Cargo.lock", lock),
        ("vendor/dep/Cargo.toml", "[package]\nname = \"dep\"\nversion = \"1.9.9\"\n"),
        ("vendor/dep/.cargo-checksum.json", "{}"),
        ("vendor/dep/src/lib.rs", "pub fn visible() {}\npub fn extra() {}\npub struct Tool;\n"),
    ];
    let (_folder, _home, options) = app(&[APP, &vendored].concat());
    let analysis = analyze(&options).unwrap();
    assert_eq!(calls(&analysis, "app.main"), ["cargo:dep.extra", "cargo:dep.visible"]);
    let repo = discover::repo(&options).unwrap();
    assert!(!repo.files.iter().any(|file| file.path.starts_with("vendor/")), "they are nobody's own code");
}

#[test]
fn another_configuration_is_possible_and_says_so() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"),
        (
            "src/main.rs",
            "#[cfg(windows)] #[path = \"w.rs\"] mod sys;\n#[cfg(unix)] #[path = \"u.rs\"] mod sys;\n\
             fn main() { sys::run(); twin();\nif cfg!(windows) {\nthere() }\nelse {\nhere() }\n}\n\
             fn there() {}\nfn here() {}\n#[cfg(unix)]\nfn twin() {}\n#[cfg(not(unix))]\nfn twin() {}\n",
        ),
        ("src/w.rs", "pub fn run() {}\n"),
        ("src/u.rs", "pub fn run() {}\n"),
    ];
    let folder = tree(&files);
    let mut options = Options::new(folder.path());
    let called = calls(&analyze(&options).unwrap(), "app.main");
    let other =
        ["possible app.sys@windows.run if windows", "possible app.there", "possible app.twin if not(unix)"];
    assert_eq!(called, [&["app.here", "app.sys.run", "app.twin"], &other[..]].concat());
    options.target = Some("x86_64-pc-windows-msvc".to_owned());
    let called = calls(&analyze(&options).unwrap(), "app.main");
    let other = ["possible app.here", "possible app.sys@unix.run if unix", "possible app.twin if unix"];
    assert_eq!(called, [&["app.sys.run", "app.there", "app.twin"], &other[..]].concat());
    options.target = Some("nowhere".to_owned());
    assert!(analyze(&options).unwrap_err().message.contains("no target `nowhere`"));
}

#[test]
fn what_tests_have_in_place_of_an_item_is_none_of_the_program() {
    let text = "#[cfg(not(test))]\nmod own;\n#[cfg(not(test))]\nfn now() { own::clock(); }\n#[cfg(test)]\n\
                fn now() { fixed(); }\nfn fixed() {}\nfn main() { now(); }\n";
    let manifest = ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n");
    let folder = tree(&[manifest, ("src/main.rs", text), ("src/own.rs", "pub fn clock() {}\n")]);
    let analysis = analyze(&Options::new(folder.path())).unwrap();
    let lines: Vec<u32> = (analysis.solution.edges.iter())
        .filter(|edge| analysis.facts.full_name(analysis.facts.function_of(edge.call)) == "app.main")
        .filter_map(|edge| match edge.target {
            Target::Function(function) => Some(analysis.facts.functions[function.index()].line),
            Target::External(_) => None,
        })
        .collect();
    assert_eq!(lines, [4]);
}

#[test]
fn what_a_package_grants_to_the_library_is_for_those_who_know_it() {
    let lock = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"dep\"]\n\
                [[package]]\nname = \"dep\"\nversion = \"1.9.9\"\nsource = \"registry+x\"\n\
                dependencies = [\"text\"]\n\
                [[package]]\nname = \"text\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n";
    let text = "pub struct Thin;\nimpl AsRef<Thin> for str { fn as_ref(&self) -> &Thin { todo!() } }\n";
    let vendored = [
        ("Cargo.lock", lock),
        ("src/main.rs", "fn main() { dep::go(); }\nfn own(s: &str) { s.as_ref(); }\n"),
        (
            "vendor/dep/Cargo.toml",
            "[package]\nname = \"dep\"\nversion = \"1.9.9\"\n[dependencies]\ntext = \"1\"\n",
        ),
        ("vendor/dep/.cargo-checksum.json", "{}"),
        ("vendor/dep/src/lib.rs", "use text::Thin;\npub fn go() -> Option<Thin> { \"a\".as_ref(); None }\n"),
        ("vendor/text/Cargo.toml", "[package]\nname = \"text\"\nversion = \"1.0.0\"\n"),
        ("vendor/text/.cargo-checksum.json", "{}"),
        ("vendor/text/src/lib.rs", text),
    ];
    let (_folder, _home, options) = app(&[APP, &vendored].concat());
    let analysis = analyze(&options).unwrap();
    let granted = |caller| calls(&analysis, caller).contains(&"cargo:text.<str as AsRef>.as_ref".to_owned());
    assert_eq!([granted("cargo:dep.go"), granted("app.own")], [true, false]);
}

/// Which parameters the findings of a program begin at, by what their paths say.
fn inputs(files: &[(&str, &str)]) -> Vec<String> {
    let manifest = ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n");
    let folder = tree(&[&[manifest], files].concat());
    let analysis = analyze(&Options::new(folder.path())).unwrap();
    let mut found: Vec<String> = (analysis.findings.iter())
        .filter_map(|finding| Some(finding.message.split("arameter `").nth(1)?.split('`').next()?.to_owned()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn attributes_of_macro_use_are_known_everywhere() {
    let files = [
        ("src/main.rs", "#[macro_use]\nextern crate rocket;\nmod api;\nfn main() {}\n"),
        (
            "src/api.rs",
            "#[get(\"/run/<name>\")]\nfn run(name: &str) { std::process::Command::new(name).spawn(); }\n",
        ),
    ];
    assert_eq!(inputs(&files), ["name"]);
}

#[test]
fn models_are_about_their_own_language_and_whole_names() {
    let route = |body: &str| {
        format!(
            "use actix_web::post;\n#[post(\"/run\")]\nasync fn run(name: String) {{ {body} }}\nfn main() {{}}\n"
        )
    };
    let found = |body: &str| {
        let manifest = ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n");
        let folder = tree(&[manifest, ("src/main.rs", &route(body))]);
        analyze(&Options::new(folder.path())).unwrap().findings.len()
    };
    let chain = "reqwest::Client::builder().timeout(1).user_agent(2).build().unwrap()";
    assert_eq!(
        found("jsonwebtoken::decode(&name, &KEY, &checks());"),
        0,
        "that is a function of another package"
    );
    assert_eq!(found(&format!("{chain}.post(\"https://here\").json(&name);")), 0, "the address is constant");
    assert!(found("reqwest::get(&name);") > 0);
}

#[test]
fn state_and_types_of_the_program_are_no_input() {
    let text = "use actix_web::{get, web};\nuse crate::own::User;\nmod own;\n#[derive(Clone)]\nstruct Settings { tool: String }\n\
                #[get(\"/run\")]\nasync fn run(shell: web::Data<Settings>, user: User, name: String) {\n\
                std::process::Command::new(&shell.tool).spawn();\n\
                std::process::Command::new(&user.tool).spawn();\n\
                std::process::Command::new(name).spawn();\n}\nfn main() {}\n";
    let files = [("src/main.rs", text), ("src/own.rs", "pub struct User { pub tool: String }\n")];
    assert_eq!(inputs(&files), ["name"]);
}

#[test]
fn what_a_test_gets_is_no_way_of_the_program() {
    let text = "fn load() -> String { std::fs::read_to_string(\"x\").unwrap() }\n\
                fn run(p: &str) { std::process::Command::new(p).spawn(); }\n\
                fn main() { load(); run(\"ls\"); }\n";
    let inside =
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn both() { run(&load()); }\n}\n";
    let outside = "fn both() { run(&load()); }\n";
    let manifest = ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n");
    let flows = |more: &str| {
        let text = format!("{text}{more}");
        let folder = tree(&[manifest, ("src/main.rs", &text)]);
        let findings = analyze(&Options::new(folder.path())).unwrap().findings;
        findings.iter().filter(|finding| format!("{:?}", finding.path).contains("both")).count()
    };
    assert!(flows(outside) > 0, "the same code in the program is one");
    assert_eq!(flows(inside), 0);
}

#[test]
fn a_checked_query_is_a_constant() {
    let text = "use axum::{Router, routing::get};\nstruct Row;\n\
                async fn rows(id: String) { sqlx::query_as!(Row, \"select * from t where id = $1\", id).fetch_all(&p()).await; }\n\
                async fn built(id: String) { sqlx::query_as(&format!(\"select {id}\")).fetch_all(&p()).await; }\n\
                fn main() { Router::new().route(\"/a\", get(rows)).route(\"/b\", get(built)); }\n";
    let folder =
        tree(&[("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"), ("src/main.rs", text)]);
    let findings = analyze(&Options::new(folder.path())).unwrap().findings;
    let sql: Vec<u32> =
        findings.iter().filter(|row| row.rule.contains("sql")).map(|row| row.place.line).collect();
    assert_eq!(sql, [4]);
}

#[test]
fn other_languages_call_what_rust_shows_them() {
    let folder = tree(&[
        ("Cargo.toml", "[package]\nname = \"core\"\nversion = \"0.1.0\"\n[lib]\nname = \"_native\"\n"),
        (
            "src/lib.rs",
            "mod deep;\n#[pymodule]\nfn _native(m: &Bound<PyModule>) {}\n#[pyfunction]\n#[pyo3(name = \"scan\")]\n\
             fn scan_all(path: &str) {}\n#[napi]\npub fn read_all() {}\n#[wasm_bindgen]\npub fn run() {}\n",
        ),
        (
            "src/deep.rs",
            "#[pyfunction]\npub(crate) fn inner() {}\n#[pyclass]\npub struct Tool;\nimpl Tool { fn go(&self) {} }\n",
        ),
        ("pkg/__init__.py", "from . import _native\n"),
        (
            "pkg/app.py",
            "from ._native import scan, inner, Tool\n\ndef main():\n    scan('x')\n    inner()\n    Tool().go()\n",
        ),
        (
            "index.js",
            "const { readAll } = require('./core.linux-x64-gnu.node');\nfunction main() { readAll(); }\n",
        ),
        ("web.js", "import { run } from './pkg/_native.js';\nfunction main() { run(); }\n"),
    ]);
    let analysis = analyze(&Options::new(folder.path())).unwrap();
    let called = calls(&analysis, "pkg.app.main");
    assert_eq!(called, ["_native.deep.Tool.go", "_native.deep.inner", "_native.scan_all"]);
    assert_eq!(calls(&analysis, "./index.main"), ["_native.read_all"]);
    assert_eq!(calls(&analysis, "./web.main"), ["_native.run"]);
}
