//! Repositories made by git in a temporary folder, and the lines that count as changed.

#![expect(clippy::disallowed_methods, reason = "the tests make the repositories that they read")]

use blastline::{Options, discover};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Runs git in a folder, away from the configuration of whoever runs the tests.
fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .expect("git is installed");
    assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "change"]);
}

/// A repository with one commit.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    git(folder.path(), &["init", "-q"]);
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    commit(folder.path());
    folder
}

/// `path:ranges` of each file with changed lines.
fn changed(root: &Path, revision: &str) -> Result<Vec<String>, String> {
    let mut options = Options::default();
    options.root = root.to_owned();
    options.since = Some(revision.to_owned());
    let repo = discover::repo(&options).map_err(|error| error.message)?;
    let rows = repo.changed.expect("a revision was asked for");
    Ok(rows.into_iter().map(|row| format!("{}:{:?}", row.file, row.ranges)).collect())
}

#[test]
fn committed_uncommitted_and_untracked_lines_count() {
    let folder =
        repository(&[("same.py", "a\n"), ("one.py", "a\nb\n"), ("two.py", "a\nb\n"), ("gone.py", "x\n")]);
    let root = folder.path();
    write(root, "one.py", "a\nB\n");
    commit(root);
    write(root, "two.py", "a\nb\nc\n");
    git(root, &["add", "two.py"]);
    write(root, "two.py", "A\nb\nc\n");
    write(root, "new/three.py", "x\ny\n");
    fs::remove_file(root.join("gone.py")).expect("the file is there");
    let expected = ["new/three.py:[(1, 2)]", "one.py:[(2, 2)]", "two.py:[(1, 1), (3, 3)]"];
    assert_eq!(changed(root, "HEAD~1").expect("the revision is there"), expected);
    assert_eq!(changed(root, "HEAD").expect("the revision is there"), [expected[0], expected[2]]);
}

#[test]
fn the_root_may_be_below_the_top() {
    let folder = repository(&[("app/src/a.py", "a\n"), ("other.py", "a\n")]);
    write(folder.path(), "app/src/a.py", "a\nb\n");
    write(folder.path(), "other.py", "b\n");
    assert_eq!(
        changed(&folder.path().join("app"), "HEAD").expect("the revision is there"),
        ["src/a.py:[(2, 2)]"]
    );
}

#[test]
fn moved_text_is_not_new() {
    let text = "one\ntwo\nthree\nfour\n";
    let folder = repository(&[("a.py", text), ("old/b.py", text)]);
    let root = folder.path();
    fs::create_dir(root.join("new")).expect("the folder can be made");
    git(root, &["mv", "a.py", "c.py"]);
    git(root, &["mv", "old/b.py", "new/b.py"]);
    write(root, "new/b.py", "one\ntwo\nTHREE\nfour\n");
    write(root, "copy.py", "one\n");
    assert_eq!(
        changed(root, "HEAD").expect("the revision is there"),
        ["copy.py:[(1, 1)]", "new/b.py:[(3, 3)]"]
    );
}

#[test]
fn a_branch_is_compared_with_where_it_began() {
    let folder = repository(&[("a.py", "a\n"), ("b.py", "b\n")]);
    let root = folder.path();
    git(root, &["checkout", "-q", "-b", "topic"]);
    write(root, "a.py", "A\n");
    commit(root);
    git(root, &["checkout", "-q", "main"]);
    write(root, "b.py", "B\n");
    commit(root);
    git(root, &["checkout", "-q", "topic"]);
    assert_eq!(changed(root, "main").expect("the revision is there"), ["a.py:[(1, 1)]", "b.py:[(1, 1)]"]);
    assert_eq!(changed(root, "main...").expect("the revision is there"), ["a.py:[(1, 1)]"]);
}

