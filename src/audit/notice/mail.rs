//! Mail for people: the events of one run by product and flaw, the gravest first, as text and as HTML.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;

use super::issue::Issue;
use super::message::Message;
use crate::advisory::severity::Level;
use crate::audit::event::Event;
use crate::audit::markup::{html, plain, short};

/// How many flaws and other events are told one by one.
const MOST: usize = 200;

/// How many characters a text of a document may have.
const WIDEST: usize = 300;

/// How many characters of a product's name a subject may have.
const NAME: usize = 60;

/// A mail without its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// The clock of the run.
    pub at: Timestamp,
}

/// One flaw or event, in lines.
struct Entry {
    title: String,
    lines: Vec<String>,
}

impl Letter {
    /// The events of one run; `issues` are those that are about flaws, by product and flaw.
    #[must_use]
    pub fn of(message: &Message<'_>, issues: &[Issue]) -> Self {
        let at = message.events.first().map(|event| event.at).unwrap_or_default();
        let others =
            message.events.iter().filter(|one| one.product.is_none() || one.ids.is_empty());
        let flaws =
            issues.iter().map(|issue| (Some(issue.product.as_str()), Entry::of_flaw(issue)));
        let others = others.map(|event| (event.product.as_deref(), Entry::of_event(event)));
        let mut entries: Vec<_> = flaws.chain(others).collect();
        let more = entries.len().saturating_sub(MOST);
        entries.truncate(MOST);
        let mut products: BTreeMap<Option<&str>, Vec<Entry>> = BTreeMap::new();
        for (product, entry) in entries {
            products.entry(product).or_default().push(entry);
        }
        let named = |name: Option<&str>| {
            name.map_or_else(|| "All products".to_owned(), |name| short(name, WIDEST))
        };
        let products: Vec<(String, Vec<Entry>)> =
            products.into_iter().map(|(name, entries)| (named(name), entries)).collect();
        let subject = subject(message.events);
        let mut end = Vec::new();
        if more > 0 {
            end.push(format!("Not shown here: {more} more."));
        }
        end.push(format!(
            "Told by the notice \"{}\" for run {} of {at}. What it does not name is not told here. All \
             events: bomvet audit events. How all stands, and what could not be judged: bomvet audit \
             status.",
            short(message.notice, WIDEST),
            message.run
        ));
        let text = text(&subject, &products, &end);
        let html = page(&subject, &products, &end);
        Self { subject, text, html, at }
    }
}

fn subject(events: &[Event]) -> String {
    let count = match events.len() {
        1 => "1 new event".to_owned(),
        count => format!("{count} new events"),
    };
    let worst = events.iter().filter_map(|event| event.level).max();
    let worst = worst.filter(|level| *level > Level::Unknown);
    let worst = worst.map(|level| format!(", worst {}", level.as_str())).unwrap_or_default();
    let mut products: Vec<&str> =
        events.iter().filter_map(|event| event.product.as_deref()).collect();
    products.sort_unstable();
    products.dedup();
    let place = match products[..] {
        [] => String::new(),
        [one] => format!(" in {}", short(one, NAME)),
        _ => format!(" in {} products", products.len()),
    };
    format!("bomvet audit: {count}{place}{worst}")
}

impl Entry {
    /// What happened, once for all documents to which it happened alike, and what is known of the flaw.
    fn of_flaw(issue: &Issue) -> Self {
        let level = issue.level.map(|level| format!(", {level}")).unwrap_or_default();
        let score = issue.score.map(|score| format!(" {score:.1}")).unwrap_or_default();
        let mut happened: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for event in &issue.events {
            let text = format!(
                "{}: {} {}, {} ({})",
                event.kind, event.package, event.versions, event.detail, event.cause
            );
            happened.entry(short(&text, WIDEST)).or_default().push(plain(&event.document));
        }
        let mut lines = Vec::new();
        for (text, documents) in happened {
            lines.push(text);
            lines.push(short(&format!("document: {}", documents.join(", ")), WIDEST));
        }
        if issue.more > 0 {
            lines.push(format!("and {} more", issue.more));
        }
        lines.extend(known(issue));
        Self { title: format!("{}{level}{score}", plain(&issue.id)), lines }
    }

    fn of_event(event: &Event) -> Self {
        let mut lines =
            vec![short(&format!("{} ({})", event.detail, event.cause.as_str()), WIDEST)];
        lines.extend(event.document.as_ref().map(|one| short(&format!("about: {one}"), WIDEST)));
        Self { title: event.kind.to_string(), lines }
    }
}

