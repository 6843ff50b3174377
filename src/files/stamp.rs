//! How a file looked, so that it need not be read again to know that it is what it was.

use std::fs::File;

use jiff::{SignedDuration, Timestamp};

/// How coarse the clocks of file systems are: FAT counts two seconds. Twice that, for clocks that differ.
const COARSE: SignedDuration = SignedDuration::from_secs(4);

/// Who a file is, how long it is, when its bytes were written and when anything of it was changed. No
/// program can set the last of these times; whoever puts other bytes in the place of a file makes it
/// another file, or one that was changed later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    text: String,
    last: Timestamp,
}

impl Stamp {
    /// Of an open file; nothing where the system does not tell all of it.
    #[cfg(unix)]
    pub(super) fn of(file: &File) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let seen = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let time = |seconds, nanoseconds: i64| {
            Timestamp::new(seconds, i32::try_from(nanoseconds).ok()?).ok()
        };
        let written = time(seen.mtime(), seen.mtime_nsec())?;
        let changed = time(seen.ctime(), seen.ctime_nsec())?;
        let text = format!("{} {} {} {written} {changed}", seen.dev(), seen.ino(), seen.size());
        Some(Self { text, last: written.max(changed) })
    }

    /// Of an open file; nothing where the system does not tell all of it.
    #[cfg(not(unix))]
    pub(super) fn of(_file: &File) -> Option<Self> {
        None
    }

    /// The stamp as text, if a change from now on would give another: one within the same tick of the
    /// file system's clock would not.
    #[must_use]
    pub fn settled(self, now: Timestamp) -> Option<String> {
        let is_old = self.last.checked_add(COARSE).is_ok_and(|end| end < now);
        is_old.then_some(self.text)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::files::{self, Source};

    fn later() -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(60)
    }

    fn stamp(path: &std::path::Path, now: Timestamp) -> Option<String> {
        Source::open(path).ok()?.stamp()?.settled(now)
    }

    #[test]
    fn a_file_that_was_just_written_has_no_stamp_yet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        files::write(&path, b"one").unwrap();
        assert_eq!(stamp(&path, Timestamp::now()), None);
        assert!(stamp(&path, later()).is_some());
    }

    #[test]
    fn bytes_of_the_same_length_and_date_are_seen_to_be_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        files::write(&path, b"one").unwrap();
        let first = stamp(&path, later());
        let date = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        // in place, and dated back as who hides a change would
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::io::Write::write_all(&mut &file, b"two").unwrap();
        file.set_modified(date).unwrap();
        let second = stamp(&path, later());
        assert_ne!(first, second);
        assert_eq!(second, stamp(&path, later()));
        // another file in its place
        std::thread::sleep(std::time::Duration::from_millis(50));
        files::write(&path, b"two").unwrap();
        assert_ne!(second, stamp(&path, later()));
    }

    #[test]
    fn what_is_no_file_has_no_stamp() {
        assert_eq!(Source::from(b"bytes".to_vec()).stamp(), None);
    }
}
