//! Rules met at calls → findings, one a problem.
//!
//! Drafts are grouped by what a person would repair: the rule, the function in which the harm is made (where text is
//! put together for a flow, else where the call is), the kind, and the name of a secret. The best draft of a group
//! speaks for it. One value that fans out to many such functions is checked once, where it comes in, and is one group.

use super::routes::{Route, Routes, Start, trust};
use super::{Scene, words};
use crate::facts::{Constant, Facts, Field, Language, Origin, Store};
use crate::finding::{Evidence, Finding, Hop, Place, Verdict};
use crate::flow::{Arrival, What};
use crate::graph::{EdgeKind, Via};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::models::{Kind, Rule};
use crate::rank::{self, Basis};
use crate::solution::Certainty;
use crate::tag::{SinkTag, SourceTag, is_interpreter, is_test_code};
use petgraph::Direction;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// One way in which a rule is met at one call.
#[derive(Clone, Copy)]
struct Draft<'a> {
    rule: &'a Rule,
    sink: &'a SinkTag,
    source: Option<&'a SourceTag>,
    arrival: Option<&'a Arrival>,
    /// What it stands on, and how much that is worth.
    ground: Ground,
    route: Option<Route>,
    /// The function that a repair would change.
    site: FuncId,
    /// Functions of dependencies between the project's code and the call, the one that calls with them.
    inside: usize,
}

/// What a draft stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ground {
    /// A value was followed into the call.
    Flow,
    /// The call is a fault by itself.
    Fault,
    /// The call can do it, with text that is put together on the spot.
    Built,
    /// The call can do it, with arguments that come from elsewhere.
    Variable,
    /// The call can do it.
    Able,
    /// Source and call are in the same function.
    Together,
}

/// Exposure of code of tests: nobody runs it where there is something to lose.
const IN_TESTS: f64 = 0.1;
/// Other calls of one finding that are told one by one.
const MOST_CALLS: usize = 256;
/// Groups that one value feeds, from which on they are one problem: where the value comes in.
const FAN: usize = 5;

type Key<'a> = (&'a str, FuncId, u16, &'a str);

/// All findings, in no order that means anything.
pub(super) fn findings(scene: &Scene<'_>, routes: &Routes, changed: &[bool]) -> Vec<Finding> {
    let maker = Maker { scene, routes, changed };
    let mut drafts = flows(scene, routes);
    let mut covered: BTreeMap<(CallId, u16), f64> = BTreeMap::new();
    for draft in &drafts {
        let best = covered.entry((draft.sink.call, draft.sink.kind.0)).or_default();
        *best = best.max(rank::value(&maker.basis(draft)));
    }
    let mut faults = Vec::new();
    for sink in scene.tags.sinks.iter().filter(|sink| is_ours(scene, sink.function)) {
        let at = (sink.call, sink.kind.0);
        let reached = reached(scene, routes, sink).filter(|draft| {
            // Where a value was followed, the call counts by itself only if it is the greater fault.
            covered
                .get(&at)
                .is_none_or(|&best| draft.ground == Ground::Fault && rank::value(&maker.basis(draft)) > best)
        });
        faults.extend(reached.filter(|_| covered.contains_key(&at)).map(|_| at));
        drafts.extend(reached);
        drafts.extend(together(scene, routes, sink));
    }
    drafts.retain(|draft| draft.arrival.is_none() || !faults.contains(&(draft.sink.call, draft.sink.kind.0)));
    let mut groups: BTreeMap<Key<'_>, Vec<Draft<'_>>> = BTreeMap::new();
    for draft in drafts {
        groups.entry(key(&draft)).or_default().push(draft);
    }
    drop_weaker(&mut groups);
    let groups = groups.into_values().map(|group| maker.sorted(group)).collect();
    let (single, fans) = split_fans(groups);
    let fans = fans.into_iter().map(|group| maker.sorted(group));
    single.into_iter().chain(fans).filter_map(|group| maker.finding(group)).collect()
}

/// A group of drafts, which is to be a finding.
type Group<'a> = Vec<Draft<'a>>;

