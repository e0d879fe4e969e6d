//! Text of a `blastline.toml` → options that a project keeps for everybody who scans it.
//!
//! This is in the library, and not in the CLI, so that whoever embeds the analysis reads the same file by the same
//! rules. Nothing here touches the disk: the caller hands over the text and looks where paths lead.
//!
//! # Invariants
//! * A configuration that comes with the scanned code is hostile: it names no programs, writes no files (there is
//!   no key for outputs), and its paths stay below the folder that it is in.
//! * An unknown key is an error: a typing error in `exclude` must not look like a scan of everything.
//! * The keys are those of `docs/blastline.schema.json`.
//!
//! # Example
//! ```
//! use blastline::config::{self, Trust};
//!
//! let config = config::parse("exclude = [\"migrations/**\"]\nfail-on = 70", "blastline.toml", Trust::Scanned)?;
//! assert_eq!(config.exclude, ["migrations/**"]);
//! # Ok::<(), blastline::Error>(())
//! ```

use crate::rank::Weights;
use crate::tag::Segment;
use crate::{Error, report};
use serde::Deserialize;
use std::path::{Component, Path};
use toml::Spanned;

/// The name of the file, in the scanned root.
pub const FILE: &str = "blastline.toml";

/// The most that a factor counts.
const MAX_WEIGHT: f64 = 4.0;

/// Who wrote a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Trust {
    /// It was found in what is scanned: its paths must stay below its folder.
    Scanned,
    /// Whoever runs the scan named it.
    Caller,
}

/// What a configuration says. Nothing is set that it does not say.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// Globs of files to leave out, relative to the root.
    pub exclude: Vec<String>,
    /// Globs of files that a program wrote, relative to the root.
    pub generated: Vec<String>,
    /// How much each factor of a score counts, and from which score on to act.
    pub weights: Weights,
    /// Parts of the program.
    pub segments: Vec<Segment>,
    /// Model files, relative to the folder of the configuration.
    pub models: Vec<String>,
    /// Folders of installed Python packages, or virtual environments, relative to that folder.
    pub python_path: Vec<String>,
    /// Whether dependencies are left out.
    pub no_dependencies: Option<bool>,
    /// Revision since which changed lines are the code in scope.
    pub since: Option<String>,
    /// Format of the report, a name of [`report::FORMATS`].
    pub format: Option<String>,
    /// Only findings of this score or above.
    pub min_score: Option<f64>,
    /// A finding of this score or above fails the scan.
    pub fail_on: Option<f64>,
    /// Only so many findings.
    pub top: Option<usize>,
    /// Number of threads.
    pub threads: Option<usize>,
}

/// The file as it is written, every value with its place.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    exclude: Vec<Spanned<String>>,
    generated: Vec<Spanned<String>>,
    models: Vec<Spanned<String>>,
    python_path: Vec<Spanned<String>>,
    no_dependencies: Option<bool>,
    since: Option<Spanned<String>>,
    format: Option<Spanned<String>>,
    min_score: Option<Spanned<f64>>,
    fail_on: Option<Spanned<f64>>,
    top: Option<Spanned<u32>>,
    threads: Option<Spanned<u32>>,
    rank: WrittenRank,
    segment: Vec<WrittenSegment>,
    /// Read by [`crate::gate::policies`], from the revision that a change is compared with.
    gate: Option<toml::Table>,
}

/// `[rank]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenRank {
    impact: Option<Spanned<f64>>,
    exposure: Option<Spanned<f64>>,
    evidence: Option<Spanned<f64>>,
    provenance: Option<Spanned<f64>>,
    accountability: Option<Spanned<f64>>,
    act: Option<Spanned<f64>>,
    attend: Option<Spanned<f64>>,
}

/// `[[segment]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenSegment {
    name: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    kinds: Vec<String>,
    threshold: Spanned<f64>,
    #[serde(default)]
    review: String,
}

/// Reads a configuration.
///
/// # Errors
/// When the text is not TOML, has a key or value that is none of ours, or has a path that leads out of its folder
/// without being trusted to. The message names `file`, the line and the repair.
pub fn parse(text: &str, file: &str, trust: Trust) -> Result<Config, Error> {
    let source = Source { text: text.trim_start_matches('\u{feff}'), file, trust };
    let written: Written = toml::from_str(source.text).map_err(|error| source.syntax(&error))?;
    Ok(Config {
        exclude: written.exclude.into_iter().map(Spanned::into_inner).collect(),
        generated: written.generated.into_iter().map(Spanned::into_inner).collect(),
        segments: written.segment.into_iter().map(|row| source.segment(row)).collect::<Result<_, _>>()?,
        weights: source.weights(written.rank)?,
        models: source.paths("models", written.models)?,
        python_path: source.paths("python-path", written.python_path)?,
        no_dependencies: written.no_dependencies,
        since: written.since.map(Spanned::into_inner),
        format: written.format.map(|format| source.format(format)).transpose()?,
        min_score: written.min_score.map(|score| source.score("min-score", score)).transpose()?,
        fail_on: written.fail_on.map(|score| source.score("fail-on", score)).transpose()?,
        top: written.top.map(|top| source.number("top", top)).transpose()?,
        threads: written.threads.map(|threads| source.number("threads", threads)).transpose()?,
    })
}

