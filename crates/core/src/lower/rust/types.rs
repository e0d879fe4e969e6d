//! Types as they are written → [`Type`] terms and the classes they name.
//!
//! References, boxes and counted pointers are what they point to. A type is *closed* if it names structures and
//! enumerations only: then a variable of that type holds nothing else, and the term is
//! [`Type::Exact`]. A type with a trait or a type parameter in it is *open*: what flows in decides, and the traits'
//! implementors are the fallback.

use super::kind::Kind;
use super::{Generic, Lowerer};
use crate::facts::{Field, Hint, Type};
use crate::ids::{Sym, TypeId, Var};
use crate::lower::syntax::Node;

/// A type term.
#[derive(Clone, Copy)]
pub(super) struct Term {
    id: TypeId,
    is_closed: bool,
}

/// Types that are their last argument: what is read through them is what they hold.
const TRANSPARENT: [&str; 16] = [
    "Box",
    "Rc",
    "Arc",
    "Pin",
    "Cow",
    "Ref",
    "RefMut",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "ManuallyDrop",
    "Weak",
    "Gc",
    "NonNull",
    "BoxFuture",
    "LocalBoxFuture",
];

/// Traits that say nothing about what methods a value has beside those that every value has.
const PLAIN_TRAITS: [&str; 12] =
    ["Fn", "FnMut", "FnOnce", "Send", "Sync", "Sized", "Copy", "Clone", "Unpin", "Any", "AsRef", "AsMut"];

impl<'t> Lowerer<'t> {
    pub(super) fn add_type(&mut self, ty: Type) -> TypeId {
        let owner = self.draft.current();
        self.draft.add_type(owner, ty)
    }

