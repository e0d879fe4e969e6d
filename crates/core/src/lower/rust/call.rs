//! Calls: of paths, of methods, and those that constructs make.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, Arg, ArgKind, Call, CallFlags, Callee, Field};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Paths whose call is its one argument: references, boxes and counted pointers are what they point to.
const TRANSPARENT: [&str; 14] = [
    "Box::new",
    "Rc::new",
    "Arc::new",
    "Box::pin",
    "Pin::new",
    "Cow::Borrowed",
    "Cow::Owned",
    "Rc::clone",
    "Arc::clone",
    "Box::leak",
    "Box::from",
    "Arc::from",
    "Rc::from",
    "Rc::downgrade",
];

impl<'t> Lowerer<'t> {
    pub(super) fn push_call(&mut self, callee: Callee, dst: Var, flags: CallFlags, args: &[Arg], at: Node) {
        let row = self.syntax.row(at);
        let call = Call { dst, callee, flags, first_arg: 0, line: row.line, column: row.column };
        self.draft.add_call(call, args);
    }

    /// A call with these arguments.
    pub(super) fn call_row(
        &mut self,
        callee: Callee,
        dst: Var,
        flags: CallFlags,
        args: &[(ArgKind, Var)],
        at: Node,
    ) {
        let args: SmallVec<[Arg; 6]> = args.iter().map(|&(kind, var)| Arg { kind, var }).collect();
        self.push_call(callee, dst, flags, &args, at);
    }

    fn arguments(&mut self, call: Node) -> SmallVec<[Arg; 6]> {
        let list = self.child(call, Kind::Arguments);
        let parts: SmallVec<[Node; 6]> = list.into_iter().flat_map(|list| self.parts(list)).collect();
        parts.into_iter().map(|part| Arg { kind: ArgKind::Positional, var: self.expression(part) }).collect()
    }

    // o.m(a):  call(v, method(o, m), [a])
    pub(super) fn method_call(
        &mut self,
        call: Node,
        field: Node,
        receiver: Var,
        generic: Option<Node>,
    ) -> Var {
        let Some(name_node) = self.parts(field).nth(1) else { return self.draft.fresh() };
        let mut name = self.symbol(name_node);
        // What is known by a trait only has the methods of the trait first.
        let function = self.draft.current();
        if let Some(&of) = self.traits.get(&(function, receiver)) {
            let names = &self.draft.rows.names;
            let full = format!("{}::{}", names.get(of), names.get(name));
            name = self.intern(&full);
        }
        let args = self.arguments(call);
        let dst = self.draft.fresh();
        self.results.push((call.0, dst));
        if let Some(&made) = self.conversions.get(&call.0) {
            self.push_call(Callee::Method(receiver, made), dst, CallFlags::default(), &args, name_node);
        }
        self.push_call(Callee::Method(receiver, name), dst, CallFlags::default(), &args, name_node);
        self.extent(call, name_node);
        if let Some(generic) = generic {
            self.turbofish(self.text(name_node), generic, receiver, dst, call);
        }
        dst
    }

    // s.parse::<T>():  call(v, T::from_str, [s]); the result is a T
    fn turbofish(&mut self, method: &str, generic: Node, receiver: Var, dst: Var, at: Node) {
        let Some(&ty) = self.type_arguments(generic).first() else { return };
        let line = self.line(at);
        if method == "parse" {
            let class = self.type_value(ty);
            let from_str = Field::Attr(self.intern("FromStr::from_str"));
            let function = self.load(class, from_str, line);
            let args = [(ArgKind::Positional, receiver)];
            self.call_row(Callee::Value(function), dst, CallFlags::IMPLICIT, &args, at);
        }
    }

    /// Where `x.into()` stands in the place of a value of a type, that type is what it makes.
    pub(super) fn converts_to(&mut self, value: Node, ty: Node) {
        if let Some(name) = self.last_segment(ty) {
            let made = self.intern(&format!("into:{name}"));
            self.converts_by(value, made);
        }
    }

    fn converts_by(&mut self, value: Node, made: Sym) {
        let is_into = self.kind(value) == Kind::Call && self.text(value).ends_with(".into()");
        if is_into {
            self.conversions.insert(value.0, made);
        }
    }

    // f(a):  call(v, f, [a]).  Some(a):  alloc(v, Option), store(v, Some.0, a)
    pub(super) fn call(&mut self, call: Node, callee: Node, value: Var) -> Var {
        if value.is_some() {
            let args = self.arguments(call);
            return self.finish_call(Callee::Value(value), &args, call);
        }
        let text = self.text(callee);
        match text {
            "Some" => return self.wrap(self.words.option, self.words.some_0, call),
            "Ok" => return self.wrap(self.words.result, self.words.ok_0, call),
            "__drop__" if self.is_builtin => return self.dropped(call),
            "Err" => {
                let value = self.child(call, Kind::Arguments).and_then(|list| self.parts(list).next());
                if let (Some(value), Some(made)) = (value, self.raises) {
                    self.converts_by(value, made);
                }
                return self.wrap(self.words.result, self.words.err_0, call);
            }
            _ => {}
        }
        let is_transparent = TRANSPARENT
            .iter()
            .any(|&path| text.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with("::")));
        if is_transparent && !self.is_builtin {
            let args = self.arguments(call);
            return args.first().map_or_else(|| self.draft.fresh(), |arg| arg.var);
        }
        let function = self.expression(callee);
        let args = self.arguments(call);
        self.finish_call(Callee::Value(function), &args, call)
    }

    /// What library bodies say of a container: no element that it held is left.
    fn dropped(&mut self, call: Node) -> Var {
        let args = self.arguments(call);
        if let Some(arg) = args.first() {
            let name = self.intern("__drop__");
            self.push_call(Callee::Method(arg.var, name), Var::NONE, CallFlags::IMPLICIT, &[], call);
        }
        self.draft.fresh()
    }

    fn finish_call(&mut self, callee: Callee, args: &[Arg], call: Node) -> Var {
        let dst = self.draft.fresh();
        self.results.push((call.0, dst));
        self.push_call(callee, dst, CallFlags::default(), args, call);
        self.extent(call, call);
        dst
    }

    /// A value of a library enumeration with one part.
    fn wrap(&mut self, class: crate::ids::Sym, part: crate::ids::Sym, call: Node) -> Var {
        let args = self.arguments(call);
        let line = self.line(call);
        let dst = self.allocate(Alloc::Builtin(class), line);
        if let Some(arg) = args.first() {
            self.store(dst, Field::Attr(part), arg.var, line);
        }
        dst
    }
}
