//! Folders, searched whole: which files are in them, sorted, the same on every run.
//!
//! Hidden entries and links to folders are never followed. `.gitignore` files (gitignore(5)) of the
//! folder, and of those above it up to the root of its repository, leave files out if asked to; the
//! machine's own ignore files do not count, so that two machines see the same. What was left out is
//! told: a document that nobody looked at must not look clean.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::Gitignore;

use super::FileError;

/// The most files that one folder may bring in.
const MAX_FILES: usize = 1_000_000;

/// How deep folders are followed.
const MAX_DEPTH: usize = 64;

/// Which files of a folder are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Also those that links lead to, wherever they lie.
    Everywhere,
    /// Those that lie in the folder.
    Inside,
    /// Those that lie in the folder and that no `.gitignore` leaves out.
    #[default]
    NotIgnored,
}

/// Why an entry was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A `.gitignore` names it.
    Ignored,
    /// It is a link that leads out of the folder.
    LeadsOut,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files, sorted by path.
    pub files: Vec<PathBuf>,
    /// Entries that were not taken, sorted by path; hidden ones are not named.
    pub left_out: Vec<(PathBuf, Why)>,
}

/// All files below a folder, sorted by path, hidden ones and links to folders left out.
///
/// # Errors
/// When a folder cannot be listed, or holds more than a million files.
pub fn walk(folder: &Path, reach: Reach) -> Result<Walk, FileError> {
    let root = fs::canonicalize(folder).map_err(|error| FileError::new(folder, &error))?;
    let rules = if reach == Reach::NotIgnored { Rules::above(&root) } else { Rules::Nobody };
    let first = Open { folder: folder.to_owned(), real: root.clone(), depth: 0, rules };
    let mut walker = Walker { root, reach, found: Walk::default(), open: vec![first] };
    while let Some(open) = walker.open.pop() {
        walker.list(&open)?;
    }
    walker.found.files.sort();
    walker.found.left_out.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(walker.found)
}

/// The files whose paths match a pattern, sorted: `*` and `?` within a name, `**` across folders, `[]`
/// for one of several characters. Hidden entries and links that lead out of the folder are left out.
///
/// # Errors
/// When the folder before the first wildcard cannot be searched, or the pattern is none.
pub fn glob(base: &Path, pattern: &str) -> Result<Vec<PathBuf>, FileError> {
    let names: Vec<&str> = pattern.split('/').collect();
    let literal = names.iter().take_while(|name| !name.contains(['*', '?', '['])).count();
    let (before, rest) = names.split_at(literal);
    let mut root = before.join("/");
    if pattern.starts_with('/') && root.is_empty() {
        root.push('/');
    }
    let root = base.join(root);
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    let invalid = |error: ignore::Error| FileError {
        path: base.join(pattern),
        cause: format!("is no pattern of paths: {error}"),
    };
    let pattern = Pattern::below(&root, &rest.join("/")).map_err(invalid)?;
    let mut found = walk(&root, Reach::Inside)?.files;
    found.retain(|path| pattern.holds(path));
    Ok(found)
}

/// A pattern of paths below a folder.
#[derive(Clone, Debug)]
pub struct Pattern(ignore::overrides::Override);

impl Pattern {
    /// Of paths that do not lie on the disk, from their own root.
    ///
    /// # Errors
    /// When the text is no pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::below(Path::new(""), text).map_err(|error| format!("is no pattern: {error}"))
    }

    fn below(root: &Path, text: &str) -> Result<Self, ignore::Error> {
        let mut rules = ignore::overrides::OverrideBuilder::new(root);
        rules.add(&format!("/{text}"))?;
        rules.build().map(Self)
    }

    /// Whether a path is meant.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.0.matched(path, false).is_whitelist()
    }
}

/// A folder that is still to be listed.
struct Open {
    /// As the user named it.
    folder: PathBuf,
    /// Without links, which is what rules speak of.
    real: PathBuf,
    depth: usize,
    /// Those of the folders above.
    rules: Rules,
}

struct Walker {
    root: PathBuf,
    reach: Reach,
    found: Walk,
    open: Vec<Open>,
}

impl Walker {
    fn list(&mut self, open: &Open) -> Result<(), FileError> {
        let wrap = |error: io::Error| FileError::new(&open.folder, &error);
        let rules = open.rules.within(&open.real);
        for entry in fs::read_dir(&open.folder).map_err(wrap)? {
            let entry = entry.map_err(wrap)?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with('.') {
                continue;
            }
            let (kind, path) = (entry.file_type().map_err(wrap)?, entry.path());
            let real = open.real.join(name);
            if rules.leave_out(&real, kind.is_dir()) {
                self.found.left_out.push((path, Why::Ignored));
            } else if kind.is_dir() && open.depth < MAX_DEPTH {
                let (rules, depth) = (rules.clone(), open.depth + 1);
                self.open.push(Open { folder: path, real, depth, rules });
            } else if kind.is_file() {
                self.found.files.push(path);
            } else if kind.is_symlink() && path.is_file() {
                self.link(path);
            }
            if self.found.files.len() > MAX_FILES {
                return Err(wrap(io::Error::other(format!("holds more than {MAX_FILES} files"))));
            }
        }
        Ok(())
    }