/// Puts together the groups of one rule that are fed by one value, where there are many: what stays alone, and those.
fn split_fans(groups: Vec<Group<'_>>) -> (Vec<Group<'_>>, Vec<Group<'_>>) {
    let fan = |group: &[Draft<'_>]| {
        let first = group.first()?;
        let arrival = first.arrival.filter(|arrival| !arrival.is_secret)?;
        Some((first.rule.id.clone(), arrival.source))
    };
    let mut sizes: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for key in groups.iter().filter_map(|group| fan(group)) {
        *sizes.entry(key).or_default() += 1;
    }
    let mut fans: BTreeMap<(String, usize), Group<'_>> = BTreeMap::new();
    let mut single = Vec::new();
    for group in groups {
        match fan(&group).filter(|key| sizes.get(key).is_some_and(|&size| size >= FAN)) {
            Some(key) => fans.entry(key).or_default().extend(group),
            None => single.push(group),
        }
    }
    (single, fans.into_values().collect())
}

/// What one call of the project hands to a dependency is one problem, however many calls it meets in there.
fn key<'a>(draft: &Draft<'a>) -> Key<'a> {
    let kind = if draft.inside == 0 { draft.sink.kind.0 } else { u16::MAX };
    let secret = draft.source.filter(|_| draft.is_secret()).map_or("", |source| source.name.as_str());
    (draft.rule.id.as_str(), draft.site, kind, secret)
}

/// Where a flow of a secret is proven, that the secret and the sink stand together says nothing more.
fn drop_weaker(groups: &mut BTreeMap<Key<'_>, Vec<Draft<'_>>>) {
    let proven: Vec<(FuncId, u16, String)> = groups
        .iter()
        .filter(|(_, group)| group.iter().any(|draft| draft.ground == Ground::Flow))
        .flat_map(|(key, group)| group.iter().map(|draft| (draft.sink.function, key.2, key.3.to_owned())))
        .collect();
    groups.retain(|key, group| {
        group[0].ground != Ground::Together || !proven.contains(&(key.1, key.2, key.3.to_owned()))
    });
}

fn is_ours(scene: &Scene<'_>, function: FuncId) -> bool {
    scene.facts.origin_of(function) == Origin::FirstParty
}

/// The last function of the project on the way of a value, and the functions of dependencies behind it.
fn handed_over(scene: &Scene<'_>, arrival: &Arrival, sink: &SinkTag) -> (Option<FuncId>, usize) {
    if is_ours(scene, sink.function) {
        return (None, 0);
    }
    let mut inside = vec![sink.function];
    for step in arrival.flow.steps.iter().rev() {
        if is_ours(scene, step.function) {
            return (Some(step.function), inside.len());
        }
        if !inside.contains(&step.function) {
            inside.push(step.function);
        }
    }
    (None, inside.len())
}

/// Drafts of values that arrive.
fn flows<'a>(scene: &Scene<'a>, routes: &Routes) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    for arrival in &scene.arrivals.rows {
        let sources = if arrival.is_secret { &scene.tags.secrets } else { &scene.tags.sources };
        let (source, sink) = (&sources[arrival.source], &scene.tags.sinks[arrival.sink]);
        let Some(rule) = rule_between(scene, source, sink, Evidence::Flow) else { continue };
        if arrival.is_secret && is_own_address(scene, source, sink)
            || is_asked_by_page(scene, arrival, (source, sink))
        {
            continue;
        }
        let route = [source.function, sink.function]
            .into_iter()
            .find_map(|function| routes.best(scene.graph, function));
        if admits(scene, rule, route.map(|route| &routes.starts[route.start])) {
            let (ours, inside) = handed_over(scene, arrival, sink);
            let site = ours.or_else(|| made_in(arrival)).unwrap_or(sink.function);
            drafts.push(Draft {
                rule,
                sink,
                source: Some(source),
                arrival: Some(arrival),
                ground: Ground::Flow,
                route,
                site,
                inside,
            });
        }
    }
    drafts
}

/// Whether a secret address (a webhook, a DSN) is the address that is contacted, which is what it is for.
fn is_own_address(scene: &Scene<'_>, source: &SourceTag, sink: &SinkTag) -> bool {
    let name = source.name.to_ascii_lowercase();
    let is_address = ["url", "uri", "dsn", "webhook", "endpoint"].iter().any(|end| name.ends_with(end));
    is_address && scene.models.kind("egress-http").is_some_and(|kind| scene.models.is_a(sink.kind, kind))
}

