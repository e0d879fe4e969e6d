//! Modules: imports, members of modules, and loading on demand.

use super::instance::NO_CALL;
use super::store::{Demand, Node, Store, TokenId};
use super::token::{Inst, Token};
use super::{Importer, Listener, Loader, Sink, Solver};
use crate::facts::{Facts, Field, Import, Language, Origin};
use crate::ids::{CallId, FileId, FuncId, Sym};
use crate::solution::{PathId, PathStep};
use rustc_hash::{FxHashMap, FxHashSet};

/// Scripts that declare the same name, at most.
const MAX_SCRIPTS: usize = 4;

/// Modules that a name may come from, none of which we have, at most.
const MAX_STARS: usize = 4;

/// Modules by name, and imports that wait for one.
#[derive(Default)]
pub(super) struct Modules {
    by_name: FxHashMap<Sym, FileId>,
    /// Packages that a known module lives in although they have no file.
    folders: FxHashSet<Sym>,
    /// Modules that were asked for and cannot be had.
    external: FxHashSet<Sym>,
    /// Modules to ask for, in order.
    wanted: Vec<Sym>,
    /// Modules that share their names, by name.
    scripts: FxHashMap<Sym, Vec<Sym>>,
    /// Names by which calls asked for modules.
    asked: Vec<(Sym, CallId, Inst)>,
    /// Who waits for a module: the member wanted (or the module itself), and where it goes.
    waiting: FxHashMap<Sym, Vec<(Option<Sym>, Sink)>>,
    /// Classes of the prelude by name.
    classes: FxHashMap<(Language, Sym), TokenId>,
    /// Modules that were started.
    started: FxHashSet<FileId>,
    /// Access paths of packages that have no file of their own.
    folder_paths: FxHashMap<PathId, Sym>,
    /// Modules that are used and still to be started.
    late: Vec<FileId>,
    /// Full names of the modules that a started module imports every name of.
    star_names: FxHashMap<FileId, Vec<Sym>>,
    /// Full names that specifiers mean, by importing file.
    specifiers: FxHashMap<(FileId, Sym), Sym>,
}

impl Modules {
    /// Makes a file known by its module name; a file of the program goes before a library body of that name.
    pub(super) fn enter(&mut self, facts: &Facts, file: FileId) {
        let row = &facts.files[file.index()];
        let replaces = self.by_name.get(&row.module).is_none_or(|known| {
            facts.files[known.index()].origin == Origin::Builtin && row.origin == Origin::FirstParty
        });
        if replaces {
            self.by_name.insert(row.module, file);
        }
        let name = facts.text(row.module);
        for (end, _) in name.match_indices('.') {
            if let Some(folder) = facts.names.find(&name[..end]) {
                self.folders.insert(folder);
            }
        }
    }
}

impl<S: Store<Listener>> Solver<S> {
    /// Makes the files from `first` on known, with the modules that they import every name of.
    pub(super) fn enter_files(&mut self, first: usize, loader: &dyn Loader) {
        for index in first..self.facts.files.len() {
            self.modules.enter(&self.facts, FileId::from_len(index));
            self.enter_script(FileId::from_len(index));
        }
        for index in first..self.facts.files.len() {
            let file = FileId::from_len(index);
            let stars = self.facts.stars_of(file).to_vec();
            if !stars.is_empty() {
                let names = stars.into_iter().map(|star| self.absolute(file, star, loader)).collect();
                self.modules.star_names.insert(file, names);
            }
        }
    }

    /// Makes the names of a script known to others.
    fn enter_script(&mut self, file: FileId) {
        let row = &self.facts.files[file.index()];
        let mark = self.protocols.of(row.language).script;
        if mark == Sym::EMPTY || !self.has_export(file, mark) {
            return;
        }
        for export in self.facts.exports_of(file) {
            let scripts = self.modules.scripts.entry(export.name).or_default();
            if scripts.len() < MAX_SCRIPTS {
                scripts.push(row.module);
            }
        }
    }

