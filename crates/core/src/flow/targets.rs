//! What names mean beyond one function: targets of calls, computed keys, imported names.

use super::engine::{ContextId, Engine, NodeId, Site};
use super::index::{Link, equal_range};
use super::path::Path;
use crate::facts::{
    Alloc, ArgKind, Callee, Capture, Class, Concat, Constant, Facts, Field, FunctionKind, Global, Language,
    Origin, Space,
};
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, Var};
use crate::solution::{CallEdge, Certainty, EdgeKind, Solution, Target, Value};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// Functions that a call runs, with how sure that is. Most calls run one.
pub(super) type Targets = SmallVec<[(FuncId, Certainty); 4]>;

/// The functions that a call runs, with how sure that is; callbacks that unknown code may run are left out,
/// because nothing is known of what they are given.
pub(super) fn functions(engine: &Engine<'_>, at: NodeId, call: CallId) -> Targets {
    let (facts, solution) = (engine.facts, engine.solution);
    let context = engine.nodes[at.0 as usize].context;
    let key = engine.contexts[context.0 as usize].key;
    match key.outer {
        Some(outer) if is_library(facts, key.function) => {
            let mut functions = inner_functions(solution, outer, call);
            if functions.len() > 1 {
                let classes = own_classes(facts, solution, (outer, key.function), call);
                let is_own = |row: &(FuncId, Certainty)| {
                    class_name(facts, row.0).is_some_and(|name| classes.contains(&name))
                };
                if functions.iter().any(is_own) {
                    functions.retain(|row| is_own(row));
                }
            }
            functions
        }
        _ => {
            let mut functions = outer_functions(facts, solution, call);
            if let Some(name) = key.name.filter(|_| calls_captured(facts, key.function, call)) {
                let is_named = |row: &(FuncId, Certainty)| facts.functions[row.0.index()].name == name;
                if functions.iter().any(is_named) {
                    functions.retain(|row| is_named(row));
                }
            }
            functions
        }
    }
}

/// Whether a call calls what a variable of an enclosing function holds, as wrappers call what they wrap.
fn calls_captured(facts: &Facts, function: FuncId, call: CallId) -> bool {
    match facts.calls[call.index()].callee {
        Callee::Value(var) => {
            captured(facts, function, var).is_some_and(|capture| !is_body(facts, capture.function))
        }
        Callee::Method(..) => false,
    }
}

fn captured(facts: &Facts, function: FuncId, var: Var) -> Option<Capture> {
    let slot = var.0.checked_sub(facts.functions[function.index()].vars)?;
    facts.captures_of(function).get(slot as usize).copied()
}

fn is_body(facts: &Facts, function: FuncId) -> bool {
    matches!(facts.functions[function.index()].kind, FunctionKind::Module | FunctionKind::ClassBody)
}

/// The name by which a site calls a closure: that of the member or global, that of the function of which it is an
/// attribute (`send.delay(…)`), or the one by which the closure that calls on was called itself.
pub(super) fn called_name(
    engine: &Engine<'_>,
    context: ContextId,
    call: CallId,
    target: FuncId,
) -> Option<Sym> {
    let (facts, solution) = (engine.facts, engine.solution);
    if is_body(facts, facts.functions[target.index()].parent) || is_body(facts, target) {
        return None;
    }
    let key = engine.contexts[context.0 as usize].key;
    match facts.calls[call.index()].callee {
        Callee::Method(base, name) => {
            let mut held = solution.values.of(key.function, base).filter_map(|value| match value {
                Value::Function(function) | Value::Method(function) => {
                    Some(facts.functions[function.index()].name)
                }
                _ => None,
            });
            Some(held.next().filter(|_| held.next().is_none()).unwrap_or(name))
        }
        Callee::Value(var) => {
            let (owner, var) = match captured(facts, key.function, var) {
                Some(capture) if !is_body(facts, capture.function) => return key.name,
                Some(capture) => (capture.function, capture.var),
                None => (key.function, var),
            };
            let file = facts.functions[owner.index()].file;
            let is_it = |export: &&Global| facts.files[file.index()].body == owner && export.var == var;
            facts.exports_of(file).iter().find(is_it).map(|export| export.name)
        }
    }
}

