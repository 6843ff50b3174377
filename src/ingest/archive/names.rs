//! What the names of entries and files tell.

/// The longest name that is kept.
const MAX_NAME: usize = 1024;

/// Endings of Java archives. They decide only what is said of an entry that cannot be read.
const ENDINGS: [&str; 4] = [".jar", ".war", ".ear", ".aar"];

/// The artifact whose classes are looked for.
pub(super) const CORE: &str = "log4j-core";

/// Classes of log4j-core by the end of their path, so that they are found where they were moved to
/// another package by shading.
pub(super) const TELLTALES: [&str; 4] = [
    "core/lookup/JndiLookup.class",
    "core/net/JndiManager.class",
    "core/appender/db/jdbc/JdbcAppender.class",
    "log4j/core/LoggerContext.class",
];

/// Words that are part of a version although they are words.
const QUALIFIERS: [&str; 14] = [
    "alpha",
    "beta",
    "milestone",
    "rc",
    "cr",
    "m",
    "b",
    "snapshot",
    "final",
    "ga",
    "sp",
    "release",
    "jre",
    "incubating",
];

/// A name as a label: no control characters, not without end. It is never used as a path.
pub(super) fn label(name: &str) -> String {
    let name = name.trim_start_matches('/');
    name.chars().take(MAX_NAME).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a file is named as a Java archive.
pub(super) fn is_java_archive(file: &str) -> bool {
    ENDINGS.iter().any(|ending| {
        let at = file.len().checked_sub(ending.len());
        at.and_then(|at| file.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    })
}

/// Whether a file is named as an Android library, which keeps its code in `classes.jar`.
pub(super) fn is_android(file: &str) -> bool {
    is_java_archive(file) && file.to_ascii_lowercase().ends_with(".aar")
}

/// Whether only Java archives have such an entry.
pub(super) fn is_of_java(name: &str) -> bool {
    const FOLDERS: [&str; 3] = ["META-INF/maven/", "WEB-INF/", "BOOT-INF/"];
    name == "META-INF/MANIFEST.MF"
        || name == "META-INF/application.xml"
        || name.ends_with(".class")
        || FOLDERS.iter().any(|folder| name.starts_with(folder))
}

/// Whether an entry is called as logging libraries look for their configuration.
pub(super) fn is_configuration(path: &str) -> bool {
    const ENDINGS: [&str; 6] = ["xml", "properties", "yaml", "yml", "json", "jsn"];
    let file = file_name(path);
    let begins = file.starts_with("log4j") || file.starts_with("logback");
    begins && file.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Whether a path ends with another one, whole parts compared.
pub(super) fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The dotted-by-slash package of a class path, without the folder that classes stand in. `None`
/// for what belongs to no package of its own: descriptions of modules, copies for later releases.
pub(super) fn package(class: &str) -> Option<&str> {
    let class = class
        .strip_prefix("WEB-INF/classes/")
        .or_else(|| class.strip_prefix("BOOT-INF/classes/"))
        .unwrap_or(class);
    if class.starts_with("META-INF/") || file_name(class) == "module-info.class" {
        return None;
    }
    Some(class.rsplit_once('/').map_or("", |(package, _)| package))
}

/// The parts that two packages have in common.
pub(super) fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let mut end = 0;
    let mut parts = other.split('/');
    for part in one.split('/') {
        if parts.next() != Some(part) {
            break;
        }
        end += part.len() + usize::from(end > 0);
    }
    &one[..end]
}

/// A file name of the form `name-version.jar`, taken apart.
pub(super) fn name_and_version(file: &str) -> (&str, Option<&str>) {
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if is_java_archive(file) => stem,
        _ => file,
    };
    let starts = stem.match_indices('-').map(|(at, _)| at);
    let version = |at: &usize| stem.get(at + 1..).is_some_and(is_version);
    match starts.into_iter().filter(|&at| at > 0).find(version) {
        Some(at) => (&stem[..at], Some(&stem[at + 1..])),
        None => (stem, None),
    }
}

/// `1.2.3`, `1.0-beta-2`, `31.1-jre`, but not `1.2-api-2.14.1`: behind a word that is no qualifier no
/// number follows.
fn is_version(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let mut parts = text.split('-').peekable();
    while let Some(part) = parts.next() {
        let word: String = part.chars().take_while(char::is_ascii_alphabetic).collect();
        let odd = !word.is_empty() && !QUALIFIERS.contains(&word.to_ascii_lowercase().as_str());
        let number = parts.peek().is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()));
        if odd && number {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_split_before_the_version() {
        for (file, name, version) in [
            ("log4j-core-2.14.1.jar", "log4j-core", Some("2.14.1")),
            ("log4j-1.2-api-2.14.1.jar", "log4j-1.2-api", Some("2.14.1")),
            ("guava-31.1-jre.jar", "guava", Some("31.1-jre")),
            ("a-1.0-beta-2.jar", "a", Some("1.0-beta-2")),
            ("a-1.0-20210101.123456-1.war", "a", Some("1.0-20210101.123456-1")),
            ("spring-core-5.3.8.RELEASE.jar", "spring-core", Some("5.3.8.RELEASE")),
            ("app.jar", "app", None),
            ("-1.jar", "-1", None),
            ("ä-ö.jar", "ä-ö", None),
        ] {
            assert_eq!(name_and_version(file), (name, version), "{file}");
        }
    }

    #[test]
    fn packages_have_whole_parts_in_common() {
        assert_eq!(common("org/spring/beans", "org/spring/beansx"), "org/spring");
        assert_eq!(common("org/spring", "org/spring/beans"), "org/spring");
        assert_eq!(common("org", "com"), "");
        assert_eq!(common("", "com"), "");
    }

    #[test]
    fn labels_hold_no_control_characters() {
        assert_eq!(label("/../a\u{1b}[31m\n.jar"), "../a\u{fffd}[31m\u{fffd}.jar");
    }
}
