//! Policy beyond findings: how much must be evaluated, licences, packages that may not be there, rules
//! of one's own. Each reason names the rule, what tripped it, and what would open the gate.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::gate::{Blocker, Class, Gate, Known, is_counted, lacks_verdict};
use super::{Judged, exploitation, facts};
use crate::config::{Answer, Asked, CustomRule, Denied, Facts, Licensed, Settings};
use crate::inventory::{Component, Format, Inventory, Role};
use crate::purl::Purl;

/// How many of what tripped a rule its reason names; the blockers name all.
const NAMED: usize = 5;

/// What the policy is asked about.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) settings: &'a Settings,
    /// Open findings that count at the gate, with their places in the audit.
    pub(super) counted: &'a [(usize, &'a Judged)],
    pub(super) known: Known<'a>,
    pub(super) now: Timestamp,
}

/// One thing that tripped a rule.
struct Hit {
    about: String,
    finding: Option<usize>,
    change: String,
}

/// Adds what closes the gate.
pub(super) fn judge(case: Case<'_>, gate: &mut Gate) {
    case.min_evaluated(gate);
    case.licences(gate);
    for denied in &case.settings.deny {
        case.denied(denied, gate);
    }
    if case.settings.rules.is_empty() {
        return;
    }
    let documents: Vec<Facts> = (0..case.inventory.inputs.len())
        .map(|index| Facts::of_document(&facts::document(case.inventory, index)))
        .collect();
    for rule in &case.settings.rules {
        case.custom(rule, &documents, gate);
    }
}

impl Case<'_> {
    /// The place of a line of the configuration.
    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.settings.path.as_deref().unwrap_or("configuration"))
    }

    /// Components that count at the gate, with their places.
    fn components(&self) -> impl Iterator<Item = (usize, &Component)> {
        let all = self.inventory.components.iter().enumerate();
        all.filter(|(_, component)| {
            component.role != Role::Subject && is_counted(component, &self.settings.gate)
        })
    }

    /// Java archives beside each other are one delivery, everything else is judged by itself.
    fn min_evaluated(&self, gate: &mut Gate) {
        let Some(least) = self.settings.gate.min_evaluated else { return };
        let mut shares: BTreeMap<(bool, usize), (usize, usize)> = BTreeMap::new();
        for component in self.inventory.parts() {
            let is_archive = self.inventory.inputs[component.input].format == Format::JavaArchive;
            let input = if is_archive { 0 } else { component.input };
            let (evaluated, all) = shares.entry((is_archive, input)).or_default();
            *evaluated += usize::from(component.identity.is_ok());
            *all += usize::from(component.identity.is_ok() || lacks_verdict(component));
        }
        for ((is_archive, input), (evaluated, all)) in shares {
            if evaluated * 100 >= all * usize::from(least) {
                continue;
            }
            let name =
                if is_archive { "Java archives" } else { &*self.inventory.inputs[input].path };
            let change = "mend what `not_evaluated` lists, or lower gate.min_evaluated";
            let about = format!("{name}: {evaluated} of {all} components evaluated");
            let reason = format!("{about}, less than {least} % (policy min_evaluated); {change}");
            gate.add(Class::Gate, reason);
            gate.blockers.push(Blocker {
                rule: "min_evaluated".to_owned(),
                about,
                finding: None,
                change: change.to_owned(),
            });
        }
    }

    fn licences(&self, gate: &mut Gate) {
        let policy = &self.settings.licences;
        if !policy.is_set() {
            return;
        }
        let mut refused: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
        let mut unknown: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
        for (index, component) in self.components() {
            if component.role == Role::Alias || is_no_package(component) {
                continue;
            }
            let stated = self.inventory.licences.get(&index).map_or(&[][..], Vec::as_slice);
            let (list, why, change) = match policy.judge(stated) {
                Licensed::Allowed => continue,
                Licensed::Refused(why) => {
                    (&mut refused, why, "replace it, or change licenses in the configuration")
                }
                Licensed::Unknown(why) => (
                    &mut unknown,
                    why,
                    "state its licence in the document, or say under licenses.names what its name \
                     means",
                ),
            };
            let about = component.label();
            list.entry(why).or_default().push(Hit {
                about,
                finding: None,
                change: change.to_owned(),
            });
        }
        for (why, hits) in refused {
            close(gate, &format!("licence {why} (rule licenses)"), "licenses", hits);
        }
        for (why, hits) in unknown {
            let what = format!("licence not known: {why} (rule licenses)");
            match policy.unknown {
                Answer::Fail => close(gate, &what, "licenses", hits),
                Answer::Pass => gate.remarks.push(format!("{what}: {}", named(&hits))),
            }
        }
    }

    fn denied(&self, denied: &Denied, gate: &mut Gate) {
        let Ok(pattern) = Purl::parse(&denied.package) else { return };
        let place = self.at(denied.line);
        let hits: Vec<Hit> = self
            .components()
            .filter_map(|(_, component)| {
                let certainty = is_denied(component, &pattern)?;
                Some(Hit {
                    about: format!("{}{certainty}", component.label()),
                    finding: None,
                    change: format!("take it out, or the entry at {place}"),
                })
            })
            .collect();
        let reason = denied.reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        let what = format!("denied package {}{reason} (rule deny, {place})", denied.package);
        close(gate, &what, "deny", hits);
    }

    fn custom(&self, rule: &CustomRule, documents: &[Facts], gate: &mut Gate) {
        let place = self.at(rule.line);
        exploitation::judge_own(rule, self.counted, self.known.database, gate);
        let mut hits = Vec::new();
        for (facts, asked) in self.asked(rule, documents) {
            match rule.condition.holds(&facts) {
                Ok(true) => hits.push(self.tripped(asked, &place)),
                Ok(false) => {}
                Err(cause) => {
                    let about = self.tripped(asked, &place).about;
                    let text = format!(
                        "{place}: rule \"{}\" cannot be judged on {about}: {cause}",
                        rule.name
                    );
                    gate.add(Class::Config, text);
                    return;
                }
            }
        }
        let message = rule.message.as_deref().map(|text| format!("{text} ")).unwrap_or_default();
        let what = format!("{message}(rule \"{}\", {place})", rule.name);
        close(gate, &what, &rule.name, hits);
    }

    /// The cases that a rule is asked of.
    fn asked(&self, rule: &CustomRule, documents: &[Facts]) -> Vec<(Facts, Of)> {
        let component = |index: usize| {
            let document = &documents[self.inventory.components[index].input];
            document.with_component(&facts::component(self.inventory, index))
        };
        match rule.condition.asked() {
            Asked::Documents => {
                let inputs = documents.iter().enumerate();
                inputs.map(|(input, facts)| (facts.clone(), Of::Document(input))).collect()
            }
            Asked::Components => self
                .components()
                .filter(|(_, one)| one.role != Role::Alias)
                .map(|(index, _)| (component(index), Of::Component(index)))
                .collect(),
            Asked::Findings => self
                .counted
                .iter()
                .enumerate()
                .map(|(number, &(_, judged))| {
                    let policy = &self.settings.gate;
                    let finding = facts::finding(judged, self.known, policy, self.now);
                    let facts = component(judged.finding.component).with_finding(&finding);
                    (facts, Of::Finding(number))
                })
                .collect(),
        }
    }

    /// What the gate says of a case that a rule with that place holds in.
    fn tripped(&self, of: Of, rule: &str) -> Hit {
        let about = match of {
            Of::Finding(number) => {
                let (place, judged) = self.counted[number];
                return self.hit(place, judged);
            }
            Of::Document(input) => self.inventory.inputs[input].path.to_string(),
            Of::Component(index) => self.inventory.components[index].label(),
        };
        Hit { about, finding: None, change: format!("change it, or the rule at {rule}") }
    }

    fn hit(&self, place: usize, judged: &Judged) -> Hit {
        let (about, change) = (about(judged, self.inventory), (self.known.change)(judged));
        Hit { about, finding: Some(place), change }
    }
}

