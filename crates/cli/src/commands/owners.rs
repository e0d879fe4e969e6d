//! `owners`: who answers for what.

use super::Shared;
use crate::flags::{ListFormat, Provenance};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::discover;
use blastline::report::{View, owners};

/// Reads owners and history and writes who answers for which file.
pub(super) fn run(flags: Provenance, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let origins = discover::origins(&settings.options)?;
    let declared = discover::owners(&settings.options, origins.files.iter().map(|file| file.path.as_str()))?;
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    view.verbose = shared.verbose;
    output::print(|out| match flags.format {
        ListFormat::Text => owners::text(&declared, &origins, &view, out),
        ListFormat::Json => owners::json(&declared, &origins, out),
    })?;
    Ok(0)
}
