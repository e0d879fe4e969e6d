//! A JSON array → its elements, each with the line it begins on, so that every complaint names a line.

use crate::Error;
use serde::de::DeserializeOwned;

/// The file that is read, for messages.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// A complaint about a line.
    pub(super) fn error(&self, line: u32, message: impl std::fmt::Display) -> Error {
        Error { message: format!("{}:{line}: {message}", self.file) }
    }

    /// The elements of the array that the file is, each read as `T`.
    pub(super) fn rows<T: DeserializeOwned>(&self) -> Result<Vec<(u32, T)>, Error> {
        self.elements()?.into_iter().map(|(line, text)| Ok((line, self.element(line, text)?))).collect()
    }

    fn element<T: DeserializeOwned>(&self, line: u32, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|error| {
            let inner = u32::try_from(error.line()).unwrap_or(1).max(1);
            let message = error.to_string();
            let message = message.rfind(" at line ").map_or(message.as_str(), |at| &message[..at]);
            self.error(
                line + inner - 1,
                format!("{message}; a row is one JSON object, see `blastline models list`"),
            )
        })
    }

    /// Cuts the text at the commas of the outermost array.
    fn elements(&self) -> Result<Vec<(u32, &str)>, Error> {
        let whole = self.text.trim_start_matches('\u{feff}');
        let open = whole.find(|c: char| !c.is_whitespace()).unwrap_or(whole.len());
        if !whole[open..].starts_with('[') {
            return Err(self.error(1, "the file must be one JSON array of rows; put `[` first and `]` last"));
        }
        let mut cut =
            Cut { start: open + 1, line: line_of(whole, open), depth: 0, in_string: false, rows: Vec::new() };
        let mut escaped = false;
        for (at, byte) in whole.bytes().enumerate().skip(open + 1) {
            if cut.in_string {
                cut.in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => cut.in_string = true,
                b'{' | b'[' => cut.depth += 1,
                b']' if cut.depth == 0 => {
                    cut.push(whole, at);
                    return self.ended(whole, at, cut.rows);
                }
                b'}' | b']' => cut.depth = cut.depth.saturating_sub(1),
                b',' if cut.depth == 0 => cut.push(whole, at),
                _ => {}
            }
        }
        let line = cut.rows.last().map_or(1, |row| row.0);
        Err(self.error(line, "the array is never closed after this row; add `]`, or the missing `\"` or `}`"))
    }

    fn ended<'t>(
        &self,
        whole: &str,
        at: usize,
        rows: Vec<(u32, &'t str)>,
    ) -> Result<Vec<(u32, &'t str)>, Error> {
        match whole[at + 1..].trim() {
            "" => Ok(rows),
            _ => Err(self.error(line_of(whole, at), "something follows the closing `]`; remove it")),
        }
    }
}

/// The elements found so far, and where the next one begins.
struct Cut<'t> {
    start: usize,
    line: u32,
    depth: u32,
    in_string: bool,
    rows: Vec<(u32, &'t str)>,
}

impl<'t> Cut<'t> {
    fn push(&mut self, whole: &'t str, at: usize) {
        let element = &whole[self.start..at];
        let text = element.trim();
        let blank = element.len() - element.trim_start().len();
        if !text.is_empty() {
            self.rows.push((self.line + newlines(&element[..blank]), text));
        }
        self.line += newlines(element);
        self.start = at + 1;
    }
}

fn newlines(text: &str) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX)
}

fn line_of(text: &str, at: usize) -> u32 {
    1 + newlines(&text[..at])
}

/// The known name that is nearest to a mistyped one, if any is near: `; did you mean ...?`.
pub(super) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known.map(|known| (distance(name, known), known)).min();
    match near {
        Some((distance, known)) if distance <= 1 + name.len() / 3 => format!("did you mean `{known}`?"),
        _ => "`blastline models list` names the known ones".to_owned(),
    }
}

/// Number of letters to insert, delete or replace. O(length × length).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<(u32, Vec<u32>)>, Error> {
        Source { file: "m.json", text }.rows()
    }

    #[test]
    fn rows_know_their_lines() {
        let found = rows("[\n[1],\n\n[2,\n3], [4]\n]\n").unwrap();
        assert_eq!(found, [(2, vec![1]), (4, vec![2, 3]), (5, vec![4])]);
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        let text = "[\n{\"a\": \"]\\\"}\"},\n{\"a\": \"b\"}]";
        let found: Vec<(u32, serde_json::Value)> = Source { file: "m.json", text }.rows().unwrap();
        assert_eq!(found.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn complaints_name_file_and_line() {
        for (text, wanted) in [
            ("[\n[1],\n[\"x\"]]", "m.json:3: invalid type"),
            ("[\n[1,\n\"x\"]]", "m.json:3: invalid type"),
            ("{}", "m.json:1: the file must be one JSON array"),
            ("[\n[1],\n[2", "m.json:2: the array is never closed"),
            ("[[1]]\n]", "m.json:1: something follows"),
        ] {
            let message = rows(text).unwrap_err().message;
            assert!(message.starts_with(wanted), "{text}: {message}");
        }
    }

    #[test]
    fn near_names_are_suggested() {
        let known = ["exec", "sql"];
        assert_eq!(suggestion("exce", known.into_iter()), "did you mean `exec`?");
        assert!(suggestion("telephone", known.into_iter()).contains("models list"));
    }
}
