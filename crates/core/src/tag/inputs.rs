//! Parameters of entry points → sources: what a framework passes in is chosen by whoever uses the entry point.
//!
//! Not every parameter is: some hold an object of the framework (`request`), of which the models know the parts that
//! others choose; some are named by no part of the route, and hold objects that the program's own decorators put
//! there; some are declared to hold numbers, dates or identifiers, which no text of another's choice gets through.
//!
//! # Example
//! `@app.route("/orders/<int:number>/<tag>")` over `def order(user, number, tag)` makes `tag` a source.

use super::SourceTag;
use super::view::View;
use crate::facts::{Alloc, Field, FunctionFlags, FunctionKind, Language, Param, ParamKind, Receiver, Type};
use crate::ids::{CallId, FuncId, Sym, TypeId, Var};
use crate::models::{ArgRef, EntryRow, KindId, Row, RowId, Says, any_fits};
use crate::solution::{Certainty, Value};

/// The sources among the parameters of an entry point of that name; `route` is the name where the program says it.
pub(super) fn of(
    view: &View<'_>,
    function: FuncId,
    (row, entry): (&Row, &EntryRow),
    name: &str,
    route: Option<&str>,
) -> Vec<SourceTag> {
    let facts = view.facts;
    let about = &facts.functions[function.index()];
    let bound = about.kind == FunctionKind::Method
        && about.receiver == Receiver::First
        && !about.flags.has(FunctionFlags::STATIC);
    let is_given =
        |param: &&Param| !matches!(param.kind, ParamKind::Receiver | ParamKind::Sent | ParamKind::All);
    let params = facts.params_of(function).iter().filter(is_given).skip(usize::from(bound));
    let mut found = Vec::new();
    for (position, param) in params.enumerate() {
        let text = facts.text(param.name);
        let is_it = |wanted: &ArgRef| is_param(wanted, position, text);
        if let Some((_, path)) = entry.gives.iter().find(|given| is_it(&given.0)) {
            found.extend(parts(view, path).map(|(field, kind, row)| {
                let field_text = facts.text(field);
                let api = format!("{text}.{field_text}");
                source(view, (function, param.var, Some(field)), kind, (field_text, api), row)
            }));
            continue;
        }
        let Some(kind) = entry.taints else { continue };
        let wanted = entry.params.is_empty() || entry.params.iter().any(is_it);
        let own = matches!(text, "self" | "cls") || any_fits(&entry.skip, text);
        let filled = route.is_none_or(|route| is_filled(route, entry.by_route, param.kind, text));
        if wanted
            && !own
            && filled
            && !is_injected(view, function, param.var)
            && !is_extracted(view, function, param.var)
            && !is_harmless(view, function, param.var)
        {
            let api = format!("parameter `{text}` of {name}");
            let content =
                view.models.kind("untrusted-content").filter(|_| is_content(view, function, param.var));
            let segment = view.models.kind("untrusted-segment").filter(|_| {
                view.language(function) == Language::Python
                    && route.is_some_and(|route| is_segment(route, text))
            });
            let kind = content.or(segment).unwrap_or(kind);
            found.push(source(view, (function, param.var, None), kind, (text, api), row.id));
        }
    }
    found
}

fn is_param(wanted: &ArgRef, position: usize, name: &str) -> bool {
    match wanted {
        ArgRef::Position(at) => *at as usize == position,
        ArgRef::Name(wanted) => wanted == name,
        ArgRef::All => true,
        ArgRef::Receiver | ArgRef::Result | ArgRef::Function | ArgRef::Key(..) => false,
    }
}

fn source(
    view: &View<'_>,
    (function, var, field): (FuncId, Var, Option<Sym>),
    kind: KindId,
    (name, api): (&str, String),
    row: RowId,
) -> SourceTag {
    SourceTag {
        function,
        line: view.facts.functions[function.index()].line,
        var,
        field,
        call: None,
        kind,
        name: name.to_owned(),
        api,
        row: Some(row),
        certainty: Certainty::Resolved,
    }
}

/// The attributes of an object of the framework that are sources, of those that the program names.
fn parts<'v>(view: &'v View<'_>, path: &str) -> impl Iterator<Item = (Sym, KindId, RowId)> + 'v {
    let known = view.parts.borrow().get(path).cloned();
    let parts = known.unwrap_or_else(|| {
        let parts: std::rc::Rc<[_]> = find_parts(view, path).into();
        view.parts.borrow_mut().insert(path.to_owned(), std::rc::Rc::clone(&parts));
        parts
    });
    (0..parts.len()).map(move |index| parts[index])
}

