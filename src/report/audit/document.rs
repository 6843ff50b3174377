//! `bomvet.audit/1`: one shape for all commands, whose keys are always there.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::Told;
use crate::audit::condition::Condition;
use crate::audit::digest::ProductLine;
use crate::audit::event::Event;
use crate::audit::store::{Holder, Line};
use crate::config::EventKind;
use crate::judge::gate::Class;
use crate::report::json::pretty;

/// The identifier of the JSON's shape.
pub const SCHEMA: &str = "bomvet.audit/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    generated_at: Timestamp,
    command: &'static str,
    run: Option<Run<'a>>,
    data: Data<'a>,
    products: &'a [ProductLine],
    documents: &'a [Line],
    conditions: &'a [Condition],
    events: &'a [Event],
    event_counts: BTreeMap<EventKind, usize>,
    r#where: Option<Where<'a>>,
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Run<'a> {
    id: u64,
    now: Timestamp,
    is_finished: bool,
    is_continued: bool,
    is_dry: bool,
    policy_sha256: &'a str,
    /// What was done; nothing where an earlier run is told about.
    documents: Option<Counts>,
}

#[derive(Serialize)]
struct Counts {
    judged: usize,
    unchanged: usize,
    touched_by_data: usize,
    gone: usize,
    not_asked: usize,
}

#[derive(Serialize)]
struct Data<'a> {
    sha256: Option<&'a str>,
    as_of: Option<Timestamp>,
    age_days: Option<i64>,
}

#[derive(Serialize)]
struct Where<'a> {
    query: &'a str,
    holders: &'a [Holder],
    unclear: &'a [Holder],
}

#[derive(Serialize)]
struct Outcome<'a> {
    class: &'static str,
    exit_code: u8,
    reasons: Vec<&'a str>,
}

/// Writes all that is told.
///
/// # Errors
/// When the writer fails.
pub fn json(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let digest = told.digest;
    let past = digest.and_then(|digest| digest.run.as_ref());
    let counts = |done: &crate::audit::run::Done| Counts {
        judged: done.judged,
        unchanged: done.unchanged,
        touched_by_data: done.touched,
        gone: done.gone,
        not_asked: done.not_asked,
    };
    let run = past.map(|past| Run {
        id: past.id,
        now: past.now,
        is_finished: past.is_finished,
        is_continued: told.done.is_some_and(|done| done.is_continued),
        is_dry: told.is_dry,
        policy_sha256: &past.policy_sha256,
        documents: told.done.map(counts),
    });
    let class = told.reasons.iter().map(|(class, _)| *class).max().unwrap_or(Class::Ok);
    pretty(
        &Document {
            schema: SCHEMA,
            tool: Tool { name: "bomvet", version: env!("CARGO_PKG_VERSION") },
            generated_at: told.now,
            command: told.command,
            run,
            data: Data {
                sha256: past.map(|past| past.data_sha256.as_str()),
                as_of: past.and_then(|past| past.data_as_of),
                age_days: digest.and_then(|digest| digest.age_days(told.now)),
            },
            products: digest.map_or(&[], |digest| &digest.products),
            documents: digest.map_or(&[], |digest| &digest.documents),
            conditions: digest.map_or(&[], |digest| &digest.conditions),
            events: digest.map_or(&[], |digest| &digest.events),
            event_counts: digest.map_or_else(BTreeMap::new, |digest| digest.counts.clone()),
            r#where: told.answer.map(|(query, answer)| Where {
                query,
                holders: &answer.holders,
                unclear: &answer.unclear,
            }),
            outcome: Outcome {
                class: class.as_str(),
                exit_code: class.code(),
                reasons: told.reasons.iter().map(|(_, reason)| reason.as_str()).collect(),
            },
        },
        out,
    )
}
