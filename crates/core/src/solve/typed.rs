//! Declarations that are the truth: types that hold at once, members that classes get from outside, calls that
//! dispatch on an argument, and values that stand for others.
//!
//! # Terms
//! * An *exact* type ([`Type::Exact`]) puts its values into the variable at once, beside what flows in. A class with
//!   type parameters gives an object of its own for each choice of arguments: the object's fields hold what the
//!   arguments say (`Vec<Foo>` is an object whose elements are a `Foo`).
//! * A class *extends* another if its members are copied there (`copies` between classes: an `impl` block, a mixin).
//!   If it has bases, it implements them: then the members that the class binds itself go first.
//! * A *virtual* function called by its own name runs what its first argument's class has under the function's full
//!   name (`Trait::method`).
//! * A value *stands for* another if its class says so by the method `deref`: members that it does not have are
//!   those of the other.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, NO_NODE, Sink, Solver};
use crate::facts::{Field, FunctionFlags, Origin, Type};
use crate::ids::{CallId, ClassId, FuncId, Sym, TypeId, Var};
use crate::solution::{PathId, PathStep};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Nodes of the arguments of a type.
type Args = SmallVec<[Node; 3]>;

/// Type terms nested deeper than this say nothing more.
const MAX_DEPTH: u32 = 8;

/// What is known of types.
#[derive(Default)]
pub(super) struct Typed {
    /// The node of each term: a class variable and the nodes of its arguments.
    terms: FxHashMap<(Node, Args), Node>,
    /// What listeners of class variables fill.
    rows: Vec<(Node, Args)>,
    /// Objects of classes with type arguments.
    objects: FxHashMap<(TokenId, Args), TokenId>,
    /// The arguments of such an object.
    args: FxHashMap<TokenId, Args>,
    /// Classes whose members others get.
    mixins: FxHashSet<TokenId>,
    /// Who gets them.
    heirs: FxHashMap<TokenId, Vec<TokenId>>,
    /// Classes that got members from outside.
    extended: FxHashSet<TokenId>,
    /// Blocks that extend a class and build on what we do not have, of the first so many that do.
    outside: FxHashMap<TokenId, (usize, Vec<TokenId>)>,
    /// Classes, and whether a variable that is declared to be of the class holds its one instance and nothing else.
    sealed: FxHashMap<TokenId, bool>,
    /// What a value stands for.
    referents: FxHashMap<TokenId, Node>,
    /// Members that a value may not have itself: receiver, name, who wants it.
    derefs: Vec<(TokenId, Sym, Sink)>,
    /// Those that were ever wanted: what stands for itself, at some remove, would be asked for ever.
    known_derefs: FxHashSet<(TokenId, Sym, Sink)>,
    /// Functions that wait until all names of the program are known.
    held: Vec<(FuncId, Inst)>,
    /// Whether they may run.
    released: bool,
}

impl Typed {
    /// A member that a value may not have itself is wanted.
    pub(super) fn want_deref(&mut self, receiver: TokenId, name: Sym, sink: Sink) {
        if self.known_derefs.insert((receiver, name, sink)) {
            self.derefs.push((receiver, name, sink));
        }
    }
}

impl<S: Store<Listener>> Solver<S> {
    // Exact types.

