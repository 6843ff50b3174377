//! The delivered Java archives against the bills of materials: what is in one and not in the other.
//!
//! An archive is known by the descriptions that Maven leaves in it, by its manifest, or by its name
//! alone. The less is known, the less is claimed: what only a file name tells is asked about mildly,
//! and a listed component whose classes lie in a repackaged archive is there, described or not.

mod digests;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use self::names::{Match, Named};
use super::delivery::Kind;
use super::{About, Delivered, Evidence, Remark, Sbom, name_of};
use crate::config::ReviewRule;
use crate::ingest::archive::{Contents, UNREAD};
use crate::inventory::{Component, Format, Role, Scope};

/// What differs; `None` where nothing could be compared, since archives or lists of what they could hold
/// were not delivered.
#[must_use]
pub fn remarks(delivered: Delivered<'_>) -> Option<Vec<Remark>> {
    let comparison = Comparison::of(delivered);
    if comparison.archived.is_empty() || comparison.listed.is_empty() {
        return None;
    }
    let mut remarks = comparison.unlisted();
    remarks.extend(comparison.absent());
    remarks.extend(digests::remarks(&comparison));
    remarks.sort();
    Some(remarks)
}

/// Both sides.
struct Comparison<'a> {
    delivered: Delivered<'a>,
    archived: Vec<Named<'a>>,
    listed: Vec<Named<'a>>,
    /// Digests that bills of materials name, in small letters.
    digests: HashSet<String>,
    /// Package URLs of parts that a bill of materials says are not delivered with the product, with its
    /// path.
    external: HashSet<(&'a str, &'a str)>,
    /// The archives by their paths within the delivery.
    contents: HashMap<&'a str, &'a Contents>,
    /// How many Java archives were delivered that lie in no other.
    java: usize,
}

