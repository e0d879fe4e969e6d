//! Import specifiers → modules: what an import means, and the source of installed modules when it is wanted.
//!
//! What a specifier means is a matter of the language of the file that it stands in: [`python`] and [`node`] each
//! know the rules of one. Module names of several languages are kept apart by their form: `pkg.mod` is Python,
//! `src/app` and `./app` are files of JavaScript, `npm:express` and `node:fs` what they import from elsewhere.
//!
//! # On demand
//! [`Loader`] reads a module from `site-packages` or `node_modules` when some import wants it. It reads none of the
//! standard libraries and none of the packages that models describe (*opaque*): models and builtin bodies say more
//! about those than their source would.

mod node;
mod python;
mod rust;

pub(crate) use python::is_standard;

use crate::discover::{self, Bridges, Installed, Libraries, Repo, Skipped, SourceFile};
use crate::facts::{Facts, Language};
use crate::lower::Macros;
use crate::solve::Importer;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Installed modules that one analysis loads at most.
pub const MAX_MODULES: usize = 20_000;
/// Bytes of installed modules that one analysis loads at most.
pub const MAX_BYTES: usize = 256 << 20;

/// Which module a specifier means.
#[derive(Debug, Default)]
pub struct Names<'a> {
    python: python::Names,
    node: node::Names<'a>,
    rust: rust::Names,
    bridges: Bridges,
}

impl<'a> Names<'a> {
    /// The names of these files, nothing else being there.
    #[must_use]
    pub fn new(files: &[SourceFile]) -> Self {
        Self {
            python: python::Names::new(files),
            node: node::Names::new(files),
            rust: rust::Names::new(files),
            bridges: Bridges::default(),
        }
    }

    /// The names of the files of a repository and of what is installed beside them.
    fn of(repo: &'a Repo) -> Self {
        Self {
            python: python::Names::new(&repo.files),
            node: node::Names::of(repo),
            rust: rust::Names::of(repo),
            bridges: repo.bridges.clone(),
        }
    }

    /// The full name of the module that `specifier` means for an importing file.
    #[must_use]
    pub fn absolute(&self, importer: &Importer<'_>, specifier: &str) -> String {
        self.meaning(importer, specifier, &|_| false)
    }

    /// The module that a compiled file of the tree means to JavaScript.
    fn bridge(&self, specifier: &str) -> Option<&String> {
        if specifier.ends_with(".node") {
            return self.bridges.node.as_ref();
        }
        if self.bridges.wasm.is_empty() || !specifier.contains("pkg") {
            return None;
        }
        let last = specifier.rsplit('/').next().unwrap_or(specifier);
        let stem = last.trim_end_matches(".js").trim_end_matches("_bg.wasm").trim_end_matches("_bg");
        let only =
            || self.bridges.wasm.values().next().filter(|_| stem == "pkg" && self.bridges.wasm.len() == 1);
        self.bridges.wasm.get(&stem.replace('-', "_")).or_else(only)
    }

    fn meaning(&self, importer: &Importer<'_>, specifier: &str, is_opaque: &dyn Fn(&str) -> bool) -> String {
        match importer.language {
            Language::Rust => self.rust.absolute(importer.module, specifier, is_opaque),
            Language::Python => self.python.absolute(importer.module, importer.is_package, specifier),
            Language::JavaScript => match self.bridge(specifier) {
                Some(module) => module.clone(),
                None => self.node.absolute(importer.path, specifier, is_opaque),
            },
        }
    }
}

/// Loads installed modules on demand.
pub struct Loader<'a> {
    repo: &'a Repo,
    names: Names<'a>,
    installed: &'a [Installed],
    is_opaque: &'a (dyn Fn(&str) -> bool + Sync),
    asked: BTreeSet<String>,
    modules: usize,
    bytes: usize,
    skipped: Vec<Skipped>,
    libraries: Libraries<'a>,
    macros: Macros,
}

impl<'a> Loader<'a> {
    /// A loader of what the first-party code of `repo` wants from its installed packages. `is_opaque` says of a
    /// module whether models describe it, so that it is never loaded.
    #[must_use]
    pub fn new(repo: &'a Repo, is_opaque: &'a (dyn Fn(&str) -> bool + Sync)) -> Self {
        Self {
            repo,
            names: Names::of(repo),
            installed: &repo.installed,
            is_opaque,
            asked: BTreeSet::new(),
            modules: 0,
            bytes: 0,
            skipped: Vec::new(),
            libraries: Libraries::new(&repo.libraries),
            macros: Macros::default(),
        }
    }

