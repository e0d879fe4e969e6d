//! A place in a file → the lines around it, for reports.

use super::limits::{MAX_EXCERPT_LINE, MAX_FILE};
use super::read;
use std::path::{Component, Path};

/// The lines of `file` from `context` before `line` to `context` behind it, with their numbers from 1. Empty where
/// there is no such line, and where the path leaves `root`, by its parts or by links. Long lines are cut.
#[must_use]
pub fn excerpt(root: &Path, file: &str, line: u32, context: u32) -> Vec<(u32, String)> {
    let Some(text) = text(root, file).filter(|_| line > 0) else {
        return Vec::new();
    };
    let (first, last) = (line.saturating_sub(context).max(1), line.saturating_add(context));
    let lines = (1..).zip(text.lines()).skip(first as usize - 1).take_while(|&(number, _)| number <= last);
    let lines: Vec<(u32, String)> = lines.map(|(number, text)| (number, cut(text))).collect();
    if lines.last().is_some_and(|row| row.0 >= line) { lines } else { Vec::new() }
}

/// The text of a file below `root`; none where it cannot be read, and where the path leaves `root`, by its parts or
/// by links.
#[must_use]
pub fn text(root: &Path, file: &str) -> Option<String> {
    let is_safe = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    let path = root.join(file);
    let stays_inside = || match (path.canonicalize(), root.canonicalize()) {
        (Ok(path), Ok(root)) => path.starts_with(root),
        _ => false,
    };
    if is_safe && stays_inside() { read::text(&path, MAX_FILE).ok() } else { None }
}

/// The beginning of a line, cut at a character.
fn cut(text: &str) -> String {
    let text = text.trim_end();
    if text.len() <= MAX_EXCERPT_LINE {
        return text.to_owned();
    }
    let end = (0..=MAX_EXCERPT_LINE).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{}…", &text[..end])
}
