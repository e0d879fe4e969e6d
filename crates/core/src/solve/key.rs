//! Computed keys, iteration, copies between objects, strings, and what has to wait until nothing else moves.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{Callee, Field, Space, is_index, quoted_key};
use crate::ids::{CallId, Sym};
use crate::solution::PathStep;
use rustc_hash::{FxHashMap, FxHashSet};

/// So many strings that one place makes are followed: what is joined to itself round and round is ever longer.
const MAX_JOINED: usize = 64;
/// Past this many constant keys of one read, every element is read.
const MAX_KEYS: usize = 64;

/// Rules whose premise is that something did *not* happen: they run when nothing else is left to do.
#[derive(Default)]
pub(super) struct Deferred {
    /// `hints` row, its instance, where to, and the value that is tested.
    pub(super) filters: Vec<(u32, Inst, Node, TokenId)>,
    /// Values of which the names of all members are asked, and who asks.
    names: Vec<(TokenId, Node)>,
    /// Members that may be missing: receiver, name, who wants it.
    pub(super) missing: Vec<(TokenId, Sym, Sink)>,
    /// Reads under a computed key: key, base, result, name space, instance, line.
    reads: Vec<(Node, TokenId, Node, Space, Inst, u32)>,
    /// Writes under a computed key: key, base, value, name space.
    writes: Vec<(Node, TokenId, Node, Space)>,
    /// Strings with an unknown middle: middle, prefix, suffix, result.
    strings: Vec<(Node, Sym, Sym, Node)>,
    /// What each `concats` row made so far.
    joined: FxHashMap<u32, FxHashSet<TokenId>>,
}

/// Who receives the fields of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Receiver {
    to: TokenId,
    /// Fields of which name space.
    space: Space,
    /// How many elements from the first on it does not get; the others move up.
    skip: u32,
}

/// Tells objects that cuts make from those that calls make.
const CUTS: u32 = 1 << 31;

impl<S: Store<Listener>> Solver<S> {
    /// load_keys(d, b, k):  ∀ t ∈ ⟦b⟧, "f" ∈ ⟦k⟧:  ⟦t.f⟧ ⊆ ⟦d⟧
    pub(super) fn on_load_base(&mut self, row: u32, inst: Inst, base: TokenId) {
        let key = self.facts.load_keys[row as usize];
        let node = self.node(inst, key.key);
        self.store.listen(node, Listener::LoadKey(row, inst, base));
        let dst = self.node(inst, key.dst);
        match self.tokens.get(base) {
            Token::External(path) if matches!(key.space, Space::Item | Space::Any) => {
                self.read_external(path, Field::AnyItem, dst, inst, key.line);
            }
            Token::External(_) => {}
            Token::Instance(class) | Token::Object(class, _)
                if key.space == Space::Item && self.finds_static(class, self.of(class).get_item) =>
            {
                // The protocol gets the key itself, whatever it is.
                let lookup = self.lookup(class, self.of(class).get_item);
                self.store.listen(lookup, Listener::Bind(base, Sink::Implicit(dst, node, inst, key.line)));
                self.deferred.reads.push((node, base, dst, key.space, inst, key.line));
            }
            _ => self.deferred.reads.push((node, base, dst, key.space, inst, key.line)),
        }
        if let (Token::Instance(class) | Token::Object(class, _), Space::Item) =
            (self.tokens.get(base), key.space)
        {
            self.ask_missing(base, class, node, dst, inst, key.line);
        }
    }

