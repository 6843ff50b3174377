//! Waivers: a finding is known and accepted for a while, by whom and why the configuration says.
//!
//! A waiver names any identifier of the flaw and, if it likes, a package URL. It ends at a moment that
//! does not depend on the machine's time zone, and lapses when the severity rises above its level.

use jiff::{SignedDuration, Timestamp};

use super::{Judged, Suppression, SuppressionKind, Verdict};
use crate::advisory::severity::Level;
use crate::config::{Settings, Threshold, Unused, WaiverRule};
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
            if rule.expires.as_ref().is_some_and(|(end, _)| *end <= now) {
                continue;
            }
            if rule.max_severity.is_some_and(|max| finding.severity.level > level(max)) {
                used.lapsed_at = Some(finding.severity.level);
                continue;
            }
            if verdict == Verdict::Open {
                verdict = Verdict::Suppressed(Suppression {
                    kind: SuppressionKind::Waiver,
                    justification: rule.reason.clone(),
                    word: rule.justification.clone(),
                    source: format!("{path}:{}", rule.line),
                    author: None,
                    at: None,
                    until: rule.expires.as_ref().map(|(_, text)| text.clone()),
                });
            }
        }
        outcome.judged.push(Judged { finding, verdict, stated: None });
    }
    for (rule, used) in settings.waiver.iter().zip(used) {
        outcome.remark(rule, used, settings, now);
    }
    outcome
}

#[derive(Clone, Copy, Debug, Default)]
struct Use {
    matched: bool,
    lapsed_at: Option<Level>,
}

impl Outcome {
    fn remark(&mut self, rule: &WaiverRule, used: Use, settings: &Settings, now: Timestamp) {
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

fn level(threshold: Threshold) -> Level {
    match threshold {
        Threshold::Low => Level::Low,
        Threshold::Medium => Level::Medium,
        Threshold::High => Level::High,
        Threshold::Critical => Level::Critical,
    }
}
