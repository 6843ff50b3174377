//! Reasons why a flaw does not matter, in words that hold wherever the product runs.

/// The five words that CISA, OpenVEX and CSAF share.
pub const SHARED: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];

/// Those of CycloneDX that do not depend on how or where the product runs.
pub const OF_CYCLONEDX: [&str; 3] =
    ["code_not_present", "code_not_reachable", "protected_by_compiler"];

/// Those of CycloneDX that do: such a reason holds where the product runs that way.
pub const CONDITIONAL_OF_CYCLONEDX: [&str; 6] = [
    "requires_configuration",
    "requires_dependency",
    "requires_environment",
    "protected_at_runtime",
    "protected_at_perimeter",
    "protected_by_mitigating_control",
];

/// All words of CycloneDX.
pub fn of_cyclonedx() -> impl Iterator<Item = &'static str> {
    OF_CYCLONEDX.into_iter().chain(CONDITIONAL_OF_CYCLONEDX)
}

/// Whether a word holds wherever the product runs.
#[must_use]
pub fn is_known(word: &str) -> bool {
    SHARED.contains(&word) || OF_CYCLONEDX.contains(&word)
}
