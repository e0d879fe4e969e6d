//! A finding → the block of lines that says what can happen, where, by which path, and what to do.

use super::level;
use crate::finding::{Evidence, Finding, Hop, Verdict};
use crate::report::escape::{clipped, inert};
use crate::report::ink::{Ink, counted};
use crate::report::span::{self, Span};
use crate::solution::Certainty;
use std::io::{self, Write};

/// A path is shown in at most so many lines.
const PATH_LINES: usize = 6;
/// Of a longer path, so many hops at its beginning; the rest of the lines go to its end, where the sink is.
const PATH_HEAD: usize = 2;
/// Of the other calls that a finding stands for, so many are named.
const OTHERS: usize = 3;
/// Source lines are cut at so many characters: a minified file has lines of megabytes.
const LINE_WIDTH: usize = 120;

/// Writes the block of a finding.
pub(super) fn write(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let rule = inert(&finding.rule);
    writeln!(
        out,
        "{}{} {}",
        level(finding.score, ink),
        ink.bold(format_args!(" [{rule}]:")),
        inert(&finding.message)
    )?;
    let gutter = excerpt(finding, ink, out)?;
    let margin = format!("{:gutter$} {}", "", ink.blue("="));
    writeln!(
        out,
        "{margin} {} {}",
        ink.bold(format_args!("{}:", finding.decision.name())),
        standing(finding)
    )?;
    if let Some(others) = others(finding) {
        writeln!(out, "{margin} {} {others}", ink.bold("also:"))?;
    }
    if !finding.secrets.is_empty() {
        let secrets: Vec<_> = finding.secrets.iter().map(|name| inert(name)).collect();
        writeln!(out, "{margin} {} {}", ink.bold("secrets at hand:"), secrets.join(", "))?;
    }
    if let Some(people) = people(finding) {
        writeln!(out, "{margin} {people}")?;
    }
    if finding.path.len() > 1 {
        writeln!(out, "{margin} {}", ink.bold("path:"))?;
        hops(&elided(&joined(&finding.path)), gutter + 3, ink, out)?;
    }
    if !finding.advice.is_empty() {
        writeln!(out, "{margin} {} {}", ink.green("help:"), inert(&finding.advice))?;
    }
    let id = inert(&finding.id);
    writeln!(out, "{margin} {}\n", ink.dim(format_args!("blastline explain {id}")))
}

/// The first of the other calls that it stands for.
fn others(finding: &Finding) -> Option<String> {
    let places = finding.other_places();
    let told = places.iter().take(OTHERS).map(|place| format!("{}:{}", inert(&place.file), place.line));
    let told = told.collect::<Vec<_>>().join(", ");
    match places.len() {
        0 => None,
        count if count <= OTHERS => Some(told),
        count => Some(format!("{told} and {} more", count - OTHERS)),
    }
}

