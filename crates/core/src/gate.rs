//! Two analyses, before and after a change → what the change can reach that the code could not, and which policies
//! that breaks.
//!
//! # Terms
//! * A *pair* is an entry point and a sink or secret that code which it starts uses or reads.
//! * A finding's *state* is `new`, `unchanged` or `absent` (it was there before), as in SARIF.
//! * A *policy* is an expression of CEL over a finding, a changed function or a pair; where it holds, it is broken.
//!
//! # Invariants
//! * Code that only moved brings nothing new: findings and pairs are compared by what they are, not by where.
//! * A suppressed finding is marked and never dropped.
//! * A change does not appoint its own owners: those of before are asked.

mod compare;
mod policy;
mod suppress;

use crate::discover::owners::Owner;
use crate::finding::{Place, Provenance};

pub use compare::{appointed, compare, functions};
pub(crate) use policy::sentence;
pub use policy::{Policy, judge, policies};
pub use suppress::{Baseline, suppress};

/// Whether something was there before a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum State {
    /// It was not.
    New,
    /// It was.
    Unchanged,
    /// It was, and is no more.
    Absent,
}

impl State {
    /// The word of SARIF.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Absent => "absent",
        }
    }
}

/// Why a finding does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Suppression {
    /// Whether the source says so, by a comment; a baseline otherwise.
    pub in_source: bool,
    /// The reason that was given.
    pub reason: String,
}

/// An entry point, and what code that it starts gets at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct Pair {
    /// Name of the entry point.
    pub entry: String,
    /// Its kind.
    pub entry_kind: String,
    /// `sink` or `secret`.
    pub sort: &'static str,
    /// Kind of the sink or secret.
    pub kind: String,
    /// The API, or the name of the secret.
    pub name: String,
}

/// A function that a change touches.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Changed {
    /// Full name.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Who wrote it.
    pub provenance: Option<Provenance>,
    /// Who answers for it.
    pub owners: Vec<Owner>,
}

/// What a change does.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Change {
    /// Pairs that were not there before, with whether the entry point was, and the impact of the kind.
    pub gained: Vec<(Pair, bool, f64)>,
    /// Pairs that are no more.
    pub lost: Vec<Pair>,
    /// Functions with changed lines.
    pub functions: Vec<Changed>,
    /// Files for which the change names other owners than those of before, who are the ones that are asked.
    pub appointed: Vec<Appointed>,
}

/// A file for which a change names other owners.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Appointed {
    /// Path relative to the scanned root.
    pub file: String,
    /// Whom the revision before names.
    pub before: Vec<String>,
    /// Whom the change names.
    pub after: Vec<String>,
}

/// A policy that is broken.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// Name of the policy.
    pub policy: String,
    /// What is broken, a sentence.
    pub message: String,
    /// Where; the file is empty where it is nowhere in particular.
    pub place: Place,
    /// The finding; empty where it is about none.
    pub finding: String,
}
