//! Macro calls → rows: what stands between the brackets of a macro is parsed as the code that it becomes.
//!
//! The text inside is parsed again behind a head that makes it a program (`fn f(){m(` … `)}`), and its rows are put
//! behind those of the file with the places that they have in the file: lowering then reads them like any other
//! code. What is no list of expressions is parsed piece by piece, and pieces that are no code are left out.
//!
//! Calls are short and many, and starting a parser costs more than most of them: so a program is made of those that
//! stand side by side, a function each (`fn f(){m(` … `)}` `fn f(){m(` … `)}`). A function that the parser read from
//! its first to its last byte without an error is what it would be alone; the others are parsed alone.

use super::kind::{self, Kind};
use super::likely::is_list;
use super::rules::group_length;
use super::scope::Scope;
use super::tables;
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
/// Bytes of calls that are parsed together: what one of them spoils has to be parsed again.
const MAX_TOGETHER: usize = 1 << 12;

/// A file with its macro calls expanded.
pub(super) struct Expanded {
    text: String,
    rows: Vec<Row<Kind>>,
    errors: Vec<u32>,
    /// What each macro call becomes: nodes of arguments, or of bodies.
    pub(super) calls: FxHashMap<u32, Vec<Node>>,
    /// Where the text goes on that macros made, and the crates that define these macros.
    origins: Vec<(usize, Option<String>)>,
}

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    Arguments,
    Statements,
    Items,
    /// `p = e => b` of a `select!`, which is `let p = e; b`.
    Branch,
}

impl Shape {
    fn head(self) -> (&'static str, &'static str, Kind) {
        match self {
            Self::Arguments => ("fn f(){m(", ")}", Kind::Arguments),
            Self::Statements => ("fn f(){", "}", Kind::Block),
            Self::Items => ("", "", Kind::SourceFile),
            Self::Branch => ("fn f(){let ", "}", Kind::Block),
        }
    }
}

/// What a call is tried as at first.
enum Form {
    /// What its rules make of it, which is the piece.
    Made,
    /// A list of expressions, the piece.
    Whole,
    /// Expressions, each a piece.
    Parts,
    /// What is no list, and parsed by itself.
    Bodies,
}

/// A call that is being expanded.
struct Attempt {
    call: Node,
    form: Form,
    /// What stands between the brackets.
    inside: Piece,
    /// What that is as such, without rules.
    shape: Shape,
    pieces: Vec<Piece>,
}

/// Where a piece stands in the program in which it is parsed.
struct Segment {
    start: usize,
    end: usize,
    line: u32,
}

impl Expanded {
    /// The rows of a text; none if it cannot be parsed.
    pub(super) fn new(text: &str, scope: &Scope<'_>) -> Option<Self> {
        let grammar = blastline_grammars::by_name("rust").expect("Rust is a row of the table");
        let syntax = {
            let tree = parse::tree(grammar, &tables::blanked(text))?;
            Syntax::new(&tree, kind::table(), text, Vec::new())
        };
        let mut expanded = Self {
            text: text.to_owned(),
            errors: syntax.errors,
            rows: syntax.rows,
            calls: FxHashMap::default(),
            origins: Vec::new(),
        };
        let mut calls = syntax.marked;
        let limit = expanded.rows.len() + MAX_ROWS;
        for _ in 0..MAX_DEPTH {
            calls = expanded.expand(&calls, limit, scope);
        }
        Some(expanded)
    }

