//! Name and mail address → the agent or bot that they are of.
//!
//! Exact addresses only: people work at the companies that make agents, and commit from their domains.

use super::Writer;

/// An agent or bot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Agent {
    pub(super) writer: Writer,
    pub(super) tool: String,
    pub(super) model: String,
}

/// Address → tool. Lower case.
const ADDRESSES: &[(&str, &str)] = &[
    ("noreply@anthropic.com", "Claude"),
    ("noreply@openai.com", "Codex"),
    ("codex@openai.com", "Codex"),
    ("copilot@github.com", "Copilot"),
    ("copilot@users.noreply.github.com", "Copilot"),
    ("cursoragent@cursor.com", "Cursor"),
    ("noreply@aider.chat", "Aider"),
    ("aider@aider.chat", "Aider"),
    ("amp@ampcode.com", "Amp"),
    ("openhands@all-hands.dev", "OpenHands"),
    ("roomote@roocode.com", "Roo Code"),
    ("noreply@windsurf.com", "Windsurf"),
    ("noreply@codeium.com", "Windsurf"),
    ("noreply@opencode.ai", "OpenCode"),
    ("help@firebender.com", "Firebender"),
    ("qwen-coder@alibabacloud.com", "Qwen Code"),
];

/// Account at GitHub, as in `1+NAME@users.noreply.github.com` → tool. Lower case.
const ACCOUNTS: &[(&str, &str)] = &[
    ("copilot", "Copilot"),
    ("copilot-swe-agent[bot]", "Copilot"),
    ("claude", "Claude"),
    ("claude[bot]", "Claude"),
    ("chatgpt-codex-connector[bot]", "Codex"),
    ("openai-code-agent[bot]", "Codex"),
    ("charliecreates[bot]", "Charlie"),
    ("cursor[bot]", "Cursor"),
    ("cursoragent", "Cursor"),
    ("devin-ai-integration[bot]", "Devin"),
    ("gemini-code-assist[bot]", "Gemini"),
    ("google-labs-jules[bot]", "Jules"),
    ("factory-droid[bot]", "Droid"),
    ("openhands-agent", "OpenHands"),
    ("sweep-ai[bot]", "Sweep"),
    ("coderabbitai[bot]", "CodeRabbit"),
    ("ellipsis-dev[bot]", "Ellipsis"),
    ("roomote[bot]", "Roo Code"),
    ("codegen-sh[bot]", "Codegen"),
    ("opencode-agent[bot]", "OpenCode"),
];

/// Addresses of bots that are no language models.
const BOTS: &[&str] = &[
    "bot@renovateapp.com",
    "renovate@whitesourcesoftware.com",
    "action@github.com",
    "actions@github.com",
    "bot@pyup.io",
    "snyk-bot@snyk.io",
    "greenkeeper@neighbourhood.ie",
    "badger@gitter.im",
    "support@dependabot.com",
];

/// Names by which tools are known where no address stands, and the tool. Lower case.
const NAMES: &[(&str, &str)] = &[
    ("claude", "Claude"),
    ("claude code", "Claude"),
    ("codex", "Codex"),
    ("openai codex", "Codex"),
    ("copilot", "Copilot"),
    ("github copilot", "Copilot"),
    ("cursor", "Cursor"),
    ("cursor agent", "Cursor"),
    ("devin", "Devin"),
    ("devin ai", "Devin"),
    ("gemini", "Gemini"),
    ("gemini cli", "Gemini"),
    ("gemini code assist", "Gemini"),
    ("aider", "Aider"),
    ("amp", "Amp"),
    ("openhands", "OpenHands"),
    ("chatgpt", "ChatGPT"),
    ("windsurf", "Windsurf"),
    ("jules", "Jules"),
    ("junie", "Junie"),
    ("kiro", "Kiro"),
    ("opencode", "OpenCode"),
    ("roo code", "Roo Code"),
    ("cline", "Cline"),
    ("goose", "Goose"),
    ("droid", "Droid"),
    ("qwen code", "Qwen Code"),
];

/// Who has this account; none for people, and for everybody who may be one.
pub(super) fn of_account(name: &str, address: &str) -> Option<Agent> {
    let address = address.trim().to_lowercase();
    let name = name.trim();
    if let Some(tool) = tool_of(&address) {
        return Some(Agent { writer: Writer::Ai, tool: tool.to_owned(), model: model(name, tool) });
    }
    // Aider writes its name behind that of the person whose account it uses.
    if name.to_lowercase().ends_with(" (aider)") {
        return Some(Agent { writer: Writer::Ai, tool: "Aider".to_owned(), model: String::new() });
    }
    let account = account(&address);
    let is_bot = BOTS.contains(&address.as_str())
        || account.is_some_and(|account| account.ends_with("[bot]"))
        || name.ends_with("[bot]");
    is_bot.then(|| {
        let tool = name.trim_end_matches("[bot]").trim();
        let tool = if tool.is_empty() { account.unwrap_or(&address) } else { tool };
        Agent { writer: Writer::Machine, tool: tool.to_owned(), model: String::new() }
    })
}

