//! `radius`: what a thing reaches, and what reaches it.

use super::{Shared, analyze_graph, report_backlog};
use crate::flags::{ListFormat, Radius};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::report::{View, radius};

/// Writes both directions.
pub(super) fn run(flags: Radius, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let models = settings.options.models.clone();
    let mut analysis = analyze_graph(settings, shared)?;
    report_backlog(&mut analysis, &flags.backlog.files, &models)?;
    let graph = analysis.graph;
    let of = graph.find(&flags.thing)?;
    let reached = graph.radius(&of);
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    view.verbose = shared.verbose;
    output::print(|out| match flags.format {
        ListFormat::Text => radius::text(&graph, &of, &reached, &view, out),
        ListFormat::Json => radius::json(&graph, &of, &reached, out),
    })?;
    Ok(0)
}
