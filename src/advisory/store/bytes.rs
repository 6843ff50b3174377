//! Numbers and texts as bytes, and back with bounds checked.

/// Why bytes are not what was written.
pub(super) type Damage = &'static str;

/// Appends a number in base 128, the low digits first (LEB128).
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(low_byte(number) | 0x80);
        number >>= 7;
    }
    bytes.push(low_byte(number));
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

/// Appends bytes with their length before them.
pub(super) fn push_bytes(bytes: &mut Vec<u8>, more: &[u8]) {
    push_number(bytes, more.len() as u64);
    bytes.extend_from_slice(more);
}

/// Reads what was appended, from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Damage> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Damage> {
        let (first, rest) = self.0.split_first().ok_or("it ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, Damage> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let digit = u64::from(byte & 0x7f);
            if shift == 63 && digit > 1 {
                break;
            }
            number |= digit << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number is too large")
    }

    pub(super) fn length(&mut self) -> Result<usize, Damage> {
        usize::try_from(self.number()?).map_err(|_| "a number is too large")
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Damage> {
        let length = self.length()?;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Damage> {
        std::str::from_utf8(self.bytes()?).map_err(|_| "a text is no UTF-8")
    }

    pub(super) fn u32(&mut self) -> Result<u32, Damage> {
        let bytes = self.take(4)?;
        bytes.try_into().map(u32::from_le_bytes).map_err(|_| "it ends too early")
    }

    pub(super) fn u64(&mut self) -> Result<u64, Damage> {
        let bytes = self.take(8)?;
        bytes.try_into().map(u64::from_le_bytes).map_err(|_| "it ends too early")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_come_back() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX];
        let mut bytes = Vec::new();
        for number in numbers {
            push_number(&mut bytes, number);
        }
        push_bytes(&mut bytes, "é".as_bytes());
        let mut reader = Reader(&bytes);
        for number in numbers {
            assert_eq!(reader.number(), Ok(number));
        }
        assert_eq!(reader.text(), Ok("é"));
        assert!(reader.is_empty());
    }

    #[test]
    fn what_ends_too_early_or_is_too_large_is_damage() {
        assert!(Reader(&[0x80]).number().is_err());
        assert!(Reader(&[0xff; 10]).number().is_err());
        assert!(Reader(&[5, 1, 2]).bytes().is_err());
        assert!(Reader(&[1, 0xff]).text().is_err());
        assert!(Reader(&[0xff; 9]).bytes().is_err());
        assert!(Reader(&[1, 2, 3]).u32().is_err());
    }
}
