//! The shapes of values that hold others: objects, lists of objects, lists of texts, each read as leniently
//! as [`super::lenient`] says.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient::{Fields, Gather, drain, plain, read_fields};
use super::remarks::Spot;
use crate::ingest::document::Position;

/// The values that are neither object, list nor null: each is left out with a remark.
macro_rules! no_scalar {
    ($expected:literal, $otherwise:expr) => {
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            self.spot.misshapen("true or false", $expected).map(|()| $otherwise)
        }

        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            self.spot.misshapen("a number", $expected).map(|()| $otherwise)
        }

        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            self.spot.misshapen("a number", $expected).map(|()| $otherwise)
        }

        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            self.spot.misshapen("a number", $expected).map(|()| $otherwise)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($otherwise)
        }

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($expected)
        }
    };
}

/// Reads one object; its value says whether there was one.
pub(super) struct Object<'s, T> {
    pub(super) into: &'s mut T,
    pub(super) spot: &'s Spot<'s>,
}

impl<'de, T: Fields<'de>> DeserializeSeed<'de> for Object<'_, T> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de>> Visitor<'de> for Object<'_, T> {
    type Value = bool;

    no_scalar!("an object", false);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        read_fields(self.into, map, self.spot).map(|()| true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<bool, A::Error> {
        self.spot.misshapen("a list", "an object")?;
        drain(items).map(|()| false)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<bool, E> {
        self.spot.misshapen("a string", "an object").map(|()| false)
    }
}

/// Reads a list of objects.
pub(super) struct List<'s, T, L> {
    pub(super) into: &'s mut L,
    pub(super) spot: &'s Spot<'s>,
    pub(super) of: PhantomData<T>,
}

impl<'de, T: Fields<'de> + Default, L: Gather<T>> DeserializeSeed<'de> for List<'_, T, L> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de> + Default, L: Gather<T>> Visitor<'de> for List<'_, T, L> {
    type Value = ();

    no_scalar!("a list", ());

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let mut item = T::default();
            let spot = self.spot.index(index);
            match items.next_element_seed(Object { into: &mut item, spot: &spot })? {
                Some(true) => self.into.gather(item),
                Some(false) => {}
                None => break,
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.spot.remark("is a single object, expected a list of them", Position::Unknown);
        let mut item = T::default();
        read_fields(&mut item, map, self.spot)?;
        self.into.gather(item);
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.spot.misshapen("a string", "a list")
    }
}

/// Reads a list of texts.
pub(super) struct Texts<'s, 'de> {
    pub(super) into: &'s mut Vec<Cow<'de, str>>,
    pub(super) spot: &'s Spot<'s>,
}

impl<'de> DeserializeSeed<'de> for Texts<'_, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_, 'de> {
    type Value = ();

    no_scalar!("a list", ());

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(raw) = items.next_element::<&RawValue>()? {
            self.into.extend(plain(raw.get(), &self.spot.index(index)).map(|text| text.value));
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.spot.left_out("an object", "a list", Position::Unknown);
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.spot.remark("is a single string, expected a list of them", Position::Unknown);
        self.into.push(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.spot.remark("is a single string, expected a list of them", Position::Unknown);
        self.into.push(Cow::Owned(text.to_owned()));
        Ok(())
    }
}
