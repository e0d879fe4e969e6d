//! Calls: explicit ones, those that constructs make, `super()`, and the intrinsics of builtin bodies.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{
    Alloc, Arg, ArgKind, Call, CallFlags, Callee, CopyFields, Derivation, Derive, Field, Keys, Load, LoadKey,
    Space, StoreKey, SuperOf,
};
use crate::ids::{ClassId, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Names that builtin bodies call to say what no Python says, see [`Lowerer::intrinsic`].
const INTRINSICS: [&str; 12] = [
    "__alloc__",
    "__any_attr__",
    "__attrs__",
    "__copy_attrs__",
    "__copy_items__",
    "__drop__",
    "__drop_attr__",
    "__instance__",
    "__keys__",
    "__load_attr__",
    "__names__",
    "__store_attr__",
];

/// Arguments of a call, evaluated.
type Args = SmallVec<[Arg; 6]>;

impl Lowerer<'_> {
    // o.m(a):  call(v, method(o, m), [a])
    pub(super) fn method_call(
        &mut self,
        call: Node,
        attribute: Node,
        (receiver_node, receiver): (Node, Var),
        is_used: bool,
    ) -> Var {
        let Some(name_node) = self.attribute_name(attribute) else { return self.draft.fresh() };
        let name = self.symbol(name_node);
        let args = self.arguments(call);
        let dst = self.result(is_used);
        let callee = Callee::Method(receiver, name);
        self.push_call(callee, dst, CallFlags::default(), &args, name_node);
        self.extent(call, Some(name_node));
        if dst.is_some() && self.text(name_node) == "format" {
            self.format_call(receiver_node, dst, &args);
        }
        dst
    }

    // f(a):  call(v, f, [a])
    pub(super) fn call(&mut self, call: Node, (callee_node, callee): (Node, Var), is_used: bool) -> Var {
        let args = self.arguments(call);
        if self.kind(callee_node) == Kind::Identifier {
            let name = self.text(callee_node);
            if self.is_builtin
                && let Some(dst) = self.intrinsic(name, call, &args)
            {
                return dst;
            }
            if name == "super"
                && let Some(dst) = self.super_call(call, callee, &args)
            {
                return dst;
            }
        }
        let dst = self.result(is_used);
        self.push_call(Callee::Value(callee), dst, CallFlags::default(), &args, call);
        self.extent(call, Some(call));
        dst
    }

    fn result(&mut self, is_used: bool) -> Var {
        if is_used { self.draft.fresh() } else { Var::NONE }
    }

    #[inline]
    fn push_call(&mut self, callee: Callee, dst: Var, flags: CallFlags, args: &[Arg], at: Node) {
        let row = self.syntax.row(at);
        let call = Call { dst, callee, flags, first_arg: 0, line: row.line, column: row.column };
        self.draft.add_call(call, args);
    }

    /// A call of a value, that a construct makes.
    pub(super) fn call_value(
        &mut self,
        callee: Var,
        dst: Var,
        flags: CallFlags,
        args: &[(ArgKind, Var)],
        at: Node,
    ) {
        let args: Args = args.iter().map(|&(kind, var)| Arg { kind, var }).collect();
        self.push_call(Callee::Value(callee), dst, flags, &args, at);
    }

    /// A call of a method, that a construct makes.
    pub(super) fn call_method(
        &mut self,
        receiver: Var,
        name: crate::ids::Sym,
        dst: Var,
        flags: CallFlags,
        args: &[(ArgKind, Var)],
        at: Node,
    ) {
        let args: Args = args.iter().map(|&(kind, var)| Arg { kind, var }).collect();
        self.push_call(Callee::Method(receiver, name), dst, flags, &args, at);
    }

    fn arguments(&mut self, call: Node) -> Args {
        let mut args = Args::new();
        for part in self.children(call).skip(1) {
            match self.kind(part) {
                Kind::Arguments => {
                    for argument in self.children(part) {
                        self.argument(argument, &mut args);
                    }
                }
                Kind::GeneratorExpression => {
                    let var = self.expression(part);
                    args.push(Arg { kind: ArgKind::Positional, var });
                }
                _ => {}
            }
        }
        args
    }

    fn argument(&mut self, node: Node, args: &mut Args) {
        let (kind, var) = match self.kind(node) {
            Kind::Error => return,
            Kind::KeywordArgument => {
                let mut parts = self.parts(node);
                let (Some(name), Some(value)) = (parts.next(), parts.next()) else { return };
                let name = self.symbol(name);
                (ArgKind::Keyword(name), self.expression(value))
            }
            Kind::ListSplat => (ArgKind::Spread, self.splatted(node)),
            Kind::DictionarySplat => (ArgKind::KeywordSpread, self.splatted(node)),
            _ => (ArgKind::Positional, self.expression(node)),
        };
        args.push(Arg { kind, var });
    }

    // super():  super(v, class, first parameter), call(_, super, [])
    fn super_call(&mut self, call: Node, callee: Var, args: &[Arg]) -> Option<Var> {
        let function = self.draft.current();
        let context = &self.contexts[function.index()];
        let enclosing = context.class?;
        let (class, receiver) = match args {
            [] => (enclosing, self.nearest_receiver()?),
            [_, second] => (self.class_named(call).unwrap_or(enclosing), second.var),
            _ => return None,
        };
        self.push_call(Callee::Value(callee), Var::NONE, CallFlags::default(), args, call);
        let dst = self.draft.fresh();
        self.draft.rows.supers.push(SuperOf { dst, class, receiver });
        Some(dst)
    }

    /// The first parameter of this function, or of the nearest one around it that has one.
    fn nearest_receiver(&mut self) -> Option<Var> {
        let function = self.draft.current();
        let mut at = function;
        loop {
            if let Some(var) = self.contexts[at.index()].first_param {
                return Some(self.draft.capture(function, at, var));
            }
            let parent = self.draft.functions[at.index()].row.parent;
            if parent == at {
                return None;
            }
            at = parent;
        }
    }

    /// The class that the first argument of `super(C, self)` names: the nearest of that name.
    fn class_named(&mut self, call: Node) -> Option<ClassId> {
        let arguments = self.child(call, Kind::Arguments)?;
        let first = self.first_child(arguments)?;
        if self.kind(first) != Kind::Identifier {
            return None;
        }
        let name = self.symbol(first);
        let mut at = self.draft.current();
        loop {
            let context = self.contexts[at.index()].class?;
            if self.draft.classes[context.index()].row.name == name {
                return Some(context);
            }
            let parent = self.draft.classes[context.index()].row.parent;
            if parent == at {
                break;
            }
            at = parent;
        }
        let found = self.draft.classes.iter().rposition(|class| class.row.name == name)?;
        Some(ClassId::from_len(found))
    }

    // __alloc__("str", a):  derive(v, a, format)
    fn made_from(&mut self, dst: Var, args: &[Arg], line: u32) {
        let rows = args.iter().map(|arg| Derive { dst, src: arg.var, how: Derivation::Format, line });
        self.draft.rows.derives.extend(rows);
    }

    /// Whether a callee is an intrinsic: no name that could be read.
    pub(super) fn is_intrinsic(&self, callee: Node) -> bool {
        self.is_builtin && self.kind(callee) == Kind::Identifier && INTRINSICS.contains(&self.text(callee))
    }

    /// Calls that builtin bodies make to say what no Python says. None for any other name.
    fn intrinsic(&mut self, name: &str, call: Node, args: &[Arg]) -> Option<Var> {
        let line = self.line(call);
        let arg = |index: usize| args.get(index).map_or(Var::NONE, |arg| arg.var);
        let (first, second, third) = (arg(0), arg(1), arg(2));
        let dst = self.draft.fresh();
        let rows = &mut self.draft.rows;
        match name {
            "__keys__" => rows.keys.push(Keys { dst, base: first, space: Space::Item }),
            "__attrs__" => rows.keys.push(Keys { dst, base: first, space: Space::Attr }),
            "__names__" => rows.keys.push(Keys { dst, base: first, space: Space::Any }),
            "__copy_items__" => rows.copies.push(CopyFields { dst: first, src: second, space: Space::Item }),
            "__copy_attrs__" => rows.copies.push(CopyFields { dst: first, src: second, space: Space::Attr }),
            "__load_attr__" => {
                rows.load_keys.push(LoadKey { dst, base: first, key: second, space: Space::Attr, line });
            }
            "__store_attr__" => {
                rows.store_keys.push(StoreKey {
                    base: first,
                    key: second,
                    src: third,
                    space: Space::Attr,
                    line,
                });
            }
            "__any_attr__" => rows.loads.push(Load { dst, base: first, field: Field::AnyAttr, line }),
            "__alloc__" => {
                let class =
                    self.child(call, Kind::Arguments).and_then(|arguments| self.first_child(arguments));
                let class = class.and_then(|class| self.key_constant(class))?;
                let dst = self.allocate(Alloc::Builtin(class), line);
                self.made_from(dst, args.get(1..).unwrap_or_default(), line);
                return Some(dst);
            }
            "__drop__" | "__drop_attr__" => {
                let name = self.intern(name);
                let key = args.get(1..).unwrap_or_default();
                self.push_call(Callee::Method(first, name), Var::NONE, CallFlags::IMPLICIT, key, call);
            }
            "__instance__" => {
                self.call_value(first, dst, CallFlags::NEW, &[], call);
                self.made_from(dst, args.get(1..).unwrap_or_default(), line);
            }
            _ => return None,
        }
        Some(dst)
    }
}
