//! How the settings let remote repositories be reached: mirrors, servers, proxies
//! (<https://maven.apache.org/settings.html>; `DefaultMirrorSelector`, `DefaultProxySelector` of the
//! resolver).

use roxmltree::Node;

use super::declared::Declared;
use super::parse::PomError;
use super::reader::{Fields, Reader, elements};
use super::secret::Secret;

/// All three, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// `mirrors`, in order.
    pub mirrors: Vec<Mirror>,
    /// `servers`.
    pub servers: Vec<Server>,
    /// `proxies` that are active, in order.
    pub proxies: Vec<Proxy>,
}

/// Who is asked in the place of repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// `id`, by which its server is known.
    pub id: String,
    /// `mirrorOf`.
    pub of: String,
    /// `url`.
    pub url: String,
    /// Nobody is asked.
    pub blocked: bool,
}

/// Credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The repository or mirror that they are for.
    pub id: String,
    /// `username` and `password`.
    pub login: Option<(String, Secret)>,
    /// `configuration/httpHeaders`.
    pub headers: Vec<(String, Secret)>,
}

/// Through whom requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// `id`.
    pub id: String,
    /// `protocol` of what is asked through it.
    pub protocol: String,
    /// `host`.
    pub host: String,
    /// `port`.
    pub port: String,
    /// `username` and `password`.
    pub login: Option<(String, Secret)>,
    /// `nonProxyHosts`.
    pub except: String,
}

impl Mirror {
    /// Whether it stands for a repository. The first part that is its id, or `!` and its id, decides; of
    /// wider patterns any does.
    fn mirrors(&self, repository: &Declared) -> bool {
        let mut found = false;
        for pattern in self.of.split(',').map(str::trim) {
            if let Some(excluded) = pattern.strip_prefix('!') {
                if excluded == repository.id {
                    return false;
                }
            } else if pattern == repository.id {
                return true;
            }
            found |= match pattern {
                "*" => true,
                "external:*" => repository.is_external(),
                "external:http:*" => repository.is_external() && repository.is_plain(),
                _ => false,
            };
        }
        found
    }
}

impl Declared {
    fn scheme(&self) -> &str {
        // Maven's own address of `central` is one of https
        let url = self.url.as_deref().unwrap_or("https:");
        url.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    fn is_plain(&self) -> bool {
        ["http", "dav", "dav:http", "dav+http"].contains(&self.scheme().to_lowercase().as_str())
    }

    fn is_external(&self) -> bool {
        let rest = self.url.as_deref().unwrap_or_default();
        let rest = rest.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        !(self.scheme().eq_ignore_ascii_case("file") || ["localhost", "127.0.0.1"].contains(&host))
    }
}

impl Access {
    /// The mirror of a repository: one of just that name, else the first whose patterns have it.
    pub(super) fn mirror(&self, repository: &Declared) -> Option<&Mirror> {
        let exact = self.mirrors.iter().find(|mirror| mirror.of == repository.id);
        exact.or_else(|| self.mirrors.iter().find(|mirror| mirror.mirrors(repository)))
    }

    /// The credentials of a repository or mirror.
    pub(super) fn server(&self, id: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.id == id)
    }

    /// The proxy for a host: of the first ones that do not except it the one of the same protocol; for
    /// `https` one of `http` will do.
    pub(super) fn proxy(&self, protocol: &str, host: &str) -> Option<&Proxy> {
        let of = |protocol: &str| {
            let mut fit = self.proxies.iter().filter(|proxy| !proxy.excepts(host));
            fit.find(|proxy| proxy.protocol.eq_ignore_ascii_case(protocol))
        };
        of(protocol).or_else(|| (protocol == "https").then(|| of("http")).flatten())
    }

    /// With `${name}` replaced where `value` knows one.
    #[must_use]
    pub fn filled(mut self, value: &dyn Fn(&str) -> Option<String>) -> Self {
        let fill = |text: &mut String| *text = filled(text, value);
        let secret = |secret: &mut Secret| *secret = Secret::new(filled(secret.written(), value));
        for mirror in &mut self.mirrors {
            [&mut mirror.id, &mut mirror.of, &mut mirror.url].into_iter().for_each(fill);
        }
        for server in &mut self.servers {
            fill(&mut server.id);
            server.headers.iter_mut().for_each(|(_, value)| secret(value));
        }
        for proxy in &mut self.proxies {
            let Proxy { protocol, host, port, except, .. } = proxy;
            [protocol, host, port, except].into_iter().for_each(fill);
        }
        let servers = self.servers.iter_mut().map(|server| &mut server.login);
        let proxies = self.proxies.iter_mut().map(|proxy| &mut proxy.login);
        for (user, password) in servers.chain(proxies).flatten() {
            fill(user);
            secret(password);
        }
        self
    }
}

impl Proxy {
    /// Whether a host is asked directly: names parted by `|`, each with `*` for anything.
    fn excepts(&self, host: &str) -> bool {
        let mut patterns = self.except.split(['|', ',']).map(str::trim);
        patterns.any(|pattern| !pattern.is_empty() && matches(pattern, host))
    }
}

/// Whether a text is what a pattern with stars says, whatever the case.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

pub(super) fn filled(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        done.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                done.push_str(&value);
                rest = after;
            }
            None => {
                done.push_str("${");
                rest = after;
            }
        }
    }
    done + rest
}

