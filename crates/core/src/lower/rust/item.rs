//! Items: what a module or block binds before anything in it runs.

use super::cfg;
use super::kind::Kind;
use super::{Binding, Inner, Lowerer, MODULE};
use crate::discover::twin;
use crate::facts::{
    Alloc, Allocate, ArgKind, CallFlags, Callee, Condition, Field, FunctionFlags, FunctionKind, Import,
};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

/// Attributes that say nothing about who calls a function.
const SILENT: [&str; 22] = [
    "cfg",
    "cfg_attr",
    "allow",
    "warn",
    "deny",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "doc",
    "cold",
    "track_caller",
    "target_feature",
    "derive",
    "deprecated",
    "rustfmt::skip",
    "ignore",
    "should_panic",
    "instrument",
    "tracing::instrument",
    "allow_internal_unstable",
    "automatically_derived",
];

/// Attributes of functions that are the compiler's own.
fn is_of_compiler(name: &str) -> bool {
    matches!(
        name,
        "test"
            | "bench"
            | "no_mangle"
            | "export_name"
            | "link_section"
            | "panic_handler"
            | "global_allocator"
            | "proc_macro"
            | "proc_macro_derive"
            | "proc_macro_attribute"
    )
}

/// An item, and whether the default target compiles it.
#[derive(Clone, Copy)]
pub(super) struct Item {
    pub(super) node: Node,
    pub(super) is_compiled: bool,
    /// Traits that a derive implements by constructors.
    pub(super) derives: Derives,
    /// The first of the attributes before it, among its siblings, and how many there are.
    attributes: (Node, u32),
}

/// Traits with constructors that an item derives.
#[derive(Clone, Copy, Default)]
pub(super) struct Derives {
    /// `Default::default`.
    pub(super) default: bool,
    /// `Parser::parse` of clap, and the like.
    pub(super) parser: bool,
}

impl Item {
    /// Whether a name stands for every item of this kind that some configuration binds to it.
    fn has_twins(self, kind: Kind) -> bool {
        matches!(kind, Kind::Function | Kind::Mod)
    }
}

impl Derives {
    fn of(attributes: &[&str]) -> Self {
        let has = |name: &str| {
            attributes.iter().any(|attribute| {
                let list = attribute.strip_prefix("derive").map(str::trim_start);
                let list = list.and_then(|list| list.strip_prefix('(')?.strip_suffix(')'));
                list.into_iter()
                    .flat_map(|list| list.split(','))
                    .any(|part| part.trim().rsplit("::").next() == Some(name))
            })
        };
        Self { default: has("Default"), parser: has("Parser") || has("StructOpt") || has("FromArgs") }
    }
}

impl<'t> Lowerer<'t> {
    /// The items among the statements of a module or block, those that macros make included.
    pub(super) fn items_of(&self, body: Node) -> Vec<Item> {
        let mut items = Vec::new();
        self.collect_items(body, &mut items, 0);
        items
    }

    fn collect_items(&self, body: Node, items: &mut Vec<Item>, depth: u32) {
        let siblings: Vec<Node> = self.children(body).collect();
        for (index, &node) in siblings.iter().enumerate() {
            let mut at = node;
            if self.kind(at) == Kind::ExpressionStatement {
                at = self.parts(at).next().unwrap_or(at);
            }
            match self.kind(at) {
                Kind::MacroInvocation if depth < 4 => {
                    for &root in self.expanded.get(&at.0).into_iter().flatten() {
                        if matches!(self.kind(root), Kind::SourceFile | Kind::Block) {
                            self.collect_items(root, items, depth + 1);
                        }
                    }
                }
                kind if is_item(kind) => {
                    let attributes = self.attributes(&siblings, index);
                    let is_compiled = cfg::is_compiled(&attributes, self.configuration);
                    if self.is_dependency && !is_compiled {
                        continue;
                    }
                    let count = attributes.len() as u32;
                    let first = siblings[index.saturating_sub(attributes.len())];
                    let derives = Derives::of(&attributes);
                    items.push(Item { node, is_compiled, derives, attributes: (first, count) });
                }
                _ => {}
            }
        }
    }

