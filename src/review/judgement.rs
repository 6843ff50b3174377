//! What a bill of materials is worth: its quality by profiles, how whole it is, and the faults that
//! follow.
//!
//! A fault is told once. Where a rule of the review speaks of the same fact as a check of a profile,
//! the remark is the rule's, with the clauses of all profiles that ask for it; other rows that fail
//! become remarks of the rule `quality`, one for each profile and check, however many components are
//! at fault.

mod words;

use self::words::{request, told};
use super::completeness::{Age, Facts, facts};
use super::profile::Profile;
use super::quality::{
    Asked, MAX_EXAMPLES, ProfileResult, Row, RowVerdict, State, Verdict, View, judge as by, purls,
    title, transitive_state,
};
use super::remark::{About, Clause, Evidence, Remark};
use super::sbom::{Aggregate, Part, Sbom};
use crate::config::ReviewRule;

/// The least share of components with a package URL where no profile says another, in per cent. A
/// buyer's published rule.
const LEAST_PURLS: usize = 90;

/// What is said of a bill of materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What each profile says.
    pub profiles: Vec<ProfileResult>,
    /// How whole it is.
    pub completeness: Facts,
    /// The faults, in the order of the rules.
    pub remarks: Vec<Remark>,
}

/// Judges a bill of materials; `path` is its place in the delivery.
#[must_use]
pub fn judge(sbom: &Sbom, path: &str, profiles: &[Profile], asked: &Asked) -> Judgement {
    let view = View::of(sbom, asked);
    let results: Vec<_> = profiles.iter().map(|profile| by(&view, profile)).collect();
    let completeness = facts(&view);
    let desk = Desk { view: &view, path, facts: &completeness, results: &results };
    let mut remarks = desk.remarks();
    remarks.sort();
    Judgement { profiles: results, completeness, remarks }
}

/// What lies before who writes the remarks.
struct Desk<'a> {
    view: &'a View<'a>,
    path: &'a str,
    facts: &'a Facts,
    results: &'a [ProfileResult],
}

/// The words of a remark that is about the whole document.
struct Words {
    rule: ReviewRule,
    detail: &'static str,
    what: String,
    ask: &'static str,
}

