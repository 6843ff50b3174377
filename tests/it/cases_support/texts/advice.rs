//! Texts about what to change.

use super::Row;
use crate::cases_support::outcome::{Outcome, demand, list, text};

pub(crate) const TEXTS: &[Row] = &[
    ("105", "any suggested version below the installed one", no_downgrade),
    (
        "108",
        "advice: no fixed version stated; versions above 2.1.214 are not known to be affected",
        last_affected_is_explained,
    ),
    ("108", "upgrade to 2.1.214", last_affected_is_not_advised),
    (
        "113",
        "a claim that some web-starter version fixes it (no data for that)",
        no_release_of_the_parent_is_guessed,
    ),
];

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|n| n.parse().unwrap()).collect()
}

fn no_downgrade(outcome: &Outcome<'_>) -> Result<(), String> {
    for remedy in outcome.ran().remedies() {
        let installed = text(&remedy["component"]).rsplit('@').next().unwrap_or_default();
        let others = list(&remedy["alternatives"]).iter().map(|other| &other["to"]);
        for to in others.chain([&remedy["to"]]).map(text) {
            demand(numbers(to) > numbers(installed), || format!("{to} for {installed}"))?;
        }
        let steps = remedy["steps"].to_string();
        let lower = installed == "1.2.5" && steps.contains("0.2.4");
        demand(!lower, || steps.clone())?;
    }
    Ok(())
}

fn last_affected_is_explained(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let steps = ran.remedies()[0]["steps"].to_string();
    for said in [ran.table(), steps] {
        let first = said.contains("no fixed version of com.h2database:h2 is stated");
        let second = said.contains("versions above 2.1.214 are not known to be affected");
        demand(first && second, || said.clone())?;
    }
    Ok(())
}

fn last_affected_is_not_advised(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for remedy in ran.remedies() {
        let others = list(&remedy["alternatives"]).iter().map(|other| &other["to"]);
        let advised: Vec<_> = others.chain([&remedy["to"]]).map(text).collect();
        demand(!advised.contains(&"2.1.214"), || remedy.to_string())?;
    }
    let table = ran.table();
    for words in ["to 2.1.214", "-> 2.1.214", "h2:2.1.214", "fixed in 2.1.214"] {
        demand(!table.contains(words), || format!("\"{words}\" in: {table}"))?;
    }
    Ok(())
}

/// The release that is in the bill of materials is 1.0; any other number is made up.
fn no_release_of_the_parent_is_guessed(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let remedies = ran.report["remedies"].to_string();
    for said in [ran.table(), remedies] {
        for rest in said.split("web-starter").skip(1) {
            let version: String = rest
                .trim_start_matches([' ', ':', '@'])
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let known = ["", "1.0"].contains(&version.trim_end_matches('.'));
            demand(known, || format!("web-starter {version} in: {said}"))?;
        }
    }
    Ok(())
}
