use super::*;

#[test]
fn built_in_models_load() {
    let models = Models::load(&[]).unwrap();
    assert!(!models.rows.is_empty());
}
