//! What an import means in JavaScript and TypeScript: the resolution of Node, with what compilers and bundlers add.
//!
//! In this order: a path (`./a`, `../b`); an internal name of the package (`#lib/a`); what the configuration of the
//! compiler maps (`paths`, `baseUrl`); a module of Node's own (`fs`, `node:fs`); the importing package's own name; an
//! installed package, the nearest `node_modules` first; a package of the same repository; `@/` for the sources of the
//! package. A path may leave its extension out, and may name the compiled file of a source (`./a.js` for `a.ts`,
//! `dist/index.js` for `src/index.ts`).
//!
//! A module that is at hand is called by its path (see [`discover::node`](crate::discover)). Others are `node:fs` and
//! `npm:express`, also where models describe the package better than its source would.

use crate::discover::node::{self, Answers, Package, Projects, ancestors, normal, probe, source_of};
use crate::discover::{Repo, Skipped, SourceFile};
use crate::facts::Language;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// Modules of Node's own that need no `node:` before them, without those below a `/`.
const CORE: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Conditions that hold for every import.
const CONDITIONS: [&str; 3] = ["node", "module-sync", "production"];

/// What specifiers mean.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// Path → module name of first-party files.
    files: FxHashMap<String, String>,
    projects: Option<&'a Projects>,
    disk: Answers<'a>,
    known: RefCell<FxHashMap<(String, String), String>>,
}

impl<'a> Names<'a> {
    /// The names of these files, nothing else being there.
    pub(super) fn new(files: &[SourceFile]) -> Self {
        let scripts = files.iter().filter(|file| file.language == Language::JavaScript);
        let files = scripts.map(|file| (file.path.clone(), file.module.clone())).collect();
        Self { files, ..Self::default() }
    }

    /// The names of the files of a repository, its manifests and what is installed.
    pub(super) fn of(repo: &'a Repo) -> Self {
        let names = Self::new(&repo.files);
        Self { projects: Some(&repo.projects), disk: Answers::of(&repo.projects.disk), ..names }
    }

