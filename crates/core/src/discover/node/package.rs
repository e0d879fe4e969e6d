//! `package.json` → names, entry files, and which file a subpath or an internal name means.

use crate::discover::DeclaredEntry;
use serde_json::Value as Json;

/// Begins the module of an entry that is given by a file: resolved when the files are known.
pub(super) const FILE: &str = "file:";

/// Conditions inside each other.
const MAX_DEPTH: u32 = 16;

/// Entries that one manifest declares at most.
const MAX_ENTRIES: usize = 200;

/// A manifest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Whether its `.js` files are modules of the standard kind.
    pub(crate) is_esm: bool,
    /// The files that the name may mean where nothing else is said, the best first.
    pub(crate) main: Vec<String>,
    /// `exports`.
    pub(crate) exports: Option<Json>,
    /// `imports`.
    imports: Option<Json>,
    /// Names of packages that it needs.
    pub(crate) dependencies: Vec<String>,
    bin: Vec<(String, String)>,
    scripts: Vec<(String, String)>,
}

impl Package {
    /// Reads a manifest.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("is no manifest that can be read: {error}"))?;
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let keys = |key: &str| json[key].as_object().into_iter().flatten().map(|row| row.0.clone());
        let name = text("name").unwrap_or_default();
        let own = name.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Self {
            is_esm: json["type"] == "module",
            main: ["source", "main", "module"].iter().filter_map(|key| text(key)).collect(),
            exports: json.get("exports").filter(|exports| !exports.is_null()).cloned(),
            imports: json.get("imports").cloned(),
            dependencies: keys("dependencies").chain(keys("peerDependencies")).collect(),
            bin: strings(&json["bin"], &own),
            scripts: strings(&json["scripts"], ""),
            name,
        })
    }

    /// The files that a subpath (`.`, `./sub`) may mean by `exports`, the best first.
    pub(crate) fn exported(&self, subpath: &str, conditions: &[&str]) -> Vec<String> {
        let Some(exports) = &self.exports else { return Vec::new() };
        let is_map = exports.as_object().is_some_and(|map| map.keys().any(|key| key.starts_with('.')));
        match (is_map, subpath) {
            (true, _) => lookup(exports, subpath, conditions),
            (false, ".") => targets(exports, "", conditions),
            (false, _) => Vec::new(),
        }
    }

    /// What an internal name (`#lib/a`) may mean by `imports`.
    pub(crate) fn internal(&self, name: &str, conditions: &[&str]) -> Vec<String> {
        self.imports.as_ref().map(|imports| lookup(imports, name, conditions)).unwrap_or_default()
    }

    /// Entry points: programs, what the package exports, and files that scripts run.
    pub(super) fn entries(&self, file: &str, text: &str) -> Vec<DeclaredEntry> {
        let entry = |group: &str, name: &str, path: &str, key: &str| DeclaredEntry {
            group: group.to_owned(),
            name: name.to_owned(),
            module: format!("{FILE}{path}"),
            object: String::new(),
            file: file.to_owned(),
            line: line_of(text, key),
        };
        let programs = self.bin.iter().map(|(name, path)| entry("bin", name, path, "bin"));
        let mut exported: Vec<String> = self.main.clone();
        exported.extend(self.exports.iter().flat_map(leaves));
        exported.sort();
        exported.dedup();
        let exported = exported.iter().map(|path| entry("exports", &self.name, path, "main"));
        let scripts = self
            .scripts
            .iter()
            .flat_map(|(name, command)| run_files(command).into_iter().map(move |path| (name.clone(), path)));
        let scripts = scripts.map(|(name, path)| entry("script", &name, &path, &name));
        programs.chain(scripts).chain(exported).take(MAX_ENTRIES).collect()
    }
}

/// The strings of a map by their keys; a lone string under the name that is given.
fn strings(json: &Json, name: &str) -> Vec<(String, String)> {
    match json {
        Json::String(text) => vec![(name.to_owned(), text.clone())],
        Json::Object(map) => {
            map.iter().filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}

/// What a key of a map means: the entry of that name, else the pattern with the longest beginning.
fn lookup(map: &Json, key: &str, conditions: &[&str]) -> Vec<String> {
    if let Some(entry) = map.get(key) {
        return targets(entry, "", conditions);
    }
    let patterns = map.as_object().into_iter().flatten().filter_map(|(pattern, entry)| {
        let (before, behind) = pattern.split_once('*').or_else(|| Some((pattern.strip_suffix('/')?, "")))?;
        let before = if pattern.ends_with('/') { pattern.as_str() } else { before };
        let inside = key.strip_prefix(before)?.strip_suffix(behind)?;
        Some((before.len(), inside, entry))
    });
    match patterns.max_by_key(|row| row.0) {
        Some((_, inside, entry)) => targets(entry, inside, conditions),
        None => Vec::new(),
    }
}

/// The targets that conditions choose, in order, `*` being replaced.
fn targets(entry: &Json, inside: &str, conditions: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    collect(entry, Some(conditions), MAX_DEPTH, &mut found);
    for target in &mut found {
        *target =
            if target.ends_with('/') { format!("{target}{inside}") } else { target.replace('*', inside) };
    }
    found
}

/// Every target of an entry, whatever the conditions.
fn leaves(entry: &Json) -> Vec<String> {
    let mut found = Vec::new();
    collect(entry, None, MAX_DEPTH, &mut found);
    found.retain(|target| !target.contains('*'));
    found
}

fn collect(entry: &Json, conditions: Option<&[&str]>, depth: u32, found: &mut Vec<String>) {
    match entry {
        Json::String(target) => found.push(target.clone()),
        Json::Array(entries) if depth > 0 => {
            entries.iter().for_each(|entry| collect(entry, conditions, depth - 1, found));
        }
        Json::Object(map) if depth > 0 => {
            // Keys come sorted; what stands behind `default` in a manifest never counts, so it goes last.
            let holds = |condition: &str| {
                condition != "types" && conditions.is_none_or(|known| known.contains(&condition))
            };
            let named = map.iter().filter(|(condition, _)| *condition != "default" && holds(condition));
            for (_, entry) in named.chain(map.iter().filter(|(condition, _)| *condition == "default")) {
                collect(entry, conditions, depth - 1, found);
            }
        }
        _ => {}
    }
}

/// Programs that run the file given to them.
const RUNNERS: &[&str] = &[
    "node",
    "nodemon",
    "ts-node",
    "ts-node-dev",
    "tsx",
    "bun",
    "deno",
    "pm2",
    "babel-node",
    "swc-node",
    "electron",
    "forever",
];

/// The files that a script of a manifest runs: `nodemon --watch src src/server.ts` → `src/server.ts`.
fn run_files(command: &str) -> Vec<String> {
    let mut files = Vec::new();
    for part in command.split(['&', '|', ';']) {
        let mut words = part.split_whitespace().skip_while(|word| !RUNNERS.contains(word)).skip(1);
        let is_file = |word: &&str| {
            !word.starts_with('-') && (super::disk::is_module(word) || word.contains('/') || *word == ".")
        };
        files.extend(words.find(is_file).map(str::to_owned));
    }
    files
}

/// The line of a key, from 1.
fn line_of(text: &str, key: &str) -> u32 {
    let at = text.find(&format!("\"{key}\"")).unwrap_or(0);
    u32::try_from(memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1).unwrap_or(u32::MAX)
}
