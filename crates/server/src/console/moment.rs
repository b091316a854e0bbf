//! Moments: times as a reader of the language writes them, in the reader's offset from UTC.
//!
//! Persian readers get Jalali dates in Persian digits, others Gregorian ones. Every time carries
//! its exact form in UTC for whoever hovers over it, and for programs.

use std::fmt;

use icu_calendar::cal::Persian;
use icu_calendar::{Date, Iso};
use jiff::tz::{Offset, TimeZone};
use peyk_model::{Locale, Timestamp};

use super::digits;
use super::texts::Texts;

/// Largest offset from UTC, in minutes.
const OFFSET_MAX: i32 = 14 * 60;

/// How far the reader's clock is from UTC, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(i32);

impl Zone {
    /// The zone so many minutes ahead of UTC, if there can be one.
    pub fn parse(minutes: &str) -> Option<Self> {
        let minutes = minutes.parse().ok()?;
        (-OFFSET_MAX..=OFFSET_MAX).contains(&minutes).then_some(Self(minutes))
    }

    fn of(self, time: Timestamp) -> jiff::Zoned {
        let time = jiff::Timestamp::from_microsecond(time.0).unwrap_or(jiff::Timestamp::MAX);
        let offset = Offset::from_seconds(self.0 * 60).unwrap_or(Offset::UTC);
        time.to_zoned(TimeZone::fixed(offset))
    }
}

/// How much of a time is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Hours and minutes.
    Clock,
    /// Hours, minutes and seconds.
    Seconds,
    /// The day.
    Day,
    /// The day, hours and minutes.
    Full,
    /// The day, hours, minutes and seconds.
    Exact,
}

/// A time as HTML.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When.
    pub time: Timestamp,
    /// How much is shown.
    pub form: Form,
    /// In which language.
    pub texts: Texts,
    /// Where the reader is.
    pub zone: Zone,
}

impl Moment {
    /// The words, without tags.
    pub fn text(&self) -> String {
        let zoned = self.zone.of(self.time);
        let clock = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
        let text = match self.form {
            Form::Clock => clock,
            Form::Seconds => format!("{clock}:{:02}", zoned.second()),
            Form::Day => self.day(&zoned),
            Form::Full => format!("{}{}{clock}", self.day(&zoned), self.comma()),
            Form::Exact => {
                format!("{}{}{clock}:{:02}", self.day(&zoned), self.comma(), zoned.second())
            }
        };
        digits::of_text(self.texts.0, &text)
    }

    fn comma(&self) -> &'static str {
        match self.texts.0 {
            Locale::Persian => "، ",
            Locale::Russian | Locale::English => ", ",
        }
    }

    fn day(&self, zoned: &jiff::Zoned) -> String {
        let (year, month, day) = (zoned.year(), zoned.month(), zoned.day());
        let (calendar, year, month, day) = match self.texts.0 {
            Locale::Persian => match jalali(year, month, day) {
                Some((year, month, day)) => ("jalali", year, month, day),
                None => ("gregorian", i32::from(year), month.unsigned_abs(), day.unsigned_abs()),
            },
            Locale::Russian | Locale::English => {
                ("gregorian", i32::from(year), month.unsigned_abs(), day.unsigned_abs())
            }
        };
        let month = self.texts.of("month", &format!("{calendar}-{month}"));
        match self.texts.0 {
            Locale::Persian | Locale::English => format!("{day} {month} {year}"),
            Locale::Russian => format!("{day} {month} {year} г."),
        }
    }
}

fn jalali(year: i16, month: i8, day: i8) -> Option<(i32, u8, u8)> {
    let date = Date::try_new_iso(year.into(), month.unsigned_abs(), day.unsigned_abs()).ok()?;
    let date: Date<Persian> = Date::<Iso>::to_calendar(&date, Persian);
    Some((date.year().extended_year(), date.month().ordinal, date.day_of_month().0))
}

/// A time as fields of forms want it: in UTC, to the second.
pub fn field(time: Timestamp) -> String {
    Zone::default().of(time).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The time in such a field; browsers leave out seconds that are zero.
pub fn parse_field(written: &str) -> Option<Timestamp> {
    let written = written.trim().trim_end_matches('Z');
    let civil = written.parse::<jiff::civil::DateTime>().ok()?;
    let time = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp(time.as_microsecond()))
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = crate::control::time(self.time);
        // Nothing here comes from outside, so nothing has to be escaped.
        write!(f, "<time datetime=\"{utc}\" title=\"{utc}\"><bdi>{}</bdi></time>", self.text())
    }
}

impl askama::filters::HtmlSafe for Moment {}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(locale: Locale, form: Form, zone: &str) -> String {
        // 2026-11-20T12:00:05Z.
        let time = Timestamp::from_seconds(1_795_176_005);
        let zone = Zone::parse(zone).unwrap();
        Moment { time, form, texts: Texts(locale), zone }.text()
    }

    #[test]
    fn days_are_written_in_the_calendar_of_the_language() {
        assert_eq!(text(Locale::Persian, Form::Day, "0"), "۲۹ آبان ۱۴۰۵");
        assert_eq!(text(Locale::Russian, Form::Day, "0"), "20 ноября 2026 г.");
        assert_eq!(text(Locale::English, Form::Full, "0"), "20 November 2026, 12:00");
    }

    #[test]
    fn a_field_is_read_as_it_is_written() {
        let time = Timestamp::from_seconds(1_795_176_005);
        assert_eq!(field(time), "2026-11-20T12:00:05");
        assert_eq!(parse_field(&field(time)), Some(time));
        assert_eq!(parse_field("2026-11-20T12:00"), Some(Timestamp::from_seconds(1_795_176_000)));
        assert_eq!(parse_field("tomorrow"), None);
    }

    #[test]
    fn times_are_the_readers() {
        assert_eq!(text(Locale::Persian, Form::Seconds, "210"), "۱۵:۳۰:۰۵");
        assert_eq!(text(Locale::English, Form::Clock, "-480"), "04:00");
        assert_eq!(text(Locale::English, Form::Day, "840"), "21 November 2026");
        assert_eq!(Zone::parse("9999"), None);
    }
}
