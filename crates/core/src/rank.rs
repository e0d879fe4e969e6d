//! Findings → their order: score, factors, stable names. The formula and the reasons for each value stand in
//! `docs/ranking.md`.
//!
//! score = 100 × impact × exposure × evidence × provenance × accountability, each factor in (0, 1] and kept with
//! the facts behind it and with what would lower it.
//!
//! # Invariants
//! * Equal findings get equal places: by score, then rule, file, line and name.
//! * A finding's name depends on rule, API, function, entry point and source, never on a line.

mod weights;

use crate::discover::owners::{Owner, Title};
use crate::finding::{Factor, Finding, Provenance, Verdict};
use crate::models::{Kind, Rule};
use crate::reach::Ground;
use crate::solution::Certainty;
use crate::tag::{SinkTag, SourceTag};
use std::collections::BTreeMap;
pub use weights::{Decision, Weights};

/// What a score is made from.
pub(crate) struct Basis<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) sink: &'a SinkTag,
    pub(crate) sink_kind: &'a Kind,
    pub(crate) source: Option<(&'a SourceTag, &'a Kind)>,
    pub(crate) is_secret: bool,
    pub(crate) ground: Ground,
    pub(crate) certainty: Certainty,
    pub(crate) verdict: Verdict,
    /// How much the verdict is worth beside `reachable`.
    pub(crate) trust: f64,
    /// Name, kind and exposure of the entry point.
    pub(crate) entry: Option<(String, String, f64)>,
    /// What stands before the entry point and asks who somebody is.
    pub(crate) guard: Option<&'a str>,
    /// Whether the call is in the code of a test.
    pub(crate) in_tests: bool,
    /// Whether the call is in a copy of another project's code.
    pub(crate) is_copied: bool,
    /// Functions of dependencies that the value passes before it arrives.
    pub(crate) inside: usize,
    /// Steps of the value's way, and those of them that are not sure.
    pub(crate) steps: (usize, usize),
    /// Whether a secret is sent under the name of a credential, to whom it is for.
    pub(crate) is_credential: bool,
    /// Whether a value becomes an argument of a program that is not chosen by it, without a shell.
    pub(crate) is_argument: bool,
    /// Whether a value that names a file holds no separator of folders.
    pub(crate) is_segment: bool,
    /// Other entry points that reach it.
    pub(crate) others: usize,
    /// Whether the path touches changed code; none where all code is in scope.
    pub(crate) in_scope: Option<bool>,
}

/// The product of the factors, 0 to 100.
pub(crate) fn value(basis: &Basis<'_>) -> f64 {
    product(&factors(basis))
}

/// All factors, with their reasons.
pub(crate) fn factors(basis: &Basis<'_>) -> Vec<Factor> {
    vec![impact(basis), exposure(basis), evidence(basis), provenance(basis), accountability()]
}

/// The score of these factors.
pub(crate) fn product(factors: &[Factor]) -> f64 {
    100.0 * factors.iter().map(Factor::counted).product::<f64>()
}

/// Impact of starting a program that others choose the arguments of, and not the program.
const AS_ARGUMENT: f64 = 0.1;

/// What is left of the impact of naming a file where the name is one segment of an address.
const AS_SEGMENT: f64 = 0.6;

/// The rule says what can happen, the API how easily.
fn impact(basis: &Basis<'_>) -> Factor {
    let of_sink = if basis.is_argument { basis.sink.impact.min(AS_ARGUMENT) } else { basis.sink.impact };
    let share = if basis.is_segment { AS_SEGMENT } else { 1.0 };
    let value = share * basis.rule.impact * f64::midpoint(1.0, of_sink);
    let what = match (basis.is_argument, basis.is_segment) {
        (true, _) => ", of which the value is an argument",
        (_, true) => "; a segment of an address holds no separator, and leads one folder up at most",
        _ => "",
    };
    let why = format!("`{}` {}{what}", basis.sink.api, lower_first(&basis.sink_kind.title));
    Factor::new("impact", round(value), why, "a call that can do less".to_owned())
}

/// Lowest exposure of a flow of a secret: the value leaves whenever the code runs, whoever makes it run.
const SECRET_LEAVES: f64 = 0.6;
/// Exposure of a call in a test that nothing is known to reach.
const IN_TESTS: f64 = 0.1;
/// Exposure of what no entry point is known to reach.
const NOT_REACHED: f64 = 0.3;
/// What is left of the exposure of code that was copied from another project, which does more than is used here.
const COPIED: f64 = 0.4;
/// Impact of the source kind that anyone may choose: an HTTP request.
const ANYONE: f64 = 0.8;

