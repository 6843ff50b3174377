//! What the imported advisory data is, for people and as JSON: `bomvet.db-status/1`, `bomvet.db-diff/1`.

mod changes;

use std::io::{self, Write};
use std::path::Path;

use anstyle::Style;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::json;
use super::text::{count, feed_entries, labelled};
use crate::advisory::store::{Feed, Manifest, Origin, Published, Shelf, Store, Verified};

pub use changes::{changes_json, changes_table};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// How many ecosystems are named one by one; `--format json` names all.
const NAMED: usize = 12;

fn field(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    for (label, line) in labelled(label, text) {
        writeln!(out, "  {DIM}{label}{DIM:#}  {line}")?;
    }
    Ok(())
}

/// Writes fields of one label, which stands beside the first alone.
fn fields(out: &mut dyn Write, label: &str, texts: &[String]) -> io::Result<()> {
    for (number, text) in texts.iter().enumerate() {
        field(out, if number == 0 { label } else { "" }, text)?;
    }
    Ok(())
}

/// What an import made.
///
/// # Errors
/// When the writer fails.
pub fn imported(manifest: &Manifest, home: &Path, out: &mut dyn Write) -> io::Result<()> {
    let rejected: usize = manifest.sources.iter().map(|origin| origin.rejected).sum();
    let odd: usize = manifest.sources.iter().map(|origin| origin.odd).sum();
    let records = count(manifest.records + manifest.withdrawn, "record");
    let title = format!(
        "{records} imported ({} withdrawn, {odd} with remarks), {rejected} rejected",
        manifest.withdrawn
    );
    writeln!(out, "{BOLD}{title}{BOLD:#}")?;
    field(out, "data", &format!("{}, as of {}", home.display(), manifest.as_of))?;
    contents(manifest, out)
}

fn contents(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    let sources: Vec<String> = manifest.record_sources().map(source).collect();
    fields(out, "sources", &sources)?;
    let mut shelves: Vec<&Shelf> = manifest.ecosystems.iter().collect();
    shelves.sort_by_key(|shelf| std::cmp::Reverse(shelf.records));
    let mut ecosystems: Vec<String> = shelves
        .iter()
        .take(NAMED)
        .map(|shelf| {
            let (records, packages) =
                (count(shelf.records, "record"), count(shelf.packages, "package"));
            format!("{}: {records} on {packages}", shelf.name)
        })
        .collect();
    if shelves.len() > NAMED {
        ecosystems.push(format!("and {} more", shelves.len() - NAMED));
    }
    fields(out, "ecosystems", &ecosystems)?;
    let feeds = manifest.feeds.iter();
    let feeds: Vec<String> = feeds.map(feed).collect();
    fields(out, "feeds", &feeds)
}

fn feed(feed: &Feed) -> String {
    let records = feed_entries(feed.kind.as_str(), feed.records);
    format!("{}: {records}, of {}", feed.source, feed.date.strftime("%Y-%m-%d"))
}

fn source(origin: &Origin) -> String {
    let mut parts = vec![count(origin.records, "record")];
    let more = [
        (origin.withdrawn, "withdrawn"),
        (origin.superseded, "superseded"),
        (origin.odd, "with remarks"),
        (origin.rejected, "rejected"),
    ];
    parts.extend(more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    parts.extend(origin.newest.map(|at| format!("newest of {}", at.strftime("%Y-%m-%d"))));
    format!("{}: {}", origin.name, parts.join(", "))
}

/// The state of imported data.
#[derive(Debug, Serialize)]
pub struct Status<'a> {
    schema: &'static str,
    path: String,
    age_days: i64,
    #[serde(flatten)]
    manifest: &'a Manifest,
    #[serde(rename = "remark_list", skip_serializing_if = "Option::is_none")]
    remarks: Option<&'a [String]>,
}

