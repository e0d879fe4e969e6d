//! A library that is a dependency → the sources of its modules, when they are wanted.
//!
//! A module is loaded when something reached names it. With it come the modules of which it shows every name
//! (`pub use x::*`), and those that implement something for its types: what a type can do stands wherever its crate
//! likes. Where that is, is read from the text of the crate, once, when the first of its modules is wanted.

use super::config::Configuration;
use super::tree;
use crate::discover::{Skipped, SourceFile, read};
use crate::facts::{Language, Origin};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A library that is a dependency, its sources being at hand.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    /// The module of its root.
    pub(super) module: String,
    /// The folder of its package, which no link may leave.
    pub(super) folder: PathBuf,
    /// Its root file, below the folder.
    pub(super) root: String,
    /// What reports call the folder: name and version.
    pub(super) label: String,
    pub(super) configuration: Arc<Configuration>,
}

/// The libraries of a program.
#[derive(Debug, Default)]
pub(crate) struct Libraries<'a> {
    libraries: BTreeMap<&'a str, &'a Library>,
    known: BTreeMap<&'a str, Index>,
    /// Modules that define macros, of the crates that were looked into last: name and text.
    macros: Vec<(String, String)>,
    given: BTreeSet<String>,
}

/// What the text of a crate says about its modules.
#[derive(Debug, Default)]
struct Index {
    /// The file of each module.
    files: BTreeMap<String, String>,
    /// Modules of which a module shows every name.
    stars: BTreeMap<String, Vec<String>>,
    /// Names of the types that a module declares.
    types: BTreeMap<String, Vec<String>>,
    /// Modules that implement something for types of this name.
    implementing: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Libraries<'a> {
    pub(crate) fn new(libraries: &'a [Library]) -> Self {
        let libraries = libraries.iter().map(|library| (library.module.as_str(), library)).collect();
        Self { libraries, ..Self::default() }
    }

    /// The sources of those of these modules that were not given out before, with what comes with them.
    pub(crate) fn sources(&mut self, modules: &[&String]) -> Vec<Result<SourceFile, Skipped>> {
        let mut found = Vec::new();
        for name in modules {
            let root = name.split('.').next().unwrap_or_default();
            let Some(&library) = self.libraries.get(root) else { continue };
            self.open(root);
            let index = &self.known[root];
            for module in index.with(name) {
                if self.given.insert(module.clone()) {
                    found.push(library.load(&module, &index.files[&module]));
                }
            }
        }
        found
    }

    /// Looks into a crate, so that its macros are known.
    pub(crate) fn open(&mut self, root: &str) {
        if let Some((&root, &library)) = self.libraries.get_key_value(root)
            && !self.known.contains_key(root)
        {
            let index = Index::new(library, &mut self.macros);
            self.known.insert(root, index);
        }
    }

    /// Modules that define macros, of the crates that were looked into since this was asked last: name and text.
    pub(crate) fn take_macros(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.macros)
    }
}

impl Library {
    fn load(&self, module: &str, path: &str) -> Result<SourceFile, Skipped> {
        let label = format!("{}/{path}", self.label);
        let skipped = |reason| Skipped { path: label.clone(), reason };
        let target =
            self.inside(path).ok_or_else(|| skipped("is a link that leaves its package".to_owned()))?;
        let source = read::source(&target).map_err(skipped)?;
        Ok(SourceFile {
            path: label,
            module: module.to_owned(),
            is_package: true,
            language: Language::Rust,
            origin: Origin::Dependency,
            configuration: Some(Arc::clone(&self.configuration)),
            condition: None,
            bytes: source.bytes,
        })
    }

    /// A file of the package, links resolved.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let fence = fs::canonicalize(&self.folder).ok()?;
        let target = fs::canonicalize(self.folder.join(path)).ok()?;
        target.starts_with(fence).then_some(target)
    }
}

impl Index {
    fn new(library: &Library, macros: &mut Vec<(String, String)>) -> Self {
        let mut texts: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut text = |path: &str| {
            let read = || {
                let source = read::source(&library.inside(path)?).ok()?;
                Some(String::from_utf8_lossy(&source.bytes).into_owned())
            };
            texts.entry(path.to_owned()).or_insert_with(read).clone()
        };
        let broken = |conditions: &[String]| library.configuration.broken(conditions);
        let modules = tree::modules(&library.root, &library.module, &mut text, &broken);
        let mut index = Self::default();
        for module in modules {
            let is_compiled =
                module.conditions.iter().all(|condition| library.configuration.holds(condition));
            let Some(Some(text)) = texts.get(&module.path).filter(|_| is_compiled) else { continue };
            if crate::lower::tells(text.as_bytes()) {
                macros.push((module.name.clone(), text.clone()));
            }
            index.enter(&module.name, text, &library.module);
            index.files.insert(module.name, module.path);
        }
        index
    }

