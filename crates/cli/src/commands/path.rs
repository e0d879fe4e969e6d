//! `path`: the shortest path from one thing to another, surer edges before shorter ways.

use super::{Shared, analyze_graph, report_backlog};
use crate::flags::Path;
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::report::{View, radius};

/// Writes the path; where there is none, says so and gives 1.
pub(super) fn run(flags: Path, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let models = settings.options.models.clone();
    let mut analysis = analyze_graph(settings, shared)?;
    report_backlog(&mut analysis, &flags.backlog.files, &models)?;
    let graph = analysis.graph;
    let (from, to) = (graph.find(&flags.from)?, graph.find(&flags.to)?);
    let Some(hops) = graph.path(&from, &to) else {
        let message = format!(
            "no path is known from `{}` to `{}`; `blastline unresolved` lists what could hide one",
            flags.from, flags.to
        );
        output::remark(&message, shared.color);
        return Ok(1);
    };
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    output::print(|out| radius::path(&hops, &view, out))?;
    Ok(0)
}
