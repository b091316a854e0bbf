//! The library of characters: each in its languages, in both dialects.

use super::{bot_says, said, settle, shop_says, start};
use crate::harness::{BOT_CHAT, ORDER_CHAT, Peyk};

const CHARACTERS: [&str; 11] = [
    "polite",
    "impatient",
    "haggler",
    "photographer",
    "speaker",
    "returner",
    "blocker",
    "disputer",
    "silent",
    "novelist",
    "mixer",
];

/// The harness's people, of whom Ivan speaks this language and plays this character.
async fn playing(character: &str, locale: &str) -> Peyk {
    let scripts = super::PEOPLE.replacen(
        "name = \"Иван\"\nphone = \"+79160000001\"\nlocale = \"ru\"",
        &format!(
            "name = \"Иван\"\nphone = \"+79160000001\"\nlocale = \"{locale}\"\n\
             plays = \"{character}\""
        ),
        1,
    );
    let read = peyk_server::world_file::parse("w.toml", &scripts).unwrap();
    let world = peyk_engine::world::World { scripts: read.scripts, ..crate::harness::world() };
    Peyk::with(world, peyk_server::Settings::default()).await
}

fn is_persian(text: &str) -> bool {
    text.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c))
}

#[tokio::test]
async fn every_character_answers_in_both_dialects_and_shows_that_they_listened() {
    for character in CHARACTERS {
        for locale in ["fa", "ru", "en"] {
            let peyk = playing(character, locale).await;
            let mut answers = Vec::new();
            for text in ["Hello", "It is ready"] {
                let status =
                    (bot_says(&peyk, text).await, shop_says(&peyk, ORDER_CHAT, text).await);
                settle(&peyk).await;
                answers.push(status);
            }
            let chat = ORDER_CHAT.to_string();
            let market = said(&peyk, "ivan", &chat).await.split_off(1);
            let kenar = said(&peyk, "ivan", BOT_CHAT).await;
            for said in [&kenar, &market] {
                judge(character, locale, &answers, said);
            }
            peyk.stop().await;
        }
    }
}

fn judge(character: &str, locale: &str, answers: &[(u16, u16)], said: &[String]) {
    let context = format!("{character} {locale}: {said:?}");
    assert_eq!(answers[0], (200, 200), "{context}");
    match character {
        "silent" => return assert!(said.is_empty(), "{context}"),
        // 412 in Kenar, in Market what its documentation has for it.
        "blocker" => assert!(answers[1].0 == 412 && answers[1].1 >= 400, "{answers:?} {context}"),
        _ => assert!(said.iter().any(|text| text.contains("It is ready")), "{context}"),
    }
    let words = said
        .iter()
        .filter(|text| !["image", "voice", "location", "contact"].contains(&text.as_str()));
    for text in words {
        assert_eq!(is_persian(text), locale == "fa" || text.contains("سلام"), "{context}");
        if character == "novelist" {
            assert_eq!(text.chars().count(), 4096);
        }
    }
    for (who, kind) in [("photographer", "image"), ("speaker", "voice"), ("returner", "location")] {
        assert!(character != who || said.iter().any(|each| each == kind), "{context}");
    }
}

#[tokio::test]
async fn a_haggler_bargains_about_the_sum_and_gives_in() {
    let peyk = playing("haggler", "ru").await;
    for text in ["Привет", "1 500 рублей", "1400", "1300", "1200"] {
        bot_says(&peyk, text).await;
        settle(&peyk).await;
    }
    let said = said(&peyk, "ivan", BOT_CHAT).await;
    assert!(said[1].starts_with("1 500?") && said[4].contains("1200 так 1200"), "{said:?}");
    peyk.stop().await;
}

#[tokio::test]
async fn an_impatient_person_asks_again_when_nobody_answers() {
    let peyk = playing("impatient", "ru").await;
    bot_says(&peyk, "Подождите").await;
    settle(&peyk).await;
    let said = said(&peyk, "ivan", BOT_CHAT).await;
    assert_eq!(said.len(), 6, "{said:?}");
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_acts_without_a_script() {
    let peyk = start("").await;
    bot_says(&peyk, "x").await;
    settle(&peyk).await;
    assert!(said(&peyk, "ivan", BOT_CHAT).await.is_empty());
    peyk.stop().await;
}