fn exposure(basis: &Basis<'_>) -> Factor {
    let of_entry = basis.entry.as_ref().map(|(_, _, exposure)| *exposure);
    let mut value = of_entry.unwrap_or(NOT_REACHED);
    let mut why = match &basis.entry {
        Some((name, kind, _)) => format!("reached from {kind} `{name}`"),
        None => "no known entry point reaches it".to_owned(),
    };
    if let Some(guard) = basis.guard {
        why.push_str(&format!(", which `{guard}` stands before"));
    }
    if basis.others > 0 {
        why.push_str(&format!(" and {} other entry points", basis.others));
    }
    let is_test = basis.in_tests || of_entry.is_some_and(|exposure| exposure < 0.2);
    if basis.in_tests {
        value = value.min(of_entry.unwrap_or(IN_TESTS));
        why.push_str("; the call is in a test");
    }
    match basis.source {
        Some((_, kind)) if basis.ground == Ground::Flow && !is_test && !basis.is_secret => {
            // Who chooses the value counts, not only who can make the code run.
            let chosen = (kind.impact / ANYONE).min(1.0);
            value = if of_entry.is_some() { value.min(chosen) } else { chosen * 0.8 };
            why.push_str(&format!("; the value is that of {}", article(&kind.title)));
        }
        Some(_) if basis.ground == Ground::Flow && !is_test => {
            value = value.max(SECRET_LEAVES);
            why.push_str("; the secret leaves whenever the code runs");
        }
        _ => {}
    }
    if basis.is_copied {
        value *= COPIED;
        why.push_str("; the call is in a copy of another project's code");
    }
    let lower = "authentication before it, or an entry point that fewer people can use".to_owned();
    Factor::new("exposure", round(value), why, lower)
}

fn evidence(basis: &Basis<'_>) -> Factor {
    let (value, why) = match basis.ground {
        Ground::Flow => (1.0, "the value was followed into the call"),
        Ground::Fault => (0.9, "the call is at fault whatever it is given"),
        Ground::Built => (0.5, "text is put together for the call; no input was followed into it"),
        Ground::Variable => (0.25, "an argument comes from elsewhere; no input was followed into it"),
        Ground::Able => (0.3, "the call is reached; no input was followed into it"),
        Ground::Together => (0.15, "the same function reads the secret and makes the call"),
    };
    let of_verdict = match (basis.ground, basis.verdict) {
        // That a request is read shows that the code is meant to serve requests.
        (Ground::Flow, Verdict::Unknown) => 0.6,
        (Ground::Flow, Verdict::Unreachable) => 0.4,
        _ => basis.trust,
    };
    let sure = match basis.certainty {
        Certainty::Exact | Certainty::Resolved => 1.0,
        Certainty::Typed => 0.95,
        // Each step that is not sure is a doubt of its own.
        Certainty::Possible if basis.ground == Ground::Flow => match basis.steps.1 {
            0 | 1 => 0.5,
            2 => 0.3,
            _ => 0.2,
        },
        Certainty::Possible => 0.7,
    };
    // A route that needs a possible edge and a call that is matched by name are one doubt, not two.
    let doubt = of_verdict.min(sure);
    let mut why = format!("{why}; {}", about(basis.verdict));
    if basis.inside > 0 {
        why.push_str(&format!("; {} functions of installed packages come before it", basis.inside));
    }
    if basis.is_credential {
        why.push_str("; it is sent under the name of a credential");
    }
    let lower = match basis.ground {
        Ground::Flow => "a sanitiser or a check on the way",
        Ground::Fault => "another setting of the call",
        _ => "constant or checked arguments",
    };
    Factor::new("evidence", round(value * doubt * trust_on_the_way(basis)), why, lower.to_owned())
}

/// What the way of a value takes from the belief that it arrives as it was. A library that is given a value may check
/// it, the more so the further in, and it is given a secret to use it. On a long way more can be wrong.
fn trust_on_the_way(basis: &Basis<'_>) -> f64 {
    let inside = match (basis.inside, basis.is_secret) {
        (0, _) => 1.0,
        (_, true) => 0.3,
        (1, false) => 0.9,
        (2, false) => 0.7,
        (3, false) => 0.5,
        (_, false) => 0.35,
    };
    let length = match basis.steps.0 {
        0..=20 => 1.0,
        21..=35 => 0.8,
        _ => 0.6,
    };
    inside * length * if basis.is_credential { 0.3 } else { 1.0 }
}

fn about(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "an entry point reaches it",
        Verdict::Possible => "the path needs a step that is not certain",
        Verdict::Unknown => "only a call that could not be resolved may lead to it",
        Verdict::Unreachable => "no path leads to it",
    }
}

