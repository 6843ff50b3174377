//! The JSON of an OSV record, read tolerantly.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Affected, Claim, Event, Kev, Range, Rating, Record, Specific};
use crate::ids::{AdvisoryId, Ecosystem};
use crate::purl::normal_name;

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
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct WireRange {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    events: Vec<WireEvent>,
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
    for rating in &list {
        if !super::super::severity::is_known_kind(&rating.kind) {
            warnings.push(format!("severity of unknown type \"{}\" is not used", rating.kind));
        }
    }
    list.into_iter().map(|r| Rating { kind: r.kind, score: r.score }).collect()
}

fn affected(list: Vec<WireAffected<'_>>, warnings: &mut Vec<String>) -> Vec<Affected> {
    let mut all = Vec::new();
    for item in list {
        let Some(package) = item.package else {
            continue;
        };
        let ecosystem = Ecosystem::new(&package.ecosystem);
        let name = normal_name(&ecosystem, &package.name);
        let ranges = item.ranges.unwrap_or_default();
        all.push(Affected {
            name,
            ecosystem,
            ranges: ranges.into_iter().filter_map(|r| range(r, warnings)).collect(),
            versions: item.versions.unwrap_or_default(),
            severity: ratings(item.severity, warnings),
            hint: hint(item.database_specific),
        });
    }
    all
}

/// Ranges over commits say nothing about released versions; unknown kinds are named.
fn range(wire: WireRange, warnings: &mut Vec<String>) -> Option<Range> {
    match wire.kind.as_str() {
        "ECOSYSTEM" | "SEMVER" => {
            Some(Range { events: wire.events.into_iter().filter_map(event).collect() })
        }
        "GIT" => None,
        other => {
            warnings.push(format!("range of unknown type \"{other}\" is not used"));
            None
        }
    }
}

fn event(wire: WireEvent) -> Option<Event> {
    match wire {
        WireEvent { introduced: Some(v), .. } => Some(Event::Introduced(v)),
        WireEvent { fixed: Some(v), .. } => Some(Event::Fixed(v)),
        WireEvent { last_affected: Some(v), .. } => Some(Event::LastAffected(v)),
        WireEvent { limit: Some(v), .. } => Some(Event::Limit(v)),
        _ => None,
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
        assert!(record.affected[0].ranges.is_empty());
        assert_eq!(record.warnings.len(), 2, "{:?}", record.warnings);
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
