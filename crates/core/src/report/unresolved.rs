//! Unresolved call sites → a list for people, and one for programs.

use super::View;
use super::escape::{self, inert};
use super::ink::{Ink, counted};
use crate::Analysis;
use crate::unresolved::{self, Reason, Unresolved};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes counts by reason, and below them every site.
///
/// # Errors
/// Those of the writer.
pub fn text(analysis: &Analysis, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let sites = unresolved::sites(analysis);
    for site in &sites {
        let place = format!("{}:{}:{}", inert(&site.place.file), site.place.line, site.place.column);
        writeln!(out, "{}  {}  {}", ink.cyan(place), inert(&site.function), ink.dim(why(site)))?;
    }
    if !sites.is_empty() {
        writeln!(out)?;
    }
    for (reason, count) in by_reason(&sites) {
        writeln!(out, "{count:6}  {}", reason.about())?;
    }
    let of = counted(analysis.summary.sites, "call site");
    let count = sites.len();
    writeln!(out, "{}", ink.bold(format_args!("{count} of {of} have no known target.")))
}

/// What is called, and why its target is not known.
fn why(site: &Unresolved) -> String {
    let callee = if site.callee.is_empty() { "the callee" } else { &site.callee };
    let origin = if site.origin.is_empty() { String::new() } else { format!(" (`{}`)", inert(&site.origin)) };
    format!("{}: {}{origin}", inert(callee), site.reason.about())
}

/// How many sites there are for each reason, the most first.
fn by_reason(sites: &[Unresolved]) -> Vec<(Reason, usize)> {
    let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
    for site in sites {
        *counts.entry(site.reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(reason, count)| (std::cmp::Reverse(count), reason));
    counts
}

#[derive(Serialize)]
struct JsonList<'a> {
    schema_version: u32,
    call_sites: usize,
    unresolved: Vec<JsonSite<'a>>,
}

#[derive(Serialize)]
struct JsonSite<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    function: &'a str,
    callee: &'a str,
    reason: &'static str,
    origin: &'a str,
}

/// Writes every site as JSON.
///
/// # Errors
/// Those of the writer.
pub fn json(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let sites = unresolved::sites(analysis);
    let unresolved = sites.iter().map(|site| JsonSite {
        file: &site.place.file,
        line: site.place.line,
        column: site.place.column,
        function: &site.function,
        callee: &site.callee,
        reason: site.reason.name(),
        origin: &site.origin,
    });
    let list =
        JsonList { schema_version: 1, call_sites: analysis.summary.sites, unresolved: unresolved.collect() };
    escape::to_json(&list, out)
}
