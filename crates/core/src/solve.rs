//! Facts → [`Solution`]: inclusion-based points-to analysis that builds the call graph, finds the modules and
//! resolves the fields on the fly.
//!
//! A *token* is an abstract object, a *node* a constraint variable. The rules use three verbs of the
//! [`store`]: this token is in that node; this node flows to that one; for every token that ever arrives
//! in a node, do this. Rules stand as formulas above the code, ⟦v⟧ being the tokens of `v`.
//!
//! # Instances and contexts
//! An *instance* is a function in an environment: one block of nodes, one copy of its constraints. Most functions
//! have one. A function whose parameters flow into a call, a closure or its result is cloned a call site, to a
//! bounded depth and within a budget (`clone.rs`); bodies of library functions are always cloned, and what they
//! call counts as called by the site.
//!
//! # Phases, and what an edge is worth
//! One work list, three phases, each run to its fixpoint: (a) values; (b) declared types, for variables that are
//! read and still empty; (c) methods by name, for receivers that are still empty, and callbacks of calls of which
//! nothing is known. The phase in which an edge
//! appears is its [`Certainty`]: an edge that first appears in phase (b) needed a declared type.
//!
//! # Invariants
//! The solver knows no file names and no language: names that a language gives meaning to come in a
//! `Protocol`, specifiers are made absolute and modules found by a [`Loader`].

mod apart;
mod block;
mod call;
mod clone;
mod context;
mod field;
mod global;
mod granted;
mod hint;
mod instance;
mod key;
mod lazy;
mod member;
mod metaclass;
mod module;
#[cfg(test)]
mod naive;
mod pair;
mod patch;
mod protocol;
mod prototype;
mod result;
mod store;
#[cfg(test)]
mod tests;
mod token;
mod typed;

use crate::facts::{Facts, Field, Language, Origin};
use crate::ids::{CallId, FileId, FuncId, Sym};
use crate::lower::DRIVER;
use crate::solution::{Certainty, EdgeKind, ExternalRead, PathId, Paths, Solution, Target};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use store::{Demand, Kind, Kinds, Listen, Node, Store, TokenId, VALUES};
use token::{Inst, Token, Tokens};

/// The file that an import stands in, as its `File` row says.
#[derive(Clone, Copy, Debug)]
pub struct Importer<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its full name.
    pub module: &'a str,
    /// Whether other modules live in it.
    pub is_package: bool,
    /// Its language, which says what specifiers mean.
    pub language: Language,
}

