//! Arguments of a call: which one a row means, what is known of it, and whether a row's conditions hold.

use super::view::View;
use super::{Shape, results};
use crate::facts::{Alloc, ArgKind, Callee, Constant, Facts, Field, Origin};
use crate::ids::{CallId, ClassId, FuncId, Sym, Var};
use crate::models::{ArgRef, Condition, KindId, Row, Says, Scalar, Test, any_fits};
use crate::solution::{Target, Value};

/// Steps back from an argument to what it was made of; deeper ones count as variable.
const MAX_DEPTH: u32 = 6;

/// Parts of an argument that are looked at; where there are more, it counts as variable.
const MAX_PARTS: u32 = 256;

/// The variables that an argument reference names at a site; empty where the argument is not given.
pub(super) fn find(facts: &Facts, call: CallId, wanted: &ArgRef) -> Vec<Var> {
    let args = facts.args_of(call);
    let row = &facts.calls[call.index()];
    match wanted {
        ArgRef::Position(position) => {
            let mut positional = args.iter().take_while(|arg| arg.kind != ArgKind::Spread);
            let mut left = *position;
            let found = positional.find(|arg| arg.kind == ArgKind::Positional && take(&mut left));
            found.map(|arg| arg.var).into_iter().collect()
        }
        ArgRef::Name(name) => {
            let named = |kind| matches!(kind, ArgKind::Keyword(sym) if facts.text(sym) == name);
            args.iter().filter(|arg| named(arg.kind)).map(|arg| arg.var).collect()
        }
        ArgRef::Key(arg, key) => {
            let holders = find(facts, call, arg);
            let stores = facts.stores_of(facts.function_of(call)).iter();
            let under =
                |field| matches!(field, Field::Item(sym) | Field::Attr(sym) if facts.text(sym) == key);
            let stored = stores.filter(|row| holders.contains(&row.base) && under(row.field));
            stored.map(|row| row.src).chain(made_with(facts, call, &holders, key)).collect()
        }
        ArgRef::Function => Vec::new(),
        ArgRef::Receiver => match row.callee {
            Callee::Method(base, _) => vec![base],
            Callee::Value(_) => Vec::new(),
        },
        ArgRef::Result => Some(row.dst).filter(|var| var.is_some()).into_iter().collect(),
        ArgRef::All => args.iter().map(|arg| arg.var).collect(),
    }
}

/// What calls that made one of these variables were given under a name: of `XMLParser(resolve_entities=False)`, `False`.
fn made_with(facts: &Facts, call: CallId, made: &[Var], name: &str) -> Vec<Var> {
    let function = facts.function_of(call);
    let moved = facts.moves_of(function).iter().filter(|row| made.contains(&row.dst)).map(|row| row.src);
    let made: Vec<Var> = moved.chain(made.iter().copied()).collect();
    let calls = facts.calls_of(function).iter().zip((facts.first_call(function).0..).map(CallId));
    let makers = calls.filter(|(row, _)| made.contains(&row.dst)).map(|(_, call)| call);
    makers.flat_map(|maker| find(facts, maker, &ArgRef::Name(name.to_owned()))).collect()
}

/// Counts down; true at zero.
fn take(left: &mut u32) -> bool {
    let found = *left == 0;
    *left = left.saturating_sub(1);
    found
}

