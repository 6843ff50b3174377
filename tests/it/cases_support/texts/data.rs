//! Texts about the advisory data: its age, its import, its damage.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Row, shown};
use crate::cases_support::outcome::{Outcome, demand, flat, list, text};
use crate::cases_support::sandbox::finish;
use crate::support;

pub(crate) const TEXTS: &[Row] = &[
    ("114", "names the age, 85 days, and the limit", age_and_limit_are_named),
    ("114", "a warning, and the data date in every output format", data_date_is_everywhere),
    ("114", "a warning: data from the future, clock wrong?", future_data_is_doubted),
    (
        "116",
        "each scan ends with gate and exactly one finding, or with class data; none ends with ok",
        scans_during_imports_are_sound,
    ),
    ("116", "the final scan gives gate", final_scan_gives_gate),
    (
        "116",
        "no temporary file is left in the cache after the last import",
        no_temporary_file_is_left,
    ),
    (
        "118",
        "a failed import leaves the previous data in place and usable",
        failed_import_keeps_data,
    ),
    ("118", "a scan on the readable part without an error", no_scan_on_a_part),
    (
        "120",
        "import report: 3 used (2 with warnings), 1 rejected, each named",
        odd_records_are_named,
    ),
    (
        "121",
        "the import says that two revisions of one id were seen and which was kept",
        revisions_are_named,
    ),
];

fn age_and_limit_are_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let error = flat(&outcome.ran().stderr);
    for fragment in ["85 days", "14"] {
        demand(error.contains(fragment), || format!("no \"{fragment}\" in: {error}"))?;
    }
    Ok(())
}

fn data_date_is_everywhere(outcome: &Outcome<'_>) -> Result<(), String> {
    outcome.ran().warned(&["85 days"])?;
    for (format, text) in shown(outcome) {
        demand(text.contains("2026-09-01"), || format!("{format}: no date"))?;
    }
    Ok(())
}

