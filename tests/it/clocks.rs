//! `bomvet audit mark`, `clocks`, `draft`, `regimes`, as their users run them. The first test is the example
//! of docs/clocks.md.

use crate::support;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::policy_support::{Told, World};

const PROVIDER: &str = "[audit]\nroles = [\"product-provider\"]\nmarkets = [\"CN\"]\n\
                        register = \"events.jsonl\"\n";

fn world(configuration: &str) -> World {
    let world = World::new();
    world.write("bomvet.toml", configuration);
    world
}

/// Enters something in the register, as Ada.
fn mark(world: &World, now: &str, args: &[&str]) -> Told {
    let fixed = ["audit", "mark", "--by", "Ada", "--now", now];
    world.run(&[&fixed[..], args].concat())
}

/// What runs, as JSON that follows its schema.
fn clocks(world: &World, now: &str, args: &[&str]) -> Told {
    let fixed = ["audit", "clocks", "--now", now, "-f", "json"];
    let told = world.run(&[&fixed[..], args].concat());
    if told.code == 0 {
        let schema = include_str!("../../docs/clocks-1.schema.json");
        let schema = serde_json::from_str(schema).unwrap();
        let schema = jsonschema::draft202012::new(&schema).unwrap();
        let faults: Vec<_> =
            schema.iter_errors(&told.report).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
    told
}

/// State and due date of each duty.
fn states(report: &Value) -> BTreeMap<String, (String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let clocks = report["clocks"].as_array().unwrap().iter();
    clocks
        .map(|one| {
            let duty =
                format!("{}/{}", text(&one["regime"]).unwrap(), text(&one["stage"]).unwrap());
            (duty, (text(&one["state"]).unwrap(), text(&one["due"])))
        })
        .collect()
}

fn pair(state: &str, due: Option<&str>) -> (String, Option<String>) {
    (state.to_owned(), due.map(str::to_owned))
}

/// The story of 2021 with its dates: reported to Apache on 24 November, public on 9 December, in CISA's
/// catalogue on the 10th with the 24th as its day, an emergency directive on the 17th with the 23rd.
#[test]
fn the_history_of_log4shell_replays() {
    let world = world(
        "[audit]\nroles = [\"product-provider\", \"fceb\"]\nmarkets = [\"CN\"]\nregister = \"events.jsonl\"\n",
    );
    let flaw = "CVE-2021-44228";
    let entered =
        mark(&world, "2021-11-24T18:00:00Z", &[flaw, "--anchor", "learned", "--at", "2021-11-24"]);
    assert_eq!(entered.code, 0, "{}", entered.stderr);
    for (now, report, catalogue) in [
        ("2021-11-24T20:00:00Z", pair("running", Some("2021-11-26")), pair("not-owed", None)),
        ("2021-11-26T20:00:00Z", pair("due-soon", Some("2021-11-26")), pair("not-owed", None)),
        ("2021-11-27T00:00:00Z", pair("overdue", Some("2021-11-26")), pair("not-owed", None)),
        ("2021-12-09T12:00:00Z", pair("overdue", Some("2021-11-26")), pair("not-owed", None)),
        (
            "2021-12-10T12:00:00Z",
            pair("overdue", Some("2021-11-26")),
            pair("running", Some("2021-12-24")),
        ),
    ] {
        let told = clocks(&world, now, &[]);
        let states = states(&told.report);
        assert_eq!(states["cn-rmsv/report-miit"], report, "{now}");
        assert_eq!(states["us-bod-22-01/remediate"], catalogue, "{now}");
        assert!(!states.contains_key("us-ed-22-02/mitigate"), "{now}");
        assert!(!states.contains_key("us-bod-26-04/remediate"), "{now}");
    }
    let on_the_ninth = clocks(&world, "2021-12-09T12:00:00Z", &[]).report;
    let report = &on_the_ninth["clocks"][0];
    assert_eq!((&report["stage"], &report["late"]), (&"report-miit".into(), &"13 days".into()));
    assert_eq!(report["regime_version"], "2026-11-25");
    assert_eq!(report["from"]["start"], "learned");
    assert_eq!((&report["from"]["by"], &report["from"]["kind"]), (&"Ada".into(), &"person".into()));
    assert_eq!(report["from"]["entered_at"], "2021-11-24T18:00:00Z");
    let after_the_directive = states(&clocks(&world, "2021-12-20T00:00:00Z", &[]).report);
    let directive = pair("running", Some("2021-12-23T17:00:00-05:00"));
    assert_eq!(after_the_directive["us-ed-22-02/mitigate"], directive);
    // whoever told the authority on the 9th
    let args = [flaw, "--done", "cn-rmsv/report-miit", "--at", "2021-12-09"];
    assert_eq!(mark(&world, "2021-12-09T13:00:00Z", &args).code, 0);
    let told = clocks(&world, "2021-12-10T00:00:00Z", &[]).report;
    let done =
        told["clocks"].as_array().unwrap().iter().find(|one| one["state"] == "done").unwrap();
    assert_eq!(done["says"], "done 2021-12-09, was due 2021-11-26, 13 days late");
}

#[test]
fn the_table_tells_what_is_due_first_on_top_and_fits_the_terminal() {
    let world = world(
        "[audit]\nroles = [\"product-provider\", \"manufacturer\", \"fceb\", \"pci-entity\"]\n\
         markets = [\"CN\", \"EU\"]\nregister = \"events.jsonl\"\n",
    );
    let now = "2026-11-30T12:00:00Z";
    for args in [
        ["CVE-2021-44228", "--anchor", "learned", "--at", "2026-11-27T09:00:00+08:00"],
        ["CVE-2021-44228", "--anchor", "aware", "--at", "2026-11-30T08:00:00Z"],
        ["CVE-2021-44228", "--anchor", "detected", "--at", "2026-11-29"],
        ["CVE-2021-44228", "--anchor", "patch-released", "--at", "2021-12-10"],
    ] {
        assert_eq!(mark(&world, now, &args).code, 0);
    }
    let told = world.run(&["audit", "clocks", "--now", now]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 100), "{}", told.stdout);
    let at =
        |text: &str| told.stdout.find(text).unwrap_or_else(|| panic!("{text}\n{}", told.stdout));
    let order = [
        "CLOCKS at 2026-11-30T12:00:00Z: 1 overdue, 0 due soon, 3 owed at once, 3 running",
        "OVERDUE by 35 hours, was due 2026-11-29T09:00:00+08:00",
        "OWED at once, since 2026-11-27T09:00:00+08:00",
        "due 2026-12-01T08:00:00Z  CVE-2021-44228: eu-cra-14-vuln/early-warning",
        "due 2026-12-02  CVE-2021-44228: us-bod-26-04/remediate",
        "TO BE DECIDED BY PEOPLE",
        "NOT STARTED",
        "waits for measure-available",
        "CONFLICT of cn-rmsv and eu-cra-14-vuln",
        "MAY APPLY",
        "eu-nis2-23: role nis2-entity",
        "7 regimes off",
    ];
    assert!(order.map(at).is_sorted(), "{}", told.stdout);
    // a default is told as one
    at("exposed: yes (DEFAULT, nobody told; chosen: no source says what holds");
    let told = world.run(&["audit", "clocks", "--now", now, "--exit-code"]);
    assert_eq!(told.code, 1);
}

