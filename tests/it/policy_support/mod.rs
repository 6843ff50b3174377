//! A small world for tests of policy: records, one document, a configuration, and what a scan says.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support;

pub(crate) const NOW: &str = "2026-11-25T12:00:00Z";

/// The CVSS 3.1 vector of each level.
pub(crate) const LOW: &str = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N";
pub(crate) const HIGH: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
pub(crate) const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

/// A folder with records and documents.
pub(crate) struct World {
    folder: TempDir,
}

/// What a run said.
pub(crate) struct Told {
    pub(crate) report: Value,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Told {
    /// The status of each finding under the name of its advisory.
    pub(crate) fn statuses(&self) -> Vec<(String, String)> {
        let findings = self.report["findings"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        findings.iter().map(|f| (text(&f["advisory"]["id"]), text(&f["status"]))).collect()
    }

    pub(crate) fn finding(&self, id: &str) -> &Value {
        let findings = self.report["findings"].as_array().unwrap();
        findings.iter().find(|f| f["advisory"]["id"] == id).unwrap()
    }

    pub(crate) fn reasons(&self) -> Vec<&str> {
        let reasons = self.report["gate"]["reasons"].as_array().unwrap();
        reasons.iter().map(|reason| reason.as_str().unwrap()).collect()
    }

    pub(crate) fn warns(&self, text: &str) -> bool {
        let warnings = self.report["warnings"].as_array().unwrap();
        warnings.iter().any(|warning| warning.as_str().unwrap().contains(text))
    }
}

/// A component of Maven, `example:<name>`.
pub(crate) fn component(name: &str, version: &str) -> Value {
    json!({"type": "library", "bom-ref": format!("{name}-{version}"), "name": name,
      "version": version, "purl": format!("pkg:maven/example/{name}@{version}")})
}

/// A document about a product with these components.
pub(crate) fn sbom(product: &str, components: &[Value]) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6",
      "metadata": {"component": {"type": "application", "bom-ref": "root", "name": product}},
      "components": components})
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { folder: support::temp_dir() };
        fs::create_dir(world.path().join("records")).unwrap();
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        support::write(&self.path().join(name), text.as_ref());
    }

    pub(crate) fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&support::read(&self.path().join(name))).unwrap()
    }

    /// A record about `example:<name>` below version 2; `more` are further members.
    pub(crate) fn record(&self, id: &str, name: &str, vector: &str, more: &Value) {
        let mut record = json!({"id": id, "modified": "2026-01-01T00:00:00Z",
          "severity": [{"type": "CVSS_V3", "score": vector}],
          "affected": [{"package": {"ecosystem": "Maven", "name": format!("example:{name}")},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]});
        let members = more.as_object().unwrap().clone();
        record.as_object_mut().unwrap().extend(members);
        self.write(&format!("records/{name}-{id}.json"), record.to_string());
    }

    pub(crate) fn document(&self, name: &str, sbom: &Value) {
        self.write(name, sbom.to_string());
    }

    /// Runs any command in the world.
    pub(crate) fn run(&self, args: &[&str]) -> Told {
        let mut command = support::bomvet();
        command.current_dir(self.path()).args(args);
        let output = command.timeout(Duration::from_secs(60)).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        Told {
            report: serde_json::from_str(&stdout).unwrap_or_default(),
            code: output.status.code().unwrap(),
            stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Scans with the records of the world, into JSON.
    pub(crate) fn scan(&self, args: &[&str]) -> Told {
        let format: &[&str] = if args.contains(&"-f") { &[] } else { &["-f", "json"] };
        let own = ["scan", "--no-bundled", "--advisories", "records"];
        let clock: &[&str] = if args.contains(&"--now") { &[] } else { &["--now", NOW] };
        self.run(&[&own, format, clock, args].concat())
    }
}

// Each test file builds this module for itself and uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (World::new, World::read, World::run, World::scan, World::record, World::document);
    let _ = (Told::statuses, Told::finding, Told::reasons, Told::warns, component, sbom);
    let _ = (NOW, LOW, HIGH, CRITICAL);
    let _ = |told: Told| (told.code, told.stdout, told.stderr);
};