/// The targets of a call in code that is not a library body. What a library body calls on behalf of the site is
/// among the edges of the site too, but gets its arguments in that body.
fn outer_functions(facts: &Facts, solution: &Solution, call: CallId) -> Targets {
    let within = equal_range(&solution.within, |row| row.0.cmp(&call));
    let edges = solution.edges_of(call).iter().filter_map(called);
    let direct = edges.filter(|&(function, _)| within.is_empty() || !is_among(facts, within, function));
    direct
        .filter(|&(function, _)| facts.functions[function.index()].kind != FunctionKind::ClassBody)
        .collect()
}

/// The function that a call surely runs: its one edge says so, or all others are what a library body calls inside.
pub(super) fn sure_target(facts: &Facts, solution: &Solution, call: CallId) -> Option<FuncId> {
    let edges = solution.edges_of(call);
    if let [edge] = edges {
        return called(edge).map(|row| row.0);
    }
    let is_known = edges.iter().all(|edge| called(edge).is_some());
    match outer_functions(facts, solution, call)[..] {
        [(target, _)] if is_known && is_library(facts, target) => Some(target),
        _ => None,
    }
}

/// Whether it is a library body that calls a function on behalf of a site, and not the site itself.
pub(super) fn is_within(facts: &Facts, solution: &Solution, call: CallId, function: FuncId) -> bool {
    is_among(facts, equal_range(&solution.within, |row| row.0.cmp(&call)), function)
}

fn is_among(facts: &Facts, within: &[(CallId, CallId, FuncId)], function: FuncId) -> bool {
    within.iter().any(|row| row.2 == function) && !is_constructor(facts, function)
}

/// The names of the classes of the object of a library method, where the site itself calls it and it calls another
/// method of its own object: which of the library's that is, the site decides.
fn own_classes<'a>(
    facts: &'a Facts,
    solution: &Solution,
    (outer, method): (CallId, FuncId),
    call: CallId,
) -> SmallVec<[&'a str; 2]> {
    let none = SmallVec::new();
    let Callee::Method(own, _) = facts.calls[call.index()].callee else { return none };
    // A receiver comes first, be it among the positional arguments or not.
    let is_own = facts.params_of(method).first().is_some_and(|param| param.var == own);
    let Callee::Method(object, _) = facts.calls[outer.index()].callee else { return none };
    let mut direct = outer_functions(facts, solution, outer).into_iter();
    if !is_own || !direct.any(|row| row.0 == method) {
        return none;
    }
    let caller = facts.function_of(outer);
    let mut calls = facts.calls_of(caller).iter().zip((facts.first_call(caller).0..).map(CallId));
    let maker = calls.find(|(row, _)| row.dst == object).map(|(_, call)| call);
    let makers = maker.map(|call| outer_functions(facts, solution, call)).unwrap_or_default();
    makers.into_iter().flat_map(|(function, _)| made_classes(facts, function)).collect()
}

/// The names of the classes of which a library body makes what it returns.
fn made_classes(facts: &Facts, function: FuncId) -> SmallVec<[&str; 2]> {
    if !is_library(facts, function) {
        return SmallVec::new();
    }
    let mut returned: SmallVec<[Var; 8]> = smallvec![Var::RETURN];
    let mut next = 0;
    while let Some(&var) = returned.get(next) {
        let before = facts.moves_of(function).iter().filter(|row| row.dst == var).map(|row| row.src);
        let before: SmallVec<[Var; 4]> = before.filter(|var| !returned.contains(var)).collect();
        returned.extend(before);
        next += 1;
    }
    let made = facts.allocs_of(function).iter().filter(|alloc| returned.contains(&alloc.dst));
    made.filter_map(|alloc| match alloc.what {
        Alloc::Builtin(name) => Some(facts.text(name)),
        _ => None,
    })
    .collect()
}

