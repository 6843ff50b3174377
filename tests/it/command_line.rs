//! What pipelines rely on: exit codes, rules of the gate, where settings come from, where advisories
//! come from, where reports go.

use crate::support;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const NOW: &str = "2026-11-25T12:00:00Z";

/// The CVSS 3.1 vector of each level.
const LOW: &str = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N";
const MEDIUM: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N";
const HIGH: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

/// A catalogue that lists none of the records that these tests make.
const CATALOGUE: &str = r#"{"catalogVersion": "2026.11.24", "count": 1,
    "dateReleased": "2026-11-24T12:00:00.0000Z", "vulnerabilities": [
      {"cveID": "CVE-2017-5638", "dateAdded": "2021-11-03", "dueDate": "2022-05-03"}]}"#;

const BROKEN: &str = "{\"bomFormat\": \"CycloneDX\", \"components\": [";

/// A record about `example:<name>` in every version; `extra` is more JSON members.
fn record(id: &str, name: &str, vector: Option<&str>, extra: &str) -> String {
    let rating = vector.map(|vector| format!(r#"{{"type": "CVSS_V3", "score": "{vector}"}}"#));
    format!(
        r#"{{"id": "{id}", "modified": "2026-01-01T00:00:00Z", "summary": "flaw in {name}",
           "severity": [{}], {extra}
           "affected": [{{"package": {{"ecosystem": "Maven", "name": "example:{name}"}},
             "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}]}}]}}]}}"#,
        rating.unwrap_or_default()
    )
}

/// The same with a version that is free of the flaw.
fn fixable_record() -> String {
    let record = record("X-FIX", "fixable", Some(LOW), "");
    record.replace(r#"{"introduced": "0"}"#, r#"{"introduced": "0"}, {"fixed": "2"}"#)
}

/// A bill of materials with `example:<name>` in version 1; a scope may follow a colon.
fn bom(names: &[&str]) -> String {
    let component = |text: &&str| {
        let (name, scope) = text.split_once(':').unwrap_or((text, "required"));
        let purl = format!("pkg:maven/example/{name}@1");
        format!(
            r#"{{"type": "library", "bom-ref": "{name}", "name": "{name}", "scope": "{scope}",
               "purl": "{purl}"}}"#
        )
    };
    let components: Vec<_> = names.iter().map(component).collect();
    let components = components.join(",");
    format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{components}]}}"#)
}

/// A folder with records, and a document for each of them.
fn folder() -> TempDir {
    let folder = support::temp_dir();
    let path = folder.path();
    fs::create_dir(path.join("records")).unwrap();
    let kev = r#""database_specific": {"kev": {"added": "2026-01-02"}},"#;
    for (name, text) in [
        ("low", record("X-LOW", "low", Some(LOW), "")),
        ("medium", record("X-MEDIUM", "medium", Some(MEDIUM), "")),
        ("high", record("X-HIGH", "high", Some(HIGH), "")),
        ("critical", record("X-CRITICAL", "critical", Some(CRITICAL), "")),
        ("kev", record("X-KEV", "kev", Some(LOW), kev)),
        ("fixable", fixable_record()),
        ("malicious", record("MAL-2026-1", "malicious", Some(LOW), "")),
        ("unscored", record("X-UNSCORED", "unscored", None, "")),
    ] {
        fs::write(path.join(format!("records/{name}.json")), text).unwrap();
        fs::write(path.join(format!("{name}.cdx.json")), bom(&[name])).unwrap();
    }
    fs::write(path.join("clean.cdx.json"), bom(&["harmless"])).unwrap();
    fs::write(path.join("broken.cdx.json"), BROKEN).unwrap();
    folder
}

/// What a run left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn finish(program: Command) -> Ran {
    let output = assert_cmd::Command::from_std(program).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `bomvet scan --now NOW --advisories records …` in the folder.
fn prepare(folder: &Path, args: &[&str]) -> Command {
    let mut program = support::program();
    program.args(["scan", "--now", NOW, "--advisories", "records"]).args(args).current_dir(folder);
    program
}

fn scan(folder: &Path, args: &[&str]) -> Ran {
    finish(prepare(folder, args))
}

fn plain(folder: &Path, args: &[&str]) -> Ran {
    let mut program = support::program();
    program.args(args).current_dir(folder);
    finish(program)
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let ran = scan(folder, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}", ran.stderr))
}

fn files(folder: &Path) -> Vec<String> {
    support::entries(folder).into_iter().map(|(name, _)| name).collect()
}

// Exit codes.

#[test]
fn a_clean_scan_ends_with_0() {
    let folder = folder();
    let ran = scan(folder.path(), &["clean.cdx.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_finding_ends_with_1() {
    let folder = folder();
    let ran = scan(folder.path(), &["low.cdx.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
}

#[test]
fn bad_arguments_end_with_2() {
    let folder = folder();
    for args in [
        &["scan", "--no-such-option"][..],
        &["scan", "--fail-on", "sometimes", "clean.cdx.json"],
        &["scan", "--scope", "nowhere", "clean.cdx.json"],
        &["scan", "--java", "eight", "clean.cdx.json"],
        &["scan", "--format", "yaml", "clean.cdx.json"],
        &["scan", "-o", "report.json", "clean.cdx.json"],
        &["scan", "-o", "json=", "clean.cdx.json"],
        &["scan", "--now", "yesterday", "clean.cdx.json"],
        &["scan", "--config", "no-such.toml", "clean.cdx.json"],
        &["explain"],
        &["explain", "pkg:nothing"],
        &["no-such-command"],
        &[],
    ] {
        let ran = plain(folder.path(), args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.is_empty(), "{args:?}");
        assert_eq!(ran.stdout, "", "{args:?}");
    }
}

#[test]
fn an_unreadable_input_ends_with_3() {
    let folder = folder();
    let ran = scan(folder.path(), &["broken.cdx.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(
        ran.stderr.starts_with("error: could not read broken.cdx.json at 1:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn missing_records_end_with_4() {
    let folder = folder();
    let ran = plain(folder.path(), &["scan", "--advisories", "none", "clean.cdx.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert_eq!(ran.stderr, "error: could not read advisories none: no such file or folder\n");
}

#[test]
fn a_report_in_a_missing_folder_ends_with_5() {
    let folder = folder();
    let ran = scan(folder.path(), &["-o", "json=/no/such/folder/x.json", "clean.cdx.json"]);
    assert_eq!(ran.code, 5);
    assert!(ran.stdout.starts_with("GATE OPEN"), "{}", ran.stdout);
    assert_eq!(
        ran.stderr,
        "error: could not write /no/such/folder/x.json: no such file or folder\n"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_ends_with_5() {
    let folder = folder();
    for format in ["json", "table"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut program = prepare(folder.path(), &["--format", format, "clean.cdx.json"]);
        let output = program.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{stderr}");
        assert!(stderr.starts_with("error: could not write standard output: "), "{stderr}");
    }
    let ran = scan(folder.path(), &["-o", "json=/dev/full", "clean.cdx.json"]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
}

#[test]
fn help_to_a_full_disk_is_an_error_and_help_is_not() {
    let folder = folder();
    for args in [&["--help"][..], &["scan", "--help"], &["--version"]] {
        let ran = plain(folder.path(), args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        assert!(ran.stdout.ends_with('\n'), "{args:?}");
    }
    if cfg!(target_os = "linux") {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = support::program().arg("--help").stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(5));
    }
}

#[test]
fn the_highest_code_counts() {
    let folder = folder();
    let unused = "[waivers]\nunused = \"error\"\n[[waiver]]\nid = \"X-NONE\"\n";
    fs::write(folder.path().join("unused.toml"), unused).unwrap();
    let full = ["-o", "json=/no/such/folder/x.json"];
    let unused = ["--config", "unused.toml"];
    // a finding, then each time one thing more
    let (low, broken) = (["low.cdx.json"], ["broken.cdx.json"]);
    for (args, code) in [
        ([&low[..]].concat(), 1),
        ([&low[..], &unused].concat(), 2),
        ([&low[..], &unused, &broken].concat(), 3),
        ([&low[..], &unused, &broken, &full].concat(), 5),
        ([&low[..], &["--fail-on", "never"], &broken].concat(), 3),
        ([&low[..], &["--fail-on", "never"], &full].concat(), 5),
    ] {
        let ran = scan(folder.path(), &args);
        assert_eq!(ran.code, code, "{args:?}\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn the_report_names_the_class_of_its_exit_code() {
    let folder = folder();
    for (args, code, class) in [
        (&["clean.cdx.json"][..], 0, "ok"),
        (&["low.cdx.json"], 1, "gate"),
        (&["low.cdx.json", "broken.cdx.json"], 3, "input"),
    ] {
        let gate = &json(folder.path(), args)["gate"];
        assert_eq!((&gate["exit_code"], &gate["class"]), (&code.into(), &class.into()), "{args:?}");
        assert_eq!(gate["verdict"], if code == 0 { "pass" } else { "fail" }, "{args:?}");
    }
}

// Rules of the gate.

#[test]
fn every_rule_closes_the_gate_on_its_own_findings_and_on_no_others() {
    let folder = folder();
    let all = ["low", "medium", "high", "critical", "kev", "fixable", "malicious", "unscored"];
    fs::write(folder.path().join("catalogue.json"), CATALOGUE).unwrap();
    for (rule, closing) in [
        ("any", &all[..]),
        ("low", &all),
        ("medium", &["medium", "high", "critical", "unscored"]),
        ("high", &["high", "critical", "unscored"]),
        ("critical", &["critical", "unscored"]),
        ("never", &[]),
        ("kev", &["kev"]),
        ("fixable", &["fixable"]),
        ("malicious", &["malicious"]),
        ("unscored", &["unscored"]),
    ] {
        for name in all {
            let input = format!("{name}.cdx.json");
            let args = ["--advisories", "catalogue.json", "--fail-on", rule, &input];
            let ran = scan(folder.path(), &args);
            let code = i32::from(closing.contains(&name));
            assert_eq!(ran.code, code, "{rule} on {name}: {}", ran.stdout);
            let told = ran.stdout.contains(&format!("(rule {rule})"));
            assert_eq!(told, code == 1, "{rule} on {name}: {}", ran.stdout);
        }
    }
}

#[test]
fn of_several_rules_any_one_closes_the_gate_and_each_is_told() {
    let folder = folder();
    fs::write(folder.path().join("catalogue.json"), CATALOGUE).unwrap();
    for args in [&["--fail-on", "critical,kev"][..], &["--fail-on", "critical", "--fail-on", "kev"]]
    {
        let catalogue = ["--advisories", "catalogue.json"];
        let code = |name: &str| scan(folder.path(), &[args, &catalogue, &[name]].concat()).code;
        assert_eq!(code("high.cdx.json"), 0, "{args:?}");
        assert_eq!(code("kev.cdx.json"), 1, "{args:?}");
        assert_eq!(code("critical.cdx.json"), 1, "{args:?}");
    }
    let args = ["--fail-on", "any,critical", "kev.cdx.json", "critical.cdx.json"];
    let gate = json(folder.path(), &args)["gate"].clone();
    let reasons =
        ["1 critical and 1 low findings (rule any)", "1 critical finding (rule critical)"];
    assert_eq!(gate["reasons"], Value::from(reasons.to_vec()));
}

#[test]
fn never_turns_off_code_1_alone_and_hides_no_finding() {
    let folder = folder();
    let report = json(folder.path(), &["--fail-on", "never", "critical.cdx.json"]);
    assert_eq!(report["gate"]["verdict"], "pass");
    assert_eq!(report["summary"]["open"], 1);
}

#[test]
fn an_unrated_finding_passes_severity_rules_where_the_policy_says_so() {
    let folder = folder();
    fs::write(folder.path().join("pass.toml"), "[gate]\nunknown_severity = \"pass\"\n").unwrap();
    let args = ["--fail-on", "low", "unscored.cdx.json", "--config", "pass.toml"];
    assert_eq!(scan(folder.path(), &args).code, 0);
    assert_eq!(scan(folder.path(), &args[..3]).code, 1);
    let args = ["unscored.cdx.json", "--config", "pass.toml"];
    assert_eq!(scan(folder.path(), &args).code, 1, "the rule any asks for no rating");
}

#[test]
fn components_without_a_verdict_close_the_gate_where_the_policy_says_so() {
    let folder = folder();
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "a", "purl": "pkg:maven/example/a@1"},
        {"type": "library", "name": "zlib", "version": "1.3"}]}"#;
    fs::write(folder.path().join("partly.cdx.json"), text).unwrap();
    fs::write(folder.path().join("fail.toml"), "[gate]\nnot_evaluated = \"fail\"\n").unwrap();
    assert_eq!(scan(folder.path(), &["partly.cdx.json"]).code, 0);
    let ran = scan(folder.path(), &["partly.cdx.json", "--config", "fail.toml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("1 component not evaluated"), "{}", ran.stdout);
    let ran = scan(folder.path(), &["clean.cdx.json", "--config", "fail.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

// Scopes.

#[test]
fn the_scopes_that_count_can_be_chosen() {
    let folder = folder();
    fs::write(folder.path().join("optional.cdx.json"), bom(&["low:optional"])).unwrap();
    let with = |args: &[&str]| scan(folder.path(), &[&["optional.cdx.json"], args].concat());
    assert_eq!(with(&[]).code, 1);
    assert_eq!(with(&["--scope", "optional"]).code, 1);
    assert_eq!(with(&["--scope", "compile,optional"]).code, 1);
    let ran = with(&["--scope", "compile,runtime"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("X-LOW"), "{}", ran.stdout);
    assert!(ran.stdout.contains("does not count at the gate"), "{}", ran.stdout);
}

#[test]
fn a_finding_in_a_test_dependency_is_told_and_does_not_close_the_gate() {
    let folder = folder();
    let pom = |scope: &str| {
        format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId>\
             <artifactId>app</artifactId><version>1</version><dependencies><dependency>\
             <groupId>example</groupId><artifactId>critical</artifactId><version>1</version>\
             <scope>{scope}</scope></dependency></dependencies></project>"
        )
    };
    let path = folder.path().join("pom.xml");
    fs::write(&path, pom("test")).unwrap();
    let ran = scan(folder.path(), &["pom.xml"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout.starts_with("GATE OPEN  1 finding below the gate's rules"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("X-CRITICAL"), "{}", ran.stdout);
    assert!(ran.stdout.contains("does not count at the gate"), "{}", ran.stdout);
    let report = json(folder.path(), &["pom.xml"]);
    assert_eq!(report["findings"][0]["counts_at_gate"], false);
    assert_eq!(report["findings"][0]["component"]["scope"], "test");
    assert_eq!(scan(folder.path(), &["pom.xml", "--scope", "test"]).code, 1);
    fs::write(&path, pom("compile")).unwrap();
    assert_eq!(scan(folder.path(), &["pom.xml"]).code, 1);
}

// The Java level.

fn log4j(folder: &Path, version: &str, args: &[&str]) -> Value {
    let text = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
           "name": "log4j-core",
           "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}]}}"#
    );
    fs::write(folder.join("log4j.cdx.json"), text).unwrap();
    let args = [&["scan", "--now", NOW, "--format", "json", "log4j.cdx.json"], args].concat();
    serde_json::from_str(&plain(folder, &args).stdout).unwrap()
}

#[test]
fn java_7_bounds_the_target_and_what_it_leaves_is_told() {
    let folder = folder();
    let report = log4j(folder.path(), "2.11.2", &["--java", "7"]);
    let remedy = &report["remedies"][0];
    assert_eq!(remedy["to"], "2.12.4", "{remedy}");
    assert_eq!(remedy["java"], 7);
    let ids = |key: &str| -> Vec<String> {
        remedy[key].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    assert!(ids("clears").contains(&"CVE-2021-44228".to_owned()), "{remedy}");
    assert!(!ids("leaves").is_empty(), "{remedy}");
    let clears = |id: &String| ids("clears").contains(id);
    assert!(!ids("leaves").iter().any(clears), "{remedy}");
    for finding in report["findings"].as_array().unwrap() {
        let id = finding["advisory"]["id"].as_str().unwrap().to_owned();
        assert!(clears(&id) || ids("leaves").contains(&id), "{id} is neither: {remedy}");
    }
}

#[test]
fn without_a_java_level_the_target_clears_all() {
    let folder = folder();
    let remedy = log4j(folder.path(), "2.11.2", &[])["remedies"][0].clone();
    assert_eq!(remedy["leaves"], Value::Array(Vec::new()), "{remedy}");
    assert_eq!(remedy["java"], 8, "{remedy}");
}

#[test]
fn where_java_bounds_away_every_target_the_remedy_says_so() {
    let folder = folder();
    // every release at or above 2.14.1 needs Java 8
    let remedy = log4j(folder.path(), "2.14.1", &["--java", "7"])["remedies"][0].clone();
    assert_eq!(remedy["to"], Value::Null, "{remedy}");
    let steps = remedy["steps"].to_string();
    assert!(steps.contains("Java"), "a fix is stated, but not for Java 7: {steps}");
}

// Where settings come from.

#[test]
fn an_unknown_key_is_an_error_with_its_line() {
    let folder = folder();
    fs::write(folder.path().join("bomvet.toml"), "[gate]\nfail_on = \"any\"\nfail_of = 1\n")
        .unwrap();
    let ran = scan(folder.path(), &["clean.cdx.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.starts_with("error: bomvet.toml:3: unknown field `fail_of`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn wrong_values_in_the_configuration_are_errors_with_their_line() {
    let folder = folder();
    for (text, told) in [
        ("[gate]\nfail_on = \"sometimes\"\n", ":2: \"sometimes\" is no rule"),
        ("[gate]\nfail_on = [\"kev\", 5]\n", ":2: "),
        ("[gate]\n\nscopes = [\"moon\"]\n", ":3: \"moon\" is no scope"),
        ("[data]\nmax_age_days = -1\n", ":2: "),
        ("[gate\n", ":1: "),
        ("\n[[waiver]]\nid = \"X-1\"\nexpires = \"soon\"\n", ":2: waiver X-1: expires \"soon\""),
        ("\n[[waiver]]\nreason = \"no id\"\n", ":2: missing field `id`"),
    ] {
        fs::write(folder.path().join("bomvet.toml"), text).unwrap();
        let ran = scan(folder.path(), &["clean.cdx.json"]);
        assert_eq!(ran.code, 2, "{text}");
        let expected = format!("error: bomvet.toml{told}");
        assert!(ran.stderr.starts_with(&expected), "{text}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{text}: {}", ran.stderr);
    }
}

#[test]
fn the_configuration_is_found_upwards_and_the_nearest_counts() {
    let folder = folder();
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(folder.path().join("bomvet.toml"), "[gate]\nfail_on = \"never\"\n").unwrap();
    let scan = || {
        let mut program = support::program();
        program.args(["scan", "--now", NOW, "--format", "json", "--advisories", "../../records"]);
        program.arg("../../low.cdx.json").current_dir(&deep);
        let ran = finish(program);
        (ran.code, serde_json::from_str::<Value>(&ran.stdout).unwrap()["policy"].clone())
    };
    let (code, policy) = scan();
    assert_eq!((code, &policy["fail_on"][0]), (0, &"never".into()));
    assert!(policy["path"].as_str().unwrap().ends_with("bomvet.toml"), "{policy}");
    assert_eq!(policy["sha256"].as_str().unwrap().len(), 64);
    fs::write(folder.path().join("a/bomvet.toml"), "[gate]\nfail_on = \"low\"\n").unwrap();
    let (code, policy) = scan();
    assert_eq!((code, &policy["fail_on"][0]), (1, &"low".into()));
}

#[test]
fn bomvet_config_names_the_file_and_the_option_goes_before_it() {
    let folder = folder();
    for (name, rule) in [("bomvet.toml", "low"), ("env.toml", "kev"), ("option.toml", "critical")] {
        fs::write(folder.path().join(name), format!("[gate]\nfail_on = \"{rule}\"\n")).unwrap();
    }
    let rule = |args: &[&str], environment: Option<&str>| {
        let args = [args, &["--format", "json", "clean.cdx.json"]].concat();
        let mut program = prepare(folder.path(), &args);
        program.envs(environment.map(|file| ("BOMVET_CONFIG", file)));
        let ran = finish(program);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        report["policy"]["fail_on"][0].as_str().unwrap().to_owned()
    };
    assert_eq!(rule(&[], None), "low");
    assert_eq!(rule(&[], Some("env.toml")), "kev");
    assert_eq!(rule(&["--config", "option.toml"], Some("env.toml")), "critical");
    let mut program = prepare(folder.path(), &["clean.cdx.json"]);
    program.env("BOMVET_CONFIG", "no-such.toml");
    let ran = finish(program);
    assert_eq!(ran.code, 2, "a file that is named must be there");
    assert!(ran.stderr.contains("no-such.toml"), "{}", ran.stderr);
}

#[test]
fn option_goes_before_environment_before_file_before_default() {
    let folder = folder();
    let code = |args: &[&str], environment: Option<&str>| {
        let mut program = prepare(folder.path(), &[args, &["low.cdx.json"]].concat());
        program.envs(environment.map(|rule| ("BOMVET_GATE_FAIL_ON", rule)));
        finish(program).code
    };
    assert_eq!(code(&[], None), 1, "default: any");
    fs::write(folder.path().join("bomvet.toml"), "[gate]\nfail_on = \"high\"\n").unwrap();
    assert_eq!(code(&[], None), 0, "file: high");
    assert_eq!(code(&[], Some("high,low")), 1, "environment: high or low");
    assert_eq!(code(&["--fail-on", "critical"], Some("high,low")), 0, "option: critical");
}

#[test]
fn every_key_is_a_variable_and_a_wrong_value_is_named() {
    let folder = folder();
    for (name, value) in [
        ("BOMVET_GATE_FAIL_ON", "sometimes"),
        ("BOMVET_GATE_UNKNOWN_SEVERITY", "maybe"),
        ("BOMVET_GATE_NOT_EVALUATED", "maybe"),
        ("BOMVET_GATE_SCOPES", "moon"),
        ("BOMVET_DATA_MAX_AGE_DAYS", "many"),
        ("BOMVET_DATA_ALLOW_STALE", "perhaps"),
        ("BOMVET_WAIVERS_REQUIRE_EXPIRY", "perhaps"),
        ("BOMVET_WAIVERS_REQUIRE_REASON", "perhaps"),
        ("BOMVET_WAIVERS_UNUSED", "maybe"),
        ("BOMVET_WAIVERS_WARN_BEFORE_DAYS", "many"),
    ] {
        let mut program = prepare(folder.path(), &["clean.cdx.json"]);
        program.env(name, value);
        let ran = finish(program);
        assert_eq!(ran.code, 2, "{name}={value}: {}", ran.stdout);
        assert!(ran.stderr.contains(name), "{name}={value}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn variables_of_waivers_count_for_the_waivers_of_the_file() {
    let folder = folder();
    fs::write(folder.path().join("bomvet.toml"), "[[waiver]]\nid = \"X-LOW\"\n").unwrap();
    assert_eq!(scan(folder.path(), &["low.cdx.json"]).code, 0);
    for variable in ["BOMVET_WAIVERS_REQUIRE_EXPIRY", "BOMVET_WAIVERS_REQUIRE_REASON"] {
        let mut program = prepare(folder.path(), &["low.cdx.json"]);
        program.env(variable, "true");
        let ran = finish(program);
        assert_eq!(ran.code, 2, "{variable}: the file's waiver lacks it\n{}", ran.stdout);
    }
}

// The clock.

#[test]
fn the_clock_is_the_option_then_source_date_epoch() {
    let folder = folder();
    let at = |args: &[&str], epoch: &str| {
        let mut program = support::program();
        program.args(["scan", "--format", "json", "clean.cdx.json"]).args(args);
        program.current_dir(folder.path()).env("SOURCE_DATE_EPOCH", epoch);
        finish(program)
    };
    let time = |ran: &Ran| {
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        report["generated_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(time(&at(&[], "1795608000")), "2026-11-25T12:00:00Z");
    assert_eq!(time(&at(&["--now", "2027-01-01T01:00:00+01:00"], "1")), "2027-01-01T00:00:00Z");
    let ran = at(&[], "noon");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("SOURCE_DATE_EPOCH is \"noon\""), "{}", ran.stderr);
}

#[test]
fn the_clock_decides_about_waivers() {
    let folder = folder();
    let waiver = "[[waiver]]\nid = \"X-LOW\"\nexpires = \"2026-12-01\"\n";
    fs::write(folder.path().join("bomvet.toml"), waiver).unwrap();
    for (now, code) in [("2026-12-01T23:59:59Z", 0), ("2026-12-02T00:00:00Z", 1)] {
        let args = ["scan", "--advisories", "records", "--now", now, "low.cdx.json"];
        assert_eq!(plain(folder.path(), &args).code, code, "{now}");
    }
}

// Advisories.

/// A zip of the records, and of a file that is none.
fn zip_of_records(folder: &Path) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, path) in support::entries(&folder.join("records")) {
        zip.start_file(format!("all/{name}"), options).unwrap();
        zip.write_all(&support::read(&path)).unwrap();
    }
    zip.start_file("README.txt", options).unwrap();
    zip.write_all(b"no record").unwrap();
    zip.finish().unwrap().into_inner()
}

/// Findings of a scan of `critical.cdx.json` with these records alone.
fn with_records(folder: &Path, path: &str) -> Ran {
    let args = ["scan", "--now", NOW, "--no-bundled", "--advisories", path, "critical.cdx.json"];
    plain(folder, &args)
}

#[test]
fn records_come_from_a_file_a_folder_or_a_zip() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir_all(path.join("outer/inner")).unwrap();
    fs::copy(path.join("records/critical.json"), path.join("outer/inner/x.json")).unwrap();
    fs::write(path.join("all.zip"), zip_of_records(path)).unwrap();
    for (source, records) in
        [("records/critical.json", 1), ("records", 8), ("outer", 1), ("all.zip", 8)]
    {
        let ran = with_records(path, source);
        assert_eq!(ran.code, 1, "{source}: {}", ran.stderr);
        assert!(ran.stdout.contains("X-CRITICAL"), "{source}: {}", ran.stdout);
        let plural = if records == 1 { "record" } else { "records" };
        let line = format!("{source}: {records} {plural}");
        assert!(ran.stdout.contains(&line), "{line}\n{}", ran.stdout);
    }
}

#[test]
fn several_sources_and_the_bundled_records_stand_side_by_side() {
    let folder = folder();
    let report = json(folder.path(), &["--advisories", "records/low.json", "clean.cdx.json"]);
    let names: Vec<_> = report["data"]["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["bundled", "records", "records/low.json"]);
}

#[test]
fn a_damaged_zip_ends_with_4() {
    let folder = folder();
    let whole = zip_of_records(folder.path());
    let cut = &whole[..whole.len() / 2];
    let mut changed = whole.clone();
    // inside the first file's compressed bytes
    changed[80] ^= 0xff;
    let last = whole[..whole.len() - 1].to_vec();
    for (what, bytes) in [("cut", cut), ("changed", &changed), ("one byte short", &last)] {
        fs::write(folder.path().join("damaged.zip"), bytes).unwrap();
        let ran = with_records(folder.path(), "damaged.zip");
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{what}");
        let start = "error: could not read advisories damaged.zip: damaged zip, ";
        assert!(ran.stderr.starts_with(start), "{what}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{what}: {}", ran.stderr);
    }
}

#[test]
fn a_place_without_records_ends_with_4() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir(path.join("empty")).unwrap();
    fs::create_dir(path.join("other")).unwrap();
    fs::write(path.join("other/package.json"), r#"{"name": "app"}"#).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("README.txt", zip::write::SimpleFileOptions::default()).unwrap();
    fs::write(path.join("none.zip"), zip.finish().unwrap().into_inner()).unwrap();
    for source in ["empty", "other", "none.zip", "clean.cdx.json"] {
        let ran = with_records(path, source);
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{source}");
        let start = format!("error: could not read advisories {source}");
        assert!(ran.stderr.starts_with(&start), "{}", ran.stderr);
    }
}

#[test]
fn no_records_at_all_end_with_4() {
    let folder = folder();
    for args in
        [&["scan", "--no-bundled", "clean.cdx.json"][..], &["explain", "--no-bundled", "X-1"]]
    {
        let ran = plain(folder.path(), args);
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{args:?}");
        assert!(ran.stderr.starts_with("error: no advisory data"), "{}", ran.stderr);
        assert!(ran.stderr.contains("\nhelp: "), "{}", ran.stderr);
    }
}

#[test]
fn one_damaged_record_among_good_ones_is_told_and_the_others_count() {
    let folder = folder();
    fs::write(folder.path().join("records/bad.json"), "{\"id\": \"X-BAD\", \"affected\": [")
        .unwrap();
    let report = json(folder.path(), &["low.cdx.json"]);
    assert_eq!(report["summary"]["open"], 1);
    assert!(report["data"]["warnings"].to_string().contains("bad.json"), "{}", report["data"]);
}

#[test]
fn explaining_what_no_record_knows_ends_with_4() {
    let folder = folder();
    let ran = plain(folder.path(), &["explain", "CVE-1999-0001"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    let args = ["explain", "--advisories", "records", "X-LOW"];
    let ran = plain(folder.path(), &args);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("X-LOW  flaw in low\n"), "{}", ran.stdout);
}

// Standard input and output, files.

#[test]
fn a_dash_is_standard_input() {
    let folder = folder();
    let run = |text: String| {
        let program = prepare(folder.path(), &["--format", "json", "-"]);
        assert_cmd::Command::from_std(program).write_stdin(text).output().unwrap()
    };
    let output = run(bom(&["low"]));
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["inputs"][0]["path"], "standard input");
    assert_eq!(report["findings"][0]["advisory"]["id"], "X-LOW");
    let output = run(String::new());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert_eq!(stderr, "error: could not read standard input: is empty\n");
}

#[test]
fn the_working_folder_is_the_default_input() {
    let folder = folder();
    fs::remove_file(folder.path().join("broken.cdx.json")).unwrap();
    let report = json(folder.path(), &[]);
    assert_eq!(report["inputs"].as_array().unwrap().len(), 9);
    assert_eq!(report["summary"]["open"], 8);
}

#[test]
fn two_runs_give_the_same_bytes() {
    let folder = folder();
    let names = ["low", "medium", "high", "critical", "kev", "fixable", "malicious", "unscored"];
    let inputs: Vec<String> = names.iter().map(|name| format!("{name}.cdx.json")).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sbom.cdx.json");
    let args = [&inputs[..], &[sample.to_str().unwrap()]].concat();
    for format in ["table", "json"] {
        let run = || scan(folder.path(), &[&args[..], &["--format", format]].concat()).stdout;
        let first = run();
        for _ in 0..4 {
            assert!(first == run(), "{format} differs");
        }
    }
}

#[test]
fn reports_to_files_are_those_of_standard_output() {
    let folder = folder();
    let args = ["--color", "always", "-o", "json=a.json", "-o", "table=a.txt", "low.cdx.json"];
    let ran = scan(folder.path(), &args);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for (file, format) in [("a.json", "json"), ("a.txt", "table")] {
        let expected = scan(folder.path(), &["--format", format, "low.cdx.json"]).stdout;
        let written = fs::read_to_string(folder.path().join(file)).unwrap();
        assert_eq!(written, expected, "{file}: as printed, and without colours");
    }
}

#[test]
fn a_report_replaces_an_older_one_whole_and_leaves_nothing_beside_it() {
    let folder = folder();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let old = "x".repeat(1_000_000);
    fs::write(out.join("report.json"), old).unwrap();
    let ran = scan(folder.path(), &["-o", "json=out/report.json", "low.cdx.json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let text = fs::read_to_string(out.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["summary"]["open"], 1);
    assert_eq!(files(&out), ["report.json"]);
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_older_one() {
    let folder = folder();
    let path = folder.path().join("report.json");
    fs::create_dir(&path).unwrap();
    let before = files(folder.path());
    let ran = scan(folder.path(), &["-o", "json=report.json", "clean.cdx.json"]);
    assert_eq!(ran.code, 5, "a folder is no target: {}", ran.stderr);
    fs::remove_dir(&path).unwrap();
    fs::write(&path, "old").unwrap();
    let ran = scan(folder.path(), &["-o", "json=report.json", "broken.cdx.json"]);
    assert_eq!(ran.code, 3);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old", "no report of a scan that read nothing");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn quiet_prints_nothing_but_the_json_that_was_asked_for() {
    let folder = folder();
    for flag in ["--quiet", "-q"] {
        let ran = scan(folder.path(), &[flag, "low.cdx.json"]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", ""));
        let ran = scan(folder.path(), &[flag, "--format", "json", "low.cdx.json"]);
        assert_eq!((ran.code, ran.stdout.starts_with('{')), (1, true));
        let ran = scan(folder.path(), &[flag, "-o", "json=report.json", "low.cdx.json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
        assert!(folder.path().join("report.json").is_file());
    }
    let ran = scan(folder.path(), &["--quiet", "broken.cdx.json"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.starts_with("error: "), "an error is told all the same: {}", ran.stderr);
}

#[test]
fn verbose_names_files_that_were_passed_over() {
    let folder = support::temp_dir();
    fs::write(folder.path().join("a.cdx.json"), bom(&["harmless"])).unwrap();
    fs::write(folder.path().join("notes.txt"), "nothing").unwrap();
    let ran = plain(folder.path(), &["scan", "--now", NOW, "--verbose"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("notes.txt is no bill of materials"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("notes.txt"), "{}", ran.stdout);
    assert_eq!(plain(folder.path(), &["scan", "--now", NOW]).stderr, "");
}

#[test]
#[cfg(unix)]
fn a_reader_that_went_away_is_no_error() {
    let folder = folder();
    // more than a pipe holds
    let names: Vec<String> = (0..4000).map(|number| format!("part-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    fs::write(folder.path().join("large.cdx.json"), bom(&names)).unwrap();
    for (args, first) in [
        (&["--format", "json", "large.cdx.json"][..], "{"),
        (&["--verbose", "clean.cdx.json"], "GATE OPEN"),
    ] {
        let mut bomvet = prepare(folder.path(), args);
        let mut bomvet = bomvet.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = bomvet.stdout.take().unwrap();
        let head = Command::new("head").arg("-1").stdin(stdout).output().unwrap();
        let done = bomvet.wait_with_output().unwrap();
        let stderr = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(String::from_utf8(head.stdout).unwrap().starts_with(first));
    }
}
