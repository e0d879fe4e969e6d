//! A unified diff → the lines that it changed, as they are afterwards.
//!
//! For code that is not in a repository, or whose change comes from a forge. The files are taken as the diff leaves
//! them; a diff that does not fit them only marks other lines.

use super::limits::MAX_TOTAL;
use super::{ChangedLines, read};
use crate::Error;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads a diff.
pub(super) fn read(file: &Path, prefix: &str) -> Result<Vec<ChangedLines>, Error> {
    let name = file.display();
    let text = read::text(file, MAX_TOTAL).map_err(|reason| Error {
        message: format!("the diff `{name}` {reason}; give a file as `git diff` writes it"),
    })?;
    let lines = parse(&text, prefix);
    if lines.is_empty() && !text.trim().is_empty() && !text.contains("\n+++ ") && !text.starts_with("+++ ") {
        let message = format!("`{name}` is no unified diff; give a file as `git diff` writes it");
        return Err(Error { message });
    }
    Ok(lines)
}

/// Lines that stand in the new text; where some were only taken away, the line before them.
fn parse(text: &str, prefix: &str) -> Vec<ChangedLines> {
    let mut files: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
    let mut file: Option<String> = None;
    // What is left of the hunk: lines of the old and of the new text, and the next line of the new text.
    let (mut old, mut new, mut next) = (0_u32, 0_u32, 0_u32);
    // The line before those that the block took away, as long as it added none: what is replaced marks what is new.
    let mut removed: Option<u32> = None;
    let mut has_added = false;
    for line in text.lines().chain([""]) {
        let mut mark = |line: u32| {
            if let Some(file) = &file {
                files.entry(file.clone()).or_default().push((line.max(1), line.max(1)));
            }
        };
        let is_over = old == 0 && new == 0;
        let kind = line.as_bytes().first().filter(|_| !is_over);
        if !matches!(kind, Some(b'+' | b'-' | b'\\')) {
            removed.take().filter(|_| !has_added).into_iter().for_each(&mut mark);
            has_added = false;
        }
        match kind {
            _ if is_over => {
                if let Some(path) = line.strip_prefix("+++ ") {
                    file = path_of(path, prefix);
                } else if let Some((was, is, first)) = hunk(line) {
                    (old, new, next) = (was, is, first);
                }
            }
            Some(b'+') => {
                mark(next);
                has_added = true;
                new = new.saturating_sub(1);
                next = next.saturating_add(1);
            }
            Some(b'-') => {
                removed = Some(next.saturating_sub(1));
                old = old.saturating_sub(1);
            }
            Some(b'\\') => {}
            _ => {
                old = old.saturating_sub(1);
                new = new.saturating_sub(1);
                next = next.saturating_add(1);
            }
        }
    }
    files.into_iter().map(|(file, lines)| ChangedLines { file, ranges: joined(lines) }).collect()
}

fn joined(mut lines: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    lines.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (first, last) in lines {
        match ranges.last_mut() {
            Some(range) if first <= range.1.saturating_add(1) => range.1 = range.1.max(last),
            _ => ranges.push((first, last)),
        }
    }
    ranges
}

/// `b/path` of the repository → the path from the scanned root.
fn path_of(text: &str, prefix: &str) -> Option<String> {
    let text = text.split('\t').next().unwrap_or_default().trim_end();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if text == "/dev/null" {
        return None;
    }
    let path = text.strip_prefix("b/").unwrap_or(text);
    let inside = if prefix.is_empty() { path } else { path.strip_prefix(prefix)?.strip_prefix('/')? };
    Some(inside.to_owned())
}

/// `@@ -1,2 +3,4 @@`: how many old lines, how many new ones, the first new one.
fn hunk(line: &str) -> Option<(u32, u32, u32)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| -> Option<(u32, u32)> {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((first.parse().ok()?, count.parse().ok()?))
    };
    let ((_, old), (first, new)) = (range(old)?, range(new)?);
    // Git counts the line before where a hunk has no new lines.
    Some((old, new, if new == 0 { first.saturating_add(1) } else { first }))
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(diff: &str, prefix: &str, expected: &[&str]) {
        let rows = parse(diff, prefix);
        let rows: Vec<_> = rows.iter().map(|row| format!("{}:{:?}", row.file, row.ranges)).collect();
        assert_eq!(rows, expected, "{diff}");
    }

    #[test]
    fn changed_lines_are_those_of_the_new_text() {
        let diff = "diff --git a/x/a.py b/x/a.py\n--- a/x/a.py\n+++ b/x/a.py\n@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n+more\n three\n\
                    @@ -9,2 +10,0 @@ def f\n-a\n-b\n";
        check(diff, "", &["x/a.py:[(2, 3), (10, 10)]"]);
        check(diff, "x", &["a.py:[(2, 3), (10, 10)]"]);
        check(diff, "y", &[]);
    }

    #[test]
    fn what_looks_like_a_heading_inside_a_hunk_is_text() {
        let diff = "--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+++ b/evil.py\n+x\n--- a/b.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        check(diff, "", &["a.py:[(1, 2)]"]);
        check("@@ -1,99999999999 +1 @@\n+x\n", "", &[]);
    }
}
