//! What the report says of packages that the loaded data does not know: never that they are clean.

use crate::support;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

/// One package that the bundled records know in a release that none covers, one that they do not know.
const SBOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "chainsaw", "purl": "pkg:maven/log4j/apache-chainsaw@99.0"},
  {"type": "library", "name": "a", "purl": "pkg:maven/com.example/a@1"},
  {"type": "library", "name": "zlib", "version": "1.3"}]}"#;

const UNKNOWN: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "a", "purl": "pkg:maven/com.example/a@1"},
  {"type": "library", "name": "b", "purl": "pkg:npm/b@1.0.0"}]}"#;

fn record(id: &str, packages: &[(&str, &str)]) -> String {
    let affected: Vec<String> = packages
        .iter()
        .map(|(ecosystem, name)| {
            format!(
                r#"{{"package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
                    "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}]}}]}}"#
            )
        })
        .collect();
    format!(
        r#"{{"id": "{id}", "modified": "2026-01-01T00:00:00Z", "affected": [{}]}}"#,
        affected.join(", ")
    )
}

fn folder() -> TempDir {
    let folder = support::temp_dir();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        support::write(&path, text.as_bytes());
    };
    write("sbom.cdx.json", SBOM);
    write("unknown.cdx.json", UNKNOWN);
    write("maven/T-1.json", &record("T-1", &[("Maven", "com.example:other")]));
    write("npm/T-2.json", &record("T-2", &[("npm", "other")]));
    // as the whole data of npm holds them: a flaw of an npm package that is also shipped over Maven
    write("npm/T-3.json", &record("T-3", &[("npm", "c"), ("Maven", "org.webjars.npm:c")]));
    folder
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut program = support::bomvet();
    let args = [&["scan", "--now", "2026-11-25T12:00:00Z"], args].concat();
    let output = program.args(args).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn report(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&run(folder, &[args, &["--format", "json"]].concat()).1).unwrap()
}

/// Name and coverage of every component.
fn coverage(report: &Value) -> Vec<(&str, Option<&str>)> {
    let components = report["components"].as_array().unwrap().iter();
    let mut all: Vec<_> =
        components.map(|c| (c["name"].as_str().unwrap(), c["coverage"].as_str())).collect();
    all.sort_unstable();
    all
}

