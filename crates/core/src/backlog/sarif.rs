//! SARIF 2.1.0 ↔ items: what results say, and the same results in another order.

use super::{Backlog, Decision, Item, Relation, class, exploits, judge, place, vague};
use crate::finding::Place;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Characters of a message that are kept.
const MESSAGE: usize = 2_000;

/// A value that is a log as far as we read it.
pub(super) fn checked(value: Value) -> Result<Value, String> {
    match value.get("version").and_then(Value::as_str) {
        Some("2.1.0") => {}
        Some(version) => return Err(format!("it is SARIF {version}, and 2.1.0 is read")),
        None => return Err("it has no `version`".to_owned()),
    }
    let runs = value.get("runs").and_then(Value::as_array).ok_or("it has no list `runs`")?;
    for (r, run) in runs.iter().enumerate() {
        if !run.is_object() {
            return Err(format!("runs[{r}] is no object"));
        }
        let results = match run.get("results") {
            None | Some(Value::Null) => continue,
            Some(results) => results.as_array().ok_or(format!("runs[{r}].results is no list"))?,
        };
        for (i, result) in results.iter().enumerate() {
            let is_bag = result.get("properties").is_none_or(Value::is_object);
            if !result.is_object() || !is_bag {
                return Err(format!("runs[{r}].results[{i}] is no object with properties"));
            }
        }
    }
    Ok(value)
}

/// Every result of a log.
pub(super) fn items(log_index: usize, log: &Value) -> Result<Vec<Item>, String> {
    let runs = log.get("runs").and_then(Value::as_array).ok_or("it has no list `runs`")?;
    let mut items = Vec::new();
    for (run_index, run) in runs.iter().enumerate() {
        let results = run.get("results").and_then(Value::as_array);
        let marks = marks_security(run);
        for (index, result) in results.into_iter().flatten().enumerate() {
            items.push(item((log_index, run_index, index), run, result, marks));
        }
    }
    Ok(items)
}

fn item(index: (usize, usize, usize), run: &Value, result: &Value, marks: bool) -> Item {
    let word = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let rule = rule(run, result);
    let name =
        word(result.get("ruleId").or_else(|| result.get("rule")?.get("id")).or_else(|| rule?.get("id")));
    let mut cwe = Vec::new();
    for value in
        [result.get("properties"), rule.and_then(|rule| rule.get("properties"))].into_iter().flatten()
    {
        class::numbers(value, &mut cwe);
    }
    taxa(result, &mut cwe);
    let is_aside = marks && cwe.is_empty() && !rule.is_some_and(is_security);
    // The words of a rule often say more than its number, or something that other scanners say.
    let hinted = || {
        class::hinted(&words(&name, rule))
            .or_else(|| class::hinted(vague::says(rule)).filter(|_| cwe.is_empty()))
    };
    // A number beside a word such as `password` says that it is about something else than one in the text.
    let is_other = |hint: &u32| *hint == judge::HARDCODED && !cwe.is_empty();
    let hinted = if is_aside { None } else { hinted().filter(|hint| !is_other(hint)) };
    cwe.extend(hinted);
    cwe.sort_unstable();
    cwe.dedup();
    let is_vague = cwe.is_empty() && !is_aside && vague::is_vague(&name, rule);
    let (place, (end_line, end_column)) = location(run, result);
    let message =
        result.get("message").and_then(|message| message.get("text").or_else(|| message.get("markdown")));
    Item {
        index,
        tool: word(run.get("tool").and_then(|tool| tool.get("driver")?.get("name"))),
        rule: name.clone(),
        message: word(message).chars().take(MESSAGE).collect(),
        severity: severity(result, rule),
        is_aside,
        cwe,
        is_vague,
        begin: place.as_ref().map_or(0, |place| place.line),
        place,
        bare_path: bare_path(result),
        end_line,
        end_column,
        cves: cves(&name, rule, result),
        package: package(result),
        function: None,
        relation: Relation::Untied,
        verdict: None,
        entry: None,
        path: Vec::new(),
        finding: String::new(),
        provenance: None,
        owners: Vec::new(),
        score: 0.0,
        decision: Decision::default(),
        factors: Vec::new(),
        why: String::new(),
        duplicate_of: None,
    }
}

