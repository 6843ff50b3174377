//! `bomvet audit report` as its reader meets it: pages, links, what they load and what they admit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{bomvet, temp_dir};

const HOSTILE: &str = "shop <script>alert(1)</script>";

fn document(version: &str, more: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": {{"component": {{"type": "application", "name": "<img src=x onerror=alert(1)>"}}}},
        "components": [{{"type": "library", "group": "org.apache.logging.log4j", "name": "log4j-core",
        "version": "{version}", "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}{more}]}}"#
    )
}

fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

fn audit(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = bomvet().current_dir(folder).arg("audit").args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A product with a hostile name and a part without a verdict, one that is judged whole, and one that
/// cannot be read; two runs, of which the second finds a cured document.
fn portfolio() -> TempDir {
    let folder = temp_dir();
    let path = folder.path();
    let mut text =
        "[audit]\nregister = \"events.jsonl\"\nroles = [\"manufacturer\"]\nmarkets = [\"EU\"]\n"
            .to_owned();
    for (name, source) in [(HOSTILE, "a.json"), ("whole", "b.json"), ("gone", "c.json")] {
        text += &format!("[[product]]\nname = \"{name}\"\nsources = [\"{source}\"]\n");
    }
    put(path, "bomvet.toml", &text);
    put(path, "a.json", &document("2.14.1", r#", {"type": "library", "name": "</script><b>"}"#));
    put(path, "b.json", &document("99.0.0", ""));
    assert_eq!(audit(path, &["--now", "2026-11-20T00:00:00Z"]).0, 3);
    put(path, "a.json", &document("2.17.1", r#", {"type": "library", "name": "</script><b>"}"#));
    assert_eq!(audit(path, &["--now", "2026-11-24T00:00:00Z"]).0, 3);
    folder
}

fn report(folder: &Path, name: &str) -> BTreeMap<String, String> {
    let (code, error) = audit(folder, &["report", name, "--now", "2026-11-26T00:00:00Z"]);
    assert_eq!(code, 0, "{error}");
    let files = fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap());
    let text = |path| fs::read_to_string(path).unwrap();
    files.map(|file| (file.file_name().into_string().unwrap(), text(file.path()))).collect()
}

/// The tags of a page, outside the style and the script.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').unwrap();
        tags.push(tag);
        rest = match tag.split(' ').next() {
            Some("style") => after.split_once("</style>").unwrap().1,
            Some("script") => after.split_once("</script>").unwrap().1,
            _ => after,
        };
    }
    tags
}

fn product<'p>(pages: &'p BTreeMap<String, String>, start: &str) -> &'p str {
    let start = format!("product-{start}-");
    pages.iter().find(|(name, _)| name.starts_with(&start)).unwrap().1
}

fn links(page: &str) -> Vec<&str> {
    let links = tags(page).into_iter().filter_map(|tag| tag.strip_prefix("a href=\""));
    links.map(|link| link.trim_end_matches('"')).collect()
}

#[test]
fn every_link_leads_to_a_page_and_every_page_is_two_clicks_from_the_first_at_most() {
    let folder = portfolio();
    let pages = report(folder.path(), "site");
    let first = links(&pages["index.html"]);
    let second: Vec<&str> = first.iter().flat_map(|name| links(&pages[*name])).collect();
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        for link in links(page) {
            assert!(pages.contains_key(link), "{name}: {link}");
        }
        assert!(first.contains(&&**name) || second.contains(&&**name), "{name} cannot be reached");
    }
    assert_eq!(pages.keys().filter(|name| name.starts_with("product-")).count(), 3);
}

#[test]
fn no_page_loads_anything_and_hostile_text_is_no_markup() {
    let folder = portfolio();
    for (name, page) in report(folder.path(), "site") {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)), "{name}");
        if !name.ends_with(".html") {
            continue;
        }
        assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"), "{name}");
        for tag in tags(&page) {
            let element = tag.split(' ').next().unwrap();
            assert!(!["img", "link", "iframe", "b", "object", "base"].contains(&element), "{tag}");
            assert!(
                !tag.contains(" src=") && !tag.contains("://") && !tag.contains(" on"),
                "{tag}"
            );
            assert!(!tag.contains(" style="), "{tag}");
        }
        assert!(!page.contains("<script>alert"), "{name}");
    }
}

#[test]
fn what_has_no_verdict_is_never_shown_as_clean() {
    let folder = portfolio();
    let pages = report(folder.path(), "site");
    let index = &pages["index.html"];
    assert!(index.contains("No verdict on 1 of 3 components"));
    assert!(index.contains("Of 1 product no document was read."));
    assert!(index.contains("gone: c.json cannot be read since 2026-11-20"));
    let gone = product(&pages, "gone");
    assert!(gone.contains("No document was read: nothing is known."));
    let whole = product(&pages, "whole");
    assert!(whole.contains("Judged: all of 1 component."));
    assert!(whole.contains("<header class=\"open\">"));
    for page in [index.as_str(), gone] {
        assert!(!page.contains("<header class=\"open\">"));
    }
}

