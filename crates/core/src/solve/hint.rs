//! Declared types: a fallback where values are missing, a filter where a type was tested.

use super::protocol::is_reserved;
use super::store::{Demand, Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Solver};
use crate::facts::{Field, FunctionFlags, FunctionKind, Origin, ParamKind, Type};
use crate::ids::{FuncId, Sym, TypeId, Var};
use crate::solution::{Certainty, PathStep};

/// A declared class with more subclasses than this stands for itself only.
const MAX_FAMILY: usize = 64;
/// Type terms nested deeper than this say nothing more.
const MAX_TYPE_DEPTH: u32 = 6;

/// Where more values than this are written under unknown names, they say nothing of any one name.
const MAX_WILD: usize = 16;

/// Declarations of instances, and how far they were looked at.
#[derive(Default)]
pub(super) struct Hints {
    /// `hints` row and instance.
    rows: Vec<(u32, Inst)>,
    /// Rows that have seeded, by index.
    seeded: rustc_hash::FxHashSet<(u32, Inst)>,
    /// Cells that were seeded.
    fields: rustc_hash::FxHashSet<Node>,
    /// Parameters that were seeded by the declaration of a base class.
    params: rustc_hash::FxHashSet<Node>,
    /// How many instances were looked at for parameters without a declaration.
    instances: usize,
    /// Wildcard cells that were joined to a field.
    wild: rustc_hash::FxHashSet<Node>,
}

impl<S: Store<Listener>> Solver<S> {
    /// Remembers the declarations of an instance.
    pub(super) fn note_hints(&mut self, inst: Inst, function: FuncId) {
        let first = self.facts.functions[function.index()].first.hints;
        let count = self.facts.hints_of(function).len() as u32;
        for row in first..first + count {
            let hint = self.facts.hints[row as usize];
            self.want_classes(hint.ty, inst, 0);
            if self.is_exact(hint.ty) {
                if let Some(term) = self.term(hint.ty, inst, None, 0) {
                    let node = self.node(inst, hint.var);
                    self.store.flow(term, node);
                }
            } else {
                self.hints.rows.push((row, inst));
            }
        }
    }

    /// The classes that a declared type names are going to be asked for.
    pub(super) fn want_classes(&mut self, ty: TypeId, inst: Inst, depth: u32) {
        if depth > MAX_TYPE_DEPTH {
            return;
        }
        match self.facts.types[ty.index()].clone() {
            Type::Unknown | Type::Number | Type::Text(..) | Type::Callable(_) | Type::Param(_) => {}
            Type::Value(var) => {
                let node = self.node(inst, var);
                self.store.want(node, Demand::Things);
            }
            Type::ClassOf(inner) | Type::Exact(inner) => self.want_classes(inner, inst, depth + 1),
            Type::Union(members) => {
                members.into_iter().for_each(|member| self.want_classes(member, inst, depth + 1));
            }
            Type::Apply(head, args) => {
                self.want_classes(head, inst, depth + 1);
                args.into_iter().for_each(|arg| self.want_classes(arg, inst, depth + 1));
            }
        }
    }

    /// The test that a variable's values must pass, as a `hints` row.
    pub(super) fn test_of(&self, function: FuncId, var: Var) -> Option<u32> {
        let at = self.facts.hints_of(function).iter().position(|hint| hint.checked && hint.var == var)?;
        Some(self.facts.functions[function.index()].first.hints + at as u32)
    }

    /// Lets tested values through that fit the type, or of which nothing is known. Whether there were any.
    pub(super) fn run_filters(&mut self) -> bool {
        let filters = std::mem::take(&mut self.deferred.filters);
        for &(row, inst, to, token) in &filters {
            if let Type::Text(prefix, suffix) = self.facts.types[self.facts.hints[row as usize].ty.index()] {
                self.let_text_through(token, (prefix, suffix), to);
                continue;
            }
            let mut classes = Vec::new();
            let is_known = self.classes_in(self.facts.hints[row as usize].ty, inst, &mut classes);
            if !is_known || self.fits(inst, token, &classes) {
                self.store.add(to, token);
            }
        }
        !filters.is_empty()
    }

