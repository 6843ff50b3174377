//! Conditions of rules, in the Common Expression Language (CEL).
//!
//! An expression asks about `finding`, `component` and `document`. It is checked when it is loaded:
//! its grammar, the names that it uses, and on two made-up cases its types. What it asks about decides
//! where it is asked: of every finding, else of every component, else of every document.

mod check;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::{Context, Env, Program, Value};
use serde::Serialize;

use super::facts::{ComponentFacts, DocumentFacts, FindingFacts};
use check::Names;

/// The most operators, brackets, dots and other marks in an expression: each may nest it one level
/// deeper, and whoever evaluates it recurses.
const MAX_MARKS: usize = 120;

/// The longest expression, in bytes.
const MAX_LENGTH: usize = 10_000;

/// What a condition is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Every open finding that counts at the gate.
    Findings,
    /// Every component that counts there.
    Components,
    /// Every document.
    Documents,
}

/// What a condition can ask for that may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Licences, which are read for nobody else.
    Licences,
    /// A catalogue of exploited vulnerabilities.
    Kev,
    /// EPSS scores.
    Epss,
}

/// A case that a condition is asked of.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    finding: Option<Value>,
    component: Option<Value>,
    document: Option<Value>,
}

impl Facts {
    /// A document.
    #[must_use]
    pub fn of_document(document: &DocumentFacts) -> Self {
        Self { document: value(document), ..Self::default() }
    }

    /// A component of it.
    #[must_use]
    pub fn with_component(&self, component: &ComponentFacts) -> Self {
        Self { component: value(component), ..self.clone() }
    }

    /// A finding on that.
    #[must_use]
    pub fn with_finding(&self, finding: &FindingFacts) -> Self {
        Self { finding: value(finding), ..self.clone() }
    }
}

fn value(facts: &impl Serialize) -> Option<Value> {
    cel::to_value(facts).ok()
}

/// An expression that was checked.
#[derive(Clone)]
pub struct Condition {
    source: String,
    program: Arc<Program>,
    asked: Asked,
    needs: BTreeSet<Need>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.source)
    }
}

impl Condition {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// With the cause, in one line.
    pub fn parse(source: &str) -> Result<Self, String> {
        if source.len() > MAX_LENGTH {
            return Err(format!("is longer than {MAX_LENGTH} bytes"));
        }
        let is_mark = |c: &u8| c.is_ascii_punctuation() && !b"'\"_".contains(c);
        let marks = source.bytes().filter(is_mark).count();
        if marks > MAX_MARKS {
            return Err(format!(
                "has {marks} operators, brackets, dots and the like, more than {MAX_MARKS}: make several \
                 rules of it"
            ));
        }
        let program = Program::compile(source).map_err(|errors| {
            let first = errors.errors.first();
            first.map_or_else(
                || "cannot be read".to_owned(),
                |error| format!("at column {}: {}", error.pos.1, one_line(&error.msg)),
            )
        })?;
        let mut names = Names::default();
        names.check(program.expression(), &mut Vec::new())?;
        let asked = match (names.finding, names.component, names.document) {
            (true, _, _) => Asked::Findings,
            (_, true, _) => Asked::Components,
            (_, _, true) => Asked::Documents,
            _ => return Err("asks about none of finding, component, document".to_owned()),
        };
        let (source, needs) = (source.to_owned(), names.needs);
        let condition = Self { source, program: Arc::new(program), asked, needs };
        for case in Case::BOTH {
            condition.holds(&case.facts())?;
        }
        Ok(condition)
    }

    /// The expression as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it is asked of.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// Whether it asks for something that may not be there.
    #[must_use]
    pub fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }

    /// Asks it of a case.
    ///
    /// # Errors
    /// With the cause when it cannot be answered: then nobody knows whether the gate may open.
    pub fn holds(&self, facts: &Facts) -> Result<bool, String> {
        let mut context = Context::with_env(Arc::clone(&FUNCTIONS));
        let named = [
            ("finding", &facts.finding),
            ("component", &facts.component),
            ("document", &facts.document),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                context.add_variable_from_value(name, value.clone());
            }
        }
        match self.program.execute(&context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(other) => Err(format!("gives a {}, expected true or false", other.type_of())),
            Err(error) => Err(one_line(&error.to_string())),
        }
    }
}

/// The functions of the language, made once.
static FUNCTIONS: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Messages of the parser quote the expression, line ends included.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Made-up cases that show types: whatever an expression skips in one it meets in the other.
#[derive(Clone, Copy)]
enum Case {
    Mild,
    Grave,
}

impl Case {
    const BOTH: [Self; 2] = [Self::Mild, Self::Grave];

