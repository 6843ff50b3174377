//! Questions to the tables.

use std::collections::{BTreeMap, HashMap};

use postgres::{Client, GenericClient, Row};

use super::text::{kept, told};
use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{DocumentState, Held, Release, Status};
use crate::audit::store::rows::{
    self, About, BLOCK, DetectionRow, Detections, Grouped, RunRow, numbers_of, signed,
};
use crate::audit::store::trouble::Trouble;
use crate::audit::store::{
    Affected, Detection, DocumentId, Holder, Known, Line, Outcome, PastRun, ReleaseId, Score,
    Wanted,
};
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// A number that has 32 bits in memory.
pub(super) fn number(row: &Row, place: usize) -> Result<u32, Trouble> {
    let number: i64 = row.try_get(place)?;
    u32::try_from(number).map_err(|_| Trouble::damaged("a number is none of 32 bits"))
}

/// A text of foreign origin.
pub(super) fn text(row: &Row, place: usize) -> Result<String, Trouble> {
    Ok(told(row.try_get(place)?))
}

fn release(row: &Row, first: usize) -> Result<Release, Trouble> {
    Ok(Release {
        ecosystem: text(row, first)?,
        name: text(row, first + 1)?,
        version: text(row, first + 2)?,
        is_perhaps_built: row.try_get(first + 3)?,
    })
}

pub(super) fn releases(client: &mut Client) -> Result<Vec<(ReleaseId, Release, Outcome)>, Trouble> {
    let sql = "SELECT id, ecosystem, name, version, built, outcome FROM release ORDER BY id";
    let one = |row: &Row| {
        let outcome: &[u8] = row.try_get(5)?;
        let outcome = <[u8; 16]>::try_from(outcome)
            .map_err(|_| Trouble::damaged("an outcome has not 16 bytes"))?;
        let outcome = Outcome(u128::from_be_bytes(outcome));
        Ok((ReleaseId(number(row, 0)?), release(row, 1)?, outcome))
    };
    client.query(sql, &[])?.iter().map(one).collect()
}

pub(super) fn scores(client: &mut Client) -> Result<Vec<Score>, Trouble> {
    let one = |row: &Row| {
        let ids: &str = row.try_get(0)?;
        let ids = serde_json::from_str(ids)?;
        Ok(Score { ids, now: row.try_get(1)?, told: row.try_get(2)? })
    };
    client.query("SELECT ids, epss, told FROM flaw ORDER BY id", &[])?.iter().map(one).collect()
}

pub(super) fn documents(client: &mut Client) -> Result<Vec<Known>, Trouble> {
    let sql = "SELECT id, product, source, path, sha256, policy, touched, recheck, present,
                      stamp
               FROM document ORDER BY product, path";
    let one = |row: &Row| {
        Ok(Known {
            id: DocumentId(number(row, 0)?),
            product: text(row, 1)?,
            source: text(row, 2)?,
            path: text(row, 3)?,
            sha256: row.try_get(4)?,
            policy: row.try_get(5)?,
            is_touched: row.try_get(6)?,
            recheck: rows::recheck(row.try_get(7)?),
            is_present: row.try_get(8)?,
            stamp: row.try_get(9)?,
        })
    };
    client.query(sql, &[])?.iter().map(one).collect()
}

pub(super) fn document(client: &mut Client, id: DocumentId) -> Result<DocumentState, Trouble> {
    let sql = "SELECT sha256, about, releases, unasked FROM document WHERE id = $1";
    let row = client.query_one(sql, &[&i64::from(id.0)])?;
    let (releases, unasked) = (numbers_of(row.try_get(2)?)?, numbers_of(row.try_get(3)?)?);
    let ids: Vec<i64> = releases.iter().map(|id| i64::from(*id)).collect();
    let sql = "SELECT id, ecosystem, name, version, built FROM release WHERE id = ANY ($1)";
    let mut names = HashMap::new();
    for row in client.query(sql, &[&ids])? {
        names.insert(number(&row, 0)?, release(&row, 1)?);
    }
    let named = |numbers: &[u32]| -> Result<Vec<Release>, Trouble> {
        let name = |id: &u32| {
            let name = names.get(id).cloned();
            name.ok_or_else(|| Trouble::damaged("a release of a document is not there"))
        };
        let mut all: Vec<Release> = numbers.iter().map(name).collect::<Result<_, _>>()?;
        all.sort();
        Ok(all)
    };
    Ok(DocumentState {
        releases: named(&releases)?,
        unasked: named(&unasked)?,
        findings: findings(client, id)?,
        ..About::state(row.try_get(0)?, row.try_get(1)?)?
    })
}

