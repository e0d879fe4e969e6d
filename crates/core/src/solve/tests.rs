//! Fast = naive, on random programs and on every fixture.

#[path = "../../tests/fixture/mod.rs"]
#[expect(clippy::disallowed_methods, reason = "the fixtures are on disk")]
mod fixture;

use super::store::{Fast, Kind, Store, TokenId};
use super::{Importer, Listener, Loader, Solver, naive::Naive};
use crate::facts::*;
use crate::ids::*;
use crate::solution::{Solution, Target};
use proptest::prelude::*;

/// A loader that has nothing.
struct Nothing;

impl Loader for Nothing {
    fn absolute(&self, _: &Importer<'_>, specifier: &str) -> String {
        specifier.to_owned()
    }
    fn load(&mut self, _: &[String]) -> Facts {
        Facts::default()
    }
}

fn solve<S: Store<Listener>>(facts: Facts, loader: &mut dyn Loader) -> (Facts, Solution) {
    let mut solver: Solver<S> = Solver::new(facts);
    solver.run(loader);
    solver.into_solution()
}

/// What two solutions must agree on: everything but the order of ids that only a run knows, and values of variables
/// that nobody asks for.
fn essence(facts: &Facts, solution: &Solution) -> Vec<String> {
    let target = |target: Target| match target {
        Target::Function(function) => facts.full_name(function).to_string(),
        Target::External(path) => solution.paths.text(path, &facts.names),
    };
    let calls = solution
        .edges
        .iter()
        .map(|edge| format!("{:?} {} {:?} {:?}", edge.call, target(edge.target), edge.kind, edge.certainty));
    let implicit = solution
        .implicit
        .iter()
        .map(|edge| format!("{:?}:{} {} {:?}", edge.caller, edge.line, target(edge.target), edge.certainty));
    let unresolved = solution.unresolved.iter().map(|call| format!("{call:?} unresolved"));
    let solved = solution.solved.iter().map(|function| format!("{function:?} solved"));
    let mut rows: Vec<String> = calls.chain(implicit).chain(unresolved).chain(solved).collect();
    rows.sort_unstable();
    rows
}

/// Whether each value that one solution reports is one of the other's.
fn reports_part_of(part: &Solution, whole: &Solution) -> bool {
    part.values.rows.iter().all(|row| whole.values.rows.binary_search(row).is_ok())
}

/// A row of a random program: a kind and four numbers, taken modulo what exists.
type Row = (u8, u8, u8, u8, u8);

const OWN_VARS: u32 = 8;
const NAMES: u8 = 4;

