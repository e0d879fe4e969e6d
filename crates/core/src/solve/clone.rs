//! Which functions are analysed once a call site, and how often.
//!
//! A function is cloned where joining its callers would lose what it is for: a parameter is called in it,
//! captured by a closure that it makes, or comes out as its result. Everything else is analysed once.

use super::instance::Via;
use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{Callee, Facts, FunctionFlags, FunctionKind, Origin, ParamKind};
use crate::ids::{CallId, FuncId, Var};
use rustc_hash::FxHashSet;

/// Clones of clones of functions of the program.
const MAX_DEPTH: u8 = 2;
/// Clones of clones of library bodies, which are small and call each other.
const MAX_BUILTIN_DEPTH: u8 = 6;
/// Clones of one function of the program.
const MAX_CLONES: u32 = 64;
/// Functions with more calls than this are not wrappers.
const MAX_CALLS: usize = 40;

/// What is known of each function, and what was spent.
#[derive(Default)]
pub(super) struct Cloning {
    /// Whether a function is cloned.
    wants: Vec<bool>,
    /// Clones made of it.
    made: Vec<u32>,
    /// Clones made of functions of the program.
    pub(super) total: u64,
    /// Calls of library bodies inside library bodies, over all sites.
    pub(super) inner: FxHashSet<(CallId, FuncId)>,
    /// Calls of other functions inside library bodies, by site.
    pub(super) within: FxHashSet<(CallId, CallId, FuncId)>,
}

impl Cloning {
    /// Looks at the functions that were added.
    pub(super) fn extend(&mut self, facts: &Facts) {
        for index in self.wants.len()..facts.functions.len() {
            self.wants.push(wants_clone(facts, FuncId::from_len(index)));
            self.made.push(0);
        }
    }

    /// Whether another clone of this function is within the budget.
    fn allows(&mut self, function: FuncId) -> bool {
        let limit = self.wants.len() as u64 * 3 / 10 + 1000;
        self.made[function.index()] < MAX_CLONES && self.total < limit
    }

    fn count(&mut self, function: FuncId) {
        self.made[function.index()] += 1;
        self.total += 1;
    }
}

impl<S: Store<Listener>> Solver<S> {
    /// The instance that a call at a site goes to.
    pub(super) fn instance_for(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        call: CallId,
        caller: Inst,
    ) -> Inst {
        if let Some(context) = receiver.and_then(|receiver| self.receiver_context(function, receiver)) {
            return self.clone_for_receiver(function, env, context);
        }
        let from = self.instances[caller.index()];
        if self.is_builtin(function) {
            let via = match from.via {
                Via::Own => Via::Site(call),
                other => other,
            };
            if from.depth < MAX_BUILTIN_DEPTH && self.cloning.wants[function.index()] {
                let depth = if matches!(from.via, Via::Own) { 1 } else { from.depth + 1 };
                return self.instance(function, env, (call, caller), via, depth);
            }
            return self.instance(
                function,
                env,
                (super::instance::NO_CALL, Inst::NONE),
                via,
                MAX_BUILTIN_DEPTH,
            );
        }
        // Library bodies do not count towards the depth of the program's own clones.
        let depth = if matches!(from.via, Via::Own) { from.depth } else { 0 };
        let key = (function, env, call, caller);
        if !self.cloning.wants[function.index()] || depth >= MAX_DEPTH {
            return self.plain_instance(function, env);
        }
        if let Some(&known) = self.by_context.get(&key) {
            return known;
        }
        if !self.cloning.allows(function) {
            self.gave_up += 1;
            return self.plain_instance(function, env);
        }
        self.cloning.count(function);
        self.instance(function, env, (call, caller), Via::Own, depth + 1)
    }

    /// The context of a method on an object that is told apart by where it was made: the object.
    fn receiver_context(&self, function: FuncId, receiver: TokenId) -> Option<CallId> {
        let is_apart = matches!(self.tokens.get(receiver), Token::Object(class, _) if self.is_receiver_apart(class))
            && !self.is_builtin(function);
        is_apart.then_some(CallId(receiver.0 | 1 << 31))
    }

