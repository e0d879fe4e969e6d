//! CODEOWNERS → rules, by the dialect of the forge that the file is for.
//!
//! * GitHub: `.github/`, the top, `docs/`; the last rule that matches counts, also one without owners.
//! * GitLab: the top, `docs/`, `.gitlab/`; sections are judged apart and their owners add up; `^[…]` is optional; rules
//!   without owners take those of their section; `!` takes a path out of its section for good.
//! * Gitea, Forgejo: the top, `docs/`, `.gitea/` or `.forgejo/`; rules are regular expressions over whole paths, `!`
//!   turns one round, and the owners of all that match add up.
//!
//! A file at the top or in `docs/` does not say whose it is: sections or `.gitlab-ci.yml` mean GitLab, `.gitea/` or
//! `.forgejo/` Gitea, anything else GitHub.

use super::glob::{Dialect, Glob};
use super::{Owner, Skipped, Title, text};
use std::path::Path;

/// Rules of a file.
const MAX_RULES: usize = 100_000;
/// Bytes of a compiled regular expression.
const MAX_REGEX: usize = 1 << 20;

/// Where files stand, and of which forge they surely are.
const PLACES: &[(&str, Option<Forge>)] = &[
    (".github/CODEOWNERS", Some(Forge::Github)),
    ("CODEOWNERS", None),
    ("docs/CODEOWNERS", None),
    (".gitlab/CODEOWNERS", Some(Forge::Gitlab)),
    (".gitea/CODEOWNERS", Some(Forge::Gitea)),
    (".forgejo/CODEOWNERS", Some(Forge::Gitea)),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Forge {
    Github,
    Gitlab,
    Gitea,
}

/// The rules that count.
#[derive(Debug)]
pub(super) struct Codeowners {
    /// Their file.
    pub(super) file: String,
    forge: Forge,
    sections: Vec<Section>,
}

/// Rules that are judged together. Only GitLab has more than one.
#[derive(Debug, Default)]
struct Section {
    name: String,
    is_optional: bool,
    approvals: u32,
    owners: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    /// `!`: takes out of the section (GitLab), or means all other paths (Gitea).
    is_negative: bool,
    owners: Vec<String>,
    line: u32,
}

#[derive(Debug)]
enum Pattern {
    Glob(Glob),
    Regex(regex::Regex),
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Glob(glob) => glob.matches(path),
            Self::Regex(regex) => regex.is_match(path),
        }
    }
}

/// Reads the first file that there is.
pub(super) fn read(top: &Path, notes: &mut Vec<Skipped>) -> Option<Codeowners> {
    let (file, forge, text) =
        PLACES.iter().find_map(|(file, forge)| Some((*file, *forge, text(top, file)?)))?;
    let forge = forge.unwrap_or_else(|| guess(top, &text));
    let mut rules = parse(&text, forge, |line, reason| {
        notes.push(Skipped { path: format!("{file}:{line}"), reason: reason.to_owned() });
    });
    rules.file = file.to_owned();
    Some(rules)
}

fn guess(top: &Path, text: &str) -> Forge {
    let has = |path: &str| std::fs::symlink_metadata(top.join(path)).is_ok();
    let has_section = || text.lines().any(|line| heading(line.trim()).is_some());
    if has(".gitea") || has(".forgejo") {
        Forge::Gitea
    } else if has(".gitlab-ci.yml") || has(".gitlab") || has_section() {
        Forge::Gitlab
    } else {
        Forge::Github
    }
}

fn parse(text: &str, forge: Forge, mut complain: impl FnMut(u32, &str)) -> Codeowners {
    let mut parsed = Codeowners {
        file: String::new(),
        forge,
        sections: vec![Section { approvals: 1, ..Section::default() }],
    };
    let mut current = 0;
    for (number, line) in (1..).zip(text.lines().take(MAX_RULES)) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if forge == Forge::Gitlab
            && let Some(heading) = heading(line)
        {
            current = parsed.section(heading);
            continue;
        }
        match rule(line, number, forge) {
            Some(rule) => parsed.sections[current].rules.push(rule),
            None => complain(number, "is no rule of CODEOWNERS: it was left out, as the forge does"),
        }
    }
    parsed
}

