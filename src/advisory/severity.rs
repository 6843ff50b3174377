//! Severity: CVSS vectors to scores, scores to levels.
//!
//! The strictest rating decides. A record without a usable rating is *unknown*, which is neither
//! zero nor low.

use serde::{Deserialize, Serialize};

use super::record::Rating;
use crate::config::Threshold;

/// The qualitative level of CVSS (FIRST, specification 3.1 and 4.0, section 5), and "unknown".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No usable rating.
    Unknown,
    /// 0.0.
    None,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 to 10.0.
    Critical,
}

impl From<Threshold> for Level {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Low => Self::Low,
            Threshold::Medium => Self::Medium,
            Threshold::High => Self::High,
            Threshold::Critical => Self::Critical,
        }
    }
}

impl Level {
    /// All levels, the gravest first.
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::None, Self::Unknown];

    /// The name in reports and rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level of a CVSS score.
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            s if s <= 0.0 => Self::None,
            s if s < 4.0 => Self::Low,
            s if s < 7.0 => Self::Medium,
            s if s < 9.0 => Self::High,
            _ => Self::Critical,
        }
    }

    /// Order of reading: what is unknown stands behind medium and before low, since it may be worse.
    #[must_use]
    pub fn reading_rank(self) -> u8 {
        match self {
            Self::Critical => 0,
            Self::High => 1,
            Self::Medium => 2,
            Self::Unknown => 3,
            Self::Low => 4,
            Self::None => 5,
        }
    }
}

/// A severity with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Severity {
    /// The level.
    pub level: Level,
    /// The base score.
    pub score: Option<f64>,
    /// The vector that gave the score.
    pub vector: Option<String>,
    /// The record that says so.
    pub source: Option<String>,
}

impl Severity {
    /// Nothing usable was said.
    pub const UNKNOWN: Self =
        Self { level: Level::Unknown, score: None, vector: None, source: None };

    /// The strictest of the ratings that can be read; newer CVSS first where the scores are equal.
    #[must_use]
    pub fn strictest<'a>(ratings: impl IntoIterator<Item = (&'a Rating, &'a str)>) -> Self {
        let mut best = Self::UNKNOWN;
        for (rating, source) in ratings {
            let Some(score) = score(rating) else { continue };
            if best.score.is_none_or(|known| score > known) {
                best = Self {
                    level: Level::of(score),
                    score: Some(score),
                    vector: Some(rating.score.clone()),
                    source: Some(source.to_owned()),
                };
            }
        }
        best
    }
}

/// Whether the OSV schema knows ratings of that type.
#[must_use]
pub fn is_known_kind(kind: &str) -> bool {
    is_vector(kind) || kind == "Ubuntu"
}

/// Whether ratings of that type are vectors, which give a score.
#[must_use]
pub fn is_vector(kind: &str) -> bool {
    matches!(kind, "CVSS_V2" | "CVSS_V3" | "CVSS_V4")
}

/// A vector that was read.
enum Vector {
    V2(cvss::v2::Vector),
    V3(cvss::v3::Vector),
    V4(cvss::v4::Vector),
}

fn vector(rating: &Rating) -> Option<Vector> {
    let text = rating.score.as_str();
    match rating.kind.as_str() {
        "CVSS_V2" => text.parse().ok().map(Vector::V2),
        "CVSS_V3" => text.parse().ok().map(Vector::V3),
        "CVSS_V4" => text.parse().ok().map(Vector::V4),
        _ => None,
    }
}

/// Whether a rating has a score. Computing it takes longer than reading the vector.
#[must_use]
pub fn has_score(rating: &Rating) -> bool {
    vector(rating).is_some()
}

/// The base score of a rating, rounded to one decimal.
#[must_use]
pub fn score(rating: &Rating) -> Option<f64> {
    let score = match vector(rating)? {
        Vector::V2(vector) => vector.score().value(),
        Vector::V3(vector) => vector.base_score().value(),
        Vector::V4(vector) => vector.score().value(),
    };
    Some((score * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(kind: &str, score: &str) -> Rating {
        Rating { kind: kind.to_owned(), score: score.to_owned() }
    }

    /// Scores as published for CVE-2021-44228, CVE-2021-44832, CVE-2017-5645, CVE-2026-34478.
    #[test]
    fn published_vectors_give_published_scores() {
        let cases = [
            ("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("CVSS_V3", "CVSS:3.1/AV:N/AC:H/PR:H/UI:N/S:U/C:H/I:H/A:H", 6.6),
            ("CVSS_V2", "AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5),
            ("CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:L/SA:N", 6.9),
        ];
        for (kind, vector, expected) in cases {
            assert_eq!(score(&rating(kind, vector)), Some(expected), "{vector}");
        }
    }

    #[test]
    fn the_strictest_rating_decides() {
        let low = rating("CVSS_V3", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N");
        let high = rating("CVSS_V3", "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H");
        let severity = Severity::strictest([(&low, "a"), (&high, "b")]);
        assert_eq!((severity.level, severity.source.as_deref()), (Level::Critical, Some("b")));
    }

    #[test]
    fn no_usable_rating_is_unknown_and_zero_is_none() {
        let odd = rating("CVSS_V9", "?");
        assert_eq!(Severity::strictest([(&odd, "a")]).level, Level::Unknown);
        assert_eq!(Level::of(0.0), Level::None);
    }
}
