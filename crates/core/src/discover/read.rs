//! Path → bytes, within limits, as UTF-8.

use super::limits::{MAX_FILE, MAX_LINE};
use super::walk::why;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// A source file as text, and whether bytes of it had to be replaced.
#[derive(Debug)]
pub(super) struct Source {
    /// The text in UTF-8, without byte order mark.
    pub(super) bytes: Vec<u8>,
    /// What a reader should know, as a sentence.
    pub(super) note: Option<String>,
}

/// Reads a source file, or says why not.
pub(super) fn source(path: &Path) -> Result<Source, String> {
    let bytes = bytes(path, MAX_FILE)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16: save it as UTF-8 to have it analysed".to_owned());
    }
    if memchr::memchr(0, &bytes).is_some() {
        return Err("holds NUL bytes: no interpreter takes it as source".to_owned());
    }
    if let Some(length) = longest_line(&bytes).filter(|&length| length > MAX_LINE) {
        return Err(format!(
            "has a line of {length} bytes, over the limit of {MAX_LINE}: data or minified code"
        ));
    }
    Ok(decode(bytes))
}

/// Reads a small text file, or says why not.
pub(super) fn text(path: &Path, limit: u64) -> Result<String, String> {
    let source = decode(bytes(path, limit)?);
    Ok(String::from_utf8_lossy(&source.bytes).into_owned())
}

/// Reads a regular file of at most `limit` bytes. Links and everything that is no regular file are refused before
/// they are opened: opening a pipe would wait for ever.
fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let metadata = fs::symlink_metadata(path).map_err(|error| format!("cannot be read: {}", why(&error)))?;
    if !metadata.is_file() {
        return Err("is no regular file: never opened".to_owned());
    }
    let too_large = |size| format!("has {size} bytes, over the limit of {limit} for a file");
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    // The size may be a lie (files under /proc) or change: the limit holds for what arrives.
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot be read: {}", why(&error)))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

fn longest_line(bytes: &[u8]) -> Option<usize> {
    // Most files are shorter than the limit, so that no line can pass it.
    if bytes.len() <= MAX_LINE {
        return None;
    }
    let mut start = 0;
    let mut longest = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        longest = longest.max(end - start);
        start = end + 1;
    }
    Some(longest.max(bytes.len() - start))
}

/// Drops the byte order mark and makes the bytes valid UTF-8, so that no later stage meets others.
pub(super) fn decode(mut bytes: Vec<u8>) -> Source {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    if std::str::from_utf8(&bytes).is_ok() {
        return Source { bytes, note: None };
    }
    if declares_latin(&bytes) {
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        return Source { bytes: text.into_bytes(), note: None };
    }
    let note = "is not UTF-8: undecodable bytes were replaced, columns may be off".to_owned();
    Source { bytes: String::from_utf8_lossy(&bytes).into_owned().into_bytes(), note: Some(note) }
}

/// Whether one of the first two lines declares Latin-1 (`# -*- coding: latin-1 -*-`).
fn declares_latin(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').take(2).any(|line| {
        let line = String::from_utf8_lossy(&line[..line.len().min(200)]).to_ascii_lowercase();
        line.trim_start().starts_with('#')
            && line.contains("coding")
            && ["latin-1", "latin1", "iso-8859-1", "iso8859-1", "cp1252", "windows-1252"]
                .iter()
                .any(|name| line.contains(name))
    })
}

/// Whether a regular file without extension begins with `#!` and names Python in that line.
pub(super) fn is_python_script(path: &Path) -> bool {
    let mut head = [0; 128];
    let Ok(length) = File::open(path).and_then(|mut file| file.read(&mut head)) else {
        return false;
    };
    let first = head[..length].split(|&byte| byte == b'\n').next().unwrap_or_default();
    first.starts_with(b"#!") && memchr::memmem::find(first, b"python").is_some()
}
