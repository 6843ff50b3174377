//! Maven 4's order: the same class in 4.0.0-rc-5 and rc-6, which agree. Its main branch goes on
//! changing it (texts against lists, `ga1`, a bound of 256 characters); that is not followed.
//!
//! It differs from 3.x in these:
//!
//! - Letters and the digits after them, with or without `-` between, are one item, so that
//!   `rc1` and `rc-1` are the same.
//! - `ga`, `final` and `release` are kept; they only compare as nothing.
//! - A zero is dropped at the end of a list and before a text, and is kept elsewhere.
//! - Only ASCII digits part letters from numbers, and surrogate pairs are read whole; on some texts
//!   of other scripts the class throws `NumberFormatException`. That is `None` here.

use super::chain::{Chain, Item};
use super::digits::is_digit;
use super::maven::{Followed, Number, Qualifier, lower_case};
use std::cmp::Ordering;

/// How Maven 4 orders two texts; `None` when it throws on one of them.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (lower_case(left), lower_case(right));
    Some(parse(&left)?.compare(&parse(&right)?))
}

/// A number, a text, or a text with its number. The text is owned where a `-` was taken out.
#[derive(Debug)]
enum Part<'t> {
    Number(Number<'t>),
    Text(&'t str),
    Combination(String, Number<'static>),
}

impl Part<'_> {
    fn is_zero(&self) -> bool {
        matches!(self, Self::Number(number) if number.is_zero())
    }

    /// The qualifier of a text or a combination, and the number of the latter.
    fn qualifier(&self) -> Option<(Qualifier<'_>, Option<&Number<'static>>)> {
        match self {
            Self::Number(_) => None,
            Self::Text(text) => Some((Qualifier::new(text, Followed::ByOther), None)),
            Self::Combination(text, number) => {
                Some((Qualifier::new(text, Followed::ByDigit), Some(number)))
            }
        }
    }
}

impl Item for Part<'_> {
    fn against(&self, other: &Self) -> Ordering {
        if let (Self::Number(mine), Self::Number(theirs)) = (self, other) {
            return mine.cmp(theirs);
        }
        match (self.qualifier(), other.qualifier()) {
            // a combination is above its text alone
            (Some((mine, number)), Some((theirs, its))) => {
                mine.compare(&theirs).then_with(|| number.cmp(&its))
            }
            (mine, theirs) => mine.is_none().cmp(&theirs.is_none()),
        }
    }

    fn against_nothing(&self) -> Ordering {
        match self.qualifier() {
            Some((qualifier, _)) => qualifier.compare(&Qualifier::Release),
            None if self.is_zero() => Ordering::Equal,
            None => Ordering::Greater,
        }
    }

    fn against_list(&self) -> Ordering {
        match self {
            Self::Number(_) => Ordering::Greater,
            Self::Text(_) | Self::Combination(..) => Ordering::Less,
        }
    }
}

/// What the characters since the last cut amount to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Combined,
}

struct Cutter<'t> {
    chain: Chain<Part<'t>>,
    text: &'t str,
    start: usize,
    digits: bool,
    form: Form,
}

fn parse(lower: &str) -> Option<Chain<Part<'_>>> {
    let mut cutter =
        Cutter { chain: Chain::new(), text: lower, start: 0, digits: false, form: Form::Plain };
    for (at, c) in lower.char_indices() {
        match c {
            '.' => cutter.dot(at)?,
            '-' => cutter.dash(at)?,
            '0'..='9' => cutter.digit(at),
            // the pair's first half is cut off and read as a number
            '\u{10000}'.. if cutter.digits => return None,
            _ => cutter.letter(at)?,
        }
    }
    cutter.end()
}

impl<'t> Cutter<'t> {
    fn dot(&mut self, at: usize) -> Option<()> {
        self.cut(at)?;
        self.start = at + 1;
        Some(())
    }

    fn dash(&mut self, at: usize) -> Option<()> {
        let next = self.text[at + 1..].chars().next();
        if at > self.start && !self.digits && next.is_some_and(is_digit) {
            self.form = Form::Combined;
            return Some(());
        }
        self.cut(at)?;
        self.start = at + 1;
        self.chain.open_unless_empty();
        Some(())
    }

    fn digit(&mut self, at: usize) {
        if !self.digits && at > self.start {
            self.form = Form::Combined;
            self.chain.open_unless_empty();
        }
        self.digits = true;
    }

    fn letter(&mut self, at: usize) -> Option<()> {
        if self.digits && at > self.start {
            self.cut(at)?;
            self.start = at;
            self.chain.open();
        }
        self.digits = false;
        Some(())
    }

    fn end(mut self) -> Option<Chain<Part<'t>>> {
        if self.start < self.text.len() {
            if !self.digits {
                self.chain.open_unless_empty();
            }
            self.cut(self.text.len())?;
        }
        normalise(&mut self.chain);
        Some(self.chain)
    }

    fn cut(&mut self, at: usize) -> Option<()> {
        let run = &self.text[self.start..at];
        let part = match self.form {
            _ if run.is_empty() => Part::Number(Number::ZERO),
            Form::Combined => combination(run)?,
            Form::Plain if self.digits => Part::Number(Number::new(run)),
            Form::Plain => Part::Text(run),
        };
        self.form = Form::Plain;
        self.chain.push(part);
        Some(())
    }
}

fn combination(run: &str) -> Option<Part<'static>> {
    let joined = run.replace('-', "");
    let at = joined.find(is_digit)?;
    let (text, digits) = joined.split_at(at);
    let number = digits.chars().all(is_digit).then(|| Number::new(digits).into_owned())?;
    Some(Part::Combination(text.to_owned(), number))
}

fn normalise(chain: &mut Chain<Part<'_>>) {
    let mut before_text = false;
    let mut is_last = true;
    for depth in (0..chain.lists.len()).rev() {
        let list = &mut chain.lists[depth];
        for position in (0..list.len()).rev() {
            if list[position].is_zero() && (is_last || before_text) {
                list.remove(position);
            } else {
                is_last = false;
                // within a list only a text counts, a combination does not
                before_text = matches!(list[position], Part::Text(_));
            }
        }
        before_text = matches!(list.first(), Some(Part::Text(_) | Part::Combination(..)));
    }
    let kept = chain.lists.iter().rposition(|list| !list.is_empty()).map_or(1, |last| last + 1);
    chain.lists.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_between_letters_and_number_says_nothing() {
        assert_eq!(compare("2.3.0-RC1", "2.3.0-rc-1"), Some(Ordering::Equal));
        assert_eq!(compare("2.3.0-RC1", "2.3.0-rc-2"), Some(Ordering::Less));
    }

    #[test]
    fn release_qualifiers_compare_as_nothing() {
        assert_eq!(compare("1.Final", "1"), Some(Ordering::Equal));
        assert_eq!(compare("2.17.1.Final", "2.17.1"), Some(Ordering::Equal));
    }

    #[test]
    fn texts_on_which_maven_4_throws_have_no_order() {
        for text in ["1.0-\u{1F600}", "1\u{1F600}", "x1\u{1F600}", "x-\u{661}y"] {
            assert_eq!(compare(text, "1"), None, "{text}");
        }
        assert!(compare("x\u{1F600}", "1").is_some());
    }
}
