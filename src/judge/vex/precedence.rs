//! Which of several statements counts.
//!
//! Of one author, the latest. Of several, the one that the configuration trusts most; without such an
//! order, or among authors outside of it, the least favourable. What cannot close a finding can still
//! keep it open. The answer does not depend on the order of documents or statements.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::matching::{self, Precision, Reach};
use super::voices::Voices;
use super::{Origin, Stated, Statement, Status};
use crate::config::Settings;
use crate::inventory::Inventory;
use crate::judge::{Judged, Suppression, SuppressionKind, Triage, Verdict};

/// How many warnings of one kind one file may cause; the others are counted.
const MAX_WARNINGS: usize = 10;

/// Applies statements to open findings; what is to be said about the statements is the answer.
pub fn apply(
    judged: &mut [Judged],
    statements: &[Statement],
    inventory: &Inventory,
    (settings, now): (&Settings, Timestamp),
) -> Vec<String> {
    let mut outcome = Outcome::default();
    let voices = Voices::new(statements, inventory);
    let judge = Judge { statements, inventory, settings, now };
    for one in judged {
        let named = voices.naming(&one.finding);
        if !named.is_empty() {
            judge.one(one, &named, &mut outcome);
        }
    }
    for (number, statement) in statements.iter().enumerate() {
        if !outcome.used.contains(&number) {
            outcome.idle.entry(&statement.source).or_default().push(number);
        }
    }
    outcome.warnings(statements, inventory)
}

/// What is to be said about statements.
#[derive(Debug, Default)]
struct Outcome<'a> {
    used: BTreeSet<usize>,
    idle: BTreeMap<&'a str, Vec<usize>>,
    /// Texts by file, each once.
    remarks: BTreeMap<&'a str, BTreeSet<String>>,
}

impl<'a> Outcome<'a> {
    fn remark(&mut self, statement: &'a Statement, text: String) {
        self.remarks.entry(&statement.source).or_default().insert(text);
    }

    fn warnings(self, statements: &[Statement], inventory: &Inventory) -> Vec<String> {
        let mut all = Vec::new();
        for (source, texts) in self.remarks {
            let more = texts.len().saturating_sub(MAX_WARNINGS);
            all.extend(texts.into_iter().take(MAX_WARNINGS));
            all.extend((more > 0).then(|| format!("{source}: {more} more remarks of VEX")));
        }
        for (source, numbers) in self.idle {
            for &number in numbers.iter().take(MAX_WARNINGS) {
                let statement = &statements[number];
                let (place, flaw) = (&statement.place, statement.flaw());
                all.push(match matching::is_about_anything(statement, inventory) {
                    false => format!("{place} ({flaw}) matched no product"),
                    true => format!("{place} ({flaw}) matched no finding"),
                });
            }
            let more = numbers.len().saturating_sub(MAX_WARNINGS);
            all.extend(
                (more > 0).then(|| format!("{source}: {more} more statements matched nothing")),
            );
        }
        all
    }
}

/// A statement that speaks of a finding.
#[derive(Clone, Copy)]
struct Voice<'a> {
    statement: &'a Statement,
    precision: Precision,
}

struct Judge<'a> {
    statements: &'a [Statement],
    inventory: &'a Inventory,
    settings: &'a Settings,
    now: Timestamp,
}

