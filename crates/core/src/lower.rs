//! Tree → facts: each file by itself, in parallel, merged in path order.
//!
//! A language has one module here. It copies the tree into rows ([`syntax`]), follows the statements in order
//! with a scope a body ([`scope`]), writes rows into a draft ([`draft`]) and leaves the draft in source order.
//! What cannot be understood is left out and noted: lowering returns facts, never an error.

mod draft;
mod guard;
mod javascript;
mod known;
mod python;
mod rust;
mod scope;
mod syntax;

pub(crate) use self::javascript::frameworks::MODULE as DRIVER;
pub(crate) use self::rust::{Macros, tells};
use crate::discover::{Configuration, DeclaredEntry, SourceFile};
use crate::facts::{Facts, Language, Origin};
use crate::models::Models;
use crate::parse;
use blastline_grammars::Grammar;
use rayon::prelude::*;

/// A text to be lowered, and what the facts say of its file.
struct Source<'a> {
    path: &'a str,
    module: &'a str,
    is_package: bool,
    origin: Origin,
    text: &'a str,
    /// What its crate is compiled for, where its language has such.
    configuration: Option<&'a Configuration>,
    /// The condition under which it is compiled, where that does not hold.
    condition: Option<&'a str>,
    /// Macros that other files define.
    macros: &'a rust::Macros,
}

/// The facts of one file.
#[must_use]
pub fn file(file: &SourceFile) -> Facts {
    lower(file, &rust::Macros::default())
}

fn lower(file: &SourceFile, macros: &rust::Macros) -> Facts {
    let text = parse::text(&file.bytes);
    let source = Source {
        path: &file.path,
        module: &file.module,
        is_package: file.is_package,
        origin: file.origin,
        text: &text,
        configuration: file.configuration.as_deref(),
        condition: file.condition.as_deref(),
        macros,
    };
    match file.language {
        Language::Python => python::lower(&source),
        Language::JavaScript => javascript::lower(&source),
        Language::Rust => rust::lower(&source),
    }
}

/// The facts of all files, in the order of the slice, whatever the number of threads.
#[must_use]
pub fn all(files: &[SourceFile]) -> Facts {
    with_macros(files, &Macros::of(files))
}

/// The same, where these are the macros of the program.
pub(crate) fn with_macros(files: &[SourceFile], macros: &Macros) -> Facts {
    let parts: Vec<Facts> = files.par_iter().map(|file| lower(file, macros)).collect();
    merge(parts)
}

/// The bodies that stand for library functions of a language: one file a library module, the first of which
/// holds the builtins. The text is split at comments `module: NAME` that are a line.
#[must_use]
pub fn builtins(language: Language) -> Facts {
    let name = match language {
        Language::Python => "python",
        Language::JavaScript => "javascript",
        Language::Rust => "rust",
    };
    let parts = blastline_grammars::by_name(name).into_iter().flat_map(|grammar| {
        modules(grammar).map(|(module, text)| {
            let path = format!("<{name} {module}>");
            let is_package = modules(grammar).any(|(other, _)| is_inside(other, module));
            let (origin, macros) = (Origin::Builtin, &rust::Macros::default());
            let source = Source {
                path: &path,
                module,
                is_package,
                origin,
                text,
                configuration: None,
                condition: None,
                macros,
            };
            match language {
                Language::Python => python::lower(&source),
                Language::JavaScript => javascript::lower(&source),
                Language::Rust => rust::lower(&source),
            }
        })
    });
    merge(parts.collect())
}

/// The bodies that stand for what Python programs find their plugins with, see [`python::plugins`].
#[must_use]
pub fn plugins(entries: &[DeclaredEntry]) -> Facts {
    let text = python::plugins::text(entries);
    let parts = python::plugins::MODULES.iter().map(|module| {
        let path = format!("<python {module}>");
        let (origin, macros) = (Origin::Builtin, &rust::Macros::default());
        python::lower(&Source {
            path: &path,
            module,
            is_package: false,
            origin,
            text: &text,
            configuration: None,
            condition: None,
            macros,
        })
    });
    merge(parts.collect())
}

/// The body that stands for frameworks which call what files of certain paths export, see [`javascript::frameworks`].
#[must_use]
pub fn frameworks(facts: &Facts, models: &Models) -> Facts {
    let text = javascript::frameworks::text(facts, models);
    if text.is_empty() {
        return Facts::default();
    }
    javascript::lower(&Source {
        path: "<javascript frameworks>",
        module: DRIVER,
        is_package: false,
        origin: Origin::Builtin,
        text: &text,
        configuration: None,
        condition: None,
        macros: &rust::Macros::default(),
    })
}

/// Whether `inner` is a module of the package `outer`.
fn is_inside(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// The modules of a builtins file: name and text.
fn modules(grammar: &Grammar) -> impl Iterator<Item = (&'static str, &'static str)> {
    const HEAD: &str = " module: ";
    let text = grammar.builtins;
    let is_head = |at: usize| matches!(text[..at].rsplit('\n').next(), Some("#" | "//"));
    let starts = text.match_indices(HEAD).map(|found| found.0).filter(|&at| is_head(at));
    let starts: Vec<usize> = starts.chain([text.len()]).collect();
    let pieces: Vec<(&str, &str)> = starts
        .windows(2)
        .map(|bounds| {
            let piece = &text[bounds[0] + HEAD.len()..bounds[1]];
            let piece = piece.strip_suffix("//").or_else(|| piece.strip_suffix('#')).unwrap_or(piece);
            let (name, body) = piece.split_once('\n').unwrap_or((piece, ""));
            (name.trim(), body)
        })
        .collect();
    pieces.into_iter()
}

fn merge(parts: Vec<Facts>) -> Facts {
    let mut facts = Facts::default();
    for part in parts {
        facts.append(part);
    }
    facts
}
