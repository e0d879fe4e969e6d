//! Files that a framework finds by their path → a library body that calls what they export, as JavaScript text.
//!
//! `routes/files.tsx` exports `loader`, and no code of the program calls it: the framework does, with an object of its
//! own. The text says it as a program would, so that what the function reads of its parameter is known without a
//! declared type.
//!
//! # Example
//! ```text
//! import { loader as f0 } from "./app/routes/files.tsx"
//! import * as m0 from "@remix-run/node"
//! f0(new m0.LoaderFunctionArgs())
//! ```

use crate::facts::{Facts, Language, Origin};
use crate::ids::FileId;
use crate::models::{ArgRef, EntryRow, Models, Says, Via, any_fits};
use crate::tag::is_test;
use std::fmt::Write as _;

/// The module of the text: it runs although nothing imports it.
pub(crate) const MODULE: &str = "<frameworks>";

/// More functions than this are not written down.
const MAX_CALLS: usize = 4096;

/// The text; empty where no file is of such a framework.
pub(in crate::lower) fn text(facts: &Facts, models: &Models) -> String {
    let rows: Vec<(&EntryRow, &[String], &[String])> =
        models.rows.iter().filter_map(|row| by_export(&row.says)).collect();
    let mut text = String::new();
    let mut count = 0;
    for (index, file) in facts.files.iter().enumerate() {
        let path = facts.text(file.path);
        let is_ours = file.origin == Origin::FirstParty && file.language == Language::JavaScript;
        if !is_ours || is_test(path) || path.contains(['"', '\\', '\n']) {
            continue;
        }
        let place = format!("/{path}");
        for &(entry, names, _) in rows.iter().filter(|row| any_fits(row.2, &place)) {
            for name in names.iter().filter(|name| exports(facts, FileId::from_len(index), name)) {
                if count < MAX_CALLS {
                    call(&mut text, count, (path, name), entry);
                    count += 1;
                }
            }
        }
    }
    text
}

/// A row about exports of files whose parameters are objects of the framework.
fn by_export(says: &Says) -> Option<(&EntryRow, &[String], &[String])> {
    match says {
        Says::Entry(entry) if !entry.gives.is_empty() => match &entry.via {
            Via::Export { names, file } => Some((entry, names.as_slice(), file.as_slice())),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a file exports a name; the one value of a module of the older kind is its export `default`.
fn exports(facts: &Facts, file: FileId, name: &str) -> bool {
    facts.exports_of(file).iter().any(|export| {
        let own = facts.text(export.name);
        own == name || (name == "default" && own == "module.exports")
    })
}

fn call(text: &mut String, index: usize, (path, name): (&str, &str), entry: &EntryRow) {
    _ = writeln!(text, "import {{ {name} as f{index} }} from \"./{path}\"");
    let last = entry.gives.iter().filter_map(|(arg, _)| position(arg)).max().unwrap_or(0);
    let mut args = Vec::new();
    for at in 0..=last {
        let given = entry.gives.iter().find(|(arg, _)| position(arg) == Some(at));
        args.push(given.map_or_else(|| "undefined".to_owned(), |(_, path)| object(text, (index, at), path)));
    }
    _ = writeln!(text, "f{index}({})", args.join(", "));
}

fn position(arg: &ArgRef) -> Option<u32> {
    match arg {
        ArgRef::Position(at) => Some(*at),
        _ => None,
    }
}

/// An expression for `next.PageProps()`, with the import that it needs.
fn object(text: &mut String, (index, at): (usize, u32), path: &str) -> String {
    let module_end = path.rfind('/').map_or(0, |slash| slash + 1);
    let Some(dot) = path[module_end..].find('.').map(|dot| module_end + dot) else {
        return "undefined".to_owned();
    };
    let (module, member) = (&path[..dot], path[dot + 1..].trim_end_matches("()"));
    if module == "globalThis" {
        return format!("new {member}()");
    }
    _ = writeln!(text, "import * as m{index}_{at} from \"{module}\"");
    format!("new m{index}_{at}.{member}()")
}
