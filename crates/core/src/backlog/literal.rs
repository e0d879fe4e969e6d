//! The line of a result about a secret → how much the text that stands there looks like one.
//!
//! Scanners report every literal beside a name such as `password`. Most are names of fields, addresses, words for a reader
//! or values of an example; a key that a program made is long and mixed. The values are looked at and never kept.
//!
//! # Example
//! `SECRET_KEY = "dev"` signs, `token = "k3!x_9…"` looks made, `password = "hunter2"` chosen, `label = "Your password"` like
//! no secret.

use super::{Item, class};
use crate::discover;
use crate::redact;
use std::collections::BTreeMap;
use std::path::Path;

/// What a literal looks like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Look {
    /// A word, a sentence, a path, nothing, or what stands for a value that is filled in later.
    Words,
    /// A password that a person chose.
    Chosen,
    /// A key that a program made.
    Made,
    /// What the program signs with, by its name: whoever knows it is whoever they want to be.
    Signs,
}

/// Shorter values are hardly keys.
const KEY: usize = 16;
/// Bits a character from which a value is mixed as in keys: lower-case words have fewer.
const MIXED: f64 = 3.6;
/// Parts of values that say that they are none.
const STAND_INS: &[&str] = &[
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "dummy",
    "sample",
    "your-",
    "your_",
    "xxxx",
    "****",
    "insert",
    "replace",
    "todo",
    "<",
    "${",
    "{{",
    "%(",
];

/// The surest look of the literals of each place that a result about a secret names.
pub(super) fn looks(root: &Path, items: &[Item]) -> BTreeMap<(String, u32), Look> {
    let mut files: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for item in items.iter().filter(|item| class::meet(&item.cwe, &[super::judge::HARDCODED])) {
        if let Some(place) = item.place.as_ref().filter(|place| place.line > 0) {
            files.entry(&place.file).or_default().push(place.line);
        }
    }
    let mut looks = BTreeMap::new();
    for (file, wanted) in files {
        let Some(text) = discover::text(root, file) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        for line in wanted {
            let Some(text) = lines.get(line as usize - 1) else { continue };
            let values = redact::quoted(text);
            let look = values.into_iter().map(|(name, value)| look(name, value)).max();
            looks.extend(look.map(|look| ((file.to_owned(), line), look)));
        }
    }
    looks
}

fn look(name: &str, value: &str) -> Look {
    // What is signed with a stand-in is signed with a key that everybody knows.
    let name = name.to_ascii_lowercase();
    let is_key = name.contains("secret") && name.contains("key") && value.len() >= 4;
    of_value(value).max(if is_key { Look::Signs } else { Look::Words })
}

fn of_value(value: &str) -> Look {
    let lower = value.to_ascii_lowercase();
    let is_stand_in = STAND_INS.iter().any(|part| lower.contains(part));
    let is_place = value.starts_with(['/', '.', '#']) || lower.contains("://") && !lower.contains('@');
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let has_sign =
        value.bytes().any(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.'));
    let has_case = value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase());
    if value.len() < 4 || is_stand_in || is_place || value.contains(char::is_whitespace) {
        Look::Words
    } else if value.len() >= KEY && entropy(value) >= MIXED && (has_digit || has_sign) {
        Look::Made
    } else if has_digit || has_sign || has_case {
        Look::Chosen
    } else {
        Look::Words
    }
}

/// Bits a byte, by how often each byte is there.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let total = value.len() as f64;
    let parts = counts.iter().filter(|&&count| count > 0).map(|&count| f64::from(count) / total);
    -parts.map(|part| part * part.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{Look, look};

    #[test]
    fn keys_passwords_and_words_are_told_apart() {
        let made = ["lr66%-a!$km5ed@n5ug", "!tya5bv13(!wY&p^"].concat();
        assert_eq!(look("x", &made), Look::Made);
        for chosen in ["hunter2", "Secret", "p@ss"] {
            assert_eq!(look("password", chosen), Look::Chosen, "{chosen}");
        }
        assert_eq!(look("SECRET_KEY", "your-secret-key"), Look::Signs);
        for words in [
            "",
            "password",
            "Your password",
            "/login/token",
            "<token>",
            "${TOKEN}",
            "your-secret-key-1",
            "access_token",
        ] {
            assert_eq!(look("password", words), Look::Words, "{words}");
        }
    }
}
