//! `triage` as a process: results of other scanners in the order in which they matter, none lost.

#![expect(clippy::disallowed_methods, reason = "tests make files and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::{Repository, sarif_complaints};
use serde_json::{Value, json};

/// A call that input gets into, the same with a constant, one that nothing reaches, one in a test.
const APP: &str = "import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    os.system(request.args['c'])
    os.system('ls')
    return ''


def _never(command):
    os.system(command)
";
const TEST: &str = "import os\n\n\ndef test_it(command):\n    os.system(command)\n";

fn result(rule: &str, file: &str, line: u32) -> Value {
    json!({
        "ruleId": rule,
        "level": "error",
        "message": {"text": "a shell"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line}}}],
    })
}

fn log(tool: &str, rules: &[&str], results: &[Value]) -> Value {
    let rules: Vec<Value> =
        rules.iter().map(|rule| json!({"id": rule, "properties": {"tags": ["CWE-78"]}})).collect();
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool, "rules": rules}}, "results": results}]})
}

fn repository() -> Repository {
    Repository::plain(&[("app.py", APP), ("tests/test_app.py", TEST)])
}

fn ranked(repository: &Repository, files: &[&str]) -> Value {
    let ran = repository.run(&[&["triage", "--format", "sarif"], files].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(sarif_complaints(&ran.out), Vec::<String>::new());
    serde_json::from_str(&ran.out).unwrap()
}

/// `line relation` of the results of a run, in their order.
fn order(sarif: &Value, run: usize) -> Vec<String> {
    let results = sarif["runs"][run]["results"].as_array().unwrap().iter();
    let row = |result: &Value| {
        let physical = &result["locations"][0]["physicalLocation"];
        let ours = &result["properties"]["blastline"];
        format!("{} {}", physical["region"]["startLine"], ours["relation"].as_str().unwrap())
    };
    results.map(row).collect()
}

#[test]
fn what_is_proven_comes_first_and_what_is_constant_last() {
    let repository = repository();
    let results = [
        result("B605", "tests/test_app.py", 5),
        result("B605", "app.py", 15),
        result("B605", "app.py", 10),
        result("B605", "app.py", 9),
    ];
    repository.write("b.sarif", &log("Bandit", &["B605"], &results).to_string());
    let sarif = ranked(&repository, &["b.sarif"]);
    let rows = order(&sarif, 0);
    assert_eq!((rows.len(), rows[0].as_str()), (4, "9 confirmed"), "{rows:?}");
    assert!(rows[1..].iter().all(|row| row.ends_with("weakened")), "{rows:?}");
    let first = &sarif["runs"][0]["results"][0];
    assert_eq!(first["properties"]["blastline"]["entry"]["kind"], "route", "{first}");
    assert!(first["rank"].as_f64().unwrap() > 60.0, "{first}");
    assert!(first["properties"]["blastline"]["path"].as_array().unwrap().len() > 1, "{first}");
    assert_eq!((&first["kind"], &first["message"]["text"]), (&json!("fail"), &json!("a shell")));
}

/// Calls over several lines: one within another, one beside another, and a statement that puts text together.
const LINES: &str = "import os
import sqlite3
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    subprocess.run(
        'ping ' +
        request.args['c'],
        shell=True,
    )
    subprocess.run(
        'ls',
        stdout=os.system(
            request.args['d']
        ),
        shell=True,
    )
    query = (
        'SELECT ' +
        request.args['q'] +
        ' FROM t'
    )
    sqlite3.connect('x').execute(query)
    return ''
";

#[test]
fn later_lines_of_a_call_are_tied_to_it() {
    let repository = Repository::plain(&[("app.py", LINES)]);
    // Argument, keyword and closing bracket; the inner call; the outer one that holds it, of which all is constant.
    let lines = [13, 14, 15, 19, 17, 21];
    let results: Vec<Value> = lines.iter().map(|&line| result("B602", "app.py", line)).collect();
    let mut text = result("B608", "app.py", 25);
    text["properties"] = json!({"tags": ["CWE-89"]});
    repository.write("b.sarif", &log("Bandit", &["B602"], &results).to_string());
    repository.write("q.sarif", &log("Other", &[], &[text]).to_string());
    let sarif = ranked(&repository, &["b.sarif", "q.sarif"]);
    let mut rows = order(&sarif, 0);
    rows.sort();
    let expected =
        ["13 confirmed", "14 confirmed", "15 confirmed", "17 weakened", "19 confirmed", "21 weakened"];
    assert_eq!(rows, expected);
    assert_eq!(order(&sarif, 1), ["25 confirmed"]);
    let text = repository.run(&["triage", "b.sarif"]).out;
    assert_eq!(text.matches("confirmed:").count(), 2, "those of one call are one: {text}");
}

#[test]
fn columns_tell_calls_of_a_line_apart() {
    let app = "import os\n\nos.system('ls'); os.system(input())\n";
    let repository = Repository::plain(&[("app.py", app)]);
    let mut results = [result("B605", "app.py", 3), result("B605", "app.py", 3)];
    for (result, (first, end)) in results.iter_mut().zip([(4, 15), (18, 36)]) {
        let region = &mut result["locations"][0]["physicalLocation"]["region"];
        (region["startColumn"], region["endColumn"]) = (json!(first), json!(end));
    }
    repository.write("b.sarif", &log("Bandit", &["B605"], &results).to_string());
    assert_eq!(order(&ranked(&repository, &["b.sarif"]), 0), ["3 confirmed", "3 weakened"]);
}

#[test]
fn a_rule_that_says_nothing_is_supported_by_what_ends_at_its_place() {
    let repository = repository();
    let rule = |id: &str, line| {
        let mut value = result(id, "app.py", line);
        value["message"]["text"] = json!("see the manual");
        value
    };
    let results = [rule("X1", 9), rule("X1", 10), rule("import-order", 9)];
    let log = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "results": results}]});
    repository.write("t.sarif", &log.to_string());
    repository.write("b.sarif", &self::log("Bandit", &["B605"], &[result("B605", "app.py", 9)]).to_string());
    let sarif = ranked(&repository, &["t.sarif", "b.sarif"]);
    let rows: Vec<String> = order(&sarif, 0);
    assert_eq!(
        (rows[0].as_str(), &rows[1..]),
        ("9 supported", &["9 located".to_owned(), "10 located".to_owned()][..])
    );
    let first = &sarif["runs"][0]["results"][0];
    let why = first["properties"]["blastline"]["why"].as_str().unwrap();
    assert!(why.starts_with("the rule does not say what it is about"), "{why}");
    assert!(first["rank"].as_f64() < sarif["runs"][1]["results"][0]["rank"].as_f64());
}

