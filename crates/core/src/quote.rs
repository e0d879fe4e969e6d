//! Findings → findings that quote the source lines they name.
//!
//! Only the lines of findings are read again, file by file, so that the text of the repository need not be kept
//! while it is analysed. Secret values are taken out before a line goes anywhere.

use crate::discover::{self, Repo};
use crate::finding::Finding;
use crate::redact;
use std::collections::BTreeMap;

/// Lines shown before and behind the line of a finding.
const CONTEXT: u32 = 1;
/// Lines are cut at so many characters: a minified file has lines of megabytes.
const WIDTH: usize = 300;

/// Fills the excerpts of findings and the texts of their hops. A file is looked for below the scanned root first,
/// then in the folders of installed packages.
pub fn lines(findings: &mut [Finding], repo: &Repo) {
    let installed = repo.installed.iter().map(|installed| &installed.folder);
    let roots: Vec<_> = std::iter::once(&repo.root).chain(installed).collect();
    let mut wanted: BTreeMap<String, BTreeMap<u32, String>> = BTreeMap::new();
    for finding in findings.iter() {
        let lines = wanted.entry(finding.place.file.clone()).or_default();
        lines.extend(around(finding.place.line).map(|line| (line, String::new())));
        for hop in &finding.path {
            let lines = wanted.entry(hop.place.file.clone()).or_default();
            lines.insert(hop.place.line, String::new());
        }
    }
    for (file, lines) in &mut wanted {
        if let Some(text) = roots.iter().find_map(|root| discover::text(root, file)) {
            read(&text, lines);
        }
    }
    let line_of = |file: &str, line: u32| wanted.get(file).and_then(|lines| lines.get(&line));
    for finding in findings {
        let lines = around(finding.place.line);
        let rows = lines.filter_map(|line| Some((line, line_of(&finding.place.file, line)?.clone())));
        finding.excerpt = rows.collect();
        trim_ends(&mut finding.excerpt);
        for hop in &mut finding.path {
            hop.text = line_of(&hop.place.file, hop.place.line).cloned().unwrap_or_default();
        }
    }
}

fn around(line: u32) -> impl Iterator<Item = u32> {
    line.saturating_sub(CONTEXT).max(1)..=line.saturating_add(CONTEXT)
}

/// Takes the lines that are wanted from a text.
fn read(text: &str, wanted: &mut BTreeMap<u32, String>) {
    let mut lines = (1..).zip(text.lines());
    for (number, line) in wanted {
        if let Some((_, found)) = lines.find(|(at, _)| at == number) {
            *line = quoted(found);
        }
    }
}

/// A line as reports show it.
fn quoted(line: &str) -> String {
    let line = line.trim_end();
    let end = line.char_indices().nth(WIDTH).map_or(line.len(), |(end, _)| end);
    let more = if end < line.len() { "…" } else { "" };
    redact::line(&line[..end]).into_owned() + more
}

/// Empty lines at the ends of an excerpt, and those behind the end of the file, say nothing.
fn trim_ends(excerpt: &mut Vec<(u32, String)>) {
    let is_empty = |row: &(u32, String)| row.1.trim().is_empty();
    while excerpt.last().is_some_and(is_empty) {
        excerpt.pop();
    }
    let first = excerpt.iter().position(|row| !is_empty(row)).unwrap_or(0);
    excerpt.drain(..first);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Hop, Place};

    fn quotes(place: Place, hop: Place, files: &[(&str, &str)]) -> Finding {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            #[expect(clippy::disallowed_methods, reason = "the files of a test")]
            std::fs::write(root.path().join(name), text).unwrap();
        }
        let mut finding = Finding::new("rule", place);
        finding.path = vec![Hop::new(hop, String::new(), String::new(), None)];
        let mut findings = [finding];
        lines(&mut findings, &Repo { root: root.path().to_owned(), ..Repo::default() });
        let [finding] = findings;
        finding
    }

    #[test]
    fn lines_are_quoted_without_secrets() {
        let text = "import os\n\npassword = 'hunter2'\n    os.system(x)\n";
        let finding = quotes(Place::new("a.py", 3, 1), Place::new("a.py", 4, 5), &[("a.py", text)]);
        let expected = [(3, "password = '[redacted]'".to_owned()), (4, "    os.system(x)".to_owned())];
        assert_eq!(finding.excerpt, expected);
        assert_eq!(finding.path[0].text, "    os.system(x)");
    }

    #[test]
    fn places_that_are_not_there_have_no_text() {
        let finding = quotes(Place::new("a.py", 99, 1), Place::new("../b.py", 1, 1), &[("a.py", "x = 1")]);
        assert_eq!(finding.excerpt, []);
        assert_eq!(finding.path[0].text, "");
    }
}
