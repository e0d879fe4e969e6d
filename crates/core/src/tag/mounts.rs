//! Where routers hang → the beginning of each route's name.
//!
//! `app.register_blueprint(orders, url_prefix="/orders")` puts `/orders` before the routes of `orders`, and
//! `path("api/", include("shop.urls"))` puts `api/` before those of the module `shop.urls`.

use super::args;
use super::trace::{self, Made};
use super::view::View;
use crate::facts::CallFlags;
use crate::ids::{CallId, ClassId, FileId};
use crate::models::{ArgRef, Says};
use crate::solution::Target;

/// Prefixes by what they are before.
#[derive(Debug, Default)]
pub(super) struct Mounts {
    /// What is mounted, the call that does it, and the prefix. Sorted.
    rows: Vec<(Made, CallId, String)>,
}

/// Routers in routers that are followed.
const MAX_DEPTH: u8 = 6;
/// Registrations in one chain of calls.
const MAX_CHAIN: usize = 16;

impl Mounts {
    /// Reads every call that a row knows to mount something. O(edges).
    pub(super) fn new(view: &View<'_>) -> Self {
        let mut rows = Vec::new();
        for edge in &view.solution.edges {
            let Target::External(path) = edge.target else { continue };
            for &(row, _) in view.hits.of(path) {
                if let Says::Mount { what, at } = &view.models.row(row).says {
                    rows.extend(mounted(view, edge.call, what, at));
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Self { rows }
    }

    /// The beginning of the names of what is registered at a call.
    pub(super) fn prefix(&self, view: &View<'_>, call: CallId) -> String {
        // What stands in a file of a certain name is registered by no call.
        if call.index() >= view.facts.calls.len() {
            return String::new();
        }
        let function = view.facts.function_of(call);
        let router = trace::method(view, call).map(|(router, _)| router);
        let around = [router, Some(Made::Function(function)), Some(Made::Module(view.file(function)))];
        let prefixes = around.into_iter().flatten().map(|around| self.of(view, around, 0));
        prefixes.into_iter().find(|prefix| !prefix.is_empty()).unwrap_or_default()
    }

    /// The path of what is registered at a call that names none: the call is itself what is mounted (`route("/orders",
    /// get(show))`), or is made on what was made with the path (`router.route("/orders").get(show)`).
    pub(super) fn place(&self, view: &View<'_>, call: CallId) -> Option<String> {
        let made = |what: Made| self.rows.iter().any(|row| row.0 == what && what == Made::Call(row.1));
        let chain = std::iter::successors(trace::method(view, call), |(made, _)| match made {
            Made::Call(inner) => trace::method(view, *inner),
            _ => None,
        });
        let before = chain.take(MAX_CHAIN).map(|row| row.0).find(|&what| made(what));
        let places =
            [Some(Made::Call(call)), before].into_iter().flatten().map(|what| self.of(view, what, 0));
        places.into_iter().find(|place| !place.is_empty())
    }

    /// The beginning of the names of what the methods of a class answer: `@Controller("orders")`.
    pub(super) fn of_class(&self, view: &View<'_>, class: ClassId) -> Option<String> {
        Some(self.of(view, Made::Class(class), 0)).filter(|prefix| !prefix.is_empty())
    }

    fn of(&self, view: &View<'_>, what: Made, depth: u8) -> String {
        let start = self.rows.partition_point(|row| row.0 < what);
        let rows = self.rows[start..].iter().take_while(|row| row.0 == what);
        let mut prefix = String::new();
        let mut outer = String::new();
        for (_, call, text) in rows {
            let makes = what == Made::Call(*call);
            if makes || !prefix.ends_with(text.as_str()) {
                prefix = if makes { format!("{prefix}{text}") } else { format!("{text}{prefix}") };
            }
            if outer.is_empty() && depth < MAX_DEPTH {
                outer = self.around(view, *call, what, depth);
            }
        }
        format!("{outer}{prefix}")
    }

    /// The prefix of that in which something is mounted.
    fn around(&self, view: &View<'_>, call: CallId, what: Made, depth: u8) -> String {
        let router = trace::method(view, call).map(|(router, _)| router);
        let module = Made::Module(view.file(view.facts.function_of(call)));
        let around = match what {
            Made::Module(_) => Some(module),
            Made::Function(_) => Some(Made::Function(view.facts.function_of(call))),
            _ => router,
        };
        around
            .filter(|&around| around != what)
            .map_or_else(String::new, |around| self.of(view, around, depth + 1))
    }
}

/// What a call mounts, and under which prefix.
fn mounted(view: &View<'_>, call: CallId, what: &[ArgRef], at: &[ArgRef]) -> Vec<(Made, CallId, String)> {
    let function = view.facts.function_of(call);
    let is_decorator = view.facts.calls[call.index()].flags.has(CallFlags::DECORATOR);
    let told = if is_decorator { trace::factory(view, call) } else { call };
    let strings = |wanted: &[ArgRef]| {
        let vars = args::find_all(view.facts, told, wanted);
        vars.into_iter().find_map(|var| args::string(view, function, var))
    };
    let prefix = strings(at).unwrap_or_default();
    if what == [ArgRef::Result] {
        return vec![(Made::Call(call), call, prefix)];
    }
    let vars = args::find_all(view.facts, call, what);
    let made = vars.into_iter().filter_map(|var| trace::made(view, function, var));
    made.map(|made| match made {
        Made::Call(inner) => named_module(view, inner).map_or(made, Made::Module),
        Made::Module(_) | Made::Function(_) | Made::Class(_) => made,
    })
    .map(|made| (made, call, prefix.clone()))
    .collect()
}

/// The module that the one argument of `include("shop.urls")` names.
fn named_module(view: &View<'_>, call: CallId) -> Option<FileId> {
    let var = view.facts.args_of(call).first()?.var;
    let function = view.facts.function_of(call);
    let Some(name) = args::string(view, function, var) else {
        return match trace::made(view, function, var)? {
            Made::Module(file) => Some(file),
            _ => None,
        };
    };
    let files = view.facts.files.iter().position(|file| view.facts.text(file.module) == name);
    files.map(FileId::from_len)
}
