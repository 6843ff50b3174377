//! From a document as written to components that advisories can be asked about.

use std::sync::Arc;

use super::document::{About, Declared, Document, Kind};
use super::likely::likely;
use super::lines::Lines;
use crate::inventory::{
    Certainty, Component, Coverage, Graph, Input, Inventory, Likely, Location, NotEvaluated,
    Package, Reason, Role, Subject,
};
use crate::purl::Purl;

/// Adds a document and its components to the inventory. `file` is its path and its SHA-256.
pub(super) fn add(
    inventory: &mut Inventory,
    mut document: Document,
    lines: &Lines<'_>,
    file: (Arc<str>, String),
) {
    let mut builder = Builder {
        input: inventory.inputs.len(),
        path: Arc::clone(&file.0),
        lines,
        components: std::mem::take(&mut inventory.components),
        aliases: Vec::new(),
    };
    let first_part = builder.components.len();
    let (subject, root) = match &document.about {
        About::Unsaid => (None, None),
        About::Apart(declared) => (Some(subject(declared)), declared.reference.clone()),
        About::Listed(index) => {
            let listed = document.components.get(*index);
            (listed.map(subject), listed.and_then(|declared| declared.reference.clone()))
        }
    };
    let apart = match &document.about {
        About::Apart(subject) => Some(&**subject),
        About::Unsaid | About::Listed(_) => None,
    };
    let all = apart.into_iter().chain(&document.components);
    let references = all.map(|declared| declared.reference.as_deref());
    let graph = Graph::new(root.as_deref(), std::mem::take(&mut document.edges), references);
    builder.components.reserve_exact(document.components.len() + 1);
    let mut warnings = Vec::with_capacity(document.warnings.len());
    for warning in document.warnings {
        warnings.push(match builder.lines.place(warning.position) {
            Some(place) => format!("{}:{place}: {}", file.0, warning.message),
            None => format!("{}: {}", file.0, warning.message),
        });
    }
    if let About::Apart(declared) = document.about {
        builder.add(*declared, Role::Subject);
    }
    for declared in document.components {
        builder.add(declared, Role::Part);
    }
    builder.components.append(&mut builder.aliases);
    inventory.components = builder.components;
    inventory.inputs.push(Input {
        path: file.0,
        sha256: file.1,
        format: document.format,
        spec_version: document.spec_version,
        bom_link: document.bom_link,
        subject,
        warnings,
        graph,
        first_part,
        gaps: document.gaps,
    });
}

fn subject(declared: &Declared) -> Subject {
    let group = declared.group.as_deref().filter(|group| !group.is_empty());
    Subject {
        name: group
            .map_or_else(|| declared.name.clone(), |group| format!("{group}:{}", declared.name)),
        version: declared.version.clone(),
        purl: declared.purls.first().cloned(),
    }
}

struct Builder<'a> {
    input: usize,
    path: Arc<str>,
    lines: &'a Lines<'a>,
    /// Those of earlier documents, then one for each declared here in order: the graph counts on it.
    components: Vec<Component>,
    /// Further package URLs of some of them.
    aliases: Vec<Component>,
}

