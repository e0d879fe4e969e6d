//! Macro calls → rows: what stands between the brackets of a macro is parsed as the code that it becomes.
//!
//! The text inside is parsed again behind a head that makes it a program (`fn f(){m(` … `)}`), and its rows are put
//! behind those of the file with the places that they have in the file: lowering then reads them like any other
//! code. What is no list of expressions is parsed piece by piece, and pieces that are no code are left out.

use super::kind::{self, Kind};
use super::rules::Rules;
use crate::lower::syntax::{Node, Row, Syntax};
use crate::parse;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Rows that the macros of a file may add, beside as many as the file has itself.
const MAX_ROWS: usize = 1 << 20;
/// Bytes that the macros of a file may add.
const MAX_TEXT: usize = 1 << 22;
/// Macro calls inside macro calls are followed to this depth.
const MAX_DEPTH: u32 = 12;

/// A file with its macro calls expanded.
pub(super) struct Expanded {
    text: String,
    rows: Vec<Row<Kind>>,
    errors: Vec<u32>,
    /// What each macro call becomes: nodes of arguments, or of bodies.
    pub(super) calls: FxHashMap<u32, Vec<Node>>,
}

/// Where the rules of a macro come from.
pub(super) type Lookup<'r> = dyn Fn(&str) -> Option<&'r Rules> + 'r;

/// No macro calls.
pub(super) fn nothing() -> &'static FxHashMap<u32, Vec<Node>> {
    static NOTHING: OnceLock<FxHashMap<u32, Vec<Node>>> = OnceLock::new();
    NOTHING.get_or_init(FxHashMap::default)
}

/// A piece of the text that is parsed by itself.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    line: u32,
    column: u32,
    /// Made by a macro: every line of it is that of the call.
    is_made: bool,
}

/// What a piece is parsed as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Arguments,
    Statements,
    Items,
}

impl Shape {
    fn head(self) -> (&'static str, &'static str, Kind) {
        match self {
            Self::Arguments => ("fn f(){m(", ")}", Kind::Arguments),
            Self::Statements => ("fn f(){", "}", Kind::Block),
            Self::Items => ("", "", Kind::SourceFile),
        }
    }
}

