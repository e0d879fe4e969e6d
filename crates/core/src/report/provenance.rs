//! Origins → who wrote how many lines, for people; and every stretch of lines, for programs.

use super::View;
use super::escape::{self, inert};
use super::ink::{Ink, count};
use crate::discover::origin::{FileOrigins, Origins, Stretch, Writer};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Files that text shows.
const FILES: usize = 20;

const WRITERS: [Writer; 4] = [Writer::Ai, Writer::Machine, Writer::Human, Writer::Unknown];

/// Writes sums by writer, by tool and by what says so, and the files with the most generated lines.
///
/// # Errors
/// Those of the writer.
pub fn text(origins: &Origins, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let lines = by_kind(origins);
    let total: u64 = lines.iter().sum();
    writeln!(out, "{}", ink.bold(format_args!("{} lines of {} files", count(total), origins.files.len())))?;
    for writer in WRITERS {
        let of = lines.iter().zip(&origins.kinds).filter(|(_, kind)| kind.writer == writer);
        let sum: u64 = of.map(|(lines, _)| *lines).sum();
        writeln!(out, "{:>12}  {:>5.1} %  {}", count(sum), percent(sum, total), writer.name())?;
    }
    let mut kinds: Vec<_> = lines.iter().zip(&origins.kinds).filter(|(lines, _)| **lines > 0).collect();
    kinds.sort_by_key(|(lines, _)| std::cmp::Reverse(**lines));
    writeln!(out, "\n{}", ink.bold("By what says so"))?;
    for (lines, kind) in kinds {
        let words = [kind.writer.name(), kind.basis.name(), &kind.tool, &kind.model];
        let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).map(inert).collect();
        writeln!(out, "{:>12}  {}", count(*lines), words.join(", "))?;
    }
    let mut files: Vec<_> = origins.files.iter().map(|file| (generated(origins, file), file)).collect();
    files.retain(|(generated, _)| *generated > 0);
    files.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    if !files.is_empty() {
        writeln!(out, "\n{}", ink.bold("Files with the most generated lines"))?;
    }
    let shown = if view.verbose { usize::MAX } else { FILES };
    for (lines, file) in files.iter().take(shown) {
        let all = file.stretches.iter().map(|stretch| u64::from(stretch.last - stretch.first + 1)).sum();
        let share = format!("{:>5.1} %", percent(*lines, all));
        writeln!(out, "{:>12}  {share}  {}", count(*lines), ink.cyan(inert(&file.path)))?;
    }
    if files.len() > shown {
        writeln!(out, "{:>12}  more files; --verbose shows all", count((files.len() - shown) as u64))?;
    }
    for note in &origins.notes {
        writeln!(out, "\n{} {} {}", ink.yellow("note:"), inert(&note.path), inert(&note.reason))?;
    }
    Ok(())
}

fn percent(part: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { 100.0 * part as f64 / total as f64 }
}

fn size(stretch: &Stretch) -> u64 {
    u64::from(stretch.last - stretch.first + 1)
}

/// Lines of each kind.
fn by_kind(origins: &Origins) -> Vec<u64> {
    let mut lines = vec![0; origins.kinds.len()];
    for stretch in origins.files.iter().flat_map(|file| &file.stretches) {
        lines[stretch.kind as usize] += size(stretch);
    }
    lines
}

fn generated(origins: &Origins, file: &FileOrigins) -> u64 {
    let generated = |stretch: &&Stretch| origins.kinds[stretch.kind as usize].writer.is_generated();
    file.stretches.iter().filter(generated).map(size).sum()
}

#[derive(Serialize)]
struct JsonOrigins<'a> {
    schema_version: u32,
    lines: BTreeMap<&'static str, u64>,
    kinds: Vec<JsonKind<'a>>,
    commits: Vec<JsonCommit<'a>>,
    files: Vec<JsonFile<'a>>,
    notes: Vec<JsonNote<'a>>,
}

#[derive(Serialize)]
struct JsonKind<'a> {
    writer: &'static str,
    basis: &'static str,
    tool: &'a str,
    model: &'a str,
    lines: u64,
}

#[derive(Serialize)]
struct JsonCommit<'a> {
    id: &'a str,
    time: i64,
    author: &'a str,
    is_person: bool,
    reviewers: &'a [String],
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: &'a str,
    /// First line, last line, index into `kinds`, index into `commits` or null.
    stretches: Vec<(u32, u32, u32, Option<u32>)>,
}

#[derive(Serialize)]
struct JsonNote<'a> {
    path: &'a str,
    reason: &'a str,
}

/// Writes everything as JSON: each line's writer, and the commit that brought it.
///
/// # Errors
/// Those of the writer.
pub fn json(origins: &Origins, out: &mut dyn Write) -> io::Result<()> {
    let lines = by_kind(origins);
    let mut by_writer: BTreeMap<&'static str, u64> =
        WRITERS.iter().map(|writer| (writer.name(), 0)).collect();
    for (lines, kind) in lines.iter().zip(&origins.kinds) {
        *by_writer.entry(kind.writer.name()).or_default() += lines;
    }
    let kinds = origins.kinds.iter().zip(lines).map(|(kind, lines)| JsonKind {
        writer: kind.writer.name(),
        basis: kind.basis.name(),
        tool: &kind.tool,
        model: &kind.model,
        lines,
    });
    let commits = origins.commits.iter().map(|commit| JsonCommit {
        id: &commit.id,
        time: commit.time,
        author: &commit.author,
        is_person: commit.is_person,
        reviewers: &commit.reviewers,
    });
    let files = origins.files.iter().map(|file| JsonFile {
        path: &file.path,
        stretches: file.stretches.iter().map(|row| (row.first, row.last, row.kind, row.commit)).collect(),
    });
    let notes = origins.notes.iter().map(|note| JsonNote { path: &note.path, reason: &note.reason });
    let all = JsonOrigins {
        schema_version: 1,
        lines: by_writer,
        kinds: kinds.collect(),
        commits: commits.collect(),
        files: files.collect(),
        notes: notes.collect(),
    };
    escape::to_json_row(&all, out)?;
    writeln!(out)
}
