//! Calls of functions that a class was granted by a block elsewhere, where which of them runs is to be found out.
//!
//! ```text
//! impl PartialEq<BString> for String { fn eq(&self, other: &BString) }     in a package of its own
//! name == "x"        name: String    not that function: "x" is no BString, and the caller's package may not know it
//! ```
//!
//! Such a call waits until the values of the phase are known. It is made if two things hold.
//! * *Known*: a function that a package grants to a class of the library is found in the package itself and in those
//!   that name it as a dependency. To others it is there as well, but their calls do not mean it.
//! * *Fitting*: a block that is chosen by an argument ([`Protocol::chosen`](super::protocol::Protocol)) runs for
//!   arguments of that class. Where the class is the library's, the library has more functions of that name, and an
//!   argument of which nothing is known is no evidence; else it is enough.
//!
//! What is made of a value by a conversion of which nothing is said (`"x".into()`) depends on what is wanted of it,
//! which is not known here: values of the library then stay what they are.

use super::store::{Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Importer, Listener, Loader, NO_NODE, Solver};
use crate::facts::{Callee, Language, Origin, Type};
use crate::ids::{CallId, ClassId, FuncId, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a call is made.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At a site, its result wanted or not.
    Site(CallId, Inst, bool),
    /// At a place that is no site: where the result goes, the arguments, who calls, the line.
    Line(Node, [Node; 2], Inst, u32),
}

/// A call that waits.
#[derive(Clone, Copy)]
struct Waiting {
    function: (FuncId, Inst),
    receiver: Option<TokenId>,
    place: Place,
    is_made: bool,
}

/// What is known of granted functions.
#[derive(Default)]
pub(super) struct Granted {
    /// Blocks that extend a class, by their bodies.
    blocks: FxHashMap<FuncId, ClassId>,
    /// Those that extend a class of the library.
    to_library: FxHashSet<ClassId>,
    calls: Vec<Waiting>,
    /// How many of the calls were looked at.
    seen: usize,
    /// Whether the package of a module knows that of another.
    known: FxHashMap<(String, String), bool>,
}

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
        if waits {
            self.granted.calls.push(Waiting { function, receiver, place, is_made: false });
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

    fn is_of_prelude(&self, class: TokenId) -> bool {
        match self.tokens.get(class) {
            Token::Class(id, _) => self.is_builtin(self.facts.classes[id.index()].body),
            _ => false,
        }
    }

    /// Looks at the calls that wait. Whether there were new ones.
    pub(super) fn run_granted(&mut self, loader: &dyn Loader) -> bool {
        let from = std::mem::replace(&mut self.granted.seen, self.granted.calls.len());
        for index in from..self.granted.seen {
            let Waiting { function, receiver, place, .. } = self.granted.calls[index];
            let is_of_library = self.is_of_library(function.0, receiver);
            let caller = match place {
                Place::Site(_, inst, _) | Place::Line(_, _, inst, _) => inst,
            };
            // The library's own values are converted by the library more often than not: by a function of the program
            // where it is said what is made of them.
            if (is_of_library && !self.knows(caller, function.0, loader))
                || (self.converts(function.0, place) && self.is_for_library(function))
            {
                continue;
            }
            match self.argument(place).filter(|_| self.is_chosen(function.0)) {
                None => self.make(index),
                Some(argument) => {
                    if !is_of_library && self.store.tokens(argument).is_empty() {
                        self.make(index);
                    } else {
                        self.store.listen(argument, Listener::Granted(index as u32));
                    }
                }
            }
        }
        from < self.granted.seen
    }

    /// The first argument of a call.
    fn argument(&self, place: Place) -> Option<Node> {
        match place {
            Place::Site(call, inst, _) => self.first_arg(call, inst),
            Place::Line(_, [first, _], ..) => Some(first).filter(|&first| first != NO_NODE),
        }
    }

    /// An argument of a call that waits.
    pub(super) fn on_granted(&mut self, index: u32, token: TokenId) {
        let index = index as usize;
        let Waiting { function, receiver, is_made, .. } = self.granted.calls[index];
        if !is_made {
            let is_lenient = !self.is_of_library(function.0, receiver);
            if self.is_wanted(function, token, is_lenient) {
                self.make(index);
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

    /// Whether the package of a caller is, or names as a dependency, the package of a function.
    fn knows(&mut self, caller: Inst, function: FuncId, loader: &dyn Loader) -> bool {
        let caller = self.instances[caller.index()].function;
        let file = |function: FuncId| &self.facts.files[self.facts.functions[function.index()].file.index()];
        let package = |module: &str| module.split('.').next().unwrap_or_default().to_owned();
        let (from, to) = (file(caller), file(function));
        if to.origin == Origin::FirstParty {
            return true;
        }
        let pair = (package(self.facts.text(from.module)), package(self.facts.text(to.module)));
        if let Some(&known) = self.granted.known.get(&pair) {
            return known;
        }
        let name = pair.1.rsplit(':').next().unwrap_or_default().split('@').next().unwrap_or_default();
        let importer = Importer {
            path: self.facts.text(from.path),
            module: self.facts.text(from.module),
            is_package: from.is_package,
            language: from.language,
        };
        let known = pair.0 == pair.1 || loader.absolute(&importer, name) == pair.1;
        self.granted.known.insert(pair, known);
        known
    }

    /// Makes a call that waited.
    fn make(&mut self, index: usize) {
        let call = &mut self.granted.calls[index];
        call.is_made = true;
        let Waiting { function, receiver, place, .. } = *call;
        match place {
            Place::Site(call, inst, keep) => self.invoke_now(function, receiver, call, inst, keep),
            Place::Line(dst, args, caller, line) => {
                self.invoke_implicit_now(function, receiver, (dst, args, caller, line));
            }
        }
    }
}
