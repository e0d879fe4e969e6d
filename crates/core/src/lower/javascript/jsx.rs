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
    // <p a={e}/>:  call(v, method(JSX, p), [a=e])
    pub(super) fn element(&mut self, node: Node) -> Var {
        let opening = self.child(node, Kind::Opening).unwrap_or(node);
        let mut attributes: SmallVec<[(Option<Sym>, Var); 8]> = SmallVec::new();
        let mut name = None;
        for part in self.parts(opening) {
            match self.kind(part) {
                Kind::Attribute => self.attribute(part, &mut attributes),
                Kind::JsxExpression => {
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
            Some(name) => self.page_element(node, name, &attributes),
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

    fn attribute(&mut self, node: Node, attributes: &mut SmallVec<[(Option<Sym>, Var); 8]>) {
        let mut parts = self.parts(node);
        let Some(name) = parts.next() else { return };
        let name = self.symbol(name);
        let var = match parts.next() {
            Some(value) => self.expression(value),
            None => return,
        };
        attributes.push((Some(name), var));
    }

    fn is_component(&self, name: Node) -> bool {
        let text = self.text(name);
        self.kind(name) == Kind::Member || text.starts_with(|c: char| !c.is_lowercase())
    }

    fn component(&mut self, node: Node, name: Node, attributes: &[(Option<Sym>, Var)]) -> Var {
        let line = self.line(node);
        let callee = self.expression(name);
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
        let dst = self.draft.fresh();
        self.call_value(callee, dst, CallFlags::default(), &[(ArgKind::Positional, properties)], node);
        let shown = self.draft.fresh();
        let render = self.words.render;
        self.call_method(dst, render, shown, CallFlags::IMPLICIT, &[], node);
        dst
    }

    fn page_element(&mut self, node: Node, name: Node, attributes: &[(Option<Sym>, Var)]) -> Var {
        let jsx = self.words.jsx;
        let page = self.read(jsx);
        let name = self.symbol(name);
        let args: SmallVec<[(ArgKind, Var); 8]> = attributes
            .iter()
            .map(|&(name, var)| (name.map_or(ArgKind::KeywordSpread, ArgKind::Keyword), var))
            .collect();
        let dst = self.draft.fresh();
        self.call_method(page, name, dst, CallFlags::IMPLICIT, &args, node);
        dst
    }
}
