//! Reads, calls and declared fields → sources, secrets apart.

use super::view::View;
use super::{SourceTag, Tags, args};
use crate::facts::{Field, Global, Origin, ParamKind};
use crate::ids::{CallId, ClassId, FileId, FuncId, Sym, Var};
use crate::models::{Models, NameFrom, RowId, Says, SourceRow, any_fits};
use crate::solution::{Certainty, ExternalRead, PathStep, Value};
use rustc_hash::FxHashMap;

/// Tags every read and call that gives a value of a kind, and every read of a declared field that is a secret.
pub(super) fn tag(view: &View<'_>, tags: &mut Tags) {
    let mut found = std::mem::take(&mut tags.sources);
    for read in &view.solution.reads {
        reads(view, *read, &mut found);
    }
    for edges in view.solution.edges.chunk_by(|a, b| a.call == b.call) {
        calls(view, edges[0].call, &view.matches(edges[0].call, edges), &mut found);
    }
    for &call in &view.solution.unresolved {
        calls(view, call, &view.matches_by_name(call), &mut found);
    }
    fields(view, &mut found);
    variables(view, &mut found);
    found.sort_by(|a, b| key(a).cmp(&key(b)));
    found.dedup_by(|later, first| same(later, first));
    let secret = view.models.kind("secret");
    let is_secret = |tag: &SourceTag| secret.is_some_and(|secret| view.models.is_a(tag.kind, secret));
    (tags.secrets, tags.sources) = found.into_iter().partition(is_secret);
}

fn key(tag: &SourceTag) -> (FuncId, u32, &str, Var, crate::models::KindId, Certainty, &str) {
    (tag.function, tag.line, &tag.name, tag.var, tag.kind, tag.certainty, &tag.api)
}

/// Whether two tags are of one value; the solver may see a read and its call.
fn same(a: &SourceTag, b: &SourceTag) -> bool {
    (a.function, a.line, &a.name, a.var, a.kind) == (b.function, b.line, &b.name, b.var, b.kind)
}

fn reads(view: &View<'_>, read: ExternalRead, found: &mut Vec<SourceTag>) {
    for &(row, _) in view.hits.of(read.path) {
        let Says::Source(source) = &view.models.row(row).says else { continue };
        let name = match &source.name {
            NameFrom::None | NameFrom::File => String::new(),
            NameFrom::Step => view.last_name(read.path).unwrap_or_default().to_owned(),
            // The name is an argument: the value comes from calling what is read here.
            NameFrom::Args(_) => continue,
        };
        if !source.args.is_empty() || (source.looks_secret && !view.models.looks_secret(&name)) {
            continue;
        }
        for (var, line) in places(view, read) {
            found.push(SourceTag {
                function: read.function,
                line,
                var,
                field: None,
                call: None,
                kind: source.kind,
                name: name.clone(),
                api: view.text(read.path),
                row: Some(row),
                certainty: read.certainty,
            });
        }
    }
}

/// The variables that receive what is read, with their lines.
fn places(view: &View<'_>, read: ExternalRead) -> Vec<(Var, u32)> {
    let (_, step, _) = view.solution.paths.rows[read.path.0 as usize];
    if let PathStep::Param(position) = step {
        let params = view.facts.params_of(read.function).iter();
        let mut positional = params.filter(|param| param.kind != ParamKind::Receiver);
        return positional
            .nth(usize::from(position))
            .map(|param| (param.var, read.line))
            .into_iter()
            .collect();
    }
    let field = match step {
        PathStep::Attr(name) => Field::Attr(name),
        PathStep::Item(name) => Field::Item(name),
        _ => Field::AnyItem,
    };
    let is_base = |value: Value| match value {
        Value::External(path) => view.solution.paths.leads(path, step, read.path),
        _ => false,
    };
    let known = |base: Var| view.solution.values.of(read.function, base).any(is_base);
    let fits = |base: Var| {
        let mut values = view.solution.values.of(read.function, base).peekable();
        values.peek().is_none() || values.any(is_base)
    };
    let loads = view.facts.loads_of(read.function).iter();
    let mut places: Vec<(Var, u32)> =
        loads.filter(|row| row.field == field && fits(row.base)).map(|row| (row.dst, row.line)).collect();
    if field == Field::AnyItem {
        let iterated = view.facts.iterates_of(read.function).iter();
        places.extend(iterated.filter(|row| known(row.base)).map(|row| (row.dst, row.line)));
        let computed = view.facts.load_keys_of(read.function).iter();
        places.extend(computed.filter(|row| known(row.base)).map(|row| (row.dst, row.line)));
    }
    if places.is_empty() {
        places.push((Var::NONE, read.line));
    }
    places
}

