//! Collects the graph of all dependencies, before anything is chosen (resolver 1.6.3,
//! `DefaultDependencyCollector` with the selectors and the manager of Maven 3).
//!
//! Below a direct dependency, what is `test`, `provided` or optional is not followed, nor what an
//! exclusion on the way names. The management of the project, and no other, replaces versions, scopes
//! and optionality from the second level on, and adds exclusions on every level. A list of children
//! is collected once for each artifact and set of exclusions, and shared: the graph has cycles, and
//! what was cut at one depends on the order of collection. Mediation depends on all of this.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::coordinates::{Artifact, file_of_type, holds_its_dependencies};
use super::descriptor::{Descriptor, Gap, Weight};
use super::effective::{Built, EffectiveDependency, Version};
use super::generic::GenericVersion;
use super::library::Library;
use super::lineage::sorted_in;
use super::range::Constraint;
use super::reach::Reach;

/// How many nodes a graph may have. Large products have some 20,000.
const MAX_NODES: usize = 100_000;

/// How many dependencies may stand one below the other.
const MAX_DEPTH: usize = 600;

/// How many comparisons with exclusions and with what stands above may be made: about a second.
const MAX_EFFORT: usize = 100_000_000;

/// How many dependencies are told for which there is no version.
const MAX_FAILURES: usize = 1_000;

/// How many times one artifact may be relocated.
const MAX_RELOCATIONS: usize = 16;

/// Groups and artifacts that are not to come in.
pub(super) type Exclusions = BTreeSet<[String; 2]>;

/// Group, artifact, extension and classifier.
pub(super) type Key = [String; 4];

/// A dependency as the graph takes it.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) artifact: Artifact,
    /// The type as written.
    pub(super) kind: String,
    pub(super) scope: Rc<str>,
    pub(super) optional: bool,
    /// It is a file named by its path: it has no POM.
    has_path: bool,
    exclusions: Rc<Exclusions>,
    /// What decides the version.
    pub(super) decided: Option<Version>,
    /// Which of the project's own dependencies it is.
    pub(super) direct: Option<usize>,
}

/// A dependency in its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) wanted: Wanted,
    pub(super) version: GenericVersion,
    pub(super) constraint: Rc<Constraint>,
    pub(super) scope_is_managed: bool,
    pub(super) optional_is_managed: bool,
    /// The names it had before it was relocated.
    pub(super) relocated_from: Rc<Vec<Artifact>>,
    /// Why its own dependencies are not known.
    pub(super) gap: Option<Gap>,
    /// Where it was looked for.
    pub(super) reach: Reach,
    /// Its children, in [`Graph::lists`].
    pub(super) list: usize,
}

/// All of them. The children of the project are the first list.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) lists: Vec<Vec<usize>>,
    pub(super) failures: Vec<Failure>,
    /// It is too large or too deep, and the rest was left out.
    pub(super) is_cut: bool,
}

/// A dependency for which Maven ends the resolution.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) wanted: Wanted,
    /// The nodes that lead to it.
    pub(super) path: Vec<usize>,
    pub(super) cause: String,
    pub(super) elsewhere: bool,
}

/// What the project's management says about one key.
#[derive(Clone, Debug, Default)]
struct Managed {
    version: Option<Version>,
    scope: Option<String>,
    optional: Option<bool>,
    has_path: bool,
    exclusions: Exclusions,
}

/// Where dependencies are processed.
struct Place {
    /// The list they go to.
    list: usize,
    /// 1 for those of the project.
    depth: usize,
    exclusions: Rc<Exclusions>,
    /// Where they are looked for.
    reach: Reach,
}

/// How a dependency was reached.
#[derive(Clone, Default)]
struct Relocated {
    from: Rc<Vec<Artifact>>,
    /// Group and artifact stayed: the version that the relocation names is kept.
    keeps_version: bool,
}

/// What the POM of a node says, once all relocations were followed.
#[derive(Default)]
struct Described {
    /// The earlier names.
    from: Vec<Artifact>,
    descriptor: Option<Rc<Descriptor>>,
    /// The names lead back to themselves; Maven's own stack overflows on it.
    is_circle: bool,
}

