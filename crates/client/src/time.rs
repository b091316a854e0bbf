//! Times of both APIs: RFC 3339 texts, microseconds, and the dates of HTTP headers.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peyk_wire::kenar::event::EventTime;

const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A moment, in microseconds since 1970; written as RFC 3339 in UTC.
///
/// ```
/// use peyk_client::Timestamp;
///
/// let moment = Timestamp::parse("2017-11-21T00:00:00.213+03:00").unwrap();
/// assert_eq!(moment.to_string(), "2017-11-20T21:00:00.213000Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A moment from microseconds since 1970.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00Z");
    /// ```
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert_eq!(Timestamp::from_micros(7).micros(), 7);
    /// ```
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert_eq!(Timestamp::from_micros(1_999_999).seconds(), 1);
    /// ```
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// The moment at which this is called.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert!(Timestamp::now() > Timestamp::from_micros(0));
    /// ```
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Reads `2026-11-20T12:00:00.5+03:30`; digits beyond the microsecond are dropped.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert!(Timestamp::parse("2026-11-20T12:00:00Z").is_some());
    /// assert_eq!(Timestamp::parse("tomorrow"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let date = |at: usize, length: usize| number(text.get(at..at + length)?);
        let marks = (bytes.get(4)?, bytes.get(7)?, bytes.get(13)?, bytes.get(16)?);
        if marks != (&b'-', &b'-', &b':', &b':') || !matches!(bytes.get(10)?, b'T' | b't' | b' ') {
            return None;
        }
        let day = days(date(0, 4)?, date(5, 2)?, date(8, 2)?)?;
        let clock = clock(date(11, 2)?, date(14, 2)?, date(17, 2)?)?;
        let (micros, rest) = fraction(text.get(19..)?)?;
        let seconds = day * DAY_SECONDS + clock - offset_seconds(rest)?;
        Some(Self(seconds.checked_mul(MICROS)? + micros))
    }

    /// Reads a header's date, `Thu, 10 Jul 2018 00:42:42 GMT`; a wrong day of the week does not matter.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert!(Timestamp::parse_http("Thu, 10 Jul 2018 00:42:42 GMT").is_some());
    /// ```
    #[must_use]
    pub fn parse_http(text: &str) -> Option<Self> {
        let rest = text.split_once(',').map_or(text, |(_, rest)| rest);
        let mut words = rest.split_whitespace();
        let (day, month, year) = (words.next()?, words.next()?, words.next()?);
        let mut time = words.next()?.split(':').map(number);
        let month = month.get(..3)?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|name| *name == month)?;
        let day = days(number(year)?, i64::try_from(month).ok()? + 1, number(day)?)?;
        let clock = clock(time.next()??, time.next()??, time.next()??)?;
        Some(Self((day * DAY_SECONDS + clock).checked_mul(MICROS)?))
    }

    /// How long it is from `earlier` until this moment; nothing if it is past.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// let (early, late) = (Timestamp::from_micros(1), Timestamp::from_micros(3));
    /// assert_eq!(late.since(early), Duration::from_micros(2));
    /// assert_eq!(early.since(late), Duration::ZERO);
    /// ```
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment and so much more.
    ///
    /// ```
    /// # use peyk_client::Timestamp;
    /// # use std::time::Duration;
    /// assert_eq!(Timestamp::from_micros(1).plus(Duration::from_micros(2)).micros(), 3);
    /// ```
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    pub(crate) fn of_event(time: &EventTime) -> Option<Self> {
        match time {
            EventTime::Text(text) => {
                Self::parse(text).or_else(|| text.parse().ok().map(Self::from_micros))
            }
            EventTime::Micros(micros) => Some(Self(*micros)),
        }
    }
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    // A leap second is the next one's first.
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Days since 1970, counted in years that begin in March, so that the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(digits) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = digits.split_at(length);
    let micros = number(&format!("{digits:0<6.6}"))?;
    (length > 0).then_some((micros, rest))
}

fn offset_seconds(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first()? {
        b'Z' | b'z' => return (text.len() == 1).then_some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (text.get(1..3)?, text.get(3..)?);
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        let (year, month, day) = date(seconds.div_euclid(DAY_SECONDS));
        let clock = seconds.rem_euclid(DAY_SECONDS);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        let micros = self.0.rem_euclid(MICROS);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if micros == 0 { f.write_str("Z") } else { write!(f, ".{micros:06}Z") }
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected an RFC 3339 time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_vendors_spellings_are_one_moment() {
        let moment = Some(Timestamp(1_511_211_600_213_000));
        for text in [
            "2017-11-21T00:00:00.213+03:00",
            "2017-11-20T21:00:00.213Z",
            "2017-11-20T21:00:00.213000999Z",
        ] {
            assert_eq!(Timestamp::parse(text), moment, "{text}");
        }
        assert_eq!(Timestamp(1_511_211_600_213_000).to_string(), "2017-11-20T21:00:00.213000Z");
        for micros in
            [EventTime::Micros(1_729_429_926_140_000), EventTime::Text("1729429926140000".into())]
        {
            let read = Timestamp::of_event(&micros).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Some("2024-10-20T13:12:06.140000Z"));
        }
    }

    #[test]
    fn a_header_date_may_name_the_wrong_weekday() {
        let read =
            Timestamp::parse_http("Thu, 10 Jul 2018 00:42:42 GMT").map(|time| time.to_string());
        assert_eq!(read.as_deref(), Some("2018-07-10T00:42:42Z"));
    }

    #[test]
    fn nonsense_is_no_time() {
        for text in [
            "",
            "2017",
            "2017-13-01T00:00:00Z",
            "2017-11-21T00:00:00",
            "2017-11-21T00:00:00.Z",
            "سلام",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
            assert_eq!(Timestamp::parse_http(text), None, "{text}");
        }
    }
}