fn calls(view: &View<'_>, call: CallId, matches: &[super::view::Match<'_>], found: &mut Vec<SourceTag>) {
    let row = &view.facts.calls[call.index()];
    let function = view.facts.function_of(call);
    for matched in matches {
        let Says::Source(source) = &matched.row.says else { continue };
        let Some(name) = call_name(view, call, source, &matched.api) else { continue };
        let vars = match source.args.is_empty() || matched.indirect {
            true => vec![row.dst],
            false => args::find_all(view.facts, call, &source.args),
        };
        for var in vars {
            found.push(SourceTag {
                function,
                line: row.line,
                var,
                field: None,
                call: Some(call),
                kind: source.kind,
                name: name.clone(),
                api: call_text(&matched.api, source, &name),
                row: Some(matched.row.id),
                certainty: matched.certainty,
            });
        }
    }
}

/// The name of the value that a call gives; none where it is no secret after all.
fn call_name(view: &View<'_>, call: CallId, source: &SourceRow, api: &str) -> Option<String> {
    let function = view.facts.function_of(call);
    let name = match &source.name {
        NameFrom::None | NameFrom::File => String::new(),
        NameFrom::Step => {
            api.rsplit(['.', '[']).next().unwrap_or(api).trim_end_matches(['"', ']', '(', ')']).to_owned()
        }
        NameFrom::Args(wanted) => {
            let vars = args::find_all(view.facts, call, wanted);
            vars.iter().find_map(|&var| args::string(view, function, var)).unwrap_or_default()
        }
    };
    (!source.looks_secret || view.models.looks_secret(&name)).then_some(name)
}

/// How a call reads a named value: `os.getenv("STRIPE_KEY")`.
fn call_text(api: &str, source: &SourceRow, name: &str) -> String {
    match (&source.name, name) {
        (NameFrom::Args(_), name) if !name.is_empty() => format!("{api}(\"{name}\")"),
        _ => api.to_owned(),
    }
}

/// Tags variables of modules by their names: those that a row names, and names of secrets that hold a literal.
fn variables(view: &View<'_>, found: &mut Vec<SourceTag>) {
    let rows = view.models.rows.iter().filter_map(|row| match &row.says {
        Says::Source(source) if !source.variables.is_empty() => Some((row, source)),
        _ => None,
    });
    let rows: Vec<_> = rows.collect();
    for (file, index) in view.facts.files.iter().zip(0..) {
        if file.origin != Origin::FirstParty || rows.is_empty() {
            continue;
        }
        let about = &view.facts.functions[file.body.index()];
        for global in view.facts.exports_of(FileId(index)) {
            let name = view.facts.text(global.name);
            for (row, source) in &rows {
                let line = written(view, file.body, global.var).unwrap_or(about.line);
                if any_fits(&source.variables, name)
                    && (!source.looks_secret || is_secret_literal(view, file.body, global))
                {
                    found.push(SourceTag {
                        function: file.body,
                        line,
                        var: global.var,
                        field: None,
                        call: None,
                        kind: source.kind,
                        name: name.to_owned(),
                        api: format!("{}.{name}", view.facts.text(file.module)),
                        row: Some(row.id),
                        certainty: Certainty::Resolved,
                    });
                }
            }
        }
    }
}

/// The line of the literal that a variable of a module holds.
fn written(view: &View<'_>, body: FuncId, var: Var) -> Option<u32> {
    let moved = view.facts.moves_of(body).iter().filter(|row| row.dst == var).map(|row| row.src);
    let vars: Vec<Var> = moved.chain([var]).collect();
    view.facts.literals_of(body).iter().find(|row| vars.contains(&row.dst)).map(|row| row.line)
}

/// Whether a variable has the name of a secret and holds a literal that may be one.
fn is_secret_literal(view: &View<'_>, body: FuncId, global: &Global) -> bool {
    let name = view.facts.text(global.name);
    view.models.looks_secret(name)
        && args::string(view, body, global.var).is_some_and(|value| looks_random(&value))
}