    /// Makes the names of items known: in cells of the module, or on the stack of a block.
    pub(super) fn bind_items(&mut self, items: &[Item], in_module: bool) {
        let mut bound: Vec<(Sym, bool)> = Vec::new();
        for item in items {
            if self.kind(item.node) == Kind::Use {
                let mut leaves = Vec::new();
                self.use_leaves(item.node, &mut leaves);
                for leaf in &leaves {
                    if let Some(&last) = leaf.path.last().filter(|_| leaf.name != Sym::EMPTY) {
                        let own = self.symbol(last);
                        if own != leaf.name {
                            self.renamed.insert(leaf.name, own);
                        }
                    }
                }
                bound.extend(
                    leaves.iter().filter(|leaf| leaf.name != Sym::EMPTY).map(|leaf| (leaf.name, true)),
                );
            } else if let Some(name) = self.item_name(item.node) {
                bound.push((name, false));
            }
        }
        for (name, is_use) in bound {
            if in_module {
                self.bound.entry(name).or_default()[usize::from(is_use)] += 1;
                self.cell(name);
            } else {
                let (owner, var) = (self.draft.current(), self.draft.fresh());
                let is_new =
                    !self.names.iter().any(|row| row.is_item && row.owner == owner && row.name == name);
                if is_new {
                    self.names.push(Binding::item(name, owner, var));
                }
            }
        }
    }

    /// The cell of a name of the module.
    pub(super) fn cell(&mut self, name: Sym) -> Var {
        if name.index() >= self.cells.len() {
            self.cells.resize(name.index() + 16, Var::NONE);
        }
        if !self.cells[name.index()].is_some() {
            self.cells[name.index()] = self.draft.fresh_in(MODULE);
            self.exports.push(name);
        }
        self.cells[name.index()]
    }

    /// The name that an item binds.
    pub(super) fn item_name(&mut self, item: Node) -> Option<Sym> {
        let wanted = |kind: Kind| matches!(kind, Kind::Identifier | Kind::TypeIdentifier);
        match self.kind(item) {
            Kind::Impl | Kind::Use | Kind::ForeignMod => None,
            Kind::ExternCrate => self.children(item).filter(|&part| wanted(self.kind(part))).last(),
            _ => self.children(item).find(|&part| wanted(self.kind(part))),
        }
        .map(|name| self.symbol(name))
    }

    /// The slot of an item in the module or block that is being lowered.
    fn item_slot(&mut self, name: Sym) -> Var {
        let current = self.draft.current();
        let known =
            self.names.iter().rev().find(|row| row.is_item && row.name == name && row.owner == current);
        match known {
            Some(row) => row.var,
            None if current == MODULE => self.cell(name),
            None => self.draft.fresh(),
        }
    }

    /// The condition of an item, where it does not hold.
    fn condition_of(&self, item: Item) -> Option<String> {
        let (first, count) = item.attributes;
        let mut texts = Vec::new();
        let mut at = first;
        for _ in 0..if item.is_compiled { 0 } else { count } {
            texts.extend(self.child(at, Kind::AttributeBody).map(|body| self.text(body)));
            at = Node(self.syntax.row(at).next);
        }
        // The nearest attribute stands first, as everywhere.
        texts.reverse();
        cfg::broken(&texts, self.configuration)
    }

    /// Whether one of the conditions of an item is that tests are compiled.
    fn is_for_tests(&self, item: Item) -> bool {
        let (first, count) = item.attributes;
        let mut at = first;
        (0..count).any(|_| {
            let text = self.child(at, Kind::AttributeBody).map_or("", |body| self.text(body));
            at = Node(self.syntax.row(at).next);
            cfg::broken(&[text], self.configuration).is_none()
                && !cfg::is_compiled(&[text], self.configuration)
        })
    }

