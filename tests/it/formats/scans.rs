//! The scans whose reports are looked at, and what they must have in common.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support;

pub(crate) const NOW: &str = "2026-11-25T12:00:00Z";

/// Log4j with flaws, in two versions, a component without identity and one that no data knows.
pub(crate) const MIXED: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "shop", "version": "1"}},
 "components": [
  {"type": "library", "bom-ref": "mid", "name": "middle", "version": "1",
   "purl": "pkg:maven/com.example/middle@1"},
  {"type": "library", "bom-ref": "core", "name": "log4j-core", "version": "2.17.0",
   "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.0"},
  {"type": "library", "bom-ref": "old", "name": "log4j-core", "version": "2.16.0",
   "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.16.0"},
  {"type": "library", "bom-ref": "zlib", "name": "zlib", "version": "1.3"}],
 "dependencies": [{"ref": "root", "dependsOn": ["mid", "zlib"]}, {"ref": "mid", "dependsOn": ["core", "old"]}]}"#;

/// Whatever a document can write to get out of the text that it belongs in.
pub(crate) const HOSTILE: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "a<b>\u001b[2J|`p"}},
 "components": [
  {"type": "library", "bom-ref": "m", "name": "=cmd|' /C calc'!A0 \u202e\r\n::error::x", "version": "1,\"2",
   "purl": "pkg:maven/com.example/middle@1"},
  {"type": "library", "bom-ref": "n", "name": "</script><img src=x onerror=alert(1)> ]]> & \ufffe\u0001",
   "version": "1", "purl": "pkg:maven/com.example/other@1?x=@octocat"},
  {"type": "library", "group": "@octocat", "name": "[x](http://evil.example) `|` *b* <details>", "version": "1"}],
 "dependencies": [{"ref": "root", "dependsOn": ["m"]}, {"ref": "m", "dependsOn": ["n"]}]}"#;

/// A record that says the same about both packages, in hostile words.
const HOSTILE_RECORD: &str = r#"{"id": "X-<i>1|`", "modified": "2026-01-01T00:00:00Z",
 "summary": "=1+1 | <script>alert(1)</script> ]]> @octocat #1\n## heading %0A::error::y",
 "affected": [{"package": {"ecosystem": "Maven", "name": "com.example:middle"},
               "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2|<b>"}]}]},
              {"package": {"ecosystem": "Maven", "name": "com.example:other"},
               "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}],
 "references": [{"type": "WEB", "url": "javascript:alert(1)"},
                {"type": "WEB", "url": "https://example.com/\"><script>"}]}"#;

const WAIVERS: &str = r#"[[waiver]]
id = "CVE-2021-44832"
component = "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.0"
expires = "2027-12-01"
reason = "no JDBC appender, see <TICKET-1> | @octocat"
"#;

/// A scan: its name and its arguments.
pub(crate) const SCANS: [(&str, &[&str]); 8] = [
    ("sample", &["examples/sbom.cdx.json"]),
    ("pom", &["examples/pom.xml"]),
    ("several", &["examples", "mixed.cdx.json"]),
    ("mixed", &["mixed.cdx.json"]),
    ("waived", &["--config", "waivers.toml", "mixed.cdx.json"]),
    ("open", &["--fail-on", "never", "sub/a b#1.cdx.json"]),
    ("clean", &["empty.cdx.json"]),
    ("hostile", &["--advisories", "records", "hostile.cdx.json"]),
];

