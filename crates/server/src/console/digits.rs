//! Digits: numbers as each language writes them.

use peyk_model::Locale;

/// A text whose digits are those of the language.
pub fn of_text(locale: Locale, text: &str) -> String {
    match locale {
        Locale::Persian => text.chars().map(persian).collect(),
        Locale::Russian | Locale::English => text.to_owned(),
    }
}

/// A number in groups of three.
pub fn grouped(locale: Locale, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "\u{2212}" } else { "" });
    // Russian leaves four digits together.
    let is_short = locale == Locale::Russian && digits.len() <= 4;
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !is_short {
            text.push(separator(locale));
        }
        text.push(digit);
    }
    of_text(locale, &text)
}

fn separator(locale: Locale) -> char {
    match locale {
        Locale::Persian => '\u{66c}',
        Locale::Russian => '\u{a0}',
        Locale::English => ',',
    }
}

fn persian(character: char) -> char {
    match character.to_digit(10) {
        Some(digit) => char::from_u32(0x6f0 + digit).unwrap_or(character),
        None => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_groups_in_its_way() {
        assert_eq!(grouped(Locale::Persian, 1_234_567), "۱٬۲۳۴٬۵۶۷");
        assert_eq!(grouped(Locale::Russian, 1234), "1234");
        assert_eq!(grouped(Locale::Russian, 12_345), "12\u{a0}345");
        assert_eq!(grouped(Locale::English, -1234), "\u{2212}1,234");
    }
}
