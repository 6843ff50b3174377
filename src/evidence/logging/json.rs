//! Configurations in JSON, with the comments that Log4j 2 lets pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Unread;
use super::tree::{MAX_DEPTH, Node, Value, root, too_deep};
use super::xml::Lines;

/// Reads a configuration; none when the text is some other JSON.
pub(super) fn read(text: &str) -> Result<Option<Node>, Unread> {
    if !may_be(text) {
        return Ok(None);
    }
    let text = without_comments(text);
    let source = Source { base: text.as_ptr() as usize, lines: Lines::of(&text) };
    let raw: &RawValue = serde_json::from_str(&text).map_err(|error| broken(&error, 0))?;
    Ok(root(source.value(raw, 0)?))
}

/// Whether the text has what every configuration has, so that foreign JSON is left alone.
fn may_be(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("onfiguration\"") && (has("ppenders\"") || has("oggers\""))
}

fn broken(error: &serde_json::Error, before: u32) -> Unread {
    let line = u32::try_from(error.line()).unwrap_or(u32::MAX).saturating_add(before);
    Unread { line: Some(line), cause: "it is no JSON".to_owned() }
}

/// The text that values point into.
struct Source {
    base: usize,
    lines: Lines,
}

impl Source {
    fn value(&self, raw: &RawValue, depth: usize) -> Result<Value, Unread> {
        let text = raw.get();
        let line = self.lines.at(text.as_ptr() as usize - self.base);
        if depth > MAX_DEPTH {
            return Err(too_deep(line));
        }
        let wrap = |error: serde_json::Error| broken(&error, line - 1);
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).map_err(wrap)?;
                let read = |(key, raw): (Cow<'_, str>, &RawValue)| {
                    let line = self.lines.at(raw.get().as_ptr() as usize - self.base);
                    Ok((key.into_owned(), line, self.value(raw, depth + 1)?))
                };
                Value::Object(members.into_iter().map(read).collect::<Result<_, Unread>>()?)
            }
            Some(b'[') => {
                let Items(items) = serde_json::from_str(text).map_err(wrap)?;
                let read = |raw: &RawValue| {
                    let line = self.lines.at(raw.get().as_ptr() as usize - self.base);
                    Ok((line, self.value(raw, depth + 1)?))
                };
                Value::List(items.into_iter().map(read).collect::<Result<_, Unread>>()?)
            }
            Some(b'"') => Value::Scalar(serde_json::from_str(text).map_err(wrap)?),
            _ => Value::Scalar(text.to_owned()),
        })
    }
}

/// The members of an object in their order, a key twice twice.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// The items of a list.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Reader)
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        from.deserialize_seq(Reader)
    }
}

/// Blanks out `//` and `/* */` outside of texts; every other byte keeps its offset.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        let (before, behind) = rest.split_at(at);
        kept.push_str(before);
        let length = token(behind);
        let (token, behind) = behind.split_at(length);
        if token.starts_with("//") || token.starts_with("/*") {
            kept.extend(token.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        } else {
            kept.push_str(token);
        }
        rest = behind;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// How long the text in quotes or the comment is that the text starts with.
fn token(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if let Some(inside) = text.strip_prefix("/*") {
        return inside.find("*/").map_or(text.len(), |at| at + 4);
    }
    if text.starts_with('/') {
        return 1;
    }
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}
