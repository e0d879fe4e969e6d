//! Commands → the files of the repository that they run.
//!
//! `subprocess.run(["python", "tools/index.py"])` and `spawn("node", [path.join(__dirname, "worker.js")])` run the body
//! of a module. A file is meant by its path from the root or from the folder of the one that asks; else by its end,
//! where just one file ends so.

use super::super::view::View;
use super::super::{JoinTag, SinkTag, is_test_code};
use super::text::{self, Piece};
use crate::facts::{ArgKind, Facts, Field, Origin};
use crate::ids::{CallId, FileId, FuncId, Var};
use crate::solution::Certainty;

/// Endings of files that are run.
const ENDINGS: [&str; 8] = [".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx"];

/// Programs that run a file which their arguments name.
const RUNNERS: [&str; 18] = [
    "python", "node", "nodejs", "deno", "bun", "tsx", "ts-node", "npx", "uv", "poetry", "pipenv", "sh",
    "bash", "env", "sudo", "exec", "nohup", "pm2",
];

/// The programs that the project's own code runs.
pub(super) fn of(view: &View<'_>, sinks: &[SinkTag]) -> Vec<JoinTag> {
    let Some(exec) = view.models.kind("exec") else { return Vec::new() };
    let is_ours = |sink: &&SinkTag| {
        view.models.is_a(sink.kind, exec)
            && view.origin(sink.function) == Origin::FirstParty
            && !is_test_code(view.facts, sink.function)
    };
    sinks.iter().filter(is_ours).flat_map(|sink| run(view, sink)).collect()
}

fn run(view: &View<'_>, sink: &SinkTag) -> Vec<JoinTag> {
    let words = words(view, sink);
    let program = words.first().map_or("", String::as_str);
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let plain = name.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
    let is_runner = name.contains(super::address::HOLE) || RUNNERS.contains(&plain);
    let count = if is_runner { words.len() } else { 1 };
    let found = words.iter().take(count).enumerate().find_map(|(at, word)| {
        let is_module = at > 0 && words[at - 1] == "-m";
        let module = || module(view.facts, word).map(|file| (file, Certainty::Resolved));
        if is_module { module() } else { file(view, sink.function, word) }
    });
    let join = |(file, certainty): (FileId, Certainty)| JoinTag {
        function: sink.function,
        call: sink.call,
        target: view.facts.files[file.index()].body,
        context: None,
        is_request: false,
        certainty,
    };
    found.map(join).into_iter().collect()
}

/// The words of a command, an unknown part of each as a hole.
fn words(view: &View<'_>, sink: &SinkTag) -> Vec<String> {
    let mut words = Vec::new();
    let positional = view.facts.args_of(sink.call).iter().filter(|arg| arg.kind == ArgKind::Positional);
    for var in positional.map(|arg| arg.var).filter(|var| sink.args.iter().any(|arg| arg.var == *var)) {
        let elements = elements(view, sink.function, var);
        if elements.is_empty() {
            let text = word(view, sink.function, var);
            words.extend(text.split_whitespace().map(|word| word.trim_matches(['"', '\'']).to_owned()));
        } else {
            words.extend(elements.into_iter().map(|var| word(view, sink.function, var)));
        }
    }
    words
}

/// The elements of a list that is made here, in order.
fn elements(view: &View<'_>, function: FuncId, var: Var) -> Vec<Var> {
    let mut elements: Vec<(u32, Var)> = Vec::new();
    for &row in view.defs(function).stores.get(&var).into_iter().flatten() {
        let row = view.facts.stores_of(function)[row as usize];
        if let Field::Item(index) = row.field
            && let Ok(index) = view.facts.text(index).parse()
        {
            elements.push((index, row.src));
        }
    }
    elements.sort_unstable();
    elements.into_iter().map(|row| row.1).collect()
}

fn word(view: &View<'_>, function: FuncId, var: Var) -> String {
    joined(view, function, var).unwrap_or_else(|| super::flat(&text::of(view, function, var)))
}

/// A path that is put together from parts: `path.join(__dirname, "worker.js")`.
fn joined(view: &View<'_>, function: FuncId, var: Var) -> Option<String> {
    let offset = *view.defs(function).calls.get(&var)?.first()?;
    let call = CallId(view.facts.first_call(function).0 + offset);
    if !matches!(view.called_name(call), "join" | "resolve" | "joinpath") {
        return None;
    }
    let parts =
        view.facts.args_of(call).iter().map(|arg| match text::of(view, function, arg.var).as_slice() {
            [Piece::Text(text)] => text.clone(),
            _ => super::address::HOLE.to_string(),
        });
    Some(parts.collect::<Vec<_>>().join("/"))
}

/// The first-party file that a word means.
fn file(view: &View<'_>, function: FuncId, word: &str) -> Option<(FileId, Certainty)> {
    let word = word.replace('\\', "/");
    let is_exact = !word.contains(super::address::HOLE);
    let end = word.rsplit(super::address::HOLE).next().unwrap_or(&word).trim_start_matches('/');
    let end = end.trim_start_matches("./").trim_start_matches("../");
    let is_relative = word.starts_with("./") || word.starts_with("../");
    let names: Vec<String> = if ENDINGS.iter().any(|ending| end.ends_with(ending)) {
        vec![end.to_owned()]
    } else if is_relative && !end.is_empty() {
        ENDINGS.iter().map(|ending| format!("{end}{ending}")).collect()
    } else {
        return None;
    };
    let folder = view.path_of(function).rsplit_once('/').map_or("", |(folder, _)| folder);
    names.iter().find_map(|name| {
        let beside = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let certainty = if is_exact { Certainty::Resolved } else { Certainty::Possible };
        let at = |path: &str| own(view.facts).find(|row| row.1 == path).map(|row| (row.0, certainty));
        at(&beside).or_else(|| at(name)).or_else(|| ending(view.facts, name))
    })
}

/// The one file whose path ends so.
fn ending(facts: &Facts, name: &str) -> Option<(FileId, Certainty)> {
    let tail = format!("/{name}");
    let mut found = own(facts).filter(|row| row.1.ends_with(&tail));
    let first = found.next()?;
    found.next().is_none().then_some((first.0, Certainty::Possible))
}

fn module(facts: &Facts, name: &str) -> Option<FileId> {
    let found = own(facts).find(|row| facts.text(facts.files[row.0.index()].module) == name);
    found.map(|row| row.0)
}

/// First-party files with their paths.
fn own(facts: &Facts) -> impl Iterator<Item = (FileId, &str)> {
    let files = facts.files.iter().enumerate().filter(|(_, file)| file.origin == Origin::FirstParty);
    files.map(|(index, file)| (FileId::from_len(index), facts.text(file.path)))
}
