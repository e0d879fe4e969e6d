//! The tabulation: contexts, facts, a worklist, and the ways between contexts.

use super::access::{self, Access};
use super::bind::{self, Binding, Bound};
use super::index::{Program, Tables, equal_range};
use super::path::{Path, Paths};
use super::writes::{Sure, parts_of};
use super::{Effect, Ground, Query, What, targets};
use crate::facts::{Constant, Facts, Field, FunctionKind, Origin, Type};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::{Certainty, Solution};
use crate::tag::is_test;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};
use std::collections::VecDeque;
use std::rc::Rc;

/// A context, an index into [`Engine::contexts`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ContextId(pub(super) u32);

/// A fact that holds in a context, an index into [`Engine::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct NodeId(pub(super) u32);

impl NodeId {
    /// The predecessor of the fact that a context starts from.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// As deep as changes of objects are told apart.
pub(super) const DEEP: u8 = 3;

/// A part of a variable that holds a value we follow.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Fact {
    pub(super) var: Var,
    pub(super) path: Path,
    /// What the value was cleaned for, as bits of [`Engine::marks`].
    pub(super) marks: u32,
    /// How many steps down its path the object was changed, so that all its other names see the change; 0 where it was
    /// not. What is further down came along with the value that was written.
    pub(super) back: u8,
    /// The line of the first write of the same field of the same variable behind this; 0 where there is none.
    pub(super) until: u32,
}

/// A fact in a context, and why it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) context: ContextId,
    pub(super) fact: Fact,
    pub(super) before: NodeId,
    pub(super) why: Why,
    pub(super) certainty: Certainty,
    /// Steps since the context was entered.
    pub(super) depth: u32,
    /// The last line that the value has passed in this function.
    pub(super) line: u32,
}

/// Why a fact follows from the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// The context starts from it.
    Entry,
    /// A row of this function on that line.
    Row(What, u32),
    /// A call, which left the fact at that node of the called context.
    Through(Site, NodeId),
}

/// Where a function is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Site {
    /// At a call site.
    Call(CallId),
    /// Where a field is read or written, or something is iterated.
    Access(Access),
}

/// What identifies a context.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key {
    pub(super) function: FuncId,
    pub(super) fact: Fact,
    /// Whether the fact was handed over by a call, to which alone it returns. Otherwise it returns everywhere.
    pub(super) called: bool,
    /// The line from which on the fact holds.
    pub(super) line: u32,
    /// The call outside of builtin bodies on whose behalf this function runs.
    pub(super) outer: Option<CallId>,
    /// The name by which a closure was called: a wrapper that a decorator made calls what it wraps, of that name.
    pub(super) name: Option<Sym>,
}

/// A call that entered a context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    pub(super) node: NodeId,
    pub(super) site: Site,
    pub(super) certainty: Certainty,
}

/// A way into another context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) to: ContextId,
    pub(super) from: NodeId,
    pub(super) what: What,
    /// Where it is taken: the line, in the function of `from`, except that what comes back does so at the call.
    pub(super) line: u32,
    pub(super) certainty: Certainty,
}

/// What is known of a context.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) key: Key,
    pub(super) incoming: Vec<Incoming>,
    /// Nodes that the caller sees: returned, yielded, or left in an argument.
    pub(super) exits: Vec<NodeId>,
    pub(super) ways: Vec<Way>,
    /// Sinks that a value arrives in, as indices into the sorted sinks.
    pub(super) hits: Vec<(u32, NodeId)>,
    /// Nodes whose rules asked which constants the callers hand over: another caller may hand over others.
    pub(super) keyed: Vec<NodeId>,
    /// Calls inside of dependencies since code of the project was left.
    inside: u8,
    facts: u32,
}

