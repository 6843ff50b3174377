//! How the network is used: as configured, else with the proxies that the system names.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::config::{NetSettings, Settings};
use crate::files;
use crate::judge::gate::Class;
use crate::net::{Options, Proxies};

/// The options of clients.
pub(super) fn options(settings: &Settings) -> Result<Options, Failure> {
    let net = &settings.net;
    let mut options = Options { proxies: proxies(net), ..Options::default() };
    if let Some(seconds) = net.timeout_seconds {
        options.silence = std::time::Duration::from_secs(seconds.into());
    }
    if let Some(file) = &net.ca_file {
        let bytes = files::read(&beside_configuration(settings, file)).map_err(|error| {
            Failure::new(Class::Config, format!("could not read net.ca_file {error}"))
        })?;
        options.extra_roots = Some(bytes);
    }
    Ok(options)
}

fn proxies(net: &NetSettings) -> Proxies {
    let variable = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| std::env::var(name).ok());
        values.find(|value| !value.is_empty())
    };
    let except = net.no_proxy.clone().or_else(|| variable(&["NO_PROXY", "no_proxy"]));
    if let Some(proxy) = &net.proxy {
        let proxy = Some(proxy.clone()).filter(|proxy| !proxy.is_empty());
        return Proxies { https: proxy.clone(), http: proxy, except };
    }
    Proxies {
        https: variable(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
        http: variable(&["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]),
        except,
    }
}

/// A path as the configuration names it: from its own folder.
pub(super) fn beside_configuration(settings: &Settings, path: &str) -> PathBuf {
    let beside = settings.path.as_deref().and_then(|path| Path::new(path).parent());
    beside.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}
