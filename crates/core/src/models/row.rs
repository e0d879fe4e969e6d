//! The rows of a models file, checked: what an API is, and when.
//!
//! A row says of the APIs that its pattern matches that they are a source, a sink, a sanitiser, an entry point,
//! a summary of what goes in and comes out, or another name for something else. The JSON form is described in
//! [`super::read`].

use super::pattern::fits;
use super::{KindId, RowId};

/// A row.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Its number.
    pub id: RowId,
    /// The pattern, as written; for rows without one (file conventions, opaque packages) what they name.
    pub api: String,
    /// The file that it is in, an index into `Models::files`.
    pub file: usize,
    /// The line it begins on, from 1.
    pub line: u32,
    /// What it says.
    pub says: Says,
    /// Holds only for calls of which all of these are true.
    pub when: Vec<Condition>,
    /// Impact in (0, 1], where it differs from that of the kind.
    pub impact: Option<f64>,
    /// More about it, for reports; often empty.
    pub note: String,
}

/// What a row says of its API.
#[derive(Clone, PartialEq, Debug)]
pub enum Says {
    /// Reading or calling it gives a value of this kind.
    Source(SourceRow),
    /// Calling it with these arguments does something of this kind.
    Sink(SinkRow),
    /// Its result is safe for what the kind stops.
    Sanitiser {
        /// The kind.
        kind: KindId,
        /// What is made safe: arguments whose value is safe in the result (or in themselves, where tested).
        args: Vec<ArgRef>,
    },
    /// The framework calls a function.
    Entry(EntryRow),
    /// What goes in comes out.
    Summary {
        /// Arguments that go in.
        from: Vec<ArgRef>,
        /// Where they come out.
        to: ArgRef,
    },
    /// What is registered with an object, or by a module, gets names that begin with a prefix.
    Mount {
        /// The object: an argument, or the result of what makes it. A call that is given the name of a module stands
        /// for the module.
        what: Vec<ArgRef>,
        /// The prefix.
        at: Vec<ArgRef>,
    },
    /// Another name for the same thing.
    Alias(String),
    /// A method whose call gives its receiver.
    Fluent,
    /// Packages that are known by their models and never loaded.
    Opaque(Vec<String>),
}

/// A source.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceRow {
    /// The kind.
    pub kind: KindId,
    /// What names the value.
    pub name: NameFrom,
    /// Whether only values whose name looks like that of a secret count.
    pub looks_secret: bool,
    /// Parts of the call that receive the value; the result where empty.
    pub args: Vec<ArgRef>,
    /// Names (with `*`) of module variables that hold the value, instead of an API that gives it.
    pub variables: Vec<String>,
}

/// A sink.
#[derive(Clone, PartialEq, Debug)]
pub struct SinkRow {
    /// The kind.
    pub kind: KindId,
    /// Arguments that matter; none where the call itself is what matters.
    pub args: Vec<ArgRef>,
    /// The argument that names a file of templates, where the call renders one: what the file puts out as it is
    /// matters, given by name or in one of the arguments that matter.
    pub template: Vec<ArgRef>,
}

/// An entry point.
#[derive(Clone, PartialEq, Debug)]
pub struct EntryRow {
    /// The kind.
    pub kind: KindId,
    /// How the function gets to the framework.
    pub via: Via,
    /// What names it; the function's own name where nothing does.
    pub name: NameFrom,
    /// What says the HTTP verb.
    pub verb: Verb,
    /// Kind of what its parameters hold.
    pub taints: Option<KindId>,
    /// Parameters that hold it: all where empty.
    pub params: Vec<ArgRef>,
    /// Names (with `*`) of parameters that do not.
    pub skip: Vec<String>,
    /// Whether only parameters hold it that the name of the entry, a pattern of a path, names.
    pub by_route: bool,
    /// Parameters that hold an object of the framework, of which the sources are known: its path.
    pub gives: Vec<(ArgRef, String)>,
}