#[test]
fn bundled_data_alone_is_no_clean_bill_for_packages_that_it_does_not_know() {
    let folder = folder();
    let (code, table) = run(folder.path(), &["sbom.cdx.json"]);
    assert_eq!(code, Some(0));
    let table = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        table.starts_with(
            "GATE OPEN no finding, but 1 of 3 components could NOT be evaluated and the bundled \
             records can speak of 1 of 2: this is no clean bill"
        ),
        "{table}"
    );
    let line = "2 of 3 components evaluated in 1 document; 1 NOT evaluated: 1 no-identifier \
                bundled data knows the packages of 1 and can tell nothing, or only exploited \
                flaws, of 1";
    assert!(table.contains(line), "{table}");

    let report = report(folder.path(), &["sbom.cdx.json"]);
    let caveat = report["data"]["caveat"].as_str().unwrap();
    assert!(caveat.starts_with("bundled data knows "), "{caveat}");
    assert!(table.contains(caveat), "{table}");
    assert_eq!(
        coverage(&report),
        [("a", Some("nothing")), ("chainsaw", Some("named")), ("zlib", None)]
    );
    let counts = &report["inputs"][0]["components"];
    assert_eq!(
        (&counts["evaluated"], &counts["named"], &counts["not_covered"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(report["summary"]["not_covered"], 1);
    assert_eq!(report["data"]["whole"], Value::from(Vec::<String>::new()));
}

#[test]
fn a_folder_of_records_is_taken_for_all_there_is_of_its_ecosystems() {
    let folder = folder();
    let data = ["--advisories", "maven", "--advisories", "npm", "unknown.cdx.json"];
    let report = report(folder.path(), &data);
    assert_eq!(coverage(&report), [("a", Some("whole")), ("b", Some("whole"))]);
    assert_eq!(report["data"]["whole"], Value::from(vec!["Maven", "npm"]));
    assert_eq!(report["data"]["caveat"], Value::Null);
    assert_eq!(report["summary"]["not_covered"], 0);
    let (code, table) = run(folder.path(), &data);
    assert_eq!(code, Some(0));
    assert!(table.starts_with("GATE OPEN  no finding among 2 components\n"), "{table}");
    assert!(table.contains("maven: 1 record of 1 package, taken for all there is"), "{table}");
}

#[test]
fn records_that_speak_of_another_ecosystem_besides_do_not_make_its_data_whole() {
    let folder = folder();
    let report = report(folder.path(), &["--advisories", "npm", "unknown.cdx.json"]);
    assert_eq!(coverage(&report), [("a", Some("nothing")), ("b", Some("whole"))]);
    let caveat = report["data"]["caveat"].as_str().unwrap();
    assert!(
        caveat.starts_with("of Maven") && caveat.contains("only a selection of records is loaded"),
        "{caveat}"
    );
    let (_, table) = run(folder.path(), &["--advisories", "npm", "unknown.cdx.json"]);
    let line = "GATE OPEN  no finding, but the loaded records can speak of 1 of 2 components: this";
    assert!(table.starts_with(line), "{table}");
}

#[test]
fn a_single_record_leaves_bundled_data_what_it_is() {
    let folder = folder();
    let report = report(folder.path(), &["--advisories", "maven/T-1.json", "sbom.cdx.json"]);
    assert_eq!(
        coverage(&report),
        [("a", Some("nothing")), ("chainsaw", Some("named")), ("zlib", None)]
    );
    assert_eq!(report["data"]["sources"][1]["extent"], "selection");
}

#[test]
fn a_policy_can_close_the_gate_on_what_the_data_does_not_know() {
    let folder = folder();
    let reason = "1 component of packages that the loaded data does not know";
    support::write(&folder.path().join("strict.toml"), b"[gate]\nnot_covered = \"fail\"\n");
    let (code, table) = run(folder.path(), &["--config", "strict.toml", "sbom.cdx.json"]);
    assert_eq!(code, Some(1));
    assert!(table.contains(reason), "{table}");

    let mut program = support::bomvet();
    program.env("BOMVET_GATE_NOT_COVERED", "fail").current_dir(folder.path());
    program.args(["scan", "sbom.cdx.json"]).assert().code(1);

    let never = ["--config", "strict.toml", "--fail-on", "never", "sbom.cdx.json"];
    assert_eq!(run(folder.path(), &never).0, Some(0));

    support::write(&folder.path().join("odd.toml"), b"[gate]\nnot_covered = \"no\"\n");
    let (code, _) = run(folder.path(), &["--config", "odd.toml", "sbom.cdx.json"]);
    assert_eq!(code, Some(2));
}

#[test]
fn the_inventory_and_the_explanation_say_it_too() {
    let folder = folder();
    let (_, list) = run(folder.path(), &["--list", "sbom.cdx.json"]);
    let row = |name: &str| list.lines().find(|line| line.contains(name)).unwrap();
    assert!(row("com.example:a").ends_with("yes; not covered"), "{list}");
    assert!(row("apache-chainsaw").ends_with("yes"), "{list}");

    let explain = |args: &[&str]| {
        let mut program = support::bomvet();
        program.arg("explain").args(args).current_dir(folder.path());
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    let nothing = "all records of Maven are not loaded, so nothing follows from that";
    let bundled = explain(&["pkg:maven/com.example/a@1"]);
    assert!(bundled.contains(nothing), "{bundled}");
    let whole = explain(&["--advisories", "maven", "pkg:maven/com.example/a@1"]);
    assert!(!whole.contains(nothing), "{whole}");
}

#[test]
fn no_finding_in_a_package_that_a_selection_knows_is_told_with_its_limits() {
    let folder = folder();
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
      {"type": "library", "name": "c", "purl": "pkg:maven/log4j/apache-chainsaw@99.0"}]}"#;
    support::write(&folder.path().join("named.cdx.json"), text.as_bytes());
    let (code, table) = run(folder.path(), &["named.cdx.json"]);
    assert_eq!(code, Some(0));
    let line = "GATE OPEN  no finding among 1 component as far as the bundled records go\n";
    assert!(table.starts_with(line), "{table}");
}

#[test]
fn a_cure_says_where_only_exploited_flaws_are_known() {
    let folder = support::temp_dir();
    let document = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "a", "purl": "pkg:maven/org.apache.tomcat/tomcat-catalina@7.0.27"},
        {"type": "library", "name": "b", "purl": "pkg:maven/ch.qos.logback/logback-core@1.2.3"}]}"#;
    support::write(&folder.path().join("sbom.cdx.json"), document.as_bytes());
    let report = report(folder.path(), &["sbom.cdx.json"]);
    let told: Vec<_> = report["remedies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remedy| remedy["steps"].to_string().contains("know only exploited flaws of it"))
        .collect();
    let coverage = coverage(&report);
    assert_eq!(coverage, [("a", Some("exploited")), ("b", Some("named"))]);
    assert_eq!(told.iter().filter(|told| **told).count(), 1, "{report:#}");
    assert!(told.len() > 1, "{report:#}");
}
