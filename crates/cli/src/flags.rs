//! Every flag and argument, with its help text: the manual is made from this file.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const SCAN_EXAMPLES: &str = "\
Examples:
  blastline scan                              Scan the current folder
  blastline scan services/shop --top 20       The twenty highest scores of one service
  blastline scan --since origin/main          Only what changed on this branch
  blastline scan --fail-on 70                 Exit with 1 where a finding scores 70 or more
  blastline scan --output sarif=out.sarif     Text here, SARIF for a code-scanning service in a file
  blastline scan --format json | jq '.findings[0]'";

const GRAPH_EXAMPLES: &str = "\
Examples:
  blastline graph --format json > graph.json
  blastline graph src --format dot | dot -Tsvg > graph.svg";

const RADIUS_EXAMPLES: &str = "\
Examples:
  blastline radius app.jobs.run_job           A function, by its full name or the end of it
  blastline radius app/jobs.py:42             The function that a line is in
  blastline radius STRIPE_KEY                 A secret
  blastline radius requests                   A package
  blastline radius 'POST /orders'             An entry point
  blastline radius @org/payments              All that an owner answers for
  blastline radius CVE-2024-1 --backlog t.json  What a result of another scanner is about";

const PATH_EXAMPLES: &str = "\
Examples:
  blastline path 'POST /orders' subprocess.run
  blastline path app/routes.py:12 STRIPE_KEY services/shop";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  blastline explain 4f2a9c01d2e3b4a5          The id stands below each finding
  blastline explain 4f2a services/shop        The beginning of an id is enough";

const UNRESOLVED_EXAMPLES: &str = "\
Examples:
  blastline unresolved                        Counts by reason, then every call
  blastline unresolved --format json";

const PROVENANCE_EXAMPLES: &str = "\
Examples:
  blastline provenance                        How many lines people, models and other programs wrote
  blastline provenance --generated 'gen/**'   The same, with what you know yourself
  blastline provenance --format json          Every line with its writer, its commit and what says so";

const GATE_EXAMPLES: &str = "\
Examples:
  blastline gate --since origin/main...       What this branch can reach that the code could not
  blastline gate --since HEAD                 The same before a commit
  blastline gate --since origin/main... --markdown comment.md --sarif gate.sarif
  blastline gate --since HEAD --write-baseline accepted.json";

const TRIAGE_EXAMPLES: &str = "\
Examples:
  blastline triage semgrep.sarif bandit.sarif services/shop
  blastline triage results.sarif.gz --format sarif > ranked.sarif
  blastline triage gitleaks.json trivy.json --top 20 --output ranked.sarif
  blastline triage osv.json --exploits known_exploited_vulnerabilities.json --exploits epss.csv.gz";

const OWNERS_EXAMPLES: &str = "\
Examples:
  blastline owners                            Coverage, owners, and generated code that nobody is named for
  blastline owners --format json | jq '.files[] | select(.owners == [])'";

const MODELS_EXAMPLES: &str = "\
Examples:
  blastline models list --kind exec           What counts as running a program
  blastline models check security/models.json Whether a file of models is right";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  blastline completions bash > ~/.local/share/bash-completion/completions/blastline
  blastline completions zsh > \"${fpath[1]}/_blastline\"";

const MAN_EXAMPLES: &str = "\
Examples:
  blastline man > blastline.1 && man ./blastline.1";

/// What can this code reach?
///
/// Finds which secrets, sinks and hosts the code of a repository reaches, from which entry points and by which path,
/// and ranks what it finds. Nothing of the repository is executed, and nothing leaves this machine.
#[derive(Parser, Debug)]
#[command(name = "blastline", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Flags {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour text
    #[arg(long, global = true, help_heading = "Global", value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// No progress and no messages but errors
    #[arg(short, long, global = true, help_heading = "Global", conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Every finding in full, and all that was skipped
    #[arg(short, long, global = true, help_heading = "Global")]
    pub(crate) verbose: bool,
}

