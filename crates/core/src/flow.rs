//! Facts + Solution + sources and sinks → [`Flow`]s: which value really arrives where, and on which way.
//!
//! Reaching a sink is a possibility, a value arriving there is a fact. The engine follows each source's value
//! through assignments, derivations, fields, containers, closures, calls and returns, and stays silent where only
//! the length of the value, its hash, or another field of the same object gets to the sink.
//!
//! # Terms
//! * A *fact* is a part of a variable ([`path`]) that holds the value, with the sink kinds that the value has
//!   been made harmless for.
//! * A *context* is a function together with the one fact that was true on entry. What follows inside it does not
//!   depend on who called, so each context is worked out once and shared by all callers and all sources.
//! * A fact goes *forward* to what reads it. Where an object is changed, the fact also goes *backward* to all
//!   other names of that object: its other variables, the objects that hold it, the caller's arguments.
//!
//! # Method
//! Tabulation of realisable paths: a return goes back only to the calls that entered with the same fact (T. Reps,
//! S. Horwitz, M. Sagiv: Precise interprocedural dataflow analysis via graph reachability, POPL 1995). Aliases
//! follow the idea of starting a search against the flow at each write to an object (S. Arzt et al.: FlowDroid,
//! PLDI 2014). Locals are in SSA form, so an overwritten value does not flow; fields and captured variables are
//! seen without order.
//!
//! # Invariants
//! * The engine knows no file and no language, and no kind but as a number.
//! * Equal inputs give equal flows: every table is walked in the order in which it was filled.
//! * Work is bounded by [`Limits`]; what was given up is counted in [`Flows::gave_up`].
//! * Code of dependencies is followed on behalf of a call of the project, to a few calls deep, and is unknown code
//!   below that. What it keeps in variables of its modules and classes is not followed: everything of the library
//!   passes there, and nothing of the project decides what comes out (of six million facts of one application, all
//!   but seventeen thousand were such).
//!
//! # Example
//! ```python
//! def run(cmd):                     # context: (run, cmd)
//!     os.system("x" + cmd)          # sink
//! run(request.args["q"])            # source: the result of the load
//! ```
//! One flow: read from the request, passed to `run` as `cmd`, becomes part of a string, is an argument of
//! `os.system`.

use crate::facts::Facts;
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::solution::{Certainty, Solution};

mod access;
mod bind;
mod engine;
mod explain;
mod index;
mod keyed;
mod path;
mod tagged;
mod targets;
mod text;
mod transfer;
mod unknown;
mod writes;

pub(crate) use tagged::from_sources;
pub use tagged::{Arrival, Arrivals, arrivals};

/// Where a value that matters comes into being.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source {
    /// The function.
    pub function: FuncId,
    /// The variable that holds it: the result of a call or a load, or a parameter.
    pub var: Var,
    /// The attribute of that variable that is meant, where it is not the variable itself.
    pub field: Option<Sym>,
    /// Where, for the reader.
    pub line: u32,
    /// Its kind, a number of the caller's choice.
    pub kind: u16,
}

/// Where a value does harm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sink {
    /// The call.
    pub call: CallId,
    /// The argument or receiver that is harmful.
    pub var: Var,
    /// The field of it that is harmful, and the field of that; none where all of it is.
    pub below: [Option<Sym>; 2],
    /// Its kind, a number of the caller's choice.
    pub kind: u16,
}

/// What a call does to the values that it is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Its result says nothing of them: a length, a comparison.
    Ends,
    /// Its result carries them, but not as sources of these kinds, nor to the harm of sinks of these kinds.
    Cleans(Vec<u16>),
    /// The last of the parts that it gives carries them, but not to the harm of sinks of these kinds.
    CleansEnd(Vec<u16>),
    /// What these variables of the call hold gets into that one: the result, or an object that is filled. No
    /// other variable gets into the result.
    Carries(Vec<Var>, Var),
}

/// A call with an effect of its own, whatever its targets do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Modelled {
    /// The call.
    pub call: CallId,
    /// What it does.
    pub effect: Effect,
}

/// What calls of unknown code are taken to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unknown {
    /// The result is made from the object that the method is called on, and from nothing else.
    Receiver,
    /// The result is made from the object and from all arguments.
    #[default]
    Everything,
}

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Sources.
    pub sources: Vec<Source>,
    /// Sinks.
    pub sinks: Vec<Sink>,
    /// Pairs of source kind and sink kind that matter.
    pub pairs: Vec<(u16, u16)>,
    /// Calls whose effect is known.
    pub modelled: Vec<Modelled>,
    /// Kinds of sinks in which a value does harm only at the beginning of a text: what follows a host in an address
    /// does not choose the host.
    pub begins: Vec<u16>,
    /// Kinds of sinks that take a text: a mapping that is handed to them is encoded, and what it holds does no harm.
    pub texts: Vec<u16>,
    /// Kinds of sources that are harmless where they are known to be one of some values.
    pub members: Vec<u16>,
    /// What other calls of code that we do not have do.
    pub unknown: Unknown,
    /// How much work to put in.
    pub limits: Limits,
}