    /// Lowers an item.
    pub(super) fn item(&mut self, item: Item) {
        let node = item.node;
        let condition = self.condition_of(item);
        // What tests have in the place of an item of the program is none of the program.
        let is_twin = condition.is_some() && item.has_twins(self.kind(node));
        let slot = match self.item_name(node) {
            Some(name) if item.is_compiled || is_twin || self.is_only(name) => self.item_slot(name),
            Some(_) => self.draft.fresh(),
            None => Var::NONE,
        };
        let is_test = !item.is_compiled && (condition.is_none() || self.is_for_tests(item));
        let remark = if is_test { Some(Condition::TEST) } else { condition.as_deref() };
        if let Some(text) = remark.filter(|_| self.kind(node) != Kind::Use) {
            self.only_if(text, self.line(node), self.syntax.end_line(node));
        }
        match self.kind(node) {
            Kind::Function => {
                let function = self.function(node, FunctionKind::Function, FunctionFlags::default());
                self.define(slot, Alloc::Function(function), node);
                self.decorate(item, slot);
            }
            Kind::Struct | Kind::Union => self.structure(node, slot, item.derives),
            Kind::Enum => self.enumeration(node, slot, item.derives),
            Kind::Trait => self.trait_item(node, slot),
            Kind::Impl => self.implementation(node),
            Kind::Mod => {
                let remark = remark.map(str::to_owned);
                self.inner_module(node, slot, condition, remark);
            }
            Kind::Use if item.is_compiled => self.use_item(node),
            Kind::Const | Kind::Static => self.constant(node, slot),
            Kind::TypeItem => self.alias(node, slot),
            Kind::ExternCrate => self.extern_crate(node, slot),
            Kind::ForeignMod => self.foreign(node),
            _ => {}
        }
    }

    // #[d("x")] fn f:  call(v, d, ["x"]), call(_, v, [f])
    /// What the attributes of a function do with it, as calls of what they name.
    fn decorate(&mut self, item: Item, function: Var) {
        let (first, count) = item.attributes;
        let mut at = first;
        for _ in 0..count {
            if self.kind(at) != Kind::Attribute {
                return;
            }
            if let Some(body) = self.child(at, Kind::AttributeBody) {
                self.decorator(self.text(body), function, body);
            }
            at = Node(self.syntax.row(at).next);
        }
    }

    fn decorator(&mut self, text: &'t str, function: Var, at: Node) {
        let end = text.find(['(', '[', '{', '=']).unwrap_or(text.len());
        let (path, rest) = (text[..end].trim(), text[end..].trim());
        let path = path.strip_prefix("unsafe").map_or(path, str::trim);
        if path.is_empty() || SILENT.contains(&path) {
            return;
        }
        let line = self.line(at);
        let mut segments = path.split("::").map(str::trim);
        let first = segments.next().unwrap_or_default();
        let mut callee = self.attribute_root(first, path == first);
        for segment in segments {
            let field = Field::Attr(self.intern(segment));
            callee = self.load(callee, field, line);
        }
        self.decorated(callee, rest, function, at);
        let member = self.intern(path);
        if path == first && !is_of_compiler(path) && !self.bound.contains_key(&member) {
            for name in self.everywhere.clone() {
                let specifier = self.intern(&name);
                let root = self.root(specifier);
                let callee = self.load(root, Field::Attr(member), line);
                self.decorated(callee, rest, function, at);
            }
        }
    }

    fn decorated(&mut self, callee: Var, rest: &str, function: Var, at: Node) {
        let line = self.line(at);
        let mut callee = callee;
        if rest.starts_with('(') {
            let literal = rest.split('"').nth(1).map(|text| self.intern(text));
            let args: Vec<(ArgKind, Var)> = literal
                .into_iter()
                .map(|text| (ArgKind::Positional, self.text_literal(text, line)))
                .collect();
            let made = self.draft.fresh();
            self.call_row(Callee::Value(callee), made, CallFlags::default(), &args, at);
            callee = made;
        }
        let flags = CallFlags::DECORATOR;
        self.call_row(Callee::Value(callee), Var::NONE, flags, &[(ArgKind::Positional, function)], at);
    }

