//! New elements in the file's own indentation and line ends.
//!
//! What goes in stands on lines of its own where its neighbours do, and in one line with them where
//! they share one, so that a diff shows added lines and nothing else.

use std::borrow::Cow;
use std::ops::Range;

use crate::maven::Pom;

/// The indentation of files that have none to copy.
const DEFAULT_UNIT: &str = "  ";

/// A change of a text: these bytes become that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What goes; empty where something is only put in.
    pub(super) range: Range<usize>,
    /// What comes.
    pub(super) text: String,
}

/// An element to be written.
#[derive(Clone, Debug)]
pub(super) enum Element {
    /// With a text.
    Text(String, String),
    /// With other elements.
    List(&'static str, Vec<Element>),
}

impl Element {
    pub(super) fn text(name: &str, text: &str) -> Self {
        Self::Text(name.to_owned(), text.to_owned())
    }

    /// The element from its `<` to its `>`, its further lines indented.
    fn render(&self, indent: &str, layout: &Layout) -> String {
        match self {
            Self::Text(name, text) => format!("<{name}>{}</{name}>", escaped(text)),
            Self::List(name, inner) => {
                let Layout { newline, unit } = layout;
                let deeper = format!("{indent}{unit}");
                let lines: String = inner
                    .iter()
                    .map(|one| format!("{newline}{deeper}{}", one.render(&deeper, layout)))
                    .collect();
                format!("<{name}>{lines}{newline}{indent}</{name}>")
            }
        }
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    match text.contains(['&', '<', '>']) {
        true => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").into(),
        false => Cow::Borrowed(text),
    }
}

/// How a file writes its elements.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    newline: &'static str,
    unit: String,
}

/// Whether a new element looks like its neighbour or has lines of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// In one line if the neighbour is.
    Like,
    /// One line for each element.
    Open,
}

impl Layout {
    pub(super) fn of(text: &str, pom: &Pom) -> Self {
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            Some(_) => "\n",
            None => return Self::compact(),
        };
        let root = indent_at(text, pom.span.start).unwrap_or_default();
        let first = pom.elements.iter().find_map(|element| indent_at(text, element.span.start));
        let unit = first.and_then(|indent| indent.strip_prefix(root));
        let unit = unit.filter(|unit| !unit.is_empty()).unwrap_or(DEFAULT_UNIT).to_owned();
        Self { newline, unit }
    }

    fn compact() -> Self {
        Self { newline: "", unit: String::new() }
    }

    /// Puts an element behind another.
    pub(super) fn after(
        &self,
        text: &str,
        neighbour: &Range<usize>,
        element: &Element,
        shape: Shape,
    ) -> Edit {
        let put = |at: usize, text: String| Edit { range: at..at, text };
        let Some(indent) = indent_at(text, neighbour.start).filter(|_| !self.newline.is_empty())
        else {
            return put(neighbour.end, element.render("", &Self::compact()));
        };
        let is_flat = !text[neighbour.clone()].contains('\n');
        let written = match (shape, is_flat) {
            (Shape::Like, true) => element.render("", &Self::compact()),
            _ => element.render(indent, self),
        };
        let rest = &text[neighbour.end..];
        match rest.find('\n') {
            Some(end) if is_remark(&rest[..end]) => {
                put(neighbour.end + end + 1, format!("{indent}{written}{}", self.newline))
            }
            _ => put(neighbour.end, format!("{}{indent}{written}", self.newline)),
        }
    }

    /// Puts an element into one that holds no other.
    pub(super) fn inside(&self, text: &str, holder: &Range<usize>, element: &Element) -> Edit {
        let raw = &text[holder.clone()];
        let indent = indent_at(text, holder.start).unwrap_or_default();
        let deeper = format!("{indent}{}", self.unit);
        let line = format!("{}{deeper}{}", self.newline, element.render(&deeper, self));
        let last = format!("{}{indent}", self.newline);
        if raw.ends_with("/>") {
            let name: &str =
                raw[1..].split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
            let text = format!(">{line}{last}</{name}>");
            return Edit { range: holder.end - 2..holder.end, text };
        }
        let open = raw.find('>').map_or(0, |at| at + 1);
        let has_lines = raw[open..].contains('\n');
        let text = if has_lines { line } else { line + &last };
        Edit { range: holder.start + open..holder.start + open, text }
    }

    /// Puts an element at the end of one that holds others.
    pub(super) fn last_in(&self, text: &str, holder: &Range<usize>, element: &Element) -> Edit {
        let raw = &text[holder.clone()];
        let close = holder.start + raw.rfind("</").unwrap_or(raw.len());
        let Some(indent) = indent_at(text, close) else {
            return Edit { range: close..close, text: element.render("", &Self::compact()) };
        };
        let first = raw[1..].find('<').map(|at| holder.start + 1 + at);
        let deeper = first.and_then(|at| indent_at(text, at)).map(str::to_owned);
        let deeper = deeper.unwrap_or_else(|| format!("{indent}{}", self.unit));
        let at = close - indent.len();
        let text = format!("{deeper}{}{}", element.render(&deeper, self), self.newline);
        Edit { range: at..at, text }
    }
}

/// What stands before a byte in its line, if that is nothing but blanks.
fn indent_at(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let (start, _) = before.rmatch_indices('\n').next().map_or((0, ""), |(at, _)| (at + 1, ""));
    let indent = &before[start..];
    let is_first = start == 0 && !before.is_empty();
    (indent.chars().all(|c| c == ' ' || c == '\t') && !is_first).then_some(indent)
}

/// Whether the rest of a line says nothing more: blanks, or a comment that ends there.
fn is_remark(rest: &str) -> bool {
    let mut rest = rest.trim();
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some(end) = comment.find("-->") else { return false };
        rest = comment[end + 3..].trim_start();
    }
    rest.is_empty()
}

/// A text with edits; none when two of them want the same bytes.
pub(super) fn edited(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| edit.range.start);
    edits.dedup();
    let mut out = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for edit in edits {
        if edit.range.start < done {
            return None;
        }
        out.push_str(text.get(done..edit.range.start)?);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}
