//! Cases about `bomvet fix --write`: which files change, and to what.

use serde_json::Value;

use super::case::{Case, Step};
use super::outcome::{list, text};
use super::sandbox::{Done, Sandbox, finish};
use crate::support;

/// What is wrong with the files after the patch.
pub(crate) fn faults(case: &Case) -> Vec<String> {
    let step = case.steps(0).remove(0);
    let sandbox = Sandbox::of(case);
    let done = run(&sandbox, &step);
    let same = |now: &str, wanted: &str| {
        support::read(&sandbox.root().join(now)) == support::read(&case.folder.join(wanted))
    };
    let edit = &case.expected["edit"];
    let refused = done.code != Some(0) && step.inputs.iter().all(|input| same(input, input));
    let holds = |option: &Value| match option["refused"].as_bool() {
        Some(true) => refused,
        _ => same(text(&option["file"]), text(&option["result"])),
    };
    let options = edit["either"].as_array();
    let held = options.map_or_else(|| holds(edit), |options| options.iter().any(holds));
    let mut faults = Vec::new();
    if !held {
        let error = done.stderr.trim().lines().next().unwrap_or_default();
        faults.push(format!("the files are not as in expected/ after fix: {error}"));
    }
    for name in list(&edit["untouched"]).iter().map(text) {
        if !same(name, name) {
            faults.push(format!("{name} was changed"));
        }
    }
    faults
}

fn run(sandbox: &Sandbox, step: &Step) -> Done {
    let mut program = support::program();
    program
        .args(["fix", "--write", "--config"])
        .arg(sandbox.configure(step))
        .args(["--now", step.setting("now").unwrap(), "--no-bundled"])
        .arg("--advisories")
        .arg(sandbox.root().join("advisories"))
        .args(&step.inputs)
        .current_dir(sandbox.root());
    finish(program)
}
