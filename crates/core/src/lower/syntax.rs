//! Syntax tree → rows: the one walk over the tree of a file.
//!
//! The tree is copied once, in order, into a vector that holds only what lowering looks at: punctuation,
//! comments and the insides of plain strings are left behind. Everything after that is array access, so a body
//! can be looked at twice (which names does it bind?) or later (a nested function) at no cost worth counting.
//!
//! ```text
//! f(x, 1)   →   Call 0..7 next 5 · Identifier · Arguments next 5 · Identifier · Integer
//! ```

use crate::facts::Extent;
use tree_sitter::Language;

/// A row: a node of the tree that lowering looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<K> {
    /// First byte.
    pub(super) start: u32,
    /// Byte behind the last.
    pub(super) end: u32,
    /// Line of the first byte, from 1.
    pub(super) line: u32,
    /// Column of the first byte, from 1, in bytes.
    pub(super) column: u32,
    /// The row behind the last row of this subtree.
    pub(super) next: u32,
    /// What it is.
    pub(super) kind: K,
}

/// A node: the index of its row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Node(pub(super) u32);

/// What the walk does at a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// No row, and none for what is below.
    Skipped,
    /// A row; what is below is read from the text.
    Leaf,
    /// A row, and rows for what is below.
    Inner,
    /// A string: what is below matters only if its prefix says that it is formatted.
    String,
    /// As `Inner`; the node is also listed in [`Syntax::marked`].
    Marked,
}

/// Kinds of a language by the grammar's ids: made once, so that the walk compares no strings.
pub(super) struct Table<K> {
    kinds: Vec<(K, Shape)>,
    error: K,
}

impl<K: Copy> Table<K> {
    /// The table of a grammar from `(name, is it named, kind, shape)`; what is not listed is skipped.
    pub(super) fn new(language: &Language, rows: &[(&str, bool, K, Shape)], error: K) -> Self {
        let kind_of = |id: u16| {
            let name = language.node_kind_for_id(id).unwrap_or_default();
            let named = language.node_kind_is_named(id);
            rows.iter()
                .find(|row| row.0 == name && row.1 == named)
                .map_or((error, Shape::Skipped), |row| (row.2, row.3))
        };
        let count = u16::try_from(language.node_kind_count()).expect("grammars number their kinds by u16");
        Self { kinds: (0..count).map(kind_of).collect(), error }
    }

    #[inline]
    fn get(&self, id: u16) -> (K, Shape) {
        // Only the id of error nodes lies outside the grammar's own.
        self.kinds.get(id as usize).copied().unwrap_or((self.error, Shape::Inner))
    }
}

/// The rows of a file.
pub(super) struct Syntax<'t, K> {
    /// The text.
    pub(super) text: &'t str,
    /// The rows, parents before children.
    pub(super) rows: Vec<Row<K>>,
    /// Lines with syntax that the parser did not understand, at most [`MAX_ERRORS`].
    pub(super) errors: Vec<u32>,
    /// Nodes of shape [`Shape::Marked`].
    pub(super) marked: Vec<Node>,
}

/// Syntax errors that are listed, a file.
pub(super) const MAX_ERRORS: usize = 20;

impl<'t, K: Copy + PartialEq> Syntax<'t, K> {
    /// No rows.
    pub(super) fn empty(text: &'t str) -> Self {
        Self { text, rows: Vec::new(), errors: Vec::new(), marked: Vec::new() }
    }

    /// Copies a tree into `rows`, which is cleared first.
    pub(super) fn new(
        tree: &tree_sitter::Tree,
        table: &Table<K>,
        text: &'t str,
        mut rows: Vec<Row<K>>,
    ) -> Self {
        rows.clear();
        let mut syntax = Self { text, rows, errors: Vec::new(), marked: Vec::new() };
        let has_error = tree.root_node().has_error();
        let mut open: Vec<u32> = Vec::with_capacity(64);
        let mut cursor = tree.walk();
        'walk: loop {
            let node = cursor.node();
            let id = node.kind_id();
            let (kind, shape) = table.get(id);
            if shape != Shape::Skipped {
                let index = syntax.rows.len() as u32;
                let start = node.start_byte();
                let point = node.start_position();
                let end = node.end_byte();
                let line = point.row as u32 + 1;
                syntax.rows.push(Row {
                    start: start as u32,
                    end: end as u32,
                    line,
                    column: point.column as u32 + 1,
                    next: index + 1,
                    kind,
                });
                if has_error && (node.is_error() || node.is_missing()) && syntax.errors.len() < MAX_ERRORS {
                    syntax.errors.push(line);
                }
                let inner = match shape {
                    Shape::Inner => true,
                    Shape::String => is_formatted(&text.as_bytes()[start..end]),
                    Shape::Marked => {
                        syntax.marked.push(Node(index));
                        true
                    }
                    Shape::Leaf | Shape::Skipped => false,
                };
                if inner && cursor.goto_first_child() {
                    open.push(index);
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                let Some(parent) = open.pop() else { break 'walk };
                cursor.goto_parent();
                syntax.rows[parent as usize].next = syntax.rows.len() as u32;
            }
        }
        syntax
    }

    /// The row of a node.
    #[inline]
    pub(super) fn row(&self, node: Node) -> &Row<K> {
        &self.rows[node.0 as usize]
    }

    /// The text of a node.
    #[inline]
    pub(super) fn text(&self, node: Node) -> &'t str {
        let row = self.row(node);
        self.text.get(row.start as usize..row.end as usize).unwrap_or_default()
    }

    /// The children of a node.
    #[inline]
    pub(super) fn children<'s>(&'s self, node: Node) -> Children<'s, K> {
        Children { rows: &self.rows, at: node.0 + 1, end: self.row(node).next }
    }

    /// The extent of a node that spans lines, as that of the call that `call` stands for, or of a statement.
    pub(super) fn extent(&self, node: Node, call: Option<Node>) -> Option<Extent> {
        let row = self.row(node);
        let bytes = self.text.get(row.start as usize..row.end as usize)?.trim_ascii_end().as_bytes();
        let break_at = memchr::memrchr(b'\n', bytes)?;
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u32;
        let call = call.map(|call| (self.row(call).line, self.row(call).column));
        let last = (row.line + lines, (bytes.len() - break_at - 1) as u32);
        Some(Extent { call, first: (row.line, row.column), last })
    }

    /// The line of the last byte of a node.
    pub(super) fn end_line(&self, node: Node) -> u32 {
        let row = self.row(node);
        let text = self.text.get(row.start as usize..row.end as usize).unwrap_or_default();
        let text = text.trim_end_matches(['\n', '\r', ' ', '\t']);
        row.line + memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
    }
}

/// The children of a node, in order.
pub(super) struct Children<'s, K> {
    rows: &'s [Row<K>],
    at: u32,
    end: u32,
}

impl<K> Iterator for Children<'_, K> {
    type Item = Node;

    #[inline]
    fn next(&mut self) -> Option<Node> {
        if self.at >= self.end {
            return None;
        }
        let node = Node(self.at);
        self.at = self.rows[self.at as usize].next;
        Some(node)
    }
}

/// Whether the prefix of a string literal says that expressions are in it.
fn is_formatted(literal: &[u8]) -> bool {
    literal
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
}
