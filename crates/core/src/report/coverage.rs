//! What models know of a project's external calls → a list for people, and one for programs.

use super::View;
use super::escape::{self, inert};
use super::ink::{Ink, counted};
use crate::models::coverage::Coverage;
use serde::Serialize;
use std::io::{self, Write};

/// Rows that the text form shows where it is not asked for all.
const SHOWN: usize = 60;

/// Writes the most frequent calls that no row knows, and the share that some row knows.
///
/// # Errors
/// Those of the writer.
pub fn text(coverage: &Coverage, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink(view.color);
    let unknown: Vec<_> = coverage.externals.iter().filter(|row| row.rows.is_empty()).collect();
    let shown = if view.verbose { unknown.len() } else { SHOWN.min(unknown.len()) };
    for row in &unknown[..shown] {
        writeln!(out, "{:6}  {}", row.calls, inert(&row.api))?;
    }
    if shown < unknown.len() {
        let rest = counted(unknown.len() - shown, "function");
        writeln!(out, "{}", ink.dim(format_args!("        … and {rest} more (--verbose shows them)")))?;
    }
    let (known, all) = coverage.calls();
    let all = counted(all, "external call");
    writeln!(
        out,
        "{}",
        ink.bold(format_args!(
            "{known} of {all} have a model; {} go to library functions that have a body.",
            coverage.with_body
        ))
    )
}

#[derive(Serialize)]
struct JsonCoverage<'a> {
    schema_version: u32,
    calls: usize,
    modelled_calls: usize,
    calls_with_body: usize,
    externals: Vec<JsonExternal<'a>>,
}

#[derive(Serialize)]
struct JsonExternal<'a> {
    api: &'a str,
    calls: usize,
    rows: Vec<String>,
}

/// Writes every external function as JSON, with the rows that know it.
///
/// # Errors
/// Those of the writer.
pub fn json(coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let (modelled_calls, calls) = coverage.calls();
    let externals = coverage.externals.iter().map(|row| JsonExternal {
        api: &row.api,
        calls: row.calls,
        rows: row.rows.iter().map(|(file, line)| format!("{file}:{line}")).collect(),
    });
    let list = JsonCoverage {
        schema_version: 1,
        calls,
        modelled_calls,
        calls_with_body: coverage.with_body,
        externals: externals.collect(),
    };
    escape::to_json(&list, out)
}
