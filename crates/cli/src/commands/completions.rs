//! `completions`: a script for a shell.

use crate::flags::{Completions, Flags};
use crate::output::{self, Failure};
use clap::CommandFactory;

/// Writes the script.
pub(super) fn run(flags: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut Flags::command(), "blastline", &mut script);
    output::print(|out| out.write_all(&script))?;
    Ok(0)
}
