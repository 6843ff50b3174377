//! The supplier's own report of known flaws, where a bill of materials names one.
//!
//! What was named must be delivered; what it says of a flaw must be what the VEX statements say; what
//! the audit finds must be in it. A report that is no document with statements is asked for the names of
//! flaws alone, in whatever text it is written.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::claims::{self, Latest};
use super::delivery::{Item, Kind};
use super::{About, Delivered, Evidence, Remark, name_of};
use crate::config::ReviewRule;
use crate::ids::AdvisoryId;
use crate::ingest::text;
use crate::judge::vex::{Directory, Statement, Status};
use crate::purl::Purl;

/// Types of links to such a report, as `CycloneDX` and SPDX 3 name them.
const KINDS: [&str; 3] = [
    "vulnerability-disclosure-report",
    "vulnerabilityDisclosureReport",
    "exploitability-statement",
];

/// What is wrong with the reports that bills of materials name.
#[must_use]
pub fn remarks(delivered: Delivered<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut reports: BTreeMap<&str, &Item> = BTreeMap::new();
    for (path, sbom) in delivered.sboms {
        let links = &sbom.document.disclosures;
        for link in links.iter().filter(|link| KINDS.contains(&link.kind.as_str())) {
            let digests: Vec<&str> = link.hashes.iter().map(|hash| hash.value.as_str()).collect();
            match find(delivered, &link.url, &digests) {
                Some(item) => {
                    reports.insert(&item.path, item);
                }
                None => remarks.push(not_delivered(path, &link.url)),
            }
        }
    }
    let latest = Latest::of(&delivered.delivery.statements);
    let directory = Directory::new(&delivered.audit.inventory);
    for item in reports.into_values() {
        match readable(item) {
            Some(text) => {
                remarks.extend(contradictions(delivered, item, (&latest, &directory)));
                remarks.extend(gaps(delivered, item, &text));
            }
            None => remarks.push(not_compared(item)),
        }
    }
    remarks.sort();
    remarks.dedup();
    remarks
}

/// The delivered file that a link leads to: by its digest, else by the name at the end of the URL.
fn find<'a>(delivered: Delivered<'a>, url: &str, digests: &[&str]) -> Option<&'a Item> {
    let items = &delivered.delivery.items;
    let has_digest =
        |item: &&Item| digests.iter().any(|digest| digest.eq_ignore_ascii_case(&item.sha256));
    let path = url.split(['#', '?']).next().unwrap_or(url);
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    // the rule for names of package URLs decodes percent signs
    let text = format!("pkg:generic/{name}");
    let name = Purl::parse(&text).map_or_else(|_| name.to_owned(), |purl| purl.name().to_owned());
    let is_named = |item: &&Item| item.path.rsplit('/').next() == Some(name.as_str());
    items.iter().find(has_digest).or_else(|| items.iter().find(is_named))
}

/// The text of a report, where it is one.
fn readable(item: &Item) -> Option<String> {
    if matches!(item.kind, Kind::Unreadable(_) | Kind::Packed | Kind::JavaArchive) {
        return None;
    }
    let bytes = item.source.bytes().ok()?;
    let text = text::decode(&bytes).ok()?;
    Some(text.to_ascii_lowercase())
}

fn remark(about: About, detail: &str, (what, ask): (String, String)) -> Remark {
    Remark {
        rule: ReviewRule::Disclosure,
        about,
        detail: detail.to_owned(),
        what,
        ask,
        clauses: Vec::new(),
        evidence: Vec::new(),
    }
}

fn not_delivered(sbom: &str, url: &str) -> Remark {
    let what = format!(
        "The bill of materials names a report of known flaws, {url}, and no such file was delivered"
    );
    let ask = format!("Please deliver the report that {url} leads to.");
    let evidence = vec![Evidence { path: sbom.to_owned(), at: url.to_owned() }];
    Remark { evidence, ..remark(About::File(sbom.to_owned()), url, (what, ask)) }
}

fn not_compared(item: &Item) -> Remark {
    let path = &item.path;
    let what = format!(
        "{path} is the supplier's report of known flaws and is no text that could be compared with the \
         other documents: somebody has to read it"
    );
    let ask =
        format!("Please deliver {path} in a form that programs read: CSAF, OpenVEX or CycloneDX.");
    let evidence = vec![Evidence { path: path.clone(), at: String::new() }];
    Remark { evidence, ..remark(About::File(path.clone()), "", (what, ask)) }
}

