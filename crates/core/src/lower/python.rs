//! Python → facts.
//!
//! The statements of a body are followed in order, with the slots of its names in a [`Scope`]. The body of a
//! nested function or lambda waits until the module is through and the bodies around it are (they go first in
//! the queue), so that every name it may capture is known by then; the body of a class runs where it stands.
//!
//! | construct | file |
//! | --- | --- |
//! | which names a body binds; reading, binding, capturing | `bound.rs`, `names.rs` |
//! | statements; branches, loops, handlers | here; `control.rs`, `pattern.rs` |
//! | `def`, `class`, `lambda`, decorators, parameters | `define.rs` |
//! | assignment, import | `assign.rs`, `import.rs` |
//! | expressions; calls; operators and tests | `expression.rs`, `call.rs`, `operator.rs` |
//! | displays and comprehensions; strings | `display.rs`, `string.rs` |
//! | annotations | `types.rs` |

mod assign;
mod bound;
mod call;
mod constant;
mod control;
mod define;
mod display;
mod expression;
mod guard;
mod import;
mod kind;
mod names;
mod operator;
mod pattern;
pub(super) mod plugins;
mod string;
mod types;
mod words;

use self::define::Pending;
use self::kind::Kind;
use self::names::Context;
use self::words::Words;
use super::Source;
use super::draft::{Draft, Place};
use super::known::Known;
use super::scope::Scope;
use super::syntax::{Children, Node, Row, Syntax};
use crate::facts::{Facts, File, FunctionKind, Global, Language, Note, Origin, Runs, Span};
use crate::ids::{FileId, FuncId, Sym, Var};
use crate::parse;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::collections::VecDeque;

/// Expressions nested deeper than this are not followed: deeper ones are no code that anyone wrote, and each
/// level costs stack.
const MAX_EXPRESSION_DEPTH: u32 = 200;

/// Blocks nested deeper than this are not followed. Python itself allows 100.
const MAX_BLOCK_DEPTH: u32 = 100;

/// Notes that a file may add to the report.
const MAX_NOTES: usize = 20;

/// The module body is the first function of its file.
const MODULE: FuncId = FuncId(0);

/// A file that is being lowered.
struct Lowerer<'t> {
    syntax: &'t Syntax<'t, Kind>,
    draft: Draft,
    words: Words,
    /// What is known of each function, by id.
    contexts: Vec<Context>,
    /// The bodies that are being lowered: a function, and the class bodies that run inside it.
    scopes: Vec<Scope>,
    /// The innermost of them.
    active: usize,
    /// Functions whose bodies wait.
    pending: VecDeque<Pending>,
    /// Names that some function declares `global` or `nonlocal`: cells in the scope that owns them.
    shared: Vec<bool>,
    /// How often the module binds a name, at most 2.
    times_bound: Vec<u8>,
    /// Cells of the names that the module binds.
    cells: Vec<Var>,
    exports: Vec<Sym>,
    /// Slots of the names that it reads and does not bind.
    free_slots: Vec<Var>,
    frees: Vec<Sym>,
    stars: Vec<Sym>,
    /// Names of type parameters (`def f[T]`).
    type_names: FxHashSet<Sym>,
    /// Slots of this function that were assigned a constant.
    constants: Vec<(Var, Known)>,
    notes: Vec<Note>,
    main_guard: Option<u32>,
    module_name: Sym,
    is_builtin: bool,
    /// Whether `abort` is imported from a framework, whose function of that name raises.
    has_abort: bool,
    expression_depth: u32,
    block_depth: u32,
}

thread_local! {
    /// The rows of the last file of this thread: the next one reuses their memory.
    static ROWS: RefCell<Vec<Row<Kind>>> = const { RefCell::new(Vec::new()) };
}

/// Rows that are kept for the next file of a thread, at most.
const MAX_ROWS_KEPT: usize = 1 << 20;

/// The facts of a Python file.
pub(super) fn lower(source: &Source<'_>) -> Facts {
    let grammar = blastline_grammars::by_name("python").expect("Python is a row of the table");
    let Some(tree) = parse::tree(grammar, source.text) else {
        return Lowerer::new(&Syntax::empty(source.text)).unparsed(source);
    };
    let syntax = Syntax::new(&tree, kind::table(), source.text, ROWS.take());
    drop(tree);
    let facts = Lowerer::new(&syntax).file(source);
    let mut rows = syntax.rows;
    rows.shrink_to(MAX_ROWS_KEPT);
    ROWS.set(rows);
    facts
}

impl<'t> Lowerer<'t> {
    fn new(syntax: &'t Syntax<'t, Kind>) -> Self {
        let mut draft = Draft::new();
        let words = Words::new(&mut draft.rows.names);
        Self {
            syntax,
            draft,
            words,
            contexts: Vec::new(),
            scopes: vec![Scope::default()],
            active: 0,
            pending: VecDeque::new(),
            shared: Vec::new(),
            times_bound: Vec::new(),
            cells: Vec::new(),
            exports: Vec::new(),
            free_slots: Vec::new(),
            frees: Vec::new(),
            stars: Vec::new(),
            type_names: FxHashSet::default(),
            constants: Vec::new(),
            notes: Vec::new(),
            main_guard: None,
            module_name: Sym::EMPTY,
            is_builtin: false,
            has_abort: false,
            expression_depth: 0,
            block_depth: 0,
        }
    }

