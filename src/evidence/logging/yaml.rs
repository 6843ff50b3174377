//! Configurations in YAML.

use saphyr_parser::{Event, Parser, ScanError};

use super::tree::{MAX_DEPTH, Node, Value, root, too_deep};
use super::{Gap, Unread};

/// Reads a configuration; none when the text is something else.
pub(super) fn read(text: &str) -> Result<Option<(Node, Vec<Gap>)>, Unread> {
    if !starts_as_configuration(text) {
        return Ok(None);
    }
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| broken(&error))?;
        let line = number(span.start.line());
        builder.take(event, line)?;
        if builder.done.is_some() {
            break;
        }
    }
    let gaps = builder.gaps;
    Ok(builder.done.and_then(root).map(|node| (node, gaps)))
}

/// Whether the first key at the margin is that of a configuration.
fn starts_as_configuration(text: &str) -> bool {
    let first = text.lines().find(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with(['#', '%']) && line != "---"
    });
    first.is_some_and(|line| {
        let key = line.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
        line.contains(':') && key.eq_ignore_ascii_case("configuration")
    })
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn broken(error: &ScanError) -> Unread {
    Unread {
        line: Some(number(error.marker().line())),
        cause: format!("it is no YAML: {}", error.info()),
    }
}

/// A collection that is not yet closed.
enum Open {
    List(u32, Vec<(u32, Value)>),
    Object(u32, Vec<(String, u32, Value)>, Option<(String, u32)>),
}

/// Makes a value of events, without recursion.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    done: Option<Value>,
    gaps: Vec<Gap>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), Unread> {
        if self.open.len() > MAX_DEPTH {
            return Err(too_deep(line));
        }
        match event {
            Event::Scalar(text, ..) => self.put(line, Value::Scalar(text.into_owned())),
            Event::Alias(_) => {
                self.gaps.push(Gap::whole(line, "repeats another part by an alias"));
                self.put(line, Value::Scalar(String::new()));
            }
            Event::SequenceStart(..) => self.open.push(Open::List(line, Vec::new())),
            Event::MappingStart(..) => self.open.push(Open::Object(line, Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(line, items)) => self.put(line, Value::List(items)),
                Some(Open::Object(line, members, _)) => self.put(line, Value::Object(members)),
                None => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, line: u32, value: Value) {
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(_, items)) => items.push((line, value)),
            Some(Open::Object(_, members, key)) => match (key.take(), value) {
                (Some((key, line)), value) => members.push((key, line, value)),
                (None, Value::Scalar(text)) => *key = Some((text, line)),
                // a key that is no text: its value must not be taken for a key
                (None, _) => *key = Some((String::new(), line)),
            },
        }
    }
}
