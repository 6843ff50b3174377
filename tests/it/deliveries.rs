//! Deliveries: what each file is, whether archives, bills of materials and statements fit each other,
//! and what changed since the delivery before.

use crate::support;
use std::path::Path;

use bomvet::advisory::bundled;
use bomvet::advisory::database::Database;
use bomvet::config::{ReviewRule, Settings};
use bomvet::files::{self, Reach, Source, sha256};
use bomvet::ingest::{self, Licences};
use bomvet::inventory::Format;
use bomvet::judge::vex::{Directory, Reached};
use bomvet::pipeline::{self, Audit, Said};
use bomvet::review::change::{self, Side};
use bomvet::review::claims::Terms;
use bomvet::review::delivery::{self, File};
use bomvet::review::outcome::merged;
use bomvet::review::sbom::Sbom;
use bomvet::review::{About, Delivered, Delivery, Remark, archives, checksums, claims, disclosure};

use crate::support::packing::{jar, pom, tar};

const NOW: &str = "2026-11-25T12:00:00Z";
const CORE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
const LOOKUP: &str = "org/apache/logging/log4j/core/lookup/JndiLookup.class";

struct Reviewed {
    delivery: Delivery,
    audit: Audit,
    sboms: Vec<(String, Sbom)>,
}

fn reviewed(root: &Path) -> Reviewed {
    let options = ingest::Options { licences: Licences::Read, ..ingest::Options::default() };
    let intake = ingest::read_with(&[root.to_owned()], &options);
    let found = files::walk(root, Reach::Inside).unwrap().files;
    let file = |path: &std::path::PathBuf| File {
        path: path.display().to_string(),
        source: Source::open(path).map_err(|error| error.cause),
    };
    let all: Vec<File> = found.iter().map(file).collect();
    let delivery = delivery::list(&root.display().to_string(), &all, &intake);
    let now = NOW.parse().unwrap();
    let database = Database::new(vec![bundled::batch()], now);
    let said = Said::from(delivery.given());
    let audit = pipeline::audit(intake, &database, &Settings::default(), said, now).unwrap();
    let of_cyclonedx = delivery
        .items
        .iter()
        .filter(|item| item.kind == delivery::Kind::Sbom(Format::CycloneDxJson))
        .map(|item| (item.path.clone(), Sbom::read(&item.source.bytes().unwrap()).unwrap()));
    let sboms = of_cyclonedx.collect();
    Reviewed { delivery, audit, sboms }
}

impl Reviewed {
    fn remarks(&self) -> Vec<Remark> {
        let Self { delivery, audit, sboms } = self;
        let delivered = Delivered { delivery, audit, sboms };
        let settings = Settings::default();
        let terms = Terms { investigation_days: 30, scopes: &settings.gate.scopes };
        let mut all = claims::remarks(delivered, terms);
        all.extend(archives::remarks(delivered).into_iter().flatten());
        all.extend(disclosure::remarks(delivered));
        all.extend(checksums::remarks(delivery));
        merged(all)
    }

    fn told(&self) -> Vec<String> {
        told(&self.remarks())
    }

    fn side(&self) -> Side<'_> {
        Side { audit: &self.audit, statements: &self.delivery.statements, checks: &[] }
    }
}

/// `rule about detail`, sorted.
fn told(remarks: &[Remark]) -> Vec<String> {
    let line = |remark: &Remark| {
        let about = match &remark.about {
            About::Delivery => "delivery",
            About::File(path) => path,
            About::Component(name) => name,
        };
        format!("{} {about} {}", remark.rule, remark.detail).trim_end().to_owned()
    };
    let mut lines: Vec<String> = remarks.iter().map(line).collect();
    lines.sort();
    lines
}

/// The delivery of these files.
fn made(files: &[(&str, &[u8])]) -> Reviewed {
    let folder = support::temp_dir();
    for (name, bytes) in files {
        support::write(&folder.path().join(name), bytes);
    }
    reviewed(folder.path())
}