fn provenance(basis: &Basis<'_>) -> Factor {
    let (value, why) = match basis.in_scope {
        None => (1.0, "all code is in scope"),
        Some(true) => (1.0, "the path goes through changed code"),
        Some(false) => (0.6, "the path was there before the change"),
    };
    Factor::new("provenance", value, why.to_owned(), String::new())
}

fn accountability() -> Factor {
    Factor::new("accountability", 1.0, "no owner is known".to_owned(), "a named owner".to_owned())
}

/// Code that people wrote, where other code is known to be generated: somebody understood it once.
const BY_PEOPLE: f64 = 0.85;
/// Generated code that somebody reviewed or merged.
const REVIEWED: f64 = 0.95;
/// Somebody is named who answers for it.
const OWNED: f64 = 0.9;
/// Somebody is named for the package that it is in.
const MAINTAINED: f64 = 0.95;

/// Puts who wrote and who answers into the factors. Where nothing is generated, provenance tells no order.
pub(crate) fn weigh(findings: &mut [Finding], has_generated: bool) {
    for finding in findings {
        let provenance = finding.provenance.as_ref().filter(|_| has_generated);
        account(&mut finding.factors, provenance, &finding.owners);
    }
}

/// The same for factors of one thing.
pub(crate) fn account(factors: &mut [Factor], provenance: Option<&Provenance>, owners: &[Owner]) {
    let written = provenance.map(written);
    let owned = owned(owners);
    for factor in factors {
        match (factor.name, &written, &owned) {
            ("provenance", Some((value, why, lower)), _) => {
                factor.value = round(factor.value * value);
                factor.why = format!("{}; {why}", factor.why);
                factor.lower = (*lower).to_owned();
            }
            ("accountability", _, Some((value, why))) => {
                factor.value = round(*value);
                factor.why.clone_from(why);
            }
            _ => {}
        }
    }
}

fn written(provenance: &Provenance) -> (f64, String, &'static str) {
    let generated = provenance.ai + provenance.machine;
    if generated == 0 {
        return (BY_PEOPLE, "no line of the path is known to be generated".to_owned(), "");
    }
    let who = provenance.tools.first().map_or("a program", String::as_str);
    let lines = provenance.lines;
    let why = format!("{who} wrote {generated} of the {lines} lines of the functions on the path");
    match provenance.reviewers.first() {
        Some(reviewer) => (REVIEWED, format!("{why}, which {reviewer} reviewed or merged"), ""),
        None => (1.0, why, "a review by a person"),
    }
}

fn owned(owners: &[Owner]) -> Option<(f64, String)> {
    let first = owners.first()?;
    let others = match owners.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let (name, file) = (&first.name, &first.file);
    Some(match first.title {
        Title::Codeowners | Title::OwnersFile => (OWNED, format!("{name}{others} answers for it ({file})")),
        Title::Manifest => (MAINTAINED, format!("{name}{others} maintains the package ({file})")),
        Title::Inferred => (1.0, format!("nobody is named; {name}{others} wrote most of it")),
    })
}

/// Three decimals: what is printed is what was multiplied.
pub(crate) fn round(value: f64) -> f64 {
    (value.clamp(0.001, 1.0) * 1000.0).round() / 1000.0
}

fn lower_first(text: &str) -> String {
    let is_acronym = text.chars().nth(1).is_some_and(char::is_uppercase);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !is_acronym => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

fn article(title: &str) -> String {
    let vowel = title.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {title}", if vowel { "an" } else { "a" })
}

/// Scores, names and sorts findings.
#[must_use]
pub fn order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| (&a.rule, &a.place, &a.message).cmp(&(&b.rule, &b.place, &b.message)));
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    for finding in &mut findings {
        finding.score = (product(&finding.factors) * 10.0).round() / 10.0;
        let name = hash(finding, 0);
        let ordinal = seen.entry(name).and_modify(|count| *count += 1).or_insert(0);
        finding.id = format!("{:016x}", hash(finding, *ordinal));
    }
    findings.sort_by(|a, b| {
        let rest = (&a.rule, &a.place, &a.id).cmp(&(&b.rule, &b.place, &b.id));
        b.score.total_cmp(&a.score).then(rest)
    });
    findings
}

/// FNV-1a over what names a finding: a hash that stays the same in every version and on every machine.
fn hash(finding: &Finding, ordinal: u64) -> u64 {
    let (name, kind) = finding.entry.as_ref().map_or(("", ""), |(name, kind)| (name, kind));
    let function = finding.path.last().map_or("", |hop| hop.function.as_str());
    let parts = [&finding.rule, &finding.kind, &finding.subject, function, name, kind, &finding.place.file];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    for part in parts {
        part.bytes().for_each(&mut add);
        add(0);
    }
    ordinal.to_le_bytes().into_iter().for_each(add);
    hash
}

#[cfg(test)]
mod tests;
