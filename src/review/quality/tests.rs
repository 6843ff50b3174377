//! The traps that other checkers fell into, one test each. `tests/it/review_quality.rs` has documents.

use super::super::profile::Profile;
use super::super::sbom::{
    Acknowledgement, Aggregate, Element, Hash, Identifier, Licence, Link, Party, PartyKind,
    Reference, Relation, Sbom, Scheme, Target, Tool,
};
use super::fixture::{asked, bare, said};
use super::*;

/// What a profile of one row says.
fn row_of(sbom: &Sbom, row: &str) -> Row {
    let mut result = result_of(sbom, row);
    result.rows.remove(0)
}

fn result_of(sbom: &Sbom, row: &str) -> ProfileResult {
    let text = format!(
        "id = \"own\"\nname = \"Own\"\nversion = \"1\"\nissuer = \"us\"\nstatus = \"used\"\n\
         binding = \"contract\"\nevidence = \"own\"\nsources = [\"us\"]\n\
         [[check]]\nclause = \"1\"\n{row}\n"
    );
    let profile = Profile::parse(&text, "own.toml").unwrap();
    let asked = asked();
    judge(&View::of(sbom, &asked), &profile)
}

/// The verdict of a check that is required.
fn required(sbom: &Sbom, check: &str) -> RowVerdict {
    row_of(sbom, &format!("id = \"{check}\"\nlevel = \"required\"")).verdict
}

fn party(kind: PartyKind, name: &str) -> Party {
    Party { kind, name: Some(name.to_owned()), ..Party::default() }
}

fn needs(from: usize, to: Target) -> Link {
    Link { from, relation: Relation::DependsOn, to }
}

#[test]
fn a_tool_is_no_author() {
    let mut sbom = bare(2);
    sbom.document.authors = vec![party(PartyKind::Tool, "syft")];
    assert_eq!(required(&sbom, "doc.author"), RowVerdict::Fail);
    sbom.document.authors = vec![party(PartyKind::Organization, "Tool: syft-1.0")];
    assert_eq!(required(&sbom, "doc.author"), RowVerdict::Fail);
    sbom.document.authors.push(party(PartyKind::Organization, "Anchore, Inc"));
    assert_eq!(required(&sbom, "doc.author"), RowVerdict::Warn);
    sbom.document.authors.push(party(PartyKind::Organization, "Acme"));
    assert_eq!(required(&sbom, "doc.author"), RowVerdict::Pass);
}

#[test]
fn a_name_within_the_document_identifies_nothing() {
    let mut sbom = bare(1);
    sbom.parts[0].reference = Some("pkg:maven/a/b@1".to_owned());
    assert_eq!(required(&sbom, "comp.identifiers"), RowVerdict::Fail);
    let text = "pkg:maven/a/b@1".to_owned();
    sbom.parts[0].identifiers = vec![Identifier { scheme: Scheme::Purl, text }];
    assert_eq!(required(&sbom, "comp.identifiers"), RowVerdict::Pass);
}

#[test]
fn unknown_fails_where_a_value_is_required_and_passes_where_the_profile_lets_it() {
    let mut sbom = bare(1);
    sbom.parts[0].suppliers = vec![party(PartyKind::Unstated, "NOASSERTION")];
    assert_eq!(required(&sbom, "comp.supplier"), RowVerdict::Fail);
    let may = row_of(&sbom, "id = \"comp.supplier\"\nlevel = \"required_unknown_ok\"");
    assert_eq!((may.verdict, may.counts.unknown), (RowVerdict::Pass, 1));
    sbom.parts[0].suppliers[0].name = Some("withheld".to_owned());
    let may = row_of(&sbom, "id = \"comp.supplier\"\nlevel = \"required_unknown_ok\"");
    assert_eq!((may.verdict, may.counts.withheld), (RowVerdict::Pass, 1));
    sbom.parts[0].suppliers.clear();
    let may = row_of(&sbom, "id = \"comp.supplier\"\nlevel = \"required_unknown_ok\"");
    assert_eq!(may.verdict, RowVerdict::Fail);
}