    /// The rows, taken out.
    pub(super) fn syntax(&mut self) -> Syntax<'_, Kind> {
        let (rows, errors) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.errors));
        Syntax { text: &self.text, rows, errors, marked: Vec::new() }
    }

    /// Expands calls. The calls that they hold.
    fn expand(&mut self, calls: &[Node], limit: usize, scope: &Scope<'_>) -> Vec<Node> {
        let mut found = Vec::new();
        let mut together = Vec::new();
        let mut length = 0;
        for &call in calls {
            let Some(attempt) = self.attempt(call, scope) else { continue };
            length += attempt.pieces.iter().map(|piece| piece.end - piece.start).sum::<usize>();
            together.push(attempt);
            if length > MAX_TOGETHER {
                self.expand_together(std::mem::take(&mut together), &mut found);
                length = 0;
            }
            if self.rows.len() >= limit {
                break;
            }
        }
        self.expand_together(together, &mut found);
        found
    }

    /// What a call is tried as.
    fn attempt(&mut self, call: Node, scope: &Scope<'_>) -> Option<Attempt> {
        let (name, inside) = self.inside(call)?;
        let last = name.rsplit("::").next().unwrap_or_default().trim();
        let shape = match last {
            "thread_local" | "lazy_static" | "cfg_if" | "bitflags" => Shape::Items,
            "select" => Shape::Statements,
            _ => Shape::Arguments,
        };
        let (form, pieces) = if let Some(made) = self.made(call, &name, inside, scope) {
            (Form::Made, vec![made])
        } else if shape != Shape::Arguments {
            (Form::Bodies, Vec::new())
        } else if self.split(inside, b";").len() > 1 {
            (Form::Parts, self.parts(inside))
        } else {
            (Form::Whole, vec![inside])
        };
        Some(Attempt { call, form, inside, shape, pieces })
    }

    /// What the rules of a macro make of a call, put behind the text.
    fn made(&mut self, call: Node, name: &str, inside: Piece, scope: &Scope<'_>) -> Option<Piece> {
        let at = self.rows[call.0 as usize].start as usize;
        let origin = self.origins.partition_point(|row| row.0 <= at).checked_sub(1);
        let origin = origin.and_then(|index| self.origins[index].1.clone());
        let found = scope.find(name, origin.as_deref())?;
        let body = found.rules.expand(self.text.get(inside.start..inside.end)?, found.home)?;
        if self.text.len() + body.len() >= MAX_TEXT {
            return None;
        }
        let start = self.text.len() + 1;
        self.origins.push((start, found.root.map(str::to_owned)));
        self.text.push('\n');
        self.text.push_str(&body);
        Some(Piece { start, end: self.text.len(), is_made: true, ..inside })
    }

    fn expand_together(&mut self, attempts: Vec<Attempt>, found: &mut Vec<Node>) {
        let pieces: Vec<(Piece, Shape)> = attempts
            .iter()
            .flat_map(|attempt| {
                let shape =
                    if matches!(attempt.form, Form::Made) { Shape::Statements } else { Shape::Arguments };
                attempt.pieces.iter().map(move |&piece| (piece, shape))
            })
            .collect();
        let mut parsed = self.parse_all(&pieces, found).into_iter();
        for attempt in attempts {
            let parsed: Vec<Option<Node>> = parsed.by_ref().take(attempt.pieces.len()).collect();
            let roots = self.roots(&attempt, &parsed, found);
            self.calls.insert(attempt.call.0, roots);
        }
    }

    /// What a call becomes, where this is what its pieces were read as together with others.
    fn roots(&mut self, attempt: &Attempt, parsed: &[Option<Node>], found: &mut Vec<Node>) -> Vec<Node> {
        let first = parsed.first().copied().flatten();
        match attempt.form {
            Form::Made => {
                let block = first.or_else(|| self.parse(attempt.pieces[0], Shape::Statements, found));
                match (block, attempt.shape) {
                    (Some(block), _) => vec![block],
                    (None, Shape::Arguments) => self.arguments(attempt.inside, found),
                    (None, _) => self.bodies(attempt.inside, found),
                }
            }
            Form::Whole => match first {
                Some(list) => self.children(list),
                None => self.arguments(attempt.inside, found),
            },
            Form::Parts => {
                let mut roots = Vec::new();
                for (&piece, &list) in attempt.pieces.iter().zip(parsed) {
                    if let Some(list) = list.or_else(|| self.parse(piece, Shape::Arguments, found)) {
                        roots.extend(self.children(list));
                    }
                }
                roots
            }
            Form::Bodies if attempt.shape == Shape::Statements => self.branches(attempt.inside, found),
            Form::Bodies => self.bodies(attempt.inside, found),
        }
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
        if self.split(piece, b";").len() == 1
            && let Some(list) = self.parse(piece, Shape::Arguments, found)
        {
            return self.children(list);
        }
        let mut roots = Vec::new();
        for part in self.parts(piece) {
            if let Some(list) = self.parse(part, Shape::Arguments, found) {
                roots.extend(self.children(list));
            }
        }
        roots
    }

    /// The parts of a piece that may be expressions.
    fn parts(&self, piece: Piece) -> Vec<Piece> {
        self.split(piece, b",;").into_iter().flat_map(|part| self.split_arrow(part)).collect()
    }

    /// Parses what stands in the braces inside a piece, and what stands between them, as statements.
    fn bodies(&mut self, piece: Piece, found: &mut Vec<Node>) -> Vec<Node> {
        if let Some(items) = self.parse(piece, Shape::Items, found) {
            return vec![items];
        }
        let mut roots = Vec::new();
        for part in self.parts(piece) {
            if let Some(list) = self.parse(part, Shape::Arguments, found) {
                roots.extend(self.children(list));
            } else if let Some(block) = self.parse(part, Shape::Statements, found) {
                roots.push(block);
            }
        }
        roots
    }

    /// The branches of a `select!`, each a block; what has no pattern is its parts.
    fn branches(&mut self, piece: Piece, found: &mut Vec<Node>) -> Vec<Node> {
        let mut roots = Vec::new();
        for branch in self.split_branches(piece) {
            if let Some(block) = self.parse(branch, Shape::Branch, found) {
                roots.push(block);
                continue;
            }
            for part in self.split_arrow(branch) {
                let block = self.parse(part, Shape::Statements, found);
                match block {
                    Some(block) => roots.push(block),
                    None => roots.extend(self.arguments(part, found)),
                }
            }
        }
        roots
    }

    /// A branch ends behind the braces of its body, or at a comma.
    fn split_branches(&self, piece: Piece) -> Vec<Piece> {
        let text = &self.text[piece.start..piece.end];
        let mut found = Vec::new();
        let mut start = 0;
        if let Some(rest) = text.trim_start().strip_prefix("biased") {
            start = text.len() - rest.trim_start().trim_start_matches(';').len();
        }
        while let Some(arrow) = arrow_in(&text.as_bytes()[start..]) {
            let body = start + arrow + 2;
            let rest = text[body..].trim_start();
            let from = text.len() - rest.len();
            let length = rest.starts_with('{').then(|| group_length(rest)).flatten();
            let end = length.map_or_else(|| from + comma_in(rest.as_bytes()), |length| from + length);
            found.push(sub(piece, text.as_bytes(), start, end));
            start = text.len() - text[end..].trim_start().trim_start_matches(',').len();
        }
        found
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
        self.parse_all(&[(piece, shape)], found).pop().flatten()
    }

    /// Parses pieces in one program, and items only alone. Those without an error in them are added.
    fn parse_all(&mut self, pieces: &[(Piece, Shape)], found: &mut Vec<Node>) -> Vec<Option<Node>> {
        let mut roots = vec![None; pieces.len()];
        let (program, segments) = self.program(pieces);
        if program.trim_ascii().is_empty() {
            return roots;
        }
        let grammar = blastline_grammars::by_name("rust").expect("Rust is a row of the table");
        // What is parsed alone is left out if there is any error in it; of several, those without one are wanted.
        let tree = if pieces.len() == 1 { parse::clean_tree } else { parse::tree };
        let Some(tree) = tree(grammar, &program) else { return roots };
        let syntax = Syntax::new(&tree, kind::table(), &program, Vec::new());
        if let [(piece, Shape::Items)] = pieces {
            if !tree.root_node().has_error() {
                roots[0] = Some(self.adopt(&syntax, Node(0), *piece, &segments[0], 0, found));
            }
            return roots;
        }
        let clean = clean_parts(&tree);
        let mut tops = syntax.children(Node(0)).peekable();
        for (at, (segment, &(piece, shape))) in segments.iter().zip(pieces).enumerate() {
            while tops.next_if(|&top| (syntax.row(top).start as usize) < segment.start).is_some() {}
            let Some(&top) = tops.peek() else { break };
            let is_it = syntax.row(top).start as usize == segment.start
                && clean.binary_search(&(segment.start, segment.end)).is_ok();
            let (head, _, wanted) = shape.head();
            let mut inner = (top.0..syntax.row(top).next).map(Node);
            if is_it && let Some(root) = inner.find(|&node| syntax.row(node).kind == wanted) {
                roots[at] = Some(self.adopt(&syntax, root, piece, segment, head.len(), found));
            }
        }
        roots
    }

    /// The program that these pieces make, and where each stands in it; an empty one has an empty place.
    fn program(&self, pieces: &[(Piece, Shape)]) -> (String, Vec<Segment>) {
        let mut program = String::new();
        let mut segments = Vec::with_capacity(pieces.len());
        let mut line = 1;
        for &(piece, shape) in pieces {
            let start = program.len();
            let inner = self.text.get(piece.start..piece.end).unwrap_or_default();
            let (head, tail, _) = shape.head();
            let branch = (shape == Shape::Branch).then(|| branch_text(inner));
            let inner = branch.as_deref().unwrap_or(inner);
            let is_code = shape != Shape::Arguments || is_list(inner);
            if is_code && !inner.trim_ascii().is_empty() {
                [head, inner, tail].into_iter().for_each(|text| program.push_str(text));
            }
            segments.push(Segment { start, end: program.len(), line });
            program.push('\n');
            line += memchr::memchr_iter(b'\n', &program.as_bytes()[start..]).count() as u32;
        }
        (program, segments)
    }

    /// Adds a row and what is below it, as it stands in the file.
    fn adopt(
        &mut self,
        syntax: &Syntax<'_, Kind>,
        root: Node,
        piece: Piece,
        segment: &Segment,
        head: usize,
        found: &mut Vec<Node>,
    ) -> Node {
        let base = self.rows.len() as u32;
        let end = syntax.row(root).next;
        let shift = |offset: u32| (piece.start as u32 + offset).saturating_sub((segment.start + head) as u32);
        for row in &syntax.rows[root.0 as usize..end as usize] {
            let column = if piece.is_made {
                piece.column
            } else if row.line == segment.line {
                (piece.column + row.column).saturating_sub(head as u32 + 1).max(1)
            } else {
                row.column
            };
            self.rows.push(Row {
                start: shift(row.start),
                end: shift(row.end).min(piece.end as u32),
                line: if piece.is_made { piece.line } else { piece.line + row.line - segment.line },
                column,
                next: row.next - root.0 + base,
                kind: row.kind,
            });
        }
        let inside = syntax.marked.iter().filter(|node| (root.0..end).contains(&node.0));
        found.extend(inside.map(|node| Node(node.0 - root.0 + base)));
        Node(base)
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

/// Where the first arrow outside of brackets is.
fn arrow_in(bytes: &[u8]) -> Option<usize> {
    let mut found = None;
    scan(bytes, |at, byte| {
        if byte == b'=' && bytes.get(at + 1) == Some(&b'>') && found.is_none() {
            found = Some(at);
        }
    });
    found
}

/// Where the first comma outside of brackets is, or the end.
fn comma_in(bytes: &[u8]) -> usize {
    let mut found = None;
    scan(bytes, |at, byte| found = found.or((byte == b',').then_some(at)));
    found.unwrap_or(bytes.len())
}

/// `p = e, if c => b` as `p = e;        b`, of the same length.
fn branch_text(text: &str) -> String {
    let Some(arrow) = arrow_in(text.as_bytes()) else { return text.to_owned() };
    let guard = comma_in(&text.as_bytes()[..arrow]);
    let mut bytes = text.as_bytes().to_vec();
    bytes[guard..arrow + 2].fill(b' ');
    bytes[guard] = b';';
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The first and the last byte of what stands at the top of a program and has no error in it, in order.
fn clean_parts(tree: &tree_sitter::Tree) -> Vec<(usize, usize)> {
    let root = tree.root_node();
    let mut cursor = root.walk();
    let parts = root.children(&mut cursor).filter(|part| !part.has_error());
    parts.map(|part| (part.start_byte(), part.end_byte())).collect()
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

pub(super) fn skip_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

pub(super) fn is_raw_string(bytes: &[u8], at: usize) -> bool {
    let is_start = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'b');
    let after = bytes[at + 1..].iter().find(|&&byte| byte != b'#');
    is_start && after == Some(&b'"')
}

pub(super) fn skip_raw(bytes: &[u8], start: usize) -> usize {
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
pub(super) fn skip_char(bytes: &[u8], start: usize) -> usize {
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
