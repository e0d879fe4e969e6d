//! Root → the files that are worth reading, in path order, and what was passed over.
//!
//! The walk is our own, because the tree is hostile input: a `.gitignore` may be a FIFO, a link to a device or a
//! gigabyte, so ignore files are read by [`super::read::text`] like every other file and only *matched* by the
//! `ignore` crate. Folders are visited level by level, each level in parallel; recursion never happens, links
//! are never followed, and whatever is no regular file is never opened.

use super::limits::{MAX_DEPTH, MAX_FILES};
use super::modules::parent;
use super::{Skipped, git, read};
use crate::facts::Language;
use crate::{Error, Options};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::{Override, OverrideBuilder};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Extension, language, and its name for people. The one table that says what a source file is.
const EXTENSIONS: &[(&str, Language, &str)] = &[
    ("py", Language::Python, "Python"),
    ("pyw", Language::Python, "Python"),
    ("js", Language::JavaScript, "JavaScript"),
    ("jsx", Language::JavaScript, "JavaScript"),
    ("mjs", Language::JavaScript, "JavaScript"),
    ("cjs", Language::JavaScript, "JavaScript"),
    ("ts", Language::JavaScript, "TypeScript"),
    ("tsx", Language::JavaScript, "TypeScript"),
    ("mts", Language::JavaScript, "TypeScript"),
    ("cts", Language::JavaScript, "TypeScript"),
    ("rs", Language::Rust, "Rust"),
];

/// Languages that `lower` turns into facts.
const LOWERED: &[Language] = &[Language::Python, Language::JavaScript, Language::Rust];

/// Folders that hold no first-party source, wherever they stand.
const LEFT_OUT: &[&str] = &[
    "node_modules",
    "site-packages",
    "dist-packages",
    "__pycache__",
    "__pypackages__",
    "venv",
    "bower_components",
];

/// Folders that a build writes, where they stand beside a manifest and are no package themselves.
const BUILD_OUTPUT: &[&str] = &["build", "dist"];

/// Files that make the folder that holds them a project.
const MANIFESTS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg", "package.json", "Cargo.toml"];

/// Files that make the folder that holds them an import root.
const PYTHON_PROJECTS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg", "manage.py"];

/// Folders whose projects are test data, whose modules nobody outside imports.
const TEST_DATA: &[&str] = &["test", "tests", "testdata", "test_data", "fixtures"];

/// A file that may be read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Candidate {
    /// Path relative to the root, `/` between parts, undecodable bytes replaced.
    pub(super) path: String,
    /// Where to open it.
    pub(super) absolute: PathBuf,
}

impl Candidate {
    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// What the walk saw.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Source files of lowered languages.
    pub(super) sources: Vec<(Candidate, Language)>,
    /// Files that are no source by their name: manifests are picked from these.
    pub(super) others: Vec<Candidate>,
    /// Folders of virtual environments.
    pub(super) environments: Vec<PathBuf>,
    /// What was passed over.
    pub(super) skipped: Vec<Skipped>,
    /// Files of languages that are not lowered, by name of the language.
    unread: BTreeMap<&'static str, u32>,
}

/// Walks `root`, an absolute folder without links.
pub(super) fn files(root: &Path, options: &Options) -> Result<Walked, Error> {
    let rules =
        Rules { root: root.to_owned(), excluded: overrides(root, options)?, tracked: OnceLock::new() };
    let mut walked = Walked::default();
    let first = Folder {
        path: root.to_owned(),
        depth: 0,
        ignored: ignored_above(root).map(Arc::new),
        only_tracked: false,
    };
    let mut level = vec![first];
    let mut folders = 1;
    while !level.is_empty() && walked.count() + folders < MAX_FILES {
        let visits: Vec<Visit> = level.par_iter().map(|folder| visit(&rules, folder)).collect();
        level = Vec::new();
        for mut visit in visits {
            level.append(&mut visit.folders);
            walked.absorb(visit.walked);
        }
        folders += level.len();
    }
    for folder in level {
        walked
            .skipped
            .push(rules.skipped(&folder.path, "was not entered: the limit of files to list is reached"));
    }
    walked.finish(root);
    Ok(walked)
}