    /// A string that begins and ends so passes; of one that is not known, that much is known now.
    fn let_text_through(&mut self, token: TokenId, (prefix, suffix): (Sym, Sym), to: Node) {
        let tested = (self.facts.text(prefix), self.facts.text(suffix));
        let known = match self.tokens.get(token) {
            Token::Str(text) => {
                let text = self.facts.text(text);
                if text.starts_with(tested.0) && text.ends_with(tested.1) {
                    self.store.add(to, token);
                }
                return;
            }
            Token::Pattern(before, after) => {
                let known = (self.facts.text(before), self.facts.text(after));
                let longer = |a: &str, b: &str| a.len() >= b.len();
                let (prefix, prefix_less) =
                    if longer(known.0, tested.0) { (before, tested.0) } else { (prefix, known.0) };
                let (suffix, suffix_less) =
                    if longer(known.1, tested.1) { (after, tested.1) } else { (suffix, known.1) };
                if !self.facts.text(prefix).starts_with(prefix_less)
                    || !self.facts.text(suffix).ends_with(suffix_less)
                {
                    return;
                }
                Token::Pattern(prefix, suffix)
            }
            Token::External(_) | Token::Instance(_) | Token::Object(..) => {
                self.store.add(to, token);
                Token::Pattern(prefix, suffix)
            }
            _ => return self.store.add(to, token),
        };
        let known = self.tokens.id(known);
        self.store.add(to, known);
    }

    /// Collects the classes of a tested type; whether all of it is classes that we have.
    fn classes_in(&self, ty: TypeId, inst: Inst, classes: &mut Vec<TokenId>) -> bool {
        match &self.facts.types[ty.index()] {
            Type::Value(var) => {
                let node = self.node(inst, *var);
                let tokens = self.store.tokens(node);
                let before = classes.len();
                classes.extend(
                    tokens
                        .iter()
                        .copied()
                        .filter(|&token| matches!(self.tokens.get(token), Token::Class(..))),
                );
                classes.len() == before + tokens.len() && !tokens.is_empty()
            }
            Type::Union(members) => members.iter().all(|&member| self.classes_in(member, inst, classes)),
            Type::Apply(head, _) => self.classes_in(*head, inst, classes),
            Type::Exact(inner) => self.classes_in(*inner, inst, classes),
            Type::Unknown
            | Type::Number
            | Type::Text(..)
            | Type::ClassOf(_)
            | Type::Callable(_)
            | Type::Param(_) => false,
        }
    }

    fn fits(&mut self, inst: Inst, token: TokenId, classes: &[TokenId]) -> bool {
        let Some(class) = self.class_of(token, self.language_of(inst)) else {
            return match self.tokens.get(token) {
                Token::External(_) => true,
                Token::Class(..) => self.metaclasses(token, inst).iter().any(|class| classes.contains(class)),
                _ => false,
            };
        };
        let order = self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_default();
        order.iter().any(|ancestor| {
            classes.contains(ancestor) || matches!(self.tokens.get(*ancestor), Token::External(_))
        })
    }

    /// hint(v, T), ⟦v⟧ = ∅:  instances of T ∈ ⟦v⟧. Whether anything was added.
    pub(super) fn seed_hints(&mut self) -> bool {
        let before = self.phase;
        self.phase = self.phase.max(Certainty::Typed);
        // What was declared says more than what was written under an unknown name.
        let any = (self.seed_rows() | self.seed_fields() | self.seed_inherited()) || self.seed_wild();
        if !any {
            self.phase = before;
        }
        any
    }

