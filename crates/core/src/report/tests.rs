//! Whole reports of findings made by hand, and the schemas that they keep.

use super::*;
use crate::discover::Skipped;
use crate::finding::{Evidence, Factor, Hop, Notice, Place, Verdict};
use crate::solution::Certainty;
use crate::summary::Summary;

fn hop(file: &str, line: u32, function: &str, what: &str, certainty: Option<Certainty>) -> Hop {
    let mut hop = Hop::new(Place::new(file, line, 5), function.to_owned(), what.to_owned(), certainty);
    hop.text = format!("    {what}()");
    hop
}

/// A finding with everything in it, and a path of `hops` hops.
fn finding(score: f64, hops: u32) -> Finding {
    let mut finding = Finding::new("command-injection", Place::new("app/jobs.py", 42, 5));
    finding.id = format!("{:016x}", 0x4f2a_9c01_d2e3_b4a5_u64 ^ score.to_bits());
    finding.message = "The body of POST /orders/{order_id} is run by a shell.".to_owned();
    finding.kind = "exec".to_owned();
    finding.subject = "subprocess.run".to_owned();
    finding.path = (1..hops)
        .map(|index| {
            let certainty = if index == 2 { Certainty::Possible } else { Certainty::Resolved };
            hop(
                &format!("app/m{index}.py"),
                index * 7,
                &format!("app.m{index}.step"),
                "calls next",
                Some(certainty),
            )
        })
        .collect();
    finding.path.push(hop("app/jobs.py", 42, "app.jobs.run_job", "calls subprocess.run", None));
    finding.entry = Some(("POST /orders/{order_id}".to_owned(), "route".to_owned()));
    finding.other_entries = 2;
    finding.secrets = vec!["STRIPE_KEY".to_owned()];
    finding.verdict = Verdict::Reachable;
    finding.evidence = Evidence::Flow;
    finding.score = score;
    finding.factors = vec![
        Factor::new("impact", 1.0, "A shell runs what it is given.".to_owned(), String::new()),
        Factor::new(
            "exposure",
            score / 100.0,
            "Anyone can call the route.".to_owned(),
            "Ask for a login.".to_owned(),
        ),
    ];
    finding.unknowns = vec![Place::new("app/m1.py", 9, 3)];
    finding.advice = "Pass a list of arguments and leave out shell=True.".to_owned();
    finding.cwe = vec![78];
    finding.excerpt = vec![
        (41, "    cmd = build(order)".to_owned()),
        (42, "    subprocess.run(cmd, shell=True)".to_owned()),
        (43, "\treturn".to_owned()),
    ];
    finding
}

/// A finding of which every text is an attack on the terminal or viewer.
fn hostile() -> Finding {
    let attack = "\u{1b}]0;owned\u{7}\u{202e}<b>[x](http://e)\r\n::error::";
    let mut finding = Finding::new(attack, Place::new(attack, 1, 1));
    for text in [&mut finding.message, &mut finding.kind, &mut finding.subject, &mut finding.advice] {
        attack.clone_into(text);
    }
    finding.path = vec![hop(attack, 1, attack, attack, None), hop(attack, 2, attack, attack, None)];
    finding.entry = Some((attack.to_owned(), attack.to_owned()));
    finding.secrets = vec![attack.to_owned()];
    finding.excerpt = vec![(1, attack.to_owned())];
    finding.score = 50.0;
    finding
}

fn analysis(findings: Vec<Finding>) -> Analysis {
    let skipped = Skipped { path: "links/out.py".to_owned(), reason: "Leads out of the root.".to_owned() };
    let note =
        Notice::new(Place::new("app/old.py", 3, 1), "This statement is not Python 3; it was left out.");
    Analysis {
        summary: Summary { functions: 96, sites: 412, unresolved: 14, ..Summary::default() },
        findings,
        skipped: vec![skipped],
        notes: vec![note],
        ..Analysis::default()
    }
}