/// Whether a page of a browser asks where an answer leads it: the browser of whoever reads the page asks, and gets no
/// further than that person.
fn is_asked_by_page(scene: &Scene<'_>, arrival: &Arrival, (source, sink): (&SourceTag, &SinkTag)) -> bool {
    let is = |kind, name| scene.models.kind(name).is_some_and(|it| scene.models.is_a(kind, it));
    let mut functions = arrival.flow.steps.iter().map(|step| step.function);
    is(source.kind, "untrusted-response")
        && is(sink.kind, "egress-http")
        && functions.any(|function| is_page(scene.facts, function))
}

/// Whether a function is in a file of a browser: one of components, or one that names what only pages have.
fn is_page(facts: &Facts, function: FuncId) -> bool {
    let id = facts.functions[function.index()].file;
    let file = &facts.files[id.index()];
    let path = facts.text(file.path);
    let is_component = [".tsx", ".jsx", ".vue", ".svelte"].iter().any(|end| path.ends_with(end));
    let named = |name: Sym| matches!(facts.text(name), "document" | "localStorage" | "sessionStorage");
    file.language == Language::JavaScript
        && (is_component || facts.frees_of(id).iter().any(|free| named(free.name)))
}

/// The function in which a flow's value last becomes part of a text: that is what a repair changes.
fn made_in(arrival: &Arrival) -> Option<FuncId> {
    let steps = arrival.flow.steps.iter().rev();
    steps.clone().find(|step| step.what == What::Formats).map(|step| step.function)
}

/// The rule for a pair of kinds that weighs most; of equals the first.
fn rule_between<'a>(
    scene: &Scene<'a>,
    source: &SourceTag,
    sink: &SinkTag,
    evidence: Evidence,
) -> Option<&'a Rule> {
    let mut best: Option<&Rule> = None;
    let rules = scene.models.rules_between(source.kind, sink.kind);
    for rule in rules.filter(|rule| !rule.source.is_empty() && rule.evidence.contains(&evidence)) {
        if best.is_none_or(|best| rule.impact > best.impact) {
            best = Some(rule);
        }
    }
    best
}

/// Whether a rule counts for what this start reaches.
fn admits(scene: &Scene<'_>, rule: &Rule, start: Option<&Start>) -> bool {
    if rule.entry.is_empty() && rule.min_exposure <= 0.0 {
        return true;
    }
    let Some(start) = start else { return false };
    let kind = scene.models.kind(&start.kind);
    let fits = rule.entry.is_empty() || kind.is_some_and(|kind| scene.models.one_of(kind, &rule.entry));
    fits && start.exposure >= rule.min_exposure
}

/// The draft of a call that is reached, whatever gets there: by the rule that weighs most.
fn reached<'a>(scene: &Scene<'a>, routes: &Routes, sink: &'a SinkTag) -> Option<Draft<'a>> {
    let route = routes.best(scene.graph, sink.function);
    let start = route.map(|route| &routes.starts[route.start]);
    let mut best: Option<&Rule> = None;
    for rule in scene.models.rules_at(sink.kind) {
        let counts = rule.evidence.contains(&Evidence::Reach) && (!rule.dynamic || sink.is_dynamic());
        if counts && admits(scene, rule, start) && best.is_none_or(|best| rule.impact > best.impact) {
            best = Some(rule);
        }
    }
    let rule = best?;
    // A rule that also takes co-occurrence for evidence needs no argument to be wrong: the call says it all.
    let is_fault = !rule.dynamic && rule.evidence.contains(&Evidence::CoOccurrence);
    let ground = match (is_fault, sink.is_built(), sink.is_dynamic()) {
        (true, _, _) => Ground::Fault,
        (_, true, _) => Ground::Built,
        (_, _, true) => Ground::Variable,
        _ => Ground::Able,
    };
    // What tests run and delete is their own.
    if ground != Ground::Fault && is_test_code(scene.facts, sink.function) {
        return None;
    }
    let site = sink.function;
    Some(Draft { rule, sink, source: None, arrival: None, ground, route, site, inside: 0 })
}

/// Drafts of the secrets that the function of a call reads.
fn together<'a>(scene: &Scene<'a>, routes: &Routes, sink: &'a SinkTag) -> Vec<Draft<'a>> {
    let route = routes.best(scene.graph, sink.function);
    let mut drafts = Vec::new();
    for source in secrets_in(scene, sink.function).filter(|source| !source.name.is_empty()) {
        let Some(rule) = rule_between(scene, source, sink, Evidence::CoOccurrence) else { continue };
        if admits(scene, rule, route.map(|route| &routes.starts[route.start])) {
            let (source, site) = (Some(source), sink.function);
            let ground = Ground::Together;
            drafts.push(Draft { rule, sink, source, arrival: None, ground, route, site, inside: 0 });
        }
    }
    drafts
}

