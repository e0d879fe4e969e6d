//! Imports.

use super::Lowerer;
use super::kind::Kind;
use crate::facts::Import;
use crate::ids::{Sym, Var};
use crate::lower::syntax::Node;

impl Lowerer<'_> {
    // import a.b:  import(a, "a"), import(_, "a.b").  import a.b as c:  import(c, "a.b")
    pub(super) fn import_statement(&mut self, node: Node) {
        for name in self.children(node) {
            match self.kind(name) {
                Kind::DottedName => {
                    let full = self.dotted(name);
                    let first = full.split('.').next().unwrap_or_default();
                    let (full, first) = (self.intern(&full), self.intern(first));
                    let module = self.import(first, None, name);
                    if full != first {
                        self.import(full, None, name);
                    }
                    self.bind(first, module, self.line(name), true);
                }
                Kind::AliasedImport => {
                    let Some((full, alias)) = self.aliased(name) else { continue };
                    let module = self.import(full, None, name);
                    self.bind(alias, module, self.line(name), true);
                }
                _ => {}
            }
        }
    }

    // from m import n as a:  import(a, "m", n).  from m import *:  star(m)
    pub(super) fn import_from_statement(&mut self, node: Node) {
        let mut parts = self.parts_but(node, &[Kind::From]);
        let Some(module) = parts.next() else { return };
        let specifier = self.dotted(module);
        let specifier = self.intern(&specifier);
        for name in parts {
            match self.kind(name) {
                Kind::Wildcard => self.stars.push(specifier),
                Kind::DottedName => {
                    let member = self.dotted(name);
                    self.has_abort |= member == "abort" && raises_abort(self.text(module));
                    let member = self.intern(&member);
                    let var = self.import(specifier, Some(member), name);
                    self.bind(member, var, self.line(name), true);
                }
                Kind::AliasedImport => {
                    let Some((member, alias)) = self.aliased(name) else { continue };
                    let var = self.import(specifier, Some(member), name);
                    self.bind(alias, var, self.line(name), true);
                }
                _ => {}
            }
        }
    }

    /// `imports(dst, specifier, name)` into a fresh slot.
    fn import(&mut self, specifier: Sym, name: Option<Sym>, at: Node) -> Var {
        let dst = self.draft.fresh();
        self.draft.rows.imports.push(Import { dst, specifier, name, line: self.line(at) });
        dst
    }

    /// The two names of `a.b as c`.
    fn aliased(&mut self, node: Node) -> Option<(Sym, Sym)> {
        let full = self.child(node, Kind::DottedName)?;
        let full = self.dotted(full);
        let full = self.intern(&full);
        let alias = self.child(node, Kind::Identifier)?;
        Some((full, self.symbol(alias)))
    }

    /// A dotted name without the spaces that may stand in it.
    fn dotted(&self, node: Node) -> String {
        self.text(node).chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
    }
}

/// Frameworks whose `abort` raises an answer.
fn raises_abort(module: &str) -> bool {
    let package = module.split('.').next().unwrap_or_default();
    package.starts_with("flask")
        || matches!(package, "werkzeug" | "quart" | "bottle" | "apiflask" | "aiohttp")
}