/// The heights of a level in the drawing, the oldest run first; the floor is at 170.
fn heights(trend: &str, level: &str) -> Vec<u32> {
    assert!(trend.contains("y1=\"170\""));
    let line = trend.split(&format!("<g class=\"{level}\"><polyline points=\"")).nth(1).unwrap();
    let points = line.split('"').next().unwrap().split(' ');
    points.map(|point| point.split_once(',').unwrap().1.parse().unwrap()).collect()
}

/// Apache: 2.14.1 has CVE-2021-44228 and CVE-2021-45046, both critical; 2.17.1 has neither.
#[test]
fn the_trend_falls_when_a_document_is_cured() {
    let folder = portfolio();
    let pages = report(folder.path(), "site");
    let heights = heights(&pages["trend.html"], "critical");
    assert_eq!(heights.len(), 2);
    assert!(heights[0] < 170 && heights[1] == 170, "{heights:?}");
}

/// A flaw that was medium when it was found and critical later is drawn as each at its time.
#[test]
fn the_trend_shows_the_severity_that_was_told_at_the_time() {
    let folder = temp_dir();
    let path = folder.path();
    put(path, "bomvet.toml", "[[product]]\nname = \"shop\"\nsources = [\"a.json\"]\n");
    let component =
        r#"{"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1.0.0"}"#;
    put(
        path,
        "a.json",
        &format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{component}]}}"#
        ),
    );
    // FIRST, CVSS 3.1: 5.3 is medium, 9.8 is critical
    let medium = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L";
    let critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    for (day, vector) in [(20, medium), (21, medium), (22, critical), (23, critical)] {
        let record = format!(
            r#"{{"id": "X-1", "modified": "2026-11-{day}T00:00:00Z", "severity":
            [{{"type": "CVSS_V3", "score": "{vector}"}}], "affected": [{{"package":
            {{"ecosystem": "npm", "name": "a"}}, "ranges": [{{"type": "SEMVER",
            "events": [{{"introduced": "0"}}, {{"fixed": "2.0.0"}}]}}]}}]}}"#
        );
        put(path, "record.json", &record);
        let now = format!("2026-11-{day}T12:00:00Z");
        assert_eq!(audit(path, &["run", "--advisories", "record.json", "--now", &now]).0, 0);
    }
    let trend = report(path, "site").remove("trend.html").unwrap();
    let (medium, critical) = (heights(&trend, "medium"), heights(&trend, "critical"));
    assert_eq!(medium.iter().map(|y| *y < 170).collect::<Vec<_>>(), [true, true, false, false]);
    assert_eq!(critical.iter().map(|y| *y < 170).collect::<Vec<_>>(), [false, false, true, true]);
}

#[test]
fn every_page_says_where_its_figures_come_from() {
    let folder = portfolio();
    for (name, page) in report(folder.path(), "site") {
        if name.ends_with(".html") {
            assert!(page.contains("Where the figures come from"), "{name}");
            assert!(page.contains("as run 2 of 2026-11-24T00:00:00Z left it"), "{name}");
            assert!(page.contains("events entered in events.jsonl"), "{name}");
        }
    }
}

#[test]
fn a_clock_is_shown_with_the_evidence_of_its_date() {
    let folder = portfolio();
    let mark = ["mark", "CVE-2021-44228", "--anchor", "aware", "--at", "2026-11-24T10:00:00Z"];
    let who = ["--by", "<i>Ada", "--product", HOSTILE, "--now", "2026-11-25T00:00:00Z"];
    assert_eq!(audit(folder.path(), &[mark, who].concat()).0, 0);
    let pages = report(folder.path(), "site");
    // Regulation (EU) 2024/2847, Article 14(2): 24 hours after becoming aware
    for page in [&pages["clocks.html"], product(&pages, "shop--script-alert-1---script")] {
        assert!(page.contains("OVERDUE by 14 hours, was due 2026-11-25T10:00:00Z"));
        assert!(page.contains("entered by &lt;i&gt;Ada at 2026-11-25T00:00:00Z"));
    }
    assert!(!product(&pages, "whole").contains("OVERDUE"));
}

#[test]
fn the_same_store_gives_the_same_bytes_and_old_pages_go() {
    let folder = portfolio();
    let first = report(folder.path(), "site");
    let site = folder.path().join("site");
    put(&site, "product-old-0123456789ab.html", "old");
    put(&site, "notes.html", "mine");
    let mut again = report(folder.path(), "site");
    assert_eq!(again.remove("notes.html").as_deref(), Some("mine"));
    assert_eq!(first, again);
    assert_eq!(first, report(folder.path(), "other"));
}

#[test]
fn a_folder_with_other_files_is_left_alone_and_without_a_store_nothing_is_made() {
    let folder = portfolio();
    fs::create_dir(folder.path().join("mine")).unwrap();
    put(&folder.path().join("mine"), "index.html", "mine");
    let (code, error) = audit(folder.path(), &["report", "mine"]);
    assert_eq!(code, 5);
    assert!(error.contains("mine holds files and no earlier report"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("mine/index.html")).unwrap(), "mine");
    let (code, error) = audit(folder.path(), &["report", "site", "--store", "none.sqlite"]);
    assert_eq!(code, 3);
    assert!(error.contains("there is no audit store none.sqlite"), "{error}");
    assert!(!folder.path().join("site").exists());
}
