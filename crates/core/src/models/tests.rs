//! Built-in and user rows: all load, each matches its own pattern, and bad ones say what to mend.

use super::*;
use pattern::Step;

fn load(user: &str) -> Result<Models, Error> {
    Models::load(&[ModelFile { name: "mine.json".to_owned(), text: user.to_owned() }])
}

fn builtin() -> Models {
    Models::load(&[]).unwrap()
}

#[test]
fn rows_have_the_same_numbers_whichever_languages_are_read() {
    let all = builtin();
    for language in [Language::Python, Language::JavaScript, Language::Rust] {
        let some = Models::load_for(&[], &[language]).unwrap();
        assert_eq!(some.rows.len(), all.rows.len());
        let own = some.rows.iter().filter(|row| row.line > 0);
        assert!(own.clone().count() > 400, "rows of {language:?} are read");
        own.for_each(|row| assert_eq!(row, &all.rows[row.id.0 as usize]));
    }
}

/// A path that a list of steps matches: every `*` filled in.
fn sample(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |text, step| match step {
        Step::Name(name) if text.is_empty() => name.replace('*', "x"),
        Step::Name(name) => format!("{text}.{}", name.replace('*', "x")),
        Step::Call => format!("{text}()"),
        Step::Item(key) => format!("{text}[{}]", key.replace('*', "x")),
        Step::Param(position) => format!("{text}<{position}>"),
    })
}

#[test]
fn at_least_four_hundred_rows_name_an_api() {
    let models = builtin();
    let about_api = |row: &&Row| !matches!(row.says, Says::Opaque(_) | Says::Fluent | Says::Alias(_));
    assert!(models.rows.iter().filter(about_api).count() >= 400);
    assert!(models.rules.len() >= 40);
}

#[test]
fn a_rule_leaves_out_sources_that_do_no_harm_there() {
    let models = builtin();
    let meets = |source: &str, sink: &str| {
        let (source, sink) = (models.kind(source).unwrap(), models.kind(sink).unwrap());
        models.rules_between(source, sink).next().is_some()
    };
    assert!(meets("untrusted-http", "file-write") && !meets("untrusted-argv", "file-write"));
    assert!(meets("untrusted-http", "redirect") && !meets("untrusted-client", "redirect"));
    assert!(meets("untrusted-client", "sql") && !meets("untrusted-database", "egress-http"));
}

#[test]
fn every_row_matches_its_own_pattern() {
    let models = builtin();
    for row in &models.rows {
        let by_name =
            matches!(&row.says, Says::Entry(EntryRow { via: Via::Name { .. } | Via::Export { .. }, .. }));
        let by_variable = matches!(&row.says, Says::Source(source) if !source.variables.is_empty());
        if by_name || by_variable || matches!(row.says, Says::Opaque(_) | Says::Fluent | Says::Alias(_)) {
            continue;
        }
        for steps in pattern::parse(&row.api).unwrap() {
            let path = sample(&steps);
            let hits = models.hits_of(&path);
            assert!(hits.iter().any(|hit| hit.0 == row.id), "line {}: {path}", row.line);
        }
    }
}

#[test]
fn every_path_stays_within_the_depth_that_the_solver_keeps() {
    let models = builtin();
    for row in &models.rows {
        if matches!(row.says, Says::Opaque(_) | Says::Fluent) {
            continue;
        }
        let most = usize::from(Paths::MAX_DEPTH) + 1;
        for steps in pattern::parse(&row.api).unwrap_or_default() {
            // A module of several parts may be one step.
            let names = steps.iter().take_while(|step| matches!(step, Step::Name(_))).count();
            assert!(steps.len() - names < most, "line {}: {}", row.line, sample(&steps));
        }
    }
}

#[test]
fn every_kind_of_a_row_is_used_by_a_rule_or_an_entry() {
    let models = builtin();
    for row in &models.rows {
        if let Says::Source(source) = &row.says {
            let used = models.rules.iter().any(|rule| models.one_of(source.kind, &rule.source));
            assert!(used, "line {}: no rule speaks of {}", row.line, models.about(source.kind).name);
        }
    }
}

