//! From the portfolio in the configuration to the documents of today.
//!
//! A source that cannot be listed fails and takes no other with it. A folder is searched as a scan
//! searches it; where it is a git checkout, its commit is read from its files. Only a source that names a
//! repository as such calls `git`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::{GitSource, Product, ProductSource};
use crate::files::git::{self, EntryKind};
use crate::files::{self, Pattern, Reach};
use crate::ingest::Named;

/// One document that may be read today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The product.
    pub product: String,
    /// The source that names it, as written and without secrets.
    pub source: String,
    /// What it is called in the store: its path from the configuration's folder, or its address.
    pub name: String,
    /// Where it lies.
    pub at: At,
    /// Whether it must be a document.
    pub named: Named,
    /// The commit of the checkout that it lies in.
    pub commit: Option<String>,
}

/// Where a document lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// In a file.
    File(PathBuf),
    /// Behind an address.
    Url(String),
    /// In a git repository.
    Blob {
        /// A folder of it.
        folder: PathBuf,
        /// The name of the content.
        id: String,
    },
}

/// A source that cannot be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The product.
    pub product: String,
    /// The source.
    pub source: String,
    /// Why.
    pub cause: String,
}

/// What the sources of all products name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The documents, by product and source.
    pub places: Vec<Place>,
    /// The sources that cannot be listed.
    pub failing: Vec<Failing>,
    /// Product and source, where another source of the product names some of its documents.
    pub shared: BTreeSet<(String, String)>,
}

/// A product as it is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Who can reach it.
    pub exposure: Option<String>,
    /// How much depends on it.
    pub criticality: Option<String>,
    /// Where it is sold or run.
    pub markets: Vec<String>,
    /// What its owner is there.
    pub roles: Vec<String>,
    /// Where its documents lie.
    pub sources: Vec<String>,
}

impl From<&Product> for Card {
    fn from(product: &Product) -> Self {
        Self {
            name: product.name.clone(),
            owner: product.owner.clone(),
            exposure: product.exposure.map(|exposure| exposure.as_str().to_owned()),
            criticality: product.criticality.map(|criticality| criticality.as_str().to_owned()),
            markets: product.markets.clone(),
            roles: product.roles.clone(),
            sources: product.sources.iter().map(ProductSource::shown).collect(),
        }
    }
}

/// Lists the sources of products; paths start at `base`.
#[must_use]
pub fn list(products: &[Product], base: &Path) -> Found {
    let mut found = Found::default();
    for product in products {
        let mut seen = BTreeSet::new();
        for source in &product.sources {
            match places(product, source, base) {
                Ok(places) => {
                    // what two sources name is read once, for the first of them
                    for place in places {
                        if seen.insert(place.name.clone()) {
                            found.places.push(place);
                        } else {
                            found.shared.insert((place.product, place.source));
                        }
                    }
                }
                Err(cause) => found.failing.push(Failing {
                    product: product.name.clone(),
                    source: source.shown(),
                    cause,
                }),
            }
        }
    }
    found
}

fn places(product: &Product, source: &ProductSource, base: &Path) -> Result<Vec<Place>, String> {
    let place = |path: &Path, named, commit: Option<&String>| Place {
        product: product.name.clone(),
        source: source.shown(),
        name: name_of(path, base),
        at: At::File(path.to_owned()),
        named,
        commit: commit.cloned(),
    };
    let cause = |error: files::FileError| error.cause;
    match source {
        ProductSource::Git(git) => of_commit(product, source, git, base),
        ProductSource::Url(address) => Ok(vec![Place {
            name: source.shown(),
            at: At::Url(address.clone()),
            ..place(Path::new(""), Named::ByUser, None)
        }]),
        ProductSource::Glob(pattern) => {
            let found = files::glob(base, pattern).map_err(cause)?;
            Ok(found.iter().map(|path| place(path, Named::ByUser, None)).collect())
        }
        ProductSource::Path(path) => {
            let path = base.join(path);
            if !files::is_folder(&path) {
                return Ok(vec![place(&path, Named::ByUser, None)]);
            }
            let commit = commit(&path);
            let walk = files::walk(&path, Reach::NotIgnored).map_err(cause)?;
            let named = Named::InFolder;
            Ok(walk.files.iter().map(|path| place(path, named, commit.as_ref())).collect())
        }
    }
}