    fn enter(&mut self, module: &str, text: &str, root: &str) {
        let patterns = patterns();
        let globs = patterns.globs.captures_iter(text);
        let stars = globs.filter_map(|found| full_name(found.get(1)?.as_str(), module, root));
        self.stars.insert(module.to_owned(), stars.collect());
        let types =
            patterns.types.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
        self.types.insert(module.to_owned(), types.collect());
        for found in patterns.heads.captures_iter(text) {
            let head = found.get(1).map_or("", |head| head.as_str());
            if let Some(name) = implemented(head) {
                self.implementing.entry(name.to_owned()).or_default().insert(module.to_owned());
            }
        }
    }

    /// The modules with a file that come with a module, itself first.
    fn with(&self, name: &str) -> Vec<String> {
        // An inline module, or a member of a module, is in the file of the module around it.
        let ends = name.rmatch_indices('.').map(|(end, _)| end);
        let mut prefixes = [name.len()].into_iter().chain(ends).map(|end| &name[..end]);
        let Some(first) = prefixes.find(|prefix| self.files.contains_key(*prefix)) else { return Vec::new() };
        let mut found = vec![first.to_owned()];
        let mut next = 0;
        while let Some(module) = found.get(next).cloned() {
            next += 1;
            let stars = self.stars.get(&module).into_iter().flatten();
            let types = self.types.get(&module).into_iter().flatten();
            let implementing = types.filter_map(|name| self.implementing.get(name)).flatten();
            for other in stars.chain(implementing) {
                if self.files.contains_key(other) && !found.contains(other) {
                    found.push(other.clone());
                }
            }
        }
        found
    }
}

/// The module that the path of a glob means; none if it may be another crate's.
fn full_name(path: &str, module: &str, root: &str) -> Option<String> {
    let mut base = module.to_owned();
    let mut parts = path.split("::").peekable();
    match *parts.peek()? {
        "crate" => {
            base = root.to_owned();
            parts.next();
        }
        "self" => _ = parts.next(),
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                base = base.rsplit_once('.')?.0.to_owned();
            }
        }
        _ => {}
    }
    for part in parts {
        base.push('.');
        base.push_str(part);
    }
    Some(base)
}

/// The name of the type that an `impl` with this head is for.
fn implemented(head: &str) -> Option<&str> {
    let subject = head.rsplit_once(" for ").map_or(head, |(_, subject)| subject);
    let subject = subject.split(" where ").next()?.trim_start_matches(['&', '<', ' ']);
    let subject = match subject.strip_prefix("mut ") {
        Some(rest) => rest,
        None => subject,
    };
    let path = subject.split(['<', ' ', '{']).next()?;
    path.rsplit("::").next().filter(|name| !name.is_empty())
}

struct Patterns {
    globs: Regex,
    types: Regex,
    heads: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let regex = |text: &str| Regex::new(text).expect("the pattern is right");
        Patterns {
            globs: regex(r"\buse\s+(?:::)?([\w:]+)::\*\s*;"),
            types: regex(r"\b(?:struct|enum|union|trait)\s+(\w+)"),
            // Type parameters may hold brackets of their own, to a depth of two.
            heads: regex(r"(?m)^\s*(?:unsafe\s+)?impl\s*(?:<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>)?\s+([^{;]{1,300}?)\s*\{"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Index, full_name, implemented};

    #[test]
    fn heads_name_the_type() {
        for (head, name) in [
            ("Walk", Some("Walk")),
            ("fmt::Debug for a::b::Walk<'_, T>", Some("Walk")),
            ("From<io::Error> for Error where T: X", Some("Error")),
            ("Iterator for &mut Walk", Some("Walk")),
        ] {
            assert_eq!(implemented(head), name, "{head}");
        }
    }

    #[test]
    fn globs_mean_modules() {
        assert_eq!(full_name("self::a::b", "k.m", "k").as_deref(), Some("k.m.a.b"));
        assert_eq!(full_name("super::a", "k.m.n", "k").as_deref(), Some("k.m.a"));
        assert_eq!(full_name("crate::a", "k.m.n", "k").as_deref(), Some("k.a"));
    }

    #[test]
    fn what_implements_for_its_types_comes_with_a_module() {
        let mut index = Index::default();
        for (module, text) in [
            ("k", "mod a; mod b; mod c;"),
            ("k.a", "pub struct Walk<T>(T);"),
            ("k.b", "impl<T: Into<Vec<u8>>> super::a::Walk<T> {\n fn go(&self) {} }"),
            ("k.c", "pub struct Other;"),
        ] {
            index.enter(module, text, "k");
            index.files.insert(module.to_owned(), String::new());
        }
        assert_eq!(index.with("k.a.Walk"), ["k.a", "k.b"]);
    }
}
