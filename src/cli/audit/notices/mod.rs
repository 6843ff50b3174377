//! The notices at the end of `bomvet audit run`: sent, or the reason why not.

mod deliver;
mod issues;

pub(super) use issues::check;

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::Rules;
use super::clocks::{Memory, standing};
use crate::advisory::database::Database;
use crate::audit::clock::Clock;
use crate::audit::digest::Digest;
use crate::audit::event::Event;
use crate::audit::notice::{Delivered, Message, exploited, metrics};
use crate::audit::store::{Store, Wanted};
use crate::cli::network;
use crate::config::{Channel, Notice, Secret, Settings, Tracker};
use crate::files::{self, FileError};

/// What notices tell.
pub(super) struct Told<'a> {
    pub(super) rules: &'a Rules,
    pub(super) database: &'a Database,
    pub(super) store: &'a dyn Store,
    pub(super) digest: &'a Digest,
    pub(super) run: u64,
    pub(super) now: Timestamp,
}

/// Sends all notices, each whatever became of the others. The answer is why some were not sent; the next
/// run tries them again.
pub(super) fn send(told: &Told<'_>) -> Vec<String> {
    let notices = &told.settings().notices;
    if notices.is_empty() {
        return Vec::new();
    }
    let mut memory = Remembered::open(told.store);
    let failed = |notice: &Notice, cause| format!("notice {} was not sent: {cause}", notice.name);
    let send = |notice: &Notice| told.send(notice, &mut memory).err().map(|c| failed(notice, c));
    notices.iter().filter_map(send).collect()
}

/// What was sent, as the store remembers it.
struct Remembered<'a> {
    store: &'a dyn Store,
    delivered: Delivered,
}

impl<'a> Remembered<'a> {
    fn open(store: &'a dyn Store) -> Result<Self, String> {
        let held = store.delivered().map_err(|error| error.to_string())?;
        let delivered = match held {
            None => Delivered::default(),
            Some(text) => Delivered::read(text.as_bytes())
                .map_err(|error| format!("what the store remembers {error}"))?,
        };
        Ok(Self { store, delivered })
    }

    fn keep(&self) -> Result<(), String> {
        self.store.deliver(&self.delivered.text()).map_err(|error| error.to_string())
    }
}

impl Told<'_> {
    fn settings(&self) -> &Settings {
        &self.rules.settings
    }

    fn send(
        &self,
        notice: &Notice,
        memory: &mut Result<Remembered<'_>, String>,
    ) -> Result<(), String> {
        if let Channel::Prometheus(path) = &notice.channel {
            return self.measure(path);
        }
        let memory = memory.as_mut().map_err(|cause| cause.clone())?;
        let owed = memory.delivered.owed(&notice.name, self.run);
        // what is owed is remembered before it is tried
        memory.keep()?;
        match &notice.channel {
            Channel::Tracker(tracker) => self.file(notice, tracker, owed, memory),
            _ => self.tell(notice, owed, memory),
        }
    }

    /// Tells one run after the other, up to the first that cannot be told.
    fn tell(
        &self,
        notice: &Notice,
        owed: RangeInclusive<u64>,
        memory: &mut Remembered<'_>,
    ) -> Result<(), String> {
        for run in owed {
            let events = self.events(notice, run)?;
            if !events.is_empty() {
                let message = Message { notice: &notice.name, run, events: &events };
                self.deliver(&notice.channel, &message)?;
            }
            memory.delivered.sent(&notice.name, run);
            memory.keep()?;
        }
        Ok(())
    }

    /// Files one run after the other. An issue that is refused for itself keeps no other back, neither of
    /// its run nor of a later one; its run is gone through again next time.
    fn file(
        &self,
        notice: &Notice,
        tracker: &Tracker,
        owed: RangeInclusive<u64>,
        memory: &mut Remembered<'_>,
    ) -> Result<(), String> {
        let mut refused = None;
        let mut desk = None;
        for run in owed {
            let events = self.events(notice, run)?;
            if !events.is_empty() {
                let desk = match &mut desk {
                    Some(desk) => desk,
                    None => desk.insert(self.desk(tracker)?),
                };
                let message = Message { notice: &notice.name, run, events: &events };
                refused = refused.or(desk.file(&message, memory)?);
            }
            if refused.is_none() {
                memory.delivered.sent(&notice.name, run);
                memory.keep()?;
            }
        }
        refused.map_or(Ok(()), Err)
    }

    fn events(&self, notice: &Notice, run: u64) -> Result<Vec<Event>, String> {
        let wanted = Wanted { run: Some(run), ..Wanted::default() };
        let events = self.store.events(&wanted).map_err(|error| error.to_string())?;
        Ok(events.into_iter().filter(|event| notice.events.contains(&event.kind)).collect())
    }

    /// Writes the metrics. Where the clocks cannot be computed the rest is written, and says so.
    fn measure(&self, path: &str) -> Result<(), String> {
        let exploited = exploited(self.store).map_err(|error| error.to_string())?;
        let clocks = self.clocks();
        let known = clocks.as_deref().ok();
        let text = metrics(self.digest, &exploited, known, Some(self.now), self.now);
        let path = network::beside_configuration(self.settings(), path);
        files::write(&path, text.as_bytes()).map_err(|error| unwritten(&error))?;
        clocks.map(|_| ()).map_err(|why| format!("its clocks are missing: {why}"))
    }

    fn clocks(&self) -> Result<Vec<Clock<'_>>, String> {
        let memory = Memory::of(self.store).map_err(|error| error.to_string())?;
        standing(self.rules, self.database, &memory, self.now).map_err(|failure| failure.message)
    }

    fn secret(&self, secret: &Secret) -> Result<String, String> {
        match secret {
            Secret::Variable(name) => variable(name),
            Secret::File(path) => {
                let path = network::beside_configuration(self.settings(), path);
                let bytes =
                    files::read(&path).map_err(|error| format!("could not read {error}"))?;
                let text = String::from_utf8(bytes).ok();
                let text = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
                let text = text.filter(|text| !text.trim().is_empty());
                text.ok_or_else(|| format!("{} holds no secret", path.display()))
            }
        }
    }
}

fn unwritten(error: &FileError) -> String {
    format!("could not write {error}")
}

fn variable(name: &str) -> Result<String, String> {
    let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    value.ok_or_else(|| format!("the variable {name} of the environment is not set"))
}
