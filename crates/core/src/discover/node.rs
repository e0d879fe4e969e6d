//! `package.json`, `tsconfig.json` and `node_modules` → what the resolution of JavaScript imports asks for.
//!
//! Paths here are relative to the scanned root, `/` between parts; `../` at their beginning leads to folders above it,
//! as far as its repository goes. What stands first-party in memory is never looked for on the disk.
//!
//! # Names
//! A file of JavaScript is named by its path without its extension, with `./` before it where it stands at the top, so
//! that no package has its name: `src/app.ts` is `src/app`, `redis.js` is `./redis`. Where several files of a folder
//! differ in their extension only, all but the first by [`EXTENSIONS`] keep it.

mod config;
mod disk;
mod package;

pub(crate) use config::Config;
pub(crate) use disk::{Answers, Disk, is_module, places};
pub(crate) use package::Package;

use super::limits::{MAX_MANIFEST, MAX_MANIFESTS};
use super::manifest::Declared;
use super::modules::parent;
use super::walk::Candidate;
use super::{DeclaredEntry, Skipped, SourceFile, read};
use crate::facts::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Endings of source files, the one that names the module of several first.
pub(crate) const EXTENSIONS: [&str; 8] = [".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];

/// Folders that compilers write to: what is in them has its source elsewhere in the package.
const OUTPUT: &[&str] = &[
    "dist",
    "build",
    "out",
    "output",
    "lib",
    "esm",
    "cjs",
    "es",
    "mjs",
    "umd",
    "node",
    "browser",
    "types",
    "commonjs",
    "module",
    "compiled",
    "bundles",
    "_esm",
    "_cjs",
    "modern",
    "legacy",
    "es5",
    "es6",
    "es2015",
    "es2020",
    "es2022",
    "esnext",
    "neutral",
    "production",
    "development",
];

/// Folders in which packages keep their sources.
const SOURCES: &[&str] = &["src/", "source/", "lib/", "", "app/"];

/// What the manifests of JavaScript say, and where its packages are.
#[derive(Debug, Default)]
pub(crate) struct Projects {
    /// First-party packages by folder.
    pub(crate) packages: BTreeMap<String, Arc<Package>>,
    /// Configurations of the compiler by path.
    configs: BTreeMap<String, Config>,
    /// What is on the disk beside the files of the walk.
    pub(crate) disk: Disk,
}

/// Reads the manifests among these files.
pub(super) fn read<'a>(files: impl Iterator<Item = &'a Candidate>, declared: &mut Declared) -> Projects {
    let mut manifests: Vec<&Candidate> =
        files.filter(|file| file.name() == "package.json" || config::is_config(file.name())).collect();
    manifests.sort();
    manifests.truncate(MAX_MANIFESTS);
    let texts: Vec<_> = manifests.par_iter().map(|file| read::text(&file.absolute, MAX_MANIFEST)).collect();
    let mut projects = Projects::default();
    for (file, text) in manifests.into_iter().zip(texts) {
        if let Err(reason) = text.and_then(|text| projects.add(&file.path, &text, declared)) {
            declared.notes.push(Skipped { path: file.path.clone(), reason });
        }
    }
    projects
}

impl Projects {
    fn add(&mut self, path: &str, text: &str, declared: &mut Declared) -> Result<(), String> {
        let folder = parent(path).to_owned();
        if path.ends_with("package.json") {
            let package = Package::parse(text)?;
            declared.dependencies.extend(package.dependencies.iter().cloned());
            declared.entries.extend(package.entries(path, text));
            self.packages.insert(folder, Arc::new(package));
        } else {
            self.configs.insert(path.to_owned(), Config::parse(&folder, text)?);
        }
        Ok(())
    }

    /// The configuration that holds for a folder, what it extends taken in.
    pub(crate) fn config_of(&self, folder: &str) -> Option<Config> {
        ancestors(folder).find_map(|folder| {
            config::NAMES.iter().find_map(|name| {
                let path = super::modules::join(folder, name);
                self.configs.contains_key(&path).then(|| self.whole(&path, 0))
            })
        })
    }

    /// A configuration with what it extends, and what the projects that it refers to say about paths.
    fn whole(&self, path: &str, depth: u32) -> Config {
        let Some(config) = self.configs.get(path) else { return Config::default() };
        let mut whole = config.clone();
        if depth > 8 {
            return whole;
        }
        for other in config.extends.iter().chain(&config.references) {
            let candidates = [other.clone(), format!("{other}.json"), format!("{other}/tsconfig.json")];
            if let Some(found) = candidates.iter().find(|path| self.configs.contains_key(*path)) {
                whole.inherit(self.whole(found, depth + 1));
            }
        }
        whole
    }

    /// The first-party package that a folder belongs to, with its folder.
    pub(crate) fn package_of(&self, folder: &str) -> Option<(&str, &Arc<Package>)> {
        ancestors(folder)
            .find_map(|folder| self.packages.get_key_value(folder))
            .map(|(folder, package)| (folder.as_str(), package))
    }

