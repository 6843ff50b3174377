//! Remote repositories: which of them a project has, how they are reached, what they hold.
//!
//! Everything goes through a cache on disk; without `--online` there is nothing but that, and no socket
//! is opened. No address is built in: an address stands in the command line, the configuration, the
//! settings or a POM. A repository that its mirror blocks, or whose plain HTTP only a document asks for,
//! is told and not asked.

mod cache;
mod digest;
mod line;
mod site;
mod trouble;

pub(super) use line::MOST_REQUESTS;
pub use trouble::Trouble;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::PomSource;
use super::access::{Access, Proxy, Server as Login};
use super::coordinates::Coordinates;
use super::declared::{By, Checksums, Declared, Policy};
use super::metadata::Metadata;
use super::repository::Stored;
use super::secret::Master;
use crate::files::sha256;
use crate::net::{Address, Client, Clock, Header, InvalidAddress, Options, PlainHttp, Proxies};
use cache::Cache;
use line::{Line, Server, Turns};
use site::{Asked, Change, Found, Site};

/// How remote repositories are asked, and which of them for every project.
#[derive(Default)]
pub struct Remotes {
    /// Those that the user names, before all others.
    pub given: Vec<Declared>,
    /// Mirrors, credentials and proxies.
    pub access: Access,
    /// What opens encrypted passwords.
    pub master: Master,
    /// Where is kept what they sent.
    pub cache: Option<PathBuf>,
    /// What wrong digests are worth, whatever a repository's own policy says.
    pub checksums: Option<Checksums>,
    /// How they are asked; without it only the cache is.
    pub online: Option<Online>,
}

/// The network.
pub struct Online {
    /// How a client behaves, with the proxies for whom the settings name none.
    pub options: Options,
    /// The time.
    pub clock: Clock<'static>,
}

/// All repositories that were asked for so far.
#[derive(Default)]
pub(super) struct Registry {
    remotes: Remotes,
    sites: Mutex<HashMap<(String, String, By), Arc<Site>>>,
    clients: Mutex<Vec<(Proxies, Arc<Client<'static>>)>>,
    turns: Arc<Turns>,
}

/// A remote repository as one project has it.
#[derive(Clone)]
pub(super) struct Remote {
    site: Arc<Site>,
    releases: Policy,
    snapshots: Policy,
}

/// What a remote repository said.
pub(super) struct Told<T> {
    pub(super) found: Result<Option<T>, String>,
    pub(super) troubles: Vec<Trouble>,
}

impl fmt::Debug for Remote {
    /// The name alone: what else is known may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({})", self.id())
    }
}

impl Registry {
    pub(super) fn new(remotes: Remotes) -> Self {
        Self { remotes, ..Self::default() }
    }

    pub(super) fn is_online(&self) -> bool {
        self.remotes.online.is_some()
    }

    /// The repositories that the user names.
    pub(super) fn of_user(&self) -> &[Declared] {
        &self.remotes.given
    }

    /// The repository that somebody declares, or its mirror; `None` where nothing can be had from it.
    pub(super) fn remote(&self, declared: &Declared) -> Option<Remote> {
        let mirror = self.remotes.access.mirror(declared);
        let (id, url, by) = match mirror {
            Some(mirror) => (mirror.id.clone(), mirror.url.clone(), By::User),
            None => (declared.id.clone(), declared.url.clone()?, declared.by),
        };
        let blocked = mirror.is_some_and(|mirror| mirror.blocked);
        let key = (id.clone(), url.clone(), by);
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sites.get(&key).cloned();
        let site = known.unwrap_or_else(|| {
            let address = match blocked {
                true => Err(format!("mirror {id} of the settings blocks {}", declared.id)),
                false => address(&url, by),
            };
            let site = Arc::new(self.site(id, address, by));
            sites.insert(key, Arc::clone(&site));
            site
        });
        drop(sites);
        let is_of_use = site.line.is_some() || site.cache.as_ref().is_some_and(Cache::exists);
        let own = |policy: Policy| Policy {
            checksums: self.remotes.checksums.unwrap_or(policy.checksums),
            ..policy
        };
        let (releases, snapshots) = (own(declared.releases), own(declared.snapshots));
        is_of_use.then_some(Remote { site, releases, snapshots })
    }

    fn site(&self, id: String, address: Result<Address, String>, by: By) -> Site {
        let folder = |address: &Address| {
            let address = address.to_string();
            let safe = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            let name: String = id.chars().map(|c| if safe(c) { c } else { '_' }).take(64).collect();
            Some(
                self.remotes
                    .cache
                    .as_ref()?
                    .join(format!("{name}-{}", &sha256([address.as_bytes()])[..16])),
            )
        };
        let cache = address.as_ref().ok().and_then(folder).map(Cache::new);
        let shown = match &address {
            Ok(address) => format!("{id} ({address})"),
            Err(_) => id.clone(),
        };
        let line = self.remotes.online.as_ref().map(|online| {
            let login = self.remotes.access.server(&id).filter(|_| by != By::Release);
            let server = address.and_then(|address| self.server(login, address, online));
            let turns = Arc::clone(&self.turns);
            Line::new([id.clone(), shown], server, turns, online.clock.now)
        });
        Site::new(id, cache, line)
    }

    fn server(
        &self,
        login: Option<&Login>,
        address: Address,
        online: &Online,
    ) -> Result<Server, String> {
        let headers = login.map_or_else(|| Ok(Vec::new()), |login| self.headers(login))?;
        let client = self.client(&address, online)?;
        Ok(Server { address, headers, client })
    }

