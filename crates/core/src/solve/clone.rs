//! Which functions are analysed once a call site, and how often.
//!
//! A function is cloned where joining its callers would lose what it is for: a parameter is called in it,
//! captured by a closure that it makes, or comes out as its result. Everything else is analysed once.

use super::instance::{NO_CALL, Via};
use super::protocol::Protocols;
use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{Alloc, Callee, Facts, FunctionFlags, FunctionKind, Origin, ParamKind, Receiver};
use crate::ids::{CallId, FuncId, Var};
use rustc_hash::{FxHashMap, FxHashSet};

/// Clones of clones of functions of the program.
const MAX_DEPTH: u8 = 2;
/// Clones of clones of library bodies, which are small and call each other.
const MAX_BUILTIN_DEPTH: u8 = 6;
/// Clones of one function of the program.
const MAX_CLONES: u32 = 64;
/// The same where functions make classes: one for each of the classes that a library makes by a function of its own.
const MANY_CLONES: u32 = 256;
/// Callers and makers of an instance that are looked at.
const MAX_CHAIN: usize = 16;
/// Functions with more calls than this are not wrappers.
const MAX_CALLS: usize = 40;

/// What joining the callers of a function would lose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Need {
    /// Nothing: one instance for all.
    None,
    /// A library body calls members of its arguments, and neither keeps nor returns any of them.
    Look,
    /// What it is for.
    Clone,
}

/// What is known of each function, and what was spent.
#[derive(Default)]
pub(super) struct Cloning {
    /// Whether and how a function is cloned.
    needs: Vec<Need>,
    /// Clones made of it.
    made: Vec<u32>,
    /// Clones made of functions of the program.
    pub(super) total: u64,
    /// Copies for a receiver, and which.
    receivers: FxHashMap<Inst, TokenId>,
    /// Calls of library bodies inside library bodies, over all sites.
    pub(super) inner: FxHashSet<(CallId, FuncId)>,
    /// Calls of other functions inside library bodies, by site.
    pub(super) within: FxHashSet<(CallId, CallId, FuncId)>,
}

impl Cloning {
    /// Looks at the functions that were added.
    pub(super) fn extend(&mut self, facts: &Facts, protocols: &Protocols) {
        for index in self.needs.len()..facts.functions.len() {
            let row = &facts.functions[index];
            let adapters = &protocols.of(facts.files[row.file.index()].language).adapters;
            let is_adapter = adapters.contains(&row.name);
            let need = if is_adapter { Need::Clone } else { need(facts, FuncId::from_len(index)) };
            self.needs.push(need);
            self.made.push(0);
        }
    }

    /// Whether another clone of this function is within the budget.
    fn allows(&mut self, function: FuncId, most: u32) -> bool {
        let limit = self.needs.len() as u64 * 3 / 10 + 1000;
        self.made[function.index()] < most && self.total < limit
    }

    fn count(&mut self, function: FuncId) {
        self.made[function.index()] += 1;
        self.total += 1;
    }
}

impl<S: Store<Listener>> Solver<S> {
    /// The instance that a call at a site goes to; none where library bodies call each other too deep.
    pub(super) fn instance_for(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        call: CallId,
        caller: Inst,
    ) -> Option<Inst> {
        if let Some(context) = receiver.and_then(|receiver| self.receiver_context(function, receiver)) {
            return Some(self.clone_for_receiver((function, env), context));
        }
        let from = self.instances[caller.index()];
        if self.is_builtin(function) {
            return self.library_instance((function, env), caller, call, Via::Site(call));
        }
        // Library bodies do not count towards the depth of the program's own clones.
        let depth = if matches!(from.via, Via::Own) { from.depth } else { 0 };
        let key = (function, env, call, caller);
        let makes_wrapper = self.makes_wrapper(function, receiver);
        let is_cloned = makes_wrapper || self.cloning.needs[function.index()] != Need::None;
        if !is_cloned || depth >= MAX_DEPTH {
            return Some(self.plain_instance(function, env));
        }
        if let Some(&known) = self.by_context.get(&key) {
            return Some(known);
        }
        if self.led_to(caller, function) {
            return Some(self.plain_instance(function, env));
        }
        if !self.may_clone(function) {
            return Some(self.plain_instance(function, env));
        }
        Some(self.instance(function, env, (call, caller), Via::Own, depth + 1))
    }

    /// Whether a function makes the objects of a class, and they call what it is given.
    fn makes_wrapper(&mut self, function: FuncId, receiver: Option<TokenId>) -> bool {
        let Some(class) = receiver.filter(|&class| matches!(self.tokens.get(class), Token::Class(..))) else {
            return false;
        };
        self.facts.functions[function.index()].name == self.of(class).new && self.is_wrapper(class)
    }

