//! Which signatures a delivery holds, and on what.

use std::collections::HashMap;

use memchr::memmem;

use super::dsse::{self, Over};
use super::encoding::base64;
use super::form::{Form, beside, has_xml_signature, signed_by_name};
use super::json::Value;
use super::key::USUAL;
use super::subject::{Binding, Delivered, Subject};
use super::verdict::{Carried, Claim, Outcome, Trusted};
use super::{Checked, Role, SignedFile, cms, jsf, minisign, sigstore};
use crate::ingest::text;
use crate::review::delivery::begins_like_a_document;

/// The most envelopes of one file of lines that are opened.
const MOST_LINES: usize = 1000;

/// The most bytes of a signature that stands beside its file; envelopes hold documents and may be longer.
const LONGEST: usize = 64 * 1024;

/// A delivery that is searched for signatures.
pub(super) struct Search<'a> {
    files: &'a [SignedFile<'a>],
    by_path: HashMap<&'a str, &'a SignedFile<'a>>,
    trusted: Trusted<'a>,
}

/// A signature that was found.
struct Found {
    checked: Checked,
    subjects: Vec<Subject>,
    over: Over,
}

impl<'a> Search<'a> {
    pub(super) fn new(files: &'a [SignedFile<'a>], trusted: Trusted<'a>) -> Self {
        let by_path = files.iter().map(|file| (file.path, file)).collect();
        Self { files, by_path, trusted }
    }

    /// All signatures, with what their statements are about.
    pub(super) fn all(&self) -> Vec<Checked> {
        let found: Vec<Found> = self.files.iter().flat_map(|file| self.of_file(file)).collect();
        let subjects = found.iter().flat_map(|found| &found.subjects);
        let delivered = Delivered::for_subjects(self.files, subjects);
        found.into_iter().map(|found| found.bound(&delivered)).collect()
    }

    fn of_file(&self, file: &SignedFile<'a>) -> Vec<Found> {
        let Some(stem) = signed_by_name(file.path) else { return self.within(file) };
        let signed = self.by_path.get(stem).copied();
        let bytes = match file.bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                let outcome = unread("the signature", error.as_str());
                return vec![Found::about(file, signed, Form::Unknown, outcome)];
            }
        };
        match (beside(file.path, &bytes), signed) {
            (None, _) | (Some(Form::Unknown), None) => Vec::new(),
            (Some(Form::Dsse), signed) => self.enveloped((file, &bytes), signed),
            (Some(form), Some(signed)) => {
                let outcome = match signed.bytes() {
                    Ok(content) => self.detached(form, &bytes, &content),
                    Err(error) => unread("the file that it signs", error.as_str()),
                };
                vec![Found::of(signed.path, Some(file.path), form, outcome)]
            }
            (Some(form), None) => {
                let cause = "the file that it signs is not in the delivery".to_owned();
                vec![Found::of(file.path, None, form, Outcome::NotVerified(cause))]
            }
        }
    }

    /// Signatures within a file. What is no document is opened only where it begins like one.
    fn within(&self, file: &SignedFile<'a>) -> Vec<Found> {
        if file.role != Role::Document && !file.source.is_ok_and(begins_like_a_document) {
            return Vec::new();
        }
        let bytes = match file.bytes() {
            Ok(bytes) => bytes,
            // that it cannot be read is told of the file; nothing says that it holds a signature
            Err(_) if file.role != Role::Document => return Vec::new(),
            Err(error) => {
                let outcome = unread("the document", error.as_str());
                return vec![Found::of(file.path, None, Form::Unknown, outcome)];
            }
        };
        let Ok(text) = text::decode(&bytes) else { return Vec::new() };
        match text.trim_start().as_bytes().first() {
            Some(b'<') if has_xml_signature(text.as_bytes()) => {
                let cause =
                    "XML signatures are recognised, not checked (use xmlsec1 --verify)".to_owned();
                vec![Found::of(file.path, None, Form::Xml, Outcome::NotVerified(cause))]
            }
            Some(b'{') if is_suspect(&text) => self.within_json(file, &text),
            _ => Vec::new(),
        }
    }

    fn within_json(&self, file: &SignedFile<'a>, text: &str) -> Vec<Found> {
        if file.path.ends_with(".jsonl") {
            return self.enveloped((file, text.as_bytes()), None);
        }
        let value = match Value::parse(text.as_bytes()) {
            Ok(value) => value,
            Err(cause) => {
                let cause = format!(
                    "it may hold a signature, but cannot be read as a signer would: {cause}"
                );
                return vec![Found::of(
                    file.path,
                    None,
                    Form::Unknown,
                    Outcome::NotVerified(cause),
                )];
            }
        };
        if dsse::is_envelope(&value) || sigstore::is_bundle(&value) {
            return vec![self.opened(&value, file, None)];
        }
        let outcome = jsf::check(&value, self.trusted);
        outcome.map(|outcome| Found::of(file.path, None, Form::Jsf, outcome)).into_iter().collect()
    }

    /// Envelopes and bundles in a file of their own: one, or one on each line.
    fn enveloped(
        &self,
        (file, bytes): (&SignedFile<'a>, &[u8]),
        signed: Option<&SignedFile<'a>>,
    ) -> Vec<Found> {
        let text = String::from_utf8_lossy(bytes);
        if !file.path.ends_with(".jsonl") {
            return self.parsed(&text, file, signed).into_iter().collect();
        }
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let first = lines.by_ref().take(MOST_LINES);
        let mut found: Vec<Found> =
            first.filter_map(|line| self.parsed(line, file, signed)).collect();
        if lines.next().is_some() && !found.is_empty() {
            let cause = format!("only the first {MOST_LINES} envelopes of the file are opened");
            found.push(Found::about(file, signed, Form::Dsse, Outcome::NotVerified(cause)));
        }
        found
    }

    /// A text that may be an envelope; `None` where it is none and stands beside nothing.
    fn parsed(
        &self,
        text: &str,
        file: &SignedFile<'a>,
        signed: Option<&SignedFile<'a>>,
    ) -> Option<Found> {
        let cause = match Value::parse(text.as_bytes()) {
            Ok(value) if dsse::is_envelope(&value) || sigstore::is_bundle(&value) => {
                return Some(self.opened(&value, file, signed));
            }
            Err(cause) if is_suspect(text) => {
                let outcome = Outcome::Broken(format!("the envelope cannot be read: {cause}"));
                return Some(Found::about(file, signed, Form::Dsse, outcome));
            }
            Ok(_) | Err(_) => "it is neither an envelope (DSSE) nor a Sigstore bundle",
        };
        signed?;
        Some(Found::about(file, signed, Form::Unknown, Outcome::NotVerified(cause.to_owned())))
    }

    /// An envelope or a bundle.
    fn opened(
        &self,
        value: &Value,
        file: &SignedFile<'a>,
        signed: Option<&SignedFile<'a>>,
    ) -> Found {
        let (form, envelope) = if sigstore::is_bundle(value) {
            let bytes = match signed.map(SignedFile::bytes).transpose() {
                Ok(bytes) => bytes,
                Err(error) => {
                    let outcome = unread("the file that it signs", error.as_str());
                    return Found::about(file, signed, Form::Sigstore, outcome);
                }
            };
            (Form::Sigstore, sigstore::check(value, bytes.as_deref(), self.trusted))
        } else {
            (Form::Dsse, dsse::check(value, self.trusted, || Carried::Nothing))
        };
        let found = Found::about(file, signed, form, envelope.outcome);
        Found { subjects: envelope.subjects, over: envelope.over, ..found }
    }

    /// A signature that holds nothing but itself.
    fn detached(&self, form: Form, signature: &[u8], file: &[u8]) -> Outcome {
        if signature.len() > LONGEST && form != Form::OpenPgp {
            return Outcome::NotVerified(format!(
                "it is longer than {LONGEST} bytes, which none of its form is"
            ));
        }
        match form {
            Form::Minisign => minisign::check(file, signature, self.trusted),
            Form::Cms => cms::check(file, signature, self.trusted),
            Form::Bare => self.bare(signature, file),
            Form::OpenPgp => Outcome::NotVerified(
                "OpenPGP signatures are recognised, not checked: use gpg --verify SIGNATURE FILE"
                    .to_owned(),
            ),
            Form::Jsf | Form::Xml | Form::Dsse | Form::Sigstore | Form::Unknown => {
                Outcome::NotVerified("it is in no form that is known".to_owned())
            }
        }
    }

    fn bare(&self, signature: &[u8], file: &[u8]) -> Outcome {
        let decoded = std::str::from_utf8(signature).ok().and_then(base64);
        let claim = Claim {
            message: file,
            content: file,
            signature: decoded.as_deref().unwrap_or(signature),
            ways: &USUAL,
            key_id: None,
            carried: Carried::Nothing,
        };
        claim.judge(self.trusted)
    }
}

