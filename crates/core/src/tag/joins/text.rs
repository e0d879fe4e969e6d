//! Variables → the text that they hold, as far as it is known where it is put together.
//!
//! `` `${base}/orders/${id}` `` is something, `/orders/`, and something. Where a part is a parameter, its position is
//! kept, so that a caller's argument can be put in its place.

use super::super::args;
use super::super::view::View;
use crate::facts::{Callee, Concat, FunctionFlags, FunctionKind, ParamKind, Receiver};
use crate::ids::{CallId, FuncId, Var};
use crate::solution::Value;

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    Text(String),
    /// The argument at this position of calls of the function.
    Argument(usize),
    Unknown,
}

/// Texts in texts that are followed.
const MAX_DEPTH: u32 = 8;
/// Parts of one text that are kept.
const MAX_PIECES: usize = 32;

/// The text of a variable.
pub(super) fn of(view: &View<'_>, function: FuncId, var: Var) -> Vec<Piece> {
    let mut pieces = Vec::new();
    add(view, (function, var), &mut pieces, MAX_DEPTH);
    pieces
}

fn add(view: &View<'_>, (function, var): (FuncId, Var), pieces: &mut Vec<Piece>, depth: u32) {
    if depth == 0 || pieces.len() >= MAX_PIECES {
        pieces.push(Piece::Unknown);
        return;
    }
    if let Some(text) = args::string(view, function, var) {
        pieces.push(Piece::Text(text));
        return;
    }
    if let Some((function, var)) = args::captured(view.facts, function, var) {
        return add(view, (function, var), pieces, depth - 1);
    }
    if let Some(position) = argument(view, function, var) {
        pieces.push(Piece::Argument(position));
        return;
    }
    let defs = view.defs(function);
    if let Some(holes) = defs.derives.get(&var) {
        let concat = view.facts.concats_of(function).iter().find(|row| row.dst == var);
        return match concat {
            Some(concat) => add_concat(view, function, (concat, holes), pieces, depth),
            None => holes.iter().for_each(|&hole| add(view, (function, hole), pieces, depth - 1)),
        };
    }
    if let Some(part) = wrapped(view, function, var) {
        return add(view, (function, part), pieces, depth - 1);
    }
    match defs.moves.get(&var).map(Vec::as_slice) {
        Some(&[only]) => add(view, (function, only), pieces, depth - 1),
        _ => add_values(view, function, var, pieces),
    }
}

/// A text with several unknown parts, or one with a known end.
fn add_concat(
    view: &View<'_>,
    function: FuncId,
    (concat, holes): (&Concat, &[Var]),
    pieces: &mut Vec<Piece>,
    depth: u32,
) {
    let text = |sym| view.facts.text(sym).to_owned();
    let mut holes = holes.iter().copied();
    let mut hole = |pieces: &mut Vec<Piece>| match holes.next() {
        Some(hole) => add(view, (function, hole), pieces, depth - 1),
        None => pieces.push(Piece::Unknown),
    };
    pieces.push(Piece::Text(text(concat.prefix)));
    hole(pieces);
    let rest = text(concat.rest);
    if rest.is_empty() {
        // Between several unknown parts stands what is not known.
        if !concat.src.is_some() {
            pieces.push(Piece::Unknown);
        }
        pieces.push(Piece::Text(text(concat.suffix)));
        return;
    }
    for (index, part) in rest.split(Concat::HOLE).enumerate() {
        if index > 0 {
            hole(pieces);
        }
        pieces.push(Piece::Text(part.to_owned()));
    }
}

/// The part that a call passes on: the path of `new URL(path, base)`, `urljoin(base, path)`, `encodeURI(path)`.
fn wrapped(view: &View<'_>, function: FuncId, var: Var) -> Option<Var> {
    let facts = view.facts;
    let offset = *view.defs(function).calls.get(&var)?.first()?;
    let call = CallId(facts.first_call(function).0 + offset);
    let position = match view.called_name(call) {
        "URL" | "encodeURI" | "Uri" | "String" | "str" | "parse" | "Url" | "fspath" | "Path" => 0,
        "urljoin" | "resolve_url" => 1,
        "toString" | "as_str" | "to_string" | "trim" | "strip" => {
            return match facts.calls[call.index()].callee {
                Callee::Method(base, _) => Some(base),
                Callee::Value(_) => None,
            };
        }
        _ => return None,
    };
    facts.args_of(call).get(position).map(|arg| arg.var)
}

/// What is known of a variable by its values alone.
fn add_values(view: &View<'_>, function: FuncId, var: Var, pieces: &mut Vec<Piece>) {
    let mut values = view.solution.values.of(function, var);
    match (values.next(), values.next()) {
        (Some(Value::Pattern(prefix, suffix)), None) => {
            pieces.push(Piece::Text(view.facts.text(prefix).to_owned()));
            pieces.push(Piece::Unknown);
            pieces.push(Piece::Text(view.facts.text(suffix).to_owned()));
        }
        _ => pieces.push(Piece::Unknown),
    }
}

/// The position of the argument that a parameter holds, seen through its default.
pub(super) fn argument(view: &View<'_>, function: FuncId, var: Var) -> Option<usize> {
    let facts = view.facts;
    let position = |var: Var| {
        let by_position = |kind| matches!(kind, ParamKind::PositionalOnly | ParamKind::Positional);
        let mut params = facts.params_of(function).iter().filter(|param| by_position(param.kind));
        params.position(|param| param.var == var)
    };
    let defs = view.defs(function);
    let moved = || defs.moves.get(&var).into_iter().flatten().find_map(|&src| position(src));
    let row = &facts.functions[function.index()];
    let is_bound = row.kind == FunctionKind::Method
        && row.receiver == Receiver::First
        && !row.flags.has(FunctionFlags::STATIC);
    position(var).or_else(moved)?.checked_sub(usize::from(is_bound))
}
