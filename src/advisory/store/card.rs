//! What the index keeps of an identifier: the record that has it, and the records that call it the
//! same flaw. Alias groups are walked over these at the time of a scan, since it depends on that time
//! which records are withdrawn, and on the other data which of them meet.

use jiff::Timestamp;

use super::bytes::{Damage, Reader, push_bytes, push_number};
use crate::ids::AdvisoryId;

/// One identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    /// The record of that identifier.
    pub(super) own: Option<Own>,
    /// The records that list it among their aliases.
    pub(super) named_by: Vec<AdvisoryId>,
}

/// A record, as far as alias groups and comparisons need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Own {
    /// Where it is.
    pub(super) text: u64,
    /// The checksum of its JSON.
    pub(super) content: u64,
    /// When it was changed, in seconds since 1970.
    pub(super) modified: Option<i64>,
    /// When it was withdrawn, in seconds since 1970.
    pub(super) withdrawn: Option<i64>,
    /// What it calls the same flaw.
    pub(super) aliases: Vec<AdvisoryId>,
}

impl Own {
    /// Whether the record counts at that moment.
    pub(super) fn counts(&self, now: Timestamp) -> bool {
        self.withdrawn.is_none_or(|at| at > now.as_second())
    }
}

impl Card {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![u8::from(self.own.is_some())];
        if let Some(own) = &self.own {
            push_number(&mut bytes, own.text);
            bytes.extend_from_slice(&own.content.to_le_bytes());
            push_time(&mut bytes, own.modified);
            push_time(&mut bytes, own.withdrawn);
            push_ids(&mut bytes, &own.aliases);
        }
        push_ids(&mut bytes, &self.named_by);
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader(bytes);
        let own = match reader.byte()? {
            0 => None,
            _ => Some(Own {
                text: reader.number()?,
                content: reader.u64()?,
                modified: time(&mut reader)?,
                withdrawn: time(&mut reader)?,
                aliases: ids(&mut reader)?,
            }),
        };
        Ok(Self { own, named_by: ids(&mut reader)? })
    }
}

fn push_time(bytes: &mut Vec<u8>, time: Option<i64>) {
    bytes.push(u8::from(time.is_some()));
    if let Some(time) = time {
        bytes.extend_from_slice(&time.to_le_bytes());
    }
}

fn time(reader: &mut Reader<'_>) -> Result<Option<i64>, Damage> {
    Ok(match reader.byte()? {
        0 => None,
        _ => Some(i64::from_le_bytes(reader.u64()?.to_le_bytes())),
    })
}

fn push_ids(bytes: &mut Vec<u8>, ids: &[AdvisoryId]) {
    push_number(bytes, ids.len() as u64);
    for id in ids {
        push_bytes(bytes, id.as_str().as_bytes());
    }
}

fn ids(reader: &mut Reader<'_>) -> Result<Vec<AdvisoryId>, Damage> {
    let count = reader.number()?;
    (0..count).map(|_| AdvisoryId::new(reader.text()?).ok_or("an identifier is empty")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> AdvisoryId {
        AdvisoryId::new(text).unwrap()
    }

    #[test]
    fn a_card_reads_as_it_was_written() {
        let own = Own {
            text: 300,
            content: u64::MAX,
            modified: Some(-5),
            withdrawn: None,
            aliases: vec![id("CVE-2021-44228")],
        };
        for own in [None, Some(own)] {
            let card = Card { own, named_by: vec![id("GHSA-1"), id("MAL-2")] };
            assert_eq!(Card::read(&card.encode()), Ok(card));
        }
    }

    #[test]
    fn what_was_cut_is_damage() {
        let card = Card { own: None, named_by: vec![id("GHSA-1")] };
        let bytes = card.encode();
        for length in 0..bytes.len() {
            assert!(Card::read(&bytes[..length]).is_err());
        }
        // a count beyond all memory takes none
        assert!(Card::read(&[0, 0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
    }
}
