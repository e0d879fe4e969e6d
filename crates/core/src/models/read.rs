//! Models files → checked rows. Built-in and user files take this one way.
//!
//! A models file is a JSON array, a row an object. What a row says is told by the one key of these that it has:
//!
//! | key | meaning | further keys |
//! |---|---|---|
//! | `"source": kind` | reading or calling `api` gives such a value | `name`, `looks`, `args` |
//! | `"sink": kind` | calling `api` does this | `args` (those that matter: all where left out, none for `[]`) |
//! | `"sanitiser": kind` | the result of `api` is safe | `args` |
//! | `"entry": kind` | `api` makes a function an entry point | `via`, `handler`, `methods`, `function`, `file`, `needs`, `name`, `verb`, `taints`, `params`, `skip` |
//! | `"from": [arg, …]` | these go in and come out at `to` (`@result` where left out) | `to` |
//! | `"alias": path` | `api` is another name for `path` | |
//! | `"fluent": method` | a call of the method gives its receiver | |
//! | `"opaque": [package, …]` | never load these packages: their models are here | |
//!
//! `api` is a [pattern](super::pattern). Arguments are written as position (`0`), name (`"url"`), `"@receiver"`,
//! `"@result"` or `"*"`. `when` maps an argument (`"0|url"`: position or name) to a constant, a list of constants, or
//! one of `{"not": …}`, `{"given": bool}`, `{"constant": bool}`, `{"like": [glob, …]}`, `{"not-like": …}`,
//! `{"from": [path, …]}`, `{"not-from": …}`, `{"not-instance": ["dict", …]}`, `{"built": true}`, `{"literal": true}` (a constant string
//! that is not empty). An argument may be followed by a key (`"options[verify]"`), and `"@function"` is the name of the
//! calling function. `impact` and `note` may stand in every row.

use super::json::{Source, suggestion};
use super::pattern::parse;
use super::row::{
    ArgRef, Condition, EntryRow, NameFrom, Row, Says, Scalar, SinkRow, SourceRow, Test, Verb, Via,
};
use super::{KindId, Models, Role, RowId};
use crate::Error;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    api: Option<String>,
    source: Option<String>,
    sink: Option<String>,
    sanitiser: Option<String>,
    entry: Option<String>,
    from: Option<Vec<Json>>,
    mount: Option<Vec<Json>>,
    alias: Option<String>,
    fluent: Option<String>,
    opaque: Option<Vec<String>>,
    args: Option<Vec<Json>>,
    name: Option<Json>,
    looks: Option<String>,
    variable: Option<Vec<String>>,
    to: Option<Json>,
    template: Option<Vec<Json>>,
    via: Option<String>,
    handler: Option<Vec<Json>>,
    methods: Option<Vec<String>>,
    function: Option<String>,
    file: Option<Vec<String>>,
    needs: Option<Vec<String>>,
    verb: Option<Json>,
    taints: Option<String>,
    params: Option<Vec<Json>>,
    skip: Option<Vec<String>>,
    fills: Option<String>,
    gives: Option<BTreeMap<String, String>>,
    when: Option<BTreeMap<String, Json>>,
    impact: Option<f64>,
    note: Option<String>,
}

/// Adds the rows of a file to the models.
pub(super) fn add(models: &mut Models, source: Source<'_>) -> Result<(), Error> {
    let file = models.files.len();
    models.files.push(source.file.to_owned());
    for (line, raw) in source.rows::<Raw>()? {
        let row = row(models, raw, file, line).map_err(|message| source.error(line, message))?;
        compile(models, &row).map_err(|message| source.error(line, message))?;
        models.rows.push(row);
    }
    Ok(())
}

/// Leaves the numbers of the rows of a file free. In built-in files a row begins on a line of its own.
pub(super) fn pass_over(models: &mut Models, source: Source<'_>) {
    let file = models.files.len();
    models.files.push(source.file.to_owned());
    for _ in source.text.lines().filter(|line| line.starts_with('{')) {
        let id = RowId(u32::try_from(models.rows.len()).unwrap_or(u32::MAX));
        let says = Says::Opaque(Vec::new());
        let (api, note) = (String::new(), String::new());
        models.rows.push(Row { id, api, file, line: 0, says, when: Vec::new(), impact: None, note });
    }
}

