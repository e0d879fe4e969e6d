//! Calls: chains of them, `new`, `super`, `require` and `import()`, tagged templates, and the intrinsics of library
//! bodies.

use super::Lowerer;
use super::kind::Kind;
use super::pattern::Key;
use crate::facts::{
    Alloc, Arg, ArgKind, Call, CallFlags, Callee, CopyFields, Derivation, Derive, Field, Keys, Space,
    StoreKey, SuperOf,
};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;

/// Arguments of a call, evaluated.
type Args = SmallVec<[Arg; 6]>;

impl Lowerer<'_> {
    /// `a.b(c)[d]`, from the left.
    pub(super) fn chain(&mut self, node: Node, is_used: bool) -> Var {
        let mut links: SmallVec<[Node; 8]> = SmallVec::new();
        let mut at = node;
        while matches!(self.kind(at), Kind::Call | Kind::Member | Kind::Subscript) {
            links.push(at);
            let Some(inner) = self.first_child(at) else { return self.draft.fresh() };
            at = self.bare(inner);
        }
        let start = at;
        let is_word = self.is_word(start);
        let mut var = if is_word { Var::NONE } else { self.expression(start) };
        let mut before = start;
        while let Some(link) = links.pop() {
            let call = links.last().copied().filter(|&next| self.kind(next) == Kind::Call);
            let used = |links: &SmallVec<[Node; 8]>| is_used || !links.is_empty();
            var = match (self.kind(link), call) {
                (Kind::Call, _) => self.call(link, before, var, used(&links)),
                (_, Some(call)) => {
                    links.pop();
                    let used = used(&links);
                    self.member_call(call, link, before, var, used)
                }
                _ if self.kind(before) == Kind::Super => self.super_load(link),
                _ => {
                    let key = self.member_key(link);
                    self.load_key(var, key, self.line(link))
                }
            };
            before = link;
        }
        var
    }

    /// Whether what is called is no value: `import()`, `super()`, `require()`, an intrinsic.
    fn is_word(&mut self, node: Node) -> bool {
        match self.kind(node) {
            Kind::ImportKeyword | Kind::Super => true,
            Kind::Identifier => self.is_intrinsic(node),
            _ => false,
        }
    }

    fn is_intrinsic(&self, node: Node) -> bool {
        self.is_builtin && self.text(node).starts_with("__")
    }

    // o.m(a):  call(v, method(o, m), [a]).  o[k](a):  load_key(f, o, k), call(v, f, [receiver o, a])
    fn member_call(&mut self, call: Node, member: Node, object: Node, base: Var, is_used: bool) -> Var {
        if self.kind(object) == Kind::Super {
            return self.super_method(call, member, is_used);
        }
        let key = self.member_key(member);
        if let Some(var) = self.copied_property(call, member) {
            return var;
        }
        let at = self.parts(member).nth(1).filter(|_| self.kind(member) == Kind::Member).unwrap_or(member);
        if let Key::Name(name) = key
            && self.known_field(base, Field::Attr(name)).is_none()
        {
            let args = self.arguments(call);
            let dst = self.result(is_used);
            self.results.push((call.0, dst));
            self.push_call(Callee::Method(base, name), dst, CallFlags::default(), &args, at);
            self.extent(call, Some(at));
            return dst;
        }
        let callee = self.load_key(base, key, self.line(member));
        let mut args: Args = SmallVec::new();
        args.push(Arg { kind: ArgKind::Receiver, var: base });
        args.extend(self.arguments(call));
        let dst = self.result(is_used);
        self.push_call(Callee::Value(callee), dst, CallFlags::default(), &args, at);
        self.extent(call, Some(at));
        dst
    }

    // f(a):  call(v, f, [a])
    fn call(&mut self, call: Node, callee_node: Node, callee: Var, is_used: bool) -> Var {
        match self.kind(callee_node) {
            Kind::Super => return self.super_call(call),
            Kind::ImportKeyword => return self.import_call(call),
            Kind::Identifier if self.is_intrinsic(callee_node) => return self.intrinsic(call, callee_node),
            Kind::Identifier if self.is_require(callee_node) => {
                if let Some(var) = self.require_call(call) {
                    return var;
                }
            }
            _ => {}
        }
        if let Some(var) = self.copied_property(call, callee_node) {
            return var;
        }
        let args = self.arguments(call);
        let dst = self.result(is_used);
        self.results.push((call.0, dst));
        self.push_call(Callee::Value(callee), dst, CallFlags::default(), &args, call);
        self.extent(call, Some(call));
        dst
    }

    fn result(&mut self, is_used: bool) -> Var {
        if is_used { self.draft.fresh() } else { Var::NONE }
    }

    // new C(a):  call(v, C, [a]), constructing
    pub(super) fn new_expression(&mut self, node: Node) -> Var {
        let Some(constructor) = self.first_child(node) else { return self.draft.fresh() };
        let callee = self.expression(constructor);
        let args = self.arguments(node);
        let dst = self.draft.fresh();
        self.push_call(Callee::Value(callee), dst, CallFlags::CONSTRUCT, &args, node);
        self.extent(node, Some(node));
        dst
    }

    #[inline]
    fn push_call(&mut self, callee: Callee, dst: Var, flags: CallFlags, args: &[Arg], at: Node) {
        let row = self.syntax.row(at);
        let call = Call { dst, callee, flags, first_arg: 0, line: row.line, column: row.column };
        // What is called may write anywhere.
        self.forget();
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
        name: Sym,
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
        let Some(part) = self.children(call).last() else { return args };
        match self.kind(part) {
            Kind::Arguments => {
                for argument in self.parts(part) {
                    let kind = if self.kind(argument) == Kind::Spread {
                        ArgKind::Spread
                    } else {
                        ArgKind::Positional
                    };
                    let var = self.expression(argument);
                    args.push(Arg { kind, var });
                }
            }
            Kind::Template if self.kind(call) == Kind::Call => self.template_arguments(part, &mut args),
            _ => {}
        }
        args
    }

    // f`a${e}b`:  call(v, f, [array of the texts, e])
    fn template_arguments(&mut self, template: Node, args: &mut Args) {
        let line = self.line(template);
        let texts = self.allocate(Alloc::Builtin(self.words.array), line);
        let text = self.allocate(Alloc::Builtin(self.words.string), line);
        self.store_key(texts, Key::AnyItem, text, line);
        args.push(Arg { kind: ArgKind::Positional, var: texts });
        for part in self.parts(template) {
            if let Some(value) = self.first_child(part) {
                let var = self.expression(value);
                args.push(Arg { kind: ArgKind::Positional, var });
            }
        }
    }

    // super

    /// `this`, seen from above the class whose member this is.
    pub(super) fn super_value(&mut self, node: Node) -> Var {
        let receiver = self.this();
        let dst = self.draft.fresh();
        match self.class() {
            Some(class) => self.draft.rows.supers.push(SuperOf { dst, class, receiver }),
            // In a method of an object literal: its prototype.
            None => {
                let proto = self.load(receiver, Field::Attr(self.words.proto), self.line(node));
                self.push_move(dst, proto, self.line(node));
            }
        }
        dst
    }

    // super(a):  super(s, class, this), call(v, method(s, constructor), [a])
    fn super_call(&mut self, call: Node) -> Var {
        let base = self.super_value(call);
        let args = self.arguments(call);
        let constructor = self.words.constructor;
        let made = self.draft.fresh();
        self.push_call(Callee::Method(base, constructor), made, CallFlags::default(), &args, call);
        // What a constructor returns is the result of `new`.
        self.push_move(Var::RETURN, made, self.line(call));
        self.this()
    }

    // super.m(a):  super(s, class, this), call(v, method(s, m), [a])
    fn super_method(&mut self, call: Node, member: Node, is_used: bool) -> Var {
        let base = self.super_value(member);
        let key = self.member_key(member);
        let this = self.this();
        let mut args: Args = SmallVec::new();
        let callee = match key {
            Key::Name(name) if self.class().is_some() => Callee::Method(base, name),
            key => {
                args.push(Arg { kind: ArgKind::Receiver, var: this });
                Callee::Value(self.load_key(base, key, self.line(member)))
            }
        };
        args.extend(self.arguments(call));
        let dst = self.result(is_used);
        self.push_call(callee, dst, CallFlags::default(), &args, member);
        dst
    }

    fn super_load(&mut self, member: Node) -> Var {
        let base = self.super_value(member);
        let key = self.member_key(member);
        self.load_key(base, key, self.line(member))
    }

    // Library bodies.

    /// Calls that library bodies make to say what no JavaScript says.
    fn intrinsic(&mut self, call: Node, callee: Node) -> Var {
        let line = self.line(call);
        let name = self.text(callee);
        let args = self.arguments(call);
        let arg = |index: usize| args.get(index).map_or(Var::NONE, |arg: &Arg| arg.var);
        let (first, second, third) = (arg(0), arg(1), arg(2));
        let dst = self.draft.fresh();
        match name {
            "__keys__" => self.draft.rows.keys.push(Keys { dst, base: first, space: Space::Attr }),
            "__copy__" => {
                self.draft.rows.copies.push(CopyFields { dst: first, src: second, space: Space::Attr })
            }
            "__copy_items__" => {
                self.draft.rows.copies.push(CopyFields { dst: first, src: second, space: Space::Item });
            }
            "__call__" => {
                let mut rest: Args = SmallVec::new();
                rest.push(Arg { kind: ArgKind::Receiver, var: second });
                rest.extend(args.iter().skip(2).copied());
                self.results.push((call.0, dst));
                self.push_call(Callee::Value(first), dst, CallFlags::default(), &rest, call);
            }
            "__alloc__" => {
                let class =
                    self.child(call, Kind::Arguments).and_then(|arguments| self.first_child(arguments));
                let class = class.and_then(|class| self.constant_text(class)).unwrap_or_default();
                let class = self.intern(&class);
                let made = self.allocate(Alloc::Builtin(class), line);
                for arg in args.iter().skip(1) {
                    let row = Derive { dst: made, src: arg.var, how: Derivation::Format, line };
                    self.draft.rows.derives.push(row);
                }
                return made;
            }
            "__drop__" => {
                let name = self.intern(name);
                let key = args.get(1..).unwrap_or_default();
                self.push_call(Callee::Method(first, name), Var::NONE, CallFlags::IMPLICIT, key, call);
            }
            "__getter__" | "__setter__" => {
                let space = if name == "__getter__" { Space::Getter } else { Space::Setter };
                self.draft.rows.store_keys.push(StoreKey {
                    base: first,
                    key: second,
                    src: third,
                    space,
                    line,
                });
            }
            "__resolve__" => {
                let key = Key::Name(self.words.settled);
                self.store_key(first, key, second, line);
            }
            _ => {}
        }
        dst
    }
}
