//! Instances: one block of nodes and one copy of a function's constraints.

use super::store::{Kind, Kinds, Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Loader, Solver};
use crate::facts::{Alloc, ArgKind, CallFlags, Callee, Check, Constant, Origin, Shape, is_index};
use crate::ids::{CallId, FuncId, Var};
use crate::solution::Certainty;

/// A function in an environment and a context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance {
    pub(super) function: FuncId,
    /// The instance in whose environment the function was made; a module body is its own.
    pub(super) env: Inst,
    /// The instance that called it, where that tells it from others of its function.
    pub(super) caller: Inst,
    /// Node of slot 0; the function's own slots follow.
    base: u32,
    /// First captured slot, in `Solver::captures`.
    first_capture: u32,
    /// How deep in clones.
    pub(super) depth: u8,
    /// What its calls count as calls of.
    pub(super) via: Via,
}

/// Whose calls the calls of an instance are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Via {
    /// Its own.
    Own,
    /// Those of a site that called a library function.
    Site(CallId),
    /// Those of a function that called a library function by protocol, at a line.
    Line(FuncId, u32),
}

/// "No context".
pub(super) const NO_CALL: CallId = CallId(u32::MAX);

impl<S: Store<Listener>> Solver<S> {
    /// The node of a slot in an instance.
    #[inline]
    pub(super) fn node(&self, inst: Inst, var: Var) -> Node {
        let instance = &self.instances[inst.index()];
        let vars = self.facts.functions[instance.function.index()].vars;
        if var.0 < vars {
            Node(instance.base + var.0)
        } else {
            self.captures[(instance.first_capture + var.0 - vars) as usize]
        }
    }

    /// The instance of a function in an environment and a context, new or known.
    pub(super) fn instance(
        &mut self,
        function: FuncId,
        env: Inst,
        context: (CallId, Inst),
        via: Via,
        depth: u8,
    ) -> Inst {
        let key = (function, env, context.0, context.1);
        if let Some(&inst) = self.by_context.get(&key) {
            return inst;
        }
        let inst = Inst(u32::try_from(self.instances.len()).expect("fewer than 2^32 instances"));
        self.by_context.insert(key, inst);
        let base = self.store.nodes(self.facts.functions[function.index()].vars).0;
        let env = if env == Inst::NONE { inst } else { env };
        let first_capture = u32::try_from(self.captures.len()).expect("fewer than 2^32 captures");
        // What is copied once a line is of no caller in particular.
        let caller = if super::clone::line_of(context.0).is_some() { Inst::NONE } else { context.1 };
        self.instances.push(Instance { function, env, caller, base, first_capture, depth, via });
        for index in 0..self.facts.captures_of(function).len() {
            let capture = self.facts.captures_of(function)[index];
            let owner = self.enclosing(env, capture.function);
            let node = self.node(owner, capture.var);
            self.captures.push(node);
            self.want_slot(owner, capture.var);
        }
        self.pending.push_back(inst);
        inst
    }

    /// The only instance of a function that has no context of its own: it is as deep in clones as what made it.
    pub(super) fn plain_instance(&mut self, function: FuncId, env: Inst) -> Inst {
        let maker = (env != Inst::NONE).then(|| self.instances[env.index()]);
        let depth = maker.filter(|maker| matches!(maker.via, Via::Own)).map_or(0, |maker| maker.depth);
        self.instance(function, env, (NO_CALL, Inst::NONE), Via::Own, depth)
    }

    /// The instance of an enclosing function in a chain of environments.
    fn enclosing(&self, env: Inst, function: FuncId) -> Inst {
        let mut at = env;
        loop {
            let instance = &self.instances[at.index()];
            if instance.function == function || instance.env == at {
                return at;
            }
            at = instance.env;
        }
    }

    /// Makes the constraints of an instance from the rows of its function.
    pub(super) fn make_constraints(&mut self, inst: Inst, loader: &dyn Loader) {
        let function = self.instances[inst.index()].function;
        self.make_values(inst, function);
        self.make_fields(inst, function);
        self.make_calls(inst, function);
        if self.is_lazy(function) {
            self.hold_imports(inst, function);
        } else {
            for index in 0..self.facts.imports_of(function).len() {
                let row = self.facts.imports_of(function)[index];
                self.import(inst, row, loader);
            }
        }
        self.note_hints(inst, function);
        self.note_defaults(inst, function);
    }

