//! `Cargo.toml` → crates: their roots, their names and what they depend on; and the module of each Rust file.
//!
//! A crate is a root file with the files below its folder. `src/lib.rs` of package `my-tool` is module `my_tool`,
//! `src/a/b.rs` is `my_tool.a.b`; the program beside a library is `my_tool.main`, further programs, examples, tests
//! and benches are `my_tool.bin.x`, `my_tool.examples.x` and so on, the build script is `my_tool.build`. Manifests are
//! read as text: cargo is not run for this.

use super::SourceFile;
use super::limits::{MAX_MANIFEST, MAX_MANIFESTS};
use super::modules::{join, parent};
use super::read;
use super::walk::Candidate;
use crate::facts::Language;
use std::collections::{BTreeMap, BTreeSet};

/// A package of the scanned tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    /// Folder of its manifest, relative to the root.
    folder: String,
    /// Its name as code writes it: `my_tool`.
    name: String,
    /// Name of its library as code writes it.
    library: String,
    /// Root files that the manifest declares: path below the folder, name, and the kind of target.
    targets: Vec<(String, String, &'static str)>,
    /// Dependencies: the name that code uses, and the package.
    dependencies: BTreeMap<String, String>,
    /// What each feature turns on.
    features: BTreeMap<String, Vec<String>>,
    /// Features that dependents ask for: the package, and the features.
    asked: Vec<(String, Vec<String>)>,
}

/// A crate of the scanned tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crate {
    /// The module of its root.
    pub(crate) root: String,
    /// The module of the library that it may name beside its dependencies.
    pub(crate) library: String,
    /// Names of crates that it may use, and the modules that they mean.
    pub(crate) dependencies: BTreeMap<String, String>,
}

/// Reads the manifests among these files.
pub(super) fn read<'a>(files: impl Iterator<Item = &'a Candidate>) -> Vec<Package> {
    let mut manifests: Vec<&Candidate> = files.filter(|file| file.name() == "Cargo.toml").collect();
    manifests.sort();
    manifests.truncate(MAX_MANIFESTS);
    let texts: Vec<(&Candidate, String)> = manifests
        .into_iter()
        .filter_map(|file| Some((file, read::text(&file.absolute, MAX_MANIFEST).ok()?)))
        .collect();
    let tables: Vec<(&Candidate, toml::Table)> =
        texts.iter().filter_map(|(file, text)| Some((*file, text.parse().ok()?))).collect();
    let mut packages: Vec<Package> =
        tables.iter().filter_map(|(file, table)| package(parent(&file.path), table, &tables)).collect();
    packages.sort_by(|a, b| a.folder.cmp(&b.folder));
    packages
}

fn package(folder: &str, table: &toml::Table, all: &[(&Candidate, toml::Table)]) -> Option<Package> {
    let name = table.get("package")?.get("name")?.as_str()?;
    let ident = identifier(name);
    let mut package =
        Package { folder: folder.to_owned(), library: ident.clone(), name: ident, ..Package::default() };
    if let Some(library) = table.get("lib") {
        if let Some(name) = library.get("name").and_then(toml::Value::as_str) {
            package.library = identifier(name);
        }
        let path = library.get("path").and_then(toml::Value::as_str).unwrap_or("src/lib.rs");
        package.targets.push((path.to_owned(), package.library.clone(), "lib"));
    }
    for (key, kind) in [("bin", "bin"), ("example", "examples"), ("test", "tests"), ("bench", "benches")] {
        for target in table.get(key).and_then(toml::Value::as_array).into_iter().flatten() {
            let name = target.get("name").and_then(toml::Value::as_str);
            let path = target.get("path").and_then(toml::Value::as_str);
            if let (Some(name), Some(path)) = (name, path) {
                package.targets.push((path.to_owned(), identifier(name), kind));
            }
        }
    }
    package.dependencies = dependencies(table, all);
    package.features = features(table);
    package.asked = asked(table);
    Some(package)
}

