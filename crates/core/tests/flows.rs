//! Flows of small programs. Each file in `fixtures/flows/<language>` is one idea with its negative twin beside it, under
//! the same name in every language that has it: a line that ends in the comment `flows` hands a value of
//! `probe.source()` to a sink, one that ends in `clean` does not, and one that ends in `unsure` may: a test stands
//! before it whose worth nothing says.

use blastline::discover::SourceFile;
use blastline::facts::{Facts, Language, Origin};
use blastline::flow::{self, Effect, Modelled, Query, Sink, Source};
use blastline::ids::CallId;
use blastline::lower;
use blastline::solution::{Certainty, Solution, Target};
use blastline::solve::{self, Importer, Loader};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Kinds of the probe: what `source` gives, and what `sink` and `other_sink` take.
const SECRET: u16 = 0;
const HARMFUL: u16 = 1;
const OTHER: u16 = 2;
/// What `visit` takes: harmful where it begins a text.
const ADDRESS: u16 = 3;
/// What `page` takes: a text, or a mapping that it encodes.
const PAGE: u16 = 4;

/// No module beside the file and the library can be had.
struct Nothing;

impl Loader for Nothing {
    fn absolute(&self, _: &Importer<'_>, specifier: &str) -> String {
        // A full name of Rust's library begins with a sign that says so.
        specifier.trim_start_matches('=').to_owned()
    }

    fn load(&mut self, _: &[String]) -> Facts {
        Facts::default()
    }
}

#[test]
fn values_arrive_where_the_fixtures_say() {
    let mut wrong = Vec::new();
    let languages =
        [(Language::Python, "python"), (Language::JavaScript, "javascript"), (Language::Rust, "rust")];
    let mut ideas = Vec::new();
    for (language, folder) in languages {
        let files = fixtures(folder);
        for (name, text) in &files {
            check(language, name, text, &mut wrong);
        }
        let names: BTreeSet<String> = files.iter().map(|(name, _)| stem(name).to_owned()).collect();
        assert!(names.len() >= 30, "fixtures of {folder} are missing: {} found", names.len());
        ideas.push(names);
    }
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
    let shared = ideas[0].iter().filter(|idea| ideas[1].contains(*idea) && ideas[2].contains(*idea)).count();
    assert!(shared >= 28, "only {shared} ideas are there in all languages");
}

/// The name of a fixture without what says its language.
fn stem(name: &str) -> &str {
    name.split_once('.').map_or(name, |parts| parts.0)
}

/// Names and texts of the fixtures of a language.
fn fixtures(language: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/flows").join(language);
    let mut files: Vec<_> =
        folder.read_dir().expect("the fixtures are there").flatten().map(|file| file.path()).collect();
    files.sort();
    let read = |file: &PathBuf| {
        #[expect(clippy::disallowed_methods, reason = "tests read fixtures")]
        let text = std::fs::read_to_string(file).expect("a fixture is text");
        (file.file_name().expect("a fixture has a name").to_string_lossy().into_owned(), text)
    };
    files.iter().map(read).collect()
}

/// Compares the sinks that the engine reaches with the comments of a fixture.
fn check(language: Language, name: &str, text: &str, wrong: &mut Vec<String>) {
    let reached = reached(language, name, text);
    let mark = if language == Language::Python { "  # " } else { " // " };
    for (line, row) in (1..).zip(text.lines()) {
        let expected = match row.rsplit_once(mark).map(|parts| parts.1) {
            Some("flows") => true,
            Some("clean") => false,
            Some("unsure") if reached.get(&line) == Some(&false) => continue,
            Some("unsure") => {
                wrong.push(format!("{name}:{line}: {row}"));
                continue;
            }
            _ if row.contains("sink(") => panic!("{name}:{line} says nothing of its sink"),
            _ => continue,
        };
        if reached.contains_key(&line) != expected {
            wrong.push(format!("{name}:{line}: {row}"));
        }
    }
}

/// A mapping whose values become parts of itself has ever deeper parts. What a larger part implies is not followed
/// again, and steps that repeat are cut, so the work stays small.
#[test]
fn a_mapping_inside_itself_is_followed_in_few_facts() {
    let text = "
from probe import source
class Update:
    def __init__(self, data):
        self.data = data
        self.data['values'] = dict(data)
        self.data['title'] = [data.get('title'), data['values'].get('title')]
        self.data['copy'] = {**data, 'values': dict(self.data.items())}
    def run(self):
        for key, value in self.data.items():
            self.data[key] = (key, value)
        return self
Update(Update(source()).run().data).run()
";
    let found = traced("update", text).2;
    assert!(found.facts < 1_500, "{} facts", found.facts);
    assert_eq!(found.gave_up, 0);
}

