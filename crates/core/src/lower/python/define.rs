//! Definitions: functions, classes, lambdas, their decorators and parameters.

use super::Lowerer;
use super::kind::Kind;
use super::types::View;
use crate::facts::{
    Alloc, Allocate, ArgKind, CallFlags, FunctionFlags, FunctionKind, Hint, Member, Param, ParamKind,
};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::draft::{Draft, Place};
use crate::lower::scope::Scope;
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Functions nested deeper than this are left out: their full names alone would grow without bound.
const MAX_FUNCTION_DEPTH: u32 = 100;

/// A function whose body waits.
pub(super) struct Pending {
    function: FuncId,
    node: Node,
    /// Slots of the parent that hold the defaults of parameters.
    defaults: Vec<(Node, Var)>,
}

/// What a decorator means, where lowering itself gives it a meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A call.
    Call,
    /// A call, of which the function is declared abstract.
    Abstract,
    Getter,
    /// A getter, which a class that may be the program's makes.
    Cached,
    Setter,
    Deleter,
    Static,
    Class,
    Overload,
}

impl Role {
    /// Whether the decorator is called with the function.
    fn is_applied(self) -> bool {
        matches!(self, Self::Call | Self::Abstract)
    }
}

/// Whether a function is the body of a class.
pub(super) fn is_class_body(draft: &Draft, function: FuncId) -> bool {
    draft.functions[function.index()].row.kind == FunctionKind::ClassBody
}

