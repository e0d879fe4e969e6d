//! Calls of functions that a class was granted by a block elsewhere, where which of them runs is to be found out.
//!
//! ```text
//! impl PartialEq<BString> for String { fn eq(&self, other: &BString) }     in a package of its own
//! name == "x"        name: String    not that function: "x" is no BString, and the caller's package may not know it
//! ```
//!
//! Such a call waits until the values of the phase are known. It is made if two things hold.
//! * *Known*: a function that a package grants to a class of the library is found in the package itself and in those
//!   that name it as a dependency. To others it is there as well, but their calls do not mean it. A package of the
//!   program is also known to those that depend on it at some remove; to all others it is not there.
//! * *Fitting*: a block that is chosen by an argument ([`Protocol::chosen`](super::protocol::Protocol)) runs for
//!   arguments of that class. Where the class is the library's, the library has more functions of that name, and an
//!   argument of which nothing is known is no evidence; else it is enough.
//!
//! What is made of a value by a conversion of which nothing is said (`"x".into()`) depends on what is wanted of it,
//! which is not known here: values of the library then stay what they are.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Listener, Loader, NO_NODE, Solver};
use crate::facts::{Callee, Language, Origin, Type};
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a call is made.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At a site, its result wanted or not.
    Site(CallId, Inst, bool),
    /// At a place that is no site: where the result goes, the arguments, who calls, the line.
    Line(Node, [Node; 2], Inst, u32),
}

/// A function that a call which waits may run, its environment, and what it would be called on.
#[derive(Clone, Copy)]
struct Candidate {
    function: FuncId,
    env: Inst,
    receiver: Option<TokenId>,
}

/// A call that waits.
struct Waiting {
    place: Place,
    /// What it may run and does not yet.
    candidates: Vec<Candidate>,
    /// How many of these were looked at.
    seen: usize,
    /// Whether its first argument is listened to.
    listens: bool,
}

/// What is known of granted functions.
#[derive(Default)]
pub(super) struct Granted {
    /// Blocks that extend a class, by their bodies.
    blocks: FxHashMap<FuncId, ClassId>,
    /// Those that extend a class of the library.
    to_library: FxHashSet<ClassId>,
    calls: Vec<Waiting>,
    /// Where each of them is in the list.
    at: FxHashMap<Key, u32>,
    /// Those that got candidates since they were looked at.
    fresh: Vec<u32>,
    packages: Packages,
}

/// What tells calls that wait apart: a site in an instance, or a caller, a line, the argument and where the result goes.
type Key = (u32, Inst, u32, Node);

/// Which packages know of which.
#[derive(Default)]
struct Packages {
    /// The package of each file.
    of_file: Vec<Sym>,
    /// What the package of a file of the program depends on, at some remove; none if all may be.
    reached: FxHashMap<Sym, Option<FxHashSet<Sym>>>,
    /// Files of packages that were asked for.
    asked: Vec<FileId>,
    /// Whether the package of a module names another as a dependency.
    named: FxHashMap<(Sym, Sym), bool>,
}

impl Place {
    fn caller(self) -> Inst {
        match self {
            Self::Site(_, inst, _) | Self::Line(_, _, inst, _) => inst,
        }
    }

    fn key(self) -> Key {
        match self {
            Self::Site(call, inst, keep) => (call.0, inst, u32::from(keep), NO_NODE),
            Self::Line(dst, [first, _], inst, line) => (dst.0, inst, line | LINES, first),
        }
    }
}

/// Tells lines from sites.
const LINES: u32 = 1 << 31;

impl<S: Store<Listener>> Solver<S> {
    /// A block extends a class.
    pub(super) fn note_grant(&mut self, block: ClassId, to: ClassId) {
        let body = self.facts.classes[block.index()].body;
        self.granted.blocks.insert(body, block);
        if self.is_builtin(self.facts.classes[to.index()].body) {
            self.granted.to_library.insert(block);
        }
    }

    /// Whether a call has to wait; then it is kept.
    pub(super) fn awaits_values(
        &mut self,
        function: (FuncId, Inst),
        receiver: Option<TokenId>,
        place: Place,
    ) -> bool {
        let origin = self.facts.origin_of(function.0);
        if origin == Origin::Builtin || !self.protocols.of(self.language_in(function.0)).only_declares {
            return false;
        }
        let waits = self.is_chosen(function.0)
            || self.converts(function.0, place)
            || (origin == Origin::Dependency && self.is_of_library(function.0, receiver));
        if waits && !self.is_beyond(place.caller(), function.0, receiver) {
            let key = place.key();
            let next = u32::try_from(self.granted.calls.len()).expect("fewer than 2^32 calls that wait");
            let at = *self.granted.at.entry(key).or_insert(next);
            if at == next {
                self.granted.calls.push(Waiting { place, candidates: Vec::new(), seen: 0, listens: false });
            }
            let call = &mut self.granted.calls[at as usize];
            if call.seen == call.candidates.len() {
                self.granted.fresh.push(at);
            }
            call.candidates.push(Candidate { function: function.0, env: function.1, receiver });
        }
        waits
    }

