//! Whether all that upstream's taggers see is in the facts: each definition and each call of the files of a folder.
//!
//! `cargo run -p blastline-benches --bin completeness -- FOLDER…` prints, for each language and kind of tag, how many
//! there are, how many the facts lack, and the first of these. The tagger is `tags.scm` of each grammar: it shares no
//! code with lowering. Calls of macros of Rust are left out: they are what they become.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a tool for measuring")]

use blastline::Options;
use blastline::discover::{self, SourceFile};
use blastline::facts::{Callee, Facts, Language};
use blastline_grammars::Grammar;
use std::collections::BTreeMap;
use tree_sitter::{Node, Parser, Query, QueryCursor, StreamingIterator as _};

/// Files of a language that are looked at.
const MAX_FILES: usize = 1_000;
/// What is missing that is shown, of each kind.
const MAX_SHOWN: usize = 20;

/// What a tagger sees.
struct Tag {
    kind: String,
    name: String,
    /// Lines from the beginning of the tagged code to its name, and to its end.
    first: u32,
    line: u32,
    last: u32,
}

/// Counts of one kind of tag.
#[derive(Default)]
struct Count {
    seen: usize,
    missing: usize,
    shown: Vec<String>,
}

struct Tagger {
    parser: Parser,
    query: Query,
}

impl Tagger {
    fn new(grammar: &Grammar) -> Self {
        let language = (grammar.language)();
        let mut parser = Parser::new();
        parser.set_language(&language).expect("the grammar fits the parser");
        Self { parser, query: Query::new(&language, grammar.tags).expect("the tags fit the grammar") }
    }

    /// The tags of a text; none if it is not of the language.
    fn tags(&mut self, text: &[u8]) -> Option<Vec<Tag>> {
        let tree = self.parser.parse(text, None).expect("there is no limit of time");
        if tree.root_node().has_error() {
            return None;
        }
        let names = self.query.capture_names().to_vec();
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(&self.query, tree.root_node(), text);
        let mut tags = Vec::new();
        while let Some(found) = matches.next() {
            let mut name: Option<Node<'_>> = None;
            let mut tagged: Option<(&str, Node<'_>)> = None;
            for capture in found.captures() {
                match names[capture.index as usize] {
                    "name" => name = Some(capture.node),
                    kind if kind.starts_with("definition.") || kind == "reference.call" => {
                        tagged = Some((kind, capture.node));
                    }
                    _ => {}
                }
            }
            let (Some(name), Some((kind, node))) = (name, tagged) else { continue };
            let is_macro = node.kind() == "macro_invocation" || kind == "definition.macro";
            if is_macro || name.has_error() || node.parent().is_some_and(|parent| parent.is_error()) {
                continue;
            }
            let row = |point: tree_sitter::Point| point.row as u32 + 1;
            tags.push(Tag {
                kind: format!("{kind} ({})", node.kind()),
                name: name.utf8_text(text).unwrap_or_default().to_owned(),
                first: row(node.start_position()),
                line: row(name.end_position()),
                last: row(node.end_position()),
            });
        }
        Some(tags)
    }
}

/// Whether the facts have what a tag says.
fn has(facts: &Facts, tag: &Tag, language: Language) -> bool {
    // A method that is known by its trait is `Trait::method`, and a raw name is that name.
    let wanted = tag.name.strip_prefix("r#").unwrap_or(&tag.name);
    let is_name = |sym| facts.text(sym).rsplit("::").next() == Some(wanted);
    if tag.kind.starts_with("reference.call") {
        let by_site = facts.calls.iter().any(|call| {
            let fits = match call.callee {
                Callee::Method(_, name) => is_name(name),
                Callee::Value(_) => true,
            };
            fits && tag.first.min(tag.line) <= call.line && call.line <= tag.line
        });
        // Variants of the prelude are objects of a builtin class.
        let is_variant = language == Language::Rust && matches!(tag.name.as_str(), "Some" | "Ok" | "Err");
        return by_site
            || is_variant && facts.allocs.iter().any(|row| tag.first <= row.line && row.line <= tag.line);
    }
    let is_at = |line: u32| tag.first <= line && line <= tag.line;
    if tag.kind.contains("type_item") {
        return facts
            .exports
            .iter()
            .map(|row| row.name)
            .chain(facts.members.iter().map(|row| row.name))
            .any(is_name);
    }
    if tag.kind.starts_with("definition.constant") {
        return facts.exports.iter().any(|row| is_name(row.name));
    }
    if tag.kind.starts_with("definition.module") {
        return facts.imports.iter().any(|row| is_at(row.line))
            || facts.functions.iter().any(|row| is_at(row.line));
    }
    let of_class = facts.classes.iter().any(|row| is_name(row.name) && is_at(row.line));
    // What is bound to a name has its own place, and perhaps its own name.
    let within = |line: u32| tag.first <= line && line <= tag.last;
    let loose = language == Language::JavaScript;
    let of_function = facts
        .functions
        .iter()
        .any(|row| (loose || is_name(row.name)) && if loose { within(row.line) } else { is_at(row.line) });
    of_class || of_function
}

/// Counts the tags of a file. Whether it is of its language.
fn check(file: &SourceFile, tagger: &mut Tagger, counts: &mut BTreeMap<String, Count>) -> bool {
    let Some(tags) = tagger.tags(&file.bytes) else { return false };
    let facts = blastline::lower::file(file);
    for tag in tags {
        let count = counts.entry(format!("{:?} {}", file.language, tag.kind)).or_default();
        count.seen += 1;
        if !has(&facts, &tag, file.language) {
            count.missing += 1;
            if count.shown.len() < MAX_SHOWN {
                count.shown.push(format!("{}:{} {}", file.path, tag.line, tag.name));
            }
        }
    }
    true
}

fn main() -> Result<(), blastline::Error> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut files: BTreeMap<Language, usize> = BTreeMap::new();
    let mut broken = 0;
    let mut taggers: BTreeMap<&str, Tagger> = BTreeMap::new();
    for folder in std::env::args_os().skip(1) {
        let mut options = Options::new(folder);
        options.no_dependencies = true;
        for file in discover::repo(&options)?.files {
            let Some(grammar) = blastline_grammars::of_path(&file.path) else { continue };
            let read = files.entry(file.language).or_default();
            if *read < MAX_FILES {
                let tagger = taggers.entry(grammar.name).or_insert_with(|| Tagger::new(grammar));
                if check(&file, tagger, &mut counts) {
                    *read += 1;
                } else {
                    broken += 1;
                }
            }
        }
    }
    for (language, read) in files {
        println!("{language:?}: {read} files");
    }
    println!("{broken} files were left out: their syntax is not that of their language");
    for (kind, count) in counts {
        println!("{kind}: {} seen, {} missing", count.seen, count.missing);
        count.shown.iter().for_each(|line| println!("    {line}"));
    }
    Ok(())
}
