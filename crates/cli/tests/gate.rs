//! `gate` as a process: changes that add a path, move code, take a path away.

#![expect(clippy::disallowed_methods, reason = "tests make repositories and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::{Repository, sarif_complaints};
use serde_json::Value;

const PERSON: &str = "Jane Doe <jane@example.org>";
const CLAUDE: &str = "Co-authored-by: Claude <noreply@anthropic.com>";
const SAFE: &str = "import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    return handle(request.args['c'])


def handle(command):
    return str(command)
";

/// `SAFE` with a path to a shell.
fn with_path() -> String {
    SAFE.replace("return str(command)", "os.system(command)\n    return ''")
}

/// A repository of which the working tree differs from the last commit.
fn changed(before: &str, after: &str) -> Repository {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("app.py", before)]);
    repository.write("app.py", after);
    repository
}

#[test]
fn a_change_that_adds_a_path_fails() {
    let repository = changed(SAFE, &with_path());
    let ran =
        repository.run(&["gate", "--since", "HEAD", "--markdown", "comment.md", "--sarif", "gate.sarif"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("broken [new-path]") && ran.out.contains("broken [wider-reach]"), "{}", ran.out);
    assert!(ran.out.contains("+ route `/run` reaches `os.system` (shell)"), "{}", ran.out);
    let comment = repository.read("comment.md");
    for part in [
        "## blastline: ❌ failed",
        "### What this change can newly reach",
        "| /run (route) | shell | os.system |",
        "<details>",
    ] {
        assert!(comment.contains(part), "{part}: {comment}");
    }
    let sarif: Value = serde_json::from_str(&repository.read("gate.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["baselineState"], "new");
}

#[test]
fn a_change_that_only_moves_code_passes() {
    let repository = changed(
        &with_path(),
        SAFE.replace("import os", "import os\nfrom shell import handle")
            .split("\n\n\ndef handle")
            .next()
            .unwrap(),
    );
    repository
        .write("shell.py", "import os\n\n\ndef handle(command):\n    os.system(command)\n    return ''\n");
    let ran = repository.run(&["gate", "--since", "HEAD", "--format", "markdown"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("✅ passed") && ran.out.contains("0 findings new, 1 unchanged, 0 gone"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("newly reach"), "{}", ran.out);
}

#[test]
fn a_change_that_removes_a_path_passes_and_says_so() {
    let repository = changed(&with_path(), SAFE);
    let ran = repository.run(&["gate", "--since", "HEAD", "--format", "markdown", "--sarif", "gate.sarif"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.contains("### What is no longer reached") && ran.out.contains("### Findings that are gone"),
        "{}",
        ran.out
    );
    let sarif: Value = serde_json::from_str(&repository.read("gate.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["baselineState"], "absent");
    assert_eq!(sarif_complaints(&repository.read("gate.sarif")), Vec::<String>::new());
}

#[test]
fn a_new_secret_reach_fails() {
    let repository = changed(
        SAFE,
        &SAFE.replace("return str(command)", "key = os.environ['STRIPE_API_KEY']\n    return str(len(key))"),
    );
    let ran = repository.run(&["gate", "--since", "HEAD"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("broken [new-secret-reach]") && ran.out.contains("STRIPE_API_KEY"),
        "{}",
        ran.out
    );
}

#[test]
fn generated_code_needs_an_owner() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("app.py", SAFE)]);
    repository.commit(PERSON, &format!("two\n\n{CLAUDE}"), &[("b.py", "def made():\n    return 1\n")]);
    let ran = repository.run(&["gate", "--since", "HEAD~1"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("broken [generated-without-owner]")
            && ran.out.contains("`b.made`, written by Claude"),
        "{}",
        ran.out
    );
    repository.commit(PERSON, &format!("path\n\n{CLAUDE}"), &[("app.py", &with_path())]);
    let comment = repository.run(&["gate", "--since", "HEAD~1", "--format", "markdown"]).out;
    for part in [
        "<summary>100, act:",
        "written by Claude, no review known.",
        "Nobody is named for it; most of it wrote Jane Doe",
    ] {
        assert!(comment.contains(part), "{part}: {comment}");
    }
    repository.commit(PERSON, "three", &[(".github/CODEOWNERS", "* @org/team\n")]);
    repository.commit(PERSON, &format!("four\n\n{CLAUDE}"), &[("c.py", "def made():\n    return 1\n")]);
    let ran = repository.run(&["gate", "--since", "HEAD~1"]);
    assert!(!ran.out.contains("generated-without-owner"), "{}", ran.out);
}

#[test]
fn a_change_cannot_appoint_its_own_owners() {
    let repository = Repository::new();
    repository.commit(PERSON, "one", &[("app.py", SAFE), ("web/.keep", "")]);
    repository.git(&["checkout", "-q", "-b", "change"]);
    let rules = ("CODEOWNERS", "* @attacker\n");
    repository.commit("A <a@example.org>", &format!("two\n\n{CLAUDE}"), &[("web/new.py", SAFE), rules]);
    for folder in [".", "web"] {
        let ran = repository.run(&["gate", "--since", "main", folder, "--markdown", "comment.md"]);
        assert!(ran.out.contains("broken [generated-without-owner]"), "{folder}: {}", ran.out);
        assert!(
            ran.out.contains("new.py: nobody is asked, whom the change replaces by @attacker"),
            "{}",
            ran.out
        );
        let comment = repository.read("comment.md");
        assert!(comment.contains("### Owners that this change would replace"), "{comment}");
    }
    // Rules that were there before count for files that are new.
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(PERSON, "three", &[("CODEOWNERS", "/web/ @team\n")]);
    repository.git(&["checkout", "-q", "change"]);
    let ran = repository.run(&["gate", "--since", "main", "web"]);
    assert!(!ran.out.contains("generated-without-owner"), "{}", ran.out);
    assert!(ran.out.contains("new.py: @team is asked, whom the change replaces by @attacker"), "{}", ran.out);
}

#[test]
fn suppressed_findings_are_marked_and_do_not_fail() {
    let line = "os.system(command)  # blastline: ignore[untrusted-to-exec] reviewed in 12 until 2999-01-01";
    let repository = changed(SAFE, &with_path().replace("os.system(command)", line));
    repository.write("own.toml", "[gate]\nexcept = ['wider-reach']\n");
    let arguments = ["gate", "--since", "HEAD", "--config", "own.toml", "--sarif", "gate.sarif"];
    let ran = repository.run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("suppressed app.py:13"), "{}", ran.out);
    let sarif: Value = serde_json::from_str(&repository.read("gate.sarif")).unwrap();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["justification"]),
        (&Value::from("inSource"), &Value::from("reviewed in 12 (until 2999-01-01)"))
    );
    // One that ended does nothing, and says so.
    repository.write("app.py", &with_path().replace("os.system(command)", &line.replace("2999", "2001")));
    let ran = repository.run(&arguments);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("suppresses nothing since 2001-01-01"), "{}", ran.err);
}

#[test]
fn a_baseline_accepts_what_is_there() {
    let repository = changed(SAFE, &with_path());
    repository.write("own.toml", "[gate]\nexcept = ['wider-reach']\n");
    let gate = ["gate", "--since", "HEAD", "--config", "own.toml"];
    assert_eq!(repository.run(&[&gate[..], &["--write-baseline", "accepted.json"]].concat()).code, 1);
    let ran = repository.run(&[&gate[..], &["--baseline", "accepted.json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("in the baseline"), "{}", ran.out);
    repository.write("accepted.json", "{");
    repository.run(&[&gate[..], &["--baseline", "accepted.json"]].concat()).complains("is no baseline");
}

#[test]
fn policies_are_those_of_before_and_of_ones_own() {
    let repository = Repository::new();
    let policy = "[[gate.policy]]\nname = 'no-shell'\non = 'reach'\nwhen = \"reach.kind == 'shell'\"\nmessage = 'No shells here'\n";
    repository.commit(PERSON, "one", &[("app.py", SAFE), ("blastline.toml", policy)]);
    // The change tries to loosen its own gate.
    repository.write("app.py", &with_path());
    repository.write("blastline.toml", "[gate]\nbuilt-in = false\n");
    let ran = repository.run(&["gate", "--since", "HEAD"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("broken [no-shell] No shells here: route `/run`"), "{}", ran.out);
    repository.write("own.toml", "[gate]\nbuilt-in = false\n");
    assert_eq!(repository.run(&["gate", "--since", "HEAD", "--config", "own.toml"]).code, 0);
    repository.write("own.toml", &policy.replace("reach.kind", "reach.nothing"));
    repository
        .run(&["gate", "--since", "HEAD", "--config", "own.toml"])
        .complains("the policy `no-shell` cannot be worked out");
    repository.write("own.toml", &policy.replace("== 'shell'", "=="));
    repository.run(&["gate", "--since", "HEAD", "--config", "own.toml"]).complains("no expression of CEL");
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let repository = changed(SAFE, SAFE);
    repository.run(&["gate"]).complains("nothing to compare with");
    repository.run(&["gate", "--since", "nothing"]).complains("cannot find the revision");
    Repository::plain(&[("a.py", "")]).run(&["gate", "--since", "HEAD"]).complains("in no git repository");
    // Nothing changed, nothing is broken; a subfolder is compared with itself.
    assert_eq!(repository.run(&["gate", "--since", "HEAD"]).code, 0);
    repository.commit(PERSON, "two", &[("sub/app.py", &with_path())]);
    let ran = repository.run(&["gate", "sub", "--since", "HEAD"]);
    assert!(ran.code == 0 && ran.out.contains("0 findings new, 1 unchanged, 0 gone"), "{ran:?}");
}

#[test]
fn text_of_a_pull_request_stays_text() {
    let hostile = with_path().replace("/run", "/<img src=x>|@everyone](http://e)");
    let repository = changed(SAFE, &hostile);
    let comment = repository.run(&["gate", "--since", "HEAD", "--format", "markdown"]).out;
    assert!(
        !comment.contains("<img")
            && !comment.contains("@everyone")
            && !comment.replace("\\]", "").contains("](http"),
        "{comment}"
    );
}

#[test]
fn segments_have_thresholds_of_their_own() {
    let own = "[gate]\nexcept = ['new-path', 'wider-reach']\n[[segment]]\nname = 'core'\npaths = ['app.py']\nthreshold = ";
    // Somebody answers for it, so that no score is 100.
    let repository = Repository::new();
    let rules = (".github/CODEOWNERS", "* @org/team\n");
    repository.commit(PERSON, "one", &[("app.py", SAFE), rules]);
    repository.write("app.py", &with_path());
    let gate = ["gate", "--since", "HEAD", "--config", "own.toml"];
    repository.write("own.toml", &format!("{own}20\n"));
    let ran = repository.run(&gate);
    assert!(ran.code == 1 && ran.out.contains("broken [segment-threshold]"), "{ran:?}");
    repository.write("own.toml", &format!("{own}95\n"));
    assert_eq!(repository.run(&gate).code, 0);
    repository.write("own.toml", &format!("{own}101\n"));
    repository.run(&gate).complains("own.toml:6: `threshold` is a score");
    let report: Value = serde_json::from_str(&repository.run(&["scan", "--format", "json"]).out).unwrap();
    assert_eq!(report["findings"][0]["segment"], "general");
}

#[test]
fn a_file_is_suppressed_with_a_reason_and_until_a_day() {
    let head = |comment: &str| format!("# {comment}\n{}", with_path());
    let run = |comment: &str| {
        let repository = changed(SAFE, &head(comment));
        repository.write("own.toml", "[gate]\nexcept = ['wider-reach']\n");
        let ran =
            repository.run(&["gate", "--since", "HEAD", "--config", "own.toml", "--sarif", "gate.sarif"]);
        let sarif = repository.read("gate.sarif");
        assert_eq!(sarif_complaints(&sarif), Vec::<String>::new());
        let sarif: Value = serde_json::from_str(&sarif).unwrap();
        (ran, sarif["runs"][0]["results"][0]["suppressions"][0].clone())
    };
    let (ran, suppression) = run("blastline: ignore-file[untrusted-to-exec] a lab until 2999-01-01");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(suppression["justification"], "a lab (until 2999-01-01)");
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"inSource".into(), &"accepted".into()));
    let (ran, _) = run("blastline: ignore-file[*] a lab");
    assert_eq!(ran.code, 0, "{ran:?}");
    for (comment, message) in [
        ("blastline: ignore-file[untrusted-to-exec] a lab until 2020-01-01", "since 2020-01-01"),
        ("blastline: ignore-file[untrusted-to-exec]", "gives no reason"),
        ("blastline: ignore-file[untrusted-to-sql] a lab", ""),
    ] {
        let (ran, suppression) = run(comment);
        assert_eq!((ran.code, suppression), (1, Value::Null), "{comment}");
        assert!(ran.err.contains(message), "{comment}: {}", ran.err);
    }
}

#[test]
fn a_change_cannot_leave_itself_out_of_its_gate() {
    let add = "exclude = ['app.py']\n[rank]\nimpact = 4\nact = 100\n[[segment]]\nname = 's'\npaths = ['app.py']\nthreshold = 100\n";
    let repository = changed(SAFE, &with_path());
    let before = repository.run(&["gate", "--since", "HEAD"]);
    repository.write("blastline.toml", add);
    let after = repository.run(&["gate", "--since", "HEAD"]);
    assert_eq!((after.code, &after.out), (1, &before.out), "{after:?}");
    // What was agreed on before counts.
    repository.commit(PERSON, "agreed", &[("app.py", SAFE), ("blastline.toml", "exclude = ['app.py']\n")]);
    repository.write("app.py", &with_path());
    let agreed = repository.run(&["gate", "--since", "HEAD"]);
    assert_eq!(agreed.code, 0, "{agreed:?}");
}