    /// Whether a function may be cloned once more; if so, it counts.
    fn may_clone(&mut self, function: FuncId) -> bool {
        let language = self.facts.files[self.facts.functions[function.index()].file.index()].language;
        let most = if self.protocols.of(language).has_prototypes { MANY_CLONES } else { MAX_CLONES };
        let may = self.cloning.allows(function, most);
        if may {
            self.cloning.count(function);
        } else {
            self.gave_up += 1;
        }
        may
    }

    /// Whether a clone of a function called or made an instance, or what called or made that: a function that calls
    /// itself, if by its closures, would be cloned for each of its clones.
    fn led_to(&self, inst: Inst, function: FuncId) -> bool {
        let mut at = inst;
        for _ in 0..MAX_CHAIN {
            let instance = &self.instances[at.index()];
            if instance.function == function {
                return true;
            }
            let above = if instance.caller == Inst::NONE { instance.env } else { instance.caller };
            if above == at {
                return false;
            }
            at = above;
        }
        false
    }

    /// The copy of a library body for a place in `caller`. What only looks at its arguments is copied once for a place
    /// of the program, however deep library bodies call each other there: an element is compared as its list is.
    fn library_instance(
        &mut self,
        (function, env): (FuncId, Inst),
        caller: Inst,
        place: CallId,
        own: Via,
    ) -> Option<Inst> {
        let from = self.instances[caller.index()];
        let is_own = matches!(from.via, Via::Own);
        let via = if is_own { own } else { from.via };
        let depth = if is_own { 1 } else { from.depth + 1 };
        match (self.cloning.needs[function.index()], via) {
            (Need::None, _) => Some(self.plain_instance(function, env)),
            (Need::Look, Via::Site(site)) => Some(self.instance(function, env, (site, Inst::NONE), via, 1)),
            (Need::Look, Via::Line(of, line)) => {
                Some(self.instance(function, env, (at_line(line), Inst(of.0)), via, 1))
            }
            _ if depth > MAX_BUILTIN_DEPTH => {
                self.gave_up += 1;
                None
            }
            // Closures that library bodies make may call each other round and round, and each is made for a site: one
            // copy for each that calls it is enough.
            (_, Via::Site(site)) if self.is_library_closure(function) => {
                Some(self.instance(function, env, (site, Inst::NONE), via, depth))
            }
            _ => Some(self.instance(function, env, (place, caller), via, depth)),
        }
    }

    /// Whether a function is made in the body of another and not in that of a module or class.
    fn is_library_closure(&self, function: FuncId) -> bool {
        let parent = self.facts.functions[function.index()].parent;
        !matches!(self.facts.functions[parent.index()].kind, FunctionKind::Module | FunctionKind::ClassBody)
    }

    /// The object for which an instance, or what called or made it, is a copy.
    pub(super) fn receiver_of(&self, inst: Inst) -> Option<TokenId> {
        let mut at = inst;
        for _ in 0..MAX_CHAIN {
            if let Some(&receiver) = self.cloning.receivers.get(&at) {
                return Some(receiver);
            }
            let instance = &self.instances[at.index()];
            let above = if instance.caller == Inst::NONE { instance.env } else { instance.caller };
            if above == at {
                return None;
            }
            at = above;
        }
        None
    }

    /// The context of a method on an object that is told apart by where it was made: the object.
    fn receiver_context(&self, function: FuncId, receiver: TokenId) -> Option<TokenId> {
        let is_apart = matches!(self.tokens.get(receiver), Token::Object(class, _) if self.is_receiver_apart(class))
            && !self.is_builtin(function);
        is_apart.then_some(receiver)
    }

    fn clone_for_receiver(&mut self, (function, env): (FuncId, Inst), receiver: TokenId) -> Inst {
        let context = CallId(receiver.index() as u32 | RESULTS);
        if let Some(&known) = self.by_context.get(&(function, env, context, Inst::NONE)) {
            return known;
        }
        if !self.may_clone(function) {
            return self.plain_instance(function, env);
        }
        let inst = self.instance(function, env, (context, Inst::NONE), Via::Own, 1);
        self.cloning.receivers.insert(inst, receiver);
        inst
    }

    /// The instance that a call by protocol goes to; none where library bodies call each other too deep.
    pub(super) fn plain_or_builtin(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        caller: Inst,
        line: u32,
        dst: Node,
    ) -> Option<Inst> {
        if let Some(context) = receiver.and_then(|receiver| self.receiver_context(function, receiver)) {
            return Some(self.clone_for_receiver((function, env), context));
        }
        if !self.is_builtin(function) {
            return Some(self.plain_instance(function, env));
        }
        // The result is where the call is: it tells protocol calls of one caller apart.
        let place = CallId(dst.0 | RESULTS);
        let via = Via::Line(self.instances[caller.index()].function, line);
        self.library_instance((function, env), caller, place, via)
    }
}

/// Places of protocol calls that are told apart by their result, and by the function and line they stand in.
const RESULTS: u32 = 1 << 31;
const LINES: u32 = 3 << 30;

/// The place of protocol calls on a line of a function.
pub(super) fn at_line(line: u32) -> CallId {
    CallId(line | LINES)
}

