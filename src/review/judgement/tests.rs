use super::super::quality::fixture::{asked, bare, said};
use super::super::sbom::{
    Acknowledgement, Hash, Identifier, Licence, Link, Relation, Scheme, Target,
};
use super::*;

/// A document without a fault: a product that needs one package, which needs another.
fn sound() -> Sbom {
    let mut sbom = bare(3);
    for (number, part) in sbom.parts.iter_mut().enumerate() {
        part.version = Some(format!("1.{number}"));
        let text = format!("pkg:maven/org.example/part-{number}@1.{number}");
        part.identifiers = vec![Identifier { scheme: Scheme::Purl, text }];
    }
    sbom.document.timestamp = Some("2026-11-01T00:00:00Z".to_owned());
    sbom.links = vec![needs(0, 1), needs(1, 2)];
    sbom.completeness = vec![said(Some(0), Aggregate::Complete)];
    sbom
}

fn needs(from: usize, to: usize) -> Link {
    Link { from, relation: Relation::DependsOn, to: Target::Part(to) }
}

fn rules(sbom: &Sbom, asked: &Asked) -> Vec<ReviewRule> {
    let remarks = judge(sbom, "bom.json", &[], asked).remarks;
    for remark in &remarks {
        assert_eq!(remark.about, About::File("bom.json".to_owned()));
        assert!(remark.what.ends_with('.') && !remark.evidence.is_empty(), "{remark:?}");
        assert!(!remark.ask.is_empty());
    }
    remarks.iter().map(|remark| remark.rule).collect()
}

/// The rules that speak once a sound document is changed.
fn after(change: impl FnOnce(&mut Sbom)) -> Vec<ReviewRule> {
    let mut sbom = sound();
    change(&mut sbom);
    rules(&sbom, &asked())
}

#[test]
fn a_sound_document_has_no_fault() {
    assert_eq!(after(|_| ()), []);
}

#[test]
fn each_fault_of_the_rejection_catalogue_is_named_and_no_other() {
    use ReviewRule as R;
    let purl = |text: &str| vec![Identifier { scheme: Scheme::Purl, text: text.to_owned() }];
    assert_eq!(after(|sbom| sbom.parts[2].identifiers.clear()), [R::NoPurl]);
    let generic = |sbom: &mut Sbom| sbom.parts[2].identifiers = purl("pkg:generic/part-2@1.2");
    assert_eq!(after(generic), [R::GenericPurl]);
    assert_eq!(after(|sbom| sbom.parts[2].version = None), [R::NoVersion]);
    assert_eq!(
        after(|sbom| sbom.parts[2].version = Some("^1.2".into())),
        [R::NoVersion, R::VersionMismatch]
    );
    assert_eq!(after(|sbom| sbom.parts[0].version = None), [R::NoPrimary, R::NoVersion]);
    let flat = |sbom: &mut Sbom| sbom.links = vec![needs(0, 1), needs(0, 2)];
    assert_eq!(after(flat), [R::NoTransitive]);
    assert_eq!(after(|sbom| sbom.links.clear()), [R::NoTransitive]);
    let image = |sbom: &mut Sbom| sbom.parts[0].purpose = Some("container".to_owned());
    assert_eq!(after(image), [R::OneLayer]);
    let native = |sbom: &mut Sbom| sbom.parts[2].filename = Some("engine.dll".to_owned());
    assert_eq!(after(native), [R::StaticBlind]);
    let unnamed = after(|sbom| sbom.primary.clear());
    assert!(unnamed.contains(&R::NoPrimary), "{unnamed:?}");
    let nothing = |sbom: &mut Sbom| {
        sbom.parts.clear();
        sbom.primary.clear();
        sbom.completeness.clear();
    };
    assert_eq!(after(nothing), [R::EmptyInventory, R::NoPrimary]);
}

#[test]
fn each_contradiction_is_named_and_no_other() {
    use ReviewRule as R;
    assert_eq!(
        after(|sbom| sbom.links = vec![needs(0, 1), needs(1, 0)]),
        [R::NoTransitive, R::Orphans]
    );
    assert_eq!(after(|sbom| sbom.completeness.clear()), [R::Incomplete]);
    let open = |sbom: &mut Sbom| sbom.completeness.push(said(Some(2), Aggregate::Unknown));
    assert_eq!(after(open), [R::Incomplete]);
    assert_eq!(after(|sbom| sbom.parts[1].version = Some("2.0".into())), [R::VersionMismatch]);
    let weak = |sbom: &mut Sbom| {
        sbom.parts[1].hashes = vec![Hash { algorithm: "MD5".into(), value: "0".repeat(32) }];
    };
    assert_eq!(after(weak), [R::WeakHash]);
    let odd = |sbom: &mut Sbom| {
        let text = "The Best Licence".to_owned();
        let acknowledgement = Acknowledgement::Unstated;
        sbom.parts[1].licences = vec![Licence { text, formal: false, acknowledgement }];
    };
    assert_eq!(after(odd), [R::InvalidLicence]);
    let twice = |sbom: &mut Sbom| {
        let mut again = sbom.parts[2].clone();
        again.copyright = Some("does not tell entries apart".to_owned());
        sbom.parts.push(again);
        sbom.links.push(needs(1, 3));
    };
    assert_eq!(after(twice), []);
    let differing = |sbom: &mut Sbom| {
        twice(sbom);
        sbom.parts[3].hashes = vec![Hash { algorithm: "SHA-256".into(), value: "0".repeat(64) }];
    };
    assert_eq!(after(differing), [R::Duplicate]);
}

