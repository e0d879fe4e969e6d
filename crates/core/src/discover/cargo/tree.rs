//! The root file of a crate → its modules: which file each is, and under which condition.
//!
//! Declarations are read from the text: `mod a;` names `a.rs` or `a/mod.rs` beside the file (below its stem for a file
//! that is itself no root and no `mod.rs`), `#[path]` names another, inline modules are folders.
//! ```text
//! src/lib.rs: #[cfg(windows)] #[path = "win/api.rs"] mod sys;     →  krate.sys, src/win/api.rs, under `windows`
//! ```

use super::super::modules::{join, parent};
use std::collections::BTreeSet;

/// Modules that a crate may have.
const MAX_MODULES: usize = 20_000;
/// Modules inside modules are followed to this depth.
const MAX_DEPTH: usize = 64;

/// A module that is a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Module {
    /// Its full name.
    pub(super) name: String,
    /// The file.
    pub(super) path: String,
    /// The conditions under which it is compiled, its parents' first.
    pub(super) conditions: Vec<String>,
    /// Whether its modules are beside it: a root, a `mod.rs`, a file that `#[path]` names.
    owns_folder: bool,
}

/// A declaration `mod name;`, inside of inline modules.
#[derive(Default, PartialEq, Eq, Debug)]
struct Declared {
    name: String,
    path: Option<String>,
    conditions: Vec<String>,
    /// The inline modules around it, with the folder that `#[path]` gives each.
    around: Vec<(String, Option<String>)>,
}

/// The name of a module that another configuration compiles in the place of the one that has the plain name.
pub(crate) fn twin(name: &str, condition: &str) -> String {
    let word: String = condition.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    format!("{name}@{word}")
}

/// The modules of the crate with this root, which is the first. `text` gives the text of a file, if there is one, and
/// `broken` what of its conditions does not hold.
pub(super) fn modules(
    root: &str,
    name: &str,
    text: &mut dyn FnMut(&str) -> Option<String>,
    broken: &dyn Fn(&[String]) -> Option<String>,
) -> Vec<Module> {
    let first =
        Module { name: name.to_owned(), path: root.to_owned(), conditions: Vec::new(), owns_folder: true };
    let mut found = vec![first];
    let mut seen: BTreeSet<String> = [name.to_owned()].into();
    let mut next = 0;
    while let Some(module) = found.get(next).cloned() {
        next += 1;
        let is_deep = module.name.bytes().filter(|&byte| byte == b'.').count() > MAX_DEPTH;
        let Some(source) = text(&module.path).filter(|_| !is_deep) else { continue };
        let all = declarations(&source);
        for declared in &all {
            let mut name = module.name.clone();
            for part in declared.around.iter().map(|row| &row.0).chain([&declared.name]) {
                name.push('.');
                name.push_str(part);
            }
            let is_twin = |other: &&Declared| other.name == declared.name && other.around == declared.around;
            if let Some(condition) = broken(&declared.conditions)
                && all.iter().filter(is_twin).count() > 1
            {
                name = twin(&name, &condition);
            }
            let places = places(&module.path, module.owns_folder, declared);
            let Some(path) = places.into_iter().find(|path| text(path).is_some()) else { continue };
            let owns_folder = declared.path.is_some() || path.ends_with("/mod.rs");
            let conditions = [module.conditions.clone(), declared.conditions.clone()].concat();
            if found.len() < MAX_MODULES && seen.insert(name.clone()) {
                found.push(Module { name, path, conditions, owns_folder });
            }
        }
    }
    found
}

/// Where the file of a declared module may be.
fn places(file: &str, owns_folder: bool, declared: &Declared) -> Vec<String> {
    let folder = parent(file);
    let stem = file.rsplit('/').next().unwrap_or(file).strip_suffix(".rs").unwrap_or(file);
    let mut below = if owns_folder { folder.to_owned() } else { join(folder, stem) };
    for (name, path) in &declared.around {
        below = join(&below, path.as_deref().unwrap_or(name));
    }
    if let Some(path) = &declared.path {
        let from = if declared.around.is_empty() { folder } else { &below };
        return normal(&join(from, path)).into_iter().collect();
    }
    let name = &declared.name;
    [format!("{name}.rs"), format!("{name}/mod.rs")]
        .iter()
        .filter_map(|end| normal(&join(&below, end)))
        .collect()
}