#[test]
fn worktrees_are_repositories() {
    let folder = repository(&[("a.py", "a\n")]);
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let tree = elsewhere.path().join("tree");
    git(folder.path(), &["worktree", "add", "-q", "--detach", &tree.to_string_lossy()]);
    write(&tree, "a.py", "b\n");
    assert_eq!(changed(&tree, "main").expect("the revision is there"), ["a.py:[(1, 1)]"]);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let folder = repository(&[("a.py", "a\n")]);
    write(folder.path(), "a.py", "b\n");
    commit(folder.path());
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("file://{}", folder.path().display());
    git(elsewhere.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let clone = elsewhere.path().join("clone");
    assert_eq!(changed(&clone, "HEAD").expect("the revision is there"), Vec::<String>::new());
    let message = changed(&clone, "HEAD~1").expect_err("the parent was not fetched");
    assert!(message.contains("fetch-depth: 0") && message.contains("shallow"), "{message}");
}

#[test]
fn a_wrong_revision_says_what_to_do() {
    let folder = repository(&[("a.py", "a\n")]);
    for revision in ["nothing", "", "HEAD:", "HEAD..HEAD", "a b", "--help", "HEAD:a.py", "nothing..."] {
        let message = changed(folder.path(), revision).err().unwrap_or_default();
        assert!(message.contains("fetch-depth: 0") || revision == "HEAD:", "{revision}: {message}");
    }
    let outside = tempfile::tempdir().expect("a temporary folder can be made");
    let message = changed(outside.path(), "HEAD").expect_err("there is no repository");
    assert!(message.contains("no git repository"), "{message}");
}

#[test]
fn tracked_files_are_read_whatever_an_ignore_file_says() {
    let folder = repository(&[("app/a.py", ""), ("app/hidden/b.py", "")]);
    let root = folder.path();
    write(root, ".gitignore", "app/\n");
    write(root, "app/untracked.py", "");
    let files = |root: &Path| -> Vec<String> {
        let repo = discover::repo(&Options::new(root)).expect("the tree can be read");
        repo.files.into_iter().map(|file| file.path).collect()
    };
    assert_eq!(files(root), ["app/a.py", "app/hidden/b.py"]);
    // Whoever names an ignored folder wants it read.
    assert_eq!(files(&root.join("app")), ["a.py", "hidden/b.py", "untracked.py"]);
}

#[test]
fn submodules_are_left_to_themselves() {
    let inner = repository(&[("x.py", "x\n")]);
    let folder = repository(&[("a.py", "a\n")]);
    git(folder.path(), &["submodule", "--quiet", "add", &inner.path().to_string_lossy(), "inner"]);
    assert_eq!(changed(folder.path(), "HEAD").expect("the revision is there"), Vec::<String>::new());
}

/// Whatever the configuration and the attributes of a repository name is never run.
#[cfg(unix)]
#[test]
fn programs_that_a_repository_names_are_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = repository(&[("a.py", "a\n"), (".gitattributes", "*.py filter=evil diff=evil\n")]);
    let root = folder.path();
    let mark = root.join("ran");
    let program = root.join("evil.sh");
    write(root, "evil.sh", &format!("#!/bin/sh\ntouch {}\ncat\n", mark.display()));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("the mode can be set");
    let named = program.to_string_lossy();
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {named}\n\tsshCommand = {named}\n\thooksPath = {root}\n\
         [filter \"evil\"]\n\tclean = {named}\n\tsmudge = {named}\n\tprocess = {named}\n\trequired = true\n\
         [diff \"evil\"]\n\tcommand = {named}\n\ttextconv = {named}\n\
         [include]\n\tpath = /nowhere\n",
        root = root.display(),
    );
    fs::write(root.join(".git/config"), config).expect("the configuration can be written");
    write(root, "a.py", "b\n");
    assert_eq!(changed(root, "HEAD").expect("the revision is there"), ["a.py:[(1, 1)]"]);
    assert!(!mark.exists(), "a program of the repository was run");
}
