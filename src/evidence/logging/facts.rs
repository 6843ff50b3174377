//! What a configuration says, found in its tree.

use std::collections::HashMap;

use super::pattern::{Converter, Expanded, converters, expand, shortened};
use super::tree::{Attribute, Node};
use super::{Fact, Gap};
use crate::advisory::sign::Sign;

/// How many bytes all layouts may become together when properties are put in.
const MAX_EXPANDED: usize = 2 << 20;

/// The options of the RFC 5424 layout that lost their old names (Apache Logging, CVE-2026-34478), each
/// with the new one. Options have no case, so the new name of the second is told by its spelling.
const RENAMED: [(&str, &str); 2] =
    [("newLineEscape", "escapeNL"), ("useTlsMessageFormat", "useTLSMessageFormat")];

/// Attributes that hold patterns.
const PATTERNS: [&str; 2] = ["pattern", "defaultPattern"];

/// Appenders whose layout is `%m%n` when none is given.
const WRITERS: [&str; 5] =
    ["console", "file", "rollingfile", "randomaccessfile", "rollingrandomaccessfile"];

/// What the tree of a Log4j 2 configuration says, and what of it could not be told.
pub(super) fn of_tree(root: &Node) -> (Vec<Fact>, Vec<Gap>) {
    let mut properties = HashMap::new();
    collect_properties(root, &mut properties);
    let mut finder = Finder { properties, ..Finder::default() };
    finder.node(root, false);
    finder.judge_messages(root);
    finder.facts.dedup();
    (finder.facts, finder.gaps)
}

/// What class names of a log4j 1 configuration say.
pub(super) fn of_classes<'a>(
    classes: impl Iterator<Item = (&'a str, u32)>,
) -> (Vec<Fact>, Vec<Gap>) {
    let (mut facts, mut gaps) = (Vec::new(), Vec::new());
    for (class, line) in classes {
        if class.starts_with("${") {
            gaps.push(Gap::whole(line, "takes the name of a class from a property"));
        }
        let name = class.rsplit('.').next().unwrap_or(class);
        let sign = match name {
            "JMSAppender" => Sign::JmsAppender,
            "JMSSink" => Sign::JmsSink,
            "JDBCAppender" => Sign::JdbcAppender,
            "SocketAppender" => Sign::SocketAppender,
            "SMTPAppender" => Sign::SmtpAppender,
            "XMLLayout" if class.contains("log4j") => Sign::Log4j1XmlLayout,
            _ if name.ends_with("Receiver") && class.contains("log4j") => Sign::Receiver,
            _ => continue,
        };
        facts.push(Fact { sign, line, found: shortened(class) });
    }
    (facts, gaps)
}

/// All classes that a log4j 1 configuration in XML names.
pub(super) fn classes_of(root: &Node) -> Vec<(&str, u32)> {
    let mut classes = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        classes.extend(node.attribute("class").map(|a| (a.value.trim(), a.line)));
        open.extend(&node.children);
    }
    classes.sort_by_key(|(_, line)| *line);
    classes
}

fn collect_properties(node: &Node, into: &mut HashMap<String, String>) {
    if node.is("property")
        && let (Some(name), Some(value)) = (node.attribute("name"), node.attribute("value"))
    {
        into.insert(name.value.trim().to_owned(), value.value.clone());
    }
    for child in &node.children {
        collect_properties(child, into);
    }
}

#[derive(Default)]
struct Finder {
    properties: HashMap<String, String>,
    facts: Vec<Fact>,
    gaps: Vec<Gap>,
    /// How many bytes layouts have become.
    expanded: usize,
    /// Patterns that print the message: where, and whether without lookups.
    messages: Vec<(u32, bool)>,
}

impl Finder {
    fn node(&mut self, node: &Node, in_layout: bool) {
        let is_layout = node.ends_with("layout");
        if let Some(kind) = node.attribute("type").filter(|a| a.value.contains("${")) {
            self.gaps.push(Gap::whole(kind.line, "takes the kind of a plugin from a property"));
        }
        self.appender(node);
        if is_layout {
            self.layout(node);
        }
        let in_layout = in_layout || is_layout;
        for attribute in &node.attributes {
            self.attribute(attribute, in_layout);
        }
        for child in &node.children {
            self.node(child, in_layout);
        }
    }

    fn add(&mut self, sign: Sign, line: u32, found: impl Into<String>) {
        let found = found.into();
        if !self.facts.iter().rev().take(50).any(|f| f.sign == sign && f.line == line) {
            self.facts.push(Fact { sign, line, found });
        }
    }

