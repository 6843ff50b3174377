//! The records that ship with bomvet, compiled in.
//!
//! `advisories/osv/*.json` is what people read and change; `advisories/bundled.jsonl` is the same, one
//! record a line, made by `just bundle` and checked for freshness by a test.

use std::sync::Arc;

use super::database::Batch;
use super::record::Record;
use crate::files::sha256;

/// The name under which these records appear in reports.
pub const NAME: &str = "bundled";

const RECORDS: &str = include_str!("../../advisories/bundled.jsonl");

/// Reads the bundled records.
#[must_use]
pub fn batch() -> Batch {
    let source: Arc<str> = Arc::from(NAME);
    let mut batch =
        Batch { name: NAME.to_owned(), sha256: sha256([RECORDS.as_bytes()]), ..Batch::default() };
    for line in RECORDS.lines() {
        match Record::parse(line, &source) {
            Ok(record) => batch.records.push(record),
            Err(error) => batch.warnings.push(format!("bundled record {error}")),
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_record_is_read_without_a_remark() {
        let batch = batch();
        assert!(batch.warnings.is_empty(), "{:?}", batch.warnings);
        assert!(!batch.records.is_empty());
        for record in &batch.records {
            assert!(record.warnings.is_empty(), "{}: {:?}", record.id, record.warnings);
        }
    }
}
