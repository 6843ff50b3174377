//! SPDX 2.x relationships, whatever the text they stand in: which way they point, and what for.
//!
//! Follows the SPDX specification 2.3, clause 11 ("Relationships between SPDX elements
//! information"), table 68. Half of its types are written from the dependency's side
//! (`junit TEST_DEPENDENCY_OF app`), half from the dependent's (`app DEPENDS_ON web`): here all
//! become edges from dependent to dependency. Relationships of history, documentation and files
//! (`ANCESTOR_OF`, `DOCUMENTATION_OF`, `FILE_ADDED` …) are no dependencies.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::ingest::document::{About, Document, Position, Warning};
use crate::ingest::references::{self, References, few};
use crate::inventory::{Edges, Scope};

/// The identifier of the document itself: it describes, and is no part.
pub const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// What one relationship says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation<'a> {
    /// The dependent needs, contains or uses the dependency.
    Edge(Edge<'a>),
    /// The element (as a rule the document) is about that target.
    Describes {
        /// Who describes.
        by: &'a str,
        /// What is described.
        target: &'a str,
    },
    /// History, documentation, files: a type of the specification that is no dependency.
    Other,
    /// A type that the specification does not know.
    Unknown,
}

/// A dependency with what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge<'a> {
    /// Who needs.
    pub dependent: &'a str,
    /// What is needed.
    pub dependency: &'a str,
    /// What for, where the type says so.
    pub scope: Option<Scope>,
}

/// Which side of a relationship is the dependency.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// Reads one relationship `from kind to`.
#[must_use]
pub fn edge<'a>(kind: &str, from: &'a str, to: &'a str) -> Relation<'a> {
    let (side, scope) = match &*plain(kind) {
        // Older releases of Trivy write DESCRIBE.
        "DESCRIBES" | "DESCRIBE" => {
            return Relation::Describes { by: from, target: to };
        }
        "DESCRIBED_BY" => {
            return Relation::Describes { by: to, target: from };
        }
        "DEPENDS_ON"
        | "CONTAINS"
        | "HAS_PREREQUISITE"
        | "DYNAMIC_LINK"
        | "STATIC_LINK"
        | "DISTRIBUTION_ARTIFACT" => (Side::Right, None),
        "DEPENDENCY_OF" | "CONTAINED_BY" | "PREREQUISITE_FOR" | "PACKAGE_OF" => (Side::Left, None),
        "RUNTIME_DEPENDENCY_OF" => (Side::Left, Some(Scope::Runtime)),
        "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => (Side::Left, Some(Scope::Optional)),
        "PROVIDED_DEPENDENCY_OF" => (Side::Left, Some(Scope::Provided)),
        "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" | "DEV_DEPENDENCY_OF" | "DEV_TOOL_OF" => {
            (Side::Left, Some(Scope::Build))
        }
        "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" => (Side::Left, Some(Scope::Test)),
        other if NO_DEPENDENCY.contains(&other) => return Relation::Other,
        _ => return Relation::Unknown,
    };
    let (dependent, dependency) = match side {
        Side::Left => (to, from),
        Side::Right => (from, to),
    };
    Relation::Edge(Edge { dependent, dependency, scope })
}

/// The types of table 68 that make no edge.
const NO_DEPENDENCY: [&str; 23] = [
    "AMENDS",
    "ANCESTOR_OF",
    "COPY_OF",
    "DATA_FILE_OF",
    "DEPENDENCY_MANIFEST_OF",
    "DESCENDANT_OF",
    "DOCUMENTATION_OF",
    "EXAMPLE_OF",
    "EXPANDED_FROM_ARCHIVE",
    "FILE_ADDED",
    "FILE_DELETED",
    "FILE_MODIFIED",
    "GENERATED_FROM",
    "GENERATES",
    "METAFILE_OF",
    "OTHER",
    "PATCH_APPLIED",
    "PATCH_FOR",
    "REQUIREMENT_DESCRIPTION_FOR",
    "SPECIFICATION_FOR",
    "TEST_CASE_OF",
    "TEST_OF",
    "VARIANT_OF",
];

