//! Tags → queries → arrivals: the flows between everything that is tagged.
//!
//! Secrets and input are followed apart, because they spread differently: whatever code makes of an attacker's
//! text is the attacker's as well, but an answer that was fetched with a token does not hold the token.

use super::{Effect, Flow, Flows, Ground, Limits, Modelled, Query, Sink, Source, Unknown, follow};
use crate::facts::{Facts, Origin};
use crate::finding::Evidence;
use crate::models::{KindId, Models};
use crate::solution::Solution;
use crate::tag::{SourceTag, Tags, is_test_code};

/// A tagged value that arrives in a tagged sink.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Arrival {
    /// Whether the source is one of `Tags::secrets`; of `Tags::sources` otherwise.
    pub is_secret: bool,
    /// Index of the source there.
    pub source: usize,
    /// Index into `Tags::sinks`.
    pub sink: usize,
    /// Which of the sink's arguments it arrives in.
    pub arg: usize,
    /// The way.
    pub flow: Flow,
}

/// Everything that arrives.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Arrivals {
    /// Secrets first; then by source, sink and argument.
    pub rows: Vec<Arrival>,
    /// Facts or contexts that were not followed because a limit was reached.
    pub gave_up: usize,
    /// Facts that were followed: the size of the work.
    pub facts: usize,
}

/// Follows every tagged source of the project's own code to every tagged sink that a rule puts with it. What a
/// dependency reads for itself is its own matter.
#[must_use]
pub fn arrivals(facts: &Facts, solution: &Solution, tags: &Tags, models: &Models) -> Arrivals {
    let groups = [(true, &tags.secrets, Unknown::Receiver), (false, &tags.sources, Unknown::Everything)];
    let ground = Ground::new(facts, solution);
    let (secrets, inputs) =
        rayon::join(|| group(&ground, tags, models, groups[0]), || group(&ground, tags, models, groups[1]));
    let (gave_up, work) = (secrets.gave_up + inputs.gave_up, secrets.facts + inputs.facts);
    Arrivals { rows: secrets.rows.into_iter().chain(inputs.rows).collect(), gave_up, facts: work }
}

/// Follows the input of these tags alone, as [`arrivals`] does.
pub(crate) fn from_sources(facts: &Facts, solution: &Solution, tags: &Tags, models: &Models) -> Arrivals {
    group(&Ground::new(facts, solution), tags, models, (false, &tags.sources, Unknown::Everything))
}

fn group(
    ground: &Ground<'_>,
    tags: &Tags,
    models: &Models,
    (is_secret, sources, unknown): (bool, &Vec<SourceTag>, Unknown),
) -> Arrivals {
    let facts = ground.facts;
    let is_ours = |tag: &SourceTag| facts.origin_of(tag.function) == Origin::FirstParty;
    // What tests make up comes from nobody.
    let is_followed = |tag: &SourceTag| {
        is_ours(tag) && models.about(tag.kind).impact >= FOLLOWED && !is_test_code(facts, tag.function)
    };
    let ours = sources.iter().enumerate().filter(|(_, tag)| is_followed(tag));
    let rows: Vec<(usize, Source)> = ours.filter_map(source).collect();
    let args: Vec<(usize, usize, Sink)> = sinks(tags).collect();
    let query = Query {
        sources: rows.iter().map(|row| row.1).collect(),
        sinks: args.iter().map(|row| row.2).collect(),
        pairs: pairs(models, sources, tags),
        modelled: modelled(models, tags),
        begins: kinds_of(models, tags, &["egress-http", "redirect"]),
        members: inputs(models, sources),
        texts: kinds_of(models, tags, &["html", "template", "redirect"]),
        unknown,
        limits: limits(facts),
    };
    let Flows { flows, gave_up, facts } = follow(ground, &query);
    let arrival = |flow: Flow| {
        let (sink, arg, _) = args[flow.sink];
        Arrival { is_secret, source: rows[flow.source].0, sink, arg, flow }
    };
    Arrivals { rows: flows.into_iter().map(arrival).collect(), gave_up, facts }
}

/// Impact of the kinds of sources that are followed. What a program stored was input when it came in; followed once more
/// from where it is read, it says little and costs much.
const FOLLOWED: f64 = 0.12;

