//! A tree made to break the analysis: it ends, keeps to its limits, follows nothing out of the root, and says what it
//! did not read.

#![expect(clippy::disallowed_methods, reason = "the test makes the tree that it reads")]
#![cfg(unix)]

use blastline::{Analysis, Options, analyze};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What cannot happen in a temporary folder of ours.
const WRITABLE: &str = "the temporary folder can be written";

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect(WRITABLE);
    fs::write(path, bytes).expect(WRITABLE);
}

/// Links, loops and things that are no files.
fn add_links(root: &Path, outside: &Path) {
    write(outside, "secret.py", "PASSWORD = 'hunter2'\n");
    symlink(outside, root.join("leaves")).expect(WRITABLE);
    symlink(outside.join("secret.py"), root.join("leaves.py")).expect(WRITABLE);
    symlink(root, root.join("pkg/loop")).expect(WRITABLE);
    symlink("circle.py", root.join("circle.py")).expect(WRITABLE);
    symlink("/dev/zero", root.join("endless.py")).expect(WRITABLE);
    symlink("/dev/zero", root.join("pkg/.gitignore")).expect(WRITABLE);
    symlink("/dev/zero", root.join("pyproject.toml")).expect(WRITABLE);
    symlink(root.join("good.py"), root.join("twice.py")).expect(WRITABLE);
}

/// Files whose bytes or shape are extreme.
fn add_files(root: &Path) {
    write(root, "good.py", "def good():\n    return eval('1')\n\ngood()\n");
    write(root, "pkg/__init__.py", "");
    write(root, "folder.py/inside.py", "x = 1\n");
    write(root, "line.py", vec![b'x'; 50 << 20]);
    write(root, "wide.py", vec![b'x'; 2 << 20]);
    write(root, "parentheses.py", format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)));
    write(root, "open.py", "[".repeat(100_000));
    write(root, "sum.py", format!("x = {}\n", vec!["a"; 10_000].join("+")));
    write(root, "chain.py", format!("x = a{}\n", ".b()".repeat(10_000)));
    write(root, "not.py", format!("x = {}1\n", "not ".repeat(20_000)));
    write(root, "ternary.py", format!("x = {}1\n", "1 if a else ".repeat(10_000)));
    write(root, "lambda.py", format!("x = {}1\n", "lambda: ".repeat(10_000)));
    write(root, "defs.py", nested("def f():", 2_000));
    write(root, "ifs.py", nested("if a:", 2_000));
    write(root, "classes.py", nested("class C:", 2_000));
    write(root, "elifs.py", format!("if a: pass\n{}", "elif a: pass\n".repeat(10_000)));
    write(root, "bytes.py", b"x = '\xff\xfe\xfd'\ndef after(): pass\n");
    write(root, "mark.py", "\u{feff}def marked(): pass\n");
    write(root, "nul.py", b"x = 1\0\ny = 2\n");
    write(root, "empty.py", "");
    write(root, "returns.py", "x = 1\r\ry = 2\r");
    write(
        root,
        "imports.py",
        format!("import {}\nfrom {} import *\n", "a.".repeat(20_000) + "a", ".".repeat(20_000)),
    );
    write(
        root,
        "selfish.py",
        "from selfish import *\nimport selfish\nclass A(A): pass\nclass B(B.C): pass\n",
    );
    write(root, ".gitignore", vec![b'*'; 1 << 20]);
    write(root, "setup.py", "setup(entry_points={'x': [".repeat(10_000));
    write(root, "setup.cfg", "[options.entry_points]\n".repeat(20_000));
    write(root, "deep/pyproject.toml", format!("x = {}", "[".repeat(100_000)));
}

/// Blocks inside each other, one space a level.
fn nested(head: &str, depth: usize) -> String {
    let mut text = String::new();
    for level in 0..depth {
        text.push_str(&" ".repeat(level));
        text.push_str(head);
        text.push('\n');
    }
    text + &" ".repeat(depth) + "pass\n"
}

