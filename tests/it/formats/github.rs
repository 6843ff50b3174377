//! Workflow commands, parsed as GitHub's runner does.

use std::collections::HashMap;

use super::scans::{self, count, list};

/// A command of the runner's log: name, properties, message.
struct Command {
    name: String,
    properties: HashMap<String, String>,
    message: String,
}

fn unescaped(text: &str) -> String {
    let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":");
    text.replace("%2C", ",").replace("%25", "%")
}

/// `::name key=value,key=value::message`; nothing where the line is no command.
fn command(line: &str) -> Option<Command> {
    let rest = line.strip_prefix("::")?;
    let (head, message) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    Some(Command {
        name: name.to_owned(),
        properties: pairs.map(|(k, v)| (k.to_owned(), unescaped(v))).collect(),
        message: unescaped(message),
    })
}

#[test]
fn the_decision_comes_first_and_says_what_is_not_shown() {
    for (name, log, report) in scans::all("github") {
        let first = command(log.lines().next().unwrap()).unwrap();
        let closed = report["gate"]["verdict"] == "fail";
        assert_eq!(first.name, if closed { "error" } else { "notice" }, "{name}");
        let word = if closed { "GATE CLOSED" } else { "GATE OPEN" };
        assert!(first.message.starts_with(word), "{name}: {}", first.message);
        let plain = log.lines().filter(|line| !line.starts_with("::"));
        let below =
            |line: &&str| !line.starts_with("suppressed: ") && !line.starts_with("warning: ");
        let hidden = plain.filter(below).count();
        let told = format!("; {hidden} line");
        assert_eq!(first.message.contains(&told), hidden > 0, "{name}: {}", first.message);
    }
}

#[test]
fn github_shows_every_annotation_that_is_made() {
    for (name, log, _) in scans::all("github") {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for command in log.lines().filter_map(command) {
            *numbers.entry(command.name).or_default() += 1;
        }
        for (level, number) in &numbers {
            assert!(matches!(level.as_str(), "error" | "warning" | "notice"), "{name}: {level}");
            assert!(*number <= 10, "{name}: {number} of {level}");
        }
    }
}

#[test]
fn every_finding_and_every_component_without_a_verdict_is_one_line() {
    for (name, log, report) in scans::all("github") {
        // of a log line title and message are one text
        let said: Vec<(String, String)> = log
            .lines()
            .map(|line| match command(line) {
                Some(command) => (command.properties["title"].clone(), command.message),
                None => line.split_once(": ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap(),
            })
            .collect();
        let levels = ["critical", "high", "medium", "low", "none", "unknown"];
        let is_open = |title: &str| levels.iter().any(|level| title.starts_with(level));
        let open = said.iter().filter(|(title, _)| is_open(title)).count();
        assert_eq!(open, count(&report, "open"), "{name}\n{log}");
        let missing = said.iter().filter(|(title, _)| title == "NOT evaluated").count();
        assert_eq!(missing, list(&report["not_evaluated"]).len(), "{name}\n{log}");
        let suppressed = said.iter().filter(|(title, _)| title == "suppressed").count();
        assert_eq!(suppressed, count(&report, "suppressed"), "{name}\n{log}");
    }
}

#[test]
fn an_annotation_of_a_finding_has_a_file_and_a_line() {
    let folder = scans::folder();
    let log = scans::printed(folder.path(), "github", &["sub/a b#1.cdx.json"]);
    let named = log.lines().filter_map(command).filter(|c| c.properties.contains_key("file"));
    let named: Vec<_> = named.collect();
    assert!(!named.is_empty());
    for command in named {
        assert_eq!(command.properties["file"], "sub/a b#1.cdx.json");
        assert!(command.properties["line"].parse::<u32>().unwrap() > 1);
    }
}

#[test]
fn no_foreign_text_becomes_a_command() {
    for (name, log, report) in scans::all("github") {
        scans::is_plain(name, &log);
        assert!(!log.contains("%0A"), "{name}: line ends are spelled out");
        for line in log.lines().filter(|line| !line.starts_with("::")) {
            assert!(!line.starts_with("##["), "{name}: {line}");
        }
        for command in log.lines().filter_map(command) {
            let known = ["file", "line", "title"];
            let odd = command.properties.keys().find(|key| !known.contains(&key.as_str()));
            assert_eq!(odd, None, "{name}");
        }
        scans::tells_what_it_rests_on(name, &unescaped(&log), &report);
    }
}