/// A path without `.` and `..`; none if it leads out of where it starts.
pub(super) fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What an opened brace is.
enum Scope {
    Inline(String, Option<String>),
    Other,
}

/// The declarations of a text.
fn declarations(text: &str) -> Vec<Declared> {
    let mut reader = Reader { text, at: 0 };
    let mut found = Vec::new();
    let mut scopes: Vec<(Scope, Vec<String>)> = Vec::new();
    let mut attributes: Vec<&str> = Vec::new();
    let mut before = "";
    while let Some(token) = reader.next() {
        match token {
            "#" => attributes.extend(reader.attribute()),
            "mod" if before != "." && before != "$" => {
                let name = reader.next().unwrap_or_default();
                let (path, conditions) = meanings(&attributes);
                match reader.next() {
                    Some(";") if is_word(name) => found.push(Declared {
                        name: name.strip_prefix("r#").unwrap_or(name).to_owned(),
                        path,
                        conditions: scopes
                            .iter()
                            .flat_map(|scope| scope.1.clone())
                            .chain(conditions)
                            .collect(),
                        around: scopes.iter().filter_map(|scope| inline(&scope.0)).collect(),
                    }),
                    Some("{") => scopes.push((Scope::Inline(name.to_owned(), path), conditions)),
                    _ => {}
                }
                attributes.clear();
            }
            "{" => {
                scopes.push((Scope::Other, meanings(&attributes).1));
                attributes.clear();
            }
            "}" => {
                scopes.pop();
                attributes.clear();
            }
            ";" => attributes.clear(),
            _ => {}
        }
        before = token;
    }
    found
}

fn inline(scope: &Scope) -> Option<(String, Option<String>)> {
    match scope {
        Scope::Inline(name, path) => Some((name.clone(), path.clone())),
        Scope::Other => None,
    }
}

