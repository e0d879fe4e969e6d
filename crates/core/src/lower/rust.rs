//! Rust → facts.
//!
//! Each module of a file, inline ones too, gives facts of its own: a module body that binds its items, and the
//! functions in it. Items are known before anything that names them is lowered; bodies are followed in order, with
//! the names of the blocks around a point on a stack. A closure is lowered where it stands.
//!
//! A variable is one slot: what is ever assigned to it is moved there. References, boxes and counted pointers are
//! what they point to. Declared types are the truth: where a type is closed (`Foo`, `Option<Vec<Foo>>`), its
//! values are there at once ([`Type::Exact`](crate::facts::Type::Exact)); an open one (`dyn Trait`, `T: Trait`) is
//! what flows in.
//!
//! | construct | file |
//! | --- | --- |
//! | modules, `use`, constants | here, `item.rs` |
//! | `struct`, `enum`, `trait`, `impl` | `class.rs` |
//! | functions, closures, parameters | `function.rs` |
//! | names and paths | `path.rs` |
//! | types | `types.rs` |
//! | expressions; calls; branches and loops; patterns | `expression.rs`, `call.rs`, `control.rs`, `pattern.rs` |
//! | macros: which one a name means; what it expands to; what well-known ones mean | `scope.rs`, `expand.rs` and `rules.rs`, `macros.rs` |
//! | tables of numbers, which are not parsed | `tables.rs` |
//! | `cfg` | `cfg.rs` |

mod call;
mod cfg;
mod class;
mod control;
mod expand;
mod expression;
mod function;
mod guard;
mod item;
mod kind;
mod likely;
mod macros;
mod path;
mod pattern;
mod rules;
mod scope;
mod tables;
mod types;
mod words;

use self::expand::Expanded;
use self::kind::Kind;
pub(crate) use self::scope::{Macros, tells};
use self::words::Words;
use super::Source;
use super::draft::{Draft, Place};
use super::syntax::{Children, Node, Syntax};
use crate::discover::Configuration;
use crate::facts::{
    Alloc, Allocate, Condition, Facts, Field, File, FunctionKind, Global, Language, Load, Move, Note, Origin,
    Runs, Span, Store,
};
use crate::ids::{FileId, FuncId, Sym, Var};
use rustc_hash::FxHashMap;

/// Expressions nested deeper than this are not followed: each level costs stack.
const MAX_DEPTH: u32 = 150;

/// Notes that a file may add to the report.
const MAX_NOTES: usize = 20;

/// Inline modules that a file may have.
const MAX_MODULES: usize = 1_000;

/// The module body is the first function of its module.
const MODULE: FuncId = FuncId(0);

/// A name of a block, or of a generic definition.
#[derive(Clone, Copy)]
struct Binding {
    name: Sym,
    owner: FuncId,
    var: Var,
    /// A function, type, module or type parameter, and no variable.
    is_item: bool,
    /// Branches around the place where it was bound.
    branch: u32,
    /// Whether it stands for the name below it, as it is seen behind a test.
    is_narrowed: bool,
}

impl Binding {
    fn item(name: Sym, owner: FuncId, var: Var) -> Self {
        Self { name, owner, var, is_item: true, branch: 0, is_narrowed: false }
    }

    fn variable(name: Sym, owner: FuncId, var: Var, branch: u32) -> Self {
        Self { name, owner, var, is_item: false, branch, is_narrowed: false }
    }
}

/// A type parameter in scope.
struct Generic {
    name: Sym,
    /// The traits that bound it.
    bounds: Vec<Node>,
    /// Its place among the parameters of the class that is being declared.
    index: Option<u32>,
}

/// An inline module that is lowered by itself.
struct Inner {
    node: Node,
    name: String,
    /// The condition under which it is compiled, where that does not hold.
    condition: Option<String>,
}

