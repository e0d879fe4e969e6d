//! `unresolved`: the calls of which no target is known.

use super::{Shared, analyze_graph};
use crate::flags::{ListFormat, Unresolved};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::report::{View, unresolved};

/// Writes the list.
pub(super) fn run(flags: Unresolved, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let analysis = analyze_graph(settings, shared)?;
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    output::print(|out| match flags.format {
        ListFormat::Text => unresolved::text(&analysis, &view, out),
        ListFormat::Json => unresolved::json(&analysis, out),
    })?;
    Ok(0)
}
