//! `struct`, `enum`, `trait`, `impl` → classes.
//!
//! ```text
//! struct S { f: T }        class S with field f; `S { f: e }` is a call of S
//! enum E { A(T), B }       class E with field "A.0"; member A is a class whose calls make an E, member B an E
//! trait T: U { fn m() }    class T with base U; member m, also by its full name "T::m"
//! impl T for S { … }       a class with base T whose members S gets: copy_fields(S, impl)
//! ```

use super::cfg;
use super::item::{Derives, is_item};
use super::kind::Kind;
use super::{Binding, Lowerer, MODULE};
use crate::facts::{
    Alloc, CallFlags, Callee, CopyFields, DeclaredField, Field, FunctionFlags, FunctionKind, Member, Space,
    Type,
};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::syntax::Node;

/// What the members of a body belong to.
struct Holder<'n> {
    class: ClassId,
    /// The last part of the trait's name, for members that are asked for by it.
    of_trait: Option<&'n str>,
    is_trait: bool,
}

impl<'t> Lowerer<'t> {
    fn add_class(&mut self, name: Sym, node: Node) -> (ClassId, FuncId) {
        let (parent, place) = (self.draft.current(), self.place(node));
        let body = self.draft.add_function(name, FunctionKind::ClassBody, parent, place);
        let class = self.draft.add_class(name, parent, body, place);
        (class, body)
    }

    // struct S { f: T }
    pub(super) fn structure(&mut self, node: Node, slot: Var, derives: Derives) {
        let Some(name) = self.item_name(node) else { return };
        let (class, body) = self.add_class(name, node);
        self.define(slot, Alloc::Class(class), node);
        let mark = self.generics.len();
        self.declare_generics(node, true);
        let before = self.draft.switch(body);
        let fields = self.field_list(node, None);
        self.draft.classes[class.index()].fields = fields;
        self.derived((class, body), (before, slot), derives);
        self.draft.switch(before);
        self.generics.truncate(mark);
        let has_fields = self
            .children(node)
            .any(|part| matches!(self.kind(part), Kind::FieldDeclarations | Kind::OrderedFields));
        if !has_fields {
            // The name of a unit structure is also its value.
            let value = self.instance_of(slot, node);
            self.push_move(slot, value, self.line(node));
        }
    }

    /// Constructors that a derive makes: calling them is calling the class.
    fn derived(&mut self, (class, body): (ClassId, FuncId), (owner, slot): (FuncId, Var), derives: Derives) {
        let itself = self.draft.capture(body, owner, slot);
        let default = ["default", "Default::default"].into_iter().filter(|_| derives.default);
        let parser = ["parse", "parse_from", "from_args"].into_iter().filter(|_| derives.parser);
        for name in default.chain(parser) {
            let name = self.intern(name);
            self.draft.classes[class.index()].members.push(Member { name, var: itself });
        }
    }

    /// `call(v, C)` that makes an instance and takes nothing.
    fn instance_of(&mut self, class: Var, at: Node) -> Var {
        let dst = self.draft.fresh();
        let flags = CallFlags::NEW.with(CallFlags::IMPLICIT);
        self.push_call(Callee::Value(class), dst, flags, &[], at);
        dst
    }

    /// The declared fields of a structure or variant; those of a variant carry its name.
    fn field_list(&mut self, node: Node, variant: Option<&str>) -> Vec<DeclaredField> {
        let mut fields = Vec::new();
        let named = self.child(node, Kind::FieldDeclarations);
        for field in self.parts_in(named) {
            let Some(name) = self.child(field, Kind::FieldIdentifier).map(|name| self.text(name)) else {
                continue;
            };
            let ty = self.parts(field).filter(|&part| self.kind(part).is_type()).last();
            fields.push(self.field(name, variant, ty));
        }
        let ordered = self.child(node, Kind::OrderedFields);
        let mut types = self.parts_in(ordered);
        types.retain(|&part| self.kind(part) != Kind::Visibility);
        for (index, ty) in types.into_iter().enumerate() {
            fields.push(self.field(&index.to_string(), variant, Some(ty)));
        }
        fields
    }

    fn field(&mut self, name: &str, variant: Option<&str>, ty: Option<Node>) -> DeclaredField {
        let name = match variant {
            Some(variant) => self.intern(&format!("{variant}.{name}")),
            None => self.intern(name.strip_prefix("r#").unwrap_or(name)),
        };
        let ty = ty.and_then(|ty| self.declared(ty)).unwrap_or_else(|| self.add_type(Type::Unknown));
        DeclaredField { name, ty, in_constructor: true }
    }

