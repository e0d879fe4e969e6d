//! Patterns: a value is taken apart, and names are bound to its parts.
//!
//! A part of a variant is a field with the name of the variant before it (`Some.0`, `Shape.width`); whether a path
//! of a pattern names a structure or a variant is not known here, so both fields are read: one of them is empty.

use super::kind::Kind;
use super::{Binding, Lowerer};
use crate::facts::{Field, Load};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

impl<'t> Lowerer<'t> {
    /// Binds the names of a pattern to the parts of a value.
    pub(super) fn pattern(&mut self, node: Node, value: Var) {
        if !self.deeper(node) {
            return;
        }
        match self.kind(node) {
            Kind::Identifier => self.bind_name(node, value, false),
            Kind::SelfValue => {}
            Kind::MutPattern => {
                if let Some(inner) = self.parts(node).last() {
                    match self.kind(inner) {
                        Kind::Identifier => self.bind_name(inner, value, true),
                        _ => self.pattern(inner, value),
                    }
                }
            }
            Kind::RefPattern | Kind::ReferencePattern | Kind::MatchPattern | Kind::Parenthesized => {
                if let Some(inner) = self.parts(node).last() {
                    self.pattern(inner, value);
                }
            }
            Kind::CapturedPattern => {
                let parts: Vec<Node> = self.parts(node).collect();
                parts.into_iter().for_each(|part| self.pattern(part, value));
            }
            Kind::TuplePattern => self.tuple_pattern(node, value),
            Kind::TupleStructPattern => self.tuple_struct(node, value),
            Kind::StructPattern => self.struct_pattern(node, value),
            Kind::SlicePattern => {
                let parts: Vec<Node> = self.parts(node).collect();
                let mut is_behind_rest = false;
                for (index, part) in parts.into_iter().enumerate() {
                    // `rest @ ..` is a part of the sequence, and no element.
                    let is_rest = self.kind(part) == Kind::CapturedPattern
                        && self.parts(part).any(|inner| self.kind(inner) == Kind::RestPattern);
                    is_behind_rest |= is_rest || self.kind(part) == Kind::RestPattern;
                    let field = if is_behind_rest { Field::AnyItem } else { self.element(index) };
                    let element = self.load(value, field, self.line(node));
                    self.pattern(part, if is_rest { value } else { element });
                }
            }
            Kind::OrPattern => self.or_pattern(node, value),
            Kind::String | Kind::RawString => {}
            _ => {}
        }
        self.depth -= 1;
    }

    fn bind_name(&mut self, node: Node, value: Var, is_mutable: bool) {
        // A name that begins like a type's is a constant or a unit variant.
        if self.text(node).starts_with(|c: char| c.is_uppercase()) || self.text(node) == "_" {
            return;
        }
        let name = self.symbol(node);
        let var = if is_mutable {
            let var = self.draft.fresh();
            self.push_move(var, value, self.line(node));
            var
        } else {
            value
        };
        self.bind_variable(name, var);
    }

    fn bind_variable(&mut self, name: Sym, var: Var) {
        let owner = self.draft.current();
        self.names.push(Binding::variable(name, owner, var, self.branch));
    }

    fn tuple_pattern(&mut self, node: Node, value: Var) {
        let parts: Vec<Node> = self.parts(node).collect();
        let mut is_behind_rest = false;
        for (index, part) in parts.into_iter().enumerate() {
            is_behind_rest |= self.kind(part) == Kind::RestPattern;
            let field = if is_behind_rest { Field::AnyItem } else { self.index(index) };
            let element = self.load(value, field, self.line(part));
            self.pattern(part, element);
        }
    }

    // V(p):  load(p, e, V.0), load(p, e, 0)
    fn tuple_struct(&mut self, node: Node, value: Var) {
        let parts: Vec<Node> = self.parts(node).collect();
        let Some((&path, fields)) = parts.split_first() else { return };
        let segments = self.segments(path);
        let Some(name) = segments.last().map(|&last| self.text(last)) else { return };
        let is_known = segments.len() == 1 && matches!(name, "Some" | "Ok" | "Err");
        for (index, &part) in fields.iter().enumerate() {
            let kind = self.kind(part);
            if kind == Kind::RestPattern {
                break;
            }
            if kind == Kind::Underscore {
                continue;
            }
            let line = self.line(part);
            let field = Field::Attr(self.intern(&format!("{name}.{index}")));
            let dst = self.load(value, field, line);
            if !is_known {
                let field = self.index(index);
                self.draft.rows.loads.push(Load { dst, base: value, field, line });
            }
            self.pattern(part, dst);
        }
    }

    // V { f: p }:  load(p, e, V.f), load(p, e, f)
    fn struct_pattern(&mut self, node: Node, value: Var) {
        let parts: Vec<Node> = self.parts(node).collect();
        let Some((&path, fields)) = parts.split_first() else { return };
        let segments = self.segments(path);
        let Some(variant) = segments.last().map(|&last| self.text(last)) else { return };
        for &part in fields {
            if self.kind(part) != Kind::FieldPattern {
                continue;
            }
            let inner: Vec<Node> = self.parts(part).collect();
            let Some(&name_node) = inner.iter().find(|&&node| {
                matches!(self.kind(node), Kind::FieldIdentifier | Kind::ShorthandField | Kind::Integer)
            }) else {
                continue;
            };
            let name = self.text(name_node);
            let line = self.line(part);
            let field = Field::Attr(self.symbol(name_node));
            let dst = self.load(value, field, line);
            let full = Field::Attr(self.intern(&format!("{variant}.{name}")));
            self.draft.rows.loads.push(Load { dst, base: value, field: full, line });
            if self.kind(name_node) == Kind::ShorthandField {
                let name = self.symbol(name_node);
                self.bind_variable(name, dst);
            } else if let Some(&pattern) = inner.last().filter(|&&last| last != name_node) {
                self.pattern(pattern, dst);
            }
        }
    }

    // p | q:  the names of both, each one slot
    fn or_pattern(&mut self, node: Node, value: Var) {
        let mark = self.names.len();
        let mut joined: Vec<Binding> = Vec::new();
        let parts: Vec<Node> = self.parts(node).collect();
        for part in parts {
            self.pattern(part, value);
            for row in self.names.split_off(mark) {
                match joined.iter().find(|known| known.name == row.name) {
                    Some(known) => {
                        let known = known.var;
                        self.push_move(known, row.var, self.line(part));
                    }
                    None => {
                        let var = self.draft.fresh();
                        self.push_move(var, row.var, self.line(part));
                        joined.push(Binding { var, ..row });
                    }
                }
            }
        }
        self.names.extend(joined);
    }
}
