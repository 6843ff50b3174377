//! Changes of the tables, each inside a transaction of whoever holds the lease.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::Trouble;
use super::read::documents_of;
use crate::audit::event::Event;
use crate::audit::state::{DocumentState, Held, Release};
use crate::audit::store::numbers::{merged, packed};
use crate::audit::store::rows::{About, BLOCK, held_text, numbers_of, signed};
use crate::audit::store::{
    Closing, DocumentId, Forgotten, NewRun, News, Outcome, Record, ReleaseId, Run,
};

type Numbers = HashMap<Release, ReleaseId>;

pub(super) fn begin(step: &Transaction<'_>, run: &NewRun<'_>) -> Result<Run, Trouble> {
    let sql = "SELECT id FROM run WHERE NOT finished ORDER BY id DESC LIMIT 1";
    let open: Option<i64> = step.query_row(sql, [], |row| row.get(0)).optional()?;
    let now = run.now.to_string();
    let as_of = run.as_of.map(|at| at.to_string());
    let portfolio = serde_json::to_string(&run.portfolio)?;
    let id = match open {
        Some(id) => {
            let sql = "UPDATE run SET now = ?2, data = ?3, as_of = ?4, policy = ?5, portfolio = ?6
                       WHERE id = ?1";
            step.execute(sql, params![id, now, run.data, as_of, run.policy, portfolio])?;
            id
        }
        None => {
            let sql = "INSERT INTO run (now, finished, data, as_of, policy, portfolio)
                       VALUES (?1, 0, ?2, ?3, ?4, ?5)";
            step.execute(sql, params![now, run.data, as_of, run.policy, portfolio])?;
            step.last_insert_rowid()
        }
    };
    let id = u64::try_from(id).map_err(|_| Trouble::damaged("a run has a negative number"))?;
    Ok(Run { id, is_continued: open.is_some() })
}

pub(super) fn advance(step: &Transaction<'_>, news: &News) -> Result<usize, Trouble> {
    let mut update = step.prepare_cached("UPDATE release SET outcome = ?2 WHERE id = ?1")?;
    let changed: BTreeSet<u32> = news.outcomes.iter().map(|(release, _)| release.0).collect();
    let mut candidates = BTreeSet::new();
    for (release, outcome) in &news.outcomes {
        update.execute(params![release.0, outcome.0.to_be_bytes()])?;
        candidates.extend(documents_of(step, release.0)?);
    }
    let mut list =
        step.prepare_cached("SELECT releases FROM document WHERE id = ?1 AND present")?;
    let mut touch = step.prepare_cached("UPDATE document SET touched = 1 WHERE id = ?1")?;
    let mut touched = 0;
    for document in candidates {
        let held: Option<Vec<u8>> = list.query_row([document], |row| row.get(0)).optional()?;
        let Some(held) = held else { continue };
        if numbers_of(&held)?.iter().any(|release| changed.contains(release)) {
            touched += touch.execute([document])?;
        }
    }
    let sql = "UPDATE flaw SET epss = ?2, told = ?3 WHERE ids = ?1";
    let mut update = step.prepare_cached(sql)?;
    for score in &news.scores {
        update.execute(params![serde_json::to_string(&score.ids)?, score.now, score.told])?;
    }
    tell(step, &news.events)?;
    Ok(touched)
}

pub(super) fn finish(step: &Transaction<'_>, run: u64, closing: &Closing) -> Result<(), Trouble> {
    step.execute("DELETE FROM condition", [])?;
    let sql = "INSERT INTO condition (key, condition) VALUES (?1, ?2)";
    let mut insert = step.prepare_cached(sql)?;
    for condition in &closing.conditions {
        let key = serde_json::to_string(&condition.key())?;
        insert.execute(params![key, serde_json::to_string(condition)?])?;
    }
    tell(step, &closing.events)?;
    step.execute("UPDATE run SET finished = 1 WHERE id = ?1", [signed(run)])?;
    Ok(())
}

/// Adds events; one that is there is there.
fn tell(step: &Transaction<'_>, events: &[Event]) -> Result<(), Trouble> {
    let sql = "INSERT OR IGNORE INTO event (id, run, at, kind, level, product, event)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = step.prepare_cached(sql)?;
    for event in events {
        let text = serde_json::to_string(event)?;
        let (run, at, kind) = (signed(event.run), event.at.as_second(), event.kind.as_str());
        let level = event.level.map_or(0, |level| level as u8);
        insert.execute(params![event.id, run, at, kind, level, event.product, text])?;
    }
    Ok(())
}

pub(super) fn record(
    step: &Transaction<'_>,
    numbers: &mut Numbers,
    records: &[Record],
) -> Result<(), Trouble> {
    let mut postings: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    for record in records {
        for (release, outcome) in record.state.releases.iter().zip(&record.outcomes) {
            intern(step, numbers, release, *outcome)?;
        }
        let (document, added) = write_document(step, numbers, record)?;
        for release in added {
            postings.entry((release, document / BLOCK)).or_default().push(document % BLOCK);
        }
        write_findings(step, numbers, document, &record.state)?;
        tell(step, &record.events)?;
    }
    post(step, postings)
}

