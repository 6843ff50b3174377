//! The JSON of an OSV record, read tolerantly.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Affected, Claim, Event, Kev, Over, Range, Rating, Record, Specific};
use crate::advisory::severity;
use crate::ids::{AdvisoryId, Ecosystem};
use crate::purl::{Purl, normal_name};

/// Why a text is no usable OSV record.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRecord {
    /// Not the JSON of an OSV record.
    #[error("is no OSV record: {0}")]
    Json(#[from] serde_json::Error),
    /// No identifier.
    #[error("is no OSV record: it has no id")]
    NoId,
}

#[derive(Deserialize)]
struct Wire<'a> {
    id: Option<String>,
    modified: Option<String>,
    published: Option<String>,
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    related: Option<Vec<String>>,
    #[serde(default)]
    upstream: Option<Vec<String>>,
    summary: Option<String>,
    details: Option<String>,
    #[serde(default)]
    severity: Option<Vec<WireRating>>,
    #[serde(default, borrow)]
    affected: Option<Vec<WireAffected<'a>>>,
    #[serde(default)]
    references: Option<Vec<WireReference>>,
    #[serde(borrow)]
    database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireRating {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct WireReference {
    url: Option<String>,
}

#[derive(Deserialize)]
struct WireAffected<'a> {
    package: Option<WirePackage>,
    #[serde(default)]
    ranges: Option<Vec<WireRange>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    severity: Option<Vec<WireRating>>,
    #[serde(borrow)]
    database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WirePackage {
    ecosystem: Option<String>,
    name: Option<String>,
    purl: Option<String>,
}

#[derive(Deserialize)]
struct WireRange {
    #[serde(rename = "type", default)]
    kind: String,
    repo: Option<String>,
    #[serde(default)]
    events: Option<Vec<WireEvent>>,
}

#[derive(Deserialize)]
struct WireEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

#[derive(Deserialize, Default)]
struct WireSpecific {
    #[serde(default)]
    cwe_ids: Vec<String>,
    kev: Option<Kev>,
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Deserialize, Default)]
struct WireHint {
    last_known_affected_version_range: Option<String>,
}

pub(super) fn parse(json: &str, source: &Arc<str>) -> Result<Record, InvalidRecord> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let wire: Wire<'_> = serde_json::from_str(json)?;
    let id = wire.id.as_deref().and_then(AdvisoryId::new).ok_or(InvalidRecord::NoId)?;
    let mut warnings = Vec::new();
    let mut instant = |name: &str, text: Option<&str>| {
        let text = text?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            warnings.push(format!("{name} is no time: \"{text}\""));
        }
        parsed
    };
    let modified: Option<Timestamp> = instant("modified", wire.modified.as_deref());
    let published = instant("published", wire.published.as_deref());
    let withdrawn = instant("withdrawn", wire.withdrawn.as_deref());
    let specific = specific(wire.database_specific);
    let affected = affected(wire.affected.unwrap_or_default(), &mut warnings);
    let severity = ratings(wire.severity, &mut warnings);
    Ok(Record {
        id,
        source: Arc::clone(source),
        modified,
        published,
        withdrawn,
        aliases: ids(wire.aliases),
        related: ids(wire.related),
        upstream: ids(wire.upstream),
        summary: wire.summary.unwrap_or_default(),
        details: wire.details.unwrap_or_default(),
        severity,
        affected,
        references: urls(wire.references),
        specific,
        warnings,
    })
}

fn ids(list: Option<Vec<String>>) -> Vec<AdvisoryId> {
    list.unwrap_or_default().iter().filter_map(|id| AdvisoryId::new(id)).collect()
}

fn urls(list: Option<Vec<WireReference>>) -> Vec<String> {
    list.unwrap_or_default().into_iter().filter_map(|r| r.url).collect()
}

fn ratings(list: Option<Vec<WireRating>>, warnings: &mut Vec<String>) -> Vec<Rating> {
    let list = list.unwrap_or_default();
    let ratings = list.into_iter().map(|r| Rating { kind: r.kind, score: r.score });
    let ratings: Vec<Rating> = ratings.collect();
    for rating in &ratings {
        if !severity::is_known_kind(&rating.kind) {
            warnings.push(format!("severity of unknown type \"{}\" is not used", rating.kind));
        } else if severity::is_vector(&rating.kind) && !severity::has_score(rating) {
            warnings.push(format!("{} vector \"{}\" is not used", rating.kind, rating.score));
        }
    }
    ratings
}

fn affected(list: Vec<WireAffected<'_>>, warnings: &mut Vec<String>) -> Vec<Affected> {
    let mut all = Vec::new();
    for item in list {
        let named = item.package.as_ref().and_then(package);
        let ranges: Vec<Range> = item
            .ranges
            .unwrap_or_default()
            .into_iter()
            .filter_map(|r| range(r, warnings))
            .collect();
        let Some((ecosystem, name)) = named else {
            // records about source code alone name a repository and no package
            let commits = |range: &Range| matches!(range.over, Over::Commits { .. });
            if item.package.is_some() || !ranges.iter().all(commits) {
                warnings.push("an entry of affected names no package and is not used".to_owned());
            }
            continue;
        };
        all.push(Affected {
            name,
            ecosystem,
            ranges,
            versions: item.versions.unwrap_or_default(),
            severity: ratings(item.severity, warnings),
            hint: hint(item.database_specific),
        });
    }
    all
}

/// The package by ecosystem and name, else by its package URL.
fn package(wire: &WirePackage) -> Option<(Ecosystem, String)> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let (Some(ecosystem), Some(name)) = (given(&wire.ecosystem), given(&wire.name)) {
        let ecosystem = Ecosystem::new(&ecosystem);
        let name = normal_name(&ecosystem, &name);
        return Some((ecosystem, name));
    }
    let package = Purl::parse(wire.purl.as_deref()?).ok()?.package("")?;
    Some((package.ecosystem, package.name))
}

