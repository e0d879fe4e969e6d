//! Patterns → an automaton over access paths.
//!
//! All patterns share one trie. Walking a path keeps the set of trie nodes that its steps may stand at; the sets
//! are numbered, and a path's set follows from that of its parent, so all paths of a program are matched in one
//! pass over their tree. An alias (`sqlite3.connect()` → `sqlite3.Connection()`) adds the nodes of its target
//! to every set that holds its own end; aliases of aliases follow from that. A *fluent* method is one whose
//! call gives its receiver (`__enter__`), or hands it to the function that it is given (`then`).

use super::RowId;
use super::pattern::{Breadth, Step, breadth, fits};
use crate::ids::{Interner, Sym};
use crate::solution::{PathId, PathStep, Paths};
use rustc_hash::{FxHashMap, FxHashSet};

/// A row that matches, and how specific the pattern was at its last name.
pub type Hit = (RowId, Breadth);

#[derive(Clone, Debug)]
struct Node {
    names: FxHashMap<String, u32>,
    globs: Vec<(String, u32)>,
    items: Vec<(String, u32)>,
    call: Option<u32>,
    params: Vec<(u8, u32)>,
    rows: Vec<RowId>,
    aliases: Vec<u32>,
    breadth: Breadth,
}

impl Node {
    fn new(breadth: Breadth) -> Self {
        Self {
            names: FxHashMap::default(),
            globs: Vec::new(),
            items: Vec::new(),
            call: None,
            params: Vec::new(),
            rows: Vec::new(),
            aliases: Vec::new(),
            breadth,
        }
    }
}

/// A step of the path that is matched.
#[derive(Clone, Copy)]
enum Taken<'a> {
    Name(&'a str),
    Call,
    Item(&'a str),
    AnyItem,
    Param(u8),
}

/// The compiled patterns.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    nodes: Vec<Node>,
    /// Steps of each alias' target, and the nodes that walking them gives.
    aliases: Vec<(Vec<Step>, Vec<u32>)>,
    fluent: FxHashSet<String>,
}

impl Default for Matcher {
    fn default() -> Self {
        Self { nodes: vec![Node::new(Breadth::Exact)], aliases: Vec::new(), fluent: FxHashSet::default() }
    }
}

impl Matcher {
    /// Adds a pattern that means a row.
    pub(crate) fn add(&mut self, steps: &[Step], row: RowId) {
        let node = self.place(steps);
        let rows = &mut self.nodes[node as usize].rows;
        if !rows.contains(&row) {
            rows.push(row);
        }
    }

    /// Adds a pattern that means another path.
    pub(crate) fn add_alias(&mut self, steps: &[Step], target: Vec<Step>) {
        let node = self.place(steps);
        let known = self.aliases.iter().position(|alias| alias.0 == target);
        let alias = known.unwrap_or(self.aliases.len());
        if known.is_none() {
            self.aliases.push((target, Vec::new()));
        }
        let alias = u32::try_from(alias).expect("fewer than 2^32 aliases");
        self.nodes[node as usize].aliases.push(alias);
    }

    /// Adds a method whose call gives its receiver.
    pub(crate) fn add_fluent(&mut self, method: &str) {
        self.fluent.insert(method.to_owned());
    }

    /// Settles what aliases mean. To be called once, after the last pattern.
    pub(crate) fn finish(&mut self) {
        // The sets only grow and are bounded by the number of nodes, so this ends.
        let mut changed = true;
        while changed {
            changed = false;
            for index in 0..self.aliases.len() {
                let found = self.walk(&self.aliases[index].0);
                changed |= found != self.aliases[index].1;
                self.aliases[index].1 = found;
            }
        }
    }

    fn place(&mut self, steps: &[Step]) -> u32 {
        let mut at = 0;
        for step in steps {
            at = self.child(at, step);
        }
        at
    }

