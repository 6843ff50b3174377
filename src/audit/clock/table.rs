//! Deadlines that depend on several facts: rows as the rule prints them.

use super::fact::{Fact, Facts};
use super::regime::Evidence;
use super::span::Span;

/// A table: for each combination of answers a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name in the regime.
    pub id: String,
    /// What it asks.
    pub inputs: Vec<Input>,
    /// Its rows. No two hold together.
    pub rows: Vec<Row>,
    /// How well it is supported.
    pub evidence: Evidence,
    /// Where it can be checked.
    pub source: String,
}

/// A question of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The question.
    pub fact: Fact,
    /// What holds where nobody answers it.
    pub default: Option<Assumed>,
}

/// An answer that holds where nobody gave one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The answer.
    pub word: &'static str,
    /// How well it is supported that it does.
    pub evidence: Evidence,
    /// Who says so.
    pub source: String,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The answers; `None` for any.
    pub when: Vec<Option<&'static str>>,
    /// What follows.
    pub then: Then,
    /// What else follows: marks that stages ask about.
    pub flags: Vec<String>,
}

/// What follows from a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// So much time.
    Within(Span),
    /// No date, but this.
    Says(String),
}

/// What a table says about a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked<'a> {
    /// The row, with the answers that led to it, in words.
    Row(&'a Row, Vec<String>),
    /// These answers are missing, and nothing says what holds without them.
    Missing(Vec<Fact>),
    /// The table has no row for these answers.
    NoRow(Vec<String>),
}

impl Table {
    /// The row for what is known, with defaults where the table has some; each answer is told with its
    /// source, each default as one.
    #[must_use]
    pub fn look(&self, facts: &Facts) -> Looked<'_> {
        let (mut answers, mut words, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for input in &self.inputs {
            let fact = input.fact;
            match (facts.get(fact), &input.default) {
                (Some((word, source)), _) => {
                    answers.push(word);
                    words.push(format!("{fact}: {word} ({source})"));
                }
                (None, Some(assumed)) => {
                    answers.push(assumed.word);
                    words.push(format!(
                        "{fact}: {} (DEFAULT, nobody told; {}: {})",
                        assumed.word, assumed.evidence, assumed.source
                    ));
                }
                (None, None) => missing.push(fact),
            }
        }
        if !missing.is_empty() {
            return Looked::Missing(missing);
        }
        match self.rows.iter().find(|row| row.holds(&answers)) {
            Some(row) => Looked::Row(row, words),
            None => Looked::NoRow(words),
        }
    }

    /// Two rows of which both may hold, by their places.
    #[must_use]
    pub fn overlap(&self) -> Option<(usize, usize)> {
        let meet = |a: &Row, b: &Row| {
            let both = a.when.iter().zip(&b.when);
            both.into_iter().all(|(a, b)| a.is_none() || b.is_none() || a == b)
        };
        let pairs = (0..self.rows.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        pairs.into_iter().find(|(a, b)| meet(&self.rows[*a], &self.rows[*b]))
    }
}

impl Row {
    fn holds(&self, answers: &[&str]) -> bool {
        let all = self.when.iter().zip(answers);
        all.into_iter().all(|(asked, answer)| asked.is_none_or(|asked| asked == *answer))
    }
}