impl Builder<'_> {
    /// One component for what is declared, and one more for each further package URL it has.
    fn add(&mut self, mut declared: Declared, role: Role) {
        let place = self.lines.place(declared.position);
        let path = match &declared.inside {
            Some(inside) => Arc::from(format!("{}!/{inside}", self.path)),
            None => Arc::clone(&self.path),
        };
        let location = Location { path, place };
        let further = declared.purls.split_off(declared.purls.len().min(1));
        for purl in further {
            let twin = Declared { purls: vec![purl], ..declared.clone() };
            let component = self.component(twin, Role::Alias, location.clone());
            if component.identity.is_ok() {
                self.aliases.push(component);
            }
        }
        let component = self.component(declared, role, location);
        self.components.push(component);
    }

    fn component(&self, declared: Declared, role: Role, location: Location) -> Component {
        let purl = declared.purls.first().map(|text| Purl::parse(text));
        let of_purl = match &purl {
            Some(Ok(purl)) => purl.version(),
            _ => None,
        };
        let own = declared.version.as_deref();
        let mut notes = declared.notes.clone();
        if let (Some(of_purl), Some(own)) = (of_purl, own)
            && of_purl != own
        {
            notes.push(format!(
                "the document says version \"{own}\", the package URL \"{of_purl}\": \
                 the package URL's counts"
            ));
        }
        let counts = of_purl.or(own);
        let identity = match &declared.not_evaluated {
            Some(reason) => Err((**reason).clone()),
            None => identity(purl.as_ref(), counts, declared.kind),
        };
        let identity = identity.map_err(|why| hinted(why, &declared));
        if let (Ok(package), Some(Ok(purl))) = (&identity, &purl)
            && let Some(source) = purl.source(package)
        {
            notes.push(format!("built from {source}, which advisories name"));
        }
        let certainty = match (declared.certainty, &purl) {
            (Certainty::Exact, Some(Ok(purl))) => purl.certainty(),
            (certainty, _) => certainty,
        };
        if declared.certainty == Certainty::Exact && certainty == Certainty::Repaired {
            notes.push("the package URL is not written as the specification asks".to_owned());
        }
        if certainty == Certainty::Low && identity.is_ok() {
            notes.push("no pom.properties: known by its classes and its name".to_owned());
        }
        let other_version = of_purl.filter(|of_purl| own != Some(*of_purl)).map(str::to_owned);
        Component {
            input: self.input,
            reference: declared.reference,
            purl_text: declared.purls.into_iter().next(),
            group: declared.group,
            name: declared.name,
            version: other_version.or(declared.version),
            cpe: declared.cpe.map(String::into_boxed_str),
            scope: declared.scope,
            location,
            role,
            identity,
            certainty,
            coverage: Coverage::default(),
            notes,
            declared_in: declared.declared_in,
            facts: declared.facts,
        }
    }
}

/// Adds what the component probably is, where nothing else says it.
fn hinted(mut why: NotEvaluated, declared: &Declared) -> NotEvaluated {
    let is_nameless = matches!(
        why.reason,
        Reason::NoIdentifier | Reason::EcosystemNotSupported | Reason::NotAPackage
    );
    why.likely = is_nameless.then(|| likely(declared)).flatten().map(|text| {
        let purl = Purl::parse(&text);
        let version = purl.as_ref().ok().and_then(Purl::version);
        let package = identity(Some(&purl), version, Kind::Package).ok();
        Box::new(Likely { package, purl: text })
    });
    why
}

/// What advisories can be asked, or the reason why nothing can.
fn identity(
    purl: Option<&Result<Purl<'_>, crate::purl::InvalidPurl>>,
    version: Option<&str>,
    kind: Kind,
) -> Result<Package, NotEvaluated> {
    let purl = match purl {
        Some(Ok(purl)) => purl,
        Some(Err(error)) => {
            return Err(NotEvaluated::because(Reason::InvalidPurl, error.to_string()));
        }
        None if kind == Kind::Other => return Err(NotEvaluated::bare(Reason::NotAPackage)),
        None => {
            return Err(NotEvaluated::because(Reason::NoIdentifier, "no package URL"));
        }
    };
    if purl.ecosystem().is_none() {
        let of = purl.namespace().filter(|_| matches!(purl.kind(), "deb" | "apk" | "rpm"));
        let of = of.map(|distribution| format!(" of {distribution}")).unwrap_or_default();
        let kind = purl.kind();
        let detail = format!("packages of type \"{kind}\"{of} are in no advisory ecosystem");
        return Err(NotEvaluated::because(Reason::EcosystemNotSupported, detail));
    }
    let version = version.map(str::trim).filter(|v| !is_placeholder(v));
    let Some(version) = version else {
        return Err(NotEvaluated::bare(Reason::NoVersion));
    };
    if version.contains("${") {
        return Err(NotEvaluated::because(Reason::UnresolvedProperty, version));
    }
    if is_range(version) {
        return Err(NotEvaluated::because(Reason::VersionRange, version));
    }
    purl.package(version).ok_or_else(|| NotEvaluated::bare(Reason::EcosystemNotSupported))
}

/// Words that tools write where they know no version.
fn is_placeholder(version: &str) -> bool {
    const WORDS: [&str; 8] =
        ["noassertion", "none", "unknown", "unspecified", "(devel)", "(unknown)", "null", "latest"];
    version.is_empty() || WORDS.iter().any(|word| version.eq_ignore_ascii_case(word))
}

