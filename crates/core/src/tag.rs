//! Solution and models → tags: which site is a sink, which value a secret, which function an entry point.
//!
//! Tags are in terms of [`Facts`] (functions, call sites, variables), so graph, flow and reach use them as they
//! are. Nothing here keeps the value of a secret: a secret is its name.
//!
//! # Terms
//! * A *hit* is a row of the models that the access path of a call or read matches.
//! * An argument *matters* where the row says so: the command of `subprocess.run`, not its `cwd`.
//!
//! # Invariants
//! * All vectors are sorted by function and line, so equal inputs give equal bytes.
//! * A site gets one tag a family of kinds: the most special kind whose conditions hold (`shell` before `exec`).

mod args;
mod defs;
mod entries;
mod exports;
mod guards;
mod inputs;
mod joins;
mod mounts;
mod people;
mod results;
mod segments;
mod sinks;
mod sources;
mod trace;
mod view;

use crate::discover::Repo;
use crate::facts::Facts;
use crate::ids::{CallId, FuncId, Sym, Var};
use crate::models::{KindId, Models, RowId};
use crate::solution::{Certainty, Solution};
pub(crate) use args::is_interpreter;
pub use people::People;
pub(crate) use segments::Segments;
pub use segments::{Part, Segment};
use view::View;

/// A value of a kind: a secret that is read, input that comes in.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct SourceTag {
    /// The function that reads it, or whose parameter it is.
    pub function: FuncId,
    /// The line.
    pub line: u32,
    /// What receives the value; `Var::NONE` where the solver saw the read and the variable is not known.
    pub var: Var,
    /// The attribute of that variable that holds the value; none where the variable does.
    pub field: Option<Sym>,
    /// The call that gives it, if a call does.
    pub call: Option<CallId>,
    /// The kind.
    pub kind: KindId,
    /// Its name: `STRIPE_KEY`, the parameter; never its value. Empty where nothing names it.
    pub name: String,
    /// How it is read, as resolved: `os.environ["STRIPE_KEY"]`, `flask.request.args`.
    pub api: String,
    /// The row that says so; none for what declared fields and entry points imply.
    pub row: Option<RowId>,
    /// How sure.
    pub certainty: Certainty,
}

/// What is known of an argument without following it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Shape {
    /// A constant, or a list of constants.
    Constant,
    /// Made of constants and of what a sanitiser made safe for what the sink does.
    Cleaned,
    /// Anything that comes from elsewhere.
    Variable,
    /// Text put together from parts that are not all constant.
    Built,
}

/// An argument that matters at a sink.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SinkArg {
    /// The variable, of the function that calls.
    pub var: Var,
    /// What it looks like.
    pub shape: Shape,
    /// The field of it that matters, and the field of that; none where all of it does.
    pub below: [Option<Sym>; 2],
}

/// A call that does something that matters.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct SinkTag {
    /// The site.
    pub call: CallId,
    /// The function that it is in.
    pub function: FuncId,
    /// The line.
    pub line: u32,
    /// The kind.
    pub kind: KindId,
    /// What is called, as resolved: `subprocess.run`.
    pub api: String,
    /// The arguments that matter; all of the site where the call goes through another function.
    pub args: Vec<SinkArg>,
    /// Conditions of the row that hold, as people read them: `shell=true`.
    pub conditions: Vec<String>,
    /// In (0, 1].
    pub impact: f64,
    /// The row that says so.
    pub row: RowId,
    /// How sure.
    pub certainty: Certainty,
}

impl SinkTag {
    /// Whether an argument that matters is neither constant nor made safe. A call without such arguments acts by itself.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.args.iter().any(|arg| arg.shape > Shape::Cleaned)
    }

    /// Whether text is put together for it on the spot, as in `execute(f"… {x}")`.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.args.iter().any(|arg| arg.shape == Shape::Built)
    }
}

