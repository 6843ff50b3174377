//! Policy: waivers and their lints, grace, the share that must be evaluated, licences, packages that may
//! not be there, rules of one's own. Each reason names the rule, what tripped it, and what opens the gate.

use serde_json::{Value, json};

use crate::policy_support::{CRITICAL, HIGH, LOW, Told, World, component, sbom};

/// A product with `example:a` under a high flaw that version 2 mends, and `example:clean`.
fn world(config: &str) -> World {
    let world = World::new();
    world.record("CVE-2026-0001", "a", HIGH, &json!({"published": "2026-11-20T00:00:00Z"}));
    world.document("app.cdx.json", &sbom("app", &[component("a", "1"), component("clean", "1")]));
    world.write("bomvet.toml", config);
    world
}

fn scan(config: &str) -> Told {
    world(config).scan(&["app.cdx.json"])
}

fn has_note(told: &Told, text: &str) -> bool {
    told.finding("CVE-2026-0001")["notes"].to_string().contains(text)
}

#[test]
fn the_gate_names_rule_finding_and_the_change_that_opens_it() {
    let told = scan("[gate]\nfail_on = [\"high\", \"kev\"]\n");
    let blockers = told.report["gate"]["blockers"].as_array().unwrap();
    assert_eq!(blockers.len(), 1, "{blockers:?}");
    assert_eq!(blockers[0]["rule"], "high");
    assert_eq!(blockers[0]["about"], "CVE-2026-0001 in pkg:maven/example/a@1");
    assert_eq!(blockers[0]["finding"], told.finding("CVE-2026-0001")["id"]);
    assert_eq!(blockers[0]["change"], "upgrade a 1 to 2");
}

#[test]
fn a_waiver_says_who_answers_for_it_and_where_work_is_tracked() {
    let told = scan(
        "[[waiver]]\nid = \"CVE-2026-0001\"\ncomponent = \"pkg:maven/example/a\"\n\
         expires = \"2027-06-01\"\nreason = \"not reachable\"\nowner = \"platform team\"\n\
         ticket = \"APP-7\"\n",
    );
    assert_eq!(told.code, 0);
    let by = &told.finding("CVE-2026-0001")["suppressed_by"];
    assert_eq!(by["author"], "platform team");
    assert_eq!(by["ticket"], "APP-7");
    assert_eq!(by["justification"], "not reachable");
    assert_eq!(told.report["warnings"], json!([]));
}

#[test]
fn a_waiver_for_several_components_is_remarked_or_refused() {
    let waiver = "[[waiver]]\nid = \"CVE-2026-0001\"\nexpires = \"2027-06-01\"\n";
    let world = world(waiver);
    assert_eq!(world.scan(&["app.cdx.json"]).report["warnings"], json!([]));
    let alias = json!({"aliases": ["CVE-2026-0001"]});
    world.record("X-9", "clean", HIGH, &alias);
    let told = world.scan(&["app.cdx.json"]);
    assert_eq!(told.code, 0);
    let text = "waiver CVE-2026-0001 is broad: it names no component and speaks of 2 of them";
    assert!(told.warns(text), "{}", told.report["warnings"]);
    let told = scan(&format!("[waivers]\nrequire_component = true\n{waiver}"));
    assert_eq!(told.code, 2);
    let cause = "bomvet.toml:3: waiver CVE-2026-0001: component missing, the policy requires it";
    assert!(told.stderr.contains(cause), "{}", told.stderr);
    let told = scan("[[waiver]]\nid = \" \"\n");
    assert!(told.code == 2 && told.stderr.contains("the id is empty"), "{}", told.stderr);
}

#[test]
fn a_waiver_up_to_a_level_does_not_cover_what_is_unrated() {
    let waiver = "[[waiver]]\nid = \"CVE-2026-0001\"\nmax_severity = \"high\"\n";
    for (gate, code) in [("", 1), ("[gate]\nunknown_severity = \"pass\"\n", 0)] {
        let world = world(&format!("{gate}{waiver}"));
        assert_eq!(world.scan(&["app.cdx.json"]).code, 0, "high is covered");
        world.record("CVE-2026-0001", "a", "no vector", &json!({}));
        assert_eq!(world.scan(&["app.cdx.json"]).code, code);
    }
}

#[test]
fn grace_is_counted_from_publication_and_ends() {
    let told = scan("[grace]\nhigh = 14\n");
    assert_eq!(told.code, 0, "{:?}", told.reasons());
    assert!(has_note(
        &told,
        "waits until 2026-12-04T00:00:00Z: 14 days of grace, the flaw was \
                             published on 2026-11-20"
    ));
    assert!(told.warns("1 finding is in its grace and does not close the gate yet"));
    assert_eq!(told.finding("CVE-2026-0001")["status"], "open");
    assert_eq!(told.finding("CVE-2026-0001")["counts_at_gate"], false);

    let told = scan("[grace]\nhigh = 5\n");
    assert_eq!(told.code, 1);
    assert!(has_note(&told, "its grace of 5 days is over: the flaw was published on 2026-11-20"));
    assert_eq!(scan("[grace]\ncritical = 365\n").code, 1, "another level has none");
}

