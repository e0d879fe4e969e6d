//! Findings and rules → the rules as code-scanning services show them.
//!
//! Services group and order alerts by what stands at the rule, not at the result. So severity and tags are those of
//! the rule itself, the same in every run, wherever the rule is one that the models define.

use super::wire::{Descriptor, Message, RuleProperties};
use crate::Analysis;
use crate::finding::{Evidence, Finding};
use crate::models::Rule;
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
    analysis: &Analysis,
    ids: &[&'a str],
    findings: &[&Finding],
) -> Vec<Descriptor<'a>> {
    let about = |id: &'a str| {
        let about = match analysis.rules.iter().find(|rule| rule.id == id) {
            Some(rule) => About::of_rule(rule),
            None => About::of_findings(id, findings),
        };
        about.descriptor(id)
    };
    ids.iter().map(|id| about(id)).collect()
}

/// What is said of a rule.
struct About {
    title: String,
    help: String,
    advice: String,
    /// 0 to 10.
    severity: f64,
    cwe: BTreeSet<u32>,
    owasp: Vec<String>,
    evidence: Evidence,
}

impl About {
    fn of_rule(rule: &Rule) -> Self {
        Self {
            title: rule.title.clone(),
            help: rule.help.clone(),
            advice: rule.advice.clone(),
            severity: rule.impact * 10.0,
            cwe: rule.cwe.iter().copied().collect(),
            owasp: rule.owasp.clone(),
            evidence: rule.evidence.iter().copied().max().unwrap_or(Evidence::Reach),
        }
    }

    /// A rule that no models define, as the best of its findings shows it.
    fn of_findings(id: &str, findings: &[&Finding]) -> Self {
        let of_rule = || findings.iter().filter(|finding| finding.rule == id);
        let best = of_rule().map(|finding| finding.score).fold(0.0, f64::max);
        Self {
            title: title(id),
            help: title(id),
            advice: of_rule().next().map(|finding| finding.advice.clone()).unwrap_or_default(),
            severity: best / 10.0,
            cwe: of_rule().flat_map(|finding| finding.cwe.iter().copied()).collect(),
            owasp: Vec::new(),
            evidence: of_rule().map(|finding| finding.evidence).max().unwrap_or(Evidence::Reach),
        }
    }

    fn descriptor(self, id: &str) -> Descriptor<'_> {
        let text = format!("{} {}", self.help, self.advice);
        let (heading, help, advice) = (
            crate::report::escape::markdown(&self.title),
            crate::report::escape::markdown(&self.help),
            crate::report::escape::markdown(&self.advice),
        );
        let markdown = format!("# {heading}\n\n{help}\n\n**What to do.** {advice}");
        Descriptor {
            id,
            name: Some(pascal_case(id)),
            short_description: Message::plain(&self.title),
            full_description: Some(Message::plain(&self.help)),
            help: Some(Message::markdown(text.trim(), &markdown)),
            properties: Some(self.properties()),
        }
    }

    fn properties(self) -> RuleProperties {
        RuleProperties {
            precision: match self.evidence {
                Evidence::Flow => "very-high",
                Evidence::Reach => "high",
                Evidence::CoOccurrence => "medium",
            },
            problem_severity: match Level::of(self.severity * 10.0) {
                Level::High => "error",
                Level::Medium => "warning",
                Level::Low => "recommendation",
            },
            security_severity: format!("{:.1}", self.severity.clamp(0.1, 10.0)),
            tags: self.tags(),
        }
    }

    fn tags(self) -> Vec<String> {
        let cwe = self.cwe.into_iter().map(|number| format!("external/cwe/cwe-{number:03}"));
        let owasp = self.owasp.into_iter().map(|category| format!("owasp-{category}"));
        std::iter::once("security".to_owned()).chain(cwe).chain(owasp).take(TAGS).collect()
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