/// The number of a release, which it gets when it is first seen.
fn intern(
    step: &Transaction<'_>,
    numbers: &mut Numbers,
    release: &Release,
    outcome: Outcome,
) -> Result<ReleaseId, Trouble> {
    if let Some(known) = numbers.get(release) {
        return Ok(*known);
    }
    let sql = "SELECT id FROM release
               WHERE ecosystem = ?1 AND name = ?2 AND version = ?3 AND built = ?4";
    let mut select = step.prepare_cached(sql)?;
    let key = params![release.ecosystem, release.name, release.version, release.is_perhaps_built];
    let found: Option<u32> = select.query_row(key, |row| row.get(0)).optional()?;
    let id = match found {
        Some(id) => id,
        None => {
            let sql = "INSERT INTO release (ecosystem, name, version, built, outcome)
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let bytes = outcome.0.to_be_bytes();
            step.prepare_cached(sql)?.execute(params![
                release.ecosystem,
                release.name,
                release.version,
                release.is_perhaps_built,
                bytes
            ])?;
            u32::try_from(step.last_insert_rowid())
                .map_err(|_| Trouble("it holds too many releases".to_owned()))?
        }
    };
    numbers.insert(release.clone(), ReleaseId(id));
    Ok(ReleaseId(id))
}

/// The sorted numbers of releases that have some.
fn numbers_for(numbers: &Numbers, releases: &[Release]) -> Result<Vec<u32>, Trouble> {
    let number = |release| numbers.get(release).map(|id| id.0);
    let found: Option<Vec<u32>> = releases.iter().map(number).collect();
    let found = found.ok_or_else(|| Trouble("a release without a number".to_owned()))?;
    Ok(merged(found, &[]))
}

/// Writes a document without its findings: its number, and the releases that it did not hold before.
fn write_document(
    step: &Transaction<'_>,
    numbers: &Numbers,
    record: &Record,
) -> Result<(u32, Vec<u32>), Trouble> {
    let state = &record.state;
    let releases = numbers_for(numbers, &state.releases)?;
    let unasked = numbers_for(numbers, &state.unasked)?;
    let about = About::text(state)?;
    let sql = "SELECT id, releases FROM document WHERE product = ?1 AND path = ?2";
    let known: Option<(u32, Vec<u8>)> = step
        .prepare_cached(sql)?
        .query_row([&record.product, &record.path], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let sql =
        "INSERT INTO document (product, source, path, sha256, policy, touched, recheck, present,
                               run, releases, unasked, about, stamp)
               VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
               ON CONFLICT (product, path) DO UPDATE SET
                   source = ?2, sha256 = ?4, policy = ?5, touched = 0, recheck = ?6, present = ?7,
                   run = ?8, releases = ?9, unasked = ?10, about = ?11, stamp = ?12";
    step.prepare_cached(sql)?.execute(params![
        record.product,
        record.source,
        record.path,
        state.sha256,
        record.policy,
        record.recheck.map(Timestamp::as_second),
        record.is_present,
        signed(record.run),
        packed(&releases),
        packed(&unasked),
        about,
        record.stamp
    ])?;
    let Some((id, before)) = known else {
        let id = u32::try_from(step.last_insert_rowid());
        let id = id.map_err(|_| Trouble("it holds too many documents".to_owned()))?;
        return Ok((id, releases));
    };
    let before = numbers_of(&before)?;
    let added = releases.into_iter().filter(|release| before.binary_search(release).is_err());
    Ok((id, added.collect()))
}

fn write_findings(
    step: &Transaction<'_>,
    numbers: &mut Numbers,
    document: u32,
    state: &DocumentState,
) -> Result<(), Trouble> {
    step.prepare_cached("DELETE FROM finding WHERE document = ?1")?.execute([document])?;
    let sql = "INSERT INTO finding (document, place, flaw, release, status, level, held)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = step.prepare_cached(sql)?;
    let mut tally: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (place, held) in state.findings.iter().enumerate() {
        let flaw = flaw(step, held)?;
        let release = match numbers.get(&held.release) {
            Some(known) => *known,
            // one that is gone with its release: nobody will ask what the data says of it
            None => intern(step, numbers, &held.release, Outcome(0))?,
        };
        let text = held_text(held)?;
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let (status, level) = (held.status.as_str(), held.level.as_str());
        insert.execute(params![document, place, flaw, release.0, status, level, text])?;
        if !held.status.is_gone() {
            *tally.entry((status, level)).or_default() += 1;
        }
    }
    write_tally(step, document, &tally)
}

