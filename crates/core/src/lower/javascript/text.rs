//! Strings: literals, templates, concatenation: what is known of the text.
//!
//! A string is followed as a constant beginning, holes and a constant end: `"on_" + name` and `` `on_${name}` `` are
//! the same.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::{Alloc, Concat, Constant, Derivation, Derive, Literal};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;
use smallvec::SmallVec;
use std::borrow::Cow;

/// Longer texts are no names, keys or paths: nothing is kept of them but that they are strings.
const MAX_TEXT: usize = 256;

/// What is known of a string under construction.
#[derive(Default)]
struct Shape {
    prefix: String,
    holes: SmallVec<[Var; 4]>,
    suffix: String,
    /// What follows the first hole, with [`Concat::HOLE`] for each further one.
    rest: String,
    is_inexact: bool,
}

impl Shape {
    fn push_text(&mut self, text: &str) {
        if !self.holes.is_empty() && self.rest.len() <= MAX_TEXT {
            self.rest.push_str(text);
        }
        let part = if self.holes.is_empty() { &mut self.prefix } else { &mut self.suffix };
        if part.len() + text.len() <= MAX_TEXT && !self.is_inexact {
            part.push_str(text);
        } else {
            self.is_inexact = true;
            self.suffix.clear();
        }
    }

    fn push_hole(&mut self, var: Var) {
        if !self.is_inexact && self.holes.len() == 1 {
            // Between two holes, what stands there is neither beginning nor end.
            self.is_inexact = true;
        }
        if !self.holes.is_empty() {
            self.rest.push(Concat::HOLE);
        }
        self.holes.push(var);
        self.suffix.clear();
    }
}

/// The text that an escape sequence or a run of plain characters stands for.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('\n') | None => {}
            Some('u') => plain.extend(unicode(&mut chars, 4)),
            Some('x') => plain.extend(unicode(&mut chars, 2)),
            Some(other) => plain.push(other),
        }
    }
    Cow::Owned(plain)
}

/// The character of `\u0041`, `\u{41}` or `\x41`.
fn unicode(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let rest = chars.as_str();
    let (code, used) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((code, _)) => (code, code.len() + 2),
        None => (rest.get(..digits)?, digits),
    };
    let code = u32::from_str_radix(code, 16).ok()?;
    *chars = rest.get(used..)?.chars();
    char::from_u32(code)
}

impl<'t> Lowerer<'t> {
    /// The text of a constant string, if it is short enough to be a name.
    pub(super) fn constant_text(&self, node: Node) -> Option<Cow<'t, str>> {
        let is_plain = match self.kind(node) {
            Kind::String => true,
            Kind::Template => self.children(node).next().is_none(),
            _ => false,
        };
        let text = self.text(node);
        let inner = text.get(1..text.len().checked_sub(1)?).filter(|_| is_plain)?;
        (inner.len() <= MAX_TEXT).then(|| unescape(inner))
    }

    pub(super) fn literal(&mut self, constant: Constant, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.literals.push(Literal { dst, constant, line });
        dst
    }

    pub(super) fn string_literal(&mut self, text: Sym, line: u32) -> Var {
        self.literal(Constant::Str(text), line)
    }

    pub(super) fn string(&mut self, node: Node) -> Var {
        let line = self.line(node);
        match self.constant_text(node) {
            Some(text) => {
                let text = self.intern(&text);
                self.string_literal(text, line)
            }
            None => self.allocate(Alloc::Builtin(self.words.string), line),
        }
    }

    // `a${e}b`:  concat(v, "a", e, "b"), derive(v, e, format)
    pub(super) fn template(&mut self, node: Node) -> Var {
        if self.children(node).next().is_none() {
            return self.string(node);
        }
        let mut shape = Shape::default();
        self.template_parts(node, &mut shape);
        self.finish_shape(shape, self.line(node))
    }

    fn template_parts(&mut self, node: Node, shape: &mut Shape) {
        let row = *self.syntax.row(node);
        let mut at = row.start + 1;
        for part in self.parts(node) {
            let hole = *self.syntax.row(part);
            self.push_source(shape, at, hole.start);
            at = hole.end;
            if let Some(value) = self.first_child(part) {
                let var = self.expression(value);
                shape.push_hole(var);
            }
        }
        self.push_source(shape, at, row.end.saturating_sub(1));
    }

    fn push_source(&self, shape: &mut Shape, from: u32, to: u32) {
        let text = self.syntax.text.get(from as usize..to as usize).unwrap_or_default();
        shape.push_text(&unescape(text));
    }

    /// The slot of a finished string.
    fn finish_shape(&mut self, shape: Shape, line: u32) -> Var {
        if shape.holes.is_empty() && !shape.is_inexact {
            let text = self.intern(&shape.prefix);
            return self.string_literal(text, line);
        }
        let dst = self.draft.fresh();
        let src = match shape.holes.as_slice() {
            [only] if !shape.is_inexact => *only,
            _ => Var::NONE,
        };
        let (prefix, suffix) = (self.intern(&shape.prefix), self.intern(&shape.suffix));
        let has_rest = shape.holes.len() > 1 && shape.rest.len() <= MAX_TEXT;
        let rest = if has_rest { self.intern(&shape.rest) } else { Sym::EMPTY };
        self.draft.rows.concats.push(Concat { dst, prefix, src, suffix, rest, line });
        for src in shape.holes {
            self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Format, line });
        }
        dst
    }

    // a + b:  concat where one is text, derive(v, a), derive(v, b)
    /// A chain of `+`, which nests to the left.
    pub(super) fn sum(&mut self, node: Node) -> Var {
        let mut operands: SmallVec<[Node; 8]> = SmallVec::new();
        let mut at = node;
        while let Some((left, right)) = self.plus(at) {
            operands.push(right);
            at = left;
        }
        operands.push(at);
        operands.reverse();
        let line = self.line(node);
        let is_text =
            operands.iter().any(|&operand| matches!(self.kind(operand), Kind::String | Kind::Template));
        if !is_text {
            let vars: SmallVec<[Var; 8]> = operands.iter().map(|&operand| self.expression(operand)).collect();
            let dst = self.draft.fresh();
            for src in vars {
                self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Operator, line });
            }
            return dst;
        }
        let mut shape = Shape::default();
        for operand in operands {
            match (self.kind(operand), self.constant_text(operand)) {
                (_, Some(text)) => shape.push_text(&text),
                (Kind::Template, None) => self.template_parts(operand, &mut shape),
                (Kind::Number, None) => shape.push_text(self.text(operand)),
                (Kind::String, None) => shape.is_inexact = true,
                _ => {
                    let var = self.expression(operand);
                    shape.push_hole(var);
                }
            }
        }
        self.finish_shape(shape, line)
    }

    /// The operands of a `+`.
    fn plus(&self, node: Node) -> Option<(Node, Node)> {
        if self.kind(node) != Kind::Binary {
            return None;
        }
        let mut parts = self.parts(node);
        let (left, right) = (parts.next()?, parts.next()?);
        (self.operator(left, right) == "+").then_some((left, right))
    }

    // a += "b":  concat(v, "", a, "b"), derive(v, a)
    pub(super) fn append(&mut self, left: Var, value: Node, right: Var, line: u32) -> Var {
        if let Some(text) = self.constant_text(value) {
            let mut shape = Shape::default();
            shape.push_hole(left);
            shape.push_text(&text);
            return self.finish_shape(shape, line);
        }
        let dst = self.draft.fresh();
        for src in [left, right] {
            self.draft.rows.derives.push(Derive { dst, src, how: Derivation::Format, line });
        }
        dst
    }
}