/// The secrets that a function reads.
fn secrets_in<'a>(scene: &Scene<'a>, function: FuncId) -> impl Iterator<Item = &'a SourceTag> {
    let secrets = &scene.tags.secrets;
    let start = secrets.partition_point(|tag| tag.function < function);
    secrets[start..].iter().take_while(move |tag| tag.function == function)
}

impl Draft<'_> {
    fn is_secret(&self) -> bool {
        self.arrival.map_or(self.ground == Ground::Together, |arrival| arrival.is_secret)
    }

    fn certainty(&self) -> Certainty {
        let flow = self.arrival.map(|arrival| arrival.flow.certainty);
        flow.into_iter().chain([self.sink.certainty]).max().unwrap_or(Certainty::Resolved)
    }

    fn verdict(&self) -> Verdict {
        let route = self.route.map_or(Verdict::Unreachable, |route| route.verdict);
        match self.certainty() {
            Certainty::Possible => route.max(Verdict::Possible),
            _ => route,
        }
    }
}

/// Makes findings of groups.
pub(super) struct Maker<'s, 'a> {
    pub(super) scene: &'s Scene<'a>,
    pub(super) routes: &'s Routes,
    pub(super) changed: &'s [bool],
}

impl<'a> Maker<'_, 'a> {
    /// The drafts of a group, the best first.
    fn sorted(&self, group: Vec<Draft<'a>>) -> Vec<Draft<'a>> {
        let worth = |draft: &Draft<'_>| rank::value(&self.basis(draft));
        let mut rows: Vec<(f64, Draft<'a>)> = group.into_iter().map(|draft| (worth(&draft), draft)).collect();
        rows.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then(a.1.length().cmp(&b.1.length())).then(a.1.sink.line.cmp(&b.1.sink.line))
        });
        rows.into_iter().map(|row| row.1).collect()
    }

    fn finding(&self, group: Vec<Draft<'a>>) -> Option<Finding> {
        let best = *group.first()?;
        let mut finding = self.of(best, &group);
        let mut told: BTreeSet<CallId> = [best.sink.call].into();
        for draft in group.iter().filter(|draft| draft.inside == 0) {
            if told.len() <= MOST_CALLS && told.insert(draft.sink.call) {
                finding.also.push(self.of(*draft, &[*draft]));
            }
        }
        Some(finding)
    }

    /// What is said of the best of a group.
    fn of(&self, best: Draft<'a>, group: &[Draft<'a>]) -> Finding {
        let mut finding = Finding::new(best.rule.id.as_str(), self.sink_place(best.sink));
        let start = best.route.map(|route| &self.routes.starts[route.start]);
        finding.kind.clone_from(&self.kind(best.sink).name);
        finding.subject.clone_from(&best.sink.api);
        finding.entry = start.map(|start| (start.name.clone(), start.kind.clone()));
        finding.other_entries = self.other_entries(&best, group);
        finding.verdict = best.verdict();
        finding.evidence = best.ground.evidence();
        finding.path = self.path(&best);
        finding.secrets = self.secrets(&best);
        finding.unknowns = self.unknowns(&best);
        finding.message = self.message(&best, group);
        finding.advice = self.advice(&best);
        finding.cwe = self.cwe(&best);
        let basis = Basis { others: finding.other_entries, ..self.basis(&best) };
        finding.factors = rank::factors(&basis);
        finding
    }

    fn basis<'b>(&'b self, draft: &Draft<'a>) -> Basis<'b> {
        let start = draft.route.map(|route| &self.routes.starts[route.start]);
        Basis {
            rule: draft.rule,
            sink: draft.sink,
            sink_kind: self.kind(draft.sink),
            source: draft.source.map(|source| (source, self.scene.models.about(source.kind))),
            is_secret: draft.is_secret(),
            ground: draft.ground,
            certainty: draft.certainty(),
            verdict: draft.verdict(),
            trust: trust(draft.verdict()),
            entry: start.map(|start| {
                let exposure =
                    if self.is_tested(draft) { start.exposure.min(IN_TESTS) } else { start.exposure };
                (start.name.clone(), start.kind.clone(), exposure)
            }),
            guard: start.and_then(|start| start.guard.as_deref()),
            in_tests: self.is_tested(draft),
            is_copied: self.is_copied(draft),
            inside: draft.inside,
            steps: draft.arrival.map_or((0, 0), |arrival| {
                let steps = &arrival.flow.steps;
                let unsure = steps.iter().filter(|step| step.certainty == Certainty::Possible);
                (steps.len(), unsure.count())
            }),
            is_credential: draft.is_secret() && self.is_credential(draft),
            is_argument: self.is_argument(draft),
            is_segment: self.is_segment(draft),
            others: 0,
            in_scope: self.in_scope(draft),
        }
    }

    /// Whether a value is sent under a name that says that it is a credential of the request.
    fn is_credential(&self, draft: &Draft<'_>) -> bool {
        let models = self.scene.models;
        let is_sent = models.kind("egress").is_some_and(|egress| models.is_a(draft.sink.kind, egress));
        let names = draft.arrival.into_iter().flat_map(|arrival| &arrival.flow.steps).filter_map(|step| {
            match step.what {
                What::Writes(name) => name.map(|name| self.scene.facts.text(name)),
                _ => None,
            }
        });
        let credential = |name: &str| {
            let plain = name.to_ascii_lowercase().replace(['-', '_'], "");
            matches!(plain.as_str(), "key" | "appid" | "auth" | "authorization" | "apikey" | "xapikey")
                || models.looks_secret(name)
        };
        is_sent && names.into_iter().any(credential)
    }

    /// Whether a value only becomes an argument of a program that is started without a shell: it is put behind the first
    /// place of the list that the call is given, and no program that runs code stands there.
    fn is_argument(&self, draft: &Draft<'_>) -> bool {
        let facts = self.scene.facts;
        let steps = draft.arrival.map_or(&[][..], |arrival| &arrival.flow.steps);
        let listed = steps.iter().rev().find_map(|step| match step.what {
            What::Writes(Some(name)) => Some((step, name)),
            _ => None,
        });
        let last_text = steps.iter().rposition(|step| matches!(step.what, What::Formats | What::Through(_)));
        let last_write = steps.iter().rposition(|step| matches!(step.what, What::Writes(_)));
        let Some((step, name)) =
            listed.filter(|_| self.kind(draft.sink).name == "exec" && last_text < last_write)
        else {
            return false;
        };
        let is_behind = facts.text(name).parse::<usize>().is_ok_and(|place| place > 0);
        is_behind && !runs_code(facts, step.function, (step.line, name))
    }

    /// Whether the call is in the code of a test, whoever seems to lead there.
    fn is_tested(&self, draft: &Draft<'_>) -> bool {
        is_test_code(self.scene.facts, draft.sink.function)
    }

    /// Whether a value is one segment of an address, of which a file is named: it holds no separator.
    fn is_segment(&self, draft: &Draft<'_>) -> bool {
        let is = |kind, name| self.scene.models.kind(name) == Some(kind);
        draft.source.is_some_and(|source| is(source.kind, "untrusted-segment"))
            && draft.rule.id == "untrusted-to-path"
    }

    /// Whether the call is in a folder of copies of other projects.
    fn is_copied(&self, draft: &Draft<'_>) -> bool {
        let facts = self.scene.facts;
        let file = &facts.files[facts.functions[draft.sink.function.index()].file.index()];
        let mut folders: Vec<&str> = facts.text(file.path).split('/').collect();
        folders.pop();
        let is_served = folders.iter().any(|folder| matches!(*folder, "static" | "public" | "assets"));
        let is_copy = |folder: &&str| match *folder {
            "vendor" | "vendors" | "vendored" | "_vendor" | "third_party" | "third-party" | "thirdparty" => {
                true
            }
            "lib" | "libs" | "plugins" => is_served && file.language == Language::JavaScript,
            _ => false,
        };
        folders.iter().any(is_copy)
    }

    fn kind(&self, sink: &SinkTag) -> &'a Kind {
        self.scene.models.about(sink.kind)
    }

    /// Whether the path touches a changed function; none where all code is in scope.
    fn in_scope(&self, draft: &Draft<'_>) -> Option<bool> {
        self.scene.changed?;
        let touches = |function: FuncId| self.changed.get(function.index()) == Some(&true);
        let steps = draft.arrival.into_iter().flat_map(|arrival| &arrival.flow.steps);
        let on_route = self.route_functions(draft);
        let mut all = steps.map(|step| step.function).chain(on_route).chain([draft.sink.function]);
        Some(all.any(touches))
    }

    fn route_functions(&self, draft: &Draft<'_>) -> Vec<FuncId> {
        let net = &self.scene.graph.net;
        let node = |via: Via| match via {
            Via::Edge(edge) => net.edge_endpoints(edge).map(|ends| ends.0),
            Via::Site(node, _) => Some(node),
            _ => None,
        };
        self.trail(draft).into_iter().filter_map(node).filter_map(|node| net[node].function).collect()
    }

    fn trail(&self, draft: &Draft<'_>) -> Vec<Via> {
        draft.route.map(|route| self.routes.trail(self.scene.graph, route)).unwrap_or_default()
    }

    fn sink_place(&self, sink: &SinkTag) -> Place {
        let column = self.scene.facts.calls[sink.call.index()].column;
        Place { column: column.max(1), ..self.place(sink.function, sink.line) }
    }

    fn place(&self, function: FuncId, line: u32) -> Place {
        let facts = self.scene.facts;
        let file = facts.functions[function.index()].file;
        Place::new(facts.text(facts.files[file.index()].path), line, 1)
    }

    /// The code of the repository that requests what an entry point answers, where there is some: the surest, the first.
    fn asker(&self, start: &Start) -> Option<Hop> {
        let net = &self.scene.graph.net;
        let edges = net.edges_directed(start.node, Direction::Incoming);
        let asks = edges.filter(|edge| edge.weight().kind == EdgeKind::Requests);
        let first = asks.min_by_key(|edge| (edge.weight().certainty, edge.id()))?;
        let hop = self.hop(Via::Edge(first.id()))?;
        Some(Hop { what: format!("requests {}", start.name), ..hop })
    }

    /// Who asks, entry, route, then the way of the value or the call itself.
    fn path(&self, draft: &Draft<'_>) -> Vec<Hop> {
        let mut hops = Vec::new();
        if let Some(start) = draft.route.map(|route| &self.routes.starts[route.start]) {
            hops.extend(self.asker(start));
            let name = self.scene.graph.net[start.node].name.clone();
            let what = format!("{} {}", start.kind, start.name);
            hops.push(Hop::new(self.scene.graph.place(start.node), name, what, Some(Certainty::Exact)));
        }
        for via in self.trail(draft) {
            hops.extend(self.hop(via));
        }
        if let Some(arrival) = draft.arrival {
            hops.extend(self.steps(draft, arrival));
        } else if let (Ground::Together, Some(source)) = (draft.ground, draft.source) {
            let name = self.scene.facts.full_name(source.function);
            let what = format!("reads {}", words::source(self.scene.facts, source));
            hops.push(Hop::new(self.place(source.function, source.line), name, what, Some(source.certainty)));
        }
        let name = self.scene.facts.full_name(draft.sink.function);
        let what = format!("calls {}", draft.sink.api);
        hops.push(Hop::new(self.sink_place(draft.sink), name, what, None));
        hops
    }

    pub(super) fn hop(&self, via: Via) -> Option<Hop> {
        let graph = self.scene.graph;
        match via {
            Via::Edge(edge) => {
                let (source, target) = graph.net.edge_endpoints(edge)?;
                let row = graph.net[edge];
                let what = format!("{} {}", row.kind.name(), graph.net[target].name);
                let name = graph.net[source].name.clone();
                Some(Hop::new(graph.edge_place(edge), name, what, Some(row.certainty)))
            }
            Via::Site(node, call) => {
                let line = self.scene.facts.calls[call.index()].line;
                let place = Place::new(graph.file(node), line, 1);
                let what = "makes a call that could not be resolved".to_owned();
                Some(Hop::new(place, graph.net[node].name.clone(), what, Some(Certainty::Possible)))
            }
            _ => None,
        }
    }

    /// The way of a value up to the sink, which has a hop of its own.
    fn steps(&self, draft: &Draft<'_>, arrival: &Arrival) -> Vec<Hop> {
        let facts = self.scene.facts;
        let steps = arrival.flow.steps.iter().filter(|step| !matches!(step.what, What::Arrives(_)));
        let hop = |step: &crate::flow::Step| {
            let what = match (step.what, draft.source) {
                (What::Starts, Some(source)) => format!("reads {}", words::source(self.scene.facts, source)),
                _ => words::step(facts, self.scene.solution, step),
            };
            let certainty = Some(step.certainty);
            Hop::new(self.place(step.function, step.line), facts.full_name(step.function), what, certainty)
        };
        steps.map(hop).collect()
    }

    fn secrets(&self, draft: &Draft<'_>) -> Vec<String> {
        let mut functions = self.route_functions(draft);
        functions.push(draft.sink.function);
        let all = functions.into_iter().flat_map(|function| secrets_in(self.scene, function));
        let own = draft.source.filter(|_| draft.is_secret());
        let mut names: Vec<String> = all.chain(own).map(|secret| secret.name.clone()).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        names
    }

    /// The places that the verdict depends on: sites that could hide a path, edges that were matched by name.
    fn unknowns(&self, draft: &Draft<'_>) -> Vec<Place> {
        let weak = |hop: &Hop| hop.certainty == Some(Certainty::Possible);
        let hops = self.trail(draft).into_iter().filter_map(|via| self.hop(via));
        hops.filter(weak).map(|hop| hop.place).collect()
    }

    fn other_entries(&self, best: &Draft<'_>, group: &[Draft<'_>]) -> usize {
        let mut starts: Vec<usize> = group.iter().filter_map(|draft| draft.route.map(|r| r.start)).collect();
        starts.sort_unstable();
        starts.dedup();
        let others = self.routes.others(self.scene.graph, best.sink.function, best.route);
        others.max(starts.len().saturating_sub(1))
    }

    fn message(&self, best: &Draft<'_>, group: &[Draft<'_>]) -> String {
        let start = best.route.map(|route| &self.routes.starts[route.start]);
        let entry = start.map_or_else(
            || "code that no known entry point starts".to_owned(),
            |start| words::entry(&start.name, &start.kind, self.scene.models),
        );
        let source = best.source.map_or_else(String::new, |source| {
            words::origin(self.scene.facts, source, self.scene.models.about(source.kind), best.is_secret())
        });
        let sink = format!("`{}`", best.sink.api);
        let text = best.rule.message.replace("{source}", &source);
        let text = words::capital(&text.replace("{sink}", &sink).replace("{entry}", &entry));
        let mut lines: Vec<(FuncId, u32)> =
            group.iter().map(|draft| (draft.sink.function, draft.sink.line)).collect();
        lines.sort_unstable();
        lines.dedup();
        match lines.len() {
            0 | 1 => text,
            count => format!("{text} ({count} such calls)"),
        }
    }

    fn advice(&self, draft: &Draft<'_>) -> String {
        let of_rule = Some(&draft.rule.advice).filter(|advice| !advice.is_empty());
        of_rule.unwrap_or(&self.kind(draft.sink).advice).clone()
    }

    fn cwe(&self, draft: &Draft<'_>) -> Vec<u32> {
        let of_rule = Some(&draft.rule.cwe).filter(|cwe| !cwe.is_empty());
        of_rule.unwrap_or(&self.kind(draft.sink).cwe).clone()
    }
}

