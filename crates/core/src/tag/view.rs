//! What a call or read means: targets → rows of the models that hold there.

use super::args;
use super::defs::{Cache, Defs};
use crate::discover::Repo;
use crate::facts::{Callee, Facts, Field, Language, Origin};
use crate::ids::{CallId, FileId, FuncId, Sym};
use crate::models::{Breadth, Hit, KindId, Models, PathHits, Row, RowId};
use crate::solution::{CallEdge, Certainty, EdgeKind, PathId, PathStep, Paths, Solution, Target, Value};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The inputs, and the rows of every path and every library function.
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts,
    pub(super) solution: &'a Solution,
    pub(super) repo: &'a Repo,
    pub(super) models: &'a Models,
    pub(super) hits: PathHits,
    functions: FxHashMap<FuncId, (String, Vec<Hit>)>,
    defs: Cache,
    /// Attributes that are sources, by the path of the object; see [`super::inputs`].
    pub(super) parts: RefCell<FxHashMap<String, Parts>>,
}

/// The attributes of one object that are sources: name, kind and row.
pub(super) type Parts = Rc<[(Sym, KindId, RowId)]>;

/// A row that holds at a call.
pub(super) struct Match<'a> {
    pub(super) row: &'a Row,
    pub(super) breadth: Breadth,
    /// What is called, as resolved.
    pub(super) api: String,
    pub(super) certainty: Certainty,
    /// Whether the site calls it through another function, so that its arguments are not those of the API.
    pub(super) indirect: bool,
}

/// Names of receivers kept for a call of which nothing is known: `?.completions.create`.
const MAX_CHAIN: usize = 4;

impl<'a> View<'a> {
    pub(super) fn new(facts: &'a Facts, solution: &'a Solution, repo: &'a Repo, models: &'a Models) -> Self {
        let hits = models.hits(&solution.paths, &facts.names);
        let mut view = Self {
            facts,
            solution,
            repo,
            models,
            hits,
            functions: FxHashMap::default(),
            defs: Cache::default(),
            parts: RefCell::default(),
        };
        for edge in &solution.edges {
            if let Target::Function(function) = edge.target
                && view.origin(function) != Origin::FirstParty
                && !view.functions.contains_key(&function)
            {
                let known = view.library_function(function);
                view.functions.insert(function, known);
            }
        }
        view
    }

    /// The text by which rows know a library function, and its rows. Methods are members of an instance.
    fn library_function(&self, function: FuncId) -> (String, Vec<Hit>) {
        let row = &self.facts.functions[function.index()];
        let name = self.facts.full_name(function);
        let mut hits = self.models.hits_of(&name);
        if row.class.is_some()
            && let Some((class, method)) = name.rsplit_once('.')
        {
            hits.extend(self.models.hits_of(&format!("{class}().{method}")));
        }
        (name, hits)
    }

    /// What defines each variable of a function.
    pub(super) fn defs(&self, function: FuncId) -> Rc<Defs> {
        self.defs.of(self.facts, function)
    }

    pub(super) fn file(&self, function: FuncId) -> FileId {
        self.facts.functions[function.index()].file
    }

    pub(super) fn origin(&self, function: FuncId) -> Origin {
        self.facts.files[self.file(function).index()].origin
    }