    /// The child for a step, made where it is missing.
    fn child(&mut self, at: u32, step: &Step) -> u32 {
        let next = u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes");
        let kept = self.nodes[at as usize].breadth;
        let node = &mut self.nodes[at as usize];
        let (found, breadth) = match step {
            Step::Call => (*node.call.get_or_insert(next), kept),
            Step::Item(key) => (slot(&mut node.items, key, next), breadth(key)),
            Step::Param(position) => match node.params.iter().find(|row| row.0 == *position) {
                Some(&(_, known)) => (known, kept),
                None => {
                    node.params.push((*position, next));
                    (next, kept)
                }
            },
            Step::Name(name) if name.contains('*') => (slot(&mut node.globs, name, next), breadth(name)),
            Step::Name(name) => (*node.names.entry(name.clone()).or_insert(next), Breadth::Exact),
        };
        if found == next {
            self.nodes.push(Node::new(breadth));
        }
        found
    }

    /// The set of nodes after a step. O(set).
    fn advance(&self, set: &[u32], step: Taken<'_>) -> Vec<u32> {
        let mut next = Vec::new();
        for &at in set {
            let node = &self.nodes[at as usize];
            match step {
                Taken::Name(name) => {
                    next.extend(node.names.get(name));
                    next.extend(node.globs.iter().filter(|(glob, _)| fits(glob, name)).map(|&(_, to)| to));
                }
                Taken::Call => next.extend(node.call),
                Taken::Item(key) => {
                    next.extend(node.items.iter().filter(|(glob, _)| fits(glob, key)).map(|&(_, to)| to));
                }
                Taken::Param(position) => {
                    next.extend(node.params.iter().filter(|row| row.0 == position).map(|row| row.1));
                }
                Taken::AnyItem => {
                    next.extend(node.items.iter().filter(|(glob, _)| glob == "*").map(|&(_, to)| to));
                }
            }
        }
        self.close(&mut next);
        next
    }

    /// Adds what aliases mean, and puts the set in order.
    fn close(&self, set: &mut Vec<u32>) {
        let mut index = 0;
        while index < set.len() {
            for &alias in &self.nodes[set[index] as usize].aliases {
                for &node in &self.aliases[alias as usize].1 {
                    if !set.contains(&node) {
                        set.push(node);
                    }
                }
            }
            index += 1;
        }
        set.sort_unstable();
        set.dedup();
    }

    /// The set of nodes of a path given as steps.
    fn walk(&self, steps: &[Step]) -> Vec<u32> {
        let mut sets: Vec<Vec<u32>> = vec![vec![0]];
        for (index, step) in steps.iter().enumerate() {
            let last = sets.last().expect("the list begins with the start set");
            let mut set = match step {
                Step::Name(name) => self.advance(last, Taken::Name(name)),
                Step::Call => self.advance(last, Taken::Call),
                Step::Item(key) => self.advance(last, Taken::Item(key)),
                Step::Param(position) => self.advance(last, Taken::Param(*position)),
            };
            let before = index.checked_sub(1).map(|before| &steps[before]);
            if let (Step::Call | Step::Param(0), Some(Step::Name(name))) = (step, before)
                && self.fluent.contains(name)
            {
                set.extend_from_slice(&sets[index - 1]);
                self.close(&mut set);
            }
            sets.push(set);
        }
        sets.pop().expect("the list begins with the start set")
    }

    fn hits(&self, set: &[u32]) -> Vec<Hit> {
        let nodes = set.iter().map(|&at| &self.nodes[at as usize]);
        let mut hits: Vec<Hit> =
            nodes.flat_map(|node| node.rows.iter().map(|&row| (row, node.breadth))).collect();
        hits.sort_unstable();
        // A row may be matched twice, by its own name and by an alias; the more specific match comes first.
        hits.dedup_by_key(|hit| hit.0);
        hits
    }

    /// The rows that a path given as steps matches, in row order.
    pub(crate) fn hits_of(&self, steps: &[Step]) -> Vec<Hit> {
        self.hits(&self.walk(steps))
    }