impl Desk<'_> {
    fn remarks(&self) -> Vec<Remark> {
        if self.view.is_empty() {
            let words = Words {
                rule: ReviewRule::EmptyInventory,
                detail: "",
                what: "The document lists no component besides the product, and does not say that \
                       there are none. It cannot be judged."
                    .to_owned(),
                ask: "Please deliver a bill of materials that lists what the product is made of.",
            };
            let mut remarks = vec![self.of(words, &[])];
            remarks.extend(self.product());
            return remarks;
        }
        let mut remarks = self.product();
        remarks.extend(self.names());
        remarks.extend(self.links());
        remarks.extend(self.age());
        remarks.extend(self.contradictions());
        remarks.extend(self.rows(&remarks));
        remarks
    }

    fn of(&self, words: Words, parts: &[usize]) -> Remark {
        let shown = parts.iter().take(MAX_EXAMPLES).map(|part| self.evidence(*part));
        let mut evidence: Vec<_> = shown.collect();
        if evidence.is_empty() {
            evidence.push(Evidence { path: self.path.to_owned(), at: String::new() });
        }
        Remark {
            rule: words.rule,
            about: About::File(self.path.to_owned()),
            detail: words.detail.to_owned(),
            what: words.what,
            ask: words.ask.to_owned(),
            clauses: self.clauses(words.rule),
            evidence,
        }
    }

    fn evidence(&self, part: usize) -> Evidence {
        let at = self.view.sbom.parts[part].at.clone();
        Evidence { path: self.path.to_owned(), at }
    }

    fn failed(&self) -> impl Iterator<Item = (&ProfileResult, &Row)> {
        let assessed = self.results.iter().filter(|one| one.verdict != Verdict::NotAssessable);
        assessed.flat_map(|one| {
            let rows = one.rows.iter().filter(|row| row.verdict == RowVerdict::Fail);
            rows.map(move |row| (one, row))
        })
    }

    /// The clauses of all profiles that fail by the same fact.
    fn clauses(&self, rule: ReviewRule) -> Vec<Clause> {
        let same = self.failed().filter(|(_, row)| row.asks.check.rule == Some(rule));
        same.map(|(result, row)| clause(result, row)).collect()
    }

    fn some(
        &self,
        rule: ReviewRule,
        parts: &[usize],
        what: (&str, &str),
        ask: &'static str,
    ) -> Option<Remark> {
        let first = *parts.first()?;
        let example = title(&self.view.sbom.parts[first]);
        let (one, several) = what;
        let what = match parts.len() {
            1 => format!("1 component {one}: {example}."),
            many => format!("{many} components {several}, such as {example}."),
        };
        Some(self.of(Words { rule, detail: "", what, ask }, parts))
    }

    fn product(&self) -> Vec<Remark> {
        let sbom = self.view.sbom;
        let is_said = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        let whole = |part: &Part| is_said(&part.name) && is_said(&part.version);
        if !sbom.primary.iter().any(|one| whole(&sbom.parts[*one])) {
            let primary = sbom.primary.first().map(|one| &sbom.parts[*one]);
            let what = match primary.map(|part| part.name.as_deref().unwrap_or_default().trim()) {
                None => "The document does not say which product it describes.".to_owned(),
                Some("") => "The document describes a product without a name.".to_owned(),
                Some(name) => {
                    format!("The document describes \"{name}\" and does not say in which version.")
                }
            };
            let ask = "Please name the product and its version as the component that the document describes.";
            let words = Words { rule: ReviewRule::NoPrimary, detail: "", what, ask };
            return vec![self.of(words, &sbom.primary)];
        }
        let Some((name, version)) = &self.view.asked.product else { return Vec::new() };
        if sbom.primary.iter().any(|one| is_ordered(&sbom.parts[*one], name, version)) {
            return Vec::new();
        }
        let described: Vec<_> = sbom.primary.iter().map(|one| title(&sbom.parts[*one])).collect();
        let what = format!(
            "The document describes {}; ordered was {}.",
            described.join(", "),
            format!("{name} {version}").trim()
        );
        let ask =
            "Please deliver the bill of materials of the product and version that were ordered.";
        let words = Words { rule: ReviewRule::ProductMismatch, detail: "", what, ask };
        vec![self.of(words, &sbom.primary)]
    }

    fn names(&self) -> Vec<Remark> {
        let facts = self.facts;
        let mut remarks = Vec::new();
        let with = facts.nameable - facts.without_purl.len();
        if with * 100 < facts.nameable * self.least_purls() {
            let what = format!(
                "{with} of {} components carry a package URL, the name by which flaws are looked up; \
                 {} per cent are expected.",
                facts.nameable,
                self.least_purls()
            );
            let ask = "Please generate the document again from the built product, with a tool that knows its \
                       package managers, so that each component has a package URL.";
            let words = Words { rule: ReviewRule::NoPurl, detail: "", what, ask };
            remarks.push(self.of(words, &facts.without_purl));
        }
        remarks.extend(self.some(
            ReviewRule::GenericPurl,
            &facts.generic_purls,
            (
                "carries a package URL of type generic, by which nothing can be looked up",
                "carry a package URL of type generic, by which nothing can be looked up",
            ),
            "Please state for each of these components the package URL of its real package type.",
        ));
        remarks.extend(self.some(
            ReviewRule::NoVersion,
            &facts.without_version,
            (
                "has no version, so nobody can tell which flaws it has",
                "have no version, so nobody can tell which flaws they have",
            ),
            "Please state the version of each of these components.",
        ));
        remarks
    }

    fn least_purls(&self) -> usize {
        let rows = self.results.iter().flat_map(|result| &result.rows);
        let asked = rows.filter(|row| row.asks.check.rule == Some(ReviewRule::NoPurl));
        let least = asked.map(|row| row.asks.least.map_or(100, usize::from)).max();
        least.unwrap_or(LEAST_PURLS)
    }

    fn links(&self) -> Vec<Remark> {
        let (facts, sbom) = (self.facts, self.view.sbom);
        let mut remarks = Vec::new();
        let has_primary = !sbom.primary.is_empty();
        if matches!(transitive_state(self.view), State::Absent | State::Invalid(_)) {
            let what = match facts.direct {
                0 => "The document does not say what the product needs.".to_owned(),
                direct => format!(
                    "The document leads from the product to {} and no further: what is needed behind them \
                     is not listed.",
                    if direct == 1 {
                        "1 component".to_owned()
                    } else {
                        format!("{direct} components")
                    }
                ),
            };
            let ask = "Please generate the document again after the build, with all dependencies of \
                       dependencies and with their links.";
            let words = Words { rule: ReviewRule::NoTransitive, detail: "", what, ask };
            remarks.push(self.of(words, &[]));
        }
        if has_primary && self.view.graph.has_links() {
            remarks.extend(self.some(
                ReviewRule::Orphans,
                &facts.orphans,
                (
                    "is listed, and nothing says how it belongs to the product",
                    "are listed, and nothing says how they belong to the product",
                ),
                "Please say for each of these components what in the product needs or contains it.",
            ));
        }
        remarks.extend(self.incomplete());
        remarks.extend(self.layers());
        remarks.extend(self.some(
            ReviewRule::StaticBlind,
            &facts.blind,
            (
                "is a native program or library, and what is linked into it is not listed",
                "are native programs or libraries, and what is linked into them is not listed",
            ),
            "Please list the libraries that are linked into each of these, or say that there are none.",
        ));
        remarks
    }

    fn incomplete(&self) -> Option<Remark> {
        let ask = "Please say for the product and its parts whether the list is complete, and what is missing \
                   and why.";
        let what = match (self.facts.stated, self.facts.open.is_empty()) {
            (Some(Aggregate::Complete), true) => return None,
            (Some(Aggregate::Incomplete), _) => {
                "The document says itself that it is incomplete.".to_owned()
            }
            (Some(Aggregate::Unknown), _) => {
                "The document says that its author does not know whether it is complete.".to_owned()
            }
            (Some(Aggregate::Complete), false) => format!(
                "The document says that {} parts of it are incomplete or not known to be complete.",
                self.facts.open.len()
            ),
            (Some(Aggregate::NotSpecified) | None, _) => {
                "The document does not say whether it is complete. What it does not list may still be \
                 in the product."
                    .to_owned()
            }
        };
        let words = Words { rule: ReviewRule::Incomplete, detail: "", what, ask };
        Some(self.of(words, &self.facts.open))
    }

    /// An image or a device holds an operating system and applications; a library does not.
    fn layers(&self) -> Option<Remark> {
        let layers = self.facts.layers;
        let primary = self.view.sbom.primary.iter().map(|one| &self.view.sbom.parts[*one]);
        let kinds: Vec<_> = primary
            .flat_map(|part| {
                let purpose = part.purpose.as_deref().unwrap_or_default().to_ascii_lowercase();
                purls(part).map(|purl| purl.kind().to_owned()).chain([purpose]).collect::<Vec<_>>()
            })
            .collect();
        let is = |names: &[&str]| kinds.iter().any(|kind| names.contains(&kind.as_str()));
        let is_system = is(&["container", "device", "firmware", "oci", "docker"]);
        let what = match (layers.system, layers.application) {
            (1.., 0) if !is(&["operating-system", "operating_system"]) => {
                "Only packages of the operating system are listed, no application."
            }
            (0, 1..) if is_system => {
                "Only packages of the application are listed, nothing of the operating system below it."
            }
            _ => return None,
        };
        let ask = "Please add the layer that is missing, or say that the product has none.";
        let what = what.to_owned();
        Some(self.of(Words { rule: ReviewRule::OneLayer, detail: "", what, ask }, &[]))
    }

    fn age(&self) -> Vec<Remark> {
        let limit = self.view.asked.max_age_days;
        let old = |detail, what| {
            let ask = "Please deliver a document that was made from the release that is delivered.";
            self.of(Words { rule: ReviewRule::Old, detail, what, ask }, &[])
        };
        let mut remarks = Vec::new();
        match self.facts.age {
            Age::Unknown if limit.is_some() => remarks.push(old(
                "age",
                "The document does not say when it was made, so nobody can tell how old it is."
                    .into(),
            )),
            Age::Unknown => {}
            Age::Known { made, days, before_release } => {
                if let Some(limit) = limit.filter(|limit| days > i64::from(*limit)) {
                    let what = format!(
                        "The document was made on {made}, {days} days before this review; allowed are \
                         {limit}."
                    );
                    remarks.push(old("age", what));
                }
                // a day's difference may be one of time zones
                if let Some(days) = before_release.filter(|days| *days > 1) {
                    let what = format!(
                        "The document was made on {made}, {days} days before the release it describes."
                    );
                    remarks.push(old("release", what));
                }
            }
        }
        remarks
    }

    fn contradictions(&self) -> Vec<Remark> {
        let facts = self.facts;
        let twice: Vec<_> = facts.duplicates.iter().flatten().copied().collect();
        let found = [
            self.some(
                ReviewRule::Duplicate,
                &twice,
                (
                    "stands more than once in the document with different facts",
                    "stand more than once in the document with different facts",
                ),
                "Please say which of these entries is right, or what tells them apart.",
            ),
            self.some(
                ReviewRule::VersionMismatch,
                &facts.version_mismatches,
                (
                    "has one version in its package URL and another beside it",
                    "have one version in their package URL and another beside it",
                ),
                "Please say which version of each of these components is delivered.",
            ),
            self.some(
                ReviewRule::WeakHash,
                &facts.weak_hashes,
                (
                    "has only a digest (hash) that can be forged, such as MD5 or SHA-1",
                    "have only digests (hashes) that can be forged, such as MD5 or SHA-1",
                ),
                "Please state a SHA-256 or SHA-512 digest for each of these components.",
            ),
            self.some(
                ReviewRule::InvalidLicence,
                &facts.invalid_licences,
                (
                    "states a licence in words that no tool can read",
                    "state a licence in words that no tool can read",
                ),
                "Please state the licence of each of these components as an SPDX expression.",
            ),
        ];
        found.into_iter().flatten().collect()
    }

    /// Rows that fail, where no rule has told the same fault already.
    fn rows(&self, told: &[Remark]) -> Vec<Remark> {
        let is_told = |row: &Row| {
            // names that lead nowhere are another fault than that there are none
            let is_other = row.asks.check.id == "rel.dependencies" && row.counts.invalid > 0;
            let rule = row.asks.check.rule.filter(|_| !is_other);
            rule.is_some_and(|rule| told.iter().any(|remark| remark.rule == rule))
        };
        let rows = self.failed().filter(|(_, row)| !is_told(row));
        rows.map(|(result, row)| self.row(result, row)).collect()
    }

    fn row(&self, result: &ProfileResult, row: &Row) -> Remark {
        let check = row.asks.check;
        let rule = match check.rule {
            Some(ReviewRule::BadFormat) => ReviewRule::BadFormat,
            _ => ReviewRule::Quality,
        };
        let at = row.examples.iter();
        let evidence = at.map(|one| Evidence { path: self.path.to_owned(), at: one.at.clone() });
        Remark {
            rule,
            about: About::File(self.path.to_owned()),
            detail: format!("{}/{}", result.profile, check.id),
            what: told(row),
            ask: request(row),
            clauses: vec![clause(result, row)],
            evidence: evidence.collect(),
        }
    }
}

fn clause(result: &ProfileResult, row: &Row) -> Clause {
    Clause { text: result.profile.clone(), place: row.asks.clause.clone() }
}

/// Whether a component is the product of an order: by its name, with or without its group.
fn is_ordered(part: &Part, name: &str, version: &str) -> bool {
    let (own, group) = (part.name.as_deref().unwrap_or_default(), part.group.as_deref());
    let grouped = group.into_iter().flat_map(|group| {
        [format!("{group}/{own}"), format!("{group}:{own}"), format!("{group}.{own}")]
    });
    let named = |one: &str| one.trim().eq_ignore_ascii_case(name.trim());
    let bare = |text: &str| text.trim().trim_start_matches(['v', 'V']).to_owned();
    let right_version = version.trim().is_empty()
        || part.version.as_deref().is_some_and(|v| bare(v) == bare(version));
    right_version && (named(own) || grouped.into_iter().any(|one| named(&one)))
}

#[cfg(test)]
mod tests;
