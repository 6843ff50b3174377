//! A baseline as text: a first one of all that is open, or an older one without what is gone.

use jiff::Timestamp;

use super::{Baseline, ByPackage, Entry, SCHEMA, Wire, subject};
use crate::inventory::Inventory;
use crate::judge::{Judged, SuppressionKind, Verdict};
use crate::matching::Finding;

/// Whether a baseline that is there may win entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It only loses what is gone.
    Shrink,
    /// What is open is added, what became graver is noted as such.
    Grow,
}

/// What became of the entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that were there and stay.
    pub kept: usize,
    /// Those that match nothing any more.
    pub dropped: usize,
    /// Those that are new.
    pub added: usize,
    /// Open findings that were not added.
    pub left_out: usize,
}

/// The text of a baseline of these findings, and how it differs from the one before. What waivers and
/// statements suppress is not part of it: it would outlive them.
///
/// # Errors
/// Never in practice: when the value cannot be written as JSON.
pub fn written(
    previous: Option<&Baseline>,
    growth: Growth,
    (judged, inventory): (&[Judged], &Inventory),
    now: Timestamp,
) -> Result<(String, Tally), serde_json::Error> {
    let (mut entries, mut tally) = kept(previous, judged, inventory);
    let mut index = ByPackage::of(&entries);
    for one in judged.iter().filter(|one| is_to_be_known(one)) {
        let places = index.of_finding(&one.finding, inventory).iter().copied();
        let known = places.into_iter().find(|&at| entries[at].is_about(&one.finding, inventory));
        let grows = growth == Growth::Grow || previous.is_none();
        match known {
            Some(at) if grows => entries[at].raise(&one.finding),
            Some(at) => tally.left_out += usize::from(entries[at].worse(&one.finding).is_some()),
            None if grows => {
                let Some(entry) = entry(one, inventory, now) else { continue };
                tally.added += 1;
                index.0.entry(entry.package.clone()).or_default().push(entries.len());
                entries.push(entry);
            }
            None => tally.left_out += 1,
        }
    }
    entries.sort_by(|a, b| key(a).cmp(&key(b)));
    let wire = Wire { schema: SCHEMA.to_owned(), written_at: now, findings: entries };
    serde_json::to_string_pretty(&wire).map(|text| (text + "\n", tally))
}

/// The entries that are still there, or were not looked at.
fn kept(
    previous: Option<&Baseline>,
    judged: &[Judged],
    inventory: &Inventory,
) -> (Vec<Entry>, Tally) {
    let before = previous.map_or(&[][..], |baseline| &baseline.entries);
    let index = ByPackage::of(before);
    let mut is_there = vec![false; before.len()];
    for one in judged {
        for &number in index.of_finding(&one.finding, inventory) {
            is_there[number] |= before[number].is_about(&one.finding, inventory);
        }
    }
    let stays =
        |(number, entry): &(usize, &Entry)| is_there[*number] || !entry.is_scanned(inventory);
    let entries: Vec<Entry> =
        before.iter().enumerate().filter(stays).map(|(_, entry)| entry.clone()).collect();
    let (kept, dropped) = (entries.len(), before.len() - entries.len());
    (entries, Tally { kept, dropped, ..Tally::default() })
}

fn key(entry: &Entry) -> (&str, &str, &str, &[crate::ids::AdvisoryId]) {
    (&entry.subject, &entry.ecosystem, &entry.package, &entry.ids)
}

fn is_to_be_known(judged: &Judged) -> bool {
    match &judged.verdict {
        Verdict::Open => true,
        Verdict::Suppressed(by) => by.kind == SuppressionKind::Baseline,
    }
}

fn entry(judged: &Judged, inventory: &Inventory, now: Timestamp) -> Option<Entry> {
    let finding = &judged.finding;
    let component = &inventory.components[finding.component];
    let package = component.identity.as_ref().ok()?;
    Some(Entry {
        subject: subject(inventory, component.input).to_owned(),
        ecosystem: package.ecosystem.as_str().to_owned(),
        package: package.name.clone(),
        ids: finding.ids.clone(),
        severity: finding.severity.level,
        exploited: finding.exploitation.kev.is_some(),
        first_seen: judged.first_seen.unwrap_or(now),
    })
}

impl Entry {
    /// Takes over how grave a finding is by now; one package may be there in several versions.
    fn raise(&mut self, finding: &Finding) {
        if self.worse(finding).is_some() {
            self.severity = finding.severity.level;
        }
        self.exploited |= finding.exploitation.kev.is_some();
    }
}