    fn clone_for_receiver(&mut self, function: FuncId, env: Inst, context: CallId) -> Inst {
        if let Some(&known) = self.by_context.get(&(function, env, context, Inst::NONE)) {
            return known;
        }
        if !self.cloning.allows(function) {
            self.gave_up += 1;
            return self.plain_instance(function, env);
        }
        self.cloning.count(function);
        self.instance(function, env, (context, Inst::NONE), Via::Own, 1)
    }

    /// The instance that a call by protocol goes to.
    pub(super) fn plain_or_builtin(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        caller: Inst,
        line: u32,
        dst: Node,
    ) -> Inst {
        if let Some(context) = receiver.and_then(|receiver| self.receiver_context(function, receiver)) {
            return self.clone_for_receiver(function, env, context);
        }
        if !self.is_builtin(function) {
            return self.plain_instance(function, env);
        }
        let from = self.instances[caller.index()];
        let via = match from.via {
            Via::Own => Via::Line(from.function, line),
            other => other,
        };
        // The result is where the call is: it tells protocol calls of one caller apart.
        let depth = (from.depth + 1).min(MAX_BUILTIN_DEPTH);
        if from.depth >= MAX_BUILTIN_DEPTH {
            return self.instance(function, env, (super::instance::NO_CALL, Inst::NONE), via, depth);
        }
        self.instance(function, env, (CallId(dst.0 | 1 << 31), caller), via, depth)
    }
}

/// Whether joining the callers of a function would lose what it is for.
fn wants_clone(facts: &Facts, function: FuncId) -> bool {
    let row = &facts.functions[function.index()];
    if facts.files[row.file.index()].origin == Origin::Builtin {
        return has_effect(facts, function);
    }
    if !matches!(row.kind, FunctionKind::Function | FunctionKind::Method | FunctionKind::Lambda)
        || facts.calls_of(function).len() > MAX_CALLS
        || row.flags.has(FunctionFlags::GENERATOR)
    {
        return false;
    }
    let is_method = row.kind == FunctionKind::Method && !row.flags.has(FunctionFlags::STATIC);
    let params = facts.params_of(function);
    let mut from_param: Vec<Var> = params
        .iter()
        .skip(usize::from(is_method))
        .filter(|param| param.kind != ParamKind::Receiver)
        .map(|param| param.var)
        .collect();
    if from_param.is_empty() {
        return false;
    }
    follow_moves(facts, function, &mut from_param);
    from_param.contains(&Var::RETURN)
        || facts
            .calls_of(function)
            .iter()
            .any(|call| matches!(call.callee, Callee::Value(var) if from_param.contains(&var)))
        || is_captured(facts, function, &from_param)
}

/// Adds the variables that the given ones are moved into.
fn follow_moves(facts: &Facts, function: FuncId, vars: &mut Vec<Var>) {
    loop {
        let before = vars.len();
        for row in facts.moves_of(function) {
            if vars.contains(&row.src) && !vars.contains(&row.dst) {
                vars.push(row.dst);
            }
        }
        if vars.len() == before {
            return;
        }
    }
}

/// Whether a function inside `function` captures one of its variables.
fn is_captured(facts: &Facts, function: FuncId, vars: &[Var]) -> bool {
    facts.functions[function.index() + 1..]
        .iter()
        .enumerate()
        .take_while(|(_, inner)| {
            inner.parent >= function && inner.file == facts.functions[function.index()].file
        })
        .any(|(offset, _)| {
            let inner = FuncId::from_len(function.index() + 1 + offset);
            facts
                .captures_of(inner)
                .iter()
                .any(|capture| capture.function == function && vars.contains(&capture.var))
        })
}

/// Whether a library body does anything with its arguments.
fn has_effect(facts: &Facts, function: FuncId) -> bool {
    let params = facts.params_of(function);
    if params.is_empty() {
        return !facts.calls_of(function).is_empty() || !facts.allocs_of(function).is_empty();
    }
    !(facts.calls_of(function).is_empty()
        && facts.stores_of(function).is_empty()
        && facts.loads_of(function).is_empty()
        && facts.load_keys_of(function).is_empty()
        && facts.store_keys_of(function).is_empty()
        && facts.iterates_of(function).is_empty()
        && facts.copies_of(function).is_empty()
        && facts.moves_of(function).is_empty())
}
