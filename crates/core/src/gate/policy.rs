//! Policies → what of a change breaks them.
//!
//! A policy is an expression of CEL, the language of admission policies: it ends, has no loops but over lists, and
//! reads only what it is given. Those of a repository are taken from the revision that the change is compared with, so
//! that a change cannot loosen its own gate.
//!
//! | `on` | variable | members |
//! | --- | --- | --- |
//! | `finding` | `finding` | `id rule kind subject message score decision verdict evidence state entry entry_kind file line function secrets generated tools owners owned suppressed segment threshold review` |
//! | `function` | `code` | `name file line lines generated ai tools models reviewed owners owned` |
//! | `reach` | `reach` | `entry entry_kind entry_is_new sort kind name impact` |

use super::{Change, Changed, Pair, State, Violation};
use crate::discover::owners::Owner;
use crate::finding::{Finding, Place, Provenance};
use crate::{Analysis, Error};
use cel::{Context, Program, Value};
use serde::{Deserialize, Serialize};

/// Bytes of an expression.
const MAX_LENGTH: usize = 4_096;
/// Brackets inside each other: the parser descends into them.
const MAX_DEPTH: usize = 32;

/// What a policy is over.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
enum On {
    Finding,
    Function,
    Reach,
}

/// A policy.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Policy {
    /// Its name.
    pub name: String,
    on: On,
    when: String,
    /// What to say where it is broken.
    #[serde(default)]
    pub message: String,
}

/// `[gate]` of a configuration.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
struct Written {
    gate: Gate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Gate {
    /// Whether the built-in policies count.
    built_in: bool,
    /// Built-in policies that do not.
    except: Vec<String>,
    policy: Vec<Policy>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { built_in: true, except: Vec::new(), policy: Vec::new() }
    }
}

const BUILT_IN: &[(&str, On, &str, &str)] = &[
    (
        "generated-without-owner",
        On::Function,
        "code.generated > 0.0 && !code.owned",
        "Generated code for which nobody is named to answer",
    ),
    (
        "new-path",
        On::Finding,
        "finding.state == 'new' && finding.verdict != 'unreachable' && \
         (finding.evidence == 'flow' || finding.score >= 40.0)",
        "A path that was not there before the change",
    ),
    (
        "segment-threshold",
        On::Finding,
        "finding.state == 'new' && finding.verdict != 'unreachable' && finding.score >= finding.threshold",
        "A new finding over the threshold of its segment",
    ),
    (
        "new-secret-reach",
        On::Reach,
        "reach.sort == 'secret'",
        "An entry point gets at a secret that it did not get at",
    ),
    (
        "wider-reach",
        On::Reach,
        "reach.sort == 'sink' && !reach.entry_is_new && reach.impact >= 0.7",
        "An entry point gets at a dangerous call that it did not get at",
    ),
];

/// The policies of a configuration, the built-in ones before them.
///
/// # Errors
/// When the text is not TOML, or an expression is none of CEL; the message names the policy and the repair.
pub fn policies(text: &str, file: &str) -> Result<Vec<Policy>, Error> {
    let written: Written = toml::from_str(text).map_err(|error| Error {
        message: format!(
            "{file}: {}; docs/gate.md says what `[gate]` takes",
            error.message().trim().replace('\n', " ")
        ),
    })?;
    let Gate { built_in, except, policy } = written.gate;
    let mut all: Vec<Policy> = Vec::new();
    for (name, on, when, message) in
        BUILT_IN.iter().filter(|row| built_in && !except.iter().any(|name| name == row.0))
    {
        let (name, when, message) = ((*name).to_owned(), (*when).to_owned(), (*message).to_owned());
        all.push(Policy { name, on: *on, when, message });
    }
    all.extend(policy);
    for policy in &all {
        compile(policy).map_err(|reason| Error {
            message: format!("{file}: the policy `{}`: {reason}", crate::report::escape::inert(&policy.name)),
        })?;
    }
    Ok(all)
}

