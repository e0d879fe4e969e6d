//! Targets: names, members, and patterns that take a value apart; the keys of members.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{
    Alloc, CopyFields, Derivation, Derive, Field, Iterate, Load, LoadKey, Space, Store, StoreKey, is_index,
};
use crate::ids::{Sym, Var};
use crate::lower::known::{Known, MAX_NESTING};
use crate::lower::syntax::Node;

/// The key of a member. Attributes and elements are apart: what looks like an index is the key of an element.
pub(super) enum Key {
    /// A constant name.
    Name(Sym),
    /// A constant index.
    Index(Sym),
    /// Computed: the slot of it.
    Computed(Var),
    /// Some element, in library bodies.
    AnyItem,
    /// Some attribute, in library bodies.
    AnyMember,
}

/// Elements of known position that a rest pattern or a spread is followed for.
const MAX_REST: usize = 6;

impl<'t> Lowerer<'t> {
    // let x: T = e, y:  x = e
    pub(super) fn declaration(&mut self, node: Node) {
        let syntax = self.syntax;
        for child in syntax.children(node) {
            if self.kind(child) == Kind::Declarator {
                self.declarator(child);
            }
        }
    }

    fn declarator(&mut self, node: Node) {
        let Some(target) = self.first_child(node) else { return };
        let annotation = self.child(node, Kind::Annotation);
        let value = self.parts(node).nth(if annotation.is_some() { 2 } else { 1 });
        let Some(value) = value else { return };
        if self.kind(target) == Kind::Identifier {
            self.name_hint = self.symbol(target);
        }
        let mut var = self.expression(value);
        self.name_hint = Sym::EMPTY;
        if let Some(known) = self.constant(value, MAX_NESTING) {
            self.constants.push((var, known));
        }
        self.note_kind(var, self.bare(value));
        if let Some(annotation) = annotation {
            let src = var;
            var = self.draft.fresh();
            self.push_move(var, src, self.line(target));
            self.hint(var, annotation);
        }
        self.assign(target, var);
    }

    /// A value arrives at a target.
    pub(super) fn assign(&mut self, target: Node, var: Var) {
        if !self.deeper(target) {
            return;
        }
        let line = self.line(target);
        match self.kind(target) {
            Kind::Identifier | Kind::ShorthandPattern | Kind::Shorthand | Kind::Undefined => {
                let name = self.symbol(target);
                let name = self.renamed(name);
                self.bind(name, var, line);
            }
            Kind::Member | Kind::Subscript => self.assign_member(target, var),
            Kind::ObjectPattern | Kind::Object => self.take_fields(target, var),
            Kind::ArrayPattern | Kind::Array => self.take_elements(target, var),
            Kind::AssignmentPattern | Kind::Assignment => self.assign_with_default(target, var),
            Kind::Parenthesized | Kind::NonNull | Kind::RestPattern | Kind::Spread | Kind::As => {
                if let Some(inner) = self.first_child(target) {
                    self.assign(inner, var);
                }
            }
            Kind::Call => self.effect(target),
            _ => {}
        }
        self.expression_depth -= 1;
    }

    fn assign_member(&mut self, target: Node, var: Var) {
        let Some(object) = self.first_child(target) else { return };
        let base = self.expression(object);
        let key = self.member_key(target);
        self.store_key(base, key, var, self.line(target));
    }

    // p = d:  x = e, x = d
    fn assign_with_default(&mut self, target: Node, var: Var) {
        let (Some(inner), Some(default)) = (self.target_of(target), self.default_of(target)) else { return };
        if matches!(self.kind(inner), Kind::Identifier | Kind::ShorthandPattern) {
            self.name_hint = self.symbol(inner);
        }
        let value = self.conditionally(|this| this.expression(default));
        self.name_hint = Sym::EMPTY;
        let merged = self.merge(&[var, value], self.line(target));
        self.assign(inner, merged);
    }

    // {a, b: c, ...r} = e:  load(a, e, a), load(c, e, b), r = object with the fields of e
    fn take_fields(&mut self, target: Node, base: Var) {
        let line = self.line(target);
        let parts = self.parts(target);
        for part in parts {
            match self.kind(part) {
                Kind::ShorthandPattern | Kind::Shorthand => {
                    let name = self.symbol(part);
                    let var = self.load(base, Field::Attr(name), self.line(part));
                    self.assign(part, var);
                }
                Kind::AssignmentPattern | Kind::Assignment => {
                    let Some(inner) = self.target_of(part) else { continue };
                    let name = self.symbol(inner);
                    let var = self.load(base, Field::Attr(name), self.line(part));
                    self.assign_with_default(part, var);
                }
                Kind::PairPattern | Kind::Pair => {
                    let mut both = self.parts(part);
                    let (Some(key), Some(inner)) = (both.next(), both.next()) else { continue };
                    let key = self.property_key(key);
                    let var = self.load_key(base, key, self.line(part));
                    self.assign(inner, var);
                }
                Kind::RestPattern | Kind::Spread => {
                    let rest = self.allocate(Alloc::Builtin(self.words.object), line);
                    self.copy_fields(rest, base);
                    self.assign(part, rest);
                }
                _ => {}
            }
        }
    }

