//! `Cargo.toml`, `Cargo.lock` and cargo's home → crates: their roots, their names, what they are compiled for, what
//! they depend on and where its sources are; and the module of each Rust file.
//!
//! A crate is a root file with the modules that it declares. `src/lib.rs` of package `my-tool` is module `my_tool`,
//! `mod a { mod b; }` in it is `my_tool.a.b`; the program beside a library is `my_tool.main`, further programs,
//! examples, tests and benches are `my_tool.bin.x`, `my_tool.examples.x` and so on, the build script is
//! `my_tool.build`. A dependency is `cargo:serde`, a second version of it `cargo:serde@1_0_0`.
//!
//! | what | file |
//! | --- | --- |
//! | the text of a manifest | `manifest.rs` |
//! | which packages, and which of their features: asked of cargo, or read | `metadata.rs`, `lock.rs` |
//! | where the sources of packages are | `home.rs` |
//! | which files are modules of a crate | `tree.rs` |
//! | what crates show to Python and JavaScript | `bridge.rs` |
//! | what `cfg` means | `config.rs` |
//! | modules of dependencies, when they are wanted | `library.rs` |

mod bridge;
mod config;
mod home;
mod library;
mod lock;
mod manifest;
mod metadata;
mod tree;

pub(crate) use bridge::Bridges;
pub(super) use bridge::modules as bridges;
pub use config::Configuration;
pub(crate) use library::{Libraries, Library};
pub use metadata::Cargo;
pub(crate) use tree::twin;

use self::home::Sources;
use self::manifest::{Manifest, Shared, identifier};
use super::limits::{MAX_MANIFEST, MAX_MANIFESTS};
use super::modules::{join, parent};
use super::walk::Candidate;
use super::{Skipped, SourceFile, read};
use crate::facts::Language;
use crate::{Error, Options};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Workspaces that cargo is asked about; the others are read.
const MAX_ASKED: usize = 8;
/// Names that a note or complaint lists.
const MAX_NAMED: usize = 10;

/// A package that the program is made of.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is from, as a lock says it; none for a path.
    pub source: Option<String>,
    /// Features that are on.
    pub features: BTreeSet<String>,
    /// Names of crates in its code, and the packages that they mean, by their place in the list.
    pub dependencies: Vec<(String, usize)>,
    /// Whether it is a package of the scanned tree.
    pub is_own: bool,
    /// The folder of its sources, if they are at hand.
    pub(crate) folder: Option<PathBuf>,
    /// The root file of its library, below the folder.
    library: Option<String>,
    /// The name of its library as code writes it.
    library_name: String,
}

/// A package of the scanned tree.
#[derive(Clone, Debug)]
pub(super) struct Own {
    /// Folder of its manifest, relative to the root.
    folder: String,
    manifest: Manifest,
}

impl Own {
    /// The name of the package as code writes it.
    fn ident(&self) -> String {
        identifier(&self.manifest.name)
    }
}

/// A crate of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crate {
    /// The module of its root.
    pub(crate) root: String,
    /// The module of the library that it may name beside its dependencies.
    pub(crate) library: String,
    /// Names of crates that it may use, and the modules that they mean.
    pub(crate) dependencies: BTreeMap<String, String>,
    /// Modules whose file is a module of another crate too, where it got its name.
    pub(crate) aliases: BTreeMap<String, String>,
}

/// What manifests, locks and cargo say.
#[derive(Debug, Default)]
pub(super) struct Project {
    own: Vec<Own>,
    /// All packages that were resolved.
    pub(super) packages: Vec<Package>,
    /// Folders below the root that hold vendored packages.
    vendored: BTreeSet<String>,
    configuration: Configuration,
    pub(super) notes: Vec<Skipped>,
}