#[test]
fn each_level_says_what_absence_and_error_mean() {
    let mut sbom = bare(1);
    let of = |sbom: &Sbom, level: &str| {
        row_of(sbom, &format!("id = \"comp.hash\"\nlevel = \"{level}\"")).verdict
    };
    let levels =
        ["required", "required_unknown_ok", "required_if_exists", "recommended", "optional"];
    use RowVerdict::{Fail, Info, Pass, Warn};
    assert_eq!(levels.map(|level| of(&sbom, level)), [Fail, Fail, Warn, Info, Info]);
    let hash = |value: &str| vec![Hash { algorithm: "SHA-1".into(), value: value.into() }];
    sbom.parts[0].hashes = hash("abc");
    assert_eq!(levels.map(|level| of(&sbom, level)), [Fail, Fail, Fail, Warn, Info]);
    sbom.parts[0].hashes = hash(&"a".repeat(40));
    assert_eq!(levels.map(|level| of(&sbom, level)), [Pass; 5]);
}

#[test]
fn the_length_of_a_digest_is_that_of_its_algorithm_in_any_spelling() {
    let mut sbom = bare(1);
    for (algorithm, length) in
        [("SHA-256", 64), ("SHA256", 64), ("sha-256", 64), ("SHA3-512", 128), ("MD5", 32)]
    {
        let value = "0".repeat(length);
        sbom.parts[0].hashes = vec![Hash { algorithm: algorithm.into(), value }];
        assert_eq!(required(&sbom, "comp.hash"), RowVerdict::Pass, "{algorithm}");
        sbom.parts[0].hashes[0].value.push('0');
        assert_eq!(required(&sbom, "comp.hash"), RowVerdict::Fail, "{algorithm}");
    }
    sbom.parts[0].hashes = vec![Hash { algorithm: "MD5".into(), value: "0".repeat(32) }];
    assert_eq!(required(&sbom, "comp.hash_algorithm"), RowVerdict::Warn);
    sbom.parts[0].hashes.clear();
    assert_eq!(required(&sbom, "comp.hash_algorithm"), RowVerdict::NotApplicable);
}

#[test]
fn sha512_in_another_place_is_a_warning() {
    let mut sbom = bare(1);
    let hash = Hash { algorithm: "SHA-512".into(), value: "0".repeat(128) };
    sbom.parts[0].hashes = vec![hash.clone()];
    assert_eq!(required(&sbom, "comp.hash_sha512_deployable"), RowVerdict::Warn);
    let (kind, url) = ("distribution".to_owned(), "https://a.example/b.jar".to_owned());
    sbom.parts[0].references = vec![Reference { kind, url, hashes: vec![hash] }];
    assert_eq!(required(&sbom, "comp.hash_sha512_deployable"), RowVerdict::Pass);
}

#[test]
fn ranges_variables_and_words_are_no_version() {
    let mut sbom = bare(1);
    for (text, verdict) in [
        ("1.2.3", RowVerdict::Pass),
        ("1:2.0~rc1-1ubuntu2", RowVerdict::Pass),
        ("v0.0.0-20220101-abcdef", RowVerdict::Pass),
        ("^1.2", RowVerdict::Fail),
        (">=1", RowVerdict::Fail),
        ("[1.0,2.0)", RowVerdict::Fail),
        ("1.*", RowVerdict::Fail),
        ("${project.version}", RowVerdict::Fail),
        ("NOASSERTION", RowVerdict::Fail),
        ("latest", RowVerdict::Fail),
        ("", RowVerdict::Fail),
    ] {
        sbom.parts[0].version = Some(text.to_owned());
        assert_eq!(required(&sbom, "comp.version"), verdict, "{text}");
    }
    sbom.parts[0].version = Some("UNKNOWN".to_owned());
    let may = row_of(&sbom, "id = \"comp.version\"\nlevel = \"required_unknown_ok\"");
    assert_eq!(may.verdict, RowVerdict::Pass);
}