/// The findings of a document, with the scores of today.
pub(super) fn findings(client: &mut Client, id: DocumentId) -> Result<Vec<Held>, Trouble> {
    let sql = "SELECT finding.held, flaw.epss FROM finding JOIN flaw ON flaw.id = finding.flaw
               WHERE finding.document = $1 ORDER BY finding.place";
    let one = |row: &Row| rows::held(row.try_get(0)?, row.try_get(1)?);
    client.query(sql, &[&i64::from(id.0)])?.iter().map(one).collect()
}

pub(super) fn conditions(client: &mut Client) -> Result<Vec<Condition>, Trouble> {
    let one = |row: &Row| Ok(serde_json::from_str(row.try_get(0)?)?);
    client.query("SELECT condition FROM condition ORDER BY key", &[])?.iter().map(one).collect()
}

/// The condition that all questions for events share; what is not wanted in particular is null.
const WANTED: &str = "($1::bigint IS NULL OR run = $1) AND ($2::bigint IS NULL OR at >= $2)
                      AND ($3::text IS NULL OR product = $3) AND ($4::text IS NULL OR kind = $4)";

pub(super) fn events(client: &mut Client, wanted: &Wanted) -> Result<Vec<Event>, Trouble> {
    let order = rows::order_of(wanted.order);
    let sql = format!("SELECT event FROM event WHERE {WANTED} ORDER BY {order} LIMIT $5");
    let (run, since, product, kind) = rows::conditions_of(wanted);
    let product = product.map(kept);
    // no limit is null
    let most = wanted.most.map(|most| i64::try_from(most).unwrap_or(i64::MAX));
    let one = |row: &Row| Ok(serde_json::from_str(row.try_get(0)?)?);
    client.query(&sql, &[&run, &since, &product, &kind, &most])?.iter().map(one).collect()
}

pub(super) fn count_events(
    client: &mut Client,
    wanted: &Wanted,
) -> Result<BTreeMap<EventKind, usize>, Trouble> {
    let sql = format!("SELECT kind, count(*) FROM event WHERE {WANTED} GROUP BY kind");
    let (run, since, product, kind) = rows::conditions_of(wanted);
    let product = product.map(kept);
    let one = |row: &Row| Ok((rows::kind(row.try_get(0)?)?, number(row, 1)? as usize));
    client.query(&sql, &[&run, &since, &product, &kind])?.iter().map(one).collect()
}