/// Ranges of npm, Maven, Python and others, where a release should stand.
fn is_range(version: &str) -> bool {
    version.starts_with(['^', '~', '>', '<', '=', '[', '(', '*', '!'])
        || version.contains("||")
        || version.contains(" - ")
        || version.contains(", ")
        || version.ends_with(".*")
        || version.ends_with(".x")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::Position;
    use crate::inventory::{Format, Place};

    fn declared(purls: &[&str], version: Option<&str>) -> Declared {
        Declared {
            name: "n".to_owned(),
            version: version.map(str::to_owned),
            purls: purls.iter().map(|p| (*p).to_owned()).collect(),
            position: Position::At(Place { line: 3, column: 7 }),
            ..Declared::default()
        }
    }

    fn inventory(components: Vec<Declared>) -> Inventory {
        let document = Document { components, ..Document::new(Format::CycloneDxJson) };
        let mut inventory = Inventory::default();
        add(&mut inventory, document, &Lines::new(""), (Arc::from("a.json"), String::new()));
        inventory
    }

    fn reason(purls: &[&str], version: Option<&str>) -> Option<Reason> {
        let inventory = inventory(vec![declared(purls, version)]);
        inventory.components[0].identity.as_ref().err().map(|n| n.reason)
    }

    #[test]
    fn every_component_is_evaluable_or_carries_its_reason() {
        assert_eq!(reason(&["pkg:maven/a/b@1"], None), None);
        assert_eq!(reason(&["pkg:maven/a/b"], Some("1")), None);
        assert_eq!(reason(&["pkg:maven/a/b"], None), Some(Reason::NoVersion));
        assert_eq!(reason(&["pkg:maven/a/b"], Some("NOASSERTION")), Some(Reason::NoVersion));
        assert_eq!(reason(&["pkg:golang/a/b@(devel)"], None), Some(Reason::NoVersion));
        assert_eq!(reason(&[], Some("1")), Some(Reason::NoIdentifier));
        assert_eq!(reason(&["maven/a/b"], Some("1")), Some(Reason::InvalidPurl));
        assert_eq!(reason(&["pkg:yocto/a@1"], None), Some(Reason::EcosystemNotSupported));
        assert_eq!(reason(&["pkg:maven/a/b@${v}"], None), Some(Reason::UnresolvedProperty));
        assert_eq!(reason(&["pkg:npm/a@%5E1.0"], None), Some(Reason::VersionRange));
    }

    #[test]
    fn the_version_of_the_package_url_wins_and_the_difference_is_noted() {
        let inventory = inventory(vec![declared(&["pkg:maven/a/b@2"], Some("1"))]);
        let component = &inventory.components[0];
        assert_eq!(component.version.as_deref(), Some("2"));
        assert_eq!(component.notes.len(), 1);
        assert_eq!(component.location.to_string(), "a.json:3:7");
    }

    #[test]
    fn a_component_without_identity_is_told_what_it_probably_is_and_not_evaluated() {
        let likely = |declared| {
            let inventory = inventory(vec![declared]);
            *inventory.components[0].identity.clone().unwrap_err().likely.unwrap()
        };
        let named =
            likely(Declared { name: "com.example:a".to_owned(), ..declared(&[], Some("1")) });
        assert_eq!(named.purl, "pkg:maven/com.example/a@1");
        assert_eq!(named.package.unwrap().name, "com.example:a");
        let core = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
        assert_eq!(likely(declared(&["pkg:generic/log4j-core@2.14.1"], None)).purl, core);
        for version in [None, Some("[1.0,2.0)"), Some("unknown"), Some("${v}")] {
            let named = Declared { name: "com.example:a".to_owned(), ..declared(&[], version) };
            assert_eq!(likely(named).package, None, "{version:?}");
        }
    }

    #[test]
    fn further_package_urls_are_evaluated_and_not_counted() {
        let two = ["pkg:maven/a/b@1", "pkg:maven/a/c@1"];
        let inventory = inventory(vec![declared(&two, None)]);
        assert_eq!(inventory.components.len(), 2);
        assert_eq!(inventory.count(None).declared, 1);
    }
}
