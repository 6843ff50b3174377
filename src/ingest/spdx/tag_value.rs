//! The reader of SPDX 2.0 to 2.3 tag-value text.
//!
//! Follows the SPDX specification 2.3, clauses 6 to 11, with the tag-value notation of annex I: one
//! `Tag: value` on a line, `#` comments, values over several lines between `<text>` and `</text>`.
//! `PackageName` begins a package; a file, a snippet or a licence ends it. Tags that no package
//! needs are passed over, whatever they are. Lines that are neither are counted and reported, so
//! that a broken document never looks shorter than it is. A package's position is the line of its
//! `PackageName`.

use super::lines::{Content, Lines, at};
use super::relationships::Links;
use super::{asserted, cpe, kind, purls, version, version_remark};
use crate::ingest::document::{Declared, Document, ReadError, Warning};
use crate::inventory::Format;

/// Reads one document.
///
/// # Errors
/// When there is no `SPDXVersion`, or a `<text>` is never closed.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let mut builder = Builder::default();
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        match line.content {
            Content::Pair { tag, value, .. } => builder.pair(tag, value, line.number)?,
            Content::Misfit(text) => builder.misfit(text, line.number)?,
        }
    }
    builder.finish()
}

/// The tags that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    SpdxVersion,
    SpdxId,
    PackageName,
    PackageVersion,
    ExternalRef,
    PrimaryPackagePurpose,
    Relationship,
    /// `FileName`, `SnippetSPDXID`, `LicenseID`: another element begins.
    OtherElement,
    SnippetId,
    Ignored,
}

const TAGS: [(&str, Tag); 10] = [
    ("SPDXVersion", Tag::SpdxVersion),
    ("SPDXID", Tag::SpdxId),
    ("PackageName", Tag::PackageName),
    ("PackageVersion", Tag::PackageVersion),
    ("ExternalRef", Tag::ExternalRef),
    ("PrimaryPackagePurpose", Tag::PrimaryPackagePurpose),
    ("Relationship", Tag::Relationship),
    ("FileName", Tag::OtherElement),
    ("LicenseID", Tag::OtherElement),
    ("SnippetSPDXID", Tag::SnippetId),
];

impl Tag {
    /// Case is forgiven: a package must not be lost to `Packagename`.
    fn from_name(name: &str) -> Self {
        TAGS.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(Self::Ignored, |&(_, tag)| tag)
    }
}

/// The element that the lines speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Element {
    #[default]
    Document,
    /// The last of the packages.
    Package,
    Other,
}

/// Lines that are odd in one way: the first and how many.
#[derive(Debug, Default)]
struct Tally {
    first: Option<u32>,
    count: usize,
}

impl Tally {
    fn add(&mut self, line: u32) {
        self.first.get_or_insert(line);
        self.count += 1;
    }

    /// One warning for all; `what` says what is odd and what was done.
    fn warning(&self, what: &str) -> Option<Warning> {
        let first = self.first?;
        let message = match self.count {
            1 => format!("line {first} {what}"),
            count => format!("line {first} {what}, and {} more", count - 1),
        };
        Some(Warning { message, position: at(first) })
    }
}

/// The document as far as it is read.
#[derive(Debug, Default)]
struct Builder<'a> {
    spec_version: Option<String>,
    element: Element,
    packages: Vec<Declared>,
    /// Types and locators of the last package's external references.
    references: Vec<(&'a str, &'a str)>,
    links: Links<'a>,
    /// Left out.
    misfits: Tally,
    /// Read all the same.
    without_colon: Tally,
    warnings: Vec<Warning>,
}

impl<'a> Builder<'a> {
    /// A line without a tag; one that begins with a tag that is read has lost its colon, as all
    /// relationships of spdx-sbom-generator 0.0.1 have.
    fn misfit(&mut self, text: &'a str, line: u32) -> Result<(), ReadError> {
        match text.split_once(char::is_whitespace) {
            Some((word, value)) if TAGS.iter().any(|(tag, _)| *tag == word) => {
                self.without_colon.add(line);
                return self.pair(word, value.trim_start(), line);
            }
            _ => self.misfits.add(line),
        }
        Ok(())
    }

    fn pair(&mut self, tag: &str, value: &'a str, line: u32) -> Result<(), ReadError> {
        let placed = match Tag::from_name(tag) {
            Tag::SpdxVersion => self.version(value, line)?,
            Tag::PackageName => self.package(value, line),
            Tag::SpdxId => self.id(value),
            Tag::PackageVersion => self.in_package(|package| {
                package.version = package.version.take().or(asserted(value).map(str::to_owned));
            }),
            Tag::PrimaryPackagePurpose => self.in_package(|package| package.kind = kind(value)),
            Tag::ExternalRef => self.external_reference(value),
            Tag::Relationship => self.relationship(value),
            Tag::OtherElement => self.other_element(),
            Tag::SnippetId => {
                self.links.element(value);
                self.other_element()
            }
            Tag::Ignored => Some(()),
        };
        if placed.is_none() {
            self.misfits.add(line);
        }
        Ok(())
    }

