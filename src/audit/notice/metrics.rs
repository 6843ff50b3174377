//! How all stands, in the text format of Prometheus for node_exporter's textfile collector: gauges in
//! base units, without timestamps. Labels are products of the portfolio, and words of bomvet and of its
//! regimes: no name out of a document.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;

use crate::advisory::severity::Level;
use crate::audit::clock::{Clock, Stands, State};
use crate::audit::digest::{Digest, ProductLine};
use crate::audit::store::{Store, StoreError};

/// A number of a product.
type Count = fn(&ProductLine) -> usize;

const COUNTS: [(&str, &str, Count); 8] = [
    ("documents", "Bills of materials.", |one| one.documents),
    ("documents_blind", "Documents of whose components none could be evaluated.", |one| one.blind),
    ("components_declared", "Components that the documents declare.", |one| one.declared),
    ("components_evaluated", "Components that advisories were asked about.", |one| one.evaluated),
    ("components_not_evaluated", "Components that were not evaluated.", |one| one.not_evaluated),
    ("components_not_covered", "Evaluated components that the data cannot tell about.", |one| {
        one.not_covered
    }),
    ("findings_unconfirmed", "Open findings that cannot be judged any more.", |one| {
        one.unconfirmed
    }),
    ("sources_failing", "Sources and documents that cannot be read.", |one| one.failing),
];

/// How many open findings of each product are known to be exploited.
///
/// # Errors
/// When the store cannot be used.
pub fn exploited(store: &dyn Store) -> Result<BTreeMap<String, usize>, StoreError> {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for known in store.documents()?.into_iter().filter(|known| known.is_present) {
        let findings = store.findings(known.id)?;
        let open = findings.iter().filter(|held| held.status.is_open());
        *all.entry(known.product).or_default() += open.filter(|held| held.kev.is_some()).count();
    }
    Ok(all)
}

/// The metrics. `clocks` is nothing where they cannot be computed; `last` is when the last run that came
/// to its end ran, where one did.
#[must_use]
pub fn metrics(
    digest: &Digest,
    exploited: &BTreeMap<String, usize>,
    clocks: Option<&[Clock<'_>]>,
    last: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let mut text = String::new();
    let help = "Open findings by level: one for each flaw of each component in each document.";
    head(&mut text, "findings_open", help);
    for product in &digest.products {
        for level in Level::ALL {
            let count = product.open.get(&level).copied().unwrap_or(0);
            let product = label(&product.card.name);
            let labels = format!("product=\"{product}\",level=\"{}\"", level.as_str());
            // a String takes all that is written
            let _ = writeln!(text, "bomvet_findings_open{{{labels}}} {count}");
        }
    }
    let help = "Those of the open findings whose flaw is known to be exploited, counted alike.";
    gauge(&mut text, "findings_exploited", help, digest, |product| {
        exploited.get(&product.card.name).copied().unwrap_or(0)
    });
    for (name, help, count) in COUNTS {
        gauge(&mut text, name, help, digest, count);
    }
    clock_gauges(&mut text, digest, clocks, now);
    if let Some(as_of) = digest.run.as_ref().and_then(|run| run.data_as_of) {
        let age = now.duration_since(as_of).as_secs().max(0);
        head(&mut text, "data_age_seconds", "Age of the advisory data.");
        let _ = writeln!(text, "bomvet_data_age_seconds {age}");
    }
    head(&mut text, "last_run_timestamp_seconds", "When the last audit ran.");
    if let Some(last) = last {
        let _ = writeln!(text, "bomvet_last_run_timestamp_seconds {}", last.as_second());
    }
    text
}

/// Deadlines by product, regime and stage, and whether first detection stands for what nobody entered. What names no product of the portfolio has no product, so
/// that a register cannot make more series than the portfolio has room for.
fn clock_gauges(text: &mut String, digest: &Digest, clocks: Option<&[Clock<'_>]>, now: Timestamp) {
    let help = "1 where deadlines were computed, 0 where the register or a regime cannot be read.";
    head(text, "clocks_evaluated", help);
    let _ = writeln!(text, "bomvet_clocks_evaluated {}", u8::from(clocks.is_some()));
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    let mut least: BTreeMap<_, i64> = BTreeMap::new();
    for clock in clocks.into_iter().flatten() {
        let Some(state) = state(&clock.state) else { continue };
        let known = |name: &&str| digest.products.iter().any(|one| one.card.name == *name);
        let product = clock.product.as_deref().filter(known).unwrap_or_default();
        let is_default = clock.basis.as_ref().is_some_and(|one| one.stands == Stands::Default);
        let default = if is_default { "yes" } else { "no" };
        let place = (product, clock.regime.id.as_str(), clock.stage.id.as_str(), default);
        *counts.entry((place, state)).or_default() += 1;
        if let State::Running { due } | State::DueSoon { due } | State::Overdue { due, .. } =
            &clock.state
        {
            let left = due.end().duration_since(now).as_secs();
            least.entry(place).and_modify(|least| *least = left.min(*least)).or_insert(left);
        }
    }
    let labels = |(product, regime, stage, default): (&str, &str, &str, &str)| {
        let [product, regime, stage] = [product, regime, stage].map(label);
        format!("product=\"{product}\",regime=\"{regime}\",stage=\"{stage}\",default=\"{default}\"")
    };
    head(text, "clocks", "Deadlines, one for each flaw or incident, by how they stand.");
    for ((place, state), count) in counts {
        let _ = writeln!(text, "bomvet_clocks{{{},state=\"{state}\"}} {count}", labels(place));
    }
    let help = "Time until the first of these deadlines ends; below 0 where it has passed.";
    head(text, "clock_remaining_seconds", help);
    for (place, left) in least {
        let _ = writeln!(text, "bomvet_clock_remaining_seconds{{{}}} {left}", labels(place));
    }
}

/// The word for what is not done; nothing for what is, or is not owed.
fn state(state: &State) -> Option<&'static str> {
    match state {
        State::Running { .. } | State::DueSoon { .. } => Some("running"),
        State::Overdue { .. } => Some("overdue"),
        State::Owed { .. } => Some("owed"),
        State::NotStarted { .. } => Some("not-started"),
        State::OutOfForce(_) | State::Unsourced | State::NoLimit(_) => Some("undecided"),
        State::Done { .. } | State::NotOwed(_) => None,
    }
}

fn gauge(
    text: &mut String,
    name: &str,
    help: &str,
    digest: &Digest,
    count: impl Fn(&ProductLine) -> usize,
) {
    head(text, name, help);
    for product in &digest.products {
        let count = count(product);
        let _ =
            writeln!(text, "bomvet_{name}{{product=\"{}\"}} {count}", label(&product.card.name));
    }
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP bomvet_{name} {help}\n# TYPE bomvet_{name} gauge");
}

/// A label's value may hold anything; three characters are escaped.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