/// Whether a text looks as if chance had made it: long enough, in one piece, of many different characters, and no
/// word that stands for a secret to come.
fn looks_random(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 14] = [
        "change",
        "example",
        "placeholder",
        "dummy",
        "secret",
        "password",
        "your",
        "xxxx",
        "todo",
        "insert",
        "sample",
        "test",
        "fake",
        "default",
    ];
    let lower = text.to_ascii_lowercase();
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.:!@#$%^&*~".contains(&byte));
    let is_path =
        text.contains("://") || text.starts_with(['/', '.', '$', '%']) || text.matches('/').count() > 2;
    (12..=200).contains(&text.len())
        && is_plain
        && !is_path
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && entropy(text.as_bytes()) >= 3.2
}

/// Bits a character (C. Shannon, 1948).
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let all = bytes.len() as f64;
    let shares = counts.iter().filter(|&&count| count > 0).map(|&count| f64::from(count) / all);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

/// A declared field that is a secret.
struct SecretField {
    class: ClassId,
    api: String,
    row: RowId,
}

/// Tags reads of declared fields of settings classes: `class Settings(BaseSettings): stripe_key: str`.
fn fields(view: &View<'_>, found: &mut Vec<SourceTag>) {
    let fields = secret_fields(view);
    if fields.is_empty() {
        return;
    }
    for index in 0..view.facts.functions.len() {
        let function = FuncId::from_len(index);
        if view.origin(function) == Origin::Builtin {
            continue;
        }
        for load in view.facts.loads_of(function) {
            let Field::Attr(name) = load.field else { continue };
            for field in fields.get(&name).into_iter().flatten() {
                let Some(certainty) = holds(view, function, load.base, field.class) else { continue };
                let Says::Source(source) = &view.models.row(field.row).says else { continue };
                found.push(SourceTag {
                    function,
                    line: load.line,
                    var: load.dst,
                    field: None,
                    call: None,
                    kind: source.kind,
                    name: view.facts.text(name).to_owned(),
                    api: field.api.clone(),
                    row: Some(field.row),
                    certainty,
                });
            }
        }
    }
}

/// Whether an object may be an instance of a class, by its values; by the name of the field alone where nothing
/// is known of it.
fn holds(view: &View<'_>, function: FuncId, base: Var, class: ClassId) -> Option<Certainty> {
    let mut values = view.solution.values.of(function, base).peekable();
    if values.peek().is_none() {
        return Some(Certainty::Possible);
    }
    let is = |value| match value {
        Value::Instance(other) | Value::Class(other) => {
            other == class
                || view
                    .solution
                    .ancestors
                    .get(other.index())
                    .is_some_and(|up| up.contains(&Value::Class(class)))
        }
        _ => false,
    };
    values.any(is).then_some(Certainty::Resolved)
}

/// The declared fields whose name is a secret's, of classes that a row knows by their base class.
fn secret_fields(view: &View<'_>) -> FxHashMap<Sym, Vec<SecretField>> {
    let mut fields: FxHashMap<Sym, Vec<SecretField>> = FxHashMap::default();
    for (index, ancestors) in view.solution.ancestors.iter().enumerate() {
        let class = ClassId::from_len(index);
        if index >= view.facts.classes.len() {
            break;
        }
        for ancestor in ancestors {
            let Value::External(path) = *ancestor else { continue };
            for field in view.facts.fields_of(class) {
                let name = view.facts.text(field.name);
                let Some(row) = field_row(view.models, &view.text(path), name) else { continue };
                let api = format!("{}.{name}", view.facts.full_name(view.facts.classes[index].body));
                let known = fields.entry(field.name).or_default();
                if known.iter().all(|field| field.class != class) {
                    known.push(SecretField { class, api, row });
                }
            }
        }
    }
    fields
}

fn field_row(models: &Models, base: &str, name: &str) -> Option<RowId> {
    let hits = models.hits_of(&format!("{base}().{name}"));
    hits.into_iter().map(|hit| hit.0).find(|&row| match &models.row(row).says {
        Says::Source(source) => !source.looks_secret || models.looks_secret(name),
        _ => false,
    })
}
