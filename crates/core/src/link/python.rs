//! What an import means in Python.
//!
//! `from ..x import y` in `pkg.sub.mod` means `pkg.x`. A name without dots means, in this order: a first-party
//! module that stands beside the importing file or above it, where Python would have that folder on its path; a
//! first-party module of that full name; a standard module; an installed module. So first-party code shadows
//! installed packages, and a fixture deep in the tests shadows nothing outside of its folder.

use crate::discover::SourceFile;
use crate::facts::Language;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Whether a module belongs to Python's standard library, which is never loaded: models and builtin bodies stand
/// for it.
#[must_use]
pub(crate) fn is_standard(module: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        blastline_grammars::PYTHON_STDLIB.lines().filter(|line| !line.starts_with('#')).collect()
    });
    names.contains(first_part(module))
}

/// Which first-party module a specifier means.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Module → its path with dots: `app.main` → `services.api.app.main`.
    places: BTreeMap<String, String>,
    /// The same the other way round.
    modules: BTreeMap<String, String>,
    /// Folders that are packages, as paths with dots.
    packages: BTreeSet<String>,
    /// First parts of modules of which the file or package itself is first-party.
    tops: BTreeSet<String>,
}

impl Names {
    /// The names of first-party files.
    #[must_use]
    pub(super) fn new(files: &[SourceFile]) -> Self {
        let mut names = Self::default();
        for file in files.iter().filter(|file| file.language == Language::Python) {
            let place = place(&file.path);
            if file.is_package {
                names.packages.insert(place.to_owned());
            }
            if !file.module.contains('.') {
                names.tops.insert(file.module.clone());
            }
            names.places.entry(file.module.clone()).or_insert_with(|| place.clone());
            names.modules.entry(place).or_insert_with(|| file.module.clone());
        }
        names
    }

    /// The full name of the module that `specifier` means in a file of module `module`. A specifier that climbs
    /// above all packages comes back as it is written.
    #[must_use]
    pub(super) fn absolute(&self, module: &str, is_package: bool, specifier: &str) -> String {
        let rest = specifier.trim_start_matches('.');
        match specifier.len() - rest.len() {
            0 => self.beside(module, specifier).unwrap_or(specifier).to_owned(),
            level => climb(module, is_package, level, rest).unwrap_or_else(|| specifier.to_owned()),
        }
    }

    /// The module of this name in the folder of the importing file, or in one above, as long as the folder is no
    /// package: there Python does not look. A namespace folder is no match, or `tests/redis/` would hide `redis`.
    fn beside(&self, module: &str, specifier: &str) -> Option<&str> {
        if is_standard(specifier) {
            return None;
        }
        let mut folder = self.places.get(module)?.as_str();
        while let Some((above, _)) = folder.rsplit_once('.') {
            folder = above;
            let found = self.modules.get(&format!("{folder}.{specifier}"));
            if let Some(found) = found.filter(|_| !self.packages.contains(folder)) {
                return Some(found);
            }
        }
        None
    }

    /// Whether a module of this name can only be first-party.
    pub(super) fn is_ours(&self, module: &str) -> bool {
        self.tops.contains(first_part(module))
    }
}

/// `pkg/sub/mod.py` → `pkg.sub.mod`, `pkg/__init__.py` → `pkg`.
fn place(path: &str) -> String {
    let stem = path.strip_suffix(".py").or_else(|| path.strip_suffix(".pyw")).unwrap_or(path);
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}

/// The module that `level` leading dots and `rest` mean. In a top-level module one dot means its neighbours, as if
/// its folder were a package: code is often written so and run from above.
fn climb(module: &str, is_package: bool, level: usize, rest: &str) -> Option<String> {
    let mut base: Vec<&str> = module.split('.').collect();
    let drop = if is_package { level - 1 } else { level };
    base.truncate(base.len().checked_sub(drop)?);
    base.extend(rest.split('.').filter(|part| !part.is_empty()));
    Some(base.join("."))
}

fn first_part(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::discover::SourceFile;
    use crate::facts::{Language, Origin};

    /// Names of files given as `path=module`.
    fn names(files: &[&str]) -> Names {
        let file = |row: &&str| {
            let (path, module) = row.split_once('=').expect("a row is `path=module`");
            SourceFile {
                path: path.to_owned(),
                module: module.to_owned(),
                is_package: path.ends_with("__init__.py"),
                language: Language::Python,
                origin: Origin::FirstParty,
                configuration: None,
                condition: None,
                bytes: Vec::new(),
            }
        };
        Names::new(&files.iter().map(file).collect::<Vec<_>>())
    }

    #[test]
    fn leading_dots_climb() {
        let names = Names::default();
        for (module, is_package, specifier, expected) in [
            ("pkg.sub.mod", false, ".", "pkg.sub"),
            ("pkg.sub.mod", false, ".x", "pkg.sub.x"),
            ("pkg.sub.mod", false, "..x.y", "pkg.x.y"),
            ("pkg.sub", true, ".x", "pkg.sub.x"),
            ("pkg.sub", true, "..", "pkg"),
            ("main", false, ".x", "x"),
            ("pkg.mod", false, "....x", "....x"),
            ("pkg.mod", false, "os.path", "os.path"),
        ] {
            assert_eq!(names.absolute(module, is_package, specifier), expected, "{specifier} in {module}");
        }
    }

    #[test]
    fn neighbours_are_found_where_python_looks() {
        let names = names(&[
            "app.py=app",
            "helpers.py=helpers",
            "scripts/run.py=scripts.run",
            "scripts/helpers.py=scripts.helpers",
            "scripts/json.py=scripts.json",
            "scripts/redis/lone.py=scripts.redis.lone",
            "pkg/__init__.py=pkg",
            "pkg/mod.py=pkg.mod",
            "pkg/helpers.py=pkg.helpers",
        ]);
        for (module, specifier, expected) in [
            ("scripts.run", "helpers", "scripts.helpers"),
            ("app", "helpers", "helpers"),
            ("pkg.mod", "helpers", "helpers"),
            ("scripts.run", "json", "json"),
            ("scripts.run", "redis", "redis"),
            ("scripts.run", "redis.lone", "scripts.redis.lone"),
            ("scripts.run", "pkg.mod", "pkg.mod"),
        ] {
            assert_eq!(names.absolute(module, false, specifier), expected, "{specifier} in {module}");
        }
    }

    #[test]
    fn each_project_sees_its_own_modules() {
        let names = names(&[
            "a/app/__init__.py=a.app",
            "a/app/main.py=a.app.main",
            "a/run.py=a.run",
            "b/app/__init__.py=b.app",
            "b/app/main.py=b.app.main",
        ]);
        assert_eq!(names.absolute("a.run", false, "app.main"), "a.app.main");
        assert_eq!(names.absolute("b.app.main", false, "app"), "b.app");
    }
}
