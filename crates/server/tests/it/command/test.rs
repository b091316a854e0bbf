//! `peyk test`, with a bot that is this very program, told to play one.

use peyk_client::Kenar;
use peyk_client::bot::{Bot, Source};
use peyk_client::events::Feed;
use serde_json::json;

use super::{Ended, Place};

/// One person and one app, whose bot needs no address.
const WORLD: &str = r#"
[[person]]
id = "ivan"
name = "Иван"
phone = "+79160000001"
locale = "ru"
[[kenar.app]]
slug = "echo"
title = "Echo"
[[kenar.app.api_key]]
key = "echo-key"
permissions = ["CHAT_BOT_SEND_MESSAGE"]
"#;

/// Scenarios with these steps, the first in line 7.
fn scenarios(all: &[(&str, &str)]) -> String {
    let mut text = "world = \"world.toml\"\nstarts_at = \"2026-11-20T12:00:00Z\"\n\
                    chats.bot = { person = \"ivan\", bot = \"echo\" }\n"
        .to_owned();
    for (name, steps) in all {
        text +=
            &format!("[[scenario]]\nname = \"{name}\"\nchat = \"bot\"\nsteps = [\n{steps}\n]\n");
    }
    text
}

/// Says what it hears, and fails when it is told to. Without a sandbox it has nothing to do.
#[tokio::test]
#[ignore = "the other tests start it"]
async fn a_bot_that_tests_start() {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (url, slug) = (variable("PEYK_URL"), variable("PEYK_APP"));
    if url.is_empty() {
        return;
    }
    println!("hello from {slug}");
    let kenar = Kenar::builder(variable("PEYK_APP_KEY")).peyk(url.as_str()).build().unwrap();
    let mut bot = Bot::<()>::new();
    bot.on_command("quiet", |_| async { Ok(()) });
    bot.on_command("die", |_| async { std::process::exit(7) });
    bot.on_text(|talk| async move { talk.reply(format!("echo: {}", talk.text())).await });
    // From the start, for a person may be quicker than the bot.
    let feed = Feed::of_app(&url, slug.as_str()).unwrap().from("start");
    bot.run(vec![Source::kenar_items(kenar, feed)]).await.unwrap();
}

/// The command that starts it.
fn bot() -> String {
    let tests = std::env::current_exe().unwrap();
    let name = "command::test::a_bot_that_tests_start";
    format!("'{}' --ignored --exact {name} --nocapture", tests.display())
}

fn place(all: &[(&str, &str)]) -> Place {
    let place = Place::new();
    std::fs::write(place.path().join("world.toml"), WORLD).unwrap();
    std::fs::write(place.path().join("s.toml"), scenarios(all)).unwrap();
    place
}

fn run(place: &Place, more: &[&str]) -> Ended {
    let patience = ["test", "s.toml", "--patience", "500ms", "--silence", "200ms", "--bot"];
    let mut ended = place.run(&[&patience[..], &[bot().as_str()], more].concat());
    // How long it took is nobody's business here.
    ended.stdout = without_times(&ended.stdout);
    ended
}

