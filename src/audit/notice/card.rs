//! Messages for chats. What stands in documents is never read as markup there: both use kinds of text
//! that have none.

use serde_json::{Value, json};

use crate::audit::event::Event;

/// How many events are told one by one.
const MOST: usize = 20;

/// How many characters a line may have: with 20 lines less than the 3,000 of a text of Slack.
const WIDEST: usize = 140;

/// A message of Slack: a text for notifications, and blocks.
pub(super) fn slack(events: &[Event]) -> Value {
    let plain = |text: String| json!({"type": "plain_text", "text": text, "emoji": false});
    let title = title(events);
    json!({
        "text": title,
        "blocks": [
            {"type": "header", "text": plain(title.clone())},
            {"type": "section", "text": plain(lines(events).join("\n"))},
        ],
    })
}

/// A message of Teams with an adaptive card.
pub(super) fn teams(events: &[Event]) -> Value {
    let text = |line: String| json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]});
    let title =
        json!({"type": "TextBlock", "text": title(events), "weight": "Bolder", "wrap": true});
    let body: Vec<Value> =
        std::iter::once(title).chain(lines(events).into_iter().map(text)).collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}

fn title(events: &[Event]) -> String {
    match events.len() {
        1 => "bomvet audit: 1 new event".to_owned(),
        count => format!("bomvet audit: {count} new events"),
    }
}

fn lines(events: &[Event]) -> Vec<String> {
    let mut lines: Vec<String> = events.iter().take(MOST).map(line).collect();
    if events.len() > MOST {
        lines.push(format!("and {} more", events.len() - MOST));
    }
    lines
}

fn line(event: &Event) -> String {
    let level = event.level.map(|level| format!(" ({})", level.as_str()));
    let flaw = event.ids.first().map(|id| format!(" {id}"));
    let package = event.package.as_ref().map(|package| format!(" in {package}"));
    let product = event.product.as_ref().map(|product| format!(" of {product}"));
    let parts = [flaw, level, package, product].into_iter().flatten();
    let text = format!("{}{}: {}", event.kind, parts.collect::<String>(), event.detail);
    let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = text.char_indices().nth(WIDEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::notice::message::tests;

    fn event(detail: &str) -> Event {
        tests::event(&json!({ "detail": detail }))
    }

    #[test]
    fn a_line_says_what_happened_where_and_holds_no_second_line() {
        let told = "introduced CVE-2021-44228 (critical) in npm a of shop: a b";
        assert_eq!(line(&event("a\nb")), told);
    }

    #[test]
    fn many_long_events_keep_to_the_limits_of_slack() {
        let events = vec![event(&"ä".repeat(5_000)); 25];
        let message = slack(&events);
        let text = message["blocks"][1]["text"]["text"].as_str().unwrap();
        assert!(text.chars().count() <= 3_000);
        assert!(text.ends_with("\nand 5 more"), "{text}");
        assert!(message["blocks"][0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
        // Teams takes 28 KB
        assert!(teams(&events).to_string().len() < 28_000);
    }
}