/// Bounds of the work of one query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Facts in all.
    pub facts: usize,
    /// Facts in one context.
    pub facts_a_context: u32,
    /// Facts in all contexts of one function. What everything passes through says little of anything.
    pub facts_a_function: u32,
    /// Contexts of one function.
    pub contexts_a_function: u32,
    /// Calls inside of dependencies, one within another.
    pub dependency_calls: u8,
    /// Facts in one context of a dependency.
    pub facts_a_dependency_context: u32,
    /// Contexts of one function of a dependency.
    pub contexts_a_dependency_function: u32,
    /// Steps in one explanation.
    pub steps: usize,
}

impl Default for Limits {
    /// More than the largest corpus needs in all, and for one function more than any legible flow has. Four
    /// calls lead from the face of a library to the parser or client behind it; of its functions, those that take
    /// everything (a client with a hundred options) are worth no more than one of the project.
    fn default() -> Self {
        Self {
            facts: 20_000_000,
            facts_a_context: 4_000,
            facts_a_function: 4_000,
            contexts_a_function: 120,
            dependency_calls: 4,
            facts_a_dependency_context: 1_000,
            contexts_a_dependency_function: 60,
            steps: 60,
        }
    }
}

/// A value that arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// Index into [`Query::sources`].
    pub source: usize,
    /// Index into [`Query::sinks`].
    pub sink: usize,
    /// What happens on the way: first the source, last the sink.
    pub steps: Vec<Step>,
    /// That of the least sure step.
    pub certainty: Certainty,
    /// How many other ways were seen into the same sink.
    pub other_paths: usize,
}

/// A place on the way, and what happens there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The function.
    pub function: FuncId,
    /// The line.
    pub line: u32,
    /// What happens to the value.
    pub what: What,
    /// How sure that is, given the steps before it.
    pub certainty: Certainty,
}

/// What happens to a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// It comes into being.
    Starts,
    /// It gets another name.
    Moves,
    /// It becomes part of a string.
    Formats,
    /// It is computed with.
    Computes,
    /// Part of it is cut out.
    Slices,
    /// It has passed a test whose worth is not known.
    Tested,
    /// It is read from a field.
    Reads(Option<Sym>),
    /// It is written to a field.
    Writes(Option<Sym>),
    /// It is taken as an element.
    Iterates,
    /// It is copied with all other fields.
    Copies,
    /// It is passed to this function.
    Enters(FuncId),
    /// It comes back from this function.
    Returns(FuncId),
    /// It goes through this function of the library.
    Through(FuncId),
    /// This function left it in an object that it was given.
    Fills(FuncId),
    /// It goes through a call of code that we do not have.
    Passes(CallId),
    /// It is read from a variable of an enclosing function or of the module.
    Captured,
    /// It is read from another module.
    Imported,
    /// It is an attribute of a class.
    Member,
    /// It arrives in the sink.
    Arrives(CallId),
}

/// What a query found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flows {
    /// Sorted by source and sink.
    pub flows: Vec<Flow>,
    /// Facts or contexts that were not followed because a limit was reached.
    pub gave_up: usize,
    /// Facts that were followed: the size of the work.
    pub facts: usize,
}

/// A program in which values are followed, with what all queries ask of it.
pub(crate) struct Ground<'a> {
    facts: &'a Facts,
    solution: &'a Solution,
    program: index::Program,
}

impl<'a> Ground<'a> {
    /// Reads what spans functions.
    pub(crate) fn new(facts: &'a Facts, solution: &'a Solution) -> Self {
        Self { facts, solution, program: index::Program::new(facts, solution) }
    }
}

/// Follows the value of each source. Time grows with the facts that hold, each of which is visited once a line from which
/// it holds.
#[must_use]
pub fn trace(facts: &Facts, solution: &Solution, query: &Query) -> Flows {
    follow(&Ground::new(facts, solution), query)
}

/// The same, in a program that other queries are about, too.
fn follow(ground: &Ground<'_>, query: &Query) -> Flows {
    if query.sources.is_empty() || query.sinks.is_empty() || query.pairs.is_empty() {
        return Flows::default();
    }
    explain::flows(&engine::run(ground, query))
}

#[cfg(test)]
mod tests;
