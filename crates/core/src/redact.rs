//! A source line → the same line without the secret values in it.
//!
//! Reports quote source lines, and secrets stand in source lines. A value is taken out where its shape is that of
//! a key (long, letters and digits mixed), where it is the password of a URL, and where the name that it is given
//! to says what it is. Too much taken out costs a reader a glance at the file; too little publishes a secret.
//!
//! # Example
//! `password = "hunter2"` becomes `password = "[redacted]"`.

use std::borrow::Cow;

const MARK: &str = "[redacted]";
/// Shorter runs of letters and digits are names and versions.
const KEY_LENGTH: usize = 16;
/// Parts of names whose values are secret.
const SECRET_NAMES: [&str; 9] =
    ["passw", "pwd", "secret", "token", "api_key", "apikey", "private_key", "access_key", "credential"];

/// The line without secret values.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    let mut cuts = named(text);
    cuts.extend(keys(text));
    cuts.extend(passwords(text));
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    cuts.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in cuts {
        if start >= from {
            out.push_str(&text[from..start]);
            out.push_str(MARK);
        }
        from = from.max(end);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// The insides of string literals that are given to a name that says that they are secret.
fn named(text: &str) -> Vec<(usize, usize)> {
    literals(text)
        .into_iter()
        .filter(|&(start, end)| end > start && !text[start..end].starts_with('{'))
        .filter(|&(start, _)| {
            let name = given_to(&text[..start - 1]).to_lowercase().replace('-', "_");
            SECRET_NAMES.iter().any(|secret| name.contains(secret))
        })
        .collect()
}

/// The string literals of a line: the name that each is given to, if any, and what is inside. That may be secret: whoever
/// asks keeps none.
pub(crate) fn quoted(text: &str) -> Vec<(&str, &str)> {
    literals(text).into_iter().map(|(start, end)| (given_to(&text[..start - 1]), &text[start..end])).collect()
}

/// The name that stands before `=` or `:` at the end of a text; empty where none does.
fn given_to(before: &str) -> &str {
    // A prefix of the literal (`b"…"`, `rb"…"`) may stand between.
    let before = before.trim_end_matches(['r', 'b', 'u', 'f', 'R', 'B', 'U', 'F']).trim_end();
    let Some(before) = before.strip_suffix(['=', ':']) else { return "" };
    let before = before
        .trim_end_matches(|char: char| matches!(char, '=' | ':' | '"' | '\'' | ']') || char.is_whitespace());
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
    let start = before
        .rfind(|char| !is_name(char))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    &before[start..]
}

/// Byte ranges of the insides of quoted strings. A line may begin inside a longer string: then what is quoted
/// and what is not are the wrong way round, which costs redactions by name and those of short keys.
fn literals(text: &str) -> Vec<(usize, usize)> {
    let mut literals = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        match open {
            _ if escaped => escaped = false,
            Some(_) if char == '\\' => escaped = true,
            Some((quote, start)) if char == quote => {
                literals.push((start, at));
                open = None;
            }
            None if matches!(char, '"' | '\'' | '`') => open = Some((char, at + 1)),
            _ => {}
        }
    }
    // A string that goes on in the next line is quoted as far as this line goes.
    literals.extend(open.map(|(_, start)| (start, text.len())));
    literals
}

/// Runs of letters and digits that are mixed as in keys: in strings, and where they are longer than names are
/// wherever they stand, as in the lines of a certificate.
fn keys(text: &str) -> Vec<(usize, usize)> {
    let literals = literals(text);
    let is_quoted = |at| literals.iter().any(|&(start, end)| start <= at && at < end);
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '=');
    let mut keys = Vec::new();
    let mut start = 0;
    for run in text.split_inclusive(|char| !is_part(char)) {
        let word = run.trim_end_matches(|char| !is_part(char));
        if is_key(word) && (word.len() >= 2 * KEY_LENGTH || is_quoted(start)) {
            keys.push((start, start + word.len()));
        }
        start += run.len();
    }
    keys
}

/// Whether letters and digits alternate at least three times, or twice in a very long word.
fn is_key(word: &str) -> bool {
    let word = word.trim_matches('=');
    let kinds = word.bytes().zip(word.bytes().skip(1));
    let changes = kinds.filter(|(left, right)| left.is_ascii_digit() != right.is_ascii_digit()).count();
    word.len() >= KEY_LENGTH && (changes >= 3 || (word.len() >= 2 * KEY_LENGTH && changes >= 2))
}

/// What stands between `:` and `@` in the authority of a URL.
fn passwords(text: &str) -> Vec<(usize, usize)> {
    let mut passwords = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let end = text[start..].find(['/', '"', '\'', ' ', '`']).map_or(text.len(), |end| start + end);
        if let Some(sign) = text[start..end].rfind('@')
            && let Some(colon) = text[start..start + sign].find(':')
        {
            let inside = (start + colon + 1, start + sign);
            if inside.0 < inside.1 && !text[inside.0..inside.1].starts_with('{') {
                passwords.push(inside);
            }
        }
    }
    passwords
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_names_are_taken_out() {
        assert_eq!(line("password = 'hunter2'"), "password = '[redacted]'");
        assert_eq!(
            line(r#"cfg = {"api-key": "abc", "host": "db"}"#),
            r#"cfg = {"api-key": "[redacted]", "host": "db"}"#
        );
        assert_eq!(line("connect(DB_PASSWORD=b\"x y\")"), "connect(DB_PASSWORD=b\"[redacted]\")");
        assert_eq!(line("SECRET_KEY: str = \"django\" + x"), "SECRET_KEY: str = \"django\" + x");
        assert_eq!(line("os.environ[\"SECRET\"] = \"x\""), "os.environ[\"SECRET\"] = \"[redacted]\"");
    }

    #[test]
    fn keys_are_known_by_their_shape() {
        let key = ["sk_live_", "51H8xkQ2eZvKYlo2C9"].concat();
        assert_eq!(line(&format!("charge(\"{key}\")")), "charge(\"sk_live_[redacted]\")");
        assert_eq!(line("deadbeef00112233445566778899aabb1c2d"), MARK);
    }

    #[test]
    fn passwords_of_urls_are_taken_out() {
        assert_eq!(line("x = 'postgres://app:s3cr@db/x'"), "x = 'postgres://app:[redacted]@db/x'");
        assert_eq!(line("f'postgres://{user}:{password}@db/x'"), "f'postgres://{user}:{password}@db/x'");
    }

    #[test]
    fn ordinary_lines_stay() {
        for text in [
            "    subprocess.run([\"ffmpeg\", \"-i\", path], check=True)  # see RFC2119",
            "from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305",
            "url = \"https://api.example.com/v1/orders?limit=100\"",
            "password = os.environ[\"DB_PASSWORD\"]",
            "token = get_token(\"session\")",
            "é = 'ü'",
            "'",
        ] {
            assert_eq!(line(text), text);
        }
    }
}
