//! Who depends on whom, as a document says it.
//!
//! Cycles are harmless, edges that lead nowhere are kept apart, and "no edges given" is not the
//! same as "no dependencies": see [`GraphKnowledge`].

use std::collections::VecDeque;
use std::ops::Range;

use super::Numbering;
use super::edges::{Edges, keep};

/// How much a document says about dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum GraphKnowledge {
    /// Every part can be reached from the subject.
    Complete,
    /// Some parts cannot be reached from the subject.
    Partial,
    /// The document names no edges, or no subject to start from.
    #[default]
    Absent,
}

/// The most paths that are listed for one component.
const MAX_PATHS: usize = 5;

/// A dependency graph over the references of one document.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The references of all nodes, one after the other.
    text: String,
    /// Where in it that of each node stands.
    names: Vec<Range<usize>>,
    index: Numbering,
    forward: Adjacency,
    backward: Adjacency,
    /// For each node its predecessor on a shortest way from a root, and its distance.
    reached: Vec<Option<Step>>,
    /// For each node the parts that have its reference.
    owner: Vec<Owner>,
    knowledge: GraphKnowledge,
}

/// The neighbours of all nodes in one list, those of the first node first: most have one or two, for
/// which lists of their own would be dear. Nodes that came later have none.
#[derive(Clone, Debug, Default)]
struct Adjacency {
    /// For each node where its neighbours end.
    ends: Vec<usize>,
    neighbours: Vec<usize>,
}

impl Adjacency {
    /// Sorts edges `(node, neighbour)` by their node; those of one node keep their order.
    fn new(nodes: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut ends = vec![0; nodes];
        edges.clone().for_each(|(node, _)| ends[node] += 1);
        let mut total = 0;
        for end in &mut ends {
            (*end, total) = (total, total + *end);
        }
        let mut neighbours = vec![0; total];
        for (node, neighbour) in edges {
            neighbours[ends[node]] = neighbour;
            ends[node] += 1;
        }
        Self { ends, neighbours }
    }

    fn of(&self, node: usize) -> &[usize] {
        let Some(&end) = self.ends.get(node) else { return &[] };
        let start = node.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.neighbours[start..end]
    }
}

#[derive(Clone, Copy, Debug)]
struct Step {
    from: Option<usize>,
    distance: usize,
}

/// Which part of the document has a reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Owner {
    /// None: the edge leads nowhere.
    #[default]
    Nobody,
    /// One, by its number.
    Part(usize),
    /// Several, the first by its number: no path to them is certain.
    Several(usize),
}

impl Graph {
    /// Builds the graph from edges `(dependent, dependency)` and the subject's reference.
    ///
    /// Without a subject every node that nobody depends on is a root. `parts` are the references of
    /// the components in their order; by them the [`GraphKnowledge`] is judged.
    #[must_use]
    pub fn new<'a>(
        root: Option<&str>,
        edges: Edges,
        parts: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Self {
        let parts = parts.into_iter();
        // most references are those of parts, each once
        let nodes = parts.size_hint().0;
        let (text, edges) = edges.into_parts();
        let mut graph = Self {
            text,
            names: Vec::with_capacity(nodes),
            index: Numbering::with_capacity(nodes),
            ..Self::default()
        };
        let mut numbered = Vec::with_capacity(edges.len());
        for (from, to) in edges {
            numbered.push((graph.node_at(from), graph.node_at(to)));
        }
        let edgeless = graph.names.len();
        graph.forward = Adjacency::new(edgeless, numbered.iter().copied());
        graph.backward = Adjacency::new(edgeless, numbered.iter().map(|&(from, to)| (to, from)));
        graph.reached = vec![None; edgeless];
        let roots = match root.and_then(|name| graph.number(name)) {
            Some(node) => vec![node],
            None => (0..edgeless).filter(|&n| graph.backward.of(n).is_empty()).collect(),
        };
        graph.walk(roots);
        graph.survey(parts, edgeless == 0);
        graph
    }