/// The state of a query.
pub(super) struct Engine<'a> {
    pub(super) facts: &'a Facts,
    pub(super) solution: &'a Solution,
    pub(super) query: &'a Query,
    pub(super) program: &'a Program,
    pub(super) paths: Paths,
    pub(super) contexts: Vec<Context>,
    pub(super) nodes: Vec<Node>,
    /// The context of each source, in the order of the query.
    pub(super) starts: Vec<Option<ContextId>>,
    /// Function, variable and index of each sink, sorted.
    pub(super) sinks: Vec<(FuncId, Var, u32)>,
    /// Modelled calls: call and index, sorted.
    modelled: Vec<(CallId, u32)>,
    /// Sets of kinds that some call makes harmless; the position is the bit.
    marks: Vec<&'a [u16]>,
    pub(super) gave_up: usize,
    /// Whether a call makes the end of what it gives harmless.
    pub(super) has_ends: bool,
    tables: Vec<Option<Rc<Tables>>>,
    /// What functions always write in what they are given.
    pub(super) writes_of: FxHashMap<FuncId, Rc<[Sure]>>,
    contexts_of: FxHashMap<FuncId, u32>,
    /// Facts by function.
    facts_of: Vec<u32>,
    /// Whether a file tests the program, by file.
    tests: Vec<bool>,
    /// The objects that functions are called on, by call and function.
    bounds: FxHashMap<(CallId, FuncId), Bound>,
    /// Literals by variable, of functions with computed keys.
    constants: FxHashMap<FuncId, FxHashMap<Var, Constant>>,
    by_key: FxHashMap<Key, ContextId>,
    seen: FxHashMap<(ContextId, Fact), NodeId>,
    entered: FxHashSet<(ContextId, NodeId, Site)>,
    sure: VecDeque<NodeId>,
    unsure: VecDeque<NodeId>,
}

/// Follows every source to the end.
pub(super) fn run<'a>(ground: &'a Ground<'a>, query: &'a Query) -> Engine<'a> {
    let mut engine = Engine::new(ground, query);
    for source in &query.sources {
        let path = match source.field {
            Some(name) => engine.paths.push_field(Field::Attr(name), Path::WHOLE),
            None => Path::WHOLE,
        };
        let fact = Fact { var: source.var, path, marks: 0, back: 0, until: 0 };
        let key = Key {
            function: source.function,
            fact,
            called: false,
            line: source.line,
            outer: None,
            name: None,
        };
        let start = engine.context(key, 0);
        engine.starts.push(start);
    }
    while let Some(node) = engine.sure.pop_front().or_else(|| engine.unsure.pop_front()) {
        // As many steps are given up as are taken, at most: what is behind a full function is mostly full, too.
        if engine.nodes.len() < query.limits.facts && engine.gave_up < query.limits.facts {
            engine.visit(node);
        } else {
            // Nothing new can hold, but what holds may be in a sink.
            engine.gave_up += 1;
            engine.look(node);
        }
    }
    engine
}

impl<'a> Engine<'a> {
    fn new(ground: &'a Ground<'a>, query: &'a Query) -> Self {
        let Ground { facts, solution, .. } = *ground;
        let mut sinks: Vec<_> = (query.sinks.iter().zip(0..))
            .map(|(sink, index)| (facts.function_of(sink.call), sink.var, index))
            .collect();
        sinks.sort_unstable();
        let mut modelled: Vec<_> =
            query.modelled.iter().zip(0..).map(|(row, index)| (row.call, index)).collect();
        modelled.sort_unstable();
        Self {
            facts,
            solution,
            query,
            program: &ground.program,
            paths: Paths::new(),
            contexts: Vec::new(),
            nodes: Vec::new(),
            starts: Vec::new(),
            sinks,
            modelled,
            marks: marks(query),
            gave_up: 0,
            has_ends: query.modelled.iter().any(|row| matches!(row.effect, Effect::CleansEnd(_))),
            tables: vec![None; facts.functions.len()],
            writes_of: FxHashMap::default(),
            contexts_of: FxHashMap::default(),
            facts_of: vec![0; facts.functions.len()],
            tests: facts.files.iter().map(|file| is_test(facts.text(file.path))).collect(),
            bounds: FxHashMap::default(),
            constants: FxHashMap::default(),
            by_key: FxHashMap::default(),
            seen: FxHashMap::default(),
            entered: FxHashSet::default(),
            sure: VecDeque::new(),
            unsure: VecDeque::new(),
        }
    }

