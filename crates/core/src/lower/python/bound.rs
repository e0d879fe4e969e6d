//! Which names does a body bind, and where? Asked before its statements are followed, because in Python a name
//! is local to a function if any statement of it binds the name.
//!
//! Bodies of nested functions and classes bind names of their own and are passed over; so are the targets of
//! comprehensions.

use super::kind::Kind;
use super::{Lowerer, MODULE};
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

impl Lowerer<'_> {
    /// Finds the names that some function declares `global` or `nonlocal`. They are cells in the scope that
    /// owns them; the globals among them exist from the start.
    pub(super) fn share_names(&mut self) {
        let syntax = self.syntax;
        for &statement in &syntax.marked {
            for child in syntax.children(statement) {
                let name = self.symbol(child);
                if name.index() >= self.shared.len() {
                    self.shared.resize(name.index() + 1, false);
                }
                self.shared[name.index()] = true;
                if self.kind(statement) == Kind::Global {
                    self.global_cell(name);
                }
            }
        }
    }

    /// Whether a name is a cell in the scope that owns it.
    #[inline]
    pub(super) fn is_shared(&self, name: Sym) -> bool {
        self.shared.get(name.index()).copied().unwrap_or(false)
    }

    /// Finds the names that the module binds.
    pub(super) fn scan_module(&mut self, root: Node) {
        self.scan(root);
        let bound = std::mem::take(&mut self.scope().bound);
        let most = bound.iter().map(|row| row.1.index() + 1).max().unwrap_or(0);
        self.times_bound.resize(most, 0);
        for &(_, name) in &bound {
            let times = &mut self.times_bound[name.index()];
            *times = (*times + 1).min(2);
        }
        self.scope().bound = bound;
    }

    /// Finds the names that a body binds, into the innermost scope.
    pub(super) fn scan(&mut self, body: Node) {
        let syntax = self.syntax;
        let end = syntax.row(body).next;
        let mut at = body.0 + 1;
        while at < end {
            let node = Node(at);
            let row = syntax.row(node);
            at += 1;
            match row.kind {
                Kind::Assignment | Kind::AugmentedAssignment | Kind::NamedExpression => {
                    self.scan_first(node);
                }
                Kind::For => {
                    let target = syntax.children(node).find(|&child| self.kind(child) != Kind::Async);
                    self.scan_target(target);
                }
                Kind::AsPattern => {
                    let target = syntax.children(node).last();
                    self.scan_target(target);
                }
                Kind::Except => self.scan_alias(node),
                Kind::Function | Kind::Class => {
                    let name = self.child(node, Kind::Identifier);
                    self.scan_target(name);
                    at = row.next;
                }
                Kind::Lambda => at = row.next,
                Kind::Import | Kind::ImportFrom => {
                    self.scan_import(node);
                    at = row.next;
                }
                Kind::CasePattern | Kind::SplatPattern | Kind::UnionPattern => self.scan_capture(node),
                Kind::KeywordPattern => {
                    let value = syntax.children(node).nth(1);
                    self.scan_target(value.filter(|&value| self.kind(value) == Kind::DottedName));
                }
                Kind::TypeAlias => self.scan_first(node),
                Kind::Global | Kind::Nonlocal => {
                    self.declare(node);
                    at = row.next;
                }
                _ => {}
            }
        }
        for index in 0..self.scope().declared.len() {
            let name = self.scope().declared[index].0;
            self.scope().set_local(name, false);
        }
    }

    fn add_bound(&mut self, node: Node, text: &str) {
        if text.is_empty() {
            return;
        }
        let name = self.intern(text);
        let scope = self.scope();
        scope.bound.push((node.0, name));
        scope.set_local(name, true);
    }

    fn scan_first(&mut self, node: Node) {
        let target = self.first_child(node);
        self.scan_target(target);
    }

    /// The names in a target: those that are not part of an attribute, a subscript or a call.
    fn scan_target(&mut self, target: Option<Node>) {
        let Some(target) = target else { return };
        let syntax = self.syntax;
        let (mut at, end) = (target.0, syntax.row(target).next);
        while at < end {
            let row = syntax.row(Node(at));
            match row.kind {
                Kind::Identifier | Kind::DottedName => {
                    self.add_bound(Node(at), syntax.text(Node(at)));
                    at += 1;
                }
                Kind::Attribute | Kind::Subscript | Kind::Call => at = row.next,
                _ => at += 1,
            }
        }
    }

    fn scan_alias(&mut self, except: Node) {
        let mut children = self.children(except).skip_while(|&child| self.kind(child) != Kind::As);
        let alias = children.nth(1).filter(|&alias| self.kind(alias) == Kind::Identifier);
        self.scan_target(alias);
    }

    fn scan_import(&mut self, statement: Node) {
        // The first name of `from m import a` is the module.
        let skipped = usize::from(self.kind(statement) == Kind::ImportFrom);
        let names = self.parts_but(statement, &[Kind::From]).skip(skipped);
        for name in names {
            if self.kind(name) == Kind::AliasedImport {
                let alias = self.children(name).last();
                self.scan_target(alias);
            } else if self.kind(name) == Kind::DottedName {
                let first = self.text(name).split('.').next().unwrap_or_default().trim();
                self.add_bound(name, first);
            }
        }
    }

    /// A name alone in a pattern, and the name behind `as`, `*` or `**`.
    fn scan_capture(&mut self, pattern: Node) {
        for child in self.children(pattern) {
            match self.kind(child) {
                Kind::Identifier => self.add_bound(child, self.text(child)),
                Kind::DottedName if !self.text(child).contains('.') => {
                    self.add_bound(child, self.text(child));
                }
                _ => {}
            }
        }
    }

    /// `global x`, `nonlocal x`: the name is another scope's.
    fn declare(&mut self, statement: Node) {
        let function = self.scope().function;
        if function == MODULE {
            return;
        }
        for child in self.children(statement) {
            let name = self.symbol(child);
            let var = if self.kind(statement) == Kind::Global {
                let cell = self.global_cell(name);
                self.draft.capture(function, MODULE, cell)
            } else {
                self.resolve(function, name)
            };
            let scope = self.scope();
            scope.declared.push((name, var));
            scope.set_outer(name, var);
        }
    }

    /// The cell of a name that functions declare `global`.
    fn global_cell(&mut self, name: Sym) -> Var {
        let known = self.cell_of(name);
        if known.is_some() {
            return known;
        }
        let cell = self.draft.fresh_in(MODULE);
        self.export(name, cell);
        cell
    }
}