/// Asks the models about each attribute name of the program. O(names).
fn find_parts(view: &View<'_>, path: &str) -> Vec<(Sym, KindId, RowId)> {
    let mut found: Vec<(Sym, KindId, RowId)> = Vec::new();
    for name in view.attribute_names() {
        let hits = view.models.hits_of(&format!("{path}.{}", view.facts.text(name)));
        let sources = hits.into_iter().filter_map(|hit| match &view.models.row(hit.0).says {
            Says::Source(source) if source.args.is_empty() && !source.looks_secret => {
                Some((source.kind, hit.0))
            }
            _ => None,
        });
        found.extend(sources.map(|(kind, row)| (name, kind, row)).min_by_key(|part| part.2));
    }
    found
}

/// Whether a route can fill a parameter. A pattern that names its parts in angle brackets (`/orders/<int:number>`)
/// fills parameters of these names, and with numbers where it says so; others, such as the user that a decorator
/// finds, are objects of the program. `by_route` frameworks fill no other parameter.
pub(super) fn is_filled(route: &str, by_route: bool, kind: ParamKind, name: &str) -> bool {
    if !by_route && (!route.contains('<') || !route.contains('/') || name == "request") {
        return true;
    }
    let inside = route.split('<').skip(1).filter_map(|part| part.split_once('>'));
    let mut parts = inside.map(|(part, _)| part.rsplit_once(':').unwrap_or(("", part)));
    kind == ParamKind::KeywordRest
        || parts.any(|(converter, part)| {
            let converter = converter.split('(').next().unwrap_or_default();
            part == name && !matches!(converter, "int" | "float" | "uuid")
        })
}

/// Whether a route names a parameter as one segment of the address. Frameworks of Python decode an address before they
/// look for its route, so no separator gets into a segment, unless its converter is one of paths.
fn is_segment(route: &str, name: &str) -> bool {
    let inside = route.split(['{', '<']).skip(1).filter_map(|part| part.split_once(['}', '>']));
    let mut parts = inside.map(|(part, _)| part);
    parts.any(|part| {
        let mut words = part.split(':');
        let is_named = words.clone().any(|word| word == name);
        is_named && !words.any(|word| word.starts_with("path") || word == "re" || word == "regex")
    })
}

/// Whether a parameter's default asks the framework for an object of the program (`db = Depends(get_db)`).
fn is_injected(view: &View<'_>, function: FuncId, var: Var) -> bool {
    default_calls(view, function, var).iter().any(|name| matches!(*name, "Depends" | "Security"))
}

/// Whether a parameter holds what a file held that was sent, and not its name: `data: bytes = File(...)`.
fn is_content(view: &View<'_>, function: FuncId, var: Var) -> bool {
    let is_typed = view.facts.hints_of(function).iter().any(|hint| hint.var == var);
    !is_typed && default_calls(view, function, var).contains(&"File")
}

/// The names of what is called for the default of a parameter.
fn default_calls<'v>(view: &View<'v>, function: FuncId, var: Var) -> Vec<&'v str> {
    let facts = view.facts;
    let own = facts.functions[function.index()].vars;
    let moves = facts.moves_of(function).iter().filter(|row| row.dst == var);
    let captures =
        moves.filter_map(|row| facts.captures_of(function).get(row.src.0.checked_sub(own)? as usize));
    let mut names = Vec::new();
    for capture in captures {
        let first = facts.first_call(capture.function);
        let calls = facts.calls_of(capture.function).iter().enumerate();
        let made = calls.filter(|(_, row)| row.dst == capture.var);
        names.extend(made.map(|(offset, _)| view.called_name(CallId::from_len(first.index() + offset))));
    }
    names
}

/// What frameworks of Rust hand over of the program's own: its state, and what its middleware left.
const STATE: [&str; 7] = ["Data", "ThinData", "ReqData", "State", "Extension", "ConnectInfo", "Depot"];