struct Collector<'l, 'm> {
    library: &'l mut Library<'m>,
    managed: HashMap<Key, Managed>,
    graph: Graph,
    children: HashMap<(Artifact, String, Rc<Exclusions>, Reach), usize>,
    /// The nodes from the project to where we are.
    path: Vec<usize>,
    /// How much was compared and kept.
    effort: usize,
}

/// Collects what dependencies of a project lead to.
pub(super) fn collect(library: &mut Library<'_>, project: &Built) -> Graph {
    let mut collector = Collector {
        library,
        managed: by_key(&project.management),
        graph: Graph { lists: vec![Vec::new()], ..Graph::default() },
        children: HashMap::new(),
        path: Vec::new(),
        effort: 0,
    };
    let reach = project.model.reach;
    let place = Place { list: 0, depth: 1, exclusions: Rc::default(), reach };
    for (number, dependency) in project.dependencies.iter().enumerate() {
        if dependency.coordinates().is_some() {
            let wanted = Wanted { direct: Some(number), ..Wanted::from(dependency) };
            collector.one(wanted, &Relocated::default(), &place);
        }
    }
    collector.graph
}

fn by_key(management: &[Arc<EffectiveDependency>]) -> HashMap<Key, Managed> {
    let mut by_key: HashMap<Key, Managed> = HashMap::new();
    for entry in management {
        let wanted = Wanted::from(&**entry);
        let managed = by_key.entry(wanted.artifact.key().map(str::to_owned)).or_default();
        if managed.version.is_none() {
            managed.version = wanted.decided.filter(|version| !version.value.text.is_empty());
        }
        if managed.scope.is_none() {
            managed.scope = entry.scope.clone().filter(|scope| !scope.is_empty());
        }
        managed.optional = managed.optional.or(entry.optional);
        managed.has_path |= wanted.has_path;
        managed.exclusions.extend(entry.exclusions.iter().cloned());
    }
    by_key
}

impl From<&EffectiveDependency> for Wanted {
    fn from(dependency: &EffectiveDependency) -> Self {
        let [group, artifact, kind, classifier] = dependency.key();
        let classifier = Some(classifier).filter(|_| dependency.has_classifier);
        let (extension, classifier) = file_of_type(kind, classifier);
        let version = dependency.version.as_ref().map(|version| version.value.text.clone());
        Self {
            artifact: Artifact {
                group: group.to_owned(),
                artifact: artifact.to_owned(),
                extension,
                classifier,
                version: version.unwrap_or_default(),
            },
            kind: kind.to_owned(),
            scope: Rc::from(dependency.scope.as_deref().unwrap_or_default()),
            optional: dependency.optional.unwrap_or_default(),
            has_path: dependency.system_path.is_some(),
            exclusions: Rc::new(dependency.exclusions.iter().cloned().collect()),
            decided: dependency.version.clone(),
            direct: None,
        }
    }
}

impl Place {
    /// Whether a dependency is followed at all, by what it says itself.
    fn selects(&self, wanted: &Wanted) -> bool {
        let excluded = self.exclusions.iter().any(|[group, artifact]| {
            let matches = |pattern: &str, text: &str| pattern == "*" || pattern == text;
            matches(group, &wanted.artifact.group) && matches(artifact, &wanted.artifact.artifact)
        });
        let hidden = wanted.optional || ["test", "provided"].contains(&&*wanted.scope);
        !excluded && (self.depth < 2 || !hidden)
    }
}

impl Collector<'_, '_> {
    fn is_full(&self) -> bool {
        self.graph.nodes.len() >= MAX_NODES
            || self.path.len() >= MAX_DEPTH
            || self.graph.failures.len() >= MAX_FAILURES
            || self.effort >= MAX_EFFORT
    }

