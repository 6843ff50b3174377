//! The gate: whether a pipeline may go on, and if not, every reason why.

use jiff::Timestamp;

use crate::advisory::database::Database;
use crate::advisory::severity::Level;
use crate::config::{Answer, GatePolicy, Rule, Settings};
use crate::inventory::{Component, Format, Input, Inventory, Reason};
use crate::judge::grace::Waiting;
use crate::judge::{Judged, Triage, exploitation, policy};

/// The classes of answers; the number is the exit code, and the highest of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Scanned, the gate is open.
    Ok = 0,
    /// Scanned, the gate is closed.
    Gate = 1,
    /// Bad arguments, configuration, waiver or VEX file.
    Config = 2,
    /// An input could not be read, or nothing in it could be evaluated.
    Input = 3,
    /// Advisory data missing, empty, damaged or too old.
    Data = 4,
    /// A report could not be written.
    Output = 5,
}

impl Class {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Gate => "gate",
            Self::Config => "config",
            Self::Input => "input",
            Self::Data => "data",
            Self::Output => "output",
        }
    }

    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The gravest class of all reasons.
    pub class: Class,
    /// Every reason, the gravest first.
    pub reasons: Vec<(Class, String)>,
    /// What tripped each rule, and what would open the gate.
    pub blockers: Vec<Blocker>,
    /// What the policy only remarks on.
    pub remarks: Vec<String>,
}

/// One thing that tripped a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The rule.
    pub rule: String,
    /// What tripped it, in words.
    pub about: String,
    /// The finding that it is, by its place in the audit.
    pub finding: Option<usize>,
    /// The change that would open the gate.
    pub change: String,
}

impl Gate {
    /// A gate that nothing has closed yet.
    #[must_use]
    pub fn open() -> Self {
        Self { class: Class::Ok, reasons: Vec::new(), blockers: Vec::new(), remarks: Vec::new() }
    }

    /// Adds a reason; the gravest class counts.
    pub fn add(&mut self, class: Class, reason: String) {
        self.reasons.push((class, reason));
        self.reasons.sort_by_key(|(class, _)| std::cmp::Reverse(*class));
        self.class = self.class.max(class);
    }
}

/// What rules ask beyond a finding itself.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whether a remedy cures a finding.
    pub fixable: &'a dyn Fn(&Judged) -> bool,
    /// What would make a finding go away, in words.
    pub change: &'a dyn Fn(&Judged) -> String,
    /// The data that findings were made from.
    pub database: &'a Database,
}

/// Judges open findings and coverage by the policy. A rule that the loaded data cannot answer is a
/// reason of class [`Class::Data`]: it must not look like one that nothing trips.
#[must_use]
pub fn judge(
    judged: &[Judged],
    inventory: &Inventory,
    (settings, now): (&Settings, Timestamp),
    known: Known<'_>,
) -> Gate {
    let policy = &settings.gate;
    let mut gate = Gate::open();
    for (index, input) in inventory.inputs.iter().enumerate() {
        let count = inventory.count(Some(index));
        if count.declared > 0 && count.evaluated == 0 && !is_one_of_many(input, inventory) {
            let all = match count.declared {
                1 => "its one component could not be evaluated".to_owned(),
                number => format!("none of {number} components could be evaluated"),
            };
            let text = format!("{}: {all}", input.path);
            gate.add(Class::Input, text);
        }
    }
    if policy.fail_on.contains(&Rule::Never) {
        return gate;
    }
    let all = judged.iter().enumerate();
    let counted: Vec<(usize, &Judged)> =
        all.filter(|(_, j)| j.is_open() && counts(j, inventory, policy)).collect();
    for rule in &policy.fail_on {
        let tripped: Vec<_> =
            counted.iter().filter(|(_, j)| trips(*rule, j, policy, known)).collect();
        let levels: Vec<Level> = tripped.iter().map(|(_, j)| j.finding.severity.level).collect();
        if let Some(text) = reason(*rule, &levels) {
            gate.add(Class::Gate, text);
        }
        gate.blockers.extend(tripped.into_iter().map(|&(place, judged)| Blocker {
            rule: rule.to_string(),
            about: policy::about(judged, inventory),
            finding: Some(place),
            change: (known.change)(judged),
        }));
        exploitation::judge(*rule, &counted, policy, known.database, &mut gate);
    }
    let lacks = |what: &str, policy: &str, is_lacking: &dyn Fn(&Component) -> bool| {
        let number = inventory.parts().filter(|component| is_lacking(component)).count();
        let noun = if number == 1 { "component" } else { "components" };
        (number > 0).then(|| format!("{number} {noun} {what} (policy {policy} = \"fail\")"))
    };
    let mut close = |reason: Option<String>| {
        reason.into_iter().for_each(|reason| gate.add(Class::Gate, reason));
    };
    if policy.not_evaluated == Answer::Fail {
        close(lacks("not evaluated", "not_evaluated", &lacks_verdict));
    }
    if policy.not_covered == Answer::Fail {
        let what = "of packages that the loaded data does not know";
        close(lacks(what, "not_covered", &Component::is_not_covered));
    }
    let case = policy::Case { inventory, settings, counted: &counted, known, now };
    policy::judge(case, &mut gate);
    gate
}

