//! What of an expression can be told without running it: names that are not there, and comparisons that
//! never hold.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue};

use super::Need;
use crate::config::facts::{ComponentFacts, DocumentFacts, FindingFacts};

/// The names that an expression uses.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) finding: bool,
    pub(super) component: bool,
    pub(super) document: bool,
    pub(super) needs: BTreeSet<Need>,
}

impl Names {
    /// Looks through an expression; `bound` are the variables of the macros around it.
    pub(super) fn check<'e>(
        &mut self,
        expr: &'e IdedExpr,
        bound: &mut Vec<&'e str>,
    ) -> Result<(), String> {
        match &expr.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) if bound.contains(&name.as_str()) => Ok(()),
            Expr::Ident(name) => self.whole(name),
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) if !bound.contains(&name.as_str()) => {
                    self.field(name, &select.field)
                }
                _ => self.check(&select.operand, bound),
            },
            Expr::Call(call) => {
                comparison(call)?;
                let target = call.target.as_deref().into_iter();
                target.chain(&call.args).try_for_each(|one| self.check(one, bound))
            }
            Expr::List(list) => list.elements.iter().try_for_each(|one| self.check(one, bound)),
            Expr::Map(map) => map.entries.iter().try_for_each(|one| self.entry(&one.expr, bound)),
            Expr::Struct(other) => {
                other.entries.iter().try_for_each(|one| self.entry(&one.expr, bound))
            }
            Expr::Comprehension(one) => {
                self.check(&one.iter_range, bound)?;
                self.check(&one.accu_init, bound)?;
                let before = bound.len();
                bound.extend([one.iter_var.as_str(), one.accu_var.as_str()]);
                bound.extend(one.iter_var2.as_deref());
                let inner = [&one.loop_cond, &one.loop_step, &one.result];
                inner.into_iter().try_for_each(|part| self.check(part, bound))?;
                bound.truncate(before);
                Ok(())
            }
        }
    }

    fn entry<'e>(&mut self, entry: &'e EntryExpr, bound: &mut Vec<&'e str>) -> Result<(), String> {
        match entry {
            EntryExpr::StructField(field) => self.check(&field.value, bound),
            EntryExpr::MapEntry(entry) => {
                self.check(&entry.key, bound)?;
                self.check(&entry.value, bound)
            }
        }
    }

    /// A variable without a field: as a whole it says nothing.
    fn whole(&mut self, name: &str) -> Result<(), String> {
        if fields_of(name).is_some() {
            return Err(format!("asks for {name} and not for a field of it"));
        }
        Err(format!("\"{name}\" is none of finding, component, document"))
    }

    fn field(&mut self, name: &str, field: &str) -> Result<(), String> {
        let Some(fields) = fields_of(name) else { return self.whole(name) };
        if !fields.iter().any(|known| known == field) {
            let known = fields.join(", ");
            return Err(format!("{name} has no \"{field}\"; it has {known}"));
        }
        match name {
            "finding" => self.finding = true,
            "component" => self.component = true,
            _ => self.document = true,
        }
        self.needs.extend(match (name, field) {
            ("component", "licenses") => Some(Need::Licences),
            ("finding", "kev") => Some(Need::Kev),
            ("finding", "epss") => Some(Need::Epss),
            _ => None,
        });
        Ok(())
    }
}

/// What a value is, where that can be told without running anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Text,
    Truth,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Truth => "a truth value",
        }
    }
}

/// Refuses comparisons that CEL answers with a plain "no": of a field with a value of another type, or
/// with a word that the field never holds.
fn comparison(call: &CallExpr) -> Result<(), String> {
    let ("_==_" | "_!=_" | "@in", [left, right]) = (call.func_name.as_str(), &*call.args) else {
        return Ok(());
    };
    let others = match &right.expr {
        Expr::List(list) if call.func_name == "@in" => list.elements.iter().collect(),
        _ if call.func_name == "@in" => Vec::new(),
        _ => vec![right],
    };
    for other in others {
        if let (Some(a), Some(b)) = (type_of(left), type_of(other))
            && a != b
        {
            return Err(format!("compares {} with {}", a.name(), b.name()));
        }
        never(left, other)?;
        never(other, left)?;
    }
    Ok(())
}

fn type_of(expr: &IdedExpr) -> Option<Type> {
    match &expr.expr {
        Expr::Literal(LiteralValue::Boolean(_)) => Some(Type::Truth),
        Expr::Literal(LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_)) => {
            Some(Type::Number)
        }
        Expr::Literal(LiteralValue::String(_)) => Some(Type::Text),
        Expr::Select(select) => {
            let Expr::Ident(name) = &select.operand.expr else { return None };
            match sample_of(name)?.get(&select.field)? {
                serde_json::Value::Bool(_) => Some(Type::Truth),
                serde_json::Value::Number(_) => Some(Type::Number),
                serde_json::Value::String(_) => Some(Type::Text),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The words of fields that hold no others.
const WORDS: [(&str, &str, &[&str]); 5] = [
    ("finding", "severity", &["critical", "high", "medium", "low", "none", "unknown"]),
    ("finding", "certainty", &["exact", "repaired", "low"]),
    ("component", "relation", &["direct", "transitive", "unknown"]),
    ("component", "coverage", &["whole", "named", "exploited", "nothing"]),
    (
        "component",
        "scope",
        &[
            "compile", "runtime", "provided", "system", "optional", "excluded", "test", "build",
            "unknown",
        ],
    ),
];

fn never(field: &IdedExpr, value: &IdedExpr) -> Result<(), String> {
    let (Expr::Select(select), Expr::Literal(LiteralValue::String(word))) =
        (&field.expr, &value.expr)
    else {
        return Ok(());
    };
    let Expr::Ident(name) = &select.operand.expr else { return Ok(()) };
    let known = WORDS.iter().find(|(owner, key, _)| owner == name && *key == select.field);
    match known {
        Some((_, key, words)) if !words.contains(&word.inner()) => {
            let (word, words) = (word.inner(), words.join(", "));
            Err(format!("{name}.{key} is never \"{word}\", but one of {words}"))
        }
        _ => Ok(()),
    }
}

/// The fields of a variable, sorted.
fn fields_of(name: &str) -> Option<Vec<String>> {
    Some(sample_of(name)?.keys().cloned().collect())
}

fn sample_of(name: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    let sample = match name {
        "finding" => serde_json::to_value(FindingFacts::default()),
        "component" => serde_json::to_value(ComponentFacts::default()),
        "document" => serde_json::to_value(DocumentFacts::default()),
        _ => return None,
    };
    match sample.ok()? {
        serde_json::Value::Object(map) => Some(map),
        _ => None,
    }
}