/// The type as the specification spells it: `dependsOn`, `depends-on` and the RDF term
/// `relationshipType_dependsOn` are `DEPENDS_ON`.
pub(crate) fn plain(kind: &str) -> Cow<'_, str> {
    if kind.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
        return Cow::Borrowed(kind);
    }
    let kind = kind.trim();
    let kind = kind.rsplit_once("relationshipType_").map_or(kind, |(_, term)| term);
    let camel = kind.bytes().any(|b| b.is_ascii_lowercase());
    let mut spelled = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        match letter {
            '-' | ' ' | '_' => spelled.push('_'),
            upper if camel && upper.is_ascii_uppercase() => {
                if !spelled.is_empty() && !spelled.ends_with('_') {
                    spelled.push('_');
                }
                spelled.push(upper);
            }
            other => spelled.push(other.to_ascii_uppercase()),
        }
    }
    Cow::Owned(spelled)
}

/// All relationships of one document, until its packages are known.
///
/// A reader fills it while it reads and calls [`Links::apply`] when all packages stand in
/// [`Document::components`] with their SPDX ids as references.
#[derive(Clone, Debug, Default)]
pub struct Links<'a> {
    described: Vec<(&'a str, &'a str)>,
    edges: Vec<Edge<'a>>,
    elements: HashSet<&'a str>,
    unknown: BTreeSet<String>,
}

impl<'a> Links<'a> {
    /// Takes one relationship.
    pub fn relationship(&mut self, kind: &str, from: &'a str, to: &'a str) {
        self.take(kind, edge(kind, from.trim(), to.trim()));
    }

    /// Takes what a relationship of that type says.
    pub fn take(&mut self, kind: &str, relation: Relation<'a>) {
        match relation {
            Relation::Edge(edge) => self.edges.push(edge),
            Relation::Describes { by, target } => self.described.push((by, target)),
            Relation::Other => {}
            Relation::Unknown => {
                self.unknown.insert(kind.trim().to_owned());
            }
        }
    }

    /// Takes a package that the document says it is about (`documentDescribes`).
    pub fn describes(&mut self, id: &'a str) {
        self.described.push((DOCUMENT, id.trim()));
    }

    /// Takes the id of an element that is no package: a file, a snippet, the document itself.
    pub fn element(&mut self, id: &'a str) {
        self.elements.insert(id.trim());
    }

    /// Completes a document whose packages are all there: its edges, its subject, the packages'
    /// scopes, and warnings about ids that are used twice or lead nowhere.
    pub fn apply(&self, document: &mut Document) {
        let packages = References::of(&document.components);
        let edges = self.edges_between(&packages);
        let about = self.about(&packages);
        let scopes = self.scopes(&packages);
        let mut warnings = packages.duplicates("SPDXID");
        warnings.extend(references::dangling("relationships", self.dangling(&packages)));
        warnings.extend(self.unknown_types());
        document.edges = edges;
        document.about = about;
        document.warnings.extend(warnings);
        for (index, scope) in scopes {
            document.components[index].scope = scope;
        }
    }

    /// Edges between what is or may be a package; the document, files and NONE are no nodes.
    fn edges_between(&self, packages: &References<'_>) -> Edges {
        let node = |id: &str| packages.get(id).is_some() || !self.is_element(id);
        let mut seen = HashSet::with_capacity(self.edges.len());
        self.edges
            .iter()
            .filter(|edge| node(edge.dependent) && node(edge.dependency))
            .filter(|edge| seen.insert((edge.dependent, edge.dependency)))
            .map(|edge| (edge.dependent, edge.dependency))
            .collect()
    }

