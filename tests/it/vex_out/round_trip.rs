//! Whatever is stated of whatever components: what is written is read back with the same judgement.

use std::collections::BTreeMap;
use std::sync::Arc;

use bomvet::advisory::database::{Batch, Database};
use bomvet::advisory::record::Record;
use bomvet::config::{Category, Issuer, Settings, WaiverRule};
use bomvet::ingest;
use bomvet::judge::vex::{self, Origin, Source, Statement};
use bomvet::judge::{SuppressionKind, Verdict};
use bomvet::pipeline::{self, Audit};
use bomvet::report::model::Report;
use bomvet::report::{self, Detail, ReportFormat};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::schemas;
use super::stage::{JUNE, NOW};
use crate::support;

const FORMATS: [(&str, ReportFormat); 3] = [
    ("openvex", ReportFormat::OpenVex),
    ("csaf", ReportFormat::Csaf),
    ("cyclonedx", ReportFormat::CycloneDx),
];

const PURLS: [&str; 7] = [
    "pkg:maven/example/a@1",
    "pkg:maven/example/a@1?type=jar",
    "pkg:maven/example/a@1?classifier=x",
    "pkg:maven/example/b@1",
    "pkg:npm/@scope/c@1",
    "pkg:maven/example/a",
    "pkg:maven/example/a@0.5",
];

/// How a document names itself: with a serial number or without, with a package URL or without.
#[derive(Clone, Debug)]
struct Product {
    serial: bool,
    purl: Option<&'static str>,
    name: &'static str,
    parts: Vec<(usize, bool)>,
}

fn product() -> impl Strategy<Value = Product> {
    let purl = prop::sample::select(vec![None, Some("pkg:generic/app@5"), Some("pkg:generic/app")]);
    let part = (0..PURLS.len(), any::<bool>());
    let name = prop::sample::select(vec!["app", "other"]);
    (any::<bool>(), purl, name, prop::collection::vec(part, 1..5))
        .prop_map(|(serial, purl, name, parts)| Product { serial, purl, name, parts })
}

impl Product {
    fn document(&self, number: usize) -> Value {
        let parts = self.parts.iter().enumerate().map(|(index, (purl, has_reference))| {
            let mut part = json!({"type": "library", "name": "n", "version": "1",
              "purl": PURLS[*purl]});
            if *has_reference {
                part["bom-ref"] = json!(format!("r {number} {index}"));
            }
            part
        });
        let mut document = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 2,
          "metadata": {"component": {"type": "application", "name": self.name, "bom-ref": "root"}},
          "components": parts.collect::<Vec<_>>()});
        if self.serial {
            document["serialNumber"] =
                json!(format!("urn:uuid:11111111-2222-4333-8444-55555555555{number}"));
        }
        if let Some(purl) = self.purl {
            document["metadata"]["component"]["purl"] = json!(purl);
        }
        document
    }
}

/// What somebody states: which part of which document, in which words.
#[derive(Clone, Debug)]
struct Claim {
    purl: usize,
    flaw: &'static str,
    state: &'static str,
    word: Option<&'static str>,
    detail: bool,
    dated: bool,
    /// By the handle of a part, else by package URL.
    handle: Option<(usize, usize)>,
}

fn claim() -> impl Strategy<Value = Claim> {
    let states = ["not_affected", "false_positive", "resolved", "exploitable", "in_triage"];
    let words = [
        "code_not_present",
        "code_not_reachable",
        "protected_by_compiler",
        "requires_environment",
        "component_not_present",
        "inline_mitigations_already_exist",
        "odd",
    ];
    (
        0..PURLS.len(),
        prop::sample::select(vec!["CVE-2026-0001", "X-2", "X-1"]),
        prop::sample::select(states.to_vec()),
        prop::option::of(prop::sample::select(words.to_vec())),
        any::<bool>(),
        any::<bool>(),
        prop::option::of((0_usize..2, 0_usize..4)),
    )
        .prop_map(|(purl, flaw, state, word, detail, dated, handle)| Claim {
            purl,
            flaw,
            state,
            word,
            detail,
            dated,
            handle,
        })
}

