//! The reader of SPDX 2.x in RDF/XML.
//!
//! Follows the RDF vocabulary of the SPDX specification 2.3 (`http://spdx.org/rdf/terms`) and the
//! grammar of RDF 1.1 XML Syntax, as far as writers of SPDX use it: resources and their properties
//! in turn, nested at will. One resource may be told of in several places, which are united by its
//! name. Names of elements count without their prefix. `rdf:parseType` and properties written as
//! attributes are not used by SPDX; the former is refused, since it would hide what stands inside.

use std::collections::HashMap;

use super::relationships::Links;
use super::{asserted, kind, purls, version, version_remark};
use crate::ingest::document::{Declared, Document, Kind, Position, ReadError, Warning};
use crate::ingest::markup::{Markup, Node, Tag};
use crate::inventory::Format;

/// Reads one document.
///
/// # Errors
/// When the text is not well-formed XML, is RDF of another kind, or names no version of SPDX 2.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let mut markup = Markup::new(text);
    let mut graph = Graph::default();
    loop {
        match markup.next()? {
            Node::Open(tag) => graph.open(&tag)?,
            Node::Text(text) => graph.text(&text),
            Node::Close => graph.close(),
            Node::End => return graph.finish(),
        }
    }
}

/// A property that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Type,
    Name,
    Version,
    Purpose,
    ExternalRef,
    ReferenceType,
    Locator,
    Relationship,
    RelationshipType,
    Related,
    SpecVersion,
    Describes,
    Ignored,
}

const PROPERTIES: [(&str, Property); 12] = [
    ("type", Property::Type),
    ("name", Property::Name),
    ("versionInfo", Property::Version),
    ("primaryPackagePurpose", Property::Purpose),
    ("externalRef", Property::ExternalRef),
    ("referenceType", Property::ReferenceType),
    ("referenceLocator", Property::Locator),
    ("relationship", Property::Relationship),
    ("relationshipType", Property::RelationshipType),
    ("relatedSpdxElement", Property::Related),
    ("specVersion", Property::SpecVersion),
    ("describesPackage", Property::Describes),
];

impl Property {
    fn from_name(name: &str) -> Self {
        let known = PROPERTIES.iter().find(|(known, _)| *known == name);
        known.map_or(Self::Ignored, |&(_, property)| property)
    }
}

/// What an open element is.
#[derive(Clone, Copy, Debug)]
enum Frame {
    Root,
    /// A resource, by its index.
    Resource(usize),
    /// A property of a resource.
    Property(usize, Property),
}

/// All that is said of one resource, whatever it is.
#[derive(Debug, Default)]
struct Resource {
    id: String,
    class: Class,
    name: Option<String>,
    version: Option<String>,
    purpose: Option<String>,
    external: Vec<usize>,
    reference_type: Option<String>,
    locator: Option<String>,
    relationships: Vec<usize>,
    relationship_type: Option<String>,
    related: Vec<usize>,
    spec_version: Option<(String, Position)>,
    describes: Vec<usize>,
    position: Position,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Class {
    Package,
    Document,
    #[default]
    Other,
}

/// The resources as far as they are read.
#[derive(Debug, Default)]
struct Graph {
    frames: Vec<Frame>,
    /// The text of the innermost property.
    value: String,
    base: String,
    resources: Vec<Resource>,
    index: HashMap<String, usize>,
    /// Packages in the order in which they are first called so.
    packages: Vec<usize>,
}

impl Graph {
    fn open(&mut self, tag: &Tag<'_>) -> Result<(), ReadError> {
        let frame = match self.frames.last().copied() {
            None => {
                self.base = tag.attribute("xml:base")?.unwrap_or_default();
                Frame::Root
            }
            Some(Frame::Root) => Frame::Resource(self.resource(tag)?),
            Some(Frame::Resource(subject)) => self.property(subject, tag)?,
            Some(Frame::Property(subject, property)) => {
                let object = self.resource(tag)?;
                self.link(subject, property, object);
                Frame::Resource(object)
            }
        };
        self.frames.push(frame);
        self.value.clear();
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Property(..)) = self.frames.last() {
            self.value.push_str(text);
        }
    }

    fn close(&mut self) {
        if let Some(Frame::Property(subject, property)) = self.frames.pop() {
            let value = std::mem::take(&mut self.value);
            if !value.trim().is_empty() {
                self.say(subject, property, value.trim());
            }
        }
    }

