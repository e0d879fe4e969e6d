//! The name of a macro → its rules: which of the definitions of that name a call means.
//!
//! The macros of the file go first, then those of its crate. Macros of other crates are seen by path (`k::m!`), and by
//! name where the file or its crate imports them (`use k::m`, `#[macro_use] extern crate k`) and they are exported.
//! What a macro calls its own crate (`$crate`) is written as the calling crate calls that one. A macro that is known by
//! its name, such as `assert_eq`, is what it is everywhere, unless the crate defines it itself.

use super::macros::is_known;
use super::rules::{Definition, Rules, definitions};
use crate::discover::{Crate, SourceFile};
use crate::facts::Language;
use crate::parse;
use memchr::memmem;
use rayon::prelude::*;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What each file has to know of the others: the macros that they define, which crates they name, and whether some
/// type is told when it is dropped.
#[derive(Default)]
pub(crate) struct Macros {
    /// By name: the crates that define it, by the first part of their modules.
    rules: FxHashMap<String, Vec<(String, Definition)>>,
    /// What the names of crates mean in each crate.
    crates: BTreeMap<String, BTreeMap<String, String>>,
    /// Crates whose macros a crate knows by name everywhere.
    imported: BTreeMap<String, BTreeSet<String>>,
    has_drop: bool,
}

/// The rules that a call means.
#[derive(Clone, Copy)]
pub(super) struct Found<'m> {
    pub(super) rules: &'m Rules,
    /// The crate that defines them; none for the file itself.
    pub(super) root: Option<&'m str>,
    /// What `$crate` is written as.
    pub(super) home: &'m str,
}

impl Macros {
    /// The macros of these files.
    pub(crate) fn of(files: &[SourceFile]) -> Self {
        let rust = || files.par_iter().filter(|file| file.language == Language::Rust);
        let has_words = |file: &&SourceFile| tells(&file.bytes);
        let found: Vec<_> = rust()
            .filter(has_words)
            .map(|file| (file.module.as_str(), Told::by(&parse::text(&file.bytes))))
            .collect();
        let mut macros = Self::default();
        for (module, told) in found {
            macros.enter(module, told);
        }
        macros.has_drop = rust().any(|file| memmem::find(&file.bytes, b"Drop for").is_some());
        macros
    }

    /// What these crates call each other.
    pub(crate) fn know(&mut self, crates: &[Crate]) {
        for row in crates {
            let known = self.crates.entry(crate_of(&row.root).to_owned()).or_default();
            known.extend(
                row.dependencies.iter().map(|(name, root)| (name.clone(), crate_of(root).to_owned())),
            );
        }
    }

    /// What the crate of a module calls the crates whose macros it knows by name everywhere.
    pub(super) fn everywhere(&self, module: &str) -> Vec<String> {
        self.imported.get(crate_of(module)).into_iter().flatten().cloned().collect()
    }

    /// Whether some type of the program implements `Drop`.
    pub(super) fn has_drop(&self) -> bool {
        self.has_drop
    }

    /// The macros of the text of a module join them.
    pub(crate) fn add(&mut self, module: &str, text: &str) {
        self.enter(module, Told::by(text));
    }

    fn enter(&mut self, module: &str, told: Told) {
        let root = crate_of(module);
        for definition in told.definitions {
            let known = self.rules.entry(definition.name.clone()).or_default();
            known.push((root.to_owned(), definition));
        }
        if !told.imported.is_empty() {
            self.imported.entry(root.to_owned()).or_default().extend(told.imported);
        }
    }

    /// The dependencies whose macros these files may call, by the first part of their modules.
    pub(crate) fn wanted(&self, files: &[SourceFile]) -> BTreeSet<String> {
        let rust = files.par_iter().filter(|file| file.language == Language::Rust);
        rust.flat_map_iter(|file| {
            let text = parse::text(&file.bytes);
            let root = crate_of(&file.module);
            let names = imports(&text).into_iter().filter(|row| row.is_called(&text)).map(|row| row.name);
            let paths = patterns().paths.captures_iter(&text).map(|found| found[1].to_owned());
            names.chain(paths).map(|name| self.meaning(root, &name).to_owned()).collect::<Vec<_>>()
        })
        .chain(
            self.imported
                .par_iter()
                .flat_map_iter(|(root, names)| names.iter().map(|name| self.meaning(root, name).to_owned())),
        )
        .collect()
    }

    /// What the name of a crate means in another.
    fn meaning<'m>(&'m self, root: &str, name: &'m str) -> &'m str {
        self.crates.get(root).and_then(|known| known.get(name)).map_or(name, String::as_str)
    }

    /// What a crate calls another.
    fn home<'m>(&'m self, root: &str, other: &'m str) -> &'m str {
        if root == other {
            return "crate";
        }
        let known = self.crates.get(root).into_iter().flatten();
        known.filter(|row| row.1 == other).map(|row| row.0.as_str()).next().unwrap_or(other)
    }

