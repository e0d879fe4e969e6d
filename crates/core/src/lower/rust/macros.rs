//! What well-known macros mean, by the last part of their names.

use super::Lowerer;
use super::expression::literal_text;
use super::kind::Kind;
use crate::facts::{Alloc, ArgKind, CallFlags, Callee, Concat, Derivation, Derive};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

/// Macros whose first argument is a type, the others being those of the function of that name.
const TYPE_FIRST: [&str; 4] = ["query_as", "query_as_unchecked", "query_file_as", "query_file_as_unchecked"];

/// How a macro uses its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A format string and what goes into it, behind so many other arguments.
    Format(usize),
    /// The elements of a vector.
    Sequence,
    /// The value of the first argument.
    First,
    /// Nothing but evaluating them.
    Effects,
    /// A call of something that we do not have.
    Call,
}

/// Whether a macro is known by its name, whoever defines it.
pub(super) fn is_known(name: &str) -> bool {
    usage(name) != Use::Call || matches!(name, "bitflags" | "json")
}

fn usage(name: &str) -> Use {
    match name {
        "format" | "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" | "unimplemented"
        | "unreachable" | "format_args" | "trace" | "debug" | "info" | "warn" | "error" | "anyhow"
        | "bail" | "log" | "format_ident" | "eyre" => Use::Format(0),
        "write" | "writeln" | "assert" | "debug_assert" | "ensure" => Use::Format(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Use::Format(2),
        "vec" | "smallvec" | "hashmap" | "btreemap" | "hashset" => Use::Sequence,
        "dbg" | "try" | "ready" | "pin" | "matches" | "addr_of" | "addr_of_mut" => Use::First,
        "join" | "try_join" | "select" | "cfg_if" | "thread_local" | "lazy_static" | "concat"
        | "stringify" | "env" | "option_env" | "include_str" | "include_bytes" | "cfg" | "line" | "file"
        | "column" | "module_path" | "compile_error" | "include" => Use::Effects,
        _ => Use::Call,
    }
}

impl<'t> Lowerer<'t> {
    pub(super) fn macro_call(&mut self, node: Node) -> Var {
        let roots: &'t [Node] = self.expanded.get(&node.0).map_or(&[], Vec::as_slice);
        let Some(path) = self.parts(node).next() else { return self.draft.fresh() };
        let name = self.text(path).rsplit("::").next().unwrap_or_default();
        if roots.iter().any(|&root| matches!(self.kind(root), Kind::Block | Kind::SourceFile)) {
            return self.expansion(roots);
        }
        let line = self.line(node);
        match usage(name) {
            Use::Format(skipped) => self.formatted(name, roots, skipped, (path, node)),
            Use::Sequence => self.sequence(roots, node),
            Use::First => {
                let vars: Vec<Var> = roots.iter().map(|&root| self.expression(root)).collect();
                vars.first().copied().unwrap_or_else(|| self.draft.fresh())
            }
            Use::Effects => {
                roots.iter().for_each(|&root| _ = self.expression(root));
                self.draft.fresh()
            }
            Use::Call => {
                let skipped = usize::from(TYPE_FIRST.contains(&name)).min(roots.len());
                let args: Vec<(ArgKind, Var)> = roots[skipped..]
                    .iter()
                    .map(|&root| (ArgKind::Positional, self.expression(root)))
                    .collect();
                let dst = self.draft.fresh();
                for &(_, src) in &args {
                    self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Format, line });
                }
                if self.is_imported(path) {
                    let callee = self.path(path);
                    self.call_row(Callee::Value(callee), dst, CallFlags::default(), &args, node);
                }
                dst
            }
        }
    }

    /// Code that a macro becomes: blocks run here, the value of the last is that of the call.
    fn expansion(&mut self, roots: &[Node]) -> Var {
        let mut value = Var::NONE;
        for &root in roots {
            value = match self.kind(root) {
                Kind::SourceFile | Kind::Block => self.block(root),
                _ => self.expression(root),
            };
        }
        if value.is_some() { value } else { self.draft.fresh() }
    }

    /// Whether the path of a macro leads into another crate: then it is called by that name.
    fn is_imported(&mut self, path: Node) -> bool {
        let segments = self.segments(path);
        let Some(&first) = segments.first() else { return false };
        let name = self.symbol(first);
        let counts = self.bound.get(&name).copied().unwrap_or_default();
        let is_ours = matches!(self.kind(first), Kind::Crate | Kind::SelfValue | Kind::Super);
        !is_ours && (segments.len() > 1 || counts[1] > 0)
    }

    // format!("{}", a):  derive(v, a), call(a.fmt)
    fn formatted(&mut self, name: &str, roots: &[Node], skipped: usize, (path, at): (Node, Node)) -> Var {
        let line = self.line(at);
        let before: Vec<Var> = roots.iter().take(skipped).map(|&root| self.expression(root)).collect();
        let mut rest = &roots[skipped.min(roots.len())..];
        while let Some((&first, others)) = rest.split_first() {
            // `target: "x"`, `key = value`, and the like stand before the format string.
            if matches!(self.kind(first), Kind::String | Kind::RawString) {
                break;
            }
            self.expression(first);
            rest = others;
        }
        let dst = self.allocate(Alloc::Builtin(self.words.string), line);
        if let Some((&format, arguments)) = rest.split_first() {
            let text = literal_text(self.text(format));
            let pieces = placeholders(&text);
            self.prefix(&text, dst, line);
            self.fill(&pieces, arguments, dst, at);
        }
        if matches!(name, "write" | "writeln")
            && let Some(&sink) = before.first()
        {
            let method = self.intern("write_fmt");
            let args = [(ArgKind::Positional, dst)];
            self.call_row(Callee::Method(sink, method), Var::NONE, CallFlags::IMPLICIT, &args, at);
            return self.allocate(Alloc::Builtin(self.words.result), line);
        }
        if self.is_imported(path) {
            let result = self.draft.fresh();
            let callee = self.path(path);
            self.call_row(
                Callee::Value(callee),
                result,
                CallFlags::default(),
                &[(ArgKind::Positional, dst)],
                at,
            );
            return result;
        }
        dst
    }

    // format!("p{}", a):  concat(v, "p", …)
    /// The constant beginning of a text says where the text leads, if it is an address.
    fn prefix(&mut self, format: &str, dst: Var, line: u32) {
        let end = format.find(['{', '}']).unwrap_or(format.len());
        if end > 0 && end < format.len() {
            let prefix = self.intern(&format[..end]);
            let rest = holes(&format[end..]).map_or(Sym::EMPTY, |rest| self.intern(&rest));
            let row = Concat { dst, prefix, src: Var::NONE, suffix: Sym::EMPTY, rest, line };
            self.draft.rows.concats.push(row);
        }
    }

    /// Puts the arguments of a format string in: each is formatted by the trait that its place asks for.
    fn fill(&mut self, pieces: &[(String, Style)], arguments: &[Node], dst: Var, at: Node) {
        let mut values: Vec<(Option<&'t str>, Var)> = Vec::new();
        for &argument in arguments {
            let (name, value) = match self.kind(argument) {
                Kind::Assignment => {
                    let mut parts = self.parts(argument);
                    let name = parts.next().map(|name| self.text(name));
                    match parts.next() {
                        Some(value) => (name, value),
                        None => continue,
                    }
                }
                _ => (None, argument),
            };
            let var = self.expression(value);
            values.push((name, var));
        }
        let mut next = 0;
        let mut used = vec![false; values.len()];
        for (name, how) in pieces {
            let index = if name.is_empty() {
                next += 1;
                Some(next - 1)
            } else if let Ok(index) = name.parse::<usize>() {
                Some(index)
            } else {
                values.iter().position(|row| row.0 == Some(name.as_str()))
            };
            let var = match index.and_then(|index| values.get(index).map(|row| (index, row.1))) {
                Some((index, var)) => {
                    used[index] = true;
                    var
                }
                None if is_name(name) => {
                    let name = self.intern(name);
                    self.value_of_name(name)
                }
                None => continue,
            };
            self.format_one(var, *how, dst, at);
        }
        for (index, &(_, var)) in values.iter().enumerate() {
            if !used[index] {
                let line = self.line(at);
                self.draft.rows.derives.push(Derive { dst, src: var, how: Derivation::Format, line });
            }
        }
    }

    fn format_one(&mut self, src: Var, how: Style, dst: Var, at: Node) {
        let line = self.line(at);
        self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Format, line });
        let method = match how {
            Style::Display => self.words.display,
            Style::Debug => self.words.debug,
            Style::LowerHex => self.words.lower_hex,
            Style::UpperHex => self.words.upper_hex,
        };
        self.call_operator(src, method, Var::NONE, &[], at);
    }
}

