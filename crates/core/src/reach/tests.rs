use super::*;
use crate::facts::{File, Language};
use crate::finding::{Evidence, Verdict};
use crate::graph::sketch::program;
use crate::rank;
use crate::solution::{Certainty, Target};
use crate::tag::{EntryTag, Shape, SinkArg, SinkTag, SourceTag};

/// A sketched program with tags: each call of `os.system` is a sink with an argument made on the spot.
struct Sketch {
    facts: Facts,
    solution: Solution,
    models: Models,
    tags: Tags,
    changed: Option<Vec<ChangedLines>>,
}

impl Sketch {
    fn new(text: &str) -> Self {
        let (facts, solution) = program(text);
        let models = Models::load(&[]).unwrap();
        let row = models.hits_of("os.system").first().unwrap().0;
        let mut tags = Tags::default();
        for edge in solution.edges.iter().filter(|edge| matches!(edge.target, Target::External(_))) {
            tags.sinks.push(SinkTag {
                call: edge.call,
                function: facts.function_of(edge.call),
                line: facts.calls[edge.call.index()].line,
                kind: models.kind("shell").unwrap(),
                api: "os.system".to_owned(),
                args: vec![SinkArg { var: crate::ids::Var(9), shape: Shape::Built, below: [None; 2] }],
                conditions: Vec::new(),
                impact: 1.0,
                row,
                certainty: Certainty::Resolved,
            });
        }
        Self { facts, solution, models, tags, changed: None }
    }

    fn function(&self, name: &str) -> FuncId {
        let named = |row: &crate::facts::Function| self.facts.text(row.name) == name;
        FuncId::from_len(self.facts.functions.iter().position(named).unwrap())
    }

    fn in_language(mut self, function: &str, language: Language) -> Self {
        let function = self.function(function);
        let file = FileId::from_len(self.facts.files.len());
        self.facts.files.push(File { language, ..self.facts.files[0].clone() });
        self.facts.functions[function.index()].file = file;
        self
    }

    fn entry(mut self, function: &str, kind: &str, exposure: f64) -> Self {
        let (function, name) = (self.function(function), format!("{kind} of {function}"));
        let kind = self.models.kind(kind).unwrap();
        self.tags.entries.push(EntryTag {
            function,
            context: None,
            kind,
            name,
            call: None,
            exposure,
            guard: None,
            row: None,
        });
        self
    }

    fn secret(mut self, function: &str, name: &str) -> Self {
        self.tags.secrets.push(SourceTag {
            function: self.function(function),
            line: 12,
            var: crate::ids::Var::NONE,
            field: None,
            call: None,
            kind: self.models.kind("secret-env").unwrap(),
            name: name.to_owned(),
            api: format!("os.environ[\"{name}\"]"),
            row: None,
            certainty: Certainty::Resolved,
        });
        self
    }

    fn findings(&self) -> Vec<Finding> {
        let (facts, solution, tags, models) = (&self.facts, &self.solution, &self.tags, &self.models);
        let (graph, arrivals) = (&crate::graph::build(facts, solution), &Arrivals::default());
        let changed = self.changed.as_deref();
        rank::order(from_entries(&Scene { facts, solution, graph, tags, arrivals, models, changed }))
    }

    fn only(&self) -> Finding {
        let mut findings = self.findings();
        findings.retain(|finding| finding.rule == "exec-reached");
        assert_eq!(findings.len(), 1, "one finding of the rule");
        findings.remove(0)
    }
}

