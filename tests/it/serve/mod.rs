//! `bomvet serve` over real sockets: what is answered, to whom, and what a hostile client gets.

#![cfg(unix)]

mod access;
mod client;
mod limits;

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{bomvet, program};
use client::{Server, audit, document, links, portfolio, put};

#[test]
fn every_page_that_is_linked_is_there_and_tells_what_the_store_holds() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let first = server.get("/");
    assert_eq!(first.status, 200);
    assert!(first.body.contains("open findings in 1 product"));
    assert!(first.body.contains("No verdict on 1 of 2 components"));
    assert!(first.body.contains("shop &lt;i&gt;") && !first.body.contains("shop <i>"));
    let mut seen = Vec::new();
    let mut todo: Vec<String> = vec!["index.html".to_owned()];
    while let Some(name) = todo.pop() {
        let page = server.get(&format!("/{name}"));
        assert_eq!(page.status, 200, "{name}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{name}");
        assert!(page.body.contains("as run 1 of 2026-11-20T00:00:00Z left it"), "{name}");
        seen.push(name);
        for link in links(&page.body) {
            if !seen.iter().any(|known| known == link) && !todo.iter().any(|known| known == link) {
                todo.push(link.to_owned());
            }
        }
    }
    for start in ["advisories.html", "trend.html", "clocks.html", "search", "where", "product-shop"]
    {
        assert!(seen.iter().any(|name| name.starts_with(start)), "{start} is not linked");
    }
    assert!(seen.iter().any(|name| name.starts_with("advisory-cve-2021-44228-")));
}

#[test]
fn the_pages_are_those_of_the_files() {
    let folder = portfolio();
    let run = bomvet()
        .current_dir(folder.path())
        .args(["audit", "report", "site", "--now", "2026-11-26T00:00:00Z"])
        .output()
        .unwrap();
    assert!(run.status.success());
    let server = Server::of(folder.path(), &[]);
    // what differs is said: the links to questions, and how the page came to be
    let same = |text: &str| {
        let main = text.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
        main.to_owned()
    };
    for entry in fs::read_dir(folder.path().join("site")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name == "index.html" || !name.ends_with(".html") {
            continue;
        }
        let file = fs::read_to_string(entry.path()).unwrap();
        assert_eq!(same(&file), same(&server.get(&format!("/{name}")).body), "{name}");
    }
}

#[test]
fn answers_follow_the_store_without_a_restart() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    assert!(server.get("/").body.contains("open findings in 1 product"));
    put(folder.path(), "a.json", &document("99.0.0"));
    audit(folder.path(), "2026-11-24T00:00:00Z");
    let page = server.get("/").body;
    assert!(page.contains("No open finding is known"), "{page}");
    assert!(page.contains("class=\"limited\""), "a part without a verdict is not clean");
}

/// Apache: CVE-2021-44228 is in 2.14.1 and fixed in 2.15.0.
#[test]
fn questions_are_answered_as_pages_and_for_programs() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let page = server.get("/search?q=log4j-core+44228").body;
    assert!(page.contains("1 page found") && page.contains("advisory-cve-2021-44228-"), "{page}");
    let page = server.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").body;
    assert!(page.contains("Nothing is found") && !page.contains("<script>alert"));
    assert!(server.get("/search").body.contains("What do you look for?"));
    let purl = "pkg%3Amaven%2Forg.apache.logging.log4j%2Flog4j-core%40";
    let page = server.get(&format!("/where?purl={purl}%3C2.15.0")).body;
    assert!(page.contains("It is in 1 place") && page.contains("CVE-2021-44228"), "{page}");
    let page = server.get(&format!("/where?purl={purl}%3E%3D2.15.0")).body;
    assert!(page.contains("No document is known that holds it"));
    let page = server.get("/where?purl=log4j").body;
    assert!(page.contains("&quot;log4j&quot; is no package with versions"));
    let found = server.json(&format!("/api/where?purl={purl}%3C2.15.0"));
    assert_eq!(found["schema"], "bomvet.audit/1");
    assert_eq!(found["where"]["holders"][0]["version"], "2.14.1");
    assert_eq!(server.get("/api/where").status, 400);
    assert_eq!(server.get("/api/where?purl=log4j").status, 400);
    let status = server.json("/api/status");
    assert_eq!(status["products"][0]["not_evaluated"], 1);
    let events = server.json("/api/events?since=2026-11-20T00:00:00Z&kind=introduced");
    assert!(!events["events"].as_array().unwrap().is_empty());
    let none = server.json("/api/events?since=2026-11-21T00:00:00Z");
    assert!(none["events"].as_array().unwrap().is_empty());
    for wrong in ["/api/events?since=yesterday", "/api/events?kind=x"] {
        let answer = server.get(wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(serde_json::from_str::<Value>(&answer.body).unwrap()["error"].is_string());
    }
    assert_eq!(server.get("/healthz").body, "ok\n");
}

