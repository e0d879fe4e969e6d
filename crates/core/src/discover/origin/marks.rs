//! Files → those that say of themselves, or of which `.gitattributes` or the caller says, that a program wrote them.

use super::super::modules::{join, parent};
use super::super::read;
use super::agents;
use super::{Basis, File, Origin, Writer};
use crate::Error;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Lines at the top of a file in which a marker counts.
const HEAD: usize = 40;
/// Bytes of a line that are looked at.
const LINE: usize = 400;
/// Bytes of a `.gitattributes`.
const MAX_ATTRIBUTES: u64 = 1 << 20;
/// Rules of all `.gitattributes` together.
const MAX_RULES: usize = 10_000;

/// What begins a line of a comment or of a documentation text.
const COMMENTS: &[&str] = &["#", "//", "/*", "*", "<!--", "--", ";", "\"\"\"", "'''", "%"];

/// The origin of each file that is marked.
pub(super) struct Marks {
    files: BTreeMap<String, Origin>,
}

impl Marks {
    /// Looks at each file, the attributes and the globs.
    pub(super) fn read(root: &Path, files: &[File<'_>], globs: &[String]) -> Result<Self, Error> {
        let named = named(globs)?;
        let attributes = Attributes::read(root, files);
        let mark = |file: &File<'_>| {
            if named.matched_path_or_any_parents(file.path, false).is_ignore() {
                return Some(Origin::bare(Writer::Machine, Basis::Caller));
            }
            match attributes.says(file.path) {
                Some(true) => Some(Origin::bare(Writer::Machine, Basis::Marker)),
                // The repository knows better than a comment.
                Some(false) => None,
                None => marker(file.bytes),
            }
        };
        let marked = files.par_iter().filter_map(|file| Some((file.path.to_owned(), mark(file)?)));
        Ok(Self { files: marked.collect() })
    }

    pub(super) fn of(&self, path: &str) -> Option<&Origin> {
        self.files.get(path)
    }

    pub(super) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.files.values()
    }
}

fn named(globs: &[String]) -> Result<Gitignore, Error> {
    let mut builder = GitignoreBuilder::new("");
    for glob in globs {
        builder.add_line(None, glob).map_err(|error| Error {
            message: format!("`{glob}` is no glob: {error}; write one as in `.gitignore`, as in `gen/**`"),
        })?;
    }
    builder
        .build()
        .map_err(|error| Error { message: format!("the globs of --generated: {error}; write simpler ones") })
}

/// Rules of `.gitattributes` about `linguist-generated`, those of outer folders first.
struct Attributes {
    rules: BTreeMap<String, Vec<(Gitignore, bool)>>,
}