/// The name of the class that a method is written for: that of the class around it, or the type of an `impl`.
pub(super) fn class_name(facts: &Facts, function: FuncId) -> Option<&str> {
    let row = &facts.functions[function.index()];
    if let Some(class) = row.class {
        return Some(facts.text(facts.classes[class.index()].name));
    }
    let name = facts.text(row.qualname);
    let end = name.find([' ', '.'])?;
    Some(name[..end].trim_start_matches('<'))
}

/// The targets of a call in a library body that runs on behalf of the site `outer`.
fn inner_functions(solution: &Solution, outer: CallId, call: CallId) -> Targets {
    let library = equal_range(&solution.inner, |row| row.0.cmp(&call)).iter().map(|row| row.1);
    let given =
        equal_range(&solution.within, |row| (row.0, row.1).cmp(&(outer, call))).iter().map(|row| row.2);
    library.chain(given).map(|function| (function, Certainty::Resolved)).collect()
}

fn called(edge: &CallEdge) -> Option<(FuncId, Certainty)> {
    match edge.target {
        Target::Function(function) if edge.kind != EdgeKind::Callback => Some((function, edge.certainty)),
        _ => None,
    }
}

/// Whether a function fills the object that a call of its class makes.
pub(super) fn is_constructor(facts: &Facts, function: FuncId) -> bool {
    matches!(facts.text(facts.functions[function.index()].name), "__init__" | "constructor")
}

/// Whether a function is a body that stands for a library function.
pub(super) fn is_library(facts: &Facts, function: FuncId) -> bool {
    facts.files[facts.functions[function.index()].file.index()].origin == Origin::Builtin
}

/// Whether a function is a closure that a library body makes.
pub(super) fn is_library_closure(facts: &Facts, function: FuncId) -> bool {
    is_library(facts, function) && !is_body(facts, facts.functions[function.index()].parent)
}

/// The call outside of library bodies on whose behalf a function runs when it is called there.
pub(super) fn outer(engine: &Engine<'_>, context: ContextId, call: CallId, target: FuncId) -> Option<CallId> {
    let outer = engine.contexts[context.0 as usize].key.outer;
    is_library(engine.facts, target).then(|| outer.unwrap_or(call))
}

/// The fields that a computed key may mean: those of its constants, or any.
pub(super) fn fields(engine: &mut Engine<'_>, at: NodeId, key: Var, space: Space) -> SmallVec<[Field; 2]> {
    let context = engine.nodes[at.0 as usize].context;
    let mut names = SmallVec::new();
    let function = engine.contexts[context.0 as usize].key.function;
    let asked = concat_of(engine.facts, function, key).map_or(key, |row| row.src);
    if engine.facts.params_of(function).iter().any(|param| param.var == asked) {
        engine.contexts[context.0 as usize].keyed.push(at);
    }
    if constants(engine, context, key, 0, &mut names) && !names.is_empty() {
        names.sort_unstable();
        names.dedup();
        return names.into_iter().map(|name| field(name, space, engine.facts)).collect();
    }
    smallvec![any(space)]
}

/// How many calls a constant key is followed back through: `getattr` hands it on to the object's own reader.
const MAX_HANDED_ON: u8 = 4;

/// Callers that are asked for the constants they hand over. A function with more is no place of few keys.
const MAX_CALLERS: usize = 32;

/// Collects the constants that a variable may hold. Whether these are all. A parameter holds what the calls that
/// entered the context gave it.
fn constants(
    engine: &mut Engine<'_>,
    context: ContextId,
    key: Var,
    depth: u8,
    names: &mut SmallVec<[Sym; 2]>,
) -> bool {
    let function = engine.contexts[context.0 as usize].key.function;
    if let Some(Constant::Str(name) | Constant::Int(name)) = engine.constant(function, key) {
        names.push(name);
        return true;
    }
    let before = names.len();
    if let Some(row) = concat_of(engine.facts, function, key) {
        return concatenated(engine, context, row, depth, names);
    }
    let is_param = engine.facts.params_of(function).iter().any(|param| param.var == key);
    if is_param && depth < MAX_HANDED_ON && handed_over(engine, context, key, depth, names) {
        return true;
    }
    names.truncate(before);
    for value in engine.solution.values.of(function, key) {
        let Value::Str(name) = value else { return false };
        names.push(name);
    }
    names.len() > before
}

