//! People: they buy, they sell, and they own a phone number.

use crate::PersonId;

/// A human who buys or sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id inside the server.
    pub id: PersonId,
    /// The short name by which a World, a script or the control API calls them.
    pub handle: String,
    /// The name others see.
    pub name: String,
    /// The phone number in international form.
    pub phone: String,
    /// The language they write in.
    pub locale: Locale,
}

/// A language Peyk has words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Persian, written from right to left.
    Persian,
    /// Russian.
    Russian,
    /// English.
    English,
}

impl Locale {
    /// Every locale.
    pub const ALL: [Self; 3] = [Self::Persian, Self::Russian, Self::English];

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Persian => "fa",
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// The locale with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }
}

/// A phone number in international form, from any form in which people write it.
///
/// Spaces and the marks between groups of digits mean nothing, Persian digits are digits, and a
/// number without a country is Iranian.
pub fn international_phone(written: &str) -> Option<String> {
    let kept: String = written
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '.'))
        .map(ascii_digit)
        .collect();
    let (digits, has_country) = match kept.strip_prefix('+').or_else(|| kept.strip_prefix("00")) {
        Some(digits) => (digits, true),
        None => (kept.as_str(), false),
    };
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(match digits.strip_prefix('0') {
        Some(_) if has_country => return None,
        Some(national) => format!("+98{national}"),
        None if !has_country && digits.len() == 10 => format!("+98{digits}"),
        None => format!("+{digits}"),
    })
}

fn ascii_digit(c: char) -> char {
    let zero = match c {
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{660}'..='\u{669}' => '\u{660}',
        _ => return c,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_phone_is_written_in_many_ways() {
        for written in [
            "+989120000001",
            "00989120000001",
            "989120000001",
            "09120000001",
            "9120000001",
            "0912 000-0001",
            "+98 (912) 000 00 01",
            "۰۹۱۲۰۰۰۰۰۰۱",
            "٠٩١٢٠٠٠٠٠٠١",
        ] {
            assert_eq!(international_phone(written).as_deref(), Some("+989120000001"), "{written}");
        }
        assert_eq!(international_phone("+79160000001").as_deref(), Some("+79160000001"));
    }

    #[test]
    fn what_is_no_phone_has_no_international_form() {
        for written in
            ["", "sara", "+", "0912", "+0912000000", "+98912000000134567", "0912\u{0}0001"]
        {
            assert_eq!(international_phone(written), None, "{written}");
        }
    }
}