#[test]
fn without_declarations_and_events_nothing_runs_and_that_is_said() {
    let world = world("");
    let told = world.run(&["audit", "clocks", "CVE-2021-44228", "--now", "2026-11-30T12:00:00Z"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    for text in [
        "0 overdue, 0 due soon, 0 owed at once, 0 running, 0 not started",
        "no register is named, so no event is known",
        "nothing is declared about you, so no clock can run",
        "cn-rmsv: role product-provider and market CN",
    ] {
        assert!(told.stdout.contains(text), "{text}\n{}", told.stdout);
    }
}

#[test]
fn a_correction_takes_the_place_of_an_entry_which_stays_and_a_retraction_stops_the_clock() {
    let world = world(PROVIDER);
    let report =
        |now: &str| states(&clocks(&world, now, &[]).report)["cn-rmsv/report-miit"].clone();
    let flaw = "CVE-2021-44228";
    mark(&world, "2026-11-02T00:00:00Z", &[flaw, "--anchor", "learned", "--at", "2026-11-01"]);
    assert_eq!(report("2026-11-02T00:00:00Z"), pair("running", Some("2026-11-03")));
    mark(&world, "2026-11-02T01:00:00Z", &[flaw, "--anchor", "learned", "--at", "2026-11-02"]);
    assert_eq!(report("2026-11-02T12:00:00Z"), pair("running", Some("2026-11-04")));
    let args = [flaw, "--anchor", "learned", "--retract", "--note", "not our product"];
    assert_eq!(mark(&world, "2026-11-02T02:00:00Z", &args).code, 0);
    assert_eq!(report("2026-12-01T00:00:00Z"), pair("not-started", None));
    let text = String::from_utf8(support::read(&world.path().join("events.jsonl"))).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].contains("2026-11-01") && lines[2].contains("not our product"));
}

