//! Chooses one node for each conflict (resolver 1.6.3, `ConflictResolver` with Maven's
//! `NearestVersionSelector`, `JavaScopeSelector` and `JavaScopeDeriver`).
//!
//! Conflicts are settled one after the other; the losers of one and all below them are gone before
//! the next begins. The nearest wins, the first of equals; versions that a range excludes, wherever
//! in the graph it stands, cannot win. Scopes are derived along each way to a node, and the widest
//! counts unless the project itself declares one. Depths and scopes of a shared list of children are
//! only looked at again when something new came: that is Maven's, and it shows.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::collect::Graph;
use super::order::Conflicts;
use super::range::Constraint;

/// How many steps all walks may take together: a second or two.
const MAX_STEPS: usize = 50_000_000;

/// How long a way through the graph may be. Ways lead through shared lists and are bounded by them
/// alone.
const MAX_WAY: usize = 2_000;

/// What came out, beside the lists of the graph that hold the winners only.
#[derive(Debug, Default)]
pub(super) struct Mediation {
    /// Conflicts that have no solution: the nodes whose ranges exclude each other.
    pub(super) unsolvable: Vec<Vec<usize>>,
    /// The graph is too large to be settled.
    pub(super) gave_up: bool,
    /// For each node, which one was chosen in its place.
    pub(super) winner_of: HashMap<usize, usize>,
}

/// A node that could be chosen.
struct Item {
    node: usize,
    /// The list that it stands in.
    list: usize,
    depth: usize,
    scopes: BTreeSet<Rc<str>>,
    may_be_mandatory: bool,
}

/// What is known of a list of children, over all ways that lead to it in one walk.
struct Known {
    depth: usize,
    scopes: BTreeSet<Rc<str>>,
    optionalities: [bool; 2],
    items: Vec<usize>,
}

/// A step on the way from the project.
struct Step {
    list: usize,
    scope: Rc<str>,
    optional: bool,
    /// Whether items found below are new; else those that are known are only widened.
    adds: bool,
}

struct Resolver<'g> {
    graph: &'g mut Graph,
    conflicts: &'g Conflicts,
    /// The winner of each settled conflict.
    settled: HashMap<usize, Option<usize>>,
    /// Conflicts that may lead to the current one: others are not entered.
    ancestors: HashSet<usize>,
    items: Vec<Item>,
    known: HashMap<usize, Known>,
    way: Vec<Step>,
    on_way: HashSet<usize>,
    steps: usize,
    result: Mediation,
    provided: Rc<str>,
    runtime: Rc<str>,
}

/// Leaves in the graph only what is chosen, with the scope it has for the project.
pub(super) fn mediate(graph: &mut Graph) -> Mediation {
    let conflicts = Conflicts::of(graph);
    let mut resolver = Resolver {
        graph,
        conflicts: &conflicts,
        settled: HashMap::new(),
        ancestors: HashSet::new(),
        items: Vec::new(),
        known: HashMap::new(),
        way: Vec::new(),
        on_way: HashSet::new(),
        steps: 0,
        result: Mediation::default(),
        provided: Rc::from("provided"),
        runtime: Rc::from("runtime"),
    };
    let mut last = None;
    for &conflict in &conflicts.order {
        last = resolver.settle(conflict);
    }
    if let (Some(winner), false) = (last, conflicts.cycles.is_empty()) {
        // losers below the last winner, which no further walk would meet
        resolver.begin();
        resolver.gather(winner, None);
    }
    let winner_of = conflicts.of.iter().enumerate().filter_map(|(node, conflict)| {
        let winner = resolver.settled.get(conflict).copied().flatten()?;
        Some((node, winner))
    });
    Mediation { winner_of: winner_of.collect(), ..resolver.result }
}

