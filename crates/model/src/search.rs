//! Searching: which words a text is found by.
//!
//! People type the same word in many ways: with Arabic letters on a Persian keyboard, with or
//! without the half-space, with `е` for `ё`, with any digits. Both what is kept and what is asked
//! for go through the same fold.

use std::collections::BTreeSet;

/// Most words of one text that are kept.
pub const WORDS_MAX: usize = 200;
/// Longest word that is kept, in characters; longer ones are found by their beginning.
const WORD_MAX_CHARS: usize = 32;
/// The half-space inside Persian words.
const HALF_SPACE: char = '\u{200c}';

/// The words a text is found by. A word with a half-space is found by its parts and as one.
pub fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    collect(text, true, &mut words);
    if text.contains(HALF_SPACE) {
        collect(text, false, &mut words);
    }
    words
}

/// The words that somebody looks for, as they are kept.
pub fn asked(text: &str) -> Vec<String> {
    let mut words = BTreeSet::new();
    collect(text, true, &mut words);
    words.into_iter().collect()
}

fn collect(text: &str, joins: bool, words: &mut BTreeSet<String>) {
    let mut word = String::new();
    let mut length = 0;
    for character in text.chars().chain([' ']) {
        if character == HALF_SPACE && joins {
            continue;
        }
        for folded in character.to_lowercase().filter_map(fold) {
            if folded.is_alphanumeric() {
                if length < WORD_MAX_CHARS {
                    word.push(folded);
                }
                length += 1;
            } else if !word.is_empty() && words.len() < WORDS_MAX {
                words.insert(std::mem::take(&mut word));
                length = 0;
            } else {
                word.clear();
                length = 0;
            }
        }
    }
}

/// A letter as it is kept; vowel signs and stretching are not.
fn fold(letter: char) -> Option<char> {
    Some(match letter {
        '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' | '\u{301}' => return None,
        'ي' | 'ى' | 'ئ' => 'ی',
        'ك' => 'ک',
        'ة' | 'ۀ' => 'ه',
        'أ' | 'إ' | 'آ' => 'ا',
        'ؤ' => 'و',
        'ё' => 'е',
        '\u{6f0}'..='\u{6f9}' => ascii(letter, '\u{6f0}'),
        '\u{660}'..='\u{669}' => ascii(letter, '\u{660}'),
        other => other,
    })
}

fn ascii(digit: char, zero: char) -> char {
    char::from_digit(u32::from(digit) - u32::from(zero), 10).unwrap_or(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, question: &str) -> bool {
        let kept = words(text);
        asked(question).iter().all(|word| kept.contains(word))
    }

    #[test]
    fn one_word_is_typed_in_many_ways() {
        assert!(finds("كتابي", "کتابی"));
        assert!(finds("می‌خواهم", "میخواهم") && finds("می‌خواهم", "می خواهم"));
        assert!(finds("می‌خواهم", "می‌خواهم"));
        assert!(finds("Ёлка ещё", "елка еще") && finds("елка", "Ёлка"));
        assert!(finds("سفارش ۹۰۰۰۱", "90001") && finds("سفارش ٩٠٠٠١", "۹۰۰۰۱"));
        assert!(finds("سَلام", "سلام") && finds("آب", "اب"));
        assert!(!finds("سلام", "خداحافظ"));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let long: String = (0..1000).map(|number| format!("w{number} ")).collect();
        assert_eq!(words(&long).len(), WORDS_MAX);
        assert_eq!(words(&"x".repeat(500)).first().map(String::len), Some(WORD_MAX_CHARS));
        assert!(words("… !? \u{200c}").is_empty());
    }
}