#[test]
fn a_product_has_its_own_clock() {
    let world = world(PROVIDER);
    let now = "2026-11-10T00:00:00Z";
    mark(
        &world,
        now,
        &["CVE-2021-44228", "--anchor", "learned", "--at", "2026-11-09", "--product", "shop"],
    );
    mark(
        &world,
        now,
        &["CVE-2021-44228", "--anchor", "learned", "--at", "2026-11-08", "--product", "bank"],
    );
    let told = clocks(&world, now, &[]).report;
    let reports =
        told["clocks"].as_array().unwrap().iter().filter(|one| one["stage"] == "report-miit");
    let due: Vec<_> = reports
        .map(|one| (one["product"].as_str().unwrap(), one["due"].as_str().unwrap()))
        .collect();
    assert_eq!(due, [("bank", "2026-11-10"), ("shop", "2026-11-11")]);
}

#[test]
fn what_cannot_be_entered_is_one_line_and_leaves_the_register_as_it_was() {
    let world = world(PROVIDER);
    let now = "2026-11-10T00:00:00Z";
    let flaw = "CVE-2021-44228";
    for (args, cause) in [
        (&[flaw, "--anchor", "hearsay", "--at", "2026-11-01"][..], "\"hearsay\" is no anchor"),
        (&[flaw, "--anchor", "learned", "--at", "yesterday"], "\"yesterday\" is no time"),
        (
            &[flaw, "--anchor", "learned", "--at", "2026-11-01T10:00:00"],
            "is no time; expected a day",
        ),
        (&[flaw, "--anchor", "learned", "--at", "2026-11-11"], "only what happened is entered"),
        (&[flaw, "--anchor", "learned"], "--at"),
        (&[flaw], "--anchor"),
        (&[" ", "--anchor", "learned", "--at", "2026-11-01"], "the identifier is empty"),
        (&[flaw, "--done", "cn-rmsv", "--at", "2026-11-01"], "is no REGIME/STAGE"),
        (
            &[flaw, "--done", "cn-rmsv/final", "--at", "2026-11-01"],
            "cn-rmsv has no stage \"final\"",
        ),
        (&[flaw, "--done", "cn/final", "--at", "2026-11-01"], "there is no regime \"cn\""),
        (&[flaw, "--fact", "exposed=maybe"], "expected one of no, yes"),
        (&[flaw, "--fact", "exposed"], "expected NAME=ANSWER"),
    ] {
        let told = mark(&world, now, args);
        assert_eq!(told.code, 2, "{args:?}");
        assert!(told.stderr.contains(cause), "{args:?}: {}", told.stderr);
        assert!(!world.path().join("events.jsonl").exists(), "{args:?}");
    }
    // a register that cannot be read is not written to
    world.write("events.jsonl", "{}\n");
    let args = [flaw, "--anchor", "learned", "--at", "2026-11-01"];
    for told in [mark(&world, now, &args), clocks(&world, now, &[])] {
        assert_eq!(told.code, 2);
        assert!(told.stderr.starts_with("error: events.jsonl:1: is no entry"), "{}", told.stderr);
    }
    assert_eq!(support::read(&world.path().join("events.jsonl")), b"{}\n");
}

#[test]
fn nobody_is_made_up_who_enters_something() {
    let world = world(PROVIDER);
    let mut command = support::bomvet();
    command.current_dir(world.path()).env_remove("USER");
    let args = ["audit", "mark", "CVE-2021-44228", "--anchor", "learned", "--at", "2021-11-24"];
    let output = command.args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text, "error: nobody enters this\nhelp: say who with --by\n");
}

