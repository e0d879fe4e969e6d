//! The symbols that lowering itself writes: names with a meaning, and those of builtin classes.

use crate::ids::{Interner, Sym};

/// Declares [`Words`]: a symbol a field.
macro_rules! words {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Symbols by their use.
        pub(super) struct Words {
            $(pub(super) $field: Sym,)*
            /// `0`, `1`, … as far as they were asked for.
            indices: Vec<Sym>,
        }

        impl Words {
            /// The symbols of a file.
            pub(super) fn new(names: &mut Interner) -> Self {
                Self { $($field: names.intern($text),)* indices: Vec::new() }
            }
        }
    };
}

words! {
    this = "this", static_this = "this~", arguments = "arguments",
    object = "Object", array = "Array", string = "String", number = "Number",
    regexp = "RegExp", promise = "Promise",
    module = "module", exports = "exports", require = "require", whole = "module.exports",
    script = "<script>", server = "@@server", default = "default", meta = "import.meta", jsx = "JSX",
    constructor = "constructor", prototype = "prototype", proto = "__proto__", value = "value",
    settled = "@@settled", sent = "@@sent", returned = "@@returned", children = "children", render = "render",
}

impl Words {
    /// The symbol of an index.
    pub(super) fn index(&mut self, index: usize, names: &mut Interner) -> Sym {
        for next in self.indices.len()..=index {
            self.indices.push(names.intern(&next.to_string()));
        }
        self.indices[index]
    }
}
