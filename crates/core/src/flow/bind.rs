//! Which parameter an argument arrives in, and which argument a parameter came from.
//!
//! Rest parameters, spreads and named arguments are containers with constant keys, so binding may lengthen or
//! shorten the access path: `f(a, b)` into `def f(*xs)` puts `b` at `xs[1]`.

use super::path::{Path, Paths, Step, index_of, is_index};
use crate::facts::{
    Alloc, ArgKind, CallFlags, Callee, Facts, Field, FunctionFlags, FunctionKind, Origin, Param, ParamKind,
    Receiver,
};
use crate::ids::{CallId, ClassId, FuncId, Sym, Var};
use crate::solution::{Solution, Value};
use smallvec::SmallVec;

/// Variables with the part of them that is meant.
pub(super) type Places = SmallVec<[(Var, Path); 2]>;

/// What a call hands over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Actual {
    /// The object before the dot, or the object that a constructor fills.
    Object,
    /// An argument, by its number among all arguments.
    Argument(u32),
}

/// The object that a function is called on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bound {
    /// None: the first argument goes to the first parameter.
    Nothing,
    /// One that no variable of the caller shows.
    Hidden,
    /// This variable.
    Object(Var),
    /// The call makes it, and it is the result.
    Made(Var),
}

/// A call of a function, with its receiver found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding<'a> {
    facts: &'a Facts,
    call: CallId,
    target: FuncId,
    bound: Bound,
}

impl<'a> Binding<'a> {
    pub(super) fn new(facts: &'a Facts, solution: &Solution, call: CallId, target: FuncId) -> Self {
        Self { facts, call, target, bound: bound(facts, solution, call, target) }
    }

    /// The same, where the object is known.
    pub(super) fn of(facts: &'a Facts, call: CallId, target: FuncId, bound: Bound) -> Self {
        Self { facts, call, target, bound }
    }

    /// The variable of the caller that the function's own object is.
    pub(super) fn object(&self) -> Option<Var> {
        match self.bound {
            Bound::Object(var) | Bound::Made(var) => Some(var),
            Bound::Nothing | Bound::Hidden => None,
        }
    }

    /// Whether the call makes the object that the function fills, so that what it returns is dropped.
    pub(super) fn makes_object(&self) -> bool {
        matches!(self.bound, Bound::Made(_))
    }

    /// Where a part of what the call hands over arrives.
    pub(super) fn arrivals(&self, actual: Actual, path: Path, paths: &mut Paths) -> Places {
        match actual {
            Actual::Object => self.receiver().map(|param| (param.var, path)).into_iter().collect(),
            Actual::Argument(number) => self.argument(number, path, paths),
        }
    }

    fn argument(&self, number: u32, path: Path, paths: &mut Paths) -> Places {
        let args = self.facts.args_of(self.call);
        let before = &args[..number as usize];
        let position = before.iter().filter(|arg| arg.kind == ArgKind::Positional).count() + self.shift();
        let spread_before = before.iter().any(|arg| arg.kind == ArgKind::Spread);
        match args[number as usize].kind {
            ArgKind::Positional if spread_before => self.behind_position(position, path, paths),
            ArgKind::Positional => self.at_position(position, path, paths).into_iter().collect(),
            ArgKind::Keyword(name) => self.at_name(name, path, paths).into_iter().collect(),
            ArgKind::Spread => match paths.split(path) {
                Some((Step::Field(Field::Item(key)), rest)) => match index_of(key, self.facts) {
                    Some(index) => self.at_position(position + index, rest, paths).into_iter().collect(),
                    None => self.behind_position(position, rest, paths),
                },
                Some((Step::Field(Field::AnyItem), rest)) => self.behind_position(position, rest, paths),
                None => self.behind_position(position, Path::WHOLE, paths),
                Some(_) => Places::new(),
            },
            ArgKind::KeywordSpread => match paths.split(path) {
                Some((Step::Field(Field::Item(name)), rest)) => {
                    self.at_name(name, rest, paths).into_iter().collect()
                }
                Some((Step::Field(Field::AnyItem), rest)) => self.at_any_name(rest, paths),
                None => self.at_any_name(Path::WHOLE, paths),
                Some(_) => Places::new(),
            },
            ArgKind::Receiver => self.receiver().map(|param| (param.var, path)).into_iter().collect(),
        }
    }

