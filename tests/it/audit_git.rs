//! Documents of a git repository, as a commit has them: what a scheduled audit reads, and what it refuses.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{bomvet, temp_dir};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let output = command.args(who).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn document(version: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
        "name": "log4j-core", "version": "{version}",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}]}}"#
    )
}

fn commit(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "a change"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A portfolio beside the repository `repo`.
fn world(source: &str) -> TempDir {
    let folder = temp_dir();
    fs::create_dir(folder.path().join("repo")).unwrap();
    git(&folder.path().join("repo"), &["init", "-q", "-b", "main"]);
    portfolio(&folder, source);
    folder
}

fn portfolio(folder: &TempDir, source: &str) {
    let text = format!("[[product]]\nname = \"shop\"\nsources = [{source}]\n");
    fs::write(folder.path().join("bomvet.toml"), text).unwrap();
}

fn audit(folder: &TempDir, code: i32, arguments: &[&str]) -> Value {
    let mut command = bomvet();
    let command = command.current_dir(folder.path()).arg("audit").args(arguments);
    let output = command.args(["--format", "json"]).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

const FIRST: [&str; 3] = ["run", "--now", "2026-11-01T00:00:00Z"];
const SECOND: [&str; 3] = ["run", "--now", "2026-11-02T00:00:00Z"];

/// What the one failing source is called, and why.
fn failing(report: &Value) -> String {
    let conditions = report["conditions"].as_array().unwrap();
    let [one] = &conditions[..] else { panic!("{conditions:#?}") };
    format!("{}: {}", one["about"].as_str().unwrap(), one["detail"].as_str().unwrap())
}

#[test]
fn a_commit_is_read_and_stands_in_events_and_answers() {
    let folder = world("{ git = \"repo\", files = \"sboms/*.json\" }");
    let repo = folder.path().join("repo");
    fs::write(repo.join("notes.json"), "no document").unwrap();
    let first = commit(&repo, "sboms/app.json", &document("2.14.1"));
    // what is not committed is not seen
    fs::write(repo.join("sboms/app.json"), "work in progress").unwrap();
    let report = audit(&folder, 0, &FIRST);
    let events = report["events"].as_array().unwrap();
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(
            (&event["document"], &event["commit"]),
            (&"repo:sboms/app.json".into(), &first.clone().into())
        );
    }
    let package = "pkg:maven/org.apache.logging.log4j/log4j-core";
    let answer = audit(&folder, 0, &["where", package]);
    assert_eq!(answer["where"]["holders"][0]["commit"], first);
    let table = bomvet().current_dir(folder.path()).args(["audit", "where", package]).output();
    let table = String::from_utf8(table.unwrap().stdout).unwrap();
    assert!(table.contains(&format!("repo:sboms/app.json at commit {}", &first[..12])), "{table}");
    let second = commit(&repo, "sboms/app.json", &document("2.25.4"));
    let report = audit(&folder, 0, &SECOND);
    let events = report["events"].as_array().unwrap();
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(
            (&event["kind"], &event["commit"]),
            (&"resolved".into(), &second.clone().into())
        );
    }
    // an earlier state by its name
    git(&repo, &["tag", "v1", &first]);
    portfolio(&folder, "{ git = \"repo\", ref = \"v1\", files = \"sboms/*.json\" }");
    let report = audit(&folder, 0, &SECOND);
    assert_eq!(report["documents"][0]["document"], "repo@v1:sboms/app.json");
    assert_eq!(report["documents"][0]["commit"], first);
}

#[test]
fn nothing_of_the_repository_runs() {
    let folder = world("{ git = \"repo\" }");
    let repo = folder.path().join("repo");
    let mark = folder.path().join("ran");
    let program = folder.path().join("program");
    fs::write(&program, format!("#!/bin/sh\ntouch '{}'\ncat\n", mark.display())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    commit(&repo, ".gitattributes", "*.json filter=evil diff=evil\n");
    commit(&repo, "app.json", &document("2.14.1"));
    let program = program.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
    ] {
        git(&repo, &["config", key, program]);
    }
    for hook in ["post-checkout", "post-index-change", "reference-transaction"] {
        fs::copy(program, repo.join(".git/hooks").join(hook)).unwrap();
    }
    fs::remove_file(&mark).ok();
    let report = audit(&folder, 0, &FIRST);
    assert_eq!(report["documents"][0]["document"], "repo:app.json");
    assert!(!mark.exists());
}

