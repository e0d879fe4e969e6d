//! Paths → the names by which code imports the files.
//!
//! An *import root* is a folder that Python would have on its path: the scanned root, a folder with a manifest, the
//! `src`, `lib` or `python` folder of one, or what the manifest names. A module is called by its path below the
//! nearest import root, and folders without `__init__.py` are namespace packages:
//! ```text
//! main.py → main        pkg/__init__.py → pkg        src/pkg/mod.py → pkg.mod        tools/run.py → tools.run
//! ```
//! Two layouts can't be told from folders alone, so what the files themselves import decides, *by vote*:
//! * `services/api/app/__init__.py` is `app` if files below `services/api` import `app`, else `services.api.app`;
//! * a scanned root that holds `__init__.py` is a package, and its modules carry its name, if the files import it by
//!   that name or by leading dots; if they import one another as top-level modules, it is a folder of scripts.

use super::SourceFile;
use super::limits::MAX_MODULE_NAME;
use crate::link::is_standard;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Folders below a project that are import roots, unless they are packages themselves.
const SOURCE_FOLDERS: &[&str] = &["src", "lib", "python"];

/// What the manifests and the scanned root say about names.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Folders that hold a manifest, and those that a manifest declares as import roots; relative to the root.
    pub(super) projects: BTreeSet<String>,
    /// Modules that manifests name as entry points.
    pub(super) declared: Vec<String>,
    /// The name that the scanned root has as a package, seen from outside: `markdown`, `markdown.extensions`.
    pub(super) root_name: Option<String>,
}

/// Names every file.
pub(super) fn name(files: &mut [SourceFile], layout: &Layout) {
    let mut tree = Tree::new(files, layout);
    if tree.needs_votes(files) {
        tree.votes = Votes::count(files, layout);
    }
    tree.decide_root(files, layout);
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut bases: Vec<String> = Vec::with_capacity(files.len());
    for file in &mut *files {
        let folder = parent(&file.path).to_owned();
        let base = known.entry(folder).or_insert_with_key(|folder| tree.base(folder));
        file.module = tree.module(&file.path, base);
        // The stray `__init__.py` of a folder of scripts is nothing that other modules live in.
        file.is_package = is_init(&file.path) && file.module != "__init__";
        bases.push(base.clone());
    }
    lengthen(files, &bases, &tree);
}

/// Where two projects hold different modules of one name (`app.main` twice, a `setup` each), all that share
/// their first part are called by their path below the scanned root instead, so that a name means one file.
fn lengthen(files: &mut [SourceFile], bases: &[String], tree: &Tree) {
    let mut owners: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| !is_portion(file)) {
        owners.entry(&file.module).or_default().push(index);
    }
    let shared: BTreeSet<(String, String)> = owners
        .values()
        // A module and a package of one name in one folder are no two projects: the package hides the module.
        .filter(|owners| owners.iter().any(|&index| bases[index] != bases[owners[0]]))
        .flatten()
        .map(|&index| (bases[index].clone(), first_part(&files[index].module).to_owned()))
        .collect();
    for (file, base) in files.iter_mut().zip(bases) {
        if shared.contains(&(base.clone(), first_part(&file.module).to_owned())) {
            file.module = tree.module(&file.path, "");
        }
    }
}

/// Whether a file may stand for the same package as others of its name do: its `__init__.py` is empty, or says that
/// the package lies in several folders.
fn is_portion(file: &SourceFile) -> bool {
    let says = |word: &str| memchr::memmem::find(&file.bytes, word.as_bytes()).is_some();
    file.is_package && (file.bytes.trim_ascii().is_empty() || says("__path__") || says("declare_namespace"))
}

fn first_part(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

/// Folders of the root, as far as names need them.
struct Tree {
    packages: BTreeSet<String>,
    roots: BTreeSet<String>,
    prefix: String,
    votes: Votes,
}

impl Tree {
    fn new(files: &[SourceFile], layout: &Layout) -> Self {
        let packages: BTreeSet<String> = files
            .iter()
            .filter(|file| is_init(&file.path))
            .map(|file| parent(&file.path).to_owned())
            .collect();
        let mut roots = BTreeSet::from([String::new()]);
        roots.extend(layout.projects.iter().cloned());
        let below: Vec<String> =
            roots.iter().flat_map(|root| SOURCE_FOLDERS.iter().map(move |name| join(root, name))).collect();
        roots.extend(below);
        roots.retain(|root| root.is_empty() || !packages.contains(root));
        Self { packages, roots, prefix: String::new(), votes: Votes::default() }
    }

    /// Whether some name depends on who imports what.
    fn needs_votes(&self, files: &[SourceFile]) -> bool {
        self.packages.contains("")
            || files.iter().any(|file| {
                is_init(&file.path)
                    && !self.top(parent(&file.path)).is_some_and(|top| self.roots.contains(parent(top)))
            })
    }

    /// Decides whether the scanned root is a package or a folder of scripts.
    fn decide_root(&mut self, files: &[SourceFile], layout: &Layout) {
        let name = layout.root_name.as_deref().filter(|_| self.packages.contains(""));
        let own = name.map_or(0, |name| self.votes.of(name, "", true) + self.votes.relative);
        let plain: usize = files
            .iter()
            .filter_map(|file| top_level(&file.path))
            .collect::<BTreeSet<&str>>()
            .into_iter()
            .filter(|&module| !is_standard(module) && Some(module) != name)
            .map(|module| self.votes.of(module, "", true))
            .sum();
        match name {
            Some(name) if own > 0 && own >= plain => self.prefix = format!("{name}."),
            _ => {
                self.packages.remove("");
            }
        }
    }

    /// The outermost package that a folder is in: its nearest package, then up while there is one.
    fn top<'a>(&self, folder: &'a str) -> Option<&'a str> {
        let mut top = ancestors(folder).find(|folder| self.packages.contains(*folder))?;
        while !top.is_empty() && self.packages.contains(parent(top)) {
            top = parent(top);
        }
        Some(top)
    }

    fn root_of<'a>(&self, folder: &'a str) -> &'a str {
        ancestors(folder).find(|folder| self.roots.contains(*folder)).unwrap_or("")
    }

    /// The import root of the files of a folder.
    fn base(&self, folder: &str) -> String {
        let root = self.root_of(folder);
        let Some(top) = self.top(folder).filter(|top| top.len() > root.len()) else {
            return root.to_owned();
        };
        // Every folder between the package and its import root could be the true import root.
        let mut best = (0, root);
        for base in ancestors(parent(top)).take_while(|base| base.len() > root.len()) {
            let votes = self.votes.of(&dotted(top, base), base, false);
            if votes > best.0 {
                best = (votes, base);
            }
        }
        let unchanged = self.votes.of(&format!("{}{}", self.prefix, dotted(top, root)), root, true);
        if best.0 > unchanged { best.1.to_owned() } else { root.to_owned() }
    }

    /// The name of a file below its import root.
    fn module(&self, path: &str, base: &str) -> String {
        let stem = path.strip_suffix(".py").or_else(|| path.strip_suffix(".pyw")).unwrap_or(path);
        let prefix = if base.is_empty() { self.prefix.as_str() } else { "" };
        let name = format!("{prefix}{}", dotted(stem, base));
        match name.strip_suffix(".__init__") {
            Some(package) if !package.is_empty() => package.to_owned(),
            _ => name,
        }
    }
}

