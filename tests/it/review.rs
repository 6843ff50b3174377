//! `bomvet review`: what is planted in a delivery is named and nothing else, answers come back, reports
//! are the same twice, and what cannot be read is said.

use crate::support;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

const NOW: &str = "2026-11-25T12:00:00Z";

/// A delivery in two versions. In the new one lies a log4j-core within a jar that no list names, a
/// statement denies that it is there, and gson went back.
fn deliveries() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/deliveries")
}

/// What a run told.
struct Told {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}", self.stderr))
    }
}

fn review(folder: &Path, arguments: &[&str]) -> Told {
    let mut command = support::bomvet();
    command.current_dir(folder).args(["review", "--now", NOW, "--color", "never"]);
    let output = command.args(arguments).output().unwrap();
    Told {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The review of the new delivery against the old one, by the buyer's own profile.
const PLANTED: [&str; 7] =
    ["new", "--previous", "old", "--profile", "buyer", "--product", "shop@2.0"];

fn planted(format: &str) -> Told {
    let arguments = [&PLANTED[..], &["-f", format]].concat();
    review(&deliveries(), &arguments)
}

fn texts<'v>(values: &'v Value, key: &str) -> Vec<&'v str> {
    values.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

/// A folder with one file.
fn folder(name: &str, text: &str) -> TempDir {
    let folder = support::temp_dir();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

const WHOLE: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {
  "timestamp": "2026-11-01T00:00:00Z",
  "tools": {"components": [{"type": "application", "name": "maker", "version": "3"}]},
  "component": {"type": "application", "bom-ref": "r", "name": "shop", "version": "1"}},
 "components": [
  {"type": "library", "bom-ref": "a", "name": "web-starter", "version": "1.8.2",
   "purl": "pkg:maven/com.example/web-starter@1.8.2"},
  {"type": "library", "bom-ref": "b", "name": "reports", "version": "0.9.6",
   "purl": "pkg:maven/com.example/reports@0.9.6"}],
 "compositions": [{"aggregate": "complete", "assemblies": ["r"], "dependencies": ["r", "a", "b"]}],
 "dependencies": [{"ref": "r", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["b"]},
                  {"ref": "b", "dependsOn": []}]}"#;

#[test]
fn the_review_names_what_is_planted_and_nothing_else() {
    let told = planted("json");
    assert_eq!(told.code, 1, "{}", told.stderr);
    let review = told.json();
    assert_eq!(review["decision"]["verdict"], "reject");
    let asked: BTreeSet<&str> = review["faults"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|fault| fault["effect"] != "note")
        .map(|fault| fault["rule"].as_str().unwrap())
        .collect();
    // the part that no list names, the statement that denies it, the version that went back, and the
    // flaws of the part
    let expected =
        ["claim-contradicted", "downgrade", "exploited-finding", "not-in-sbom", "open-finding"];
    assert_eq!(asked, expected.into());
    let about = |rule: &str| -> BTreeSet<&str> {
        let faults = review["faults"].as_array().unwrap().iter();
        let own = faults.filter(|fault| fault["rule"] == rule);
        own.map(|fault| fault["about"]["name"].as_str().unwrap()).collect()
    };
    let core = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
    for rule in ["claim-contradicted", "not-in-sbom", "open-finding", "exploited-finding"] {
        assert_eq!(about(rule), [core].into(), "{rule}");
    }
    assert_eq!(about("downgrade"), ["pkg:maven/com.google.code.gson/gson@2.10.1"].into());
}

#[test]
fn the_delivery_before_has_no_fault_to_ask_about() {
    let arguments = ["old", "--profile", "buyer", "--product", "shop@1.0", "-f", "json"];
    let told = review(&deliveries(), &arguments);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let review = told.json();
    assert_eq!(review["decision"]["verdict"], "accept");
    assert_eq!(review["questions"], serde_json::json!([]));
    assert_eq!(review["reviewer"], Value::Null, "nobody was named, so nobody is");
    // beside nine components that are equal in both, what the records tell is said
    assert!(review["coverage"]["summary"].as_str().unwrap().contains("could be looked up"));
}

#[test]
fn the_wrong_product_is_told() {
    let told = review(&deliveries(), &["old", "--profile", "buyer", "--product", "shop@9.9"]);
    assert_eq!(told.code, 1);
    assert!(told.stdout.contains("The list describes another product"), "{}", told.stdout);
}

#[test]
fn what_people_read_is_as_it_was_looked_at() {
    insta::assert_snapshot!("review_table", planted("table").stdout);
    insta::assert_snapshot!("review_letter", planted("markdown").stdout);
}

#[test]
fn the_table_keeps_to_its_width_and_every_format_is_the_same_twice() {
    for line in planted("table").stdout.lines() {
        assert!(line.width() <= 100, "{line}");
    }
    for format in ["table", "json", "markdown", "csv", "html"] {
        let (one, two) = (planted(format), planted(format));
        assert!(!one.stdout.is_empty());
        assert_eq!(one.stdout, two.stdout, "{format}");
    }
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let page = planted("html").stdout;
    assert!(page.contains("default-src 'none'"));
    for sign in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("<h1>REJECT</h1>"));
    // every digest of a delivered file stands on it
    let review = planted("json").json();
    for digest in texts(&review["files"], "sha256") {
        assert_eq!(digest.len(), 64);
        assert!(page.contains(digest), "{digest}");
    }
}