impl<'a> Comparison<'a> {
    fn of(delivered: Delivered<'a>) -> Self {
        let inventory = &delivered.audit.inventory;
        let (mut archived, mut listed) = (Vec::new(), Vec::new());
        for component in &inventory.components {
            let format = inventory.inputs[component.input].format;
            let Some(named) = Named::of(component) else { continue };
            match Kind::of(format) {
                Kind::JavaArchive => archived.push(named),
                Kind::Sbom(_) => listed.push(named),
                _ => {}
            }
        }
        let parts = delivered.sboms.iter().flat_map(|(_, sbom)| &sbom.parts);
        let hashes = parts.flat_map(|part| &part.hashes);
        let digests = hashes.map(|hash| hash.value.to_ascii_lowercase()).collect();
        let parts = |(path, sbom): &'a (String, Sbom)| {
            let external = sbom.parts.iter().filter(|part| part.external);
            let names = external.flat_map(|part| &part.identifiers);
            names.map(|one| (path.as_str(), one.text.as_str()))
        };
        let external = delivered.sboms.iter().flat_map(parts).collect();
        let archives = delivered.delivery.archives.iter();
        let contents = archives.map(|contents| (contents.archive.as_str(), contents)).collect();
        let inputs = inventory.inputs.iter();
        let java = inputs.filter(|input| input.format == Format::JavaArchive).count();
        Self { delivered, archived, listed, digests, external, contents, java }
    }

    fn by_artifact(&self) -> HashMap<&str, Vec<&Named<'a>>> {
        let mut index: HashMap<&str, Vec<&Named<'_>>> = HashMap::new();
        for named in &self.listed {
            index.entry(&named.artifact).or_default().push(named);
        }
        index
    }

    fn path(&self, component: &'a Component) -> &'a str {
        self.delivered.delivery.within(&component.location.path)
    }

    /// Whether a component is the delivered archive itself and not a part of it.
    fn is_outermost(&self, named: &Named<'_>) -> bool {
        let input = &self.delivered.audit.inventory.inputs[named.component.input];
        let is_subject = input.subject.as_ref().is_some_and(|subject| match &subject.purl {
            Some(purl) => named.component.purl_text.as_ref() == Some(purl),
            None => named.component.location.path == input.path,
        });
        named.component.role == Role::Subject || is_subject
    }

    /// Whether a delivered archive itself needs no line in a bill of materials: it is all of the product,
    /// or a wrapping of which no more than its name is known.
    fn is_product(&self, named: &Named<'_>) -> bool {
        named.component.role == Role::Subject || (self.java == 1 && self.is_outermost(named))
    }

    fn has_listed_digest(&self, path: &str) -> bool {
        self.contents.get(path).is_some_and(|contents| {
            self.digests.contains(&contents.sha256) || self.digests.contains(&contents.sha512)
        })
    }

    /// What archives hold and no bill of materials lists.
    fn unlisted(&self) -> Vec<Remark> {
        let index = self.by_artifact();
        let mut remarks: BTreeMap<String, Remark> = BTreeMap::new();
        for named in &self.archived {
            let path = self.path(named.component);
            let known = index.get(named.artifact.as_str()).map_or(&[][..], Vec::as_slice);
            let found = named.among(known);
            let is_fine = matches!(found, Match::Same(_))
                || self.is_product(named)
                || self.has_listed_digest(path);
            if is_fine {
                continue;
            }
            let name = name_of(named.component);
            match remarks.get_mut(&name) {
                Some(remark) => remark.evidence.push(self.delivered.place(named.component)),
                None => {
                    remarks.insert(name, self.not_in_sbom(named, &found));
                }
            }
        }
        remarks.into_values().collect()
    }

    fn not_in_sbom(&self, named: &Named<'_>, found: &Match<'_, 'a>) -> Remark {
        let (path, label) = (self.path_of(named), named.label());
        let is_unread = named.component.identity.as_ref().is_err_and(|why| {
            why.detail.as_deref().is_some_and(|detail| detail.starts_with(UNREAD))
        });
        let guess = match (named.group.is_none(), is_unread) {
            (_, true) => " It could not be opened to see what it is.",
            (true, false) => {
                " Only its file name and manifest tell what it is, so this may be wrong."
            }
            (false, false) => "",
        };
        let mut evidence = vec![self.delivered.place(named.component)];
        let text = match found {
            Match::OtherVersion(other) => {
                evidence.push(self.delivered.place(other.component));
                format!("the bill of materials lists it as {}", other.label())
            }
            Match::OtherGroup(other) => {
                evidence.push(self.delivered.place(other.component));
                format!(
                    "the bill of materials lists {}, under another group: known flaws are looked up by \
                     both, so they may be missed",
                    other.label()
                )
            }
            Match::Same(_) | Match::None => "no bill of materials lists it".to_owned(),
        };
        Remark {
            rule: ReviewRule::NotInSbom,
            about: About::Component(name_of(named.component)),
            detail: String::new(),
            what: format!("{path} holds {label}, but {text}.{guess}"),
            ask: format!(
                "Please add {label} to the bill of materials, or tell us why it does not \
                 belong there."
            ),
            clauses: Vec::new(),
            evidence,
        }
    }

    fn path_of(&self, named: &Named<'_>) -> String {
        self.delivered.delivery.within(&named.component.location.path).to_owned()
    }

    /// What bills of materials list and no archive holds.
    fn absent(&self) -> Vec<Remark> {
        let index = self.by_artifact();
        let mut seen: HashSet<*const Component> = HashSet::new();
        for named in &self.archived {
            let known = index.get(named.artifact.as_str()).map_or(&[][..], Vec::as_slice);
            match named.among(known) {
                Match::Same(one) | Match::OtherVersion(one) | Match::OtherGroup(one) => {
                    seen.insert(one.component);
                    let copies = known.iter().filter(|other| other.label() == one.label());
                    seen.extend(copies.map(|other| std::ptr::from_ref(other.component)));
                }
                Match::None => {}
            }
        }
        let wanted: Vec<&Named<'_>> =
            self.listed.iter().filter(|named| self.is_wanted(named)).collect();
        let packages = self.traces();
        let traces = Traces::of(&packages);
        let is_seen = |named: &&&Named<'_>| {
            seen.contains(&std::ptr::from_ref(named.component)) || traces.hold(named)
        };
        let missing: Vec<&Named<'_>> = wanted.iter().filter(|one| !is_seen(one)).copied().collect();
        if missing.len() > 1 && missing.len() == wanted.len() {
            return vec![self.nothing_listed(&missing)];
        }
        let mut remarks: BTreeMap<String, Remark> = BTreeMap::new();
        for named in missing {
            let place = self.delivered.place(named.component);
            let remark =
                remarks.entry(name_of(named.component)).or_insert_with(|| not_in_archive(named));
            remark.evidence.push(place);
        }
        remarks.into_values().collect()
    }

    /// Whether an archive has to hold a listed component: a Maven artifact that is packed and delivered.
    fn is_wanted(&self, named: &Named<'_>) -> bool {
        let component = named.component;
        let is_delivered = match component.scope {
            None | Some(Scope::Compile | Scope::Runtime | Scope::System) => true,
            Some(
                Scope::Provided | Scope::Optional | Scope::Excluded | Scope::Test | Scope::Build,
            ) => false,
        };
        let kind = component.purl().and_then(|purl| purl.qualifier("type").map(str::to_owned));
        let is_packed =
            kind.is_none_or(|kind| matches!(kind.as_str(), "jar" | "war" | "ear" | "bundle"));
        let subject = self.delivered.audit.inventory.inputs[component.input].subject.as_ref();
        let is_subject = subject
            .is_some_and(|subject| subject.purl.is_some() && subject.purl == component.purl_text);
        named.is_maven
            && component.role == Role::Part
            && is_delivered
            && is_packed
            && !is_subject
            && !self.is_external(component)
    }

    fn is_external(&self, component: &Component) -> bool {
        let path = self.delivered.delivery.within(&component.location.path);
        let purl = component.purl_text.as_deref();
        purl.is_some_and(|purl| self.external.contains(&(path, purl)))
    }

    /// Packages of classes, between slashes, in archives that hold more than the one artifact that they
    /// say they are.
    fn traces(&self) -> BTreeSet<String> {
        let archives = &self.delivered.delivery.archives;
        let mut direct: HashMap<&str, Vec<&Named<'_>>> = HashMap::new();
        for named in &self.archived {
            if let Some(archive) = self.holder(self.path(named.component)) {
                direct.entry(archive).or_default().push(named);
            }
        }
        let is_one = |archive: &str| match direct.get(archive).map_or(&[][..], Vec::as_slice) {
            [one] => one.is_maven || archive.contains("!/"),
            _ => false,
        };
        let repackaged = archives.iter().filter(|contents| !is_one(&contents.archive));
        let packages = repackaged.flat_map(|contents| &contents.packages);
        packages.map(|package| format!("/{package}/")).collect()
    }

    /// The innermost archive that a path leads into, or is.
    fn holder(&self, path: &'a str) -> Option<&'a str> {
        let inside = path.rmatch_indices("!/").map(|(end, _)| &path[..end]);
        std::iter::once(path).chain(inside).find(|outer| self.contents.contains_key(outer))
    }

    /// None of the listed components is there: the archive is not all of the product.
    fn nothing_listed(&self, missing: &[&Named<'_>]) -> Remark {
        let items = &self.delivered.delivery.items;
        let archives = items.iter().filter(|item| item.kind == Kind::JavaArchive);
        let paths: Vec<&str> = archives.map(|item| item.path.as_str()).collect();
        Remark {
            rule: ReviewRule::NotInArchive,
            about: About::Delivery,
            detail: String::new(),
            what: format!(
                "None of the {} Java components that the bill of materials lists is in the delivered \
                 archives ({}): either parts of the product were not delivered, or the bill of materials \
                 describes another one",
                missing.len(),
                paths.join(", ")
            ),
            ask: "Where are the listed components: which archives of the product are missing here?"
                .to_owned(),
            clauses: Vec::new(),
            evidence: paths
                .into_iter()
                .map(|path| Evidence { path: path.to_owned(), at: String::new() })
                .collect(),
        }
    }
}

/// Packages of classes, each between slashes, with all that stands behind any of their slashes, sorted:
/// what a package holds is the beginning of one of these.
struct Traces<'a>(Vec<&'a str>);