/// When to colour.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Report what the code reaches, ranked
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(Scan),
    /// Write the graph: functions, calls, entry points, sinks, secrets
    #[command(after_help = GRAPH_EXAMPLES)]
    Graph(Graph),
    /// Show what a thing reaches, and what reaches it
    #[command(after_help = RADIUS_EXAMPLES)]
    Radius(Radius),
    /// Show the shortest path from one thing to another
    #[command(after_help = PATH_EXAMPLES)]
    Path(Path),
    /// Show every factor and hop of a finding, and what would lower its score
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Show who or what wrote each line: people, language models, other programs
    #[command(after_help = PROVENANCE_EXAMPLES)]
    Provenance(Provenance),
    /// Compare with a revision: what does the change reach that the code could not, and does that break a policy?
    #[command(after_help = GATE_EXAMPLES)]
    Gate(Gate),
    /// Put results of other scanners into the order in which they matter, tied to the code that they are about
    #[command(after_help = TRIAGE_EXAMPLES)]
    Triage(Triage),
    /// Show who answers for which file, generated code without an owner first
    #[command(after_help = OWNERS_EXAMPLES)]
    Owners(Provenance),
    /// List the calls of which no target is known, with the reason
    #[command(after_help = UNRESOLVED_EXAMPLES)]
    Unresolved(Unresolved),
    /// List or check models: sources, sinks, sanitisers, entry points
    #[command(after_help = MODELS_EXAMPLES)]
    Models(Models),
    /// Write completions for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
    /// Write the manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man,
}

/// What is analysed, and how.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Analysis")]
pub(crate) struct Analysis {
    /// Only lines changed since this Git revision are the code in scope
    #[arg(long, value_name = "REV")]
    pub(crate) since: Option<String>,

    /// Only lines that this unified diff changed are the code in scope
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    pub(crate) diff: Option<PathBuf>,

    /// Files that a program wrote, as in .gitignore, relative to PATH (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) generated: Vec<String>,

    /// Leave out who or what wrote each line: no git history is read
    #[arg(long)]
    pub(crate) no_history: bool,

    /// Keep what git's history says of each line in this folder; it must lie outside of PATH, and nobody else may
    /// write it [default: `blastline` in the user's folder for caches]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub(crate) cache: Option<PathBuf>,

    /// Keep nothing between runs
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// Models of your own: sources, sinks, sanitisers, entry points (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) models: Vec<PathBuf>,

    /// A virtual environment or folder of installed packages; `.venv`, `venv` and VIRTUAL_ENV are found without
    /// (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) python_path: Vec<PathBuf>,

    /// Target that Rust is compiled for [default: x86_64-unknown-linux-gnu]
    #[arg(long, value_name = "TRIPLE")]
    pub(crate) target: Option<String>,

    /// Ask cargo for the packages of Rust workspaces, in an empty folder and environment, instead of reading their
    /// manifests and locks; that also unpacks sources that cargo's home has
    #[arg(long)]
    pub(crate) cargo: bool,

    /// Features of Rust packages that are on beside the default ones: `x`, or `package/x` (repeatable)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) features: Vec<String>,

    /// Leave out files that match, relative to PATH (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Leave out the code of dependencies
    #[arg(long)]
    pub(crate) no_dependencies: bool,

    /// Load the code of dependencies even where models describe them
    #[arg(long, conflicts_with = "no_dependencies")]
    pub(crate) all_dependencies: bool,

