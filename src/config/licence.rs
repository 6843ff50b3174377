//! Licences that are allowed and denied, as SPDX expressions: `[licenses]`.
//!
//! A component has several statements of its licence or one; all must hold. An expression holds if the
//! licences that one may choose in it are allowed and not denied. What is no SPDX expression is a name:
//! `[licenses.names]` says what it means, and without that the licence is unknown. Names are never
//! guessed at.

use std::collections::BTreeMap;

use serde::Deserialize;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};
use toml::Spanned;

use super::file::{ConfigError, Place};
use super::{Answer, Settings};

/// How expressions are read: as SPDX has them, old identifiers included, since documents use them.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// What the policy says about the licence of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Licensed {
    /// It may be used.
    Allowed,
    /// It may not, under this licence, for this reason.
    Refused(String),
    /// Nobody can tell, for this reason.
    Unknown(String),
}

/// Which licences may be used.
#[derive(Clone, Debug, PartialEq)]
pub struct LicencePolicy {
    /// Only these; all that are not denied where there are none.
    allow: Vec<Licensee>,
    /// None of these.
    deny: Vec<Licensee>,
    /// What names mean, in lower case, with the line that says so.
    names: BTreeMap<String, (Expression, usize)>,
    /// What a component does whose licence nobody can tell.
    pub unknown: Answer,
}

impl Eq for LicencePolicy {}

impl Default for LicencePolicy {
    fn default() -> Self {
        let (allow, deny, names) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { allow, deny, names, unknown: Answer::Fail }
    }
}

impl LicencePolicy {
    /// Whether there is a policy at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.allow.is_empty() || !self.deny.is_empty()
    }

    /// The licences that are allowed.
    pub fn allowed(&self) -> impl Iterator<Item = String> {
        self.allow.iter().map(ToString::to_string)
    }

    /// The licences that are denied.
    pub fn denied(&self) -> impl Iterator<Item = String> {
        self.deny.iter().map(ToString::to_string)
    }

    /// Names, what they mean, and the line that says so.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        let names = self.names.iter();
        names.map(|(name, (meaning, line))| (name.as_str(), meaning.as_ref(), *line))
    }

    /// Judges what a component's document states about its licence.
    #[must_use]
    pub fn judge(&self, stated: &[String]) -> Licensed {
        if stated.is_empty() {
            return Licensed::Unknown("no licence is stated".to_owned());
        }
        let mut verdict = Licensed::Allowed;
        for text in stated {
            match self.one(text.trim()) {
                Licensed::Allowed => {}
                refused @ Licensed::Refused(_) => return refused,
                unknown @ Licensed::Unknown(_) => verdict = unknown,
            }
        }
        verdict
    }

    fn one(&self, text: &str) -> Licensed {
        let read;
        let expression = match self.names.get(&text.to_lowercase()) {
            Some((expression, _)) => expression,
            None => match parsed(text) {
                Some(expression) => {
                    read = expression;
                    &read
                }
                None => return Licensed::Unknown(format!("\"{text}\" is no SPDX licence")),
            },
        };
        let is_denied = |req: &LicenseReq| self.deny.iter().any(|one| covers(one, req));
        if !expression.evaluate(|req| !is_denied(req)) {
            return Licensed::Refused(format!("\"{text}\" is denied"));
        }
        let is_listed = |req: &LicenseReq| self.allow.iter().any(|one| one.satisfies(req));
        let is_allowed = |req: &LicenseReq| {
            !is_denied(req) && (is_listed(req) || (self.allow.is_empty() && says_something(req)))
        };
        if expression.evaluate(is_allowed) {
            return Licensed::Allowed;
        }
        match expression.evaluate(|req| is_allowed(req) || !says_something(req)) {
            true => Licensed::Unknown(format!("\"{text}\" says nothing that can be judged")),
            false => Licensed::Refused(format!("\"{text}\" is not allowed")),
        }
    }
}

/// Whether a text is an SPDX licence expression; licences that a document defines itself
/// (`LicenseRef-…`) are licences, too. `NONE` and `NOASSERTION` are words about a licence and none.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    let text = text.trim();
    !["NONE", "NOASSERTION"].contains(&text) && parsed(text).is_some()
}

/// An expression; the case of the names in it does not count (SPDX 2.3, annex D.2).
fn parsed(text: &str) -> Option<Expression> {
    let read = |text: &str| Expression::parse_mode(text, MODE).ok();
    read(text).or_else(|| read(&in_listed_case(text)?))
}

