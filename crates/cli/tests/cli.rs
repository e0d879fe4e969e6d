//! The program as a process in a temporary directory: exit codes, streams, files and messages.

#![expect(clippy::disallowed_methods, reason = "tests make files and run the program")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod repository;

use repository::sarif_complaints;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A temporary directory with files in it.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blastline"));
        command.args(arguments).current_dir(self.path());
        for name in ["VIRTUAL_ENV", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", "/nowhere/to/be/found").env("HOME", "/nowhere/to/be/found");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What an error that is the user's to repair looks like.
    #[track_caller]
    fn complains(&self, message: &str) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{self:?}");
        assert!(self.err.contains(message), "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

const CODE: (&str, &str) = ("app.py", "import os\n\n\ndef run(command):\n    os.system(command)\n");

#[test]
fn a_scan_without_a_threshold_succeeds() {
    let ran = Folder::new(&[CODE]).run(&["scan"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with("Read ") || ran.out.contains("\nRead "), "{}", ran.out);
}

#[test]
fn reports_go_to_files_and_to_standard_output() {
    let folder = Folder::new(&[CODE]);
    let ran =
        folder.run(&["scan", "--format", "json", "--output", "sarif=out.sarif", "--output", "text=out.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["schema_version"], 1);
    let sarif: serde_json::Value = serde_json::from_str(&folder.read("out.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(folder.read("out.txt").contains("Read "));
}

#[test]
fn wrong_flags_are_errors() {
    let folder = Folder::new(&[CODE]);
    folder.run(&["scan", "--format", "xml"]).complains("possible values: text, json, sarif");
    folder.run(&["scan", "--output", "out.sarif"]).complains("write FORMAT=FILE, as in sarif=out.sarif");
    folder
        .run(&["scan", "--output", "xml=o"])
        .complains("`xml` is no format; choose one of text, json, sarif");
    folder.run(&["scan", "--fail-on", "101"]).complains("a score is a number from 0 to 100");
    folder.run(&["scan", "--fail-on", "nan"]).complains("a score is a number from 0 to 100");
    folder.run(&["scan", "--threads", "0"]).complains("0 is not in 1..=1024");
    folder.run(&["scan", "-q", "-v"]).complains("cannot be used with");
}

#[test]
fn what_cannot_be_read_or_written_is_an_error() {
    let folder = Folder::new(&[CODE]);
    folder.run(&["scan", "nothing"]).complains("cannot read `nothing`");
    folder.run(&["scan", "--output", "json=no/such/folder/x"]).complains("cannot write `no/such/folder/x`");
    folder.run(&["scan", "--config", "none.toml"]).complains("cannot read `none.toml`");
}

#[test]
fn a_wrong_configuration_names_file_line_and_repair() {
    let folder = Folder::new(&[CODE, ("blastline.toml", "top = 3\nexcludes = []\n")]);
    folder.run(&["scan"]).complains("blastline.toml:2: unknown key `excludes`; write `exclude` instead");
    let folder = Folder::new(&[CODE, ("other.toml", "format = 3\n")]);
    folder.run(&["scan", "--config", "other.toml"]).complains("other.toml:1: invalid type");
}

#[test]
fn the_configuration_is_used_and_flags_come_before_it() {
    let folder = Folder::new(&[CODE, ("blastline.toml", "format = \"json\"\nexclude = [\"app.py\"]\n")]);
    let json: serde_json::Value = serde_json::from_str(&folder.run(&["scan"]).out).unwrap();
    assert_eq!(json["notes"][0]["message"], "The repository leaves out `app.py` of its own scan.");
    assert!(folder.run(&["scan", "--format", "text"]).out.contains("Read "));
}

#[test]
fn a_hostile_configuration_names_nothing_outside() {
    let outside = Folder::new(&[("models.json", "[]")]);
    let absolute = format!("models = [{:?}]", outside.path().join("models.json"));
    let folder = Folder::new(&[CODE, ("blastline.toml", &absolute)]);
    folder.run(&["scan"]).complains("must stay below it");
    let folder = Folder::new(&[CODE, ("blastline.toml", "output = [\"json=app.py\"]")]);
    folder.run(&["scan"]).complains("unknown key `output`");
    assert_eq!(folder.read("app.py"), CODE.1);
}

#[cfg(unix)]
#[test]
fn links_of_a_hostile_repository_are_not_followed() {
    let outside = Folder::new(&[("secret.txt", "hunter2 = [\n")]);
    let secret = outside.path().join("secret.txt");
    let folder = Folder::new(&[CODE, ("blastline.toml", "models = [\"m.json\"]")]);
    std::os::unix::fs::symlink(&secret, folder.path().join("m.json")).unwrap();
    let ran = folder.run(&["scan"]);
    ran.complains("a link that leads out of the repository");
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    let folder = Folder::new(&[CODE]);
    std::os::unix::fs::symlink(&secret, folder.path().join("blastline.toml")).unwrap();
    let ran = folder.run(&["scan"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_reader_that_closes_the_pipe_ends_the_program_quietly() {
    let folder = Folder::new(&[CODE]);
    let mut child = folder
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = Folder::new(&[CODE]);
    assert!(!folder.run(&["scan"]).out.contains('\u{1b}'));
    assert!(folder.run(&["scan", "--color", "always"]).out.contains('\u{1b}'));
    assert!(!folder.run(&["scan", "--color", "never"]).out.contains('\u{1b}'));
    assert!(folder.run(&["scan", "none", "--color", "always"]).err.contains('\u{1b}'));
}

#[test]
fn stats_go_to_standard_error() {
    let folder = Folder::new(&[CODE]);
    let ran = folder.run(&["scan", "--stats"]);
    assert!(ran.err.contains("discover: ") && ran.err.contains("findings: "), "{}", ran.err);
    assert_eq!(ran.out, folder.run(&["scan"]).out);
}

#[test]
fn completions_and_manual_name_every_command() {
    let folder = Folder::new(&[]);
    let help = folder.run(&["--help"]).out;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    // What is indented deeper goes on with the line before.
    let commands: Vec<_> = commands
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.contains(&"scan") && commands.len() >= 5);
    let manual = folder.run(&["man"]).out;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.run(&["completions", shell]).out;
        for command in &commands {
            assert!(script.contains(command), "{shell}: {command}");
            assert!(manual.contains(command), "manual: {command}");
        }
    }
}

#[test]
fn every_command_has_examples() {
    let folder = Folder::new(&[]);
    for command in
        ["scan", "graph", "radius", "path", "explain", "unresolved", "models", "completions", "man"]
    {
        let help = folder.run(&[command, "--help"]).out;
        assert!(help.contains("Examples:\n  blastline "), "{command}");
    }
}

#[test]
fn an_id_that_no_finding_has_is_an_error() {
    let folder = Folder::new(&[CODE]);
    folder.run(&["explain", "ffffffffffffffff"]).complains("`blastline scan` shows the ids");
}

#[test]
fn a_graph_has_the_nodes_and_edges_of_the_code() {
    let folder = Folder::new(&[CODE]);
    let graph: serde_json::Value = serde_json::from_str(&folder.run(&["graph"]).out).unwrap();
    let named = |name: &str| {
        let nodes = graph["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap_or_else(|| panic!("no node {name}"))
    };
    let (caller, callee) = (named("app.run"), named("os.system"));
    assert_eq!(
        (&caller["line"], &caller["end_line"], &caller["kind"]),
        (&4.into(), &5.into(), &"function".into())
    );
    let mut edges = graph["edges"].as_array().unwrap().iter();
    let edge = edges.find(|edge| edge["source"] == caller["id"] && edge["target"] == callee["id"]).unwrap();
    assert_eq!((&edge["kind"], &edge["file"], &edge["line"]), (&"calls".into(), &"app.py".into(), &5.into()));
    assert!(folder.run(&["graph", "--format", "dot"]).out.starts_with("digraph"));
    assert!(folder.run(&["graph", "--format", "graphml"]).out.starts_with("<?xml"));
}

#[test]
fn radius_and_path_answer_for_names_and_lines() {
    let folder = Folder::new(&[CODE]);
    let ran = folder.run(&["radius", "app.py:5"]);
    assert!(ran.out.contains("app.run (function)") && ran.out.contains("os.system"), "{ran:?}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["radius", "os.system", "--format", "json"]).out).unwrap();
    assert_eq!(json["reached_by"][0]["name"], "app.run");
    let ran = folder.run(&["path", "app.run", "os.system"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "app.py:5  app.run  calls os.system\n"));
    let ran = folder.run(&["path", "os.system", "app.run"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
    assert!(ran.err.contains("no path is known from `os.system` to `app.run`"));
    folder.run(&["radius", "app.rum"]).complains("nothing is named `app.rum`: did you mean `app.run`?");
}

#[test]
fn models_are_listed_and_checked() {
    let folder = Folder::new(&[("bad.json", "[\n{\"api\": \"x.y\", \"sink\": \"no-such-kind\"}\n]")]);
    let all = folder.run(&["models", "list"]).out;
    let some = folder.run(&["models", "list", "--kind", "exec"]).out;
    assert!(some.contains("subprocess") && some.lines().count() < all.lines().count());
    folder.run(&["models", "list", "--kind", "nonsense"]).complains("`nonsense` is no kind; the kinds are ");
    folder.run(&["models", "check", "bad.json"]).complains("bad.json:2");
    folder.run(&["models", "check", "none.json"]).complains("none.json");
    folder.run(&["scan", "--models", "bad.json"]).complains("bad.json:2");
}

#[test]
fn external_calls_without_a_model_are_counted() {
    let code = "import acme, os\nos.system('ls')\nacme.send(1)\nacme.send(2)\n'x'.upper()\n";
    let folder = Folder::new(&[("app.py", code), ("test_app.py", "import acme\nacme.check()\n")]);
    let text = folder.run(&["models", "coverage"]).out;
    assert_eq!(text.lines().next(), Some("     2  acme.send"), "{text}");
    assert!(
        text.contains("1 of 3 external calls have a model; 1 go to library functions that have a body."),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["models", "coverage", "--format", "json"]).out).unwrap();
    assert_eq!((&json["calls"], &json["modelled_calls"]), (&3.into(), &1.into()), "{json}");
    assert!(
        json["externals"][1]["rows"][0].as_str().is_some_and(|row| row.contains("models.json:")),
        "{json}"
    );
}

#[test]
fn unresolved_calls_have_a_reason() {
    let folder = Folder::new(&[("app.py", "def run(handler):\n    handler()\n    return handler.x.y()\n")]);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["unresolved", "--format", "json"]).out).unwrap();
    let first = &json["unresolved"][0];
    assert_eq!((&first["line"], &first["reason"]), (&2.into(), &"parameter".into()), "{json}");
    assert_eq!((&first["callee"], &first["origin"]), (&"handler()".into(), &"handler".into()));
    let ran = folder.run(&["unresolved"]);
    assert!(ran.out.contains("a parameter that no known call passes"), "{}", ran.out);
}

/// A program with a way in, a secret, a sink, a syntax error and a name that is an attack.
const SERVICE: [(&str, &str); 3] = [
    (
        "shop/app.py",
        "import os\nimport subprocess\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n\
         @app.post(\"/orders/<number>\")\ndef label(number):\n    key = os.environ[\"STRIPE_KEY\"]\n    \
         subprocess.run(\"lp \" + request.form[\"printer\"], shell=True)\n    return key\n",
    ),
    ("shop/broken.py", "def f(:\n    pass\n\nx = 1\n"),
    ("shop/\u{1b}[2J[x](y).py", "import os\n\nos.system(input())\n"),
];

#[test]
fn sarif_of_a_scan_keeps_the_official_schema() {
    let ran = Folder::new(&SERVICE).run(&["scan", "--format", "sarif"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(sarif_complaints(&ran.out), Vec::<String>::new());
}

#[test]
fn a_scan_is_the_same_at_any_number_of_threads() {
    let folder = Folder::new(&SERVICE);
    for format in ["text", "json", "sarif"] {
        let one = folder.run(&["scan", "--format", format, "--threads", "1"]);
        let four = folder.run(&["scan", "--format", format, "--threads", "4"]);
        assert_eq!(one.out, four.out);
        assert!(!one.out.contains('\u{1b}'), "{format}");
    }
}

/// The fixture service, as a newcomer scans it.
fn service(arguments: &[&str]) -> Ran {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/service");
    let mut command = Folder::new(&[]).command(arguments);
    Ran::of(command.current_dir(fixture).output().unwrap())
}

#[test]
fn a_finding_of_the_service_is_shown_with_path_and_source() {
    let ran = service(&["scan", "--top", "5"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    // What the service does may come to be said in other words: this holds the parts of a block.
    let block = ran.out.split("\n\n").find(|block| block.contains("that `subprocess.run` runs")).unwrap();
    let lines: Vec<_> = block.lines().collect();
    assert!(lines[0].starts_with("high "), "{block}");
    assert!(lines[1].trim_start().starts_with("--> orderdesk/documents.py:8:"), "{block}");
    let source = lines.iter().position(|line| line.contains("| ") && line.contains("shell=True")).unwrap();
    let under = lines[source + 1].find('^').unwrap();
    assert!(lines[source][under..].starts_with("subprocess.run("), "{block}");
    let path = lines.iter().position(|line| line.ends_with("= path:")).unwrap();
    let help = lines.iter().position(|line| line.contains("= help: ")).unwrap();
    assert!((2..=6).contains(&(help - path - 1)), "{block}");
    assert!(lines[path + 1].contains("route POST "), "{block}");
    assert!(lines[help - 1].ends_with("calls subprocess.run"), "{block}");
}

#[test]
fn the_first_finding_of_the_service_is_explained() {
    let json: serde_json::Value = serde_json::from_str(&service(&["scan", "--format", "json"]).out).unwrap();
    let id = json["findings"][0]["id"].as_str().unwrap();
    let ran = service(&["explain", &id[..12]]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    for part in [id, "\nPath\n  1. ", "| ", "\nScore 100 × ", "impact ", "lower: ", "\nWhat to do\n"] {
        assert!(ran.out.contains(part), "no {part:?} in {}", ran.out);
    }
}

#[test]
fn the_exit_code_tells_whether_a_score_is_reached() {
    let folder = Folder::new(&SERVICE);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["scan", "--format", "json"]).out).unwrap();
    let best = json["findings"][0]["score"].as_f64().unwrap();
    assert!(best > 1.0, "{json}");
    let below = (best - 1.0).to_string();
    assert_eq!(folder.run(&["scan", "--fail-on", &below]).code, 1);
    assert_eq!(folder.run(&["scan", "--fail-on", &below, "--min-score", "100"]).code, 1);
    assert_eq!(
        folder.run(&["scan", "--fail-on", &(best + 0.1).min(100.0).to_string()]).code,
        i32::from(best >= 100.0)
    );
    std::fs::write(folder.path().join("blastline.toml"), format!("fail-on = {below}")).unwrap();
    assert_eq!(folder.run(&["scan"]).code, 1);
}

#[test]
fn secret_values_are_in_no_report() {
    let text = "import os\n\n\ndef main():\n    password = \"hunter2\"; os.system(\"login \" + input() + password)\n\n\n\
                if __name__ == \"__main__\":\n    main()\n";
    let folder = Folder::new(&[("app.py", text)]);
    for format in ["text", "json", "sarif"] {
        let ran = folder.run(&["scan", "--format", format]);
        assert!(ran.out.contains("os.system"), "{format}: {}", ran.out);
        assert!(!ran.out.contains("hunter2"), "{format}");
    }
}
