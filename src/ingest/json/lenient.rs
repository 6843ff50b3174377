//! Field readers that take what real writers write: null anywhere, a number for a text, one object
//! for a list of them, a key twice.
//!
//! RFC 8259 leaves the meaning of a repeated key open. Here lists are united, so that a second, empty
//! list never hides the first; of several texts the last counts, but where each would name another
//! package all of them do ([`Each`]). All leave a remark. What
//! has the wrong shape is left out with a remark that names its path, but for the parts themselves:
//! to leave one out could hide it, so that is an error. Texts are borrowed from the
//! document: they are read as raw values, which also keeps the spelling of numbers (`1.10`) and
//! the place of each text.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::remarks::{Aim, Spot};
use super::shapes::{List, Object, Texts};
use crate::ingest::document::Position;

/// A text and the place of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    /// The text without its escapes.
    pub(crate) value: Cow<'a, str>,
    /// Where it begins.
    pub(crate) position: Position,
}

/// An object some of whose keys mean something.
pub(crate) trait Fields<'de> {
    /// Reads the value of `key` out of `map`; it must be read, if only by [`ignore`].
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error>;
}

/// Names the keys of an object: `"bom-ref" => text reference` reads that key by the function
/// [`text`] into that field.
macro_rules! fields {
    ($object:ident { $($key:literal => $reader:ident $field:ident),* $(,)? }) => {
        impl<'de> Fields<'de> for $object<'de> {
            fn field<A: MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
                spot: &Spot<'_>,
            ) -> Result<(), A::Error> {
                match key {
                    $($key => $reader(&mut self.$field, map, &spot.key($key)),)*
                    _ => ignore(map),
                }
            }
        }
    };
}
pub(crate) use fields;

/// Passes over a value that nobody asks for, at any depth.
pub(crate) fn ignore<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

/// Reads a text.
pub(crate) fn text<'de, A: MapAccess<'de>>(
    slot: &mut Option<Text<'de>>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    let raw: &RawValue = map.next_value()?;
    if let Some(found) = plain(raw.get(), spot) {
        if slot.is_some() {
            spot.remark("stands twice: the last counts", found.position);
        }
        *slot = Some(found);
    }
    Ok(())
}

/// The texts of a key that counts each time it stands there.
#[derive(Debug, Default)]
pub(crate) struct Each<'a> {
    /// That of the first time.
    pub(crate) first: Option<Text<'a>>,
    /// Those of all other times.
    pub(crate) others: Vec<Text<'a>>,
}

/// Reads a text beside those that are there.
pub(crate) fn each<'de, A: MapAccess<'de>>(
    slot: &mut Each<'de>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    let raw: &RawValue = map.next_value()?;
    let Some(found) = plain(raw.get(), spot) else { return Ok(()) };
    if slot.first.is_none() {
        slot.first = Some(found);
    } else {
        spot.remark("stands twice: each counts", found.position);
        slot.others.push(found);
    }
    Ok(())
}

/// Reads a text that may as well be a number or a truth value: the kind's own schema says so.
pub(crate) fn scalar<'de, A: MapAccess<'de>>(
    slot: &mut Option<Text<'de>>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    let raw: &RawValue = map.next_value()?;
    let found = match raw.get().as_bytes().first() {
        Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
            let position = spot.remarks.position(raw.get());
            Some(Text { value: Cow::Borrowed(raw.get()), position })
        }
        _ => plain(raw.get(), spot),
    };
    if let Some(found) = found {
        if slot.is_some() {
            spot.remark("stands twice: the last counts", found.position);
        }
        *slot = Some(found);
    }
    Ok(())
}

/// Reads what is either an object or a text in its place: its name, its address.
pub(crate) fn object_or_text<'de, A: MapAccess<'de>, T: Fields<'de> + Default>(
    object: &mut Option<T>,
    text: &mut Option<Text<'de>>,
    (map, spot): (&mut A, &Spot<'_>),
) -> Result<(), A::Error> {
    let raw: &'de RawValue = map.next_value()?;
    if !raw.get().starts_with('{') {
        *text = plain(raw.get(), spot).or(text.take());
        return Ok(());
    }
    let mut fields = object.take().unwrap_or_default();
    let mut source = serde_json::Deserializer::from_str(raw.get());
    let read = Object { into: &mut fields, spot }.deserialize(&mut source);
    read.map_err(|error| de::Error::custom(format_args!("{spot}: {error}")))?;
    *object = Some(fields);
    Ok(())
}

/// Reads one id or a list of ids. An object in the place of an id would be a part of its own that
/// nobody counts: that is an error where parts are matched.
pub(crate) fn ids<'de, A: MapAccess<'de>>(
    slot: &mut Option<Vec<Cow<'de, str>>>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    let raw: &'de RawValue = map.next_value()?;
    let mut found: Vec<&'de RawValue> = Vec::new();
    match raw.get().as_bytes().first() {
        Some(b'[') => {
            found = serde_json::from_str(raw.get())
                .map_err(|error| de::Error::custom(format_args!("{spot}: {error}")))?;
        }
        _ => found.push(raw),
    }
    let ids = slot.get_or_insert_default();
    for (index, id) in found.into_iter().enumerate() {
        if id.get().starts_with(['{', '[']) {
            spot.index(index)
                .refuse("holds an element in the place of its id, which is not read")?;
            continue;
        }
        ids.extend(plain(id.get(), &spot.index(index)).map(|text| text.value));
    }
    Ok(())
}

