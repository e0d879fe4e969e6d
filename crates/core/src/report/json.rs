//! Analysis → JSON with everything that is known of every finding.
//!
//! The shape is documented in `docs/report.schema.json`. `schema_version` grows when a reader of the shape
//! before would break; new members may appear without.

use super::owners::JsonOwner;
use super::{View, escape, rounded};
use crate::facts::{Language, Origin};
use crate::finding::{Factor, Finding, Hop, Place, Provenance};
use crate::{Analysis, summary};
use serde::Serialize;
use std::io;

const SCHEMA_VERSION: u32 = 1;

/// Writes the report.
pub(super) fn write(analysis: &Analysis, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    escape::to_json(&report(analysis, view), out)
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema_version: u32,
    tool: JsonTool,
    summary: JsonSummary,
    findings: Vec<JsonFinding<'a>>,
    skipped: Vec<JsonSkipped<'a>>,
    notes: Vec<JsonNote<'a>>,
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonSummary {
    volumes: Vec<JsonVolume>,
    functions: usize,
    dependency_functions: usize,
    call_sites: usize,
    unresolved_call_sites: usize,
    findings: usize,
    findings_left_out: usize,
}

#[derive(Serialize)]
struct JsonVolume {
    language: &'static str,
    origin: &'static str,
    files: usize,
    lines: u64,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    id: &'a str,
    rule: &'a str,
    message: &'a str,
    score: f64,
    decision: &'static str,
    verdict: &'static str,
    evidence: &'static str,
    kind: &'a str,
    subject: &'a str,
    place: JsonPlace<'a>,
    also: Vec<JsonPlace<'a>>,
    entry: Option<JsonEntry<'a>>,
    other_entries: usize,
    secrets: &'a [String],
    path: Vec<JsonHop<'a>>,
    factors: Vec<JsonFactor<'a>>,
    unknowns: Vec<JsonPlace<'a>>,
    segment: Option<&'a str>,
    provenance: Option<JsonProvenance<'a>>,
    owners: Vec<JsonOwner<'a>>,
    advice: &'a str,
    cwe: &'a [u32],
    excerpt: Vec<JsonLine<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

/// Who wrote the functions of a path.
#[derive(Serialize)]
pub(super) struct JsonProvenance<'a> {
    lines: u32,
    ai: u32,
    machine: u32,
    human: u32,
    tools: &'a [String],
    models: &'a [String],
    first_seen: Option<i64>,
    reviewers: &'a [String],
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    name: &'a str,
    kind: &'a str,
}

#[derive(Serialize)]
struct JsonHop<'a> {
    place: JsonPlace<'a>,
    function: &'a str,
    what: &'a str,
    certainty: Option<&'static str>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFactor<'a> {
    name: &'static str,
    value: f64,
    weight: f64,
    why: &'a str,
    lower: &'a str,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    line: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonSkipped<'a> {
    path: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonNote<'a> {
    place: Option<JsonPlace<'a>>,
    message: &'a str,
}

fn report<'a>(analysis: &'a Analysis, view: &View) -> JsonReport<'a> {
    let (findings, left_out) = view.of(&analysis.findings);
    JsonReport {
        schema_version: SCHEMA_VERSION,
        tool: JsonTool { name: "blastline", version: env!("CARGO_PKG_VERSION") },
        summary: summary(&analysis.summary, findings.len(), left_out),
        findings: findings.into_iter().map(finding).collect(),
        skipped: analysis
            .skipped
            .iter()
            .map(|skipped| JsonSkipped { path: &skipped.path, reason: &skipped.reason })
            .collect(),
        notes: analysis
            .notes
            .iter()
            .map(|note| JsonNote {
                place: (!note.place.file.is_empty()).then(|| place(&note.place)),
                message: &note.message,
            })
            .collect(),
    }
}

fn summary(summary: &summary::Summary, findings: usize, findings_left_out: usize) -> JsonSummary {
    JsonSummary {
        volumes: summary
            .volumes
            .iter()
            .map(|volume| JsonVolume {
                language: language(volume.language),
                origin: origin(volume.origin),
                files: volume.files,
                lines: volume.lines,
            })
            .collect(),
        functions: summary.functions,
        dependency_functions: summary.dependency_functions,
        call_sites: summary.sites,
        unresolved_call_sites: summary.unresolved,
        findings,
        findings_left_out,
    }
}

fn finding(finding: &Finding) -> JsonFinding<'_> {
    JsonFinding {
        id: &finding.id,
        rule: &finding.rule,
        message: &finding.message,
        score: rounded(finding.score),
        verdict: finding.verdict.name(),
        evidence: finding.evidence.name(),
        decision: finding.decision.name(),
        kind: &finding.kind,
        subject: &finding.subject,
        place: place(&finding.place),
        also: finding.other_places().into_iter().map(place).collect(),
        entry: finding.entry.as_ref().map(|(name, kind)| JsonEntry { name, kind }),
        other_entries: finding.other_entries,
        secrets: &finding.secrets,
        path: finding.path.iter().map(hop).collect(),
        factors: finding.factors.iter().map(factor).collect(),
        unknowns: finding.unknowns.iter().map(place).collect(),
        segment: finding.segment.as_ref().map(|part| part.name.as_str()),
        provenance: finding.provenance.as_ref().map(provenance),
        owners: finding.owners.iter().map(JsonOwner::of).collect(),
        advice: &finding.advice,
        cwe: &finding.cwe,
        excerpt: finding.excerpt.iter().map(|(line, text)| JsonLine { line: *line, text }).collect(),
    }
}

pub(super) fn provenance(provenance: &Provenance) -> JsonProvenance<'_> {
    JsonProvenance {
        lines: provenance.lines,
        ai: provenance.ai,
        machine: provenance.machine,
        human: provenance.human,
        tools: &provenance.tools,
        models: &provenance.models,
        first_seen: provenance.first_seen,
        reviewers: &provenance.reviewers,
    }
}

fn place(place: &Place) -> JsonPlace<'_> {
    JsonPlace { file: &place.file, line: place.line, column: place.column }
}

fn hop(hop: &Hop) -> JsonHop<'_> {
    JsonHop {
        place: place(&hop.place),
        function: &hop.function,
        what: &hop.what,
        certainty: hop.certainty.map(|certainty| certainty.name()),
        text: &hop.text,
    }
}

fn factor(factor: &Factor) -> JsonFactor<'_> {
    let Factor { name, weight, why, lower, .. } = factor;
    JsonFactor { name, value: rounded(factor.counted()), weight: *weight, why, lower }
}

/// The word for a language.
pub(super) fn language(language: Language) -> &'static str {
    match language {
        Language::Python => "python",
        Language::JavaScript => "javascript",
        Language::Rust => "rust",
    }
}

/// The word for whose code it is.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::FirstParty => "first-party",
        Origin::Dependency => "dependency",
        Origin::Builtin => "builtin",
    }
}