    fn one(&mut self, wanted: Wanted, relocated: &Relocated, place: &Place) {
        self.effort += 1 + place.exclusions.len() + self.path.len();
        if self.is_full() {
            self.graph.is_cut = true;
            return;
        }
        if !place.selects(&wanted) {
            return;
        }
        let mut node = self.manage(wanted, relocated, place);
        let versions = match self.versions(&node.wanted, place.reach) {
            Ok((constraint, versions)) => {
                node.constraint = Rc::new(constraint);
                versions
            }
            Err((cause, elsewhere)) => return self.fail(node.wanted, cause, elsewhere),
        };
        for version in versions {
            let mut node = Node { version, ..node.clone() };
            node.version.text().clone_into(&mut node.wanted.artifact.version);
            let Described { from, descriptor, is_circle } = self.describe(&mut node);
            let ancestor = self.path.iter().rev().copied().find(|&at| {
                self.graph.nodes[at].wanted.artifact.key() == node.wanted.artifact.key()
            });
            // a release without a readable POM is not even looked for among those above it
            let is_fatal = descriptor.as_ref().is_some_and(|descriptor| descriptor.is_fatal());
            if let Some(ancestor) = ancestor.filter(|_| !is_fatal) {
                node.list = self.graph.nodes[ancestor].list;
                self.add(node, place.list);
            } else if is_circle {
                let cause = "its relocations lead back to itself".to_owned();
                self.fail(node.wanted.clone(), cause, false);
                self.enter(node, None, place);
            } else if !from.is_empty() {
                let here = (&node.wanted.artifact.group, &node.wanted.artifact.artifact);
                let keeps_version =
                    from.first().is_some_and(|first| (&first.group, &first.artifact) == here);
                let relocated = Relocated { from: Rc::new(from), keeps_version };
                // as in Maven, the other versions of a range are forgotten here
                return self.one(node.wanted, &relocated, place);
            } else {
                self.enter(node, descriptor.as_deref(), place);
            }
        }
    }

    /// Adds a node and what is below it.
    fn enter(&mut self, mut node: Node, descriptor: Option<&Descriptor>, place: &Place) {
        node.gap = descriptor.and_then(|descriptor| descriptor.gap.clone());
        if let Some(Gap { weight: Weight::Fatal, cause, elsewhere }) = &node.gap {
            self.fail(node.wanted.clone(), cause.clone(), *elsewhere);
        }
        let below = descriptor.filter(|_| !holds_its_dependencies(&node.wanted.kind));
        let Some(below) = below.filter(|descriptor| !descriptor.dependencies.is_empty()) else {
            node.list = self.new_list();
            self.add(node, place.list);
            return;
        };
        let exclusions = match node.wanted.exclusions.is_empty() {
            true => Rc::clone(&place.exclusions),
            false => Rc::new(&*place.exclusions | &*node.wanted.exclusions),
        };
        // a set of its own costs memory, too
        self.effort += if node.wanted.exclusions.is_empty() { 0 } else { 50 * exclusions.len() };
        let artifact = node.wanted.artifact.clone();
        let reach = below.reach;
        let key = (artifact, node.wanted.kind.clone(), Rc::clone(&exclusions), reach);
        if let Some(&known) = self.children.get(&key) {
            node.list = known;
            self.add(node, place.list);
            return;
        }
        node.list = self.new_list();
        self.children.insert(key, node.list);
        let inner = Place { list: node.list, depth: place.depth + 1, exclusions, reach };
        let number = self.add(node, place.list);
        self.path.push(number);
        for dependency in &below.dependencies {
            self.one(dependency.clone(), &Relocated::default(), &inner);
        }
        self.path.pop();
    }

    fn new_list(&mut self) -> usize {
        self.graph.lists.push(Vec::new());
        self.graph.lists.len() - 1
    }

    fn add(&mut self, node: Node, list: usize) -> usize {
        self.graph.nodes.push(node);
        let number = self.graph.nodes.len() - 1;
        if let Some(list) = self.graph.lists.get_mut(list) {
            list.push(number);
        }
        number
    }

    fn fail(&mut self, wanted: Wanted, cause: String, elsewhere: bool) {
        let path = self.path.clone();
        self.graph.failures.push(Failure { wanted, path, cause, elsewhere });
    }

