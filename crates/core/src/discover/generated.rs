//! Text → whether a tool wrote it for machines: minified files and bundles, of which the source is elsewhere.
//!
//! They are skipped with a note: nobody can act on a finding in them, and their names say nothing.

/// Files below this size are read whatever they look like.
const MIN_SIZE: usize = 4 << 10;

/// Bytes of a line on average from which a file is minified. The longest average of hand-written files that we met
/// is about 90; tables of data reach 200.
const MIN_AVERAGE: usize = 500;

/// Bytes at the beginning of a file in which bundlers leave their signature.
const HEAD: usize = 16 << 10;

/// What bundlers write into what they make, and nobody else.
const SIGNATURES: &[&str] = &[
    "/******/ (function(modules) { // webpackBootstrap",
    "/******/ (() => { // webpackBootstrap",
    "var __webpack_modules__ = ",
    "(self[\"webpackChunk",
    "globalThis.TURBOPACK",
    "parcelRequire = (function",
    "/* esm.sh - ",
];

/// Why a file is not worth reading, as a sentence; none where it is.
pub(crate) fn reason(path: &str, bytes: &[u8]) -> Option<String> {
    if path.ends_with(".json") {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_named = [".min.", "-min.", ".bundle."].iter().any(|mark| name.contains(mark));
    if is_named && bytes.len() >= MIN_SIZE || is_minified(bytes) {
        return Some("is minified: its source is elsewhere, not read".to_owned());
    }
    if bytes.len() >= MIN_SIZE && is_copy(path, bytes) {
        return Some("is a copy of a library that pages load: its source is elsewhere, not read".to_owned());
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let is_bundle = SIGNATURES.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some());
    is_bundle.then(|| "was written by a bundler: its source is elsewhere, not read".to_owned())
}

/// Folders whose files are sent to browsers as they are.
const SERVED: [&str; 5] = ["static", "public", "assets", "wwwroot", "www"];
/// Folders, inside of these, of what others wrote.
const OTHERS: [&str; 8] =
    ["vendor", "vendors", "third_party", "third-party", "thirdparty", "lib", "libs", "bower_components"];
/// Bytes at the beginning of a file in which a library says its name, version and licence.
const BANNER: usize = 400;

/// Whether a script is a library that a project keeps a copy of for its pages: it is kept among others, or says a version
/// in a banner that is meant to survive minifiers.
fn is_copy(path: &str, bytes: &[u8]) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    let Some(served) = parts.iter().position(|folder| SERVED.contains(folder)) else { return false };
    if !path.ends_with(".js") {
        return false;
    }
    let banner = &bytes[..bytes.len().min(BANNER)];
    let text = String::from_utf8_lossy(banner);
    let is_banner = text.contains("/*!") || text.contains("//!") || text.contains("@license");
    parts[served..].iter().any(|folder| OTHERS.contains(folder)) || (is_banner && has_version(&text))
}

/// Whether a text has a version such as `1.13.2`.
fn has_version(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    words.into_iter().any(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        parts.next().is_some_and(is_number)
            && parts.next().is_some_and(is_number)
            && parts.next().is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether lines are far longer than people write them, lines of comment left out.
fn is_minified(bytes: &[u8]) -> bool {
    if bytes.len() < MIN_SIZE {
        return false;
    }
    let (mut lines, mut size, mut blanks) = (0, 0, 0);
    for line in bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        let is_comment = line.starts_with(b"//") || line.starts_with(b"*") || line.starts_with(b"/*");
        if line.is_empty() || is_comment && line.len() < MIN_AVERAGE {
            continue;
        }
        lines += 1;
        size += line.len();
        blanks += memchr::memchr_iter(b' ', line).count();
    }
    // Long lines of prose or of formatted data have blanks in them.
    size >= MIN_SIZE && size / lines.max(1) >= MIN_AVERAGE && blanks * 12 < size
}

#[cfg(test)]
mod tests {
    use super::reason;

    fn is_read(path: &str, head: &str) -> bool {
        let text = head.to_owned() + &"let a = 1;\n".repeat(1_000);
        reason(path, text.as_bytes()).is_none()
    }

    #[test]
    fn copies_of_libraries_are_left_out_where_pages_load_them() {
        let banner = "/*!\n * Library v0.100.1\n * MIT License\n */\n";
        assert!(!is_read("app/static/js/library.js", banner));
        assert!(!is_read("app/static/js/libs/other.js", ""));
        assert!(!is_read("public/vendor/other.js", ""));
    }

    #[test]
    fn what_a_project_wrote_is_read() {
        let banner = "/*!\n * Library v0.100.1\n * MIT License\n */\n";
        assert!(is_read("src/library.js", banner));
        assert!(is_read("lib/other.js", ""));
        assert!(is_read(
            "app/static/js/main.js",
            "/* This file is part of it. Version 2 of the licence. */\n"
        ));
        assert!(is_read("app/static/js/main.js", "/*! Main. */\n"));
    }
}