/// Facts that are followed in any program, and the lines of the project for each one more. On corpora of ten to three
/// hundred thousand lines, this costs about half of what parsing does.
const FACTS: (usize, usize) = (30_000, 4);

/// The work that a program is worth. Sources are followed side by side, the nearest facts first and the sure ones before
/// the others, so what a limit cuts off is far from every source.
fn limits(facts: &Facts) -> Limits {
    let ours = facts.files.iter().filter(|file| file.origin == Origin::FirstParty);
    let lines: usize = ours.map(|file| file.lines as usize).sum();
    Limits { facts: FACTS.0 + lines / FACTS.1, ..Limits::default() }
}

fn source((index, tag): (usize, &SourceTag)) -> Option<(usize, Source)> {
    let SourceTag { function, var, field, line, .. } = *tag;
    let source = Source { function, var, field, line, kind: tag.kind.0 };
    tag.var.is_some().then_some((index, source))
}

/// Sinks, one an argument.
fn sinks(tags: &Tags) -> impl Iterator<Item = (usize, usize, Sink)> {
    tags.sinks.iter().enumerate().flat_map(|(index, tag)| {
        let args = tag.args.iter().enumerate();
        args.map(move |(arg, row)| {
            (index, arg, Sink { call: tag.call, var: row.var, below: row.below, kind: tag.kind.0 })
        })
    })
}

/// Pairs of kinds that a rule reports when a value of the one gets into the other.
fn pairs(models: &Models, sources: &[SourceTag], tags: &Tags) -> Vec<(u16, u16)> {
    let from = distinct(sources.iter().map(|tag| tag.kind));
    let to = distinct(tags.sinks.iter().map(|tag| tag.kind));
    let matters = |&(source, sink): &(KindId, KindId)| {
        models.rules_between(source, sink).any(|rule| rule.evidence.contains(&Evidence::Flow))
    };
    let all = from.iter().flat_map(|&source| to.iter().map(move |&sink| (source, sink)));
    all.filter(matters).map(|(source, sink)| (source.0, sink.0)).collect()
}

/// The kinds of the sinks at hand that are one of these, or special cases of one.
fn kinds_of(models: &Models, tags: &Tags, names: &[&str]) -> Vec<u16> {
    let wanted: Vec<KindId> = names.iter().filter_map(|name| models.kind(name)).collect();
    let kinds = distinct(tags.sinks.iter().map(|tag| tag.kind)).into_iter();
    kinds.filter(|&kind| models.one_of(kind, &wanted)).map(|kind| kind.0).collect()
}

/// Kinds of input: what is compared with a value that is written down is that value.
fn inputs(models: &Models, sources: &[SourceTag]) -> Vec<u16> {
    let kinds = distinct(sources.iter().map(|tag| tag.kind)).into_iter();
    let untrusted = models.kind("untrusted");
    kinds.filter(|&kind| untrusted.is_some_and(|it| models.is_a(kind, it))).map(|kind| kind.0).collect()
}

fn distinct(kinds: impl Iterator<Item = KindId>) -> Vec<KindId> {
    let mut kinds: Vec<KindId> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What models say of calls.
fn modelled(models: &Models, tags: &Tags) -> Vec<Modelled> {
    let end = models.kind("name-end");
    let cleaned = tags.sanitisers.iter().map(|tag| {
        let kinds = stopped(models, tag.kind);
        let effect = if end == Some(tag.kind) { Effect::CleansEnd(kinds) } else { Effect::Cleans(kinds) };
        Modelled { call: tag.call, effect }
    });
    let carried = tags.summaries.iter().map(|tag| {
        let effect = Effect::Carries(tag.from.clone(), tag.to);
        Modelled { call: tag.call, effect }
    });
    cleaned.chain(carried).collect()
}

/// Every kind that a sanitiser stops, special cases with it.
fn stopped(models: &Models, sanitiser: KindId) -> Vec<u16> {
    let stops = &models.about(sanitiser).stops;
    let all = (0..models.kinds.len()).filter_map(|index| u16::try_from(index).ok());
    all.filter(|&kind| models.one_of(KindId(kind), stops)).collect()
}