    /// The scripts that declare a name.
    pub(super) fn scripts_of(&self, name: Sym) -> Vec<Sym> {
        self.modules.scripts.get(&name).cloned().unwrap_or_default()
    }

    /// The scripts that declare a name that a script reads and does not declare.
    fn sharing(&self, file: FileId, name: Sym) -> Vec<Sym> {
        let mark = self.protocols.of(self.facts.files[file.index()].language).script;
        if mark == Sym::EMPTY || name == mark || !self.has_export(file, mark) {
            return Vec::new();
        }
        self.scripts_of(name)
    }

    /// Runs a module's body, once.
    pub(super) fn start_module(&mut self, file: FileId, loader: &dyn Loader) -> Inst {
        let body = self.facts.files[file.index()].body;
        let inst = self.plain_instance(body, Inst::NONE);
        if self.modules.started.insert(file) {
            if self.is_prelude(file) {
                self.start_prelude(body, inst);
            }
            self.bind_free_names(file, inst, loader);
            self.want_exports(file, inst);
        }
        inst
    }

    /// What a module of the program gives to others is reported.
    fn want_exports(&mut self, file: FileId, inst: Inst) {
        if self.facts.files[file.index()].origin == Origin::FirstParty {
            for index in 0..self.facts.exports_of(file).len() {
                let node = self.node(inst, self.facts.exports_of(file)[index].var);
                self.store.want(node, Demand::Things);
            }
        }
    }

    /// The classes of the prelude are known before anything runs: constants and containers are instances of them.
    fn start_prelude(&mut self, body: FuncId, inst: Inst) {
        for index in 0..self.facts.classes.len() {
            if self.facts.classes[index].parent == body {
                let token = self.make_class(crate::ids::ClassId::from_len(index), inst);
                let language = self.language(token);
                self.modules.classes.insert((language, self.facts.classes[index].name), token);
            }
        }
    }

    /// The class of the prelude of that name.
    pub(super) fn builtin_class(&self, language: Language, name: Sym) -> Option<TokenId> {
        self.modules.classes.get(&(language, name)).copied()
    }

    /// Names that a module reads and does not bind come from its star imports, else from the prelude.
    fn bind_free_names(&mut self, file: FileId, inst: Inst, loader: &dyn Loader) {
        let stars = self.modules.star_names.get(&file).cloned().unwrap_or_default();
        let prelude_name = self.here(inst).prelude;
        let prelude = self.modules.by_name.get(&prelude_name).copied();
        for index in 0..self.facts.frees_of(file).len() {
            let free = self.facts.frees_of(file)[index];
            let node = self.node(inst, free.var);
            let starred = self.exporter(&stars, free.name);
            let from_prelude = prelude.and_then(|prelude| self.static_export(prelude, free.name));
            let sharing = self.sharing(file, free.name);
            if from_prelude.is_none() {
                self.bind_global(free.name, node, inst);
            }
            if !sharing.is_empty() {
                for script in sharing {
                    self.import_from(script, Some(free.name), Sink::Into(node, inst, 1));
                }
                continue;
            }
            match (starred, from_prelude) {
                (Some(star), _) => self.import_from(star, Some(free.name), Sink::Into(node, inst, 1)),
                (None, Some(export)) => self.store.flow(export, node),
                (None, None) if self.here(inst).only_declares => {
                    self.import_free(file, free.name, Sink::Into(node, inst, 1), loader);
                }
                (None, None) => {
                    match stars.iter().copied().find(|&star| !self.modules.by_name.contains_key(&star)) {
                        Some(star) => self.import_from(star, Some(free.name), Sink::Into(node, inst, 1)),
                        None => {
                            let token = self.external_module(prelude_name);
                            self.read_member(token, free.name, Sink::Into(node, inst, 1));
                        }
                    }
                }
            }
        }
    }

