//! One line of what Maven's dependency plugin prints.
//!
//! Followed are the plugin's sources 2.1 to 3.8 (`SerializingDependencyNodeVisitor` of
//! maven-dependency-tree, `ResolveDependenciesMojo`) and what Maven 3 and 4 put around it.

use std::borrow::Cow;

/// The scopes of Maven 3 and 4.
const SCOPES: [&str; 9] = [
    "compile",
    "runtime",
    "provided",
    "system",
    "test",
    "import",
    "compile-only",
    "test-only",
    "test-runtime",
];

/// What stands for one level of depth, in the three alphabets of `-Dtokens`, and whether it is the
/// branch to an entry.
const TOKENS: [(&str, bool); 7] = [
    ("+- ", true),
    ("\\- ", true),
    ("|  ", false),
    ("   ", false),
    ("├─ ", true),
    ("└─ ", true),
    ("│  ", false),
];

/// A line without colours and without what the log puts before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    /// Whether a level such as `[INFO]` stood before it.
    pub(super) is_logged: bool,
    /// The rest, without space at its end.
    pub(super) text: &'a str,
}

impl<'a> Plain<'a> {
    /// Takes the level off, and a time before it.
    pub(super) fn of(line: &'a str) -> Self {
        for level in ["[INFO]", "[WARNING]", "[ERROR]", "[DEBUG]"] {
            let Some(at) = line.find(level).filter(|at| *at <= 40) else { continue };
            let before = line[..at].trim_end();
            let is_time = before.starts_with(|c: char| c.is_ascii_digit()) && !before.contains(' ');
            if before.is_empty() || is_time {
                let rest = &line[at + level.len()..];
                let text = rest.strip_prefix(' ').unwrap_or(rest).trim_end();
                return Self { is_logged: true, text };
            }
        }
        Self { is_logged: false, text: line.trim_end() }
    }
}

/// The text without terminal colours.
pub(super) fn colourless(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if chars.next() == Some('[') {
            // parameters, then one letter (ECMA-48, 5.4)
            let _ = chars.by_ref().find(|c| matches!(c, '@'..='~'));
        }
    }
    Cow::Owned(plain)
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Blank,
    /// A goal begins; whether it is one of the dependency plugin that prints what is read here.
    Goal {
        is_ours: bool,
    },
    /// The head of a list.
    Resolved,
    /// A list without entries.
    Nothing,
    Node(Node<'a>),
    /// The build ended, and whether well.
    End {
        is_success: bool,
    },
    /// A tree in a form for other programs.
    OtherForm(&'static str),
    /// Set like an entry and none: whether a branch leads to it.
    Broken {
        depth: usize,
        has_branch: bool,
    },
    Other,
}

/// An entry of a tree or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node<'a> {
    pub(super) depth: usize,
    /// Whether a branch leads to it: `+- ` and not spaces alone.
    pub(super) has_branch: bool,
    pub(super) coordinates: Coordinates<'a>,
    /// Whether it is only told here, and stands elsewhere or nowhere.
    pub(super) is_omitted: bool,
}

/// `group:artifact:type[:classifier]:version[:scope]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coordinates<'a> {
    pub(super) group: &'a str,
    pub(super) artifact: &'a str,
    pub(super) kind: &'a str,
    pub(super) classifier: &'a str,
    pub(super) version: &'a str,
    pub(super) scope: Option<&'a str>,
}

impl<'a> Line<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Self::Blank;
        }
        if let Some(is_ours) = goal(trimmed) {
            return Self::Goal { is_ours };
        }
        match trimmed {
            "The following files have been resolved:" => return Self::Resolved,
            "none" => return Self::Nothing,
            "BUILD SUCCESS" | "BUILD SUCCESSFUL" => return Self::End { is_success: true },
            "BUILD FAILURE" | "BUILD ERROR" => return Self::End { is_success: false },
            _ => {}
        }
        if let Some(form) = other_form(text) {
            return Self::OtherForm(form);
        }
        if let Some(node) = Node::of(text) {
            return Self::Node(node);
        }
        match indentation(text) {
            (0, ..) => Self::Other,
            (depth, has_branch, _) => Self::Broken { depth, has_branch },
        }
    }
}

/// The name of the form, where a line begins a tree for other programs.
pub(super) fn other_form(text: &str) -> Option<&'static str> {
    let is_node = |text: &str| Node::of(text.trim()).is_some();
    let quoted = text.strip_prefix("digraph \"").and_then(|rest| rest.split('"').next());
    let numbered = text.split_once(' ').filter(|(number, _)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if quoted.is_some_and(is_node) {
        Some("DOT")
    } else if numbered.is_some_and(|(_, node)| is_node(node)) {
        Some("TGF")
    } else if text.contains("<graphml ") {
        Some("GraphML")
    } else {
        (text == "{").then_some("JSON")
    }
}

/// `--- maven-dependency-plugin:3.8.1:tree (default-cli) @ app ---`, and without `maven-` and
/// `-plugin` since Maven 3.9.
fn goal(text: &str) -> Option<bool> {
    let name = text.strip_prefix("--- ")?.strip_suffix(" ---")?.split(' ').next()?;
    let mut parts = name.split(':').rev();
    let is_read = matches!(parts.next(), Some("tree" | "list" | "resolve"));
    let is_plugin = parts.any(|part| matches!(part, "maven-dependency-plugin" | "dependency"));
    Some(is_read && is_plugin)
}

