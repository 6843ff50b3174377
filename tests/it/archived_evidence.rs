//! Logging configurations in Java archives show which conditions hold, with file and line, and hide
//! nothing.

use crate::support;
use serde_json::Value;

use crate::support::packing::{core_jar, gzip, jar, tar};

const CONTEXT: &[u8] = b"<Configuration>\n<Appenders><Console name='c'>\n\
    <PatternLayout pattern='%d ${ctx:user} %m%n'/></Console></Appenders><Loggers/></Configuration>";

const PLAIN: &[u8] =
    b"<Configuration><Appenders><Console name='c'><PatternLayout pattern='%d %m%n'/>\
    </Console></Appenders><Loggers/></Configuration>";

/// The report on a file with these bytes.
fn report(name: &str, bytes: &[u8]) -> Value {
    let folder = support::temp_dir();
    support::write(&folder.path().join(name), bytes);
    let output = support::bomvet()
        .current_dir(folder.path())
        .args(["scan", "--format", "json", name])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The condition of CVE-2021-45046, whose finding must be open.
fn condition(report: &Value) -> &str {
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|f| f["advisory"]["id"] == "CVE-2021-45046").unwrap();
    assert_eq!(finding["status"], "open");
    finding["conditions"][0].as_str().unwrap()
}

#[test]
fn a_configuration_in_an_archive_shows_that_a_condition_holds_with_file_and_line() {
    let core = core_jar(&[], &[]);
    let boot = jar(&[
        ("BOOT-INF/classes/log4j2.xml", CONTEXT),
        ("BOOT-INF/lib/log4j-core-2.14.1.jar", &core),
    ]);
    let beside = core_jar(&[], &[("log4j2.xml", CONTEXT)]);
    let place = "BOOT-INF/classes/log4j2.xml:3: ${ctx:user} in a layout";
    for (file, bytes, place) in [
        ("core.jar", beside.clone(), "core.jar!/log4j2.xml:3: ${ctx:user} in a layout".to_owned()),
        ("app.jar", boot.clone(), format!("app.jar!/{place}")),
        ("all.ear", jar(&[("app.jar", &boot)]), format!("all.ear!/app.jar!/{place}")),
        ("d.zip", jar(&[("in/app.jar", &boot)]), format!("d.zip!/in/app.jar!/{place}")),
        ("d.tgz", gzip(&tar(&[("app.jar", &boot)])), format!("d.tgz!/app.jar!/{place}")),
    ] {
        let report = report(file, &bytes);
        let text = condition(&report);
        assert!(text.starts_with("holds: ") && text.contains(&format!("({place}")), "{text}");
    }
}

#[test]
fn every_format_is_read_by_the_names_that_the_library_looks_for() {
    let json = br#"{"configuration": {"appenders": {"Console": {"PatternLayout":
        {"pattern": "%X{user}"}}}}}"#;
    let yaml = b"Configuration:\n  appenders:\n    Console:\n      PatternLayout:\n        pattern: '%X'\n";
    let properties = b"appender.c.type = Console\nappender.c.layout.type = PatternLayout\n\
        appender.c.layout.pattern = %X{user}\nrootLogger = INFO\n";
    for (name, text, line) in [
        ("log4j2.json", json.as_slice(), 2),
        ("log4j2-spring.yaml", yaml, 5),
        ("WEB-INF/classes/log4j2.yml", yaml, 5),
        ("log4j2-test.properties", properties, 3),
    ] {
        let report = report("core.jar", &core_jar(&[], &[(name, text)]));
        let text = condition(&report);
        assert!(text.starts_with("holds: "), "{name}: {text}");
        assert!(text.contains(&format!("(core.jar!/{name}:{line}: ")), "{name}: {text}");
    }
}

#[test]
fn a_configuration_without_signs_in_an_archive_says_nothing() {
    // nobody said that it is the one in use
    let report = report("core.jar", &core_jar(&[], &[("log4j2.xml", PLAIN)]));
    assert!(condition(&report).starts_with("unknown: "));
}

#[test]
fn configurations_that_cannot_be_read_take_nothing_from_the_archive() {
    let large = vec![b' '; 3 << 20];
    for (text, cause) in [
        (b"<Configuration><Appenders><Console></Configuration>".as_slice(), "no well-formed XML"),
        (&large, "log4j2.xml, which is larger than 1024 KiB: it is no evidence"),
    ] {
        let report = report("core.jar", &core_jar(&[], &[("log4j2.xml", text)]));
        assert!(condition(&report).starts_with("unknown: "));
        assert!(report.to_string().contains(cause), "{cause}: {report}");
    }
}

#[test]
fn more_configurations_than_are_looked_at_are_told_once() {
    let names: Vec<String> = (0..1_500).map(|number| format!("{number:04}/log4j2.xml")).collect();
    let others: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), CONTEXT)).collect();
    let report = report("core.jar", &core_jar(&[], &others));
    assert!(
        condition(&report).ends_with("997 more; not shown: that an attacker controls the data)")
    );
    let told = "core.jar: holds more logging configurations than are looked at";
    assert_eq!(report["inputs"][0]["warnings"], serde_json::json!([told]));
}
