//! Functions, closures, parameters.

use super::kind::Kind;
use super::{Binding, Lowerer};
use crate::facts::{Alloc, FunctionFlags, FunctionKind, Hint, Param, ParamKind, Type};
use crate::ids::{FuncId, Sym, Var};
use crate::lower::syntax::Node;

impl<'t> Lowerer<'t> {
    // fn f<T>(p: A) -> R { e }:  param(p), hint(p, A), hint(RETURN, R), move(RETURN, e)
    pub(super) fn function(&mut self, node: Node, kind: FunctionKind, flags: FunctionFlags) -> FuncId {
        let name = self.item_name(node).unwrap_or(Sym::EMPTY);
        let parent = self.draft.current();
        let place = self.place(node);
        let function = self.draft.add_function(name, kind, parent, place);
        let flags = self.flags_of(node, kind, flags);
        self.draft.functions[function.index()].row.flags = flags;
        if !self.deeper(node) {
            return function;
        }
        let before = self.draft.switch(function);
        let (names, generics, loops) =
            (self.names.len(), self.generics.len(), std::mem::take(&mut self.loops));
        let owned = std::mem::take(&mut self.owned);
        self.declare_generics(node, false);
        self.bind_generics(generics);
        if let Some(parameters) = self.child(node, Kind::Parameters) {
            self.parameters(parameters, flags);
        }
        let result = self.result_type(node);
        let raises = self.raised_type(result);
        let raises = std::mem::replace(&mut self.raises, raises);
        if let Some(result) = result {
            self.hint(Var::RETURN, result);
        }
        if let Some(body) = self.child(node, Kind::Block) {
            if let (Some(result), Some(last)) = (result, self.parts(body).last()) {
                self.converts_to(last, result);
            }
            let value = self.block(body);
            self.push_move(Var::RETURN, value, self.syntax.end_line(body));
            self.drop_owned(0, value, self.syntax.end_line(body));
        }
        self.names.truncate(names);
        self.generics.truncate(generics);
        self.loops = loops;
        self.owned = owned;
        self.raises = raises;
        self.draft.switch(before);
        self.depth -= 1;
        function
    }

    fn flags_of(&self, node: Node, kind: FunctionKind, mut flags: FunctionFlags) -> FunctionFlags {
        let parameters = self.child(node, Kind::Parameters);
        let has_self = parameters.is_some_and(|list| self.receiver(list).is_some());
        if kind == FunctionKind::Method && !has_self {
            flags = flags.with(FunctionFlags::STATIC);
        }
        let is_async =
            self.child(node, Kind::Modifiers).is_some_and(|words| self.text(words).contains("async"));
        if is_async { flags.with(FunctionFlags::ASYNC) } else { flags }
    }

    /// The `self` of a parameter list, with or without a type.
    fn receiver(&self, parameters: Node) -> Option<Node> {
        let first = self.parts(parameters).next()?;
        let is_self = match self.kind(first) {
            Kind::SelfParameter => true,
            Kind::Parameter => self.parts(first).any(|part| self.kind(part) == Kind::SelfValue),
            _ => false,
        };
        is_self.then_some(first)
    }

    /// What stands between the parameters and the body.
    fn result_type(&self, node: Node) -> Option<Node> {
        let mut parts = self.parts(node).skip_while(|&part| self.kind(part) != Kind::Parameters);
        parts.next();
        parts.find(|&part| self.kind(part).is_type())
    }

    /// `Result<T, E>`: the member of errors that makes an E of them.
    fn raised_type(&mut self, result: Option<Node>) -> Option<Sym> {
        let result = result.filter(|&result| self.kind(result) == Kind::GenericType)?;
        let arguments = self.type_arguments(result);
        let [_, error] = arguments.as_slice() else { return None };
        let name = self.last_segment(*error)?;
        Some(self.intern(&format!("into:{name}")))
    }

    fn parameters(&mut self, list: Node, flags: FunctionFlags) {
        let receiver = self.receiver(list);
        for parameter in self.parts(list) {
            if Some(parameter) == receiver {
                self.self_parameter(parameter, flags);
            } else if self.kind(parameter) == Kind::Parameter {
                self.parameter(parameter);
            } else if self.is_builtin && self.kind(parameter) == Kind::TypeIdentifier {
                // Bodies that stand for the library leave types out.
                let (name, owner) = (self.symbol(parameter), self.draft.current());
                let var = self.plain_parameter(name, None);
                self.names.push(Binding::variable(name, owner, var, self.branch));
            } else if self.kind(parameter).is_type() {
                self.plain_parameter(Sym::EMPTY, Some(parameter));
            }
        }
    }

