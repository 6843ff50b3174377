//! Notices as issues of GitHub and Jira, against servers that fail first.

use std::fs;

use crate::notice_support::{portfolio, put, put_as, put_hostile, put_record, run, server};
use crate::support::bomvet;
use serde_json::{Value, json};
use tempfile::TempDir;

const GITHUB: &str = "[[notice]]\nname = \"desk\"\nkind = \"github\"\nurl_env = \"TEST_URL\"\n\
                      secret_env = \"TEST_TOKEN\"\nevents = [\"introduced\", \"resolved\"]\n";

const JIRA: &str = "[[notice]]\nname = \"desk\"\nkind = \"jira\"\nurl_env = \"TEST_URL\"\n\
                    secret_env = \"TEST_TOKEN\"\nuser = \"audit@example.org\"\nevents = [\"introduced\"]\n\
                    fields = { project = { key = \"SEC\" }, issuetype = { name = \"Bug\" } }\n";

/// A portfolio with one flaw.
fn world(notice: &str) -> TempDir {
    let folder = portfolio(notice);
    put_record(&folder, "CVE-2099-1");
    folder
}

fn filing(folder: &TempDir, url: &str) -> (i32, String) {
    let variables = [("TEST_URL", url), ("TEST_TOKEN", "hush")];
    run(folder, &["--no-bundled", "--advisories", "records"], &variables)
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_issue_is_opened_once_for_a_flaw_in_a_product_and_then_commented_on() {
    let (url, seen) = server(&[
        "429 Too Many Requests\r\nRetry-After: 1",
        "503 Service Unavailable",
        "201 Created\r\n\r\n{\"number\": 7, \"url\": \"https://evil.example/\"}",
        "500 Internal Server Error",
        "201 Created\r\n\r\n{}",
        "201 Created\r\n\r\n{}",
    ]);
    let folder = world(&format!("{GITHUB}fields = {{ labels = [\"security\"] }}"));
    assert_eq!(filing(&folder, &url), (0, String::new()));
    assert_eq!(filing(&folder, &url), (0, String::new()), "nothing is new");
    // the same flaw in another document of the product, then gone from both
    put_as(&folder, "other", "2.17.0");
    assert_eq!(filing(&folder, &url), (0, String::new()));
    put(&folder, "2.17.1");
    put_as(&folder, "other", "2.17.1");
    assert_eq!(filing(&folder, &url), (0, String::new()));

    let seen = seen.lock().unwrap().clone();
    let paths: Vec<&str> = seen.iter().map(|sent| sent.path.as_str()).collect();
    let (new, comment) = ("/secret-path", "/secret-path/7/comments");
    assert_eq!(paths, [new, new, new, comment, comment, comment]);
    for sent in &seen[..3] {
        assert_eq!(sent.body, seen[0].body);
        assert_eq!(sent.headers["idempotency-key"], seen[0].headers["idempotency-key"]);
        assert_eq!(sent.headers["authorization"], "Bearer hush");
        assert_eq!(sent.headers["accept"], "application/vnd.github+json");
    }
    let issue = body(&seen[0].body);
    assert_eq!(issue["title"], "CVE-2099-1 (critical) in a \"b\" \\ c");
    assert_eq!(issue["labels"], json!(["security"]));
    let text = issue["body"].as_str().unwrap();
    for part in [
        "- introduced: Maven org.apache.logging.log4j:log4j-core 2.17.0, document in/app.json",
        "2.17.1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let comments: Vec<Value> = seen[3..].iter().map(|sent| body(&sent.body)).collect();
    assert_eq!(comments[0], comments[1]);
    assert!(comments[0]["body"].as_str().unwrap().contains("document in/other.json"));
    let last = comments[2]["body"].as_str().unwrap();
    assert_eq!(last.matches("- resolved: ").count(), 2, "{last}");
    assert!(last.contains("by now: 0"), "{last}");
}

#[test]
fn a_refused_token_is_final_and_the_next_run_opens_the_issue() {
    let (url, seen) = server(&["401 Unauthorized", "201 Created\r\n\r\n{\"number\": 1}"]);
    let folder = world(GITHUB);
    let (code, error) = filing(&folder, &url);
    let said = "error: notice desk was not sent: the server answers 401\n";
    assert_eq!((code, error.as_str()), (5, said));
    assert_eq!(filing(&folder, &url), (0, String::new()));
    assert_eq!(filing(&folder, &url), (0, String::new()));
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].headers["idempotency-key"], seen[1].headers["idempotency-key"]);
}

