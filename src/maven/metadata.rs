//! `maven-metadata.xml` (repository metadata model 1.1): which versions there are, and what the
//! newest build of a snapshot is called.

use roxmltree::Node;

use super::parse::PomError;
use super::reader::{Reader, read};

/// What one file says. Several are merged by [`Metadata::merge`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `versioning/versions`, in order.
    pub versions: Vec<String>,
    /// `versioning/release`.
    pub release: Option<String>,
    /// `versioning/latest`.
    pub latest: Option<String>,
    /// The version of the newest POM of a snapshot, and when it was put there.
    pub snapshot: Option<Snapshot>,
    /// `versioning/lastUpdated`.
    updated: String,
}

/// One build of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The version in the file's name: `1.0-20260101.120000-3`.
    pub version: String,
    /// `yyyyMMddHHmmss`.
    pub updated: String,
}

impl Metadata {
    /// Reads one file about a version `of` its artifact.
    ///
    /// # Errors
    /// When the text is no XML, or no metadata.
    pub fn parse(text: &str, of: &str) -> Result<Self, PomError> {
        read(text, |reader, root| reader.metadata(root, of))
    }

    /// Takes in what another repository says: all versions, the newest of the rest.
    pub fn merge(&mut self, other: Self) {
        for version in other.versions {
            if !self.versions.contains(&version) {
                self.versions.push(version);
            }
        }
        if other.updated > self.updated || self.release.is_none() {
            self.release = other.release.or(self.release.take());
        }
        if other.updated > self.updated || self.latest.is_none() {
            self.latest = other.latest.or(self.latest.take());
        }
        let is_newer = |found: &Snapshot| {
            self.snapshot.as_ref().is_none_or(|known| found.updated > known.updated)
        };
        if other.snapshot.as_ref().is_some_and(is_newer) {
            self.snapshot = other.snapshot;
        }
        self.updated = std::mem::take(&mut self.updated).max(other.updated);
    }
}

impl Reader<'_> {
    fn metadata(&self, root: Node<'_, '_>, of: &str) -> Result<Metadata, PomError> {
        if !self.is(root, "metadata") {
            let found = self.raw_name(root);
            let cause = format!("the root element is <{found}>, expected <metadata>");
            return Err(self.error(root, cause));
        }
        let Some(versioning) = self.fields(root)?.get("versioning") else {
            return Ok(Metadata::default());
        };
        let fields = self.fields(versioning)?;
        Ok(Metadata {
            versions: self.list(&fields, "versions", |node| Ok(self.text_of(node).value))?,
            release: fields.string("release").filter(|text| !text.is_empty()),
            latest: fields.string("latest").filter(|text| !text.is_empty()),
            snapshot: self.snapshot(versioning, of)?,
            updated: fields.string("lastUpdated").unwrap_or_default(),
        })
    }

    /// `snapshotVersions` name each file; older metadata have one time and one number for all.
    fn snapshot(&self, versioning: Node<'_, '_>, of: &str) -> Result<Option<Snapshot>, PomError> {
        let fields = self.fields(versioning)?;
        let builds = self.list(&fields, "snapshotVersions", |node| {
            let build = self.fields(node)?;
            let main = build.string("classifier").is_none_or(|text| text.is_empty());
            let is_pom = build.string("extension").is_some_and(|text| text == "pom");
            let version = build.string("value").filter(|_| main && is_pom);
            let updated = build.string("updated").unwrap_or_default();
            Ok(version.map(|version| Snapshot { version, updated }))
        })?;
        let newest = builds.into_iter().flatten().max_by(|a, b| a.updated.cmp(&b.updated));
        let Some(node) = fields.get("snapshot").filter(|_| newest.is_none()) else {
            return Ok(newest);
        };
        let snapshot = self.fields(node)?;
        let stamp = (snapshot.string("timestamp"), snapshot.string("buildNumber"));
        Ok(stamp.0.zip(stamp.1).map(|(time, number)| Snapshot {
            version: of.replace("SNAPSHOT", &format!("{time}-{number}")),
            updated: time.replace('.', ""),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(versioning: &str) -> Metadata {
        let text = format!("<metadata><versioning>{versioning}</versioning></metadata>");
        Metadata::parse(&text, "1.0-SNAPSHOT").unwrap()
    }

    #[test]
    fn repositories_add_up_and_the_newest_release_counts() {
        let mut one = metadata(
            "<release>2</release><versions><version>1</version><version>2</version></versions>\
             <lastUpdated>20200101000000</lastUpdated>",
        );
        one.merge(metadata(
            "<release>3</release><versions><version>2</version><version>3</version></versions>\
             <lastUpdated>20210101000000</lastUpdated>",
        ));
        assert_eq!(one.versions, ["1", "2", "3"]);
        assert_eq!(one.release.as_deref(), Some("3"));
    }

    #[test]
    fn a_snapshot_is_named_by_its_newest_pom_or_by_time_and_number() {
        let build = |extension: &str, value: &str, updated: &str| {
            format!(
                "<snapshotVersion><extension>{extension}</extension><value>{value}</value>\
                 <updated>{updated}</updated></snapshotVersion>"
            )
        };
        let all =
            build("jar", "1.0-9", "3") + &build("pom", "1.0-8", "2") + &build("pom", "1.0-7", "1");
        let found = metadata(&format!("<snapshotVersions>{all}</snapshotVersions>"));
        assert_eq!(found.snapshot.unwrap().version, "1.0-8");
        let found = metadata(
            "<snapshot><timestamp>20260101.120000</timestamp><buildNumber>3</buildNumber></snapshot>",
        );
        assert_eq!(found.snapshot.unwrap().version, "1.0-20260101.120000-3");
        assert_eq!(metadata("<snapshot><localCopy>true</localCopy></snapshot>").snapshot, None);
    }
}
