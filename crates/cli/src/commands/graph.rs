//! `graph`: nodes and edges, for other programs.

use super::{Shared, analyze_graph, report_backlog};
use crate::flags::Graph;
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::report::graph;

/// Writes the graph.
pub(super) fn run(flags: Graph, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let models = settings.options.models.clone();
    let mut analysis = analyze_graph(settings, shared)?;
    report_backlog(&mut analysis, &flags.backlog.files, &models)?;
    let format = graph::format(&flags.format).expect("the flag takes names of formats only");
    output::print(|out| (format.write)(&analysis.graph, out))?;
    Ok(0)
}