    /// The full name of the module that `specifier` means in the file of this path.
    pub(super) fn absolute(&self, path: &str, specifier: &str, is_opaque: &dyn Fn(&str) -> bool) -> String {
        let key = (path.to_owned(), specifier.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let name = self.meaning(path, specifier, is_opaque);
        self.known.borrow_mut().insert(key, name.clone());
        name
    }

    /// The source of a module that is at hand and no file of the walk.
    pub(super) fn source(&self, module: &str) -> Option<Result<SourceFile, Skipped>> {
        let path = node::path_of(module, |path| self.disk.is_file(path))?;
        self.disk.take(&path).map(Ok)
    }

    /// What could not be loaded.
    pub(super) fn into_skipped(self) -> Vec<Skipped> {
        self.disk.into_skipped()
    }

    fn meaning(&self, path: &str, written: &str, is_opaque: &dyn Fn(&str) -> bool) -> String {
        // `./a?raw`, `./a#b`: what follows is for the bundler.
        let plain = written.split('?').next().unwrap_or(written);
        let (from, specifier) = (Importer::new(self, path), plain);
        if specifier.starts_with('.') {
            let found = normal(from.folder, specifier).and_then(|path| self.file(from.folder, &path));
            return found.map_or_else(|| outside(specifier), |path| self.module(&path));
        }
        if let Some(found) = self.mapped(&from, specifier) {
            return self.module(&found);
        }
        let bare = specifier.strip_prefix("node:").unwrap_or(specifier);
        if specifier.starts_with("node:") || CORE.contains(&bare.split('/').next().unwrap_or(bare)) {
            return format!("node:{bare}");
        }
        let bare = without_version(bare);
        let (package, subpath) = split(&bare);
        let is_ours = self.projects.is_some_and(|projects| projects.named(package, from.folder).is_some());
        let scope = package.split('/').next().unwrap_or(package);
        if !is_ours && (is_opaque(package) || is_opaque(scope)) {
            return outside(&bare);
        }
        let found = self.of_package(&from, package, subpath).or_else(|| self.by_habit(&from, specifier));
        found.map_or_else(|| outside(&bare), |path| self.module(&path))
    }

    /// `#lib/a`, and what the compiler's configuration maps.
    fn mapped(&self, from: &Importer<'_>, specifier: &str) -> Option<String> {
        if specifier.starts_with('#')
            && let Some((folder, package)) = from.package(self)
        {
            let targets = package.internal(specifier, &from.conditions);
            let inside = targets.iter().filter(|target| target.starts_with('.'));
            let mut paths = inside.filter_map(|target| normal(&folder, target));
            if let Some(found) = paths.find_map(|path| self.file(&folder, &path)) {
                return Some(found);
            }
        }
        let config = self.projects.filter(|_| !from.is_installed())?.config_of(from.folder)?;
        config.targets(specifier).iter().find_map(|path| self.file(from.folder, path))
    }

    /// The file that a subpath of a package means: of the importing package itself, installed, or of the repository.
    fn of_package(&self, from: &Importer<'_>, package: &str, subpath: &str) -> Option<String> {
        if let Some((folder, own)) = from.package(self)
            && own.name == package
            && own.exports.is_some()
            && let Some(found) = self.within(&folder, &own, subpath, &from.conditions)
        {
            return Some(found);
        }
        for place in node::places(from.folder, self.disk.levels()) {
            if let Some(folder) = self.disk.folder(&format!("{place}/{package}")) {
                let manifest = self.manifest(&folder).unwrap_or_default();
                return self.within(&folder, &manifest, subpath, &from.conditions);
            }
        }
        let (folder, manifest) = self.projects?.named(package, from.folder)?;
        self.within(folder, manifest, subpath, &from.conditions)
    }

    fn manifest(&self, folder: &str) -> Option<Arc<Package>> {
        let ours = self.projects.and_then(|projects| projects.packages.get(folder));
        ours.cloned().or_else(|| self.disk.package(folder))
    }

    /// The file of a package that a subpath means.
    fn within(&self, folder: &str, package: &Package, subpath: &str, conditions: &[&str]) -> Option<String> {
        let key = if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") };
        let mut targets = package.exported(&key, conditions);
        // A package may lack an entry for this way of importing, and packages of a bundler ignore the map.
        targets.extend(package.exported(&key, &["node", "import", "require", "module", "browser"]));
        if subpath.is_empty() {
            targets.extend(package.main.iter().cloned());
        }
        targets.push(if subpath.is_empty() { ".".to_owned() } else { subpath.to_owned() });
        let inside = targets.iter().filter_map(|target| normal(folder, target));
        let inside: Vec<String> = inside.filter(|path| is_below(path, folder)).collect();
        inside.iter().find_map(|path| self.file(folder, path))
    }

    /// `@/a`, `~/a`, `src/a`: names that bundlers and frameworks give to the sources of a package.
    fn by_habit(&self, from: &Importer<'_>, specifier: &str) -> Option<String> {
        if from.is_installed() {
            return None;
        }
        let rest = ["@/", "~/", "~~/", "@@/"].iter().find_map(|prefix| specifier.strip_prefix(prefix));
        let rest = rest
            .or_else(|| specifier.strip_prefix('/'))
            .or_else(|| Some(specifier).filter(|s| s.starts_with("src/")))?;
        let (folder, _) = from.package(self)?;
        let mut places = ["src/", "", "app/", "public/"].iter().map(|place| format!("{place}{rest}"));
        places.find_map(|path| probe(&normal(&folder, &path)?, |path| self.files.contains_key(path)))
    }

    /// The file that a path means; of a compiled file that is not there its source.
    fn file(&self, from: &str, path: &str) -> Option<String> {
        let ours = |path: &str| self.files.contains_key(path);
        if !is_installed(path) {
            if let Some(found) = probe(path, ours) {
                return Some(found);
            }
            let package = self.projects.and_then(|projects| projects.package_of(from)).map_or("", |p| p.0);
            if let Some(found) = source_of(package, path, |path| probe(path, ours)) {
                return Some(found);
            }
        }
        let found = self.folder_file(path).or_else(|| probe(path, |path| self.disk.is_file(path)))?;
        (node::is_module(&found) && self.disk.can_load(&found)).then_some(found)
    }

    /// The file that a folder with a manifest of its own means, as `require("./lib")` may.
    fn folder_file(&self, path: &str) -> Option<String> {
        if self.disk.is_file(path) || !self.disk.is_file(&format!("{path}/package.json")) {
            return None;
        }
        let package = self.disk.package(path)?;
        let mut mains = package.main.iter().filter(|main| !main.contains(".."));
        mains.find_map(|main| probe(&normal(path, main)?, |path| self.disk.is_file(path)))
    }

    /// The module name of a file that is at hand.
    fn module(&self, path: &str) -> String {
        let ours = self.files.get(path).cloned();
        ours.unwrap_or_else(|| node::module(path, |path| self.disk.is_file(path)))
    }
}

/// The file that an import stands in.
struct Importer<'p> {
    folder: &'p str,
    conditions: Vec<&'static str>,
}

