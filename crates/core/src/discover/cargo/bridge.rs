//! Functions and types that Rust shows to Python and JavaScript → the modules by which these import them.
//!
//! Such a module is one of Rust that shows names of others: lowering and linking then know no bridge.
//! ```text
//! #[pymodule] fn _native(…), #[pyfunction] fn scan(…)     →  module `pkg._native`: pub use krate::scan;
//! #[napi] fn read_all(…)                                  →  what `*.node` means:  pub use krate::read_all as readAll;
//! #[wasm_bindgen] pub fn run(…)                           →  what `…/krate` means: pub use krate::run;
//! ```

use crate::discover::SourceFile;
use crate::facts::{Language, Origin};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Packages of Python that an extension may be a module of.
const MAX_PACKAGES: usize = 50;

/// Where the modules of bridges are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bridges {
    /// The module that a file `*.node` means.
    pub(crate) node: Option<String>,
    /// The modules that compiled crates mean, by the name of the crate.
    pub(crate) wasm: BTreeMap<String, String>,
}

/// What an attribute shows to another language.
struct Shown {
    /// `py`, `napi`, `wasm`.
    bridge: &'static str,
    /// The crate, and the full path of the item.
    owner: String,
    item: String,
    /// The name over there.
    name: String,
    is_module: bool,
}

/// The modules of bridges between the files of a tree.
pub(in crate::discover) fn modules(files: &[SourceFile]) -> (Vec<SourceFile>, Bridges) {
    let rust = files.iter().filter(|file| file.language == Language::Rust);
    let shown: Vec<Shown> = rust.flat_map(shown_by).collect();
    let mut made: BTreeMap<String, Vec<&Shown>> = BTreeMap::new();
    let mut bridges = Bridges::default();
    for row in shown.iter().filter(|row| !row.is_module) {
        let names = match row.bridge {
            "py" => extensions(&shown, &row.owner, files),
            "napi" => {
                let name = format!("napi:{}", row.owner);
                bridges.node.get_or_insert_with(|| name.clone());
                vec![name]
            }
            _ => {
                let name = format!("wasm:{}", row.owner);
                bridges.wasm.insert(row.owner.clone(), name.clone());
                vec![name]
            }
        };
        names.into_iter().for_each(|name| made.entry(name).or_default().push(row));
    }
    let taken: BTreeSet<&str> = files.iter().map(|file| file.module.as_str()).collect();
    let made = made.into_iter().filter(|(name, _)| !taken.contains(name.as_str()));
    (made.map(|(name, rows)| module(name, &rows)).collect(), bridges)
}

/// The names by which Python may import the extension that a crate is: alone, or as a module of a package.
fn extensions(shown: &[Shown], owner: &str, files: &[SourceFile]) -> Vec<String> {
    let own = shown.iter().filter(|row| row.bridge == "py" && row.is_module && row.owner == owner);
    let is_package = |file: &&SourceFile| file.language == Language::Python && file.is_package;
    let packages: Vec<&str> =
        files.iter().filter(is_package).take(MAX_PACKAGES).map(|file| file.module.as_str()).collect();
    let below =
        |row: &Shown| packages.iter().map(|package| format!("{package}.{}", row.name)).collect::<Vec<_>>();
    own.flat_map(|row| below(row).into_iter().chain([row.name.clone()])).collect()
}

fn module(name: String, rows: &[&Shown]) -> SourceFile {
    let lines = rows.iter().map(|row| format!("pub use {} as {};\n", row.item.replace('.', "::"), row.name));
    SourceFile {
        path: format!("<{name}>"),
        module: name.clone(),
        is_package: true,
        language: Language::Rust,
        origin: Origin::FirstParty,
        configuration: None,
        condition: None,
        bytes: lines.collect::<String>().into_bytes(),
    }
}

/// What a file shows.
fn shown_by(file: &SourceFile) -> Vec<Shown> {
    let text = String::from_utf8_lossy(&file.bytes);
    if !["pyfunction", "pyclass", "pymodule", "napi", "wasm_bindgen"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let owner = file.module.split('.').next().unwrap_or_default();
    let found = pattern().captures_iter(&text).filter_map(|found| {
        let group = |index: usize| found.get(index).map_or("", |part| part.as_str());
        let (attribute, item) = (group(1), found.get(4)?.as_str());
        let bridge = match attribute {
            "napi" => "napi",
            "wasm_bindgen" => "wasm",
            _ => "py",
        };
        let told = [group(2), group(3)]
            .iter()
            .find_map(|text| Some(renamed().captures(text)?.get(1)?.as_str().to_owned()));
        let name = told.unwrap_or_else(|| if bridge == "napi" { camel(item) } else { item.to_owned() });
        let is_module = attribute == "pymodule";
        Some(Shown {
            bridge,
            owner: owner.to_owned(),
            item: format!("{}.{item}", file.module),
            name,
            is_module,
        })
    });
    found.collect()
}

/// `read_all` as JavaScript writes it.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(letters.as_str());
    }
    camel
}

/// An attribute that shows an item, with the attributes and words between it and the name of the item.
fn pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(
            r#"#\[(?:\w+::)*(pyfunction|pyclass|pymodule|napi|wasm_bindgen)\s*(\([^\]]*\))?\]\s*((?:(?:#\[[^\]]*\]|//[^\n]*)\s*)*)(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|unsafe\s+|extern\s+"C"\s+)*(?:fn|struct|enum)\s+(\w+)"#,
        )
        .expect("the pattern is right")
    })
}

/// The name that an attribute gives an item over there.
fn renamed() -> &'static Regex {
    static RENAMED: OnceLock<Regex> = OnceLock::new();
    RENAMED.get_or_init(|| Regex::new(r#"\b(?:js_)?name\s*=\s*"?(\w+)"#).expect("the pattern is right"))
}
