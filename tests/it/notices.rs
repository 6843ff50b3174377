//! What `bomvet audit run` tells others at its end: once, again after a failure, and never unasked.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::notice_support::{portfolio, put, put_as, read, run, server};
use crate::support::bomvet;

/// A reader of the text format by its own rules: every sample belongs to a gauge that was announced, has
/// a number and no timestamp, and no series is there twice.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut gauges = Vec::new();
    let mut all = BTreeMap::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(kind, "gauge");
            assert!(!name.ends_with("_total"), "{name} is no counter");
            assert!(!gauges.contains(&name), "{name} is announced twice");
            gauges.push(name);
        } else if !line.starts_with("# HELP ") {
            let name = line.split(['{', ' ']).next().unwrap();
            assert_eq!(gauges.last(), Some(&name), "{line}");
            let mut rest = &line[name.len()..];
            if let Some(labels) = rest.strip_prefix('{') {
                rest = &labels[end_of_labels(labels)..];
            }
            let series = &line[..line.len() - rest.len()];
            // a timestamp would be a second number
            let value = rest.strip_prefix(' ').unwrap().parse().unwrap();
            assert!(all.insert(series.to_owned(), value).is_none(), "{series} is there twice");
        }
    }
    all
}

/// Where the labels end, after their brace.
fn end_of_labels(labels: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in labels.char_indices() {
        match c {
            _ if escaped => {
                assert!(['\\', '"', 'n'].contains(&c), "an escape that is none: {labels}");
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted => return at + 1,
            _ => {}
        }
    }
    panic!("labels without an end: {labels}");
}

/// Puts something else in the place of what the store remembers of notices.
fn remember(folder: &tempfile::TempDir, text: &str) {
    let store = rusqlite::Connection::open(folder.path().join("bomvet-audit.sqlite")).unwrap();
    store.execute("INSERT OR REPLACE INTO note (one, delivered) VALUES (1, ?1)", [text]).unwrap();
}

#[test]
fn metrics_say_how_all_stands_in_a_form_that_prometheus_reads() {
    let notice = "[[notice]]\nname = \"metrics\"\nkind = \"prometheus\"\npath = \"bomvet.prom\"";
    let folder = portfolio(notice);
    assert_eq!(run(&folder, &[], &[]), (0, String::new()));
    let text = read(&folder, "bomvet.prom");
    assert!(!text.contains("pkg:"));
    let found = samples(&text);
    let product = r#"product="a \"b\" \\ c""#;
    for (name, value) in [
        ("documents", 1.0),
        ("documents_blind", 0.0),
        ("components_declared", 1.0),
        ("components_evaluated", 1.0),
        ("components_not_evaluated", 0.0),
        ("findings_exploited", 0.0),
        ("sources_failing", 0.0),
    ] {
        assert_eq!(found[&format!("bomvet_{name}{{{product}}}")], value, "{name}");
    }
    let open: f64 = ["critical", "high", "medium", "low", "none", "unknown"]
        .iter()
        .map(|level| found[&format!("bomvet_findings_open{{{product},level=\"{level}\"}}")])
        .sum();
    assert!(open >= 1.0, "2.17.0 has CVE-2021-44832");
    // 2026-11-26T00:00:00Z
    assert_eq!(found["bomvet_last_run_timestamp_seconds"], 1_795_651_200.0);
    put(&folder, "2.14.1");
    run(&folder, &[], &[]);
    let found = samples(&read(&folder, "bomvet.prom"));
    assert!(found[&format!("bomvet_findings_exploited{{{product}}}")] >= 1.0, "Log4Shell");
}

#[test]
fn a_file_of_events_gets_each_event_once() {
    let notice = "[[notice]]\nname = \"log\"\nkind = \"jsonl\"\npath = \"events.jsonl\"\n\
                  events = [\"introduced\"]";
    let folder = portfolio(notice);
    run(&folder, &["--dry-run"], &[]);
    assert!(!folder.path().join("events.jsonl").exists(), "a dry run tells nobody");
    run(&folder, &[], &[]);
    let first = read(&folder, "events.jsonl");
    assert!(!first.is_empty());
    run(&folder, &[], &[]);
    assert_eq!(read(&folder, "events.jsonl"), first);
    // what was sent is forgotten, and a line is torn: as if the machine had died in between
    remember(&folder, "{\"through\": {\"log\": 0}}");
    fs::write(folder.path().join("events.jsonl"), format!("{first}{{\"id\": \"x")).unwrap();
    put(&folder, "2.14.1");
    run(&folder, &[], &[]);
    let text = read(&folder, "events.jsonl");
    let events: Vec<Value> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let mut ids: Vec<&str> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert!(ids.len() > first.lines().count(), "2.14.1 has more flaws");
    assert_eq!(ids.len() + 1, text.lines().count(), "all but the torn line are whole");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len());
    assert!(events.iter().all(|event| event["kind"] == "introduced"));
}

