//! Disk → source files, packages, manifests and changed lines. The only stage that reads the disk.
//!
//! What is scanned is hostile input: nothing of it is executed, links are not followed out of the root, what is no
//! regular file is never opened, every size is bounded by [`limits`], and whatever was not read is named in
//! [`Repo::skipped`] with the reason. Two runs over the same tree give the same [`Repo`] at any thread count.

#![expect(clippy::disallowed_methods, reason = "this is the stage that reads the disk")]

mod blame;
pub(crate) mod cargo;
mod excerpt;
mod export;
mod generated;
mod git;
mod installed;
pub mod limits;
mod logs;
mod manifest;
mod modules;
pub(crate) mod node;
pub mod origin;
pub mod owners;
mod patch;
mod read;
pub(crate) mod template;
mod walk;

pub(crate) use cargo::{Bridges, Crate, Libraries, Library, twin};
pub use cargo::{Cargo, Configuration, Package};
pub use excerpt::{excerpt, text};
pub use export::export;
pub use installed::Installed;
pub(crate) use installed::module;
pub use logs::logs;

use crate::facts::{Language, Origin};
use crate::{Error, Options};
use manifest::Declared;
use modules::Layout;
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walk::{Candidate, Walked};

/// A file to be lowered.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the scanned root, or to the folder of installed packages; `/` between parts.
    pub path: String,
    /// Full name by which code imports it.
    pub module: String,
    /// Whether other modules live in it (`__init__.py`).
    pub is_package: bool,
    /// The language.
    pub language: Language,
    /// Whose code it is.
    pub origin: Origin,
    /// What its crate is compiled for, where its language has such.
    pub configuration: Option<Arc<Configuration>>,
    /// The condition under which it is compiled, where that does not hold.
    pub condition: Option<String>,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file or folder that was not read, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// Path relative to the scanned root.
    pub path: String,
    /// Why, and what to do about it: a sentence.
    pub reason: String,
}

/// An entry point that a manifest declares: `[project.scripts]`, `console_scripts`, an entry-point group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredEntry {
    /// Group: `console_scripts`, `markdown.extensions`.
    pub group: String,
    /// Name: `blast`.
    pub name: String,
    /// Module that holds the object.
    pub module: String,
    /// Name of the object in it, dotted; empty for the module itself.
    pub object: String,
    /// The manifest.
    pub file: String,
    /// Line in it.
    pub line: u32,
}

/// Lines of a file that were changed since a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedLines {
    /// Path relative to the scanned root.
    pub file: String,
    /// Inclusive ranges of lines of the file as it is now.
    pub ranges: Vec<(u32, u32)>,
}

/// What was found under the root.
#[derive(Debug, Default)]
pub struct Repo {
    /// The root, absolute.
    pub root: PathBuf,
    /// First-party files in path order.
    pub files: Vec<SourceFile>,
    /// What was not read, in path order.
    pub skipped: Vec<Skipped>,
    /// What was read, but not as it stands: undecodable bytes, a broken manifest. In path order.
    pub notes: Vec<Skipped>,
    /// Entry points of manifests.
    pub entries: Vec<DeclaredEntry>,
    /// Names of the packages that the manifests declare as dependencies, normalised.
    pub dependencies: Vec<String>,
    /// Folders of installed packages, the first that has a module being the one that counts.
    pub installed: Vec<Installed>,
    /// What the manifests of JavaScript say, and where its packages are.
    pub(crate) projects: node::Projects,
    /// Templates, and what they put out as it is.
    pub(crate) templates: Vec<template::Template>,
    /// Who answers for which file.
    pub owners: owners::Owners,
    /// Who or what wrote each line of [`files`](Self::files); none when that was not asked.
    pub origins: Option<origin::Origins>,
    /// Packages of Rust, with their features.
    pub packages: Vec<Package>,
    /// Crates of Rust.
    pub(crate) crates: Vec<Crate>,
    /// Where what Rust shows to other languages is.
    pub(crate) bridges: Bridges,
    /// Libraries of Rust that are dependencies and have sources at hand.
    pub(crate) libraries: Vec<Library>,
    /// What changed since `Options::since`; none when that was not asked.
    pub changed: Option<Vec<ChangedLines>>,
}

impl Repo {
    /// The languages of its files, in their order.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let mut languages = vec![Language::Python, Language::JavaScript, Language::Rust];
        languages.retain(|&language| self.files.iter().any(|file| file.language == language));
        languages
    }
}

