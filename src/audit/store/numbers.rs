//! Ascending numbers in few bytes: the differences, seven bits a byte, the low ones first.

/// Numbers that ascend, none twice, as bytes.
#[must_use]
pub(super) fn packed(numbers: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * 2);
    let mut last = 0;
    for number in numbers {
        let mut gap = number - last;
        last = *number;
        while gap >= 0x80 {
            bytes.push(gap.to_le_bytes()[0] | 0x80);
            gap >>= 7;
        }
        bytes.push(gap.to_le_bytes()[0]);
    }
    bytes
}

/// The numbers in bytes; nothing where the bytes are none that [`packed`] makes.
#[must_use]
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<u32>> {
    let mut numbers: Vec<u32> = Vec::with_capacity(bytes.len());
    let (mut gap, mut shift, mut last) = (0_u32, 0_u32, 0_u32);
    for byte in bytes {
        gap |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 != 0 {
            shift += 7;
            continue;
        }
        last = last.checked_add(gap)?;
        numbers.push(last);
        (gap, shift) = (0, 0);
    }
    (shift == 0).then_some(numbers)
}

/// The union of two ascending lists.
#[must_use]
pub(super) fn merged(mut one: Vec<u32>, other: &[u32]) -> Vec<u32> {
    one.extend_from_slice(other);
    one.sort_unstable();
    one.dedup();
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in proptest::collection::btree_set(any::<u32>(), 0..50)) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            prop_assert_eq!(unpacked(&packed(&numbers)), Some(numbers));
        }

        #[test]
        fn any_bytes_are_numbers_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            let _ = unpacked(&bytes);
        }
    }

    #[test]
    fn bytes_that_were_cut_are_no_numbers() {
        assert_eq!(unpacked(&[0x80]), None);
        assert_eq!(packed(&[1, 129]), [1, 0x80, 1]);
    }
}
