//! What the supplier states about flaws, against versions, archives and the catalogue of exploited ones.
//!
//! `judge::vex` has decided already which statement counts of each finding, and which close one. What
//! is asked here is whether a statement can be true, and what is left to be said. The same component in
//! a bill of materials and in an archive is one component of the delivery: a statement about either
//! speaks of both.

mod finding;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::delivery::{Item, Kind};
use super::{About, Delivered, Evidence, Remark, name_of, referred};
use crate::config::ReviewRule;
use crate::ingest::text;
use crate::inventory::{Inventory, Scope};
use crate::judge::vex::lint::{Gravity, lint};
use crate::judge::vex::{
    self, Directory, Identifier, Origin, Product, Reached, Statement, Status, Voices,
};

/// What the buyer grants.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// How many days an investigation may last.
    pub investigation_days: i64,
    /// The scopes whose findings count; a component without a scope always counts.
    pub scopes: &'a [Scope],
}

/// How many places of one fault of a document are shown.
const MAX_PLACES: usize = 10;

/// What is wrong with what is stated, and what nobody speaks of.
#[must_use]
pub fn remarks(delivered: Delivered<'_>, terms: Terms<'_>) -> Vec<Remark> {
    let statements = &delivered.delivery.statements;
    let voices = Voices::new(statements, &delivered.audit.inventory);
    let latest = Latest::of(statements);
    let mut remarks = finding::remarks(delivered, terms, (&voices, &latest));
    let directory = Directory::new(&delivered.audit.inventory);
    let mut reaches = HashMap::new();
    for statement in statements {
        let products = (statement.origin, &statement.products);
        let reach = *reaches.entry(products).or_insert_with(|| directory.reached(statement));
        let about = subject(statement, &delivered.audit.inventory);
        let claim = Claim { statement, about };
        remarks.extend(claim.unused(reach));
        if reach >= Reached::Product && !latest.supersedes(statement) {
            remarks.extend(claim.no_action());
            remarks.extend(claim.stale(delivered.audit.now, terms));
        }
    }
    for item in &delivered.delivery.items {
        if item.kind == Kind::Vex {
            remarks.extend(invalid(item));
        }
    }
    remarks.sort();
    remarks
}

/// When each author last spoke of each flaw of each product.
pub(super) struct Latest<'a>(HashMap<Subject<'a>, Option<Timestamp>>);

/// Author, products, flaw.
type Subject<'a> = (Option<&'a str>, &'a [Product], String);

impl<'a> Latest<'a> {
    pub(super) fn of(statements: &'a [Statement]) -> Self {
        let mut latest = HashMap::new();
        for statement in statements {
            for subject in subjects(statement) {
                let at = latest.entry(subject).or_insert(statement.at);
                *at = statement.at.max(*at);
            }
        }
        Self(latest)
    }

    /// Whether the same author says something about the same later.
    pub(super) fn supersedes(&self, statement: &Statement) -> bool {
        let is_later = |at: &Option<Timestamp>| *at > statement.at;
        subjects(statement).any(|subject| self.0.get(&subject).is_some_and(is_later))
    }
}

fn subjects(statement: &Statement) -> impl Iterator<Item = Subject<'_>> {
    let (author, products) = (statement.author.as_deref(), statement.products.as_slice());
    statement.flaws().map(move |flaw| (author, products, flaw))
}

/// What a statement is about, as people read it.
fn subject(statement: &Statement, inventory: &Inventory) -> String {
    let parts =
        statement.products.iter().flat_map(|product| product.subcomponents.iter().flatten());
    let wholes = statement.products.iter().flat_map(|product| &product.identifiers);
    let Some(first) = parts.chain(wholes).next() else { return "nothing".to_owned() };
    referred(first, statement.origin, inventory).map_or_else(|| name(first), name_of)
}

fn name(identifier: &Identifier) -> String {
    match identifier {
        Identifier::Purl(text) | Identifier::Reference(text) | Identifier::Cpe(text) => {
            text.clone()
        }
        Identifier::BomLink { document, reference } => match reference {
            Some(reference) => format!("{document}#{reference}"),
            None => document.clone(),
        },
        Identifier::Sha256(digest) => format!("the file with SHA-256 {digest}"),
    }
}