#[test]
fn what_a_supplier_wrote_is_text_in_every_format() {
    let hostile =
        WHOLE.replace("web-starter\", \"version", "<b onload=x>=1\\u001b[31m\", \"version");
    let folder = folder("bom.json", &hostile.replace("1.8.2\"", "1.8.3\""));
    for format in ["table", "markdown", "csv", "html"] {
        let told = review(folder.path(), &[".", "-f", format]);
        assert!(!told.stdout.contains('\u{1b}'), "{format}");
        assert!(format == "csv" || format == "table" || !told.stdout.contains("<b onload"));
    }
}

#[test]
fn answers_come_back_and_close_nothing_until_the_buyer_accepts() {
    let folder = support::temp_dir();
    support::copy_tree(&deliveries(), folder.path());
    let run = |more: &[&str]| review(folder.path(), &[&PLANTED[..], more].concat());
    let sheet = run(&["-f", "csv"]).stdout;
    let answered = fill(&sheet, "downgrade", &[("answer", "gson 2.11.0, \"broke\" us\nsorry")]);
    fs::write(folder.path().join("answers.csv"), &answered).unwrap();
    let review = run(&["-f", "json", "--answers", "answers.csv"]).json();
    let question = |review: &Value, rule: &str| -> Value {
        let questions = review["questions"].as_array().unwrap();
        questions.iter().find(|one| one["rule"] == rule).unwrap().clone()
    };
    let own = question(&review, "downgrade");
    assert_eq!(own["state"], "answered");
    assert_eq!(own["answer"], "gson 2.11.0, \"broke\" us\nsorry");
    assert_eq!(texts(&own["history"], "what"), ["asked", "answered"]);
    assert!(texts(&review["faults"], "rule").contains(&"downgrade"), "the fault is still there");
    assert_eq!(question(&review, "not-in-sbom")["state"], "open");

    // the record as JSON is read back like the sheet, and the sheet keeps a column that was added
    let with_owner = answered.replacen("history\r\n", "history,owner\r\n", 1);
    fs::write(folder.path().join("answers.csv"), &with_owner).unwrap();
    let again = run(&["-f", "csv", "--answers", "answers.csv"]).stdout;
    fs::write(folder.path().join("again.csv"), &again).unwrap();
    assert_eq!(run(&["-f", "csv", "--answers", "again.csv"]).stdout, again);
    let record = run(&["-f", "json", "--answers", "again.csv"]);
    fs::write(folder.path().join("record.json"), &record.stdout).unwrap();
    let same = run(&["-f", "json", "--answers", "record.json"]).json();
    assert_eq!(same["questions"], record.json()["questions"]);

    let accepted = fill(&again, "downgrade", &[("state", "accepted"), ("note", "agreed by phone")]);
    fs::write(folder.path().join("own.csv"), accepted).unwrap();
    let review = run(&["-f", "json", "--answers", "own.csv"]).json();
    assert_eq!(question(&review, "downgrade")["state"], "answered", "whoever sent it back");
    let told: Vec<&str> =
        review["warnings"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(told.iter().any(|one| one.contains("which only you may say")), "{told:?}");
    let review = run(&["-f", "json", "--record", "own.csv", "--answers", "answers.csv"]).json();
    assert_eq!(question(&review, "downgrade")["state"], "accepted");
    assert_eq!(texts(&review["decision"]["accepted"], "rule"), ["downgrade"]);
    assert!(!texts(&review["decision"]["reasons"], "rule").contains(&"downgrade"));
}

/// The sheet with cells of the first question of a rule filled.
fn fill(sheet: &str, rule: &str, cells: &[(&str, &str)]) -> String {
    let mut rows = support_rows(sheet);
    let head = rows[0].clone();
    let at = |name: &str| head.iter().position(|column| column == name).unwrap();
    let row = rows.iter_mut().find(|row| row[at("rule")] == rule).unwrap();
    for (name, text) in cells {
        row[at(name)] = (*text).to_owned();
    }
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
    let lines: Vec<String> = rows.iter().skip(1).map(line).collect();
    format!("{}\r\n{}\r\n", head.join(","), lines.join("\r\n"))
}

/// The cells of a sheet, by RFC 4180.
fn support_rows(sheet: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = sheet.chars().peekable();
    let mut is_quoted = false;
    while let Some(c) = letters.next() {
        match c {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

#[test]
fn a_fault_that_is_gone_closes_its_question() {
    let folder = support::temp_dir();
    support::copy_tree(&deliveries(), folder.path());
    let sheet = review(folder.path(), &[&PLANTED[..], &["-f", "csv"]].concat()).stdout;
    fs::write(folder.path().join("answers.csv"), sheet).unwrap();
    let told = |delivery: &str, more: &[&str]| {
        let arguments = [delivery, "--profile", "buyer", "--answers", "answers.csv", "-f", "json"];
        review(folder.path(), &[&arguments[..], more].concat()).json()
    };
    let state = |review: &Value, rule: &str| {
        let questions = review["questions"].as_array().unwrap();
        let own = questions.iter().find(|one| one["rule"] == rule).unwrap();
        own["state"].as_str().unwrap().to_owned()
    };
    let mended = told("old", &["--previous", "old"]);
    for rule in ["downgrade", "not-in-sbom", "exploited-finding"] {
        assert_eq!(state(&mended, rule), "closed", "{rule}");
    }
    let alone = told("old", &[]);
    assert_eq!(state(&alone, "downgrade"), "open", "nobody could see whether it is gone");
    fs::create_dir(folder.path().join("nothing")).unwrap();
    assert_eq!(
        state(&told("nothing", &[]), "not-in-sbom"),
        "open",
        "an empty folder cures nothing"
    );
}

#[test]
fn a_flaw_that_the_loaded_records_do_not_know_closes_no_question() {
    let folder = support::temp_dir();
    support::copy_tree(&deliveries(), folder.path());
    let sheet = review(folder.path(), &[&PLANTED[..], &["-f", "csv"]].concat()).stdout;
    fs::write(folder.path().join("own.csv"), sheet).unwrap();
    fs::create_dir(folder.path().join("records")).unwrap();
    let other = r#"{"id": "A-1", "modified": "2026-11-25T00:00:00Z", "affected": [{"package":
        {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"}, "ranges": [{"type":
        "ECOSYSTEM", "events": [{"introduced": "3.0.0"}]}]}]}"#;
    fs::write(folder.path().join("records/A-1.json"), other).unwrap();
    let arguments = ["--record", "own.csv", "--no-bundled", "--advisories", "records"];
    let less = review(folder.path(), &[&PLANTED[..], &arguments, &["-f", "json"]].concat()).json();
    let own =
        less["questions"].as_array().unwrap().iter().find(|one| one["rule"] == "open-finding");
    assert_eq!(own.unwrap()["state"], "open");
    let told = less["warnings"].to_string();
    assert!(told.contains("no longer speak of CVE-2021-44832 in log4j-core"), "{told}");
}