impl<'a> Judge<'a> {
    fn one(&self, judged: &mut Judged, named: &BTreeSet<usize>, outcome: &mut Outcome<'a>) {
        let finding = &judged.finding;
        let label = self.inventory.components[finding.component].label();
        let copies: Vec<usize> =
            std::iter::once(finding.component).chain(finding.twins.iter().copied()).collect();
        let mut voices = Vec::new();
        for &number in named {
            let statement = &self.statements[number];
            match matching::reach(statement, &copies, self.inventory) {
                Reach::None => continue,
                Reach::Whole => {
                    outcome.remark(
                        statement,
                        format!(
                            "{} ({}) is too broad: it names the product and none of its parts, so it \
                             does not count",
                            statement.place,
                            statement.flaw()
                        ),
                    );
                    if !statement.status.clears() {
                        voices.push(Voice { statement, precision: BROAD });
                    }
                }
                Reach::Of(precision) => voices.push(Voice { statement, precision }),
            }
            outcome.used.insert(number);
        }
        voices.retain(|voice| self.keeps(voice, outcome));
        let mut notes = Vec::new();
        let Some(voice) = self.weightiest(&voices, (&label, outcome)) else { return };
        let statement = voice.statement;
        if self.is_triage(statement) {
            judged.triage = Triage::Done;
        }
        if statement.at.is_some_and(|at| finding.modified.is_some_and(|modified| at < modified)) {
            let text = "is older than the last change of the advisory: is it still true?";
            outcome.remark(statement, format!("{} ({}) {text}", statement.place, statement.flaw()));
            notes.push(format!("the VEX statement {text}"));
        }
        judged.stated = Some(stated(statement));
        if !statement.status.clears() {
            notes.push(self.open_note(statement, outcome));
        } else if judged.verdict == Verdict::Open {
            judged.verdict = Verdict::Suppressed(suppression(statement));
        }
        judged.finding.notes.extend(notes);
    }

    /// Whether somebody who may has looked at the flaw. What stands in the scanned document itself tells
    /// that only of trusted authors, and an investigation only for as long as it may last.
    fn is_triage(&self, statement: &Statement) -> bool {
        let is_given = statement.origin == Origin::Given;
        let is_signed = statement.author.is_some() && statement.at.is_some();
        let speaks = (is_given && (is_signed || statement.may_be_anonymous))
            || (is_signed && self.rank(statement).is_some());
        let overdue = statement.status == Status::UnderInvestigation
            && self.days_since(statement).is_none_or(|days| days > MAX_INVESTIGATION_DAYS);
        speaks && !overdue
    }

    fn days_since(&self, statement: &Statement) -> Option<i64> {
        statement.at.map(|at| self.now.duration_since(at).as_hours() / 24)
    }

    /// Whether a statement may take part. One that would close the finding and cannot is remarked on.
    fn keeps(&self, voice: &Voice<'a>, outcome: &mut Outcome<'a>) -> bool {
        let statement = voice.statement;
        if !statement.status.clears() {
            return statement.at.is_none_or(|at| at <= self.now);
        }
        let weakness = statement.weakness(self.now).or_else(|| {
            let untrusted = self.rank(statement).is_none();
            if matches!(statement.origin, Origin::Embedded(_)) && untrusted {
                return Some(
                    "stands in the scanned document itself and vex.trust does not name its author"
                        .to_owned(),
                );
            }
            let unproven = statement.status == Status::Fixed && !voice.precision.release;
            unproven.then(|| "says fixed and names no version that is".to_owned())
        });
        let Some(weakness) = weakness else {
            if statement.author.is_none() || statement.at.is_none() {
                let lacks = "names no author or no time; it counts since the file was given";
                outcome.remark(
                    statement,
                    format!("{} ({}) {lacks}", statement.place, statement.flaw()),
                );
            }
            return true;
        };
        let text = format!("{} ({}) {weakness}", statement.place, statement.flaw());
        outcome.remark(statement, format!("{text}, so it closes nothing"));
        false
    }

    /// The place of its author in the order of trust.
    fn rank(&self, statement: &Statement) -> Option<usize> {
        let author = statement.author.as_deref()?;
        self.settings.vex_trust.iter().position(|trusted| trusted.eq_ignore_ascii_case(author))
    }

