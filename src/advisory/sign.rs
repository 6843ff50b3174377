//! What a logging configuration or a setting can show about a flaw.
//!
//! Playbooks name signs in `when` and `absent`; `evidence` looks for them.

use serde::Deserialize;

/// Something that stands in a configuration, or a setting that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// A layout holds a lookup in context data: `${ctx:key}`.
    ContextLookupInLayout,
    /// A pattern prints context data: `%X`, `%mdc`, `%MDC`.
    ThreadContextInPattern,
    /// Every pattern that prints the message does so by `%m{nolookups}`.
    NoLookupsInEveryPattern,
    /// A pattern prints map messages as JSON: `%m{JSON}`.
    MapMessageAsJson,
    /// A JDBC appender.
    JdbcAppender,
    /// A JDBC appender whose data source has a JNDI name.
    JdbcJndi,
    /// A JMS appender.
    JmsAppender,
    /// A JMS sink.
    JmsSink,
    /// An SMTP appender.
    SmtpAppender,
    /// A socket appender.
    SocketAppender,
    /// A socket appender over TLS.
    TlsSocketAppender,
    /// An `Ssl` element in an appender.
    NestedSsl,
    /// An RFC 5424 layout with an option that 2.21.0 renamed.
    Rfc5424RenamedOption,
    /// An XML layout.
    XmlLayout,
    /// The Log4j 1 XML layout of the bridge.
    Log4j1XmlLayout,
    /// A JSON template layout.
    JsonTemplateLayout,
    /// A receiver of log events, as Chainsaw has them.
    Receiver,
    /// `log4j2.formatMsgNoLookups=true`.
    MessageLookupsOff,
    /// `mail.smtp.ssl.checkserveridentity=true`.
    SmtpIdentityCheck,
}

impl Sign {
    /// Whether its absence from every configuration says anything: what a program starts by itself
    /// stands in none.
    #[must_use]
    pub fn absence_counts(self) -> bool {
        !matches!(
            self,
            Self::Receiver | Self::JmsSink | Self::MessageLookupsOff | Self::SmtpIdentityCheck
        )
    }

    /// Whether it takes every configuration to show it.
    #[must_use]
    pub fn is_of_all(self) -> bool {
        self == Self::NoLookupsInEveryPattern
    }

    /// Whether layouts alone can show it, and not the kind of an appender.
    #[must_use]
    pub fn is_of_layouts(self) -> bool {
        matches!(
            self,
            Self::ContextLookupInLayout | Self::ThreadContextInPattern | Self::MapMessageAsJson
        )
    }

    /// What it is called in a report.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::ContextLookupInLayout => "context lookup in a layout",
            Self::ThreadContextInPattern => "thread context pattern in a layout",
            Self::NoLookupsInEveryPattern => "%m{nolookups} in every pattern",
            Self::MapMessageAsJson => "map message as JSON in a pattern",
            Self::JdbcAppender => "JDBC appender",
            Self::JdbcJndi => "JDBC data source from JNDI",
            Self::JmsAppender => "JMS appender",
            Self::JmsSink => "JMS sink",
            Self::SmtpAppender => "SMTP appender",
            Self::SocketAppender => "socket appender",
            Self::TlsSocketAppender => "socket appender over TLS",
            Self::NestedSsl => "Ssl element in an appender",
            Self::Rfc5424RenamedOption => "renamed option of an RFC 5424 layout",
            Self::XmlLayout => "XML layout",
            Self::Log4j1XmlLayout => "Log4j 1 XML layout",
            Self::JsonTemplateLayout => "JSON template layout",
            Self::Receiver => "receiver of log events",
            Self::MessageLookupsOff => "message lookups off",
            Self::SmtpIdentityCheck => "check of the mail server's identity",
        }
    }
}
