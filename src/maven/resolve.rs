//! What a build of a project would have on its paths: all dependencies, each in the version, with the
//! scope and at the place that Maven 3 gives it.
//!
//! Where Maven would stop, this goes on and says so: what was asked for and not found is in
//! [`Resolution::unresolved`], releases whose own dependencies are not known have a [`Gap`].

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::collect::{Failure, Graph, Node, collect};
use super::coordinates::{Artifact, file_of_type};
use super::descriptor::{Gap, Weight, strict_faults};
use super::effective::{Effective, Version};
use super::library::Library;
use super::mediate::mediate;
use super::model::Pom;
use super::session::Maven;

/// A project and all its dependencies.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// What the project says.
    pub effective: Effective,
    /// The dependencies, each before those that it brings in.
    pub dependencies: Vec<Resolved>,
    /// Who depends on whom, by index, the project being none: also where the dependency is brought
    /// in by another.
    pub edges: Vec<(Option<usize>, usize)>,
    /// What was asked for and has no version.
    pub unresolved: Vec<Unresolved>,
    /// There are more dependencies than are looked at: nothing below the project's own is certain.
    pub is_cut: bool,
    /// Why Maven would refuse to resolve the project; empty when it would not.
    pub refusals: Vec<String>,
}

/// A dependency in the place where it counts.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Its names and its version.
    pub artifact: Artifact,
    /// Its type as written.
    pub kind: String,
    /// Its scope for the project.
    pub scope: String,
    /// Whether nothing needs it.
    pub optional: bool,
    /// 1 for the project's own.
    pub depth: usize,
    /// Who brings it in, by index; none for the project's own.
    pub parent: Option<usize>,
    /// Which of [`Effective::dependencies`] it is.
    pub direct: Option<usize>,
    /// What decides its version.
    pub decided: Option<Version>,
    /// The names that it had before it was relocated.
    pub relocated_from: Vec<Artifact>,
    /// Why its own dependencies are not known.
    pub gap: Option<Gap>,
    /// The ranges that exclude each other, when no version would do for all.
    pub conflict: Option<Conflict>,
}

impl Resolved {
    /// Whether the classifier is the one that goes with the type anyway.
    #[must_use]
    pub fn implies_classifier(&self) -> bool {
        file_of_type(&self.kind, None).1 == self.artifact.classifier
    }
}

/// Ranges without a common version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Each range or version, and who asks for it.
    pub wishes: Vec<String>,
}

/// A dependency for which no version was found.
#[derive(Clone, Debug)]
pub struct Unresolved {
    /// What was asked for.
    pub artifact: Artifact,
    /// Its type as written.
    pub kind: String,
    /// Its scope as declared.
    pub scope: String,
    /// Who asks for it, by name; none for the project.
    pub by: Vec<Artifact>,
    /// Which of [`Effective::dependencies`] it is.
    pub direct: Option<usize>,
    /// Why, in words.
    pub cause: String,
    /// Whether a repository that nobody asked yet may help.
    pub elsewhere: bool,
}

/// Resolves a project.
#[must_use]
pub fn resolve(pom: Pom, path: &Path, maven: &Maven<'_>) -> Resolution {
    let mut library = Library::new(maven, pom, path);
    let built = library.project();
    let mut refusals = library.faults_of(&built, 0);
    refusals.extend(strict_faults(&built.dependencies));
    library.prefetch(&built);
    let mut graph = collect(&mut library, &built);
    let asked: HashMap<usize, String> = wishes(&graph);
    let declared = graph.lists.clone();
    let mediation = mediate(&mut graph);
    refusals.extend(graph.failures.iter().map(|failure| refusal(&graph, failure)));
    let is_cut = graph.is_cut || mediation.gave_up;
    if is_cut {
        refusals.push("there are too many dependencies to choose among".to_owned());
    }
    let mut conflicts = HashMap::new();
    for nodes in &mediation.unsolvable {
        let wishes: Vec<_> = nodes.iter().filter_map(|node| asked.get(node).cloned()).collect();
        refusals.push(format!("ranges exclude each other: {}", wishes.join(", ")));
        for &node in nodes {
            conflicts.insert(node, Conflict { wishes: wishes.clone() });
        }
    }
    let (dependencies, places) = listed(&graph, &conflicts, &mut library);
    let edges = edges(&graph, &declared, &places, &mediation.winner_of);
    // one whose POM alone is not known is there
    let fatal = |node: &&Node| node.gap.as_ref().is_some_and(|gap| gap.weight == Weight::Fatal);
    let there: HashSet<_> =
        graph.nodes.iter().filter(fatal).map(|node| &node.wanted.artifact).collect();
    let lost_ones = graph.failures.iter().filter(|one| !there.contains(&one.wanted.artifact));
    let unresolved = lost_ones.map(|failure| lost(&graph, failure)).collect();
    let effective = Effective::new(built, library);
    Resolution { effective, dependencies, edges, unresolved, is_cut, refusals }
}

