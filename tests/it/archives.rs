//! Java archives, black box: what is inside is found wherever it stands, what cannot be read is named,
//! and what would cost too much is refused.

use crate::support;
use std::path::Path;

use bomvet::files::sha256;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::packing::{CompressionMethod, core_jar, gzip, jar, pom, tar, zip};

const LOOKUP: &str = "org/apache/logging/log4j/core/lookup/JndiLookup.class";
const MANAGER: &str = "org/apache/logging/log4j/core/net/JndiManager.class";
const JAR: &str = "log4j-core-2.14.1.jar";

/// A folder with these files in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = support::temp_dir();
    for (name, bytes) in files {
        support::write(&folder.path().join(name), bytes);
    }
    folder
}

/// The report on one file, or on all of a folder, with the exit code.
fn scan(folder: &Path, input: &str) -> (i32, Value) {
    let mut program = support::bomvet();
    let output = program
        .current_dir(folder)
        .args(["scan", "--format", "json", "--now", "2026-11-25T12:00:00Z", input])
        .timeout(std::time::Duration::from_secs(60))
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), report)
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    let folder = folder(&[(name, bytes)]);
    let output =
        support::bomvet().current_dir(folder.path()).args(["scan", name]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap().trim_end().to_owned()
}

/// Where the finding of a flaw is, of one component.
fn places(report: &Value, id: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    let of_flaw = findings.iter().filter(|finding| finding["advisory"]["id"] == id);
    let all = of_flaw.flat_map(|finding| finding["component"]["locations"].as_array().unwrap());
    all.map(|place| place.as_str().unwrap().to_owned()).collect()
}

/// `name: reason` of all that has no verdict.
fn not_evaluated(report: &Value) -> Vec<String> {
    let all = report["not_evaluated"].as_array().unwrap().iter();
    let text = |entry: &Value| {
        format!(
            "{}: {}",
            entry["component"]["name"].as_str().unwrap(),
            entry["reason"].as_str().unwrap()
        )
    };
    all.map(text).collect()
}

fn names(report: &Value) -> Vec<&str> {
    let all = report["components"].as_array().unwrap().iter();
    all.map(|component| component["name"].as_str().unwrap()).collect()
}

#[test]
fn log4j_is_found_in_a_jar_a_war_a_boot_jar_and_an_ear() {
    let core = core_jar(&[LOOKUP, MANAGER], &[]);
    let war = jar(&[("WEB-INF/web.xml", b"<web-app/>"), (&format!("WEB-INF/lib/{JAR}"), &core)]);
    let boot = zip(CompressionMethod::Stored, &[(&format!("BOOT-INF/lib/{JAR}"), &core)]);
    let ear = jar(&[("META-INF/application.xml", b"<application/>"), ("shop.war", &war)]);
    let folder = folder(&[(JAR, &core), ("a.war", &war), ("boot.jar", &boot), ("all.ear", &ear)]);
    for (file, place) in [
        (JAR, JAR.to_owned()),
        ("a.war", format!("a.war!/WEB-INF/lib/{JAR}")),
        ("boot.jar", format!("boot.jar!/BOOT-INF/lib/{JAR}")),
        ("all.ear", format!("all.ear!/shop.war!/WEB-INF/lib/{JAR}")),
    ] {
        let (code, report) = scan(folder.path(), file);
        assert_eq!(code, 1, "{file}");
        assert_eq!(places(&report, "CVE-2021-44228"), [place]);
        assert_eq!(report["inputs"][0]["format"], "java-archive");
    }
    let (_, report) = scan(folder.path(), ".");
    assert_eq!(report["inputs"].as_array().unwrap().len(), 4);
    assert_eq!(places(&report, "CVE-2021-44228").len(), 4);
}

#[test]
fn a_jar_behind_a_start_script_is_read() {
    let boot = zip(
        CompressionMethod::Stored,
        &[(&format!("BOOT-INF/lib/{JAR}"), &core_jar(&[LOOKUP], &[]))],
    );
    let script = [b"#!/bin/bash\nexec java -jar \"$0\"\n".as_slice(), &boot].concat();
    let folder = folder(&[("app", &script)]);
    let (code, report) = scan(folder.path(), "app");
    assert_eq!(code, 1);
    assert_eq!(places(&report, "CVE-2021-44228"), [format!("app!/BOOT-INF/lib/{JAR}")]);
}