    /// The facts of the files of the repository, which may call macros of dependencies.
    pub fn facts(&mut self) -> Facts {
        let files = &self.repo.files;
        self.macros = Macros::of(files);
        self.macros.know(&self.repo.crates);
        for root in self.macros.wanted(files) {
            let plain = root.split('@').next().unwrap_or(&root);
            if root.starts_with("cargo:") && !(self.is_opaque)(plain) {
                self.libraries.open(&root);
            }
        }
        self.learn_macros();
        crate::lower::with_macros(files, &self.macros)
    }

    fn learn_macros(&mut self) {
        for (module, text) in self.libraries.take_macros() {
            self.macros.add(&module, &text);
        }
    }

    /// See [`Names::absolute`].
    #[must_use]
    pub fn absolute(&self, importer: &Importer<'_>, specifier: &str) -> String {
        self.names.meaning(importer, specifier, &self.is_opaque)
    }

    /// The sources of those of these modules that are installed, in path order. A module is given out once.
    pub fn sources(&mut self, modules: &[String]) -> Vec<SourceFile> {
        let wanted: BTreeSet<&String> =
            modules.iter().filter(|module| !self.asked.contains(*module)).collect();
        self.asked.extend(modules.iter().cloned());
        let (crates, wanted): (Vec<&String>, Vec<&String>) =
            wanted.into_iter().partition(|module| module.starts_with("cargo:"));
        let (scripts, mut modules): (Vec<&String>, Vec<&String>) =
            wanted.into_iter().partition(|module| module.contains(['/', ':']));
        modules.retain(|module| self.may_load(module));
        let installed = self.installed;
        let mut found: Vec<_> =
            modules.into_par_iter().filter_map(|module| discover::module(installed, module)).collect();
        found.extend(self.libraries.sources(&crates));
        self.learn_macros();
        found.extend(scripts.into_iter().filter_map(|module| self.names.node.source(module)));
        let mut files = Vec::new();
        for result in found {
            match result {
                Ok(file) if self.fits(&file) => files.push(file),
                Ok(_) => {}
                Err(skipped) => self.skipped.push(skipped),
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// What was not loaded, in path order.
    #[must_use]
    pub fn into_skipped(mut self) -> Vec<Skipped> {
        self.skipped.extend(self.names.node.into_skipped());
        self.skipped.sort();
        self.skipped.dedup();
        self.skipped
    }

    fn may_load(&self, module: &str) -> bool {
        !is_standard(module) && !self.names.python.is_ours(module) && !(self.is_opaque)(module)
    }

    /// Whether a module fits into the limits; says so once when one does not.
    fn fits(&mut self, file: &SourceFile) -> bool {
        let fits = self.modules < MAX_MODULES && self.bytes + file.bytes.len() <= MAX_BYTES;
        if fits {
            self.modules += 1;
            self.bytes += file.bytes.len();
        } else if self.bytes <= MAX_BYTES {
            // Marks the budget as spent, so that a smaller module behind this one does not slip through.
            self.bytes = MAX_BYTES + 1;
            let reason = format!(
                "was not loaded, nor any installed module behind it: {MAX_MODULES} modules or {MAX_BYTES} bytes are the limit"
            );
            self.skipped.push(Skipped { path: file.path.clone(), reason });
        }
        fits
    }
}

impl crate::solve::Loader for Loader<'_> {
    fn absolute(&self, importer: &Importer<'_>, specifier: &str) -> String {
        Loader::absolute(self, importer, specifier)
    }

    fn is_package(&self, importer: &Importer<'_>, name: &str) -> bool {
        importer.language != Language::Rust || self.names.rust.is_package(importer.module, name)
    }

    fn reached(&self, importer: &Importer<'_>) -> Option<Vec<String>> {
        match importer.language {
            Language::Rust => self.names.rust.reached(importer.module),
            Language::Python | Language::JavaScript => None,
        }
    }

    fn load(&mut self, modules: &[String]) -> Facts {
        let files = self.sources(modules);
        crate::lower::with_macros(&files, &self.macros)
    }
}