/// What the report and other documents say differently of one flaw.
fn contradictions(
    delivered: Delivered<'_>,
    item: &Item,
    (latest, directory): (&Latest<'_>, &Directory<'_>),
) -> Vec<Remark> {
    let all = &delivered.delivery.statements;
    let (own, others): (Vec<&Statement>, Vec<_>) =
        all.iter().filter(|one| !latest.supersedes(one)).partition(|one| one.source == item.path);
    let by_flaw = by_flaw(&others);
    let mut remarks = Vec::new();
    for report in own {
        let mut compared = HashSet::new();
        let same = report.flaws().filter_map(|flaw| by_flaw.get(&flaw)).flatten();
        for other in same.copied().filter(|other| compared.insert(std::ptr::from_ref(*other))) {
            if answer(report.status) == answer(other.status) || !directory.overlap(report, other) {
                continue;
            }
            let (path, flaw) = (&item.path, report.flaw());
            let what = format!(
                "{path} says \"{}\" of {flaw}, and {} says \"{}\"",
                report.status.as_str(),
                other.source,
                other.status.as_str()
            );
            let ask = format!("Which of both is right about {flaw}? Please correct the other.");
            remarks.push(Remark {
                evidence: vec![claims::place(report), claims::place(other)],
                ..remark(About::File(path.clone()), flaw, (what, ask))
            });
        }
    }
    remarks
}

/// Statements by the flaws that they name; of those that say the same of the same, the first.
fn by_flaw<'a>(statements: &[&'a Statement]) -> HashMap<String, Vec<&'a Statement>> {
    let mut known = HashSet::new();
    let mut index: HashMap<String, Vec<&Statement>> = HashMap::new();
    for one in statements {
        for flaw in one.flaws() {
            let said = (flaw.clone(), answer(one.status), one.origin, &one.products);
            if known.insert(said) {
                index.entry(flaw).or_default().push(one);
            }
        }
    }
    index
}

/// What a status answers to the question whether the flaw matters.
fn answer(status: Status) -> &'static str {
    match status {
        Status::NotAffected | Status::FalsePositive => "no",
        Status::Fixed => "no longer",
        Status::UnderInvestigation => "perhaps",
        Status::Affected => "yes",
    }
}

/// Findings that the report does not mention by any of their names.
fn gaps(delivered: Delivered<'_>, item: &Item, text: &str) -> Vec<Remark> {
    let audit = delivered.audit;
    let small = |id: &AdvisoryId| id.as_str().to_ascii_lowercase();
    let names = audit.judged.iter().flat_map(|judged| &judged.finding.ids).map(small).collect();
    let mentioned = mentioned(text, &names);
    let mut remarks: BTreeMap<(String, String), Remark> = BTreeMap::new();
    for judged in &audit.judged {
        let ids = &judged.finding.ids;
        let is_mentioned = ids.iter().any(|id| mentioned.contains(small(id).as_str()));
        let Some(id) = ids.first().filter(|_| !is_mentioned) else { continue };
        let component = &audit.inventory.components[judged.finding.component];
        let (name, path) = (name_of(component), &item.path);
        let what = format!(
            "{path}, the supplier's report of known flaws, does not mention {id} of {name}"
        );
        let ask = format!("Does {id} matter in this product? Please add it to {path}.");
        let detail = format!("{id} in {path}");
        let entry = remarks.entry((name.clone(), detail.clone())).or_insert_with(|| Remark {
            evidence: vec![Evidence { path: path.clone(), at: String::new() }],
            ..remark(About::Component(name), &detail, (what, ask))
        });
        entry.evidence.push(delivered.place(component));
    }
    remarks.into_values().collect()
}

/// The names that a text holds as a whole: `cve-2021-4422` is not in `cve-2021-44228`. The text is gone
/// through once, however many names there are.
fn mentioned<'t>(text: &'t str, names: &HashSet<String>) -> HashSet<&'t str> {
    let lengths: BTreeSet<usize> = names.iter().map(String::len).collect();
    let is_letter = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
    let starts = (0..text.len()).filter(|at| is_letter(*at) && (*at == 0 || !is_letter(*at - 1)));
    let mut found = HashSet::new();
    for start in starts {
        let ends = lengths.iter().map(|length| start + length).filter(|end| !is_letter(*end));
        let words = ends.filter_map(|end| text.get(start..end));
        found.extend(words.filter(|word| names.contains(*word)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_mentioned_as_a_whole() {
        let names = ["cve-2021-44228", "ghsa-jfh8-c2jp-5v3q", "rhsa-2021:5093"];
        let names = names.map(str::to_owned).into();
        let holds = |text| {
            let mut found: Vec<&str> = mentioned(text, &names).into_iter().collect();
            found.sort_unstable();
            found
        };
        assert_eq!(holds("see cve-2021-44228."), ["cve-2021-44228"]);
        assert_eq!(holds("cve-2021-44228"), ["cve-2021-44228"]);
        assert_eq!(holds("(cve-2021-44228-note, é)"), ["cve-2021-44228"]);
        assert_eq!(
            holds("a:ghsa-jfh8-c2jp-5v3q/rhsa-2021:5093"),
            ["ghsa-jfh8-c2jp-5v3q", "rhsa-2021:5093"]
        );
        assert!(holds("cve-2021-442289 and cve-2021-4422 and xcve-2021-44228").is_empty());
    }

    #[test]
    fn only_a_pending_answer_differs_from_a_pending_answer_by_its_status() {
        assert_eq!(answer(Status::NotAffected), answer(Status::FalsePositive));
        assert_ne!(answer(Status::Fixed), answer(Status::NotAffected));
    }
}
