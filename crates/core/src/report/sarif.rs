//! Analysis → SARIF 2.1.0, inside what code-scanning services keep.
//!
//! | SARIF | from |
//! | --- | --- |
//! | `rank`, `level` | the score |
//! | `partialFingerprints` | the id, which survives edits elsewhere |
//! | `codeFlows` | the path |
//! | `relatedLocations` | the entry point, and unresolved sites that the verdict depends on |
//! | `invocations` | what was skipped, noted or left out |
//!
//! Services drop or refuse what is beyond their limits, so the limits are ours: the highest scores stay and a
//! notification says how many results were left out. File names are percent-encoded and relative to
//! `%SRCROOT%`; those of dependencies to `%SITEPACKAGES%`, which no repository holds.

mod rules;
mod wire;

use super::escape::{self, inert};
use super::{Level, View, day, rounded, span};
use crate::Analysis;
use crate::facts::Origin;
use crate::finding::{Finding, Hop, Place};
use crate::gate::State;
use std::collections::BTreeSet;
use std::io;
use wire::{
    Artifact, ArtifactLocation, BaseId, CodeFlow, Content, Descriptor, Driver, Fingerprints, Invocation,
    Location, Log, LogicalLocation, Message, Notification, Physical, Region, ResultProperties, Run,
    SarifResult, ThreadFlow, ThreadFlowLocation, Tool,
};

/// Code-scanning services show so many results of a run.
const RESULTS: usize = 5_000;
/// And so many steps of all flows of a result.
const STEPS: usize = 1_000;
/// And so many locations of a result.
const LOCATIONS: usize = 100;
/// Beyond this many, notifications only say how many there are.
const NOTIFICATIONS: usize = 1_000;
/// Snippets are cut at so many characters.
const SNIPPET: usize = 400;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const SOURCE_ROOT: &str = "%SRCROOT%";
const PACKAGES_ROOT: &str = "%SITEPACKAGES%";

/// Writes the report.
pub(super) fn write(analysis: &Analysis, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    escape::to_json(&log(analysis, view), out)
}

/// What the parts of a report need to know of the whole.
struct Context<'a> {
    /// Files of dependencies.
    dependencies: BTreeSet<&'a str>,
    /// Rules, sorted.
    rules: Vec<&'a str>,
}

fn log<'a>(analysis: &'a Analysis, view: &View) -> Log<'a> {
    let (mut findings, _) = view.of(&analysis.findings);
    let beyond = findings.len().saturating_sub(RESULTS);
    findings.truncate(RESULTS);
    let files = &analysis.facts.files;
    let of_dependencies = files.iter().filter(|file| file.origin == Origin::Dependency);
    let context = Context {
        dependencies: of_dependencies.map(|file| analysis.facts.text(file.path)).collect(),
        rules: rules::ids(&findings),
    };
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "blastline",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules::described(analysis, &context.rules, &findings),
                notifications: notification_kinds(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications(analysis, &context, beyond),
        }],
        original_uri_base_ids: base_ids(),
        artifacts: artifacts(&findings, &context),
        results: findings.iter().map(|finding| result(finding, &context)).collect(),
        column_kind: "unicodeCodePoints",
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

fn base_ids() -> wire::BaseIds {
    let described = |text| BaseId { description: Message::plain(text) };
    wire::BaseIds {
        source_root: described("The root of the repository that was analysed."),
        packages_root: described("A folder of installed packages that the repository depends on."),
    }
}

fn result<'a>(finding: &'a Finding, context: &Context<'_>) -> SarifResult<'a> {
    let rule_index = context.rules.binary_search(&finding.rule.as_str()).unwrap_or_default();
    SarifResult {
        rule_id: &finding.rule,
        rule_index,
        level: match Level::of(finding.score) {
            Level::High => "error",
            Level::Medium => "warning",
            Level::Low => "note",
        },
        message: Message::markdown(&finding.message, &explanation(finding)),
        rank: rounded(finding.score),
        locations: [sink(finding, context)],
        code_flows: code_flows(finding, context),
        related_locations: related(finding, context),
        partial_fingerprints: Fingerprints { id: &finding.id },
        baseline_state: finding.state.map(State::name),
        suppressions: finding.suppressed.iter().map(suppression).collect(),
        properties: properties(finding),
    }
}

fn suppression(suppressed: &crate::gate::Suppression) -> wire::Suppression {
    let kind = if suppressed.in_source { "inSource" } else { "external" };
    wire::Suppression { kind, status: "accepted", justification: plain(&suppressed.reason) }
}

