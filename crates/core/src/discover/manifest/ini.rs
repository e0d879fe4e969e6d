//! `setup.cfg`, and the entry points that are written in its form elsewhere.

use super::Manifest;

/// A line of a value: the section and key that it belongs to, its text, where it begins.
struct Row<'a> {
    section: &'a str,
    key: &'a str,
    text: &'a str,
    offset: usize,
}

pub(super) fn read_setup(manifest: &mut Manifest<'_>) {
    for row in rows(manifest.text, 0) {
        match (row.section, row.key) {
            ("options", "install_requires" | "tests_require") | ("options.extras_require", _) => {
                manifest.requirement(row.text);
            }
            ("options.entry_points", group) => manifest.entry_text(group, row.text, row.offset),
            ("options", "package_dir") => match row.text.split_once('=') {
                Some((package, folder)) if package.trim().is_empty() => manifest.root(folder),
                _ => {}
            },
            ("options.packages.find", "where") => manifest.root(row.text),
            _ => {}
        }
    }
}

/// Entry points as text: `[group]` and lines `name = module:object`. `base` is where the text begins in the file.
pub(super) fn read_entries(manifest: &mut Manifest<'_>, text: &str, base: usize) {
    let mut group = "";
    for (offset, line) in lines(text, base) {
        match section(line) {
            Some(name) => group = name,
            None => manifest.entry_text(group, line, offset),
        }
    }
}

/// The lines of all values. A value goes on over the indented lines behind its key.
fn rows(text: &str, base: usize) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let (mut section_name, mut key) = ("", "");
    for (offset, line) in lines(text, base) {
        let is_indented = text.as_bytes().get(offset - base).is_some_and(u8::is_ascii_whitespace);
        let trimmed = line.trim();
        if let Some(name) = section(trimmed).filter(|_| !is_indented) {
            (section_name, key) = (name, "");
        } else if is_indented {
            rows.push(Row { section: section_name, key, text: trimmed, offset });
        } else if let Some((name, first)) = trimmed.split_once(['=', ':']) {
            key = name.trim();
            if !first.trim().is_empty() {
                rows.push(Row { section: section_name, key, text: first.trim(), offset });
            }
        }
    }
    rows
}

/// The lines that say something, with where they begin.
fn lines(text: &str, base: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = base;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line)
    });
    lines.filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with(['#', ';'])
    })
}

fn section(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']').map(str::trim)
}
