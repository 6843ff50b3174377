//! Projects written for these tests, in a folder that is their user's home, with the POMs of releases in
//! `repo` and the advisories in `known`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::support;

pub(crate) const LOG4J: &str = "org.apache.logging.log4j";
pub(crate) const NOW: &str = "2026-11-25T12:00:00Z";

/// A folder with a project.
pub(crate) struct Folder(TempDir);

/// What a run left.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) diff: Vec<u8>,
    pub(crate) told: String,
}

impl Done {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.diff).unwrap()
    }

    /// The lines that go and those that come.
    pub(crate) fn changes(&self) -> Vec<&str> {
        let lines = self.text().lines().filter(|line| line.starts_with(['-', '+']));
        lines.filter(|line| !line.starts_with("---") && !line.starts_with("+++")).collect()
    }

    /// Standard error in one line.
    pub(crate) fn words(&self) -> String {
        self.told.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// An advisory for a package: versions from one on, and where they end.
fn advisory(id: &str, package: &str, from: &str, fixed: Option<&str>) -> String {
    let end = fixed.map(|fixed| json!({ "fixed": fixed }));
    let events: Vec<_> = [Some(json!({ "introduced": from })), end].into_iter().flatten().collect();
    json!({
        "schema_version": "1.7.0", "id": id, "modified": "2026-10-01T00:00:00Z", "summary": id,
        "affected": [{
            "package": { "ecosystem": "Maven", "name": package },
            "ranges": [{ "type": "ECOSYSTEM", "events": events }],
        }],
    })
    .to_string()
}

impl Folder {
    /// The project with these files; every log4j-core below 2.17.1, lib below 1.5 and log4j 1 is flawed.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self(support::temp_dir());
        for (path, text) in files {
            folder.put(path, text.as_bytes());
        }
        for (id, package, from, fixed) in [
            ("CVE-2021-1", "org.apache.logging.log4j:log4j-core", "2.0", Some("2.17.1")),
            ("CVE-2021-2", "org.x:lib", "1.0", Some("1.5")),
            ("CVE-2021-3", "log4j:log4j", "1.0", None),
        ] {
            folder.put(&format!("known/{id}.json"), advisory(id, package, from, fixed).as_bytes());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        support::write(&path, bytes);
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        support::read(&self.path().join(path))
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.get(path)).unwrap()
    }

    /// `bomvet fix` in the folder.
    pub(crate) fn fix(&self, arguments: &[&str]) -> Done {
        self.fix_in("", arguments)
    }

    /// `bomvet fix` in a folder below it.
    pub(crate) fn fix_in(&self, below: &str, arguments: &[&str]) -> Done {
        let mut program = support::bomvet();
        program.current_dir(self.path().join(below)).env("HOME", self.path());
        program.args(["fix", "--now", NOW, "--no-bundled", "--advisories"]);
        program.arg(self.path().join("known"));
        if self.path().join("repo").is_dir() {
            program.arg("--local-repository").arg(self.path().join("repo"));
        }
        let output = program.args(arguments).output().unwrap();
        Done {
            code: output.status.code(),
            diff: output.stdout,
            told: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// All files but the advisories, as they are.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn walk(folder: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for (_, path) in support::entries(folder) {
                match path.is_dir() {
                    true => walk(&path, all),
                    false => drop(all.insert(path.clone(), support::read(&path))),
                }
            }
        }
        let mut all = BTreeMap::new();
        walk(self.path(), &mut all);
        all
    }

    /// Applies a diff with a tool that people use.
    pub(crate) fn apply(&self, tool: &[&str], diff: &[u8]) {
        self.put("the.patch", diff);
        let mut program = Command::new(tool[0]);
        program.args(&tool[1..]).current_dir(self.path()).env("GIT_CEILING_DIRECTORIES", "/");
        let output = program.output().unwrap();
        assert!(output.status.success(), "{tool:?}: {output:?}\n{}", String::from_utf8_lossy(diff));
        std::fs::remove_file(self.path().join("the.patch")).unwrap();
    }

    /// Prints the patch, applies it with `patch` and with git in copies of the folder, changes the files
    /// with `--write`: all of that comes to the same, and another run finds nothing to do.
    pub(crate) fn cure(&self, inputs: &[&str]) -> Done {
        let before = self.snapshot();
        let printed = self.fix(inputs);
        assert_eq!(self.snapshot(), before, "printing changes no file");
        let written = self.fix(&[&["--write"], inputs].concat());
        assert_eq!(written.text(), "", "with --write nothing is printed");
        assert_eq!(written.code, printed.code, "{}", written.told);
        let after = self.snapshot();
        for tool in [
            &["patch", "-p1", "--batch", "--fuzz=0", "-i", "the.patch"][..],
            &["git", "apply", "--whitespace=nowarn", "the.patch"][..],
        ] {
            if Command::new(tool[0]).arg("--version").output().is_err() {
                eprintln!("skipped: no {}", tool[0]);
                continue;
            }
            for (path, bytes) in &before {
                support::write(path, bytes);
            }
            self.apply(tool, &printed.diff);
            assert_eq!(self.snapshot(), after, "{tool:?}");
        }
        let again = self.fix(inputs);
        assert_eq!((again.text(), again.code), ("", written.code), "{}", again.told);
        printed
    }
}