/// What is known of a flaw by now; of one that is not open any more nothing is told.
fn known(issue: &Issue) -> Option<String> {
    if issue.open == 0 {
        return None;
    }
    let exploited = issue.exploited.as_ref().map(|day| format!("listed as exploited since {day}"));
    let epss = issue.epss.as_ref().map(|epss| format!("EPSS {epss}"));
    let fixed = match &issue.fixed[..] {
        [] => "no advisory names a version that fixes it".to_owned(),
        versions => format!("fixed in {}", versions.join(", ")),
    };
    let parts: Vec<String> = exploited.into_iter().chain(epss).chain([fixed]).collect();
    Some(short(&parts.join("; "), WIDEST))
}

fn text(subject: &str, products: &[(String, Vec<Entry>)], end: &[String]) -> String {
    let mut text = format!("{subject}\n");
    for (name, entries) in products {
        // a String takes all that is written
        let _ = write!(text, "\n{name}\n{}\n", "-".repeat(name.chars().count().min(72)));
        for entry in entries {
            let _ = write!(text, "\n  {}\n", entry.title);
            for line in &entry.lines {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    for line in end {
        let _ = write!(text, "\n{line}\n");
    }
    text
}

fn page(subject: &str, products: &[(String, Vec<Entry>)], end: &[String]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title></head>\n\
         <body style=\"font-family: sans-serif\">\n<h1 style=\"font-size: 1.2em\">{0}</h1>\n",
        html(subject)
    );
    for (name, entries) in products {
        let _ = writeln!(page, "<h2 style=\"font-size: 1.1em\">{}</h2>\n<ul>", html(name));
        for entry in entries {
            let lines: Vec<String> = entry.lines.iter().map(|line| html(line)).collect();
            let (title, lines) = (html(&entry.title), lines.join("<br>"));
            let _ = writeln!(page, "<li><strong>{title}</strong><br>{lines}</li>");
        }
        page.push_str("</ul>\n");
    }
    for line in end {
        let _ = writeln!(page, "<p style=\"color: #555\">{}</p>", html(line));
    }
    page.push_str("</body></html>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::notice::issue::Group;
    use crate::audit::notice::message::tests::event;

    fn letter(events: &[Event]) -> Letter {
        let message = Message { notice: "mail", run: 3, events };
        let issues: Vec<Issue> =
            Group::all(&message).iter().map(|group| group.issue(&message, None, &[])).collect();
        Letter::of(&message, &issues)
    }

    #[test]
    fn a_subject_tells_how_many_where_and_how_grave() {
        let one = event(&serde_json::json!({}));
        let alone = letter(std::slice::from_ref(&one));
        assert_eq!(alone.subject, "bomvet audit: 1 new event in shop, worst critical");
        let other = event(&serde_json::json!({"product": "desk", "level": "low"}));
        let both = letter(&[other, one]);
        assert_eq!(both.subject, "bomvet audit: 2 new events in 2 products, worst critical");
        let stale =
            event(&serde_json::json!({"product": null, "level": null, "kind": "data-stale"}));
        assert_eq!(letter(&[stale]).subject, "bomvet audit: 1 new event");
    }

    #[test]
    fn names_of_others_begin_no_line_no_tag_and_no_link() {
        let hostile = event(&serde_json::json!({
            "product": "shop\r\nBcc: x@y.example",
            "package": "npm <img src=x>\n\nFrom: z",
            "document": "https://a.example/<b>",
        }));
        let letter = letter(&[hostile]);
        assert!(!letter.subject.contains(['\r', '\n']), "{}", letter.subject);
        assert!(
            letter.text.lines().all(|line| !line.starts_with("Bcc") && !line.starts_with("From"))
        );
        assert!(letter.html.contains("npm &#60;img src=x&#62;"), "{}", letter.html);
        assert!(!letter.html.contains("<img") && !letter.html.contains("https://"));
        assert!(!letter.text.contains("https://"));
    }

    #[test]
    fn many_events_are_counted_and_the_gravest_are_shown() {
        let low = |number| format!("CVE-2098-{number}");
        let low = |number| event(&serde_json::json!({"level": "low", "ids": [low(number)]}));
        let mut events: Vec<Event> = (0..MOST).map(low).collect();
        events.push(event(&serde_json::json!({"ids": ["CVE-2099-1"]})));
        let letter = letter(&events);
        assert!(letter.text.contains("CVE-2099-1"));
        assert!(letter.text.contains("\nNot shown here: 1 more.\n"), "{}", letter.text);
    }

    #[test]
    fn what_happened_alike_to_several_documents_is_told_once() {
        let of = |document| event(&serde_json::json!({ "document": document }));
        let letter = letter(&[of("a"), of("b")]);
        let told = "\n  CVE-2021-44228, critical\n    introduced: npm a , a new finding (data changed)\n    document: a, b\n";
        assert!(letter.text.contains(told), "{}", letter.text);
    }
}
