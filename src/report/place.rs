//! Where something stands, for tools that open files: the outermost file, as path or URI.

use std::fmt::Write;
use std::path::{MAIN_SEPARATOR, Path};

use super::model::{Component, Report};
use crate::inventory::Location;

/// The file that holds a document or a component: of `app.jar!/lib/a.jar` the first part.
pub(super) fn file(path: &str) -> &str {
    let outer = path.split("!/").next().unwrap_or(path);
    outer.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(outer)
}

/// The first place of a component; its document where it has none.
pub(super) fn of<'r>(component: &Component<'r>, report: &'r Report<'_>) -> (&'r str, Option<u32>) {
    match component.locations.first() {
        Some(location) => (file(&location.path), line(location)),
        None => (document(component, report), None),
    }
}

/// The file of a component's document.
pub(super) fn document<'r>(component: &Component<'_>, report: &'r Report<'_>) -> &'r str {
    report.inputs.get(component.input).map_or("unknown", |input| file(input.path))
}

/// The line of a location in its outermost file: what is inside of an archive has none there.
pub(super) fn line(location: &Location) -> Option<u32> {
    location.place.filter(|_| !is_inner(&location.path)).map(|place| place.line)
}

/// Whether a path leads into an archive.
pub(super) fn is_inner(path: &str) -> bool {
    path.contains("!/")
}

/// Where a component stands, as exact as it is known.
pub(super) fn exact(component: &Component<'_>, report: &Report<'_>) -> String {
    let location = component.locations.first();
    location.map_or_else(|| document(component, report).to_owned(), ToString::to_string)
}

/// The same, where the outermost file does not tell it.
pub(super) fn inside(component: &Component<'_>) -> Option<String> {
    let location = component.locations.first().filter(|location| is_inner(&location.path));
    location.map(|location| format!("in {location}"))
}

/// A reference to a file by RFC 3986: relative where the path is, else with the scheme `file`.
pub(super) fn uri(path: &str) -> String {
    let path = if MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.to_owned() };
    let encoded = encode(&path);
    match (is_absolute(&path), path.starts_with('/')) {
        (false, _) => encoded,
        (true, true) => format!("file://{encoded}"),
        (true, false) => format!("file:///{encoded}"),
    }
}

/// Whether a path says by itself where it leads.
pub(super) fn is_absolute(path: &str) -> bool {
    Path::new(path).is_absolute()
}

/// Whether a foreign text is the address of a web page and nothing else.
pub(super) fn is_web_address(url: &str) -> bool {
    let is_of_uri = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(is_of_uri))
}

/// Percent-encodes all but what RFC 3986 §2.3 reserves for nothing, and the slash.
fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_file_is_named() {
        assert_eq!(file("shop.ear!/app.war!/WEB-INF/lib/a.jar"), "shop.ear");
        assert_eq!(file("./sub/sbom.json"), "sub/sbom.json");
        assert_eq!(file("standard input"), "standard input");
    }

    #[test]
    fn uris_are_percent_encoded_and_stay_relative() {
        assert_eq!(uri("my app/sbom#1?.json"), "my%20app/sbom%231%3F.json");
        assert_eq!(uri("a:b/ü.json"), "a%3Ab/%C3%BC.json");
        assert_eq!(uri("50%/x"), "50%25/x");
        if cfg!(unix) {
            assert_eq!(uri("/tmp/a b.json"), "file:///tmp/a%20b.json");
            assert_eq!(uri("a\\b"), "a%5Cb");
        }
    }
}
