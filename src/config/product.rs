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

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Path(text) | Self::Glob(text) | Self::Url(text) => text,
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
    sources: Vec<String>,
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
        if self.sources.is_empty() || self.sources.iter().any(|text| text.trim().is_empty()) {
            return Err(wrong("sources names nothing to read".to_owned()));
        }
        let exposure = self.exposure.as_ref();
        let exposure = exposure.map(|word| place.word(word, "exposure", &Exposure::WORDS));
        let criticality = self.criticality.as_ref();
        let criticality =
            criticality.map(|word| place.word(word, "criticality", &Criticality::WORDS));
        let mut sources: Vec<_> = self.sources.iter().map(|s| ProductSource::parse(s)).collect();
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
