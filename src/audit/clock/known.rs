//! What the loaded advisories tell about a flaw: for tables, and for drafts.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::anchor::Anchor;
use super::case::{Case, Source};
use super::fact::{Fact, KevDue};
use super::moment::Moment;
use super::regime::Known;
use crate::advisory::bundled;
use crate::advisory::database::Database;
use crate::advisory::exploitation::{Kind, Known as Exploitation};
use crate::advisory::record::{Event, Kev, Record};
use crate::advisory::severity::Severity;
use crate::advisory::store::StoreError;
use crate::ids::AdvisoryId;

/// What is told about one flaw.
#[derive(Debug, Default)]
pub struct Told {
    ids: Vec<String>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<String>,
    affected: Vec<String>,
    fixed: Vec<String>,
    exploitation: Exploitation,
    /// Whether "not in the catalogue" can be told.
    knows_catalogue: bool,
}

impl Told {
    /// Asks the database what was known at that time. A name that is no identifier of a record, as that of an incident, tells nothing.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn about(subject: &str, database: &Database, now: Timestamp) -> Result<Self, StoreError> {
        let Some(id) = AdvisoryId::new(subject) else { return Ok(Self::default()) };
        let found = database.find(&id)?;
        let records: Vec<&Record> = found.iter().map(AsRef::as_ref).collect();
        let mut ids: Vec<AdvisoryId> = records
            .iter()
            .flat_map(|record| std::iter::once(&record.id).chain(&record.aliases))
            .chain([&id])
            .cloned()
            .collect();
        ids.sort_by(|a, b| a.natural_key().cmp(&b.natural_key()));
        ids.dedup();
        let mut exploitation = database.exploitation_of(&ids)?.or_marked(records.iter().copied());
        let today = TimeZone::UTC.to_datetime(now).date();
        let is_later =
            |kev: &mut Kev| kev.added.parse().is_ok_and(|added: jiff::civil::Date| added > today);
        let is_listed_later = exploitation.kev.take_if(is_later).is_some();
        exploitation.ssvc = exploitation.ssvc.filter(|decision| decision.at <= now);
        let is_bundled = records.iter().any(|record| *record.source == *bundled::NAME);
        let mut told = Self {
            ids: ids.iter().map(ToString::to_string).collect(),
            exploitation,
            knows_catalogue: is_bundled || is_listed_later || database.has_feed(Kind::Kev),
            ..Self::default()
        };
        told.read(&records);
        Ok(told)
    }

    fn read(&mut self, records: &[&Record]) {
        let Some(first) = records.first() else { return };
        let said = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self.summary = said(&first.summary);
        self.details = said(&first.details);
        let ratings = records.iter().flat_map(|r| r.severity.iter().map(|s| (s, r.id.as_str())));
        let severity = Severity::strictest(ratings);
        self.severity = severity.score.map(|score| {
            let vector = severity.vector.map(|vector| format!(" ({vector})")).unwrap_or_default();
            format!("{} {score:.1}{vector}", severity.level.as_str())
        });
        for part in records.iter().flat_map(|record| &record.affected) {
            for range in &part.ranges {
                let words: Vec<String> = range.events.iter().map(in_words).collect();
                push(&mut self.affected, format!("{} {}", part.name, words.join(" ")));
                for event in &range.events {
                    if let Event::Fixed(version) = event {
                        push(&mut self.fixed, format!("{} {version}", part.name));
                    }
                }
            }
        }
    }

    /// Offers to a case what is known: its place in the catalogue, and a coordinator's decision. What a
    /// person entered stays.
    pub fn offer(&self, case: &mut Case) {
        match &self.exploitation.kev {
            Some(kev) => listed(kev, case),
            None if self.knows_catalogue => {
                offer(case, Fact::Kev, "no", "CISA's catalogue".to_owned());
            }
            None => {}
        }
        let Some(decision) = self.exploitation.ssvc else { return };
        let day = TimeZone::UTC.to_datetime(decision.at).date();
        let source = format!("SSVC decision of {day}");
        if let Some(automatable) = decision.automatable {
            let word = if automatable { "yes" } else { "no" };
            offer(case, Fact::Automatable, word, source.clone());
        }
        if let Some(impact) = decision.technical_impact {
            offer(case, Fact::TechnicalImpact, impact.as_str(), source);
        }
    }

    /// What is known of an item of a report; nothing where it is not.
    #[must_use]
    pub fn item(&self, item: Known) -> Option<String> {
        let list = |items: &[String]| (!items.is_empty()).then(|| items.join("; "));
        match item {
            Known::Product => None,
            Known::Flaw => {
                let ids = list(&self.ids)?.replace("; ", ", ");
                let summary = self.summary.as_deref()?;
                Some(format!("{ids}: {summary}"))
            }
            Known::Description => self.details.clone().or_else(|| self.summary.clone()),
            Known::Severity => self.severity.clone(),
            Known::Affected => list(&self.affected),
            Known::Fixed => list(&self.fixed),
            Known::Exploitation => self.exploitation.kev.as_ref().map(|kev| {
                format!("listed by CISA as exploited since {}; whether in this product is not told by that", kev.added)
            }),
        }
    }
}

fn listed(kev: &Kev, case: &mut Case) {
    let source = match &kev.source {
        Some(source) => format!("CISA's catalogue, {source}"),
        None => "CISA's catalogue".to_owned(),
    };
    offer(case, Fact::Kev, "yes", source.clone());
    if let Ok(added) = Moment::parse(&kev.added) {
        case.observe(Anchor::KevAdded, added, Source::Data(source));
    }
    case.facts.kev_due = match kev.due.as_deref().map(str::parse) {
        Some(Ok(day)) => KevDue::Day(day),
        Some(Err(_)) | None => KevDue::None,
    };
}

fn offer(case: &mut Case, fact: Fact, word: &str, source: String) {
    if case.facts.get(fact).is_none()
        && let Ok(word) = fact.answer(word)
    {
        case.facts.tell(fact, word, source);
    }
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

fn in_words(event: &Event) -> String {
    match event {
        Event::Introduced(version) if version == "0" => "from the first version".to_owned(),
        Event::Introduced(version) => format!("from {version}"),
        Event::Fixed(version) => format!("before {version}"),
        Event::LastAffected(version) => format!("up to {version}"),
        Event::Limit(version) => format!("nothing told from {version}"),
    }
}
