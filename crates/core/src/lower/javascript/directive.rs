//! `"use server"`: functions that a client may call from afar are handed to the framework, as a decorator would.
//!
//! At the head of a file the directive means all that the file exports, at the head of a function just that one. The
//! framework is the free name `@@server`, which models know as they know any other API.

use super::Lowerer;
use super::kind::Kind;
use super::module::Exported;
use crate::facts::{ArgKind, CallFlags};
use crate::ids::Var;
use crate::lower::syntax::Node;

impl Lowerer<'_> {
    // "use server" in f:  call(_, @@server, [f])
    /// Hands a closure to the framework where its body begins with the directive.
    pub(super) fn function_directive(&mut self, node: Node, var: Var) {
        let body = self.children(node).last().filter(|&body| self.kind(body) == Kind::Block);
        if body.is_some_and(|body| self.is_of_server(body)) {
            self.publish(var, node);
        }
    }

    /// Hands what the file exports to the framework where the file begins with the directive.
    pub(super) fn file_directive(&mut self, root: Node) {
        if !self.is_of_server(root) {
            return;
        }
        for (_, exported) in self.exported.clone() {
            let var = match exported {
                Exported::Local(name) => self.read(name),
                Exported::Slot(var) => var,
            };
            self.publish(var, root);
        }
    }

    /// Whether one of the directives at the head of a block is that of the server.
    fn is_of_server(&self, block: Node) -> bool {
        for statement in self.parts(block) {
            let text = self.first_child(statement).filter(|&text| self.kind(text) == Kind::String);
            let Some(text) = text.filter(|_| self.kind(statement) == Kind::ExpressionStatement) else {
                break;
            };
            if self.text(text).trim_matches(['"', '\'']) == "use server" {
                return true;
            }
        }
        false
    }

    fn publish(&mut self, var: Var, node: Node) {
        let server = self.words.server;
        let framework = self.read(server);
        let flags = CallFlags::DECORATOR.with(CallFlags::IMPLICIT);
        self.call_value(framework, Var::NONE, flags, &[(ArgKind::Positional, var)], node);
    }
}