    /// The facts of a file that has a tree.
    fn file(mut self, source: &Source<'_>) -> Facts {
        self.start(source);
        for index in 0..self.syntax.errors.len() {
            let line = self.syntax.errors[index];
            self.note(line, "The syntax here is not understood: this statement is left out.");
        }
        let root = Node(0);
        self.share_names();
        self.scan_module(root);
        self.block(root);
        while let Some(pending) = self.pending.pop_front() {
            self.function(pending);
        }
        self.finish(source)
    }

    /// The facts of a file that has none.
    fn unparsed(mut self, source: &Source<'_>) -> Facts {
        self.start(source);
        self.note(1, "This file is too large or too far from the language to be parsed: it is left out.");
        self.finish(source)
    }

    fn start(&mut self, source: &Source<'_>) {
        self.module_name = self.intern(source.module);
        self.is_builtin = source.origin == Origin::Builtin;
        let last = source.module.rsplit('.').next().unwrap_or_default();
        let name = self.intern(last);
        let lines = source.text.lines().count().max(1) as u32;
        let place = Place { start: 0, line: 1, column: 1, end_line: lines };
        self.new_function(name, FunctionKind::Module, MODULE, place);
        self.draft.switch(MODULE);
        self.scopes[0].reset(MODULE, false);
    }

    fn finish(mut self, source: &Source<'_>) -> Facts {
        let path = self.intern(source.path);
        let file = File {
            path,
            module: self.module_name,
            is_package: source.is_package,
            language: Language::Python,
            origin: source.origin,
            body: MODULE,
            lines: self.draft.functions[MODULE.index()].row.end_line,
            main_guard: self.main_guard,
            first_export: 0,
            first_free: 0,
            first_star: 0,
        };
        let global = |slots: &[Var], name: Sym| Global { name, var: slots[name.index()] };
        let exports = self.exports.iter().map(|&name| global(&self.cells, name)).collect();
        let frees = self.frees.iter().map(|&name| global(&self.free_slots, name)).collect();
        self.draft.finish(file, exports, frees, self.stars, self.notes)
    }

    // The tree.

    #[inline]
    fn kind(&self, node: Node) -> Kind {
        self.syntax.row(node).kind
    }

    #[inline]
    fn line(&self, node: Node) -> u32 {
        self.syntax.row(node).line
    }

