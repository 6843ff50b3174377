//! Points in time as people and data give them: a day, or an instant with its offset.

use std::fmt;

use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A day or an instant. The two are kept apart: what is known to the day is never given an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day; it begins and ends in UTC.
    Day(Date),
    /// An instant, with the offset from UTC in which it was told.
    At(Timestamp, Offset),
}

/// How something done lies to the moment by which it was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lateness {
    /// Not after it.
    InTime,
    /// After it, by this: `13 days`, `5 hours`.
    Late(String),
    /// It was done on the day of an hour, and at which hour is not told.
    CannotTell,
}

impl Moment {
    /// The years that are understood: deadlines beyond are mistakes in typing.
    const YEARS: std::ops::RangeInclusive<i16> = 1970..=9000;

    /// Reads a day (`2026-11-24`) or an instant with its offset (RFC 3339).
    ///
    /// # Errors
    /// With what is wrong, when it is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            let form =
                "a day (2026-11-24) or an instant with its offset (2026-11-24T23:30:00+08:00)";
            format!("\"{text}\" is no time; expected {form}")
        };
        let pieces = Pieces::parse(text).map_err(|_| wrong())?;
        if !Self::YEARS.contains(&pieces.date().year()) || pieces.time_zone_annotation().is_some() {
            return Err(wrong());
        }
        match (pieces.time(), pieces.to_numeric_offset()) {
            (None, None) => Ok(Self::Day(pieces.date())),
            (Some(time), Some(offset)) => {
                let local = pieces.date().to_datetime(time);
                let at = offset.to_timestamp(local).map_err(|_| wrong())?;
                Ok(Self::At(at, offset))
            }
            _ => Err(wrong()),
        }
    }

    /// The day, as a calendar shows it where the moment was told.
    #[must_use]
    pub fn date(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::At(at, offset) => offset.to_datetime(at).date(),
        }
    }

    /// The first instant of it.
    #[must_use]
    pub fn start(self) -> Timestamp {
        match self {
            Self::Day(day) => midnight(day),
            Self::At(at, _) => at,
        }
    }

    /// The last instant of it; of a day the first of the next.
    #[must_use]
    pub fn end(self) -> Timestamp {
        match self {
            Self::Day(day) => midnight(day.tomorrow().unwrap_or(Date::MAX)),
            Self::At(at, _) => at,
        }
    }

    /// Whether it has gone by: a day is over when the next one began.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        match self {
            Self::Day(_) => now >= self.end(),
            Self::At(at, _) => now > at,
        }
    }

    /// How late something is that was done, or is still not done, at `at`.
    #[must_use]
    pub fn lateness(self, at: Self) -> Lateness {
        match (self, at) {
            (Self::At(due, _), Self::At(at, _)) if at <= due => Lateness::InTime,
            (Self::At(due, _), Self::At(at, _)) => Lateness::Late(elapsed(at.duration_since(due))),
            (Self::Day(due), Self::At(at, _)) => {
                late_days(due, TimeZone::UTC.to_datetime(at).date())
            }
            (Self::Day(due), Self::Day(at)) => late_days(due, at),
            (Self::At(..), Self::Day(at)) if self.date() == at => Lateness::CannotTell,
            (Self::At(..), Self::Day(at)) => late_days(self.date(), at),
        }
    }
}

fn midnight(day: Date) -> Timestamp {
    TimeZone::UTC
        .to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
        .unwrap_or(Timestamp::MAX)
}

fn late_days(due: Date, at: Date) -> Lateness {
    let days = at.duration_since(due).as_hours() / 24;
    if days <= 0 { Lateness::InTime } else { Lateness::Late(counted(days, "day")) }
}

/// A length of time in the unit that says enough: days from two days on.
#[must_use]
pub(super) fn elapsed(length: SignedDuration) -> String {
    let (hours, minutes) = (length.as_hours(), length.as_mins());
    match (hours, minutes) {
        (48.., _) => counted(hours / 24, "day"),
        (1.., _) => counted(hours, "hour"),
        (_, 1..) => counted(minutes, "minute"),
        _ => "less than a minute".to_owned(),
    }
}

fn counted(number: i64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::At(at, offset) if *offset == Offset::UTC => write!(f, "{at}"),
            Self::At(at, offset) => write!(f, "{}", at.display_with_offset(*offset)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn a_moment_reads_as_it_prints() {
        for text in [
            "2026-11-24",
            "2026-11-24T23:30:00Z",
            "2026-11-24T23:30:00+08:00",
            "2021-12-23T17:00:00-05:00",
        ] {
            assert_eq!(moment(text).to_string(), text);
        }
    }

    #[test]
    fn what_names_no_day_or_no_offset_is_refused() {
        for text in [
            "",
            "soon",
            "2026-11-24T23:30:00",
            "2026-02-30",
            "12026-01-01",
            "0001-01-01",
            "2026-11-24T23:30:00+08:00[Asia/Shanghai]",
            "2026-11-24+08:00",
        ] {
            let error = Moment::parse(text).unwrap_err();
            assert!(
                error.starts_with(&format!("\"{text}\" is no time; expected a day")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_day_is_over_when_the_next_begins_in_utc_and_an_instant_when_it_has_passed() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(!moment("2021-11-26").is_over(at("2021-11-26T23:59:59Z")));
        assert!(moment("2021-11-26").is_over(at("2021-11-27T00:00:00Z")));
        let instant = moment("2026-11-26T23:30:00+08:00");
        assert!(!instant.is_over(at("2026-11-26T15:30:00Z")));
        assert!(instant.is_over(at("2026-11-26T15:30:01Z")));
    }

    #[test]
    fn lateness_is_told_in_days_and_hours_and_only_where_it_can_be() {
        let late = |due: &str, at: &str| moment(due).lateness(moment(at));
        let by = |text: &str| Lateness::Late(text.to_owned());
        assert_eq!(late("2021-11-26", "2021-12-09"), by("13 days"));
        assert_eq!(late("2021-11-26", "2021-11-26"), Lateness::InTime);
        assert_eq!(late("2026-01-01T00:00:00Z", "2026-01-01T05:00:00Z"), by("5 hours"));
        assert_eq!(late("2026-01-01T10:00:00Z", "2026-01-01T11:00:00+02:00"), Lateness::InTime);
        assert_eq!(late("2026-01-01T10:00:00Z", "2026-01-01"), Lateness::CannotTell);
        assert_eq!(late("2026-01-01T10:00:00Z", "2026-01-02"), by("1 day"));
        assert_eq!(late("2026-01-01", "2026-01-02T00:00:00Z"), by("1 day"));
    }
}