impl Reader<'_> {
    pub(super) fn access(&self, fields: &Fields<'_, '_, '_>) -> Result<Access, PomError> {
        let proxies = self.list(fields, "proxies", |node| self.proxy(node))?;
        Ok(Access {
            mirrors: self.list(fields, "mirrors", |node| self.mirror(node))?,
            servers: self.list(fields, "servers", |node| self.server(node))?,
            proxies: proxies.into_iter().flatten().collect(),
        })
    }

    fn mirror(&self, node: Node<'_, '_>) -> Result<Mirror, PomError> {
        let fields = self.fields(node)?;
        let text = |name| fields.string(name).unwrap_or_default();
        Ok(Mirror {
            id: text("id"),
            of: text("mirrorOf"),
            url: text("url"),
            blocked: text("blocked") == "true",
        })
    }

    fn server(&self, node: Node<'_, '_>) -> Result<Server, PomError> {
        let fields = self.fields(node)?;
        let configuration =
            fields.get("configuration").map(|node| self.fields(node)).transpose()?;
        let headers = configuration.as_ref().and_then(|fields| fields.get("httpHeaders"));
        let mut read = Vec::new();
        for property in headers.into_iter().flat_map(elements) {
            let fields = self.fields(property)?;
            let value = fields.string("value").unwrap_or_default();
            read.push((fields.string("name").unwrap_or_default(), Secret::new(value)));
        }
        let id = fields.string("id").unwrap_or_default();
        Ok(Server { id, login: login(&fields), headers: read })
    }

    fn proxy(&self, node: Node<'_, '_>) -> Result<Option<Proxy>, PomError> {
        let fields = self.fields(node)?;
        let or = |name, default: &str| fields.string(name).unwrap_or_else(|| default.to_owned());
        let proxy = Proxy {
            id: or("id", "default"),
            protocol: or("protocol", "http"),
            host: or("host", ""),
            port: or("port", "8080"),
            login: login(&fields),
            except: or("nonProxyHosts", ""),
        };
        Ok((or("active", "true") == "true").then_some(proxy))
    }
}

fn login(fields: &Fields<'_, '_, '_>) -> Option<(String, Secret)> {
    let user = fields.string("username").filter(|user| !user.is_empty())?;
    Some((user, Secret::new(fields.string("password").unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::super::settings::Settings;
    use super::*;

    fn mirror(of: &str) -> Mirror {
        let text = |text: &str| text.to_owned();
        Mirror { id: text("m"), of: text(of), url: text("https://m.example"), blocked: false }
    }

    /// The table of `DefaultMirrorSelector` (guide "Using Mirrors for Repositories").
    #[test]
    fn patterns_say_what_a_mirror_stands_for() {
        let far = Declared::given("repo", "https://repo.example/m2");
        let plain = Declared::given("plain", "http://repo.example:8080/m2");
        let near = Declared::given("near", "http://localhost:8080/m2");
        let file = Declared::given("file", "file:///srv/m2");
        let central = Declared::central();
        let all = [&far, &plain, &near, &file, &central];
        for (of, expected) in [
            ("*", "repo plain near file central"),
            ("external:*", "repo plain central"),
            ("external:http:*", "plain"),
            ("repo,central", "repo central"),
            ("*,!repo", "plain near file central"),
            ("!repo,*", "plain near file central"),
            ("repo,!repo", "repo"),
            ("external:*,!plain", "repo central"),
            ("re*", ""),
            ("", ""),
        ] {
            let found = all.iter().filter(|repository| mirror(of).mirrors(repository));
            let found: Vec<_> = found.map(|repository| repository.id.as_str()).collect();
            assert_eq!(found.join(" "), expected, "{of}");
        }
    }

    #[test]
    fn a_mirror_of_just_that_name_comes_before_patterns() {
        let mut access = Access { mirrors: vec![mirror("*"), mirror("repo")], ..Access::default() };
        access.mirrors[1].id = "own".to_owned();
        let of =
            |id: &str| access.mirror(&Declared::given(id, "https://x.example")).unwrap().id.clone();
        assert_eq!((of("repo"), of("other")), ("own".to_owned(), "m".to_owned()));
    }

    #[test]
    fn settings_give_credentials_headers_and_proxies_with_their_values() {
        let text = "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>${env.U}</url>\
            <blocked>true</blocked></mirror></mirrors><servers><server><id>m</id><username>u</username>\
            <password>${env.P}${env.NONE}</password><configuration><httpHeaders><property><name>X-K</name>\
            <value>${env.P}</value></property></httpHeaders></configuration></server></servers>\
            <proxies><proxy><active>false</active><host>off</host></proxy><proxy><host>p.example</host>\
            <port>3128</port><nonProxyHosts>*.corp|local*|10.*.1</nonProxyHosts></proxy></proxies></settings>";
        let read = Settings::parse(text, "s.xml".into()).unwrap().access;
        let access = read.filled(&|name| match name {
            "env.U" => Some("https://m.example".to_owned()),
            "env.P" => Some("pass".to_owned()),
            _ => None,
        });
        assert_eq!(
            (access.mirrors[0].url.as_str(), access.mirrors[0].blocked),
            ("https://m.example", true)
        );
        let server = access.server("m").unwrap();
        let (user, password) = server.login.as_ref().unwrap();
        assert_eq!((user.as_str(), password.written()), ("u", "pass${env.NONE}"));
        assert_eq!((server.headers[0].0.as_str(), server.headers[0].1.written()), ("X-K", "pass"));
        assert!(!format!("{access:?}").contains("pass$"));
        let proxy = |protocol, host| access.proxy(protocol, host).map(|proxy| proxy.host.as_str());
        assert_eq!(proxy("http", "a.example"), Some("p.example"));
        assert_eq!(proxy("https", "a.example"), Some("p.example"));
        for host in ["a.CORP", "localhost", "10.9.1"] {
            assert_eq!(proxy("http", host), None, "{host}");
        }
        assert!(proxy("http", "corp").is_some() && proxy("http", "10.9.2").is_some());
    }
}
