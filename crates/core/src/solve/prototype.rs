//! Objects that find their members by prototypes, which are values: own fields first, then what the class or the
//! maker of the object says, then whatever was made the prototype.
//!
//! ```text
//! ⟦o.x⟧ ⊇ ⟦cell(o, x)⟧
//! o an instance of class C:      ⊇ what C's method resolution order finds, the members being fields of C's prototype
//! o made by `new f()`:           ⊇ ⟦p.x⟧, p ∈ ⟦f.prototype⟧
//! p ∈ ⟦o.__proto__⟧:             ⊇ ⟦p.x⟧ where nothing is in cell(o, x) when everything else has come to rest
//! ```

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{CallFlags, Field, FunctionFlags, ParamKind, Space};
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::{EdgeKind, Target};
use rustc_hash::{FxHashMap, FxHashSet};

/// Objects of one class, or made by one function, that are told apart; the others are one.
const MAX_APART: u32 = 64;

/// What is known of objects with prototypes.
#[derive(Default)]
pub(super) struct Prototypes {
    /// What reading a name of an object finds.
    properties: FxHashMap<(TokenId, Sym), Node>,
    /// The names that were read of an object.
    named: FxHashMap<TokenId, Vec<Sym>>,
    /// Values that were made the prototype of an object.
    protos: FxHashMap<TokenId, Vec<TokenId>>,
    /// Reads that go on to a prototype if the object itself has nothing: object, name, prototype.
    chains: Vec<(TokenId, Sym, TokenId)>,
    /// Every attribute of an object, where that was asked for.
    attributes: FxHashMap<TokenId, Node>,
    /// Names under which something was stored in an object.
    written: FxHashMap<TokenId, Vec<Field>>,
    /// Who wants to know those names.
    key_watchers: FxHashMap<TokenId, Vec<Node>>,
    /// Objects told apart so far, by what made them.
    made: FxHashMap<TokenId, u32>,
    /// Objects that methods make which are copied for their receiver.
    nested: FxHashSet<TokenId>,
    /// Whether objects of a class or function are told apart.
    apart: FxHashMap<TokenId, bool>,
    /// Functions that something calls.
    pub(super) called: FxHashSet<FuncId>,
    /// Methods that run on an instance of their class if nothing calls them.
    pub(super) selves: Vec<(TokenId, TokenId)>,
    /// Instances whose parameters have defaults.
    with_defaults: Vec<Inst>,
}