/// The trait that formats a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Display,
    Debug,
    LowerHex,
    UpperHex,
}

/// What follows the first place of a text that begins with one, with [`Concat::HOLE`] for each further place; none where
/// there is no further one, or where braces stand for themselves.
fn holes(text: &str) -> Option<String> {
    if text.contains("{{") || text.contains("}}") {
        return None;
    }
    let mut rest = text.split_once('}')?.1;
    let mut whole = String::new();
    while let Some((before, place)) = rest.split_once('{') {
        whole.push_str(before);
        whole.push(Concat::HOLE);
        rest = place.split_once('}')?.1;
    }
    whole.push_str(rest);
    whole.contains(Concat::HOLE).then_some(whole)
}

/// The places of a format string: the argument each names, and the trait that formats it.
fn placeholders(format: &str) -> Vec<(String, Style)> {
    let mut places = Vec::new();
    let mut rest = format;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let (name, spec) = rest[..close].split_once(':').unwrap_or((&rest[..close], ""));
        let how = match spec {
            _ if spec.ends_with('?') => Style::Debug,
            _ if spec.ends_with('x') => Style::LowerHex,
            _ if spec.ends_with('X') => Style::UpperHex,
            _ => Style::Display,
        };
        places.push((name.trim().to_owned(), how));
        rest = &rest[close + 1..];
    }
    places
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}