    #[inline]
    fn text(&self, node: Node) -> &'t str {
        self.syntax.text(node)
    }

    #[inline]
    fn children(&self, node: Node) -> Children<'t, Kind> {
        self.syntax.children(node)
    }

    /// The children of a node that are no errors.
    #[inline]
    fn parts(&self, node: Node) -> impl Iterator<Item = Node> + use<'t> {
        self.parts_but(node, &[])
    }

    /// The children of a node that are neither errors nor of these kinds.
    #[inline]
    fn parts_but(&self, node: Node, left_out: &'static [Kind]) -> impl Iterator<Item = Node> + use<'t> {
        let syntax = self.syntax;
        syntax.children(node).filter(move |&part| {
            let kind = syntax.row(part).kind;
            kind != Kind::Error && !left_out.contains(&kind)
        })
    }

    /// The first child that is not an error.
    #[inline]
    fn first_child(&self, node: Node) -> Option<Node> {
        self.children(node).find(|&child| self.kind(child) != Kind::Error)
    }

    /// The first child of a kind.
    #[inline]
    fn child(&self, node: Node, kind: Kind) -> Option<Node> {
        self.children(node).find(|&child| self.kind(child) == kind)
    }

    /// A node without the parentheses around it.
    fn bare(&self, mut node: Node) -> Node {
        while matches!(self.kind(node), Kind::Parenthesized | Kind::Type) {
            let Some(inner) = self.first_child(node) else { break };
            node = inner;
        }
        node
    }

    fn place(&self, node: Node) -> Place {
        let row = self.syntax.row(node);
        Place { start: row.start, line: row.line, column: row.column, end_line: self.syntax.end_line(node) }
    }

    // Facts.

    #[inline]
    fn intern(&mut self, text: &str) -> Sym {
        self.draft.rows.names.intern(text)
    }

    /// The symbol of the text of a node.
    #[inline]
    fn symbol(&mut self, node: Node) -> Sym {
        let text = self.syntax.text(node);
        self.draft.rows.names.intern(text)
    }

    #[inline]
    fn scope(&mut self) -> &mut Scope {
        &mut self.scopes[self.active]
    }

    fn note(&mut self, line: u32, message: &str) {
        if self.notes.len() < MAX_NOTES {
            let message = self.intern(message);
            self.notes.push(Note { file: FileId(0), line, message });
        }
    }

    // Statements.

    /// The statements of a block, or of a module.
    fn block(&mut self, block: Node) {
        if self.block_depth >= MAX_BLOCK_DEPTH {
            self.note(self.line(block), "Blocks are nested too deeply here: the innermost are left out.");
            return;
        }
        self.block_depth += 1;
        let runs = self.scope().reachable;
        if self.block_depth > 1 {
            self.span(block, block, if runs { Runs::Maybe } else { Runs::Never });
        }
        let mut dead = !runs;
        let last = self.children(block).last();
        for child in self.children(block) {
            // Behind a jump, nothing runs.
            if !dead && !self.scope().reachable {
                dead = true;
                self.span(child, last.unwrap_or(child), Runs::Never);
            }
            self.statement(child);
            if !self.syntax.errors.is_empty() && self.kind(child) != Kind::Error {
                self.salvage(child);
            }
        }
        self.block_depth -= 1;
    }

    /// Lowers what stands in the errors inside a statement, its blocks left out: they look after their own.
    fn salvage(&mut self, statement: Node) {
        let (mut at, end) = (statement.0 + 1, self.syntax.row(statement).next);
        while at < end {
            let (kind, next) = (self.kind(Node(at)), self.syntax.row(Node(at)).next);
            match kind {
                Kind::Block => at = next,
                Kind::Error => {
                    self.block(Node(at));
                    at = next;
                }
                _ => at += 1,
            }
        }
    }

    // from the first line of one node to the last of another:  span(first, last, runs)
    fn span(&mut self, from: Node, to: Node, runs: Runs) {
        let span = Span { first: self.line(from), last: self.syntax.end_line(to), runs };
        self.draft.rows.spans.push(span);
    }

    // over several lines:  extent(call or statement, first, last)
    fn extent(&mut self, node: Node, call: Option<Node>) {
        let extent = self.syntax.extent(node, call);
        self.draft.rows.extents.extend(extent);
    }

    fn statement(&mut self, node: Node) {
        match self.kind(node) {
            Kind::ExpressionStatement => self.expression_statement(node),
            Kind::If => self.if_statement(node),
            Kind::Return => self.return_statement(node),
            Kind::Decorated | Kind::Function | Kind::Class => self.definition(node),
            Kind::For => self.for_statement(node),
            Kind::While => self.while_statement(node),
            Kind::Try => self.try_statement(node),
            Kind::With => self.with_statement(node),
            Kind::Match => self.match_statement(node),
            Kind::Raise => self.raise_statement(node),
            Kind::Break => self.jump(true),
            Kind::Continue => self.jump(false),
            Kind::Assert => self.assert_statement(node),
            Kind::Delete => self.delete_statement(node),
            Kind::Import => self.import_statement(node),
            Kind::ImportFrom => self.import_from_statement(node),
            Kind::TypeAlias => self.type_alias(node),
            Kind::Block | Kind::Error | Kind::Else | Kind::Finally => self.block(node),
            Kind::Print | Kind::Exec | Kind::Chevron => self.old_statement(node),
            kind => self.stray(node, kind),
        }
    }

    /// What stands where a statement is expected: an expression, or a fragment, of code with an error in it.
    fn stray(&mut self, node: Node, kind: Kind) {
        match kind {
            Kind::Call
            | Kind::Attribute
            | Kind::Subscript
            | Kind::Lambda
            | Kind::List
            | Kind::Tuple
            | Kind::Dictionary
            | Kind::Parenthesized
            | Kind::BinaryOperator
            | Kind::Comparison
            | Kind::Await
            | Kind::ExpressionList => {
                self.expression(node);
            }
            Kind::Assignment => self.assignment(node),
            Kind::Arguments | Kind::KeywordArgument | Kind::Decorator => self.block(node),
            _ => {}
        }
    }

    fn expression_statement(&mut self, node: Node) {
        self.extent(node, None);
        for child in self.children(node) {
            match self.kind(child) {
                Kind::Assignment => self.assignment(child),
                Kind::AugmentedAssignment => {
                    self.augmented_assignment(child);
                }
                // A docstring, or a literal that says nothing.
                Kind::String | Kind::ConcatenatedString | Kind::Ellipsis | Kind::Error => {}
                _ => {
                    self.effect(child);
                    self.guard_behind(child);
                    self.end_behind(child);
                }
            }
        }
    }

    // return e:  move(RETURN, e)
    fn return_statement(&mut self, node: Node) {
        self.extent(node, None);
        if let Some(value) = self.first_child(node) {
            let var = self.expression(value);
            self.push_move(Var::RETURN, var, self.line(node));
            self.returned_answers(value, var);
        }
        self.scope().reachable = false;
    }

    // assert isinstance(x, T), m:  x is a T from here on
    fn assert_statement(&mut self, node: Node) {
        let mut children = self.children(node);
        let Some(condition) = children.next() else { return };
        let test = self.test(condition, false);
        if let Some(message) = children.next() {
            self.conditionally(&test.no, |this| this.expression(message));
        }
        self.apply(&test.yes);
    }

    /// `print x` and `exec x`, of Python 2.
    fn old_statement(&mut self, node: Node) {
        for child in self.children(node) {
            if self.kind(child) == Kind::Chevron {
                self.old_statement(child);
            } else {
                self.expression(child);
            }
        }
    }
}
