//! Real projects, resolved online from the repositories that Maven here is configured with, and then
//! offline from what Maven and bomvet kept: the dependencies must be those of `mvn dependency:tree`.
//!
//! Runs when `BOMVET_MAVEN_REAL` is set (`just maven-real`), as it needs Maven and its repositories.

use crate::support;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The plugin's last release for Java 8; the tree is that of Maven's own resolution.
const TREE: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:tree";
const EFFECTIVE: &str = "org.apache.maven.plugins:maven-help-plugin:3.4.0:effective-pom";

/// `group:artifact:type[:classifier]:version scope` of each dependency, sorted, by project.
type Trees = BTreeMap<String, Vec<String>>;

/// A project in a folder of its own, with what Maven and bomvet keep for it.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(name: &str) -> Self {
        let folder = support::temp_dir();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real-projects").join(name);
        support::copy_tree(&source, &folder.path().join("project"));
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a goal of Maven with a local repository of its own; `None` when it fails.
    fn maven(&self, arguments: &[&str]) -> Option<()> {
        let repository = format!("-Dmaven.repo.local={}", self.path("m2").display());
        let run = Command::new("mvn")
            .args(["-B", "-q", &repository])
            .args(arguments)
            .current_dir(self.path("project"))
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&run.stdout);
        let error = text.lines().find(|line| line.contains("ERROR"));
        error.inspect(|line| eprintln!("{line}"));
        run.status.success().then_some(())
    }

    /// The repositories of the project as Maven has them, as `ID=URL`.
    fn repositories(&self) -> Option<Vec<String>> {
        let output = self.path("effective.xml");
        self.maven(&[EFFECTIVE, "-N", &format!("-Doutput={}", output.display())])?;
        let text = std::fs::read_to_string(output).ok()?;
        let list = text.split("<repositories>").nth(1)?.split("</repositories>").next()?;
        let between = |text: &str, name: &str| {
            let after = text.split(&format!("<{name}>")).nth(1)?;
            Some(after.split(&format!("</{name}>")).next()?.to_owned())
        };
        let one = |text: &str| Some(format!("{}={}", between(text, "id")?, between(text, "url")?));
        let all: Vec<_> = list.split("</repository>").filter_map(one).collect();
        (!all.is_empty()).then_some(all)
    }

    fn tree_of_maven(&self, arguments: &[&str]) -> Option<Trees> {
        let output = self.path("tree.txt");
        let _ = std::fs::remove_file(&output);
        let file = format!("-DoutputFile={}", output.display());
        self.maven(&[arguments, &[TREE, &file, "-DappendOutput=true"]].concat())?;
        let text = std::fs::read_to_string(output).ok()?;
        let mut trees = Trees::new();
        let mut project = String::new();
        for line in text.lines() {
            let id = line.trim_start_matches(['+', '-', '|', '\\', ' ']);
            if id.len() == line.len() {
                project = id.split(':').take(2).collect::<Vec<_>>().join(":");
                trees.entry(project.clone()).or_default();
                continue;
            }
            let id = id.split(' ').next().unwrap();
            let (id, scope) = id.rsplit_once(':').unwrap();
            trees.get_mut(&project).unwrap().push(format!("{id} {scope}"));
        }
        trees.values_mut().for_each(|tree| tree.sort());
        Some(trees)
    }

    /// What a scan finds in all POMs of the project, and what it has to say.
    fn tree_of_bomvet(&self, arguments: &[&str]) -> (Trees, Vec<String>) {
        let mut command = support::bomvet();
        command.current_dir(self.path("project")).env("HOME", self.path("home"));
        command.env("XDG_CACHE_HOME", self.path("cache"));
        command.args(["scan", ".", "-f", "json", "--fail-on", "never"]).args(arguments);
        let assert = command.assert().success();
        let report: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        let inputs = report["inputs"].as_array().unwrap();
        let names: Vec<_> = inputs.iter().map(|one| name(&one["subject"]["purl"])).collect();
        let mut trees: Trees = names.iter().map(|name| (name.clone(), Vec::new())).collect();
        for component in report["components"].as_array().unwrap() {
            let input = component["input"].as_u64().unwrap();
            let own = &names[usize::try_from(input).unwrap()];
            if name(&component["purl"]) != *own {
                let line = format!("{} {}", id(&component["purl"]), text(&component["scope"]));
                trees.get_mut(own).unwrap().push(line);
            }
        }
        trees.values_mut().for_each(|tree| tree.sort());
        let unknown = report["not_evaluated"].as_array().unwrap().iter().map(Value::to_string);
        (trees, unknown.collect())
    }
}

