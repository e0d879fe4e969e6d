//! `models`: which APIs mean what, whether a file of one's own is right, and which calls of a project no row knows.

use super::{Shared, analyze_graph};
use crate::flags::{Coverage, ListFormat, ModelsCommand};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::discover;
use blastline::models::{Models, Row, Says, coverage};
use blastline::report::{self, View};
use std::path::PathBuf;

/// Lists, checks, or shows what is missing.
pub(super) fn run(command: ModelsCommand, shared: Shared) -> Result<u8, Failure> {
    match command {
        ModelsCommand::List { kind, models } => list(kind.as_deref(), &models),
        ModelsCommand::Check { files } => check(&files),
        ModelsCommand::Coverage(flags) => cover(*flags, shared),
    }
}

/// What the models know of the external calls of a project.
fn cover(flags: Coverage, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let models = Models::load(&discover::models(&settings.options.models)?)?;
    let analysis = analyze_graph(settings, shared)?;
    let found = coverage::coverage(&analysis, &models);
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    view.verbose = shared.verbose;
    output::print(|out| match flags.format {
        ListFormat::Text => report::coverage::text(&found, &view, out),
        ListFormat::Json => report::coverage::json(&found, out),
    })?;
    Ok(0)
}

/// A line a row: kind, API, and where the row is.
fn list(kind: Option<&str>, files: &[PathBuf]) -> Result<u8, Failure> {
    let models = Models::load(&discover::models(files)?)?;
    let wanted = kind.map(|name| {
        let names = || models.kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", ");
        models
            .kind(name)
            .ok_or_else(|| output::failure(format!("`{name}` is no kind; the kinds are {}", names())))
    });
    let wanted = wanted.transpose()?;
    output::print(|out| {
        for row in &models.rows {
            let kind = match &row.says {
                Says::Source(source) => Some(source.kind),
                Says::Sink(sink) => Some(sink.kind),
                Says::Sanitiser { kind, .. } => Some(*kind),
                Says::Entry(entry) => Some(entry.kind),
                Says::Summary { .. }
                | Says::Mount { .. }
                | Says::Alias(_)
                | Says::Fluent
                | Says::Opaque(_) => None,
            };
            let is_wanted = |wanted| kind.is_some_and(|kind| models.is_a(kind, wanted));
            if wanted.is_none_or(is_wanted) {
                let name = kind.map_or("", |kind| models.about(kind).name.as_str());
                let file = &models.files[row.file];
                let api = blastline::report::escape::inert(&row.api);
                writeln!(out, "{:9}  {name:20}  {api}  {file}:{}", says(row), row.line)?;
            }
        }
        Ok(())
    })?;
    Ok(0)
}

/// What a row says, in a word.
fn says(row: &Row) -> &'static str {
    match row.says {
        Says::Source(_) => "source",
        Says::Sink(_) => "sink",
        Says::Sanitiser { .. } => "sanitiser",
        Says::Entry(_) => "entry",
        Says::Summary { .. } => "summary",
        Says::Mount { .. } => "mount",
        Says::Alias(_) => "alias",
        Says::Fluent => "fluent",
        Says::Opaque(_) => "opaque",
    }
}

/// Loads the files as a scan would; the first error ends it.
fn check(files: &[PathBuf]) -> Result<u8, Failure> {
    let built_in = Models::load(&[])?.rows.len();
    let models = Models::load(&discover::models(files)?)?;
    let rows = models.rows.len() - built_in;
    output::print(|out| writeln!(out, "{rows} rows are right."))?;
    Ok(0)
}
