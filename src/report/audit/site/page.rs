//! What all pages of the site have: frame, navigation, where figures come from; lists and tables.

use serde::Serialize;

use super::super::super::html::{Forms, Frame};
use super::super::super::text::markup;
use super::{Home, Site};

const OWN: &str = include_str!("site.css");
const SCRIPT: &str = include_str!("site.js");

/// What the search finds: words, and the page that tells of them.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// The words.
    pub(super) text: String,
    /// The page.
    pub(super) page: String,
}

/// A page with the policy that stands in it, for a server to send as a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html {
    /// The whole page.
    pub text: String,
    /// Its content security policy.
    pub policy: String,
}

/// A page with navigation; with entries it has a search over them that runs in the browser.
pub(super) fn page(site: &Site<'_, '_>, title: &str, body: &str, index: Option<&[Entry]>) -> Html {
    let index = index.map(|entries| {
        format!("<script type=\"application/json\" id=\"index\">{}</script>\n", data(entries))
    });
    let script = index.as_ref().map(|_| SCRIPT);
    let body =
        format!("{}{body}{}{}", navigation(site.home), origin(site), index.unwrap_or_default());
    framed(title, &body, script, site.home)
}

fn framed(title: &str, body: &str, script: Option<&str>, home: Home) -> Html {
    let forms = match home {
        Home::Files => Forms::Nowhere,
        Home::Server => Forms::Home,
    };
    let frame = Frame { title, style: OWN, script, forms };
    Html { text: format!("{}{body}{}", frame.head(), frame.foot()), policy: frame.policy() }
}

fn navigation(home: Home) -> String {
    let pages = [
        ("index.html", "Portfolio"),
        ("advisories.html", "Advisories"),
        ("trend.html", "Trend"),
        ("clocks.html", "Clocks"),
    ];
    let asked: &[(&str, &str)] = match home {
        Home::Files => &[],
        Home::Server => &[("search", "Search"), ("where", "Where is it used?")],
    };
    let links: String = pages.iter().chain(asked).map(|(page, text)| link(page, text)).collect();
    format!("<nav>{links}</nav>\n")
}

/// Where the figures of a page come from.
fn origin(site: &Site<'_, '_>) -> String {
    let mut lines = Vec::new();
    match &site.digest.run {
        None => lines.push("Figures: no run is in the store.".to_owned()),
        Some(run) => {
            lines.push(format!(
                "Findings and events: the store of bomvet audit, as run {} of {} left it. Its advisory \
                 data has SHA-256 {}, its policy (configuration, statements, baseline) SHA-256 {}.",
                run.id, run.now, run.data_sha256, run.policy_sha256
            ));
        }
    }
    lines.push(match &site.clocks.register {
        Some(register) => format!(
            "Clocks: events entered in {register}; the rules are data, see bomvet audit regimes."
        ),
        None => "Clocks: no register is named, so that no event is known.".to_owned(),
    });
    let how = match site.home {
        Home::Files => "Written",
        Home::Server => "Asked",
    };
    lines.push(format!("{how} at {} by bomvet {}.", site.clocks.now, env!("CARGO_PKG_VERSION")));
    let lines: String = lines.iter().map(|line| format!("<p>{}</p>\n", markup(line))).collect();
    format!("<footer class=\"faint\">\n<h2>Where the figures come from</h2>\n{lines}</footer>\n")
}

/// A page of a server that tells one thing, without a word about the store; with the way to the first
/// page, for those who may see it.
#[must_use]
pub fn message(title: &str, lines: &[&str], first: Option<&str>) -> Html {
    let lines: Vec<(bool, String)> = lines.iter().map(|line| (false, (*line).to_owned())).collect();
    let way = first.map(|first| format!("<nav>{}</nav>\n", link(&markup(first), "Portfolio")));
    let body = format!("{}{}", way.unwrap_or_default(), header("told", "bomvet", title, &lines));
    framed(title, &body, None, Home::Server)
}

/// A page that leads on to another address at once. A link and not an answer of the server, so that the
/// next request comes from this site and carries its strict cookie, wherever the first came from.
#[must_use]
pub fn moved(address: &str) -> Html {
    let address = markup(address);
    let body = format!(
        "<header class=\"told\">\n<h1>Signed in</h1>\n<p><a href=\"{address}\">To the pages</a></p>\n\
         </header>\n"
    );
    let page = framed("Signed in", &body, None, Home::Server);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0; url={address}\"/>\n<title>");
    Html { text: page.text.replacen("<title>", &refresh, 1), ..page }
}

/// JSON that no end of an element can hide in.
fn data(entries: &[Entry]) -> String {
    let text = serde_json::to_string(entries).unwrap_or_else(|_| "[]".to_owned());
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// A part of a page with its title.
pub(super) fn section(title: &str, inner: &str) -> String {
    format!(
        "<section>\n<h2>{}</h2>\n<div class=\"card\">\n{inner}</div>\n</section>\n",
        markup(title)
    )
}

/// A list of texts.
pub(super) fn list(class: &str, texts: &[String]) -> String {
    let items: String =
        texts.iter().map(|text| format!("<li class=\"{class}\">{}</li>\n", markup(text))).collect();
    format!("<ul>\n{items}</ul>\n")
}

/// A table; cells are markup already.
pub(super) fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let heads: String =
        columns.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let row = |cells: &Vec<String>| {
        let cells: String = cells
            .iter()
            .zip(columns)
            .map(|(cell, name)| format!("<td data-label=\"{name}\">{cell}</td>"))
            .collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>\n")
}

/// A short text that stays on one line.
pub(super) fn whole(text: &str) -> String {
    format!("<span class=\"whole\">{}</span>", markup(text))
}

/// A link to another page of the site.
pub(super) fn link(page: &str, text: &str) -> String {
    format!("<a href=\"{page}\">{}</a>", markup(text))
}

/// The top of a page: what it is about, what is to be known first, and sentences below.
pub(super) fn header(class: &str, about: &str, title: &str, lines: &[(bool, String)]) -> String {
    let lines: String = lines
        .iter()
        .map(|(is_gap, line)| {
            let gap = if *is_gap { " class=\"gap\"" } else { "" };
            format!("<p{gap}>{}</p>\n", markup(line))
        })
        .collect();
    format!(
        "<header class=\"{class}\">\n<p class=\"faint\">{}</p>\n<h1>{}</h1>\n{lines}</header>\n",
        markup(about),
        markup(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_style_nor_script_ends_early_or_asks_for_anything() {
        for text in [OWN, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("http"));
            assert!(!text.contains("url(") && !text.contains("fetch"));
        }
    }

    #[test]
    fn the_index_cannot_end_its_element() {
        let entry = Entry { text: "</script><!--&".to_owned(), page: "a.html".to_owned() };
        let text = data(&[entry]);
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back[0]["text"], "</script><!--&");
    }
}