/// Code of a dependency is followed on behalf of the call, a few calls deep. What it keeps for itself is not.
#[test]
fn dependencies_are_followed_on_behalf_of_calls() {
    let library = "from probe import sink
STATE = {}
def keep(value):
    STATE['value'] = value
def kept():
    return STATE['value']
def use(value):
    sink(value)
def one(value):
    two(value)
def two(value):
    three(value)
def three(value):
    four(value)
def four(value):
    five(value)
def five(value):
    sink(value)
";
    let program = "from probe import source, sink
import library
library.keep(source())
sink(library.kept())
library.use(source())
library.one(source())
";
    let files = [file("library", library, Origin::Dependency), file("program", program, Origin::FirstParty)];
    let (facts, query, found) = trace(&files);
    let place = |flow: &flow::Flow| {
        let call = query.sinks[flow.sink].call;
        (facts.full_name(facts.function_of(call)), facts.calls[call.index()].line)
    };
    let places: Vec<_> = found.flows.iter().map(place).collect();
    assert_eq!(places, [("library.use".to_owned(), 8)]);
}

/// The lines of sinks in which a value of the source arrives, and whether it surely does.
fn reached(language: Language, name: &str, text: &str) -> BTreeMap<u32, bool> {
    let file = SourceFile { path: name.to_owned(), language, ..file(stem(name), text, Origin::FirstParty) };
    let (facts, query, found) = trace(&[file]);
    let mut lines = BTreeMap::new();
    for flow in &found.flows {
        let line = facts.calls[query.sinks[flow.sink].call.index()].line;
        *lines.entry(line).or_default() |= flow.certainty != Certainty::Possible;
    }
    lines
}

/// The program of one file, what is asked of it, and what is found.
fn traced(name: &str, text: &str) -> (Facts, Query, flow::Flows) {
    trace(&[file(name, text, Origin::FirstParty)])
}

fn file(name: &str, text: &str, origin: Origin) -> SourceFile {
    SourceFile {
        path: format!("{name}.py"),
        module: name.to_owned(),
        is_package: false,
        language: Language::Python,
        origin,
        configuration: None,
        condition: None,
        bytes: text.as_bytes().to_vec(),
    }
}

fn trace(files: &[SourceFile]) -> (Facts, Query, flow::Flows) {
    let mut facts = lower::all(files);
    facts.append(lower::builtins(files[0].language));
    let (facts, solution) = solve::points_to(facts, &mut Nothing);
    let query = query(&facts, &solution);
    let found = flow::trace(&facts, &solution, &query);
    (facts, query, found)
}

/// The sources, sinks and models of the probe.
fn query(facts: &Facts, solution: &Solution) -> Query {
    let mut query = Query {
        pairs: vec![(SECRET, HARMFUL), (SECRET, OTHER), (SECRET, ADDRESS), (SECRET, PAGE)],
        ..Query::default()
    };
    query.begins = vec![ADDRESS];
    query.members = vec![SECRET];
    query.texts = vec![PAGE];
    for edge in &solution.edges {
        let Target::External(path) = edge.target else { continue };
        let call = edge.call;
        match solution.paths.text(path, &facts.names).replace("::", ".").as_str() {
            "probe.source" => query.sources.push(source(facts, call)),
            "probe.sink" => query.sinks.extend(sinks(facts, call, HARMFUL)),
            "probe.page" => query.sinks.extend(sinks(facts, call, PAGE)),
            "probe.visit" => query.sinks.extend(sinks(facts, call, ADDRESS)),
            "probe.other_sink" | "probe.otherSink" => query.sinks.extend(sinks(facts, call, OTHER)),
            "probe.digest" => query.modelled.push(Modelled { call, effect: Effect::Ends }),
            "probe.is_allowed" | "probe.isAllowed" => {
                query.modelled.push(Modelled { call, effect: Effect::Cleans(vec![HARMFUL]) })
            }
            "probe.escape" => query.modelled.push(Modelled { call, effect: Effect::Cleans(vec![HARMFUL]) }),
            _ => {}
        }
    }
    query
}

fn source(facts: &Facts, call: CallId) -> Source {
    let row = &facts.calls[call.index()];
    Source { function: facts.function_of(call), var: row.dst, field: None, line: row.line, kind: SECRET }
}

fn sinks(facts: &Facts, call: CallId, kind: u16) -> impl Iterator<Item = Sink> {
    facts.args_of(call).iter().map(move |arg| Sink { call, var: arg.var, below: [None; 2], kind })
}
