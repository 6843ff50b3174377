//! Changes of the tables, each inside a transaction of whoever holds the lease. Numbers are given as
//! SQLite gives them, the next after the highest, so that the same runs make the same rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use postgres::Transaction;

use super::read::{documents_of, number};
use super::text::kept;
use crate::audit::event::Event;
use crate::audit::state::{Held, Release, Status};
use crate::audit::store::numbers::{merged, packed};
use crate::audit::store::rows::{About, BLOCK, held_text, numbers_of, signed};
use crate::audit::store::trouble::Trouble;
use crate::audit::store::{
    Closing, DocumentId, Forgotten, NewRun, News, Outcome, Record, ReleaseId, Run,
};

type Numbers = HashMap<Release, ReleaseId>;

/// The highest number of a table.
fn highest(step: &mut Transaction<'_>, table: &str) -> Result<i64, Trouble> {
    let sql = format!("SELECT coalesce(max(id), 0) FROM {table}");
    Ok(step.query_one(&sql, &[])?.try_get(0)?)
}

pub(super) fn begin(step: &mut Transaction<'_>, run: &NewRun<'_>) -> Result<Run, Trouble> {
    let sql = "SELECT id FROM run WHERE NOT finished ORDER BY id DESC LIMIT 1";
    let open: Option<i64> = step.query_opt(sql, &[])?.map(|row| row.try_get(0)).transpose()?;
    let id = match open {
        Some(id) => id,
        None => highest(step, "run")? + 1,
    };
    let sql = "INSERT INTO run (id, now, finished, data, as_of, policy, portfolio)
               VALUES ($1, $2, FALSE, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE
               SET now = $2, data = $3, as_of = $4, policy = $5, portfolio = $6";
    let as_of = run.as_of.map(|at| at.to_string());
    let portfolio = serde_json::to_string(&run.portfolio)?;
    step.execute(sql, &[&id, &run.now.to_string(), &run.data, &as_of, &run.policy, &portfolio])?;
    let id = u64::try_from(id).map_err(|_| Trouble::damaged("a run has a negative number"))?;
    Ok(Run { id, is_continued: open.is_some() })
}

pub(super) fn advance(step: &mut Transaction<'_>, news: &News) -> Result<usize, Trouble> {
    let changed: BTreeSet<u32> = news.outcomes.iter().map(|(release, _)| release.0).collect();
    let ids: Vec<i64> = news.outcomes.iter().map(|(id, _)| i64::from(id.0)).collect();
    let outcomes: Vec<Vec<u8>> =
        news.outcomes.iter().map(|(_, outcome)| outcome.0.to_be_bytes().to_vec()).collect();
    let sql = "UPDATE release SET outcome = new.outcome
               FROM unnest($1::bigint[], $2::bytea[]) AS new (id, outcome)
               WHERE release.id = new.id";
    step.execute(sql, &[&ids, &outcomes])?;
    let changed_ids: Vec<u32> = changed.iter().copied().collect();
    let candidates = documents_of(step, &changed_ids)?;
    let mut touched: Vec<i64> = Vec::new();
    let sql = "SELECT id, releases FROM document WHERE id = ANY ($1) AND present";
    for row in step.query(sql, &[&candidates])? {
        if numbers_of(row.try_get(1)?)?.iter().any(|release| changed.contains(release)) {
            touched.push(row.try_get(0)?);
        }
    }
    step.execute("UPDATE document SET touched = TRUE WHERE id = ANY ($1)", &[&touched])?;
    let flaws = news.scores.iter().map(|score| serde_json::to_string(&score.ids));
    let flaws: Vec<String> = flaws.collect::<Result<_, _>>()?;
    let (now, told): (Vec<_>, Vec<_>) = news.scores.iter().map(|one| (one.now, one.told)).unzip();
    let sql = "UPDATE flaw SET epss = new.epss, told = new.told
               FROM unnest($1::text[], $2::float8[], $3::float8[]) AS new (ids, epss, told)
               WHERE flaw.ids = new.ids";
    step.execute(sql, &[&flaws, &now, &told])?;
    tell(step, news.events.iter())?;
    Ok(touched.len())
}

pub(super) fn finish(
    step: &mut Transaction<'_>,
    run: u64,
    closing: &Closing,
) -> Result<(), Trouble> {
    step.execute("DELETE FROM condition", &[])?;
    let sql = "INSERT INTO condition (key, condition) VALUES ($1, $2)";
    for condition in &closing.conditions {
        let key = serde_json::to_string(&condition.key())?;
        step.execute(sql, &[&key, &serde_json::to_string(condition)?])?;
    }
    tell(step, closing.events.iter())?;
    step.execute("UPDATE run SET finished = TRUE WHERE id = $1", &[&signed(run)])?;
    Ok(())
}

/// Adds events, in their order; one that is there is there.
fn tell<'e>(
    step: &mut Transaction<'_>,
    events: impl Iterator<Item = &'e Event>,
) -> Result<(), Trouble> {
    let (mut ids, mut runs, mut ats, mut kinds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut levels, mut products, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for event in events {
        ids.push(event.id.as_str());
        runs.push(signed(event.run));
        ats.push(event.at.as_second());
        kinds.push(event.kind.as_str());
        levels.push(event.level.map_or(0, |level| i32::from(level as u8)));
        products.push(event.product.as_deref().map(kept));
        texts.push(serde_json::to_string(event)?);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO event (id, run, at, kind, level, product, event)
               SELECT id, run, at, kind, level, product, event
               FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::int[],
                           $6::text[], $7::text[])
                    WITH ORDINALITY AS new (id, run, at, kind, level, product, event, place)
               ORDER BY place ON CONFLICT (id) DO NOTHING";
    step.execute(sql, &[&ids, &runs, &ats, &kinds, &levels, &products, &texts])?;
    Ok(())
}

pub(super) fn record(
    step: &mut Transaction<'_>,
    numbers: &mut Numbers,
    records: &[Record],
) -> Result<(), Trouble> {
    if records.is_empty() {
        return Ok(());
    }
    intern(step, numbers, records)?;
    // what is written twice at once is what it is written last
    let mut last: BTreeMap<(&str, &str), &Record> = BTreeMap::new();
    let mut order = Vec::new();
    for record in records {
        let key = (record.product.as_str(), record.path.as_str());
        if last.insert(key, record).is_none() {
            order.push(key);
        }
    }
    let records_once: Vec<&Record> =
        order.iter().filter_map(|key| last.get(key).copied()).collect();
    let documents = write_documents(step, numbers, &records_once)?;
    write_findings(step, numbers, &documents, &records_once)?;
    tell(step, records.iter().flat_map(|record| &record.events))
}

/// Gives releases their numbers, in the order in which they are first seen.
fn intern(
    step: &mut Transaction<'_>,
    numbers: &mut Numbers,
    records: &[Record],
) -> Result<(), Trouble> {
    let mut new: Vec<(&Release, Outcome)> = Vec::new();
    let mut asked = BTreeSet::new();
    for record in records {
        let releases = record.state.releases.iter().zip(record.outcomes.iter().copied());
        // one that is gone with its release: nobody will ask what the data says of it
        let gone = record.state.findings.iter().map(|held| (&held.release, Outcome(0)));
        for (release, outcome) in releases.chain(gone) {
            if !numbers.contains_key(release) && asked.insert(release) {
                new.push((release, outcome));
            }
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let columns = |new: &[(&Release, Outcome)]| -> [Vec<String>; 3] {
        let of = |text: fn(&Release) -> &String| {
            new.iter().map(|(release, _)| kept(text(release)).into_owned()).collect()
        };
        [of(|one| &one.ecosystem), of(|one| &one.name), of(|one| &one.version)]
    };
    let built: Vec<bool> = new.iter().map(|(release, _)| release.is_perhaps_built).collect();
    let [ecosystems, names, versions] = columns(&new);
    let sql = "SELECT asked.place, release.id
               FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[])
                    WITH ORDINALITY AS asked (ecosystem, name, version, built, place)
               JOIN release ON md5(release.name) = md5(asked.name)
                AND md5(release.version) = md5(asked.version) AND release.name = asked.name
                AND release.version = asked.version AND release.ecosystem = asked.ecosystem
                AND release.built = asked.built";
    let mut found = BTreeSet::new();
    for row in step.query(sql, &[&ecosystems, &names, &versions, &built])? {
        let place = number(&row, 0)?.saturating_sub(1) as usize;
        let Some((release, _)) = new.get(place) else { continue };
        numbers.insert((*release).clone(), ReleaseId(number(&row, 1)?));
        found.insert(place);
    }
    let mut place = 0;
    new.retain(|_| {
        place += 1;
        !found.contains(&(place - 1))
    });
    insert_releases(step, numbers, &new, columns(&new))
}

fn insert_releases(
    step: &mut Transaction<'_>,
    numbers: &mut Numbers,
    new: &[(&Release, Outcome)],
    [ecosystems, names, versions]: [Vec<String>; 3],
) -> Result<(), Trouble> {
    let first = highest(step, "release")? + 1;
    let mut ids: Vec<i64> = Vec::with_capacity(new.len());
    for ((release, _), id) in new.iter().zip(first..) {
        let number =
            u32::try_from(id).map_err(|_| Trouble("it holds too many releases".to_owned()))?;
        numbers.insert((*release).clone(), ReleaseId(number));
        ids.push(id);
    }
    let built: Vec<bool> = new.iter().map(|(release, _)| release.is_perhaps_built).collect();
    let outcomes: Vec<Vec<u8>> =
        new.iter().map(|(_, outcome)| outcome.0.to_be_bytes().to_vec()).collect();
    let sql = "INSERT INTO release (id, ecosystem, name, version, built, outcome)
               SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bool[],
                                    $6::bytea[])";
    step.execute(sql, &[&ids, &ecosystems, &names, &versions, &built, &outcomes])?;
    Ok(())
}

/// The sorted numbers of releases that have some.
fn numbers_for(numbers: &Numbers, releases: &[Release]) -> Result<Vec<u32>, Trouble> {
    let number = |release| numbers.get(release).map(|id| id.0);
    let found: Option<Vec<u32>> = releases.iter().map(number).collect();
    let found = found.ok_or_else(|| Trouble("a release without a number".to_owned()))?;
    Ok(merged(found, &[]))
}

/// The numbers of documents that are there, with the releases that they hold.
fn known_documents(
    step: &mut Transaction<'_>,
    records: &[&Record],
) -> Result<HashMap<usize, (u32, Vec<u32>)>, Trouble> {
    let products: Vec<_> = records.iter().map(|record| kept(&record.product)).collect();
    let paths: Vec<_> = records.iter().map(|record| kept(&record.path)).collect();
    let sql = "SELECT asked.place, document.id, document.releases
               FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (product, path, place)
               JOIN document ON md5(document.path) = md5(asked.path)
                AND document.path = asked.path AND document.product = asked.product";
    let mut known = HashMap::new();
    for row in step.query(sql, &[&products, &paths])? {
        let place = number(&row, 0)?.saturating_sub(1) as usize;
        known.insert(place, (number(&row, 1)?, numbers_of(row.try_get(2)?)?));
    }
    Ok(known)
}

/// Writes documents without their findings; the answer is their numbers.
fn write_documents(
    step: &mut Transaction<'_>,
    numbers: &Numbers,
    records: &[&Record],
) -> Result<Vec<u32>, Trouble> {
    let known = known_documents(step, records)?;
    let mut next = highest(step, "document")? + 1;
    let mut postings: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    let mut ids = Vec::new();
    let update = step.prepare(
        "UPDATE document SET source = $4, sha256 = $5, policy = $6, touched = FALSE, recheck = $7,
             present = $8, run = $9, releases = $10, unasked = $11, about = $12, stamp = $13
         WHERE id = $1 AND product = $2 AND path = $3",
    )?;
    let insert = step.prepare(
        "INSERT INTO document (id, product, path, source, sha256, policy, touched, recheck, present,
                               run, releases, unasked, about, stamp)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8, $9, $10, $11, $12, $13)",
    )?;
    for (place, record) in records.iter().enumerate() {
        let releases = numbers_for(numbers, &record.state.releases)?;
        let unasked = numbers_for(numbers, &record.state.unasked)?;
        let (id, before, statement) = match known.get(&place) {
            Some((id, before)) => (*id, before.as_slice(), &update),
            None => {
                next += 1;
                let id = u32::try_from(next - 1);
                let id = id.map_err(|_| Trouble("it holds too many documents".to_owned()))?;
                (id, [].as_slice(), &insert)
            }
        };
        step.execute(
            statement,
            &[
                &i64::from(id),
                &kept(&record.product),
                &kept(&record.path),
                &kept(&record.source),
                &record.state.sha256,
                &record.policy,
                &record.recheck.map(Timestamp::as_second),
                &record.is_present,
                &signed(record.run),
                &packed(&releases),
                &packed(&unasked),
                &About::text(&record.state)?,
                &record.stamp,
            ],
        )?;
        let added = releases.into_iter().filter(|one| before.binary_search(one).is_err());
        for release in added {
            postings.entry((release, id / BLOCK)).or_default().push(id % BLOCK);
        }
        ids.push(id);
    }
    post(step, &postings)?;
    Ok(ids)
}

