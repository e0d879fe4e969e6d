//! Locations of SARIF → files of the program.
//!
//! Scanners write paths from where they were run, with or without a base, as URIs or not. A path is taken as it is; if
//! that is no file of the program, as the end of a longer one or with its first parts left out, where only one file
//! fits.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Bases that lead to bases.
const MAX_BASES: usize = 8;
/// Parts of a path that are left out in search of a file.
const MAX_PARTS: usize = 64;

/// The path that an artifact location means, as far as the run says.
pub(super) fn path(location: &Value, run: &Value) -> Option<String> {
    let by_index = || {
        let index = usize::try_from(location.get("index")?.as_u64()?).ok()?;
        run.get("artifacts")?.get(index)?.get("location")
    };
    let location = if location.get("uri").is_some() { location } else { by_index()? };
    let uri = location.get("uri")?.as_str()?;
    let base = location.get("uriBaseId").and_then(Value::as_str).map(|base| base_of(base, run));
    let uri = match base {
        Some(base) if !uri.contains("://") && !base.is_empty() => {
            format!("{}/{}", base.trim_end_matches('/'), uri.trim_start_matches('/'))
        }
        _ => uri.to_owned(),
    };
    let path = uri.strip_prefix("file://").map_or(uri.as_str(), |rest| rest.trim_start_matches("localhost"));
    let path = decoded(path).replace('\\', "/");
    Some(normal(&path))
}

/// The URI of a base, which may have a base.
fn base_of(name: &str, run: &Value) -> String {
    let mut uri = String::new();
    let mut name = Some(name);
    for _ in 0..MAX_BASES {
        let base = name.and_then(|name| run.get("originalUriBaseIds")?.get(name));
        let Some(base) = base else { break };
        if let Some(part) = base.get("uri").and_then(Value::as_str) {
            uri = format!("{}/{uri}", part.trim_end_matches('/'));
        }
        name = base.get("uriBaseId").and_then(Value::as_str);
    }
    uri
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Without `.` and `..`; an absolute path keeps its first `/`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let begin = if path.starts_with('/') { "/" } else { "" };
    format!("{begin}{}", parts.join("/"))
}

/// Finds files of the program by what scanners call them.
pub(super) struct Files<'a> {
    root: String,
    known: BTreeSet<&'a str>,
    by_name: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(root: &std::path::Path, paths: impl Iterator<Item = &'a str>) -> Self {
        let known: BTreeSet<&str> = paths.collect();
        let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in &known {
            by_name.entry(path.rsplit('/').next().unwrap_or(path)).or_default().push(path);
        }
        let root = root.to_string_lossy().replace('\\', "/");
        Self { root: root.trim_end_matches('/').to_owned(), known, by_name }
    }

    /// The file of the program that a path means, if only one can be meant.
    pub(super) fn find(&self, path: &str) -> Option<&'a str> {
        let inside = path.strip_prefix(&self.root).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
        if let Some(known) = self.known.get(inside) {
            return Some(known);
        }
        // The scanner ran in a folder above ours: its paths are longer.
        let mut rest = inside.trim_start_matches('/');
        for _ in 0..MAX_PARTS {
            let Some((_, shorter)) = rest.split_once('/') else { break };
            rest = shorter;
            if let Some(known) =
                self.known.get(rest).filter(|known| known.contains('/') || !inside.starts_with('/'))
            {
                return Some(known);
            }
        }
        // It ran in a folder below: they are shorter.
        let name = inside.rsplit('/').next()?;
        let end = format!("/{inside}");
        let mut fits = self.by_name.get(name)?.iter().filter(|known| known.ends_with(&end));
        fits.next().filter(|_| fits.next().is_none()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn locations_of_every_form() {
        let run = json!({
            "originalUriBaseIds": {"SRC": {"uri": "src/", "uriBaseId": "TOP"}, "TOP": {"uri": "file:///repo/"}, "A": {"uriBaseId": "A"}},
            "artifacts": [{"location": {"uri": "x.py"}}]
        });
        let check = |location: Value, expected: &str| {
            assert_eq!(path(&location, &run).as_deref(), Some(expected), "{location}")
        };
        check(json!({"uri": "a/b%20c.py"}), "a/b c.py");
        check(json!({"uri": "./a/../b.py"}), "b.py");
        check(json!({"uri": "file:///repo/a.py"}), "/repo/a.py");
        check(json!({"uri": "a.py", "uriBaseId": "SRC"}), "/repo/src/a.py");
        check(json!({"uri": "a.py", "uriBaseId": "A"}), "a.py");
        check(json!({"uri": "a.py", "uriBaseId": "none"}), "a.py");
        check(json!({"index": 0}), "x.py");
        check(json!({"uri": "src\\a.py"}), "src/a.py");
        assert_eq!(path(&json!({"index": 7}), &run), None);
    }

    #[test]
    fn files_are_found_where_only_one_is_meant() {
        let files =
            Files::new(std::path::Path::new("/repo/app"), ["a.py", "x/b.py", "y/b.py", "x/c.py"].into_iter());
        assert_eq!(files.find("/repo/app/a.py"), Some("a.py"));
        assert_eq!(files.find("app/x/b.py"), Some("x/b.py"));
        assert_eq!(files.find("/elsewhere/app/x/b.py"), Some("x/b.py"));
        assert_eq!(files.find("c.py"), Some("x/c.py"));
        assert_eq!(files.find("b.py"), None);
        assert_eq!(files.find("/etc/a.py"), None);
    }
}