    /// The context of a key, made and started if it is new. None where a limit is reached.
    pub(super) fn context(&mut self, key: Key, inside: u8) -> Option<ContextId> {
        let key = Key { fact: Fact { until: 0, ..key.fact }, ..key };
        if !key.fact.var.is_some() {
            return None;
        }
        if let Some(&context) = self.by_key.get(&key) {
            return Some(context);
        }
        let count = self.contexts_of.entry(key.function).or_default();
        let limits = self.query.limits;
        let most =
            if inside > 0 { limits.contexts_a_dependency_function } else { limits.contexts_a_function };
        if *count >= most {
            self.gave_up += 1;
            return None;
        }
        *count += 1;
        let context = ContextId(u32::try_from(self.contexts.len()).ok()?);
        self.contexts.push(Context {
            key,
            incoming: Vec::new(),
            exits: Vec::new(),
            ways: Vec::new(),
            hits: Vec::new(),
            keyed: Vec::new(),
            inside,
            facts: 0,
        });
        self.by_key.insert(key, context);
        let forward = Fact { back: 0, ..key.fact };
        self.add(context, forward, NodeId::NONE, Why::Entry, Certainty::Exact);
        if key.fact.back > 0 {
            self.add(context, key.fact, NodeId::NONE, Why::Entry, Certainty::Exact);
        }
        Some(context)
    }

    /// Lets a fact hold in a context.
    fn add(&mut self, context: ContextId, fact: Fact, before: NodeId, why: Why, certainty: Certainty) {
        let function = self.contexts[context.0 as usize].key.function;
        // A source may be a literal; nothing else is ever left in one.
        let is_source = self.starts.len() < self.query.sources.len();
        if !fact.var.is_some() {
            return;
        }
        // Asked first: where a function has its fill, each further step costs nothing.
        if self.is_full(function) {
            self.gave_up += 1;
            return;
        }
        let tables = self.tables(function);
        if !is_source && tables.is_constant(fact.var) {
            return;
        }
        let known = self.nodes.get(before.0 as usize).map_or((0, 0), |node| (node.depth + 1, node.line));
        let line = known.1.max(match why {
            Why::Entry => self.contexts[context.0 as usize].key.line,
            Why::Row(_, line) => line,
            Why::Through(site, _) => self.line(site),
        });
        let path = self.paths.without_key(fact.path);
        let fact = Fact { until: self.until(function, (fact.var, path), line, &tables), path, ..fact };
        if self.is_known(context, fact, (line, &tables)) || self.is_implied(context, fact, (line, &tables)) {
            return;
        }
        let limits = self.query.limits;
        let row = &mut self.contexts[context.0 as usize];
        let most = if row.inside > 0 { limits.facts_a_dependency_context } else { limits.facts_a_context };
        let held = &mut row.facts;
        if *held >= most || self.nodes.len() >= limits.facts {
            self.gave_up += 1;
            return;
        }
        *held += 1;
        self.facts_of[function.index()] += 1;
        let Ok(id) = u32::try_from(self.nodes.len()) else { return };
        self.nodes.push(Node { context, fact, before, why, certainty, depth: known.0, line });
        self.seen.insert((context, fact), NodeId(id));
        let queue = if certainty == Certainty::Possible { &mut self.unsure } else { &mut self.sure };
        queue.push_back(NodeId(id));
    }

    /// Whether as many facts hold in a function as are looked at.
    fn is_full(&self, function: FuncId) -> bool {
        self.facts_of[function.index()] >= self.query.limits.facts_a_function
    }

    /// Whether a fact is known to hold from that line on, or from a later one if nothing uses it in between.
    fn is_known(&self, context: ContextId, fact: Fact, (line, tables): (u32, &Tables)) -> bool {
        let Some(&known) = self.seen.get(&(context, fact)) else { return false };
        let from = self.nodes[known.0 as usize].line;
        let is_same = fact.path == Path::WHOLE || from <= line;
        is_same || (fact.back == 0 && !tables.is_used_between(fact.var, (line, from), self.facts))
    }

    /// Whether a larger part of the same variable is known to hold the value.
    fn is_implied(&self, context: ContextId, fact: Fact, at: (u32, &Tables)) -> bool {
        let mut path = fact.path;
        while let Some(above) = self.paths.above(path) {
            let until = if above == Path::WHOLE { 0 } else { fact.until };
            if self.is_known(context, Fact { path: above, until, ..fact }, at) {
                return true;
            }
            path = above;
        }
        false
    }

    /// The line of the first write behind `line` of the field that a fact is about. Captured variables have
    /// none: other functions may write between.
    fn until(&self, function: FuncId, (var, path): (Var, Path), line: u32, tables: &Tables) -> u32 {
        if path == Path::WHOLE || !tables.has_writes(var) || !self.program.readers(function, var).is_empty() {
            return 0;
        }
        tables.write_behind(var, parts_of(&self.paths, path), line)
    }

