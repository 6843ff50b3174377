//! Templates of issues: the first line is the title, the rest is the text. What they may do is bounded:
//! nothing is loaded or included, steps and memory are counted, and every value is escaped for the
//! place where it stands, `safe` or not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::issue::Issue;
use crate::audit::markup::{cut, plain};

/// How many characters a title may have: the least that a server takes.
const TITLE: usize = 250;

/// How many bytes a text may have: the least that a server takes is a bit more.
const LONGEST: usize = 30_000;

/// What a template may do: steps, and with them memory.
const FUEL: u64 = 100_000;

const NAMES: [&str; 2] = ["title", "text"];

/// How values are written into a text.
pub type Escape = fn(&str) -> String;

/// A template that was tried.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
}

/// What a template made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One line, without markup.
    pub title: String,
    /// The text.
    pub text: String,
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {cause}")]
pub struct InvalidTemplate {
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: String,
}

impl Template {
    /// The one of an issue where the user has none.
    ///
    /// # Errors
    /// Never in fact: a test reads it.
    pub fn of_issue(escape: Escape) -> Result<Self, InvalidTemplate> {
        Self::parse(include_str!("issue.md"), escape)
    }

    /// The one of a comment.
    ///
    /// # Errors
    /// Never in fact: a test reads it.
    pub fn of_comment(escape: Escape) -> Result<Self, InvalidTemplate> {
        Self::parse(include_str!("comment.md"), escape)
    }

    /// Reads a template and tries it with made-up issues.
    ///
    /// # Errors
    /// With the line of what is wrong: syntax, a variable that there is not, too much output.
    pub fn parse(source: &str, escape: Escape) -> Result<Self, InvalidTemplate> {
        let (title, text) = source.split_once('\n').unwrap_or((source, ""));
        // a line before, so that its lines count from the beginning of the file
        let template = Self { environment: environment(title, format!("\n{text}"), escape)? };
        template.check_names(source)?;
        for issue in Issue::samples() {
            template.render(&issue)?;
        }
        Ok(template)
    }

    /// Writes an issue.
    ///
    /// # Errors
    /// When it becomes too long or needs too many steps, or the title is empty.
    pub fn render(&self, issue: &Issue) -> Result<Written, InvalidTemplate> {
        let [title, text] = NAMES.map(|name| self.part(name, issue));
        let (title, text) = (title?, text?.trim().to_owned());
        let title = cut(title.trim_start_matches(['#', ' ']).trim().to_owned(), TITLE);
        if title.is_empty() {
            return Err(InvalidTemplate { line: 1, cause: "the title is empty".to_owned() });
        }
        Ok(Written { title, text })
    }

    fn part(&self, name: &str, issue: &Issue) -> Result<String, InvalidTemplate> {
        let mut out = Capped(Vec::new());
        let template = self.environment.get_template(name).map_err(|error| invalid(&error))?;
        let rendered = template.render_captured_to(Value::from(Serde(issue)), &mut out);
        rendered.map_err(|error| invalid(&error))?;
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }

    /// Sees to it that every variable is there, on whatever way through the template.
    fn check_names(&self, source: &str) -> Result<(), InvalidTemplate> {
        let known = Value::from(Serde(&Issue::samples()[0]));
        let known: BTreeSet<String> =
            known.try_iter().into_iter().flatten().map(|key| key.to_string()).collect();
        let globals: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
        for name in NAMES {
            let template = self.environment.get_template(name).map_err(|error| invalid(&error))?;
            let asked = template.undeclared_variables(false);
            let unknown = asked
                .iter()
                .filter(|name| !known.contains(name.as_str()) && !globals.contains(name.as_str()));
            if let Some(name) = unknown.min() {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let cause = format!("there is no variable \"{name}\", but {}", known.join(", "));
                return Err(InvalidTemplate { line: line_of(source, name), cause });
            }
        }
        Ok(())
    }
}