/// Writes how files look by now.
pub(super) fn stamp(
    step: &mut Transaction<'_>,
    stamps: &[(DocumentId, String)],
) -> Result<(), Trouble> {
    let ids: Vec<i64> = stamps.iter().map(|(id, _)| i64::from(id.0)).collect();
    let texts: Vec<&str> = stamps.iter().map(|(_, stamp)| stamp.as_str()).collect();
    let sql = "UPDATE document SET stamp = new.stamp
               FROM unnest($1::bigint[], $2::text[]) AS new (id, stamp) WHERE document.id = new.id";
    step.execute(sql, &[&ids, &texts])?;
    Ok(())
}

fn write_findings(
    step: &mut Transaction<'_>,
    numbers: &Numbers,
    documents: &[u32],
    records: &[&Record],
) -> Result<(), Trouble> {
    let ids: Vec<i64> = documents.iter().map(|id| i64::from(*id)).collect();
    step.execute("DELETE FROM finding WHERE document = ANY ($1)", &[&ids])?;
    let flaws = flaws(step, records)?;
    let (mut of, mut places, mut flaw_ids, mut releases) = (vec![], vec![], vec![], vec![]);
    let (mut statuses, mut levels, mut texts) = (vec![], vec![], vec![]);
    for (document, record) in ids.iter().zip(records) {
        for (place, held) in (0_i64..).zip(&record.state.findings) {
            let release = numbers.get(&held.release);
            let release =
                release.ok_or_else(|| Trouble("a release without a number".to_owned()))?;
            let flaw = flaws.get(&serde_json::to_string(&held.ids)?);
            of.push(*document);
            places.push(place);
            flaw_ids.push(*flaw.ok_or_else(|| Trouble("a flaw without a number".to_owned()))?);
            releases.push(i64::from(release.0));
            statuses.push(held.status.as_str());
            levels.push(held.level.as_str());
            texts.push(held_text(held)?);
        }
    }
    let sql = "INSERT INTO finding (document, place, flaw, release, status, level, held)
               SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],
                                    $5::text[], $6::text[], $7::text[])";
    step.execute(sql, &[&of, &places, &flaw_ids, &releases, &statuses, &levels, &texts])?;
    Ok(())
}