/// The message with what it stands on and what to do, in Markdown.
fn explanation(finding: &Finding) -> String {
    let mut text = escape::markdown(&finding.message);
    text.push_str(&format!("\n\nScore {:.0}: {}", finding.score, finding.verdict.name()));
    if let Some((name, kind)) = &finding.entry {
        text.push_str(&format!(" from {} ({})", escape::markdown(name), escape::markdown(kind)));
    }
    text.push('.');
    for factor in &finding.factors {
        text.push_str(&format!(
            "\n- {} {:.2}: {}",
            factor.name,
            factor.counted(),
            escape::markdown(&factor.why)
        ));
    }
    if !finding.advice.is_empty() {
        text.push_str(&format!("\n\n{}", escape::markdown(&finding.advice)));
    }
    text
}

fn properties(finding: &Finding) -> ResultProperties<'_> {
    ResultProperties {
        kind: &finding.kind,
        subject: &finding.subject,
        verdict: finding.verdict.name(),
        evidence: finding.evidence.name(),
        score: rounded(finding.score),
        decision: finding.decision.name(),
        entry: finding.entry.as_ref().map(|(name, _)| name.as_str()),
        other_entries: finding.other_entries,
        secrets: &finding.secrets,
        generated: finding.provenance.as_ref().map(|provenance| rounded(provenance.generated())),
        tools: finding.provenance.as_ref().map_or(&[], |provenance| &provenance.tools),
        models: finding.provenance.as_ref().map_or(&[], |provenance| &provenance.models),
        first_seen: finding.provenance.as_ref().and_then(|provenance| provenance.first_seen).map(day),
        reviewers: finding.provenance.as_ref().map_or(&[], |provenance| &provenance.reviewers),
        owners: finding.owners.iter().map(|owner| owner.name.as_str()).collect(),
        factors: finding.factors.iter().map(|factor| (factor.name, rounded(factor.counted()))).collect(),
    }
}

/// Where the thing is that matters.
fn sink<'a>(finding: &'a Finding, context: &Context<'_>) -> Location<'a> {
    let line = finding.excerpt.iter().find(|(number, _)| *number == finding.place.line);
    let mut location = location(&finding.place, line.map_or("", |(_, text)| text), context);
    if let (Some(physical), Some((first, _)), Some((last, _))) =
        (location.physical.as_mut(), finding.excerpt.first(), finding.excerpt.last())
    {
        let text = finding.excerpt.iter().map(|(_, text)| snippet(text) + "\n").collect();
        physical.context_region =
            Some(Region { end_line: Some(*last), snippet: Some(Content { text }), ..Region::line(*first) });
    }
    if let Some(hop) = finding.path.last() {
        location.logical = logical(&hop.function);
    }
    location
}

/// A place; columns are counted in characters where the line is at hand.
fn location<'a>(place: &Place, text: &str, context: &Context<'_>) -> Location<'a> {
    let mut region = Region::line(place.line);
    if !text.is_empty() {
        let span = span::of(text, place.column);
        let column = |end: usize| u32::try_from(text[..end].chars().count() + 1).unwrap_or(u32::MAX);
        region.start_column = Some(column(span.start));
        region.end_column = Some(column(span.end).max(column(span.start) + 1));
        region.snippet = Some(Content { text: snippet(text) });
    } else if place.column > 1 {
        region.start_column = Some(place.column);
    }
    let artifact_location = artifact_location(&place.file, context);
    Location {
        physical: Some(Physical { artifact_location, region: Some(region), context_region: None }),
        ..Location::default()
    }
}

fn snippet(text: &str) -> String {
    escape::clipped(text, SNIPPET).into_owned()
}

fn logical(function: &str) -> Vec<LogicalLocation<'_>> {
    if function.is_empty() {
        return Vec::new();
    }
    vec![LogicalLocation { fully_qualified_name: function, kind: "function" }]
}

/// The path as one flow of one thread. Of a path beyond the limit the beginning is left out: the sink matters.
fn code_flows<'a>(finding: &'a Finding, context: &Context<'_>) -> Vec<CodeFlow<'a>> {
    let first = finding.path.len().saturating_sub(STEPS);
    let hops = &finding.path[first..];
    if hops.len() < 2 {
        return Vec::new();
    }
    let steps = hops.iter().enumerate().map(|(index, hop)| step(index, hop, hops.len(), context)).collect();
    vec![CodeFlow { thread_flows: [ThreadFlow { locations: steps }] }]
}

