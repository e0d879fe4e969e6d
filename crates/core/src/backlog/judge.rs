//! Items and an analysis → how each item stands: tied, related to our findings, scored by the five factors.
//!
//! | what is known | evidence |
//! | --- | --- |
//! | we followed a value to the same place, or through it | that of our finding, 1.0 for a sure flow |
//! | we found the same call at fault, or reached with arguments that come from elsewhere | that of our finding |
//! | a finding of ours ends there, and the rule does not say what it is about | 0.7 of that of our finding |
//! | the call is known, and all its arguments are constant | 0.03 |
//! | the call is known, and nothing was found to get there | 0.2 |
//! | only the function is known, and it is reached | 0.4; a secret in the text needs no flow: 0.7 |
//! | the same, by a call matched by name, or perhaps | 0.3, 0.25 |
//! | nothing reaches the function | 0.05 |
//! | nothing is known of the place | 0.35 |
//!
//! Tests keep the exposure of tests, whatever is found in them.

use super::literal::{self, Look};
use super::open::{self, Param};
use super::place::Files;
use super::spot::{Spot, spots};
use super::{Exploits, Item, Relation, class};
use crate::Analysis;
use crate::facts::{Facts, Origin};
use crate::finding::{Evidence, Factor, Finding, Place, Verdict};
use crate::flow::Arrivals;
use crate::graph::{Graph, NodeKind};
use crate::ids::{CallId, FuncId};
use crate::models::{Models, Rule};
use crate::rank::{self, Weights};
use crate::reach::{Scene, Standing, standings};
use crate::solution::Certainty;
use crate::tag::{People, Shape, SinkTag};
use petgraph::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// Exposure of code that no entry point is known to reach, and of places that are no code.
const NOT_REACHED: f64 = 0.3;
/// Exposure below which an entry point is a test.
const TEST: f64 = 0.2;
/// Evidence below which a finding of ours rather speaks against a result.
const WEAK: f64 = 0.1;
/// What is left of the evidence of a finding of ours where only the place says that a result is about it.
const BY_PLACE: f64 = 0.7;
/// Exposure from which an entry point is one for others, and not for developers.
const PUBLIC: f64 = 0.45;
/// Evidence where a value that callers from outside choose gets to the call: surely, by a step that is not certain, and
/// in code that nothing reaches beside entry points that are known.
const OPEN: f64 = 0.6;
/// Each time the value goes through an object, where it can be taken for another that is in there.
const DETOUR: f64 = 0.97;
const MAX_DETOURS: u32 = 8;
const OPEN_POSSIBLE: f64 = 0.45;
const OPEN_DEAD: f64 = 0.15;
/// Evidence where input gets to the call only through what makes it harmless.
const SANITISED: f64 = 0.05;
/// Exposure of what is known to be exploited; of what is likely to be, from which chance on; and of all else that EPSS
/// knows: chances are spread over orders of magnitude, and half of all vulnerabilities have less than 0.1 %.
pub(super) const EXPLOITED: f64 = 1.0;
pub(super) const LIKELY: &[(f64, f64)] = &[(0.5, 0.9), (0.1, 0.75), (0.01, 0.6)];
pub(super) const UNLIKELY: f64 = 0.4;
/// What is left of the impact of results that are about style or correctness.
const ASIDE: f64 = 0.3;
/// The least impact of a key that the program signs with: scanners rate all literals beside such names alike.
const SIGNS: f64 = 0.6;
/// Exposure of a secret in the text: who reads the repository has it, whoever can run the code.
const SECRET_EXPOSED: f64 = 0.6;
/// Secrets in the text.
pub(super) const HARDCODED: u32 = 798;

/// What items are judged by.
struct Judge<'a> {
    facts: &'a Facts,
    people: People<'a>,
    weights: Weights,
    exploits: &'a Exploits,
    has_generated: bool,
    files: Files<'a>,
    findings: BTreeMap<&'a str, Vec<Said<'a>>>,
    sinks: BTreeMap<&'a str, Vec<(&'a SinkTag, Vec<u32>)>>,
    standings: BTreeMap<FuncId, Standing>,
    /// What literals look like at the places of results about secrets.
    looks: BTreeMap<(String, u32), Look>,
    /// Lines that import.
    imports: BTreeSet<(&'a str, u32)>,
    /// Calls that get what callers from outside choose.
    open: BTreeMap<CallId, Param>,
    /// Rules by which a call is at fault whatever it is given.
    faults: BTreeSet<&'a str>,
    /// Calls that input would get to if nothing made it harmless on the way.
    unguarded: BTreeSet<CallId>,
    /// Whether something outside is known to start the program: then what is not reached is hardly its interface.
    has_entries: bool,
    packages: BTreeMap<String, bool>,
}