    /// Moves, allocations, constants and strings.
    fn make_values(&mut self, inst: Inst, function: FuncId) {
        // guards(d, shape): values of other shapes do not get to d.
        for index in 0..self.facts.guards_of(function).len() {
            let row = self.facts.guards_of(function)[index];
            if let Check::Shape(shape) = row.check {
                let dst = self.node(inst, row.dst);
                self.store.accept(dst, kinds_of(shape, row.holds));
            }
        }
        // moves(d, s): ⟦s⟧ ⊆ ⟦d⟧, or those of ⟦s⟧ that pass the test of d.
        for index in 0..self.facts.moves_of(function).len() {
            let row = self.facts.moves_of(function)[index];
            let (dst, src) = (self.node(inst, row.dst), self.node(inst, row.src));
            match self.test_of(function, row.dst) {
                Some(hint) => {
                    self.store.depend(dst, src);
                    self.store.listen(src, Listener::Filter(hint, inst, dst));
                }
                None => match self.cut_of(function, row.dst) {
                    Some(skip) => {
                        self.store.depend(dst, src);
                        self.store.listen(src, Listener::Cut(skip, dst));
                    }
                    None if self.is_settled(inst, row.dst) => {}
                    None => self.store.flow(src, dst),
                },
            }
        }
        for index in 0..self.facts.allocs_of(function).len() {
            let row = self.facts.allocs_of(function)[index];
            let token = match row.what {
                Alloc::Function(inner) => self.make_closure(inner, inst),
                Alloc::Class(class) => self.make_class(class, inst),
                Alloc::Builtin(name) => match self.builtin_class(self.language_of(inst), name) {
                    Some(class) if self.here(inst).scalars.contains(&name) => {
                        self.tokens.id(Token::Instance(class))
                    }
                    Some(class) => self.fresh_object(class),
                    None => continue,
                },
            };
            let dst = self.node(inst, row.dst);
            self.store.add(dst, token);
        }
        for index in 0..self.facts.literals_of(function).len() {
            let row = self.facts.literals_of(function)[index];
            if let Some(token) = self.constant_token(inst, row.constant) {
                let dst = self.node(inst, row.dst);
                self.store.add(dst, token);
            }
        }
        let first = self.facts.functions[function.index()].first.concats;
        for index in 0..self.facts.concats_of(function).len() {
            self.make_concat(first + index as u32, inst);
        }
    }

    /// How many elements the values that are moved into a variable lose.
    fn cut_of(&self, function: FuncId, var: Var) -> Option<u32> {
        self.facts.cuts_of(function).iter().find(|cut| cut.dst == var).map(|cut| cut.skip)
    }

    fn make_closure(&mut self, function: FuncId, env: Inst) -> TokenId {
        let row = &self.facts.functions[function.index()];
        let is_root = self.facts.files[row.file.index()].origin == Origin::FirstParty;
        if is_root && self.instances[env.index()].depth == 0 && !self.holds(function, env) {
            self.plain_instance(function, env);
        }
        self.tokens.id(Token::Function(function, env))
    }

    fn constant_token(&mut self, inst: Inst, constant: Constant) -> Option<TokenId> {
        let class = match constant {
            Constant::Str(sym) => return Some(self.tokens.id(Token::Str(sym))),
            Constant::Int(sym) if self.here(inst).has_prototypes => {
                return Some(self.tokens.id(Token::Int(sym)));
            }
            Constant::Int(sym) if !self.here(inst).only_declares && is_index(self.facts.text(sym)) => {
                return Some(self.tokens.id(Token::Index(sym)));
            }
            Constant::Bytes(_) => self.here(inst).bytes,
            Constant::Int(_) => self.here(inst).int,
            Constant::Float(_) => self.here(inst).float,
            Constant::Bool(_) => self.here(inst).bool,
            Constant::Null | Constant::Ellipsis => return None,
        };
        let class = self.builtin_class(self.language_of(inst), class)?;
        Some(self.tokens.id(Token::Instance(class)))
    }