#[test]
fn nobody_has_grace_from_an_unknown_day_or_one_that_lies_ahead() {
    let world = world("[grace]\nhigh = 30\n");
    for more in [json!({}), json!({"published": "2099-01-01T00:00:00Z"})] {
        world.record("CVE-2026-0001", "a", HIGH, &more);
        let told = world.scan(&["app.cdx.json"]);
        assert_eq!(told.code, 1);
        assert!(has_note(&told, "no grace"));
    }
}

#[test]
fn what_is_exploited_has_its_own_grace_and_malware_none() {
    let published = "2026-11-20T00:00:00Z";
    let kev =
        json!({"published": published, "database_specific": {"kev": {"added": "2026-11-21"}}});
    for (config, code) in [
        ("[grace]\nhigh = 30\n", 1),
        ("[grace]\nhigh = 30\nexploited = 7\n", 0),
        ("[grace]\nhigh = 30\nexploited = 3\n", 1),
        ("[grace]\nhigh = 3\nexploited = 7\n", 1),
    ] {
        let world = world(config);
        world.record("CVE-2026-0001", "a", HIGH, &kev);
        assert_eq!(world.scan(&["app.cdx.json"]).code, code, "{config}");
    }
    let world = world("[grace]\nhigh = 30\n");
    world.record("MAL-2026-1", "clean", HIGH, &json!({"published": published}));
    let told = world.scan(&["app.cdx.json"]);
    assert_eq!(
        told.report["gate"]["blockers"][0]["about"],
        "MAL-2026-1 in pkg:maven/example/clean@1"
    );
}

#[test]
fn a_baseline_dates_the_grace_and_holds_no_longer_than_it() {
    let world = world("");
    world.scan(&["app.cdx.json", "--write-baseline", "b.json", "--now", "2026-11-01T00:00:00Z"]);
    let scan = |grace: &str| {
        world.write("bomvet.toml", grace);
        world.scan(&["app.cdx.json", "--baseline", "b.json"])
    };
    assert_eq!(scan("").code, 0);
    assert_eq!(scan("[grace]\nhigh = 30\n").code, 0);
    let told = scan("[grace]\nhigh = 14\n");
    assert_eq!(told.code, 1);
    assert!(has_note(
        &told,
        "its grace of 14 days is over: the baseline first knew it on 2026-11-01"
    ));
}

#[test]
fn a_share_of_each_document_must_be_evaluated() {
    let world = world("[gate]\nfail_on = \"malicious\"\nmin_evaluated = 50\n");
    let odd = |name: &str| json!({"type": "library", "name": name, "version": "1"});
    let file = json!({"type": "file", "name": "readme.txt"});
    let poor = sbom("poor", &[component("clean", "1"), odd("x"), odd("y")]);
    world.document("poor.cdx.json", &poor);
    world.document("even.cdx.json", &sbom("even", &[component("clean", "1"), odd("x"), file]));
    assert_eq!(
        world.scan(&["even.cdx.json"]).code,
        0,
        "files cannot be evaluated and do not count"
    );
    let told = world.scan(&["even.cdx.json", "poor.cdx.json"]);
    assert_eq!(told.code, 1);
    let reason = told.reasons()[0];
    let what = "poor.cdx.json: 1 of 3 components evaluated, less than 50 % (policy min_evaluated)";
    assert!(reason.starts_with(what), "{reason}");
    world.write("bomvet.toml", "[gate]\nmin_evaluated = 101\n");
    let told = world.scan(&["even.cdx.json"]);
    assert!(told.code == 2 && told.stderr.contains("bomvet.toml:2"), "{}", told.stderr);
}

/// `example:clean` with a licence.
fn licensed(licenses: &Value) -> Value {
    let mut component = component("clean", "1");
    component["licenses"] = licenses.clone();
    component
}