#[test]
fn a_delivery_is_the_same_from_within_and_from_outside() {
    let outside = planted("json").json();
    let arguments =
        [".", "--previous", "../old", "--profile", "buyer", "--product", "shop@2.0", "-f", "json"];
    let within = review(&deliveries().join("new"), &arguments).json();
    for key in ["faults", "questions", "files", "signatures"] {
        assert_eq!(within[key], outside[key], "{key}");
    }
}

/// A disk image is larger than any document that is read, and is none.
#[test]
fn a_huge_file_that_is_no_document_is_no_damaged_one() {
    let folder = folder("bom.json", WHOLE);
    let file = fs::File::create(folder.path().join("image.iso")).unwrap();
    (&file).write_all(b"\x01CD001").unwrap();
    file.set_len((2 << 30) + 1).unwrap();
    let json = review(folder.path(), &[".", "-f", "json"]).json();
    assert_eq!(texts(&json["files"], "kind"), ["sbom (cyclonedx-json)", "other"]);
    assert!(!texts(&json["faults"], "rule").contains(&"unreadable"));
    let digests = texts(&json["files"], "sha256");
    assert!(digests.iter().all(|digest| digest.len() == 64), "{digests:?}");
}

#[test]
fn a_quiet_review_prints_nothing_but_what_was_asked_for() {
    let quiet = review(&deliveries(), &[&PLANTED[..], &["-q"]].concat());
    assert_eq!((quiet.code, quiet.stdout.as_str()), (1, ""));
    let json = review(&deliveries(), &[&PLANTED[..], &["-q", "-f", "json"]].concat());
    assert_eq!(json.json()["decision"]["verdict"], "reject");
}