/// Judges every item.
pub(super) fn all(analysis: &Analysis, models: &Models, exploits: &Exploits, items: &mut [Item]) {
    let facts = &analysis.facts;
    let ours = facts.files.iter().filter(|file| file.origin == Origin::FirstParty);
    let of_origins = analysis.origins.iter().flat_map(|origins| &origins.files);
    let paths = ours.map(|file| facts.text(file.path)).chain(of_origins.map(|file| file.path.as_str()));
    let people = People::of(facts, analysis.origins.as_ref(), &analysis.owners);
    let mut judge = Judge {
        facts,
        has_generated: people.has_generated(),
        weights: analysis.weights,
        exploits,
        people,
        files: Files::new(&analysis.root, paths),
        findings: findings(analysis),
        sinks: sinks(analysis, models),
        standings: BTreeMap::new(),
        looks: BTreeMap::new(),
        imports: imports(facts),
        open: BTreeMap::new(),
        faults: faults(analysis),
        unguarded: BTreeSet::new(),
        has_entries: analysis.tags.entries.iter().any(|entry| entry.exposure >= PUBLIC),
        packages: packages(&analysis.graph),
    };
    let mut functions: Vec<FuncId> = Vec::new();
    for item in items.iter_mut() {
        judge.tie(item);
        functions.extend(judge.function(item).map(|(_, _, function)| function));
    }
    functions.sort_unstable();
    functions.dedup();
    judge.looks = literal::looks(&analysis.root, items);
    let arrivals = Arrivals::default();
    let (solution, graph, tags) = (&analysis.solution, &analysis.graph, &analysis.tags);
    let scene = Scene { facts, solution, graph, tags, arrivals: &arrivals, models, changed: None };
    judge.standings = standings(&scene, &functions);
    let meant = judge.meant(items);
    judge.open = open::arrivals(analysis, models, &meant);
    judge.unguarded = open::unguarded(analysis, models, &meant);
    items.iter_mut().for_each(|item| judge.item(item));
}

/// Says of items at the same place and of the same class which comes first. Items are in order.
pub(super) fn mark_duplicates(items: &mut [Item]) {
    let mut first: BTreeMap<(String, u32, u32, String), usize> = BTreeMap::new();
    for (index, item) in items.iter_mut().enumerate() {
        let Some(place) = item.place.as_ref().filter(|place| place.line > 0 || !item.package.is_empty())
        else {
            continue;
        };
        // Two advisories of one package are two things; the same advisory under two tools is one.
        let name =
            if item.package.is_empty() { String::new() } else { format!("{} {}", item.package, item.rule) };
        let key = |cwe: &u32| (place.file.clone(), item.begin, class::canonical(*cwe), name.clone());
        let keys: BTreeSet<_> = item.cwe.iter().map(key).collect();
        item.duplicate_of = keys.iter().find_map(|key| first.get(key)).copied();
        let known = item.duplicate_of.unwrap_or(index);
        keys.into_iter().for_each(|key| {
            first.entry(key).or_insert(known);
        });
    }
}

/// Lines of the repository that import.
fn imports(facts: &Facts) -> BTreeSet<(&str, u32)> {
    let ours = facts
        .functions
        .iter()
        .enumerate()
        .filter(|(_, row)| facts.files[row.file.index()].origin == Origin::FirstParty);
    let of = |(index, row): (usize, &crate::facts::Function)| {
        let path = facts.text(facts.files[row.file.index()].path);
        let rows = facts.imports_of(FuncId::from_len(index));
        rows.iter().map(|row| (path, row.line)).collect::<Vec<_>>()
    };
    ours.flat_map(of).collect()
}

/// What a finding of ours says of one of its calls.
#[derive(Clone, Copy)]
struct Said<'a> {
    finding: &'a Finding,
    of_call: &'a Finding,
}

impl Said<'_> {
    /// By what the best of several is told.
    fn worth(&self) -> f64 {
        let counts = |factor: &&Factor| matches!(factor.name, "impact" | "exposure" | "evidence");
        self.of_call.factors.iter().filter(counts).map(|factor| factor.value).product()
    }
}