/// What each node asked for before anything was chosen, for those that may end in a conflict.
fn wishes(graph: &Graph) -> HashMap<usize, String> {
    let mut wishes = HashMap::new();
    for (number, node) in graph.nodes.iter().enumerate() {
        let asked = node.wanted.decided.as_ref().map_or("?", |version| &version.value.text);
        let [group, artifact, ..] = node.wanted.artifact.key();
        wishes.insert(number, format!("{group}:{artifact}:{asked}"));
    }
    wishes
}

fn refusal(graph: &Graph, failure: &Failure) -> String {
    let by = failure
        .path
        .last()
        .map(|&node| format!(", needed by {}", graph.nodes[node].wanted.artifact));
    format!("{}{}: {}", failure.wanted.artifact, by.unwrap_or_default(), failure.cause)
}

fn lost(graph: &Graph, failure: &Failure) -> Unresolved {
    let name = |&node: &usize| graph.nodes[node].wanted.artifact.clone();
    Unresolved {
        artifact: failure.wanted.artifact.clone(),
        kind: failure.wanted.kind.clone(),
        scope: failure.wanted.scope.to_string(),
        by: failure.path.iter().map(name).collect(),
        direct: failure.wanted.direct,
        cause: failure.cause.clone(),
        elsewhere: failure.elsewhere,
    }
}

/// What is left of the graph, from the project down. A list that is met again on its own way would
/// not end; mediation leaves none.
fn listed(
    graph: &Graph,
    conflicts: &HashMap<usize, Conflict>,
    library: &mut Library<'_>,
) -> (Vec<Resolved>, HashMap<usize, usize>) {
    let mut listed: Vec<Resolved> = Vec::new();
    let mut places = HashMap::new();
    let mut seen = vec![false; graph.lists.len()];
    let mut open: Vec<(usize, Option<usize>, usize)> =
        graph.lists[0].iter().rev().map(|&node| (node, None, 1)).collect();
    while let Some((number, parent, depth)) = open.pop() {
        let node = &graph.nodes[number];
        let mut artifact = node.wanted.artifact.clone();
        if let Some(newest) = library.newest_of(&artifact, node.reach) {
            artifact.version = newest;
        }
        let index = listed.len();
        places.insert(number, index);
        listed.push(Resolved {
            artifact,
            kind: node.wanted.kind.clone(),
            scope: node.wanted.scope.to_string(),
            optional: node.wanted.optional,
            depth,
            parent,
            direct: node.wanted.direct,
            decided: node.wanted.decided.clone(),
            relocated_from: node.relocated_from.to_vec(),
            gap: node.gap.clone(),
            conflict: conflicts.get(&number).cloned(),
        });
        if !std::mem::replace(&mut seen[node.list], true) {
            let below = graph.lists[node.list].iter().rev();
            open.extend(below.map(|&child| (child, Some(index), depth + 1)));
        }
    }
    (listed, places)
}

/// Every declared dependency of what is left, on the node that was chosen for it.
fn edges(
    graph: &Graph,
    declared: &[Vec<usize>],
    places: &HashMap<usize, usize>,
    winner_of: &HashMap<usize, usize>,
) -> Vec<(Option<usize>, usize)> {
    let mut nodes: Vec<_> = places.iter().map(|(node, place)| (*place, *node)).collect();
    nodes.sort_unstable();
    let lists = nodes.into_iter().map(|(place, node)| (Some(place), graph.nodes[node].list));
    let mut edges = Vec::new();
    for (from, list) in std::iter::once((None, 0)).chain(lists) {
        let mut seen = HashSet::new();
        for child in &declared[list] {
            let chosen = winner_of.get(child).and_then(|winner| places.get(winner));
            if let Some(&to) = chosen.filter(|to| seen.insert(**to)) {
                edges.push((from, to));
            }
        }
    }
    edges
}
