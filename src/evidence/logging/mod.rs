//! Logging configurations of Log4j 2 and log4j 1, and settings, as evidence for conditions.
//!
//! A reader says what stands in a file and where, and what of it could not be told: a reference to a
//! value from outside, a part in another file. `weigh` compares that with the playbooks.

mod facts;
mod json;
mod pattern;
mod properties;
mod settings;
mod tree;
pub mod weigh;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

use crate::advisory::sign::Sign;

/// The largest file that is read as a configuration, in bytes.
pub const MAX_SIZE: usize = 1 << 20;

/// Whose configuration it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Apache Log4j 2.
    Log4j2,
    /// log4j 1, reload4j.
    Log4j1,
    /// System properties, environment variables.
    Settings,
}

/// How a configuration came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user says that it is in use.
    Given,
    /// It lies in a folder that is scanned.
    Found,
}

/// Something that a configuration shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub sign: Sign,
    /// In which line.
    pub line: u32,
    /// In words.
    pub found: String,
}

/// Something that could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// In which line.
    pub line: u32,
    /// What the configuration does there.
    pub text: String,
    /// What stays in the dark.
    pub reach: Reach,
}

/// What a gap leaves in the dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What layouts print.
    Layouts,
    /// Everything.
    Whole,
}

impl Gap {
    fn whole(line: u32, text: impl Into<String>) -> Self {
        Self { line, text: text.into(), reach: Reach::Whole }
    }

    fn of_layouts(line: u32, text: impl Into<String>) -> Self {
        Self { line, text: text.into(), reach: Reach::Layouts }
    }
}

/// What one file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The file as the user named it.
    pub path: String,
    /// Whose it is.
    pub dialect: Dialect,
    /// How it came here.
    pub origin: Origin,
    /// What it shows.
    pub facts: Vec<Fact>,
    /// What it leaves in the dark.
    pub gaps: Vec<Gap>,
}

/// What was read from a text, before anybody says which file it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Whose configuration it is.
    pub dialect: Dialect,
    /// What it shows.
    pub facts: Vec<Fact>,
    /// What it leaves in the dark.
    pub gaps: Vec<Gap>,
}

/// Why a configuration could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct Unread {
    /// In which line.
    pub line: Option<u32>,
    /// What was found, lower case, no full stop.
    pub cause: String,
}

impl Content {
    /// The same with its file.
    #[must_use]
    pub fn of(self, path: String, origin: Origin) -> Configuration {
        let Self { dialect, facts, gaps } = self;
        Configuration { path, dialect, origin, facts, gaps }
    }
}

/// What to say about a file that is larger than [`MAX_SIZE`].
#[must_use]
pub fn too_large() -> String {
    format!("is larger than {} MiB: no logging configuration is", MAX_SIZE >> 20)
}

/// Whether a file may be a configuration: a quick look, so that folders can be searched.
#[must_use]
pub fn may_be_configuration(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 5] =
        [b"ppender", b"APPENDER", b"ogger", b"sgNoLookups", b"MSG_NO_LOOKUPS"];
    let holds = |mark: &[u8]| {
        let wide: Vec<u8> = mark.iter().flat_map(|b| [*b, 0]).collect();
        memchr::memmem::find(bytes, mark).is_some()
            || memchr::memmem::find(bytes, &wide[..wide.len() - 1]).is_some()
    };
    bytes.len() <= MAX_SIZE && MARKS.into_iter().any(holds)
}

/// Reads a text as a configuration or as settings; the content decides. None when it is neither.
///
/// # Errors
/// When it is a configuration that is damaged, too deep or too large, or of a kind that is not read.
pub fn read(text: &str, origin: Origin) -> Result<Option<Content>, Unread> {
    if text.len() > MAX_SIZE {
        return Err(Unread { line: None, cause: too_large() });
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    match start.as_bytes().first() {
        Some(b'<') => {
            Ok(xml::read(text)?.map(|(dialect, root, gaps)| of_root(dialect, &root, gaps)))
        }
        Some(b'{' | b'/') if json_starts(start) => {
            Ok(json::read(text)?.map(|root| of_root(Dialect::Log4j2, &root, Vec::new())))
        }
        Some(_) => match yaml::read(text)? {
            Some((root, gaps)) => Ok(Some(of_root(Dialect::Log4j2, &root, gaps))),
            None => of_lines(text, origin),
        },
        None => Ok(None),
    }
}

fn json_starts(text: &str) -> bool {
    text.starts_with('{') || text.starts_with("//") || text.starts_with("/*")
}

fn of_root(dialect: Dialect, root: &tree::Node, mut gaps: Vec<Gap>) -> Content {
    let (facts, more) = match dialect {
        Dialect::Log4j1 => facts::of_classes(facts::classes_of(root).into_iter()),
        _ => facts::of_tree(root),
    };
    gaps.extend(more);
    Content { dialect, facts, gaps }
}

/// Properties: whose, their keys tell. Settings are taken from anywhere in a file that the user gives
/// and that holds nothing else; in a folder they must be settings that mean something here.
fn of_lines(text: &str, origin: Origin) -> Result<Option<Content>, Unread> {
    let entries = properties::entries(text);
    match properties::dialect(&entries) {
        Some(Dialect::Log4j1) => {
            let (facts, gaps) = facts::of_classes(properties::classes(&entries));
            return Ok(Some(Content { dialect: Dialect::Log4j1, facts, gaps }));
        }
        Some(dialect) => {
            return Ok(Some(of_root(dialect, &properties::tree(&entries)?, Vec::new())));
        }
        None => {}
    }
    let facts = settings::facts(&entries, text);
    let given = origin == Origin::Given || !facts.is_empty();
    let settings = given && settings::is_settings(text);
    Ok(settings.then_some(Content { dialect: Dialect::Settings, facts, gaps: Vec::new() }))
}