/// Our findings by the files of their paths, call by call.
fn findings(analysis: &Analysis) -> BTreeMap<&str, Vec<Said<'_>>> {
    let mut by_file: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for finding in &analysis.findings {
        for of_call in finding.also.iter().chain([finding]) {
            let places = of_call.path.iter().map(|hop| &hop.place).chain([&of_call.place]);
            let files: BTreeSet<&str> = places.map(|place| place.file.as_str()).collect();
            let said = Said { finding, of_call };
            files.into_iter().for_each(|file| by_file.entry(file).or_default().push(said));
        }
    }
    by_file
}

/// Rules that need no argument to be wrong, as `reach` has it.
fn faults(analysis: &Analysis) -> BTreeSet<&str> {
    let needs_none = |rule: &&Rule| !rule.dynamic && rule.evidence.contains(&Evidence::CoOccurrence);
    analysis.rules.iter().filter(needs_none).map(|rule| rule.id.as_str()).collect()
}

/// Calls that matter by file, with what can go wrong there.
fn sinks<'a>(analysis: &'a Analysis, models: &Models) -> BTreeMap<&'a str, Vec<(&'a SinkTag, Vec<u32>)>> {
    let facts = &analysis.facts;
    let mut by_file: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for sink in &analysis.tags.sinks {
        let file = facts.functions[sink.function.index()].file;
        let path = facts.text(facts.files[file.index()].path);
        by_file.entry(path).or_default().push((sink, models.about(sink.kind).cwe.clone()));
    }
    by_file
}

/// Packages by normalised name, and whether anything of them is called.
fn packages(graph: &Graph) -> BTreeMap<String, bool> {
    let mut packages: BTreeMap<String, bool> = BTreeMap::new();
    for node in graph.net.node_indices().filter(|&node| graph.net[node].kind == NodeKind::Package) {
        let members = graph.net.neighbors_directed(node, Direction::Outgoing);
        let is_called = |member| {
            let mut edges = graph.net.edges_directed(member, Direction::Incoming);
            edges.any(|edge| edge.weight().kind.is_call())
        };
        let called = members.into_iter().any(is_called);
        *packages.entry(normal(&graph.net[node].name)).or_default() |= called;
    }
    packages
}

fn normal(package: &str) -> String {
    package.to_lowercase().replace(['-', '.'], "_")
}

impl<'a> Judge<'a> {
    /// Puts the path of the program in place of the scanner's, where only one is meant.
    fn tie(&self, item: &mut Item) {
        let Some(place) = &mut item.place else { return };
        let bare = (!item.bare_path.is_empty()).then_some(item.bare_path.as_str());
        if let Some(file) = self.files.find(&place.file).or_else(|| self.files.find(bare?)) {
            place.file = file.to_owned();
            item.relation = Relation::Silent;
        }
    }

    fn function(&self, item: &Item) -> Option<(u32, u32, FuncId)> {
        let place =
            item.place.as_ref().filter(|place| item.relation == Relation::Silent && place.line > 0)?;
        self.people.function_at(&place.file, place.line)
    }

