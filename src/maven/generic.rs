//! The order of versions inside Maven's dependency resolution (resolver 1.6.3, `GenericVersion`).
//!
//! It chooses among the releases that a range admits. Advisories are compared by another class,
//! `ComparableVersion`, which is [`crate::version`]; the two disagree (`1.0-1` equals `1.0.1` here)
//! and must not be mixed. Like that one it is no total order, so nothing here is `Ord`.

use std::cmp::Ordering;

use crate::version::digit_value;

/// A version cut into items, without what equals nothing at its end.
#[derive(Clone, Debug)]
pub(super) struct GenericVersion {
    text: String,
    items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    /// `min`, the last token: below everything.
    Min,
    /// A known word, by rank; 0 is the release.
    Qualifier(i8),
    /// Any other word, in lower case.
    Word(String),
    /// At most nine digits.
    Small(u32),
    /// More digits, without leading zeros.
    Large(String),
    /// `max`, the last token: above everything.
    Max,
}

impl Item {
    fn is_number(&self) -> bool {
        !matches!(self, Self::Qualifier(_) | Self::Word(_))
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Min => 0,
            Self::Qualifier(_) => 2,
            Self::Word(_) => 3,
            Self::Small(_) => 4,
            Self::Large(_) => 5,
            Self::Max => 8,
        }
    }

    fn against(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Qualifier(mine), Self::Qualifier(theirs)) => mine.cmp(theirs),
            (Self::Small(mine), Self::Small(theirs)) => mine.cmp(theirs),
            (Self::Large(mine), Self::Large(theirs)) => {
                mine.len().cmp(&theirs.len()).then_with(|| mine.cmp(theirs))
            }
            (Self::Word(mine), Self::Word(theirs)) => folded(mine).cmp(folded(theirs)),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// Compared with nothing, which is 0 or the release.
    fn against_nothing(&self) -> Ordering {
        match self {
            Self::Min => Ordering::Less,
            Self::Qualifier(rank) => rank.cmp(&0),
            Self::Small(number) => number.cmp(&0),
            Self::Word(_) | Self::Large(_) | Self::Max => Ordering::Greater,
        }
    }
}

/// As Java's `compareToIgnoreCase` since 16: by character, each folded by itself to upper, then to
/// lower case.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    let alone = |mut cased: char, all: &mut dyn Iterator<Item = char>| {
        if let (Some(one), None) = (all.next(), all.next()) {
            cased = one;
        }
        cased
    };
    text.chars().map(move |c| {
        let upper = alone(c, &mut c.to_uppercase());
        alone(upper, &mut upper.to_lowercase())
    })
}

impl GenericVersion {
    /// Reads a version; every text is one.
    pub(super) fn parse(text: &str) -> Self {
        let mut items = tokens(if text.is_empty() { "0" } else { text });
        trim(&mut items);
        Self { text: text.to_owned(), items }
    }

    /// The version as written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How the two stand to each other.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let (these, those) = (&self.items, &other.items);
        let mut number = true;
        for index in 0.. {
            let (this, that) = match (these.get(index), those.get(index)) {
                (None, None) => break,
                (None, Some(_)) => return padding(those, index, None).reverse(),
                (Some(_), None) => return padding(these, index, None),
                (Some(this), Some(that)) => (this, that),
            };
            if this.is_number() != that.is_number() {
                return if number == this.is_number() {
                    padding(these, index, Some(number))
                } else {
                    padding(those, index, Some(number)).reverse()
                };
            }
            let order = this.against(that);
            if order.is_ne() {
                return order;
            }
            number = this.is_number();
        }
        Ordering::Equal
    }
}

/// The rest of a version against nothing; only items of one kind count where one is asked for.
fn padding(items: &[Item], from: usize, number: Option<bool>) -> Ordering {
    let rest = items.iter().skip(from);
    let counted = rest.take_while(|item| number.is_none_or(|number| number == item.is_number()));
    counted.map(Item::against_nothing).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Takes away items that equal nothing, at the end of each run of numbers or of words.
fn trim(items: &mut Vec<Item>) {
    let mut run = None;
    let mut end = items.len().saturating_sub(1);
    for at in (1..items.len()).rev() {
        let number = items[at].is_number();
        if run != Some(number) {
            (end, run) = (at, Some(number));
        }
        let closes = at == items.len() - 1 || items[at - 1].is_number() == number;
        if end == at && closes && items[at].against_nothing().is_eq() {
            items.remove(at);
            end -= 1;
        }
    }
}

/// What a token ended at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Separator,
    Digit,
    Letter,
    Text,
}

fn tokens(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_number = rest.chars().next().is_some_and(|first| digit_value(first).is_some());
        let cut = rest.char_indices().find_map(|(at, found)| match found {
            '.' | '-' | '_' => Some((at, End::Separator)),
            found if digit_value(found).is_some() == is_number => None,
            _ => Some((at, if is_number { End::Letter } else { End::Digit })),
        });
        let (at, end) = cut.unwrap_or((rest.len(), End::Text));
        let token = &rest[..at];
        rest = &rest[at + usize::from(end == End::Separator)..];
        items.push(match is_number || token.is_empty() {
            true => number(token),
            false => word(token, end, rest.is_empty()),
        });
    }
    items
}

fn number(token: &str) -> Item {
    let digits = token.chars().filter_map(digit_value).skip_while(|digit| *digit == 0);
    let digits: String = digits.filter_map(|digit| char::from_digit(digit, 10)).collect();
    match digits.len() {
        0 => Item::Small(0),
        1..10 => digits.parse().map_or(Item::Large(digits), Item::Small),
        _ => Item::Large(digits),
    }
}

fn word(token: &str, end: End, is_last: bool) -> Item {
    let lower = token.to_lowercase();
    let qualifier = match (lower.as_str(), end) {
        ("min", _) if is_last => return Item::Min,
        ("max", _) if is_last => return Item::Max,
        ("a", End::Digit) | ("alpha", _) => -5,
        ("b", End::Digit) | ("beta", _) => -4,
        ("m", End::Digit) | ("milestone", _) => -3,
        ("rc" | "cr", _) => -2,
        ("snapshot", _) => -1,
        ("ga" | "final" | "release", _) => 0,
        ("sp", _) => 1,
        _ => return Item::Word(lower),
    };
    Item::Qualifier(qualifier)
}
