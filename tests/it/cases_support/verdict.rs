//! One expected verdict: this component, that advisory.

use serde_json::Value;

use super::outcome::{list, text};
use super::sandbox::Ran;

/// What is wrong with the report's answer.
pub(crate) fn faults(ran: &Ran, want: &Value) -> Vec<String> {
    let name = format!("{} x {}", text(&want["component"]), text(&want["advisory"]));
    let found = ran
        .findings()
        .iter()
        .filter(|finding| speaks_of(finding, want))
        .find_map(|finding| Some((finding, record(finding, want)?)));
    let faults = match (want["affected"] == true, found) {
        (false, None) => Vec::new(),
        (false, Some(_)) => vec!["reported, but not affected".to_owned()],
        (true, None) => vec!["missing".to_owned()],
        (true, Some((finding, record))) => details(finding, record, want),
    };
    let named = faults.into_iter().map(|fault| format!("{name}: {fault}"));
    named.collect()
}

fn speaks_of(finding: &Value, want: &Value) -> bool {
    let component = &finding["component"];
    let here = |place: &str| {
        list(&component["locations"]).iter().any(|location| is_at(text(location), place))
    };
    component["purl"] == want["component"] && want["location"].as_str().is_none_or(here)
}

/// Whether a location lies in a file, or at a line of it: `a.jar` is not `intact/a.jar`.
fn is_at(location: &str, place: &str) -> bool {
    let rest = location.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '!']))
}

/// The record that was asked for, if it says "affected".
fn record<'a>(finding: &'a Value, want: &Value) -> Option<&'a Value> {
    list(&finding["records"])
        .iter()
        .find(|record| record["id"] == want["advisory"] && record["affected"] == true)
}

fn details(finding: &Value, record: &Value, want: &Value) -> Vec<String> {
    let component = &finding["component"];
    let mut faults = Vec::new();
    let mut same = |what: &str, found: &Value, wanted: &Value| {
        if found != wanted {
            faults.push(format!("{what} {found}, expected {wanted}"));
        }
    };
    same("fixed", &record["fixed"], &want["fixed"]);
    if let Some(state) = state(want) {
        same("status", &finding["status"], &state);
    }
    if want["state"] == "suppressed" {
        let by = &finding["suppressed_by"];
        for key in ["status", "justification"] {
            if !want[key].is_null() {
                same(key, &by[key], &want[key]);
            }
        }
    }
    for (what, found) in [
        ("severity", &finding["severity"]["level"]),
        ("score", &finding["severity"]["score"]),
        ("scope", &component["scope"]),
        ("direct", &component["direct"]),
    ] {
        if !want[what].is_null() {
            same(what, found, &want[what]);
        }
    }
    faults.extend(mitigation(finding, want));
    faults.extend(path(finding, want));
    faults
}

/// Which status is demanded. A finding is open unless the case says otherwise; where a case leaves
/// the status to the product it says so in a note about the boundary.
fn state(want: &Value) -> Option<Value> {
    match &want["state"] {
        Value::Null if text(&want["note"]).contains("boundary") => None,
        Value::Null => Some(Value::from("open")),
        state => Some(state.clone()),
    }
}

fn mitigation(finding: &Value, want: &Value) -> Option<String> {
    let wanted = want["mitigated"].as_bool()?;
    let found = &finding["mitigated"];
    let evidence = want["evidence"].as_str().unwrap_or_default();
    let holds = found.is_null() != wanted && found.to_string().contains(evidence);
    (!holds).then(|| format!("mitigated {found}, expected {wanted} {evidence}"))
}

/// A step is named by its reference in the document or by its package's name.
fn path(finding: &Value, want: &Value) -> Option<String> {
    let wanted = want["path"].as_array()?;
    let is = |step: &Value, name: &Value| {
        let purl = text(&step["purl"]);
        let package = purl.rsplit('/').next().unwrap_or_default();
        step["ref"] == *name || package.split('@').next() == name.as_str()
    };
    let follows = |path: &Value| {
        let path = list(path);
        path.len() == wanted.len() && path.iter().zip(wanted).all(|(step, name)| is(step, name))
    };
    let found = list(&finding["paths"]).iter().any(follows);
    (!found).then(|| format!("no path {}: {}", want["path"], finding["paths"]))
}
