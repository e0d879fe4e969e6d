//! Functions → whether each runs, from where, and by which path: what can be said of a place that no rule speaks of.

use super::drafts::Maker;
use super::{Scene, changed_functions, routes};
use crate::finding::{Hop, Verdict};
use crate::ids::FuncId;
use crate::solution::Certainty;
use std::collections::BTreeMap;

/// How a function is reached.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Standing {
    /// What can be said.
    pub verdict: Verdict,
    /// Name, kind and exposure of the entry point.
    pub entry: Option<(String, String, f64)>,
    /// How many other entry points reach it.
    pub others: usize,
    /// From the entry point to the call of the function.
    pub path: Vec<Hop>,
}

/// The standing of each of these functions.
#[must_use]
pub fn standings(scene: &Scene<'_>, functions: &[FuncId]) -> BTreeMap<FuncId, Standing> {
    let changed = changed_functions(scene);
    let routes = routes::find(scene, &changed);
    let maker = Maker { scene, routes: &routes, changed: &changed };
    let standing = |function: FuncId| {
        let Some(route) = routes.best(scene.graph, function) else {
            return Standing { verdict: Verdict::Unreachable, entry: None, others: 0, path: Vec::new() };
        };
        let start = &routes.starts[route.start];
        let name = scene.graph.net[start.node].name.clone();
        let what = format!("{} {}", start.kind, start.name);
        let first = Hop::new(scene.graph.place(start.node), name, what, Some(Certainty::Exact));
        let trail = routes.trail(scene.graph, route).into_iter().filter_map(|via| maker.hop(via));
        Standing {
            verdict: route.verdict,
            entry: Some((start.name.clone(), start.kind.clone(), start.exposure)),
            others: routes.others(scene.graph, function, Some(route)),
            path: [first].into_iter().chain(trail).collect(),
        }
    };
    functions.iter().map(|&function| (function, standing(function))).collect()
}
