//! How all stands, in the text format of Prometheus for node_exporter's textfile collector: gauges in
//! base units, without timestamps.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;

use crate::advisory::severity::Level;
use crate::audit::digest::{Digest, ProductLine};

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

/// The metrics; `exploited` is how many open findings of each product are known to be exploited.
#[must_use]
pub fn metrics(digest: &Digest, exploited: &BTreeMap<String, usize>, now: Timestamp) -> String {
    let mut text = String::new();
    head(&mut text, "findings_open", "Findings that count, by level.");
    for product in &digest.products {
        for level in Level::ALL {
            let count = product.open.get(&level).copied().unwrap_or(0);
            let labels = format!("product=\"{}\",level=\"{}\"", label(product), level.as_str());
            // a String takes all that is written
            let _ = writeln!(text, "bomvet_findings_open{{{labels}}} {count}");
        }
    }
    let help = "Open findings that are known to be exploited.";
    gauge(&mut text, "findings_exploited", help, digest, |product| {
        exploited.get(&product.card.name).copied().unwrap_or(0)
    });
    for (name, help, count) in COUNTS {
        gauge(&mut text, name, help, digest, count);
    }
    if let Some(as_of) = digest.run.as_ref().and_then(|run| run.data_as_of) {
        let age = now.duration_since(as_of).as_secs().max(0);
        head(&mut text, "data_age_seconds", "Age of the advisory data.");
        let _ = writeln!(text, "bomvet_data_age_seconds {age}");
    }
    head(&mut text, "last_run_timestamp_seconds", "When the last audit ran.");
    let _ = writeln!(text, "bomvet_last_run_timestamp_seconds {}", now.as_second());
    text
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
        let _ = writeln!(text, "bomvet_{name}{{product=\"{}\"}} {count}", label(product));
    }
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP bomvet_{name} {help}\n# TYPE bomvet_{name} gauge");
}

/// A label's value may hold anything; three characters are escaped.
fn label(product: &ProductLine) -> String {
    product.card.name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
