//! The intermediate representation: a list of relations over variables, one vector a relation.
//!
//! `lower` turns each syntax tree into `Facts` of one file; [`Facts::append`] merges files by adding offsets.
//! The solver reads nothing else. No relation names a language: a construct that none expresses is desugared
//! first. Names, fields and constants are [`Sym`]s of the one interner; no text and no tree survives.
//!
//! # Terms
//! * A *function* is anything with a body that runs: module, class body, function, method, lambda, initialiser.
//!   It runs in the environment of its `parent`.
//! * A *variable* ([`Var`]) is a slot of one function, numbered from zero in each function, in SSA form where no
//!   other function writes it: one assignment of a local makes one slot, joins and loop heads make a slot and
//!   `moves`. An assignment `x = y` of SSA names needs no row: `x` is then the slot of `y`.
//! * A *cell* is the one slot that stands for a captured or global name: every value ever assigned is moved into
//!   it, and other functions read it through a *capture*: a slot at or above [`Function::vars`] that is the same
//!   variable as a slot of the enclosing function.
//! * A *site* ([`CallId`]) is a place in the code that calls, explicitly or by desugaring.
//!
//! # Invariants
//! * The rows of each relation are grouped by function, in function order; `Function::first` holds where a
//!   function's rows begin, and they end where the next function's begin.
//! * `functions[file.body]` is the module body, the first function of its file. Parents precede children.
//! * Slots 0 and 1 of each function are [`Var::RETURN`] and [`Var::YIELD`].
//!
//! # Example
//! ```python
//! def run(cmd):              # function `run`: param cmd = v2
//!     os.system("x" + cmd)   # capture v5 = the module's cell of `os`
//! ```
//! gives `literal(v3, "x")`, `concat(v4, "x", v2, "")`, `derive(v4, v2, Format)` and
//! `call(site, v6, method(v5, "system"), [v4])`.

pub use lines::{Condition, Extent, Runs, Span};

use crate::ids::{CallId, ClassId, FileId, FuncId, Interner, Sym, TypeId, Var};

/// Declares a set of flags: a newtype over `u16` with constants and the two operations in use.
macro_rules! bitflags {
    ($(#[$doc:meta])* $name:ident { $($(#[$flag_doc:meta])* $flag:ident = $bit:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub struct $name(pub u16);

        impl $name {
            $($(#[$flag_doc])* pub const $flag: Self = Self($bit);)*

            /// Whether all flags of `other` are set.
            #[inline]
            #[must_use]
            pub fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// These flags and those of `other`.
            #[inline]
            #[must_use]
            pub fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}

/// Languages that are lowered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Language {
    /// Python 3.8 to 3.14.
    Python,
    /// JavaScript and TypeScript, with JSX.
    JavaScript,
    /// Rust.
    Rust,
}

/// Whose code a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// Below the scanned root: every function is a root of the analysis.
    FirstParty,
    /// Source of an installed dependency, loaded on demand; its functions are solved when they are reached.
    Dependency,
    /// A body that stands for a library function (`grammars/<language>/builtins.*`): copied a call site, and
    /// calls inside it count as calls of the code that calls it.
    Builtin,
}

/// A source file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path relative to the scanned root (or to the folder of installed packages), `/` between parts.
    pub path: Sym,
    /// Full name by which code imports it: `pkg.mod`, `./src/a.js`, `crate::a`.
    pub module: Sym,
    /// Whether the module is a package that other modules live in (`__init__.py`, `index.js`, `lib.rs`).
    pub is_package: bool,
    /// The language.
    pub language: Language,
    /// Whose code it is.
    pub origin: Origin,
    /// The function that is the module body.
    pub body: FuncId,
    /// Number of lines.
    pub lines: u32,
    /// Whether the file guards code by `if __name__ == "__main__"`, and the line of that guard.
    pub main_guard: Option<u32>,
    /// First row in `exports`, see [`Facts::exports_of`].
    pub first_export: u32,
    /// First row in `frees`, see [`Facts::frees_of`].
    pub first_free: u32,
    /// First row in `stars`, see [`Facts::stars_of`].
    pub first_star: u32,
}

/// What kind of body a function has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FunctionKind {
    /// The statements of a module.
    Module,
    /// The statements of a class body, run once in the scope that holds the class.
    ClassBody,
    /// A named function.
    Function,
    /// A function that is directly in a class body.
    Method,
    /// An anonymous function.
    Lambda,
}

/// How a function gets the object that it was called on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Receiver {
    /// It has none, or it goes first among the positional arguments when the function is found on the class of
    /// the object (Python).
    First,
    /// It goes to the parameter of kind [`ParamKind::Receiver`] at every member call (JavaScript `this`, Rust
    /// `self`).
    This,
}