fn environment(
    title: &str,
    text: String,
    escape: Escape,
) -> Result<Environment<'static>, InvalidTemplate> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| invalid(&error))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(move |out, state, value| {
        let text = if value.is_none() { String::new() } else { value.to_string() };
        let text = if state.name() == NAMES[0] { plain(&text) } else { escape(&text) };
        out.write_str(&text).map_err(Error::from)
    });
    for (name, source) in NAMES.into_iter().zip([title.to_owned(), text]) {
        environment.add_template_owned(name, source).map_err(|error| invalid(&error))?;
    }
    Ok(environment)
}

fn invalid(error: &Error) -> InvalidTemplate {
    let line = error.line().unwrap_or(1);
    let mut cause = match error.kind() {
        ErrorKind::UndefinedError => "a value that is not there".to_owned(),
        ErrorKind::OutOfFuel => "the template needs too many steps".to_owned(),
        ErrorKind::WriteFailure => format!("the template gives more than {LONGEST} bytes"),
        kind => kind.to_string(),
    };
    if let Some(detail) = error.detail().filter(|_| error.kind() != ErrorKind::WriteFailure) {
        // a String takes all that is written
        let _ = write!(cause, ": {detail}");
    }
    InvalidTemplate { line, cause }
}

/// The first line with that word.
fn line_of(source: &str, word: &str) -> usize {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_of_word(c)).any(|found| found == word);
    source.lines().position(has).map_or(1, |place| place + 1)
}

/// Takes so much and no more.
struct Capped(Vec<u8>);

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::markup::{markdown, wiki};

    fn error(source: &str) -> String {
        Template::parse(source, markdown).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_templates_are_read_and_write_all_samples() {
        for escape in [markdown, wiki, plain] {
            assert!(Template::of_issue(escape).is_ok());
            assert!(Template::of_comment(escape).is_ok());
        }
    }

    #[test]
    fn the_first_line_is_the_title_and_has_no_markup() {
        let template = Template::parse("# {{ id }}: {{ product }}\n\n{{ product }}\n", markdown);
        let product = "*x*\nhttp://y".into();
        let issue = Issue { id: "A-1".into(), product, ..Issue::default() };
        let written = template.unwrap().render(&issue).unwrap();
        assert_eq!(written.title, "A-1: *x* http:\u{200b}//y");
        assert_eq!(written.text, "\\*x\\* http:\u{200b}//y");
    }

    #[test]
    fn no_filter_takes_the_escape_away() {
        let template = Template::parse(
            "t\n{{ product | safe }}{% autoescape false %}{{ product }}\
                                        {% endautoescape %}",
            markdown,
        );
        let issue = Issue { product: "<b>".into(), ..Issue::default() };
        assert_eq!(template.unwrap().render(&issue).unwrap().text, "\\<b\\>\\<b\\>");
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_line() {
        assert!(
            error("t\n\n{{ produkt }}")
                .starts_with("3: there is no variable \"produkt\", but at, ")
        );
        // also where no sample passes
        let text = "t\n{% if run == 77 %}\n{{ nothing }}\n{% endif %}";
        assert!(error(text).starts_with("3: there is no variable \"nothing\""));
        let text = "t\n\n{% for event in events %}\n{{ event.pakage }}\n{% endfor %}";
        assert!(error(text).starts_with("4: a value that is not there"), "{}", error(text));
        assert!(error("t\n{% if %}").starts_with("2: syntax error"), "{}", error("t\n{% if %}"));
        assert!(error("{{ x").starts_with("1: "));
        assert!(error("{% include 'a' %}").starts_with("1: "));
        assert_eq!(error("\ntext"), "1: the title is empty");
    }

    #[test]
    fn a_template_that_does_not_end_or_grows_without_end_is_stopped() {
        let long =
            "t\n{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
        assert!(error(long).contains("too many steps"), "{}", error(long));
        let wide = format!("t\n{}", "x".repeat(40_000));
        assert!(error(&wide).contains("more than 30000 bytes"), "{}", error(&wide));
        let grown = "t\n{{ 'x' * 999999999 }}";
        assert!(error(grown).starts_with("2: "), "{}", error(grown));
    }
}
