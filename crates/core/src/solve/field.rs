//! Fields and elements of objects: loads, stores, and the protocol calls that they may be.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{Field, FunctionFlags};
use crate::ids::Sym;
use crate::solution::{ExternalRead, PathId, PathStep};

impl<S: Store<Listener>> Solver<S> {
    /// loads(d, b, f):  ∀ t ∈ ⟦b⟧:  ⟦t.f⟧ ⊆ ⟦d⟧
    pub(super) fn on_load(&mut self, row: u32, inst: Inst, token: TokenId) {
        let place = row | LOADS;
        let row = self.facts.loads[row as usize];
        let dst = self.node(inst, row.dst);
        if let Token::External(path) = self.tokens.get(token) {
            // What a variant of an unknown value holds is as unknown as the value.
            let is_part = |name: Sym| self.facts.text(name).contains('.');
            if self.here(inst).only_declares && matches!(row.field, Field::Attr(name) if is_part(name)) {
                return self.store.add(dst, token);
            }
            if !self.follows_foreign(place, inst) {
                return;
            }
            return match row.field {
                Field::Attr(name) if self.folder_member(path, name).is_some() => {
                    self.read_member(token, name, Sink::Into(dst, inst, row.line));
                }
                field => {
                    if let Field::Attr(name) = field {
                        self.read_global(path, name, dst, inst);
                    }
                    self.read_external(path, field, dst, inst, row.line);
                }
            };
        }
        match row.field {
            Field::Attr(name) => self.read_member(token, name, Sink::Into(dst, inst, row.line)),
            Field::Item(key) => self.read_item(token, Some(key), dst, inst, row.line),
            Field::AnyItem => self.read_item(token, None, dst, inst, row.line),
            Field::AnyAttr if self.has_prototype(token) => {
                let attributes = self.all_attributes(token);
                self.store.flow(attributes, dst);
            }
            Field::AnyAttr => {
                let cell = self.cell(token, Field::AnyAttr);
                self.store.flow(cell, dst);
            }
        }
    }

    pub(super) fn read_external(&mut self, path: PathId, field: Field, dst: Node, inst: Inst, line: u32) {
        let step = match field {
            Field::Attr(name) => PathStep::Attr(name),
            Field::Item(key) => PathStep::Item(key),
            Field::AnyItem | Field::AnyAttr => PathStep::AnyItem,
        };
        let member = self.paths.step(path, step).unwrap_or(path);
        let token = self.tokens.id(Token::External(member));
        self.store.add(dst, token);
        let function = self.instances[inst.index()].function;
        self.record_read(function, member, line);
    }

    /// Enters a value of code that we do not have that a function reads or is handed.
    pub(super) fn record_read(&mut self, function: crate::ids::FuncId, path: PathId, line: u32) {
        if !self.is_builtin(function) {
            let read = ExternalRead { function, path, line, certainty: self.certainty() };
            let known = self.reads.entry((function, path)).or_insert(read);
            known.line = known.line.min(line);
        }
    }

