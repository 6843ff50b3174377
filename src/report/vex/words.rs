//! Justifications in the words of each format. Where a format has no word that says the same, it gets
//! none: the original word stands beside in any case.

use crate::config::justification;

/// The word that OpenVEX and CSAF share for it.
pub(in crate::report) fn shared(word: &str) -> Option<&'static str> {
    Some(match word {
        "component_not_present" => "component_not_present",
        "vulnerable_code_not_present" | "code_not_present" => "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path" | "code_not_reachable" => {
            "vulnerable_code_not_in_execute_path"
        }
        "vulnerable_code_cannot_be_controlled_by_adversary" => {
            "vulnerable_code_cannot_be_controlled_by_adversary"
        }
        "inline_mitigations_already_exist" | "protected_by_compiler" => {
            "inline_mitigations_already_exist"
        }
        _ => return None,
    })
}

/// The word of CycloneDX for it.
pub(in crate::report) fn cyclonedx(word: &str) -> Option<&'static str> {
    match word {
        "vulnerable_code_not_present" => Some("code_not_present"),
        "vulnerable_code_not_in_execute_path" => Some("code_not_reachable"),
        other => justification::of_cyclonedx().find(|own| *own == other),
    }
}
