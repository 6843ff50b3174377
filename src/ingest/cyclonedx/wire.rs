//! Protocol Buffers as they stand in a file: numbered fields, one after the other.
//!
//! Follows "Encoding" of the Protocol Buffers documentation: a varint holds number and wire type, a
//! value of that type follows. Groups are deprecated, no schema of CycloneDX has them, and they are
//! refused.

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Wire type 0: numbers, enumerations, truth values.
    Number(u64),
    /// Wire type 2: texts and messages.
    Bytes(&'a [u8]),
    /// Wire types 1 and 5: numbers of fixed width, which nobody asks for.
    Fixed,
}

impl<'a> Value<'a> {
    /// The text that it is; nothing where it is blank.
    pub(super) fn text(self) -> Result<Option<&'a str>, String> {
        let text = std::str::from_utf8(self.message()?)
            .map_err(|_| "holds a text that is no UTF-8".to_owned())?
            .trim();
        Ok((!text.is_empty()).then_some(text))
    }

    /// The bytes of the message that it is.
    pub(super) fn message(self) -> Result<&'a [u8], String> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) | Self::Fixed => {
                Err("holds a number where a text or a message must stand".to_owned())
            }
        }
    }

    /// The number that it is.
    pub(super) fn number(self) -> Result<u64, String> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Bytes(_) | Self::Fixed => {
                Err("holds something else where a number must stand".to_owned())
            }
        }
    }
}

/// The fields of one message.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields of the message that these bytes are.
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or_else(truncated)?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("holds a number of more than ten bytes".to_owned())
    }

    fn bytes(&mut self, length: u64) -> Result<&'a [u8], String> {
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), String> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            other => return Err(format!("holds a field of wire type {other}, which is unknown")),
        };
        match key >> 3 {
            0 => Err("holds a field with the number 0".to_owned()),
            number => Ok((number, value)),
        }
    }
}

fn truncated() -> String {
    "ends in the middle of a field: the file is truncated".to_owned()
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(bytes: &[u8]) -> Result<Vec<(u64, Value<'_>)>, String> {
        Fields::of(bytes).collect()
    }

    #[test]
    fn each_wire_type_has_its_length() {
        let bytes = b"\x08\x96\x01\x12\x02hi\x19\0\0\0\0\0\0\0\0\x25\0\0\0\0\xa2\x01\0";
        let expected = [
            (1, Value::Number(150)),
            (2, Value::Bytes(b"hi")),
            (3, Value::Fixed),
            (4, Value::Fixed),
            (20, Value::Bytes(b"")),
        ];
        assert_eq!(fields(bytes).unwrap(), expected);
    }

    #[test]
    fn what_breaks_off_is_an_error() {
        for bytes in
            [b"\x08".as_slice(), b"\x08\x80", b"\x12\x03hi", b"\x19\0", b"\x12\xff\xff\xff\xff\x7f"]
        {
            assert_eq!(fields(bytes).unwrap_err(), truncated(), "{bytes:?}");
        }
    }

    #[test]
    fn what_no_schema_has_is_an_error() {
        assert!(fields(b"\x0b").unwrap_err().contains("wire type 3"));
        assert!(fields(b"\x02\0").unwrap_err().contains("number 0"));
        assert!(fields(&[0xff; 12]).unwrap_err().contains("ten bytes"));
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        assert!(Value::Number(1).text().is_err() && Value::Fixed.message().is_err());
        assert!(Value::Bytes(b"1").number().is_err());
        assert_eq!(Value::Bytes(b" a ").text(), Ok(Some("a")));
        assert_eq!(Value::Bytes(b" ").text(), Ok(None));
        assert!(Value::Bytes(b"\xff").text().is_err());
    }
}