/// An expression with the names of licences and exceptions spelled as SPDX lists them; `None` where a word
/// is none, as in a text that somebody pasted: the first one ends the search.
fn in_listed_case(text: &str) -> Option<String> {
    let listed = |word: &str| {
        let licences = spdx::identifiers::LICENSES.iter().map(|licence| licence.name);
        let exceptions = spdx::identifiers::EXCEPTIONS.iter().map(|exception| exception.name);
        licences.chain(exceptions).find(|name| name.eq_ignore_ascii_case(word))
    };
    let mut spelled = String::new();
    for piece in text.split_inclusive([' ', '(', ')', '+']) {
        let (word, rest) = piece.split_at(piece.trim_end_matches([' ', '(', ')', '+']).len());
        let is_kept = word.is_empty() || is_operator(word) || is_own_name(word);
        spelled.push_str(if is_kept { word } else { listed(word)? });
        spelled.push_str(rest);
    }
    Some(spelled)
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "with"].iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

/// Whether a document defines the name itself.
fn is_own_name(word: &str) -> bool {
    ["LicenseRef-", "DocumentRef-", "AdditionRef-"].iter().any(|start| word.starts_with(start))
}

/// Whether a licence is one that SPDX knows. What a document calls a `LicenseRef` may say anything.
fn says_something(req: &LicenseReq) -> bool {
    req.license.id().is_some_and(|id| !matches!(id.name, "NOASSERTION" | "NONE"))
}

/// Whether a denied licence is the one that is required, be it as "this or later".
fn covers(denied: &Licensee, req: &LicenseReq) -> bool {
    let base = |text: &str| {
        let text = text.trim_end_matches('+');
        text.trim_end_matches("-only").trim_end_matches("-or-later").to_owned()
    };
    denied.satisfies(req) || (base(&denied.to_string()) == base(&req.to_string()))
}

/// `[licenses]` as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Licenses {
    allow: Option<Spanned<Vec<Spanned<String>>>>,
    deny: Option<Spanned<Vec<Spanned<String>>>>,
    unknown: Option<Spanned<String>>,
    names: BTreeMap<String, Spanned<String>>,
}

impl Licenses {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let policy = &mut settings.licences;
        for (written, known) in [(&self.allow, &mut policy.allow), (&self.deny, &mut policy.deny)] {
            let Some(written) = written else { continue };
            *known = written
                .get_ref()
                .iter()
                .map(|text| licensee(text, place))
                .collect::<Result<_, _>>()?;
        }
        if let Some(word) = &self.unknown {
            let known = [("fail", Answer::Fail), ("warn", Answer::Pass)];
            policy.unknown = place.word(word, "unknown", &known)?;
        }
        for (name, meaning) in &self.names {
            let offset = meaning.span().start;
            let expression = parsed(meaning.get_ref())
                .map_or_else(|| Expression::parse_mode(meaning.get_ref(), MODE), Ok)
                .map_err(|error| {
                    place.error(
                        offset,
                        format!("licence \"{}\": {}", meaning.get_ref(), error.reason),
                    )
                })?;
            policy.names.insert(name.trim().to_lowercase(), (expression, place.line(offset)));
        }
        Ok(())
    }
}

