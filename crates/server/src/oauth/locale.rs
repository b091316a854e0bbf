//! The language of a page: what was chosen, or what the browser prefers.

use http::{HeaderMap, header};
use peyk_model::Locale;

/// The language of a page for this reader; English where nothing is known.
pub fn locale(chosen: Option<&str>, headers: &HeaderMap) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let preferred = || preferred(accepted.unwrap_or_default());
    chosen.and_then(Locale::parse).or_else(preferred).unwrap_or(Locale::English)
}

/// The best known language of an `Accept-Language` header.
fn preferred(accepted: &str) -> Option<Locale> {
    let mut best: Option<(f32, Locale)> = None;
    for part in accepted.split(',') {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let quality =
            parameters.trim().strip_prefix("q=").map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let known = Locale::parse(&primary).filter(|_| quality > 0.0);
        // The first of equals wins.
        if let Some(known) = known.filter(|_| best.is_none_or(|(better, _)| quality > better)) {
            best = Some((quality, known));
        }
    }
    best.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_known_language_wins() {
        assert_eq!(preferred("de-DE,fa;q=0.8,ru-RU;q=0.9"), Some(Locale::Russian));
        assert_eq!(preferred("FA-ir"), Some(Locale::Persian));
        assert_eq!(preferred("en;q=0,fa;q=0.1"), Some(Locale::Persian));
        assert_eq!(preferred("de, *"), None);
    }
}