/// Whether a parameter of Rust is declared to be an object of the program: its state, or a type of its own that says
/// itself how it is made from a request or a part of its path, and refuses what it does not like. A plain `PathBuf` is
/// made by Rocket alone, which lets none leave its folder.
fn is_extracted(view: &View<'_>, function: FuncId, var: Var) -> bool {
    let facts = view.facts;
    let file = facts.functions[function.index()].file;
    if facts.files[file.index()].language != Language::Rust {
        return false;
    }
    facts.hints_of(function).iter().filter(|hint| hint.var == var && !hint.checked).any(|hint| {
        let mut ty = hint.ty;
        while let Type::Exact(inner) = facts.types[ty.index()] {
            ty = inner;
        }
        match &facts.types[ty.index()] {
            Type::Value(class) => {
                is_own_class(view, function, *class) || class_name(view, function, *class) == Some("PathBuf")
            }
            Type::Apply(head, _) => match facts.types[head.index()] {
                Type::Value(class) => class_name(view, function, class).is_some_and(|it| STATE.contains(&it)),
                _ => false,
            },
            _ => false,
        }
    })
}

/// The name by which a declaration names a class, the last part of its path.
fn class_name<'v>(view: &View<'v>, function: FuncId, class: Var) -> Option<&'v str> {
    let facts = view.facts;
    let member = facts.loads_of(function).iter().find(|load| load.dst == class);
    if let Some(Field::Attr(name)) = member.map(|load| load.field) {
        return Some(facts.text(name));
    }
    let (owner, vars) = definitions(view, function, class);
    let mut loads = facts.loads_of(owner).iter().filter(|row| vars.contains(&row.dst));
    let named = loads.find_map(|row| match row.field {
        Field::Attr(name) => Some(facts.text(name)),
        _ => None,
    });
    // `use actix_web::web::*` leaves its names free.
    let file = facts.functions[owner.index()].file;
    let free = || facts.frees_of(file).iter().find(|free| vars.contains(&free.var));
    named.or_else(|| {
        free().filter(|_| facts.files[file.index()].body == owner).map(|free| facts.text(free.name))
    })
}

/// Whether a variable holds a class of the program: one of the file, or one that a path of its crate leads to.
fn is_own_class(view: &View<'_>, function: FuncId, class: Var) -> bool {
    let facts = view.facts;
    let (owner, vars) = definitions(view, function, class);
    let made = facts.allocs_of(owner).iter().filter(|row| vars.contains(&row.dst));
    if made.into_iter().any(|row| matches!(row.what, Alloc::Class(_))) {
        return true;
    }
    let mut at = vars.iter().copied().find(|&var| facts.loads_of(owner).iter().any(|row| row.dst == var));
    for _ in 0..MAX_PATH {
        let Some(row) = at.and_then(|at| facts.loads_of(owner).iter().find(|row| row.dst == at)) else {
            break;
        };
        at = Some(row.base);
    }
    let Some(root) = at else { return false };
    let (owner, vars) = definitions(view, owner, root);
    let mut imports = facts.imports_of(owner).iter().filter(|row| vars.contains(&row.dst));
    imports.any(|row| facts.text(row.specifier).starts_with(['=']) || facts.text(row.specifier) == "crate")
}

/// Parts of a path that are followed.
const MAX_PATH: usize = 8;

/// Whether a variable is declared to hold what no text of another's choice gets through: a number, an identifier, a
/// member of an enumeration.
fn is_harmless(view: &View<'_>, function: FuncId, var: Var) -> bool {
    // What is declared in TypeScript nobody asks when the program runs.
    if view.language(function) == Language::JavaScript {
        return false;
    }
    let hints = view.facts.hints_of(function).iter().filter(|hint| hint.var == var && !hint.checked);
    hints.into_iter().any(|hint| is_harmless_type(view, function, hint.ty, 0))
}

/// Types of Rust that hold no text.
const PRIMITIVES: [&str; 16] = [
    "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
    "f32", "f64",
];

/// Types inside of types that are looked at.
const MAX_TYPE_DEPTH: u8 = 4;

fn is_harmless_type(view: &View<'_>, function: FuncId, ty: TypeId, depth: u8) -> bool {
    if depth > MAX_TYPE_DEPTH {
        return false;
    }
    match &view.facts.types[ty.index()] {
        Type::Number => true,
        Type::Value(var) => is_harmless_class(view, function, *var),
        Type::Union(members) | Type::Apply(_, members) => {
            members.iter().all(|&member| is_harmless_type(view, function, member, depth + 1))
        }
        Type::Exact(inner) => is_harmless_type(view, function, *inner, depth + 1),
        Type::Unknown | Type::Text(..) | Type::ClassOf(_) | Type::Callable(_) | Type::Param(_) => false,
    }
}

