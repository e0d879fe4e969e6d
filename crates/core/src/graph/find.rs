//! What a person types → nodes: `app.db.query`, `db.query`, `app/db.py:12`, `app/db.py`, `POST /orders`, `requests`.

use super::{Graph, NodeKind};
use crate::Error;
use petgraph::graph::NodeIndex;

/// Near names that a complaint suggests.
const SUGGESTIONS: usize = 3;

impl Graph {
    /// The nodes that a target means: the innermost function at `file:line`, the module of a file, the nodes of this
    /// full name, or else those whose name ends so. Linear in the nodes.
    ///
    /// # Errors
    /// When nothing is meant; the message suggests near names.
    pub fn find(&self, target: &str) -> Result<Vec<NodeIndex>, Error> {
        let target = target.trim();
        for mut found in [self.at_line(target), self.named(target), self.in_file(target), self.ending(target)]
        {
            // A function stands for its contexts.
            found.retain(|&node| self.net[node].context == 0);
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Err(Error { message: self.complaint(target) })
    }

    /// `file:line`, also `file:line:column`.
    fn at_line(&self, target: &str) -> Vec<NodeIndex> {
        let mut parts = target.splitn(3, ':');
        let (Some(file), Some(Ok(line))) = (parts.next(), parts.next().map(str::parse::<u32>)) else {
            return Vec::new();
        };
        let mut found: Vec<(bool, u32, NodeIndex)> = Vec::new();
        for node in self.net.node_indices() {
            let row = &self.net[node];
            let holds = row.kind == NodeKind::Module || (row.line..=row.end_line).contains(&line);
            if row.kind.is_code() && holds && is_path(self.file(node), file) {
                found.push((self.file(node) == file, row.line, node));
            }
        }
        // A file of exactly this path before those that end so; then the function that begins last.
        let best = found.iter().max_by_key(|row| (row.0, row.1, std::cmp::Reverse(row.2)));
        let best = best.map(|&(exact, line, node)| (exact, line, self.net[node].file));
        let is_best = |row: &&(bool, u32, NodeIndex)| Some((row.0, row.1, self.net[row.2].file)) == best;
        found.iter().filter(is_best).map(|row| row.2).collect()
    }

    fn named(&self, target: &str) -> Vec<NodeIndex> {
        self.net.node_indices().filter(|&node| self.net[node].name == target).collect()
    }

    fn in_file(&self, target: &str) -> Vec<NodeIndex> {
        let is_meant =
            |node: &NodeIndex| self.net[*node].kind == NodeKind::Module && is_path(self.file(*node), target);
        self.net.node_indices().filter(is_meant).collect()
    }

    fn ending(&self, target: &str) -> Vec<NodeIndex> {
        let is_meant = |node: &NodeIndex| ends(&self.net[*node].name, target, &['.', ' ']);
        self.net.node_indices().filter(is_meant).collect()
    }

    fn complaint(&self, target: &str) -> String {
        let short = last_part(target);
        let mut near: Vec<(usize, &str)> = Vec::new();
        for row in self.net.node_weights() {
            let bound = short.len() / 3 + 1;
            let distance = distance(last_part(&row.name), short, bound);
            near.extend(distance.map(|distance| (distance, row.name.as_str())));
        }
        near.sort_unstable();
        near.dedup();
        let names: Vec<String> = near.iter().take(SUGGESTIONS).map(|(_, name)| format!("`{name}`")).collect();
        let help = match names.as_slice() {
            [] => {
                "name a function (`pkg.mod.f`), `file:line`, a secret, a package or an entry point".to_owned()
            }
            names => format!("did you mean {}?", names.join(", ")),
        };
        format!("nothing is named `{target}`: {help}")
    }
}

/// Whether a path is `asked`, or ends in it.
fn is_path(path: &str, asked: &str) -> bool {
    let asked = asked.strip_prefix("./").unwrap_or(asked);
    !asked.is_empty() && (path == asked || ends(path, asked, &['/']))
}

/// Whether `text` ends in `end`, at one of these marks.
fn ends(text: &str, end: &str, marks: &[char]) -> bool {
    let head = text.strip_suffix(end);
    !end.is_empty() && head.is_some_and(|head| head.ends_with(marks))
}

fn last_part(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or(name)
}

/// The edit distance, where it is at most `bound`. O(length · length).
fn distance(a: &str, b: &str, bound: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > bound || a.len().max(b.len()) > 100 {
        return None;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let cost = corner + usize::from(!x.eq_ignore_ascii_case(&y));
            corner = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(corner + 1);
        }
    }
    row.last().copied().filter(|&distance| distance <= bound)
}
