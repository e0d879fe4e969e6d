//! Small programs for tests, drawn as text: a line a function, `name: what it calls`.
//!
//! `b` is a call of function `b`, `b?` one that is matched by name, `os.system` one of a library, `~run` an
//! unresolved `x.run()`, `~` an unresolved `f()`. The functions are of module `app` in `app.py`; function number n
//! (from 1) stands on the lines 10n to 10n + 9 and calls on 10n + 1, 10n + 2, …

use crate::facts::{
    Call, CallFlags, Callee, Facts, File, Function, FunctionFlags, FunctionKind, Language, Origin, Receiver,
};
use crate::ids::{CallId, FileId, FuncId, Var};
use crate::solution::{CallEdge, Certainty, EdgeKind, PathStep, Solution, Target};

pub(crate) fn program(text: &str) -> (Facts, Solution) {
    let (mut facts, mut solution) = (Facts::default(), Solution::default());
    let rows: Vec<(&str, &str)> = text.lines().filter_map(|line| line.trim().split_once(':')).collect();
    let module = facts.names.intern("app");
    let path = facts.names.intern("app.py");
    facts.files.push(File {
        path,
        module,
        is_package: false,
        language: Language::Python,
        origin: Origin::FirstParty,
        body: FuncId(0),
        lines: 10 * rows.len() as u32 + 19,
        main_guard: None,
        first_export: 0,
        first_free: 0,
        first_star: 0,
    });
    function(&mut facts, "", 1);
    for (index, (name, calls)) in rows.iter().enumerate() {
        let line = 10 * (index as u32 + 1);
        function(&mut facts, name, line);
        for (offset, callee) in calls.split_whitespace().enumerate() {
            site(&mut facts, &mut solution, &rows, callee, line + 1 + offset as u32);
        }
    }
    solution.solved = (0..facts.functions.len()).map(FuncId::from_len).collect();
    (facts, solution)
}

fn function(facts: &mut Facts, name: &str, line: u32) {
    let (sym, first) = (facts.names.intern(name), facts.starts());
    let is_module = name.is_empty();
    facts.functions.push(Function {
        name: sym,
        qualname: sym,
        kind: if is_module { FunctionKind::Module } else { FunctionKind::Function },
        receiver: Receiver::First,
        flags: FunctionFlags::default(),
        file: FileId(0),
        parent: FuncId(0),
        class: None,
        line,
        column: 1,
        head_line: line,
        end_line: if is_module { 1_000 } else { line + 9 },
        vars: 40,
        first,
    });
}

fn site(facts: &mut Facts, solution: &mut Solution, rows: &[(&str, &str)], callee: &str, line: u32) {
    let call = CallId::from_len(facts.calls.len());
    let unresolved = callee.strip_prefix('~');
    let method = unresolved.filter(|name| !name.is_empty()).map(|name| facts.names.intern(name));
    facts.calls.push(Call {
        dst: Var::NONE,
        callee: method.map_or(Callee::Value(Var(30)), |name| Callee::Method(Var(30), name)),
        flags: CallFlags::default(),
        first_arg: facts.args.len() as u32,
        line,
        column: 5,
    });
    if unresolved.is_some() {
        solution.unresolved.push(call);
        return;
    }
    let name = callee.trim_end_matches('?');
    let certainty = if callee.ends_with('?') { Certainty::Possible } else { Certainty::Resolved };
    let target = match rows.iter().position(|row| row.0 == name) {
        Some(index) => Target::Function(FuncId::from_len(index + 1)),
        None => library(facts, solution, name),
    };
    solution.edges.push(CallEdge { call, target, kind: EdgeKind::Call, certainty });
}

fn library(facts: &mut Facts, solution: &mut Solution, name: &str) -> Target {
    let mut parts = name.split('.');
    let root = facts.names.intern(parts.next().unwrap_or_default());
    let mut path = solution.paths.root(root);
    for part in parts {
        let step = PathStep::Attr(facts.names.intern(part));
        path = solution.paths.step(path, step).expect("sketched paths are short");
    }
    Target::External(path)
}
