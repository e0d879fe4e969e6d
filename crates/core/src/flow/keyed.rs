//! Values of mappings whose library bodies keep all of them in one field: which key a value is under.
//!
//! ```text
//! m.insert("k", x)    m.value."k" holds what x holds
//! m.get("k")          enters the body with m.value
//! m.get("other")      does not
//! ```

use super::engine::{Engine, Fact};
use super::path::{Path, Step};
use super::targets;
use crate::facts::{ArgKind, CallFlags, Callee, Constant, Field};
use crate::ids::{CallId, FuncId, Sym};

/// Where the values are.
const VALUES: &str = "value";

/// Methods of mappings whose first argument is the key that they ask for.
const ASKING: [&str; 7] = ["get", "get_mut", "remove", "index", "index_mut", "contains_key", "get_key_value"];

impl Engine<'_> {
    /// What a call leaves in a mapping, below the key under which it puts it.
    pub(super) fn under_key(&mut self, call: CallId, target: FuncId, path: Path) -> Path {
        let Some((Step::Field(field), rest)) = self.paths.split(path) else { return path };
        if !self.is_named(field, VALUES) || self.method_name(target) != "insert" {
            return path;
        }
        match self.key_of(call) {
            Some(key) => {
                let below = self.paths.push(Step::Under(key), rest);
                self.paths.push_field(field, below)
            }
            None => path,
        }
    }

    /// Whether a call asks a sequence or mapping for what is somewhere else in it.
    pub(super) fn asks_other_key(&mut self, fact: Fact, call: CallId, target: FuncId) -> bool {
        let Some((Step::Field(field), rest)) = self.paths.split(fact.path) else { return false };
        if !ASKING.contains(&self.method_name(target)) {
            return false;
        }
        let held = match (field, self.paths.split(rest)) {
            (_, Some((Step::Under(held), _))) if self.is_named(field, VALUES) => held,
            (Field::Item(held), _) if self.is_index(call) => held,
            _ => return false,
        };
        self.key_of(call).is_some_and(|key| key != held)
    }

    /// Whether what is left of a path is under another key than a call asks for.
    pub(super) fn is_under_other(&mut self, path: Path, call: CallId) -> bool {
        match self.paths.split(path) {
            Some((Step::Under(held), _)) => self.key_of(call).is_some_and(|key| key != held),
            _ => false,
        }
    }

    fn is_named(&self, field: Field, text: &str) -> bool {
        matches!(field, Field::Attr(name) if self.facts.text(name) == text)
    }

    /// Whether a call stands for `o[k]`.
    fn is_index(&self, call: CallId) -> bool {
        let row = self.facts.calls[call.index()];
        let is_index =
            matches!(row.callee, Callee::Method(_, name) if self.facts.text(name) == "Index::index");
        is_index && row.flags.has(CallFlags::IMPLICIT)
    }

    /// The name of a library method.
    fn method_name(&self, target: FuncId) -> &str {
        let name = self.facts.functions[target.index()].name;
        if targets::is_library(self.facts, target) { self.facts.text(name) } else { "" }
    }

    /// The constant that a call gives first.
    fn key_of(&mut self, call: CallId) -> Option<Sym> {
        let args = self.facts.args_of(call);
        let key = args.iter().find(|arg| arg.kind == ArgKind::Positional)?.var;
        match self.constant(self.facts.function_of(call), key)? {
            Constant::Str(key) | Constant::Int(key) => Some(key),
            _ => None,
        }
    }
}