/// Dependencies of all kinds and targets: the name that code uses, and the name of the package.
fn dependencies(table: &toml::Table, all: &[(&Candidate, toml::Table)]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut tables: Vec<&toml::Value> = Vec::new();
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    tables.extend(KINDS.iter().filter_map(|kind| table.get(*kind)));
    for target in
        table.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values)
    {
        tables.extend(KINDS.iter().filter_map(|kind| target.get(kind)));
    }
    for (name, value) in tables.into_iter().filter_map(toml::Value::as_table).flatten() {
        let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
        let shared = all.iter().filter(|_| inherited).find_map(|(_, other)| {
            other.get("workspace")?.get("dependencies")?.get(name)?.get("package")?.as_str()
        });
        let package = value.get("package").and_then(toml::Value::as_str).or(shared).unwrap_or(name);
        found.insert(identifier(name), identifier(package));
    }
    found
}

/// What each feature turns on.
fn features(table: &toml::Table) -> BTreeMap<String, Vec<String>> {
    let features = table.get("features").and_then(toml::Value::as_table);
    let rows = features.into_iter().flatten();
    rows.map(|(name, value)| (name.clone(), strings(value))).collect()
}

/// The features of other packages that dependencies ask for; `default` unless they do without.
fn asked(table: &toml::Table) -> Vec<(String, Vec<String>)> {
    let rows = table.get("dependencies").and_then(toml::Value::as_table).into_iter().flatten();
    rows.map(|(name, value)| {
        let package = value.get("package").and_then(toml::Value::as_str).unwrap_or(name);
        let mut features = value.get("features").map(strings).unwrap_or_default();
        if value.get("default-features").and_then(toml::Value::as_bool) != Some(false) {
            features.push("default".to_owned());
        }
        (identifier(package), features)
    })
    .collect()
}

fn strings(value: &toml::Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
    texts.map(str::to_owned).collect()
}

/// The features of a package that are on: the default ones, those that other packages of the tree ask for, and what
/// these turn on.
fn enabled(package: &Package, packages: &[Package]) -> Vec<String> {
    let mut on: BTreeSet<String> = BTreeSet::new();
    let asked = packages.iter().flat_map(|other| &other.asked).filter(|row| row.0 == package.name);
    let mut waiting: Vec<String> = asked.flat_map(|row| row.1.clone()).collect();
    waiting.push("default".to_owned());
    while let Some(feature) = waiting.pop() {
        if on.insert(feature.clone()) {
            let turned_on = package.features.get(&feature).into_iter().flatten();
            waiting.extend(turned_on.map(|name| name.strip_prefix("dep:").unwrap_or(name).to_owned()));
        }
    }
    on.into_iter().collect()
}

/// The name as code writes it.
fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// The root file of a crate.
struct Root {
    path: String,
    module: String,
    package: usize,
}

/// Names every Rust file, and lists the crates.
pub(super) fn name(files: &mut [SourceFile], packages: &[Package]) -> Vec<Crate> {
    let paths: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
    let owners: Vec<Option<usize>> = files.iter().map(|file| owner(&file.path, packages)).collect();
    let mut roots: Vec<Root> = Vec::new();
    for (index, package) in packages.iter().enumerate() {
        let own = files.iter().zip(&owners).filter(|(_, owner)| **owner == Some(index));
        let has_library = package.targets.iter().any(|target| target.2 == "lib")
            || paths.contains(&join(&package.folder, "src/lib.rs"));
        for (file, _) in own {
            let below = file.path[package.folder.len()..].trim_start_matches('/');
            if let Some(module) = root_module(package, below, has_library) {
                roots.push(Root { path: file.path.clone(), module, package: index });
            }
        }
    }
    let declared: Vec<BTreeSet<String>> = roots
        .iter()
        .map(|root| {
            let file = files.iter().find(|file| file.path == root.path);
            file.map(|file| declared_modules(&file.bytes)).unwrap_or_default()
        })
        .collect();
    let mut lonely = Vec::new();
    let features: Vec<Vec<String>> = packages.iter().map(|package| enabled(package, packages)).collect();
    for (file, owner) in files.iter_mut().zip(&owners) {
        file.features = owner.map(|owner| features[owner].clone());
        file.module = match module_of(&file.path, &roots, &declared) {
            Some(module) => module,
            None => {
                let module = plain_module(&file.path);
                lonely.push(module.clone());
                module
            }
        };
        file.is_package = true;
    }
    crates(&roots, packages, lonely)
}