#[test]
fn a_role_that_no_regime_knows_is_an_error_and_no_silence() {
    for (key, name) in
        [("roles", "manufacturor"), ("markets", "UE"), ("on", "circia"), ("off", "x")]
    {
        let told = clocks(
            &world(&format!("[audit]\n{key} = [\"{name}\"]\n")),
            "2026-11-30T00:00:00Z",
            &[],
        );
        assert_eq!(told.code, 2);
        assert!(told.stderr.contains(&format!("\"{name}\"; known: ")), "{}", told.stderr);
        let world = world(&format!("[audit]\n{key} = [\"{name}\"]\n"));
        assert_eq!(world.run(&["config", "check"]).code, 2);
    }
}

/// The regime that docs/clocks.md shows.
#[test]
fn the_documented_example_of_a_regime_counts() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/clocks.md");
    let manual = String::from_utf8(support::read(manual.as_ref())).unwrap();
    let blocks = manual.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let example = blocks.into_iter().find(|block| block.starts_with("id = ")).unwrap();
    let world = world(
        "[audit]\nroles = [\"acme-supplier\"]\nregimes = [\"acme.toml\"]\nregister = \"e.jsonl\"\n",
    );
    world.write("acme.toml", example);
    mark(&world, "2026-11-02T00:00:00Z", &["X-1", "--anchor", "learned", "--at", "2026-11-01"]);
    let told = clocks(&world, "2026-11-02T00:00:00Z", &[]).report;
    assert_eq!(states(&told)["acme-contract/plan"], pair("running", Some("2026-11-08")));
}

#[test]
fn a_regime_of_ones_own_counts_and_one_of_a_known_name_takes_its_place() {
    let world = world(&format!("{PROVIDER}regimes = [\"own.toml\"]\n"));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/advisories/regimes/cn-rmsv.toml");
    let text = String::from_utf8(support::read(folder.as_ref())).unwrap();
    world
        .write("own.toml", text.replace("\"2 days\"", "\"5 days\"").replace("2026-11-25", "own-1"));
    mark(&world, "2026-11-02T00:00:00Z", &["X-1", "--anchor", "learned", "--at", "2026-11-01"]);
    let told = clocks(&world, "2026-11-02T00:00:00Z", &[]).report;
    assert_eq!(states(&told)["cn-rmsv/report-miit"], pair("running", Some("2026-11-06")));
    let regimes = told["regimes"].as_array().unwrap();
    let own = regimes.iter().find(|one| one["id"] == "cn-rmsv").unwrap();
    assert_eq!((&own["version"], &own["standing"]), (&"own-1".into(), &"on".into()));
    world.write("own.toml", text.replace("\"2 days\"", "\"2 weeks\""));
    let told = clocks(&world, "2026-11-02T00:00:00Z", &[]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.starts_with("error: own.toml:"), "{}", told.stderr);
    assert!(told.stderr.contains("stage report-miit: \"2 weeks\" is no length of time"));
}

#[test]
fn facts_come_from_the_register_then_the_configuration_then_the_table() {
    let world = world(
        "[audit]\nroles = [\"fceb\"]\nexposure = \"internal\"\nregister = \"events.jsonl\"\n",
    );
    let now = "2026-11-26T00:00:00Z";
    mark(&world, now, &["CVE-2021-44228", "--anchor", "detected", "--at", "2026-11-25"]);
    let due = || states(&clocks(&world, now, &[]).report)["us-bod-26-04/remediate"].clone();
    // listed, not exposed, by default not automatable and total: 14 days
    assert_eq!(due(), pair("running", Some("2026-12-09")));
    mark(&world, now, &["CVE-2021-44228", "--fact", "automatable=yes"]);
    // listed, not exposed, automatable, total: 3 days
    assert_eq!(due(), pair("running", Some("2026-11-28")));
    mark(&world, now, &["CVE-2021-44228", "--fact", "automatable=no"]);
    mark(&world, now, &["CVE-2021-44228", "--fact", "exposed=yes"]);
    assert_eq!(due(), pair("running", Some("2026-11-28")));
}