    fn version(&mut self, value: &str, line: u32) -> Result<Option<()>, ReadError> {
        let (None, Some(number)) = (&self.spec_version, version(value)) else {
            return Ok(None);
        };
        let position = at(line);
        let remark = version_remark(value).map_err(|cause| ReadError::at(position, cause))?;
        self.warnings.extend(remark.map(|message| Warning { message, position }));
        self.spec_version = Some(number);
        Ok(Some(()))
    }

    fn package(&mut self, value: &str, line: u32) -> Option<()> {
        self.end_package();
        self.element = Element::Package;
        self.packages.push(Declared {
            name: asserted(value).unwrap_or_default().to_owned(),
            position: at(line),
            ..Declared::default()
        });
        Some(())
    }

    fn end_package(&mut self) {
        if let Some(package) = self.packages.last_mut() {
            package.purls = purls(self.references.iter().copied());
            package.cpe = cpe(self.references.iter().copied());
        }
        self.references.clear();
    }

    fn other_element(&mut self) -> Option<()> {
        self.element = Element::Other;
        Some(())
    }

    /// The id of the open package, or of something that relationships may name and that is none.
    fn id(&mut self, value: &'a str) -> Option<()> {
        let reference = asserted(value)?;
        match self.element {
            Element::Document | Element::Other => self.links.element(reference),
            Element::Package => {
                let package = self.packages.last_mut()?;
                if package.reference.is_some() {
                    return None;
                }
                package.reference = Some(reference.to_owned());
            }
        }
        Some(())
    }

    /// Applies a line to the open package; `None` where none is open.
    fn in_package(&mut self, change: impl FnOnce(&mut Declared)) -> Option<()> {
        match self.element {
            Element::Package => self.packages.last_mut().map(change),
            Element::Document | Element::Other => None,
        }
    }

    /// `ExternalRef: category type locator`.
    fn external_reference(&mut self, value: &'a str) -> Option<()> {
        let (_category, rest) = value.split_once(char::is_whitespace)?;
        let reference = rest.trim_start().split_once(char::is_whitespace)?;
        self.in_package(|_| ())?;
        self.references.push(reference);
        Some(())
    }

    /// `Relationship: from KIND to`, between any lines; what follows is dropped.
    fn relationship(&mut self, value: &'a str) -> Option<()> {
        let mut words = value.split_ascii_whitespace();
        let (from, kind, to) = (words.next()?, words.next()?, words.next()?);
        self.links.relationship(kind, from, to);
        Some(())
    }

    fn finish(mut self) -> Result<Document, ReadError> {
        self.end_package();
        let Some(spec_version) = self.spec_version else {
            return Err(ReadError::new("has no SPDXVersion"));
        };
        let mut document = Document {
            spec_version: Some(spec_version),
            components: self.packages,
            warnings: self.warnings,
            ..Document::new(Format::SpdxTagValue)
        };
        let misfits = self.misfits.warning("is no SPDX and left out");
        let without_colon = self.without_colon.warning("has no colon behind its tag");
        document.warnings.extend(misfits);
        document.warnings.extend(without_colon);
        self.links.apply(&mut document);
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::About;
    use crate::ingest::document::Kind;
    use crate::inventory::Scope;

    /// Reads these lines behind a version line, so that they begin at line 2.
    fn lines(text: &str) -> Document {
        read(&format!("SPDXVersion: SPDX-2.3\n{text}")).unwrap()
    }

    fn names(document: &Document) -> Vec<&str> {
        document.components.iter().map(|c| c.name.as_str()).collect()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|w| w.message.as_str()).collect()
    }

