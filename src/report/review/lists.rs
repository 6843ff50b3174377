//! How whole the delivered lists of parts are, as counts: shown beside the faults, which tell what is wrong.

use serde::Serialize;

use crate::report::text::count;
use crate::review::completeness::Facts;
use crate::review::sbom::Aggregate;

/// How whole a list of parts is.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Listed {
    pub path: String,
    pub summary: String,
    /// Packages, the product left out.
    pub packages: usize,
    /// Packages that the product leads to, directly or not.
    pub reached: usize,
    pub direct: usize,
    pub orphans: usize,
    /// Names that are needed and not defined.
    pub dangling: usize,
    /// What the list says of how complete it is: nothing, `complete`, `incomplete`, `unknown`.
    pub stated: Option<&'static str>,
    pub layers: Layers,
    pub duplicates: usize,
    pub strong_hashes: usize,
    pub weak_hashes: usize,
    pub valid_licences: usize,
    pub invalid_licences: usize,
}

/// Packages by the layer of a system that they belong to.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Layers {
    pub operating_system: usize,
    pub runtime: usize,
    pub application: usize,
}

impl Listed {
    /// The counts of one list.
    #[must_use]
    pub fn new(path: &str, facts: &Facts) -> Self {
        let stated = facts.stated.and_then(|stated| match stated {
            Aggregate::Complete => Some("complete"),
            Aggregate::Incomplete => Some("incomplete"),
            Aggregate::Unknown => Some("unknown"),
            Aggregate::NotSpecified => None,
        });
        Self {
            path: path.to_owned(),
            summary: summary(facts, stated),
            packages: facts.packages,
            reached: facts.reachable,
            direct: facts.direct,
            orphans: facts.orphans.len(),
            dangling: facts.dangling.len(),
            stated,
            layers: Layers {
                operating_system: facts.layers.system,
                runtime: facts.layers.runtime,
                application: facts.layers.application,
            },
            duplicates: facts.duplicates.len(),
            strong_hashes: facts.strong_hashes,
            weak_hashes: facts.weak_hashes.len(),
            valid_licences: facts.valid_licences,
            invalid_licences: facts.invalid_licences.len(),
        }
    }
}

fn summary(facts: &Facts, stated: Option<&str>) -> String {
    let mut parts = vec![match facts.transitive_share() {
        Some(share) => format!(
            "{}; the product leads to {} of them, {share} per cent through other parts",
            count(facts.packages, "part"),
            facts.reachable
        ),
        None => {
            format!("{}; the product leads to none of them", count(facts.packages, "part"))
        }
    }];
    parts.push(match stated {
        Some("complete") => "it says that nothing is missing".to_owned(),
        Some(other) => format!("it says of itself: {other}"),
        None => "it does not say whether anything is missing".to_owned(),
    });
    let layers = [
        (facts.layers.system, "of an operating system"),
        (facts.layers.runtime, "runtimes"),
        (facts.layers.application, "of the application"),
    ];
    let layers: Vec<String> = layers
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    if !layers.is_empty() {
        parts.push(format!("layers: {}", layers.join(", ")));
    }
    parts.push(format!(
        "the product counted with them, {} have a strong digest and {} a licence that can be understood",
        facts.strong_hashes, facts.valid_licences
    ));
    parts.join("; ")
}