impl Expanded {
    /// The rows of a text; none if it cannot be parsed.
    pub(super) fn new<'r>(text: &str, rules: &Lookup<'r>) -> Option<Self> {
        let grammar = blastline_grammars::by_name("rust").expect("Rust is a row of the table");
        let tree = parse::tree(grammar, text)?;
        let syntax = Syntax::new(&tree, kind::table(), text, Vec::new());
        let mut expanded = Self {
            text: text.to_owned(),
            errors: syntax.errors,
            rows: syntax.rows,
            calls: FxHashMap::default(),
        };
        let mut waiting: Vec<(Node, u32)> = syntax.marked.into_iter().rev().map(|node| (node, 0)).collect();
        let limit = expanded.rows.len() + MAX_ROWS;
        while let Some((node, depth)) = waiting.pop() {
            if depth < MAX_DEPTH && expanded.rows.len() < limit {
                let found = expanded.expand(node, rules);
                waiting.extend(found.into_iter().map(|inner| (inner, depth + 1)));
            }
        }
        Some(expanded)
    }

    pub(super) fn syntax(&self) -> Syntax<'_, Kind> {
        Syntax { text: &self.text, rows: self.rows.clone(), errors: self.errors.clone(), marked: Vec::new() }
    }

    /// Expands one call. The calls that it holds.
    fn expand<'r>(&mut self, call: Node, rules: &Lookup<'r>) -> Vec<Node> {
        let Some((name, piece)) = self.inside(call) else { return Vec::new() };
        let mut found = Vec::new();
        let last = name.rsplit("::").next().unwrap_or_default().trim();
        if let Some(rules) = rules(last)
            && let Some(body) = self.text.get(piece.start..piece.end).and_then(|inner| rules.expand(inner))
            && self.text.len() + body.len() < MAX_TEXT
        {
            let start = self.text.len() + 1;
            self.text.push('\n');
            self.text.push_str(&body);
            let made = Piece { start, end: self.text.len(), is_made: true, ..piece };
            if let Some(block) = self.parse(made, Shape::Statements, &mut found) {
                self.calls.insert(call.0, vec![block]);
                return found;
            }
        }
        let shape = match last {
            "thread_local" | "lazy_static" | "cfg_if" | "bitflags" => Shape::Items,
            "select" => Shape::Statements,
            _ => Shape::Arguments,
        };
        let roots = match shape {
            Shape::Arguments => self.arguments(piece, &mut found),
            Shape::Statements | Shape::Items => self.bodies(piece, &mut found),
        };
        self.calls.insert(call.0, roots);
        found
    }

    /// The name of a macro and what stands between its brackets.
    fn inside(&self, call: Node) -> Option<(String, Piece)> {
        let row = self.rows[call.0 as usize];
        let rows = &self.rows[call.0 as usize + 1..row.next as usize];
        let tree = rows.iter().rev().find(|row| row.kind == Kind::TokenTree)?;
        let name = self.text.get(row.start as usize..tree.start as usize)?;
        let name = name.split('!').next().unwrap_or_default().to_owned();
        let (start, end) = (tree.start as usize + 1, (tree.end as usize).checked_sub(1)?);
        (start <= end)
            .then_some((name, Piece { start, end, line: tree.line, column: tree.column + 1, is_made: false }))
    }

    /// Parses a piece as arguments, whole or else one by one.
    fn arguments(&mut self, piece: Piece, found: &mut Vec<Node>) -> Vec<Node> {
        let all: Vec<Piece> = self.split(piece, b",;");
        if !self.has_separator(piece, b';')
            && let Some(list) = self.parse(piece, Shape::Arguments, found)
        {
            return self.children(list);
        }
        let mut roots = Vec::new();
        for part in all {
            for part in self.split_arrow(part) {
                if let Some(list) = self.parse(part, Shape::Arguments, found) {
                    roots.extend(self.children(list));
                }
            }
        }
        roots
    }

    /// Parses what stands in the braces inside a piece, and what stands between them, as statements.
    fn bodies(&mut self, piece: Piece, found: &mut Vec<Node>) -> Vec<Node> {
        if let Some(items) = self.parse(piece, Shape::Items, found) {
            return vec![items];
        }
        let mut roots = Vec::new();
        for part in self.split(piece, b",;") {
            for part in self.split_arrow(part) {
                if let Some(list) = self.parse(part, Shape::Arguments, found) {
                    roots.extend(self.children(list));
                } else if let Some(block) = self.parse(part, Shape::Statements, found) {
                    roots.push(block);
                }
            }
        }
        roots
    }

    fn children(&self, node: Node) -> Vec<Node> {
        let (mut at, end) = (node.0 + 1, self.rows[node.0 as usize].next);
        let mut children = Vec::new();
        while at < end {
            let row = &self.rows[at as usize];
            if row.kind != Kind::Error && !row.kind.is_token() && row.kind != Kind::Attribute {
                children.push(Node(at));
            }
            at = row.next;
        }
        children
    }

    /// Parses a piece; its rows, if there is no error in them, are added behind the others.
    fn parse(&mut self, piece: Piece, shape: Shape, found: &mut Vec<Node>) -> Option<Node> {
        let inner = self.text.get(piece.start..piece.end)?;
        if inner.trim().is_empty() {
            return None;
        }
        let (head, tail, wanted) = shape.head();
        let program = [head, inner, tail].concat();
        let grammar = blastline_grammars::by_name("rust").expect("Rust is a row of the table");
        let tree = parse::tree(grammar, &program)?;
        if tree.root_node().has_error() {
            return None;
        }
        let syntax = Syntax::new(&tree, kind::table(), &program, Vec::new());
        let base = self.rows.len() as u32;
        let shift = |offset: u32| (piece.start as u32 + offset).saturating_sub(head.len() as u32);
        for row in &syntax.rows {
            let column = if piece.is_made {
                piece.column
            } else if row.line == 1 {
                (piece.column + row.column).saturating_sub(head.len() as u32 + 1).max(1)
            } else {
                row.column
            };
            self.rows.push(Row {
                start: shift(row.start),
                end: shift(row.end).min(piece.end as u32),
                line: if piece.is_made { piece.line } else { piece.line + row.line - 1 },
                column,
                next: row.next + base,
                kind: row.kind,
            });
        }
        found.extend(syntax.marked.iter().map(|node| Node(node.0 + base)));
        let at = syntax.rows.iter().position(|row| row.kind == wanted)?;
        Some(Node(base + at as u32))
    }

    fn has_separator(&self, piece: Piece, separator: u8) -> bool {
        self.split(piece, &[separator]).len() > 1
    }

    /// The parts of a piece between separators that are in no brackets, strings or comments.
    fn split(&self, piece: Piece, separators: &[u8]) -> Vec<Piece> {
        let bytes = &self.text.as_bytes()[piece.start..piece.end];
        let mut parts = Vec::new();
        let mut start = 0;
        scan(bytes, |at, byte| {
            if separators.contains(&byte) {
                parts.push((start, at));
                start = at + 1;
            }
        });
        parts.push((start, bytes.len()));
        parts.into_iter().map(|(from, to)| sub(piece, bytes, from, to)).collect()
    }

    /// `p = e => b`: the expression and the body.
    fn split_arrow(&self, piece: Piece) -> Vec<Piece> {
        let bytes = &self.text.as_bytes()[piece.start..piece.end];
        let mut arrow = None;
        let mut equals = None;
        scan(bytes, |at, byte| {
            let next = bytes.get(at + 1).copied();
            if byte == b'=' && next == Some(b'>') && arrow.is_none() {
                arrow = Some(at);
            } else if byte == b'='
                && arrow.is_none()
                && equals.is_none()
                && next != Some(b'=')
                && !matches!(at.checked_sub(1).map(|before| bytes[before]), Some(b'=' | b'!' | b'<' | b'>'))
            {
                equals = Some(at);
            }
        });
        match arrow {
            Some(at) => {
                let from = equals.map_or(0, |equals| equals + 1);
                vec![sub(piece, bytes, from, at), sub(piece, bytes, at + 2, bytes.len())]
            }
            None => vec![piece],
        }
    }
}

