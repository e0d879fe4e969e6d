//! What stands on the disk beside the files of the walk: installed packages, JSON, output of builds.
//!
//! Nothing here leaves the *fence*, the repository that the root is in: a link in `node_modules` is followed where it
//! ends inside, as those of pnpm and of workspaces do.

use super::package::Package;
use super::{EXTENSIONS, module, normal};
use crate::discover::limits::{MAX_INSTALLED_JSON, MAX_JSON, MAX_MANIFEST};
use crate::discover::{Skipped, SourceFile, generated, read};
use crate::facts::{Language, Origin};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A view of the disk from the scanned root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    root: PathBuf,
    fence: PathBuf,
}

impl Disk {
    /// A view from a root; the fence is the top of its repository, or the root itself.
    pub(in crate::discover) fn new(root: &Path) -> Self {
        let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
        Self { root: root.to_owned(), fence: top.to_owned() }
    }

    /// How many folders above the root may be looked into.
    fn levels(&self) -> usize {
        self.root.components().count() - self.fence.components().count()
    }

    /// Where a path is, if it may be looked at.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let ups = path.split('/').take_while(|part| *part == "..").count();
        let safe = !self.root.as_os_str().is_empty() && ups <= self.levels();
        safe.then(|| self.root.join(path))
    }

    /// The same place without links, if it is inside the fence.
    fn real(&self, path: &str) -> Option<PathBuf> {
        let real = fs::canonicalize(self.place(path)?).ok()?;
        real.starts_with(&self.fence).then_some(real)
    }

    /// The folder that a path means without links.
    fn folder(&self, path: &str) -> Option<String> {
        let place = self.place(path).filter(|place| place.is_dir())?;
        let real = fs::canonicalize(place).ok().filter(|real| real.starts_with(&self.fence))?;
        let shared = self.root.ancestors().find(|folder| real.starts_with(folder))?;
        let ups = self.root.components().count() - shared.components().count();
        let below = real.strip_prefix(shared).ok()?;
        let parts = std::iter::repeat_n("..".to_owned(), ups)
            .chain(below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()));
        Some(parts.collect::<Vec<_>>().join("/"))
    }
}

/// Answers of the disk, each asked for once.
#[derive(Debug, Default)]
pub(crate) struct Answers<'a> {
    disk: Option<&'a Disk>,
    files: RefCell<FxHashMap<String, bool>>,
    folders: RefCell<FxHashMap<String, Option<String>>>,
    packages: RefCell<FxHashMap<String, Option<Arc<Package>>>>,
    sources: RefCell<FxHashMap<String, Option<SourceFile>>>,
    skipped: RefCell<Vec<Skipped>>,
}

impl<'a> Answers<'a> {
    /// The answers of this disk.
    pub(crate) fn of(disk: &'a Disk) -> Self {
        Self { disk: Some(disk), ..Self::default() }
    }

    /// How many folders above the root may be looked into.
    pub(crate) fn levels(&self) -> usize {
        self.disk.map_or(0, |disk| if disk.root.as_os_str().is_empty() { 0 } else { disk.levels() })
    }

    /// Whether there is a file.
    pub(crate) fn is_file(&self, path: &str) -> bool {
        if let Some(&known) = self.files.borrow().get(path) {
            return known;
        }
        let place = self.disk.and_then(|disk| disk.place(path));
        let found = place.is_some_and(|place| place.is_file());
        self.files.borrow_mut().insert(path.to_owned(), found);
        found
    }

    /// The folder that a path means without links; none where there is none, or it leaves the fence.
    pub(crate) fn folder(&self, path: &str) -> Option<String> {
        if let Some(known) = self.folders.borrow().get(path) {
            return known.clone();
        }
        let found = self.disk.and_then(|disk| disk.folder(path));
        self.folders.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    /// The manifest of a folder.
    pub(crate) fn package(&self, folder: &str) -> Option<Arc<Package>> {
        if let Some(known) = self.packages.borrow().get(folder) {
            return known.clone();
        }
        let path = format!("{folder}/package.json");
        let place = self.disk.and_then(|disk| disk.real(&path));
        let text = place.and_then(|place| read::text(&place, MAX_MANIFEST).ok());
        let found = text.and_then(|text| Package::parse(&text).ok()).map(Arc::new);
        self.packages.borrow_mut().insert(folder.to_owned(), found.clone());
        found
    }

    /// Whether a file can be loaded. What can't is noted.
    pub(crate) fn can_load(&self, path: &str) -> bool {
        if let Some(known) = self.sources.borrow().get(path) {
            return known.is_some();
        }
        let file = self.read(path).map_err(|reason| {
            self.skipped.borrow_mut().push(Skipped { path: path.to_owned(), reason });
        });
        let file = file.ok();
        let can = file.is_some();
        self.sources.borrow_mut().insert(path.to_owned(), file);
        can
    }

    /// The source of a file that can be loaded, given out once.
    pub(crate) fn take(&self, path: &str) -> Option<SourceFile> {
        if !self.can_load(path) {
            return None;
        }
        let mut sources = self.sources.borrow_mut();
        let file = sources.get_mut(path)?.as_mut()?;
        let bytes = std::mem::take(&mut file.bytes);
        Some(SourceFile { bytes, ..file.clone() })
    }

    /// What could not be loaded.
    pub(crate) fn into_skipped(self) -> Vec<Skipped> {
        self.skipped.into_inner()
    }

    fn read(&self, path: &str) -> Result<SourceFile, String> {
        let place = self.disk.and_then(|disk| disk.real(path));
        let place = place.ok_or_else(|| "is a link that leaves the repository: not followed".to_owned())?;
        let bytes = if path.ends_with(".json") {
            // A JSON file is a module that exports what it holds, in the same lines.
            let text = read::text(&place, MAX_JSON)?;
            let is_data = is_installed(path) && text.len() > MAX_INSTALLED_JSON;
            format!("module.exports = {}", if is_data { "{}" } else { &text }).into_bytes()
        } else {
            read::source(&place)?.bytes
        };
        if let Some(reason) = generated::reason(path, &bytes) {
            return Err(reason);
        }
        Ok(SourceFile {
            path: path.to_owned(),
            module: module(path, |path| self.is_file(path)),
            is_package: false,
            configuration: None,
            condition: None,
            language: Language::JavaScript,
            origin: if is_installed(path) || !path.ends_with(".json") {
                Origin::Dependency
            } else {
                Origin::FirstParty
            },
            bytes,
        })
    }
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}

/// Whether a path is that of a file that can be read as a module.
pub(crate) fn is_module(path: &str) -> bool {
    path.ends_with(".json") || EXTENSIONS.iter().any(|extension| path.ends_with(extension))
}

/// The folders named `node_modules` in which a package is looked for, the nearest first.
pub(crate) fn places(folder: &str, levels: usize) -> Vec<String> {
    let mut places = Vec::new();
    let mut at = folder.to_owned();
    for _ in 0..crate::discover::limits::MAX_DEPTH {
        if at.rsplit('/').next() != Some("node_modules") {
            places.push(if at.is_empty() { "node_modules".to_owned() } else { format!("{at}/node_modules") });
        }
        let ups = at.split('/').take_while(|part| *part == "..").count();
        let only_ups = ups == at.split('/').filter(|part| !part.is_empty()).count();
        if only_ups && ups >= levels {
            break;
        }
        let Some(above) = normal(&at, "..") else { break };
        at = above;
    }
    places
}
