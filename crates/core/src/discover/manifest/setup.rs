//! `setup.py`, never executed: literals behind the names of the arguments of `setup()`.
//!
//! `entry_points={"console_scripts": ["tool = pkg.cli:main"]}` is read because all of it is literal. What is
//! computed stays unknown, and a note says so where entry points are concerned.

use super::{Manifest, ini};

/// A token of a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'a> {
    /// A string, its content, where that begins.
    Text(&'a str, usize),
    /// A bracket, comma, colon.
    Mark(u8),
    /// Anything else: a name, an operator.
    Other,
}

pub(super) fn read(manifest: &mut Manifest<'_>) {
    let text = manifest.text;
    for key in ["install_requires", "tests_require", "extras_require"] {
        for value in values(text, key) {
            // The keys of `extras_require` are names of extras: only what stands in a list is a requirement.
            let is_table = matches!(value.first(), Some(Token::Mark(b'{')));
            for (requirement, _) in strings(&value).filter(|&(_, depth)| depth > usize::from(is_table)) {
                manifest.requirement(requirement);
            }
        }
    }
    for value in values(text, "entry_points") {
        read_entries(manifest, &value);
    }
    for value in values(text, "package_dir") {
        if let [Token::Mark(b'{'), Token::Text("", _), Token::Mark(b':'), Token::Text(folder, _), ..] =
            value[..]
        {
            manifest.root(folder);
        }
    }
}

fn read_entries(manifest: &mut Manifest<'_>, value: &[Token<'_>]) {
    match value {
        [Token::Text(text, offset), ..] => ini::read_entries(manifest, text, *offset),
        [Token::Mark(b'{'), ..] => {
            let mut group = None;
            for (index, token) in value.iter().enumerate() {
                match (token, value.get(index + 1)) {
                    (Token::Text(name, _), Some(Token::Mark(b':'))) => group = Some(*name),
                    (Token::Text(text, offset), _) => {
                        manifest.entry_text(group.unwrap_or_default(), text, *offset)
                    }
                    _ => {}
                }
            }
            if value.contains(&Token::Other) {
                manifest
                    .note("computes some of its entry points: only the literal ones are known".to_owned());
            }
        }
        _ => manifest.note("computes its entry points: they are not known".to_owned()),
    }
}

/// The strings of a value, with how many brackets are around them.
fn strings<'v, 'a>(value: &'v [Token<'a>]) -> impl Iterator<Item = (&'a str, usize)> + 'v {
    let mut depth = 0_usize;
    value.iter().filter_map(move |token| {
        match token {
            Token::Mark(b'[' | b'(' | b'{') => depth += 1,
            Token::Mark(b']' | b')' | b'}') => depth = depth.saturating_sub(1),
            Token::Text(text, _) => return Some((*text, depth)),
            _ => {}
        }
        None
    })
}

/// The values that are given to a name, `name=…` or `"name": …`, those inside of another one left out.
fn values<'a>(text: &'a str, name: &str) -> Vec<Vec<Token<'a>>> {
    let mut values = Vec::new();
    let mut behind = 0;
    for (start, _) in text.match_indices(name) {
        let is_part = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
        let rest = &text[start + name.len()..];
        if start < behind || is_part(text[..start].chars().next_back()) || is_part(rest.chars().next()) {
            continue;
        }
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix(['=', ':']).filter(|value| !value.starts_with('='));
        if let Some(value) = value.filter(|_| !is_comment(text, start)) {
            let (tokens, end) = literal(text, text.len() - value.len());
            behind = end;
            values.push(tokens);
        }
    }
    values
}

/// Whether a comment begins the line, as far as it is looked back.
fn is_comment(text: &str, offset: usize) -> bool {
    let before = &text.as_bytes()[offset.saturating_sub(200)..offset];
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    line.trim_ascii_start().starts_with(b"#")
}

/// The tokens of one value, a string or a bracket up to its partner, and where it ends.
fn literal(text: &str, start: usize) -> (Vec<Token<'_>>, usize) {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                let (token, end) = string(text, at);
                tokens.push(token);
                at = end;
            }
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'[' | b'(' | b'{' => {
                depth += 1;
                tokens.push(Token::Mark(byte));
                at += 1;
            }
            b']' | b')' | b'}' => {
                depth = depth.saturating_sub(1);
                tokens.push(Token::Mark(byte));
                at += 1;
            }
            b',' | b':' => {
                tokens.push(Token::Mark(byte));
                at += 1;
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    tokens.push(Token::Other);
                }
                at += 1;
            }
        }
        if depth == 0 && !tokens.is_empty() {
            break;
        }
    }
    (tokens, at)
}

/// The string that begins with the quote at `start`, and where it ends. Escapes are kept as they stand: names and
/// targets have none.
fn string(text: &str, start: usize) -> (Token<'_>, usize) {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let is_long = bytes[start..].starts_with(&[quote, quote, quote]);
    let width = if is_long { 3 } else { 1 };
    let mut at = start + width;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(&[quote; 3][..width]) {
            return (Token::Text(&text[start + width..at], start + width), at + width);
        } else if bytes[at] == b'\n' && !is_long {
            break;
        } else {
            at += 1;
        }
    }
    (Token::Other, at.min(bytes.len()))
}
