//! The portfolio as the configuration has it: `[[product]]`.

use serde::Deserialize;
use toml::Spanned;

use super::Exposure;
use super::file::{ConfigError, Place};

/// How much depends on a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criticality {
    /// Little.
    Low,
    /// Something.
    Medium,
    /// Much.
    High,
    /// The business or lives.
    Critical,
}

impl Criticality {
    /// All of them, by name.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("low", Self::Low),
        ("medium", Self::Medium),
        ("high", Self::High),
        ("critical", Self::Critical),
    ];

    /// The name in configurations and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Where documents of a product lie, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProductSource {
    /// A file, or a folder that is searched whole; the folder of a git checkout tells its commit.
    Path(String),
    /// A pattern of paths: `*` and `?` within a name, `**` across folders.
    Glob(String),
    /// An address, asked with `--online` alone.
    Url(String),
    /// Files of a git repository, as a commit has them.
    Git(GitSource),
}

/// Files of a git repository, as a commit has them: `{ git = "checkout", ref = "main", files = "*.json" }`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitSource {
    /// A checkout, a folder in one, or a bare repository.
    #[serde(rename = "git")]
    pub folder: String,
    /// The commit, by any name that git knows; `HEAD` where none is given.
    #[serde(rename = "ref")]
    pub revision: Option<String>,
    /// Which files, by a pattern; all of them, searched as a folder is, where none is given.
    pub files: Option<String>,
}

impl GitSource {
    /// Whether files below a folder may be meant.
    #[must_use]
    pub fn may_reach(&self, folder: &str) -> bool {
        let Some(files) = &self.files else { return true };
        let mut names = folder.split('/');
        for part in files.split('/') {
            let is_wild = part.contains(['*', '?', '[']);
            match names.next() {
                None => return true,
                Some(_) if part == "**" => return true,
                // what a wildcard holds is not asked: rather one folder too many may be reached
                Some(name) if is_wild || name == part => {}
                Some(_) => return false,
            }
        }
        false
    }
}

/// A source as it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a source is a text, or { git = \"…\", ref = \"…\", files = \"…\" }")]
enum Written {
    Text(String),
    Git(GitSource),
}

impl Written {
    fn source(&self) -> Option<ProductSource> {
        match self {
            Self::Text(text) => Some(ProductSource::parse(text)).filter(|_| !is_blank(text)),
            Self::Git(git) => {
                let texts = [Some(&git.folder), git.revision.as_ref(), git.files.as_ref()];
                let is_said = texts.into_iter().flatten().all(|text| !is_blank(text));
                is_said.then(|| ProductSource::Git(git.clone()))
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

impl ProductSource {
    fn parse(text: &str) -> Self {
        let text = text.trim().to_owned();
        if text.starts_with("https://") || text.starts_with("http://") {
            Self::Url(text)
        } else if text.contains(['*', '?', '[']) {
            Self::Glob(text)
        } else {
            Self::Path(text)
        }
    }
}

/// One product of the portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its name, unique in the portfolio.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Who can reach it.
    pub exposure: Option<Exposure>,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Where it is sold or run: `EU`, `US`.
    pub markets: Vec<String>,
    /// What its owner is there: `manufacturer`.
    pub roles: Vec<String>,
    /// Where its documents lie.
    pub sources: Vec<ProductSource>,
    /// Its line in the file.
    pub line: usize,
}

/// One `[[product]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductEntry {
    name: String,
    owner: Option<String>,
    exposure: Option<Spanned<String>>,
    criticality: Option<Spanned<String>>,
    #[serde(default)]
    markets: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    sources: Vec<Written>,
}

impl ProductEntry {
    /// What it means.
    pub(super) fn product(
        &self,
        known: &[Product],
        place: &Place<'_>,
        offset: usize,
    ) -> Result<Product, ConfigError> {
        let name = self.name.trim();
        let wrong = |cause: String| place.error(offset, format!("product {name}: {cause}"));
        if name.is_empty() {
            return Err(place.error(offset, "product: the name is empty"));
        }
        if known.iter().any(|product| product.name == name) {
            return Err(wrong("another one has that name".to_owned()));
        }
        let sources: Option<Vec<_>> = self.sources.iter().map(Written::source).collect();
        let Some(mut sources) = sources.filter(|sources| !sources.is_empty()) else {
            return Err(wrong("sources names nothing to read".to_owned()));
        };
        let exposure = self.exposure.as_ref();
        let exposure = exposure.map(|word| place.word(word, "exposure", &Exposure::WORDS));
        let criticality = self.criticality.as_ref();
        let criticality =
            criticality.map(|word| place.word(word, "criticality", &Criticality::WORDS));
        let written = sources.len();
        sources.sort();
        sources.dedup();
        if sources.len() < written {
            return Err(wrong("sources names one of them twice".to_owned()));
        }
        Ok(Product {
            name: name.to_owned(),
            owner: self.owner.clone().filter(|owner| !owner.trim().is_empty()),
            exposure: exposure.transpose()?,
            criticality: criticality.transpose()?,
            markets: self.markets.clone(),
            roles: self.roles.clone(),
            sources,
            line: place.line(offset),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::read;

    #[test]
    fn a_source_is_what_its_text_looks_like() {
        let text = "[[product]]\nname = \"shop\"\nexposure = \"exposed\"\n\
                    sources = [\"a.json\", \"sboms/*.json\", \"https://x.example/a.json\"]\n";
        let settings = read(text).unwrap();
        let [product] = &settings.products[..] else { panic!("one product") };
        let owned = str::to_owned;
        assert_eq!(
            product.sources,
            [
                ProductSource::Path(owned("a.json")),
                ProductSource::Glob(owned("sboms/*.json")),
                ProductSource::Url(owned("https://x.example/a.json")),
            ]
        );
        assert_eq!(product.exposure, Some(Exposure::Exposed));
    }

    #[test]
    fn a_git_source_is_a_table_and_a_key_that_it_does_not_know_is_an_error() {
        let product =
            |sources: &str| format!("[[product]]\nname = \"shop\"\nsources = {sources}\n");
        let text = product("[{ git = \"../shop\", ref = \"v1\", files = \"sboms/*.json\" }]");
        let settings = read(&text).unwrap();
        let git = GitSource {
            folder: "../shop".to_owned(),
            revision: Some("v1".to_owned()),
            files: Some("sboms/*.json".to_owned()),
        };
        assert_eq!(settings.products[0].sources, [ProductSource::Git(git)]);
        assert_eq!(settings.products[0].sources[0].shown(), "git ../shop@v1 sboms/*.json");
        let error = read(&product("[{ git = \"a\", branch = \"b\" }]")).unwrap_err();
        assert!(error.contains("a source is a text, or { git ="), "{error}");
        let error = read(&product("[{ git = \" \" }]")).unwrap_err();
        assert!(error.ends_with("sources names nothing to read"), "{error}");
    }

    #[test]
    fn a_product_without_sources_or_with_the_name_of_another_is_an_error_with_its_line() {
        let error = read("[[product]]\nname = \"a\"\nsources = []\n").unwrap_err();
        assert_eq!(error, "bomvet.toml:1: product a: sources names nothing to read");
        let one = "[[product]]\nname = \"a\"\nsources = [\"x\"]\n";
        let error = read(&format!("{one}{one}")).unwrap_err();
        assert_eq!(error, "bomvet.toml:4: product a: another one has that name");
        let error = read(&format!("{one}exposure = \"wide\"\n")).unwrap_err();
        assert!(
            error.starts_with("bomvet.toml:4: exposure is \"wide\", expected one of"),
            "{error}"
        );
    }
}
