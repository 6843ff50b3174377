//! Which profiles count (Maven 3, `DefaultProfileSelector` and its activators).
//!
//! A profile counts when it is named, or when all of its conditions are met; those that are on by
//! default count when no other of the same POM does. The JDK and the system are taken for granted,
//! which a remark says wherever it decides anything. A condition that even this does not decide
//! counts as not met.

use std::path::Path;

use super::context::Given;
use super::inherit::last_wins;
use super::library::Outside;
use super::model::{Activation, Profile, Section};

/// What became of the profiles of one POM.
pub(super) struct Decision {
    /// The POM's section with that of the profiles that count.
    pub(super) section: Section,
    /// A sentence about the profiles that change dependencies, if there are any.
    pub(super) remark: Option<String>,
}

/// What conditions are about.
pub(super) struct Conditions<'c> {
    pub(super) outside: &'c Outside,
    /// Profiles named with `-P`.
    pub(super) on: &'c [String],
    /// Profiles named with `-P !`.
    pub(super) off: &'c [String],
    /// The folder of the project; none for POMs from repositories.
    pub(super) basedir: Option<&'c Path>,
    /// Whether there is such a file or folder; `None`: nobody knows.
    pub(super) exists: &'c dyn Fn(&Path) -> Option<bool>,
}

/// Decides which profiles add to a section.
pub(super) fn decide(own: &Section, profiles: &[Profile], given: &Conditions<'_>) -> Decision {
    let met = |profile: &Profile| {
        if given.off.contains(&profile.id) {
            return Some(false);
        }
        if given.on.contains(&profile.id) { Some(true) } else { given.all(&profile.activation) }
    };
    let met: Vec<_> = profiles.iter().map(met).collect();
    let any = met.contains(&Some(true));
    let by_default = |profile: &Profile| {
        !any && profile.activation.by_default && !given.off.contains(&profile.id)
    };
    let counts: Vec<bool> = std::iter::zip(profiles, &met)
        .map(|(profile, met)| *met == Some(true) || by_default(profile))
        .collect();
    let mut section = own.clone();
    section.dependencies = last_wins(section.dependencies);
    // those on by default stand behind the others, of which there are none then
    for (profile, _) in std::iter::zip(profiles, &counts).filter(|(_, counts)| **counts) {
        inject(&mut section, &profile.section);
    }
    Decision { section, remark: given.remark(profiles, &counts) }
}

fn inject(section: &mut Section, profile: &Section) {
    section.properties.extend(profile.properties.iter().cloned());
    section.modules.extend(profile.modules.iter().cloned());
    // of equal names the first counts, and that of a profile does before the POM's own
    section.repositories.splice(..0, profile.repositories.iter().cloned());
    for (own, more) in [
        (&mut section.dependencies, &profile.dependencies),
        (&mut section.management, &profile.management),
    ] {
        if !more.is_empty() {
            own.extend(more.iter().cloned());
            *own = last_wins(std::mem::take(own));
        }
    }
}

fn matters(section: &Section) -> bool {
    !(section.properties.is_empty()
        && section.management.is_empty()
        && section.dependencies.is_empty())
}

