//! Version ranges, in the two readings that Maven has of them.
//!
//! `[1.0,2.0)`, several of them side by side, `[1.0]` for one version. Whatever begins with no
//! bracket is *soft*: a wish for one version that mediation may overrule. Dependencies and parents
//! from repositories go by [`Constraint`] (resolver 1.6.3, `GenericVersionScheme`); whether a parent
//! on disk lies in the range that its child asks for is [`parent_in_range`] (`VersionRange` of
//! maven-artifact, another order and stricter about what it takes).

use std::cmp::Ordering;

use super::generic::GenericVersion;
use crate::version;

/// What a dependency asks of a version.
#[derive(Clone, Debug)]
pub(super) enum Constraint {
    /// This version, if nothing nearer says otherwise.
    Soft(GenericVersion),
    /// A version in one of these ranges.
    Ranges(Vec<Range>),
}

/// One pair of brackets.
#[derive(Clone, Debug)]
pub(super) struct Range {
    low: Option<GenericVersion>,
    high: Option<GenericVersion>,
    low_is_in: bool,
    high_is_in: bool,
}

impl Constraint {
    /// Reads the text of a version.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut ranges = Vec::new();
        let mut rest = text;
        while rest.starts_with(['[', '(']) {
            let Some(end) = rest.find([']', ')']) else {
                return Err(format!("range {text} has no closing bracket"));
            };
            ranges.push(Range::parse(&rest[..=end])?);
            rest = rest[end + 1..].trim();
            rest = rest.strip_prefix(',').map_or(rest, str::trim);
        }
        match (ranges.is_empty(), rest) {
            (true, _) => Ok(Self::Soft(GenericVersion::parse(text))),
            (false, "") => Ok(Self::Ranges(ranges)),
            (false, rest) => Err(format!("\"{rest}\" stands behind range {text}")),
        }
    }

    /// Whether a version will do; anything does for a soft one.
    pub(super) fn admits(&self, version: &GenericVersion) -> bool {
        match self {
            Self::Soft(_) => true,
            Self::Ranges(ranges) => ranges.iter().any(|range| range.contains(version)),
        }
    }

    /// Whether it leaves no choice above: every one of its ranges ends somewhere.
    pub(super) fn is_bounded_above(&self) -> bool {
        match self {
            Self::Soft(_) => true,
            Self::Ranges(ranges) => ranges.iter().all(|range| range.high.is_some()),
        }
    }

    /// The version of `[1.0]`, the one range that names what it wants.
    pub(super) fn exact(&self) -> Option<&GenericVersion> {
        match self {
            Self::Ranges(ranges) => match ranges.as_slice() {
                [Range { low: Some(low), high: Some(high), low_is_in: true, high_is_in: true }] => {
                    (low.text() == high.text()).then_some(low)
                }
                _ => None,
            },
            Self::Soft(_) => None,
        }
    }
}

impl Range {
    fn parse(text: &str) -> Result<Self, String> {
        let (low_is_in, high_is_in) = (text.starts_with('['), text.ends_with(']'));
        let inner = text[1..].trim_end_matches([']', ')']).trim();
        let parse = |bound: &str| (!bound.is_empty()).then(|| GenericVersion::parse(bound));
        let Some((low, high)) = inner.split_once(',') else {
            if !(low_is_in && high_is_in) {
                return Err(format!("{text} is no range: one version stands in [ and ]"));
            }
            let (low, high) = match inner.strip_suffix('*').filter(|start| start.ends_with('.')) {
                Some(start) => (format!("{start}min"), format!("{start}max")),
                None => (inner.to_owned(), inner.to_owned()),
            };
            let [low, high] = [low, high].map(|bound| Some(GenericVersion::parse(&bound)));
            return Ok(Self { low, high, low_is_in, high_is_in });
        };
        if high.contains(',') {
            return Err(format!("range {text} has more than two bounds"));
        }
        let (low, high) = (parse(low.trim()), parse(high.trim()));
        if let (Some(low), Some(high)) = (&low, &high)
            && high.compare(low).is_lt()
        {
            return Err(format!("range {text} ends below its beginning"));
        }
        Ok(Self { low, high, low_is_in, high_is_in })
    }

    fn contains(&self, version: &GenericVersion) -> bool {
        let within = |order: Ordering, is_in: bool| order.is_gt() || (is_in && order.is_eq());
        self.low.as_ref().is_none_or(|low| within(version.compare(low), self.low_is_in))
            && self.high.as_ref().is_none_or(|high| within(high.compare(version), self.high_is_in))
    }
}

/// A pair of brackets as maven-artifact reads it.
struct Strict<'t> {
    low: Option<&'t str>,
    high: Option<&'t str>,
    low_is_in: bool,
    high_is_in: bool,
}