/// The vulnerabilities that a result is about: of its rule, its message, and what it says that others call it.
fn cves(id: &str, rule: Option<&Value>, result: &Value) -> Vec<String> {
    let mut found = Vec::new();
    exploits::names(id, &mut found);
    let texts = [
        result.get("message").and_then(|message| message.get("text")),
        rule.and_then(|rule| rule.get("name")),
        rule.and_then(|rule| rule.get("shortDescription")?.get("text")),
    ];
    let aliases = result.get("properties").and_then(|bag| bag.get("aliases")?.as_array());
    let texts = texts.into_iter().flatten().chain(aliases.into_iter().flatten()).filter_map(Value::as_str);
    texts.for_each(|text| exploits::names(text, &mut found));
    found.sort();
    found.dedup();
    found
}

/// The package that a result is about: as converted reports say, or in the words of scanners of dependencies.
fn package(result: &Value) -> String {
    let named = result.get("properties").and_then(|bag| bag.get("package")?.as_str());
    let message = result.get("message").and_then(|message| message.get("text")?.as_str()).unwrap_or_default();
    // Trivy: `Package: NAME` in a line. osv-scanner: `Package 'NAME@1.0' is vulnerable to …`.
    let trivy = || message.lines().find_map(|line| line.strip_prefix("Package: "));
    let osv = || {
        message.strip_prefix("Package '")?.split_once("' is vulnerable")?.0.rsplit_once('@').map(|row| row.0)
    };
    // Snyk: `This file introduces a vulnerable NAME package with a …`.
    let snyk = || message.split_once("introduces a vulnerable ")?.1.split_once(" package").map(|row| row.0);
    named.or_else(trivy).or_else(osv).or_else(snyk).unwrap_or_default().trim().to_owned()
}

/// The description of the result's rule, of the driver or of an extension.
fn rule<'a>(run: &'a Value, result: &Value) -> Option<&'a Value> {
    let tool = run.get("tool")?;
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    let reference = result.get("rule");
    let extension = reference.and_then(|rule| number(rule.get("toolComponent")?.get("index")?));
    let component = match extension {
        Some(index) => tool.get("extensions")?.get(index)?,
        None => tool.get("driver")?,
    };
    let rules = component.get("rules")?.as_array()?;
    let index = result.get("ruleIndex").or_else(|| reference?.get("index")).and_then(number);
    let id = result.get("ruleId").or_else(|| reference?.get("id")).and_then(Value::as_str);
    let by_index = index.and_then(|index| rules.get(index));
    // An index that leads to another rule is an error of the scanner: the name counts.
    let fits = |rule: &&Value| {
        id.is_none()
            || rule
                .get("id")
                .and_then(Value::as_str)
                .is_some_and(|rule| id.is_some_and(|id| id.starts_with(rule)))
    };
    by_index.filter(fits).or_else(|| rules.iter().find(|rule| rule.get("id").and_then(Value::as_str) == id))
}

/// Whether a scanner marks its rules about security, so that what it does not mark is about something else.
fn marks_security(run: &Value) -> bool {
    let driver = run.get("tool").and_then(|tool| tool.get("driver")?.get("rules")?.as_array());
    driver.into_iter().flatten().any(is_security)
}

/// Whether a rule says that it is about security: by the tag of that name, or a number of CWE.
fn is_security(rule: &Value) -> bool {
    let Some(bag) = rule.get("properties") else { return false };
    let mut cwe = Vec::new();
    class::numbers(bag, &mut cwe);
    let mut tags = bag.get("tags").and_then(Value::as_array).into_iter().flatten();
    !cwe.is_empty() || bag.get("security-severity").is_some() || tags.any(|tag| tag == "security")
}