/// The place with the source lines around it; returns the width of the line numbers.
pub(in crate::report) fn excerpt(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<usize> {
    let place = &finding.place;
    let last = finding.excerpt.iter().map(|row| row.0).max().unwrap_or(place.line);
    let gutter = last.max(1).ilog10() as usize + 1;
    let file = inert(&place.file);
    writeln!(out, "{:gutter$}{} {file}:{}:{}", "", ink.blue("-->"), place.line, place.column)?;
    if finding.excerpt.is_empty() {
        return Ok(gutter);
    }
    writeln!(out, "{:gutter$} {}", "", ink.blue("|"))?;
    for (number, text) in &finding.excerpt {
        let text = text.trim_end();
        let shown = inert(text);
        let number_text = format!("{number:gutter$}");
        writeln!(out, "{} {} {}", ink.blue(number_text), ink.blue("|"), clipped(&shown, LINE_WIDTH))?;
        if *number == place.line {
            underline(text, finding, gutter, ink, out)?;
        }
    }
    writeln!(out, "{:gutter$} {}", "", ink.blue("|"))?;
    Ok(gutter)
}

/// Carets below the thing that the finding is about.
fn underline(text: &str, finding: &Finding, gutter: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let Span { start, end } = span::of(text, finding.place.column);
    let before = inert(&text[..start]).chars().count();
    let width = inert(&text[start..end]).chars().count();
    if before + width > LINE_WIDTH {
        return Ok(());
    }
    let carets = "^".repeat(width.max(1));
    let subject = inert(&finding.subject);
    let label = if text[start..end] == *subject { String::new() } else { format!(" {subject}") };
    let mark = format!("{carets}{label}");
    writeln!(out, "{:gutter$} {} {:before$}{}", "", ink.blue("|"), "", ink.red(mark))
}

/// Who wrote it, where that is no person, and who is named to answer for it.
fn people(finding: &Finding) -> Option<String> {
    let wrote = finding.provenance.as_ref().filter(|provenance| provenance.generated() > 0.0);
    let wrote = wrote.map(|provenance| {
        let who = provenance.tools.first().map_or("a program", String::as_str);
        let review = if provenance.reviewers.is_empty() { ", no review known" } else { "" };
        format!("{:.0} % written by {}{review}", 100.0 * provenance.generated(), inert(who))
    });
    let named = finding.owners.iter().filter(|owner| owner.title.is_declared());
    let named: Vec<_> = named.map(|owner| inert(&owner.name)).collect();
    let owned = (!named.is_empty()).then(|| format!("owned by {}", named.join(", ")));
    let parts: Vec<String> = wrote.into_iter().chain(owned).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What can be said of it, and how it is come by.
fn standing(finding: &Finding) -> String {
    let how = match (finding.verdict, finding.evidence) {
        (Verdict::Unreachable, _) => "",
        (_, Evidence::Flow) => ", the value was followed into it",
        (_, Evidence::Reach) => ", the code runs from there",
        (_, Evidence::CoOccurrence) => ", the same code uses both",
    };
    let from = match &finding.entry {
        None => String::new(),
        Some((name, kind)) => format!("; from {} ({})", inert(name), inert(kind)),
    };
    let others = match finding.other_entries {
        0 => String::new(),
        others => format!(" and {}", counted_entries(others)),
    };
    let unknowns = match finding.unknowns.len() {
        0 => String::new(),
        unknowns => format!("; depends on {}", counted(unknowns, "unresolved call")),
    };
    format!("{}{how}{from}{others}{unknowns}", finding.verdict.name())
}

fn counted_entries(others: usize) -> String {
    if others == 1 { "1 other entry point".to_owned() } else { format!("{others} other entry points") }
}

/// A line of a path: a hop, or how many were left out.
enum Line<'a> {
    Hop(&'a Hop),
    More(usize),
}

/// What is done to a value on one line, one behind another, as one hop.
fn joined(path: &[Hop]) -> Vec<Hop> {
    let mut joined: Vec<Hop> = Vec::with_capacity(path.len());
    for hop in path {
        match joined.last_mut() {
            Some(last) if last.place.line == hop.place.line && is_beside(last, hop) => {
                last.what = format!("{}, {}", last.what, hop.what);
                last.certainty = last.certainty.max(hop.certainty);
            }
            _ => joined.push(hop.clone()),
        }
    }
    joined
}

/// Whether two hops on one line fit on one line of a report.
fn is_beside(a: &Hop, b: &Hop) -> bool {
    const WIDTH: usize = 100;
    a.place.file == b.place.file && a.function == b.function && a.what.len() + b.what.len() < WIDTH
}

/// The hops, of a long path only the beginning and the end.
fn elided(path: &[Hop]) -> Vec<Line<'_>> {
    if path.len() <= PATH_LINES {
        return path.iter().map(Line::Hop).collect();
    }
    let tail = PATH_LINES - PATH_HEAD - 1;
    let mut lines: Vec<_> = path[..PATH_HEAD].iter().map(Line::Hop).collect();
    lines.push(Line::More(path.len() - PATH_HEAD - tail));
    lines.extend(path[path.len() - tail..].iter().map(Line::Hop));
    lines
}

/// Writes every hop of a path.
pub(in crate::report) fn whole(path: &[Hop], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<_> = path.iter().map(Line::Hop).collect();
    hops(&lines, 0, ink, out)
}

/// Writes hops in columns: place, function, what happens there.
fn hops(lines: &[Line<'_>], indent: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<_> = lines.iter().map(cells).collect();
    let width =
        |index: usize| cells.iter().flatten().map(|row| row[index].chars().count()).max().unwrap_or(0);
    let (place_width, function_width) = (width(0).min(48), width(1).min(40));
    for (line, cells) in lines.iter().zip(&cells) {
        match (line, cells) {
            (Line::Hop(hop), Some([place, function, what])) => {
                let place = format!("{place:place_width$}");
                let sure = match hop.certainty {
                    Some(Certainty::Possible) => " (uncertain)",
                    Some(Certainty::Typed) => " (by its declared type)",
                    _ => "",
                };
                let (place, sure) = (ink.cyan(place), ink.dim(sure));
                writeln!(out, "{:indent$}{place}  {function:function_width$}  {what}{sure}", "")?;
            }
            (Line::More(more), _) => {
                let more = format!("… {}", counted(*more, "more hop"));
                writeln!(out, "{:indent$}{}", "", ink.dim(more))?;
            }
            (Line::Hop(_), None) => {}
        }
    }
    Ok(())
}

/// The columns of a hop.
fn cells(line: &Line<'_>) -> Option<[String; 3]> {
    let Line::Hop(hop) = line else { return None };
    let place = format!("{}:{}", inert(&hop.place.file), hop.place.line);
    Some([place, inert(&hop.function).into_owned(), inert(&hop.what).into_owned()])
}
