//! Patterns of CODEOWNERS → whether a path is meant.
//!
//! Both dialects match part by part: `*` and `?` stay within a part, `**` is any number of parts. They differ in what a
//! pattern without a leading `/` means, and in whether one that names a folder without a trailing `/` means its files.

/// Whose rules a pattern follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    /// As in `.gitignore`: a pattern without `/` but at its end matches at any depth; a folder means all that is in it,
    /// except where the last part is `*`.
    Github,
    /// A pattern without `/` at its beginning matches at any depth; only one with `/` at its end means a folder.
    Gitlab,
}

/// A pattern, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Glob {
    parts: Vec<String>,
    /// Whether whatever is below what matches is meant too.
    descends: bool,
}

/// Parts of a pattern; a longer one matches nothing.
const MAX_PARTS: usize = 64;

impl Glob {
    /// Takes a pattern apart; none for what is no pattern.
    pub(super) fn new(pattern: &str, dialect: Dialect) -> Option<Self> {
        let is_folder = pattern.ends_with('/');
        let inner = pattern.strip_suffix('/').unwrap_or(pattern);
        let is_anchored = match dialect {
            Dialect::Github => inner.contains('/'),
            Dialect::Gitlab => inner.starts_with('/') || pattern == "/",
        };
        let mut parts: Vec<String> = Vec::new();
        if !is_anchored {
            parts.push("**".to_owned());
        }
        parts.extend(inner.split('/').filter(|part| !part.is_empty()).map(str::to_owned));
        if is_folder {
            parts.push("**".to_owned());
        }
        let last = parts.last().map_or("", String::as_str);
        let descends = dialect == Dialect::Github && last != "*" && last != "**";
        let is_pattern = !pattern.is_empty() && parts.len() <= MAX_PARTS;
        is_pattern.then_some(Self { parts, descends })
    }

    /// Whether it means this path. O(parts of the pattern × parts of the path).
    pub(super) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        // `open[n]`: whether the parts so far match the first n names.
        let mut open = vec![false; names.len() + 1];
        open[0] = true;
        for (index, part) in self.parts.iter().enumerate() {
            let mut next = vec![false; names.len() + 1];
            if part == "**" {
                // At the end it stands for at least one part: `docs/` is not a file of that name.
                let least = usize::from(index + 1 == self.parts.len());
                let mut is_open = false;
                for n in 0..=names.len() {
                    next[n] = if least == 1 { is_open } else { is_open || open[n] };
                    is_open |= open[n];
                }
            } else {
                for (n, name) in names.iter().enumerate() {
                    next[n + 1] = open[n] && part_matches(part, name);
                }
            }
            open = next;
        }
        let is_whole = open[names.len()];
        is_whole || (self.descends && open[1..].iter().any(|open| *open))
    }
}

/// `*` and `?` within a part; a backslash takes the next character as it is.
fn part_matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let escaped = pattern.get(p) == Some(&'\\') && p + 1 < pattern.len();
        let wanted = if escaped { pattern.get(p + 1) } else { pattern.get(p) };
        match wanted {
            Some('*') if !escaped => {
                star = Some((p, n));
                p += 1;
            }
            Some('?') if !escaped => {
                p += 1;
                n += 1;
            }
            Some(char) if *char == name[n] => {
                p += 1 + usize::from(escaped);
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, pattern: &str, yes: &[&str], no: &[&str]) {
        let glob = Glob::new(pattern, dialect).expect("it is a pattern");
        yes.iter().for_each(|path| assert!(glob.matches(path), "{pattern} means {path}"));
        no.iter().for_each(|path| assert!(!glob.matches(path), "{pattern} does not mean {path}"));
    }

    /// The examples of GitHub's documentation.
    #[test]
    fn patterns_of_github() {
        let check = |pattern, yes: &[&str], no: &[&str]| check(Dialect::Github, pattern, yes, no);
        check("*", &["a", "x/y/z.rs"], &[]);
        check("*.js", &["a.js", "x/a.js"], &["a.jsx"]);
        check("/build/logs/", &["build/logs/a", "build/logs/x/y"], &["x/build/logs/a", "build/logs"]);
        check("docs/*", &["docs/getting-started.md"], &["docs/build-app/troubleshooting.md", "x/docs/a"]);
        check("apps/", &["apps/a", "x/apps/y/z"], &["apps"]);
        check("/docs/", &["docs/a/b"], &["x/docs/a"]);
        check("/scripts/", &["scripts/a"], &["x/scripts/a"]);
        check("**/logs", &["build/logs/a", "scripts/logs/b", "deeply/nested/logs/c", "logs"], &["logs2/a"]);
        check("/apps/github", &["apps/github", "apps/github/x"], &["apps/githubs"]);
        check("a/**/b.rs", &["a/b.rs", "a/x/y/b.rs"], &["b.rs"]);
        check("/x?.py", &["xa.py"], &["x.py", "xab.py"]);
        check("[ab].py", &["[ab].py"], &["a.py"]);
    }

    #[test]
    fn patterns_of_gitlab() {
        let check = |pattern, yes: &[&str], no: &[&str]| check(Dialect::Gitlab, pattern, yes, no);
        check("*", &["a", "x/y"], &[]);
        check("README.md", &["README.md", "docs/README.md"], &[]);
        check("internal/README.md", &["internal/README.md", "x/internal/README.md"], &["README.md"]);
        check("/docs/*", &["docs/a"], &["docs/a/b", "x/docs/a"]);
        check("/docs/", &["docs/a/b"], &["x/docs/a"]);
        check("lib/", &["lib/a", "x/lib/a/b"], &["lib"]);
        check("/docs", &["docs"], &["docs/a"]);
        check("/docs/**/index.md", &["docs/index.md", "docs/a/b/index.md"], &["docs/a.md"]);
        check("path\\ with/", &[], &["path with"]);
    }

    #[test]
    fn hostile_patterns_end() {
        let glob = Glob::new(&"*a".repeat(2_000), Dialect::Github).expect("it is a pattern");
        assert!(!glob.matches(&"a".repeat(1_900)));
        assert!(Glob::new(&"**/".repeat(100), Dialect::Github).is_none());
    }
}
