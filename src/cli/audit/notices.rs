//! The notices at the end of `bomvet audit run`: sent, or the reason why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::audit::digest::Digest;
use crate::audit::notice::{Delivered, Message, fresh_lines, metrics, signature};
use crate::audit::store::{Store, StoreError, Wanted};
use crate::cli::network;
use crate::config::{Channel, Form, Notice, Settings, Target};
use crate::files::{self, FileError};
use crate::net::{Address, Client, Clock, Header, Options, PlainHttp, Post};

/// How long one message may take, waits included.
const LONGEST: Duration = Duration::from_secs(2 * 60);

/// What notices tell.
pub(super) struct Told<'a> {
    pub(super) settings: &'a Settings,
    pub(super) store: &'a dyn Store,
    pub(super) digest: &'a Digest,
    pub(super) run: u64,
    pub(super) now: Timestamp,
}

/// Sends all notices. The answer is why some were not sent; the next run tries them again.
pub(super) fn send(told: &Told<'_>, store: &Path) -> Vec<String> {
    if told.settings.notices.is_empty() {
        return Vec::new();
    }
    let mut memory = match Remembered::open(store) {
        Ok(memory) => memory,
        Err(cause) => return vec![format!("no notice was sent: {cause}")],
    };
    let failed = |notice: &Notice, cause| format!("notice {} was not sent: {cause}", notice.name);
    let send = |notice: &Notice| told.send(notice, &mut memory).err().map(|c| failed(notice, c));
    told.settings.notices.iter().filter_map(send).collect()
}

/// The file beside the store that remembers what was sent.
struct Remembered {
    path: PathBuf,
    delivered: Delivered,
}

impl Remembered {
    fn open(store: &Path) -> Result<Self, String> {
        let mut name = store.as_os_str().to_owned();
        name.push(".notices.json");
        let path = PathBuf::from(name);
        if !files::is_file(&path) {
            return Ok(Self { path, delivered: Delivered::default() });
        }
        let bytes = files::read(&path).map_err(|error| format!("could not read {error}"))?;
        let delivered = Delivered::read(&bytes);
        let delivered = delivered.map_err(|error| format!("{} {error}", path.display()))?;
        Ok(Self { path, delivered })
    }

    fn keep(&self) -> Result<(), String> {
        files::replace(&self.path, &self.delivered.bytes()).map_err(|error| unwritten(&error))
    }
}

impl Told<'_> {
    fn send(&self, notice: &Notice, memory: &mut Remembered) -> Result<(), String> {
        if let Channel::Prometheus(path) = &notice.channel {
            let exploited = self.exploited().map_err(|error| error.to_string())?;
            let text = metrics(self.digest, &exploited, self.now);
            let path = network::beside_configuration(self.settings, path);
            return files::write(&path, text.as_bytes()).map_err(|error| unwritten(&error));
        }
        let owed = memory.delivered.owed(&notice.name, self.run);
        // what is owed is remembered before it is tried
        memory.keep()?;
        for run in owed {
            let wanted = Wanted { run: Some(run), ..Wanted::default() };
            let events = self.store.events(&wanted).map_err(|error| error.to_string())?;
            let events: Vec<_> =
                events.into_iter().filter(|event| notice.events.contains(&event.kind)).collect();
            if !events.is_empty() {
                let message = Message { notice: &notice.name, run, events: &events };
                self.deliver(&notice.channel, &message)?;
            }
            memory.delivered.sent(&notice.name, run);
            memory.keep()?;
        }
        Ok(())
    }

    fn deliver(&self, channel: &Channel, message: &Message<'_>) -> Result<(), String> {
        match channel {
            Channel::Prometheus(_) => Ok(()),
            Channel::Lines(path) => {
                let path = network::beside_configuration(self.settings, path);
                let more = |held: &[u8]| {
                    fresh_lines(held, message.events).map_err(|error| Trouble(error.to_string()))
                };
                files::extend(&path, more).map_err(|Trouble(cause)| cause)
            }
            Channel::Server { form, address, secret_env } => {
                self.post(*form, address, secret_env.as_deref(), message)
            }
        }
    }

    fn post(
        &self,
        form: Form,
        target: &Target,
        secret_env: Option<&str>,
        message: &Message<'_>,
    ) -> Result<(), String> {
        const CLOCK: Clock<'static> = Clock { now: &Timestamp::now, sleep: &std::thread::sleep };
        let url = match target {
            Target::Url(url) => url.clone(),
            Target::Variable(name) => variable(name)?,
        };
        let address = Address::parse(url.trim(), PlainHttp::Loopback);
        let address = address.map_err(|error| format!("its address {error}"))?;
        let body = message.body(form);
        let mut headers = vec![header("Idempotency-Key", &message.key())?];
        if let Some(name) = secret_env {
            let at = Timestamp::now().as_second();
            let signed = signature(variable(name)?.as_bytes(), at, &body);
            headers.push(header("Bomvet-Timestamp", &at.to_string())?);
            headers.push(header("Bomvet-Signature", &format!("v1={signed}"))?);
        }
        let options = network::options(self.settings).map_err(|failure| failure.message)?;
        let client = Client::new(Options { longest: LONGEST, ..options }, CLOCK);
        let client = client.map_err(|cause| cause.to_string())?;
        let post = Post { address: &address, body: &body, headers: &headers };
        // the address may be a secret: the cause alone is told
        client.post(post).map_err(|error| error.cause.to_string())
    }

    /// How many open findings of each product are known to be exploited.
    fn exploited(&self) -> Result<BTreeMap<String, usize>, StoreError> {
        let mut all: BTreeMap<String, usize> = BTreeMap::new();
        for known in self.store.documents()?.into_iter().filter(|known| known.is_present) {
            let findings = self.store.findings(known.id)?;
            let open = findings.iter().filter(|held| held.status.is_open());
            *all.entry(known.product).or_default() +=
                open.filter(|held| held.kev.is_some()).count();
        }
        Ok(all)
    }
}

/// Why a file was not extended.
struct Trouble(String);

impl From<FileError> for Trouble {
    fn from(error: FileError) -> Self {
        Self(unwritten(&error))
    }
}

fn unwritten(error: &FileError) -> String {
    format!("could not write {error}")
}

fn variable(name: &str) -> Result<String, String> {
    let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    value.ok_or_else(|| format!("the variable {name} of the environment is not set"))
}

fn header(name: &str, value: &str) -> Result<Header, String> {
    Header::new(name, value).map_err(|error| error.to_string())
}
