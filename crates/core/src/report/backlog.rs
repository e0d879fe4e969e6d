//! A backlog → its results in order, for people; and the same results as SARIF, for programs.

use super::View;
use super::escape::{self, clipped, inert};
use super::ink::{Ink, counted};
use crate::backlog::{Backlog, Decision, Item, Relation, ranked};
use std::io::{self, Write};

/// Results that text shows.
const ROWS: usize = 50;
/// Characters of a message.
const MESSAGE: usize = 120;

/// Writes the results in order, duplicates with the first of them, and counts below.
///
/// # Errors
/// Those of the writer.
pub fn text(backlog: &Backlog, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let limit = view.top.unwrap_or(if view.verbose { usize::MAX } else { ROWS });
    let also = also(backlog);
    let first = backlog.items.iter().enumerate().filter(|(_, item)| item.duplicate_of.is_none());
    let shown: Vec<_> = first.filter(|(_, item)| item.score >= view.min_score).collect();
    for (index, item) in shown.iter().take(limit) {
        row(item, &also[*index], ink, out)?;
    }
    if shown.len() > limit {
        let more = shown.len() - limit;
        writeln!(out, "{}\n", ink.dim(format_args!("{more} more; --top and --verbose show them")))?;
    }
    for note in &backlog.notes {
        let (file, line) = (inert(&note.place.file), note.place.line);
        writeln!(out, "{} {file}:{line}: {}", ink.yellow("note:"), inert(&note.message))?;
    }
    sums(backlog, ink, out)
}

/// Names of the other tools and rules that say the same as each item.
fn also(backlog: &Backlog) -> Vec<Vec<String>> {
    let mut also = vec![Vec::new(); backlog.items.len()];
    for item in &backlog.items {
        if let Some(first) = item.duplicate_of {
            also[first].push(format!("{} {}", inert(&item.tool), inert(&item.rule)));
        }
    }
    also
}

fn row(item: &Item, also: &[String], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let decision = match item.decision {
        Decision::Act => ink.red("act"),
        Decision::Attend => ink.yellow("attend"),
        Decision::Track => ink.dim("track"),
    };
    let place = match &item.place {
        Some(place) if place.line > 0 => format!("{}:{}", inert(&place.file), place.line),
        Some(place) => inert(&place.file).into_owned(),
        None => "no place".to_owned(),
    };
    let name = format!("[{} {}]", inert(&item.tool), inert(&item.rule));
    writeln!(out, "{:>5.1} {decision} {} {}", item.score, ink.cyan(place), ink.bold(name))?;
    let message = item.message.lines().next().unwrap_or_default();
    writeln!(out, "      {}", clipped(&inert(message), MESSAGE))?;
    let mut facts = vec![format!("{}: {}", item.relation.name(), inert(&item.why))];
    facts.extend(item.verdict.map(|verdict| verdict.name().to_owned()));
    facts.extend(item.entry.as_ref().map(|(name, kind)| format!("from {} ({})", inert(name), inert(kind))));
    let generated = item.provenance.as_ref().map_or(0.0, |sum| sum.generated());
    if generated > 0.0 {
        facts.push(format!("{:.0} % generated", 100.0 * generated));
    }
    let owners: Vec<_> =
        item.owners.iter().filter(|owner| owner.title.is_declared()).map(|o| inert(&o.name)).collect();
    if !owners.is_empty() {
        facts.push(format!("owned by {}", owners.join(", ")));
    }
    writeln!(out, "      {}", ink.dim(facts.join("; ")))?;
    if !also.is_empty() {
        writeln!(out, "      {}", ink.dim(format_args!("also {}", also.join(", "))))?;
    }
    if !item.finding.is_empty() {
        writeln!(out, "      {}", ink.dim(format_args!("blastline explain {}", inert(&item.finding))))?;
    }
    writeln!(out)
}

fn sums(backlog: &Backlog, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let count = |relation| backlog.items.iter().filter(|item| item.relation == relation).count();
    let relations =
        [Relation::Confirms, Relation::Supports, Relation::Silent, Relation::Weakens, Relation::Untied];
    let parts: Vec<String> = relations
        .into_iter()
        .map(|relation| (count(relation), relation.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let doubled = backlog.items.iter().filter(|item| item.duplicate_of.is_some()).count();
    let doubled = if doubled == 0 { String::new() } else { format!(", {doubled} say what another says") };
    let all = counted(backlog.items.len(), "result");
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    writeln!(out, "{}{parts}{doubled}", ink.bold(all))
}

/// Writes every result as it came, in order, with what is known of it.
///
/// # Errors
/// Those of the writer.
pub fn sarif(backlog: &Backlog, out: &mut dyn Write) -> io::Result<()> {
    escape::to_json(&ranked(backlog), out)
}