#[test]
fn a_licence_is_an_expression_and_none_is_a_statement() {
    let mut sbom = bare(1);
    let licence = |text: &str| Licence {
        text: text.to_owned(),
        formal: true,
        acknowledgement: Acknowledgement::Concluded,
    };
    for (text, any, named) in [
        ("MIT", RowVerdict::Pass, RowVerdict::Pass),
        ("LicenseRef-own", RowVerdict::Pass, RowVerdict::Pass),
        ("NONE", RowVerdict::Pass, RowVerdict::Fail),
        ("NOASSERTION", RowVerdict::Fail, RowVerdict::Fail),
        ("Apache License 2.0", RowVerdict::Fail, RowVerdict::Pass),
    ] {
        sbom.parts[0].licences = vec![licence(text)];
        assert_eq!(required(&sbom, "comp.licence_any"), any, "{text}");
        assert_eq!(required(&sbom, "comp.licence_named"), named, "{text}");
    }
    let may = |sbom: &Sbom| {
        row_of(sbom, "id = \"comp.licence_any\"\nlevel = \"required_unknown_ok\"").verdict
    };
    sbom.parts[0].licences = vec![licence("NOASSERTION")];
    assert_eq!(may(&sbom), RowVerdict::Pass);
    sbom.parts[0].licences = vec![licence("https://a.example/licence.txt")];
    assert_eq!(may(&sbom), RowVerdict::Pass);
}

#[test]
fn a_moment_is_judged_and_says_nothing_of_the_context() {
    let mut sbom = bare(1);
    for (text, verdict) in [
        ("2026-01-02T03:04:05Z", RowVerdict::Pass),
        ("2026-01-02T03:04:05+02:00[Europe/Berlin]", RowVerdict::Pass),
        ("2026-01-02T03:04:05", RowVerdict::Fail),
        ("2026-01-02", RowVerdict::Fail),
        ("1970-01-01T00:00:00Z", RowVerdict::Fail),
        ("2026-11-26T00:00:00Z", RowVerdict::Fail),
    ] {
        sbom.document.timestamp = Some(text.to_owned());
        assert_eq!(required(&sbom, "doc.timestamp"), verdict, "{text}");
        assert_eq!(required(&sbom, "doc.generation_context"), RowVerdict::Fail);
    }
}

#[test]
fn the_vocabulary_of_bsi_is_exact_and_one_name_has_two_spellings() {
    let mut sbom = bare(1);
    let mut with = |key: &str, value: &str, check: &str| {
        sbom.parts[0].properties = vec![(key.to_owned(), value.to_owned())];
        required(&sbom, check)
    };
    let archive = "bsi:component:archive";
    assert_eq!(with(archive, "no archive", "comp.archive"), RowVerdict::Pass);
    assert_eq!(with(archive, "no-archive", "comp.archive"), RowVerdict::Fail);
    let program = "bsi:component:executable";
    assert_eq!(with(program, "non-executable", "comp.executable"), RowVerdict::Pass);
    assert_eq!(with(program, "true", "comp.executable"), RowVerdict::Fail);
    for key in ["bsi:component:effectiveLicence", "bsi:component:effectiveLicense"] {
        assert_eq!(with(key, "MIT", "comp.licence_effective"), RowVerdict::Pass);
    }
}

#[test]
fn files_are_not_counted_and_no_subject_is_no_answer() {
    let mut sbom = bare(3);
    sbom.parts[1].element = Element::File;
    sbom.parts[2].version = Some("1".to_owned());
    let row = row_of(&sbom, "id = \"comp.version\"\nlevel = \"required\"\nof = \"listed\"");
    assert_eq!((row.verdict, row.counts.asked()), (RowVerdict::Pass, 1));
    sbom.parts[2].external = true;
    sbom.parts[0].external = true;
    let row = row_of(&sbom, "id = \"comp.version\"\nlevel = \"required\"\nof = \"delivered\"");
    assert_eq!(row.verdict, RowVerdict::NotApplicable);
}