/// Checks a row. The error says what is wrong and how to mend it.
fn row(models: &Models, mut raw: Raw, file: usize, line: u32) -> Result<Row, String> {
    let when = raw.when.take().unwrap_or_default();
    let when = when.iter().map(|(args, test)| condition(args, test)).collect::<Result<_, _>>()?;
    if raw.impact.is_some_and(|impact| !(impact > 0.0 && impact <= 1.0)) {
        return Err("`impact` must be over 0 and at most 1".to_owned());
    }
    let says = says(models, &raw)?;
    let api = match (&says, raw.api) {
        (Says::Opaque(packages), None) => packages.join(", "),
        (Says::Fluent, None) => raw.fluent.unwrap_or_default(),
        (Says::Source(SourceRow { variables, .. }), None) if !variables.is_empty() => variables.join(", "),
        (Says::Entry(EntryRow { via: Via::Name { function, .. }, .. }), None) => function.clone(),
        (Says::Entry(EntryRow { via: Via::Export { names, .. }, .. }), None) => names.join(", "),
        (Says::Opaque(_) | Says::Fluent, Some(_)) => {
            return Err("this row takes no `api`; remove it".to_owned());
        }
        (Says::Entry(EntryRow { via: Via::Name { .. } | Via::Export { .. }, .. }), Some(_)) => {
            return Err(
                "a row with \"via\": \"name\" or \"export\" takes `function` and not `api`".to_owned()
            );
        }
        (_, None) => {
            return Err("`api` is missing; add the pattern of the API, such as \"requests.get\"".to_owned());
        }
        (_, Some(api)) => api,
    };
    let id = RowId(u32::try_from(models.rows.len()).map_err(|_| "too many rows".to_owned())?);
    Ok(Row { id, api, file, line, says, when, impact: raw.impact, note: raw.note.unwrap_or_default() })
}

/// What the row says, by the one role key that it has.
fn says(models: &Models, raw: &Raw) -> Result<Says, String> {
    let roles = [
        ("source", raw.source.is_some()),
        ("sink", raw.sink.is_some()),
        ("sanitiser", raw.sanitiser.is_some()),
        ("entry", raw.entry.is_some()),
        ("from", raw.from.is_some()),
        ("mount", raw.mount.is_some()),
        ("alias", raw.alias.is_some()),
        ("fluent", raw.fluent.is_some()),
        ("opaque", raw.opaque.is_some()),
    ];
    let given: Vec<&str> = roles.iter().filter(|role| role.1).map(|role| role.0).collect();
    let [role] = given[..] else {
        let all = roles.map(|role| format!("`{}`", role.0)).join(", ");
        return Err(match given.len() {
            0 => format!("the row says nothing of the API; add one of {all}"),
            _ => format!("the row says more than one thing ({}); write a row for each", given.join(" and ")),
        });
    };
    let args = || refs(raw.args.as_deref());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(match role {
        "source" => Says::Source(SourceRow {
            kind: kind(models, Role::Source, &text(&raw.source))?,
            name: name_from(raw.name.as_ref())?,
            looks_secret: looks(raw.looks.as_deref())?,
            args: args()?,
            variables: raw.variable.clone().unwrap_or_default(),
        }),
        "sink" => Says::Sink(SinkRow {
            kind: kind(models, Role::Sink, &text(&raw.sink))?,
            args: if raw.args.is_none() { vec![ArgRef::All] } else { args()? },
            template: refs(raw.template.as_deref())?,
        }),
        "sanitiser" => {
            Says::Sanitiser { kind: kind(models, Role::Sanitiser, &text(&raw.sanitiser))?, args: args()? }
        }
        "entry" => Says::Entry(entry(models, raw)?),
        "from" => Says::Summary {
            from: refs(raw.from.as_deref())?,
            to: raw.to.as_ref().map_or(Ok(ArgRef::Result), arg)?,
        },
        "mount" => match name_from(raw.name.as_ref())? {
            NameFrom::Args(at) => Says::Mount { what: refs(raw.mount.as_deref())?, at },
            _ => return Err("`name` is missing; say which argument is the prefix: [\"prefix\"]".to_owned()),
        },
        "alias" => Says::Alias(text(&raw.alias)),
        "fluent" => Says::Fluent,
        _ => Says::Opaque(raw.opaque.clone().unwrap_or_default()),
    })
}

