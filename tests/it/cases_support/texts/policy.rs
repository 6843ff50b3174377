//! Texts about statements, waivers and the gate.

use super::Row;
use crate::cases_support::outcome::{Outcome, demand, flat, list, text};

pub(crate) const TEXTS: &[Row] = &[
    (
        "075",
        "the suppressed finding stays visible in JSON with document id and justification",
        suppression_is_visible,
    ),
    (
        "076",
        "a warning: statement 1 of typo.openvex.json matched no product",
        idle_statement_is_named,
    ),
    ("084", "expired waivers are named with their date", expired_waivers_are_named),
    (
        "084",
        "the result is the same with TZ=Pacific/Kiritimati, TZ=UTC and TZ=Pacific/Pago_Pago",
        zone_does_not_matter,
    ),
    ("086", "PYSEC-2022-42969 named as an unused waiver", used_waiver_is_not_named),
    ("087", "a warning names the waiver CVE-2021-44228 as matching nothing", idle_waiver_is_named),
    ("088", "the unrated finding is still listed", unrated_is_listed),
    ("091", "stderr names the file and the reason", errors_name_file_and_reason),
    ("091", "no report file is left behind that could be taken for a clean one", no_report_is_left),
    ("093", "names the entry and both missing members", missing_members_are_named),
    ("093", "a warning that the waiver has no end date", endless_waiver_is_named),
];

fn suppression_is_visible(outcome: &Outcome<'_>) -> Result<(), String> {
    let suppressed = outcome.ran().with_status("suppressed");
    let [finding] = suppressed[..] else {
        return Err(format!("{} suppressed findings", suppressed.len()));
    };
    let by = &finding["suppressed_by"];
    let told = by.to_string().contains("https://example.com/vex/demo-1")
        && by["justification"] == "vulnerable_code_not_in_execute_path";
    demand(told, || by.to_string())
}

fn idle_statement_is_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    ran.warned(&["typo.openvex.json", "statement 1", "no product"])
}

fn expired_waivers_are_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for (id, end) in [
        ("CVE-2021-44228", "2026-11-24"),
        ("CVE-2020-15250", "2026-11-25T13:00:00+02:00"),
        ("TEST-2026-0085", "2026-11-25T11:59:59Z"),
    ] {
        ran.warned(&[id, "expired", end])?;
    }
    for id in ["CVE-2022-1471", "TEST-2026-0084"] {
        let called = |w: &&&str| w.contains(id) && w.contains("expired");
        let wrong = ran.warnings();
        let wrong = wrong.iter().find(called);
        demand(wrong.is_none(), || format!("{wrong:?}"))?;
    }
    Ok(())
}

fn zone_does_not_matter(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for zone in ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"] {
        let other = outcome.sandbox.scan_with(&ran.step, &[("TZ", zone)]);
        let same = other.code == ran.code
            && other.stdout == ran.stdout
            && other.report_text == ran.report_text;
        demand(same, || format!("TZ={zone}: exit {:?}: {}", other.code, other.table()))?;
    }
    Ok(())
}

fn used_waiver_is_not_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let warnings = ran.warnings();
    let wrong = warnings.iter().find(|w| w.contains("PYSEC-2022-42969"));
    demand(wrong.is_none(), || format!("{wrong:?}"))?;
    for said in [ran.table(), flat(&ran.stderr)] {
        for words in ["matches no", "matches nothing", "unused"] {
            demand(!said.contains(words), || said.clone())?;
        }
    }
    Ok(())
}

fn idle_waiver_is_named(outcome: &Outcome<'_>) -> Result<(), String> {
    outcome.ran().warned(&["waiver", "CVE-2021-44228", "matches no"])
}

fn unrated_is_listed(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let findings = ran.findings_of("pkg:npm/nosev@1.0.0");
    let open = findings.iter().any(|f| f["status"] == "open");
    demand(open, || format!("{findings:?}"))?;
    let table = ran.table();
    let row = table.contains("nosev 1.0.0") && table.contains("unknown TEST-2026-0088");
    demand(row, || table.clone())
}

fn errors_name_file_and_reason(outcome: &Outcome<'_>) -> Result<(), String> {
    for ran in outcome.runs {
        let file = &ran.step.inputs[0];
        let reason = |line: &str| {
            let rest = line.split_once(file.as_str())?.1;
            (rest.chars().filter(|c| c.is_alphabetic()).count() > 4).then_some(())
        };
        let told = ran.stderr.lines().any(|line| reason(line).is_some());
        demand(told, || format!("{file}: {}", ran.stderr.trim()))?;
    }
    Ok(())
}

fn no_report_is_left(outcome: &Outcome<'_>) -> Result<(), String> {
    for ran in outcome.runs {
        let file = &ran.step.inputs[0];
        demand(ran.report_text.is_none(), || format!("{file}: a JSON report"))?;
        demand(ran.stdout.trim().is_empty(), || format!("{file}: a table: {}", ran.table()))?;
    }
    let left = crate::support::entries(outcome.sandbox.around());
    let names: Vec<_> = left.iter().map(|(name, _)| name.as_str()).collect();
    demand(names == ["bomvet.toml", "case"], || format!("left behind: {names:?}"))
}

fn missing_members_are_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let error = flat(&outcome.ran().stderr);
    for fragment in ["CVE-2021-44228", "expires", "reason"] {
        demand(error.contains(fragment), || format!("no \"{fragment}\" in: {error}"))?;
    }
    demand(error.contains("bomvet.toml:"), || format!("no place in: {error}"))
}

fn endless_waiver_is_named(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    ran.warned(&["waiver", "CVE-2021-44228", "no end date"])?;
    let by = list(&ran.report["findings"]).iter().map(|f| &f["suppressed_by"]["kind"]);
    let kinds: Vec<_> = by.map(text).collect();
    demand(kinds == ["waiver"], || format!("suppressed by {kinds:?}"))
}
