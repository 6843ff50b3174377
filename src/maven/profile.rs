//! Which profiles count, as far as a POM alone can say (Maven 3, `DefaultProfileSelector`).
//!
//! Taken for granted, and said in a remark wherever it decides anything: nobody names a profile or
//! a property on the command line, and the build runs on [`ASSUMED_JDK`] under Linux. A condition
//! that even this does not decide counts as not met.

use super::inherit::last_wins;
use super::model::{Activation, Pom, Profile, Section};

/// The Java release for conditions on the JDK.
pub(super) const ASSUMED_JDK: &str = "17.0.15";

/// What became of the profiles of one POM.
pub(super) struct Decision {
    /// The POM's section with that of the profiles that count.
    pub(super) section: Section,
    /// A sentence about the profiles that change dependencies, if there are any.
    pub(super) remark: Option<String>,
}

/// Decides the profiles of a POM; `exists` answers for files beside it.
pub(super) fn decide(pom: &Pom, exists: &dyn Fn(&str) -> Option<bool>) -> Decision {
    let met: Vec<_> = pom.profiles.iter().map(|p| condition(&p.activation, exists)).collect();
    let any = met.contains(&Some(true));
    let counts: Vec<bool> = std::iter::zip(&pom.profiles, &met)
        .map(|(profile, met)| *met == Some(true) || (!any && profile.activation.by_default))
        .collect();
    let mut section = pom.section.clone();
    section.dependencies = last_wins(section.dependencies);
    for (profile, _) in std::iter::zip(&pom.profiles, &counts).filter(|(_, counts)| **counts) {
        inject(&mut section, &profile.section);
    }
    Decision { section, remark: remark(&pom.profiles, &counts) }
}

fn inject(section: &mut Section, profile: &Section) {
    section.properties.extend(profile.properties.iter().cloned());
    section.modules.extend(profile.modules.iter().cloned());
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

fn remark(profiles: &[Profile], counts: &[bool]) -> Option<String> {
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
    Some(format!(
        "profiles were decided for a build without -P and -D, on JDK 17 under Linux: {sides}"
    ))
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

/// Whether all conditions are met; `None` when that depends on more than is taken for granted.
fn condition(activation: &Activation, exists: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
    let file = match (&activation.exists, &activation.missing) {
        (Some(path), _) => Some(exists(path)),
        (None, Some(path)) => Some(exists(path).map(|exists| !exists)),
        (None, None) => None,
    };
    let conditions = [
        activation.jdk.as_deref().map(jdk),
        activation.os.as_ref().map(|pairs| os(pairs)),
        activation.property.as_ref().map(|(name, value)| property(name, value.as_deref())),
        file,
        activation.other.as_ref().map(|_| None),
    ];
    let present: Vec<_> = conditions.into_iter().flatten().collect();
    if present.is_empty() || present.contains(&Some(false)) {
        return Some(false);
    }
    (!present.contains(&None)).then_some(true)
}

/// A prefix, a prefix that must not be, or a range of three numbers.
fn jdk(text: &str) -> Option<bool> {
    if let Some(unwanted) = text.strip_prefix('!') {
        return Some(!ASSUMED_JDK.starts_with(unwanted));
    }
    if !text.starts_with(['[', '(']) {
        return Some(ASSUMED_JDK.starts_with(text));
    }
    let (low, high) = text.split_once(',').unwrap_or((text, ""));
    let (low_closed, low) = (low.starts_with('['), low.trim_start_matches(['[', '(']).trim());
    let (high_closed, high) = (high.ends_with(']'), high.trim_end_matches([']', ')']).trim());
    let above = match low {
        "" => true,
        low => {
            let (low, jdk) = (three_numbers(low)?, three_numbers(ASSUMED_JDK)?);
            jdk > low || (low_closed && jdk == low)
        }
    };
    let below = match high {
        "" => true,
        high => {
            let (high, jdk) = (three_numbers(high)?, three_numbers(ASSUMED_JDK)?);
            jdk < high || (high_closed && jdk == high)
        }
    };
    Some(above && below)
}

fn three_numbers(text: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (slot, part) in std::iter::zip(&mut numbers, text.split(['.', '_', '-'])) {
        *slot = part.parse().ok()?;
    }
    Some(numbers)
}

/// Conditions on Linux; processor and kernel version are not taken for granted. None is never met.
fn os(pairs: &[(String, String)]) -> Option<bool> {
    if pairs.is_empty() {
        return Some(false);
    }
    let mut answer = Some(true);
    for (name, text) in pairs {
        let (unwanted, text) = text.strip_prefix('!').map_or((false, text.as_str()), |t| (true, t));
        let text = text.to_ascii_lowercase();
        match name.as_str() {
            "family" if (text == "unix") == unwanted => return Some(false),
            "name" if (text == "linux") == unwanted => return Some(false),
            "family" | "name" => {}
            _ => answer = None,
        }
    }
    answer
}

/// Properties of the command line and of the system; those of the POM do not count.
fn property(name: &str, value: Option<&str>) -> Option<bool> {
    const SYSTEM: [&str; 13] = [
        "env.", "java.", "os.", "user.", "file.", "path.", "line.", "maven.", "sun.", "jdk.",
        "native.", "awt.", "http",
    ];
    let plain = name.strip_prefix('!').unwrap_or(name);
    if plain == "packaging" || SYSTEM.iter().any(|prefix| plain.starts_with(prefix)) {
        return None;
    }
    match value {
        Some(value) if !value.is_empty() => Some(value.starts_with('!')),
        _ => Some(name.starts_with('!')),
    }
}
