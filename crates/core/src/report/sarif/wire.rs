//! The part of SARIF 2.1.0 that we write, member for member as the standard names it.

use serde::{Serialize, Serializer};

#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool<'a>,
    pub(super) invocations: [Invocation<'a>; 1],
    pub(super) original_uri_base_ids: BaseIds,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) results: Vec<SarifResult<'a>>,
    pub(super) column_kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) information_uri: &'static str,
    pub(super) rules: Vec<Descriptor<'a>>,
    pub(super) notifications: Vec<Descriptor<'a>>,
}

/// A rule, or a kind of notification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<RuleProperties>,
}

impl<'a> Descriptor<'a> {
    pub(super) fn notification(id: &'a str, text: &str) -> Self {
        Self {
            id,
            name: None,
            short_description: Message::plain(text),
            full_description: None,
            help: None,
            properties: None,
        }
    }
}

/// What code-scanning services read of a rule.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: Vec<String>,
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
    #[serde(rename = "security-severity")]
    pub(super) security_severity: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'a> {
    pub(super) execution_successful: bool,
    pub(super) tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
pub(super) struct Notification<'a> {
    descriptor: DescriptorReference,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'a>>,
}

impl<'a> Notification<'a> {
    pub(super) fn new(id: &'static str, text: &str, location: Option<Location<'a>>) -> Self {
        let locations = location.into_iter().collect();
        Self {
            descriptor: DescriptorReference { id },
            level: "warning",
            message: Message::plain(text),
            locations,
        }
    }
}

#[derive(Serialize)]
struct DescriptorReference {
    id: &'static str,
}

#[derive(Serialize)]
pub(super) struct BaseIds {
    #[serde(rename = "%SITEPACKAGES%")]
    pub(super) packages_root: BaseId,
    #[serde(rename = "%SRCROOT%")]
    pub(super) source_root: BaseId,
}

#[derive(Serialize)]
pub(super) struct BaseId {
    pub(super) description: Message,
}

#[derive(Serialize)]
pub(super) struct Artifact {
    pub(super) location: ArtifactLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    pub(super) uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    pub(super) rule_id: &'a str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) rank: f64,
    pub(super) locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) code_flows: Vec<CodeFlow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location<'a>>,
    pub(super) partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suppressions: Vec<Suppression>,
    pub(super) properties: ResultProperties<'a>,
}

/// Why a result does not count.
#[derive(Serialize)]
pub(super) struct Suppression {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) justification: String,
}

#[derive(Serialize)]
pub(super) struct Fingerprints<'a> {
    #[serde(rename = "blastline/v1")]
    pub(super) id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultProperties<'a> {
    pub(super) kind: &'a str,
    pub(super) subject: &'a str,
    pub(super) verdict: &'static str,
    pub(super) evidence: &'static str,
    pub(super) score: f64,
    pub(super) decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<&'a str>,
    pub(super) other_entries: usize,
    pub(super) secrets: &'a [String],
    /// The share of lines on the path that no person wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generated: Option<f64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) tools: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) models: &'a [String],
    /// The day of the oldest line on the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_seen: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) reviewers: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) owners: Vec<&'a str>,
    #[serde(serialize_with = "object")]
    pub(super) factors: Vec<(&'static str, f64)>,
}

/// Pairs as the members of an object, in their order.
fn object<S: Serializer>(pairs: &[(&'static str, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeFlow<'a> {
    pub(super) thread_flows: [ThreadFlow<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct ThreadFlow<'a> {
    pub(super) locations: Vec<ThreadFlowLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThreadFlowLocation<'a> {
    pub(super) location: Location<'a>,
    pub(super) execution_order: usize,
    pub(super) importance: &'static str,
}

#[derive(Serialize, Default)]
pub(super) struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    #[serde(rename = "physicalLocation", skip_serializing_if = "Option::is_none")]
    pub(super) physical: Option<Physical>,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    pub(super) logical: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Physical {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context_region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) snippet: Option<Content>,
}

impl Region {
    /// A line. Lines count from 1: a place without a line is shown at the first.
    pub(super) fn line(line: u32) -> Self {
        Self { start_line: line.max(1), start_column: None, end_line: None, end_column: None, snippet: None }
    }
}

#[derive(Serialize)]
pub(super) struct Content {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation<'a> {
    pub(super) fully_qualified_name: &'a str,
    pub(super) kind: &'static str,
}

/// A message, or a string in several forms.
#[derive(Serialize)]
pub(super) struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

impl Message {
    /// Plain text.
    pub(super) fn plain(text: &str) -> Self {
        Self { text: super::plain(text), markdown: None }
    }

    /// Plain text, and Markdown that is already escaped.
    pub(super) fn markdown(text: &str, markdown: &str) -> Self {
        Self { text: super::plain(text), markdown: Some(placeholders(markdown)) }
    }
}

/// Text in which nothing reads as an embedded link or a placeholder of SARIF.
pub(super) fn escaped(text: &str) -> String {
    placeholders(&text.replace('\\', "\\\\").replace("](", "\\]("))
}

/// Doubles the braces of what would read as a placeholder (`{0}`); other braces, as in routes, stay.
fn placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let inside = &rest[open + 1..];
        let digits = inside.find(|char: char| !char.is_ascii_digit()).unwrap_or(inside.len());
        out.push_str(&rest[..open]);
        if digits > 0 && inside[digits..].starts_with('}') {
            out.push_str(&format!("{{{{{}}}}}", &inside[..digits]));
            rest = &inside[digits + 1..];
        } else {
            out.push('{');
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_links_are_text() {
        assert_eq!(escaped("GET /a/{id}/{0}"), "GET /a/{id}/{{0}}");
        assert_eq!(escaped("[x](http://e)"), "[x\\](http://e)");
        assert_eq!(escaped("{12"), "{12");
    }
}