/// A module that is being lowered.
struct Lowerer<'t> {
    syntax: &'t Syntax<'t, Kind>,
    expanded: &'t FxHashMap<u32, Vec<Node>>,
    draft: Draft,
    words: Words,
    names: Vec<Binding>,
    generics: Vec<Generic>,
    /// Slots that own their value, outer blocks first: kept where some type is told when it is dropped.
    owned: Vec<Var>,
    has_drop: bool,
    /// Slots for the value of `break` in the loops around this point, by label.
    loops: Vec<(Option<&'t str>, Var)>,
    /// Cells of the names that the module binds.
    cells: Vec<Var>,
    exports: Vec<Sym>,
    /// How often an item, and how often a `use`, binds a name of the module.
    bound: FxHashMap<Sym, [u32; 2]>,
    free_slots: FxHashMap<Sym, Var>,
    frees: Vec<Sym>,
    stars: Vec<Sym>,
    /// Slots that hold imported modules, by specifier.
    roots: Vec<(Sym, Var)>,
    inner: Vec<Inner>,
    notes: Vec<Note>,
    module_name: String,
    /// Crates whose attributes may be named without a path.
    everywhere: Vec<String>,
    is_builtin: bool,
    /// Of a dependency, what another configuration compiles is left out.
    is_dependency: bool,
    /// What the crate is compiled for, where that is known.
    configuration: Option<&'t Configuration>,
    /// Names under which the module imports items of another name.
    renamed: FxHashMap<Sym, Sym>,
    /// The trait that the value of a slot is declared to implement.
    traits: FxHashMap<(FuncId, Var), Sym>,
    /// The same of the elements of the value of a slot.
    element_traits: FxHashMap<(FuncId, Var), Sym>,
    /// The member that makes of an error the one that the function returns.
    raises: Option<Sym>,
    /// What `x.into()` makes, as the member that makes it, by the row of the call.
    conversions: FxHashMap<u32, Sym>,
    /// The trait that `Self` is at this point.
    in_trait: Option<Sym>,
    /// The type that the block at hand is for.
    target: Option<Node>,
    /// The condition under which the module is compiled, where that does not hold.
    condition: Option<String>,
    depth: u32,
    /// Branches, loops and closures around this point.
    branch: u32,
    /// What the calls of this statement gave, by row.
    results: Vec<(u32, Var)>,
}

/// The facts of a Rust file.
pub(super) fn lower(source: &Source<'_>) -> Facts {
    let scope = scope::Scope::new(source.text, source.module, source.macros);
    let Some(mut expanded) = Expanded::new(source.text, &scope) else {
        let syntax = Syntax::empty(source.text);
        let mut lowerer = Lowerer::new(&syntax, expand::nothing(), source.module, source);
        lowerer.start(1, source.text.lines().count().max(1) as u32);
        lowerer.note(1, "This file is too large or too far from the language to be parsed: it is left out.");
        return lowerer.finish(source).0;
    };
    let calls = std::mem::take(&mut expanded.calls);
    let syntax = expanded.syntax();
    let mut facts = Facts::default();
    let condition = source.condition.map(str::to_owned);
    let mut waiting = vec![Inner { node: Node(0), name: source.module.to_owned(), condition }];
    let mut count = 0;
    while let Some(module) = waiting.pop() {
        let mut lowerer = Lowerer::new(&syntax, &calls, &module.name, source);
        lowerer.start(syntax.row(module.node).line, syntax.end_line(module.node).max(1));
        if count == 0 {
            lowerer.note_errors();
        }
        lowerer.condition = module.condition;
        lowerer.module(module.node);
        let (part, inner) = lowerer.finish(source);
        facts.append(part);
        count += 1;
        if count < MAX_MODULES {
            waiting.extend(inner.into_iter().rev());
        }
    }
    facts
}

impl<'t> Lowerer<'t> {
    fn new(
        syntax: &'t Syntax<'t, Kind>,
        expanded: &'t FxHashMap<u32, Vec<Node>>,
        module: &str,
        source: &Source<'t>,
    ) -> Self {
        let mut draft = Draft::new();
        let words = Words::new(&mut draft.rows.names);
        Self {
            syntax,
            expanded,
            draft,
            words,
            names: Vec::new(),
            generics: Vec::new(),
            owned: Vec::new(),
            has_drop: source.macros.has_drop() && source.origin != Origin::Dependency,
            loops: Vec::new(),
            cells: Vec::new(),
            exports: Vec::new(),
            bound: FxHashMap::default(),
            free_slots: FxHashMap::default(),
            frees: Vec::new(),
            stars: Vec::new(),
            roots: Vec::new(),
            inner: Vec::new(),
            notes: Vec::new(),
            module_name: module.to_owned(),
            everywhere: source.macros.everywhere(source.module),
            is_builtin: source.origin == Origin::Builtin,
            is_dependency: source.origin == Origin::Dependency,
            configuration: source.configuration,
            renamed: FxHashMap::default(),
            traits: FxHashMap::default(),
            element_traits: FxHashMap::default(),
            raises: None,
            conversions: FxHashMap::default(),
            in_trait: None,
            target: None,
            condition: None,
            depth: 0,
            branch: 0,
            results: Vec::new(),
        }
    }

    fn start(&mut self, line: u32, end_line: u32) {
        let last = self.module_name.rsplit('.').next().unwrap_or_default().to_owned();
        let name = self.intern(&last);
        let place = Place { start: 0, line, column: 1, end_line };
        self.draft.add_function(name, FunctionKind::Module, MODULE, place);
        self.draft.switch(MODULE);
    }

    fn note_errors(&mut self) {
        for &line in &self.syntax.errors {
            self.note(line, "The syntax here is not understood: this statement is left out.");
        }
    }

