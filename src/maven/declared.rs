//! Remote repositories as POMs, settings and the command line declare them (POM reference,
//! "Repositories"), with what they are asked for and how often.

use roxmltree::Node;

use super::model::Text;
use super::parse::PomError;
use super::reader::Reader;

/// A remote repository as somebody declares it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Declared {
    /// `id`.
    pub id: String,
    /// `url` as written; none for `central`, which Maven knows by itself and bomvet does not.
    pub url: Option<String>,
    /// What it is asked for about releases.
    pub releases: Policy,
    /// What it is asked for about snapshots.
    pub snapshots: Policy,
    /// Who wants it asked.
    pub by: By,
}

/// Who wants a repository asked. It decides whether plain HTTP to another machine will do, and whether
/// it is told the credentials that the settings have for its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Whoever runs bomvet.
    User,
    /// The project or its parents, or a profile of the settings.
    Document,
    /// Something that the project only uses. Anybody may have written it, with any name: it is told no
    /// credentials.
    Release,
}

/// `releases` or `snapshots`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Whether it is asked for them at all.
    pub enabled: bool,
    /// `updatePolicy`: how long an answer counts that may change.
    pub updates: Updates,
    /// `checksumPolicy`.
    pub checksums: Checksums,
}

/// How long an answer counts that may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Updates {
    /// Not at all.
    Always,
    /// Until the day ends.
    Daily,
    /// So many minutes.
    Minutes(u32),
    /// For ever.
    Never,
}

/// What a file is worth that does not have the digest that its repository names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Checksums {
    /// As much as any other; digests are not asked for.
    Ignore,
    /// It is taken, with a warning.
    Warn,
    /// Nothing.
    Fail,
}

impl Policy {
    /// What counts where nothing is said.
    pub const ON: Self =
        Self { enabled: true, updates: Updates::Daily, checksums: Checksums::Warn };
    /// Nothing is asked for.
    pub const OFF: Self = Self { enabled: false, ..Self::ON };

    /// What counts when one mirror stands for two repositories.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        match (self.enabled, other.enabled) {
            (true, true) => Self {
                enabled: true,
                updates: self.updates.oftener(other.updates),
                checksums: self.checksums.max(other.checksums),
            },
            (false, true) => other,
            _ => self,
        }
    }
}

impl Updates {
    fn read(text: &str) -> Self {
        match text {
            "always" => Self::Always,
            "never" => Self::Never,
            _ => {
                let minutes = text.strip_prefix("interval:").and_then(|text| text.parse().ok());
                minutes.map_or(Self::Daily, Self::Minutes)
            }
        }
    }

    fn oftener(self, other: Self) -> Self {
        let minutes = |policy| match policy {
            Self::Always => 0,
            Self::Minutes(minutes) => minutes,
            Self::Daily => 24 * 60,
            Self::Never => u32::MAX,
        };
        if minutes(other) < minutes(self) { other } else { self }
    }
}

impl Declared {
    /// The repository that every Maven build has. Its address is not built in here: only a mirror
    /// or somebody who declares it again gives it one.
    #[must_use]
    pub fn central() -> Self {
        Self {
            id: "central".to_owned(),
            url: None,
            releases: Policy::ON,
            snapshots: Policy::OFF,
            by: By::Document,
        }
    }

    /// One that a user names by its address, for releases and snapshots.
    #[must_use]
    pub fn given(id: &str, url: &str) -> Self {
        Self {
            id: id.to_owned(),
            url: Some(url.to_owned()),
            releases: Policy::ON,
            snapshots: Policy::ON,
            by: By::User,
        }
    }
}

impl Reader<'_> {
    pub(super) fn repository(&self, node: Node<'_, '_>) -> Result<Declared, PomError> {
        let fields = self.fields(node)?;
        let policy = |name| fields.get(name).map(|node| self.policy(node)).transpose();
        Ok(Declared {
            id: fields.string("id").unwrap_or_default(),
            url: fields.string("url").filter(|url| !url.is_empty()),
            releases: policy("releases")?.unwrap_or(Policy::ON),
            snapshots: policy("snapshots")?.unwrap_or(Policy::ON),
            by: By::Document,
        })
    }

    fn policy(&self, node: Node<'_, '_>) -> Result<Policy, PomError> {
        let fields = self.fields(node)?;
        let text = |name| fields.text(name).map(|Text { value, .. }| value);
        let checksums = match text("checksumPolicy").as_deref() {
            Some("fail") => Checksums::Fail,
            Some("ignore") => Checksums::Ignore,
            _ => Checksums::Warn,
        };
        Ok(Policy {
            enabled: text("enabled").is_none_or(|text| text.is_empty() || text == "true"),
            updates: text("updatePolicy").map_or(Updates::Daily, |text| Updates::read(&text)),
            checksums,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Pom;
    use super::*;

    #[test]
    fn a_pom_declares_repositories_with_their_policies() {
        let pom = "<project><artifactId>a</artifactId><repositories><repository><id>r</id>\
            <url>https://r.example/m2</url><releases><enabled>false</enabled></releases><snapshots>\
            <updatePolicy>interval:10</updatePolicy><checksumPolicy>fail</checksumPolicy></snapshots>\
            </repository><repository><id>s</id></repository></repositories></project>";
        let found = Pom::parse(pom).unwrap().section.repositories;
        let snapshots =
            Policy { enabled: true, updates: Updates::Minutes(10), checksums: Checksums::Fail };
        let by = By::Document;
        let url = Some("https://r.example/m2".to_owned());
        let first = Declared { id: "r".to_owned(), url, releases: Policy::OFF, snapshots, by };
        assert_eq!(found[0], first);
        assert_eq!((found[1].url.as_ref(), found[1].releases), (None, Policy::ON));
    }

    #[test]
    fn a_mirror_of_two_is_asked_for_what_either_is() {
        let often = Policy { updates: Updates::Always, ..Policy::ON };
        let strict = Policy { checksums: Checksums::Fail, updates: Updates::Never, ..Policy::ON };
        assert_eq!(Policy::OFF.joined(strict), strict);
        assert_eq!(strict.joined(Policy::OFF), strict);
        let both = Policy { updates: Updates::Always, checksums: Checksums::Fail, enabled: true };
        assert_eq!(strict.joined(often), both);
    }
}
