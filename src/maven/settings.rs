//! Maven's settings (settings reference, <https://maven.apache.org/settings.html>), as far as they
//! decide versions: the local repository, profiles and which of them are on, how remote repositories
//! are reached.

use std::path::PathBuf;

use roxmltree::Node;

use super::access::Access;
use super::model::{Lines, Profile};
use super::parse::PomError;
use super::reader::{Reader, elements, read};

/// What one `settings.xml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The file.
    pub path: PathBuf,
    /// `localRepository` as written.
    pub local_repository: Option<String>,
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// `activeProfiles`.
    pub active: Vec<String>,
    /// `mirrors`, `servers` and `proxies`.
    pub access: Access,
    /// Where the lines of the file begin.
    pub lines: Lines,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            local_repository: None,
            profiles: Vec::new(),
            active: Vec::new(),
            access: Access::default(),
            lines: Lines::of(""),
        }
    }
}

impl Settings {
    /// Reads settings.
    ///
    /// # Errors
    /// When the text is no XML, or not that of settings.
    pub fn parse(text: &str, path: PathBuf) -> Result<Self, PomError> {
        read(text, |reader, root| reader.settings(root, path))
    }
}

impl Reader<'_> {
    fn settings(&self, root: Node<'_, '_>, path: PathBuf) -> Result<Settings, PomError> {
        if !self.is(root, "settings") {
            let found = self.raw_name(root);
            let cause = format!("the root element is <{found}>, expected <settings>");
            return Err(self.error(root, cause));
        }
        let fields = self.fields(root)?;
        let active = fields.get("activeProfiles").into_iter().flat_map(elements);
        Ok(Settings {
            path,
            local_repository: fields.string("localRepository").filter(|text| !text.is_empty()),
            active: active.map(|node| self.text_of(node).value).collect(),
            access: self.access(&fields)?,
            profiles: self.list(&fields, "profiles", |node| self.profile(node))?,
            lines: self.lines.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_a_repository_profiles_and_those_that_are_on() {
        let text = "<settings xmlns='http://maven.apache.org/SETTINGS/1.0.0'>\
            <localRepository>${user.home}/r</localRepository>\
            <profiles><profile><id>p</id><properties><v>1</v></properties></profile></profiles>\
            <activeProfiles><activeProfile>p</activeProfile></activeProfiles></settings>";
        let settings = Settings::parse(text, PathBuf::new()).unwrap();
        assert_eq!(settings.local_repository.as_deref(), Some("${user.home}/r"));
        assert_eq!(settings.profiles[0].section.properties[0].value.value, "1");
        assert_eq!(settings.active, ["p"]);
    }

    #[test]
    fn another_document_is_refused() {
        let error = Settings::parse("<project/>", PathBuf::new()).unwrap_err();
        assert_eq!(error.cause, "the root element is <project>, expected <settings>");
    }
}
