//! What stands between the brackets of a macro → whether it may be a list of expressions at all.
//!
//! Most of what macros are given that is no code is told from code by two tokens side by side: `IMPL : ADD`, `a b`,
//! `x => y`. A parser takes a hundred times as long to say so, since it looks for the text that was meant. Text
//! that is a list of expressions is never refused; what is inside of brackets is not looked at.

use super::expand::{is_raw_string, skip_char, skip_raw, skip_string};
use super::rules::group_length;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A name that is no keyword, or a literal.
    Operand,
    /// A keyword that may stand in an expression.
    Keyword,
    /// What closes brackets of values: `(a)`, `[a]`.
    Closed,
    /// Anything else.
    Other,
}

/// Whether a text may be a list of expressions.
pub(super) fn is_list(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut before, mut has_closure) = (0, Token::Other, false);
    while at < bytes.len() {
        let byte = bytes[at];
        let (token, end) = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                at = behind_comment(bytes, at);
                continue;
            }
            b'(' | b'[' | b'{' => match group_length(&text[at..]) {
                Some(length) if byte == b'{' => (Token::Other, at + length),
                Some(length) => (Token::Closed, at + length),
                None => return true,
            },
            b'#' => match attribute(text, at) {
                Some(end) => (Token::Other, end),
                None => return false,
            },
            b'"' => (Token::Operand, skip_string(bytes, at) + 1),
            b'\'' => quoted(bytes, at),
            _ if is_name_byte(byte) => {
                let (token, end) = word(text, at);
                let Some(token) = token else { return false };
                (token, end)
            }
            b'|' => {
                has_closure = true;
                (Token::Other, at + 1)
            }
            b':' if bytes.get(at + 1) == Some(&b':') => (Token::Other, at + 2),
            b':' if before == Token::Operand && !has_closure => return false,
            b'=' if bytes.get(at + 1) == Some(&b'>') => return false,
            b'@' if !has_closure => return false,
            b';' => return false,
            _ => (Token::Other, at + 1),
        };
        if token == Token::Operand && matches!(before, Token::Operand | Token::Closed) {
            return false;
        }
        (before, at) = (token, end);
    }
    true
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn behind_comment(bytes: &[u8], at: usize) -> usize {
    if bytes[at + 1] == b'/' {
        return memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
    }
    memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |found| at + found + 4)
}

/// Where an attribute ends, if that is what a hash begins.
fn attribute(text: &str, at: usize) -> Option<usize> {
    let rest = text[at + 1..].trim_start();
    let rest = rest.strip_prefix('!').unwrap_or(rest).trim_start();
    let start = text.len() - rest.len();
    rest.starts_with('[').then(|| group_length(rest).map_or(text.len(), |length| start + length))
}

/// A character or a lifetime.
fn quoted(bytes: &[u8], at: usize) -> (Token, usize) {
    let end = skip_char(bytes, at);
    if end != at {
        return (Token::Operand, end + 1);
    }
    let length = bytes[at + 1..].iter().take_while(|&&byte| is_name_byte(byte)).count();
    (Token::Other, at + 1 + length)
}

/// A name, a number, or a string behind a prefix; none for keywords that no expression begins with or goes on with.
fn word(text: &str, at: usize) -> (Option<Token>, usize) {
    let bytes = text.as_bytes();
    let mut end = at + bytes[at..].iter().take_while(|&&byte| is_name_byte(byte)).count();
    let name = &text[at..end];
    if matches!(name, "r" | "b" | "br" | "c" | "cr") {
        let raw = end - 1;
        match bytes.get(end) {
            Some(b'"' | b'#') if name.ends_with('r') && is_raw_string(bytes, raw) => {
                return (Some(Token::Operand), skip_raw(bytes, raw) + 1);
            }
            Some(b'"') => return (Some(Token::Operand), skip_string(bytes, end) + 1),
            Some(b'\'') if name == "b" => return (Some(Token::Operand), quoted(bytes, end).1),
            Some(b'#') => {
                end += 1 + bytes[end + 1..].iter().take_while(|&&byte| is_name_byte(byte)).count();
                return (Some(Token::Operand), end);
            }
            _ => {}
        }
    }
    let token = match name {
        "as" | "async" | "await" | "box" | "break" | "const" | "continue" | "dyn" | "else" | "extern"
        | "fn" | "for" | "gen" | "if" | "impl" | "in" | "let" | "loop" | "match" | "move" | "mut" | "raw"
        | "ref" | "return" | "static" | "unsafe" | "while" | "yield" | "try" | "default" | "union"
        | "macro_rules" | "auto" | "do" | "safe" => Some(Token::Keyword),
        "pub" | "struct" | "enum" | "mod" | "use" | "trait" | "where" | "type" => None,
        _ => Some(Token::Operand),
    };
    (token, end)
}

#[cfg(test)]
mod tests {
    use super::is_list;

    #[test]
    fn expressions_are_lists() {
        for text in [
            "",
            "a, b.c(d)?, &mut e[1], -f",
            "\"{} {x}\", r#\"a \"b\" \"#, b\"c\", b'd', 'e', 1.5e-3, r#type",
            "|a: u8, b| a + b",
            "move |x: &str| -> bool { x.is_empty() }",
            "if a { b } else { c }, match d { e => f, g @ 1 => h }",
            "'a: loop { break 'a }, Foo { a: 1, ..b }, x as u8, (y) as usize, unsafe { z }",
            "#[cfg(a)] b, /* c d */ e, // f g",
            "Vec::<fn(a: u8)>::new(), m!(a b => c), ..d, e..=f, $g, async move { h }.await, static || 1",
            "for<'a> |x: &'a u8| x, return 1, *p, !q, const { 1 }",
        ] {
            assert!(is_list(text), "{text}");
        }
    }

    #[test]
    fn what_no_expression_holds_is_none() {
        for text in
            ["IMPL : ADD", "a b", "\"a\" \"b\"", "x => y", "# name", "pub a", "(reg) val", "a; b", "x @ 1"]
        {
            assert!(!is_list(text), "{text}");
        }
    }
}