/// `^[Name][2] @owner`.
struct Heading<'a> {
    name: &'a str,
    is_optional: bool,
    approvals: u32,
    owners: Vec<String>,
}

fn heading(line: &str) -> Option<Heading<'_>> {
    let (is_optional, rest) = match line.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let mut approvals = u32::from(!is_optional);
    let (name, mut rest) = rest.strip_prefix('[')?.split_once(']')?;
    if let Some((count, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let count: u32 = count.parse().ok()?;
        approvals = if is_optional { 0 } else { count.max(1) };
        rest = behind;
    }
    let is_separate = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let owners: Vec<String> =
        rest.split_whitespace().filter(|word| is_owner(word)).map(str::to_owned).collect();
    let name = name.trim();
    (is_separate && !name.is_empty()).then_some(Heading { name, is_optional, approvals, owners })
}

fn rule(line: &str, number: u32, forge: Forge) -> Option<Rule> {
    let words = words(line, forge);
    let (first, owners) = words.split_first()?;
    let (is_negative, pattern) = match first.strip_prefix('!') {
        Some(pattern) if forge != Forge::Github => (true, pattern),
        // GitHub knows no `!`, no ranges, and no escape of `#`.
        Some(_) => return None,
        None => (false, first.as_str()),
    };
    let pattern = match forge {
        Forge::Github if pattern.contains(['[', ']']) || pattern.starts_with("\\#") => return None,
        Forge::Github => Pattern::Glob(Glob::new(pattern, Dialect::Github)?),
        Forge::Gitlab => Pattern::Glob(Glob::new(pattern, Dialect::Gitlab)?),
        Forge::Gitea => {
            let whole = format!("^{pattern}$");
            Pattern::Regex(regex::RegexBuilder::new(&whole).size_limit(MAX_REGEX).build().ok()?)
        }
    };
    let owners = owners.iter().filter(|word| is_owner(word)).cloned().collect();
    Some(Rule { pattern, is_negative, owners, line: number })
}

/// `@user`, `@org/team`, `@@role`, an address.
fn is_owner(word: &str) -> bool {
    (word.starts_with('@') && word.len() > 1)
        || word.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
}

/// Words apart, up to a comment. A backslash keeps the next space in the word.
fn words(line: &str, forge: Forge) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                // In Gitea's file a backslash before anything else doubles for the regular expression.
                Some(next @ (' ' | '#')) if forge != Forge::Github || next == ' ' => word.push(next),
                Some('\\') if forge == Forge::Gitea => word.push('\\'),
                Some(next) => word.extend(['\\', next]),
                None => word.push('\\'),
            },
            '#' if word.is_empty() => break,
            char if char.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()))
            }
            char => word.push(char),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

impl Codeowners {
    /// The section of this name, which may have begun before. The last heading's owners count.
    fn section(&mut self, heading: Heading<'_>) -> usize {
        let Heading { name, is_optional, approvals, owners } = heading;
        let known = self.sections.iter().position(|section| section.name.eq_ignore_ascii_case(name));
        let at = known.unwrap_or_else(|| {
            self.sections.push(Section {
                name: name.to_owned(),
                is_optional,
                approvals,
                ..Section::default()
            });
            self.sections.len() - 1
        });
        // A section that is required once is required.
        self.sections[at].is_optional &= is_optional;
        self.sections[at].approvals = self.sections[at].approvals.max(approvals);
        if !owners.is_empty() {
            self.sections[at].owners = owners;
        }
        at
    }

    /// The owners of a path from the top of the repository.
    pub(super) fn of(&self, path: &str) -> Vec<Owner> {
        let mut owners: Vec<Owner> = Vec::new();
        for section in &self.sections {
            let rules: Vec<&Rule> = match self.forge {
                Forge::Github => section.last(path).into_iter().collect(),
                Forge::Gitlab if section.takes_out(path) => Vec::new(),
                Forge::Gitlab => section.last(path).into_iter().collect(),
                Forge::Gitea => {
                    let rules = section.rules.iter();
                    rules.filter(|rule| rule.pattern.matches(path) != rule.is_negative).collect()
                }
            };
            for rule in rules {
                let of_rule = if rule.owners.is_empty() { &section.owners } else { &rule.owners };
                for name in of_rule {
                    if !owners.iter().any(|owner| owner.name == *name) {
                        owners.push(self.owner(name, rule, section));
                    }
                }
            }
        }
        owners
    }

