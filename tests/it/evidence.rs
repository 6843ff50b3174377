//! `--evidence`: which conditions hold, where that stands, and that it hides nothing.

use crate::support;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;

const CORE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
const TEMPLATE: &str = "pkg:maven/org.apache.logging.log4j/log4j-layout-template-json@2.14.1";
const BRIDGE: &str = "pkg:maven/org.apache.logging.log4j/log4j-1.2-api@2.14.1";
const LOG4J_1: &str = "pkg:maven/log4j/log4j@1.2.17";

/// A document with those components.
fn bill(purls: &[&str]) -> String {
    let parts: Vec<String> = purls
        .iter()
        .map(|purl| {
            let (name, version) = purl.rsplit('/').next().unwrap().split_once('@').unwrap();
            format!(r#"{{"type":"library","name":"{name}","version":"{version}","purl":"{purl}"}}"#)
        })
        .collect();
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, parts.join(","))
}

/// Scans in a folder that holds the document and the files, with these arguments behind.
fn scan(purl: &str, files: &[(&str, &str)], arguments: &[&str]) -> (Output, Duration) {
    let folder = support::temp_dir();
    support::write(&folder.path().join("bom.json"), bill(&[purl]).as_bytes());
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        support::write(&path, text.as_bytes());
    }
    let started = Instant::now();
    let output = support::bomvet()
        .current_dir(folder.path())
        .arg("scan")
        .args(arguments)
        .timeout(Duration::from_secs(60))
        .output()
        .unwrap();
    (output, started.elapsed())
}