    /// The resource that an element tells of, under its name or none.
    fn resource(&mut self, tag: &Tag<'_>) -> Result<usize, ReadError> {
        let about = match tag.attribute("rdf:about")? {
            Some(about) => Some(self.absolute(&about)),
            None => match tag.attribute("rdf:ID")? {
                Some(id) => Some(self.absolute(&format!("#{id}"))),
                None => tag.attribute("rdf:nodeID")?.map(|id| format!("_:{id}")),
            },
        };
        let index = self.called(about);
        let position = Position::Offset(tag.offset);
        if let Some(resource) = self.resources.get_mut(index)
            && resource.position == Position::Unknown
        {
            resource.position = position;
        }
        self.classify(index, tag.local_name(), position);
        Ok(index)
    }

    /// The resource of that name, or a new one.
    fn called(&mut self, id: Option<String>) -> usize {
        let next = self.resources.len();
        let id = id.unwrap_or_else(|| format!("_: {next}"));
        let index = *self.index.entry(id.clone()).or_insert(next);
        if index == next {
            self.resources.push(Resource { id, ..Resource::default() });
        }
        index
    }

    /// An address without a base is one of the document's.
    fn absolute(&self, address: &str) -> String {
        match address.starts_with('#') {
            true => format!("{}{address}", self.base),
            false => address.to_owned(),
        }
    }

    fn classify(&mut self, index: usize, class: &str, position: Position) {
        let Some(resource) = self.resources.get_mut(index) else { return };
        match class {
            "Package" if resource.class != Class::Package => {
                resource.class = Class::Package;
                resource.position = position;
                self.packages.push(index);
            }
            "SpdxDocument" => resource.class = Class::Document,
            _ => {}
        }
    }

    /// A property, with the resource that it names by an attribute.
    fn property(&mut self, subject: usize, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        if tag.mentions("parseType") && tag.attribute("rdf:parseType")?.is_some() {
            return Err(tag.error("uses rdf:parseType, which is not read".to_owned()));
        }
        let property = Property::from_name(tag.local_name());
        if let Some(address) = tag.attribute("rdf:resource")? {
            let address = self.absolute(&address);
            match property {
                Property::Type
                | Property::Purpose
                | Property::ReferenceType
                | Property::RelationshipType => self.say(subject, property, &address),
                Property::Ignored => {}
                _ => {
                    let object = self.called(Some(address));
                    self.link(subject, property, object);
                }
            }
        } else if let Some(id) = tag.attribute("rdf:nodeID")? {
            let object = self.called(Some(format!("_:{id}")));
            self.link(subject, property, object);
        }
        if property == Property::SpecVersion
            && let Some(resource) = self.resources.get_mut(subject)
        {
            resource.position = Position::Offset(tag.offset);
        }
        Ok(Frame::Property(subject, property))
    }

    /// A property whose value is a resource.
    fn link(&mut self, subject: usize, property: Property, object: usize) {
        let Some(resource) = self.resources.get_mut(subject) else { return };
        match property {
            Property::ExternalRef => resource.external.push(object),
            Property::Relationship => resource.relationships.push(object),
            Property::Related => resource.related.push(object),
            Property::Describes => resource.describes.push(object),
            Property::ReferenceType | Property::RelationshipType | Property::Purpose => {
                let id = self.resources.get(object).map(|object| object.id.clone());
                self.say(subject, property, &id.unwrap_or_default());
            }
            _ => {}
        }
    }

    /// A property whose value is a text or the address of a term. The first counts.
    fn say(&mut self, subject: usize, property: Property, value: &str) {
        if property == Property::Type {
            let class = value.rsplit(['#', '/']).next().unwrap_or(value);
            let position = self.resources.get(subject).map_or(Position::Unknown, |r| r.position);
            return self.classify(subject, class, position);
        }
        let Some(resource) = self.resources.get_mut(subject) else { return };
        let slot = match property {
            Property::Name => &mut resource.name,
            Property::Version => &mut resource.version,
            Property::Purpose => &mut resource.purpose,
            Property::ReferenceType => &mut resource.reference_type,
            Property::Locator => &mut resource.locator,
            Property::RelationshipType => &mut resource.relationship_type,
            Property::SpecVersion => {
                let position = resource.position;
                resource.spec_version.get_or_insert((value.to_owned(), position));
                return;
            }
            _ => return,
        };
        slot.get_or_insert(value.to_owned());
    }