/// Where modules come from.
pub trait Loader {
    /// The full name of the module that `specifier` means for an importing file. What stands before a single colon
    /// (`npm:express`) keeps names of several languages apart and is no part of access paths.
    fn absolute(&self, importer: &Importer<'_>, specifier: &str) -> String;

    /// Whether the package of an importer says that it uses a package of this name.
    fn is_package(&self, _importer: &Importer<'_>, _name: &str) -> bool {
        true
    }

    /// The packages that the package of an importer depends on, and those that they depend on; none if that is not known.
    fn reached(&self, _importer: &Importer<'_>) -> Option<Vec<String>> {
        None
    }

    /// Facts of those of these modules that can be had; what cannot is external.
    fn load(&mut self, modules: &[String]) -> Facts;
}

/// Solves: facts of the first-party code and of the builtin bodies, and modules that `loader` adds on demand.
///
/// Near-linear in practice; cubic in the worst case, which the limits in `store` and `clone` cut off.
#[must_use]
pub fn points_to(facts: Facts, loader: &mut dyn Loader) -> (Facts, Solution) {
    let mut solver: Solver<store::Fast<Listener>> = Solver::new(facts);
    solver.run(loader);
    solver.into_solution()
}

/// What the solver does with a token that arrives in a node.
#[derive(Clone, Copy, Debug)]
enum Listener {
    /// `loads` row: the base.
    Load(u32, Inst),
    /// `stores` row: the base.
    Store(u32, Inst),
    /// `load_keys` row: the base, then the key for that base.
    LoadBase(u32, Inst),
    LoadKey(u32, Inst, TokenId),
    /// `store_keys` row: the base, then the key for that base.
    StoreBase(u32, Inst),
    StoreKey(u32, Inst, TokenId),
    /// `store_keys` row of what was read under the same key: an object that is read or (true) written, then the key.
    PairEnd(u32, Inst, bool),
    PairKey(u32, Inst, bool, TokenId),
    /// `iterates` row: the iterable, then its iterator.
    Iterate(u32, Inst),
    Next(u32, Inst),
    /// `keys` row.
    Keys(u32, Inst),
    /// `copies` row: what gives, then what receives.
    CopyFrom(u32, Inst),
    CopyTo(u32, Inst, TokenId),
    /// `supers` row: the receiver.
    Super(u32, Inst),
    /// `concats` row: the middle.
    Concat(u32, Inst),
    /// A call: the callee.
    Call(CallId, Inst),
    /// A member call: the receiver.
    Method(CallId, Inst),
    /// A member of the class of a receiver: what it is bound to, and who wants it.
    Bind(TokenId, Sink),
    /// The same of functions and getters alone: what else there is flows.
    BindCode(TokenId, Sink),
    /// A member of a class, the receiver being a class seen as an instance of its metaclass.
    MetaBind(TokenId, Sink),
    /// A metaclass of a class, of which this member is wanted.
    Meta(TokenId, Sym, Sink),
    /// A setter of a receiver, to be called with a value.
    Setter(TokenId, Node, Inst, u32),
    /// An element writer of a receiver, to be called with a key and a value.
    SetItem(TokenId, [Node; 2], Inst, u32),
    /// The name of a module that a call asks for.
    Require(CallId, Inst),
    /// An argument handed to code that we do not have, or a part of one.
    Escape(PathId, CallId, Inst),
    /// `*xs`: elements go to the parameters of the callee from a position on.
    Spread(Inst, u32),
    /// `**kw`: elements go to the parameters of the callee by name.
    KeySpread(Inst),
    /// A prototype of an object, of which this member is wanted there.
    Inherit(Sym, Node),
    /// What is made the prototype of an object.
    Proto(TokenId),
    /// A function that is to run when this field is read, or (true) written.
    Accessor(TokenId, Node, bool, Inst),
    /// A value that a promise is to hold.
    Settle(Node),
    /// An object, of which a member is wanted.
    Read(Sym, Sink),
    /// The base class of a class, by position.
    Base(TokenId, u32),
    /// A member function of a class, whose receiver is an instance of this class.
    SelfSeed(TokenId),
    /// A member of a class, which may want to know its name.
    Named(TokenId),
    /// A cut sequence: how many elements are left out, and where the rest goes.
    Cut(u32, Node),
    /// A tested value: passes to `Node` if it is of the type of the `hints` row.
    Filter(u32, Inst, Node),
    /// An argument of a call of which nothing is known.
    Lend(CallId, Inst),
    /// The class variable of a type term.
    Term(u32),
    /// The first argument of a call of a virtual function.
    Dispatch(CallId, Inst, TokenId),
    /// What such a call runs.
    Plain(CallId, Inst),
    /// The first argument of a call that waits.
    Granted(u32),
}

impl Listen for Listener {
    fn demand(&self) -> Demand {
        match self {
            // They make tokens of another variable, which says what it wants: see `Store::depend`.
            Self::Filter(..) | Self::Concat(..) | Self::Cut(..) => Demand::Nothing,
            // Keys are strings.
            Self::LoadKey(..) | Self::StoreKey(..) | Self::PairKey(..) | Self::Require(..) => Demand::All,
            // Who wants the member says which strings: see `Solver::bind_member`.
            Self::Bind(_, Sink::Into(..)) | Self::MetaBind(_, Sink::Into(..)) => Demand::Things,
            Self::BindCode(..) => Demand::Things,
            // Strings have members, and are arguments of code that we do not have.
            Self::Load(..)
            | Self::LoadBase(..)
            | Self::Method(..)
            | Self::Bind(..)
            | Self::MetaBind(..)
            | Self::Read(..)
            | Self::Inherit(..)
            | Self::Dispatch(..)
            | Self::Granted(..)
            | Self::Escape(..)
            | Self::Next(..) => Demand::Few,
            Self::Store(..)
            | Self::StoreBase(..)
            | Self::PairEnd(..)
            | Self::Iterate(..)
            | Self::Keys(..)
            | Self::CopyFrom(..)
            | Self::CopyTo(..)
            | Self::Super(..)
            | Self::Call(..)
            | Self::Meta(..)
            | Self::Setter(..)
            | Self::SetItem(..)
            | Self::Spread(..)
            | Self::KeySpread(..)
            | Self::Proto(..)
            | Self::Accessor(..)
            | Self::Settle(..)
            | Self::Base(..)
            | Self::SelfSeed(..)
            | Self::Named(..)
            | Self::Term(..)
            | Self::Lend(..)
            | Self::Plain(..) => Demand::Things,
        }
    }