    #[test]
    fn a_package_is_read_with_all_its_fields() {
        let document = lines(
            "\n##### Package: b\n\nPackageName: b\r\nSPDXID: SPDXRef-b\r\n\
             PackageVersion: 1.0\r\nPrimaryPackagePurpose: OPERATING-SYSTEM\r\n\
             ExternalRef: PACKAGE-MANAGER purl pkg:maven/org.a/b@1.0\r\n\
             ExternalRef: SECURITY cpe23Type cpe:2.3:a:b:b:1.0:*:*:*:*:*:*:*\r\n",
        );
        let expected = Declared {
            reference: Some("SPDXRef-b".to_owned()),
            kind: Kind::Other,
            name: "b".to_owned(),
            version: Some("1.0".to_owned()),
            purls: vec!["pkg:maven/org.a/b@1.0".to_owned()],
            cpe: Some("cpe:2.3:a:b:b:1.0:*:*:*:*:*:*:*".to_owned()),
            position: at(5),
            ..Declared::default()
        };
        assert_eq!(document.components, [expected]);
        assert_eq!(document.spec_version.as_deref(), Some("2.3"));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn the_type_of_an_external_reference_decides_not_its_category() {
        let document = lines(
            "PackageName: a\nExternalRef: PACKAGE_MANAGER purl pkg:npm/a@1\n\
             ExternalRef: OTHER  http://spdx.org/rdf/references/purl\tpkg:npm/a@2\n\
             ExternalRef: PACKAGE-MANAGER npm a@3\n",
        );
        assert_eq!(document.components[0].purls, ["pkg:npm/a@1", "pkg:npm/a@2"]);
    }

    #[test]
    fn no_assertion_is_no_version() {
        let document = lines("PackageName: a\nPackageVersion: NOASSERTION\n");
        assert_eq!(document.components[0].version, None);
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn a_file_a_snippet_or_a_licence_ends_the_package() {
        let document = lines(
            "PackageName: a\nSPDXID: SPDXRef-a\nFileName: f\nSPDXID: SPDXRef-f\n\
             SnippetSPDXID: SPDXRef-s\nLicenseID: LicenseRef-1\n\
             PackageName: b\nSPDXID: SPDXRef-b\nRelationship: SPDXRef-b CONTAINS SPDXRef-f\n\
             Relationship: SPDXRef-a CONTAINS SPDXRef-s\n",
        );
        let ids: Vec<_> = document.components.iter().map(|c| c.reference.as_deref()).collect();
        assert_eq!(ids, [Some("SPDXRef-a"), Some("SPDXRef-b")]);
        assert_eq!(document.warnings, []);
        assert!(document.edges.is_empty());
    }

    #[test]
    fn a_package_line_outside_of_a_package_is_reported() {
        let document = lines("PackageName: a\nFileName: f\nPackageVersion: 1\n");
        assert_eq!(messages(&document), ["line 4 is no SPDX and left out"]);
        assert_eq!(document.components[0].version, None);
    }

    #[test]
    fn text_blocks_hide_what_looks_like_tags() {
        let document = lines(
            "PackageName: a\nPackageComment: <text>\nPackageName: no\n\nSPDXID: no\n</text>\n\
             PackageName: <text>b</text>\nPackageVersion: <text> 2\n</text> rest\n\
             PackageName: c\n",
        );
        assert_eq!(names(&document), ["a", "b", "c"]);
        assert_eq!(document.components[1].version.as_deref(), Some("2"));
        assert_eq!(document.components[2].position, at(11));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn relationships_stand_anywhere() {
        let document = lines(
            "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n\
             Relationship: SPDXRef-b TEST_DEPENDENCY_OF SPDXRef-a\n\
             RelationshipComment: <text>for tests</text>\n\
             PackageName: a\nSPDXID: SPDXRef-a\nPackageName: b\nSPDXID: SPDXRef-b\n",
        );
        assert_eq!(document.edges, [("SPDXRef-a", "SPDXRef-b")]);
        assert_eq!(document.about, About::Listed(0));
        assert_eq!(document.components[1].scope, Some(Scope::Test));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn unknown_tags_are_passed_over_and_other_lines_counted() {
        let document = lines(
            "NOTE: free words\nFIleCopyrightText: NONE\nplain words\nPackageName: a\n\
             two words: no tag\nRelationship: SPDXRef-a\nExternalRef: purl\nPackagename: b\n",
        );
        assert_eq!(names(&document), ["a", "b"]);
        assert_eq!(messages(&document), ["line 4 is no SPDX and left out, and 3 more"]);
        assert_eq!(document.warnings[0].position, at(4));
    }

    #[test]
    fn a_tag_without_its_colon_is_read_and_reported() {
        let document = lines(
            "PackageName a\nSPDXID: SPDXRef-a\nPackageName: b\nSPDXID: SPDXRef-b\n\
             Relationship SPDXRef-a DEPENDS_ON SPDXRef-b \n",
        );
        assert_eq!(names(&document), ["a", "b"]);
        assert_eq!(document.edges.len(), 1);
        assert_eq!(messages(&document), ["line 2 has no colon behind its tag, and 1 more"]);
    }

    #[test]
    fn a_second_id_or_version_is_reported() {
        let document = lines("PackageName: a\nSPDXID: x\nSPDXID: y\nSPDXVersion: SPDX-2.2\n");
        assert_eq!(document.components[0].reference.as_deref(), Some("x"));
        assert_eq!(messages(&document), ["line 4 is no SPDX and left out, and 1 more"]);
    }

    #[test]
    fn a_document_without_a_version_is_an_error() {
        assert_eq!(read("PackageName: a\n").unwrap_err().cause, "has no SPDXVersion");
        assert_eq!(read("").unwrap_err().cause, "has no SPDXVersion");
    }

    #[test]
    fn unknown_versions_are_remarked() {
        let document = read("SPDXVersion: SPDX-2.9\n").unwrap();
        assert_eq!(document.spec_version.as_deref(), Some("2.9"));
        assert_eq!(document.warnings.len(), 1);
    }
}