bitflags! {
    /// Properties of a function.
    FunctionFlags {
        /// Calling it makes a generator: its elements are in [`Var::YIELD`].
        GENERATOR = 1,
        /// Calling it makes a coroutine or promise. The value of `await` is the value itself.
        ASYNC = 2,
        /// Never bound to a receiver (`@staticmethod`, `static`, associated function).
        STATIC = 4,
        /// Bound to the class on which it is found (`@classmethod`).
        CLASS = 8,
        /// Reading the member calls it (`@property`, `get x()`).
        GETTER = 16,
        /// Declared without a body of its own (`@abstractmethod`, an interface method, `...` in a protocol).
        ABSTRACT = 32,
        /// Only a signature beside another body (`@overload`): never a target.
        OVERLOAD = 64,
        /// Writing the member calls it (`@x.setter`, `set x(v)`). A member that is read and written so is a slot
        /// that holds both functions.
        SETTER = 128,
        /// Stands for all that override it: called by its own name and not on a receiver, it runs the function of
        /// that name of its first argument (trait methods, generic functions).
        VIRTUAL = 256,
    }
}

/// A body that runs.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its own name: `run`, `<lambda1>`, the class name of a class body, the last part of a module.
    pub name: Sym,
    /// Its name with those of the scopes that hold it, below the module: `Client.run.<lambda1>`; empty for a
    /// module body.
    pub qualname: Sym,
    /// What kind of body.
    pub kind: FunctionKind,
    /// How it gets its receiver.
    pub receiver: Receiver,
    /// Flags.
    pub flags: FunctionFlags,
    /// The file.
    pub file: FileId,
    /// The function in whose environment it was made; a module body is its own parent.
    pub parent: FuncId,
    /// The class in whose body it stands directly, if any.
    pub class: Option<ClassId>,
    /// Line of the `def`, `class` or `lambda` keyword, from 1.
    pub line: u32,
    /// Column of that keyword, from 1, in bytes.
    pub column: u32,
    /// Line of its first decorator, or `line`.
    pub head_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Number of slots of its own, captures not counted.
    pub vars: u32,
    /// Where its rows begin.
    pub first: Starts,
}

/// What an argument can bind to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ParamKind {
    /// By position only.
    PositionalOnly,
    /// By position or by name.
    Positional,
    /// By name only.
    KeywordOnly,
    /// All further positional arguments, as a container with constant indices.
    Rest,
    /// All further named arguments, as a container with constant keys.
    KeywordRest,
    /// The object that the function was called on (`this`), see [`Receiver::This`].
    Receiver,
    /// What a generator is sent: the value of each `yield`.
    Sent,
    /// All positional arguments, those of other parameters too, as a container with constant indices (`arguments`).
    All,
}

/// A parameter. Its default is moved into `var`, or is in `default` where only calls that leave the argument out see it.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The name.
    pub name: Sym,
    /// The slot.
    pub var: Var,
    /// What binds to it.
    pub kind: ParamKind,
    /// Whether it may be left out.
    pub optional: bool,
    /// The slot of the default that a call gets which leaves it out, or `Var::NONE`.
    pub default: Var,
}

/// A slot at or above [`Function::vars`]: the same variable as `var` of `function`, an enclosing function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capture {
    /// The enclosing function, whose slot it is.
    pub function: FuncId,
    /// The slot there, one of the function's own.
    pub var: Var,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its own name.
    pub name: Sym,
    /// The file.
    pub file: FileId,
    /// The function in which the class statement runs; `bases` and `metaclass` are slots of it.
    pub parent: FuncId,
    /// The class body.
    pub body: FuncId,
    /// The metaclass, or `Var::NONE`.
    pub metaclass: Var,
    /// The class whose instances its calls make: for a variant of an enumeration, the enumeration.
    pub of: Option<ClassId>,
    /// Line of the `class` keyword, from 1.
    pub line: u32,
    /// Column of that keyword, from 1, in bytes.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// First row in `bases`.
    pub first_base: u32,
    /// First row in `members`.
    pub first_member: u32,
    /// First row in `fields`.
    pub first_field: u32,
}