/// Reads the manifests and locks among these files.
///
/// # Errors
/// When the target of the options is none, or no package has a feature that they name.
pub(super) fn project<'a>(
    root: &Path,
    files: impl Iterator<Item = &'a Candidate>,
    options: &Options,
) -> Result<Project, Error> {
    let files: Vec<&Candidate> =
        files.filter(|file| matches!(file.name(), "Cargo.toml" | "Cargo.lock")).collect();
    let configuration = match &options.target {
        None => Configuration::default(),
        Some(target) => Configuration::of(target).ok_or_else(|| Error {
            message: format!(
                "no target `{target}` is known; name one that `rustc --print target-list` lists"
            ),
        })?,
    };
    let vendored: Vec<&Candidate> =
        files.iter().copied().filter(|file| file.name() == "Cargo.toml" && is_vendored(file)).collect();
    let mut project = Project { configuration, ..Project::default() };
    project.vendored = vendored.iter().map(|file| parent(&file.path).to_owned()).collect();
    let inside = |file: &&&Candidate| !project.vendored.iter().any(|folder| is_below(&file.path, folder));
    let manifests: Vec<&Candidate> = files
        .iter()
        .filter(inside)
        .filter(|file| file.name() == "Cargo.toml")
        .take(MAX_MANIFESTS)
        .copied()
        .collect();
    let locks: Vec<&Candidate> = files
        .iter()
        .filter(inside)
        .filter(|file| file.name() == "Cargo.lock")
        .take(MAX_MANIFESTS)
        .copied()
        .collect();
    project.own = own(&manifests);
    check_features(&project.own, &options.features)?;
    if !options.no_dependencies {
        let vendored = vendored.iter().filter_map(|file| Some(file.absolute.parent()?.to_owned())).collect();
        let sources = Sources::new(root, options.cargo.home.as_deref(), vendored);
        resolve(root, &mut project, &locks, &sources, options);
    }
    Ok(project)
}

/// Whether each feature that is asked for is one of a package of the tree, or of a dependency that it names.
fn check_features(own: &[Own], features: &[String]) -> Result<(), Error> {
    let of_dependency = |feature: &str| {
        let package = feature.split_once('/').map(|parts| parts.0);
        let mut rows = own.iter().flat_map(|own| &own.manifest.dependencies);
        package.is_some_and(|package| rows.any(|row| row.key == package))
    };
    let is_known = |feature: &&String| {
        own.iter().any(|own| lock::own_feature(own, feature).is_some()) || of_dependency(feature)
    };
    let Some(unknown) = features.iter().find(|feature| !is_known(feature)) else { return Ok(()) };
    let known: BTreeSet<&str> =
        own.iter().flat_map(|own| own.manifest.features.keys()).map(String::as_str).collect();
    let known: Vec<&str> = known.into_iter().take(MAX_NAMED).collect();
    let help = if known.is_empty() {
        "none has features".to_owned()
    } else {
        format!("features are `{}`", known.join("`, `"))
    };
    Err(Error { message: format!("no package here has the feature `{unknown}`; {help}") })
}

