//! What goes wrong in XML, in our words, and the HTML character names that Maven's parser knows.

use std::borrow::Cow;

use super::model::Lines;
use super::parse::PomError;

/// The HTML names of the characters from U+00A0 to U+00FF, in that order.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// Puts the character itself, padded with spaces to the same length, in the place of references
/// such as `&eacute;` that XML does not know, so that every other byte keeps its offset.
///
/// Maven's parser expands them. In real POMs they stand in names of people.
pub(super) fn mend_entities(text: &str) -> Cow<'_, str> {
    let mut mended: Option<String> = None;
    for (at, _) in text.match_indices('&') {
        let Some((name, code)) = latin_1_name(&text[at + 1..]) else {
            continue;
        };
        let character = char::from(code).to_string();
        let length = name.len() + 2;
        let padded = format!("{character:<width$}", width = length + 1 - character.len());
        mended.get_or_insert_with(|| text.to_owned()).replace_range(at..at + length, &padded);
    }
    mended.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The name at the start of the text, up to its semicolon, and the character that it stands for.
fn latin_1_name(text: &str) -> Option<(&str, u8)> {
    let end = text.bytes().take(8).position(|byte| byte == b';')?;
    let name = text.get(..end)?;
    let index = LATIN_1.iter().position(|known| *known == name)?;
    Some((name, u8::try_from(index).ok()?.checked_add(160)?))
}

/// The cause in our words, and the place counted in bytes.
pub(super) fn xml_error(error: &roxmltree::Error, text: &str, lines: &Lines) -> PomError {
    let at = error.pos();
    let row = usize::try_from(at.row).unwrap_or(1);
    let start = lines.start(row);
    let column = usize::try_from(at.col).unwrap_or(1).saturating_sub(1);
    let line = text.get(start..).unwrap_or("");
    let inside = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    PomError { place: placed(error).then(|| lines.place(start + inside)), cause: cause(error) }
}

/// Whether the parser says where the error is.
fn placed(error: &roxmltree::Error) -> bool {
    use roxmltree::Error as E;
    !matches!(
        error,
        E::NoRootNode
            | E::UnclosedRootNode
            | E::DtdDetected
            | E::NodesLimitReached
            | E::AttributesLimitReached
            | E::NamespacesLimitReached
            | E::UnexpectedEndOfStream
    )
}

fn cause(error: &roxmltree::Error) -> String {
    use roxmltree::Error as E;
    match error {
        E::DtdDetected => "it has a document type declaration, which is refused".to_owned(),
        E::UnexpectedCloseTag(expected, found, _) => {
            format!("</{found}> stands where </{expected}> is expected")
        }
        E::UnknownEntityReference(name, _) => format!("nothing defines the reference &{name};"),
        E::MalformedEntityReference(_) => "an & that begins no reference".to_owned(),
        E::UnknownNamespace(prefix, _) => format!("nothing declares the prefix {prefix}:"),
        E::DuplicatedAttribute(name, _) => format!("a second attribute {name}"),
        E::NoRootNode => "it holds no element".to_owned(),
        E::UnclosedRootNode | E::UnexpectedEndOfStream => "it ends inside an element".to_owned(),
        E::NodesLimitReached => "it has too many elements".to_owned(),
        E::NonXmlChar(found, _) => format!("U+{:04X} may not stand in XML", u32::from(*found)),
        E::InvalidName(_) => "a name holds a character that it may not hold".to_owned(),
        E::InvalidComment(_) => "a comment holds --".to_owned(),
        E::UnknownToken(_) => "text stands outside of the root element".to_owned(),
        _ => "it is no well-formed XML".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_names_keep_every_offset() {
        for (text, mended) in [
            ("<a>Jos&eacute; B</a>", "<a>Jos\u{e9}       B</a>"),
            ("&reg;&amp;&yuml;", "\u{ae}   &amp;\u{ff}    "),
            ("&unknown; & &", "&unknown; & &"),
        ] {
            let found = mend_entities(text);
            assert_eq!(found, mended);
            assert_eq!(found.len(), text.len());
        }
    }

    #[test]
    fn an_error_has_a_place_counted_in_bytes() {
        let text = "<a>\n  <b>\u{e9}&x;</b></a>";
        let error = roxmltree::Document::parse(text).unwrap_err();
        let error = xml_error(&error, text, &Lines::of(text));
        assert_eq!(error.cause, "nothing defines the reference &x;");
        assert_eq!(error.place.map(|p| p.to_string()).as_deref(), Some("2:8"));
    }
}