/// A root that is a file. Without extension it is taken for Python: the user named it.
pub(super) fn single(file: &Path) -> Result<Walked, String> {
    if !fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file()) {
        return Err("is neither a folder nor a regular file".to_owned());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let extension = name.rsplit_once('.').map_or("py", |(_, extension)| extension);
    let row = EXTENSIONS.iter().find(|row| row.0 == extension && LOWERED.contains(&row.1));
    let language = row.map(|row| row.1).ok_or("is no source file of a language that is analysed")?;
    let candidate = Candidate { path: name, absolute: file.to_owned() };
    Ok(Walked { sources: vec![(candidate, language)], ..Walked::default() })
}

impl Walked {
    fn count(&self) -> usize {
        self.sources.len() + self.others.len()
    }

    /// Files that may be manifests: those that are no test data.
    pub(super) fn project_files(&self) -> impl Iterator<Item = &Candidate> {
        let files = self.sources.iter().map(|(candidate, _)| candidate).chain(&self.others);
        files.filter(|file| !parent(&file.path).split('/').any(|part| TEST_DATA.contains(&part)))
    }

    /// Folders that are projects of their own, relative to the root.
    pub(super) fn projects(&self) -> BTreeSet<String> {
        let manifests = self.project_files().filter(|file| PYTHON_PROJECTS.contains(&file.name()));
        manifests.map(|file| parent(&file.path).to_owned()).collect()
    }

    fn absorb(&mut self, mut other: Walked) {
        self.sources.append(&mut other.sources);
        self.others.append(&mut other.others);
        self.environments.append(&mut other.environments);
        self.skipped.append(&mut other.skipped);
        for (name, count) in other.unread {
            *self.unread.entry(name).or_default() += count;
        }
    }

    /// Brings everything into path order, which no thread count changes.
    fn finish(&mut self, root: &Path) {
        self.sources.sort();
        self.others.sort();
        self.environments.sort();
        for environment in &self.environments {
            let reason = "is a virtual environment: only what the code imports is loaded from it".to_owned();
            self.skipped.push(Skipped { path: super::relative(root, environment), reason });
        }
        for (name, count) in &self.unread {
            let reason = format!("{count} {name} files were not read: that is no language analysed so far");
            self.skipped.push(Skipped { path: ".".to_owned(), reason });
        }
    }
}

/// What decides about every entry.
struct Rules {
    root: PathBuf,
    excluded: Override,
    /// What git tracks, see [`git::tracked`]. Read when the first ignored entry is met: most trees have few.
    tracked: OnceLock<Vec<String>>,
}

/// A folder to visit.
struct Folder {
    path: PathBuf,
    depth: usize,
    ignored: Option<Arc<Ignored>>,
    /// Whether an ignore file names the folder or one above: then it is only entered for what git tracks.
    only_tracked: bool,
}

/// What one folder holds.
#[derive(Default)]
struct Visit {
    walked: Walked,
    folders: Vec<Folder>,
}

/// The patterns of an ignore file, and those of the folders above, which it overrules.
struct Ignored {
    patterns: Gitignore,
    above: Option<Arc<Ignored>>,
}

impl Rules {
    fn relative(&self, path: &Path) -> String {
        super::relative(&self.root, path)
    }

    fn skipped(&self, path: &Path, reason: &str) -> Skipped {
        Skipped { path: self.relative(path), reason: reason.to_owned() }
    }

    /// Whether an ignore file names the entry. The nearest one that says anything decides.
    fn is_ignored(path: &Path, is_folder: bool, mut ignored: Option<&Arc<Ignored>>) -> bool {
        while let Some(scope) = ignored {
            match scope.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => ignored = scope.above.as_ref(),
            }
        }
        false
    }

    /// Whether git tracks a file, or anything in a folder.
    fn is_tracked(&self, path: &Path, is_folder: bool) -> bool {
        let tracked = self.tracked.get_or_init(|| git::tracked(&self.root));
        let mut path = self.relative(path);
        if !is_folder {
            return tracked.binary_search(&path).is_ok();
        }
        path.push('/');
        let at = tracked.partition_point(|file| *file < path);
        tracked.get(at).is_some_and(|file| file.starts_with(&path))
    }
}