/// At most ten names.
fn list(names: &[&str]) -> String {
    let shown = names.iter().take(10).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(10) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl Conditions<'_> {
    fn remark(&self, profiles: &[Profile], counts: &[bool]) -> Option<String> {
        let of = |wanted: bool| {
            let chosen = std::iter::zip(profiles, counts)
                .filter(|(profile, counts)| **counts == wanted && matters(&profile.section));
            chosen.map(|(profile, _)| profile.id.as_str()).collect::<Vec<_>>()
        };
        let (on, off) = (of(true), of(false));
        if on.is_empty() && off.is_empty() {
            return None;
        }
        let side = |names: &[&str], verb: &str| match names {
            [] => None,
            names => Some(format!("{verb} {}", list(names))),
        };
        let sides = [side(&on, "counted"), side(&off, "left out")];
        let sides = sides.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let plain = self.on.is_empty() && self.off.is_empty() && self.outside.user.is_empty();
        let how =
            if plain { "without -P and -D" } else { "as -P, -D, .mvn and the settings ask for" };
        Some(format!("profiles were decided for a build {how}, on JDK 17 under Linux: {sides}"))
    }

    /// Whether all conditions are met; `None` when that depends on more than is taken for granted.
    fn all(&self, activation: &Activation) -> Option<bool> {
        let file = match (&activation.exists, &activation.missing) {
            (Some(path), _) => Some(self.exists(path)),
            (None, Some(path)) => Some(self.exists(path).map(|exists| !exists)),
            (None, None) => None,
        };
        let conditions = [
            activation.jdk.as_deref().map(|text| self.jdk(text)),
            activation.os.as_ref().map(|pairs| self.os(pairs)),
            activation.property.as_ref().map(|(n, v)| self.property(n, v.as_deref())),
            file,
            activation.other.as_ref().map(|_| None),
        ];
        let present: Vec<_> = conditions.into_iter().flatten().collect();
        if present.is_empty() || present.contains(&Some(false)) {
            return Some(false);
        }
        (!present.contains(&None)).then_some(true)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let given = self.outside.user.get(name).or_else(|| self.outside.system.get(name));
        given.map(|given: &Given| given.value.as_str())
    }

    /// A prefix, a prefix that must not be, or a range of three numbers.
    fn jdk(&self, text: &str) -> Option<bool> {
        let jdk = self.value("java.version")?;
        if let Some(unwanted) = text.strip_prefix('!') {
            return Some(!jdk.starts_with(unwanted));
        }
        if !text.starts_with(['[', '(']) {
            return Some(jdk.starts_with(text));
        }
        let (low, high) = text.split_once(',').unwrap_or((text, ""));
        let (low_closed, low) = (low.starts_with('['), low.trim_start_matches(['[', '(']).trim());
        let (high_closed, high) = (high.ends_with(']'), high.trim_end_matches([']', ')']).trim());
        let jdk = three_numbers(jdk)?;
        let above = match low {
            "" => true,
            low => {
                let low = three_numbers(low)?;
                jdk > low || (low_closed && jdk == low)
            }
        };
        let below = match high {
            "" => true,
            high => {
                let high = three_numbers(high)?;
                jdk < high || (high_closed && jdk == high)
            }
        };
        Some(above && below)
    }

    /// Conditions on Linux; the version of the kernel is not taken for granted. None is never met.
    fn os(&self, pairs: &[(String, String)]) -> Option<bool> {
        if pairs.is_empty() {
            return Some(false);
        }
        let arch = self.value("os.arch").unwrap_or_default().to_ascii_lowercase();
        let mut answer = Some(true);
        for (name, text) in pairs {
            let (unwanted, text) =
                text.strip_prefix('!').map_or((false, text.as_str()), |text| (true, text));
            let text = text.to_ascii_lowercase();
            match name.as_str() {
                "family" if (text == "unix") == unwanted => return Some(false),
                "name" if (text == "linux") == unwanted => return Some(false),
                "arch" if (text == arch) == unwanted => return Some(false),
                "family" | "name" | "arch" => {}
                _ => answer = None,
            }
        }
        answer
    }

    /// Properties of the command line and of the system; those of the POM do not count.
    fn property(&self, name: &str, value: Option<&str>) -> Option<bool> {
        /// Of these the JDK or the system has more than are taken for granted.
        const SYSTEM: [&str; 12] = [
            "java.", "os.", "user.", "file.", "path.", "line.", "maven.", "sun.", "jdk.",
            "native.", "awt.", "http",
        ];
        let (unwanted, plain) = name.strip_prefix('!').map_or((false, name), |name| (true, name));
        let known = self.value(plain);
        let hidden = SYSTEM.iter().any(|prefix| plain.starts_with(prefix));
        if plain.is_empty() || plain == "packaging" || (known.is_none() && hidden) {
            return None;
        }
        match value.filter(|value| !value.is_empty()) {
            None => Some(known.is_some_and(|known| !known.is_empty()) != unwanted),
            Some(value) => Some(match value.strip_prefix('!') {
                Some(value) => known != Some(value),
                None => known == Some(value),
            }),
        }
    }

    /// Whether a file beside the POM exists. From a repository, relative paths lead nowhere.
    fn exists(&self, written: &str) -> Option<bool> {
        let mut path = written.to_owned();
        let basedir = self.basedir.map(|folder| folder.display().to_string());
        while let Some((start, rest)) = path.split_once("${") {
            let (name, rest) = rest.split_once('}')?;
            let value = match (name, &basedir) {
                ("basedir", Some(folder)) if start.is_empty() => rest_below(folder, rest),
                ("basedir", _) => return None,
                _ => format!("{start}{}{rest}", self.value(name)?),
            };
            path = value;
            if path.len() > 4096 {
                return None;
            }
        }
        let path = Path::new(&path);
        if written.starts_with("${basedir}") || path.is_absolute() {
            return (self.exists)(path);
        }
        (self.exists)(&self.basedir?.join(path))
    }
}

/// A path below a folder that may be the current one, which has no name.
fn rest_below(folder: &str, rest: &str) -> String {
    if folder.is_empty() {
        rest.trim_start_matches('/').to_owned()
    } else {
        format!("{folder}{rest}")
    }
}

fn three_numbers(text: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (slot, part) in std::iter::zip(&mut numbers, text.split(['.', '_', '-'])) {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        *slot = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    }
    Some(numbers)
}
