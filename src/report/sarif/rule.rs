//! One rule for each flaw, in the order in which results need them.

use std::collections::HashMap;

use super::wire::{Configuration, Rule, RuleFacts, Text};
use super::{clip, place, plain, words};
use crate::report::model::Finding;

/// The rule of documents with components that have no verdict.
pub(super) const GAP: &str = "incomplete-audit";

/// The longest description that GitHub takes.
const LONGEST: usize = 1_024;

/// The rules that results refer to.
#[derive(Default)]
pub(super) struct Rules {
    list: Vec<Rule>,
    places: HashMap<String, usize>,
}

impl Rules {
    /// The place of a finding's rule. Findings come by severity, so a rule has its gravest one's.
    pub(super) fn of(&mut self, finding: &Finding<'_>) -> usize {
        self.place(finding.advisory.id, || rule(finding))
    }

    /// The place of the rule for documents.
    pub(super) fn gap(&mut self) -> usize {
        self.place(GAP, gap)
    }

    pub(super) fn into_list(self) -> Vec<Rule> {
        self.list
    }

    fn place(&mut self, id: &str, make: impl FnOnce() -> Rule) -> usize {
        if let Some(&place) = self.places.get(id) {
            return place;
        }
        self.list.push(make());
        self.places.insert(id.to_owned(), self.list.len() - 1);
        self.list.len() - 1
    }
}

/// How SARIF calls a level; unrated is no less than medium.
pub(super) fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" | "unknown" => "warning",
        _ => "note",
    }
}

/// What GitHub sorts by: the score, or one from the middle of the level. Unrated flaws have none, for
/// 0.0 would read as harmless.
fn security_severity(finding: &Finding<'_>) -> Option<String> {
    let score = finding.severity.score.or(match finding.severity.level {
        "critical" => Some(9.5),
        "high" => Some(8.0),
        "medium" => Some(5.5),
        "low" => Some(2.0),
        "none" => Some(0.0),
        _ => None,
    });
    score.map(|score| format!("{score:.1}"))
}

fn rule(finding: &Finding<'_>) -> Rule {
    let advisory = &finding.advisory;
    let summary = if advisory.summary.is_empty() { "no summary" } else { advisory.summary };
    let title = plain(&format!("{}: {summary}", advisory.id));
    let exploited = finding.exploitation.kev.is_some().then_some("exploited");
    let tags = ["security", "vulnerability", "dependency"].into_iter().chain(exploited);
    Rule {
        id: plain(advisory.id),
        short_description: Text { text: clip(&title, LONGEST) },
        full_description: Text { text: clip(&described(finding), LONGEST) },
        help: Text { text: help(finding) },
        help_uri: advisory.urls.iter().find(|url| place::is_web_address(url)).cloned(),
        default_configuration: Configuration { level: level(finding.severity.level) },
        properties: RuleFacts {
            tags: tags.collect(),
            security_severity: security_severity(finding),
        },
    }
}

fn described(finding: &Finding<'_>) -> String {
    let advisory = &finding.advisory;
    let mut parts =
        vec![advisory.summary.to_owned(), format!("severity {}", words::severity(finding))];
    if !advisory.aliases.is_empty() {
        parts.push(format!("also known as {}", advisory.aliases.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    plain(&parts.join("; "))
}

/// Lines of plain text: what is known of the flaw, whichever component has it.
fn help(finding: &Finding<'_>) -> String {
    let advisory = &finding.advisory;
    let mut lines =
        vec![plain(&format!("{}: {}", advisory.id, advisory.summary)), described(finding)];
    let vector = finding.severity.vector.map(|vector| {
        let source = finding.severity.source.map(|by| format!(" by {by}")).unwrap_or_default();
        plain(&format!("{vector}{source}"))
    });
    lines.extend(vector);
    lines.extend(advisory.published.as_deref().map(|at| format!("published {at}")));
    if let Some(kev) = &finding.exploitation.kev {
        lines.push(plain(&format!("listed as exploited since {}", kev.added)));
    }
    lines.extend(finding.conditions.iter().map(|one| plain(&format!("bites when: {one}"))));
    lines.extend(advisory.urls.iter().map(|url| plain(url)));
    clip(&lines.join("\n"), super::LONGEST)
}

fn gap() -> Rule {
    let text = "Components of this document have no verdict";
    let help = "A component that could not be evaluated, or of whose package the loaded data can \
                tell nothing, is neither safe nor affected. The message counts them with reasons; \
                the notifications of this run name them. Mend the document (names, versions, package \
                URLs) or load data for the packages.";
    Rule {
        id: GAP.to_owned(),
        short_description: Text { text: text.to_owned() },
        full_description: Text { text: help.to_owned() },
        help: Text { text: help.to_owned() },
        help_uri: None,
        default_configuration: Configuration { level: "note" },
        properties: RuleFacts { tags: vec!["coverage"], security_severity: None },
    }
}
