//! Trees made in a temporary folder, and what discovery makes of them.

#![expect(clippy::disallowed_methods, reason = "the tests make the trees that they read")]

use blastline::Options;
use blastline::discover::{self, Repo};
use blastline::link::Loader;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Writes a tree: `path` and text, a path that ends in `/` being an empty folder.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("the temporary folder can be written"))
            .expect("the temporary folder can be written");
        fs::write(path, text).expect("the temporary folder can be written");
    }
    folder
}

fn scan(root: &Path) -> Repo {
    scan_with(root, |_| {})
}

fn scan_with(root: &Path, change: impl FnOnce(&mut Options)) -> Repo {
    let mut options = Options::default();
    options.root = root.to_owned();
    change(&mut options);
    discover::repo(&options).expect("the tree can be read")
}

/// `path=module` of every file.
fn modules(repo: &Repo) -> Vec<String> {
    repo.files.iter().map(|file| format!("{}={}", file.path, file.module)).collect()
}

/// `path: reason` of everything that was not read.
fn skipped(repo: &Repo) -> String {
    repo.skipped.iter().map(|row| format!("{}: {}\n", row.path, row.reason)).collect()
}

fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    assert_eq!(modules(&scan(folder.path())), expected);
}

#[test]
fn modules_are_named_by_path() {
    check(
        &[
            ("main.py", "import pkg.mod"),
            ("pkg/__init__.py", ""),
            ("pkg/mod.py", ""),
            ("pkg/sub/deep.py", ""),
        ],
        &["main.py=main", "pkg/__init__.py=pkg", "pkg/mod.py=pkg.mod", "pkg/sub/deep.py=pkg.sub.deep"],
    );
}

#[test]
fn namespace_folders_count_as_parts() {
    check(
        &[("tools/run.py", ""), ("a/b/__init__.py", "")],
        &["a/b/__init__.py=a.b", "tools/run.py=tools.run"],
    );
}

#[test]
fn source_folders_are_import_roots() {
    check(
        &[
            ("pyproject.toml", ""),
            ("src/app/__init__.py", ""),
            ("src/app/x.py", ""),
            ("src/google/cloud/s/__init__.py", ""),
        ],
        &["src/app/__init__.py=app", "src/app/x.py=app.x", "src/google/cloud/s/__init__.py=google.cloud.s"],
    );
}

#[test]
fn a_source_folder_that_is_a_package_is_none() {
    check(&[("lib/__init__.py", ""), ("lib/x.py", "")], &["lib/__init__.py=lib", "lib/x.py=lib.x"]);
}

#[test]
fn projects_are_import_roots() {
    check(
        &[
            ("services/api/manage.py", ""),
            ("services/api/app/__init__.py", ""),
            ("services/api/app/m.py", ""),
        ],
        &["services/api/app/__init__.py=app", "services/api/app/m.py=app.m", "services/api/manage.py=manage"],
    );
}

#[test]
fn modules_of_one_name_are_told_apart() {
    check(
        &[
            ("a/setup.py", ""),
            ("a/app/__init__.py", ""),
            ("a/app/m.py", ""),
            ("a/only.py", ""),
            ("b/setup.py", ""),
            ("b/app/m.py", ""),
        ],
        &[
            "a/app/__init__.py=a.app",
            "a/app/m.py=a.app.m",
            "a/only.py=only",
            "a/setup.py=a.setup",
            "b/app/m.py=b.app.m",
            "b/setup.py=b.setup",
        ],
    );
}

#[test]
fn a_module_beside_a_package_of_its_name_is_no_second_project() {
    check(
        &[
            ("pyproject.toml", ""),
            ("src/app/__init__.py", "x = 1\n"),
            ("src/app/util.py", "def f(): pass\n"),
            ("src/app/util/__init__.py", "def g(): pass\n"),
        ],
        &["src/app/__init__.py=app", "src/app/util.py=app.util", "src/app/util/__init__.py=app.util"],
    );
}

