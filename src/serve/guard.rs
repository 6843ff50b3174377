//! Who may ask: by method, by host, by secret.
//!
//! A page of another site can make a browser ask this server under a name of its own whose address it
//! changes (DNS rebinding); so only names that were given are answered to. An address in numbers cannot
//! be changed, and is always one of this machine.

use std::net::IpAddr;

use super::answer::{self, Answer};
use super::query::Query;
use super::token::{Lock, Token};
use crate::net::serve::{Method, Request};
use crate::report::audit::site::{message, moved};

/// Decides before anything is looked up.
pub struct Guard {
    names: Vec<String>,
    lock: Option<Lock>,
    cookie: String,
}

/// What becomes of a request.
pub(super) enum Passage {
    /// It is answered.
    Open,
    /// It is answered at once.
    Told(Answer),
}

impl Guard {
    /// A guard of the server on a port, for the names that it has beside `localhost`; nothing where the
    /// system has no random numbers for a secret.
    #[must_use]
    pub fn new(port: u16, names: &[String], token: Option<&Token>) -> Option<Self> {
        let lock = match token {
            Some(token) => Some(Lock::of(token)?),
            None => None,
        };
        let names = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        // browsers send cookies to every port of a host
        Some(Self { names, lock, cookie: format!("bomvet-{port}") })
    }

    /// Whether a request may be answered.
    pub(super) fn passage(&self, request: &Request, query: &Query) -> Passage {
        if request.method == Method::Other {
            let told = message("Only reading is allowed here", &["Ask with GET or HEAD."], None);
            return Passage::Told(answer::page(405, told).with("Allow", "GET, HEAD".to_owned()));
        }
        if request.has_body {
            return Passage::Told(answer::page(
                400,
                message("A request here has no body", &[], None),
            ));
        }
        // whether the server is alive may be asked under any name, and by anybody
        if request.path == "/healthz" {
            return Passage::Open;
        }
        if !self.is_own(&request.hosts) {
            let line = "The request names a host that this server was not given. See --host.";
            return Passage::Told(answer::page(403, message("Not under this name", &[line], None)));
        }
        let Some(lock) = &self.lock else { return Passage::Open };
        if let Some(offered) = query.get("token") {
            return Passage::Told(match lock.opens(offered) {
                true => self.signed_in(lock, request, query),
                false => refused(),
            });
        }
        let bearer = request.authorizations.iter().any(|text| match text.split_once(' ') {
            Some((scheme, token)) => {
                scheme.eq_ignore_ascii_case("bearer") && lock.opens(token.trim())
            }
            None => false,
        });
        let mut cookies = request.cookies.iter().flat_map(|all| all.split(';'));
        let known = cookies.any(|pair| {
            pair.trim()
                .split_once('=')
                .is_some_and(|(name, value)| name == self.cookie && lock.knows(value))
        });
        if bearer || known { Passage::Open } else { Passage::Told(refused()) }
    }

    fn is_own(&self, hosts: &[String]) -> bool {
        let own = |host: &String| {
            name_of(host).is_some_and(|name| {
                name == "localhost" || name.parse::<IpAddr>().is_ok() || self.names.contains(&name)
            })
        };
        !hosts.is_empty() && hosts.iter().all(own)
    }

    /// The secret leaves the address, and the browser keeps something else.
    fn signed_in(&self, lock: &Lock, request: &Request, query: &Query) -> Answer {
        // from the folder of the page, so that nothing in the path can name another host
        let page = request.path.rsplit('/').next().unwrap_or_default();
        let address = format!("./{page}{}", query.without("token"));
        let (name, session) = (&self.cookie, &lock.session);
        let cookie = format!("{name}={session}; Path=/; HttpOnly; SameSite=Strict");
        answer::page(200, moved(&address)).with("Set-Cookie", cookie)
    }
}

fn refused() -> Answer {
    let lines = [
        "This server needs its secret.",
        "In a browser, add ?token= and the secret to the address once. Programs send it as \
         Authorization: Bearer.",
    ];
    let challenge = "Bearer realm=\"bomvet\"".to_owned();
    answer::page(401, message("Who are you?", &lines, None)).with("WWW-Authenticate", challenge)
}

/// The name in `name:port` or `[address]:port`, in lower case and without the dot of the root.
fn name_of(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']')?;
            (address, rest.strip_prefix(':').or(rest.is_empty().then_some("0"))?)
        }
        None => host.split_once(':').unwrap_or((host, "0")),
    };
    port.parse::<u16>().ok()?;
    let name = name.strip_suffix('.').unwrap_or(name);
    Some(name.to_ascii_lowercase()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(hosts: &[&str]) -> bool {
        let guard = Guard::new(1, &["Audit.Example".to_owned()], None).unwrap();
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        guard.is_own(&hosts)
    }

    #[test]
    fn names_that_were_given_and_addresses_in_numbers_are_own() {
        for host in [
            "localhost",
            "LOCALHOST:8087",
            "127.0.0.1:1",
            "[::1]:1",
            "[::1]",
            "10.0.0.7",
            "audit.example.:80",
        ] {
            assert!(own(&[host]), "{host}");
        }
    }

    #[test]
    fn a_name_that_others_give_is_not_nor_is_none_or_two() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            ":1",
            "[::1",
            "[::1]x",
            "localhost:x",
            "localhost:99999",
            "evil.example@localhost",
            "x.audit.example",
            "0x7f.1",
        ] {
            assert!(!own(&[host]), "{host}");
        }
        assert!(!own(&[]));
        assert!(!own(&["localhost", "evil.example"]));
    }
}
