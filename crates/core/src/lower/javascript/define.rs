//! Functions of all forms: declarations, expressions, arrows, methods; their parameters.

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::facts::{Alloc, Allocate, ArgKind, CallFlags, FunctionFlags, FunctionKind, Param, ParamKind};
use crate::ids::{ClassId, FuncId, Sym, Var};
use crate::lower::scope::Scope;
use crate::lower::syntax::Node;

/// Functions nested deeper than this are left out: their full names alone would grow without bound.
const MAX_FUNCTION_DEPTH: u32 = 100;

/// A function whose body waits.
pub(super) struct Pending {
    function: FuncId,
    node: Node,
    /// Names that are other names where it stands.
    renames: Vec<(Sym, Sym)>,
    /// The slot of the parent that holds it, where it can call itself by a name of its own.
    own: Option<(Sym, Var)>,
    /// Whether the node is not a function but the value of a field.
    is_value: bool,
    /// Whether what it returns is said elsewhere.
    pub(super) is_silent: bool,
}

impl Lowerer<'_> {
    // function f() {}:  alloc(v, f), f = v
    pub(super) fn function_declaration(&mut self, node: Node) {
        let Some(name) = self.definition_name(node).map(|name| self.symbol(name)) else { return };
        let Some(var) = self.closure(node, name, FunctionKind::Function) else { return };
        let local = self.renamed(name);
        self.bind(local, var, self.line(node));
    }

    // function () {}, () => e:  alloc(v, f)
    pub(super) fn function_expression(&mut self, node: Node) -> Var {
        let named =
            (self.kind(node) == Kind::FunctionExpression).then(|| self.definition_name(node)).flatten();
        let hint = std::mem::replace(&mut self.name_hint, Sym::EMPTY);
        let var = match named.map(|name| self.symbol(name)) {
            Some(name) => self.closure(node, name, FunctionKind::Function),
            None if hint != Sym::EMPTY => self.closure(node, hint, FunctionKind::Function),
            None => self.closure(node, Sym::EMPTY, FunctionKind::Lambda),
        };
        var.unwrap_or_else(|| self.draft.fresh())
    }

    /// Adds a function, which is lowered later, and makes a closure of it.
    pub(super) fn closure(&mut self, node: Node, name: Sym, kind: FunctionKind) -> Option<Var> {
        let function = self.nested_function(node, name, kind)?;
        let var = self.allocate(Alloc::Function(function), self.line(node));
        if self.kind(node) == Kind::FunctionExpression
            && let Some(own) = self.definition_name(node)
            && let Some(pending) = self.pending.back_mut()
        {
            let own = self.draft.rows.names.intern(self.syntax.text(own));
            pending.own = Some((own, var));
        }
        self.function_directive(node, var);
        Some(var)
    }

    /// Adds a function inside the current one. None where functions are nested too deeply.
    pub(super) fn nested_function(&mut self, node: Node, name: Sym, kind: FunctionKind) -> Option<FuncId> {
        let parent = self.draft.current();
        if self.contexts[parent.index()].depth >= MAX_FUNCTION_DEPTH {
            self.note(self.line(node), "Functions are nested too deeply here: the innermost are left out.");
            return None;
        }
        let place = self.place(node);
        let function = self.new_function(name, kind, parent, place);
        let class = self.contexts[parent.index()].class;
        let depth = self.contexts[parent.index()].depth + 1;
        let context = &mut self.contexts[function.index()];
        context.class = class;
        context.depth = depth;
        let mut flags = FunctionFlags::default();
        if self.child(node, Kind::Async).is_some() {
            flags = flags.with(FunctionFlags::ASYNC);
        }
        if self.is_generator(node) {
            flags = flags.with(FunctionFlags::GENERATOR);
        }
        let row = &mut self.draft.functions[function.index()].row;
        row.flags = flags;
        if kind == FunctionKind::Method {
            row.class = class;
        }
        self.pending.push_back(Pending {
            function,
            node,
            renames: self.renames.clone(),
            own: None,
            is_value: false,
            is_silent: false,
        });
        Some(function)
    }

    /// Whether a `*` stands before the name or the parameters.
    fn is_generator(&self, node: Node) -> bool {
        let start = self.syntax.row(node).start as usize;
        let end = self.parameters_node(node).map_or(start, |node| self.syntax.row(node).start as usize);
        let named = self.children(node).find(|&child| {
            matches!(
                self.kind(child),
                Kind::Identifier | Kind::Property | Kind::PrivateName | Kind::Computed | Kind::String
            )
        });
        let end = named.map_or(end, |name| end.min(self.syntax.row(name).start as usize));
        self.kind(node) != Kind::Arrow
            && self.syntax.text.get(start..end).is_some_and(|head| head.contains('*'))
    }

    pub(super) fn allocate(&mut self, what: Alloc, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.allocs.push(Allocate { dst, what, line });
        dst
    }

    /// Opens a scope above the active one.
    pub(super) fn push_scope(&mut self, function: FuncId, is_class: bool) {
        self.active += 1;
        if self.active == self.scopes.len() {
            self.scopes.push(Scope::default());
            self.locals.push(Vec::new());
            self.declared.push(Vec::new());
        }
        self.open_scope(function, is_class);
    }

    /// Empties the active scope for another body.
    pub(super) fn open_scope(&mut self, function: FuncId, is_class: bool) {
        self.scopes[self.active].reset(function, is_class);
        self.locals[self.active].clear();
        self.declared[self.active].clear();
    }

    /// Lowers a function that waited. No other body is open.
    pub(super) fn function(&mut self, pending: Pending) {
        let Pending { function, node, renames, own, is_value, is_silent } = pending;
        self.is_silent = is_silent;
        self.draft.switch(function);
        self.active = 0;
        self.frames.clear();
        self.forget();
        self.literals.clear();
        self.constants.clear();
        self.kinds.clear();
        self.sent = Var::NONE;
        self.open_scope(function, false);
        self.renames = renames;
        if let Some((name, var)) = own {
            let parent = self.draft.functions[function.index()].row.parent;
            let captured = self.draft.capture(function, parent, var);
            self.renames.push((name, name));
            self.scope().set_outer(name, captured);
        }
        if is_value {
            return self.initialiser_body(node);
        }
        let body = self.children(node).last().filter(|_| node.0 + 1 < self.syntax.row(node).next);
        let parameters = self.parameters_node(node);
        if let Some(parameters) = parameters {
            self.declare_parameters(parameters);
        }
        if self.kind(node) != Kind::Arrow {
            self.receiver(node);
        }
        if let Some(body) = body.filter(|&body| Some(body) != parameters) {
            self.scan(body);
            if let Some(parameters) = parameters {
                self.parameters(parameters);
            }
            self.hint_result(node);
            self.body(function, node, body);
        }
        self.close_scope();
    }

    /// The value of a field, or a static block: a function of its own, which runs with the object as `this`.
    pub(super) fn initialiser(&mut self, node: Node, name: Node, this: Var) -> Var {
        let label = self.intern("<init>");
        let dst = self.draft.fresh();
        let Some(function) = self.nested_function(node, label, FunctionKind::Method) else { return dst };
        let place = self.place(name);
        let draft = &mut self.draft.functions[function.index()];
        draft.start = place.start;
        (draft.row.line, draft.row.column, draft.row.head_line) = (place.line, place.column, place.line);
        draft.row.flags = FunctionFlags::default();
        if let Some(pending) = self.pending.back_mut() {
            pending.is_value = true;
        }
        let closure = self.allocate(Alloc::Function(function), place.line);
        self.call_value(closure, dst, CallFlags::default(), &[(ArgKind::Receiver, this)], name);
        dst
    }

    fn initialiser_body(&mut self, node: Node) {
        self.receiver(node);
        self.scan(node);
        if self.kind(node) == Kind::Block {
            self.enter_block(node, true);
            self.statements(node);
        } else {
            let value = self.expression(node);
            self.push_move(Var::RETURN, value, self.line(node));
        }
        self.close_scope();
    }

    fn body(&mut self, function: FuncId, node: Node, body: Node) {
        if self.kind(body) == Kind::Block {
            self.enter_block(body, true);
            if self.kind(node) == Kind::Method {
                self.begin_constructor(function, node);
            }
            self.statements(body);
        } else if self.kind(node) == Kind::Arrow {
            let value = self.expression(body);
            self.give_back(value, self.line(body));
            self.returned_answers(body);
        }
    }

    pub(super) fn give_back(&mut self, value: Var, line: u32) {
        if !self.is_silent {
            self.push_move(Var::RETURN, value, line);
        }
    }

    /// `this`, and `arguments` where the body reads it.
    fn receiver(&mut self, node: Node) {
        let var = self.parameter_row(self.words.this, ParamKind::Receiver, false);
        let this = self.words.this;
        self.declare(this, None);
        self.bind(this, var, self.line(node));
        let function = self.draft.current();
        if self.draft.functions[function.index()].row.flags.has(FunctionFlags::GENERATOR) {
            let sent = self.words.sent;
            self.sent = self.parameter_row(sent, ParamKind::Sent, true);
        }
        if self.mentions_arguments && self.reads_arguments(node) {
            let arguments = self.words.arguments;
            let var = self.parameter_row(arguments, ParamKind::All, true);
            self.declare(arguments, None);
            self.bind(arguments, var, self.line(node));
        }
    }

    /// Whether a function reads `arguments` of its own, itself or in arrow functions.
    fn reads_arguments(&self, node: Node) -> bool {
        let (mut at, end) = (node.0 + 1, self.syntax.row(node).next);
        while at < end {
            let row = self.syntax.row(Node(at));
            if row.kind == Kind::Identifier && self.text(Node(at)) == "arguments" {
                return true;
            }
            let is_apart = self.is_function(Node(at)) && row.kind != Kind::Arrow;
            at = if is_apart { row.next } else { at + 1 };
        }
        false
    }

    fn parameter_row(&mut self, name: Sym, kind: ParamKind, optional: bool) -> Var {
        let var = self.draft.fresh();
        self.draft.rows.params.push(Param { name, var, kind, optional, default: Var::NONE });
        var
    }

    fn parameters(&mut self, parameters: Node) {
        if self.kind(parameters) == Kind::Identifier {
            return self.parameter(parameters);
        }
        for parameter in self.parts(parameters) {
            self.parameter(parameter);
        }
    }

    // (p: T = d):  param(p, default d), hint(p, T)
    fn parameter(&mut self, node: Node) {
        let is_wrapped = matches!(self.kind(node), Kind::Parameter | Kind::AssignmentPattern);
        let target = if is_wrapped { self.target_of(node) } else { Some(node) };
        let Some(target) = target else { return };
        if self.kind(target) == Kind::This {
            return;
        }
        let (kind, target) = match self.kind(target) {
            Kind::RestPattern => (ParamKind::Rest, self.first_child(target).unwrap_or(target)),
            _ => (ParamKind::Positional, target),
        };
        let default = if is_wrapped { self.default_of(node) } else { None };
        let is_name = self.kind(target) == Kind::Identifier;
        let name = if is_name { self.symbol(target) } else { Sym::EMPTY };
        let optional = default.is_some() || self.text(node).contains('?');
        let var = self.parameter_row(name, kind, optional);
        let row = self.draft.rows.params.len() - 1;
        if let Some(ty) = self.child(node, Kind::Annotation).filter(|_| kind == ParamKind::Positional) {
            self.hint_declared(var, ty);
        }
        if let Some(default) = default {
            self.name_hint = name;
            let value = self.conditionally(|this| this.expression(default));
            self.name_hint = Sym::EMPTY;
            self.draft.rows.params[row].default = value;
        }
        self.assign(target, var);
    }

    /// The default of a parameter or of a part of a pattern.
    pub(super) fn default_of(&self, node: Node) -> Option<Node> {
        self.parts(node)
            .filter(|&part| !matches!(self.kind(part), Kind::Decorator | Kind::Modifier | Kind::Annotation))
            .nth(1)
    }

    /// `this` where a function or class body is being lowered, or of the module.
    pub(super) fn this(&mut self) -> Var {
        let this = self.renamed(self.words.this);
        if self.scopes[0].function == MODULE && self.active == 0 {
            return self.module_this();
        }
        self.read(this)
    }

    /// The class whose member is being lowered.
    pub(super) fn class(&self) -> Option<ClassId> {
        self.contexts[self.draft.current().index()].class
    }
}