impl<'a> Status<'a> {
    /// Describes data; with the remarks of its import where they are to be listed.
    #[must_use]
    pub fn new(store: &'a Store, now: Timestamp, remarks: Option<&'a Vec<String>>) -> Self {
        let manifest = store.manifest();
        Self {
            schema: "bomvet.db-status/1",
            path: store.folder().display().to_string(),
            age_days: now.duration_since(manifest.as_of).as_secs().div_euclid(86_400),
            manifest,
            remarks: remarks.map(Vec::as_slice),
        }
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let manifest = self.manifest;
        let (records, withdrawn) = (count(manifest.records, "record"), manifest.withdrawn);
        writeln!(out, "{BOLD}{records}, {withdrawn} more withdrawn{BOLD:#}")?;
        field(out, "data", &self.path)?;
        let age = match self.age_days {
            days if days < 0 => "from the future: is the clock wrong?".to_owned(),
            days => format!("{} old", count(usize::try_from(days).unwrap_or(0), "day")),
        };
        field(out, "as of", &format!("{}, {age}", manifest.as_of))?;
        field(out, "imported", &format!("{} by {}", manifest.imported_at, manifest.made_by))?;
        field(out, "sha256", &manifest.sha256)?;
        contents(manifest, out)?;
        if let Some(remarks) = self.remarks {
            let digests = manifest.sources.iter().map(|o| format!("{}  {}", o.sha256, o.name));
            fields(out, "digests", &digests.collect::<Vec<_>>())?;
            let file = |part: &crate::advisory::store::Part| {
                format!("{}  {} ({} bytes)", part.sha256, part.name, part.bytes)
            };
            fields(out, "files", &manifest.files.iter().map(file).collect::<Vec<_>>())?;
            fields(out, "remarks", remarks)?;
        } else if manifest.remarks > 0 {
            let remarks = count(manifest.remarks, "remark");
            field(out, "remarks", &format!("{remarks} of the import: --verbose lists them"))?;
        }
        Ok(())
    }

    /// Writes it for programs.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::pretty(self, out)
    }
}

/// What was verified, in one line.
#[must_use]
pub fn verified(verified: &Verified) -> String {
    format!(
        "in order: {} ({} bytes), {}, {} on {}\n",
        count(verified.files, "file"),
        verified.bytes,
        count(verified.records, "record"),
        count(verified.entries, "mention"),
        count(verified.packages, "package")
    )
}

/// Writes records for people: what each is, and its JSON.
///
/// # Errors
/// When the writer fails.
pub fn records_table(found: &[Published], out: &mut dyn Write) -> io::Result<()> {
    for (number, Published { record, .. }) in found.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let title = format!("{}  {}", record.id, record.summary);
        for line in super::text::wrap(&super::plain(&title), super::text::WIDTH) {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        field(out, "from", &record.source)?;
        let dates = [
            ("published", record.published),
            ("modified", record.modified),
            ("withdrawn", record.withdrawn),
        ];
        for (label, date) in dates {
            date.map_or(Ok(()), |date| field(out, label, &date.to_string()))?;
        }
        let lists = [
            ("aliases", &record.aliases),
            ("related", &record.related),
            ("upstream", &record.upstream),
        ];
        for (label, ids) in lists.iter().filter(|(_, ids)| !ids.is_empty()) {
            let ids: Vec<&str> = ids.iter().map(crate::ids::AdvisoryId::as_str).collect();
            field(out, label, &ids.join(", "))?;
        }
        for part in &record.affected {
            let words = super::explain::in_words(part).join("; ");
            field(out, "affects", &format!("{} {}: {words}", part.ecosystem, part.name))?;
        }
    }
    Ok(())
}

/// Writes records as they were published, in one list.
///
/// # Errors
/// When the writer fails.
pub fn records_json(found: &[Published], out: &mut dyn Write) -> io::Result<()> {
    let raw = found.iter().map(|one| serde_json::from_str(&one.json));
    let raw: Vec<&RawValue> = raw.collect::<Result<_, _>>()?;
    serde_json::to_writer(&mut *out, &raw)?;
    writeln!(out)
}
