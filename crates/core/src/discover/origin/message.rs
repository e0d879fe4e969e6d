//! A commit → what it says of itself: author, agents and bots that took part, reviewers.
//!
//! Trailers count wherever a line begins with them: services that squash a branch put those of each commit in the
//! middle of the message.

use super::super::git::object;
use super::agents::{self, Agent};
use super::{Basis, Origin, Writer};
use gix::ObjectId;

/// Bytes of a commit.
const MAX_COMMIT: u64 = 4 << 20;
/// Lines of a message that are read.
const MAX_LINES: usize = 10_000;
/// Reviewers of a commit that are kept.
const MAX_REVIEWERS: usize = 16;

/// What a commit says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) author: String,
    pub(super) email: String,
    pub(super) time: i64,
    /// Whether the author's account is a person's.
    pub(super) is_person: bool,
    /// What lines are by default that came with it.
    pub(super) origin: Origin,
    pub(super) reviewers: Vec<String>,
}

/// Reads a commit; none where it cannot be read.
pub(super) fn read(repo: &gix::Repository, id: ObjectId) -> Option<Said> {
    let bytes = object(repo, id, MAX_COMMIT)?;
    let commit = gix::objs::CommitRef::from_bytes(&bytes, id.kind()).ok()?;
    let author = commit.author().ok()?;
    let committer = commit.committer().ok()?;
    let (name, email) = (author.name.to_string(), author.email.to_string());
    let of_author = agents::of_account(&name, &email);
    let of_committer = agents::of_account(&committer.name.to_string(), &committer.email.to_string());
    let message = commit.message.to_string();
    let trailers = trailers(&message);
    Some(Said {
        time: author.time().map_or(0, |time| time.seconds),
        is_person: of_author.is_none(),
        origin: origin(of_author, of_committer, &trailers.agents),
        reviewers: reviewers(&trailers.reviewers, &name),
        author: name,
        email,
    })
}

/// Language models come before other bots, accounts before trailers. A bot that only committed what a person wrote,
/// as queues for merges do, wrote nothing.
fn origin(author: Option<Agent>, committer: Option<Agent>, trailers: &[Agent]) -> Origin {
    let is_ai = |agent: &&Agent| agent.writer == Writer::Ai;
    let account = author.as_ref().filter(is_ai).or(committer.as_ref().filter(is_ai));
    let trailer = trailers.iter().find(is_ai);
    let machine = author.as_ref().or_else(|| trailers.first());
    let basis = |is_account: bool| if is_account { Basis::Account } else { Basis::Trailer };
    let (agent, basis) = match (account, trailer, machine) {
        // The trailer may name the model that the account does not.
        (Some(account), Some(trailer), _) if account.tool == trailer.tool && account.model.is_empty() => {
            (trailer, Basis::Account)
        }
        (Some(account), ..) => (account, Basis::Account),
        (None, Some(trailer), _) => (trailer, Basis::Trailer),
        (None, None, Some(machine)) => (machine, basis(author.is_some())),
        (None, None, None) => return Origin::bare(Writer::Human, Basis::Commit),
    };
    Origin { writer: agent.writer, basis, tool: agent.tool.clone(), model: agent.model.clone() }
}

#[derive(Default)]
struct Trailers {
    agents: Vec<Agent>,
    reviewers: Vec<String>,
}

fn trailers(message: &str) -> Trailers {
    let mut found = Trailers::default();
    for line in message.lines().take(MAX_LINES) {
        if let Some(tool) = signature(line) {
            found.agents.extend(agents::of_name(tool));
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let (name, address) = person(value);
        let of_account = || agents::of_account(name, address);
        match key.to_ascii_lowercase().as_str() {
            "signed-off-by" => found.agents.extend(of_account()),
            // A bot beside a person formats and updates: that does not make the commit its own.
            "co-authored-by" | "co-developed-by" => {
                found.agents.extend(of_account().filter(|agent| agent.writer == Writer::Ai));
            }
            "assisted-by" | "generated-by" => {
                let named = if address.is_empty() { agents::of_name(value) } else { agents::of_name(name) };
                found.agents.extend(of_account().or(named));
            }
            "reviewed-by" | "acked-by" if of_account().is_none() => found.reviewers.push(name.to_owned()),
            _ => {}
        }
    }
    found
}

/// The tool in `Generated with [TOOL](…)`, a line that agents sign with beside their trailer.
fn signature(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|char: char| !char.is_ascii_alphanumeric());
    let rest = line.strip_prefix("Generated with [")?;
    rest.split_once(']').map(|(tool, _)| tool)
}

/// `Name <address>`.
fn person(value: &str) -> (&str, &str) {
    match value.rsplit_once('<') {
        Some((name, address)) => (name.trim(), address.trim_end().trim_end_matches('>')),
        None => (value, ""),
    }
}

fn reviewers(names: &[String], author: &str) -> Vec<String> {
    let mut names: Vec<String> =
        names.iter().filter(|name| !name.is_empty() && *name != author).cloned().collect();
    names.sort();
    names.dedup();
    names.truncate(MAX_REVIEWERS);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &[(&str, &str)]) {
        let found = trailers(message).agents;
        let found: Vec<_> = found.iter().map(|agent| (agent.tool.as_str(), agent.model.as_str())).collect();
        assert_eq!(found, expected, "{message}");
    }

    #[test]
    fn trailers_name_agents() {
        check(
            "x\n\nCo-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>",
            &[("Claude", "Claude Opus 4.6")],
        );
        check("x\n\nAssisted-by: Claude:claude-3-opus coccinelle", &[("Claude", "claude-3-opus")]);
        check("x\n\nGenerated-by: GitHub Copilot", &[("Copilot", "")]);
        check("x\n\nSigned-off-by: dependabot[bot] <support@github.com>", &[("dependabot", "")]);
        check(
            "x\n\n\u{1f916} Generated with [Claude Code](https://claude.com/claude-code)",
            &[("Claude", "")],
        );
        check("x\n\nCo-authored-by: autofix-ci[bot] <1+autofix-ci[bot]@users.noreply.github.com>", &[]);
        check("x\n\nCo-authored-by: Jane <jane@anthropic.com>", &[]);
        check("x\n\nAssisted-by: Jane <jane@example.org>", &[]);
    }

    #[test]
    fn reviewers_are_people() {
        let found = trailers("x\n\nReviewed-by: Jane <j@example.org>\nReviewed-by: x[bot] <b@example.org>");
        assert_eq!(found.reviewers, ["Jane"]);
    }
}
