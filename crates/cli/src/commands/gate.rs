//! `gate`: what a change can reach that the code could not, and whether that breaks a policy.

use super::{Shared, analyze};
use crate::flags::{Gate, GateFormat};
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::config;
use blastline::facts::Origin;
use blastline::gate::{self, Baseline};
use blastline::models::Models;
use blastline::report::{self, View, gate as answer};
use blastline::{Analysis, discover};
use std::path::Path;

/// Analyses before and after, compares, and judges. The exit code is 1 where a policy is broken.
pub(super) fn run(flags: Gate, shared: Shared) -> Result<u8, Failure> {
    let own = flags.analysis.config.clone();
    let mut settings = Settings::read(&flags.path, flags.analysis.clone(), shared.quiet)?;
    let Some(revision) = settings.options.since.clone() else {
        return Err(output::failure(
            "nothing to compare with; name a revision: blastline gate --since origin/main",
        ));
    };
    let baseline = flags.baseline.as_deref().map(read_baseline).transpose()?.unwrap_or_default();
    let folder = tempfile::tempdir()
        .map_err(|error| output::failure(format!("cannot make a temporary folder: {error}; set TMPDIR")))?;
    let before_root = discover::export(&settings.options.root, &revision, folder.path())?;
    // A change must not loosen its own gate: what it is configured by is what was there before.
    if own.is_none() {
        settings = settings.with_revision(&before_root, flags.analysis, shared.quiet)?;
    }
    let policies = match &own {
        Some(file) => gate::policies(&read(file)?, &file.display().to_string())?,
        None => {
            let text = discover::text(&before_root, config::FILE).unwrap_or_default();
            gate::policies(&text, &format!("{} of {revision}", config::FILE))?
        }
    };
    let models = Models::load(&discover::models(&settings.options.models)?)?;
    let before = before(&settings, &before_root)?;
    let mut here = settings.options.clone();
    settings.options.owners = Some(before_root.clone());
    let mut after = analyze(settings, shared)?;
    drop(folder);
    here.owners = None;
    let mut change = gate::compare(&before, &mut after, &models);
    change.functions = gate::functions(&after);
    change.appointed = gate::appointed(&after, &discover::owners(&here, paths(&after).into_iter())?);
    let root = after.root.clone();
    let notices = gate::suppress(&mut after.findings, &root, &baseline, &today());
    after.notes.extend(notices);
    let broken = gate::judge(&policies, &after, &change)?;
    if let Some(file) = &flags.write_baseline {
        write_baseline(file, &after)?;
    }
    let mut view = View::default();
    view.verbose = shared.verbose;
    if let Some(file) = &flags.markdown {
        output::save(file, |out| answer::markdown(&after, &change, &broken, &view, out))?;
    }
    if let Some(file) = &flags.sarif {
        let format = report::format("sarif").expect("SARIF is a format");
        output::save(file, |out| (format.write)(&after, &view, out))?;
    }
    view.color = output::is_coloured(shared.color);
    output::print(|out| match flags.format {
        GateFormat::Text => answer::text(&after, &change, &broken, &view, out),
        GateFormat::Markdown => answer::markdown(&after, &change, &broken, &view, out),
        GateFormat::Sarif => {
            let format = report::format("sarif").expect("SARIF is a format");
            (format.write)(&after, &view, out)
        }
    })?;
    for note in after.notes.iter().filter(|note| note.message.contains("suppresses")) {
        output::remark(&format!("{}:{}: {}", note.place.file, note.place.line, note.message), shared.color);
    }
    Ok(u8::from(!broken.is_empty()))
}

/// The source files of the repository.
fn paths(analysis: &Analysis) -> Vec<&str> {
    let facts = &analysis.facts;
    let ours = facts.files.iter().filter(|file| file.origin == Origin::FirstParty);
    ours.map(|file| facts.text(file.path)).collect()
}

/// The analysis of the revision: all of its code, and nobody's history.
fn before(settings: &Settings, root: &Path) -> Result<Analysis, Failure> {
    let mut options = settings.options.clone();
    options.root = root.to_owned();
    options.since = None;
    options.diff = None;
    options.history = false;
    let environments = [".venv", "venv"].map(|name| settings.options.root.join(name));
    options.python_path.extend(environments.into_iter().filter(|folder| folder.is_dir()));
    Ok(blastline::analyze(&options)?)
}

fn read(file: &Path) -> Result<String, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the CLI reads the files that its user names")]
    std::fs::read_to_string(file)
        .map_err(|error| output::failure(format!("cannot read `{}`: {error}; name a file", file.display())))
}

fn read_baseline(file: &Path) -> Result<Baseline, Failure> {
    Ok(Baseline::parse(&read(file)?, &file.display().to_string())?)
}

fn write_baseline(file: &Path, analysis: &Analysis) -> Result<(), Failure> {
    let baseline = Baseline::of(&analysis.findings);
    output::save(file, |out| {
        serde_json::to_writer_pretty(&mut *out, &baseline)?;
        writeln!(out)
    })
}

/// The day in the world's time, as `2026-12-31`.
fn today() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    report::day(seconds.map_or(0, |time| time.as_secs().cast_signed()))
}
