//! The frame of every page that bomvet writes: its policy, its style, and where a script goes.
//!
//! A page allows its own style and script by their digests and nothing else (Content Security Policy
//! Level 3, 2.3.1 and 6.7.3).

use super::super::text::markup;
use crate::files::sha256;

/// The style that all pages share.
const STYLE: &str = include_str!("page.css");

/// Where forms of a page may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Forms {
    /// Nowhere: a file has no server to ask.
    Nowhere,
    /// To the server that the page is from.
    Home,
}

/// What differs from page to page.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Frame<'a> {
    /// The title, as text.
    pub(in crate::report) title: &'a str,
    /// The style beside the shared one.
    pub(in crate::report) style: &'a str,
    /// The script, where there is one.
    pub(in crate::report) script: Option<&'a str>,
    /// Where forms may lead.
    pub(in crate::report) forms: Forms,
}

impl Frame<'_> {
    /// What the page may load and do.
    pub(in crate::report) fn policy(&self) -> String {
        let style = digest(&[STYLE, self.style]);
        let script =
            self.script.map(|script| format!(" script-src 'sha256-{}';", digest(&[script])));
        let forms = match self.forms {
            Forms::Nowhere => "'none'",
            Forms::Home => "'self'",
        };
        format!(
            "default-src 'none'; style-src 'sha256-{style}';{} base-uri 'none'; form-action {forms}",
            script.unwrap_or_default()
        )
    }

    /// Everything up to the beginning of the body.
    pub(in crate::report) fn head(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"referrer\" content=\"no-referrer\"/>\n\
             <title>{}</title>\n<style>{STYLE}{}</style>\n</head>\n<body>\n",
            self.policy(),
            markup(self.title),
            self.style
        )
    }

    /// The script and the end.
    pub(in crate::report) fn foot(&self) -> String {
        let script = self.script.map(|script| format!("<script>{script}</script>\n"));
        format!("{}</body>\n</html>\n", script.unwrap_or_default())
    }
}

/// The SHA-256 of a text in Base64, as policies name it.
fn digest(parts: &[&str]) -> String {
    let hexadecimal = sha256(parts.iter().map(|part| part.as_bytes()));
    let digits: Vec<u32> = hexadecimal.chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes: Vec<u32> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |n, d| n * 16 + d)).collect();
    let mut base64 = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | chunk.get(i).copied().unwrap_or(0));
        for letter in 0..4 {
            let filled = letter <= chunk.len();
            base64.push(if filled { letter_of(bits >> (18 - 6 * letter) & 63) } else { '=' });
        }
    }
    base64
}

/// RFC 4648, table 1.
fn letter_of(six: u32) -> char {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let place = usize::try_from(six).unwrap_or(0);
    LETTERS.get(place).map_or('=', |byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | openssl dgst -sha256 -binary | base64`
    #[test]
    fn a_digest_is_written_as_policies_want_it() {
        assert_eq!(digest(&["a", "bc"]), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_eq!(digest(&[""]), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn the_style_neither_ends_early_nor_asks_for_anything() {
        assert!(!STYLE.contains("</"), "it would end there");
        assert!(!STYLE.contains("http") && !STYLE.contains("url("));
    }

    #[test]
    fn a_title_is_text_and_a_page_without_a_script_allows_none() {
        let frame = Frame { title: "</title><b>", style: "", script: None, forms: Forms::Nowhere };
        assert!(frame.head().contains("<title>&lt;/title&gt;&lt;b&gt;</title>"));
        assert!(!frame.policy().contains("script-src"));
        assert!(frame.policy().ends_with("form-action 'none'"));
    }
}