/// The variables that any of these references names.
pub(super) fn find_all(facts: &Facts, call: CallId, wanted: &[ArgRef]) -> Vec<Var> {
    let mut found: Vec<Var> = wanted.iter().flat_map(|wanted| find(facts, call, wanted)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether arguments of unknown number are spread into the call, so that one that is not seen may be there.
fn spreads(facts: &Facts, call: CallId) -> bool {
    facts.args_of(call).iter().any(|arg| matches!(arg.kind, ArgKind::Spread | ArgKind::KeywordSpread))
}

/// The constant that a variable holds, seen through captures of cells that are assigned once.
pub(super) fn constant(view: &View<'_>, function: FuncId, var: Var) -> Option<Constant> {
    let (mut function, mut var) = (function, var);
    for _ in 0..MAX_DEPTH {
        let defs = view.defs(function);
        if let Some(&constant) = defs.literals.get(&var) {
            return Some(constant);
        }
        if let Some(capture) = captured(view.facts, function, var) {
            (function, var) = capture;
            continue;
        }
        match defs.moves.get(&var).map(Vec::as_slice) {
            Some(&[only]) => var = only,
            _ => return None,
        }
    }
    None
}

/// The slot of the enclosing function that a captured variable is.
pub(super) fn captured(facts: &Facts, function: FuncId, var: Var) -> Option<(FuncId, Var)> {
    let own = facts.functions[function.index()].vars;
    let index = var.0.checked_sub(own)? as usize;
    facts.captures_of(function).get(index).map(|capture| (capture.function, capture.var))
}

/// The string that a variable holds: by definition, or as its only known value.
pub(super) fn string(view: &View<'_>, function: FuncId, var: Var) -> Option<String> {
    if let Some(Constant::Str(sym)) = constant(view, function, var) {
        return Some(view.facts.text(sym).to_owned());
    }
    let mut values = view.solution.values.of(function, var);
    match (values.next(), values.next()) {
        (Some(Value::Str(sym)), None) => Some(view.facts.text(sym).to_owned()),
        _ => None,
    }
}

/// The strings that a variable holds: one, or those of the list that is made for it.
pub(super) fn strings(view: &View<'_>, function: FuncId, var: Var) -> Vec<String> {
    if let Some(string) = string(view, function, var) {
        return vec![string];
    }
    let defs = view.defs(function);
    let stores = defs.stores.get(&var).into_iter().flatten();
    stores
        .filter_map(|&row| string(view, function, view.facts.stores_of(function)[row as usize].src))
        .collect()
}

/// What is known of an argument without following it to other functions.
/// Parts that were made safe for what a sink of this kind does are as good as constant.
pub(super) fn shape(view: &View<'_>, function: FuncId, var: Var, sink: Option<KindId>) -> Shape {
    shape_within(view, (function, sink), var, MAX_DEPTH, &mut { MAX_PARTS })
}

/// Whether a variable is what a sanitiser gives that stops this kind of sink.
fn is_cleaned(view: &View<'_>, function: FuncId, var: Var, sink: KindId) -> bool {
    let defs = view.defs(function);
    let stops = |kind: KindId| view.models.one_of(sink, &view.models.about(kind).stops);
    defs.calls.get(&var).into_iter().flatten().any(|&offset| {
        let call = CallId(view.facts.first_call(function).0 + offset);
        let rows = view.solution.edges_of(call).iter().flat_map(|edge| match edge.target {
            Target::External(path) => view.hits.of(path),
            Target::Function(_) => &[],
        });
        // Rows with conditions are left out: what these ask for may be the very variable.
        let mut rows = rows.map(|hit| view.models.row(hit.0)).filter(|row| row.when.is_empty());
        rows.any(|row| matches!(row.says, Says::Sanitiser { kind, .. } if stops(kind)))
    })
}

/// `left` bounds the parts that are looked at, since a text may be put together from very many.
fn shape_within(
    view: &View<'_>,
    (function, sink): (FuncId, Option<KindId>),
    var: Var,
    depth: u32,
    left: &mut u32,
) -> Shape {
    if constant(view, function, var).is_some() {
        return Shape::Constant;
    }
    if sink.is_some_and(|sink| is_cleaned(view, function, var, sink)) {
        return Shape::Cleaned;
    }
    *left = left.saturating_sub(1);
    if depth == 0 || *left == 0 {
        return Shape::Variable;
    }
    let mut worst = |vars: &[Var]| {
        vars.iter().map(|&var| shape_within(view, (function, sink), var, depth - 1, left)).max()
    };
    if is_arithmetic(view, function, var) {
        return Shape::Variable;
    }
    let parts = parts(view, function, var);
    if !parts.is_empty() {
        return worst(&parts).filter(|&shape| shape <= Shape::Cleaned).unwrap_or(Shape::Built);
    }
    if let Some(elements) = elements(view, function, var) {
        return worst(&elements).unwrap_or(Shape::Constant);
    }
    if let Some(moved) = view.defs(function).moves.get(&var).and_then(|moved| worst(moved)) {
        return moved;
    }
    let whence = results::behind(view, function, var);
    let shapes =
        whence.iter().map(|&(function, var)| shape_within(view, (function, sink), var, depth - 1, left));
    // What a function put together it may have checked as well.
    shapes.max().filter(|&shape| shape <= Shape::Cleaned).unwrap_or(Shape::Variable)
}

/// Whether numbers are computed with: `(page - 1) * size` is no text.
fn is_arithmetic(view: &View<'_>, function: FuncId, var: Var) -> bool {
    let facts = view.facts;
    let defs = view.defs(function);
    let mut calls = defs.calls.get(&var).into_iter().flatten();
    calls.any(|&offset| match facts.calls[facts.first_call(function).index() + offset as usize].callee {
        Callee::Method(_, name) => matches!(
            facts.text(name).trim_matches('_'),
            "sub" | "mul" | "floordiv" | "pow" | "rsub" | "rmul" | "rfloordiv" | "rpow"
        ),
        Callee::Value(_) => false,
    })
}

/// The parts that a text was put together from: concatenation, interpolation, `"…".format(…)`, `"…".join(…)`.
fn parts(view: &View<'_>, function: FuncId, var: Var) -> Vec<Var> {
    let facts = view.facts;
    let defs = view.defs(function);
    let mut parts = defs.derives.get(&var).cloned().unwrap_or_default();
    for &offset in defs.calls.get(&var).into_iter().flatten() {
        let call = CallId(facts.first_call(function).0 + offset);
        let Callee::Method(base, name) = facts.calls[call.index()].callee else { continue };
        let is_text = matches!(constant(view, function, base), Some(Constant::Str(_)));
        if is_text && matches!(facts.text(name), "format" | "join" | "format_map" | "replace") {
            parts.push(base);
            parts.extend(facts.args_of(call).iter().map(|arg| arg.var));
        }
    }
    parts
}

/// The elements of a list that is made here and filled with known elements only.
fn elements(view: &View<'_>, function: FuncId, var: Var) -> Option<Vec<Var>> {
    let defs = view.defs(function);
    if !defs.made.contains(&var) || defs.opened.contains(&var) {
        return None;
    }
    let stores = defs.stores.get(&var).into_iter().flatten();
    let rows = stores.map(|&row| view.facts.stores_of(function)[row as usize]);
    Some(rows.filter(|row| row.field != Field::AnyAttr).map(|row| row.src).collect())
}

/// Programs that run what their arguments say, beside those that do one thing.
const INTERPRETERS: [&str; 24] = [
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "cmd",
    "cmd.exe",
    "powershell",
    "pwsh",
    "python",
    "python2",
    "python3",
    "perl",
    "ruby",
    "node",
    "php",
    "env",
    "sudo",
    "su",
    "ssh",
    "xargs",
    "find",
    "eval",
];

/// Whether the program that a call runs is fixed here and runs nothing that its arguments name: the first of the
/// arguments, or the first element of the list that is made for it.
pub(super) fn is_program_fixed(view: &View<'_>, function: FuncId, vars: &[Var], call: CallId) -> bool {
    let first = find(view.facts, call, &ArgRef::Position(0));
    let Some(&var) = first.iter().find(|var| vars.contains(var)) else { return false };
    let defs = view.defs(function);
    let program = if defs.made.contains(&var) {
        let stores = defs.stores.get(&var).into_iter().flatten();
        let mut rows = stores.map(|&row| view.facts.stores_of(function)[row as usize]);
        let is_first = |field| matches!(field, Field::Item(sym) if view.facts.text(sym) == "0");
        rows.find(|row| is_first(row.field)).and_then(|row| string(view, function, row.src))
    } else {
        // A command line in one text is split by the system or by a shell: its arguments are not apart.
        string(view, function, var).filter(|text| vars.len() > 1 && !text.contains(' '))
    };
    program.is_some_and(|program| !program.ends_with(['/', '\\']) && !is_interpreter(&program))
}

/// Whether a program runs code that it is given as an argument.
pub(crate) fn is_interpreter(program: &str) -> bool {
    INTERPRETERS.contains(&program.rsplit(['/', '\\']).next().unwrap_or(program))
}

/// Whether all conditions of a row hold at a site.
pub(super) fn all_hold(view: &View<'_>, call: CallId, row: &Row) -> bool {
    let sink = match &row.says {
        Says::Sink(sink) => Some(sink.kind),
        _ => None,
    };
    row.when.iter().all(|condition| holds(view, call, condition, sink))
}

fn holds(view: &View<'_>, call: CallId, condition: &Condition, sink: Option<KindId>) -> bool {
    let facts = view.facts;
    let function = facts.function_of(call);
    let vars = find_all(facts, call, &condition.args);
    let constants = || vars.iter().filter_map(|&var| constant(view, function, var));
    let of_function = condition.args.contains(&ArgRef::Function).then(|| facts.full_name(function));
    let texts = || vars.iter().flat_map(|&var| strings(view, function, var)).chain(of_function.clone());
    match &condition.test {
        Test::Is(wanted) => constants().any(|constant| is_one(facts, constant, wanted)),
        Test::Not(wanted) => !constants().any(|constant| is_one(facts, constant, wanted)),
        Test::Given(true) => !vars.is_empty(),
        Test::Given(false) => vars.is_empty() && !spreads(facts, call),
        Test::Constant(true) => vars.iter().any(|&var| shape(view, function, var, sink) <= Shape::Cleaned),
        Test::Constant(false) => vars.iter().any(|&var| shape(view, function, var, sink) > Shape::Cleaned),
        Test::Like(globs) => texts().any(|text| any_fits(globs, &text)),
        Test::NotLike(globs) => !texts().any(|text| any_fits(globs, &text)),
        Test::From(globs) => vars.iter().any(|&var| comes_from(view, function, var, globs)),
        Test::NotFrom(globs) => !vars.iter().any(|&var| comes_from(view, function, var, globs)),
        Test::NotInstance(names) => !vars.iter().any(|&var| is_instance(view, function, var, names)),
        Test::Literal => constants().any(|constant| is_literal(facts, constant)),
        Test::Built => vars.iter().any(|&var| shape(view, function, var, sink) == Shape::Built),
    }
}

/// Whether all that is known of a variable is that it holds instances of classes of the language of these names.
fn is_instance(view: &View<'_>, function: FuncId, var: Var, names: &[String]) -> bool {
    let facts = view.facts;
    let of = |class: ClassId| {
        let class = &facts.classes[class.index()];
        facts.files[class.file.index()].origin == Origin::Builtin
            && names.iter().any(|name| name == facts.text(class.name))
    };
    let mut values = view.solution.values.of(function, var).peekable();
    let is_made =
        values.peek().is_some() && values.all(|value| matches!(value, Value::Instance(class) if of(class)));
    let mut allocs = facts.allocs_of(function).iter().filter(|row| row.dst == var);
    let is_named = |name: Sym| names.iter().any(|wanted| wanted == facts.text(name));
    is_made || allocs.any(|row| matches!(row.what, Alloc::Builtin(name) if is_named(name)))
}

fn is_literal(facts: &Facts, constant: Constant) -> bool {
    matches!(constant, Constant::Str(sym) | Constant::Bytes(sym) if !facts.text(sym).is_empty())
}

fn is_one(facts: &Facts, constant: Constant, wanted: &[Scalar]) -> bool {
    wanted.iter().any(|wanted| match (wanted, constant) {
        (Scalar::Bool(wanted), Constant::Bool(value)) => *wanted == value,
        (Scalar::Null, Constant::Null) => true,
        (Scalar::Text(wanted), Constant::Str(sym) | Constant::Int(sym) | Constant::Float(sym)) => {
            wanted == facts.text(sym)
        }
        _ => false,
    })
}

fn comes_from(view: &View<'_>, function: FuncId, var: Var, globs: &[String]) -> bool {
    view.solution.values.of(function, var).any(|value| match value {
        Value::External(path) => any_fits(globs, &view.text(path)),
        Value::Function(function) => any_fits(globs, &view.facts.full_name(function)),
        _ => false,
    })
}

/// The conditions of a row as people read them: `shell=true`.
pub(super) fn conditions(row: &Row) -> Vec<String> {
    row.when.iter().filter_map(condition_text).collect()
}

fn condition_text(condition: &Condition) -> Option<String> {
    let name = condition.args.iter().rev().map(ArgRef::text).next()?;
    match &condition.test {
        Test::Is(wanted) => {
            Some(format!("{name}={}", wanted.iter().map(Scalar::text).collect::<Vec<_>>().join("|")))
        }
        Test::Given(false) => Some(format!("no {name}")),
        Test::Like(globs) => Some(format!("{name} like {}", globs.join("|"))),
        Test::From(paths) => Some(format!("{name}={}", paths.join("|"))),
        Test::Built => Some(format!("{name} put together here")),
        Test::Constant(true) | Test::Literal => Some(format!("constant {name}")),
        _ => None,
    }
}