#[test]
fn one_refused_issue_keeps_no_other_back_and_nothing_is_opened_twice() {
    let (url, seen) = server(&[
        "422 Unprocessable Entity",
        "201 Created\r\n\r\n{\"number\": 1}",
        "201 Created\r\n\r\n{\"number\": 2}",
        "201 Created\r\n\r\n{\"number\": 3}",
    ]);
    let folder = world(GITHUB);
    put_record(&folder, "CVE-2099-2");
    let (code, error) = filing(&folder, &url);
    let said = "CVE-2099-1 of a \"b\" \\ c: the server answers 422";
    assert_eq!((code, error), (5, format!("error: notice desk was not sent: {said}\n")));
    // another flaw later: what was refused is tried again, what was taken is not
    put_record(&folder, "CVE-2099-3");
    assert_eq!(filing(&folder, &url), (0, String::new()));
    assert_eq!(filing(&folder, &url), (0, String::new()));
    let seen = seen.lock().unwrap().clone();
    let of = |sent: &crate::notice_support::Sent| {
        let title = body(&sent.body)["title"].as_str().unwrap().to_owned();
        title.split(' ').next().unwrap().to_owned()
    };
    let flaws: Vec<String> = seen.iter().map(of).collect();
    assert_eq!(flaws, ["CVE-2099-1", "CVE-2099-2", "CVE-2099-1", "CVE-2099-3"]);
    assert_eq!(seen[0].headers["idempotency-key"], seen[2].headers["idempotency-key"]);
    let store = rusqlite::Connection::open(folder.path().join("bomvet-audit.sqlite")).unwrap();
    let held = store.query_row("SELECT delivered FROM note", [], |row| row.get::<_, String>(0));
    let memory = body(&held.unwrap());
    assert!(memory["issues"]["desk"].as_array().unwrap().len() == 3, "{memory}");
}

#[test]
fn jira_gets_a_document_without_markup_and_its_fields() {
    let (url, seen) = server(&[
        "503 Service Unavailable",
        "201 Created\r\n\r\n{\"id\": \"1\", \"key\": \"SEC-7\"}",
    ]);
    let folder = world(JIRA);
    put_hostile(&folder);
    assert_eq!(filing(&folder, &url), (0, String::new()));
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    // RFC 7617: audit@example.org:hush in base64
    assert_eq!(seen[1].headers["authorization"], "Basic YXVkaXRAZXhhbXBsZS5vcmc6aHVzaA==");
    let fields = &body(&seen[1].body)["fields"];
    assert_eq!(
        (&fields["project"]["key"], &fields["issuetype"]["name"]),
        (&json!("SEC"), &json!("Bug"))
    );
    assert!(fields["summary"].as_str().unwrap().starts_with("HOSTILE-1"));
    let document = &fields["description"];
    assert_eq!((&document["type"], &document["version"]), (&json!("doc"), &json!(1)));
    let mut kinds = Vec::new();
    let mut texts = String::new();
    look(document, &mut kinds, &mut texts);
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds, ["bulletList", "doc", "heading", "listItem", "paragraph", "text"]);
    assert!(texts.contains("<img src=x onerror=alert(1)> @admin #1"), "{texts}");
    assert!(!document.to_string().contains("marks"), "no text has a mark");
    assert!(!texts.contains("https://evil"));
}

/// The kinds of nodes of a document, and its texts.
fn look(node: &Value, kinds: &mut Vec<String>, texts: &mut String) {
    kinds.push(node["type"].as_str().unwrap().to_owned());
    if let Some(text) = node["text"].as_str() {
        assert!(!text.is_empty(), "Jira takes no empty text");
        texts.push_str(text);
        texts.push('\n');
    }
    for inner in node["content"].as_array().into_iter().flatten() {
        look(inner, kinds, texts);
    }
}

