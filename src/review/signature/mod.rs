//! Signatures on a delivery: whether there are any, whether they hold, and whose they are.
//!
//! "Verified" needs a key or certificate that the buyer gave. What a document carries to prove itself
//! proves nothing: it can show that a signature is broken, never that it is the supplier's. Nothing is
//! fetched, so transparency logs, revocation and time-stamps are not asked (`docs/signatures.md`).

mod certificate;
mod cms;
mod dsse;
mod encoding;
mod form;
mod jsf;
mod json;
mod key;
mod minisign;
mod search;
mod sigstore;
mod subject;
mod trusted;
mod verdict;
mod words;

pub use form::Form;
pub use subject::Binding;
pub use trusted::{KeyFault, TrustedKey};
pub use verdict::{Outcome, Signer, Trust};

use std::borrow::Cow;
use std::collections::HashSet;

use jiff::Timestamp;

use crate::files::Source;
use crate::review::Remark;
use verdict::Trusted;

/// What a file is to the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A document that a supplier is expected to sign: a bill of materials, VEX.
    Document,
    /// Anything else, signatures included.
    Other,
}

/// A delivered file.
#[derive(Clone, Copy, Debug)]
pub struct SignedFile<'a> {
    /// Its path within the delivery, with `/`.
    pub path: &'a str,
    /// Its bytes, of which no more than two files are held at a time, or why they cannot be had.
    pub source: Result<&'a Source, &'a str>,
    /// What it is to the delivery.
    pub role: Role,
}

impl<'a> SignedFile<'a> {
    fn bytes(&self) -> Result<Cow<'a, [u8]>, String> {
        self.source?.bytes().map_err(|error| error.to_string())
    }
}

/// One signature, or the lack of one, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The file that it is about, by its path within the delivery.
    pub path: String,
    /// The file that holds the signature, where that is another one.
    pub beside: Option<String>,
    /// Its form; `None` where there is no signature.
    pub form: Option<Form>,
    /// What it is worth.
    pub outcome: Outcome,
    /// Whether what its statement is about was delivered; empty where it makes no statement.
    pub bindings: Vec<Binding>,
}

/// Checks all signatures of a delivery at the time `now`: those within documents, and those in files
/// beside them (`FILE.sig`, `FILE.asc`, `FILE.minisig`, `FILE.p7s`, `FILE.sigstore`,
/// `FILE.sigstore.json`, `FILE.bundle`, `FILE.intoto.jsonl`). Every [`Role::Document`] has at least one
/// entry in the result; the faults are remarks.
#[must_use]
pub fn check(
    files: &[SignedFile<'_>],
    keys: &[TrustedKey],
    now: Timestamp,
) -> (Vec<Checked>, Vec<Remark>) {
    let search = search::Search::new(files, Trusted { keys, now });
    let mut checked = search.all();
    let signed: HashSet<String> = checked.iter().map(|one| one.path.clone()).collect();
    let documents = files.iter().filter(|file| file.role == Role::Document);
    let unsigned = documents.filter(|file| !signed.contains(file.path));
    checked.extend(unsigned.map(|file| Checked {
        path: file.path.to_owned(),
        beside: None,
        form: None,
        outcome: Outcome::Absent,
        bindings: Vec::new(),
    }));
    checked.sort_by(|a, b| (&a.path, &a.beside, a.form).cmp(&(&b.path, &b.beside, b.form)));
    let remarks = words::remarks(&checked);
    (checked, remarks)
}