#[test]
fn packages_of_one_name_are_told_apart_unless_they_are_portions_of_one() {
    let projects = |init: &'static str| {
        [
            ("a/setup.py", ""),
            ("a/app/__init__.py", init),
            ("a/app/one.py", ""),
            ("b/setup.py", ""),
            ("b/app/__init__.py", init),
            ("b/app/two.py", ""),
        ]
    };
    check(
        &projects("def start(): pass\n"),
        &[
            "a/app/__init__.py=a.app",
            "a/app/one.py=a.app.one",
            "a/setup.py=a.setup",
            "b/app/__init__.py=b.app",
            "b/app/two.py=b.app.two",
            "b/setup.py=b.setup",
        ],
    );
    for init in ["", "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"] {
        check(
            &projects(init),
            &[
                "a/app/__init__.py=app",
                "a/app/one.py=app.one",
                "a/setup.py=a.setup",
                "b/app/__init__.py=app",
                "b/app/two.py=app.two",
                "b/setup.py=b.setup",
            ],
        );
    }
}

#[test]
fn imports_decide_between_layouts() {
    check(
        &[
            ("services/api/app/__init__.py", ""),
            ("services/api/app/m.py", "from app.n import x"),
            ("services/api/app/n.py", ""),
        ],
        &["services/api/app/__init__.py=app", "services/api/app/m.py=app.m", "services/api/app/n.py=app.n"],
    );
    check(
        &[("run.py", "import google.cloud.s"), ("google/cloud/s/__init__.py", "from s import x")],
        &["google/cloud/s/__init__.py=google.cloud.s", "run.py=run"],
    );
}

#[test]
fn a_fixture_does_not_take_the_name_of_a_package() {
    check(
        &[("app.py", "import requests"), ("tests/fake/requests/__init__.py", "")],
        &["app.py=app", "tests/fake/requests/__init__.py=tests.fake.requests"],
    );
}

#[test]
fn a_root_that_is_a_package_keeps_its_name() {
    let folder = tree(&[
        ("outer/__init__.py", ""),
        ("outer/mark/__init__.py", "from .core import run"),
        ("outer/mark/core.py", "from outer.mark import util"),
        ("outer/mark/util.py", ""),
    ]);
    assert_eq!(
        modules(&scan(&folder.path().join("outer/mark"))),
        ["__init__.py=outer.mark", "core.py=outer.mark.core", "util.py=outer.mark.util"]
    );
}

#[test]
fn a_folder_of_scripts_with_a_stray_init_is_none() {
    check(
        &[
            ("__init__.py", ""),
            ("main.py", "from nested import x"),
            ("nested/__init__.py", ""),
            ("nested/x.py", "from .y import f"),
        ],
        &["__init__.py=__init__", "main.py=main", "nested/__init__.py=nested", "nested/x.py=nested.x"],
    );
}

#[test]
fn a_root_may_be_a_file() {
    let folder = tree(&[("a.py", "x = 1"), ("b.py", "")]);
    assert_eq!(modules(&scan(&folder.path().join("a.py"))), ["a.py=a"]);
}

#[test]
fn a_wrong_root_is_an_error_with_a_repair() {
    let folder = tree(&[("notes.txt", "")]);
    for name in ["missing", "notes.txt"] {
        let mut options = Options::default();
        options.root = folder.path().join(name);
        let message = discover::repo(&options).expect_err("there is nothing to scan").message;
        assert!(message.contains("name a folder or a source file"), "{message}");
    }
}

#[test]
fn what_is_no_first_party_source_is_left_out() {
    let folder = tree(&[
        (".gitignore", "ignored/\n*.gen.py\n!keep.gen.py\n"),
        (".hidden/x.py", ""),
        ("__pycache__/x.py", ""),
        ("a.gen.py", ""),
        ("app/build/x.py", ""),
        ("build/x.py", ""),
        ("env/pyvenv.cfg", ""),
        ("env/lib/x.py", ""),
        ("excluded/x.py", ""),
        ("ignored/x.py", ""),
        ("keep.gen.py", ""),
        ("node_modules/x.py", ""),
        ("setup.py", ""),
        ("stub.pyi", ""),
    ]);
    let repo = scan_with(folder.path(), |options| options.exclude = vec!["excluded/".to_owned()]);
    assert_eq!(modules(&repo), ["app/build/x.py=app.build.x", "keep.gen.py=keep.gen", "setup.py=setup"]);
    let skipped = skipped(&repo);
    for part in [".: 1 type stub", "build: is the output", "env: is a virtual", "node_modules: holds"] {
        assert!(skipped.contains(part), "{part} in\n{skipped}");
    }
}

#[test]
fn scripts_are_known_by_their_first_line() {
    let folder =
        tree(&[("bin/tool", "#!/usr/bin/env python3\nrun()\n"), ("bin/shell", "#!/bin/sh\n"), ("w.pyw", "")]);
    assert_eq!(modules(&scan(folder.path())), ["bin/tool=bin.tool", "w.pyw=w"]);
}

