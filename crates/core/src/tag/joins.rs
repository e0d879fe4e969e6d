//! Requests to own routes, and programs of the repository that it runs → which function they start.
//!
//! A front end asks a service for `/api/orders`, and a service runs `worker.py`: no call leads there, but the path of
//! the request and the name of the file say which code runs. What sends requests and what runs programs is known as
//! sinks; what answers is known as entry points; so nothing here knows a language or a library.
//!
//! # Terms
//! * A *request* is the text of its address, its verb where that is known, and the function that asks. A function that
//!   hands its parameter on as the address does not ask itself: those who call it do.
//!
//! # Example
//! `const send = (path, options) => fetch(BASE + path, options)` and `send("/orders", {method: "POST"})` in a component
//! make the component ask for `POST …/orders`, which `@app.post("/orders")` answers.

mod address;
mod programs;
mod text;

use self::text::Piece;
use super::trace::{self, Made};
use super::view::View;
use super::{EntryTag, JoinTag, SinkTag, SourceTag, Tags, args, is_test_code};
use crate::facts::Origin;
use crate::ids::{CallId, FuncId, Var};
use crate::models::ArgRef;
use crate::solution::{Certainty, EdgeKind, Target};
use address::{Address, Route};
use rustc_hash::{FxHashMap, FxHashSet};

/// Functions that hand an address on, one inside of the other.
const MAX_DEPTH: u32 = 3;
/// Calls of one such function that are looked at.
const MAX_CALLERS: usize = 512;
/// Handlers that one request may mean; where there are more, it says nothing.
const MAX_TARGETS: usize = 6;

/// Tags the joins of a program. O(requests × routes + callers of what sends them).
pub(super) fn tag(view: &View<'_>, tags: &mut Tags) {
    let routes = routes(view, &tags.entries);
    let mut joins = Vec::new();
    if !routes.is_empty() {
        let asks = Asks { view, callers: callers(view, &tags.sinks) };
        let mut foreign = FxHashSet::default();
        for sink in requests(view, &tags.sinks) {
            let mut is_ours = true;
            for request in asks.of_sink(sink) {
                let answers = answered(&request, &routes);
                is_ours &= !answers.is_empty();
                joins.extend(answers);
            }
            if !is_ours {
                foreign.insert(sink.function);
            }
        }
        let own = requests(view, &tags.sinks).map(|sink| sink.function);
        let own: FxHashSet<FuncId> = own.filter(|function| !foreign.contains(function)).collect();
        forget_answers(view, &mut tags.sources, &own);
    }
    joins.extend(programs::of(view, &tags.sinks));
    joins.sort_by_key(|join| (join.call, join.target, join.context, join.certainty));
    joins.dedup_by_key(|join| (join.call, join.target, join.context));
    tags.joins = joins;
}

/// What the repository's own routes answer is nothing that another service chooses: in functions that ask nobody else,
/// responses are no sources.
fn forget_answers(view: &View<'_>, sources: &mut Vec<SourceTag>, own: &FxHashSet<FuncId>) {
    let response = view.models.kind("untrusted-response");
    sources.retain(|source| Some(source.kind) != response || !own.contains(&source.function));
}

/// A handler with what it answers.
struct Handler {
    function: FuncId,
    context: Option<u32>,
    /// Verbs that it answers, separated by commas; empty for all.
    verbs: String,
    route: Route,
}

/// The HTTP verb of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Verb {
    Known(String),
    Unknown,
    /// The argument at this position is the verb, or the options that hold it.
    Argument(usize),
}

struct Request {
    function: FuncId,
    call: CallId,
    pieces: Vec<Piece>,
    verb: Verb,
}

fn routes(view: &View<'_>, entries: &[EntryTag]) -> Vec<Handler> {
    let Some(route) = view.models.kind("route") else { return Vec::new() };
    let routes = entries.iter().filter(|entry| view.models.is_a(entry.kind, route));
    routes.filter_map(|entry| handler(view, entry)).collect()
}

fn handler(view: &View<'_>, entry: &EntryTag) -> Option<Handler> {
    let is_verbs = |text: &&str| text.chars().all(|char| char.is_ascii_uppercase() || char == ',');
    let (verbs, name) = match entry.name.split_once(' ').filter(|(verbs, _)| is_verbs(verbs)) {
        Some((verbs, name)) => (verbs, name),
        None => ("", entry.name.as_str()),
    };
    let route = if name == view.path_of(entry.function) {
        Route::of_file(name)?
    } else if name == view.facts.full_name(entry.function) {
        return None;
    } else {
        Route::parse(name)
    };
    let verbs = if matches!(verbs, "ALL" | "USE" | "ANY") { "" } else { verbs };
    Some(Handler { function: entry.function, context: entry.context, verbs: verbs.to_owned(), route })
}