/// Where a statement stands.
pub(super) fn place(statement: &Statement) -> Evidence {
    let at = statement.place.strip_suffix(&format!(" of {}", statement.source));
    let at = at.unwrap_or(&statement.place);
    Evidence { path: statement.source.clone(), at: at.to_owned() }
}

/// A statement, and what it is about as people read it.
struct Claim<'a> {
    statement: &'a Statement,
    about: String,
}

impl Claim<'_> {
    /// A remark on the statement itself.
    fn remark(&self, rule: ReviewRule, what: String, ask: String) -> Remark {
        Remark {
            rule,
            about: About::File(self.statement.source.clone()),
            detail: format!("{} {}", self.statement.flaw(), self.about),
            what,
            ask,
            clauses: Vec::new(),
            evidence: vec![place(self.statement)],
        }
    }

    /// A statement that a part is not there needs no such part.
    fn unused(&self, reach: Reached) -> Option<Remark> {
        let word = self.statement.justification.as_deref();
        let is_absence = word == Some("component_not_present");
        let (flaw, about) = (self.statement.flaw(), &self.about);
        let why = match reach {
            Reached::Nothing => "which is not in this delivery",
            Reached::AbsentPart if !is_absence => {
                "a part that is in none of the delivered documents and archives"
            }
            Reached::AbsentPart | Reached::Product | Reached::Component => return None,
        };
        let what =
            format!("A statement on {flaw} speaks of {about}, {why}, so it says nothing here");
        let ask = format!("Which delivered component does the statement on {flaw} mean?");
        Some(self.remark(ReviewRule::ClaimUnused, what, ask))
    }

    fn no_action(&self) -> Option<Remark> {
        let statement = self.statement;
        if statement.status != Status::Affected || statement.action.is_some() {
            return None;
        }
        let (flaw, about) = (statement.flaw(), &self.about);
        let what =
            format!("{about} is said to be affected by {flaw}, without a word on what to do");
        let ask =
            format!("What will you do about {flaw}, until when, and what can we do meanwhile?");
        Some(self.remark(ReviewRule::NoAction, what, ask))
    }

    fn stale(&self, now: Timestamp, terms: Terms<'_>) -> Option<Remark> {
        let statement = self.statement;
        let at = statement.at.filter(|_| statement.status == Status::UnderInvestigation)?;
        let days = now.duration_since(at).as_hours() / 24;
        if days <= terms.investigation_days {
            return None;
        }
        let (flaw, about) = (statement.flaw(), &self.about);
        let what = format!(
            "Whether {about} is affected by {flaw} is under investigation for {days} days; {} are \
             allowed",
            terms.investigation_days
        );
        let ask = format!("What did the investigation of {flaw} find out?");
        Some(self.remark(ReviewRule::StaleInvestigation, what, ask))
    }
}

/// The faults of a document by its own specification, one remark for each rule.
fn invalid(item: &Item) -> Vec<Remark> {
    let Ok(bytes) = item.source.bytes() else { return Vec::new() };
    let Ok(text) = text::decode(&bytes) else { return Vec::new() };
    let source = vex::Source { path: &item.path, origin: Origin::Given };
    let mut by_rule: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for fault in lint(&text, source).unwrap_or_default() {
        if fault.gravity == Gravity::Error {
            by_rule.entry(fault.rule).or_default().push(fault);
        }
    }
    let remark = |(rule, faults): (&str, Vec<vex::lint::Fault>)| Remark {
        rule: ReviewRule::ClaimInvalid,
        about: About::File(item.path.clone()),
        detail: rule.to_owned(),
        what: format!(
            "{} breaks the rules of its own format in {} (rule {rule}): {}",
            item.path,
            if faults.len() == 1 {
                "1 place".to_owned()
            } else {
                format!("{} places", faults.len())
            },
            faults.first().map(|fault| fault.text.as_str()).unwrap_or_default()
        ),
        ask: format!("Please correct {} and deliver it again.", item.path),
        clauses: Vec::new(),
        evidence: faults
            .iter()
            .take(MAX_PLACES)
            .map(|fault| Evidence { path: item.path.clone(), at: fault.place.to_string() })
            .collect(),
    };
    by_rule.into_iter().map(remark).collect()
}