    /// The calls that items are about.
    fn meant(&self, items: &[Item]) -> Vec<&'a SinkTag> {
        let mut calls: Vec<&'a SinkTag> = items.iter().flat_map(|item| self.calls(item)).collect();
        calls.sort_by_key(|sink| (sink.call, sink.kind));
        calls.dedup_by_key(|sink| (sink.call, sink.kind));
        calls
    }

    /// The ways to read the place of an item that is tied.
    fn spots(&self, item: &Item) -> Vec<Spot> {
        let place = item.place.as_ref().filter(|_| item.relation != Relation::Untied);
        let function = place.and_then(|place| self.people.function_at(&place.file, place.line));
        place.map(|_| spots(self.facts, function.map(|(_, _, function)| function), item)).unwrap_or_default()
    }

    /// The calls of the file of an item that can do what it says.
    fn sinks_of(&self, item: &Item) -> Vec<&'a SinkTag> {
        let sinks = item.place.as_ref().and_then(|place| self.sinks.get(place.file.as_str()));
        let fits = sinks.into_iter().flatten().filter(|(_, cwe)| class::meet(cwe, &item.cwe));
        fits.map(|(sink, _)| *sink).collect()
    }

    fn column(&self, sink: &SinkTag) -> u32 {
        self.facts.calls[sink.call.index()].column
    }

    /// Those of them that stand at its place.
    fn calls(&self, item: &Item) -> Vec<&'a SinkTag> {
        let sinks = self.sinks_of(item);
        let meant = |spot: Spot| -> Vec<&'a SinkTag> {
            sinks.iter().filter(|sink| spot.holds(sink.line, self.column(sink))).copied().collect()
        };
        let spots = self.spots(item).into_iter().filter(|_| !sinks.is_empty());
        spots.map(meant).find(|calls| !calls.is_empty()).unwrap_or_default()
    }

    /// Raises what is known of a call where a value that callers from outside choose gets to it.
    fn opened(
        &self,
        item: &mut Item,
        grounds: Grounds,
        standing: Option<&Standing>,
        said: Option<Said<'_>>,
    ) -> Grounds {
        if item.relation == Relation::Confirms || grounds.exposure < TEST && self.has_entries {
            return grounds;
        }
        let calls = self.calls(item);
        let params = calls.iter().filter_map(|sink| self.open.get(&sink.call));
        let Some(param) = params.min_by_key(|param| (param.certainty, param.detours)) else {
            return self.guarded(item, grounds, said);
        };
        let is_dead =
            self.has_entries && standing.is_none_or(|standing| standing.verdict == Verdict::Unreachable);
        let evidence = match (is_dead, param.certainty) {
            (true, _) => OPEN_DEAD,
            (false, Certainty::Possible) => OPEN_POSSIBLE,
            (false, _) => OPEN * DETOUR.powi(param.detours.min(MAX_DETOURS).cast_signed()),
        };
        if evidence <= grounds.evidence {
            return grounds;
        }
        item.relation = Relation::Supports;
        let Param { name, function, .. } = param;
        let why =
            format!("parameter `{name}` of `{function}`, which code outside may call, gets into the call");
        Grounds { evidence, why: format!("{why}; {}", grounds.why), ..grounds }
    }

    /// Lowers what is known of a call to which input gets only through what makes it harmless.
    fn guarded(&self, item: &mut Item, grounds: Grounds, said: Option<Said<'_>>) -> Grounds {
        // What makes a value harmless mends no setting of the call.
        let is_fault = said.is_some_and(|said| {
            said.of_call.evidence == Evidence::Reach && self.faults.contains(said.finding.rule.as_str())
        });
        let is_guarded = !is_fault && self.calls(item).iter().any(|sink| self.unguarded.contains(&sink.call));
        if !is_guarded || grounds.evidence <= SANITISED {
            return grounds;
        }
        item.relation = Relation::Weakens;
        let why = format!("what gets into the call is made harmless on the way; {}", grounds.why);
        Grounds { evidence: SANITISED, why, ..grounds }
    }

    fn item(&self, item: &mut Item) {
        let function = self.function(item);
        item.function = function.map(|(_, _, function)| function);
        let standing = function.and_then(|(_, _, function)| self.standings.get(&function));
        if let Some(standing) = standing {
            item.verdict = Some(standing.verdict);
            item.entry = standing.entry.as_ref().map(|(name, kind, _)| (name.clone(), kind.clone()));
            item.path.clone_from(&standing.path);
        }
        if let Some(place) = &item.place {
            let (first, last) =
                function.map_or((place.line, item.end_line), |(first, last, _)| (first, last));
            item.provenance = self.people.wrote(&[(&place.file, first, last)]).filter(|sum| sum.lines > 0);
            item.owners = self.people.answer(&place.file, first, last);
        }
        item.begin = self.calls(item).first().map_or(item.begin, |sink| sink.line);
        let said = self.nearest(item);
        let grounds = match said {
            Some(said) => ours(item, said),
            None if !item.package.is_empty() => self.of_package(item),
            None => self.of_call(item, standing).unwrap_or_else(|| self.of_place(item, standing)),
        };
        let grounds = self.opened(item, grounds, standing, said);
        let grounds = self.exploited(item, grounds);
        self.score(item, grounds);
    }

    /// The best of our findings of the same class that ends at the place, or whose path goes through it.
    fn nearest(&self, item: &Item) -> Option<Said<'a>> {
        let file = &item.place.as_ref()?.file;
        let about = |said: &&Said<'_>| item.is_vague || class::meet(&said.of_call.cwe, &item.cwe);
        let rows: Vec<Said<'a>> = self.findings.get(file.as_str())?.iter().filter(about).copied().collect();
        let fits = |spot: Spot, finding: &Finding| {
            let end = &finding.place;
            let ends = end.file == *file && spot.holds(end.line, end.column);
            // In the line of its end columns tell what is meant, and hops have none.
            let is_before = |hop: &Place| hop.file == *file && (hop.file != end.file || hop.line != end.line);
            let mut hops = finding.path.iter().map(|hop| &hop.place);
            let mut passes = || hops.any(|hop| is_before(hop) && spot.holds_line(hop.line));
            let is_flow = finding.evidence == Evidence::Flow;
            ends || is_flow && !item.is_vague && passes()
        };
        let calls = self.sinks_of(item);
        for spot in self.spots(item).into_iter().filter(|_| !rows.is_empty()) {
            let found = rows.iter().filter(|said| fits(spot, said.of_call));
            let best = found
                .max_by(|a, b| a.worth().total_cmp(&b.worth()).then_with(|| b.finding.id.cmp(&a.finding.id)));
            // A call that is meant, and of which no finding speaks, is not to be taken for the one around it.
            if best.is_some() || calls.iter().any(|sink| spot.holds(sink.line, self.column(sink))) {
                return best.copied();
            }
        }
        None
    }

    /// The call at the place, of which no finding of ours speaks.
    fn of_call(&self, item: &mut Item, standing: Option<&Standing>) -> Option<Grounds> {
        let calls = self.calls(item);
        let sink = calls.first().filter(|_| item.relation == Relation::Silent)?;
        let is_constant = calls.iter().all(|sink| sink.args.iter().all(|arg| arg.shape == Shape::Constant));
        let has_arguments = !sink.args.is_empty();
        let (evidence, why): (f64, String) = match (has_arguments, is_constant) {
            (true, true) => (0.03, format!("all arguments of `{}` that matter are constant", sink.api)),
            _ => (0.2, format!("`{}` is known, and nothing that matters was found to get there", sink.api)),
        };
        let reached = self.of_place(item, standing);
        item.relation = Relation::Weakens;
        Some(Grounds {
            evidence: evidence.min(reached.evidence),
            why: format!("{why}; {}", reached.why),
            ..reached
        })
    }

    /// What the text at the place of a result looks like, where a rule is about secrets.
    fn look(&self, item: &Item) -> Option<Look> {
        let place = item.place.as_ref().map(|place| (place.file.clone(), place.line))?;
        self.looks.get(&place).copied()
    }

    /// How much that is like a secret.
    fn literal(&self, item: &Item) -> (f64, &'static str) {
        match self.look(item) {
            Some(Look::Signs) => (0.8, "by its name the program signs with the text, which needs no path"),
            Some(Look::Made) => (0.9, "the text looks like a key that a program made, and needs no path"),
            Some(Look::Chosen) => (0.5, "the text may be a password that a person chose, and needs no path"),
            Some(Look::Words) => (0.15, "the text looks like words, or like what stands for a value"),
            None => (0.6, "a secret in the text needs no path"),
        }
    }

    /// What can be said where only the place is known.
    fn of_place(&self, item: &Item, standing: Option<&Standing>) -> Grounds {
        let secret = class::meet(&item.cwe, &[HARDCODED]).then(|| self.literal(item));
        let signs = secret.is_some() && self.look(item) == Some(Look::Signs);
        let impact = if signs { item.severity.max(SIGNS) } else { item.severity };
        let is_import = item
            .place
            .as_ref()
            .is_some_and(|place| self.imports.contains(&(place.file.as_str(), place.line)));
        let Some(standing) = standing else {
            let why = match (&item.place, item.relation) {
                (None, _) => "the scanner names no place",
                (_, Relation::Untied) => "the place is in no file that was analysed",
                _ => "the place is in no function",
            };
            let evidence = secret.map_or(0.35, |(evidence, _)| evidence);
            let why = secret.map_or(why, |(_, why)| why);
            let exposed = "not known".to_owned();
            return Grounds { impact, exposure: 0.5, exposed, evidence, why: why.to_owned() };
        };
        let entry = standing.entry.as_ref();
        let exposure = entry.map_or(NOT_REACHED, |entry| entry.2);
        let exposed = match entry {
            Some((name, kind, _)) => format!("reached from {kind} `{name}`"),
            None => "no known entry point reaches it".to_owned(),
        };
        let (evidence, why) = match (secret, standing.verdict) {
            _ if exposure < TEST => (0.1, "only tests reach the code"),
            // A secret that stands in the text is out, whether the code runs or not.
            (Some(looks), _) => looks,
            _ if is_import => (0.1, "the line only imports: what it imports is judged where it is called"),
            (_, Verdict::Reachable) => (0.4, "the code is reached; no value was followed"),
            (_, Verdict::Possible) => (0.3, "the code is reached by a call that was matched by name"),
            (_, Verdict::Unknown) => (0.25, "only a call that could not be resolved may lead to the code"),
            (_, Verdict::Unreachable) => (0.05, "nothing reaches the code"),
        };
        // Whoever reads the text has the secret, whether the code runs or not.
        let is_out = secret.is_some() && exposure >= TEST;
        let exposure = if is_out { SECRET_EXPOSED } else { exposure };
        Grounds { impact, exposure, exposed, evidence, why: why.to_owned() }
    }

    /// Puts what is known of exploits in place of a guess, where no function of ours says who can make it happen.
    fn exploited(&self, item: &Item, grounds: Grounds) -> Grounds {
        match self.exploits.exposure(&item.cves).filter(|_| item.function.is_none()) {
            Some((exposure, exposed)) => Grounds { exposure, exposed, ..grounds },
            None => grounds,
        }
    }

    fn of_package(&self, item: &mut Item) -> Grounds {
        let known = self.packages.get(&normal(&item.package));
        let (verdict, evidence, why) = match known {
            Some(true) => (Verdict::Reachable, 0.5, "code of the package is called"),
            Some(false) => (Verdict::Possible, 0.2, "the package is imported, and nothing of it is called"),
            None => (Verdict::Unreachable, 0.08, "nothing imports the package"),
        };
        item.verdict = Some(verdict);
        item.relation = if known.is_some() { Relation::Silent } else { Relation::Weakens };
        Grounds {
            impact: item.severity,
            exposure: 0.6,
            exposed: "what a package does depends on its use".to_owned(),
            evidence,
            why: why.to_owned(),
        }
    }

    fn score(&self, item: &mut Item, grounds: Grounds) {
        let Grounds { impact, exposure, exposed, evidence, why } = grounds;
        let aside = if item.is_aside { "; its rule is not one about security" } else { "" };
        let impact = if item.is_aside { impact * ASIDE } else { impact };
        let says = format!("{} rates it {:.2}{aside}", item.tool, item.severity);
        let factor = |name, value, why: String| Factor::new(name, rank::round(value), why, String::new());
        let mut factors = vec![
            factor("impact", impact, says),
            factor("exposure", exposure, exposed),
            factor("evidence", evidence, why.clone()),
            factor("provenance", 1.0, "all code is in scope".to_owned()),
            factor("accountability", 1.0, "no owner is known".to_owned()),
        ];
        rank::account(&mut factors, item.provenance.as_ref().filter(|_| self.has_generated), &item.owners);
        self.weights.give(&mut factors);
        item.score = rank::product(&factors);
        let is_exploited = self.exploits.is_known(&item.cves);
        item.decision = self.weights.decision(item.score, is_exploited, item.verdict);
        item.factors = factors;
        item.why = why;
    }
}