#[test]
fn paths_of_every_kind_are_tied() {
    let repository = repository();
    let absolute = format!("file://{}/app.py", repository.path().canonicalize().unwrap().display());
    let based = json!({"uri": "app.py", "uriBaseId": "%SRCROOT%"});
    let mut with_base = result("r", "x", 9);
    with_base["locations"][0]["physicalLocation"]["artifactLocation"] = based;
    let results = [
        result("r", &absolute, 9),
        result("r", "services/shop/app.py", 9),
        with_base,
        result("r", "gone.py", 9),
        json!({"message": {"text": "no place"}}),
    ];
    let mut log = log("T", &["r"], &results);
    log["runs"][0]["originalUriBaseIds"] = json!({"%SRCROOT%": {"uri": "file:///elsewhere/"}});
    repository.write("t.sarif", &log.to_string());
    let sarif = ranked(&repository, &["t.sarif", "."]);
    let rows = order(&sarif, 0);
    assert_eq!(rows, ["9 confirmed", "9 confirmed", "9 confirmed", "9 not tied", "null not tied"]);
}

#[test]
fn tools_that_say_the_same_are_one_row_of_text() {
    let repository = repository();
    repository.write("a.sarif", &log("Bandit", &["B605"], &[result("B605", "app.py", 9)]).to_string());
    repository
        .write("b.sarif", &log("Semgrep", &["x.system"], &[result("x.system", "app.py", 9)]).to_string());
    let sarif = ranked(&repository, &["a.sarif", "b.sarif"]);
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 2);
    let duplicate = &sarif["runs"][1]["results"][0]["properties"]["blastline"]["duplicateOf"];
    assert_eq!(duplicate["tool"], "Bandit");
    let text = repository.run(&["triage", "a.sarif", "b.sarif"]).out;
    assert!(text.contains("also Semgrep x.system") && text.contains("1 say what another says"), "{text}");
    assert_eq!(text.matches("app.py:9").count(), 1, "{text}");
}

