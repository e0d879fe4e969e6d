//! What a project says of the order: how much each factor counts, and from which score on to act.
//!
//! A factor with weight `w` counts as its `w`-th power: with 0 it does not count, with 1 as it is, with 2 it parts the ends
//! of the list more. A power keeps the factors in (0, 1] and the score in 0 to 100.
//!
//! # Decisions
//! The words are those of SSVC: *act* now, *attend* to it soon, *track* it until the code is touched. They follow from
//! the score and two thresholds. What is exploited already, and is not shown to be out of reach, is attended to at
//! least, and acted on where it is reached: that is what the score of a single program cannot know.

use crate::finding::{Factor, Finding, Verdict};

/// How much each factor counts, and the scores of the decisions.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct Weights {
    /// How bad it is.
    pub impact: f64,
    /// Who can make it happen.
    pub exposure: f64,
    /// What the claim stands on.
    pub evidence: f64,
    /// Who wrote the code.
    pub provenance: f64,
    /// Who answers for it.
    pub accountability: f64,
    /// The least score of what is to be done now.
    pub act: f64,
    /// The least score of what is to be done soon.
    pub attend: f64,
}

impl Default for Weights {
    fn default() -> Self {
        let one = 1.0;
        Self {
            impact: one,
            exposure: one,
            evidence: one,
            provenance: one,
            accountability: one,
            act: 70.0,
            attend: 40.0,
        }
    }
}

/// What to do, in the words of SSVC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Decision {
    /// Now.
    Act,
    /// Soon.
    Attend,
    /// When the code is touched.
    #[default]
    Track,
}

impl Decision {
    /// The word that reports print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Attend => "attend",
            Self::Track => "track",
        }
    }
}

impl Weights {
    /// Gives each factor its weight.
    pub(crate) fn give(&self, factors: &mut [Factor]) {
        for factor in factors {
            factor.weight = match factor.name {
                "impact" => self.impact,
                "exposure" => self.exposure,
                "evidence" => self.evidence,
                "provenance" => self.provenance,
                "accountability" => self.accountability,
                _ => 1.0,
            };
        }
    }

    /// Says of each finding what to do.
    pub(crate) fn decide(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.decision = self.decision(finding.score, false, Some(finding.verdict));
        }
    }

    /// What to do about a thing of this score, which somebody may be known to exploit already.
    #[must_use]
    pub fn decision(&self, score: f64, is_exploited: bool, verdict: Option<Verdict>) -> Decision {
        let by_score = match score {
            score if score >= self.act => Decision::Act,
            score if score >= self.attend => Decision::Attend,
            _ => Decision::Track,
        };
        match verdict {
            Some(Verdict::Unreachable) => by_score,
            Some(Verdict::Reachable) if is_exploited => Decision::Act,
            _ if is_exploited => by_score.min(Decision::Attend),
            _ => by_score,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_follow_the_score_and_what_is_exploited() {
        let weights = Weights::default();
        let check = |score, is_exploited, verdict, expected| {
            assert_eq!(weights.decision(score, is_exploited, verdict), expected, "{score} {is_exploited}");
        };
        check(70.0, false, Some(Verdict::Reachable), Decision::Act);
        check(69.9, false, Some(Verdict::Reachable), Decision::Attend);
        check(39.9, false, None, Decision::Track);
        check(10.0, true, Some(Verdict::Reachable), Decision::Act);
        check(10.0, true, Some(Verdict::Possible), Decision::Attend);
        check(10.0, true, None, Decision::Attend);
        check(10.0, true, Some(Verdict::Unreachable), Decision::Track);
    }

    #[test]
    fn a_weight_is_a_power() {
        let mut factors = [Factor::new("impact", 0.5, String::new(), String::new())];
        let counted = |factors: &[Factor]| factors[0].counted();
        assert!((counted(&factors) - 0.5).abs() < 1e-9);
        for (impact, expected) in [(0.0, 1.0), (2.0, 0.25), (4.0, 0.063)] {
            Weights { impact, ..Weights::default() }.give(&mut factors);
            assert!((counted(&factors) - expected).abs() < 1e-9, "{impact}");
        }
    }
}
