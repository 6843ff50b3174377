//! What changed since the delivery before, and what signatures are worth, as lines of a report.

use super::model::{Change, ChangeEntry, Signature};
use crate::inventory::Component;
use crate::judge::vex::Statement;
use crate::judge::{Judged, SuppressionKind, Verdict};
use crate::review::change::{self, ClaimChange, Cure, Risk, Turn};
use crate::review::name_of;
use crate::review::signature::{Binding, Checked, Form, Outcome};

impl Change {
    /// Every difference as one line, by kind.
    #[must_use]
    pub fn new(change: &change::Change<'_>) -> Self {
        let mut entries = Vec::new();
        // a list of parts and the archive that it describes often tell the same
        let mut add = |kind, text: String| {
            let entry = ChangeEntry { kind, text };
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        };
        for document in &change.documents {
            document.changed.iter().for_each(|one| {
                let kind = match (one.is_downgrade(), one.old.version == one.new.version) {
                    (true, _) => "downgraded",
                    (false, true) => "moved",
                    (false, false) => "changed",
                };
                add(
                    kind,
                    format!(
                        "{}: {} -> {}",
                        one.new.full_name(),
                        version(one.old),
                        version(one.new)
                    ),
                );
            });
            document.added.iter().for_each(|one| add("added", name_of(one)));
            document.removed.iter().for_each(|one| add("removed", name_of(one)));
        }
        let risks = &change.risks;
        risks.introduced.iter().for_each(|risk| add("new flaw", flaw(risk)));
        risks.reopened.iter().for_each(|one| add("flaw is back", flaw(&one.risk)));
        risks.lost.iter().for_each(|risk| {
            add("flaw unclear", format!("{}: the part can no longer be looked up", flaw(risk)));
        });
        risks.unseen.iter().for_each(|risk| {
            let before = "the part could not be looked up before, so the flaw may be new or older";
            add("flaw unclear", format!("{}: {before}", flaw(risk)));
        });
        for one in &risks.resolved {
            let how = match &one.cure {
                Cure::Removed => "the part is gone".to_owned(),
                Cure::Replaced(by) => format!("now {}", name_of(by)),
                Cure::Closed(judged) => closed(judged).to_owned(),
            };
            add("flaw cured", format!("{}: {how}", flaw(&one.risk)));
        }
        for one in &change.licences {
            let said = |licences: &[String]| match licences {
                [] => "none stated".to_owned(),
                some => some.join(", "),
            };
            add("licence", format!("{}: {} -> {}", one.package, said(&one.old), said(&one.new)));
        }
        change.fallen.iter().for_each(|check| add("worse", format!("{check} was held before")));
        change.risen.iter().for_each(|check| add("better", format!("{check} was not held before")));
        change.claims.iter().for_each(|claim| add("statement", told(claim)));
        Self { entries }
    }
}

fn closed(judged: &Judged) -> &'static str {
    match &judged.verdict {
        Verdict::Open => "closed",
        Verdict::Suppressed(by) => match by.kind {
            SuppressionKind::Vex(_) => "closed by a statement",
            SuppressionKind::Waiver => "closed by your waiver",
            SuppressionKind::Baseline => "closed by your baseline",
        },
    }
}

fn version(component: &Component) -> &str {
    component.version.as_deref().unwrap_or("no version")
}

fn flaw(risk: &Risk<'_>) -> String {
    format!("{} in {}", risk.id(), name_of(risk.component))
}

fn told(claim: &ClaimChange<'_>) -> String {
    let word = |statement: &Statement| statement.status.as_str();
    let what = match claim.turn {
        Turn::Added(to) => format!("new, {}", word(to)),
        Turn::Withdrawn(from) => format!("withdrawn, was {}", word(from)),
        Turn::Turned { from, to } => format!("{} -> {}", word(from), word(to)),
    };
    format!("{} in {}: {what}", claim.flaw, claim.subject)
}

impl Signature {
    /// One signature, or the lack of one.
    #[must_use]
    pub fn new(checked: &Checked) -> Self {
        let form = checked.form.map(Form::as_str).unwrap_or_default();
        let beside = checked.beside.as_ref().map(|path| format!(" in {path}")).unwrap_or_default();
        let signed = format!("{form}{beside}");
        let (state, detail) = match &checked.outcome {
            Outcome::Verified { by, .. } => ("verified", format!("{signed}: made with {by}")),
            Outcome::NotVerified(why) => ("not verified", format!("{signed}: {why}")),
            Outcome::Broken(why) => ("broken", format!("{signed}: {why}")),
            Outcome::Absent => ("absent", "no signature was found".to_owned()),
        };
        let subjects: Vec<String> = checked.bindings.iter().map(bound).collect();
        let subjects = match subjects.len() {
            0 => String::new(),
            _ => format!("; {}", subjects.join("; ")),
        };
        Self { path: checked.path.clone(), state, detail: format!("{detail}{subjects}") }
    }
}

fn bound(binding: &Binding) -> String {
    match binding {
        Binding::Matches { path, .. } => format!("it is about {path}, as delivered"),
        Binding::Differs { path, .. } => format!("it is about another file than {path}"),
        Binding::Unproven { path, .. } => {
            format!("it names {path} without a digest that can be compared")
        }
        Binding::NotDelivered { name } => format!("{name} was not delivered"),
    }
}
