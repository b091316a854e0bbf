//! Spans of time as people write them: `2s`, `1h30m`, `14d`.

use std::time::Duration;

/// Longest span: what a script waits at most.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// The units, the largest first, in milliseconds.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Reads a span, each unit at most once and the largest first.
pub fn parse(text: &str) -> Option<Duration> {
    let (mut rest, mut total_ms, mut next_unit) = (text.trim(), 0_u64, 0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (name, behind) = after.split_at(letters);
        let unit = UNITS.iter().position(|(word, _)| *word == name)?;
        if unit < next_unit {
            return None;
        }
        let ms = number.parse::<u64>().ok()?.checked_mul(UNITS[unit].1)?;
        total_ms = total_ms.checked_add(ms)?;
        (rest, next_unit) = (behind, unit + 1);
    }
    Some(Duration::from_millis(total_ms)).filter(|span| *span <= LONGEST)
}

/// Writes a span in the largest units, down to milliseconds.
pub fn show(span: Duration) -> String {
    let mut rest_ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let mut shown = String::new();
    for (word, ms) in UNITS {
        if rest_ms >= ms {
            shown += &format!("{}{word}", rest_ms / ms);
            rest_ms %= ms;
        }
    }
    if shown.is_empty() { "0s".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds) in [("2s", 2), ("1h30m", 5400), ("14d", 1_209_600), ("0s", 0)] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
            assert_eq!(show(Duration::from_secs(seconds)), text);
        }
        assert_eq!(parse("1s500ms"), Some(Duration::from_millis(1500)));
        assert_eq!(parse("90s").map(show), Some("1m30s".into()));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in
            ["", "2", "s", "2 s", "2x", "-1s", "1s1m", "1s1s", "367d", "99999999999999999999s"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
