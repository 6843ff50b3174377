//! What a component says about itself, where no other file of this room has it.

use std::collections::HashSet;

use super::super::sbom::{Part, Party, PartyKind, Reference};
use super::words::{
    Said, any_text, best, dated, is_uri, judged, named, property, reachable, said, uri,
};
use super::{Family, State, View};

/// Words that stand where a version should and name none.
const NO_VERSIONS: [&str; 5] = ["latest", "0.0.0-dev", "dev", "snapshot", "(devel)"];

/// A name; paths and digests are none.
pub(super) fn name(view: &View<'_>, part: usize) -> State {
    judged(view.sbom.parts[part].name.as_deref(), |name| {
        let bare = name.strip_prefix("sha256:").unwrap_or(name);
        let is_digest =
            [32, 40, 64, 128].contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_hexdigit());
        let drive = name.as_bytes().get(1..3).is_some_and(|two| two == b":\\" || two == b":/");
        let is_path = drive || ["/", "./", "../"].iter().any(|start| name.starts_with(start));
        match (is_digest, is_path) {
            (true, _) => State::Invalid(format!("\"{name}\" is a digest")),
            (_, true) => State::Invalid(format!("\"{name}\" is a path")),
            _ => State::Valid,
        }
    })
}

/// A version; ranges, variables and words are none.
pub(in super::super) fn version(view: &View<'_>, part: usize) -> State {
    judged(view.sbom.parts[part].version.as_deref(), |version| {
        if NO_VERSIONS.contains(&version.to_ascii_lowercase().as_str()) || version == "NONE" {
            return State::DeclaredUnknown;
        }
        let is_range = version.starts_with(['^', '~', '>', '<', '=', '[', '('])
            || version.contains(['*', ','])
            || version.contains("||")
            || version.ends_with(".x");
        match (is_range, version.contains("${")) {
            (true, _) => State::Invalid(format!("\"{version}\" is a range")),
            (_, true) => State::Invalid(format!("\"{version}\" is a variable")),
            _ => State::Valid,
        }
    })
}

/// Who distributes it; for the product, whom the document names as its supplier, too.
pub(super) fn supplier(view: &View<'_>, part: usize) -> State {
    let own = named(&view.sbom.parts[part].suppliers);
    match own {
        State::Absent if view.sbom.primary == [part] => named(&view.sbom.document.suppliers),
        own => own,
    }
}

/// Who made it: one organisation.
pub(super) fn producer(view: &View<'_>, part: usize) -> State {
    let producers = &view.sbom.parts[part].producers;
    let is_named = |party: &&Party| matches!(said(party.name.as_deref()), Said::Text(_));
    let organizations =
        producers.iter().filter(is_named).filter(|one| one.kind == PartyKind::Organization);
    match organizations.count() {
        0 | 1 => named(producers),
        many => State::Partial(format!("{many} organisations are named, where one made it")),
    }
}

/// How to reach who made it.
pub(super) fn producer_contact(view: &View<'_>, part: usize) -> State {
    reachable(&view.sbom.parts[part].producers)
}

/// The files in which a package of SPDX 3 is delivered.
fn delivered<'a>(view: &View<'a>, part: usize) -> impl Iterator<Item = &'a Part> {
    let sbom = view.sbom;
    let files = referenced(&sbom.parts[part], &["hasDistributionArtifact"]);
    let files: HashSet<_> = files.map(|file| file.url.as_str()).collect();
    let is_one = move |held: &&Part| {
        held.reference.as_deref().is_some_and(|reference| files.contains(reference))
    };
    let held: Vec<_> = view.graph.next(part).iter().map(|held| &sbom.parts[*held]).collect();
    held.into_iter().filter(is_one)
}

/// The name of its file, without a path.
pub(super) fn filename(view: &View<'_>, index: usize) -> State {
    let part = &view.sbom.parts[index];
    let property = exact(part, "bsi:component:filename");
    let delivered = || delivered(view, index).find_map(|file| file.filename.as_deref());
    judged(property.or(part.filename.as_deref()).or_else(delivered), |name| {
        let name = name.strip_prefix("./").unwrap_or(name);
        match name.is_empty() || name.contains(['/', '\\']) {
            true => State::Invalid(format!("\"{name}\" is a path")),
            false => State::Valid,
        }
    })
}

fn exact<'a>(part: &'a Part, key: &str) -> Option<&'a str> {
    let mut found = part.properties.iter().filter(|(name, _)| name == key);
    found.next().map(|(_, value)| value.as_str())
}

/// A property of BSI, by its exact words.
fn of_bsi(view: &View<'_>, part: usize, key: &str, words: [&str; 2]) -> State {
    judged(exact(&view.sbom.parts[part], key), |value| match words.contains(&value) {
        true => State::Valid,
        false => {
            State::Invalid(format!("\"{value}\", expected \"{}\" or \"{}\"", words[0], words[1]))
        }
    })
}

/// The purposes of a package of SPDX 3, or of the files in which it is delivered.
fn purposes<'a>(view: &View<'a>, part: usize) -> Vec<&'a str> {
    let own = view.sbom.parts[part].purposes.iter();
    let files = delivered(view, part).flat_map(|file| &file.purposes);
    own.chain(files).map(String::as_str).collect()
}

/// In SPDX 3, a purpose that is not among those given is denied by that.
fn of_purposes(view: &View<'_>, part: usize) -> State {
    if purposes(view, part).is_empty() { State::Absent } else { State::Valid }
}

/// Whether it is a program.
pub(super) fn executable(view: &View<'_>, part: usize) -> State {
    match view.family {
        Some(Family::Spdx3) => of_purposes(view, part),
        _ => of_bsi(view, part, "bsi:component:executable", ["executable", "non-executable"]),
    }
}

