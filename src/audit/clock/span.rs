//! Lengths of time as rules write them, and what they come to.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::holiday::Holiday;
use super::moment::Moment;

/// A length of time in the unit of the rule. The unit decides how it is counted: hours elapse, days
/// are those of the calendar and keep the hour, months end on the same day or the month's last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Elapsed hours.
    Hours(u16),
    /// Calendar days.
    Days(u16),
    /// Days that are neither Saturday, Sunday nor a holiday of the regime; the first one counts after
    /// the day of the event.
    BusinessDays(u16),
    /// Calendar months.
    Months(u16),
}

impl Span {
    /// The moment that lies this much later. Hours after a day are counted from its first hour, the
    /// strict reading; business days end on a day.
    #[must_use]
    pub fn after(self, start: Moment, holidays: &[Holiday]) -> Moment {
        match (self, start) {
            (Self::Hours(hours), Moment::Day(_)) => {
                Moment::At(later(start.start(), hours), jiff::tz::Offset::UTC)
            }
            (Self::Hours(hours), Moment::At(at, offset)) => Moment::At(later(at, hours), offset),
            (Self::BusinessDays(days), _) => {
                Moment::Day(business_day(start.date(), days, holidays))
            }
            (Self::Days(days), _) => move_date(start, i64::from(days).days()),
            (Self::Months(months), _) => move_date(start, i64::from(months).months()),
        }
    }

    /// Whether it is counted in hours.
    #[must_use]
    pub fn is_hours(self) -> bool {
        matches!(self, Self::Hours(_))
    }
}

fn later(at: Timestamp, hours: u16) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MAX)
}

/// The same hour of another day, where the moment was told.
fn move_date(start: Moment, by: jiff::Span) -> Moment {
    let date = start.date().checked_add(by).unwrap_or(Date::MAX);
    match start {
        Moment::Day(_) => Moment::Day(date),
        Moment::At(at, offset) => {
            let local = date.to_datetime(offset.to_datetime(at).time());
            Moment::At(offset.to_timestamp(local).unwrap_or(Timestamp::MAX), offset)
        }
    }
}

fn business_day(start: Date, days: u16, holidays: &[Holiday]) -> Date {
    let mut day = start;
    for _ in 0..days {
        loop {
            day = day.tomorrow().unwrap_or(Date::MAX);
            let is_free = is_weekend(day) || holidays.iter().any(|holiday| holiday.is_on(day));
            if !is_free || day == Date::MAX {
                break;
            }
        }
    }
    day
}

/// Whether a day is a Saturday or a Sunday.
#[must_use]
pub(super) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is no length of time; expected a number of hours, days, business days or months"
            )
        };
        let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let number: u16 = number.parse().map_err(|_| wrong())?;
        // what is longer is a mistake in typing
        let number = Some(number).filter(|number| (1..=9999).contains(number)).ok_or_else(wrong)?;
        match unit.strip_suffix('s').unwrap_or(unit) {
            "hour" => Ok(Self::Hours(number)),
            "day" => Ok(Self::Days(number)),
            "business day" => Ok(Self::BusinessDays(number)),
            "month" => Ok(Self::Months(number)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self {
            Self::Hours(number) => (number, "hour"),
            Self::Days(number) => (number, "day"),
            Self::BusinessDays(number) => (number, "business day"),
            Self::Months(number) => (number, "month"),
        };
        let s = if *number == 1 { "" } else { "s" };
        write!(f, "{number} {unit}{s}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(span: &str, start: &str) -> String {
        let span: Span = span.parse().unwrap();
        span.after(Moment::parse(start).unwrap(), &[]).to_string()
    }

    #[test]
    fn a_span_reads_as_it_prints() {
        for text in ["24 hours", "1 hour", "14 days", "4 business days", "1 month"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for text in
            ["", "days", "0 days", "-1 days", "2 weeks", "2  days", "99999 days", "1.5 days"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn months_end_on_the_same_day_or_the_last_of_the_month() {
        for (start, end) in [
            ("2026-01-31", "2026-02-28"),
            ("2028-01-31", "2028-02-29"),
            ("2028-02-29", "2028-03-29"),
            ("2026-10-31T09:00:00Z", "2026-11-30T09:00:00Z"),
            ("2026-12-31T23:00:00-05:00", "2027-01-31T23:00:00-05:00"),
        ] {
            assert_eq!(after("1 month", start), end);
        }
        assert_eq!(after("12 months", "2028-02-29"), "2029-02-28");
    }

    #[test]
    fn days_keep_the_hour_and_the_offset_and_pass_leap_days() {
        assert_eq!(after("2 days", "2026-11-24T23:30:00+08:00"), "2026-11-26T23:30:00+08:00");
        assert_eq!(after("2 days", "2028-02-28"), "2028-03-01");
        assert_eq!(after("2 days", "2026-02-27"), "2026-03-01");
    }

    /// In the night of 29 March 2026 clocks in the European Union go from 02:00 to 03:00: the offset in
    /// which somebody told the time stays, and 24 hours are 24 hours.
    #[test]
    fn hours_elapse_whatever_clocks_on_walls_do() {
        assert_eq!(after("24 hours", "2026-03-28T12:00:00+01:00"), "2026-03-29T12:00:00+01:00");
        let told = "2026-03-29T13:00:00+02:00".parse::<Timestamp>().unwrap();
        let due = "24 hours".parse::<Span>().unwrap();
        let due = due.after(Moment::parse("2026-03-28T12:00:00+01:00").unwrap(), &[]);
        assert_eq!(due.start(), told);
    }

    #[test]
    fn hours_after_a_day_count_from_its_first_hour() {
        assert_eq!(after("24 hours", "2026-09-12"), "2026-09-13T00:00:00Z");
    }

    #[test]
    fn business_days_pass_over_weekends() {
        // 2026-11-20 is a Friday
        for (start, end) in [
            ("2026-11-16", "2026-11-20"),
            ("2026-11-20", "2026-11-26"),
            ("2026-11-21", "2026-11-26"),
            ("2026-11-22", "2026-11-26"),
            ("2026-11-20T23:00:00-05:00", "2026-11-26"),
        ] {
            assert_eq!(after("4 business days", start), end, "{start}");
        }
    }

    #[test]
    fn the_end_of_time_is_no_crash() {
        assert_eq!(after("9999 months", "9000-01-01"), "9833-04-01");
        assert_eq!(after("9999 months", "9000-01-01T00:00:00Z"), "9833-04-01T00:00:00Z");
    }
}
