//! A generation being made: records come in, files come out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::card::{Card, Own};
use super::exploitation::{self, EXPLOITATION};
use super::file::{Kind, checksum};
use super::manifest::{self, Manifest, Origin, Part, Shelf};
use super::package::{self, Entry};
use super::table::{self, Row};
use super::texts::{Aside, Packed, Writer};
use super::{IDENTIFIERS, TEXTS, file, fingerprint, package_key};
use crate::advisory::database::{Extent, index_key, two_revisions};
use crate::advisory::exploitation::Loaded;
use crate::advisory::record::{Affected, Record};
use crate::files::{Draft, FileError, Source, Spool, Written, sha256};
use crate::ids::AdvisoryId;
use crate::version::Order;

/// The name of the file of remarks.
pub(super) const REMARKS: &str = "remarks.txt";

/// A record as the index needs it, made apart from the others.
#[derive(Debug)]
pub(in crate::advisory) struct Indexed {
    id: AdvisoryId,
    modified: Option<Timestamp>,
    withdrawn: Option<Timestamp>,
    aliases: Vec<AdvisoryId>,
    content: u64,
    packed: Packed,
    mentions: Vec<Mention>,
    extent: Extent,
    remarks: Vec<String>,
}

/// What a record says of one package.
#[derive(Debug)]
struct Mention {
    /// The ecosystem without and with its suffix.
    shelf: String,
    key: String,
    package: Vec<u8>,
    body: Vec<u8>,
}

/// A record that was taken in.
#[derive(Debug)]
struct Kept {
    source: u32,
    modified: Option<Timestamp>,
    withdrawn: Option<Timestamp>,
    aside: Aside,
    /// Where it is, once it is written.
    text: u64,
    content: u64,
    aliases: Vec<AdvisoryId>,
    mentions: Vec<Mention>,
    extent: Extent,
    is_odd: bool,
}

impl Indexed {
    /// Makes the index of a record; `None` when its JSON is longer than records can be.
    pub(in crate::advisory) fn new(
        record: Record,
        json: &str,
        (source, extent): (u32, Extent),
    ) -> Option<Self> {
        let remarks = record.warnings.iter().map(|w| format!("{}: {w}", record.id)).collect();
        let mentions = mentions(&record);
        let extent = extent.of(&record);
        Some(Self {
            content: checksum(0, &[json.as_bytes()]),
            packed: Packed::new(source, json)?,
            mentions,
            extent,
            remarks,
            id: record.id,
            modified: record.modified,
            withdrawn: record.withdrawn,
            aliases: record.aliases,
        })
    }
}

/// One mention for each package, however many entries of `affected` it has.
fn mentions(record: &Record) -> Vec<Mention> {
    let mut packages: BTreeMap<(&str, &str), Vec<&Affected>> = BTreeMap::new();
    for part in &record.affected {
        packages.entry((index_key(&part.ecosystem), &part.name)).or_default().push(part);
    }
    let withdrawn = record.withdrawn.map(seconds);
    let mention = |((key, name), parts): ((&str, &str), Vec<&Affected>)| {
        let ecosystem = &parts[0].ecosystem;
        let order = Order::of_ecosystem(ecosystem.as_str());
        Mention {
            shelf: ecosystem.base().to_owned(),
            key: key.to_owned(),
            package: package_key(ecosystem, name),
            body: package::encode(withdrawn, &parts, order),
        }
    };
    packages.into_iter().map(mention).collect()
}

