//! What a change does → an answer for a terminal, and a comment for a pull request.

use super::View;
use super::escape::inert;
use super::ink::{Ink, counted};
use crate::Analysis;
use crate::finding::{Finding, Place};
use crate::gate::{Appointed, Change, Pair, State, Violation};
use std::io::{self, Write};

/// Rows of each table.
const ROWS: usize = 25;

/// Writes the answer for people.
///
/// # Errors
/// Those of the writer.
pub fn text(
    analysis: &Analysis,
    change: &Change,
    broken: &[Violation],
    view: &View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ink = Ink(view.color);
    for violation in broken {
        let name = ink.bold(format!("[{}]", inert(&violation.policy)));
        writeln!(out, "{} {name} {}", ink.red("broken"), inert(&violation.message))?;
        if !violation.place.file.is_empty() {
            let place = format!("{}:{}", inert(&violation.place.file), violation.place.line);
            writeln!(out, "       {}", ink.cyan(place))?;
        }
        if !violation.finding.is_empty() {
            writeln!(out, "       {}", ink.dim(format!("blastline explain {}", inert(&violation.finding))))?;
        }
    }
    for (sign, pair) in
        change.gained.iter().map(|row| ("+", &row.0)).chain(change.lost.iter().map(|pair| ("-", pair)))
    {
        writeln!(
            out,
            "{} {}",
            if sign == "+" { ink.yellow(sign) } else { ink.green(sign) },
            inert(&sentence(pair))
        )?;
    }
    for finding in &analysis.findings {
        if let Some(suppressed) = finding.suppressed.as_ref().filter(|_| finding.state == Some(State::New)) {
            let place = format!("{}:{}", inert(&finding.place.file), finding.place.line);
            writeln!(
                out,
                "{} {place} {}: {}",
                ink.dim("suppressed"),
                inert(&finding.rule),
                inert(&suppressed.reason)
            )?;
        }
    }
    for row in change.appointed.iter().take(ROWS) {
        let (before, after) = (names(&row.before), names(&row.after));
        let (file, before, after) = (inert(&row.file), inert(&before), inert(&after));
        writeln!(
            out,
            "{} {file}: {before} is asked, whom the change replaces by {after}",
            ink.yellow("owners")
        )?;
    }
    if let Some(left) = change.appointed.len().checked_sub(ROWS + 1) {
        writeln!(out, "{} and of {} more", ink.yellow("owners"), counted(left + 1, "file"))?;
    }
    let answer = if broken.is_empty() { ink.green("passed") } else { ink.red("failed") };
    writeln!(out, "{answer}: {}", summary(analysis, change, broken))
}

fn summary(analysis: &Analysis, change: &Change, broken: &[Violation]) -> String {
    let of = |state| analysis.findings.iter().filter(|finding| finding.state == Some(state)).count();
    format!(
        "{} broken, {} new, {} unchanged, {} gone; {} changed; reach +{} −{}",
        if broken.len() == 1 { "1 policy".to_owned() } else { format!("{} policies", broken.len()) },
        counted(of(State::New), "finding"),
        of(State::Unchanged),
        of(State::Absent),
        counted(change.functions.len(), "function"),
        change.gained.len(),
        change.lost.len(),
    )
}

fn sentence(pair: &Pair) -> String {
    crate::gate::sentence(pair)
}

