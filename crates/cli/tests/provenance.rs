//! `provenance` as a process, on repositories that `git` makes: whose each line is, and what says so.

#![expect(clippy::disallowed_methods, reason = "tests make repositories and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::Repository;
use serde_json::Value;

const PERSON: &str = "Jane Doe <jane@example.org>";
const CLAUDE: &str = "Co-authored-by: Claude Opus 4.6 <noreply@anthropic.com>";

/// `LINE writer basis tool model` of a file.
fn lines(report: &Value, path: &str) -> Vec<String> {
    let file = report["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap();
    let row = |stretch: &Value| {
        let kind = &report["kinds"][stretch[2].as_u64().unwrap() as usize];
        let words = ["writer", "basis", "tool", "model"].map(|key| kind[key].as_str().unwrap().to_owned());
        format!("{}-{} {}", stretch[0], stretch[1], words.join(" ").trim_end())
    };
    file["stretches"].as_array().unwrap().iter().map(row).collect()
}

fn report(repository: &Repository, arguments: &[&str]) -> Value {
    let out = repository.run(&[&["provenance", "--format", "json"], arguments].concat());
    assert_eq!(out.code, 0, "{}", out.err);
    serde_json::from_str(&out.out).unwrap()
}

#[test]
fn trailers_accounts_and_people_are_told_apart() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "one\ntwo\nthree\n")]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("a.py", "one\nTWO\nthree\n")]);
    let bot = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>";
    repository.commit(bot, "three", &[("a.py", "one\nTWO\nthree\nfour\n")]);
    repository.commit("Al <al@anthropic.com>", "four", &[("a.py", "one\nTWO\nthree\nfour\nfive\n")]);
    repository.write("a.py", "one\nTWO\nthree\nfour\nfive\nsix\n");
    repository.write("b.py", "new\n");
    let report = report(&repository, &[]);
    let expected = [
        "1-1 human commit",
        "2-2 ai trailer Claude Claude Opus 4.6",
        "3-3 human commit",
        "4-4 machine account dependabot",
        "5-5 human commit",
        "6-6 unknown uncommitted",
    ];
    assert_eq!(lines(&report, "a.py"), expected);
    assert_eq!(lines(&report, "b.py"), ["1-1 unknown uncommitted"]);
}

#[test]
fn notes_speak_of_lines_and_their_prompts_stay_out() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("x/a.py", "1\n2\n3\n4\n")]);
    let note = "x/a.py\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-2\n  h_31dce776f88375 3\n---\n\
        {\"schema_version\": \"authorship/3.0.0\", \"base_commit_sha\": \"0\", \"prompts\": {}, \
        \"sessions\": {\"s_c9883b05a2487d\": {\"agent_id\": {\"tool\": \"cursor\", \"id\": \"i\", \"model\": \"gpt-5\"}, \
        \"messages\": [{\"text\": \"PROMPT\"}]}}, \"humans\": {\"h_31dce776f88375\": {\"author\": \"Jane <j@e.org>\"}}}";
    repository.git(&["notes", "--ref=ai", "add", "-m", note, "HEAD"]);
    // The file moves and grows: the note still speaks of the lines of its commit.
    repository.git(&["mv", "x/a.py", "b.py"]);
    repository.commit(PERSON, "two", &[("b.py", "0\n1\n2\n3\n4\n")]);
    let report = report(&repository, &[]);
    let expected = [
        "1-1 human commit",
        "2-3 ai git-ai-note cursor gpt-5",
        "4-4 human git-ai-note",
        "5-5 unknown untracked",
    ];
    assert_eq!(lines(&report, "b.py"), expected);
    assert!(!report.to_string().contains("PROMPT"));
}

#[test]
fn notes_of_the_old_form_are_refs_of_their_own() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "1\n2\n")]);
    repository.write(
        "note",
        "a.py\n  02ad540 2\n---\n{\"schema_version\": \"authorship/3.0.0\", \"prompts\": {\"02ad540\": \
         {\"agent_id\": {\"tool\": \"cursor\", \"model\": \"gpt-5-codex\"}}}}",
    );
    let blob = repository.git(&["hash-object", "-w", "note"]);
    let head = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["update-ref", &format!("refs/ai/authorship/{}", head.trim()), blob.trim()]);
    let report = report(&repository, &[]);
    assert_eq!(lines(&report, "a.py"), ["1-1 unknown untracked", "2-2 ai git-ai-note cursor gpt-5-codex"]);
}