impl Attributes {
    fn read(root: &Path, files: &[File<'_>]) -> Self {
        let mut folders = BTreeSet::new();
        for file in files {
            let mut folder = parent(file.path);
            while folders.insert(folder.to_owned()) && !folder.is_empty() {
                folder = parent(folder);
            }
        }
        let mut rules = BTreeMap::new();
        let mut count = 0;
        for folder in folders {
            let Ok(text) = read::text(&root.join(join(&folder, ".gitattributes")), MAX_ATTRIBUTES) else {
                continue;
            };
            let of_folder: Vec<_> = text.lines().filter_map(rule).take(MAX_RULES - count).collect();
            count += of_folder.len();
            rules.insert(folder, of_folder);
        }
        Self { rules }
    }

    /// The last rule of the innermost folder that speaks of the file.
    fn says(&self, path: &str) -> Option<bool> {
        let mut folder = parent(path);
        loop {
            if let Some(rules) = self.rules.get(folder) {
                let inside = path[folder.len()..].trim_start_matches('/');
                let found = rules.iter().rev().find(|rule| rule.0.matched(inside, false).is_ignore());
                if let Some((_, value)) = found {
                    return Some(*value);
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
    }
}

/// A line of `.gitattributes`.
fn rule(line: &str) -> Option<(Gitignore, bool)> {
    let mut words = line.split_whitespace();
    let pattern = words.next().filter(|word| !word.starts_with(['#', '!', '"']))?;
    let mut values = words.filter_map(|word| match word {
        "linguist-generated" | "linguist-generated=true" => Some(true),
        "-linguist-generated" | "!linguist-generated" | "linguist-generated=false" => Some(false),
        _ => None,
    });
    let value = values.next_back()?;
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some((builder.build().ok()?, value))
}

/// The marker at the top of a text.
fn marker(bytes: &[u8]) -> Option<Origin> {
    let lines = bytes.split(|&byte| byte == b'\n').take(HEAD);
    lines.filter_map(|line| std::str::from_utf8(&line[..line.len().min(LINE)]).ok()).find_map(of_line)
}

fn of_line(line: &str) -> Option<Origin> {
    let line = line.trim();
    let begin = COMMENTS.iter().find(|begin| line.starts_with(**begin))?;
    let text = line[begin.len()..].trim_matches(|char: char| !char.is_ascii_alphanumeric() && char != '@');
    let lower = text.to_ascii_lowercase();
    let is_marked = lower.starts_with("@generated")
        || lower.contains(" @generated")
        || lower.starts_with("generated by ")
        || lower.starts_with("code generated by ")
        || lower.starts_with("this file is automatically generated")
        || lower.starts_with("this file was automatically generated")
        || lower.starts_with("this file is auto-generated")
        || lower.starts_with("this file was auto-generated")
        || lower.starts_with("this code was generated by ")
        || lower.starts_with("this file was generated by ")
        || lower.starts_with("this file is generated by ")
        || lower.starts_with("automatically generated by ")
        || lower.starts_with("autogenerated by ")
        || lower.starts_with("auto-generated by ")
        || lower.starts_with("autogenerated; do not edit");
    // `@generatedFrom` and `not @generated` are others' words.
    let behind = lower.split_once("@generated").map(|(_, rest)| rest);
    let is_word = behind.is_none_or(|rest| !rest.starts_with(|char: char| char.is_ascii_alphanumeric()));
    if !is_marked || !is_word || lower.contains("not @generated") {
        return None;
    }
    let by = lower.find(" by ").map(|at| &text[at + 4..]).unwrap_or_default();
    if let Some(agent) = agents::of_name(by.trim_end_matches(['.', ' '])) {
        return Some(Origin {
            writer: agent.writer,
            basis: Basis::Marker,
            tool: agent.tool,
            model: agent.model,
        });
    }
    let tool = by.split(|char: char| char.is_whitespace() || ",;(".contains(char)).next().unwrap_or_default();
    let tool = tool.trim_end_matches(['.', ':']).chars().take(64).collect();
    Some(Origin { writer: Writer::Machine, basis: Basis::Marker, tool, model: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(Writer, &str)>) {
        let found = marker(text.as_bytes());
        assert_eq!(found.as_ref().map(|origin| (origin.writer, origin.tool.as_str())), expected, "{text}");
    }

    #[test]
    fn markers_stand_in_comments_at_the_top() {
        check("// @generated\n", Some((Writer::Machine, "")));
        check("# Code generated by protoc-gen-go. DO NOT EDIT.\n", Some((Writer::Machine, "protoc-gen-go")));
        check("# Generated by Claude Code\n", Some((Writer::Ai, "Claude")));
        check("/* This file is automatically generated. */\n", Some((Writer::Machine, "")));
        check("x = '@generated'\n", None);
        check("# We look for @generatedness\n", None);
        check("# The report is generated by hand\n", None);
        check(&format!("{}# @generated\n", "\n".repeat(50)), None);
    }

    #[test]
    fn rules_of_attributes() {
        let rules =
            "gen/** linguist-generated\ngen/a.py -linguist-generated\n*.lock linguist-generated=true\n";
        let attributes =
            Attributes { rules: [(String::new(), rules.lines().filter_map(rule).collect())].into() };
        assert_eq!(attributes.says("gen/b.py"), Some(true));
        assert_eq!(attributes.says("gen/a.py"), Some(false));
        assert_eq!(attributes.says("x/y.lock"), Some(true));
        assert_eq!(attributes.says("x/y.py"), None);
    }
}
