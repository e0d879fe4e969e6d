//! Command line of blastline: flags and `blastline.toml` → [`blastline::Options`] → a report and an exit code.
//!
//! The exit code is 0, or 1 where a finding is at or over `--fail-on`, or 2 where nothing could be reported.
//! Messages go to standard error, reports to standard output. A reader that closes the pipe ends the program
//! quietly.

mod commands;
mod flags;
mod output;
mod settings;
mod wait;

use clap::Parser;
use flags::Flags;
use std::process::ExitCode;

fn main() -> ExitCode {
    let flags = Flags::parse();
    let color = flags.color;
    match commands::run(flags) {
        Ok(code) => ExitCode::from(code),
        Err(output::Failure::Closed) => ExitCode::SUCCESS,
        Err(output::Failure::Error(error)) => {
            output::complain(&error.message, color);
            ExitCode::from(2)
        }
    }
}