    fn link(&mut self, path: PathBuf) {
        let inside = || fs::canonicalize(&path).is_ok_and(|target| target.starts_with(&self.root));
        if self.reach == Reach::Everywhere || inside() {
            self.found.files.push(path);
        } else {
            self.found.left_out.push((path, Why::LeadsOut));
        }
    }
}

/// The `.gitignore` files that hold for a folder, the nearest first.
#[derive(Clone)]
enum Rules {
    /// Nothing is left out, and no file is asked.
    Nobody,
    /// No file so far.
    None,
    /// A file, and those above it.
    File { matcher: Arc<Gitignore>, above: Arc<Rules> },
}

impl Rules {
    /// Those of the folders above, up to the root of the repository; outside of one they have no say.
    fn above(root: &Path) -> Self {
        let is_repository = |folder: &Path| folder.join(".git").exists();
        let height = root.ancestors().position(is_repository).unwrap_or(0);
        let mut folders: Vec<&Path> = root.ancestors().skip(1).take(height).collect();
        folders.reverse();
        folders.into_iter().fold(Self::None, |rules, folder| rules.within(folder))
    }

    /// These and those of one more folder below.
    fn within(&self, folder: &Path) -> Self {
        let file = folder.join(".gitignore");
        if matches!(self, Self::Nobody) || !file.is_file() {
            return self.clone();
        }
        // a line that is no pattern has no say, as with git
        let (matcher, _) = Gitignore::new(file);
        Self::File { matcher: Arc::new(matcher), above: Arc::new(self.clone()) }
    }

    fn leave_out(&self, path: &Path, is_folder: bool) -> bool {
        let Self::File { matcher, above } = self else { return false };
        match matcher.matched(path, is_folder) {
            Match::None => above.leave_out(path, is_folder),
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, as `walk` sees it.
    fn names(files: &[(&str, &str)], below: &str, reach: Reach) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let start = folder.path().join(below);
        let walk = walk(&start, reach).unwrap();
        let shown = |path: &PathBuf| path.strip_prefix(&start).unwrap().display().to_string();
        walk.files.iter().map(shown).collect()
    }

    const TREE: [(&str, &str); 6] = [
        (".git/HEAD", ""),
        (".gitignore", "target/\n*.log\n!keep.log\n"),
        ("a/b.log", ""),
        ("a/keep.log", ""),
        ("a/target/bom.json", ""),
        ("z.json", ""),
    ];

    #[test]
    fn what_gitignore_names_is_left_out_unless_asked_for() {
        assert_eq!(names(&TREE, "", Reach::NotIgnored), ["a/keep.log", "z.json"]);
        assert_eq!(
            names(&TREE, "", Reach::Inside),
            ["a/b.log", "a/keep.log", "a/target/bom.json", "z.json"]
        );
    }

    #[test]
    fn rules_above_hold_up_to_the_repository_and_a_named_folder_is_always_read() {
        assert_eq!(names(&TREE, "a", Reach::NotIgnored), ["keep.log"]);
        assert_eq!(names(&TREE, "a/target", Reach::NotIgnored), ["bom.json"]);
        // outside of a repository a file above has no say
        assert_eq!(names(&TREE[1..], "a", Reach::NotIgnored).len(), 3);
    }

    #[test]
    fn a_rule_below_overrules_the_one_above() {
        let tree = [(".gitignore", "*.json"), ("a/.gitignore", "!b.json"), ("a/b.json", "")];
        assert_eq!(names(&tree, "", Reach::NotIgnored), ["a/b.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_and_out_of_the_folder_are_not_followed() {
        use std::os::unix::fs::symlink;
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("in");
        fs::create_dir(&folder).unwrap();
        fs::write(outer.path().join("secret.json"), "{}").unwrap();
        fs::write(folder.join("a.json"), "{}").unwrap();
        symlink("a.json", folder.join("b.json")).unwrap();
        symlink("../secret.json", folder.join("out.json")).unwrap();
        symlink(".", folder.join("loop")).unwrap();
        symlink("self", folder.join("self")).unwrap();
        let inside = walk(&folder, Reach::NotIgnored).unwrap();
        assert_eq!(inside.files, [folder.join("a.json"), folder.join("b.json")]);
        assert_eq!(inside.left_out, [(folder.join("out.json"), Why::LeadsOut)]);
        assert_eq!(walk(&folder, Reach::Everywhere).unwrap().files.len(), 3);
    }

    #[test]
    fn a_pattern_names_files_within_a_folder_or_across() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a/x.json", "a/y.txt", "a/b/x.json", "x.json"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = glob(folder.path(), pattern).unwrap();
            let name = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_owned();
            found.iter().map(|path| name(path).display().to_string()).collect()
        };
        assert_eq!(found("a/*.json"), ["a/x.json"]);
        assert_eq!(found("a/?.*"), ["a/x.json", "a/y.txt"]);
        assert_eq!(found("**/x.json"), ["a/b/x.json", "a/x.json", "x.json"]);
        assert_eq!(found("*.json"), ["x.json"]);
        assert!(glob(folder.path(), "none/*.json").is_err());
    }
}
