//! The patched projects as real Maven resolves them; skipped where it is not installed.

use std::path::PathBuf;

use super::project::{
    Folder, LOG4J, dependencies, dependency, folder, log4j, managed, parent, pom, release,
};
use crate::maven_support::oracle::{ask, installed_maven};

fn of(artifact: &str, version: &str) -> String {
    format!("{LOG4J}:{artifact}:{version}")
}

/// Projects with all releases at hand that they need before and after.
fn projects() -> Vec<Folder> {
    let starter = release("org.x:starter:1", &dependencies(&[&of("log4j-core", "2.14.1")]));
    let bridge = release("org.x:bridge:1", &dependencies(&["log4j:log4j:1.2.17"]));
    let platform = "  <packaging>pom</packaging>\n  <properties>\n    <log4j2.version>2.14.1</log4j2.version>\n  \
                    </properties>\n"
        .to_owned()
        + &managed(&[&of("log4j-core", "${log4j2.version}"), &of("log4j-api", "${log4j2.version}")]);
    let platform = release("org.boot:platform:1", &platform);
    let import = dependency("org.boot:platform:1")
        .replace("    </dep", "      <type>pom</type>\n      <scope>import</scope>\n    </dep");
    let bom = |version: &str| {
        let rest = managed(&[&of("log4j-core", version), &of("log4j-api", version)]);
        release(&of("log4j-bom", version), &("  <packaging>pom</packaging>\n".to_owned() + &rest))
    };
    let chosen = dependency(&of("log4j-bom", "${log4j2.version}"))
        .replace("    </dep", "      <type>pom</type>\n      <scope>import</scope>\n    </dep");
    let importing = format!(
        "  <packaging>pom</packaging>\n  <properties>\n    <log4j2.version>2.14.1</log4j2.version>\n  \
         </properties>\n  <dependencyManagement>\n  <dependencies>\n{chosen}  </dependencies>\n  \
         </dependencyManagement>\n"
    );
    let others = vec![
        starter,
        bridge,
        platform,
        bom("2.14.1"),
        bom("2.17.1"),
        release("org.boot:importing:1", &importing),
        release("log4j:log4j:1.2.17", ""),
        release("ch.qos.reload4j:reload4j:1.2.27", ""),
    ];
    let all = [log4j("2.14.1"), log4j("2.17.1"), others].concat();
    let one = |rest: String| folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    vec![
        one(dependencies(&[&of("log4j-core", "2.14.1")])),
        one(dependencies(&["org.x:starter:1", &of("log4j-api", "2.14.1")])),
        one(parent("org.boot:platform", "1", "") + &dependencies(&["org.x:starter:1"])),
        one(format!(
            "  <dependencyManagement>\n  <dependencies>\n{import}  </dependencies>\n  </dependencyManagement>\n"
        ) + &dependencies(&["org.x:starter:1"])),
        one(dependencies(&["org.x:bridge:1", "org.x:starter:1"])),
        one(dependencies(&["log4j:log4j:1.2.17"])),
        one(parent("org.boot:importing", "1", "") + &dependencies(&["org.x:starter:1"])),
    ]
}

#[test]
fn real_maven_sees_the_cure() {
    let projects = projects();
    for project in &projects {
        let done = project.fix(&["--write", "pom.xml"]);
        assert_eq!(done.code, Some(0), "{}", done.told);
    }
    let Some(class_path) = installed_maven() else {
        eprintln!("skipped: no Maven is installed");
        return;
    };
    let folders: Vec<PathBuf> = projects.iter().map(|one| one.path().to_owned()).collect();
    let Some(answers) = ask(&class_path, &folders, ("BOMVET_CASE", "fix")) else {
        eprintln!("skipped: Java does not answer");
        return;
    };
    assert_eq!(answers.len(), folders.len());
    for (folder, answer) in projects.iter().zip(&answers) {
        let text = folder.text("pom.xml");
        assert!(answer.error.is_none(), "{:?}\n{text}", answer.error);
        let [project] = answer.projects.as_slice() else { panic!("{answer:?}") };
        assert!(project.name.starts_with("g:a:") && project.error.is_none(), "{answer:?}\n{text}");
        let all = project.lines.join("\n");
        assert!(!project.lines.is_empty());
        let flawed = ["log4j:log4j:", "log4j-core:jar:2.14.1", "log4j-api:jar:2.14.1"];
        for flawed in flawed {
            let is_flawed = project
                .lines
                .iter()
                .any(|line| line.contains(flawed) && !line.contains("reload4j"));
            assert!(!is_flawed, "{all}\n{text}");
        }
        assert!(
            all.contains("reload4j:jar:1.2.27") || all.contains("log4j-core:jar:2.17.1"),
            "{all}"
        );
    }
}
