//! Regimes as files have them: TOML, read strictly. A key that is not known, a stage that runs from
//! nothing, two rows that both hold are errors with file and line: a duty must not get lost in a typing
//! mistake.

use std::path::Path;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;

use super::holiday::{Holiday, On};
use super::moment::Moment;
use super::regime::{
    Conflict, Content, Evidence, Kind, Known, Limit, Regime, Stage, Start, Status,
};
use super::span::Span;
use super::table::{Assumed, Input, Row, Table, Then};
use crate::config::{ConfigError, Place, read_toml};
use crate::files::sha256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    version: Spanned<String>,
    name: String,
    law: String,
    kind: Spanned<String>,
    status: Spanned<String>,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    who: String,
    trigger: String,
    read: String,
    sources: Spanned<Vec<String>>,
    #[serde(default)]
    notes: Vec<String>,
    roles: Vec<String>,
    #[serde(default)]
    markets: Vec<String>,
    #[serde(default)]
    flaws: Vec<String>,
    next_working_day: Option<String>,
    stage: Vec<Spanned<WrittenStage>>,
    #[serde(default)]
    table: Vec<Spanned<WrittenTable>>,
    #[serde(default)]
    holiday: Vec<Spanned<WrittenHoliday>>,
    #[serde(default)]
    conflict: Vec<WrittenConflict>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStage {
    id: String,
    name: String,
    within: Option<String>,
    at_once: Option<String>,
    open: Option<String>,
    fixed: Option<String>,
    table: Option<String>,
    kev_due: Option<bool>,
    #[serde(default)]
    from: OneOrMany,
    cap: Option<WrittenCap>,
    only: Option<String>,
    provided: Option<String>,
    to: String,
    contents: Vec<Spanned<WrittenContent>>,
    evidence: Spanned<String>,
    source: String,
    note: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCap {
    within: String,
    from: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenContent {
    Text(String),
    Known(WrittenKnown),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKnown {
    what: String,
    known: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    id: String,
    evidence: Spanned<String>,
    source: String,
    input: Vec<Spanned<WrittenInput>>,
    row: Vec<Spanned<WrittenRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenInput {
    fact: String,
    default: Option<String>,
    evidence: Option<Spanned<String>>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    when: Vec<String>,
    within: Option<String>,
    says: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHoliday {
    name: String,
    month: i8,
    day: Option<i8>,
    weekday: Option<String>,
    nth: Option<i8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenConflict {
    with: Vec<String>,
    text: String,
    evidence: Spanned<String>,
}

fn day(written: Option<&Spanned<String>>, place: &Place<'_>) -> Result<Option<Date>, ConfigError> {
    let Some(written) = written else { return Ok(None) };
    match Moment::parse(written.get_ref()) {
        Ok(Moment::Day(day)) => Ok(Some(day)),
        _ => {
            let cause = format!("\"{}\" is no day (2026-11-24)", written.get_ref());
            Err(place.error(written.span().start, cause))
        }
    }
}

/// Reads one regime.
///
/// # Errors
/// With the line of the first thing that is wrong.
pub fn read(text: &str, path: &str) -> Result<Regime, ConfigError> {
    let place = Place::new(text, Path::new(path));
    let written: Written = read_toml(text, Path::new(path))?;
    let mut regime = head(&written, &place)?;
    regime.sha256 = sha256([text.as_bytes()]);
    path.clone_into(&mut regime.path);
    for table in &written.table {
        let read = read_table(table.get_ref(), &place)
            .and_then(|read| whole(read).map_err(|cause| place.error(table.span().start, cause)))?;
        regime.tables.push(read);
    }
    for holiday in &written.holiday {
        let read = read_holiday(holiday.get_ref());
        regime.holidays.push(read.map_err(|cause| place.error(holiday.span().start, cause))?);
    }
    for stage in &written.stage {
        let wrong = |cause: String| {
            place.error(stage.span().start, format!("stage {}: {cause}", stage.get_ref().id))
        };
        let read = stage.get_ref();
        let timing = Timing::of(read, &regime).map_err(wrong)?;
        let stage = read_stage(read, timing, &place)?;
        regime.stages.push(stage);
    }
    for conflict in &written.conflict {
        regime.conflicts.push(Conflict {
            with: conflict.with.clone(),
            text: conflict.text.clone(),
            evidence: place.word(&conflict.evidence, "evidence", Evidence::WORDS)?,
        });
    }
    Ok(regime)
}

/// All but stages and tables, and the file.
fn head(written: &Written, place: &Place<'_>) -> Result<Regime, ConfigError> {
    if !is_name(written.id.get_ref()) {
        let cause =
            format!("id is \"{}\", expected small letters, digits, - and .", written.id.get_ref());
        return Err(place.error(written.id.span().start, cause));
    }
    if written.version.get_ref().trim().is_empty() {
        return Err(place.error(written.version.span().start, "version is empty"));
    }
    if written.sources.get_ref().is_empty() {
        let cause = "sources is empty: every rule names where it can be checked";
        return Err(place.error(written.sources.span().start, cause));
    }
    if written.roles.is_empty() && written.markets.is_empty() {
        let cause = "roles and markets are both empty: nobody could say that it concerns them";
        return Err(place.error(written.id.span().start, cause));
    }
    Ok(Regime {
        id: written.id.get_ref().clone(),
        version: written.version.get_ref().trim().to_owned(),
        sha256: String::new(),
        path: String::new(),
        name: written.name.clone(),
        law: written.law.clone(),
        kind: place.word(&written.kind, "kind", Kind::WORDS)?,
        status: place.word(&written.status, "status", Status::WORDS)?,
        from: day(written.from.as_ref(), place)?,
        until: day(written.until.as_ref(), place)?,
        who: written.who.clone(),
        trigger: written.trigger.clone(),
        read: written.read.clone(),
        sources: written.sources.get_ref().clone(),
        notes: written.notes.clone(),
        roles: written.roles.clone(),
        markets: written.markets.clone(),
        flaws: written.flaws.clone(),
        next_working_day: written.next_working_day.clone(),
        stages: Vec::new(),
        tables: Vec::new(),
        holidays: Vec::new(),
        conflicts: Vec::new(),
    })
}

fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.chars().all(fits)
}

/// When a stage runs and how long.
struct Timing {
    limit: Limit,
    starts: Vec<Start>,
    cap: Option<(Span, Start)>,
    only: Option<(usize, String)>,
}

impl Timing {
    fn of(stage: &WrittenStage, regime: &Regime) -> Result<Self, String> {
        if !is_name(&stage.id) {
            return Err("an id has small letters, digits, - and .".to_owned());
        }
        if regime.stage(&stage.id).is_some() {
            return Err("another one has that id".to_owned());
        }
        let starts = match &stage.from {
            OneOrMany::None => Vec::new(),
            OneOrMany::One(one) => vec![start(one, regime)?],
            OneOrMany::Many(many) => {
                many.iter().map(|one| start(one, regime)).collect::<Result<_, _>>()?
            }
        };
        let table = match &stage.table {
            None => None,
            Some(id) => {
                let found = regime.tables.iter().position(|table| table.id == *id);
                Some(found.ok_or_else(|| format!("there is no table \"{id}\""))?)
            }
        };
        let limit = limit(stage, table)?;
        let needs_start = matches!(limit, Limit::Within(_) | Limit::AtOnce(_) | Limit::Table(_));
        if needs_start == starts.is_empty() {
            let word = if needs_start { "needs" } else { "has no use for" };
            return Err(format!("such a limit {word} a `from`"));
        }
        let only = match (&stage.only, table) {
            (None, _) => None,
            (Some(flag), Some(table)) => {
                if !regime.tables[table].rows.iter().any(|row| row.flags.contains(flag)) {
                    return Err(format!("no row of its table bears \"{flag}\""));
                }
                Some((table, flag.clone()))
            }
            (Some(_), None) => return Err("`only` needs the `table` whose rows bear it".to_owned()),
        };
        if stage.cap.is_some() && !matches!(limit, Limit::Within(_) | Limit::Table(_)) {
            return Err("a cap bounds within or a table, and nothing else".to_owned());
        }
        let cap = match &stage.cap {
            None => None,
            Some(cap) => Some((cap.within.parse()?, start(&cap.from, regime)?)),
        };
        Ok(Self { limit, starts, cap, only })
    }
}

/// The one limit that a stage has. Beside `only` a table only says whether the stage is owed.
fn limit(stage: &WrittenStage, table: Option<usize>) -> Result<Limit, String> {
    let table = table.filter(|_| stage.only.is_none()).map(Limit::Table);
    let within = stage.within.as_deref().map(str::parse).transpose()?.map(Limit::Within);
    let fixed = stage.fixed.as_deref().map(Moment::parse).transpose()?.map(Limit::Fixed);
    let kev = stage.kev_due.filter(|named| *named).map(|_| Limit::KevDue);
    let at_once = stage.at_once.clone().map(Limit::AtOnce);
    let open = stage.open.clone().map(Limit::Open);
    let mut named = [table, within, fixed, kev, at_once, open].into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(limit), None) => Ok(limit),
        _ => Err("expected one of within, at_once, open, fixed, table, kev_due".to_owned()),
    }
}

fn start(text: &str, regime: &Regime) -> Result<Start, String> {
    match text.strip_prefix("stage:") {
        None => text.parse().map(Start::Anchor),
        Some(id) if regime.stage(id).is_some() => Ok(Start::Stage(id.to_owned())),
        Some(id) => Err(format!("there is no stage \"{id}\" before it")),
    }
}

fn read_stage(
    written: &WrittenStage,
    timing: Timing,
    place: &Place<'_>,
) -> Result<Stage, ConfigError> {
    let mut contents = Vec::new();
    for content in &written.contents {
        let place_of = content.span().start;
        contents.push(match content.get_ref() {
            WrittenContent::Text(what) => Content { what: what.clone(), known: None },
            WrittenContent::Known(WrittenKnown { what, known }) => {
                let known = place.word_at((known, place_of), "known", Known::WORDS)?;
                Content { what: what.clone(), known: Some(known) }
            }
        });
    }
    Ok(Stage {
        id: written.id.clone(),
        name: written.name.clone(),
        limit: timing.limit,
        starts: timing.starts,
        cap: timing.cap,
        only: timing.only,
        provided: written.provided.clone(),
        to: written.to.clone(),
        contents,
        evidence: place.word(&written.evidence, "evidence", Evidence::WORDS)?,
        source: written.source.clone(),
        note: written.note.clone(),
    })
}

fn read_table(written: &WrittenTable, place: &Place<'_>) -> Result<Table, ConfigError> {
    let mut table = Table {
        id: written.id.clone(),
        inputs: Vec::new(),
        rows: Vec::new(),
        evidence: place.word(&written.evidence, "evidence", Evidence::WORDS)?,
        source: written.source.clone(),
    };
    for input in &written.input {
        let wrong = |cause: String| place.error(input.span().start, cause);
        let written = input.get_ref();
        let fact: super::fact::Fact = written.fact.parse().map_err(wrong)?;
        let default = match (&written.default, &written.evidence, &written.source) {
            (None, None, None) => None,
            (Some(word), Some(evidence), Some(source)) => Some(Assumed {
                word: fact.answer(word).map_err(wrong)?,
                evidence: place.word(evidence, "evidence", Evidence::WORDS)?,
                source: source.clone(),
            }),
            _ => return Err(wrong("a default needs evidence and source, and they it".to_owned())),
        };
        table.inputs.push(Input { fact, default });
    }
    for row in &written.row {
        let read = read_row(row.get_ref(), &table);
        table.rows.push(read.map_err(|cause| place.error(row.span().start, cause))?);
    }
    Ok(table)
}

fn read_row(written: &WrittenRow, table: &Table) -> Result<Row, String> {
    if written.when.len() != table.inputs.len() {
        let (has, asks) = (written.when.len(), table.inputs.len());
        return Err(format!("the row has {has} answers and the table asks {asks} questions"));
    }
    let answers = table.inputs.iter().zip(&written.when);
    let when = answers
        .map(|(input, word)| match word.as_str() {
            "*" => Ok(None),
            word => input.fact.answer(word).map(Some),
        })
        .collect::<Result<_, _>>()?;
    let then = match (&written.within, &written.says) {
        (Some(span), None) => Then::Within(span.parse()?),
        (None, Some(text)) => Then::Says(text.clone()),
        _ => return Err("a row has either within or says".to_owned()),
    };
    Ok(Row { when, then, flags: written.flags.clone() })
}

fn whole(table: Table) -> Result<Table, String> {
    match table.overlap() {
        None => Ok(table),
        Some((a, b)) => {
            Err(format!("table {}: rows {} and {} both hold for one flaw", table.id, a + 1, b + 1))
        }
    }
}

fn read_holiday(written: &WrittenHoliday) -> Result<Holiday, String> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let on = match (written.day, &written.weekday, written.nth) {
        (Some(day @ 1..=31), None, None) => On::Day(day),
        (None, Some(name), Some(nth @ (-1 | 1..=5))) => {
            let found = DAYS.iter().find(|(known, _)| known == name);
            On::Weekday(found.ok_or_else(|| format!("\"{name}\" is no weekday"))?.1, nth)
        }
        _ => return Err("a holiday has a day, or a weekday and nth (1 to 5, or -1)".to_owned()),
    };
    if !(1..=12).contains(&written.month) {
        return Err(format!("{} is no month", written.month));
    }
    Ok(Holiday { name: written.name.clone(), month: written.month, on })
}