    fn headers(&self, server: &Login) -> Result<Vec<Header>, String> {
        let useless = |what: &str, cause: String| {
            format!("the {what} of server {} in the settings cannot be used: {cause}", server.id)
        };
        let mut headers = Vec::new();
        for (name, value) in &server.headers {
            let value = value.revealed(&self.remotes.master).map_err(|c| useless("header", c))?;
            let header = Header::new(name, &value);
            headers.push(header.map_err(|error| useless("header", error.to_string()))?);
        }
        if let Some((user, password)) = &server.login {
            let password =
                password.revealed(&self.remotes.master).map_err(|c| useless("password", c))?;
            let header = Header::basic(user, &password);
            headers.push(header.map_err(|error| useless("password", error.to_string()))?);
        }
        Ok(headers)
    }

    /// One client for all servers behind one proxy.
    fn client(&self, address: &Address, online: &Online) -> Result<Arc<Client<'static>>, String> {
        let protocol = if address.is_plain() { "http" } else { "https" };
        let access = &self.remotes.access;
        let proxies = match access.proxy(protocol, address.host()) {
            Some(proxy) => {
                let url = Some(self.proxy_url(proxy)?);
                Proxies { https: url.clone(), http: url, except: None }
            }
            // whom the settings except from their proxies is asked directly
            None if !access.proxies.is_empty() => Proxies::default(),
            None => online.options.proxies.clone(),
        };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == proxies) {
            return Ok(Arc::clone(client));
        }
        let options = Options { proxies: proxies.clone(), ..online.options.clone() };
        let client = Client::new(options, online.clock).map_err(|cause| cause.to_string())?;
        let client = Arc::new(client);
        clients.push((proxies, Arc::clone(&client)));
        Ok(client)
    }

    fn proxy_url(&self, proxy: &Proxy) -> Result<String, String> {
        let login = match &proxy.login {
            None => String::new(),
            Some((user, password)) => {
                let password = password.revealed(&self.remotes.master).map_err(|cause| {
                    let id = &proxy.id;
                    format!("the password of proxy {id} in the settings cannot be used: {cause}")
                })?;
                format!("{}:{}@", encoded(user), encoded(&password))
            }
        };
        Ok(format!("http://{login}{}:{}", proxy.host, proxy.port))
    }
}

fn address(url: &str, by: By) -> Result<Address, String> {
    let plain = match by {
        By::User => PlainHttp::Anywhere,
        By::Document | By::Release => PlainHttp::Loopback,
    };
    Address::parse(url, plain).map_err(|error| match error {
        InvalidAddress::Plain => {
            format!("its url {error}, which only --repository or a mirror may ask for")
        }
        error => format!("its url {error}"),
    })
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

impl Remote {
    pub(super) fn id(&self) -> &str {
        &self.site.id
    }

    /// Whether both are the same repository.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.site, &other.site)
    }

    /// Whether both are the same, asked for the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        let policies = (self.releases, self.snapshots);
        self.is_at(other) && policies == (other.releases, other.snapshots)
    }

    /// A mirror of two repositories.
    pub(super) fn joined(&self, other: &Self) -> Self {
        Self {
            site: Arc::clone(&self.site),
            releases: self.releases.joined(other.releases),
            snapshots: self.snapshots.joined(other.snapshots),
        }
    }

    fn file(&self, place: &str, change: Change, policy: Policy, source: &dyn PomSource) -> Found {
        if !policy.enabled {
            return Found::nothing();
        }
        self.site.file(&Asked { place, change, policy, source })
    }

    /// The POM of a release.
    pub(super) fn release(&self, of: &Coordinates, source: &dyn PomSource) -> Told<Stored> {
        self.pom(&of.place(), Change::Never, self.releases, source)
    }

    fn pom(
        &self,
        place: &str,
        change: Change,
        policy: Policy,
        source: &dyn PomSource,
    ) -> Told<Stored> {
        let Found { text, trouble } = self.file(place, change, policy, source);
        let stored =
            |text: Arc<str>| Stored { path: self.site.path(place), text: text.to_string() };
        Told { found: text.map(|text| text.map(stored)), troubles: trouble.into_iter().collect() }
    }

    /// What it calls the newest build of a snapshot.
    pub(super) fn newest_build(&self, of: &Coordinates, source: &dyn PomSource) -> Told<Metadata> {
        let place = of.place();
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.metadata(folder, &of.version, self.snapshots, source)
    }

    /// The POM of a snapshot: of a build by its name, else under its plain name.
    pub(super) fn snapshot(
        &self,
        of: &Coordinates,
        build: Option<&str>,
        source: &dyn PomSource,
    ) -> Told<Stored> {
        let place = of.place();
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(build) = build else {
            return self.pom(&place, Change::Ever, self.snapshots, source);
        };
        let place = format!("{folder}/{}-{build}.pom", of.artifact);
        self.pom(&place, Change::Never, self.snapshots, source)
    }

    /// The versions of an artifact.
    pub(super) fn versions(
        &self,
        group: &str,
        artifact: &str,
        source: &dyn PomSource,
    ) -> Told<Metadata> {
        let policy = self.releases.joined(self.snapshots);
        self.metadata(&format!("{}/{artifact}", group.replace('.', "/")), "", policy, source)
    }

    fn metadata(
        &self,
        folder: &str,
        of: &str,
        policy: Policy,
        source: &dyn PomSource,
    ) -> Told<Metadata> {
        let place = format!("{folder}/maven-metadata.xml");
        let Found { text, trouble } = self.file(&place, Change::Ever, policy, source);
        // what is no metadata counts for nothing, as in Maven
        let read = |text: Arc<str>| Metadata::parse(&text, of).ok();
        Told {
            found: text.map(|text| text.and_then(read)),
            troubles: trouble.into_iter().collect(),
        }
    }
}