/// A case that a rule is asked of, by its number among its kind.
#[derive(Clone, Copy)]
enum Of {
    Document(usize),
    Component(usize),
    Finding(usize),
}

/// The finding as people name it.
pub(super) fn about(judged: &Judged, inventory: &Inventory) -> String {
    let id = judged.finding.ids.first().map_or("", |id| id.as_str());
    format!("{id} in {}", inventory.components[judged.finding.component].label())
}

fn is_no_package(component: &Component) -> bool {
    component.identity.is_err() && !lacks_verdict(component)
}

/// Whether it is the denied package; of one without a version nobody knows whether it is the denied
/// version, so it is.
fn is_denied(component: &Component, pattern: &Purl<'_>) -> Option<&'static str> {
    let denied = pattern.package("");
    let purl = component.purl();
    if purl.as_ref().is_some_and(|purl| purl.is_matched_by(pattern)) {
        return Some("");
    }
    let same = |name: &str, ecosystem: &str| {
        denied.as_ref().is_some_and(|d| d.name == name && d.ecosystem.as_str() == ecosystem)
    };
    if let (None, Ok(package)) = (&purl, &component.identity) {
        let version = pattern.version();
        let is_version = version.is_none_or(|version| version == package.version);
        let is_same = same(&package.name, package.ecosystem.as_str());
        return (is_same && is_version).then_some("");
    }
    let package = purl?.package("")?;
    let unknown = component.version.is_none() && pattern.version().is_some();
    (unknown && same(&package.name, package.ecosystem.as_str())).then_some(" (version not known)")
}

fn named(hits: &[Hit]) -> String {
    let list: Vec<&str> = hits.iter().take(NAMED).map(|hit| hit.about.as_str()).collect();
    let more = match hits.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", list.join(", "))
}

fn close(gate: &mut Gate, what: &str, rule: &str, hits: Vec<Hit>) {
    let Some(first) = hits.first() else { return };
    gate.add(Class::Gate, format!("{what}: {}; {}", named(&hits), first.change));
    gate.blockers.extend(hits.into_iter().map(|hit| Blocker {
        rule: rule.to_owned(),
        about: hit.about,
        finding: hit.finding,
        change: hit.change,
    }));
}