fn statements(claims: &[Claim]) -> Vec<Statement> {
    let of = |(number, claim): (usize, &Claim)| {
        let (reference, components) = match claim.handle {
            Some((document, part)) => (
                format!(
                    "urn:cdx:11111111-2222-4333-8444-55555555555{document}/2#r {document} {part}"
                ),
                json!([]),
            ),
            None => {
                ("p".to_owned(), json!([{"bom-ref": "p", "name": "p", "purl": PURLS[claim.purl]}]))
            }
        };
        let mut analysis = json!({"state": claim.state});
        if let Some(word) = claim.word {
            analysis["justification"] = json!(word);
        }
        if claim.detail {
            analysis["detail"] = json!("because");
        }
        if claim.dated {
            analysis["lastUpdated"] = json!(format!("2026-07-{:02}T00:00:00Z", number + 1));
        }
        let author = ["A", "B"][number % 2];
        let document = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
          "metadata": {"timestamp": JUNE, "authors": [{"name": author}]}, "components": components,
          "vulnerabilities": [{"id": claim.flaw, "analysis": analysis,
            "affects": [{"ref": reference}]}]});
        let path = format!("in{number}.json");
        read(&document.to_string(), &path)
    };
    claims.iter().enumerate().flat_map(of).collect()
}

fn read(text: &str, path: &str) -> Vec<Statement> {
    vex::read(text, Source { path, origin: Origin::Given }).unwrap()
}

/// Two flaws: one of `example:a` and `example:b`, one of everything.
fn database() -> Database {
    let record = |id: &str, alias: &str, packages: &[(&str, &str)]| {
        let affected: Vec<Value> = packages
            .iter()
            .map(|(ecosystem, name)| {
                json!({"package": {"ecosystem": ecosystem, "name": name},
                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]})
            })
            .collect();
        let text = json!({"id": id, "aliases": [alias], "modified": "2026-01-01T00:00:00Z",
          "summary": "s", "affected": affected})
        .to_string();
        Record::parse(&text, &Arc::from("records")).unwrap()
    };
    let (a, b) = (("Maven", "example:a"), ("Maven", "example:b"));
    let records = vec![
        record("X-1", "CVE-2026-0001", &[a, b]),
        record("X-2", "CVE-2026-0002", &[a, b, ("npm", "@scope/c")]),
    ];
    let batch = Batch { records, ..Batch::default() };
    Database::new(vec![batch], NOW.parse().unwrap())
}

fn settings(waived: Option<usize>) -> Settings {
    let mut settings = Settings {
        issuer: Issuer {
            author: Some("Us".to_owned()),
            namespace: Some("https://example.com".to_owned()),
            category: Some(Category::Vendor),
        },
        ..Settings::default()
    };
    settings.waiver.extend(waived.map(|purl| WaiverRule {
        id: "X-2".to_owned(),
        component: Some(PURLS[purl].replace("@scope", "%40scope")),
        expires: None,
        owner: None,
        ticket: None,
        reason: Some("accepted".to_owned()),
        justification: (purl % 2 == 0).then(|| "component_not_present".to_owned()),
        max_severity: None,
        line: 1,
    }));
    settings
}

/// What became of each finding: open, or closed by what, in which state.
fn judgement(audit: &Audit) -> BTreeMap<(usize, String), String> {
    let of = |one: &bomvet::judge::Judged| match &one.verdict {
        Verdict::Open => "open".to_owned(),
        Verdict::Suppressed(by) => match by.kind {
            // false positive is a word of CycloneDX alone (RULES 4.2)
            SuppressionKind::Vex(vex::Status::FalsePositive) => "vex not_affected".to_owned(),
            kind => format!("{} {}", kind.as_str(), kind.status()),
        },
    };
    let key = |one: &bomvet::judge::Judged| (one.finding.component, one.finding.ids[0].to_string());
    audit.judged.iter().map(|one| (key(one), of(one))).collect()
}

fn audit(paths: &[std::path::PathBuf], settings: &Settings, statements: Vec<Statement>) -> Audit {
    let now = NOW.parse().unwrap();
    pipeline::audit(ingest::read_all(paths), &database(), settings, statements, now).unwrap()
}

