//! Reports → standard output and files; errors → standard error.

use crate::flags::Color;
use anstream::{AutoStream, ColorChoice};
use blastline::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Why a command ended before its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Whoever read the output has read enough.
    Closed,
    /// Nothing could be reported.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A failure with a message.
pub(crate) fn failure(message: impl Into<String>) -> Failure {
    Failure::Error(Error { message: message.into() })
}

/// Whether standard output is coloured.
pub(crate) fn is_coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    }
}

/// Writes to standard output.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => failure(format!("cannot write to standard output: {error}")),
    })
}

/// Writes a file.
pub(crate) fn save(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the CLI writes the files that its user names")]
    let created = File::create(file);
    let saved = created.and_then(|created| {
        let mut out = BufWriter::new(created);
        write(&mut out)?;
        out.flush()
    });
    saved.map_err(|error| {
        let name = file.display();
        failure(format!(
            "cannot write `{name}`: {error}; name a file in a folder that exists and is writable"
        ))
    })
}

/// Writes an error to standard error.
pub(crate) fn complain(message: &str, color: Color) {
    say("error", "1;31", message, color);
}

/// Writes a remark to standard error.
pub(crate) fn remark(message: &str, color: Color) {
    say("note", "1;33", message, color);
}

fn say(label: &str, style: &str, message: &str, color: Color) {
    let choice = match color {
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
        Color::Auto => AutoStream::choice(&io::stderr()),
    };
    let message = blastline::report::escape::inert(message);
    let mut err = AutoStream::new(io::stderr().lock(), choice);
    // Where standard error is closed too, there is nobody left to tell.
    let _ = writeln!(err, "\x1b[{style}m{label}\x1b[0m: {message}");
}
