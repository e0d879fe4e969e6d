//! Facts and Solution → the counts at the head and foot of every report.
//!
//! Counts tell a reader how much was seen and how much stayed unknown: a report without findings over code of
//! which half the calls are unresolved is not the same as one over code that is fully understood.

use crate::facts::{CallFlags, Facts, FunctionKind, Language, Origin};
use crate::ids::{CallId, FuncId};
use crate::solution::Solution;

/// Files and lines of one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Volume {
    /// The language.
    pub language: Language,
    /// Whose code.
    pub origin: Origin,
    /// Number of files.
    pub files: usize,
    /// Number of lines.
    pub lines: u64,
}

/// How much was analysed, and how much of it is understood.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Files and lines by language and origin, sorted; bodies that stand for library functions are left out.
    pub volumes: Vec<Volume>,
    /// First-party functions, methods and lambdas.
    pub functions: usize,
    /// Functions of dependencies that first-party code reaches.
    pub dependency_functions: usize,
    /// Call sites that first-party code shows.
    pub sites: usize,
    /// Those of them of which no target is known.
    pub unresolved: usize,
}

impl Summary {
    /// Files of an origin, over all languages.
    #[must_use]
    pub fn files(&self, origin: Origin) -> usize {
        self.volumes.iter().filter(|volume| volume.origin == origin).map(|volume| volume.files).sum()
    }

    /// Lines of an origin, over all languages.
    #[must_use]
    pub fn lines(&self, origin: Origin) -> u64 {
        self.volumes.iter().filter(|volume| volume.origin == origin).map(|volume| volume.lines).sum()
    }
}

/// Counts. O(files + functions + calls).
#[must_use]
pub fn of(facts: &Facts, solution: &Solution) -> Summary {
    let mut summary = Summary { volumes: volumes(facts), ..Summary::default() };
    for function in facts.functions.iter().filter(|function| is_code(function.kind)) {
        summary.functions += usize::from(facts.files[function.file.index()].origin == Origin::FirstParty);
    }
    for function in &solution.solved {
        let row = &facts.functions[function.index()];
        let dependency = facts.files[row.file.index()].origin == Origin::Dependency;
        summary.dependency_functions += usize::from(dependency && is_code(row.kind));
    }
    summary.sites = sites(facts);
    summary.unresolved = solution.unresolved.iter().filter(|&&call| is_shown(facts, call)).count();
    summary
}

/// Whether a body is one that people call a function.
fn is_code(kind: FunctionKind) -> bool {
    !matches!(kind, FunctionKind::Module | FunctionKind::ClassBody)
}

/// The call sites that first-party code shows.
fn sites(facts: &Facts) -> usize {
    let mut count = 0;
    for (index, function) in facts.functions.iter().enumerate() {
        if facts.files[function.file.index()].origin == Origin::FirstParty {
            let calls = facts.calls_of(FuncId::from_len(index));
            count += calls.iter().filter(|call| !call.flags.has(CallFlags::IMPLICIT)).count();
        }
    }
    count
}

/// Whether a call site is one that first-party code shows.
fn is_shown(facts: &Facts, call: CallId) -> bool {
    let function = &facts.functions[facts.function_of(call).index()];
    let first_party = facts.files[function.file.index()].origin == Origin::FirstParty;
    first_party && !facts.calls[call.index()].flags.has(CallFlags::IMPLICIT)
}

fn volumes(facts: &Facts) -> Vec<Volume> {
    let mut volumes: Vec<Volume> = Vec::new();
    for file in facts.files.iter().filter(|file| file.origin != Origin::Builtin) {
        let (language, origin) = (file.language, file.origin);
        let known = volumes.iter_mut().find(|row| (row.language, row.origin) == (language, origin));
        match known {
            Some(volume) => {
                volume.files += 1;
                volume.lines += u64::from(file.lines);
            }
            None => volumes.push(Volume { language, origin, files: 1, lines: u64::from(file.lines) }),
        }
    }
    volumes.sort_by_key(|volume| (volume.origin, volume.language));
    volumes
}