    /// The statement that counts: by author the latest, then the most trusted, then the least
    /// favourable.
    fn weightiest(
        &self,
        voices: &[Voice<'a>],
        (label, outcome): (&str, &mut Outcome<'a>),
    ) -> Option<Voice<'a>> {
        let mut by_author: BTreeMap<Option<&str>, Vec<Voice<'a>>> = BTreeMap::new();
        for voice in voices {
            by_author.entry(voice.statement.author.as_deref()).or_default().push(*voice);
        }
        let last = by_author.values().flat_map(|voices| latest(voices));
        let rank = |voice: &Voice<'_>| self.rank(voice.statement).unwrap_or(usize::MAX);
        let last: Vec<Voice<'a>> = last.collect();
        let best = last.iter().map(rank).min()?;
        let left: Vec<Voice<'a>> = last.into_iter().filter(|voice| rank(voice) == best).collect();
        let gravest = left.iter().max_by_key(|voice| {
            let statement = voice.statement;
            (statement.status.gravity(), Reverse((statement.at, &statement.place)))
        })?;
        let other = left
            .iter()
            .find(|voice| voice.statement.status.gravity() != gravest.statement.status.gravity());
        if let Some(other) = other {
            let told = |voice: &Voice<'_>| {
                let statement = voice.statement;
                let author = statement.author.as_deref().unwrap_or("nobody");
                format!("{} by {author} ({})", statement.status.as_str(), statement.place)
            };
            let text = format!(
                "VEX statements contradict each other about {} in {label}: {} and {}; the less \
                 favourable counts",
                gravest.statement.flaw(),
                told(gravest),
                told(other)
            );
            outcome.remark(gravest.statement, text);
        }
        Some(*gravest)
    }

    /// What a statement that closes nothing tells the reader of the finding.
    fn open_note(&self, statement: &'a Statement, outcome: &mut Outcome<'a>) -> String {
        let author = statement.author.as_deref().unwrap_or("an unnamed author");
        let status = statement.status.as_str();
        let action = statement.action.as_deref().map(|action| format!(": {action}"));
        if statement.status == Status::Affected && action.is_none() {
            let text = format!("{} says affected and not what to do", statement.place);
            outcome.remark(statement, format!("{text}: ask its author"));
        }
        if let Some(days) = self.days_since(statement).filter(|days| *days > MAX_INVESTIGATION_DAYS)
            && statement.status == Status::UnderInvestigation
        {
            let text = format!("{} is under investigation for {days} days", statement.place);
            outcome.remark(statement, text);
        }
        format!("VEX: {status} by {author} ({}){}", statement.place, action.unwrap_or_default())
    }
}

/// After how many days an investigation is overdue.
const MAX_INVESTIGATION_DAYS: i64 = 30;

const BROAD: Precision = Precision { within_product: false, release: false };

/// The latest statements of one author: of the latest moment the most exact, and beside them those
/// without a time that keep the finding open.
fn latest<'a>(voices: &[Voice<'a>]) -> Vec<Voice<'a>> {
    let Some(last) = voices.iter().map(|voice| voice.statement.at).max() else {
        return Vec::new();
    };
    let of_last = || voices.iter().filter(|voice| voice.statement.at == last);
    let exact = of_last().map(|voice| voice.precision).max();
    let is_kept = |voice: &Voice<'_>| {
        let undated = voice.statement.at.is_none() && !voice.statement.status.clears();
        undated || (voice.statement.at == last && Some(voice.precision) == exact)
    };
    voices.iter().filter(|voice| is_kept(voice)).copied().collect()
}

fn stated(statement: &Statement) -> Stated {
    Stated {
        status: statement.status,
        justification: statement.justification.clone(),
        impact: statement.impact.clone(),
        action: statement.action.clone(),
        author: statement.author.clone(),
        at: statement.at,
        place: place(statement),
    }
}

/// Where a statement stands, with the id of its document.
fn place(statement: &Statement) -> String {
    let document = statement.document.as_deref().map(|id| format!(" ({id})"));
    format!("{}{}", statement.place, document.unwrap_or_default())
}

fn suppression(statement: &Statement) -> Suppression {
    Suppression {
        kind: SuppressionKind::Vex(statement.status),
        justification: statement.justification.clone().or_else(|| statement.impact.clone()),
        word: None,
        source: place(statement),
        ticket: None,
        author: statement.author.clone(),
        at: statement.at.map(|at| at.to_string()),
        until: None,
    }
}