    /// The arguments (and parts of them) that a part of a parameter came from.
    pub(super) fn actuals(&self, param: Var, path: Path, paths: &mut Paths) -> Places {
        if self.receiver().is_some_and(|receiver| receiver.var == param) {
            return self.object().map(|var| (var, path)).into_iter().collect();
        }
        let mut places = Places::new();
        for (number, arg) in (0..).zip(self.facts.args_of(self.call)) {
            for candidate in self.sources(arg.kind, param, path, paths) {
                if self.argument(number, candidate, paths).contains(&(param, path)) {
                    places.push((arg.var, candidate));
                }
            }
        }
        places
    }

    /// Paths below an argument of this kind that may arrive at a path below the parameter.
    fn sources(&self, kind: ArgKind, param: Var, path: Path, paths: &mut Paths) -> SmallVec<[Path; 3]> {
        let rows = self.facts.params_of(self.target);
        let Some(param) = rows.iter().find(|row| row.var == param) else { return SmallVec::new() };
        let inner = match param.kind {
            ParamKind::Rest | ParamKind::KeywordRest => match paths.split(path) {
                Some((_, rest)) => rest,
                None => return SmallVec::new(),
            },
            _ => path,
        };
        match kind {
            ArgKind::Positional | ArgKind::Keyword(_) | ArgKind::Receiver => SmallVec::from_slice(&[inner]),
            ArgKind::Spread => {
                let positions = 0..rows.len();
                let keys = positions.filter_map(|position| self.facts.names.find(&position.to_string()));
                let mut found: SmallVec<[Path; 3]> =
                    keys.map(|key| paths.push_field(Field::Item(key), inner)).collect();
                found.push(paths.push_field(Field::AnyItem, inner));
                found
            }
            ArgKind::KeywordSpread => {
                let name = match (param.kind, paths.split(path)) {
                    (ParamKind::KeywordRest, Some((Step::Field(field), _))) => field,
                    _ => Field::Item(param.name),
                };
                SmallVec::from_slice(&[paths.push_field(name, inner)])
            }
        }
    }

    /// The parameter that holds the function's own object.
    fn receiver(&self) -> Option<&'a Param> {
        let params = self.facts.params_of(self.target);
        match self.bound {
            Bound::Nothing => None,
            _ => params.iter().find(|param| param.kind == ParamKind::Receiver).or_else(|| self.positional(0)),
        }
    }

    /// How many positional parameters the object takes.
    fn shift(&self) -> usize {
        let first = self.facts.functions[self.target.index()].receiver == Receiver::First;
        usize::from(first && self.bound != Bound::Nothing)
    }

    fn positional(&self, position: usize) -> Option<&'a Param> {
        let params = self.facts.params_of(self.target).iter();
        params.filter(|param| is_positional(param.kind)).nth(position)
    }

    /// The parameter of a position.
    fn at_position(&self, position: usize, path: Path, paths: &mut Paths) -> Option<(Var, Path)> {
        if let Some(param) = self.positional(position) {
            return Some((param.var, path));
        }
        let params = self.facts.params_of(self.target);
        let rest = params.iter().find(|param| param.kind == ParamKind::Rest)?;
        let index = position - params.iter().filter(|param| is_positional(param.kind)).count();
        // An index that no code names can only be read as "some element".
        let key = self.facts.names.find(&index.to_string()).map_or(Field::AnyItem, Field::Item);
        Some((rest.var, paths.push_field(key, path)))
    }

    /// Every parameter from a position on.
    fn behind_position(&self, position: usize, path: Path, paths: &mut Paths) -> Places {
        let mut places = Places::new();
        for param in
            self.facts.params_of(self.target).iter().filter(|param| is_positional(param.kind)).skip(position)
        {
            if !self.is_named(param.name) {
                places.push((param.var, path));
            }
        }
        if let Some(rest) =
            self.facts.params_of(self.target).iter().find(|param| param.kind == ParamKind::Rest)
        {
            places.push((rest.var, paths.push_field(Field::AnyItem, path)));
        }
        places
    }

    /// The parameter of a name.
    fn at_name(&self, name: Sym, path: Path, paths: &mut Paths) -> Option<(Var, Path)> {
        let params = self.facts.params_of(self.target);
        let named = |param: &&Param| param.name == name && is_nameable(param.kind);
        if let Some(param) = params.iter().find(named) {
            return Some((param.var, path));
        }
        let rest = params.iter().find(|param| param.kind == ParamKind::KeywordRest)?;
        Some((rest.var, paths.push_field(Field::Item(name), path)))
    }

    /// Every parameter that can be given by name and is not given otherwise.
    fn at_any_name(&self, path: Path, paths: &mut Paths) -> Places {
        let args = self.facts.args_of(self.call);
        let given = args.iter().filter(|arg| arg.kind == ArgKind::Positional).count() + self.shift();
        let mut places = Places::new();
        let mut position = 0;
        for param in self.facts.params_of(self.target) {
            let taken = is_positional(param.kind) && position < given;
            position += usize::from(is_positional(param.kind));
            if is_nameable(param.kind) && !taken && !self.is_named(param.name) {
                places.push((param.var, path));
            }
            if param.kind == ParamKind::KeywordRest {
                places.push((param.var, paths.push_field(Field::AnyItem, path)));
            }
        }
        places
    }

    /// Whether the call gives an argument of that name.
    fn is_named(&self, name: Sym) -> bool {
        self.facts.args_of(self.call).iter().any(|arg| arg.kind == ArgKind::Keyword(name))
    }
}