fn compile(policy: &Policy) -> Result<Program, String> {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in policy.when.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'?' | b'!' | b'-' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if policy.when.len() > MAX_LENGTH || deepest > MAX_DEPTH {
        return Err("the expression is too long or too deep; make two policies of it".to_owned());
    }
    Program::compile(&policy.when)
        .map_err(|error| format!("`when` is no expression of CEL: {error}").replace('\n', " "))
}

#[derive(Serialize)]
struct FindingView<'a> {
    id: &'a str,
    rule: &'a str,
    kind: &'a str,
    subject: &'a str,
    message: &'a str,
    score: f64,
    decision: &'static str,
    verdict: &'static str,
    evidence: &'static str,
    state: &'static str,
    entry: &'a str,
    entry_kind: &'a str,
    file: &'a str,
    line: u32,
    function: &'a str,
    secrets: &'a [String],
    generated: f64,
    tools: &'a [String],
    owners: Vec<&'a str>,
    owned: bool,
    suppressed: bool,
    segment: &'a str,
    threshold: f64,
    review: &'a str,
}

#[derive(Serialize)]
struct FunctionView<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    lines: u32,
    generated: f64,
    ai: u32,
    tools: &'a [String],
    models: &'a [String],
    reviewed: bool,
    owners: Vec<&'a str>,
    owned: bool,
}

#[derive(Serialize)]
struct ReachView<'a> {
    entry: &'a str,
    entry_kind: &'a str,
    entry_is_new: bool,
    sort: &'static str,
    kind: &'a str,
    name: &'a str,
    impact: f64,
}

/// Names, and whether somebody is named to answer for it.
fn owners(owners: &[Owner]) -> (Vec<&str>, bool) {
    let is_owned = owners.iter().any(|owner| owner.title.is_declared());
    (owners.iter().map(|owner| owner.name.as_str()).collect(), is_owned)
}

/// What breaks the policies, in the order of the policies.
///
/// # Errors
/// When an expression cannot be worked out: it names a member that is none, or is no truth.
pub fn judge(policies: &[Policy], analysis: &Analysis, change: &Change) -> Result<Vec<Violation>, Error> {
    let mut broken = Vec::new();
    for policy in policies {
        let program = compile(policy).map_err(|message| Error { message })?;
        match policy.on {
            On::Finding => {
                let present = analysis.findings.iter().filter(|row| row.state != Some(State::Absent));
                for finding in present.filter(|finding| finding.suppressed.is_none()) {
                    if holds(&program, policy, "finding", finding_view(finding))? {
                        let message = format!("{}: {}", policy.message, finding.message);
                        broken.push(violation(policy, message, finding.place.clone(), &finding.id));
                    }
                }
            }
            On::Function => {
                for function in &change.functions {
                    if holds(&program, policy, "code", function_view(function))? {
                        let message =
                            format!("{}: `{}`{}", policy.message, function.name, by(&function.provenance));
                        broken.push(violation(policy, message, function.place.clone(), ""));
                    }
                }
            }
            On::Reach => {
                for (pair, was_there, impact) in &change.gained {
                    if holds(&program, policy, "reach", reach_view(pair, *was_there, *impact))? {
                        let message = format!("{}: {}", policy.message, sentence(pair));
                        broken.push(violation(policy, message, Place::default(), ""));
                    }
                }
            }
        }
    }
    Ok(broken)
}

/// Who wrote generated code.
fn by(provenance: &Option<Provenance>) -> String {
    let tool = provenance.as_ref().and_then(|provenance| provenance.tools.first());
    tool.map(|tool| format!(", written by {tool}")).unwrap_or_default()
}

/// A pair in words.
pub(crate) fn sentence(pair: &Pair) -> String {
    let verb = if pair.sort == "secret" { "reads" } else { "reaches" };
    format!("{} `{}` {verb} `{}` ({})", pair.entry_kind, pair.entry, pair.name, pair.kind)
}

fn violation(policy: &Policy, message: String, place: Place, finding: &str) -> Violation {
    Violation { policy: policy.name.clone(), message, place, finding: finding.to_owned() }
}