/// A name that a class body binds: its value at the end of the body, a slot of `Class::body`.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The name.
    pub name: Sym,
    /// The slot of the class body.
    pub var: Var,
}

/// A declared field of the instances of a class, in order: `name: T = default`, `self.name: T`, a struct field.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredField {
    /// The name.
    pub name: Sym,
    /// The declared type, whose variables are slots of `Class::body` (see [`Type::Value`]).
    pub ty: TypeId,
    /// Whether a synthesised constructor takes it (annotated in the class body, not in a method).
    pub in_constructor: bool,
}

/// A name of a module: global, or free (see [`Facts::frees`]).
#[derive(Clone, Copy, Debug)]
pub struct Global {
    /// The name.
    pub name: Sym,
    /// Its cell, a slot of the module body.
    pub var: Var,
}

/// A constant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Constant {
    /// A string, whole.
    Str(Sym),
    /// A byte string, its text lossily decoded.
    Bytes(Sym),
    /// An integer, as written.
    Int(Sym),
    /// Any other number, as written.
    Float(Sym),
    /// `True` or `False`.
    Bool(bool),
    /// `None`, `null`, `undefined`, `()`.
    Null,
    /// `...`
    Ellipsis,
}

/// The part of an object that is read or written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// `o.name` (and `o["name"]` in languages where that is the same).
    Attr(Sym),
    /// `o["key"]` or `o[3]`, the key as text.
    Item(Sym),
    /// `o[...]`: any element. A read sees every element, a write may be of any.
    AnyItem,
    /// `o.*`: an attribute of unknown name.
    AnyAttr,
}

/// Which of an object's two name spaces a computed key addresses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Space {
    /// Attributes: `getattr(o, k)`.
    Attr,
    /// Elements: `o[k]`.
    Item,
    /// Either, as the key says: indices are elements, other keys are attributes (JavaScript's `o[k]`).
    Any,
    /// Of stores only: the function that runs when the attribute is read.
    Getter,
    /// Of stores only: the function that runs when the attribute is written.
    Setter,
}

/// How a new value was made from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Derivation {
    /// Part of a longer string: concatenation, formatting, interpolation.
    Format,
    /// Arithmetic or another operator.
    Operator,
    /// A slice of it.
    Slice,
    /// Its truth, a comparison, a length: carries no secret.
    Weak,
}

/// What is made by an allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Alloc {
    /// A closure of this function over the running environment.
    Function(FuncId),
    /// This class: its body runs here.
    Class(ClassId),
    /// A fresh instance of the builtin class of this name: `list`, `dict`, `tuple`, `set`, `str`, `int`, `Object`.
    Builtin(Sym),
}

/// `moves(dst, src)`: the same value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// What receives.
    pub dst: Var,
    /// What is received.
    pub src: Var,
    /// Where.
    pub line: u32,
}

/// `cuts(dst, skip)`: of the values that moves bring to `dst`, sequences come without their first `skip` elements, as
/// new ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// What receives.
    pub dst: Var,
    /// How many elements are left out.
    pub skip: u32,
}

/// `derives(dst, src, how)`: a new value made from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Derive {
    /// The new value.
    pub dst: Var,
    /// What it was made from.
    pub src: Var,
    /// How.
    pub how: Derivation,
    /// Where.
    pub line: u32,
}

/// `concats(dst, prefix, src, suffix)`: a string that begins with a constant, goes on with `src` (or with
/// something unknown, `Var::NONE`), and ends with a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Concat {
    /// The string.
    pub dst: Var,
    /// Its constant beginning, or empty.
    pub prefix: Sym,
    /// Its middle.
    pub src: Var,
    /// Its constant end, or empty.
    pub suffix: Sym,
    /// Where it has several unknown parts: what follows the first, with [`Concat::HOLE`] for each further one; else
    /// empty. Rows of `derives` name the parts in order.
    pub rest: Sym,
    /// Where.
    pub line: u32,
}

