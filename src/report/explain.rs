//! What is known about one advisory or one package, for people.

use std::fmt::Write;

use super::text::{WIDTH, labelled, plain, wrap};
use crate::advisory::database::{Database, Dossier};
use crate::advisory::exploitation::Known as Exploitation;
use crate::advisory::playbook::{Playbook, Strength};
use crate::advisory::record::{Affected, Event, Over, Range, Record};
use crate::advisory::severity::Severity;
use crate::advisory::store::StoreError;
use crate::ids::AdvisoryId;
use crate::inventory::{Certainty, Coverage, Naming, Package};
use crate::matching::covering;
use crate::purl::Purl;
use crate::version::{Order, Version};

/// What explanations are made from.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The records.
    pub database: &'a Database,
    /// The playbooks.
    pub playbook: &'a Playbook,
    /// The Java level that bounds upgrades.
    pub java: Option<u8>,
}

/// Why a package cannot be explained.
#[derive(Debug, thiserror::Error)]
pub enum Unexplained {
    /// Nothing can be known of such a package or version.
    #[error("{0}")]
    Question(String),
    /// The imported data is damaged.
    #[error(transparent)]
    Data(#[from] StoreError),
}

impl From<String> for Unexplained {
    fn from(cause: String) -> Self {
        Self::Question(cause)
    }
}

/// A text that grows by labelled, wrapped lines.
#[derive(Default)]
struct Page(String);

impl Page {
    fn title(&mut self, text: &str) {
        for line in wrap(&plain(text), WIDTH) {
            let _ = writeln!(self.0, "\x1b[1m{line}\x1b[0m");
        }
    }

    fn field(&mut self, label: &str, text: &str) {
        for (label, line) in labelled(label, text) {
            let _ = writeln!(self.0, "  {label}  {line}");
        }
    }

    fn gap(&mut self) {
        self.0.push('\n');
    }
}

/// Explains an advisory by any of its identifiers; `None` when no record has it.
///
/// # Errors
/// When the imported data is damaged.
pub fn advisory(id: &AdvisoryId, known: Known<'_>) -> Result<Option<String>, StoreError> {
    let found = known.database.find(id)?;
    let records: Vec<&Record> = found.iter().map(AsRef::as_ref).collect();
    let Some(first) = records.first() else { return Ok(None) };
    let ids = ids_of(&records);
    let mut page = Page::default();
    page.title(&format!("{}  {}", first.id, first.summary));
    let others: Vec<_> = ids.iter().filter(|id| **id != first.id).map(AdvisoryId::as_str).collect();
    if !others.is_empty() {
        page.field("also", &others.join(", "));
    }
    let upstream = records.iter().flat_map(|record| &record.upstream);
    let names: Vec<AdvisoryId> = ids.iter().chain(upstream).cloned().collect();
    let exploitation = known.database.exploitation_of(&names)?;
    let exploitation = exploitation.or_marked(records.iter().copied());
    facts(&records, &exploitation, &mut page);
    for paragraph in first.details.lines().filter(|line| !line.trim().is_empty()) {
        page.gap();
        page.field("", paragraph);
    }
    page.gap();
    for record in &records {
        affected(record, records.len() > 1, &mut page);
    }
    circumstances(&ids, known.playbook, &mut page);
    lines(&records, known, &mut page)?;
    page.gap();
    for url in urls(&records) {
        page.field("see", url);
    }
    Ok(Some(page.0))
}

fn ids_of(records: &[&Record]) -> Vec<AdvisoryId> {
    let all = records.iter().flat_map(|r| std::iter::once(&r.id).chain(&r.aliases));
    let mut ids: Vec<AdvisoryId> = all.cloned().collect();
    ids.sort_by(|a, b| a.natural_key().cmp(&b.natural_key()));
    ids.dedup();
    ids
}

fn urls<'a>(records: &[&'a Record]) -> Vec<&'a str> {
    let mut urls: Vec<&str> = Vec::new();
    for url in records.iter().flat_map(|record| &record.references) {
        if !urls.contains(&url.as_str()) {
            urls.push(url);
        }
    }
    urls
}