    /// A name that neither a module of a star import nor the prelude has: a member of a class of which every member
    /// is imported, else the package of that name, else a name of each module of a star import that we do not have.
    fn import_free(&mut self, file: FileId, name: Sym, sink: Sink, loader: &dyn Loader) {
        let mut unknown = Vec::new();
        for star in self.modules.star_names.get(&file).cloned().unwrap_or_default() {
            if self.modules.by_name.contains_key(&star) {
                continue;
            }
            let text = self.facts.text(star).to_owned();
            let split = text.rsplit_once('.');
            let module = split.and_then(|split| self.facts.names.find(split.0));
            match (module.filter(|module| self.modules.by_name.contains_key(module)), split) {
                (Some(module), Some((_, class))) => {
                    let class = self.facts.names.intern(class);
                    let node = self.store.nodes(1);
                    let (inst, line) = self.place_of(sink);
                    self.import_from(module, Some(class), Sink::Into(node, inst, line));
                    self.store.listen(node, Listener::Read(name, sink));
                }
                _ => unknown.push(star),
            }
        }
        let is_lower = self.facts.text(name).starts_with(|c: char| c.is_lowercase() || c == '_');
        let is_package = is_lower && loader.is_package(&self.importer(file), self.facts.text(name));
        if !is_package && !unknown.is_empty() {
            self.gave_up += unknown.len().saturating_sub(MAX_STARS) as u64;
            unknown.truncate(MAX_STARS);
            return unknown.into_iter().for_each(|star| self.import_from(star, Some(name), sink));
        }
        if is_lower {
            let module = self.absolute(file, name, loader);
            return self.import_from(module, None, sink);
        }
        let prelude = self.protocols.of(self.facts.files[file.index()].language).prelude;
        let token = self.external_module(prelude);
        self.read_member(token, name, sink);
    }

    /// The nearest of these modules, or of those that they import every name of, that binds a name.
    fn exporter(&self, stars: &[Sym], name: Sym) -> Option<Sym> {
        let mut known = stars.to_vec();
        let mut next = 0;
        while let Some(&module) = known.get(next) {
            next += 1;
            let Some(&file) = self.modules.by_name.get(&module) else { continue };
            if self.has_export(file, name) {
                return Some(module);
            }
            for &star in self.modules.star_names.get(&file).into_iter().flatten() {
                if !known.contains(&star) {
                    known.push(star);
                }
            }
        }
        None
    }

    fn has_export(&self, file: FileId, name: Sym) -> bool {
        self.export_var(file, name).is_some()
    }

    fn export_var(&self, file: FileId, name: Sym) -> Option<crate::ids::Var> {
        let exports = self.facts.exports_of(file);
        let text = self.facts.text(name);
        let at = exports.binary_search_by(|global| self.facts.text(global.name).cmp(text)).ok()?;
        Some(exports[at].var)
    }

    /// The node of a name that a module binds; the module runs.
    pub(super) fn export(&mut self, file: FileId, name: Sym) -> Option<Node> {
        let var = self.export_var(file, name)?;
        let body = self.facts.files[file.index()].body;
        let inst = *self.by_context.get(&(body, Inst::NONE, NO_CALL, Inst::NONE))?;
        self.want_slot(inst, var);
        Some(self.node(inst, var))
    }

    fn static_export(&mut self, file: FileId, name: Sym) -> Option<Node> {
        self.has_export(file, name).then(|| {
            // Its variables must be there before a cell stands for one: files come in any order.
            let token = self.module_token(file);
            self.cell(token, Field::Attr(name))
        })
    }

