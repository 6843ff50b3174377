//! Each finding of the delivery, against what is stated of it.

use std::collections::{BTreeMap, HashSet};

use super::{Latest, Terms, place};
use crate::config::ReviewRule;
use crate::evidence::archive;
use crate::inventory::{Component, Format};
use crate::judge::vex::{Origin, Statement, Status, Voices};
use crate::judge::{Judged, SuppressionKind, Verdict};
use crate::matching::{Finding, MatchCertainty, vendor_mark};
use crate::purl::Purl;
use crate::review::{About, Delivered, Evidence, Remark, is_open, name_of, plain_name};

/// A flaw of a component, in all documents and archives of the delivery.
struct Flaw<'a> {
    /// The component as remarks name it.
    component: String,
    /// The identifier to name the flaw by.
    id: String,
    /// Its findings.
    judged: Vec<&'a Judged>,
    /// The statements that speak of it and are not outdated.
    said: Vec<&'a Statement>,
    /// The parts that a bill of materials shows as patched, as remarks name them.
    patched: &'a HashSet<String>,
    delivered: Delivered<'a>,
}

/// The ways to say that a flaw does not count which the delivery can contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Denial {
    /// It is mended.
    Fixed,
    /// The component is not there.
    Absent,
    /// The code that has it is not there.
    CodeAbsent,
}

impl Denial {
    fn of(statement: &Statement) -> Option<Self> {
        match (statement.status, statement.justification.as_deref()) {
            (Status::Fixed, _) => Some(Self::Fixed),
            (Status::NotAffected, Some("component_not_present")) => Some(Self::Absent),
            (Status::NotAffected, Some("vulnerable_code_not_present" | "code_not_present")) => {
                Some(Self::CodeAbsent)
            }
            _ => None,
        }
    }
}

/// What is to be said about the findings.
pub(super) fn remarks(
    delivered: Delivered<'_>,
    terms: Terms<'_>,
    (voices, latest): (&Voices<'_>, &Latest<'_>),
) -> Vec<Remark> {
    let mut flaws: BTreeMap<(String, String), Vec<&Judged>> = BTreeMap::new();
    for judged in &delivered.audit.judged {
        let component = &delivered.audit.inventory.components[judged.finding.component];
        if !component.scope.is_none_or(|scope| terms.scopes.contains(&scope)) {
            continue;
        }
        let id = judged.finding.ids.first().map(ToString::to_string).unwrap_or_default();
        flaws.entry((name_of(component), id)).or_default().push(judged);
    }
    let patched = patched(delivered);
    let mut remarks = Vec::new();
    for ((component, id), judged) in flaws {
        let mut known: HashSet<*const Statement> = HashSet::new();
        let mut said: Vec<&Statement> =
            judged.iter().flat_map(|judged| voices.of(&judged.finding)).collect();
        said.retain(|one| known.insert(*one) && !latest.supersedes(one));
        Flaw { component, id, judged, said, patched: &patched, delivered }.remarks(&mut remarks);
    }
    remarks
}

fn patched(delivered: Delivered<'_>) -> HashSet<String> {
    let parts = delivered.sboms.iter().flat_map(|(_, sbom)| &sbom.parts);
    let names = parts.filter(|part| part.patches > 0).flat_map(|part| &part.identifiers);
    names.filter_map(|name| Purl::parse(&name.text).ok().map(|purl| plain_name(&purl))).collect()
}

impl<'a> Flaw<'a> {
    fn remarks(&self, remarks: &mut Vec<Remark>) {
        let mut denials: BTreeMap<Denial, Vec<&Statement>> = BTreeMap::new();
        for statement in &self.said {
            if let Some(denial) = Denial::of(statement) {
                denials.entry(denial).or_default().push(statement);
            }
        }
        let contradictions: Vec<Remark> =
            denials.iter().filter_map(|(denial, said)| self.contradiction(*denial, said)).collect();
        let is_refuted = !contradictions.is_empty();
        remarks.extend(contradictions);
        let is_open = is_open(&self.judged, &self.delivered.audit.inventory) || is_refuted;
        let finding = self.finding();
        if is_open && (finding.exploitation.kev.is_some() || finding.malicious) {
            remarks.push(self.exploited());
        } else if is_open && !is_refuted {
            remarks.extend(self.open());
        }
        if !is_open && finding.exploitation.kev.is_some() {
            remarks.extend(self.claimed_although_exploited());
        }
    }

