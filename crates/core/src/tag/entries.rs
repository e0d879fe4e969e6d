//! Decorators, registrations, base classes, names and manifests → entry points.

use super::mounts::Mounts;
use super::trace::{self, Made};
use super::view::View;
use super::{EntryTag, Tags, args, exports, guards, inputs, is_test, is_test_code};
use crate::discover::DeclaredEntry;
use crate::facts::{File, Function, FunctionKind, Language, Origin};
use crate::ids::{CallId, ClassId, FileId, FuncId, Var};
use crate::models::{ArgRef, EntryRow, KindId, NameFrom, Row, Says, Verb, Via, any_fits, fits};
use crate::solution::{CallEdge, EdgeKind, Site, Target, Value};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Tags entry points, and the parameters through which they receive what others choose.
pub(super) fn tag(view: &View<'_>, tags: &mut Tags) {
    let (entries, routes) = (Vec::new(), BTreeMap::new());
    let mut found = Found { view, tags, entries, mounts: Mounts::new(view), routes, started: None };
    found.decorated();
    found.registered();
    found.inherited();
    found.exported();
    found.named();
    found.programs();
    found.manifests();
    let only_tests = found.entries.iter().all(|entry| found.is_kind(entry.kind, "test"));
    if only_tests {
        found.public();
    }
    found.finish();
}

/// Exposure of entry points that anybody can use, unless something asks who they are.
const ASKED: f64 = 0.8;

struct Found<'v, 'a> {
    view: &'v View<'a>,
    tags: &'v mut Tags,
    entries: Vec<EntryTag>,
    mounts: Mounts,
    /// Routes of classes whose instances handle requests.
    routes: BTreeMap<ClassId, String>,
    /// Functions that code of the program calls, tests left out; known when a task asks.
    started: Option<FxHashSet<FuncId>>,
}

