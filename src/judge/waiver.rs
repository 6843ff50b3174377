//! Waivers: a finding is known and accepted for a while, by whom and why the configuration says.
//!
//! A waiver names any identifier of the flaw and, if it likes, a package URL. It ends at a moment that
//! does not depend on the machine's time zone, and lapses when the severity rises above its level.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Judged, Suppression, SuppressionKind, Triage, Verdict};
use crate::advisory::severity::Level;
use crate::config::{Answer, Settings, Threshold, Unused, WaiverRule};
use crate::inventory::Inventory;
use crate::matching::Finding;
use crate::purl::Purl;

/// Findings with their verdicts, and what is to be said about the waivers.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, in the order given.
    pub judged: Vec<Judged>,
    /// Expired, lapsed, soon to end, without end, matching nothing.
    pub warnings: Vec<String>,
    /// Waivers that match nothing, where the policy calls that an error.
    pub errors: Vec<String>,
}

/// Applies the waivers of the settings.
#[must_use]
pub fn apply(
    findings: Vec<Finding>,
    inventory: &Inventory,
    settings: &Settings,
    now: Timestamp,
) -> Outcome {
    let mut outcome = Outcome::default();
    let path = settings.path.as_deref().unwrap_or("configuration");
    let mut used = vec![Use::default(); settings.waiver.len()];
    for finding in findings {
        let mut verdict = Verdict::Open;
        for (rule, used) in settings.waiver.iter().zip(&mut used) {
            if !speaks_of(rule, &finding, inventory) {
                continue;
            }
            used.matched = true;
            used.components.insert(inventory.components[finding.component].full_name());
            if rule.expires.as_ref().is_some_and(|(end, _)| *end <= now) {
                continue;
            }
            if rule.max_severity.is_some_and(|max| exceeds(&finding, max, settings)) {
                used.lapsed_at = Some(finding.severity.level);
                continue;
            }
            if verdict == Verdict::Open {
                verdict = Verdict::Suppressed(Suppression {
                    kind: SuppressionKind::Waiver,
                    justification: rule.reason.clone(),
                    word: rule.justification.clone(),
                    source: format!("{path}:{}", rule.line),
                    ticket: rule.ticket.clone(),
                    author: rule.owner.clone(),
                    at: None,
                    until: rule.expires.as_ref().map(|(_, text)| text.clone()),
                });
            }
        }
        let triage = if verdict == Verdict::Open { Triage::Missing } else { Triage::Done };
        outcome.judged.push(Judged { verdict, triage, ..Judged::open(finding) });
    }
    for (rule, used) in settings.waiver.iter().zip(&used) {
        outcome.remark(rule, used, settings, now);
    }
    outcome
}

/// What is to be said about waivers before anything is scanned.
#[must_use]
pub fn lint(settings: &Settings, now: Timestamp) -> Vec<String> {
    let mut outcome = Outcome::default();
    let path = settings.path.as_deref().unwrap_or("configuration");
    for rule in &settings.waiver {
        let used = Use { matched: true, ..Use::default() };
        outcome.remark(rule, &used, settings, now);
        if rule.component.is_none() {
            let text = format!("{path}:{}: waiver {} names no component", rule.line, rule.id);
            outcome.warnings.push(text);
        }
    }
    outcome.warnings
}

#[derive(Clone, Debug, Default)]
struct Use {
    matched: bool,
    /// The packages of the findings that it speaks of.
    components: BTreeSet<String>,
    lapsed_at: Option<Level>,
}

impl Outcome {
    fn remark(&mut self, rule: &WaiverRule, used: &Use, settings: &Settings, now: Timestamp) {
        let path = settings.path.as_deref().unwrap_or("configuration");
        let say = |text: String| format!("{path}:{}: waiver {} {text}", rule.line, rule.id);
        if !used.matched {
            let text = say("matches no finding".to_owned());
            match settings.waivers.unused {
                Unused::Warn => self.warnings.push(text),
                Unused::Error => self.errors.push(text),
                Unused::Ignore => {}
            }
        }
        if let (Some(level), Some(max)) = (used.lapsed_at, rule.max_severity) {
            let (level, max) = (level.as_str(), max.as_str());
            self.warnings.push(say(format!("lapsed: the severity is {level}, it covers {max}")));
        }
        if rule.component.is_none() && used.components.len() > 1 {
            let number = used.components.len();
            self.warnings.push(say(format!(
                "is broad: it names no component and speaks of {number} of them"
            )));
        }
        match &rule.expires {
            None => self.warnings.push(say("has no end date".to_owned())),
            Some((end, text)) if *end <= now => {
                self.warnings.push(say(format!("expired: it held until {text}")));
            }
            Some((end, text)) => {
                let days = i64::from(settings.waivers.warn_before_days);
                if end.duration_since(now) <= SignedDuration::from_hours(24 * days) && used.matched
                {
                    self.warnings.push(say(format!("ends soon: {text}")));
                }
            }
        }
    }
}

fn speaks_of(rule: &WaiverRule, finding: &Finding, inventory: &Inventory) -> bool {
    let named = finding.ids.iter().any(|id| id.as_str().eq_ignore_ascii_case(&rule.id));
    named
        && rule.component.as_deref().is_none_or(|pattern| {
            let purl = inventory.components[finding.component].purl();
            purl.is_some_and(|purl| Purl::parse(pattern).is_ok_and(|p| purl.is_matched_by(&p)))
        })
}

/// Whether a finding may be graver than a waiver covers. An unrated one may, unless the policy lets it
/// pass.
fn exceeds(finding: &Finding, max: Threshold, settings: &Settings) -> bool {
    match finding.severity.level {
        Level::Unknown => {
            max < Threshold::Critical && settings.gate.unknown_severity == Answer::Fail
        }
        now => now > Level::from(max),
    }
}
