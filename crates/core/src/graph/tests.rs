use super::sketch::program;
use super::*;
use crate::solution::CallEdge;

fn graph(text: &str) -> Graph {
    let (facts, solution) = program(text);
    build(&facts, &solution)
}

fn names(graph: &Graph, nodes: impl IntoIterator<Item = NodeIndex>) -> Vec<&str> {
    nodes.into_iter().map(|node| graph.net[node].name.as_str()).collect()
}

fn one(graph: &Graph, target: &str) -> NodeIndex {
    let found = graph.find(target).unwrap();
    assert_eq!(found.len(), 1, "{target} means one node");
    found[0]
}

#[test]
fn calls_become_edges_with_places() {
    let graph = graph("a: b os.system\n b: a?");
    let (a, b) = (one(&graph, "app.a"), one(&graph, "app.b"));
    let edge = graph.net.find_edge(a, b).unwrap();
    assert_eq!(graph.edge_place(edge), Place::new("app.py", 11, 5));
    assert_eq!(graph.net[edge].certainty, Certainty::Resolved);
    let back = graph.net.find_edge(b, a).unwrap();
    assert_eq!(graph.net[back].certainty, Certainty::Possible);
    assert!(graph.net.contains_edge(a, one(&graph, "os.system")));
}

#[test]
fn one_external_a_name() {
    let (mut facts, mut solution) = program("a: requests.Session.get");
    let session = facts.names.intern("requests");
    let (session, get) = (solution.paths.root(session), facts.names.intern("get"));
    let class = solution.paths.step(session, crate::solution::PathStep::Attr(facts.names.intern("Session")));
    let made = solution.paths.step(class.unwrap(), crate::solution::PathStep::Call).unwrap();
    let path = solution.paths.step(made, crate::solution::PathStep::Attr(get)).unwrap();
    let edge = solution.edges[0];
    solution.edges.push(CallEdge { target: Target::External(path), ..edge });
    let graph = build(&facts, &solution);
    let node = one(&graph, "requests.Session.get");
    let from = one(&graph, "app.a");
    assert_eq!(graph.net.edges_connecting(from, node).count(), 2);
}

#[test]
fn packages_hold_what_is_called_of_them() {
    let graph = graph("a: requests.get requests.api.post");
    let package = one(&graph, "requests");
    assert_eq!(graph.net[package].kind, NodeKind::Package);
    let radius = graph.radius(&[package]);
    assert_eq!(names(&graph, radius.reached_by.iter().map(|row| row.node)), ["app.a"]);
}

#[test]
fn targets_are_found_by_name_place_and_ending() {
    let graph = graph("load: \n query: load");
    assert_eq!(one(&graph, "query"), one(&graph, "app.py:21"));
    assert_eq!(one(&graph, "app.py:21:4"), one(&graph, "app.query"));
    assert_eq!(graph.net[one(&graph, "app.py")].kind, NodeKind::Module);
    assert_eq!(graph.net[one(&graph, "app.py:5")].kind, NodeKind::Module);
}

#[test]
fn a_wrong_target_gets_a_suggestion() {
    let error = graph("query_all: ").find("app.qurey_all").unwrap_err();
    assert!(error.message.contains("did you mean `app.query_all`?"), "{}", error.message);
    let error = graph("a: ").find("zzzzzzzzzzzz").unwrap_err();
    assert!(error.message.contains("name a function"), "{}", error.message);
}

#[test]
fn sure_paths_come_before_short_ones() {
    let graph = graph("a: d? b\n b: c\n c: d\n d: ");
    let path = graph.path(&[one(&graph, "app.a")], &[one(&graph, "app.d")]).unwrap();
    let said: Vec<&str> = path.iter().map(|hop| hop.what.as_str()).collect();
    assert_eq!(said, ["calls app.b", "calls app.c", "calls app.d", "function app.d"]);
}

#[test]
fn a_possible_edge_counts_where_nothing_better_is() {
    let graph = graph("a: b? c\n b: d\n c: e\n e: d?\n d: ");
    let radius = graph.radius(&[one(&graph, "app.a")]);
    let of = |name: &str| {
        let node = one(&graph, name);
        *radius.reaches.iter().find(|row| row.node == node).unwrap()
    };
    assert!(!of("app.e").is_possible);
    assert_eq!((of("app.d").hops, of("app.d").is_possible), (2, true));
}

#[test]
fn there_is_no_path_against_the_calls() {
    let graph = graph("a: b\n b: ");
    assert!(graph.path(&[one(&graph, "app.b")], &[one(&graph, "app.a")]).is_none());
    let radius = graph.radius(&[one(&graph, "app.b")]);
    assert_eq!(names(&graph, radius.reached_by.iter().map(|row| row.node)), ["app.a"]);
    assert!(radius.reaches.is_empty());
}

#[test]
fn calls_of_operators_on_library_values_are_left_out() {
    let (mut facts, solution) = program("a: os.fspath");
    facts.calls[0].flags = CallFlags::IMPLICIT;
    assert!(build(&facts, &solution).find("os.fspath").is_err());
}