/// What errors speak of.
struct Source<'a> {
    text: &'a str,
    file: &'a str,
    trust: Trust,
}

impl Source<'_> {
    fn error(&self, offset: usize, sentence: &str) -> Error {
        let before = self.text.as_bytes().iter().take(offset);
        let line = before.filter(|&&byte| byte == b'\n').count() + 1;
        let file = self.file;
        Error { message: format!("{file}:{line}: {sentence}") }
    }

    fn syntax(&self, error: &toml::de::Error) -> Error {
        let message = error.message().trim().replace('\n', " ");
        let offset = error.span().map_or(0, |span| span.start);
        let repair = match unknown_key(&message) {
            Some((key, known)) => match nearest(key, &known) {
                Some(near) => format!("unknown key `{key}`; write `{near}` instead"),
                None => format!("unknown key `{key}`; remove it, the keys are {}", known.join(", ")),
            },
            None => format!("{message}; docs/configuration.md says what each key takes"),
        };
        self.error(offset, &report::escape::inert(&repair))
    }

    fn paths(&self, key: &str, paths: Vec<Spanned<String>>) -> Result<Vec<String>, Error> {
        for path in &paths {
            let stays = Path::new(path.get_ref())
                .components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
            if self.trust == Trust::Scanned && !stays {
                let sentence = format!(
                    "`{key}` of a scanned repository must stay below it; move the file into the repository, or \
                     name it on the command line"
                );
                return Err(self.error(path.span().start, &sentence));
            }
        }
        Ok(paths.into_iter().map(Spanned::into_inner).collect())
    }

    fn format(&self, name: Spanned<String>) -> Result<String, Error> {
        if report::format(name.get_ref()).is_none() {
            let names: Vec<_> = report::FORMATS.iter().map(|format| format.name).collect();
            let sentence = format!("`format` is none that we write; choose one of {}", names.join(", "));
            return Err(self.error(name.span().start, &sentence));
        }
        Ok(name.into_inner())
    }

    fn score(&self, key: &str, score: Spanned<f64>) -> Result<f64, Error> {
        if !(0.0..=100.0).contains(score.get_ref()) {
            let sentence = format!("`{key}` is a score; write a number from 0 to 100");
            return Err(self.error(score.span().start, &sentence));
        }
        Ok(score.into_inner())
    }

    fn weights(&self, rank: WrittenRank) -> Result<Weights, Error> {
        let mut weights = Weights::default();
        for (key, written, weight) in [
            ("impact", rank.impact, &mut weights.impact),
            ("exposure", rank.exposure, &mut weights.exposure),
            ("evidence", rank.evidence, &mut weights.evidence),
            ("provenance", rank.provenance, &mut weights.provenance),
            ("accountability", rank.accountability, &mut weights.accountability),
        ] {
            let Some(written) = written else { continue };
            if !(0.0..=MAX_WEIGHT).contains(written.get_ref()) {
                let sentence =
                    format!("`{key}` of `[rank]` is a weight; write a number from 0 to {MAX_WEIGHT}");
                return Err(self.error(written.span().start, &sentence));
            }
            *weight = written.into_inner();
        }
        let score = |key, score: Option<Spanned<f64>>| score.map(|score| self.score(key, score)).transpose();
        weights.act = score("act", rank.act)?.unwrap_or(weights.act);
        let line = rank.attend.as_ref().map_or(0, |attend| attend.span().start);
        weights.attend = score("attend", rank.attend)?.unwrap_or(weights.attend.min(weights.act));
        if weights.attend > weights.act {
            return Err(self.error(line, "`attend` is above `act`; write a lower score"));
        }
        Ok(weights)
    }

    fn segment(&self, row: WrittenSegment) -> Result<Segment, Error> {
        let mut segment = Segment::new(&row.name, self.score("threshold", row.threshold)?, &row.review);
        segment.paths = row.paths;
        segment.kinds = row.kinds;
        Ok(segment)
    }

    fn number(&self, key: &str, number: Spanned<u32>) -> Result<usize, Error> {
        if *number.get_ref() == 0 {
            let sentence = format!("`{key}` is 0; write a number from 1, or remove the key");
            return Err(self.error(number.span().start, &sentence));
        }
        Ok(number.into_inner() as usize)
    }
}

/// The key that a message of the deserializer is about, and those that it knows.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once("`, expected ")?;
    let known = rest.split('`').skip(1).step_by(2).collect();
    Some((key, known))
}