const WEBHOOK: &str = "[[notice]]\nname = \"hook\"\nkind = \"webhook\"\nurl_env = \"TEST_URL\"\n\
                       secret_env = \"TEST_SECRET\"\nevents = [\"introduced\"]";

#[test]
fn a_webhook_that_fails_first_gets_the_same_message_again_and_then_never_more() {
    let (url, seen) = server(&["503 Service Unavailable", "429 Too Many Requests", "200 OK"]);
    let folder = portfolio(WEBHOOK);
    let variables = [("TEST_URL", url.as_str()), ("TEST_SECRET", "hush")];
    assert_eq!(run(&folder, &[], &variables), (0, String::new()));
    assert_eq!(run(&folder, &[], &variables), (0, String::new()), "nothing is new");
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 3);
    for sent in &seen {
        assert_eq!(sent.body, seen[0].body);
        assert_eq!(sent.headers["idempotency-key"], seen[0].headers["idempotency-key"]);
        let at: i64 = sent.headers["bomvet-timestamp"].parse().unwrap();
        let signed = format!("v1={}", hmac_by_definition(b"hush", &format!("{at}.{}", sent.body)));
        assert_eq!(sent.headers["bomvet-signature"], signed);
    }
    let body: Value = serde_json::from_str(&seen[0].body).unwrap();
    assert_eq!(body["format"], "bomvet.notice/1");
    assert_eq!(body["key"], seen[0].headers["idempotency-key"]);
    assert!(!body["events"].as_array().unwrap().is_empty());
}

#[test]
fn a_refused_notice_does_not_stop_the_audit_is_shown_and_is_sent_by_the_next_run() {
    let (url, seen) = server(&["403 Forbidden", "200 OK"]);
    let folder = portfolio(WEBHOOK);
    let variables = [("TEST_URL", url.as_str()), ("TEST_SECRET", "hush")];
    let (code, error) = run(&folder, &[], &variables);
    assert_eq!(code, 5);
    assert_eq!(error, "error: notice hook was not sent: the server answers 403\n");
    assert_eq!(run(&folder, &[], &variables), (0, String::new()));
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].body, seen[1].body);
    assert_eq!(seen[0].headers["idempotency-key"], seen[1].headers["idempotency-key"]);
}

#[test]
fn without_its_variables_nothing_is_sent_and_plain_http_leaves_no_machine() {
    let folder = portfolio(WEBHOOK);
    let (code, error) = run(&folder, &[], &[("TEST_URL", "http://192.0.2.1/secret-path")]);
    assert_eq!(code, 5);
    assert!(!error.contains("secret-path"), "{error}");
    assert!(error.starts_with("error: notice hook was not sent: its address "), "{error}");
    let (code, error) = run(&folder, &[], &[("TEST_URL", "http://127.0.0.1:9/secret-path")]);
    assert_eq!(code, 5);
    let cause = "the variable TEST_SECRET of the environment is not set";
    assert_eq!(error, format!("error: notice hook was not sent: {cause}\n"));
}

