//! Entry points → what stands before them: decorators, dependencies, middleware and bases that by their names ask who
//! somebody is.
//!
//! Names are all that is looked at. What a check is worth nobody knows from outside, but that there is one tells those
//! who must log in from those who need not, and administrators from both.
//!
//! # Example
//! `@app.get("/users", dependencies=[Depends(check_admin)])` is behind `check_admin`.

use super::args;
use super::trace::{self, Made};
use super::view::View;
use crate::facts::{ArgKind, Callee, FunctionKind};
use crate::ids::{CallId, FuncId, Var};
use crate::models::ArgRef;
use crate::solution::{Target, Value};

/// What stands before an entry point.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Guard {
    /// Its name.
    pub(super) name: String,
    /// What is left of the exposure behind it.
    pub(super) share: f64,
}

/// What is left of the exposure where people must be known, and where they must be administrators.
const KNOWN: f64 = 0.9;
const ADMIN: f64 = 0.7;

/// Parts of names that ask for administrators.
const ADMINS: [&str; 4] = ["admin", "superuser", "is_staff", "staff_member"];
/// Parts of names that ask who somebody is.
const ASKS: [&str; 25] = [
    "login_required",
    "loginrequired",
    "require_login",
    "requirelogin",
    "checklogin",
    "authent",
    "authoriz",
    "authguard",
    "require_auth",
    "requireauth",
    "requires_auth",
    "auth_required",
    "check_auth",
    "checkauth",
    "isauth",
    "logged_in",
    "loggedin",
    "permission",
    "jwt_required",
    "token_required",
    "current_user",
    "currentuser",
    "user_passes_test",
    "roles_required",
    "useguards",
];
/// Parts of names that let everybody pass.
const OPEN: [&str; 6] = ["optional", "anonymous", "allow", "public", "exempt", "not_required"];
/// Decorators, one around the other, that are looked at.
const MAX_AROUND: usize = 16;

/// The strictest of what stands before an entry point that a site registers.
pub(super) fn before(view: &View<'_>, function: FuncId, call: Option<CallId>) -> Option<Guard> {
    let mut names = bases(view, function);
    names.extend(defaults(view, function));
    if let Some(call) = call {
        names.extend(registered(view, call));
    }
    let guards = names.into_iter().filter_map(|name| Some(Guard { share: share(&name)?, name }));
    guards.min_by(|a, b| a.share.total_cmp(&b.share))
}

fn share(name: &str) -> Option<f64> {
    let name = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    match (has(&OPEN), has(&ADMINS), has(&ASKS)) {
        (true, _, _) | (_, false, false) => None,
        (_, true, _) => Some(ADMIN),
        _ => Some(KNOWN),
    }
}

/// Names of the bases of the class of a method.
fn bases(view: &View<'_>, function: FuncId) -> Vec<String> {
    let about = &view.facts.functions[function.index()];
    let Some(class) = about.class.filter(|_| about.kind == FunctionKind::Method) else { return Vec::new() };
    let ancestors = view.solution.ancestors.get(class.index()).into_iter().flatten();
    let names = ancestors.filter_map(|value| match value {
        Value::External(path) => view.last_name(*path),
        Value::Class(class) => Some(view.facts.text(view.facts.classes[class.index()].name)),
        _ => None,
    });
    names.map(str::to_owned).collect()
}

/// What the defaults of parameters ask the framework for: `user = Depends(current_user)`.
fn defaults(view: &View<'_>, function: FuncId) -> Vec<String> {
    let facts = view.facts;
    let mut names = Vec::new();
    for param in facts.params_of(function) {
        for row in facts.moves_of(function).iter().filter(|row| row.dst == param.var) {
            if let Some(Made::Call(call)) = trace::made(view, function, row.src) {
                names.extend(depended(view, call));
            }
        }
    }
    names
}

/// What a dependency runs.
fn depended(view: &View<'_>, call: CallId) -> Vec<String> {
    if !matches!(view.called_name(call), "Depends" | "Security") {
        return Vec::new();
    }
    let given = args::find(view.facts, call, &ArgRef::Position(0));
    let caller = view.facts.function_of(call);
    given.into_iter().flat_map(|var| named(view, caller, var)).collect()
}

/// What a site that registers a handler puts before it: other functions that it is given, what it asks the framework
/// for, and what is around the handler.
fn registered(view: &View<'_>, call: CallId) -> Vec<String> {
    let facts = view.facts;
    let mut names = Vec::new();
    for call in [call, trace::factory(view, call)] {
        let caller = facts.function_of(call);
        for arg in facts.args_of(call) {
            match arg.kind {
                ArgKind::Keyword(name) if facts.text(name) == "dependencies" => {
                    let stores = facts.stores_of(caller).iter().filter(|row| row.base == arg.var);
                    let made = stores.filter_map(|row| trace::made(view, caller, row.src));
                    names.extend(made.flat_map(|made| match made {
                        Made::Call(call) => depended(view, call),
                        _ => Vec::new(),
                    }));
                }
                ArgKind::Positional => {
                    names.extend(named(view, caller, arg.var));
                    names.extend(around(view, caller, arg.var));
                }
                _ => {}
            }
        }
    }
    names
}

/// The names of functions that a variable may hold.
fn named(view: &View<'_>, function: FuncId, var: Var) -> Vec<String> {
    let functions = view.functions_in(function, var, &[]).into_iter();
    let name = |function: FuncId| view.facts.text(view.facts.functions[function.index()].name).to_owned();
    functions.map(name).collect()
}

/// What is called with a handler, one around the other.
fn around(view: &View<'_>, function: FuncId, var: Var) -> Vec<String> {
    let (mut at, mut names) = ((function, var), Vec::new());
    for _ in 0..MAX_AROUND {
        let Some(Made::Call(call)) = trace::made(view, at.0, at.1) else { break };
        names.push(callee(view, trace::factory(view, call)));
        let Some(arg) = view.facts.args_of(call).first() else { break };
        at = (view.facts.function_of(call), arg.var);
    }
    names
}

/// The name of what a call calls.
fn callee(view: &View<'_>, call: CallId) -> String {
    if let Callee::Value(_) = view.facts.calls[call.index()].callee {
        let edges = view.solution.edges_of(call).iter();
        let functions = edges.filter_map(|edge| match edge.target {
            Target::Function(function) => Some(view.facts.functions[function.index()].name),
            Target::External(_) => None,
        });
        if let Some(name) = functions.map(|name| view.facts.text(name)).next() {
            return name.to_owned();
        }
    }
    view.called_name(call).to_owned()
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn names_say_who_gets_past() {
        for name in
            ["login_required", "LoginRequiredMixin", "get_current_user", "requireAuth", "JwtAuthGuard"]
        {
            assert_eq!(share(name), Some(super::KNOWN), "{name}");
        }
        for name in ["check_admin", "IsAdminUser", "staff_member_required", "requireAdmin"] {
            assert_eq!(share(name), Some(super::ADMIN), "{name}");
        }
        for name in ["require_http_methods", "csrf_exempt", "login_not_required", "cache", "allow_any"] {
            assert_eq!(share(name), None, "{name}");
        }
    }
}