    /// Number of threads [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    /// Read this configuration instead of `blastline.toml` in PATH
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Write counters and the time of each stage to standard error
    #[arg(long)]
    pub(crate) stats: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Scan {
    /// Folder or file to scan
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the report on standard output [default: text]
    #[arg(long, value_parser = format_names())]
    pub(crate) format: Option<String>,

    /// Write a report to a file as well: `sarif=out.sarif` (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) output: Vec<Output>,

    /// Exit with 1 where a finding has this score or above, shown or not
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub(crate) fail_on: Option<f64>,

    /// Only findings of this score or above
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub(crate) min_score: Option<f64>,

    /// Only the N highest scores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) top: Option<u32>,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Unresolved {
    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

/// How a list is written.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ListFormat {
    Text,
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct Gate {
    /// Folder to compare
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format on standard output
    #[arg(long, value_enum, default_value_t = GateFormat::Text)]
    pub(crate) format: GateFormat,

    /// Write the answer as Markdown for a pull request to a file as well
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,

    /// Write findings with their baseline states as SARIF to a file as well
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,

    /// Findings that were accepted before
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Accept what is found now: write the baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

/// How the answer of a gate is written.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GateFormat {
    Text,
    Markdown,
    Sarif,
}

#[derive(Args, Debug)]
pub(crate) struct Triage {
    /// SARIF of any scanner, JSON of gitleaks, Trivy, osv-scanner or npm audit, packed with gzip or not; the folder to
    /// analyse may stand last
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Format on standard output
    #[arg(long, value_enum, default_value_t = TriageFormat::Text)]
    pub(crate) format: TriageFormat,

    /// Write the ranked results as SARIF to a file as well
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// What is known of exploits: the list of CISA (KEV, JSON or CSV) or scores of EPSS (CSV or JSON) (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) exploits: Vec<PathBuf>,

    /// Exit with 1 where a result has this score or above, shown or not
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub(crate) fail_on: Option<f64>,

    /// Show only results of this score or above; SARIF keeps them all
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub(crate) min_score: Option<f64>,

    /// Show only the N highest scores; SARIF keeps them all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) top: Option<u32>,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

/// How a backlog is written.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TriageFormat {
    Text,
    Sarif,
}

#[derive(Args, Debug)]
pub(crate) struct Provenance {
    /// Folder or file to look at
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the result
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

/// What other scanners found, beside the code.
#[derive(Args, Debug, Default)]
pub(crate) struct Backlog {
    /// Results of another scanner, as for `triage`: each is tied to the code that it is about (repeatable)
    #[arg(long = "backlog", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Id of a finding, or the beginning of it
    pub(crate) id: String,

    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) backlog: Backlog,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Graph {
    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the graph
    #[arg(long, default_value = "json", value_parser = graph_format_names())]
    pub(crate) format: String,

    #[command(flatten)]
    pub(crate) backlog: Backlog,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Radius {
    /// A function, `FILE:LINE`, secret, package or entry point
    #[arg(value_name = "TARGET")]
    pub(crate) thing: String,

    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the result
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    #[command(flatten)]
    pub(crate) backlog: Backlog,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Path {
    /// Where the path begins: a function, `FILE:LINE`, secret, package or entry point
    pub(crate) from: String,

    /// Where it ends
    pub(crate) to: String,

    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) backlog: Backlog,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) command: ModelsCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ModelsCommand {
    /// List every model in use
    List {
        /// Only models of this kind
        #[arg(long)]
        kind: Option<String>,

        /// Models of your own (repeatable)
        #[arg(long, value_name = "FILE")]
        models: Vec<PathBuf>,
    },
    /// Check files of models: each error names the file, the line and the repair
    Check {
        /// Files of models
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Show which external calls of a project no model knows, the most frequent first
    Coverage(Box<Coverage>),
}

#[derive(Args, Debug)]
pub(crate) struct Coverage {
    /// Folder or file to analyse
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,

    #[command(flatten)]
    pub(crate) analysis: Analysis,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// A report that goes to a file.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: &'static blastline::report::Format,
    pub(crate) file: PathBuf,
}

fn output(text: &str) -> Result<Output, String> {
    let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("write FORMAT=FILE, as in sarif=out.sarif".to_owned());
    };
    match blastline::report::format(name) {
        Some(format) => Ok(Output { format, file: file.into() }),
        None => Err(format!("`{name}` is no format; choose one of {}", names().join(", "))),
    }
}

fn names() -> Vec<&'static str> {
    blastline::report::FORMATS.iter().map(|format| format.name).collect()
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let formats = blastline::report::FORMATS.iter();
    let values = formats.map(|format| clap::builder::PossibleValue::new(format.name).help(format.about));
    clap::builder::PossibleValuesParser::new(values)
}

fn graph_format_names() -> clap::builder::PossibleValuesParser {
    let formats = blastline::report::graph::FORMATS.iter();
    let values = formats.map(|format| clap::builder::PossibleValue::new(format.name).help(format.about));
    clap::builder::PossibleValuesParser::new(values)
}

fn score(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(score) if (0.0..=100.0).contains(&score) => Ok(score),
        _ => Err("a score is a number from 0 to 100".to_owned()),
    }
}
