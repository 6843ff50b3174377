//! How the portfolio stands, as the store remembers it: what a run tells at its end, and `audit status`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::condition::Condition;
use super::event::Event;
use super::portfolio::Card;
use super::store::{Line, PastRun, Store, StoreError, Wanted};
use crate::advisory::severity::Level;
use crate::config::EventKind;

/// How a product stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProductLine {
    /// Who and what it is.
    #[serde(flatten)]
    pub card: Card,
    /// How many documents it has.
    pub documents: usize,
    /// How many components they declare.
    pub declared: usize,
    /// Those that advisories were asked about.
    pub evaluated: usize,
    /// The others.
    pub not_evaluated: usize,
    /// Those of the evaluated about which the data can tell nothing.
    pub not_covered: usize,
    /// Documents that declare components of which none could be evaluated.
    pub blind: usize,
    /// Findings that count, by level.
    pub open: BTreeMap<Level, usize>,
    /// Those of them that cannot be judged any more.
    pub unconfirmed: usize,
    /// Findings that do not count.
    pub suppressed: usize,
    /// Sources and documents that cannot be read.
    pub failing: usize,
}

/// How all stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The last run.
    pub run: Option<PastRun>,
    /// The products, in the order of the configuration; those that left it and still have documents
    /// last.
    pub products: Vec<ProductLine>,
    /// The documents, by product and path.
    pub documents: Vec<Line>,
    /// What holds.
    pub conditions: Vec<Condition>,
    /// The events that were asked for.
    pub events: Vec<Event>,
    /// How many there are of each kind, those that are not named here too.
    pub counts: BTreeMap<EventKind, usize>,
}

impl Digest {
    /// As the store remembers it, with the events that are wanted.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn of(store: &dyn Store, wanted: &Wanted) -> Result<Self, StoreError> {
        let conditions = store.conditions()?;
        let documents = store.overview()?;
        let products = products(store.portfolio()?, &documents, &conditions);
        let run = store.runs(1)?.into_iter().next();
        let (events, counts) = (store.events(wanted)?, store.count_events(wanted)?);
        Ok(Self { run, products, documents, conditions, events, counts })
    }

    /// Sources and documents that cannot be read.
    pub fn failing(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(|one| one.kind == EventKind::SourceFailing)
    }

    /// How many days old the data is.
    #[must_use]
    pub fn age_days(&self, now: Timestamp) -> Option<i64> {
        let as_of = self.run.as_ref()?.data_as_of?;
        Some(now.duration_since(as_of).as_secs().div_euclid(86_400).max(0))
    }
}

fn products(cards: Vec<Card>, documents: &[Line], conditions: &[Condition]) -> Vec<ProductLine> {
    let mut all: Vec<ProductLine> =
        cards.into_iter().map(|card| ProductLine { card, ..ProductLine::default() }).collect();
    for line in documents {
        let place = all.iter().position(|product| product.card.name == line.product);
        let place = place.unwrap_or_else(|| {
            let card = Card { name: line.product.clone(), ..Card::default() };
            all.push(ProductLine { card, ..ProductLine::default() });
            all.len() - 1
        });
        all[place].add(line);
    }
    for one in conditions.iter().filter(|one| one.kind == EventKind::SourceFailing) {
        let own = all.iter_mut().find(|product| Some(&product.card.name) == one.product.as_ref());
        own.into_iter().for_each(|product| product.failing += 1);
    }
    all
}

impl ProductLine {
    fn add(&mut self, line: &Line) {
        self.documents += 1;
        self.declared += line.components.declared;
        self.evaluated += line.components.evaluated;
        self.not_evaluated += line.components.not_evaluated;
        self.not_covered += line.components.not_covered;
        self.blind += usize::from(line.components.is_blind());
        self.unconfirmed += line.unconfirmed;
        self.suppressed += line.suppressed;
        for (level, count) in &line.open {
            *self.open.entry(*level).or_default() += count;
        }
    }
}
