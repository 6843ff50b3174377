//! The configuration of a case as `bomvet.toml`.

use serde_json::{Map, Value};

/// The case's key, the table and the key of `bomvet.toml`.
const KEYS: [(&str, &str, &str); 10] = [
    ("fail_on", "gate", "fail_on"),
    ("unknown_severity", "gate", "unknown_severity"),
    ("on_unknown", "gate", "not_evaluated"),
    ("gate_scopes", "gate", "scopes"),
    ("max_data_age_days", "data", "max_age_days"),
    ("allow_stale", "data", "allow_stale"),
    ("require_waiver_expiry", "waivers", "require_expiry"),
    ("require_waiver_reason", "waivers", "require_reason"),
    ("unused_waivers", "waivers", "unused"),
    ("warn_before_days", "waivers", "warn_before_days"),
];

/// The text of the file.
pub(crate) fn toml(config: &Map<String, Value>) -> String {
    let mut text = String::new();
    for table in ["gate", "data", "waivers"] {
        text.push_str(&format!("[{table}]\n"));
        for (key, _, name) in KEYS.iter().filter(|(_, of, _)| *of == table) {
            if let Some(value) = config.get(*key) {
                text.push_str(&format!("{name} = {value}\n"));
            }
        }
    }
    for waiver in config.get("waivers").and_then(Value::as_array).into_iter().flatten() {
        text.push_str("\n[[waiver]]\n");
        for (key, value) in waiver.as_object().unwrap() {
            // a text, number, truth value or list of texts is written alike in JSON and TOML
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text
}
