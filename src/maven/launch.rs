//! `.mvn`: the command line that every build of a project has.
//!
//! The folder is looked for from the POM upwards. `maven.config` holds arguments of Maven,
//! `jvm.config` those of the Java machine.

use std::path::{Path, PathBuf};

use super::context::{Context, words};
use super::library::normal;
use super::session::Maven;

/// How many folders upwards are looked into.
const MAX_LEVELS: usize = 16;

/// The folder of a POM and those above it, nearest first.
pub(super) fn folders_upwards(pom: &Path) -> Vec<PathBuf> {
    let mut folders = vec![pom.parent().unwrap_or(Path::new("")).to_owned()];
    while folders.len() < MAX_LEVELS {
        let Some(last) = folders.last() else { break };
        let above = normal(&last.join(".."));
        if above == *last {
            break;
        }
        folders.push(above);
    }
    folders
}

/// Adds to a context what the nearest `.mvn` says; files that cannot be read say nothing.
pub(super) fn read(maven: &Maven<'_>, pom: &Path, context: &mut Context) {
    let folders = folders_upwards(pom);
    let found = folders.iter().map(|folder| folder.join(".mvn"));
    let Some(folder) = found.into_iter().find(|folder| maven.exists(folder) == Some(true)) else {
        return;
    };
    let text = |name: &str| {
        let path = folder.join(name);
        let text = maven.text(&path).ok().flatten()?;
        Some((words(&text), path.display().to_string()))
    };
    if let Some((words, path)) = text("jvm.config") {
        context.jvm_arguments(words.iter().map(String::as_str), &path);
    }
    if let Some((words, path)) = text("maven.config") {
        context.arguments(words.iter().map(String::as_str), &path);
    }
}