#[test]
fn licences_close_the_gate_where_they_are_not_allowed_or_not_known() {
    let world = world("[gate]\nfail_on = \"malicious\"\n[licenses]\nallow = [\"MIT\"]\n");
    for (licenses, reason) in [
        (json!([{"license": {"id": "MIT"}}]), None),
        (json!([{"expression": "GPL-3.0-only OR MIT"}]), None),
        (
            json!([{"license": {"id": "GPL-3.0-only"}}]),
            Some(
                "licence \"GPL-3.0-only\" is not allowed (rule licenses): pkg:maven/example/clean@1; ",
            ),
        ),
        (
            json!([{"license": {"name": "Own"}}]),
            Some("licence not known: \"Own\" is no SPDX licence (rule licenses): pkg:maven/"),
        ),
        (json!([]), Some("licence not known: no licence is stated (rule licenses): pkg:maven/")),
    ] {
        world.document("b.cdx.json", &sbom("b", &[licensed(&licenses)]));
        let told = world.scan(&["b.cdx.json"]);
        assert_eq!(told.code, i32::from(reason.is_some()), "{licenses}: {:?}", told.reasons());
        if let Some(reason) = reason {
            assert!(told.reasons()[0].starts_with(reason), "{:?}", told.reasons());
        }
    }
}

#[test]
fn an_unknown_licence_is_told_where_it_does_not_close_the_gate() {
    let world = world("[licenses]\ndeny = [\"GPL-3.0-only\"]\nunknown = \"warn\"\n");
    world.document("b.cdx.json", &sbom("b", &[licensed(&json!([{"license": {"name": "Own"}}]))]));
    let told = world.scan(&["b.cdx.json"]);
    assert_eq!(told.code, 0);
    assert!(
        told.warns("licence not known: \"Own\" is no SPDX licence"),
        "{}",
        told.report["warnings"]
    );
}

#[test]
fn licences_are_read_from_folders_of_documents_in_other_formats() {
    let world = world("[licenses]\nallow = [\"MIT\"]\n");
    std::fs::create_dir(world.path().join("all")).unwrap();
    for number in 0..40 {
        let document =
            sbom(&format!("p{number}"), &[licensed(&json!([{"license": {"id": "MIT"}}]))]);
        world.document(&format!("all/{number}.cdx.json"), &document);
    }
    world.write(
        "all/z.spdx",
        "SPDXVersion: SPDX-2.3\nDocumentName: z\nSPDXID: SPDXRef-DOCUMENT\n\
         PackageName: clean\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageLicenseConcluded: X11\n\
         ExternalRef: PACKAGE-MANAGER purl pkg:maven/example/clean@1\n",
    );
    let told = world.scan(&["all"]);
    let reason = "licence \"X11\" is not allowed (rule licenses): pkg:maven/example/clean@1; ";
    assert_eq!(told.code, 1);
    assert!(
        told.reasons().len() == 1 && told.reasons()[0].starts_with(reason),
        "{:?}",
        told.reasons()
    );
}

#[test]
fn a_denied_package_closes_the_gate_also_without_a_finding() {
    let told = scan(
        "[gate]\nfail_on = \"malicious\"\n[[deny]]\npackage = \"pkg:maven/example/clean\"\n\
         reason = \"dead since 2015\"\n",
    );
    assert_eq!(
        told.reasons(),
        ["denied package pkg:maven/example/clean: dead since 2015 (rule deny, bomvet.toml:3): \
          pkg:maven/example/clean@1; take it out, or the entry at bomvet.toml:3"]
    );
    let version = |version: &str| {
        let package = format!("package = \"pkg:maven/example/clean@{version}\"\n");
        scan(&format!("[gate]\nfail_on = \"malicious\"\n[[deny]]\n{package}")).code
    };
    assert_eq!((version("1"), version("2")), (1, 0));
    let told = scan("[[deny]]\npackage = \"clean\"\n");
    assert!(told.code == 2 && told.stderr.contains("bomvet.toml:1: deny"), "{}", told.stderr);
}

#[test]
fn a_package_without_a_version_may_be_the_denied_one() {
    let world =
        world("[gate]\nfail_on = \"malicious\"\n[[deny]]\npackage = \"pkg:maven/example/x@1\"\n");
    let x = json!({"type": "library", "name": "x", "purl": "pkg:maven/example/x"});
    world.document("b.cdx.json", &sbom("b", &[component("clean", "1"), x]));
    let told = world.scan(&["b.cdx.json"]);
    assert!(told.reasons()[0].contains("pkg:maven/example/x (version not known)"));
}

#[test]
fn packages_in_scopes_that_do_not_count_close_nothing() {
    let config =
        "[gate]\nscopes = [\"compile\"]\n[[deny]]\npackage = \"pkg:maven/example/clean\"\n";
    let world = world(config);
    let mut clean = component("clean", "1");
    clean["scope"] = json!("required");
    world.document("b.cdx.json", &sbom("b", &[clean]));
    assert_eq!(world.scan(&["b.cdx.json"]).code, 0);
    assert_eq!(world.scan(&["b.cdx.json", "--scope", "runtime"]).code, 1);
}