fn is_positional(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::PositionalOnly | ParamKind::Positional)
}

fn is_nameable(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::Positional | ParamKind::KeywordOnly)
}

/// Finds the object that `target` is called on at `call`.
pub(super) fn bound(facts: &Facts, solution: &Solution, call: CallId, target: FuncId) -> Bound {
    let function = &facts.functions[target.index()];
    let row = &facts.calls[call.index()];
    let has_own = facts.params_of(target).iter().any(|param| param.kind == ParamKind::Receiver);
    let is_method = function.kind == FunctionKind::Method && !function.flags.has(FunctionFlags::STATIC);
    match row.callee {
        _ if function.receiver == Receiver::This => match has_own {
            true => this_object(facts, call, target),
            false => Bound::Nothing,
        },
        // What makes the object is given the class, which the call names, and is never bound to anything else.
        Callee::Value(_) if facts.text(function.name) == "__new__" => Bound::Hidden,
        Callee::Method(_, name) if facts.text(function.name) == "__new__" && name != function.name => {
            Bound::Hidden
        }
        Callee::Method(base, name) if is_method && is_class(facts, solution, call, base) => {
            match (function.flags.has(FunctionFlags::CLASS), name == function.name) {
                (true, _) => Bound::Hidden,
                (false, true) => Bound::Nothing,
                (false, false) => constructed(facts, call, target),
            }
        }
        Callee::Method(base, name) if is_method && name == function.name => Bound::Object(base),
        Callee::Method(base, _) if is_method => match constructed(facts, call, target) {
            Bound::Nothing => Bound::Object(base),
            made => made,
        },
        Callee::Method(base, name) if is_member(facts, solution, call, base, name) => Bound::Object(base),
        Callee::Method(base, _) if lacks_one(facts, call, target) => Bound::Object(base),
        Callee::Value(var) if is_method => match constructed(facts, call, target) {
            Bound::Nothing => method_value(facts, solution, call, var, target),
            made => made,
        },
        _ => Bound::Nothing,
    }
}

/// The object of a function that is given it apart from its arguments: what `new` makes, what stands before the dot, or
/// what the call names as such (`f.call(o)`).
fn this_object(facts: &Facts, call: CallId, target: FuncId) -> Bound {
    let row = &facts.calls[call.index()];
    if row.flags.has(CallFlags::CONSTRUCT) {
        return Bound::Made(row.dst);
    }
    let given = facts.args_of(call).iter().find(|arg| arg.kind == ArgKind::Receiver);
    match (row.callee, given) {
        (_, Some(arg)) => Bound::Object(arg.var),
        (Callee::Method(base, _), None) => Bound::Object(base),
        (Callee::Value(_), None) => constructed(facts, call, target),
    }
}