impl Lowerer<'_> {
    // @d def f: A:  alloc(v, f), call(w, d, [v]) innermost first, f = w
    pub(super) fn definition(&mut self, node: Node) {
        let mut decorators: SmallVec<[(Node, Role, Var); 2]> = SmallVec::new();
        let mut definition = node;
        if self.kind(node) == Kind::Decorated {
            for child in self.children(node) {
                match self.kind(child) {
                    Kind::Decorator => self.decorator(child, &mut decorators),
                    Kind::Function | Kind::Class => definition = child,
                    _ => {}
                }
            }
        }
        let Some(name) = self.child(definition, Kind::Identifier).map(|name| self.symbol(name)) else {
            return;
        };
        let var = match self.kind(definition) {
            Kind::Function => self.define_function(definition, name, node, &decorators),
            Kind::Class => Some(self.define_class(definition, name)),
            _ => None,
        };
        let Some(mut var) = var else { return };
        for &(at, role, decorator) in decorators.iter().rev() {
            if role.is_applied() {
                var = self.decorate(at, decorator, var);
            } else if role == Role::Cached {
                self.decorate(at, decorator, var);
            }
        }
        if decorators.iter().any(|row| row.1 == Role::Setter) {
            let getter = self.scope().slot(name);
            var = self.merge(&[getter, var], self.line(node));
        }
        self.bind(name, var, self.line(definition), true);
    }

    /// Evaluates a decorator; one that is a call on an object is called when it is applied.
    fn decorator(&mut self, node: Node, decorators: &mut SmallVec<[(Node, Role, Var); 2]>) {
        // The `@` itself is a row too: elsewhere it is an operator.
        let Some(expression) = self.children(node).find(|&child| self.kind(child) != Kind::MatrixTimes)
        else {
            return;
        };
        let role = self.role(expression);
        let var = match (role, self.kind(expression)) {
            (Role::Call | Role::Abstract, Kind::Attribute) => {
                let object = self.first_child(expression).unwrap_or(expression);
                self.expression(object)
            }
            (Role::Call | Role::Abstract | Role::Cached, _) => self.expression(expression),
            _ => Var::NONE,
        };
        decorators.push((expression, role, var));
    }

    fn decorate(&mut self, at: Node, decorator: Var, function: Var) -> Var {
        let dst = self.draft.fresh();
        let args = [(ArgKind::Positional, function)];
        match self.attribute_name(at) {
            Some(name) => {
                let method = self.symbol(name);
                self.call_method(decorator, method, dst, CallFlags::DECORATOR, &args, name);
            }
            None => self.call_value(decorator, dst, CallFlags::DECORATOR, &args, at),
        }
        dst
    }

    /// The name node of an attribute.
    pub(super) fn attribute_name(&self, node: Node) -> Option<Node> {
        if self.kind(node) != Kind::Attribute {
            return None;
        }
        self.children(node).filter(|&child| self.kind(child) == Kind::Identifier).last()
    }

    fn role(&self, decorator: Node) -> Role {
        let text = match self.kind(decorator) {
            Kind::Identifier | Kind::Attribute => self.text(decorator),
            _ => return Role::Call,
        };
        match text {
            "property" => Role::Getter,
            "cached_property" => Role::Cached,
            "functools.cached_property" => Role::Getter,
            "staticmethod" => Role::Static,
            "classmethod" => Role::Class,
            "overload" | "typing.overload" | "t.overload" => Role::Overload,
            "abstractmethod" | "abc.abstractmethod" => Role::Abstract,
            _ => match text.rsplit_once('.').map(|split| split.1) {
                Some("setter") => Role::Setter,
                Some("getter") => Role::Getter,
                Some("deleter") => Role::Deleter,
                _ => Role::Call,
            },
        }
    }

    /// Adds a function, which is lowered later. The slot that holds it, unless nothing is bound.
    fn define_function(
        &mut self,
        node: Node,
        name: Sym,
        head: Node,
        decorators: &[(Node, Role, Var)],
    ) -> Option<Var> {
        if self.is_too_nested(node) {
            return None;
        }
        let defaults = self.defaults(self.child(node, Kind::Parameters));
        if let Some(result) = self.child(node, Kind::Type) {
            self.calls_in_type(result);
        }
        let in_class = self.scope().is_class;
        let kind = if in_class { FunctionKind::Method } else { FunctionKind::Function };
        let function = self.nested_function(name, kind, node);
        let mut flags = self.flags_of(node, name, in_class);
        for &(_, role, _) in decorators {
            flags = flags.with(match role {
                Role::Getter | Role::Cached => FunctionFlags::GETTER,
                Role::Setter => FunctionFlags::SETTER,
                Role::Static => FunctionFlags::STATIC,
                Role::Class => FunctionFlags::CLASS,
                Role::Overload => FunctionFlags::OVERLOAD,
                Role::Abstract => FunctionFlags::ABSTRACT,
                Role::Call | Role::Deleter => FunctionFlags::default(),
            });
        }
        let row = &mut self.draft.functions[function.index()].row;
        row.flags = flags;
        row.head_line = self.syntax.row(head).line;
        self.pending.push_back(Pending { function, node, defaults });
        let is_bound = !decorators.iter().any(|row| matches!(row.1, Role::Overload | Role::Deleter));
        is_bound.then(|| self.allocate(Alloc::Function(function), self.line(node)))
    }

    /// What the definition itself says of a function.
    fn flags_of(&self, node: Node, name: Sym, in_class: bool) -> FunctionFlags {
        let mut flags = FunctionFlags::default();
        if self.child(node, Kind::Async).is_some() {
            flags = flags.with(FunctionFlags::ASYNC);
        }
        if in_class {
            flags = flags.with(match self.draft.rows.names.get(name) {
                "__new__" => FunctionFlags::STATIC,
                "__init_subclass__" | "__class_getitem__" => FunctionFlags::CLASS,
                _ => FunctionFlags::default(),
            });
            if self.child(node, Kind::Block).is_some_and(|body| self.is_stub(body)) {
                flags = flags.with(FunctionFlags::ABSTRACT);
            }
        }
        flags
    }

    /// Whether a body is nothing but `...`, behind a docstring or not.
    fn is_stub(&self, body: Node) -> bool {
        let mut kinds = self
            .children(body)
            .map(|child| self.first_child(child).map(|expression| self.kind(expression)))
            .skip_while(|&kind| kind == Some(Kind::String));
        kinds.next() == Some(Some(Kind::Ellipsis)) && kinds.next().is_none()
    }

    /// Adds a function inside the current one.
    fn nested_function(&mut self, name: Sym, kind: FunctionKind, node: Node) -> FuncId {
        let parent = self.draft.current();
        let place = self.place(node);
        let function = self.new_function(name, kind, parent, place);
        let class = self.contexts[parent.index()].class;
        if kind == FunctionKind::Method {
            self.draft.functions[function.index()].row.class = class;
        }
        let targets = self.scope().targets.clone();
        let depth = self.contexts[parent.index()].depth + 1;
        let context = &mut self.contexts[function.index()];
        context.class = class;
        context.depth = depth;
        context.targets = targets;
        // A method can capture what the function around its class binds.
        let mut outer = parent;
        while is_class_body(&self.draft, outer) {
            outer = self.draft.functions[outer.index()].row.parent;
            self.contexts[outer.index()].has_nested = true;
        }
        function
    }

    pub(super) fn allocate(&mut self, what: Alloc, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.allocs.push(Allocate { dst, what, line });
        dst
    }

    // lambda p: e:  alloc(v, f), and in f: move(RETURN, e)
    pub(super) fn lambda(&mut self, node: Node) -> Var {
        if self.is_too_nested(node) {
            return self.draft.fresh();
        }
        let defaults = self.defaults(self.child(node, Kind::LambdaParameters));
        let function = self.nested_function(Sym::EMPTY, FunctionKind::Lambda, node);
        self.pending.push_back(Pending { function, node, defaults });
        self.allocate(Alloc::Function(function), self.line(node))
    }

    /// Evaluates the defaults of parameters, but for those that lead nowhere (`None`, numbers).
    fn defaults(&mut self, parameters: Option<Node>) -> Vec<(Node, Var)> {
        let mut defaults = Vec::new();
        let syntax = self.syntax;
        for parameter in parameters.into_iter().flat_map(|parameters| syntax.children(parameters)) {
            if let Some(value) = self.default_of(parameter)
                && !self.is_literal(value)
            {
                let var = self.expression(value);
                defaults.push((parameter, var));
            }
            if let Some(ty) = self.child(parameter, Kind::Type) {
                let values = self.calls_in_type(ty);
                // A framework hands `Annotated[T, source()]` over as it does a default `source()`.
                if self.text(ty).contains("Annotated[") {
                    defaults.extend(values.into_iter().map(|var| (parameter, var)));
                }
            }
        }
        defaults
    }

    /// Evaluates the calls in an annotation. Their results.
    pub(super) fn calls_in_type(&mut self, annotation: Node) -> SmallVec<[Var; 1]> {
        let syntax = self.syntax;
        let mut results = SmallVec::new();
        let (mut at, end) = (annotation.0, syntax.row(annotation).next);
        while at < end {
            let row = syntax.row(Node(at));
            if row.kind == Kind::Call {
                results.push(self.expression(Node(at)));
                at = row.next;
            } else {
                at += 1;
            }
        }
        results
    }

    /// Whether a definition is inside so many others that it is left out. Notes that.
    fn is_too_nested(&mut self, node: Node) -> bool {
        let parent = self.draft.current();
        let is_too_nested = self.contexts[parent.index()].depth >= MAX_FUNCTION_DEPTH;
        if is_too_nested {
            self.note(self.line(node), "Functions are nested too deeply here: the innermost are left out.");
        }
        is_too_nested
    }

    fn default_of(&self, parameter: Node) -> Option<Node> {
        match self.kind(parameter) {
            Kind::DefaultParameter => self.children(parameter).nth(1),
            Kind::TypedDefaultParameter => self.children(parameter).nth(2),
            _ => None,
        }
    }

    // Bodies.

    /// Opens a scope above the active one.
    fn push_scope(&mut self, function: FuncId, is_class: bool) {
        self.active += 1;
        if self.active == self.scopes.len() {
            self.scopes.push(Scope::default());
        }
        self.scopes[self.active].reset(function, is_class);
    }

    /// Lowers a function that waited. No other body is open.
    pub(super) fn function(&mut self, pending: Pending) {
        let Pending { function, node, defaults } = pending;
        self.draft.switch(function);
        self.active = 0;
        self.constants.clear();
        self.scopes[0].reset(function, false);
        let is_lambda = self.kind(node) == Kind::Lambda;
        self.type_parameters(node);
        let parameters = if is_lambda { Kind::LambdaParameters } else { Kind::Parameters };
        if let Some(parameters) = self.child(node, parameters) {
            self.parameters(function, parameters, &defaults);
        }
        if let Some(result) = self.child(node, Kind::Type) {
            self.hint(Var::RETURN, result, View::Signature);
        }
        let body = self.children(node).last().filter(|_| node.0 + 1 < self.syntax.row(node).next);
        if let Some(body) = body {
            self.scan(body);
            if is_lambda {
                let value = self.expression(body);
                self.push_move(Var::RETURN, value, self.line(body));
            } else {
                self.block(body);
            }
        }
        self.close_scope();
    }

    fn parameters(&mut self, function: FuncId, parameters: Node, defaults: &[(Node, Var)]) {
        let mut kind = ParamKind::Positional;
        let first_row = self.draft.rows.params.len();
        for parameter in self.children(parameters) {
            match self.kind(parameter) {
                Kind::KeywordSeparator => kind = ParamKind::KeywordOnly,
                Kind::PositionalSeparator => {
                    for row in &mut self.draft.rows.params[first_row..] {
                        row.kind = ParamKind::PositionalOnly;
                    }
                }
                Kind::Error => {}
                _ => {
                    let var = self.parameter(function, parameter, kind, defaults);
                    if self.contexts[function.index()].first_param.is_none() {
                        self.contexts[function.index()].first_param = Some(var);
                    }
                    if self.draft.rows.params.last().is_some_and(|row| row.kind == ParamKind::Rest) {
                        kind = ParamKind::KeywordOnly;
                    }
                }
            }
        }
    }

    // def f(p: T = d):  param(p), hint(p, T), move(p, capture of d)
    fn parameter(&mut self, function: FuncId, node: Node, kind: ParamKind, defaults: &[(Node, Var)]) -> Var {
        let var = self.draft.fresh();
        let (mut target, mut kind) = (node, kind);
        while !matches!(self.kind(target), Kind::Identifier | Kind::TuplePattern) {
            match self.kind(target) {
                Kind::ListSplatPattern => kind = ParamKind::Rest,
                Kind::DictionarySplatPattern => kind = ParamKind::KeywordRest,
                _ => {}
            }
            let inner = self
                .children(target)
                .find(|&child| !matches!(self.kind(child), Kind::Times | Kind::Power | Kind::Error));
            let Some(inner) = inner else { break };
            target = inner;
        }
        let is_name = self.kind(target) == Kind::Identifier;
        let name = if is_name { self.symbol(target) } else { Sym::EMPTY };
        let default = self.default_of(node);
        self.draft.rows.params.push(Param {
            name,
            var,
            kind,
            optional: default.is_some(),
            default: Var::NONE,
        });
        self.default(function, node, var, defaults);
        if let Some(ty) = self.child(node, Kind::Type)
            && !matches!(kind, ParamKind::Rest | ParamKind::KeywordRest)
        {
            self.number_hint(var, ty);
            self.hint(var, ty, View::Signature);
        }
        if is_name {
            let scope = self.scope();
            scope.bound.push((target.0, name));
            scope.set_local(name, true);
            self.bind(name, var, self.line(target), true);
        } else {
            self.scan(node);
            self.assign(target, var, true);
        }
        var
    }

    fn default(&mut self, function: FuncId, node: Node, var: Var, defaults: &[(Node, Var)]) {
        let line = self.line(node);
        let parent = self.draft.functions[function.index()].row.parent;
        for &(_, outer) in defaults.iter().filter(|row| row.0 == node) {
            let captured = self.draft.capture(function, parent, outer);
            self.push_move(var, captured, line);
        }
    }

    /// Names that stand for types inside a generic definition: bound, to nothing.
    fn type_parameters(&mut self, node: Node) {
        let Some(parameters) = self.child(node, Kind::TypeParameter) else { return };
        for parameter in self.children(parameters) {
            let mut inner = parameter;
            while !matches!(self.kind(inner), Kind::Identifier) {
                let next = self
                    .children(inner)
                    .find(|&child| !matches!(self.kind(child), Kind::Times | Kind::Power | Kind::Error));
                let Some(next) = next else { break };
                inner = next;
            }
            if self.kind(inner) == Kind::Identifier {
                let name = self.symbol(inner);
                self.type_names.insert(name);
            }
        }
    }

    // class C(B, metaclass=M): A:  base(C, B), alloc(v, C), and A runs here
    fn define_class(&mut self, node: Node, name: Sym) -> Var {
        let parent = self.draft.current();
        let place = self.place(node);
        let bases = self.bases(node);
        self.type_parameters(node);
        let class = self.add_class(name, parent, node, place);
        for (keyword, var) in bases {
            match keyword {
                None => self.draft.classes[class.index()].bases.push(var),
                Some("metaclass") => self.draft.classes[class.index()].row.metaclass = var,
                Some(_) => {}
            }
        }
        let var = self.allocate(Alloc::Class(class), place.line);
        if let Some(body) = self.child(node, Kind::Block) {
            self.class_body(class, body);
        }
        var
    }

    fn add_class(&mut self, name: Sym, parent: FuncId, node: Node, place: Place) -> ClassId {
        let body = self.new_function(name, FunctionKind::ClassBody, parent, place);
        let class = self.draft.add_class(name, parent, body, place);
        self.draft.functions[body.index()].row.head_line = self.syntax.row(node).line;
        self.contexts[body.index()].class = Some(class);
        self.contexts[body.index()].depth = self.contexts[parent.index()].depth + 1;
        class
    }

    /// The arguments of a class statement: keyword, and slot of the parent.
    fn bases(&mut self, node: Node) -> SmallVec<[(Option<&'static str>, Var); 4]> {
        let mut bases = SmallVec::new();
        let arguments = self.child(node, Kind::Arguments);
        let syntax = self.syntax;
        for argument in arguments.into_iter().flat_map(|arguments| syntax.children(arguments)) {
            match self.kind(argument) {
                Kind::Error => {}
                Kind::KeywordArgument => {
                    let mut parts = self.children(argument);
                    let is_metaclass = parts.next().is_some_and(|name| self.text(name) == "metaclass");
                    if let Some(value) = parts.next() {
                        let var = self.expression(value);
                        bases.push((Some(if is_metaclass { "metaclass" } else { "" }), var));
                    }
                }
                Kind::ListSplat => {
                    let base = self.splatted(argument);
                    let element = self.iterate(base, self.line(argument));
                    bases.push((None, element));
                }
                Kind::DictionarySplat => {
                    self.splatted(argument);
                }
                // `class C(Base[T])` derives from `Base`.
                Kind::Subscript => {
                    let base = self.base_of_generic(argument);
                    bases.push((None, base));
                }
                _ => {
                    let var = self.expression(argument);
                    bases.push((None, var));
                }
            }
        }
        bases
    }

    fn base_of_generic(&mut self, subscript: Node) -> Var {
        match self.first_child(subscript) {
            Some(base) => self.expression(base),
            None => self.draft.fresh(),
        }
    }

    fn class_body(&mut self, class: ClassId, body: Node) {
        let function = self.draft.classes[class.index()].row.body;
        let before = self.draft.switch(function);
        self.push_scope(function, true);
        self.scan(body);
        self.block(body);
        let members = self.scope().bound_now();
        let members = members.into_iter().map(|(name, var)| Member { name, var }).collect();
        self.draft.classes[class.index()].members = members;
        self.active -= 1;
        self.draft.switch(before);
    }

    /// `hints(var, type)`, if the annotation says anything.
    pub(super) fn hint(&mut self, var: Var, annotation: Node, view: View) {
        if let Some(ty) = self.annotation(annotation, view) {
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
    }
}