impl Concat {
    /// What stands in [`Concat::rest`] for an unknown part.
    pub const HOLE: char = '\0';
}

/// `allocs(dst, what)`: a fresh object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allocate {
    /// What receives it.
    pub dst: Var,
    /// What is made.
    pub what: Alloc,
    /// Where.
    pub line: u32,
}

/// `literals(dst, constant)`: a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Literal {
    /// What receives it.
    pub dst: Var,
    /// The constant.
    pub constant: Constant,
    /// Where.
    pub line: u32,
}

/// `loads(dst, base, field)`: `dst` receives what any object in `base` holds in `field`. A load may call: a
/// getter, `__getattr__`, `__getitem__`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// What receives.
    pub dst: Var,
    /// The object.
    pub base: Var,
    /// The part that is read.
    pub field: Field,
    /// Where.
    pub line: u32,
}

/// `stores(base, field, src)`: every object in `base` holds `src` in `field` from now on. A store may call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Store {
    /// The object.
    pub base: Var,
    /// The part that is written.
    pub field: Field,
    /// What it holds.
    pub src: Var,
    /// Where.
    pub line: u32,
}

/// `load_keys(dst, base, key)`: as `loads`, the name being each string in `key`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoadKey {
    /// What receives.
    pub dst: Var,
    /// The object.
    pub base: Var,
    /// The name.
    pub key: Var,
    /// Attributes or elements.
    pub space: Space,
    /// Where.
    pub line: u32,
}

/// `store_keys(base, key, src)`: as `stores`, the name being each string in `key`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreKey {
    /// The object.
    pub base: Var,
    /// The name.
    pub key: Var,
    /// What it holds.
    pub src: Var,
    /// Attributes or elements.
    pub space: Space,
    /// Where.
    pub line: u32,
}

/// `iterates(dst, base)`: `dst` receives each thing that iterating `base` gives, by the language's protocol
/// (`__iter__` and `__next__`, `Symbol.iterator`, `IntoIterator`); for a mapping, its keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Iterate {
    /// What receives.
    pub dst: Var,
    /// What is iterated.
    pub base: Var,
    /// Whether it is taken apart by position: elements of arrays are then read by their index, and not here.
    pub by_position: bool,
    /// Where.
    pub line: u32,
}

/// `keys(dst, base, space)`: `dst` receives the names of the fields of `base`, as strings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keys {
    /// What receives.
    pub dst: Var,
    /// The object.
    pub base: Var,
    /// Attributes or elements.
    pub space: Space,
}

/// `copies(dst, src, space)`: each object in `dst` receives each field of each object in `src` (spread, update,
/// mixin, extend loop).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CopyFields {
    /// The objects that receive.
    pub dst: Var,
    /// The objects that give.
    pub src: Var,
    /// Attributes or elements.
    pub space: Space,
}

/// `supers(dst, class, receiver)`: `receiver` seen from above `class`: members are looked up behind `class` in
/// the method resolution order of the receiver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SuperOf {
    /// What receives.
    pub dst: Var,
    /// The class that is passed over.
    pub class: ClassId,
    /// The object (or class).
    pub receiver: Var,
}

/// `imports(dst, specifier, name)`: a module, or a member of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Import {
    /// What receives.
    pub dst: Var,
    /// As written: `os.path`, `..pkg`, `./lib/a`, `crate::a::b`.
    pub specifier: Sym,
    /// The member, or none for the module itself.
    pub name: Option<Sym>,
    /// Where.
    pub line: u32,
}

/// `hints(var, ty)`: `var` was declared, or tested, to be of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The variable.
    pub var: Var,
    /// The type.
    pub ty: TypeId,
    /// A test (`isinstance`, `instanceof`, a class pattern): values that do not fit are dropped. Otherwise a
    /// declaration, which is a fallback and drops nothing.
    pub checked: bool,
}

/// A declared type. Its variables are slots of the function whose `hints` row uses it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// Says nothing (`Any`, `object`, a scalar).
    Unknown,
    /// A number or a truth value: nothing that holds text.
    Number,
    /// A string that begins and ends with these; of tests only.
    Text(Sym, Sym),
    /// An instance of each class in this variable.
    Value(Var),
    /// The class itself (`type[C]`).
    ClassOf(TypeId),
    /// A class applied to arguments: `list[T]`, `dict[K, V]`, `Awaitable[T]`.
    Apply(TypeId, Vec<TypeId>),
    /// One of these, `None` left out.
    Union(Vec<TypeId>),
    /// A callable with this result.
    Callable(TypeId),
    /// Exactly this, in a language whose declarations are the truth: what it says holds at once, beside values.
    Exact(TypeId),
    /// A type parameter of the class, by position: in declared fields only.
    Param(u32),
}