    // enum E { A(T), B }
    pub(super) fn enumeration(&mut self, node: Node, slot: Var, derives: Derives) {
        let Some(name) = self.item_name(node) else { return };
        let owner = self.draft.current();
        let (class, body) = self.add_class(name, node);
        self.define(slot, Alloc::Class(class), node);
        let mark = self.generics.len();
        self.declare_generics(node, true);
        let before = self.draft.switch(body);
        self.derived((class, body), (owner, slot), derives);
        let itself = self.draft.capture(body, owner, slot);
        let list = self.child(node, Kind::Variants);
        for variant in self.parts_in(list) {
            self.variant(variant, class, itself);
        }
        self.draft.switch(before);
        self.generics.truncate(mark);
    }

    fn variant(&mut self, node: Node, class: ClassId, itself: Var) {
        let Some(name_node) = self.child(node, Kind::Identifier) else { return };
        let (name, text) = (self.symbol(name_node), self.text(name_node));
        let fields = self.field_list(node, Some(text));
        let var = if fields.is_empty() {
            self.instance_of(itself, node)
        } else {
            let (variant, variant_body) = self.add_class(name, node);
            let unknown = fields.iter().map(|field| field.name).collect::<Vec<_>>();
            let before = self.draft.switch(variant_body);
            for name in unknown {
                let ty = self.add_type(Type::Unknown);
                let field = DeclaredField { name, ty, in_constructor: true };
                self.draft.classes[variant.index()].fields.push(field);
            }
            self.draft.switch(before);
            self.draft.classes[variant.index()].row.of = Some(class);
            self.allocate(Alloc::Class(variant), self.line(node))
        };
        let draft = &mut self.draft.classes[class.index()];
        draft.fields.extend(fields.into_iter().map(|field| DeclaredField { in_constructor: false, ..field }));
        draft.members.push(Member { name, var });
    }

    // trait T: U { … }
    pub(super) fn trait_item(&mut self, node: Node, slot: Var) {
        let Some(name) = self.item_name(node) else { return };
        let (owner, mark, generics) = (self.draft.current(), self.names.len(), self.generics.len());
        self.names.push(Binding::item(self.words.self_type, owner, slot));
        self.declare_generics(node, false);
        let bounds = self.child(node, Kind::TraitBounds);
        let mut bases = Vec::new();
        for bound in self.parts_in(bounds) {
            if self.kind(bound).is_type() {
                bases.push(self.type_value(bound));
            }
        }
        let (class, body) = self.add_class(name, node);
        self.draft.classes[class.index()].bases = bases;
        self.define(slot, Alloc::Class(class), node);
        let text = self.draft.rows.names.get(name).to_owned();
        let holder = Holder { class, of_trait: Some(&text), is_trait: true };
        let before = (self.in_trait.replace(name), self.target.take());
        self.members(node, body, &holder);
        (self.in_trait, self.target) = before;
        self.names.truncate(mark);
        self.generics.truncate(generics);
    }

    // impl T for S { … }
    pub(super) fn implementation(&mut self, node: Node) {
        let generics = self.generics.len();
        self.declare_generics(node, false);
        let types: Vec<Node> = self.parts(node).filter(|&part| self.kind(part).is_type()).collect();
        let is_trait = self.children(node).any(|part| self.kind(part) == Kind::ForToken);
        let (of_trait, target) = match types.as_slice() {
            [first, second, ..] if is_trait => (Some(*first), *second),
            [.., last] => (None, *last),
            [] => return,
        };
        let is_negative = self.children(node).any(|part| self.kind(part) == Kind::Not);
        if !is_negative {
            self.implement(node, of_trait, target);
        }
        self.generics.truncate(generics);
    }