    fn of_crate(&self, name: &str, root: &str, is_exported: bool) -> Option<&Definition> {
        let mut known = self.rules.get(name)?.iter();
        known.find(|row| row.0 == root && (row.1.is_exported || !is_exported)).map(|row| &row.1)
    }
}

/// Which macros a file sees.
pub(super) struct Scope<'m> {
    text: &'m str,
    root: &'m str,
    own: Vec<Definition>,
    macros: &'m Macros,
    imports: OnceCell<Vec<Import>>,
}

impl<'m> Scope<'m> {
    pub(super) fn new(text: &'m str, module: &'m str, macros: &'m Macros) -> Self {
        Self { text, root: crate_of(module), own: definitions(text), macros, imports: OnceCell::new() }
    }

    /// The rules of a macro that is called by this path. `origin` is the crate whose macro wrote the call.
    pub(super) fn find<'s>(&'s self, path: &'s str, origin: Option<&'s str>) -> Option<Found<'s>> {
        let (first, name) = path
            .rsplit_once("::")
            .map_or((None, path), |(base, name)| (Some(base.split("::").next().unwrap_or_default()), name));
        let (first, name) = (first.map(str::trim), name.trim());
        if first.is_none()
            && let Some(own) = self.own.iter().rev().find(|own| own.name == name)
        {
            return Some(Found { rules: &own.rules, root: None, home: "crate" });
        }
        let root = self.origin(first, name, origin)?;
        if root != self.root && is_known(name) {
            return None;
        }
        let definition = self.macros.of_crate(name, root, root != self.root && origin != Some(root))?;
        Some(Found { rules: &definition.rules, root: Some(root), home: self.macros.home(self.root, root) })
    }

    /// The crate whose macro a path means.
    fn origin<'s>(&'s self, first: Option<&'s str>, name: &str, origin: Option<&'s str>) -> Option<&'s str> {
        match first {
            Some("crate" | "self" | "super") => Some(self.root),
            Some("std" | "core" | "alloc") => None,
            Some(name) if !name.is_empty() => Some(self.macros.meaning(self.root, name)),
            _ => {
                let known = self.macros.rules.get(name)?;
                let own = [Some(self.root), origin].into_iter().flatten();
                let mut own = own.filter(|root| known.iter().any(|row| row.0 == **root));
                own.next().or_else(|| self.imported(name, known))
            }
        }
    }

    /// The crate that a name is imported from.
    fn imported<'s>(&'s self, name: &str, known: &[(String, Definition)]) -> Option<&'s str> {
        let imports = self.imports.get_or_init(|| imports(self.text));
        let rows = imports.iter().filter(|row| row.brings(name)).map(|row| row.name.as_str());
        let everywhere = self.macros.imported.get(self.root).into_iter().flatten().map(String::as_str);
        let roots = rows.chain(everywhere).map(|name| self.macros.meaning(self.root, name));
        roots.into_iter().find(|root| known.iter().any(|row| row.0 == *root))
    }
}

/// What a text says that other files have to know.
struct Told {
    definitions: Vec<Definition>,
    imported: Vec<String>,
}

/// Whether a text may say anything of that.
pub(crate) fn tells(bytes: &[u8]) -> bool {
    [&b"macro_rules!"[..], b"macro_use"].into_iter().any(|word| memmem::find(bytes, word).is_some())
}

impl Told {
    fn by(text: &str) -> Self {
        let imported = patterns().macro_use.captures_iter(text).map(|found| found[1].to_owned());
        Self { imported: imported.collect(), definitions: definitions(text) }
    }
}

/// `use name::tree;`
struct Import {
    name: String,
    tree: String,
}

impl Import {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.tree.split(|c: char| c != '_' && !c.is_alphanumeric()).filter(|word| !word.is_empty())
    }

    fn brings(&self, name: &str) -> bool {
        self.tree.contains('*') || self.words().any(|word| word == name)
    }

    /// Whether a text calls a macro of one of the names.
    fn is_called(&self, text: &str) -> bool {
        let is_called = |word: &str| memmem::find(text.as_bytes(), format!("{word}!").as_bytes()).is_some();
        self.words().any(|word| !is_known(word) && is_called(word))
    }
}

/// What a text imports from crates, and from modules.
fn imports(text: &str) -> Vec<Import> {
    let rows = patterns().imports.captures_iter(text);
    let rows = rows.filter(|row| !matches!(&row[1], "std" | "core" | "alloc" | "crate" | "self" | "super"));
    rows.map(|row| Import { name: row[1].to_owned(), tree: row[2].to_owned() }).collect()
}

fn crate_of(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

struct Patterns {
    imports: Regex,
    paths: Regex,
    macro_use: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let regex = |text: &str| Regex::new(text).expect("the pattern is right");
        Patterns {
            imports: regex(r"\buse\s+(?:::)?(\w+)::([^;]+);"),
            paths: regex(r"\b(\w+)::(?:\w+::)*\w+!\s*[\[({]"),
            macro_use: regex(r"#\[macro_use\b[^\]]*\]\s*(?:pub\s+)?extern\s+crate\s+(\w+)"),
        }
    })
}