/// Writes the comment. All text of the repository is escaped: a pull request may come from anybody.
///
/// # Errors
/// Those of the writer.
pub fn markdown(
    analysis: &Analysis,
    change: &Change,
    broken: &[Violation],
    _view: &View,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sign = if broken.is_empty() { "✅ passed" } else { "❌ failed" };
    writeln!(out, "## blastline: {sign}\n\n{}\n", summary(analysis, change, broken))?;
    if !broken.is_empty() {
        writeln!(out, "### What breaks a policy\n\n| policy | what | where |\n| --- | --- | --- |")?;
        for violation in broken.iter().take(ROWS) {
            let place = place(&violation.place);
            writeln!(out, "| {} | {} | {place} |", cell(&violation.policy), cell(&violation.message))?;
        }
        more(broken.len(), out)?;
    }
    appointed(&change.appointed, out)?;
    reach("What this change can newly reach", change.gained.iter().map(|row| &row.0).collect(), out)?;
    let new: Vec<&Finding> =
        analysis.findings.iter().filter(|finding| finding.state == Some(State::New)).collect();
    for finding in new.iter().take(3) {
        path(finding, out)?;
    }
    reach("What is no longer reached", change.lost.iter().collect(), out)?;
    let gone: Vec<&Finding> =
        analysis.findings.iter().filter(|finding| finding.state == Some(State::Absent)).collect();
    if !gone.is_empty() {
        writeln!(out, "### Findings that are gone\n")?;
        for finding in gone.iter().take(ROWS) {
            writeln!(out, "- {} ({})", cell(&finding.message), place(&finding.place))?;
        }
        more(gone.len(), out)?;
    }
    Ok(())
}

/// Owners, or that there are none.
fn names(owners: &[String]) -> String {
    if owners.is_empty() { "nobody".to_owned() } else { owners.join(", ") }
}

/// Files that get other owners: whoever reads the comment should see that it was tried.
fn appointed(rows: &[Appointed], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Owners that this change would replace\n\nThe gate asks those of before.\n")?;
    writeln!(out, "| file | before | after |\n| --- | --- | --- |")?;
    for row in rows.iter().take(ROWS) {
        let (before, after) = (names(&row.before), names(&row.after));
        writeln!(out, "| {} | {} | {} |", cell(&row.file), cell(&before), cell(&after))?;
    }
    more(rows.len(), out)
}

fn reach(title: &str, pairs: Vec<&Pair>, out: &mut dyn Write) -> io::Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {title}\n\n| entry point | kind | reaches |\n| --- | --- | --- |")?;
    for pair in pairs.iter().take(ROWS) {
        writeln!(
            out,
            "| {} ({}) | {} | {} |",
            cell(&pair.entry),
            cell(&pair.entry_kind),
            cell(&pair.kind),
            cell(&pair.name)
        )?;
    }
    more(pairs.len(), out)
}

fn more(rows: usize, out: &mut dyn Write) -> io::Result<()> {
    if rows > ROWS {
        writeln!(out, "\n{} more.", rows - ROWS)?;
    }
    writeln!(out)
}

/// The path of a new finding, hop by hop.
fn path(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mark = if finding.suppressed.is_some() { " (suppressed)" } else { "" };
    let score = finding.score;
    let decision = finding.decision.name();
    writeln!(out, "<details><summary>{score:.0}, {decision}: {}{mark}</summary>\n", cell(&finding.message))?;
    for (number, hop) in (1..).zip(&finding.path) {
        writeln!(out, "{number}. {} {} {}", place(&hop.place), cell(&hop.function), cell(&hop.what))?;
    }
    let wrote = finding.provenance.as_ref().filter(|provenance| provenance.generated() > 0.0);
    if let Some(provenance) = wrote {
        let who = provenance.tools.first().map_or("a program", String::as_str);
        let review = if provenance.reviewers.is_empty() { ", no review known" } else { "" };
        let share = 100.0 * provenance.generated();
        writeln!(out, "\n{share:.0} % of the functions on the path written by {}{review}.", cell(who))?;
    }
    let is_named = finding.owners.iter().any(|owner| owner.title.is_declared());
    let owners: Vec<String> = finding.owners.iter().map(|owner| cell(&owner.name)).collect();
    if !owners.is_empty() {
        let label = if is_named { "Answers for it:" } else { "Nobody is named for it; most of it wrote" };
        writeln!(out, "\n{label} {}", owners.join(", "))?;
    }
    writeln!(out, "\n{}\n\n</details>\n", cell(&finding.advice))
}

fn place(place: &Place) -> String {
    if place.file.is_empty() { String::new() } else { format!("{}:{}", cell(&place.file), place.line) }
}

/// Text in which nothing is Markdown, HTML, a mention or the end of a cell.
fn cell(text: &str) -> String {
    super::escape::markdown(text).replace(['\n', '\r'], " ").replace('@', "@\u{2060}")
}