#[test]
fn of_a_flaw_that_no_data_knows_it_is_not_told_that_it_is_not_listed() {
    let world = world("[audit]\nroles = [\"fceb\"]\nregister = \"events.jsonl\"\n");
    let now = "2026-11-26T00:00:00Z";
    mark(&world, now, &["CVE-2026-9999999", "--anchor", "detected", "--at", "2026-11-25"]);
    let told = clocks(&world, now, &[]).report;
    assert_eq!(states(&told)["us-bod-26-04/remediate"], pair("not-started", None));
    let waits = told["clocks"].as_array().unwrap().iter().find(|one| one["stage"] == "remediate");
    assert_eq!(waits.unwrap()["waits_for"], serde_json::json!(["fact kev"]));
}

#[test]
fn a_draft_tells_what_is_known_and_marks_each_unknown() {
    let world = world(PROVIDER);
    let now = "2021-12-09T12:00:00Z";
    mark(&world, now, &["CVE-2021-44228", "--anchor", "learned", "--at", "2021-11-24"]);
    let draft = |args: &[&str]| {
        let fixed = ["audit", "draft", "CVE-2021-44228", "--now", now];
        world.run(&[&fixed[..], args].concat())
    };
    let told = draft(&["--regime", "cn-rmsv", "--stage", "report-miit", "--product", "shop"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    for text in [
        "DRAFT of 2021-12-09T12:00:00Z. Not sent to anybody.",
        "| Due | OVERDUE by 13 days, was due 2021-11-26 |",
        "| Counted from | 2 days from learned 2021-11-24, entered by Ada at 2021-12-09T12:00:00Z |",
        "| State of the rule's data | 2026-11-25, SHA-256 ",
        "### Name of the product\n\n> shop\n",
        "### Model\n\n[unknown: model]\n",
        "### Version\n\n[unknown: version]\n",
        "> critical 10.0 (CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H)",
        "org.apache.logging.log4j:log4j-core from 2.13.0 before 2.15.0",
        "- **Conflict** with eu-cra-14-vuln, eu-cra-14-incident, if both concern you: Art. 9(7)",
    ] {
        assert!(told.stdout.contains(text), "{text}\n{}", told.stdout);
    }
    let told = draft(&["--regime", "eu-cra-14-vuln", "--stage", "early-warning"]);
    for text in [
        "| Due | [unknown: waits for aware] |",
        "| Product | [unknown: product] |",
        // the catalogue lists it a day later
        "[unknown: that a vulnerability is actively exploited]",
    ] {
        assert!(told.stdout.contains(text), "{text}\n{}", told.stdout);
    }
    let told = draft(&["--regime", "eu-cra-14-vuln", "--stage", "late"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("has no stage \"late\"; it has: early-warning, notification"));
    assert_eq!(draft(&["--regime", "x", "--stage", "y"]).code, 2);
}

/// An audit found log4j-core 2.14.1 on 2 November; nobody entered anything.
#[test]
fn what_an_audit_found_first_is_a_default_with_its_evidence_until_somebody_enters_more() {
    let world = world(&format!("{PROVIDER}[[product]]\nname = \"shop\"\nsources = [\"a.json\"]\n"));
    world.write(
        "a.json",
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library",
        "name": "log4j-core", "version": "2.14.1",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}"#,
    );
    let flaw = "CVE-2021-44228";
    let of = |told: &Told, stage: &str| -> Option<Value> {
        let mut clocks = told.report["clocks"].as_array().unwrap().iter();
        clocks.find(|one| one["subject"] == flaw && one["stage"] == stage).cloned()
    };
    // before any audit nothing is known, and no store is needed
    assert_eq!(of(&clocks(&world, "2026-11-01T00:00:00Z", &[]), "report-miit"), None);
    assert_eq!(world.run(&["audit", "run", "--now", "2026-11-02T08:00:00Z"]).code, 0);
    let told = clocks(&world, "2026-11-03T00:00:00Z", &[]);
    let report = of(&told, "report-miit").unwrap();
    assert_eq!(
        (&report["state"], &report["due"]),
        (&"running".into(), &"2026-11-04T08:00:00Z".into())
    );
    assert_eq!(report["product"], "shop");
    assert_eq!(report["from"]["start"], "learned");
    assert_eq!(report["from"]["kind"], "history");
    assert_eq!(report["from"]["is_default"], true);
    let found = serde_json::json!({"run": 1, "product": "shop", "document": "a.json"});
    assert_eq!(report["from"]["found"], found);
    // a replay of an earlier time does not know it
    assert_eq!(of(&clocks(&world, "2026-11-02T07:59:59Z", &[]), "report-miit"), None);
    let table = world.run(&["audit", "clocks", "--now", "2026-11-05T00:00:00Z"]).stdout;
    for text in [
        "OVERDUE by 16 hours, was due 2026-11-04T08:00:00Z, BY DEFAULT",
        "DEFAULT, first detection",
    ] {
        assert!(table.contains(text), "{text}\n{table}");
    }
    let draft = ["audit", "draft", flaw, "--regime", "cn-rmsv", "--stage", "report-miit"];
    let now = ["--product", "shop", "--now", "2026-11-03T00:00:00Z"];
    let draft = world.run(&[&draft[..], &now].concat()).stdout;
    for text in ["first found by audit 1 in shop, a.json", "[unknown: when it was learned]"] {
        assert!(draft.contains(text), "{text}\n{draft}");
    }
    // who enters it ends the default
    let learned = [flaw, "--anchor", "learned", "--at", "2026-11-03T10:00:00Z"];
    mark(&world, "2026-11-03T12:00:00Z", &learned);
    let report = of(&clocks(&world, "2026-11-03T12:00:00Z", &[]), "report-miit").unwrap();
    assert_eq!(report["due"], "2026-11-05T10:00:00Z");
    assert_eq!(
        (&report["from"]["is_default"], &report["from"]["found"]),
        (&false.into(), &Value::Null)
    );
    // what is only entered stays so
    let aware = clocks(&world, "2026-11-03T12:00:00Z", &["--exit-code"]);
    let is_running = |one: &Value| one["from"]["start"] == "aware";
    assert!(!aware.report["clocks"].as_array().unwrap().iter().any(is_running));
}

#[test]
fn hostile_words_of_a_register_do_not_reach_the_terminal() {
    let world = world(PROVIDER);
    let now = "2026-11-10T00:00:00Z";
    let product = "shop\u{1b}[31m|\n# injected";
    mark(
        &world,
        now,
        &[
            "CVE-2021-44228",
            "--anchor",
            "learned",
            "--at",
            "2026-11-09",
            "--product",
            product,
            "--note",
            product,
        ],
    );
    let table = world.run(&["audit", "clocks", "--now", now]);
    assert!(
        !table.stdout.contains('\u{1b}') && table.stdout.contains("\\u{1b}"),
        "{}",
        table.stdout
    );
    let args =
        ["audit", "draft", "CVE-2021-44228", "--regime", "cn-rmsv", "--stage", "report-miit"];
    let draft = world.run(&[&args[..], &["--product", product, "--now", now]].concat());
    assert!(!draft.stdout.contains('\u{1b}'), "{}", draft.stdout);
    assert!(draft.stdout.lines().all(|line| !line.starts_with("# injected")), "{}", draft.stdout);
}

#[test]
fn regimes_are_listed_with_their_standing_and_one_with_all_its_rows() {
    let world = world(PROVIDER);
    let told = world.run(&["audit", "regimes", "--now", "2026-11-30T00:00:00Z"]);
    assert_eq!(told.code, 0);
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 100), "{}", told.stdout);
    let words = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "(RMSV) ON verify: at once from learned [verified]",
        "off: disputed: sources do not agree that it is in force",
        "off: revoked; in force from 2021-11-03 until 2026-06-10",
        "aware: you became aware that the flaw is exploited in your product",
        "adverse-impact=N1|N2|N3|N4|N5",
    ] {
        assert!(words.contains(text), "{text}\n{}", told.stdout);
    }
    let told = world.run(&["audit", "regimes", "us-bod-26-04", "--now", "2026-11-30T00:00:00Z"]);
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 100), "{}", told.stdout);
    let rows = told.stdout.lines().filter(|line| line.starts_with("  kev ")).count();
    assert_eq!(rows, 16);
    let words = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("technical-impact total: 3 days + forensic-triage"), "{words}");
    assert_eq!(world.run(&["audit", "regimes", "none"]).code, 2);
}
