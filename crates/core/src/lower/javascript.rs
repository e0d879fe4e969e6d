//! JavaScript and TypeScript, with JSX → facts.
//!
//! The statements of a body are followed in order, with the slots of its names in a [`Scope`]. Functions are there
//! before the first statement of their block runs. The body of a function waits until the bodies around it are
//! through, so that every name it may capture is known by then; the body of a class runs where it stands.
//!
//! | construct | file |
//! | --- | --- |
//! | which names a body declares; reading, binding, capturing | `bound.rs`, `names.rs` |
//! | statements; branches, loops, handlers | here; `control.rs` |
//! | functions and their parameters; classes | `define.rs`, `class.rs` |
//! | assignment, patterns, keys; modules | `pattern.rs`, `module.rs` |
//! | expressions; calls; strings; JSX | `expression.rs`, `call.rs`, `text.rs`, `jsx.rs` |
//! | what conditions say of names | `guard.rs` |
//! | types, interfaces, enumerations, namespaces | `types.rs` |
//!
//! `o.x` and `o["x"]` are attributes, `o[0]` is an element. An object literal is an instance of the library's class
//! `Object`, an array of `Array`; see `grammars/javascript/builtins.js`.

mod bound;
mod call;
mod class;
mod control;
mod define;
mod descriptor;
mod directive;
mod evaluated;
mod expression;
pub(super) mod frameworks;
mod guard;
mod jsx;
mod kind;
mod module;
mod names;
mod pattern;
mod text;
mod types;
mod words;

use self::control::Frame;
use self::define::Pending;
use self::kind::Kind;
use self::module::Exported;
use self::names::Context;
use self::words::Words;
use super::Source;
use super::draft::{Draft, Place};
use super::known::Known;
use super::scope::Scope;
use super::syntax::{Children, Node, Row, Syntax};
use crate::facts::{Facts, Field, File, FunctionKind, Global, Language, Note, Origin, Runs, Span};
use crate::ids::{FileId, FuncId, Sym, Var};
use crate::parse;
use blastline_grammars::Grammar;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::collections::VecDeque;

/// Expressions nested deeper than this are not followed: deeper ones are no code that anyone wrote, and each
/// level costs stack.
const MAX_EXPRESSION_DEPTH: u32 = 150;

/// Blocks nested deeper than this are not followed.
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
    /// Names that each of them declares.
    locals: Vec<Vec<Sym>>,
    /// The same, each as often as it is declared, in all blocks; sorted.
    declared: Vec<Vec<Sym>>,
    /// The innermost of them.
    active: usize,
    /// Names that stand for other names at this point: declared in blocks, and `this` of static parts.
    renames: Vec<(Sym, Sym)>,
    /// Statements around this point that a jump can leave.
    frames: Vec<Frame>,
    /// Functions whose bodies wait.
    pending: VecDeque<Pending>,
    /// Names that some function assigns and does not declare: cells in the scope that declares them.
    shared: Vec<bool>,
    /// Slots of the names that the module reads and nobody declares.
    free_slots: Vec<Var>,
    frees: Vec<Sym>,
    stars: Vec<Sym>,
    exported: Vec<(Sym, Exported)>,
    /// `module` and `exports`, if they were asked for.
    commonjs: Option<(Var, Var)>,
    /// What fields of objects made in this body hold at this point: object, field, value.
    known: Vec<(Var, Field, Var)>,
    /// What variables that several functions write hold at this point, where this function wrote them last: the cell and
    /// the value.
    held: Vec<(Var, Var)>,
    /// Object literals of this body.
    literals: Vec<Var>,
    /// What the calls of this statement gave, by row.
    results: Vec<(u32, Var)>,
    /// Slots of this body that were declared with a constant.
    constants: Vec<(Var, Known)>,
    /// Slots of this body that were declared with `typeof x`: the slot, `x`, and the slot of that.
    kinds: Vec<(Var, Node, Var)>,
    /// What the generator that is being lowered is sent.
    sent: Var,
    /// What the value that is evaluated next is called, if it is a function.
    name_hint: Sym,
    /// Names of the file for `Object.defineProperty`, once somebody asked.
    definers: Option<FxHashSet<&'t str>>,
    /// Whether what the function that is open returns is said elsewhere.
    is_silent: bool,
    notes: Vec<Note>,
    module_name: Sym,
    is_builtin: bool,
    is_esm: bool,
    is_typescript: bool,
    mentions_arguments: bool,
    expression_depth: u32,
    block_depth: u32,
}