/// `guards(dst, test, check, holds)`: `dst` is a variable as code sees it behind a test of it: a move into `dst` stands
/// beside this row. Where the test is `Var::RETURN`, the answer is what the function returns, of one of its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guard {
    /// The tested variable, behind the test.
    pub dst: Var,
    /// What the test gave.
    pub test: Var,
    /// What was asked.
    pub check: Check,
    /// Whether the answer was yes.
    pub holds: bool,
}

/// What a test asks of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// Whether it is one of some values, or of nothing but letters and digits.
    Member,
    /// Whether the host that it names is one of some hosts.
    Host,
    /// What a call of that purpose says: `is_safe(x)`, `x.startswith(base)`.
    Call,
    /// What the body of the called function says, and nothing if that is not known: `is_listed(x)`.
    Asked,
    /// Whether it is a value of this shape: `typeof x === "string"`.
    Shape(Shape),
}

/// What a value is that a language tells apart without its class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// Something that has members, and cannot be called.
    Object,
    /// Something that can be called.
    Function,
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Callee {
    /// The value of a variable.
    Value(Var),
    /// The member of an object, which is then the receiver.
    Method(Var, Sym),
}

bitflags! {
    /// Properties of a call site.
    CallFlags {
        /// Made by desugaring (operator, `with`, subscription, formatting): no finding if nothing is there.
        IMPLICIT = 1,
        /// Applies a decorator: where the callee is unknown, the result is also the first argument.
        DECORATOR = 2,
        /// Enters a context: where the callee is unknown, the result is also the receiver.
        ENTER = 4,
        /// Makes an instance of each class, on which no initialiser runs.
        NEW = 8,
        /// `raise E`: calls only where `E` is a class.
        RAISE = 16,
        /// The result is awaited at once.
        AWAITED = 32,
        /// `new f()`: a class is constructed; a function runs on a fresh object, which is the result.
        CONSTRUCT = 64,
    }
}

/// What an argument is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// Each element of it by position (`*xs`, `...xs`).
    Spread,
    /// By name.
    Keyword(Sym),
    /// Each element of it by its key (`**kw`).
    KeywordSpread,
    /// The object that the callee runs on (`f.call(o)`, `o[k]()`).
    Receiver,
}

/// An argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arg {
    /// What kind.
    pub kind: ArgKind,
    /// The value.
    pub var: Var,
}

/// `calls(site, dst, callee, args)`: a call site.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// What receives the result, or `Var::NONE`.
    pub dst: Var,
    /// What is called.
    pub callee: Callee,
    /// Flags.
    pub flags: CallFlags,
    /// First row in `args`.
    pub first_arg: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in bytes.
    pub column: u32,
}

/// Something about a file that a reader of the report should know.
#[derive(Clone, Debug)]
pub struct Note {
    /// The file.
    pub file: FileId,
    /// Line, from 1.
    pub line: u32,
    /// What was seen, and what it means for the result: a sentence.
    pub message: Sym,
}