/// Severity, exploitation, dates, and what authorities do not agree about.
fn facts(records: &[&Record], exploitation: &Exploitation, page: &mut Page) {
    let ratings = records.iter().flat_map(|r| r.severity.iter().map(|s| (s, r.id.as_str())));
    let severity = Severity::strictest(ratings);
    let score = severity.score.map(|score| format!(" {score:.1}")).unwrap_or_default();
    let vector = severity.vector.map(|vector| format!("  {vector}")).unwrap_or_default();
    page.field("severity", &format!("{}{score}{vector}", severity.level.as_str()));
    exploited(exploitation, page);
    if let Some(published) = records.iter().filter_map(|record| record.published).min() {
        page.field("published", &published.to_string());
    }
    let mut said: Vec<String> = Vec::new();
    for claim in records.iter().flat_map(|record| &record.specific.claims) {
        let followed = if claim.decides { " (followed)" } else { "" };
        let url = claim.url.as_deref().map(|url| format!("  {url}")).unwrap_or_default();
        let text = format!("{}: {} says {}{followed}{url}", claim.about, claim.source, claim.value);
        if !said.contains(&text) {
            said.push(text);
        }
    }
    for text in said {
        page.field("claim", &text);
    }
}

fn exploited(known: &Exploitation, page: &mut Page) {
    if let Some(kev) = &known.kev {
        let due = kev.due.as_deref().map(|due| format!(", due {due}")).unwrap_or_default();
        let source = kev.source.as_deref().map(|s| format!("  {s}")).unwrap_or_default();
        page.field("exploited", &format!("in the KEV catalogue since {}{due}{source}", kev.added));
    }
    if let Some(epss) = &known.epss {
        let text = format!(
            "{} within 30 days, percentile {}, by the scores of {}",
            epss.score,
            epss.percentile,
            epss.day()
        );
        page.field("EPSS", &text);
    }
    if let Some(decision) = &known.ssvc {
        page.field("SSVC", &decision.to_string());
    }
}

fn affected(record: &Record, several: bool, page: &mut Page) {
    for part in &record.affected {
        let by = if several { format!("  (says {})", record.id) } else { String::new() };
        page.field("affects", &format!("{} {}{by}", part.ecosystem, part.name));
        for text in in_words(part) {
            page.field("", &text);
        }
    }
}

/// What an entry says of versions, one text for each range.
pub(super) fn in_words(part: &Affected) -> Vec<String> {
    let mut words: Vec<String> = part.ranges.iter().map(range_in_words).collect();
    if !part.versions.is_empty() {
        words.push(format!("the versions {}", part.versions.join(", ")));
    }
    words
}

fn range_in_words(range: &Range) -> String {
    let mut words = Vec::new();
    if let Over::Commits { repository } = &range.over {
        words.push(format!("commits of {}:", repository.as_deref().unwrap_or("a repository")));
    }
    for event in &range.events {
        words.push(match event {
            Event::Introduced(v) if v == "0" => "every version".to_owned(),
            Event::Introduced(v) => format!("from {v}"),
            Event::Fixed(v) => format!("before {v} (fixed)"),
            Event::LastAffected(v) => {
                format!("up to {v} (last known to be affected, no fix stated)")
            }
            Event::Limit(v) => format!("nothing said from {v}"),
        });
    }
    words.join(" ")
}