impl<'a> Found<'_, 'a> {
    fn is_kind(&self, kind: KindId, name: &str) -> bool {
        self.view.models.about(kind).name == name
    }

    /// `@app.route("/x") def f(): …`
    fn decorated(&mut self) {
        for &(call, function) in &self.view.solution.decorated {
            for row in self.rows_of(call) {
                if let Says::Entry(entry) = &row.says
                    && entry.via == Via::Decorator
                {
                    let told = trace::factory(self.view, call);
                    let handler = trace::decorated(self.view, call).unwrap_or(function);
                    self.add(handler, row, entry, Some(call), told);
                    if handler != function {
                        let name = self.entry_name(handler, entry, told).0;
                        self.wrapper(function, entry.kind, call, name);
                    }
                }
            }
        }
    }

    /// What a decorator put around handlers runs with each of them: around routes that is a request hook.
    fn wrapper(&mut self, function: FuncId, around: KindId, call: CallId, name: String) {
        if self.view.origin(function) == Origin::FirstParty {
            let models = self.view.models;
            let hook = models.kind("middleware").filter(|_| models.kind("route") == Some(around));
            self.push(function, hook.unwrap_or(around), name, Some(call), None);
        }
    }

    /// `app.add_url_rule("/x", view_func=f)`
    fn registered(&mut self) {
        let view = self.view;
        for edges in view.solution.edges.chunk_by(|a, b| a.call == b.call) {
            let call = edges[0].call;
            let caller = view.facts.function_of(call);
            if view.origin(caller) == Origin::Builtin {
                continue;
            }
            for row in self.rows_of(call) {
                let Says::Entry(entry) = &row.says else { continue };
                let Via::Call(handler, methods) = &entry.via else { continue };
                if handler.contains(&ArgRef::All) {
                    for function in handed_over(view, edges) {
                        self.add(function, row, entry, Some(call), call);
                    }
                    continue;
                }
                for var in args::find_all(view.facts, call, handler) {
                    self.register((caller, var), (row, entry), methods, call);
                }
            }
        }
    }

    /// A handler that a call is given: as it is written, where that can be told, else what the solver knows of it.
    fn register(
        &mut self,
        (caller, var): (FuncId, Var),
        (row, entry): (&Row, &EntryRow),
        methods: &[String],
        call: CallId,
    ) {
        let view = self.view;
        let values = view.functions_in(caller, var, methods);
        match trace::made(view, caller, var) {
            Some(Made::Function(function)) => self.add(function, row, entry, Some(call), call),
            Some(Made::Call(inner)) => match (trace::decorated(view, inner), trace::method(view, inner)) {
                (Some(function), _) => {
                    self.add(function, row, entry, Some(call), call);
                    let name = self.entry_name(function, entry, call).0;
                    for wrapper in values.into_iter().filter(|&wrapper| wrapper != function) {
                        self.wrapper(wrapper, entry.kind, call, name.clone());
                    }
                }
                // `path("orders/", Orders.as_view())`
                (None, Some((Made::Class(class), _))) => {
                    self.routes.insert(
                        class,
                        self.entry_name(view.facts.classes[class.index()].body, entry, call).0,
                    );
                    let own = view.methods_of(class);
                    for function in
                        own.filter(|&method| any_fits(methods, self.name(method))).collect::<Vec<_>>()
                    {
                        self.add(function, row, entry, Some(call), call);
                    }
                }
                _ => values.into_iter().for_each(|function| self.add(function, row, entry, Some(call), call)),
            },
            _ => values.into_iter().for_each(|function| self.add(function, row, entry, Some(call), call)),
        }
    }

    /// `class Orders(MethodView): def get(self): …`
    fn inherited(&mut self) {
        let view = self.view;
        for (index, ancestors) in view.solution.ancestors.iter().enumerate() {
            if index >= view.facts.classes.len() {
                break;
            }
            let class = ClassId::from_len(index);
            let body = view.facts.classes[index].body;
            if view.origin(body) != Origin::FirstParty {
                continue;
            }
            for ancestor in ancestors {
                for row in self.class_rows(*ancestor) {
                    let Says::Entry(entry) = &row.says else { continue };
                    let Via::Subclass(methods) = &entry.via else { continue };
                    let fitting: Vec<FuncId> = view
                        .methods_of(class)
                        .filter(|method| any_fits(methods, self.name(*method)))
                        .collect();
                    for method in fitting {
                        self.add(method, row, entry, None, CallId(u32::MAX));
                    }
                }
            }
        }
    }

    /// Rows about a base class that we do not have, or that is in a dependency.
    fn class_rows(&self, class: Value) -> Vec<&'a Row> {
        let models = self.view.models;
        let hits = match class {
            Value::External(path) => self.view.hits.of(path).to_vec(),
            Value::Class(class) => {
                let body = self.view.facts.classes[class.index()].body;
                match self.view.origin(body) {
                    Origin::FirstParty => Vec::new(),
                    _ => models.hits_of(&self.view.facts.full_name(body)),
                }
            }
            _ => Vec::new(),
        };
        hits.into_iter().map(|hit| models.row(hit.0)).collect()
    }

    /// `export async function GET(request) {…}` in a file whose path is a route.
    fn exported(&mut self) {
        let view = self.view;
        let rows: Vec<(&Row, &EntryRow, &[String], &[String])> = view
            .models
            .rows
            .iter()
            .filter_map(|row| match &row.says {
                Says::Entry(entry) => match &entry.via {
                    Via::Export { names, file } => Some((row, entry, names.as_slice(), file.as_slice())),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        for (index, file) in view.facts.files.iter().enumerate() {
            let path = format!("/{}", view.facts.text(file.path));
            let mut fitting = rows.iter().filter(|row| any_fits(row.3, &path)).peekable();
            if file.origin != Origin::FirstParty || fitting.peek().is_none() {
                continue;
            }
            let exports = exports::of(view, FileId::from_len(index));
            for &(row, entry, names, _) in fitting {
                for (_, function) in exports.iter().filter(|export| names.contains(&export.0)) {
                    self.add(*function, row, entry, None, CallId(u32::MAX));
                }
            }
        }
    }

    /// `def lambda_handler(event, context): …`
    fn named(&mut self) {
        let view = self.view;
        let rows: Vec<(&Row, &EntryRow)> = view
            .models
            .rows
            .iter()
            .filter_map(|row| match &row.says {
                Says::Entry(entry) if matches!(entry.via, Via::Name { .. }) => Some((row, entry)),
                _ => None,
            })
            .collect();
        for index in 0..view.facts.functions.len() {
            let function = FuncId::from_len(index);
            if view.origin(function) != Origin::FirstParty {
                continue;
            }
            for &(row, entry) in &rows {
                if self.fits_name(function, entry) {
                    self.add(function, row, entry, None, CallId(u32::MAX));
                }
            }
        }
    }

    fn fits_name(&self, function: FuncId, entry: &EntryRow) -> bool {
        let Via::Name { function: name, file, needs } = &entry.via else { return false };
        let facts = self.view.facts;
        let row = &facts.functions[function.index()];
        if !matches!(row.kind, FunctionKind::Function | FunctionKind::Method)
            || !fits(name, self.name(function))
        {
            return false;
        }
        let path = self.view.path_of(function);
        let params = facts.params_of(function);
        (file.is_empty() || any_fits(file, path) || any_fits(file, &format!("/{path}")))
            && needs.len() <= params.len()
            && needs.iter().zip(params).all(|(need, param)| fits(need, facts.text(param.name)))
    }

    /// Files that guard code by `if __name__ == "__main__"`, or begin with `#!`.
    fn programs(&mut self) {
        let view = self.view;
        let kind = |name| view.models.kind(name);
        let (Some(main), Some(build), Some(script)) = (kind("main"), kind("build"), kind("script")) else {
            return;
        };
        for file in &view.facts.files {
            let path = view.facts.text(file.path);
            let runs = || {
                let at = view.repo.files.binary_search_by(|source| source.path.as_str().cmp(path));
                at.is_ok_and(|at| view.repo.files[at].bytes.starts_with(b"#!"))
            };
            let named = path == "__main__.py" || path.ends_with("/__main__.py");
            let setup = path == "setup.py" || path.ends_with("/setup.py");
            let kind = if setup {
                build
            } else if is_aside(path) {
                script
            } else {
                main
            };
            if file.origin == Origin::FirstParty && (file.main_guard.is_some() || named || setup || runs()) {
                self.push(file.body, kind, path.to_owned(), None, None);
            }
        }
    }

    /// `[project.scripts]` and other entry points of manifests.
    fn manifests(&mut self) {
        let view = self.view;
        for declared in &view.repo.entries {
            let kind = match declared.group.as_str() {
                "console_scripts" | "gui_scripts" | "scripts" | "bin" => "console-script",
                "script" => script_kind(&declared.name),
                "exports" => "public-api",
                _ => "plugin",
            };
            let Some(kind) = view.models.kind(kind) else { continue };
            for function in self.declared(&declared.module, &declared.object) {
                self.push(function, kind, declared_name(declared), None, None);
            }
            if declared.group == "exports" {
                self.exports_of_package(declared, kind);
            }
        }
    }

    /// What a package exports is called by those who install it.
    fn exports_of_package(&mut self, declared: &DeclaredEntry, kind: KindId) {
        let view = self.view;
        let is_it = |file: &File| {
            file.origin == Origin::FirstParty && view.facts.text(file.module) == declared.module
        };
        let Some(index) = view.facts.files.iter().position(is_it) else { return };
        for (name, function) in exports::of(view, FileId::from_len(index)) {
            if view.origin(function) == Origin::FirstParty {
                self.push(function, kind, format!("{}: {name}", declared.name), None, None);
            }
        }
    }

    /// The function that a manifest names; a class stands for its methods without underscore and `__init__`.
    fn declared(&self, module: &str, object: &str) -> Vec<FuncId> {
        let facts = self.view.facts;
        let file = facts
            .files
            .iter()
            .find(|file| file.origin == Origin::FirstParty && facts.text(file.module) == module);
        let Some(file) = file else { return Vec::new() };
        if object.is_empty() {
            return vec![file.body];
        }
        let of_file = facts.functions.iter().enumerate().skip(file.body.index());
        let of_file = of_file.take_while(|(_, row)| facts.files[row.file.index()].body == file.body);
        let wanted = |row: &Function| {
            let qualname = facts.text(row.qualname);
            qualname == object || (row.class.is_some() && is_public_member(qualname, object))
        };
        of_file.filter(|(_, row)| wanted(row)).map(|(index, _)| FuncId::from_len(index)).collect()
    }

    /// Functions and methods without underscore in modules without underscore: what a library offers.
    fn public(&mut self) {
        let view = self.view;
        let Some(kind) = view.models.kind("public-api") else { return };
        for index in 0..view.facts.functions.len() {
            let function = FuncId::from_len(index);
            let row = &view.facts.functions[index];
            let is_function = matches!(row.kind, FunctionKind::Function | FunctionKind::Method)
                && view.facts.files[row.file.index()].language != Language::JavaScript;
            let parent = &view.facts.functions[row.parent.index()];
            let nested =
                matches!(parent.kind, FunctionKind::Function | FunctionKind::Method | FunctionKind::Lambda);
            let name = view.facts.full_name(function);
            let private =
                name.split('.').any(|part| part.starts_with('_') && part != "__init__" && part != "__call__");
            if view.origin(function) == Origin::FirstParty
                && is_function
                && !nested
                && !private
                && !is_test(view.path_of(function))
            {
                self.push(function, kind, name, None, None);
            }
        }
        // Where modules say what they export, that is what a library offers.
        for index in 0..view.facts.files.len() {
            let file = FileId::from_len(index);
            if view.facts.files[index].language != Language::JavaScript {
                continue;
            }
            for (_, function) in exports::of(view, file) {
                if view.origin(function) == Origin::FirstParty && !is_test(view.path_of(function)) {
                    self.push(function, kind, view.facts.full_name(function), None, None);
                }
            }
        }
    }

    /// The entry rows that hold at a site, whatever the arguments.
    fn rows_of(&self, call: CallId) -> Vec<&'a Row> {
        let view = self.view;
        let mut rows = Vec::new();
        for found in view.matches(call, view.solution.edges_of(call)) {
            if matches!(found.row.says, Says::Entry(_))
                && !rows.iter().any(|row: &&Row| row.id == found.row.id)
            {
                rows.push(found.row);
            }
        }
        rows
    }

    fn name(&self, function: FuncId) -> &'a str {
        self.view.facts.text(self.view.facts.functions[function.index()].name)
    }

    /// Adds an entry that a row knows; `told` is the call whose constant arguments name it.
    fn add(&mut self, function: FuncId, row: &Row, entry: &EntryRow, call: Option<CallId>, told: CallId) {
        if self.view.origin(function) != Origin::FirstParty {
            return;
        }
        let (name, is_told) = self.entry_name(function, entry, told);
        let route = Some(name.as_str()).filter(|_| is_told);
        if !(self.is_kind(entry.kind, "task") && self.is_started(function)) {
            self.tags.sources.extend(inputs::of(self.view, function, (row, entry), &name, route));
        }
        self.push(function, entry.kind, name, call, Some(row));
    }

    /// Whether code of the program starts a task: what the task is given comes from there, and is followed from there.
    fn is_started(&mut self, function: FuncId) -> bool {
        let view = self.view;
        let started = self.started.get_or_insert_with(|| {
            let starts = |edge: &&CallEdge| {
                let caller = view.facts.function_of(edge.call);
                edge.kind == EdgeKind::Call
                    && view.origin(caller) == Origin::FirstParty
                    && !is_test_code(view.facts, caller)
            };
            let edges = view.solution.edges.iter().filter(starts);
            edges
                .filter_map(|edge| match edge.target {
                    Target::Function(function) => Some(function),
                    Target::External(_) => None,
                })
                .collect()
        });
        started.contains(&function)
    }

    fn push(
        &mut self,
        function: FuncId,
        kind: KindId,
        name: String,
        call: Option<CallId>,
        row: Option<&Row>,
    ) {
        let test = self.view.models.kind("test").filter(|_| is_test_code(self.view.facts, function));
        let script = self.view.models.kind("script").filter(|_| self.is_example(function, kind));
        let kind = test.or(script).unwrap_or(kind);
        let exposure = self.view.models.about(kind).exposure;
        let is_asked = exposure >= ASKED;
        let guard = if is_asked { guards::before(self.view, function, call) } else { None };
        let exposure = guard.as_ref().map_or(exposure, |guard| exposure * guard.share);
        let guard = guard.map(|guard| guard.name);
        for context in self.contexts(function, call) {
            let (name, guard, row) = (name.clone(), guard.clone(), row.map(|row| row.id));
            self.entries.push(EntryTag { function, context, kind, name, call, exposure, guard, row });
        }
    }

    /// Whether a program stands beside the product, to show how a library is used or to measure it.
    fn is_example(&self, function: FuncId, kind: KindId) -> bool {
        let facts = self.view.facts;
        let file = &facts.files[facts.functions[function.index()].file.index()];
        let is_program = self.is_kind(kind, "main") && file.language == Language::Rust;
        is_program && is_aside(facts.text(file.path))
    }

    /// `POST /orders`, or the full name of the function; and whether the program says it.
    fn entry_name(&self, function: FuncId, entry: &EntryRow, told: CallId) -> (String, bool) {
        let view = self.view;
        let known = (told.index() < view.facts.calls.len()).then(|| view.facts.function_of(told));
        let texts = |wanted: &[ArgRef]| -> Vec<String> {
            let Some(caller) = known else { return Vec::new() };
            let vars = args::find_all(view.facts, told, wanted);
            vars.iter().flat_map(|&var| args::strings(view, caller, var)).collect()
        };
        let name = match &entry.name {
            NameFrom::Args(wanted) => texts(wanted).into_iter().next(),
            NameFrom::File => Some(view.path_of(function).to_owned()),
            NameFrom::None | NameFrom::Step => None,
        };
        let verb = match &entry.verb {
            Verb::None => String::new(),
            Verb::Constant(verb) => verb.clone(),
            Verb::Method => http_verb(self.name(function)),
            Verb::Step => http_verb(self.view.called_name(told)),
            Verb::Args(wanted) => texts(wanted).join(","),
        };
        let of_class =
            view.facts.functions[function.index()].class.and_then(|class| self.routes.get(&class).cloned());
        let place = known.and_then(|_| self.mounts.place(view, told)).filter(|_| name.is_none());
        let is_told = name.is_some() || place.is_some() || of_class.is_some();
        let around = view.facts.functions[function.index()].class;
        let around = around.and_then(|class| self.mounts.of_class(view, class));
        let name = match (name, place.or(of_class)) {
            (Some(name), _) => join_paths(&around.unwrap_or_else(|| self.mounts.prefix(view, told)), &name),
            (None, Some(route)) => route,
            (None, None) => view.facts.full_name(function),
        };
        (if verb.is_empty() { name } else { format!("{verb} {name}") }, is_told)
    }

    /// The contexts in which a site hands a function over: what a wrapper wraps there.
    fn contexts(&self, function: FuncId, call: Option<CallId>) -> Vec<Option<u32>> {
        let contexts = &self.view.solution.contexts;
        let handed = call.map_or(&[][..], |call| contexts.calls_of(Site::Call(call), function));
        let mut entered: Vec<Option<u32>> = handed.iter().map(|row| row.to).collect();
        entered.sort_unstable();
        entered.dedup();
        if entered.is_empty() { vec![None] } else { entered }
    }

    /// One entry a function and context: the most exposed, then the one that a row named first.
    fn finish(mut self) {
        self.entries.sort_by(|a, b| {
            let by_exposure = b.exposure.total_cmp(&a.exposure);
            let named = |entry: &EntryTag| (entry.row.is_none(), entry.row, entry.call, entry.name.clone());
            let place = |entry: &EntryTag| (entry.function, entry.context);
            place(a).cmp(&place(b)).then(by_exposure).then_with(|| named(a).cmp(&named(b)))
        });
        self.entries.dedup_by_key(|entry| (entry.function, entry.context));
        self.tags.entries = self.entries;
    }
}