impl<'t> Strict<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (low_is_in, high_is_in) = (text.starts_with('['), text.ends_with(']'));
        let inner = text.get(1..text.len() - 1)?.trim();
        let Some((low, high)) = inner.split_once(',') else {
            let is_one = low_is_in && high_is_in;
            let bound = Some(inner);
            return is_one.then_some(Self { low: bound, high: bound, low_is_in, high_is_in });
        };
        let bound = |text: &'t str| Some(text.trim()).filter(|text| !text.is_empty());
        let (low, high) = (bound(low), bound(high));
        let rises = low.zip(high).is_none_or(|(low, high)| low != high && order(high, low).is_ge());
        rises.then_some(Self { low, high, low_is_in, high_is_in })
    }
}

/// All of them: ascending, none inside another.
fn strict(text: &str) -> Option<Vec<Strict<'_>>> {
    let mut found: Vec<Strict<'_>> = Vec::new();
    let mut rest = text;
    while rest.starts_with(['[', '(']) {
        let end = rest.find([']', ')'])?;
        let range = Strict::parse(&rest[..=end])?;
        if let Some(before) = found.last().and_then(|range| range.high)
            && range.low.is_none_or(|low| order(low, before).is_lt())
        {
            return None;
        }
        found.push(range);
        rest = rest[end + 1..].trim();
        rest = rest.strip_prefix(',').map_or(rest, str::trim);
    }
    rest.is_empty().then_some(found)
}

fn order(left: &str, right: &str) -> Ordering {
    let [left, right] =
        [left, right].map(|text| version::Version::parse(version::Order::Maven, text).ok());
    match (left, right) {
        (Some(left), Some(right)) => left.compare(&right).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// Whether a parent's version lies in the range that its child asks for. `None`: that is no range.
pub(super) fn parent_in_range(range: &str, version: &str) -> Option<bool> {
    let ranges = strict(range).filter(|ranges| !ranges.is_empty())?;
    let within = |order: Ordering, is_in: bool| order.is_gt() || (is_in && order.is_eq());
    Some(ranges.into_iter().any(|range| {
        range.low.is_none_or(|low| within(order(version, low), range.low_is_in))
            && range.high.is_none_or(|high| within(order(high, version), range.high_is_in))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded answers beside the repository: `a`, `b` and what the engines say.
    fn recorded(name: &str) -> Vec<Vec<String>> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts");
        let table = crate::files::read(&path.join(name)).unwrap_or_default();
        let table = String::from_utf8(table).unwrap();
        let rows = table.lines().skip(1).map(|row| row.split('\t').map(str::to_owned).collect());
        rows.collect()
    }

    #[test]
    fn recorded_answers_about_ranges_are_met() {
        let mut wrong = Vec::new();
        for row in recorded("maven-ranges.tsv") {
            let answer = match Constraint::parse(&row[0]) {
                Err(_) => "err",
                Ok(Constraint::Soft(_)) => "soft",
                Ok(range) if range.admits(&GenericVersion::parse(&row[1])) => "in",
                Ok(_) => "out",
            };
            let parent = match parent_in_range(&row[0], &row[1]) {
                None if row[0].starts_with(['[', '(']) => "err",
                None => "soft",
                Some(true) => "in",
                Some(false) => "out",
            };
            if answer != row[2] || parent != row[3] {
                wrong.push(format!("{row:?}: {answer} {parent}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn recorded_answers_about_the_order_are_met() {
        let mut wrong = Vec::new();
        for row in recorded("maven-versions-engines.tsv") {
            let (a, b) = (GenericVersion::parse(&row[0]), GenericVersion::parse(&row[1]));
            let answer = format!("{}", a.compare(&b) as i8);
            if answer != row[6] {
                wrong.push(format!("{row:?}: {answer}"));
            }
        }
        assert!(wrong.is_empty(), "{} {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    }

    #[test]
    fn a_range_is_read_as_maven_reads_it() {
        let admits = |range: &str, version: &str| {
            Constraint::parse(range).unwrap().admits(&GenericVersion::parse(version))
        };
        assert!(admits("[2.0,2.15.0)", "2.15.0-rc1"));
        assert!(!admits("[2.0,2.15.0)", "2.15.0"));
        assert!(admits("[1.0.*]", "1.0.9"));
        assert!(admits("(,1.0],[1.2,)", "1.2") && !admits("(,1.0],[1.2,)", "1.1"));
        for wrong in ["[1,2,3]", "(1.0)", "[2,1]", "[1,2", "[1,2]x"] {
            assert!(Constraint::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Constraint::parse("[1.0]").unwrap().exact().unwrap().text(), "1.0");
        assert!(Constraint::parse("[1.0,)").unwrap().exact().is_none());
        assert_eq!(parent_in_range("[1,2)", "1.5"), Some(true));
        assert_eq!(parent_in_range("1", "1.5"), None);
    }
}