    /// Lets a fact follow from another one in the same context.
    pub(super) fn follow(&mut self, from: NodeId, fact: Fact, why: Why, certainty: Certainty) {
        let node = self.nodes[from.0 as usize];
        let certainty = node.certainty.max(certainty);
        self.add(node.context, Fact { back: 0, ..fact }, from, why, certainty);
        // A change below the whole value is no change of an object: the name alone was bound anew.
        if fact.back > 0 && fact.path != Path::WHOLE {
            self.add(node.context, fact, from, why, certainty);
        }
    }

    /// Hands a fact over to a called function.
    pub(super) fn enter(
        &mut self,
        from: NodeId,
        site: Site,
        target: FuncId,
        fact: Fact,
        certainty: Certainty,
    ) {
        let node = self.nodes[from.0 as usize];
        let outer = match site {
            Site::Call(call) => targets::outer(self, node.context, call, target),
            Site::Access(_) => None,
        };
        let name = match site {
            Site::Call(call) => targets::called_name(self, node.context, call, target),
            Site::Access(_) => None,
        };
        let Some(inside) =
            self.inside(node.context, target).filter(|_| !self.enters_test(node.context, target))
        else {
            return;
        };
        let key = Key { function: target, fact, called: true, line: 0, outer, name };
        let Some(to) = self.context(key, inside) else { return };
        let certainty = if self.is_number(target, fact.var) { Certainty::Possible } else { certainty };
        // A node that is visited again, because more is known of its keys, has told most calls before.
        if !self.entered.insert((to, from, site)) {
            return;
        }
        let context = &mut self.contexts[to.0 as usize];
        let incoming = Incoming { node: from, site, certainty };
        context.incoming.push(incoming);
        self.sure.extend(std::mem::take(&mut context.keyed));
        for exit in context.exits.clone() {
            self.leave(incoming, target, exit);
        }
        self.way(from, to, What::Enters(target), self.line(site), certainty);
    }

    /// Whether a parameter is declared to hold numbers only. Nobody asks that when the program runs, so text may be in it.
    fn is_number(&self, function: FuncId, var: Var) -> bool {
        let mut hints = self.facts.hints_of(function).iter().filter(|hint| hint.var == var && !hint.checked);
        hints.any(|hint| self.facts.types[hint.ty.index()] == Type::Number)
    }

    /// How many calls inside of dependencies a function is that a context calls; none where that is too many. Library
    /// bodies are code of whoever calls them.
    pub(super) fn inside(&self, from: ContextId, target: FuncId) -> Option<u8> {
        let before = self.contexts[from.0 as usize].inside;
        let inside = match self.facts.origin_of(target) {
            Origin::FirstParty => 0,
            Origin::Builtin => before,
            Origin::Dependency => before + 1,
        };
        (inside <= self.query.limits.dependency_calls).then_some(inside)
    }

    /// Whether a value would get from the program into a test of it. What a test gets from the program is no way of the
    /// program.
    fn enters_test(&self, from: ContextId, target: FuncId) -> bool {
        let is_test = |function: FuncId| self.tests[self.facts.functions[function.index()].file.index()];
        is_test(target) && !is_test(self.contexts[from.0 as usize].key.function)
    }

