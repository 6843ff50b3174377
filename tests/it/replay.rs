//! A report holds what its verdict was made from, and a replay tells whether it is the same, or what
//! changed.

use crate::support;
use serde_json::{Value, json};

use crate::policy_support::{CRITICAL, HIGH, NOW, Told, World, component, sbom};

/// A product with a finding, a waiver, a statement, a baseline, and the report of a scan with all.
fn world() -> World {
    let world = World::new();
    for (id, name) in [("CVE-2026-0001", "a"), ("CVE-2026-0002", "b"), ("CVE-2026-0003", "c")] {
        world.record(id, name, HIGH, &json!({}));
    }
    let parts = ["a", "b", "c"].map(|name| component(name, "1"));
    world.document("app.cdx.json", &sbom("app", &parts));
    world.write("bomvet.toml", "[[waiver]]\nid = \"CVE-2026-0001\"\nexpires = \"2026-12-01\"\n");
    let vex = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1",
      "author": "A", "timestamp": "2026-06-01T00:00:00Z", "statements": [{
        "vulnerability": {"name": "CVE-2026-0002"}, "products": [{"@id": "pkg:maven/example/b"}],
        "status": "not_affected", "justification": "vulnerable_code_not_present"}]});
    world.write("app.vex.json", vex.to_string());
    let told = world.scan(&[
        "app.cdx.json",
        "--vex",
        "app.vex.json",
        "--fail-on",
        "high,kev",
        "--java",
        "8",
        "-o",
        "json=report.json",
    ]);
    assert_eq!(told.code, 4, "kev has no catalogue");
    world
}

fn replay(world: &World) -> Told {
    world.run(&["scan", "--replay", "report.json"])
}

fn is_same(world: &World) {
    let told = replay(world);
    assert_eq!(told.stdout, "SAME VERDICT  data, all digests are the same\n", "{}", told.stderr);
    assert_eq!(told.code, 0);
}

#[test]
fn the_envelope_holds_options_policy_and_statements() {
    let world = world();
    let envelope = &world.read("report.json")["envelope"];
    assert_eq!(
        envelope["arguments"],
        json!([
            "--config=bomvet.toml",
            "--fail-on=high",
            "--fail-on=kev",
            "--java=8",
            "--advisories=records",
            "--no-bundled",
            "--vex=app.vex.json",
            "--",
            "app.cdx.json"
        ])
    );
    assert_eq!(envelope["files"][0]["role"], "vex");
    assert_eq!(envelope["files"][0]["path"], "app.vex.json");
    let without_config = {
        std::fs::remove_file(world.path().join("bomvet.toml")).unwrap();
        world.scan(&["app.cdx.json"]).report["envelope"].clone()
    };
    assert_ne!(without_config["policy_sha256"], envelope["policy_sha256"]);
    assert_ne!(without_config["verdict_sha256"], envelope["verdict_sha256"]);
}

#[test]
fn nothing_changed_is_the_same_verdict_whatever_the_clock_says() {
    let world = world();
    is_same(&world);
    assert_eq!(world.read("report.json")["generated_at"], NOW, "the waiver still held then");
}

#[test]
fn what_changed_is_named_and_decides_the_exit_code() {
    let changed = |change: &dyn Fn(&World)| {
        let world = world();
        change(&world);
        let told = replay(&world);
        (told.code, told.stdout)
    };
    let other = sbom("app", &[component("a", "1")]);
    let (code, text) = changed(&|world| world.document("app.cdx.json", &other));
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("input changed: app.cdx.json: sha256 was "), "{text}");
    assert!(
        text.contains("CVE-2026-0003 in pkg:maven/example/c@1: was open, is not there"),
        "{text}"
    );

    let (code, text) = changed(&|world| world.record("CVE-2026-0003", "c", CRITICAL, &json!({})));
    assert_eq!(code, 4, "{text}");
    assert!(text.starts_with("SAME VERDICT  data, but not from the same\n"), "{text}");
    assert!(text.contains("data changed: records (osv): sha256 was "), "{text}");

    let (code, text) =
        changed(&|world| world.write("bomvet.toml", "[waivers]\nunused = \"warn\"\n"));
    assert_eq!(code, 2, "{text}");
    assert!(text.starts_with("ANOTHER VERDICT  from something else\n"), "{text}");
    assert!(text.contains("policy changed"), "{text}");
    assert!(
        text.contains("CVE-2026-0001 in pkg:maven/example/a@1: was suppressed, is open"),
        "{text}"
    );

    let (code, text) = changed(&|world| {
        let text = world.read("app.vex.json").to_string().replace("\"A\"", "\"B\"");
        world.write("app.vex.json", text);
    });
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("statements changed: app.vex.json: sha256 was "), "{text}");

    let (code, _) =
        changed(&|world| std::fs::remove_file(world.path().join("app.cdx.json")).unwrap());
    assert_eq!(code, 3);
}

#[test]
fn a_variable_is_policy() {
    let world = world();
    let mut command = support::bomvet();
    command.current_dir(world.path()).env("BOMVET_GATE_UNKNOWN_SEVERITY", "pass");
    let output = command.args(["scan", "--replay", "report.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stdout).unwrap().contains("policy changed"));
}

#[test]
fn a_report_that_was_edited_is_refused() {
    let world = world();
    let edit = |path: &str, value: Value| {
        let mut report = world.read("report.json");
        *report.pointer_mut(path).unwrap() = value;
        world.write("edited.json", report.to_string());
        world.run(&["scan", "--replay", "edited.json"])
    };
    for (path, value) in [
        ("/findings/0/status", json!("not_affected")),
        ("/gate/class", json!("ok")),
        ("/findings", json!([])),
    ] {
        let told = edit(path, value);
        assert_eq!(told.code, 2, "{path}");
        assert!(told.stderr.contains("are not those that it was written with"), "{}", told.stderr);
    }
    for (path, value, cause) in [
        ("/schema", json!("bomvet.report/2"), "expected \"bomvet.report/1\""),
        ("/envelope/arguments", json!(["--nonsense"]), "are none of bomvet scan"),
        ("/envelope/arguments", json!(["--replay=report.json"]), "are none of bomvet scan"),
        ("/envelope", json!(null), "is no JSON report of this version"),
    ] {
        let told = edit(path, value);
        assert_eq!(told.code, 2, "{path}");
        assert!(told.stderr.contains(cause), "{}", told.stderr);
    }
    let told = world.run(&["scan", "--replay", "report.json", "--fail-on", "never"]);
    assert_eq!(told.code, 2, "a replay takes no other option");
}

#[test]
fn components_without_a_package_url_and_several_documents_are_compared_too() {
    let world = World::new();
    world.record("CVE-2026-0001", "a", HIGH, &json!({}));
    let record = world.read("records/a-CVE-2026-0001.json").to_string();
    let record = record.replace("example:a", "com.example:a").replace("0001", "0002");
    world.write("records/coordinates.json", record);
    let bare = json!({"type": "library", "group": "com.example", "name": "a", "version": "1"});
    world.document("1.cdx.json", &sbom("app", std::slice::from_ref(&bare)));
    world.document("2.cdx.json", &sbom("app", &[bare, component("a", "1")]));
    let told = world.scan(&["1.cdx.json", "2.cdx.json", "-o", "json=report.json"]);
    assert_eq!(told.code, 1, "{}", told.stderr);
    assert_eq!(told.report["findings"].as_array().unwrap().len(), 3);
    let told = world.run(&["scan", "--replay", "report.json"]);
    assert_eq!(told.stdout, "SAME VERDICT  gate, all digests are the same\n");
}