#[test]
fn java_archives_in_packed_files_are_read_where_they_lie() {
    let core = core_jar(&[LOOKUP], &[]);
    let war = jar(&[("WEB-INF/web.xml", b"<web-app/>"), (&format!("WEB-INF/lib/{JAR}"), &core)]);
    let (path, text) = pom("com.example", "app", "1.0.0");
    let (core_path, core_text) = pom("org.apache.logging.log4j", "log4j-core", "2.14.1");
    let shaded = jar(&[(&path, &text), (&core_path, &core_text), (LOOKUP, b"")]);
    let bom = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "a", "purl": "pkg:maven/g/a@1"}]}"#;
    let delivery = jar(&[("sbom.json", bom), ("lib/app.jar", &shaded)]);
    let tarball = gzip(&tar(&[("./in/a.war", &war), ("in/notes.txt", b"none")]));
    let folder = folder(&[
        ("delivery.zip", &delivery),
        ("a.tar.gz", &tarball),
        ("core.jar.gz", &gzip(&core)),
        ("all.tar", &tar(&[("delivery.zip", &delivery)])),
    ]);
    let pom = format!("lib/app.jar!/{core_path}");
    for (file, place, inputs) in [
        ("delivery.zip", format!("delivery.zip!/{pom}"), 2),
        ("a.tar.gz", format!("a.tar.gz!/in/a.war!/WEB-INF/lib/{JAR}"), 1),
        ("core.jar.gz", "core.jar.gz".to_owned(), 1),
        ("all.tar", format!("all.tar!/delivery.zip!/{pom}"), 2),
    ] {
        let (code, report) = scan(folder.path(), file);
        assert_eq!(code, 1, "{file}");
        assert_eq!(places(&report, "CVE-2021-44228"), [place]);
        assert_eq!(report["inputs"].as_array().unwrap().len(), inputs, "{file}");
    }
    let (_, report) = scan(folder.path(), ".");
    assert_eq!(report["inputs"].as_array().unwrap().len(), 6);
    let shaded_digest = sha256([shaded.as_slice()]);
    let inputs = report["inputs"].as_array().unwrap().iter();
    assert_eq!(inputs.filter(|input| input["sha256"] == shaded_digest.as_str()).count(), 2);
}

#[test]
fn a_damaged_java_archive_in_a_packed_file_is_an_error_and_the_others_are_read() {
    let core = core_jar(&[LOOKUP], &[]);
    let files: [(&str, &[u8]); 3] = [
        ("lib/cut.jar", &core[..core.len() / 2]),
        ("lib/core.jar", &core),
        ("a.txt", b"PK\x03\x04"),
    ];
    let folder = folder(&[("d.zip", &jar(&files)), ("d.tgz", &gzip(&tar(&files)))]);
    for file in ["d.zip", "d.tgz"] {
        let (code, report) = scan(folder.path(), file);
        assert_eq!(code, 3);
        assert_eq!(places(&report, "CVE-2021-44228"), [format!("{file}!/lib/core.jar")]);
        let reasons = report["gate"]["reasons"].to_string();
        assert!(reasons.contains(&format!("could not read {file}!/lib/cut.jar: is a zip archive")));
        assert!(!reasons.contains("a.txt"), "{reasons}");
    }
}

