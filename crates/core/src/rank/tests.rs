use super::*;
use crate::finding::{Hop, Place};

fn finding(rule: &str, line: u32, values: &[f64]) -> Finding {
    let place = Place::new("app.py", line, 1);
    let mut finding = Finding::new(rule, place.clone());
    finding.path.push(Hop::new(place, "app.run".to_owned(), "calls os.system".to_owned(), None));
    finding.factors =
        values.iter().map(|&value| Factor::new("impact", value, String::new(), String::new())).collect();
    finding
}

#[test]
fn the_score_is_the_product_of_its_factors() {
    let ordered = order(vec![finding("a", 1, &[0.5, 0.5])]);
    assert!((ordered[0].score - 25.0).abs() < 1e-9);
}

#[test]
fn higher_scores_come_first_then_rule_and_place() {
    let rows = vec![
        finding("b", 1, &[0.5]),
        finding("a", 9, &[0.5]),
        finding("a", 2, &[0.5]),
        finding("c", 1, &[0.9]),
    ];
    let ordered = order(rows.clone());
    let seen: Vec<(&str, u32)> = ordered.iter().map(|row| (row.rule.as_str(), row.place.line)).collect();
    assert_eq!(seen, [("c", 1), ("a", 2), ("a", 9), ("b", 1)]);
    assert_eq!(order(rows.into_iter().rev().collect()), ordered);
}

#[test]
fn names_survive_moved_lines_and_tell_equals_apart() {
    let one = order(vec![finding("a", 1, &[0.5]), finding("a", 5, &[0.5])]);
    let moved = order(vec![finding("a", 101, &[0.5]), finding("a", 105, &[0.5])]);
    assert_ne!(one[0].id, one[1].id);
    let ids = |rows: &[Finding]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&moved));
    assert_eq!(one[0].id.len(), 16);
}