#[test]
fn all_that_a_result_had_is_still_there() {
    let repository = repository();
    let mut odd = result("r", "app.py", 9);
    odd["fingerprints"] = json!({"x/v1": "abc"});
    odd["properties"] = json!({"mine": [1, 2]});
    odd["suppressions"] = json!([{"kind": "inSource"}]);
    let mut log = log("T", &["r"], &[odd.clone()]);
    log["runs"][0]["invocations"] = json!([{"executionSuccessful": true}]);
    log["runs"].as_array_mut().unwrap().push(json!({"tool": {"driver": {"name": "Empty"}}}));
    repository.write("t.sarif", &log.to_string());
    let sarif = ranked(&repository, &["t.sarif"]);
    let result = &sarif["runs"][0]["results"][0];
    for key in ["fingerprints", "suppressions", "locations", "ruleId", "level"] {
        assert_eq!(result[key], odd[key], "{key}");
    }
    assert_eq!(result["properties"]["mine"], json!([1, 2]));
    assert_eq!(sarif["runs"][0]["invocations"], log["runs"][0]["invocations"]);
    assert!(sarif["runs"][1].get("results").is_none());
}

#[test]
fn reports_that_are_no_sarif() {
    let repository = repository();
    repository
        .write("pkg.py", "import requests\n\n\ndef get():\n    return requests.get('https://example.org')\n");
    repository.write(
        "gitleaks.json",
        &json!([{"RuleID": "aws", "Description": "AWS key", "File": "app.py", "StartLine": 4, "EndLine": 4, "Secret": "AKIA-VALUE", "Match": "AKIA-VALUE"}]).to_string(),
    );
    let trivy = json!({"SchemaVersion": 2, "Results": [{"Target": "requirements.txt", "Vulnerabilities": [
        {"VulnerabilityID": "CVE-1", "PkgName": "requests", "InstalledVersion": "1", "Severity": "HIGH", "Title": "t"},
        {"VulnerabilityID": "CVE-2", "PkgName": "never-used", "InstalledVersion": "1", "Severity": "CRITICAL", "Title": "t"}]}]});
    repository.write("trivy.json", &trivy.to_string());
    let osv = json!({"results": [{"source": {"path": "requirements.txt"}, "packages": [{"package": {"name": "requests", "version": "1"},
        "vulnerabilities": [{"id": "GHSA-1", "summary": "s"}], "groups": [{"ids": ["GHSA-1"], "max_severity": "7.5"}]}]}]});
    repository.write("osv.json", &osv.to_string());
    let npm = json!({"auditReportVersion": 2, "vulnerabilities": {"lodash": {"severity": "high", "via": [
        {"title": "t", "url": "https://github.com/advisories/GHSA-2", "severity": "high", "cwe": ["CWE-1321"], "cvss": {"score": 7.2}}]}}});
    repository.write("npm.json", &npm.to_string());
    let ran = repository.run(&[
        "triage",
        "--format",
        "sarif",
        "gitleaks.json",
        "trivy.json",
        "osv.json",
        "npm.json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.out.contains("AKIA-VALUE"), "values of secrets stay out");
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let names: Vec<_> =
        sarif["runs"].as_array().unwrap().iter().map(|run| run["tool"]["driver"]["name"].clone()).collect();
    assert_eq!(names, ["gitleaks", "Trivy", "osv-scanner", "npm audit"]);
    let ids: Vec<_> =
        sarif["runs"][1]["results"].as_array().unwrap().iter().map(|r| r["ruleId"].clone()).collect();
    assert_eq!(ids, ["CVE-1", "CVE-2"], "what is called comes before what nothing imports");
    assert_eq!(sarif["runs"][2]["results"][0]["ruleId"], "GHSA-1");
    assert_eq!(sarif["runs"][3]["results"][0]["ruleId"], "GHSA-2");
}

#[test]
fn packed_files_are_unpacked() {
    use std::io::Write;
    let repository = repository();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(log("T", &["r"], &[result("r", "app.py", 9)]).to_string().as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    std::fs::write(repository.path().join("t.sarif.gz"), &packed).unwrap();
    assert_eq!(order(&ranked(&repository, &["t.sarif.gz"]), 0), ["9 confirmed"]);
    std::fs::write(repository.path().join("cut.sarif.gz"), &packed[..packed.len() / 2]).unwrap();
    repository.run(&["triage", "cut.sarif.gz"]).complains("it is no whole gzip file");
}

#[test]
fn broken_logs_are_errors_that_say_what_to_do() {
    let repository = repository();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let whole = log("T", &["r"], &[result("r", "app.py", 9)]).to_string();
    for (text, message) in [
        ("", "ends in the middle"),
        (&whole[..whole.len() - 9], "line 1: ends in the middle"),
        ("{\n\"a\": x}", "line 2: is no JSON"),
        (&deep, "is no JSON: recursion limit"),
        ("{\"version\": \"2.0.0\", \"runs\": []}", "it is SARIF 2.0.0, and 2.1.0 is read"),
        ("{\"version\": \"2.1.0\"}", "it has no list `runs`"),
        ("{\"version\": \"2.1.0\", \"runs\": {}}", "it has no list `runs`"),
        ("{\"version\": \"2.1.0\", \"runs\": [{\"results\": [1]}]}", "runs[0].results[0] is no object"),
        (
            "{\"version\": \"2.1.0\", \"runs\": [{\"results\": [{\"properties\": 1}]}]}",
            "is no object with properties",
        ),
        ("{\"x\": 1}", "it is of no kind that is known"),
        ("[1]", "it is of no kind that is known"),
    ] {
        repository.write("t.sarif", text);
        repository.run(&["triage", "t.sarif"]).complains(message);
    }
    repository.run(&["triage", "none.sarif"]).complains("cannot read `none.sarif`");
    repository.run(&["triage", "."]).complains("no file of results is named");
}

#[test]
fn a_threshold_fails_the_run() {
    let repository = repository();
    repository.write("t.sarif", &log("T", &["r"], &[result("r", "app.py", 9)]).to_string());
    assert_eq!(repository.run(&["triage", "t.sarif", "--fail-on", "60"]).code, 1);
    assert_eq!(repository.run(&["triage", "t.sarif", "--fail-on", "99"]).code, 0);
}

/// `line: score why` of the results of the first run, in their order.
fn reasons(sarif: &Value) -> Vec<(u64, f64, String)> {
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let row = |result: &Value| {
        let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
        let why = result["properties"]["blastline"]["why"].as_str().unwrap();
        (line.as_u64().unwrap(), result["rank"].as_f64().unwrap(), why.to_owned())
    };
    results.map(row).collect()
}

#[test]
fn what_callers_from_outside_choose_comes_before_what_the_function_fixes() {
    let library = "import os


def ping(host):
    os.system('ping ' + host)


def pong(host):
    host = os.name
    os.system('ping ' + host)


def _inner(host):
    os.system('ping ' + host)


def outer():
    _inner(os.name)


if __name__ == '__main__':
    ping('localhost')
    pong('localhost')
";
    let repository = Repository::plain(&[("lib.py", library)]);
    let results = [10, 14, 5].map(|line| result("B605", "lib.py", line));
    repository.write("b.sarif", &log("Bandit", &["B605"], &results).to_string());
    let rows = reasons(&ranked(&repository, &["b.sarif"]));
    assert_eq!(rows[0].0, 5, "{rows:?}");
    assert!(rows[0].2.starts_with("parameter `host` of `lib.ping`"), "{rows:?}");
    assert!(rows[1..].iter().all(|row| row.1 < rows[0].1 && !row.2.contains("parameter")), "{rows:?}");
}

#[test]
fn lines_that_only_import_come_after_calls() {
    let text =
        "import pickle\n\n\ndef load(path):\n    return pickle.load(open(path, 'rb'))\n\n\nload('x')\n";
    let repository = Repository::plain(&[("main.py", text)]);
    let results = [1, 5].map(|line| result("B403", "main.py", line));
    let mut log = log("Bandit", &[], &results);
    log["runs"][0]["tool"]["driver"]["rules"] = json!([{"id": "B403", "properties": {"tags": ["CWE-502"]}}]);
    repository.write("b.sarif", &log.to_string());
    let rows = reasons(&ranked(&repository, &["b.sarif"]));
    assert_eq!(rows[1].0, 1, "{rows:?}");
    assert!(rows[1].2.contains("only imports"), "{rows:?}");
}

#[test]
fn secrets_are_judged_by_their_look() {
    let key = ["k7Gq2xZ9", "bV4mT1wR8pLs"].concat();
    let text = format!("TOKEN = '{key}'\nPASSWORD = 'hunter2'\npassword_label = 'Your password'\n");
    let repository = Repository::plain(&[("main.py", &text)]);
    let results = [3, 2, 1].map(|line| result("hardcoded-password", "main.py", line));
    repository.write("g.sarif", &log("Semgrep", &[], &results).to_string());
    let rows = reasons(&ranked(&repository, &["g.sarif"]));
    let lines: Vec<u64> = rows.iter().map(|row| row.0).collect();
    assert_eq!(lines, [1, 2, 3], "{rows:?}");
}

#[test]
fn rules_that_a_scanner_does_not_mark_as_security_come_last() {
    let repository = repository();
    let mut log =
        log("Semgrep", &["x.system"], &[result("x.style", "app.py", 12), result("x.system", "app.py", 12)]);
    log["runs"][0]["tool"]["driver"]["rules"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "x.style", "properties": {"tags": []}}));
    repository.write("s.sarif", &log.to_string());
    let sarif = ranked(&repository, &["s.sarif"]);
    assert_eq!(sarif["runs"][0]["results"][1]["ruleId"], "x.style");
    let factors = &sarif["runs"][0]["results"][1]["properties"]["blastline"]["factors"];
    assert!(factors["impact"]["why"].as_str().unwrap().ends_with("not one about security"), "{factors}");
}

#[test]
fn the_words_of_a_rule_count_beside_its_number() {
    let repository = repository();
    let mut log = log("Bandit", &[], &[result("B605", "app.py", 9)]);
    log["runs"][0]["tool"]["driver"]["rules"] = json!([{"id": "B605", "name": "blacklist", "helpUri": "https://x/y.html#b605-start-process-with-a-shell", "properties": {"tags": ["CWE-20"]}}]);
    repository.write("b.sarif", &log.to_string());
    assert_eq!(order(&ranked(&repository, &["b.sarif"]), 0), ["9 confirmed"]);
}

#[test]
fn what_is_exploited_comes_first() {
    let repository = Repository::plain(&[(
        "pkg.py",
        "import requests\n\n\ndef get():\n    return requests.get('https://e.org')\n\n\nget()\n",
    )]);
    let row = |id: &str, package: &str| json!({"VulnerabilityID": id, "PkgName": package, "InstalledVersion": "1", "Severity": "HIGH", "Title": "t"});
    let rows = [
        ("CVE-2024-1", "requests"),
        ("CVE-2024-2", "requests"),
        ("CVE-2024-3", "requests"),
        ("CVE-2024-4", "unused"),
    ];
    let rows = rows.map(|(id, package)| row(id, package));
    repository.write(
        "trivy.json",
        &json!({"SchemaVersion": 2, "Results": [{"Target": "requirements.txt", "Vulnerabilities": rows}]})
            .to_string(),
    );
    repository.write(
        "epss.csv",
        "#model_version:v1\ncve,epss,percentile\nCVE-2024-1,0.00043,0.1\nCVE-2024-2,0.7,0.9\n",
    );
    repository.write(
        "kev.json",
        "{\"vulnerabilities\": [{\"cveID\": \"CVE-2024-3\"}, {\"cveID\": \"CVE-2024-4\"}]}",
    );
    let ran = repository.run(&[
        "triage",
        "--format",
        "sarif",
        "--exploits",
        "epss.csv",
        "--exploits",
        "kev.json",
        "trivy.json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rows: Vec<_> = results
        .iter()
        .map(|row| {
            (row["ruleId"].as_str().unwrap(), row["properties"]["blastline"]["decision"].as_str().unwrap())
        })
        .collect();
    let expected =
        [("CVE-2024-3", "act"), ("CVE-2024-2", "track"), ("CVE-2024-1", "track"), ("CVE-2024-4", "track")];
    assert_eq!(rows, expected);
    let why =
        |at: usize| results[at]["properties"]["blastline"]["factors"]["exposure"]["why"].as_str().unwrap();
    assert!(why(0).contains("(KEV)") && why(1).contains("0.700 (EPSS)"), "{} {}", why(0), why(1));
    repository.write("none.csv", "a,b\n");
    repository
        .run(&["triage", "trivy.json", "--exploits", "none.csv"])
        .complains("none.csv:1: has no columns");
}

#[test]
fn packages_are_found_in_the_words_of_scanners() {
    let repository = Repository::plain(&[("pkg.py", "import requests\n\nrequests.get('https://e.org')\n")]);
    let messages = [
        "Package: requests\nInstalled Version: 1\nVulnerability CVE-2024-1",
        "Package 'requests@1.0' is vulnerable to 'CVE-2024-1'.",
        "This file introduces a vulnerable requests package with a high severity vulnerability.",
    ];
    let rows = messages.map(|text| {
        let mut row = result("CVE-2024-1", "requirements.txt", 1);
        row["message"]["text"] = text.into();
        row
    });
    repository.write("t.sarif", &log("Trivy", &[], &rows).to_string());
    let rows = reasons(&ranked(&repository, &["t.sarif"]));
    assert!(rows.iter().all(|row| row.2 == "code of the package is called"), "{rows:?}");
}

#[test]
fn weights_of_the_configuration_count() {
    let repository = repository();
    repository.write("t.sarif", &log("T", &["r"], &[result("r", "app.py", 9)]).to_string());
    let score = || ranked(&repository, &["t.sarif"])["runs"][0]["results"][0]["rank"].as_f64().unwrap();
    let before = score();
    repository.write("blastline.toml", "[rank]\nimpact = 2\n");
    assert!(score() < before, "{before}");
    let says = "weighs the factors of its own scores: lower are scores, by `impact = 2`";
    let ranked = ranked(&repository, &["t.sarif"]);
    assert!(ranked["properties"]["blastline"]["notes"].to_string().contains(says), "{ranked}");
    assert!(repository.run(&["triage", "t.sarif"]).out.contains(says));
    let report: Value = serde_json::from_str(&repository.run(&["scan", "--format", "json"]).out).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(
        (&finding["decision"], &finding["factors"][0]["weight"]),
        (&json!("act"), &json!(2.0)),
        "{finding}"
    );
    assert!(report["notes"].to_string().contains("weighs the factors"), "{}", report["notes"]);
    let text = repository.run(&["explain", finding["id"].as_str().unwrap()]).out;
    assert!(text.contains("with the weight 2") && text.contains(": act"), "{text}");
}

#[test]
fn what_is_made_harmless_comes_after_what_is_not() {
    let text = "import os
import shlex
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    os.system('ls ' + shlex.quote(request.args['c']))
    os.system('ls ' + os.readlink('x'))
    os.system('ls')
    return ''
";
    let repository = Repository::plain(&[("app.py", text)]);
    let results = [12, 10, 11].map(|line| result("B605", "app.py", line));
    repository.write("b.sarif", &log("Bandit", &["B605"], &results).to_string());
    let rows = reasons(&ranked(&repository, &["b.sarif"]));
    let lines: Vec<u64> = rows.iter().map(|row| row.0).collect();
    assert_eq!(lines, [11, 10, 12], "{rows:?}");
    assert!(rows[1].2.starts_with("what gets into the call is made harmless"), "{rows:?}");
}

#[test]
fn what_is_made_harmless_mends_no_setting_of_a_call() {
    let text = "import shlex
import yaml
from flask import Flask, request

app = Flask(__name__)


@app.route('/load')
def load():
    return yaml.load(shlex.quote(request.args['c']))
";
    let repository = Repository::plain(&[("app.py", text)]);
    let mut row = result("B506", "app.py", 10);
    row["properties"] = json!({"tags": ["CWE-502"]});
    repository.write("b.sarif", &log("Bandit", &[], &[row]).to_string());
    assert_eq!(order(&ranked(&repository, &["b.sarif"]), 0), ["10 supported"]);
}