/// Seconds since 1970, rounded up: a record is not silent before its time.
fn seconds(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// A generation being made.
#[derive(Debug)]
pub(in crate::advisory) struct Making {
    draft: Draft,
    spool: Spool,
    records: HashMap<AdvisoryId, Kept>,
    sources: Vec<Origin>,
    remarks: Vec<String>,
    feeds: Vec<Loaded>,
}

impl Making {
    pub(in crate::advisory) fn new(draft: Draft) -> Result<Self, FileError> {
        let spool = draft.spool()?;
        let (sources, remarks) = (Vec::new(), Vec::new());
        let feeds = Vec::new();
        Ok(Self { draft, spool, records: HashMap::new(), sources, remarks, feeds })
    }

    /// Begins a source and says its number.
    pub(in crate::advisory) fn source(&mut self, name: &str, extent: Extent) -> u32 {
        self.sources.push(Origin {
            name: name.to_owned(),
            sha256: String::new(),
            extent,
            records: 0,
            withdrawn: 0,
            superseded: 0,
            rejected: 0,
            odd: 0,
            newest: None,
        });
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    fn origin(&mut self, source: u32) -> &mut Origin {
        // sources are numbered by this value alone
        &mut self.sources[source as usize]
    }

    /// Ends a source.
    pub(in crate::advisory) fn end(&mut self, source: u32, sha256: String) {
        self.origin(source).sha256 = sha256;
    }

    /// Notes a text that is no record.
    pub(in crate::advisory) fn reject(&mut self, source: u32, remark: String) {
        self.remarks.push(remark);
        self.origin(source).rejected += 1;
    }

    /// Takes in a record; of several revisions of one identifier the newest stays.
    pub(in crate::advisory) fn add(
        &mut self,
        source: u32,
        indexed: Indexed,
    ) -> Result<(), FileError> {
        let Indexed {
            id,
            modified,
            withdrawn,
            aliases,
            content,
            packed,
            mentions,
            extent,
            mut remarks,
        } = indexed;
        if let Some(known) = self.records.get(&id) {
            let newer = modified > known.modified;
            let (kept, left) =
                if newer { (modified, known.modified) } else { (known.modified, modified) };
            if known.content != content {
                self.remarks.push(two_revisions(&id, kept, left));
            }
            let loser = if newer { known.source } else { source };
            self.origin(loser).superseded += 1;
            if !newer {
                return Ok(());
            }
        }
        let aside = packed.put_aside(&mut self.spool)?;
        let is_odd = !remarks.is_empty();
        self.remarks.append(&mut remarks);
        let kept = Kept {
            source,
            modified,
            withdrawn,
            aside,
            text: 0,
            content,
            aliases,
            mentions,
            extent,
            is_odd,
        };
        self.records.insert(id, kept);
        Ok(())
    }

    /// Takes in a feed about exploitation.
    pub(in crate::advisory) fn feed(&mut self, loaded: Loaded) {
        self.feeds.push(loaded);
    }

    /// How many records were taken in.
    pub(in crate::advisory) fn len(&self) -> usize {
        self.records.len()
    }

    /// The first text that was no record.
    pub(in crate::advisory) fn first_remark(&self) -> Option<&str> {
        self.remarks.first().map(String::as_str)
    }

    /// Whether a feed was taken in.
    pub(in crate::advisory) fn has_feed(&self) -> bool {
        !self.feeds.is_empty()
    }

    /// Writes the index and publishes the generation. Says what it holds, the remarks of the import,
    /// and its manifest's SHA-256.
    pub(in crate::advisory) fn publish(
        self,
        as_of: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(Manifest, Vec<String>, String), FileError> {
        let Self { draft, spool, records, mut sources, mut remarks, feeds } = self;
        let mut parts = Vec::new();
        let mut write = |name: &str, written: Written| {
            let Written { bytes, sha256 } = written;
            parts.push(Part { name: name.to_owned(), bytes, sha256 });
        };
        let mut records: Vec<(AdvisoryId, Kept)> = records.into_iter().collect();
        records.sort_by(|(a, _), (b, _)| a.cmp(b));
        let texts = Writer::new(draft.file(TEXTS)?);
        let (build, written) = write_texts(texts, &spool.finish()?, &mut records)?;
        write(TEXTS, written);
        let newest = records.iter().filter_map(|(_, kept)| kept.modified).max();
        let (feeds, threats, mut left_out) = exploitation::merge(feeds);
        remarks.append(&mut left_out);
        let as_of = as_of.or_else(|| exploitation::dates(&feeds).chain(newest).min());
        if !feeds.is_empty() {
            let mut file = draft.file(EXPLOITATION)?;
            table::write(&mut file, Kind::Exploitation, (build, 0), &threats)?;
            write(EXPLOITATION, file.finish()?);
        }
        let withdrawn = tally(&records, &mut sources, now);
        let rows = identifiers(&records);
        let mut file = draft.file(IDENTIFIERS)?;
        table::write(&mut file, Kind::Identifiers, (build, 0), &rows)?;
        write(IDENTIFIERS, file.finish()?);
        drop(rows);
        let count = records.len();
        let mut ecosystems = Vec::new();
        for (name, shelf) in shelves(records) {
            let file = file_name(&name, ecosystems.len());
            let mut new = draft.file(&file)?;
            table::write(&mut new, Kind::Packages, (build, fingerprint::of(&name)), &shelf.rows())?;
            write(&file, new.finish()?);
            ecosystems.push(shelf.shelf(name, file));
        }
        let mut file = draft.file(REMARKS)?;
        remarks.iter().try_for_each(|remark| file.write(one_line(remark).as_bytes()))?;
        write(REMARKS, file.finish()?);
        let manifest = Manifest {
            format: file::FORMAT,
            made_by: manifest::MADE_BY.to_owned(),
            as_of: as_of.unwrap_or(now),
            imported_at: now,
            build: format!("{build:016x}"),
            sha256: sha256(parts.iter().map(|part| part.sha256.as_bytes())),
            records: count - withdrawn,
            withdrawn,
            remarks: remarks.len(),
            sources,
            ecosystems,
            feeds,
            files: parts,
        };
        // a manifest is made of numbers and texts: it always has a JSON form
        let json = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        let mut file = draft.file(manifest::NAME)?;
        file.write(&json)?;
        let digest = file.finish()?.sha256;
        draft.publish()?;
        Ok((manifest, remarks, digest))
    }
}

/// Writes the records, those of one package side by side, and notes where each is.
fn write_texts(
    mut texts: Writer,
    spooled: &Source,
    records: &mut [(AdvisoryId, Kept)],
) -> Result<(u64, Written), FileError> {
    let package = |kept: &Kept| kept.mentions.first().map(|m| (m.key.clone(), m.package.clone()));
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_cached_key(|&number| package(&records[number].1));
    for number in order {
        let kept = &mut records[number].1;
        let packed = Packed::take_back(kept.aside, spooled);
        kept.text = texts.add(&packed.map_err(|error| texts.failed(&error))?)?;
    }
    texts.finish()
}

/// Counts records by source; says how many are withdrawn.
fn tally(records: &[(AdvisoryId, Kept)], sources: &mut [Origin], now: Timestamp) -> usize {
    let mut all = 0;
    for (_, kept) in records {
        let origin = &mut sources[kept.source as usize];
        match kept.withdrawn.is_some_and(|at| at <= now) {
            true => {
                origin.withdrawn += 1;
                all += 1;
            }
            false => origin.records += 1,
        }
        origin.odd += usize::from(kept.is_odd);
        origin.newest = origin.newest.max(kept.modified);
    }
    all
}

/// The rows of the file of identifiers.
fn identifiers(records: &[(AdvisoryId, Kept)]) -> Vec<Row> {
    let mut cards: HashMap<&AdvisoryId, Card> = HashMap::new();
    for (id, kept) in records {
        cards.entry(id).or_default().own = Some(Own {
            text: kept.text,
            content: kept.content,
            modified: kept.modified.map(Timestamp::as_second),
            withdrawn: kept.withdrawn.map(seconds),
            aliases: kept.aliases.clone(),
        });
        for alias in &kept.aliases {
            cards.entry(alias).or_default().named_by.push(id.clone());
        }
    }
    let row = |(id, card): (&AdvisoryId, Card)| (id.as_str().as_bytes().to_vec(), card.encode());
    cards.into_iter().map(row).collect()
}

/// What is known of one ecosystem.
#[derive(Default)]
struct Stock {
    keys: BTreeSet<String>,
    whole: BTreeSet<String>,
    /// The entries of each package.
    packages: HashMap<Vec<u8>, Vec<u8>>,
    records: usize,
}

impl Stock {
    fn shelf(self, name: String, file: String) -> Shelf {
        let packages = self.packages.len();
        let (keys, whole) = (self.keys.into_iter().collect(), self.whole.into_iter().collect());
        Shelf { name, file, keys, whole, packages, records: self.records }
    }

    fn rows(&self) -> Vec<Row> {
        self.packages.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

fn shelves(records: Vec<(AdvisoryId, Kept)>) -> BTreeMap<String, Stock> {
    let mut shelves: BTreeMap<String, Stock> = BTreeMap::new();
    for (_, kept) in records {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for mention in kept.mentions {
            let stock = shelves.entry(mention.shelf.clone()).or_default();
            stock.records += usize::from(seen.insert(mention.shelf));
            if kept.extent == Extent::Whole {
                stock.whole.insert(mention.key.clone());
            }
            stock.keys.insert(mention.key);
            let entries = stock.packages.entry(mention.package).or_default();
            Entry::append(entries, kept.text, &mention.body);
        }
    }
    shelves
}

/// A name that every file system takes, and that no other ecosystem has.
fn file_name(ecosystem: &str, number: usize) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = ecosystem.chars().take(40).map(plain).collect();
    format!("{name}-{number}.idx")
}

fn one_line(remark: &str) -> String {
    let mut line: String = remark.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.push('\n');
    line
}