fn licensee(text: &Spanned<String>, place: &Place<'_>) -> Result<Licensee, ConfigError> {
    let written = text.get_ref().trim();
    let read = |text: &str| Licensee::parse_mode(text, MODE).ok();
    read(written).or_else(|| read(&in_listed_case(written)?)).ok_or_else(|| {
        let cause = format!(
            "\"{}\" is no licence of SPDX; licenses.names says what other names mean",
            text.get_ref()
        );
        place.error(text.span().start, cause)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::File;

    fn policy(text: &str) -> LicencePolicy {
        File::settings(text, Path::new("bomvet.toml"), |_| None).unwrap().licences
    }

    fn judge(policy: &LicencePolicy, stated: &[&str]) -> Licensed {
        let stated: Vec<String> = stated.iter().map(|text| (*text).to_owned()).collect();
        policy.judge(&stated)
    }

    #[test]
    fn one_may_choose_behind_or_and_needs_all_behind_and() {
        let policy = policy("[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n");
        for text in ["MIT", "MIT OR GPL-3.0-only", "MIT AND Apache-2.0", "(MIT OR X11) AND MIT"] {
            assert_eq!(judge(&policy, &[text]), Licensed::Allowed, "{text}");
        }
        for text in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "GPL-2.0-only OR GPL-3.0-only"] {
            let refused = Licensed::Refused(format!("\"{text}\" is not allowed"));
            assert_eq!(judge(&policy, &[text]), refused);
        }
        assert!(matches!(judge(&policy, &["MIT", "GPL-3.0-only"]), Licensed::Refused(_)));
    }

    #[test]
    fn a_denied_licence_is_denied_in_every_spelling() {
        let policy = policy("[licenses]\ndeny = [\"GPL-3.0-only\", \"AGPL-3.0-or-later\"]\n");
        for text in
            ["GPL-3.0-only", "GPL-3.0", "GPL-3.0-or-later", "GPL-3.0+", "AGPL-3.0-only", "AGPL-3.0"]
        {
            assert_eq!(
                judge(&policy, &[text]),
                Licensed::Refused(format!("\"{text}\" is denied")),
                "{text}"
            );
        }
        for text in ["MIT", "LGPL-3.0-only", "GPL-3.0-only OR MIT"] {
            assert_eq!(judge(&policy, &[text]), Licensed::Allowed, "{text}");
        }
        let exception = "GPL-3.0-only WITH Classpath-exception-2.0";
        assert_eq!(judge(&policy, &[exception]), Licensed::Allowed);
    }

    /// SPDX 2.3, annex D.2: identifiers of licences are matched without regard to case.
    #[test]
    fn the_case_of_a_licence_does_not_count() {
        let denies = policy("[licenses]\ndeny = [\"gpl-3.0-ONLY\"]\n");
        for text in ["gpl-3.0-only", "GPL-3.0-Only", "GPL-3.0-only"] {
            let refused = Licensed::Refused(format!("\"{text}\" is denied"));
            assert_eq!(judge(&denies, &[text]), refused);
        }
        assert_eq!(judge(&denies, &["gpl-3.0-only OR mit"]), Licensed::Allowed);
        let allows = policy("[licenses]\nallow = [\"mit\"]\n");
        assert_eq!(judge(&allows, &["Mit"]), Licensed::Allowed);
        assert!(matches!(judge(&allows, &["apache-2.0"]), Licensed::Refused(_)));
        let pasted = "MIT License, or something like it";
        assert!(matches!(judge(&allows, &[pasted]), Licensed::Unknown(_)));
    }

    #[test]
    fn what_nobody_can_tell_is_neither_allowed_nor_refused() {
        let policy = policy("[licenses]\nallow = [\"MIT\"]\n");
        for stated in [&[][..], &["NOASSERTION"], &["NONE"], &["The Best Licence"], &["Apache 2.0"]]
        {
            assert!(matches!(judge(&policy, stated), Licensed::Unknown(_)), "{stated:?}");
        }
        assert!(matches!(judge(&policy, &["NONE", "X11"]), Licensed::Refused(_)));
        let policy = self::policy("[licenses]\ndeny = [\"GPL-3.0-only\"]\n");
        for text in ["NOASSERTION", "LicenseRef-own", "LicenseRef-own AND MIT", "NONE"] {
            assert!(matches!(judge(&policy, &[text]), Licensed::Unknown(_)), "{text}");
        }
        assert_eq!(judge(&policy, &["LicenseRef-own OR MIT"]), Licensed::Allowed);
    }

    #[test]
    fn an_expression_is_what_the_grammar_of_spdx_allows() {
        for text in
            ["MIT", "GPL-2.0", "GPL-2.0+", "apache-2.0", "(mit AND gpl-2.0+) OR LicenseRef-own"]
        {
            assert!(is_expression(text), "{text}");
        }
        let exception = "GPL-2.0-only WITH Classpath-exception-2.0";
        for text in [exception, "DocumentRef-a:LicenseRef-b", "LicenseRef-scancode-public-domain"] {
            assert!(is_expression(text), "{text}");
        }
        for text in ["", "Apache License 2.0", "MIT AND", "MIT,ISC", "NONE", "NOASSERTION"] {
            assert!(!is_expression(text), "{text}");
        }
    }

    #[test]
    fn a_name_means_what_the_configuration_says() {
        let policy = policy(
            "[licenses]\nallow = [\"Apache-2.0\"]\n[licenses.names]\n\
             \"Apache License, Version 2.0\" = \"Apache-2.0\"\n",
        );
        assert_eq!(judge(&policy, &["apache license, version 2.0"]), Licensed::Allowed);
        assert!(matches!(judge(&policy, &["Apache License 2.0"]), Licensed::Unknown(_)));
    }

    #[test]
    fn what_spdx_does_not_know_is_an_error_with_its_line() {
        let read = |text: &str| {
            let read = File::settings(text, Path::new("bomvet.toml"), |_| None);
            read.unwrap_err().to_string()
        };
        let error = read("[licenses]\ndeny = [\n  \"MIT\",\n  \"GPL3\",\n]\n");
        assert!(error.starts_with("bomvet.toml:4: \"GPL3\" is no licence of SPDX"), "{error}");
        let error = read("[licenses.names]\n\"a\" = \"b AND\"\n");
        assert!(error.starts_with("bomvet.toml:2: licence \"b AND\": "), "{error}");
    }
}
