//! String literals, formatted strings, `%` and `.format`: what is known of the text.
//!
//! A string is followed as a [`Shape`]: a constant beginning, holes, a constant end. `"visit_" + name`,
//! `f"visit_{name}"` and `"visit_%s" % name` have the same one.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, Arg, ArgKind, CallFlags, Concat, Constant, Derivation, Derive, Field};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Longer texts are no names, keys or paths: nothing is kept of them but that they are strings.
const MAX_TEXT: usize = 256;

/// What is known of a string under construction.
#[derive(Default)]
pub(super) struct Shape {
    prefix: String,
    holes: SmallVec<[Var; 4]>,
    suffix: String,
    /// What follows the first hole, with [`Concat::HOLE`] for each further one.
    rest: String,
    /// Whether there is text that was not kept, or a hole that is formatted otherwise than as it is.
    is_inexact: bool,
}

impl Shape {
    /// Adds constant text at the end.
    pub(super) fn push_text(&mut self, text: &str) {
        let has_holes = !self.holes.is_empty();
        if has_holes && self.rest.len() <= MAX_TEXT {
            self.rest.push_str(text);
        }
        let part = if has_holes { &mut self.suffix } else { &mut self.prefix };
        if part.len() + text.len() <= MAX_TEXT {
            // Behind text that was left out, what is kept would not be the beginning any more.
            if has_holes || !self.is_inexact {
                part.push_str(text);
            }
            return;
        }
        self.is_inexact = true;
        if has_holes {
            part.clear();
            part.push_str(tail(text));
        } else if part.is_empty() {
            part.push_str(head(text));
        }
    }

    /// Adds a value at the end.
    pub(super) fn push_hole(&mut self, var: Var) {
        if !self.holes.is_empty() {
            self.rest.push(Concat::HOLE);
        }
        self.holes.push(var);
        self.suffix.clear();
    }

    /// Adds another string at the end.
    pub(super) fn append(&mut self, other: Self) {
        self.push_text(&other.prefix);
        self.is_inexact |= other.is_inexact;
        if !other.holes.is_empty() {
            if !self.holes.is_empty() {
                self.rest.push(Concat::HOLE);
            }
            self.rest.push_str(&other.rest);
            self.holes.extend(other.holes);
            self.suffix = other.suffix;
        }
    }

    /// The text, if all of it is known.
    pub(super) fn as_constant(&self) -> Option<&str> {
        (self.holes.is_empty() && !self.is_inexact).then_some(self.prefix.as_str())
    }
}

/// The beginning of a text, as long as is kept.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}

/// The end of a text, as long as is kept.
fn tail(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(MAX_TEXT))..]
}

/// A string literal, taken apart.
struct Literal<'t> {
    body: &'t str,
    is_raw: bool,
    is_bytes: bool,
    is_formatted: bool,
}

fn literal(text: &str) -> Literal<'_> {
    let quote = text.find(['"', '\'']).unwrap_or(0);
    let (prefix, rest) = text.split_at(quote);
    let has = |letter: char| prefix.chars().any(|c| c.eq_ignore_ascii_case(&letter));
    let mark =
        ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| rest.starts_with(mark)).unwrap_or_default();
    let body = rest.strip_prefix(mark).unwrap_or(rest);
    let body = body.strip_suffix(mark).unwrap_or(body);
    Literal { body, is_raw: has('r'), is_bytes: has('b'), is_formatted: has('f') || has('t') }
}

/// The text that a literal's body stands for.
fn decode(body: &str, is_raw: bool) -> Cow<'_, str> {
    if is_raw || memchr::memchr(b'\\', body.as_bytes()).is_none() {
        return Cow::Borrowed(body);
    }
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut text);
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Writes what one escape stands for; `rest` begins behind the backslash. Returns what follows it.
fn escape<'b>(rest: &'b str, text: &mut String) -> &'b str {
    let Some(letter) = rest.chars().next() else {
        text.push('\\');
        return rest;
    };
    let behind = &rest[letter.len_utf8()..];
    match letter {
        '\n' => return behind,
        '\r' => return behind.strip_prefix('\n').unwrap_or(behind),
        'x' => return hexadecimal(behind, 2, text),
        'u' => return hexadecimal(behind, 4, text),
        'U' => return hexadecimal(behind, 8, text),
        '0'..='7' => return octal(rest, text),
        'n' => text.push('\n'),
        't' => text.push('\t'),
        'r' => text.push('\r'),
        'a' => text.push('\u{7}'),
        'b' => text.push('\u{8}'),
        'f' => text.push('\u{C}'),
        'v' => text.push('\u{B}'),
        '\\' | '\'' | '"' => text.push(letter),
        _ => {
            text.push('\\');
            text.push(letter);
        }
    }
    behind
}

