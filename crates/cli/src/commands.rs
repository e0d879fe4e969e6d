//! Commands, one module each: flags → what is written → the exit code.

mod completions;
mod explain;
mod gate;
mod graph;
mod man;
mod models;
mod owners;
mod path;
mod provenance;
mod radius;
mod scan;
mod triage;
mod unresolved;

use crate::flags::{Color, Command, Flags};
use crate::output::Failure;
use crate::settings::Settings;
use crate::wait;
use blastline::models::Models;
use blastline::{Analysis, backlog, discover};
use std::path::PathBuf;

/// What all commands share.
#[derive(Clone, Copy, Debug)]
struct Shared {
    color: Color,
    quiet: bool,
    verbose: bool,
}

/// Runs the command and gives the exit code.
pub(crate) fn run(flags: Flags) -> Result<u8, Failure> {
    let shared = Shared { color: flags.color, quiet: flags.quiet, verbose: flags.verbose };
    match flags.command {
        Command::Scan(flags) => scan::run(flags, shared),
        Command::Graph(flags) => graph::run(flags, shared),
        Command::Radius(flags) => radius::run(flags, shared),
        Command::Path(flags) => path::run(flags, shared),
        Command::Gate(flags) => gate::run(flags, shared),
        Command::Triage(flags) => triage::run(flags, shared),
        Command::Owners(flags) => owners::run(flags, shared),
        Command::Provenance(flags) => provenance::run(flags, shared),
        Command::Models(flags) => models::run(flags.command, shared),
        Command::Explain(flags) => explain::run(flags, shared),
        Command::Unresolved(flags) => unresolved::run(flags, shared),
        Command::Completions(flags) => completions::run(&flags),
        Command::Man => man::run(),
    }
}

/// The same up to the graph: nobody asks for findings.
fn analyze_graph(mut settings: Settings, shared: Shared) -> Result<Analysis, Failure> {
    settings.options.graph_only = true;
    analyze(settings, shared)
}

/// Reads results of other scanners, ties them to the program and puts them on its graph; none where no file is named.
fn report_backlog(
    analysis: &mut Analysis,
    files: &[PathBuf],
    models: &[PathBuf],
) -> Result<Option<backlog::Backlog>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let models = Models::load(&discover::models(models)?)?;
    let backlog = backlog::triage(analysis, &models, &discover::logs(files)?, &backlog::Exploits::default())?;
    blastline::graph::report(&mut analysis.graph, &analysis.facts, &backlog);
    Ok(Some(backlog))
}

/// Analyses what the settings say; the spinner is gone when this returns.
fn analyze(settings: Settings, shared: Shared) -> Result<Analysis, Failure> {
    let Settings { options, stats, notes, .. } = settings;
    let mut analysis = blastline::analyze(&options)?;
    drop(options);
    analysis.notes.splice(..0, notes);
    if stats {
        wait::stats(&analysis, shared.color);
    }
    Ok(analysis)
}
