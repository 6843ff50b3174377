//! Hostile documents are refused with a cause, or read with what is odd about them.

use super::*;

fn cause(text: &str) -> String {
    Sbom::read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn nesting_is_bounded_in_json_and_in_xml() {
    let json = format!(
        "{{\"bomFormat\": \"CycloneDX\", \"components\": [{}",
        "{\"components\": [".repeat(100_000)
    );
    assert!(cause(&json).ends_with("nested deeper than 128 levels"), "{}", cause(&json));
    let open = "<components><component>";
    let close = "</component></components>";
    let nested = |levels| format!("<bom>{}{}</bom>", open.repeat(levels), close.repeat(levels));
    assert_eq!(read(&nested(255)).parts.len(), 255);
    assert!(cause(&nested(3000)).contains("nested deeper than 512 elements"));
    let services = "<services><service bom-ref='s'>".repeat(250);
    let closed = "</service></services>".repeat(250);
    assert_eq!(read(&format!("<bom>{services}{closed}</bom>")).parts.len(), 0);
}

#[test]
fn entities_and_unclosed_texts_are_refused() {
    assert!(cause("<!DOCTYPE bom [<!ENTITY a 'b'>]><bom>&a;</bom>").contains("document type"));
    assert!(cause("<bom><components>").contains("the file is truncated"));
    let open = "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>never closed\n";
    assert!(cause(open).contains("line 3") || cause(open).starts_with("at 3:1"), "{}", cause(open));
}

#[test]
fn links_that_run_in_circles_are_read_once_each() {
    let found = cyclonedx(
        r#""components": [{"bom-ref": "a", "name": "a"}],
        "dependencies": [{"ref": "a", "dependsOn": ["a", "a"]}, {"ref": "a", "dependsOn": ["a"]}]"#,
    );
    assert_eq!(found.links, [link(0, Relation::DependsOn, Target::Part(0))]);
    let graph = read(
        r#"{"@context": "c", "@graph": [
        {"type": "SpdxDocument", "spdxId": "d", "rootElement": ["s"]},
        {"type": "software_Sbom", "spdxId": "s", "rootElement": ["s", "a"]},
        {"type": "software_Package", "spdxId": "a", "name": "a"}]}"#,
    );
    assert_eq!(graph.primary, [0]);
}

#[test]
fn oddities_without_end_are_counted() {
    let lost = r#"{"ref": "lost"},"#.repeat(300);
    let found = cyclonedx(&format!("\"dependencies\": [{}]", lost.trim_end_matches(',')));
    assert_eq!(found.oddities.len(), 201);
    assert_eq!(found.oddities[200], "100 more oddities are not listed");
}

#[test]
fn what_stands_inside_another_element_of_spdx_3_is_refused_as_scan_refuses_it() {
    let inside = r#"{"@context": "c", "@graph": [{"type": "software_Sbom", "spdxId": "s",
        "element": [{"type": "software_Package", "name": "hidden"}]}]}"#;
    assert!(cause(inside).contains("in the place of its id"), "{}", cause(inside));
}

#[test]
fn empty_and_binary_files_are_told() {
    assert_eq!(cause(""), "is empty");
    assert_eq!(cause("\u{0}\u{1}\u{2}"), "is a binary file of no known kind");
}
