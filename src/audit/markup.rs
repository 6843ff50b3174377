//! Text of others where it is shown by other programs: on one line, without links and mentions of its
//! own, and never read as markup.

use std::fmt::Write;

/// Has no width and ends what would be a link or a mention.
const BREAK: char = '\u{200b}';

/// On one line. Marks that would change how the rest is shown are spelled out, and what programs make
/// links of by themselves is broken up.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.trim().char_indices() {
        let rest = &text.trim()[at..];
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            safe.push(' ');
        } else if is_mark(c) {
            // a String takes all that is written
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
            if rest.starts_with("://") || starts_with("www.", rest) || starts_with("gh-", rest) {
                safe.push(BREAK);
            }
        }
    }
    safe.truncate(safe.trim_end().len());
    safe
}

/// At most so many characters of [`plain`] text.
#[must_use]
pub fn short(text: &str, most: usize) -> String {
    cut(plain(text), most)
}

/// At most so many characters of a text.
#[must_use]
pub fn cut(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// For HTML, inside and between elements.
#[must_use]
pub fn html(text: &str) -> String {
    let entity = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'');
    escaped(text, entity, |safe, c| {
        let _ = write!(safe, "&#{};", u32::from(c));
    })
}

/// For GitHub's Markdown (CommonMark, 2.4: a backslash takes the meaning of what follows). Mentions and
/// references are found in the text that is shown, where no backslash helps: they are broken up.
#[must_use]
pub fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '@' | '#' | '$' => safe.extend(['\\', c, BREAK]),
            '`' | '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!' | '{' | '}' => {
                safe.extend(['\\', c]);
            }
            // a list, a line or a heading, where the text begins its line
            '-' | '+' | '=' if at == 0 => safe.extend(['\\', c]),
            '.' | ')' if numbers_an_item(&text, at) => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether a sign ends the number of a list's item.
fn numbers_an_item(text: &str, at: usize) -> bool {
    let is_number = text[..at].bytes().all(|byte| byte.is_ascii_digit());
    is_number && at > 0 && matches!(text.as_bytes().get(at + 1), None | Some(b' '))
}

/// For Jira's wiki markup: every sign by its number.
#[must_use]
pub fn wiki(text: &str) -> String {
    let is_sign = |c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '/');
    escaped(&plain(text), is_sign, |safe, c| {
        let _ = write!(safe, "&#{};", u32::from(c));
    })
}

fn escaped(text: &str, is: impl Fn(char) -> bool, write: impl Fn(&mut String, char)) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is(c) { write(&mut safe, c) } else { safe.push(c) }
    }
    safe
}

fn starts_with(lower: &str, text: &str) -> bool {
    text.get(..lower.len()).is_some_and(|start| start.eq_ignore_ascii_case(lower))
}

/// Marks of direction, and signs that nobody sees.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_shows_what_would_reorder_it() {
        assert_eq!(plain("a\r\nBcc: b\u{2028}c\u{0}"), "a  Bcc: b c");
        assert_eq!(plain("a\u{202e}b\u{200b}"), "a\\u{202e}b\\u{200b}");
        assert_eq!(short("äöü", 2), "äö…");
        assert_eq!(short("äö", 2), "äö");
    }

    #[test]
    fn nothing_becomes_a_link_by_itself() {
        assert_eq!(plain("see https://a.example"), "see https:\u{200b}//a.example");
        assert_eq!(plain("WWW.a.example"), "W\u{200b}WW.a.example");
    }

    #[test]
    fn html_has_no_tags_and_no_entities_of_others() {
        assert_eq!(html("<a href='x'>&amp;\""), "&#60;a href=&#39;x&#39;&#62;&#38;amp;&#34;");
    }

    #[test]
    fn markdown_has_no_links_no_images_no_html_and_no_mentions() {
        let hostile = "![x](https://a.example) <img src=x> @admin #1 `c` **b** GH-3 a@b.example";
        let safe = markdown(hostile);
        assert_eq!(
            safe,
            "\\!\\[x\\](https:\u{200b}//a.example) \\<img src=x\\> \\@\u{200b}admin \\#\u{200b}1 \
             \\`c\\` \\*\\*b\\*\\* G\u{200b}H-3 a\\@\u{200b}b.example"
        );
        assert_eq!(markdown("- a"), "\\- a");
        assert_eq!(markdown("12. a"), "12\\. a");
        assert_eq!(markdown("1.0.0-rc.1"), "1.0.0-rc.1");
        assert_eq!(markdown("\n# a"), "\\#\u{200b} a");
        assert_eq!(markdown("org.example:a-b 1.2"), "org.example:a-b 1.2");
    }

    #[test]
    fn wiki_markup_has_no_sign_of_others() {
        assert_eq!(wiki("[a|b] {x} h1."), "&#91;a&#124;b&#93; &#123;x&#125; h1&#46;");
        assert_eq!(wiki("[~admin]"), "&#91;&#126;admin&#93;");
    }
}
