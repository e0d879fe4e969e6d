//! What can this code reach? A repository in, ranked findings out, each with the path that shows it.
//!
//! [`analyze`] is the table of contents. Data flows one way: bytes → tree → [`Facts`] → [`Solution`] → [`Graph`] →
//! [`Finding`] → text, and a stage takes the value before it and returns the next.
//!
//! | stage | turns what into what |
//! | --- | --- |
//! | [`discover`] | a folder into files, packages, entry points and changed lines; it alone reads the disk |
//! | [`lower`] | each file into relations that know no language |
//! | [`link`] and [`solve`] | relations into a points-to call graph; modules of dependencies load on demand |
//! | [`mod@graph`] and [`tag`] | the call graph into a `petgraph` graph with entry points, secrets and sinks |
//! | [`flow`] | sources and sinks into the values that get from one to the other |
//! | [`reach`] and [`rank`] | all of it into findings, in the order in which they matter |
//! | [`report`] | findings into text, JSON, SARIF and more |
//!
//! What holds everywhere: nothing of a scanned repository is executed; equal input gives equal output at any number
//! of threads; what could not be read, parsed or resolved is a fact of the result and never silence.
//!
//! [`Solution`]: solution::Solution
//! [`Graph`]: graph::Graph

#![allow(rustdoc::private_intra_doc_links, reason = "module docs lead maintainers to the parts of a stage")]

#[cfg(test)]
extern crate self as blastline;

pub mod backlog;
pub mod config;
pub mod discover;
pub mod facts;
pub mod finding;
pub mod flow;
pub mod gate;
pub mod graph;
pub mod ids;
pub mod link;
pub mod lower;
pub mod models;
mod parse;
pub mod progress;
pub mod quote;
pub mod rank;
pub mod reach;
pub mod redact;
pub mod report;
pub mod solution;
pub mod solve;
pub mod summary;
pub mod tag;
pub mod unresolved;

use std::path::PathBuf;
use std::time::Duration;

use discover::Skipped;
use facts::{Facts, Language};
use finding::{Finding, Notice, Place};
use models::Models;
use progress::{Progress, Stages};
use solution::Solution;
use summary::Summary;

/// What to analyse, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The folder (or file) to analyse.
    pub root: PathBuf,
    /// Revision since which changed lines are the code in scope; all code otherwise.
    pub since: Option<String>,
    /// A unified diff: the lines that it changed are the code in scope.
    pub diff: Option<PathBuf>,
    /// Whether it is asked who or what wrote each line: git's history, notes, markers.
    pub history: bool,
    /// Globs of files that a program wrote, relative to the root.
    pub generated: Vec<String>,
    /// A folder outside of what is analysed, in which what costs much time is kept for the next run; none for nothing.
    pub cache: Option<PathBuf>,
    /// How much each factor of a score counts, and from which score on to act.
    pub weights: rank::Weights,
    /// Parts of the program, beside those that every program has.
    pub segments: Vec<tag::Segment>,
    /// What stands for the root where owners are asked for, such as an export of a revision; the root itself otherwise.
    pub owners: Option<PathBuf>,
    /// Model files of the user's own.
    pub models: Vec<PathBuf>,
    /// Folders of installed Python packages, or virtual environments; `.venv` and `venv` below the root are
    /// found without.
    pub python_path: Vec<PathBuf>,
    /// Where cargo is, which is asked for the packages of a workspace and holds their sources.
    pub cargo: discover::Cargo,
    /// The target that Rust is compiled for, as a triple; 64-bit Linux where none is named.
    pub target: Option<String>,
    /// Features that are on beside the default ones, of any package (`x`) or of one (`package/x`).
    pub features: Vec<String>,
    /// Globs of files to leave out, relative to the root.
    pub exclude: Vec<String>,
    /// Whether dependencies are loaded at all.
    pub no_dependencies: bool,
    /// Whether dependencies are loaded even where models describe them: a call graph then goes through them, and
    /// models find less.
    pub all_dependencies: bool,
    /// Whether to stop at the graph and make no findings.
    pub graph_only: bool,
    /// Who is told which stage runs.
    pub progress: Progress,
}

impl Options {
    /// Everything below a folder, with nothing else asked for.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), ..Self::default() }
    }
}

/// What an analysis found: never changed once it is made.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Analysis {
    /// The root, absolute.
    pub root: PathBuf,
    /// Counts for the head and foot of a report.
    pub summary: Summary,
    /// The program as relations, reached dependencies included.
    pub facts: Facts,
    /// Its call graph, and what stayed unresolved.
    pub solution: Solution,
    /// Functions, entry points, sinks and secrets in one graph.
    pub graph: graph::Graph,
    /// What the models say about the program.
    pub tags: tag::Tags,
    /// Who or what wrote each line; none where that was not asked.
    pub origins: Option<discover::origin::Origins>,
    /// Who answers for which file.
    pub owners: discover::owners::Owners,
    /// The lines in scope; none where all code is.
    pub changed: Option<Vec<discover::ChangedLines>>,
    /// The rules that findings are of.
    pub rules: Vec<models::Rule>,
    /// How much each factor of a score counts.
    pub weights: rank::Weights,
    /// What may matter, the highest score first.
    pub findings: Vec<Finding>,
    /// What was not read, in path order.
    pub skipped: Vec<Skipped>,
    /// What a reader should know beside that: syntax errors, budgets that were reached, in path order.
    pub notes: Vec<Notice>,
    /// How long each stage took. Reports leave it out, so that equal inputs give equal bytes.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Analyses a repository: the table of contents of this crate, one line a stage.