    /// The reference of a node.
    fn name(&self, node: usize) -> Option<&str> {
        name_in(&self.text, &self.names, node)
    }

    /// The node of a reference.
    fn number(&self, name: &str) -> Option<usize> {
        self.index.find(name, |node| self.name(node))
    }

    /// The node of a reference that stands in the text; it is made where there is none.
    fn node_at(&mut self, at: Range<usize>) -> usize {
        let Self { text, names, index, .. } = self;
        let next = names.len();
        let node = index.find_or_add(&text[at.clone()], next, |node| name_in(text, names, node));
        if node == next {
            self.names.push(at);
        }
        node
    }

    /// Breadth first: the first way to reach a node is a shortest one.
    fn walk(&mut self, roots: Vec<usize>) {
        let mut queue = VecDeque::new();
        for root in roots {
            self.reached[root] = Some(Step { from: None, distance: 0 });
            queue.push_back(root);
        }
        while let Some(node) = queue.pop_front() {
            let distance = self.reached[node].map_or(0, |step| step.distance) + 1;
            for &next in self.forward.of(node) {
                if self.reached[next].is_none() {
                    self.reached[next] = Some(Step { from: Some(node), distance });
                    queue.push_back(next);
                }
            }
        }
    }

    /// Looks at the components' references: are all of them reached, are some used twice?
    fn survey<'a>(&mut self, parts: impl Iterator<Item = Option<&'a str>>, edgeless: bool) {
        let mut all_reached = true;
        for (number, part) in parts.enumerate() {
            let Some(name) = part else {
                all_reached = false;
                continue;
            };
            let node = match self.number(name) {
                Some(node) => node,
                None => {
                    let at = keep(&mut self.text, name);
                    self.node_at(at)
                }
            };
            all_reached &= self.reached(node).is_some();
            self.owner.resize(self.owner.len().max(self.names.len()), Owner::Nobody);
            self.owner[node] = match self.owner[node] {
                Owner::Nobody => Owner::Part(number),
                Owner::Part(first) | Owner::Several(first) => Owner::Several(first),
            };
        }
        self.knowledge = match (edgeless, all_reached) {
            (true, _) => GraphKnowledge::Absent,
            (false, true) => GraphKnowledge::Complete,
            (false, false) => GraphKnowledge::Partial,
        };
    }

    fn reached(&self, node: usize) -> Option<Step> {
        self.reached.get(node).copied().flatten()
    }

    fn owner(&self, node: usize) -> Owner {
        self.owner.get(node).copied().unwrap_or_default()
    }

    /// The references that every path starts with, in the order of the document.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        let steps = self.reached.iter().enumerate();
        let roots = steps.filter(|(_, step)| step.is_some_and(|step| step.from.is_none()));
        roots.filter_map(|(node, _)| self.name(node))
    }

    /// What a reference needs, in the order of the document.
    pub fn dependencies(&self, reference: &str) -> impl Iterator<Item = &str> {
        let node = self.number(reference);
        let next = node.map(|node| self.forward.of(node)).unwrap_or_default();
        next.iter().filter_map(|&next| self.name(next))
    }

    /// The number of the part that has a reference; of several, the first.
    #[must_use]
    pub fn part(&self, reference: &str) -> Option<usize> {
        match self.owner(self.number(reference)?) {
            Owner::Nobody => None,
            Owner::Part(number) | Owner::Several(number) => Some(number),
        }
    }

    /// How much this document says.
    #[must_use]
    pub fn knowledge(&self) -> GraphKnowledge {
        self.knowledge
    }

    /// Edges from the root to the reference; `None` when it is not reached, or not certain.
    #[must_use]
    pub fn distance(&self, reference: &str) -> Option<usize> {
        let node = self.number(reference)?;
        if matches!(self.owner(node), Owner::Several(_)) {
            return None;
        }
        self.reached(node).map(|step| step.distance)
    }

    /// Paths from a root to the reference, shortest first, one for each dependent, at most five.
    ///
    /// Each path starts with the root and ends with the reference.
    #[must_use]
    pub fn paths(&self, reference: &str) -> Vec<Vec<&str>> {
        let Some(node) = self.number(reference) else {
            return Vec::new();
        };
        if self.distance(reference).is_none_or(|distance| distance == 0) {
            return Vec::new();
        }
        let mut paths: Vec<Vec<usize>> = Vec::new();
        for &parent in self.backward.of(node) {
            let mut path = self.way_to(parent);
            if path.is_empty() || path.contains(&node) {
                continue;
            }
            path.push(node);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths.sort_by_key(Vec::len);
        paths.truncate(MAX_PATHS);
        let name = |path: Vec<usize>| path.into_iter().filter_map(|n| self.name(n)).collect();
        paths.into_iter().map(name).collect()
    }

    fn way_to(&self, node: usize) -> Vec<usize> {
        let mut way = Vec::new();
        let mut next = self.reached(node).map(|_| node);
        while let Some(node) = next {
            way.push(node);
            next = self.reached(node).and_then(|step| step.from);
        }
        way.reverse();
        way
    }
}

