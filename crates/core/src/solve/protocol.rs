//! Names that a language gives a meaning to, as data: the solver's rules ask for the meaning.

use crate::ids::{Interner, Sym};

/// The names of one language.
pub(super) struct Protocol {
    /// The module of which every name is visible everywhere.
    pub(super) prelude: Sym,
    /// Runs on a new instance.
    pub(super) init: Sym,
    /// Makes the instance.
    pub(super) new: Sym,
    /// Makes an instance callable.
    pub(super) call: Sym,
    /// Reads a member that is not there.
    pub(super) get_missing: Sym,
    /// Reads an element.
    pub(super) get_item: Sym,
    /// Writes an element.
    pub(super) set_item: Sym,
    /// Makes an iterator.
    pub(super) iter: Sym,
    pub(super) async_iter: Sym,
    /// Steps an iterator.
    pub(super) next: Sym,
    pub(super) async_next: Sym,
    /// Answers for an element that a mapping does not have.
    pub(super) missing: Sym,
    /// Runs for each subclass of a class.
    pub(super) init_subclass: Sym,
    /// The class of the prelude that all classes inherit from, and that of functions.
    pub(super) object: Sym,
    pub(super) function: Sym,
    /// Reads through a descriptor.
    pub(super) get: Sym,
    /// The class of an object, as a member of it.
    pub(super) class: Sym,
    /// The name of a function or class, as a member of it.
    pub(super) name: Sym,
    /// The keys of a mapping, as a member of it in builtin bodies.
    pub(super) keys: Sym,
    /// The builtin classes of constants and containers.
    pub(super) str: Sym,
    pub(super) bytes: Sym,
    pub(super) int: Sym,
    pub(super) float: Sym,
    pub(super) bool: Sym,
    pub(super) tuple: Sym,
    pub(super) dict: Sym,
    pub(super) generator: Sym,
    /// The builtin classes of literals in which options are handed to libraries, functions among them.
    pub(super) options: [Sym; 2],
}

impl Protocol {
    /// The names of Python.
    pub(super) fn new(names: &mut Interner) -> Self {
        Self {
            prelude: names.intern("builtins"),
            init: names.intern("__init__"),
            new: names.intern("__new__"),
            call: names.intern("__call__"),
            get_missing: names.intern("__getattr__"),
            get_item: names.intern("__getitem__"),
            set_item: names.intern("__setitem__"),
            iter: names.intern("__iter__"),
            async_iter: names.intern("__aiter__"),
            next: names.intern("__next__"),
            async_next: names.intern("__anext__"),
            missing: names.intern("__missing__"),
            init_subclass: names.intern("__init_subclass__"),
            object: names.intern("object"),
            function: names.intern("function"),
            get: names.intern("__get__"),
            class: names.intern("__class__"),
            name: names.intern("__name__"),
            keys: names.intern("__dict_keys__"),
            str: names.intern("str"),
            bytes: names.intern("bytes"),
            int: names.intern("int"),
            float: names.intern("float"),
            bool: names.intern("bool"),
            tuple: names.intern("tuple"),
            dict: names.intern("dict"),
            generator: names.intern("generator"),
            options: [names.intern("Object"), names.intern("Array")],
        }
    }
}