/// What a rule is called: its id, its name, and the last part of the address of its help.
fn words(id: &str, rule: Option<&Value>) -> String {
    let member = |key: &str| rule.and_then(|rule| rule.get(key)?.as_str()).unwrap_or_default();
    let help = member("helpUri").rsplit(['/', '#']).next().unwrap_or_default();
    format!("{id} {} {help}", member("name"))
}

/// Numbers of CWE among the taxa of a result.
fn taxa(result: &Value, cwe: &mut Vec<u32>) {
    for taxon in result.get("taxa").and_then(Value::as_array).into_iter().flatten() {
        let of = taxon.get("toolComponent").and_then(|component| component.get("name")?.as_str());
        let id = taxon
            .get("id")
            .and_then(Value::as_str)
            .filter(|_| of.is_some_and(|name| name.eq_ignore_ascii_case("cwe")));
        cwe.extend(id.and_then(|id| id.trim_start_matches("CWE-").parse::<u32>().ok()));
    }
}

/// Where a result begins; the line that it ends in, and the column behind its end.
fn location(run: &Value, result: &Value) -> (Option<Place>, (u32, u32)) {
    let physical = || result.get("locations")?.get(0)?.get("physicalLocation");
    let Some(physical) = physical() else { return (None, (0, 0)) };
    let path = physical.get("artifactLocation").and_then(|location| place::path(location, run));
    let region = |key: &str| {
        let number = physical.get("region")?.get(key)?.as_u64()?;
        u32::try_from(number).ok()
    };
    let line = region("startLine").unwrap_or(0);
    let place = path.map(|path| Place::new(path, line, region("startColumn").unwrap_or(1).max(1)));
    let end = region("endLine").unwrap_or(line);
    (place, (end.max(line), region("endColumn").unwrap_or(0)))
}

/// The path under a base.
fn bare_path(result: &Value) -> String {
    let location = || result.get("locations")?.get(0)?.get("physicalLocation")?.get("artifactLocation");
    let based = location().filter(|location| location.get("uriBaseId").is_some());
    based
        .and_then(|location| place::path(&json!({"uri": location.get("uri")?}), &Value::Null))
        .unwrap_or_default()
}

/// The number of the scanner, or what its words are worth.
fn severity(result: &Value, rule: Option<&Value>) -> f64 {
    let bags = [result.get("properties"), rule.and_then(|rule| rule.get("properties"))];
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let scored = bags.iter().flatten().find_map(|bag| bag.get("security-severity").and_then(number));
    if let Some(score) = scored.filter(|score| (0.0..=10.0).contains(score)) {
        return (score / 10.0).max(0.05);
    }
    let named = ["issue_severity", "severity", "problem.severity"];
    let word = bags.iter().flatten().find_map(|bag| named.iter().find_map(|key| bag.get(key)?.as_str()));
    let level = result.get("level").or_else(|| rule?.get("defaultConfiguration")?.get("level"));
    let level = level.and_then(Value::as_str);
    of_word(word.or(level).unwrap_or("warning"))
}

fn of_word(word: &str) -> f64 {
    match word.to_ascii_lowercase().as_str() {
        "critical" => 0.95,
        "error" | "high" => 0.8,
        "warning" | "medium" | "moderate" => 0.5,
        "note" | "low" | "recommendation" => 0.2,
        _ => 0.1,
    }
}

/// One log with every run of every log, the results of each run by rank, all that they had still in them. Results are
/// made one by one while they are written: ten thousand with their paths would take hundreds of megabytes.
pub(crate) fn ranked(backlog: &Backlog) -> impl Serialize {
    Ranked { backlog }
}

struct Ranked<'a> {
    backlog: &'a Backlog,
}