    fn ignores(&self) -> Kinds {
        match self {
            // Functions run, and those in literals.
            Self::Escape(..) | Self::Spread(..) | Self::KeySpread(..) | Self::Super(..) => INERT,
            Self::Lend(..) | Self::SelfSeed(..) => Kinds::of([Kind::Object, Kind::Text, Kind::External]),
            Self::Base(..) => Kinds::of([Kind::Object, Kind::Text]),
            Self::Call(..) => Kinds::of([Kind::Text]),
            Self::Named(..) => INERT,
            Self::BindCode(..) => VALUES,
            _ => Kinds::NONE,
        }
    }
}

/// Kinds that are never called, built on or taken apart.
const INERT: Kinds = Kinds::of([Kind::Text, Kind::External]);

/// Who wants a member.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Sink {
    /// A variable: (variable, reader, line).
    Into(Node, Inst, u32),
    /// A call.
    Invoke(CallId, Inst),
    /// A construction: the result does not matter.
    Init(CallId, Inst),
    /// A construction: what makes the instance of the class.
    New(CallId, Inst),
    /// A protocol call at a place that is not a site: (result, argument or none, caller, line).
    Implicit(Node, Node, Inst, u32),
}

impl Sink {
    /// Who wants it.
    fn reader(self) -> Inst {
        match self {
            Self::Into(_, inst, _)
            | Self::Invoke(_, inst)
            | Self::Init(_, inst)
            | Self::New(_, inst)
            | Self::Implicit(_, _, inst, _) => inst,
        }
    }
}

/// "No node".
const NO_NODE: Node = Node(u32::MAX);

