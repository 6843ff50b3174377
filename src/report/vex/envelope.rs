//! What a document in a format of others says of its own origin: program, inputs, data with date and
//! digest, policy, and how much was evaluated.

use crate::report::model::{Report, Source};

/// Name and value, in a fixed order. Names follow CycloneDX's way of `prefix:topic:detail`.
pub(in crate::report) fn facts(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for input in &report.inputs {
        all.push(("bomvet:input", format!("{} sha256:{}", input.path, input.sha256)));
    }
    for source in &report.data.sources {
        all.push(("bomvet:data:source", source_text(source)));
    }
    all.push(("bomvet:data:age", age(report)));
    if let Some(caveat) = &report.data.caveat {
        all.push(("bomvet:data:caveat", caveat.clone()));
    }
    if let Some(sha256) = report.policy.sha256 {
        let path = report.policy.path.unwrap_or("configuration");
        all.push(("bomvet:policy", format!("{path} sha256:{sha256}")));
    }
    let totals = report.totals();
    let counts = [
        ("bomvet:coverage:declared", totals.declared),
        ("bomvet:coverage:evaluated", totals.evaluated),
        ("bomvet:coverage:not-evaluated", totals.not_evaluated),
        ("bomvet:coverage:not-covered", totals.not_covered),
    ];
    all.extend(counts.map(|(name, number)| (name, number.to_string())));
    for without in &report.not_evaluated {
        let text = format!("{}: {}", without.component.label, without.reason);
        all.push(("bomvet:not-evaluated", text));
    }
    all
}

/// `bundled: 40 records of 2026-11-20T00:00:00Z, sha256:…`
fn source_text(source: &Source<'_>) -> String {
    let of = source.built_at.as_deref().unwrap_or("unknown date");
    format!("{}: {} records of {of}, sha256:{}", source.name, source.records, source.sha256)
}

fn age(report: &Report<'_>) -> String {
    report.data.age_days.map_or_else(|| "unknown".to_owned(), |days| format!("{days} days"))
}

/// The same in one paragraph, for formats with no place of their own for it.
pub(in crate::report) fn paragraph(report: &Report<'_>) -> String {
    let data: Vec<String> = report.data.sources.iter().map(source_text).collect();
    let inputs = report.inputs.iter().map(|i| format!("{} sha256:{}", i.path, i.sha256));
    let inputs: Vec<String> = inputs.collect();
    let totals = report.totals();
    format!(
        "made by {} {} from {}; advisory data: {}, age {}; {} components declared, {} evaluated, {} \
         not evaluated, {} of which the data can tell nothing",
        report.tool.name,
        report.tool.version,
        inputs.join(", "),
        data.join(", "),
        age(report),
        totals.declared,
        totals.evaluated,
        totals.not_evaluated,
        totals.not_covered,
    )
}
