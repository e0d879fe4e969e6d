//! Solution → the call sites of which no target is known, each with the reason.
//!
//! What could not be resolved is a visible fact: a reader must tell "safe" from "not seen", and whoever writes
//! models or installs packages must see what that would gain. The reason is where the trail of the callee ends:
//! walking from the called variable over moves and captures to the first row that makes its value.

use crate::Analysis;
use crate::facts::{CallFlags, Callee, Facts, Field, Origin};
use crate::finding::Place;
use crate::ids::{CallId, FuncId, Var};
use crate::solution::{Solution, Value};

/// A trail is followed over so many moves and captures.
const DEPTH: usize = 16;

/// Why no target is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The callee, or the object it is a member of, is a parameter that no call seen gives a value.
    Parameter,
    /// It comes from a module of which there is no code and no model.
    Import,
    /// It is the result of a call that gives no value that is known.
    Result,
    /// It is read from an object of which nothing is known to be stored there.
    Load,
    /// It is an element of a container of which no elements are known.
    Element,
    /// It is a name that nothing binds.
    Unbound,
    /// The object is known, and has no such member.
    Member,
    /// The value is known, and nothing that can be called.
    NotCallable,
    /// None of these.
    Other,
}

impl Reason {
    /// The sentence that reports print.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Parameter => "a parameter that no known call passes",
            Self::Import => "an import of code that is not there",
            Self::Result => "the result of a call that returns nothing known",
            Self::Load => "an attribute that nothing known is assigned to",
            Self::Element => "an element of a container of unknown content",
            Self::Unbound => "a name that nothing binds",
            Self::Member => "a member that the known object does not have",
            Self::NotCallable => "a value that is nothing to call",
            Self::Other => "a value of unknown origin",
        }
    }

    /// The word that JSON prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Import => "import",
            Self::Result => "result",
            Self::Load => "attribute",
            Self::Element => "element",
            Self::Unbound => "unbound",
            Self::Member => "member",
            Self::NotCallable => "not-callable",
            Self::Other => "other",
        }
    }
}

/// A call site without a known target.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub struct Unresolved {
    /// Where.
    pub place: Place,
    /// Full name of the function it is in.
    pub function: String,
    /// What is called, as far as names tell: `.save()`, `handler()`; empty where there is no name.
    pub callee: String,
    /// Why.
    pub reason: Reason,
    /// The name at the end of the trail: the parameter, module or attribute; empty where there is none.
    pub origin: String,
}

/// The sites that first-party code shows, in path order.
#[must_use]
pub fn sites(analysis: &Analysis) -> Vec<Unresolved> {
    let (facts, solution) = (&analysis.facts, &analysis.solution);
    let shown = solution.unresolved.iter().filter(|&&call| is_shown(facts, call));
    let mut sites: Vec<_> = shown.map(|&call| site(facts, solution, call)).collect();
    sites.sort();
    sites
}

fn is_shown(facts: &Facts, call: CallId) -> bool {
    let function = &facts.functions[facts.function_of(call).index()];
    let origin = facts.files[function.file.index()].origin;
    origin == Origin::FirstParty && !facts.calls[call.index()].flags.has(CallFlags::IMPLICIT)
}

fn site(facts: &Facts, solution: &Solution, call: CallId) -> Unresolved {
    let function = facts.function_of(call);
    let row = &facts.calls[call.index()];
    let (var, member) = match row.callee {
        Callee::Value(var) => (var, None),
        Callee::Method(var, name) => (var, Some(facts.text(name))),
    };
    let is_known = solution.values.of(function, var).next().is_some();
    let (reason, origin) = match (is_known, member) {
        (true, Some(_)) => (Reason::Member, value(facts, solution, function, var)),
        (true, None) => (Reason::NotCallable, value(facts, solution, function, var)),
        (false, _) => trail(facts, function, var),
    };
    let callee = match member {
        Some(name) => format!(".{name}()"),
        None if origin.is_empty() || is_known => String::new(),
        None => format!("{origin}()"),
    };
    let file = &facts.files[facts.functions[function.index()].file.index()];
    let place = Place::new(facts.text(file.path), row.line, row.column);
    Unresolved { place, function: facts.full_name(function), callee, reason, origin }
}

/// The first value of a variable, as text.
fn value(facts: &Facts, solution: &Solution, function: FuncId, var: Var) -> String {
    match solution.values.of(function, var).next() {
        None => String::new(),
        Some(Value::Function(function) | Value::Method(function)) => facts.full_name(function),
        Some(Value::Class(class) | Value::Instance(class)) => {
            facts.text(facts.classes[class.index()].name).to_owned()
        }
        Some(Value::Module(file)) => facts.text(facts.files[file.index()].module).to_owned(),
        Some(Value::Str(_) | Value::Pattern(..)) => "a string".to_owned(),
        Some(Value::External(path)) => solution.paths.text(path, &facts.names),
    }
}

/// Where the value of a variable would come from.
fn trail(facts: &Facts, function: FuncId, var: Var) -> (Reason, String) {
    let (mut function, mut var) = (function, var);
    for _ in 0..DEPTH {
        if let Some(end) = end(facts, function, var) {
            return end;
        }
        let own = facts.functions[function.index()].vars;
        if var.0 >= own {
            let Some(capture) = facts.captures_of(function).get((var.0 - own) as usize) else { break };
            (function, var) = (capture.function, capture.var);
        } else if let Some(row) = facts.moves_of(function).iter().find(|row| row.dst == var) {
            var = row.src;
        } else {
            break;
        }
    }
    (Reason::Other, String::new())
}

/// The row that makes the value of a variable, if it is not moved from elsewhere.
fn end(facts: &Facts, function: FuncId, var: Var) -> Option<(Reason, String)> {
    let text = |sym| facts.text(sym).to_owned();
    if let Some(row) = facts.params_of(function).iter().find(|row| row.var == var) {
        return Some((Reason::Parameter, text(row.name)));
    }
    if let Some(row) = facts.imports_of(function).iter().find(|row| row.dst == var) {
        let name = row.name.map(|name| format!(".{}", facts.text(name))).unwrap_or_default();
        return Some((Reason::Import, text(row.specifier) + &name));
    }
    if let Some(row) = facts.loads_of(function).iter().find(|row| row.dst == var) {
        return Some(match row.field {
            Field::Attr(name) => (Reason::Load, text(name)),
            Field::Item(key) => (Reason::Element, text(key)),
            Field::AnyItem => (Reason::Element, String::new()),
            Field::AnyAttr => (Reason::Load, String::new()),
        });
    }
    if facts.iterates_of(function).iter().any(|row| row.dst == var)
        || facts.load_keys_of(function).iter().any(|row| row.dst == var)
    {
        return Some((Reason::Element, String::new()));
    }
    if let Some(row) = facts.calls_of(function).iter().find(|row| row.dst == var) {
        let name = match row.callee {
            Callee::Method(_, name) => text(name),
            Callee::Value(_) => String::new(),
        };
        return Some((Reason::Result, name));
    }
    let row = &facts.functions[function.index()];
    if facts.files[row.file.index()].body == function
        && let Some(free) = facts.frees_of(row.file).iter().find(|free| free.var == var)
    {
        return Some((Reason::Unbound, text(free.name)));
    }
    None
}