/// Conditions, mitigations, and what does not help.
fn circumstances(ids: &[AdvisoryId], playbook: &Playbook, page: &mut Page) {
    let among =
        |list: &[String]| ids.iter().any(|id| list.iter().any(|known| known == id.as_str()));
    for condition in playbook.conditions_of(ids) {
        page.field("bites when", &condition.text);
    }
    for mitigation in playbook.mitigations.iter().filter(|m| among(&m.works_for)) {
        let strength = match mitigation.strength {
            Strength::Full => "full",
            Strength::Partial => "partial",
        };
        let from = mitigation.from.as_deref().map(|v| format!(" from {v}")).unwrap_or_default();
        let below = mitigation.below.as_deref().map(|v| format!(" before {v}")).unwrap_or_default();
        page.field("mitigation", &format!("{} ({strength}{from}{below})", mitigation.what));
    }
    for mitigation in playbook.mitigations.iter().filter(|m| among(&m.not_for)) {
        page.field("no help", &mitigation.what);
    }
    for myth in playbook.myths.iter().filter(|m| among(&m.not_for)) {
        page.field("no help", &myth.what);
    }
}

/// For each affected package with known release lines, the lowest release that is clean.
fn lines(records: &[&Record], known: Known<'_>, page: &mut Page) -> Result<(), StoreError> {
    let mut packages: Vec<Package> = Vec::new();
    for part in records.iter().flat_map(|record| &record.affected) {
        let package = Package {
            ecosystem: part.ecosystem.clone(),
            name: part.name.clone(),
            version: String::new(),
            naming: Naming::Listed,
        };
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    for package in packages {
        if known.playbook.lines_of(&package.name).next().is_none() {
            continue;
        }
        let dossier = known.database.dossier(&package.ecosystem, &package.name)?;
        let has_flaw = |v: &Version| {
            covering(&dossier, v)
                .values()
                .any(|covered| covered.iter().any(|r| records.iter().any(|own| own.id == r.id)))
        };
        release_lines(&package, known, page, (&dossier, &has_flaw));
    }
    Ok(())
}

/// One line of text for each release line: the lowest release without this flaw, and the lowest
/// without any.
fn release_lines(
    package: &Package,
    known: Known<'_>,
    page: &mut Page,
    (dossier, has_flaw): (&Dossier, &dyn Fn(&Version) -> bool),
) {
    let fits = |java: Option<u8>| known.java.is_none_or(|max| java.is_none_or(|java| java <= max));
    for line in known.playbook.lines_of(&package.name).filter(|line| fits(line.java)) {
        let releases = line.releases.iter().filter_map(|v| Version::parse(Order::Maven, v).ok());
        let releases: Vec<Version> = releases.collect();
        let without_flaw = releases
            .iter()
            .find(|v| !has_flaw(v) && !releases.iter().any(|w| has_flaw(w) && above(w, v)));
        let clean = releases.iter().find(|v| covering(dossier, v).is_empty());
        let java = line.java.map(|java| format!(", Java {java}")).unwrap_or_default();
        if releases.is_empty() {
            let text = format!("{} {}{java}: no final release is known", package.name, line.name);
            page.field("line", &text);
            continue;
        }
        let first = match without_flaw {
            Some(version) => format!("this flaw is gone from {}", version.text()),
            None => "no release of this line is free of it".to_owned(),
        };
        let second = match clean {
            Some(version) => format!("no known flaw at all from {}", version.text()),
            None => "no release of this line is free of every known flaw".to_owned(),
        };
        page.field("line", &format!("{} {}{java}: {first}; {second}", package.name, line.name));
    }
}

fn above(a: &Version, b: &Version) -> bool {
    a.compare(b).is_some_and(std::cmp::Ordering::is_gt)
}

/// Explains a package: what covers this version, or all that is known about every version.
///
/// # Errors
/// When its type has no advisory ecosystem, its version cannot be ordered, or the imported data is
/// damaged.
pub fn package(purl: &Purl<'_>, known: Known<'_>) -> Result<String, Unexplained> {
    let package = purl.package(purl.version().unwrap_or_default()).ok_or_else(|| {
        format!("packages of type \"{}\" are in no advisory ecosystem", purl.kind())
    })?;
    let mut page = Page::default();
    page.title(format!("{} {}", package.name, package.version).trim());
    page.field("ecosystem", package.ecosystem.as_str());
    let dossier = known.database.dossier(&package.ecosystem, &package.name)?;
    if dossier.entries().is_empty() {
        page.field("records", "none of the loaded advisories speaks of this package");
        if known.database.coverage(&package, Certainty::Exact)? == Coverage::Nothing {
            let whose = &package.ecosystem;
            let text =
                format!("all records of {whose} are not loaded, so nothing follows from that");
            page.field("", &text);
        }
        return Ok(page.0);
    }
    let version = match purl.version() {
        None => None,
        Some(text) => {
            let order = Order::of_ecosystem(package.ecosystem.as_str())
                .ok_or_else(|| format!("no version order for {}", package.ecosystem))?;
            Some(Version::parse(order, text).map_err(|error| error.to_string())?)
        }
    };
    match &version {
        Some(version) => flaws_of_version(&dossier, version, &mut page),
        None => flaws_of_package(&package, &dossier, known, &mut page)?,
    }
    release_lines_of(&package, &dossier, known, &mut page);
    for other in known.playbook.replacements_of(&package.name) {
        page.field("replace by", &format!("{} {}: {}", other.with, other.version, other.why));
    }
    Ok(page.0)
}

fn flaws_of_version(dossier: &Dossier, version: &Version, page: &mut Page) {
    let covered = covering(dossier, version);
    if covered.is_empty() {
        page.field("verdict", "no loaded advisory covers this version");
    }
    let mut flaws: Vec<_> =
        covered.into_iter().map(|(group, records)| (group.ids(), records)).collect();
    flaws.sort_by(|(a, _), (b, _)| {
        a.first().map(AdvisoryId::natural_key).cmp(&b.first().map(AdvisoryId::natural_key))
    });
    for (ids, records) in flaws {
        flaw(ids, &records, page);
    }
}

fn flaws_of_package(
    package: &Package,
    dossier: &Dossier,
    known: Known<'_>,
    page: &mut Page,
) -> Result<(), StoreError> {
    let mut lists: Vec<&[AdvisoryId]> = dossier.entries().iter().map(|e| e.group().ids()).collect();
    lists.sort_by_key(|ids| ids.first().map(AdvisoryId::natural_key));
    lists.dedup();
    for ids in lists {
        let Some(id) = ids.first() else { continue };
        let found = known.database.find(id)?;
        let records: Vec<&Record> = found.iter().map(AsRef::as_ref).collect();
        flaw(ids, &records, page);
        for record in records {
            for part in record.affected.iter().filter(|part| part.name == package.name) {
                page.field("", &format!("{}: {}", record.id, in_words(part).join("; ")));
            }
        }
    }
    Ok(())
}

fn flaw(ids: &[AdvisoryId], records: &[&Record], page: &mut Page) {
    let ratings = records.iter().flat_map(|r| r.severity.iter().map(|s| (s, r.id.as_str())));
    let severity = Severity::strictest(ratings);
    let score = severity.score.map(|score| format!(" {score:.1}")).unwrap_or_default();
    let summary = records.iter().map(|r| r.summary.as_str()).find(|s| !s.is_empty());
    let id = ids.first().map_or("", AdvisoryId::as_str);
    let level = format!("{}{score}", severity.level.as_str());
    page.field(&level, &format!("{id}  {}", summary.unwrap_or_default()));
}

fn release_lines_of(package: &Package, dossier: &Dossier, known: Known<'_>, page: &mut Page) {
    let fits = |java: Option<u8>| known.java.is_none_or(|max| java.is_none_or(|java| java <= max));
    for line in known.playbook.lines_of(&package.name).filter(|line| fits(line.java)) {
        let releases = line.releases.iter().filter_map(|v| Version::parse(Order::Maven, v).ok());
        let clean = releases.into_iter().find(|v| covering(dossier, v).is_empty());
        let java = line.java.map(|java| format!(", Java {java}")).unwrap_or_default();
        let text = match clean {
            Some(version) => format!("no known flaw from {}", version.text()),
            None if line.releases.is_empty() => "no final release is known".to_owned(),
            None => "no release is free of every known flaw".to_owned(),
        };
        page.field("line", &format!("{}{java}: {text}", line.name));
    }
}
