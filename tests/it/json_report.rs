//! Every JSON report follows `docs/report-1.schema.json`, and its numbers agree with its lists.

use crate::support;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

const NOW: &str = "2026-11-25T12:00:00Z";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema() -> Validator {
    let text = support::read(&root().join("docs/report-1.schema.json"));
    let schema: Value = serde_json::from_slice(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// The report of a scan in that folder, where there is one.
fn scan(folder: &Path, args: &[&str]) -> Option<Value> {
    let mut program = support::bomvet();
    program.args(["scan", "--now", NOW, "--format", "json"]).args(args).current_dir(folder);
    let output = program.output().unwrap();
    if output.stdout.is_empty() {
        return None;
    }
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?} in {}: {error}", folder.display()));
    assert_eq!(report["gate"]["exit_code"], output.status.code().unwrap(), "{args:?}");
    Some(report)
}

/// Every report that is looked at here, each with a name.
fn reports() -> Vec<(String, Value)> {
    let mut reports = Vec::new();
    for args in [
        &["examples/sbom.cdx.json"][..],
        &["examples/pom.xml"],
        &["examples"],
        &["--fail-on", "never", "examples/pom.xml"],
        &["--java", "7", "examples/sbom.cdx.json"],
        &["--scope", "test", "examples/sbom.cdx.json"],
        &["--config", "examples/bomvet.toml", "examples/sbom.cdx.json"],
    ] {
        reports.push((args.join(" "), scan(root(), args).unwrap()));
    }
    reports.push(("waived".to_owned(), waived()));
    reports.push(("known".to_owned(), known()));
    let examples = reports.len();
    for (case, folder) in support::entries(&root().join("tests/cases")) {
        if folder.join("case.json").is_file() {
            reports.extend(of_case(&case, &folder));
        }
    }
    let of_cases = reports.len() - examples;
    assert!(of_cases > 60, "only {of_cases} documents of the cases gave a report");
    reports
}

/// Each document of a case by itself, and all together, on the case's own records.
fn of_case(case: &str, folder: &Path) -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    find_documents(folder, "", &mut documents);
    let has_records = folder.join("advisories").is_dir();
    let data: &[&str] =
        if has_records { &["--advisories", "advisories", "--no-bundled"] } else { &[] };
    let mut reports = Vec::new();
    for document in &documents {
        let report = scan(folder, &[data, &[document]].concat());
        reports.extend(report.map(|report| (format!("{case}/{document}"), report)));
    }
    if documents.len() > 1 {
        let all: Vec<&str> = documents.iter().map(String::as_str).collect();
        let report = scan(folder, &[data, &all].concat());
        reports.extend(report.map(|report| (case.to_owned(), report)));
    }
    reports
}

/// Everything in a case that may be a document, by its path from the case's folder.
fn find_documents(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for (name, path) in support::entries(folder) {
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            if !["advisories", "expected", "vex"].contains(&name.as_str()) {
                find_documents(&path, &format!("{relative}/"), found);
            }
        } else if name != "case.json" && !name.ends_with(".toml") {
            found.push(relative);
        }
    }
}

/// A report whose findings a baseline knows.
fn known() -> Value {
    let folder = support::temp_dir();
    let baseline = folder.path().join("known.json");
    let (sample, baseline) = ("examples/sbom.cdx.json", baseline.to_str().unwrap());
    scan(root(), &["--write-baseline", baseline, sample]).unwrap();
    let report = scan(root(), &["--baseline", baseline, sample]).unwrap();
    assert_eq!(report["summary"]["open"], 0);
    report
}

