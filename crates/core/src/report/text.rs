//! Analysis → text for people: the highest scores in full, the others one line each, then what was seen and
//! what was not.
//!
//! # Example
//! ```text
//! high 92 [command-injection]: The body of POST /orders is run by a shell.
//!   --> app/jobs.py:42:5
//!    |
//! 42 |     subprocess.run(cmd, shell=True)
//!    |     ^^^^^^^^^^^^^^ subprocess.run
//!    |
//!    = reachable, the value was followed; from POST /orders (route)
//! ```

mod block;
mod reach;

use super::escape::inert;
use super::ink::{Ink, count, counted};
use super::{Level, View};
use crate::Analysis;
use crate::facts::{Language, Origin};
use crate::finding::Finding;
use crate::summary::Summary;
use std::io::{self, Write};

pub(super) use block::{excerpt, whole as hops};

/// So many findings are shown in full; a longer list is not read, it is searched.
const IN_FULL: usize = 10;
/// Findings with a lower score are shown in a line at most: what is reached, and gives no reason to act.
const WORTH_READING: f64 = 20.0;
/// So many of the rest are shown in a line each.
const IN_LINES: usize = 50;
/// So many skipped files and notes are shown unless all are asked for.
const FEW: usize = 5;

/// Writes the report.
pub(super) fn write(analysis: &Analysis, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let (findings, left_out) = view.of(&analysis.findings);
    let worth = findings.iter().take_while(|finding| finding.score >= WORTH_READING).count();
    let in_full = if view.verbose { findings.len() } else { worth.min(IN_FULL) };
    for finding in &findings[..in_full] {
        block::write(finding, ink, out)?;
    }
    rest(&findings[in_full..], ink, out)?;
    not_read(analysis, view, ink, out)?;
    reach::write(&analysis.graph, ink, out)?;
    seen(&analysis.summary, ink, out)?;
    found(&findings, left_out, ink, out)
}

/// The findings that are not shown in full, a line each, by rule.
fn rest(findings: &[&Finding], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<&str> = Vec::new();
    for finding in findings {
        if !rules.contains(&finding.rule.as_str()) {
            rules.push(&finding.rule);
        }
    }
    let mut room = IN_LINES;
    for rule in rules {
        let of_rule: Vec<_> = findings.iter().filter(|finding| finding.rule == rule).collect();
        if room == 0 {
            break;
        }
        writeln!(out, "{} {}", ink.bold(inert(rule)), ink.dim(counted(of_rule.len(), "more finding")))?;
        for finding in of_rule.iter().take(room) {
            line(finding, ink, out)?;
        }
        room = room.saturating_sub(of_rule.len());
        writeln!(out)?;
    }
    if findings.len() > IN_LINES {
        let more = counted(findings.len() - IN_LINES, "more finding");
        writeln!(out, "{}\n", ink.dim(format_args!("… {more}: -v or --format json shows all")))?;
    }
    Ok(())
}

/// A finding in one line.
fn line(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let from = match &finding.entry {
        Some((name, _)) => format!("{} → ", inert(name)),
        None => String::new(),
    };
    // Colours have no width, so the column is padded by hand.
    let pad = "medium 99".len().saturating_sub(level(finding.score, Ink(false)).len());
    writeln!(
        out,
        "  {}{:pad$} {}:{}  {from}{}  {}",
        level(finding.score, ink),
        "",
        inert(&finding.place.file),
        finding.place.line,
        inert(&finding.subject),
        ink.dim(inert(&finding.id)),
    )
}

/// `high 92`, in the colour of the level.
pub(super) fn level(score: f64, ink: Ink) -> String {
    let score_text = format!("{score:.0}");
    match Level::of(score) {
        Level::High => ink.red(format_args!("high {score_text}")).to_string(),
        Level::Medium => ink.yellow(format_args!("medium {score_text}")).to_string(),
        Level::Low => ink.blue(format_args!("low {score_text}")).to_string(),
    }
}