/// A POM without a parent; `rest` stands behind the version.
pub(crate) fn pom(name: &str, version: &str, rest: &str) -> String {
    let [group, artifact] = names(name);
    format!(
        "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>{group}</groupId>\n  \
         <artifactId>{artifact}</artifactId>\n  <version>{version}</version>\n{rest}</project>\n"
    )
}

fn names(name: &str) -> [&str; 2] {
    let (group, artifact) = name.split_once(':').unwrap();
    [group, artifact]
}

/// `group:artifact:version`, or without a version, as a dependency on lines of its own.
pub(crate) fn dependency(name: &str) -> String {
    let mut parts = name.split(':');
    let (group, artifact) = (parts.next().unwrap(), parts.next().unwrap());
    let version = parts.next().map(|version| format!("\n      <version>{version}</version>"));
    format!(
        "    <dependency>\n      <groupId>{group}</groupId>\n      \
         <artifactId>{artifact}</artifactId>{}\n    </dependency>\n",
        version.unwrap_or_default()
    )
}

pub(crate) fn dependencies(names: &[&str]) -> String {
    let all: String = names.iter().map(|name| dependency(name)).collect();
    format!("  <dependencies>\n{all}  </dependencies>\n")
}

pub(crate) fn managed(names: &[&str]) -> String {
    format!("  <dependencyManagement>\n{}  </dependencyManagement>\n", dependencies(names))
}

pub(crate) fn parent(name: &str, version: &str, path: &str) -> String {
    let [group, artifact] = names(name);
    format!(
        "  <parent>\n    <groupId>{group}</groupId>\n    <artifactId>{artifact}</artifactId>\n    \
         <version>{version}</version>\n    <relativePath>{path}</relativePath>\n  </parent>\n"
    )
}

/// The place and the text of a released POM.
pub(crate) fn release(name: &str, rest: &str) -> (String, String) {
    let mut parts = name.split(':');
    let (group, artifact, version) =
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let folder = group.replace('.', "/");
    let place = format!("repo/{folder}/{artifact}/{version}/{artifact}-{version}.pom");
    (place, pom(&format!("{group}:{artifact}"), version, rest))
}

/// Released POMs of log4j: the core brings in the API of its version.
pub(crate) fn log4j(version: &str) -> Vec<(String, String)> {
    let core = dependencies(&[&format!("{LOG4J}:log4j-api:{version}")]);
    vec![
        release(&format!("{LOG4J}:log4j-core:{version}"), &core),
        release(&format!("{LOG4J}:log4j-api:{version}"), ""),
    ]
}

/// The project with these files and all of these releases.
pub(crate) fn folder(files: &[(&str, String)], releases: &[(String, String)]) -> Folder {
    let files = files.iter().map(|(path, text)| (*path, text.as_str()));
    let releases = releases.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let all: Vec<_> = files.chain(releases).collect();
    Folder::of(&all)
}