/// The files of a commit. What the commit does not hold itself is no file of it: then the source fails.
fn of_commit(
    product: &Product,
    source: &ProductSource,
    git: &GitSource,
    base: &Path,
) -> Result<Vec<Place>, String> {
    let folder = base.join(&git.folder);
    let revision = git.revision.as_deref().unwrap_or("HEAD");
    let tree = git::tree(&folder, revision).map_err(|error| error.cause)?;
    let pattern = git.files.as_deref().map(Pattern::parse).transpose()?;
    let at = git.revision.as_ref().map(|name| format!("@{name}")).unwrap_or_default();
    let mut places = Vec::new();
    for entry in tree.entries {
        let is_meant = pattern.as_ref().is_none_or(|one| one.holds(Path::new(&entry.path)));
        match entry.kind {
            EntryKind::File(id) if is_meant => places.push(Place {
                product: product.name.clone(),
                source: source.shown(),
                name: format!("{}{at}:{}", git.folder, entry.path),
                at: At::Blob { folder: folder.clone(), id },
                named: if pattern.is_some() { Named::ByUser } else { Named::InFolder },
                commit: Some(tree.commit.clone()),
            }),
            EntryKind::Submodule if git.may_reach(&entry.path) => {
                return Err(format!(
                    "{} is a submodule, whose files the commit does not hold; name it as a source of its own",
                    entry.path
                ));
            }
            EntryKind::Link if is_meant && pattern.is_some() => {
                return Err(format!("{} is a link; name the file that it leads to", entry.path));
            }
            EntryKind::File(_) | EntryKind::Submodule | EntryKind::Link => {}
        }
    }
    Ok(places)
}

/// The path from the configuration's folder, with slashes.
fn name_of(path: &Path, base: &Path) -> String {
    let name = path.strip_prefix(base).unwrap_or(path);
    let name = name.strip_prefix(".").unwrap_or(name);
    name.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The commit that a checkout stands at: what `.git/HEAD` names, directly or by a branch.
fn commit(folder: &Path) -> Option<String> {
    let git =
        folder.ancestors().map(|above| above.join(".git")).find(|git| files::is_folder(git))?;
    let text = |path: PathBuf| {
        let bytes = files::is_file(&path).then(|| files::read(&path).ok()).flatten()?;
        String::from_utf8(bytes).ok()
    };
    let head = text(git.join("HEAD"))?;
    let Some(branch) = head.trim().strip_prefix("ref: ") else { return commit_id(head.trim()) };
    if branch.split('/').any(|part| part == "..") || branch.starts_with('/') {
        return None;
    }
    if let Some(id) = text(git.join(branch)) {
        return commit_id(id.trim());
    }
    let packed = text(git.join("packed-refs"))?;
    let named = packed.lines().filter_map(|line| line.split_once(' '));
    let id = named.filter(|(_, name)| *name == branch).map(|(id, _)| id).next()?;
    commit_id(id)
}

/// A SHA-1 or SHA-256 in hexadecimal.
fn commit_id(text: &str) -> Option<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn product(sources: Vec<ProductSource>) -> Product {
        Product {
            name: "shop".to_owned(),
            owner: None,
            exposure: None,
            criticality: None,
            markets: Vec::new(),
            roles: Vec::new(),
            sources,
            line: 1,
        }
    }

    fn names(found: &Found) -> Vec<&str> {
        found.places.iter().map(|place| place.name.as_str()).collect()
    }

    #[test]
    fn a_file_that_two_sources_name_is_read_once_and_a_bad_source_stops_no_other() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        files::write(&folder.path().join("in/a.json"), b"{}").unwrap();
        let sources = vec![
            ProductSource::Glob("in/*.json".to_owned()),
            ProductSource::Glob("none/*.json".to_owned()),
            ProductSource::Path("in".to_owned()),
            ProductSource::Path("b.json".to_owned()),
        ];
        let found = list(&[product(sources)], folder.path());
        assert_eq!(names(&found), ["in/a.json", "b.json"]);
        assert_eq!(found.failing.len(), 1);
        assert_eq!(found.failing[0].source, "none/*.json");
    }

    #[test]
    fn the_commit_of_a_checkout_is_read_from_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        let id = "0123456789abcdef0123456789abcdef01234567";
        files::write(&git.join("HEAD"), b"ref: refs/heads/main\n").unwrap();
        assert_eq!(commit(folder.path()), None);
        files::write(
            &git.join("packed-refs"),
            format!("# pack-refs\n{id} refs/heads/main\n").as_bytes(),
        )
        .unwrap();
        assert_eq!(commit(folder.path()).as_deref(), Some(id));
        let other = id.replace('0', "f");
        files::write(&git.join("refs/heads/main"), format!("{other}\n").as_bytes()).unwrap();
        assert_eq!(commit(folder.path()), Some(other));
        files::write(&git.join("HEAD"), b"ref: ../../etc/passwd\n").unwrap();
        assert_eq!(commit(folder.path()), None);
    }
}
