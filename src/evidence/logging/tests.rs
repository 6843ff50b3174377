//! Every format, every sign; what is no configuration; what is hostile.

use super::weigh::{Evidence, Question, Weighed, weigh};
use super::*;
use crate::advisory::playbook::Playbook;
use crate::ids::AdvisoryId;

/// Reads a text that must be a configuration.
fn content(text: &str) -> Content {
    read(text, Origin::Given).unwrap().unwrap_or_else(|| panic!("no configuration: {text}"))
}

/// The signs with their lines, in order of lines.
fn signs(text: &str) -> Vec<(Sign, u32)> {
    let mut signs: Vec<_> = content(text).facts.iter().map(|f| (f.sign, f.line)).collect();
    signs.sort_by_key(|(sign, line)| (*line, *sign));
    signs
}

/// A configuration with that inside of its appenders, from line 2 on.
fn xml(appenders: &str) -> String {
    format!("<Configuration><Appenders>\n{appenders}\n</Appenders><Loggers/></Configuration>")
}

fn cause(text: &str) -> String {
    read(text, Origin::Given).unwrap_err().cause
}

use Sign::{ContextLookupInLayout as Lookup, ThreadContextInPattern as Context};

#[test]
fn one_configuration_says_the_same_in_every_format() {
    let concise =
        xml("<Console name='a'>\n<PatternLayout pattern='%X{user} $${ctx:id} %m'/></Console>");
    let nested = xml(
        "<Console name='a'><patternLAYOUT>\n<Pattern>%X{user} ${ctx:id} %m</Pattern></patternLAYOUT></Console>",
    );
    let strict = "<configuration strict='true'><appenders>\n<appender type='Console' name='a'>\n<layout type='PatternLayout' pattern='%X{user} ${ctx:id}'/></appender></appenders></configuration>";
    let json = "/* ours */\n{\"configuration\": {\"appenders\": {\"appender\": [{\"type\": \"Console\", // one\n \"layout\": {\"type\": \"PatternLayout\",\n\"pattern\": \"%X{user} ${ctx:id}\"}}]}}}";
    let yaml = "# ours\nConfiguration:\n  appenders:\n    Console:\n      - name: a\n        PatternLayout:\n          Pattern: \"%X{user} ${ctx:id}\"\n";
    let properties = "# ours\nappender.a.type = Console\nappender.a.layout.type = PatternLayout\nappender.a.layout.pattern = %d \\\n  %X{user} ${ctx:id}\nrootLogger = info, a\n";
    for (text, line) in
        [(&*concise, 3), (&nested, 3), (strict, 3), (json, 4), (yaml, 7), (properties, 4)]
    {
        assert_eq!(signs(text), [(Lookup, line), (Context, line)], "{text}");
        assert_eq!(content(text).dialect, Dialect::Log4j2);
    }
}

#[test]
fn context_data_outside_of_layouts_is_a_gap_and_no_sign() {
    let text = xml("<Routing name='r'>\n<Routes pattern='$${ctx:key}'/></Routing>");
    assert_eq!(signs(&text), []);
    assert_eq!(content(&text).gaps[0].line, 3);
    assert_eq!(signs(&xml("<File name='%X' fileName='${ctx:x}'/>")), []);
}

#[test]
fn layouts_of_every_kind_take_lookups() {
    let text = xml(
        "<Console><GelfLayout>\n<KeyValuePair key='a' value='${ctx:user}'/></GelfLayout></Console>",
    );
    assert_eq!(signs(&text), [(Lookup, 3)]);
    let text = xml(
        "<Console><PatternLayout><LevelPatternSelector defaultPattern='%m'>\n<PatternMatch key='INFO' pattern='%mdc'/></LevelPatternSelector></PatternLayout></Console>",
    );
    assert_eq!(signs(&text), [(Context, 3)]);
}

#[test]
fn properties_are_followed_and_values_from_outside_are_gaps() {
    let text = "property.layout = %d %MDC{a}\nappender.a.type = Console\nappender.a.layout.type = PatternLayout\nappender.a.layout.pattern = ${layout}\n";
    assert_eq!(signs(text), [(Context, 4)]);
    let text = xml("<Console><PatternLayout pattern='${sys:LAYOUT}'/></Console>");
    let gap = &content(&text).gaps[0];
    assert_eq!(gap.text, "takes ${sys:LAYOUT} into a layout, whose value is not known");
    assert_eq!((gap.line, gap.reach), (2, Reach::Layouts));
}