#[test]
fn aliases_lead_to_the_rows_of_the_class() {
    let models = builtin();
    let kinds = |path: &str| -> Vec<&str> {
        let mut kinds: Vec<&str> = models
            .hits_of(path)
            .into_iter()
            .filter_map(|hit| match &models.row(hit.0).says {
                Says::Sink(sink) => Some(models.about(sink.kind).name.as_str()),
                _ => None,
            })
            .collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds("sqlite3.connect().cursor().execute"), ["sql"]);
    assert_eq!(kinds("psycopg2.connect().__enter__().cursor().__enter__().execute"), ["sql"]);
    assert_eq!(kinds("flask_sqlalchemy.SQLAlchemy().session.execute"), ["sql"]);
    assert_eq!(kinds("structlog.get_logger().bind().info"), ["log"]);
    assert!(kinds("boto3.Session().client().delete_object").contains(&"cloud-write"));
    assert_eq!(kinds("django.db.connection.cursor().execute"), ["sql"]);
    assert!(kinds("os.path.join").is_empty());
}

#[test]
fn opaque_packages_are_known_by_any_of_their_modules() {
    let models = builtin();
    assert!(models.is_opaque("requests.sessions"));
    assert!(models.is_opaque("google.cloud.storage"));
    assert!(!models.is_opaque("requestsx"));
    assert!(!models.is_opaque("google.other"));
}

#[test]
fn names_of_secrets_are_told_from_names_about_secrets() {
    let models = builtin();
    for name in [
        "STRIPE_API_KEY",
        "SECRET_KEY",
        "DATABASE_URL",
        "dbPassword",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        assert!(models.looks_secret(name), "{name}");
    }
    for name in
        ["TOKEN_URL", "MAX_TOKENS", "PASSWORD_RESET_TIMEOUT", "DEBUG", "HOME", "KEYBOARD", "PASSWORD_HASHERS"]
    {
        assert!(!models.looks_secret(name), "{name}");
    }
}

#[test]
fn rows_of_users_take_the_same_way() {
    let models = load("[\n{\"api\": \"acme.run\", \"sink\": \"exec\", \"args\": [0]}\n]").unwrap();
    let hits = models.hits_of("acme.run");
    let row = models.row(hits[0].0);
    assert_eq!((models.files[row.file].as_str(), row.line), ("mine.json", 2));
}

#[test]
fn bad_rows_name_file_line_and_repair() {
    for (row, wanted) in [
        (r#"{"api": "a.b", "sink": "exce"}"#, "mine.json:3: unknown sink kind `exce`; did you mean `exec`?"),
        (r#"{"api": "a.b", "sink": "route"}"#, "mine.json:3: `route` is not a kind of sink"),
        (r#"{"sink": "exec"}"#, "mine.json:3: `api` is missing"),
        (r#"{"api": "a.b"}"#, "mine.json:3: the row says nothing"),
        (
            r#"{"api": "a.b", "sink": "exec", "source": "secret"}"#,
            "mine.json:3: the row says more than one thing",
        ),
        (r#"{"api": "a.{b", "sink": "exec"}"#, "mine.json:3: in the pattern `a.{b`: `{` without `}`"),
        (r#"{"api": "a.b", "snik": "exec"}"#, "mine.json:3: unknown field `snik`"),
        (r#"{"api": "a.b", "sink": "exec", "impact": 2}"#, "mine.json:3: `impact` must be"),
        (
            r#"{"api": "a.b", "sink": "exec", "when": {"x": {"lik": "a"}}}"#,
            "mine.json:3: unknown condition `lik`; did you mean `like`?",
        ),
        (r#"{"api": "a.b", "entry": "route", "via": "call"}"#, "mine.json:3: `handler` is missing"),
        (r#"{"api": "a.b", "entry": "route"}"#, "mine.json:3: `via` must be"),
        (r#"{"api": "a.b", "alias": "c.*"}"#, "mine.json:3: in the alias `c.*`: it must be one path"),
        (r#"{"api": "a.b", "sink": "exec", "args": [{}]}"#, "mine.json:3: `{}` is no argument"),
    ] {
        let text = format!("[\n{{\"api\": \"x.y\", \"sink\": \"exec\"}},\n{row}\n]");
        let message = load(&text).unwrap_err().message;
        assert!(message.starts_with(wanted), "{row}\n{message}");
    }
}