    /// `hints(var, T)`, if the type says anything.
    pub(super) fn hint(&mut self, var: Var, node: Node) {
        if let Some(ty) = self.declared(node) {
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
    }

    /// The term of a declaration.
    pub(super) fn declared(&mut self, node: Node) -> Option<TypeId> {
        let term = self.term(node, 0)?;
        Some(if term.is_closed { self.add_type(Type::Exact(term.id)) } else { term.id })
    }

    /// The term of a type that names structures and enumerations only.
    pub(super) fn closed(&mut self, node: Node) -> Option<TypeId> {
        self.term(node, 0).filter(|term| term.is_closed).map(|term| term.id)
    }

    fn term(&mut self, node: Node, depth: u32) -> Option<Term> {
        if depth > 8 {
            return None;
        }
        match self.kind(node) {
            Kind::ReferenceType | Kind::PointerType | Kind::BracketedType => {
                let inner = self.parts(node).filter(|&part| self.kind(part).is_type()).last()?;
                self.term(inner, depth + 1)
            }
            Kind::TypeIdentifier => self.named_term(node, depth),
            Kind::PrimitiveType | Kind::ScopedType => {
                let var = self.type_value(node);
                Some(self.value_term(var, true))
            }
            Kind::GenericType => self.generic_term(node, depth),
            Kind::TupleType => {
                let head = self.prelude(self.words.tuple);
                let parts: Vec<Node> = self.parts(node).collect();
                Some(self.applied(head, &parts, depth))
            }
            Kind::ArrayType => {
                let head = self.prelude(self.words.vec);
                let element = self.parts(node).next()?;
                Some(self.applied(head, &[element], depth))
            }
            Kind::DynamicType | Kind::AbstractType | Kind::BoundedType => self.bound_term(node, depth),
            _ => None,
        }
    }

    fn value_term(&mut self, var: Var, is_closed: bool) -> Term {
        Term { id: self.add_type(Type::Value(var)), is_closed }
    }

    fn named_term(&mut self, node: Node, depth: u32) -> Option<Term> {
        let name = self.symbol(node);
        if let Some(at) = self.generics.iter().rposition(|generic| generic.name == name) {
            return self.generic_parameter(at, depth);
        }
        if self.text(node) == "_" {
            return None;
        }
        let is_closed = name != self.words.self_type || self.in_trait.is_none();
        let var = self.item_of_name(name);
        Some(self.value_term(var, is_closed))
    }

    /// A type parameter: that of the class, or what fulfils its bounds, which may name the parameter itself.
    fn generic_parameter(&mut self, at: usize, depth: u32) -> Option<Term> {
        if let Some(index) = self.generics[at].index {
            return Some(Term { id: self.add_type(Type::Param(index)), is_closed: true });
        }
        let bounds = self.generics[at].bounds.clone();
        self.any_of(&bounds, depth + 1)
    }

    /// The trait of which nothing but that is known that a type implements it: then its methods go first.
    pub(super) fn only_trait(&mut self, ty: Node) -> Option<Sym> {
        let mut bounds = Vec::new();
        let mut waiting = vec![ty];
        while let Some(at) = waiting.pop() {
            match self.kind(at) {
                Kind::ReferenceType | Kind::DynamicType | Kind::AbstractType | Kind::BoundedType => {
                    let is_wrapper = self.kind(at) == Kind::ReferenceType;
                    for part in self.parts_in(Some(at)).into_iter().filter(|&part| self.kind(part).is_type())
                    {
                        if is_wrapper || self.kind(part) == Kind::BoundedType {
                            waiting.push(part);
                        } else {
                            bounds.push(part);
                        }
                    }
                }
                Kind::GenericType
                    if self.last_segment(at).is_some_and(|name| TRANSPARENT.contains(&name)) =>
                {
                    waiting.extend(self.type_arguments(at).last());
                }
                Kind::TypeIdentifier => {
                    let name = self.symbol(at);
                    let generic = self.generics.iter().rev().find(|generic| generic.name == name)?;
                    bounds.extend(generic.bounds.iter().copied());
                }
                _ => return None,
            }
        }
        bounds.retain(|&bound| self.last_segment(bound).is_some_and(|name| !PLAIN_TRAITS.contains(&name)));
        let [bound] = bounds.as_slice() else { return None };
        if self.kind(*bound) == Kind::FunctionType {
            return None;
        }
        let name = self.trait_name(*bound)?;
        Some(self.intern(&name))
    }

    /// Notes the traits that a value, or its elements, are declared to implement and nothing more.
    pub(super) fn note_traits(&mut self, var: Var, ty: Node) {
        let owner = self.draft.current();
        if let Some(name) = self.only_trait(ty) {
            self.traits.insert((owner, var), name);
        } else if let Some(name) = self.element_trait(ty, 0) {
            self.element_traits.insert((owner, var), name);
        }
    }

    /// The trait of the elements of `Vec<Box<dyn T>>`, `&[&dyn T]` and the like.
    fn element_trait(&mut self, ty: Node, depth: u32) -> Option<Sym> {
        if depth > 4 {
            return None;
        }
        let element = match self.kind(ty) {
            Kind::ReferenceType => {
                let inner = self.parts(ty).filter(|&part| self.kind(part).is_type()).last()?;
                return self.element_trait(inner, depth + 1);
            }
            Kind::ArrayType => self.parts(ty).next()?,
            Kind::GenericType => self.type_arguments(ty).last().copied()?,
            _ => return None,
        };
        self.only_trait(element).or_else(|| self.element_trait(element, depth + 1))
    }

    /// The trait that the elements of `v`, `&v` or `v.iter()` are declared to implement.
    pub(super) fn trait_of_elements(&mut self, value: Node) -> Option<Sym> {
        let mut at = value;
        while self.kind(at) != Kind::Identifier {
            if !matches!(self.kind(at), Kind::Reference | Kind::Call | Kind::Field | Kind::Parenthesized) {
                return None;
            }
            at = self.parts(at).find(|&part| self.text(part) != "mut")?;
        }
        let name = self.symbol(at);
        let row = self.names.iter().rev().find(|row| row.name == name && !row.is_item)?;
        self.element_traits.get(&(row.owner, row.var)).copied()
    }

    /// What fulfils one of several bounds.
    fn any_of(&mut self, bounds: &[Node], depth: u32) -> Option<Term> {
        let mut terms = Vec::new();
        for &bound in bounds {
            if let Some(term) = self.trait_term(bound, depth + 1) {
                terms.push(term.id);
            }
        }
        match terms.as_slice() {
            [] => None,
            [only] => Some(Term { id: *only, is_closed: false }),
            _ => Some(Term { id: self.add_type(Type::Union(terms)), is_closed: false }),
        }
    }

    /// `dyn A + B`, `impl A`.
    fn bound_term(&mut self, node: Node, depth: u32) -> Option<Term> {
        let mut bounds = Vec::new();
        let mut waiting = vec![node];
        while let Some(at) = waiting.pop() {
            for part in self.parts(at) {
                match self.kind(part) {
                    Kind::DynamicType | Kind::AbstractType | Kind::BoundedType | Kind::HigherRanked => {
                        waiting.push(part);
                    }
                    _ => bounds.push(part),
                }
            }
        }
        self.any_of(&bounds, depth)
    }

    /// A trait as a type: an iterator or future is what it gives, any other trait its implementors.
    fn trait_term(&mut self, node: Node, depth: u32) -> Option<Term> {
        if depth > 8 || !self.kind(node).is_type() || self.kind(node) == Kind::FunctionType {
            return None;
        }
        let name = self.last_segment(node)?;
        if PLAIN_TRAITS.contains(&name) {
            return None;
        }
        if let Some(item) = self.binding(node, &["Item", "Output"]) {
            if name == "Future" {
                return self.term(item, depth + 1);
            }
            if matches!(
                name,
                "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "Stream"
            ) {
                let head = self.prelude(self.words.iter);
                let term = self.applied(head, &[item], depth + 1);
                return Some(Term { is_closed: false, ..term });
            }
        }
        let var = self.type_value(node);
        Some(self.value_term(var, false))
    }

    /// The type that a trait's argument list binds one of these names to.
    fn binding(&self, node: Node, names: &[&str]) -> Option<Node> {
        let arguments = self.child(node, Kind::TypeArguments)?;
        let binding = self.children(arguments).find(|&part| {
            self.kind(part) == Kind::TypeBinding
                && self.child(part, Kind::TypeIdentifier).is_some_and(|name| names.contains(&self.text(name)))
        })?;
        self.parts(binding).filter(|&part| self.kind(part).is_type()).nth(1)
    }

    fn generic_term(&mut self, node: Node, depth: u32) -> Option<Term> {
        let arguments = self.type_arguments(node);
        let name = self.last_segment(node)?;
        if TRANSPARENT.contains(&name) {
            return self.term(*arguments.last()?, depth + 1);
        }
        let head = self.type_value(node);
        Some(self.applied(head, &arguments, depth))
    }

    /// The types among the arguments of a generic type.
    pub(super) fn type_arguments(&self, node: Node) -> Vec<Node> {
        let list = self.child(node, Kind::TypeArguments);
        list.into_iter().flat_map(|list| self.parts(list)).filter(|&part| self.kind(part).is_type()).collect()
    }

    pub(super) fn has_arguments(&self, node: Node) -> bool {
        matches!(self.kind(node), Kind::GenericType | Kind::TupleType | Kind::ArrayType)
            || (self.kind(node) == Kind::ReferenceType
                && self.parts(node).any(|part| self.kind(part) == Kind::GenericType))
    }

    fn applied(&mut self, head: Var, arguments: &[Node], depth: u32) -> Term {
        let mut is_closed = true;
        let mut ids = Vec::with_capacity(arguments.len());
        for &argument in arguments {
            match self.term(argument, depth + 1) {
                Some(term) => {
                    is_closed &= term.is_closed;
                    ids.push(term.id);
                }
                None => {
                    is_closed &= matches!(self.kind(argument), Kind::UnitType | Kind::NeverType);
                    ids.push(self.add_type(Type::Unknown));
                }
            }
        }
        let head = self.add_type(Type::Value(head));
        Term { id: self.add_type(Type::Apply(head, ids)), is_closed }
    }

    /// The slot that holds the class which a type names.
    pub(super) fn type_value(&mut self, node: Node) -> Var {
        let mut at = node;
        for _ in 0..16 {
            match self.kind(at) {
                Kind::TypeIdentifier | Kind::Identifier => {
                    let name = self.symbol(at);
                    return self.item_of_name(name);
                }
                Kind::PrimitiveType => {
                    let name = self.symbol(at);
                    return self.prelude(name);
                }
                Kind::ScopedType | Kind::ScopedIdentifier => return self.path(at),
                Kind::TupleType | Kind::UnitType => return self.prelude(self.words.tuple),
                Kind::ArrayType => return self.prelude(self.words.vec),
                Kind::GenericType | Kind::TurbofishType => {
                    let is_transparent =
                        self.last_segment(at).is_some_and(|name| TRANSPARENT.contains(&name));
                    let inner = match is_transparent {
                        true => self.type_arguments(at).last().copied(),
                        false => self.parts(at).next(),
                    };
                    match inner {
                        Some(inner) => at = inner,
                        None => break,
                    }
                }
                _ => match self.parts(at).filter(|&part| self.kind(part).is_type()).last() {
                    Some(inner) => at = inner,
                    None => break,
                },
            }
        }
        self.draft.fresh()
    }

    // Type parameters.

    /// Makes the type parameters of a definition known, with the bounds of its `where` clause.
    pub(super) fn declare_generics(&mut self, node: Node, of_class: bool) {
        let mark = self.generics.len();
        let list = self.child(node, Kind::TypeParameters);
        let mut index = 0;
        for parameter in self.parts_in(list) {
            if self.kind(parameter) != Kind::TypeParameter {
                continue;
            }
            let Some(name) = self.child(parameter, Kind::TypeIdentifier).map(|name| self.symbol(name)) else {
                continue;
            };
            let bounds = self.bounds_of(parameter);
            self.generics.push(Generic { name, bounds, index: of_class.then_some(index) });
            index += 1;
        }
        let clause = self.child(node, Kind::Where);
        for predicate in self.parts_in(clause) {
            let Some(subject) = self.parts(predicate).next() else { continue };
            let (name, bounds) = (self.symbol(subject), self.bounds_of(predicate));
            if let Some(generic) = self.generics[mark..].iter_mut().find(|generic| generic.name == name) {
                generic.bounds.extend(bounds);
            }
        }
    }

    fn bounds_of(&self, node: Node) -> Vec<Node> {
        let bounds = self.child(node, Kind::TraitBounds);
        bounds
            .into_iter()
            .flat_map(|bounds| self.parts(bounds))
            .flat_map(|bound| match self.kind(bound) {
                Kind::HigherRanked => self.parts(bound).last(),
                kind if kind.is_type() => Some(bound),
                _ => None,
            })
            .collect()
    }

    /// A slot for the class that stands for each type parameter of a function: the class of each value of it.
    pub(super) fn bind_generics(&mut self, from: usize) {
        let owner = self.draft.current();
        for at in from..self.generics.len() {
            let name = self.generics[at].name;
            let var = self.draft.fresh();
            if let Some(term) = self.generic_parameter(at, 0) {
                let ty = self.add_type(Type::ClassOf(term.id));
                self.draft.rows.hints.push(Hint { var, ty, checked: false });
            }
            self.names.push(super::Binding::item(name, owner, var));
        }
    }

    /// A parameter of type `T` says what class T is.
    pub(super) fn class_of_value(&mut self, value: Var, ty: Node, line: u32) {
        let mut at = ty;
        while self.kind(at) == Kind::ReferenceType {
            let Some(inner) = self.parts(at).filter(|&part| self.kind(part).is_type()).last() else { return };
            at = inner;
        }
        if self.kind(at) != Kind::TypeIdentifier {
            return;
        }
        let name: Sym = self.symbol(at);
        let current = self.draft.current();
        let slot =
            self.names.iter().rev().find(|row| row.is_item && row.name == name && row.owner == current);
        let is_generic = self.generics.iter().any(|generic| generic.name == name);
        if let (Some(slot), true) = (slot.map(|row| row.var), is_generic) {
            let class = self.load(value, Field::Attr(self.words.class), line);
            self.push_move(slot, class, line);
        }
    }
}
