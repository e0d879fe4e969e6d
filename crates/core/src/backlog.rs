//! Results of other scanners → the same results, each tied to the code that it is about, in the order in which they
//! matter.
//!
//! Every result is kept as it came: what we know of it goes into its `rank` and its property `blastline`. Formats
//! other than SARIF are first written as SARIF ([`foreign`]), so that there is one way through.
//!
//! # Terms
//! * A result is *tied* when its place is in a function of the program ([`place`]).
//! * Its *class* is what can go wrong, as numbers of CWE; those that scanners use for the same thing are one
//!   ([`class`]).
//! * Its *relation* to our own findings: one of the same class at the same place *confirms* it when a value was
//!   followed, and *weakens* it when we looked and found none. A rule that does not say what it is about ([`vague`]) is
//!   supported by a finding of any class that ends there.
//!
//! # Order
//! By the product of the same five factors as our own findings, see `docs/triage.md`: a flow that the engine follows
//! first; unreachable, test-only and constant last.
//!
//! # Invariants
//! * No result is dropped, whatever it holds; the number that goes in comes out.
//! * Equal inputs give equal orders.

mod class;
mod exploits;
mod foreign;
mod judge;
mod literal;
mod open;
mod place;
mod sarif;
mod spot;
mod vague;

use crate::discover::owners::Owner;
use crate::finding::{Factor, Hop, Notice, Place, Provenance, Verdict};
use crate::ids::FuncId;
use crate::models::Models;
use crate::{Analysis, Error};
use serde_json::Value;

pub use crate::rank::Decision;
pub use exploits::Exploits;
pub(crate) use sarif::ranked;

/// A file of results.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Text {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Text {
    /// A text under a name.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

/// What our own analysis says of a result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Relation {
    /// A value was followed to the same place.
    Confirms,
    /// The same call is at fault whatever it is given, or is reached with arguments that come from elsewhere.
    Supports,
    /// The call was looked at, and nothing that matters gets there.
    Weakens,
    /// Only whether the code runs is known.
    Silent,
    /// Not even that: the place is in no code that was analysed.
    Untied,
}

impl Relation {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirms => "confirmed",
            Self::Supports => "supported",
            Self::Weakens => "weakened",
            Self::Silent => "located",
            Self::Untied => "not tied",
        }
    }
}

/// A result of a scanner, and what we know of it.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Item {
    /// Which log, run and result it is.
    pub index: (usize, usize, usize),
    /// Name of the scanner.
    pub tool: String,
    /// Name of its rule.
    pub rule: String,
    /// What it says.
    pub message: String,
    /// How severe the scanner says it is, in (0, 1].
    pub severity: f64,
    /// Whether the rule is about something else than security: its scanner marks those that are.
    pub is_aside: bool,
    /// Numbers of CWE.
    pub cwe: Vec<u32>,
    /// Whether nothing says which class it is of, and nothing that it is about something else than security.
    pub is_vague: bool,
    /// Where, as the scanner says.
    pub place: Option<Place>,
    /// The same without its base, where it has one: scanners' bases may be folders of another machine.
    pub(crate) bare_path: String,
    /// Last line of the place.
    pub end_line: u32,
    /// The column behind the last one; 0 where the scanner does not say.
    pub(crate) end_column: u32,
    /// The line of the call that it is about; that of the place where that is none.
    pub(crate) begin: u32,
    /// Names of vulnerabilities (CVE).
    pub cves: Vec<String>,
    /// The package that it is about, for results about dependencies.
    pub package: String,
    /// The function that it is in, where it is tied to one.
    pub function: Option<FuncId>,
    /// What our own analysis says.
    pub relation: Relation,
    /// Whether the code runs; none where that is not known.
    pub verdict: Option<Verdict>,
    /// Name and kind of the entry point.
    pub entry: Option<(String, String)>,
    /// How it is reached.
    pub path: Vec<Hop>,
    /// Our finding that the relation is to.
    pub finding: String,
    /// Who wrote the function.
    pub provenance: Option<Provenance>,
    /// Who answers for the file.
    pub owners: Vec<Owner>,
    /// 0 to 100.
    pub score: f64,
    /// What to do about it.
    pub decision: Decision,
    /// Every factor.
    pub factors: Vec<Factor>,
    /// The reason for the place in the order, a sentence.
    pub why: String,
    /// The item, by its place in [`Backlog::items`], that says the same and comes first.
    pub duplicate_of: Option<usize>,
}

/// Results of scanners in the order in which they matter.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Backlog {
    /// The highest score first.
    pub items: Vec<Item>,
    /// What a reader should know of how they were judged.
    pub notes: Vec<Notice>,
    /// The logs as they came, one a file.
    logs: Vec<Value>,
}

impl Backlog {
    /// The logs as they came, for the report that writes them again.
    pub(crate) fn logs(&self) -> &[Value] {
        &self.logs
    }
}

/// Reads logs, ties their results to a program, and orders them by what is known of the program and of exploits.
///
/// # Errors
/// When a text is no log of a kind that is known: the message names the file, the place and the repair.
pub fn triage(
    analysis: &Analysis,
    models: &Models,
    texts: &[Text],
    exploits: &Exploits,
) -> Result<Backlog, Error> {
    let logs: Vec<Value> = texts.iter().map(read).collect::<Result<_, _>>()?;
    let mut items = Vec::new();
    for (index, (log, text)) in logs.iter().zip(texts).enumerate() {
        items.extend(sarif::items(index, log).map_err(|reason| complaint(text, &reason))?);
    }
    judge::all(analysis, models, exploits, &mut items);
    items.sort_by(|a, b| {
        let rest = |item: &Item| (item.place.clone(), item.tool.clone(), item.rule.clone(), item.index);
        b.score
            .total_cmp(&a.score)
            .then(b.severity.total_cmp(&a.severity))
            .then_with(|| rest(a).cmp(&rest(b)))
    });
    judge::mark_duplicates(&mut items);
    Ok(Backlog { items, notes: Vec::new(), logs })
}

/// Whether every text is a log that can be read.
///
/// # Errors
/// As [`triage`].
pub fn check(texts: &[Text]) -> Result<(), Error> {
    texts.iter().try_for_each(|text| read(text).map(|_| ()))
}

fn complaint(text: &Text, reason: &str) -> Error {
    Error {
        message: format!(
            "{}: {reason}; give SARIF 2.1.0, or JSON of gitleaks, Trivy, osv-scanner or npm audit",
            text.name
        ),
    }
}

fn read(text: &Text) -> Result<Value, Error> {
    let value: Value = serde_json::from_str(&text.text).map_err(|error| {
        let what =
            if error.is_eof() { "ends in the middle".to_owned() } else { format!("is no JSON: {error}") };
        complaint(text, &format!("line {}: {what}", error.line()))
    })?;
    if value.get("runs").is_some() || value.get("version").is_some_and(Value::is_string) {
        return sarif::checked(value).map_err(|reason| complaint(text, &reason));
    }
    foreign::log(&value).ok_or_else(|| complaint(text, "it is of no kind that is known"))
}
