//! What a signed statement is about (in-toto statement v0.1 and v1), and whether that was delivered.

use super::json::Value;
use super::key::{Digest, shortened};
use crate::files::hexadecimal;

/// The most subjects of one statement that are looked at.
const MOST: usize = 10_000;

/// A thing that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name, as written.
    pub name: String,
    /// Its digests: the algorithm as in-toto names it (`sha256`), and the digits in small hexadecimal.
    pub digests: Vec<(String, String)>,
}

/// A delivered file by its digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Its path within the delivery.
    pub path: String,
    sha256: String,
    sha384: String,
    sha512: String,
}

impl Delivered {
    /// Computes the digests of a file.
    #[must_use]
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let digest = |digest: Digest| hexadecimal(&digest.of(bytes));
        Self {
            path: path.to_owned(),
            sha256: digest(Digest::Sha256),
            sha384: digest(Digest::Sha384),
            sha512: digest(Digest::Sha512),
        }
    }

    fn digest(&self, name: &str) -> Option<&str> {
        Digest::of_name(name).map(|digest| match digest {
            Digest::Sha256 => &*self.sha256,
            Digest::Sha384 => &self.sha384,
            Digest::Sha512 => &self.sha512,
        })
    }
}

/// Whether a subject was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// This file is what the statement is about: every digest of it that can be compared is the same.
    Matches {
        /// The subject's name.
        name: String,
        /// The file's path.
        path: String,
    },
    /// A file of this name was delivered, and it is another one.
    Differs {
        /// The subject's name.
        name: String,
        /// The file's path.
        path: String,
    },
    /// A file of this name was delivered, but the statement names no SHA-256, SHA-384 or SHA-512 of it.
    Unproven {
        /// The subject's name.
        name: String,
        /// The file's path.
        path: String,
    },
    /// No file of this name or these digests was delivered.
    NotDelivered {
        /// The subject's name.
        name: String,
    },
}

/// The subjects of a statement; none where the payload is no statement.
pub(super) fn subjects(payload: &[u8]) -> Vec<Subject> {
    let statement = Value::parse(payload).ok();
    let list =
        statement.as_ref().and_then(|statement| statement.get("subject")).and_then(Value::list);
    let digits = |text: &str| text.to_ascii_lowercase();
    let read = |subject: &Value| {
        let digests = subject.get("digest").map(Value::members).unwrap_or_default();
        let digests = digests
            .iter()
            .filter_map(|(kind, digest)| Some((kind.clone(), digits(digest.text()?))));
        Subject {
            name: shortened(subject.text_of("name").unwrap_or_default()),
            digests: digests.collect(),
        }
    };
    list.unwrap_or_default().iter().take(MOST).map(read).collect()
}

/// Finds, for each subject, the delivered file that it means.
#[must_use]
pub fn bind(subjects: &[Subject], delivered: &[Delivered]) -> Vec<Binding> {
    subjects.iter().map(|subject| subject.bind(delivered)).collect()
}

impl Subject {
    fn bind(&self, delivered: &[Delivered]) -> Binding {
        let name = self.name.clone();
        let compared = |file: &Delivered| self.compare(file);
        if let Some(file) = delivered.iter().find(|file| compared(file) == Some(true)) {
            return Binding::Matches { name, path: file.path.clone() };
        }
        let Some(file) = delivered.iter().find(|file| self.means(&file.path)) else {
            return Binding::NotDelivered { name };
        };
        let path = file.path.clone();
        match compared(file) {
            Some(_) => Binding::Differs { name, path },
            None => Binding::Unproven { name, path },
        }
    }

    /// Whether the digests are those of a file; `None` where none can be compared.
    fn compare(&self, file: &Delivered) -> Option<bool> {
        let known =
            self.digests.iter().filter_map(|(kind, digest)| Some((file.digest(kind)?, digest)));
        let same: Vec<bool> = known.map(|(own, stated)| own == stated).collect();
        (!same.is_empty()).then(|| same.iter().all(|same| *same))
    }

    /// Whether the name is that of a file: its path, or one is the end of the other.
    fn means(&self, path: &str) -> bool {
        let name = self.name.trim_start_matches("./");
        let ends = |whole: &str, end: &str| {
            whole.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('/'))
        };
        !name.is_empty() && (ends(path, name) || ends(name, path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of "abc" (FIPS 180-4).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn subject(name: &str, digests: &[(&str, &str)]) -> Subject {
        let own = |(kind, digest): &(&str, &str)| ((*kind).to_owned(), (*digest).to_owned());
        Subject { name: name.to_owned(), digests: digests.iter().map(own).collect() }
    }

    #[test]
    fn a_subject_is_bound_by_its_digest_and_judged_by_its_name() {
        let delivered =
            [Delivered::of("out/app.jar", b"abc"), Delivered::of("out/lib.jar", b"abcd")];
        let at = |name: &str, path: &str| (name.to_owned(), path.to_owned());
        let bound = bind(
            &[
                subject("another name", &[("sha256", ABC)]),
                subject("lib.jar", &[("sha256", ABC)]),
                subject(
                    "app.jar",
                    &[("sha256", "00"), ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")],
                ),
                subject("./app.jar", &[("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")]),
                subject("image", &[("sha256", "00")]),
                subject("app.jar", &[("sha256", ABC), ("sha512", "00")]),
            ],
            &delivered,
        );
        let (first, path) = at("another name", "out/app.jar");
        assert_eq!(bound[0], Binding::Matches { name: first, path });
        let (name, path) = at("lib.jar", "out/app.jar");
        assert_eq!(bound[1], Binding::Matches { name, path }, "the digest tells the file");
        let (name, path) = at("app.jar", "out/app.jar");
        assert_eq!(bound[2], Binding::Differs { name, path });
        let (name, path) = at("./app.jar", "out/app.jar");
        assert_eq!(bound[3], Binding::Unproven { name, path });
        assert_eq!(bound[4], Binding::NotDelivered { name: "image".to_owned() });
        let (name, path) = at("app.jar", "out/app.jar");
        assert_eq!(bound[5], Binding::Differs { name, path }, "all digests must be the same");
    }
}