#[test]
fn text_is_made_utf8() {
    let folder = tree(&[("bom.py", "\u{feff}x = 1\n"), ("empty.py", "")]);
    fs::write(folder.path().join("bad.py"), b"x = '\xff'\n").expect("the temporary folder can be written");
    fs::write(folder.path().join("latin.py"), b"# coding: latin-1\nx = '\xe9'\n")
        .expect("the temporary folder can be written");
    fs::write(folder.path().join("wide.py"), b"\xff\xfex\0").expect("the temporary folder can be written");
    let repo = scan(folder.path());
    let text = |name: &str| {
        let file = repo.files.iter().find(|file| file.path == name).expect("the file was read");
        String::from_utf8(file.bytes.clone()).expect("all bytes are UTF-8")
    };
    assert_eq!(text("bom.py"), "x = 1\n");
    assert_eq!(text("empty.py"), "");
    assert_eq!(text("bad.py"), "x = '\u{fffd}'\n");
    assert!(text("latin.py").contains('é'));
    assert_eq!(repo.notes.iter().map(|note| note.path.as_str()).collect::<Vec<_>>(), ["bad.py"]);
    assert!(skipped(&repo).contains("wide.py: is UTF-16"));
}

#[test]
fn an_exclude_pattern_may_be_wrong() {
    let folder = tree(&[("a.py", "")]);
    let mut options = Options::default();
    options.root = folder.path().to_owned();
    options.exclude = vec!["a{".to_owned()];
    let message = discover::repo(&options).expect_err("the pattern is broken").message;
    assert!(message.contains("`a{`"), "{message}");
}

#[test]
fn an_excerpt_shows_the_lines_around() {
    let folder = tree(&[("a.py", "one\ntwo\nthree\nfour\n"), ("long.py", &"é".repeat(1000))]);
    let rows = discover::excerpt(folder.path(), "a.py", 2, 1);
    assert_eq!(rows, [(1, "one".to_owned()), (2, "two".to_owned()), (3, "three".to_owned())]);
    assert_eq!(discover::excerpt(folder.path(), "a.py", 9, 1), []);
    assert_eq!(discover::excerpt(folder.path(), "a.py", 0, 1), []);
    let long = &discover::excerpt(folder.path(), "long.py", 1, 0)[0].1;
    assert!(long.len() <= 404 && long.ends_with('…'));
}

#[test]
fn an_excerpt_does_not_leave_the_root() {
    let folder = tree(&[("root/a.py", ""), ("secret.py", "key\n")]);
    let root = folder.path().join("root");
    assert_eq!(discover::excerpt(&root, "../secret.py", 1, 0), []);
    let outside = folder.path().join("secret.py");
    assert_eq!(discover::excerpt(&root, &outside.to_string_lossy(), 1, 0), []);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, root.join("link.py"))
            .expect("the temporary folder can be written");
        assert_eq!(discover::excerpt(&root, "link.py", 1, 0), []);
    }
}

/// The paths that a loader gives out for these modules, `!` marking one that it gave up on.
fn load(repo: &Repo, modules: &[&str]) -> Vec<String> {
    let is_opaque = |module: &str| module == "opaque" || module.starts_with("opaque.");
    let mut loader = Loader::new(repo, &is_opaque);
    let modules: Vec<String> = modules.iter().map(|&module| module.to_owned()).collect();
    let mut paths: Vec<String> =
        loader.sources(&modules).iter().map(|file| format!("{}={}", file.path, file.module)).collect();
    assert!(loader.sources(&modules).is_empty(), "a module is given out once");
    paths.extend(loader.into_skipped().into_iter().map(|row| format!("!{}", row.path)));
    paths
}

const SITE: &str = ".venv/lib/python3.12/site-packages";

/// A project with an environment in which these files are.
fn project(installed: &[&str]) -> TempDir {
    let paths: Vec<String> = installed.iter().map(|path| format!("{SITE}/{path}")).collect();
    let mut files = vec![("app.py", ""), ("ours/__init__.py", ""), (".venv/pyvenv.cfg", "")];
    files.extend(paths.iter().map(|path| (path.as_str(), "x = 1\n")));
    tree(&files)
}