    fn seed_rows(&mut self) -> bool {
        let mut empty = Vec::new();
        for &(row, inst) in &self.hints.rows {
            let hint = self.facts.hints[row as usize];
            let node = self.node(inst, hint.var);
            if self.says_nothing(inst, node)
                && self.store.is_watched(node)
                && !self.hints.seeded.contains(&(row, inst))
            {
                empty.push((row, inst, node));
            }
        }
        let mut any = false;
        for (row, inst, node) in empty {
            let hint = self.facts.hints[row as usize];
            if self.seed(hint.ty, inst, node, 0) {
                any = true;
                self.hints.seeded.insert((row, inst));
            }
        }
        any
    }

    /// Whether nothing is known of a variable; where types are declared, what we do not have is nothing.
    fn says_nothing(&self, inst: Inst, node: Node) -> bool {
        let tokens = self.store.tokens(node);
        let is_unknown = |&token: &TokenId| matches!(self.tokens.get(token), Token::External(_));
        tokens.is_empty() || (self.here(inst).only_declares && tokens.iter().all(is_unknown))
    }

    /// Adds what a declared type says to a node. Whether it says anything.
    pub(super) fn seed(&mut self, ty: TypeId, inst: Inst, node: Node, depth: u32) -> bool {
        if depth > MAX_TYPE_DEPTH {
            return false;
        }
        match self.facts.types[ty.index()].clone() {
            Type::Unknown | Type::Number | Type::Callable(_) | Type::Param(_) => false,
            Type::Text(prefix, suffix) => {
                let text = self.tokens.id(Token::Pattern(prefix, suffix));
                self.store.add(node, text);
                true
            }
            // What holds at once was there before.
            Type::Exact(inner) => match self.term(inner, inst, None, 0) {
                Some(term) => {
                    self.store.flow(term, node);
                    !self.store.tokens(term).is_empty()
                }
                None => false,
            },
            Type::Value(var) => {
                let classes = self.node(inst, var);
                let classes = self.store.tokens(classes).to_vec();
                classes.into_iter().map(|class| self.seed_class(class, node)).fold(false, |a, b| a | b)
            }
            Type::ClassOf(inner) => self.seed_class_itself(inner, inst, node),
            Type::Union(members) => members
                .into_iter()
                .map(|member| self.seed(member, inst, node, depth + 1))
                .fold(false, |a, b| a | b),
            Type::Apply(head, args) => self.seed_applied(head, &args, inst, node, depth),
        }
    }

    fn seed_class_itself(&mut self, ty: TypeId, inst: Inst, node: Node) -> bool {
        let Type::Value(var) = self.facts.types[ty.index()] else { return false };
        let classes = self.node(inst, var);
        let classes = self.store.tokens(classes).to_vec();
        for &class in &classes {
            for member in self.family_named(class) {
                self.store.add(node, member);
            }
        }
        !classes.is_empty()
    }

    /// The classes that the name of a class stands for as a value: that class, and those that inherit from it, unless
    /// it is the library's or they are many.
    fn family_named(&mut self, class: TokenId) -> Vec<TokenId> {
        if self.is_virtual(class) {
            return self.family(class);
        }
        let is_ours = |class| matches!(self.tokens.get(class), Token::Class(id, _) if !self.is_builtin(self.facts.classes[id.index()].body));
        let family = if is_ours(class) { self.family(class) } else { Vec::new() };
        if (1..=MAX_FAMILY).contains(&family.len()) { family } else { vec![class] }
    }

    fn seed_class(&mut self, class: TokenId, node: Node) -> bool {
        match self.tokens.get(class) {
            Token::Class(id, _) => {
                let body = self.facts.classes[id.index()].body;
                if self.is_builtin(body)
                    && !self.is_container(class)
                    && self.facts.classes[id.index()].name != self.of(class).str
                {
                    return false;
                }
                let mut family = self.family(class);
                if family.len() > MAX_FAMILY || self.is_builtin(body) {
                    family = vec![class];
                }
                for member in family {
                    let token = self.tokens.id(Token::Instance(member));
                    self.store.add(node, token);
                }
                true
            }
            Token::External(path) => {
                let Some(object) = self.paths.step(path, PathStep::Call) else { return false };
                let token = self.tokens.id(Token::External(object));
                self.store.add(node, token);
                true
            }
            _ => false,
        }
    }