    /// o[k]:  the element under the key and those under unknown keys, or what the class's protocol gives.
    pub(super) fn read_item(&mut self, token: TokenId, key: Option<Sym>, dst: Node, inst: Inst, line: u32) {
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => {
                self.read_element(token, key, dst);
                if self.finds_static(class, self.of(class).get_item) {
                    let arg = match key {
                        Some(key) => self.key_node(key),
                        None => NO_NODE,
                    };
                    let lookup = self.lookup(class, self.of(class).get_item);
                    self.store.listen(lookup, Listener::Bind(token, Sink::Implicit(dst, arg, inst, line)));
                }
                let arg = key.map_or(NO_NODE, |key| self.key_node(key));
                self.ask_missing(token, class, arg, dst, inst, line);
            }
            Token::Generator(_) => {
                let all = self.any_element(token);
                self.store.flow(all, dst);
            }
            // A class applied to types is that class.
            Token::Class(..) => {
                self.store.add(dst, token);
                self.read_meta_item(token, key, dst, inst, line);
            }
            _ => {}
        }
    }

    /// o[k] where o's class answers for elements that are not there. Library bodies ask by themselves.
    pub(super) fn ask_missing(
        &mut self,
        token: TokenId,
        class: TokenId,
        key: Node,
        dst: Node,
        inst: Inst,
        line: u32,
    ) {
        let asks = !self.is_builtin(self.instances[inst.index()].function);
        if asks && self.binds_below_object(class, self.of(class).missing) {
            let lookup = self.lookup(class, self.of(class).missing);
            self.store.listen(lookup, Listener::Bind(token, Sink::Implicit(dst, key, inst, line)));
        }
    }

    fn read_meta_item(&mut self, token: TokenId, key: Option<Sym>, dst: Node, inst: Inst, line: u32) {
        if let Some(metaclass) = self.metaclass_of(token) {
            let arg = key.map_or(NO_NODE, |key| self.key_node(key));
            let get_item = self.of(token).get_item;
            self.store
                .listen(metaclass, Listener::Meta(token, get_item, Sink::Implicit(dst, arg, inst, line)));
        }
    }

    pub(super) fn read_element(&mut self, token: TokenId, key: Option<Sym>, dst: Node) {
        match key {
            Some(key) => {
                let cell = self.cell(token, Field::Item(key));
                let any = self.cell(token, Field::AnyItem);
                self.store.flow(cell, dst);
                self.store.flow(any, dst);
            }
            None => {
                if self.declares_elements(token) {
                    self.cell(token, Field::AnyItem);
                }
                let all = self.all_elements(token);
                self.store.flow(all, dst);
            }
        }
    }

    /// stores(b, f, s):  ∀ t ∈ ⟦b⟧:  ⟦s⟧ ⊆ ⟦t.f⟧
    pub(super) fn on_store(&mut self, row: u32, inst: Inst, token: TokenId) {
        let row = self.facts.stores[row as usize];
        let src = self.node(inst, row.src);
        self.write(token, row.field, src, inst, row.line);
    }

    pub(super) fn write(&mut self, token: TokenId, field: Field, src: Node, inst: Inst, line: u32) {
        if self.has_prototype(token) {
            return self.write_property(token, field, src, inst, line);
        }
        match (self.tokens.get(token), field) {
            (Token::External(path), _) => return self.write_global(path, field, src, inst),
            (Token::Str(_) | Token::Pattern(..) | Token::Super(..), _) => return,
            (Token::Instance(class), _) if self.stands_for_all(class) => return,
            (Token::Instance(class) | Token::Object(class, _), Field::Attr(name))
                if self.setters.contains(&name) =>
            {
                let lookup = self.lookup(class, name);
                self.store.listen(lookup, Listener::Setter(token, src, inst, line));
            }
            (Token::Instance(class) | Token::Object(class, _), Field::Item(_) | Field::AnyItem)
                if self.finds_static(class, self.of(class).set_item) =>
            {
                let key = match field {
                    Field::Item(key) => self.key_node(key),
                    _ => self.store.nodes(1),
                };
                self.call_set_item(token, class, key, src, inst, line);
            }
            _ => {}
        }
        let is_new = !self.cells.contains_key(&(token, field));
        let cell = self.cell(token, field);
        self.store.flow(src, cell);
        if let (Token::Class(class, _), Field::Attr(name), true) = (self.tokens.get(token), field, is_new)
            && !self.statics.contains(&(class, name))
        {
            self.join_lookups(token, name, cell);
            if self.of(token).only_declares {
                self.statics.insert((class, name));
            }
        }
    }

    /// Whether the one instance of a class stands for all values of a type of the library of which it is not known where
    /// they are made: what is put into one of them is in none of the others.
    fn stands_for_all(&self, class: TokenId) -> bool {
        self.of(class).only_declares && self.is_of_prelude(class)
    }

    /// A member set on a class from outside: lookups that were made before see it.
    pub(super) fn join_lookups(&mut self, class: TokenId, name: Sym, cell: Node) {
        let mut heirs = self.classes.get(&class).map(|info| info.subclasses.clone()).unwrap_or_default();
        heirs.push(class);
        for heir in heirs {
            if let Some(&lookup) = self.lookups.get(&(heir, name)) {
                self.store.flow(cell, lookup);
            }
        }
    }

    pub(super) fn call_set_item(
        &mut self,
        token: TokenId,
        class: TokenId,
        key: Node,
        value: Node,
        inst: Inst,
        line: u32,
    ) {
        let lookup = self.lookup(class, self.of(class).set_item);
        self.store.listen(lookup, Listener::SetItem(token, [key, value], inst, line));
    }

    pub(super) fn on_set_item(
        &mut self,
        receiver: TokenId,
        args: [Node; 2],
        inst: Inst,
        line: u32,
        member: TokenId,
    ) {
        if matches!(self.tokens.get(member), Token::Function(..)) {
            self.invoke_implicit(member, Some(receiver), (NO_NODE, args, inst, line));
        }
    }

    pub(super) fn on_setter(
        &mut self,
        receiver: TokenId,
        value: Node,
        inst: Inst,
        line: u32,
        member: TokenId,
    ) {
        let (member, function) = match self.tokens.get(member) {
            Token::Accessor(setter, true) => match self.tokens.get(setter) {
                Token::Function(function, _) => (setter, Some(function)),
                _ => return,
            },
            Token::Function(function, _) => {
                let is_setter = self.facts.functions[function.index()].flags.has(FunctionFlags::SETTER);
                (member, is_setter.then_some(function))
            }
            _ => return,
        };
        if function.is_some() {
            self.invoke_implicit(member, Some(receiver), (NO_NODE, [value, NO_NODE], inst, line));
        }
    }

    pub(super) fn on_super(&mut self, row: u32, inst: Inst, receiver: TokenId) {
        let row = self.facts.supers[row as usize];
        if matches!(
            self.tokens.get(receiver),
            Token::Instance(_) | Token::Object(..) | Token::Class(..) | Token::Prototype(_)
        ) {
            let token = self.tokens.id(Token::Super(receiver, row.class));
            let dst = self.node(inst, row.dst);
            self.store.add(dst, token);
        }
    }

    /// Whether a field holds the keys of a mapping that are no constants.
    pub(super) fn is_keys(&self, token: TokenId, field: Field) -> bool {
        match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => field == Field::Attr(self.of(class).keys),
            _ => false,
        }
    }
}

/// Tells loads from calls where places of both are counted.
const LOADS: u32 = 1 << 31;
