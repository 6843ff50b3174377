//! Nothing but a command that says so opens a socket: watched by strace, where that is installed and may
//! trace.

use crate::support;
use std::path::Path;
use std::process::Command;

/// Sources are configured, and still nobody is asked.
const CONFIGURATION: &str = "[net]\nproxy = \"http://127.0.0.1:9\"\n\
    [maven]\nrepositories = [\"r=http://127.0.0.1:9/\"]\n\
    [[data.source]]\nname = \"kev\"\nkind = \"kev\"\nurl = \"http://127.0.0.1:9/kev.json\"\n";

/// Needs something that only the repositories have which it and the configuration name.
const POM: &str = "<project><modelVersion>4.0.0</modelVersion><parent><groupId>g</groupId>\
    <artifactId>p</artifactId><version>1</version></parent><artifactId>a</artifactId>\
    <repositories><repository><id>s</id><url>http://127.0.0.1:9/s</url></repository></repositories>\
    <dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version>\
    </dependency></dependencies></project>";

/// The system calls of a run that have to do with sockets; `None` where nothing can be traced.
fn sockets(folder: &Path, program: &str, args: &[&str]) -> Option<Vec<String>> {
    let log = folder.join("strace.log");
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o"])
        .arg(&log)
        .arg(program)
        .args(args)
        .env("XDG_DATA_HOME", folder)
        .env("HOME", folder)
        .current_dir(folder)
        .output();
    let traced = traced.ok()?;
    if String::from_utf8_lossy(&traced.stderr).contains("strace: ") {
        return None;
    }
    let text = String::from_utf8(support::read(&log)).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

/// A folder with documents and a configuration.
fn folder() -> tempfile::TempDir {
    let folder = support::temp_dir();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    support::copy_tree(&root.join("examples"), &folder.path().join("examples"));
    support::write(&folder.path().join("record.json"), b"{\"id\": \"X-1\"}");
    support::write(&folder.path().join("pom.xml"), POM.as_bytes());
    support::write(&folder.path().join("bomvet.toml"), CONFIGURATION.as_bytes());
    folder
}

#[test]
fn commands_that_were_not_told_to_open_no_socket() {
    let folder = folder();
    for args in [
        &["scan", "examples"][..],
        &["scan", "examples", "--fail-on", "kev,epss>=0.5", "-f", "json"],
        &["explain", "CVE-2021-44228"],
        &["diff", "examples/sbom.cdx.json", "examples"],
        &["db", "import", "--db", "data", "record.json"],
        &["db", "status", "--db", "data"],
        &["scan", "examples", "--db", "data"],
        &["scan", "pom.xml", "--repository", "t=http://127.0.0.1:9/t"],
        &["diff", "pom.xml", "examples/sbom.cdx.json"],
    ] {
        let bomvet = env!("CARGO_BIN_EXE_bomvet");
        let Some(seen) = sockets(folder.path(), bomvet, args) else {
            eprintln!("skipped: strace is not installed, or may not trace here");
            return;
        };
        assert_eq!(seen, [""; 0], "{args:?}");
    }
}

/// What the test above sees is what there is to see.
#[test]
fn the_commands_that_were_told_to_open_one() {
    let folder = folder();
    for args in [&["db", "update", "--db", "data"][..], &["scan", "pom.xml", "--online"]] {
        let Some(seen) = sockets(folder.path(), env!("CARGO_BIN_EXE_bomvet"), args) else {
            eprintln!("skipped: strace is not installed, or may not trace here");
            return;
        };
        let opened = |call: &String| call.contains("AF_INET") && call.contains("htons(9)");
        assert!(seen.iter().any(opened), "{args:?}: {seen:?}");
    }
}

/// A server listens where it was told to, and asks nobody.
#[test]
fn a_server_listens_on_this_machine_and_connects_to_nothing() {
    let folder = folder();
    let product = format!(
        "{CONFIGURATION}[[product]]\nname = \"p\"\nsources = [\"examples/sbom.cdx.json\"]\n"
    );
    support::write(&folder.path().join("bomvet.toml"), product.as_bytes());
    let bomvet = env!("CARGO_BIN_EXE_bomvet");
    let Some(seen) = sockets(folder.path(), bomvet, &["audit"]) else {
        eprintln!("skipped: strace is not installed, or may not trace here");
        return;
    };
    assert_eq!(seen, [""; 0]);
    let serve = ["-s", "INT", "10", bomvet, "serve", "--listen", "127.0.0.1:0"];
    let seen = sockets(folder.path(), "timeout", &serve).unwrap();
    let bound: Vec<&String> = seen.iter().filter(|call| call.contains("bind(")).collect();
    assert!(bound.len() == 1 && bound[0].contains("127.0.0.1"), "{seen:?}");
    assert!(seen.iter().any(|call| call.contains("listen(")), "{seen:?}");
    assert!(!seen.iter().any(|call| call.contains("connect(")), "{seen:?}");
}
