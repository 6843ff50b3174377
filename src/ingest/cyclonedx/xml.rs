//! The reader of CycloneDX in XML, versions 1.0 to 1.7.
//!
//! Follows the published schemas `bom-1.0.xsd` to `bom-1.7.xsd`. Elements are known by their local
//! names, whatever their prefix, which also reads the dependency graph extension of 1.1. Components
//! are those under `components`, at any depth, and those nested in `metadata/component`, which
//! itself is what the document is about. What stands in pedigree, evidence, tools, services,
//! formulation, vulnerabilities and annotations is no component. A component's position is the
//! offset of its start tag.
//!
//! One pass, no tree, no recursion: a stack of frames, one for each open element.

use std::collections::HashSet;
use std::sync::Arc;

use super::field::Field;
use super::{Elsewhere, kind, reference_warnings, version_remark};
use crate::ingest::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::ingest::markup::{Markup, Node, Tag};
use crate::inventory::{Edges, Format};

/// What the namespaces of all versions begin with.
pub(crate) const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Reads one document.
///
/// # Errors
/// When the text is not well-formed XML, breaks off, declares a document type, is nested too deeply
/// or has another root element than `bom`.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let mut markup = Markup::new(text);
    let mut builder = Builder::default();
    loop {
        match markup.next()? {
            Node::Open(tag) => builder.open(&tag)?,
            Node::Text(text) => builder.text(&text),
            Node::Close => builder.close(),
            Node::End => return Ok(builder.finish()),
        }
    }
}

/// What an open element is.
#[derive(Debug)]
enum Frame {
    Bom,
    Metadata,
    Components,
    Component(Slot),
    Field(Slot, Field),
    Dependencies,
    /// With its `ref`, where it has one.
    Dependency(Option<Arc<str>>),
    /// Nothing in it is read.
    Skipped,
}

/// Which component is open.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Subject,
    Part(usize),
}

/// The document as far as it is read.
#[derive(Debug, Default)]
struct Builder {
    frames: Vec<Frame>,
    /// The text of the open field.
    value: String,
    spec_version: Option<String>,
    subject: Option<Declared>,
    components: Vec<Declared>,
    edges: Edges,
    /// References in the list of dependencies that have none of their own.
    leaves: Vec<Arc<str>>,
    /// bom-refs of what is no component: services above all.
    elsewhere: HashSet<String>,
    warnings: Vec<Warning>,
}