thread_local! {
    /// The rows of the last file of this thread: the next one reuses their memory.
    static ROWS: RefCell<Vec<Row<Kind>>> = const { RefCell::new(Vec::new()) };
}

/// Rows that are kept for the next file of a thread, at most.
const MAX_ROWS_KEPT: usize = 1 << 20;

/// The facts of a file.
pub(super) fn lower(source: &Source<'_>) -> Facts {
    let grammar = grammar_of(source.path);
    let Some(tree) = parse::tree(grammar, source.text) else {
        return Lowerer::new(&Syntax::empty(source.text)).unparsed(source);
    };
    let syntax = Syntax::new(&tree, kind::table(grammar), source.text, ROWS.take());
    drop(tree);
    if let Some(text) = evaluated::in_place(&syntax)
        && let Some(tree) = parse::tree(grammar, &text)
    {
        let evaluated = Syntax::new(&tree, kind::table(grammar), &text, Vec::new());
        // Text that is no program by itself stays what it is.
        if evaluated.errors.len() <= syntax.errors.len() {
            return facts_of(evaluated, grammar, &Source { text: &text, ..*source });
        }
    }
    facts_of(syntax, grammar, source)
}

fn facts_of(syntax: Syntax<'_, Kind>, grammar: &Grammar, source: &Source<'_>) -> Facts {
    let mut lowerer = Lowerer::new(&syntax);
    lowerer.is_typescript = grammar.name != "javascript";
    let facts = lowerer.file(source);
    let mut rows = syntax.rows;
    rows.shrink_to(MAX_ROWS_KEPT);
    ROWS.set(rows);
    facts
}