#[test]
fn a_file_with_answers_that_cannot_be_used_is_refused_with_its_line() {
    let folder = folder("bom.json", WHOLE);
    let sheet = review(folder.path(), &["bom.json", "-f", "csv"]).stdout;
    let answers = folder.path().join("a.csv");
    for (text, cause) in [
        ("", "could not read answers a.csv: is empty"),
        ("name,answer\r\nx,y\r\n", "a.csv:1: no column \"id\""),
        (&sheet.replacen("open", "done", 1), "state: \"done\" is none of open"),
        ("{\"schema\": \"bomvet.report/1\", \"questions\": []}", "expected bomvet.review/1"),
        ("{\"schema\": \"bomvet.review/1\",\n \"questions\": [{\"id\": 1}]}", "a.csv:2: "),
    ] {
        fs::write(&answers, text).unwrap();
        let told = review(folder.path(), &["bom.json", "--answers", "a.csv"]);
        assert_eq!(told.code, 2, "{}", told.stderr);
        assert!(told.stderr.contains(cause), "{}", told.stderr);
        assert!(told.stdout.is_empty());
    }
}

#[test]
fn what_cannot_be_read_is_said_and_rejected() {
    let folder = folder("bom.json", "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", ");
    let told = review(folder.path(), &[".", "-f", "json"]);
    assert_eq!(told.code, 1, "{}", told.stderr);
    let review_of = told.json();
    assert_eq!(texts(&review_of["decision"]["reasons"], "rule"), ["no-sbom", "unreadable"]);
    assert_eq!(texts(&review_of["files"], "kind"), ["unreadable"]);
}

#[test]
fn an_empty_folder_is_no_delivery_and_a_missing_one_no_input() {
    let folder = support::temp_dir();
    let told = review(folder.path(), &[".", "-f", "json"]);
    assert_eq!(told.code, 1);
    assert_eq!(texts(&told.json()["decision"]["reasons"], "rule"), ["no-sbom"]);
    let told = review(folder.path(), &["nowhere"]);
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("could not read the delivery nowhere: no such file or folder"));
    assert!(told.stdout.is_empty());
}