/// One module with `bodies.len()` functions and two classes, each function with these rows.
fn program(bodies: &[Vec<Row>]) -> Facts {
    let mut facts = Facts::default();
    let names: Vec<Sym> = (0..NAMES).map(|index| facts.names.intern(&format!("name{index}"))).collect();
    let module = facts.names.intern("module");
    let count = bodies.len() as u32;
    facts.files.push(File {
        path: module,
        module,
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
    for (index, rows) in bodies.iter().enumerate() {
        let function = FuncId::from_len(index);
        let is_module = index == 0;
        facts.functions.push(Function {
            name: names[index % names.len()],
            qualname: names[index % names.len()],
            kind: if is_module { FunctionKind::Module } else { FunctionKind::Function },
            receiver: Receiver::First,
            flags: FunctionFlags(if index % 5 == 4 { 1 } else { 0 }),
            file: FileId(0),
            parent: FuncId(0),
            class: None,
            line: index as u32 + 1,
            column: 1,
            head_line: index as u32 + 1,
            end_line: index as u32 + 1,
            vars: OWN_VARS,
            first: facts.starts(),
        });
        if !is_module {
            for slot in 0..2 {
                let name = names[slot as usize];
                facts.params.push(Param {
                    name,
                    var: Var(2 + slot),
                    kind: ParamKind::Positional,
                    optional: false,
                    default: Var::NONE,
                });
            }
            facts.captures.push(Capture { function: FuncId(0), var: Var(2) });
            facts.captures.push(Capture { function: FuncId(0), var: Var(3) });
        }
        let vars = if is_module { OWN_VARS } else { OWN_VARS + 2 };
        for &row in rows {
            add_row(&mut facts, row, vars, count, &names);
        }
        let _ = function;
    }
    facts
}

fn add_row(facts: &mut Facts, (kind, a, b, c, d): Row, vars: u32, functions: u32, names: &[Sym]) {
    let var = |number: u8| Var(u32::from(number) % vars);
    let name = |number: u8| names[usize::from(number) % names.len()];
    let field = |number: u8| match number % 6 {
        0 => Field::AnyItem,
        1 | 2 => Field::Item(name(number / 6)),
        _ => Field::Attr(name(number / 6)),
    };
    match kind % 10 {
        0 | 1 => facts.moves.push(Move { dst: var(a), src: var(b), line: 1 }),
        // A closure is made by the parent of its function: here, by the module.
        2 | 3 if functions > 1 && vars == OWN_VARS => {
            let function = FuncId(1 + u32::from(b) % (functions - 1));
            facts.allocs.push(Allocate { dst: var(a), what: Alloc::Function(function), line: 1 });
        }
        4 => facts.literals.push(Literal { dst: var(a), constant: Constant::Str(name(b)), line: 1 }),
        5 => facts.loads.push(Load { dst: var(a), base: var(b), field: field(c), line: 1 }),
        6 => facts.stores.push(Store_ { base: var(a), field: field(b), src: var(c), line: 1 }),
        7 => facts.load_keys.push(LoadKey {
            dst: var(a),
            base: var(b),
            key: var(c),
            space: Space::Attr,
            line: 1,
        }),
        8 => {
            let first_arg = facts.args.len() as u32;
            let callee = if d % 2 == 0 { Callee::Value(var(b)) } else { Callee::Method(var(b), name(d)) };
            facts.calls.push(Call {
                dst: var(a),
                callee,
                flags: CallFlags(0),
                first_arg,
                line: 1,
                column: 1,
            });
            facts.args.push(Arg { kind: ArgKind::Positional, var: var(c) });
        }
        _ => facts.iterates.push(Iterate { dst: var(a), base: var(b), line: 1, by_position: false }),
    }
}

use crate::facts::Store as Store_;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn fast_finds_what_naive_finds(
        bodies in prop::collection::vec(prop::collection::vec(any::<Row>(), 0..24), 1..8)
    ) {
        let facts = program(&bodies);
        let (facts, naive) = solve::<Naive<Listener>>(facts, &mut Nothing);
        let (facts, fast) = solve::<Fast<Listener>>(facts, &mut Nothing);
        prop_assert_eq!(essence(&facts, &fast), essence(&facts, &naive));
        prop_assert_eq!(fast.counters.instances, naive.counters.instances);
        prop_assert!(reports_part_of(&fast, &naive));
    }

    #[test]
    fn merging_cycles_changes_nothing(
        bodies in prop::collection::vec(prop::collection::vec(any::<Row>(), 0..24), 1..8)
    ) {
        let facts = program(&bodies);
        let mut solver: Solver<Fast<Listener>> = Solver::new(facts.clone());
        solver.store.merge_at(2);
        solver.run(&mut Nothing);
        let merged = solver.into_solution().1;
        let (facts, naive) = solve::<Naive<Listener>>(facts, &mut Nothing);
        prop_assert_eq!(essence(&facts, &merged), essence(&facts, &naive));
    }
}

/// What an enumeration's class looks up in itself depends on which of its members came first.
const DEPENDS_ON_ORDER: &str = "enum_members";

#[test]
fn fast_finds_what_naive_finds_in_fixtures() {
    let mut faults = Vec::new();
    for path in fixture::all() {
        let (facts, mut loader) = fixture::program(&fixture::read(&path));
        let (_, naive) = solve::<Naive<Listener>>(facts.clone(), &mut loader);
        let (facts, fast) = solve::<Fast<Listener>>(facts, &mut loader);
        let (fast, naive) = (essence(&facts, &fast), essence(&facts, &naive));
        let only = |here: &[String], there: &[String], whose: &str| {
            let rows = here.iter().filter(|row| there.binary_search(row).is_err());
            rows.map(|row| format!("{}: {whose} only: {row}", path.display())).collect::<Vec<_>>()
        };
        if path.file_stem().is_none_or(|stem| stem != DEPENDS_ON_ORDER) {
            faults.extend(only(&fast, &naive, "fast"));
            faults.extend(only(&naive, &fast, "naive"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// How many copies of its functions a program of JavaScript needs.
fn clones(text: &str) -> u64 {
    let (facts, mut loader) = fixture::program(&[("main.js".to_owned(), text.to_owned())]);
    solve::<Fast<Listener>>(facts, &mut loader).1.counters.clones
}

#[test]
fn an_object_that_makes_its_own_kind_is_copied_a_few_times() {
    let text = "function Node(next) { if (!(this instanceof Node)) return new Node(next); this.next = next }\n\
        Node.prototype.grow = function (next) { return new Node(this).grow(next) }\n\
        Node(1).grow(2)\n";
    assert!(clones(text) < 16, "{} copies", clones(text));
}

#[test]
fn a_function_whose_visitors_only_look_at_its_arguments_is_not_copied() {
    let log = |visit: &str| {
        format!("function log(...args) {{ args[0].replace('%', {visit}) }}\nlog(1)\nlog(2)\nlog(3)\nlog(4)\n")
    };
    assert_eq!(clones(&log("mark => { console.log(args[1]) }")), 0);
    assert!(clones(&log("mark => args[1](mark)")) > 0);
}

#[test]
fn tables_of_functions_hold_more_than_other_variables() {
    let mut store: Fast<Listener> = Fast::default();
    let (table, mixed) = (store.nodes(1), store.nodes(1));
    for index in 0..300 {
        store.add(table, TokenId::new(index, Kind::Code));
        store.add(mixed, TokenId::new(index + 1_000, if index < 100 { Kind::Plain } else { Kind::Code }));
    }
    assert_eq!(store.tokens(table).len(), 300);
    assert_eq!(store.tokens(mixed).len(), 128);
}