fn step<'a>(index: usize, hop: &'a Hop, steps: usize, context: &Context<'_>) -> ThreadFlowLocation<'a> {
    let mut location = location(&hop.place, &hop.text, context);
    location.message = Some(Message::plain(&hop.what));
    location.logical = logical(&hop.function);
    let is_end = index == 0 || index + 1 == steps;
    ThreadFlowLocation {
        location,
        execution_order: index + 1,
        importance: if is_end { "essential" } else { "important" },
    }
}

/// The entry point and the sites that the verdict depends on.
fn related<'a>(finding: &'a Finding, context: &Context<'_>) -> Vec<Location<'a>> {
    let mut related = Vec::new();
    if let (Some((name, kind)), Some(first)) = (&finding.entry, finding.path.first()) {
        let mut entry = location(&first.place, &first.text, context);
        entry.message = Some(Message::plain(&format!("Entry point {name} ({kind})")));
        related.push(entry);
    }
    for place in finding.other_places() {
        let mut other = location(place, "", context);
        other.message = Some(Message::plain("The same of another call"));
        related.push(other);
    }
    for place in &finding.unknowns {
        let mut unknown = location(place, "", context);
        unknown.message = Some(Message::plain("The target of this call is not known"));
        related.push(unknown);
    }
    // One location of the limit is the sink.
    related.truncate(LOCATIONS - 1);
    for (id, location) in related.iter_mut().enumerate() {
        location.id = Some(id);
    }
    related
}

fn artifact_location(file: &str, context: &Context<'_>) -> ArtifactLocation {
    let base = if context.dependencies.contains(file) { PACKAGES_ROOT } else { SOURCE_ROOT };
    ArtifactLocation { uri: percent_encoded(file), uri_base_id: base }
}

/// The files that results name, sorted.
fn artifacts(findings: &[&Finding], context: &Context<'_>) -> Vec<Artifact> {
    let mut files = BTreeSet::new();
    for finding in findings {
        files.insert(finding.place.file.as_str());
        files.extend(finding.path.iter().map(|hop| hop.place.file.as_str()));
    }
    files.into_iter().map(|file| Artifact { location: artifact_location(file, context) }).collect()
}

const SKIPPED: &str = "skipped";
const NOTE: &str = "note";
const LEFT_OUT: &str = "results-left-out";

fn notification_kinds() -> Vec<Descriptor<'static>> {
    vec![
        Descriptor::notification(
            LEFT_OUT,
            "Results beyond the limit of code-scanning services were left out.",
        ),
        Descriptor::notification(NOTE, "Something limits what the analysis can say."),
        Descriptor::notification(SKIPPED, "A file or folder was not analysed."),
    ]
}

/// What was left out, skipped and noted.
fn notifications<'a>(analysis: &'a Analysis, context: &Context<'_>, beyond: usize) -> Vec<Notification<'a>> {
    let mut all = Vec::new();
    if beyond > 0 {
        let text = format!("{beyond} results with the lowest scores were left out: {RESULTS} are kept.");
        all.push(Notification::new(LEFT_OUT, &text, None));
    }
    for skipped in &analysis.skipped {
        let place = file_location(&skipped.path, context);
        all.push(Notification::new(SKIPPED, &skipped.reason, Some(place)));
    }
    for note in &analysis.notes {
        let place = (!note.place.file.is_empty()).then(|| location(&note.place, "", context));
        all.push(Notification::new(NOTE, &note.message, place));
    }
    if all.len() > NOTIFICATIONS {
        let more = all.len() - NOTIFICATIONS;
        all.truncate(NOTIFICATIONS);
        all.push(Notification::new(NOTE, &format!("{more} more notifications were left out."), None));
    }
    all
}

/// A whole file.
fn file_location<'a>(file: &str, context: &Context<'_>) -> Location<'a> {
    let artifact_location = artifact_location(file, context);
    let physical = Physical { artifact_location, region: None, context_region: None };
    Location { physical: Some(physical), ..Location::default() }
}

/// A relative path as a URI reference: all but unreserved characters and slashes encoded.
///
/// A first segment with a colon would read as a scheme; the colon is encoded, so none can.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Text as a plain message of SARIF.
fn plain(text: &str) -> String {
    wire::escaped(&inert(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_uri_references() {
        assert_eq!(percent_encoded("a b/ü#?.py"), "a%20b/%C3%BC%23%3F.py");
        assert_eq!(percent_encoded("javascript:x"), "javascript%3Ax");
        assert_eq!(percent_encoded("\u{1b}[2J"), "%1B%5B2J");
    }
}
