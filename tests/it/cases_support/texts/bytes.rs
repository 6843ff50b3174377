//! Texts about the bytes of reports: the same again and again, and nothing but text.

use std::process::Command;

use super::{FORMATS, Row, printed, shown};
use crate::cases_support::outcome::{Outcome, demand};
use crate::cases_support::sandbox::{Ran, finish};
use crate::support;

pub(crate) const TEXTS: &[Row] = &[
    (
        "098",
        "table and JSON output of both runs are byte-equal (line numbers of the input left aside)",
        order_of_components_does_not_leak,
    ),
    ("098", "20 repeated runs give equal bytes in every format", repeated_runs_are_equal),
    ("098", "the order of advisory files on disk has no influence", order_of_records_does_not_leak),
    ("100", "no byte 0x1b and no carriage return in stdout of any run", no_terminal_codes),
    ("100", "JSON stdout is exactly one document and nothing else", json_is_one_document),
    ("100", "progress goes to stderr, and only when stderr is a terminal", no_progress_in_pipes),
    (
        "100",
        "control characters from the SBOM are escaped in every text format",
        control_characters_are_escaped,
    ),
];

fn order_of_components_does_not_leak(outcome: &Outcome<'_>) -> Result<(), String> {
    let [a, b] = outcome.runs else {
        return Err(format!("{} runs, expected 2", outcome.runs.len()));
    };
    same_text(&without_lines(&a.stdout), &without_lines(&b.stdout))?;
    let json = |ran: &Ran| {
        let text = ran.report_text.clone().unwrap_or_default();
        // two files that differ have two digests
        let digest = ran.report["inputs"][0]["sha256"].as_str().map(str::to_owned);
        without_lines(&text.replace(&digest.unwrap_or_default(), "DIGEST"))
    };
    same_text(&json(a), &json(b))
}

/// `sbom.cdx.json:12:7` without its numbers.
fn without_lines(text: &str) -> String {
    let mut parts = text.split("sbom.cdx.json:");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        bare.push_str("sbom.cdx.json");
        bare.push_str(rest);
    }
    bare
}

fn same_text(a: &str, b: &str) -> Result<(), String> {
    let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    demand(a == b, || match differs {
        Some((a, b)) => format!("\"{}\" and \"{}\"", a.trim(), b.trim()),
        None => format!("{} and {} lines", a.lines().count(), b.lines().count()),
    })
}

fn repeated_runs_are_equal(outcome: &Outcome<'_>) -> Result<(), String> {
    let mut seen = 0;
    for format in FORMATS {
        let Ok(first) = printed(outcome, format) else {
            continue;
        };
        seen += 1;
        for _ in 1..20 {
            let again = printed(outcome, format)?;
            same_text(&first, &again).map_err(|why| format!("{format}: {why}"))?;
        }
    }
    demand(seen >= 2, || format!("{seen} formats are known, expected 2 or more"))
}

fn order_of_records_does_not_leak(outcome: &Outcome<'_>) -> Result<(), String> {
    let folder = outcome.sandbox.root().join("advisories");
    let step = &outcome.ran().step;
    let before = outcome.sandbox.scan(step);
    let files: Vec<_> = support::entries(&folder)
        .into_iter()
        .map(|(_, path)| (support::read(&path), path))
        .collect();
    for (_, path) in &files {
        std::fs::remove_file(path).unwrap();
    }
    for (bytes, path) in files.iter().rev() {
        support::write(path, bytes);
    }
    let turned = outcome.sandbox.scan(step);
    same_text(&before.stdout, &turned.stdout)?;
    same_text(
        before.report_text.as_deref().unwrap_or_default(),
        turned.report_text.as_deref().unwrap_or_default(),
    )?;
    // other names change the order in which the records are read
    for (number, (_, path)) in files.iter().rev().enumerate() {
        std::fs::rename(path, folder.join(format!("{number}.json"))).unwrap();
    }
    let renamed = outcome.sandbox.scan(step);
    for part in ["findings", "remedies", "summary", "gate"] {
        let same = before.report[part] == renamed.report[part];
        demand(same, || format!("{part} depend on the names of the files"))?;
    }
    Ok(())
}

