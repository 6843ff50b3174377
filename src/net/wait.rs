//! How long to wait before the next attempt.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The wait before the second attempt; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);

/// The wait after a number of failed attempts, where the server says nothing about it.
pub(super) fn back_off(failed: u32) -> Duration {
    FIRST * 2_u32.saturating_pow(failed.saturating_sub(1)).min(64)
}

/// What `Retry-After` asks for: seconds, or an instant (RFC 9110, 10.2.3), which is counted from the
/// server's own clock where it tells that.
pub(super) fn retry_after(value: &str, date: Option<&str>, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let from = date.and_then(http_date).unwrap_or(now);
    let wait = http_date(value)?.duration_since(from);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example of RFC 9110, 10.2.3.
    const DATE: &str = "Fri, 31 Dec 1999 23:59:59 GMT";

    fn now() -> Timestamp {
        "1999-12-31T23:59:00Z".parse().unwrap()
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(retry_after("120", None, now()), Some(Duration::from_secs(120)));
        assert_eq!(retry_after(DATE, None, now()), Some(Duration::from_secs(59)));
    }

    #[test]
    fn a_date_is_counted_from_the_servers_own_clock() {
        let server = Some("Fri, 31 Dec 1999 23:59:50 GMT");
        assert_eq!(retry_after(DATE, server, now()), Some(Duration::from_secs(9)));
    }

    #[test]
    fn a_date_in_the_past_asks_for_no_wait_and_nonsense_for_nothing() {
        let later = "2000-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(retry_after(DATE, None, later), Some(Duration::ZERO));
        for text in ["", "soon", "-5", "1.5"] {
            assert_eq!(retry_after(text, None, now()), None, "{text}");
        }
    }

    #[test]
    fn waits_double() {
        let waits: Vec<u64> = (1..5).map(|failed| back_off(failed).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8]);
        assert_eq!(back_off(u32::MAX), Duration::from_secs(64));
    }
}
