//! Maven's own libraries, asked where Java and Maven are installed. A folder holds `pom.xml` and `repo/`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What Maven says about one folder.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// What ended the whole build.
    pub(crate) error: Option<String>,
    pub(crate) projects: Vec<Project>,
}

/// What it says about one project.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// `group:artifact:packaging:version`.
    pub(crate) name: String,
    /// `depth id scope` of each dependency.
    pub(crate) lines: Vec<String>,
    pub(crate) error: Option<String>,
}

/// The class path of the Maven that is installed.
pub(crate) fn installed_maven() -> Option<String> {
    let homes = std::env::var_os("MAVEN_HOME").map(PathBuf::from).into_iter();
    let home = homes
        .chain(["/usr/share/maven", "/opt/maven"].map(PathBuf::from))
        .find(|home| home.join("lib").is_dir())?;
    Some(format!("{0}/lib/*:{0}/boot/*", home.display()))
}

/// Maven's answers, one a folder, with one variable in the environment; `None` when there is no Java to ask.
pub(crate) fn ask(
    class_path: &str,
    folders: &[PathBuf],
    environment: (&str, &str),
) -> Option<Vec<Answer>> {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/ResolveProjects.java");
    let mut java = Command::new("java")
        .args(["-Dfile.encoding=UTF-8", "-Xss16m", "-cp", class_path])
        .arg(oracle)
        .env(environment.0, environment.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut questions = java.stdin.take()?;
    let lines: String = folders.iter().map(|folder| format!("{}\n", folder.display())).collect();
    let asking = std::thread::spawn(move || questions.write_all(lines.as_bytes()));
    let output = java.wait_with_output().ok()?;
    asking.join().ok()?.ok()?;
    output.status.success().then_some(())?;
    let mut answers: Vec<Answer> = Vec::new();
    for line in String::from_utf8(output.stdout).ok()?.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match words.as_slice() {
            ["case", _] => answers.push(Answer::default()),
            ["project", name] => {
                let name = (*name).to_owned();
                answers.last_mut()?.projects.push(Project { name, ..Project::default() });
            }
            ["node", depth, id, scope, _] => {
                let project = answers.last_mut()?.projects.last_mut()?;
                project.lines.push(format!("{depth} {id} {scope}"));
            }
            ["error", text] => {
                let answer = answers.last_mut()?;
                let error = Some((*text).to_owned());
                match answer.projects.last_mut() {
                    Some(project) => project.error = error,
                    None => answer.error = error,
                }
            }
            _ => return None,
        }
    }
    Some(answers)
}
