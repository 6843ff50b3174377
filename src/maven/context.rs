//! What decides a build beside its POMs: the machine, the environment, the command line, settings.
//!
//! Taken for granted where nobody says otherwise: the build runs on [`ASSUMED_JDK`] under Linux.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::model::Profile;
use super::settings::Settings;

/// The Java release for conditions on the JDK.
pub(super) const ASSUMED_JDK: &str = "17.0.15";

/// Where it would be: POMs build paths to parts of the JDK from it.
pub(super) const ASSUMED_HOME: &str = "/usr/lib/jvm/java-17";

/// A value that no POM states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The value.
    pub(super) value: String,
    /// Where it comes from, in words: `environment variable X`.
    pub(super) from: String,
}

/// Values by name.
pub(super) type Values = BTreeMap<String, Given>;

/// What a scan knows about the machine and its user.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Environment variables by name, without secrets.
    pub environment: BTreeMap<String, String>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// Settings, where there are any.
    pub settings: Settings,
    /// `-P` and `-D` as on Maven's command line; they win over those of `.mvn/maven.config`.
    pub arguments: Vec<String>,
}

impl Machine {
    /// The local repository: what the settings name, else `~/.m2/repository`.
    #[must_use]
    pub fn local_repository(&self) -> Option<PathBuf> {
        let Some(written) = &self.settings.local_repository else {
            return self.home.as_ref().map(|home| home.join(".m2/repository"));
        };
        let system = Context::of(self).system;
        let mut path = String::new();
        let mut rest = written.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            path.push_str(before);
            path.push_str(&system.get(name)?.value);
            rest = after;
        }
        Some(PathBuf::from(path + rest))
    }
}

/// The values and profiles of one build.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// `-D`.
    pub(super) user: Values,
    /// The JDK's properties and, as `env.X`, the environment.
    pub(super) system: Values,
    /// `-P id`, and what settings name.
    pub(super) on: Vec<String>,
    /// `-P !id`.
    pub(super) off: Vec<String>,
    /// The profiles of the settings and the file they stand in.
    pub(super) external: Option<Arc<Settings>>,
}

impl Context {
    /// What holds before a project says anything.
    pub(super) fn of(machine: &Machine) -> Self {
        let mut system = Values::new();
        let mut put = |name: &str, value: &str, from: &str| {
            system
                .insert(name.to_owned(), Given { value: value.to_owned(), from: from.to_owned() });
        };
        for (name, value) in [
            ("java.version", ASSUMED_JDK),
            ("java.home", ASSUMED_HOME),
            ("java.specification.version", "17"),
            ("java.vm.specification.version", "17"),
            ("os.name", "Linux"),
            ("os.arch", "amd64"),
            ("file.separator", "/"),
            ("path.separator", ":"),
            ("line.separator", "\n"),
        ] {
            put(name, value, &format!("{name} of the JDK, taken for granted"));
        }
        if let Some(home) = &machine.home {
            put("user.home", &home.display().to_string(), "the user's home folder");
        }
        for (name, value) in &machine.environment {
            put(&format!("env.{name}"), value, &format!("environment variable {name}"));
        }
        let settings = &machine.settings;
        Self {
            user: Values::new(),
            system,
            on: settings.active.clone(),
            off: Vec::new(),
            external: (!settings.profiles.is_empty()).then(|| Arc::new(settings.clone())),
        }
    }

    /// Profiles of the settings.
    pub(super) fn external_profiles(&self) -> &[Profile] {
        self.external.as_ref().map_or(&[], |settings| &settings.profiles)
    }

    /// Takes in the words of a Maven command line.
    pub(super) fn arguments<'w>(&mut self, words: impl IntoIterator<Item = &'w str>, file: &str) {
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let value = |prefixes: [&str; 2], words: &mut dyn Iterator<Item = &'w str>| {
                let rest = prefixes.iter().find_map(|prefix| word.strip_prefix(prefix))?;
                let rest = rest.strip_prefix('=').unwrap_or(rest);
                if rest.is_empty() { words.next() } else { Some(rest) }
            };
            if let Some(definition) = value(["--define", "-D"], &mut words) {
                let (name, value) = definition.split_once('=').unwrap_or((definition, "true"));
                let from = format!("-D{name} in {file}");
                self.user.insert(name.to_owned(), Given { value: value.to_owned(), from });
            } else if let Some(ids) = value(["--activate-profiles", "-P"], &mut words) {
                self.name_profiles(ids);
            }
        }
    }

    fn name_profiles(&mut self, ids: &str) {
        for id in ids.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            match id.strip_prefix(['!', '-']) {
                Some(id) => self.off.push(id.to_owned()),
                None => self.on.push(id.strip_prefix('+').unwrap_or(id).to_owned()),
            }
        }
    }

    /// Takes in the words of `.mvn/jvm.config`: `-D` there is a property of the JVM.
    pub(super) fn jvm_arguments<'w>(
        &mut self,
        words: impl IntoIterator<Item = &'w str>,
        file: &str,
    ) {
        for word in words {
            if let Some((name, value)) =
                word.strip_prefix("-D").map(|text| text.split_once('=').unwrap_or((text, "")))
            {
                let from = format!("-D{name} in {file}");
                self.system.insert(name.to_owned(), Given { value: value.to_owned(), from });
            }
        }
    }
}

/// The words of a file of arguments: one a line in Maven 3.9 and later, parted by blanks before;
/// quotes keep blanks. Lines that begin with `#` count for nothing.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let mut word: Option<String> = None;
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (None, c) if c.is_whitespace() => words.extend(word.take()),
                (_, c) => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_names_properties_and_profiles() {
        let mut context = Context::default();
        let words =
            words("-Da=1 --define b=2\n# -Dc=3\n-Pon,!off -T 4\n-Dd -P\nmore\n-De=\"x y\"\n");
        context.arguments(words.iter().map(String::as_str), "maven.config");
        let user: Vec<_> = context.user.iter().map(|(n, g)| (&**n, &*g.value)).collect();
        assert_eq!(user, [("a", "1"), ("b", "2"), ("d", "true"), ("e", "x y")]);
        assert_eq!(context.user["a"].from, "-Da in maven.config");
        assert_eq!(
            (context.on, context.off),
            (vec!["on".into(), "more".into()], vec!["off".into()])
        );
    }

    #[test]
    fn a_jvm_property_is_a_system_property() {
        let mut context = Context::default();
        context.jvm_arguments(["-Xmx1g", "-Dx=1"], "jvm.config");
        assert_eq!(context.system["x"].value, "1");
        assert!(context.user.is_empty());
    }
}
