//! A folder with one product, one record, a configuration and statements, and runs of the program in it.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::schemas;
use crate::support;

pub(crate) const NOW: &str = "2026-11-25T12:00:00Z";
pub(crate) const JUNE: &str = "2026-06-01T00:00:00Z";
pub(crate) const LINK: &str = "urn:cdx:11111111-2222-4333-8444-555555555555/3";

/// Who speaks, as every test that needs somebody configures it.
pub(crate) const ISSUER: &str = "[vex]\nauthor = \"Us\"\nnamespace = \"https://example.com\"\n\
                                 category = \"vendor\"\n";

/// `example:a` in version 1 in the application `app` in version 5.
pub(crate) fn sbom() -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 3,
      "serialNumber": "urn:uuid:11111111-2222-4333-8444-555555555555",
      "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "app",
        "version": "5", "purl": "pkg:generic/app@5"}},
      "components": [
        {"type": "library", "bom-ref": "a", "name": "a", "version": "1",
          "purl": "pkg:maven/example/a@1"},
        {"type": "library", "name": "nobody"}]})
}

/// An OpenVEX document by A that says something of `example:a`.
pub(crate) fn openvex(more: &Value) -> Value {
    let mut statement = json!({"vulnerability": {"name": "CVE-2026-0001"},
      "products": [{"@id": "pkg:maven/example/a@1"}], "status": "not_affected"});
    statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1",
      "author": "A", "timestamp": JUNE, "version": 1, "statements": [statement]})
}

/// A CycloneDX document by A with one analysis of `example:a`.
pub(crate) fn analysis(analysis: &Value) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
      "metadata": {"timestamp": JUNE, "authors": [{"name": "A"}]},
      "vulnerabilities": [{"id": "CVE-2026-0001", "analysis": analysis,
        "affects": [{"ref": format!("{LINK}#a")}]}]})
}

pub(crate) struct Stage {
    pub(crate) folder: TempDir,
}

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

impl Stage {
    pub(crate) fn new(sbom: &Value, config: &str) -> Self {
        let stage = Self { folder: support::temp_dir() };
        stage.write("sbom.json", sbom);
        stage.write(
            "record.json",
            &json!({"id": "X-1", "aliases": ["CVE-2026-0001"], "summary": "a flaw",
              "modified": "2026-01-01T00:00:00Z",
              "severity": [{"type": "CVSS_V3",
                "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}],
              "references": [{"type": "WEB", "url": "https://example.com/a b\u{7}"}],
              "affected": [{"package": {"ecosystem": "Maven", "name": "example:a"},
                "ranges": [{"type": "ECOSYSTEM",
                  "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]}),
        );
        fs::write(stage.folder.path().join("bomvet.toml"), config).unwrap();
        stage
    }

    pub(crate) fn write(&self, name: &str, value: &Value) {
        fs::write(self.folder.path().join(name), value.to_string()).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let mut command = support::bomvet();
        command.current_dir(self.folder.path()).args(args);
        let output = command.timeout(Duration::from_secs(60)).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A command on the one document, with the one record.
    pub(crate) fn with(&self, command: &[&str], more: &[&str]) -> Ran {
        let data = ["--now", NOW, "--no-bundled", "--advisories", "record.json", "sbom.json"];
        self.run(&[command, &data, more].concat())
    }

    pub(crate) fn scan(&self, format: &str, more: &[&str]) -> Ran {
        self.with(&["scan", "-f", format], more)
    }
}

/// The document in a format that restates another one, valid by its schema.
pub(crate) fn restated(format: &str, vex: &Value) -> Value {
    let stage = Stage::new(&sbom(), ISSUER);
    stage.write("in.json", vex);
    let ran = stage.scan(format, &["--vex", "in.json"]);
    let document = ran.json();
    schemas::hold(format, &document);
    document
}
