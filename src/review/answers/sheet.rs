//! The sheet of questions that a supplier fills: which columns it has, how cells are read and written.
//!
//! A cell with several texts holds one a line. An entry of the history is `2026-11-25 answered: text`;
//! further lines of its text begin with two spaces.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::AnswersError;
use super::table::{self, Row};
use crate::config::{Effect, ReviewRule};
use crate::review::questions::{Event, Happening, Named, Question, State};

/// The columns in their order; those that somebody added follow.
pub const COLUMNS: [&str; 16] = [
    "id",
    "state",
    "effect",
    "rule",
    "detail",
    "asked",
    "due",
    "about",
    "what",
    "ask",
    "because",
    "evidence",
    "answer",
    "answered_by",
    "note",
    "history",
];

/// The signs by which spreadsheets take a cell for a formula.
pub const FORMULA: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'];

/// The cells of a question, by [`COLUMNS`].
#[must_use]
pub fn cells(question: &Question) -> [String; 16] {
    let history: Vec<String> = question.history.iter().map(told).collect();
    [
        question.id.to_string(),
        question.state.as_str().to_owned(),
        question.effect.to_string(),
        question.rule.to_string(),
        question.detail.clone(),
        question.asked.to_string(),
        question.due.to_string(),
        question.about.join("\n"),
        question.what.clone(),
        question.ask.clone(),
        question.because.join("\n"),
        question.evidence.join("\n"),
        question.answer.clone(),
        question.answered_by.clone(),
        question.note.clone(),
        history.join("\n"),
    ]
}

fn told(event: &Event) -> String {
    let text = event.text.replace('\n', "\n  ");
    format!("{} {}: {text}", event.on, event.what.as_str())
}

/// Reads a sheet.
pub(super) fn read(text: &str) -> Result<Vec<Question>, AnswersError> {
    let mut rows = table::rows(text)?.into_iter();
    let Some(head) = rows.next() else {
        return Err(AnswersError::new(1, "the file is empty, expected a sheet of questions"));
    };
    let names: Vec<String> = head.cells.iter().map(|name| name.trim().to_owned()).collect();
    let lost = COLUMNS.iter().find(|column| !names.iter().any(|name| name == *column));
    if let Some(column) = lost {
        let cause = format!("no column \"{column}\": this is no sheet of questions");
        return Err(AnswersError::new(head.line, cause));
    }
    let mut known = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !name.is_empty() && !known.insert(*name)) {
        return Err(AnswersError::new(head.line, format!("column \"{twice}\" stands twice")));
    }
    let mut ids = BTreeSet::new();
    let mut questions = Vec::new();
    for row in rows {
        let line = row.line;
        let question = question(&names, row)?;
        if !ids.insert(question.id.clone()) {
            return Err(AnswersError::new(line, format!("question {} stands twice", question.id)));
        }
        questions.push(question);
    }
    Ok(questions)
}

/// The cells of a row by their columns.
struct Cells {
    line: usize,
    by_name: BTreeMap<String, String>,
}

impl Cells {
    fn new(names: &[String], row: Row) -> Result<Self, AnswersError> {
        let error = |cause: String| Err(AnswersError::new(row.line, cause));
        let mut by_name = BTreeMap::new();
        for (place, cell) in row.cells.into_iter().enumerate() {
            let text = without_guard(cell.trim()).to_owned();
            match names.get(place).filter(|name| !name.is_empty()) {
                Some(name) => {
                    by_name.insert(name.clone(), text);
                }
                None if text.is_empty() => {}
                None => return error(format!("\"{text}\" stands in a column without a name")),
            }
        }
        Ok(Self { line: row.line, by_name })
    }

    fn text(&mut self, column: &str) -> String {
        self.by_name.remove(column).unwrap_or_default()
    }

    fn lines(&mut self, column: &str) -> Vec<String> {
        let text = self.text(column);
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    fn error(&self, column: &str, cause: impl std::fmt::Display) -> AnswersError {
        AnswersError::new(self.line, format!("{column}: {cause}"))
    }

    fn date(&mut self, column: &str) -> Result<Date, AnswersError> {
        let text = self.text(column);
        date(&text).ok_or_else(|| {
            self.error(column, format!("\"{text}\" is no date, expected YYYY-MM-DD"))
        })
    }

    fn word<T>(
        &mut self,
        column: &str,
        find: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Result<T, AnswersError> {
        let text = self.text(column);
        find(&text.to_lowercase())
            .ok_or_else(|| self.error(column, format!("\"{text}\" is none of {known}")))
    }
}

/// The apostrophe that keeps a cell from being a formula is not part of it.
fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(FORMULA) => rest,
        _ => cell,
    }
}

