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
    let head = &bytes[..bytes.len().min(HEAD)];
    let is_bundle = SIGNATURES.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some());
    is_bundle.then(|| "was written by a bundler: its source is elsewhere, not read".to_owned())
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
