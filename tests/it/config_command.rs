//! `bomvet config`: check tells faults with their line, show who said what, schema what may be written.

use crate::support;
use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::policy_support::World;

fn schema() -> jsonschema::Validator {
    let told = World::new().run(&["config", "schema"]);
    assert_eq!(told.code, 0);
    jsonschema::draft202012::meta::validate(&told.report).unwrap();
    jsonschema::draft202012::new(&told.report).unwrap()
}

fn as_json(toml: &str) -> Value {
    let table: toml::Table = toml::from_str(toml).unwrap();
    serde_json::to_value(table).unwrap()
}

/// The examples in the manuals.
fn examples() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for file in ["README.md", "docs/policy.md", "docs/audit.md"] {
        let text = String::from_utf8(support::read(&root.join(file))).unwrap();
        let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        all.extend(blocks.map(|block| block.replace("sha256 = \"…\"", &sha256())));
    }
    all.push(String::from_utf8(support::read(&root.join("examples/bomvet.toml"))).unwrap());
    all
}

fn sha256() -> String {
    format!("sha256 = \"{}\"", "0".repeat(64))
}

#[test]
fn every_documented_example_is_read_and_follows_the_schema() {
    let (world, schema) = (World::new(), schema());
    let examples = examples();
    assert!(examples.len() >= 4, "{}", examples.len());
    for example in examples {
        world.write("bomvet.toml", &example);
        let told = world.run(&["config", "check"]);
        assert_eq!(told.code, 0, "{}\n{example}", told.stderr);
        let faults: Vec<_> =
            schema.iter_errors(&as_json(&example)).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{example}");
    }
}

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let (world, schema) = (World::new(), schema());
    for text in [
        "[gate]\nfail_of = \"any\"\n",
        "[gates]\n",
        "[gate]\nfail_on = \"sometimes\"\n",
        "[gate]\nmin_evaluated = 101\n",
        "[gate]\nscopes = [\"dev\"]\n",
        "[grace]\nhigh = -1\n",
        "[grace]\nsevere = 1\n",
        "[licenses]\nunknown = \"pass\"\n",
        "[[deny]]\nreason = \"x\"\n",
        "[[deny]]\npackage = \"log4j\"\n",
        "[[rule]]\nname = \"x\"\n",
        "[[waiver]]\nid = \"X-1\"\nend = \"2026-01-01\"\n",
        "[[waiver]]\nid = \"X-1\"\nmax_severity = \"none\"\n",
        "[waivers]\nunused = true\n",
        "[data]\nmax_age_days = -1\n",
        "[[data.source]]\nname = \"a\"\n",
        "[net]\ntimeout_seconds = 0\n",
        "[vex]\ntrust = \"me\"\n",
        "[matching]\ncertainty = \"high\"\n",
        "[review.effects]\nno-purls = \"note\"\n",
        "[review.effects]\nno-purl = \"deny\"\n",
        "[review.answer_days]\nnote = 3\n",
        "[review]\nproduct = \"shop\"\n",
        "[review]\naccepted_formats = [\"pdf\"]\n",
        "[audit]\nrole = [\"fceb\"]\n",
        "[audit]\nexposure = \"both\"\n",
        "[audit]\nfedramp_class = \"Low\"\n",
        "[[notice]]\nname = \"a\"\nkind = \"pager\"\n",
        "[[notice]]\nname = \"a\"\nkind = \"mail\"\nserver = \"a\"\ntls = \"ssl\"\n",
        "[[notice]]\nname = \"a\"\nkind = \"mail\"\nserver = \"a\"\nfrom = \"a@b.example\"\nto = []\n",
        "[[notice]]\nname = \"a\"\nkind = \"jira\"\nurl = \"https://a.example/\"\napi = 4\n",
    ] {
        world.write("bomvet.toml", text);
        let told = world.run(&["config", "check"]);
        assert_eq!(told.code, 2, "{text}");
        assert!(told.stderr.contains("bomvet.toml:"), "{}", told.stderr);
        assert!(!schema.is_valid(&as_json(text)), "{text}");
    }
}