    /// `copies(dst, src)` of attributes and elements.
    pub(super) fn copy_fields(&mut self, dst: Var, src: Var) {
        for space in [Space::Attr, Space::Item] {
            self.draft.rows.copies.push(CopyFields { dst, src, space });
        }
    }

    // [a, , b = d, ...r] = e:  load(a, e, 0), load(b, e, 2), r = array of load(e, any)
    fn take_elements(&mut self, target: Node, base: Var) {
        let line = self.line(target);
        let mut index = 0;
        let mut end = self.syntax.row(target).start;
        // What is no array is taken apart by its iterator.
        let any = self.draft.fresh();
        self.draft.rows.iterates.push(Iterate { dst: any, base, line, by_position: true });
        let parts = self.parts(target);
        for part in parts {
            let row = *self.syntax.row(part);
            index += self.commas(end, row.start);
            end = row.end;
            if matches!(self.kind(part), Kind::RestPattern | Kind::Spread) {
                let rest = self.rest_of(base, index, any, line);
                self.assign(part, rest);
                continue;
            }
            let var = self.draft.fresh();
            self.push_move(var, any, line);
            let field = Field::Item(self.words.index(index, &mut self.draft.rows.names));
            self.draft.rows.loads.push(Load { dst: var, base, field, line });
            self.assign(part, var);
        }
    }

    // [a, ...r] = e:  store(r, 0, load(e, 1)), store(r, 1, load(e, 2)), …
    /// The array of what stands behind the first elements; `any` is what an iterator gives.
    fn rest_of(&mut self, base: Var, first: usize, any: Var, line: u32) -> Var {
        let rest = self.allocate(Alloc::Builtin(self.words.array), line);
        self.draft.rows.stores.push(Store { base: rest, field: Field::AnyItem, src: any, line });
        self.shift((base, first), (rest, 0), line);
        rest
    }

    /// The elements of one sequence, from a position on, are those of another, from another position on.
    fn shift(&mut self, (from, first): (Var, usize), (to, second): (Var, usize), line: u32) {
        for index in 0..MAX_REST {
            let field = Field::Item(self.words.index(first + index, &mut self.draft.rows.names));
            let src = self.load(from, field, line);
            let field = Field::Item(self.words.index(second + index, &mut self.draft.rows.names));
            self.draft.rows.stores.push(Store { base: to, field, src, line });
        }
    }

    /// The elements of a value stand in an array, from a position on.
    pub(super) fn spread(&mut self, array: Var, first: usize, value: Var, line: u32) {
        let any = self.draft.fresh();
        self.draft.rows.iterates.push(Iterate { dst: any, base: value, line, by_position: true });
        self.draft.rows.stores.push(Store { base: array, field: Field::AnyItem, src: any, line });
        self.shift((value, 0), (array, first), line);
    }

    /// Commas between two places: how many elements stand there, or are left out.
    pub(super) fn commas(&self, from: u32, to: u32) -> usize {
        let gap = self.syntax.text.get(from as usize..to as usize).unwrap_or_default();
        gap.bytes().filter(|&byte| byte == b',').count()
    }

    // Keys.

    /// The key of a member expression, evaluated.
    pub(super) fn member_key(&mut self, node: Node) -> Key {
        let Some(key) = self.parts(node).nth(1) else { return Key::AnyItem };
        if self.kind(node) == Kind::Member {
            return Key::Name(self.symbol(key));
        }
        self.computed_key(key)
    }

    /// The key of a property, method or field, evaluated.
    pub(super) fn property_key(&mut self, node: Node) -> Key {
        match self.kind(node) {
            Kind::Computed => match self.first_child(node) {
                Some(inner) => self.computed_key(inner),
                None => Key::AnyMember,
            },
            Kind::String | Kind::Number => self.computed_key(node),
            _ => Key::Name(self.symbol(node)),
        }
    }

    fn computed_key(&mut self, node: Node) -> Key {
        if let Some(text) = self.constant_text(node) {
            let name = self.intern(&text);
            return if is_index(&text) { Key::Index(name) } else { Key::Name(name) };
        }
        match self.kind(node) {
            Kind::Number => {
                let text = self.symbol(node);
                if is_index(self.text(node)) { Key::Index(text) } else { Key::Name(text) }
            }
            // `Symbol.iterator` and its like are constants.
            Kind::Member if self.text(node).starts_with("Symbol.") => {
                let name = format!("@@{}", &self.text(node)["Symbol.".len()..]);
                Key::Name(self.intern(&name))
            }
            Kind::Identifier if self.is_builtin && self.text(node) == "__any__" => Key::AnyItem,
            Kind::Identifier if self.is_builtin && self.text(node) == "__member__" => Key::AnyMember,
            // `xs[1 + 1]`
            Kind::Binary if let Some(Known::Int(index @ 0..)) = self.constant(node, MAX_NESTING) => {
                Key::Index(self.intern(&index.to_string()))
            }
            _ => Key::Computed(self.expression(node)),
        }
    }