pub(super) fn holders(
    client: &mut Client,
    (ecosystem, name): (&str, &str),
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Holder>, Trouble> {
    let sql = "SELECT id, version FROM release
               WHERE md5(name) = md5($2) AND ecosystem = $1 AND name = $2";
    let mut versions = BTreeMap::new();
    for row in client.query(sql, &[&kept(ecosystem), &kept(name)])? {
        let version = text(&row, 1)?;
        if wanted(&version) {
            versions.insert(number(&row, 0)?, version);
        }
    }
    let releases: Vec<u32> = versions.keys().copied().collect();
    let candidates: Vec<i64> = documents_of(client, &releases)?;
    let mut names = named_findings(client, &candidates, &releases)?;
    let sql = "SELECT id, product, path, releases, unasked, about FROM document
               WHERE id = ANY ($1) AND present";
    let mut all = Vec::new();
    for row in client.query(sql, &[&candidates])? {
        let document = number(&row, 0)?;
        let (held, unasked) = (numbers_of(row.try_get(3)?)?, numbers_of(row.try_get(4)?)?);
        for (release, version) in &versions {
            if held.binary_search(release).is_err() {
                continue;
            }
            let (open, suppressed) = names.remove(&(document, *release)).unwrap_or_default();
            all.push(Holder {
                product: text(&row, 1)?,
                document: text(&row, 2)?,
                version: version.clone(),
                open,
                suppressed,
                is_judged: unasked.binary_search(release).is_err(),
                commit: About::commit(row.try_get(5)?)?,
            });
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The names of flaws that count, and of those that do not, by document and release.
type Names = HashMap<(u32, u32), (Vec<String>, Vec<String>)>;

fn named_findings(
    client: &mut Client,
    documents: &[i64],
    releases: &[u32],
) -> Result<Names, Trouble> {
    let releases: Vec<i64> = releases.iter().map(|id| i64::from(*id)).collect();
    let sql = "SELECT document, release, held FROM finding
               WHERE document = ANY ($1) AND release = ANY ($2) AND status <> 'gone'
               ORDER BY document, place";
    let mut all = Names::new();
    for row in client.query(sql, &[&documents, &releases])? {
        let held = rows::held(row.try_get(2)?, None)?;
        let (open, suppressed) = all.entry((number(&row, 0)?, number(&row, 1)?)).or_default();
        let names = if held.status.is_open() { open } else { suppressed };
        names.extend(held.ids.first().map(ToString::to_string));
    }
    Ok(all)
}

/// The documents that may hold one of some releases: those that are known to have held it, ascending.
pub(super) fn documents_of(
    client: &mut impl GenericClient,
    releases: &[u32],
) -> Result<Vec<i64>, Trouble> {
    let releases: Vec<i64> = releases.iter().map(|id| i64::from(*id)).collect();
    let sql = "SELECT block, documents FROM posting WHERE release = ANY ($1)";
    let mut all = Vec::new();
    for row in client.query(sql, &[&releases])? {
        let first = number(&row, 0)? * BLOCK;
        let documents = numbers_of(row.try_get(1)?)?;
        all.extend(documents.into_iter().map(|number| i64::from(first + number)));
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

pub(super) fn open_findings(
    client: &mut Client,
    ids: &[AdvisoryId],
) -> Result<Vec<Affected>, Trouble> {
    let sql = "SELECT finding.held, flaw.epss, document.product, document.path, document.sha256
               FROM flaw JOIN finding ON finding.flaw = flaw.id
               JOIN document ON document.id = finding.document
               WHERE md5(flaw.ids) = md5($1) AND flaw.ids = $1
               AND finding.status IN ('open', 'unconfirmed')
               ORDER BY document.product, document.path, finding.place";
    let mut all = Grouped::default();
    for row in client.query(sql, &[&serde_json::to_string(ids)?])? {
        let held = rows::held(row.try_get(0)?, row.try_get(1)?)?;
        all.add(text(&row, 2)?, text(&row, 3)?, row.try_get(4)?, held);
    }
    Ok(all.all())
}

pub(super) fn detections(client: &mut Client) -> Result<Vec<Detection>, Trouble> {
    let mut all = Detections::new(runs(client, usize::MAX)?);
    let sql = "SELECT flaw.ids, document.product, document.path, finding.status, finding.held
               FROM finding JOIN flaw ON flaw.id = finding.flaw
               JOIN document ON document.id = finding.document";
    for row in client.query(sql, &[])? {
        let held = rows::held(row.try_get(4)?, None)?;
        let is_denied = matches!(
            &held.status,
            Status::Suppressed { status, .. } if status == "not_affected"
        );
        if is_denied {
            continue;
        }
        all.add(DetectionRow {
            ids: row.try_get(0)?,
            product: text(&row, 1)?,
            document: text(&row, 2)?,
            since: held.since.to_string(),
            status: row.try_get(3)?,
        })?;
    }
    Ok(all.all())
}

pub(super) fn runs(client: &mut Client, most: usize) -> Result<Vec<PastRun>, Trouble> {
    let sql = "SELECT id, now, finished, data, policy, as_of FROM run ORDER BY id DESC LIMIT $1";
    let one = |row: &Row| {
        let row = RunRow {
            id: row.try_get(0)?,
            now: row.try_get(1)?,
            is_finished: row.try_get(2)?,
            data: row.try_get(3)?,
            policy: row.try_get(4)?,
            as_of: row.try_get(5)?,
        };
        row.run()
    };
    client.query(sql, &[&signed(most as u64)])?.iter().map(one).collect()
}

pub(super) fn overview(client: &mut Client) -> Result<Vec<Line>, Trouble> {
    let sql = "SELECT id, product, path, sha256, about FROM document WHERE present
               ORDER BY product, path";
    let mut all = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for row in client.query(sql, &[])? {
        places.insert(number(&row, 0)?, all.len());
        let names = (text(&row, 1)?, text(&row, 2)?);
        all.push(About::line(names, row.try_get(3)?, row.try_get(4)?)?);
    }
    let sql = "SELECT document, status, level, count(*) FROM finding WHERE status <> 'gone'
               GROUP BY document, status, level";
    for row in client.query(sql, &[])? {
        let Some(place) = places.get(&number(&row, 0)?) else { continue };
        let findings = number(&row, 3)? as usize;
        rows::count(&mut all[*place], row.try_get(1)?, row.try_get(2)?, findings)?;
    }
    Ok(all)
}

pub(super) fn portfolio(client: &mut Client) -> Result<Vec<Card>, Trouble> {
    let sql = "SELECT portfolio FROM run ORDER BY id DESC LIMIT 1";
    match client.query_opt(sql, &[])? {
        None => Ok(Vec::new()),
        Some(row) => Ok(serde_json::from_str(row.try_get(0)?)?),
    }
}
