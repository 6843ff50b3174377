//! Questions to the tables.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Trouble;
use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{DocumentState, Held, Release};
use crate::audit::store::rows::{
    self, About, BLOCK, DetectionRow, Detections, Grouped, RunRow, numbers_of,
};
use crate::audit::store::{
    Affected, Detection, DocumentId, Holder, Known, Line, Outcome, PastRun, ReleaseId, Score,
    Wanted,
};
use crate::config::EventKind;
use crate::ids::AdvisoryId;

pub(super) fn releases(
    connection: &Connection,
) -> Result<Vec<(ReleaseId, Release, Outcome)>, Trouble> {
    let sql = "SELECT id, ecosystem, name, version, built, outcome FROM release ORDER BY id";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let outcome: [u8; 16] =
            row.get(5).map_err(|_| Trouble::damaged("an outcome has not 16 bytes"))?;
        let release = release_of(row, 1)?;
        all.push((ReleaseId(row.get(0)?), release, Outcome(u128::from_be_bytes(outcome))));
    }
    Ok(all)
}

fn release_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Release> {
    Ok(Release {
        ecosystem: row.get(first)?,
        name: row.get(first + 1)?,
        version: row.get(first + 2)?,
        is_perhaps_built: row.get(first + 3)?,
    })
}

pub(super) fn scores(connection: &Connection) -> Result<Vec<Score>, Trouble> {
    let mut select = connection.prepare_cached("SELECT ids, epss, told FROM flaw ORDER BY id")?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let ids: String = row.get(0)?;
        all.push(Score { ids: serde_json::from_str(&ids)?, now: row.get(1)?, told: row.get(2)? });
    }
    Ok(all)
}

pub(super) fn documents(connection: &Connection) -> Result<Vec<Known>, Trouble> {
    let sql = "SELECT id, product, source, path, sha256, policy, touched, recheck, present,
                      stamp
               FROM document ORDER BY product, path";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Known {
            id: DocumentId(row.get(0)?),
            product: row.get(1)?,
            source: row.get(2)?,
            path: row.get(3)?,
            sha256: row.get(4)?,
            policy: row.get(5)?,
            is_touched: row.get(6)?,
            recheck: rows::recheck(row.get(7)?),
            is_present: row.get(8)?,
            stamp: row.get(9)?,
        });
    }
    Ok(all)
}

pub(super) fn document(connection: &Connection, id: DocumentId) -> Result<DocumentState, Trouble> {
    let sql = "SELECT sha256, about, releases, unasked FROM document WHERE id = ?1";
    let mut select = connection.prepare_cached(sql)?;
    let (sha256, about, releases, unasked): (String, String, Vec<u8>, Vec<u8>) =
        select.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    Ok(DocumentState {
        releases: named(connection, &releases)?,
        unasked: named(connection, &unasked)?,
        findings: findings(connection, id)?,
        ..About::state(sha256, &about)?
    })
}

/// The releases of packed numbers, sorted.
fn named(connection: &Connection, numbers: &[u8]) -> Result<Vec<Release>, Trouble> {
    let sql = "SELECT ecosystem, name, version, built FROM release WHERE id = ?1";
    let mut select = connection.prepare_cached(sql)?;
    let mut all = Vec::new();
    for number in numbers_of(numbers)? {
        all.push(select.query_row([number], |row| release_of(row, 0))?);
    }
    all.sort();
    Ok(all)
}

/// The findings of a document, with the scores of today.
pub(super) fn findings(connection: &Connection, id: DocumentId) -> Result<Vec<Held>, Trouble> {
    let sql = "SELECT finding.held, flaw.epss FROM finding JOIN flaw ON flaw.id = finding.flaw
               WHERE finding.document = ?1 ORDER BY finding.place";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([id.0])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(held(row)?);
    }
    Ok(all)
}

/// A finding from its text and the score of its flaw.
fn held(row: &Row<'_>) -> Result<Held, Trouble> {
    let text = row.get_ref(0)?;
    let text = text.as_str().map_err(|_| Trouble::damaged("a finding is no text"))?;
    rows::held(text, row.get(1)?)
}

pub(super) fn conditions(connection: &Connection) -> Result<Vec<Condition>, Trouble> {
    let mut select = connection.prepare_cached("SELECT condition FROM condition ORDER BY key")?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        all.push(serde_json::from_str(&text)?);
    }
    Ok(all)
}

/// The condition that all questions for events share; what is not wanted in particular is null.
const WANTED: &str = "(?1 IS NULL OR run = ?1) AND (?2 IS NULL OR at >= ?2)
                      AND (?3 IS NULL OR product = ?3) AND (?4 IS NULL OR kind = ?4)";

pub(super) fn events(connection: &Connection, wanted: &Wanted) -> Result<Vec<Event>, Trouble> {
    let order = rows::order_of(wanted.order);
    let sql = format!("SELECT event FROM event WHERE {WANTED} ORDER BY {order} LIMIT ?5");
    let mut select = connection.prepare_cached(&sql)?;
    let most = wanted.most.map_or(-1, |most| i64::try_from(most).unwrap_or(i64::MAX));
    let (run, since, product, kind) = rows::conditions_of(wanted);
    let mut rows = select.query(params![run, since, product, kind, most])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?;
        let text = text.as_str().map_err(|_| Trouble::damaged("an event is no text"))?;
        all.push(serde_json::from_str(text)?);
    }
    Ok(all)
}