impl Project {
    /// What the records say of the Log4j in the tree that Maven makes now: package URL and flaw.
    fn flaws_of_maven(&self) -> Option<Vec<String>> {
        self.tree_of_maven(&[])?;
        let mut command = support::bomvet();
        command.arg("scan").arg(self.path("tree.txt")).args(["-f", "json", "--fail-on", "never"]);
        let assert = command.assert().success();
        let report: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let flaw = |one: &Value| {
            format!("{} {}", text(&one["component"]["purl"]), text(&one["advisory"]["id"]))
        };
        Some(findings.map(flaw).filter(|flaw| flaw.contains("log4j")).collect())
    }

    /// Applies the patch that `bomvet fix` makes.
    fn fix(&self, arguments: &[&str]) {
        let mut command = support::bomvet();
        command.current_dir(self.path("project")).env("HOME", self.path("home"));
        command.env("XDG_CACHE_HOME", self.path("cache"));
        command.args(["fix", "--write", "."]).args(arguments);
        let output = command.output().unwrap();
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

/// `group:artifact` of a package URL.
fn name(purl: &Value) -> String {
    let path = text(purl).strip_prefix("pkg:maven/").unwrap_or("?");
    path.split('@').next().unwrap().replace('/', ":")
}

/// `group:artifact:type[:classifier]:version` of a package URL.
fn id(purl: &Value) -> String {
    let after = text(purl).split('@').nth(1).unwrap_or("?");
    let (version, qualifiers) = after.split_once('?').unwrap_or((after, ""));
    let qualifier =
        |name: &str| qualifiers.split('&').find_map(|one| one.strip_prefix(&format!("{name}=")));
    let kind = qualifier("type").unwrap_or("jar");
    let classifier = qualifier("classifier").map(|text| format!(":{text}")).unwrap_or_default();
    format!("{}:{kind}{classifier}:{version}", name(purl))
}

/// The scans of one project, and what is left of its flaws of Log4j once it is patched; `None` when Maven
/// cannot.
fn compare(project_name: &str) -> Option<usize> {
    let project = Project::new(project_name);
    let repositories = project.repositories()?;
    let given: Vec<_> = repositories.iter().flat_map(|one| ["--repository", one]).collect();
    let expected = project.tree_of_maven(&[])?;
    let nothing = project.path("nothing");
    std::fs::create_dir_all(&nothing).unwrap();
    let alone = ["--local-repository", nothing.to_str().unwrap()];
    let online = project.tree_of_bomvet(&[&["--online"], &given[..], &alone].concat());
    assert_eq!(online, (expected.clone(), Vec::new()), "{project_name}, online");
    let kept = project.tree_of_bomvet(&[&given[..], &alone].concat());
    assert_eq!(kept, online, "{project_name}, from the cache");
    let offline = project.tree_of_maven(&["-o"])?;
    assert_eq!(offline, expected, "{project_name}, Maven offline");
    let filled = project.path("m2");
    let filled = project.tree_of_bomvet(&["--local-repository", filled.to_str().unwrap()]);
    assert_eq!(filled, online, "{project_name}, from the local repository that Maven filled");
    let before = project.flaws_of_maven()?.len();
    project.fix(&[&["--online"], &given[..], &alone].concat());
    assert_eq!(project.flaws_of_maven()?, Vec::<String>::new(), "{project_name}, patched");
    eprintln!("{project_name}: {before} findings in Log4j, none once it is patched");
    Some(expected.values().map(Vec::len).sum())
}

#[test]
fn real_projects_resolve_as_in_maven() {
    if std::env::var_os("BOMVET_MAVEN_REAL").is_none() {
        eprintln!("skipped: set BOMVET_MAVEN_REAL to resolve real projects from real repositories");
        return;
    }
    for project in ["spring-boot", "reactor", "ranges", "boms", "log4j1", "large"] {
        match compare(project) {
            Some(count) => eprintln!("{project}: {count} dependencies, all as in Maven"),
            None => {
                eprintln!("skipped: Maven is not installed, or could not resolve {project} here");
                return;
            }
        }
    }
}