fn component(purl: &str, more: &str) -> String {
    let name = purl.rsplit('/').next().unwrap().split('@').next().unwrap();
    let version = purl.rsplit_once('@').unwrap().1.split('?').next().unwrap();
    format!(
        r#"{{"type": "library", "bom-ref": "{purl}", "name": "{name}", "version": "{version}",
        "purl": "{purl}"{more}}}"#
    )
}

/// A bill of materials of the product `pkg:maven/g/app@1`.
fn sbom(components: &[String], more: &str) -> String {
    let subject = component("pkg:maven/g/app@1", "");
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {{"component": {subject}}},
        "components": [{}]{more}}}"#,
        components.join(",")
    )
}

fn library(group: &str, artifact: &str, version: &str) -> Vec<u8> {
    let (path, text) = pom(group, artifact, version);
    jar(&[("META-INF/MANIFEST.MF", b""), (&path, &text)])
}

/// The product's jar with these jars in it.
fn product(nested: &[(&str, &[u8])]) -> Vec<u8> {
    let (path, text) = pom("g", "app", "1");
    let mut entries: Vec<(&str, &[u8])> = vec![("META-INF/MANIFEST.MF", b""), (&path, &text)];
    entries.extend(nested);
    jar(&entries)
}

/// One OpenVEX statement of a product and its part.
fn vex(status: &str, part: &str, at: &str) -> String {
    format!(
        r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://a.example/1", "author": "A",
        "timestamp": "{at}", "version": 1, "statements": [{{"vulnerability":
        {{"name": "CVE-2021-44228"}}, "products": [{{"@id": "pkg:maven/g/app@1", "subcomponents":
        [{{"@id": "{part}"}}]}}], {status}}}]}}"#
    )
}

fn fixture(name: &str) -> Reviewed {
    reviewed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/deliveries").join(name))
}

#[test]
fn the_delivery_that_is_in_order_has_no_remark() {
    assert_eq!(fixture("old").told(), [""; 0]);
}

#[test]
fn the_planted_faults_are_found_and_no_others() {
    let expected = [
        format!("claim-contradicted {CORE} CVE-2021-44228"),
        format!("exploited-finding {CORE} CVE-2021-44228"),
        format!("exploited-finding {CORE} CVE-2021-45046"),
        format!("not-in-sbom {CORE}"),
        format!("open-finding {CORE} CVE-2021-44832"),
        format!("open-finding {CORE} CVE-2021-45105"),
        format!("open-finding {CORE} CVE-2025-68161"),
        format!("open-finding {CORE} CVE-2026-34477"),
        format!("open-finding {CORE} CVE-2026-34480"),
    ];
    let (old, new) = (fixture("old"), fixture("new"));
    let remarks = new.remarks();
    assert_eq!(told(&remarks), expected);
    let of = |rule: ReviewRule| remarks.iter().find(|remark| remark.rule == rule).unwrap();
    let held = of(ReviewRule::NotInSbom);
    assert!(held.evidence[0].path.starts_with("shop-2.0.jar!/BOOT-INF/lib/report-kit-1.4.jar!/"));
    let claim = of(ReviewRule::ClaimContradicted);
    assert!(claim.evidence.iter().any(|place| place.path == "shop.openvex.json"));
    assert!(claim.what.contains("report-kit-1.4.jar"), "{}", claim.what);

    let change = change::compare(old.side(), new.side());
    let changed: Vec<String> = told(&merged(change.remarks(&old.delivery, &new.delivery)))
        .into_iter()
        .filter(|line| !line.starts_with("introduced"))
        .collect();
    assert_eq!(changed, ["downgrade pkg:maven/com.google.code.gson/gson@2.10.1"]);
    // of seven one is closed by the statement that is false, and the claims say so
    let introduced: Vec<&str> = change.risks.introduced.iter().map(change::Risk::id).collect();
    assert_eq!(introduced.len(), 6);
    assert!(!introduced.contains(&"CVE-2021-44228"));
    let back = change::compare(new.side(), old.side());
    assert_eq!(back.risks.resolved.len(), 6);
}