    /// The block that a function is granted by.
    fn block_of(&self, function: FuncId) -> Option<ClassId> {
        self.granted.blocks.get(&self.facts.functions[function.index()].parent).copied()
    }

    /// The type by which it is chosen whether a function runs.
    fn chosen(&self, function: FuncId) -> Option<TypeId> {
        let name = self.protocols.of(self.language_in(function)).chosen;
        let fields = self.facts.fields_of(self.block_of(function)?);
        fields.iter().find(|field| field.name == name).map(|field| field.ty)
    }

    fn is_chosen(&self, function: FuncId) -> bool {
        self.chosen(function).is_some()
    }

    /// Whether what has the function is of a class of the library.
    fn is_of_library(&self, function: FuncId, receiver: Option<TokenId>) -> bool {
        let language = self.language_in(function);
        let is_of_prelude =
            |token| self.class_of(token, language).is_some_and(|class| self.is_of_prelude(class));
        receiver.is_some_and(is_of_prelude)
            || self.block_of(function).is_some_and(|block| self.granted.to_library.contains(&block))
    }

    /// Whether a value is made into something of which nothing is said.
    fn converts(&self, function: FuncId, place: Place) -> bool {
        let Place::Site(call, ..) = place else { return false };
        let convert = self.protocols.of(self.language_in(function)).convert;
        matches!(self.facts.calls[call.index()].callee, Callee::Method(_, name) if name == convert)
    }

    /// Whether a function is chosen by values of the library.
    fn is_for_library(&self, (function, block): (FuncId, Inst)) -> bool {
        let classes = self.chosen_classes(function, block);
        classes.is_some_and(|classes| classes.iter().all(|&class| self.is_of_prelude(class)))
    }

    /// The classes by which a function is chosen, whose closure is of the running block; none if not all are known.
    fn chosen_classes(&self, function: FuncId, block: Inst) -> Option<Vec<TokenId>> {
        let mut ty = self.chosen(function)?;
        loop {
            match &self.facts.types[ty.index()] {
                Type::Exact(inner) | Type::Apply(inner, _) => ty = *inner,
                Type::Value(var) => {
                    let tokens = self.store.tokens(self.node(block, *var)).iter().copied();
                    // The name of a class without fields is also its one value.
                    let tokens = tokens.filter(|&token| {
                        !matches!(self.tokens.get(token), Token::Instance(_) | Token::Object(..))
                    });
                    let classes: Vec<TokenId> = tokens.collect();
                    let is_class = |&token: &TokenId| matches!(self.tokens.get(token), Token::Class(..));
                    return (!classes.is_empty() && classes.iter().all(is_class)).then_some(classes);
                }
                _ => return None,
            }
        }
    }

    fn language_in(&self, function: FuncId) -> Language {
        self.facts.files[self.facts.functions[function.index()].file.index()].language
    }

    pub(super) fn is_of_prelude(&self, class: TokenId) -> bool {
        match self.tokens.get(class) {
            Token::Class(id, _) => self.is_builtin(self.facts.classes[id.index()].body),
            _ => false,
        }
    }

    /// Looks at the calls that wait and got candidates. Whether there were any.
    pub(super) fn run_granted(&mut self, loader: &dyn Loader) -> bool {
        let fresh = std::mem::take(&mut self.granted.fresh);
        for &at in &fresh {
            self.look_at(at, loader);
        }
        !fresh.is_empty()
    }

    /// Makes the calls of new candidates that fit what is known of the first argument, and keeps those that may yet.
    fn look_at(&mut self, at: u32, loader: &dyn Loader) {
        let Waiting { place, seen, listens, .. } = self.granted.calls[at as usize];
        let new = self.granted.calls[at as usize].candidates.split_off(seen);
        let argument = self.argument(place);
        let heard = argument.map(|node| self.store.tokens(node).to_vec()).unwrap_or_default();
        for candidate in new {
            let Candidate { function, env, receiver } = candidate;
            let is_of_library = self.is_of_library(function, receiver);
            // The library's own values are converted by the library more often than not: by a function of the program
            // where it is said what is made of them.
            if (is_of_library && !self.knows(place.caller(), function, loader))
                || (self.converts(function, place) && self.is_for_library((function, env)))
            {
                continue;
            }
            let is_free = argument.is_none() || !self.is_chosen(function);
            if is_free
                || (!is_of_library && heard.is_empty())
                || heard.iter().any(|&token| self.is_wanted((function, env), token, !is_of_library))
            {
                self.make(candidate, place);
            } else {
                self.granted.calls[at as usize].candidates.push(candidate);
            }
        }
        let call = &mut self.granted.calls[at as usize];
        call.seen = call.candidates.len();
        if let (Some(argument), false, false) = (argument, listens, call.candidates.is_empty()) {
            call.listens = true;
            self.store.listen(argument, Listener::Granted(at));
        }
    }

