//! Import rows → the module bodies that they run.

use crate::facts::{Facts, FunctionKind};
use crate::ids::{FileId, FuncId, Sym};
use crate::solution::Solution;
use rustc_hash::FxHashMap;

/// The modules that we have, by name, and those that specifiers mean.
pub(super) struct Modules<'a> {
    by_name: FxHashMap<&'a str, FileId>,
    meant: &'a [(FileId, Sym, FileId)],
}

impl<'a> Modules<'a> {
    /// Of several files of one module name the first counts.
    pub(super) fn new(facts: &'a Facts, solution: &'a Solution) -> Self {
        let mut by_name = FxHashMap::default();
        for (index, file) in facts.files.iter().enumerate() {
            by_name.entry(facts.text(file.module)).or_insert(FileId::from_len(index));
        }
        Self { by_name, meant: &solution.modules }
    }

    /// The bodies that a function's imports run, with the lines of the imports.
    pub(super) fn imported_by(&self, facts: &Facts, function: FuncId) -> Vec<(FuncId, u32)> {
        let file = facts.functions[function.index()].file;
        let mut bodies = Vec::new();
        for row in facts.imports_of(function) {
            if let Ok(at) = self.meant.binary_search_by_key(&(file, row.specifier), |row| (row.0, row.1)) {
                bodies.push((facts.files[self.meant[at].2.index()].body, row.line));
            }
            let module = absolute(facts, file, row.specifier);
            let member = row.name.map(|name| format!("{module}.{}", facts.text(name)));
            for name in [Some(module), member].into_iter().flatten() {
                bodies.extend(self.body(facts, &name).map(|body| (body, row.line)));
            }
        }
        if facts.functions[function.index()].kind == FunctionKind::Module {
            let stars = facts.stars_of(file).iter().map(|&star| absolute(facts, file, star));
            bodies.extend(stars.filter_map(|module| Some((self.body(facts, &module)?, 1))));
        }
        bodies.sort_unstable_by_key(|&(body, line)| (line, body));
        bodies.dedup_by_key(|row| row.0);
        bodies
    }

    fn body(&self, facts: &Facts, module: &str) -> Option<FuncId> {
        self.by_name.get(module).map(|file| facts.files[file.index()].body)
    }
}

/// The full name that a specifier means: `..db` in `app.web.views` is `app.db`.
fn absolute(facts: &Facts, file: FileId, specifier: Sym) -> String {
    let text = facts.text(specifier);
    let rest = text.trim_start_matches('.');
    let level = text.len() - rest.len();
    if level == 0 {
        return text.to_owned();
    }
    let row = &facts.files[file.index()];
    let mut parts: Vec<&str> = facts.text(row.module).split('.').collect();
    let drop = if row.is_package { level - 1 } else { level };
    parts.truncate(parts.len().saturating_sub(drop));
    parts.extend(rest.split('.').filter(|part| !part.is_empty()));
    parts.join(".")
}
