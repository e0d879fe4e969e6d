//! Text of the scanned repository → text that does nothing to the terminal, editor or browser that shows it.
//!
//! A file may be named `\x1b[2J.py`, and a string may hold characters that turn the direction of what follows.
//! For people such characters are shown as escapes. JSON keeps the text as it is, for programs, and writes the
//! characters as `\uXXXX`, so that the bytes are inert.

use std::borrow::Cow;
use std::io;

/// Whether a character acts instead of showing: controls, separators of lines, marks of direction, and
/// characters of no width.
#[must_use]
pub fn is_active(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every active character as an escape: `\u{1b}`. Tabs become four spaces.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '\t' => out.push_str("    "),
            char if is_active(char) => out.extend(char.escape_unicode()),
            char => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// Text of the scanned repository in which nothing is Markdown or HTML.
#[must_use]
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for char in inert(text).chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' => {
                out.push('\\');
                out.push(char);
            }
            char => out.push(char),
        }
    }
    out
}

/// At most `limit` characters of the text, the rest an ellipsis.
#[must_use]
pub fn clipped(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// Indented JSON of which every active character is an escape.
///
/// # Errors
/// Those of the writer.
pub fn to_json<T: serde::Serialize + ?Sized>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Inert(serde_json::ser::PrettyFormatter::new());
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// JSON in one line, without a line end: for tables of many rows.
///
/// # Errors
/// Those of the writer.
pub fn to_json_row<T: serde::Serialize + ?Sized>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Inert(serde_json::ser::CompactFormatter);
    Ok(value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, formatter))?)
}

/// A formatter, but for the text of strings.
struct Inert<F>(F);

impl<F: serde_json::ser::Formatter> serde_json::ser::Formatter for Inert<F> {
    /// The serializer hands over what needs no escape in JSON; the active characters among it get one.
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, char)) = rest.char_indices().find(|&(_, char)| is_active(char)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in char.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + char.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_the_repository_stays_text() {
        assert_eq!(markdown("<img src=x> [a](b) `c`"), "&lt;img src=x&gt; \\[a\\](b) \\`c\\`");
    }

    #[test]
    fn controls_show_as_escapes() {
        assert_eq!(inert("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c    d");
        assert_eq!(inert("π — ok"), "π — ok");
    }

    #[test]
    fn json_keeps_the_text_and_escapes_the_bytes() {
        let text = "\u{1b}[31m \u{9b}2J \u{202e} \u{e0041} \"quoted\"";
        let mut bytes = Vec::new();
        to_json(text, &mut bytes).unwrap();
        assert!(bytes.is_ascii(), "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clipped("ππππ", 2), "ππ…");
        assert_eq!(clipped("ππ", 2), "ππ");
    }
}