    /// The rows that each path matches. O(paths), the automaton being small.
    pub(crate) fn run(&self, paths: &Paths, names: &Interner) -> PathHits {
        let mut run = Run::new(self);
        for &(parent, step, depth) in &paths.rows {
            let state = match (step, depth) {
                (PathStep::Root(module), 0) => run.root(names.get(module)),
                _ => run.step(paths, parent, step, names),
            };
            run.of_path.push(state);
        }
        PathHits { hits: run.sets.iter().map(|set| self.hits(set)).collect(), state: run.of_path }
    }
}

fn slot(slots: &mut Vec<(String, u32)>, key: &str, next: u32) -> u32 {
    if let Some(&(_, found)) = slots.iter().find(|(known, _)| known == key) {
        return found;
    }
    slots.push((key.to_owned(), next));
    next
}

/// The rows that each path of a program matches.
#[derive(Clone, Debug, Default)]
pub struct PathHits {
    state: Vec<u32>,
    hits: Vec<Vec<Hit>>,
}

impl PathHits {
    /// The rows that a path matches, in row order.
    #[inline]
    #[must_use]
    pub fn of(&self, path: PathId) -> &[Hit] {
        self.state.get(path.0 as usize).map_or(&[], |&state| &self.hits[state as usize])
    }
}

/// One pass over the tree of paths; sets are numbered as they come up.
struct Run<'a> {
    matcher: &'a Matcher,
    sets: Vec<Vec<u32>>,
    numbers: FxHashMap<Vec<u32>, u32>,
    steps: FxHashMap<(u32, PathStep), u32>,
    of_path: Vec<u32>,
}

/// The number of the empty set, from which no step leads out.
const DEAD: u32 = 0;

impl<'a> Run<'a> {
    fn new(matcher: &'a Matcher) -> Self {
        let mut run = Self {
            matcher,
            sets: Vec::new(),
            numbers: FxHashMap::default(),
            steps: FxHashMap::default(),
            of_path: Vec::new(),
        };
        run.number(Vec::new());
        run
    }

