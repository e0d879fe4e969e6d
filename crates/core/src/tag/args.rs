//! Arguments of a call: which one a row means, what is known of it, and whether a row's conditions hold.

use super::Shape;
use super::view::View;
use crate::facts::{Alloc, ArgKind, Callee, Constant, Derivation, Facts, Field};
use crate::ids::{CallId, FuncId, Var};
use crate::models::{ArgRef, Condition, Row, Scalar, Test, any_fits};
use crate::solution::Value;

/// Steps back from an argument to what it was made of; deeper ones count as variable.
const MAX_DEPTH: u32 = 6;

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
            let under = |field| matches!(field, Field::Item(sym) if facts.text(sym) == key);
            stores.filter(|row| holders.contains(&row.base) && under(row.field)).map(|row| row.src).collect()
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
pub(super) fn constant(facts: &Facts, function: FuncId, var: Var) -> Option<Constant> {
    let (mut function, mut var) = (function, var);
    for _ in 0..MAX_DEPTH {
        if let Some(constant) = facts.constant(function, var) {
            return Some(constant);
        }
        if let Some(capture) = captured(facts, function, var) {
            (function, var) = capture;
            continue;
        }
        let mut moved = facts.moves_of(function).iter().filter(|row| row.dst == var);
        match (moved.next(), moved.next()) {
            (Some(only), None) => var = only.src,
            _ => return None,
        }
    }
    None
}

/// The slot of the enclosing function that a captured variable is.
fn captured(facts: &Facts, function: FuncId, var: Var) -> Option<(FuncId, Var)> {
    let own = facts.functions[function.index()].vars;
    let index = var.0.checked_sub(own)? as usize;
    facts.captures_of(function).get(index).map(|capture| (capture.function, capture.var))
}

/// The string that a variable holds: by definition, or as its only known value.
pub(super) fn string(view: &View<'_>, function: FuncId, var: Var) -> Option<String> {
    if let Some(Constant::Str(sym)) = constant(view.facts, function, var) {
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
    let stores = view.facts.stores_of(function).iter().filter(|row| row.base == var);
    stores.filter_map(|row| string(view, function, row.src)).collect()
}

/// What is known of an argument without following it to other functions.
pub(super) fn shape(facts: &Facts, function: FuncId, var: Var) -> Shape {
    shape_within(facts, function, var, MAX_DEPTH)
}

fn shape_within(facts: &Facts, function: FuncId, var: Var, depth: u32) -> Shape {
    if constant(facts, function, var).is_some() {
        return Shape::Constant;
    }
    if depth == 0 {
        return Shape::Variable;
    }
    let parts = parts(facts, function, var);
    if !parts.is_empty() {
        let shapes = parts.iter().map(|&part| shape_within(facts, function, part, depth - 1));
        return if shapes.max() == Some(Shape::Constant) { Shape::Constant } else { Shape::Built };
    }
    if let Some(elements) = elements(facts, function, var) {
        let shapes = elements.iter().map(|&element| shape_within(facts, function, element, depth - 1));
        return shapes.max().unwrap_or(Shape::Constant);
    }
    let moved = facts.moves_of(function).iter().filter(|row| row.dst == var);
    let shapes = moved.map(|row| shape_within(facts, function, row.src, depth - 1));
    shapes.max().unwrap_or(Shape::Variable)
}

/// The parts that a text was put together from: concatenation, interpolation, `"…".format(…)`, `"…".join(…)`.
fn parts(facts: &Facts, function: FuncId, var: Var) -> Vec<Var> {
    let formats = |how| matches!(how, Derivation::Format | Derivation::Operator);
    let derived = facts.derives_of(function).iter().filter(|row| row.dst == var && formats(row.how));
    let mut parts: Vec<Var> = derived.map(|row| row.src).collect();
    let first = facts.first_call(function);
    for (offset, row) in facts.calls_of(function).iter().enumerate() {
        let Callee::Method(base, name) = row.callee else { continue };
        let is_text = matches!(constant(facts, function, base), Some(Constant::Str(_)));
        if row.dst == var
            && is_text
            && matches!(facts.text(name), "format" | "join" | "format_map" | "replace")
        {
            parts.push(base);
            let call = CallId::from_len(first.index() + offset);
            parts.extend(facts.args_of(call).iter().map(|arg| arg.var));
        }
    }
    parts
}

/// The elements of a list that is made here and filled with known elements only.
fn elements(facts: &Facts, function: FuncId, var: Var) -> Option<Vec<Var>> {
    let made =
        facts.allocs_of(function).iter().any(|row| row.dst == var && matches!(row.what, Alloc::Builtin(_)));
    let copied = facts.copies_of(function).iter().any(|row| row.dst == var);
    let computed = facts.store_keys_of(function).iter().any(|row| row.base == var);
    if !made || copied || computed {
        return None;
    }
    let stores = facts.stores_of(function).iter().filter(|row| row.base == var);
    let elements = stores.filter(|row| matches!(row.field, Field::Item(_) | Field::AnyItem | Field::Attr(_)));
    Some(elements.map(|row| row.src).collect())
}

/// Whether all conditions of a row hold at a site.
pub(super) fn all_hold(view: &View<'_>, call: CallId, row: &Row) -> bool {
    row.when.iter().all(|condition| holds(view, call, condition))
}

fn holds(view: &View<'_>, call: CallId, condition: &Condition) -> bool {
    let facts = view.facts;
    let function = facts.function_of(call);
    let vars = find_all(facts, call, &condition.args);
    let constants = || vars.iter().filter_map(|&var| constant(facts, function, var));
    let of_function = condition.args.contains(&ArgRef::Function).then(|| facts.full_name(function));
    let texts = || vars.iter().flat_map(|&var| strings(view, function, var)).chain(of_function.clone());
    match &condition.test {
        Test::Is(wanted) => constants().any(|constant| is_one(facts, constant, wanted)),
        Test::Not(wanted) => !constants().any(|constant| is_one(facts, constant, wanted)),
        Test::Given(true) => !vars.is_empty(),
        Test::Given(false) => vars.is_empty() && !spreads(facts, call),
        Test::Constant(true) => vars.iter().any(|&var| shape(facts, function, var) == Shape::Constant),
        Test::Constant(false) => vars.iter().any(|&var| shape(facts, function, var) != Shape::Constant),
        Test::Like(globs) => texts().any(|text| any_fits(globs, &text)),
        Test::NotLike(globs) => !texts().any(|text| any_fits(globs, &text)),
        Test::From(globs) => vars.iter().any(|&var| comes_from(view, function, var, globs)),
        Test::NotFrom(globs) => !vars.iter().any(|&var| comes_from(view, function, var, globs)),
        Test::Literal => constants().any(|constant| is_literal(facts, constant)),
        Test::Built => vars.iter().any(|&var| shape(facts, function, var) == Shape::Built),
    }
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