/// The functions that a site hands to code that we do not have, itself or through a library function that it calls
/// for them (`handler.bind(this)`).
fn handed_over(view: &View<'_>, edges: &[CallEdge]) -> Vec<FuncId> {
    let functions = edges.iter().filter_map(|edge| match edge.target {
        Target::Function(function) if edge.kind == EdgeKind::Callback => Some(function),
        _ => None,
    });
    let call = edges.first().map(|edge| edge.call);
    let within = view.solution.within.partition_point(|row| Some(row.0) < call);
    let within = view.solution.within[within..].iter().take_while(|row| Some(row.0) == call).map(|row| row.2);
    let mut found: Vec<FuncId> = functions.chain(within).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// How people know what a manifest declares.
fn declared_name(declared: &DeclaredEntry) -> String {
    match declared.group.as_str() {
        "console_scripts" | "gui_scripts" | "scripts" | "bin" | "exports" => declared.name.clone(),
        "script" => format!("npm run {}", declared.name),
        group => format!("{group}: {}", declared.name),
    }
}

/// The kind of what a script of a manifest runs.
fn script_kind(name: &str) -> &'static str {
    match name.split([':', '-']).next().unwrap_or(name) {
        "test" | "e2e" | "cypress" | "coverage" | "bench" | "lint" => "test",
        "build" | "prebuild" | "postbuild" | "prepare" | "install" | "preinstall" | "postinstall"
        | "prepublish" | "prepublishOnly" | "prepack" | "postpack" | "release" | "generate" | "codegen" => {
            "build"
        }
        "migrate" | "migration" | "seed" | "db" => "migration",
        _ => "main",
    }
}