/// Jars beside each other are one delivery: if some could be evaluated, one that names no artifact is
/// listed as not evaluated and does not spoil the others.
fn is_one_of_many(input: &Input, inventory: &Inventory) -> bool {
    let is_archive = |input: &Input| input.format == Format::JavaArchive;
    let mut evaluated = inventory.parts().filter(|component| component.identity.is_ok());
    is_archive(input) && evaluated.any(|component| is_archive(&inventory.inputs[component.input]))
}

/// Files and devices are listed as not evaluated, but no policy can ask a verdict on them.
pub(super) fn lacks_verdict(component: &Component) -> bool {
    component.identity.as_ref().is_err_and(|why| why.reason != Reason::NotAPackage)
}

/// A finding counts when its component may reach the product and it has no grace (left).
#[must_use]
pub fn counts(judged: &Judged, inventory: &Inventory, policy: &GatePolicy) -> bool {
    let all = std::iter::once(&judged.finding.component).chain(&judged.finding.twins);
    judged.waiting == Waiting::Counts
        && all.into_iter().any(|&index| is_counted(&inventory.components[index], policy))
}

/// Whether a component's scope counts at the gate; an unknown one does.
pub(super) fn is_counted(component: &Component, policy: &GatePolicy) -> bool {
    component.scope.is_none_or(|scope| policy.scopes.contains(&scope))
}

fn trips(rule: Rule, judged: &Judged, policy: &GatePolicy, known: Known<'_>) -> bool {
    let finding = &judged.finding;
    match rule {
        // what the baseline knows is suppressed and not asked about
        Rule::Any | Rule::New => true,
        Rule::Never => false,
        Rule::Kev => finding.exploitation.kev.is_some(),
        Rule::Malicious => finding.malicious,
        Rule::Untriaged => judged.triage == Triage::Missing,
        Rule::Unscored => finding.severity.level == Level::Unknown,
        Rule::Epss(least) => {
            finding.exploitation.epss.as_ref().is_some_and(|epss| epss.score >= least)
        }
        Rule::Fixable => (known.fixable)(judged),
        Rule::Severity(threshold) => match finding.severity.level {
            Level::Unknown => policy.unknown_severity == Answer::Fail,
            level => level >= Level::from(threshold),
        },
    }
}

/// "1 critical and 2 medium findings (rule any)".
fn reason(rule: Rule, levels: &[Level]) -> Option<String> {
    let mut parts = Vec::new();
    let mut levels_in_order = Level::ALL;
    levels_in_order.sort_by_key(|level| level.reading_rank());
    for level in levels_in_order {
        let count = levels.iter().filter(|known| **known == level).count();
        match (count, level) {
            (0, _) => {}
            (n, Level::Unknown) => parts.push(format!("{n} unrated")),
            (n, level) => parts.push(format!("{n} {}", level.as_str())),
        }
    }
    let last = parts.pop()?;
    let noun = if levels.len() == 1 { "finding" } else { "findings" };
    let list = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    Some(format!("{list} {noun} (rule {rule})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_counts_by_level() {
        let levels = vec![Level::Medium, Level::Critical, Level::Medium, Level::Unknown];
        assert_eq!(
            reason(Rule::Any, &levels).as_deref(),
            Some("1 critical, 2 medium and 1 unrated findings (rule any)")
        );
        assert_eq!(reason(Rule::Any, &[]), None);
    }

    #[test]
    fn the_gravest_class_counts() {
        let mut gate = Gate::open();
        gate.add(Class::Gate, "a".to_owned());
        gate.add(Class::Data, "b".to_owned());
        assert_eq!((gate.class, gate.class.code()), (Class::Data, 4));
        assert_eq!(gate.reasons[0].1, "b");
    }
}