pub(super) fn count_events(
    connection: &Connection,
    wanted: &Wanted,
) -> Result<BTreeMap<EventKind, usize>, Trouble> {
    let sql = format!("SELECT kind, count(*) FROM event WHERE {WANTED} GROUP BY kind");
    let mut select = connection.prepare_cached(&sql)?;
    let mut rows = select.query(rows::conditions_of(wanted))?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        all.insert(rows::kind(&kind)?, row.get(1)?);
    }
    Ok(all)
}

pub(super) fn holders(
    connection: &Connection,
    (ecosystem, name): (&str, &str),
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Holder>, Trouble> {
    let sql = "SELECT id, version FROM release WHERE ecosystem = ?1 AND name = ?2";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([ecosystem, name])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (release, version): (u32, String) = (row.get(0)?, row.get(1)?);
        if !wanted(&version) {
            continue;
        }
        for document in documents_of(connection, release)? {
            all.extend(holder(connection, document, (release, &version))?);
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The documents that may hold a release: those that are known to have held it.
pub(super) fn documents_of(connection: &Connection, release: u32) -> Result<Vec<u32>, Trouble> {
    let sql = "SELECT block, documents FROM posting WHERE release = ?1 ORDER BY block";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([release])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (block, documents): (u32, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let first = block * BLOCK;
        all.extend(numbers_of(&documents)?.into_iter().map(|number| first + number));
    }
    Ok(all)
}

/// Product, path, releases, those not asked about, commit.
type Found = (String, String, Vec<u8>, Vec<u8>, Option<String>);

/// What a document says of a release, if it is there and still holds it.
fn holder(
    connection: &Connection,
    document: u32,
    (release, version): (u32, &str),
) -> Result<Option<Holder>, Trouble> {
    let sql = "SELECT product, path, releases, unasked, json_extract(about, '$.commit')
               FROM document WHERE id = ?1 AND present";
    let mut select = connection.prepare_cached(sql)?;
    let found: Option<Found> = select
        .query_row([document], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((product, path, releases, unasked, commit)) = found else { return Ok(None) };
    if numbers_of(&releases)?.binary_search(&release).is_err() {
        return Ok(None);
    }
    let mut holder = Holder {
        product,
        document: path,
        version: version.to_owned(),
        open: Vec::new(),
        suppressed: Vec::new(),
        is_judged: numbers_of(&unasked)?.binary_search(&release).is_err(),
        commit,
    };
    let sql = "SELECT held, NULL FROM finding WHERE document = ?1 AND release = ?2
               AND status <> 'gone' ORDER BY place";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([document, release])?;
    while let Some(row) = rows.next()? {
        let held = held(row)?;
        let names = if held.status.is_open() { &mut holder.open } else { &mut holder.suppressed };
        names.extend(held.ids.first().map(ToString::to_string));
    }
    Ok(Some(holder))
}

pub(super) fn open_findings(
    connection: &Connection,
    ids: &[AdvisoryId],
) -> Result<Vec<Affected>, Trouble> {
    let sql = "SELECT finding.held, flaw.epss, document.product, document.path, document.sha256
               FROM flaw JOIN finding ON finding.flaw = flaw.id
               JOIN document ON document.id = finding.document
               WHERE flaw.ids = ?1 AND finding.status IN ('open', 'unconfirmed')
               ORDER BY document.product, document.path, finding.place";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([serde_json::to_string(ids)?])?;
    let mut all = Grouped::default();
    while let Some(row) = rows.next()? {
        all.add(row.get(2)?, row.get(3)?, row.get(4)?, held(row)?);
    }
    Ok(all.all())
}

pub(super) fn detections(connection: &Connection) -> Result<Vec<Detection>, Trouble> {
    let mut all = Detections::new(runs(connection, usize::MAX)?);
    let sql = "SELECT flaw.ids, document.product, document.path,
                      json_extract(finding.held, '$.since'), finding.status
               FROM finding JOIN flaw ON flaw.id = finding.flaw
               JOIN document ON document.id = finding.document
               WHERE finding.status <> 'suppressed'
                  OR json_extract(finding.held, '$.status.status') <> 'not_affected'";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        all.add(DetectionRow {
            ids: row.get(0)?,
            product: row.get(1)?,
            document: row.get(2)?,
            since: row.get(3)?,
            status: row.get(4)?,
        })?;
    }
    Ok(all.all())
}

pub(super) fn runs(connection: &Connection, most: usize) -> Result<Vec<PastRun>, Trouble> {
    let sql = "SELECT id, now, finished, data, policy, as_of FROM run ORDER BY id DESC LIMIT ?1";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let row = RunRow {
            id: row.get(0)?,
            now: row.get(1)?,
            is_finished: row.get(2)?,
            data: row.get(3)?,
            policy: row.get(4)?,
            as_of: row.get(5)?,
        };
        all.push(row.run()?);
    }
    Ok(all)
}

pub(super) fn overview(connection: &Connection) -> Result<Vec<Line>, Trouble> {
    let sql = "SELECT id, product, path, sha256, about FROM document WHERE present
               ORDER BY product, path";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut all = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    while let Some(row) = rows.next()? {
        let about: String = row.get(4)?;
        places.insert(row.get(0)?, all.len());
        all.push(About::line((row.get(1)?, row.get(2)?), row.get(3)?, &about)?);
    }
    let sql = "SELECT document, status, level, count FROM tally";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (status, level, count): (String, String, usize) =
            (row.get(1)?, row.get(2)?, row.get(3)?);
        let Some(place) = places.get(&row.get(0)?) else { continue };
        rows::count(&mut all[*place], &status, level, count)?;
    }
    Ok(all)
}

pub(super) fn portfolio(connection: &Connection) -> Result<Vec<Card>, Trouble> {
    let sql = "SELECT portfolio FROM run ORDER BY id DESC LIMIT 1";
    let text: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}
