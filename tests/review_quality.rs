//! Quality checks over whole documents: two that hold all that their formats can, each robbed of one
//! field after another, and the documents beside the repository.

use std::collections::BTreeSet;

use bomvet::review::judgement::judge;
use bomvet::review::profile::{Applies, Known, Profile};
use bomvet::review::quality::{Asked, Check, RowVerdict, Scope, Signature};
use bomvet::review::sbom::Sbom;
use serde_json::{Value, json};

mod support;

const CYCLONEDX: &str = include_str!("review/whole.cdx.json");
const SPDX: &str = include_str!("review/whole.spdx.json");

/// What CycloneDX has no place for.
const NOT_IN_CYCLONEDX: [&str; 3] = ["doc.name", "comp.support_level", "comp.end_of_support"];

/// What SPDX 2.3 has no place for.
const NOT_IN_SPDX: [&str; 9] = [
    "comp.hash_sha512_deployable",
    "comp.executable",
    "comp.archive",
    "comp.structured",
    "comp.licence_effective",
    "comp.source_hash",
    "comp.support_level",
    "comp.patch_status",
    "comp.criticality",
];

fn asked() -> Asked {
    Asked {
        product: None,
        now: "2026-11-25T12:00:00Z".parse().unwrap(),
        released: None,
        max_age_days: None,
        // the signature of a document stands beside it; unit tests have its other states
        signature: Signature::Verified,
    }
}

/// A profile that asks for everything.
fn everything() -> Profile {
    let mut text =
        "id = \"all\"\nname = \"All\"\nversion = \"1\"\nissuer = \"us\"\nstatus = \"used\"\n\
                    binding = \"none\"\nevidence = \"own\"\nsources = [\"us\"]\n"
            .to_owned();
    for check in Check::ALL {
        // of one component, both documents say that they do not know what it needs
        let level = match check.id {
            "rel.completeness" => "required_unknown_ok",
            _ => "required",
        };
        text += &format!("[[check]]\nid = \"{}\"\nlevel = \"{level}\"\nclause = \"1\"\n", check.id);
        if check.id == "doc.format_version" {
            text += "formats = [\"cyclonedx 1.6+\", \"spdx 2.3\"]\n";
        }
    }
    Profile::parse(&text, "all.toml").unwrap()
}