/// Whether the first place of a list, of which another place is filled on a line, holds the name of a program that
/// runs code which it is given as an argument.
fn runs_code(facts: &Facts, function: FuncId, (line, name): (u32, Sym)) -> bool {
    let stores = facts.stores_of(function);
    let is_place = |row: &&Store| row.line == line && row.field == Field::Item(name);
    let lists: Vec<Var> = stores.iter().filter(is_place).map(|row| row.base).collect();
    let is_first = |field| matches!(field, Field::Item(place) if facts.text(place) == "0");
    let first = stores.iter().filter(|row| lists.contains(&row.base) && is_first(row.field));
    let programs: Vec<Var> = first.map(|row| row.src).collect();
    facts.literals_of(function).iter().any(|row| match row.constant {
        Constant::Str(text) if programs.contains(&row.dst) => is_interpreter(facts.text(text)),
        _ => false,
    })
}

impl Draft<'_> {
    fn length(&self) -> usize {
        self.arrival.map_or(0, |arrival| arrival.flow.steps.len())
    }
}

impl Ground {
    /// The kind of evidence that reports print.
    pub(crate) fn evidence(self) -> Evidence {
        match self {
            Self::Flow => Evidence::Flow,
            Self::Together => Evidence::CoOccurrence,
            Self::Fault | Self::Built | Self::Variable | Self::Able => Evidence::Reach,
        }
    }
}
