//! Records of Agent Trace 0.1.0 → who wrote which line of a revision.
//!
//! The standard leaves open where records live: they are looked for in `.agent-trace/*.json` and `*.jsonl` at the top
//! of the repository, where its reference implementation puts them, and in notes under `refs/notes/agent-trace`. A file
//! or note holds one record, a list of records, or one a line.
//!
//! Lines of a record are those of the file at the record's revision. The reference implementation writes the revision
//! that was checked out while the agent worked, so that the lines came with a child of it; a record is therefore also
//! looked up by the first parent of the commit that brought a line, and by the newest commit for lines that are not
//! committed. A record without revision says nothing about committed lines.

use super::super::read;
use super::notes::Refs;
use super::{Basis, Origin, Writer};
use gix::ObjectId;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of a file of records.
const MAX_FILE: u64 = 64 << 20;
/// Files of records.
const MAX_FILES: usize = 1_000;
/// Ranges of all records.
const MAX_RANGES: usize = 2_000_000;

#[derive(Deserialize)]
struct Record {
    vcs: Option<Vcs>,
    tool: Option<Tool>,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Vcs {
    #[serde(rename = "type")]
    kind: String,
    revision: String,
}

#[derive(Deserialize)]
struct Tool {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct File {
    path: String,
    conversations: Vec<Conversation>,
}

#[derive(Deserialize)]
struct Conversation {
    contributor: Option<Contributor>,
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
struct Range {
    start_line: u32,
    end_line: u32,
    contributor: Option<Contributor>,
}

#[derive(Deserialize)]
struct Contributor {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    model_id: String,
}

/// Ranges of lines of a file at a revision, the last one counting.
type Ranges = Vec<(u32, u32, Origin)>;

/// What all records say: revision (empty where a record has none) → path → ranges.
#[derive(Default)]
pub(super) struct Traces {
    rows: BTreeMap<String, BTreeMap<String, Ranges>>,
    refs: Refs,
    ranges: usize,
    /// Files that are no records.
    pub(super) broken: Vec<String>,
}

impl Traces {
    /// Reads the files and lists the notes.
    pub(super) fn read(repo: &gix::Repository, top: &Path) -> Self {
        let mut traces = Self { refs: Refs::list(repo, "refs/notes/agent-trace"), ..Self::default() };
        for name in files(&top.join(".agent-trace")) {
            let path = format!(".agent-trace/{name}");
            let records = read::text(&top.join(&path), MAX_FILE).ok().and_then(|text| records(&text));
            match records {
                Some(records) => records.into_iter().for_each(|record| traces.add(record, None)),
                None => traces.broken.push(path),
            }
        }
        traces
    }

    /// Reads the note of a commit.
    pub(super) fn note(&mut self, repo: &gix::Repository, commit: ObjectId) {
        let text = self.refs.text(repo, commit).and_then(|text| String::from_utf8(text).ok());
        let records = text.and_then(|text| records(&text)).unwrap_or_default();
        records.into_iter().for_each(|record| self.add(record, Some(commit)));
    }

    /// What is said of a file at a revision.
    pub(super) fn of(&self, revision: &str, path: &str) -> &[(u32, u32, Origin)] {
        self.rows.get(revision).and_then(|files| files.get(path)).map_or(&[][..], Vec::as_slice)
    }

    /// Every origin that a record tells.
    pub(super) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.rows.values().flat_map(BTreeMap::values).flatten().map(|row| &row.2)
    }

    fn add(&mut self, record: Record, noted: Option<ObjectId>) {
        let revision = match (record.vcs, noted) {
            (Some(vcs), _) if vcs.kind == "git" => vcs.revision.to_ascii_lowercase(),
            // Other systems have revisions of their own, which no commit of git has.
            (Some(_), None) => return,
            (_, Some(commit)) => commit.to_string(),
            (None, None) => String::new(),
        };
        let tool = record.tool.map(|tool| tool.name).unwrap_or_default();
        for file in record.files {
            let path = file.path.trim_start_matches("./").to_owned();
            let rows = self.rows.entry(revision.clone()).or_default().entry(path).or_default();
            for conversation in file.conversations {
                for range in conversation.ranges {
                    let contributor = range.contributor.as_ref().or(conversation.contributor.as_ref());
                    if self.ranges < MAX_RANGES && range.start_line >= 1 {
                        self.ranges += 1;
                        rows.push((range.start_line, range.end_line, origin(contributor, &tool)));
                    }
                }
            }
        }
    }
}

fn origin(contributor: Option<&Contributor>, tool: &str) -> Origin {
    let writer = match contributor.map(|contributor| contributor.kind.as_str()) {
        Some("human") => Writer::Human,
        // A person edited what a model wrote, or a model what a person wrote: a model took part.
        Some("ai" | "mixed") => Writer::Ai,
        _ => Writer::Unknown,
    };
    match (writer, contributor) {
        (Writer::Ai, Some(contributor)) => {
            let model = contributor.model_id.clone();
            Origin { writer, basis: Basis::Trace, tool: tool.to_owned(), model }
        }
        _ => Origin::bare(writer, Basis::Trace),
    }
}

/// Names of the files of records, sorted.
fn files(folder: &Path) -> Vec<String> {
    let is_folder = std::fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    let Some(entries) = is_folder.then(|| std::fs::read_dir(folder).ok()).flatten() else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_record = |name: &String| name.ends_with(".json") || name.ends_with(".jsonl");
    let mut names: Vec<String> = names.filter(is_record).take(MAX_FILES).collect();
    names.sort();
    names
}

/// One record, a list of them, or one a line; none where the text is neither.
fn records(text: &str) -> Option<Vec<Record>> {
    if let Ok(record) = serde_json::from_str::<Record>(text) {
        return Some(vec![record]);
    }
    if let Ok(records) = serde_json::from_str::<Vec<Record>>(text) {
        return Some(records);
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"version": "0.1.0", "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-23T14:30:00Z", "vcs": {"type": "git", "revision": "A1"}, "tool": {"name": "cursor"},
        "files": [{"path": "a.py", "conversations": [{"contributor": {"type": "ai", "model_id": "openai/gpt-4o"},
        "ranges": [{"start_line": 2, "end_line": 3}, {"start_line": 5, "end_line": 5, "contributor": {"type": "human"}}]}]}]}"#;

    #[test]
    fn a_range_may_have_a_contributor_of_its_own() {
        for text in
            [RECORD.to_owned(), format!("[{RECORD}]"), format!("{0}\n{0}\n", RECORD.replace('\n', ""))]
        {
            let mut traces = Traces::default();
            records(&text).expect("it is a record").into_iter().for_each(|record| traces.add(record, None));
            let rows = traces.of("a1", "a.py");
            assert_eq!((rows[0].0, rows[0].1, rows[0].2.writer), (2, 3, Writer::Ai));
            assert_eq!((rows[0].2.tool.as_str(), rows[0].2.model.as_str()), ("cursor", "openai/gpt-4o"));
            assert_eq!((rows[1].0, rows[1].2.writer), (5, Writer::Human));
        }
        assert!(records("{}").is_none() && records("x").is_none());
    }
}
