//! Remote Maven repositories, as users meet them: good ones, bad ones, none.

mod access;
mod fetching;
mod troubles;

use crate::support;
use std::path::Path;

use crate::server::{Answer, Server, answer};
use crate::support::bomvet;
use assert_cmd::assert::Assert;
use serde_json::Value;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

const NOW: &str = "2026-11-25T12:00:00Z";

/// The POM of `org.x:NAME:VERSION`.
fn release(name: &str, version: &str, rest: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.x</groupId>\
         <artifactId>{name}</artifactId><version>{version}</version>{rest}</project>"
    )
}

fn dependency(name: &str, version: &str) -> String {
    format!(
        "<dependency><groupId>org.x</groupId><artifactId>{name}</artifactId>\
         <version>{version}</version></dependency>"
    )
}

fn used(all: &[String]) -> String {
    format!("<dependencies>{}</dependencies>", all.concat())
}

fn repositories(all: &[(&str, &str)]) -> String {
    let one = |(id, url): &(&str, &str)| {
        format!("<repository><id>{id}</id><url>{url}</url></repository>")
    };
    format!("<repositories>{}</repositories>", all.iter().map(one).collect::<String>())
}

/// Where the POM of a release lies in a repository.
fn place(name: &str, version: &str) -> String {
    format!("/org/x/{name}/{version}/{name}-{version}.pom")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file with its digest.
fn file(place: &str, text: &str) -> Vec<(String, Vec<Answer>)> {
    let digest = hexadecimal(&Sha1::digest(text));
    vec![
        (place.to_owned(), vec![answer("200 OK", "", text.as_bytes())]),
        (format!("{place}.sha1"), vec![answer("200 OK", "", digest.as_bytes())]),
    ]
}

/// A POM with its digest.
fn pom(name: &str, version: &str, rest: &str) -> Vec<(String, Vec<Answer>)> {
    file(&place(name, version), &release(name, version, rest))
}

/// The list of versions of an artifact.
fn versions(name: &str, all: &[&str]) -> Vec<(String, Vec<Answer>)> {
    let list: String = all.iter().map(|version| format!("<version>{version}</version>")).collect();
    let text = format!("<metadata><versioning><versions>{list}</versions></versioning></metadata>");
    file(&format!("/org/x/{name}/maven-metadata.xml"), &text)
}

/// A repository that holds these files.
fn repository(files: &[Vec<(String, Vec<Answer>)>]) -> Server {
    Server::by_path(files.concat())
}

/// A folder with a project and nothing else.
fn project(rest: &str) -> TempDir {
    let folder = support::temp_dir();
    support::write(&folder.path().join("pom.xml"), release("app", "1", rest).as_bytes());
    folder
}

/// A scan in a folder that is its own home; what is kept lies in its folder `cache`.
fn scan(folder: &Path, arguments: &[&str]) -> Assert {
    let mut command = bomvet();
    command.current_dir(folder).env("HOME", folder).env("XDG_CACHE_HOME", folder.join("cache"));
    command.args(["scan", "pom.xml", "--now", NOW, "-f", "json"]).args(arguments).assert()
}

/// The same, with a repository `r`.
fn online(folder: &Path, repository: &Server, arguments: &[&str]) -> Assert {
    let given = format!("r={}", repository.url(""));
    scan(folder, &[&["--online", "--repository", &given], arguments].concat())
}

fn report(assert: &Assert) -> Value {
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

/// Everything that was printed.
fn printed(assert: &Assert) -> String {
    let output = assert.get_output();
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

/// `name@version` of all components but the project, in order.
fn components(assert: &Assert) -> Vec<String> {
    let report = report(assert);
    let name = |one: &Value| {
        let purl = one["purl"].as_str()?.strip_prefix("pkg:maven/org.x/")?;
        let name = purl.split('?').next().unwrap_or(purl);
        (name != "app@1").then(|| name.to_owned())
    };
    report["components"].as_array().unwrap().iter().filter_map(name).collect()
}

/// The warnings about the project.
fn warnings(assert: &Assert) -> Vec<String> {
    let report = report(assert);
    let all = report["inputs"][0]["warnings"].as_array().unwrap().clone();
    let text = |warning: &Value| warning.as_str().unwrap().to_owned();
    all.iter().map(|one| text(one).replacen("pom.xml: ", "", 1)).collect()
}

/// Reason and detail of what is not evaluated.
fn not_evaluated(assert: &Assert) -> Vec<String> {
    let report = report(assert);
    let one = |one: &Value| format!("{} {}", one["reason"].as_str().unwrap(), one["detail"]);
    report["not_evaluated"].as_array().unwrap().iter().map(one).collect()
}