    fn number(&mut self, set: Vec<u32>) -> u32 {
        if let Some(&known) = self.numbers.get(&set) {
            return known;
        }
        let number = u32::try_from(self.sets.len()).expect("fewer than 2^32 sets");
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    fn root(&mut self, module: &str) -> u32 {
        let steps: Vec<Step> = module.split('.').map(|part| Step::Name(part.to_owned())).collect();
        let set = self.matcher.walk(&steps);
        self.number(set)
    }

    fn step(&mut self, paths: &Paths, parent: PathId, step: PathStep, names: &Interner) -> u32 {
        let from = self.of_path[parent.0 as usize];
        let fluent = match (step, paths.rows[parent.0 as usize]) {
            (PathStep::Call | PathStep::Param(0), (before, PathStep::Attr(name), _))
                if self.is_fluent(name, names) =>
            {
                self.of_path[before.0 as usize]
            }
            _ => DEAD,
        };
        let next = self.next(from, step, names);
        if fluent == DEAD || fluent == next {
            return next;
        }
        let mut set = self.sets[next as usize].clone();
        set.extend_from_slice(&self.sets[fluent as usize]);
        self.matcher.close(&mut set);
        self.number(set)
    }

    fn is_fluent(&self, name: Sym, names: &Interner) -> bool {
        self.matcher.fluent.contains(names.get(name))
    }

    fn next(&mut self, from: u32, step: PathStep, names: &Interner) -> u32 {
        if from == DEAD {
            return DEAD;
        }
        if let Some(&known) = self.steps.get(&(from, step)) {
            return known;
        }
        let taken = match step {
            PathStep::Root(name) | PathStep::Attr(name) => Taken::Name(names.get(name)),
            PathStep::Call | PathStep::Instance => Taken::Call,
            PathStep::Item(key) => Taken::Item(names.get(key)),
            PathStep::AnyItem => Taken::AnyItem,
            PathStep::Param(position) => Taken::Param(position),
        };
        let set = self.matcher.advance(&self.sets[from as usize], taken);
        let next = self.number(set);
        self.steps.insert((from, step), next);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::parse;
    use super::*;

    fn matcher(rows: &[&str], aliases: &[(&str, &str)]) -> Matcher {
        let mut matcher = Matcher::default();
        for (row, pattern) in rows.iter().enumerate() {
            for steps in parse(pattern).unwrap() {
                matcher.add(&steps, RowId(u32::try_from(row).unwrap()));
            }
        }
        for (pattern, target) in aliases {
            for steps in parse(pattern).unwrap() {
                matcher.add_alias(&steps, parse(target).unwrap().remove(0));
            }
        }
        matcher.add_fluent("__enter__");
        matcher.finish();
        matcher
    }

    /// Rows matched by a path, walked both ways.
    fn rows(matcher: &Matcher, path: &str) -> Vec<u32> {
        let steps = parse(path).unwrap().remove(0);
        let walked: Vec<u32> = matcher.hits_of(&steps).iter().map(|hit| hit.0.0).collect();
        let mut names = Interner::default();
        let mut paths = Paths::default();
        let mut at = None;
        for step in &steps {
            at = Some(match (at, step) {
                (None, Step::Name(name)) => paths.root(names.intern(name)),
                (Some(at), Step::Name(name)) => paths.step(at, PathStep::Attr(names.intern(name))).unwrap(),
                (Some(at), Step::Call) => paths.step(at, PathStep::Call).unwrap(),
                (Some(at), Step::Item(key)) => paths.step(at, PathStep::Item(names.intern(key))).unwrap(),
                (Some(at), Step::Param(position)) => paths.step(at, PathStep::Param(*position)).unwrap(),
                _ => unreachable!("a path begins with a name"),
            });
        }
        let hits = matcher.run(&paths, &names);
        let ran: Vec<u32> = hits.of(at.unwrap()).iter().map(|hit| hit.0.0).collect();
        assert_eq!(walked, ran, "{path}");
        ran
    }

    #[test]
    fn holes_are_filled() {
        let matcher =
            matcher(&["boto3.client().delete_*", "boto3.client().*", "os.environ[*]", "a.{b,c}()?.d"], &[]);
        assert_eq!(rows(&matcher, "boto3.client().delete_object"), [0, 1]);
        assert_eq!(rows(&matcher, "boto3.client().get_object"), [1]);
        assert_eq!(rows(&matcher, "boto3.client"), [0; 0]);
        assert_eq!(rows(&matcher, "os.environ[HOME]"), [2]);
        assert_eq!(rows(&matcher, "a.b.d"), [3]);
        assert_eq!(rows(&matcher, "a.c().d"), [3]);
    }

    #[test]
    fn aliases_chain_and_may_be_circular() {
        let matcher = matcher(
            &["sqlite3.Cursor().execute"],
            &[
                ("sqlite3.connect()", "sqlite3.Connection()"),
                ("sqlite3.Connection().cursor()", "sqlite3.Cursor()"),
                ("sqlite3.Cursor().execute()", "sqlite3.Cursor()"),
                ("db.open", "sqlite3.connect"),
            ],
        );
        assert_eq!(rows(&matcher, "sqlite3.connect().cursor().execute"), [0]);
        assert_eq!(rows(&matcher, "db.open().cursor().execute().execute"), [0]);
        assert_eq!(rows(&matcher, "db.open().__enter__().cursor().execute"), [0]);
    }

    #[test]
    fn a_module_name_with_dots_is_its_parts() {
        let matcher = matcher(&["google.cloud.storage.Client().bucket"], &[]);
        let mut names = Interner::default();
        let mut paths = Paths::default();
        let root = paths.root(names.intern("google.cloud.storage"));
        let client = paths.step(root, PathStep::Attr(names.intern("Client"))).unwrap();
        let made = paths.step(client, PathStep::Instance).unwrap();
        let bucket = paths.step(made, PathStep::Attr(names.intern("bucket"))).unwrap();
        assert_eq!(matcher.run(&paths, &names).of(bucket), [(RowId(0), Breadth::Exact)]);
    }
}
