//! JSON of gitleaks, Trivy, osv-scanner and npm audit → SARIF, with all that a result says.
//!
//! Values of secrets are left behind: gitleaks writes them into its report.

use serde_json::{Value, json};

/// The log of a report; none where it is of no kind that is known.
pub(super) fn log(value: &Value) -> Option<Value> {
    let (tool, results) = if let Some(rows) = value.as_array() {
        ("gitleaks", gitleaks(rows)?)
    } else if value.get("auditReportVersion").is_some() {
        ("npm audit", npm(value))
    } else if value.get("Results").is_some() || value.get("SchemaVersion").is_some() {
        ("Trivy", trivy(value))
    } else if value.get("results").is_some_and(Value::is_array) {
        ("osv-scanner", osv(value)?)
    } else {
        return None;
    };
    Some(json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": results}]}))
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn rows<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A result at a place.
fn result(rule: &str, text: String, (file, first, last): (&str, u64, u64), properties: Value) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": encoded(file)}});
    if first > 0 {
        physical["region"] = json!({"startLine": first, "endLine": last.max(first)});
    }
    json!({
        "ruleId": rule,
        "message": {"text": text},
        "locations": [{"physicalLocation": physical}],
        "properties": properties,
    })
}

fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace(' ', "%20")
}

fn gitleaks(values: &[Value]) -> Option<Vec<Value>> {
    let result = |row: &Value| {
        let rule = row.get("RuleID")?.as_str()?;
        let line = |key: &str| row.get(key).and_then(Value::as_u64).unwrap_or(0);
        let text = word(row, "Description");
        let place = (row.get("File")?.as_str()?, line("StartLine"), line("EndLine"));
        let fingerprint = word(row, "Fingerprint");
        Some(result(
            rule,
            text,
            place,
            json!({"tags": ["CWE-798"], "severity": "high", "fingerprint": fingerprint}),
        ))
    };
    values.iter().map(result).collect()
}

fn trivy(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for target in rows(value, "Results") {
        let file = word(target, "Target");
        for row in rows(target, "Vulnerabilities") {
            let (id, package) = (word(row, "VulnerabilityID"), word(row, "PkgName"));
            let text = format!("{package} {}: {}", word(row, "InstalledVersion"), word(row, "Title"));
            let properties = json!({
                "package": package,
                "severity": word(row, "Severity"),
                "cwe": row.get("CweIDs"),
                "fixed": row.get("FixedVersion"),
            });
            all.push(result(&id, text, (&file, 0, 0), properties));
        }
        for row in rows(target, "Misconfigurations") {
            let cause = row.get("CauseMetadata");
            let line = |key: &str| cause.and_then(|cause| cause.get(key)?.as_u64()).unwrap_or(0);
            let properties = json!({"severity": word(row, "Severity")});
            let place = (file.as_str(), line("StartLine"), line("EndLine"));
            all.push(result(&word(row, "ID"), word(row, "Title"), place, properties));
        }
        for row in rows(target, "Secrets") {
            let line = |key: &str| row.get(key).and_then(Value::as_u64).unwrap_or(0);
            let properties = json!({"severity": word(row, "Severity"), "tags": ["CWE-798"]});
            let place = (file.as_str(), line("StartLine"), line("EndLine"));
            all.push(result(&word(row, "RuleID"), word(row, "Title"), place, properties));
        }
    }
    all
}

fn osv(value: &Value) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for source in rows(value, "results") {
        let file = source.get("source").map(|source| word(source, "path"))?;
        for package in rows(source, "packages") {
            let about = package.get("package")?;
            let (name, version) = (word(about, "name"), word(about, "version"));
            for row in rows(package, "vulnerabilities") {
                let id = word(row, "id");
                let group =
                    rows(package, "groups").find(|group| rows(group, "ids").any(|other| other == &json!(id)));
                let severity = group.map(|group| word(group, "max_severity")).unwrap_or_default();
                let details = row.get("database_specific");
                let properties = json!({
                    "package": name,
                    "aliases": row.get("aliases"),
                    "security-severity": severity,
                    "severity": details.map(|details| word(details, "severity")),
                    "cwe": details.and_then(|details| details.get("cwe_ids")),
                });
                all.push(result(
                    &id,
                    format!("{name} {version}: {}", word(row, "summary")),
                    (&file, 0, 0),
                    properties,
                ));
            }
        }
    }
    Some(all)
}

fn npm(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for (name, row) in value.get("vulnerabilities").and_then(Value::as_object).into_iter().flatten() {
        let mut advisories = rows(row, "via").filter(|via| via.is_object()).peekable();
        if advisories.peek().is_none() {
            // Vulnerable through another package only, which has a result of its own.
            let through: Vec<_> = rows(row, "via").filter_map(Value::as_str).collect();
            let text = format!("{name} depends on {}", through.join(", "));
            let properties = json!({"package": name, "severity": word(row, "severity")});
            all.push(result(name, text, ("package.json", 0, 0), properties));
        }
        for advisory in advisories {
            let score = advisory
                .get("cvss")
                .and_then(|cvss| cvss.get("score"))
                .filter(|score| score.as_f64() > Some(0.0));
            let properties = json!({
                "package": name,
                "security-severity": score,
                "severity": word(advisory, "severity"),
                "cwe": advisory.get("cwe"),
            });
            let id = word(advisory, "url").rsplit('/').next().unwrap_or_default().to_owned();
            let text = format!("{name}: {}", word(advisory, "title"));
            all.push(result(&id, text, ("package.json", 0, 0), properties));
        }
    }
    all
}
