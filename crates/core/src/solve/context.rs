//! Which context of a function calls which context of another, so that one decorator does not join all that it
//! decorates.
//!
//! Two instances of a function are one *context* if they make the same calls, of the same contexts: the coarsest
//! such partition, by refinement (Paige, Tarjan: Three Partition Refinement Algorithms, SIAM J. Comput. 1987; in
//! plain rounds, because clones are only a few deep). Contexts that no known call enters are left out: whatever
//! enters a function in another way may make any of its calls.

use super::clone::line_of;
use super::instance::Via;
use super::store::Store;
use super::token::Inst;
use super::{Listener, Solver};
use crate::ids::{CallId, FuncId};
use crate::solution::{ContextCall, Contexts, Site};
use rustc_hash::FxHashMap;

/// Rounds of refinement: contexts that differ only behind more calls than this count as one.
const MAX_ROUNDS: usize = 6;

/// A call of an instance of the program, `Inst::NONE` if it is not known which of its function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    from: Inst,
    site: Site,
    to: Inst,
}

/// What a context calls: the site, the function, and which of its contexts.
type Calls = Vec<(Site, FuncId, u32)>;

impl<S: Store<Listener>> Solver<S> {
    /// The contexts of all functions of the program and its dependencies. O(links × rounds × log links).
    pub(super) fn collect_contexts(&self) -> Contexts {
        let several = self.of_several_instances();
        let steps = self.steps(&several);
        let mut class = vec![0; self.instances.len()];
        for _ in 0..MAX_ROUNDS {
            let finer = self.refine(&steps, &several, &class);
            let is_stable = finer == class;
            class = finer;
            if is_stable {
                break;
            }
        }
        self.number(&steps, &several, &class)
    }

    /// Whether each function has more than one instance of its own.
    fn of_several_instances(&self) -> Vec<bool> {
        let mut count = vec![0_u32; self.facts.functions.len()];
        for instance in self.instances.iter().filter(|instance| matches!(instance.via, Via::Own)) {
            count[instance.function.index()] += u32::from(!self.is_builtin(instance.function));
        }
        count.into_iter().map(|count| count > 1).collect()
    }

    /// Calls from or to functions of several instances, sorted.
    fn steps(&self, several: &[bool]) -> Vec<Step> {
        let is_several = |inst: Inst| several[self.instances[inst.index()].function.index()];
        let mut steps = Vec::new();
        for &(caller, call, to) in self.linked.iter().chain(&self.entered) {
            if self.is_builtin(self.instances[to.index()].function) {
                continue;
            }
            let (from, site) = (self.owner(caller), self.site(caller, call));
            let is_known = from != Inst::NONE;
            if is_known && self.is_builtin(self.instances[from.index()].function) {
                continue;
            }
            if is_several(to) || is_known && is_several(from) {
                steps.push(Step { from, site, to });
            }
        }
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The instance of the program for which a library body runs, or the instance itself.
    fn owner(&self, mut inst: Inst) -> Inst {
        while inst != Inst::NONE && !matches!(self.instances[inst.index()].via, Via::Own) {
            inst = self.instances[inst.index()].caller;
        }
        inst
    }

    /// Where a call counts as made.
    fn site(&self, caller: Inst, call: CallId) -> Site {
        let instance = &self.instances[caller.index()];
        match instance.via {
            Via::Own => match line_of(call) {
                Some(line) => Site::Line(instance.function, line),
                None => Site::Call(call),
            },
            Via::Site(site) => Site::Call(site),
            Via::Line(function, line) => Site::Line(function, line),
        }
    }

    /// Instances that make the same calls of the same classes are of one class.
    fn refine(&self, steps: &[Step], several: &[bool], class: &[u32]) -> Vec<u32> {
        let mut calls: Vec<(FuncId, Calls, Inst)> = Vec::new();
        for of_caller in steps.chunk_by(|a, b| a.from == b.from) {
            let from = of_caller[0].from;
            if from == Inst::NONE || !several[self.instances[from.index()].function.index()] {
                continue;
            }
            let row =
                |step: &Step| (step.site, self.instances[step.to.index()].function, class[step.to.index()]);
            let mut rows: Calls = of_caller.iter().map(row).collect();
            rows.sort_unstable();
            rows.dedup();
            calls.push((self.instances[from.index()].function, rows, from));
        }
        calls.sort_unstable();
        let mut finer = vec![0; class.len()];
        for of_function in calls.chunk_by(|a, b| a.0 == b.0) {
            // Class 0 calls nothing.
            for (number, same) in of_function.chunk_by(|a, b| a.1 == b.1).enumerate() {
                same.iter().for_each(|row| finer[row.2.index()] = number as u32 + 1);
            }
        }
        finer
    }

    /// Numbers the classes that known calls enter, function by function.
    fn number(&self, steps: &[Step], several: &[bool], class: &[u32]) -> Contexts {
        let function = |inst: Inst| self.instances[inst.index()].function;
        let mut entered: Vec<(FuncId, u32)> = steps
            .iter()
            .filter(|step| several[function(step.to).index()])
            .map(|step| (function(step.to), class[step.to.index()]))
            .collect();
        entered.sort_unstable();
        entered.dedup();
        let (mut counts, mut numbers) = (Vec::new(), FxHashMap::default());
        for of_function in entered.chunk_by(|a, b| a.0 == b.0).filter(|classes| classes.len() > 1) {
            counts.push((of_function[0].0, of_function.len() as u32));
            numbers.extend(of_function.iter().enumerate().map(|(number, &key)| (key, number as u32)));
        }
        let has_several =
            |function: FuncId| counts.binary_search_by_key(&function, |row: &(FuncId, u32)| row.0).is_ok();
        let number = |inst: Inst| numbers.get(&(function(inst), class[inst.index()])).copied();
        let mut calls: Vec<ContextCall> = Vec::new();
        for step in steps {
            let is_known = step.from != Inst::NONE;
            let from = if is_known { number(step.from) } else { None };
            // Its contexts that nothing enters are part of what any other way into it may do.
            let is_left_out = is_known && from.is_none() && has_several(function(step.from));
            let target = function(step.to);
            if is_left_out || from.is_none() && !has_several(target) {
                continue;
            }
            calls.push(ContextCall { site: step.site, target, from, to: number(step.to) });
        }
        calls.sort_unstable();
        calls.dedup();
        Contexts { counts, calls }
    }
}
