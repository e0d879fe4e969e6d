//! What the program says: findings, each a path in the graph with the reasons for its place in the order.

use crate::discover::owners::Owner;
use crate::gate::{State, Suppression};
use crate::rank::Decision;
use crate::solution::Certainty;
use crate::tag::Part;

/// A place in a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Place {
    /// Path relative to the scanned root, `/` between parts.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in bytes; 1 where it is not known.
    pub column: u32,
}

impl Place {
    /// A place.
    #[must_use]
    pub fn new(file: impl Into<String>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column }
    }
}

/// Something that a reader of the report should know, and that is not a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub struct Notice {
    /// Where; the file is empty where it concerns the whole run.
    pub place: Place,
    /// What was seen, and what it means for the result: a sentence.
    pub message: String,
}

impl Notice {
    /// A notice.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// What can be said of a thing that may matter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// A path of exact, resolved or typed edges from an entry point.
    Reachable,
    /// A path that needs an edge matched by name.
    Possible,
    /// No path, but an unresolved site could hide one; the finding names it.
    Unknown,
    /// No path, and nothing unknown could hide one.
    Unreachable,
}

impl Verdict {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::Possible => "possible",
            Self::Unknown => "unknown",
            Self::Unreachable => "unreachable",
        }
    }
}

/// What kind of evidence a finding stands on, from most to least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Evidence {
    /// A value was followed from the source into the sink.
    Flow,
    /// The code runs when the entry point is used.
    Reach,
    /// Source and sink are used by the same code.
    CoOccurrence,
}

impl Evidence {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Reach => "reach",
            Self::CoOccurrence => "co-occurrence",
        }
    }
}

/// One hop of a path.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Hop {
    /// Where.
    pub place: Place,
    /// Full name of the function it is in.
    pub function: String,
    /// What happens there: `calls app.db.query`, `reads os.environ["KEY"]`.
    pub what: String,
    /// How sure the edge to the next hop is; none for the last.
    pub certainty: Option<Certainty>,
    /// The source line, without its indentation; empty where it is not at hand.
    pub text: String,
}

impl Hop {
    /// A hop, its source line not yet known.
    #[must_use]
    pub fn new(place: Place, function: String, what: String, certainty: Option<Certainty>) -> Self {
        Self { place, function, what, certainty, text: String::new() }
    }
}

/// A factor of a score.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Factor {
    /// `impact`, `exposure`, `evidence`, `provenance`, `accountability`.
    pub name: &'static str,
    /// In (0, 1].
    pub value: f64,
    /// How much it counts: it is raised to this power.
    pub weight: f64,
    /// The facts behind it, a sentence.
    pub why: String,
    /// What would lower it, a sentence; empty where nothing would.
    pub lower: String,
}

impl Factor {
    /// A factor.
    #[must_use]
    pub fn new(name: &'static str, value: f64, why: String, lower: String) -> Self {
        Self { name, value, weight: 1.0, why, lower }
    }

    /// What the score is multiplied by, in (0, 1].
    #[must_use]
    pub fn counted(&self) -> f64 {
        crate::rank::round(self.value.powf(self.weight))
    }
}

/// Who wrote some lines, as far as anything says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Provenance {
    /// How many lines.
    pub lines: u32,
    /// Of them, those that a language model wrote, alone or with a person.
    pub ai: u32,
    /// Those that another program wrote.
    pub machine: u32,
    /// Those that a person wrote. Of the rest it is not known.
    pub human: u32,
    /// Tools that wrote lines, the one with the most first.
    pub tools: Vec<String>,
    /// Models that did.
    pub models: Vec<String>,
    /// When the oldest line was written, in seconds since 1970.
    pub first_seen: Option<i64>,
    /// Who reviewed or merged them, beside their authors.
    pub reviewers: Vec<String>,
}

impl Provenance {
    /// The share of lines that no person wrote.
    #[must_use]
    pub fn generated(&self) -> f64 {
        if self.lines == 0 { 0.0 } else { f64::from(self.ai + self.machine) / f64::from(self.lines) }
    }
}

/// A finding.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// Stable name: 16 hex digits over rule, names and shape of the path, never over line numbers, so that it
    /// survives edits elsewhere.
    pub id: String,
    /// The rule, see `grammars/shared/rules.json`.
    pub rule: String,
    /// One sentence that says what can happen; secret values never appear.
    pub message: String,
    /// Where the thing is that matters (the sink, the secret).
    pub place: Place,
    /// Kind of the sink or secret, from the closed vocabulary.
    pub kind: String,
    /// What it is, as resolved: `subprocess.run`, `STRIPE_KEY`.
    pub subject: String,
    /// From the entry point (or source) to the sink; the last hop is `place`.
    pub path: Vec<Hop>,
    /// Name and kind of the entry point that the path begins at: `POST /orders`, `route`.
    pub entry: Option<(String, String)>,
    /// How many other entry points reach it.
    pub other_entries: usize,
    /// Secrets that the same code reads, by name.
    pub secrets: Vec<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Evidence.
    pub evidence: Evidence,
    /// 0 to 100, the product of the factors.
    pub score: f64,
    /// What to do about it.
    pub decision: Decision,
    /// Every factor.
    pub factors: Vec<Factor>,
    /// Unresolved sites that could hide a path, or that the verdict depends on.
    pub unknowns: Vec<Place>,
    /// What to do, one sentence.
    pub advice: String,
    /// Who wrote the functions of the path; none where that was not asked or is not theirs to say.
    pub provenance: Option<Provenance>,
    /// Who answers for the place.
    pub owners: Vec<Owner>,
    /// The part of the program that it is about.
    pub segment: Option<Part>,
    /// Whether it was there before a change; none where nothing was compared.
    pub state: Option<State>,
    /// Why it does not count; none where it does.
    pub suppressed: Option<Suppression>,
    /// The same of each other call that it stands for, without id, score, and what is said of the whole.
    pub also: Vec<Finding>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Source lines around `place`: line number and text.
    pub excerpt: Vec<(u32, String)>,
}

impl Finding {
    /// The places of the other calls that it stands for, each once, in order.
    #[must_use]
    pub fn other_places(&self) -> Vec<&Place> {
        let mut places: Vec<&Place> = self.also.iter().map(|other| &other.place).collect();
        places.retain(|place| **place != self.place);
        places.sort();
        places.dedup();
        places
    }

    /// A finding of a rule at a place, with nothing else known yet.
    #[must_use]
    pub fn new(rule: impl Into<String>, place: Place) -> Self {
        Self {
            id: String::new(),
            rule: rule.into(),
            message: String::new(),
            place,
            kind: String::new(),
            subject: String::new(),
            path: Vec::new(),
            entry: None,
            other_entries: 0,
            secrets: Vec::new(),
            verdict: Verdict::Unknown,
            evidence: Evidence::Reach,
            score: 0.0,
            decision: Decision::default(),
            factors: Vec::new(),
            unknowns: Vec::new(),
            advice: String::new(),
            provenance: None,
            owners: Vec::new(),
            segment: None,
            state: None,
            suppressed: None,
            also: Vec::new(),
            cwe: Vec::new(),
            excerpt: Vec::new(),
        }
    }
}