/// The row that makes a text of a constant beginning, a middle and a constant end, in a library body: what the solver
/// keeps no values of.
fn concat_of(facts: &Facts, function: FuncId, var: Var) -> Option<Concat> {
    let rows = if is_library(facts, function) { facts.concats_of(function) } else { &[] };
    rows.iter().find(|row| row.dst == var && row.src.is_some()).copied()
}

/// The texts that stand around the constants of the middle. A text that nothing of the program has is no key of anything.
fn concatenated(
    engine: &mut Engine<'_>,
    context: ContextId,
    row: Concat,
    depth: u8,
    names: &mut SmallVec<[Sym; 2]>,
) -> bool {
    let mut middles = SmallVec::new();
    if !constants(engine, context, row.src, depth, &mut middles) {
        return false;
    }
    let text = |sym: Sym| engine.facts.text(sym);
    let (prefix, suffix) = (text(row.prefix), text(row.suffix));
    for middle in middles {
        let Some(name) = engine.facts.names.find(&format!("{prefix}{}{suffix}", text(middle))) else {
            return false;
        };
        names.push(name);
    }
    true
}

/// Collects the constants that the callers of a context hand over. Whether these are all.
fn handed_over(
    engine: &mut Engine<'_>,
    context: ContextId,
    param: Var,
    depth: u8,
    names: &mut SmallVec<[Sym; 2]>,
) -> bool {
    let row = &engine.contexts[context.0 as usize];
    if row.incoming.len() > MAX_CALLERS {
        return false;
    }
    let (function, incoming) = (row.key.function, row.incoming.clone());
    for incoming in &incoming {
        let Site::Call(call) = incoming.site else { return false };
        let binding = engine.binding(call, function);
        let actuals = binding.actuals(param, Path::WHOLE, &mut engine.paths);
        let caller = engine.nodes[incoming.node.0 as usize].context;
        let [(actual, Path::WHOLE)] = actuals[..] else { return false };
        if !constants(engine, caller, actual, depth + 1, names) {
            return false;
        }
    }
    !incoming.is_empty()
}

/// The declared field that an argument of a call fills, where the call makes an instance of a class that has such
/// fields and no constructor of its own.
pub(super) fn constructor_field(
    facts: &Facts,
    solution: &Solution,
    function: FuncId,
    call: CallId,
    number: u32,
) -> Option<Sym> {
    let made = solution.values.of(function, facts.calls[call.index()].dst);
    let made = made.into_iter().find_map(|value| match value {
        Value::Instance(class) => Some(class),
        _ => None,
    });
    let class = made.or_else(|| named_class(facts, solution, function, call))?;
    if is_library(facts, facts.classes[class.index()].body) {
        return None;
    }
    let own = |edge: &CallEdge| matches!(edge.target, Target::Function(target) if !is_library(facts, target));
    if solution.edges_of(call).iter().any(own) {
        return None;
    }
    let bases = solution.ancestors.get(class.index())?.iter().rev().filter_map(|base| match base {
        Value::Class(base) => Some(*base),
        _ => None,
    });
    let mut names: Vec<Sym> = Vec::new();
    for class in bases.chain([class]) {
        let fields = facts.fields_of(class).iter().filter(|field| field.in_constructor);
        for field in fields {
            if !names.contains(&field.name) {
                names.push(field.name);
            }
        }
    }
    let args = facts.args_of(call);
    match args[number as usize].kind {
        ArgKind::Positional => names.get(number as usize).copied(),
        ArgKind::Keyword(name) => names.contains(&name).then_some(name),
        ArgKind::Spread | ArgKind::KeywordSpread | ArgKind::Receiver => None,
    }
}