impl<S: Store<Listener>> Solver<S> {
    /// Whether a token is an object that finds its members by prototypes.
    pub(super) fn has_prototype(&self, token: TokenId) -> bool {
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) | Token::Prototype(class) => {
                self.of(class).has_prototypes
            }
            Token::Class(..) | Token::Function(..) => self.of(token).has_prototypes,
            Token::Int(_) => true,
            _ => false,
        }
    }

    /// The token whose fields are the members that a class body binds.
    pub(super) fn member_holder(&mut self, class: TokenId) -> TokenId {
        if self.of(class).has_prototypes { self.tokens.id(Token::Prototype(class)) } else { class }
    }

    /// o.x
    pub(super) fn read_property(&mut self, token: TokenId, name: Sym, sink: Sink) {
        let names = self.names_of(token);
        let (class_name, own_name, settled, proto) = (names.class, names.name, names.settled, names.proto);
        if name == settled {
            if self.is_promise(token) {
                let cell = self.cell(token, Field::Attr(name));
                self.want(cell, sink);
            }
            return;
        }
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) | Token::Prototype(class)
                if name == class_name && self.is_function_class(class) => {}
            Token::Instance(class) | Token::Object(class, _) | Token::Prototype(class)
                if name == class_name =>
            {
                self.deliver_plain(class, sink);
            }
            Token::Function(function, _) if name == own_name => {
                // What has no name of its own, or is the library's, is no key of anything.
                let own = self.facts.functions[function.index()].name;
                if !self.is_builtin(function) && !self.facts.text(own).starts_with('<') {
                    let text = self.tokens.id(Token::Str(own));
                    self.deliver_plain(text, sink);
                }
            }
            Token::Class(class, _) if name == own_name => {
                let text = self.tokens.id(Token::Str(self.facts.classes[class.index()].name));
                self.deliver_plain(text, sink);
            }
            Token::Instance(class) | Token::Object(class, _) if name == proto => {
                let prototype = self.of(class).prototype;
                let cell = self.cell(class, Field::Attr(prototype));
                self.want(cell, sink);
            }
            _ => {}
        }
        let node = self.property(token, name);
        self.bind_member(node, token, sink);
    }

    /// The names that have a meaning for an object.
    fn names_of(&self, token: TokenId) -> &super::protocol::Protocol {
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) | Token::Prototype(class) => self.of(class),
            Token::Int(_) => self.protocols.of(crate::facts::Language::JavaScript),
            _ => self.of(token),
        }
    }

    /// Whether a class is that of functions: what makes one of text is asked for by its name.
    fn is_function_class(&self, class: TokenId) -> bool {
        self.builtin_class(self.language(class), self.of(class).function) == Some(class)
    }

    fn is_promise(&self, token: TokenId) -> bool {
        let (Token::Instance(class) | Token::Object(class, _)) = self.tokens.get(token) else { return false };
        let Some(promise) = self.builtin_class(self.language(class), self.of(class).promise) else {
            return false;
        };
        class == promise
            || self
                .classes
                .get(&class)
                .and_then(|info| info.order.as_ref())
                .is_some_and(|order| order.contains(&promise))
    }

    /// The node of what reading a name of an object finds.
    pub(super) fn property(&mut self, token: TokenId, name: Sym) -> Node {
        if let Token::Prototype(class) = self.tokens.get(token)
            && matches!(self.tokens.get(class), Token::Class(..))
        {
            return self.lookup(class, name);
        }
        if let Some(&node) = self.prototypes.properties.get(&(token, name)) {
            return node;
        }
        let node = self.store.nodes(1);
        self.prototypes.properties.insert((token, name), node);
        let own = self.cell(token, Field::Attr(name));
        self.store.flow(own, node);
        self.inherit(token, name, node);
        self.note_name(token, name);
        node
    }

    /// What an object finds without anybody having given it a prototype.
    fn inherit(&mut self, token: TokenId, name: Sym, node: Node) {
        // The class of an object is no member of it, and what runs when the library makes one is no value.
        let is_made_by_function = |maker| matches!(self.tokens.get(maker), Token::Function(..));
        if name == self.names_of(token).class && !self.maker_of(token).is_some_and(is_made_by_function) {
            return;
        }
        let (language, class) = match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => match self.tokens.get(class) {
                Token::Class(..) => {
                    let lookup = self.lookup(class, name);
                    return self.store.flow(lookup, node);
                }
                _ => {
                    let prototype = self.of(class).prototype;
                    let prototypes = self.cell(class, Field::Attr(prototype));
                    self.store.listen(prototypes, Listener::Inherit(name, node));
                    (self.language(class), self.of(class).object)
                }
            },
            Token::Prototype(maker) => (self.language(maker), self.of(maker).object),
            Token::Function(..) | Token::Class(..) => (self.language(token), self.of(token).function),
            Token::Int(_) => {
                let language = crate::facts::Language::JavaScript;
                (language, self.protocols.of(language).int)
            }
            _ => return,
        };
        if let Some(class) = self.builtin_class(language, class) {
            let lookup = self.lookup(class, name);
            self.store.flow(lookup, node);
        }
    }

    /// An object that inherits from a prototype finds its members.
    pub(super) fn on_inherit(&mut self, name: Sym, node: Node, prototype: TokenId) {
        if let Some(from) = self.property_of(prototype, name) {
            self.store.flow(from, node);
        }
    }

    /// As `property`, of anything that can be a prototype.
    fn property_of(&mut self, token: TokenId, name: Sym) -> Option<Node> {
        if self.has_prototype(token) {
            return Some(self.property(token, name));
        }
        if let Token::External(path) = self.tokens.get(token) {
            let member = self.paths.step(path, crate::solution::PathStep::Attr(name))?;
            let node = self.store.nodes(1);
            let token = self.tokens.id(Token::External(member));
            self.store.add(node, token);
            return Some(node);
        }
        None
    }

    /// Remembers that a name of an object was read.
    pub(super) fn note_name(&mut self, token: TokenId, name: Sym) {
        self.prototypes.named.entry(token).or_default().push(name);
        if let Some(protos) = self.prototypes.protos.get(&token) {
            let rows: Vec<_> = protos.iter().map(|&proto| (token, name, proto)).collect();
            self.prototypes.chains.extend(rows);
        }
    }

    /// o.__proto__ = p
    pub(super) fn add_proto(&mut self, token: TokenId, proto: TokenId) {
        if token == proto
            || !(self.has_prototype(proto) || matches!(self.tokens.get(proto), Token::External(_)))
        {
            return;
        }
        let protos = self.prototypes.protos.entry(token).or_default();
        if protos.contains(&proto) {
            return;
        }
        protos.push(proto);
        let names = self.prototypes.named.get(&token).cloned().unwrap_or_default();
        self.prototypes.chains.extend(names.into_iter().map(|name| (token, name, proto)));
    }

    /// Reads go on to prototypes where the object itself has nothing. Whether any did.
    pub(super) fn run_chains(&mut self) -> bool {
        let mut any = false;
        for (token, name, proto) in std::mem::take(&mut self.prototypes.chains) {
            let own = self.cells.get(&(token, Field::Attr(name))).copied();
            // What is written where a setter is inherited goes to the setter.
            let is_own =
                own.is_some_and(|cell| !self.store.tokens(cell).is_empty()) && !self.setters.contains(&name);
            let is_prototype = name == self.names_of(token).prototype;
            if is_own || is_prototype {
                continue;
            }
            let node = self.property(token, name);
            if let Some(from) = self.property_of(proto, name) {
                self.store.flow(from, node);
                any = true;
            }
        }
        any
    }

    // Fields.

    /// A field of an object came to be: prototypes of classes are looked up by their classes, functions and classes
    /// have a prototype from the start.
    pub(super) fn start_field(&mut self, token: TokenId, field: Field, cell: Node) {
        match (self.tokens.get(token), field) {
            (Token::Class(..) | Token::Function(..), Field::Attr(name))
                if name == self.of(token).prototype =>
            {
                let prototype = self.tokens.id(Token::Prototype(token));
                self.store.add(cell, prototype);
            }
            (Token::Prototype(class), Field::Attr(name)) => {
                if let Token::Class(id, _) = self.tokens.get(class)
                    && !self.statics.contains(&(id, name))
                {
                    self.join_lookups(class, name, cell);
                }
            }
            _ => {}
        }
        if matches!(field, Field::Attr(_) | Field::AnyAttr)
            && self.is_enumerable(token, field)
            && let Some(&all) = self.prototypes.attributes.get(&token)
        {
            self.store.flow(cell, all);
        }
    }

    /// o.x = v
    pub(super) fn write_property(&mut self, token: TokenId, field: Field, src: Node, inst: Inst, line: u32) {
        if let Field::Attr(name) = field {
            let names = self.names_of(token);
            if name == names.proto {
                self.store.listen(src, Listener::Proto(token));
            } else if name == names.settled {
                let cell = self.cell(token, field);
                self.settle_into(src, cell);
                return;
            }
            if self.setters.contains(&name) {
                let node = self.property(token, name);
                self.store.listen(node, Listener::Setter(token, src, inst, line));
            }
        }
        let cell = self.cell(token, field);
        self.store.flow(src, cell);
        self.note_written(token, field);
    }

    /// The node that holds every attribute of a token.
    pub(super) fn all_attributes(&mut self, token: TokenId) -> Node {
        if let Some(&node) = self.prototypes.attributes.get(&token) {
            return node;
        }
        let node = self.store.nodes(1);
        self.prototypes.attributes.insert(token, node);
        for field in self.fields.get(&token).cloned().unwrap_or_default() {
            if matches!(field, Field::Attr(_) | Field::AnyAttr) && self.is_enumerable(token, field) {
                let cell = self.cell(token, field);
                self.store.flow(cell, node);
            }
        }
        node
    }

    /// Whether those who ask for every field of an object get this one: its prototype, and what made it, are none of
    /// its own.
    pub(super) fn is_enumerable(&self, token: TokenId, field: Field) -> bool {
        let Field::Attr(name) = field else { return true };
        if !self.has_prototype(token) {
            return true;
        }
        let names = self.names_of(token);
        name != names.proto && name != names.prototype && name != names.class
    }

    /// The key under which those who ask for the keys of an object meet a field.
    fn enumerated(&self, token: TokenId, field: Field) -> Option<Sym> {
        let (Field::Attr(name) | Field::Item(name)) = field else { return None };
        let is_symbol = self.facts.text(name).starts_with("@@");
        (!is_symbol && self.is_enumerable(token, field)).then_some(name)
    }

    /// Something was stored in a field of an object.
    pub(super) fn note_written(&mut self, token: TokenId, field: Field) {
        let written = self.prototypes.written.entry(token).or_default();
        if written.contains(&field) {
            return;
        }
        written.push(field);
        if let Some(name) = self.enumerated(token, field) {
            let text = self.tokens.id(Token::Str(name));
            for node in self.prototypes.key_watchers.get(&token).cloned().unwrap_or_default() {
                self.store.add(node, text);
            }
        }
    }

    /// keys(d, o), now and later.
    pub(super) fn watch_keys(&mut self, token: TokenId, dst: Node) {
        let watchers = self.prototypes.key_watchers.entry(token).or_default();
        if watchers.contains(&dst) {
            return;
        }
        watchers.push(dst);
        let mut names: Vec<Sym> = self
            .prototypes
            .written
            .get(&token)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|&field| self.enumerated(token, field))
            .collect();
        if let Token::Prototype(class) = self.tokens.get(token)
            && let Token::Class(class, _) = self.tokens.get(class)
        {
            names.extend(self.facts.members_of(class).iter().map(|member| member.name));
        }
        for name in names {
            let text = self.tokens.id(Token::Str(name));
            self.store.add(dst, text);
        }
    }

    /// A getter or setter that was defined by a call: what the field holds runs when it is read or written.
    pub(super) fn on_accessor(
        &mut self,
        base: TokenId,
        cell: Node,
        (is_setter, inst): (bool, Inst),
        function: TokenId,
    ) {
        let is_written = |field: &Field| self.cells.get(&(base, *field)) == Some(&cell);
        if is_setter && self.prototypes.written.get(&base).is_some_and(|fields| fields.iter().any(is_written))
        {
            // What was written before goes to the setter, too.
            let line = self.facts.functions[self.instances[inst.index()].function.index()].line;
            self.invoke_implicit(function, Some(base), (NO_NODE, [cell, NO_NODE], inst, line));
        }
        if matches!(self.tokens.get(function), Token::Function(..)) {
            let token = self.tokens.id(Token::Accessor(function, is_setter));
            self.store.add(cell, token);
        }
    }

    pub(super) fn define_accessor(
        &mut self,
        base: TokenId,
        name: Sym,
        space: Space,
        function: Node,
        inst: Inst,
    ) {
        if !self.has_prototype(base) {
            return;
        }
        let is_setter = space == Space::Setter;
        if is_setter {
            self.setters.insert(name);
        }
        let cell = self.cell(base, Field::Attr(name));
        self.store.listen(function, Listener::Accessor(base, cell, is_setter, inst));
    }

    /// o[k], nothing being known of the key: every element and attribute of the object itself.
    pub(super) fn read_any(&mut self, base: TokenId, dst: Node) {
        if let Token::Object(..) | Token::Instance(_) = self.tokens.get(base) {
            let elements = self.all_elements(base);
            self.store.flow(elements, dst);
            let attributes = self.all_attributes(base);
            self.store.flow(attributes, dst);
        }
    }

    // Calls.

    /// new f(a):  f runs on a fresh object, which is the result beside what f returns.
    pub(super) fn construct_function(&mut self, function: TokenId, call: CallId, inst: Inst) {
        let place = self.made_in(function, inst);
        let object = match self.made.get(&(function, call, place)) {
            Some(&known) => known,
            None => self.make_object(function),
        };
        self.made.insert((function, call, place), object);
        self.nest(object, inst);
        if let Some(dst) = self.result(call, inst).filter(|_| !self.gives_another(function)) {
            self.store.add(dst, object);
        }
        self.invoke(function, Some(object), call, inst, true);
    }

    /// Whether a library function that constructs gives something else than the fresh object, as `Proxy` does.
    fn gives_another(&self, maker: TokenId) -> bool {
        let Token::Function(function, _) = self.tokens.get(maker) else { return false };
        self.is_builtin(function) && self.facts.moves_of(function).iter().any(|row| row.dst == Var::RETURN)
    }

    /// A fresh object of a class, or of a function that is called to make it: told apart from others of its kind where
    /// its maker keeps what it is given.
    pub(super) fn make_object(&mut self, maker: TokenId) -> TokenId {
        if self.is_apart(maker) {
            let made = self.prototypes.made.entry(maker).or_default();
            *made += 1;
            if *made <= MAX_APART {
                return self.fresh_object(maker);
            }
        }
        self.tokens.id(Token::Instance(maker))
    }

    /// The instance that tells objects made at a site in `inst` apart; none for those that methods of objects of the
    /// same maker make, or methods of objects that are made by methods of others: a parser's nodes make nodes.
    pub(super) fn made_in(&self, maker: TokenId, inst: Inst) -> Inst {
        match self.receiver_of(inst) {
            Some(receiver) if self.maker_of(receiver) == Some(maker) => Inst::NONE,
            Some(receiver) if self.prototypes.nested.contains(&receiver) => Inst::NONE,
            _ => inst,
        }
    }

    /// Remembers that an object is made for another.
    pub(super) fn nest(&mut self, object: TokenId, inst: Inst) {
        if self.receiver_of(inst).is_some() {
            self.prototypes.nested.insert(object);
        }
    }

    fn maker_of(&self, object: TokenId) -> Option<TokenId> {
        match self.tokens.get(object) {
            Token::Object(maker, _) | Token::Instance(maker) => Some(maker),
            _ => None,
        }
    }

    fn is_apart(&mut self, maker: TokenId) -> bool {
        if let Some(&known) = self.prototypes.apart.get(&maker) {
            return known;
        }
        let is_apart = match self.tokens.get(maker) {
            Token::Function(function, _) => self.keeps_arguments(function),
            _ => {
                let order = self.classes.get(&maker).and_then(|info| info.order.clone()).unwrap_or_default();
                order.into_iter().any(|ancestor| self.constructor_keeps(ancestor))
            }
        };
        self.prototypes.apart.insert(maker, is_apart);
        is_apart
    }

    fn constructor_keeps(&self, class: TokenId) -> bool {
        match self.tokens.get(class) {
            Token::Class(id, _) => {
                let init = self.of(class).init;
                let body = self.facts.classes[id.index()].body;
                let functions = self.facts.allocs_of(body).iter().filter_map(|row| match row.what {
                    crate::facts::Alloc::Function(function) => Some(function),
                    _ => None,
                });
                functions
                    .filter(|function| self.facts.functions[function.index()].name == init)
                    .any(|function| self.keeps_arguments(function))
            }
            Token::Function(function, _) => self.keeps_arguments(function),
            _ => false,
        }
    }

    /// Whether a function stores what it is given in its receiver, or hands it to another that may.
    fn keeps_arguments(&self, function: FuncId) -> bool {
        let params = self.facts.params_of(function);
        let Some(receiver) = params.iter().find(|param| param.kind == ParamKind::Receiver) else {
            return false;
        };
        let has_params = params.iter().any(|param| param.kind != ParamKind::Receiver);
        has_params
            && (self.facts.stores_of(function).iter().any(|row| row.base == receiver.var)
                || self.facts.supers_of(function).iter().any(|row| row.receiver == receiver.var))
    }

    /// The instance initialisers of a class, and of those it inherits from, run on a new object.
    pub(super) fn run_initialisers(&mut self, class: TokenId, object: TokenId, call: CallId, inst: Inst) {
        let order =
            self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_else(|| vec![class]);
        for ancestor in order {
            let Token::Class(id, env) = self.tokens.get(ancestor) else { continue };
            let body = self.facts.classes[id.index()].body;
            if self.is_builtin(body) {
                continue;
            }
            let callee = self.plain_instance(body, env);
            self.give_receiver(callee, body, object);
            let is_constructed = !self.statics.contains(&(id, self.of(class).init));
            if ancestor == class && (is_constructed || !self.facts.calls_of(body).is_empty()) {
                self.record_call(call, inst, Target::Function(body), EdgeKind::Call);
                self.entered.insert((inst, call, callee));
            }
        }
    }

    /// Methods that nothing calls run on an instance of their class. Whether there were any.
    pub(super) fn run_selves(&mut self) -> bool {
        let mut any = false;
        for (class, member) in std::mem::take(&mut self.prototypes.selves) {
            let Token::Function(function, env) = self.tokens.get(member) else { continue };
            if self.prototypes.called.contains(&function) {
                continue;
            }
            let is_static = self.facts.functions[function.index()].flags.has(FunctionFlags::STATIC);
            let receiver = if is_static { class } else { self.tokens.id(Token::Instance(class)) };
            let inst = self.plain_instance(function, env);
            self.give_receiver(inst, function, receiver);
            any = true;
        }
        any
    }

    // Defaults.

    /// Remembers that parameters of an instance have defaults.
    pub(super) fn note_defaults(&mut self, inst: Inst, function: FuncId) {
        if self.facts.params_of(function).iter().any(|param| param.default.is_some()) {
            self.prototypes.with_defaults.push(inst);
        }
    }

    /// Defaults of the parameters for which a call hands over nothing: those from a position on.
    pub(super) fn give_defaults(&mut self, callee: Inst, function: FuncId, given: u32) {
        let mut position = 0;
        for index in 0..self.facts.params_of(function).len() {
            let param = self.facts.params_of(function)[index];
            if !matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly) {
                continue;
            }
            if position >= given && param.default.is_some() {
                let (from, to) = (self.node(callee, param.default), self.node(callee, param.var));
                self.store.flow(from, to);
            }
            position += 1;
        }
    }

    /// Functions that nothing calls see their defaults. Whether there were any.
    pub(super) fn run_defaults(&mut self) -> bool {
        let mut any = false;
        for inst in std::mem::take(&mut self.prototypes.with_defaults) {
            let function = self.instances[inst.index()].function;
            if !self.prototypes.called.contains(&function) {
                self.give_defaults(inst, function, 0);
                any = true;
            }
        }
        any
    }

    // Promises and iterators.

    /// p holds v, or what v holds if v is a promise.
    pub(super) fn on_settle(&mut self, cell: Node, token: TokenId) {
        if self.is_promise(token) {
            let settled = self.names_of(token).settled;
            let inner = self.cell(token, Field::Attr(settled));
            if inner != cell {
                self.settle_into(inner, cell);
            }
        } else {
            self.store.add(cell, token);
        }
    }

    /// ∀ t ∈ ⟦from⟧: t is in the cell, or what t holds where t is a promise.
    fn settle_into(&mut self, from: Node, cell: Node) {
        self.store.depend(cell, from);
        self.store.listen(from, Listener::Settle(cell));
    }

    /// A call of an `async` function gives a promise of what it returns.
    pub(super) fn promise_of(&mut self, callee: Inst, result: Node) -> Option<TokenId> {
        let names = self.here(callee);
        let settled = names.settled;
        let class = self.builtin_class(self.language_of(callee), names.promise)?;
        let token = self.tokens.id(Token::Object(class, PROMISE_SITES + callee.0));
        let cell = self.cell(token, Field::Attr(settled));
        if self.prototypes.written.entry(token).or_default().is_empty() {
            self.note_written(token, Field::Attr(settled));
            self.settle_into(result, cell);
        }
        Some(token)
    }

    /// What a generator returns and is sent are members of it.
    pub(super) fn link_generator(&mut self, callee: Inst, function: FuncId, token: TokenId) {
        let names = self.here(callee);
        if !names.has_prototypes {
            return;
        }
        let (sent, returned) = (names.sent, names.returned);
        let result = self.node(callee, crate::ids::Var::RETURN);
        let cell = self.cell(token, Field::Attr(returned));
        self.store.flow(result, cell);
        let params = self.facts.params_of(function);
        if let Some(var) = params.iter().find(|param| param.kind == ParamKind::Sent).map(|param| param.var) {
            let (cell, node) = (self.cell(token, Field::Attr(sent)), self.node(callee, var));
            self.store.flow(cell, node);
        }
    }

    /// What iterating an object gives by the iterator that it, its class or a prototype has. Whether it may have one.
    pub(super) fn iterate_property(&mut self, row: u32, inst: Inst, token: TokenId) {
        let names = self.names_of(token);
        let (iter, async_iter) = (names.iter, names.async_iter);
        let line = self.facts.iterates[row as usize].line;
        for name in [iter, async_iter] {
            let iterator = self.store.nodes(1);
            self.store.listen(iterator, Listener::Next(row, inst));
            let property = self.property(token, name);
            self.store.listen(property, Listener::Bind(token, Sink::Implicit(iterator, NO_NODE, inst, line)));
        }
    }

    /// An iterator gives its elements as the values of what its `next` returns.
    pub(super) fn next_property(&mut self, row: u32, inst: Inst, iterator: TokenId) {
        let fact = self.facts.iterates[row as usize];
        let dst = self.node(inst, fact.dst);
        let names = self.names_of(iterator);
        let (next, value) = (names.next, names.value);
        let result = self.store.nodes(1);
        self.store.listen(result, Listener::Read(value, Sink::Into(dst, inst, fact.line)));
        let property = self.property(iterator, next);
        self.store
            .listen(property, Listener::Bind(iterator, Sink::Implicit(result, NO_NODE, inst, fact.line)));
    }

    /// Whether calls of a function go to a copy of it for each receiver: one that is told apart.
    pub(super) fn is_receiver_apart(&self, class: TokenId) -> bool {
        !self.of(class).has_prototypes || self.prototypes.apart.get(&class).copied().unwrap_or(false)
    }

    /// Whether a call constructs.
    pub(super) fn constructs(&self, call: CallId) -> bool {
        self.has_flags(call, CallFlags::CONSTRUCT)
    }
}

/// Sites from here on are promises, one an instance of an `async` function.
const PROMISE_SITES: u32 = 1 << 30;