#[test]
fn a_share_is_enough_where_the_profile_says_so() {
    let mut sbom = bare(11);
    for part in &mut sbom.parts[1..10] {
        part.version = Some("1".to_owned());
    }
    let row = "id = \"comp.version\"\nlevel = \"required\"\nof = \"listed\"\nleast = 90";
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Pass);
    sbom.parts[9].version = None;
    let found = row_of(&sbom, row);
    assert_eq!((found.verdict, found.failing, found.examples.len()), (RowVerdict::Fail, 2, 2));
}

#[test]
fn an_empty_inventory_cannot_be_assessed() {
    for sbom in [bare(0), bare(1)] {
        let result = result_of(&sbom, "id = \"doc.format_name\"\nlevel = \"required\"");
        assert_eq!(result.verdict, Verdict::NotAssessable);
    }
    let mut files = bare(3);
    files.parts[1].element = Element::File;
    files.parts[2].element = Element::File;
    let result = result_of(&files, "id = \"doc.format_name\"\nlevel = \"required\"");
    assert_eq!(result.verdict, Verdict::NotAssessable);
    let mut alone = bare(1);
    alone.completeness = vec![said(Some(0), Aggregate::Complete)];
    let result = result_of(&alone, "id = \"doc.format_name\"\nlevel = \"required\"");
    assert_eq!(result.verdict, Verdict::Pass);
}

#[test]
fn a_product_that_is_not_named_says_nothing_about_itself() {
    let mut sbom = bare(2);
    sbom.completeness = vec![said(Some(0), Aggregate::Complete)];
    let row = "id = \"rel.completeness\"\nlevel = \"required_unknown_ok\"\nof = \"primary\"";
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Pass);
    sbom.primary.clear();
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Fail);
}

#[test]
fn links_lead_from_the_product_to_what_is_defined() {
    let mut sbom = bare(3);
    assert_eq!(required(&sbom, "rel.dependencies"), RowVerdict::Fail);
    sbom.links = vec![needs(1, Target::Part(2))];
    assert_eq!(required(&sbom, "rel.dependencies"), RowVerdict::Fail);
    sbom.links = vec![needs(0, Target::Nothing)];
    assert_eq!(required(&sbom, "rel.dependencies"), RowVerdict::Fail);
    sbom.links = vec![needs(0, Target::Part(1))];
    assert_eq!(required(&sbom, "rel.dependencies"), RowVerdict::Pass);
    assert_eq!(required(&sbom, "rel.transitive"), RowVerdict::Fail);
    sbom.links.push(needs(1, Target::Nothing));
    assert_eq!(required(&sbom, "rel.transitive"), RowVerdict::Warn);
    sbom.completeness = vec![said(Some(1), Aggregate::Complete)];
    assert_eq!(required(&sbom, "rel.transitive"), RowVerdict::Pass);
    sbom.completeness.clear();
    sbom.links.push(needs(1, Target::Part(2)));
    assert_eq!(required(&sbom, "rel.transitive"), RowVerdict::Pass);
    sbom.links.push(needs(2, Target::Dangling("gone".to_owned())));
    assert_eq!(required(&sbom, "rel.dependencies"), RowVerdict::Fail);
}

#[test]
fn no_word_on_completeness_is_no_completeness() {
    let mut sbom = bare(1);
    for (aggregate, verdict) in [
        (Aggregate::Complete, RowVerdict::Pass),
        (Aggregate::Incomplete, RowVerdict::Pass),
        (Aggregate::Unknown, RowVerdict::Fail),
        (Aggregate::NotSpecified, RowVerdict::Fail),
    ] {
        sbom.completeness = vec![said(Some(0), aggregate)];
        assert_eq!(required(&sbom, "rel.completeness"), verdict, "{aggregate:?}");
    }
}