/// Reads what [`Options::root`] holds.
///
/// # Errors
/// When the root cannot be read, or an option is no glob or revision. Files that cannot be read are no errors.
pub fn repo(options: &Options) -> Result<Repo, Error> {
    let (root, walked) = walk_root(options)?;
    let mut declared = manifest::read(walked.project_files());
    let mut projects = node::read(walked.project_files(), &mut declared);
    let mut project = cargo::project(&root, walked.others.iter(), options)?;
    let layout = layout(&root, &walked, &declared);
    let templates = template::read(&walked.others);
    let mut repo =
        Repo { root, skipped: walked.skipped, notes: declared.notes, templates, ..Repo::default() };
    repo.entries = declared.entries;
    repo.dependencies = declared.dependencies.into_iter().collect();
    let is_ours = |row: &&(Candidate, Language)| !project.is_vendored(&row.0.path);
    let sources: Vec<(Candidate, Language)> = walked.sources.iter().filter(is_ours).cloned().collect();
    read_sources(&mut repo, &sources);
    (repo.crates, repo.libraries) = name(&mut repo.files, &layout, &project);
    let bridges;
    (bridges, repo.bridges) = cargo::bridges(&repo.files);
    repo.files.extend(bridges);
    repo.notes.append(&mut project.notes);
    repo.packages = std::mem::take(&mut project.packages);
    node::settle(&mut repo.entries, &projects, &repo.files);
    if !options.no_dependencies {
        projects.disk = node::Disk::new(&repo.root);
    }
    repo.projects = projects;
    let (installed, notes) = installed::folders(&repo.root, &walked.environments, options);
    repo.installed = installed;
    repo.notes.extend(notes);
    let files = repo.files.iter().map(|file| origin::File { path: &file.path, bytes: &file.bytes });
    let files: Vec<_> = files.collect();
    let (changed, notes) = changed(&repo.root, &files, options)?;
    repo.changed = changed;
    repo.notes.extend(notes);
    let paths = repo.files.iter().map(|file| file.path.as_str());
    repo.owners = owners::read(&repo.root, options.owners.as_deref(), paths);
    repo.notes.append(&mut repo.owners.notes);
    if options.history {
        let origins = origin::read(&repo.root, &files, options)?;
        repo.notes.extend(origins.notes.iter().cloned());
        repo.origins = Some(origins);
    }
    repo.skipped.sort();
    repo.notes.sort();
    Ok(repo)
}

/// Who answers for which of these files, whose paths are relative to the root.
///
/// # Errors
/// When the root cannot be read.
pub fn owners<'a>(options: &Options, paths: impl Iterator<Item = &'a str>) -> Result<owners::Owners, Error> {
    let (root, _) = walk_root(options)?;
    Ok(owners::read(&root, options.owners.as_deref(), paths))
}

/// Who or what wrote each line of every text file that git tracks below the root, whatever its language; with
/// `Options::since` or `Options::diff` each line that was changed.
///
/// # Errors
/// When the root cannot be read, or an option is no glob.
pub fn origins(options: &Options) -> Result<origin::Origins, Error> {
    let (root, walked) = walk_root(options)?;
    let given = walked.sources.into_iter().map(|(candidate, _)| candidate.path);
    let excluded = walk::excluded(&root, options)?;
    let tracked = git::tracked(&root).into_iter().filter(|path| !excluded(path));
    let mut paths: Vec<String> = tracked.chain(given).collect();
    paths.sort();
    paths.dedup();
    let texts: Vec<_> = paths.par_iter().map(|path| read::source(&root.join(path)).ok()).collect();
    let read = paths.iter().zip(&texts).filter_map(|(path, text)| Some((path, text.as_ref()?)));
    let files: Vec<_> = read.map(|(path, text)| origin::File { path, bytes: &text.bytes }).collect();
    let mut origins = origin::read(&root, &files, options)?;
    let (changed, notes) = changed(&root, &files, options)?;
    origins.notes.extend(notes);
    if let Some(changed) = changed {
        origins.keep(&changed);
    }
    Ok(origins)
}

