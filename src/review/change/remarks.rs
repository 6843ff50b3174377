//! What to ask about what changed.

use std::collections::BTreeSet;

use super::Change;
use super::claims::{ClaimChange, Turn, without_version};
use super::risk::{Reopened, Risk};
use crate::config::ReviewRule;
use crate::inventory::diff;
use crate::inventory::{Component, Role};
use crate::judge::vex::{Directory, Identifier, Reached, Statement, Status};
use crate::purl::Purl;
use crate::review::claims::place;
use crate::review::quality::Check;
use crate::review::{About, Delivery, Evidence, Remark, name_of};

/// Who says where a component stands: the delivery before and this one.
#[derive(Clone, Copy)]
struct Places<'a> {
    old: &'a Delivery,
    new: &'a Delivery,
}

impl Places<'_> {
    fn before(&self, component: &Component) -> Evidence {
        let path = self.old.within(&component.location.path).to_owned();
        Evidence { path, at: "in the delivery before".to_owned() }
    }

    fn now(&self, component: &Component) -> Evidence {
        let path = self.new.within(&component.location.path).to_owned();
        let at = component.location.place.map(|place| place.to_string()).unwrap_or_default();
        Evidence { path, at }
    }
}

impl Change<'_> {
    /// What to ask about; `old` and `new` are the deliveries that were compared.
    #[must_use]
    pub fn remarks(&self, old: &Delivery, new: &Delivery) -> Vec<Remark> {
        let places = Places { old, new };
        let mut remarks = self.components(places);
        remarks.extend(self.risks.introduced.iter().map(|risk| introduced(risk, places)));
        remarks.extend(self.risks.unseen.iter().map(|risk| unseen(risk, places)));
        remarks.extend(self.risks.reopened.iter().map(|one| reopened(one, places)));
        remarks.extend(self.fallen.iter().map(|check| fallen(check)));
        let directory = Directory::new(&self.new.audit.inventory);
        remarks.extend(self.claims.iter().filter_map(|claim| turned(claim, &directory)));
        remarks.sort();
        remarks
    }

    /// Lower versions, and packages that no document has any more.
    fn components(&self, places: Places<'_>) -> Vec<Remark> {
        let parts = self.new.audit.inventory.components.iter();
        let present: BTreeSet<String> =
            parts.filter(|one| one.role != Role::Alias).map(diff::identity).collect();
        let mut remarks = Vec::new();
        for document in &self.documents {
            for change in document.changed.iter().filter(|change| change.is_downgrade()) {
                let version = |one: &Component| one.version.clone().unwrap_or_default();
                let (from, to) = (version(change.old), version(change.new));
                let name = change.new.full_name();
                let what = format!(
                    "{name} went back from {from} in the delivery before to {to}: what {from} mended \
                     may be missing again"
                );
                let ask = format!("Why did {name} go back to {to}?");
                let about = About::Component(name_of(change.new));
                let evidence = vec![places.now(change.new), places.before(change.old)];
                remarks.push(remark(ReviewRule::Downgrade, about, (what, ask), evidence));
            }
            let gone =
                document.removed.iter().filter(|one| !present.contains(&diff::identity(one)));
            for component in gone {
                let name = component.short();
                let what = format!("{name} was in the delivery before and is not in this one");
                let ask = format!("Was {name} removed, or is it only not listed any more?");
                let about = About::Component(name_of(component));
                let evidence = vec![places.before(component)];
                remarks.push(remark(ReviewRule::Removed, about, (what, ask), evidence));
            }
        }
        remarks
    }
}

fn remark(
    rule: ReviewRule,
    about: About,
    (what, ask): (String, String),
    evidence: Vec<Evidence>,
) -> Remark {
    Remark { rule, about, detail: String::new(), what, ask, clauses: Vec::new(), evidence }
}

fn introduced(risk: &Risk<'_>, places: Places<'_>) -> Remark {
    let before = "which the delivery before did not have";
    came(risk, before, places)
}