#[test]
fn a_jar_on_standard_input_is_read() {
    let output = support::bomvet()
        .args(["scan", "-"])
        .write_stdin(core_jar(&[LOOKUP], &[]))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn every_artifact_of_a_shaded_jar_is_a_component() {
    let artifacts = [
        pom("com.example", "app", "1.0.0"),
        pom("org.apache.logging.log4j", "log4j-core", "2.14.1"),
        pom("org.apache.logging.log4j", "log4j-api", "2.14.1"),
    ];
    let mut entries: Vec<(&str, &[u8])> =
        artifacts.iter().map(|(path, text)| (path.as_str(), text.as_slice())).collect();
    entries.push((LOOKUP, b""));
    let folder = folder(&[("app-1.0.0.jar", &jar(&entries))]);
    let (_, report) = scan(folder.path(), "app-1.0.0.jar");
    assert_eq!(names(&report), ["app", "log4j-api", "log4j-core"]);
    assert_eq!(report["inputs"][0]["subject"]["name"], "com.example:app");
    let place = "app-1.0.0.jar!/META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties";
    assert_eq!(places(&report, "CVE-2021-44228"), [place]);
}

#[test]
fn a_removed_lookup_class_mitigates_two_flaws_and_closes_none() {
    let folder = folder(&[
        ("cleaned.jar", &core_jar(&[MANAGER], &[])),
        ("whole.jar", &core_jar(&[LOOKUP, MANAGER], &[])),
    ]);
    let (code, report) = scan(folder.path(), "cleaned.jar");
    assert_eq!(code, 1, "a mitigation does not open the gate");
    for finding in report["findings"].as_array().unwrap() {
        let id = finding["advisory"]["id"].as_str().unwrap();
        let helped = matches!(id, "CVE-2021-44228" | "CVE-2021-45046");
        assert_eq!(!finding["mitigated"].is_null(), helped, "{id}");
        assert_eq!(finding["status"], "open");
    }
    let first = &report["findings"][0]["mitigated"];
    assert_eq!(first["by"], "JndiLookup class absent");
    assert!(first["evidence"].as_str().unwrap().contains(MANAGER));
    let (_, whole) = scan(folder.path(), "whole.jar");
    assert!(whole["findings"].as_array().unwrap().iter().all(|f| f["mitigated"].is_null()));
    let ids = |report: &Value| {
        let all = report["findings"].as_array().unwrap().iter();
        all.map(|f| f["advisory"]["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&report), ids(&whole));
}

#[test]
fn cleaned_and_whole_copies_in_one_ear_are_told_apart() {
    let war = |classes: &[&str]| jar(&[(&format!("WEB-INF/lib/{JAR}"), &core_jar(classes, &[]))]);
    let ear = jar(&[("a.war", &war(&[MANAGER])), ("b.war", &war(&[LOOKUP, MANAGER]))]);
    let folder = folder(&[("all.ear", &ear)]);
    let (_, report) = scan(folder.path(), "all.ear");
    let findings = report["findings"].as_array().unwrap().iter();
    let shell: Vec<_> = findings.filter(|f| f["advisory"]["id"] == "CVE-2021-44228").collect();
    assert_eq!(shell.len(), 2);
    for finding in shell {
        let place = finding["component"]["locations"][0].as_str().unwrap();
        assert_eq!(finding["mitigated"].is_null(), place.contains("b.war"), "{place}");
    }
    let output =
        support::bomvet().current_dir(folder.path()).args(["scan", "all.ear"]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("a.war!/") && table.contains("b.war!/"), "{table}");
    assert!(table.contains("MITIGATED") && table.contains("meanwhile"), "{table}");
}

#[test]
fn a_cleaned_jar_beside_a_whole_one_is_not_mitigated() {
    let (cleaned, whole) = (core_jar(&[MANAGER], &[]), core_jar(&[LOOKUP], &[]));
    let lib = jar(&[("lib/cleaned.jar", &cleaned), ("lib/whole.jar", &whole)]);
    let folder = folder(&[
        ("app.jar", &lib),
        ("lib.zip", &lib),
        ("cleaned.jar", &cleaned),
        ("whole.jar", &whole),
    ]);
    let scan = |inputs: &[&str]| {
        let mut program = support::bomvet();
        program.current_dir(folder.path()).args(["scan", "-f", "json"]).args(inputs);
        serde_json::from_slice::<Value>(&program.output().unwrap().stdout).unwrap()
    };
    for inputs in [&["app.jar"][..], &["lib.zip"], &["cleaned.jar", "whole.jar"]] {
        let report = scan(inputs);
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.iter().all(|finding| finding["mitigated"].is_null()), "{inputs:?}");
        let noted = |finding: &Value| finding["notes"].to_string().contains("no mitigation");
        assert!(findings.iter().any(noted), "{inputs:?}");
    }
    assert!(!scan(&["cleaned.jar"])["findings"][0]["mitigated"].is_null());
}

#[test]
fn shaded_log4j_classes_never_look_clean() {
    let shaded = "shaded/org/apache/logging/log4j/core/lookup/JndiLookup.class";
    let (path, text) = pom("com.example", "app", "1.0.0");
    let folder = folder(&[("app.jar", &jar(&[(&path, &text), (shaded, b"")]))]);
    let (code, report) = scan(folder.path(), "app.jar");
    assert_eq!(code, 0, "app itself was evaluated, and nothing is known of it");
    assert_eq!(not_evaluated(&report), ["log4j-core: no-version"]);
    let entry = &report["not_evaluated"][0];
    assert_eq!(entry["component"]["purl"], "pkg:maven/org.apache.logging.log4j/log4j-core");
    let detail = entry["detail"].as_str().unwrap();
    assert!(detail.contains(shaded) && detail.contains("records speak"), "{detail}");
}

#[test]
fn a_jar_without_description_is_matched_where_name_and_classes_agree_with_a_record() {
    let api = jar(&[
        ("org/apache/logging/log4j/Logger.class", b""),
        ("org/apache/logging/log4j/util/X.class", b""),
    ]);
    let other = jar(&[("com/example/Logger.class", b"")]);
    let folder = folder(&[
        ("log4j-core-2.14.1.jar", &jar(&[(LOOKUP, b"")])),
        ("log4j-api-2.25.1.jar", &api),
        ("log4j-api-2.25.2.jar", &other),
    ]);
    let (code, report) = scan(folder.path(), ".");
    assert_eq!(code, 1);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["certainty"] == "low"));
    assert_eq!(places(&report, "CVE-2021-44228").len(), 1);
    assert_eq!(places(&report, "CVE-2026-49844").len(), 1);
    assert_eq!(not_evaluated(&report), ["log4j-api: no-identifier"]);
}

#[test]
fn a_jar_that_names_no_artifact_is_no_clean_jar() {
    let folder = folder(&[("thing.jar", &jar(&[("a/b/C.class", b"")]))]);
    let (code, report) = scan(folder.path(), "thing.jar");
    assert_eq!(code, 3);
    assert_eq!(not_evaluated(&report), ["thing: no-identifier"]);
}

#[test]
fn nested_archives_that_cannot_be_read_are_listed() {
    let core = core_jar(&[LOOKUP], &[]);
    let bomb = vec![0_u8; 64 << 20];
    let app = jar(&[
        ("lib/cut.jar", &core[..core.len() - 30]),
        ("lib/bomb.jar", &bomb),
        ("lib/whole.jar", &core),
    ]);
    let folder = folder(&[("app.jar", &app)]);
    let (code, report) = scan(folder.path(), "app.jar");
    assert_eq!(code, 1, "what could be read counts");
    assert_eq!(not_evaluated(&report), ["bomb.jar: no-identifier", "cut.jar: no-identifier"]);
    assert_eq!(report["inputs"][0]["warnings"].as_array().unwrap().len(), 2);
}

#[test]
fn nesting_without_end_is_cut_and_said() {
    let mut bytes = core_jar(&[LOOKUP], &[]);
    for _ in 0..12 {
        bytes = jar(&[("n.jar", &bytes)]);
    }
    let folder = folder(&[("top.jar", &bytes)]);
    let (_, report) = scan(folder.path(), "top.jar");
    assert!(!names(&report).contains(&"log4j-core"));
    assert!(report["inputs"][0]["warnings"][0].as_str().unwrap().contains("other archives"));
}

#[test]
fn a_damaged_archive_is_refused_with_its_cause() {
    let core = core_jar(&[LOOKUP], &[]);
    assert_eq!(
        refusal("cut.jar", &core[..core.len() / 2]),
        "error: could not read cut.jar: is a zip archive without a directory: it is truncated or damaged"
    );
    let folder = folder(&[("cut.jar", &core[..core.len() / 2]), ("notes.zip", b"PK\x03\x04 cut")]);
    let output = support::bomvet().arg("scan").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "a damaged jar is not passed over in a folder");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("cut.jar") && !stderr.contains("notes.zip"), "{stderr}");
}

#[test]
fn names_in_archives_are_labels_and_nothing_else() {
    let core = core_jar(&[LOOKUP], &[]);
    let folder = folder(&[("slip.jar", &jar(&[("../../\u{1b}[31mevil.jar", &core)]))]);
    let (code, report) = scan(folder.path(), "slip.jar");
    assert_eq!(code, 1);
    assert_eq!(places(&report, "CVE-2021-44228"), ["slip.jar!/../../\u{fffd}[31mevil.jar"]);
    assert!(!folder.path().join("../../evil.jar").exists());
}

#[test]
fn zips_without_documents_are_refused_by_name_and_passed_over_in_folders() {
    let other = jar(&[("notes.txt", b"nothing")]);
    assert_eq!(
        refusal("a.zip", &other),
        "error: could not read a.zip: holds no bill of materials (1 files looked at)"
    );
    let folder = folder(&[("a.zip", &other), ("core.jar", &core_jar(&[LOOKUP], &[]))]);
    assert_eq!(scan(folder.path(), ".").0, 1);
}
