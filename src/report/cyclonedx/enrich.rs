//! Findings in a copy of the scanned CycloneDX document. What stands there stays, byte for byte and in
//! its order; added are entries to `vulnerabilities`, this tool to `metadata.tools`, and properties to
//! `metadata.properties`. What an earlier run added gives way to what this one finds.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::vulnerability::{Affects, Entries, Naming, Vulnerability};
use super::{Contents, OWN, properties, tool};
use crate::report::model::{Finding, Report};
use crate::report::vex::names::references;

/// The first minor version of CycloneDX 1 with vulnerabilities.
const FIRST: u32 = 4;

/// The first minor version whose tools are components.
const TOOLS_ARE_COMPONENTS: u32 = 5;

/// An object as written: members in their order, values as they stand.
struct Members<'a>(Vec<(Cow<'a, str>, Cow<'a, RawValue>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Cow<'de, str>, Cow<'de, RawValue>)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) =
                    map.next_entry::<Name<'de>, &'de RawValue>()?
                {
                    members.push((name, Cow::Borrowed(value)));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Members<'a> {
    fn parse(text: &'a str, what: &str) -> io::Result<Self> {
        let members: Self = serde_json::from_str(text).map_err(|error| odd(what, &error))?;
        let mut seen = HashSet::new();
        match members.0.iter().find(|(name, _)| !seen.insert(name)) {
            Some((name, _)) => Err(io::Error::other(format!("{what} has \"{name}\" twice"))),
            None => Ok(members),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.get()).filter(|text| *text != "null")
    }

    /// Puts a value in the place of the old one, or at the end.
    fn set(&mut self, name: &'static str, value: Box<RawValue>) {
        let value = Cow::Owned(value);
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((Cow::Borrowed(name), value)),
        }
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn raw(value: &impl Serialize) -> io::Result<Box<RawValue>> {
    to_raw_value(value).map_err(io::Error::from)
}

fn odd(what: &str, error: &serde_json::Error) -> io::Error {
    io::Error::other(format!("{what} cannot be added to: {error}"))
}

/// Writes the copy.
pub(super) fn write(report: &Report<'_>, original: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Members::parse(original, "the document")?;
    let minor = minor(&document)?;
    let entries = Entries { report, contents: Contents::Findings, minor, naming: Naming::Inside };
    let found = entries.list(places);
    let vulnerabilities = raw(&merged(document.get("vulnerabilities"), &found)?)?;
    let metadata = raw(&metadata(document.get("metadata"), report, minor)?)?;
    document.set("metadata", metadata);
    document.set("vulnerabilities", vulnerabilities);
    // one member a line, so that what was there can be compared as text
    let mut start = "{\n  ";
    for (name, value) in &document.0 {
        out.write_all(start.as_bytes())?;
        serde_json::to_writer(&mut *out, name).map_err(io::Error::from)?;
        write!(out, ": {}", value.get())?;
        start = ",\n  ";
    }
    out.write_all(b"\n}\n")
}

fn minor(document: &Members<'_>) -> io::Result<u32> {
    let text = document.get("specVersion").unwrap_or("nothing").trim_matches('"');
    let minor = text.strip_prefix("1.").and_then(|minor| minor.parse().ok());
    minor.filter(|minor| *minor >= FIRST).ok_or_else(|| {
        let help = "leave out --enrich for a document of its own";
        io::Error::other(format!(
            "specVersion is {text}, vulnerabilities exist since 1.{FIRST}: {help}"
        ))
    })
}

/// The bom-refs of all places that list the component; where one has none, the entry names it in words.
fn places(finding: &Finding<'_>) -> Vec<Affects> {
    let references = references(finding).unwrap_or_default().into_iter();
    references.map(|reference| Affects { reference: reference.to_owned() }).collect()
}

/// What an entry that is there says, as far as it decides whether ours is another one.
#[derive(Deserialize)]
struct Known {
    #[serde(rename = "bom-ref")]
    reference: Option<String>,
    id: Option<String>,
    references: Option<Vec<Alias>>,
    analysis: Option<serde::de::IgnoredAny>,
    affects: Option<Vec<Place>>,
}

#[derive(Deserialize)]
struct Alias {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    #[serde(rename = "ref")]
    reference: Option<String>,
}

impl Known {
    fn is_own(&self) -> bool {
        self.reference.as_deref().is_some_and(|reference| reference.starts_with(OWN))
    }

    /// Whether it tells of the same flaw in all the same places, and says as much.
    fn covers(&self, entry: &Vulnerability<'_>) -> bool {
        let aliases = self.references.iter().flatten().filter_map(|alias| alias.id.as_deref());
        let mut ids = self.id.as_deref().into_iter().chain(aliases);
        let own = |id: &str| entry.id == id || entry.references.iter().any(|one| one.id == id);
        let places: HashSet<&str> =
            self.affects.iter().flatten().filter_map(|place| place.reference.as_deref()).collect();
        ids.any(own)
            && entry.affects.iter().all(|place| places.contains(place.reference.as_str()))
            && (self.analysis.is_some() || entry.analysis.is_none())
    }
}

/// What is there but for our own of an earlier run, then what is new.
fn merged<'a>(
    there: Option<&'a str>,
    found: &[Vulnerability<'_>],
) -> io::Result<Vec<Cow<'a, RawValue>>> {
    let there: Vec<&RawValue> = match there {
        None => Vec::new(),
        Some(text) => serde_json::from_str(text).map_err(|e| odd("vulnerabilities", &e))?,
    };
    let mut foreign = Vec::new();
    let mut all = Vec::new();
    for raw in there {
        let known: Known =
            serde_json::from_str(raw.get()).map_err(|e| odd("vulnerabilities", &e))?;
        if !known.is_own() {
            foreign.push(known);
            all.push(Cow::Borrowed(raw));
        }
    }
    for entry in found.iter().filter(|entry| !foreign.iter().any(|known| known.covers(entry))) {
        all.push(Cow::Owned(raw(entry)?));
    }
    Ok(all)
}