/// A prefix before a path, with one slash between two names.
fn join_paths(prefix: &str, path: &str) -> String {
    let is_open =
        |text: &str, char: Option<char>| !text.is_empty() && char.is_some_and(char::is_alphanumeric);
    if is_open(prefix, prefix.chars().last())
        && (is_open(path, path.chars().next()) || path.starts_with([':', '{']))
    {
        return format!("{prefix}/{path}");
    }
    format!("{}{path}", if path.starts_with('/') { prefix.trim_end_matches('/') } else { prefix })
}

/// The HTTP verb that a name is; empty for other names.
pub(super) fn http_verb(name: &str) -> String {
    let is_verb = matches!(
        name.to_ascii_lowercase().as_str(),
        "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "trace"
    );
    if is_verb { name.to_uppercase() } else { String::new() }
}

/// Whether a path is that of a program beside the product: run by hand, by those who develop it.
fn is_aside(path: &str) -> bool {
    const FOLDERS: [&str; 12] = [
        "bench",
        "benchmark",
        "benchmarks",
        "ci",
        "contrib",
        "dev",
        "docs",
        "examples",
        "example",
        "misc",
        "scripts",
        "tools",
    ];
    path.rsplit_once('/')
        .is_some_and(|(folders, _)| folders.split('/').any(|folder| FOLDERS.contains(&folder)))
}

/// Whether `qualname` is a public method directly in the class `object`.
fn is_public_member(qualname: &str, object: &str) -> bool {
    let member = qualname.strip_prefix(object).and_then(|rest| rest.strip_prefix('.'));
    member.is_some_and(|member| !member.contains('.') && (!member.starts_with('_') || member == "__init__"))
}