/// The tool that a name alone means, as in `Generated-by: Claude Code` or `Assisted-by: Claude:claude-opus-4`.
pub(super) fn of_name(text: &str) -> Option<Agent> {
    let text = text.trim();
    let (name, model) = match text.split_once(':') {
        Some((name, rest)) => (name, rest.split_whitespace().next().unwrap_or_default().to_owned()),
        None => match text.split_once('(') {
            Some((name, rest)) => (name, rest.trim_end_matches(')').trim().to_owned()),
            None => (text, String::new()),
        },
    };
    let lower = name.trim().trim_end_matches('.').to_lowercase();
    let known = NAMES.iter().find(|row| row.0 == lower).map(|row| row.1);
    // `Claude Opus 4.6` is Claude, and its model.
    let first = || NAMES.iter().find(|row| !row.0.contains(' ') && lower.split(' ').next() == Some(row.0));
    let has_version = lower.contains(|char: char| char.is_ascii_digit());
    let versioned = || first().filter(|_| has_version).map(|row| row.1);
    let tool = known.or_else(versioned)?;
    let model = if known.is_none() && model.is_empty() { name.trim().to_owned() } else { model };
    Some(Agent { writer: Writer::Ai, tool: tool.to_owned(), model })
}

fn tool_of(address: &str) -> Option<&'static str> {
    let of_address = ADDRESSES.iter().find(|row| row.0 == address);
    let of_account = || ACCOUNTS.iter().find(|row| account(address) == Some(row.0));
    of_address.or_else(of_account).map(|row| row.1)
}

/// The account of an address that GitHub hides: `1+NAME@users.noreply.github.com`. Without the number anybody could
/// have registered the name, except where brackets show that it is an app.
fn account(address: &str) -> Option<&str> {
    let local = address.strip_suffix("@users.noreply.github.com")?;
    match local.split_once('+') {
        Some((number, name)) if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(name),
        _ => Some(local).filter(|local| local.ends_with("[bot]")),
    }
}

/// The model that an agent's name tells: `Claude Opus 4.6 (1M context)`, `aider (gpt-4o)`, `GPT-5.3-Codex`.
fn model(name: &str, tool: &str) -> String {
    if tool == "Aider" {
        let inside = name.split_once('(').map(|(_, rest)| rest.trim_end_matches(')').trim());
        return inside.unwrap_or_default().to_owned();
    }
    let name = name.split('(').next().unwrap_or_default().trim();
    let has_version = name.contains(|char: char| char.is_ascii_digit());
    if has_version { name.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, address: &str, expected: Option<(&str, &str)>) {
        let found = of_account(name, address);
        let found = found.as_ref().map(|agent| (agent.tool.as_str(), agent.model.as_str()));
        assert_eq!(found, expected, "{name} <{address}>");
    }

    #[test]
    fn agents_are_known_by_exact_addresses() {
        check("Claude Opus 4.6 (1M context)", "noreply@anthropic.com", Some(("Claude", "Claude Opus 4.6")));
        check("Claude", "noreply@anthropic.com", Some(("Claude", "")));
        check("A Person", "person@anthropic.com", None);
        check("aider (gpt-4o)", "noreply@aider.chat", Some(("Aider", "gpt-4o")));
        check("Jane (aider)", "jane@example.org", Some(("Aider", "")));
        check("x", "198982749+Copilot@users.noreply.github.com", Some(("Copilot", "")));
        check("x", "Claude@users.noreply.github.com", None);
        check("Devin AI", "1+devin-ai-integration[bot]@users.noreply.github.com", Some(("Devin", "")));
        check("Jane", "1+jane@users.noreply.github.com", None);
    }

    #[test]
    fn bots_are_machines() {
        let bot = of_account("dependabot[bot]", "support@github.com").expect("it is a bot");
        assert_eq!((bot.writer, bot.tool.as_str()), (Writer::Machine, "dependabot"));
        check("GitHub", "noreply@github.com", None);
    }

    #[test]
    fn names_of_tools_may_carry_a_model() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = of_name(text);
            let found = found.as_ref().map(|agent| (agent.tool.as_str(), agent.model.as_str()));
            assert_eq!(found, expected, "{text}");
        };
        check("Claude:claude-3-opus coccinelle sparse", Some(("Claude", "claude-3-opus")));
        check("Claude Code", Some(("Claude", "")));
        check("Claude Opus 4.6", Some(("Claude", "Claude Opus 4.6")));
        check("Claude Shannon", None);
        check("Jane Doe", None);
    }
}
