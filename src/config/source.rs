//! Where advisory data is fetched from, and how: `[net]` and `[[data.source]]`. No address is built in.

use serde::Deserialize;
use toml::Spanned;

use super::Settings;
use super::file::{ConfigError, Place};

/// How the network is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetSettings {
    /// The proxy for all addresses; an empty text is none, whatever the system says.
    pub proxy: Option<String>,
    /// Hosts that are asked directly.
    pub no_proxy: Option<String>,
    /// A file of certificates in PEM that are trusted besides the system's.
    pub ca_file: Option<String>,
    /// How many seconds a server may be silent.
    pub timeout_seconds: Option<u32>,
}

/// One file that is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSource {
    /// What reports call it; unique, and fit to name a file.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What must come.
    pub kind: SourceKind,
    /// The digest that it must have, in small hexadecimal.
    pub sha256: Option<String>,
    /// Whether plain HTTP to another machine was allowed for it.
    pub allow_http: bool,
    /// The line of the configuration that asks for it.
    pub line: usize,
}

/// What a source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A zip of OSV records.
    OsvZip,
    /// CISA's catalogue of exploited vulnerabilities.
    Kev,
    /// EPSS scores of a day.
    Epss,
}

impl SourceKind {
    const ALL: [(&'static str, Self); 3] =
        [("osv-zip", Self::OsvZip), ("kev", Self::Kev), ("epss", Self::Epss)];

    /// The name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OsvZip => "osv-zip",
            Self::Kev => "kev",
            Self::Epss => "epss",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Net {
    proxy: Option<String>,
    no_proxy: Option<String>,
    ca_file: Option<String>,
    timeout_seconds: Option<Spanned<u32>>,
}

impl Net {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let net = &mut settings.net;
        let set = |known: &mut Option<String>, written: &Option<String>| {
            if written.is_some() {
                known.clone_from(written);
            }
        };
        set(&mut net.proxy, &self.proxy);
        set(&mut net.no_proxy, &self.no_proxy);
        set(&mut net.ca_file, &self.ca_file);
        if let Some(seconds) = &self.timeout_seconds {
            if *seconds.get_ref() == 0 {
                let cause = "timeout_seconds is 0, expected at least 1";
                return Err(place.error(seconds.span().start, cause));
            }
            net.timeout_seconds = Some(*seconds.get_ref());
        }
        Ok(())
    }
}

/// One `[[data.source]]`: an address, or a preset that stands for several.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    name: String,
    url: Option<String>,
    kind: Option<String>,
    sha256: Option<String>,
    #[serde(default)]
    allow_http: bool,
    preset: Option<String>,
    base: Option<String>,
    ecosystems: Option<Vec<String>>,
}

impl SourceEntry {
    /// The files that it stands for.
    pub(super) fn sources(
        &self,
        place: &Place<'_>,
        offset: usize,
    ) -> Result<Vec<DataSource>, ConfigError> {
        let found = match self.preset.as_deref() {
            None => self.single().map(|source| vec![source]),
            Some("osv-bucket") => self.bucket(),
            Some(other) => Err(format!("preset is \"{other}\", expected osv-bucket")),
        };
        let mut found = found
            .map_err(|cause| place.error(offset, format!("data source {}: {cause}", self.name)))?;
        found.iter_mut().for_each(|source| source.line = place.line(offset));
        Ok(found)
    }

    fn single(&self) -> Result<DataSource, String> {
        if self.base.is_some() || self.ecosystems.is_some() {
            return Err("base and ecosystems belong to preset = \"osv-bucket\"".to_owned());
        }
        let (Some(url), Some(kind)) = (&self.url, &self.kind) else {
            return Err("url and kind are needed, or a preset".to_owned());
        };
        let kinds = SourceKind::ALL;
        let known = kinds.iter().find(|(name, _)| name == kind).map(|(_, kind)| *kind);
        let kind = known.ok_or_else(|| {
            let names: Vec<_> = kinds.iter().map(|(name, _)| *name).collect();
            format!("kind is \"{kind}\", expected one of {}", names.join(", "))
        })?;
        self.file(self.name.clone(), url.clone(), kind)
    }

    /// The layout of the OSV project's bucket: `<base>/<ecosystem>/all.zip`.
    fn bucket(&self) -> Result<Vec<DataSource>, String> {
        if self.url.is_some() || self.kind.is_some() || self.sha256.is_some() {
            return Err("a preset takes base and ecosystems, no url, kind or sha256".to_owned());
        }
        let (Some(base), Some(ecosystems)) = (&self.base, &self.ecosystems) else {
            return Err("preset osv-bucket needs base and ecosystems".to_owned());
        };
        if ecosystems.is_empty() {
            return Err("ecosystems is empty".to_owned());
        }
        let base = base.trim_end_matches('/');
        let of = |ecosystem: &String| {
            let fits = |c: char| c.is_ascii_alphanumeric() || " .-_:".contains(c);
            let dots = ecosystem.chars().all(|c| c == '.');
            if dots || !ecosystem.chars().all(fits) {
                return Err(format!("\"{ecosystem}\" is no ecosystem"));
            }
            let path = ecosystem.replace(' ', "%20");
            let name = format!("{}-{}", self.name, ecosystem.replace([' ', ':'], "-"));
            self.file(name, format!("{base}/{path}/all.zip"), SourceKind::OsvZip)
        };
        ecosystems.iter().map(of).collect()
    }

