//! Modules: `import` and `export`, `require` and `module.exports`.
//!
//! What a module of the older kind exports is one value, the export of a name that no identifier can have.

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::facts::{Alloc, Field, Global, Import, Load, Store};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

/// What a module exports under a name.
#[derive(Clone, Copy)]
pub(super) enum Exported {
    /// A name of the module.
    Local(Sym),
    /// A slot of the module body.
    Slot(Var),
}

impl Lowerer<'_> {
    // import d, {a as b} from "m":  import(d, "m", default), import(b, "m", a)
    pub(super) fn import_statement(&mut self, node: Node) {
        let Some(specifier) = self.specifier(node) else {
            return self.import_require(node);
        };
        let mut any = false;
        let clause = self.child(node, Kind::ImportClause);
        let syntax = self.syntax;
        for part in clause.into_iter().flat_map(|clause| syntax.children(clause)) {
            any = true;
            match self.kind(part) {
                Kind::Identifier => {
                    let default = self.words.default;
                    self.import_name(part, specifier, Some(default));
                }
                Kind::NamespaceImport => {
                    if let Some(local) = self.first_child(part) {
                        self.import_name(local, specifier, None);
                    }
                }
                Kind::NamedImports => {
                    for row in syntax.children(part) {
                        let (Some(name), Some(local)) = self.both_names(row) else { continue };
                        let name = self.name_text(name);
                        self.import_name(local, specifier, Some(name));
                    }
                }
                _ => {}
            }
        }
        if !any {
            self.import(specifier, None, node);
        }
        self.import_require(node);
    }

    // import x = require("m"):  import(x, "m", the whole)
    fn import_require(&mut self, node: Node) {
        let Some(clause) = self.child(node, Kind::ImportRequire) else { return };
        let (Some(local), Some(specifier)) = (self.first_child(clause), self.specifier(clause)) else {
            return;
        };
        let whole = self.words.whole;
        self.import_name(local, specifier, Some(whole));
    }

    /// The names that an import statement declares.
    pub(super) fn import_names(&mut self, node: Node, names: &mut Vec<Sym>) {
        let syntax = self.syntax;
        let (mut at, end) = (node.0 + 1, syntax.row(node).next);
        while at < end {
            let row = syntax.row(Node(at));
            match row.kind {
                Kind::ImportSpecifier => {
                    names.extend(self.both_names(Node(at)).1.map(|name| self.symbol(name)));
                    at = row.next;
                }
                Kind::Identifier => {
                    names.push(self.symbol(Node(at)));
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// The name outside and the name inside of `a as b`.
    fn both_names(&self, node: Node) -> (Option<Node>, Option<Node>) {
        let mut names = self
            .children(node)
            .filter(|&child| matches!(self.kind(child), Kind::Identifier | Kind::String | Kind::Default));
        let first = names.next();
        (first, names.next().or(first))
    }

    fn name_text(&mut self, node: Node) -> Sym {
        match self.constant_text(node) {
            Some(text) => self.intern(&text),
            None => self.symbol(node),
        }
    }

    fn import_name(&mut self, local: Node, specifier: Sym, name: Option<Sym>) {
        let var = self.import(specifier, name, local);
        let local_name = self.symbol(local);
        self.bind(local_name, var, self.line(local));
    }

    /// The module that a statement names.
    fn specifier(&mut self, node: Node) -> Option<Sym> {
        let text = self.child(node, Kind::String)?;
        let text = self.constant_text(text)?;
        Some(self.intern(&text))
    }

    /// `imports(dst, specifier, name)` into a fresh slot.
    fn import(&mut self, specifier: Sym, name: Option<Sym>, at: Node) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.imports.push(Import { dst, specifier, name, line: self.line(at) });
        dst
    }

    // import("m"):  import(v, "m"), which a promise holds
    pub(super) fn import_call(&mut self, call: Node) -> Var {
        let Some(specifier) = self.constant_argument(call) else {
            self.children(call).skip(1).for_each(|arguments| {
                let parts: Vec<Node> = self.parts(arguments).collect();
                parts.into_iter().for_each(|part| self.effect(part));
            });
            return self.draft.fresh();
        };
        let line = self.line(call);
        let module = self.import(specifier, None, call);
        let promise = self.allocate(Alloc::Builtin(self.words.promise), line);
        let field = Field::Attr(self.words.settled);
        self.draft.rows.stores.push(Store { base: promise, field, src: module, line });
        promise
    }

    /// Whether an identifier is `require`, and no name of the program's own.
    pub(super) fn is_require(&mut self, node: Node) -> bool {
        if self.text(node) != "require" {
            return false;
        }
        let name = self.words.require;
        let var = self.read(name);
        let free = self.free_slots.get(name.index()).copied().unwrap_or(Var::NONE);
        let function = self.draft.current();
        free.is_some() && var == self.draft.capture(function, MODULE, free)
    }

    // require("m"):  import(v, "m", the whole)
    pub(super) fn require_call(&mut self, call: Node) -> Option<Var> {
        let specifier = self.constant_argument(call)?;
        let whole = self.words.whole;
        Some(self.import(specifier, Some(whole), call))
    }

    /// The first argument of a call, if it is a constant string.
    fn constant_argument(&mut self, call: Node) -> Option<Sym> {
        let arguments = self.child(call, Kind::Arguments)?;
        let first = self.first_child(arguments)?;
        let text = self.constant_text(first)?;
        Some(self.intern(&text))
    }

    // Exports.

    // export …
    pub(super) fn export_statement(&mut self, node: Node) {
        let syntax = self.syntax;
        let specifier = self.specifier(node);
        let is_default = self.child(node, Kind::Default).is_some();
        let head = self.text(node)["export".len()..].trim_start();
        let mut decorators: Vec<Node> = Vec::new();
        if let (Some(specifier), true) = (specifier, head.starts_with('*') && !is_namespace(head)) {
            self.stars.push(specifier);
        }
        for child in syntax.children(node) {
            match self.kind(child) {
                Kind::Decorator => decorators.push(child),
                Kind::ExportClause => self.export_clause(child, specifier),
                Kind::NamespaceExport => {
                    let (Some(name), Some(specifier)) = (self.first_child(child), specifier) else {
                        continue;
                    };
                    let name = self.name_text(name);
                    let var = self.import(specifier, None, child);
                    self.exported.push((name, Exported::Slot(var)));
                }
                Kind::String if specifier.is_some() && !is_default => {}
                Kind::Default | Kind::Error => {}
                _ => self.export_value(child, is_default, head.starts_with('='), &decorators),
            }
        }
    }

    fn export_clause(&mut self, clause: Node, specifier: Option<Sym>) {
        let syntax = self.syntax;
        for row in syntax.children(clause) {
            let (Some(local), Some(name)) = self.both_names(row) else { continue };
            let (local, name) = (self.name_text(local), self.name_text(name));
            let exported = match specifier {
                Some(specifier) => Exported::Slot(self.import(specifier, Some(local), row)),
                None => Exported::Local(local),
            };
            self.exported.push((name, exported));
        }
    }

    // export default e, export = e, export function f() {}
    fn export_value(&mut self, child: Node, is_default: bool, is_whole: bool, decorators: &[Node]) {
        let mut names: Vec<Sym> = Vec::new();
        match self.kind(child) {
            Kind::FunctionDeclaration => {
                names.extend(self.definition_name(child).map(|name| self.symbol(name)))
            }
            Kind::ClassDeclaration => {
                names.extend(self.definition_name(child).map(|name| self.symbol(name)));
                let var = self.class_declaration(child, decorators);
                if names.is_empty() {
                    self.exported.push((self.words.default, Exported::Slot(var)));
                }
            }
            Kind::Enum | Kind::Namespace | Kind::Interface | Kind::ImportAlias => {
                names.extend(self.definition_name(child).map(|name| self.symbol(name)));
                self.statement(child);
            }
            Kind::Lexical | Kind::Variable => {
                for declarator in self.parts(child) {
                    let target = self.first_child(declarator);
                    self.names_in(target, &mut names);
                }
                self.declaration(child);
            }
            Kind::FunctionSignature => self.overload(child),
            Kind::TypeAlias | Kind::Ambient | Kind::Import => {}
            _ => {
                self.name_hint = self.words.default;
                let var = self.expression(child);
                self.name_hint = Sym::EMPTY;
                let name = if is_whole { self.words.whole } else { self.words.default };
                self.exported.push((name, Exported::Slot(var)));
                return;
            }
        }
        let default = self.words.default;
        if let (true, Some(&name)) = (is_default, names.first()) {
            self.exported.push((default, Exported::Local(name)));
        } else {
            self.exported.extend(names.into_iter().map(|name| (name, Exported::Local(name))));
        }
    }

    /// What the module exports, once all of it is lowered.
    pub(super) fn exports(&mut self) -> Vec<Global> {
        let mut exports: Vec<Global> = Vec::new();
        for (name, exported) in std::mem::take(&mut self.exported) {
            let var = match exported {
                Exported::Slot(var) => var,
                Exported::Local(local) => {
                    let cell = self.find_cell(MODULE, local);
                    if cell.is_some() { cell } else { self.free(local) }
                }
            };
            if !exports.iter().any(|row| row.name == name) {
                exports.push(Global { name, var });
            }
        }
        if let Some((module, _)) = self.commonjs {
            let before = self.draft.switch(MODULE);
            let dst = self.draft.fresh();
            let field = Field::Attr(self.words.exports);
            self.draft.rows.loads.push(Load { dst, base: module, field, line: 1 });
            self.draft.switch(before);
            exports.push(Global { name: self.words.whole, var: dst });
        }
        exports
    }

    // module, exports:  alloc(m, Object), alloc(e, Object), store(m, exports, e)
    /// `module`, `exports` and the module's `this`, where the file is a module of the older kind.
    pub(super) fn commonjs_name(&mut self, name: Sym) -> Option<Var> {
        let words = &self.words;
        if self.is_esm || ![words.module, words.exports, words.this].contains(&name) {
            return None;
        }
        let (module, exports) = match self.commonjs {
            Some(known) => known,
            None => {
                let before = self.draft.switch(MODULE);
                let module = self.allocate(Alloc::Builtin(self.words.object), 1);
                let exports = self.allocate(Alloc::Builtin(self.words.object), 1);
                let field = Field::Attr(self.words.exports);
                self.draft.rows.stores.push(Store { base: module, field, src: exports, line: 1 });
                self.draft.switch(before);
                self.commonjs = Some((module, exports));
                (module, exports)
            }
        };
        Some(if name == self.words.module { module } else { exports })
    }

    /// `this` outside of all functions.
    pub(super) fn module_this(&mut self) -> Var {
        let this = self.words.this;
        match self.commonjs_name(this) {
            Some(var) => var,
            None => self.draft.fresh(),
        }
    }
}

/// Whether `* as n from "m"` follows.
fn is_namespace(head: &str) -> bool {
    head[1..].trim_start().starts_with("as ")
}