    fn module(&mut self, node: Node) {
        let body = self.child(node, Kind::Declarations).unwrap_or(node);
        let items = self.items_of(body);
        if let Some(text) = self.condition.clone() {
            let last = self.draft.functions[MODULE.index()].row.end_line;
            self.only_if(&text, 1, last);
        }
        self.bind_items(&items, true);
        for &item in &items {
            self.item(item);
        }
    }

    /// The facts of the module, and the modules inside it.
    fn finish(mut self, source: &Source<'_>) -> (Facts, Vec<Inner>) {
        let path = self.intern(source.path);
        let module_name = std::mem::take(&mut self.module_name);
        let module = self.intern(&module_name);
        let file = File {
            path,
            module,
            is_package: true,
            language: Language::Rust,
            origin: source.origin,
            body: MODULE,
            lines: self.draft.functions[MODULE.index()].row.end_line,
            main_guard: None,
            first_export: 0,
            first_free: 0,
            first_star: 0,
        };
        let exports =
            self.exports.iter().map(|&name| Global { name, var: self.cells[name.index()] }).collect();
        let frees = self.frees.iter().map(|&name| Global { name, var: self.free_slots[&name] }).collect();
        let facts = self.draft.finish(file, exports, frees, self.stars, self.notes);
        (facts, self.inner)
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

    /// The children of a node that are neither errors, marks nor attributes; `_` holds its place.
    #[inline]
    fn parts(&self, node: Node) -> impl Iterator<Item = Node> + use<'t> {
        let syntax = self.syntax;
        syntax.children(node).filter(move |&part| {
            let kind = syntax.row(part).kind;
            let is_mark = kind.is_token() && kind != Kind::Underscore;
            kind != Kind::Error && kind != Kind::Attribute && kind != Kind::InnerAttribute && !is_mark
        })
    }

    /// The parts of a node that may not be there.
    fn parts_in(&self, node: Option<Node>) -> Vec<Node> {
        node.into_iter().flat_map(|node| self.parts(node)).collect()
    }

    /// The first child of a kind.
    #[inline]
    fn child(&self, node: Node, kind: Kind) -> Option<Node> {
        self.children(node).find(|&child| self.kind(child) == kind)
    }

    /// The operator among the children of a node.
    fn token(&self, node: Node) -> Option<Node> {
        self.children(node).find(|&child| self.kind(child).is_token() && self.kind(child) != Kind::Underscore)
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
        let text = text.strip_prefix("r#").unwrap_or(text);
        self.draft.rows.names.intern(text)
    }

    fn note(&mut self, line: u32, message: &str) {
        if self.notes.len() < MAX_NOTES {
            let message = self.intern(message);
            self.notes.push(Note { file: FileId(0), line, message });
        }
    }

    /// `moves(dst, src)`.
    #[inline]
    fn push_move(&mut self, dst: Var, src: Var, line: u32) {
        if dst != src && dst.is_some() && src.is_some() {
            self.draft.rows.moves.push(Move { dst, src, line });
        }
    }

    /// `loads(dst, base, field)` into a fresh slot.
    fn load(&mut self, base: Var, field: Field, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.loads.push(Load { dst, base, field, line });
        dst
    }

    /// `stores(base, field, src)`.
    fn store(&mut self, base: Var, field: Field, src: Var, line: u32) {
        self.draft.rows.stores.push(Store { base, field, src, line });
    }

    fn allocate(&mut self, what: Alloc, line: u32) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.allocs.push(Allocate { dst, what, line });
        dst
    }

    /// The field of an index.
    fn index(&mut self, index: usize) -> Field {
        Field::Attr(self.words.index_name(index, &mut self.draft.rows.names))
    }

    /// From the first line of a node to its last:  span(first, last, runs)
    fn span(&mut self, node: Node) {
        self.span_that(node, Runs::Maybe);
    }

    fn span_that(&mut self, node: Node, runs: Runs) {
        let span = Span { first: self.line(node), last: self.syntax.end_line(node), runs };
        self.draft.rows.spans.push(span);
    }

    /// A call over several lines:  extent(call, first, last). Statements hold blocks here, so they have none.
    fn extent(&mut self, node: Node, call: Node) {
        let extent = self.syntax.extent(node, Some(call));
        self.draft.rows.extents.extend(extent);
    }

    /// These lines are code only in another configuration:  condition(first, last, text)
    fn only_if(&mut self, text: &str, first: u32, last: u32) {
        let text = self.intern(text);
        self.draft.rows.conditions.push(Condition { first, last, text });
    }

    /// One level deeper, unless that is too deep; the caller takes the level back.
    fn deeper(&mut self, node: Node) -> bool {
        if self.depth >= MAX_DEPTH {
            self.note(self.line(node), "Code is nested too deeply here: the innermost part is left out.");
            return false;
        }
        self.depth += 1;
        true
    }
}