impl<'a> Node<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (depth, has_branch, text) = indentation(text);
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let text = inner.unwrap_or(text);
        let (coordinates, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let is_remark = ["(", "- ", "-- "].iter().any(|start| rest.starts_with(start));
        if !(rest.is_empty() || is_remark) {
            return None;
        }
        let coordinates = Coordinates::of(coordinates)?;
        let is_omitted = inner.is_some() && rest.contains("omitted for ");
        let is_placed = coordinates.scope.is_some() || (depth == 0 && inner.is_none());
        is_placed.then_some(Self { depth, has_branch, coordinates, is_omitted })
    }
}

/// The depth, whether the last token is a branch, and what follows.
fn indentation(mut text: &str) -> (usize, bool, &str) {
    let mut depth = 0;
    loop {
        let found = TOKENS
            .iter()
            .find_map(|(token, is_branch)| text.strip_prefix(token).map(|rest| (rest, *is_branch)));
        let Some((rest, is_branch)) = found else { return (depth, false, text) };
        depth += 1;
        text = rest;
        if is_branch {
            return (depth, true, text);
        }
    }
}

impl<'a> Coordinates<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        let scope_at = (4..parts.len()).find(|at| SCOPES.contains(&parts[*at]));
        let count = scope_at.unwrap_or(parts.len());
        if !parts[..count].iter().copied().all(is_part) {
            return None;
        }
        let (classifier, version) = match parts[..count] {
            [_, _, _, version] => ("", version),
            [_, _, _, classifier, version] => (classifier, version),
            _ => return None,
        };
        let scope = scope_at.map(|at| parts[at]);
        Some(Self {
            group: parts[0],
            artifact: parts[1],
            kind: parts[2],
            classifier,
            version,
            scope,
        })
    }
}

fn is_part(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+~$@^".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str) -> Node<'_> {
        match Line::of(text) {
            Line::Node(node) => node,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn entries_have_depth_and_coordinates() {
        let found = node("|  \\- g.h:a:jar:tests:1.0:test");
        assert_eq!((found.depth, found.has_branch, found.is_omitted), (2, true, false));
        let expected = Coordinates {
            group: "g.h",
            artifact: "a",
            kind: "jar",
            classifier: "tests",
            version: "1.0",
            scope: Some("test"),
        };
        assert_eq!(found.coordinates, expected);
        assert_eq!(node("g:a:pom:1").coordinates.scope, None);
        assert_eq!(node("│  └─ g:a:jar:1:compile").depth, 2);
        assert_eq!(node("      g:a:jar:1:compile").depth, 2);
    }

    #[test]
    fn remarks_behind_an_entry_are_passed_over() {
        for remark in [
            " (optional)",
            " (optional) ",
            " (version managed from 1.0; scope not updated to compile)",
            " -- module org.a (auto)",
            " (optional) -- module org.a [auto]",
            ":/home/me/a.jar -- module a",
        ] {
            assert_eq!(node(&format!("   g:a:jar:1:compile{remark}")).coordinates.version, "1");
        }
    }

    #[test]
    fn omitted_entries_are_told() {
        for why in ["duplicate", "cycle", "conflict with 2", "duplicate; scope updated"] {
            assert!(node(&format!("+- (g:a:jar:1:compile - omitted for {why})")).is_omitted);
        }
        assert!(!node("+- (g:a:jar:1:compile - version managed from 2)").is_omitted);
    }

    #[test]
    fn other_lines_are_no_entries() {
        for text in [
            "Building a 1.0",
            "note: this: is: prose",
            "a:b:c",
            "http://a.b:80:x",
            "g:a:jar:1:compile and more",
            "::::",
        ] {
            assert_eq!(Line::of(text), Line::Other, "{text}");
        }
        assert_eq!(Line::of("+- g:a:jar:1"), Line::Broken { depth: 1, has_branch: true });
        assert_eq!(Line::of("  "), Line::Blank);
        assert_eq!(Line::of("digraph \"g:a:jar:1\" {"), Line::OtherForm("DOT"));
    }

    #[test]
    fn goals_of_maven_3_and_4_are_known() {
        let ours = [
            "--- maven-dependency-plugin:3.8.1:tree (default-cli) @ a ---",
            "--- dependency:3.8.1:list (default-cli) @ a ---",
            "--- org.apache.maven.plugins:maven-dependency-plugin:3.8.1:tree (x) @ a ---",
        ];
        for text in ours {
            assert_eq!(Line::of(text), Line::Goal { is_ours: true }, "{text}");
        }
        let others =
            ["--- maven-jar-plugin:3.0:jar (x) @ a ---", "--- dependency:3.8.1:copy (x) @ a ---"];
        for text in others {
            assert_eq!(Line::of(text), Line::Goal { is_ours: false }, "{text}");
        }
    }

    #[test]
    fn levels_times_and_colours_are_taken_off() {
        let plain = |line| Plain::of(line);
        assert_eq!(plain("[INFO]    a "), Plain { is_logged: true, text: "   a" });
        assert_eq!(plain("2026-11-25T12:00:00Z [INFO] a"), Plain { is_logged: true, text: "a" });
        assert_eq!(plain("see [INFO] a"), Plain { is_logged: false, text: "see [INFO] a" });
        assert_eq!(colourless("[\u{1b}[1;34mINFO\u{1b}[m] a\u{1b}[0"), "[INFO] a");
    }
}
