//! Call edges → sinks, sanitisers and summaries.

use super::view::{Match, View};
use super::{SanitiserTag, Shape, SinkArg, SinkTag, SummaryTag, Tags, args};
use crate::discover::template;
use crate::facts::{ArgKind, Callee};
use crate::ids::{CallId, FuncId, Var};
use crate::models::{KindId, Says, SinkRow};
use crate::solution::{CallEdge, Target, Value};

/// Tags every site of which a target, or at least a name, is known.
pub(super) fn tag(view: &View<'_>, tags: &mut Tags) {
    for edges in view.solution.edges.chunk_by(|a, b| a.call == b.call) {
        let call = edges[0].call;
        let mut matches = view.matches(call, edges);
        if is_text_asked(view, call, edges) {
            let named = view.matches_by_name(call).into_iter();
            matches.extend(named.filter(|found| matches!(found.row.says, Says::Sanitiser { .. })));
        }
        site(view, call, &matches, tags);
    }
    for &call in &view.solution.unresolved {
        let matches = view.matches_by_name(call);
        site(view, call, &matches, tags);
    }
    tags.sinks.sort_by(|a, b| (a.call, a.kind, &a.api).cmp(&(b.call, b.kind, &b.api)));
    tags.sanitisers.sort_by_key(|tag| (tag.call, tag.kind));
    tags.sanitisers.dedup_by_key(|tag| (tag.call, tag.kind));
    tags.summaries.sort_by_key(|tag| (tag.call, tag.to, tag.row));
}

/// Methods of text that take something dangerous out of it.
const TEXT_METHODS: [&str; 2] = ["replace", "rsplit"];

/// Whether a call asks a part of code that we do not have as only text is asked: `upload.filename.rsplit(".")`.
fn is_text_asked(view: &View<'_>, call: CallId, edges: &[CallEdge]) -> bool {
    let Callee::Method(_, name) = view.facts.calls[call.index()].callee else { return false };
    TEXT_METHODS.contains(&view.facts.text(name))
        && edges.iter().all(|edge| matches!(edge.target, Target::External(_)))
}

/// A sink row that holds at a site.
type Candidate<'m> = (KindId, &'m SinkRow, &'m Match<'m>);

fn site(view: &View<'_>, call: CallId, matches: &[Match<'_>], tags: &mut Tags) {
    let function = view.facts.function_of(call);
    let mut sinks: Vec<Candidate<'_>> = Vec::new();
    for found in matches {
        match &found.row.says {
            Says::Sink(sink) => sinks.push((sink.kind, sink, found)),
            Says::Sanitiser { kind, .. } => {
                tags.sanitisers.push(SanitiserTag { call, function, kind: *kind, row: found.row.id });
            }
            Says::Summary { from, to } if !found.indirect => {
                let from = args::find_all(view.facts, call, from);
                for to in args::find(view.facts, call, to) {
                    tags.summaries.push(SummaryTag {
                        call,
                        function,
                        from: from.clone(),
                        to,
                        row: found.row.id,
                    });
                }
            }
            _ => {}
        }
    }
    for (index, &(_, sink, found)) in sinks.iter().enumerate() {
        let hidden = sinks
            .iter()
            .enumerate()
            .any(|(other, by)| other != index && hides(view, (other, by), (index, &sinks[index])));
        if !hidden {
            let tag = sink_tag(view, call, function, sink, found);
            tags.sinks.extend(if sink.template.is_empty() { Some(tag) } else { rendered(view, tag, sink) });
        }
    }
}

/// Whether a match makes another one of the same family superfluous: its pattern is more specific, or its kind
/// is more special, or it says the same and is surer or comes first.
fn hides(view: &View<'_>, (at, by): (usize, &Candidate<'_>), (index, it): (usize, &Candidate<'_>)) -> bool {
    let family = |kind| view.models.family(kind).last();
    if family(by.0) != family(it.0) {
        return false;
    }
    if by.2.breadth != it.2.breadth {
        return by.2.breadth < it.2.breadth;
    }
    if by.0 != it.0 {
        return view.models.is_a(by.0, it.0);
    }
    (by.2.indirect, by.2.certainty, by.2.row.id, at) < (it.2.indirect, it.2.certainty, it.2.row.id, index)
}