impl<'p> Importer<'p> {
    fn new(names: &Names<'_>, path: &'p str) -> Self {
        let folder = path.rsplit_once('/').map_or("", |parts| parts.0);
        let mut from = Self { folder, conditions: Vec::new() };
        let is_esm = match path.rsplit('.').next() {
            Some("mjs" | "mts") => true,
            Some("cjs" | "cts") => false,
            _ => from.package(names).is_some_and(|(_, package)| package.is_esm),
        };
        from.conditions = CONDITIONS.into_iter().chain([if is_esm { "import" } else { "require" }]).collect();
        from
    }

    fn is_installed(&self) -> bool {
        is_installed(self.folder)
    }

    /// The package that the file belongs to, with its folder.
    fn package(&self, names: &Names<'_>) -> Option<(String, Arc<Package>)> {
        if !self.is_installed() {
            let (folder, package) = names.projects?.package_of(self.folder)?;
            return Some((folder.to_owned(), package.clone()));
        }
        let mut folders = ancestors(self.folder).take_while(|folder| is_installed(folder));
        folders.find_map(|folder| Some((folder.to_owned(), names.manifest(folder)?)))
    }
}

/// The name of a module that is not at hand. A subpath is named without its extension.
fn outside(specifier: &str) -> String {
    if specifier.starts_with('.') {
        return specifier.to_owned();
    }
    let is_package = split(specifier).1.is_empty();
    let stem = [".js", ".mjs", ".cjs"].iter().find_map(|end| specifier.strip_suffix(end));
    format!("npm:{}", stem.filter(|_| !is_package).unwrap_or(specifier))
}

/// `npm:express@4/lib` and `express@4`, as other runtimes write them, without what is theirs.
fn without_version(specifier: &str) -> String {
    let bare = ["npm:", "jsr:"].iter().find_map(|prefix| specifier.strip_prefix(prefix)).unwrap_or(specifier);
    let (package, subpath) = split(bare);
    let name = match package.rfind('@') {
        Some(at) if at > 0 => &package[..at],
        _ => package,
    };
    if subpath.is_empty() { name.to_owned() } else { format!("{name}/{subpath}") }
}

/// The name of a package and the rest: `@scope/pkg/sub/a` → `@scope/pkg`, `sub/a`.
fn split(specifier: &str) -> (&str, &str) {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(parts - 1) {
        Some((at, _)) => (&specifier[..at], &specifier[at + 1..]),
        None => (specifier, ""),
    }
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
