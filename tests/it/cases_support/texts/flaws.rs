//! Texts about findings and what is said of their versions.

use serde_json::Value;

use super::Row;
use crate::cases_support::outcome::{Outcome, demand, ids, list, text};

pub(crate) const TEXTS: &[Row] = &[
    (
        "003",
        "remediation says that no fixed release exists under log4j:log4j and does not print a version number of log4j-core as if it were a drop-in upgrade",
        log4j_1_has_no_fix,
    ),
    (
        "010",
        "findings on 2.17.0.redhat-00001 and 2.12.1.sec1 carry a note that the version looks like a vendor build and that only a vendor statement (VEX) can clear it",
        vendor_builds_are_noted,
    ),
    (
        "016",
        "location reads like boot-app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar",
        nested_jar_is_located,
    ),
    ("017", "the two jars are told apart in the output", jars_are_told_apart),
    ("017", "removal never hides CVE-2021-45105 or CVE-2021-44832", removal_hides_nothing_else),
    ("032", "no fix version is invented", no_fix_is_invented),
    ("032", "severity is 'unknown' (record has none), not 0 or low", unrated_is_unknown),
    ("034", "import statistics count the withdrawn record", withdrawn_is_counted),
    (
        "035",
        "the finding on 31.1-jre shows the hint, so that the reader can waive it with reason",
        hint_is_shown,
    ),
    (
        "037",
        "for 6.1.22 the tool may point to 6.2.11 as 'fixed in a later line' but not as the fix of its own line",
        later_line_is_called_so,
    ),
    ("040", "all member ids are shown or searchable in JSON", all_ids_are_in_json),
    ("040", "totals count 1", totals_count_one),
];

fn log4j_1_has_no_fix(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let remedy = ran.remedy_of("pkg:maven/log4j/log4j@1.2.17")?;
    demand(remedy["to"].is_null(), || format!("advised {}", remedy["to"]))?;
    let table = ran.table();
    let steps = remedy["steps"].to_string();
    for said in [&table, &steps] {
        let says = said.contains("no fixed release exists under log4j:log4j");
        demand(says, || format!("not said in {said}"))?;
        for mark in ["log4j-core 2", "log4j-core:2", "log4j-core@2", "-> 2."] {
            demand(!said.contains(mark), || format!("\"{mark}\" in {said}"))?;
        }
    }
    Ok(())
}

fn vendor_builds_are_noted(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let table = ran.table();
    for version in ["2.17.0.redhat-00001", "2.12.1.sec1"] {
        let findings =
            ran.findings_of(&format!("pkg:maven/org.apache.logging.log4j/log4j-core@{version}"));
        demand(!findings.is_empty(), || format!("no finding on {version}"))?;
        for finding in findings {
            let notes = list(&finding["notes"]).iter().map(text);
            let mut told = notes.filter(|note| {
                note.contains("vendor build") && note.contains("vendor statement (VEX)")
            });
            let note =
                told.next().ok_or_else(|| format!("{version}: notes {}", finding["notes"]))?;
            demand(table.contains(note), || format!("not in the table: {note}"))?;
        }
    }
    Ok(())
}

fn nested_jar_is_located(outcome: &Outcome<'_>) -> Result<(), String> {
    let wanted = "boot-app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar";
    let ran = outcome.ran();
    let mut places = ran.findings().iter().flat_map(|f| list(&f["component"]["locations"]));
    demand(places.any(|place| place == wanted), || "not in the JSON report".to_owned())?;
    demand(ran.table().contains(wanted), || "not in the table".to_owned())
}

fn is_at(finding: &Value, path: &str) -> bool {
    list(&finding["component"]["locations"]).iter().any(|place| text(place).starts_with(path))
}

fn jars_are_told_apart(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for path in ["log4j-core-2.14.1.jar", "intact/log4j-core-2.14.1.jar"] {
        let there = ran.findings().iter().filter(|f| is_at(f, path)).count();
        demand(there == 4, || format!("{there} findings in {path}, expected 4"))?;
        let named = format!(" {path}");
        demand(ran.table().contains(&named), || format!("the table does not name {path}"))?;
    }
    Ok(())
}

