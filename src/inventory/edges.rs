//! Who needs whom, as a document says it.

use std::ops::Range;

/// Edges from dependents to dependencies, by reference, in the order of the document.
///
/// All references stand in one text, that of a dependent once for all edges that follow each other: a
/// text of its own for each would cost two allocations an edge, and one dependent may have a million.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    text: String,
    edges: Vec<Ends>,
}

/// Where in the text the dependent and the dependency of an edge stand.
pub(super) type Ends = (Range<usize>, Range<usize>);

impl Edges {
    /// Adds an edge.
    pub fn push(&mut self, dependent: &str, dependency: &str) {
        let from = match self.edges.last() {
            Some((from, _)) if &self.text[from.clone()] == dependent => from.clone(),
            _ => keep(&mut self.text, dependent),
        };
        let to = keep(&mut self.text, dependency);
        self.edges.push((from, to));
    }

    /// All edges `(dependent, dependency)`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |range: &Range<usize>| &self.text[range.clone()];
        self.edges.iter().map(move |(from, to)| (text(from), text(to)))
    }

    /// All references in their order; a dependent comes once for all edges that follow each other.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        let ends = self.edges.iter().flat_map(move |(from, to)| {
            let again = last.replace(from.start) == Some(from.start);
            [(!again).then_some(from), Some(to)]
        });
        ends.flatten().map(|at| &self.text[at.clone()])
    }

    /// The dependent of the edge that was added last.
    #[must_use]
    pub fn last_dependent(&self) -> Option<&str> {
        self.edges.last().map(|(from, _)| &self.text[from.clone()])
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The text of all references, and where in it those of each edge stand.
    pub(super) fn into_parts(self) -> (String, Vec<Ends>) {
        (self.text, self.edges)
    }
}

/// Keeps a reference at the end of the text.
pub(super) fn keep(text: &mut String, reference: &str) -> Range<usize> {
    let start = text.len();
    text.push_str(reference);
    start..text.len()
}

impl<F: AsRef<str>, T: AsRef<str>> Extend<(F, T)> for Edges {
    fn extend<I: IntoIterator<Item = (F, T)>>(&mut self, edges: I) {
        edges.into_iter().for_each(|(from, to)| self.push(from.as_ref(), to.as_ref()));
    }
}

impl<F: AsRef<str>, T: AsRef<str>> FromIterator<(F, T)> for Edges {
    fn from_iter<I: IntoIterator<Item = (F, T)>>(edges: I) -> Self {
        let mut all = Self::default();
        all.extend(edges);
        all
    }
}

#[cfg(test)]
impl<const N: usize> PartialEq<[(&str, &str); N]> for Edges {
    fn eq(&self, edges: &[(&str, &str); N]) -> bool {
        self.iter().eq(edges.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_come_back_as_they_were_given_and_a_dependent_is_kept_once() {
        let given = [("root", "a"), ("root", "b"), ("a", ""), ("", "b"), ("root", "ä")];
        let edges: Edges = given.into_iter().collect();
        assert_eq!(edges, given);
        assert_eq!((edges.len(), edges.last_dependent()), (5, Some("root")));
        assert_eq!(edges.text, "rootabab".to_owned() + "rootä");
        let references: Vec<_> = edges.references().collect();
        assert_eq!(references, ["root", "a", "b", "a", "", "", "b", "root", "ä"]);
        assert!(!edges.is_empty() && Edges::default().is_empty());
    }
}