#[test]
fn every_file_is_told_what_it_is() {
    let bom = sbom(&[component("pkg:maven/g/a@1", "")], "");
    let packed = tar(&[("in/bom.json", bom.as_bytes()), ("in/readme.md", b"hello")]);
    let statements = vex(r#""status": "fixed""#, CORE, NOW);
    let reviewed = made(&[
        ("bom.json", bom.as_bytes()),
        ("broken.json", &bom.as_bytes()[..bom.len() - 3]),
        ("all.tar", &packed),
        ("app.jar", &product(&[])),
        ("app.jar.asc", b"-----BEGIN PGP SIGNATURE-----\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("vex.json", statements.as_bytes()),
    ]);
    let items = reviewed.delivery.items.iter();
    let told: Vec<String> =
        items.clone().map(|item| format!("{} {}", item.path, item.kind.as_str())).collect();
    let expected = [
        "all.tar archive",
        "all.tar!/in/bom.json sbom",
        "all.tar!/in/readme.md other",
        "app.jar java-archive",
        "app.jar.asc signature",
        "bom.json sbom",
        "broken.json unreadable",
        "picture.png other",
        "vex.json vex",
    ];
    assert_eq!(told, expected);
    let own = items.clone().find(|item| item.path == "bom.json").unwrap();
    assert_eq!(own.sha256, sha256([bom.as_bytes()]));
}

#[test]
fn archives_and_bills_of_materials_that_fit_have_no_remark() {
    let digest = sha256([library("h", "a", "1").as_slice()]).to_uppercase();
    let hashes = format!(r#", "hashes": [{{"alg": "SHA-256", "content": "{digest}"}}]"#);
    let bom = sbom(
        &[
            component("pkg:maven/h/a@1?type=jar", &hashes),
            component("pkg:maven/h/b@1.0-SNAPSHOT", ""),
            component("pkg:maven/h/named@2", ""),
            component("pkg:maven/h/given@1", r#", "scope": "excluded""#),
            component("pkg:maven/h/parent@1?type=pom", ""),
            component("pkg:npm/left@1", ""),
        ],
        "",
    );
    let reviewed = made(&[
        ("bom.json", bom.as_bytes()),
        (
            "app.jar",
            &product(&[
                ("lib/a-1.jar", &library("h", "a", "1")),
                ("lib/b.jar", &library("h", "b", "1.0-20210101.123456-7")),
                ("lib/named-2-linux.jar", &jar(&[("META-INF/MANIFEST.MF", b"")])),
            ]),
        ),
    ]);
    assert_eq!(reviewed.told(), [""; 0]);
}

#[test]
fn archives_and_bills_of_materials_that_do_not_fit_are_told_once_each() {
    let other = sha256([b"another".as_slice()]);
    let hashes = format!(r#", "hashes": [{{"alg": "SHA-256", "content": "{other}"}}]"#);
    let bom = sbom(
        &[
            component("pkg:maven/h/a@1", &hashes),
            component("pkg:maven/h/b@1", ""),
            component("pkg:maven/h/gone@1", ""),
            component("pkg:maven/wrong/c@1", ""),
        ],
        "",
    );
    let reviewed = made(&[
        ("bom.json", bom.as_bytes()),
        (
            "app.jar",
            &product(&[
                ("lib/a-1.jar", &library("h", "a", "1")),
                ("lib/b-2.jar", &library("h", "b", "2")),
                ("lib/c-1.jar", &library("right", "c", "1")),
                ("lib/extra-1.jar", &jar(&[("META-INF/MANIFEST.MF", b"")])),
            ]),
        ),
    ]);
    let remarks = reviewed.remarks();
    let expected = [
        "hash-mismatch pkg:maven/h/a@1",
        "not-in-archive pkg:maven/h/gone@1",
        "not-in-sbom extra@1",
        "not-in-sbom pkg:maven/h/b@2",
        "not-in-sbom pkg:maven/right/c@1",
    ];
    assert_eq!(told(&remarks), expected);
    let what = |name: &str| {
        let about = About::Component(name.to_owned());
        remarks.iter().find(|remark| remark.about == about).unwrap().what.clone()
    };
    assert!(what("pkg:maven/h/b@2").contains("h:b 1"), "{}", what("pkg:maven/h/b@2"));
    assert!(what("pkg:maven/right/c@1").contains("another group"));
    assert!(what("extra@1").contains("may be wrong"));
}

#[test]
fn a_listed_component_whose_classes_were_repackaged_is_there() {
    let bom = sbom(
        &[component("pkg:maven/com.lib/here@1", ""), component("pkg:maven/com.gone/b@1", "")],
        "",
    );
    let (path, text) = pom("g", "app", "1");
    let (other, description) = pom("h", "other", "1");
    let shaded = jar(&[
        ("META-INF/MANIFEST.MF", b""),
        (&path, &text),
        (&other, &description),
        ("g/shaded/com/lib/A.class", b"\xca\xfe\xba\xbe"),
    ]);
    let told = made(&[("bom.json", bom.as_bytes()), ("app.jar", &shaded)]).told();
    assert_eq!(told, ["not-in-archive pkg:maven/com.gone/b@1", "not-in-sbom pkg:maven/h/other@1"]);
}

#[test]
fn an_archive_that_holds_none_of_what_is_listed_is_asked_about_once() {
    let bom = sbom(&[component("pkg:maven/h/a@1", ""), component("pkg:maven/h/b@1", "")], "");
    let told = made(&[("bom.json", bom.as_bytes()), ("app.jar", &product(&[]))]).told();
    assert_eq!(told, ["not-in-archive delivery"]);
    assert_eq!(made(&[("bom.json", bom.as_bytes())]).told(), [""; 0]);
}

#[test]
fn each_of_several_delivered_archives_has_to_be_listed() {
    let generic =
        sbom(&[component("pkg:maven/h/a@1", "")], "").replace("maven/g/app", "generic/app");
    let plain = jar(&[("META-INF/MANIFEST.MF", b"")]);
    let told = made(&[
        ("bom.json", generic.as_bytes()),
        ("app-1.jar", &plain),
        ("a.jar", &library("h", "a", "1")),
        ("other-1.jar", &library("h", "other", "1")),
        ("unknown-3.jar", &plain),
    ]);
    assert_eq!(told.told(), ["not-in-sbom pkg:maven/h/other@1", "not-in-sbom unknown@3"]);
}

#[test]
fn the_digest_of_the_product_itself_is_compared() {
    let app = product(&[("lib/a.jar", &library("h", "a", "1"))]);
    let of = |digest: &str| {
        let hashes = format!(r#", "hashes": [{{"alg": "SHA-256", "content": "{digest}"}}]"#);
        let bom = sbom(&[component("pkg:maven/h/a@1", "")], "")
            .replace(&component("pkg:maven/g/app@1", ""), &component("pkg:maven/g/app@1", &hashes));
        made(&[("bom.json", bom.as_bytes()), ("app.jar", &app)]).told()
    };
    assert_eq!(of(&sha256([app.as_slice()])), [""; 0]);
    assert_eq!(of(&"0".repeat(64)), ["hash-mismatch pkg:maven/g/app@1"]);
}

/// Remarks on the statement about CVE-2021-44228 in log4j-core 2.14.1.
fn on_statement(vex: &str, more: &str) -> Vec<String> {
    let bom = sbom(&[component(CORE, more)], "");
    let told = made(&[("bom.json", bom.as_bytes()), ("vex.json", vex.as_bytes())]).told();
    told.into_iter().filter(|line| line.contains("CVE-2021-44228")).collect()
}

#[test]
fn statements_are_held_against_versions_and_the_catalogue_of_exploited_flaws() {
    let contradicted = format!("claim-contradicted {CORE} CVE-2021-44228");
    let exploited = format!("exploited-finding {CORE} CVE-2021-44228");
    let claimed = format!("claim-exploited {CORE} CVE-2021-44228");
    for (status, expected) in [
        (r#""status": "fixed""#, vec![&contradicted, &exploited]),
        (
            r#""status": "not_affected", "justification": "component_not_present""#,
            vec![&contradicted, &exploited],
        ),
        (
            r#""status": "not_affected", "justification": "inline_mitigations_already_exist""#,
            vec![&claimed],
        ),
        (r#""status": "affected", "action_statement": "update""#, vec![&exploited]),
    ] {
        let found = on_statement(&vex(status, CORE, "2026-11-20T00:00:00Z"), "");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{status}");
    }
}

#[test]
fn a_fix_that_the_bill_of_materials_shows_as_patched_is_not_contradicted() {
    let patched = r#", "pedigree": {"patches": [{"type": "backport"}]}"#;
    let found = on_statement(&vex(r#""status": "fixed""#, CORE, "2026-11-20T00:00:00Z"), patched);
    assert!(!found.iter().any(|line| line.starts_with("claim-contradicted")), "{found:?}");
}

/// Names as the specification of package URLs compares them: versions may be left out of a pattern, and
/// PyPI's names have no case and no underscores.
#[test]
fn a_statement_reaches_what_it_names_however_it_is_spelled() {
    let python = component("pkg:pypi/some-package@1", "");
    let bom = sbom(&[component(CORE, ""), python], "");
    let reached = |product: &str, part: Option<&str>| {
        let parts = part.map(|part| format!(r#", "subcomponents": [{{"@id": "{part}"}}]"#));
        let vex = vex(r#""status": "affected""#, CORE, NOW);
        let from = vex.find(r#"[{"@id""#).unwrap();
        let to = vex.rfind(r#", "status""#).unwrap();
        let product = format!(r#"[{{"@id": "{product}"{}}}]"#, parts.unwrap_or_default());
        let vex = format!("{}{product}{}", &vex[..from], &vex[to..]);
        let made = made(&[("bom.json", bom.as_bytes()), ("vex.json", vex.as_bytes())]);
        Directory::new(&made.audit.inventory).reached(&made.delivery.statements[0])
    };
    let app = "pkg:maven/g/app@1";
    let core = "pkg:maven/org.apache.logging.log4j/log4j-core";
    assert_eq!(reached(app, None), Reached::Component, "the product is a component, too");
    assert_eq!(reached(CORE, None), Reached::Component);
    assert_eq!(reached("pkg:maven/g/other@1", None), Reached::Nothing);
    for part in [CORE, core, "pkg:pypi/Some_Package@1", "pkg:pypi/some.package"] {
        assert_eq!(reached(app, Some(part)), Reached::Component, "{part}");
    }
    for part in ["pkg:pypi/some-package@2", "pkg:npm/some-package@1", "pkg:maven/g/b"] {
        assert_eq!(reached(app, Some(part)), Reached::AbsentPart, "{part}");
    }
}

#[test]
fn statements_without_action_or_end_or_subject_are_asked_about() {
    let pending = r#""status": "under_investigation""#;
    let line = |rule: &str, part: &str| format!("{rule} vex.json CVE-2021-44228 {part}");
    let has = |status: &str, part: &str, at: &str, line: &str| {
        on_statement(&vex(status, part, at), "").iter().any(|found| found == line)
    };
    let recent = "2026-11-20T00:00:00Z";
    assert!(has(r#""status": "affected""#, CORE, recent, &line("no-action", CORE)));
    let stale = line("stale-investigation", CORE);
    assert!(has(pending, CORE, "2026-10-01T00:00:00Z", &stale));
    assert!(!has(pending, CORE, recent, &stale));
    let absent = "pkg:maven/h/elsewhere@1";
    let mitigated =
        r#""status": "not_affected", "justification": "inline_mitigations_already_exist""#;
    assert!(has(mitigated, absent, recent, &line("claim-unused", absent)));
    let gone = r#""status": "not_affected", "justification": "component_not_present""#;
    assert!(!has(gone, absent, recent, &line("claim-unused", absent)));
    let broken = vex(r#""status": "not_affected""#, CORE, recent);
    let bom = sbom(&[component(CORE, "")], "");
    let told = made(&[("bom.json", bom.as_bytes()), ("vex.json", broken.as_bytes())]).told();
    assert!(told.iter().any(|line| line.starts_with("claim-invalid vex.json")), "{told:?}");
}

#[test]
fn code_that_is_said_to_be_absent_is_looked_for_in_the_archive() {
    let bom = sbom(&[component(CORE, "")], "");
    let absent = r#""status": "not_affected", "justification": "vulnerable_code_not_present""#;
    let statements = vex(absent, CORE, "2026-11-20T00:00:00Z");
    let contradicted = |class: &str| {
        let core = support::packing::core_jar(&[class], &[]);
        let app = product(&[("lib/log4j-core-2.14.1.jar", &core)]);
        let files = [
            ("bom.json", bom.as_bytes()),
            ("vex.json", statements.as_bytes()),
            ("app.jar", app.as_slice()),
        ];
        let told = made(&files).told();
        told.contains(&format!("claim-contradicted {CORE} CVE-2021-44228"))
    };
    assert!(contradicted(LOOKUP));
    assert!(!contradicted("org/apache/logging/log4j/core/net/JndiManager.class"));
}

#[test]
fn the_report_of_flaws_that_is_named_has_to_be_there_and_to_say_the_same() {
    let link = r#", "externalReferences": [{"type": "vulnerability-disclosure-report",
        "url": "https://a.example/vdr.json"}]"#;
    let bom = sbom(&[component(CORE, "")], link);
    let told = made(&[("bom.json", bom.as_bytes())]).told();
    assert!(
        told.contains(&"disclosure bom.json https://a.example/vdr.json".to_owned()),
        "{told:?}"
    );

    let at = "2026-11-20T00:00:00Z";
    let affected = vex(r#""status": "affected", "action_statement": "update""#, CORE, at);
    let mitigated =
        r#""status": "not_affected", "justification": "inline_mitigations_already_exist""#;
    let other = vex(mitigated, CORE, at).replace("\"A\"", "\"B\"");
    let disclosed = |statements: &str| -> Vec<String> {
        let files = [
            ("bom.json", bom.as_bytes()),
            ("vdr.json", affected.as_bytes()),
            ("vex.json", statements.as_bytes()),
        ];
        let told = made(&files).told().into_iter();
        told.filter(|line| line.starts_with("disclosure")).collect()
    };
    let contradiction = "disclosure vdr.json CVE-2021-44228".to_owned();
    let gap = format!("disclosure {CORE} CVE-2021-45046 in vdr.json");
    let found = disclosed(&other);
    assert!(found.contains(&contradiction) && found.contains(&gap), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("CVE-2021-44228 in")), "{found:?}");
    assert!(!disclosed(&affected).contains(&contradiction));
}

#[test]
fn what_came_back_or_cannot_be_told_any_more_is_no_plain_difference() {
    let of = |version: &str| {
        let purl = format!("pkg:maven/org.apache.logging.log4j/log4j-core@{version}");
        made(&[("bom.json", sbom(&[component(&purl, "")], "").as_bytes())])
    };
    let (fixed, flawed) = (of("2.17.1"), of("2.14.1"));
    let change = change::compare(fixed.side(), flawed.side());
    let ids = |all: &[change::Reopened<'_>]| -> Vec<String> {
        all.iter().map(|one| one.risk.id().to_owned()).collect()
    };
    let reopened = ids(&change.risks.reopened);
    assert_eq!(reopened, ["CVE-2021-44228", "CVE-2021-44832", "CVE-2021-45046", "CVE-2021-45105"]);
    assert!(change.risks.introduced.is_empty());
    let remarks = told(&change.remarks(&fixed.delivery, &flawed.delivery));
    assert!(remarks.contains(&format!("downgrade {CORE}")), "{remarks:?}");
    assert!(remarks.contains(&format!("reopened {CORE} CVE-2021-44228")), "{remarks:?}");

    let nameless = r#"{"type": "library", "name": "log4j-core"}"#.to_owned();
    let nameless = made(&[("bom.json", sbom(&[nameless], "").as_bytes())]);
    let change = change::compare(flawed.side(), nameless.side());
    assert!(change.risks.resolved.is_empty());
    assert_eq!(change.risks.lost.len(), 7);
    let change = change::compare(nameless.side(), flawed.side());
    assert!(change.risks.introduced.is_empty(), "nobody could look before");
    assert_eq!(change.risks.unseen.len(), 7);
    let remarks = merged(change.remarks(&nameless.delivery, &flawed.delivery));
    let told = remarks.iter().find(|one| one.rule == ReviewRule::Introduced).unwrap();
    assert!(told.what.contains("the flaw may be new, or older"), "{}", told.what);
}

#[test]
fn statements_that_went_or_turned_are_asked_about_unless_that_is_progress() {
    let bom = sbom(&[component(CORE, "")], "");
    let of = |status: Option<&str>| {
        let statements = status.map(|status| vex(status, CORE, "2026-11-20T00:00:00Z"));
        let mut files = vec![("bom.json", bom.as_bytes())];
        files.extend(statements.iter().map(|text| ("vex.json", text.as_bytes())));
        made(&files)
    };
    let pending = Some(r#""status": "under_investigation""#);
    let clean =
        Some(r#""status": "not_affected", "justification": "inline_mitigations_already_exist""#);
    let affected = Some(r#""status": "affected", "action_statement": "update""#);
    let package = "pkg:maven/org.apache.logging.log4j/log4j-core";
    for (before, after, is_asked) in [
        (clean, None, true),
        (clean, affected, true),
        (affected, clean, true),
        (pending, affected, false),
        (clean, clean, false),
        (None, clean, false),
    ] {
        let (old, new) = (of(before), of(after));
        let change = change::compare(old.side(), new.side());
        let remarks = told(&merged(change.remarks(&old.delivery, &new.delivery)));
        let line = format!("claim-changed {package} CVE-2021-44228");
        assert_eq!(remarks.contains(&line), is_asked, "{before:?} {after:?} {remarks:?}");
        assert_eq!(change.claims.is_empty(), before == after);
    }
}

#[test]
fn checks_and_licences_are_compared() {
    let of = |licence: &str| {
        let licences = format!(r#", "licenses": [{{"license": {{"id": "{licence}"}}}}]"#);
        made(&[("bom.json", sbom(&[component("pkg:maven/h/a@1", &licences)], "").as_bytes())])
    };
    let (old, new) = (of("MIT"), of("Apache-2.0"));
    let checks = |first, second| [("first".to_owned(), first), ("second".to_owned(), second)];
    let (before, after) = (checks(true, false), checks(false, true));
    let change = change::compare(
        Side { checks: &before, ..old.side() },
        Side { checks: &after, ..new.side() },
    );
    assert_eq!((&change.fallen[..], &change.risen[..]), (&["first"][..], &["second"][..]));
    let [licence] = &change.licences[..] else { panic!("{:?}", change.licences) };
    assert_eq!(
        (&licence.old[..], &licence.new[..]),
        (&["MIT".to_owned()][..], &["Apache-2.0".to_owned()][..])
    );
    let remarks = told(&merged(change.remarks(&old.delivery, &new.delivery)));
    assert_eq!(remarks, ["quality-fell delivery first"]);
    assert!(change::compare(old.side(), old.side()).is_empty());
}
