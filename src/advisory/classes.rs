//! Class files of log4j-core, and the releases that hold them byte for byte.
//!
//! The table was made from the released archives of Apache Log4j, 2.0-alpha1 to 3.0.0-beta3
//! (`advisories/classes/README.md`). It tells what was shaded without its description from, unless its
//! classes were moved to another package: that changes their bytes.

const TABLE: &str = include_str!("../../advisories/classes/log4j-core.tsv");

/// Where the classes stand.
const PACKAGE: &str = "org/apache/logging/log4j/core/";

/// The classes of the table, below the package of log4j-core: those that flaws are in, and those that
/// tell the releases apart.
pub const CLASSES: [&str; 13] = [
    "LoggerContext",
    "appender/AbstractManager",
    "appender/db/jdbc/JdbcAppender",
    "appender/rolling/OnStartupTriggeringPolicy",
    "appender/rolling/RollingFileManager",
    "config/AbstractConfiguration",
    "config/LoggerConfig",
    "config/plugins/processor/PluginProcessor",
    "config/xml/XmlConfiguration",
    "impl/ThreadContextDataInjector$ForCopyOnWriteThreadContextMap",
    "lookup/Interpolator",
    "lookup/JndiLookup",
    "net/JndiManager",
];

/// The class of the table that stands at a path, in whatever folder. Copies for later Java releases
/// are others.
#[must_use]
pub fn at(path: &str) -> Option<&'static str> {
    let (folder, name) = path.strip_suffix(".class")?.split_once(PACKAGE)?;
    let is_own = (folder.is_empty() || folder.ends_with('/')) && !folder.contains("META-INF/");
    CLASSES.into_iter().find(|class| is_own && *class == name)
}

/// What class files tell about the release that they are from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The releases that hold every class that is known, the oldest first.
    pub releases: Vec<&'static str>,
    /// How many of the classes are those of a release.
    pub known: usize,
    /// Classes whose bytes no release has.
    pub strange: Vec<&'static str>,
}

impl Origin {
    /// What class files tell, each with the SHA-256 of its bytes; none where they could not be read.
    #[must_use]
    pub fn of(files: &[(&'static str, Option<String>)]) -> Self {
        Self::by(TABLE, files)
    }

    fn by(table: &'static str, files: &[(&'static str, Option<String>)]) -> Self {
        let mut origin = Self::default();
        for (class, digest) in files {
            let releases = digest.as_ref().and_then(|digest| releases(table, class, digest));
            match releases {
                None => origin.strange.push(class),
                Some(releases) if origin.known == 0 => {
                    (origin.releases, origin.known) = (releases, 1);
                }
                Some(releases) => {
                    origin.releases.retain(|release| releases.contains(release));
                    origin.known += 1;
                }
            }
        }
        origin
    }

    /// The one release that all classes are from.
    #[must_use]
    pub fn release(&self) -> Option<&'static str> {
        match self.releases.as_slice() {
            [release] if self.strange.is_empty() => Some(release),
            _ => None,
        }
    }
}

/// The releases that hold a class with these bytes.
fn releases(table: &'static str, class: &str, digest: &str) -> Option<Vec<&'static str>> {
    table.lines().find_map(|line| {
        let mut columns = line.split('\t');
        let is_it = columns.next() == Some(class) && columns.next() == Some(digest);
        columns.next().filter(|_| is_it).map(|releases| releases.split(' ').collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "# a comment\nA\t11\t2.0 2.1 2.2\nA\t22\t2.3\nB\taa\t2.1 2.2\nB\tbb\t2.3\n";

    fn origin(files: &[(&'static str, &str)]) -> Origin {
        let files: Vec<_> =
            files.iter().map(|(class, digest)| (*class, Some((*digest).to_owned()))).collect();
        Origin::by(SMALL, &files)
    }

    #[test]
    fn every_class_narrows_the_releases_down() {
        assert_eq!(origin(&[("A", "11")]).releases, ["2.0", "2.1", "2.2"]);
        assert_eq!(origin(&[("A", "11"), ("B", "aa")]).releases, ["2.1", "2.2"]);
        assert_eq!(origin(&[("A", "22"), ("B", "bb")]).release(), Some("2.3"));
        assert_eq!(origin(&[("A", "11")]).release(), None);
        assert_eq!(origin(&[]), Origin::default());
    }

    #[test]
    fn classes_of_several_releases_and_of_none_are_told() {
        let mixed = origin(&[("A", "22"), ("B", "aa")]);
        assert_eq!((mixed.known, mixed.releases.len(), mixed.release()), (2, 0, None));
        let changed = origin(&[("A", "22"), ("B", "cc")]);
        assert_eq!((changed.strange.as_slice(), changed.release()), (["B"].as_slice(), None));
        assert_eq!(Origin::by(SMALL, &[("A", None)]).strange, ["A"]);
    }

    #[test]
    fn classes_are_found_in_any_folder_and_not_under_another_package() {
        let class = "org/apache/logging/log4j/core/net/JndiManager.class";
        let found = Some("net/JndiManager");
        assert_eq!(at(class), found);
        assert_eq!(at(&format!("BOOT-INF/classes/{class}")), found);
        assert_eq!(at(&format!("META-INF/versions/9/{class}")), None);
        assert_eq!(at(&format!("x{class}")), None);
        assert_eq!(at("shaded/log4j/core/net/JndiManager.class"), None);
        assert_eq!(at("org/apache/logging/log4j/core/net/JndiManager$1.class"), None);
    }
}