#[test]
fn installed_modules_are_loaded_when_wanted() {
    let folder = project(&[
        "lib/__init__.py",
        "lib/mod.py",
        "space/mod.py",
        "single.py",
        "opaque/__init__.py",
        "json.py",
        "ours/x.py",
    ]);
    let repo = scan(folder.path());
    assert_eq!(modules(&repo), ["app.py=app", "ours/__init__.py=ours"]);
    assert_eq!(
        load(
            &repo,
            &[
                "single",
                "lib.mod",
                "lib",
                "space.mod",
                "space",
                "opaque",
                "json",
                "ours.x",
                "gone",
                "../app",
                ""
            ]
        ),
        ["lib/__init__.py=lib", "lib/mod.py=lib.mod", "single.py=single", "space/mod.py=space.mod"]
    );
}

#[test]
fn dependencies_may_be_refused() {
    let folder = project(&["single.py"]);
    let repo = scan_with(folder.path(), |options| options.no_dependencies = true);
    assert_eq!(load(&repo, &["single"]), Vec::<String>::new());
}

#[test]
fn environments_above_and_named_ones_are_found() {
    let folder = project(&["single.py"]);
    fs::create_dir_all(folder.path().join("src")).expect("the temporary folder can be written");
    assert_eq!(load(&scan(&folder.path().join("src")), &["single"]), ["single.py=single"]);

    let elsewhere = tree(&[("a.py", "")]);
    for named in [folder.path().join(".venv"), folder.path().join(SITE)] {
        let repo = scan_with(elsewhere.path(), |options| options.python_path = vec![named]);
        assert_eq!(load(&repo, &["single"]), ["single.py=single"]);
    }
    let repo = scan_with(elsewhere.path(), |options| options.python_path = vec!["/nowhere/at/all".into()]);
    assert!(repo.notes[0].reason.contains("not used"), "{:?}", repo.notes);
}

#[cfg(unix)]
#[test]
fn links_in_a_found_environment_stay_in_it() {
    use std::os::unix::fs::symlink;
    let folder = project(&["single.py"]);
    let outside = tree(&[("secret.py", "key = 1\n")]);
    let site = folder.path().join(SITE);
    symlink(outside.path().join("secret.py"), site.join("leak.py")).expect("a link can be made");
    symlink(site.join("single.py"), site.join("same.py")).expect("a link can be made");
    assert_eq!(load(&scan(folder.path()), &["leak", "same"]), ["same.py=same", "!leak.py"]);
    let repo = scan_with(folder.path(), |options| options.python_path = vec![folder.path().join(".venv")]);
    assert_eq!(load(&repo, &["leak"]), ["leak.py=leak"]);
}

/// `file:line group name=module:object` of each declared entry point.
fn entries(repo: &Repo) -> Vec<String> {
    let row = |entry: &discover::DeclaredEntry| {
        format!(
            "{}:{} {} {}={}:{}",
            entry.file, entry.line, entry.group, entry.name, entry.module, entry.object
        )
    };
    repo.entries.iter().map(row).collect()
}

#[test]
fn pyproject_declares_entries_and_dependencies() {
    let folder = tree(&[(
        "pyproject.toml",
        r#"[project]
dependencies = ["Foo_Bar[x]>=1; python_version<'4'", "baz @ https://example.org/baz.whl"]
optional-dependencies = { dev = ["Extra.Thing"] }
[project.scripts]
tool = "pkg.cli:main"
[project.gui-scripts]
win = "pkg.gui:Window.run [gui]"
[project.entry-points."markdown.extensions"]
toc = "pkg.toc"
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
[tool.poetry.dependencies]
python = "^3.10"
Flask = "*"
[tool.poetry.group.docs.dependencies]
sphinx = "*"
[tool.poetry.scripts]
old = { callable = "pkg.old:run" }
"#,
    )]);
    let repo = scan(folder.path());
    assert_eq!(repo.notes, []);
    assert_eq!(
        entries(&repo),
        [
            "pyproject.toml:5 console_scripts tool=pkg.cli:main",
            "pyproject.toml:7 gui_scripts win=pkg.gui:Window.run",
            "pyproject.toml:9 markdown.extensions toc=pkg.toc:",
            "pyproject.toml:18 console_scripts old=pkg.old:run",
        ]
    );
    assert_eq!(repo.dependencies, ["baz", "extra-thing", "flask", "foo-bar", "pytest", "sphinx"]);
}