/// Whether a manifest is of a package that `cargo vendor` put where it is.
fn is_vendored(manifest: &Candidate) -> bool {
    let sum = manifest.absolute.with_file_name(".cargo-checksum.json");
    sum.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

fn own(manifests: &[&Candidate]) -> Vec<Own> {
    let tables: Vec<(&str, toml::Table)> = manifests
        .iter()
        .filter_map(|file| {
            Some((parent(&file.path), read::text(&file.absolute, MAX_MANIFEST).ok()?.parse().ok()?))
        })
        .collect();
    let shared: Vec<(&str, Shared)> =
        tables.iter().filter_map(|(folder, table)| Some((*folder, Shared::of(table)?))).collect();
    let mut own: Vec<Own> = tables
        .iter()
        .filter_map(|(folder, table)| {
            let above = shared.iter().filter(|row| is_below(folder, row.0)).max_by_key(|row| row.0.len());
            let manifest = manifest::read(table, above.map(|row| &row.1))?;
            Some(Own { folder: (*folder).to_owned(), manifest })
        })
        .collect();
    own.sort_by(|a, b| a.folder.cmp(&b.folder));
    own
}

/// Finds the packages of each workspace: cargo is asked where it is at hand and there is a lock, else its files are
/// read.
fn resolve(root: &Path, project: &mut Project, locks: &[&Candidate], sources: &Sources, options: &Options) {
    let mut rest: Vec<&Own> = project.own.iter().collect();
    let mut packages = Vec::new();
    let mut notes = Vec::new();
    // The innermost lock is that of a package.
    let mut locks = locks.to_vec();
    locks.sort_by(|a, b| {
        b.path.matches('/').count().cmp(&a.path.matches('/').count()).then(a.path.cmp(&b.path))
    });
    let target = options.target.as_deref().unwrap_or(config::DEFAULT_TARGET);
    for (index, lock) in locks.iter().enumerate() {
        let rows = read::text(&lock.absolute, MAX_MANIFEST).ok().and_then(|text| lock::rows(&text));
        let Some(rows) = rows else {
            let reason = "is no lock of cargo: what it locks is taken as it is at hand".to_owned();
            notes.push(Skipped { path: lock.path.clone(), reason });
            continue;
        };
        let (members, others): (Vec<&Own>, Vec<&Own>) = rest
            .into_iter()
            .partition(|own| is_below(&own.folder, parent(&lock.path)) && lock::lists(&rows, own));
        rest = others;
        if members.is_empty() {
            continue;
        }
        let manifest = lock.absolute.with_file_name("Cargo.toml");
        let asked = match &options.cargo.program {
            Some(_) if index < MAX_ASKED => {
                metadata::packages(&options.cargo, root, &manifest, target, &options.features, &project.own)
            }
            _ => Err(String::new()),
        };
        match asked {
            Ok(found) => packages.push(found),
            Err(reason) => {
                if !reason.is_empty() {
                    let reason = format!("was read without cargo: {reason}");
                    notes.push(Skipped { path: lock.path.clone(), reason });
                }
                let config = &project.configuration;
                packages.push(lock::resolve(&members, Some(&rows), sources, config, &options.features));
            }
        }
    }
    if !rest.is_empty() {
        packages.push(lock::resolve(&rest, None, sources, &project.configuration, &options.features));
    }
    let packages = join_lists(packages);
    notes.extend(missing(&packages));
    project.notes.extend(notes);
    project.packages = packages;
}

/// The lists of several workspaces as one, each package once.
fn join_lists(lists: Vec<Vec<Package>>) -> Vec<Package> {
    let key = |package: &Package| (package.name.clone(), package.version.clone(), package.source.clone());
    let mut joined: BTreeMap<_, Package> = BTreeMap::new();
    let mut links = BTreeSet::new();
    for list in &lists {
        for package in list {
            for (name, target) in &package.dependencies {
                links.insert((key(package), name.clone(), key(&list[*target])));
            }
            let known = joined.entry(key(package)).or_insert_with(|| package.clone());
            known.features.extend(package.features.iter().cloned());
            known.dependencies.clear();
        }
    }
    let places: BTreeMap<_, usize> = joined.keys().cloned().enumerate().map(|(at, key)| (key, at)).collect();
    for (from, name, to) in links {
        if let Some(package) = joined.get_mut(&from) {
            package.dependencies.push((name, places[&to]));
        }
    }
    joined.into_values().collect()
}

/// Says which packages have no sources at hand.
fn missing(packages: &[Package]) -> Option<Skipped> {
    let missing: Vec<String> = packages
        .iter()
        .filter(|package| package.folder.is_none())
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    let named = missing[..missing.len().min(MAX_NAMED)].join(", ");
    let more = if missing.len() > MAX_NAMED { ", …" } else { "" };
    (!missing.is_empty()).then(|| Skipped {
        path: "Cargo.lock".to_owned(),
        reason: format!(
            "names {} packages of which no source is at hand ({named}{more}): calls into them end there; `cargo fetch` \
             brings them",
            missing.len()
        ),
    })
}

impl Project {
    /// Whether a file is of a vendored package, and so of a dependency.
    pub(super) fn is_vendored(&self, path: &str) -> bool {
        self.vendored.iter().any(|folder| is_below(path, folder))
    }

    /// The libraries that are dependencies and have sources at hand, and the module of each package's library.
    fn libraries(&self) -> (Vec<Library>, Vec<String>) {
        let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
        let mut libraries = Vec::new();
        let mut modules = vec![String::new(); self.packages.len()];
        // The highest version has the plain name: the list is in the order of versions as texts.
        for (index, package) in self.packages.iter().enumerate().rev() {
            if package.is_own {
                modules[index].clone_from(&package.library_name);
                continue;
            }
            let count = versions.entry(&package.library_name).or_default();
            let mut module = format!("cargo:{}", package.library_name);
            if *count > 0 {
                module = format!("{module}@{}", package.version.replace(['.', '+', '-'], "_"));
            }
            *count += 1;
            if let (Some(folder), Some(root)) = (&package.folder, &package.library) {
                libraries.push(Library {
                    module: module.clone(),
                    folder: folder.clone(),
                    root: root.clone(),
                    label: format!("{}-{}", package.name, package.version),
                    configuration: Arc::new(self.configuration.with(package.features.clone())),
                });
                modules[index] = module;
            } else {
                modules[index].clone_from(&package.library_name);
            }
        }
        (libraries, modules)
    }

    /// What the names of crates mean in each package.
    fn meanings(&self, modules: &[String]) -> Vec<BTreeMap<String, String>> {
        let of = |package: &Package| {
            package
                .dependencies
                .iter()
                .map(|(name, target)| (name.clone(), modules[*target].clone()))
                .collect()
        };
        self.packages.iter().map(of).collect()
    }

    fn package(&self, own: &Own) -> Option<usize> {
        let is_it = |package: &Package| {
            package.is_own && package.name == own.manifest.name && package.version == own.manifest.version
        };
        self.packages.iter().position(is_it)
    }
}

/// The root file of a crate.
struct Root {
    path: String,
    module: String,
    own: usize,
}

/// Names every Rust file, and lists the crates and the libraries that they may use.
pub(super) fn name(files: &mut [SourceFile], project: &Project) -> (Vec<Crate>, Vec<Library>) {
    let by_path: BTreeMap<String, usize> =
        files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
    let roots = roots(files, project);
    let configurations: Vec<Arc<Configuration>> =
        project.own.iter().map(|own| Arc::new(project.configuration_of(own))).collect();
    let trees: Vec<Vec<tree::Module>> = roots
        .par_iter()
        .map(|root| {
            let mut text = |path: &str| {
                let index = by_path.get(path)?;
                Some(String::from_utf8_lossy(&files[*index].bytes).into_owned())
            };
            let broken = |conditions: &[String]| configurations[root.own].broken(conditions);
            tree::modules(&root.path, &root.module, &mut text, &broken)
        })
        .collect();
    let mut aliases: Vec<BTreeMap<String, String>> = vec![BTreeMap::new(); roots.len()];
    for (at, (root, tree)) in roots.iter().zip(&trees).enumerate() {
        for module in tree {
            let Some(&index) = by_path.get(&module.path) else { continue };
            let file = &mut files[index];
            if file.module.is_empty() {
                file.module.clone_from(&module.name);
                file.configuration = Some(Arc::clone(&configurations[root.own]));
                file.condition = configurations[root.own].remark(&module.conditions);
            } else if file.module != module.name {
                aliases[at].insert(module.name.clone(), file.module.clone());
            }
        }
    }
    let mut lonely = Vec::new();
    let owners = Owners::new(&project.own);
    let taken: BTreeSet<String> = files.iter().map(|file| file.module.clone()).collect();
    for file in files.iter_mut() {
        file.is_package = true;
        if file.module.is_empty() {
            file.configuration = owners.of(&file.path).map(|own| Arc::clone(&configurations[own]));
            file.module =
                below(&file.path, &roots).filter(|module| !taken.contains(module)).unwrap_or_else(|| {
                    lonely.push(plain_module(&file.path));
                    plain_module(&file.path)
                });
        }
    }
    let (libraries, modules) = project.libraries();
    (crates(project, &roots, aliases, &libraries, &modules, lonely), libraries)
}

/// The root files of the crates of the tree, libraries first.
fn roots(files: &[SourceFile], project: &Project) -> Vec<Root> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let has_library = |own: &Own| {
        let declared = own.manifest.targets.iter().any(|target| target.kind == "lib");
        declared || paths.contains(join(&own.folder, "src/lib.rs").as_str())
    };
    let has_library: Vec<bool> = project.own.iter().map(has_library).collect();
    let owners = Owners::new(&project.own);
    let mut roots = Vec::new();
    for file in files {
        let Some(index) = owners.of(&file.path) else { continue };
        let own = &project.own[index];
        let below = file.path[own.folder.len()..].trim_start_matches('/');
        if let Some(module) = root_module(own, below, has_library[index]) {
            roots.push(Root { path: file.path.clone(), module, own: index });
        }
    }
    // A file that several crates have as module is one of the library.
    roots.sort_by_key(|root| (root.module.contains('.'), root.path.clone()));
    roots
}

