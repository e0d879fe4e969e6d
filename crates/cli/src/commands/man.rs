//! `man`: the manual page, one page with every command.

use crate::flags::Flags;
use crate::output::{self, Failure};
use clap::CommandFactory;
use std::io::{self, Write};

/// Writes the page.
pub(super) fn run() -> Result<u8, Failure> {
    let mut command = Flags::command().flatten_help(true);
    command.build();
    output::print(|out| page(&command, out))?;
    Ok(0)
}

/// The page of the program, and behind it the options and examples of each command.
fn page(command: &clap::Command, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for command in command.get_subcommands() {
        let man = clap_mangen::Man::new(command.clone());
        writeln!(page, ".SH \"{}\"", command.get_name().to_uppercase())?;
        if let Some(about) = command.get_about() {
            writeln!(page, "{}.", about.to_string().replace('\\', "\\\\"))?;
        }
        man.render_options_section(&mut page)?;
        man.render_extra_section(&mut page)?;
    }
    out.write_all(&page)
}
