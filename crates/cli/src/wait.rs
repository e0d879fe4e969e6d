//! Stages of a long analysis → a line on the terminal, and at the end, where asked, what each cost.

use crate::flags::Color;
use crate::output;
use blastline::Analysis;
use blastline::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Who is told which stage runs: a spinner where standard error is a terminal, nobody elsewhere.
///
/// The spinner takes its line away when the last reference to it goes, with the options that hold it.
pub(crate) fn progress(quiet: bool) -> Progress {
    if quiet || !std::io::stderr().is_terminal() {
        return Progress::default();
    }
    let style = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}");
    let spinner = ProgressBar::new_spinner();
    spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    spinner.enable_steady_tick(Duration::from_millis(100));
    let spinner = Clearing(spinner);
    Progress::new(move |stage| spinner.0.set_message(stage))
}

/// A spinner that leaves nothing behind.
struct Clearing(ProgressBar);

impl Drop for Clearing {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Writes the counters and the time of each stage to standard error.
pub(crate) fn stats(analysis: &Analysis, color: Color) {
    let total: Duration = analysis.timings.iter().map(|row| row.1).sum();
    for (stage, time) in &analysis.timings {
        output::remark(&format!("{stage}: {:.3} s", time.as_secs_f64()), color);
    }
    output::remark(&format!("all stages: {:.3} s", total.as_secs_f64()), color);
    for (name, count) in blastline::report::counters(analysis) {
        output::remark(&format!("{name}: {count}"), color);
    }
}