fn unseen(risk: &Risk<'_>, places: Places<'_>) -> Remark {
    let before = "and the delivery before listed the part so that nobody could look it up: the flaw may \
                  be new, or older than this delivery";
    came(risk, before, places)
}

fn came(risk: &Risk<'_>, before: &str, places: Places<'_>) -> Remark {
    let (name, id) = (name_of(risk.component), risk.id());
    let what = format!("{name} has the flaw {id}, {before}");
    let evidence = vec![places.now(risk.component)];
    let ask =
        format!("Is the product affected by {id} in {name}? If so: what will be done, and when?");
    let about = About::Component(name);
    let text = (what, ask);
    Remark { detail: id.to_owned(), ..remark(ReviewRule::Introduced, about, text, evidence) }
}

fn reopened(one: &Reopened<'_>, places: Places<'_>) -> Remark {
    let (name, id) = (name_of(one.risk.component), one.risk.id());
    let mut evidence = vec![places.now(one.risk.component)];
    let before = match one.before {
        Some(before) => {
            evidence.push(places.before(before));
            let version = before.version.as_deref().unwrap_or("another version");
            format!("the delivery before had {version}, in which it is mended")
        }
        None => "for the delivery before it was stated why it does not count".to_owned(),
    };
    let what = format!("{name} has the flaw {id} again: {before}");
    let ask = format!("Why is {id} back, and when will it be mended again?");
    let about = About::Component(name);
    Remark { detail: id.to_owned(), ..remark(ReviewRule::Reopened, about, (what, ask), evidence) }
}

fn fallen(check: &str) -> Remark {
    let (profile, id) = check.split_once('/').unwrap_or(("", check));
    let fact = Check::by_id(id).map_or(id, |check| check.fact);
    let what = format!(
        "The bill of materials of the delivery before held what the profile {profile} asks for, and this \
         one does not: {fact}"
    );
    let ask = format!("Please deliver again what the delivery before held: {fact}.");
    let text = (what, ask);
    let remark = remark(ReviewRule::QualityFell, About::Delivery, text, Vec::new());
    Remark { detail: check.to_owned(), ..remark }
}

/// Statements that were withdrawn although what they speak of is still there, or that turned otherwise
/// than an investigation ends or a flaw is mended.
fn turned(claim: &ClaimChange<'_>, new: &Directory<'_>) -> Option<Remark> {
    let (flaw, subject) = (claim.flaw, &claim.subject);
    let (what, statement) = match claim.turn {
        Turn::Added(_) => return None,
        Turn::Withdrawn(from) => {
            let current = of_any_release(from);
            if new.reached(&current) < Reached::Product {
                return None;
            }
            let said = from.status.as_str();
            (
                format!("\"{said}\" was stated of {flaw} in {subject}, and nothing is stated now"),
                from,
            )
        }
        Turn::Turned { from, to } => {
            let is_progress = matches!(from.status, Status::UnderInvestigation)
                || matches!((from.status, to.status), (Status::Affected, Status::Fixed));
            if is_progress {
                return None;
            }
            let (before, now) = (from.status.as_str(), to.status.as_str());
            (format!("\"{before}\" was stated of {flaw} in {subject}, and now \"{now}\""), to)
        }
    };
    let ask = format!("What changed about {flaw} in {subject}, and why?");
    let mut evidence = vec![place(statement)];
    if matches!(claim.turn, Turn::Withdrawn(_)) {
        evidence[0].at.push_str(" in the delivery before");
    }
    let about = About::Component(subject.clone());
    let remark = remark(ReviewRule::ClaimChanged, about, (what, ask), evidence);
    Some(Remark { detail: flaw.to_owned(), ..remark })
}

/// The statement for whichever release of the product: its own parts still count in their versions.
fn of_any_release(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    for product in statement.products.iter_mut().filter(|one| !one.subcomponents.is_empty()) {
        for name in &mut product.identifiers {
            let Identifier::Purl(text) = name else { continue };
            let Ok(purl) = Purl::parse(text) else { continue };
            *text = without_version(&purl);
        }
    }
    statement
}