fn question(names: &[String], row: Row) -> Result<Question, AnswersError> {
    let mut cells = Cells::new(names, row)?;
    let states = State::ALL.map(State::as_str).join(", ");
    let id = cells.text("id");
    let id = id.parse().map_err(|error| cells.error("id", error))?;
    let state = |name: &str| State::ALL.into_iter().find(|state| state.as_str() == name);
    Ok(Question {
        id,
        state: cells.word("state", state, &states)?,
        effect: cells.word("effect", Effect::named, "the effects of a fault")?,
        rule: cells.word("rule", ReviewRule::named, "the rules of a review")?,
        detail: cells.text("detail"),
        asked: cells.date("asked")?,
        due: cells.date("due")?,
        about: cells.lines("about"),
        what: cells.text("what"),
        ask: cells.text("ask"),
        because: cells.lines("because"),
        evidence: cells.lines("evidence"),
        answer: cells.text("answer"),
        answered_by: cells.text("answered_by"),
        note: cells.text("note"),
        history: history(&mut cells)?,
        extra: std::mem::take(&mut cells.by_name)
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    })
}

/// `2026-12-31`, or `31.12.2026` as some spreadsheets write it back. What has slashes is read one way
/// here and another way there, so it is refused.
fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let dotted = || {
        let mut parts = text.split('.');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next().is_none() && year.len() == 4;
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
        date.filter(|_| is_whole)
    };
    text.parse().ok().or_else(dotted)
}

fn history(cells: &mut Cells) -> Result<Vec<Event>, AnswersError> {
    let text = cells.text("history");
    let mut events: Vec<Event> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("  "), events.last_mut()) {
            (Some(more), Some(event)) => {
                event.text.push('\n');
                event.text.push_str(more.trim_end());
            }
            _ => events.push(event(line).ok_or_else(|| {
                cells.error("history", format!("\"{line}\" is no entry, expected DATE WHAT: TEXT"))
            })?),
        }
    }
    Ok(events)
}

fn event(line: &str) -> Option<Event> {
    let (on, rest) = line.trim().split_once(' ')?;
    let (what, text) = rest.split_once(':')?;
    let what = Happening::ALL.into_iter().find(|happening| happening.as_str() == what)?;
    Some(Event { on: date(on)?, what, text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(question: &Question) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let cells: Vec<_> = cells(question).iter().map(quoted).collect();
        format!("{},owner\r\n{},me\r\n", COLUMNS.join(","), cells.join(","))
    }

    fn sample() -> Question {
        Question {
            id: "Q-0123abcd".parse().unwrap(),
            state: State::Answered,
            effect: Effect::Condition,
            rule: ReviewRule::NoVersion,
            detail: "a/b".to_owned(),
            asked: "2026-11-25".parse().unwrap(),
            due: "2026-12-09".parse().unwrap(),
            about: vec!["a".to_owned(), "b, \"c\"".to_owned()],
            what: "Two parts have no version.".to_owned(),
            ask: "Please name them.".to_owned(),
            because: vec!["cisa-2026 2.1".to_owned()],
            evidence: vec!["bom.json components[3]".to_owned()],
            answer: "First line\nsecond line".to_owned(),
            answered_by: "A. Supplier".to_owned(),
            note: String::new(),
            history: vec![
                Event {
                    on: "2026-11-25".parse().unwrap(),
                    what: Happening::Asked,
                    text: String::new(),
                },
                Event {
                    on: "2026-12-01".parse().unwrap(),
                    what: Happening::Answered,
                    text: "First line\nsecond line".to_owned(),
                },
            ],
            extra: [("owner".to_owned(), "me".to_owned())].into(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(read(&sheet(&sample())).unwrap(), [sample()]);
    }

    #[test]
    fn spreadsheets_write_dates_and_guards_in_their_way() {
        let text = sheet(&sample())
            .replace("\"2026-12-09\"", "9.12.2026")
            .replace("\"answered\"", "Accepted")
            .replace("A. Supplier", "'@supplier");
        let read = read(&text).unwrap();
        assert_eq!(read[0].due, sample().due);
        assert_eq!(read[0].state, State::Accepted);
        assert_eq!(read[0].answered_by, "@supplier");
    }

    #[test]
    fn what_cannot_be_taken_over_is_refused_with_its_line() {
        let whole = sheet(&sample());
        let row = whole.split_once("\r\n").unwrap().1;
        for (text, cause) in [
            (String::new(), "1: the file is empty"),
            (whole.replace("history", "histories"), "1: no column \"history\""),
            (whole.replace(",owner", ",answer"), "1: column \"answer\" stands twice"),
            (whole.replace(",owner", ","), "2: \"me\" stands in a column without a name"),
            (whole.replace("Q-0123abcd", "Q-1"), "2: id: \"Q-1\" is no id"),
            (whole.replace("Q-0123abcd", ""), "2: id: \"\" is no id"),
            (whole.replace("\"answered\"", "done"), "2: state: \"done\" is none of open, answered"),
            (whole.replace("2026-12-09", "12/09/2026"), "2: due: \"12/09/2026\" is no date"),
            (whole.replace("2026-11-25 asked", "asked"), "2: history: \"asked: \" is no entry"),
            (format!("{whole}{row}"), "7: question Q-0123abcd stands twice"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.starts_with(cause), "{error}");
        }
    }
}