/// The part of a piece between two offsets of its text.
fn sub(piece: Piece, bytes: &[u8], from: usize, to: usize) -> Piece {
    let before = &bytes[..from];
    let lines = memchr::memchr_iter(b'\n', before).count() as u32;
    let column = match memchr::memrchr(b'\n', before) {
        Some(at) => (from - at) as u32,
        None => piece.column + from as u32,
    };
    let line = if piece.is_made { piece.line } else { piece.line + lines };
    Piece { start: piece.start + from, end: piece.start + to, line, column, ..piece }
}

/// Calls `each` with every byte that is in no brackets, string, character or comment.
pub(super) fn scan(bytes: &[u8], mut each: impl FnMut(usize, u8)) {
    let (mut at, mut depth) = (0, 0_i32);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'"' => at = skip_string(bytes, at),
            b'r' if is_raw_string(bytes, at) => at = skip_raw(bytes, at),
            b'\'' => at = skip_char(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
            }
            byte if depth == 0 => each(at, byte),
            _ => {}
        }
        at += 1;
    }
}

fn skip_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn is_raw_string(bytes: &[u8], at: usize) -> bool {
    let is_start = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'b');
    let after = bytes[at + 1..].iter().find(|&&byte| byte != b'#');
    is_start && after == Some(&b'"')
}

fn skip_raw(bytes: &[u8], start: usize) -> usize {
    let hashes = bytes[start + 1..].iter().take_while(|&&byte| byte == b'#').count();
    let mut at = start + hashes + 2;
    while at < bytes.len() {
        let closes = bytes[at] == b'"'
            && bytes[at + 1..].iter().take(hashes).filter(|&&b| b == b'#').count() == hashes;
        if closes {
            return at + hashes;
        }
        at += 1;
    }
    at
}

/// A character is skipped, a lifetime is not.
fn skip_char(bytes: &[u8], start: usize) -> usize {
    if bytes.get(start + 1) == Some(&b'\\') {
        return memchr::memchr(b'\'', &bytes[(start + 3).min(bytes.len())..])
            .map_or(start, |found| start + 3 + found);
    }
    let close = bytes[start + 1..].iter().take(5).position(|&byte| byte == b'\'');
    match close {
        Some(length)
            if length > 0
                && std::str::from_utf8(&bytes[start + 1..=start + length])
                    .is_ok_and(|text| text.chars().count() == 1) =>
        {
            start + length + 1
        }
        _ => start,
    }
}