/// The line of such a place.
pub(super) fn line_of(place: CallId) -> Option<u32> {
    (place.0 & LINES == LINES && place != NO_CALL).then_some(place.0 & !LINES)
}

/// What joining the callers of a function would lose.
fn need(facts: &Facts, function: FuncId) -> Need {
    let row = &facts.functions[function.index()];
    if facts.files[row.file.index()].origin == Origin::Builtin {
        return library_need(facts, function);
    }
    if wants_clone(facts, function) { Need::Clone } else { Need::None }
}

/// Whether a function of the program calls, captures or returns a parameter.
fn wants_clone(facts: &Facts, function: FuncId) -> bool {
    let row = &facts.functions[function.index()];
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

/// Whether a function inside `function` captures one of its variables. One that is only handed to a call, as the
/// visitor of a list is, must call or return what it captures.
fn is_captured(facts: &Facts, function: FuncId, vars: &[Var]) -> bool {
    facts.functions[function.index() + 1..]
        .iter()
        .enumerate()
        .take_while(|(_, inner)| {
            inner.parent >= function && inner.file == facts.functions[function.index()].file
        })
        .any(|(offset, _)| {
            let inner = FuncId::from_len(function.index() + 1 + offset);
            let captures = facts.captures_of(inner).iter();
            captures.enumerate().any(|(slot, capture)| {
                capture.function == function
                    && vars.contains(&capture.var)
                    && (is_kept(facts, function, inner) || uses_captured(facts, inner, (slot, function)))
            })
        })
}

/// Whether a function that another makes may go elsewhere than to calls that it makes. Where the receiver goes first
/// among the parameters, functions are wrapped by handing them to others, and come back.
fn is_kept(facts: &Facts, function: FuncId, inner: FuncId) -> bool {
    if facts.functions[inner.index()].parent != function
        || facts.functions[function.index()].receiver == Receiver::First
    {
        return true;
    }
    let made = facts.allocs_of(function).iter().find(|row| row.what == Alloc::Function(inner));
    let mut vars: Vec<Var> = made.map(|row| row.dst).into_iter().collect();
    follow_moves(facts, function, &mut vars);
    // A declaration has a name, by which it may be anywhere.
    made.is_none()
        || facts.functions[inner.index()].kind != FunctionKind::Lambda
        || vars.contains(&Var::RETURN)
        || facts.stores_of(function).iter().any(|row| vars.contains(&row.src))
        || facts.store_keys_of(function).iter().any(|row| vars.contains(&row.src))
}

/// Whether a function calls or returns what is in a variable that it captures, or a part of it.
fn uses_captured(facts: &Facts, inner: FuncId, (slot, owner): (usize, FuncId)) -> bool {
    let own = Var(facts.functions[inner.index()].vars + slot as u32);
    let captured = facts.captures_of(inner)[slot].var;
    let is_rest =
        facts.params_of(owner).iter().any(|param| param.var == captured && param.kind == ParamKind::Rest);
    let mut vars = vec![own];
    vars.extend(facts.loads_of(inner).iter().filter(|row| row.base == own).map(|row| row.dst));
    vars.extend(facts.load_keys_of(inner).iter().filter(|row| row.base == own).map(|row| row.dst));
    follow_moves(facts, inner, &mut vars);
    vars.contains(&Var::RETURN)
        || facts.calls_of(inner).iter().any(|call| match call.callee {
            Callee::Value(var) => vars.contains(&var),
            Callee::Method(var, _) => vars.contains(&var) && !(is_rest && var == own),
        })
}

/// What a library body does with its arguments.
fn library_need(facts: &Facts, function: FuncId) -> Need {
    let mut known: Vec<Var> = facts.params_of(function).iter().map(|param| param.var).collect();
    known.extend(
        facts
            .captures_of(function)
            .iter()
            .enumerate()
            .map(|(slot, _)| Var(facts.functions[function.index()].vars + slot as u32)),
    );
    known.extend(facts.loads_of(function).iter().map(|row| row.dst));
    known.extend(facts.load_keys_of(function).iter().map(|row| row.dst));
    known.extend(facts.iterates_of(function).iter().map(|row| row.dst));
    known.extend(facts.calls_of(function).iter().map(|row| row.dst));
    known.extend(facts.supers_of(function).iter().map(|row| row.dst));
    known.extend(facts.keys_of(function).iter().map(|row| row.dst));
    follow_moves(facts, function, &mut known);
    let keeps = !(facts.stores_of(function).is_empty()
        && facts.store_keys_of(function).is_empty()
        && facts.copies_of(function).is_empty())
        || facts.allocs_of(function).iter().any(|row| !matches!(row.what, Alloc::Builtin(_)))
        || facts.functions[function.index()].flags.has(FunctionFlags::GENERATOR);
    if keeps || known.contains(&Var::RETURN) {
        Need::Clone
    } else if facts.calls_of(function).is_empty() && facts.iterates_of(function).is_empty() {
        Need::None
    } else {
        Need::Look
    }
}
