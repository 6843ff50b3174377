//! What other tools take in: the files say only what bomvet knows, and the action's script does what it
//! says.

use crate::support;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use saphyr_parser::{Event, Parser};

use crate::policy_support::World;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    String::from_utf8(support::read(&root().join(name))).unwrap()
}

const FILES: [&str; 10] = [
    "action.yml",
    ".pre-commit-hooks.yaml",
    "integrations/github/scan.sh",
    "integrations/gitlab/bomvet.gitlab-ci.yml",
    "integrations/jenkins/Jenkinsfile",
    "integrations/container/Containerfile",
    "integrations/audit/bomvet-audit.service",
    "integrations/audit/bomvet-audit.timer",
    "integrations/audit/bomvet-audit.cron",
    "integrations/audit/cronjob.yaml",
];

/// Options of other programs that the files call.
const FOREIGN: [&str; 11] = [
    "--locked",
    "--path",
    "--release",
    "--no-cache",
    "--strip-all",
    "--from",
    "--file",
    "--tag",
    "--rm",
    "--volume",
    "--",
];

fn options(text: &str) -> BTreeSet<String> {
    let end = |c: char| !(c.is_ascii_lowercase() || c == '-');
    let starts = text.match_indices("--").map(|(at, _)| at);
    starts
        .filter(|at| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
        .map(|at| text[at..].split(end).next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_option_in_them_exists() {
    let known = options(&World::new().run(&["scan", "--help"]).stdout);
    assert!(known.contains("--fail-on"));
    for name in FILES {
        for option in options(&read(name)) {
            let exists = known.contains(&option) || FOREIGN.contains(&option.as_str());
            assert!(exists, "{name}: {option}");
        }
    }
}

/// The scalars of a document in YAML, keys and values, in its order.
fn scalars(name: &str) -> Vec<String> {
    let text = read(name);
    let mut all = Vec::new();
    for event in Parser::new_from_str(&text) {
        if let (Event::Scalar(value, ..), _) = event.unwrap_or_else(|e| panic!("{name}: {e}")) {
            all.push(value.into_owned());
        }
    }
    all
}

#[test]
fn what_is_yaml_can_be_parsed() {
    for name in FILES.iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")) {
        assert!(scalars(name).len() > 5, "{name}");
    }
}

#[test]
fn the_action_hands_every_input_to_the_script_in_a_variable() {
    let (action, script) = (read("action.yml"), read("integrations/github/scan.sh"));
    let scalars = scalars("action.yml");
    for name in scalars.iter().filter(|scalar| scalar.starts_with("SCAN_")) {
        assert!(script.contains(&format!("${{{name}:-")), "{name}");
    }
    let declared =
        ["inputs", "config", "fail-on", "advisories", "vex", "baseline", "reports", "soft-fail"];
    for name in declared {
        let variable =
            format!("SCAN_{}: ${{{{ inputs.{name} }}}}", name.to_uppercase().replace('-', "_"));
        assert!(action.contains(&variable), "{variable}");
    }
    // an expression inside of a script would be code
    for run in scalars.iter().skip_while(|scalar| *scalar != "runs").filter(|s| s.contains("bash "))
    {
        assert!(!run.contains("${{"), "{run}");
    }
}

#[test]
fn scripts_pass_the_shells_own_checks() {
    let script = root().join("integrations/github/scan.sh");
    assert!(Command::new("bash").arg("-n").arg(&script).status().unwrap().success());
    match Command::new("shellcheck").arg(&script).status() {
        Ok(status) => assert!(status.success()),
        Err(_) => eprintln!("skipped: no shellcheck"),
    }
}

/// What the action's script left behind.
struct Ran {
    code: i32,
    stdout: String,
    outputs: String,
    summary: String,
}

fn action(world: &World, variables: &[(&str, &str)]) -> Ran {
    let binary = Path::new(env!("CARGO_BIN_EXE_bomvet")).parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .arg(root().join("integrations/github/scan.sh"))
        .current_dir(world.path())
        .env_clear()
        .env("PATH", format!("{}:{path}", binary.display()))
        .env("HOME", world.path())
        .env("GITHUB_OUTPUT", world.path().join("outputs"))
        .env("GITHUB_STEP_SUMMARY", world.path().join("summary"))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let left = |name: &str| fs::read_to_string(world.path().join(name)).unwrap_or_default();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        outputs: left("outputs"),
        summary: left("summary"),
    }
}

fn sample(world: &World, name: &str) {
    let from = root().join("examples/sbom.cdx.json");
    fs::copy(from, world.path().join(name)).unwrap();
}

#[test]
fn the_action_tells_the_decision_and_writes_reports() {
    let world = World::new();
    sample(&world, "my bom.cdx.json");
    let ran = action(
        &world,
        &[
            ("SCAN_INPUTS", "\n  \nmy bom.cdx.json\n"),
            ("SCAN_REPORTS", "json=a.json\njson=b.json\n"),
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert_eq!(ran.outputs, "exit-code=1\nverdict=closed\n");
    assert!(ran.stdout.starts_with("GATE CLOSED\n"));
    assert!(
        ran.summary.starts_with("~~~~~~~~text\nGATE CLOSED\n")
            && ran.summary.ends_with("~~~~~~~~\n")
    );
    assert_eq!(world.read("a.json"), world.read("b.json"));
    assert_eq!(world.read("a.json")["gate"]["exit_code"], 1);
}

#[test]
fn soft_fail_lets_a_closed_gate_pass_and_nothing_else() {
    let world = World::new();
    sample(&world, "bom.cdx.json");
    let scan = |inputs| action(&world, &[("SCAN_INPUTS", inputs), ("SCAN_SOFT_FAIL", "true")]).code;
    assert_eq!(scan("bom.cdx.json"), 0);
    assert_eq!(scan("none.cdx.json"), 3);
    let open = action(&world, &[("SCAN_INPUTS", "bom.cdx.json"), ("SCAN_FAIL_ON", "malicious")]);
    assert_eq!(open.code, 0);
    assert!(open.outputs.ends_with("exit-code=0\nverdict=open\n"));
}

#[test]
fn what_a_workflow_says_is_never_run() {
    let world = World::new();
    for hostile in [
        "$(touch caught)",
        "`touch caught`",
        "; touch caught",
        "--config=x\n-o",
        "' && touch caught",
    ] {
        for name in ["SCAN_INPUTS", "SCAN_CONFIG", "SCAN_FAIL_ON", "SCAN_REPORTS", "SCAN_BASELINE"]
        {
            let ran = action(&world, &[(name, hostile)]);
            assert!(ran.code >= 2, "{name}={hostile}: {}", ran.code);
            assert!(!world.path().join("caught").exists(), "{name}={hostile}");
        }
    }
}

#[test]
fn the_hook_takes_manifests_and_bills_of_materials() {
    let scalars = scalars(".pre-commit-hooks.yaml");
    let at = scalars.iter().position(|scalar| scalar == "files").unwrap();
    let script = "import re, sys\nprint([bool(re.search(sys.argv[1], n)) for n in sys.argv[2:]])";
    let names = [
        "pom.xml",
        "a/gradle.lockfile",
        "x.cdx.json",
        "a/b.spdx",
        "sbom.json",
        "xpom.xml",
        "a.json",
        "README.md",
    ];
    let Ok(output) =
        Command::new("python3").args(["-c", script, &scalars[at + 1]]).args(names).output()
    else {
        return eprintln!("skipped: no python3, whose expressions pre-commit takes");
    };
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told.trim(), "[True, True, True, True, True, False, False, False]");
}

#[test]
fn completions_know_the_options_and_shells_take_them() {
    let world = World::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let told = world.run(&["completions", shell]);
        assert_eq!(told.code, 0);
        assert!(told.stdout.contains("fail-on") && told.stdout.contains("bomvet"), "{shell}");
        world.write(shell, &told.stdout);
        if let Ok(status) = Command::new(shell).arg("-n").arg(world.path().join(shell)).status() {
            assert!(status.success(), "{shell}");
        }
    }
    assert_eq!(world.run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let world = World::new();
    for (names, title) in [
        (&[][..], ".TH bomvet 1"),
        (&["scan"], ".TH bomvet-scan 1"),
        (&["db", "import"], ".TH bomvet-db-import 1"),
        (&["config", "show"], ".TH bomvet-config-show 1"),
    ] {
        let told = world.run(&[&["man"], names].concat());
        assert_eq!(told.code, 0, "{names:?}");
        assert!(told.stdout.contains(title), "{names:?}: {}", &told.stdout[..200]);
    }
    assert!(world.run(&["man", "scan"]).stdout.contains("fail\\-on"));
    let told = world.run(&["man", "nothing"]);
    assert!(told.code == 2 && told.stderr.contains("\"nothing\" is no command"));
}