/// The name of a node, by where it stands in the text.
fn name_in<'t>(text: &'t str, names: &[Range<usize>], node: usize) -> Option<&'t str> {
    names.get(node).map(|at| &text[at.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(pairs: &[(&str, &str)]) -> Edges {
        pairs.iter().copied().collect()
    }

    #[test]
    fn the_shortest_path_comes_first() {
        let edges = edges(&[("root", "a"), ("a", "core"), ("root", "core")]);
        let graph = Graph::new(Some("root"), edges, [Some("a"), Some("core")]);
        assert_eq!(graph.paths("core"), [vec!["root", "core"], vec!["root", "a", "core"]]);
        assert_eq!(graph.distance("core"), Some(1));
        assert_eq!(graph.knowledge(), GraphKnowledge::Complete);
    }

    #[test]
    fn a_cycle_ends() {
        let edges = edges(&[("root", "b"), ("b", "c"), ("c", "a"), ("a", "b")]);
        let graph = Graph::new(Some("root"), edges, [Some("a")]);
        assert_eq!(graph.paths("a"), [vec!["root", "b", "c", "a"]]);
        assert_eq!(graph.paths("b"), [vec!["root", "b"]]);
    }

    #[test]
    fn no_path_is_claimed_to_a_reference_that_two_components_have() {
        let edges = edges(&[("root", "a"), ("a", "x")]);
        let graph = Graph::new(Some("root"), edges, [Some("a"), Some("x"), Some("x")]);
        assert!(graph.paths("x").is_empty());
        assert_eq!(graph.distance("x"), None);
    }

    #[test]
    fn roots_and_dependencies_can_be_walked() {
        let edges = edges(&[("root", "b"), ("root", "a"), ("x", "a")]);
        let graph = Graph::new(None, edges, [Some("a"), Some("b")]);
        assert_eq!(graph.roots().collect::<Vec<_>>(), ["root", "x"]);
        assert_eq!(graph.dependencies("root").collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(graph.dependencies("ghost").count(), 0);
    }

    #[test]
    fn no_edges_is_not_no_dependencies() {
        let graph = Graph::new(Some("root"), Edges::default(), [Some("a")]);
        assert_eq!(graph.knowledge(), GraphKnowledge::Absent);
        assert!(graph.paths("a").is_empty());
    }

    #[test]
    fn without_a_subject_nodes_that_nobody_needs_are_roots() {
        let graph = Graph::new(None, edges(&[("x", "y")]), [Some("x"), Some("y")]);
        assert_eq!(graph.paths("y"), [vec!["x", "y"]]);
    }
}