/// What could not be had cannot be checked.
fn unread(what: &str, error: &str) -> Outcome {
    Outcome::NotVerified(format!("{what} could not be read whole: {error}"))
}

/// Whether a text holds a word of signatures; what holds none need not be read for them.
fn is_suspect(text: &str) -> bool {
    let words = ["\"signature\"", "\"payloadType\"", "dev.sigstore.bundle"];
    words.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

impl Found {
    fn of(path: &str, beside: Option<&str>, form: Form, outcome: Outcome) -> Self {
        let checked = Checked {
            path: path.to_owned(),
            beside: beside.map(str::to_owned),
            form: Some(form),
            outcome,
            bindings: Vec::new(),
        };
        Self { checked, subjects: Vec::new(), over: Over::File }
    }

    /// Of the file beside which it stands, or of itself.
    fn about(
        file: &SignedFile<'_>,
        signed: Option<&SignedFile<'_>>,
        form: Form,
        outcome: Outcome,
    ) -> Self {
        match signed {
            Some(signed) => Self::of(signed.path, Some(file.path), form, outcome),
            None => Self::of(file.path, None, form, outcome),
        }
    }

    /// With what its statement is about. A statement beside a file verifies the file only if it is
    /// about that very file.
    fn bound(self, delivered: &Delivered<'_>) -> Checked {
        let mut checked = self.checked;
        checked.bindings = self.subjects.iter().map(|one| delivered.bind(one)).collect();
        let about = |binding: &Binding| matches!(binding, Binding::Matches { path, .. } if *path == checked.path);
        let spoken_of = checked.bindings.iter().any(about);
        if checked.beside.is_some()
            && self.over == Over::Payload
            && !spoken_of
            && let Outcome::Verified { by, .. } = &checked.outcome
        {
            checked.outcome = Outcome::NotVerified(format!(
                "the envelope holds under {by}, but does not speak of this file by a digest that is its own"
            ));
        }
        checked
    }
}