impl Serialize for Ranked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items: BTreeMap<(usize, usize), Vec<&Item>> = BTreeMap::new();
        for item in &self.backlog.items {
            items.entry((item.index.0, item.index.1)).or_default().push(item);
        }
        let mut runs = Vec::new();
        for (log, value) in self.backlog.logs().iter().enumerate() {
            let of_log = value.get("runs").and_then(Value::as_array).into_iter().flatten();
            let members = of_log.enumerate().filter_map(|(run, value)| Some((run, value.as_object()?)));
            runs.extend(members.map(|(run, members)| {
                let items = items.remove(&(log, run)).unwrap_or_default();
                RankedRun { backlog: self.backlog, members, items }
            }));
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", SCHEMA)?;
        map.serialize_entry("version", "2.1.0")?;
        map.serialize_entry("runs", &runs)?;
        if !self.backlog.notes.is_empty() {
            let notes: Vec<&str> = self.backlog.notes.iter().map(|note| note.message.as_str()).collect();
            map.serialize_entry("properties", &json!({"blastline": {"notes": notes}}))?;
        }
        map.end()
    }
}

/// A run as it came, but for its results.
struct RankedRun<'a> {
    backlog: &'a Backlog,
    members: &'a Map<String, Value>,
    /// By rank.
    items: Vec<&'a Item>,
}

impl Serialize for RankedRun<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (key, value) in self.members {
            match value.as_array().filter(|_| key == "results") {
                Some(results) => map.serialize_entry(key, &RankedResults { run: self, results })?,
                None => map.serialize_entry(key, value)?,
            }
        }
        map.end()
    }
}

struct RankedResults<'a> {
    run: &'a RankedRun<'a>,
    results: &'a [Value],
}

impl Serialize for RankedResults<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.run.items.iter().map(|item| {
            let mut value = self.results[item.index.2].clone();
            annotate(&mut value, item, self.run.backlog);
            value
        }))
    }
}

fn annotate(result: &mut Value, item: &Item, backlog: &Backlog) {
    let Some(members) = result.as_object_mut() else { return };
    let score = (item.score * 10.0).round() / 10.0;
    members.insert("rank".to_owned(), json!(score));
    members.entry("kind").or_insert_with(|| json!("fail"));
    let hop = |hop: &crate::finding::Hop| json!({"file": hop.place.file, "line": hop.place.line, "function": hop.function, "what": hop.what});
    let factors: Map<String, Value> = item
        .factors
        .iter()
        .map(|factor| (factor.name.to_owned(), json!({"value": factor.value, "why": factor.why})))
        .collect();
    let mut ours = json!({
        "score": score,
        "decision": item.decision.name(),
        "relation": item.relation.name(),
        "why": item.why,
        "factors": factors,
    });
    if let Some(verdict) = item.verdict {
        ours["verdict"] = json!(verdict.name());
    }
    if let Some((name, kind)) = &item.entry {
        ours["entry"] = json!({"name": name, "kind": kind});
    }
    if !item.path.is_empty() {
        ours["path"] = item.path.iter().map(hop).collect();
    }
    if !item.finding.is_empty() {
        ours["finding"] = json!(item.finding);
    }
    if let Some(provenance) = &item.provenance {
        ours["generated"] = json!((provenance.generated() * 100.0).round() / 100.0);
        ours["tools"] = json!(provenance.tools);
    }
    if !item.owners.is_empty() {
        ours["owners"] = item
            .owners
            .iter()
            .map(|owner| json!({"name": owner.name, "title": owner.title.name()}))
            .collect();
    }
    if let Some(first) = item.duplicate_of.map(|first| &backlog.items[first]) {
        ours["duplicateOf"] = json!({"tool": first.tool, "rule": first.rule});
    }
    let bag = members.entry("properties").or_insert_with(|| json!({}));
    if let Some(bag) = bag.as_object_mut() {
        bag.insert("blastline".to_owned(), ours);
    }
}