#[test]
fn hostile_names_are_no_markup_on_github_and_in_wiki_text() {
    let wiki = JIRA.replace("kind = \"jira\"", "kind = \"jira\"\napi = 2");
    for notice in [GITHUB, wiki.as_str()] {
        let (url, seen) = server(&["201 Created\r\n\r\n{\"number\": 1, \"key\": \"SEC-1\"}"]);
        let folder = world(notice);
        put_hostile(&folder);
        assert_eq!(filing(&folder, &url), (0, String::new()));
        let sent = body(&seen.lock().unwrap()[0].body);
        let text = sent["body"].as_str().or(sent["fields"]["description"].as_str()).unwrap();
        assert!(text.contains("HOSTILE"), "{text}");
        // CommonMark, 2.4: a backslash and the sign behind it are no markup
        let bare = without_escapes(text);
        for sign in ["<", "[", "](", "*c", "~b", "{"] {
            assert!(!bare.contains(sign), "{sign}: {text}");
        }
        // GitHub finds mentions and references in what is shown, both find bare addresses
        let shown = text.replace('\\', "");
        for sign in ["@admin", "#1 ", "https://"] {
            assert!(!shown.contains(sign), "{sign}: {text}");
        }
    }
}

fn without_escapes(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\\' && rest.next_if(char::is_ascii_punctuation).is_some() {
            continue;
        }
        bare.push(c);
    }
    bare
}

#[test]
fn a_template_of_ones_own_is_used_and_one_that_cannot_be_is_told_before_anything_runs() {
    let folder = world(&format!("{GITHUB}template = \"issue.md\""));
    let write = |text: &str| fs::write(folder.path().join("issue.md"), text).unwrap();
    for (text, cause) in [
        ("{{ id }}\n\n{{ produkt }}\n", "issue.md:3: there is no variable \"produkt\""),
        (
            "{{ id }}\n{% for e in events %}\n{{ e.x }}{% endfor %}",
            "issue.md:3: a value that is not there",
        ),
        ("{{ id }}\n{% if %}", "issue.md:2: syntax error"),
    ] {
        write(text);
        for command in [&["config", "check"][..], &["audit", "run"]] {
            let output = bomvet().current_dir(folder.path()).args(command).output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{error}");
            assert!(error.starts_with(&format!("error: {cause}")), "{error}");
        }
    }
    fs::remove_file(folder.path().join("issue.md")).unwrap();
    let (code, error) = run(&folder, &[], &[]);
    assert_eq!(code, 2);
    assert!(error.starts_with("error: could not read template issue.md: "), "{error}");
    assert!(!folder.path().join("bomvet-audit.sqlite").exists());

    write("[{{ product }}] {{ id }}\n{% for e in events %}* {{ e.document }}\n{% endfor %}");
    let (url, seen) = server(&["201 Created\r\n\r\n{\"number\": 1}"]);
    assert_eq!(filing(&folder, &url), (0, String::new()));
    let sent = body(&seen.lock().unwrap()[0].body);
    assert_eq!(sent, json!({"title": "[a \"b\" \\ c] CVE-2099-1", "body": "* in/app.json"}));
}

#[test]
fn an_issue_whose_server_tells_no_number_is_opened_once_all_the_same() {
    let (url, seen) = server(&["201 Created\r\n\r\nfine", "500 Internal Server Error"]);
    let folder = world(GITHUB);
    let (code, error) = filing(&folder, &url);
    assert_eq!(code, 5);
    assert!(
        error.contains("CVE-2099-1 of a \"b\" \\ c: it was opened, but the answer names no issue"),
        "{error}"
    );
    put_as(&folder, "other", "2.17.0");
    assert_eq!(filing(&folder, &url), (0, String::new()));
    assert_eq!(seen.lock().unwrap().len(), 1);
}
