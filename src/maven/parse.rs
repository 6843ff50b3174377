//! Reads a POM from its text.
//!
//! As Maven does: element names count without their namespace and only without a prefix, texts are
//! trimmed, comments and CDATA inside a text are joined, an element that may stand once and stands
//! twice is an error, unknown elements are passed over. The HTML names of Latin-1 characters are
//! known. Unlike Maven's parser this one refuses document type declarations.

use std::sync::Arc;

use roxmltree::Node;

use super::model::{
    Activation, Containers, Dependency, Exclusion, Parent, Pom, Profile, Property, RelativePath,
    Relocation, Section, Spanned,
};
use super::reader::{Fields, Reader, elements, read};
use crate::inventory::Place;

/// Why a text is no POM.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct PomError {
    /// Where.
    pub place: Option<Place>,
    /// What was found.
    pub cause: String,
}

impl Pom {
    /// Reads a POM.
    ///
    /// # Errors
    /// When the text is no XML, or not that of a POM.
    pub fn parse(text: &str) -> Result<Self, PomError> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method alone has one lifetime"
        )]
        read(text, |reader, root| reader.project(root))
    }
}

impl Reader<'_> {
    fn project(&self, root: Node<'_, '_>) -> Result<Pom, PomError> {
        if !self.is(root, "project") {
            let found = self.raw_name(root);
            return Err(
                self.error(root, format!("the root element is <{found}>, expected <project>"))
            );
        }
        let fields = self.fields(root)?;
        let pom = Pom {
            model_version: fields.text("modelVersion"),
            parent: fields.get("parent").map(|node| self.parent(node)).transpose()?,
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            packaging: fields.text("packaging"),
            section: self.section(&fields)?,
            profiles: self.list(&fields, "profiles", |node| self.profile(node))?,
            relocation: self.relocation(&fields)?,
            is_root: root.attribute("root") == Some("true"),
            elements: elements(root).map(|node| self.element(node)).collect(),
            span: root.range(),
            lines: self.lines.clone(),
        };
        if pom.model_version.is_none() && pom.artifact.is_none() {
            let cause = "<project> has neither modelVersion nor artifactId: it is no POM";
            return Err(self.error(root, cause));
        }
        Ok(pom)
    }

    fn element(&self, node: Node<'_, '_>) -> Spanned<String> {
        Spanned { value: self.raw_name(node).to_owned(), span: node.range() }
    }

    fn section(&self, fields: &Fields<'_, '_, '_>) -> Result<Section, PomError> {
        let managed =
            fields.get("dependencyManagement").map(|node| self.fields(node)).transpose()?;
        let management = match &managed {
            Some(inner) => {
                self.list(inner, "dependencies", |node| self.dependency(node).map(Arc::new))?
            }
            None => Vec::new(),
        };
        let managed = managed.as_ref().and_then(|inner| inner.get("dependencies"));
        let containers = Containers {
            properties: fields.get("properties").map(|node| node.range()),
            managed: fields.get("dependencyManagement").map(|node| node.range()),
            management: managed.map(|node| node.range()),
            dependencies: fields.get("dependencies").map(|node| node.range()),
        };
        let mut modules = self.list(fields, "modules", |node| Ok(self.text_of(node)))?;
        modules.extend(self.list(fields, "subprojects", |node| Ok(self.text_of(node)))?);
        Ok(Section {
            properties: fields
                .get("properties")
                .map_or_else(Vec::new, |node| self.properties(node)),
            management,
            dependencies: self
                .list(fields, "dependencies", |node| self.dependency(node).map(Arc::new))?,
            modules,
            repositories: self.list(fields, "repositories", |node| self.repository(node))?,
            containers,
        })
    }

    fn properties(&self, node: Node<'_, '_>) -> Vec<Property> {
        let named = elements(node).map(|property| Property {
            name: self.raw_name(property).to_owned(),
            value: self.text_of(property),
            span: property.range(),
        });
        named.collect()
    }

    fn parent(&self, node: Node<'_, '_>) -> Result<Parent, PomError> {
        let fields = self.fields(node)?;
        let relative_path = match fields.text("relativePath") {
            None => RelativePath::Default,
            Some(text) if text.value.is_empty() => RelativePath::Nowhere,
            Some(text) => RelativePath::At(text.value),
        };
        Ok(Parent {
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            relative_path,
            span: node.range(),
        })
    }

    fn dependency(&self, node: Node<'_, '_>) -> Result<Dependency, PomError> {
        let fields = self.fields(node)?;
        Ok(Dependency {
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            kind: fields.text("type"),
            classifier: fields.text("classifier"),
            scope: fields.text("scope"),
            optional: fields.text("optional"),
            system_path: fields.text("systemPath"),
            exclusions: self.list(&fields, "exclusions", |node| self.exclusion(node))?,
            span: node.range(),
        })
    }

    fn exclusion(&self, node: Node<'_, '_>) -> Result<Exclusion, PomError> {
        let fields = self.fields(node)?;
        let (group, artifact) = (fields.text("groupId"), fields.text("artifactId"));
        Ok(Exclusion { group, artifact, span: node.range() })
    }

    fn relocation(&self, fields: &Fields<'_, '_, '_>) -> Result<Option<Relocation>, PomError> {
        let Some(distribution) = fields.get("distributionManagement") else {
            return Ok(None);
        };
        let Some(node) = self.fields(distribution)?.get("relocation") else {
            return Ok(None);
        };
        let inner = self.fields(node)?;
        Ok(Some(Relocation {
            group: inner.text("groupId"),
            artifact: inner.text("artifactId"),
            version: inner.text("version"),
            span: node.range(),
        }))
    }

    pub(super) fn profile(&self, node: Node<'_, '_>) -> Result<Profile, PomError> {
        let fields = self.fields(node)?;
        let activation = match fields.get("activation") {
            Some(node) => self.activation(node)?,
            None => Activation::default(),
        };
        Ok(Profile {
            id: fields.string("id").unwrap_or_else(|| "default".to_owned()),
            activation,
            section: self.section(&fields)?,
        })
    }

    fn activation(&self, node: Node<'_, '_>) -> Result<Activation, PomError> {
        let fields = self.fields(node)?;
        let mut activation = Activation {
            by_default: fields.string("activeByDefault").is_some_and(|text| text == "true"),
            jdk: fields.string("jdk"),
            other: ["packaging", "condition"].into_iter().find_map(|name| fields.string(name)),
            ..Activation::default()
        };
        if let Some(os) = fields.get("os") {
            let pair = |node| (self.raw_name(node).to_owned(), self.text_of(node).value);
            activation.os = Some(elements(os).map(pair).collect());
        }
        if let Some(property) = fields.get("property") {
            let inner = self.fields(property)?;
            let name = inner.string("name").unwrap_or_default();
            activation.property = Some((name, inner.string("value")));
        }
        if let Some(file) = fields.get("file") {
            let inner = self.fields(file)?;
            activation.exists = inner.string("exists").filter(|text| !text.is_empty());
            activation.missing = inner.string("missing").filter(|text| !text.is_empty());
        }
        Ok(activation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rest: &str) -> String {
        format!(
            "<project><artifactId>a</artifactId><dependencies><dependency>{rest}</dependency>\
             </dependencies></project>"
        )
    }

    #[test]
    fn what_maven_cannot_parse_is_an_error_with_its_place() {
        for (text, cause) in [
            (
                with("<version>1</version><version>2</version>"),
                "a second <version> in <dependency>, where Maven takes one",
            ),
            (with("<version>1<b/>2</version>"), "an element stands inside the text of <version>"),
            (
                "<!DOCTYPE a []><project/>".to_owned(),
                "it has a document type declaration, which is refused",
            ),
            (
                "<p:project xmlns:p='u'/>".to_owned(),
                "the root element is <p:project>, expected <project>",
            ),
            (
                "<project name='x'/>".to_owned(),
                "<project> has neither modelVersion nor artifactId: it is no POM",
            ),
            ("<project><a>".to_owned(), "it ends inside an element"),
            (String::new(), "it holds no element"),
        ] {
            assert_eq!(Pom::parse(&text).unwrap_err().cause, cause);
        }
    }

    #[test]
    fn the_namespace_does_not_matter_and_prefixed_elements_do_not_count() {
        for namespace in ["", " xmlns='http://maven.apache.org/POM/4.1.0'", " xmlns='other'"] {
            let text = format!(
                "<project{namespace} xmlns:q='u'><artifactId>a</artifactId><q:artifactId>b</q:artifactId>\
             </project>"
            );
            assert_eq!(Pom::parse(&text).unwrap().artifact.unwrap().value, "a");
        }
    }

    #[test]
    fn two_hundred_thousand_nested_elements_are_an_error() {
        let text =
            format!("<project>{}{}</project>", "<a>".repeat(200_000), "</a>".repeat(200_000));
        let error = Pom::parse(&text).unwrap_err();
        assert_eq!(error.cause, "elements are nested more than 256 deep");
    }
}
