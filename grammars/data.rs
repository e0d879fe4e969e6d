//! The data files, as text: `blastline` reads, checks and compiles them.

/// The closed vocabulary of kinds.
pub const KINDS: &str = include_str!("shared/kinds.json");

/// Which kinds together are a finding.
pub const RULES: &str = include_str!("shared/rules.json");

/// Which names look like those of secrets.
pub const NAMES: &str = include_str!("shared/names.json");

/// The models of each language: the name that complaints give, and the rows.
pub const MODELS: &[(&str, &str)] = &[
    ("python/models.json", include_str!("python/models.json")),
    ("javascript/models.json", include_str!("javascript/models.json")),
    ("rust/models.json", include_str!("rust/models.json")),
];