/// `(0.4 s)` and `in 2.1 s` become `(# s)` and `in # s`.
fn without_times(text: &str) -> String {
    let is_time = |word: &str| {
        let word = word.trim_start_matches('(');
        word.split_once('.').is_some_and(|(a, b)| a.parse::<u32>().is_ok() && b.len() == 1)
    };
    let line = |line: &str| {
        let word = |word: &str| match (is_time(word), word.starts_with('(')) {
            (true, true) => "(#".to_owned(),
            (true, false) => "#".to_owned(),
            (false, _) => word.to_owned(),
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn scenarios_that_go_as_written_pass_each_in_its_own_world() {
    let place = place(&[
        (
            "it says what it hears",
            "{ say = \"a\" }, { expect = \"echo: a\" },\n{ call = \"POST /v1/*\", status = 200, times = 1 }",
        ),
        (
            "it is quiet when it should",
            "{ say = \"/quiet\" }, { silence = \"1h\" },\n{ call = \"POST /v1/*\", never = true }",
        ),
    ]);
    let ended = run(&place, &["--junit", "out.xml"]);
    let expected = "s.toml\n  ok    it says what it hears (# s)\n  \
                    ok    it is quiet when it should (# s)\n\n2 passed, 0 failed in # s";
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(0), expected, ""));
    let junit = std::fs::read_to_string(place.path().join("out.xml")).unwrap();
    for part in [
        "<testsuites tests=\"2\" failures=\"0\" errors=\"0\" time=\"",
        "  <testsuite name=\"s.toml\" tests=\"2\" failures=\"0\" errors=\"0\" time=\"",
        "    <testcase classname=\"s.toml\" name=\"it says what it hears\" time=\"",
    ] {
        assert!(junit.contains(part), "{part} is not in\n{junit}");
    }
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_scenario_that_fails_is_told_with_all_that_explains_it() {
    let place = place(&[
        ("it says something else", "{ say = \"a\" },\n{ expect = \"b\", within = \"1m\" }"),
        ("it is fine", "{ say = \"a\" }, { expect = { regex = \"a$\" } }"),
    ]);
    let ended = run(&place, &["--junit", "out.xml"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), "peyk: 1 scenario failed\n"));
    for part in [
        "  FAIL  it says something else (# s)\n        s.toml:9: expected the text `b`, found `echo: a`\n",
        "what was said:\n          ivan, the bot of echo\n            +0s      person: `a`\n            \
         +0s      bot: `echo: a`",
        "the wire:\n            bot  -> POST /v1/open-platform/chat/bot/conversations/",
        "what the bot printed:\n",
        "hello from echo\n",
        "  ok    it is fine (# s)\n\n1 passed, 1 failed in # s",
    ] {
        assert!(ended.stdout.contains(part), "{part} is not in\n{}", ended.stdout);
    }
    let junit = std::fs::read_to_string(place.path().join("out.xml")).unwrap();
    let failure = "<failure message=\"s.toml:9: expected the text `b`, found `echo: a`\">";
    assert!(junit.contains(failure), "{junit}");
    let filtered = run(&place, &["--filter", "fine"]);
    assert_eq!(filtered.stdout, "s.toml\n  ok    it is fine (# s)\n\n1 passed, 0 failed in # s");
}

#[test]
fn a_bot_that_does_not_come_or_dies_fails_its_scenario() {
    let place = place(&[("it dies", "{ say = \"/die\" },\n{ expect = \"b\" }")]);
    let ended = run(&place, &[]);
    let why = "s.toml:9: expected the text `b`, found nothing within 2s (and the bot has ended: \
               exit status: 7)";
    assert!(ended.stdout.contains(why), "{}", ended.stdout);
    let command = ["test", "s.toml", "--bot", "echo no; exit 3"];
    let ended = place.run(&command);
    assert_eq!(ended.code, Some(1));
    let why = "s.toml:4: `echo no; exit 3` ended before it was ready (exit status: 3)";
    assert!(ended.stdout.contains(why), "{}", ended.stdout);
    assert!(ended.stdout.contains("what the bot printed:\n          no"), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_with_the_demo_bot_is_saved_and_played_without_any_other_bot() {
    let place = Place::new();
    let served = place.serve(&[]);
    let opened = served.control("/people/alice/conversations", Some(json!({ "bot": "demo-bot" })));
    let chat = opened.await.unwrap()["conversation"]["key"].as_str().unwrap().to_owned();
    let path = format!("/people/alice/conversations/{chat}/messages");
    served.control(&path, Some(json!({ "text": "hello" }))).await.unwrap();
    let said = loop {
        let said = served.messages(&path).await;
        if said.len() == 2 {
            break said;
        }
    };
    let click = format!("{path}/{}/clicks", said[1]["id"]);
    served.control(&click, Some(json!({ "button": 2 }))).await.unwrap();
    let url = format!("{}/control/v1/conversations/{chat}/scenario?name=hello", served.url());
    // PostgreSQL tells late what others may still be in the middle of.
    let text = loop {
        let text = served.http.get(&url).send().await.unwrap().text().await.unwrap();
        if text.contains("opens") {
            break text;
        }
    };
    let click = "  { click = \"Where is my parcel?\", opens = \"/demo/bot/page\" },\n";
    assert!(text.contains("  { do = \"open\" },\n  { say = \"hello\" },\n"), "{text}");
    assert!(text.contains(click), "{text}");
    std::fs::write(place.path().join("saved.toml"), &text).unwrap();
    let ended = place.run(&["test", "saved.toml"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}\n{text}");
    let other = text.replace("Your message arrived", "Your message was lost");
    std::fs::write(place.path().join("saved.toml"), other).unwrap();
    let ended = place.run(&["test", "saved.toml"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("expected the text `Your message was lost:"), "{ended:?}");
}

#[test]
fn a_file_with_mistakes_is_told_and_nothing_is_played() {
    let place = place(&[("it", "{ say = \"a\", shout = true },\n{ expect = { } }")]);
    let expected = "peyk: nothing was played:\n\
        s.toml:8:14: found `shout`, expected one of `in`, `as`, `say` in [[scenario.steps]]\n\
        s.toml:9:12: found nothing to expect, expected one of `exact`, `contains`, `regex`, `kind`, `button`, `buttons`\n\
        gone.toml cannot be read: No such file or directory (os error 2)\n";
    let ended = place.run(&["test", "s.toml", "gone.toml", "--bot", "true"]);
    assert_eq!(ended, Ended { code: Some(2), stdout: String::new(), stderr: expected.into() });
    std::fs::write(place.path().join("s.toml"), scenarios(&[("it", "")])).unwrap();
    let expected = "peyk: nothing was played:\n\
        s.toml: no bot: say --bot COMMAND, --running, or `bot = …` in the file\n";
    assert_eq!(place.run(&["test", "s.toml"]).stderr, expected);
    let ended = place.run(&["test", "s.toml", "--bot", "true", "--filter", "nothing"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(2), "peyk: there is no scenario to play\n")
    );
}
