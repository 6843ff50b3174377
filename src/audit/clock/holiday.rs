//! Days on which an authority does not work.

use jiff::civil::{Date, Weekday};

/// One holiday of each year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// What it is called.
    pub name: String,
    /// The month, from 1.
    pub month: i8,
    /// Its day in that month.
    pub on: On,
}

/// Which day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Always the same. One on a Saturday is kept on the Friday before, one on a Sunday on the Monday
    /// after (5 U.S.C. 6103(b); Executive Order 11582).
    Day(i8),
    /// The first, second … such weekday, or the last (-1).
    Weekday(Weekday, i8),
}

impl Holiday {
    /// Whether it is kept on that day.
    #[must_use]
    pub fn is_on(&self, day: Date) -> bool {
        // one at the turn of the year may be kept in the other year
        let years = [day.year() - 1, day.year(), day.year().saturating_add(1)];
        years.into_iter().filter_map(|year| self.kept(year)).any(|kept| kept == day)
    }

    fn kept(&self, year: i16) -> Option<Date> {
        match self.on {
            On::Weekday(weekday, nth) => {
                Date::new(year, self.month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            On::Day(day) => {
                let day = Date::new(year, self.month, day).ok()?;
                match day.weekday() {
                    Weekday::Saturday => day.yesterday().ok(),
                    Weekday::Sunday => day.tomorrow().ok(),
                    _ => Some(day),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holiday_at_the_turn_of_the_year_is_kept_in_the_old_one() {
        let new_year = Holiday { name: "New Year's Day".to_owned(), month: 1, on: On::Day(1) };
        // 1 January 2028 is a Saturday, 1 January 2023 was a Sunday
        assert!(new_year.is_on(Date::constant(2027, 12, 31)));
        assert!(!new_year.is_on(Date::constant(2028, 1, 1)));
        assert!(new_year.is_on(Date::constant(2023, 1, 2)));
        assert!(new_year.is_on(Date::constant(2026, 1, 1)));
    }

    #[test]
    fn the_fourth_thursday_and_the_last_monday_are_found() {
        let on = |month, weekday, nth| Holiday {
            name: String::new(),
            month,
            on: On::Weekday(weekday, nth),
        };
        assert!(on(11, Weekday::Thursday, 4).is_on(Date::constant(2026, 11, 26)));
        assert!(on(5, Weekday::Monday, -1).is_on(Date::constant(2027, 5, 31)));
        assert!(!on(5, Weekday::Monday, -1).is_on(Date::constant(2027, 5, 24)));
    }
}