/// The finding of a flaw, with that file given as evidence.
fn finding(id: &str, purl: &str, file: &str, text: &str) -> Value {
    let (output, _) =
        scan(purl, &[(file, text)], &["bom.json", "--evidence", file, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    of(id, &output)
}

fn of(id: &str, output: &Output) -> Value {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|f| f["advisory"]["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
}

fn condition(finding: &Value) -> &str {
    finding["conditions"][0].as_str().unwrap()
}

fn xml(appenders: &str) -> String {
    format!("<Configuration><Appenders>\n{appenders}\n</Appenders><Loggers/></Configuration>")
}

#[test]
fn each_condition_holds_or_does_not_with_file_and_line() {
    let layout = |pattern: &str| xml(&format!("<File><PatternLayout pattern='{pattern}'/></File>"));
    for (id, purl, holds, does_not) in [
        ("CVE-2021-45046", CORE, layout("%X{user} %m"), layout("%d %m")),
        ("CVE-2021-45046", CORE, layout("$${ctx:user}"), layout("%d %m")),
        ("CVE-2021-45105", CORE, layout("${ctx:user}"), layout("%X{user} %m")),
        (
            "CVE-2021-44832",
            CORE,
            xml("<Jdbc><DataSource jndiName='ldap://a/b'/></Jdbc>"),
            xml("<Jdbc><DriverManager/></Jdbc>"),
        ),
        ("CVE-2020-9488", &CORE.replace("2.14.1", "2.13.0"), xml("<SMTP/>"), xml("<Console/>")),
        ("CVE-2025-68161", CORE, xml("<Socket><Ssl/></Socket>"), xml("<Socket protocol='TCP'/>")),
        ("CVE-2026-34477", CORE, xml("<Syslog><Ssl/></Syslog>"), xml("<Syslog/>")),
        (
            "CVE-2026-34480",
            CORE,
            xml("<File><XmlLayout/></File>"),
            xml("<File><JsonLayout/></File>"),
        ),
        (
            "CVE-2026-34481",
            TEMPLATE,
            xml("<File><JsonTemplateLayout/></File>"),
            xml("<File><JsonLayout/></File>"),
        ),
        ("CVE-2026-34479", BRIDGE, xml("<File><Log4j1XmlLayout/></File>"), xml("<Console/>")),
    ] {
        let found = finding(id, purl, "log4j2.xml", &holds);
        let text = condition(&found);
        assert!(text.starts_with("holds: ") && text.contains("(log4j2.xml:2: "), "{id} {text}");
        assert_eq!(found["status"], "open");
        let found = finding(id, purl, "log4j2.xml", &does_not);
        let text = condition(&found);
        assert!(text.starts_with("does not hold as far as log4j2.xml goes: "), "{id} {text}");
        assert_eq!((&found["status"], &found["counts_at_gate"]), (&"open".into(), &true.into()));
    }
}

#[test]
fn conditions_of_log4j_1_ask_its_own_configuration() {
    let with = |class: &str| format!("log4j.rootLogger=INFO, A\nlog4j.appender.A={class}\n");
    for (id, class) in [
        ("CVE-2021-4104", "org.apache.log4j.net.JMSAppender"),
        ("CVE-2022-23305", "org.apache.log4j.jdbc.JDBCAppender"),
        ("CVE-2020-9488", "org.apache.log4j.net.SMTPAppender"),
        ("CVE-2023-26464", "org.apache.log4j.net.SocketAppender"),
    ] {
        let found = finding(id, LOG4J_1, "log4j.properties", &with(class));
        assert!(condition(&found).starts_with("holds: "), "{id}");
        assert!(condition(&found).contains("(log4j.properties:2: "), "{id}");
    }
    let console = with("org.apache.log4j.ConsoleAppender");
    let found = finding("CVE-2021-4104", LOG4J_1, "log4j.properties", &console);
    assert!(condition(&found).starts_with("does not hold as far as log4j.properties goes: "));
    assert_eq!(found["mitigated"]["by"], "no JMS appender");
    assert_eq!(found["mitigated"]["evidence"], "log4j.properties");
    // whether a socket server runs stands in no configuration
    let found = finding("CVE-2019-17571", LOG4J_1, "log4j.properties", &console);
    assert!(condition(&found).starts_with("unknown: "));
    let found = finding("CVE-2021-4104", LOG4J_1, "log4j2.xml", &xml("<Console/>"));
    assert!(condition(&found).starts_with("unknown: "));
}

#[test]
fn without_evidence_every_condition_is_unknown() {
    let (output, _) = scan(CORE, &[], &["bom.json", "-f", "json"]);
    assert!(condition(&of("CVE-2021-45046", &output)).starts_with("unknown: "));
}

#[test]
fn what_comes_from_outside_leaves_the_condition_unknown() {
    let text = xml("<File><PatternLayout pattern='${env:LAYOUT}'/></File>");
    let found = finding("CVE-2021-45046", CORE, "a.xml", &text);
    let why = "(a.xml:2 takes ${env:LAYOUT} into a layout, whose value is not known)";
    assert!(condition(&found).starts_with("unknown: ") && condition(&found).ends_with(why));
}

#[test]
fn a_configuration_in_a_scanned_folder_can_show_that_a_condition_holds_and_no_more() {
    let state = |pattern: &str| {
        let text = xml(&format!("<File><PatternLayout pattern='{pattern}'/></File>"));
        let (output, _) = scan(CORE, &[("conf/any.name", &text)], &[".", "-f", "json"]);
        condition(&of("CVE-2021-45046", &output)).split(':').next().unwrap().to_owned()
    };
    assert_eq!(state("%X"), "holds");
    assert_eq!(state("%m"), "unknown");
}

#[test]
fn the_switch_for_lookups_is_a_note_and_never_a_mitigation() {
    let text = "# jvm\nlog4j2.formatMsgNoLookups=true\n";
    for (id, version, note) in [
        ("CVE-2021-44228", "2.14.1", "helps in part against CVE-2021-44228"),
        ("CVE-2021-45046", "2.14.1", "no help for CVE-2021-45046"),
        (
            "CVE-2021-44228",
            "2.9.1",
            "no help for CVE-2021-44228 in 2.9.1: made for 2.10 to before 2.15",
        ),
    ] {
        let found = finding(id, &CORE.replace("2.14.1", version), "app.properties", text);
        let expected = format!("log4j2.formatMsgNoLookups=true (app.properties:2): {note}");
        assert!(found["notes"].as_array().unwrap().contains(&expected.into()), "{found}");
        assert_eq!(found["mitigated"], Value::Null);
    }
}

#[test]
fn the_table_names_conditions_that_hold_without_being_asked() {
    let text = xml("<File><PatternLayout pattern='%X'/></File>");
    let files = [("a.xml", text.as_str())];
    let brief = scan(CORE, &files, &["bom.json", "--evidence", "a.xml"]).0;
    let brief = String::from_utf8(brief.stdout).unwrap();
    assert_eq!(brief.matches("bites when").count(), 1, "{brief}");
    let full = scan(CORE, &files, &["bom.json", "--evidence", "a.xml", "-v"]).0;
    let full = String::from_utf8(full.stdout).unwrap();
    assert!(full.matches("bites when").count() > 3, "{full}");
    assert!(full.contains("unknown: ") && full.contains("does not hold as far as a.xml goes"));
}

#[test]
fn evidence_does_not_change_the_gate() {
    let text = xml("<Console/>");
    let run = |arguments: &[&str]| scan(CORE, &[("a.xml", &text)], arguments).0;
    let gate = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (report["gate"].clone(), report["summary"].clone(), output.status.code())
    };
    let without = run(&["bom.json", "-f", "json"]);
    let with = run(&["bom.json", "-f", "json", "--evidence", "a.xml"]);
    assert_eq!(gate(&without), gate(&with));
}

#[test]
fn evidence_that_cannot_be_read_is_an_input_error_and_nothing_is_concluded() {
    let deep = xml(&("<a>".repeat(20_000) + &"</a>".repeat(20_000)));
    let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><Configuration><Appenders/></Configuration>";
    let yaml = format!("Configuration: {}", "[".repeat(100_000));
    let properties: String = (0..9)
        .map(|n| format!("property.a{} = {}\n", n + 1, format!("${{a{n}}}").repeat(9)))
        .collect::<String>()
        + "appender.x.type = Console\nappender.x.layout.type = PatternLayout\nappender.x.layout.pattern = ${a9}\n";
    let huge = xml(&"<File/>".repeat(200_000));
    for (text, cause) in [
        (deep.as_str(), "is nested deeper than 64 levels"),
        (bomb, "document type has declarations of its own"),
        (&yaml, "it is no YAML"),
        (&huge, "is larger than 1 MiB"),
        ("see the manual", "is neither a logging configuration nor a list of key=value settings"),
        ("PK\u{3}\u{4}", "is a zip archive"),
    ] {
        let files = [("a.conf", text), ("b.xml", &xml("<Console/>"))];
        let arguments = ["bom.json", "--evidence", "a.conf", "--evidence", "b.xml", "-f", "json"];
        let (output, time) = scan(CORE, &files, &arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        assert!(stderr.contains("a.conf") && stderr.contains(cause), "{stderr}");
        assert!(condition(&of("CVE-2021-45046", &output)).starts_with("unknown: "));
        assert!(time < Duration::from_secs(20));
    }
    let (output, time) = scan(CORE, &[("a", &properties)], &["bom.json", "--evidence", "a"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(time < Duration::from_secs(20));
}

#[test]
fn a_folder_of_evidence_is_searched_by_content() {
    let text = xml("<File><PatternLayout pattern='%X'/></File>");
    let files = [("conf/deep/x", text.as_str()), ("conf/readme.md", "the logger")];
    let (output, _) = scan(CORE, &files, &["bom.json", "--evidence", "conf", "-f", "json"]);
    assert!(condition(&of("CVE-2021-45046", &output)).contains("(conf/deep/x:2: "));
    let empty = [("conf/readme.md", "the logger")];
    let (output, _) = scan(CORE, &empty, &["bom.json", "--evidence", "conf"]);
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("no logging configuration or settings in this folder"), "{stderr}");
}

#[test]
fn a_damaged_configuration_in_a_scanned_folder_is_a_warning() {
    let text = "<Configuration><Appenders><Console></Configuration>";
    let (output, _) = scan(CORE, &[("log4j2.xml", text)], &[".", "-f", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let warning = report["warnings"][0].as_str().unwrap();
    assert!(warning.contains("log4j2.xml at 1:") && warning.ends_with("it is no evidence"));
}
