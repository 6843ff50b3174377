//! How POMs are resolved: `[maven]`. No address is built in.

use serde::Deserialize;
use toml::Spanned;

use super::Settings;
use super::file::{ConfigError, Place};

/// How POMs are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MavenSettings {
    /// Whether remote repositories are asked.
    pub online: bool,
    /// Remote repositories, in order.
    pub repositories: Vec<RemoteRepository>,
    /// Maven's settings, as named.
    pub settings: Option<String>,
    /// The local repository, as named.
    pub local_repository: Option<String>,
    /// The folder where answers of remote repositories are kept, as named.
    pub cache: Option<String>,
    /// What a wrong digest is worth, whatever a repository's own policy says.
    pub checksums: Option<Checksums>,
}

/// A remote repository by name and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteRepository {
    /// Its name, by which mirrors and credentials are found.
    pub id: String,
    /// Its address.
    pub url: String,
}

/// What a file with a wrong digest, or without one, is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksums {
    /// It is taken, with a warning.
    Warn,
    /// Nothing.
    Fail,
}

/// A text that names no repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRepository {
    /// It has no `=`, or nothing on one side of it.
    #[error("expected ID=URL")]
    Form,
    /// Characters that Maven refuses.
    #[error("an id holds none of \\ / : \" < > | ? * , ! =")]
    Id,
}

impl std::str::FromStr for RemoteRepository {
    type Err = InvalidRepository;

    fn from_str(text: &str) -> Result<Self, InvalidRepository> {
        let (id, url) = text.trim().split_once('=').ok_or(InvalidRepository::Form)?;
        if id.is_empty() || url.is_empty() {
            return Err(InvalidRepository::Form);
        }
        if id.contains(|c: char| "\\/:\"<>|?*,!".contains(c) || c.is_control()) {
            return Err(InvalidRepository::Id);
        }
        Ok(Self { id: id.to_owned(), url: url.to_owned() })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Maven {
    online: Option<bool>,
    repositories: Option<Spanned<Vec<String>>>,
    settings: Option<String>,
    local_repository: Option<String>,
    cache: Option<String>,
    checksums: Option<Spanned<String>>,
}

impl Maven {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let maven = &mut settings.maven;
        let set = |known: &mut Option<String>, written: &Option<String>| {
            if written.is_some() {
                known.clone_from(written);
            }
        };
        set(&mut maven.settings, &self.settings);
        set(&mut maven.local_repository, &self.local_repository);
        set(&mut maven.cache, &self.cache);
        maven.online = self.online.unwrap_or(maven.online);
        if let Some(written) = &self.repositories {
            let read = written.get_ref().iter().map(|text| text.parse());
            maven.repositories =
                read.collect::<Result<_, InvalidRepository>>().map_err(|error| {
                    place.error(written.span().start, format!("repositories: {error}"))
                })?;
        }
        if let Some(word) = &self.checksums {
            let known = [("warn", Checksums::Warn), ("fail", Checksums::Fail)];
            maven.checksums = Some(place.word(word, "checksums", &known)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::File;
    use crate::config::file::read;

    #[test]
    fn repositories_are_named_by_file_and_environment() {
        let text = "[maven]\nonline = true\nrepositories = [\"a=https://a.example/m2?k=v\"]\n\
                    checksums = \"fail\"\n";
        let maven = read(text).unwrap().maven;
        assert!(maven.online && maven.checksums == Some(Checksums::Fail));
        let named = [("a", "https://a.example/m2?k=v")];
        let found = maven.repositories.iter().map(|r| (r.id.as_str(), r.url.as_str()));
        assert!(found.eq(named), "{:?}", maven.repositories);
        let variable = |name: &str| match name {
            "BOMVET_MAVEN_ONLINE" => Some("false".to_owned()),
            "BOMVET_MAVEN_REPOSITORIES" => {
                Some("b=https://b.example, c=https://c.example".to_owned())
            }
            "BOMVET_MAVEN_CACHE" => Some("/tmp/c".to_owned()),
            _ => None,
        };
        let maven = File::settings(text, Path::new("bomvet.toml"), variable).unwrap().maven;
        let ids: Vec<_> = maven.repositories.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(
            (maven.online, ids, maven.cache.as_deref()),
            (false, vec!["b", "c"], Some("/tmp/c"))
        );
    }

    #[test]
    fn what_names_no_repository_is_an_error_with_its_line() {
        for (text, cause) in [
            ("central", "expected ID=URL"),
            ("=https://a.example", "expected ID=URL"),
            ("a=", "expected ID=URL"),
            ("a/b=https://a.example", "an id holds none of"),
        ] {
            let error = read(&format!("[maven]\nrepositories = [\"{text}\"]\n")).unwrap_err();
            assert!(error.starts_with(&format!("bomvet.toml:2: repositories: {cause}")), "{error}");
        }
    }
}
