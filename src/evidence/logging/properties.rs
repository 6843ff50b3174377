//! Java properties (`java.util.Properties`): configurations of Log4j 2 and log4j 1, and settings.

use super::tree::{Attribute, MAX_DEPTH, Node, too_deep};
use super::{Dialect, Unread};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: u32,
}

/// The entries of a text, in order. Never fails: as in Java, every line is an entry or a comment.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut lines = text.lines().zip(1_u32..);
    while let Some((first, line)) = lines.next() {
        let first = first.trim_start();
        if first.is_empty() || first.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = first.to_owned();
        while continues(&logical) {
            logical.pop();
            match lines.next() {
                Some((next, _)) => logical.push_str(next.trim_start()),
                None => break,
            }
        }
        let (key, value) = split(&logical);
        entries.push(Entry {
            key: unescape(key),
            value: unescape(value).trim_end().to_owned(),
            line,
        });
    }
    entries
}

/// Whether an odd number of backslashes ends the line.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

/// Key and value: `=`, `:` or space stand between, unless escaped.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, c)| {
        let ends = !escaped && (matches!(c, '=' | ':') || c.is_whitespace());
        escaped = !escaped && *c == '\\';
        ends
    });
    let Some((end, _)) = end else { return (line, "") };
    let rest = line[end..].trim_start();
    (&line[..end], rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start())
}

fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('f') => plain.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                plain.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

/// Whose configuration the entries are; none when they are something else.
pub(super) fn dialect(entries: &[Entry]) -> Option<Dialect> {
    const LOG4J_1: [&str; 5] = ["rootLogger", "rootCategory", "appender.", "logger.", "category."];
    let own = |key: &str| LOG4J_1.iter().any(|start| key.starts_with(start));
    if entries.iter().any(|e| e.key.strip_prefix("log4j.").is_some_and(own)) {
        return Some(Dialect::Log4j1);
    }
    let is_2 = |key: &str| {
        let key = key.strip_prefix("log4j2.").unwrap_or(key);
        (key.starts_with("appender.") && (key.ends_with(".type") || key.ends_with(".name")))
            || key.starts_with("rootLogger")
    };
    entries.iter().any(|e| is_2(&e.key)).then_some(Dialect::Log4j2)
}

/// The tree that entries of Log4j 2 stand for: dots part the levels, `property.` defines properties.
/// pax-logging writes `log4j2.` before each key.
pub(super) fn tree(entries: &[Entry]) -> Result<Node, Unread> {
    let mut root = Node { name: "configuration".to_owned(), line: 1, ..Node::default() };
    let mut paths: Vec<(Vec<&str>, &Entry)> = Vec::new();
    for entry in entries {
        let key = entry.key.strip_prefix("log4j2.").unwrap_or(&entry.key);
        if let Some(name) = key.strip_prefix("property.") {
            root.children.push(property(name, entry));
            continue;
        }
        let path: Vec<&str> = key.split('.').collect();
        if path.len() > MAX_DEPTH {
            return Err(too_deep(entry.line));
        }
        paths.push((path, entry));
    }
    paths.sort_by(|(a, x), (b, y)| (a, x.line).cmp(&(b, y.line)));
    fill(&mut root, &paths, 0);
    Ok(root)
}

fn property(name: &str, entry: &Entry) -> Node {
    let attribute = |name: &str, value: &str| Attribute {
        name: name.to_owned(),
        value: value.to_owned(),
        line: entry.line,
    };
    Node {
        name: "property".to_owned(),
        line: entry.line,
        attributes: vec![attribute("name", name), attribute("value", &entry.value)],
        children: Vec::new(),
    }
}

/// Fills a node with entries that share their first `depth` steps.
fn fill(parent: &mut Node, entries: &[(Vec<&str>, &Entry)], depth: usize) {
    for group in entries.chunk_by(|(a, _), (b, _)| a.get(depth) == b.get(depth)) {
        let Some((step, first)) = group.first().and_then(|(p, e)| Some((*p.get(depth)?, *e)))
        else {
            continue;
        };
        let last = group.partition_point(|(path, _)| path.len() == depth + 1);
        for (_, entry) in &group[..last] {
            let (value, line) = (entry.value.clone(), entry.line);
            parent.attributes.push(Attribute { name: step.to_owned(), value, line });
        }
        if last < group.len() {
            let line = group.iter().map(|(_, e)| e.line).min().unwrap_or(first.line);
            let mut child = Node { name: step.to_owned(), line, ..Node::default() };
            fill(&mut child, &group[last..], depth + 1);
            // the plugin is named by `type`, and that line is where one looks for it
            child.line = child.attribute("type").map_or(line, |a| a.line);
            parent.children.push(child);
        }
    }
}

/// The classes that entries of log4j 1 name: appenders, their layouts, plugins.
pub(super) fn classes(entries: &[Entry]) -> impl Iterator<Item = (&str, u32)> {
    let names_class = |key: &str| {
        let Some((kind, name)) = key.strip_prefix("log4j.").and_then(|k| k.split_once('.')) else {
            return false;
        };
        let whole = !name.contains('.');
        (kind == "appender" && (whole || name.ends_with(".layout"))) || (kind == "plugin" && whole)
    };
    entries.iter().filter(move |e| names_class(&e.key)).map(|e| (e.value.trim(), e.line))
}
