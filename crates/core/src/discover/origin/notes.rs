//! Authorship notes of git-ai, schema `authorship/3.0.0` → who wrote which line of a commit.
//!
//! A note has files with lines of `KEY RANGES` below them, a line `---`, and JSON that says what the keys mean:
//! `s_…::t_…` a session, `h_…` a known person, bare hexadecimal digits a session of the old form. The last entry that
//! holds a line counts; a key without a record counts for nothing. Of the JSON only tool and model are read: the rest
//! holds conversations.
//!
//! Notes are attached under `refs/notes/ai`, and by old versions under `refs/ai/authorship/COMMIT`.

use super::super::git::{entries, object};
use super::{Basis, Origin, Writer};
use gix::ObjectId;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

const SCHEMA: &str = "authorship/3.0.0";
/// Bytes of a note: old ones hold whole conversations.
const MAX_NOTE: u64 = 64 << 20;
/// Notes that are listed.
const MAX_NOTES: usize = 4_000_000;
/// Ranges of a note.
const MAX_RANGES: usize = 1_000_000;

/// Commit → its note, for a ref that holds notes.
#[derive(Default)]
pub(super) struct Refs {
    notes: FxHashMap<ObjectId, ObjectId>,
}

impl Refs {
    /// Lists the notes of a ref; nothing where there is none.
    pub(super) fn list(repo: &gix::Repository, name: &str) -> Self {
        let mut refs = Self::default();
        let Some(tree) = tree(repo, name) else { return refs };
        // Notes are spread over folders by the first digits of the commit.
        let mut folders = vec![(String::new(), tree)];
        while let Some((prefix, id)) = folders.pop() {
            for entry in entries(repo, id) {
                let digits = prefix.clone() + &entry.name;
                if entry.is_folder && digits.len() < 40 {
                    folders.push((digits, entry.id));
                } else if let Ok(commit) = ObjectId::from_hex(digits.as_bytes())
                    && refs.notes.len() < MAX_NOTES
                {
                    refs.notes.insert(commit, entry.id);
                }
            }
        }
        refs
    }

    /// The text of the note of a commit.
    pub(super) fn text(&self, repo: &gix::Repository, commit: ObjectId) -> Option<Vec<u8>> {
        object(repo, *self.notes.get(&commit)?, MAX_NOTE)
    }
}

fn tree(repo: &gix::Repository, name: &str) -> Option<ObjectId> {
    let id = repo.try_find_reference(name).ok()??.try_id()?.detach();
    repo.find_object(id).ok()?.peel_to_tree().ok().map(|tree| tree.id)
}

/// The note of the old form.
pub(super) fn old(repo: &gix::Repository, commit: ObjectId) -> Option<Vec<u8>> {
    let name = format!("refs/ai/authorship/{commit}");
    let id = repo.try_find_reference(name.as_str()).ok()??.try_id()?.detach();
    object(repo, id, MAX_NOTE)
}

/// What a note says: of each file, ranges of lines (from 1) and who wrote them, the last one counting.
pub(super) type Note = BTreeMap<String, Vec<(u32, u32, Origin)>>;

/// What the metadata says of a key. All that is not named here is skipped while it is read.
#[derive(Deserialize)]
struct Metadata {
    schema_version: String,
    #[serde(default)]
    prompts: BTreeMap<String, Session>,
    #[serde(default)]
    sessions: BTreeMap<String, Session>,
    #[serde(default)]
    humans: BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Session {
    agent_id: AgentId,
}

#[derive(Deserialize)]
struct AgentId {
    #[serde(default)]
    tool: String,
    #[serde(default)]
    model: String,
}

/// Reads a note, or says why it is none. Notes of another schema are none of ours to read.
pub(super) fn parse(text: &[u8]) -> Result<Note, &'static str> {
    let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8")?;
    let (attestations, metadata) = match text.strip_prefix("---\n") {
        Some(metadata) => ("", metadata),
        None => text.split_once("\n---\n").ok_or("has no line `---`")?,
    };
    let metadata: Metadata =
        serde_json::from_str(metadata).map_err(|_| "has metadata that are no JSON of the standard")?;
    if metadata.schema_version != SCHEMA {
        return Err("has another schema than authorship/3.0.0");
    }
    let mut note = Note::new();
    let mut file: Option<&mut Vec<(u32, u32, Origin)>> = None;
    let mut ranges = 0;
    for line in attestations.lines() {
        if let Some(entry) = line.strip_prefix("  ") {
            let Some(rows) = file.as_mut() else { return Err("has lines of no file") };
            let Some((key, list)) = entry.rsplit_once(' ') else { return Err("has a key without lines") };
            let Some(origin) = metadata.origin(key) else { continue };
            for range in list.split(',') {
                let (first, last) = span(range).ok_or("has a range that is none")?;
                ranges += 1;
                if ranges > MAX_RANGES {
                    return Err("has too many ranges");
                }
                rows.push((first, last, origin.clone()));
            }
        } else if !line.is_empty() {
            let path = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(line);
            file = Some(note.entry(path.to_owned()).or_default());
        }
    }
    Ok(note)
}

