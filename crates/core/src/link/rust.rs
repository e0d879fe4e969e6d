//! What a path means in Rust: `crate`, a module of the same crate, or another crate.
//!
//! A crate that is a dependency has a name space of its own, `cargo:serde.de`, which keeps it apart from modules of
//! other languages.
//!
//! Lowering writes `=a.b` for a module whose full name it knows (`self`, `super`, `mod m`), `crate.a` for a path from
//! the root of the crate, and `name.a` for one that begins with the name of a crate.

use crate::discover::{Crate, Repo, SourceFile};
use crate::facts::Language;
use std::collections::BTreeSet;

/// Which module a specifier means.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In the order of their roots.
    crates: Vec<Crate>,
    modules: BTreeSet<String>,
}

impl Names {
    /// The names of these files, nothing else being there: a module without a dot is the root of a crate.
    pub(super) fn new(files: &[SourceFile]) -> Self {
        let modules: BTreeSet<String> = files
            .iter()
            .filter(|file| file.language == Language::Rust)
            .map(|file| file.module.clone())
            .collect();
        let roots = modules.iter().filter(|module| !module.contains('.'));
        let crates = roots.map(|root| Crate { root: root.clone(), ..Crate::default() }).collect();
        Self { crates, modules }
    }

    /// The names of the files of a repository.
    pub(super) fn of(repo: &Repo) -> Self {
        let names = Self::new(&repo.files);
        Self { crates: repo.crates.clone(), ..names }
    }

    /// The full name of the module that a specifier means in a module.
    pub(super) fn absolute(&self, module: &str, specifier: &str, is_opaque: &dyn Fn(&str) -> bool) -> String {
        let full = self.meaning(module, specifier);
        let root = full.split('.').next().unwrap_or_default();
        if let Some(name) = root.strip_prefix("cargo:") {
            let name = name.split('@').next().unwrap_or(name);
            // A library that models describe is known by its plain name, and never loaded.
            let is_plain = is_opaque(&format!("cargo:{name}")) && !module.starts_with(root);
            return if is_plain { format!("{name}{}", &full[root.len()..]) } else { full };
        }
        self.without_alias(module, full)
    }

    /// The name of a file that is a module of two crates is that of the first.
    fn without_alias(&self, module: &str, full: String) -> String {
        let Some(own) = self.crate_of(module).filter(|own| !own.aliases.is_empty()) else { return full };
        let ends = full.rmatch_indices('.').map(|(end, _)| end);
        let found =
            [full.len()].into_iter().chain(ends).find_map(|end| Some((end, own.aliases.get(&full[..end])?)));
        found.map_or_else(|| full.clone(), |(end, name)| format!("{name}{}", &full[end..]))
    }

    fn meaning(&self, module: &str, specifier: &str) -> String {
        if let Some(full) = specifier.strip_prefix('=') {
            return full.to_owned();
        }
        let own = self.crate_of(module);
        let root = own.map_or(module, |own| own.root.as_str());
        if let Some(rest) = specifier.strip_prefix("crate")
            && (rest.is_empty() || rest.starts_with('.'))
        {
            return format!("{root}{rest}");
        }
        let (first, rest) = specifier.split_at(specifier.find('.').unwrap_or(specifier.len()));
        if matches!(first, "std" | "core" | "alloc") {
            return format!("std{rest}");
        }
        let dependency = own.and_then(|own| own.dependencies.get(first));
        if let Some(dependency) = dependency {
            return format!("{dependency}{rest}");
        }
        if own.is_some_and(|own| !own.library.is_empty() && own.library == first) {
            return specifier.to_owned();
        }
        // Before the edition of 2018, paths begin at the root of the crate.
        for base in [module, root] {
            if self.modules.contains(&format!("{base}.{first}")) {
                return format!("{base}.{specifier}");
            }
        }
        specifier.to_owned()
    }

    /// Whether the crate of a module may name a crate so.
    pub(super) fn is_package(&self, module: &str, name: &str) -> bool {
        // Of a crate without a manifest it is not known.
        let is_its = |own: &Crate| {
            own.dependencies.is_empty() || own.dependencies.contains_key(name) || own.library == name
        };
        matches!(name, "std" | "core" | "alloc") || self.crate_of(module).is_none_or(is_its)
    }

    /// The roots of the crates that the crate of a module depends on, and those that they depend on, in order. None for
    /// a crate without a manifest.
    pub(super) fn reached(&self, module: &str) -> Option<Vec<String>> {
        let own =
            self.crate_of(module).filter(|own| !own.library.is_empty() || !own.dependencies.is_empty())?;
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<&Crate> = vec![own];
        while let Some(row) = waiting.pop() {
            let own = Some(&row.library).filter(|library| !library.is_empty());
            for root in row.dependencies.values().chain(own) {
                if reached.insert(root) {
                    waiting.extend(self.crate_of(root));
                }
            }
        }
        Some(reached.into_iter().map(str::to_owned).collect())
    }

    /// The crate with the longest root above a module.
    fn crate_of(&self, module: &str) -> Option<&Crate> {
        let ends = [module.len()].into_iter().chain(module.rmatch_indices('.').map(|(end, _)| end));
        ends.filter_map(|end| self.crate_at(&module[..end])).next()
    }

    /// The crate of a root: the last one, where several have it.
    fn crate_at(&self, root: &str) -> Option<&Crate> {
        let behind = self.crates.partition_point(|row| row.root.as_str() <= root);
        self.crates[..behind].last().filter(|row| row.root == root)
    }
}
