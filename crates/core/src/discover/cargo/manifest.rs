//! The text of a `Cargo.toml` → what it declares.

use std::collections::BTreeMap;

/// What a dependency is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Use {
    #[default]
    Normal,
    Dev,
    Build,
}

/// A dependency as declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Dependency {
    /// The name in the manifest, by which features and code name it.
    pub(super) key: String,
    /// The name of the package.
    pub(super) package: String,
    pub(super) kind: Use,
    /// The platform that it is for: `cfg(…)` or a triple.
    pub(super) platform: Option<String>,
    pub(super) is_optional: bool,
    /// Features that it is asked for; `default` is one of them.
    pub(super) features: Vec<String>,
    /// The versions that fit.
    pub(super) requirement: Option<String>,
}

/// The file of a library, program, example, test or bench.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Path below the folder of the manifest.
    pub(super) path: String,
    /// Its name as code writes it.
    pub(super) name: String,
    /// `lib`, `bin`, `examples`, `tests`, `benches`.
    pub(super) kind: &'static str,
}

/// A package, as its manifest declares it.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest {
    /// The name as the registry has it.
    pub(super) name: String,
    pub(super) version: String,
    /// Name of its library as code writes it.
    pub(super) library: String,
    /// Whether its library is made of macros that the compiler runs.
    pub(super) is_macro: bool,
    pub(super) targets: Vec<Target>,
    /// The build script, where the manifest names it: empty for "none".
    pub(super) build: Option<String>,
    pub(super) dependencies: Vec<Dependency>,
    /// What each feature turns on.
    pub(super) features: BTreeMap<String, Vec<String>>,
}

/// What the root of a workspace shares with its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    dependencies: toml::Table,
    version: Option<String>,
}

impl Shared {
    /// Of the text of a manifest with a table `workspace`.
    pub(super) fn of(table: &toml::Table) -> Option<Self> {
        let workspace = table.get("workspace")?;
        let dependencies = workspace.get("dependencies").and_then(toml::Value::as_table).cloned();
        let version = workspace.get("package").and_then(|package| text(package, "version"));
        Some(Self { dependencies: dependencies.unwrap_or_default(), version })
    }
}

/// What a manifest declares; none if it is not one of a package.
pub(super) fn read(table: &toml::Table, shared: Option<&Shared>) -> Option<Manifest> {
    let package = table.get("package").or_else(|| table.get("project"))?;
    let name = text(package, "name")?;
    let inherited = || shared.and_then(|shared| shared.version.clone());
    let version = text(package, "version").or_else(inherited).unwrap_or_else(|| "0.0.0".to_owned());
    let mut manifest = Manifest { library: identifier(&name), name, version, ..Manifest::default() };
    if let Some(library) = table.get("lib") {
        manifest.library = text(library, "name").map_or(manifest.library, |name| identifier(&name));
        manifest.is_macro = flag(library, "proc-macro") || flag(library, "proc_macro");
        let path = text(library, "path").unwrap_or_else(|| "src/lib.rs".to_owned());
        manifest.targets.push(Target { path: plain(&path), name: manifest.library.clone(), kind: "lib" });
    }
    manifest.targets.extend(targets(table));
    manifest.build = match package.get("build") {
        Some(toml::Value::String(path)) => Some(plain(path)),
        Some(toml::Value::Boolean(false)) => Some(String::new()),
        _ => None,
    };
    manifest.dependencies = dependencies(table, shared);
    let features = table.get("features").and_then(toml::Value::as_table).into_iter().flatten();
    manifest.features = features.map(|(name, value)| (name.clone(), strings(value))).collect();
    Some(manifest)
}

fn targets(table: &toml::Table) -> Vec<Target> {
    let mut targets = Vec::new();
    for (key, kind) in [("bin", "bin"), ("example", "examples"), ("test", "tests"), ("bench", "benches")] {
        for target in table.get(key).and_then(toml::Value::as_array).into_iter().flatten() {
            if let (Some(name), Some(path)) = (text(target, "name"), text(target, "path")) {
                targets.push(Target { path: plain(&path), name: identifier(&name), kind });
            }
        }
    }
    targets
}

/// Dependencies of all kinds and platforms.
fn dependencies(table: &toml::Table, shared: Option<&Shared>) -> Vec<Dependency> {
    let mut found = Vec::new();
    of_kinds(table, None, shared, &mut found);
    let platforms = table.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    for (platform, table) in platforms.filter_map(|(name, value)| Some((name, value.as_table()?))) {
        of_kinds(table, Some(platform), shared, &mut found);
    }
    found
}

fn of_kinds(
    table: &toml::Table,
    platform: Option<&String>,
    shared: Option<&Shared>,
    found: &mut Vec<Dependency>,
) {
    const KINDS: [(&str, Use); 5] = [
        ("dependencies", Use::Normal),
        ("dev-dependencies", Use::Dev),
        ("dev_dependencies", Use::Dev),
        ("build-dependencies", Use::Build),
        ("build_dependencies", Use::Build),
    ];
    for (key, kind) in KINDS {
        for (name, value) in table.get(key).and_then(toml::Value::as_table).into_iter().flatten() {
            let own = dependency(name, value, shared);
            found.push(Dependency { kind, platform: platform.cloned(), ..own });
        }
    }
}

fn dependency(key: &str, value: &toml::Value, shared: Option<&Shared>) -> Dependency {
    let inherited =
        shared.filter(|_| flag(value, "workspace")).and_then(|shared| shared.dependencies.get(key));
    let of = |name: &str| text(value, name).or_else(|| inherited.and_then(|shared| text(shared, name)));
    let requirement = [Some(value), inherited].into_iter().flatten();
    let requirement = requirement.filter_map(toml::Value::as_str).next().map(str::to_owned);
    let mut features: Vec<String> = [Some(value), inherited]
        .into_iter()
        .flatten()
        .filter_map(|table| table.get("features"))
        .flat_map(strings)
        .collect();
    // A member can only turn the default features on again, not off.
    let default = |table: &toml::Value| {
        table.get("default-features").or_else(|| table.get("default_features")).and_then(toml::Value::as_bool)
    };
    let is_default = match inherited {
        Some(shared) => default(shared) != Some(false) || default(value) == Some(true),
        None => default(value) != Some(false),
    };
    features.extend(is_default.then(|| "default".to_owned()));
    Dependency {
        key: key.to_owned(),
        package: of("package").unwrap_or_else(|| key.to_owned()),
        is_optional: flag(value, "optional"),
        features,
        requirement: requirement.or_else(|| of("version")),
        ..Dependency::default()
    }
}

fn text(value: &toml::Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn flag(value: &toml::Value, key: &str) -> bool {
    value.get(key).and_then(toml::Value::as_bool) == Some(true)
}

fn strings(value: &toml::Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn plain(path: &str) -> String {
    path.trim_start_matches("./").to_owned()
}

/// The name as code writes it.
pub(super) fn identifier(name: &str) -> String {
    name.replace('-', "_")
}