/// The sinks that send requests from the project's own code.
fn requests<'t>(view: &View<'_>, sinks: &'t [SinkTag]) -> impl Iterator<Item = &'t SinkTag> {
    let kind = view.models.kind("egress-http");
    let is_request = move |sink: &&SinkTag| kind.is_some_and(|kind| view.models.is_a(sink.kind, kind));
    let is_ours =
        |function| view.origin(function) == Origin::FirstParty && !is_test_code(view.facts, function);
    sinks.iter().filter(is_request).filter(move |sink| is_ours(sink.function))
}

/// The calls of each function of the project, where anything sends requests.
fn callers(view: &View<'_>, sinks: &[SinkTag]) -> FxHashMap<FuncId, Vec<CallId>> {
    let mut callers: FxHashMap<FuncId, Vec<CallId>> = FxHashMap::default();
    if requests(view, sinks).next().is_none() {
        return callers;
    }
    for edge in view.solution.edges.iter().filter(|edge| edge.kind == EdgeKind::Call) {
        if let Target::Function(function) = edge.target
            && view.origin(function) == Origin::FirstParty
        {
            callers.entry(function).or_default().push(edge.call);
        }
    }
    callers
}

/// The handlers that answer a request best.
fn answered(request: &Request, routes: &[Handler]) -> Vec<JoinTag> {
    let Some(address) = Address::parse(&flat(&request.pieces)) else { return Vec::new() };
    let verb = match &request.verb {
        Verb::Known(verb) => verb.as_str(),
        _ => "",
    };
    let answers = |handler: &&Handler| {
        verb.is_empty() || handler.verbs.is_empty() || handler.verbs.split(',').any(|own| own == verb)
    };
    let fitting = routes.iter().filter(answers);
    let fitting: Vec<_> = fitting.filter_map(|row| Some((address.misfit(&row.route)?, row))).collect();
    let Some(best) = fitting.iter().map(|row| row.0).min() else { return Vec::new() };
    let targets: Vec<&Handler> = fitting.iter().filter(|row| row.0 == best).map(|row| row.1).collect();
    if targets.len() > MAX_TARGETS {
        return Vec::new();
    }
    let is_sure = best == 0 && address.is_whole() && !verb.is_empty();
    let certainty = if is_sure { Certainty::Resolved } else { Certainty::Possible };
    let join = |handler: &Handler| request.join(handler, certainty);
    targets.into_iter().map(join).collect()
}

impl Request {
    fn join(&self, handler: &Handler, certainty: Certainty) -> JoinTag {
        let (target, context) = (handler.function, handler.context);
        JoinTag { function: self.function, call: self.call, target, context, is_request: true, certainty }
    }
}

/// The text of an address with its unknown parts.
fn flat(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Argument(_) | Piece::Unknown => text.push(address::HOLE),
        }
    }
    text
}

/// What asks for what.
struct Asks<'v, 'a> {
    view: &'v View<'a>,
    callers: FxHashMap<FuncId, Vec<CallId>>,
}

impl Asks<'_, '_> {
    fn of_sink(&self, sink: &SinkTag) -> Vec<Request> {
        let view = self.view;
        let mut found = Vec::new();
        // The first argument that matters is the address; a base may be given beside it.
        for arg in &sink.args {
            let pieces = self.based(sink, text::of(view, sink.function, arg.var));
            let verb = self.verb(sink, arg.var);
            let request = Request { function: sink.function, call: sink.call, pieces, verb };
            self.resolve(request, MAX_DEPTH, &mut found);
        }
        found
    }

    /// The address behind the base that the client was made with: `axios.create({baseURL: "/api"})`.
    fn based(&self, sink: &SinkTag, pieces: Vec<Piece>) -> Vec<Piece> {
        let view = self.view;
        let Some((Made::Call(made), _)) = trace::method(view, sink.call) else { return pieces };
        let first = || Box::new(ArgRef::Position(0));
        let names = ["baseURL", "baseUrl", "prefixUrl", "base_url", "prefix"];
        let wanted: Vec<ArgRef> = names
            .iter()
            .flat_map(|name| [ArgRef::Name((*name).to_owned()), ArgRef::Key(first(), (*name).to_owned())])
            .collect();
        let Some(&base) = args::find_all(view.facts, made, &wanted).first() else { return pieces };
        let mut whole = text::of(view, view.facts.function_of(made), base);
        // Parameters of what makes the client are not those of what asks.
        whole
            .iter_mut()
            .filter(|piece| matches!(piece, Piece::Argument(_)))
            .for_each(|piece| *piece = Piece::Unknown);
        if flat(&pieces).contains("://") {
            return pieces;
        }
        whole.push(Piece::Text("/".to_owned()));
        whole.extend(pieces);
        whole
    }