/// The grammar of a file: TypeScript reads `<T>x` as a type, TSX as an element.
fn grammar_of(path: &str) -> &'static Grammar {
    let named = blastline_grammars::of_path(path)
        .filter(|grammar| matches!(grammar.name, "javascript" | "typescript" | "tsx"));
    named.unwrap_or_else(|| {
        blastline_grammars::by_name("javascript").expect("JavaScript is a row of the table")
    })
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
            locals: vec![Vec::new()],
            declared: vec![Vec::new()],
            active: 0,
            renames: Vec::new(),
            frames: Vec::new(),
            pending: VecDeque::new(),
            shared: Vec::new(),
            free_slots: Vec::new(),
            frees: Vec::new(),
            stars: Vec::new(),
            exported: Vec::new(),
            commonjs: None,
            known: Vec::new(),
            held: Vec::new(),
            literals: Vec::new(),
            results: Vec::new(),
            constants: Vec::new(),
            kinds: Vec::new(),
            sent: Var::NONE,
            name_hint: Sym::EMPTY,
            definers: None,
            is_silent: false,
            notes: Vec::new(),
            module_name: Sym::EMPTY,
            is_builtin: false,
            is_esm: false,
            is_typescript: false,
            mentions_arguments: false,
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
        let syntax = self.syntax;
        self.is_esm =
            syntax.children(root).any(|child| matches!(self.kind(child), Kind::Import | Kind::Export));
        self.mentions_arguments = source.text.contains("arguments");
        self.share_names();
        self.scan(root);
        self.enter_block(root, true);
        self.statements(root);
        self.file_directive(root);
        self.close_scope();
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
        let last = source.module.rsplit('/').next().unwrap_or_default();
        let name = self.intern(last);
        let lines = source.text.lines().count().max(1) as u32;
        let place = Place { start: 0, line: 1, column: 1, end_line: lines };
        self.new_function(name, FunctionKind::Module, MODULE, place);
        self.draft.switch(MODULE);
        self.open_scope(MODULE, false);
    }

    fn finish(mut self, source: &Source<'_>) -> Facts {
        let path = self.intern(source.path);
        let file = File {
            path,
            module: self.module_name,
            is_package: source.is_package,
            language: Language::JavaScript,
            origin: source.origin,
            body: MODULE,
            lines: self.draft.functions[MODULE.index()].row.end_line,
            main_guard: None,
            first_export: 0,
            first_free: 0,
            first_star: 0,
        };
        let is_script = self.is_script(source);
        let mut exports = if self.is_builtin || is_script { self.all_names() } else { self.exports() };
        if is_script {
            exports.push(Global { name: self.words.script, var: Var::RETURN });
        }
        let slots = &self.free_slots;
        let frees = self.frees.iter().map(|&name| Global { name, var: slots[name.index()] }).collect();
        self.draft.finish(file, exports, frees, self.stars, self.notes)
    }

    /// Whether a file of the program is a plain script, which shares its names with others on a page: it neither
    /// imports nor exports.
    fn is_script(&self, source: &Source<'_>) -> bool {
        let is_module = self.is_esm || ["require", "exports"].iter().any(|word| source.text.contains(word));
        let has_names = !self.contexts[MODULE.index()].locals.is_empty();
        source.origin == Origin::FirstParty && !is_module && (has_names || !self.frees.is_empty())
    }

    /// Library modules and scripts export every name that they declare, beside what they say they export.
    fn all_names(&mut self) -> Vec<Global> {
        let mut exports = self.exports();
        for name in self.contexts[MODULE.index()].locals.clone() {
            // Names of blocks inside have a mark.
            if self.draft.rows.names.get(name).contains('~') {
                continue;
            }
            let var = self.find_cell(MODULE, name);
            if !exports.iter().any(|row| row.name == name) {
                exports.push(Global { name, var });
            }
        }
        exports
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

    /// The children of a node that are neither errors nor words of the language.
    #[inline]
    fn parts(&self, node: Node) -> impl Iterator<Item = Node> + use<'t> {
        let syntax = self.syntax;
        syntax.children(node).filter(move |&part| {
            !matches!(
                syntax.row(part).kind,
                Kind::Error
                    | Kind::Static
                    | Kind::Async
                    | Kind::Get
                    | Kind::Set
                    | Kind::Var
                    | Kind::Let
                    | Kind::Const
                    | Kind::Default
            )
        })
    }

    /// The first child that is neither an error nor a word of the language.
    #[inline]
    fn first_child(&self, node: Node) -> Option<Node> {
        self.parts(node).next()
    }

    /// The first child of a kind.
    #[inline]
    fn child(&self, node: Node, kind: Kind) -> Option<Node> {
        self.children(node).find(|&child| self.kind(child) == kind)
    }

    /// A node without the parentheses around it, and what only the type checker reads.
    fn bare(&self, mut node: Node) -> Node {
        while matches!(self.kind(node), Kind::Parenthesized | Kind::NonNull | Kind::Instantiation) {
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

    /// `spans(first, last, runs)`.
    fn span(&mut self, from: Node, to: Node, runs: Runs) {
        let span = Span { first: self.line(from), last: self.syntax.end_line(to), runs };
        self.draft.rows.spans.push(span);
    }

    /// Over several lines: `extents(call or statement, first, last)`.
    fn extent(&mut self, node: Node, call: Option<Node>) {
        let extent = self.syntax.extent(node, call);
        self.draft.rows.extents.extend(extent);
    }

    // Statements.

    /// A block with names of its own.
    fn block(&mut self, block: Node) {
        if self.block_depth >= MAX_BLOCK_DEPTH {
            self.note(self.line(block), "Blocks are nested too deeply here: the innermost are left out.");
            return;
        }
        self.block_depth += 1;
        let renames = self.renames.len();
        self.enter_block(block, false);
        self.statements(block);
        self.renames.truncate(renames);
        self.block_depth -= 1;
    }

    /// The statement of a branch or loop: a block, or just one.
    fn arm(&mut self, statement: Node) {
        self.forget();
        let runs = if self.scope().reachable { Runs::Maybe } else { Runs::Never };
        self.span(statement, statement, runs);
        self.statement(statement);
    }

    /// The statements of a block whose names are declared.
    fn statements(&mut self, block: Node) {
        let statements: Vec<Node> = self.children(block).collect();
        self.statement_list(statements);
    }

    fn statement_list(&mut self, statements: Vec<Node>) {
        let mut dead = !self.scope().reachable;
        let last = statements.last().copied();
        for statement in statements {
            // Behind a jump, nothing runs.
            if !dead && !self.scope().reachable {
                dead = true;
                self.span(statement, last.unwrap_or(statement), Runs::Never);
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, node: Node) {
        if self.block_depth >= MAX_BLOCK_DEPTH {
            return;
        }
        self.block_depth += 1;
        self.results.clear();
        let is_straight = matches!(
            self.kind(node),
            Kind::ExpressionStatement | Kind::Lexical | Kind::Variable | Kind::Return
        );
        if is_straight {
            self.extent(node, None);
        } else {
            self.forget();
        }
        match self.kind(node) {
            Kind::ExpressionStatement => {
                if let Some(inner) = self.first_child(node) {
                    self.effect(inner);
                    self.guard_behind(inner);
                }
            }
            Kind::Lexical | Kind::Variable => self.declaration(node),
            // Functions were there before the block began.
            Kind::FunctionDeclaration => {}
            Kind::FunctionSignature => self.overload(node),
            Kind::ClassDeclaration => _ = self.class_declaration(node, &[]),
            Kind::If => self.if_statement(node),
            Kind::Return => self.return_statement(node),
            Kind::For => self.for_statement(node, smallvec::SmallVec::new()),
            Kind::ForIn => self.for_in_statement(node, smallvec::SmallVec::new()),
            Kind::While => self.while_statement(node, smallvec::SmallVec::new()),
            Kind::Do => self.do_statement(node, smallvec::SmallVec::new()),
            Kind::Switch => self.switch_statement(node, smallvec::SmallVec::new()),
            Kind::Try => self.try_statement(node),
            Kind::Throw => self.throw_statement(node),
            Kind::Break => self.jump(node, true),
            Kind::Continue => self.jump(node, false),
            Kind::Labeled => self.labeled_statement(node),
            Kind::Block => self.block(node),
            Kind::With => self.with_statement(node),
            Kind::Import => self.import_statement(node),
            Kind::Export => self.export_statement(node),
            Kind::Enum => self.enumeration(node),
            Kind::Namespace => self.namespace(node),
            Kind::Interface => self.interface(node),
            Kind::ImportAlias => self.import_alias(node),
            Kind::Error => self.block(node),
            Kind::Call | Kind::Member | Kind::Assignment | Kind::Arrow | Kind::FunctionExpression => {
                // A fragment of code with an error in it.
                self.effect(node);
            }
            _ => {}
        }
        if !is_straight {
            self.forget();
        }
        self.block_depth -= 1;
    }

    // return e:  move(RETURN, e)
    fn return_statement(&mut self, node: Node) {
        if let Some(value) = self.first_child(node) {
            let var = self.expression(value);
            self.give_back(var, self.line(node));
            self.returned_answers(value);
        }
        self.scope().reachable = false;
    }

    fn with_statement(&mut self, node: Node) {
        let parts: Vec<Node> = self.parts(node).collect();
        if let [object, body] = parts[..] {
            self.effect(object);
            self.arm(body);
        }
    }

    // import x = N.y:  x = N.y
    fn import_alias(&mut self, node: Node) {
        let mut parts = self.parts(node);
        let (Some(target), Some(value)) = (parts.next(), parts.next()) else { return };
        let text = self.text(value);
        let line = self.line(node);
        let mut names = text.split('.').map(str::trim);
        let first = self.intern(names.next().unwrap_or_default());
        let first = self.renamed(first);
        let mut var = self.read(first);
        for name in names {
            let name = self.intern(name);
            var = self.load(var, Field::Attr(name), line);
        }
        self.assign(target, var);
    }
}
