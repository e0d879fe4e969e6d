//! OWNERS files as Kubernetes has them → the approvers of a folder.
//!
//! `approvers` of the folder and of those above, up to one that says `no_parent_owners`; `filters` for files whose name
//! matches; names of `OWNERS_ALIASES` at the top stand for several people. Where nobody approves, `reviewers` do.

use super::super::modules::{join, parent};
use super::{Owner, Skipped, Title, text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// OWNERS files that are read.
const MAX_FILES: usize = 20_000;
/// Bytes of a compiled regular expression.
const MAX_REGEX: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Kubernetes {
    folders: BTreeMap<String, Folder>,
    aliases: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Folder {
    no_parents: bool,
    /// People, and the names of files that they are for; none for all.
    rows: Vec<(Option<regex::Regex>, Rights)>,
}

#[derive(Deserialize, Debug)]
struct Written {
    #[serde(flatten)]
    rights: Rights,
    #[serde(default)]
    options: Settings,
    #[serde(default)]
    filters: BTreeMap<String, Rights>,
}

#[derive(Deserialize, Debug, Default)]
struct Settings {
    #[serde(default)]
    no_parent_owners: bool,
}

#[derive(Deserialize, Debug, Default)]
struct Rights {
    #[serde(default)]
    approvers: Option<Vec<String>>,
    #[serde(default)]
    reviewers: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Aliases {
    aliases: BTreeMap<String, Option<Vec<String>>>,
}

/// Reads the OWNERS files of these folders.
pub(super) fn read(top: &Path, folders: &BTreeSet<String>, notes: &mut Vec<Skipped>) -> Kubernetes {
    let mut owners = Kubernetes::default();
    for folder in folders.iter().take(MAX_FILES) {
        let path = join(folder, "OWNERS");
        let Some(text) = text(top, &path) else { continue };
        match serde_saphyr::from_str::<Written>(&text) {
            Ok(written) => {
                owners.folders.insert(folder.clone(), compiled(written));
            }
            Err(_) => notes.push(Skipped {
                path,
                reason: "is no OWNERS file of Kubernetes' form: it was left out".to_owned(),
            }),
        }
    }
    let aliases = text(top, "OWNERS_ALIASES").filter(|_| !owners.folders.is_empty());
    if let Some(Ok(aliases)) = aliases.map(|text| serde_saphyr::from_str::<Aliases>(&text)) {
        let rows = aliases.aliases.into_iter();
        owners.aliases = rows.map(|(name, people)| (name, people.unwrap_or_default())).collect();
    }
    owners
}

fn compiled(written: Written) -> Folder {
    let filters = written.filters.into_iter().filter_map(|(pattern, rights)| {
        let regex = regex::RegexBuilder::new(&pattern).size_limit(MAX_REGEX).build().ok()?;
        Some((Some(regex), rights))
    });
    Folder {
        no_parents: written.options.no_parent_owners,
        rows: [(None, written.rights)].into_iter().chain(filters).collect(),
    }
}

impl Kubernetes {
    /// Those who approve changes of a path, the nearest first.
    pub(super) fn of(&self, path: &str) -> Vec<Owner> {
        let approvers = self.with(path, |rights| rights.approvers.as_deref());
        if approvers.is_empty() { self.with(path, |rights| rights.reviewers.as_deref()) } else { approvers }
    }

    fn with(&self, path: &str, of: impl Fn(&Rights) -> Option<&[String]>) -> Vec<Owner> {
        let mut owners: Vec<Owner> = Vec::new();
        let mut folder = parent(path);
        loop {
            let row = self.folders.get(folder);
            let inside = path[folder.len()..].trim_start_matches('/');
            let rows = row.iter().flat_map(|row| &row.rows);
            let rows =
                rows.filter(|(filter, _)| filter.as_ref().is_none_or(|filter| filter.is_match(inside)));
            for name in rows.filter_map(|(_, rights)| of(rights)).flatten() {
                let alias = self.aliases.get(name).map(Vec::as_slice);
                for name in alias.unwrap_or(std::slice::from_ref(name)) {
                    if !owners.iter().any(|owner| owner.name == *name) {
                        owners.push(owner(name, folder));
                    }
                }
            }
            if folder.is_empty() || row.is_some_and(|row| row.no_parents) {
                return owners;
            }
            folder = parent(folder);
        }
    }
}

fn owner(name: &str, folder: &str) -> Owner {
    Owner {
        name: name.to_owned(),
        title: Title::OwnersFile,
        file: join(folder, "OWNERS"),
        line: 1,
        is_optional: false,
        approvals: 1,
    }
}
