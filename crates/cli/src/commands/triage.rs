//! `triage`: results of other scanners, in the order in which they matter.

use super::{Shared, analyze};
use crate::flags::{Triage, TriageFormat};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::models::Models;
use blastline::report::{View, backlog};
use blastline::{backlog as results, discover};
use std::path::PathBuf;

/// Reads the results, analyses the code, and writes the results again.
pub(super) fn run(mut flags: Triage, shared: Shared) -> Result<u8, Failure> {
    let path = folder(&mut flags.files)?;
    let settings = Settings::read(&path, flags.analysis, shared.quiet)?;
    // Broken results are reported before the long run.
    let texts = discover::logs(&flags.files)?;
    let exploits = results::Exploits::read(&discover::logs(&flags.exploits)?)?;
    let models = Models::load(&discover::models(&settings.options.models)?)?;
    let mut view = View::default();
    view.min_score = flags.min_score.unwrap_or(0.0);
    view.top = flags.top.map(|top| top as usize);
    view.verbose = shared.verbose;
    results::check(&texts)?;
    let notes = settings.notes.clone();
    let analysis = analyze(settings, shared)?;
    let mut backlog = results::triage(&analysis, &models, &texts, &exploits)?;
    backlog.notes = notes;
    if let Some(file) = &flags.output {
        output::save(file, |out| backlog::sarif(&backlog, out))?;
    }
    let is_over = |threshold| backlog.items.iter().any(|item| item.score >= threshold);
    let code = u8::from(flags.fail_on.is_some_and(is_over));
    view.color = output::is_coloured(shared.color);
    output::print(|out| match flags.format {
        TriageFormat::Text => backlog::text(&backlog, &view, out),
        TriageFormat::Sarif => backlog::sarif(&backlog, out),
    })?;
    Ok(code)
}

/// Takes the folder off the end of the arguments, where there is one.
fn folder(files: &mut Vec<PathBuf>) -> Result<PathBuf, Failure> {
    let path = if files.last().is_some_and(|last| last.is_dir()) { files.pop() } else { None };
    if files.is_empty() {
        return Err(output::failure("no file of results is named; name one before the folder"));
    }
    Ok(path.unwrap_or_else(|| ".".into()))
}
