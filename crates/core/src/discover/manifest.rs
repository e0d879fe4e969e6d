//! Manifests → declared entry points, names of dependencies, import roots.
//!
//! Manifests are read as text and never executed: of a `setup.py` only literals count. One that is broken gives a
//! note and what could be read of it; it never fails the analysis.

mod ini;
mod pyproject;
mod setup;

use super::limits::{MAX_LOCK, MAX_MANIFEST, MAX_MANIFESTS, MAX_MODULE_NAME};
use super::modules::{join, parent};
use super::walk::Candidate;
use super::{DeclaredEntry, Skipped, read};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What manifests declare.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Entry points, by file and line, each once.
    pub(super) entries: Vec<DeclaredEntry>,
    /// Dependencies, normalised.
    pub(super) dependencies: BTreeSet<String>,
    /// Import roots, relative to the scanned root.
    pub(super) roots: BTreeSet<String>,
    /// What was broken.
    pub(super) notes: Vec<Skipped>,
    /// Entries that are in: a folder may declare one in several manifests.
    known: BTreeSet<(String, String, String, String, String)>,
}

/// What one manifest declares, while it is read.
#[derive(Debug, Default)]
struct Manifest<'a> {
    /// Path relative to the scanned root.
    file: &'a str,
    /// Its text.
    text: &'a str,
    declared: Declared,
}

type Reader = fn(&mut Manifest<'_>);

/// The reader of a file, by its name.
fn reader(name: &str) -> Option<Reader> {
    match name {
        "pyproject.toml" => Some(pyproject::read),
        "Pipfile" => Some(pyproject::read_pipfile),
        "setup.cfg" => Some(ini::read_setup),
        "setup.py" => Some(setup::read),
        "uv.lock" | "poetry.lock" => Some(read_lock),
        _ if name.starts_with("requirements") && name.ends_with(".txt") => Some(read_requirements),
        _ => None,
    }
}

/// Reads the manifests among these files.
pub(super) fn read<'a>(files: impl Iterator<Item = &'a Candidate>) -> Declared {
    let mut manifests: Vec<(&Candidate, Reader)> =
        files.filter_map(|file| reader(name_of(&file.path)).map(|reader| (file, reader))).collect();
    manifests.sort_by_key(|(file, _)| *file);
    let mut declared = Declared::default();
    for (file, _) in manifests.iter().skip(MAX_MANIFESTS) {
        declared.note(&file.path, format!("was not read: {MAX_MANIFESTS} manifests are the limit"));
    }
    manifests.truncate(MAX_MANIFESTS);
    let read: Vec<Declared> = manifests.par_iter().map(|&(file, reader)| read_one(file, reader)).collect();
    for one in read {
        declared.absorb(one);
    }
    declared.entries.sort_by(|a, b| (&a.file, a.line, &a.name).cmp(&(&b.file, b.line, &b.name)));
    declared
}

fn read_one(file: &Candidate, reader: Reader) -> Declared {
    let limit = if file.name().ends_with(".lock") { MAX_LOCK } else { MAX_MANIFEST };
    let text = match read::text(&file.absolute, limit) {
        Ok(text) => text,
        Err(reason) => {
            let mut declared = Declared::default();
            declared.note(&file.path, reason);
            return declared;
        }
    };
    let mut manifest = Manifest { file: &file.path, text: &text, declared: Declared::default() };
    reader(&mut manifest);
    manifest.declared
}

/// A folder `requirements/` of `.txt` files is one of requirements as well.
fn name_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.ends_with(".txt") && parent(path).rsplit('/').next() == Some("requirements") {
        return "requirements.txt";
    }
    name
}

impl Declared {
    fn note(&mut self, file: &str, reason: String) {
        self.notes.push(Skipped { path: file.to_owned(), reason });
    }

    fn absorb(&mut self, other: Declared) {
        for entry in other.entries {
            let folder = parent(&entry.file).to_owned();
            let key =
                (folder, entry.group.clone(), entry.name.clone(), entry.module.clone(), entry.object.clone());
            if self.known.insert(key) {
                self.entries.push(entry);
            }
        }
        self.dependencies.extend(other.dependencies);
        self.roots.extend(other.roots);
        self.notes.extend(other.notes);
    }
}

