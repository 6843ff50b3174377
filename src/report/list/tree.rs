//! Who brings in what. Each component is expanded where it comes first; a repetition is marked
//! `(see above)`, a way back to one of its own users `(cycle)`. Where the tree gets too deep for the
//! line, the rest stands in a tree of its own below.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::text::{WIDTH, plain, wrap};
use super::{DIM, is_subject, parts};
use crate::inventory::{Component, Graph, GraphKnowledge, Inventory, Scope};

/// How deep one tree goes.
const DEEPEST: usize = 16;

/// Writes the trees of one document, then what hangs on none of them.
pub(super) fn write(inventory: &Inventory, input: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(document) = inventory.inputs.get(input) else { return Ok(()) };
    let mut walk = Walk {
        inventory,
        input,
        graph: &document.graph,
        seen: HashSet::new(),
        postponed: HashSet::new(),
        waiting: VecDeque::new(),
        out,
    };
    if document.graph.knowledge() == GraphKnowledge::Absent {
        return walk.rest("the document does not say who brings in what:");
    }
    let mut roots: Vec<&str> = document.graph.roots().collect();
    roots.sort_by_cached_key(|root| walk.label(root));
    walk.trees(roots)?;
    walk.rest("nothing says what brings in these:")
}

struct Walk<'a, 'o> {
    inventory: &'a Inventory,
    input: usize,
    graph: &'a Graph,
    /// Expanded, or about to be.
    seen: HashSet<&'a str>,
    /// Those of them that got a tree of their own.
    postponed: HashSet<&'a str>,
    waiting: VecDeque<&'a str>,
    out: &'o mut dyn Write,
}

/// An open entry: what is below it, and what stands left of that.
struct Frame<'a> {
    name: &'a str,
    children: std::vec::IntoIter<&'a str>,
    indent: String,
}

impl<'a> Walk<'a, '_> {
    fn trees(&mut self, roots: Vec<&'a str>) -> io::Result<()> {
        self.waiting.extend(roots);
        while let Some(root) = self.waiting.pop_front() {
            let continued = if self.postponed.contains(root) { " (continued)" } else { "" };
            self.seen.insert(root);
            self.line(("", "", ""), &format!("{}{continued}", self.label(root)))?;
            self.tree(root)?;
        }
        Ok(())
    }

    /// All that is below a root, without recursion.
    fn tree(&mut self, root: &'a str) -> io::Result<()> {
        let mut open = vec![self.frame(root, String::new())];
        while let Some(frame) = open.last_mut() {
            let Some(child) = frame.children.next() else {
                open.pop();
                continue;
            };
            let is_last = frame.children.as_slice().is_empty();
            let (branch, below) = if is_last { ("\\- ", "   ") } else { ("+- ", "|  ") };
            let indent = frame.indent.clone();
            let is_leaf = self.graph.dependencies(child).next().is_none();
            let is_cycle = open.iter().any(|frame| frame.name == child);
            let mark = self.mark(child, is_cycle, open.len());
            let mark = if is_leaf { None } else { mark };
            let text = format!("{}{}", self.label(child), mark.unwrap_or_default());
            self.line((&indent, branch, below), &text)?;
            if mark.is_none() && !is_leaf {
                open.push(self.frame(child, format!("{indent}{below}")));
            }
            self.seen.insert(child);
        }
        Ok(())
    }

    /// Why an entry is not expanded here; nothing where it is.
    fn mark(&mut self, child: &'a str, is_cycle: bool, depth: usize) -> Option<&'static str> {
        if is_cycle {
            Some(" (cycle)")
        } else if self.postponed.contains(child) {
            Some(" (continued below)")
        } else if self.seen.contains(child) {
            Some(" (see above)")
        } else if depth >= DEEPEST && self.graph.dependencies(child).next().is_some() {
            self.postponed.insert(child);
            self.waiting.push_back(child);
            Some(" (continued below)")
        } else {
            None
        }
    }

    /// Each dependency once, by name.
    fn frame(&self, name: &'a str, indent: String) -> Frame<'a> {
        let mut children: Vec<&str> = self.graph.dependencies(name).collect();
        children.sort_by_cached_key(|child| (self.label(child), *child));
        children.dedup();
        Frame { name, children: children.into_iter(), indent }
    }

    /// The parts that stand in no tree, and what they bring in.
    fn rest(&mut self, title: &str) -> io::Result<()> {
        let (inventory, input, graph) = (self.inventory, self.input, self.graph);
        let mut missing: Vec<&Component> = parts(inventory, input)
            .filter(|one| !one.reference.as_deref().is_some_and(|name| self.stands(name)))
            .collect();
        missing.sort_by_cached_key(|one| described(one));
        if !missing.is_empty() {
            self.line(("", "", ""), title)?;
        }
        for one in missing {
            match one.reference.as_deref() {
                Some(name) if graph.dependencies(name).next().is_some() => {
                    if self.seen.insert(name) {
                        self.trees(vec![name])?;
                    }
                }
                _ => self.line(("", "", ""), &described(one))?,
            }
        }
        Ok(())
    }

    /// Whether a reference was printed, and means one component alone.
    fn stands(&self, name: &str) -> bool {
        self.seen.contains(name) && self.graph.distance(name).is_some()
    }

    fn label(&self, reference: &str) -> String {
        let found = self.inventory.by_reference(self.input, reference);
        found.map_or_else(|| reference.to_owned(), described)
    }

    /// One entry; what does not fit into the line goes on below it.
    fn line(&mut self, lead: (&str, &str, &str), text: &str) -> io::Result<()> {
        let (indent, branch, below) = lead;
        let room = WIDTH.saturating_sub(2 + indent.width() + branch.width() + 2);
        for (number, line) in wrap(&plain(text), room).into_iter().enumerate() {
            let (before, gap) = if number == 0 { (branch, "") } else { (below, "  ") };
            writeln!(self.out, "  {DIM}{indent}{before}{DIM:#}{gap}{line}")?;
        }
        Ok(())
    }
}

/// Name, version, scope, and whether it was evaluated where it was not.
fn described(component: &Component) -> String {
    let mut text = component.full_name();
    if let Some(version) = &component.version {
        text.push_str(&format!(" {version}"));
    }
    if let Some(scope) = component.scope {
        text.push_str(&format!(", {}", Scope::as_str(scope)));
    }
    if let (Err(why), false) = (&component.identity, is_subject(component)) {
        text.push_str(&format!(", NOT evaluated: {}", why.reason.as_str()));
    }
    text
}
