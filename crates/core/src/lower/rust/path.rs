//! Names and paths → slots.
//!
//! ```text
//! x           the variable of that name, else the item
//! a::b::c     the item `a`, then members: load(v, a, b), load(w, v, c)
//! crate, self, super, a crate's name      an import of that module
//! ```

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::facts::{Field, Import};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

/// What one end of a `use` tree binds.
pub(super) struct Leaf {
    /// The name; empty for a glob.
    pub(super) name: Sym,
    /// The path, first segment first.
    pub(super) path: Vec<Node>,
    pub(super) node: Node,
    is_glob: bool,
}

impl<'t> Lowerer<'t> {
    /// The slot of a name that stands alone in an expression.
    pub(super) fn value_of_name(&mut self, name: Sym) -> Var {
        match self.names.iter().rev().find(|row| row.name == name).copied() {
            Some(row) => self.captured(row.owner, row.var),
            None => self.item_of_name(name),
        }
    }

    /// The slot of an item, variables left out.
    pub(super) fn item_of_name(&mut self, name: Sym) -> Var {
        let known = self.names.iter().rev().find(|row| row.is_item && row.name == name).copied();
        if let Some(row) = known {
            return self.captured(row.owner, row.var);
        }
        let cell = self.cells.get(name.index()).copied().unwrap_or(Var::NONE);
        let var = if cell.is_some() { cell } else { self.free(name) };
        self.captured(MODULE, var)
    }

    pub(super) fn captured(&mut self, owner: crate::ids::FuncId, var: Var) -> Var {
        let current = self.draft.current();
        self.draft.capture(current, owner, var)
    }

    /// The slot of the module for a name that nobody binds.
    fn free(&mut self, name: Sym) -> Var {
        if let Some(&var) = self.free_slots.get(&name) {
            return var;
        }
        let var = self.draft.fresh_in(MODULE);
        self.free_slots.insert(name, var);
        self.frees.push(name);
        var
    }

    /// The slot of a class of the prelude.
    pub(super) fn prelude(&mut self, name: Sym) -> Var {
        let var = self.free(name);
        self.captured(MODULE, var)
    }

    /// The slot of the module that a specifier means.
    pub(super) fn root(&mut self, specifier: Sym) -> Var {
        if let Some(&(_, var)) = self.roots.iter().find(|row| row.0 == specifier) {
            return self.captured(MODULE, var);
        }
        let var = self.draft.fresh_in(MODULE);
        self.roots.push((specifier, var));
        let before = self.draft.switch(MODULE);
        self.draft.rows.imports.push(Import { dst: var, specifier, name: None, line: 1 });
        self.draft.switch(before);
        self.captured(MODULE, var)
    }

    /// The segments of a path, types in brackets and type arguments left out. The first may be a type.
    pub(super) fn segments(&self, path: Node) -> Vec<Node> {
        let mut segments = Vec::new();
        let mut at = path;
        for _ in 0..64 {
            match self.kind(at) {
                Kind::ScopedIdentifier | Kind::ScopedType => {
                    let parts: Vec<Node> = self.parts(at).collect();
                    let Some(&last) = parts.last() else { break };
                    segments.push(last);
                    match parts.as_slice() {
                        [first, _] => at = *first,
                        _ => break,
                    }
                }
                Kind::GenericType | Kind::TurbofishType | Kind::GenericFunction | Kind::GenericPattern => {
                    match self.parts(at).next() {
                        Some(inner) => at = inner,
                        None => break,
                    }
                }
                _ => {
                    segments.push(at);
                    break;
                }
            }
        }
        segments.reverse();
        segments
    }

    /// The slot of what a path means.
    pub(super) fn path(&mut self, path: Node) -> Var {
        let segments = self.segments(path);
        self.path_of(&segments, false)
    }

    pub(super) fn path_of(&mut self, segments: &[Node], in_use: bool) -> Var {
        let Some((&first, mut rest)) = segments.split_first() else { return self.draft.fresh() };
        let mut var = match self.kind(first) {
            Kind::Crate => {
                let specifier = self.words.crate_;
                self.root(specifier)
            }
            Kind::SelfValue if !rest.is_empty() || in_use => {
                let name = format!("={}", self.module_name);
                let specifier = self.intern(&name);
                self.root(specifier)
            }
            Kind::Super => {
                let supers = 1 + rest.iter().take_while(|&&node| self.kind(node) == Kind::Super).count();
                rest = &rest[supers - 1..];
                let name = self.above(supers);
                let specifier = self.intern(&name);
                self.root(specifier)
            }
            Kind::BracketedType => self.bracketed(first),
            kind if kind.is_type() && kind != Kind::TypeIdentifier && kind != Kind::PrimitiveType => {
                self.type_value(first)
            }
            _ => {
                let name = self.symbol(first);
                if rest.is_empty() && !in_use {
                    self.value_of_name(name)
                } else {
                    self.first_segment(name, in_use)
                }
            }
        };
        if let (Some(of), Some((&segment, behind))) = (self.trait_of(first), rest.split_first()) {
            let full = format!("{of}::{}", self.text(segment));
            let field = Field::Attr(self.intern(&full));
            var = self.load(var, field, self.line(segment));
            rest = behind;
        }
        for &segment in rest {
            let field = Field::Attr(self.symbol(segment));
            var = self.load(var, field, self.line(segment));
        }
        var
    }

    /// The trait of `<T as Trait>`: its members go by its name.
    fn trait_of(&mut self, node: Node) -> Option<String> {
        let inner =
            self.child(node, Kind::QualifiedType).filter(|_| self.kind(node) == Kind::BracketedType)?;
        let of = self.parts(inner).nth(1)?;
        self.trait_name(of)
    }