#[test]
fn setup_files_declare_entries_and_dependencies() {
    let folder = tree(&[
        (
            "a/setup.cfg",
            "[options]\ninstall_requires =\n    One>=1\n    # not this\n    two\npackage_dir =\n    =src\n\
             [options.entry_points]\nconsole_scripts =\n    tool = pkg.cli:main\n",
        ),
        ("a/src/pkg/__init__.py", ""),
        (
            "b/setup.py",
            "from setuptools import setup\nimport os\nos.system('touch ran')\nsetup(\n                 install_requires=['three', \"four>=2\" if x else ''],\n    extras_require={'fast': ['five']},\n                 package_dir={'': 'code'},\n    entry_points={\n        # 'gone': ['x = y:z'],\n                     'console_scripts': [\n            'run = b.cli:main',\n        ],\n    },\n)\n",
        ),
        ("b/code/b/__init__.py", ""),
        ("c/setup.py", "setup(entry_points=\"\"\"\n[group]\nname = c.mod:f\n\"\"\")"),
        ("d/setup.py", "setup(entry_points=compute(), install_requires=read('requirements.txt'))"),
    ]);
    let repo = scan(folder.path());
    assert_eq!(
        entries(&repo),
        [
            "a/setup.cfg:10 console_scripts tool=pkg.cli:main",
            "b/setup.py:11 console_scripts run=b.cli:main",
            "c/setup.py:3 group name=c.mod:f",
        ]
    );
    assert_eq!(repo.dependencies, ["five", "four", "one", "three", "two"]);
    assert_eq!(repo.notes.iter().map(|note| note.path.as_str()).collect::<Vec<_>>(), ["d/setup.py"]);
    assert!(modules(&repo).contains(&"a/src/pkg/__init__.py=pkg".to_owned()));
    assert!(modules(&repo).contains(&"b/code/b/__init__.py=b".to_owned()));
    assert!(!folder.path().join("ran").exists());
}

#[test]
fn requirement_and_lock_files_name_dependencies() {
    let folder = tree(&[
        (
            "requirements-dev.txt",
            "-r base.txt\n--hash=x\n# comment\nOne==1 # why\ngit+https://h/x.git#egg=two\n./local\n-e .\n",
        ),
        ("requirements/base.txt", "three~=3\n"),
        ("Pipfile", "[packages]\nfour = '*'\n[dev-packages]\nfive = {version = '*'}\n"),
        (
            "uv.lock",
            "[[package]]\nname = \"me\"\nsource = { editable = \".\" }\n[[package]]\nname = \"six\"\n",
        ),
        ("poetry.lock", "[[package]]\nname = \"Seven\"\n"),
    ]);
    assert_eq!(scan(folder.path()).dependencies, ["five", "four", "one", "seven", "six", "three", "two"]);
}

#[test]
fn broken_manifests_are_notes() {
    let folder = tree(&[
        (
            "pyproject.toml",
            "[project.scripts]\ntool = \"pkg.cli:main\"\nbad = \"no module!\"\n[broken\n= 1\n",
        ),
        ("setup.py", "setup(entry_points={'x': ['"),
        ("setup.cfg", "[options.entry_points\nconsole_scripts\n  = a\n"),
        ("Pipfile", "\u{0}\u{1}"),
    ]);
    let repo = scan(folder.path());
    assert_eq!(entries(&repo), ["pyproject.toml:2 console_scripts tool=pkg.cli:main"]);
    let notes: Vec<&str> = repo.notes.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(notes, ["Pipfile", "pyproject.toml", "pyproject.toml", "setup.py"], "{:?}", repo.notes);
}

#[test]
fn declared_entries_decide_between_layouts() {
    check(
        &[
            ("pyproject.toml", "[project.scripts]\nx = 'app.cli:main'\n"),
            ("backend/app/__init__.py", ""),
            ("backend/app/cli.py", ""),
        ],
        &["backend/app/__init__.py=app", "backend/app/cli.py=app.cli"],
    );
}

#[test]
fn what_a_file_name_makes_an_entry_is_registered_by_no_call() {
    let folder = tree(&[
        ("package.json", r#"{"name": "site", "dependencies": {"next": "15.0.0"}}"#),
        ("app/api/users/route.ts", "export async function POST(request: Request) { return request.json() }"),
    ]);
    let mut options = Options::default();
    options.root = folder.path().to_owned();
    let analysis = blastline::analyze(&options).expect("the tree can be read");
    let names: Vec<&str> = analysis.tags.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["POST app/api/users/route.ts"]);
}
