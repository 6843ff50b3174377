//! Issues: opened once for each flaw in each product, then commented on.

use super::deliver::{address, header};
use super::{Remembered, Told};
use crate::audit::notice::{Escape, Group, InvalidTemplate, Issue, Message, Template, tracker};
use crate::audit::state::Held;
use crate::cli::{Failure, given, network};
use crate::config::{Channel, Settings, Tracker, TrackerForm};
use crate::judge::gate::Class;
use crate::net::{Address, Cause, Client, Header, NetError, Post};

/// Whether the templates of all notices can be used.
pub(in crate::cli::audit) fn check(settings: &Settings) -> Result<(), Failure> {
    for notice in &settings.notices {
        if let Channel::Tracker(tracker) = &notice.channel {
            template(settings, tracker).map_err(|cause| Failure::new(Class::Config, cause))?;
        }
    }
    Ok(())
}

/// The user's template, else the one that bomvet has.
fn template(settings: &Settings, tracker: &Tracker) -> Result<Template, String> {
    let escape = tracker::escape(tracker.form);
    let Some(name) = &tracker.template else { return own(Template::of_issue, escape) };
    let path = network::beside_configuration(settings, name);
    let (text, _) = given::text(&path, "template")?;
    Template::parse(&text, escape).map_err(|error| format!("{}:{error}", path.display()))
}

fn own(
    template: fn(Escape) -> Result<Template, InvalidTemplate>,
    escape: Escape,
) -> Result<Template, String> {
    template(escape).map_err(|error| format!("bomvet's own template: {error}"))
}

/// All that is needed to write to one server of issues.
pub(super) struct Desk<'a> {
    told: &'a Told<'a>,
    tracker: &'a Tracker,
    client: Client<'static>,
    address: Address,
    headers: Vec<Header>,
    issue: Template,
    comment: Template,
}

impl<'a> Told<'a> {
    /// What is known of a flaw in a product by now.
    pub(super) fn issue(&self, message: &Message<'_>, group: &Group) -> Result<Issue, String> {
        let mut cards = self.digest.products.iter().map(|line| &line.card);
        let card = cards.find(|card| card.name == group.product);
        let owner = card.and_then(|card| card.owner.as_deref());
        let ids = group.events.last().map(|event| event.ids.as_slice()).unwrap_or_default();
        let places = self.store.open_findings(ids).map_err(|error| error.to_string())?;
        let own = places.into_iter().filter(|place| place.product == group.product);
        let held: Vec<Held> = own.flat_map(|place| place.findings).collect();
        Ok(group.issue(message, owner, &held))
    }

    pub(super) fn desk(&'a self, tracker: &'a Tracker) -> Result<Desk<'a>, String> {
        let token = self.secret(&tracker.token)?;
        let authority = match &tracker.user {
            Some(user) => Header::basic(user, &token).map_err(|error| error.to_string()),
            None => header("Authorization", &format!("Bearer {token}")),
        };
        let takes = match tracker.form {
            TrackerForm::GitHub => "application/vnd.github+json",
            TrackerForm::Jira | TrackerForm::JiraWiki => "application/json",
        };
        Ok(Desk {
            told: self,
            tracker,
            client: self.client()?,
            address: address(&tracker.address)?,
            headers: vec![authority?, header("Accept", takes)?],
            issue: template(self.settings(), tracker)?,
            comment: own(Template::of_comment, tracker::escape(tracker.form))?,
        })
    }
}

impl Desk<'_> {
    /// Files the events of one run. The answer is why one of its issues was refused, while others went on.
    ///
    /// # Errors
    /// With what keeps all of them back.
    pub(super) fn file(
        &mut self,
        message: &Message<'_>,
        memory: &mut Remembered<'_>,
    ) -> Result<Option<String>, String> {
        let mut refused = None;
        for group in Group::all(message) {
            match self.one(message, &group, memory) {
                Ok(()) => {}
                Err(Trouble::OfOne(cause)) => {
                    let id = group.ids.first().map(ToString::to_string).unwrap_or_default();
                    refused = refused.or(Some(format!("{id} of {}: {cause}", group.product)));
                }
                Err(Trouble::OfAll(cause)) => return Err(cause),
            }
        }
        Ok(refused)
    }

    /// Opens the issue of a flaw or adds to it.
    fn one(
        &self,
        message: &Message<'_>,
        group: &Group,
        memory: &mut Remembered<'_>,
    ) -> Result<(), Trouble> {
        let known = memory.delivered.issue(message.notice, group);
        if known.is_some_and(|known| known.knows(message.run)) {
            return Ok(());
        }
        let is_new = known.is_none();
        let reference = match known.map(|known| known.reference.clone()) {
            None if !group.opens() => return Ok(()),
            None => self.open(message, group)?,
            // an issue that nobody can name any more cannot be added to
            Some(None) => None,
            Some(Some(reference)) => {
                self.add(message, group, &reference)?;
                Some(reference)
            }
        };
        let nameless = reference.is_none();
        memory.delivered.told(message.notice, group, reference, message.run);
        memory.keep().map_err(Trouble::OfAll)?;
        if is_new && nameless {
            let cause =
                "it was opened, but the answer names no issue, so that nothing is added to it";
            return Err(Trouble::OfOne(cause.to_owned()));
        }
        Ok(())
    }

    fn open(&self, message: &Message<'_>, group: &Group) -> Result<Option<String>, Trouble> {
        let written = self.issue.render(&self.told.issue(message, group).map_err(Trouble::OfAll)?);
        let written =
            written.map_err(|error| Trouble::OfOne(format!("its template, line {error}")))?;
        let form = self.tracker.form;
        let body = tracker::opening(form, &self.tracker.fields, &written);
        let answer = self.send(&self.address, &body, message, group)?;
        Ok(tracker::reference(form, &answer))
    }

    fn add(&self, message: &Message<'_>, group: &Group, reference: &str) -> Result<(), Trouble> {
        let written =
            self.comment.render(&self.told.issue(message, group).map_err(Trouble::OfAll)?);
        let written =
            written.map_err(|error| Trouble::OfOne(format!("a comment, line {error}")))?;
        let form = self.tracker.form;
        let address = self.address.below(tracker::comments(form, reference));
        let body = tracker::comment(form, &written.text);
        self.send(&address, &body, message, group).map(|_| ())
    }

    fn send(
        &self,
        address: &Address,
        body: &[u8],
        message: &Message<'_>,
        group: &Group,
    ) -> Result<Vec<u8>, Trouble> {
        let message = Message { events: &group.events, ..*message };
        let mut headers = self.headers.clone();
        headers.push(header("Idempotency-Key", &message.key()).map_err(Trouble::OfAll)?);
        let post = Post { address, body, headers: &headers };
        self.client.post(post).map_err(|error| Trouble::of(&error))
    }
}

/// Why something was not filed.
enum Trouble {
    /// It is about this issue.
    OfOne(String),
    /// The next one would fare no better.
    OfAll(String),
}

impl Trouble {
    fn of(NetError { cause, .. }: &NetError) -> Self {
        match cause {
            // refused for what it says, or gone
            Cause::Status(400 | 404 | 410 | 413 | 422) => Self::OfOne(cause.to_string()),
            _ => Self::OfAll(cause.to_string()),
        }
    }
}
