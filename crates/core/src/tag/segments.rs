//! Findings → the part of the program that they are about, with the score and the review that this part asks for.
//!
//! A segment is found by the paths that the configuration names, in its order; then by what the code reaches; then by
//! the words of the path and the function. What fits none is `general`.

use crate::Error;
use crate::finding::Finding;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A part of a program.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// Files that it has, as in `.gitignore`, relative to the root.
    pub paths: Vec<String>,
    /// Kinds of sinks and secrets that mean it, from the closed vocabulary.
    pub kinds: Vec<String>,
    /// A new finding of this score or above breaks a gate.
    pub threshold: f64,
    /// Who has to review a change of it.
    pub review: String,
}

impl Segment {
    /// A segment.
    #[must_use]
    pub fn new(name: &str, threshold: f64, review: &str) -> Self {
        let (name, review) = (name.to_owned(), review.to_owned());
        Self { name, paths: Vec::new(), kinds: Vec::new(), threshold, review }
    }
}

/// What a finding is part of.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Part {
    /// Name of the segment.
    pub name: String,
    /// Its threshold.
    pub threshold: f64,
    /// Its review.
    pub review: String,
}

/// A segment that every program has.
struct Known {
    name: &'static str,
    threshold: f64,
    review: &'static str,
    /// Kinds, and all that begin with them and a hyphen.
    kinds: &'static [&'static str],
    /// Words of paths and functions.
    words: &'static [&'static str],
}

/// The first that fits counts: what a test or a generated file reaches is no payment.
const KNOWN: &[Known] = &[
    Known {
        name: "boilerplate",
        threshold: 90.0,
        review: "none",
        kinds: &[],
        words: &["tests", "test", "migrations", "fixtures", "vendor"],
    },
    Known {
        name: "payment",
        threshold: 40.0,
        review: "owner",
        kinds: &["payment"],
        words: &["payment", "payments", "billing", "checkout", "invoice"],
    },
    Known {
        name: "authentication",
        threshold: 40.0,
        review: "owner",
        kinds: &["jwt", "csrf", "cookie"],
        words: &["auth", "authentication", "login", "oauth", "session", "password", "permissions"],
    },
    Known {
        name: "infrastructure",
        threshold: 45.0,
        review: "owner",
        kinds: &["cloud", "k8s", "container", "privilege", "git-control", "process-control"],
        words: &["terraform", "deploy", "infra", "kubernetes"],
    },
    Known {
        name: "ci",
        threshold: 45.0,
        review: "owner",
        kinds: &["ci"],
        words: &[".github", "ci", "workflows"],
    },
    Known {
        name: "secrets",
        threshold: 50.0,
        review: "owner",
        kinds: &["secret", "hardcoded-secret"],
        words: &["secrets", "vault", "credentials"],
    },
    Known {
        name: "personal-data",
        threshold: 50.0,
        review: "owner",
        kinds: &["personal"],
        words: &["profile", "customer", "users", "gdpr"],
    },
];

/// Threshold of what is in no segment.
const GENERAL: f64 = 70.0;

/// The segments of a configuration, ready to match.
#[derive(Debug)]
pub(crate) struct Segments<'a> {
    own: Vec<(&'a Segment, Gitignore)>,
}

impl<'a> Segments<'a> {
    /// Compiles the paths.
    pub(crate) fn new(segments: &'a [Segment]) -> Result<Self, Error> {
        let compiled = |segment: &'a Segment| {
            let mut builder = GitignoreBuilder::new("");
            let name = &segment.name;
            let error = |error: ignore::Error| Error {
                message: format!("the segment `{name}`: {error}; write its paths as in `.gitignore`"),
            };
            for path in &segment.paths {
                builder.add_line(None, path).map_err(error)?;
            }
            Ok((segment, builder.build().map_err(error)?))
        };
        Ok(Self { own: segments.iter().map(compiled).collect::<Result<_, _>>()? })
    }

    /// Says of each finding what it is part of.
    pub(crate) fn mark(&self, findings: &mut [Finding]) {
        findings.iter_mut().for_each(|finding| finding.segment = Some(self.of(finding)));
    }

    fn of(&self, finding: &Finding) -> Part {
        let file = finding.place.file.as_str();
        let has_path =
            |row: &&(&Segment, Gitignore)| row.1.matched_path_or_any_parents(file, false).is_ignore();
        let has_kind = |row: &&(&Segment, Gitignore)| row.0.kinds.contains(&finding.kind);
        if let Some((own, _)) = self.own.iter().find(has_path).or_else(|| self.own.iter().find(has_kind)) {
            return Part { name: own.name.clone(), threshold: own.threshold, review: own.review.clone() };
        }
        let words = words(finding);
        let by_word = |known: &&Known| known.words.iter().any(|word| words.iter().any(|own| own == word));
        let boilerplate = KNOWN.iter().take(1).find(by_word);
        let by_kind = || KNOWN.iter().find(|known| known.kinds.iter().any(|kind| is_of(&finding.kind, kind)));
        let with_secret =
            || KNOWN.iter().find(|known| known.name == "secrets" && !finding.secrets.is_empty());
        let found = boilerplate.or_else(by_kind).or_else(|| KNOWN.iter().find(by_word)).or_else(with_secret);
        let (name, threshold, review) =
            found.map_or(("general", GENERAL, "none"), |known| (known.name, known.threshold, known.review));
        Part { name: name.to_owned(), threshold, review: review.to_owned() }
    }
}

fn is_of(kind: &str, family: &str) -> bool {
    kind == family || kind.strip_prefix(family).is_some_and(|rest| rest.starts_with('-'))
}

/// Words of the path and of the function, in lower case.
fn words(finding: &Finding) -> Vec<String> {
    let function = finding.path.last().map_or("", |hop| hop.function.as_str());
    let split = |char: char| !char.is_alphanumeric();
    let of_file =
        finding.place.file.split('/').flat_map(|part| [part, part.split('.').next().unwrap_or(part)]);
    let parts = of_file.chain(finding.place.file.split(split)).chain(function.split(split));
    parts.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;

    fn check(own: &[Segment], file: &str, kind: &str, expected: &str) {
        let mut finding = Finding::new("r", Place::new(file, 1, 1));
        finding.kind = kind.to_owned();
        let segments = Segments::new(own).expect("paths are right");
        segments.mark(std::slice::from_mut(&mut finding));
        assert_eq!(finding.segment.map(|part| part.name).as_deref(), Some(expected), "{file} {kind}");
    }

    #[test]
    fn what_is_reached_and_words_of_paths_mean_a_segment() {
        check(&[], "app/x.py", "cloud-delete", "infrastructure");
        check(&[], "app/billing/x.py", "sql", "payment");
        check(&[], "app/auth.py", "sql", "authentication");
        check(&[], "tests/test_x.py", "cloud-delete", "boilerplate");
        check(&[], "app/author.py", "sql", "general");
        check(&[], "app/x.py", "secret-env", "secrets");
    }

    #[test]
    fn a_configuration_comes_first() {
        let mut own = Segment::new("core", 30.0, "two people");
        own.paths = vec!["app/core/".to_owned()];
        own.kinds = vec!["llm-call".to_owned()];
        let own = [own];
        check(&own, "app/core/billing.py", "sql", "core");
        check(&own, "app/x.py", "llm-call", "core");
        check(&own, "app/billing.py", "sql", "payment");
    }
}
