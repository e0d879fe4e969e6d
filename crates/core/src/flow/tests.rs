//! Flows over facts written by hand: the smallest program that shows each rule.

use super::{Effect, Flows, Modelled, Query, Sink, Source, trace};
use crate::facts::{
    Arg, ArgKind, Call, CallFlags, Callee, Capture, Derivation, Derive, Facts, Field, File, Function,
    FunctionFlags, FunctionKind, Language, Load, Origin, Param, ParamKind, Receiver, Store,
};
use crate::ids::{CallId, FileId, FuncId, Sym, Var};
use crate::solution::{CallEdge, Certainty, EdgeKind, Solution, Target};

/// A program that is being written.
#[derive(Default)]
struct Program {
    facts: Facts,
    solution: Solution,
    /// The line of the last row: each stands on one of its own, in the order in which they are written.
    line: u32,
}

impl Program {
    fn new() -> Self {
        let mut program = Self::default();
        let name = program.facts.names.intern("app");
        program.facts.files.push(File {
            path: name,
            module: name,
            is_package: false,
            language: Language::Python,
            origin: Origin::FirstParty,
            body: FuncId(0),
            lines: 1,
            main_guard: None,
            first_export: 0,
            first_free: 0,
            first_star: 0,
        });
        program
    }

    fn sym(&mut self, name: &str) -> Sym {
        self.facts.names.intern(name)
    }

    /// A function with these parameters in slots 2, 3, …
    fn function(&mut self, name: &str, params: u32) -> FuncId {
        let (name, first) = (self.sym(name), self.facts.starts());
        let id = FuncId::from_len(self.facts.functions.len());
        self.facts.functions.push(Function {
            name,
            qualname: name,
            kind: if id.0 == 0 { FunctionKind::Module } else { FunctionKind::Function },
            receiver: Receiver::First,
            flags: FunctionFlags::default(),
            file: FileId(0),
            parent: FuncId(0),
            class: None,
            line: 1,
            column: 1,
            head_line: 1,
            end_line: 1,
            vars: 40,
            first,
        });
        for slot in 0..params {
            let name = self.sym(&format!("p{slot}"));
            let (var, kind) = (Var(Var::FIRST_FREE + slot), ParamKind::Positional);
            self.facts.params.push(Param { name, var, kind, optional: false, default: Var::NONE });
        }
        id
    }

    fn next_line(&mut self) -> u32 {
        self.line += 1;
        self.line
    }

    fn call(&mut self, dst: u32, args: &[u32], target: Option<FuncId>) -> CallId {
        let call = CallId::from_len(self.facts.calls.len());
        let first_arg = self.facts.args.len() as u32;
        let args = args.iter().map(|&var| Arg { kind: ArgKind::Positional, var: Var(var) });
        self.facts.args.extend(args);
        let (callee, flags) = (Callee::Value(Var(39)), CallFlags::default());
        let line = self.next_line();
        self.facts.calls.push(Call { dst: Var(dst), callee, flags, first_arg, line, column: 1 });
        if let Some(function) = target {
            let (target, kind) = (Target::Function(function), EdgeKind::Call);
            self.solution.edges.push(CallEdge { call, target, kind, certainty: Certainty::Exact });
        }
        call
    }

    fn moves(&mut self, dst: u32, src: u32) {
        let line = self.next_line();
        self.facts.moves.push(crate::facts::Move { dst: Var(dst), src: Var(src), line });
    }

    fn derive(&mut self, dst: u32, src: u32, how: Derivation) {
        let line = self.next_line();
        self.facts.derives.push(Derive { dst: Var(dst), src: Var(src), how, line });
    }

    fn store(&mut self, base: u32, field: &str, src: u32) {
        let field = Field::Attr(self.sym(field));
        let line = self.next_line();
        self.facts.stores.push(Store { base: Var(base), field, src: Var(src), line });
    }

    fn load(&mut self, dst: u32, base: u32, field: &str) {
        let field = Field::Attr(self.sym(field));
        let line = self.next_line();
        self.facts.loads.push(Load { dst: Var(dst), base: Var(base), field, line });
    }

    fn capture(&mut self, function: FuncId, var: u32) {
        self.facts.captures.push(Capture { function, var: Var(var) });
    }

