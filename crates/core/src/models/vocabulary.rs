//! The closed vocabulary: kinds, rules and names of secrets, read from the shared data files.

use super::json::{Source, suggestion};
use super::names::SecretNames;
use super::{Kind, KindId, Models, Role, Rule};
use crate::Error;
use crate::finding::Evidence;
use serde::Deserialize;

/// A kind as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    kind: String,
    role: String,
    parent: Option<String>,
    title: String,
    description: String,
    #[serde(default)]
    impact: Option<f64>,
    #[serde(default)]
    exposure: Option<f64>,
    #[serde(default)]
    stops: Vec<String>,
    #[serde(default)]
    cwe: Vec<u32>,
    #[serde(default)]
    advice: String,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawRule {
    rule: String,
    title: String,
    message: String,
    #[serde(default)]
    source: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    sink: Vec<String>,
    #[serde(default)]
    entry: Vec<String>,
    #[serde(default)]
    min_exposure: f64,
    #[serde(default)]
    dynamic: bool,
    evidence: Vec<String>,
    impact: f64,
    cwe: Vec<u32>,
    #[serde(default)]
    owasp: Vec<String>,
    advice: String,
    help: String,
}

/// A list of names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNames {
    names: String,
    words: Vec<String>,
}

/// Reads the kinds.
pub(super) fn kinds(models: &mut Models, source: Source<'_>) -> Result<(), Error> {
    let rows = source.rows::<RawKind>()?;
    for (line, raw) in &rows {
        let role = role(&raw.role).map_err(|message| source.error(*line, message))?;
        if models.kind(&raw.kind).is_some() {
            return Err(source.error(*line, format!("the kind `{}` stands twice; remove one", raw.kind)));
        }
        let factors = [raw.impact, raw.exposure].into_iter().flatten();
        if let Some(wrong) = factors.into_iter().find(|&factor| !(factor > 0.0 && factor <= 1.0)) {
            return Err(source.error(*line, format!("{wrong} must be over 0 and at most 1")));
        }
        models.kinds.push(kind(raw, role));
    }
    for (index, (line, raw)) in rows.iter().enumerate() {
        let find = |name: &String| {
            let known = models.kinds.iter().map(|kind| kind.name.as_str());
            let unknown =
                || source.error(*line, format!("unknown kind `{name}`; {}", suggestion(name, known)));
            models.kind(name).ok_or_else(unknown)
        };
        let parent = raw.parent.as_ref().map(find).transpose()?;
        let stops = raw.stops.iter().map(find).collect::<Result<_, _>>()?;
        if parent.is_some_and(|parent| usize::from(parent.0) >= index) {
            return Err(source.error(*line, "a parent stands before its children; move the row down"));
        }
        models.kinds[index].parent = parent;
        models.kinds[index].stops = stops;
    }
    Ok(())
}

fn kind(raw: &RawKind, role: Role) -> Kind {
    Kind {
        name: raw.kind.clone(),
        role,
        parent: None,
        title: raw.title.clone(),
        description: raw.description.clone(),
        impact: raw.impact.unwrap_or(0.5),
        exposure: raw.exposure.unwrap_or(1.0),
        stops: Vec::new(),
        cwe: raw.cwe.clone(),
        advice: raw.advice.clone(),
    }
}

fn role(name: &str) -> Result<Role, String> {
    let roles = [Role::Source, Role::Sink, Role::Sanitiser, Role::Entry];
    let found = roles.into_iter().find(|role| role.name() == name);
    found.ok_or_else(|| {
        format!("unknown role `{name}`; {}", suggestion(name, roles.map(Role::name).into_iter()))
    })
}

/// Reads the rules.
pub(super) fn rules(models: &mut Models, source: Source<'_>) -> Result<(), Error> {
    for (line, raw) in source.rows::<RawRule>()? {
        let rule = rule(models, raw).map_err(|message| source.error(line, message))?;
        if models.rules.iter().any(|known| known.id == rule.id) {
            return Err(source.error(line, format!("the rule `{}` stands twice; remove one", rule.id)));
        }
        models.rules.push(rule);
    }
    Ok(())
}

fn rule(models: &Models, raw: RawRule) -> Result<Rule, String> {
    let of = |role, names: &[String]| -> Result<Vec<KindId>, String> {
        names.iter().map(|name| super::read::kind(models, role, name)).collect()
    };
    if raw.sink.is_empty() {
        return Err("`sink` names no kind; add at least one".to_owned());
    }
    Ok(Rule {
        source: of(Role::Source, &raw.source)?,
        except: of(Role::Source, &raw.except)?,
        sink: of(Role::Sink, &raw.sink)?,
        entry: of(Role::Entry, &raw.entry)?,
        evidence: raw.evidence.iter().map(|name| evidence(name)).collect::<Result<_, _>>()?,
        id: raw.rule,
        title: raw.title,
        message: raw.message,
        min_exposure: raw.min_exposure,
        dynamic: raw.dynamic,
        impact: raw.impact,
        cwe: raw.cwe,
        owasp: raw.owasp,
        advice: raw.advice,
        help: raw.help,
    })
}

fn evidence(name: &str) -> Result<Evidence, String> {
    let all = [Evidence::Flow, Evidence::Reach, Evidence::CoOccurrence];
    let found = all.into_iter().find(|evidence| evidence.name() == name);
    found.ok_or_else(|| {
        format!("unknown evidence `{name}`; {}", suggestion(name, all.map(Evidence::name).into_iter()))
    })
}

/// Reads the names of secrets.
pub(super) fn names(source: Source<'_>) -> Result<SecretNames, Error> {
    let mut names = SecretNames::default();
    for (line, raw) in source.rows::<RawNames>()? {
        match raw.names.as_str() {
            "secret" => names.secret.extend(raw.words),
            "harmless" => names.harmless.extend(raw.words),
            other => {
                let message = format!("unknown list `{other}`; write `secret` or `harmless`");
                return Err(source.error(line, message));
            }
        }
    }
    Ok(names)
}
