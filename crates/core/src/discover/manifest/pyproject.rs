//! `pyproject.toml` in the dialects in use (the standard tables, Poetry, setuptools, PDM, Flit, Hatch), and `Pipfile`.

use super::{Manifest, shorten};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'i> = Spanned<DeValue<'i>>;

pub(super) fn read(manifest: &mut Manifest<'_>) {
    let document = parse(manifest);
    let Some(document) = document.as_table() else { return };
    read_project(manifest, document);
    read_poetry(manifest, document);
    read_layout(manifest, document);
    each_list(manifest, table(document, &["dependency-groups"]));
    each_list(manifest, table(document, &["tool", "pdm", "dev-dependencies"]));
    requirements(manifest, value(document, &["tool", "uv", "dev-dependencies"]));
    entries(manifest, "console_scripts", table(document, &["tool", "flit", "scripts"]));
}

pub(super) fn read_pipfile(manifest: &mut Manifest<'_>) {
    let document = parse(manifest);
    let Some(document) = document.as_table() else { return };
    for name in ["packages", "dev-packages"] {
        names(manifest, table(document, &[name]));
    }
}

/// The document, or what could be read of it.
fn parse<'i>(manifest: &mut Manifest<'i>) -> DeValue<'i> {
    let (document, errors) = DeTable::parse_recoverable(manifest.text);
    if let Some(error) = errors.first() {
        let line = error.span().map_or(1, |span| manifest.line(span.start));
        manifest.note(format!(
            "line {line} is no TOML ({}): what could be read is used",
            shorten(error.message())
        ));
    }
    DeValue::Table(document.into_inner())
}

/// The standard tables.
fn read_project(manifest: &mut Manifest<'_>, document: &DeTable<'_>) {
    requirements(manifest, value(document, &["project", "dependencies"]));
    each_list(manifest, table(document, &["project", "optional-dependencies"]));
    entries(manifest, "console_scripts", table(document, &["project", "scripts"]));
    entries(manifest, "gui_scripts", table(document, &["project", "gui-scripts"]));
    groups(manifest, table(document, &["project", "entry-points"]));
}

fn read_poetry(manifest: &mut Manifest<'_>, document: &DeTable<'_>) {
    let Some(poetry) = table(document, &["tool", "poetry"]) else { return };
    names(manifest, table(poetry, &["dependencies"]));
    names(manifest, table(poetry, &["dev-dependencies"]));
    for (_, group) in table(poetry, &["group"]).into_iter().flatten() {
        names(manifest, group.get_ref().as_table().and_then(|group| table(group, &["dependencies"])));
    }
    entries(manifest, "console_scripts", table(poetry, &["scripts"]));
    groups(manifest, table(poetry, &["plugins"]));
    for package in list(value(poetry, &["packages"])) {
        let from = package.get_ref().as_table().and_then(|package| value(package, &["from"]));
        if let Some(folder) = from.and_then(text) {
            manifest.root(folder);
        }
    }
}

/// Where the packages are.
fn read_layout(manifest: &mut Manifest<'_>, document: &DeTable<'_>) {
    let mut folders: Vec<&Value<'_>> = Vec::new();
    folders.extend(value(document, &["tool", "setuptools", "package-dir", ""]));
    folders.extend(list(value(document, &["tool", "setuptools", "packages", "find", "where"])));
    folders.extend(value(document, &["tool", "pdm", "build", "package-dir"]));
    folders.extend(list(value(document, &["tool", "hatch", "build", "sources"])));
    folders.extend(value(document, &["tool", "uv", "build-backend", "module-root"]));
    for folder in folders.into_iter().filter_map(text) {
        manifest.root(folder);
    }
    // Hatch and maturin name folders of packages: what holds them is the import root.
    for package in list(value(document, &["tool", "hatch", "build", "targets", "wheel", "packages"])) {
        if let Some((folder, _)) =
            text(package).and_then(|package| package.trim_end_matches('/').rsplit_once('/'))
        {
            manifest.root(folder);
        }
    }
    if let Some(folder) = value(document, &["tool", "maturin", "python-source"]).and_then(text) {
        manifest.root(folder);
    }
}

/// Each entry of a table: `name = "module:object"`, or a table that holds that.
fn entries(manifest: &mut Manifest<'_>, group: &str, table: Option<&DeTable<'_>>) {
    for (name, target) in table.into_iter().flatten() {
        let inner = |key| target.get_ref().as_table().and_then(|target| value(target, &[key])).and_then(text);
        let target = text(target).or_else(|| inner("callable")).or_else(|| inner("reference"));
        if let Some(target) = target.filter(|target| !target.ends_with(".py")) {
            manifest.entry(group, name.get_ref(), target, name.span().start);
        }
    }
}

/// Each table in a table is a group of entries.
fn groups(manifest: &mut Manifest<'_>, table: Option<&DeTable<'_>>) {
    for (group, inside) in table.into_iter().flatten() {
        entries(manifest, group.get_ref(), inside.get_ref().as_table());
    }
}

/// The keys of a table name packages.
fn names(manifest: &mut Manifest<'_>, table: Option<&DeTable<'_>>) {
    for (name, _) in table.into_iter().flatten() {
        if name.get_ref() != "python" {
            manifest.requirement(name.get_ref());
        }
    }
}

/// Each value of a table is a list of requirements.
fn each_list(manifest: &mut Manifest<'_>, table: Option<&DeTable<'_>>) {
    for (_, list) in table.into_iter().flatten() {
        requirements(manifest, Some(list));
    }
}

fn requirements(manifest: &mut Manifest<'_>, value: Option<&Value<'_>>) {
    for requirement in list(value).filter_map(text) {
        manifest.requirement(requirement);
    }
}

fn list<'a, 'i>(value: Option<&'a Value<'i>>) -> impl Iterator<Item = &'a Value<'i>> {
    value.and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|array| array.iter())
}

fn text<'a>(value: &'a Value<'_>) -> Option<&'a str> {
    value.get_ref().as_str()
}

fn value<'a, 'i>(table: &'a DeTable<'i>, path: &[&str]) -> Option<&'a Value<'i>> {
    let (last, above) = path.split_last()?;
    let table = above.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())?;
    table.get(*last)
}

fn table<'a, 'i>(table: &'a DeTable<'i>, path: &[&str]) -> Option<&'a DeTable<'i>> {
    value(table, path)?.get_ref().as_table()
}
