//! A configuration as a tree: Log4j 2 reads the same tree of plugins out of all its formats.

use super::Unread;

/// How deep a configuration may be nested.
pub(super) const MAX_DEPTH: usize = 64;

/// An attribute of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: u32,
}

/// A plugin, or a folder of plugins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// The name of its element or key.
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// Whether it is that plugin, by its element or by its `type`; plugin names have no case.
    pub(super) fn is(&self, plugin: &str) -> bool {
        self.name.eq_ignore_ascii_case(plugin)
            || self.attribute("type").is_some_and(|a| a.value.trim().eq_ignore_ascii_case(plugin))
    }

    /// Whether the name of the plugin ends so.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        let ends = |name: &str| name.trim().to_ascii_lowercase().ends_with(end);
        ends(&self.name) || self.attribute("type").is_some_and(|a| ends(&a.value))
    }

    /// An attribute by its name, whatever its case.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    /// A child by its plugin name.
    pub(super) fn child(&self, plugin: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.is(plugin))
    }
}

/// A value in JSON or YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Scalar(String),
    List(Vec<(u32, Value)>),
    Object(Vec<(String, u32, Value)>),
}

/// The tree that an object stands for: its scalars are attributes, its objects are plugins, and a
/// list is several plugins of one name.
pub(super) fn node(name: String, line: u32, members: Vec<(String, u32, Value)>) -> Node {
    let mut made = Node { name, line, ..Node::default() };
    for (key, line, value) in members {
        member(&mut made, key, line, value);
    }
    made
}

fn member(parent: &mut Node, name: String, line: u32, value: Value) {
    match value {
        Value::Scalar(value) => parent.attributes.push(Attribute { name, value, line }),
        Value::Object(members) => parent.children.push(node(name, line, members)),
        Value::List(items) => {
            for (line, item) in items {
                member(parent, name.clone(), line, item);
            }
        }
    }
}

/// The configuration in the outermost object, if there is one that appends or logs.
pub(super) fn root(value: Value) -> Option<Node> {
    let Value::Object(members) = value else { return None };
    let mut found = members.into_iter().filter(|(n, ..)| n.eq_ignore_ascii_case("configuration"));
    match found.next()? {
        (name, line, Value::Object(members)) => {
            let made = node(name, line, members);
            (made.child("appenders").is_some() || made.child("loggers").is_some()).then_some(made)
        }
        _ => None,
    }
}

pub(super) fn too_deep(line: u32) -> Unread {
    Unread { line: Some(line), cause: format!("it is nested deeper than {MAX_DEPTH} levels") }
}
