//! Virtual environments → folders of installed packages, and the modules in them.
//!
//! An environment that the user names may consist of links (some installers make it so). One that was found in or
//! above the scanned root is as hostile as the root: links must not leave it.

use super::{Skipped, SourceFile, read, relative};
use crate::Options;
use crate::facts::{Language, Origin};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of installed packages (`site-packages`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Installed {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// The folder that no link may leave; none where the user named the environment.
    pub fence: Option<PathBuf>,
}

/// Names under which environments stand beside a project.
const ENVIRONMENTS: &[&str] = &[".venv", "venv", "env", ".env", ".virtualenv"];

/// The folders of installed packages: those that the user names, then those of the environments that the walk
/// found, or else of those that stand above the root in its repository.
pub(super) fn folders(root: &Path, found: &[PathBuf], options: &Options) -> (Vec<Installed>, Vec<Skipped>) {
    if options.no_dependencies {
        return (Vec::new(), Vec::new());
    }
    let mut folders = Vec::new();
    let mut notes = Vec::new();
    for path in &options.python_path {
        let named = packages(path, path.join("pyvenv.cfg").is_file());
        if named.is_empty() {
            let reason = "is no folder of Python packages and no virtual environment: not used".to_owned();
            notes.push(Skipped { path: path.display().to_string(), reason });
        }
        folders.extend(named.into_iter().map(|folder| Installed { folder, fence: None }));
    }
    let above = if found.is_empty() { environments_above(root) } else { Vec::new() };
    for environment in found.iter().chain(&above) {
        let fence = Some(environment.clone());
        let inside = packages(environment, true);
        folders.extend(inside.into_iter().map(|folder| Installed { folder, fence: fence.clone() }));
    }
    let mut seen = std::collections::BTreeSet::new();
    folders.retain(|row| seen.insert(row.folder.clone()));
    (folders, notes)
}

/// Environments in the folders above the root: as far as its repository goes, else only beside it.
fn environments_above(root: &Path) -> Vec<PathBuf> {
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).or(root.parent()).unwrap_or(root);
    let above = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let places = above.flat_map(|folder| ENVIRONMENTS.iter().map(move |name| folder.join(name)));
    let real = places.filter(|place| place.join("pyvenv.cfg").is_file() && !place.is_symlink());
    real.take(1).collect()
}

/// `lib/python3.12/site-packages` and its like in an environment; the folder itself where it is none.
fn packages(path: &Path, is_environment: bool) -> Vec<PathBuf> {
    let Ok(path) = fs::canonicalize(path) else {
        return Vec::new();
    };
    let mut folders = vec![path.join("Lib/site-packages")];
    for lib in ["lib", "lib64"] {
        let Ok(entries) = fs::read_dir(path.join(lib)) else { continue };
        let pythons =
            entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("python"));
        folders.extend(pythons.map(|entry| entry.path().join("site-packages")));
    }
    let mut folders: Vec<PathBuf> =
        folders.into_iter().filter_map(|folder| fs::canonicalize(folder).ok()).collect();
    folders.retain(|folder| folder.is_dir() && folder.starts_with(&path));
    folders.sort();
    folders.dedup();
    if folders.is_empty() && !is_environment && path.is_dir() {
        folders.push(path);
    }
    folders
}

/// The source of an installed module, from the first folder that has it.
pub(crate) fn module(folders: &[Installed], name: &str) -> Option<Result<SourceFile, Skipped>> {
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric());
    if !name.split('.').all(is_name) {
        return None;
    }
    let stem = name.replace('.', "/");
    folders.iter().find_map(|installed| {
        let places = [(format!("{stem}/__init__.py"), true), (format!("{stem}.py"), false)];
        let (path, is_package) =
            places.into_iter().find(|(path, _)| installed.folder.join(path).is_file())?;
        Some(load(installed, name, &path, is_package))
    })
}

fn load(installed: &Installed, name: &str, path: &str, is_package: bool) -> Result<SourceFile, Skipped> {
    let skipped = |reason| Skipped { path: path.to_owned(), reason };
    let target =
        fs::canonicalize(installed.folder.join(path)).map_err(|error| skipped(super::walk::why(&error)))?;
    if installed.fence.as_ref().is_some_and(|fence| !target.starts_with(fence)) {
        let reason = "is a link that leaves its environment: name the environment to have it followed";
        return Err(skipped(reason.to_owned()));
    }
    let source = read::source(&target).map_err(skipped)?;
    Ok(SourceFile {
        path: relative(&installed.folder, &installed.folder.join(path)),
        module: name.to_owned(),
        is_package,
        language: Language::Python,
        origin: Origin::Dependency,
        configuration: None,
        condition: None,
        bytes: source.bytes,
    })
}