/// Declares [`Facts`]: tables that belong to the file or program, and relations grouped by function.
macro_rules! facts {
    ($($(#[$doc:meta])* $relation:ident / $rows_of:ident : $row:ty),* $(,)?) => {
        /// Where the rows of a function begin, one number a relation.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Starts { $($(#[$doc])* pub $relation: u32),* }

        /// The facts of one file, or of a program. See the [module](self) for terms and invariants.
        #[derive(Clone, Debug, Default)]
        pub struct Facts {
            /// All strings.
            pub names: Interner,
            /// Files, in path order.
            pub files: Vec<File>,
            /// Functions, grouped by file, in source order.
            pub functions: Vec<Function>,
            /// Classes, grouped by file, in source order.
            pub classes: Vec<Class>,
            /// Base classes in order, grouped by class: slots of `Class::parent`.
            pub bases: Vec<Var>,
            /// Names bound by class bodies, grouped by class.
            pub members: Vec<Member>,
            /// Declared fields, grouped by class.
            pub fields: Vec<DeclaredField>,
            /// Declared types.
            pub types: Vec<Type>,
            /// Names that a module binds, grouped by file, sorted by name text within it.
            pub exports: Vec<Global>,
            /// Names that code of a module reads and nobody there binds (builtins, star imports), grouped by file.
            pub frees: Vec<Global>,
            /// Modules of which every name is imported, as written, grouped by file.
            pub stars: Vec<Sym>,
            /// Arguments, grouped by call.
            pub args: Vec<Arg>,
            /// What a reader of the report should know.
            pub notes: Vec<Note>,
            $($(#[$doc])* pub $relation: Vec<$row>),*
        }

        impl Facts {
            /// Where the next function's rows will begin.
            #[must_use]
            pub fn starts(&self) -> Starts {
                Starts { $($relation: len(&self.$relation)),* }
            }

            $($(#[$doc])*
            #[inline]
            #[must_use]
            pub fn $rows_of(&self, function: FuncId) -> &[$row] {
                let start = self.functions[function.index()].first.$relation as usize;
                let end = self.functions.get(function.index() + 1)
                    .map_or(self.$relation.len(), |next| next.first.$relation as usize);
                &self.$relation[start..end]
            })*
        }

        impl Starts {
            fn shift(&mut self, by: &Starts) { $(self.$relation += by.$relation;)* }
        }
    };
}

facts! {
    /// Parameters, in order.
    params / params_of: Param,
    /// Captured variables, in slot order.
    captures / captures_of: Capture,
    /// `moves(dst, src)`.
    moves / moves_of: Move,
    /// `cuts(dst, skip)`.
    cuts / cuts_of: Cut,
    /// `derives(dst, src, how)`.
    derives / derives_of: Derive,
    /// `concats(dst, prefix, src, suffix)`.
    concats / concats_of: Concat,
    /// `allocs(dst, what)`.
    allocs / allocs_of: Allocate,
    /// `literals(dst, constant)`.
    literals / literals_of: Literal,
    /// `loads(dst, base, field)`.
    loads / loads_of: Load,
    /// `stores(base, field, src)`.
    stores / stores_of: Store,
    /// `load_keys(dst, base, key)`.
    load_keys / load_keys_of: LoadKey,
    /// `store_keys(base, key, src)`.
    store_keys / store_keys_of: StoreKey,
    /// `iterates(dst, base)`.
    iterates / iterates_of: Iterate,
    /// `keys(dst, base)`.
    keys / keys_of: Keys,
    /// `copies(dst, src)`.
    copies / copies_of: CopyFields,
    /// `supers(dst, class, receiver)`.
    supers / supers_of: SuperOf,
    /// `imports(dst, specifier, name)`.
    imports / imports_of: Import,
    /// `hints(var, ty)`.
    hints / hints_of: Hint,
    /// `guards(dst, test, check, holds)`.
    guards / guards_of: Guard,
    /// `spans(first, last, runs)`.
    spans / spans_of: Span,
    /// `extents(of, first, last)`.
    extents / extents_of: Extent,
    /// `conditions(first, last, text)`.
    conditions / conditions_of: Condition,
    /// `calls(site, dst, callee, args)`.
    calls / calls_of: Call,
}

impl Facts {
    /// The first call site of a function; the others follow it.
    #[must_use]
    pub fn first_call(&self, function: FuncId) -> CallId {
        CallId(self.functions[function.index()].first.calls)
    }

    /// The function that a call site is in. O(log functions).
    #[must_use]
    pub fn function_of(&self, call: CallId) -> FuncId {
        let after = self.functions.partition_point(|function| function.first.calls <= call.0);
        FuncId::from_len(after - 1)
    }

    /// The arguments of a call.
    #[inline]
    #[must_use]
    pub fn args_of(&self, call: CallId) -> &[Arg] {
        group(&self.calls, &self.args, call.index(), |call| call.first_arg)
    }

    /// The base classes of a class, slots of its parent.
    #[must_use]
    pub fn bases_of(&self, class: ClassId) -> &[Var] {
        group(&self.classes, &self.bases, class.index(), |class| class.first_base)
    }

    /// The names that a class body binds.
    #[must_use]
    pub fn members_of(&self, class: ClassId) -> &[Member] {
        group(&self.classes, &self.members, class.index(), |class| class.first_member)
    }

    /// The declared fields of a class.
    #[must_use]
    pub fn fields_of(&self, class: ClassId) -> &[DeclaredField] {
        group(&self.classes, &self.fields, class.index(), |class| class.first_field)
    }

    /// The names that a module binds, sorted by text.
    #[must_use]
    pub fn exports_of(&self, file: FileId) -> &[Global] {
        group(&self.files, &self.exports, file.index(), |file| file.first_export)
    }

    /// The names that a module reads and does not bind.
    #[must_use]
    pub fn frees_of(&self, file: FileId) -> &[Global] {
        group(&self.files, &self.frees, file.index(), |file| file.first_free)
    }

    /// The modules that a module imports every name of, as written.
    #[must_use]
    pub fn stars_of(&self, file: FileId) -> &[Sym] {
        group(&self.files, &self.stars, file.index(), |file| file.first_star)
    }

    /// The string of a symbol.
    #[inline]
    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        self.names.get(sym)
    }

    /// The constant that a variable holds, where its one definition is a literal. O(literals of the function).
    #[must_use]
    pub fn constant(&self, function: FuncId, var: Var) -> Option<Constant> {
        self.literals_of(function).iter().find(|row| row.dst == var).map(|row| row.constant)
    }

    /// The condition under which a line of a function is code, where that does not hold. O(conditions around it).
    #[must_use]
    pub fn condition_at(&self, function: FuncId, line: u32) -> Option<Sym> {
        self.conditions_around(function, line, |text| self.text(text) != Condition::TEST)
    }

    /// Whether a function is code only where tests are, as it says itself.
    #[must_use]
    pub fn is_test(&self, function: FuncId) -> bool {
        let line = self.functions[function.index()].line;
        self.conditions_around(function, line, |text| self.text(text) == Condition::TEST).is_some()
    }

    /// The nearest condition of this kind around a line of a function.
    fn conditions_around(&self, function: FuncId, line: u32, is_wanted: impl Fn(Sym) -> bool) -> Option<Sym> {
        if self.conditions.is_empty() {
            return None;
        }
        let mut at = function;
        loop {
            let mut rows = self.conditions_of(at).iter().filter(|row| row.first <= line && line <= row.last);
            if let Some(row) = rows.find(|row| is_wanted(row.text)) {
                return Some(row.text);
            }
            let parent = self.functions[at.index()].parent;
            if parent == at {
                return None;
            }
            at = parent;
        }
    }

    /// The condition under which a target is code, where that does not hold.
    #[must_use]
    pub fn condition_of(&self, target: crate::solution::Target) -> Option<Sym> {
        match target {
            crate::solution::Target::Function(function) => {
                self.condition_at(function, self.functions[function.index()].line)
            }
            crate::solution::Target::External(_) => None,
        }
    }

    /// Full name of a function, as reports print it: `pkg.mod.Class.method`.
    #[must_use]
    pub fn full_name(&self, function: FuncId) -> String {
        let row = &self.functions[function.index()];
        let module = self.text(self.files[row.file.index()].module);
        match self.text(row.qualname) {
            "" => module.to_owned(),
            qualname => format!("{module}.{qualname}"),
        }
    }

    /// Whose code a function is.
    #[must_use]
    pub fn origin_of(&self, function: FuncId) -> Origin {
        self.files[self.functions[function.index()].file.index()].origin
    }

    /// Adds the facts of other files behind these. O(rows of `other`).
    pub fn append(&mut self, other: Facts) {
        merge::append(self, other);
    }
}

/// The slice of `rows` that belongs to `owners[index]`.
#[inline]
fn group<'a, O, R>(owners: &[O], rows: &'a [R], index: usize, first: impl Fn(&O) -> u32) -> &'a [R] {
    let start = first(&owners[index]) as usize;
    let end = owners.get(index + 1).map_or(rows.len(), |next| first(next) as usize);
    &rows[start..end]
}

fn len<T>(rows: &[T]) -> u32 {
    u32::try_from(rows.len()).expect("a relation holds fewer than 2^32 rows")
}

mod key;
mod lines;
mod merge;

pub use key::{is_index, quoted_key};