    fn finding(&self) -> &'a Finding {
        &self.judged[0].finding
    }

    fn copies(&self) -> impl Iterator<Item = &'a Component> {
        let components = &self.delivered.audit.inventory.components;
        let places = self
            .judged
            .iter()
            .flat_map(|one| std::iter::once(&one.finding.component).chain(&one.finding.twins));
        places.map(|place| &components[*place])
    }

    fn is_in_archive(&self, component: &Component) -> bool {
        let inputs = &self.delivered.audit.inventory.inputs;
        inputs[component.input].format == Format::JavaArchive
    }

    fn remark(&self, rule: ReviewRule, what: String, ask: String) -> Remark {
        Remark {
            rule,
            about: About::Component(self.component.clone()),
            detail: self.id.clone(),
            what,
            ask,
            clauses: Vec::new(),
            evidence: self.places(),
        }
    }

    /// Every place of the component, each once.
    fn places(&self) -> Vec<Evidence> {
        let mut places: Vec<Evidence> =
            self.copies().map(|component| self.delivered.place(component)).collect();
        places.sort();
        places.dedup();
        places
    }

    /// Which record covers the version, and up to where.
    fn interval(&self) -> String {
        let covering = self.finding().evidence.iter().find(|evidence| evidence.affected);
        let Some(evidence) = covering else { return "a record covers its version".to_owned() };
        let id = &evidence.id;
        match (&evidence.fixed, &evidence.last_affected) {
            (Some(fixed), _) => format!("{id} covers its version; {fixed} is the first mended one"),
            (None, Some(last)) => format!("{id} covers its version and all up to {last}"),
            (None, None) => format!("{id} covers its version and names no mended one"),
        }
    }

    /// What speaks against statements that would close the finding.
    fn contradiction(&self, denial: Denial, said: &[&Statement]) -> Option<Remark> {
        let against = match denial {
            Denial::Fixed => self.against_fixed()?,
            Denial::Absent => self.against_absence(),
            Denial::CodeAbsent => self.against_absent_code()?,
        };
        let (text, shown) = against;
        let (component, id) = (&self.component, &self.id);
        let what = format!("A statement on {id} does not fit {component}: {text}");
        let ask = format!(
            "Why is {component} said not to be affected by {id}? Please show what proves it."
        );
        let mut remark = self.remark(ReviewRule::ClaimContradicted, what, ask);
        remark.evidence = said.iter().map(|one| place(one)).chain(shown).collect();
        Some(remark)
    }

    /// A vendor may mend an old version without a new number: where the version or the bill of
    /// materials shows that, only the vendor's word tells.
    fn against_fixed(&self) -> Option<(String, Vec<Evidence>)> {
        let is_vendors = self
            .copies()
            .filter_map(|component| component.version.as_deref())
            .any(|version| vendor_mark(version).is_some());
        if is_vendors
            || self.patched.contains(&self.component)
            || self.finding().certainty == MatchCertainty::Low
        {
            return None;
        }
        Some((format!("it says that the flaw is mended, but {}", self.interval()), self.places()))
    }

    fn against_absence(&self) -> (String, Vec<Evidence>) {
        let in_archive: Vec<Evidence> = self
            .copies()
            .filter(|component| self.is_in_archive(component))
            .map(|component| self.delivered.place(component))
            .collect();
        match in_archive.first() {
            Some(place) => {
                let text =
                    format!("it says that the component is not there, but {} holds it", place.path);
                (text, in_archive)
            }
            None => (
                "it says that the component is not there, but the bill of materials lists it"
                    .to_owned(),
                self.places(),
            ),
        }
    }

    fn against_absent_code(&self) -> Option<(String, Vec<Evidence>)> {
        if !archive::is_by_lookup(&self.finding().ids) {
            return None;
        }
        let delivery = self.delivered.delivery;
        let holder =
            self.copies().filter(|component| self.is_in_archive(component)).find_map(|one| {
                let path = delivery.within(&one.location.path);
                let holds = |archive: &&String| {
                    path.strip_prefix(archive.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with("!/"))
                };
                delivery.lookups.iter().find(holds)
            })?;
        let text = format!(
            "it says that the vulnerable code is not there, but {holder} holds the class JndiLookup"
        );
        Some((text, vec![Evidence { path: holder.clone(), at: "JndiLookup.class".to_owned() }]))
    }

    fn exploited(&self) -> Remark {
        let (component, id) = (&self.component, &self.id);
        let finding = self.finding();
        let (what, ask) = if finding.malicious {
            (
                format!("{component} is reported as malicious software ({id})"),
                format!("Please remove {component} and tell us how it came into the product."),
            )
        } else {
            (
                format!(
                    "{component} has the flaw {id}, which is known to be exploited: {}",
                    self.interval()
                ),
                format!(
                    "When will you deliver a version without {id}, and what protects us till then?"
                ),
            )
        };
        self.remark(ReviewRule::ExploitedFinding, what, ask)
    }

    /// An open finding of which nothing that counts is said.
    fn open(&self) -> Option<Remark> {
        let is_answered = self.said.iter().any(|statement| !statement.status.clears());
        if is_answered {
            return None;
        }
        let (component, id) = (&self.component, &self.id);
        let level = self.finding().severity.level.as_str();
        let said = match self.said.first() {
            None => "no statement says what it is worth here".to_owned(),
            Some(statement) => {
                format!("the statement about it counts for nothing: {}", self.weakness(statement))
            }
        };
        let what = format!(
            "{component} has the known flaw {id} (severity {level}), and {said}. {}",
            self.interval()
        );
        let ask = format!(
            "Is {component} affected by {id} in this product? If so: what will be done, and when?"
        );
        let mut remark = self.remark(ReviewRule::OpenFinding, what, ask);
        remark.evidence.extend(self.said.iter().map(|statement| place(statement)));
        Some(remark)
    }

    fn weakness(&self, statement: &Statement) -> String {
        match (statement.weakness(self.delivered.audit.now), statement.origin) {
            (Some(weakness), _) => format!("it {weakness}"),
            (None, Origin::Embedded(_)) => {
                "it stands in the bill of materials itself, and its author is not one whom you trust".to_owned()
            }
            (None, Origin::Given) => {
                "it does not name the component in this version as a part of the product".to_owned()
            }
        }
    }

    fn claimed_although_exploited(&self) -> Option<Remark> {
        let is_clean = |status| matches!(status, Status::NotAffected | Status::FalsePositive);
        let closes = |one: &&&Judged| match &one.verdict {
            Verdict::Suppressed(by) => {
                matches!(by.kind, SuppressionKind::Vex(status) if is_clean(status))
            }
            Verdict::Open => false,
        };
        let stated = self.judged.iter().find(closes)?.stated.as_ref()?;
        let statement = self.said.iter().find(|one| stated.place.starts_with(one.place.as_str()));
        let reason = stated.justification.as_deref().or(stated.impact.as_deref());
        let (component, id) = (&self.component, &self.id);
        let what = format!(
            "{component} is said not to be affected by {id}, which is known to be exploited elsewhere: {}. \
             The reason given is \"{}\"",
            self.interval(),
            reason.unwrap_or("none")
        );
        let ask = format!("Please show what proves that {id} cannot be used against this product.");
        let mut remark = self.remark(ReviewRule::ClaimExploited, what, ask);
        remark.evidence.splice(0..0, statement.map(|statement| place(statement)));
        Some(remark)
    }
}
