//! Classes: members, fields, accessors, static parts, decorators.
//!
//! The members of the class row are what instances find: methods and accessors. What is static is stored on the
//! class itself. The body of the class is a function: it makes the methods, and runs the initialisers of fields,
//! whose `this` is the instance (the receiver of the body) or, where they are static, the class.

use super::Lowerer;
use super::kind::Kind;
use super::pattern::Key;
use crate::facts::{
    Alloc, ArgKind, CallFlags, DeclaredField, Field, FunctionFlags, FunctionKind, Member, Param, ParamKind,
    Space, Store, StoreKey,
};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// What stands before the name of a member.
#[derive(Clone, Copy, Default)]
struct Modifiers {
    is_static: bool,
    is_get: bool,
    is_set: bool,
}

impl Lowerer<'_> {
    // class C extends B {}:  alloc(v, C), C = v
    pub(super) fn class_declaration(&mut self, node: Node, decorators: &[Node]) -> Var {
        let name = self.definition_name(node).map(|name| self.symbol(name));
        let mut hint = std::mem::replace(&mut self.name_hint, Sym::EMPTY);
        if hint == Sym::EMPTY {
            hint = self.intern("<class>");
        }
        let parent = self.draft.current();
        let place = self.place(node);
        let bases = self.bases(node);
        let body = self.new_function(name.unwrap_or(hint), FunctionKind::ClassBody, parent, place);
        let class = self.draft.add_class(name.unwrap_or(hint), parent, body, place);
        self.draft.classes[class.index()].bases = bases.to_vec();
        self.contexts[body.index()].class = Some(class);
        self.contexts[body.index()].depth = self.contexts[parent.index()].depth + 1;
        let mut var = self.allocate(Alloc::Class(class), place.line);
        let is_declaration = self.kind(node) == Kind::ClassDeclaration;
        if let (Some(name), true) = (name, is_declaration) {
            let local = self.renamed(name);
            self.bind(local, var, place.line);
        }
        let own = name.filter(|_| !is_declaration);
        if let Some(block) = self.child(node, Kind::ClassBody) {
            self.class_body(class, body, block, (own, var));
        }
        let syntax = self.syntax;
        for child in syntax.children(node) {
            if self.kind(child) == Kind::Decorator {
                var = self.decorate(child, var);
            }
        }
        for &decorator in decorators {
            var = self.decorate(decorator, var);
        }
        if let (Some(name), true) = (name, is_declaration) {
            let local = self.renamed(name);
            self.bind(local, var, place.line);
        }
        var
    }

    // @d class C {}:  call(w, d, [C]), C = w
    fn decorate(&mut self, decorator: Node, class: Var) -> Var {
        let Some(expression) = self.first_child(decorator) else { return class };
        let callee = self.expression(expression);
        let dst = self.draft.fresh();
        self.call_value(callee, dst, CallFlags::DECORATOR, &[(ArgKind::Positional, class)], expression);
        self.merge(&[class, dst], self.line(decorator))
    }

    /// What a class extends and implements.
    fn bases(&mut self, node: Node) -> SmallVec<[Var; 2]> {
        let mut bases = SmallVec::new();
        let syntax = self.syntax;
        let Some(heritage) = self.child(node, Kind::Heritage) else { return bases };
        for clause in syntax.children(heritage) {
            match self.kind(clause) {
                Kind::Extends => {
                    if let Some(base) = self.first_child(clause) {
                        bases.push(self.expression(base));
                    }
                }
                Kind::Implements => {
                    for ty in syntax.children(clause) {
                        bases.extend(self.type_value(ty));
                    }
                }
                _ => bases.push(self.expression(clause)),
            }
        }
        bases
    }

    fn class_body(&mut self, class: ClassId, body: FuncId, block: Node, (own, var): (Option<Sym>, Var)) {
        let parent = self.draft.current();
        let before = self.draft.switch(body);
        self.forget();
        self.literals.clear();
        self.constants.clear();
        self.kinds.clear();
        let renames = self.renames.len();
        self.push_scope(body, true);
        let receiver = self.draft.fresh();
        let this = self.words.this;
        self.draft.rows.params.push(Param {
            name: this,
            var: receiver,
            kind: ParamKind::Receiver,
            optional: false,
            default: Var::NONE,
        });
        let itself = self.draft.capture(body, parent, var);
        for (name, slot) in [(Some(this), receiver), (Some(self.words.static_this), itself), (own, itself)] {
            if let Some(name) = name {
                self.declare(name, None);
                self.bind(name, slot, self.line(block));
            }
        }
        let mut decorators: SmallVec<[Node; 2]> = SmallVec::new();
        let syntax = self.syntax;
        for member in syntax.children(block) {
            if self.kind(member) == Kind::Decorator {
                decorators.push(member);
                continue;
            }
            self.member(class, member, itself, &decorators);
            decorators.clear();
        }
        self.draft.classes[class.index()].members.sort_unstable_by_key(|member| member.name);
        self.close_scope();
        self.active -= 1;
        self.renames.truncate(renames);
        self.forget();
        self.literals.clear();
        self.constants.clear();
        self.kinds.clear();
        self.draft.switch(before);
    }

    fn member(&mut self, class: ClassId, member: Node, itself: Var, decorators: &[Node]) {
        match self.kind(member) {
            Kind::Method => self.method(class, member, itself, decorators),
            Kind::MethodSignature => self.signature(class, member),
            Kind::FieldDefinition => self.field(class, member, itself, decorators),
            Kind::StaticBlock => {
                if let Some(block) = self.child(member, Kind::Block) {
                    self.initialiser(block, member, itself);
                }
            }
            _ => {}
        }
    }

    /// Runs code whose `this` is the class.
    fn statically<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let renames = self.renames.len();
        self.renames.push((self.words.this, self.words.static_this));
        let result = run(self);
        self.renames.truncate(renames);
        result
    }

    fn modifiers(&self, member: Node) -> Modifiers {
        let mut modifiers = Modifiers::default();
        for child in self.children(member) {
            match self.kind(child) {
                Kind::Static => modifiers.is_static = true,
                Kind::Get => modifiers.is_get = true,
                Kind::Set => modifiers.is_set = true,
                Kind::Async | Kind::Decorator | Kind::Modifier => {}
                _ => break,
            }
        }
        modifiers
    }

    /// The node that names a member.
    pub(super) fn member_name(&self, member: Node) -> Option<Node> {
        self.children(member).find(|&child| {
            matches!(
                self.kind(child),
                Kind::Property | Kind::PrivateName | Kind::Computed | Kind::String | Kind::Number
            )
        })
    }

    fn method(&mut self, class: ClassId, node: Node, itself: Var, decorators: &[Node]) {
        let Some(name_node) = self.member_name(node) else { return };
        let modifiers = self.modifiers(node);
        let key = self.property_key(name_node);
        let Some(var) = self.method_closure(node, &key, FunctionKind::Method) else { return };
        let mut var = var;
        let mut own = decorators.to_vec();
        own.extend(self.children(node).filter(|&child| self.kind(child) == Kind::Decorator));
        for decorator in own {
            var = self.decorate_member(decorator, var, &key, itself);
        }
        self.add_member(class, key, var, modifiers.is_static, itself, node);
    }

    /// The closure of a method, named after its key; `static` methods bind to nothing of their own.
    pub(super) fn method_closure(&mut self, node: Node, key: &Key, kind: FunctionKind) -> Option<Var> {
        let modifiers = self.modifiers(node);
        let name = match key {
            Key::Name(name) | Key::Index(name) => *name,
            Key::Computed(_) | Key::AnyItem | Key::AnyMember => {
                let text = self.member_name(node).map_or("", |name| self.text(name));
                self.intern(text)
            }
        };
        let function = self.nested_function(node, name, kind)?;
        let row = &mut self.draft.functions[function.index()].row;
        if modifiers.is_static {
            row.flags = row.flags.with(FunctionFlags::STATIC);
        }
        if modifiers.is_get {
            row.flags = row.flags.with(FunctionFlags::GETTER);
        }
        if modifiers.is_set {
            row.flags = row.flags.with(FunctionFlags::SETTER);
        }
        Some(self.allocate(Alloc::Function(function), self.line(node)))
    }

    /// A member of instances, or of the class itself.
    fn add_member(&mut self, class: ClassId, key: Key, var: Var, is_static: bool, itself: Var, at: Node) {
        let line = self.line(at);
        match (key, is_static) {
            (Key::Name(name), false) => self.bind_member(class, name, var, line),
            (key, true) => self.store_method(itself, at, key, var),
            (key, false) => {
                let prototype = self.load(itself, Field::Attr(self.words.prototype), line);
                self.store_method(prototype, at, key, var);
            }
        }
    }

    /// A method, or a function that runs when the field is read or written, becomes a field of an object.
    pub(super) fn store_method(&mut self, base: Var, method: Node, key: Key, src: Var) {
        let line = self.line(method);
        let modifiers = self.modifiers(method);
        let space = match (modifiers.is_get, modifiers.is_set) {
            (true, _) => Space::Getter,
            (_, true) => Space::Setter,
            _ => return self.store_key(base, key, src, line),
        };
        let key = match key {
            Key::Name(name) | Key::Index(name) => self.string_literal(name, line),
            Key::Computed(key) => key,
            Key::AnyItem | Key::AnyMember => return,
        };
        self.forget();
        self.draft.rows.store_keys.push(StoreKey { base, key, src, space, line });
    }

    /// A getter and a setter of one name are one member, a slot that holds both.
    fn bind_member(&mut self, class: ClassId, name: Sym, var: Var, line: u32) {
        let members = &self.draft.classes[class.index()].members;
        let known = members.iter().position(|member| member.name == name);
        match known {
            Some(index) => {
                let both = self.merge(&[self.draft.classes[class.index()].members[index].var, var], line);
                self.draft.classes[class.index()].members[index].var = both;
            }
            None => self.draft.classes[class.index()].members.push(Member { name, var }),
        }
    }

    /// A method without a body: it says what a subclass has, and is never called.
    fn signature(&mut self, class: ClassId, node: Node) {
        let Some(name) = self.member_name(node) else { return };
        let Key::Name(name) = self.property_key(name) else { return };
        if self.draft.classes[class.index()].members.iter().any(|member| member.name == name) {
            return;
        }
        let place = self.place(node);
        let parent = self.draft.current();
        let function = self.new_function(name, FunctionKind::Method, parent, place);
        self.contexts[function.index()].class = Some(class);
        let row = &mut self.draft.functions[function.index()].row;
        row.class = Some(class);
        row.flags = FunctionFlags::OVERLOAD.with(FunctionFlags::ABSTRACT);
        let var = self.allocate(Alloc::Function(function), place.line);
        self.bind_member(class, name, var, place.line);
    }

    // class { x = e }:  store(this, x, e), this being the instance
    fn field(&mut self, class: ClassId, node: Node, itself: Var, decorators: &[Node]) {
        let modifiers = self.modifiers(node);
        let Some(name) = self.member_name(node) else { return };
        let key = self.property_key(name);
        if let (Some(ty), Key::Name(name)) = (self.child(node, Kind::Annotation), &key) {
            self.declare_field(class, *name, ty);
        }
        let value = self
            .children(node)
            .filter(|&child| {
                !matches!(
                    self.kind(child),
                    Kind::Static | Kind::Modifier | Kind::Annotation | Kind::Decorator | Kind::Error
                )
            })
            .last()
            .filter(|&value| value > name);
        let own: Vec<Node> = decorators
            .iter()
            .copied()
            .chain(self.children(node).filter(|&child| self.kind(child) == Kind::Decorator))
            .collect();
        for decorator in own {
            let nothing = self.draft.fresh();
            self.decorate_member(decorator, nothing, &key, itself);
        }
        let Some(value) = value else { return };
        if let Key::Name(name) = key {
            self.name_hint = name;
        }
        let line = self.line(node);
        if modifiers.is_static {
            let var = if self.runs(value) {
                self.initialiser(value, name, itself)
            } else {
                self.statically(|this| this.expression(value))
            };
            self.store_key(itself, key, var, line);
        } else {
            let this = self.this();
            let var =
                if self.runs(value) { self.initialiser(value, name, this) } else { self.expression(value) };
            self.store_key(this, key, var, line);
        }
        self.name_hint = Sym::EMPTY;
    }

    /// Whether the value of a field is code that runs, and no constant or function.
    fn runs(&self, value: Node) -> bool {
        !matches!(
            self.kind(self.bare(value)),
            Kind::Arrow
                | Kind::FunctionExpression
                | Kind::Class
                | Kind::String
                | Kind::Number
                | Kind::True
                | Kind::False
                | Kind::Null
                | Kind::Undefined
                | Kind::Identifier
        )
    }

    /// The declared type of a field, seen from the class body.
    pub(super) fn declare_field(&mut self, class: ClassId, name: Sym, annotation: Node) {
        if let Some(ty) = self.annotation_type(annotation) {
            self.draft.classes[class.index()].fields.push(DeclaredField { name, ty, in_constructor: false });
        }
    }

    // @d m() {}:  call(w, d, [m, …]); the first argument is the member where decorators are those of JavaScript, and
    // the prototype, before the name and the descriptor, where they are those that TypeScript had before.
    fn decorate_member(&mut self, decorator: Node, member: Var, key: &Key, itself: Var) -> Var {
        let Some(expression) = self.first_child(decorator) else { return member };
        let line = self.line(decorator);
        let callee = self.expression(expression);
        let dst = self.draft.fresh();
        let descriptor = self.allocate(Alloc::Builtin(self.words.object), line);
        let value = Field::Attr(self.words.value);
        self.draft.rows.stores.push(Store { base: descriptor, field: value, src: member, line });
        let name = match key {
            Key::Name(name) | Key::Index(name) => self.string_literal(*name, line),
            Key::Computed(var) => *var,
            Key::AnyItem | Key::AnyMember => self.draft.fresh(),
        };
        let first = if self.is_typescript {
            self.load(itself, Field::Attr(self.words.prototype), line)
        } else {
            member
        };
        let args = [first, if self.is_typescript { name } else { descriptor }, descriptor]
            .map(|var| (ArgKind::Positional, var));
        let count = if self.is_typescript { 3 } else { 2 };
        self.call_value(callee, dst, CallFlags::DECORATOR, &args[..count], expression);
        let replaced = self.load(descriptor, value, line);
        if self.is_typescript {
            self.merge(&[member, replaced], line)
        } else {
            self.merge(&[member, dst], line)
        }
    }

    /// `constructor(private x)`: the parameter is a field.
    pub(super) fn begin_constructor(&mut self, function: FuncId, node: Node) {
        if self.draft.functions[function.index()].row.name != self.words.constructor {
            return;
        }
        let Some(parameters) = self.child(node, Kind::Parameters) else { return };
        let syntax = self.syntax;
        for parameter in syntax.children(parameters) {
            let is_field = self.kind(parameter) == Kind::Parameter
                && (self.child(parameter, Kind::Modifier).is_some()
                    || self.text(parameter).starts_with("readonly "));
            let Some(target) = self.target_of(parameter).filter(|_| is_field) else { continue };
            if self.kind(target) == Kind::Identifier {
                let name = self.symbol(target);
                let src = self.read(name);
                let base = self.this();
                let line = self.line(parameter);
                self.draft.rows.stores.push(Store { base, field: Field::Attr(name), src, line });
            }
        }
    }
}