    /// Applies the management of the project.
    fn manage(&self, mut wanted: Wanted, relocated: &Relocated, place: &Place) -> Node {
        let (mut scope_is_managed, mut optional_is_managed) = (false, false);
        let managed = self.managed.get(&wanted.artifact.key().map(str::to_owned));
        if let Some(managed) = managed.filter(|_| place.depth >= 2) {
            if let Some(version) = managed.version.as_ref().filter(|_| !relocated.keeps_version) {
                version.value.text.clone_into(&mut wanted.artifact.version);
                wanted.decided = Some(version.clone());
            }
            let was_system = &*wanted.scope == "system";
            if let Some(scope) = &managed.scope {
                scope_is_managed = true;
                wanted.scope = Rc::from(scope.as_str());
                wanted.has_path &= scope == "system";
            }
            let is_system = managed.scope.as_deref().map_or(was_system, |scope| scope == "system");
            wanted.has_path |= is_system && managed.has_path;
            if let Some(optional) = managed.optional {
                optional_is_managed = true;
                wanted.optional = optional;
            }
        }
        if let Some(managed) = managed.filter(|managed| !managed.exclusions.is_empty()) {
            wanted.exclusions = Rc::new(&*wanted.exclusions | &managed.exclusions);
        }
        Node {
            version: GenericVersion::parse(""),
            constraint: Rc::new(Constraint::Soft(GenericVersion::parse(""))),
            scope_is_managed,
            optional_is_managed,
            relocated_from: Rc::clone(&relocated.from),
            gap: None,
            reach: place.reach,
            list: 0,
            wanted,
        }
    }

    /// The versions that will do, ascending.
    fn versions(
        &mut self,
        wanted: &Wanted,
        reach: Reach,
    ) -> Result<(Constraint, Vec<GenericVersion>), (String, bool)> {
        let artifact = &wanted.artifact;
        let constraint = Constraint::parse(&artifact.version).map_err(|cause| (cause, false))?;
        if let Constraint::Soft(version) = &constraint {
            let version = version.clone();
            return Ok((constraint, vec![version]));
        }
        let known = self.library.versions(&artifact.group, &artifact.artifact, reach);
        let found = sorted_in(&constraint, &known);
        if !found.is_empty() {
            return Ok((constraint, found));
        }
        // newer releases of Maven take the one version of [1.0] without asking
        if let Some(exact) = constraint.exact().filter(|_| known.is_empty()) {
            let exact = exact.clone();
            return Ok((constraint, vec![exact]));
        }
        let range = &artifact.version;
        let cause = match known.len() {
            0 => format!("{range} is a range, and no repository lists versions"),
            _ => format!("no known version lies in range {range}: {}", shortened(&known)),
        };
        Err((cause, true))
    }

    /// Reads the POM of a node, through all relocations. The node takes the last name.
    fn describe(&mut self, node: &mut Node) -> Described {
        let mut from: Vec<Artifact> = Vec::new();
        if node.wanted.has_path {
            return Described::default();
        }
        loop {
            let artifact = &node.wanted.artifact;
            let mut coordinates = artifact.coordinates();
            if let Some(newest) = self.library.newest_of(artifact, node.reach) {
                coordinates.version = newest;
            }
            let descriptor = self.library.descriptor(&coordinates, node.reach);
            let Some([group, name, version]) = descriptor.relocation.clone() else {
                return Described { from, descriptor: Some(descriptor), is_circle: false };
            };
            let mut next = artifact.clone();
            let said = |part: Option<String>| part.filter(|text| !text.is_empty());
            next.group = said(group).unwrap_or(next.group);
            next.artifact = said(name).unwrap_or(next.artifact);
            next.version = said(version).unwrap_or(next.version);
            // management may lead out of a circle: only one inside this walk is one for sure
            let is_circle = next == *artifact || from.contains(&next);
            if is_circle || node.relocated_from.len() + from.len() >= MAX_RELOCATIONS {
                return Described { from, descriptor: None, is_circle: true };
            }
            from.push(std::mem::replace(&mut node.wanted.artifact, next));
            node.version = GenericVersion::parse(&node.wanted.artifact.version);
        }
    }
}

/// At most five names.
fn shortened(names: &[String]) -> String {
    let shown = names.iter().rev().take(5).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(5) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
