//! The options that decide a verdict, as they can be given again.

use std::path::PathBuf;

use clap::ValueEnum;

use super::args::ScanArgs;
use super::maven;

impl ScanArgs {
    /// What was typed, in one order and without what only says how to print. `config` is the
    /// configuration that was found. A report can come from anybody, so it names no repository that would
    /// be asked; what repositories sent is kept, and found again. Nor does it hold secrets.
    pub(super) fn arguments(&self, config: Option<&str>) -> Vec<String> {
        let mut list = List::default();
        list.texts("--config", config.map(str::to_owned));
        list.texts("--fail-on", self.policy.fail_on.iter().map(ToString::to_string));
        list.texts("--scope", self.policy.scope.iter().cloned());
        let certainty = self.policy.certainty.and_then(|certainty| certainty.to_possible_value());
        list.texts("--certainty", certainty.map(|value| value.get_name().to_owned()));
        list.texts("--java", self.policy.java.map(|java| java.to_string()));
        list.paths("--advisories", &self.data.advisories);
        list.paths("--db", &self.data.db);
        list.flag("--no-bundled", self.data.no_bundled);
        list.paths("--vex", &self.vex);
        list.paths("--baseline", &self.baseline);
        list.paths("--evidence", &self.evidence);
        list.paths("--local-repository", &self.maven.local_repository);
        list.paths("--settings", &self.maven.settings);
        list.texts("--profile", self.maven.profiles.iter().cloned());
        let is_open =
            |text: &&String| !maven::may_be_secret(text.split('=').next().unwrap_or(text));
        list.texts("--define", self.maven.define.iter().filter(is_open).cloned());
        list.flag("--no-ignore", self.no_ignore);
        list.0.push("--".to_owned());
        list.0.extend(self.inputs.iter().map(|path| path.to_string_lossy().into_owned()));
        list.0
    }
}

#[derive(Default)]
struct List(Vec<String>);

impl List {
    fn texts(&mut self, option: &str, values: impl IntoIterator<Item = String>) {
        self.0.extend(values.into_iter().map(|value| format!("{option}={value}")));
    }

    fn paths<'p>(&mut self, option: &str, paths: impl IntoIterator<Item = &'p PathBuf>) {
        self.texts(option, paths.into_iter().map(|path| path.to_string_lossy().into_owned()));
    }

    fn flag(&mut self, option: &str, is_given: bool) {
        self.0.extend(is_given.then(|| option.to_owned()));
    }
}