/// A report with suppressed findings and every kind of remark about waivers.
fn waived() -> Value {
    let folder = support::temp_dir();
    support::copy_tree(&root().join("examples"), &folder.path().join("examples"));
    let text = "[gate]\nfail_on = [\"critical\", \"kev\"]\n\
                [[waiver]]\nid = \"CVE-2021-44228\"\nexpires = \"2026-12-01\"\nreason = \"TICKET-1\"\n\
                [[waiver]]\nid = \"CVE-2021-45046\"\n\
                [[waiver]]\nid = \"CVE-2021-45105\"\nexpires = \"2020-01-01\"\n\
                [[waiver]]\nid = \"CVE-2019-17571\"\nmax_severity = \"low\"\n\
                [[waiver]]\nid = \"CVE-1999-0001\"\n";
    support::write(&folder.path().join("bomvet.toml"), text.as_bytes());
    let report = scan(folder.path(), &["examples"]).unwrap();
    assert_ne!(report["summary"]["suppressed"], 0);
    assert_eq!(report["policy"]["path"], "bomvet.toml");
    report
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Fails with every report in which the check finds something.
fn hold(check: impl Fn(&Value) -> Vec<String>) {
    let mut faults = Vec::new();
    for (name, report) in reports() {
        faults.extend(check(&report).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_report_follows_the_schema() {
    let schema = schema();
    hold(|report| {
        let errors = schema.iter_errors(report);
        errors.map(|error| format!("{}: {error}", error.instance_path)).collect()
    });
}

#[test]
fn the_schema_is_closed_and_requires_every_key() {
    let schema: Value =
        serde_json::from_slice(&support::read(&root().join("docs/report-1.schema.json"))).unwrap();
    let mut objects = 0;
    walk(&schema, &mut |value| {
        let (Some(known), Some(_)) = (value["properties"].as_object(), value.get("type")) else {
            return;
        };
        objects += 1;
        assert_eq!(value["additionalProperties"], false, "{value}");
        let required: HashSet<_> =
            list(&value["required"]).iter().map(|key| key.as_str().unwrap()).collect();
        let known: HashSet<_> = known.keys().map(String::as_str).collect();
        assert_eq!(required, known);
    });
    assert!(objects > 20, "{objects}");
}

fn walk(value: &Value, look: &mut dyn FnMut(&Value)) {
    look(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, look)),
        Value::Object(members) => members.values().for_each(|member| walk(member, look)),
        _ => {}
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = schema();
    let report = scan(root(), &["examples/sbom.cdx.json"]).unwrap();
    assert!(schema.is_valid(&report));
    for (pointer, wrong) in [
        ("/schema", Value::from("bomvet.report/2")),
        ("/generated_at", Value::from("today")),
        ("/findings/0/status", Value::from("waived")),
        ("/findings/0/component/scope", Value::from("required")),
        ("/findings/0/severity/score", Value::Null),
        ("/findings/0/suppressed_by", serde_json::json!({})),
        ("/not_evaluated/0/reason", Value::from("unknown")),
        ("/gate/exit_code", Value::from(0)),
        ("/inputs/0/sha256", Value::from("abc")),
        ("/summary", serde_json::json!({"open": 1})),
    ] {
        let mut changed = report.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!schema.is_valid(&changed), "{pointer}");
    }
}

#[test]
fn every_component_is_evaluated_or_listed_with_its_reason() {
    hold(|report| {
        let mut faults = Vec::new();
        let mut missing = 0;
        for (index, input) in list(&report["inputs"]).iter().enumerate() {
            let count = |key: &str| number(&input["components"][key]);
            if count("declared") != count("evaluated") + count("not_evaluated") {
                faults.push(format!("{}", input["components"]));
            }
            missing += count("not_evaluated");
            let of_input = |entry: &&Value| entry["input"] == index;
            let listed = list(&report["not_evaluated"]).iter().filter(of_input).count();
            if listed as u64 != count("not_evaluated") {
                faults.push(format!("input {index}: {listed} listed, {}", input["components"]));
            }
        }
        if list(&report["not_evaluated"]).len() as u64 != missing {
            faults.push(format!("{missing} not evaluated, another number listed"));
        }
        faults
    });
}

#[test]
fn what_the_data_can_tell_adds_up() {
    hold(|report| {
        let inputs = || list(&report["inputs"]).iter().map(|input| &input["components"]);
        let sum = |key: &str| inputs().map(|counts| number(&counts[key])).sum::<u64>();
        let mut faults = Vec::new();
        if sum("not_covered") != number(&report["summary"]["not_covered"]) {
            faults.push(format!("not_covered {}", report["summary"]["not_covered"]));
        }
        for counts in inputs() {
            let told = number(&counts["named"]) + number(&counts["not_covered"]);
            if told > number(&counts["evaluated"]) {
                faults.push(format!("{counts} does not add up"));
            }
        }
        // subjects are listed and not counted: there may be more, never fewer
        let listed = |what: &str| {
            let all = list(&report["components"]).iter();
            all.filter(|component| component["coverage"] == what).count() as u64
        };
        for (what, key) in [("nothing", "not_covered"), ("named", "named")] {
            let subjects = list(&report["inputs"]).len() as u64;
            if !(sum(key)..=sum(key) + subjects).contains(&listed(what)) {
                faults.push(format!("{key} {}, listed {}", sum(key), listed(what)));
            }
        }
        let whole = list(&report["data"]["whole"]);
        if whole.iter().any(|name| !list(&report["data"]["ecosystems"]).contains(name)) {
            faults.push(format!("whole for {whole:?}, which no record speaks of"));
        }
        faults
    });
}

#[test]
fn the_summary_counts_the_findings() {
    hold(|report| {
        let summary = &report["summary"];
        let findings = || list(&report["findings"]).iter();
        let open = || findings().filter(|finding| finding["status"] == "open");
        let mut faults = Vec::new();
        if number(&summary["open"]) != open().count() as u64 {
            faults.push(format!("open {}, found {}", summary["open"], open().count()));
        }
        let suppressed = findings().count() - open().count();
        if number(&summary["suppressed"]) != suppressed as u64 {
            faults.push(format!("suppressed {}, found {suppressed}", summary["suppressed"]));
        }
        let levels = summary["by_severity"].as_object().unwrap();
        if levels.values().map(number).sum::<u64>() != number(&summary["open"]) {
            faults.push(format!("{summary} does not add up"));
        }
        for (level, count) in levels {
            let found = open().filter(|finding| finding["severity"]["level"] == **level).count();
            if number(count) != found as u64 {
                faults.push(format!("{level} {count}, found {found}"));
            }
        }
        faults
    });
}

#[test]
fn every_index_leads_to_an_input_and_every_finding_to_a_component() {
    hold(|report| {
        let inputs = list(&report["inputs"]).len() as u64;
        let mut faults = Vec::new();
        walk(report, &mut |value| {
            if let Some(index) = value.get("input").and_then(Value::as_u64)
                && index >= inputs
            {
                faults.push(format!("input {index} of {inputs}"));
            }
        });
        let known = |component: &Value| {
            let same = |key: &str, other: &Value| component[key] == other[key];
            let keys = ["purl", "name", "version", "input", "ref"];
            list(&report["components"]).iter().any(|other| keys.iter().all(|key| same(key, other)))
        };
        for entry in list(&report["findings"]).iter().chain(list(&report["not_evaluated"])) {
            if !known(&entry["component"]) {
                faults.push(format!("{} is not among the components", entry["component"]));
            }
        }
        for entry in list(&report["not_evaluated"]) {
            if entry["input"] != entry["component"]["input"] {
                faults.push(format!("two inputs: {entry}"));
            }
        }
        faults
    });
}

/// What the contract says that a finding's `id` stands for: the package without its version, the
/// flaw, the subject of the document.
fn stands_for(finding: &Value, report: &Value) -> [String; 3] {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let component = &finding["component"];
    let purl = text(&component["purl"]);
    let purl = purl.split(['?', '#']).next().unwrap();
    let package = purl.rsplit_once('@').map_or(purl, |(package, _)| package).to_lowercase();
    let package = if package.is_empty() { text(&component["name"]) } else { package };
    let input = usize::try_from(number(&component["input"])).unwrap();
    let subject = text(&report["inputs"][input]["subject"]["name"]);
    [package, text(&finding["advisory"]["id"]), subject]
}

#[test]
fn an_id_stands_for_one_package_one_flaw_and_one_subject() {
    hold(|report| {
        let mut faults = Vec::new();
        let (mut by_id, mut by_meaning) = (HashMap::new(), HashMap::new());
        for finding in list(&report["findings"]) {
            let id = finding["id"].as_str().unwrap();
            let meaning = stands_for(finding, report);
            let known = by_id.entry(id).or_insert_with(|| meaning.clone());
            if *known != meaning {
                faults.push(format!("{id} stands for {known:?} and {meaning:?}"));
            }
            let known = by_meaning.entry(meaning.clone()).or_insert(id);
            if *known != id {
                faults.push(format!("{meaning:?} is {known} and {id}"));
            }
        }
        faults
    });
}

#[test]
fn no_finding_is_told_twice() {
    hold(|report| {
        let mut seen = HashSet::new();
        let key = |finding: &Value| {
            let component = &finding["component"];
            [&finding["id"], &component["purl"], &component["version"], &component["input"]]
                .map(ToString::to_string)
        };
        let keys = list(&report["findings"]).iter().map(key);
        keys.filter(|key| !seen.insert(key.clone())).map(|key| format!("{key:?}")).collect()
    });
}

/// The order in which people read severities.
const READING_ORDER: [&str; 6] = ["critical", "high", "medium", "unknown", "low", "none"];

#[test]
fn findings_stand_in_reading_order() {
    hold(|report| {
        let key = |finding: &Value| {
            let level = finding["severity"]["level"].as_str().unwrap();
            let rank = READING_ORDER.iter().position(|known| *known == level).unwrap();
            let score = finding["severity"]["score"].as_f64().unwrap_or_default();
            (rank, (-score * 10.0).round() as i64)
        };
        let text = |finding: &Value, pointer: &str| {
            finding.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
        };
        let mut faults = Vec::new();
        for pair in list(&report["findings"]).windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let purls = (text(a, "/component/purl"), text(b, "/component/purl"));
            // without a package URL the label's group is not in the report
            let by_name = match &purls {
                (Some(purl), Some(other)) => purl.cmp(other),
                _ => std::cmp::Ordering::Equal,
            };
            let ids = (text(a, "/advisory/id"), text(b, "/advisory/id"));
            let both_known = purls.0.is_some() && purls.1.is_some();
            let by_id = if both_known { ids.0.cmp(&ids.1) } else { std::cmp::Ordering::Equal };
            if key(a).cmp(&key(b)).then(by_name).then(by_id).is_gt() {
                faults.push(format!("{:?} {purls:?} {ids:?} {:?}", key(a), key(b)));
            }
        }
        faults
    });
}

#[test]
fn a_remedy_belongs_to_every_component_with_open_findings_and_to_no_other() {
    hold(|report| {
        let mut faults = Vec::new();
        let remedies: HashSet<_> =
            list(&report["remedies"]).iter().map(|r| r["component"].as_str().unwrap()).collect();
        let open = list(&report["findings"]).iter().filter(|f| f["status"] == "open");
        let open: Vec<&Value> = open.collect();
        let purl = |finding: &&&Value| finding["component"]["purl"].as_str().is_some();
        for finding in open.iter().filter(purl) {
            let purl = finding["component"]["purl"].as_str().unwrap();
            if !remedies.contains(purl) {
                faults.push(format!("{purl} has no remedy"));
            }
        }
        for remedy in list(&report["remedies"]) {
            let ids = |key: &str| list(&remedy[key]).iter().cloned().collect::<HashSet<Value>>();
            let both: Vec<Value> = ids("clears").intersection(&ids("leaves")).cloned().collect();
            if !both.is_empty() {
                faults.push(format!("{}: clears and leaves {both:?}", remedy["component"]));
            }
            for id in list(&remedy["clears"]) {
                if !open.iter().any(|finding| finding["advisory"]["id"] == *id) {
                    faults.push(format!("{}: clears {id}, which is not open", remedy["component"]));
                }
            }
        }
        faults
    });
}
