//! Contexts → flows: which source reaches which sink through which contexts, and the steps of the shortest way.
//!
//! Contexts form a graph whose edges are calls, returns to unknown callers, and shared variables. From each
//! source a shortest-path search runs over those contexts from which a sink can be reached at all; sure ways come
//! before unsure ones. The steps inside a context are the chain of facts that follow from each other.

use super::engine::{Context, ContextId, Engine, NodeId, Site, Way, Why};
use super::{Flow, Flows, Source, Step, What};
use crate::facts::CallFlags;
use crate::ids::FuncId;
use crate::solution::Certainty;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// How far a context is from the source: whether an unsure step was needed, and the number of steps.
type Distance = (bool, u32);

/// The shortest way to a context: the context before it and the way taken there.
type Reached = FxHashMap<ContextId, (Distance, Option<(ContextId, Way)>)>;

/// The flows that an engine has found.
pub(super) fn flows(engine: &Engine<'_>) -> Flows {
    let useful = useful(&engine.contexts);
    let mut flows = Vec::new();
    for (index, (source, start)) in engine.query.sources.iter().zip(&engine.starts).enumerate() {
        if let Some(start) = start.filter(|start| useful[start.0 as usize]) {
            let reached = search(engine, start, &useful);
            from_source(engine, (index, source), &reached, &mut flows);
        }
    }
    flows.sort_by_key(|flow: &Flow| (flow.source, flow.sink));
    Flows { flows, gave_up: engine.gave_up, facts: engine.nodes.len() }
}

/// Whether a sink can be reached from each context. O(ways).
fn useful(contexts: &[Context]) -> Vec<bool> {
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); contexts.len()];
    for (context, index) in contexts.iter().zip(0..) {
        for way in &context.ways {
            before[way.to.0 as usize].push(index);
        }
    }
    let mut useful: Vec<bool> = contexts.iter().map(|context| !context.hits.is_empty()).collect();
    let mut pending: Vec<usize> = (0..contexts.len()).filter(|&index| useful[index]).collect();
    while let Some(index) = pending.pop() {
        for &from in &before[index] {
            if !std::mem::replace(&mut useful[from as usize], true) {
                pending.push(from as usize);
            }
        }
    }
    useful
}

/// The shortest ways from a context to all others (E. W. Dijkstra, 1959).
fn search(engine: &Engine<'_>, start: ContextId, useful: &[bool]) -> Reached {
    let mut reached: Reached = FxHashMap::default();
    let mut pending = BinaryHeap::from([Reverse(((false, 0), start))]);
    reached.insert(start, ((false, 0), None));
    while let Some(Reverse((distance, context))) = pending.pop() {
        if reached.get(&context).is_some_and(|known| known.0 < distance) {
            continue;
        }
        for way in &engine.contexts[context.0 as usize].ways {
            if !useful[way.to.0 as usize] {
                continue;
            }
            let unsure = distance.0 || way.certainty == Certainty::Possible;
            let next = (unsure, distance.1 + engine.nodes[way.from.0 as usize].depth + 1);
            if reached.get(&way.to).is_none_or(|known| next < known.0) {
                reached.insert(way.to, (next, Some((context, *way))));
                pending.push(Reverse((next, way.to)));
            }
        }
    }
    reached
}

/// The flows of one source: for each sink the nearest of the facts that arrive there.
fn from_source(engine: &Engine<'_>, source: (usize, &Source), reached: &Reached, flows: &mut Vec<Flow>) {
    let mut nearest: BTreeMap<u32, (Distance, NodeId, usize)> = BTreeMap::new();
    let mut contexts: Vec<_> = reached.iter().map(|(&context, row)| (context, row.0)).collect();
    contexts.sort_unstable();
    for (context, distance) in contexts {
        for &(sink, node) in &engine.contexts[context.0 as usize].hits {
            let row = engine.nodes[node.0 as usize];
            let wanted = (source.1.kind, engine.query.sinks[sink as usize].kind);
            if !engine.query.pairs.contains(&wanted) || engine.is_clean(row.fact.marks, source.1.kind) {
                continue;
            }
            let unsure = distance.0 || row.certainty == Certainty::Possible;
            let here = ((unsure, distance.1 + row.depth), node, 0);
            let best = nearest.entry(sink).or_insert(here);
            best.2 += 1;
            if (here.0, here.1) < (best.0, best.1) {
                (best.0, best.1) = (here.0, here.1);
            }
        }
    }
    for (sink, (_, node, count)) in nearest {
        let (steps, certainty) = steps(engine, source.1, node, sink, reached);
        flows.push(Flow { source: source.0, sink: sink as usize, steps, certainty, other_paths: count - 1 });
    }
}