/// What was skipped, and what a reader should know beside.
fn not_read(analysis: &Analysis, view: &View, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let limit = if view.verbose { usize::MAX } else { FEW };
    let skipped =
        analysis.skipped.iter().map(|row| format!("{}: {}", inert(&row.path), inert(&row.reason))).collect();
    listed("skipped", skipped, limit, ink, out)?;
    let notes = analysis.notes.iter().map(|note| match note.place.file.as_str() {
        "" => inert(&note.message).into_owned(),
        file => format!("{}:{}: {}", inert(file), note.place.line, inert(&note.message)),
    });
    listed("note", notes.collect(), limit, ink, out)
}

/// Lines under a label, at most so many.
fn listed(label: &str, lines: Vec<String>, limit: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    for line in lines.iter().take(limit) {
        writeln!(out, "{}: {line}", ink.yellow(label))?;
    }
    if lines.len() > limit {
        writeln!(
            out,
            "{}",
            ink.dim(format_args!("… {} more, -v lists them", count((lines.len() - limit) as u64)))
        )?;
    }
    if !lines.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// How much was analysed, and how much of it is understood.
fn seen(summary: &Summary, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let languages: Vec<_> = summary
        .volumes
        .iter()
        .filter(|volume| volume.origin == Origin::FirstParty)
        .map(|volume| format!("{} of {}", counted_lines(volume.lines), language(volume.language)))
        .collect();
    let in_lines = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
    write!(
        out,
        "Read {}{in_lines}, {}",
        counted(summary.files(Origin::FirstParty), "file"),
        counted(summary.functions, "function")
    )?;
    match summary.files(Origin::Dependency) {
        0 => writeln!(out, ".")?,
        files => writeln!(
            out,
            "; {} of dependencies, {} of theirs reached.",
            counted(files, "file"),
            counted(summary.dependency_functions, "function")
        )?,
    }
    if summary.sites > 0 {
        let resolved = summary.sites - summary.unresolved.min(summary.sites);
        let share = 100.0 * resolved as f64 / summary.sites as f64;
        write!(
            out,
            "Resolved {} of {} ({share:.1} %)",
            count(resolved as u64),
            counted(summary.sites, "call site")
        )?;
        match summary.unresolved {
            0 => writeln!(out, ".")?,
            _ => writeln!(out, "; {} lists the others.", ink.bold("blastline unresolved"))?,
        }
    }
    Ok(())
}

fn counted_lines(lines: u64) -> String {
    format!("{} line{}", count(lines), if lines == 1 { "" } else { "s" })
}

/// The name of a language, as people write it.
fn language(language: Language) -> &'static str {
    match language {
        Language::Python => "Python",
        Language::JavaScript => "JavaScript and TypeScript",
        Language::Rust => "Rust",
    }
}

/// How many findings there are, and of what level.
fn found(findings: &[&Finding], left_out: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let of = |level| findings.iter().filter(|finding| Level::of(finding.score) == level).count();
    let left_out = match left_out {
        0 => String::new(),
        left_out => format!(" {} left out by --top or --min-score.", count(left_out as u64)),
    };
    if findings.is_empty() {
        return writeln!(out, "{}{left_out}", ink.green("No findings."));
    }
    let mut parts = Vec::new();
    if of(Level::High) > 0 {
        parts.push(ink.red(format_args!("{} high", of(Level::High))).to_string());
    }
    if of(Level::Medium) > 0 {
        parts.push(ink.yellow(format_args!("{} medium", of(Level::Medium))).to_string());
    }
    if of(Level::Low) > 0 {
        parts.push(ink.blue(format_args!("{} low", of(Level::Low))).to_string());
    }
    let total = counted(findings.len(), "finding");
    writeln!(out, "{}: {}.{left_out}", ink.bold(format_args!("Found {total}")), parts.join(", "))
}