fn written(name: &str, analysis: &Analysis, view: &View) -> String {
    let mut out = Vec::new();
    (format(name).unwrap().write)(analysis, view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_of_two_findings() {
    let analysis = analysis(vec![finding(92.0, 9), finding(41.0, 2)]);
    insta::assert_snapshot!(written("text", &analysis, &View::default()));
}

#[test]
fn json_of_a_finding() {
    let text = written("json", &analysis(vec![finding(92.0, 2)]), &View::default());
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn sarif_of_a_finding() {
    let text = written("sarif", &analysis(vec![finding(92.0, 2)]), &View::default());
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

/// The text of a file of the repository, from the folder of this crate.
fn read(path: &str) -> serde_json::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    #[expect(clippy::disallowed_methods, reason = "schemas are test data")]
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every complaint of a schema about a report.
fn complaints(schema: &serde_json::Value, report: &str) -> Vec<String> {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let report = serde_json::from_str(report).unwrap();
    validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sarif_keeps_the_official_schema() {
    let schema = read("tests/data/sarif-schema-2.1.0.json");
    for analysis in [analysis(vec![finding(92.0, 9), finding(41.0, 1), hostile()]), Analysis::default()] {
        let report = written("sarif", &analysis, &View::default());
        assert_eq!(complaints(&schema, &report), Vec::<String>::new());
    }
    assert_ne!(complaints(&schema, r#"{"version": "2.1.0"}"#), Vec::<String>::new());
}

#[test]
fn json_keeps_its_schema() {
    let schema = read("../../docs/report.schema.json");
    for analysis in [analysis(vec![finding(92.0, 9), hostile()]), Analysis::default()] {
        let report = written("json", &analysis, &View::default());
        assert_eq!(complaints(&schema, &report), Vec::<String>::new());
    }
    assert_ne!(complaints(&schema, "{}"), Vec::<String>::new());
}

#[test]
fn text_of_the_repository_is_inert_in_every_format() {
    let analysis = analysis(vec![hostile()]);
    for format in FORMATS {
        let text = written(format.name, &analysis, &View::default());
        let active = text.chars().find(|&char| escape::is_active(char) && char != '\n');
        assert_eq!(active, None, "{}", format.name);
        let forged = text.lines().any(|line| line.starts_with("::error::"));
        assert!(!forged, "{} lets a file name begin a line", format.name);
    }
}

#[test]
fn sarif_stays_inside_the_limits() {
    let mut long = finding(99.0, 3_000);
    long.unknowns = (1..500).map(|line| Place::new("a.py", line, 1)).collect();
    long.cwe = (1..100).collect();
    let mut findings = vec![long];
    findings.extend((0..6_000).map(|index| finding(f64::from(6_000 - index) / 100.0, 2)));
    let report = written("sarif", &analysis(findings), &View::default());
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let run = &report["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 5_000);
    let result = &run["results"][0];
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!(steps.len(), 1_000);
    assert_eq!(steps[999]["location"]["message"]["text"], "calls subprocess.run");
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 99);
    assert_eq!(run["tool"]["driver"]["rules"][0]["properties"]["tags"].as_array().unwrap().len(), 10);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["message"]["text"], "1001 results with the lowest scores were left out: 5000 are kept.");
}

#[test]
fn a_view_keeps_the_highest() {
    let analysis = analysis(vec![finding(92.0, 2), finding(41.0, 2), finding(12.0, 2)]);
    let view = View { min_score: 40.0, top: Some(1), ..View::default() };
    let (shown, left_out) = view.of(&analysis.findings);
    assert_eq!((shown.len(), left_out), (1, 2));
    assert!(written("text", &analysis, &view).contains("2 left out by --top or --min-score."));
}

#[test]
fn colour_is_only_added() {
    let analysis = analysis(vec![finding(92.0, 9), hostile()]);
    let plain = written("text", &analysis, &View::default());
    let coloured = written("text", &analysis, &View { color: true, ..View::default() });
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find("\u{1b}[") {
        stripped.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}