#[test]
fn the_product_is_compared_with_the_order() {
    let of = |name: &str, version: &str| {
        let mut asked = asked();
        asked.product = Some((name.to_owned(), version.to_owned()));
        let mut sbom = sound();
        sbom.parts[0].group = Some("org.example".to_owned());
        rules(&sbom, &asked)
    };
    for (name, version) in
        [("part-0", "1.0"), ("Part-0", ""), ("org.example:part-0", "v1.0"), ("part-0", " 1.0 ")]
    {
        assert_eq!(of(name, version), [], "{name} {version}");
    }
    assert_eq!(of("part-0", "1.1"), [ReviewRule::ProductMismatch]);
    assert_eq!(of("part-1", "1.0"), [ReviewRule::ProductMismatch]);
}

#[test]
fn age_counts_against_the_review_and_the_release() {
    let of = |days: Option<u32>, released: Option<&str>, made: Option<&str>| {
        let mut asked = asked();
        (asked.max_age_days, asked.released) = (days, released.map(|day| day.parse().unwrap()));
        let mut sbom = sound();
        sbom.document.timestamp = made.map(str::to_owned);
        let remarks = judge(&sbom, "bom.json", &[], &asked).remarks;
        remarks.into_iter().map(|remark| (remark.rule, remark.detail)).collect::<Vec<_>>()
    };
    let made = Some("2026-11-01T00:00:00Z");
    assert_eq!(of(Some(24), None, made), []);
    assert_eq!(of(Some(23), None, made), [(ReviewRule::Old, "age".to_owned())]);
    assert_eq!(of(None, Some("2026-11-02"), made), []);
    assert_eq!(of(None, Some("2026-10-30"), made), []);
    assert_eq!(of(None, Some("2026-11-03"), made), [(ReviewRule::Old, "release".to_owned())]);
    assert_eq!(of(Some(1000), None, None), [(ReviewRule::Old, "age".to_owned())]);
    assert_eq!(of(None, None, None), []);
}

fn cisa() -> Vec<Profile> {
    vec![Profile::named("cisa-2026").unwrap().clone()]
}

#[test]
fn five_thousand_faults_of_one_kind_are_one_remark_whose_identity_holds_no_count() {
    let remarks = |size: usize| {
        let mut sbom = bare(size);
        sbom.links = (1..size).map(|to| needs(to - 1, to)).collect();
        judge(&sbom, "bom.json", &cisa(), &asked()).remarks
    };
    let identities = |remarks: &[Remark]| -> Vec<_> {
        let identity = |r: &Remark| (r.rule, r.about.clone(), r.detail.clone());
        remarks.iter().map(identity).collect()
    };
    let (few, many) = (remarks(5), remarks(5000));
    assert_eq!(identities(&few), identities(&many));
    let mut once = identities(&many);
    once.dedup();
    assert_eq!(once.len(), many.len());
    let is_producer = |one: &&Remark| one.detail == "cisa-2026/comp.producer";
    let producer = many.iter().find(is_producer).unwrap();
    assert_eq!(producer.what, "5000 of 5000 components lack the name of the producer.");
    assert_eq!(producer.evidence.len(), MAX_EXAMPLES);
    assert_eq!(producer.clauses.len(), 1);
}

#[test]
fn a_fault_that_a_rule_names_is_told_once_with_the_clauses_of_the_profiles() {
    let mut sbom = sound();
    sbom.parts[2].version = None;
    let remarks = judge(&sbom, "bom.json", Profile::bundled(), &asked()).remarks;
    let versions: Vec<_> = remarks.iter().filter(|one| one.rule == ReviewRule::NoVersion).collect();
    let texts: Vec<_> = versions[0].clauses.iter().map(|clause| clause.text.as_str()).collect();
    let all = [
        "cisa-2026",
        "ntia-2021",
        "bsi-tr-03183-2",
        "openchain-telco-1.1",
        "fda-2026",
        "cert-in-2.0",
        "buyer",
    ];
    assert_eq!((versions.len(), texts), (1, all.to_vec()));
    assert!(!remarks.iter().any(|one| one.detail.ends_with("/comp.version")));
}

#[test]
fn a_format_that_a_profile_refuses_is_a_remark_of_its_own_for_that_profile() {
    let profiles = ["openchain-telco-1.1", "eu-cra-annex-i"];
    let profiles: Vec<_> = profiles.iter().map(|id| Profile::named(id).unwrap().clone()).collect();
    let remarks = judge(&sound(), "bom.json", &profiles, &asked()).remarks;
    let formats: Vec<_> = remarks.iter().filter(|one| one.rule == ReviewRule::BadFormat).collect();
    assert_eq!(formats.len(), 1);
    assert_eq!(formats[0].detail, "openchain-telco-1.1/doc.format_version");
    assert!(formats[0].what.contains("expected SPDX 2.2, SPDX 2.3"), "{}", formats[0].what);
}

#[test]
fn a_document_of_nothing_gets_no_remarks_by_profiles() {
    let remarks = judge(&bare(1), "bom.json", Profile::bundled(), &asked()).remarks;
    let rules: Vec<_> = remarks.iter().map(|remark| remark.rule).collect();
    assert_eq!(rules, [ReviewRule::EmptyInventory, ReviewRule::NoPrimary]);
}