/// The numbers of all flaws, which they get when they are first seen; people were told of the score that
/// they have then.
fn flaws(step: &mut Transaction<'_>, records: &[&Record]) -> Result<HashMap<String, i64>, Trouble> {
    let mut asked: Vec<(String, Option<f64>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for held in records.iter().flat_map(|record| &record.state.findings) {
        let ids = serde_json::to_string(&held.ids)?;
        if seen.insert(ids.clone()) {
            asked.push((ids, held.epss));
        }
    }
    let ids: Vec<&str> = asked.iter().map(|(ids, _)| ids.as_str()).collect();
    let sql = "SELECT flaw.ids, flaw.id FROM unnest($1::text[]) AS asked (ids)
               JOIN flaw ON md5(flaw.ids) = md5(asked.ids) AND flaw.ids = asked.ids";
    let mut all = HashMap::new();
    for row in step.query(sql, &[&ids])? {
        all.insert(row.try_get(0)?, row.try_get(1)?);
    }
    asked.retain(|(ids, _)| !all.contains_key(ids));
    let first = highest(step, "flaw")? + 1;
    let numbers: Vec<i64> = (first..).take(asked.len()).collect();
    let (texts, scores): (Vec<String>, Vec<Option<f64>>) = asked.into_iter().unzip();
    let sql = "INSERT INTO flaw (id, ids, epss, told)
               SELECT id, ids, epss, epss
               FROM unnest($1::bigint[], $2::text[], $3::float8[]) AS new (id, ids, epss)";
    step.execute(sql, &[&numbers, &texts, &scores])?;
    all.extend(texts.into_iter().zip(numbers));
    Ok(all)
}

/// Adds documents to the lists of releases.
fn post(
    step: &mut Transaction<'_>,
    postings: &BTreeMap<(u32, u32), Vec<u32>>,
) -> Result<(), Trouble> {
    let keys = postings.keys().map(|(release, block)| (i64::from(*release), i64::from(*block)));
    let (releases, blocks): (Vec<i64>, Vec<i64>) = keys.unzip();
    let sql = "SELECT posting.release, posting.block, posting.documents
               FROM unnest($1::bigint[], $2::bigint[]) AS asked (release, block)
               JOIN posting ON posting.release = asked.release AND posting.block = asked.block";
    let mut known = HashMap::new();
    for row in step.query(sql, &[&releases, &blocks])? {
        known.insert((number(&row, 0)?, number(&row, 1)?), numbers_of(row.try_get(2)?)?);
    }
    let lists = postings
        .iter()
        .map(|(key, added)| packed(&merged(known.remove(key).unwrap_or_default(), added)));
    let lists: Vec<Vec<u8>> = lists.collect();
    let sql = "INSERT INTO posting (release, block, documents)
               SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])
               ON CONFLICT (release, block) DO UPDATE SET documents = excluded.documents";
    step.execute(sql, &[&releases, &blocks, &lists])?;
    Ok(())
}