fn removal_hides_nothing_else(outcome: &Outcome<'_>) -> Result<(), String> {
    for id in ["CVE-2021-45105", "CVE-2021-44832"] {
        let stands =
            |f: &&Value| ids(f).contains(&id) && f["status"] == "open" && f["mitigated"].is_null();
        let count = outcome.ran().findings().iter().filter(stands).count();
        demand(count == 2, || format!("{count} open findings of {id}, expected 2"))?;
    }
    Ok(())
}

fn no_fix_is_invented(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for record in ran.findings().iter().flat_map(|f| list(&f["records"])) {
        demand(record["fixed"].is_null(), || format!("record {record}"))?;
    }
    for remedy in ran.remedies() {
        let none = remedy["to"].is_null() && list(&remedy["alternatives"]).is_empty();
        demand(none, || format!("remedy {remedy}"))?;
    }
    let table = ran.table();
    demand(!table.contains("fixed in"), || table.clone())
}

fn unrated_is_unknown(outcome: &Outcome<'_>) -> Result<(), String> {
    for finding in outcome.ran().findings() {
        let severity = &finding["severity"];
        let holds = severity["level"] == "unknown" && severity["score"].is_null();
        demand(holds, || severity.to_string())?;
    }
    Ok(())
}

fn withdrawn_is_counted(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let imported = outcome.sandbox.import("advisories", None);
    let said = [&imported.stdout, &imported.stderr, &ran.stdout].map(|t| t.to_lowercase());
    let counts = |text: &String| text.contains("1 withdrawn") || text.contains("withdrawn: 1");
    demand(said.iter().any(counts), || {
        format!(
            "no count: {}; import: {}",
            ran.table(),
            imported.stderr.lines().next().unwrap_or_default()
        )
    })
}

fn hint_is_shown(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let findings = ran.findings_of("pkg:maven/com.google.guava/guava@31.1-jre");
    let [finding] = findings[..] else {
        return Err(format!("{} findings", findings.len()));
    };
    let notes = finding["notes"].to_string();
    demand(notes.contains("<= 29.0"), || format!("notes {notes}"))?;
    let table = ran.table();
    let part = table.split("guava 31.1-jre").nth(1).unwrap_or_default();
    demand(part.contains("<= 29.0"), || format!("table {table}"))
}

fn later_line_is_called_so(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let purl = "pkg:maven/org.springframework/spring-core@6.1.22";
    for record in ran.findings_of(purl).iter().flat_map(|f| list(&f["records"])) {
        demand(record["fixed"].is_null(), || format!("record {record}"))?;
    }
    let remedy = ran.remedy_of(purl)?;
    if remedy["to"] != "6.2.11" {
        return demand(remedy["to"].is_null(), || format!("advised {}", remedy["to"]));
    }
    let steps = remedy["steps"].to_string();
    demand(steps.contains("later release line"), || {
        format!("6.2.11 is not called a later line for 6.1.22: {steps}")
    })
}

fn all_ids_are_in_json(outcome: &Outcome<'_>) -> Result<(), String> {
    let finding = &outcome.ran().findings()[0];
    let known = ids(finding);
    for id in ["CVE-2022-22818", "GHSA-95rw-fx8r-36v6", "PYSEC-2022-19", "TEST-2026-0040"] {
        demand(known.contains(&id), || format!("{id} is not among {known:?}"))?;
    }
    Ok(())
}

fn totals_count_one(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let summary = &ran.report["summary"];
    let levels = summary["by_severity"].as_object();
    let sum: u64 =
        levels.into_iter().flat_map(|levels| levels.values()).filter_map(Value::as_u64).sum();
    demand(summary["open"] == 1 && sum == 1, || summary.to_string())?;
    let table = ran.table();
    demand(table.contains("finding (rule any)"), || format!("the table: {table}"))
}