    /// A call of a function, with the object that it is called on found once.
    pub(super) fn binding(&mut self, call: CallId, target: FuncId) -> Binding<'a> {
        let (facts, solution) = (self.facts, self.solution);
        let bound =
            *self.bounds.entry((call, target)).or_insert_with(|| bind::bound(facts, solution, call, target));
        Binding::of(facts, call, target, bound)
    }

    /// Records a way into another context.
    pub(super) fn way(&mut self, from: NodeId, to: ContextId, what: What, line: u32, certainty: Certainty) {
        let node = self.nodes[from.0 as usize];
        let certainty = certainty.max(node.certainty);
        self.contexts[node.context.0 as usize].ways.push(Way { to, from, what, line, certainty });
    }

    /// Lets a fact hold in a function whoever called it, following from one that holds elsewhere. Of dependencies only
    /// closures are such: not modules and classes, whose variables everything of the library passes through.
    pub(super) fn jump(&mut self, from: NodeId, function: FuncId, fact: Fact, what: What, line: u32) {
        let kind = self.facts.functions[function.index()].kind;
        let is_body = matches!(kind, FunctionKind::Module | FunctionKind::ClassBody);
        let is_inside = self.facts.origin_of(function) == Origin::Dependency;
        let from_context = self.nodes[from.0 as usize].context;
        if is_inside && (is_body || what != What::Captured) || self.enters_test(from_context, function) {
            return;
        }
        let inside = if is_inside { self.contexts[from_context.0 as usize].inside.max(1) } else { 0 };
        for outer in self.makers(from_context, function) {
            let key = Key { function, fact, called: false, line, outer, name: None };
            if let Some(to) = self.context(key, inside) {
                self.way(from, to, what, line, Certainty::Resolved);
            }
        }
    }

    /// The sites on whose behalf the library body ran that made a closure of it, where the closure was given to code of
    /// the program that calls it: `new Promise(resolve => resolve(x))`. One that says nothing where that is unknown.
    fn makers(&self, from: ContextId, owner: FuncId) -> SmallVec<[Option<CallId>; 2]> {
        let key = self.contexts[from.0 as usize].key;
        let unknown = smallvec![None];
        let is_library = |function| targets::is_library(self.facts, function);
        let Some(site) = key.outer.filter(|_| is_library(key.function) && is_library(owner)) else {
            return unknown;
        };
        let mut around = self.facts.function_of(site);
        loop {
            let sites = self.program.handed(around, owner);
            if !sites.is_empty() {
                return sites.iter().map(|row| Some(row.2)).collect();
            }
            let parent = self.facts.functions[around.index()].parent;
            if parent == around {
                return unknown;
            }
            around = parent;
        }
    }

    /// Records that the caller sees a fact of a called function, and tells the callers.
    pub(super) fn exit(&mut self, node: NodeId) {
        let context = self.nodes[node.0 as usize].context;
        let row = &mut self.contexts[context.0 as usize];
        row.exits.push(node);
        let Key { function, outer, .. } = row.key;
        if row.key.called {
            for incoming in row.incoming.clone() {
                self.leave(incoming, function, node);
            }
        } else {
            self.leave_anywhere(function, node, outer);
        }
    }

    /// Lets what holds at the exit of a called function hold in the function that called it.
    fn leave(&mut self, incoming: Incoming, target: FuncId, exit: NodeId) {
        let node = self.nodes[exit.0 as usize];
        let certainty = incoming.certainty.max(node.certainty);
        for fact in self.seen_at(incoming.site, target, node.fact) {
            self.follow(incoming.node, fact, Why::Through(incoming.site, exit), certainty);
        }
    }

    /// Lets what holds at the exit of a function hold wherever it is called, or at one site if it is known to be called
    /// there.
    fn leave_anywhere(&mut self, target: FuncId, exit: NodeId, only: Option<CallId>) {
        // A closure of a library body is another one at each site that made it: its callers have nothing in common.
        if only.is_none() && targets::is_library_closure(self.facts, target) {
            return;
        }
        let program = self.program;
        for &(_, call, certainty) in program.callers(target) {
            if only.is_some_and(|only| only != call) {
                continue;
            }
            // What a library body calls on behalf of the site is seen in that body only.
            if !targets::is_within(self.facts, self.solution, call, target) {
                self.leave_at((self.facts.function_of(call), Site::Call(call)), target, exit, certainty);
            }
        }
        for (caller, line, certainty) in self.program.accessors(target) {
            if only.is_some() {
                break;
            }
            for access in access::at_line(self, caller, line) {
                if access::may_call(self.facts, access, target) {
                    self.leave_at((caller, Site::Access(access)), target, exit, certainty);
                }
            }
        }
    }

    fn leave_at(
        &mut self,
        (function, site): (FuncId, Site),
        target: FuncId,
        exit: NodeId,
        certainty: Certainty,
    ) {
        let context = self.nodes[exit.0 as usize].context;
        if self.facts.origin_of(function) == Origin::Dependency || self.enters_test(context, function) {
            return;
        }
        let fact = self.nodes[exit.0 as usize].fact;
        for fact in self.seen_at(site, target, fact) {
            let what = if fact.back > 0 { What::Fills(target) } else { What::Returns(target) };
            let line = self.line(site);
            if let Some(to) =
                self.context(Key { function, fact, called: false, line, outer: None, name: None }, 0)
            {
                self.way(exit, to, what, line, certainty);
            }
        }
    }

    /// A fact at the exit of a function in terms of the function that called it.
    fn seen_at(&mut self, site: Site, target: FuncId, fact: Fact) -> Vec<Fact> {
        let call = match site {
            Site::Call(call) => call,
            Site::Access(access) => return access::seen_at(self, access, target, fact),
        };
        let binding = self.binding(call, target);
        let dst = self.facts.calls[call.index()].dst;
        match fact.var {
            Var::RETURN | Var::YIELD => {
                let Some(marks) = self.marks_of(call, fact.marks) else { return Vec::new() };
                let path = match fact.var {
                    Var::YIELD => self.paths.push_field(Field::AnyItem, fact.path),
                    _ => fact.path,
                };
                let dropped = fact.var == Var::RETURN && binding.makes_object();
                if dropped { Vec::new() } else { vec![Fact { var: dst, path, marks, ..fact }] }
            }
            param => {
                let path = self.under_key(call, target, fact.path);
                let places = binding.actuals(param, path, &mut self.paths);
                let back = |above: Path| if above == path { fact.back } else { DEEP };
                places.into_iter().map(|(var, path)| Fact { var, path, back: back(path), ..fact }).collect()
            }
        }
    }

    /// The marks of a value that has gone through a call; none if the call ends it.
    pub(super) fn marks_of(&self, call: CallId, marks: u32) -> Option<u32> {
        let mut marks = marks;
        for effect in self.effects(call) {
            match effect {
                Effect::Ends => return None,
                Effect::Cleans(kinds) => marks |= self.bits(kinds),
                Effect::Carries(..) | Effect::CleansEnd(_) => {}
            }
        }
        Some(marks)
    }

    /// The marks that a call gives.
    pub(super) fn cleaned_by(&self, call: CallId) -> u32 {
        let cleaned = self.effects(call).map(|effect| match effect {
            Effect::Cleans(kinds) => self.bits(kinds),
            Effect::Ends | Effect::Carries(..) | Effect::CleansEnd(_) => 0,
        });
        cleaned.fold(0, |marks, more| marks | more)
    }

    /// What is known of a call.
    pub(super) fn effects(&self, call: CallId) -> impl Iterator<Item = &'a Effect> + use<'a, '_> {
        let query = self.query;
        equal_range(&self.modelled, |row| row.0.cmp(&call))
            .iter()
            .map(|row| &query.modelled[row.1 as usize].effect)
    }

    pub(super) fn bits(&self, kinds: &[u16]) -> u32 {
        self.marks.iter().position(|known| *known == kinds).map_or(0, |bit| 1 << bit)
    }

    /// Whether a value with these marks is harmless as one of this kind, or in a sink of this kind.
    pub(super) fn is_clean(&self, marks: u32, kind: u16) -> bool {
        self.marks.iter().enumerate().any(|(bit, kinds)| marks & 1 << bit != 0 && kinds.contains(&kind))
    }

    pub(super) fn line(&self, site: Site) -> u32 {
        match site {
            Site::Call(call) => self.facts.calls[call.index()].line,
            Site::Access(access) => access::line(self.facts, access),
        }
    }

    /// The constant that a variable holds, where its one definition is a literal.
    pub(super) fn constant(&mut self, function: FuncId, var: Var) -> Option<Constant> {
        let facts = self.facts;
        let constants = self.constants.entry(function).or_insert_with(|| {
            facts.literals_of(function).iter().map(|row| (row.dst, row.constant)).collect()
        });
        constants.get(&var).copied()
    }

    pub(super) fn tables(&mut self, function: FuncId) -> Rc<Tables> {
        if let Some(tables) = &self.tables[function.index()] {
            return Rc::clone(tables);
        }
        let mut tables = Tables::new(self.facts, function);
        tables.add_writes(self.called_writes(function));
        let tables = Rc::new(tables);
        self.tables[function.index()] = Some(Rc::clone(&tables));
        tables
    }
}

/// The sets of kinds that calls make harmless. Beyond 32 sets, cleaning counts for nothing: an alarm too many is
/// better than a missed one.
fn marks(query: &Query) -> Vec<&[u16]> {
    let mut sets: Vec<&[u16]> = (query.modelled.iter())
        .filter_map(|row| match &row.effect {
            Effect::Cleans(kinds) | Effect::CleansEnd(kinds) => Some(kinds.as_slice()),
            _ => None,
        })
        .collect();
    sets.extend(
        [query.begins.as_slice(), query.members.as_slice()].into_iter().filter(|kinds| !kinds.is_empty()),
    );
    sets.sort_unstable();
    sets.dedup();
    sets.truncate(32);
    sets
}
