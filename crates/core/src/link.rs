//! Import specifiers → modules: which file, if any, an import means.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Whether a module belongs to Python's standard library, which is never loaded: models and builtin bodies stand
/// for it.
#[must_use]
pub fn is_standard(module: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        blastline_grammars::PYTHON_STDLIB.lines().filter(|line| !line.starts_with('#')).collect()
    });
    names.contains(module.split('.').next().unwrap_or_default())
}
