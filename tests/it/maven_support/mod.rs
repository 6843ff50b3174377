//! What the tests of Maven's resolution share: a build resolved with all its modules, in lines that
//! Maven's answers can be held against.

pub(crate) mod oracle;

use std::path::Path;

use bomvet::maven::{Interpolated, Maven, Pom, PomSource, Resolution, Resolved, resolve};

/// `depth id scope` of each dependency, in order, as the libraries name files.
pub(crate) fn lines(resolution: &Resolution) -> Vec<String> {
    let line = |one: &Resolved| format!("{} {} {}", one.depth, one.artifact, one.scope);
    resolution.dependencies.iter().map(line).collect()
}

/// `group:artifact:packaging:version` of the project.
pub(crate) fn name(resolution: &Resolution) -> String {
    let effective = &resolution.effective;
    let text = |part: &Option<Interpolated>| {
        part.as_ref().map_or("?", |part| part.text.as_str()).to_owned()
    };
    let version = effective.version.as_ref().map(|version| version.value.clone());
    let (group, artifact) = (text(&effective.group), text(&effective.artifact));
    format!("{group}:{artifact}:{}:{}", effective.packaging, text(&version))
}

/// The project and all its modules, as far as profiles bring them in.
pub(crate) fn reactor(root: &Path, maven: &Maven<'_>, source: &dyn PomSource) -> Vec<Resolution> {
    let mut open = vec![root.to_owned()];
    let mut found: Vec<Resolution> = Vec::new();
    while let Some(path) = open.pop() {
        let Ok(Some(text)) = source.at(&path) else { continue };
        let Ok(pom) = Pom::parse(&text) else { continue };
        let resolution = resolve(pom, &path, maven);
        for module in resolution.effective.modules.iter().rev() {
            let path = path.parent().unwrap().join(&module.value);
            open.push(if path.is_dir() { path.join("pom.xml") } else { path });
        }
        found.push(resolution);
    }
    found
}

/// Ranges of one version that Maven 3.8.7 does not take without metadata, and later releases do.
pub(crate) fn is_exact_range_without_metadata(error: &str) -> bool {
    error.contains("No versions available for")
        && error.split(" <- ").any(|part| {
            let range = part.rsplit(':').next().unwrap_or_default();
            range.starts_with('[') && !range.contains(',')
        })
}