/// The changed lines of these files, which are in path order; none where nobody asked.
fn changed(
    root: &Path,
    files: &[origin::File<'_>],
    options: &Options,
) -> Result<(Option<Vec<ChangedLines>>, Vec<Skipped>), Error> {
    if let Some(revision) = &options.since {
        let changes = git::changed(root, files, revision)?;
        return Ok((Some(changes.lines), changes.notes));
    }
    let changed = options.diff.as_ref().map(|diff| patch::read(diff, &git::prefix(root)));
    Ok((changed.transpose()?, Vec::new()))
}

/// Names every file, by the rules of its language.
fn name(
    files: &mut Vec<SourceFile>,
    layout: &Layout,
    project: &cargo::Project,
) -> (Vec<Crate>, Vec<Library>) {
    let (mut python, others): (Vec<SourceFile>, Vec<SourceFile>) =
        std::mem::take(files).into_iter().partition(|file| file.language == Language::Python);
    modules::name(&mut python, layout);
    let (mut rust, others): (Vec<SourceFile>, Vec<SourceFile>) = others.into_iter().partition(cargo::is_rust);
    let crates = cargo::name(&mut rust, project);
    *files = others;
    node::name(files);
    files.append(&mut rust);
    files.append(&mut python);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    crates
}

/// What names of modules depend on beside the files.
fn layout(root: &Path, walked: &Walked, declared: &Declared) -> Layout {
    let mut projects = walked.projects();
    projects.extend(declared.roots.iter().cloned());
    let targets = declared.entries.iter().map(|entry| entry.module.clone()).collect();
    Layout { projects, declared: targets, root_name: root_name(root) }
}

/// The root without links, and what is below it. A root that is a file is walked as its folder with nothing else in.
fn walk_root(options: &Options) -> Result<(PathBuf, Walked), Error> {
    let given = &options.root;
    let root = fs::canonicalize(given).map_err(|error| Error {
        message: format!(
            "cannot read `{}`: {}; name a folder or a source file",
            given.display(),
            walk::why(&error)
        ),
    })?;
    if root.is_dir() {
        let walked = walk::files(&root, options)?;
        return Ok((root, walked));
    }
    let walked = walk::single(&root).map_err(|reason| Error {
        message: format!("cannot read `{}`: it {reason}; name a folder or a source file", given.display()),
    })?;
    let folder = root.parent().map_or_else(|| root.clone(), Path::to_owned);
    Ok((folder, walked))
}

/// Reads the files in parallel, as many as fit under the limit of bytes, in path order.
fn read_sources(repo: &mut Repo, sources: &[(Candidate, Language)]) {
    let sizes: Vec<u64> = sources.par_iter().map(|(candidate, _)| size(&candidate.absolute)).collect();
    let mut total = 0;
    let fitting = sizes
        .iter()
        .take_while(|&&size| {
            total += size;
            total <= limits::MAX_TOTAL
        })
        .count();
    for (candidate, _) in &sources[fitting..] {
        let reason =
            format!("was not read: all files together pass the limit of {} bytes", limits::MAX_TOTAL);
        repo.skipped.push(Skipped { path: candidate.path.clone(), reason });
    }
    let read: Vec<_> = sources[..fitting].par_iter().map(read_source).collect();
    for ((candidate, language), result) in sources.iter().zip(read) {
        let path = candidate.path.clone();
        match result {
            Ok(source) => {
                repo.notes.extend(source.note.map(|reason| Skipped { path: path.clone(), reason }));
                repo.files.push(SourceFile {
                    path,
                    module: String::new(),
                    is_package: false,
                    language: *language,
                    origin: Origin::FirstParty,
                    configuration: None,
                    condition: None,
                    bytes: source.bytes,
                });
            }
            Err(reason) => repo.skipped.push(Skipped { path, reason }),
        }
    }
}

/// Reads a file, if people wrote it.
fn read_source((candidate, language): &(Candidate, Language)) -> Result<read::Source, String> {
    let source = read::source(&candidate.absolute)?;
    match generated::reason(&candidate.path, &source.bytes) {
        Some(reason) if *language == Language::JavaScript => Err(reason),
        _ => Ok(source),
    }
}

/// The size that counts towards the limit of all files: nothing for those that are too large to be read at all.
fn size(path: &Path) -> u64 {
    fs::symlink_metadata(path)
        .map(|metadata| metadata.len())
        .ok()
        .filter(|&size| size <= limits::MAX_FILE)
        .unwrap_or(0)
}

/// The name of the root as a package, with those of the packages above it.
fn root_name(root: &Path) -> Option<String> {
    let packages = root.ancestors().take_while(|folder| folder.join("__init__.py").is_file());
    let names: Option<Vec<&str>> =
        packages.map(|folder| folder.file_name().and_then(|name| name.to_str())).collect();
    let mut names = names?;
    names.reverse();
    let is_name = |name: &&str| name.chars().all(|c| c == '_' || c.is_alphanumeric());
    (!names.is_empty() && names.iter().all(is_name)).then(|| names.join("."))
}

/// A path relative to the root, `/` between parts; `.` for the root.
fn relative(root: &Path, path: &Path) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Reads model files of the user's own.
///
/// # Errors
/// When a file cannot be read: the message names it.
#[expect(clippy::disallowed_methods, reason = "discover is where the disk is read")]
pub fn models(files: &[PathBuf]) -> Result<Vec<crate::models::ModelFile>, Error> {
    files
        .iter()
        .map(|file| {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file).map_err(|error| Error {
                message: format!("{name}: the models cannot be read ({error}); give a file of JSON rows"),
            })?;
            Ok(crate::models::ModelFile { name, text })
        })
        .collect()
}