fn no_terminal_codes(outcome: &Outcome<'_>) -> Result<(), String> {
    for ran in outcome.runs {
        let tag = &ran.step.tag;
        let codes = ran.stdout.contains(['\u{1b}', '\r']);
        demand(!codes, || format!("{tag}{:?}", ran.stdout))?;
        if ran.step.wanted("stdout") == Some("tty") {
            on_a_terminal(outcome, ran).map_err(|why| format!("{tag}{why}"))?;
        }
    }
    Ok(())
}

/// `script` of util-linux gives the program a terminal, whose line ends have a carriage return.
fn on_a_terminal(outcome: &Outcome<'_>, ran: &Ran) -> Result<(), String> {
    if !cfg!(target_os = "linux") || Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: no `script` to make a terminal with");
        return Ok(());
    }
    let quoted = |word: String| format!("'{}'", word.replace('\'', r"'\''"));
    let program = support::program();
    let mut words = vec![program.get_program().to_string_lossy().into_owned()];
    let arguments = outcome.sandbox.arguments(&ran.step);
    words.extend(arguments.iter().map(|a| a.to_string_lossy().into_owned()));
    words.extend(ran.step.inputs.iter().cloned());
    let line: Vec<_> = words.into_iter().map(quoted).collect();
    let shown = |environment: Vec<(String, String)>| {
        let mut script = Command::new("script");
        for (name, change) in support::program().get_envs() {
            if change.is_none() {
                script.env_remove(name);
            }
        }
        script
            .args(["-qec", &line.join(" "), "/dev/null"])
            .env("TERM", "xterm-256color")
            .envs(environment)
            .current_dir(outcome.sandbox.root());
        finish(script).stdout.replace("\r\n", "\n")
    };
    let plain = shown(ran.step.environment());
    demand(plain.contains("CVE-2021-44228"), || format!("printed {plain:?}"))?;
    demand(!plain.contains(['\u{1b}', '\r']), || format!("NO_COLOR: {plain:?}"))?;
    // without it there are colours, or the question above would prove nothing
    let coloured = shown(Vec::new());
    demand(coloured.contains('\u{1b}'), || "no colours on a terminal without NO_COLOR".to_owned())
}

fn json_is_one_document(outcome: &Outcome<'_>) -> Result<(), String> {
    let step = &outcome.runs[1].step;
    demand(step.wanted("format") == Some("json"), || "run 2 is not JSON".to_owned())?;
    let text = &outcome.runs[1].stdout;
    let parsed = serde_json::from_str::<serde_json::Value>(text);
    demand(parsed.is_ok_and(|document| document.is_object()), || text.clone())
}

fn no_progress_in_pipes(outcome: &Outcome<'_>) -> Result<(), String> {
    for ran in outcome.runs {
        let mut arguments = outcome.sandbox.arguments(&ran.step);
        arguments.retain(|argument| argument != "--no-progress");
        let mut program = support::program();
        program
            .args(arguments)
            .args(&ran.step.inputs)
            .envs(ran.step.environment())
            .current_dir(outcome.sandbox.root());
        let done = finish(program);
        demand(done.stderr.is_empty(), || format!("stderr {:?}", done.stderr))?;
    }
    Ok(())
}

fn control_characters_are_escaped(outcome: &Outcome<'_>) -> Result<(), String> {
    for (format, text) in shown(outcome) {
        // the line ends of RFC 4180 are no text of the document
        let text = if format == "csv" { text.replace("\r\n", "\n") } else { text };
        let raw = |c: char| c.is_control() && c != '\n' && c != '\t';
        demand(!text.contains(raw), || format!("{format}: {text:?}"))?;
        let named = text.contains("log4j-core");
        demand(named, || format!("{format}: the component is not named"))?;
    }
    let table = printed(outcome, "table")?;
    demand(table.contains("\\u{1b}[2K"), || format!("not escaped: {table}"))
}