    /// Loads, stores, keys, iterations, copies.
    fn make_fields(&mut self, inst: Inst, function: FuncId) {
        let first = self.facts.functions[function.index()].first;
        for index in 0..self.facts.loads_of(function).len() {
            let base = self.node(inst, self.facts.loads_of(function)[index].base);
            self.store.listen(base, Listener::Load(first.loads + index as u32, inst));
        }
        for index in 0..self.facts.stores_of(function).len() {
            let base = self.node(inst, self.facts.stores_of(function)[index].base);
            self.store.listen(base, Listener::Store(first.stores + index as u32, inst));
        }
        for index in 0..self.facts.load_keys_of(function).len() {
            let base = self.node(inst, self.facts.load_keys_of(function)[index].base);
            self.store.listen(base, Listener::LoadBase(first.load_keys + index as u32, inst));
        }
        for index in 0..self.facts.store_keys_of(function).len() {
            let row = first.store_keys + index as u32;
            if self.is_paired(function, row) {
                self.make_pair(row, inst);
                continue;
            }
            let base = self.node(inst, self.facts.store_keys_of(function)[index].base);
            self.store.listen(base, Listener::StoreBase(row, inst));
        }
        for index in 0..self.facts.iterates_of(function).len() {
            let base = self.node(inst, self.facts.iterates_of(function)[index].base);
            self.store.listen(base, Listener::Iterate(first.iterates + index as u32, inst));
        }
        for index in 0..self.facts.keys_of(function).len() {
            let base = self.node(inst, self.facts.keys_of(function)[index].base);
            self.store.listen(base, Listener::Keys(first.keys + index as u32, inst));
        }
        for index in 0..self.facts.copies_of(function).len() {
            let src = self.node(inst, self.facts.copies_of(function)[index].src);
            self.store.listen(src, Listener::CopyFrom(first.copies + index as u32, inst));
        }
        for index in 0..self.facts.supers_of(function).len() {
            let receiver = self.node(inst, self.facts.supers_of(function)[index].receiver);
            self.store.listen(receiver, Listener::Super(first.supers + index as u32, inst));
        }
    }

    /// Call sites.
    fn make_calls(&mut self, inst: Inst, function: FuncId) {
        let first = self.facts.first_call(function);
        for index in 0..self.facts.calls_of(function).len() {
            let row = self.facts.calls_of(function)[index];
            let call = CallId(first.0 + index as u32);
            match row.callee {
                Callee::Value(var) => {
                    let node = self.node(inst, var);
                    self.store.listen(node, Listener::Call(call, inst));
                }
                Callee::Method(var, _) => {
                    let node = self.node(inst, var);
                    self.store.listen(node, Listener::Method(call, inst));
                    // What a method of a string makes of it may be a key.
                    if let Some(result) = self.result(call, inst) {
                        self.store.depend(result, node);
                    }
                }
            }
        }
    }

    /// The result of a call in an instance, if anybody uses it.
    pub(super) fn result(&self, call: CallId, inst: Inst) -> Option<Node> {
        let dst = self.facts.calls[call.index()].dst;
        dst.is_some().then(|| self.node(inst, dst))
    }

    /// The first positional argument of a call.
    pub(super) fn first_arg(&self, call: CallId, inst: Inst) -> Option<Node> {
        let arg = self.facts.args_of(call).iter().find(|arg| arg.kind == ArgKind::Positional)?;
        Some(self.node(inst, arg.var))
    }

    /// Whether a site has all of these flags.
    pub(super) fn has_flags(&self, call: CallId, flags: CallFlags) -> bool {
        self.facts.calls[call.index()].flags.has(flags)
    }

    /// The certainty of an edge that appears now.
    pub(super) fn certainty(&self) -> Certainty {
        self.phase
    }
}

/// What tokens of a shape may count as. Instances of classes may be of any, and so may what we do not have.
fn kinds_of(shape: Shape, holds: bool) -> Kinds {
    match shape {
        Shape::Text if !holds => Kinds::of([Kind::Plain, Kind::Object, Kind::External, Kind::Code]),
        Shape::Object if !holds => Kinds::of([Kind::Plain, Kind::Text, Kind::External, Kind::Code]),
        Shape::Function if !holds => Kinds::of([Kind::Plain, Kind::Object, Kind::Text, Kind::External]),
        Shape::Text => Kinds::of([Kind::Text, Kind::Plain, Kind::External]),
        Shape::Object => Kinds::of([Kind::Object, Kind::Plain, Kind::External]),
        Shape::Function => Kinds::of([Kind::Code, Kind::Plain, Kind::External]),
    }
}
