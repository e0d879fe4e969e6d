//! Where the sources of packages are: the registry and git checkouts of cargo's home, and `vendor/`.
//!
//! Cargo's home is the user's own; what is below the scanned root is hostile, and links must not lead out of it.

use super::super::limits::MAX_MANIFEST;
use super::super::read;
use super::manifest::{self, Manifest, Shared};
use cargo_metadata::semver::Version;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Folders below a git checkout are searched to this depth for the manifest of a package.
const MAX_DEPTH: usize = 4;
/// Folders that one such search may enter.
const MAX_FOLDERS: usize = 2_000;

/// Where sources may be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// The scanned root.
    pub(super) root: PathBuf,
    /// Folders of unpacked packages, each called by name and version.
    registries: Vec<PathBuf>,
    /// Folders of git checkouts.
    checkouts: Vec<PathBuf>,
    /// Folders of the root that hold packages which `cargo vendor` put there, by their manifests.
    vendored: Vec<PathBuf>,
    /// The packages of the registries, called by name and version, in order; listed when a version is asked for.
    unpacked: OnceLock<Vec<String>>,
}

impl Sources {
    /// Those of a home of cargo, if it is known, and these folders of vendored packages.
    pub(super) fn new(root: &Path, home: Option<&Path>, vendored: Vec<PathBuf>) -> Self {
        let registries = home.map(|home| folders(&home.join("registry/src"))).unwrap_or_default();
        let checkouts = home.map(|home| folders(&home.join("git/checkouts"))).unwrap_or_default();
        Self { root: root.to_owned(), registries, checkouts, vendored, unpacked: OnceLock::new() }
    }

    /// The folder and the manifest of a package.
    pub(super) fn find(
        &self,
        name: &str,
        version: &str,
        source: Option<&str>,
    ) -> (Option<PathBuf>, Option<Manifest>) {
        let places = match source {
            None => return (None, None),
            Some(source) if source.starts_with("git+") => self.checked_out(name, source),
            Some(_) => {
                self.registries.iter().map(|folder| folder.join(format!("{name}-{version}"))).collect()
            }
        };
        let vendored = self.vendored.iter();
        for folder in vendored.chain(&places) {
            let Some(found) = manifest_in(folder) else { continue };
            if found.name == name && found.version == version {
                return (Some(folder.clone()), Some(found));
            }
        }
        (None, None)
    }

    /// The versions of a package that are at hand.
    pub(super) fn versions(&self, name: &str) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        let unpacked = self.unpacked();
        let first = unpacked.partition_point(|package| package.as_str() < name);
        for package in unpacked[first..].iter().take_while(|package| package.starts_with(name)) {
            let version = package[name.len()..].strip_prefix('-');
            versions.extend(version.and_then(|version| Version::parse(version).ok()));
        }
        for found in self.vendored.iter().filter_map(|folder| manifest_in(folder)) {
            versions.extend(Version::parse(&found.version).ok().filter(|_| found.name == name));
        }
        versions.sort();
        versions.dedup();
        versions
    }

    fn unpacked(&self) -> &[String] {
        self.unpacked.get_or_init(|| {
            let folders = self.registries.iter().flat_map(|folder| folders(folder));
            let mut names: Vec<String> =
                folders.filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned())).collect();
            names.sort_unstable();
            names
        })
    }

    /// Folders of the checkouts of a commit that hold the package of this name.
    fn checked_out(&self, name: &str, source: &str) -> Vec<PathBuf> {
        let Some((address, commit)) = source.rsplit_once('#') else { return Vec::new() };
        let address = address.split('?').next().unwrap_or_default().trim_end_matches('/');
        let repository = address.rsplit('/').next().unwrap_or_default().trim_end_matches(".git");
        let short = commit.get(..7).unwrap_or(commit);
        let is_it = |folder: &&PathBuf| {
            let file = folder.file_name().and_then(|file| file.to_str()).unwrap_or_default();
            file.rsplit_once('-').is_some_and(|(stem, _)| stem == repository)
        };
        let commits = self.checkouts.iter().filter(is_it).map(|folder| folder.join(short));
        commits.filter(|folder| folder.is_dir()).flat_map(|folder| holders(&folder, name)).collect()
    }
}

/// The folders below one with a package of this name.
fn holders(top: &Path, name: &str) -> Vec<PathBuf> {
    let mut level = vec![top.to_owned()];
    let mut entered = 0;
    for _ in 0..=MAX_DEPTH {
        for folder in &level {
            if manifest_in(folder).is_some_and(|found| found.name == name) {
                return vec![folder.clone()];
            }
        }
        entered += level.len();
        if entered > MAX_FOLDERS {
            break;
        }
        level = level.iter().flat_map(|folder| folders(folder)).collect();
    }
    Vec::new()
}

/// The manifest in a folder, with what the workspace around it shares.
fn manifest_in(folder: &Path) -> Option<Manifest> {
    let table = table_in(folder)?;
    let shared = Shared::of(&table).or_else(|| {
        let above = folder.ancestors().skip(1).take(MAX_DEPTH);
        above.filter_map(table_in).find_map(|table| Shared::of(&table))
    });
    manifest::read(&table, shared.as_ref())
}

fn table_in(folder: &Path) -> Option<toml::Table> {
    read::text(&folder.join("Cargo.toml"), MAX_MANIFEST).ok()?.parse().ok()
}

/// The root file of the library of a package, below its folder; none if the compiler runs it or there is none.
pub(super) fn library(manifest: &Manifest) -> Option<String> {
    let declared =
        manifest.targets.iter().find(|target| target.kind == "lib").map(|target| target.path.clone());
    (!manifest.is_macro).then(|| declared.unwrap_or_else(|| "src/lib.rs".to_owned()))
}

/// The folders in a folder, sorted, links left out.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<PathBuf> = entries.filter(is_folder).map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// The path of a file below a folder, `/` between parts.
pub(super) fn library_of(folder: &Path, file: &Path) -> Option<String> {
    let rest = file.strip_prefix(folder).ok()?;
    let parts: Option<Vec<&str>> = rest.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