fn crates(
    project: &Project,
    roots: &[Root],
    aliases: Vec<BTreeMap<String, String>>,
    libraries: &[Library],
    modules: &[String],
    lonely: Vec<String>,
) -> Vec<Crate> {
    let meanings = project.meanings(modules);
    let own_library: BTreeMap<String, &str> =
        project.own.iter().map(|own| (own.ident(), own.manifest.library.as_str())).collect();
    let mut crates = Vec::new();
    for (root, aliases) in roots.iter().zip(aliases) {
        let own = &project.own[root.own];
        // What was not resolved keeps the name of its package, as models know it.
        let mut dependencies: BTreeMap<String, String> = BTreeMap::new();
        for row in &own.manifest.dependencies {
            let package = identifier(&row.package);
            let meaning = own_library.get(&package).map_or(package, |&library| library.to_owned());
            dependencies.insert(identifier(&row.key), meaning);
        }
        if let Some(at) = project.package(own) {
            dependencies.extend(meanings[at].clone());
        }
        let library = own.manifest.library.clone();
        crates.push(Crate { root: root.module.clone(), library, dependencies, aliases });
    }
    for library in libraries {
        let at = modules.iter().position(|module| *module == library.module);
        let dependencies = at.map(|at| meanings[at].clone()).unwrap_or_default();
        crates.push(Crate { root: library.module.clone(), dependencies, ..Crate::default() });
    }
    crates.extend(lonely.into_iter().map(|root| Crate { root, ..Crate::default() }));
    crates.sort_by(|a, b| a.root.cmp(&b.root));
    crates
}

