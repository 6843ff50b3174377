//! What servers of issues expect, and what they answer. Templates are written in a small Markdown:
//! paragraphs, `# headings`, `- lists`. GitHub takes it as it is, Jira in the form of its interface.

use serde_json::{Map, Value, json};

use super::template::{Escape, Written};
use crate::audit::markup::{markdown, plain, wiki};
use crate::config::TrackerForm;

/// How values are written into a text for that server.
#[must_use]
pub fn escape(form: TrackerForm) -> Escape {
    match form {
        TrackerForm::GitHub => markdown,
        // a text of the document has no markup
        TrackerForm::Jira => plain,
        TrackerForm::JiraWiki => wiki,
    }
}

/// A new issue, with the user's own fields.
#[must_use]
pub fn opening(form: TrackerForm, fields: &Map<String, Value>, written: &Written) -> Vec<u8> {
    let mut all = fields.clone();
    let (title, text) = match form {
        TrackerForm::GitHub => ("title", "body"),
        TrackerForm::Jira | TrackerForm::JiraWiki => ("summary", "description"),
    };
    all.insert(title.to_owned(), written.title.clone().into());
    all.insert(text.to_owned(), body(form, &written.text));
    let whole = match form {
        TrackerForm::GitHub => Value::Object(all),
        TrackerForm::Jira | TrackerForm::JiraWiki => json!({ "fields": all }),
    };
    whole.to_string().into_bytes()
}

/// A comment.
#[must_use]
pub fn comment(form: TrackerForm, text: &str) -> Vec<u8> {
    json!({ "body": body(form, text) }).to_string().into_bytes()
}

/// What stands behind the address of issues for the comments of one.
#[must_use]
pub fn comments(form: TrackerForm, reference: &str) -> [&str; 2] {
    match form {
        TrackerForm::GitHub => [reference, "comments"],
        TrackerForm::Jira | TrackerForm::JiraWiki => [reference, "comment"],
    }
}

/// By which name the issue that was opened goes, as the server answers; nothing where it does not say.
#[must_use]
pub fn reference(form: TrackerForm, answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    match form {
        TrackerForm::GitHub => Some(answer.get("number")?.as_u64()?.to_string()),
        TrackerForm::Jira | TrackerForm::JiraWiki => {
            let key = answer.get("key")?.as_str()?;
            let is_key = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            (!key.is_empty() && key.len() <= 64 && key.bytes().all(is_key)).then(|| key.to_owned())
        }
    }
}

fn body(form: TrackerForm, text: &str) -> Value {
    match form {
        TrackerForm::GitHub => text.into(),
        TrackerForm::Jira => document(text),
        TrackerForm::JiraWiki => {
            let lines: Vec<String> = text.lines().map(wiki_line).collect();
            lines.join("\n").into()
        }
    }
}

fn heading(line: &str) -> Option<&str> {
    line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
}

fn wiki_line(line: &str) -> String {
    match (heading(line), line.strip_prefix("- ")) {
        (Some(text), _) => format!("h3. {text}"),
        (None, Some(text)) => format!("* {text}"),
        (None, None) => line.to_owned(),
    }
}

/// A document of Atlassian: blocks, and in them texts without markup.
fn document(text: &str) -> Value {
    let words = |line: &str| json!({"type": "text", "text": line});
    let paragraph = |lines: &[&str]| {
        let mut content = Vec::new();
        for line in lines {
            if !content.is_empty() {
                content.push(json!({"type": "hardBreak"}));
            }
            content.push(words(line));
        }
        json!({"type": "paragraph", "content": content})
    };
    let mut blocks = Vec::new();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let alike = |a: &&str, b: &&str| kind(a) == kind(b) && kind(a) != LineKind::Heading;
    for run in lines.chunk_by(alike) {
        match kind(run[0]) {
            LineKind::Blank => {}
            LineKind::Heading => blocks.push(json!({
                "type": "heading",
                "attrs": {"level": 3},
                "content": [words(heading(run[0]).unwrap_or_default())],
            })),
            LineKind::Item => {
                let items = run
                    .iter()
                    .map(|line| json!({"type": "listItem", "content": [paragraph(&[&line[2..]])]}));
                blocks.push(json!({"type": "bulletList", "content": items.collect::<Vec<_>>()}));
            }
            LineKind::Text => blocks.push(paragraph(run)),
        }
    }
    json!({"type": "doc", "version": 1, "content": blocks})
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Blank,
    Heading,
    Item,
    Text,
}

fn kind(line: &str) -> LineKind {
    if line.is_empty() {
        LineKind::Blank
    } else if heading(line).is_some_and(|text| !text.is_empty()) {
        LineKind::Heading
    } else if line.strip_prefix("- ").is_some_and(|text| !text.is_empty()) {
        LineKind::Item
    } else {
        LineKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        Written { title: "t".into(), text: "# Head\n\none\ntwo\n- a\n- b\n\nend".into() }
    }

    #[test]
    fn github_gets_markdown_and_the_fields() {
        let fields = json!({"labels": ["x"]});
        let body = opening(TrackerForm::GitHub, fields.as_object().unwrap(), &written());
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body, json!({"title": "t", "labels": ["x"], "body": written().text}));
    }

    #[test]
    fn jira_gets_a_document_or_wiki_markup() {
        let fields = json!({"project": {"key": "P"}});
        let of = |form| -> Value {
            let body = opening(form, fields.as_object().unwrap(), &written());
            serde_json::from_slice(&body).unwrap()
        };
        let text = |text: &str| json!({"type": "text", "text": text});
        let item = |words: &str| json!({"type": "listItem", "content": [{"type": "paragraph", "content": [text(words)]}]});
        assert_eq!(
            of(TrackerForm::Jira)["fields"]["description"],
            json!({"type": "doc", "version": 1, "content": [
                {"type": "heading", "attrs": {"level": 3}, "content": [text("Head")]},
                {"type": "paragraph", "content": [text("one"), {"type": "hardBreak"}, text("two")]},
                {"type": "bulletList", "content": [item("a"), item("b")]},
                {"type": "paragraph", "content": [text("end")]},
            ]})
        );
        assert_eq!(of(TrackerForm::Jira)["fields"]["project"]["key"], "P");
        let wiki = "h3. Head\n\none\ntwo\n* a\n* b\n\nend";
        assert_eq!(of(TrackerForm::JiraWiki)["fields"]["description"], wiki);
    }

    #[test]
    fn a_reference_leads_nowhere_else() {
        let of = |form, text: &str| reference(form, text.as_bytes());
        assert_eq!(of(TrackerForm::GitHub, r#"{"number": 7}"#).as_deref(), Some("7"));
        assert_eq!(
            of(TrackerForm::Jira, r#"{"id": "1", "key": "SEC-7"}"#).as_deref(),
            Some("SEC-7")
        );
        for text in [r#"{"number": "../x"}"#, "", "[]", r#"{"key": "../x"}"#, r#"{"key": ""}"#] {
            assert_eq!(of(TrackerForm::GitHub, text), None);
            assert_eq!(of(TrackerForm::Jira, text), None);
        }
    }
}