/// How a function gets to the framework.
#[derive(Clone, PartialEq, Debug)]
pub enum Via {
    /// The API decorates it.
    Decorator,
    /// It is one of these arguments of a call of the API (a class stands for its methods of the `methods` names).
    Call(Vec<ArgRef>, Vec<String>),
    /// It is a method of one of these names (with `*`) in a subclass of the API.
    Subclass(Vec<String>),
    /// A module exports it under one of these names, from a file of one of these paths (each with `*`).
    Export {
        /// Names of exports.
        names: Vec<String>,
        /// Paths of files.
        file: Vec<String>,
    },
    /// By name, file and parameter names.
    Name {
        /// Name of the function, with `*`.
        function: String,
        /// Path of the file, with `*`.
        file: Vec<String>,
        /// Names that its first parameters have, each with `*`.
        needs: Vec<String>,
    },
}

/// What names a source or an entry point.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum NameFrom {
    /// Nothing.
    #[default]
    None,
    /// The last key or name of the path.
    Step,
    /// The first of these arguments that is a constant.
    Args(Vec<ArgRef>),
    /// The path of the file.
    File,
}

/// What says the HTTP verb of a route.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Verb {
    /// Nothing.
    #[default]
    None,
    /// The last name of the API: `get` of `router.get`.
    Step,
    /// The name of the method, or of the export.
    Method,
    /// A constant or a list of constants in this argument.
    Args(Vec<ArgRef>),
    /// Always this.
    Constant(String),
}

/// A part of a call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ArgRef {
    /// The argument at a position, from 0, the receiver of a member call not counted.
    Position(u32),
    /// The argument of a name.
    Name(String),
    /// What an argument of literal form holds under a key: `options[verify]`, `origins[0]`.
    Key(Box<ArgRef>, String),
    /// The object of a member call.
    Receiver,
    /// The function that calls, as the text of its name.
    Function,
    /// The result.
    Result,
    /// Every argument.
    All,
}

impl ArgRef {
    /// The form in which models files write it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Position(position) => position.to_string(),
            Self::Name(name) => name.clone(),
            Self::Key(arg, key) => format!("{}[{key}]", arg.text()),
            Self::Receiver => "@receiver".to_owned(),
            Self::Function => "@function".to_owned(),
            Self::Result => "@result".to_owned(),
            Self::All => "*".to_owned(),
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        if let Some((arg, key)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
            return Self::Key(Box::new(Self::parse(arg)), key.to_owned());
        }
        match (text, text.parse()) {
            (_, Ok(position)) => Self::Position(position),
            ("@receiver", _) => Self::Receiver,
            ("@function", _) => Self::Function,
            ("@result", _) => Self::Result,
            ("*", _) => Self::All,
            _ => Self::Name(text.to_owned()),
        }
    }
}

/// Something that must be true of an argument.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// Where the argument may stand: one parameter by position, by name, or both.
    pub args: Vec<ArgRef>,
    /// What must be true.
    pub test: Test,
}

/// A test of an argument. Tests that deny hold where the value is not known.
#[derive(Clone, PartialEq, Debug)]
pub enum Test {
    /// It is one of these constants.
    Is(Vec<Scalar>),
    /// It is not known to be one of these constants.
    Not(Vec<Scalar>),
    /// It is there (`true`), or not (`false`).
    Given(bool),
    /// It is a constant (`true`), or not known to be one (`false`).
    Constant(bool),
    /// It is a constant string that fits one of these, `*` standing for any characters.
    Like(Vec<String>),
    /// It is not known to be such a string.
    NotLike(Vec<String>),
    /// It may be a value whose access path fits one of these.
    From(Vec<String>),
    /// It is not known to be one.
    NotFrom(Vec<String>),
    /// It is not known to be an instance of a class of the language of one of these names: what it is decides whether
    /// it does harm.
    NotInstance(Vec<String>),
    /// It is a string made from parts that are not all constant.
    Built,
    /// It is a constant string that is not empty.
    Literal,
}

/// A constant in a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A string, or a number as written.
    Text(String),
}

impl Scalar {
    /// The form that reports print.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Bool(true) => "true".to_owned(),
            Self::Bool(false) => "false".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Whether one of the globs fits.
pub(crate) fn any_fits(globs: &[String], text: &str) -> bool {
    globs.iter().any(|glob| fits(glob, text))
}