    /// The first argument of a call.
    fn argument(&self, place: Place) -> Option<Node> {
        match place {
            Place::Site(call, inst, _) => self.first_arg(call, inst),
            Place::Line(_, [first, _], ..) => Some(first).filter(|&first| first != NO_NODE),
        }
    }

    /// An argument of a call that waits.
    pub(super) fn on_granted(&mut self, at: u32, token: TokenId) {
        let Waiting { place, seen, .. } = self.granted.calls[at as usize];
        let mut index = 0;
        let mut left = seen;
        while index < left {
            let candidate = self.granted.calls[at as usize].candidates[index];
            let Candidate { function, env, receiver } = candidate;
            let is_lenient = !self.is_of_library(function, receiver);
            if self.is_wanted((function, env), token, is_lenient) {
                let call = &mut self.granted.calls[at as usize];
                call.candidates.remove(index);
                call.seen -= 1;
                left -= 1;
                self.make(candidate, place);
            } else {
                index += 1;
            }
        }
    }

    /// Whether a value is of the class by which a function is chosen, whose closure is of the running block.
    fn is_wanted(&self, (function, block): (FuncId, Inst), token: TokenId, is_lenient: bool) -> bool {
        let Some(classes) = self.chosen_classes(function, block) else { return true };
        match self.class_of(token, self.language_in(function)) {
            Some(class) => {
                classes.contains(&class)
                    || (self.is_of_prelude(class) && classes.iter().any(|&wanted| self.is_of_prelude(wanted)))
            }
            None => is_lenient && matches!(self.tokens.get(token), Token::External(_)),
        }
    }

    /// Whether it is known that a caller cannot mean what a package grants to a class of the library.
    fn is_beyond(&mut self, caller: Inst, function: FuncId, receiver: Option<TokenId>) -> bool {
        if !self.is_of_library(function, receiver) {
            return false;
        }
        let (from, to) = (self.file_of_caller(caller), self.facts.functions[function.index()].file);
        let (package, other) = (self.package_of(from), self.package_of(to));
        match self.granted.packages.reached.get(&package) {
            _ if package == other => false,
            Some(reached) => reached.as_ref().is_some_and(|reached| !reached.contains(&other)),
            None => {
                self.granted.packages.asked.push(from);
                false
            }
        }
    }

    /// Asks what the packages depend on that calls were made from.
    pub(super) fn learn_packages(&mut self, loader: &dyn Loader) {
        while let Some(file) = self.granted.packages.asked.pop() {
            let package = self.package_of(file);
            if self.granted.packages.reached.contains_key(&package) {
                continue;
            }
            let names = loader.reached(&self.importer(file));
            let reached = names
                .map(|names| names.iter().map(|name| self.facts.names.intern(first_name(name))).collect());
            self.granted.packages.reached.insert(package, reached);
        }
    }

    fn file_of_caller(&self, caller: Inst) -> FileId {
        self.facts.functions[self.instances[caller.index()].function.index()].file
    }

    /// The package of a file: the first part of the name of its module.
    fn package_of(&mut self, file: FileId) -> Sym {
        for index in self.granted.packages.of_file.len()..=file.index() {
            let module = first_name(self.facts.text(self.facts.files[index].module)).to_owned();
            let package = self.facts.names.intern(&module);
            self.granted.packages.of_file.push(package);
        }
        self.granted.packages.of_file[file.index()]
    }

    /// Whether the package of a caller may mean what the package of a function grants to a class of the library: a
    /// package of the program that it depends on, or a dependency that it names.
    fn knows(&mut self, caller: Inst, function: FuncId, loader: &dyn Loader) -> bool {
        let (from, to) = (self.file_of_caller(caller), self.facts.functions[function.index()].file);
        let pair = (self.package_of(from), self.package_of(to));
        if pair.0 == pair.1 {
            return true;
        }
        if self.facts.files[to.index()].origin == Origin::FirstParty {
            self.granted.packages.asked.push(from);
            self.learn_packages(loader);
            let reached = self.granted.packages.reached.get(&pair.0).and_then(Option::as_ref);
            return reached.is_none_or(|reached| reached.contains(&pair.1));
        }
        if let Some(&known) = self.granted.packages.named.get(&pair) {
            return known;
        }
        let package = self.facts.text(pair.1);
        let name = package.rsplit(':').next().unwrap_or_default().split('@').next().unwrap_or_default();
        let known = loader.absolute(&self.importer(from), name) == package;
        self.granted.packages.named.insert(pair, known);
        known
    }

    /// Makes a call that waited.
    fn make(&mut self, candidate: Candidate, place: Place) {
        let Candidate { function, env, receiver } = candidate;
        match place {
            Place::Site(call, inst, keep) => self.invoke_now((function, env), receiver, call, inst, keep),
            Place::Line(dst, args, caller, line) => {
                self.invoke_implicit_now((function, env), receiver, (dst, args, caller, line));
            }
        }
    }
}

/// The first part of the name of a module.
fn first_name(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}
