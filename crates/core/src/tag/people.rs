//! Origins and owners → what each function and finding says of who wrote it and who answers for it.
//!
//! A finding is about the functions of its path: the lines of all of them are counted, because a path through code
//! that nobody wrote by hand is a path that perhaps nobody read. Owners are those of the file where the harm is done,
//! for that is where a repair goes.

use crate::discover::Repo;
use crate::discover::origin::{Origins, Stretch, Writer};
use crate::discover::owners::{Owner, Owners, inferred};
use crate::facts::{Facts, FunctionKind, Origin};
use crate::finding::{Finding, Place, Provenance};
use crate::ids::FuncId;
use std::collections::{BTreeMap, BTreeSet};

/// Functions of a file: first line, last line; inner ones come later.
type Spans = Vec<(u32, u32, FuncId)>;

/// Who wrote and who owns what.
#[derive(Debug)]
pub struct People<'a> {
    origins: Option<&'a Origins>,
    owners: &'a Owners,
    spans: BTreeMap<&'a str, Spans>,
}

impl<'a> People<'a> {
    /// Takes what was read, and where functions stand. O(functions).
    #[must_use]
    pub fn new(facts: &'a Facts, repo: &'a Repo) -> Self {
        Self::of(facts, repo.origins.as_ref(), &repo.owners)
    }

    /// The same of the parts.
    #[must_use]
    pub fn of(facts: &'a Facts, origins: Option<&'a Origins>, owners: &'a Owners) -> Self {
        let mut spans: BTreeMap<&str, Spans> = BTreeMap::new();
        for (index, row) in facts.functions.iter().enumerate() {
            let file = &facts.files[row.file.index()];
            if file.origin == Origin::FirstParty {
                let all = if row.kind == FunctionKind::Module {
                    (1, file.lines)
                } else {
                    (row.head_line, row.end_line)
                };
                spans.entry(facts.text(file.path)).or_default().push((all.0, all.1, FuncId::from_len(index)));
            }
        }
        Self { origins, owners, spans }
    }

    /// The innermost function at a place, with its first and last line.
    #[must_use]
    pub fn function_at(&self, file: &str, line: u32) -> Option<(u32, u32, FuncId)> {
        let holds = |span: &&(u32, u32, FuncId)| (span.0..=span.1).contains(&line);
        self.spans
            .get(file)?
            .iter()
            .filter(holds)
            .min_by_key(|span| (span.1 - span.0, std::cmp::Reverse(span.2)))
            .copied()
    }

    /// Who wrote these ranges of lines; none where nobody asked.
    #[must_use]
    pub fn wrote(&self, ranges: &[(&str, u32, u32)]) -> Option<Provenance> {
        let origins = self.origins?;
        let mut sum = Sum::default();
        for (file, first, last) in ranges {
            for stretch in origins.of(file) {
                let (from, to) = (stretch.first.max(*first), stretch.last.min(*last));
                if from <= to {
                    sum.add(origins, &Stretch { first: from, last: to, ..*stretch });
                }
            }
        }
        Some(sum.finish())
    }

    /// Who answers for lines of a file: those who are named, else those who wrote the lines.
    #[must_use]
    pub fn answer(&self, file: &str, first: u32, last: u32) -> Vec<Owner> {
        let declared = self.owners.declared(file);
        let Some(origins) = self.origins.filter(|_| declared.is_empty()) else { return declared };
        let stretches: Vec<Stretch> = origins
            .of(file)
            .iter()
            .filter(|stretch| stretch.first <= last && stretch.last >= first)
            .map(|stretch| Stretch {
                first: stretch.first.max(first),
                last: stretch.last.min(last),
                ..*stretch
            })
            .collect();
        inferred(origins, &stretches)
    }

    /// Says of each finding who wrote its path and who answers for its end.
    pub fn sign(&self, findings: &mut [Finding]) {
        for finding in findings {
            let places = finding.path.iter().map(|hop| &hop.place).chain([&finding.place]);
            let ranges: BTreeSet<(&str, u32, u32)> = places.filter_map(|place| self.range(place)).collect();
            let ranges: Vec<_> = ranges.into_iter().collect();
            let provenance = self.wrote(&ranges).filter(|provenance| provenance.lines > 0);
            let place = &finding.place;
            let (first, last) =
                self.range(place).map_or((place.line, place.line), |(_, first, last)| (first, last));
            let owners = if self.spans.contains_key(place.file.as_str()) {
                self.answer(&place.file, first, last)
            } else {
                Vec::new()
            };
            finding.provenance = provenance;
            finding.owners = owners;
        }
    }

    /// Whether any line is known to be generated: where none is, provenance says nothing about the order.
    #[must_use]
    pub fn has_generated(&self) -> bool {
        let Some(origins) = self.origins else { return false };
        let mut stretches = origins.files.iter().flat_map(|file| &file.stretches);
        stretches.any(|stretch| origins.kinds[stretch.kind as usize].writer.is_generated())
    }

    fn range(&self, place: &'a Place) -> Option<(&'a str, u32, u32)> {
        let (first, last, _) = self.function_at(&place.file, place.line)?;
        Some((place.file.as_str(), first, last))
    }
}

/// Lines that are counted.
#[derive(Default)]
struct Sum {
    lines: BTreeMap<Writer, u32>,
    tools: BTreeMap<String, u32>,
    models: BTreeMap<String, u32>,
    reviewers: BTreeSet<String>,
    first_seen: Option<i64>,
}

impl Sum {
    fn add(&mut self, origins: &Origins, stretch: &Stretch) {
        let kind = &origins.kinds[stretch.kind as usize];
        let lines = stretch.last - stretch.first + 1;
        *self.lines.entry(kind.writer).or_default() += lines;
        if kind.writer.is_generated() {
            *self.tools.entry(kind.tool.clone()).or_default() += lines;
            *self.models.entry(kind.model.clone()).or_default() += lines;
        }
        if let Some(commit) = stretch.commit.map(|commit| &origins.commits[commit as usize]) {
            self.first_seen = Some(self.first_seen.map_or(commit.time, |time| time.min(commit.time)));
            self.reviewers.extend(commit.reviewers.iter().cloned());
        }
    }

    fn finish(self) -> Provenance {
        let of = |writer| self.lines.get(&writer).copied().unwrap_or_default();
        Provenance {
            lines: self.lines.values().sum(),
            ai: of(Writer::Ai),
            machine: of(Writer::Machine),
            human: of(Writer::Human),
            tools: most(self.tools),
            models: most(self.models),
            first_seen: self.first_seen,
            reviewers: self.reviewers.into_iter().collect(),
        }
    }
}

/// Names, those with the most lines first.
fn most(names: BTreeMap<String, u32>) -> Vec<String> {
    let mut names: Vec<(String, u32)> = names.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names.into_iter().map(|(name, _)| name).collect()
}