/// How many findings were closed, over all formats, and how many of them would not be again because
/// no name tells the component from others.
fn round_trip(products: &[Product], claims: &[Claim], waived: Option<usize>) -> (usize, usize) {
    let folder = support::temp_dir();
    let mut paths = Vec::new();
    for (number, product) in products.iter().enumerate() {
        let path = folder.path().join(format!("{number}.json"));
        std::fs::write(&path, product.document(number).to_string()).unwrap();
        paths.push(path);
    }
    let settings = settings(waived);
    let before = audit(&paths, &settings, statements(claims));
    let expected = judgement(&before);
    let written = Report::new(&before, &settings);
    let (mut closed, mut lost) = (0, 0);
    for (name, format) in FORMATS {
        let mut bytes = Vec::new();
        if report::obstacle_to_statements(&written, format).is_none() {
            report::write(&written, format, Detail::Brief, &mut bytes).unwrap();
            schemas::hold(name, &serde_json::from_slice(&bytes).unwrap());
        }
        let text = String::from_utf8(bytes).unwrap();
        let again = if text.is_empty() { Vec::new() } else { read(&text, "out.json") };
        let after = judgement(&audit(&paths, &settings, again));
        for (key, verdict) in &expected {
            closed += usize::from(verdict.starts_with("vex"));
            let now = &after[key];
            // a statement that no name can carry is left out, and the document says so
            let left_out = now == "open" && text_says_unnamed(&text);
            lost += usize::from(now != verdict);
            assert!(
                now == verdict || left_out,
                "{name}: {key:?} was {verdict}, is {now}\n{products:#?}\n{claims:#?}\n{text}"
            );
        }
    }
    (closed, lost)
}

fn text_says_unnamed(text: &str) -> bool {
    text.is_empty()
        || text.contains("no identifier tells from others")
        || text.contains("bomvet:vex:left-out")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_with_the_same_judgement(
        products in prop::collection::vec(product(), 1..3),
        claims in prop::collection::vec(claim(), 0..10),
        waived in prop::option::of(0..PURLS.len()),
    ) {
        round_trip(&products, &claims, waived);
    }
}

/// The property holds of statements, and there are many of them: a test that nothing is ever stated
/// in would hold as well.
#[test]
fn a_plain_statement_survives_in_every_format() {
    for (serial, purl) in [(true, None), (false, Some("pkg:generic/app@5")), (false, None)] {
        let product = Product { serial, purl, name: "app", parts: vec![(0, true), (3, true)] };
        for state in ["not_affected", "false_positive", "resolved"] {
            let claim = Claim {
                purl: 0,
                flaw: "X-1",
                state,
                word: Some("code_not_present"),
                detail: false,
                dated: true,
                handle: None,
            };
            let products = std::slice::from_ref(&product);
            assert_eq!(round_trip(products, &[claim], None), (3, 0), "{state} {product:?}");
        }
    }
}

/// Found by the property: names that reach into another document, where something else is stated.
#[test]
fn a_name_that_means_others_as_well_is_not_used() {
    let product =
        |serial: bool, purl, name, part| Product { serial, purl, name, parts: vec![(part, false)] };
    let claim = |purl: usize, state, word| Claim {
        purl,
        flaw: "CVE-2026-0001",
        state,
        word,
        detail: false,
        dated: false,
        handle: None,
    };
    // a listed component of CycloneDX stands in no product
    let products = [product(false, None, "other", 5), product(false, None, "app", 0)];
    let claims = [claim(0, "resolved", None), claim(5, "not_affected", Some("code_not_present"))];
    round_trip(&products, &claims, None);
    // a product without a version is a pattern, too
    let app = [Some("pkg:generic/app"), Some("pkg:generic/app@5")];
    let products = [product(false, app[0], "app", 0), product(true, app[1], "other", 2)];
    let claims = [
        claim(5, "exploitable", None),
        claim(0, "not_affected", None),
        claim(2, "not_affected", Some("code_not_present")),
    ];
    round_trip(&products, &claims, None);
}
