//! SPDX 2.x as tag-value text (annex I): its lines as the fields that JSON has.
//!
//! `PackageName`, `FileName`, `SnippetSPDXID` and `LicenseID` begin an element, and what follows belongs
//! to it. A file that stands behind a package is contained in that package (clause 8). Tags are known
//! in any case, and unknown ones are passed over.

use super::model::{
    Annotation, Checksum, Creation, ExternalRef, File, Package, Relationship, Snippet, Spdx,
};
use super::sbom;
use crate::ingest::document::{ReadError, Warning};
use crate::ingest::json::lenient::Text;
use crate::ingest::spdx::lines::{Content, Lines, at};
use crate::inventory::Format;
use crate::review::sbom::Sbom;

/// Reads one document.
pub(in crate::review::sbom) fn read(text: &str) -> Result<Sbom, ReadError> {
    let mut builder = Builder::default();
    let mut lines = Lines::new(text);
    while let Some(line) = lines.next()? {
        let known = match line.content {
            Content::Pair { tag, whole, .. } => builder.line(tag, whole, line.number),
            // some writers forget the colon
            Content::Misfit(text) => text
                .split_once(char::is_whitespace)
                .and_then(|(tag, value)| builder.line(tag, value.trim_start(), line.number)),
        };
        let is_pair = matches!(line.content, Content::Pair { .. });
        if known.is_none() && !is_pair {
            builder.odd(line.number, "is no SPDX");
        }
    }
    builder.finish()
}

/// The element that the lines speak of.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Document,
    Package,
    File,
    Snippet,
    Other,
}

#[derive(Default)]
struct Builder<'a> {
    spdx: Spdx<'a>,
    open: Open,
    /// The element that the open annotation is about.
    annotated: Option<&'a str>,
    /// Annotations by what they are about.
    annotations: Vec<(&'a str, Text<'a>)>,
    oddities: Vec<Warning>,
}

impl<'a> Builder<'a> {
    fn odd(&mut self, line: u32, what: &str) {
        let message = format!("line {line} {what} and is left out");
        self.oddities.push(Warning { message, position: at(line) });
    }

    /// Takes in a line; nothing where its tag is none that is judged.
    fn line(&mut self, tag: &str, value: &'a str, number: u32) -> Option<()> {
        let text = Text { value: value.into(), position: at(number) };
        let tag = tag.to_ascii_lowercase();
        self.element(&tag, &text)
            .or_else(|| self.between(&tag, value, &text))
            .or_else(|| self.item(&tag, value, number))
            .or_else(|| self.single(&tag, text, number))
    }

    /// Lines that begin an element.
    fn element(&mut self, tag: &str, text: &Text<'a>) -> Option<()> {
        let text = Some(text.clone());
        self.open = match tag {
            "packagename" => {
                let package = Package { name: text, ..Package::default() };
                self.spdx.packages.get_or_insert_default().push(package);
                Open::Package
            }
            "filename" => {
                let file = File { name: text, ..File::default() };
                self.spdx.files.get_or_insert_default().push(file);
                Open::File
            }
            "snippetspdxid" => {
                let snippet = Snippet { id: text, ..Snippet::default() };
                self.spdx.snippets.get_or_insert_default().push(snippet);
                Open::Snippet
            }
            "licenseid" => Open::Other,
            _ => return None,
        };
        Some(())
    }

    /// Lines that stand anywhere: relationships and annotations.
    fn between(&mut self, tag: &str, value: &'a str, text: &Text<'a>) -> Option<()> {
        match tag {
            "relationship" => {
                let mut words = value.split_ascii_whitespace();
                let mut word = || {
                    words.next().map(|word| Text { value: word.into(), position: text.position })
                };
                let relationship = Relationship { from: word(), kind: word(), to: word() };
                self.spdx.relationships.get_or_insert_default().push(relationship);
            }
            "annotator" => self.annotated = None,
            "spdxref" => self.annotated = Some(value),
            "annotationcomment" => {
                let about = self.annotated?;
                self.annotations.push((about, text.clone()));
            }
            _ => return None,
        }
        Some(())
    }

    /// Lines of which an element may have several.
    fn item(&mut self, tag: &str, value: &'a str, number: u32) -> Option<()> {
        let known = match tag {
            "creator" => {
                let creation = self.creation();
                creation.creators.get_or_insert_default().push(value.into());
                Some(())
            }
            "packagechecksum" => self.package().and_then(|package| {
                package.checksums.get_or_insert_default().push(checksum(value, number)?);
                Some(())
            }),
            "filechecksum" => self.file().and_then(|file| {
                file.checksums.get_or_insert_default().push(checksum(value, number)?);
                Some(())
            }),
            "licenseinfoinfile" => self.file().map(|file| {
                file.found.get_or_insert_default().push(value.into());
            }),
            "externalref" => self.package().and_then(|package| {
                let (_category, rest) = value.split_once(char::is_whitespace)?;
                let (kind, locator) = rest.trim_start().split_once(char::is_whitespace)?;
                let text =
                    |value: &'a str| Text { value: value.trim().into(), position: at(number) };
                let external = ExternalRef { kind: Some(text(kind)), locator: Some(text(locator)) };
                package.references.get_or_insert_default().push(external);
                Some(())
            }),
            _ => return None,
        };
        if known.is_none() {
            self.odd(number, "stands outside of what it belongs to, or lacks a part");
        }
        Some(())
    }