    /// The first-party package of a name; of several the one nearest to the importing folder.
    pub(crate) fn named(&self, name: &str, from: &str) -> Option<(&str, &Arc<Package>)> {
        let shared =
            |folder: &str| folder.split('/').zip(from.split('/')).take_while(|(a, b)| a == b).count();
        let all = self.packages.iter().filter(|(_, package)| package.name == name);
        let best = all.min_by_key(|(folder, _)| (std::cmp::Reverse(shared(folder)), folder.len()));
        best.map(|(folder, package)| (folder.as_str(), package))
    }
}

/// A folder and those above it below the root, the root last.
pub(crate) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

/// Names the files of JavaScript.
pub(super) fn name(files: &mut [SourceFile]) {
    let paths: rustc_hash::FxHashSet<String> =
        files.iter().filter(|file| is_script(file)).map(|file| file.path.clone()).collect();
    for file in files.iter_mut().filter(|file| file.language == Language::JavaScript) {
        file.module = module(&file.path, |path| paths.contains(path));
        file.is_package = false;
    }
}

fn is_script(file: &SourceFile) -> bool {
    file.language == Language::JavaScript
}

/// The module name of a path; `exists` says which other files there are.
pub(crate) fn module(path: &str, exists: impl Fn(&str) -> bool) -> String {
    let name = match EXTENSIONS.iter().position(|extension| path.ends_with(extension)) {
        Some(position) => {
            let stem = &path[..path.len() - EXTENSIONS[position].len()];
            let hidden = EXTENSIONS[..position].iter().any(|before| exists(&format!("{stem}{before}")));
            if hidden { path } else { stem }
        }
        None => path,
    };
    if name.contains('/') { name.to_owned() } else { format!("./{name}") }
}

/// The file that a module name stands for, the inverse of [`module`].
pub(crate) fn path_of(module: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
    let name = module.strip_prefix("./").unwrap_or(module);
    let mut paths = EXTENSIONS.iter().map(|extension| format!("{name}{extension}"));
    paths.find(|path| exists(path)).or_else(|| exists(name).then(|| name.to_owned()))
}

/// The source of a compiled file of a package, where the compiled one is not there: `dist/esm/a.js` of `packages/p` is
/// `packages/p/src/a.ts`.
pub(crate) fn source_of(folder: &str, path: &str, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    let below = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
    let stem = EXTENSIONS.iter().find_map(|extension| below.strip_suffix(extension)).unwrap_or(below);
    let mut rest = stem.strip_suffix(".d").unwrap_or(stem);
    for _ in 0..4 {
        let places = SOURCES.iter().map(|source| super::modules::join(folder, &format!("{source}{rest}")));
        if let Some(found) = places.into_iter().find_map(|place| find(&place)) {
            return Some(found);
        }
        let (first, behind) = rest.split_once('/')?;
        if !OUTPUT.contains(&first) {
            return None;
        }
        rest = behind;
    }
    None
}

/// What entries of manifests name, as modules: of a path the file that it means, or its source.
pub(super) fn settle(entries: &mut Vec<DeclaredEntry>, projects: &Projects, files: &[SourceFile]) {
    let modules: FxHashMap<&str, &str> = files
        .iter()
        .filter(|file| is_script(file))
        .map(|file| (file.path.as_str(), file.module.as_str()))
        .collect();
    let find = |path: &str| probe(path, |path| modules.contains_key(path));
    entries.retain_mut(|entry| {
        let Some(target) = entry.module.strip_prefix(package::FILE) else { return true };
        let path = normal(parent(&entry.file), target);
        let found = path.and_then(|path| {
            let (folder, _) = projects.package_of(parent(&entry.file))?;
            find(&path).or_else(|| source_of(folder, &path, find))
        });
        let Some(module) = found.and_then(|path| modules.get(path.as_str()).copied()) else { return false };
        entry.module = module.to_owned();
        true
    });
}

/// The file that a path means: itself, with an extension, as the TypeScript of a `.js` name, or the index of a folder.
pub(crate) fn probe(path: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
    if !path.is_empty() && exists(path) {
        return Some(path.to_owned());
    }
    let with = |stem: &str, extensions: &[&str]| {
        extensions.iter().map(|extension| format!("{stem}{extension}")).find(|path| exists(path))
    };
    let compiled: [(&str, &[&str]); 4] =
        [(".js", &[".ts", ".tsx", ".jsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];
    let typed = compiled.iter().find_map(|(end, typed)| with(path.strip_suffix(end)?, typed));
    let all = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json"];
    let named = || if path.is_empty() { None } else { with(path, &all) };
    let index = || with(&super::modules::join(path, "index"), &all);
    typed.or_else(named).or_else(index)
}

/// A path from a folder, `.` and `..` taken out; none where it leaves what may be read.
pub(crate) fn normal(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    (parts.len() < super::limits::MAX_DEPTH).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests;