/// A call that makes a value safe.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SanitiserTag {
    /// The site; its result is safe.
    pub call: CallId,
    /// The function that it is in.
    pub function: FuncId,
    /// The kind, which says what it stops.
    pub kind: KindId,
    /// The row that says so.
    pub row: RowId,
}

/// A call of a library function of which it is known what goes in and comes out.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SummaryTag {
    /// The site.
    pub call: CallId,
    /// The function that it is in.
    pub function: FuncId,
    /// What goes in.
    pub from: Vec<Var>,
    /// Where it comes out.
    pub to: Var,
    /// The row that says so.
    pub row: RowId,
}

/// A function that something outside the program starts.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct EntryTag {
    /// The function.
    pub function: FuncId,
    /// In which of its contexts it is started; none for all of them.
    pub context: Option<u32>,
    /// The kind.
    pub kind: KindId,
    /// As people know it: `POST /orders`, `app.tasks.charge`.
    pub name: String,
    /// The site that registers it: the decorator, `add_url_rule(…)`.
    pub call: Option<CallId>,
    /// In (0, 1]: how far away those are who can use it.
    pub exposure: f64,
    /// What stands before it and asks who somebody is, by name.
    pub guard: Option<String>,
    /// The row that says so; none for program files, manifests and public functions.
    pub row: Option<RowId>,
}

/// A call that starts code of the repository without calling it: a request to one of its routes, a command that runs one
/// of its files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct JoinTag {
    /// The function that asks.
    pub function: FuncId,
    /// The site.
    pub call: CallId,
    /// The handler, or the body of the module that runs.
    pub target: FuncId,
    /// In which of its contexts that runs; none for all of them.
    pub context: Option<u32>,
    /// Whether it is a request; a command otherwise.
    pub is_request: bool,
    /// `Resolved` where path and verb, or the path of the file, are known as a whole; else `Possible`.
    pub certainty: Certainty,
}

/// Everything that is tagged.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tags {
    /// Secrets, a tag a place where one is read.
    pub secrets: Vec<SourceTag>,
    /// Other sources.
    pub sources: Vec<SourceTag>,
    /// Sinks.
    pub sinks: Vec<SinkTag>,
    /// Sanitisers.
    pub sanitisers: Vec<SanitiserTag>,
    /// Library functions with a summary.
    pub summaries: Vec<SummaryTag>,
    /// Entry points, a tag a function and context.
    pub entries: Vec<EntryTag>,
    /// Requests to own routes and runs of own files.
    pub joins: Vec<JoinTag>,
}

/// Tags a program. O(edges + reads + rows of functions).
#[must_use]
pub fn all(facts: &Facts, solution: &Solution, repo: &Repo, models: &Models) -> Tags {
    let view = View::new(facts, solution, repo, models);
    let mut tags = Tags::default();
    entries::tag(&view, &mut tags);
    sinks::tag(&view, &mut tags);
    sources::tag(&view, &mut tags);
    joins::tag(&view, &mut tags);
    tags
}

/// Whether a function is code of tests: it says so, or its file is that of a test.
pub(crate) fn is_test_code(facts: &Facts, function: FuncId) -> bool {
    let file = facts.functions[function.index()].file;
    facts.is_test(function) || is_test(facts.text(facts.files[file.index()].path))
}

/// Whether a path is that of a test.
pub(crate) fn is_test(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|folder| {
        matches!(folder, "test" | "tests" | "testing" | "__tests__" | "__mocks__" | "e2e" | "cypress")
    }) || matches!(file, "conftest.py" | "tests.py")
        || (file.starts_with("test_") && file.ends_with(".py"))
        || ["_test.py", "_test.rs", "_tests.rs"].iter().any(|end| file.ends_with(end))
        || matches!(file, "tests.rs" | "test.rs")
        || [".test.", ".spec.", ".e2e-spec.", ".cy."].iter().any(|mark| file.contains(mark))
}

#[cfg(test)]
mod tests;