    fn appender(&mut self, node: &Node) {
        let line = node.line;
        let secured = node.child("ssl").map(|ssl| ssl.line);
        if node.is("jdbc") {
            self.add(Sign::JdbcAppender, line, "a JDBC appender");
            self.jndi(node);
        }
        if ["jms", "jmsqueue", "jmstopic"].into_iter().any(|name| node.is(name)) {
            self.add(Sign::JmsAppender, line, "a JMS appender");
        }
        if node.is("smtp") {
            self.add(Sign::SmtpAppender, line, "an SMTP appender");
        }
        if node.is("socket") {
            self.add(Sign::SocketAppender, line, "a socket appender");
            let protocol = node.attribute("protocol").map(|a| a.value.trim().to_ascii_uppercase());
            let over_tls = protocol.is_some_and(|p| p == "SSL" || p == "TLS");
            if over_tls || secured.is_some() {
                self.add(Sign::TlsSocketAppender, line, "a socket appender over TLS");
            }
        }
        let takes_ssl = ["smtp", "socket", "syslog", "http"].into_iter().any(|name| node.is(name));
        if let Some(line) = secured.filter(|_| takes_ssl) {
            self.add(Sign::NestedSsl, line, "an Ssl element in an appender");
        }
    }

    fn jndi(&mut self, jdbc: &Node) {
        let sources = jdbc.children.iter().filter_map(|child| child.attribute("jndiName"));
        for name in sources.chain(jdbc.attribute("jndiName")) {
            let value = expand(&name.value, &self.properties).text;
            let remark = if value.trim_start().starts_with("java:") {
                ", the kind of name that 2.17.1 still permits"
            } else {
                ""
            };
            let found = format!("a JDBC data source \"{}\" from JNDI{remark}", shortened(&value));
            self.add(Sign::JdbcJndi, name.line, found);
        }
    }

    fn layout(&mut self, node: &Node) {
        if node.is("xmllayout") {
            self.add(Sign::XmlLayout, node.line, "an XML layout");
        }
        if node.is("log4j1xmllayout") {
            self.add(Sign::Log4j1XmlLayout, node.line, "a Log4j 1 XML layout");
        }
        if node.is("jsontemplatelayout") {
            self.add(Sign::JsonTemplateLayout, node.line, "a JSON template layout");
        }
        if node.is("rfc5424layout") {
            for (name, new) in RENAMED {
                if let Some(option) = node.attribute(name).filter(|option| option.name != new) {
                    let found = format!("{name} of an RFC 5424 layout");
                    self.add(Sign::Rfc5424RenamedOption, option.line, found);
                }
            }
        }
        if node.is("patternlayout") {
            let selector = node.children.iter().any(|child| child.ends_with("selector"));
            let named = PATTERNS.iter().any(|name| node.attribute(name).is_some());
            if !selector && !named {
                // its default pattern is %m%n
                self.messages.push((node.line, false));
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, in_layout: bool) {
        let pattern = PATTERNS.iter().any(|name| attribute.name.eq_ignore_ascii_case(name));
        if !in_layout {
            // a routing key is no layout, but is looked up for each event just the same
            if pattern && attribute.value.to_ascii_lowercase().contains("${ctx:") {
                let text = "looks up context data outside of layouts";
                self.gaps.push(Gap::of_layouts(attribute.line, text));
            }
            return;
        }
        if self.expanded > MAX_EXPANDED {
            return;
        }
        let expanded = expand(&attribute.value, &self.properties);
        self.expanded += expanded.text.len();
        if self.expanded > MAX_EXPANDED {
            self.gaps
                .push(Gap::of_layouts(attribute.line, "repeats properties too often to be read"));
        }
        if let Some(lookup) = expanded.context.first() {
            let found = format!("{lookup} in a layout");
            self.add(Sign::ContextLookupInLayout, attribute.line, found);
        }
        if pattern {
            self.pattern(attribute.line, &expanded);
        }
        if let Some(unknown) = expanded.unknown.first() {
            let text = format!("takes {unknown} into a layout, whose value is not known");
            self.gaps.push(Gap::of_layouts(attribute.line, text));
        }
    }

    fn pattern(&mut self, line: u32, expanded: &Expanded) {
        for converter in converters(&expanded.text) {
            match converter {
                Converter::ThreadContext(name) => {
                    let found = format!("%{name} in a pattern");
                    self.add(Sign::ThreadContextInPattern, line, found);
                }
                Converter::Message(options) => {
                    let options = options.to_ascii_lowercase();
                    self.messages.push((line, options.contains("{nolookups}")));
                    if options.contains("json") {
                        self.add(Sign::MapMessageAsJson, line, "%m{JSON} in a pattern");
                    }
                }
            }
        }
    }

    /// `%m{nolookups}` counts where no pattern goes without it and nothing is left in the dark.
    fn judge_messages(&mut self, root: &Node) {
        let bare = root
            .children
            .iter()
            .filter(|c| c.is("appenders") || c.name.eq_ignore_ascii_case("appender"))
            .flat_map(|appenders| &appenders.children)
            .any(|appender| WRITERS.iter().any(|w| appender.is(w)) && !has_layout(appender));
        let all = self.messages.iter().all(|(_, without)| *without);
        if let (Some((line, _)), true, true, false) =
            (self.messages.first().copied(), all, self.gaps.is_empty(), bare)
        {
            self.add(Sign::NoLookupsInEveryPattern, line, "%m{nolookups} in every pattern");
        }
    }
}

fn has_layout(node: &Node) -> bool {
    node.children.iter().any(|child| child.ends_with("layout"))
}