/// Which modules are imported, and from where.
#[derive(Default)]
struct Votes {
    /// Module, or a package that it is in → folder of each file that imports it.
    importers: BTreeMap<String, Vec<String>>,
    /// Modules that manifests name, and the packages that they are in.
    declared: BTreeSet<String>,
    /// Imports by leading dots that reach the scanned root or go above it.
    relative: usize,
}

impl Votes {
    fn count(files: &[SourceFile], layout: &Layout) -> Self {
        let rows: Vec<(usize, BTreeSet<String>)> = files.par_iter().map(ballots).collect();
        let mut votes = Self::default();
        for (file, (relative, modules)) in files.iter().zip(rows) {
            votes.relative += relative;
            for module in modules {
                votes.add(&module, parent(&file.path));
            }
        }
        for module in &layout.declared {
            votes.declared.extend(prefixes(module).map(str::to_owned));
        }
        votes
    }

    fn add(&mut self, module: &str, folder: &str) {
        for module in prefixes(module) {
            let importers = self.importers.entry(module.to_owned()).or_default();
            if importers.last().map(String::as_str) != Some(folder) {
                importers.push(folder.to_owned());
            }
        }
    }

    /// How many folders import `module`, only those below `base` unless everybody sees `base`; and one more where a
    /// manifest names it.
    fn of(&self, module: &str, base: &str, seen_by_all: bool) -> usize {
        let importers = self.importers.get(module).map_or(&[][..], Vec::as_slice);
        let seen = importers.iter().filter(|folder| seen_by_all || is_below(folder, base)).count();
        seen + usize::from(self.declared.contains(module))
    }
}

/// What a file votes for: relative imports that reach the root, and the modules that it imports.
fn ballots(file: &SourceFile) -> (usize, BTreeSet<String>) {
    let depth = file.path.matches('/').count();
    let mut relative = 0;
    let mut modules = BTreeSet::new();
    for (level, module) in imports(&file.bytes) {
        if level > depth {
            relative += 1;
        } else if level == 0 {
            modules.insert(module.to_owned());
        }
    }
    (relative, modules)
}

/// The modules that the import statements of a file name, with their leading dots: an approximation by lines, which
/// is enough for a vote.
fn imports(bytes: &[u8]) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii_start();
        let (rest, many) = match (line.strip_prefix(b"from "), line.strip_prefix(b"import ")) {
            (Some(rest), _) => (rest, false),
            (_, Some(rest)) => (rest, true),
            _ => continue,
        };
        let Ok(rest) = std::str::from_utf8(rest) else { continue };
        for part in rest.split(',').take(if many { usize::MAX } else { 1 }) {
            let word = part.split_whitespace().next().unwrap_or_default();
            let module = word.trim_start_matches('.');
            if word.len() > MAX_MODULE_NAME {
                continue;
            }
            found.push((word.len() - module.len(), module.trim_end_matches(';')));
        }
    }
    found
}

/// `a.b.c` → `a`, `a.b`, `a.b.c`.
fn prefixes(module: &str) -> impl Iterator<Item = &str> {
    module.match_indices('.').map(|(end, _)| &module[..end]).chain([module])
}

/// The top-level module that a path belongs to, where it is not the root's own `__init__.py`.
fn top_level(path: &str) -> Option<&str> {
    let first = path.split('/').next()?;
    let module = first.strip_suffix(".py").unwrap_or(first);
    (module != "__init__").then_some(module)
}

fn is_init(path: &str) -> bool {
    path.rsplit('/').next() == Some("__init__.py")
}

/// The folder that holds a path; the root is the empty string.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder and those above it, the root last.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

/// A path in a folder.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn is_below(folder: &str, base: &str) -> bool {
    base.is_empty() || folder.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `a/b/c` below `a` → `b.c`.
fn dotted(path: &str, base: &str) -> String {
    let rest =
        if base.is_empty() { path } else { path.strip_prefix(base).unwrap_or(path).trim_start_matches('/') };
    rest.replace('/', ".")
}
