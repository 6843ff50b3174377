//! What a signed statement is about (in-toto statement v0.1 and v1), and whether that was delivered.

use std::collections::{BTreeSet, HashMap};

use super::SignedFile;
use super::json::Value;
use super::key::{Digest, shortened};

/// The most subjects of one statement that are looked at.
const MOST: usize = 10_000;

/// A thing that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    /// Its name, as written.
    pub name: String,
    /// Its digests: the algorithm as in-toto names it (`sha256`), and the digits in small hexadecimal.
    pub digests: Vec<(String, String)>,
}

/// The delivered files, by the digests that statements name and by the ends of their paths.
#[derive(Debug)]
pub(super) struct Delivered<'a> {
    files: &'a [SignedFile<'a>],
    by_digest: HashMap<(Digest, String), usize>,
    /// The digests of each file, as far as they could be had.
    digests: Vec<Vec<(Digest, String)>>,
    /// By the name at the end of the path.
    by_name: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Delivered<'a> {
    /// Computes of each file the digests that any of the subjects names.
    pub(super) fn for_subjects<'s>(
        files: &'a [SignedFile<'a>],
        subjects: impl Iterator<Item = &'s Subject>,
    ) -> Self {
        let named = subjects.flat_map(|subject| &subject.digests);
        let kinds: BTreeSet<Digest> = named.filter_map(|(kind, _)| Digest::of_name(kind)).collect();
        let mut delivered = Self {
            files,
            by_digest: HashMap::new(),
            digests: Vec::with_capacity(files.len()),
            by_name: HashMap::new(),
        };
        for (at, file) in files.iter().enumerate() {
            let own =
                kinds.iter().filter_map(|kind| Some((*kind, kind.of_source(file.source.ok()?)?)));
            let own: Vec<(Digest, String)> = own.collect();
            for digest in &own {
                delivered.by_digest.entry(digest.clone()).or_insert(at);
            }
            delivered.digests.push(own);
            delivered.by_name.entry(last(file.path)).or_default().push(at);
        }
        delivered
    }

    /// The delivered file that a subject means.
    pub(super) fn bind(&self, subject: &Subject) -> Binding {
        let name = subject.name.clone();
        let path = |at: usize| self.files[at].path.to_owned();
        // files of one digest are the same, so that the first stands for all
        let digests = subject.known().filter_map(|digest| self.by_digest.get(&digest).copied());
        if let Some(at) = digests.into_iter().find(|at| self.compare(subject, *at) == Some(true)) {
            return Binding::Matches { name, path: path(at) };
        }
        let called = self.by_name.get(last(&subject.name)).map_or(&[][..], Vec::as_slice);
        let Some(at) = called.iter().copied().find(|at| subject.means(self.files[*at].path)) else {
            return Binding::NotDelivered { name };
        };
        match self.compare(subject, at) {
            Some(_) => Binding::Differs { name, path: path(at) },
            None => Binding::Unproven { name, path: path(at) },
        }
    }

    /// Whether the digests are those of a file; `None` where none can be compared.
    fn compare(&self, subject: &Subject, at: usize) -> Option<bool> {
        let own = &self.digests[at];
        let stated = subject.known().filter(|(kind, _)| own.iter().any(|(one, _)| one == kind));
        let same: Vec<bool> = stated.map(|digest| own.contains(&digest)).collect();
        (!same.is_empty()).then(|| same.iter().all(|same| *same))
    }
}

/// The name at the end of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
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

impl Subject {
    /// The digests of kinds that can be computed.
    fn known(&self) -> impl Iterator<Item = (Digest, String)> + '_ {
        let digests = self.digests.iter();
        digests.filter_map(|(kind, digits)| Some((Digest::of_name(kind)?, digits.clone())))
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
    use super::super::Role;
    use super::*;
    use crate::files::Source;

    /// SHA-256 of "abc" (FIPS 180-4).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn subject(name: &str, digests: &[(&str, &str)]) -> Subject {
        let own = |(kind, digest): &(&str, &str)| ((*kind).to_owned(), (*digest).to_owned());
        Subject { name: name.to_owned(), digests: digests.iter().map(own).collect() }
    }

    #[test]
    fn a_subject_is_bound_by_its_digest_and_judged_by_its_name() {
        let (abc, abcd) = (Source::from(b"abc".to_vec()), Source::from(b"abcd".to_vec()));
        let file = |path, source| SignedFile { path, source: Ok(source), role: Role::Other };
        let files = [file("out/app.jar", &abc), file("out/lib.jar", &abcd)];
        let at = |name: &str, path: &str| (name.to_owned(), path.to_owned());
        let subjects = [
            subject("another name", &[("sha256", ABC)]),
            subject("lib.jar", &[("sha256", ABC)]),
            subject(
                "app.jar",
                &[("sha256", "00"), ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")],
            ),
            subject("./app.jar", &[("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")]),
            subject("image", &[("sha256", "00")]),
            subject("app.jar", &[("sha256", ABC), ("sha512", "00")]),
        ];
        let delivered = Delivered::for_subjects(&files, subjects.iter());
        let bound: Vec<Binding> = subjects.iter().map(|one| delivered.bind(one)).collect();
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