impl<'a> Traces<'a> {
    /// No package of a language is nested deeper.
    const DEEPEST: usize = 64;

    fn of(packages: &'a BTreeSet<String>) -> Self {
        let ends = |package: &'a String| {
            let slashes = package.match_indices('/').take(Self::DEEPEST);
            slashes.map(|(at, _)| &package[at..])
        };
        let mut all: Vec<&str> = packages.iter().flat_map(ends).collect();
        all.sort_unstable();
        Self(all)
    }

    /// Whether classes of a listed component's group are there, be they moved to another package.
    fn hold(&self, named: &Named<'_>) -> bool {
        let Some(group) = &named.group else { return false };
        let group = format!("/{}/", group.replace('.', "/"));
        let at = self.0.partition_point(|end| *end < group.as_str());
        self.0.get(at).is_some_and(|end| end.starts_with(&group))
    }
}

fn not_in_archive(named: &Named<'_>) -> Remark {
    let label = named.label();
    Remark {
        rule: ReviewRule::NotInArchive,
        about: About::Component(name_of(named.component)),
        detail: String::new(),
        what: format!(
            "The bill of materials lists {label}, and no delivered archive shows a trace of it"
        ),
        ask: format!(
            "Where in the product is {label}? If it is not delivered, please take it off the list."
        ),
        clauses: Vec::new(),
        evidence: Vec::new(),
    }
}