impl Metadata {
    fn origin(&self, key: &str) -> Option<Origin> {
        let session = if key.starts_with("h_") {
            self.humans.get(key)?;
            return Some(Origin::bare(Writer::Human, Basis::Note));
        } else if key.starts_with("s_") {
            self.sessions.get(key.split("::").next().unwrap_or(key))?
        } else {
            self.prompts.get(key)?
        };
        let AgentId { tool, model } = &session.agent_id;
        Some(Origin { writer: Writer::Ai, basis: Basis::Note, tool: tool.clone(), model: model.clone() })
    }
}

/// `7` or `3-9`.
fn span(range: &str) -> Option<(u32, u32)> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first >= 1 && first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"schema_version": "authorship/3.0.0", "base_commit_sha": "0",
        "prompts": {"d9978a8723e02b52": {"agent_id": {"tool": "cursor", "id": "1", "model": "gpt-5"}, "messages": [{"text": "secret"}]},
                    "02ad540": {"agent_id": {"tool": "old", "id": "1", "model": ""}}},
        "sessions": {"s_c9883b05a2487d": {"agent_id": {"tool": "claude", "id": "2", "model": "opus"}}},
        "humans": {"h_31dce776f88375": {"author": "Jane <j@example.org>"}}}"#;

    fn read(attestations: &str) -> Result<Note, &'static str> {
        parse(format!("{attestations}---\n{METADATA}").as_bytes())
    }

    fn tools(note: &Note, file: &str) -> Vec<(u32, u32, String)> {
        note[file].iter().map(|(first, last, origin)| (*first, *last, origin.tool.clone())).collect()
    }

    #[test]
    fn every_form_of_key_is_read() {
        let text = "src/a b.rs\n  d9978a8723e02b52 1-4,9\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 5\n";
        let note = read(&text.replace("src/a b.rs", "\"src/a b.rs\"")).expect("it is a note");
        let expected =
            [(1, 4, "cursor".to_owned()), (9, 9, "cursor".to_owned()), (5, 5, "claude".to_owned())];
        assert_eq!(tools(&note, "src/a b.rs"), expected);
        let note = read("x\n  02ad540 1\n  h_31dce776f88375 2\n").expect("it is a note");
        assert_eq!(note["x"][1].2, Origin::bare(Writer::Human, Basis::Note));
        assert_eq!(note["x"][0].2.tool, "old");
    }

    #[test]
    fn a_key_without_a_record_says_nothing() {
        assert_eq!(read("x\n  0000000000000000 1-3\n").expect("it is a note")["x"], []);
    }

    #[test]
    fn what_is_no_note_is_refused() {
        assert!(parse(b"x").is_err());
        assert!(parse(b"\xff").is_err());
        assert!(read("  d9978a8723e02b52 1\n").is_err());
        assert!(read("x\n  d9978a8723e02b52 4-1\n").is_err());
        assert!(read("x\n  d9978a8723e02b52 0\n").is_err());
        assert!(parse(format!("x\n---\n{}", METADATA.replace("3.0.0", "0.0.1")).as_bytes()).is_err());
        assert!(read("").expect("a note may speak of no file").is_empty());
    }
}