/// Whether it is an archive.
pub(super) fn archive(view: &View<'_>, part: usize) -> State {
    match view.family {
        Some(Family::Spdx3) => of_purposes(view, part),
        _ => of_bsi(view, part, "bsi:component:archive", ["archive", "no archive"]),
    }
}

/// Whether what it holds can still be told apart.
pub(super) fn structured(view: &View<'_>, part: usize) -> State {
    if view.family != Some(Family::Spdx3) {
        return of_bsi(view, part, "bsi:component:structured", ["structured", "unstructured"]);
    }
    let purposes = purposes(view, part);
    let has = |word: &str| purposes.contains(&word);
    match (has("container") || has("firmware"), has("archive"), purposes.is_empty()) {
        (true, ..) => State::Valid,
        (false, false, false) => State::NotApplicable,
        _ => State::Absent,
    }
}

/// Who holds the rights; `NONE` is a statement.
pub(super) fn copyright(view: &View<'_>, part: usize) -> State {
    any_text(view.sbom.parts[part].copyright.as_deref())
}

fn referenced<'a>(part: &'a Part, kinds: &'a [&str]) -> impl Iterator<Item = &'a Reference> {
    part.references.iter().filter(|one| kinds.contains(&one.kind.as_str()))
}

fn addresses(part: &Part, kinds: &[&str]) -> State {
    best(referenced(part, kinds).map(|one| judged(Some(&one.url), uri)))
}

/// Where its source is.
pub(super) fn source_uri(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let found = addresses(part, &["source-distribution", "vcs", "sourceArtifact"]);
    let checkout = part.download.as_deref().filter(|text| {
        ["git+", "git:", "hg+", "svn+", "bzr+"].iter().any(|start| text.starts_with(start))
    });
    let told = part.source_info.as_deref().filter(|text| is_uri(text.trim()));
    best([found, judged(checkout, uri), any_text(told)])
}

/// Where what is deployed can be fetched. `NONE` says that it is nowhere.
pub(super) fn deployable_uri(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let found = addresses(part, &["distribution", "binaryArtifact"]);
    match part.download.as_deref() {
        Some("NONE") if found == State::Absent => State::NotApplicable,
        download => best([found, judged(download, uri)]),
    }
}

/// Where it can be fetched, or a word about it.
pub(super) fn download_location(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let told = judged(part.download.as_deref(), |text| match text {
        "NONE" => State::Valid,
        text => uri(text),
    });
    best([addresses(part, &["distribution"]), told])
}

/// Where its makers say how to report flaws.
pub(super) fn security_txt(view: &View<'_>, part: usize) -> State {
    addresses(&view.sbom.parts[part], &["rfc-9116", "securityPolicy", "securityOther", "url"])
}

/// How well it is supported.
pub(super) fn support_level(view: &View<'_>, part: usize) -> State {
    any_text(view.sbom.parts[part].support.as_deref())
}

/// Until when it is supported.
pub(super) fn end_of_support(view: &View<'_>, part: usize) -> State {
    dated(view.sbom.parts[part].valid_until.as_deref())
}

/// When it was released.
pub(super) fn release_date(view: &View<'_>, part: usize) -> State {
    dated(view.sbom.parts[part].released.as_deref())
}

/// What kind of thing it is.
pub(super) fn purpose(view: &View<'_>, part: usize) -> State {
    any_text(view.sbom.parts[part].purpose.as_deref())
}

/// What it is for.
pub(super) fn description(view: &View<'_>, part: usize) -> State {
    any_text(view.sbom.parts[part].description.as_deref())
}

/// Notes about it.
pub(super) fn comments(view: &View<'_>, part: usize) -> State {
    best(view.sbom.parts[part].comments.iter().map(|text| any_text(Some(text))))
}

/// Whether it is proprietary, open source or from a third party. In SPDX, its maker tells.
pub(super) fn origin(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let words = ["proprietary", "open source", "third party"];
    let stated = judged(property(part, &["origin", "componentorigin"]), |value| {
        let plain = value.to_ascii_lowercase().replace(['-', '_'], " ");
        match words.contains(&plain.as_str()) {
            true => State::Valid,
            false => State::Invalid(format!("\"{value}\", expected one of {}", words.join(", "))),
        }
    });
    match (stated, view.family) {
        (State::Absent, Some(Family::Spdx2 | Family::Spdx3)) => named(&part.producers),
        (stated, _) => stated,
    }
}

/// Which vulnerabilities it is known to have, or where a document about that is. An empty list proves
/// nothing.
pub(super) fn vulnerabilities(view: &View<'_>, part: usize) -> State {
    let document = &view.sbom.document;
    let elsewhere = document.disclosures.iter().any(|one| is_uri(one.url.trim()));
    match (view.sbom.parts[part].vulnerabilities, elsewhere, document.vulnerabilities) {
        (1.., ..) | (_, true, _) => State::Valid,
        (0, false, Some(1..)) => State::Partial(
            "the document lists vulnerabilities, and does not say that this has none".to_owned(),
        ),
        _ => State::Absent,
    }
}

/// Which patches it carries.
pub(super) fn patch_status(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    match part.patches {
        0 => any_text(property(part, &["patchstatus", "patch"])),
        _ => State::Valid,
    }
}

/// How much depends on it.
pub(super) fn criticality(view: &View<'_>, part: usize) -> State {
    any_text(property(&view.sbom.parts[part], &["criticality"]))
}

/// What must not be done with it: a property of that name, or what is said about its licence.
pub(super) fn usage_restrictions(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let named = property(part, &["usagerestrictions", "usagerestriction"]);
    let comments = part.licence_comments.iter().map(|text| any_text(Some(text)));
    best(comments.chain([any_text(named)]))
}