/// The checks that a document does not hold.
fn failing(document: &Value) -> BTreeSet<String> {
    let sbom = Sbom::read(document.to_string().as_bytes()).unwrap();
    let result = judge(&sbom, "bom", &[everything()], &asked()).profiles.remove(0);
    let rows = result.rows.iter().filter(|row| row.verdict > RowVerdict::Pass);
    rows.map(|row| row.asks.check.id.to_owned()).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

/// What a change of a document does: the places it takes away or gives another value.
type Change<'a> = (&'a [(&'a str, Option<Value>)], &'a [&'a str]);

fn apply(document: &Value, change: &[(&str, Option<Value>)]) -> Value {
    let mut document = document.clone();
    for (pointer, value) in change {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
        match (parent, value) {
            (Value::Object(map), Some(value)) => {
                map.insert(key.to_owned(), value.clone());
            }
            (Value::Object(map), None) => {
                map.remove(key).unwrap_or_else(|| panic!("no {pointer}"));
            }
            (Value::Array(list), Some(value)) => {
                list[key.parse::<usize>().unwrap()] = value.clone()
            }
            (Value::Array(list), None) => {
                list.remove(key.parse().unwrap());
            }
            _ => panic!("no {pointer}"),
        }
    }
    document
}

fn flips(document: &str, not_there: &[&str], changes: &[Change<'_>]) {
    let whole: Value = serde_json::from_str(document).unwrap();
    let before = failing(&whole);
    assert_eq!(before, set(not_there), "the whole document");
    let mut flipped = before.clone();
    for (change, expected) in changes {
        let after = failing(&apply(&whole, change));
        let found: BTreeSet<_> = after.difference(&before).cloned().collect();
        assert_eq!(found, set(expected), "{change:?}");
        flipped.extend(found);
    }
    let all: BTreeSet<_> = Check::ALL.iter().map(|check| check.id.to_owned()).collect();
    let unit_tested = ["doc.author_signature", "doc.format_name", "comp.licence_named"];
    let missed: Vec<_> =
        all.difference(&flipped).filter(|id| !unit_tested.contains(&id.as_str())).collect();
    assert!(missed.is_empty(), "no change flips {missed:?}");
}

fn no<'a>(pointer: &'a str) -> [(&'a str, Option<Value>); 1] {
    [(pointer, None)]
}

#[test]
fn a_field_taken_from_cyclonedx_flips_the_checks_that_look_at_it_and_no_other() {
    let weak = json!([{"alg": "MD5", "content": "00000000000000000000000000000000"}]);
    let sha512 = "/components/0/externalReferences/0/hashes";
    let changes: &[Change<'_>] = &[
        (&[("/specVersion", Some(json!("1.5")))], &["doc.format_version"]),
        (&no("/metadata/manufacturer"), &["doc.author", "doc.author_contact"]),
        (&no("/metadata/manufacturer/contact"), &["doc.author_contact"]),
        (&no("/metadata/lifecycles"), &["doc.generation_context"]),
        (&no("/metadata/timestamp"), &["doc.timestamp"]),
        (&no("/metadata/tools"), &["doc.tool_name", "doc.tool_version"]),
        (&no("/metadata/tools/components/0/version"), &["doc.tool_version"]),
        (&no("/metadata/tools/components/0/name"), &["doc.tool_name"]),
        (&no("/version"), &["doc.version"]),
        (&no("/serialNumber"), &["doc.uri"]),
        (&no("/metadata/component"), &["doc.primary", "rel.describes", "rel.transitive"]),
        (&no("/metadata/licenses"), &["doc.data_license"]),
        (
            &[("/vulnerabilities", Some(json!([{"id": "CVE-2021-44228", "affects": []}])))],
            &["doc.no_vulnerabilities"],
        ),
        (&no("/components/0/name"), &["comp.name"]),
        (&no("/components/0/version"), &["comp.version"]),
        (&no("/components/0/supplier"), &["comp.supplier"]),
        (&no("/components/0/manufacturer"), &["comp.producer", "comp.producer_contact"]),
        (&no("/components/0/manufacturer/contact"), &["comp.producer_contact"]),
        (&no("/components/0/manufacturer/name"), &["comp.producer"]),
        (&no("/components/0/purl"), &["comp.purl"]),
        (&no("/components/0/cpe"), &[]),
        (
            &[("/components/0/purl", None), ("/components/0/cpe", None)],
            &["comp.identifiers", "comp.purl"],
        ),
        (&[("/components/0/purl", Some(json!("pkg:generic/gearbox@1.1")))], &["comp.purl_type"]),
        (&no("/components/0/hashes"), &[]),
        (&no(sha512), &["comp.hash_sha512_deployable"]),
        (
            &[("/components/0/hashes", None), (sha512, None)],
            &["comp.hash", "comp.hash_sha512_deployable"],
        ),
        (
            &[("/components/0/hashes", Some(weak)), (sha512, None)],
            &["comp.hash_algorithm", "comp.hash_sha512_deployable"],
        ),
        (
            &no("/components/0/externalReferences/0"),
            &["comp.hash_sha512_deployable", "comp.deployable_uri", "comp.download_location"],
        ),
        (&no("/components/0/externalReferences/1"), &["comp.source_uri", "comp.source_hash"]),
        (&no("/components/0/externalReferences/1/hashes"), &["comp.source_hash"]),
        (&no("/components/0/externalReferences/2"), &["comp.security_txt"]),
        (&no("/components/0/properties/0"), &["comp.filename"]),
        (&no("/components/0/properties/1"), &["comp.executable"]),
        (&no("/components/0/properties/2"), &["comp.archive"]),
        (&no("/components/0/properties/3"), &["comp.structured"]),
        (&no("/components/0/properties/4"), &["comp.licence_effective"]),
        (&no("/components/0/properties/5"), &["comp.origin"]),
        (&no("/components/0/properties/6"), &["comp.criticality"]),
        (&no("/components/0/properties/7"), &["comp.usage_restrictions"]),
        (
            &no("/components/0/licenses"),
            &["comp.licence_any", "comp.licence_distribution", "comp.licence_original"],
        ),
        (&no("/components/0/licenses/0"), &["comp.licence_distribution"]),
        (&no("/components/0/licenses/1"), &["comp.licence_original"]),
        (&no("/components/0/licenses/0/license/acknowledgement"), &["comp.licence_distribution"]),
        (&no("/components/0/copyright"), &["comp.copyright"]),
        (&no("/components/0/type"), &["comp.purpose"]),
        (&no("/components/0/description"), &["comp.description"]),
        (&no("/components/0/releaseNotes"), &["comp.release_date"]),
        (&no("/components/0/pedigree"), &["comp.patch_status"]),
        (&no("/annotations"), &["comp.comments"]),
        (&no("/externalReferences"), &["comp.vulnerabilities"]),
        (&no("/dependencies"), &["rel.dependencies", "rel.transitive"]),
        (&no("/dependencies/0"), &["rel.dependencies", "rel.transitive"]),
        (&no("/dependencies/1"), &["rel.transitive"]),
        (&no("/compositions/1"), &["rel.completeness"]),
        (
            &[("/components/0/bom-ref", Some(json!("other")))],
            &["rel.dependencies", "rel.transitive", "rel.completeness", "comp.comments"],
        ),
    ];
    flips(CYCLONEDX, &NOT_IN_CYCLONEDX, changes);
}

#[test]
fn what_is_said_of_vulnerabilities_is_not_said_of_components() {
    let whole: Value = serde_json::from_str(CYCLONEDX).unwrap();
    let compositions = |value| apply(&whole, &[("/compositions", Some(value))]);
    let expected = |more: &[&str]| set(&[&NOT_IN_CYCLONEDX[..], more].concat());
    let of_flaws = json!([{"aggregate": "complete", "vulnerabilities": ["a"]}]);
    assert_eq!(failing(&compositions(of_flaws)), expected(&["rel.completeness"]));
    let of_all = json!([{"aggregate": "complete"}]);
    assert_eq!(failing(&compositions(of_all)), expected(&[]));
}

#[test]
fn cyclonedx_1_7_holds_what_1_6_holds() {
    let whole: Value = serde_json::from_str(CYCLONEDX).unwrap();
    let later = apply(&whole, &[("/specVersion", Some(json!("1.7")))]);
    assert_eq!(failing(&later), set(&NOT_IN_CYCLONEDX));
}

#[test]
fn a_field_taken_from_spdx_flips_the_checks_that_look_at_it_and_no_other() {
    let unknown = |pointer: &'static str| [(pointer, Some(json!("NOASSERTION")))];
    let plain = json!(["Organization: Acme Build Team", "Tool: acme-bom-4.1"]);
    let tool = json!(["Organization: Acme Build Team (sbom@acme.example)", "Tool: acme-bom"]);
    let weak =
        json!([{"algorithm": "SHA1", "checksumValue": "0000000000000000000000000000000000000000"}]);
    let changes: &[Change<'_>] = &[
        (&[("/spdxVersion", Some(json!("SPDX-2.2")))], &["doc.format_version"]),
        (&no("/creationInfo/creators/0"), &["doc.author", "doc.author_contact"]),
        (&[("/creationInfo/creators", Some(plain))], &["doc.author_contact"]),
        (&no("/creationInfo/creators/1"), &["doc.tool_name", "doc.tool_version"]),
        (&[("/creationInfo/creators", Some(tool))], &["doc.tool_version"]),
        (&no("/creationInfo/comment"), &["doc.generation_context"]),
        (&no("/creationInfo/created"), &["doc.timestamp"]),
        (&no("/documentNamespace"), &["doc.version", "doc.uri"]),
        (&no("/name"), &["doc.name"]),
        (&no("/dataLicense"), &["doc.data_license"]),
        // nothing is described: any chain of two steps is one, so nothing is said of transitivity
        (&no("/relationships/0"), &["doc.primary", "rel.describes"]),
        (&no("/packages/1/name"), &["comp.name"]),
        (&no("/packages/1/versionInfo"), &["comp.version"]),
        (&no("/packages/1/supplier"), &["comp.supplier"]),
        (&unknown("/packages/1/supplier"), &["comp.supplier"]),
        (&no("/packages/1/originator"), &["comp.producer", "comp.producer_contact", "comp.origin"]),
        (&no("/packages/1/externalRefs/0"), &["comp.purl"]),
        (&no("/packages/1/externalRefs/1"), &[]),
        (
            &[("/packages/1/externalRefs/1", None), ("/packages/1/externalRefs/0", None)],
            &["comp.identifiers", "comp.purl"],
        ),
        (&no("/packages/1/externalRefs/2"), &["comp.vulnerabilities"]),
        (&no("/packages/1/externalRefs/3"), &["comp.security_txt"]),
        (
            &[(
                "/packages/1/externalRefs/0/referenceLocator",
                Some(json!("pkg:generic/gearbox@1.1")),
            )],
            &["comp.purl_type"],
        ),
        (&no("/packages/1/checksums"), &["comp.hash"]),
        (&[("/packages/1/checksums", Some(weak))], &["comp.hash_algorithm"]),
        (&no("/packages/1/packageFileName"), &["comp.filename"]),
        (&no("/packages/1/downloadLocation"), &["comp.deployable_uri", "comp.download_location"]),
        (&no("/packages/1/sourceInfo"), &["comp.source_uri"]),
        (&no("/packages/1/licenseConcluded"), &["comp.licence_distribution"]),
        (&no("/packages/1/licenseDeclared"), &["comp.licence_original"]),
        (
            &[("/packages/1/licenseConcluded", None), ("/packages/1/licenseDeclared", None)],
            &["comp.licence_any", "comp.licence_distribution", "comp.licence_original"],
        ),
        (&no("/packages/1/licenseComments"), &["comp.usage_restrictions"]),
        (&no("/packages/1/copyrightText"), &["comp.copyright"]),
        (&no("/packages/1/description"), &["comp.description"]),
        (&no("/packages/1/comment"), &["comp.comments"]),
        (&no("/packages/1/primaryPackagePurpose"), &["comp.purpose"]),
        (&no("/packages/1/releaseDate"), &["comp.release_date"]),
        (&no("/packages/1/validUntilDate"), &["comp.end_of_support"]),
        (&no("/relationships/1"), &["rel.dependencies", "rel.transitive"]),
        (&no("/relationships/2"), &["rel.transitive"]),
        (&no("/relationships/4"), &["rel.completeness"]),
    ];
    // SPDX 2 writes flaws as references of packages, so both checks cannot hold at once
    let mut not_there = NOT_IN_SPDX.to_vec();
    not_there.push("doc.no_vulnerabilities");
    flips(SPDX, &not_there, changes);
}

/// Documents that the folder beside the repository holds, by name, as they are read.
fn documents() -> Vec<(String, Result<Vec<Sbom>, String>)> {
    let Some(shared) = support::shared() else { return Vec::new() };
    let entries = std::fs::read_dir(shared.join("sboms")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|ext| ext != "tsv"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, Sbom::read_all(&bytes).map_err(|error| error.to_string()))
    };
    paths.iter().map(read).collect()
}

/// What each profile asks, out of its file.
fn asks() -> String {
    let mut text = String::new();
    for profile in Profile::bundled() {
        text += &format!("\n### {} (`{}`)\n\n", profile.name, profile.id);
        text += &format!("Version {}. {}. ", profile.version, profile.issuer);
        text += &format!("Status: {}. Binding: {}. ", profile.status, profile.binding);
        text += match profile.evidence {
            Known::Verified => "The text itself was read.\n\n",
            Known::Secondary => "Only texts about it were read: check before you rely on it.\n\n",
            Known::Own => "Yours to change.\n\n",
        };
        text += "| check | asks for | level | of | place in the text | note |\n";
        text += "| --- | --- | --- | --- | --- | --- |\n";
        for row in &profile.rows {
            let of = match (row.check.scope(), row.of) {
                (Scope::Document, _) => "document",
                (_, Applies::Primary) => "the product",
                (_, Applies::Packages) => "packages",
                (_, Applies::Listed) => "packages but the product",
                (_, Applies::Delivered) => "packages of the delivery",
                (_, Applies::All) => "packages and files",
            };
            let formats: Vec<_> = row.formats.iter().map(ToString::to_string).collect();
            let least = row.least.map(|least| format!("at least {least} %"));
            let formats = (!formats.is_empty()).then(|| formats.join(", "));
            let note = [Some(row.note.clone()).filter(|note| !note.is_empty()), least, formats];
            let note = note.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let (id, fact, level) = (row.check.id, row.check.fact, row.level.as_str());
            let level = level.replace('_', " ");
            text += &format!("| `{id}` | {fact} | {level} | {of} | {} | {note} |\n", row.clause);
        }
        for practice in &profile.practices {
            text += &format!(
                "{}- {practice}.\n",
                if practice == &profile.practices[0] {
                    "\nNot seen in any document, and asked for as well:\n\n"
                } else {
                    ""
                }
            );
        }
    }
    text
}

/// What each profile says of each document.
fn results() -> String {
    let ids: Vec<_> = Profile::bundled().iter().map(|profile| profile.id.as_str()).collect();
    let mut text = format!("\n| document | {} |\n", ids.join(" | "));
    text += &format!("| --- |{}\n", " --- |".repeat(ids.len()));
    let mut failed = String::from("\n| document | `ntia-2021` fails by | `cisa-2026` fails by |\n");
    failed += "| --- | --- | --- |\n";
    for (name, read) in documents() {
        let sboms = match read {
            Ok(sboms) => sboms,
            Err(error) => {
                text += &format!("| {name} | {error} |{}\n", " |".repeat(ids.len() - 1));
                continue;
            }
        };
        for sbom in sboms {
            let judged = judge(&sbom, &name, Profile::bundled(), &asked_of_nobody());
            let words: Vec<_> = judged.profiles.iter().map(|one| one.verdict.as_str()).collect();
            text += &format!("| {name} | {} |\n", words.join(" | "));
            let by = |id: &str| {
                let result = judged.profiles.iter().find(|one| one.profile == id).unwrap();
                let rows = result.rows.iter().filter(|row| row.verdict == RowVerdict::Fail);
                let names: Vec<_> = rows.map(|row| row.asks.check.id).collect();
                names.join(", ")
            };
            failed += &format!("| {name} | {} | {} |\n", by("ntia-2021"), by("cisa-2026"));
        }
    }
    text + &failed
}

fn asked_of_nobody() -> Asked {
    Asked { signature: Signature::Unseen, ..asked() }
}

/// `docs/profiles.md` says what the profiles and the checks say. `BOMVET_UPDATE=1` writes it anew.
#[test]
fn the_page_of_profiles_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut fresh = page.clone();
    for (name, text) in [("asks", Some(asks())), ("results", support::shared().map(|_| results()))]
    {
        let Some(text) = text else { continue };
        let (start, end) =
            (format!("<!-- {name}: made by a test -->\n"), format!("<!-- end of {name} -->"));
        let from = fresh.find(&start).unwrap() + start.len();
        let to = fresh.find(&end).unwrap();
        fresh.replace_range(from..to, &text);
    }
    if std::env::var_os("BOMVET_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    } else {
        assert_eq!(page, fresh, "run with BOMVET_UPDATE=1");
    }
}

/// Whatever a document says, every profile says something of it, and remarks have places in it.
#[test]
fn every_document_is_judged_by_every_profile() {
    for (name, read) in documents() {
        for sbom in read.unwrap_or_default() {
            let judged = judge(&sbom, &name, Profile::bundled(), &asked_of_nobody());
            assert_eq!(judged.profiles.len(), Profile::bundled().len(), "{name}");
            for result in &judged.profiles {
                for row in &result.rows {
                    let asked = row.counts.asked() + row.counts.not_applicable;
                    assert!(row.failing <= asked, "{name} {}", row.asks.check.id);
                    let none = row.counts.asked() == 0;
                    assert_eq!(row.verdict == RowVerdict::NotApplicable, none, "{name}");
                }
            }
            let mut identities: Vec<_> =
                judged.remarks.iter().map(|r| (r.rule, &r.about, &r.detail)).collect();
            let all = identities.len();
            identities.dedup();
            assert_eq!(identities.len(), all, "{name}: two remarks of one identity");
        }
    }
}
