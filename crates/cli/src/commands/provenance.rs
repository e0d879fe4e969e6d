//! `provenance`: who or what wrote each line.

use super::Shared;
use crate::flags::{ListFormat, Provenance};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::discover;
use blastline::report::{View, provenance};

/// Reads the history and writes the sums, or every line.
pub(super) fn run(flags: Provenance, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let origins = discover::origins(&settings.options)?;
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    view.verbose = shared.verbose;
    output::print(|out| match flags.format {
        ListFormat::Text => provenance::text(&origins, &view, out),
        ListFormat::Json => provenance::json(&origins, out),
    })?;
    Ok(0)
}