    fn finish(self) -> Result<Document, ReadError> {
        let document = self.resources.iter().find(|resource| resource.class == Class::Document);
        let Some(document) = document else {
            return Err(match self.packages.is_empty() {
                true => ReadError::foreign("is RDF without SPDX, not a bill of materials"),
                false => ReadError::new("has packages and no SpdxDocument"),
            });
        };
        let Some((named, position)) = &document.spec_version else {
            return Err(ReadError::new("has no specVersion"));
        };
        let remark = version_remark(named).map_err(|cause| ReadError::at(*position, cause))?;
        let warning = remark.map(|message| Warning { message, position: *position });
        let namespace = document.id.rsplit_once('#').map_or("", |(namespace, _)| namespace);
        let packages = self.packages.iter().filter_map(|&index| self.resources.get(index));
        let mut read = Document {
            spec_version: version(named),
            components: packages.map(|package| self.declared(package, namespace)).collect(),
            warnings: warning.into_iter().collect(),
            ..Document::new(Format::SpdxRdf)
        };
        self.links(namespace).apply(&mut read);
        Ok(read)
    }

    fn declared(&self, package: &Resource, namespace: &str) -> Declared {
        let external = package.external.iter().filter_map(|&index| self.resources.get(index));
        let references = external.filter_map(|reference| {
            Some((reference.reference_type.as_deref()?, reference.locator.as_deref()?))
        });
        let purpose = package.purpose.as_deref().map_or("", |purpose| {
            purpose.rsplit_once("purpose_").map_or(purpose, |(_, purpose)| purpose)
        });
        let said = |text: Option<&String>| text.and_then(|text| asserted(text)).map(str::to_owned);
        Declared {
            reference: (!package.id.starts_with("_:"))
                .then(|| short(&package.id, namespace).to_owned()),
            kind: if purpose.is_empty() { Kind::Package } else { kind(purpose) },
            name: said(package.name.as_ref()).unwrap_or_default(),
            version: said(package.version.as_ref()),
            purls: purls(references),
            position: package.position,
            ..Declared::default()
        }
    }

    fn links<'a>(&'a self, namespace: &str) -> Links<'a> {
        let mut links = Links::default();
        let id = |index: &usize| self.resources.get(*index).map(|r| short(&r.id, namespace));
        for resource in &self.resources {
            let from = short(&resource.id, namespace);
            // what stands in another document, or is no package here, leads nowhere on purpose
            if resource.class != Class::Package
                && (resource.position != Position::Unknown || from.contains("://"))
            {
                links.element(from);
            }
            resource.describes.iter().filter_map(id).for_each(|target| links.describes(target));
            let relationships = resource.relationships.iter();
            for relationship in relationships.filter_map(|&index| self.resources.get(index)) {
                let Some(kind) = &relationship.relationship_type else { continue };
                for to in relationship.related.iter().filter_map(id) {
                    links.relationship(kind, from, to);
                }
            }
        }
        links
    }
}