fn hostile() -> (TempDir, TempDir) {
    let (root, outside) = (tempfile::tempdir().expect(WRITABLE), tempfile::tempdir().expect(WRITABLE));
    add_files(root.path());
    add_links(root.path(), outside.path());
    write(root.path(), "closed.py", "x = 1\n");
    fs::set_permissions(root.path().join("closed.py"), fs::Permissions::from_mode(0o0)).expect(WRITABLE);
    UnixListener::bind(root.path().join("socket.py")).expect(WRITABLE);
    let pipe = std::process::Command::new("mkfifo").arg(root.path().join("pipe.py")).status();
    assert!(pipe.is_ok_and(|status| status.success()), "a pipe can be made");
    let mut folder = root.path().join("down");
    for _ in 0..200 {
        folder.push("d");
    }
    fs::create_dir_all(&folder).expect(WRITABLE);
    (root, outside)
}

/// Whether a row says that this path was not read, and why.
fn is_skipped(analysis: &Analysis, path: &str, reason: &str) -> bool {
    analysis.skipped.iter().any(|row| row.path == path && row.reason.contains(reason))
}

#[test]
fn a_hostile_tree_is_survived() {
    let (root, _outside) = hostile();
    let start = Instant::now();
    let analysis = analyze(&Options::new(root.path())).expect("source code is never an error");
    assert!(start.elapsed() < Duration::from_secs(120), "it took {:?}", start.elapsed());

    for (path, reason) in [
        ("leaves", "leaves the root"),
        ("leaves.py", "leaves the root"),
        ("pkg/loop", "read there"),
        ("twice.py", "read there"),
        ("circle.py", "in a circle"),
        ("endless.py", "leaves the root"),
        ("pkg/.gitignore", "no regular file"),
        ("line.py", "over the limit"),
        ("wide.py", "minified"),
        ("nul.py", "NUL"),
        (".gitignore", "over the limit"),
        ("socket.py", "never opened"),
        ("pipe.py", "never opened"),
    ] {
        assert!(is_skipped(&analysis, path, reason), "{path}: {reason} in {:#?}", analysis.skipped);
    }
    let too_deep = |row: &blastline::discover::Skipped| row.reason.contains("nested deeper");
    assert!(analysis.skipped.iter().any(too_deep), "the deep folder is named");
    // Whoever runs the tests as root can read everything.
    let is_closed = fs::read(root.path().join("closed.py")).is_err();
    assert_eq!(is_skipped(&analysis, "closed.py", "permission denied"), is_closed);

    let files: Vec<&str> = analysis.facts.files.iter().map(|file| analysis.facts.text(file.path)).collect();
    for path in
        ["good.py", "folder.py/inside.py", "parentheses.py", "sum.py", "defs.py", "bytes.py", "mark.py"]
    {
        assert!(files.contains(&path), "{path} was read");
    }
    let names: Vec<String> = (0..analysis.facts.functions.len())
        .map(|index| {
            analysis.facts.full_name(blastline::ids::FuncId(u32::try_from(index).expect("ids are small")))
        })
        .collect();
    for name in ["good.good", "bytes.after", "mark.marked"] {
        assert!(names.iter().any(|known| known == name), "{name} is known");
    }
    assert!(!format!("{:?} {:?}", analysis.findings, analysis.notes).contains("hunter2"));
}

/// Two runs give one result.
#[test]
fn a_hostile_tree_is_read_alike_twice() {
    let (root, _outside) = hostile();
    let read =
        || blastline::discover::repo(&Options::new(root.path())).expect("source code is never an error");
    let (first, second) = (read(), read());
    assert_eq!(first.skipped, second.skipped);
    assert_eq!(first.notes, second.notes);
    let names = |repo: &blastline::discover::Repo| -> Vec<(String, String)> {
        repo.files.iter().map(|file| (file.path.clone(), file.module.clone())).collect()
    };
    assert_eq!(names(&first), names(&second));
}