#[test]
fn the_schema_names_every_key_that_is_shown_and_no_other() {
    let world = World::new();
    let shown: BTreeSet<String> = world
        .run(&["config", "show"])
        .stdout
        .lines()
        .map(|line| line.trim_start_matches("# ").split(' ').next().unwrap().to_owned())
        .collect();
    let schema = world.run(&["config", "schema"]).report;
    let mut named = BTreeSet::new();
    for (section, table) in schema["properties"].as_object().unwrap() {
        for (key, value) in table["properties"].as_object().into_iter().flatten() {
            let is_list = value["items"]["type"] == "object" || key == "names" || key == "effects";
            let inner = value["properties"].as_object();
            if !is_list && inner.is_none() {
                named.insert(format!("{section}.{key}"));
            }
            named.extend(inner.into_iter().flatten().map(|(k, _)| format!("{section}.{key}.{k}")));
        }
    }
    assert_eq!(shown, named);
}

#[test]
fn show_tells_who_said_what() {
    let world = World::new();
    world.write(
        "bomvet.toml",
        "[gate]\nfail_on = \"high\"\nmin_evaluated = 90\nnot_covered = \"fail\"\n\
         [[waiver]]\nid = \"X-1\"\nreason = \"r\"\n[net]\nproxy = \"http://u:secret@p.example\"\n",
    );
    let mut command = support::bomvet();
    command.current_dir(world.path()).env("BOMVET_GATE_NOT_COVERED", "warn");
    let output = command.args(["config", "show", "--fail-on", "kev,low"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = |start: &str| {
        let line = text.lines().find(|line| line.starts_with(start)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told("gate.fail_on"), "gate.fail_on = [\"kev\", \"low\"] # --fail-on");
    assert_eq!(told("gate.not_covered"), "gate.not_covered = \"warn\" # BOMVET_GATE_NOT_COVERED");
    assert_eq!(told("gate.min_evaluated"), "gate.min_evaluated = 90 # bomvet.toml:3");
    assert_eq!(told("data.max_age_days"), "data.max_age_days = 0 # default");
    assert_eq!(told("# grace.high"), "# grace.high is not set # default");
    assert_eq!(told("# waiver X-1"), "# waiver X-1: reason = \"r\" # bomvet.toml:5");
    assert!(!text.contains("secret"), "{text}");
    // what is shown is a configuration again
    world.write("bomvet.toml", &text);
    assert_eq!(world.run(&["config", "check"]).code, 0);
}

#[test]
fn check_tells_which_waivers_need_a_look() {
    let world = World::new();
    world.write(
        "bomvet.toml",
        "[[waiver]]\nid = \"X-1\"\n[[waiver]]\nid = \"X-2\"\nexpires = \"2026-01-01\"\n\
         component = \"pkg:npm/a\"\n[[waiver]]\nid = \"X-3\"\nexpires = \"2026-12-01\"\n\
         component = \"pkg:npm/a\"\n[[waiver]]\nid = \"X-4\"\nexpires = \"2027-12-01\"\n\
         component = \"pkg:npm/a\"\n",
    );
    let told = world.run(&["config", "check", "--now", "2026-11-25T12:00:00Z"]);
    assert_eq!(told.code, 0);
    assert_eq!(
        told.stderr.lines().collect::<Vec<_>>(),
        [
            "warning: bomvet.toml:1: waiver X-1 has no end date",
            "warning: bomvet.toml:1: waiver X-1 names no component",
            "warning: bomvet.toml:3: waiver X-2 expired: it held until 2026-01-01",
            "warning: bomvet.toml:7: waiver X-3 ends soon: 2026-12-01",
        ]
    );
    assert_eq!(
        told.stdout,
        "bomvet.toml: can be used; 4 waivers, 0 rules, 0 denied packages, 0 data sources, 0 products\n"
    );
}

#[test]
fn check_without_a_configuration_ends_with_2() {
    let world = World::new();
    let told = world.run(&["config", "check", "--config", "none.toml"]);
    assert_eq!(told.code, 2);
    assert_eq!(json!(told.stdout), "");
}

#[test]
fn a_bundled_profile_is_printed_to_be_copied_and_changed() {
    let world = World::new();
    let listed = world.run(&["config", "profile"]);
    assert_eq!(listed.code, 0);
    for id in ["cisa-2026", "ntia-2021", "bsi-tr-03183-2", "buyer"] {
        assert!(listed.stdout.lines().any(|line| line.starts_with(id)), "{id}: {}", listed.stdout);
    }
    let printed = world.run(&["config", "profile", "buyer"]);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/profiles/buyer.toml");
    assert_eq!((printed.code, printed.stdout.as_bytes()), (0, &*support::read(&file)));
    let unknown = world.run(&["config", "profile", "mine"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no bundled profile is called \"mine\""), "{}", unknown.stderr);
}
