//! What making a class runs besides its body: the hooks of its bases, its metaclass, and the values that are told their
//! names (The Python Language Reference, 3.3.3).

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{Facts, Field, Origin};
use crate::ids::{CallId, ClassId, Sym};

impl<S: Store<Listener>> Solver<S> {
    /// class C(B): …   B's hook for subclasses runs on C.
    pub(super) fn announce_subclass(&mut self, class: TokenId) {
        let Token::Class(class_id, inst) = self.tokens.get(class) else { return };
        let name = self.of(class).init_subclass;
        let order = self.classes[&class].order.clone().unwrap_or_default();
        let is_hooked = order.iter().skip(1).any(|&ancestor| self.binds_itself(ancestor, name));
        if is_hooked {
            let hook = self.store.nodes(1);
            self.fill_from(&order[1..], name, hook);
            let line = self.facts.classes[class_id.index()].line;
            self.store.listen(hook, Listener::Bind(class, Sink::Implicit(NO_NODE, NO_NODE, inst, line)));
        }
    }

    /// class C(metaclass=M): …   M makes C, if M says how.
    pub(super) fn announce_to_metaclass(&mut self, class: TokenId) {
        let Token::Class(class_id, inst) = self.tokens.get(class) else { return };
        let Some(metaclass) = self.metaclass_of(class) else { return };
        let line = self.facts.classes[class_id.index()].line;
        // The result tells the classes of a module apart.
        let made = self.store.nodes(1);
        let create = self.of(class).create;
        self.store
            .listen(metaclass, Listener::Meta(class, create, Sink::Implicit(made, NO_NODE, inst, line)));
    }

    /// The namespace that a metaclass makes a class of: what its body binds, the class, and the metaclass.
    fn namespace_of(&mut self, class: TokenId, metaclass: TokenId) -> Node {
        let node = self.store.nodes(1);
        let Token::Class(class_id, _) = self.tokens.get(class) else { return node };
        let Some(dict) = self.builtin_class(self.language(class), self.of(class).dict) else { return node };
        let namespace = self.fresh_object(dict);
        let holder = self.member_holder(class);
        for index in 0..self.facts.members_of(class_id).len() {
            let name = self.facts.members_of(class_id)[index].name;
            let (from, to) = (self.cell(holder, Field::Attr(name)), self.cell(namespace, Field::Item(name)));
            self.store.flow(from, to);
        }
        for (name, value) in [(self.of(class).created, class), (self.of(class).metaclass, metaclass)] {
            let cell = self.cell(namespace, Field::Attr(name));
            self.store.add(cell, value);
        }
        self.store.add(node, namespace);
        node
    }

    /// The variable of the metaclass of a class: its own, or the first that it inherits.
    pub(super) fn metaclass_of(&self, class: TokenId) -> Option<Node> {
        let info = self.classes.get(&class)?;
        let Some(order) = &info.order else { return info.metaclass };
        order.iter().find_map(|ancestor| self.classes.get(ancestor)?.metaclass)
    }

    /// A member of the metaclass of a class, which has none of that name. Before the bases of the metaclass are known
    /// nobody can say what it binds.
    pub(super) fn on_metaclass(&mut self, class: TokenId, name: Sym, sink: Sink, metaclass: TokenId) {
        if let Some(info) = self.classes.get_mut(&metaclass)
            && info.order.is_none()
        {
            return info.asked.push((class, name, sink));
        }
        let protocol = self.of(class);
        let is_asked = |name: Sym| self.binds_in_program(metaclass, name);
        let answers = match name {
            _ if name == protocol.create => is_asked(protocol.new) || is_asked(protocol.init),
            _ if name == protocol.call => is_asked(name),
            _ => true,
        };
        if answers && matches!(self.tokens.get(metaclass), Token::Class(..)) {
            let sink = match sink {
                Sink::Implicit(made, _, inst, line) if name == self.of(class).create => {
                    Sink::Implicit(made, self.namespace_of(class, metaclass), inst, line)
                }
                _ => sink,
            };
            let lookup = self.lookup(metaclass, name);
            self.bind_meta(lookup, class, sink);
        }
    }