#[test]
fn records_of_agent_trace_speak_of_their_revision_and_its_child() {
    let record = |revision: &str, first: u32| {
        format!(
            "{{\"version\": \"0.1.0\", \"id\": \"550e8400-e29b-41d4-a716-446655440000\", \"timestamp\": \
             \"2026-01-23T14:30:00Z\", \"vcs\": {{\"type\": \"git\", \"revision\": \"{revision}\"}}, \"tool\": \
             {{\"name\": \"cursor\"}}, \"files\": [{{\"path\": \"a.py\", \"conversations\": [{{\"url\": \
             \"https://example.org/PROMPT\", \"contributor\": {{\"type\": \"ai\", \"model_id\": \"openai/gpt-4o\"}}, \
             \"ranges\": [{{\"start_line\": {first}, \"end_line\": {first}}}]}}]}}]}}"
        )
    };
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "1\n2\n")]);
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["notes", "--ref=agent-trace", "add", "-m", &record(first.trim(), 2), "HEAD"]);
    repository.commit(PERSON, "two", &[("a.py", "1\n2\n3\n")]);
    repository.write(".agent-trace/traces.jsonl", &format!("{}\n", record(first.trim(), 3)));
    let report = report(&repository, &[]);
    let ai = "ai agent-trace cursor openai/gpt-4o";
    let expected = ["1-1 human commit", &format!("2-2 {ai}"), &format!("3-3 {ai}")];
    assert_eq!(lines(&report, "a.py"), expected);
    assert!(!report.to_string().contains("PROMPT"));
}

#[test]
fn files_that_programs_wrote_are_marked() {
    let repository = Repository::new();
    let files = [
        ("a_pb2.py", "# Generated by the protocol buffer compiler.  DO NOT EDIT!\nx = 1\n"),
        ("gen/b.py", "x = 1\n"),
        ("gen/kept.py", "x = 1\n"),
        ("c.py", "x = '@generated'\n"),
        ("out/d.py", "x = 1\n"),
        (".gitattributes", "gen/** linguist-generated\ngen/kept.py -linguist-generated\n"),
    ];
    repository.commit(PERSON, "one", &files);
    let report = report(&repository, &["--generated", "out/"]);
    assert_eq!(lines(&report, "a_pb2.py"), ["1-2 machine marker the"]);
    assert_eq!(lines(&report, "gen/b.py"), ["1-1 machine marker"]);
    assert_eq!(lines(&report, "gen/kept.py"), ["1-1 human commit"]);
    assert_eq!(lines(&report, "c.py"), ["1-1 human commit"]);
    assert_eq!(lines(&report, "out/d.py"), ["1-1 machine caller"]);
    repository.run(&["provenance", "--generated", "a{"]).complains("is no glob");
}

#[test]
fn what_a_shallow_clone_cannot_know_is_unknown() {
    let repository = Repository::new();
    repository.commit(PERSON, &format!("one\n\n{CLAUDE}"), &[("a.py", "1\n")]);
    repository.commit(PERSON, "two", &[("a.py", "1\n2\n")]);
    repository.commit(PERSON, "three", &[("a.py", "1\n2\n3\n")]);
    let clone = repository.clone_of(&["--depth", "2"]);
    let report = report(&clone, &[]);
    assert_eq!(lines(&report, "a.py"), ["1-2 unknown cut-history", "3-3 human commit"]);
    assert!(report["notes"].to_string().contains("fetch-depth: 0"));
}