    pub(super) fn on_load_key(&mut self, row: u32, inst: Inst, base: TokenId, key: TokenId) {
        let row = self.facts.load_keys[row as usize];
        let (dst, key_node) = (self.node(inst, row.dst), self.node(inst, row.key));
        match (self.tokens.get(key), row.space) {
            (Token::Str(name) | Token::Int(name), Space::Any) => {
                self.read_key(base, name, dst, inst, row.line)
            }
            (Token::Pattern(prefix, suffix), Space::Any) if prefix != Sym::EMPTY || suffix != Sym::EMPTY => {
                self.read_matching(base, prefix, suffix, dst, inst, row.line);
            }
            (Token::Instance(class), Space::Any) if self.is_number(class) => {
                if let Token::Object(..) | Token::Instance(_) = self.tokens.get(base) {
                    let elements = self.all_elements(base);
                    self.store.flow(elements, dst);
                }
            }
            (_, Space::Any) if !self.is_key(key) => {}
            (_, Space::Any) => self.read_any(base, dst),
            (Token::Str(name), Space::Attr) => self.read_member(base, name, Sink::Into(dst, inst, row.line)),
            (Token::Str(_) | Token::Index(_), Space::Item) => match self.tokens.get(base) {
                Token::External(path) => {
                    let name = self.item_name(key);
                    self.read_external(path, Field::Item(name), dst, inst, row.line);
                }
                Token::Instance(_) | Token::Object(..) if self.store.tokens(key_node).len() <= MAX_KEYS => {
                    let name = self.item_name(key);
                    self.read_element(base, Some(name), dst);
                }
                Token::Instance(_) | Token::Object(..) => self.read_element(base, None, dst),
                _ => {}
            },
            (Token::Pattern(prefix, suffix), Space::Attr) => {
                self.read_matching(base, prefix, suffix, dst, inst, row.line)
            }
            (_, Space::Item) => match self.tokens.get(base) {
                Token::Instance(_) | Token::Object(..) | Token::Generator(_) => {
                    self.read_item_plain(base, dst)
                }
                Token::Class(..) => self.store.add(dst, base),
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether a value may be a key that is the name of a member, or the place of an element: objects are none, nor what
    /// is called.
    pub(super) fn is_key(&self, key: TokenId) -> bool {
        match self.tokens.get(key) {
            Token::Str(_) | Token::Int(_) | Token::Index(_) | Token::Pattern(..) | Token::External(_) => true,
            Token::Instance(class) => {
                let names = self.of(class);
                !names.has_prototypes
                    || names
                        .scalars
                        .iter()
                        .any(|&name| self.builtin_class(self.language(class), name) == Some(class))
            }
            _ => false,
        }
    }

    /// Whether a class is the builtin one of numbers: they are keys of elements only.
    fn is_number(&self, class: TokenId) -> bool {
        let language = self.language(class);
        self.builtin_class(language, self.of(class).int) == Some(class)
    }

    /// o["x"], o["0"]
    pub(super) fn read_key(&mut self, base: TokenId, name: Sym, dst: Node, inst: Inst, line: u32) {
        match (self.tokens.get(base), is_index(self.facts.text(name))) {
            (Token::External(path), true) => self.read_external(path, Field::Item(name), dst, inst, line),
            (Token::External(path), false) => self.read_external(path, Field::Attr(name), dst, inst, line),
            (_, true) => self.read_item(base, Some(name), dst, inst, line),
            (_, false) => self.read_member(base, name, Sink::Into(dst, inst, line)),
        }
    }

    fn read_item_plain(&mut self, base: TokenId, dst: Node) {
        match self.tokens.get(base) {
            Token::Generator(_) => {
                let all = self.any_element(base);
                self.store.flow(all, dst);
            }
            _ => self.read_element(base, None, dst),
        }
    }

    /// o.("p" + ? + "s"):  every member of o's classes whose name begins and ends so.
    fn read_matching(&mut self, base: TokenId, prefix: Sym, suffix: Sym, dst: Node, inst: Inst, line: u32) {
        let (prefix, suffix) = (self.facts.text(prefix).to_owned(), self.facts.text(suffix).to_owned());
        // Names are words joined by `_` in one language and by capitals in the other: fewer letters fit by chance.
        let least = if self.has_prototype(base) { 2 } else { 3 };
        if prefix.len() + suffix.len() < least {
            return;
        }
        for name in self.member_names(base) {
            let text = self.facts.text(name);
            if text.len() >= prefix.len() + suffix.len()
                && text.starts_with(&prefix)
                && text.ends_with(&suffix)
            {
                self.read_member(base, name, Sink::Into(dst, inst, line));
            }
        }
    }

    /// store_keys(b, k, s):  ∀ t ∈ ⟦b⟧, "f" ∈ ⟦k⟧:  ⟦s⟧ ⊆ ⟦t.f⟧
    pub(super) fn on_store_base(&mut self, row: u32, inst: Inst, base: TokenId) {
        let key = self.facts.store_keys[row as usize];
        let (node, src) = (self.node(inst, key.key), self.node(inst, key.src));
        self.store.listen(node, Listener::StoreKey(row, inst, base));
        match self.tokens.get(base) {
            Token::External(_) => return,
            Token::Instance(class) | Token::Object(class, _) if key.space == Space::Item => {
                self.keep_key(base, node);
                if self.finds_static(class, self.of(class).set_item) {
                    self.call_set_item(base, class, node, src, inst, key.line);
                }
            }
            _ => {}
        }
        self.deferred.writes.push((node, base, src, key.space));
    }

    /// Objects used as keys can be met again when the mapping is iterated.
    fn keep_key(&mut self, base: TokenId, key: Node) {
        let (Token::Instance(class) | Token::Object(class, _)) = self.tokens.get(base) else { return };
        let cell = self.cell(base, Field::Attr(self.of(class).keys));
        self.store.flow(key, cell);
    }

    pub(super) fn on_store_key(&mut self, row: u32, inst: Inst, base: TokenId, key: TokenId) {
        let row = self.facts.store_keys[row as usize];
        let src = self.node(inst, row.src);
        let field = match (self.tokens.get(key), row.space) {
            (Token::Str(name), Space::Getter | Space::Setter) => {
                return self.define_accessor(base, name, row.space, src, inst);
            }
            (Token::Str(name) | Token::Int(name), Space::Any) if is_index(self.facts.text(name)) => {
                Field::Item(name)
            }
            (Token::Str(name) | Token::Int(name), Space::Attr | Space::Any) => Field::Attr(name),
            (Token::Str(_) | Token::Index(_), Space::Item) => {
                let key_node = self.node(inst, row.key);
                if self.store.tokens(key_node).len() <= MAX_KEYS {
                    Field::Item(self.item_name(key))
                } else {
                    Field::AnyItem
                }
            }
            (Token::Pattern(..), Space::Attr) => Field::AnyAttr,
            (_, Space::Any) if !self.is_key(key) => return,
            (_, Space::Attr | Space::Getter | Space::Setter) => return,
            (_, Space::Item | Space::Any) => Field::AnyItem,
        };
        if let Token::External(_) = self.tokens.get(base) {
            return;
        }
        if row.space == Space::Any && matches!(self.tokens.get(key), Token::External(_)) {
            self.write(base, Field::AnyAttr, src, inst, row.line);
        }
        if row.space != Space::Item {
            return self.write(base, field, src, inst, row.line);
        }
        let cell = self.cell(base, field);
        self.store.flow(src, cell);
    }

    /// iterates(d, b):  ∀ t ∈ ⟦b⟧:  ⟦elements(t)⟧ ⊆ ⟦d⟧, by protocol where t's class has one of its own.
    pub(super) fn on_iterate(&mut self, row: u32, inst: Inst, token: TokenId) {
        let fact = self.facts.iterates[row as usize];
        let dst = self.node(inst, fact.dst);
        match self.tokens.get(token) {
            Token::Generator(_) => {
                let elements = self.any_element(token);
                self.store.flow(elements, dst);
            }
            Token::External(path) => self.read_external(path, Field::AnyItem, dst, inst, fact.line),
            Token::Instance(class) | Token::Object(class, _) if self.of(class).has_prototypes => {
                let array = self.builtin_class(self.language(class), self.of(class).tuple);
                if fact.by_position && array == Some(class) {
                    return;
                }
                let elements = self.all_elements(token);
                self.store.flow(elements, dst);
                self.iterate_property(row, inst, token);
            }
            Token::Instance(class) | Token::Object(class, _) => {
                let own = [self.of(class).iter, self.of(class).async_iter]
                    .into_iter()
                    .find(|&name| self.finds_static(class, name));
                if let Some(name) = own {
                    return self.iterate_by_protocol(row, inst, token, class, name);
                }
                if self.is_mapping(class) {
                    let keys = self.cell(token, Field::Attr(self.of(class).keys));
                    self.store.flow(keys, dst);
                    self.add_keys(token, Space::Item, dst);
                    return;
                }
                let next = [self.of(class).next, self.of(class).async_next]
                    .into_iter()
                    .find(|&name| self.finds_static(class, name));
                if next.is_some() {
                    return self.on_next(row, inst, token);
                }
                if self.finds_static(class, self.of(class).get_item) {
                    let lookup = self.lookup(class, self.of(class).get_item);
                    self.store
                        .listen(lookup, Listener::Bind(token, Sink::Implicit(dst, NO_NODE, inst, fact.line)));
                }
                let elements = self.all_elements(token);
                self.store.flow(elements, dst);
            }
            Token::Class(..) => self.iterate_class(token, dst, inst, fact.line, row),
            _ => {}
        }
    }

    fn iterate_by_protocol(&mut self, row: u32, inst: Inst, token: TokenId, class: TokenId, name: Sym) {
        let line = self.facts.iterates[row as usize].line;
        let iterator = self.store.nodes(1);
        self.store.listen(iterator, Listener::Next(row, inst));
        let lookup = self.lookup(class, name);
        self.store.listen(lookup, Listener::Bind(token, Sink::Implicit(iterator, NO_NODE, inst, line)));
    }

    /// Iterating a class: what its metaclass gives, and the values that its body binds (enumerations).
    fn iterate_class(&mut self, token: TokenId, dst: Node, inst: Inst, line: u32, row: u32) {
        if let Some(metaclass) = self.metaclass_of(token) {
            let iterator = self.store.nodes(1);
            self.store.listen(iterator, Listener::Next(row, inst));
            let name = self.of(token).iter;
            self.store.listen(
                metaclass,
                Listener::Meta(token, name, Sink::Implicit(iterator, NO_NODE, inst, line)),
            );
        }
        let _ = dst;
    }

    /// The iterator of an object gives its elements one by one.
    pub(super) fn on_next(&mut self, row: u32, inst: Inst, iterator: TokenId) {
        let fact = self.facts.iterates[row as usize];
        let dst = self.node(inst, fact.dst);
        match self.tokens.get(iterator) {
            Token::Generator(_) => {
                let elements = self.any_element(iterator);
                self.store.flow(elements, dst);
            }
            Token::External(path) => {
                if let Some(element) = self.paths.step(path, PathStep::AnyItem) {
                    let token = self.tokens.id(Token::External(element));
                    self.store.add(dst, token);
                }
            }
            Token::Instance(class) | Token::Object(class, _) if self.of(class).has_prototypes => {
                let elements = self.all_elements(iterator);
                self.store.flow(elements, dst);
                self.next_property(row, inst, iterator);
            }
            Token::Instance(class) | Token::Object(class, _) => {
                let name = [self.of(class).next, self.of(class).async_next]
                    .into_iter()
                    .find(|&name| self.finds_static(class, name));
                match name {
                    Some(name) => {
                        let lookup = self.lookup(class, name);
                        self.store.listen(
                            lookup,
                            Listener::Bind(iterator, Sink::Implicit(dst, NO_NODE, inst, fact.line)),
                        );
                    }
                    None => {
                        let elements = self.all_elements(iterator);
                        self.store.flow(elements, dst);
                        if self.is_mapping(class) {
                            self.add_keys(iterator, Space::Item, dst);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether iterating an instance gives keys and not elements.
    fn is_mapping(&self, class: TokenId) -> bool {
        let Some(order) = self.classes.get(&class).and_then(|info| info.order.as_ref()) else { return false };
        order.iter().any(|&ancestor| match self.tokens.get(ancestor) {
            Token::Class(id, _) => {
                let row = &self.facts.classes[id.index()];
                row.name == self.of(class).dict && self.is_builtin(row.body)
            }
            _ => false,
        })
    }

    pub(super) fn on_keys(&mut self, row: u32, inst: Inst, token: TokenId) {
        let row = self.facts.keys[row as usize];
        let dst = self.node(inst, row.dst);
        if self.has_prototype(token) {
            return self.watch_keys(token, dst);
        }
        match row.space {
            Space::Any => self.deferred.names.push((token, dst)),
            space => self.add_keys(token, space, dst),
        }
    }

    /// keys(d, b, any):  ∀ module m ∈ ⟦b⟧, n bound in m:  "n" ∈ ⟦d⟧; of any other value, and of large modules, some
    /// string, of which a test may say more. Who walks over the members of an object is after a few of them.
    fn run_names(&mut self) -> bool {
        let asked = std::mem::take(&mut self.deferred.names);
        for &(token, dst) in &asked {
            let mut names = match self.tokens.get(token) {
                Token::Module(_) => self.member_names(token),
                _ => Vec::new(),
            };
            names.retain(|&name| !self.facts.text(name).starts_with("__"));
            if names.is_empty() || names.len() > MAX_KEYS {
                let any = self.tokens.id(Token::Pattern(Sym::EMPTY, Sym::EMPTY));
                self.store.add(dst, any);
                continue;
            }
            for name in names {
                let text = self.tokens.id(Token::Str(name));
                self.store.add(dst, text);
            }
        }
        !asked.is_empty()
    }

    /// The names of the members of a value: its own, those of its classes, what a module binds. In order.
    fn member_names(&self, base: TokenId) -> Vec<Sym> {
        let mut names: Vec<Sym> = Vec::new();
        let class = match self.tokens.get(base) {
            Token::Class(..) => Some(base),
            Token::Instance(class) | Token::Object(class, _) => Some(class),
            _ => None,
        };
        for ancestor in class.and_then(|class| self.classes.get(&class)?.order.clone()).unwrap_or_default() {
            if let Token::Class(id, _) = self.tokens.get(ancestor) {
                names.extend(self.facts.members_of(id).iter().map(|member| member.name));
            }
        }
        if let Token::Module(file) = self.tokens.get(base) {
            names.extend(self.facts.exports_of(file).iter().map(|global| global.name));
        }
        for field in self.fields.get(&base).map(Vec::as_slice).unwrap_or_default() {
            if let Field::Attr(name) = field {
                names.push(*name);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// keys(d, b):  ∀ t ∈ ⟦b⟧, f a field of t:  "f" ∈ ⟦d⟧
    fn add_keys(&mut self, token: TokenId, space: Space, dst: Node) {
        let names: Vec<Sym> = self
            .fields
            .get(&token)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|field| match (field, space) {
                (Field::Attr(name), Space::Attr) | (Field::Item(name), Space::Item) => Some(*name),
                _ => None,
            })
            .collect();
        if names.len() <= MAX_KEYS {
            for name in names {
                let key = self.key_of(name, space);
                let text = self.tokens.id(key);
                self.store.add(dst, text);
            }
        }
    }

    /// The name of the element under a key: a text of digits is told from the number.
    fn item_name(&mut self, key: TokenId) -> Sym {
        match self.tokens.get(key) {
            Token::Str(name) if is_index(self.facts.text(name)) => {
                let quoted = quoted_key(self.facts.text(name));
                self.facts.names.intern(&quoted)
            }
            Token::Str(name) | Token::Index(name) => name,
            _ => Sym::EMPTY,
        }
    }

    /// The key of an element, or the name of an attribute, as a value.
    fn key_of(&mut self, name: Sym, space: Space) -> Token {
        let text = self.facts.text(name);
        if space != Space::Item {
            return Token::Str(name);
        }
        if is_index(text) {
            return Token::Index(name);
        }
        let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        match inner.filter(|inner| is_index(inner)).map(str::to_owned) {
            Some(inner) => Token::Str(self.facts.names.intern(&inner)),
            None => Token::Str(name),
        }
    }

    pub(super) fn on_copy_from(&mut self, row: u32, inst: Inst, from: TokenId) {
        let dst = self.node(inst, self.facts.copies[row as usize].dst);
        self.store.listen(dst, Listener::CopyTo(row, inst, from));
    }

    pub(super) fn on_copy_to(&mut self, row: u32, _inst: Inst, from: TokenId, to: TokenId) {
        let space = self.facts.copies[row as usize].space;
        self.copy_pair(from, to, space);
    }

    /// copies(d, s):  ∀ field f of s, now and later:  ⟦s.f⟧ ⊆ ⟦d.f⟧
    pub(super) fn copy_pair(&mut self, from: TokenId, to: TokenId, space: Space) {
        self.copy_to(from, Receiver { to, space, skip: 0 });
    }

    /// The elements of a sequence from `skip` on are those of another object, from its first on.
    pub(super) fn copy_behind(&mut self, from: TokenId, to: TokenId, skip: u32) {
        self.copy_to(from, Receiver { to, space: Space::Item, skip });
    }

    /// cuts(d, k):  ∀ sequence s that comes:  ⟦s[i + k]⟧ ⊆ ⟦n[i]⟧, n being a new sequence in d; the rest as it is.
    pub(super) fn on_cut(&mut self, skip: u32, dst: Node, token: TokenId) {
        let class = match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) if self.is_sequence(class) => class,
            _ => return self.store.add(dst, token),
        };
        let place = (class, CallId(dst.0 | CUTS), Inst::NONE);
        let object = match self.made.get(&place) {
            Some(&known) => known,
            None => self.fresh_object(class),
        };
        self.made.insert(place, object);
        self.store.add(dst, object);
        self.copy_behind(token, object, skip);
    }

    /// Whether a class is a builtin one whose elements are under their indices.
    fn is_sequence(&self, class: TokenId) -> bool {
        let language = self.language(class);
        self.of(class).sequences.iter().any(|&name| self.builtin_class(language, name) == Some(class))
    }

    fn copy_to(&mut self, from: TokenId, receiver: Receiver) {
        let Receiver { to, .. } = receiver;
        if from == to
            || matches!(self.tokens.get(to), Token::External(_) | Token::Str(_) | Token::Pattern(..))
        {
            return;
        }
        match self.tokens.get(from) {
            // What a class lends goes to classes, and not to a value of the same name.
            Token::Class(..) if self.of(from).only_declares => {
                return self.extend_class(from, to);
            }
            Token::Generator(_) => {
                let elements = self.any_element(from);
                let cell = self.cell(to, Field::AnyItem);
                return self.store.flow(elements, cell);
            }
            Token::External(path) => {
                if let Some(element) = self.paths.step(path, PathStep::AnyItem) {
                    let token = self.tokens.id(Token::External(element));
                    let cell = self.cell(to, Field::AnyItem);
                    self.store.add(cell, token);
                }
                return;
            }
            Token::Str(_) | Token::Pattern(..) => return,
            _ => {}
        }
        let receivers = self.copies.entry(from).or_default();
        if receivers.contains(&receiver) || receivers.len() >= MAX_KEYS {
            return;
        }
        receivers.push(receiver);
        for field in self.fields.get(&from).cloned().unwrap_or_default() {
            self.copy_field(from, receiver, field);
        }
    }

    /// Copies one field, if it is of the wanted name space.
    pub(super) fn copy_field(&mut self, from: TokenId, receiver: Receiver, field: Field) {
        let Receiver { to, space, skip } = receiver;
        let fits = self.is_enumerable(from, field)
            && match space {
                Space::Attr => matches!(field, Field::Attr(_) | Field::AnyAttr),
                Space::Item => matches!(field, Field::Item(_) | Field::AnyItem) || self.is_keys(from, field),
                Space::Any | Space::Getter | Space::Setter => true,
            };
        if fits && from != to && !self.is_hidden(from, field) {
            let Some(under) = self.behind(field, skip) else { return };
            let source = self.cells[&(from, field)];
            let target = self.cell(to, under);
            self.store.flow(source, target);
            if self.has_prototype(to) {
                self.note_written(to, under);
            }
        }
    }

    /// Whether a field is a method of a class, which copies of objects with prototypes leave out.
    fn is_hidden(&self, from: TokenId, field: Field) -> bool {
        match (self.tokens.get(from), field) {
            (Token::Prototype(class), Field::Attr(name)) => match self.tokens.get(class) {
                Token::Class(class, _) => self.statics.contains(&(class, name)),
                _ => false,
            },
            _ => false,
        }
    }

    /// Where an element is in a sequence that lost its first `skip` ones; none for those.
    fn behind(&mut self, field: Field, skip: u32) -> Option<Field> {
        let Field::Item(key) = field else { return Some(field) };
        if skip == 0 {
            return Some(field);
        }
        let index: u32 = self.facts.text(key).parse().ok()?;
        Some(Field::Item(self.facts.names.intern(&index.checked_sub(skip)?.to_string())))
    }

    /// A node that holds the key of an element.
    pub(super) fn key_node(&mut self, name: Sym) -> Node {
        let node = self.store.nodes(1);
        let key = self.key_of(name, Space::Item);
        let token = self.tokens.id(key);
        self.store.add(node, token);
        node
    }

    /// A node that holds one string.
    pub(super) fn constant_node(&mut self, text: Sym) -> Node {
        let node = self.store.nodes(1);
        let token = self.tokens.id(Token::Str(text));
        self.store.add(node, token);
        node
    }

    /// concats(d, p, s, q):  ∀ "m" ∈ ⟦s⟧:  "p" + "m" + "q" ∈ ⟦d⟧; else the pattern p…q.
    pub(super) fn make_concat(&mut self, row: u32, inst: Inst) {
        let fact = self.facts.concats[row as usize];
        let dst = self.node(inst, fact.dst);
        if fact.src.is_some() {
            let src = self.node(inst, fact.src);
            self.store.depend(dst, src);
            self.store.listen(src, Listener::Concat(row, inst));
            self.deferred.strings.push((src, fact.prefix, fact.suffix, dst));
        } else {
            let token = self.tokens.id(Token::Pattern(fact.prefix, fact.suffix));
            self.store.add(dst, token);
        }
    }

    pub(super) fn on_concat(&mut self, row: u32, inst: Inst, middle: TokenId) {
        let fact = self.facts.concats[row as usize];
        let dst = self.node(inst, fact.dst);
        let text = |solver: &Self, sym: Sym| solver.facts.text(sym).to_owned();
        let token = match self.tokens.get(middle) {
            Token::Str(sym) | Token::Int(sym) | Token::Index(sym) => {
                let joined = [text(self, fact.prefix), text(self, sym), text(self, fact.suffix)].concat();
                if joined.len() > MAX_TEXT {
                    return;
                }
                Token::Str(self.facts.names.intern(&joined))
            }
            Token::Pattern(prefix, suffix) => {
                let (before, after) = (
                    [text(self, fact.prefix), text(self, prefix)].concat(),
                    [text(self, suffix), text(self, fact.suffix)].concat(),
                );
                if before.len() + after.len() > MAX_TEXT {
                    return;
                }
                Token::Pattern(self.facts.names.intern(&before), self.facts.names.intern(&after))
            }
            _ => Token::Pattern(fact.prefix, fact.suffix),
        };
        let token = self.tokens.id(token);
        let joined = self.deferred.joined.entry(row).or_default();
        if joined.len() < MAX_JOINED || joined.contains(&token) {
            joined.insert(token);
            self.store.add(dst, token);
        } else {
            self.gave_up += 1;
        }
    }

    /// Runs what waited for everything else. Whether there was anything.
    pub(super) fn run_deferred(&mut self) -> bool {
        let mut any = self.run_filters()
            | self.run_names()
            | self.run_chains()
            | self.run_defaults()
            | self.run_pairs();
        let missing = std::mem::take(&mut self.deferred.missing);
        for (receiver, name, sink) in missing {
            any |= self.read_missing(receiver, name, sink);
        }
        for (key, base, dst, space, inst, line) in std::mem::take(&mut self.deferred.reads) {
            if self.has_no_key(key, space) {
                any = true;
                match space {
                    Space::Item if matches!(self.tokens.get(base), Token::Class(..)) => {
                        self.store.add(dst, base)
                    }
                    Space::Item => self.read_item_plain_if_object(base, dst, inst, line),
                    Space::Any => self.read_any(base, dst),
                    Space::Attr | Space::Getter | Space::Setter => {}
                }
            }
        }
        for (key, base, src, space) in std::mem::take(&mut self.deferred.writes) {
            if self.has_no_key(key, space) {
                any = true;
                let fields: &[Field] = match space {
                    Space::Item => &[Field::AnyItem],
                    Space::Any => &[Field::AnyItem, Field::AnyAttr],
                    _ => &[Field::AnyAttr],
                };
                for &field in fields {
                    let cell = self.cell(base, field);
                    self.store.flow(src, cell);
                }
            }
        }
        for (middle, prefix, suffix, dst) in std::mem::take(&mut self.deferred.strings) {
            if !self.store.is_watched(dst) {
                self.deferred.strings.push((middle, prefix, suffix, dst));
            } else if self.store.tokens(middle).is_empty() {
                any = true;
                let token = self.tokens.id(Token::Pattern(prefix, suffix));
                self.store.add(dst, token);
            }
        }
        any
    }

    /// Whether nothing that may be a key is known of it.
    pub(super) fn has_no_key(&self, key: Node, space: Space) -> bool {
        let tokens = self.store.tokens(key);
        match space {
            Space::Any | Space::Getter => !tokens.iter().any(|&token| self.is_key(token)),
            Space::Attr | Space::Item | Space::Setter => tokens.is_empty(),
        }
    }

    fn read_item_plain_if_object(&mut self, base: TokenId, dst: Node, _inst: Inst, _line: u32) {
        if matches!(self.tokens.get(base), Token::Instance(_) | Token::Object(..) | Token::Generator(_)) {
            self.read_item_plain(base, dst);
        }
    }

    /// o.name where neither o nor its class has it: the class's reader of missing members runs.
    fn read_missing(&mut self, receiver: TokenId, name: Sym, sink: Sink) -> bool {
        let Some(class) = self.class_of(receiver, self.language_of(sink.reader())) else { return false };
        let own = self.cells.get(&(receiver, Field::Attr(name))).copied();
        let lookup = self.lookup(class, name);
        let is_there = own.is_some_and(|cell| !self.store.tokens(cell).is_empty())
            || !self.store.tokens(lookup).is_empty();
        if is_there || self.is_found_elsewhere(name, sink) {
            return false;
        }
        let key = self.constant_node(name);
        let (dst, inst, line) = match sink {
            Sink::Into(dst, inst, line) => (dst, inst, line),
            Sink::Invoke(call, inst) => {
                let node = self.store.nodes(1);
                self.store.listen(node, Listener::Call(call, inst));
                (node, inst, self.facts.calls[call.index()].line)
            }
            Sink::Init(..) | Sink::New(..) | Sink::Implicit(..) => return false,
        };
        let getter = self.lookup(class, self.of(class).get_missing);
        self.store.listen(getter, Listener::Bind(receiver, Sink::Implicit(dst, key, inst, line)));
        true
    }

    /// Whether another value of the same receiver has the member: then the place is about that, and a value that
    /// answers for every name is there by chance.
    fn is_found_elsewhere(&mut self, name: Sym, sink: Sink) -> bool {
        match sink {
            Sink::Into(dst, ..) => !self.store.tokens(dst).is_empty(),
            Sink::Invoke(call, inst) => {
                let Callee::Method(var, _) = self.facts.calls[call.index()].callee else { return false };
                let language = self.language_of(inst);
                let others = self.store.tokens(self.node(inst, var)).to_vec();
                others.into_iter().any(|other| {
                    self.class_of(other, language).is_some_and(|class| {
                        let lookup = self.lookup(class, name);
                        !self.store.tokens(lookup).is_empty()
                    })
                })
            }
            _ => false,
        }
    }
}

/// Longer strings are not propagated.
const MAX_TEXT: usize = 512;