///
/// # Errors
/// When the root cannot be read, or a file of models or an option is not what it should be. Source code is never
/// an error: what could not be read is in [`Analysis::skipped`] and [`Analysis::notes`].
pub fn analyze(options: &Options) -> Result<Analysis, Error> {
    let mut stages = Stages::new(&options.progress);
    let segments = tag::Segments::new(&options.segments)?;
    let repo = stages.run("discover", || discover::repo(options))?;
    let languages = repo.languages();
    let models =
        stages.run("models", || Models::load_for(&discover::models(&options.models)?, &languages))?;
    let is_opaque =
        |module: &str| options.no_dependencies || !options.all_dependencies && models.is_opaque(module);
    let mut loader = link::Loader::new(&repo, &is_opaque);
    let mut facts = stages.run("lower", || loader.facts());
    languages.iter().for_each(|&language| facts.append(lower::builtins(language)));
    if languages.contains(&Language::Python) {
        facts.append(lower::plugins(&repo.entries));
    }
    facts.append(lower::frameworks(&facts, &models));
    let (facts, solution) = stages.run("solve", || solve::points_to(facts, &mut loader));
    let missing = loader.into_skipped();
    let mut graph = stages.run("graph", || graph::build(&facts, &solution));
    let tags = stages.run("tag", || tag::all(&facts, &solution, &repo, &models));
    graph::tag(&mut graph, &facts, &tags, &models);
    graph::own(&mut graph, &facts, &repo.owners);
    if repo.origins.is_some() {
        graph::sign(&mut graph, &facts, &tag::People::new(&facts, &repo));
    }
    let mut findings = Vec::new();
    let mut gave_up = 0;
    if !options.graph_only {
        let arrivals = stages.run("flow", || flow::arrivals(&facts, &solution, &tags, &models));
        gave_up = arrivals.gave_up;
        findings = stages.run("reach", || {
            let changed = repo.changed.as_deref();
            let (facts, solution, graph, tags) = (&facts, &solution, &graph, &tags);
            let scene =
                reach::Scene { facts, solution, graph, tags, arrivals: &arrivals, models: &models, changed };
            let mut findings = reach::from_entries(&scene);
            let people = tag::People::new(facts, &repo);
            people.sign(&mut findings);
            segments.mark(&mut findings);
            rank::weigh(&mut findings, people.has_generated());
            findings.iter_mut().for_each(|finding| options.weights.give(&mut finding.factors));
            let mut findings = rank::order(findings);
            options.weights.decide(&mut findings);
            findings
        });
        stages.run("quote", || quote::lines(&mut findings, &repo));
    }
    Ok(Analysis {
        summary: summary::of(&facts, &solution),
        notes: notices(&repo, &facts, &solution, gave_up),
        skipped: repo.skipped.into_iter().chain(missing).collect(),
        weights: options.weights,
        changed: repo.changed,
        origins: repo.origins,
        owners: repo.owners,
        root: repo.root,
        facts,
        solution,
        graph,
        tags,
        rules: models.rules,
        findings,
        timings: stages.timings,
        ..Analysis::default()
    })
}

/// What a reader should know: of the repository, then of each file.
fn notices(repo: &discover::Repo, facts: &Facts, solution: &Solution, gave_up: usize) -> Vec<Notice> {
    let cut = "the program is past the budget of the points-to analysis: variables took fewer values, and calls \
               and paths may be missing; scan parts of it, or leave dependencies out";
    let of_solver = solution.counters.is_cut_short.then(|| Notice::new(Place::new("", 1, 1), cut.to_owned()));
    let lost = format!(
        "{gave_up} steps of values were not followed, because functions that they enter had reached their limit: flows may \
         be missing"
    );
    let of_flow = (gave_up > 0).then(|| Notice::new(Place::new("", 1, 1), lost));
    let of_repo =
        repo.notes.iter().map(|note| Notice::new(Place::new(note.path.clone(), 1, 1), note.reason.clone()));
    let of_files = facts.notes.iter().map(|note| {
        let file = facts.text(facts.files[note.file.index()].path);
        Notice::new(Place::new(file, note.line, 1), facts.text(note.message).to_owned())
    });
    of_solver.into_iter().chain(of_flow).chain(of_repo).chain(of_files).collect()
}

/// Why an analysis could not be made. The message names the file, the line where there is one, and the repair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The sentence.
    pub message: String,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