    pub(super) fn importer(&self, file: FileId) -> Importer<'_> {
        let row = &self.facts.files[file.index()];
        Importer {
            path: self.facts.text(row.path),
            module: self.facts.text(row.module),
            is_package: row.is_package,
            language: row.language,
        }
    }

    fn absolute(&mut self, file: FileId, specifier: Sym, loader: &dyn Loader) -> Sym {
        let name = loader.absolute(&self.importer(file), self.facts.text(specifier));
        let full = self.facts.names.intern(&name);
        self.modules.specifiers.insert((file, specifier), full);
        full
    }

    /// The file that each import specifier means, of those that we have.
    pub(super) fn collect_modules(&mut self) -> Vec<(FileId, Sym, FileId)> {
        let mut modules: Vec<_> = std::mem::take(&mut self.modules.specifiers)
            .into_iter()
            .filter_map(|((from, specifier), name)| {
                Some((from, specifier, *self.modules.by_name.get(&name)?))
            })
            .collect();
        modules.sort_unstable();
        modules
    }

    /// imports(d, "m", n):  ⟦m.n⟧ ⊆ ⟦d⟧
    pub(super) fn import(&mut self, inst: Inst, row: Import, loader: &dyn Loader) {
        let function = self.instances[inst.index()].function;
        let file = self.facts.functions[function.index()].file;
        let module = self.absolute(file, row.specifier, loader);
        let dst = self.node(inst, row.dst);
        self.import_from(module, row.name, Sink::Into(dst, inst, row.line));
    }

    /// require(s): ∀ "m" ∈ ⟦s⟧, the module of that name is the result. Constant names were imports from the start.
    pub(super) fn ask_module(&mut self, path: PathId, call: CallId, inst: Inst) {
        let protocol = self.here(inst);
        let (prelude, require) = (protocol.prelude, protocol.require);
        let is_require = require != Sym::EMPTY
            && self.paths.steps(path) == [PathStep::Root(prelude), PathStep::Attr(require)];
        if let Some(name) = self.first_arg(call, inst).filter(|_| is_require) {
            self.store.listen(name, Listener::Require(call, inst));
        }
    }

    pub(super) fn on_require(&mut self, call: CallId, inst: Inst, name: TokenId) {
        if let Token::Str(specifier) = self.tokens.get(name) {
            self.modules.asked.push((specifier, call, inst));
        }
    }

    /// Imports the modules that were asked for by computed names. Whether there were any.
    pub(super) fn import_asked(&mut self, loader: &dyn Loader) -> bool {
        let asked = std::mem::take(&mut self.modules.asked);
        for &(specifier, call, inst) in &asked {
            let function = self.instances[inst.index()].function;
            let file = self.facts.functions[function.index()].file;
            let module = self.absolute(file, specifier, loader);
            let dst = self.result(call, inst).unwrap_or_else(|| self.store.nodes(1));
            let (whole, line) = (self.here(inst).whole, self.facts.calls[call.index()].line);
            self.import_from(module, Some(whole), Sink::Into(dst, inst, line));
        }
        !asked.is_empty()
    }

    /// A module, or a member of it, goes to whoever wants it, now or when the module was loaded.
    pub(super) fn import_from(&mut self, module: Sym, name: Option<Sym>, sink: Sink) {
        // `from . import x` beside the root: the folder has no name.
        if let (Sym::EMPTY, Some(name)) = (module, name) {
            return self.import_from(name, None, sink);
        }
        if let Some(&file) = self.modules.by_name.get(&module) {
            return match name {
                None => {
                    let token = self.module_token(file);
                    self.deliver_plain(token, sink);
                }
                Some(name) => {
                    self.ask_submodules(file, sink);
                    self.read_module_member(file, name, sink);
                }
            };
        }
        if self.modules.external.contains(&module) {
            return self.import_external(module, name, sink);
        }
        self.modules.waiting.entry(module).or_default().push((name, sink));
        self.modules.wanted.push(module);
    }

    /// An import of a name asks a module for its submodules: one that has none answers by what it does for members that
    /// it lacks.
    fn ask_submodules(&mut self, file: FileId, sink: Sink) {
        let row = &self.facts.files[file.index()];
        let (names, is_package) = (self.protocols.of(row.language), row.is_package);
        let (get_missing, submodules) = (names.get_missing, names.submodules);
        let (Sink::Into(_, inst, line), false) = (sink, is_package || submodules == Sym::EMPTY) else {
            return;
        };
        if let Some(getter) = self.export(file, get_missing) {
            let (token, key, answer) =
                (self.module_token(file), self.constant_node(submodules), self.store.nodes(1));
            self.store.listen(getter, Listener::Bind(token, Sink::Implicit(answer, key, inst, line)));
        }
    }

    fn import_external(&mut self, module: Sym, name: Option<Sym>, sink: Sink) {
        // A folder without a file of its own is a package: its members are modules.
        if let (true, Some(name)) = (self.modules.folders.contains(&module), name) {
            let submodule = self.submodule(module, name);
            return self.import_from(submodule, None, sink);
        }
        let token = self.external_module(module);
        let names = self.here(sink.reader());
        let name = name.filter(|&name| name == Sym::EMPTY || name != names.whole && name != names.default);
        match name {
            None => self.deliver_plain(token, sink),
            Some(name) => self.read_member(token, name, sink),
        }
    }

    fn submodule(&mut self, module: Sym, name: Sym) -> Sym {
        let full = format!("{}.{}", self.facts.text(module), self.facts.text(name));
        self.facts.names.intern(&full)
    }

    /// The path of a module that we do not have: `a.b` is member `b` of `a`.
    pub(super) fn external_module(&mut self, module: Sym) -> TokenId {
        let name = without_space(self.facts.text(module)).to_owned();
        let mut parts = name.split('.');
        let root = parts.next().unwrap_or_default().to_owned();
        let mut path: PathId = self.paths.root(self.facts.names.intern(&root));
        for part in parts {
            let part = self.facts.names.intern(part);
            path = self.paths.step(path, PathStep::Attr(part)).unwrap_or(path);
        }
        if self.modules.folders.contains(&module) {
            self.modules.folder_paths.insert(path, module);
        }
        self.tokens.id(Token::External(path))
    }

    /// The module of that name in a package that has no file of its own.
    pub(super) fn folder_member(&mut self, path: PathId, name: Sym) -> Option<Sym> {
        let folder = *self.modules.folder_paths.get(&path)?;
        let module = self.submodule(folder, name);
        (self.modules.by_name.contains_key(&module) || self.modules.folders.contains(&module))
            .then_some(module)
    }

    fn module_token(&mut self, file: FileId) -> TokenId {
        let body = self.facts.files[file.index()].body;
        self.plain_instance(body, Inst::NONE);
        if !self.modules.started.contains(&file) {
            self.modules.late.push(file);
        }
        self.tokens.id(Token::Module(file))
    }

    /// m.name:  the global, else what a star import brings, else a module in the package, else a name set from
    /// outside; of a library module that stands for a real one, else the real one's.
    pub(super) fn read_module_member(&mut self, file: FileId, name: Sym, sink: Sink) {
        let token = self.module_token(file);
        if self.has_export(file, name) {
            let cell = self.cell(token, Field::Attr(name));
            return self.want(cell, sink);
        }
        // To a language whose modules export one value, a module of another language is that value.
        let reader = self.here(sink.reader());
        let (whole, default) = (reader.whole, reader.default);
        let row = &self.facts.files[file.index()];
        let (module, is_package, origin) = (row.module, row.is_package, row.origin);
        let is_foreign = self.protocols.of(row.language).whole == Sym::EMPTY;
        if whole != Sym::EMPTY && is_foreign && (name == whole || name == default) {
            return self.deliver_plain(token, sink);
        }
        let stars = self.modules.star_names.get(&file).cloned().unwrap_or_default();
        if let Some(star) = self.exporter(&stars, name) {
            return self.import_from(star, Some(name), sink);
        }
        let submodule = self.submodule(module, name);
        if self.modules.by_name.contains_key(&submodule) || self.modules.folders.contains(&submodule) {
            return self.import_from(submodule, None, sink);
        }
        if self.read_whole(file, name, token, sink) {
            return;
        }
        if origin == Origin::Builtin {
            let external = self.external_module(module);
            return self.read_member(external, name, sink);
        }
        let cell = self.cell(token, Field::Attr(name));
        self.want(cell, sink);
        if let Some(getter) =
            self.export(file, self.protocols.of(self.facts.files[file.index()].language).get_missing)
        {
            let key = self.constant_node(name);
            if let Sink::Into(dst, inst, line) = sink {
                self.store.listen(getter, Listener::Bind(token, Sink::Implicit(dst, key, inst, line)));
            }
        }
        if is_package && origin == Origin::Dependency {
            return self.import_from(submodule, None, sink);
        }
        if let Some(star) = stars.iter().copied().find(|&star| !self.modules.by_name.contains_key(&star)) {
            self.import_from(star, Some(name), sink);
        }
    }

    /// m.name where m exports one value, or name stands for all of m: a member of that value, or the value, or m.
    fn read_whole(&mut self, file: FileId, name: Sym, token: TokenId, sink: Sink) -> bool {
        let row = &self.facts.files[file.index()];
        let names = self.protocols.of(row.language);
        let (whole, default, origin) = (names.whole, names.default, row.origin);
        if whole == Sym::EMPTY {
            return false;
        }
        let stands_for_all = name == whole || name == default;
        match self.export_var(file, whole).is_some() {
            true => {
                let cell = self.cell(token, Field::Attr(whole));
                if stands_for_all {
                    self.want(cell, sink);
                }
                // What was compiled from `export default e` has it as a member.
                if name != whole {
                    self.store.listen(cell, Listener::Read(name, sink));
                }
                true
            }
            false if name == whole || stands_for_all && origin == Origin::Builtin => {
                self.deliver_plain(token, sink);
                true
            }
            false => false,
        }
    }

    /// Loads the modules that imports wait for, and starts those that are used. Whether there was anything.
    pub(super) fn load_wanted(&mut self, loader: &mut dyn Loader) -> bool {
        let mut any = self.start_late(loader);
        let mut wanted = std::mem::take(&mut self.modules.wanted);
        wanted.sort_by(|a, b| self.facts.text(*a).cmp(self.facts.text(*b)));
        wanted.dedup();
        wanted.retain(|module| {
            !self.modules.by_name.contains_key(module) && !self.modules.external.contains(module)
        });
        if !wanted.is_empty() {
            let names: Vec<String> =
                wanted.iter().map(|&module| self.facts.text(module).to_owned()).collect();
            let first = self.facts.files.len();
            let fresh = loader.load(&names);
            self.facts.append(fresh);
            self.adopt(first);
            self.enter_files(first, loader);
            self.start_declared(first);
        }
        for module in wanted {
            any = true;
            if !self.modules.by_name.contains_key(&module) {
                self.modules.external.insert(module);
            }
            for (name, sink) in self.modules.waiting.remove(&module).unwrap_or_default() {
                self.import_from(module, name, sink);
            }
        }
        self.start_late(loader) || any
    }

    /// What a module declares for others (implementations of traits) holds without being named: it starts with what
    /// it was loaded for.
    fn start_declared(&mut self, first: usize) {
        for index in first..self.facts.files.len() {
            if self.protocols.of(self.facts.files[index].language).only_declares {
                self.modules.late.push(FileId::from_len(index));
            }
        }
    }

    fn start_late(&mut self, loader: &dyn Loader) -> bool {
        let late = std::mem::take(&mut self.modules.late);
        for &file in &late {
            self.start_module(file, loader);
        }
        !late.is_empty()
    }
}

/// A module name without the name space that keeps languages apart: `npm:express` is `express`.
fn without_space(module: &str) -> &str {
    match module.split_once(':') {
        Some((_, name)) if !name.starts_with(':') => name,
        _ => module,
    }
}
