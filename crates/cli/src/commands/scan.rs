//! `scan`: the ranked report.

use super::{Shared, analyze};
use crate::flags::Scan;
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::report::{self, View};

/// Scans, writes every report, and compares the scores with the threshold.
pub(super) fn run(flags: Scan, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let config = settings.config.clone();
    let mut view = View::default();
    view.min_score = flags.min_score.or(config.min_score).unwrap_or(0.0);
    view.top = flags.top.map(|top| top as usize).or(config.top);
    view.verbose = shared.verbose;
    let format = flags.format.or(config.format).unwrap_or_else(|| "text".to_owned());
    let format = report::format(&format).expect("flags and configuration take names of formats only");
    let fail_on = flags.fail_on.or(config.fail_on);

    let analysis = analyze(settings, shared)?;
    for output in &flags.output {
        output::save(&output.file, |out| (output.format.write)(&analysis, &view, out))?;
    }
    let is_over = |threshold| analysis.findings.iter().any(|finding| finding.score >= threshold);
    let code = u8::from(fail_on.is_some_and(is_over));
    view.color = output::is_coloured(shared.color);
    match output::print(|out| (format.write)(&analysis, &view, out)) {
        // A reader that has seen enough does not change the result.
        Ok(()) | Err(Failure::Closed) => Ok(code),
        Err(failure) => Err(failure),
    }
}