impl Resolver<'_> {
    fn begin(&mut self) {
        self.items.clear();
        self.known.clear();
        self.way.clear();
        self.on_way.clear();
    }

    fn settle(&mut self, conflict: usize) -> Option<usize> {
        self.begin();
        for cycle in self.conflicts.cycles.iter().filter(|cycle| cycle.contains(&conflict)) {
            self.ancestors.extend(cycle);
        }
        self.gather_below_root(conflict);
        self.set_depths();
        self.ancestors.insert(conflict);
        let winner = self.choose();
        if let Some(winner) = winner {
            let scope = self.scope(winner);
            let optional = self.optional();
            let number = self.items[winner].node;
            let node = &mut self.graph.nodes[number];
            node.wanted.scope = scope;
            node.wanted.optional = optional;
            self.remove_losers(winner);
        }
        let winner = winner.map(|winner| self.items[winner].node);
        self.settled.insert(conflict, winner);
        winner
    }

    /// Walks from the project, which is no node.
    fn gather_below_root(&mut self, conflict: usize) {
        let known = Known {
            depth: 0,
            scopes: BTreeSet::from([Rc::from("")]),
            optionalities: [true, false],
            items: Vec::new(),
        };
        self.known.insert(0, known);
        self.way.push(Step { list: 0, scope: Rc::from(""), optional: false, adds: true });
        self.on_way.insert(0);
        self.children(0, Some(conflict));
    }

    fn children(&mut self, list: usize, conflict: Option<usize>) {
        let mut kept = 0;
        for at in 0..self.graph.lists[list].len() {
            let child = self.graph.lists[list][at];
            if self.gather(child, conflict) {
                self.graph.lists[list][kept] = child;
                kept += 1;
            }
        }
        self.graph.lists[list].truncate(kept);
    }

    /// Finds nodes of a conflict at a node and below it. False: the node lost earlier and is to go.
    fn gather(&mut self, number: usize, conflict: Option<usize>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.way.len() > MAX_WAY {
            self.result.gave_up = true;
            return true;
        }
        let own = self.conflicts.of[number];
        if conflict == Some(own) {
            self.found(number);
        } else if self.settled.get(&own).is_some_and(|won| won.is_some_and(|won| won != number)) {
            return false;
        } else if self.ancestors.contains(&own) && self.push(number, own) {
            self.children(self.graph.nodes[number].list, conflict);
            if let Some(step) = self.way.pop() {
                self.on_way.remove(&step.list);
            }
        }
        true
    }

    fn found(&mut self, number: usize) {
        let Some(step) = self.way.last().filter(|step| step.adds) else { return };
        let list = step.list;
        let (scope, optional) =
            (self.derived_scope(number, None), self.derived_optional(number, None));
        let item = self.items.len();
        self.items.push(Item {
            node: number,
            list,
            depth: 0,
            scopes: BTreeSet::from([scope]),
            may_be_mandatory: !optional,
        });
        if let Some(known) = self.known.get_mut(&list) {
            known.items.push(item);
        }
    }

    /// Goes below a node, unless that would bring nothing new.
    fn push(&mut self, number: usize, own: usize) -> bool {
        let list = self.graph.nodes[number].list;
        if self.on_way.contains(&list) {
            return false;
        }
        let depth = self.way.len();
        let scope = self.derived_scope(number, Some(own));
        let optional = self.derived_optional(number, Some(own));
        let Some(known) = self.known.get_mut(&list) else {
            let mut optionalities = [false; 2];
            optionalities[usize::from(optional)] = true;
            let scopes = BTreeSet::from([Rc::clone(&scope)]);
            self.known.insert(list, Known { depth, scopes, optionalities, items: Vec::new() });
            self.on_way.insert(list);
            self.way.push(Step { list, scope, optional, adds: true });
            return true;
        };
        known.depth = known.depth.min(depth);
        let new_scope = known.scopes.insert(Rc::clone(&scope));
        let new_optional =
            !std::mem::replace(&mut known.optionalities[usize::from(optional)], true);
        if !new_scope && !new_optional {
            return false;
        }
        let items = known.items.clone();
        self.on_way.insert(list);
        self.way.push(Step { list, scope, optional, adds: false });
        for item in items {
            let node = self.items[item].node;
            if new_scope {
                let scope = self.derived_scope(node, None);
                self.items[item].scopes.insert(scope);
            }
            if new_optional {
                self.items[item].may_be_mandatory |= !self.derived_optional(node, None);
            }
        }
        true
    }

    /// The scope of a node below the last step; settled ones have theirs.
    fn derived_scope(&self, number: usize, own: Option<usize>) -> Rc<str> {
        let node = &self.graph.nodes[number];
        let is_fixed = own.is_some_and(|own| self.settled.contains_key(&own));
        let child = &node.wanted.scope;
        let Some(parent) = self.way.last().map(|step| &step.scope) else {
            return Rc::clone(child);
        };
        let keeps = matches!(&**child, "system" | "test") || matches!(&**parent, "" | "compile");
        if node.scope_is_managed || is_fixed || keeps {
            return Rc::clone(child);
        }
        match &**parent {
            "test" | "runtime" => Rc::clone(parent),
            "system" | "provided" => Rc::clone(&self.provided),
            _ => Rc::clone(&self.runtime),
        }
    }

    fn derived_optional(&self, number: usize, own: Option<usize>) -> bool {
        let node = &self.graph.nodes[number];
        let is_fixed = own.is_some_and(|own| self.settled.contains_key(&own));
        if node.wanted.optional || node.optional_is_managed || is_fixed {
            return node.wanted.optional;
        }
        self.way.last().is_some_and(|step| step.optional)
    }

    /// Below the nearest of the ways to their list.
    fn set_depths(&mut self) {
        for item in &mut self.items {
            item.depth = self.known.get(&item.list).map_or(0, |known| known.depth) + 1;
        }
    }

    /// The item that wins; `None` when there are none.
    fn choose(&mut self) -> Option<usize> {
        let mut ranges: Vec<usize> = Vec::new();
        let mut candidates: Vec<usize> = Vec::new();
        let mut winner: Option<usize> = None;
        for item in 0..self.items.len() {
            let node = self.items[item].node;
            let mut again = false;
            if matches!(*self.graph.nodes[node].constraint, Constraint::Ranges(_)) {
                ranges.push(node);
                again = winner.is_some_and(|winner| !self.admits(node, self.items[winner].node));
            }
            let fits = ranges.iter().all(|&range| self.admits(range, node));
            if fits {
                candidates.push(item);
            }
            if again {
                candidates.retain(|&one| {
                    ranges.iter().all(|&range| self.admits(range, self.items[one].node))
                });
                winner = self.nearest(&candidates);
                if winner.is_none() {
                    break;
                }
            } else if fits {
                winner = self.nearest(&winner.into_iter().chain([item]).collect::<Vec<_>>());
            }
        }
        if winner.is_none() && !self.items.is_empty() {
            let all = (0..self.items.len()).collect::<Vec<_>>();
            let nodes = self.items.iter().map(|item| item.node).collect();
            self.result.unsolvable.push(nodes);
            // nothing is right here; the nearest stands for all of them
            winner = self.nearest(&all);
        }
        winner
    }

    fn admits(&self, range: usize, node: usize) -> bool {
        self.graph.nodes[range].constraint.admits(&self.graph.nodes[node].version)
    }

    /// The nearest of some items, the first of equals; of one range the highest.
    fn nearest(&self, items: &[usize]) -> Option<usize> {
        let version = |item: &Item| &self.graph.nodes[item.node].version;
        let mut best: Option<usize> = None;
        for &one in items {
            let (mine, theirs) = (&self.items[one], best.map(|best| &self.items[best]));
            let is_nearer = theirs.is_none_or(|theirs| {
                if mine.list == theirs.list {
                    version(mine).compare(version(theirs)).is_gt()
                } else {
                    mine.depth < theirs.depth
                }
            });
            if is_nearer {
                best = Some(one);
            }
        }
        best
    }

    /// That of the project's own declaration, else the widest.
    fn scope(&self, winner: usize) -> Rc<str> {
        let own = |item: &Item| Rc::clone(&self.graph.nodes[item.node].wanted.scope);
        let won = own(&self.items[winner]);
        if &*won == "system" {
            return won;
        }
        if let Some(direct) = self.items.iter().find(|item| item.depth <= 1) {
            return own(direct);
        }
        let mut all: BTreeSet<&Rc<str>> = self.items.iter().flat_map(|item| &item.scopes).collect();
        if all.len() > 1 {
            all.retain(|scope| &***scope != "system");
        }
        let widest = ["compile", "runtime", "provided", "test"];
        let widest =
            widest.into_iter().find_map(|name| all.iter().find(|scope| &****scope == name));
        let lone = all.first().filter(|_| all.len() == 1);
        lone.or(widest).map_or_else(|| Rc::from(""), |scope| Rc::clone(scope))
    }

    /// Optional only when every way is; what the project itself says counts.
    fn optional(&self) -> bool {
        match self.items.iter().find(|item| item.depth <= 1) {
            Some(direct) => self.graph.nodes[direct.node].wanted.optional,
            None => !self.items.iter().any(|item| item.may_be_mandatory),
        }
    }

    fn remove_losers(&mut self, winner: usize) {
        let winner = self.items[winner].node;
        for item in &self.items {
            if item.node != winner {
                let list = &mut self.graph.lists[item.list];
                list.retain(|&child| child != item.node);
            }
        }
    }
}
