//! Licences in CycloneDX's XML: `licenses` of components, at any depth. What stands in pedigrees is
//! not the component's own.

use crate::ingest::licences::{Names, Stated};
use crate::ingest::markup::{Markup, Node};

/// A component whose end has not come.
#[derive(Debug, Default)]
struct Open {
    /// How deep its tag stands.
    depth: usize,
    reference: Option<String>,
    purl: Option<String>,
    name: String,
    version: Option<String>,
    stated: Vec<String>,
}

/// Looks for licences; nothing where the text is no whole XML.
pub(in crate::ingest) fn read(text: &str) -> Option<Stated> {
    let mut markup = Markup::new(text);
    let mut stated = Stated::default();
    let mut path: Vec<String> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut value = String::new();
    loop {
        match markup.next().ok()? {
            Node::Open(tag) => {
                path.push(tag.local_name().to_owned());
                value.clear();
                if tag.local_name() == "component" {
                    let reference = tag.attribute("bom-ref").ok()?;
                    open.push(Open { depth: path.len(), reference, ..Open::default() });
                }
            }
            Node::Text(text) => value.push_str(&text),
            Node::Close => {
                if let Some(component) = open.last_mut() {
                    component.take(&path[component.depth..], value.trim());
                }
                if open.last().is_some_and(|component| component.depth == path.len()) {
                    let done = open.pop()?;
                    stated.add(&done.names(), done.stated.iter().cloned());
                }
                path.pop();
                value.clear();
            }
            Node::End => return Some(stated),
        }
    }
}

impl Open {
    /// Takes the value of an element that ended, by its way from the component.
    fn take(&mut self, way: &[String], value: &str) {
        let way: Vec<&str> = way.iter().map(String::as_str).collect();
        match way.as_slice() {
            ["name"] => value.clone_into(&mut self.name),
            ["version"] => self.version = Some(value.to_owned()),
            ["purl"] => self.purl = Some(value.to_owned()),
            ["licenses", "expression"] | ["licenses", "license", "id" | "name"] => {
                self.stated.push(value.to_owned());
            }
            _ => {}
        }
    }

    fn names(&self) -> Names<'_> {
        Names {
            reference: self.reference.as_deref(),
            purl: self.purl.as_deref(),
            name: &self.name,
            version: self.version.as_deref(),
        }
    }
}
