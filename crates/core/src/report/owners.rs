//! Owners and origins → who answers for what, and the generated code for which nobody does.

use super::View;
use super::escape::{self, inert};
use super::ink::{Ink, count};
use crate::discover::origin::{FileOrigins, Origins};
use crate::discover::owners::{Owner, Owners, inferred};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Files and owners that text shows.
const ROWS: usize = 20;

/// A file, and who answers for it.
#[derive(Debug)]
struct Row<'a> {
    path: &'a str,
    lines: u64,
    generated: u64,
    owners: Vec<Owner>,
}

impl Row<'_> {
    fn is_owned(&self) -> bool {
        self.owners.iter().any(|owner| owner.title.is_declared())
    }
}

/// Unowned files first, those with the most generated lines before others.
fn rows<'a>(owners: &Owners, origins: &'a Origins) -> Vec<Row<'a>> {
    let row = |file: &'a FileOrigins| {
        let is_generated =
            |kind: u32| origins.kinds.get(kind as usize).is_some_and(|kind| kind.writer.is_generated());
        let size = |first: u32, last: u32| u64::from(last - first + 1);
        let generated = file.stretches.iter().filter(|stretch| is_generated(stretch.kind));
        let declared = owners.declared(&file.path);
        Row {
            path: &file.path,
            lines: file.stretches.iter().map(|stretch| size(stretch.first, stretch.last)).sum(),
            generated: generated.map(|stretch| size(stretch.first, stretch.last)).sum(),
            owners: if declared.is_empty() { inferred(origins, &file.stretches) } else { declared },
        }
    };
    let mut rows: Vec<Row<'_>> = origins.files.iter().map(row).collect();
    rows.sort_by(|a, b| {
        let rank =
            |row: &Row<'_>| (row.is_owned(), std::cmp::Reverse(row.generated), std::cmp::Reverse(row.lines));
        rank(a).cmp(&rank(b)).then_with(|| a.path.cmp(b.path))
    });
    rows
}

/// Writes coverage, the owners, and the generated files that nobody owns.
///
/// # Errors
/// Those of the writer.
pub fn text(owners: &Owners, origins: &Origins, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let rows = rows(owners, origins);
    let (all, covered) = (Size::of(rows.iter()), Size::of(rows.iter().filter(|row| row.is_owned())));
    let file = owners.codeowners_file().map(|file| format!(" ({file})")).unwrap_or_default();
    writeln!(out, "{}{file}", ink.bold("Who is named as owner"))?;
    for (of, covered, all) in [
        ("files", covered.files, all.files),
        ("lines", covered.lines, all.lines),
        ("generated lines", covered.generated, all.generated),
    ] {
        let percent = if all == 0 { 0.0 } else { 100.0 * covered as f64 / all as f64 };
        writeln!(out, "{percent:>8.1} %  {} of {} {of}", count(covered), count(all))?;
    }
    by_owner(&rows, view, ink, out)?;
    let unowned: Vec<&Row<'_>> = rows.iter().filter(|row| !row.is_owned() && row.generated > 0).collect();
    if !unowned.is_empty() {
        writeln!(out, "\n{}", ink.bold("Generated code that nobody is named for"))?;
    }
    let shown = if view.verbose { usize::MAX } else { ROWS };
    for row in unowned.iter().take(shown) {
        let ask: Vec<_> = row.owners.iter().map(|owner| inert(&owner.name)).collect();
        let ask = if ask.is_empty() { String::new() } else { format!("  ask {}", ask.join(", ")) };
        let lines = format!("{:>8} of {}", count(row.generated), count(row.lines));
        writeln!(out, "{lines} lines  {}{}", ink.cyan(inert(row.path)), ink.dim(ask))?;
    }
    if unowned.len() > shown {
        writeln!(out, "{:>8} more files; --verbose shows all", count((unowned.len() - shown) as u64))?;
    }
    for note in owners.notes.iter().chain(&origins.notes) {
        writeln!(out, "\n{} {} {}", ink.yellow("note:"), inert(&note.path), inert(&note.reason))?;
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Size {
    files: u64,
    lines: u64,
    generated: u64,
}

impl Size {
    fn of<'a, 'b: 'a>(rows: impl Iterator<Item = &'a Row<'b>>) -> Self {
        rows.fold(Self::default(), |size, row| Self {
            files: size.files + 1,
            lines: size.lines + row.lines,
            generated: size.generated + row.generated,
        })
    }
}

fn by_owner(rows: &[Row<'_>], view: &View, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let mut owners: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    for row in rows {
        for owner in &row.owners {
            let sum = owners.entry((&owner.name, owner.title.name())).or_default();
            *sum = (sum.0 + row.lines, sum.1 + 1);
        }
    }
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(key, sum)| (std::cmp::Reverse(sum.0), *key));
    if !owners.is_empty() {
        writeln!(out, "\n{}", ink.bold("By owner"))?;
    }
    let shown = if view.verbose { usize::MAX } else { ROWS };
    for ((name, title), (lines, files)) in owners.iter().take(shown) {
        let title = format!("({title})");
        let (lines, files) = (count(*lines), count(*files));
        writeln!(out, "{lines:>10} lines {files:>6} files  {} {}", inert(name), ink.dim(title))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonOwners<'a> {
    schema_version: u32,
    codeowners: Option<&'a str>,
    files: Vec<JsonFile<'a>>,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: &'a str,
    lines: u64,
    generated: u64,
    owners: Vec<JsonOwner<'a>>,
}

#[derive(Serialize)]
pub(super) struct JsonOwner<'a> {
    name: &'a str,
    title: &'static str,
    file: &'a str,
    line: u32,
    optional: bool,
    approvals: u32,
}

impl<'a> JsonOwner<'a> {
    pub(super) fn of(owner: &'a Owner) -> Self {
        let title = owner.title.name();
        let (line, optional, approvals) = (owner.line, owner.is_optional, owner.approvals);
        Self { name: &owner.name, title, file: &owner.file, line, optional, approvals }
    }
}

/// Writes each file with its owners as JSON, in the order of the text.
///
/// # Errors
/// Those of the writer.
pub fn json(owners: &Owners, origins: &Origins, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(owners, origins);
    let files = rows.iter().map(|row| JsonFile {
        path: row.path,
        lines: row.lines,
        generated: row.generated,
        owners: row.owners.iter().map(JsonOwner::of).collect(),
    });
    let all = JsonOwners { schema_version: 1, codeowners: owners.codeowners_file(), files: files.collect() };
    escape::to_json(&all, out)
}
