//! Names that a language gives a meaning to, as data: the solver's rules ask for the meaning.

use crate::facts::Language;
use crate::ids::{Interner, Sym};

/// The names of each language.
pub(super) struct Protocols([Protocol; 3]);

impl Protocols {
    pub(super) fn new(names: &mut Interner) -> Self {
        Self([Protocol::python(names), Protocol::javascript(names), Protocol::rust(names)])
    }

    /// The names of a language.
    #[inline]
    pub(super) fn of(&self, language: Language) -> &Protocol {
        &self.0[language as usize]
    }
}

/// What JavaScript's own functions write, compare or count, they do not call.
const QUIET: &[&str] = &[
    "console",
    "Error",
    "AggregateError",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
    "BigInt",
    "Buffer",
    "Date",
    "Math",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "isFinite",
    "isNaN",
    "localStorage",
    "parseFloat",
    "parseInt",
    "sessionStorage",
    "structuredClone",
    "unescape",
];

/// What JavaScript's own functions of which we have no body, and those of every host, give where that is text.
const TEXTS: &[&str] = &[
    "globalThis.JSON.stringify",
    "globalThis.atob",
    "globalThis.btoa",
    "globalThis.decodeURI",
    "globalThis.decodeURIComponent",
    "globalThis.encodeURI",
    "globalThis.encodeURIComponent",
    "globalThis.escape",
    "globalThis.process.cwd",
    "globalThis.unescape",
    "path.basename",
    "path.dirname",
    "path.extname",
    "path.join",
    "path.normalize",
    "path.relative",
    "path.resolve",
    "path.posix.join",
    "path.posix.normalize",
    "path.posix.resolve",
    "url.fileURLToPath",
    "util.format",
    "util.inspect",
];

/// What esbuild, TypeScript, SWC and Babel call their adapters of modules.
const ADAPTERS: [&str; 12] = [
    "__toESM",
    "__toCommonJS",
    "__importStar",
    "__importDefault",
    "__interopNamespace",
    "_interopRequireWildcard",
    "_interopRequireDefault",
    "_interop_require_wildcard",
    "_interop_require_default",
    "_interopNamespace",
    "_interopNamespaceDefault",
    "_interopDefault",
];

/// JavaScript's classes of values that hold nothing but themselves.
const SCALARS: &[&str] = &["Boolean", "Number", "RegExp", "String"];

/// Names of JavaScript's global object.
const GLOBALS: &[&str] = &["window", "self", "globalThis", "global", "frames"];

/// Whether a name is the language's own: it is looked up on classes, and never set under an unknown name.
pub(super) fn is_reserved(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}

/// The names of one language; what a language does not have is the empty name.
pub(super) struct Protocol {
    /// The module of which every name is visible everywhere.
    pub(super) prelude: Sym,
    /// Its member that gives the module of a name.
    pub(super) require: Sym,
    /// Its members that we do not have, and that call nothing of what they are given.
    pub(super) quiet: Vec<Sym>,
    /// Functions that we do not have of which the result is text: the module, and the members on the way.
    pub(super) texts: Vec<Vec<Sym>>,
    /// Builtin classes of which one instance stands for all, wherever it is made: they have no fields.
    pub(super) scalars: Vec<Sym>,
    /// Functions that compilers and bundlers write into what they make, and that make one module look like another: each
    /// call is of a module of its own.
    pub(super) adapters: Vec<Sym>,
    /// Members of the prelude that are the global object itself.
    pub(super) globals: Vec<Sym>,
    /// Runs on a new instance.
    pub(super) init: Sym,
    /// Makes the instance.
    pub(super) new: Sym,
    /// Makes an instance callable.
    pub(super) call: Sym,
    /// Reads a member that is not there.
    pub(super) get_missing: Sym,
    /// What an import of a name asks a module for.
    pub(super) submodules: Sym,
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
    /// What a class statement does with a metaclass, as a member of it in builtin bodies.
    pub(super) create: Sym,
    /// The class, and its metaclass, as members of the namespace that it is made of.
    pub(super) created: Sym,
    pub(super) metaclass: Sym,
    /// Tells a value that it became a member of a class.
    pub(super) set_name: Sym,
    /// The class of the prelude that all classes inherit from, that of classes, and that of functions.
    pub(super) object: Sym,
    pub(super) class_of_classes: Sym,
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
    /// The builtin classes whose elements are under their indices.
    pub(super) sequences: [Sym; 2],
    pub(super) generator: Sym,
    /// Whether members are found by prototypes, see `prototype.rs`; the prototype of what a function makes, and that of
    /// an object, as members of them.
    pub(super) has_prototypes: bool,
    pub(super) prototype: Sym,
    pub(super) proto: Sym,
    /// The builtin class of promises, and what they hold, as a member of them.
    pub(super) promise: Sym,
    /// The builtin class of what calling an `async` generator function makes.
    pub(super) async_generator: Sym,
    pub(super) settled: Sym,
    /// What a generator is sent, and what it returns, as members of it.
    pub(super) sent: Sym,
    pub(super) returned: Sym,
    /// The element, as a member of what an iterator's step returns.
    pub(super) value: Sym,
    /// Marks modules that find each other's names without importing them.
    pub(super) script: Sym,
    /// The export that is all of a module, where it has one, and that which stands for it otherwise.
    pub(super) whole: Sym,
    pub(super) default: Sym,
    /// Reads what an object stands for.
    pub(super) deref: Sym,
    /// The class of what the instances of a class stand for, as a member of it.
    pub(super) referent: Sym,
    /// The elements of an object, as a declared field.
    pub(super) items: Sym,
    /// What the functions of a class that extends others are chosen by, as a declared field: their first argument.
    pub(super) chosen: Sym,
    /// Makes of a value one of another class, which that class says how to make.
    pub(super) convert: Sym,
    /// The builtin class of values of which nothing is known.
    pub(super) unknown: Sym,
    /// Whether modules only declare: names are known before any body runs, and a free name may be a package.
    pub(super) only_declares: bool,
    /// The builtin classes of literals in which options are handed to libraries, functions among them.
    pub(super) options: [Sym; 2],
}

