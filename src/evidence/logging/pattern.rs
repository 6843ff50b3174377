//! What stands in patterns and other texts of Log4j 2: converters, lookups, properties.
//!
//! Converters are found as `PatternParser` finds them: behind `%` and a format modifier, the longest
//! known name at the start of the letters. Nested patterns are texts within the same text.

use std::collections::HashMap;

/// How long a text may become when its properties are put in.
const MAX_EXPANDED: usize = 8 * 1024;

/// How many references one text may lead to.
const MAX_REFERENCES: usize = 1000;

/// How deep properties may name properties.
const MAX_PROPERTIES: usize = 16;

/// Lookups that hold nothing from outside and no part of a pattern.
const HARMLESS: [&str; 7] = ["date", "java", "log4j", "hostname", "jvmrunargs", "marker", "lower"];

/// Names of converters that start with `m` and do not print the message.
const NOT_MESSAGE: [&str; 7] =
    ["mdc", "markersimplename", "marker", "map", "maxlength", "maxlen", "method"];

/// A converter in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Converter<'a> {
    /// `%X`, `%mdc`, `%MDC`.
    ThreadContext(&'a str),
    /// `%m`, `%msg`, `%message`, with its options in braces.
    Message(&'a str),
}

/// The converters of a pattern that matter here.
pub(super) fn converters(pattern: &str) -> Vec<Converter<'_>> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        let behind = &rest[at + 1..];
        if let Some(literal) = behind.strip_prefix('%') {
            rest = literal;
            continue;
        }
        let name =
            behind.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let (letters, options) = name.split_at(end);
        let context = ["X", "mdc", "MDC"].into_iter().find(|known| letters.starts_with(known));
        if let Some(known) = context {
            found.push(Converter::ThreadContext(known));
        } else if is_message(letters) {
            found.push(Converter::Message(options_of(options)));
        }
        rest = behind;
    }
    found
}

fn is_message(letters: &str) -> bool {
    let lower = letters.to_ascii_lowercase();
    letters.starts_with('m') && !NOT_MESSAGE.iter().any(|other| lower.starts_with(other))
}

/// The options `{…}{…}` at the start of a text.
fn options_of(text: &str) -> &str {
    let mut end = 0;
    while text[end..].starts_with('{') {
        match text[end..].find('}') {
            Some(close) => end += close + 1,
            None => break,
        }
    }
    &text[..end]
}

/// A text with its properties put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expanded {
    /// The text. Lookups stay as they are written.
    pub(super) text: String,
    /// References whose value nobody knows here.
    pub(super) unknown: Vec<String>,
    /// Lookups in context data.
    pub(super) context: Vec<String>,
    references: usize,
}

/// Puts the values of properties in the place of `${name}`.
pub(super) fn expand(text: &str, properties: &HashMap<String, String>) -> Expanded {
    let mut expanded = Expanded::default();
    put(text, properties, MAX_PROPERTIES, &mut expanded);
    expanded
}

fn put(text: &str, properties: &HashMap<String, String>, depth: usize, into: &mut Expanded) {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        into.text.push_str(&rest[..at]);
        let behind = &rest[at + 2..];
        let Some(length) = body_length(behind) else {
            rest = &rest[at..];
            break;
        };
        let body = &behind[..length];
        into.references += 1;
        let long = into.text.len() + body.len() > MAX_EXPANDED;
        if long || depth == 0 || into.references > MAX_REFERENCES {
            return into.note(body);
        }
        reference(body, properties, depth - 1, into);
        rest = &behind[length + 1..];
    }
    into.text.push_str(rest);
}

fn reference(body: &str, properties: &HashMap<String, String>, depth: usize, into: &mut Expanded) {
    let (name, default) = match body.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (body, None),
    };
    let Some((prefix, _)) = name.split_once(':') else {
        match (properties.get(name), default) {
            (Some(value), _) => put(value, properties, depth, into),
            (None, Some(default)) => put(default, properties, depth, into),
            (None, None) => into.note(body),
        }
        return;
    };
    let prefix = prefix.trim().to_ascii_lowercase();
    if prefix == "ctx" {
        into.context.push(format!("${{{}}}", shortened(name)));
    } else if !HARMLESS.contains(&prefix.as_str()) {
        into.note(name);
        if name.contains("${") {
            put(name, properties, depth, into);
        }
    }
    if let Some(default) = default {
        put(default, properties, depth, into);
    }
}

impl Expanded {
    fn note(&mut self, body: &str) {
        self.unknown.push(format!("${{{}}}", shortened(body)));
    }
}

/// How many bytes stand before the brace that closes a reference.
fn body_length(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    let mut before = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if before == b'$' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        before = byte;
    }
    None
}

/// A piece of a configuration, short enough for a line of a report.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.trim().chars().take_while(|c| *c != '\n').collect();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converters_are_told_by_their_longest_name() {
        use Converter::{Message, ThreadContext};
        let nothing: [Converter<'_>; 0] = [];
        assert_eq!(converters("%d %-5p [%t] %c{1} %n %M %marker %maxLen{%p}{20} %%X"), nothing);
        assert_eq!(converters("%X{user}"), [ThreadContext("X")]);
        assert_eq!(converters("%-20.30mdc{user}"), [ThreadContext("mdc")]);
        assert_eq!(converters("%MDC %xEx %x"), [ThreadContext("MDC")]);
        assert_eq!(converters("%m{nolookups}%n"), [Message("{nolookups}")]);
        assert_eq!(converters("%msg{ansi}{nolookups}"), [Message("{ansi}{nolookups}")]);
        assert_eq!(converters("%highlight{%message}{%X}"), [Message(""), ThreadContext("X")]);
    }

    fn properties(list: &[(&str, &str)]) -> HashMap<String, String> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn properties_are_put_in_and_lookups_are_told_apart() {
        let known = properties(&[("p", "%d ${q}"), ("q", "%X")]);
        assert_eq!(expand("a ${p} b", &known).text, "a %d %X b");
        assert_eq!(expand("$${ctx:user}", &known).context, ["${ctx:user}"]);
        assert_eq!(expand("${CTX:user:-x}", &known).context, ["${CTX:user}"]);
        assert_eq!(expand("${sys:layout:-%m ${ctx:a}}", &known).context, ["${ctx:a}"]);
        assert_eq!(expand("${sys:layout:-%m}", &known).unknown, ["${sys:layout}"]);
        assert_eq!(expand("${date:yyyy} ${none} ${none:-d}", &known).unknown, ["${none}"]);
        assert_eq!(expand("${sys:${ctx:key}}", &known).context, ["${ctx:key}"]);
        assert_eq!(expand("100 ${", &known).text, "100 ${");
    }

    #[test]
    fn properties_that_multiply_or_name_themselves_come_to_an_end() {
        let mut list = vec![("a0".to_owned(), "x".repeat(100))];
        list.extend((1..40).map(|n| (format!("a{n}"), format!("${{a{}}}", n - 1).repeat(10))));
        let bomb: HashMap<_, _> = list.into_iter().collect();
        assert!(!expand("${a39}", &bomb).unknown.is_empty());
        assert!(expand("${a8}", &bomb).text.len() < 2 * MAX_EXPANDED);
        let empty: HashMap<_, _> = bomb.into_iter().map(|(k, v)| (k, v.replace('x', ""))).collect();
        assert!(!expand("${a12}", &empty).unknown.is_empty());
        let circle = properties(&[("a", "${b}"), ("b", "${a}")]);
        assert!(!expand("${a}", &circle).unknown.is_empty());
    }
}