    /// The classes of which a class is an instance, as far as they are known.
    pub(super) fn metaclasses(&mut self, class: TokenId, inst: Inst) -> Vec<TokenId> {
        let own = self.metaclass_of(class).map(|node| self.store.tokens(node).to_vec()).unwrap_or_default();
        let name = self.here(inst).class_of_classes;
        let behind = own.iter().filter_map(|class| self.classes.get(class)?.order.clone()).flatten();
        let mut classes: Vec<TokenId> = behind.collect();
        classes.extend(self.builtin_class(self.language_of(inst), name));
        classes
    }

    /// Whether the instances of a class are classes: they are those that name it, and no others.
    pub(super) fn makes_classes(&self, class: TokenId) -> bool {
        let Some(of_classes) = self.builtin_class(self.language(class), self.of(class).class_of_classes)
        else {
            return false;
        };
        let order = self.classes.get(&class).and_then(|info| info.order.as_ref());
        order.is_some_and(|order| order.contains(&of_classes))
    }

    /// The metaclass of a class that inherits from another class: a method of that runs on the class as on an instance.
    pub(super) fn metaclass_behind(&self, class: TokenId, ancestor: ClassId) -> Option<TokenId> {
        let metaclasses = self.store.tokens(self.metaclass_of(class)?);
        metaclasses.iter().copied().find(|metaclass| {
            let order = self.classes.get(metaclass).and_then(|info| info.order.as_ref());
            order.is_some_and(|order| {
                order
                    .iter()
                    .any(|&behind| matches!(self.tokens.get(behind), Token::Class(id, _) if id == ancestor))
            })
        })
    }

    /// C(a) where the metaclass of C says what that does.
    pub(super) fn call_metaclass(&mut self, class: TokenId, call: CallId, inst: Inst) {
        if let Some(metaclass) = self.metaclass_of(class) {
            let name = self.of(class).call;
            self.store.listen(metaclass, Listener::Meta(class, name, Sink::Invoke(call, inst)));
        }
    }

    /// Whether a class, or one behind it, that is no library body binds a name.
    fn binds_in_program(&self, class: TokenId, name: Sym) -> bool {
        let Some(order) = self.classes.get(&class).and_then(|info| info.order.as_ref()) else { return false };
        order.iter().any(|&ancestor| match self.tokens.get(ancestor) {
            Token::Class(id, _) => {
                self.statics.contains(&(id, name)) && !self.is_builtin(self.facts.classes[id.index()].body)
            }
            _ => false,
        })
    }

    /// Members of classes are listened to once a class of the program asks for its name.
    pub(super) fn ask_for_names(&mut self, first_function: usize) {
        let wanted = |facts: &Facts, index: usize| {
            let row = &facts.functions[index];
            let file = &facts.files[row.file.index()];
            file.origin != Origin::Builtin
                && row.class.is_some()
                && row.name == self.protocols.of(file.language).set_name
        };
        let asks = (first_function..self.facts.functions.len()).any(|index| wanted(&self.facts, index));
        if self.tells_names || !asks {
            return;
        }
        self.tells_names = true;
        for token in self.class_order.clone() {
            let Token::Class(class, _) = self.tokens.get(token) else { continue };
            let holder = self.member_holder(token);
            for index in 0..self.facts.members_of(class).len() {
                let name = self.facts.members_of(class)[index].name;
                let cell = self.cell(holder, Field::Attr(name));
                self.store.listen(cell, Listener::Named(token));
            }
        }
    }

    /// class C: x = D()   the object is told its name in C, if its class asks.
    pub(super) fn on_named(&mut self, class: TokenId, value: TokenId) {
        let (Token::Instance(of) | Token::Object(of, _)) = self.tokens.get(value) else { return };
        let name = self.of(of).set_name;
        let Token::Class(class_id, inst) = self.tokens.get(class) else { return };
        if self.binds_in_program(of, name) {
            let owner = self.store.nodes(1);
            self.store.add(owner, class);
            let line = self.facts.classes[class_id.index()].line;
            self.read_member(value, name, Sink::Implicit(NO_NODE, owner, inst, line));
        }
    }
}
