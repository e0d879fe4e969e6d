//! Properties that are defined one by one under the names of others, as bundlers and compilers write what a module
//! exports again: the accessor of each name gives what stands under that name, and not what stands under any. It runs
//! where the property is read, all the same.
//!
//! ```text
//! Object.defineProperty(to, k, { get: () => from[k] })    to[k] = from[k]
//! Object.defineProperty(to, k, { get: all[k] })           reading to[k] calls all[k]
//! ```

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{LoadKey, Space, StoreKey};
use crate::ids::Var;
use crate::lower::syntax::Node;

/// What defines one property of an object.
const DEFINE: &str = "Object.defineProperty";

impl<'t> Lowerer<'t> {
    /// A call that defines a property under a name that is a variable, of what another object has under it. What the
    /// call gives, if it is one.
    pub(super) fn copied_property(&mut self, call: Node, callee: Node) -> Option<Var> {
        let arguments = self.child(call, Kind::Arguments)?;
        let mut arguments = self.parts(arguments);
        let (to, key, descriptor) = (arguments.next()?, arguments.next()?, arguments.next()?);
        if self.kind(key) != Kind::Identifier || self.kind(descriptor) != Kind::Object {
            return None;
        }
        let (member, space, getter) = self.read_of(descriptor, key)?;
        if !self.defines_property(callee) {
            return None;
        }
        let line = self.line(call);
        let from = self.first_child(member)?;
        let (base, key, from) = (self.expression(to), self.expression(key), self.expression(from));
        let src = self.draft.fresh();
        self.draft.rows.load_keys.push(LoadKey { dst: src, base: from, key, space: Space::Any, line });
        self.draft.rows.store_keys.push(StoreKey { base, key, src, space, line });
        let getter = getter.map(|getter| self.function_expression(getter));
        if let (Some(src), Some(pending)) = (getter, self.pending.back_mut()) {
            pending.is_silent = true;
            let space = Space::Getter;
            self.draft.rows.store_keys.push(StoreKey { base, key, src, space, line });
        }
        self.forget();
        Some(base)
    }

    /// The member under a key that a descriptor gives, whether it is the value or the getter, and the function that gives
    /// it.
    fn read_of(&self, descriptor: Node, key: Node) -> Option<(Node, Space, Option<Node>)> {
        for part in self.parts(descriptor) {
            let (name, value) = match self.kind(part) {
                Kind::Pair => {
                    let mut both = self.parts(part);
                    (both.next()?, self.bare(both.next()?))
                }
                _ => continue,
            };
            let (member, space, getter) = match (self.text(name), self.kind(value)) {
                ("get", Kind::Arrow | Kind::FunctionExpression) => {
                    (self.returned(value)?, Space::Any, Some(value))
                }
                ("get", _) => (value, Space::Getter, None),
                ("value", _) => (value, Space::Any, None),
                _ => continue,
            };
            let is_same = self.kind(member) == Kind::Subscript
                && self.parts(member).nth(1).is_some_and(|inner| {
                    self.kind(inner) == Kind::Identifier && self.text(inner) == self.text(key)
                });
            return is_same.then_some((member, space, getter));
        }
        None
    }

    /// The expression that is all that a function without parameters returns.
    fn returned(&self, function: Node) -> Option<Node> {
        let parameters = self.parameters_node(function)?;
        if self.first_child(parameters).is_some() {
            return None;
        }
        let body = self.parts(function).last()?;
        if self.kind(body) != Kind::Block {
            return Some(self.bare(body));
        }
        let statement = self.first_child(body).filter(|&first| self.kind(first) == Kind::Return)?;
        self.first_child(statement).map(|value| self.bare(value))
    }

    /// Whether a callee is `Object.defineProperty`, or a name that the file gives it.
    fn defines_property(&mut self, callee: Node) -> bool {
        let text = self.text(callee);
        if self.kind(callee) != Kind::Identifier {
            return text == DEFINE;
        }
        if self.definers.is_none() {
            let nodes = (0..self.syntax.rows.len() as u32).map(Node);
            self.definers = Some(nodes.filter_map(|node| self.definer(node)).collect());
        }
        self.definers.as_ref().is_some_and(|names| names.contains(text))
    }

    /// The name that a declarator gives `Object.defineProperty`.
    fn definer(&self, node: Node) -> Option<&'t str> {
        let mut both = self.parts(node);
        let (name, value) = (both.next()?, both.next()?);
        (self.kind(node) == Kind::Declarator && self.text(value) == DEFINE).then(|| self.text(name))
    }
}