    /// Lines of which an element has one: the first counts.
    fn single(&mut self, tag: &str, text: Text<'a>, number: u32) -> Option<()> {
        if tag == "spdxid" {
            self.inside_package(&text);
        }
        let slot = match self.open {
            _ if tag == "spdxversion" => &mut self.spdx.version,
            Open::Document => self.document_field(tag)?,
            Open::Package => self.package().and_then(|package| package_field(package, tag))?,
            Open::File => self.file().and_then(|file| file_field(file, tag))?,
            Open::Snippet => {
                let snippet = self.spdx.snippets.as_mut().and_then(|all| all.last_mut());
                snippet_field(snippet?, tag)?
            }
            Open::Other => return None,
        };
        if slot.is_some() {
            self.odd(number, "says a second time what may be said once");
        } else {
            *slot = Some(text);
        }
        Some(())
    }

    /// A file's id, noted with the package that it stands behind.
    fn inside_package(&mut self, id: &Text<'a>) {
        let is_new = self.file().is_some_and(|file| file.id.is_none());
        let package = self.spdx.packages.as_mut().and_then(|all| all.last_mut());
        if let (true, Open::File, Some(package)) = (is_new, self.open, package) {
            package.files.get_or_insert_default().push(id.value.clone());
        }
    }

    fn creation(&mut self) -> &mut Creation<'a> {
        self.spdx.creation.get_or_insert_default()
    }

    fn package(&mut self) -> Option<&mut Package<'a>> {
        match self.open {
            Open::Package => self.spdx.packages.as_mut()?.last_mut(),
            _ => None,
        }
    }

    fn file(&mut self) -> Option<&mut File<'a>> {
        match self.open {
            Open::File => self.spdx.files.as_mut()?.last_mut(),
            _ => None,
        }
    }

    fn document_field(&mut self, tag: &str) -> Option<&mut Option<Text<'a>>> {
        Some(match tag {
            "spdxid" => &mut self.spdx.id,
            "datalicense" => &mut self.spdx.licence,
            "documentname" => &mut self.spdx.name,
            "documentnamespace" => &mut self.spdx.namespace,
            "documentcomment" => &mut self.spdx.comment,
            "created" => &mut self.creation().created,
            "creatorcomment" => &mut self.creation().comment,
            _ => return None,
        })
    }

    fn finish(mut self) -> Result<Sbom, ReadError> {
        if self.spdx.version.is_none() {
            return Err(ReadError::new("has no SPDXVersion"));
        }
        for (about, comment) in self.annotations {
            let mut packages = self.spdx.packages.iter_mut().flatten();
            let named = |package: &&mut Package<'_>| {
                package.id.as_ref().is_some_and(|id| id.value == about)
            };
            if let Some(package) = packages.find(named) {
                let annotation = Annotation { comment: Some(comment) };
                package.annotations.get_or_insert_default().push(annotation);
            }
        }
        sbom(Format::SpdxTagValue, &self.spdx, self.oddities)
    }
}

/// `SHA1: 85ed…`
fn checksum(value: &str, number: u32) -> Option<Checksum<'_>> {
    let (algorithm, digest) = value.split_once(':')?;
    let text =
        |value: &'_ str| Text { value: value.trim().to_owned().into(), position: at(number) };
    Some(Checksum { algorithm: Some(text(algorithm)), value: Some(text(digest)) })
}

fn package_field<'p, 'a>(
    package: &'p mut Package<'a>,
    tag: &str,
) -> Option<&'p mut Option<Text<'a>>> {
    Some(match tag {
        "spdxid" => &mut package.id,
        "packageversion" => &mut package.version,
        "packagefilename" => &mut package.filename,
        "packagesupplier" => &mut package.supplier,
        "packageoriginator" => &mut package.originator,
        "packagedownloadlocation" => &mut package.download,
        "packagehomepage" => &mut package.homepage,
        "packagesourceinfo" => &mut package.source_info,
        "packagelicenseconcluded" => &mut package.concluded,
        "packagelicensedeclared" => &mut package.declared,
        "packagelicensecomments" => &mut package.licence_comments,
        "packagecopyrighttext" => &mut package.copyright,
        "packagesummary" => &mut package.summary,
        "packagedescription" => &mut package.description,
        "packagecomment" => &mut package.comment,
        "primarypackagepurpose" => &mut package.purpose,
        "releasedate" => &mut package.released,
        "validuntildate" => &mut package.valid_until,
        _ => return None,
    })
}

fn file_field<'f, 'a>(file: &'f mut File<'a>, tag: &str) -> Option<&'f mut Option<Text<'a>>> {
    Some(match tag {
        "spdxid" => &mut file.id,
        "licenseconcluded" => &mut file.concluded,
        "filecopyrighttext" => &mut file.copyright,
        "filecomment" => &mut file.comment,
        _ => return None,
    })
}

fn snippet_field<'s, 'a>(
    snippet: &'s mut Snippet<'a>,
    tag: &str,
) -> Option<&'s mut Option<Text<'a>>> {
    Some(match tag {
        "snippetfromfilespdxid" => &mut snippet.file,
        "snippetname" => &mut snippet.name,
        "snippetlicenseconcluded" => &mut snippet.concluded,
        "snippetcopyrighttext" => &mut snippet.copyright,
        "snippetcomment" => &mut snippet.comment,
        _ => return None,
    })
}