/// Unknown kinds are named.
fn range(wire: WireRange, warnings: &mut Vec<String>) -> Option<Range> {
    let over = match wire.kind.as_str() {
        "ECOSYSTEM" | "SEMVER" => Over::Versions,
        "GIT" => Over::Commits { repository: wire.repo },
        other => {
            warnings.push(format!("range of unknown type \"{other}\" is not used"));
            return None;
        }
    };
    let mut events = Vec::new();
    for wire in wire.events.unwrap_or_default() {
        let before = events.len();
        events.extend(wire.events());
        if events.len() == before {
            warnings.push("an event of unknown kind is not used".to_owned());
        }
    }
    Some(Range { over, events })
}

impl WireEvent {
    /// One event by the schema; records made before it said so hold two in one object.
    fn events(self) -> impl Iterator<Item = Event> {
        let all = [
            self.introduced.map(Event::Introduced),
            self.fixed.map(Event::Fixed),
            self.last_affected.map(Event::LastAffected),
            self.limit.map(Event::Limit),
        ];
        all.into_iter().flatten()
    }
}

/// `database_specific` is anything its database likes: what does not fit is not there.
fn specific(raw: Option<&RawValue>) -> Specific {
    let wire: WireSpecific =
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    Specific { cwe_ids: wire.cwe_ids, kev: wire.kev, claims: wire.claims }
}

fn hint(raw: Option<&RawValue>) -> Option<String> {
    let wire: WireHint = serde_json::from_str(raw?.get()).ok()?;
    wire.last_known_affected_version_range
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> Result<Record, InvalidRecord> {
        parse(json, &Arc::from("test"))
    }

    #[test]
    fn unknown_kinds_are_named_and_the_rest_is_used() {
        let json = r#"{"id": "X-1", "severity": [{"type": "CVSS_V9", "score": "?"}], "affected": [
            {"package": {"ecosystem": "Maven", "name": "a:b"}, "versions": ["1"],
             "ranges": [{"type": "LUNAR", "events": []}, {"type": "GIT", "events": []}]}]}"#;
        let record = record(json).unwrap();
        assert_eq!(record.affected[0].versions, ["1"]);
        let commits = Range { over: Over::Commits { repository: None }, events: Vec::new() };
        assert_eq!(record.affected[0].ranges, [commits]);
        assert_eq!(record.warnings.len(), 2, "{:?}", record.warnings);
    }

    #[test]
    fn a_vector_that_cannot_be_read_skips_the_rating_and_names_it() {
        let json = r#"{"id": "X-1", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:Q"}],
            "affected": [{"package": {"ecosystem": "npm", "name": "a"},
             "severity": [{"type": "CVSS_V4", "score": "9.8"}, {"type": "Ubuntu", "score": "low"}]}]}"#;
        let record = record(json).unwrap();
        assert_eq!(record.affected.len(), 1);
        let expected =
            ["CVSS_V4 vector \"9.8\" is not used", "CVSS_V3 vector \"CVSS:3.1/AV:Q\" is not used"];
        assert_eq!(record.warnings, expected);
    }

    #[test]
    fn a_package_may_be_named_by_its_package_url_alone() {
        let json = r#"{"id": "X-1", "affected": [{"package": {"purl": "pkg:maven/g/a"}}, {},
            {"package": {"ecosystem": "Maven"}}, {"ranges": [{"type": "GIT", "repo": "r"}]}]}"#;
        let record = record(json).unwrap();
        assert_eq!(
            (record.affected[0].ecosystem.as_str(), &*record.affected[0].name),
            ("Maven", "g:a")
        );
        assert_eq!(record.affected.len(), 1);
        assert_eq!(record.warnings, ["an entry of affected names no package and is not used"]);
    }

    #[test]
    fn two_events_in_one_object_are_two_and_an_unknown_one_is_named() {
        let json = r#"{"id": "X-1", "affected": [{"package": {"ecosystem": "npm", "name": "a"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0", "fixed": "2.0.0"},
                                                     {"eclipsed": "3.0.0"}]}]}]}"#;
        let record = record(json).unwrap();
        let expected = [Event::Introduced("0".to_owned()), Event::Fixed("2.0.0".to_owned())];
        assert_eq!(record.affected[0].ranges[0].events, expected);
        assert_eq!(record.warnings, ["an event of unknown kind is not used"]);
    }

    #[test]
    fn upstream_flaws_are_kept_apart_from_aliases() {
        let json = r#"{"id": "USN-1-1", "upstream": ["CVE-2026-1", "CVE-2026-2"], "aliases": []}"#;
        let record = record(json).unwrap();
        assert_eq!(record.upstream.len(), 2);
        assert!(record.aliases.is_empty());
    }

    #[test]
    fn nulls_are_absent() {
        let json = r#"{"id": "X-1", "aliases": null, "affected": null, "severity": null}"#;
        assert!(record(json).unwrap().affected.is_empty());
    }

    #[test]
    fn what_has_no_identifier_is_refused() {
        assert!(matches!(record("{}"), Err(InvalidRecord::NoId)));
        assert!(matches!(record("[1]"), Err(InvalidRecord::Json(_))));
    }

    #[test]
    fn foreign_facts_of_any_shape_do_no_harm() {
        let json = r#"{"id": "X-1", "database_specific": {"cwe_ids": "CWE-1", "kev": 5}}"#;
        assert_eq!(record(json).unwrap().specific, Specific::default());
    }
}