/// The sums are those of the status, and the last run is when it ran, not when it was asked.
#[test]
fn metrics_say_what_the_status_says() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let status = server.json("/api/status");
    let answer = server.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let sum = |name: &str| -> u64 {
        let of = |line: &&str| line.starts_with(name) && line[name.len()..].starts_with(['{', ' ']);
        let samples = answer.body.lines().filter(of);
        samples.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    let product = &status["products"][0];
    for (gauge, name) in [
        ("bomvet_documents", "documents"),
        ("bomvet_components_declared", "declared"),
        ("bomvet_components_not_evaluated", "not_evaluated"),
    ] {
        assert_eq!(sum(gauge), product[name].as_u64().unwrap(), "{gauge}");
    }
    let open = product["open"].as_object().unwrap().values();
    let open: u64 = open.map(|count| count.as_u64().unwrap()).sum();
    assert!(open > 0);
    assert_eq!(sum("bomvet_findings_open"), open);
    // date -u -d 2026-11-20 +%s
    assert_eq!(sum("bomvet_last_run_timestamp_seconds"), 1_795_132_800);
}

#[test]
fn what_cannot_be_read_is_no_clean_page() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    fs::remove_file(folder.path().join("bomvet-audit.sqlite")).unwrap();
    for target in ["/", "/advisories.html", "/healthz", "/api/status"] {
        let answer = server.get(target);
        assert_eq!(answer.status, 503, "{target}");
        assert!(!answer.body.contains("sqlite"), "paths concern who runs the server");
    }
    assert!(server.end("-INT").contains("error: there is no audit store bomvet-audit.sqlite"));
}

/// The server reads while an audit writes; each answer must agree with itself.
#[test]
fn an_answer_is_of_one_state_while_an_audit_writes() {
    let folder = portfolio();
    let path = folder.path();
    put(path, "bomvet.toml", "[[product]]\nname = \"shop\"\nsources = [\"many/*.json\"]\n");
    fs::create_dir(path.join("many")).unwrap();
    for number in 0..300 {
        put(&path.join("many"), &format!("{number}.json"), &document("2.14.1"));
    }
    let server = Server::of(path, &[]);
    let mut run = program()
        .current_dir(path)
        .args(["audit", "--no-progress", "--now", "2026-11-24T00:00:00Z"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut sizes = Vec::new();
    loop {
        let ended = run.try_wait().unwrap();
        let status = server.json("/api/status");
        let documents = status["documents"].as_array().unwrap().len();
        let told = |name: &str| -> u64 {
            let products = status["products"].as_array().unwrap();
            products.iter().map(|one| one[name].as_u64().unwrap()).sum()
        };
        assert_eq!(told("documents"), documents as u64);
        // each document declares two components, of which one can be judged
        assert_eq!(
            (told("declared"), told("not_evaluated")),
            (documents as u64 * 2, documents as u64)
        );
        sizes.push(documents);
        if let Some(status) = ended {
            assert_eq!(status.code(), Some(0));
            break;
        }
    }
    assert_eq!(*sizes.last().unwrap(), 300);
}
