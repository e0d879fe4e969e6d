//! Target and features → which `cfg` conditions hold.

use crate::facts::Condition;
use cfg_expr::targets::{TargetInfo, get_builtin_target_by_triple};
use cfg_expr::{Expression, Predicate};
use std::collections::BTreeSet;

/// The target of a scan that names none.
pub(crate) const DEFAULT_TARGET: &str = "x86_64-unknown-linux-gnu";

/// What a crate is compiled for.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Features of its package that are on; none where no manifest says.
    pub(crate) features: Option<BTreeSet<String>>,
    /// The target.
    target: &'static TargetInfo,
}

impl Default for Configuration {
    fn default() -> Self {
        Self::of(DEFAULT_TARGET).expect("the default target is one of the table")
    }
}

impl Configuration {
    /// That of a target by its triple; none if there is no such target.
    pub(crate) fn of(triple: &str) -> Option<Self> {
        Some(Self { features: None, target: get_builtin_target_by_triple(triple)? })
    }

    /// The same target with these features.
    pub(crate) fn with(&self, features: BTreeSet<String>) -> Self {
        Self { features: Some(features), target: self.target }
    }

    /// Whether a condition holds: what stands between the parentheses of `cfg(…)`. What is not known holds, so that
    /// code is rather seen than lost.
    pub(crate) fn holds(&self, condition: &str) -> bool {
        let Ok(expression) = Expression::parse(condition) else { return true };
        expression.eval(|predicate| self.is_true(predicate))
    }

    /// Whether a condition holds, or would hold where tests are compiled: those are part of the program.
    pub(crate) fn may_hold(&self, condition: &str) -> bool {
        let Ok(expression) = Expression::parse(condition) else { return true };
        expression.eval(|predicate| *predicate == Predicate::Test || self.is_true(predicate))
            || expression.eval(|predicate| self.is_true(predicate))
    }

    /// What of these conditions does not hold, as one; none if all do.
    pub(crate) fn broken<T: AsRef<str>>(&self, conditions: &[T]) -> Option<String> {
        let broken: Vec<&str> =
            conditions.iter().map(AsRef::as_ref).filter(|condition| !self.may_hold(condition)).collect();
        match broken.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            all => Some(format!("all({})", all.join(", "))),
        }
    }

    /// What is to be said of code under these conditions: what of them does not hold, or that it is part of tests.
    pub(crate) fn remark<T: AsRef<str>>(&self, conditions: &[T]) -> Option<String> {
        let is_test = conditions.iter().map(AsRef::as_ref).any(|it| self.may_hold(it) && !self.holds(it));
        if is_test { Some(Condition::TEST.to_owned()) } else { self.broken(conditions) }
    }

    /// Whether a table of dependencies is for the target: `cfg(…)` or a triple.
    pub(super) fn is_for(&self, platform: &str) -> bool {
        let condition = platform.trim().strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')'));
        match condition {
            Some(condition) => Expression::parse(condition).is_ok_and(|expression| {
                expression
                    .eval(|predicate| !matches!(predicate, Predicate::Flag(_)) && self.is_true(predicate))
            }),
            None => platform == self.target.triple.as_str(),
        }
    }

    fn is_true(&self, predicate: &Predicate<'_>) -> bool {
        match predicate {
            Predicate::Target(target) => target.matches(self.target),
            Predicate::Feature(name) => self.features.as_ref().is_none_or(|on| on.contains(*name)),
            Predicate::Test | Predicate::ProcMacro => false,
            Predicate::DebugAssertions => true,
            // Flags that tools and tests set.
            Predicate::Flag(name) => !matches!(
                *name,
                "miri" | "loom" | "kani" | "doc" | "docsrs" | "doctest" | "fuzzing" | "nightly"
            ),
            Predicate::KeyValue { .. } | Predicate::TargetFeature(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Configuration;

    #[test]
    fn conditions_are_those_of_target_and_features() {
        let linux = Configuration::default().with(["y".to_owned()].into());
        let windows = Configuration::of("x86_64-pc-windows-msvc").expect("a known target");
        for (condition, on_linux, on_windows) in [
            ("unix", true, false),
            ("windows", false, true),
            ("not(windows)", true, false),
            ("any(windows, target_os = \"macos\")", false, true),
            ("all(unix, not(target_os = \"macos\"),)", true, false),
            ("test", false, false),
            ("feature = \"x\"", false, true),
            ("not(feature = \"y\")", false, false),
            ("what is this", true, true),
        ] {
            assert_eq!(linux.holds(condition), on_linux, "{condition}");
            assert_eq!(windows.holds(condition), on_windows, "{condition}");
        }
        assert!(linux.is_for("x86_64-unknown-linux-gnu") && !windows.is_for("cfg(unix)"));
    }
}