/// The object that a constructor fills, if `target` is one; nothing otherwise.
fn constructed(facts: &Facts, call: CallId, target: FuncId) -> Bound {
    let function = &facts.functions[target.index()];
    match facts.text(function.name) {
        "__init__" | "constructor" => Bound::Made(facts.calls[call.index()].dst),
        _ => Bound::Nothing,
    }
}

/// Whether a function that is no method, such as the wrapper that a decorator made of one, was found under that name
/// on the class of the object, and so is bound to it.
fn is_member(facts: &Facts, solution: &Solution, call: CallId, base: Var, name: Sym) -> bool {
    let binds = |class: ClassId| facts.members_of(class).iter().any(|member| member.name == name);
    solution.values.of(facts.function_of(call), base).any(|value| match value {
        Value::Instance(class) => {
            let above = solution.ancestors.get(class.index()).into_iter().flatten();
            binds(class)
                || above.into_iter().any(|value| matches!(*value, Value::Class(class) if binds(class)))
        }
        _ => false,
    })
}

/// Whether a variable of a library body is the name of a class of the library: `dict.popitem(self)`. The solver keeps
/// no values of library bodies.
fn names_class(facts: &Facts, function: FuncId, var: Var) -> bool {
    let row = &facts.functions[function.index()];
    if facts.files[row.file.index()].origin != Origin::Builtin {
        return false;
    }
    let Some(slot) = var.0.checked_sub(row.vars) else { return false };
    let Some(capture) = facts.captures_of(function).get(slot as usize) else { return false };
    let moved = facts.moves_of(capture.function).iter().filter(|row| row.dst == capture.var);
    let sources: SmallVec<[Var; 2]> = moved.map(|row| row.src).chain([capture.var]).collect();
    let mut made = facts.allocs_of(capture.function).iter().filter(|row| sources.contains(&row.dst));
    made.any(|row| matches!(row.what, Alloc::Class(_)))
}

/// Whether a variable is known to hold classes and no instances.
fn is_class(facts: &Facts, solution: &Solution, call: CallId, var: Var) -> bool {
    let caller = facts.function_of(call);
    let mut classes = names_class(facts, caller, var);
    for value in solution.values.of(caller, var) {
        match value {
            Value::Class(_) => classes = true,
            Value::Instance(_) => return false,
            _ => {}
        }
    }
    classes
}

/// The object of a method that was first read and then called: `m = o.method; m(x)`.
fn method_value(facts: &Facts, solution: &Solution, call: CallId, var: Var, target: FuncId) -> Bound {
    let caller = facts.function_of(call);
    let name = Field::Attr(facts.functions[target.index()].name);
    if let Some(load) = facts.loads_of(caller).iter().find(|load| load.dst == var && load.field == name) {
        return if is_class(facts, solution, call, load.base) {
            Bound::Nothing
        } else {
            Bound::Object(load.base)
        };
    }
    if solution.values.of(caller, var).any(|value| value == Value::Method(target))
        || lacks_one(facts, call, target)
    {
        return Bound::Hidden;
    }
    Bound::Nothing
}

/// Whether the call gives exactly one positional argument less than the function needs.
fn lacks_one(facts: &Facts, call: CallId, target: FuncId) -> bool {
    let args = facts.args_of(call);
    if args.iter().any(|arg| matches!(arg.kind, ArgKind::Spread | ArgKind::KeywordSpread)) {
        return false;
    }
    let needed =
        facts.params_of(target).iter().filter(|param| is_positional(param.kind) && !param.optional).count();
    args.len() + 1 == needed
}

/// Whether a field is an element by position.
pub(super) fn is_position(field: Field, facts: &Facts) -> bool {
    match field {
        Field::Item(key) => is_index(facts.text(key)),
        Field::AnyItem => true,
        Field::Attr(_) | Field::AnyAttr => false,
    }
}