fn visit(rules: &Rules, folder: &Folder) -> Visit {
    let mut visit = Visit::default();
    let entries = match list(&folder.path) {
        Ok(entries) => entries,
        Err(error) => {
            visit
                .walked
                .skipped
                .push(rules.skipped(&folder.path, &format!("cannot be listed: {}", why(&error))));
            return visit;
        }
    };
    let names: BTreeSet<&str> = entries.iter().filter_map(|(name, ..)| name.to_str()).collect();
    let ignored = match ignore_file(&folder.path, &names) {
        Some(Ok(patterns)) => Some(Arc::new(Ignored { patterns, above: folder.ignored.clone() })),
        Some(Err(reason)) => {
            visit.walked.skipped.push(rules.skipped(&folder.path.join(".gitignore"), &reason));
            folder.ignored.clone()
        }
        None => folder.ignored.clone(),
    };
    for (name, kind) in &entries {
        let path = folder.path.join(name);
        let name = name.to_string_lossy();
        let only_tracked = folder.only_tracked || Rules::is_ignored(&path, kind.is_dir(), ignored.as_ref());
        let excluded = rules.excluded.matched(&path, kind.is_dir()).is_ignore();
        if is_hidden(&name) || excluded || only_tracked && !rules.is_tracked(&path, kind.is_dir()) {
            // Dependencies are loaded from an environment, hidden or ignored as it may be.
            if kind.is_dir() && is_environment(&path) {
                visit.walked.environments.push(path);
            }
        } else if kind.is_dir() {
            let inside = Folder { path, depth: folder.depth + 1, ignored: ignored.clone(), only_tracked };
            visit_folder(rules, &mut visit, &names, &name, inside);
        } else if kind.is_file() {
            visit_file(rules, &mut visit.walked, &names, &name, path);
        } else {
            visit_special(rules, &mut visit.walked, &name, &path, *kind);
        }
    }
    visit
}

