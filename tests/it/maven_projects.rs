//! Maven projects as their users scan them.

use std::path::Path;

use crate::support::bomvet;
use assert_cmd::assert::Assert;
use serde_json::Value;
use tempfile::TempDir;

const NOW: &str = "2026-11-25T12:00:00Z";

fn release(name: &str, version: &str, rest: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.x</groupId>\
         <artifactId>{name}</artifactId><version>{version}</version>{rest}</project>"
    )
}

fn dependency(group: &str, name: &str, version: &str) -> String {
    format!(
        "<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>\
         <version>{version}</version></dependency>"
    )
}

fn used(all: &[String]) -> String {
    format!("<dependencies>{}</dependencies>", all.concat())
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A scan in a folder that is its own home.
fn scan(folder: &Path, arguments: &[&str]) -> Assert {
    let mut command = bomvet();
    command.current_dir(folder).env("HOME", folder).args(["scan", "--now", NOW, "-f", "json"]);
    command.args(arguments).assert()
}

fn report(assert: &Assert) -> Value {
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

fn error(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

const LOG4J: &str = "org.apache.logging.log4j";

fn shop() -> TempDir {
    let pom = release("shop", "1", &used(&[dependency("org.x", "starter", "3")]));
    let starter = release("starter", "3", &used(&[dependency(LOG4J, "log4j-core", "2.14.1")]));
    let core = "<project><modelVersion>4.0.0</modelVersion><groupId>org.apache.logging.log4j</groupId>\
                <artifactId>log4j-core</artifactId><version>2.14.1</version></project>";
    folder(&[
        ("pom.xml", &pom),
        ("m2/org/x/starter/3/starter-3.pom", &starter),
        ("m2/org/apache/logging/log4j/log4j-core/2.14.1/log4j-core-2.14.1.pom", core),
    ])
}

#[test]
fn a_transitive_dependency_is_found_with_its_way_and_what_to_write() {
    let shop = shop();
    let report = report(&scan(shop.path(), &["pom.xml", "--local-repository", "m2"]).code(1));
    let core = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
    let finding = &report["findings"][0];
    assert_eq!(finding["component"]["purl"], core);
    assert_eq!(finding["component"]["direct"], false);
    let refs: Vec<_> =
        finding["paths"][0].as_array().unwrap().iter().map(|step| &step["ref"]).collect();
    assert_eq!(refs, ["org.x:shop", "org.x:starter", "org.apache.logging.log4j:log4j-core"]);
    let remedy = &report["remedies"][0];
    assert_eq!(remedy["declared_in"]["path"], "org/x/starter/3/starter-3.pom");
    assert!(remedy["steps"][0].as_str().unwrap().starts_with("add to dependencyManagement: "));
    assert_eq!(report["not_evaluated"], Value::Array(Vec::new()));
    assert_eq!(report["inputs"][0]["warnings"], Value::Array(Vec::new()));
}

#[test]
fn without_the_pom_of_a_release_what_it_brings_in_is_not_evaluated() {
    let shop = shop();
    let found = report(&scan(shop.path(), &["pom.xml"]).code(0));
    let counts = &found["inputs"][0]["components"];
    assert_eq!(
        (&counts["evaluated"], &counts["not_evaluated"]),
        (&Value::from(1), &Value::from(1))
    );
    let unknown = &found["not_evaluated"][0];
    assert_eq!(unknown["reason"], "unresolved-pom");
    let text = unknown.to_string();
    assert!(
        text.contains("org.x:starter:jar:3") && text.contains("mvn dependency:go-offline"),
        "{text}"
    );
    std::fs::write(shop.path().join("bomvet.toml"), "[gate]\nnot_evaluated = \"fail\"\n").unwrap();
    scan(shop.path(), &["pom.xml"]).code(1);
}

#[test]
fn the_local_repository_is_that_of_the_settings_or_of_the_home_folder() {
    let shop = shop();
    let settings = "<settings><localRepository>${user.home}/m2</localRepository></settings>";
    std::fs::write(shop.path().join("s.xml"), settings).unwrap();
    scan(shop.path(), &["pom.xml", "--settings", "s.xml"]).code(1);
    std::fs::create_dir(shop.path().join(".m2")).unwrap();
    std::fs::rename(shop.path().join("m2"), shop.path().join(".m2/repository")).unwrap();
    scan(shop.path(), &["pom.xml"]).code(1);
    std::fs::write(shop.path().join(".m2/settings.xml"), "<settings>").unwrap();
    let warned = error(&scan(shop.path(), &["pom.xml"]).code(1));
    assert!(warned.contains("warning: could not read settings"), "{warned}");
}

#[test]
fn a_repository_or_settings_that_are_not_there_are_errors_of_the_command_line() {
    let shop = shop();
    for arguments in [["--local-repository", "none"], ["--settings", "none.xml"]] {
        let all = ["pom.xml", arguments[0], arguments[1]];
        let text = error(&scan(shop.path(), &all).code(2));
        assert!(text.contains("none") && text.lines().count() == 1, "{text}");
    }
    std::fs::write(shop.path().join("s.xml"), "<settings>\n<a></settings>").unwrap();
    let text = error(&scan(shop.path(), &["pom.xml", "--settings", "s.xml"]).code(2));
    assert!(text.contains("s.xml at 2:4"), "{text}");
}

#[test]
fn settings_and_mvn_files_and_the_environment_give_values() {
    let versions = ["${a}", "${b}", "${c}", "${env.D}"];
    let all: Vec<_> = (0..4).map(|n| dependency("org.x", &format!("l{n}"), versions[n])).collect();
    let settings = "<settings><profiles><profile><id>p</id><properties><c>3</c></properties></profile>\
                    </profiles><activeProfiles><activeProfile>p</activeProfile></activeProfiles></settings>";
    let folder = folder(&[
        ("app/pom.xml", &release("app", "1", &used(&all))),
        (".mvn/maven.config", "-Da=1"),
        (".mvn/jvm.config", "-Db=2 -Xmx1g"),
        ("s.xml", settings),
    ]);
    let mut command = bomvet();
    command.current_dir(folder.path()).env("HOME", folder.path()).env("D", "4");
    command.args(["scan", "app/pom.xml", "-f", "json", "--settings", "s.xml"]);
    let report = report(&command.assert());
    let purls: Vec<_> = report["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|c| c["purl"].as_str())
        .collect();
    let wanted: Vec<_> = (0..4).map(|n| format!("pkg:maven/org.x/l{n}@{}", n + 1)).collect();
    assert!(wanted.iter().all(|purl| purls.contains(&purl.as_str())), "{purls:?}");
}

#[test]
fn profiles_and_properties_of_the_command_line_win_over_mvn_files() {
    let of = |id: &str| {
        let inner = used(&[dependency("org.x", id, "${v}")]);
        format!("<profile><id>{id}</id>{inner}</profile>")
    };
    let rest = format!(
        "<properties><v>0</v></properties><profiles>{}{}{}</profiles>",
        of("a"),
        of("b"),
        of("c")
    );
    let folder =
        folder(&[("pom.xml", &release("app", "1", &rest)), (".mvn/maven.config", "-Dv=1 -Pa,b")]);
    let purls = |arguments: &[&str]| {
        let report = report(&scan(folder.path(), &[&["pom.xml"], arguments].concat()));
        let all = report["components"].as_array().unwrap().clone();
        let purls: Vec<_> = all.iter().filter_map(|one| one["purl"].as_str()).collect();
        purls.join(" ").replace("pkg:maven/org.x/", "")
    };
    assert_eq!(purls(&[]), "a@1 app@1 b@1");
    assert_eq!(purls(&["-P", "!b,c", "-D", "v=2"]), "a@2 app@1 c@2");
    assert_eq!(purls(&["--profile=c", "--define=v=3"]), "a@3 app@1 b@3 c@3");
}

#[test]
fn secrets_of_the_environment_do_not_reach_a_report() {
    let pom = release("app", "1", &used(&[dependency("org.x", "l", "${env.DEPLOY_TOKEN}")]));
    let folder = folder(&[("pom.xml", &pom)]);
    let mut command = bomvet();
    command.current_dir(folder.path()).env("HOME", folder.path()).env("DEPLOY_TOKEN", "hunter2");
    let assert = command.args(["scan", "pom.xml", "-f", "json"]).assert();
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(!text.contains("hunter2") && text.contains("unresolved-property"), "{text}");
}

#[test]
fn coordinates_never_lead_out_of_the_repository() {
    let secret = release("x", "1", &used(&[dependency("org.x", "leaked", "1")]));
    let all = [
        dependency("..", "outside", "1"),
        dependency("org.x", "../../../outside", "1"),
        dependency("org.x", "l", "../../../../outside/1"),
    ];
    let folder = folder(&[
        ("pom.xml", &release("app", "1", &used(&all))),
        ("outside/1/outside-1.pom", &secret),
        ("m2/org/x/l/maven-metadata.xml", "<metadata/>"),
    ]);
    let assert = scan(folder.path(), &["pom.xml", "--local-repository", "m2"]);
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(!text.contains("leaked"), "{text}");
}

#[test]
fn a_chain_of_a_thousand_releases_and_one_that_bites_its_tail_end() {
    let mut files = Vec::new();
    for number in 0..1000 {
        let next = dependency("org.x", &format!("l{}", number + 1), "1");
        let name = format!("l{number}");
        files
            .push((format!("m2/org/x/{name}/1/{name}-1.pom"), release(&name, "1", &used(&[next]))));
    }
    let back = used(&[dependency("org.x", "l0", "1"), dependency("org.x", "l999", "2")]);
    files.push(("m2/org/x/l1000/1/l1000-1.pom".to_owned(), release("l1000", "1", &back)));
    let pom = release("app", "1", &used(&[dependency("org.x", "l0", "1")]));
    files.push(("pom.xml".to_owned(), pom));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let report = report(&scan(folder.path(), &["pom.xml", "--local-repository", "m2"]).code(0));
    let told = report["not_evaluated"].to_string();
    assert!(told.contains("more, or deeper ones, than are looked at"), "{told}");
}

#[test]
fn a_later_format_infers_the_versions_of_modules_and_4_0_0_does_not() {
    let pom = |format: &str, rest: &str| {
        format!("<project><modelVersion>{format}</modelVersion>{rest}</project>")
    };
    let parent = "<parent><groupId>org.x</groupId><artifactId>top</artifactId></parent>";
    let without = "<dependency><groupId>org.x</groupId><artifactId>core</artifactId></dependency>";
    let module = |name: &str, all: &str| {
        format!("{parent}<artifactId>{name}</artifactId><dependencies>{all}</dependencies>")
    };
    let top = "<groupId>org.x</groupId><artifactId>top</artifactId><version>7</version>\
               <packaging>pom</packaging>\
               <subprojects><subproject>core</subproject><subproject>web</subproject>\
               <subproject>old</subproject></subprojects>\
               <dependencyManagement><dependencies><dependency><groupId>org.x</groupId>\
               <artifactId>core</artifactId><version>6</version></dependency></dependencies>\
               </dependencyManagement>";
    let old = "<parent><groupId>org.x</groupId><artifactId>top</artifactId><version>7</version>\
               </parent><artifactId>old</artifactId>";
    let folder = folder(&[
        ("pom.xml", &pom("4.1.0", top)),
        (
            "core/pom.xml",
            &pom("4.1.0", &module("core", &dependency(LOG4J, "log4j-core", "2.14.1"))),
        ),
        ("web/pom.xml", &pom("4.1.0", &module("web", without))),
        ("old/pom.xml", &pom("4.0.0", &format!("{old}<dependencies>{without}</dependencies>"))),
    ]);
    let versions = |path: &str| {
        let report = report(&scan(folder.path(), &[path, "--fail-on", "never"]).code(0));
        let all = report["components"].as_array().unwrap().iter();
        let all = all.filter_map(|one| one["purl"].as_str()?.strip_prefix("pkg:maven/"));
        all.map(|purl| purl.split('?').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let log4j = "org.apache.logging.log4j/log4j-core@2.14.1";
    assert_eq!(versions("web/pom.xml"), [log4j, "org.x/core@7", "org.x/web@7"]);
    // a module of that version is not built: what the management says is another release
    assert_eq!(versions("old/pom.xml"), ["org.x/core@6", "org.x/old@7"]);
}
