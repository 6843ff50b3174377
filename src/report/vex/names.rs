//! By which names a written statement means the components that it is about, and no others.

use std::collections::HashMap;

use crate::inventory::Certainty;
use crate::judge::vex::{Status, fragment};
use crate::purl::Purl;
use crate::report::model::{Finding, Input, Report};

/// One name of a product or a part, fit for a document that others read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Identifier {
    /// A package URL.
    Purl(String),
    /// A BOM-Link: a document of CycloneDX, or a component in it.
    Link(String),
    /// A CPE name.
    Cpe(String),
    /// SHA-256 of the scanned file, in hexadecimal.
    Sha256(String),
}

impl Identifier {
    /// The text that tells one name from another.
    pub(in crate::report) fn text(&self) -> &str {
        match self {
            Self::Purl(text) | Self::Link(text) | Self::Cpe(text) | Self::Sha256(text) => text,
        }
    }

    /// As a URI; a CPE 2.3 name is none.
    pub(in crate::report) fn uri(&self) -> Option<String> {
        match self {
            Self::Purl(text) | Self::Link(text) => Some(text.clone()),
            // RFC 6920, 7: a name of information by its digest, in hexadecimal
            Self::Sha256(digest) => Some(format!("nih:sha-256;{digest}")),
            Self::Cpe(_) => None,
        }
    }
}

/// A text as a URI: what no URI may hold is percent-encoded (RFC 3986, 2.1), all else stays.
pub(in crate::report) fn uri(text: &str) -> String {
    let legal = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    let mut uri = String::with_capacity(text.len());
    for byte in text.bytes() {
        match legal(byte) {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A BOM-Link that follows the pattern of CycloneDX: `urn:cdx:UUID/VERSION`.
pub(in crate::report) fn bom_link<'a>(input: &Input<'a>) -> Option<&'a str> {
    let link = input.bom_link?;
    let (serial, version) = link.strip_prefix("urn:cdx:")?.split_once('/')?;
    let groups: Vec<&str> = serial.split('-').collect();
    let is_hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let is_serial = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(is_hexadecimal));
    let is_version =
        version.bytes().all(|b| b.is_ascii_digit()) && version.starts_with(|c: char| c != '0');
    (is_serial && is_version).then_some(link)
}

/// The BOM-Links of all places that list the component of a finding; none where one has no handle.
pub(in crate::report) fn links(report: &Report<'_>, finding: &Finding<'_>) -> Option<Vec<String>> {
    let document = bom_link(&report.inputs[finding.component.input])?;
    let references = references(finding)?.into_iter();
    Some(references.map(|reference| format!("{document}#{}", fragment(reference))).collect())
}

/// The handles of all places that list the component of a finding, each once; none where one has none.
pub(in crate::report) fn references<'a>(finding: &Finding<'a>) -> Option<Vec<&'a str>> {
    let mut all = Vec::new();
    for reference in &finding.exchange.references {
        let reference = reference.filter(|reference| !reference.is_empty())?;
        if !all.contains(&reference) {
            all.push(reference);
        }
    }
    Some(all)
}

/// What is stated of a finding, to tell whether a name that means two may be used.
type Stance<'a> = Option<(Status, Option<&'a str>, Option<&'a str>)>;

/// How far a name reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Into the product that is named beside it.
    Product,
    /// Everywhere.
    Anything,
}

/// The findings by flaw, with what is stated of each.
pub(in crate::report) struct Names<'a> {
    report: &'a Report<'a>,
    by_flaw: HashMap<&'a str, Vec<usize>>,
    stances: Vec<Stance<'a>>,
}

impl<'a> Names<'a> {
    pub(in crate::report) fn of(report: &'a Report<'a>) -> Self {
        let mut by_flaw: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut stances = Vec::with_capacity(report.findings.len());
        for (index, finding) in report.findings.iter().enumerate() {
            by_flaw.entry(finding.advisory.id).or_default().push(index);
            for alias in &finding.advisory.aliases {
                by_flaw.entry(alias).or_default().push(index);
            }
            let own = super::assertion(report, finding);
            stances.push(own.map(|own| (own.status, own.word, own.impact)));
        }
        Self { report, by_flaw, stances }
    }

