//! A finding → everything that is known of it: every hop with its source line, every factor, and what would lower
//! the score.

use super::View;
use super::day;
use super::escape::inert;
use super::ink::Ink;
use super::text::{self, level};
use crate::backlog::Item;
use crate::discover::owners::Owner;
use crate::finding::{Factor, Finding, Hop, Provenance};
use crate::solution::Certainty;
use std::io::{self, Write};

/// Writes the explanation, with the results of other scanners that are about the same.
///
/// # Errors
/// Those of the writer.
pub fn explain(finding: &Finding, others: &[&Item], view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let rule = inert(&finding.rule);
    writeln!(
        out,
        "{}{} {}",
        level(finding.score, ink),
        ink.bold(format_args!(" [{rule}]:")),
        inert(&finding.message)
    )?;
    text::excerpt(finding, ink, out)?;
    facts(finding, ink, out)?;
    path(&finding.path, ink, out)?;
    factors(finding, ink, out)?;
    unknowns(finding, ink, out)?;
    said(others, ink, out)?;
    if !finding.advice.is_empty() {
        writeln!(out, "\n{}\n  {}", ink.green("What to do"), inert(&finding.advice))?;
    }
    Ok(())
}

/// What it is, in a line each.
fn facts(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let entry = match (&finding.entry, finding.other_entries) {
        (None, _) => String::new(),
        (Some((name, kind)), 0) => format!("{} ({})", inert(name), inert(kind)),
        (Some((name, kind)), others) => format!("{} ({}), and {others} more", inert(name), inert(kind)),
    };
    let secrets: Vec<_> = finding.secrets.iter().map(|name| inert(name)).collect();
    let cwe: Vec<_> = finding.cwe.iter().map(|number| format!("CWE-{number}")).collect();
    let rows = [
        ("id", inert(&finding.id).into_owned()),
        ("verdict", finding.verdict.name().to_owned()),
        ("evidence", finding.evidence.name().to_owned()),
        ("reaches", format!("{} ({})", inert(&finding.subject), inert(&finding.kind))),
        ("from", entry),
        ("secrets", secrets.join(", ")),
        ("written", finding.provenance.as_ref().map(written).unwrap_or_default()),
        ("answers", finding.owners.iter().map(answers).collect::<Vec<_>>().join(", ")),
        ("weakness", cwe.join(", ")),
    ];
    for (label, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        writeln!(out, "  {} {text}", ink.bold(format_args!("{label:<9}")))?;
    }
    Ok(())
}

/// Who wrote the functions of the path.
fn written(provenance: &Provenance) -> String {
    let rows = [("ai", provenance.ai), ("machine", provenance.machine), ("human", provenance.human)];
    let known: u32 = rows.iter().map(|row| row.1).sum();
    let rows = rows.into_iter().chain([("unknown", provenance.lines - known)]);
    let parts: Vec<String> =
        rows.filter(|row| row.1 > 0).map(|(who, lines)| format!("{lines} lines {who}")).collect();
    let named = provenance.tools.iter().chain(&provenance.models).map(|name| inert(name)).collect::<Vec<_>>();
    let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    let reviewers: Vec<_> = provenance.reviewers.iter().map(|name| inert(name)).collect();
    let reviewed =
        if reviewers.is_empty() { String::new() } else { format!("; reviewed by {}", reviewers.join(", ")) };
    let seen = provenance.first_seen.map(|time| format!("; first seen {}", day(time))).unwrap_or_default();
    format!("{}{named}{reviewed}{seen}", parts.join(", "))
}

fn answers(owner: &Owner) -> String {
    format!("{} ({})", inert(&owner.name), owner.title.name())
}

/// Every hop: what happens there, and the line that shows it.
fn path(hops: &[Hop], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    if hops.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", ink.bold("Path"))?;
    let width = hops.len().ilog10() as usize + 1;
    for (index, hop) in hops.iter().enumerate() {
        let place = format!("{}:{}", inert(&hop.place.file), hop.place.line);
        let number = index + 1;
        write!(out, "  {number:width$}. {}  {} ", ink.cyan(place), inert(&hop.function))?;
        let sure =
            hop.certainty.map(|certainty| format!(" [{}]", certainty_text(certainty))).unwrap_or_default();
        writeln!(out, "{}{}", inert(&hop.what), ink.dim(sure))?;
        let text = hop.text.trim();
        if !text.is_empty() {
            writeln!(out, "  {:width$}  {} {}", "", ink.blue("|"), inert(text))?;
        }
    }
    Ok(())
}

/// What a certainty means.
fn certainty_text(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Exact => "exact",
        Certainty::Resolved => "resolved",
        Certainty::Typed => "by its declared type",
        Certainty::Possible => "uncertain: matched by name, or assumed of code that is not here",
    }
}

/// The factors as a product, and below each the facts and what would lower it.
fn factors(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let factors = &finding.factors;
    if factors.is_empty() {
        return Ok(());
    }
    let values: Vec<_> = factors.iter().map(|factor| format!("{:.2}", factor.counted())).collect();
    let product = format!("100 × {} = {:.1}: {}", values.join(" × "), finding.score, finding.decision.name());
    writeln!(out, "\n{} {product}", ink.bold("Score"))?;
    let width = factors.iter().map(|factor| factor.name.len()).max().unwrap_or(0);
    for factor in factors {
        let Factor { name, value, weight, why, lower } = factor;
        let weighted =
            if *weight == 1.0 { String::new() } else { format!("; {value:.2} with the weight {weight}") };
        writeln!(out, "  {name:width$}  {:.2}  {}{weighted}", factor.counted(), inert(why))?;
        if !lower.is_empty() {
            writeln!(out, "  {:width$}        {} {}", "", ink.green("lower:"), inert(lower))?;
        }
    }
    Ok(())
}

/// What other scanners say of the same.
fn said(others: &[&Item], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", ink.bold("What other scanners say"))?;
    for item in others {
        let place = item
            .place
            .as_ref()
            .map_or(String::new(), |place| format!("{}:{}", inert(&place.file), place.line));
        let (tool, rule, relation) = (inert(&item.tool), inert(&item.rule), item.relation.name());
        writeln!(
            out,
            "  {} {tool} {rule} {}",
            ink.cyan(place),
            ink.dim(format_args!("{relation} by this finding"))
        )?;
    }
    Ok(())
}

/// The sites that the verdict depends on.
fn unknowns(finding: &Finding, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    if finding.unknowns.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", ink.bold("Depends on calls of which no target is known"))?;
    for place in &finding.unknowns {
        let place = format!("{}:{}:{}", inert(&place.file), place.line, place.column);
        writeln!(out, "  {}", ink.cyan(place))?;
    }
    Ok(())
}