/// A folder with all of their files.
pub(crate) fn folder() -> TempDir {
    let folder = support::temp_dir();
    let root = folder.path();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    support::copy_tree(&examples, &root.join("examples"));
    fs::create_dir(root.join("records")).unwrap();
    fs::create_dir(root.join("sub")).unwrap();
    for (name, text) in [
        ("mixed.cdx.json", MIXED),
        ("sub/a b#1.cdx.json", MIXED),
        ("hostile.cdx.json", HOSTILE),
        ("records/hostile.json", HOSTILE_RECORD),
        ("waivers.toml", WAIVERS),
        ("empty.cdx.json", r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#),
    ] {
        fs::write(root.join(name), text).unwrap();
    }
    folder
}

/// What the scan prints in a format.
pub(crate) fn printed(folder: &Path, format: &str, args: &[&str]) -> String {
    let mut program = support::bomvet();
    program.args(["scan", "--now", NOW, "--format", format]).args(args).current_dir(folder);
    let output = program.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{format} {args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every scan in a format: its name, what it printed, and the JSON report beside it.
pub(crate) fn all(format: &str) -> Vec<(&'static str, String, Value)> {
    let folder = folder();
    let printed = SCANS.into_iter().map(|(_, args)| printed(folder.path(), format, args));
    printed.zip(reports()).map(|(text, (name, report))| (name, text, report)).collect()
}

/// The JSON report of every scan, made once for all tests.
fn reports() -> Vec<(&'static str, Value)> {
    static REPORTS: OnceLock<Vec<(&str, Value)>> = OnceLock::new();
    let make = || {
        let folder = folder();
        let of_one = |(name, args): (&'static str, &[&str])| {
            (name, serde_json::from_str(&printed(folder.path(), "json", args)).unwrap())
        };
        SCANS.into_iter().map(of_one).collect()
    };
    REPORTS.get_or_init(make).clone()
}

#[test]
fn the_scans_hold_everything_that_a_report_can_show() {
    let reports = reports();
    let any = |holds: &dyn Fn(&Value) -> bool| reports.iter().any(|(_, report)| holds(report));
    assert!(any(&|report| count(report, "suppressed") > 0 && count(report, "open") > 0));
    assert!(any(&|report| count(report, "open") == 0 && report["gate"]["verdict"] == "pass"));
    assert!(any(&|report| count(report, "open") > 0 && report["gate"]["verdict"] == "pass"));
    assert!(any(&|report| sum(report, "not_evaluated") > 0 && sum(report, "not_covered") > 0));
    assert!(any(&|report| list(&report["inputs"]).len() > 1));
    let hostile = &reports.iter().find(|(name, _)| *name == "hostile").unwrap().1;
    assert_eq!((count(hostile, "open"), sum(hostile, "not_evaluated")), (2, 1));
}

/// The elements of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// How many findings of that status.
pub(crate) fn count(report: &Value, status: &str) -> usize {
    list(&report["findings"]).iter().filter(|finding| finding["status"] == status).count()
}

/// A sum over all documents.
pub(crate) fn sum(report: &Value, key: &str) -> u64 {
    let inputs = list(&report["inputs"]).iter();
    inputs.map(|input| input["components"][key].as_u64().unwrap()).sum()
}

/// What every report must say, whatever its form: digest, day and age of the data, the coverage, the
/// gate's reasons.
pub(crate) fn tells_what_it_rests_on(what: &str, text: &str, report: &Value) {
    let source = &report["data"]["sources"][0];
    let digest = source["sha256"].as_str().unwrap();
    let day = source["built_at"].as_str().unwrap().split('T').next().unwrap();
    let age = report["data"]["age_days"].as_u64().unwrap();
    let covered = format!("{} of {} component", sum(report, "evaluated"), sum(report, "declared"));
    let mut demanded = vec![digest.to_owned(), day.to_owned(), covered, format!("{age} day")];
    if sum(report, "not_evaluated") > 0 {
        demanded.push(format!("{} NOT evaluated", sum(report, "not_evaluated")));
    }
    demanded
        .extend(list(&report["gate"]["reasons"]).iter().map(|r| r.as_str().unwrap().to_owned()));
    for part in demanded {
        assert!(text.contains(&part), "{what}: {part:?} is not in\n{text}");
    }
}

/// No control character but line ends and tabs, and nothing that turns the direction of writing.
pub(crate) fn is_plain(what: &str, text: &str) {
    let odd = |c: char| {
        (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    assert_eq!(text.chars().find(|c| odd(*c)), None, "{what}: {text}");
}

/// A foreign text as reports for people have it.
pub(crate) fn plain(foreign: &str) -> String {
    bomvet::report::plain(foreign)
}

/// A document with so many packages that are log4j-core: qualifiers tell them apart and do not change
/// what they are.
pub(crate) fn many(number: usize) -> String {
    let component = |n: usize| {
        format!(
            r#"{{"type": "library", "bom-ref": "c{n}", "name": "log4j-core", "version": "2.16.0",
             "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.16.0?n={n}"}}"#
        )
    };
    let all: Vec<String> = (0..number).map(component).collect();
    let list = all.join(",");
    format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{list}]}}"#)
}