    /// The verb that a request says: the name of the method, an argument, or a key of its options.
    fn verb(&self, sink: &SinkTag, address: Var) -> Verb {
        let view = self.view;
        let named = |name: &str| super::entries::http_verb(name.trim_end_matches("Form"));
        let step = sink.api.rsplit(['.', ')']).next().unwrap_or_default();
        let by_name = [named(step), named(view.called_name(sink.call))];
        if let Some(verb) = by_name.into_iter().find(|verb| !verb.is_empty()) {
            return Verb::Known(verb);
        }
        self.told_verb(sink.call, address)
    }

    fn told_verb(&self, call: CallId, address: Var) -> Verb {
        let view = self.view;
        let facts = view.facts;
        let function = facts.function_of(call);
        let rest: Vec<Var> =
            facts.args_of(call).iter().map(|arg| arg.var).filter(|&var| var != address).collect();
        if rest.is_empty() {
            return Verb::Known("GET".to_owned());
        }
        let keys = (0..3).map(|at| ArgRef::Key(Box::new(ArgRef::Position(at)), "method".to_owned()));
        let wanted: Vec<ArgRef> = keys.chain([ArgRef::Name("method".to_owned())]).collect();
        let told = args::find_all(facts, call, &wanted);
        for &var in told.iter().chain(&rest) {
            let verb = args::string(view, function, var).map(|text| super::entries::http_verb(&text));
            if let Some(verb) = verb.filter(|verb| !verb.is_empty()) {
                return Verb::Known(verb);
            }
            if let Some(position) = text::argument(view, function, var) {
                return Verb::Argument(position);
            }
        }
        // Options that are made here, and say no verb.
        let is_whole =
            |var: &Var| view.defs(function).made.contains(var) && !view.defs(function).opened.contains(var);
        if told.is_empty() && rest.iter().all(is_whole) {
            Verb::Known("GET".to_owned())
        } else {
            Verb::Unknown
        }
    }

    /// A request, or those of the callers whose arguments make it.
    fn resolve(&self, request: Request, depth: u32, found: &mut Vec<Request>) {
        let asks_for = request.pieces.iter().any(|piece| matches!(piece, Piece::Argument(_)));
        let callers = self.callers.get(&request.function).filter(|_| asks_for && depth > 0);
        let Some(callers) = callers else {
            found.push(request);
            return;
        };
        for &call in callers.iter().take(MAX_CALLERS) {
            let function = self.view.facts.function_of(call);
            if is_test_code(self.view.facts, function) {
                continue;
            }
            let pieces = request.pieces.iter().flat_map(|piece| self.given(call, piece)).collect();
            let verb = self.given_verb(call, &request.verb);
            self.resolve(Request { function, call, pieces, verb }, depth - 1, found);
        }
    }

    /// What a caller gives for a part.
    fn given(&self, call: CallId, piece: &Piece) -> Vec<Piece> {
        let Piece::Argument(position) = piece else { return vec![piece.clone()] };
        let function = self.view.facts.function_of(call);
        match args::find(self.view.facts, call, &position_of(*position)).first() {
            Some(&var) => text::of(self.view, function, var),
            None => vec![Piece::Unknown],
        }
    }

    fn given_verb(&self, call: CallId, verb: &Verb) -> Verb {
        let Verb::Argument(position) = verb else { return verb.clone() };
        let view = self.view;
        let (facts, function) = (view.facts, view.facts.function_of(call));
        let position = position_of(*position);
        let Some(&var) = args::find(facts, call, &position).first() else {
            // Who gives no options means the verb that is sent without.
            return Verb::Known("GET".to_owned());
        };
        let key = args::find(facts, call, &ArgRef::Key(Box::new(position), "method".to_owned()));
        let texts = key.first().copied().into_iter().chain([var]);
        let told = texts.filter_map(|var| args::string(view, function, var));
        let verb = told.map(|text| super::entries::http_verb(&text)).find(|verb| !verb.is_empty());
        let defs = view.defs(function);
        let is_whole = defs.made.contains(&var) && !defs.opened.contains(&var) && key.is_empty();
        match (verb, text::argument(view, function, var)) {
            (Some(verb), _) => Verb::Known(verb),
            (None, Some(position)) => Verb::Argument(position),
            (None, None) if is_whole => Verb::Known("GET".to_owned()),
            (None, None) => Verb::Unknown,
        }
    }
}

fn position_of(position: usize) -> ArgRef {
    ArgRef::Position(u32::try_from(position).unwrap_or(u32::MAX))
}