    fn facts(self) -> Facts {
        match self {
            Self::Mild => Facts::of_document(&DocumentFacts::default())
                .with_component(&ComponentFacts::default())
                .with_finding(&FindingFacts::default()),
            Self::Grave => Facts::of_document(&DocumentFacts {
                path: "app.cdx.json".to_owned(),
                subject: "app".to_owned(),
                declared: 10,
                evaluated: 5,
                not_evaluated: 5,
                ..DocumentFacts::default()
            })
            .with_component(&ComponentFacts {
                purl: "pkg:maven/example/a@1".to_owned(),
                scope: "runtime".to_owned(),
                relation: "direct".to_owned(),
                evaluated: true,
                licenses: vec!["MIT".to_owned()],
                ..ComponentFacts::default()
            })
            .with_finding(&FindingFacts {
                id: "CVE-2021-44228".to_owned(),
                ids: vec!["CVE-2021-44228".to_owned()],
                severity: "critical".to_owned(),
                score: 10.0,
                kev: true,
                epss: 1.0,
                malicious: true,
                fixable: true,
                untriaged: true,
                mitigated: true,
                age_days: 1_000,
                known_days: 1_000,
                ..FindingFacts::default()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(source: &str, case: Case) -> bool {
        Condition::parse(source).unwrap().holds(&case.facts()).unwrap()
    }

    #[test]
    fn an_expression_asks_about_its_case() {
        for source in [
            "finding.severity == 'critical' && component.relation == 'direct'",
            "finding.score >= 9.0 && finding.age_days > 30",
            "finding.ids.exists(id, id.startsWith('CVE-2021-'))",
            "component.licenses.all(l, l in ['MIT', 'Apache-2.0']) && component.evaluated",
            "document.not_evaluated * 100 / document.declared >= 50 || finding.kev",
        ] {
            let condition = Condition::parse(source);
            if source.starts_with("document") {
                // the made-up document without components shows what the expression forgot
                assert!(condition.unwrap_err().to_lowercase().contains("division by zero"));
                continue;
            }
            assert!(condition.unwrap().holds(&Case::Grave.facts()).unwrap(), "{source}");
        }
        assert!(!holds("finding.kev", Case::Mild));
    }

    #[test]
    fn what_it_asks_about_decides_where_it_is_asked() {
        let asked = |source: &str| Condition::parse(source).unwrap().asked();
        assert_eq!(asked("finding.kev && component.evaluated"), Asked::Findings);
        assert_eq!(asked("component.version == '' && document.declared > 1"), Asked::Components);
        assert_eq!(asked("document.declared == 0"), Asked::Documents);
        let needs = |source: &str, need| Condition::parse(source).unwrap().needs(need);
        assert!(needs("component.licenses == []", Need::Licences));
        assert!(!needs("component.name == ''", Need::Licences));
        assert!(needs("finding.epss > 0.5 || finding.kev", Need::Epss));
    }

    #[test]
    fn what_can_never_be_answered_is_refused_when_it_is_loaded() {
        for (source, cause) in [
            ("finding.kev &&", "at column"),
            ("finding.kve", "finding has no \"kve\"; it has age_days, certainty"),
            ("finding.kev && findings.kev", "\"findings\" is none of finding, component, document"),
            ("finding.kev || finding.serverity == 'x'", "finding has no \"serverity\""),
            ("has(finding.kve)", "finding has no \"kve\""),
            ("finding.ids.exists(id, id == component.nmae)", "component has no \"nmae\""),
            ("finding == component", "asks for finding and not for a field of it"),
            ("finding.severity", "gives a string, expected true or false"),
            ("finding.severity > 7", ""),
            ("finding.score == 'high'", "compares a number with a text"),
            ("'1' != finding.kev", "compares a text with a truth value"),
            (
                "finding.severity == 'Critical'",
                "finding.severity is never \"Critical\", but one of",
            ),
            ("component.scope in ['test', 'dev']", "component.scope is never \"dev\""),
            ("component.relation in ['direct', 1]", "compares a text with a number"),
            ("finding.kev.x", ""),
            ("true", "asks about none of"),
            ("", ""),
            ("finding.id.nonsense()", ""),
        ] {
            let error = Condition::parse(source).map(|_| source).unwrap_err();
            assert!(error.contains(cause) && !error.contains('\n'), "{source}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_nothing_breaks(
            words in proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..24),
            noise in "\\PC{0,12}",
        ) {
            // an answer or a refusal in one line: a panic would fail here
            for text in [words.concat(), noise] {
                if let Err(cause) = Condition::parse(&text) {
                    proptest::prop_assert!(!cause.contains('\n'), "{}", cause);
                }
            }
        }
    }

    const WORDS: [&str; 58] = [
        "finding",
        ".",
        "kev",
        "ids",
        "component",
        "document",
        "declared",
        "licenses",
        "exists",
        "all",
        "map",
        "has",
        "size",
        "matches",
        "contains",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        "?",
        ":",
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        ">=",
        " in ",
        "+",
        "-",
        "*",
        "/",
        "%",
        "1",
        "-9223372036854775808",
        "1u",
        "1.5e308",
        "'a'",
        "\"\\u{1F600}\"",
        "b'\\xff'",
        "r'",
        "'''",
        "\\",
        "\u{feff}",
        "é",
        "null",
        "true",
        "int",
        "timestamp",
        "duration",
        "x",
        " ",
        "\n",
        "//",
    ];

    #[test]
    fn hostile_expressions_are_refused_and_nothing_breaks() {
        let chain = |link: &str, number| format!("finding.age_days{} > 0", link.repeat(number));
        for (link, number) in [("+1", 110), (".a", 110), ("[1]", 55), (" in [1]", 55)] {
            // deeper than anything that people write, and not too deep for the stack of a thread
            let _ = Condition::parse(&chain(link, number));
            let error = Condition::parse(&chain(link, 130)).unwrap_err();
            assert!(error.contains("more than 120"), "{link}: {error}");
        }
        for nest in ["(", "[", "!", "-", "{1:", "finding.kev?true:", "finding.ids.all(x,"] {
            let marks = nest.bytes().filter(u8::is_ascii_punctuation).count();
            assert!(Condition::parse(&nest.repeat(115 / marks)).is_err(), "{nest}");
            assert!(Condition::parse(&nest.repeat(121 / marks + 1)).is_err(), "{nest}");
        }
        assert!(Condition::parse(&"a".repeat(MAX_LENGTH + 1)).is_err());
        assert!(Condition::parse(&format!("finding.kev{}", " || finding.kev".repeat(35))).is_ok());
        assert!(Condition::parse(&chain("+1", 50)).is_ok());
    }
}
