use super::*;

#[test]
fn nothing_gives_no_tags() {
    let models = Models::load(&[]).unwrap();
    let tags = all(&Facts::default(), &Solution::default(), &Repo::default(), &models);
    assert!(tags.sinks.is_empty() && tags.entries.is_empty());
}