fn holds<T: Serialize>(program: &Program, policy: &Policy, name: &str, view: T) -> Result<bool, Error> {
    let error = |reason: String| Error {
        message: format!(
            "the policy `{}` cannot be worked out: {}; docs/gate.md names the members of `{name}`",
            crate::report::escape::inert(&policy.name),
            crate::report::escape::inert(&reason)
        ),
    };
    let mut context = Context::default();
    context.add_variable(name, view).map_err(|failure| error(failure.to_string()))?;
    match program.execute(&context) {
        Ok(Value::Bool(holds)) => Ok(holds),
        Ok(_) => Err(error("it is neither true nor false".to_owned())),
        Err(failure) => Err(error(failure.to_string())),
    }
}

fn finding_view(finding: &Finding) -> FindingView<'_> {
    let (owners, owned) = owners(&finding.owners);
    let (entry, entry_kind) = finding.entry.as_ref().map_or(("", ""), |(name, kind)| (name, kind));
    let provenance = finding.provenance.as_ref();
    let part = finding.segment.as_ref();
    FindingView {
        id: &finding.id,
        rule: &finding.rule,
        kind: &finding.kind,
        subject: &finding.subject,
        message: &finding.message,
        score: finding.score,
        decision: finding.decision.name(),
        verdict: finding.verdict.name(),
        evidence: finding.evidence.name(),
        state: finding.state.map_or("", State::name),
        entry,
        entry_kind,
        file: &finding.place.file,
        line: finding.place.line,
        function: finding.path.last().map_or("", |hop| &hop.function),
        secrets: &finding.secrets,
        generated: provenance.map_or(0.0, Provenance::generated),
        tools: provenance.map_or(&[], |provenance| &provenance.tools),
        owners,
        owned,
        suppressed: finding.suppressed.is_some(),
        segment: part.map_or("", |part| &part.name),
        threshold: part.map_or(100.0, |part| part.threshold),
        review: part.map_or("", |part| &part.review),
    }
}

fn function_view(function: &Changed) -> FunctionView<'_> {
    let (owners, owned) = owners(&function.owners);
    let provenance = function.provenance.as_ref();
    FunctionView {
        name: &function.name,
        file: &function.place.file,
        line: function.place.line,
        lines: provenance.map_or(0, |provenance| provenance.lines),
        generated: provenance.map_or(0.0, Provenance::generated),
        ai: provenance.map_or(0, |provenance| provenance.ai),
        tools: provenance.map_or(&[], |provenance| &provenance.tools),
        models: provenance.map_or(&[], |provenance| &provenance.models),
        reviewed: provenance.is_some_and(|provenance| !provenance.reviewers.is_empty()),
        owners,
        owned,
    }
}

fn reach_view(pair: &Pair, was_there: bool, impact: f64) -> ReachView<'_> {
    ReachView {
        entry: &pair.entry,
        entry_kind: &pair.entry_kind,
        entry_is_new: !was_there,
        sort: pair.sort,
        kind: &pair.kind,
        name: &pair.name,
        impact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        policies(text, "blastline.toml").expect_err("it is no configuration").message
    }

    #[test]
    fn policies_are_read_and_checked() {
        let own = "[gate]\nexcept = ['wider-reach']\n[[gate.policy]]\nname = 'mine'\non = 'finding'\nwhen = 'finding.score > 10.0'\n";
        let names: Vec<String> =
            policies(own, "x").expect("it is right").into_iter().map(|row| row.name).collect();
        assert_eq!(
            names,
            ["generated-without-owner", "new-path", "segment-threshold", "new-secret-reach", "mine"]
        );
        assert_eq!(policies("[gate]\nbuilt-in = false", "x").expect("it is right"), []);
        let row = |when: &str| format!("[[gate.policy]]\nname = 'm'\non = 'finding'\nwhen = '''{when}'''\n");
        assert!(
            complaint(&row("finding.score >")).contains("the policy `m`: `when` is no expression of CEL")
        );
        assert!(complaint(&row(&"(".repeat(500))).contains("too long or too deep"));
        assert!(complaint("[gate]\npolicies = []").contains("docs/gate.md"));
    }
}
