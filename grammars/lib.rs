/// Top-level modules of Python's standard library, one a line, sorted; `#` begins a comment.
pub const PYTHON_STDLIB: &str = include_str!("python/stdlib.txt");

mod data;

pub use data::{KINDS, MODELS, NAMES, RULES};