#[test]
fn appenders_and_layouts_are_seen() {
    for (text, expected) in [
        (
            "<Jdbc><DataSource jndiName='java:/comp/x'/></Jdbc>",
            vec![Sign::JdbcAppender, Sign::JdbcJndi],
        ),
        ("<JDBC><ConnectionFactory class='a'/></JDBC>", vec![Sign::JdbcAppender]),
        ("<JMS name='j'/>", vec![Sign::JmsAppender]),
        ("<JMSQueue name='j'/>", vec![Sign::JmsAppender]),
        ("<SMTP name='m'/>", vec![Sign::SmtpAppender]),
        ("<SMTP name='m'><SSL/></SMTP>", vec![Sign::SmtpAppender, Sign::NestedSsl]),
        ("<Socket protocol='TCP'/>", vec![Sign::SocketAppender]),
        ("<Socket protocol='ssl'/>", vec![Sign::SocketAppender, Sign::TlsSocketAppender]),
        (
            "<Socket><Ssl/></Socket>",
            vec![Sign::SocketAppender, Sign::TlsSocketAppender, Sign::NestedSsl],
        ),
        ("<Syslog><Ssl/></Syslog>", vec![Sign::NestedSsl]),
        ("<File><XMLLayout/></File>", vec![Sign::XmlLayout]),
        ("<File><Log4j1XmlLayout/></File>", vec![Sign::Log4j1XmlLayout]),
        ("<File><JsonTemplateLayout/></File>", vec![Sign::JsonTemplateLayout]),
        ("<File><JsonLayout/></File>", vec![]),
        ("<File><Rfc5424Layout appName='a'/></File>", vec![]),
        ("<File><RFC5424Layout newLineEscape='\\n'/></File>", vec![Sign::Rfc5424RenamedOption]),
        ("<File><Rfc5424Layout NEWLINEESCAPE='x'/></File>", vec![Sign::Rfc5424RenamedOption]),
        (
            "<File><Rfc5424Layout useTlsMessageFormat='true'/></File>",
            vec![Sign::Rfc5424RenamedOption],
        ),
        ("<File><Rfc5424Layout escapeNL='x' useTLSMessageFormat='true'/></File>", vec![]),
        // the appender kept its options
        ("<Syslog format='RFC5424' newLineEscape='x'/>", vec![]),
        ("<File><PatternLayout pattern='%m{JSON}'/></File>", vec![Sign::MapMessageAsJson]),
        ("<File><PatternLayout pattern='%m%n'/></File>", vec![]),
    ] {
        let mut found: Vec<Sign> = content(&xml(text)).facts.iter().map(|f| f.sign).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn no_lookups_must_stand_in_every_pattern() {
    let all = |text: &str| {
        content(&xml(text)).facts.iter().any(|f| f.sign == Sign::NoLookupsInEveryPattern)
    };
    let layout = |pattern: &str| format!("<Console><PatternLayout pattern='{pattern}'/></Console>");
    assert!(all(&layout("%d %m{nolookups}%n")));
    assert!(all(&format!("{}{}", layout("%msg{nolookups}"), layout("%m{ansi}{nolookups}"))));
    assert!(!all(&format!("{}{}", layout("%m{nolookups}"), layout("%m"))));
    assert!(!all(&format!("{}<Console/>", layout("%m{nolookups}"))));
    assert!(!all(&format!("{}<File><PatternLayout/></File>", layout("%m{nolookups}"))));
    assert!(!all(&layout("%m{nolookups} ${env:MORE}")));
}

#[test]
fn log4j_1_is_told_by_its_classes() {
    let properties = "log4j.rootLogger=INFO, JMS\nlog4j.appender.JMS=org.apache.log4j.net.JMSAppender\nlog4j.appender.DB=org.apache.log4j.jdbc.JDBCAppender\nlog4j.appender.DB.layout=org.apache.log4j.xml.XMLLayout\nlog4j.appender.DB.layout.ConversionPattern=${x} SocketAppender\n";
    let found = content(properties);
    assert_eq!((found.dialect, found.gaps), (Dialect::Log4j1, Vec::new()));
    assert_eq!(
        signs(properties),
        [(Sign::JmsAppender, 2), (Sign::JdbcAppender, 3), (Sign::Log4j1XmlLayout, 4)]
    );
    let xml = "<?xml version='1.0'?>\n<!DOCTYPE log4j:configuration SYSTEM\n 'log4j.dtd'>\n<log4j:configuration xmlns:log4j='http://jakarta.apache.org/log4j/'>\n<plugin class='org.apache.log4j.net.SocketReceiver'/>\n<appender name='m' class='org.apache.log4j.net.SMTPAppender'/>\n<appender name='s' class='org.apache.log4j.net.SocketAppender'/></log4j:configuration>";
    assert_eq!(
        signs(xml),
        [(Sign::Receiver, 5), (Sign::SmtpAppender, 6), (Sign::SocketAppender, 7)]
    );
}

#[test]
fn settings_are_read_in_the_spellings_that_log4j_takes() {
    for text in [
        "log4j2.formatMsgNoLookups=true",
        "LOG4J_FORMAT_MSG_NO_LOOKUPS=true",
        "export LOG4J_FORMAT_MSG_NO_LOOKUPS=\"true\"",
        "-Dlog4j2.formatMsgNoLookups=true",
        "JAVA_OPTS=\"-Xmx1g -Dlog4j2.formatMsgNoLookups=True -Da=b\"",
        "log4j.formatMsgNoLookups: true\na=b",
    ] {
        assert_eq!(signs(text), [(Sign::MessageLookupsOff, 1)], "{text}");
    }
    assert_eq!(
        signs("a=b\nmail.smtp.ssl.checkserveridentity=true"),
        [(Sign::SmtpIdentityCheck, 2)]
    );
    assert_eq!(signs("log4j2.formatMsgNoLookups=false\n#log4j2.formatMsgNoLookups=true"), []);
}

#[test]
fn what_is_no_configuration_is_left_alone() {
    for text in [
        "<project><modelVersion>4</modelVersion></project>",
        "<configuration><property><name>hadoop</name></property></configuration>",
        "{\"configuration\": 3}",
        "{\"configuration\": {\"a\": \"loggers\"}}",
        "configuration:\n  level: info\n",
        "{\"bomFormat\": \"CycloneDX\"}",
        "fn main() { let appender = 1; }",
        "Configuration of the appender\nis easy",
        "",
    ] {
        assert_eq!(read(text, Origin::Given), Ok(None), "{text}");
    }
    assert_eq!(read("a=b", Origin::Found), Ok(None));
}

#[test]
fn hostile_and_damaged_files_are_refused() {
    let entities = "<!DOCTYPE a [<!ENTITY b 'c'>]><Configuration><Appenders/></Configuration>";
    assert!(cause(entities).starts_with("its document type has declarations of its own"));
    assert!(cause(&xml("<Console>")).starts_with("it is no well-formed XML"));
    let deep = "<a>".repeat(5000) + &"</a>".repeat(5000);
    assert_eq!(cause(&xml(&deep)), "it is nested deeper than 64 levels");
    let deep = format!(
        "{{\"configuration\": {{\"loggers\": {}1{}}}}}",
        "{\"a\":".repeat(9000),
        "}".repeat(9000)
    );
    assert_eq!(cause(&deep), "it is nested deeper than 64 levels");
    let deep = format!("Configuration: {}", "[".repeat(100));
    assert_eq!(cause(&deep), "it is nested deeper than 64 levels");
    let deep = format!("appender.a.type=b\nappender{}=1", ".a".repeat(100));
    assert_eq!(cause(&deep), "it is nested deeper than 64 levels");
    assert!(cause(&" ".repeat(MAX_SIZE + 1)).starts_with("is larger than 1 MiB"));
    assert_eq!(cause("{\"configuration\": {\"appenders\":\n}}"), "it is no JSON");
    assert!(cause("Configuration:\n  a: [b\n  c: \"").starts_with("it is no YAML"));
    let wide: String = (0..600).map(|n| format!("a{n}='>' ")).collect();
    assert_eq!(cause(&xml(&format!("<File {wide}/>"))), "an element has more than 500 attributes");
    let logback = "<configuration><appender class='ch.qos.logback.core.ConsoleAppender'/><root/><!-- appenders loggers --></configuration>";
    assert_eq!(cause(logback), "it is a logback configuration, which is not read");
}

#[test]
fn parts_in_other_places_are_gaps() {
    let text = xml("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='b.xml'/>");
    assert_eq!(content(&text).gaps[0].reach, Reach::Whole);
    let text = "Configuration:\n  appenders:\n    Console: &a\n      name: x\n    File: *a\n";
    assert_eq!(content(text).gaps[0].line, 5);
    let text = "appender.a.type=${sys:kind}\nappender.a.name=a\n";
    assert_eq!(content(text).gaps[0].reach, Reach::Whole);
}

fn weighed(id: &str, package: &str, version: &str, files: &[(&str, &str, Origin)]) -> Weighed {
    let configurations = files
        .iter()
        .map(|(path, text, origin)| {
            read(text, *origin).unwrap().unwrap().of((*path).to_owned(), *origin)
        })
        .collect();
    let ids = [AdvisoryId::new(id).unwrap()];
    let question = Question { ids: &ids, package, version };
    weigh(&Playbook::bundled().0, question, &Evidence { configurations, unread: 0 })
}

const CORE: &str = "org.apache.logging.log4j:log4j-core";

#[test]
fn absence_needs_configurations_that_the_user_gave_and_that_were_read_whole() {
    let clean = xml("<Console><PatternLayout pattern='%d %m%n'/></Console>");
    let dark = xml("<Console><PatternLayout pattern='${sys:x}'/></Console>");
    let state = |id: &str, text: &str, origin| {
        let files = [("a.xml", text, origin)];
        weighed(id, CORE, "2.14.1", &files).conditions[0].split(':').next().unwrap().to_owned()
    };
    let none = "does not hold as far as a.xml goes";
    assert_eq!(state("CVE-2021-45046", &clean, Origin::Given), none);
    assert_eq!(state("CVE-2021-45046", &clean, Origin::Found), "unknown");
    assert_eq!(state("CVE-2021-45046", &dark, Origin::Given), "unknown");
    assert_eq!(state("CVE-2021-44832", &dark, Origin::Given), none);
    assert_eq!(state("CVE-2021-44228", &clean, Origin::Given), "unknown");
    let log4j_1 = "log4j.rootLogger=INFO";
    assert_eq!(state("CVE-2021-45046", log4j_1, Origin::Given), "unknown");
}

#[test]
fn a_switch_helps_the_versions_that_know_it() {
    let notes = |id: &str, version: &str| {
        let files = [("p", "log4j2.formatMsgNoLookups=true", Origin::Given)];
        weighed(id, CORE, version, &files).notes.join("; ")
    };
    let switch = "log4j2.formatMsgNoLookups=true (p:1)";
    assert_eq!(
        notes("CVE-2021-44228", "2.14.1"),
        format!("{switch}: helps in part against CVE-2021-44228")
    );
    assert_eq!(
        notes("CVE-2021-44228", "2.9.1"),
        format!("{switch}: no help for CVE-2021-44228 in 2.9.1: made for 2.10 to before 2.15")
    );
    assert_eq!(notes("CVE-2021-45046", "2.14.1"), format!("{switch}: no help for CVE-2021-45046"));
    let found = [("p", "log4j2.formatMsgNoLookups=true", Origin::Found)];
    assert_eq!(
        weighed("CVE-2021-44228", CORE, "2.14.1", &found),
        weighed("CVE-2021-44228", CORE, "2.14.1", &[])
    );
}

#[test]
fn a_mitigation_in_full_is_named_and_a_partial_one_is_not() {
    let clean = xml("<Console><PatternLayout pattern='%m{nolookups}'/></Console>");
    let files = [("a.xml", &*clean, Origin::Given)];
    let found = weighed("CVE-2021-45105", CORE, "2.14.1", &files).mitigated.unwrap();
    assert_eq!((&*found.by, &*found.evidence), ("no context lookup in a layout", "a.xml"));
    let partial = weighed("CVE-2021-44228", CORE, "2.14.1", &files);
    assert_eq!(partial.mitigated, None);
    assert_eq!(
        partial.notes,
        ["%m{nolookups} in every pattern (a.xml:2): helps in part against CVE-2021-44228"]
    );
}

#[test]
fn properties_that_are_repeated_without_end_are_a_gap() {
    let text = format!(
        "<Configuration><Properties><Property name='a'>{}</Property></Properties><Appenders/><PatternLayout>{}</PatternLayout></Configuration>",
        "%X".repeat(2000),
        "<a pattern='${a}'/>".repeat(5000)
    );
    let found = content(&text);
    assert_eq!(found.gaps.len(), 1);
    assert_eq!(found.facts.len(), 1);
}