    fn owner(&self, name: &str, rule: &Rule, section: &Section) -> Owner {
        Owner {
            name: name.to_owned(),
            title: Title::Codeowners,
            file: self.file.clone(),
            line: rule.line,
            is_optional: section.is_optional,
            approvals: section.approvals,
        }
    }
}

impl Section {
    fn last(&self, path: &str) -> Option<&Rule> {
        self.rules.iter().rev().find(|rule| !rule.is_negative && rule.pattern.matches(path))
    }

    fn takes_out(&self, path: &str) -> bool {
        self.rules.iter().any(|rule| rule.is_negative && rule.pattern.matches(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rules: &Codeowners, path: &str) -> Vec<String> {
        let mark = |owner: Owner| if owner.is_optional { format!("({})", owner.name) } else { owner.name };
        rules.of(path).into_iter().map(mark).collect()
    }

    #[test]
    fn the_last_rule_of_github_counts() {
        let text = "* @all # everybody\n*.js @js @org/team\n/apps/ @apps\n/apps/github\n!/x @x\n[a-z].py @y\n\\#z @z\ndocs/* d@example.org\n";
        let mut broken = Vec::new();
        let rules = parse(text, Forge::Github, |line, _| broken.push(line));
        assert_eq!(names(&rules, "a.py"), ["@all"]);
        assert_eq!(names(&rules, "x/a.js"), ["@js", "@org/team"]);
        assert_eq!(names(&rules, "apps/a.js"), ["@apps"]);
        assert_eq!(names(&rules, "apps/github/a.js"), Vec::<String>::new());
        assert_eq!(names(&rules, "docs/a.md"), ["d@example.org"]);
        assert_eq!(broken, [5, 6, 7]);
    }

    #[test]
    fn sections_of_gitlab_add_up() {
        let text = "* @general\n[Docs] @docs\ndocs/\nREADME.md @writer\n^[Database][2] @db\n/model/\n[docs]\n*.txt\n[Ruby]\n*.rb @ruby\n!/config/**/*.rb\n/config/x.rb @late\n";
        let rules = parse(text, Forge::Gitlab, |line, _| panic!("line {line} is a rule"));
        assert_eq!(names(&rules, "docs/a"), ["@general", "@docs"]);
        assert_eq!(names(&rules, "x/README.md"), ["@general", "@writer"]);
        assert_eq!(names(&rules, "model/a.rb"), ["@general", "(@db)", "@ruby"]);
        assert_eq!(names(&rules, "x/a.txt"), ["@general", "@docs"]);
        assert_eq!(names(&rules, "config/x.rb"), ["@general"]);
        let rules = parse("[A][2] @a\n*.rs\n^[B][3] @b\n*.rs\n[C]\n*.rs @c\n", Forge::Gitlab, |line, _| {
            panic!("line {line}")
        });
        let approvals: Vec<u32> = rules.of("x.rs").iter().map(|owner| owner.approvals).collect();
        assert_eq!(approvals, [2, 0, 1]);
    }

    #[test]
    fn rules_of_gitea_are_regular_expressions_that_add_up() {
        let text = ".*\\\\.go @user1 @user2 # comment\n!frontend/src/.* @org/t3\nfrontend/src/.*\\\\.js @js\ndir/with\\#hash @h\n(( @bad\n";
        let mut broken = Vec::new();
        let rules = parse(text, Forge::Gitea, |line, _| broken.push(line));
        assert_eq!(names(&rules, "x/a.go"), ["@user1", "@user2", "@org/t3"]);
        assert_eq!(names(&rules, "frontend/src/a.js"), ["@js"]);
        assert_eq!(names(&rules, "dir/with#hash"), ["@org/t3", "@h"]);
        assert_eq!(broken, [5]);
    }

    #[test]
    fn spaces_are_escaped() {
        let rules = parse("/path\\ with\\ spaces/ @space\n", Forge::Gitlab, |line, _| panic!("line {line}"));
        assert_eq!(names(&rules, "path with spaces/a"), ["@space"]);
    }
}