/// The known key that differs least, where it differs little: `excludes` → `exclude`, `python_path` →
/// `python-path`.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let key = key.replace('_', "-");
    let near = known.iter().map(|known| (distance(&key, known), *known)).min()?;
    (near.0 <= 2).then_some(near.1)
}

/// The number of insertions, deletions and replacements that make one text the other; large for long texts, which
/// no key is near to.
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (index, left) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, right) in right.chars().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn complaint(text: &str) -> String {
        parse(text, FILE, Trust::Scanned).unwrap_err().message
    }

    #[test]
    fn errors_name_file_line_and_repair() {
        assert_eq!(
            complaint("top = 3\nexcludes = []\n"),
            "blastline.toml:2: unknown key `excludes`; write `exclude` instead"
        );
        assert_eq!(
            complaint("python_path = []"),
            "blastline.toml:1: unknown key `python_path`; write `python-path` instead"
        );
        assert!(
            complaint("output = [\"json=x\"]")
                .contains("unknown key `output`; remove it, the keys are exclude, ")
        );
        assert_eq!(
            complaint("\n\nformat = \"html\""),
            "blastline.toml:3: `format` is none that we write; choose one of text, json, sarif"
        );
        assert_eq!(
            complaint("fail-on = 101"),
            "blastline.toml:1: `fail-on` is a score; write a number from 0 to 100"
        );
        assert_eq!(
            complaint("threads = 0"),
            "blastline.toml:1: `threads` is 0; write a number from 1, or remove the key"
        );
        assert!(complaint("exclude = 3").starts_with("blastline.toml:1: invalid type"));
        assert!(complaint("exclude = [").starts_with("blastline.toml:1: "));
        assert!(complaint("fail-on = nan").contains("write a number from 0 to 100"));
    }

    #[test]
    fn paths_of_the_scanned_repository_stay_below_it() {
        for path in ["../m.json", "/etc/m.json", "a/../../m.json"] {
            let text = format!("top = 1\nmodels = [\"{path}\"]");
            assert!(
                complaint(&text).starts_with("blastline.toml:2: `models` of a scanned repository"),
                "{path}"
            );
            assert!(parse(&text, "mine.toml", Trust::Caller).is_ok());
        }
        assert!(parse("models = [\"./rules/m.json\"]", FILE, Trust::Scanned).is_ok());
    }

    #[test]
    fn weights_are_read_and_checked() {
        let weights =
            parse("[rank]\nprovenance = 2\nact = 30", FILE, Trust::Scanned).expect("it is right").weights;
        assert_eq!((weights.provenance, weights.impact, weights.act, weights.attend), (2.0, 1.0, 30.0, 30.0));
        assert_eq!(
            complaint("[rank]\nimpact = 5"),
            "blastline.toml:2: `impact` of `[rank]` is a weight; write a number from 0 to 4"
        );
        assert!(complaint("[rank]\nimpact = nan").contains("is a weight"));
        assert!(
            complaint("[rank]\nact = 20\nattend = 30").starts_with("blastline.toml:3: `attend` is above")
        );
        assert!(complaint("[rank]\nimpacts = 1").contains("write `impact` instead"));
    }

    #[test]
    fn hostile_text_is_shown_inert() {
        assert!(!complaint("\"\\u001b[2J\" = 1").contains('\u{1b}'));
    }

    /// A file of the repository, from the folder of this crate.
    fn read(path: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        #[expect(clippy::disallowed_methods, reason = "documents are test data")]
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_schema_has_the_keys_of_the_struct() {
        let error = toml::from_str::<Written>("no-such-key = 1").err().unwrap();
        let (_, known) = unknown_key(error.message()).unwrap();
        let known: BTreeSet<_> = known.into_iter().map(str::to_owned).collect();
        let schema: serde_json::Value =
            serde_json::from_str(&read("../../docs/blastline.schema.json")).unwrap();
        let documented = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(known, documented);
    }

    #[test]
    fn the_documented_example_is_read_and_keeps_the_schema() {
        let document = read("../../docs/configuration.md");
        let (_, rest) = document.split_once("```toml\n").unwrap();
        let (example, _) = rest.split_once("```").unwrap();
        let config = parse(example, FILE, Trust::Scanned).unwrap();
        assert!(!config.exclude.is_empty() && !config.models.is_empty() && config.fail_on.is_some());
        let schema = serde_json::from_str(&read("../../docs/blastline.schema.json")).unwrap();
        let example: serde_json::Value = toml::from_str(example).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let complaints: Vec<_> = validator.iter_errors(&example).map(|error| error.to_string()).collect();
        assert_eq!(complaints, Vec::<String>::new());
        assert!(!validator.is_valid(&serde_json::json!({"excludes": []})));
        assert!(!validator.is_valid(&serde_json::json!({"fail-on": 101})));
    }
}