    /// `loads(dst, base, field)` into a fresh slot.
    pub(super) fn load(&mut self, base: Var, field: Field, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.loads.push(Load { dst, base, field, line });
        dst
    }

    // o.x:  load(v, o, x).  o[k]:  load_key(v, o, k)
    pub(super) fn load_key(&mut self, base: Var, key: Key, line: u32) -> Var {
        let field = match key {
            Key::Name(name) => Field::Attr(name),
            Key::Index(index) => Field::Item(index),
            Key::AnyItem => Field::AnyItem,
            Key::AnyMember => Field::AnyAttr,
            Key::Computed(key) => {
                let dst = self.draft.fresh();
                self.draft.rows.load_keys.push(LoadKey { dst, base, key, space: Space::Any, line });
                return dst;
            }
        };
        match self.known_field(base, field) {
            Some(value) => value,
            None => self.load(base, field, line),
        }
    }

    /// What a field of an object that is made here holds at this point, if that is known.
    pub(super) fn known_field(&self, base: Var, field: Field) -> Option<Var> {
        self.known.iter().rev().find(|row| row.0 == base && row.1 == field).map(|row| row.2)
    }

    // o.x = e:  store(o, x, e).  o[k] = e:  store_key(o, k, e)
    pub(super) fn store_key(&mut self, base: Var, key: Key, src: Var, line: u32) {
        let field = match key {
            Key::Name(name) => Field::Attr(name),
            Key::Index(index) => Field::Item(index),
            Key::AnyItem => Field::AnyItem,
            Key::AnyMember => Field::AnyAttr,
            Key::Computed(key) => {
                self.draft.rows.store_keys.push(StoreKey { base, key, src, space: Space::Any, line });
                self.forget();
                return;
            }
        };
        self.know(base, field, src);
        self.draft.rows.stores.push(Store { base, field, src, line });
    }

    /// A field is written: what other objects hold in a field of that name is known no longer.
    fn know(&mut self, base: Var, field: Field, src: Var) {
        self.known.retain(|row| row.1 != field);
        if matches!(field, Field::AnyItem | Field::AnyAttr) {
            self.forget();
        } else if self.literals.contains(&base) {
            self.known.push((base, field, src));
        }
    }

    // Assignment.

    // t = e
    pub(super) fn assignment(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        self.name_hint = match self.kind(target) {
            Kind::Identifier => self.symbol(target),
            Kind::Member => self.parts(target).nth(1).map_or(Sym::EMPTY, |name| self.symbol(name)),
            _ => Sym::EMPTY,
        };
        // The object is evaluated before the value, but nothing that matters here depends on it.
        let var = self.expression(value);
        self.name_hint = Sym::EMPTY;
        self.assign(target, var);
        var
    }

    // t += e:  derive(v, t), derive(v, e), t = v.  t ||= e:  move(v, t), move(v, e), t = v
    pub(super) fn augmented(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return self.draft.fresh() };
        let line = self.line(node);
        let operator = self.operator(target, value);
        let left = self.expression(target);
        let var = match operator {
            "&&=" | "||=" | "??=" => {
                let right = self.conditionally(|this| this.expression(value));
                self.merge(&[left, right], line)
            }
            "+=" => {
                let right = self.expression(value);
                self.append(left, value, right, line)
            }
            _ => {
                let right = self.expression(value);
                let dst = self.unknown_number(line);
                for src in [left, right] {
                    self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Operator, line });
                }
                dst
            }
        };
        self.assign(target, var);
        var
    }

    // t++:  derive(v, t), t = v
    pub(super) fn update(&mut self, node: Node) -> Var {
        let Some(target) = self.first_child(node) else { return self.draft.fresh() };
        let line = self.line(node);
        let src = self.expression(target);
        let dst = self.unknown_number(line);
        self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Operator, line });
        self.assign(target, dst);
        dst
    }

    pub(super) fn unknown_number(&mut self, line: u32) -> Var {
        self.allocate(Alloc::Builtin(self.words.number), line)
    }

    /// The text between two operands.
    pub(super) fn operator(&self, left: Node, right: Node) -> &'t str {
        let (from, to) = (self.syntax.row(left).end as usize, self.syntax.row(right).start as usize);
        self.syntax.text.get(from..to).unwrap_or_default().trim()
    }
}
