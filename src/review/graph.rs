//! Who is reached from whom in a bill of materials.

use std::collections::VecDeque;

use super::sbom::{Aggregate, Element, Link, Sbom, Target};

/// What the links of a document say, looked at as a graph.
#[derive(Debug)]
pub struct Graph {
    /// How many steps each part is away from the product; `None` where no path leads to it.
    pub depth: Vec<Option<u32>>,
    /// Names that links lead to and nothing defines, each once, in order.
    pub dangling: Vec<String>,
    /// The parts to which each part leads.
    next: Vec<Vec<usize>>,
    /// The parts that are said to need nothing more, or to have nothing in them.
    ends: Vec<bool>,
    /// The parts of which the author does not know what they need.
    unknown: Vec<bool>,
    /// The parts that something leads to.
    entered: Vec<bool>,
    /// How complete each part is said to be.
    stated: Vec<Option<Aggregate>>,
    /// How complete the document as a whole is said to be.
    whole: Option<Aggregate>,
    /// The parts that are packages: to hold a file is no dependency.
    package: Vec<bool>,
}

impl Graph {
    /// Reads the links of a document.
    #[must_use]
    pub fn of(sbom: &Sbom) -> Self {
        let size = sbom.parts.len();
        let mut graph = Self {
            depth: vec![None; size],
            dangling: Vec::new(),
            next: vec![Vec::new(); size],
            ends: vec![false; size],
            unknown: vec![false; size],
            entered: vec![false; size],
            stated: vec![None; size],
            whole: None,
            package: sbom.parts.iter().map(|part| part.element == Element::Package).collect(),
        };
        for link in sbom.links.iter().filter(|link| link.from < size) {
            graph.add(link);
        }
        for said in &sbom.completeness {
            let known = match said.about {
                None => Some(&mut graph.whole),
                Some(part) => graph.stated.get_mut(part),
            };
            if let Some(known) = known {
                *known = (*known).max(Some(said.aggregate));
            }
        }
        graph.dangling.sort_unstable();
        graph.dangling.dedup();
        graph.walk(&sbom.primary);
        graph
    }

    fn add(&mut self, link: &Link) {
        match &link.to {
            Target::Part(to) if *to < self.depth.len() => {
                self.next[link.from].push(*to);
                self.entered[*to] |= *to != link.from;
            }
            Target::Part(_) => {}
            Target::Dangling(name) => self.dangling.push(name.clone()),
            Target::Nothing => self.ends[link.from] = true,
            Target::Unknown => self.unknown[link.from] = true,
        }
    }

    fn walk(&mut self, primary: &[usize]) {
        let mut queue = VecDeque::new();
        for start in primary {
            if let Some(depth) = self.depth.get_mut(*start) {
                *depth = Some(0);
                queue.push_back((*start, 0));
            }
        }
        while let Some((from, depth)) = queue.pop_front() {
            for to in self.next[from].clone() {
                if self.depth[to].is_none() {
                    self.depth[to] = Some(depth + 1);
                    queue.push_back((to, depth + 1));
                }
            }
        }
    }

    /// What the document says of how complete it is about a part, the weakest word where there are
    /// several; what it says of itself as a whole counts for each part, and for no part at all.
    /// Statements do not pass from a part to what is in it.
    #[must_use]
    pub fn stated(&self, part: Option<usize>) -> Option<Aggregate> {
        part.and_then(|part| self.stated[part]).or(self.whole)
    }

    /// The parts to which a part leads.
    #[must_use]
    pub fn next(&self, part: usize) -> &[usize] {
        &self.next[part]
    }

    /// Whether a part leads to another that is a package.
    #[must_use]
    pub fn leads_on(&self, part: usize) -> bool {
        self.next[part].iter().any(|to| *to != part && self.package[*to])
    }

    /// Whether a part is said to need nothing more.
    #[must_use]
    pub fn ends(&self, part: usize) -> bool {
        self.ends[part]
    }