    fn implement(&mut self, node: Node, of_trait: Option<Node>, target: Node) {
        let targets = self.implementors(target);
        let base = of_trait.map(|of_trait| self.type_value(of_trait));
        let trait_name = of_trait.and_then(|of_trait| self.trait_name(of_trait));
        let name = self.last_segment(target).unwrap_or("impl");
        let class_name = self.intern(&format!("impl {name}"));
        let name = match &trait_name {
            Some(of) => self.intern(&format!("<{name} as {of}>")),
            None => self.intern(name),
        };
        let (class, body) = self.add_class(name, node);
        // No class of the module has this name: it only lends its members.
        self.draft.classes[class.index()].row.name = class_name;
        self.draft.classes[class.index()].bases.extend(base);
        let (owner, mark) = (self.draft.current(), self.names.len());
        if let Some(&var) = targets.first() {
            self.names.push(Binding::item(self.words.self_type, owner, var));
        }
        if let Some(of_trait) = of_trait {
            self.chosen_by(of_trait, node, (class, body));
        }
        let made = self.allocate(Alloc::Class(class), self.line(node));
        for target in targets {
            self.draft.rows.copies.push(CopyFields { dst: target, src: made, space: Space::Attr });
        }
        let holder = Holder { class, of_trait: trait_name.as_deref(), is_trait: false };
        let before = (self.in_trait.take(), self.target.replace(target));
        self.members(node, body, &holder);
        (self.in_trait, self.target) = before;
        if let (Some("From"), Some(of_trait)) = (trait_name.as_deref(), of_trait) {
            self.conversion(made, of_trait, target);
        }
        self.names.truncate(mark);
    }

    // impl T<A> for S { fn f(&self, a: &A) }:  field "<argument>" of the impl is of type A
    /// An implementation for a type argument whose functions take a value of that type is chosen by it.
    fn chosen_by(&mut self, of_trait: Node, node: Node, (class, body): (ClassId, FuncId)) {
        let arguments = self.type_arguments(of_trait);
        let [argument] = arguments.as_slice() else { return };
        let Some(list) = self.child(node, Kind::Declarations) else { return };
        let wanted = self.plain_type(*argument);
        let mut functions: Vec<Node> = self.children(list).collect();
        functions.retain(|&part| self.kind(part) == Kind::Function);
        let takes_it = |&function: &Node| {
            let parameters = self.child(function, Kind::Parameters);
            let first = parameters.and_then(|parameters| self.child(parameters, Kind::Parameter));
            let ty =
                first.and_then(|first| self.parts(first).filter(|&part| self.kind(part).is_type()).last());
            ty.is_some_and(|ty| self.plain_type(ty) == wanted)
        };
        if functions.is_empty() || !functions.iter().all(takes_it) {
            return;
        }
        let before = self.draft.switch(body);
        if let Some(ty) = self.closed(*argument) {
            let field = DeclaredField { name: self.words.chosen, ty, in_constructor: false };
            self.draft.classes[class.index()].fields.push(field);
        }
        self.draft.switch(before);
    }

