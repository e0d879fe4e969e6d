//! Manifests → the people whom the nearest one names: maintainers, else authors.

use super::super::modules::{join, parent};
use super::{Owner, Title, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Manifests that are read.
const MAX_FILES: usize = 20_000;
/// People of a manifest.
const MAX_PEOPLE: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Manifests {
    folders: BTreeMap<String, Vec<Owner>>,
}

type Reader = fn(&str) -> Vec<String>;

const READERS: &[(&str, Reader)] =
    &[("pyproject.toml", pyproject), ("package.json", package), ("Cargo.toml", cargo)];

/// Reads the manifests of these folders.
pub(super) fn read(top: &Path, folders: &BTreeSet<String>) -> Manifests {
    let mut manifests = Manifests::default();
    for folder in folders.iter().take(MAX_FILES) {
        for (name, reader) in READERS {
            let file = join(folder, name);
            let mut people = text(top, &file).map(|text| reader(&text)).unwrap_or_default();
            people.retain(|name| !name.is_empty());
            people.truncate(MAX_PEOPLE);
            let owner = |name: String| Owner {
                name,
                title: Title::Manifest,
                file: file.clone(),
                line: 1,
                is_optional: false,
                approvals: 1,
            };
            if !people.is_empty() {
                manifests.folders.entry(folder.clone()).or_default().extend(people.into_iter().map(owner));
            }
        }
    }
    manifests
}

impl Manifests {
    pub(super) fn of(&self, path: &str) -> Vec<Owner> {
        let mut folder = parent(path);
        loop {
            if let Some(owners) = self.folders.get(folder) {
                return owners.clone();
            }
            if folder.is_empty() {
                return Vec::new();
            }
            folder = parent(folder);
        }
    }
}

fn pyproject(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let people = |key: &str| -> Vec<String> {
        let rows = table.get("project").and_then(|project| project.get(key)).and_then(toml::Value::as_array);
        let word =
            |row: &toml::Value, key: &str| row.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let rows = rows.into_iter().flatten();
        rows.filter_map(|row| word(row, "name").or_else(|| word(row, "email"))).collect()
    };
    // Poetry before version 2 has a table of its own, with `Name <address>`.
    let poetry = |key: &str| -> Vec<String> {
        let rows = table.get("tool").and_then(|tool| tool.get("poetry")?.get(key)?.as_array());
        rows.into_iter().flatten().filter_map(toml::Value::as_str).map(name).collect()
    };
    let all = [people("maintainers"), poetry("maintainers"), people("authors"), poetry("authors")];
    all.into_iter().find(|people| !people.is_empty()).unwrap_or_default()
}

fn cargo(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    // A member that inherits its authors has none of its own: those of the workspace stand above it.
    let of_package = table.get("package").and_then(|package| package.get("authors")?.as_array());
    let of_workspace = || table.get("workspace")?.get("package")?.get("authors")?.as_array();
    of_package.or_else(of_workspace).into_iter().flatten().filter_map(toml::Value::as_str).map(name).collect()
}

fn package(text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let person = |row: &serde_json::Value| {
        let named = row.get("name").or(row.get("email")).unwrap_or(row);
        named.as_str().map(name)
    };
    let rows = value.get("maintainers").and_then(serde_json::Value::as_array);
    let maintainers: Vec<String> = rows.into_iter().flatten().filter_map(person).collect();
    if maintainers.is_empty() {
        value.get("author").and_then(person).into_iter().collect()
    } else {
        maintainers
    }
}

/// The name in `Name <address> (page)`.
fn name(text: &str) -> String {
    let end = text.find(['<', '(']).filter(|end| *end > 0).unwrap_or(text.len());
    text[..end].trim().trim_matches(['<', '>']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maintainers_come_before_authors() {
        let text = "[project]\nauthors = [{name = \"A\"}]\nmaintainers = [{name = \"M\"}, {email = \"m@example.org\"}]\n";
        assert_eq!(pyproject(text), ["M", "m@example.org"]);
        assert_eq!(pyproject("[project]\nauthors = [{name = \"A\"}]\n"), ["A"]);
        assert_eq!(package("{\"author\": \"A <a@example.org> (x)\", \"maintainers\": []}"), ["A"]);
        assert_eq!(package("{\"maintainers\": [{\"name\": \"M\"}, \"N <n@e.org>\"]}"), ["M", "N"]);
        assert_eq!(
            pyproject("[tool.poetry]\nauthors = [\"A <a@e.org>\"]\nmaintainers = [\"M <m@e.org>\"]\n"),
            ["M"]
        );
        assert!(cargo("[package]\nauthors.workspace = true\n").is_empty());
        assert_eq!(cargo("[workspace.package]\nauthors = [\"W <w@e.org>\"]\n"), ["W"]);
        assert_eq!(cargo("[package]\nauthors = [\"A <a@e.org>\"]\n"), ["A"]);
        assert!(pyproject("x").is_empty() && package("[").is_empty() && cargo("[[").is_empty());
    }
}