/// The class that a call names, where the solver kept no value of its result: functions that it copies a call site.
fn named_class(facts: &Facts, solution: &Solution, function: FuncId, call: CallId) -> Option<ClassId> {
    let Callee::Value(var) = facts.calls[call.index()].callee else { return None };
    let (owner, var) =
        captured(facts, function, var).map_or((function, var), |capture| (capture.function, capture.var));
    solution.values.of(owner, var).into_iter().find_map(|value| match value {
        Value::Class(class) => Some(class),
        _ => None,
    })
}

/// The library's methods of text, by language and name. What is unknown and holds a value that is followed is most often text.
pub(super) fn text_methods(facts: &Facts) -> FxHashMap<(Language, Sym), FuncId> {
    let is_text = |class: &Class| {
        is_library(facts, class.body) && matches!(facts.text(class.name), "str" | "String" | "Text")
    };
    let mut methods = FxHashMap::default();
    for (class, id) in facts.classes.iter().zip((0..).map(ClassId)) {
        if !is_text(class) {
            continue;
        }
        let allocs = facts.allocs_of(class.body).iter();
        let made: FxHashMap<Var, FuncId> = allocs
            .filter_map(|row| match row.what {
                Alloc::Function(function) => Some((row.dst, function)),
                _ => None,
            })
            .collect();
        for member in facts.members_of(id) {
            if let Some(&function) = made.get(&member.var) {
                methods.insert((facts.files[class.file.index()].language, member.name), function);
            }
        }
    }
    methods
}

fn field(name: Sym, space: Space, facts: &Facts) -> Field {
    match space {
        Space::Any if crate::facts::is_index(facts.text(name)) => Field::Item(name),
        Space::Attr | Space::Any | Space::Getter | Space::Setter => Field::Attr(name),
        Space::Item => Field::Item(name),
    }
}

fn any(space: Space) -> Field {
    match space {
        Space::Attr | Space::Getter | Space::Setter => Field::AnyAttr,
        Space::Item | Space::Any => Field::AnyItem,
    }
}

/// Which variables of a module are which variables of other modules: imported names, star imports, and members
/// of a module that is held in a variable. O(rows of imports and of loads).
pub(super) fn links(facts: &Facts, solution: &Solution) -> Vec<Link> {
    let mut links = Vec::new();
    for index in 0..facts.functions.len() {
        let function = FuncId::from_len(index);
        for row in facts.imports_of(function) {
            let file = facts.functions[index].file;
            let from =
                row.name.and_then(|name| solution.export(facts, solution.module(file, row.specifier)?, name));
            links.extend(from.map(|from| Link { from, to: (function, row.dst) }));
        }
    }
    star_links(facts, solution, &mut links);
    load_links(facts, solution, &mut links);
    links
}

/// Names that nobody in a module binds may come from the modules whose every name it imports.
fn star_links(facts: &Facts, solution: &Solution, links: &mut Vec<Link>) {
    for (file, index) in facts.files.iter().zip(0..) {
        for &star in facts.stars_of(FileId(index)) {
            let Some(starred) = solution.module(FileId(index), star) else { continue };
            for free in facts.frees_of(FileId(index)) {
                let from = solution.export(facts, starred, free.name);
                links.extend(from.map(|from| Link { from, to: (file.body, free.var) }));
            }
        }
    }
}

/// loads(y, m, f), m holds a module ⇒ y is the module's variable f
fn load_links(facts: &Facts, solution: &Solution, links: &mut Vec<Link>) {
    let held = solution.values.rows.iter().filter_map(|&(function, var, value)| match value {
        Value::Module(file) => Some((function, var, file)),
        _ => None,
    });
    let held: FxHashMap<(FuncId, Var), FileId> =
        held.map(|(function, var, file)| ((function, var), file)).collect();
    let mut functions: Vec<FuncId> = held.keys().map(|key| key.0).collect();
    functions.sort_unstable();
    functions.dedup();
    for function in functions {
        for load in facts.loads_of(function) {
            if let (Field::Attr(name), Some(&file)) = (load.field, held.get(&(function, load.base))) {
                let from = solution.export(facts, file, name);
                links.extend(from.map(|from| Link { from, to: (function, load.dst) }));
            }
        }
    }
}
