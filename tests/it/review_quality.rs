//! Quality checks over whole documents: two that hold all that their formats can, each robbed of one
//! field after another, and the documents beside the repository.

use crate::support;
use std::collections::BTreeSet;

use bomvet::review::judgement::judge;
use bomvet::review::profile::{Applies, Known, Profile};
use bomvet::review::quality::{Asked, Check, RowVerdict, Scope, Signature};
use bomvet::review::sbom::Sbom;
use serde_json::{Value, json};

const CYCLONEDX: &str = include_str!("../review/whole.cdx.json");
const SPDX: &str = include_str!("../review/whole.spdx.json");

const SPDX_3: &str = include_str!("../review/whole.spdx3.json");

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

/// What SPDX 3 has no place for.
const NOT_IN_SPDX_3: [&str; 5] = [
    "comp.licence_effective",
    "comp.source_hash",
    "comp.patch_status",
    "comp.criticality",
    "comp.usage_restrictions",
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
            text += "formats = [\"cyclonedx 1.6+\", \"spdx 2.3\", \"spdx 3.0.1\"]\n";
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

/// A change of a document and the checks that must no longer hold then, written by hand from what the
/// checks promise.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    change: Vec<(String, Option<Value>)>,
    flips: BTreeSet<String>,
}

/// The document without the places that get no value, and with the values that the others get.
fn apply(document: &Value, change: &[(String, Option<Value>)]) -> Value {
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
                list[key.parse::<usize>().unwrap()] = value.clone();
            }
            (Value::Array(list), None) => {
                list.remove(key.parse().unwrap());
            }
            _ => panic!("no {pointer}"),
        }
    }
    document
}

fn flips(document: &str, not_there: &[&str], mutations: &str) {
    let whole: Value = serde_json::from_str(document).unwrap();
    let mutations: Vec<Mutation> = serde_json::from_str(mutations).unwrap();
    let before = failing(&whole);
    assert_eq!(before, set(not_there), "the whole document");
    let mut flipped = before.clone();
    for Mutation { change, flips } in mutations {
        let after = failing(&apply(&whole, &change));
        let found: BTreeSet<_> = after.difference(&before).cloned().collect();
        assert_eq!(found, flips, "{change:?}");
        flipped.extend(found);
    }
    let all: BTreeSet<_> = Check::ALL.iter().map(|check| check.id.to_owned()).collect();
    let unit_tested = ["doc.author_signature", "doc.format_name", "comp.licence_named"];
    let missed: Vec<_> =
        all.difference(&flipped).filter(|id| !unit_tested.contains(&id.as_str())).collect();
    assert!(missed.is_empty(), "no change flips {missed:?}");
}

#[test]
fn a_field_taken_from_cyclonedx_flips_the_checks_that_look_at_it_and_no_other() {
    flips(CYCLONEDX, &NOT_IN_CYCLONEDX, include_str!("../review/flips.cdx.json"));
}

#[test]
fn a_field_taken_from_spdx_flips_the_checks_that_look_at_it_and_no_other() {
    // SPDX 2 writes flaws as references of packages, so both checks cannot hold at once
    let not_there = [&NOT_IN_SPDX[..], &["doc.no_vulnerabilities"]].concat();
    flips(SPDX, &not_there, include_str!("../review/flips.spdx.json"));
}

#[test]
fn a_field_taken_from_spdx_3_flips_the_checks_that_look_at_it_and_no_other() {
    flips(SPDX_3, &NOT_IN_SPDX_3, include_str!("../review/flips.spdx3.json"));
}

#[test]
fn what_is_said_of_vulnerabilities_is_not_said_of_components() {
    let whole: Value = serde_json::from_str(CYCLONEDX).unwrap();
    let compositions = |value| apply(&whole, &[("/compositions".to_owned(), Some(value))]);
    let expected = |more: &[&str]| set(&[&NOT_IN_CYCLONEDX[..], more].concat());
    let of_flaws = json!([{"aggregate": "complete", "vulnerabilities": ["a"]}]);
    assert_eq!(failing(&compositions(of_flaws)), expected(&["rel.completeness"]));
    let of_all = json!([{"aggregate": "complete"}]);
    assert_eq!(failing(&compositions(of_all)), expected(&[]));
}

#[test]
fn cyclonedx_1_7_holds_what_1_6_holds() {
    let whole: Value = serde_json::from_str(CYCLONEDX).unwrap();
    let later = apply(&whole, &[("/specVersion".to_owned(), Some(json!("1.7")))]);
    assert_eq!(failing(&later), set(&NOT_IN_CYCLONEDX));
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
    text += "\n### All checks\n\n| check | asks for | of |\n| --- | --- | --- |\n";
    for check in Check::ALL {
        let of = match check.scope() {
            Scope::Document => "document",
            Scope::Component => "components",
        };
        text += &format!("| `{}` | {} | {of} |\n", check.id, check.fact);
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