    /// Path of the file that a function is in.
    pub(super) fn path_of(&self, function: FuncId) -> &'a str {
        self.facts.text(self.facts.files[self.file(function).index()].path)
    }

    /// The text of an access path.
    pub(super) fn text(&self, path: PathId) -> String {
        self.solution.paths.text(path, &self.facts.names)
    }

    /// The last name or key of an access path.
    pub(super) fn last_name(&self, path: PathId) -> Option<&'a str> {
        let mut at = path;
        loop {
            let (parent, step, depth) = self.solution.paths.rows[at.0 as usize];
            match step {
                PathStep::Attr(name) | PathStep::Item(name) => return Some(self.facts.text(name)),
                PathStep::Call | PathStep::Instance if depth > 0 => at = parent,
                _ => return None,
            }
        }
    }

    /// The rows whose conditions hold at a call, the text of what is called with each.
    pub(super) fn matches(&self, call: CallId, edges: &[CallEdge]) -> Vec<Match<'a>> {
        let through = edges.iter().any(|edge| self.is_builtin(edge.target));
        let mut found = Vec::new();
        let language = self.language(self.facts.function_of(call));
        for edge in edges.iter().filter(|edge| !self.is_cut(call, edge.target)) {
            let (hits, indirect) = match edge.target {
                Target::External(path) => (self.hits.of(path), through || edge.kind == EdgeKind::Callback),
                Target::Function(function) => (
                    self.functions.get(&function).map_or(&[][..], |known| &known.1),
                    edge.kind != EdgeKind::Call,
                ),
            };
            for &(row, breadth) in hits {
                let row = self.models.row(row);
                if !self.models.is_about(row, language) {
                    continue;
                }
                if (indirect && row.when.is_empty()) || (!indirect && args::all_hold(self, call, row)) {
                    let api = self.target_text(edge.target);
                    found.push(Match { row, breadth, api, certainty: edge.certainty, indirect });
                }
            }
        }
        found
    }

    /// The language of a function.
    pub(super) fn language(&self, function: FuncId) -> Language {
        self.facts.files[self.file(function).index()].language
    }

    /// Whether an access path that was too long to be followed stands for what a member call calls: it ends before the
    /// member. Only in Rust is the name of the member always that of what is called.
    fn is_cut(&self, call: CallId, target: Target) -> bool {
        let (Target::External(path), Callee::Method(_, name)) =
            (target, self.facts.calls[call.index()].callee)
        else {
            return false;
        };
        let plain = |name: &'a str| name.rsplit("::").next().unwrap_or(name);
        self.language(self.facts.function_of(call)) == Language::Rust
            && self.solution.paths.rows[path.0 as usize].2 >= Paths::MAX_DEPTH
            && self.last_name(path).is_some_and(|last| plain(last) != plain(self.facts.text(name)))
    }

    fn is_builtin(&self, target: Target) -> bool {
        matches!(target, Target::Function(function) if self.origin(function) == Origin::Builtin)
    }

    fn target_text(&self, target: Target) -> String {
        match target {
            Target::External(path) => self.text(path),
            Target::Function(function) => {
                self.functions.get(&function).map_or_else(String::new, |k| k.0.clone())
            }
        }
    }

    /// Rows for a call of which no target is known, by the names in it alone: `?.cursor.execute`.
    pub(super) fn matches_by_name(&self, call: CallId) -> Vec<Match<'a>> {
        let names = self.name_chain(call);
        let language = self.language(self.facts.function_of(call));
        let mut api = String::new();
        let mut found: Vec<Match<'a>> = Vec::new();
        for name in &names {
            api = if api.is_empty() { (*name).to_owned() } else { format!("{name}.{api}") };
            for (row, breadth) in self.models.hits_of(&format!("?.{api}")) {
                let row = self.models.row(row);
                if self.models.is_about(row, language) && args::all_hold(self, call, row) {
                    found.push(Match {
                        row,
                        breadth,
                        api: api.clone(),
                        certainty: Certainty::Possible,
                        indirect: false,
                    });
                }
            }
        }
        found
    }

    /// The names of a member call, the last first: `self.client.items.get(…)` gives get, items, client.
    fn name_chain(&self, call: CallId) -> Vec<&'a str> {
        let function = self.facts.function_of(call);
        let mut names = Vec::new();
        let Callee::Method(mut base, name) = self.facts.calls[call.index()].callee else { return names };
        names.push(self.facts.text(name));
        while names.len() < MAX_CHAIN {
            match self.loaded_attr(function, base) {
                Some((from, name)) => {
                    names.push(self.facts.text(name));
                    base = from;
                }
                None => break,
            }
        }
        names
    }

    fn loaded_attr(&self, function: FuncId, var: crate::ids::Var) -> Option<(crate::ids::Var, Sym)> {
        self.facts.loads_of(function).iter().find(|row| row.dst == var).and_then(|row| match row.field {
            crate::facts::Field::Attr(name) => Some((row.base, name)),
            _ => None,
        })
    }

    /// The functions that an argument may hold: functions, bound methods, methods of these names of a class.
    pub(super) fn functions_in(
        &self,
        function: FuncId,
        var: crate::ids::Var,
        methods: &[String],
    ) -> Vec<FuncId> {
        let mut found = Vec::new();
        for value in self.solution.values.of(function, var) {
            match value {
                Value::Function(target) | Value::Method(target) => found.push(target),
                Value::Class(class) | Value::Instance(class) => {
                    found.extend(self.methods_of(class).filter(|&method| {
                        let name = self.facts.text(self.facts.functions[method.index()].name);
                        crate::models::any_fits(methods, name)
                    }));
                }
                _ => {}
            }
        }
        found
    }

    /// The last name of what a call calls: `get` of `router.get(…)`.
    pub(super) fn called_name(&self, call: CallId) -> &'a str {
        match self.facts.calls.get(call.index()).map(|row| row.callee) {
            Some(Callee::Method(_, name)) => self.facts.text(name),
            Some(Callee::Value(_)) => {
                let edges = self.solution.edges_of(call);
                let named = edges.iter().find_map(|edge| match edge.target {
                    Target::External(path) if edge.kind == EdgeKind::Call => self.last_name(path),
                    _ => None,
                });
                named.unwrap_or("")
            }
            None => "",
        }
    }

    /// Names of attributes that the program reads or calls, each once, in order of their symbols.
    pub(super) fn attribute_names(&self) -> Vec<Sym> {
        let mut names = Vec::new();
        let functions = (0..self.facts.functions.len()).map(FuncId::from_len);
        for function in functions.filter(|&function| self.origin(function) != Origin::Builtin) {
            names.extend(self.facts.loads_of(function).iter().filter_map(|row| match row.field {
                Field::Attr(name) => Some(name),
                _ => None,
            }));
            names.extend(self.facts.calls_of(function).iter().filter_map(|row| match row.callee {
                Callee::Method(_, name) => Some(name),
                Callee::Value(_) => None,
            }));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The methods of a class, in source order.
    pub(super) fn methods_of(&self, class: crate::ids::ClassId) -> impl Iterator<Item = FuncId> + '_ {
        // The functions of a class stand between its body and the end of the class in the same file.
        let body = self.facts.classes[class.index()].body;
        let file = self.file(body);
        let behind = self.facts.functions[body.index()..].iter().enumerate();
        behind
            .take_while(move |(_, row)| row.file == file)
            .filter(move |(_, row)| row.class == Some(class))
            .map(move |(offset, _)| FuncId::from_len(body.index() + offset))
    }
}
