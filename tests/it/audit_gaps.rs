//! What a scheduled audit says when it can read less than the last time: nothing is resolved by that. Where
//! what was judged best is gone, the share that can be judged falls, too.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::packing::{core_jar, jar, pom};
use crate::support::{bomvet, temp_dir};

/// A portfolio of one product with one source.
fn portfolio(source: &str) -> TempDir {
    let folder = temp_dir();
    let text = format!("[[product]]\nname = \"shop\"\nsources = [\"{source}\"]\n");
    fs::write(folder.path().join("bomvet.toml"), text).unwrap();
    folder
}

fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs an audit on a day of November: kinds of events, and how many findings are open.
fn run(folder: &TempDir, day: u8, arguments: &[&str]) -> (Vec<String>, u64) {
    let now = format!("2026-11-{day:02}T00:00:00Z");
    let fixed = ["audit", "run", "--format", "json", "--now", &now];
    let mut command = bomvet();
    let output = command.current_dir(folder.path()).args(fixed).args(arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let kinds = report["events"].as_array().unwrap().iter();
    let mut kinds: Vec<String> =
        kinds.map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    kinds.dedup();
    let open = report["documents"][0]["open"].as_object().unwrap();
    (kinds, open.values().map(|count| count.as_u64().unwrap()).sum())
}

fn is(found: &(Vec<String>, u64), kinds: &[&str], open: u64) {
    assert_eq!(
        (found.0.iter().map(String::as_str).collect::<Vec<_>>(), found.1),
        (kinds.to_vec(), open)
    );
}

/// `app` needs `lib`, whose POM in the local repository needs log4j-core.
#[test]
fn what_a_pom_brought_in_is_not_resolved_when_the_local_repository_is_gone() {
    let folder = portfolio("pom.xml");
    let dependency = |group: &str, artifact: &str, version: &str| {
        format!(
            "<dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
             <version>{version}</version></dependency></dependencies>"
        )
    };
    let project = |group: &str, artifact: &str, more: &str| {
        format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>{group}</groupId>\
             <artifactId>{artifact}</artifactId><version>1.0</version>{more}</project>"
        )
    };
    let core = dependency("org.apache.logging.log4j", "log4j-core", "2.14.1");
    put(&folder.path().join("pom.xml"), project("o", "app", &dependency("o", "lib", "1.0")));
    let lib = folder.path().join("m2/o/lib/1.0/lib-1.0.pom");
    put(&lib, project("o", "lib", &core));
    let core_pom = "m2/org/apache/logging/log4j/log4j-core/2.14.1/log4j-core-2.14.1.pom";
    let core_model = project("org.apache.logging.log4j", "log4j-core", "");
    put(&folder.path().join(core_pom), core_model.replace(">1.0<", ">2.14.1<"));
    let arguments = ["--local-repository", "m2"];
    let first = run(&folder, 1, &arguments);
    assert!(first.0 == ["introduced"] && first.1 > 0, "{first:?}");
    let open = first.1;
    let kept = fs::read(&lib).unwrap();
    fs::remove_file(&lib).unwrap();
    is(&run(&folder, 2, &arguments), &["coverage-fell"], open);
    is(&run(&folder, 3, &arguments), &[], open);
    put(&lib, &kept);
    is(&run(&folder, 4, &arguments), &[], open);
    // read again, and it needs it no more
    put(&lib, project("o", "lib", ""));
    is(&run(&folder, 5, &arguments), &["coverage-fell", "resolved"], 0);
}

/// The POM loses the dependency itself, while others were out of reach all the time.
#[test]
fn what_a_project_does_not_name_any_more_is_resolved_although_other_poms_are_out_of_reach() {
    let folder = portfolio("pom.xml");
    let needs = |more: &str| {
        format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>o</groupId><artifactId>app</artifactId>\
             <version>1</version><dependencies><dependency><groupId>o</groupId>\
             <artifactId>lib</artifactId><version>1</version></dependency>{more}</dependencies></project>"
        )
    };
    let core = "<dependency><groupId>org.apache.logging.log4j</groupId>\
                <artifactId>log4j-core</artifactId><version>2.14.1</version></dependency>";
    put(&folder.path().join("m2/readme"), "");
    put(&folder.path().join("pom.xml"), needs(core));
    let arguments = ["--local-repository", "m2"];
    let first = run(&folder, 1, &arguments);
    assert!(first.1 > 0, "{first:?}");
    put(&folder.path().join("pom.xml"), needs(""));
    is(&run(&folder, 2, &arguments), &["coverage-fell", "resolved"], 0);
}

#[test]
fn what_was_in_a_nested_archive_is_not_resolved_when_it_cannot_be_opened_any_more() {
    let folder = portfolio("app.war");
    let core = core_jar(&[], &[]);
    let war = |nested: &[u8]| {
        let own = pom("o", "app", "1");
        let entries: [(&str, &[u8]); 2] =
            [(own.0.as_str(), own.1.as_slice()), ("WEB-INF/lib/core.jar", nested)];
        jar(&entries)
    };
    let path = folder.path().join("app.war");
    put(&path, war(&core));
    let first = run(&folder, 1, &[]);
    assert!(first.0 == ["introduced"] && first.1 > 0, "{first:?}");
    let open = first.1;
    // damaged, and then so deep that nobody looks there
    put(&path, war(&core[..core.len() / 2]));
    is(&run(&folder, 2, &[]), &["coverage-fell"], open);
    let mut deep = core.clone();
    for _ in 0..9 {
        deep = jar(&[("inner.jar", &deep)]);
    }
    put(&path, war(&deep));
    is(&run(&folder, 3, &[]), &[], open);
    put(&path, war(&core));
    is(&run(&folder, 4, &[]), &[], open);
    put(&path, war(&jar(&[("a.txt", b"none")])));
    is(&run(&folder, 5, &[]), &["coverage-fell", "resolved"], 0);
}

/// A tool that writes no package URL any more has cured nothing.
#[test]
fn a_component_that_lost_its_package_url_is_not_resolved() {
    let folder = portfolio("a.json");
    let bom = |purl: &str| {
        format!(
            "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{{\
             \"type\": \"library\", \"name\": \"log4j-core\", \"version\": \"2.14.1\"{purl}}}]}}"
        )
    };
    let purl = ", \"purl\": \"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1\"";
    put(&folder.path().join("a.json"), bom(purl));
    let (_, open) = run(&folder, 1, &[]);
    assert!(open > 0);
    put(&folder.path().join("a.json"), bom(""));
    is(&run(&folder, 2, &[]), &["coverage-fell"], open);
}