#[test]
fn exit_codes_follow_the_decision_and_the_highest_counts() {
    let folder = folder("bom.json", WHOLE);
    let path = folder.path();
    let code = |arguments: &[&str]| review(path, arguments).code;
    assert_eq!(code(&["bom.json", "--profile", "buyer"]), 0);
    // the current minimum elements ask for more than the document says
    assert_eq!(code(&["bom.json"]), 0, "conditions are no rejection");
    assert_eq!(code(&["bom.json", "--fail-on", "condition"]), 1);
    assert_eq!(code(&["bom.json", "--product", "shop@9", "--fail-on", "never"]), 0);
    assert_eq!(code(&["bom.json", "--product", "shop"]), 2);
    assert_eq!(code(&["bom.json", "--profile", "nobody"]), 2);
    assert_eq!(code(&["bom.json", "--key", "none.pem"]), 2);
    assert_eq!(code(&["bom.json", "--no-bundled"]), 4);
    assert_eq!(code(&["bom.json", "-o", "html=none/page.html"]), 5);
}

#[test]
fn the_buyer_says_what_a_fault_means() {
    let folder = folder("bom.json", WHOLE);
    let verdict = |config: &str| {
        fs::write(folder.path().join("bomvet.toml"), config).unwrap();
        let review = review(folder.path(), &["bom.json", "-f", "json"]).json();
        review["decision"]["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(""), "accept-with-conditions");
    assert_eq!(verdict("[review.effects]\nquality = \"reject\"\n"), "reject");
    assert_eq!(verdict("[review.effects]\nquality = \"note\"\n"), "accept");
    assert_eq!(verdict("[review]\nprofiles = [\"buyer\"]\n"), "accept");
    assert_eq!(verdict("[review]\naccepted_formats = [\"spdx>=2.3\"]\n"), "reject");
    let told =
        verdict("[review]\naccepted_formats = [\"cyclonedx>=1.5\"]\nprofiles = [\"buyer\"]\n");
    assert_eq!(told, "accept");
}

#[test]
fn a_delivery_of_which_nothing_was_looked_up_is_not_simply_accepted() {
    let foreign = WHOLE.replace("pkg:maven/com.example/", "pkg:swift/example.com/x/");
    let folder = folder("bom.json", &foreign);
    let told = review(folder.path(), &["bom.json", "--profile", "buyer", "-f", "json"]);
    let review = told.json();
    assert_eq!(review["decision"]["verdict"], "accept-with-conditions");
    assert!(texts(&review["decision"]["reasons"], "rule").contains(&"not-evaluated"));
    let summary = review["coverage"]["summary"].as_str().unwrap();
    assert!(summary.starts_with("0 of ") && summary.contains("could NOT"), "{summary}");
}

#[test]
fn the_record_follows_its_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/review-1.schema.json");
    let schema: Value = serde_json::from_slice(&support::read(&path)).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let folder = folder("bom.json", WHOLE);
    let alone = review(folder.path(), &["bom.json", "-f", "json", "--reviewer", "A"]).json();
    for record in [planted("json").json(), alone.clone()] {
        let faults: Vec<_> = validator.iter_errors(&record).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
    for (key, value) in [("schema", "bomvet.review/2"), ("reviewed_at", "today")] {
        let mut other = alone.clone();
        other[key] = Value::from(value);
        assert!(!validator.is_valid(&other), "{key}");
    }
    let mut other = alone;
    other["score"] = Value::from(9.5);
    assert!(!validator.is_valid(&other), "there is no score");
}

#[test]
fn every_document_that_lies_beside_the_project_is_reviewed() {
    let Some(shared) = support::shared() else { return };
    let mut number = 0;
    for entry in fs::read_dir(shared.join("sboms")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "INDEX.tsv" {
            continue;
        }
        let told = review(path.parent().unwrap(), &[&name, "-f", "json"]);
        assert!(told.code <= 1, "{name}: {} {}", told.code, told.stderr);
        let review = told.json();
        let rules = texts(&review["faults"], "rule");
        assert!(!rules.contains(&"unreadable") && !rules.contains(&"no-sbom"), "{name}: {rules:?}");
        number += 1;
    }
    assert!(number > 30, "{number}");
}