impl Protocol {
    /// The names of Python.
    fn python(names: &mut Interner) -> Self {
        Self {
            require: Sym::EMPTY,
            quiet: Vec::new(),
            texts: Vec::new(),
            scalars: Vec::new(),
            adapters: Vec::new(),
            globals: Vec::new(),
            prelude: names.intern("builtins"),
            init: names.intern("__init__"),
            new: names.intern("__new__"),
            call: names.intern("__call__"),
            get_missing: names.intern("__getattr__"),
            submodules: names.intern("__path__"),
            get_item: names.intern("__getitem__"),
            set_item: names.intern("__setitem__"),
            iter: names.intern("__iter__"),
            async_iter: names.intern("__aiter__"),
            next: names.intern("__next__"),
            async_next: names.intern("__anext__"),
            missing: names.intern("__missing__"),
            init_subclass: names.intern("__init_subclass__"),
            create: names.intern("__create__"),
            created: names.intern("__created__"),
            metaclass: names.intern("__metaclass__"),
            set_name: names.intern("__set_name__"),
            object: names.intern("object"),
            class_of_classes: names.intern("type"),
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
            sequences: [names.intern("list"), names.intern("tuple")],
            generator: names.intern("generator"),
            has_prototypes: false,
            prototype: Sym::EMPTY,
            proto: Sym::EMPTY,
            promise: Sym::EMPTY,
            async_generator: Sym::EMPTY,
            settled: Sym::EMPTY,
            value: Sym::EMPTY,
            sent: Sym::EMPTY,
            returned: Sym::EMPTY,
            script: Sym::EMPTY,
            whole: Sym::EMPTY,
            default: Sym::EMPTY,
            deref: Sym::EMPTY,
            referent: Sym::EMPTY,
            items: Sym::EMPTY,
            chosen: Sym::EMPTY,
            convert: Sym::EMPTY,
            unknown: Sym::EMPTY,
            only_declares: false,
            options: [names.intern("Object"), names.intern("Array")],
        }
    }

    /// The names of Rust: what is not its own is never met.
    fn rust(names: &mut Interner) -> Self {
        Self {
            prelude: names.intern("std.prelude"),
            bytes: names.intern("str"),
            int: names.intern("i32"),
            float: names.intern("f64"),
            deref: names.intern("Deref::deref"),
            referent: names.intern("Deref::Target"),
            items: names.intern("__items__"),
            chosen: names.intern("<argument>"),
            convert: names.intern("into"),
            unknown: names.intern("Unknown"),
            only_declares: true,
            ..Self::python(names)
        }
    }

    /// The names of JavaScript.
    fn javascript(names: &mut Interner) -> Self {
        let none = names.intern("<none>");
        Self {
            prelude: names.intern("globalThis"),
            require: names.intern("require"),
            quiet: QUIET.iter().map(|name| names.intern(name)).collect(),
            texts: TEXTS
                .iter()
                .map(|text| text.split('.').map(|name| names.intern(name)).collect())
                .collect(),
            scalars: SCALARS.iter().map(|name| names.intern(name)).collect(),
            adapters: ADAPTERS.iter().map(|name| names.intern(name)).collect(),
            globals: GLOBALS.iter().map(|name| names.intern(name)).collect(),
            init: names.intern("constructor"),
            new: none,
            call: none,
            get_missing: none,
            submodules: none,
            get_item: none,
            set_item: none,
            iter: names.intern("@@iterator"),
            async_iter: names.intern("@@asyncIterator"),
            next: names.intern("next"),
            async_next: names.intern("next"),
            missing: none,
            init_subclass: none,
            create: none,
            created: none,
            metaclass: none,
            set_name: none,
            object: names.intern("Object"),
            class_of_classes: none,
            function: names.intern("Function"),
            get: none,
            class: names.intern("constructor"),
            name: names.intern("name"),
            keys: names.intern("__dict_keys__"),
            str: names.intern("String"),
            bytes: names.intern("Uint8Array"),
            int: names.intern("Number"),
            float: names.intern("Number"),
            bool: names.intern("Boolean"),
            tuple: names.intern("Array"),
            dict: none,
            sequences: [names.intern("Array"), names.intern("Array")],
            generator: names.intern("Generator"),
            has_prototypes: true,
            prototype: names.intern("prototype"),
            proto: names.intern("__proto__"),
            promise: names.intern("Promise"),
            async_generator: names.intern("AsyncGenerator"),
            settled: names.intern("@@settled"),
            value: names.intern("value"),
            sent: names.intern("@@sent"),
            returned: names.intern("@@returned"),
            script: names.intern("<script>"),
            whole: names.intern("module.exports"),
            default: names.intern("default"),
            deref: Sym::EMPTY,
            referent: Sym::EMPTY,
            items: Sym::EMPTY,
            chosen: Sym::EMPTY,
            convert: Sym::EMPTY,
            unknown: Sym::EMPTY,
            only_declares: false,
            options: [names.intern("Object"), names.intern("Array")],
        }
    }
}