    /// The one package that the document describes.
    fn about(&self, packages: &References<'_>) -> About {
        let targets: BTreeSet<usize> = self
            .described
            .iter()
            .filter(|(by, _)| packages.get(by).is_none())
            .filter_map(|(_, target)| packages.get(target))
            .collect();
        match (targets.first(), targets.len()) {
            (Some(&index), 1) => About::Listed(index),
            _ => About::Unsaid,
        }
    }

    /// What each dependency is for: the widest of all that is said about it.
    fn scopes(&self, packages: &References<'_>) -> HashMap<usize, Option<Scope>> {
        let mut widest: HashMap<usize, Option<Scope>> = HashMap::new();
        for edge in &self.edges {
            if let Some(index) = packages.get(edge.dependency) {
                let known = widest.entry(index).or_insert(edge.scope);
                if width(edge.scope) > width(*known) {
                    *known = edge.scope;
                }
            }
        }
        widest
    }

    /// Ids that relationships name and nothing declares, in order of appearance.
    fn dangling(&self, packages: &References<'_>) -> Vec<&'a str> {
        let ends = self.described.iter().map(|&(_, target)| target);
        ends.chain(self.edges.iter().flat_map(|edge| [edge.dependent, edge.dependency]))
            .filter(|id| packages.get(id).is_none() && !self.is_element(id))
            .filter(|id| !id.starts_with("DocumentRef-"))
            .collect()
    }

    fn is_element(&self, id: &str) -> bool {
        matches!(id, DOCUMENT | "NONE" | "NOASSERTION" | "") || self.elements.contains(id)
    }

    fn unknown_types(&self) -> Option<Warning> {
        let names: Vec<&str> = self.unknown.iter().map(String::as_str).collect();
        (!names.is_empty()).then(|| Warning {
            message: format!("relationships of unknown type are left out: {}", few(&names)),
            position: Position::Unknown,
        })
    }
}

/// How much a scope reaches: a package has the widest of its dependents' scopes.
fn width(scope: Option<Scope>) -> u8 {
    match scope {
        Some(Scope::Runtime | Scope::Compile) => 6,
        None => 5,
        Some(Scope::Optional) => 4,
        Some(Scope::Provided | Scope::System) => 3,
        Some(Scope::Build) => 2,
        Some(Scope::Test) => 1,
        Some(Scope::Excluded) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::Declared;
    use crate::inventory::Format;

    fn document(ids: &[&str]) -> Document {
        let package =
            |id: &&str| Declared { reference: Some((*id).to_owned()), ..Declared::default() };
        Document {
            components: ids.iter().map(package).collect(),
            ..Document::new(Format::SpdxJson)
        }
    }

    /// Reads `from KIND to` lines over the packages app, web and core.
    fn read(lines: &[&str]) -> Document {
        let mut document = document(&["app", "web", "core"]);
        let mut links = Links::default();
        links.element("file");
        for line in lines {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap();
            let (from, kind, to) = (word(), word(), word());
            links.relationship(kind, from, to);
        }
        links.apply(&mut document);
        document
    }

    fn edges(document: &Document) -> Vec<(&str, &str)> {
        document.edges.iter().collect()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|w| w.message.as_str()).collect()
    }

    #[test]
    fn both_directions_give_the_same_edge() {
        let forward = ["DEPENDS_ON", "CONTAINS", "HAS_PREREQUISITE", "STATIC_LINK", "DYNAMIC_LINK"];
        for kind in forward {
            assert_eq!(edges(&read(&[&format!("app {kind} web")])), [("app", "web")], "{kind}");
        }
        let inverse = ["DEPENDENCY_OF", "CONTAINED_BY", "PREREQUISITE_FOR", "TEST_DEPENDENCY_OF"];
        for kind in inverse {
            assert_eq!(edges(&read(&[&format!("web {kind} app")])), [("app", "web")], "{kind}");
        }
    }

    #[test]
    fn an_edge_written_from_both_sides_is_one_edge() {
        let document = read(&["app DEPENDS_ON web", "web DEPENDENCY_OF app"]);
        assert_eq!(edges(&document), [("app", "web")]);
    }

    #[test]
    fn history_is_no_dependency_and_an_unknown_type_is_named() {
        let document = read(&["app ANCESTOR_OF web", "app VARIANT_OF web", "app LIKES web"]);
        assert!(document.edges.is_empty());
        assert_eq!(messages(&document), ["relationships of unknown type are left out: \"LIKES\""]);
    }

    #[test]
    fn types_are_known_in_any_spelling() {
        for kind in
            ["dependsOn", "depends-on", "http://spdx.org/rdf/terms#relationshipType_dependsOn"]
        {
            assert_eq!(edges(&read(&[&format!("app {kind} web")])), [("app", "web")], "{kind}");
        }
    }

    #[test]
    fn the_type_says_what_a_dependency_is_for() {
        let cases = [
            ("TEST_DEPENDENCY_OF", Some(Scope::Test)),
            ("BUILD_DEPENDENCY_OF", Some(Scope::Build)),
            ("DEV_DEPENDENCY_OF", Some(Scope::Build)),
            ("OPTIONAL_DEPENDENCY_OF", Some(Scope::Optional)),
            ("PROVIDED_DEPENDENCY_OF", Some(Scope::Provided)),
            ("RUNTIME_DEPENDENCY_OF", Some(Scope::Runtime)),
            ("DEPENDENCY_OF", None),
        ];
        for (kind, scope) in cases {
            let document = read(&[&format!("web {kind} app")]);
            assert_eq!(document.components[1].scope, scope, "{kind}");
        }
    }

    #[test]
    fn the_widest_scope_wins() {
        let both = read(&["core TEST_DEPENDENCY_OF app", "web DEPENDS_ON core"]);
        assert_eq!(both.components[2].scope, None);
        let narrow = read(&["core TEST_DEPENDENCY_OF app", "core OPTIONAL_DEPENDENCY_OF web"]);
        assert_eq!(narrow.components[2].scope, Some(Scope::Optional));
    }

    #[test]
    fn the_one_described_package_is_the_subject() {
        assert_eq!(read(&["SPDXRef-DOCUMENT DESCRIBE core"]).about, About::Listed(2));
        let document = read(&["SPDXRef-DOCUMENT DESCRIBES app", "SPDXRef-DOCUMENT DESCRIBES file"]);
        assert_eq!(document.about, About::Listed(0));
        assert_eq!(read(&["web DESCRIBED_BY SPDXRef-DOCUMENT"]).about, About::Listed(1));
        assert!(document.edges.is_empty() && document.warnings.is_empty());
    }

    #[test]
    fn several_described_packages_are_no_subject() {
        let lines = ["SPDXRef-DOCUMENT DESCRIBES app", "SPDXRef-DOCUMENT DESCRIBES web"];
        assert_eq!(read(&lines).about, About::Unsaid);
    }

    #[test]
    fn ids_that_lead_nowhere_are_named_but_not_those_of_other_documents() {
        let document = read(&[
            "app DEPENDS_ON ghost",
            "app DEPENDS_ON DocumentRef-other:SPDXRef-x",
            "app DEPENDS_ON NONE",
            "web DEPENDS_ON NOASSERTION",
            "app CONTAINS file",
        ]);
        assert_eq!(
            messages(&document),
            ["1 reference leads to no component in relationships: \"ghost\""]
        );
        assert_eq!(edges(&document), [("app", "ghost"), ("app", "DocumentRef-other:SPDXRef-x")]);
    }

    #[test]
    fn an_id_used_twice_is_named() {
        let mut document = document(&["app", "app"]);
        Links::default().apply(&mut document);
        assert_eq!(
            messages(&document),
            ["SPDXID \"app\" is used by 2 components: paths through it are not certain"]
        );
    }
}
