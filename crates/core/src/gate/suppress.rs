//! Comments and baselines → findings that are marked as not counting.
//!
//! A comment in the line of a finding, or in the line before it: `blastline: ignore[RULE] REASON`, with `until
//! 2027-01-31` in the reason where it is not for ever; `blastline: ignore-file[RULE] REASON` in the first lines of a file.
//! Without a rule or a reason a comment suppresses nothing, and says so.

use super::{State, Suppression};
use crate::finding::{Finding, Notice, Place};
use crate::{Error, discover};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Lines at the top of a file in which `ignore-file` counts.
const HEAD: usize = 20;
const MARK: &str = "blastline: ignore";

/// Findings that were accepted before.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Baseline {
    /// The version of this shape.
    pub schema_version: u32,
    /// Ids of findings, each with a line for people.
    pub findings: BTreeMap<String, String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When the text is none; the message names `file` and the repair.
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| Error {
            message: format!(
                "{file}:{}: is no baseline ({error}); write one with --write-baseline",
                error.line()
            ),
        })
    }

    /// The baseline of findings that are there now.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let present = findings.iter().filter(|finding| finding.state != Some(State::Absent));
        let row = |finding: &Finding| {
            (finding.id.clone(), format!("{} {} in {}", finding.rule, finding.subject, finding.place.file))
        };
        Self { schema_version: 1, findings: present.map(row).collect() }
    }
}

/// A comment that suppresses.
#[derive(Debug)]
struct Comment {
    is_file: bool,
    rule: String,
    reason: String,
    until: Option<String>,
}

/// Marks findings, and says which comments do nothing. `today` is a day as `2026-12-31`.
pub fn suppress(findings: &mut [Finding], root: &Path, baseline: &Baseline, today: &str) -> Vec<Notice> {
    let files: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.state != Some(State::Absent))
        .map(|finding| finding.place.file.clone())
        .collect();
    let mut notices = Vec::new();
    let mut comments: BTreeMap<String, Vec<(u32, Comment)>> = BTreeMap::new();
    for file in files {
        let text = discover::text(root, &file).unwrap_or_default();
        for (line, text) in (1_u32..).zip(text.lines()).filter(|(_, text)| text.contains(MARK)) {
            let place = Place::new(file.clone(), line, 1);
            match parse(text, line, today) {
                Ok(comment) => comments.entry(file.clone()).or_default().push((line, comment)),
                Err(reason) => notices.push(Notice::new(place, reason)),
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| finding.state != Some(State::Absent)) {
        let of_file = comments.get(&finding.place.file).map_or(&[][..], Vec::as_slice);
        let fits = |(line, comment): &&(u32, Comment)| {
            let is_near = comment.is_file || *line == finding.place.line || line + 1 == finding.place.line;
            is_near && (comment.rule == finding.rule || comment.rule == "*")
        };
        let in_source = of_file.iter().find(fits).map(|(_, comment)| Suppression {
            in_source: true,
            reason: match &comment.until {
                Some(until) => format!("{} (until {until})", comment.reason),
                None => comment.reason.clone(),
            },
        });
        let accepted = baseline.findings.contains_key(&finding.id);
        let of_baseline =
            accepted.then(|| Suppression { in_source: false, reason: "in the baseline".to_owned() });
        finding.suppressed = in_source.or(of_baseline);
    }
    notices
}

/// Reads a comment, or says why it does nothing.
fn parse(text: &str, line: u32, today: &str) -> Result<Comment, String> {
    let rest = text.split_once(MARK).map(|(_, rest)| rest).unwrap_or_default();
    let (is_file, rest) = rest.strip_prefix("-file").map_or((false, rest), |rest| (true, rest));
    let form = "write `blastline: ignore[rule] reason`, with `until 2027-01-31` in the reason if it ends";
    let rule = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((rule, reason)) = rule else { return Err(format!("This comment suppresses nothing: {form}.")) };
    let reason = reason.trim().trim_end_matches("*/").trim_end_matches("-->").trim();
    let until = reason.rsplit_once("until ").map(|(_, day)| day.trim().trim_end_matches('.').to_owned());
    let until = until.filter(|day| is_day(day));
    let why = match &until {
        Some(_) => reason.rsplit_once("until ").map_or(reason, |(why, _)| why),
        None => reason,
    };
    let why = why.trim().trim_end_matches([',', ';', '(']).trim();
    if why.is_empty() {
        return Err(format!("This comment suppresses nothing, because it gives no reason: {form}."));
    }
    if is_file && line as usize > HEAD {
        return Err(format!("`ignore-file` counts in the first {HEAD} lines of a file only."));
    }
    if let Some(day) = until.as_deref().filter(|day| *day < today) {
        return Err(format!("This comment suppresses nothing since {day}: decide anew, or remove it."));
    }
    Ok(Comment { is_file, rule: rule.trim().to_owned(), reason: why.to_owned(), until })
}

/// `2026-12-31`: such days are in the order of their texts.
fn is_day(text: &str) -> bool {
    let shape =
        |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(&str, &str, Option<&str>), &str>) {
        match (parse(text, 3, "2026-06-01"), expected) {
            (Ok(comment), Ok((rule, reason, until))) => {
                assert_eq!(
                    (comment.rule.as_str(), comment.reason.as_str(), comment.until.as_deref()),
                    (rule, reason, until)
                );
            }
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn comments_need_a_rule_and_a_reason() {
        check("x # blastline: ignore[a-b] known, see 12", Ok(("a-b", "known, see 12", None)));
        check(
            "/* blastline: ignore[*] old code until 2026-12-31 */",
            Ok(("*", "old code", Some("2026-12-31"))),
        );
        check("# blastline: ignore[a] waits until spring", Ok(("a", "waits until spring", None)));
        check("# blastline: ignore", Err("suppresses nothing"));
        check("# blastline: ignore[a]", Err("gives no reason"));
        check("# blastline: ignore[a] until 2026-12-31", Err("gives no reason"));
        check("# blastline: ignore[a] old until 2026-05-31", Err("since 2026-05-31"));
    }
}