/// The state of one run.
struct Solver<S> {
    facts: Facts,
    store: S,
    tokens: Tokens,
    paths: Paths,
    protocols: protocol::Protocols,
    instances: Vec<instance::Instance>,
    /// Nodes of captured variables, grouped by instance.
    captures: Vec<Node>,
    /// Instances by function, environment and context.
    by_context: FxHashMap<(FuncId, Inst, CallId, Inst), Inst>,
    /// Instances of which the constraints are still to be made.
    pending: VecDeque<Inst>,
    /// Fields of tokens.
    cells: FxHashMap<(TokenId, Field), Node>,
    /// The fields that a token has, in order of appearance.
    fields: FxHashMap<TokenId, Vec<Field>>,
    /// Reads of attributes that nothing was written to so far.
    awaited: member::Awaited,
    /// All elements of a token, for reads under unknown keys.
    elements: FxHashMap<TokenId, Node>,
    /// Copies between objects: who receives what a token gets.
    copies: FxHashMap<TokenId, Vec<key::Receiver>>,
    classes: FxHashMap<TokenId, member::ClassInfo>,
    /// Class tokens in order of appearance.
    class_order: Vec<TokenId>,
    /// The first token of each class.
    first_of_class: FxHashMap<crate::ids::ClassId, TokenId>,
    lookups: FxHashMap<(TokenId, Sym), Node>,
    super_lookups: FxHashMap<(TokenId, crate::ids::ClassId, Sym), Node>,
    /// Names that a class body binds.
    statics: FxHashSet<(crate::ids::ClassId, Sym)>,
    blocks: block::Blocks,
    /// Classes whose objects call what they were made with.
    wrappers: FxHashMap<TokenId, bool>,
    /// Names of members that have a setter somewhere.
    setters: FxHashSet<Sym>,
    /// Whether a class asks for the names of its objects in others.
    tells_names: bool,
    prototypes: prototype::Prototypes,
    modules: module::Modules,
    lazy: lazy::Lazy,
    cloning: clone::Cloning,
    /// Argument links that were made.
    linked: FxHashSet<(Inst, CallId, Inst)>,
    /// Calls from instance to instance that link no arguments of a site; those by protocol at [`clone::at_line`].
    entered: FxHashSet<(Inst, CallId, Inst)>,
    /// How many values from code that we do not have a site or load was followed for.
    foreign: FxHashMap<(u32, Inst), u8>,
    /// Objects made at sites, by what makes them.
    made: FxHashMap<(TokenId, CallId, Inst), TokenId>,
    /// Sites whose arguments escape, and where to.
    escaped: FxHashSet<(CallId, Inst, PathId)>,
    /// Objects of which the members escape at a site.
    handed: FxHashMap<CallId, FxHashSet<(TokenId, PathId)>>,
    edges: FxHashMap<(CallId, Target), (EdgeKind, Certainty)>,
    implicit: FxHashMap<(FuncId, Target, u32), Certainty>,
    reads: FxHashMap<(FuncId, PathId), ExternalRead>,
    decorated: FxHashSet<(CallId, FuncId)>,
    deferred: key::Deferred,
    hints: hint::Hints,
    typed: typed::Typed,
    granted: granted::Granted,
    next_site: u32,
    phase: Certainty,
    patched: FxHashSet<(CallId, FuncId)>,
    /// Sites of which nothing is known whose arguments are listened to.
    lent: FxHashSet<(CallId, Inst)>,
    pairs: pair::Pairs,
    gave_up: u64,
}

impl<S: Store<Listener>> Solver<S> {
    fn new(mut facts: Facts) -> Self {
        let protocols = protocol::Protocols::new(&mut facts.names);
        Self {
            facts,
            store: S::default(),
            tokens: Tokens::default(),
            paths: Paths::default(),
            protocols,
            instances: Vec::new(),
            captures: Vec::new(),
            by_context: FxHashMap::default(),
            pending: VecDeque::new(),
            cells: FxHashMap::default(),
            fields: FxHashMap::default(),
            awaited: member::Awaited::default(),
            elements: FxHashMap::default(),
            copies: FxHashMap::default(),
            classes: FxHashMap::default(),
            class_order: Vec::new(),
            first_of_class: FxHashMap::default(),
            lookups: FxHashMap::default(),
            super_lookups: FxHashMap::default(),
            statics: FxHashSet::default(),
            blocks: block::Blocks::default(),
            wrappers: FxHashMap::default(),
            setters: FxHashSet::default(),
            tells_names: false,
            prototypes: prototype::Prototypes::default(),
            modules: module::Modules::default(),
            lazy: lazy::Lazy::default(),
            cloning: clone::Cloning::default(),
            linked: FxHashSet::default(),
            entered: FxHashSet::default(),
            foreign: FxHashMap::default(),
            made: FxHashMap::default(),
            escaped: FxHashSet::default(),
            handed: FxHashMap::default(),
            edges: FxHashMap::default(),
            implicit: FxHashMap::default(),
            reads: FxHashMap::default(),
            decorated: FxHashSet::default(),
            deferred: key::Deferred::default(),
            hints: hint::Hints::default(),
            typed: typed::Typed::default(),
            granted: granted::Granted::default(),
            next_site: 0,
            phase: Certainty::Resolved,
            patched: FxHashSet::default(),
            lent: FxHashSet::default(),
            pairs: pair::Pairs::default(),
            gave_up: 0,
        }
    }

    /// Runs the three phases to their fixpoints.
    fn run(&mut self, loader: &mut dyn Loader) {
        self.adopt(0);
        self.start_roots(0, loader);
        loop {
            self.settle(loader);
            let more = self.import_wanted(loader)
                || self.import_asked(loader)
                || self.load_wanted(loader)
                || self.force_classes()
                || self.release()
                || self.run_granted(loader)
                || self.run_derefs()
                || self.run_deferred()
                || self.run_selves()
                || self.seed_hints()
                || self.patch_calls()
                || self.lend_functions();
            if !more {
                return;
            }
        }
    }