#[test]
fn an_empty_list_of_vulnerabilities_proves_nothing() {
    let mut sbom = bare(1);
    sbom.document.vulnerabilities = Some(0);
    assert_eq!(required(&sbom, "comp.vulnerabilities"), RowVerdict::Fail);
    assert_eq!(required(&sbom, "doc.no_vulnerabilities"), RowVerdict::Pass);
    sbom.document.vulnerabilities = Some(3);
    assert_eq!(required(&sbom, "comp.vulnerabilities"), RowVerdict::Warn);
    assert_eq!(required(&sbom, "doc.no_vulnerabilities"), RowVerdict::Fail);
}

#[test]
fn a_signature_counts_by_what_is_known_of_it() {
    let mut sbom = bare(2);
    assert_eq!(required(&sbom, "doc.author_signature"), RowVerdict::Fail);
    sbom.document.signature = Some("signature".to_owned());
    assert_eq!(required(&sbom, "doc.author_signature"), RowVerdict::Warn);
    let check = Check::by_id("doc.author_signature").unwrap();
    let check::Look::Document(look) = check.look else { panic!("a check of the document") };
    let mut asked = asked();
    asked.signature = Signature::Verified;
    assert_eq!(look(&View::of(&sbom, &asked)), State::Valid);
    asked.signature = Signature::Broken;
    assert!(matches!(look(&View::of(&sbom, &asked)), State::Invalid(_)));
}

#[test]
fn what_generator_or_format_cannot_say_is_told_apart_from_what_was_left_out() {
    let mut sbom = bare(2);
    let cannot = |sbom: &Sbom, check: &str| {
        row_of(sbom, &format!("id = \"{check}\"\nlevel = \"required\"")).cannot
    };
    assert_eq!(cannot(&sbom, "rel.completeness"), None);
    let syft = Tool { name: Some("syft".to_owned()), version: Some("1.52.0".to_owned()) };
    sbom.document.tools = vec![syft.clone()];
    assert_eq!(cannot(&sbom, "rel.completeness"), Some(Cannot::Tool("Syft")));
    assert_eq!(cannot(&sbom, "comp.version"), None);
    sbom.document.tools.push(syft);
    assert_eq!(cannot(&sbom, "rel.completeness"), None);
    sbom.spec_version = "1.2".to_owned();
    let format = Some(Cannot::Format("CycloneDX 1.2".to_owned()));
    assert_eq!(cannot(&sbom, "rel.completeness"), format);
    assert_eq!(cannot(&sbom, "doc.timestamp"), None);
    sbom.format = Format::SpdxJson;
    sbom.spec_version = "SPDX-2.3".to_owned();
    let format = Some(Cannot::Format("SPDX 2.3".to_owned()));
    assert_eq!(cannot(&sbom, "comp.archive"), format);
}

#[test]
fn formats_are_judged_against_the_profile() {
    let mut sbom = bare(2);
    let row = "id = \"doc.format_version\"\nlevel = \"required\"\nformats = [\"cyclonedx 1.6+\"]";
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Pass);
    sbom.spec_version = "1.5".to_owned();
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Fail);
    let row = "id = \"doc.format_name\"\nlevel = \"required\"\nformats = [\"spdx\"]";
    assert_eq!(row_of(&sbom, row).verdict, RowVerdict::Fail);
    sbom.format = Format::MavenPom;
    assert_eq!(required(&sbom, "doc.format_name"), RowVerdict::Fail);
}

#[test]
fn every_check_that_the_tables_of_formats_and_tools_name_exists() {
    let ids: Vec<_> = Check::ALL.iter().map(|check| check.id).collect();
    for (number, id) in ids.iter().enumerate() {
        assert!(!ids[..number].contains(id), "{id} twice");
    }
    for id in emit::named() {
        assert!(ids.contains(&id), "{id}");
    }
}
