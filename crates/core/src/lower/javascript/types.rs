//! TypeScript: declared types as hints, interfaces, enumerations and namespaces.
//!
//! A type says what a value may be called with, so scalars, `any`, `null` and what is structural says nothing.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, Field, FunctionFlags, FunctionKind, Hint, Load, Store, Type};
use crate::ids::{ClassId, TypeId, Var};
use crate::lower::syntax::Node;

/// Types that are what their argument is, once waited for.
const TRANSPARENT: [&str; 5] = ["Promise", "Awaited", "Readonly", "Required", "NonNullable"];

/// Names that say nothing.
const SAYS_NOTHING: [&str; 10] =
    ["Function", "Object", "String", "Number", "Boolean", "Record", "Partial", "Pick", "Omit", "Array"];

impl Lowerer<'_> {
    /// `hints(var, type)`, if the annotation says anything.
    pub(super) fn hint(&mut self, var: Var, annotation: Node) {
        if let Some(ty) = self.annotation_type(annotation) {
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
    }

    /// As `hint`, with a row for what is declared to hold numbers or truth values only.
    pub(super) fn hint_declared(&mut self, var: Var, annotation: Node) {
        if is_number(self.text(annotation)) {
            let ty = self.add_type(Type::Number);
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
        self.hint(var, annotation);
    }

    /// The declared result of a function.
    pub(super) fn hint_result(&mut self, function: Node) {
        if let Some(annotation) = self.child(function, Kind::Annotation) {
            self.hint(Var::RETURN, annotation);
        }
    }

    /// The type that an annotation declares, or none if it says nothing.
    pub(super) fn annotation_type(&mut self, node: Node) -> Option<TypeId> {
        if !self.deeper(node) {
            return None;
        }
        let ty = self.declared_type(node);
        self.expression_depth -= 1;
        ty
    }

    fn declared_type(&mut self, node: Node) -> Option<TypeId> {
        match self.kind(node) {
            Kind::Annotation | Kind::WrappedType => {
                let inner = self.first_child(node)?;
                self.annotation_type(inner)
            }
            Kind::TypeName | Kind::NestedType => {
                let var = self.type_value(node)?;
                Some(self.add_type(Type::Value(var)))
            }
            Kind::GenericType => {
                let name = self.first_child(node)?;
                if TRANSPARENT.contains(&self.text(name)) {
                    let arguments = self.child(node, Kind::TypeArguments)?;
                    let argument = self.first_child(arguments)?;
                    return self.annotation_type(argument);
                }
                self.annotation_type(name)
            }
            Kind::UnionType | Kind::IntersectionType => {
                let mut members = Vec::new();
                for part in self.parts(node) {
                    members.extend(self.annotation_type(part));
                }
                match members.as_slice() {
                    [] => None,
                    [only] => Some(*only),
                    _ => Some(self.add_type(Type::Union(members))),
                }
            }
            _ => None,
        }
    }

    fn add_type(&mut self, ty: Type) -> TypeId {
        let owner = self.draft.current();
        self.draft.add_type(owner, ty)
    }

    /// The slot of the class or interface that a type names.
    pub(super) fn type_value(&mut self, node: Node) -> Option<Var> {
        match self.kind(node) {
            Kind::TypeName | Kind::NestedType => {}
            Kind::GenericType => {
                let name = self.first_child(node)?;
                return self.type_value(name);
            }
            _ => return None,
        }
        let text = self.text(node);
        let mut parts = text.split('.').map(str::trim);
        let first = parts.next()?;
        // A single letter is a parameter of the type.
        if SAYS_NOTHING.contains(&text) || text.len() == 1 {
            return None;
        }
        let name = self.intern(first);
        let name = self.renamed(name);
        let mut var = self.read(name);
        let line = self.line(node);
        for part in parts {
            let field = Field::Attr(self.intern(part));
            let dst = self.draft.fresh();
            self.draft.rows.loads.push(Load { dst, base: var, field, line });
            var = dst;
        }
        Some(var)
    }

    /// A function without a body: one of several signatures, or one that is declared only.
    pub(super) fn overload(&mut self, node: Node) {
        let Some(name) = self.definition_name(node).map(|name| self.symbol(name)) else { return };
        let parent = self.draft.current();
        let place = self.place(node);
        let function = self.new_function(name, FunctionKind::Function, parent, place);
        self.draft.functions[function.index()].row.flags = FunctionFlags::OVERLOAD;
    }

    // interface I extends J { m(): T }:  a class of which nothing runs
    pub(super) fn interface(&mut self, node: Node) {
        let Some(name) = self.definition_name(node).map(|name| self.symbol(name)) else { return };
        let parent = self.draft.current();
        let place = self.place(node);
        let mut bases = Vec::new();
        let syntax = self.syntax;
        if let Some(clause) = self.child(node, Kind::ExtendsType) {
            for ty in syntax.children(clause) {
                bases.extend(self.type_value(ty));
            }
        }
        let body = self.new_function(name, FunctionKind::ClassBody, parent, place);
        let row = &mut self.draft.functions[body.index()].row;
        row.flags = FunctionFlags::ABSTRACT;
        let class = self.draft.add_class(name, parent, body, place);
        self.draft.classes[class.index()].bases = bases;
        self.contexts[body.index()].class = Some(class);
        self.contexts[body.index()].depth = self.contexts[parent.index()].depth + 1;
        let var = self.allocate(Alloc::Class(class), place.line);
        let local = self.renamed(name);
        self.bind(local, var, place.line);
        if let Some(block) = self.child(node, Kind::InterfaceBody) {
            let before = self.draft.switch(body);
            self.push_scope(body, true);
            self.interface_members(class, block);
            self.close_scope();
            self.active -= 1;
            self.draft.switch(before);
        }
    }

    fn interface_members(&mut self, class: ClassId, block: Node) {
        let syntax = self.syntax;
        for member in syntax.children(block) {
            let Some(name) = self.member_name(member).map(|name| self.symbol(name)) else { continue };
            if self.kind(member) == Kind::PropertySignature
                && let Some(annotation) = self.child(member, Kind::Annotation)
            {
                self.declare_field(class, name, annotation);
            }
        }
    }

    // enum E { A = e }:  alloc(v, Object), store(v, A, e)
    pub(super) fn enumeration(&mut self, node: Node) {
        let Some(name) = self.definition_name(node).map(|name| self.symbol(name)) else { return };
        let line = self.line(node);
        let object = self.allocate(Alloc::Builtin(self.words.object), line);
        let local = self.renamed(name);
        self.bind(local, object, line);
        let Some(body) = self.child(node, Kind::EnumBody) else { return };
        for member in self.parts(body) {
            let (key, value) = match self.kind(member) {
                Kind::EnumAssignment => {
                    let mut both = self.parts(member);
                    (both.next(), both.next())
                }
                _ => (Some(member), None),
            };
            let Some(key) = key else { continue };
            let key = self.property_key(key);
            let src = match value {
                Some(value) => self.expression(value),
                None => self.unknown_number(line),
            };
            self.store_key(object, key, src, self.line(member));
        }
    }

    // namespace N { export … }:  alloc(v, Object), store(v, x, …)
    pub(super) fn namespace(&mut self, node: Node) {
        let (Some(name), Some(block)) = (self.first_child(node), self.child(node, Kind::Block)) else {
            return;
        };
        if self.kind(name) == Kind::String {
            // `declare module "m"` describes another module.
            return;
        }
        let line = self.line(node);
        let name = self.symbol(name);
        let local = self.renamed(name);
        let known = self.scope().slot(local);
        let object =
            if known.is_some() { known } else { self.allocate(Alloc::Builtin(self.words.object), line) };
        self.bind(local, object, line);
        let renames = self.renames.len();
        let first = self.exported.len();
        self.enter_block(block, false);
        self.statements(block);
        let exported = self.exported.split_off(first);
        for (name, what) in exported {
            let src = match what {
                super::module::Exported::Slot(var) => var,
                super::module::Exported::Local(name) => {
                    let name = self.renamed(name);
                    self.read(name)
                }
            };
            self.draft.rows.stores.push(Store { base: object, field: Field::Attr(name), src, line });
        }
        self.renames.truncate(renames);
    }
}

/// Types of which no member holds text.
const NUMBERS: [&str; 9] = [
    "number",
    "boolean",
    "bigint",
    "undefined",
    "null",
    "number[]",
    "boolean[]",
    "Array<number>",
    "Set<number>",
];

/// Whether an annotation names numbers and truth values only.
fn is_number(annotation: &str) -> bool {
    let text = annotation.trim_start_matches(':').trim();
    !text.is_empty() && text.split('|').all(|member| NUMBERS.contains(&member.trim()))
}
