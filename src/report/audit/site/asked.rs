//! Pages that answer a question: the search, and where a package is used.

use super::super::super::text::{count, markup};
use super::page::{Entry, Html, header, link, page, section, table};
use super::portfolio::{index, standing};
use super::{Clocks, Home, Site, advisory_page, product_page};
use crate::audit::search::{Answer, Search};
use crate::audit::store::{Holder, Store, StoreError};

/// How many hits a page names.
const MOST: usize = 50;

/// How many places a page names.
const PLACES: usize = 500;

/// What stands in the field of `where` as an example.
const EXAMPLE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1";

/// Products, documents and advisories whose text has all words of a question.
///
/// # Errors
/// When the store cannot be used.
pub fn search(store: &dyn Store, clocks: &Clocks<'_>, question: &str) -> Result<Html, StoreError> {
    let mut site = Site::begun(store, clocks, Home::Server)?;
    site.read_findings(store, |_| true)?;
    let words: Vec<String> = question.split_whitespace().map(str::to_lowercase).collect();
    let flaws = site.advisories();
    let mut found = index(&site, &flaws);
    found.retain(|entry| {
        let text = entry.text.to_lowercase();
        !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
    });
    let title = match (words.is_empty(), found.len()) {
        (true, _) => "What do you look for?".to_owned(),
        (false, 0) => "Nothing is found".to_owned(),
        (false, number) => format!("{} found", count(number, "page")),
    };
    let mut body = header("told", "Search", &title, &standing(&site).0);
    body.push_str(&form("search", "q", question, "Search product, document, package, advisory"));
    if !words.is_empty() {
        body.push_str(&format!("<main>\n{}</main>\n", section("Pages", &hits(&found))));
    }
    Ok(page(&site, "Search", &body, None))
}

fn hits(found: &[Entry]) -> String {
    if found.is_empty() {
        return "<p>No product, document or advisory has all these words. Parts without a verdict are \
                not searched: a package in them may still be there.</p>\n"
            .to_owned();
    }
    let items: String = found
        .iter()
        .take(MOST)
        .map(|entry| format!("<li>{}</li>\n", link(&entry.page, &entry.text)))
        .collect();
    let more = match found.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("<p class=\"faint\">and {more} more: add a word</p>\n"),
    };
    format!("<ul>\n{items}</ul>\n{more}")
}

/// What was asked about a package.
#[derive(Debug)]
pub enum Question<'q> {
    /// Nothing yet.
    None,
    /// What is no question, with the reason.
    Unclear(&'q str, String),
    /// A package with versions.
    Package(&'q str, &'q Search),
}

/// Which documents hold a package in certain versions.
///
/// # Errors
/// When the store cannot be used.
pub fn ask(
    store: &dyn Store,
    clocks: &Clocks<'_>,
    question: &Question<'_>,
) -> Result<Html, StoreError> {
    let site = Site::begun(store, clocks, Home::Server)?;
    let mut lines = standing(&site).0;
    let (text, title, main) = match question {
        Question::None => ("", "Which package do you look for?".to_owned(), String::new()),
        Question::Unclear(text, why) => {
            lines.insert(0, (true, why.clone()));
            (*text, "The question was not understood".to_owned(), String::new())
        }
        Question::Package(text, search) => {
            let answer = search.ask(store)?;
            (*text, found(&answer), answered(&answer))
        }
    };
    let mut body = header("told", "Where is it used?", &title, &lines);
    body.push_str(&form("where", "purl", text, EXAMPLE));
    body.push_str(
        "<p class=\"faint\">A package URL, and behind @ a version, or bounds that all must hold: &lt;, \
         &lt;=, &gt;, &gt;= or = with a version, separated by commas. Nothing behind the name means every \
         version. Documents are asked about as the last audit read them.</p>\n",
    );
    body.push_str(&format!("<main>\n{main}</main>\n"));
    Ok(page(&site, "Where is it used?", &body, None))
}

fn found(answer: &Answer) -> String {
    let sure = match answer.holders.len() {
        0 => "No document is known that holds it".to_owned(),
        number => format!("It is in {}", count(number, "place")),
    };
    match answer.unclear.len() {
        0 => sure,
        number => format!("{sure}, {} unclear", count(number, "place")),
    }
}

fn answered(answer: &Answer) -> String {
    let mut text = String::new();
    if !answer.holders.is_empty() {
        text.push_str(&section("Where it is", &holders(&answer.holders)));
    }
    if !answer.unclear.is_empty() {
        let why = "<p class=\"gap\">Here the version is not told or cannot be compared: it may be one of \
                   those in question.</p>\n";
        text.push_str(&section("Unclear", &format!("{why}{}", holders(&answer.unclear))));
    }
    text
}

fn holders(all: &[Holder]) -> String {
    let named = |ids: &[String]| -> String {
        let links: Vec<String> = ids.iter().map(|id| link(&advisory_page(id), id)).collect();
        links.join(", ")
    };
    let row = |one: &Holder| {
        let said = match (one.open.is_empty(), one.suppressed.is_empty(), one.is_judged) {
            (false, _, _) => format!("open: {}", named(&one.open)),
            (true, false, _) => format!("closed: {}", named(&one.suppressed)),
            (true, true, true) => "no finding".to_owned(),
            (true, true, false) => "<span class=\"gap\">could not be judged</span>".to_owned(),
        };
        let version = if one.version.is_empty() { "not told" } else { &one.version };
        vec![
            link(&product_page(&one.product), &one.product),
            format!("<code>{}</code>", markup(&one.document)),
            markup(version),
            said,
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().take(PLACES).map(row).collect();
    let more = match all.len().saturating_sub(PLACES) {
        0 => String::new(),
        more => format!("<p class=\"faint\">and {more} more: bomvet audit where names all</p>\n"),
    };
    table(&["product", "document", "version", "what is known of it"], &rows) + &more
}

fn form(action: &str, name: &str, value: &str, example: &str) -> String {
    format!(
        "<form action=\"{action}\" role=\"search\">\n<p class=\"ask\"><input class=\"find\" \
         name=\"{name}\" type=\"search\" aria-label=\"{0}\" placeholder=\"{0}\" value=\"{1}\"/>\
         <button>Ask</button></p>\n</form>\n",
        markup(example),
        markup(value)
    )
}
