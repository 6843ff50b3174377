//! What cases demand in words, as code: one assertion for each text under `must`, `must_not` and
//! `checks`, found by the case's number and the text itself.

mod advice;
mod bytes;
mod cyclonedx;
mod data;
mod documents;
mod flaws;
mod policy;
mod sarif;

use super::case::Case;
use super::outcome::Outcome;

/// Tells what is wrong.
type Check = fn(&Outcome<'_>) -> Result<(), String>;

/// Case number, text, assertion.
type Row = (&'static str, &'static str, Check);

const TABLES: [&[Row]; 8] = [
    flaws::TEXTS,
    documents::TEXTS,
    policy::TEXTS,
    sarif::TEXTS,
    cyclonedx::TEXTS,
    bytes::TEXTS,
    advice::TEXTS,
    data::TEXTS,
];

/// The formats of the contract.
const FORMATS: [&str; 12] = [
    "table",
    "json",
    "sarif",
    "cyclonedx",
    "openvex",
    "csaf",
    "markdown",
    "html",
    "junit",
    "gitlab",
    "github",
    "csv",
];

/// All case numbers with their texts.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = TABLES.into_iter().flatten();
    rows.map(|(id, text, _)| (*id, *text))
}

/// What is wrong by the texts of the whole case, or of one run of it.
pub(crate) fn faults(case: &Case, run: Option<usize>, outcome: &Outcome<'_>) -> Vec<String> {
    let fault = |text: &String| match find(&case.id, text) {
        None => Some(format!("no assertion is written for: {text}")),
        Some(check) => check(outcome).err().map(|why| format!("\"{text}\": {why}")),
    };
    case.texts(run).iter().filter_map(fault).collect()
}

fn find(id: &str, text: &str) -> Option<Check> {
    let mut rows = TABLES.into_iter().flatten();
    let row = rows.find(|(case, of, _)| id.starts_with(case) && *of == text)?;
    Some(row.2)
}

/// What the program prints in a format; an error when it does not know the format.
fn printed(outcome: &Outcome<'_>, format: &str) -> Result<String, String> {
    let done = outcome.sandbox.print(&outcome.ran().step, format);
    if done.code == Some(2) {
        let error = done.stderr.trim().lines().next().unwrap_or_default();
        return Err(format!("{format}: {error}"));
    }
    Ok(done.stdout)
}

/// The documents in every format that the program knows and that says something: OpenVEX without
/// statements is none (case 103).
fn shown<'a>(outcome: &'a Outcome<'_>) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let all =
        FORMATS.into_iter().filter_map(|format| Some((format, printed(outcome, format).ok()?)));
    all.filter(|(format, text)| *format != "openvex" || !text.is_empty())
}

/// The same as JSON.
fn document(outcome: &Outcome<'_>, format: &str) -> Result<serde_json::Value, String> {
    let text = printed(outcome, format)?;
    serde_json::from_str(&text).map_err(|error| format!("{format}: {error}"))
}
