//! What configurations and settings say about the conditions and mitigations of a finding.
//!
//! A condition holds where a configuration shows its sign. It does not hold, as far as the files go,
//! where the user gave the configurations in use, all were read to the last reference, and none
//! shows it. Everything else is unknown. Evidence shows the configuration's part of a condition, not
//! who can reach or write what.

use super::{Configuration, Dialect, Fact, Origin, Reach};
use crate::advisory::playbook::{Condition, Mitigation, Playbook, Strength, names};
use crate::advisory::sign::Sign;
use crate::ids::AdvisoryId;
use crate::version::{Order, Version};

/// How many places are named for one condition.
const PLACES: usize = 3;

/// All that was given or found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What could be read.
    pub configurations: Vec<Configuration>,
    /// How many files were given and could not be read.
    pub unread: usize,
}

/// The finding that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// All identifiers of the flaw.
    pub ids: &'a [AdvisoryId],
    /// `group:artifact`.
    pub package: &'a str,
    /// The version that is installed.
    pub version: &'a str,
}

/// What the evidence says about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Each condition behind its state: `holds: `, `does not hold as far as … go: `, `unknown: `.
    pub conditions: Vec<String>,
    /// A mitigation in full that the evidence shows.
    pub mitigated: Option<Mitigated>,
    /// Mitigations that are there and help in part or not at all.
    pub notes: Vec<String>,
}

/// A mitigation that is in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mitigated {
    /// What helps.
    pub by: String,
    /// What shows it.
    pub evidence: String,
}

/// Weighs a finding.
#[must_use]
pub fn weigh(playbook: &Playbook, question: Question<'_>, evidence: &Evidence) -> Weighed {
    let scales = Scales::new(question, evidence);
    let mut weighed = Weighed::default();
    for condition in playbook.conditions_of(question.ids) {
        weighed.conditions.push(scales.condition(condition));
    }
    if evidence.configurations.is_empty() {
        return weighed;
    }
    let of_package = |m: &&Mitigation| m.packages.iter().any(|name| name == question.package);
    for mitigation in playbook.mitigations.iter().filter(of_package) {
        scales.mitigation(mitigation, &mut weighed);
    }
    weighed
}

/// The configurations that the package of a finding reads.
struct Scales<'a> {
    question: Question<'a>,
    version: Option<Version>,
    configurations: Vec<&'a Configuration>,
    /// Those that were given: a list that lies somewhere sets nothing.
    settings: Vec<&'a Configuration>,
    all_read: bool,
}

/// The configurations that a package reads. Copies of log4j-core under other names read its own.
fn dialects(package: &str) -> &'static [Dialect] {
    let (group, artifact) = package.split_once(':').unwrap_or(("", package));
    match artifact {
        "log4j-1.2-api" => &[Dialect::Log4j1, Dialect::Log4j2],
        "reload4j" => &[Dialect::Log4j1],
        "log4j" if group == "log4j" => &[Dialect::Log4j1],
        _ if artifact.starts_with("log4j-1.") || artifact.contains("chainsaw") => {
            &[Dialect::Log4j1]
        }
        _ if artifact.contains("log4j") => &[Dialect::Log4j2],
        _ => &[],
    }
}

impl<'a> Scales<'a> {
    fn new(question: Question<'a>, evidence: &'a Evidence) -> Self {
        let read = dialects(question.package);
        let of = |wanted: &[Dialect]| {
            let all = evidence.configurations.iter();
            all.filter(|c| wanted.contains(&c.dialect)).collect::<Vec<_>>()
        };
        let mut settings = if read.is_empty() { Vec::new() } else { of(&[Dialect::Settings]) };
        settings.retain(|settings| settings.origin == Origin::Given);
        Self {
            question,
            version: Version::parse(Order::Maven, question.version).ok(),
            configurations: of(read),
            settings,
            all_read: evidence.unread == 0,
        }
    }