fn hexadecimal<'b>(rest: &'b str, digits: usize, text: &mut String) -> &'b str {
    let code = rest.get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match code {
        Some(code) => {
            text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            &rest[digits..]
        }
        None => rest,
    }
}

fn octal<'b>(rest: &'b str, text: &mut String) -> &'b str {
    let digits = rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let code = u32::from_str_radix(&rest[..digits], 8).unwrap_or_default();
    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    &rest[digits..]
}

/// A part of a format: text, or a place for a value with its name.
enum Part<'f> {
    Text(&'f str),
    Hole { name: &'f str, is_plain: bool },
}

impl Lowerer<'_> {
    /// The value of a string literal, or of several side by side.
    pub(super) fn string(&mut self, node: Node) -> Var {
        let line = self.line(node);
        if self.kind(node) == Kind::String {
            let parts = literal(self.text(node));
            if !parts.is_formatted {
                let text = decode(parts.body, parts.is_raw);
                return self.text_value(&text, parts.is_bytes, line);
            }
        }
        match self.text_shape(node) {
            Some(shape) => self.finish_shape(shape, line),
            None => {
                let class = self.intern("bytes");
                self.allocate(Alloc::Builtin(class), line)
            }
        }
    }

    fn text_value(&mut self, text: &str, is_bytes: bool, line: u32) -> Var {
        if text.len() > MAX_TEXT {
            let class = if is_bytes { self.intern("bytes") } else { self.words.str };
            return self.allocate(Alloc::Builtin(class), line);
        }
        let text = self.intern(text);
        self.literal(if is_bytes { Constant::Bytes(text) } else { Constant::Str(text) }, line)
    }

    /// The text of a string literal without holes that is short enough to be kept.
    pub(super) fn constant_text(&mut self, node: Node) -> Option<Cow<'static, str>> {
        match self.kind(node) {
            Kind::String => {
                let parts = literal(self.text(node));
                let is_text = !parts.is_formatted && !parts.is_bytes && parts.body.len() <= MAX_TEXT;
                is_text.then(|| Cow::Owned(decode(parts.body, parts.is_raw).into_owned()))
            }
            Kind::ConcatenatedString => {
                let has_holes = self.children(node).any(|part| literal(self.text(part)).is_formatted);
                let shape = if has_holes { None } else { self.text_shape(node) };
                shape.and_then(|shape| shape.as_constant().map(|text| Cow::Owned(text.to_owned())))
            }
            _ => None,
        }
    }

    /// The shape of a string literal, its holes evaluated. None for byte strings and everything else.
    pub(super) fn text_shape(&mut self, node: Node) -> Option<Shape> {
        let mut shape = Shape::default();
        match self.kind(node) {
            Kind::String => self.add_literal(node, &mut shape)?,
            Kind::ConcatenatedString => {
                for part in self.children(node) {
                    if self.kind(part) == Kind::String {
                        self.add_literal(part, &mut shape)?;
                    }
                }
            }
            _ => return None,
        }
        Some(shape)
    }

    fn add_literal(&mut self, node: Node, shape: &mut Shape) -> Option<()> {
        let parts = literal(self.text(node));
        if parts.is_bytes {
            return None;
        }
        if !parts.is_formatted {
            shape.push_text(&decode(parts.body, parts.is_raw));
            return Some(());
        }
        for part in self.children(node) {
            match self.kind(part) {
                Kind::StringContent => {
                    let text = decode(self.text(part), parts.is_raw);
                    if text.contains(['{', '}']) {
                        shape.push_text(&text.replace("{{", "{").replace("}}", "}"));
                    } else {
                        shape.push_text(&text);
                    }
                }
                Kind::Interpolation => self.interpolation(part, shape),
                _ => {}
            }
        }
        Some(())
    }

    // {e}:  hole e, call(e.__str__)
    fn interpolation(&mut self, node: Node, shape: &mut Shape) {
        for part in self.children(node) {
            match self.kind(part) {
                Kind::Error => {}
                Kind::FormatSpecifier => {
                    shape.is_inexact = true;
                    for inner in self.children(part) {
                        if self.deeper(inner) {
                            self.interpolation(inner, shape);
                            self.expression_depth -= 1;
                        }
                    }
                }
                _ => {
                    let is_literal = self.is_literal(part);
                    let var = self.expression(part);
                    if !is_literal {
                        self.call_method(var, self.words.str_, Var::NONE, CallFlags::IMPLICIT, &[], part);
                    }
                    shape.push_hole(var);
                }
            }
        }
    }

    // concat(v, prefix, hole, suffix), ∀ hole: derive(v, hole, format)
    pub(super) fn finish_shape(&mut self, shape: Shape, line: u32) -> Var {
        if shape.holes.is_empty() {
            let text = if shape.is_inexact { None } else { Some(shape.prefix.as_str()) };
            return match text {
                Some(text) => self.text_value(text, false, line),
                None => self.allocate(Alloc::Builtin(self.words.str), line),
            };
        }
        let dst = self.draft.fresh();
        self.write_shape(&shape, dst, line);
        dst
    }

    fn write_shape(&mut self, shape: &Shape, dst: Var, line: u32) {
        let (prefix, suffix) = (self.intern(&shape.prefix), self.intern(&shape.suffix));
        let src = match shape.holes.as_slice() {
            [only] if !shape.is_inexact => *only,
            _ => Var::NONE,
        };
        // Rows of `derives` name the holes only where all are values.
        let is_whole = shape.holes.len() > 1 && shape.holes.iter().all(|hole| hole.is_some());
        let rest =
            if is_whole && shape.rest.len() <= MAX_TEXT { self.intern(&shape.rest) } else { Sym::EMPTY };
        self.draft.rows.concats.push(Concat { dst, prefix, src, suffix, rest, line });
        for &hole in shape.holes.iter().filter(|hole| hole.is_some()) {
            self.draft.rows.derives.push(Derive { dst, src: hole, how: Derivation::Format, line });
        }
    }

    /// `left + "text"`.
    pub(super) fn append_text(&mut self, left: Var, text: &str, line: u32) -> Var {
        let mut shape = Shape::default();
        shape.push_hole(left);
        shape.push_text(text);
        self.finish_shape(shape, line)
    }

    // "a%sb" % e:  as "a" + str(e) + "b"
    pub(super) fn percent_format(&mut self, format: &str, right: Node) -> Shape {
        let right = self.bare(right);
        let line = self.line(right);
        let parts = percent_parts(format);
        let holes = parts.iter().filter(|part| matches!(part, Part::Hole { .. })).count();
        let elements: Option<SmallVec<[(Var, bool); 4]>> = (self.kind(right) == Kind::Tuple).then(|| {
            self.children(right).map(|part| (self.expression(part), self.is_literal(part))).collect()
        });
        let whole = if elements.is_none() { self.expression(right) } else { Var::NONE };
        let mut shape = Shape::default();
        let mut next = 0;
        for part in parts {
            let Part::Hole { name, is_plain } = part else {
                if let Part::Text(text) = part {
                    shape.push_text(text);
                }
                continue;
            };
            let (var, is_literal) = match &elements {
                _ if !name.is_empty() => {
                    let field = Field::Item(self.intern(name));
                    (self.load(whole, field, line), false)
                }
                Some(elements) => elements.get(next).copied().unwrap_or((Var::NONE, true)),
                None if holes == 1 => (whole, self.is_literal(right)),
                None => {
                    let field = self.item(next);
                    (self.load(whole, field, line), false)
                }
            };
            next += 1;
            self.push_formatted(&mut shape, var, is_literal, is_plain, right);
        }
        shape
    }

    fn push_formatted(&mut self, shape: &mut Shape, var: Var, is_literal: bool, is_plain: bool, at: Node) {
        shape.is_inexact |= !is_plain;
        if var.is_some() && !is_literal {
            self.call_method(var, self.words.str_, Var::NONE, CallFlags::IMPLICIT, &[], at);
        }
        shape.push_hole(var);
    }

    // "a{}b".format(e):  as "a" + str(e) + "b"
    pub(super) fn format_call(&mut self, receiver: Node, dst: Var, args: &[Arg]) {
        let Some(format) = self.constant_text(self.bare(receiver)) else { return };
        let mut shape = Shape::default();
        let mut next = 0;
        for part in brace_parts(&format) {
            match part {
                Part::Text(text) => shape.push_text(text),
                Part::Hole { name, is_plain } => {
                    let var = self.format_argument(name, &mut next, args);
                    self.push_formatted(&mut shape, var, false, is_plain, receiver);
                }
            }
        }
        if !shape.holes.is_empty() {
            self.write_shape(&shape, dst, self.line(receiver));
        }
    }

    fn format_argument(&mut self, name: &str, next: &mut usize, args: &[Arg]) -> Var {
        let mut positional = args.iter().filter(|arg| arg.kind == ArgKind::Positional);
        let index = if name.is_empty() {
            *next += 1;
            Some(*next - 1)
        } else {
            name.parse().ok()
        };
        let found = match index {
            Some(index) => positional.nth(index),
            None => {
                let name = self.intern(name);
                args.iter().find(|arg| arg.kind == ArgKind::Keyword(name))
            }
        };
        found.map_or(Var::NONE, |arg| arg.var)
    }
}

