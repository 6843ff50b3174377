//! What a case expects of a run: the exit class and the content of the JSON report.

use serde_json::Value;

use super::outcome::{ids, list, text};
use super::sandbox::Ran;
use super::verdict;

/// The classes by their exit code.
const CLASSES: [&str; 6] = ["ok", "gate", "config", "input", "data", "output"];

/// Expectations that only a report can meet.
const IN_REPORT: [&str; 9] = [
    "verdicts",
    "open_findings",
    "suppressed_findings",
    "components",
    "components_evaluated",
    "unevaluated",
    "groups",
    "advice",
    "shortest_path",
];

/// What falls short in a run.
pub(crate) fn faults(ran: &Ran) -> Vec<String> {
    let options = ran.step.list("either");
    if options.is_empty() {
        return judge(ran);
    }
    let held = options.iter().any(|option| {
        let mut step = ran.step.clone();
        step.want.extend(option.as_object().unwrap().clone());
        judge(&Ran { step, ..copy(ran) }).is_empty()
    });
    if held {
        Vec::new()
    } else {
        vec![format!("none of the allowed answers: exit {:?}", ran.code)]
    }
}

fn copy(ran: &Ran) -> Ran {
    Ran {
        step: ran.step.clone(),
        code: ran.code,
        stdout: ran.stdout.clone(),
        stderr: ran.stderr.clone(),
        import: ran.import.clone(),
        report_text: ran.report_text.clone(),
        report: ran.report.clone(),
        took: ran.took,
    }
}

fn judge(ran: &Ran) -> Vec<String> {
    let mut faults: Vec<String> = exit_class(ran).into_iter().chain(pace(ran)).collect();
    let needs = IN_REPORT.iter().any(|key| ran.step.want.contains_key(*key));
    if !needs {
        return faults;
    }
    if ran.report.is_null() {
        let counts = ran.step.want.get("open_findings") != Some(&Value::from(0));
        if !ran.step.list("verdicts").is_empty() || counts {
            faults.push("no JSON report was written".to_owned());
        }
        return faults;
    }
    faults.extend(counts(ran));
    for want in ran.step.list("verdicts") {
        faults.extend(verdict::faults(ran, want));
    }
    faults.extend(ran.step.list("groups").iter().filter_map(|g| group(ran, g)));
    faults.extend(coverage(ran));
    faults.extend(shortest_path(ran));
    for want in ran.step.list("advice") {
        faults.extend(advice(ran, want));
    }
    faults
}

fn exit_class(ran: &Ran) -> Option<String> {
    let allowed = match ran.step.want.get("exit_class")? {
        Value::Array(list) => list.iter().map(text).collect(),
        class => vec![text(class)],
    };
    let code = usize::try_from(ran.code.unwrap_or(-1)).ok();
    let class = code.and_then(|code| CLASSES.get(code));
    let holds = class.is_some_and(|class| allowed.contains(class));
    (!holds).then(|| {
        let (code, error) = (ran.code, ran.error());
        format!("exit {code:?}, expected {allowed:?}: {error}")
    })
}

fn pace(ran: &Ran) -> Option<String> {
    let limit = ran.step.want.get("max_seconds")?.as_f64()?;
    let took = ran.took.as_secs_f64();
    (took > limit).then(|| format!("took {took:.1} s, at most {limit} s"))
}

fn counts(ran: &Ran) -> Vec<String> {
    let wanted = [("open_findings", "open"), ("suppressed_findings", "suppressed")];
    let differs = |(key, status): (&str, &str)| {
        let wanted = ran.step.want.get(key)?.as_u64()?;
        let found = ran.with_status(status);
        let row = |f: &&Value| format!("{} {}", f["component"]["purl"], f["advisory"]["id"]);
        let rows: Vec<_> = found.iter().take(6).map(row).collect();
        (found.len() as u64 != wanted)
            .then(|| format!("{key} {}, expected {wanted}: {rows:?}", found.len()))
    };
    wanted.into_iter().filter_map(differs).collect()
}

