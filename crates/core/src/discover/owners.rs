//! Files that say who answers for what → the owners of each path.
//!
//! | said by | where | read in |
//! | --- | --- | --- |
//! | CODEOWNERS of GitHub, GitLab, Gitea and Forgejo | the top of the repository, `docs/`, the forge's folder | [`codeowners`] |
//! | OWNERS of Kubernetes | any folder; the nearest counts, with those above unless it says otherwise | [`kubernetes`] |
//! | maintainers of a manifest | the nearest manifest that names some | [`manifest`] |
//!
//! The first of these that names an owner counts. Where nobody is named, who wrote the lines is at least somebody to
//! ask: [`inferred`] weighs authors by lines and by how long ago they wrote them, and marks them as inferred.
//!
//! Paths of rules are from the top of the repository; those that are asked for are from the scanned root.

mod codeowners;
mod glob;
mod kubernetes;
mod manifest;

use super::modules::{join, parent};
use super::origin::{Origins, Stretch};
use super::{Skipped, read, relative};
use codeowners::Codeowners;
use kubernetes::Kubernetes;
use manifest::Manifests;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of a file of owners; GitHub ignores larger ones.
const MAX_OWNERS: u64 = 3 << 20;
/// Seconds after which a line counts half as much for its author.
const HALF_LIFE: f64 = 365.0 * 86_400.0;
/// Of those who wrote the lines, those with less of the weight own nothing.
const LEAST_SHARE: f64 = 0.2;
/// And at most so many are named.
const MOST: usize = 3;

/// What makes somebody an owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Title {
    /// A rule of CODEOWNERS.
    Codeowners,
    /// An OWNERS file.
    OwnersFile,
    /// A manifest.
    Manifest,
    /// Lines that they wrote: nobody said that they own them.
    Inferred,
}

impl Title {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Codeowners => "codeowners",
            Self::OwnersFile => "owners-file",
            Self::Manifest => "manifest",
            Self::Inferred => "inferred",
        }
    }

    /// Whether somebody said so.
    #[must_use]
    pub fn is_declared(self) -> bool {
        self != Self::Inferred
    }
}

/// Who answers for a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct Owner {
    /// `@org/team`, `@person`, an address or a name, as it is written there.
    pub name: String,
    /// What makes them the owner.
    pub title: Title,
    /// The file that says so, and the line; empty and 0 where none does.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Whether a merge may go ahead without their approval.
    pub is_optional: bool,
    /// How many of those whom the rule names have to approve, as far as a section of GitLab says; else 1, and 0 where it
    /// is optional.
    pub approvals: u32,
}

/// Everything that declares owners.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Owners {
    prefix: String,
    codeowners: Option<Codeowners>,
    kubernetes: Kubernetes,
    manifests: Manifests,
    /// What is wrong with the files, as sentences.
    pub notes: Vec<Skipped>,
}

/// Reads the files that declare owners of these paths, which are relative to the root; from a folder that stands for the
/// root where there is one.
pub(super) fn read<'a>(root: &Path, instead: Option<&Path>, paths: impl Iterator<Item = &'a str>) -> Owners {
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
    let prefix = Some(relative(top, root)).filter(|prefix| prefix != ".").unwrap_or_default();
    let depth = prefix.split('/').filter(|part| !part.is_empty()).count();
    let top = instead.map_or(Some(top), |folder| folder.ancestors().nth(depth)).unwrap_or(top);
    let mut folders: std::collections::BTreeSet<String> = [String::new()].into();
    for path in paths {
        let path = join(&prefix, path);
        let mut folder = parent(&path);
        while !folder.is_empty() && folders.insert(folder.to_owned()) {
            folder = parent(folder);
        }
    }
    let mut notes = Vec::new();
    Owners {
        codeowners: codeowners::read(top, &mut notes),
        kubernetes: kubernetes::read(top, &folders, &mut notes),
        manifests: manifest::read(top, &folders),
        prefix,
        notes,
    }
}

fn text(top: &Path, path: &str) -> Option<String> {
    read::text(&top.join(path), MAX_OWNERS).ok()
}

impl Owners {
    /// Who answers for a file, as far as somebody said so.
    #[must_use]
    pub fn declared(&self, path: &str) -> Vec<Owner> {
        let path = join(&self.prefix, path);
        let of_rules = self.codeowners.as_ref().map(|rules| rules.of(&path)).unwrap_or_default();
        if !of_rules.is_empty() {
            return of_rules;
        }
        let of_folder = self.kubernetes.of(&path);
        if of_folder.is_empty() { self.manifests.of(&path) } else { of_folder }
    }

    /// The file of rules that counts, if there is one.
    #[must_use]
    pub fn codeowners_file(&self) -> Option<&str> {
        self.codeowners.as_ref().map(|rules| rules.file.as_str())
    }
}

/// The people who wrote these stretches, the most weighty first. Half of a line's weight is gone after a year.
#[must_use]
pub fn inferred(origins: &Origins, stretches: &[Stretch]) -> Vec<Owner> {
    let newest = origins.commits.iter().map(|commit| commit.time).max().unwrap_or_default();
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for stretch in stretches {
        let Some(commit) = stretch.commit.map(|commit| &origins.commits[commit as usize]) else { continue };
        if commit.is_person && !commit.author.is_empty() {
            let age = newest.saturating_sub(commit.time).max(0) as f64;
            let lines = f64::from(stretch.last - stretch.first + 1);
            *weights.entry(&commit.author).or_default() += lines * (-age / HALF_LIFE).exp2();
        }
    }
    let total: f64 = weights.values().sum();
    let mut people: Vec<(&str, f64)> = weights.into_iter().collect();
    people.retain(|(_, weight)| *weight >= total * LEAST_SHARE);
    people.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    people.truncate(MOST);
    let owner = |(name, _): (&str, f64)| Owner {
        name: name.to_owned(),
        title: Title::Inferred,
        file: String::new(),
        line: 0,
        is_optional: false,
        approvals: 1,
    };
    people.into_iter().map(owner).collect()
}
