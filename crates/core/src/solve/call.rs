//! Calls: from a callee token at a site to an edge, linked arguments and a result.

use super::granted::Place;
use super::instance::Via;
use super::protocol::is_reserved;
use super::store::{Demand, Node, Store, TokenId};
use super::token::{Inst, RESTS, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{ArgKind, CallFlags, Callee, Field, FunctionFlags, ParamKind, Receiver};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::{EdgeKind, PathId, PathStep, Target};

/// Where the arguments of a call come from.
#[derive(Clone, Copy)]
enum Args {
    /// Those of a site.
    Site(CallId, Inst),
    /// Up to two nodes, by position.
    Nodes([Node; 2]),
}

impl<S: Store<Listener>> Solver<S> {
    /// A member call: ∀ t ∈ ⟦receiver⟧: call each member of that name of t, t being the receiver.
    pub(super) fn on_method(&mut self, call: CallId, inst: Inst, token: TokenId) {
        let Callee::Method(_, name) = self.facts.calls[call.index()].callee else { return };
        // What an operator calls is of its trait or nothing.
        let falls_back = self.here(inst).only_declares && !self.has_flags(call, CallFlags::IMPLICIT);
        let name = if falls_back { self.member_name(token, name, inst) } else { name };
        match self.tokens.get(token) {
            Token::External(path) => self.call_external_member((path, name), token, call, inst),
            Token::Str(_) | Token::Pattern(..) if self.has_flags(call, CallFlags::IMPLICIT) => {}
            // The name of a structure without fields is also its one value, and that has the methods.
            Token::Class(..) if self.here(inst).only_declares => {}
            _ => self.read_member(token, name, Sink::Invoke(call, inst)),
        }
    }

    fn call_external_member(
        &mut self,
        (path, name): (PathId, Sym),
        token: TokenId,
        call: CallId,
        inst: Inst,
    ) {
        if let Some(module) = self.folder_member(path, name) {
            return self.import_from(module, None, Sink::Invoke(call, inst));
        }
        if self.has_flags(call, CallFlags::ENTER)
            && let Some(dst) = self.result(call, inst)
        {
            self.store.add(dst, token);
        }
        if self.has_flags(call, CallFlags::IMPLICIT) {
            return;
        }
        if let Some(class) = self.builtin_class(self.language_of(inst), self.here(inst).unknown)
            && let Some(&method) = self.cells.get(&(class, Field::Attr(name)))
        {
            return self.store.listen(method, Listener::Bind(token, Sink::Invoke(call, inst)));
        }
        self.call_global((path, name), token, call, inst);
        let member = self.paths.step(path, PathStep::Attr(name)).unwrap_or(path);
        self.call_external(member, call, inst);
    }

    /// A call of a value: ∀ t ∈ ⟦callee⟧: t is called.
    pub(super) fn call_value(&mut self, token: TokenId, call: CallId, inst: Inst) {
        let only_classes = self.has_flags(call, CallFlags::RAISE);
        match self.tokens.get(token) {
            Token::Class(..) if self.has_flags(call, CallFlags::NEW) => {
                self.make_instance(token, call, inst);
            }
            Token::Class(..) => self.construct(token, call, inst),
            Token::Function(..) if self.constructs(call) && self.has_prototype(token) => {
                self.construct_function(token, call, inst);
            }
            Token::External(path) => self.call_external(path, call, inst),
            _ if only_classes => {}
            Token::Function(..) => self.invoke(token, None, call, inst, true),
            Token::Bound(function, receiver) => self.invoke(function, Some(receiver), call, inst, true),
            // Where members are found by prototypes, only functions and classes can be called.
            Token::Instance(class) | Token::Object(class, _) if self.of(class).has_prototypes => {}
            Token::Instance(class) | Token::Object(class, _) => {
                let lookup = self.lookup(class, self.of(class).call);
                self.store.listen(lookup, Listener::Bind(token, Sink::Invoke(call, inst)));
            }
            Token::Super(..)
            | Token::Module(_)
            | Token::Str(_)
            | Token::Pattern(..)
            | Token::Int(_)
            | Token::Index(_)
            | Token::Prototype(_)
            | Token::Accessor(..)
            | Token::Generator(_) => {}
        }
    }

    /// call f(a):  ∀ g ∈ ⟦f⟧:  ⟦a⟧ ⊆ ⟦param(g)⟧,  ⟦return(g)⟧ ⊆ ⟦call⟧
    pub(super) fn invoke(
        &mut self,
        closure: TokenId,
        receiver: Option<TokenId>,
        call: CallId,
        inst: Inst,
        keep: bool,
    ) {
        let Token::Function(function, env) = self.tokens.get(closure) else { return };
        let flags = self.facts.functions[function.index()].flags;
        let dispatches = flags.has(FunctionFlags::VIRTUAL) && !flags.has(FunctionFlags::STATIC);
        if receiver.is_none() && dispatches {
            return self.dispatch(closure, call, inst);
        }
        self.invoke_plain((function, env), receiver, call, inst, keep);
    }

    /// A function that was found for a call: it is called as it is.
    pub(super) fn invoke_found(&mut self, closure: TokenId, call: CallId, inst: Inst) {
        if let Token::Function(function, env) = self.tokens.get(closure) {
            self.invoke_plain((function, env), None, call, inst, true);
        }
    }

    fn invoke_plain(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        call: CallId,
        inst: Inst,
        keep: bool,
    ) {
        let flags = self.facts.functions[function.index()].flags;
        let is_bodiless = flags.has(FunctionFlags::VIRTUAL) && flags.has(FunctionFlags::ABSTRACT);
        if flags.has(FunctionFlags::OVERLOAD)
            || is_bodiless
            || self.awaits_values((function, env), receiver, Place::Site(call, inst, keep))
        {
            return;
        }
        self.invoke_now((function, env), receiver, call, inst, keep);
    }

    /// A call that has nothing to wait for.
    pub(super) fn invoke_now(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        call: CallId,
        inst: Inst,
        keep: bool,
    ) {
        self.record_call(call, inst, Target::Function(function), EdgeKind::Call);
        let Some(callee) = self.instance_for((function, env), receiver, call, inst) else { return };
        if let Some(receiver) = receiver {
            self.give_receiver(callee, function, receiver);
        }
        if self.linked.insert((inst, call, callee)) {
            self.link_args(callee, function, receiver.is_some(), Args::Site(call, inst));
            if keep && let Some(dst) = self.result(call, inst) {
                self.give_result(callee, function, dst);
            }
        }
    }

    /// A call by protocol at a place that is no site.
    pub(super) fn invoke_implicit(
        &mut self,
        closure: TokenId,
        receiver: Option<TokenId>,
        sink: (Node, [Node; 2], Inst, u32),
    ) {
        let Token::Function(function, env) = self.tokens.get(closure) else { return };
        let (dst, args, caller, line) = sink;
        if !self.awaits_values((function, env), receiver, Place::Line(dst, args, caller, line)) {
            self.invoke_implicit_now((function, env), receiver, sink);
        }
    }

    /// Such a call that has nothing to wait for.
    pub(super) fn invoke_implicit_now(
        &mut self,
        (function, env): (FuncId, Inst),
        receiver: Option<TokenId>,
        (dst, args, caller, line): (Node, [Node; 2], Inst, u32),
    ) {
        self.record_implicit(caller, line, Target::Function(function));
        let Some(callee) = self.plain_or_builtin((function, env), receiver, caller, line, dst) else {
            return;
        };
        self.entered.insert((caller, super::clone::at_line(line), callee));
        if let Some(receiver) = receiver {
            self.give_receiver(callee, function, receiver);
        }
        self.link_args(callee, function, receiver.is_some(), Args::Nodes(args));
        if dst != NO_NODE {
            self.give_result(callee, function, dst);
        }
    }

    /// The receiver is the `this` of the callee, or its first positional parameter.
    pub(super) fn give_receiver(&mut self, callee: Inst, function: FuncId, receiver: TokenId) {
        let wanted = match self.facts.functions[function.index()].receiver {
            Receiver::This => |kind| kind == ParamKind::Receiver,
            Receiver::First => |kind| matches!(kind, ParamKind::PositionalOnly | ParamKind::Positional),
        };
        let param =
            self.facts.params_of(function).iter().find(|param| wanted(param.kind)).map(|param| param.var);
        if let Some(var) = param {
            let node = self.node(callee, var);
            self.store.add(node, receiver);
        } else if self.facts.functions[function.index()].receiver == Receiver::This {
            // It does not ask what it is called on.
        } else if let Some(rest) =
            self.facts.params_of(function).iter().find(|param| param.kind == ParamKind::Rest)
        {
            let (var, zero) = (rest.var, self.facts.names.intern("0"));
            let tuple = self.rest_object(callee, var, self.here(callee).tuple);
            if let Some(tuple) = tuple {
                let cell = self.cell(tuple, Field::Item(zero));
                self.store.add(cell, receiver);
            }
        }
    }

    fn give_result(&mut self, callee: Inst, function: FuncId, dst: Node) {
        let flags = self.facts.functions[function.index()].flags;
        if flags.has(FunctionFlags::GENERATOR) {
            let token = self.tokens.id(Token::Generator(callee));
            self.store.add(dst, token);
            return self.link_generator(callee, function, token);
        }
        let result = self.node(callee, Var::RETURN);
        if flags.has(FunctionFlags::ASYNC)
            && let Some(promise) = self.promise_of(callee, result)
        {
            self.store.add(dst, promise);
        } else {
            self.store.flow(result, dst);
        }
    }

    /// The container that holds the further arguments of an instance.
    fn rest_object(&mut self, callee: Inst, var: Var, class: crate::ids::Sym) -> Option<TokenId> {
        let node = self.node(callee, var);
        let class = self.builtin_class(self.language_of(callee), class)?;
        // The slot is the parameter's own, so the one object of that class in it is this container.
        let known = self.store.tokens(node).iter().copied().find(
            |&token| matches!(self.tokens.get(token), Token::Object(of, site) if of == class && site >= RESTS),
        );
        if known.is_some() {
            return known;
        }
        let site = RESTS + node.0 % RESTS;
        let token = self.tokens.id(Token::Object(class, site));
        self.store.add(node, token);
        Some(token)
    }

    /// Links arguments to parameters, by position and by name.
    fn link_args(&mut self, callee: Inst, function: FuncId, has_receiver: bool, args: Args) {
        self.prototypes.called.insert(function);
        let takes_first = has_receiver && self.facts.functions[function.index()].receiver == Receiver::First;
        let mut position = u32::from(takes_first);
        match args {
            Args::Nodes(nodes) => {
                for node in nodes.into_iter().filter(|&node| node != NO_NODE) {
                    self.link_position(callee, function, position, node);
                    position += 1;
                }
            }
            Args::Site(call, inst) => {
                let mut is_spread = false;
                for index in 0..self.facts.args_of(call).len() {
                    let arg = self.facts.args_of(call)[index];
                    let node = self.node(inst, arg.var);
                    match arg.kind {
                        // How many arguments a spread one stands for is not known.
                        ArgKind::Positional if is_spread => {
                            for at in position..position.saturating_add(MAX_BEHIND_SPREAD) {
                                self.link_position(callee, function, at, node);
                            }
                        }
                        ArgKind::Positional => {
                            self.link_position(callee, function, position, node);
                            position += 1;
                        }
                        ArgKind::Spread => {
                            is_spread = true;
                            self.store.listen(node, Listener::Spread(callee, position));
                        }
                        ArgKind::Keyword(name) => self.link_name(callee, function, name, node),
                        ArgKind::KeywordSpread => self.store.listen(node, Listener::KeySpread(callee)),
                        ArgKind::Receiver => self.link_receiver(callee, function, node),
                    }
                }
            }
        }
        self.give_defaults(callee, function, position);
        self.touch_rest(callee, function);
    }

    /// `f.call(o)`: ⟦o⟧ ⊆ ⟦this of f⟧
    fn link_receiver(&mut self, callee: Inst, function: FuncId, node: Node) {
        let params = self.facts.params_of(function);
        if let Some(var) =
            params.iter().find(|param| param.kind == ParamKind::Receiver).map(|param| param.var)
        {
            let to = self.node(callee, var);
            self.store.flow(node, to);
        }
    }

    /// `*args` and `**kwargs` hold a container even where nothing is handed over.
    fn touch_rest(&mut self, callee: Inst, function: FuncId) {
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::Rest | ParamKind::All => {
                    _ = self.rest_object(callee, param.var, self.here(callee).tuple);
                }
                ParamKind::KeywordRest => _ = self.rest_object(callee, param.var, self.here(callee).dict),
                _ => {}
            }
        }
    }

    fn link_position(&mut self, callee: Inst, function: FuncId, position: u32, node: Node) {
        let mut at = 0;
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::All => {
                    let name = self.facts.names.intern(&position.to_string());
                    if let Some(all) = self.rest_object(callee, param.var, self.here(callee).tuple) {
                        let cell = self.cell(all, Field::Item(name));
                        self.store.flow(node, cell);
                    }
                }
                ParamKind::PositionalOnly | ParamKind::Positional => {
                    if at == position {
                        if !self.is_settled(callee, param.var) {
                            let to = self.node(callee, param.var);
                            self.store.flow(node, to);
                        }
                        return;
                    }
                    at += 1;
                }
                ParamKind::Rest => {
                    let name = self.facts.names.intern(&(position - at).to_string());
                    if let Some(tuple) = self.rest_object(callee, param.var, self.here(callee).tuple) {
                        let cell = self.cell(tuple, Field::Item(name));
                        self.store.flow(node, cell);
                    }
                    return;
                }
                ParamKind::KeywordOnly | ParamKind::KeywordRest | ParamKind::Receiver | ParamKind::Sent => {}
            }
        }
    }

    fn link_name(&mut self, callee: Inst, function: FuncId, name: crate::ids::Sym, node: Node) {
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::Positional | ParamKind::KeywordOnly if param.name == name => {
                    let to = self.node(callee, param.var);
                    self.store.flow(node, to);
                    return;
                }
                ParamKind::KeywordRest => {
                    if let Some(dict) = self.rest_object(callee, param.var, self.here(callee).dict) {
                        let cell = self.cell(dict, Field::Item(name));
                        self.store.flow(node, cell);
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    /// `f(*xs)`: ∀ t ∈ ⟦xs⟧: element i of t goes to parameter `position + i`, unknown elements to all of them.
    pub(super) fn on_spread(&mut self, callee: Inst, position: u32, token: TokenId) {
        if !matches!(self.tokens.get(token), Token::Object(..) | Token::Instance(_) | Token::Generator(_)) {
            return;
        }
        let function = self.instances[callee.index()].function;
        let any = self.any_element(token);
        let mut at = 0u32;
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Positional => {
                    if at >= position {
                        let to = self.node(callee, param.var);
                        let name = self.facts.names.intern(&(at - position).to_string());
                        let cell = self.cell(token, Field::Item(name));
                        self.store.flow(cell, to);
                        self.store.flow(any, to);
                    }
                    at += 1;
                }
                ParamKind::All => {
                    if let Some(all) = self.rest_object(callee, param.var, self.here(callee).tuple) {
                        self.spread_into_rest(token, all, (0, position));
                    }
                }
                ParamKind::Rest => {
                    let Some(tuple) = self.rest_object(callee, param.var, self.here(callee).tuple) else {
                        continue;
                    };
                    self.spread_into_rest(token, tuple, (at, position));
                }
                _ => {}
            }
        }
    }

    /// Elements of a spread argument become those of the container of further arguments, which are those from a position
    /// on.
    fn spread_into_rest(&mut self, from: TokenId, tuple: TokenId, (rest, position): (u32, u32)) {
        if let Some(skip) = rest.checked_sub(position) {
            return self.copy_behind(from, tuple, skip);
        }
        let all = self.all_elements(from);
        let any = self.cell(tuple, Field::AnyItem);
        self.store.flow(all, any);
    }

    /// `f(**kw)`: ∀ t ∈ ⟦kw⟧: element "p" of t goes to parameter p.
    pub(super) fn on_key_spread(&mut self, callee: Inst, token: TokenId) {
        if !matches!(self.tokens.get(token), Token::Object(..) | Token::Instance(_)) {
            return;
        }
        let function = self.instances[callee.index()].function;
        let any = self.cell(token, Field::AnyItem);
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::Positional | ParamKind::KeywordOnly => {
                    let to = self.node(callee, param.var);
                    let cell = self.cell(token, Field::Item(param.name));
                    self.store.flow(cell, to);
                    self.store.flow(any, to);
                }
                ParamKind::KeywordRest => {
                    if let Some(dict) = self.rest_object(callee, param.var, self.here(callee).dict) {
                        self.copy_pair(token, dict, crate::facts::Space::Item);
                    }
                }
                _ => {}
            }
        }
    }

    /// C(a):  instance(C) ∈ ⟦call⟧,  and the initialiser that C's method resolution order finds runs on it.
    fn construct(&mut self, class: TokenId, call: CallId, inst: Inst) {
        let Token::Class(class_id, _) = self.tokens.get(class) else { return };
        self.call_metaclass(class, call, inst);
        let body = self.facts.classes[class_id.index()].body;
        let is_builtin = self.is_builtin(body);
        if is_builtin {
            self.record_call(call, inst, Target::Function(body), EdgeKind::Call);
        }
        if let (Via::Own, Some(dst)) = (self.instances[inst.index()].via, self.result(call, inst)) {
            // What a call makes says what it is, to models that ask.
            self.store.want(dst, Demand::Things);
        }
        if self.binds_below_object(class, self.of(class).new) {
            let makes = self.lookup(class, self.of(class).new);
            self.store.listen(makes, Listener::Bind(class, Sink::New(call, inst)));
        }
        if is_builtin && self.statics.contains(&(class_id, self.of(class).new)) {
            return;
        }
        let object = self.make_instance(class, call, inst);
        if self.binds_below_object(class, self.of(class).init) {
            let init = self.lookup(class, self.of(class).init);
            // What a constructor returns is the result, where it does.
            let sink =
                if self.of(class).has_prototypes { Sink::Invoke(call, inst) } else { Sink::Init(call, inst) };
            self.store.listen(init, Listener::Bind(object, sink));
        }
        if self.of(class).has_prototypes {
            self.run_initialisers(class, object, call, inst);
        } else {
            self.fill_fields(class, object, call, inst);
        }
    }

    /// An instance that no initialiser has run on; library objects, containers and wrappers are told apart by
    /// place.
    fn make_instance(&mut self, class: TokenId, call: CallId, inst: Inst) -> TokenId {
        let Token::Class(mut class_id, env) = self.tokens.get(class) else { return class };
        let mut class = class;
        if let Some(of) = self.facts.classes[class_id.index()].of {
            // A variant makes an object of its enumeration, in whose body it stands.
            class = self.tokens.id(Token::Class(of, self.instances[env.index()].env));
            class_id = of;
        }
        let is_builtin = self.is_builtin(self.facts.classes[class_id.index()].body);
        // A class may arrive at a site again and again, as a member of each receiver.
        let place = if self.of(class).has_prototypes { self.made_in(class, inst) } else { inst };
        let object = match self.made.get(&(class, call, place)).copied() {
            Some(known) => known,
            None if !is_builtin && self.of(class).has_prototypes => self.make_object(class),
            None if is_builtin || self.is_container(class) || self.is_wrapper(class) => {
                self.fresh_object(class)
            }
            None => self.tokens.id(Token::Instance(class)),
        };
        self.made.insert((class, call, place), object);
        self.nest(object, inst);
        if let Some(dst) = self.result(call, inst) {
            self.store.add(dst, object);
        }
        object
    }

    /// A class with declared fields and no initialiser of its own takes them by position and name.
    fn fill_fields(&mut self, class: TokenId, object: TokenId, call: CallId, inst: Inst) {
        if self.facts.args_of(call).is_empty() || self.finds_static(class, self.of(class).init) {
            return;
        }
        let names = self.constructor_fields(class);
        let mut position = 0;
        for index in 0..self.facts.args_of(call).len() {
            let arg = self.facts.args_of(call)[index];
            let name = match arg.kind {
                ArgKind::Positional => {
                    position += 1;
                    names.get(position - 1).copied()
                }
                ArgKind::Keyword(name) => names.contains(&name).then_some(name),
                ArgKind::Spread | ArgKind::KeywordSpread | ArgKind::Receiver => None,
            };
            if let Some(name) = name {
                let cell = self.cell(object, Field::Attr(name));
                let node = self.node(inst, arg.var);
                self.store.flow(node, cell);
            }
        }
    }

    /// A call of code that we do not have: its result is a longer path, and functions among the arguments escape.
    pub(super) fn call_external(&mut self, path: PathId, call: CallId, inst: Inst) {
        if !self.follows_foreign(call.0, inst) {
            return;
        }
        self.record_call(call, inst, Target::External(path), EdgeKind::Call);
        if let Some(dst) = self.result(call, inst) {
            let token = self.external_result(path, inst);
            self.store.add(dst, token);
            if self.has_flags(call, CallFlags::DECORATOR)
                && let Some(wrapped) = self.first_arg(call, inst)
            {
                self.store.flow(wrapped, dst);
            }
        }
        self.ask_module(path, call, inst);
        if self.is_protocol_of_library(call, inst)
            || self.is_quiet(path, inst)
            || !self.escaped.insert((call, inst, path))
        {
            return;
        }
        for index in 0..self.facts.args_of(call).len() {
            let var = self.facts.args_of(call)[index].var;
            let node = self.node(inst, var);
            self.store.listen(node, Listener::Escape(path, call, inst));
        }
    }

    /// What a call of code that we do not have gives.
    fn external_result(&mut self, path: PathId, inst: Inst) -> TokenId {
        let protocol = self.here(inst);
        if protocol.texts.iter().any(|names| self.paths.is_member(path, names))
            && let Some(text) = self.builtin_class(self.language_of(inst), protocol.str)
        {
            return self.tokens.id(Token::Instance(text));
        }
        let result = self.paths.step(path, PathStep::Call).unwrap_or(path);
        self.tokens.id(Token::External(result))
    }

    /// Whether a path is one of the language's own that call nothing of what they are given.
    fn is_quiet(&self, path: PathId, inst: Inst) -> bool {
        let protocol = self.here(inst);
        if protocol.quiet.is_empty() {
            return false;
        }
        let steps = self.paths.steps(path);
        steps.first() == Some(&PathStep::Root(protocol.prelude))
            && matches!(steps.get(1), Some(PathStep::Attr(name)) if protocol.quiet.contains(name))
    }

    /// Whether a library body calls a member by protocol: a comparison does not call what it compares.
    fn is_protocol_of_library(&self, call: CallId, inst: Inst) -> bool {
        let Callee::Method(_, name) = self.facts.calls[call.index()].callee else { return false };
        let protocol = self.here(inst);
        self.is_builtin(self.instances[inst.index()].function)
            && is_reserved(self.facts.text(name))
            && name != protocol.call
            && name != protocol.init
    }

    /// A function that code that we do not have was given may be called by it; functions in a literal that it was
    /// given, as well.
    pub(super) fn on_escape(&mut self, path: PathId, (call, inst): (CallId, Inst), token: TokenId) {
        let (closure, receiver) = match self.tokens.get(token) {
            Token::Bound(function, receiver) => (function, Some(receiver)),
            Token::Function(..) => (token, None),
            Token::Instance(class) if self.of(class).only_declares => {
                return self.escape_object(path, (call, inst), token);
            }
            Token::Object(class, _) => return self.escape_members(path, (call, inst), token, class),
            _ => return,
        };
        let Token::Function(function, env) = self.tokens.get(closure) else { return };
        if self.has_flags(call, CallFlags::DECORATOR) {
            if let Via::Own = self.instances[inst.index()].via {
                self.decorated.insert((call, function));
            }
        } else {
            self.record_call(call, inst, Target::Function(function), EdgeKind::Callback);
        }
        let callee = if self.is_builtin(function) {
            // What a library body does with the function in it counts as done by this site.
            let Some(callee) = self.instance_for((function, env), receiver, call, inst) else { return };
            callee
        } else {
            self.plain_instance(function, env)
        };
        self.entered.insert((inst, call, callee));
        if let Some(receiver) = receiver {
            self.give_receiver(callee, function, receiver);
        }
        self.give_params(callee, function, path);
    }

    /// The members of a literal escape with it, as far as literals are inside each other.
    fn escape_members(&mut self, path: PathId, (call, inst): (CallId, Inst), token: TokenId, class: TokenId) {
        let is_options = self
            .of(class)
            .options
            .iter()
            .any(|&name| self.builtin_class(self.language(class), name) == Some(class));
        let handed = self.handed.entry(call).or_default();
        if !is_options || handed.len() >= MAX_HANDED || !handed.insert((token, path)) {
            return;
        }
        let attributes = self.all_attributes(token);
        let elements = self.all_elements(token);
        self.store.listen(attributes, Listener::Escape(path, call, inst));
        self.store.listen(elements, Listener::Escape(path, call, inst));
    }

    /// What unknown code hands to a function is known by the path of that code and the position. Where the receiver
    /// goes first among the parameters a position says less, and declared types say more.
    fn give_params(&mut self, callee: Inst, function: FuncId, path: PathId) {
        if self.facts.functions[function.index()].receiver == Receiver::First {
            return;
        }
        let mut position = 0;
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Positional => {
                    let node = self.node(callee, param.var);
                    self.give_param(node, function, path, position);
                    position = position.saturating_add(1);
                }
                ParamKind::Rest => {
                    let Some(rest) = self.rest_object(callee, param.var, self.here(callee).tuple) else {
                        continue;
                    };
                    for at in 0..MAX_GIVEN {
                        let name = self.facts.names.intern(&at.to_string());
                        let cell = self.cell(rest, Field::Item(name));
                        self.give_param(cell, function, path, position.saturating_add(at));
                    }
                }
                ParamKind::KeywordOnly
                | ParamKind::KeywordRest
                | ParamKind::Receiver
                | ParamKind::Sent
                | ParamKind::All => {}
            }
        }
    }

    fn give_param(&mut self, node: Node, function: FuncId, path: PathId, position: u8) {
        if let Some(given) = self.paths.step(path, PathStep::Param(position)) {
            let token = self.tokens.id(Token::External(given));
            self.store.add(node, token);
            let line = self.facts.functions[function.index()].line;
            self.record_read(function, given, line);
        }
    }

    /// Enters an edge of the call graph; calls of library bodies count as calls of the site that called them.
    pub(super) fn record_call(&mut self, call: CallId, inst: Inst, target: Target, kind: EdgeKind) {
        let target_is_builtin = matches!(target, Target::Function(function) if self.is_builtin(function));
        let certainty = self.certainty();
        match (self.instances[inst.index()].via, target) {
            (Via::Site(_) | Via::Line(..), Target::Function(function)) if target_is_builtin => {
                self.cloning.inner.insert((call, function));
            }
            (Via::Site(site), Target::Function(function)) => {
                _ = self.cloning.within.insert((site, call, function))
            }
            _ => {}
        }
        match self.instances[inst.index()].via {
            Via::Own => {
                if target_is_builtin && self.has_flags(call, CallFlags::IMPLICIT) {
                    return;
                }
                self.edges.entry((call, target)).or_insert((kind, certainty));
            }
            Via::Site(_) | Via::Line(..) if target_is_builtin => {}
            Via::Site(site) => _ = self.edges.entry((site, target)).or_insert((kind, certainty)),
            Via::Line(function, line) => {
                _ = self.implicit.entry((function, target, line)).or_insert(certainty)
            }
        }
    }

    fn record_implicit(&mut self, caller: Inst, line: u32, target: Target) {
        if matches!(target, Target::Function(function) if self.is_builtin(function)) {
            return;
        }
        let certainty = self.certainty();
        let caller = self.instances[caller.index()];
        match caller.via {
            Via::Own => _ = self.implicit.entry((caller.function, target, line)).or_insert(certainty),
            Via::Site(site) => _ = self.edges.entry((site, target)).or_insert((EdgeKind::Call, certainty)),
            Via::Line(function, line) => {
                _ = self.implicit.entry((function, target, line)).or_insert(certainty)
            }
        }
    }
}

/// Values that unknown code hands to a parameter that takes all.
const MAX_GIVEN: u8 = 4;

/// Positions at which an argument behind a spread one may stand.
const MAX_BEHIND_SPREAD: u32 = 4;

/// Literals inside each other that are looked into at one site.
const MAX_HANDED: usize = 64;

impl<S: Store<Listener>> Solver<S> {
    /// The initialiser of a base class that we do not have runs on a new instance.
    pub(super) fn record_external_init(&mut self, path: PathId, call: CallId, inst: Inst) {
        self.record_call(call, inst, Target::External(path), EdgeKind::Call);
    }
}