fn future_data_is_doubted(outcome: &Outcome<'_>) -> Result<(), String> {
    outcome.ran().warned(&["future", "clock"])
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// Rounds of scans beside imports. The case asks for 50 by hand; these are for every build.
const ROUNDS: u64 = 8;
const SCANS: usize = 16;
const IMPORTS: usize = 4;

fn scans_during_imports_are_sound(outcome: &Outcome<'_>) -> Result<(), String> {
    for round in 0..ROUNDS {
        let _ = std::fs::remove_dir_all(outcome.sandbox.db());
        let mut imports: Vec<Child> = (0..IMPORTS).map(|_| start(import(outcome))).collect();
        let scans: Vec<Child> = (0..SCANS).map(|_| start(scan(outcome))).collect();
        if round % 2 == 0 {
            std::thread::sleep(Duration::from_millis(round * 3));
            let _ = imports[0].kill();
        }
        for scan in scans {
            let output = scan.wait_with_output().unwrap();
            let report: serde_json::Value =
                serde_json::from_slice(&output.stdout).unwrap_or_default();
            let sound = match output.status.code() {
                Some(1) => list(&report["findings"]).len() == 1,
                code => code == Some(4),
            };
            demand(sound, || {
                let error = String::from_utf8_lossy(&output.stderr);
                format!("round {round}: exit {:?}: {}", output.status.code(), first_line(&error))
            })?;
        }
        for mut import in imports {
            import.wait().unwrap();
        }
    }
    Ok(())
}

fn start(mut program: Command) -> Child {
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn import(outcome: &Outcome<'_>) -> Command {
    let mut program = support::program();
    program
        .args(["db", "import", "--db"])
        .arg(outcome.sandbox.db())
        .arg(outcome.sandbox.root().join("advisories"));
    program
}

fn scan(outcome: &Outcome<'_>) -> Command {
    let step = &outcome.ran().step;
    let mut program = support::program();
    program
        .args(["scan", "--no-bundled", "--no-progress", "--format", "json"])
        .args(["--now", step.setting("now").unwrap(), "--db"])
        .arg(outcome.sandbox.db())
        .args(&step.inputs)
        .current_dir(outcome.sandbox.root());
    program
}

/// Imports once more, on whatever the rounds left behind.
fn import_again(outcome: &Outcome<'_>) -> Result<(), String> {
    let done = finish(import(outcome));
    demand(done.code == Some(0), || format!("import: {}", first_line(&done.stderr)))
}

fn final_scan_gives_gate(outcome: &Outcome<'_>) -> Result<(), String> {
    import_again(outcome)?;
    let done = finish(scan(outcome));
    demand(done.code == Some(1), || format!("exit {:?}: {}", done.code, first_line(&done.stderr)))
}

fn no_temporary_file_is_left(outcome: &Outcome<'_>) -> Result<(), String> {
    import_again(outcome)?;
    let left = names(&outcome.sandbox.db());
    let fleeting = |name: &&String| {
        let name = name.to_lowercase();
        name.starts_with('.') || ["tmp", "temp", "part", "new"].iter().any(|m| name.contains(m))
    };
    let wrong: Vec<_> = left.iter().filter(fleeting).collect();
    demand(wrong.is_empty(), || format!("{wrong:?}"))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for (name, path) in support::entries(folder) {
        if path.is_dir() {
            names.extend(self::names(&path));
        }
        names.push(name);
    }
    names
}

fn failed_import_keeps_data(outcome: &Outcome<'_>) -> Result<(), String> {
    let sandbox = outcome.sandbox;
    let _ = std::fs::remove_dir_all(sandbox.db());
    let good = sandbox.import("data/all.zip", None);
    demand(good.code == Some(0), || format!("all.zip: {}", first_line(&good.stderr)))?;
    let before = sandbox.scan(&outcome.ran().step);
    for damaged in ["data/all-cut.zip", "data/all-flipped.zip"] {
        let done = sandbox.import(damaged, None);
        demand(done.code == Some(4), || format!("{damaged}: exit {:?}", done.code))?;
        let after = sandbox.scan(&outcome.ran().step);
        let same = after.code == Some(1) && after.report_text == before.report_text;
        demand(same, || format!("after {damaged}: exit {:?}", after.code))?;
    }
    Ok(())
}

fn no_scan_on_a_part(outcome: &Outcome<'_>) -> Result<(), String> {
    for ran in &outcome.runs[1..] {
        let tag = &ran.step.tag;
        ran.ended(4).map_err(|why| format!("{tag}{why}"))?;
        demand(ran.report_text.is_none(), || format!("{tag}a report was written"))?;
    }
    // nor without an import
    for damaged in ["data/all-cut.zip", "data/all-flipped.zip"] {
        let mut program = support::program();
        let arguments: [OsString; 4] =
            ["scan".into(), "--no-bundled".into(), "--advisories".into(), damaged.into()];
        program
            .args(arguments)
            .args(&outcome.ran().step.inputs)
            .current_dir(outcome.sandbox.root());
        let done = finish(program);
        let refused = done.code == Some(4) && done.stdout.is_empty();
        demand(refused, || format!("--advisories {damaged}: exit {:?}", done.code))?;
    }
    Ok(())
}

fn odd_records_are_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let sources = list(&ran.report["data"]["sources"]).iter();
    let used: u64 = sources.filter_map(|s| s["records"].as_u64()).sum();
    demand(used == 3, || format!("{used} records used, expected 3"))?;
    ran.warned(&["TEST-2026-0120", "CVSS_V9"])?;
    ran.warned(&["TEST-2026-0220", "WEEKDAY"])?;
    ran.warned(&["TEST-2026-0320", "rejected"])?;
    let warnings = list(&ran.report["data"]["warnings"]).iter().map(text);
    let foreign = warnings
        .filter(|w| !["-0120", "-0220", "-0320"].iter().any(|id| w.contains(id)))
        .collect::<Vec<_>>();
    demand(foreign.is_empty(), || format!("{foreign:?}"))
}

fn revisions_are_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    ran.warned(&["GHSA-269g-pwp5-87pp", "two revisions", "kept 2026-10-01", "2020-10-12"])
}