#[test]
fn what_cannot_be_read_is_a_failing_source_with_its_cause_and_resolves_nothing() {
    let folder = world("{ git = \"repo\" }");
    let repo = folder.path().join("repo");
    commit(&repo, "app.json", &document("2.14.1"));
    audit(&folder, 0, &FIRST);
    let open = |report: &Value| report["documents"][0]["open"]["critical"].as_u64().unwrap();
    // a submodule: its files are those of another repository
    fs::create_dir(folder.path().join("other")).unwrap();
    let other = folder.path().join("other");
    git(&other, &["init", "-q", "-b", "main"]);
    let inner = commit(&other, "x.json", &document("2.14.1"));
    git(&repo, &["update-index", "--add", "--cacheinfo", &format!("160000,{inner},third/other")]);
    git(&repo, &["commit", "-q", "-m", "a submodule"]);
    let report = audit(&folder, 3, &SECOND);
    assert_eq!(
        failing(&report),
        "git repo: third/other is a submodule, whose files the commit does not hold; name it as a \
         source of its own"
    );
    assert_eq!(open(&report), 2);
    // a pattern that leads elsewhere does not need it
    for files in ["**/*.json", "*/*/x.json", "third/other/x.json"] {
        portfolio(&folder, &format!("{{ git = \"repo\", files = \"{files}\" }}"));
        assert!(failing(&audit(&folder, 3, &SECOND)).contains("third/other is a submodule"));
    }
    for files in ["*.json", "app.json"] {
        portfolio(&folder, &format!("{{ git = \"repo\", files = \"{files}\" }}"));
        assert_eq!(open(&audit(&folder, 0, &SECOND)), 2);
    }
    for (source, cause) in [
        ("{ git = \"repo\", ref = \"gone\" }", "git repo@gone: git knows no commit \"gone\" there"),
        ("{ git = \"repo\", ref = \"--help\" }", "git repo@--help: \"--help\" is no revision"),
        (
            "{ git = \"repo\", files = \"none/*.json\" }",
            "git repo none/*.json: no bill of materials in it",
        ),
    ] {
        portfolio(&folder, source);
        assert_eq!(failing(&audit(&folder, 3, &SECOND)), cause);
    }
    portfolio(&folder, "{ git = \"none\" }");
    assert!(
        failing(&audit(&folder, 3, &SECOND)).starts_with("git none: git says: cannot change to")
    );
    // what Git LFS keeps elsewhere is no document that is gone
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    commit(&repo, "app.json", pointer);
    portfolio(&folder, "{ git = \"repo\", files = \"app.json\" }");
    let report = audit(&folder, 3, &SECOND);
    assert_eq!(
        failing(&report),
        "repo:app.json: is kept by Git LFS, and its content is not in the repository"
    );
}

#[test]
fn a_bare_repository_is_read_as_any_other_and_without_git_its_source_fails() {
    let folder = world("{ git = \"bare.git\", ref = \"main\", files = \"*.json\" }");
    let repo = folder.path().join("repo");
    commit(&repo, "app.json", &document("2.14.1"));
    git(folder.path(), &["clone", "-q", "--bare", "repo", "bare.git"]);
    let report = audit(&folder, 0, &FIRST);
    assert_eq!(report["documents"][0]["document"], "bare.git@main:app.json");
    let mut command = bomvet();
    let command = command.current_dir(folder.path()).env("PATH", folder.path());
    let output = command.args(["audit", "run", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        failing(&report).ends_with("git is not installed, and it alone reads its repositories")
    );
    assert_eq!(report["documents"][0]["open"]["critical"], 2);
}
