//! The official schemas, where they lie beside the repository.

use std::path::Path;
use std::sync::OnceLock;

use jsonschema::{Resource, Validator};
use serde_json::Value;

use crate::support;

fn read(path: &Path) -> Value {
    serde_json::from_slice(&support::read(path)).unwrap()
}

/// The validator of a schema of the folder, with the schemas that it refers to.
fn load(schema: &str, others: &[(&str, &str)]) -> Option<Validator> {
    let folder = support::shared()?.join("schemas");
    let mut options = jsonschema::options();
    for (uri, file) in others {
        let resource = Resource::from_contents(read(&folder.join(file))).unwrap();
        options = options.with_resource(*uri, resource);
    }
    Some(options.build(&read(&folder.join(schema))).unwrap())
}

fn openvex() -> Option<&'static Validator> {
    static ONE: OnceLock<Option<Validator>> = OnceLock::new();
    ONE.get_or_init(|| load("openvex/openvex-0.2.0.schema.json", &[])).as_ref()
}

fn csaf() -> Option<&'static Validator> {
    static ONE: OnceLock<Option<Validator>> = OnceLock::new();
    let others = [
        ("https://www.first.org/cvss/cvss-v2.0.json", "csaf/cvss-v2.0.json"),
        ("https://www.first.org/cvss/cvss-v3.0.json", "csaf/cvss-v3.0.json"),
        ("https://www.first.org/cvss/cvss-v3.1.json", "csaf/cvss-v3.1.json"),
    ];
    ONE.get_or_init(|| load("csaf/csaf-2.0.schema.json", &others)).as_ref()
}

fn cyclonedx(minor: &str) -> Option<Validator> {
    let others = [
        ("http://cyclonedx.org/schema/spdx.schema.json", "cyclonedx/spdx.schema.json"),
        ("http://cyclonedx.org/schema/jsf-0.82.schema.json", "cyclonedx/jsf-0.82.schema.json"),
    ];
    load(&format!("cyclonedx/bom-1.{minor}.schema.json"), &others)
}

fn cyclonedx_6() -> Option<&'static Validator> {
    static ONE: OnceLock<Option<Validator>> = OnceLock::new();
    ONE.get_or_init(|| cyclonedx("6")).as_ref()
}

/// Fails when a document breaks the schema of its format.
pub(crate) fn hold(format: &str, document: &Value) {
    let other;
    let validator = match (format, document["specVersion"].as_str()) {
        ("openvex", _) => openvex(),
        ("csaf", _) => csaf(),
        ("cyclonedx", Some("1.6")) => cyclonedx_6(),
        ("cyclonedx", Some(version)) => {
            other = cyclonedx(version.trim_start_matches("1."));
            other.as_ref()
        }
        _ => panic!("no schema for {format}"),
    };
    let Some(validator) = validator else { return };
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect();
    assert!(errors.is_empty(), "{format}: {errors:#?}\n{document:#}");
}

#[test]
fn the_schemas_refuse_what_is_wrong() {
    for (validator, wrong) in [
        (openvex(), r#"{"@context": "https://openvex.dev/ns/v0.2.0"}"#),
        (csaf(), r#"{"document": {"category": "csaf_vex"}}"#),
        (cyclonedx_6(), r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": null}"#),
    ] {
        let Some(validator) = validator else { return };
        assert!(!validator.is_valid(&serde_json::from_str(wrong).unwrap()), "{wrong}");
    }
}