/// The steps from a source to a fact that arrives in a sink.
fn steps(
    engine: &Engine<'_>,
    source: &Source,
    last: NodeId,
    sink: u32,
    reached: &Reached,
) -> (Vec<Step>, Certainty) {
    let mut legs = vec![(last, None)];
    let mut certainty = engine.nodes[last.0 as usize].certainty;
    let mut context = engine.nodes[last.0 as usize].context;
    while let Some((_, Some((before, way)))) = reached.get(&context) {
        certainty = certainty.max(way.certainty);
        legs.push((way.from, Some(*way)));
        context = *before;
    }
    let mut trail = Trail { engine, steps: Vec::new(), limit: engine.query.limits.steps };
    trail.push((source.function, source.line), What::Starts, Certainty::Exact);
    for (node, way) in legs.into_iter().rev() {
        trail.inside(node, 0);
        if let Some(way) = way {
            trail.cross(way);
        }
    }
    let call = engine.query.sinks[sink as usize].call;
    trail.limit += 1;
    let place = (engine.facts.function_of(call), engine.line(Site::Call(call)));
    trail.push(place, What::Arrives(call), Certainty::Exact);
    (trail.steps, certainty)
}

/// Steps as they are collected.
struct Trail<'e, 'a> {
    engine: &'e Engine<'a>,
    steps: Vec<Step>,
    limit: usize,
}

/// Calls that are followed into in an explanation: what goes in and comes out again is told to this depth.
const NESTING: u32 = 4;

impl Trail<'_, '_> {
    fn push(&mut self, (function, line): (FuncId, u32), what: What, certainty: Certainty) {
        let step = Step { function, line, what, certainty };
        if self.steps.len() < self.limit && self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
    }

    /// The chain of facts in a context that ends in a node.
    fn inside(&mut self, last: NodeId, nesting: u32) {
        let mut chain = Vec::new();
        let mut at = last;
        while at != NodeId::NONE {
            chain.push(at);
            at = self.engine.nodes[at.0 as usize].before;
        }
        let mut before = Certainty::Exact;
        for &node in chain.iter().rev() {
            let row = self.engine.nodes[node.0 as usize];
            let function = self.engine.contexts[row.context.0 as usize].key.function;
            // A fact is as sure as the least sure step before it; the step that made it so is told apart.
            let own = if row.certainty > before { row.certainty } else { Certainty::Exact };
            before = row.certainty;
            match row.why {
                Why::Entry => {}
                Why::Row(what, line) => self.row((function, line), what, own),
                Why::Through(site, exit) => self.through(function, site, exit, (nesting, own)),
            }
        }
    }

    /// A row. Moves without a line of their own and joins tell a reader nothing, and library bodies are not shown.
    fn row(&mut self, (function, line): (FuncId, u32), what: What, certainty: Certainty) {
        if line > 0 && what != What::Moves && self.is_shown(function) {
            self.push((function, line), what, certainty);
        }
    }

    /// A value goes into a function and comes out again.
    fn through(
        &mut self,
        function: FuncId,
        site: Site,
        exit: NodeId,
        (nesting, certainty): (u32, Certainty),
    ) {
        let row = self.engine.nodes[exit.0 as usize];
        let target = self.engine.contexts[row.context.0 as usize].key.function;
        let place = (function, self.engine.line(site));
        let shown = self.is_shown(function)
            && match site {
                Site::Call(call) => !self.engine.facts.calls[call.index()].flags.has(CallFlags::IMPLICIT),
                Site::Access(_) => true,
            };
        let what = if row.fact.back > 0 { What::Fills(target) } else { What::Returns(target) };
        match (shown, self.is_shown(target)) {
            (false, false) => {}
            (true, false) if row.fact.back > 0 => self.push(place, what, certainty),
            (true, false) => self.push(place, What::Through(target), certainty),
            (_, true) => {
                self.push(place, What::Enters(target), certainty);
                if nesting < NESTING {
                    self.inside(exit, nesting + 1);
                }
                self.push(place, what, Certainty::Exact);
            }
        }
    }

    fn cross(&mut self, way: Way) {
        let from = self.engine.nodes[way.from.0 as usize];
        let to = self.engine.contexts[way.to.0 as usize].key.function;
        let here = self.engine.contexts[from.context.0 as usize].key.function;
        let function = match way.what {
            What::Enters(_) => here,
            _ => to,
        };
        let own = if way.certainty > from.certainty { way.certainty } else { Certainty::Exact };
        let head = self.engine.facts.functions[function.index()].line;
        let what = match way.what {
            What::Enters(target) if !self.is_shown(target) => What::Through(target),
            What::Returns(target) if !self.is_shown(target) => return,
            what => what,
        };
        if self.is_shown(function) {
            self.push((function, if way.line > 0 { way.line } else { head }), what, own);
        }
    }

    /// Whether a function is code that a reader can open.
    fn is_shown(&self, function: FuncId) -> bool {
        let file = self.engine.facts.functions[function.index()].file;
        self.engine.facts.files[file.index()].origin != crate::facts::Origin::Builtin
    }
}