#[test]
fn merges_hand_lines_to_the_branch_that_wrote_them() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "1\n2\n3\n4\n5\n6\n")]);
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("a.py", "1\nTWO\n3\n4\n5\n6\n")]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(PERSON, "three", &[("a.py", "1\n2\n3\n4\n5\nsix\n")]);
    repository.git(&[
        "-c",
        "user.name=Max",
        "-c",
        "user.email=max@example.org",
        "merge",
        "-q",
        "--no-edit",
        "topic",
    ]);
    let report = report(&repository, &[]);
    let expected = ["1-1 human commit", "2-2 ai trailer Claude Claude Opus 4.6", "3-6 human commit"];
    let found = lines(&report, "a.py");
    assert_eq!((&found[0], &found[1]), (&expected[0].to_owned(), &expected[1].to_owned()));
    let commits = report["commits"].as_array().unwrap();
    let merged: Vec<&Value> =
        commits.iter().filter(|commit| commit["reviewers"] == serde_json::json!(["Max"])).collect();
    assert_eq!(merged.len(), 1, "Max merged what the branch brought");
}

/// Two texts of so many lines that git does not search for the shortest way between them: where it takes which of
/// several equal lines for new is then a matter of its rules alone. 36,000 lines are the least that show it.
#[test]
fn long_files_are_blamed_as_git_does() {
    let mut state: u64 = 1;
    let mut random = move |below: u64| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        (state >> 8) % below
    };
    let before: Vec<u64> = (0..36_000).map(|_| random(2_000)).collect();
    let mut after = Vec::new();
    for (index, &line) in before.iter().enumerate() {
        match if index % 150 < 25 { 3 } else { random(60) } {
            0 => after.push(random(2_000)),
            1 => after.extend([line, random(2_000)]),
            2 => {}
            _ => after.push(line),
        }
    }
    let text = |lines: &[u64]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("long.txt", &text(&before))]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("long.txt", &text(&after))]);
    let newest = repository.git(&["rev-parse", "HEAD"]);
    let blamed = repository.git(&["blame", "-s", "-l", "--root", "long.txt"]);
    let of_git: Vec<bool> = blamed.lines().map(|line| line.starts_with(newest.trim())).collect();
    let mut of_ours = Vec::new();
    for row in lines(&report(&repository, &[]), "long.txt") {
        let (first, last) = row.split_once(' ').unwrap().0.split_once('-').unwrap();
        let count = last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1;
        of_ours.extend(std::iter::repeat_n(row.contains("ai trailer"), count));
    }
    assert_eq!(of_ours.len(), of_git.len());
    let wrong = of_ours.iter().zip(&of_git).filter(|(ours, git)| ours != git).count();
    assert_eq!(wrong, 0);
}

#[test]
fn hostile_histories_and_notes_do_no_harm() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "1\n")]);
    repository.git(&["notes", "--ref=ai", "add", "-m", "a.py\n  x 0-4294967295\n---\n{", "HEAD"]);
    repository.write(".agent-trace/x.json", "[[[[");
    let report = report(&repository, &[]);
    assert_eq!(lines(&report, "a.py"), ["1-1 human commit"]);
    assert_eq!(report["notes"].as_array().unwrap().len(), 2, "{}", report["notes"]);
    let plain = Repository::plain(&[("a.py", "1\n")]);
    let report = self::report(&plain, &[]);
    assert_eq!(lines(&report, "a.py"), ["1-1 unknown no-history"]);
}

