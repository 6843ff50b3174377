//! The case folders under `tests/cases/`, black box: each is a mistake that some tool of this field
//! has made, with inputs, advisories and what a correct answer looks like.
//!
//! What a case demands in words (`must`, `must_not`, `checks`) is code in `cases_support/texts`. Cases
//! that wait for work not done yet stand in `tests/cases/known-gaps.txt`, which may only shrink.

use crate::cases_support::kinds;

#[test]
fn verdicts_on_log4j_hold() {
    kinds::hold("verdict-log4j");
}

#[test]
fn verdicts_on_vendor_builds_hold() {
    kinds::hold("verdict-vendor");
}

#[test]
fn verdicts_on_archives_hold() {
    kinds::hold("verdict-jar");
}

#[test]
fn versions_stand_in_the_order_of_their_ecosystem() {
    kinds::hold("version-compare");
}

#[test]
fn records_mean_what_the_osv_text_says() {
    kinds::hold("osv-semantics");
}

#[test]
fn records_of_one_flaw_are_one_finding() {
    kinds::hold("alias-dedup");
}

#[test]
fn documents_are_read_as_they_were_meant() {
    kinds::hold("ingest");
}

#[test]
fn manifests_are_read_as_their_tools_read_them() {
    kinds::hold("manifest");
}

#[test]
fn vex_statements_count_where_they_apply() {
    kinds::hold("vex");
}

#[test]
fn waivers_and_policy_decide_as_written() {
    kinds::hold("waiver-policy");
}

#[test]
fn reports_are_fit_for_their_readers() {
    kinds::hold("report");
}

#[test]
fn remedies_are_sound() {
    kinds::hold("remediation");
}

#[test]
fn operations_are_safe() {
    kinds::hold("operations");
}

#[test]
fn every_case_has_a_kind_that_is_tested() {
    kinds::all_are_known();
}

#[test]
fn every_known_gap_names_a_case_and_a_reason() {
    kinds::gaps_are_sound();
}

#[test]
fn every_assertion_in_words_belongs_to_a_case() {
    kinds::texts_are_used();
}
