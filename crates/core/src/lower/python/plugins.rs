//! Entry points that manifests declare → the library bodies that find and load them, as Python text.
//!
//! `entry_points(group="…")[0].load()` gives what a manifest names, which no code of the program says. The text
//! says it in the language of `builtins.py`: a function an entry point, which imports its object.

use crate::discover::DeclaredEntry;
use std::fmt::Write as _;

/// The modules under whose names programs ask for entry points.
pub(in crate::lower) const MODULES: &[&str] = &["importlib.metadata", "importlib_metadata", "pkg_resources"];

/// More entry points than this are not written down.
const MAX_ENTRIES: usize = 4096;

/// What asks for them; the functions that load them follow.
const HEAD: &str = "
class EntryPoint:
    def __init__(self, name, group, load):
        self.name = name
        self.group = group
        self._load = load

    def load(self): return self._load()
    def resolve(self): return self._load()

class EntryPoints(list):
    def select(self, *, group=None, name=None): return entry_points(group=group)
    def get(self, group, default=None): return entry_points(group=group)
    def __getitem__(self, name):
        if ...: return self[...]
        return entry_points(group=name)

def entry_points(*, group=None, name=None):
    points = EntryPoints()
    found = _groups[group]
    points[...] = found[...]
    return points

def iter_entry_points(group, name=None): return entry_points(group=group)
def load_entry_point(dist, group, name):
    found = _groups[group]
    return found[...].load()

_groups = {}
";

/// The text of such a module.
pub(in crate::lower) fn text(entries: &[DeclaredEntry]) -> String {
    let is_plugin =
        |entry: &&DeclaredEntry| !matches!(entry.group.as_str(), "console_scripts" | "gui_scripts");
    let mut plugins: Vec<&DeclaredEntry> =
        entries.iter().filter(is_plugin).filter(|entry| is_whole(entry)).take(MAX_ENTRIES).collect();
    plugins.sort_by(|a, b| (&a.group, &a.name, &a.module).cmp(&(&b.group, &b.name, &b.module)));
    let mut text = String::from(HEAD);
    for (index, entry) in plugins.iter().enumerate() {
        let import = match entry.object.split_once('.') {
            None if entry.object.is_empty() => format!("import {} as it", entry.module),
            None => format!("from {} import {} as it", entry.module, entry.object),
            Some((first, rest)) => format!("from {} import {first} as it\n    it = it.{rest}", entry.module),
        };
        _ = write!(text, "\ndef _load{index}():\n    {import}\n    return it\n");
    }
    text.push('\n');
    for (index, entry) in plugins.iter().enumerate() {
        let (group, name) = (quoted(&entry.group), quoted(&entry.name));
        _ = writeln!(text, "_points{index} = EntryPoint({name}, {group}, _load{index})");
        if index == 0 || plugins[index - 1].group != entry.group {
            _ = writeln!(text, "_group = []\n_groups[{group}] = _group");
        }
        _ = writeln!(text, "_group[...] = _points{index}");
    }
    text
}

/// Whether an entry names a module and an object in words of the language.
fn is_whole(entry: &DeclaredEntry) -> bool {
    let is_word = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(|c| c == '_' || c.is_alphabetic())
            && letters.all(|c| c == '_' || c.is_alphanumeric())
    };
    entry.module.split('.').all(is_word) && (entry.object.is_empty() || entry.object.split('.').all(is_word))
}

/// A string constant; what would need an escape is left out.
fn quoted(text: &str) -> String {
    let plain: String =
        text.chars().filter(|&c| c != '"' && c != '\\' && !c.is_control()).take(256).collect();
    format!("\"{plain}\"")
}
