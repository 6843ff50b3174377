//! In which order conflicts are settled (resolver 1.6.3, `ConflictMarker` and `ConflictIdSorter`).
//!
//! Nodes with one key are one conflict; a relocated node belongs to that of its old names too.
//! A conflict is settled after those of all its ancestors; where conflicts form a cycle, the nearest
//! goes first. The order among equals is that of Java's hash tables, and it can be seen in cycles.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::collect::{Graph, Key, Node};

/// The conflicts of a graph.
#[derive(Debug, Default)]
pub(super) struct Conflicts {
    /// Which conflict each node belongs to.
    pub(super) of: Vec<usize>,
    /// All conflicts, in the order in which to settle them.
    pub(super) order: Vec<usize>,
    /// Groups of conflicts that lead to each other.
    pub(super) cycles: BTreeSet<BTreeSet<usize>>,
}

impl Conflicts {
    pub(super) fn of(graph: &Graph) -> Self {
        let of = marked(graph);
        let mut sorter = Sorter { of: &of, ids: Vec::new(), places: HashMap::new() };
        sorter.read(graph);
        let (order, is_cyclic) = sorter.sorted();
        let cycles = if is_cyclic { sorter.cycles() } else { BTreeSet::new() };
        Self { order, cycles, of }
    }
}

fn keys(node: &Node) -> Vec<Key> {
    let all = std::iter::once(&node.wanted.artifact).chain(node.relocated_from.iter());
    let mut keys: Vec<Key> = all.map(|artifact| artifact.key().map(str::to_owned)).collect();
    keys.dedup();
    keys
}

/// The conflict of each node, numbered as they are met from the root down.
fn marked(graph: &Graph) -> Vec<usize> {
    let mut groups: HashMap<Key, usize> = HashMap::new();
    let mut members: Vec<Vec<Key>> = Vec::new();
    let mut seen = vec![false; graph.nodes.len()];
    let mut open: Vec<usize> = graph.lists[0].iter().rev().copied().collect();
    while let Some(number) = open.pop() {
        if std::mem::replace(&mut seen[number], true) {
            continue;
        }
        let node = &graph.nodes[number];
        let keys = keys(node);
        let known: BTreeSet<usize> =
            keys.iter().filter_map(|key| groups.get(key)).copied().collect();
        let fresh = keys.iter().any(|key| !groups.contains_key(key));
        if fresh || known.len() > 1 {
            let mut all: Vec<Key> =
                known.iter().flat_map(|&group| members[group].clone()).collect();
            all.extend(keys);
            for key in &all {
                groups.insert(key.clone(), members.len());
            }
            members.push(all);
        }
        open.extend(graph.lists[node.list].iter().rev());
    }
    let of = |node: &Node| groups.get(&node.wanted.artifact.key().map(str::to_owned)).copied();
    graph.nodes.iter().map(|node| of(node).unwrap_or(usize::MAX)).collect()
}

/// A conflict in the graph of conflicts.
struct Id {
    key: usize,
    children: Vec<usize>,
    known: HashSet<usize>,
    incoming: usize,
    depth: usize,
}

struct Sorter<'g> {
    of: &'g [usize],
    ids: Vec<Id>,
    places: HashMap<usize, usize>,
}