    fn self_parameter(&mut self, node: Node, flags: FunctionFlags) {
        let (var, name, owner) = (self.draft.fresh(), self.words.self_, self.draft.current());
        self.draft.rows.params.push(Param {
            name,
            var,
            kind: ParamKind::Positional,
            optional: false,
            default: Var::NONE,
        });
        let is_trait = flags.has(FunctionFlags::VIRTUAL);
        let class = self.item_of_name(self.words.self_type);
        let ty = self.add_type(Type::Value(class));
        let ty = if is_trait { ty } else { self.add_type(Type::Exact(ty)) };
        self.draft.rows.hints.push(Hint { var, ty, checked: false });
        // impl T for Vec<A>:  of what the elements are.
        if let Some(target) = self.target.filter(|&target| self.has_arguments(target))
            && let Some(term) = self.closed(target)
        {
            let ty = self.add_type(Type::Exact(term));
            self.draft.rows.hints.push(Hint { var, ty, checked: false });
        }
        self.names.push(Binding::variable(name, owner, var, self.branch));
        if is_trait {
            self.self_of_receiver(var, self.line(node));
        }
        if let Some(name) = self.in_trait {
            self.traits.insert((owner, var), name);
        }
    }

    fn parameter(&mut self, node: Node) {
        let mut parts = self.parts(node);
        let Some(pattern) = parts.next() else { return };
        let ty = parts.filter(|&part| self.kind(part).is_type()).last();
        let name = match self.kind(pattern) {
            Kind::Identifier => self.symbol(pattern),
            // `Json(order): Json<Order>` is known as `order`.
            Kind::TupleStructPattern => match self.wrapped(pattern) {
                Some(inner) => self.symbol(inner),
                None => Sym::EMPTY,
            },
            _ => Sym::EMPTY,
        };
        let var = self.plain_parameter(name, ty);
        if ty.is_some_and(|ty| !matches!(self.kind(ty), Kind::ReferenceType | Kind::PointerType)) {
            self.own(var);
        }
        self.pattern(pattern, var);
        self.unwrapped_type(pattern, ty);
    }

    /// The name in `W(name)`.
    fn wrapped(&self, pattern: Node) -> Option<Node> {
        let mut inner = self.parts(pattern).skip(1);
        let first = inner.next().filter(|_| inner.next().is_none())?;
        let name = match self.kind(first) {
            Kind::MutPattern => self.parts(first).last()?,
            _ => first,
        };
        (self.kind(name) == Kind::Identifier).then_some(name)
    }

    // W(x): W<T>:  hint(x, T)
    /// A wrapper of one value holds what its declaration says, whoever declares the wrapper.
    fn unwrapped_type(&mut self, pattern: Node, ty: Option<Node>) {
        let is_wrapper = |it: &Node| {
            let name = self.parts(pattern).next().map_or("", |path| self.text(path));
            let of = self.text(*it).split('<').next().unwrap_or_default();
            self.kind(pattern) == Kind::TupleStructPattern
                && self.kind(*it) == Kind::GenericType
                && name.rsplit("::").next() == of.rsplit("::").next()
        };
        let Some(ty) = ty.filter(is_wrapper) else { return };
        let arguments = self.type_arguments(ty);
        if let (&[inner], Some(name)) = (arguments.as_slice(), self.wrapped(pattern)) {
            let name = self.symbol(name);
            let var = self.value_of_name(name);
            self.hint(var, inner);
        }
    }

    fn plain_parameter(&mut self, name: Sym, ty: Option<Node>) -> Var {
        let var = self.draft.fresh();
        self.draft.rows.params.push(Param {
            name,
            var,
            kind: ParamKind::Positional,
            optional: false,
            default: Var::NONE,
        });
        if let Some(ty) = ty {
            self.hint(var, ty);
            self.class_of_value(var, ty, self.line(ty));
            self.note_traits(var, ty);
        }
        var
    }

    // |p| e:  alloc(v, f), and in f: move(RETURN, e)
    pub(super) fn closure(&mut self, node: Node) -> Var {
        let parent = self.draft.current();
        let place = self.place(node);
        let function = self.draft.add_function(Sym::EMPTY, FunctionKind::Lambda, parent, place);
        let before = self.draft.switch(function);
        let (names, loops) = (self.names.len(), std::mem::take(&mut self.loops));
        let owned = std::mem::take(&mut self.owned);
        self.branch += 1;
        if let Some(list) = self.child(node, Kind::ClosureParameters) {
            for parameter in self.parts(list) {
                self.closure_parameter(parameter);
            }
        }
        let result = self.parts(node).find(|&part| self.kind(part).is_type());
        let raises = self.raised_type(result);
        let raises = std::mem::replace(&mut self.raises, raises);
        if let Some(result) = result {
            self.hint(Var::RETURN, result);
        }
        let body = self.parts(node).last().filter(|&body| self.kind(body) != Kind::ClosureParameters);
        if let Some(body) = body {
            let value = self.expression(body);
            self.push_move(Var::RETURN, value, self.syntax.end_line(body));
            self.drop_owned(0, value, self.syntax.end_line(body));
        }
        self.branch -= 1;
        self.names.truncate(names);
        self.loops = loops;
        self.owned = owned;
        self.raises = raises;
        self.draft.switch(before);
        self.allocate(Alloc::Function(function), place.line)
    }

    fn closure_parameter(&mut self, node: Node) {
        if self.kind(node) == Kind::Parameter {
            self.parameter(node);
            return;
        }
        let var = self.plain_parameter(Sym::EMPTY, None);
        self.pattern(node, var);
    }
}