fn entry(models: &Models, raw: &Raw) -> Result<EntryRow, String> {
    let taints = raw.taints.as_ref().map(|name| kind(models, Role::Source, name)).transpose()?;
    Ok(EntryRow {
        kind: kind(models, Role::Entry, raw.entry.as_deref().unwrap_or_default())?,
        via: via(raw)?,
        name: name_from(raw.name.as_ref())?,
        verb: verb(raw.verb.as_ref())?,
        taints,
        params: refs(raw.params.as_deref())?,
        skip: raw.skip.clone().unwrap_or_default(),
        by_route: fills(raw.fills.as_deref())?,
        gives: gives(raw.gives.as_ref())?,
    })
}

fn fills(text: Option<&str>) -> Result<bool, String> {
    match text {
        None => Ok(false),
        Some("route") => Ok(true),
        Some(_) => Err("`fills` must be \"route\"".to_owned()),
    }
}

/// Parameters and what they hold: `{"0|request": "django.http.HttpRequest()"}`.
fn gives(given: Option<&BTreeMap<String, String>>) -> Result<Vec<(ArgRef, String)>, String> {
    let mut found = Vec::new();
    for (params, path) in given.into_iter().flatten() {
        if parse(path).map_err(|message| format!("in the path `{path}`: {message}"))?.len() != 1 {
            return Err(format!("`{path}` must be one path, without `{{}}`"));
        }
        found.extend(params.split('|').map(|param| (ArgRef::parse(param), path.clone())));
    }
    Ok(found)
}

fn via(raw: &Raw) -> Result<Via, String> {
    let methods = raw.methods.clone().unwrap_or_default();
    match raw.via.as_deref() {
        Some("decorator") => Ok(Via::Decorator),
        Some("call") => match refs(raw.handler.as_deref())? {
            handler if handler.is_empty() => {
                Err("`handler` is missing; say which argument is the function: [1, \"view_func\"]".to_owned())
            }
            handler => Ok(Via::Call(handler, methods)),
        },
        Some("subclass") if methods.is_empty() => {
            Err("`methods` is missing; name the methods that the framework calls: [\"get\", \"do_*\"]"
                .to_owned())
        }
        Some("subclass") => Ok(Via::Subclass(methods)),
        Some("export") => Ok(Via::Export {
            names: alternatives(raw.function.as_deref().ok_or("`function` is missing; name the export")?),
            file: raw.file.clone().ok_or("`file` is missing; say in which files: [\"*/route.ts\"]")?,
        }),
        Some("name") => Ok(Via::Name {
            function: raw.function.clone().ok_or("`function` is missing; name the function, `*` for any")?,
            file: raw.file.clone().unwrap_or_default(),
            needs: raw.needs.clone().unwrap_or_default(),
        }),
        _ => Err("`via` must be \"decorator\", \"call\", \"subclass\", \"export\" or \"name\"".to_owned()),
    }
}

/// `{GET,POST}` → `GET`, `POST`.
fn alternatives(text: &str) -> Vec<String> {
    let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    inside.split(',').map(str::to_owned).collect()
}

/// The kind of a name, which must be of the role.
pub(super) fn kind(models: &Models, role: Role, name: &str) -> Result<KindId, String> {
    match models.kind(name) {
        Some(id) if models.kinds[usize::from(id.0)].role == role => Ok(id),
        Some(_) => Err(format!("`{name}` is not a kind of {}", role.name())),
        None => {
            let known = models.kinds.iter().filter(|kind| kind.role == role).map(|kind| kind.name.as_str());
            Err(format!("unknown {} kind `{name}`; {}", role.name(), suggestion(name, known)))
        }
    }
}

fn refs(list: Option<&[Json]>) -> Result<Vec<ArgRef>, String> {
    list.unwrap_or_default().iter().map(arg).collect()
}

fn arg(json: &Json) -> Result<ArgRef, String> {
    match json {
        Json::Number(number) => Ok(ArgRef::parse(&number.to_string())),
        Json::String(text) => Ok(ArgRef::parse(text)),
        _ => Err(format!(
            "`{json}` is no argument; write a position, a name, \"@receiver\", \"@result\" or \"*\""
        )),
    }
}

fn name_from(json: Option<&Json>) -> Result<NameFrom, String> {
    match json {
        None => Ok(NameFrom::None),
        Some(Json::String(text)) if text == "step" => Ok(NameFrom::Step),
        Some(Json::String(text)) if text == "file" => Ok(NameFrom::File),
        Some(Json::Array(list)) => Ok(NameFrom::Args(refs(Some(list))?)),
        Some(_) => Err("`name` must be \"step\", \"file\" or a list of arguments: [0, \"key\"]".to_owned()),
    }
}