    fn file(&self, name: String, url: String, kind: SourceKind) -> Result<DataSource, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
            return Err("a name has letters, digits, and . - _ after the first".to_owned());
        }
        let sha256 = match &self.sha256 {
            None => None,
            Some(text) if text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()) => {
                Some(text.to_ascii_lowercase())
            }
            Some(_) => return Err("sha256 has not 64 hexadecimal digits".to_owned()),
        };
        Ok(DataSource { name, url, kind, sha256, allow_http: self.allow_http, line: 0 })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::File;
    use crate::config::file::read;

    #[test]
    fn a_bucket_stands_for_one_file_of_each_ecosystem() {
        let text = "[[data.source]]\nname = \"osv\"\npreset = \"osv-bucket\"\n\
                    base = \"https://bucket.example/\"\n\
                    ecosystems = [\"Maven\", \"GitHub Actions\", \"Debian:12\"]\n";
        let sources = read(text).unwrap().sources;
        let told: Vec<_> = sources.iter().map(|s| (s.name.as_str(), s.url.as_str())).collect();
        assert_eq!(
            told,
            [
                ("osv-Maven", "https://bucket.example/Maven/all.zip"),
                ("osv-GitHub-Actions", "https://bucket.example/GitHub%20Actions/all.zip"),
                ("osv-Debian-12", "https://bucket.example/Debian:12/all.zip"),
            ]
        );
        assert!(sources.iter().all(|s| s.kind == SourceKind::OsvZip && s.line == 1));
    }

    #[test]
    fn what_cannot_be_fetched_is_an_error_with_its_line() {
        let single = "url = \"https://a.example/\"\nkind = \"kev\"\n";
        for (rest, cause) in [
            ("", "url and kind are needed, or a preset"),
            ("url = \"https://a.example/\"\n", "url and kind are needed, or a preset"),
            (
                "url = \"https://a.example/\"\nkind = \"zip\"\n",
                "kind is \"zip\", expected one of osv-zip, kev, epss",
            ),
            (&format!("{single}sha256 = \"12\"\n"), "sha256 has not 64 hexadecimal digits"),
            (
                &format!("{single}base = \"x\"\n"),
                "base and ecosystems belong to preset = \"osv-bucket\"",
            ),
            ("preset = \"nvd\"\n", "preset is \"nvd\", expected osv-bucket"),
            ("preset = \"osv-bucket\"\n", "preset osv-bucket needs base and ecosystems"),
            (
                "preset = \"osv-bucket\"\nbase = \"x\"\necosystems = [\"../Maven\"]\n",
                "\"../Maven\" is no ecosystem",
            ),
            (
                "preset = \"osv-bucket\"\nbase = \"x\"\necosystems = [\"..\"]\n",
                "\"..\" is no ecosystem",
            ),
        ] {
            let error = read(&format!("\n[[data.source]]\nname = \"a\"\n{rest}")).unwrap_err();
            assert_eq!(error, format!("bomvet.toml:2: data source a: {cause}"));
        }
    }

    #[test]
    fn a_name_is_fit_for_a_file_and_there_once() {
        let source = |name: &str| {
            format!(
                "[[data.source]]\nname = \"{name}\"\nurl = \"https://a.example/\"\nkind = \"kev\"\n"
            )
        };
        for name in ["../a", "", ".a", "a/b", "a b"] {
            assert!(read(&source(name)).unwrap_err().contains("a name has letters"), "{name}");
        }
        let error = read(&format!("{}{}", source("a"), source("a"))).unwrap_err();
        assert_eq!(error, "bomvet.toml:5: data source a: another one has that name");
    }

    #[test]
    fn the_network_is_set_by_file_and_environment() {
        let text = "[net]\nproxy = \"http://proxy.example:3128\"\nca_file = \"ca.pem\"\n";
        let variable = |name: &str| match name {
            "BOMVET_NET_PROXY" => Some(String::new()),
            "BOMVET_NET_TIMEOUT_SECONDS" => Some("5".to_owned()),
            _ => None,
        };
        let net = File::settings(text, Path::new("bomvet.toml"), variable).unwrap().net;
        assert_eq!(net.proxy.as_deref(), Some(""));
        assert_eq!(net.ca_file.as_deref(), Some("ca.pem"));
        assert_eq!(net.timeout_seconds, Some(5));
        let error = read("[net]\ntimeout_seconds = 0\n").unwrap_err();
        assert_eq!(error, "bomvet.toml:2: timeout_seconds is 0, expected at least 1");
    }
}