    /// `list[T]`, `dict[K, V]`: a container of what the last argument says; `Awaitable[T]`: T.
    fn seed_applied(&mut self, head: TypeId, args: &[TypeId], inst: Inst, node: Node, depth: u32) -> bool {
        let Type::Value(var) = self.facts.types[head.index()] else { return false };
        let heads = self.node(inst, var);
        let heads = self.store.tokens(heads).to_vec();
        let mut any = false;
        for class in heads {
            if let Some(object) = self.seed_arguments(class, args, inst) {
                self.store.add(node, object);
                any = true;
                continue;
            }
            let name = match self.tokens.get(class) {
                Token::Class(id, _) => self.facts.classes[id.index()].name,
                Token::External(path) => match self.paths.rows[path.0 as usize].1 {
                    PathStep::Attr(name) => name,
                    _ => continue,
                },
                _ => continue,
            };
            let text = self.facts.text(name);
            let is_value = WRAPPERS.contains(&text);
            let container = CONTAINERS.iter().find(|(names, _)| names.contains(&text)).map(|row| row.1);
            if is_value {
                if let Some(&last) = args.last() {
                    any |= self.seed(last, inst, node, depth + 1);
                }
            } else if let Some(container) = container {
                any |= self.seed_container(container, args, inst, node, depth);
            } else {
                any |= self.seed_class(class, node);
            }
        }
        any
    }

    fn seed_container(&mut self, class: &str, args: &[TypeId], inst: Inst, node: Node, depth: u32) -> bool {
        let class = self.facts.names.intern(class);
        let Some(class) = self.builtin_class(self.language_of(inst), class) else { return false };
        let object = self.fresh_object(class);
        let any = self.cell(object, Field::AnyItem);
        let mut said = false;
        if let Some(&last) = args.last() {
            said = self.seed(last, inst, any, depth + 1);
        }
        if args.len() == 2 {
            let keys = self.cell(object, Field::Attr(self.of(class).keys));
            said |= self.seed(args[0], inst, keys, depth + 1);
        }
        if said {
            self.store.add(node, object);
        }
        said
    }