impl Builder {
    fn open(&mut self, tag: &Tag<'_>) -> Result<(), ReadError> {
        let frame = match (self.frames.last(), tag.local_name()) {
            (None, _) => self.root(tag)?,
            (Some(Frame::Bom), "metadata") => Frame::Metadata,
            (Some(Frame::Bom | Frame::Component(_)), "components") => Frame::Components,
            (Some(Frame::Bom), "dependencies") => Frame::Dependencies,
            (Some(Frame::Metadata), "component") => self.subject(tag)?,
            (Some(Frame::Components), "component") => self.part(tag)?,
            (Some(Frame::Component(slot)), name) => match Field::from_name(name) {
                Some(field) => self.field(*slot, field),
                None => self.skipped(tag)?,
            },
            (Some(Frame::Dependencies | Frame::Dependency(_)), "dependency") => {
                self.dependency(tag)?
            }
            _ => self.skipped(tag)?,
        };
        self.frames.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Field(..)) = self.frames.last() {
            self.value.push_str(text);
        }
    }

    fn close(&mut self) {
        match self.frames.pop() {
            Some(Frame::Field(slot, field)) => self.assign(slot, field),
            Some(Frame::Dependency(Some(reference))) => {
                let has_edges = self.edges.last_dependent() == Some(&*reference);
                if let (Some(Frame::Dependencies), false) = (self.frames.last(), has_edges) {
                    self.leaves.push(reference);
                }
            }
            _ => {}
        }
    }

    fn root(&mut self, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        if tag.local_name() != "bom" {
            let found = tag.local_name();
            return Err(tag.error(format!("has the root element <{found}>, expected <bom>")));
        }
        let namespace = tag.namespace()?.unwrap_or_default();
        let version = namespace.trim().strip_prefix(NAMESPACE).map(|v| v.trim_end_matches('/'));
        self.spec_version = version.filter(|v| !v.is_empty()).map(str::to_owned);
        let remark = version_remark(self.spec_version.as_deref());
        if let Some(remark) = remark.map_err(|cause| tag.error(cause))? {
            self.warn(remark, tag.offset);
        }
        Ok(Frame::Bom)
    }

    /// `metadata/component`; the schema allows one, a second one is counted among the parts.
    fn subject(&mut self, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        if self.subject.is_some() {
            self.warn("metadata has a second component: it is read as a part", tag.offset);
            return self.part(tag);
        }
        self.subject = Some(declared(tag)?);
        Ok(Frame::Component(Slot::Subject))
    }

    fn part(&mut self, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        self.components.push(declared(tag)?);
        Ok(Frame::Component(Slot::Part(self.components.len() - 1)))
    }

    fn field(&mut self, slot: Slot, field: Field) -> Frame {
        self.value.clear();
        Frame::Field(slot, field)
    }

    fn skipped(&mut self, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        if tag.mentions("bom-ref") {
            self.elsewhere.extend(tag.attribute("bom-ref")?);
        }
        Ok(Frame::Skipped)
    }

    /// A dependency inside another one is an edge; `provides` (1.6) is none.
    fn dependency(&mut self, tag: &Tag<'_>) -> Result<Frame, ReadError> {
        let reference = tag.attribute("ref")?.map(|text| Arc::from(text.trim()));
        let reference = reference.filter(|text: &Arc<str>| !text.is_empty());
        if reference.is_none() {
            self.warn("a dependency without ref is left out", tag.offset);
        }
        if let (Some(Frame::Dependency(Some(from))), Some(to)) = (self.frames.last(), &reference) {
            self.edges.push(from, to);
        }
        Ok(Frame::Dependency(reference))
    }

    /// Gives the text of a closed field to its component.
    fn assign(&mut self, slot: Slot, field: Field) {
        let value = self.value.trim();
        let component = match slot {
            Slot::Subject => self.subject.as_mut(),
            Slot::Part(index) => self.components.get_mut(index),
        };
        let (Some(component), false) = (component, value.is_empty()) else {
            return;
        };
        if let Some(remark) = field.put(component, value) {
            let position = component.position;
            self.warnings.push(Warning { message: remark.to_owned(), position });
        }
    }

    fn warn(&mut self, message: impl Into<String>, offset: usize) {
        let position = Position::Offset(offset);
        self.warnings.push(Warning { message: message.into(), position });
    }

    fn finish(mut self) -> Document {
        let warnings = self.reference_warnings();
        self.warnings.extend(warnings);
        Document {
            spec_version: self.spec_version,
            about: self.subject.map_or(About::Unsaid, |subject| About::Apart(Box::new(subject))),
            components: self.components,
            edges: self.edges,
            warnings: self.warnings,
            ..Document::new(Format::CycloneDxXml)
        }
    }

    fn reference_warnings(&self) -> Vec<Warning> {
        let elsewhere = Elsewhere {
            subject: self.subject.as_ref().and_then(|subject| subject.reference.as_deref()),
            others: self.elsewhere.iter().map(String::as_str).collect(),
        };
        let named = self.edges.references().chain(self.leaves.iter().map(|leaf| &**leaf));
        reference_warnings(&self.components, &elsewhere, named)
    }
}

