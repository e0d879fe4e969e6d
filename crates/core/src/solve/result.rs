//! The state of the solver → [`Solution`]: clones merged, everything sorted.

use super::instance::Via;
use super::member::Awaited;
use super::store::{Demand, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{CallFlags, Callee, Facts, Origin};
use crate::ids::{CallId, FuncId, Var};
use crate::solution::{
    CallEdge, Certainty, Counters, EdgeKind, ImplicitEdge, Solution, Target, Value, Values,
};
use rustc_hash::{FxHashMap, FxHashSet};

impl<S: Store<Listener>> Solver<S> {
    /// Ends the run.
    pub(super) fn into_solution(mut self) -> (Facts, Solution) {
        let contexts = self.collect_contexts();
        self.close();
        let values = self.collect_values();
        let mut edges = self.collect_edges();
        let unresolved = self.collect_unresolved(&edges);
        let ancestors = self.collect_ancestors();
        let counters = self.counters();
        let mut implicit: Vec<ImplicitEdge> = std::mem::take(&mut self.implicit)
            .into_iter()
            .map(|((caller, target, line), certainty)| ImplicitEdge { caller, line, target, certainty })
            .collect();
        self.weaken(&mut edges, &mut implicit);
        implicit.sort_unstable();
        let mut reads: Vec<_> = std::mem::take(&mut self.reads).into_values().collect();
        reads.sort_unstable();
        let mut solved: Vec<FuncId> = self.instances.iter().map(|instance| instance.function).collect();
        solved.sort_unstable();
        solved.dedup();
        let mut decorated: Vec<(CallId, FuncId)> = std::mem::take(&mut self.decorated).into_iter().collect();
        decorated.sort_unstable();
        let mut inner: Vec<_> = std::mem::take(&mut self.cloning.inner).into_iter().collect();
        inner.sort_unstable();
        let mut within: Vec<_> = std::mem::take(&mut self.cloning.within).into_iter().collect();
        within.sort_unstable();
        let modules = self.collect_modules();
        let solution = Solution {
            edges,
            implicit,
            reads,
            unresolved,
            solved,
            paths: self.paths,
            ancestors,
            decorated,
            inner,
            within,
            contexts,
            modules,
            counters,
            values: Values { rows: values },
        };
        (self.facts, solution)
    }

    /// Forgets what only a run that goes on needs: the rows of the solution take its room.
    fn close(&mut self) {
        self.store.close();
        self.cells = FxHashMap::default();
        self.fields = FxHashMap::default();
        self.elements = FxHashMap::default();
        self.lookups = FxHashMap::default();
        self.awaited = Awaited::default();
        self.by_context = FxHashMap::default();
        self.linked = FxHashSet::default();
        self.entered = FxHashSet::default();
        self.foreign = FxHashMap::default();
        self.made = FxHashMap::default();
        self.escaped = FxHashSet::default();
    }

    fn collect_edges(&mut self) -> Vec<CallEdge> {
        let mut edges: Vec<CallEdge> = std::mem::take(&mut self.edges)
            .into_iter()
            .map(|((call, target), (kind, certainty))| CallEdge { call, target, kind, certainty })
            .collect();
        edges.sort_unstable();
        // A site that names its callee and has one target is exact.
        let mut start = 0;
        while start < edges.len() {
            let end = start + edges[start..].partition_point(|edge| edge.call == edges[start].call);
            let calls = edges[start..end].iter().filter(|edge| edge.kind == EdgeKind::Call).count();
            let is_named = matches!(self.facts.calls[edges[start].call.index()].callee, Callee::Value(_));
            if calls == 1 && is_named {
                for edge in &mut edges[start..end] {
                    if edge.kind == EdgeKind::Call && edge.certainty == Certainty::Resolved {
                        edge.certainty = Certainty::Exact;
                    }
                }
            }
            start = end;
        }
        edges
    }

    /// What goes through code of another configuration is only possible.
    fn weaken(&self, edges: &mut [CallEdge], implicit: &mut [ImplicitEdge]) {
        if self.facts.conditions.is_empty() {
            return;
        }
        let is_other = |caller: FuncId, line: u32, target: Target| {
            let own = self.facts.condition_at(caller, line);
            own.or_else(|| self.facts.condition_of(target)).is_some()
        };
        for edge in edges {
            let line = self.facts.calls[edge.call.index()].line;
            if is_other(self.facts.function_of(edge.call), line, edge.target) {
                edge.certainty = Certainty::Possible;
            }
        }
        for edge in implicit {
            if is_other(edge.caller, edge.line, edge.target) {
                edge.certainty = Certainty::Possible;
            }
        }
    }

    /// Sites in solved code of the program and its dependencies that have no edge.
    fn collect_unresolved(&self, edges: &[CallEdge]) -> Vec<CallId> {
        let mut solved: Vec<FuncId> = self
            .instances
            .iter()
            .filter(|instance| matches!(instance.via, Via::Own))
            .map(|instance| instance.function)
            .collect();
        solved.sort_unstable();
        solved.dedup();
        let mut instance_of = vec![Inst::NONE; self.facts.functions.len()];
        for (index, instance) in self.instances.iter().enumerate().rev() {
            instance_of[instance.function.index()] = Inst(index as u32);
        }
        let mut unresolved = Vec::new();
        for function in solved {
            let file = self.facts.functions[function.index()].file;
            if self.facts.files[file.index()].origin == Origin::Builtin {
                continue;
            }
            let first = self.facts.first_call(function);
            for (offset, row) in self.facts.calls_of(function).iter().enumerate() {
                let call = CallId(first.0 + offset as u32);
                let is_silent = row.flags.has(CallFlags::IMPLICIT) || row.flags.has(CallFlags::RAISE);
                if !is_silent
                    && !has_target(edges, call)
                    && !self.is_known(instance_of[function.index()], row)
                {
                    unresolved.push(call);
                }
            }
        }
        unresolved
    }

    /// Whether the callee is a class: constructing one without an initialiser runs nothing.
    fn is_known(&self, inst: Inst, call: &crate::facts::Call) -> bool {
        let Callee::Value(var) = call.callee else { return false };
        let tokens = self.store.tokens(self.node(inst, var));
        !tokens.is_empty() && tokens.iter().all(|&token| matches!(self.tokens.get(token), Token::Class(..)))
    }

    /// Base classes of each class, nearest first.
    fn collect_ancestors(&self) -> Vec<Vec<Value>> {
        let mut ancestors = vec![Vec::new(); self.facts.classes.len()];
        for &class in &self.class_order {
            let (Token::Class(id, _), Some(order)) =
                (self.tokens.get(class), self.classes[&class].order.as_ref())
            else {
                continue;
            };
            for &ancestor in &order[1..] {
                if let Some(value) = self.value(ancestor)
                    && !ancestors[id.index()].contains(&value)
                {
                    ancestors[id.index()].push(value);
                }
            }
        }
        ancestors
    }

    /// Values of receivers, arguments and results of sites, and of what is returned, by variable.
    fn collect_values(&self) -> Vec<(FuncId, Var, Value)> {
        let mut rows = Vec::new();
        for (index, instance) in self.instances.iter().enumerate() {
            let function = instance.function;
            if !matches!(instance.via, Via::Own) || self.is_builtin(function) {
                continue;
            }
            let mut vars: Vec<Var> = Vec::new();
            let first = self.facts.first_call(function);
            for (offset, row) in self.facts.calls_of(function).iter().enumerate() {
                if row.flags.has(CallFlags::IMPLICIT) {
                    continue;
                }
                match row.callee {
                    Callee::Value(var) | Callee::Method(var, _) => vars.push(var),
                }
                if row.dst.is_some() {
                    vars.push(row.dst);
                }
                vars.extend(self.facts.args_of(CallId(first.0 + offset as u32)).iter().map(|arg| arg.var));
            }
            vars.extend(self.facts.loads_of(function).iter().map(|row| row.base));
            vars.extend(self.facts.stores_of(function).iter().map(|row| row.base));
            vars.extend(self.facts.load_keys_of(function).iter().flat_map(|row| [row.base, row.key]));
            vars.extend(self.facts.store_keys_of(function).iter().flat_map(|row| [row.base, row.key]));
            vars.extend(self.facts.iterates_of(function).iter().map(|row| row.base));
            vars.extend(self.facts.params_of(function).iter().map(|row| row.var));
            vars.push(Var::RETURN);
            let file = self.facts.functions[function.index()].file;
            if self.facts.files[file.index()].body == function {
                vars.extend(self.facts.exports_of(file).iter().map(|row| row.var));
            }
            vars.sort_unstable();
            vars.dedup();
            for var in vars {
                let node = self.node(Inst(index as u32), var);
                // What was not followed to a variable is not reported in part.
                let known = self.store.known(node);
                for &token in self.store.tokens(node).iter().take(MAX_VALUES) {
                    if let Some(value) = self.value(token).filter(|value| is_whole(*value, known)) {
                        rows.push((function, var, value));
                    }
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn value(&self, token: TokenId) -> Option<Value> {
        Some(match self.tokens.get(token) {
            Token::Function(function, _) => Value::Function(function),
            Token::Bound(function, _) => match self.tokens.get(function) {
                Token::Function(function, _) => Value::Method(function),
                _ => return None,
            },
            Token::Class(class, _) => Value::Class(class),
            Token::Instance(class) | Token::Object(class, _) => match self.tokens.get(class) {
                Token::Class(class, _) => Value::Instance(class),
                _ => return None,
            },
            Token::Module(file) => Value::Module(file),
            Token::Str(text) => Value::Str(text),
            Token::Pattern(prefix, suffix) => Value::Pattern(prefix, suffix),
            Token::External(path) => Value::External(path),
            Token::Super(..)
            | Token::Generator(_)
            | Token::Int(_)
            | Token::Index(_)
            | Token::Prototype(_)
            | Token::Accessor(..) => return None,
        })
    }

    fn counters(&self) -> Counters {
        let counts = self.store.counts();
        Counters {
            instances: self.instances.len() as u64,
            clones: self.cloning.total,
            nodes: counts.nodes,
            tokens: self.tokens.len() as u64,
            edges: counts.edges,
            propagations: counts.propagations,
            collapsed: counts.collapsed,
            gave_up: self.gave_up + counts.dropped,
            is_cut_short: counts.is_cut_short,
        }
    }
}

/// Whether a site calls something that is known, and not only hands functions to what is not.
fn has_target(edges: &[CallEdge], call: CallId) -> bool {
    let first = edges.partition_point(|edge| edge.call < call);
    edges[first..].iter().take_while(|edge| edge.call == call).any(|edge| edge.kind == EdgeKind::Call)
}

/// Whether a value is one of all of its kind that the variable holds.
fn is_whole(value: Value, known: Demand) -> bool {
    match value {
        Value::Str(_) | Value::Pattern(..) => known >= Demand::Few,
        _ => known >= Demand::Things,
    }
}

/// Values of one variable that are reported.
const MAX_VALUES: usize = 64;