#[test]
fn text_sums_up() {
    let repository = Repository::new();
    repository.commit(PERSON, &format!("one\n\n{CLAUDE}"), &[("a.py", "1\n2\n3\n")]);
    repository.commit(PERSON, "two", &[("b.py", "1\n")]);
    let ran = repository.run(&["provenance"]);
    for part in
        ["4 lines of 2 files", "75.0 %  ai", "3  ai, trailer, Claude, Claude Opus 4.6", "100.0 %  a.py"]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

const APP: &str = "import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route(\"/run\")\n\
                   def run():\n    os.system(request.args[\"c\"])\n    return \"\"\n";

/// The first finding of a scan.
fn finding(repository: &Repository, arguments: &[&str]) -> Value {
    let ran = repository.run(&[&["scan", "--format", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    report["findings"][0].clone()
}

#[test]
fn findings_say_who_wrote_their_path_and_who_answers() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[(".github/CODEOWNERS", "*.py @org/team\n"), ("b.py", "x = 1\n")]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("app.py", APP)]);
    let with = finding(&repository, &[]);
    assert_eq!(with["provenance"]["ai"], with["provenance"]["lines"], "{with}");
    assert_eq!(with["provenance"]["tools"], serde_json::json!(["Claude"]));
    assert_eq!(with["owners"][0]["name"], "@org/team");
    let text = repository.run(&["scan"]).out;
    assert!(text.contains("100 % written by Claude, no review known; owned by @org/team"), "{text}");
    let without = finding(&repository, &["--no-history"]);
    assert_eq!((&without["provenance"], &without["id"]), (&Value::Null, &with["id"]));
    // Code of a person comes after generated code where there is some.
    repository.commit(PERSON, "three", &[("c.py", &APP.replace("/run", "/go"))]);
    let ran = repository.run(&["scan", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let files: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|row| &row["place"]["file"]).collect();
    let first_of_person = files.iter().position(|file| **file == "c.py").unwrap();
    assert!(files[..first_of_person].contains(&&Value::from("app.py")), "{files:?}");
}

#[test]
fn a_diff_says_which_lines_are_in_scope() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("app.py", &APP.replace("os.system(request.args[\"c\"])", "pass"))]);
    repository.write("app.py", APP);
    let diff = repository.git(&["diff"]);
    repository.write("change.diff", &diff);
    let provenance =
        |row: &Value| row["factors"].as_array().unwrap().iter().find(|f| f["name"] == "provenance").cloned();
    let inside = provenance(&finding(&repository, &["--diff", "change.diff"])).unwrap();
    assert!(inside["why"].as_str().unwrap().contains("goes through changed code"), "{inside}");
    repository.write("other.diff", "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n");
    let outside = provenance(&finding(&repository, &["--diff", "other.diff"])).unwrap();
    assert!(outside["why"].as_str().unwrap().contains("was there before the change"), "{outside}");
    repository.run(&["scan", "--diff", "app.py"]).complains("is no unified diff");
}

#[test]
fn changed_lines_alone_are_counted() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "one\ntwo\n"), ("b.rs", "1\n2\n3\n4\n")]);
    repository.git(&["mv", "b.rs", "c.rs"]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("a.py", "one\nTWO\nthree\n")]);
    let report = report(&repository, &["--since", "HEAD~1"]);
    assert_eq!(lines(&report, "a.py"), ["2-3 ai trailer Claude Claude Opus 4.6"]);
    assert_eq!(report["files"].as_array().unwrap().len(), 1, "a file that only moved has no changed line");
    let diff = repository.git(&["diff", "HEAD~1", "HEAD", "--", "a.py"]);
    repository.write("../change.diff", &diff);
    let of_diff = repository.run(&["provenance", "--diff", "../change.diff"]).out;
    assert!(of_diff.starts_with("2 lines of 1 files"), "{of_diff}");
}

#[test]
fn functions_of_the_graph_say_who_wrote_them() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("a.py", "def old():\n    return 1\n")]);
    let made = "def old():\n    return 1\n\n\ndef made():\n    return old()\n";
    repository.commit(
        PERSON,
        &format!("two\n\n{CLAUDE}\nReviewed-by: Omar Roe <o@example.org>"),
        &[("a.py", made)],
    );
    let graph: Value = serde_json::from_str(&repository.run(&["graph"]).out).unwrap();
    let node =
        |name: &str| graph["nodes"].as_array().unwrap().iter().find(|node| node["name"] == name).unwrap();
    let of = &node("a.made")["provenance"];
    assert_eq!((&of["ai"], &of["lines"], &of["tools"][0]), (&2.into(), &2.into(), &"Claude".into()), "{of}");
    assert_eq!(of["reviewers"][0], "Omar Roe");
    assert!(of["first_seen"].as_i64().unwrap() > 0);
    assert_eq!(node("a.old")["provenance"]["human"], 2);
    let text = repository.run(&["radius", "a.made"]).out;
    assert!(text.contains("a.made (function)  a.py:5  100 % by Claude"), "{text}");
    assert!(repository.run(&["graph", "--no-history"]).out.find("provenance").is_none());
}
