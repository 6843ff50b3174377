//! Fetching advisory data: each source becomes one file of the download folder, replaced when the whole
//! of the newer one is there and is what it should be.
//!
//! Beside each file stands what the server said about it, so that an unchanged one is not fetched again;
//! beside a part that broke off too, so that it is continued. A file whose bytes are not those that were
//! fetched counts as not there.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::exploitation::{self, Kind};
use crate::config::{DataSource, SourceKind};
use crate::files::{self, FileError, Growing, Source, sha256};
use crate::net::{
    Address, Answer, Client, InvalidAddress, NetError, PlainHttp, Request, Sink, Stamp,
};

/// A source that is here now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// What the configuration calls it.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its bytes, if it came just now; `None` when it had not changed.
    pub fetched: Option<u64>,
}

/// Why a source is not here.
#[derive(Debug)]
pub struct UpdateError {
    /// What the configuration calls it.
    pub name: String,
    /// What happened.
    pub cause: UpdateCause,
}

/// What happened.
#[derive(Debug, thiserror::Error)]
pub enum UpdateCause {
    /// The configuration names no address that is asked.
    #[error("its url {0}")]
    Address(InvalidAddress),
    /// It could not be fetched.
    #[error("{0}")]
    Net(NetError),
    /// Something else came.
    #[error("{address} sent {found}, expected {expected}")]
    OtherContent {
        /// The address, without credentials.
        address: String,
        /// What came.
        found: String,
        /// What should have come.
        expected: &'static str,
    },
    /// It could not be kept.
    #[error("could not write {0}")]
    File(#[from] FileError),
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data source {}: {}", self.name, self.cause)
    }
}

impl std::error::Error for UpdateError {}

/// What is known of a file, or of a part of one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// SHA-256 of the address, which may hold secrets.
    address: String,
    stamp: Stamp,
    /// SHA-256 of the file; of a part there is none.
    #[serde(default)]
    sha256: String,
}

/// Fetches a source into a folder, if it has changed.
///
/// # Errors
/// When it could not be fetched whole or is not what it should be: the file that was there is still there.
pub fn fetch(
    source: &DataSource,
    folder: &Path,
    client: &Client<'_>,
) -> Result<Download, UpdateError> {
    let fetched = Place { source, folder }.fetch(client);
    fetched.map_err(|cause| UpdateError { name: source.name.clone(), cause })
}

/// Forgets what servers said about files that turned out to be damaged, so that they are fetched again.
///
/// # Errors
/// When that cannot be written.
pub fn distrust(downloads: &[Download]) -> Result<(), FileError> {
    downloads.iter().try_for_each(|download| files::remove(&beside(&download.path)))
}

/// Where stands what the server said about a file.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".state");
    PathBuf::from(name)
}

/// A source and where it goes.
#[derive(Clone, Copy)]
struct Place<'a> {
    source: &'a DataSource,
    folder: &'a Path,
}

