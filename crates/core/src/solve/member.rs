//! Classes, their method resolution order, and the members of objects.

use super::protocol::is_reserved;
use super::store::{Demand, Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{Facts, Field, FunctionFlags, Language, Origin, Receiver};
use crate::ids::{ClassId, Sym};
use crate::solution::{PathId, PathStep};
use rustc_hash::{FxHashMap, FxHashSet};

/// With more subclasses than this, the methods of a class are not also run on an instance of each subclass.
const MAX_SELF_SUBCLASSES: usize = 48;

/// What is known of a class token.
#[derive(Default)]
pub(super) struct ClassInfo {
    /// The first base that arrived in each base variable.
    bases: Vec<Option<TokenId>>,
    /// Whether the bases that are missing will not come.
    is_forced: bool,
    /// Bases that arrived where one was already there.
    pub(super) more_bases: Vec<TokenId>,
    /// The metaclass variable.
    pub(super) metaclass: Option<Node>,
    /// Method resolution order, the class itself first; none until all bases are known.
    pub(super) order: Option<Vec<TokenId>>,
    /// Names that were looked up in the class.
    names: Vec<Sym>,
    /// Lookups that wait for the order.
    waiting: Vec<Sym>,
    /// What classes ask of it that it makes: they wait for the order as well.
    pub(super) asked: Vec<(TokenId, Sym, Sink)>,
    /// Classes that wait for this one's order.
    dependents: Vec<TokenId>,
    /// Classes that have this one in their order.
    pub(super) subclasses: Vec<TokenId>,
}

/// Who reads attributes that no value has so far. Most members are methods: a variable of its own for each receiver
/// that lacks an attribute of that name would hold nothing.
#[derive(Default)]
pub(super) struct Awaited {
    /// The last reader, in `readers`.
    last: FxHashMap<(TokenId, Sym), u32>,
    /// Readers, and the one before.
    readers: Vec<(Sink, Option<u32>)>,
    /// Names that some class declares: what reads them may get what the declaration says.
    declared: FxHashSet<Sym>,
    /// Rows of declared fields that were looked at.
    seen: usize,
}

impl Awaited {
    /// Looks at the classes that were added.
    pub(super) fn declare(&mut self, facts: &Facts) {
        self.declared.extend(facts.fields[self.seen..].iter().map(|field| field.name));
        self.seen = facts.fields.len();
    }

    /// The readers of an attribute, who wait no more.
    fn take(&mut self, token: TokenId, name: Sym) -> Vec<Sink> {
        let mut sinks = Vec::new();
        let mut at = self.last.remove(&(token, name));
        while let Some((sink, before)) = at.map(|at| self.readers[at as usize]) {
            sinks.push(sink);
            at = before;
        }
        sinks
    }
}

impl<S: Store<Listener>> Solver<S> {
    /// class C(B): …   the body runs, its names become fields of C, and C waits for its bases.
    pub(super) fn make_class(&mut self, class: ClassId, inst: Inst) -> TokenId {
        let token = self.tokens.id(Token::Class(class, inst));
        if self.classes.contains_key(&token) {
            return token;
        }
        let row = self.facts.classes[class.index()].clone();
        let body = self.plain_instance(row.body, inst);
        let metaclass = row.metaclass.is_some().then(|| self.node(inst, row.metaclass));
        let bases = self.facts.bases_of(class).to_vec();
        self.classes
            .insert(token, ClassInfo { bases: vec![None; bases.len()], metaclass, ..ClassInfo::default() });
        self.class_order.push(token);
        self.first_of_class.entry(class).or_insert(token);
        let holder = self.member_holder(token);
        for index in 0..self.facts.members_of(class).len() {
            let member = self.facts.members_of(class)[index];
            self.statics.insert((class, member.name));
            let from = self.node(body, member.var);
            let cell = self.cell(holder, Field::Attr(member.name));
            self.store.flow(from, cell);
            self.store.want(cell, Demand::Things);
            if self.tells_names {
                self.store.listen(cell, Listener::Named(token));
            }
        }
        for index in 0..self.facts.fields_of(class).len() {
            self.want_classes(self.facts.fields_of(class)[index].ty, body, 0);
        }
        for (position, &base) in bases.iter().enumerate() {
            let node = self.node(inst, base);
            self.store.listen(node, Listener::Base(token, position as u32));
        }
        self.try_order(token);
        token
    }

    pub(super) fn on_base(&mut self, class: TokenId, position: u32, base: TokenId) {
        let is_maker = matches!(self.tokens.get(base), Token::Function(..)) && self.has_prototype(base);
        if !is_maker && !matches!(self.tokens.get(base), Token::Class(..) | Token::External(_))
            || base == class
        {
            return;
        }
        if self.has_prototype(class) {
            self.add_proto(class, base);
        }
        let info = self.classes.get_mut(&class).expect("bases are listened to by classes");
        let slot = &mut info.bases[position as usize];
        if slot.is_none() && info.order.is_none() {
            *slot = Some(base);
            self.try_order(class);
        } else if *slot != Some(base) {
            info.more_bases.push(base);
            self.add_late_base(class, base);
        }
    }

    /// A base that comes after the order was made adds its members behind it.
    pub(super) fn add_late_base(&mut self, class: TokenId, base: TokenId) {
        let Token::Class(class_id, _) = self.tokens.get(class) else { return };
        let names = match self.names_of_block(base) {
            Some(names) => names,
            None => {
                let mut names = self.classes.get(&class).map(|info| info.names.clone()).unwrap_or_default();
                names.sort_unstable();
                names
            }
        };
        for name in names {
            if let Some(&to) = self.lookups.get(&(class, name))
                && !self.statics.contains(&(class_id, name))
            {
                self.flow_member(base, name, to);
            }
        }
    }

    fn flow_member(&mut self, base: TokenId, name: Sym, to: Node) {
        match self.tokens.get(base) {
            Token::Class(..) if self.lacks(base, name) => {}
            Token::Class(..) => {
                let from = self.lookup(base, name);
                self.store.flow(from, to);
            }
            Token::External(path) => {
                if let Some(token) = self.external_member(path, name) {
                    self.store.add(to, token);
                }
            }
            Token::Function(..) => self.fill_from_maker(base, name, to),
            _ => {}
        }
    }

    /// What instances of a class find that inherits from a function which makes objects.
    fn fill_from_maker(&mut self, maker: TokenId, name: Sym, to: Node) {
        if name == self.of(maker).init {
            return self.store.add(to, maker);
        }
        let prototypes = self.cell(maker, Field::Attr(self.of(maker).prototype));
        self.store.listen(prototypes, Listener::Inherit(name, to));
    }

    /// The member of an instance of a subclass of a class that we do not have.
    fn external_member(&mut self, class: PathId, name: Sym) -> Option<TokenId> {
        let object = self.paths.step(class, PathStep::Instance)?;
        let member = self.paths.step(object, PathStep::Attr(name))?;
        Some(self.tokens.id(Token::External(member)))
    }

    /// Makes the order of a class if all its bases have one, and then of the classes that waited for it.
    fn try_order(&mut self, class: TokenId) {
        let mut work = vec![class];
        while let Some(class) = work.pop() {
            let info = &self.classes[&class];
            if info.order.is_some() || (!info.is_forced && info.bases.iter().any(Option::is_none)) {
                continue;
            }
            let bases: Vec<TokenId> = info.bases.iter().flatten().copied().collect();
            let missing = bases
                .iter()
                .copied()
                .find(|base| self.classes.get(base).is_some_and(|info| info.order.is_none()));
            if let Some(missing) = missing {
                let dependents = &mut self.classes.get_mut(&missing).expect("it was just found").dependents;
                if !dependents.contains(&class) {
                    dependents.push(class);
                }
                continue;
            }
            self.set_order(class, &bases);
            work.extend(
                self.classes
                    .get_mut(&class)
                    .map(|info| std::mem::take(&mut info.dependents))
                    .unwrap_or_default(),
            );
        }
    }

    /// Classes of which a base never became known go on without it. Whether there was one.
    pub(super) fn force_classes(&mut self) -> bool {
        let stuck: Vec<TokenId> =
            self.class_order.iter().copied().filter(|class| self.classes[class].order.is_none()).collect();
        for &class in &stuck {
            let info = self.classes.get_mut(&class).expect("classes in order are known");
            info.is_forced = true;
        }
        for &class in &stuck {
            self.try_order(class);
        }
        // Classes that are their own ancestors.
        for &class in &stuck {
            if self.classes[&class].order.is_none() {
                self.set_order(class, &[]);
            }
        }
        !stuck.is_empty()
    }

    /// C3 linearisation (Barrett et al., A Monotonic Superclass Linearization for Dylan, OOPSLA 1996); where the
    /// bases contradict each other, depth first.
    fn set_order(&mut self, class: TokenId, bases: &[TokenId]) {
        let mut lists: Vec<Vec<TokenId>> = bases
            .iter()
            .map(|base| {
                self.classes.get(base).and_then(|info| info.order.clone()).unwrap_or_else(|| vec![*base])
            })
            .collect();
        lists.push(bases.to_vec());
        let mut order = vec![class];
        while lists.iter().any(|list| !list.is_empty()) {
            let good = lists
                .iter()
                .filter_map(|list| list.first().copied())
                .find(|head| lists.iter().all(|list| !list.iter().skip(1).any(|other| other == head)));
            let next = good
                .or_else(|| lists.iter().find_map(|list| list.first().copied()))
                .expect("a list is not empty");
            if !order.contains(&next) {
                order.push(next);
            }
            for list in &mut lists {
                if good.is_some() {
                    if list.first() == Some(&next) {
                        list.remove(0);
                    }
                } else {
                    list.retain(|&other| other != next);
                }
            }
        }
        for &ancestor in &order[1..] {
            if let Some(info) = self.classes.get_mut(&ancestor)
                && self.blocks.announce(ancestor, class)
            {
                info.subclasses.push(class);
            }
        }
        // What a class that we do not have inherits is its own affair.
        let is_known = !order.iter().any(|&ancestor| matches!(self.tokens.get(ancestor), Token::External(_)));
        if let Some(object) = self
            .builtin_class(self.language(class), self.of(class).object)
            .filter(|object| is_known && !order.contains(object))
        {
            order.push(object);
        }
        let info = self.classes.get_mut(&class).expect("the class is known");
        let waiting = std::mem::take(&mut info.waiting);
        let asked = std::mem::take(&mut info.asked);
        let late = info.more_bases.clone();
        info.order = Some(order);
        for name in waiting {
            let to = self.lookups[&(class, name)];
            self.fill_lookup(class, name, to);
        }
        for base in late {
            self.add_late_base(class, base);
        }
        self.order_blocks(class);
        for (made, name, sink) in asked {
            self.on_metaclass(made, name, sink, class);
        }
        self.announce_heirs(class);
        self.seed_selves(class);
        self.announce_subclass(class);
        self.announce_to_metaclass(class);
    }

    /// Whether the body of a class binds a name; that of the class of all objects does not count.
    pub(super) fn binds_itself(&self, class: TokenId, name: Sym) -> bool {
        match self.tokens.get(class) {
            Token::Class(id, _) => {
                self.statics.contains(&(id, name))
                    && Some(class) != self.builtin_class(self.language(class), self.of(class).object)
            }
            _ => false,
        }
    }

    /// Whether a class, or one behind it, has a member of its own, or one that we cannot know.
    pub(super) fn binds_below_object(&self, class: TokenId, name: Sym) -> bool {
        let Some(order) = self.classes.get(&class).and_then(|info| info.order.as_ref()) else { return true };
        let is_unknown =
            |ancestor: TokenId| matches!(self.tokens.get(ancestor), Token::External(_) | Token::Function(..));
        order.iter().any(|&ancestor| is_unknown(ancestor) || self.binds_itself(ancestor, name))
    }

    /// Every method of the program is a root: it runs on an instance of its class, and of each class that inherits it.
    fn seed_selves(&mut self, class: TokenId) {
        let Token::Class(class_id, _) = self.tokens.get(class) else { return };
        let file = self.facts.classes[class_id.index()].file;
        if self.facts.files[file.index()].origin != Origin::FirstParty {
            return;
        }
        let order = self.classes[&class].order.clone().unwrap_or_default();
        let mut seen: FxHashSet<Sym> = FxHashSet::default();
        for ancestor in order {
            let Token::Class(ancestor_id, _) = self.tokens.get(ancestor) else { continue };
            let origin = self.facts.files[self.facts.classes[ancestor_id.index()].file.index()].origin;
            let too_many =
                ancestor != class && self.classes[&ancestor].subclasses.len() > MAX_SELF_SUBCLASSES;
            for index in 0..self.facts.members_of(ancestor_id).len() {
                let name = self.facts.members_of(ancestor_id)[index].name;
                if seen.insert(name) && origin == Origin::FirstParty && !too_many {
                    let holder = self.member_holder(ancestor);
                    let cell = self.cell(holder, Field::Attr(name));
                    self.store.listen(cell, Listener::SelfSeed(class));
                }
            }
        }
    }

    pub(super) fn on_self_seed(&mut self, class: TokenId, member: TokenId) {
        let Token::Function(function, env) = self.tokens.get(member) else { return };
        let row = &self.facts.functions[function.index()];
        if row.receiver == Receiver::This {
            self.prototypes.selves.push((class, member));
            return;
        }
        if row.flags.has(FunctionFlags::STATIC) || row.class.is_none() || self.is_builtin(function) {
            return;
        }
        let receiver =
            if row.flags.has(FunctionFlags::CLASS) { class } else { self.tokens.id(Token::Instance(class)) };
        let inst = self.plain_instance(function, env);
        let first = self.facts.params_of(function).first().map(|param| param.var);
        if let Some(var) = first.filter(|_| !self.makes_classes(class)) {
            let node = self.node(inst, var);
            self.store.add(node, receiver);
        }
    }

    /// The node that holds what instances of a class find under a name, by its method resolution order.
    pub(super) fn lookup(&mut self, class: TokenId, name: Sym) -> Node {
        if let Some(&node) = self.lookups.get(&(class, name)) {
            return node;
        }
        let node = self.store.nodes(1);
        self.lookups.insert((class, name), node);
        self.store.want(node, Demand::Few);
        if self.has_prototype(class) {
            let holder = self.member_holder(class);
            self.note_name(holder, name);
        }
        if let Some(info) = self.classes.get_mut(&class) {
            info.names.push(name);
            match info.order {
                None => info.waiting.push(name),
                Some(_) => self.fill_lookup(class, name, node),
            }
        }
        node
    }

    fn fill_lookup(&mut self, class: TokenId, name: Sym, to: Node) {
        let order = self.classes[&class].order.clone().expect("the order is known");
        self.fill_from(&order, name, to);
        let Token::Class(class_id, _) = self.tokens.get(class) else { return };
        if !self.statics.contains(&(class_id, name)) {
            for base in self.late_bases_of(class, name) {
                self.flow_member(base, name, to);
            }
        }
    }

    /// The first class of an order that binds the name in its body ends the search; names set from outside join it.
    pub(super) fn fill_from(&mut self, order: &[TokenId], name: Sym, to: Node) {
        for &ancestor in order {
            match self.tokens.get(ancestor) {
                Token::Class(class, _) => {
                    let holder = self.member_holder(ancestor);
                    if let Some(&cell) = self.cells.get(&(holder, Field::Attr(name))) {
                        self.store.flow(cell, to);
                    }
                    if self.statics.contains(&(class, name)) {
                        return;
                    }
                }
                // What an extension inherits from code that we do not have is no member of the class it extends.
                Token::External(_) if order.first().is_some_and(|&class| self.is_mixin(class)) => {}
                Token::External(path) => {
                    if let Some(token) = self.external_member(path, name) {
                        self.store.add(to, token);
                    }
                }
                Token::Function(..) => self.fill_from_maker(ancestor, name, to),
                _ => {}
            }
        }
    }

    /// Whether a class body in the order of a class binds the name; those of the prelude do not count.
    pub(super) fn finds_static(&self, class: TokenId, name: Sym) -> bool {
        let Some(order) = self.classes.get(&class).and_then(|info| info.order.as_ref()) else { return false };
        order.iter().any(|&ancestor| match self.tokens.get(ancestor) {
            Token::Class(id, _) => {
                self.statics.contains(&(id, name)) && !self.is_prelude(self.facts.classes[id.index()].file)
            }
            _ => false,
        })
    }

    /// Names of the fields that the constructor of a class takes, those of its bases first.
    pub(super) fn constructor_fields(&self, class: TokenId) -> Vec<Sym> {
        let mut names = Vec::new();
        let order = self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_default();
        for ancestor in order.into_iter().rev() {
            if let Token::Class(id, _) = self.tokens.get(ancestor) {
                for field in self.facts.fields_of(id) {
                    if field.in_constructor && !names.contains(&field.name) {
                        names.push(field.name);
                    }
                }
            }
        }
        names
    }

    /// The node of a field of a token, new or known.
    pub(super) fn cell(&mut self, token: TokenId, field: Field) -> Node {
        if let Some(&node) = self.cells.get(&(token, field)) {
            return node;
        }
        let node = match (self.tokens.get(token), field) {
            (Token::Module(file), Field::Attr(name)) => self.export(file, name),
            _ => None,
        };
        let node = node.unwrap_or_else(|| self.store.nodes(1));
        self.cells.insert((token, field), node);
        self.fields.entry(token).or_default().push(field);
        self.declare_cell(token, field, node);
        if let Field::Attr(name) = field {
            for sink in self.awaited.take(token, name) {
                self.want(node, sink);
            }
        }
        if self.has_prototype(token) {
            // Whether a property is there says whether that of a prototype is read.
            self.store.want(node, Demand::Few);
            self.start_field(token, field, node);
        }
        if matches!(field, Field::Item(_) | Field::AnyItem) {
            let all = self.all_elements(token);
            self.store.flow(node, all);
        }
        if field == Field::AnyAttr {
            // It may answer for any name.
            self.store.want(node, Demand::Few);
        }
        if let Some(receivers) = self.copies.get(&token).cloned() {
            for receiver in receivers {
                self.copy_field(token, receiver, field);
            }
        }
        node
    }

    /// The node that holds every element of a token.
    pub(super) fn all_elements(&mut self, token: TokenId) -> Node {
        if let Some(&node) = self.elements.get(&token) {
            return node;
        }
        let node = self.store.nodes(1);
        self.elements.insert(token, node);
        node
    }

    /// The node of elements under unknown keys: where a generator's elements are, too.
    pub(super) fn any_element(&mut self, token: TokenId) -> Node {
        match self.tokens.get(token) {
            Token::Generator(inst) => self.node(inst, crate::ids::Var::YIELD),
            _ => self.cell(token, Field::AnyItem),
        }
    }

    /// The class of an object.
    pub(super) fn class_of(&self, token: TokenId, language: Language) -> Option<TokenId> {
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => Some(class),
            Token::Str(_) | Token::Pattern(..) => {
                self.builtin_class(language, self.protocols.of(language).str)
            }
            Token::Index(_) => self.builtin_class(language, self.protocols.of(language).int),
            Token::Generator(inst) => {
                let names = self.protocols.of(language);
                let function = self.instances[inst.index()].function;
                let is_async = self.facts.functions[function.index()].flags.has(FunctionFlags::ASYNC);
                let awaited = is_async.then(|| self.builtin_class(language, names.async_generator)).flatten();
                awaited.or_else(|| self.builtin_class(language, names.generator))
            }
            _ => None,
        }
    }

    /// o.name:  its own field, else the member of its class, bound.
    pub(super) fn read_member(&mut self, token: TokenId, name: Sym, sink: Sink) {
        if self.has_prototype(token) {
            return self.read_property(token, name, sink);
        }
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => {
                if name == self.of(class).class {
                    return self.deliver_plain(class, sink);
                }
                if self.may_be_field(class, sink) {
                    self.read_own(token, name, sink);
                }
                if self.may_be_method(class, name, sink) {
                    let lookup = self.lookup(class, name);
                    self.bind_member(lookup, token, sink);
                }
                if self.finds_static(class, self.of(class).get_missing) && !is_reserved(self.facts.text(name))
                {
                    self.deferred.missing.push((token, name, sink));
                    self.want_answer(token, name, sink);
                }
                if self.stands_for_another(class) && !matches!(sink, Sink::Implicit(..)) {
                    self.typed.want_deref(token, name, sink);
                    self.want_answer(token, name, sink);
                }
            }
            Token::Str(_) | Token::Index(_) | Token::Pattern(..) | Token::Generator(_) => {
                if self.here(sink.reader()).has_prototypes
                    && matches!(self.tokens.get(token), Token::Generator(_))
                {
                    let cell = self.cell(token, Field::Attr(name));
                    self.want(cell, sink);
                }
                let class = self.class_of(token, self.language_of(sink.reader()));
                let names = self.here(sink.reader());
                if let Some(class) = class.filter(|_| names.has_prototypes && name == names.class) {
                    return self.deliver_plain(class, sink);
                }
                if let Some(class) = class {
                    let lookup = self.lookup(class, name);
                    self.bind_member(lookup, token, sink);
                }
            }
            Token::Class(class, _) => self.read_class_member(token, class, name, sink),
            Token::Super(receiver, class) => self.read_super(receiver, class, name, sink),
            Token::Module(file) => self.read_module_member(file, name, sink),
            Token::Function(function, _) => {
                if name == self.of(token).name {
                    let text = self.tokens.id(Token::Str(self.facts.functions[function.index()].name));
                    return self.deliver_plain(text, sink);
                }
                let cell = self.cell(token, Field::Attr(name));
                self.want(cell, sink);
                if let Some(class) = self.builtin_class(self.language(token), self.of(token).function) {
                    let lookup = self.lookup(class, name);
                    self.bind_member(lookup, token, sink);
                }
            }
            Token::Bound(function, _) => self.read_member(function, name, sink),
            Token::Prototype(_) | Token::Accessor(..) | Token::Int(_) => {}
            // What unknown code promises is what it gives.
            Token::External(_) if name == self.here(sink.reader()).settled && name != Sym::EMPTY => {}
            Token::External(path) => {
                if let Some(module) = self.folder_member(path, name) {
                    return self.import_from(module, None, sink);
                }
                let member = self.paths.step(path, PathStep::Attr(name)).unwrap_or(path);
                let member = self.tokens.id(Token::External(member));
                self.deliver_plain(member, sink);
            }
        }
    }

    /// o.name:  what was written to the attribute, now or later.
    fn read_own(&mut self, token: TokenId, name: Sym, sink: Sink) {
        if matches!(sink, Sink::Implicit(..) | Sink::New(..)) {
            return;
        }
        let field = Field::Attr(name);
        if self.awaited.declared.contains(&name) || self.cells.contains_key(&(token, field)) {
            let cell = self.cell(token, field);
            return self.want(cell, sink);
        }
        let at = u32::try_from(self.awaited.readers.len()).expect("fewer than 2^32 reads");
        let before = self.awaited.last.insert((token, name), at);
        self.awaited.readers.push((sink, before));
    }

    /// Objects with attributes of unknown names get variables for those that were read.
    pub(super) fn settle_awaited(&mut self) {
        let is_open = |token: TokenId| self.cells.contains_key(&(token, Field::AnyAttr));
        let mut open: Vec<(TokenId, Sym)> =
            self.awaited.last.keys().copied().filter(|&(token, _)| is_open(token)).collect();
        open.sort_unstable();
        for (token, name) in open {
            self.cell(token, Field::Attr(name));
        }
    }

    /// Whether an object has a member of its own is going to be asked.
    fn want_answer(&mut self, token: TokenId, name: Sym, sink: Sink) {
        if let Some(class) = self.class_of(token, self.language_of(sink.reader()))
            && self.may_be_field(class, sink)
        {
            let cell = self.cell(token, Field::Attr(name));
            self.store.want(cell, Demand::Few);
        }
        if let Sink::Into(dst, ..) = sink {
            self.store.want(dst, Demand::Few);
        }
    }

    fn read_class_member(&mut self, token: TokenId, class: ClassId, name: Sym, sink: Sink) {
        if name == self.of(token).name {
            let text = self.tokens.id(Token::Str(self.facts.classes[class.index()].name));
            return self.deliver_plain(text, sink);
        }
        let lookup = self.lookup(token, name);
        self.bind_member(lookup, token, sink);
        if let Some(metaclass) =
            self.metaclass_of(token).filter(|_| self.order_binds(token, name) != Some(true))
        {
            self.store.listen(metaclass, Listener::Meta(token, name, sink));
        }
    }

    /// super().name:  the member behind a class in the order of the receiver's class.
    fn read_super(&mut self, receiver: TokenId, class: ClassId, name: Sym, sink: Sink) {
        let metaclass = self.metaclass_behind(receiver, class);
        let of = match self.tokens.get(receiver) {
            Token::Class(..) => metaclass.unwrap_or(receiver),
            _ => match self
                .class_of(receiver, self.facts.files[self.facts.classes[class.index()].file.index()].language)
            {
                Some(of) => of,
                None => return,
            },
        };
        let node = match self.super_lookups.get(&(of, class, name)) {
            Some(&node) => node,
            None => {
                let node = self.store.nodes(1);
                self.super_lookups.insert((of, class, name), node);
                let order = self.classes.get(&of).and_then(|info| info.order.clone()).unwrap_or_default();
                let is_static =
                    matches!(self.tokens.get(receiver), Token::Class(..)) && self.has_prototype(receiver);
                let at = order
                    .iter()
                    .position(|&other| matches!(self.tokens.get(other), Token::Class(id, _) if id == class));
                match at {
                    Some(at) if is_static => {
                        if let Some(&above) = order.get(at + 1) {
                            self.on_inherit(name, node, above);
                        }
                    }
                    Some(at) => self.fill_from(&order[at + 1..], name, node),
                    None => {}
                }
                node
            }
        };
        match metaclass {
            Some(_) => self.bind_meta(node, receiver, sink),
            None => self.bind_member(node, receiver, sink),
        }
    }

    /// A value goes to whoever wants it, as it is.
    pub(super) fn deliver_plain(&mut self, value: TokenId, sink: Sink) {
        match sink {
            Sink::Into(dst, ..) => self.store.add(dst, value),
            Sink::Invoke(call, inst) => self.call_value(value, call, inst),
            Sink::Init(call, inst) => match self.tokens.get(value) {
                Token::External(path) => self.call_external_init(path, call, inst),
                Token::Function(..) => self.invoke(value, None, call, inst, false),
                _ => {}
            },
            Sink::New(..) => {}
            Sink::Implicit(dst, arg, inst, line) => {
                self.invoke_implicit(value, None, (dst, [arg, NO_NODE], inst, line));
            }
        }
    }

    fn call_external_init(&mut self, path: PathId, call: crate::ids::CallId, inst: Inst) {
        // The result of the initialiser is not the result of the call.
        self.record_external_init(path, call, inst);
    }

    /// Everything in a node goes to whoever wants it, as it is.
    pub(super) fn want(&mut self, node: Node, sink: Sink) {
        match sink {
            Sink::Into(dst, ..) => self.store.flow(node, dst),
            Sink::Invoke(call, inst) | Sink::Init(call, inst) => {
                self.store.listen(node, Listener::Call(call, inst));
            }
            Sink::Implicit(..) | Sink::New(..) => {}
        }
    }

    /// ∀ m ∈ ⟦members⟧: m, bound to a receiver, goes to whoever wants it.
    pub(super) fn bind_member(&mut self, members: Node, receiver: TokenId, sink: Sink) {
        match sink {
            // Where members are found by prototypes, no object is a descriptor.
            Sink::Into(dst, ..) if self.has_prototype(receiver) => {
                self.store.flow_values(members, dst);
                self.store.listen(members, Listener::BindCode(receiver, sink));
            }
            Sink::Into(dst, ..) => {
                self.store.depend(dst, members);
                self.store.listen(members, Listener::Bind(receiver, sink));
            }
            _ => self.store.listen(members, Listener::Bind(receiver, sink)),
        }
    }

    /// The same, the receiver being a class seen as an instance of its metaclass.
    pub(super) fn bind_meta(&mut self, members: Node, class: TokenId, sink: Sink) {
        if let Sink::Into(dst, ..) = sink {
            self.store.depend(dst, members);
        }
        self.store.listen(members, Listener::MetaBind(class, sink));
    }

    /// A member that was found on the class of a receiver: functions bind, getters and descriptors run.
    pub(super) fn bind(&mut self, member: TokenId, receiver: TokenId, is_meta: bool, sink: Sink) {
        let function = match self.tokens.get(member) {
            Token::Function(function, _) => function,
            Token::Accessor(_, true) => return,
            Token::Accessor(getter, false) => return self.run_getter(getter, receiver, sink),
            _ => return self.bind_value(member, receiver, sink),
        };
        let flags = self.facts.functions[function.index()].flags;
        if flags.has(FunctionFlags::SETTER) || flags.has(FunctionFlags::OVERLOAD) {
            return;
        }
        if let Sink::New(call, inst) = sink {
            return self.invoke(member, Some(receiver), call, inst, true);
        }
        if self.facts.functions[function.index()].receiver == Receiver::This {
            return self.bind_this(member, receiver, flags, sink);
        }
        let is_class = matches!(self.tokens.get(receiver), Token::Class(..)) && !is_meta;
        if flags.has(FunctionFlags::GETTER) && !is_class {
            return self.run_getter(member, receiver, sink);
        }
        if flags.has(FunctionFlags::STATIC) || (is_class && !flags.has(FunctionFlags::CLASS)) {
            return self.deliver_plain(member, sink);
        }
        let receiver = if flags.has(FunctionFlags::CLASS) && !is_class && !is_meta {
            self.class_of(receiver, self.language_of(sink.reader())).unwrap_or(receiver)
        } else {
            receiver
        };
        match sink {
            Sink::Into(dst, ..) => {
                let bound = self.tokens.id(Token::Bound(member, receiver));
                self.store.add(dst, bound);
            }
            Sink::Invoke(call, inst) => self.invoke(member, Some(receiver), call, inst, true),
            Sink::Init(call, inst) => self.invoke(member, Some(receiver), call, inst, false),
            Sink::New(..) => {}
            Sink::Implicit(dst, arg, inst, line) => {
                self.invoke_implicit(member, Some(receiver), (dst, [arg, NO_NODE], inst, line));
            }
        }
    }

    /// A function that gets its receiver when it is called, and not when it is read.
    fn bind_this(&mut self, member: TokenId, receiver: TokenId, flags: FunctionFlags, sink: Sink) {
        match sink {
            _ if flags.has(FunctionFlags::GETTER) => self.run_getter(member, receiver, sink),
            Sink::Into(dst, ..) => self.store.add(dst, member),
            Sink::Invoke(call, inst) => self.invoke(member, Some(receiver), call, inst, true),
            Sink::Init(call, inst) => self.invoke(member, Some(receiver), call, inst, false),
            Sink::New(..) => {}
            Sink::Implicit(dst, arg, inst, line) => {
                self.invoke_implicit(member, Some(receiver), (dst, [arg, NO_NODE], inst, line));
            }
        }
    }

    /// A value that is no function: an object whose class reads through a descriptor, or just a value.
    fn bind_value(&mut self, member: TokenId, receiver: TokenId, sink: Sink) {
        if let Token::Instance(class) | Token::Object(class, _) = self.tokens.get(member) {
            let has_get = self.classes.get(&class).and_then(|info| info.order.as_ref()).is_some_and(|order| {
                order.iter().any(|&ancestor| {
                    matches!(self.tokens.get(ancestor), Token::Class(id, _) if self.statics.contains(&(id, self.of(class).get)))
                })
            });
            if has_get {
                let (result, inst, line) = self.result_of(sink);
                let owner = self.store.nodes(1);
                self.store.add(owner, receiver);
                let lookup = self.lookup(class, self.of(class).get);
                self.store.listen(lookup, Listener::Bind(member, Sink::Implicit(result, owner, inst, line)));
                return;
            }
        }
        self.deliver_plain(member, sink);
    }

    fn run_getter(&mut self, getter: TokenId, receiver: TokenId, sink: Sink) {
        let (result, inst, line) = self.result_of(sink);
        self.invoke_implicit(getter, Some(receiver), (result, [NO_NODE, NO_NODE], inst, line));
    }

    /// A node for the result of a member that runs when it is read, and the place that reads.
    fn result_of(&mut self, sink: Sink) -> (Node, Inst, u32) {
        match sink {
            Sink::Into(dst, inst, line) => (dst, inst, line),
            Sink::Invoke(call, inst) | Sink::Init(call, inst) | Sink::New(call, inst) => {
                let node = self.store.nodes(1);
                self.store.listen(node, Listener::Call(call, inst));
                (node, inst, self.facts.calls[call.index()].line)
            }
            Sink::Implicit(dst, _, inst, line) => (dst, inst, line),
        }
    }
}
