//! A table from byte strings to byte strings, in one file, of which a look-up reads one small place.
//!
//! Behind the head stands the directory, an offset for each bucket and one for the end; behind that the
//! buckets. A key's hash tells its bucket. A bucket is a checksum and its rows, sorted by key. The
//! checksum is seeded with the bucket's number, so that also a wrong entry of the directory shows: no
//! answer, "not there" included, is given from bytes that were not checked.

use super::bytes::{Damage, Reader, push_bytes};
use super::file::{Bytes, HEAD, Head, Kind, Refusal, checksum, place};
use crate::files::{FileError, NewFile};

/// How many rows a bucket has in the mean.
const ROWS: usize = 4;

/// A table that is open.
#[derive(Debug)]
pub(super) struct Table {
    bytes: Bytes,
    head: Head,
}

/// A key with its value.
pub(super) type Row = (Vec<u8>, Vec<u8>);

impl Table {
    /// Opens a table, which reads its head and nothing else.
    pub(super) fn open(bytes: Bytes, kind: Kind) -> Result<Self, Refusal> {
        let head = Head::read(&bytes, kind, bytes.len())?;
        let directory = head.units.checked_add(1).and_then(|entries| entries.checked_mul(8));
        if directory.is_none_or(|length| length > head.length - HEAD as u64) {
            return Err(Refusal::Damaged("its directory is longer than itself"));
        }
        Ok(Self { bytes, head })
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<&[u8]>, Damage> {
        let mut rows = self.bucket(place(key, self.head.units))?;
        while !rows.is_empty() {
            let (found, value) = (rows.bytes()?, rows.bytes()?);
            if found == key {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// All rows, bucket by bucket.
    pub(super) fn rows(&self) -> impl Iterator<Item = Result<(&[u8], &[u8]), Damage>> {
        (0..self.head.units).flat_map(|number| {
            let mut bucket = self.bucket(number);
            std::iter::from_fn(move || match &mut bucket {
                Ok(rows) if rows.is_empty() => None,
                Ok(rows) => {
                    let row = rows.bytes().and_then(|key| Ok((key, rows.bytes()?)));
                    if row.is_err() {
                        bucket = Ok(Reader(&[]));
                    }
                    Some(row)
                }
                Err(damage) => {
                    let damage = *damage;
                    bucket = Ok(Reader(&[]));
                    Some(Err(damage))
                }
            })
        })
    }

    /// The rows of a bucket, after its checksum was seen to be right.
    fn bucket(&self, number: u64) -> Result<Reader<'_>, Damage> {
        const OUTSIDE: Damage = "an offset leads out of it";
        let entry = usize::try_from(number).ok().and_then(|number| number.checked_mul(8));
        let entry = entry.and_then(|at| at.checked_add(HEAD)).ok_or(OUTSIDE)?;
        let mut directory = Reader(self.bytes.get(entry..).ok_or(OUTSIDE)?);
        let mut next = || usize::try_from(directory.u64()?).map_err(|_| OUTSIDE);
        let (start, end) = (next()?, next()?);
        let mut bucket = Reader(self.bytes.get(start..end).ok_or(OUTSIDE)?);
        if bucket.u64()? != checksum(number, &[bucket.0]) {
            return Err("a stretch of it does not match its checksum");
        }
        Ok(bucket)
    }
}

/// Writes a table; keys must differ from each other.
pub(super) fn write(
    file: &mut NewFile,
    kind: Kind,
    (build, order): (u64, u64),
    rows: &[Row],
) -> Result<(), FileError> {
    let buckets = (rows.len() / ROWS).max(1);
    let mut sorted: Vec<(u64, &Row)> =
        rows.iter().map(|row| (place(&row.0, buckets as u64), row)).collect();
    sorted.sort_unstable();
    let start = HEAD + (buckets + 1) * 8;
    let mut directory = Vec::with_capacity((buckets + 1) * 8);
    let mut body = Vec::new();
    let mut rest = sorted.as_slice();
    for number in 0..buckets as u64 {
        let length = rest.partition_point(|(place, _)| *place == number);
        let (own, others) = rest.split_at(length);
        rest = others;
        directory.extend_from_slice(&((start + body.len()) as u64).to_le_bytes());
        let mut bucket = Vec::new();
        for (_, (key, value)) in own {
            push_bytes(&mut bucket, key);
            push_bytes(&mut bucket, value);
        }
        body.extend_from_slice(&checksum(number, &[&bucket]).to_le_bytes());
        body.append(&mut bucket);
    }
    let length = (start + body.len()) as u64;
    directory.extend_from_slice(&length.to_le_bytes());
    let (units, rows) = (buckets as u64, rows.len() as u64);
    file.write(&Head { kind, build, order, units, rows, length }.bytes())?;
    file.write(&directory)?;
    file.write(&body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Draft;

    fn bytes(rows: &[Row]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let draft = Draft::create(&target).unwrap();
        let mut file = draft.file("a").unwrap();
        write(&mut file, Kind::Packages, (7, 9), rows).unwrap();
        file.finish().unwrap();
        draft.publish().unwrap();
        crate::files::read(&target.join("a")).unwrap()
    }

    fn rows() -> Vec<Row> {
        let key = |n: usize| format!("org.example:artifact-{n}").into_bytes();
        (0..50).map(|n| (key(n), vec![u8::try_from(n).unwrap(); n % 7])).collect()
    }

    fn open(bytes: Vec<u8>) -> Result<Table, Refusal> {
        Table::open(Bytes::Owned(bytes), Kind::Packages)
    }

    #[test]
    fn every_key_has_its_value_and_no_other_key_has_one() {
        let table = open(bytes(&rows())).unwrap();
        assert_eq!((table.head().build, table.head().order, table.head().rows), (7, 9, 50));
        for (key, value) in rows() {
            assert_eq!(table.get(&key), Ok(Some(&*value)));
        }
        assert_eq!(table.get(b"org.example:artifact-50"), Ok(None));
        let mut all: Vec<Row> =
            table.rows().map(|row| row.map(|(k, v)| (k.to_vec(), v.to_vec())).unwrap()).collect();
        all.sort();
        let mut expected = rows();
        expected.sort();
        assert_eq!(all, expected);
    }

    #[test]
    fn an_empty_table_answers_too() {
        let table = open(bytes(&[])).unwrap();
        assert_eq!(table.get(b""), Ok(None));
        assert_eq!(table.rows().count(), 0);
    }

    /// Whatever single bit turns, the answer is the right one or none: "not there" is never wrong.
    #[test]
    fn a_bit_that_turned_never_changes_an_answer() {
        let whole = bytes(&rows());
        let (mut refused, mut noticed) = (0, 0);
        for place in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[place / 8] ^= 1 << (place % 8);
            let Ok(table) = open(bytes) else {
                refused += 1;
                continue;
            };
            for (key, value) in rows() {
                match table.get(&key) {
                    Ok(found) => assert_eq!(found, Some(&*value), "bit {place}"),
                    Err(_) => noticed += 1,
                }
            }
            let _ = table.get(b"org.example:artifact-50").map(|found| assert_eq!(found, None));
            let _ = table.rows().count();
        }
        assert_eq!(refused, HEAD * 8);
        assert!(noticed > 0);
    }

    #[test]
    fn a_file_that_was_cut_anywhere_is_refused() {
        let whole = bytes(&rows());
        for length in 0..whole.len() {
            assert!(open(whole[..length].to_vec()).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn another_format_is_told_from_damage() {
        let mut bytes = bytes(&rows());
        bytes[8] += 1;
        assert_eq!(open(bytes).unwrap_err(), Refusal::Foreign);
    }
}
