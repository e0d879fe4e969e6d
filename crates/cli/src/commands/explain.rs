//! `explain`: everything about one finding.

use super::{Shared, analyze, report_backlog};
use crate::flags::Explain;
use crate::output::{self, Failure};
use crate::settings::Settings;
use blastline::finding::Finding;
use blastline::report::{self, View};

/// So many findings are named where an id is not unique.
const NAMED: usize = 8;

/// Writes the explanation of the finding that an id, or the beginning of one, names.
pub(super) fn run(flags: Explain, shared: Shared) -> Result<u8, Failure> {
    let settings = Settings::read(&flags.path, flags.analysis, shared.quiet)?;
    let models = settings.options.models.clone();
    let mut analysis = analyze(settings, shared)?;
    let backlog = report_backlog(&mut analysis, &flags.backlog.files, &models)?.unwrap_or_default();
    let finding = find(&analysis.findings, &flags.id)?;
    let others: Vec<_> = backlog.items.iter().filter(|item| item.finding == finding.id).collect();
    let mut view = View::default();
    view.color = output::is_coloured(shared.color);
    output::print(|out| report::explain(finding, &others, &view, out))?;
    Ok(0)
}

fn find<'a>(findings: &'a [Finding], id: &str) -> Result<&'a Finding, Failure> {
    let id = id.to_lowercase();
    let found: Vec<_> = findings.iter().filter(|finding| finding.id.starts_with(&id)).collect();
    match found[..] {
        [finding] => Ok(finding),
        [] => Err(output::failure(format!(
            "no finding has the id `{id}`; `blastline scan` shows the ids, with the same path and options"
        ))),
        [first, ..] if first.id == id => Ok(first),
        _ => {
            let ids: Vec<_> = found.iter().take(NAMED).map(|finding| finding.id.as_str()).collect();
            let (count, ids) = (found.len(), ids.join(", "));
            Err(output::failure(format!(
                "{count} findings have an id that begins with `{id}`: {ids}; write more of it"
            )))
        }
    }
}