/// Records of one flaw are one finding that names them all.
fn group(ran: &Ran, want: &Value) -> Option<String> {
    let wanted: Vec<_> = list(&want["ids"]).iter().map(text).collect();
    let holds = |f: &&&Value| {
        let known = ids(f);
        wanted.iter().all(|id| known.contains(id))
    };
    let found = ran.findings_of(text(&want["component"]));
    let hits: Vec<_> = found.iter().filter(holds).collect();
    let [finding] = hits[..] else {
        return Some(format!("{} findings hold {wanted:?}, expected 1", hits.len()));
    };
    let state = want["state"].as_str().unwrap_or("open");
    let fixes = list(&finding["records"]).iter().map(|r| &r["fixed"]);
    let fixed = want["fixed"].is_null() || fixes.into_iter().any(|fix| *fix == want["fixed"]);
    (finding["status"] != state || !fixed).then(|| {
        let (status, fix) = (&finding["status"], &want["fixed"]);
        format!("{wanted:?}: {status}, expected {state}, fixed in {fix}")
    })
}

fn coverage(ran: &Ran) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(wanted) = ran.step.want.get("components_evaluated") {
        let inputs = list(&ran.report["inputs"]).iter();
        let evaluated: u64 =
            inputs.filter_map(|input| input["components"]["evaluated"].as_u64()).sum();
        if wanted.as_u64() != Some(evaluated) {
            faults.push(format!("{evaluated} components evaluated, expected {wanted}"));
        }
    }
    let without = list(&ran.report["not_evaluated"]);
    for want in ran.step.list("unevaluated") {
        let listed = match want["component"].as_str() {
            Some(name) => without.iter().any(|entry| {
                let component = &entry["component"];
                component["purl"] == name || component["name"] == name
            }),
            None => without.iter().any(|entry| entry.to_string().contains(text(&want["what"]))),
        };
        if !listed {
            faults.push(format!("{want} is not listed under not_evaluated"));
        }
    }
    for purl in ran.step.list("components") {
        let known = list(&ran.report["components"]);
        if !known.iter().any(|component| component["purl"] == *purl) {
            faults.push(format!("{purl} is missing from components"));
        }
    }
    faults
}

fn shortest_path(ran: &Ran) -> Option<String> {
    let wanted: Vec<_> = ran.step.list("shortest_path").iter().map(text).collect();
    if wanted.is_empty() {
        return None;
    }
    let paths = ran.findings().iter().flat_map(|f| list(&f["paths"]).first());
    let refs = |path: &Value| -> Vec<String> {
        list(path).iter().map(|s| text(&s["ref"]).to_owned()).collect()
    };
    let found: Vec<_> = paths.map(refs).collect();
    (!found.iter().any(|path| *path == wanted))
        .then(|| format!("no finding whose first path is {wanted:?}: {found:?}"))
}

/// The target, what it clears, another way, who brings the component in.
fn advice(ran: &Ran, want: &Value) -> Vec<String> {
    let component = text(&want["component"]);
    let remedy = match ran.remedy_of(component) {
        Ok(remedy) => remedy,
        Err(error) => return vec![error],
    };
    let mut faults = Vec::new();
    if remedy["to"] != want["upgrade_to"] {
        let (to, wanted) = (&remedy["to"], &want["upgrade_to"]);
        faults.push(format!("{component}: advised {to}, expected {wanted}"));
    }
    let other = |way: &Value| way["to"] == want["alternative"];
    if !want["alternative"].is_null() && !list(&remedy["alternatives"]).iter().any(other) {
        let ways = &remedy["alternatives"];
        faults.push(format!("{component}: no alternative {}: {ways}", want["alternative"]));
    }
    for id in list(&want["clears"]).iter().map(text) {
        let findings = ran.findings_of(component);
        let cleared = |name: &&str| list(&remedy["clears"]).iter().any(|c| c == name);
        let group = findings.iter().map(|f| ids(f)).find(|ids| ids.contains(&id));
        if !group.is_some_and(|ids| ids.iter().any(cleared)) {
            faults.push(format!("{component}: the remedy does not clear {id}"));
        }
    }
    if let Some([group, name, version]) =
        want["introduced_by"].as_str().map(|gav| gav.split(':').collect::<Vec<_>>()).as_deref()
    {
        let purl = format!("pkg:maven/{group}/{name}@{version}");
        if !list(&remedy["introduced_by"]).iter().any(|by| *by == purl) {
            faults.push(format!("{component}: not introduced by {purl}"));
        }
    }
    faults
}