    /// The names of the component of a finding; none when each would mean others, too, of which
    /// something else is stated.
    pub(in crate::report) fn part(&self, index: usize, status: Status) -> Vec<Identifier> {
        let finding = &self.report.findings[index];
        // the whole is named by itself, a part within its whole
        let within = if finding.exchange.is_subject { Within::Anything } else { Within::Product };
        let purl = finding.component.purl.and_then(as_pattern);
        let clear =
            purl.filter(|(_, purl)| !self.clashes(index, within, |other| purl_meets(other, purl)));
        let as_purl = |(text, _): &(String, Purl<'_>)| vec![Identifier::Purl(text.clone())];
        if let Some(own) = clear.as_ref().filter(|(_, purl)| purl.version().is_some()) {
            return as_purl(own);
        }
        if let Some(links) = links(self.report, finding) {
            return links.into_iter().map(Identifier::Link).collect();
        }
        // a name without a version cannot say what release is mended
        if let Some(own) = clear.as_ref().filter(|_| status != Status::Fixed) {
            return as_purl(own);
        }
        let cpe = finding.exchange.cpe.filter(|cpe| is_cpe(cpe));
        let cpe =
            cpe.filter(|cpe| !self.clashes(index, within, |other| other.exchange.cpe == Some(cpe)));
        cpe.map(|cpe| Identifier::Cpe(cpe.to_owned())).into_iter().collect()
    }

    /// Whether the component of a finding can be told where no product is named beside it: by BOM-Links,
    /// else by its package URL, else by its CPE name.
    pub(in crate::report) fn is_told(&self, index: usize, status: Status) -> bool {
        let finding = &self.report.findings[index];
        if links(self.report, finding).is_some() {
            return true;
        }
        let clashes =
            |meets: &dyn Fn(&Finding<'_>) -> bool| self.clashes(index, Within::Anything, meets);
        match finding.component.purl.and_then(|text| Purl::parse(text).ok()) {
            Some(purl) if status == Status::Fixed && purl.version().is_none() => false,
            Some(purl) => !clashes(&|other| purl_meets(other, &purl)),
            None => finding
                .exchange
                .cpe
                .is_some_and(|cpe| !clashes(&|other| other.exchange.cpe == Some(cpe))),
        }
    }

    /// Whether a name of the component means another one as well of which something else is stated
    /// about the same flaw.
    fn clashes(&self, index: usize, within: Within, meets: impl Fn(&Finding<'_>) -> bool) -> bool {
        let finding = &self.report.findings[index];
        let ids = std::iter::once(&finding.advisory.id).chain(&finding.advisory.aliases);
        let others = ids.filter_map(|id| self.by_flaw.get(id)).flatten();
        others.filter(|other| **other != index).any(|&other| {
            let differs = self.stances[other] != self.stances[index];
            let other = &self.report.findings[other];
            let is_near = || within == Within::Anything || self.share_product(finding, other);
            differs && is_near() && meets(other)
        })
    }

    /// Whether the product that is written for one finding may be that of another as well.
    fn share_product(&self, one: &Finding<'_>, other: &Finding<'_>) -> bool {
        let inputs = &self.report.inputs;
        let (one, other) = (&inputs[one.component.input], &inputs[other.component.input]);
        let purl = |input: &Input<'a>| input.subject.as_ref().and_then(|subject| subject.purl);
        let is_pattern = |pattern: &str, of: &str| {
            let (pattern, of) = (Purl::parse(pattern), Purl::parse(of));
            pattern.is_ok_and(|pattern| of.is_ok_and(|of| of.is_matched_by(&pattern)))
        };
        product(one) == product(other)
            || purl(one).zip(purl(other)).is_some_and(|(one, other)| is_pattern(one, other))
    }
}

fn purl_meets(other: &Finding<'_>, pattern: &Purl<'_>) -> bool {
    let purl = other.component.purl.and_then(|text| Purl::parse(text).ok());
    purl.is_none_or(|purl| purl.is_matched_by(pattern))
}

/// A package URL as others can read it: as written, else spelled anew.
fn as_pattern(text: &str) -> Option<(String, Purl<'_>)> {
    let text = text.trim();
    let purl = Purl::parse(text).ok()?;
    let is_exact = |text: &str| {
        let exact = Purl::parse(text).is_ok_and(|purl| purl.certainty() == Certainty::Exact);
        exact && text.starts_with("pkg:") && uri(text) == text
    };
    if is_exact(text) {
        return Some((text.to_owned(), purl));
    }
    let spelled = purl.canonical();
    is_exact(&spelled).then_some((spelled, purl))
}

/// A CPE name by the pattern of CSAF: bound as 2.3, or as URI of 2.2.
fn is_cpe(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("cpe:/") {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"._-~%:".contains(&b);
        let part = rest.is_empty() || rest.starts_with(['a', 'h', 'o', ':']);
        let short = rest.split(':').next().is_some_and(|part| part.len() <= 1);
        return part && short && rest.bytes().all(legal) && rest.matches(':').count() <= 6;
    }
    let Some(rest) = text.strip_prefix("cpe:2.3:") else { return false };
    let fields: Vec<&str> = rest.split(':').collect();
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let is_any = |field: &str| matches!(field, "*" | "-");
    let is_value = |field: &&str| is_any(field) || (!field.is_empty() && field.bytes().all(legal));
    fields.len() == 11
        && matches!(fields[0], "a" | "h" | "o" | "*" | "-")
        && (is_any(fields[6]) || matches!(fields[6].len(), 2 | 3))
        && fields.iter().all(is_value)
}

/// The name of the product that a document describes; of the document itself where it names none.
pub(in crate::report) fn product(input: &Input<'_>) -> Identifier {
    let purl = input.subject.as_ref().and_then(|subject| subject.purl).and_then(as_pattern);
    let link = bom_link(input).map(|link| Identifier::Link(link.to_owned()));
    let as_purl = |(text, _): (String, Purl<'_>)| Identifier::Purl(text);
    match (purl, link) {
        (Some(own), _) if own.1.version().is_some() => as_purl(own),
        (_, Some(link)) => link,
        (Some(own), None) => as_purl(own),
        (None, None) => Identifier::Sha256(input.sha256.to_owned()),
    }
}

/// The product as people name it.
pub(in crate::report) fn product_label(input: &Input<'_>) -> String {
    let Some(subject) = &input.subject else { return input.path.to_owned() };
    let label = format!("{} {}", subject.name, subject.version.unwrap_or_default());
    match label.trim() {
        "" => input.path.to_owned(),
        label => label.to_owned(),
    }
}
