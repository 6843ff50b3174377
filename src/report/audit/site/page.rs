//! The frame of every page: policy, style, navigation, lists and tables.

use serde::Serialize;

use super::super::super::html::{STYLE as BASE, digest};
use super::super::super::text::markup;

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

/// A whole page; with entries it has a search over them.
pub(super) fn page(title: &str, body: &str, index: Option<&[Entry]>) -> String {
    let style = format!("{BASE}{OWN}");
    let script = index.map(|_| format!(" script-src 'sha256-{}';", digest(SCRIPT)));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}';{} base-uri 'none'; form-action 'none'",
        digest(&style),
        script.unwrap_or_default()
    );
    let search = index.map(|entries| {
        format!(
            "<script type=\"application/json\" id=\"index\">{}</script>\n\
             <script>{SCRIPT}</script>\n",
            data(entries)
        )
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         <nav><a href=\"index.html\">Portfolio</a><a href=\"clocks.html\">Clocks</a></nav>\n\
         {body}{}</body>\n</html>\n",
        markup(title),
        search.unwrap_or_default()
    )
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