fn metadata<'a>(
    there: Option<&'a str>,
    report: &Report<'_>,
    minor: u32,
) -> io::Result<Members<'a>> {
    let mut metadata = Members::parse(there.unwrap_or("{}"), "metadata")?;
    add_tool(&mut metadata, report, minor)?;
    let there: Vec<Cow<'a, RawValue>> = list(&metadata, "properties", "metadata.properties")?;
    let mut all: Vec<Cow<'_, RawValue>> = there.into_iter().filter(|raw| !is_own(raw)).collect();
    for property in properties(report) {
        all.push(Cow::Owned(raw(&property)?));
    }
    metadata.set("properties", raw(&all)?);
    Ok(metadata)
}

/// Whether a property is bomvet's.
fn is_own(raw: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    let named: Option<Named> = serde_json::from_str(raw.get()).ok();
    named.and_then(|named| named.name).is_some_and(|name| name.starts_with(OWN))
}

/// A list that is a member; an empty one where there is none.
fn list<'a>(members: &Members<'a>, name: &str, what: &str) -> io::Result<Vec<Cow<'a, RawValue>>> {
    let Some(text) = members.get(name) else { return Ok(Vec::new()) };
    let list: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|e| odd(what, &e))?;
    Ok(list.into_iter().map(Cow::Owned).collect())
}

/// Adds this tool behind those that are named, in the shape that the document uses.
fn add_tool(metadata: &mut Members<'_>, report: &Report<'_>, minor: u32) -> io::Result<()> {
    #[derive(Serialize)]
    struct Legacy<'a> {
        name: &'a str,
        version: &'a str,
    }
    let legacy = Legacy { name: report.tool.name, version: report.tool.version };
    let legacy = raw(&legacy)?;
    let component = raw(&tool(report))?;
    let is_list = match metadata.get("tools") {
        Some(text) => text.starts_with('['),
        None => minor < TOOLS_ARE_COMPONENTS,
    };
    if is_list {
        let tools = with(list(metadata, "tools", "metadata.tools")?, legacy);
        metadata.set("tools", raw(&tools)?);
        return Ok(());
    }
    let text = metadata.get("tools").unwrap_or("{}").to_owned();
    let mut tools = Members::parse(&text, "metadata.tools")?;
    let components = with(list(&tools, "components", "metadata.tools.components")?, component);
    tools.set("components", raw(&components)?);
    metadata.set("tools", raw(&tools)?);
    Ok(())
}

/// Adds a value unless the same is there.
fn with(mut list: Vec<Cow<'_, RawValue>>, new: Box<RawValue>) -> Vec<Cow<'_, RawValue>> {
    let value = |raw: &RawValue| serde_json::from_str::<serde_json::Value>(raw.get()).ok();
    if !list.iter().any(|known| value(known) == value(&new)) {
        list.push(Cow::Owned(new));
    }
    list
}