    /// The node that holds the values of a type; none if it says nothing.
    pub(super) fn term(&mut self, ty: TypeId, inst: Inst, of: Option<TokenId>, depth: u32) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.facts.types[ty.index()].clone() {
            Type::Unknown
            | Type::Number
            | Type::Text(..)
            | Type::Callable(_)
            | Type::ClassOf(_)
            | Type::Union(_) => None,
            Type::Exact(inner) => self.term(inner, inst, of, depth + 1),
            Type::Param(index) => {
                self.typed.args.get(&of?)?.get(index as usize).copied().filter(|&n| n != NO_NODE)
            }
            Type::Value(var) => {
                let class = self.node(inst, var);
                Some(self.term_of(class, Args::new()))
            }
            Type::Apply(head, args) => {
                let Type::Value(var) = self.facts.types[head.index()] else { return None };
                let class = self.node(inst, var);
                let nodes =
                    args.into_iter().map(|arg| self.term(arg, inst, of, depth + 1).unwrap_or(NO_NODE));
                let nodes: Args = nodes.collect();
                Some(self.term_of(class, nodes))
            }
        }
    }

    fn term_of(&mut self, class: Node, args: Args) -> Node {
        if let Some(&node) = self.typed.terms.get(&(class, args.clone())) {
            return node;
        }
        let node = self.store.nodes(1);
        self.typed.terms.insert((class, args.clone()), node);
        let row = u32::try_from(self.typed.rows.len()).expect("fewer than 2^32 terms");
        self.typed.rows.push((node, args));
        self.store.listen(class, Listener::Term(row));
        node
    }

    /// A class arrived in the variable that a term names.
    pub(super) fn on_term(&mut self, row: u32, class: TokenId) {
        let (node, args) = self.typed.rows[row as usize].clone();
        match self.tokens.get(class) {
            Token::Class(id, _) => {
                let body = self.facts.classes[id.index()].body;
                let is_scalar = self.is_builtin(body)
                    && self.facts.members_of(id).is_empty()
                    && self.facts.fields_of(id).is_empty()
                    && !self.typed.extended.contains(&class);
                if !is_scalar {
                    let object = self.object_of(class, id, args);
                    self.store.add(node, object);
                }
            }
            Token::External(path) => {
                if let Some(object) = self.paths.step(path, PathStep::Call) {
                    let token = self.tokens.id(Token::External(object));
                    self.store.add(node, token);
                }
                // What we do not have and holds one thing may stand for it, as the state of a web framework does.
                if let &[inner] = args.as_slice()
                    && inner != NO_NODE
                {
                    self.store.flow(inner, node);
                }
            }
            // The prototype of a type that was given another name.
            Token::Instance(_) | Token::Object(..) => self.store.add(node, class),
            _ => {}
        }
    }

    /// The object of a class with these type arguments.
    fn object_of(&mut self, class: TokenId, id: ClassId, args: Args) -> TokenId {
        let takes_args =
            !args.is_empty() && self.facts.fields_of(id).iter().any(|field| self.has_param(field.ty, 0));
        if !takes_args {
            return self.tokens.id(Token::Instance(class));
        }
        if let Some(&known) = self.typed.objects.get(&(class, args.clone())) {
            return known;
        }
        let object = self.fresh_object(class);
        self.typed.objects.insert((class, args.clone()), object);
        self.typed.args.insert(object, args);
        object
    }

    /// Whether a type mentions a parameter of its class.
    fn has_param(&self, ty: TypeId, depth: u32) -> bool {
        depth <= MAX_DEPTH
            && match &self.facts.types[ty.index()] {
                Type::Param(_) => true,
                Type::Exact(inner) => self.has_param(*inner, depth + 1),
                Type::Apply(_, args) | Type::Union(args) => {
                    args.iter().any(|&arg| self.has_param(arg, depth + 1))
                }
                _ => false,
            }
    }

    /// `T<A>` as a fallback: an object whose parts hold what its arguments say. None if T takes no arguments.
    pub(super) fn seed_arguments(&mut self, class: TokenId, args: &[TypeId], inst: Inst) -> Option<TokenId> {
        let Token::Class(id, _) = self.tokens.get(class) else { return None };
        if !self.facts.fields_of(id).iter().any(|field| self.has_param(field.ty, 0)) {
            return None;
        }
        let nodes: Args = args.iter().map(|_| self.store.nodes(1)).collect();
        for (&arg, &node) in args.iter().zip(&nodes) {
            self.seed(arg, inst, node, 1);
        }
        let object = self.fresh_object(class);
        self.typed.args.insert(object, nodes);
        Some(object)
    }

    /// A new cell of an object holds what the field's declaration says.
    pub(super) fn declare_cell(&mut self, token: TokenId, field: Field, cell: Node) {
        let (Token::Instance(class) | Token::Object(class, _)) = self.tokens.get(token) else { return };
        let name = match field {
            Field::Attr(name) => name,
            Field::AnyItem => self.of(class).items,
            Field::Item(_) | Field::AnyAttr => return,
        };
        let Some(order) = self.classes.get(&class).and_then(|info| info.order.clone()) else { return };
        for ancestor in order {
            let Token::Class(id, env) = self.tokens.get(ancestor) else { continue };
            let Some(field) = self.facts.fields_of(id).iter().copied().find(|field| field.name == name)
            else {
                continue;
            };
            if self.is_exact(field.ty) {
                let body = self.plain_instance(self.facts.classes[id.index()].body, env);
                if let Some(node) = self.term(field.ty, body, Some(token), 0) {
                    self.store.flow(node, cell);
                }
            }
            return;
        }
    }

    /// Whether the elements of an object are told by the arguments of its type.
    pub(super) fn declares_elements(&self, token: TokenId) -> bool {
        self.typed.args.contains_key(&token)
    }

    /// Whether a variable holds what its declaration says and nothing else: the one instance of a class of the program.
    /// What flows there otherwise is what we know too little of, and would only be joined to it.
    pub(super) fn is_settled(&mut self, inst: Inst, var: Var) -> bool {
        let function = self.instances[inst.index()].function;
        let hint = self.facts.hints_of(function).iter().find(|hint| hint.var == var).map(|hint| hint.ty);
        hint.is_some_and(|ty| self.is_sealed(ty, inst))
    }

    /// Whether a declared type, as a body reads it, is one class of the program of which one instance stands for all.
    fn is_sealed(&mut self, ty: TypeId, inst: Inst) -> bool {
        let Type::Exact(inner) = self.facts.types[ty.index()] else { return false };
        let Type::Value(class) = self.facts.types[inner.index()] else { return false };
        // The name of a class without fields is also its one value.
        let is_class = |token: &TokenId| matches!(self.tokens.get(*token), Token::Class(..));
        let mut classes = self.store.tokens(self.node(inst, class)).iter().copied().filter(is_class);
        let (Some(class), None) = (classes.next(), classes.next()) else { return false };
        if let Some(&known) = self.typed.sealed.get(&class) {
            return known;
        }
        let Token::Class(id, _) = self.tokens.get(class) else { return false };
        if self.classes.get(&class).is_none_or(|info| info.order.is_none()) {
            return false;
        }
        let has_one = !self.is_builtin(self.facts.classes[id.index()].body)
            && !self.facts.fields_of(id).iter().any(|field| self.has_param(field.ty, 0))
            && !self.is_container(class)
            && !self.is_virtual(class);
        self.typed.sealed.insert(class, has_one);
        has_one
    }

    /// Whether a declared type holds at once.
    pub(super) fn is_exact(&self, ty: TypeId) -> bool {
        matches!(self.facts.types[ty.index()], Type::Exact(_) | Type::Param(_))
    }

    // Members.

    /// Whether a member that is wanted of an instance may be a field: where types are declared, a method call never
    /// calls one.
    pub(super) fn may_be_field(&self, class: TokenId, sink: Sink) -> bool {
        !(self.of(class).only_declares && matches!(sink, Sink::Invoke(..) | Sink::Init(..)))
    }

    /// Whether it may be a member of the class: where types are declared, a method is called where it is named, and
    /// only what the class binds by now, as lowering may, is read.
    pub(super) fn may_be_method(&mut self, class: TokenId, name: Sym, sink: Sink) -> bool {
        !(self.of(class).only_declares && matches!(sink, Sink::Into(..))) || self.has_member(class, name)
    }

    // Classes that extend others.

    /// copies(C, D), both classes:  D's members are C's, and D's bases are C's.
    pub(super) fn extend_class(&mut self, from: TokenId, to: TokenId) {
        let (Token::Class(from_id, _), Token::Class(to_id, _)) = (self.tokens.get(from), self.tokens.get(to))
        else {
            return;
        };
        if !self.typed.heirs.entry(from).or_default().iter().all(|&known| known != to) {
            return;
        }
        self.typed.heirs.entry(from).or_default().push(to);
        self.typed.mixins.insert(from);
        self.typed.extended.insert(to);
        self.note_grant(from_id, to_id);
        if self.facts.bases_of(from_id).is_empty() {
            for index in 0..self.facts.members_of(from_id).len() {
                let name = self.facts.members_of(from_id)[index].name;
                let source = self.cell(from, Field::Attr(name));
                let target = self.cell(to, Field::Attr(name));
                self.store.flow(source, target);
                self.join_lookups(to, name, target);
                self.statics.insert((to_id, name));
            }
            return;
        }
        let info = self.classes.get_mut(&to).expect("class tokens are known");
        info.more_bases.push(from);
        self.add_late_base(to, from);
        self.announce_heirs(from);
    }

    /// Who gets the members of a class is one of the subclasses of its bases.
    pub(super) fn announce_heirs(&mut self, class: TokenId) {
        let Some(heirs) = self.typed.heirs.get(&class).cloned() else { return };
        let order = self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_default();
        for &ancestor in order.iter().skip(1) {
            if let Some(info) = self.classes.get_mut(&ancestor) {
                for &heir in &heirs {
                    if heir != ancestor && self.blocks.announce(ancestor, heir) {
                        info.subclasses.push(heir);
                    }
                }
            }
        }
    }

    /// Whether a class only lends its members.
    pub(super) fn is_mixin(&self, class: TokenId) -> bool {
        self.typed.mixins.contains(&class)
    }

    /// Whether a class is one that others implement: a function of its body is virtual.
    pub(super) fn is_virtual(&self, class: TokenId) -> bool {
        let Token::Class(id, _) = self.tokens.get(class) else { return false };
        let body = self.facts.classes[id.index()].body;
        let file = self.facts.functions[body.index()].file;
        self.facts.functions[body.index() + 1..]
            .iter()
            .take_while(|row| row.file == file && row.parent >= body)
            .any(|row| row.parent == body && row.flags.has(FunctionFlags::VIRTUAL))
    }

    /// The classes that a declared class stands for: those that implement it, else it and its subclasses.
    pub(super) fn family(&self, class: TokenId) -> Vec<TokenId> {
        let subclasses = self.classes.get(&class).map(|info| info.subclasses.clone()).unwrap_or_default();
        let mut family: Vec<TokenId> =
            subclasses.into_iter().filter(|&member| !self.is_mixin(member)).collect();
        if !self.is_virtual(class) {
            family.push(class);
            return family;
        }
        family.retain(|&member| !self.is_virtual(member));
        if family.is_empty() {
            family.push(class);
        }
        family
    }

    /// The name under which a member is looked up: one that says of which base it is stands for the plain name where
    /// the class does not have it.
    pub(super) fn member_name(&mut self, token: TokenId, name: Sym, inst: Inst) -> Sym {
        if !self.facts.text(name).contains("::") {
            return name;
        }
        let class = self.class_of(token, self.language_of(inst));
        if class.is_some_and(|class| self.has_member(class, name)) {
            return name;
        }
        let plain = self.facts.text(name).rsplit("::").next().unwrap_or_default().to_owned();
        self.facts.names.intern(&plain)
    }

    /// Whether a class, what it was extended by, or a base of one of these binds a name.
    pub(super) fn has_member(&mut self, class: TokenId, name: Sym) -> bool {
        self.order_binds(class, name) == Some(true) || self.late_base_binds(class, name)
    }

    /// Whether a class or one that it inherits from binds a name; none as long as its order is not known.
    pub(super) fn order_binds(&self, class: TokenId, name: Sym) -> Option<bool> {
        let order = self.classes.get(&class)?.order.as_ref()?;
        Some(order.iter().any(
            |&member| matches!(self.tokens.get(member), Token::Class(id, _) if self.statics.contains(&(id, name))),
        ))
    }

    /// Whether a block that extends a class, all of whose names are known, does not bind this one.
    pub(super) fn lacks(&self, block: TokenId, name: Sym) -> bool {
        self.is_block(block) && self.order_binds(block, name) == Some(false)
    }

    /// Whether a class only extends others, and binds the names that are written in it.
    pub(super) fn is_block(&self, class: TokenId) -> bool {
        self.is_mixin(class) && self.of(class).only_declares
    }

    /// The names that a block binds which extends a class, in order; none if not all are known. Members of every
    /// object are left out: those the class has itself.
    pub(super) fn names_of_block(&self, block: TokenId) -> Option<Vec<Sym>> {
        let order = self.classes.get(&block)?.order.as_ref()?;
        if !self.is_block(block) {
            return None;
        }
        let object = self.builtin_class(self.language(block), self.of(block).object);
        let mut names: Vec<Sym> = Vec::new();
        for &member in order.iter().filter(|&&member| Some(member) != object) {
            if let Token::Class(id, _) = self.tokens.get(member) {
                names.extend(self.facts.members_of(id).iter().map(|member| member.name));
            }
        }
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    /// Unknown code that is given an object may call what the object's class implements of that code's own traits.
    pub(super) fn escape_object(&mut self, path: PathId, site: (CallId, Inst), object: TokenId) {
        let (Token::Instance(class) | Token::Object(class, _)) = self.tokens.get(object) else { return };
        for base in self.outside_bases(class) {
            let Token::Class(id, _) = self.tokens.get(base) else { continue };
            let order = self.classes.get(&base).and_then(|info| info.order.clone()).unwrap_or_default();
            // What a block binds is of the trait that it implements, not of those that this one builds on.
            let is_theirs = order.get(1).is_some_and(|&of| match self.tokens.get(of) {
                Token::External(of) => self.same_package(of, path),
                _ => false,
            });
            for index in 0..if is_theirs { self.facts.members_of(id).len() } else { 0 } {
                let name = self.facts.members_of(id)[index].name;
                let cell = self.cell(base, Field::Attr(name));
                for member in self.store.tokens(cell).to_vec() {
                    let bound = self.tokens.id(Token::Bound(member, object));
                    self.on_escape(path, site, bound);
                }
            }
        }
    }

    /// The blocks that extend a class, and inherit from classes that we do not have.
    fn outside_bases(&mut self, class: TokenId) -> Vec<TokenId> {
        let Some(info) = self.classes.get(&class) else { return Vec::new() };
        let (checked, mut found) = self.typed.outside.remove(&class).unwrap_or_default();
        let mut count = checked;
        for &base in &info.more_bases[checked..] {
            let Some(order) = self.classes.get(&base).and_then(|info| info.order.as_ref()) else { break };
            if order.iter().any(|&of| matches!(self.tokens.get(of), Token::External(_))) {
                found.push(base);
            }
            count += 1;
        }
        self.typed.outside.insert(class, (count, found.clone()));
        found
    }

    /// Whether two paths begin in the same package, or in packages of one family (`serde`, `serde_json`).
    fn same_package(&self, a: PathId, b: PathId) -> bool {
        let root = |path: PathId| match self.paths.module(path) {
            PathStep::Root(name) => self.facts.text(name),
            _ => "",
        };
        let (a, b) = (root(a), root(b));
        !matches!(a, "" | "std") && (a.starts_with(b) || b.starts_with(a)) && !b.is_empty()
    }

    // Virtual functions.

    /// T::m(a):  ∀ t ∈ ⟦a⟧:  t's `T::m` is called with all arguments.
    pub(super) fn dispatch(&mut self, closure: TokenId, call: CallId, inst: Inst) {
        if let Some(first) = self.first_arg(call, inst) {
            self.store.listen(first, Listener::Dispatch(call, inst, closure));
        }
    }

    pub(super) fn on_dispatch(&mut self, call: CallId, inst: Inst, closure: TokenId, token: TokenId) {
        let Token::Function(function, _) = self.tokens.get(closure) else { return };
        let row = &self.facts.functions[function.index()];
        let (name, parent) = (row.name, row.parent);
        if let Token::External(path) = self.tokens.get(token) {
            let member = self.paths.step(path, PathStep::Attr(name)).unwrap_or(path);
            return self.call_external(member, call, inst);
        }
        let holder = self.facts.text(self.facts.functions[parent.index()].name);
        let full = format!("{holder}::{}", self.facts.text(name));
        let full = self.facts.names.intern(&full);
        let language = self.language(closure);
        if let Some(class) = self.class_of(token, language) {
            let lookup = self.lookup(class, full);
            self.store.listen(lookup, Listener::Plain(call, inst));
        }
    }

    // Values that stand for others.

    /// Whether members that a class does not have may be those of what its instances stand for.
    pub(super) fn stands_for_another(&mut self, class: TokenId) -> bool {
        let deref = self.of(class).deref;
        deref != Sym::EMPTY && self.has_member(class, deref)
    }

    /// Members that were not found on a value are those of what it stands for. Whether there were any.
    pub(super) fn run_derefs(&mut self) -> bool {
        let mut any = false;
        let wanted = std::mem::take(&mut self.typed.derefs);
        // What a class says of the class of that other is there in the round after it was asked.
        let asked: Vec<bool> = wanted.iter().map(|row| self.has_asked(row.0, row.2)).collect();
        for ((receiver, name, sink), was_asked) in wanted.into_iter().zip(asked) {
            let Some(class) = self.class_of(receiver, self.language_of(sink.reader())) else { continue };
            let lookup = self.lookup(class, name);
            let own = self.cells.get(&(receiver, Field::Attr(name))).copied();
            let own = own.filter(|_| self.may_be_field(class, sink));
            if !self.store.tokens(lookup).is_empty()
                || own.is_some_and(|own| !self.store.tokens(own).is_empty())
            {
                continue;
            }
            any = true;
            if !was_asked {
                self.lookup(class, self.of(class).referent);
                self.typed.derefs.push((receiver, name, sink));
                continue;
            }
            if self.referent_lacks(class, name) {
                continue;
            }
            let referent = self.referent(receiver, class, sink);
            self.store.listen(referent, Listener::Read(name, sink));
        }
        any
    }

    /// Whether the class of a value was asked before what its values stand for.
    fn has_asked(&self, receiver: TokenId, sink: Sink) -> bool {
        let class = self.class_of(receiver, self.language_of(sink.reader()));
        class.is_none_or(|class| self.lookups.contains_key(&(class, self.of(class).referent)))
    }

    /// Whether a class says what its instances stand for, and that has no member of a name: then some macro gave the
    /// member to the class itself.
    fn referent_lacks(&mut self, class: TokenId, name: Sym) -> bool {
        let target = self.of(class).referent;
        let lookup = self.lookup(class, target);
        // The name of a class without fields is also its one value.
        let is_value =
            |token: &TokenId| matches!(self.tokens.get(*token), Token::Instance(_) | Token::Object(..));
        let mut targets = self.store.tokens(lookup).to_vec();
        targets.retain(|target| !is_value(target));
        !targets.is_empty() && targets.into_iter().all(|target| self.surely_lacks(target, name))
    }

    fn surely_lacks(&mut self, class: TokenId, name: Sym) -> bool {
        let Token::Class(id, _) = self.tokens.get(class) else { return false };
        let is_known = !self.is_builtin(self.facts.classes[id.index()].body)
            && self.facts.origin_of(self.facts.classes[id.index()].body) == Origin::FirstParty;
        is_known
            && !self.has_member(class, name)
            && !self.facts.fields_of(id).iter().any(|field| field.name == name)
            && !self.stands_for_another(class)
    }

    /// The node of what a value stands for.
    fn referent(&mut self, receiver: TokenId, class: TokenId, sink: Sink) -> Node {
        let node = match self.typed.referents.get(&receiver) {
            Some(&node) => node,
            None => self.store.nodes(1),
        };
        self.typed.referents.insert(receiver, node);
        // Each place that needs it calls it.
        let (inst, line) = self.place_of(sink);
        let deref = self.of(class).deref;
        let lookup = self.lookup(class, deref);
        self.store.listen(lookup, Listener::Bind(receiver, Sink::Implicit(node, NO_NODE, inst, line)));
        node
    }

    /// The place that wants a member.
    pub(super) fn place_of(&self, sink: Sink) -> (Inst, u32) {
        match sink {
            Sink::Into(_, inst, line) | Sink::Implicit(_, _, inst, line) => (inst, line),
            Sink::Invoke(call, inst) | Sink::Init(call, inst) | Sink::New(call, inst) => {
                (inst, self.facts.calls[call.index()].line)
            }
        }
    }

    // Order.

    /// Whether a function waits until all names are known: in a language whose modules only declare, what a body
    /// finds must not depend on the order of files.
    pub(super) fn holds(&mut self, function: FuncId, env: Inst) -> bool {
        let file = self.facts.functions[function.index()].file;
        let language = self.facts.files[file.index()].language;
        let holds = !self.typed.released && self.protocols.of(language).only_declares;
        if holds {
            self.typed.held.push((function, env));
        }
        holds
    }

    /// Lets the functions run that waited. Whether there were any.
    pub(super) fn release(&mut self) -> bool {
        self.typed.released = true;
        let held = std::mem::take(&mut self.typed.held);
        for &(function, env) in &held {
            self.plain_instance(function, env);
        }
        !held.is_empty()
    }
}