fn write_tally(
    step: &Transaction<'_>,
    document: u32,
    tally: &BTreeMap<(&str, &str), usize>,
) -> Result<(), Trouble> {
    step.prepare_cached("DELETE FROM tally WHERE document = ?1")?.execute([document])?;
    let sql = "INSERT INTO tally (document, status, level, count) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = step.prepare_cached(sql)?;
    for ((status, level), count) in tally {
        insert.execute(params![document, status, level, count])?;
    }
    Ok(())
}

pub(super) fn stamp(
    step: &Transaction<'_>,
    stamps: &[(DocumentId, String)],
) -> Result<(), Trouble> {
    let mut update = step.prepare_cached("UPDATE document SET stamp = ?2 WHERE id = ?1")?;
    for (id, stamp) in stamps {
        update.execute(params![id.0, stamp])?;
    }
    Ok(())
}

/// The number of a flaw, which it gets when it is first seen; people were told of the score it has then.
fn flaw(step: &Transaction<'_>, held: &Held) -> Result<i64, Trouble> {
    let ids = serde_json::to_string(&held.ids)?;
    let mut select = step.prepare_cached("SELECT id FROM flaw WHERE ids = ?1")?;
    if let Some(id) = select.query_row([&ids], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let sql = "INSERT INTO flaw (ids, epss, told) VALUES (?1, ?2, ?2)";
    step.prepare_cached(sql)?.execute(params![ids, held.epss])?;
    Ok(step.last_insert_rowid())
}

/// Adds documents to the lists of releases.
fn post(step: &Transaction<'_>, postings: BTreeMap<(u32, u32), Vec<u32>>) -> Result<(), Trouble> {
    let sql = "SELECT documents FROM posting WHERE release = ?1 AND block = ?2";
    let mut select = step.prepare_cached(sql)?;
    let sql = "INSERT OR REPLACE INTO posting (release, block, documents) VALUES (?1, ?2, ?3)";
    let mut insert = step.prepare_cached(sql)?;
    for ((release, block), added) in postings {
        let known: Option<Vec<u8>> =
            select.query_row([release, block], |row| row.get(0)).optional()?;
        let known = known.map_or_else(|| Ok(Vec::new()), |bytes| numbers_of(&bytes))?;
        insert.execute(params![release, block, packed(&merged(known, &added))])?;
    }
    Ok(())
}

/// Forgets what is old: events, runs, findings and documents that are gone, releases that nobody holds.
pub(super) fn forget(
    step: &Transaction<'_>,
    before: Option<Timestamp>,
) -> Result<Forgotten, Trouble> {
    let mut forgotten = Forgotten::default();
    if let Some(before) = before {
        let second = before.as_second();
        forgotten.events = step.execute("DELETE FROM event WHERE at < ?1", [second])?;
        let mut select =
            step.prepare("SELECT document, place, held FROM finding WHERE status = 'gone'")?;
        let mut rows = select.query([])?;
        let mut old: Vec<(u32, u32)> = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(2)?;
            let held: Held = serde_json::from_str(&text)?;
            if matches!(held.status, crate::audit::state::Status::Gone { at } if at < before) {
                old.push((row.get(0)?, row.get(1)?));
            }
        }
        let mut delete = step.prepare("DELETE FROM finding WHERE document = ?1 AND place = ?2")?;
        for (document, place) in &old {
            delete.execute([document, place])?;
        }
        forgotten.findings = old.len();
        let sql = "DELETE FROM document WHERE NOT present
                   AND id NOT IN (SELECT document FROM finding)";
        forgotten.documents = step.execute(sql, [])?;
        // RFC 3339 in UTC: the order of the texts is that of the times
        let sql = "DELETE FROM run WHERE finished AND now < ?1
                   AND id NOT IN (SELECT run FROM event) AND id NOT IN (SELECT run FROM document)
                   AND id < (SELECT max(id) FROM run WHERE finished)";
        step.execute(sql, [before.to_string()])?;
    }
    forgotten.releases = repost(step)?;
    step.execute("DELETE FROM flaw WHERE id NOT IN (SELECT flaw FROM finding)", [])?;
    Ok(forgotten)
}

/// Makes the postings anew from what documents hold; releases that nobody holds go.
fn repost(step: &Transaction<'_>) -> Result<usize, Trouble> {
    let mut postings: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    let mut select = step.prepare("SELECT id, releases FROM document ORDER BY id")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (document, releases): (u32, Vec<u8>) = (row.get(0)?, row.get(1)?);
        for release in numbers_of(&releases)? {
            postings.entry((release, document / BLOCK)).or_default().push(document % BLOCK);
        }
    }
    step.execute("DELETE FROM posting", [])?;
    post(step, postings)?;
    let sql = "DELETE FROM release WHERE id NOT IN (SELECT release FROM posting)
               AND id NOT IN (SELECT release FROM finding)";
    Ok(step.execute(sql, [])?)
}