fn verb(json: Option<&Json>) -> Result<Verb, String> {
    match json {
        None => Ok(Verb::None),
        Some(Json::Array(list)) => Ok(Verb::Args(refs(Some(list))?)),
        Some(Json::String(text)) => Ok(match text.as_str() {
            "step" => Verb::Step,
            "method" | "export" => Verb::Method,
            _ => Verb::Constant(text.clone()),
        }),
        Some(_) => Err("`verb` must be \"step\", \"method\", a verb, or a list of arguments".to_owned()),
    }
}

fn looks(text: Option<&str>) -> Result<bool, String> {
    match text {
        None => Ok(false),
        Some("secret") => Ok(true),
        Some(_) => Err("`looks` must be \"secret\"".to_owned()),
    }
}

fn condition(args: &str, test: &Json) -> Result<Condition, String> {
    let args = args.split('|').map(ArgRef::parse).collect();
    Ok(Condition { args, test: self::test(test)? })
}

fn test(json: &Json) -> Result<Test, String> {
    let Json::Object(object) = json else { return Ok(Test::Is(scalars(json)?)) };
    let mut keys = object.iter();
    let (Some((key, value)), None) = (keys.next(), keys.next()) else {
        return Err("a condition has one key: {\"not\": …}, {\"given\": true}, {\"like\": […]} …".to_owned());
    };
    let flag = || value.as_bool().ok_or_else(|| format!("`{key}` must be true or false"));
    let globs = || -> Result<Vec<String>, String> {
        let texts = scalars(value)?;
        Ok(texts.iter().map(Scalar::text).collect())
    };
    match key.as_str() {
        "not" => Ok(Test::Not(scalars(value)?)),
        "given" => Ok(Test::Given(flag()?)),
        "constant" => Ok(Test::Constant(flag()?)),
        "like" => Ok(Test::Like(globs()?)),
        "not-like" => Ok(Test::NotLike(globs()?)),
        "from" => Ok(Test::From(globs()?)),
        "not-from" => Ok(Test::NotFrom(globs()?)),
        "not-instance" => Ok(Test::NotInstance(globs()?)),
        "built" => Ok(Test::Built),
        "literal" => Ok(Test::Literal),
        _ => {
            let known = [
                "not",
                "given",
                "constant",
                "like",
                "not-like",
                "from",
                "not-from",
                "not-instance",
                "built",
                "literal",
            ];
            Err(format!("unknown condition `{key}`; {}", suggestion(key, known.into_iter())))
        }
    }
}

/// A constant, or a list of constants.
fn scalars(json: &Json) -> Result<Vec<Scalar>, String> {
    match json {
        Json::Null => Ok(vec![Scalar::Null]),
        Json::Bool(value) => Ok(vec![Scalar::Bool(*value)]),
        Json::Number(number) => Ok(vec![Scalar::Text(number.to_string())]),
        Json::String(text) => Ok(vec![Scalar::Text(text.clone())]),
        Json::Array(list) => Ok(list.iter().map(scalars).collect::<Result<Vec<_>, _>>()?.concat()),
        Json::Object(_) => Err(format!("`{json}` is no constant")),
    }
}

/// Puts a row into the matcher.
fn compile(models: &mut Models, row: &Row) -> Result<(), String> {
    let in_pattern = |message: String| format!("in the pattern `{}`: {message}", row.api);
    match &row.says {
        Says::Opaque(packages) => models.opaque.extend(packages.iter().cloned()),
        Says::Fluent => models.matcher.add_fluent(&row.api),
        Says::Source(SourceRow { variables, .. }) if !variables.is_empty() => {}
        Says::Entry(EntryRow { via: Via::Name { .. } | Via::Export { .. }, .. }) => {}
        Says::Alias(target) => {
            let of_target = |message: String| format!("in the alias `{target}`: {message}");
            let targets = parse(target).map_err(of_target)?;
            if targets.len() != 1 || target.contains('*') {
                return Err(of_target("it must be one path, without `*` and `{}`".to_owned()));
            }
            for steps in parse(&row.api).map_err(in_pattern)? {
                models.matcher.add_alias(&steps, targets[0].clone());
            }
        }
        _ => {
            for steps in parse(&row.api).map_err(in_pattern)? {
                models.matcher.add(&steps, row.id);
            }
        }
    }
    Ok(())
}