    /// Works until nothing is left to do in this phase.
    fn settle(&mut self, loader: &dyn Loader) {
        loop {
            while let Some(inst) = self.pending.pop_front() {
                self.make_constraints(inst, loader);
            }
            match self.store.event() {
                Some((listener, token)) => {
                    self.handle(listener, token);
                    self.learn_packages(loader);
                }
                None => return,
            }
        }
    }

    /// Enters what facts appended from `first_file` on say about the program as a whole.
    fn adopt(&mut self, first_file: usize) {
        let first_function =
            self.facts.files.get(first_file).map_or(self.facts.functions.len(), |file| file.body.index());
        for function in &self.facts.functions[first_function..] {
            if function.flags.has(crate::facts::FunctionFlags::SETTER) {
                self.setters.insert(function.name);
            }
        }
        self.ask_for_names(first_function);
        self.awaited.declare(&self.facts);
        self.cloning.extend(&self.facts, &self.protocols);
        let variables = self.facts.functions.iter().map(|function| u64::from(function.vars)).sum();
        self.store.expect(variables, self.has_literals());
    }

    /// Whether most files of the program are in languages of objects with prototypes.
    fn has_literals(&self) -> bool {
        let files = self.facts.files.iter().filter(|file| file.origin != Origin::Builtin);
        let (with, without): (Vec<_>, Vec<_>) =
            files.partition(|file| self.protocols.of(file.language).has_prototypes);
        with.len() > without.len()
    }

    /// Runs the module bodies of files from `first_file` on that run without being asked for.
    fn start_roots(&mut self, first_file: usize, loader: &mut dyn Loader) {
        self.enter_files(first_file, loader);
        let files = first_file..self.facts.files.len();
        // The prelude goes first: the others find its names.
        for index in
            files.clone().filter(|&index| self.is_prelude(FileId::from_len(index))).collect::<Vec<_>>()
        {
            self.start_module(FileId::from_len(index), loader);
        }
        for index in files {
            let file = &self.facts.files[index];
            // What stands for frameworks runs, though nothing imports it.
            let is_driver = file.origin == Origin::Builtin && self.facts.text(file.module) == DRIVER;
            if file.origin == Origin::FirstParty || is_driver {
                self.start_module(FileId::from_len(index), loader);
            }
        }
    }