/// The path and the conditions that attributes give.
fn meanings(attributes: &[&str]) -> (Option<String>, Vec<String>) {
    let mut path = None;
    let mut conditions = Vec::new();
    for attribute in attributes.iter().map(|text| text.trim()) {
        if let Some(rest) = attribute.strip_prefix("path") {
            path = rest.split('"').nth(1).map(str::to_owned).or(path);
        } else if let Some(inside) = attribute.strip_prefix("cfg").map(str::trim_start)
            && let Some(inside) = inside.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        {
            conditions.push(inside.trim().to_owned());
        }
    }
    (path, conditions)
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// Words and marks of a text, comments and literals left out.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            match byte {
                b'/' if bytes.get(self.at + 1) == Some(&b'/') => self.skip_line(),
                b'/' if bytes.get(self.at + 1) == Some(&b'*') => self.skip_comment(),
                b'"' => self.skip_string(),
                b'\'' => self.skip_char(),
                b'r' | b'b' | b'c' if self.is_raw() => self.skip_raw(),
                _ if byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 128 => return Some(self.word()),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    self.at += 1;
                    return Some(&self.text[self.at - 1..self.at]);
                }
            }
        }
    }

    fn word(&mut self) -> &'t str {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if self.text[start..].starts_with("r#") {
            self.at += 2;
        }
        while bytes
            .get(self.at)
            .is_some_and(|&byte| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 128)
        {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// What stands in the brackets behind `#`; nothing for an inner attribute.
    fn attribute(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let is_inner = bytes.get(self.at) == Some(&b'!');
        self.at += usize::from(is_inner);
        if bytes.get(self.at) != Some(&b'[') {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0_u32;
        while let Some(token) = self.next() {
            match token {
                "[" => depth += 1,
                "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return (!is_inner).then(|| &self.text[start..self.at - 1]);
            }
        }
        None
    }

    fn skip_line(&mut self) {
        self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at);
    }

    fn skip_comment(&mut self) {
        let bytes = self.text.as_bytes();
        let mut depth = 0_u32;
        while self.at < bytes.len() {
            match (bytes[self.at], bytes.get(self.at + 1)) {
                (b'/', Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1 + usize::from(byte == b'\\');
            if byte == b'"' {
                return;
            }
        }
    }

    /// A character, or the mark of a lifetime.
    fn skip_char(&mut self) {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let length = match rest {
            [b'\\', _, tail @ ..] => tail.iter().take(10).position(|&byte| byte == b'\'').map(|end| end + 4),
            _ => {
                rest.iter().take(5).position(|&byte| byte == b'\'').filter(|&end| end > 0).map(|end| end + 2)
            }
        };
        // `'a, 'b` are lifetimes: a character has one letter.
        let is_char = length.is_some_and(|length| {
            let inside = self.text.get(self.at + 1..self.at + length - 1);
            inside.is_some_and(|inside| inside.starts_with('\\') || inside.chars().count() == 1)
        });
        self.at += length.filter(|_| is_char).unwrap_or(1);
    }

    fn is_raw(&self) -> bool {
        let rest = self.text[self.at..].trim_start_matches(['b', 'c']);
        let Some(rest) = rest.strip_prefix('r') else { return false };
        rest.trim_start_matches('#').starts_with('"')
    }

    fn skip_raw(&mut self) {
        let rest = &self.text[self.at..];
        let quote = rest.find('"').unwrap_or(0);
        let end = format!("\"{}", "#".repeat(rest[..quote].matches('#').count()));
        let length = rest[quote + 1..].find(&end).map_or(rest.len(), |at| quote + 1 + at + end.len());
        self.at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::{Module, modules};

    fn tree(files: &[(&str, &str)]) -> Vec<String> {
        let mut text = |path: &str| files.iter().find(|row| row.0 == path).map(|row| row.1.to_owned());
        let show = |module: &Module| {
            let under = module.conditions.iter().map(|condition| format!(" if {condition}"));
            format!("{} {}{}", module.name, module.path, under.collect::<String>())
        };
        let broken = |conditions: &[String]| conditions.iter().find(|text| *text == "windows").cloned();
        modules(files[0].0, "k", &mut text, &broken).iter().map(show).collect()
    }

    #[test]
    fn files_are_found_beside_and_below() {
        let found = tree(&[
            ("src/lib.rs", "mod a;\npub mod b { mod c; }\n// mod gone;\nconst S: &str = \"mod gone;\";"),
            ("src/a.rs", "mod d;"),
            ("src/a/d/mod.rs", "mod e;"),
            ("src/a/d/e.rs", ""),
            ("src/b/c.rs", ""),
            ("src/gone.rs", ""),
        ]);
        let expected = [
            "k src/lib.rs",
            "k.a src/a.rs",
            "k.b.c src/b/c.rs",
            "k.a.d src/a/d/mod.rs",
            "k.a.d.e src/a/d/e.rs",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn attributes_name_files_and_conditions() {
        let found = tree(&[
            (
                "src/lib.rs",
                "#[cfg(windows)] #[path = \"win/api.rs\"] mod sys;\nmod sys;\n#[cfg(unix)] mod y { mod z; }\n#[path = \"../out.rs\"] mod o; fn f<'a>(c: char) { if c == '{' {} }\ncfg_if! { if #[cfg(test)] { mod t; } }",
            ),
            ("src/win/api.rs", "mod deep;"),
            ("src/sys.rs", ""),
            ("src/win/deep.rs", ""),
            ("src/y/z.rs", ""),
            ("out.rs", ""),
            ("src/t.rs", ""),
        ]);
        let expected = [
            "k src/lib.rs",
            "k.sys@windows src/win/api.rs if windows",
            "k.sys src/sys.rs",
            "k.y.z src/y/z.rs if unix",
            "k.o out.rs",
            "k.t src/t.rs if test",
            "k.sys@windows.deep src/win/deep.rs if windows",
        ];
        assert_eq!(found, expected);
    }
}
