//! JSX: components are called, with what their elements hold; elements of the page get their attributes and call
//! what listens to their events.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, ArgKind, CallFlags, Field, Store};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

impl Lowerer<'_> {
    // <C a={e}>f</C>:  call(v, C, [{a: e, children: f}]), call(_, method(v, render)).
    // <p a={e}/>:  call(_, JSX, [{a: e}]), where the page gets anything that is not constant.
    pub(super) fn element(&mut self, node: Node) -> Var {
        let opening = self.child(node, Kind::Opening).unwrap_or(node);
        let mut attributes: SmallVec<[(Option<Sym>, Var); 8]> = SmallVec::new();
        let mut name = None;
        let mut is_dynamic = false;
        for part in self.parts(opening) {
            match self.kind(part) {
                Kind::Attribute => is_dynamic |= self.attribute(part, &mut attributes),
                Kind::JsxExpression => {
                    is_dynamic = true;
                    let var = self.expression(part);
                    attributes.push((None, var));
                }
                Kind::TypeArguments => {}
                _ => name = Some(part),
            }
        }
        if opening != node {
            for child in self.parts(node) {
                if matches!(self.kind(child), Kind::Element | Kind::SelfClosing | Kind::JsxExpression) {
                    let var = self.expression(child);
                    attributes.push((Some(self.words.children), var));
                }
            }
        }
        match name {
            Some(name) if self.is_component(name) => self.component(node, name, &attributes),
            Some(_) => {
                if is_dynamic {
                    self.page_element(node, &attributes);
                }
                self.draft.fresh()
            }
            // A fragment holds its children.
            None => {
                let slots: SmallVec<[Var; 8]> = attributes.iter().map(|row| row.1).collect();
                let array = self.allocate(Alloc::Builtin(self.words.array), self.line(node));
                for src in slots {
                    self.draft.rows.stores.push(Store {
                        base: array,
                        field: Field::AnyItem,
                        src,
                        line: self.line(node),
                    });
                }
                array
            }
        }
    }

    /// Whether its value is more than constant text.
    fn attribute(&mut self, node: Node, attributes: &mut SmallVec<[(Option<Sym>, Var); 8]>) -> bool {
        let mut parts = self.parts(node);
        let Some(name) = parts.next() else { return false };
        let name = self.symbol(name);
        let Some(value) = parts.next() else { return false };
        let var = self.expression(value);
        attributes.push((Some(name), var));
        self.kind(value) != Kind::String
    }

    fn is_component(&self, name: Node) -> bool {
        let text = self.text(name);
        self.kind(name) == Kind::Member || text.starts_with(|c: char| !c.is_lowercase())
    }

    fn component(&mut self, node: Node, name: Node, attributes: &[(Option<Sym>, Var)]) -> Var {
        let callee = self.expression(name);
        let properties = self.properties(node, attributes);
        let dst = self.draft.fresh();
        self.call_value(callee, dst, CallFlags::default(), &[(ArgKind::Positional, properties)], node);
        let shown = self.draft.fresh();
        let render = self.words.render;
        self.call_method(dst, render, shown, CallFlags::IMPLICIT, &[], node);
        dst
    }

    /// The object that holds what an element is given.
    fn properties(&mut self, node: Node, attributes: &[(Option<Sym>, Var)]) -> Var {
        let line = self.line(node);
        let properties = self.allocate(Alloc::Builtin(self.words.object), line);
        for &(name, src) in attributes {
            match name {
                Some(name) => {
                    let field = Field::Attr(name);
                    self.draft.rows.stores.push(Store { base: properties, field, src, line });
                }
                None => self.copy_fields(properties, src),
            }
        }
        properties
    }

    /// An element of the page: what it is given is the page's, which calls what listens.
    fn page_element(&mut self, node: Node, attributes: &[(Option<Sym>, Var)]) {
        let jsx = self.words.jsx;
        let page = self.read(jsx);
        let properties = self.properties(node, attributes);
        self.call_value(page, Var::NONE, CallFlags::IMPLICIT, &[(ArgKind::Positional, properties)], node);
    }
}