#[test]
fn a_path_from_the_entry_to_the_sink() {
    let finding = Sketch::new("a: b\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!((finding.verdict, finding.evidence), (Verdict::Reachable, Evidence::Reach));
    let said: Vec<&str> = finding.path.iter().map(|hop| hop.what.as_str()).collect();
    assert_eq!(said, ["route route of a", "calls app.b", "calls os.system"]);
    assert_eq!(finding.path.last().map(|hop| &hop.place), Some(&finding.place));
}

#[test]
fn the_verdict_is_that_of_the_surest_path() {
    let possible = Sketch::new("a: b?\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!(possible.verdict, Verdict::Possible);
    assert_eq!(possible.unknowns.len(), 1);
    let sure = Sketch::new("a: b? c\n c: b\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!(sure.verdict, Verdict::Reachable);
    assert!(sure.score > possible.score);
}

#[test]
fn an_unresolved_call_of_that_name_could_hide_a_path() {
    let finding = Sketch::new("a: ~b\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!(finding.verdict, Verdict::Unknown);
    assert_eq!(finding.unknowns[0].line, 11);
    let other = Sketch::new("a: ~c\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!(other.verdict, Verdict::Unreachable);
    let any = Sketch::new("a: ~\n b: os.system").entry("a", "route", 1.0).only();
    assert_eq!(any.verdict, Verdict::Unknown);
}

#[test]
fn an_unresolved_call_hides_no_path_into_another_language() {
    let sketch = Sketch::new("a: ~b\n b: os.system").in_language("b", Language::JavaScript);
    assert_eq!(sketch.entry("a", "route", 1.0).only().verdict, Verdict::Unreachable);
}

#[test]
fn the_more_exposed_entry_counts_though_its_path_is_longer() {
    let sketch = Sketch::new("a: b\n b: c\n c: os.system\n t: c");
    let finding = sketch.entry("a", "route", 1.0).entry("t", "test", 0.1).only();
    assert_eq!(finding.entry, Some(("route of a".to_owned(), "route".to_owned())));
    assert_eq!(finding.other_entries, 0);
}

#[test]
fn other_entries_are_counted() {
    let sketch = Sketch::new("a: c\n b: c\n d: c\n c: os.system\n e:");
    let sketch = sketch.entry("a", "route", 1.0).entry("b", "route", 1.0);
    assert_eq!(sketch.entry("d", "task", 0.7).entry("e", "route", 1.0).only().other_entries, 2);
}

#[test]
fn calls_of_one_kind_in_one_function_are_one_finding() {
    let finding = Sketch::new("a: os.system os.system").entry("a", "route", 1.0).only();
    assert!(finding.message.ends_with("(2 such calls)"), "{}", finding.message);
}

#[test]
fn constant_arguments_are_no_finding() {
    let mut sketch = Sketch::new("a: os.system").entry("a", "route", 1.0);
    sketch.tags.sinks[0].args[0].shape = Shape::Constant;
    assert!(sketch.findings().is_empty());
}

#[test]
fn secrets_on_the_path_are_named() {
    let sketch = Sketch::new("a: b\n b: os.system\n c:").entry("a", "route", 1.0);
    let finding = sketch.secret("a", "STRIPE_KEY").secret("c", "OTHER_KEY").only();
    assert_eq!(finding.secrets, ["STRIPE_KEY"]);
}

#[test]
fn what_did_not_change_ranks_lower() {
    let mut sketch = Sketch::new("a: b c\n b: os.system\n c: os.system").entry("a", "route", 1.0);
    sketch.changed = Some(vec![ChangedLines { file: "app.py".to_owned(), ranges: vec![(21, 21)] }]);
    let findings = sketch.findings();
    let places: Vec<u32> = findings.iter().map(|finding| finding.place.line).collect();
    assert_eq!(places, [21, 31]);
    assert!(findings[0].score > findings[1].score);
}

#[test]
fn changed_code_counts_where_no_entry_is_known() {
    let mut sketch = Sketch::new("a: os.system");
    sketch.changed = Some(vec![ChangedLines { file: "app.py".to_owned(), ranges: vec![(11, 11)] }]);
    assert_eq!(sketch.only().verdict, Verdict::Reachable);
    sketch.changed = Some(Vec::new());
    assert_eq!(sketch.only().verdict, Verdict::Unreachable);
}

#[test]
fn loops_end() {
    let finding = Sketch::new("a: b\n b: a c\n c: b os.system").entry("a", "route", 1.0).only();
    assert_eq!(finding.path.len(), 4);
}