impl Project {
    /// What a package of the tree is compiled for.
    fn configuration_of(&self, own: &Own) -> Configuration {
        let resolved = self.package(own).map(|at| self.packages[at].features.clone());
        self.configuration.with(resolved.unwrap_or_else(|| default_features(&own.manifest)))
    }
}

/// The default features, and what these turn on.
fn default_features(manifest: &Manifest) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut waiting = vec!["default".to_owned()];
    while let Some(feature) = waiting.pop() {
        if on.insert(feature.clone()) {
            let turned_on = manifest.features.get(&feature).into_iter().flatten();
            waiting.extend(turned_on.map(|name| name.strip_prefix("dep:").unwrap_or(name).to_owned()));
        }
    }
    on
}

/// Packages of the tree by their folders.
struct Owners<'a>(BTreeMap<&'a str, usize>);

impl<'a> Owners<'a> {
    fn new(own: &'a [Own]) -> Self {
        Self(own.iter().enumerate().map(|(index, own)| (own.folder.as_str(), index)).collect())
    }

    /// The package with the nearest manifest above a file.
    fn of(&self, path: &str) -> Option<usize> {
        let mut folder = path;
        while !folder.is_empty() {
            folder = parent(folder);
            if let Some(&index) = self.0.get(folder) {
                return Some(index);
            }
        }
        None
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The module of a root file, by its path below the manifest; none for a file that is no root.
fn root_module(own: &Own, path: &str, has_library: bool) -> Option<String> {
    let name = own.ident();
    if let Some(target) = own.manifest.targets.iter().find(|target| target.path == path) {
        return Some(match target.kind {
            "lib" => target.name.clone(),
            "bin" if !has_library && path == "src/main.rs" => name,
            "bin" if path == "src/main.rs" => format!("{name}.main"),
            kind => format!("{name}.{kind}.{}", target.name),
        });
    }
    match (path, own.manifest.build.as_deref()) {
        ("src/lib.rs", _) => return Some(own.manifest.library.clone()),
        ("src/main.rs", _) if has_library => return Some(format!("{name}.main")),
        ("src/main.rs", _) => return Some(name),
        ("build.rs", None) => return Some(format!("{name}.build")),
        (path, Some(build)) if path == build => return Some(format!("{name}.build")),
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

/// The module of a file that no module declares, by its path below the folder of the nearest root.
fn below(path: &str, roots: &[Root]) -> Option<String> {
    let above = roots.iter().filter(|root| is_below(path, parent(&root.path)));
    let root = above.reduce(|best, root| {
        if root.path.matches('/').count() > best.path.matches('/').count() { root } else { best }
    })?;
    let rest = path[parent(&root.path).len()..].trim_start_matches('/').strip_suffix(".rs")?;
    let rest = rest.strip_suffix("/mod").unwrap_or(rest);
    Some(format!("{}.{}", root.module, rest.replace('/', ".")))
}

/// The module of a file outside of all crates.
fn plain_module(path: &str) -> String {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    stem.strip_suffix("/mod").unwrap_or(stem).replace('/', ".")
}

/// Whether a file is Rust.
pub(super) fn is_rust(file: &SourceFile) -> bool {
    file.language == Language::Rust
}