impl Sorter<'_> {
    /// Walks the graph, each node once, in the order of its lists.
    fn read(&mut self, graph: &Graph) {
        let mut seen = vec![false; graph.nodes.len()];
        // the list, how far it was walked, the conflict above it, and its depth
        let mut open = vec![(0_usize, 0_usize, None::<usize>, 1_usize)];
        while let Some((list, at, above, depth)) = open.pop() {
            let Some(&child) = graph.lists[list].get(at) else { continue };
            open.push((list, at + 1, above, depth));
            let id = self.id(self.of[child], depth);
            if let Some(above) = above
                && self.ids[above].known.insert(id)
            {
                self.ids[above].children.push(id);
                self.ids[id].incoming += 1;
            }
            if !std::mem::replace(&mut seen[child], true) {
                open.push((graph.nodes[child].list, 0, Some(id), depth + 1));
            }
        }
        self.as_in_hash_tables();
    }

    /// Children in the order in which a `HashSet` of numbers gives them.
    fn as_in_hash_tables(&mut self) {
        let keys: Vec<usize> = self.ids.iter().map(|id| id.key).collect();
        for id in &mut self.ids {
            let mut slots = 16;
            while id.children.len() * 4 > slots * 3 {
                slots *= 2;
            }
            id.children.sort_by_key(|&child| (keys[child] ^ (keys[child] >> 16)) & (slots - 1));
        }
    }

    fn id(&mut self, key: usize, depth: usize) -> usize {
        if let Some(&known) = self.places.get(&key) {
            self.pull_up(known, depth);
            return known;
        }
        self.places.insert(key, self.ids.len());
        let (children, known) = (Vec::new(), HashSet::new());
        self.ids.push(Id { key, children, known, incoming: 0, depth });
        self.ids.len() - 1
    }

    fn pull_up(&mut self, id: usize, depth: usize) {
        let mut open = vec![(id, depth)];
        while let Some((id, depth)) = open.pop() {
            if depth < self.ids[id].depth {
                self.ids[id].depth = depth;
                open.extend(self.ids[id].children.iter().map(|&child| (child, depth + 1)));
            }
        }
    }

    /// The keys in order, and whether cycles had to be cut open.
    fn sorted(&mut self) -> (Vec<usize>, bool) {
        let mut sorted = Vec::with_capacity(self.ids.len());
        let roots =
            (0..self.ids.len()).filter(|&id| self.ids[id].incoming == 0).collect::<Vec<_>>();
        let mut queue = VecDeque::new();
        for root in roots {
            self.enqueue(&mut queue, root);
        }
        self.drain(&mut queue, &mut sorted);
        let is_cyclic = sorted.len() < self.ids.len();
        while sorted.len() < self.ids.len() {
            let waiting = (0..self.ids.len()).filter(|&id| self.ids[id].incoming > 0);
            let nearest = waiting.min_by_key(|&id| (self.ids[id].depth, self.ids[id].incoming));
            let Some(nearest) = nearest else { break };
            self.ids[nearest].incoming = 0;
            self.enqueue(&mut queue, nearest);
            self.drain(&mut queue, &mut sorted);
        }
        (sorted, is_cyclic)
    }

    /// By depth; among equals, first come, first served.
    fn enqueue(&self, queue: &mut VecDeque<usize>, id: usize) {
        let behind = queue.iter().rposition(|&known| self.ids[known].depth <= self.ids[id].depth);
        queue.insert(behind.map_or(0, |at| at + 1), id);
    }

    fn drain(&mut self, queue: &mut VecDeque<usize>, sorted: &mut Vec<usize>) {
        while let Some(id) = queue.pop_front() {
            sorted.push(self.ids[id].key);
            for at in 0..self.ids[id].children.len() {
                let child = self.ids[id].children[at];
                // one that was taken out of a cycle has none left
                let Some(left) = self.ids[child].incoming.checked_sub(1) else { continue };
                self.ids[child].incoming = left;
                if left == 0 {
                    self.enqueue(queue, child);
                }
            }
        }
    }

    /// The conflicts on each way that leads back to itself.
    fn cycles(&self) -> BTreeSet<BTreeSet<usize>> {
        let mut cycles = BTreeSet::new();
        let mut visited = vec![false; self.ids.len()];
        let mut on_stack: Vec<Option<usize>> = vec![None; self.ids.len()];
        for start in 0..self.ids.len() {
            let mut stack = vec![(start, 0_usize)];
            let mut way: Vec<usize> = Vec::new();
            while let Some((id, at)) = stack.pop() {
                if at == 0 {
                    if let Some(from) = on_stack[id] {
                        cycles.insert(way[from..].iter().map(|&id| self.ids[id].key).collect());
                        continue;
                    }
                    if std::mem::replace(&mut visited[id], true) {
                        continue;
                    }
                    on_stack[id] = Some(way.len());
                    way.push(id);
                }
                match self.ids[id].children.get(at) {
                    Some(&child) => {
                        stack.push((id, at + 1));
                        stack.push((child, 0));
                    }
                    None => {
                        on_stack[id] = None;
                        way.pop();
                    }
                }
            }
        }
        cycles
    }
}