/// A component as its start tag declares it.
fn declared(tag: &Tag<'_>) -> Result<Declared, ReadError> {
    let reference = tag.attribute("bom-ref")?.map(|text| text.trim().to_owned());
    Ok(Declared {
        reference: reference.filter(|text| !text.is_empty()),
        kind: kind(&tag.attribute("type")?.unwrap_or_default()),
        position: Position::Offset(tag.offset),
        ..Declared::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::Kind;
    use crate::inventory::Scope;

    const ROOT: &str = "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\" version=\"1\">";

    /// Reads a document with these children of `bom`.
    fn bom(children: &str) -> Document {
        read(&format!("{ROOT}{children}</bom>")).unwrap()
    }

    fn names(document: &Document) -> Vec<&str> {
        document.components.iter().map(|c| c.name.as_str()).collect()
    }

    fn edges(document: &Document) -> Vec<(&str, &str)> {
        document.edges.iter().collect()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|w| w.message.as_str()).collect()
    }

    fn subject(document: &Document) -> &Declared {
        match &document.about {
            About::Apart(subject) => subject,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_component_is_read_with_all_its_fields() {
        let document = bom("<components><component type='file' bom-ref=' r '>\
             <group>org.a</group><name>\n b </name><version>1.0 </version>\
             <scope>optional</scope><purl>pkg:maven/org.a/b@1.0</purl>\
             </component></components>");
        let expected = Declared {
            reference: Some("r".to_owned()),
            kind: Kind::Other,
            group: Some("org.a".to_owned()),
            name: "b".to_owned(),
            version: Some("1.0".to_owned()),
            purls: vec!["pkg:maven/org.a/b@1.0".to_owned()],
            scope: Some(Scope::Optional),
            position: Position::Offset(ROOT.len() + "<components>".len()),
            ..Declared::default()
        };
        assert_eq!(document.components, [expected]);
        assert_eq!(document.spec_version.as_deref(), Some("1.6"));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn what_is_missing_or_empty_is_not_said() {
        let document = bom("<components><component/><component><name/><version> </version>\
             <purl></purl><group/></component></components>");
        assert_eq!(document.components.len(), 2);
        assert!(document.components.iter().all(|c| c.version.is_none() && c.purls.is_empty()));
        assert_eq!(document.about, About::Unsaid);
    }

    #[test]
    fn references_and_cdata_are_joined_to_one_text() {
        let document = bom("<components><component bom-ref='a&amp;b'>\
             <name><![CDATA[a<]]>b<!-- no -->&#x26;c<?no?></name>\
             <purl>pkg:deb/debian/vim@2?arch=amd64&amp;distro=debian-13</purl>\
             </component></components>");
        assert_eq!(names(&document), ["a<b&c"]);
        let component = &document.components[0];
        assert_eq!(component.purls, ["pkg:deb/debian/vim@2?arch=amd64&distro=debian-13"]);
        assert_eq!(component.reference.as_deref(), Some("a&b"));
    }

    #[test]
    fn a_reference_with_hundreds_of_ampersands_is_read() {
        let reference = "&amp;".repeat(1000);
        let document = bom(&format!("<components><component bom-ref='{reference}'/></components>"));
        assert_eq!(document.components[0].reference, Some("&".repeat(1000)));
    }

    #[test]
    fn nested_components_stand_behind_their_parents() {
        let document = bom("<components><component><components><component><name>b</name>\
             </component></components><name>a</name></component>\
             <component><name>c</name></component></components>");
        assert_eq!(names(&document), ["a", "b", "c"]);
    }

    #[test]
    fn the_subject_stands_apart_and_its_parts_are_components() {
        let document = bom("<metadata><component bom-ref='app'><name>app</name>\
             <components><component><name>part</name></component></components>\
             <version>1</version></component></metadata>");
        assert_eq!(subject(&document).name, "app");
        assert_eq!(subject(&document).version.as_deref(), Some("1"));
        assert_eq!(names(&document), ["part"]);
    }

    #[test]
    fn a_second_subject_is_read_as_a_part() {
        let document = bom("<metadata><component><name>a</name></component>\
             <component><name>b</name></component></metadata>");
        assert_eq!(names(&document), ["b"]);
        assert_eq!(messages(&document), ["metadata has a second component: it is read as a part"]);
    }

    #[test]
    fn pedigree_evidence_tools_and_formulation_hold_no_components() {
        let inner = "<components><component><name>no</name></component></components>";
        let document = bom(&format!(
            "<metadata><tools>{inner}</tools></metadata><services>{inner}</services>\
             <formulation><formula>{inner}</formula></formulation>\
             <annotations><annotation><annotator><component><name>no</name></component>\
             </annotator></annotation></annotations>\
             <components><component><name>yes</name><pedigree><ancestors><component>\
             <name>no</name><version>no</version></component></ancestors></pedigree>\
             <evidence><identity><name>no</name></identity></evidence></component></components>"
        ));
        assert_eq!(names(&document), ["yes"]);
        assert_eq!(document.components[0].version, None);
    }

    #[test]
    fn a_field_that_comes_again_is_remarked() {
        let document =
            bom("<components><component><version>1</version><version>2</version></component>\
             </components>");
        assert_eq!(document.components[0].version.as_deref(), Some("1"));
        assert_eq!(messages(&document), ["a component has several versions: the first counts"]);
    }

    #[test]
    fn dependencies_are_edges_and_provides_is_none() {
        let document = bom("<components><component bom-ref='a'/><component bom-ref='b'/>\
             <component bom-ref='c'/></components><dependencies><dependency ref='a'>\
             <dependency ref='b'/><provides ref='c'/></dependency>\
             <dependency ref='b'><dependency ref='c'/></dependency></dependencies>");
        assert_eq!(edges(&document), [("a", "b"), ("b", "c")]);
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn the_dependency_graph_extension_of_1_1_is_read() {
        let document = read(
            "<b:bom xmlns:b='http://cyclonedx.org/schema/bom/1.1' \
             xmlns:dg='http://cyclonedx.org/schema/ext/dependency-graph/1.0'>\
             <b:components><b:component bom-ref='a'><b:name>x</b:name><b:modified>false\
             </b:modified></b:component></b:components><dg:dependencies><dg:dependency ref='a'>\
             <dg:dependency ref='a'/></dg:dependency></dg:dependencies></b:bom>",
        )
        .unwrap();
        assert_eq!(document.spec_version.as_deref(), Some("1.1"));
        assert_eq!(names(&document), ["x"]);
        assert_eq!(edges(&document), [("a", "a")]);
    }

    #[test]
    fn references_that_are_used_twice_or_lead_nowhere_are_remarked() {
        let document = bom("<components><component bom-ref='a'/><component bom-ref='a'/>\
             </components><services><service bom-ref='s'/></services><dependencies>\
             <dependency ref='a'><dependency ref='ghost'/><dependency ref='s'/></dependency>\
             <dependency><dependency ref='a'/></dependency><dependency ref='lost'/>\
             <dependency ref='a'><dependency ref='urn:cdx:x/1#y'/></dependency></dependencies>");
        let expected = [("a", "ghost"), ("a", "s"), ("a", "urn:cdx:x/1#y")];
        assert_eq!(edges(&document), expected);
        assert_eq!(
            messages(&document),
            [
                "a dependency without ref is left out",
                "bom-ref \"a\" is used by 2 components: paths through it are not certain",
                "2 references lead to no component in dependencies: \"ghost\", \"lost\"",
            ]
        );
    }

    #[test]
    fn the_namespace_names_the_version() {
        let version = |root: &str| {
            let document = read(root).unwrap();
            (document.spec_version, document.warnings.len())
        };
        let known = |version: &str| Some(version.to_owned());
        let namespace = "http://cyclonedx.org/schema/bom/";
        assert_eq!(version(&format!("<bom xmlns='{namespace}1.0'/>")), (known("1.0"), 0));
        assert_eq!(version(&format!("<bom xmlns='{namespace}1.9'/>")), (known("1.9"), 1));
        assert_eq!(version("<bom xmlns='http://example.com/'/>"), (None, 1));
        assert_eq!(version("<bom/>"), (None, 1));
        let error = read(&format!("<bom xmlns='{namespace}2.0'/>")).unwrap_err();
        assert!(error.cause.starts_with("CycloneDX 2.0 is not supported"));
    }

    #[test]
    fn another_root_element_is_an_error() {
        let error = read("\n<project/>").unwrap_err();
        assert_eq!(error.cause, "has the root element <project>, expected <bom>");
        assert_eq!(error.position, Position::Offset(1));
    }
}
