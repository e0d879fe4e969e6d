//! Phase (c): member calls whose receiver stayed empty, matched by name.
//!
//! A call `o.name(args)` of which nothing is known about `o` gets the methods of that name, if they fit the number of
//! arguments, belong to one override family, no library class has a member of that name, and the file's package
//! imports the package that they are in. Its edges are `possible`, and so is all that follows from them.
//!
//! Functions that are handed to a call that has no callee even so may be called by it.

use super::instance::Via;
use super::store::{Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{ArgKind, CallFlags, Callee, FunctionFlags, Origin, ParamKind};
use crate::ids::{CallId, FuncId, Sym};
use crate::solution::{Certainty, EdgeKind, Target};
use rustc_hash::{FxHashMap, FxHashSet};

/// More candidates than this are no evidence.
const MAX_CANDIDATES: usize = 25;

/// A method, the class token that it was found on, and its closure.
type Candidate = (FuncId, TokenId, TokenId);

impl<S: Store<Listener>> Solver<S> {
    /// Whether a site got a callee by name.
    pub(super) fn patch_calls(&mut self) -> bool {
        let sites = self.empty_sites();
        if sites.is_empty() {
            return false;
        }
        let (by_name, library) = self.methods_by_name();
        self.phase = Certainty::Possible;
        let mut any = false;
        for (call, inst) in sites {
            let Callee::Method(_, name) = self.facts.calls[call.index()].callee else { continue };
            if library.contains(&name) {
                continue;
            }
            let Some(candidates) = by_name.get(&name) else { continue };
            let fitting: Vec<Candidate> =
                candidates.iter().copied().filter(|row| self.accepts(row.0, call)).collect();
            if fitting.is_empty() || fitting.len() > MAX_CANDIDATES || !self.is_family(&fitting) {
                continue;
            }
            let caller = self.instances[inst.index()].function;
            for (function, class, closure) in fitting {
                if self.patched.insert((call, function)) && self.knows_package(caller, function) {
                    any = true;
                    let receiver = self.tokens.id(Token::Instance(class));
                    self.invoke(closure, Some(receiver), call, inst, true);
                }
            }
        }
        any
    }

    /// Whether functions are handed to member calls of which nothing is known, which may call them.
    pub(super) fn lend_functions(&mut self) -> bool {
        self.phase = Certainty::Possible;
        // What is empty in one context may be known in another.
        let known: FxHashSet<CallId> = self
            .edges
            .iter()
            .filter(|(_, (kind, _))| *kind == EdgeKind::Call)
            .map(|((call, _), _)| *call)
            .collect();
        let mut any = false;
        for (call, inst) in self.empty_sites() {
            let caller = self.instances[inst.index()].function;
            let is_ours = self.facts.origin_of(caller) == Origin::FirstParty;
            let is_unknown = !known.contains(&call) && !self.has_flags(call, CallFlags::DECORATOR);
            if is_ours && is_unknown && self.lent.insert((call, inst)) {
                for index in 0..self.facts.args_of(call).len() {
                    let node = self.node(inst, self.facts.args_of(call)[index].var);
                    self.store.listen(node, Listener::Lend(call, inst));
                    any = true;
                }
            }
        }
        any
    }

    pub(super) fn on_lend(&mut self, call: CallId, inst: Inst, token: TokenId) {
        let (closure, receiver) = match self.tokens.get(token) {
            Token::Bound(function, receiver) => (function, Some(receiver)),
            _ => (token, None),
        };
        let Token::Function(function, env) = self.tokens.get(closure) else { return };
        if self.is_builtin(function) {
            return;
        }
        self.record_call(call, inst, Target::Function(function), EdgeKind::Callback);
        let callee = self.plain_instance(function, env);
        self.entered.insert((inst, call, callee));
        if let Some(receiver) = receiver {
            self.give_receiver(callee, function, receiver);
        }
    }

    /// Member calls in code of the program whose receiver holds nothing.
    fn empty_sites(&self) -> Vec<(CallId, Inst)> {
        let mut sites = Vec::new();
        for (index, instance) in self.instances.iter().enumerate() {
            if !matches!(instance.via, Via::Own) {
                continue;
            }
            let first = self.facts.first_call(instance.function);
            for (offset, row) in self.facts.calls_of(instance.function).iter().enumerate() {
                let Callee::Method(receiver, _) = row.callee else { continue };
                let inst = Inst(index as u32);
                if !row.flags.has(CallFlags::IMPLICIT)
                    && self.store.tokens(self.node(inst, receiver)).is_empty()
                {
                    sites.push((CallId(first.0 + offset as u32), inst));
                }
            }
        }
        sites
    }

    /// Methods of the program by name, and the names that library classes have.
    fn methods_by_name(&self) -> (FxHashMap<Sym, Vec<Candidate>>, FxHashSet<Sym>) {
        let mut by_name: FxHashMap<Sym, Vec<Candidate>> = FxHashMap::default();
        let mut library = FxHashSet::default();
        for &class in &self.class_order {
            let Token::Class(id, _) = self.tokens.get(class) else { continue };
            let is_library = self.is_builtin(self.facts.classes[id.index()].body);
            for member in self.facts.members_of(id) {
                if is_library {
                    library.insert(member.name);
                    continue;
                }
                let Some(&cell) = self.cells.get(&(class, crate::facts::Field::Attr(member.name))) else {
                    continue;
                };
                for &closure in self.store.tokens(cell) {
                    if let Token::Function(function, _) = self.tokens.get(closure) {
                        let row = &self.facts.functions[function.index()];
                        let is_plain =
                            !row.flags.has(FunctionFlags::STATIC) && !row.flags.has(FunctionFlags::GETTER);
                        if row.class == Some(id) && is_plain {
                            by_name.entry(member.name).or_default().push((function, class, closure));
                        }
                    }
                }
            }
        }
        (by_name, library)
    }

    /// Whether a method can take the arguments of a site.
    fn accepts(&self, function: FuncId, call: CallId) -> bool {
        let args = self.facts.args_of(call);
        if args.iter().any(|arg| matches!(arg.kind, ArgKind::Spread | ArgKind::KeywordSpread)) {
            return true;
        }
        let params = self.facts.params_of(function);
        let has = |kind| params.iter().any(|param| param.kind == kind);
        let positional = args.iter().filter(|arg| arg.kind == ArgKind::Positional).count();
        let by_position = |kind| matches!(kind, ParamKind::PositionalOnly | ParamKind::Positional);
        let places = params.iter().filter(|param| by_position(param.kind)).count().saturating_sub(1);
        let required = params
            .iter()
            .filter(|param| by_position(param.kind) && !param.optional)
            .count()
            .saturating_sub(1);
        let named = args.iter().filter(|arg| matches!(arg.kind, ArgKind::Keyword(_))).count();
        let names_fit = has(ParamKind::KeywordRest)
            || args.iter().all(|arg| match arg.kind {
                ArgKind::Keyword(name) => params.iter().any(|param| param.name == name),
                _ => true,
            });
        names_fit && (positional <= places || has(ParamKind::Rest)) && positional + named >= required
    }

    /// Whether one of the classes is an ancestor of all others, or an ancestor of all declares the method.
    fn is_family(&self, candidates: &[Candidate]) -> bool {
        candidates.iter().any(|root| {
            candidates.iter().all(|other| {
                other.1 == root.1
                    || self.classes[&other.1].order.as_ref().is_some_and(|order| order.contains(&root.1))
            })
        })
    }

    /// Whether the package of the caller's file is, or imports, the package of a method.
    fn knows_package(&self, caller: FuncId, method: FuncId) -> bool {
        let top = |function: FuncId| {
            let file = &self.facts.files[self.facts.functions[function.index()].file.index()];
            (self.facts.text(file.module).split('.').next().unwrap_or_default(), file.origin)
        };
        let (from, to) = (top(caller), top(method));
        from.0 == to.0 || (from.1 == Origin::FirstParty && to.1 == Origin::FirstParty)
    }
}