fn rule(when: &str) -> String {
    format!(
        "[gate]\nfail_on = \"malicious\"\n[[rule]]\nname = \"own\"\nwhen = '''{when}'''\n\
         message = \"ask security\"\n"
    )
}

#[test]
fn rules_of_ones_own_ask_about_findings_components_and_documents() {
    for (when, about) in [
        (
            "finding.score >= 7.0 && finding.fixable",
            Some("CVE-2026-0001 in pkg:maven/example/a@1; upgrade a 1 to 2"),
        ),
        ("finding.severity == 'low'", None),
        (
            "finding.untriaged && component.name == 'a' && finding.age_days == 5",
            Some("CVE-2026-0001 in pkg:maven/example/a@1; upgrade a 1 to 2"),
        ),
        (
            "component.name.startsWith('cl')",
            Some("pkg:maven/example/clean@1; change it, or the rule at bomvet.toml:3"),
        ),
        (
            "document.declared > 1 && document.subject == 'app'",
            Some("app.cdx.json; change it, or the rule at bomvet.toml:3"),
        ),
    ] {
        let told = scan(&rule(when));
        let expected: Vec<String> = about
            .map(|about| format!("ask security (rule \"own\", bomvet.toml:3): {about}"))
            .into_iter()
            .collect();
        assert_eq!(told.reasons(), expected, "{when}");
        assert_eq!(told.code, i32::from(about.is_some()), "{when}");
    }
}

#[test]
fn a_rule_may_ask_about_licences() {
    let world = world(&rule("component.licenses.exists(l, l.contains('GPL'))"));
    let gpl = json!([{"license": {"id": "AGPL-3.0-only"}}]);
    world.document("b.cdx.json", &sbom("b", &[licensed(&gpl)]));
    assert_eq!(world.scan(&["b.cdx.json"]).code, 1);
    assert_eq!(world.scan(&["app.cdx.json"]).code, 0);
}

#[test]
fn an_unrated_finding_trips_rules_on_scores() {
    let world = world(&rule("finding.score >= 9.0"));
    assert_eq!(world.scan(&["app.cdx.json"]).code, 0, "7.5 is less");
    world.record("CVE-2026-0001", "a", "no vector", &json!({}));
    assert_eq!(world.scan(&["app.cdx.json"]).code, 1);
}

#[test]
fn rules_that_cannot_be_judged_end_with_2() {
    for (config, cause) in [
        (rule("finding.kve"), "bomvet.toml:5: rule \"own\": finding has no \"kve\""),
        (rule("finding.kev &&"), "bomvet.toml:5: rule \"own\": at column"),
        (
            format!(
                "{}[[rule]]\nname = \"own\"\nwhen = \"finding.kev\"\n",
                rule("finding.malicious")
            ),
            "bomvet.toml:7: rule \"own\": another one has that name",
        ),
    ] {
        let told = scan(&config);
        assert_eq!(told.code, 2, "{config}");
        assert!(told.stderr.contains(cause), "{}", told.stderr);
    }
    // what the made-up cases do not show: there is a package whose name is no number
    let told = scan(&rule(
        "component.name == '' || int(component.version) / (int(component.version) - 1) > 0",
    ));
    assert_eq!(told.code, 2);
}

#[test]
fn a_rule_on_exploitation_without_data_does_not_open_the_gate() {
    for (when, cause) in [
        ("finding.epss > 0.5", "rule \"own\" cannot be judged: no EPSS scores are loaded"),
        ("finding.kev", "rule \"own\" cannot be judged on 1 finding: no catalogue of exploited"),
    ] {
        let told = scan(&rule(when));
        assert_eq!(told.code, 4, "{when}");
        assert!(told.reasons()[0].starts_with(cause), "{:?}", told.reasons());
    }
}

#[test]
fn never_turns_off_policy_too() {
    let config = "[gate]\nmin_evaluated = 100\n[[deny]]\npackage = \"pkg:maven/example/clean\"\n";
    let told = world(config).scan(&["app.cdx.json", "--fail-on", "never"]);
    assert_eq!(told.code, 0);
}

#[test]
fn what_policy_says_stands_in_the_table() {
    let world = world("[[deny]]\npackage = \"pkg:maven/example/clean\"\n");
    world.record("CVE-2026-0002", "a", CRITICAL, &json!({}));
    world.record("CVE-2026-0003", "a", LOW, &json!({}));
    let told = world.scan(&["app.cdx.json", "-f", "table"]);
    assert_eq!(told.code, 1);
    let text = told.stdout.replace("\n  ", " ");
    assert!(
        text.starts_with(
            "GATE CLOSED 1 critical, 1 high and 1 low findings (rule any) denied package \
         pkg:maven/example/clean (rule deny, bomvet.toml:1)"
        ),
        "{text}"
    );
}