/// Takes the objects of a list, one after the other.
pub(crate) trait Gather<T>: Default {
    /// Takes none so far, out of a text of so many bytes.
    fn out_of(_bytes: usize) -> Self {
        Self::default()
    }

    /// Takes the next one.
    fn gather(&mut self, item: T);
}

impl<T> Gather<T> for Vec<T> {
    fn gather(&mut self, item: T) {
        self.push(item);
    }
}

/// Reads a list of objects; a single object is taken for a list of one.
pub(crate) fn list<'de, A, T, L>(
    slot: &mut Option<L>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    T: Fields<'de> + Default,
    L: Gather<T>,
{
    if slot.is_some() {
        spot.remark("stands twice: both lists are read", Position::Unknown);
    }
    let into = slot.get_or_insert_with(|| L::out_of(spot.remarks.length));
    map.next_value_seed(List { into, spot, of: PhantomData })
}

/// Reads a value that is either a list of objects or one object of another kind.
pub(crate) fn list_or_object<'de, A, T, O>(
    list: &mut Option<Vec<T>>,
    object: &mut Option<O>,
    (map, spot): (&mut A, &Spot<'_>),
) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    T: Fields<'de> + Default,
    O: Fields<'de> + Default,
{
    let raw: &'de RawValue = map.next_value()?;
    let mut source = serde_json::Deserializer::from_str(raw.get());
    let read = if raw.get().starts_with('[') {
        let into = list.get_or_insert_default();
        List { into, spot, of: PhantomData }.deserialize(&mut source)
    } else {
        let into = object.get_or_insert_default();
        Object { into, spot }.deserialize(&mut source).map(|_| ())
    };
    read.map_err(|error| de::Error::custom(format_args!("{spot}: {error}")))
}

/// Whether there is a value, unless it is null.
pub(crate) fn present<'de, A: MapAccess<'de>>(
    slot: &mut bool,
    map: &mut A,
    _spot: &Spot<'_>,
) -> Result<(), A::Error> {
    let found: &'de RawValue = map.next_value()?;
    *slot |= found.get() != "null";
    Ok(())
}

/// Reads a list of texts; a single text is taken for a list of one.
pub(crate) fn texts<'de, A: MapAccess<'de>>(
    slot: &mut Option<Vec<Cow<'de, str>>>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    if slot.is_some() {
        spot.remark("stands twice: both lists are read", Position::Unknown);
    }
    map.next_value_seed(Texts { into: slot.get_or_insert_default(), spot })
}

/// Reads an object.
pub(crate) fn object<'de, A: MapAccess<'de>, T: Fields<'de> + Default>(
    slot: &mut Option<T>,
    map: &mut A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    if slot.is_some() {
        spot.remark("stands twice: both are read into one", Position::Unknown);
    }
    let mut fields = slot.take().unwrap_or_default();
    let found = map.next_value_seed(Object { into: &mut fields, spot })?;
    *slot = found.then_some(fields);
    Ok(())
}

/// The text that a raw value stands for. Null is nothing, and so is the empty text to a reader that
/// looks for what to match.
pub(super) fn plain<'de>(raw: &'de str, spot: &Spot<'_>) -> Option<Text<'de>> {
    let here = spot.remarks.position(raw);
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let found = match (inner, raw.as_bytes().first()) {
        (None, Some(b'n')) => return None,
        (Some(""), _) if spot.remarks.aim == Aim::Match => return None,
        (Some(inner), _) if memchr::memchr(b'\\', inner.as_bytes()).is_none() => {
            Cow::Borrowed(inner)
        }
        (Some(_), _) => match serde_json::from_str(raw) {
            Ok(unescaped) => Cow::Owned(unescaped),
            Err(_) => {
                spot.remark("holds an escape that is no character: left out", here);
                return None;
            }
        },
        (None, Some(b'{')) => {
            spot.left_out("an object", "a string", here);
            return None;
        }
        (None, Some(b'[')) => {
            spot.left_out("a list", "a string", here);
            return None;
        }
        (None, _) => {
            spot.remark(format_args!("is {raw} without quotes, expected a string"), here);
            return Some(Text { value: Cow::Borrowed(raw), position: here });
        }
    };
    let position = match here {
        Position::Offset(quote) => Position::Offset(quote + 1),
        other => other,
    };
    Some(Text { value: found, position })
}

/// A key of an object, borrowed unless it holds escapes.
pub(crate) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// Reads all keys of an object into `into`.
pub(crate) fn read_fields<'de, A: MapAccess<'de>>(
    into: &mut impl Fields<'de>,
    mut map: A,
    spot: &Spot<'_>,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key_seed(Key)? {
        into.field(&key, &mut map, spot)?;
    }
    Ok(())
}

/// Reads a list to its end, for nothing.
pub(crate) fn drain<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