#[test]
fn chats_get_texts_that_hold_no_markup() {
    for kind in ["slack", "teams"] {
        let (url, seen) = server(&["500 Internal Server Error", "200 OK"]);
        let folder = portfolio(&format!(
            "[[notice]]\nname = \"chat\"\nkind = \"{kind}\"\nurl_env = \"TEST_URL\"\n\
             events = [\"introduced\"]"
        ));
        assert_eq!(run(&folder, &[], &[("TEST_URL", url.as_str())]), (0, String::new()));
        let seen = seen.lock().unwrap().clone();
        assert_eq!(seen.len(), 2);
        let body: Value = serde_json::from_str(&seen[1].body).unwrap();
        let told = if kind == "slack" {
            assert_eq!(body["blocks"][1]["text"]["type"], "plain_text");
            let text = body["blocks"][1]["text"]["text"].as_str().unwrap();
            assert!(text.chars().count() <= 3000);
            text.to_owned()
        } else {
            let card = &body["attachments"][0]["content"];
            assert_eq!(card["type"], "AdaptiveCard");
            assert_eq!(card["body"][1]["inlines"][0]["type"], "TextRun");
            card["body"].to_string()
        };
        assert!(told.contains("CVE-2021-44832"), "{told}");
    }
}

/// HMAC as RFC 2104 defines it, for keys of at most a block.
fn hmac_by_definition(key: &[u8], text: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a finding is, is one thing in all metrics: a flaw in a component in a document.
#[test]
fn exploited_findings_are_counted_as_open_ones_are() {
    let folder = portfolio("[[notice]]\nname = \"m\"\nkind = \"prometheus\"\npath = \"m.prom\"");
    let counts = |folder: &tempfile::TempDir| {
        let found = samples(&read(folder, "m.prom"));
        let sum = |name: &str| -> f64 {
            found
                .iter()
                .filter(|(series, _)| series.starts_with(name))
                .map(|(_, value)| value)
                .sum()
        };
        (sum("bomvet_findings_open{"), sum("bomvet_findings_exploited{"))
    };
    put(&folder, "2.14.1");
    run(&folder, &[], &[]);
    let (open, exploited) = counts(&folder);
    assert!(0.0 < exploited && exploited < open, "{exploited} of {open}");
    put_as(&folder, "other", "2.14.1");
    run(&folder, &[], &[]);
    assert_eq!(counts(&folder), (open * 2.0, exploited * 2.0));
}

#[test]
fn a_broken_memory_of_what_was_sent_stops_what_needs_it_and_no_metrics() {
    let folder = portfolio(
        "[[notice]]\nname = \"log\"\nkind = \"jsonl\"\npath = \"e.jsonl\"\nevents = [\"introduced\"]\n\
         [[notice]]\nname = \"m\"\nkind = \"prometheus\"\npath = \"m.prom\"",
    );
    run(&folder, &[], &[]);
    remember(&folder, "{\"through\": 1}");
    let (code, error) = run(&folder, &[], &[]);
    assert_eq!(code, 5);
    assert!(
        error.starts_with("error: notice log was not sent: what the store remembers is no list"),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(samples(&read(&folder, "m.prom")).len() > 10);
}

/// What the metrics say of deadlines: series and value.
fn clocks(folder: &tempfile::TempDir) -> Vec<(String, f64)> {
    let found = samples(&read(folder, "m.prom"));
    found.into_iter().filter(|(series, _)| series.starts_with("bomvet_clock")).collect()
}

#[test]
fn deadlines_are_gauges_by_product_regime_and_stage() {
    let folder = portfolio(
        "[audit]\nroles = [\"manufacturer\"]\nmarkets = [\"EU\"]\nregister = \"r.jsonl\"\n\
         [[notice]]\nname = \"m\"\nkind = \"prometheus\"\npath = \"m.prom\"",
    );
    run(&folder, &[], &[]);
    assert_eq!(clocks(&folder), [("bomvet_clocks_evaluated".to_owned(), 1.0)], "no register yet");
    let mark = |flaw: &str, product: &str, at: &str| {
        let args = ["audit", "mark", flaw, "--anchor", "aware", "--at", at, "--product", product];
        let mut command = bomvet();
        command.current_dir(folder.path()).args(args).args([
            "--by",
            "Ada",
            "--now",
            "2026-11-25T23:00:00Z",
        ]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // CRA, Article 14: 24 hours and 72 hours after awareness
    mark("CVE-2021-44228", "a \"b\" \\ c", "2026-11-25T12:00:00Z");
    mark("CVE-2021-45046", "a \"b\" \\ c", "2026-11-24T23:00:00Z");
    mark("CVE-2021-44228", "of nobody", "2026-11-25T22:00:00Z");
    assert_eq!(run(&folder, &[], &[]).0, 0);
    let text = read(&folder, "m.prom");
    assert!(!text.contains("of nobody") && !text.contains("CVE-"), "{text}");
    let found = clocks(&folder);
    let of = |name: &str, product: &str, rest: &str| {
        let series =
            format!("bomvet_{name}{{product=\"{product}\",regime=\"eu-cra-14-vuln\",{rest}}}");
        let value = found.iter().find(|(known, _)| *known == series).map(|(_, value)| *value);
        value.unwrap_or_else(|| panic!("no {series} in {found:?}"))
    };
    let (own, hours) = (r#"a \"b\" \\ c"#, 3600.0);
    // the first of the two is over since an hour, the other has 12
    assert_eq!(
        of("clock_remaining_seconds", own, "stage=\"early-warning\",default=\"no\""),
        -hours
    );
    assert_eq!(of("clocks", own, "stage=\"early-warning\",default=\"no\",state=\"overdue\""), 1.0);
    assert_eq!(of("clocks", own, "stage=\"early-warning\",default=\"no\",state=\"running\""), 1.0);
    assert_eq!(
        of("clock_remaining_seconds", own, "stage=\"notification\",default=\"no\""),
        47.0 * hours
    );
    assert_eq!(
        of("clock_remaining_seconds", "", "stage=\"early-warning\",default=\"no\""),
        22.0 * hours
    );
}

#[test]
fn a_deadline_from_a_first_detection_is_marked_as_a_default() {
    let folder = portfolio(
        "[audit]\nroles = [\"product-provider\"]\nmarkets = [\"CN\"]\n\
         [[notice]]\nname = \"m\"\nkind = \"prometheus\"\npath = \"m.prom\"",
    );
    run(&folder, &[], &[]);
    // RMSV: two days after a flaw is learned of; nobody entered when that was
    let of = "product=\"a \\\"b\\\" \\\\ c\",regime=\"cn-rmsv\",stage=\"report-miit\",default=";
    let series = |default: &str| format!("bomvet_clock_remaining_seconds{{{of}\"{default}\"}}");
    let found = clocks(&folder);
    let value = |series: String| found.iter().find(|(known, _)| *known == series).map(|one| one.1);
    assert_eq!(value(series("yes")), Some(48.0 * 3600.0), "{found:?}");
    assert_eq!(value(series("no")), None);
}

#[test]
fn metrics_without_a_readable_register_say_so() {
    let folder = portfolio(
        "[audit]\nregister = \"r.jsonl\"\n[[notice]]\nname = \"m\"\nkind = \"prometheus\"\npath = \"m.prom\"",
    );
    fs::write(folder.path().join("r.jsonl"), "no register\n").unwrap();
    let (code, error) = run(&folder, &[], &[]);
    assert_eq!(code, 5);
    assert!(error.starts_with("error: notice m was not sent: its clocks are missing: "), "{error}");
    assert_eq!(clocks(&folder), [("bomvet_clocks_evaluated".to_owned(), 0.0)]);
    assert!(samples(&read(&folder, "m.prom")).len() > 10);
}