    /// What the first name of an attribute means: an imported item, the compiler's own attribute, or a crate.
    fn attribute_root(&mut self, name: &str, is_alone: bool) -> Var {
        let symbol = self.intern(name);
        if self.bound.contains_key(&symbol) {
            return self.item_of_name(symbol);
        }
        if is_alone {
            let compiler = self.intern("rust");
            let root = self.root(compiler);
            return self.load(root, Field::Attr(symbol), 1);
        }
        self.root(symbol)
    }

    /// Whether a name of the module is bound once: then even what is not compiled is better than nothing.
    fn is_only(&self, name: Sym) -> bool {
        self.bound.get(&name).is_some_and(|counts| counts[0] + counts[1] == 1)
    }

    pub(super) fn define(&mut self, dst: Var, what: Alloc, at: Node) {
        if dst.is_some() {
            self.draft.rows.allocs.push(Allocate { dst, what, line: self.line(at) });
        }
    }

    // mod m;  import(m, "crate.m")
    fn inner_module(&mut self, node: Node, slot: Var, condition: Option<String>, remark: Option<String>) {
        let Some(name) = self.item_name(node) else { return };
        let mut full = format!("{}.{}", self.module_name, self.draft.rows.names.get(name));
        if let Some(condition) = condition.as_deref().filter(|_| !self.is_only(name)) {
            full = twin(&full, condition);
        }
        let specifier = self.intern(&format!("={full}"));
        let row = Import { dst: slot, specifier, name: None, line: self.line(node) };
        self.draft.rows.imports.push(row);
        if self.child(node, Kind::Declarations).is_some() && self.draft.current() == MODULE {
            let condition = remark.or_else(|| self.condition.clone());
            self.inner.push(Inner { node, name: full, condition });
        }
    }

    fn extern_crate(&mut self, node: Node, slot: Var) {
        let Some(name) = self.children(node).find(|&part| self.kind(part) == Kind::Identifier) else {
            return;
        };
        let specifier = self.symbol(name);
        self.draft.rows.imports.push(Import { dst: slot, specifier, name: None, line: self.line(node) });
    }

    // const C: T = e:  move(C, e), hint(C, T)
    pub(super) fn constant(&mut self, node: Node, slot: Var) {
        let parts: Vec<Node> = self.parts(node).filter(|&part| self.kind(part) != Kind::Visibility).collect();
        let ty = parts.iter().copied().find(|&part| self.kind(part).is_type());
        let value = parts.iter().skip(1).copied().find(|&part| Some(part) != ty);
        if let Some(value) = value {
            let var = self.expression(value);
            self.push_move(slot, var, self.line(node));
        }
        if let Some(ty) = ty {
            self.hint(slot, ty);
        }
    }

    // type X = T:  X is the class that T names, and a prototype of T where T has arguments
    pub(super) fn alias(&mut self, node: Node, slot: Var) {
        let Some(ty) = self.parts(node).filter(|&part| self.kind(part).is_type()).nth(1) else { return };
        let mark = self.generics.len();
        self.declare_generics(node, false);
        let class = self.type_value(ty);
        self.push_move(slot, class, self.line(node));
        if self.has_arguments(ty) {
            self.hint(slot, ty);
        }
        self.generics.truncate(mark);
    }

    // extern "C" { fn f(); }  import(f, "ffi", f)
    fn foreign(&mut self, node: Node) {
        let Some(body) = self.child(node, Kind::Declarations) else { return };
        let specifier = self.intern("ffi");
        for part in self.parts(body) {
            if let Some(name) = self.item_name(part) {
                let dst = if self.draft.current() == MODULE { self.cell(name) } else { self.item_slot(name) };
                let row = Import { dst, specifier, name: Some(name), line: self.line(part) };
                self.draft.rows.imports.push(row);
            }
        }
    }
}

pub(super) fn is_item(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Mod
            | Kind::ForeignMod
            | Kind::Struct
            | Kind::Union
            | Kind::Enum
            | Kind::ExternCrate
            | Kind::Const
            | Kind::Static
            | Kind::TypeItem
            | Kind::Function
            | Kind::Impl
            | Kind::Trait
            | Kind::Use
    )
}