    /// Fields that were read, are empty, and are declared by a class of their object.
    fn seed_fields(&mut self) -> bool {
        let mut empty: Vec<(TokenId, Sym, Node)> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "what is collected is sorted below")]
        for (&(token, field), &cell) in &self.cells {
            if let (Field::Attr(name), Token::Instance(_)) = (field, self.tokens.get(token))
                && self.store.tokens(cell).is_empty()
                && self.store.is_watched(cell)
                && !self.hints.fields.contains(&cell)
            {
                empty.push((token, name, cell));
            }
        }
        empty.sort_unstable();
        let mut any = false;
        for (token, name, cell) in empty {
            let Token::Instance(class) = self.tokens.get(token) else { continue };
            let order = self.classes.get(&class).and_then(|info| info.order.clone()).unwrap_or_default();
            for ancestor in order {
                let Token::Class(id, env) = self.tokens.get(ancestor) else { continue };
                let Some(field) = self.facts.fields_of(id).iter().copied().find(|field| field.name == name)
                else {
                    continue;
                };
                let body = self.plain_instance(self.facts.classes[id.index()].body, env);
                if self.seed(field.ty, body, cell, 0) {
                    self.hints.fields.insert(cell);
                    any = true;
                }
                break;
            }
        }
        any
    }

    /// Fields that are empty may hold what was written under an unknown name.
    fn seed_wild(&mut self) -> bool {
        self.settle_awaited();
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "what is collected is sorted below")]
        for (&(token, field), &cell) in &self.cells {
            if let Field::Attr(name) = field
                && self.store.tokens(cell).is_empty()
                && self.store.is_watched(cell)
                && let Some(&wild) = self.cells.get(&(token, Field::AnyAttr))
                && (1..=MAX_WILD).contains(&self.store.tokens(wild).len())
                && !self.hints.wild.contains(&cell)
                && !self.is_bound_by_class(token, name)
            {
                pairs.push((cell, wild));
            }
        }
        pairs.sort_unstable();
        for &(cell, wild) in &pairs {
            self.hints.wild.insert(cell);
            // Values as they are now: what came by this rule is not written back and forth.
            for token in self.store.tokens(wild).to_vec() {
                self.store.add(cell, token);
            }
        }
        !pairs.is_empty()
    }

    /// Whether the class of a value, or one behind it, binds a name: what is written under an unknown name is not
    /// taken for a method.
    fn is_bound_by_class(&self, token: TokenId, name: Sym) -> bool {
        if is_reserved(self.facts.text(name)) {
            return true;
        }
        let class = match self.tokens.get(token) {
            Token::Instance(class) | Token::Object(class, _) => class,
            Token::Class(..) => token,
            _ => return false,
        };
        self.order_binds(class, name) == Some(true)
    }

    /// A parameter without a declaration inherits that of the method which it overrides.
    fn seed_inherited(&mut self) -> bool {
        let mut any = false;
        for index in 0..self.instances.len() {
            let instance = self.instances[index];
            let row = &self.facts.functions[instance.function.index()];
            let is_method = row.kind == FunctionKind::Method && !row.flags.has(FunctionFlags::STATIC);
            if !is_method || self.facts.files[row.file.index()].origin == Origin::Builtin {
                continue;
            }
            let (name, class) = (row.name, row.class);
            let Some(class) = class else { continue };
            for position in 1..self.facts.params_of(instance.function).len() {
                let param = self.facts.params_of(instance.function)[position];
                let inst = Inst(index as u32);
                let node = self.node(inst, param.var);
                let is_plain = matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly);
                if !is_plain
                    || !self.store.tokens(node).is_empty()
                    || !self.store.is_watched(node)
                    || self.hints.params.contains(&node)
                    || self.facts.hints_of(instance.function).iter().any(|hint| hint.var == param.var)
                {
                    continue;
                }
                self.hints.params.insert(node);
                any |= self.seed_from_base(class, name, position, node);
            }
        }
        self.hints.instances = self.instances.len();
        any
    }

    /// The declaration of a parameter in the nearest base class that has the method.
    fn seed_from_base(&mut self, class: crate::ids::ClassId, name: Sym, position: usize, node: Node) -> bool {
        let Some(&token) = self.first_of_class.get(&class) else { return false };
        let order = self.classes[&token].order.clone().unwrap_or_default();
        for ancestor in order.into_iter().skip(1) {
            let Some(&cell) = self.cells.get(&(ancestor, Field::Attr(name))) else { continue };
            for member in self.store.tokens(cell).to_vec() {
                let Token::Function(function, env) = self.tokens.get(member) else { continue };
                let Some(param) = self.facts.params_of(function).get(position).copied() else { continue };
                let Some(hint) = self
                    .facts
                    .hints_of(function)
                    .iter()
                    .copied()
                    .find(|hint| hint.var == param.var && !hint.checked)
                else {
                    continue;
                };
                let inst = self.plain_instance(function, env);
                return self.seed(hint.ty, inst, node, 0);
            }
        }
        false
    }
}

/// Types whose value is what their last argument says.
const WRAPPERS: &[&str] =
    &["Awaitable", "Coroutine", "ClassVar", "Final", "Required", "NotRequired", "Annotated", "ReadOnly"];

/// Names of declared containers, and the class that stands for them.
const CONTAINERS: &[(&[&str], &str)] = &[
    (
        &[
            "list",
            "List",
            "Sequence",
            "MutableSequence",
            "Iterable",
            "Iterator",
            "Collection",
            "Generator",
            "deque",
            "AsyncIterator",
            "AsyncIterable",
        ],
        "list",
    ),
    (&["tuple", "Tuple"], "tuple"),
    (&["set", "Set", "FrozenSet", "frozenset", "AbstractSet", "MutableSet"], "set"),
    (&["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict", "DefaultDict"], "dict"),
];