    /// Whether the author says that he does not know what a part needs.
    #[must_use]
    pub fn is_unknown(&self, part: usize) -> bool {
        self.unknown[part]
    }

    /// Whether any part leads to a package.
    #[must_use]
    pub fn has_links(&self) -> bool {
        (0..self.next.len()).any(|part| self.leads_on(part))
    }

    /// The longest of the shortest ways from the product; without a product, of a chain anywhere up to
    /// two steps.
    #[must_use]
    pub fn reach(&self, has_primary: bool) -> u32 {
        if has_primary {
            let packages = self.depth.iter().zip(&self.package).filter(|(_, package)| **package);
            return packages.filter_map(|(depth, _)| *depth).max().unwrap_or(0);
        }
        let inner = (0..self.next.len()).any(|part| self.entered[part] && self.leads_on(part));
        match (inner, self.has_links()) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

/// The packages of a document, single files left out.
pub fn packages(sbom: &Sbom) -> impl Iterator<Item = usize> {
    (0..sbom.parts.len()).filter(|part| sbom.parts[*part].element == Element::Package)
}

/// The packages of a document without the product itself. Where it describes several, none of them is
/// the product.
pub fn listed(sbom: &Sbom) -> impl Iterator<Item = usize> {
    packages(sbom).filter(|part| sbom.primary != [*part])
}

#[cfg(test)]
mod tests {
    use super::super::quality::fixture;
    use super::super::sbom::Relation;
    use super::*;

    fn link(from: usize, to: Target) -> Link {
        Link { from, relation: Relation::DependsOn, to }
    }

    #[test]
    fn a_circle_is_walked_once() {
        let mut sbom = fixture::bare(3);
        sbom.links =
            vec![link(0, Target::Part(1)), link(1, Target::Part(2)), link(2, Target::Part(0))];
        let graph = Graph::of(&sbom);
        assert_eq!(graph.depth, [Some(0), Some(1), Some(2)]);
        assert_eq!(graph.reach(true), 2);
    }

    #[test]
    fn what_nothing_defines_is_dangling_and_reaches_nothing() {
        let mut sbom = fixture::bare(2);
        sbom.links = vec![link(0, Target::Dangling("gone".to_owned())), link(9, Target::Part(1))];
        let graph = Graph::of(&sbom);
        assert_eq!(graph.dangling, ["gone"]);
        assert_eq!(graph.depth, [Some(0), None]);
        assert!(!graph.has_links());
    }

    #[test]
    fn a_file_that_is_held_is_no_dependency() {
        let mut sbom = fixture::bare(3);
        sbom.parts[1].element = Element::File;
        sbom.links = vec![link(0, Target::Part(1))];
        assert!(!Graph::of(&sbom).leads_on(0));
        assert_eq!(Graph::of(&sbom).reach(true), 0);
        sbom.links.push(link(0, Target::Part(2)));
        sbom.links.push(link(2, Target::Part(1)));
        assert_eq!(Graph::of(&sbom).reach(true), 1);
    }

    #[test]
    fn of_several_described_packages_none_is_the_product() {
        let mut sbom = fixture::bare(2);
        assert_eq!(listed(&sbom).collect::<Vec<_>>(), [1]);
        sbom.primary = vec![0, 1];
        assert_eq!(listed(&sbom).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn the_weaker_of_two_statements_counts() {
        let mut sbom = fixture::bare(2);
        assert_eq!(Graph::of(&sbom).stated(Some(0)), None);
        sbom.completeness.push(fixture::said(Some(0), Aggregate::Complete));
        assert_eq!(Graph::of(&sbom).stated(Some(0)), Some(Aggregate::Complete));
        assert_eq!(Graph::of(&sbom).stated(Some(1)), None);
        sbom.completeness.push(fixture::said(Some(0), Aggregate::Incomplete));
        assert_eq!(Graph::of(&sbom).stated(Some(0)), Some(Aggregate::Incomplete));
    }
}