/// Values of one page that are looked at.
const MAX_RENDERED: usize = 64;

/// What is left of the impact of running a program where the program is fixed: its options may still be chosen.
const FIXED_PROGRAM: f64 = 0.1;

fn sink_tag(view: &View<'_>, call: CallId, function: FuncId, sink: &SinkRow, found: &Match<'_>) -> SinkTag {
    let all = [crate::models::ArgRef::All];
    let wanted = if found.indirect && !sink.args.is_empty() { &all[..] } else { &sink.args[..] };
    let vars = args::find_all(view.facts, call, wanted);
    let kind = &view.models.about(sink.kind).name;
    let is_fixed = !found.indirect && kind == "exec" && args::is_program_fixed(view, function, &vars, call);
    let shape = |var| match (found.indirect, is_fixed) {
        (true, _) => Shape::Variable,
        (_, true) => Shape::Constant,
        _ => args::shape(view, function, var, Some(sink.kind)),
    };
    let impact = view.models.impact(found.row.id, sink.kind);
    SinkTag {
        call,
        function,
        line: view.facts.calls[call.index()].line,
        kind: sink.kind,
        api: made_exception(view, call, function, sink).unwrap_or_else(|| found.api.clone()),
        args: vars.into_iter().map(|var| SinkArg { var, shape: shape(var), below: [None; 2] }).collect(),
        conditions: args::conditions(found.row),
        impact: if is_fixed { impact * FIXED_PROGRAM } else { impact },
        row: found.row.id,
        certainty: found.certainty,
    }
}

/// What of the arguments of a call that renders a file of templates goes into the page as it is; none if nothing does.
fn rendered(view: &View<'_>, tag: SinkTag, sink: &SinkRow) -> Option<SinkTag> {
    let names = args::find_all(view.facts, tag.call, &sink.template);
    let name = names.into_iter().find_map(|var| args::string(view, tag.function, var))?;
    let written = template::written(&view.repo.templates, &name);
    let holders: Vec<Var> = tag.args.iter().map(|arg| arg.var).collect();
    let mut found: Vec<(SinkArg, String)> = Vec::new();
    for (path, raw) in written {
        let sym = |name: &str| view.facts.names.find(name);
        let Some(name) = sym(&raw.name) else { continue };
        let member = raw.member.as_deref().and_then(sym);
        let given = view.facts.args_of(tag.call).iter().filter_map(|arg| match arg.kind {
            ArgKind::Keyword(given) => (given == name).then_some((arg.var, [member, None])),
            ArgKind::KeywordSpread => Some((arg.var, [Some(name), member])),
            _ => None,
        });
        let inside = holders.iter().map(|&var| (var, [Some(name), member]));
        let place = format!("{path}:{} does not escape {}", raw.line, raw.name);
        for (var, below) in given.chain(inside) {
            // That a page is reached says nothing: only a value that is followed into it counts.
            let arg = SinkArg { var, shape: Shape::Constant, below };
            if found.len() < MAX_RENDERED && !found.iter().any(|known| known.0 == arg) {
                found.push((arg, place.clone()));
            }
        }
    }
    let conditions = found.first().map(|row| row.1.clone()).into_iter().collect();
    let args: Vec<SinkArg> = found.into_iter().map(|row| row.0).collect();
    (!args.is_empty()).then_some(SinkTag { args, conditions, ..tag })
}

/// The class of the exception that a call makes: all are made by the constructor of their common base.
fn made_exception(view: &View<'_>, call: CallId, function: FuncId, sink: &SinkRow) -> Option<String> {
    let facts = view.facts;
    let is_exception = view.models.about(sink.kind).name == "exception";
    let made =
        view.solution.values.of(function, facts.calls[call.index()].dst).find_map(|value| match value {
            Value::Instance(class) => Some(facts.full_name(facts.classes[class.index()].body)),
            _ => None,
        });
    made.filter(|_| is_exception)
}