/// Whether a variable holds a class whose constructor makes harmless what it is given, or an enumeration.
fn is_harmless_class(view: &View<'_>, function: FuncId, var: Var) -> bool {
    let facts = view.facts;
    let member = facts.loads_of(function).iter().find(|load| load.dst == var);
    let (base, field) = match member.map(|load| (load.base, load.field)) {
        Some((base, Field::Attr(name))) => (base, Some(name)),
        _ => (var, None),
    };
    let (owner, vars) = definitions(view, function, base);
    let imported = facts.imports_of(owner).iter().filter(|row| vars.contains(&row.dst));
    let mut named = imported.filter_map(|row| Some((row.specifier, row.name.or(field)?)));
    let made = facts.allocs_of(owner).iter().filter(|row| vars.contains(&row.dst));
    let mut classes = made.filter_map(|row| match row.what {
        Alloc::Class(class) => Some(facts.classes[class.index()].name),
        _ => None,
    });
    // Rust's own types are free names of the module, which the library binds.
    let file = facts.functions[owner.index()].file;
    let is_own =
        |name: Sym| PRIMITIVES.contains(&facts.text(name)) && facts.files[file.index()].body == owner;
    let mut frees = facts.frees_of(file).iter().filter(|free| vars.contains(&free.var));
    frees.any(|free| is_own(free.name))
        || named.any(|(module, name)| {
            is_number(view, &format!("{}.{}", facts.text(module), facts.text(name)))
                || is_enumeration(view, name)
        })
        || classes.any(|name| is_enumeration(view, name))
        || is_choice(view, owner, &vars, 0)
}

/// Whether variables of a module hold a type that lists its values: `Colour = Literal["red", "blue"]`, there or in the
/// module that they are imported from.
fn is_choice(view: &View<'_>, owner: FuncId, vars: &[Var], depth: usize) -> bool {
    let facts = view.facts;
    let loads = facts.loads_of(owner).iter().filter(|row| vars.contains(&row.dst)).map(|row| row.base);
    let keyed = facts.load_keys_of(owner).iter().filter(|row| vars.contains(&row.dst)).map(|row| row.base);
    let is_literal = |base: Var| {
        let (owner, vars) = definitions(view, owner, base);
        let mut imports = facts.imports_of(owner).iter().filter(|row| vars.contains(&row.dst));
        imports.any(|row| row.name.is_some_and(|name| facts.text(name) == "Literal"))
    };
    if loads.chain(keyed).any(is_literal) {
        return true;
    }
    let file = facts.functions[owner.index()].file;
    let imports = facts.imports_of(owner).iter().filter(|row| depth < MAX_PATH && vars.contains(&row.dst));
    let mut exports = imports
        .filter_map(|row| view.solution.export(facts, view.solution.module(file, row.specifier)?, row.name?));
    exports.any(|(owner, var)| {
        let (owner, vars) = definitions(view, owner, var);
        is_choice(view, owner, &vars, depth + 1)
    })
}

/// The function that a variable is one of, and the variable with those that are moved into it there.
fn definitions(view: &View<'_>, function: FuncId, var: Var) -> (FuncId, Vec<Var>) {
    let facts = view.facts;
    let own = facts.functions[function.index()].vars;
    let captured = var.0.checked_sub(own).and_then(|slot| facts.captures_of(function).get(slot as usize));
    let (owner, var) = captured.map_or((function, var), |capture| (capture.function, capture.var));
    let moved = facts.moves_of(owner).iter().filter(|row| row.dst == var).map(|row| row.src);
    (owner, moved.chain([var]).collect())
}

/// Whether the models know a call of that path to make a number, or what is as harmless.
fn is_number(view: &View<'_>, path: &str) -> bool {
    let number = view.models.kind("convert-number");
    let makes = |says: &Says| matches!(says, Says::Sanitiser { kind, .. } if Some(*kind) == number);
    view.models.hits_of(path).into_iter().any(|hit| makes(&view.models.row(hit.0).says))
}

/// Whether every class of that name is an enumeration.
fn is_enumeration(view: &View<'_>, name: Sym) -> bool {
    let classes = view.facts.classes.iter().zip(&view.solution.ancestors).filter(|row| row.0.name == name);
    let mut found = false;
    for (_, ancestors) in classes {
        let is_enum = |value: &Value| match value {
            Value::External(path) => view.text(*path).starts_with("enum."),
            Value::Class(class) => {
                let body = view.facts.classes[class.index()].body;
                view.facts.full_name(body).starts_with("enum.")
            }
            _ => false,
        };
        found = ancestors.iter().any(is_enum);
        if !found {
            return false;
        }
    }
    found
}
