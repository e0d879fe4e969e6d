//! Assignment in all its forms, and deletion.

use super::Lowerer;
use super::kind::Kind;
use super::types::View;
use crate::facts::{
    Alloc, ArgKind, CallFlags, DeclaredField, Derivation, Derive, Field, Load, Space, Store, StoreKey,
};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// The key of a subscript.
pub(super) enum Key {
    /// A constant.
    Constant(Sym),
    /// Computed: the slot of it.
    Computed(Var),
    /// A slice: several elements.
    Slice,
    /// Some element.
    Any,
}

impl Lowerer<'_> {
    // a = b = e:  a and b hold the slot of e
    pub(super) fn assignment(&mut self, node: Node) {
        let mut targets: SmallVec<[Node; 2]> = SmallVec::new();
        let mut at = node;
        loop {
            let mut parts = self.parts(at);
            let (Some(target), second) = (parts.next(), parts.next()) else { return };
            match second {
                Some(ty) if self.kind(ty) == Kind::Type => {
                    let value = parts.next();
                    self.annotated(target, ty, value);
                    return;
                }
                Some(value) if self.kind(value) == Kind::Assignment => {
                    targets.push(target);
                    at = value;
                }
                Some(value) => {
                    targets.push(target);
                    self.assign_value(&targets, value);
                    return;
                }
                None => return,
            }
        }
    }

    fn assign_value(&mut self, targets: &[Node], value: Node) {
        if let [target] = targets
            && self.assign_pairwise(*target, value)
        {
            return;
        }
        let is_own = targets.len() == 1 && self.is_fresh(value);
        let var = self.right_side(value);
        for &target in targets {
            self.keep_constant(target, value, var);
            self.assign(target, var, is_own);
        }
    }

    /// What stands to the right of an assignment.
    pub(super) fn right_side(&mut self, value: Node) -> Var {
        match self.kind(value) {
            Kind::AugmentedAssignment => self.augmented_assignment(value),
            _ => self.expression(value),
        }
    }

    /// Whether an expression makes a slot of its own: not one that a name holds already.
    pub(super) fn is_fresh(&self, value: Node) -> bool {
        !matches!(
            self.kind(value),
            Kind::Identifier
                | Kind::Parenthesized
                | Kind::NamedExpression
                | Kind::Await
                | Kind::True
                | Kind::False
                | Kind::None
        )
    }

    // a, b = x, y:  a = x, b = y
    /// Assigns tuples of equal length part by part. False if that does not fit.
    fn assign_pairwise(&mut self, target: Node, value: Node) -> bool {
        let is_row = |kind| {
            matches!(kind, Kind::PatternList | Kind::TuplePattern | Kind::ExpressionList | Kind::Tuple)
        };
        if !is_row(self.kind(target)) || !is_row(self.kind(value)) {
            return false;
        }
        let is_plain = |this: &Self, node| {
            this.children(node).all(|child| {
                !matches!(
                    this.kind(child),
                    Kind::ListSplatPattern | Kind::ListSplat | Kind::Error | Kind::Parenthesized
                )
            })
        };
        let count = self.children(target).count();
        if count != self.children(value).count() || !is_plain(self, target) || !is_plain(self, value) {
            return false;
        }
        let vars: SmallVec<[Var; 4]> = self.children(value).map(|part| self.expression(part)).collect();
        for (part, var) in self.children(target).zip(vars) {
            self.assign(part, var, false);
        }
        true
    }

    // x: T = e:  move(x, e), hint(x, T).  In a class body also a field
    fn annotated(&mut self, target: Node, ty: Node, value: Option<Node>) {
        let line = self.line(target);
        if self.scope().is_class && self.kind(target) == Kind::Identifier {
            self.declare_field(target, ty);
        }
        self.declare_attribute(target, ty);
        self.calls_in_type(ty);
        let Some(value) = value else { return };
        let src = self.right_side(value);
        let var = self.draft.fresh();
        self.push_move(var, src, line);
        self.hint(var, ty, View::Here);
        self.assign(target, var, true);
    }

    /// `name: T` in a class body.
    fn declare_field(&mut self, target: Node, ty: Node) {
        let name = self.symbol(target);
        let function = self.draft.current();
        let Some(class) = self.contexts[function.index()].class else { return };
        let in_constructor = !self.is_class_variable(ty);
        let ty = self.annotation_or_unknown(ty, View::Here);
        self.draft.classes[class.index()].fields.push(DeclaredField { name, ty, in_constructor });
    }

    fn is_class_variable(&self, ty: Node) -> bool {
        let text = self.text(ty);
        text.starts_with("ClassVar") || text.starts_with("typing.ClassVar")
    }

    /// `self.name: T` in a method.
    fn declare_attribute(&mut self, target: Node, ty: Node) {
        let Some(name) = self.attribute_name(target) else { return };
        let function = self.draft.current();
        let context = &self.contexts[function.index()];
        let (Some(class), Some(receiver)) = (context.class, context.first_param) else { return };
        let object = self.first_child(target).and_then(|object| self.plain_name(object));
        if object.is_some_and(|object| self.scope().slot(object) == receiver) {
            let name = self.symbol(name);
            let body = self.draft.classes[class.index()].row.body;
            let ty = self.annotation_or_unknown(ty, View::Field(body));
            self.draft.classes[class.index()].fields.push(DeclaredField { name, ty, in_constructor: false });
        }
    }

    /// A value arrives at a target. `is_own` as for [`Lowerer::bind`].
    pub(super) fn assign(&mut self, target: Node, var: Var, is_own: bool) {
        match self.kind(target) {
            Kind::Identifier => {
                let name = self.symbol(target);
                self.bind(name, var, self.line(target), is_own);
            }
            Kind::Attribute => {
                let Some(name) = self.attribute_name(target) else { return };
                let Some(object) = self.first_child(target) else { return };
                let base = self.expression(object);
                let field = Field::Attr(self.symbol(name));
                self.draft.rows.stores.push(Store { base, field, src: var, line: self.line(name) });
            }
            Kind::Subscript => self.store_item(target, var),
            Kind::TuplePattern
            | Kind::ListPattern
            | Kind::PatternList
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList => self.unpack(target, var),
            Kind::Parenthesized | Kind::AsPatternTarget | Kind::ListSplatPattern | Kind::ListSplat => {
                let inner = self.children(target).find(|&child| !matches!(self.kind(child), Kind::Times));
                if let Some(inner) = inner.filter(|_| self.deeper(target)) {
                    self.assign(inner, var, is_own);
                    self.expression_depth -= 1;
                }
            }
            // `f() = x` is no Python, but the call is there.
            Kind::Call => self.effect(target),
            _ => {}
        }
    }

    // a, *b, c = e:  load(a, e, 0), b = list of load(e, any), load(c, e, any)
    fn unpack(&mut self, target: Node, base: Var) {
        if !self.deeper(target) {
            return;
        }
        let line = self.line(target);
        let mut is_behind_star = false;
        let parts = self.parts(target);
        for (index, part) in parts.enumerate() {
            let is_star = matches!(self.kind(part), Kind::ListSplatPattern | Kind::ListSplat);
            is_behind_star |= is_star;
            let field = if is_behind_star { Field::AnyItem } else { self.item(index) };
            let dst = self.load(base, field, line);
            let dst = if is_star { self.container_of(self.words.list, dst, line) } else { dst };
            self.assign(part, dst, true);
        }
        self.expression_depth -= 1;
    }

    /// A fresh container with one unknown element.
    pub(super) fn container_of(&mut self, class: Sym, element: Var, line: u32) -> Var {
        let base = self.allocate(Alloc::Builtin(class), line);
        self.draft.rows.stores.push(Store { base, field: Field::AnyItem, src: element, line });
        base
    }

    /// `loads(dst, base, field)` into a fresh slot.
    pub(super) fn load(&mut self, base: Var, field: Field, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.loads.push(Load { dst, base, field, line });
        dst
    }

    /// The field of an index.
    pub(super) fn item(&mut self, index: usize) -> Field {
        Field::Item(self.words.index(index, &mut self.draft.rows.names))
    }

    // o[k] = e:  store(o, k, e).  o[a:b] = e:  store(o, any, iterate(e))
    fn store_item(&mut self, target: Node, src: Var) {
        let line = self.line(target);
        let Some(object) = self.first_child(target) else { return };
        let base = self.expression(object);
        match self.key(target) {
            Key::Constant(key) => {
                self.draft.rows.stores.push(Store { base, field: Field::Item(key), src, line });
            }
            Key::Computed(key) => {
                self.draft.rows.store_keys.push(StoreKey { base, key, src, space: Space::Item, line });
            }
            Key::Slice => {
                let element = self.iterate(src, line);
                self.draft.rows.stores.push(Store { base, field: Field::AnyItem, src: element, line });
            }
            Key::Any => self.draft.rows.stores.push(Store { base, field: Field::AnyItem, src, line }),
        }
    }

    /// The key of a subscript, evaluated.
    pub(super) fn key(&mut self, subscript: Node) -> Key {
        let mut keys = self.parts(subscript).skip(1);
        let Some(key) = keys.next() else { return Key::Any };
        if let Some(second) = keys.next() {
            // `o[a, b]`: the key is a tuple, which names no field.
            for part in [key, second].into_iter().chain(keys) {
                self.key_part(part);
            }
            return Key::Any;
        }
        match self.kind(key) {
            Kind::Slice => {
                self.key_part(key);
                Key::Slice
            }
            Kind::Ellipsis => Key::Any,
            Kind::UnaryOperator if self.is_literal(key) => Key::Any,
            _ => match self.key_constant(key) {
                Some(constant) => Key::Constant(constant),
                None => Key::Computed(self.expression(key)),
            },
        }
    }

    /// The first index of a slice in steps of one, where that is a constant and leaves something out.
    pub(super) fn slice_start(&self, subscript: Node) -> Option<u32> {
        let slice = self.parts(subscript).nth(1)?;
        let (start, rest) = self.text(slice).split_once(':')?;
        let start = start.trim().parse().ok()?;
        (start > 0 && !rest.contains(':')).then_some(start)
    }

    fn key_part(&mut self, part: Node) {
        if self.kind(part) != Kind::Slice {
            self.expression(part);
            return;
        }
        for bound in self.children(part) {
            if !self.is_literal(bound) && self.kind(bound) != Kind::Error {
                self.expression(bound);
            }
        }
    }

    // a += b:  derive(v, a), derive(v, b), move(v, a), call(v, a.__iadd__, [b]), call(v, a.__add__, [b]), a = v
    pub(super) fn augmented_assignment(&mut self, node: Node) -> Var {
        let mut parts = self.parts(node);
        let (Some(target), Some(token), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            return self.draft.fresh();
        };
        let line = self.line(node);
        let left = self.expression(target);
        if self.kind(token) == Kind::PlusAssign
            && let Some(text) = self.constant_text(value)
        {
            let dst = self.append_text(left, &text, line);
            self.assign(target, dst, true);
            return dst;
        }
        let is_literal = self.is_literal(value);
        let right = self.right_side(value);
        let dst = self.draft.fresh();
        self.draft.rows.derives.push(Derive { dst, src: left, how: Derivation::Operator, line });
        if let Some(operator) = self.words.operator(self.kind(token)) {
            let args = [(ArgKind::Positional, right)];
            self.call_method(left, operator.in_place, dst, CallFlags::IMPLICIT, &args, node);
            self.call_method(left, operator.method, dst, CallFlags::IMPLICIT, &args, node);
        }
        if !is_literal {
            self.draft.rows.derives.push(Derive { dst, src: right, how: Derivation::Operator, line });
            self.push_move(dst, left, line);
        }
        self.assign(target, dst, true);
        dst
    }

    // del o[k]:  call(o.__delitem__, [k])
    pub(super) fn delete_statement(&mut self, node: Node) {
        for target in self.children(node) {
            self.delete(target);
        }
    }

    fn delete(&mut self, target: Node) {
        match self.kind(target) {
            Kind::Identifier => {
                let name = self.symbol(target);
                self.unbind(name);
            }
            Kind::Subscript => {
                let Some(object) = self.first_child(target) else { return };
                let base = self.expression(object);
                let key = self.key(target);
                let key = self.key_var(key, target);
                let args = [(ArgKind::Positional, key)];
                self.call_method(base, self.words.delitem, Var::NONE, CallFlags::IMPLICIT, &args, target);
            }
            Kind::Attribute => {
                if let Some(object) = self.first_child(target) {
                    self.expression(object);
                }
            }
            Kind::Error => {}
            _ => {
                if self.deeper(target) {
                    self.children(target).for_each(|child| self.delete(child));
                    self.expression_depth -= 1;
                }
            }
        }
    }

    /// A slot that holds a key.
    fn key_var(&mut self, key: Key, at: Node) -> Var {
        match key {
            Key::Computed(var) => var,
            Key::Constant(key) => self.string_literal(key, self.line(at)),
            Key::Slice | Key::Any => self.draft.fresh(),
        }
    }
}