    fn given(&self) -> impl Iterator<Item = &'a Configuration> {
        self.configurations.iter().copied().filter(|c| c.origin == Origin::Given)
    }

    fn condition(&self, condition: &Condition) -> String {
        let text = &condition.text;
        let facts: Vec<_> = self.facts(&self.configurations, &condition.when).collect();
        if !facts.is_empty() {
            let beyond = condition.beyond.as_ref();
            let beyond = beyond.map(|part| format!("; not shown: {part}")).unwrap_or_default();
            return format!("holds: {text} ({}{beyond})", places(&facts));
        }
        match self.absent(&condition.when) {
            Ok(files) => {
                let verb = if files.len() == 1 { "goes" } else { "go" };
                format!("does not hold as far as {} {verb}: {text}", files.join(", "))
            }
            Err(Some(why)) => format!("unknown: {text} ({why})"),
            Err(None) => format!("unknown: {text}"),
        }
    }

    /// Where any of the signs stands.
    fn facts<'s>(
        &self,
        configurations: &'s [&'a Configuration],
        signs: &'s [Sign],
    ) -> impl Iterator<Item = (&'a str, &'a Fact)> + use<'a, 's> {
        configurations.iter().flat_map(move |configuration| {
            let facts = configuration.facts.iter().filter(|fact| signs.contains(&fact.sign));
            facts.map(|fact| (configuration.path.as_str(), fact))
        })
    }

    /// The files that show none of the signs, if that means something; else why it does not.
    fn absent(&self, signs: &[Sign]) -> Result<Vec<&'a str>, Option<String>> {
        if signs.is_empty() || !signs.iter().all(|sign| sign.absence_counts()) {
            return Err(None);
        }
        let files: Vec<&str> = self.given().map(|c| c.path.as_str()).collect();
        if files.is_empty() {
            return Err(None);
        }
        if !self.all_read {
            return Err(Some("a file that was given as evidence could not be read".to_owned()));
        }
        let layouts = signs.iter().any(|sign| sign.is_of_layouts());
        for configuration in self.given() {
            let matters = |reach: Reach| reach == Reach::Whole || layouts;
            if let Some(gap) = configuration.gaps.iter().find(|gap| matters(gap.reach)) {
                return Err(Some(format!("{}:{} {}", configuration.path, gap.line, gap.text)));
            }
        }
        let none = self.facts(&self.configurations, signs).next().is_none();
        if none { Ok(files) } else { Err(None) }
    }

    fn mitigation(&self, mitigation: &Mitigation, weighed: &mut Weighed) {
        let (works, known_useless) = (
            mitigation.works_for.iter().any(|id| names(self.question.ids, id)),
            mitigation.not_for.iter().any(|id| names(self.question.ids, id)),
        );
        if !works && !known_useless {
            return;
        }
        let fits = self.version.as_ref().is_some_and(|version| mitigation.is_for(version));
        if let Some((found, place)) = self.shown(mitigation) {
            let id = self.question.ids.first().map_or("it", AdvisoryId::as_str);
            let effect = match (works, fits, mitigation.strength) {
                (true, true, Strength::Full) => return settle(weighed, found, place),
                (true, true, Strength::Partial) => format!("helps in part against {id}"),
                (true, false, _) => format!(
                    "no help for {id} in {}: made for {}",
                    self.question.version,
                    mitigation.versions()
                ),
                (false, ..) => format!("no help for {id}"),
            };
            weighed.notes.push(format!("{found} ({place}): {effect}"));
        }
        let full = works && fits && mitigation.strength == Strength::Full;
        if let (true, Ok(files)) = (full, self.absent(&mitigation.absent)) {
            let signs: Vec<_> = mitigation.absent.iter().map(|sign| sign.in_words()).collect();
            settle(weighed, format!("no {}", signs.join(" and no ")), files.join(", "));
        }
    }

    /// What shows that a mitigation is in place, and where.
    fn shown(&self, mitigation: &Mitigation) -> Option<(String, String)> {
        let (of_all, of_any): (Vec<Sign>, Vec<Sign>) =
            mitigation.when.iter().partition(|sign| sign.is_of_all());
        let given: Vec<&Configuration> = self.given().collect();
        let everywhere = |sign: &Sign| {
            given.iter().all(|c| c.facts.iter().any(|fact| fact.sign == *sign)) && self.all_read
        };
        let in_all = self.facts(&given, &of_all).find(|(_, fact)| everywhere(&fact.sign));
        let (path, fact) = in_all.or_else(|| {
            let settings = self.facts(&self.settings, &of_any);
            settings.chain(self.facts(&given, &of_any)).next()
        })?;
        Some((fact.found.clone(), format!("{path}:{}", fact.line)))
    }
}

/// The first mitigation in full counts.
fn settle(weighed: &mut Weighed, by: String, evidence: String) {
    weighed.mitigated.get_or_insert(Mitigated { by, evidence });
}

fn places(facts: &[(&str, &Fact)]) -> String {
    let mut places: Vec<String> = facts
        .iter()
        .take(PLACES)
        .map(|(path, fact)| format!("{path}:{}: {}", fact.line, fact.found))
        .collect();
    if facts.len() > PLACES {
        places.push(format!("{} more", facts.len() - PLACES));
    }
    places.join("; ")
}
