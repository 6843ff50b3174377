//! What remote repositories sent, kept for the next run: a folder for each repository, inside it
//! Maven's layout. It is never Maven's own local repository.
//!
//! Beside a file whose answer may change, or that is not there, stands `NAME.answer`: what the
//! repository said, and when. Files are written beside and renamed, so that two processes may work at
//! once: each sees a whole file or none.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::super::declared::Updates;
use crate::files::{self, FileError};

/// What a repository said about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is there, and its digest was right.
    Here,
    /// It is there, and no digest was.
    Undigested,
    /// It is not there.
    Absent,
}

/// What is kept of one repository.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

/// What is kept about one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) said: Said,
    /// When; of what never changes it does not matter.
    pub(super) at: Option<Timestamp>,
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Whether anything is kept.
    pub(super) fn exists(&self) -> bool {
        files::is_folder(&self.folder)
    }

    pub(super) fn path(&self, place: &str) -> PathBuf {
        self.folder.join(place)
    }

    /// What is known about a file.
    pub(super) fn known(&self, place: &str) -> Option<Known> {
        let path = self.path(place);
        let is_here = files::is_file(&path);
        let answer = answer(&path);
        let Some(text) = files::is_file(&answer).then(|| files::read(&answer).ok()).flatten()
        else {
            return is_here.then_some(Known { said: Said::Here, at: None });
        };
        let text = String::from_utf8_lossy(&text);
        let (said, at) = text.trim().split_once(' ')?;
        let said = match said {
            "here" if is_here => Said::Here,
            "undigested" if is_here => Said::Undigested,
            "absent" => Said::Absent,
            _ => return None,
        };
        Some(Known { said, at: at.parse().ok() })
    }

    /// Keeps a file and what was said about it.
    pub(super) fn keep(&self, place: &str, bytes: &[u8], known: Known) -> Result<(), FileError> {
        let path = self.path(place);
        files::make_folder(path.parent().unwrap_or(&self.folder))?;
        files::write(&path, bytes)?;
        match known {
            Known { said: Said::Here, at: None } => files::remove(&answer(&path)),
            known => note(&path, known),
        }
    }

    /// Keeps that there is no such file.
    pub(super) fn keep_absence(&self, place: &str, at: Timestamp) -> Result<(), FileError> {
        let path = self.path(place);
        files::make_folder(path.parent().unwrap_or(&self.folder))?;
        note(&path, Known { said: Said::Absent, at: Some(at) })
    }
}

fn note(path: &Path, known: Known) -> Result<(), FileError> {
    let said = match known.said {
        Said::Here => "here",
        Said::Undigested => "undigested",
        Said::Absent => "absent",
    };
    let at = known.at.map_or_else(|| "once".to_owned(), |at| at.to_string());
    files::write(&answer(path), format!("{said} {at}\n").as_bytes())
}

fn answer(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".answer");
    PathBuf::from(name)
}

impl Updates {
    /// Whether an answer of that time still counts. Maven's days end at midnight where it runs; here
    /// they end at midnight UTC, which is the same for everybody.
    pub(super) fn still_counts(self, at: Option<Timestamp>, now: Timestamp) -> bool {
        let Some(at) = at.filter(|at| *at <= now) else { return self == Self::Never };
        match self {
            Self::Always => false,
            Self::Daily => day(at) == day(now),
            Self::Minutes(minutes) => {
                now.duration_since(at) < SignedDuration::from_mins(i64::from(minutes))
            }
            Self::Never => true,
        }
    }
}

fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_answer_counts_as_long_as_the_policy_says() {
        let asked = Some(at("2026-11-25T23:50:00Z"));
        let (soon, next) = (at("2026-11-25T23:59:00Z"), at("2026-11-26T00:01:00Z"));
        for (updates, expected) in [
            (Updates::Always, [false, false]),
            (Updates::Daily, [true, false]),
            (Updates::Minutes(10), [true, false]),
            (Updates::Never, [true, true]),
        ] {
            let found = [soon, next].map(|now| updates.still_counts(asked, now));
            assert_eq!(found, expected, "{updates:?}");
        }
        assert!(
            !Updates::Daily.still_counts(asked, at("2026-11-25T12:00:00Z")),
            "a clock went back"
        );
    }

    #[test]
    fn what_was_said_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("r"));
        assert_eq!((cache.exists(), cache.known("g/a.pom")), (false, None));
        let noon = at("2026-11-25T12:00:00Z");
        let time = Some(noon);
        for known in [
            Known { said: Said::Undigested, at: time },
            Known { said: Said::Here, at: time },
            Known { said: Said::Here, at: None },
            Known { said: Said::Undigested, at: None },
        ] {
            cache.keep("g/a.pom", b"x", known).unwrap();
            assert_eq!(cache.known("g/a.pom"), Some(known));
        }
        cache.keep_absence("g/b.pom", noon).unwrap();
        assert_eq!(cache.known("g/b.pom"), Some(Known { said: Said::Absent, at: time }));
        files::write(&cache.path("g/b.pom.answer"), b"\xff").unwrap();
        assert_eq!(cache.known("g/b.pom"), None, "damage counts as nothing known");
    }
}
