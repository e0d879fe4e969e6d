//! A temporary repository that `git` makes, and the program run in it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) struct Repository {
    folder: TempDir,
    path: PathBuf,
}

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// What an error that is the user's to repair looks like.
    #[track_caller]
    pub(crate) fn complains(&self, message: &str) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{self:?}");
        assert!(self.err.contains(message) && !self.err.contains("panicked"), "{}", self.err);
    }
}

impl Repository {
    /// An empty repository with the branch `main`.
    pub(crate) fn new() -> Self {
        let repository = Self::plain(&[]);
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// A folder that is no repository.
    pub(crate) fn plain(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tree");
        std::fs::create_dir(&path).unwrap();
        let repository = Self { folder, path };
        files.iter().for_each(|(name, text)| repository.write(name, text));
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path.join(name)).unwrap()
    }

    /// Writes files and commits everything as this author.
    pub(crate) fn commit(&self, author: &str, message: &str, files: &[(&str, &str)]) {
        files.iter().for_each(|(name, text)| self.write(name, text));
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "--author", author, "-m", message]);
    }

    /// Runs git, isolated from the configuration of whoever runs the tests.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Tester", "-c", "user.email=tester@example.org"]).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let ran = Ran::of(command.current_dir(&self.path).output().unwrap());
        assert_eq!(ran.code, 0, "git {arguments:?}: {}", ran.err);
        ran.out
    }

    /// A clone, with further arguments of `git clone`.
    pub(crate) fn clone_of(&self, arguments: &[&str]) -> Self {
        let clone = Self::plain(&[]);
        let url = format!("file://{}", self.path.display());
        let here = clone.path.to_string_lossy().into_owned();
        self.git(&[&["clone", "-q"], arguments, &[&url, &here]].concat());
        clone
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blastline"));
        command.args(arguments).current_dir(&self.path);
        for name in ["VIRTUAL_ENV", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        // What is kept between runs is kept beside the tree, and goes with it.
        command.env("XDG_CACHE_HOME", self.cache()).env("HOME", self.folder.path());
        command
    }

    /// Where the program keeps what it made.
    pub(crate) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }
}

/// Complaints of the official schema about a SARIF report.
pub(crate) fn sarif_complaints(report: &str) -> Vec<String> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/data/sarif-schema-2.1.0.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let report = serde_json::from_str(report).unwrap();
    validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