    /// Which of the sinks the one source reaches.
    fn reached(&self, source: (FuncId, u32), sinks: &[(CallId, u32)], modelled: Vec<Modelled>) -> Vec<usize> {
        let found = self.trace(source, sinks, modelled);
        found.flows.iter().map(|flow| flow.sink).collect()
    }

    fn trace(&self, source: (FuncId, u32), sinks: &[(CallId, u32)], modelled: Vec<Modelled>) -> Flows {
        let query = Query {
            sources: vec![Source { function: source.0, var: Var(source.1), field: None, line: 1, kind: 0 }],
            sinks: sinks
                .iter()
                .map(|&(call, var)| Sink { call, var: Var(var), below: [None; 2], kind: 1 })
                .collect(),
            pairs: vec![(0, 1)],
            modelled,
            ..Query::default()
        };
        trace(&self.facts, &self.solution, &query)
    }
}

#[test]
fn returns_go_back_to_the_call_that_handed_the_value_over() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    let identity = FuncId(1);
    program.call(10, &[2], Some(identity));
    program.call(11, &[3], Some(identity));
    let tainted = program.call(12, &[10], None);
    let clean = program.call(13, &[11], None);
    program.function("identity", 1);
    program.moves(0, 2);
    assert_eq!(program.reached((main, 2), &[(tainted, 10), (clean, 11)], Vec::new()), [0]);
}

#[test]
fn fields_are_kept_apart() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    program.store(4, "secret", 2);
    program.load(5, 4, "secret");
    program.load(6, 4, "other");
    let tainted = program.call(12, &[5], None);
    let clean = program.call(13, &[6], None);
    assert_eq!(program.reached((main, 2), &[(tainted, 5), (clean, 6)], Vec::new()), [0]);
}

#[test]
fn a_callee_that_writes_to_its_argument_changes_the_callers_object_under_every_name() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    program.moves(5, 4);
    program.call(Var::NONE.0, &[5, 2], Some(FuncId(1)));
    program.load(6, 4, "field");
    program.load(7, 8, "field");
    let tainted = program.call(12, &[6], None);
    let clean = program.call(13, &[7], None);
    program.function("write", 2);
    program.store(2, "field", 3);
    assert_eq!(program.reached((main, 2), &[(tainted, 6), (clean, 7)], Vec::new()), [0]);
}

#[test]
fn a_captured_variable_is_shared() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    program.moves(4, 2);
    program.function("inner", 0);
    program.capture(main, 4);
    let sink = program.call(12, &[40], None);
    assert_eq!(program.reached((main, 2), &[(sink, 40)], Vec::new()), [0]);
}

#[test]
fn weak_derivations_end_a_value_and_strings_carry_it() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    program.derive(5, 2, Derivation::Weak);
    program.derive(6, 2, Derivation::Format);
    let weak = program.call(12, &[5], None);
    let strong = program.call(13, &[6], None);
    assert_eq!(program.reached((main, 2), &[(weak, 5), (strong, 6)], Vec::new()), [1]);
}

#[test]
fn a_model_decides_what_a_call_does() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    let digest = program.call(5, &[2], None);
    let quote = program.call(6, &[2], None);
    program.call(7, &[2], None);
    let after_digest = program.call(12, &[5], None);
    let after_quote = program.call(13, &[6], None);
    let after_unknown = program.call(14, &[7], None);
    let sinks = [(after_digest, 5), (after_quote, 6), (after_unknown, 7)];
    let modelled = vec![
        Modelled { call: digest, effect: Effect::Ends },
        Modelled { call: quote, effect: Effect::Cleans(vec![1]) },
    ];
    let found = program.trace((main, 2), &sinks, modelled);
    assert_eq!(
        found.flows.iter().map(|flow| (flow.sink, flow.certainty)).collect::<Vec<_>>(),
        [(2, Certainty::Possible)]
    );
}

#[test]
fn recursion_over_fields_ends() {
    let mut program = Program::new();
    let main = program.function("main", 1);
    program.store(4, "next", 4);
    program.store(4, "value", 2);
    program.load(5, 4, "next");
    program.moves(4, 5);
    program.load(6, 5, "value");
    let sink = program.call(12, &[6], None);
    let found = program.trace((main, 2), &[(sink, 6)], Vec::new());
    assert_eq!((found.flows.len(), found.gave_up), (1, 0));
}