    /// `<T as Trait>` stands for T.
    fn bracketed(&mut self, node: Node) -> Var {
        let mut at = node;
        while matches!(self.kind(at), Kind::BracketedType | Kind::QualifiedType) {
            let Some(inner) = self.parts(at).next() else { break };
            at = inner;
        }
        self.type_value(at)
    }

    /// The specifier of the module so many levels above.
    fn above(&self, levels: usize) -> String {
        let mut name = self.module_name.as_str();
        for _ in 0..levels {
            name = name.rsplit_once('.').map_or(name, |split| split.0);
        }
        format!("={name}")
    }

    /// The slot of the first segment of a longer path: an item, or else a crate.
    fn first_segment(&mut self, name: Sym, in_use: bool) -> Var {
        let is_local = self.names.iter().any(|row| row.is_item && row.name == name);
        let counts = self.bound.get(&name).copied().unwrap_or_default();
        // `use log::log` binds a name that its own path begins with: there it means the crate.
        let is_bound = is_local || counts[0] > 0 || (counts[1] > 0 && !in_use);
        let text = self.draft.rows.names.get(name);
        if self.is_builtin && text == "prelude" {
            let specifier = self.intern("=std.prelude");
            return self.root(specifier);
        }
        let is_type = text.starts_with(|c: char| c.is_uppercase());
        if is_bound || is_type || (!self.stars.is_empty() && !in_use) || is_primitive(text) {
            return self.item_of_name(name);
        }
        self.root(name)
    }

    // `use`.

    /// The ends of a `use` tree.
    pub(super) fn use_leaves(&mut self, node: Node, leaves: &mut Vec<Leaf>) {
        let mut path = Vec::new();
        for part in self.parts_in(Some(node)) {
            if self.kind(part) != Kind::Visibility {
                self.use_tree(part, &mut path, leaves, 0);
            }
        }
    }

    fn use_tree(&mut self, node: Node, path: &mut Vec<Node>, leaves: &mut Vec<Leaf>, depth: u32) {
        if depth > 32 {
            return;
        }
        let length = path.len();
        let parts: Vec<Node> = self.parts(node).collect();
        match self.kind(node) {
            Kind::UseList => parts.iter().for_each(|&part| self.use_tree(part, path, leaves, depth + 1)),
            Kind::ScopedUseList => {
                for part in parts {
                    if self.kind(part) == Kind::UseList {
                        self.use_tree(part, path, leaves, depth + 1);
                    } else {
                        path.extend(self.segments(part));
                    }
                }
            }
            Kind::UseAs => {
                let [source, alias] = parts.as_slice() else { return };
                path.extend(self.use_segments(*source));
                let name = if self.text(*alias) == "_" { Sym::EMPTY } else { self.symbol(*alias) };
                if name != Sym::EMPTY {
                    leaves.push(Leaf { name, path: path.clone(), node, is_glob: false });
                }
            }
            Kind::UseWildcard => {
                path.extend(parts.iter().flat_map(|&part| self.segments(part)));
                leaves.push(Leaf { name: Sym::EMPTY, path: path.clone(), node, is_glob: true });
            }
            _ => {
                path.extend(self.use_segments(node));
                if let Some(&last) = path.last() {
                    let name = self.symbol(last);
                    leaves.push(Leaf { name, path: path.clone(), node, is_glob: false });
                }
            }
        }
        path.truncate(length);
    }

    /// The segments of the end of a `use` tree: `self` in a list means the path itself.
    fn use_segments(&self, node: Node) -> Vec<Node> {
        if self.kind(node) == Kind::SelfValue { Vec::new() } else { self.segments(node) }
    }

    // use a::b as c:  move(c, load(a, b))
    pub(super) fn use_item(&mut self, node: Node) {
        let mut leaves = Vec::new();
        self.use_leaves(node, &mut leaves);
        for leaf in leaves {
            if leaf.is_glob {
                self.use_glob(&leaf);
                continue;
            }
            let var = self.path_of(&leaf.path, true);
            let current = self.draft.current();
            let slot = self
                .names
                .iter()
                .rev()
                .find(|row| row.is_item && row.name == leaf.name && row.owner == current);
            let slot = slot.map(|row| row.var);
            let slot = match slot {
                Some(slot) => slot,
                None => {
                    let cell = self.cell(leaf.name);
                    self.captured(MODULE, cell)
                }
            };
            self.push_move(slot, var, self.line(leaf.node));
        }
    }

    /// `use a::*`: every name of the module that the path means.
    fn use_glob(&mut self, leaf: &Leaf) {
        let Some((&first, rest)) = leaf.path.split_first() else { return };
        let mut rest = rest;
        let mut name = match self.kind(first) {
            Kind::Crate => "crate".to_owned(),
            Kind::SelfValue => format!("={}", self.module_name),
            Kind::Super => {
                let supers = 1 + rest.iter().take_while(|&&node| self.kind(node) == Kind::Super).count();
                rest = &rest[supers - 1..];
                self.above(supers)
            }
            _ => {
                let symbol = self.symbol(first);
                let is_ours = self.bound.get(&symbol).is_some_and(|counts| counts[0] > 0);
                let text = self.text(first);
                if is_ours { format!("={}.{text}", self.module_name) } else { text.to_owned() }
            }
        };
        for &segment in rest {
            name.push('.');
            name.push_str(self.text(segment));
        }
        let star = self.intern(&name);
        if !self.stars.contains(&star) {
            self.stars.push(star);
        }
    }
}

/// Names of types that are no items of any module.
fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "str"
            | "bool"
            | "char"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    )
}