    /// The text of a type without the references around it.
    fn plain_type(&self, ty: Node) -> &'t str {
        let mut at = ty;
        while self.kind(at) == Kind::ReferenceType {
            let Some(inner) = self.parts(at).filter(|&part| self.kind(part).is_type()).last() else { break };
            at = inner;
        }
        self.text(at)
    }

    // impl From<S> for T { fn from }:  member `into` of S, also by the name of T, is that function
    fn conversion(&mut self, made: Var, of_trait: Node, target: Node) {
        let Some(&source) = self.type_arguments(of_trait).first() else { return };
        let Some(name) = self.last_segment(target) else { return };
        let line = self.line(of_trait);
        let function = self.load(made, Field::Attr(self.words.from), line);
        let class = self.type_value(source);
        let full = self.intern(&format!("into:{name}"));
        for member in [self.words.into, full] {
            self.store(class, Field::Attr(member), function, line);
        }
    }

    /// The classes that an `impl` is for: that of the type, or for a type parameter the traits that bound it.
    fn implementors(&mut self, target: Node) -> Vec<Var> {
        let mut at = target;
        while matches!(self.kind(at), Kind::ReferenceType | Kind::PointerType) {
            let Some(inner) = self.parts(at).filter(|&part| self.kind(part).is_type()).last() else { break };
            at = inner;
        }
        if self.kind(at) == Kind::TypeIdentifier {
            let name = self.symbol(at);
            if let Some(generic) = self.generics.iter().rev().find(|generic| generic.name == name) {
                let bounds = generic.bounds.clone();
                return bounds.into_iter().map(|bound| self.type_value(bound)).collect();
            }
        }
        vec![self.type_value(target)]
    }

    /// The name that a trait was given where it is declared.
    pub(super) fn trait_name(&mut self, ty: Node) -> Option<String> {
        let name = self.last_segment(ty)?;
        let symbol = self.intern(name);
        let own = self.renamed.get(&symbol).copied().unwrap_or(symbol);
        Some(self.draft.rows.names.get(own).to_owned())
    }

    /// The last segment of the path of a type, type arguments left out.
    pub(super) fn last_segment(&self, ty: Node) -> Option<&'t str> {
        let mut at = ty;
        for _ in 0..16 {
            match self.kind(at) {
                Kind::TypeIdentifier | Kind::PrimitiveType | Kind::Identifier => return Some(self.text(at)),
                Kind::ScopedType | Kind::ScopedIdentifier => at = self.parts(at).last()?,
                Kind::GenericType | Kind::TurbofishType => at = self.parts(at).next()?,
                _ => at = self.parts(at).find(|&part| self.kind(part).is_type())?,
            }
        }
        None
    }

    /// The functions, constants and types of the body of a trait or `impl`.
    fn members(&mut self, node: Node, body: FuncId, holder: &Holder<'_>) {
        let Some(list) = self.child(node, Kind::Declarations) else { return };
        let before = self.draft.switch(body);
        let siblings: Vec<Node> = self.member_nodes(list);
        // A member of another configuration is one more value of the member of that name.
        let mut known: Vec<(Sym, Var)> = Vec::new();
        for (index, &part) in siblings.iter().enumerate() {
            let attributes = self.attributes(&siblings, index);
            let condition = cfg::broken(&attributes, self.configuration);
            let Some(name) =
                self.item_name_if_member(part).filter(|_| condition.is_none() || !self.is_dependency)
            else {
                continue;
            };
            if let Some(text) = condition {
                self.only_if(&text, self.line(part), self.syntax.end_line(part));
            }
            let Some(var) = self.member(part, holder) else { continue };
            match known.iter().find(|row| row.0 == name) {
                Some(&(_, first)) => self.push_move(first, var, self.line(part)),
                None => {
                    known.push((name, var));
                    self.add_member(name, var, holder);
                }
            }
        }
        self.draft.switch(before);
    }

    /// The children of a body, those of its macros put in.
    fn member_nodes(&self, list: Node) -> Vec<Node> {
        let mut nodes = Vec::new();
        for part in self.children(list) {
            match self.expanded.get(&part.0).filter(|_| self.kind(part) == Kind::MacroInvocation) {
                Some(roots) => roots.iter().for_each(|&root| nodes.extend(self.children(root))),
                None => nodes.push(part),
            }
        }
        nodes
    }

    fn item_name_if_member(&mut self, part: Node) -> Option<Sym> {
        let kind = self.kind(part);
        let is_member = is_item(kind) || matches!(kind, Kind::Signature | Kind::AssociatedType);
        if is_member { self.item_name(part) } else { None }
    }

    fn member(&mut self, part: Node, holder: &Holder<'_>) -> Option<Var> {
        match self.kind(part) {
            Kind::Function | Kind::Signature => {
                let mut flags = FunctionFlags::default();
                if holder.is_trait {
                    flags = flags.with(FunctionFlags::VIRTUAL);
                }
                if self.kind(part) == Kind::Signature {
                    flags = flags.with(FunctionFlags::ABSTRACT);
                }
                let function = self.function(part, FunctionKind::Method, flags);
                Some(self.allocate(Alloc::Function(function), self.line(part)))
            }
            Kind::Const => {
                let slot = self.draft.fresh();
                self.constant(part, slot);
                Some(slot)
            }
            Kind::TypeItem => {
                let slot = self.draft.fresh();
                self.alias(part, slot);
                Some(slot)
            }
            _ => None,
        }
    }

    fn add_member(&mut self, name: Sym, var: Var, holder: &Holder<'_>) {
        let members = &mut self.draft.classes[holder.class.index()].members;
        members.push(Member { name, var });
        if let Some(of_trait) = holder.of_trait {
            let full = format!("{of_trait}::{}", self.draft.rows.names.get(name));
            let full = self.intern(&full);
            self.draft.classes[holder.class.index()].members.push(Member { name: full, var });
        }
    }

    /// `Self` in a default method: the class of the receiver.
    pub(super) fn self_of_receiver(&mut self, receiver: Var, line: u32) {
        let owner = self.draft.current();
        let slot = self.draft.fresh();
        let field = Field::Attr(self.words.class);
        let class = self.load(receiver, field, line);
        self.push_move(slot, class, line);
        self.names.push(Binding::item(self.words.self_type, owner, slot));
    }

    /// The module itself owns the items outside of all blocks.
    pub(super) fn is_in_module(&self) -> bool {
        self.draft.current() == MODULE
    }
}