    /// What a token does to the listener that heard of it.
    fn handle(&mut self, listener: Listener, token: TokenId) {
        match listener {
            Listener::Load(row, inst) => self.on_load(row, inst, token),
            Listener::Store(row, inst) => self.on_store(row, inst, token),
            Listener::LoadBase(row, inst) => self.on_load_base(row, inst, token),
            Listener::LoadKey(row, inst, base) => self.on_load_key(row, inst, base, token),
            Listener::StoreBase(row, inst) => self.on_store_base(row, inst, token),
            Listener::StoreKey(row, inst, base) => self.on_store_key(row, inst, base, token),
            Listener::PairEnd(row, inst, is_written) => self.on_pair_end(row, inst, is_written, token),
            Listener::PairKey(row, inst, is_written, object) => {
                self.on_pair_key(row, inst, (is_written, object), token);
            }
            Listener::Iterate(row, inst) => self.on_iterate(row, inst, token),
            Listener::Next(row, inst) => self.on_next(row, inst, token),
            Listener::Keys(row, inst) => self.on_keys(row, inst, token),
            Listener::CopyFrom(row, inst) => self.on_copy_from(row, inst, token),
            Listener::CopyTo(row, inst, from) => self.on_copy_to(row, inst, from, token),
            Listener::Super(row, inst) => self.on_super(row, inst, token),
            Listener::Concat(row, inst) => self.on_concat(row, inst, token),
            Listener::Call(call, inst) => self.call_value(token, call, inst),
            Listener::Method(call, inst) => self.on_method(call, inst, token),
            Listener::Bind(receiver, sink) | Listener::BindCode(receiver, sink) => {
                self.bind(token, receiver, false, sink);
            }
            Listener::MetaBind(receiver, sink) => self.bind(token, receiver, true, sink),
            Listener::Meta(class, name, sink) => self.on_metaclass(class, name, sink, token),
            Listener::Setter(receiver, value, inst, line) => {
                self.on_setter(receiver, value, inst, line, token)
            }
            Listener::SetItem(receiver, args, inst, line) => {
                self.on_set_item(receiver, args, inst, line, token)
            }
            Listener::Require(call, inst) => self.on_require(call, inst, token),
            Listener::Escape(path, call, inst) => self.on_escape(path, (call, inst), token),
            Listener::Spread(callee, position) => self.on_spread(callee, position, token),
            Listener::KeySpread(callee) => self.on_key_spread(callee, token),
            Listener::Inherit(name, node) => self.on_inherit(name, node, token),
            Listener::Proto(object) => self.add_proto(object, token),
            Listener::Accessor(base, cell, is_setter, inst) => {
                self.on_accessor(base, cell, (is_setter, inst), token);
            }
            Listener::Settle(cell) => self.on_settle(cell, token),
            Listener::Read(name, sink) => self.read_member(token, name, sink),
            Listener::Base(class, position) => self.on_base(class, position, token),
            Listener::SelfSeed(class) => self.on_self_seed(class, token),
            Listener::Named(class) => self.on_named(class, token),
            Listener::Lend(call, inst) => self.on_lend(call, inst, token),
            Listener::Term(row) => self.on_term(row, token),
            Listener::Dispatch(call, inst, closure) => self.on_dispatch(call, inst, closure, token),
            Listener::Granted(index) => self.on_granted(index, token),
            Listener::Plain(call, inst) => self.invoke_found(token, call, inst),
            Listener::Cut(skip, to) => self.on_cut(skip, to, token),
            Listener::Filter(row, inst, to) => self.deferred.filters.push((row, inst, to, token)),
        }
    }

    /// A token that no other place makes.
    fn fresh_object(&mut self, class: TokenId) -> TokenId {
        let site = self.next_site;
        self.next_site += 1;
        self.tokens.id(Token::Object(class, site))
    }

    /// Whether another value from code that we do not have is followed at a place: past a few, nothing useful is
    /// known of it, and paths would only grow.
    fn follows_foreign(&mut self, place: u32, inst: Inst) -> bool {
        let count = self.foreign.entry((place, inst)).or_default();
        *count = count.saturating_add(1);
        self.gave_up += u64::from(*count == MAX_FOREIGN + 1);
        *count <= MAX_FOREIGN
    }

    /// The language of the function of an instance.
    #[inline]
    fn language_of(&self, inst: Inst) -> Language {
        let function = self.instances[inst.index()].function;
        self.facts.files[self.facts.functions[function.index()].file.index()].language
    }

    /// The names of that language.
    #[inline]
    fn here(&self, inst: Inst) -> &protocol::Protocol {
        self.protocols.of(self.language_of(inst))
    }

    /// The language in which a class, or a function that makes objects, is written.
    #[inline]
    fn language(&self, class: TokenId) -> Language {
        let file = match self.tokens.get(class) {
            Token::Class(class, _) => self.facts.classes[class.index()].file,
            Token::Function(function, _) => self.facts.functions[function.index()].file,
            _ => return Language::Python,
        };
        self.facts.files[file.index()].language
    }

    /// The names of that language.
    #[inline]
    fn of(&self, class: TokenId) -> &protocol::Protocol {
        self.protocols.of(self.language(class))
    }

    /// Whether a file holds what is visible everywhere in its language.
    fn is_prelude(&self, file: FileId) -> bool {
        let row = &self.facts.files[file.index()];
        row.origin == Origin::Builtin && row.module == self.protocols.of(row.language).prelude
    }

    /// Whether a function's body stands for a library function.
    fn is_builtin(&self, function: FuncId) -> bool {
        let file = self.facts.functions[function.index()].file;
        self.facts.files[file.index()].origin == Origin::Builtin
    }
}

/// Values from code that we do not have that one site or load is followed for.
const MAX_FOREIGN: u8 = 12;