/// The entries of a folder, sorted by name.
fn list(folder: &Path) -> std::io::Result<Vec<(std::ffi::OsString, FileType)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        if entries.len() == MAX_FILES {
            return Err(std::io::Error::other(format!("more than {MAX_FILES} entries")));
        }
        let entry = entry?;
        entries.push((entry.file_name(), entry.file_type()?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

fn visit_folder(rules: &Rules, visit: &mut Visit, siblings: &BTreeSet<&str>, name: &str, folder: Folder) {
    let path = &folder.path;
    let reason = if is_environment(path) {
        visit.walked.environments.push(folder.path);
        return;
    } else if name == "__pycache__" {
        // Never holds a source, and stands in every folder: not worth a row.
        return;
    } else if LEFT_OUT.contains(&name) {
        "holds installed packages, not first-party source".to_owned()
    } else if is_output(name, path, siblings) {
        "is the output of a build or a cache".to_owned()
    } else if folder.depth > MAX_DEPTH {
        format!("is nested deeper than {MAX_DEPTH} folders")
    } else {
        visit.folders.push(folder);
        return;
    };
    visit.walked.skipped.push(rules.skipped(path, &reason));
}

/// Whether a folder is written by tools: `build` and `dist` beside a manifest, and whatever carries a cache tag.
fn is_output(name: &str, path: &Path, siblings: &BTreeSet<&str>) -> bool {
    let beside_manifest = || MANIFESTS.iter().any(|manifest| siblings.contains(manifest));
    BUILD_OUTPUT.contains(&name) && beside_manifest() && !path.join("__init__.py").exists()
        || path.join("CACHEDIR.TAG").exists()
        || name.ends_with(".egg-info")
        || name.ends_with(".dist-info")
}

fn is_environment(path: &Path) -> bool {
    path.join("pyvenv.cfg").is_file()
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn visit_file(rules: &Rules, walked: &mut Walked, siblings: &BTreeSet<&str>, name: &str, path: PathBuf) {
    let candidate = Candidate { path: rules.relative(&path), absolute: path };
    match name.rsplit_once('.') {
        Some((stem, "pyi")) => {
            if !siblings.contains(format!("{stem}.py").as_str()) {
                *walked.unread.entry("type stub").or_default() += 1;
            }
        }
        Some((_, extension)) => match EXTENSIONS.iter().find(|row| row.0 == extension) {
            Some(&(_, language, _)) if LOWERED.contains(&language) => {
                walked.sources.push((candidate, language))
            }
            Some(&(_, _, called)) => *walked.unread.entry(called).or_default() += 1,
            None => walked.others.push(candidate),
        },
        None if read::is_python_script(&candidate.absolute) => {
            walked.sources.push((candidate, Language::Python))
        }
        None => walked.others.push(candidate),
    }
}

/// Links, pipes, sockets and devices: never opened. Links of names that don't matter are not worth a row.
fn visit_special(rules: &Rules, walked: &mut Walked, name: &str, path: &Path, kind: FileType) {
    if !kind.is_symlink() {
        walked
            .skipped
            .push(rules.skipped(path, "is no regular file (a pipe, socket or device): never opened"));
        return;
    }
    let is_source = name.rsplit_once('.').is_some_and(|(_, end)| EXTENSIONS.iter().any(|row| row.0 == end));
    let reason = match fs::canonicalize(path) {
        Ok(target) if !target.starts_with(&rules.root) => "is a link that leaves the root: not followed",
        Ok(target) if target.is_dir() || is_source => {
            "is a link to something below the root, which is read there"
        }
        Ok(_) => return,
        Err(_) => "is a link that leads nowhere, or in a circle",
    };
    walked.skipped.push(rules.skipped(path, reason));
}

/// Whether the options leave a path out, relative to the root, or a folder that it is in.
pub(super) fn excluded(root: &Path, options: &Options) -> Result<impl Fn(&str) -> bool + use<>, Error> {
    let overrides = overrides(root, options)?;
    Ok(move |path: &str| {
        let parents = std::iter::successors(Some(parent(path)), |path| Some(parent(path)));
        let mut folders = parents.take_while(|folder| !folder.is_empty());
        overrides.matched(path, false).is_ignore()
            || folders.any(|folder| overrides.matched(folder, true).is_ignore())
    })
}

/// The globs of [`Options::exclude`]. An override that begins with `!` leaves out what it matches.
fn overrides(root: &Path, options: &Options) -> Result<Override, Error> {
    let mut builder = OverrideBuilder::new(root);
    for glob in &options.exclude {
        builder.add(&format!("!{glob}")).map_err(|error| Error {
            message: format!(
                "the exclude pattern `{glob}` is no glob: {error}; write it like a line of .gitignore"
            ),
        })?;
    }
    builder.build().map_err(|error| Error { message: format!("the exclude patterns are too large: {error}") })
}

/// The patterns of the `.gitignore` in this folder, if it has one.
fn ignore_file(folder: &Path, names: &BTreeSet<&str>) -> Option<Result<Gitignore, String>> {
    names.contains(".gitignore").then(|| patterns(folder))
}

fn patterns(folder: &Path) -> Result<Gitignore, String> {
    let text = read::text(&folder.join(".gitignore"), super::limits::MAX_IGNORE_FILE)?;
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.lines() {
        // A line that is no pattern is passed over, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().map_err(|error| format!("was not used: {error}"))
}

/// The ignore files of the folders above the root, up to the top of its repository. None where the root is in no
/// repository, or is inside a virtual environment, which commonly ignores all of itself.
fn ignored_above(root: &Path) -> Option<Ignored> {
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let between: Vec<&Path> = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top)).collect();
    if between.iter().any(|folder| is_environment(folder)) {
        return None;
    }
    let mut scope = None;
    for folder in between.into_iter().rev() {
        if let Ok(patterns) = patterns(folder) {
            scope = Some(Ignored { patterns, above: scope.map(Arc::new) });
        }
    }
    scope
}

/// Why an operation failed, in words that don't depend on the platform.
pub(super) fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        std::io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}
