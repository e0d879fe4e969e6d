//! Kinds, rules and models: data → what each API means.
//!
//! *Kinds* are the closed vocabulary (`exec`, `secret-env`, `route`); *rules* say which kinds together are a
//! finding; *models* say which API is of which kind. All three are data files in `blastline-grammars`; users add
//! models of their own, which take the same way in ([`read`]). Rows are matched on access paths as the solver
//! resolved them, so a row finds an API through every alias, re-export and subclass.
//!
//! # Invariants
//! * Nothing is half-read: an unknown kind, a bad pattern or a missing key is an [`Error`] that names file, line
//!   and repair, before any code is looked at.
//! * A kind's parent stands before it, so the family of a kind is found in a few steps.
//!
//! # Example
//! `{"api": "subprocess.{run,call}", "sink": "shell", "args": [0, "args"], "when": {"shell": true}}` says of
//! `import subprocess as s; s.run(cmd, shell=True)` that `cmd` is run by a shell.

pub mod coverage;
mod json;
mod matcher;
mod names;
mod pattern;
mod read;
mod row;
mod vocabulary;

pub use matcher::{Hit, PathHits};
pub use pattern::{Breadth, fits};
pub(crate) use row::any_fits;
pub use row::{
    ArgRef, Condition, EntryRow, NameFrom, Row, Says, Scalar, SinkRow, SourceRow, Test, Verb, Via,
};

use crate::Error;
use crate::facts::Language;
use crate::finding::Evidence;
use crate::ids::Interner;
use crate::solution::Paths;
use json::Source;
use std::collections::BTreeSet;

/// A kind, an index into [`Models::kinds`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KindId(pub u16);

/// A row, an index into [`Models::rows`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RowId(pub u32);

/// What a kind is a kind of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Where a value comes from.
    Source,
    /// What a value or a call can do.
    Sink,
    /// What makes a value safe.
    Sanitiser,
    /// How code is started.
    Entry,
}

impl Role {
    /// The word that data files use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Sink => "sink",
            Self::Sanitiser => "sanitiser",
            Self::Entry => "entry",
        }
    }
}

/// A word of the closed vocabulary.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Kind {
    /// The word.
    pub name: String,
    /// What it is a kind of.
    pub role: Role,
    /// The kind that it is a special case of.
    pub parent: Option<KindId>,
    /// A few words.
    pub title: String,
    /// A sentence.
    pub description: String,
    /// In (0, 1]: what it means if it is reached or known.
    pub impact: f64,
    /// In (0, 1]: for entries, how far away those are who can use it; 1 is the internet.
    pub exposure: f64,
    /// For sanitisers: kinds of sinks (or sources) that a value is safe for (or no longer is) afterwards.
    pub stops: Vec<KindId>,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// What to do, a sentence.
    pub advice: String,
}

/// Which kinds together are a finding.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its name: `secret-to-log`.
    pub id: String,
    /// A few words.
    pub title: String,
    /// A sentence with the holes `{source}`, `{sink}`, `{entry}`.
    pub message: String,
    /// Kinds of sources (and what is below them); empty: the sink alone is the finding.
    pub source: Vec<KindId>,
    /// Of these, kinds that do no harm there (and what is below them): who chooses the value harms nobody else.
    pub except: Vec<KindId>,
    /// Kinds of sinks, and what is below them.
    pub sink: Vec<KindId>,
    /// Kinds of entries from which it counts, and what is below them; empty: any.
    pub entry: Vec<KindId>,
    /// Exposure that the entry must have at least.
    pub min_exposure: f64,
    /// Whether it counts only where an argument that matters is not constant.
    pub dynamic: bool,
    /// Kinds of evidence on which it may be reported.
    pub evidence: Vec<Evidence>,
    /// In (0, 1].
    pub impact: f64,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// OWASP categories: `A03:2021`.
    pub owasp: Vec<String>,
    /// What to do, a sentence.
    pub advice: String,
    /// What it means, in Markdown.
    pub help: String,
}

/// A models file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelFile {
    /// The name that complaints give.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Kinds, rules and rows, checked and compiled.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Models {
    /// The vocabulary.
    pub kinds: Vec<Kind>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The rows, built-in ones first.
    pub rows: Vec<Row>,
    /// Names of the files that the rows are from.
    pub files: Vec<String>,
    names: names::SecretNames,
    opaque: BTreeSet<String>,
    matcher: matcher::Matcher,
}

/// The folder of the data of a language.
fn folder(language: Language) -> &'static str {
    match language {
        Language::Python => "python/",
        Language::JavaScript => "javascript/",
        Language::Rust => "rust/",
    }
}