fn crates(roots: &[Root], packages: &[Package], lonely: Vec<String>) -> Vec<Crate> {
    let libraries: BTreeMap<&str, &str> =
        packages.iter().map(|package| (package.name.as_str(), package.library.as_str())).collect();
    let mut crates: Vec<Crate> = roots
        .iter()
        .map(|root| {
            let package = &packages[root.package];
            let meaning =
                |name: &String| libraries.get(name.as_str()).map_or(name.clone(), |&name| name.to_owned());
            Crate {
                root: root.module.clone(),
                library: package.library.clone(),
                dependencies: package
                    .dependencies
                    .iter()
                    .map(|(name, of)| (name.clone(), meaning(of)))
                    .collect(),
            }
        })
        .collect();
    crates.extend(lonely.into_iter().map(|root| Crate { root, ..Crate::default() }));
    crates.sort_by(|a, b| a.root.cmp(&b.root));
    crates
}

/// The package with the nearest manifest above a file.
fn owner(path: &str, packages: &[Package]) -> Option<usize> {
    let is_below = |folder: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let found = packages.iter().enumerate().filter(|(_, package)| is_below(&package.folder));
    found.max_by_key(|(_, package)| package.folder.len()).map(|(index, _)| index)
}

/// The module of a root file, by its path below the manifest; none for a file that is no root.
fn root_module(package: &Package, path: &str, has_library: bool) -> Option<String> {
    let name = &package.name;
    if let Some((_, target, kind)) =
        package.targets.iter().find(|target| target.0.trim_start_matches("./") == path)
    {
        return Some(match *kind {
            "lib" => target.clone(),
            "bin" if !has_library && path == "src/main.rs" => name.clone(),
            "bin" if path == "src/main.rs" => format!("{name}.main"),
            kind => format!("{name}.{kind}.{target}"),
        });
    }
    match path {
        "src/lib.rs" => return Some(package.library.clone()),
        "src/main.rs" if has_library => return Some(format!("{name}.main")),
        "src/main.rs" => return Some(name.clone()),
        "build.rs" => return Some(format!("{name}.build")),
        _ => {}
    }
    let (folder, kind) =
        [("src/bin/", "bin"), ("examples/", "examples"), ("tests/", "tests"), ("benches/", "benches")]
            .into_iter()
            .find(|(folder, _)| path.starts_with(folder))?;
    let rest = path[folder.len()..].strip_suffix(".rs")?;
    let stem = match rest.split_once('/') {
        None => rest,
        Some((stem, "main")) => stem,
        Some(_) => return None,
    };
    Some(format!("{name}.{kind}.{}", identifier(stem)))
}

/// The module of a file: its path below the folder of the root that declares it.
fn module_of(path: &str, roots: &[Root], declared: &[BTreeSet<String>]) -> Option<String> {
    if let Some(root) = roots.iter().find(|root| root.path == path) {
        return Some(root.module.clone());
    }
    let candidates = roots.iter().zip(declared).filter_map(|(root, declared)| {
        let folder = parent(&root.path);
        let rest = if folder.is_empty() { path } else { path.strip_prefix(folder)?.strip_prefix('/')? };
        let rest = rest.strip_suffix(".rs")?;
        let rest = rest.strip_suffix("/mod").unwrap_or(rest);
        let first = rest.split('/').next().unwrap_or_default();
        let is_declared = declared.contains(first);
        Some((is_declared, folder.len(), format!("{}.{}", root.module, rest.replace('/', "."))))
    });
    // The first of the best: a root that declares the module, in the nearest folder.
    candidates
        .reduce(|best, other| if (other.0, other.1) > (best.0, best.1) { other } else { best })
        .map(|row| row.2)
}

/// The names behind `mod` in a text.
fn declared_modules(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("mod ") {
        let is_word = !text[..at].ends_with(|c: char| c == '_' || c.is_alphanumeric());
        let rest = text[at + 4..].trim_start();
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        if is_word && rest[end..].trim_start().starts_with([';', '{']) {
            names.insert(rest[..end].to_owned());
        }
    }
    names
}

/// The module of a file outside of all packages.
fn plain_module(path: &str) -> String {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    stem.strip_suffix("/mod").unwrap_or(stem).replace('/', ".")
}

/// Whether a file is Rust.
pub(super) fn is_rust(file: &SourceFile) -> bool {
    file.language == Language::Rust
}