/// What a score is made from.
struct Grounds {
    impact: f64,
    exposure: f64,
    exposed: String,
    evidence: f64,
    why: String,
}

/// Our own finding says more than the scanner: its factors count.
fn ours(item: &mut Item, Said { finding: whole, of_call: finding }: Said<'_>) -> Grounds {
    let is_flow = finding.evidence == Evidence::Flow;
    let factor = |name: &str| finding.factors.iter().find(|factor| factor.name == name);
    let value = |name: &str| factor(name).map_or(1.0, |factor| factor.value);
    let why = |name: &str| factor(name).map(|factor| factor.why.clone()).unwrap_or_default();
    let is_weak = value("evidence") < WEAK || value("exposure") < TEST;
    item.relation = match (is_flow, is_weak) {
        (true, _) => Relation::Confirms,
        (false, false) => Relation::Supports,
        (false, true) => Relation::Weakens,
    };
    item.finding.clone_from(&whole.id);
    item.verdict = Some(finding.verdict);
    item.entry.clone_from(&finding.entry);
    item.path.clone_from(&finding.path);
    let (share, by_place) = if item.is_vague && item.cwe.is_empty() {
        item.relation = item.relation.max(Relation::Supports);
        (BY_PLACE, format!("the rule does not say what it is about, and our `{}` ends here; ", finding.rule))
    } else {
        (1.0, String::new())
    };
    Grounds {
        // Where both speak of the same thing, the graver word counts, and a little of the milder.
        impact: value("impact").max(item.severity) * 0.8 + value("impact").min(item.severity) * 0.2,
        exposure: value("exposure"),
        exposed: why("exposure"),
        evidence: value("evidence") * share,
        why: format!("{by_place}{}", why("evidence")),
    }
}