impl Models {
    /// The built-in models, and the rows of the user's files.
    ///
    /// # Errors
    /// When a file has a bad row: the message names file, line and repair.
    pub fn load(user: &[ModelFile]) -> Result<Self, Error> {
        Self::load_for(user, &[Language::Python, Language::JavaScript, Language::Rust])
    }

    /// The same, without reading the built-in rows of other languages: their numbers stay free, so that a row has the
    /// same number whatever is read.
    ///
    /// # Errors
    /// As for [`Models::load`].
    pub fn load_for(user: &[ModelFile], languages: &[Language]) -> Result<Self, Error> {
        use blastline_grammars as data;
        let folders: Vec<&str> = languages.iter().map(|&language| folder(language)).collect();
        let mut models = Self::default();
        vocabulary::kinds(&mut models, Source { file: "shared/kinds.json", text: data::KINDS })?;
        vocabulary::rules(&mut models, Source { file: "shared/rules.json", text: data::RULES })?;
        models.names = vocabulary::names(Source { file: "shared/names.json", text: data::NAMES })?;
        for (file, text) in data::MODELS {
            let source = Source { file, text };
            if folders.iter().any(|folder| file.starts_with(folder)) || file.starts_with("shared/") {
                read::add(&mut models, source)?;
            } else {
                read::pass_over(&mut models, source);
            }
        }
        for file in user {
            read::add(&mut models, Source { file: &file.name, text: &file.text })?;
        }
        models.matcher.finish();
        Ok(models)
    }

    /// The kind of a name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<KindId> {
        let index = self.kinds.iter().position(|kind| kind.name == name)?;
        u16::try_from(index).ok().map(KindId)
    }

    /// What is known of a kind.
    #[must_use]
    pub fn about(&self, kind: KindId) -> &Kind {
        &self.kinds[usize::from(kind.0)]
    }

    /// What is known of a row.
    #[must_use]
    pub fn row(&self, row: RowId) -> &Row {
        &self.rows[row.0 as usize]
    }

    /// A kind and the kinds that it is a special case of, the most special first.
    pub fn family(&self, kind: KindId) -> impl Iterator<Item = KindId> + '_ {
        std::iter::successors(Some(kind), |&kind| self.about(kind).parent)
    }

    /// Whether a kind is another, or a special case of it.
    #[must_use]
    pub fn is_a(&self, kind: KindId, other: KindId) -> bool {
        self.family(kind).any(|kind| kind == other)
    }

    /// Whether a row says something of code in a language: the built-in rows of a language are about no other's, in
    /// which the same names are other packages.
    #[must_use]
    pub fn is_about(&self, row: &Row, language: Language) -> bool {
        let is_ours = row.file < blastline_grammars::MODELS.len();
        let file = &self.files[row.file];
        !is_ours || file.starts_with(folder(language)) || file.starts_with("shared/")
    }

    /// The impact of a row's kind, or the row's own.
    #[must_use]
    pub fn impact(&self, row: RowId, kind: KindId) -> f64 {
        self.row(row).impact.unwrap_or(self.about(kind).impact)
    }

    /// The rules for a value of one kind that gets to a sink of another.
    pub fn rules_between(&self, source: KindId, sink: KindId) -> impl Iterator<Item = &Rule> {
        let fits = move |rule: &&Rule| {
            self.one_of(source, &rule.source)
                && !self.one_of(source, &rule.except)
                && self.one_of(sink, &rule.sink)
        };
        self.rules.iter().filter(fits)
    }

    /// The rules for a sink that is reached, whatever gets there.
    pub fn rules_at(&self, sink: KindId) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.source.is_empty() && self.one_of(sink, &rule.sink))
    }

    /// Whether a kind is one of these, or a special case of one.
    #[must_use]
    pub fn one_of(&self, kind: KindId, kinds: &[KindId]) -> bool {
        self.family(kind).any(|kind| kinds.contains(&kind))
    }

    /// Whether a module belongs to a package that is known by its models and never loaded.
    #[must_use]
    pub fn is_opaque(&self, module: &str) -> bool {
        let ends = module.match_indices('.').map(|(at, _)| at).chain([module.len()]);
        ends.into_iter().any(|end| self.opaque.contains(&module[..end]))
    }

    /// Whether a name looks like that of a secret.
    #[must_use]
    pub fn looks_secret(&self, name: &str) -> bool {
        self.names.looks(name)
    }

    /// The rows that each access path matches. O(paths).
    #[must_use]
    pub fn hits(&self, paths: &Paths, names: &Interner) -> PathHits {
        self.matcher.run(paths, names)
    }

    /// The rows that a path given as text matches: `builtins.open`, `requests.Session().post`.
    #[must_use]
    pub fn hits_of(&self, path: &str) -> Vec<Hit> {
        let lists = pattern::parse(path).unwrap_or_default();
        lists.first().map(|steps| self.matcher.hits_of(steps)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