/// Forgets what is old: events, runs, findings and documents that are gone, releases that nobody holds.
pub(super) fn forget(
    step: &mut Transaction<'_>,
    before: Option<Timestamp>,
) -> Result<Forgotten, Trouble> {
    let counted = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let mut forgotten = Forgotten::default();
    if let Some(before) = before {
        let second = before.as_second();
        forgotten.events = counted(step.execute("DELETE FROM event WHERE at < $1", &[&second])?);
        let (mut documents, mut places): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
        let sql = "SELECT document, place, held FROM finding WHERE status = 'gone'";
        for row in step.query(sql, &[])? {
            let held: Held = serde_json::from_str(row.try_get(2)?)?;
            if matches!(held.status, Status::Gone { at } if at < before) {
                documents.push(row.try_get(0)?);
                places.push(row.try_get(1)?);
            }
        }
        let sql =
            "DELETE FROM finding USING unnest($1::bigint[], $2::bigint[]) AS old (document, place)
                   WHERE finding.document = old.document AND finding.place = old.place";
        forgotten.findings = counted(step.execute(sql, &[&documents, &places])?);
        let sql = "DELETE FROM document WHERE NOT present
                   AND NOT EXISTS (SELECT FROM finding WHERE finding.document = document.id)";
        forgotten.documents = counted(step.execute(sql, &[])?);
        // RFC 3339 in UTC: the order of the texts is that of the times
        let sql = "DELETE FROM run WHERE finished AND now < $1
                   AND NOT EXISTS (SELECT FROM event WHERE event.run = run.id)
                   AND NOT EXISTS (SELECT FROM document WHERE document.run = run.id)
                   AND id < (SELECT max(id) FROM run WHERE finished)";
        step.execute(sql, &[&before.to_string()])?;
    }
    forgotten.releases = repost(step)?;
    let sql =
        "DELETE FROM flaw WHERE NOT EXISTS (SELECT FROM finding WHERE finding.flaw = flaw.id)";
    step.execute(sql, &[])?;
    Ok(forgotten)
}

/// Makes the postings anew from what documents hold; releases that nobody holds go.
fn repost(step: &mut Transaction<'_>) -> Result<usize, Trouble> {
    let mut postings: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    for row in step.query("SELECT id, releases FROM document ORDER BY id", &[])? {
        let document = number(&row, 0)?;
        for release in numbers_of(row.try_get(1)?)? {
            postings.entry((release, document / BLOCK)).or_default().push(document % BLOCK);
        }
    }
    step.execute("DELETE FROM posting", &[])?;
    post(step, &postings)?;
    let sql = "DELETE FROM release
               WHERE NOT EXISTS (SELECT FROM posting WHERE posting.release = release.id)
               AND NOT EXISTS (SELECT FROM finding WHERE finding.release = release.id)";
    Ok(usize::try_from(step.execute(sql, &[])?).unwrap_or(usize::MAX))
}