/// The parts of a `%` format.
fn percent_parts(format: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((text, behind)) = rest.split_once('%') {
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        if let Some(behind) = behind.strip_prefix('%') {
            parts.push(Part::Text("%"));
            rest = behind;
            continue;
        }
        let (name, behind) = match behind.strip_prefix('(').and_then(|named| named.split_once(')')) {
            Some((name, behind)) => (name, behind),
            None => ("", behind),
        };
        let spec = behind.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let letter = behind[spec..].chars().next();
        parts.push(Part::Hole { name, is_plain: spec == 0 && matches!(letter, Some('s' | 'd')) });
        rest = behind.get(spec + 1..).unwrap_or_default();
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// The parts of a `str.format` format.
fn brace_parts(format: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, behind) = rest.split_at(at);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let brace = &behind[..1];
        let behind = &behind[1..];
        if let Some(behind) = behind.strip_prefix(brace) {
            parts.push(Part::Text(brace));
            rest = behind;
            continue;
        }
        let (field, behind) = behind.split_once('}').unwrap_or((behind, ""));
        if brace == "{" {
            let end = field.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(field.len());
            parts.push(Part::Hole { name: &field[..end], is_plain: end == field.len() });
        }
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(decode(r"a\n\x41\u0042\103\\\q", false), "a\nABC\\\\q");
        assert_eq!(decode(r"a\n", true), r"a\n");
        assert_eq!(decode("a\\\nb\\", false), "ab\\");
    }

    #[test]
    fn prefixes_and_quotes_are_taken_off() {
        assert_eq!(literal("rb'''x'y'''").body, "x'y");
        assert!(literal("rb'x'").is_raw && literal("Rb'x'").is_bytes && literal("F'x'").is_formatted);
    }

    fn shown(parts: &[Part<'_>]) -> Vec<String> {
        parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => (*text).to_owned(),
                Part::Hole { name, is_plain } => format!("<{name}:{is_plain}>"),
            })
            .collect()
    }

    #[test]
    fn formats_are_taken_apart() {
        assert_eq!(shown(&percent_parts("a%%b%s%(k)5.2fz")), ["a", "%", "b", "<:true>", "<k:false>", "z"]);
        assert_eq!(shown(&percent_parts("%")), ["<:false>"]);
        assert_eq!(
            shown(&brace_parts("{{a}}{}{0}{k!r}b{")),
            ["{", "a", "}", "<:true>", "<0:true>", "<k:false>", "b", "<:true>"]
        );
    }

    #[test]
    fn long_text_is_not_a_shape() {
        let mut shape = Shape::default();
        shape.push_text(&"x".repeat(300));
        shape.push_text("y");
        assert!(shape.as_constant().is_none());
        assert!(shape.prefix.len() <= MAX_TEXT && !shape.prefix.contains('y'));
    }
}
