//! Findings → the rules that they belong to, as code-scanning services show them.

use super::wire::{self, Descriptor, Message, RuleProperties};
use crate::Analysis;
use crate::finding::{Evidence, Finding, Verdict};
use crate::report::Level;
use std::collections::BTreeSet;

/// Code-scanning services keep so many tags of a rule.
const TAGS: usize = 10;

/// The rules of findings, sorted and without repetition.
pub(super) fn ids<'a>(findings: &[&'a Finding]) -> Vec<&'a str> {
    let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    rules.into_iter().collect()
}

/// A descriptor a rule, in the order of `ids`.
pub(super) fn described<'a>(
    _analysis: &Analysis,
    ids: &[&'a str],
    findings: &[&Finding],
) -> Vec<Descriptor<'a>> {
    ids.iter()
        .map(|id| {
            let of_rule: Vec<_> = findings.iter().copied().filter(|finding| finding.rule == *id).collect();
            described_by(id, &of_rule)
        })
        .collect()
}

/// A rule as its findings show it; there is at least one.
fn described_by<'a>(id: &'a str, findings: &[&Finding]) -> Descriptor<'a> {
    let title = title(id);
    let score = findings.iter().map(|finding| finding.score).fold(0.0, f64::max);
    let mut advices: Vec<&str> = findings.iter().map(|finding| finding.advice.as_str()).collect();
    advices.sort_unstable();
    advices.dedup();
    advices.retain(|advice| !advice.is_empty());
    let text = if advices.is_empty() { title.clone() } else { advices.join("\n") };
    let markdown: Vec<_> = advices.iter().map(|advice| format!("- {}", wire::markdown(advice))).collect();
    let markdown = format!("## {}\n\n{}", wire::markdown(&title), markdown.join("\n"));
    Descriptor {
        id,
        name: Some(pascal_case(id)),
        short_description: Message::plain(&title),
        full_description: Some(Message::plain(&title)),
        help: Some(Message::markdown(&text, &markdown)),
        properties: Some(RuleProperties {
            tags: tags(findings),
            precision: precision(findings),
            problem_severity: match Level::of(score) {
                Level::High => "error",
                Level::Medium => "warning",
                Level::Low => "recommendation",
            },
            security_severity: format!("{:.1}", (score / 10.0).clamp(0.1, 10.0)),
        }),
    }
}

fn tags(findings: &[&Finding]) -> Vec<String> {
    let cwe: BTreeSet<u32> = findings.iter().flat_map(|finding| finding.cwe.iter().copied()).collect();
    let cwe = cwe.into_iter().map(|number| format!("external/cwe/cwe-{number:03}"));
    std::iter::once("security".to_owned()).chain(cwe).take(TAGS).collect()
}

/// How often a finding of the rule is to be believed: as its best one.
fn precision(findings: &[&Finding]) -> &'static str {
    let best = findings.iter().map(|finding| (finding.evidence, finding.verdict)).min();
    match best {
        Some((Evidence::Flow, Verdict::Reachable)) => "very-high",
        Some((Evidence::Flow | Evidence::Reach, Verdict::Reachable | Verdict::Possible)) => "high",
        _ => "medium",
    }
}

/// `command-injection` → `Command injection`.
fn title(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `command-injection` → `CommandInjection`.
fn pascal_case(id: &str) -> String {
    id.split(['-', '_', '.', '/']).map(title).collect()
}