/// The id of an element in this document without the document's address: `SPDXRef-a`.
fn short<'a>(id: &'a str, namespace: &str) -> &'a str {
    let local = id.strip_prefix(namespace).and_then(|rest| rest.strip_prefix('#'));
    local.filter(|local| !local.is_empty()).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::About;
    use crate::inventory::Scope;

    const START: &str = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
        xmlns:spdx=\"http://spdx.org/rdf/terms#\"><spdx:SpdxDocument rdf:about=\"http://d#SPDXRef-DOCUMENT\">\
        <spdx:specVersion>SPDX-2.3</spdx:specVersion>";

    /// Reads properties of the document and what stands behind it.
    fn rdf(properties: &str, behind: &str) -> Document {
        let text = format!("{START}{properties}</spdx:SpdxDocument>{behind}</rdf:RDF>");
        read(&text).unwrap()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    fn relationship(kind: &str, to: &str) -> String {
        format!(
            "<spdx:relationship><spdx:Relationship>\
             <spdx:relationshipType rdf:resource='http://spdx.org/rdf/terms#relationshipType_{kind}'/>\
             <spdx:relatedSpdxElement>{to}</spdx:relatedSpdxElement>\
             </spdx:Relationship></spdx:relationship>"
        )
    }

    #[test]
    fn a_package_has_what_its_properties_say() {
        let document = rdf(
            "",
            "<spdx:Package rdf:about='http://d#SPDXRef-a'><spdx:name>a &amp; b</spdx:name>\
             <spdx:versionInfo> 1.0 </spdx:versionInfo>\
             <spdx:primaryPackagePurpose rdf:resource='http://spdx.org/rdf/terms#purpose_operatingSystem'/>\
             <spdx:externalRef><spdx:ExternalRef>\
             <spdx:referenceType rdf:resource='http://spdx.org/rdf/references/purl'/>\
             <spdx:referenceLocator>pkg:npm/a@1.0</spdx:referenceLocator>\
             </spdx:ExternalRef></spdx:externalRef></spdx:Package>",
        );
        let [a] = document.components.as_slice() else { panic!("not one component") };
        assert_eq!(
            (document.format, document.spec_version.as_deref()),
            (Format::SpdxRdf, Some("2.3"))
        );
        assert_eq!(a.reference.as_deref(), Some("SPDXRef-a"));
        assert_eq!(
            (a.name.as_str(), a.version.as_deref(), a.kind),
            ("a & b", Some("1.0"), Kind::Other)
        );
        assert_eq!(a.purls, ["pkg:npm/a@1.0"]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn packages_nest_in_relationships_and_are_named_from_afar() {
        let inner = format!(
            "<spdx:Package rdf:about='http://d#SPDXRef-a'><spdx:name>a</spdx:name>{}</spdx:Package>",
            relationship("dependsOn", "<rdf:Description rdf:about='http://d#SPDXRef-b'/>")
        );
        let described = relationship("describes", &inner);
        let test =
            relationship("testDependencyOf", "<spdx:Package rdf:about='http://d#SPDXRef-a'/>");
        let document = rdf(
            &described,
            &format!(
                "<rdf:Description rdf:about='http://d#SPDXRef-b'>\
                 <rdf:type rdf:resource='http://spdx.org/rdf/terms#Package'/></rdf:Description>\
                 <spdx:Package rdf:about='http://d#SPDXRef-c'>{test}</spdx:Package>"
            ),
        );
        let ids: Vec<_> =
            document.components.iter().map(|c| c.reference.as_deref().unwrap()).collect();
        assert_eq!(ids, ["SPDXRef-a", "SPDXRef-b", "SPDXRef-c"]);
        assert_eq!(document.edges, [("SPDXRef-a", "SPDXRef-b"), ("SPDXRef-a", "SPDXRef-c")]);
        assert_eq!(document.about, About::Listed(0));
        assert_eq!(document.components[2].scope, Some(Scope::Test));
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn files_other_documents_and_nothing_are_no_dangling_ends() {
        let ends =
            ["http://d#SPDXRef-f", "http://other#SPDXRef-x", "http://spdx.org/rdf/terms#none"];
        let relations: String = ends
            .map(|end| relationship("contains", &format!("<rdf:Description rdf:about='{end}'/>")))
            .concat();
        let document = rdf(
            "",
            &format!(
                "<spdx:Package rdf:about='http://d#SPDXRef-a'>{relations}</spdx:Package>\
                 <spdx:File rdf:about='http://d#SPDXRef-f'><spdx:name>f</spdx:name></spdx:File>"
            ),
        );
        assert_eq!(document.components.len(), 1);
        assert!(document.edges.is_empty());
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn what_a_document_describes_is_its_subject() {
        let document = rdf(
            "<spdx:describesPackage rdf:resource='http://d#SPDXRef-a'/>",
            "<spdx:Package rdf:about='http://d#SPDXRef-a'/>",
        );
        assert_eq!(document.about, About::Listed(0));
    }

    #[test]
    fn relative_addresses_and_nodes_without_a_name() {
        let text = "<rdf:RDF xml:base='http://d'><SpdxDocument rdf:about='#SPDXRef-DOCUMENT'>\
            <specVersion>SPDX-2.2</specVersion><describesPackage rdf:resource='http://d#a'/></SpdxDocument>\
            <Package rdf:ID='a'><externalRef rdf:nodeID='n'/></Package><Package/>\
            <ExternalRef rdf:nodeID='n'><referenceType>purl</referenceType>\
            <referenceLocator>pkg:npm/a@1</referenceLocator></ExternalRef></rdf:RDF>";
        let document = read(text).unwrap();
        assert_eq!(document.components[0].purls, ["pkg:npm/a@1"]);
        assert_eq!(document.components[1].reference, None);
        assert_eq!(document.about, About::Listed(0));
    }

    #[test]
    fn what_is_no_spdx_two_or_hides_something_is_refused() {
        let cause = |text: &str| read(text).unwrap_err().cause;
        assert!(cause("<rdf:RDF><Person/></rdf:RDF>").contains("not a bill of materials"));
        assert_eq!(cause("<rdf:RDF><Package/></rdf:RDF>"), "has packages and no SpdxDocument");
        assert_eq!(cause("<rdf:RDF><SpdxDocument/></rdf:RDF>"), "has no specVersion");
        let old = START.replace("2.3", "1.2") + "</spdx:SpdxDocument></rdf:RDF>";
        assert_eq!(cause(&old), "SPDX 1.2 is not supported: bomvet reads 2.0 to 2.3");
        let typed = format!(
            "{START}<spdx:relationship rdf:parseType='Resource'/></spdx:SpdxDocument></rdf:RDF>"
        );
        assert_eq!(cause(&typed), "uses rdf:parseType, which is not read");
        assert!(cause("<rdf:RDF><!-- ").contains("never closed"));
    }
}