impl Place<'_> {
    fn fetch(self, client: &Client<'_>) -> Result<Download, UpdateCause> {
        let plain = if self.source.allow_http { PlainHttp::Anywhere } else { PlainHttp::Loopback };
        let address = Address::parse(&self.source.url, plain).map_err(UpdateCause::Address)?;
        let known = self.known();
        let expected = self.source.sha256.as_deref();
        if let Some(known) = known.as_ref().filter(|known| Some(&*known.sha256) == expected) {
            return Ok(self.download(known, None));
        }
        let mut part = Part::open(self)?;
        let request = Request {
            address: &address,
            // with another digest than the expected one it is not what is wanted
            known: known.as_ref().map(|known| &known.stamp).filter(|_| expected.is_none()),
            limit: self.limit(),
            sha256: expected,
            headers: &[],
        };
        match (client.fetch(request, &mut part).map_err(UpdateCause::Net)?, known) {
            (Answer::Unchanged, Some(known)) => {
                part.discard()?;
                Ok(self.download(&known, None))
            }
            (Answer::Fetched(sha256), _) => self.keep(part, sha256, &address),
            (Answer::Unchanged, None) => Err(FileError {
                path: self.file(""),
                cause: "is not there, and the server says that it is unchanged".to_owned(),
            }
            .into()),
        }
    }

    fn download(self, state: &State, fetched: Option<u64>) -> Download {
        let (name, sha256) = (self.source.name.clone(), state.sha256.clone());
        Download { name, path: self.file(""), sha256, fetched }
    }

    /// The complete file that is here, if its bytes are those that were fetched from this address.
    fn known(self) -> Option<State> {
        let state: State = read_state(&beside(&self.file("")))?;
        let digest = Source::open(&self.file("")).ok()?.sha256().ok()?;
        (state.address == self.address() && state.sha256 == digest).then_some(state)
    }

    /// Makes the part the file, after a look at what it is.
    fn keep(
        self,
        mut part: Part,
        sha256: String,
        address: &Address,
    ) -> Result<Download, UpdateCause> {
        if let Err(found) = self.is_expected(part.file.path())? {
            part.restart(Stamp::default()).map_err(|error| unwritten(part.file.path(), &error))?;
            let (address, expected) = (address.to_string(), self.expected());
            return Err(UpdateCause::OtherContent { address, found, expected });
        }
        let bytes = part.file.length();
        let state = State { address: self.address(), stamp: part.state.stamp, sha256 };
        part.file.finish(&self.file(""))?;
        files::remove(&part.state_file)?;
        write_state(&beside(&self.file("")), &state)?;
        Ok(self.download(&state, Some(bytes)))
    }

    fn is_expected(self, path: &Path) -> Result<Result<(), String>, FileError> {
        let bytes = match self.source.kind {
            SourceKind::OsvZip => {
                let head = Source::open(path)?.head(4).map_err(|error| unwritten(path, &error))?;
                let is_zip = head.starts_with(b"PK");
                return Ok(if is_zip { Ok(()) } else { Err("no zip".to_owned()) });
            }
            SourceKind::Kev | SourceKind::Epss => files::read(path)?,
        };
        Ok(match exploitation::parse(&bytes) {
            Ok(Some(feed)) if Some(feed.kind()) == self.feed() => Ok(()),
            Ok(Some(feed)) => Err(format!("a {}", feed.kind())),
            Ok(None) => Err("something else".to_owned()),
            Err(error) => Err(format!("a {error}")),
        })
    }

    fn feed(self) -> Option<Kind> {
        match self.source.kind {
            SourceKind::OsvZip => None,
            SourceKind::Kev => Some(Kind::Kev),
            SourceKind::Epss => Some(Kind::Epss),
        }
    }

    fn expected(self) -> &'static str {
        match self.source.kind {
            SourceKind::OsvZip => "a zip of OSV records",
            SourceKind::Kev => "CISA's catalogue in JSON",
            SourceKind::Epss => "EPSS scores of a day",
        }
    }

    /// The most bytes that are taken. All of OSV has some 1 GB.
    fn limit(self) -> u64 {
        match self.source.kind {
            SourceKind::OsvZip => 4 << 30,
            SourceKind::Kev => 64 << 20,
            SourceKind::Epss => 256 << 20,
        }
    }

    fn file(self, what: &str) -> PathBuf {
        let extension = match self.source.kind {
            SourceKind::OsvZip => "zip",
            SourceKind::Kev => "json",
            SourceKind::Epss => "csv",
        };
        self.folder.join(format!("{}.{extension}{what}", self.source.name))
    }

    fn address(self) -> String {
        sha256([self.source.url.as_bytes()])
    }
}

/// A file on its way.
struct Part {
    file: Growing,
    state: State,
    state_file: PathBuf,
}

impl Part {
    /// Takes up a part from the same address; another one is dropped.
    fn open(place: Place<'_>) -> Result<Self, FileError> {
        let path = place.file(".part");
        let state_file = beside(&path);
        let mut file = Growing::open(&path)?;
        let state: State = read_state(&state_file).unwrap_or_default();
        let state = if state.address == place.address() {
            state
        } else {
            file.clear().map_err(|error| unwritten(&path, &error))?;
            State { address: place.address(), ..State::default() }
        };
        Ok(Self { file, state, state_file })
    }

    /// Removes what was begun and is not needed.
    fn discard(self) -> Result<(), FileError> {
        files::remove(self.file.path())?;
        files::remove(&self.state_file)
    }
}

impl Sink for Part {
    fn length(&self) -> u64 {
        self.file.length()
    }

    fn stamp(&self) -> &Stamp {
        &self.state.stamp
    }

    fn restart(&mut self, stamp: Stamp) -> io::Result<()> {
        self.file.clear()?;
        self.state.stamp = stamp;
        write_state(&self.state_file, &self.state).map_err(io::Error::other)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.append(bytes)
    }

    fn sha256(&mut self) -> io::Result<String> {
        let source = Source::open(self.file.path()).map_err(io::Error::other)?;
        source.sha256()
    }
}

/// What stands in a state file; one that cannot be read is as good as none.
fn read_state<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&files::read(path).ok()?).ok()
}

fn write_state(path: &Path, state: &State) -> Result<(), FileError> {
    let text = serde_json::to_vec(state).map_err(|error| unwritten(path, &error.into()))?;
    files::write(path, &text)
}

fn unwritten(path: &Path, error: &io::Error) -> FileError {
    FileError { path: path.to_owned(), cause: error.to_string() }
}
