//! The folder of generations: who may change it, which one counts, which ones go.

use std::path::{Path, PathBuf};

use super::draft::Making;
use super::{CURRENT, manifest};
use crate::files::{self, Draft, FileError, Lock, Sharing};

/// How the name of a generation begins; a number of eight digits follows.
const GENERATION: &str = "gen-";

/// How many generations stay: the one that counts and the one before, to compare with.
const KEPT: usize = 2;

/// The right to change the data, which one process has at a time.
#[derive(Debug)]
pub(in crate::advisory) struct Home {
    folder: PathBuf,
    _lock: Lock,
}

impl Home {
    /// Waits until nobody else imports; `waits` is called before, when somebody does.
    pub(in crate::advisory) fn take(folder: &Path, waits: impl Fn()) -> Result<Self, FileError> {
        files::make_folder(folder)?;
        let path = folder.join("lock");
        let lock = match Lock::attempt(&path, Sharing::Alone)? {
            Some(lock) => lock,
            None => {
                waits();
                Lock::wait(&path, Sharing::Alone)?
            }
        };
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// Begins a generation. What imports left that were killed goes.
    pub(in crate::advisory) fn begin(&self) -> Result<(String, Making), FileError> {
        let (complete, unfinished) = files::folders(&self.folder)?;
        for name in unfinished {
            files::remove(&self.folder.join(name))?;
        }
        let number = |name: &String| name.strip_prefix(GENERATION)?.parse::<u32>().ok();
        let next = complete.iter().filter_map(number).max().unwrap_or(0).saturating_add(1);
        let name = format!("{GENERATION}{next:08}");
        let making = Making::new(Draft::create(&self.folder.join(&name))?)?;
        Ok((name, making))
    }

    /// Makes a published generation the one that counts, and removes those before the last one.
    pub(in crate::advisory) fn switch(&self, name: &str, digest: &str) -> Result<(), FileError> {
        files::replace(&self.folder.join(CURRENT), format!("{name}\n{digest}\n").as_bytes())?;
        let (complete, _) = files::folders(&self.folder)?;
        let old = complete.iter().filter(|name| name.starts_with(GENERATION));
        let mut old: Vec<&String> = old.collect();
        old.truncate(old.len().saturating_sub(KEPT));
        for name in old {
            self.clean(name)?;
        }
        Ok(())
    }

    /// Removes a generation, unless a scan still reads it: then the next import does.
    fn clean(&self, name: &str) -> Result<(), FileError> {
        let folder = self.folder.join(name);
        let manifest = folder.join(manifest::NAME);
        if files::is_file(&manifest) {
            match Lock::attempt(&manifest, Sharing::Alone) {
                Ok(None) => return Ok(()),
                // held until the folder is gone; without locks there is only the name
                lock => {
                    let removed = files::remove(&folder);
                    drop(lock);
                    return removed;
                }
            }
        }
        files::remove(&folder)
    }
}

/// The generations of a folder, the oldest first.
///
/// # Errors
/// When the folder cannot be listed.
pub fn generations(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let (complete, _) = files::folders(folder)?;
    let own = complete.into_iter().filter(|name| name.starts_with(GENERATION));
    Ok(own.map(|name| folder.join(name)).collect())
}