impl Manifest<'_> {
    /// Notes `name = module:object [extra]`, `offset` being where it stands in the text.
    fn entry(&mut self, group: &str, name: &str, target: &str, offset: usize) {
        let target = target.split('[').next().unwrap_or_default().trim();
        let (module, object) = target.split_once(':').unwrap_or((target, ""));
        let is_path = |text: &str| text.chars().all(|c| c == '.' || c == '_' || c.is_alphanumeric());
        let (module, object) = (module.trim(), object.trim());
        if module.is_empty() || module.len() > MAX_MODULE_NAME || !is_path(module) || !is_path(object) {
            let line = self.line(offset);
            self.declared
                .note(self.file, format!("line {line} declares no `module:object`: `{}`", shorten(target)));
            return;
        }
        self.declared.entries.push(DeclaredEntry {
            group: group.to_owned(),
            name: name.trim().to_owned(),
            module: module.to_owned(),
            object: object.to_owned(),
            file: self.file.to_owned(),
            line: self.line(offset),
        });
    }

    /// Notes `name = module:object`, as entry points are written in one string.
    fn entry_text(&mut self, group: &str, text: &str, offset: usize) {
        if let Some((name, target)) = text.split_once('=') {
            self.entry(group, name, target, offset);
        }
    }

    /// Notes the package that a requirement names: `Foo_bar[x] >= 1; python_version < "3"` → `foo-bar`.
    fn requirement(&mut self, text: &str) {
        self.declared.dependencies.extend(requirement(text));
    }

    /// Notes a folder, relative to the manifest, as an import root.
    fn root(&mut self, folder: &str) {
        let folder = folder.trim().trim_start_matches("./").trim_end_matches('/');
        let climbs = folder.split('/').any(|part| part == "..");
        if !folder.is_empty() && folder != "." && !climbs && !folder.starts_with('/') {
            self.declared.roots.insert(join(parent(self.file), folder));
        }
    }

    fn note(&mut self, reason: String) {
        self.declared.note(self.file, reason);
    }

    /// The line of an offset, from 1. Manifests are short and their entries few: counting is quick enough.
    fn line(&self, offset: usize) -> u32 {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX)
    }
}

/// The normalised package name that a requirement begins with, or that its `#egg=` names.
fn requirement(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("#egg=").map_or(text, |(_, egg)| egg);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    // What goes on with a colon or slash is a URL or a path.
    let is_package =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && !rest.starts_with([':', '/', '+', '@']);
    is_package.then(|| normalise(name))
}

/// `Foo.Bar__baz` → `foo-bar-baz`: names that installers take for one are one.
fn normalise(name: &str) -> String {
    let parts = name.split(['.', '_', '-']).filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn read_requirements(manifest: &mut Manifest<'_>) {
    for line in manifest.text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if let Some(editable) = line.strip_prefix("-e ").or_else(|| line.strip_prefix("--editable ")) {
            manifest
                .declared
                .dependencies
                .extend(requirement(editable).filter(|_| editable.contains("#egg=")));
        } else if !line.starts_with(['-', '#']) {
            manifest.requirement(line);
        }
    }
}

/// The packages of a lock, but those that are the project itself.
fn read_lock(manifest: &mut Manifest<'_>) {
    for block in manifest.text.split("[[package]]").skip(1) {
        let value = |key: &str| block.lines().find_map(|line| line.strip_prefix(key));
        let is_local = value("source = ").is_some_and(|source| {
            ["editable", "virtual", "directory"]
                .iter()
                .any(|kind| source.starts_with(&format!("{{ {kind} = ")))
        });
        if let Some(name) = value("name = ").filter(|_| !is_local) {
            manifest.requirement(name.trim().trim_matches('"'));
        }
    }
}

/// The beginning of a text, for messages.
fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}
