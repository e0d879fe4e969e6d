//! `tsconfig.json` → how its files are imported: `baseUrl`, `paths`, `extends`, `references`.

use super::normal;
use serde_json::Value as Json;

/// Names of configurations, the one that counts first.
pub(super) const NAMES: [&str; 2] = ["tsconfig.json", "jsconfig.json"];

/// Patterns of `paths` that are kept.
const MAX_PATTERNS: usize = 1_000;

/// What a configuration says about imports. Paths are relative to the scanned root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// The folder in which names without dots are looked for.
    pub(crate) base: Option<String>,
    /// Patterns with at most one `*`, and the paths that they stand for.
    pub(crate) paths: Vec<(String, Vec<String>)>,
    /// Configurations that hold where this one says nothing, the nearest first.
    pub(super) extends: Vec<String>,
    /// Configurations of parts of the project.
    pub(super) references: Vec<String>,
}

/// Whether a file may be a configuration: others are extended under any name of this form.
pub(super) fn is_config(name: &str) -> bool {
    (name.starts_with("tsconfig") || name.starts_with("jsconfig")) && name.ends_with(".json")
}

impl Config {
    /// Reads a configuration, which is JSON with comments and commas to spare.
    pub(super) fn parse(folder: &str, text: &str) -> Result<Self, String> {
        let plain = plain(text);
        let json: Json = serde_json::from_str(&plain)
            .map_err(|error| format!("is no configuration that can be read: {error}"))?;
        let below = |path: &str| normal(folder, path);
        let options = &json["compilerOptions"];
        let base = options["baseUrl"].as_str().and_then(below);
        let from = base.clone().unwrap_or_else(|| folder.to_owned());
        let patterns = options["paths"].as_object().into_iter().flatten().take(MAX_PATTERNS);
        let paths = patterns
            .map(|(pattern, targets)| {
                let targets = targets.as_array().into_iter().flatten().filter_map(Json::as_str);
                (pattern.clone(), targets.filter_map(|target| normal(&from, target)).collect())
            })
            .collect();
        let texts = |json: &Json| -> Vec<String> {
            let one = json.as_str().into_iter();
            let many = json.as_array().into_iter().flatten().filter_map(Json::as_str).rev();
            one.chain(many).filter_map(below).collect()
        };
        let references = json["references"].as_array().into_iter().flatten();
        let references = references.filter_map(|row| row["path"].as_str()).filter_map(below).collect();
        Ok(Self { base, paths, extends: texts(&json["extends"]), references })
    }

    /// Takes over what another configuration says and this one does not.
    pub(super) fn inherit(&mut self, other: Self) {
        if self.paths.is_empty() {
            self.paths = other.paths;
        }
        self.base = self.base.take().or(other.base);
    }

    /// The paths that a specifier may mean, the most special pattern first.
    pub(crate) fn targets(&self, specifier: &str) -> Vec<String> {
        let mut found: Vec<(usize, &Vec<String>, &str)> = Vec::new();
        for (pattern, targets) in &self.paths {
            match pattern.split_once('*') {
                None if pattern == specifier => found.push((usize::MAX, targets, "")),
                Some((before, behind)) => {
                    let inside = specifier.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
                    found.extend(inside.map(|inside| (before.len(), targets, inside)));
                }
                None => {}
            }
        }
        found.sort_by_key(|row| std::cmp::Reverse(row.0));
        let filled = found.iter().flat_map(|(_, targets, inside)| {
            targets.iter().filter_map(|target| normal("", &target.replacen('*', inside, 1)))
        });
        let of_base = self.base.iter().filter_map(|base| normal(base, specifier));
        filled.chain(of_base).collect()
    }
}

/// JSON without comments and without commas before a closing bracket; what is in strings stays.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' => string_end(rest),
            '/' if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest[2..].find("*/").map_or("", |end| &rest[end + 4..]);
                continue;
            }
            '}' | ']' => {
                let kept = plain.trim_end();
                if let Some(kept) = kept.strip_suffix(',') {
                    plain.truncate(kept.len());
                }
                1
            }
            next => next.len_utf8(),
        };
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    plain
}

/// The length of the string that a text begins with, quotes counted.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
