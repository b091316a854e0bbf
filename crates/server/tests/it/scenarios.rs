//! Scenario files: what is read and written, and what is said about mistakes.

use std::time::Duration;

use peyk_model::script::{BodyKind, Pattern, Prop};
use peyk_model::{Contact, Location};
use peyk_server::scenario::read::{NoWorld, parse};
use peyk_server::scenario::write::write;
use peyk_server::scenario::{
    Act, Attachment, Chat, Click, Deed, Expected, ExpectedCall, NewConversation, PersonAct,
    Scenario, ScenarioFile, Step,
};
use proptest::prelude::*;

/// Before what a test adds; the addition begins in line 9.
const BEGINNING: &str = r#"
world = "demo"
[chats]
order = { person = "ivan", order = 90001 }

[[scenario]]
name = "one"
chat = "order"
"#;

const DEEDS: &str = "`say`, `send`, `file`, `location`, `contact`, `click`, `do`, `revoke`, \
                     `market`, `support`, `expect`, `silence`, `pass`, `call`";

fn read(text: &str) -> Result<ScenarioFile, Vec<String>> {
    let load = |name: &str| Err(NoWorld::Unreadable(format!("{name} is not there")));
    let shown = |mistakes: Vec<_>| mistakes.iter().map(ToString::to_string).collect();
    parse("s.toml", text, load).map_err(shown)
}

fn check(steps: &str, expected: &[&str]) {
    let found = read(&format!("{BEGINNING}steps = [\n{steps}\n]\n")).expect_err(steps);
    assert_eq!(found, expected, "{steps}");
}

fn deeds(steps: &str) -> Vec<Deed> {
    let file = read(&format!("{BEGINNING}steps = [\n{steps}\n]\n")).unwrap();
    file.scenarios.into_iter().flat_map(|scenario| scenario.steps).map(|step| step.deed).collect()
}

fn ivan() -> Chat {
    Chat { person: "ivan".into(), about: NewConversation::Order(90_001) }
}

#[test]
fn a_scenario_reads_as_a_dialogue() {
    let found = deeds(
        r#"  { say = "Где заказ?" },
  { expect = "В пути." },
  { expect = { contains = "отменить", button = "Да" }, within = "1m", skip = true },
  { click = "Да", shows = "готово" },
  { in = { person = "olga", return = 70001 }, silence = "20s" },
  { pass = "14d" },
  { call = "POST /v2/*", status = 200, times = 2 },"#,
    );
    let exact = |text: &str| Expected {
        exact: Some(text.into()),
        within: Duration::from_secs(2),
        ..Expected::default()
    };
    let person = |act| Act::Person { who: "ivan".into(), act };
    let button =
        Pattern {
            text: Some("отменить".into()), button: Some("Да".into()), ..Pattern::default()
        };
    let asked = Expected {
        pattern: button,
        within: Duration::from_secs(60),
        skips: true,
        ..Expected::default()
    };
    let click = Click { caption: "Да".into(), shows: Some("готово".into()), opens: None };
    let olga = Chat { person: "olga".into(), about: NewConversation::Return(70_001) };
    let call = ExpectedCall {
        method: "POST".into(),
        path: "/v2/*".into(),
        status: Some(200),
        body: None,
        times: Some(2),
    };
    assert_eq!(
        found,
        [
            Deed::Act(ivan(), person(PersonAct::Say("Где заказ?".into()))),
            Deed::Expect(ivan(), exact("В пути.")),
            Deed::Expect(ivan(), asked),
            Deed::Act(ivan(), person(PersonAct::Click(click))),
            Deed::Silence(olga, Duration::from_secs(20)),
            Deed::Pass(Duration::from_secs(14 * 24 * 3600)),
            Deed::Call(call),
        ]
    );
}

#[test]
fn steps_know_their_lines() {
    let file =
        read(&format!("{BEGINNING}steps = [\n  {{ say = \"a\" }},\n  {{ pass = \"1s\" }},\n]"));
    let scenario = file.unwrap().scenarios.remove(0);
    assert_eq!(scenario.line, 6);
    assert_eq!(scenario.steps.iter().map(|step| step.line).collect::<Vec<_>>(), [10, 11]);
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    check(
        r#"{ say = "" }, { say = "a", pass = "1s" }, { },
{ expect = { } },
{ expect = { kind = "song", regex = "(" }, within = "2 s" },
{ in = "chat", say = "a" },
{ in = { person = "anna", order = 1, bot = "echo" }, say = "a" },
{ click = 3, loud = true },
{ send = "cake" }, { do = "dance" }, { file = "../secret" }, { call = "/v2" }"#,
        &[
            "s.toml:10:9: found a text of 0 characters, expected another: text must not be empty",
            &format!("s.toml:10:15: found `say` and `pass`, expected one of {DEEDS}"),
            &format!("s.toml:10:43: found nothing to do, expected one of {DEEDS}"),
            "s.toml:11:12: found nothing to expect, expected one of `exact`, `contains`, `regex`, \
             `kind`, `button`, `buttons`",
            "s.toml:12:21: found `song`, expected one of `text`, `image`, `file`, `voice`, \
             `video`, `location`, `contact`",
            "s.toml:12:37: found `(`, expected a regular expression: error: unclosed group",
            "s.toml:12:53: found `2 s`, expected a span like `2s`, `1h30m` or `14d`, at most 366 \
             days",
            "s.toml:13:8: found `chat`, expected a name in [chats], or a table like `{ person = …, \
             order = … }`",
            "s.toml:14:8: found `bot` and `order`, expected one of `bot`, `post`, `order`, \
             `return`, `business`",
            "s.toml:14:19: found `anna`, expected the id of a [[person]] of the World",
            "s.toml:15:11: found a number, expected a text as `click`",
            "s.toml:15:14: found `loud`, expected one of `in`, `as`, `shows`, `opens`, `click` in \
             [[scenario.steps]]",
            "s.toml:16:10: found `cake`, expected one of `photo`, `voice`, `video`, `file`",
            "s.toml:16:27: found `dance`, expected one of `open`, `block`, `unblock`, \
             `dispute`, `decide`, `close`",
            "s.toml:16:47: found `../secret`, expected the name of a file in the folder of the \
             scenario",
            "s.toml:16:71: found `/v2`, expected a method and a path like `POST \
             /v2/businesses/*/chats/message`",
        ],
    );
}

#[test]
fn a_step_without_a_chat_is_told_and_one_that_needs_none_is_not() {
    let text = "world = \"demo\"\n[[scenario]]\nname = \"a\"\nsteps = [{ pass = \"1s\" }]\n";
    assert!(read(text).is_ok());
    let text = text.replace("pass", "silence");
    let expected = "s.toml:4:10: found no chat, expected `in` here, or `chat` in the [[scenario]]";
    assert_eq!(read(&text), Err(vec![expected.to_owned()]));
}

#[test]
fn the_world_is_a_file_the_demos_or_the_files_own() {
    let of = |world: &str| format!("{world}\n[[scenario]]\nname = \"a\"\nsteps = []\n");
    assert_eq!(read(&of("world = \"demo\"")).unwrap().world.people.len(), 6);
    let own = "[[person]]\nid = \"a\"\nname = \"A\"\nphone = \"+79160000001\"\nlocale = \"ru\"";
    assert_eq!(read(&of(own)).unwrap().world.people.len(), 1);
    let expected = "s.toml:1:9: found `w.toml`, expected a World file beside this one, or `demo`: \
                    w.toml is not there";
    assert_eq!(read(&of("world = \"w.toml\"")), Err(vec![expected.to_owned()]));
    let both = "s.toml:2:3: found `person` beside `world`, expected either `world` or the \
                sections of a World, not both";
    assert_eq!(read(&of(&format!("world = \"demo\"\n{own}"))), Err(vec![both.to_owned()]));
}

#[test]
fn names_are_given_once_and_times_are_times() {
    let text = "world = \"demo\"\nstarts_at = \"soon\"\n\
                [[scenario]]\nname = \"a\"\nsteps = []\n[[scenario]]\nname = \"a\"\n";
    let expected = [
        "s.toml:2:13: found `soon`, expected a time from 1970 to 2200 like `2026-11-20T12:00:00Z`",
        "s.toml:6:1: found no `steps`, expected one in [[scenario]]",
        "s.toml:7:1: found `a` for the second time, expected another",
    ];
    assert_eq!(read(text), Err(expected.map(str::to_owned).to_vec()));
}

fn words() -> impl Strategy<Value = String> {
    // With everything that TOML could stumble over.
    "[a-zа-яا-ی\"\\\\\n\t#'={}\u{7f}🚲]{0,20}".prop_map(|text| format!("x{text}"))
}

fn chat() -> impl Strategy<Value = Chat> {
    let person = prop_oneof![Just("ivan"), Just("olga")];
    let about = prop_oneof![
        Just(NewConversation::Bot("echo".into())),
        Just(NewConversation::Post("lAmp0001".into())),
        Just(NewConversation::Order(90_002)),
        Just(NewConversation::Return(70_001)),
        Just(NewConversation::Business(209_888_193)),
    ];
    (person, about).prop_map(|(person, about)| Chat { person: person.into(), about })
}

fn person_act() -> impl Strategy<Value = PersonAct> {
    let click = (words(), proptest::option::of(words()), proptest::option::of(words()));
    prop_oneof![
        Just(PersonAct::Open),
        Just(PersonAct::Block),
        Just(PersonAct::Unblock),
        Just(PersonAct::Dispute),
        Just(PersonAct::Revoke("echo".into())),
        words().prop_map(PersonAct::Say),
        Just(PersonAct::Send(Prop::Voice)),
        Just(PersonAct::SendFile("a/b.pdf".into())),
        (-90.0..90.0, -180.0..180.0)
            .prop_map(|(north, east)| PersonAct::Locate(Location::new(north, east).unwrap())),
        (proptest::option::of(words()), words())
            .prop_map(|(name, phone)| PersonAct::Share(Contact::new(name, phone).unwrap())),
        click.prop_map(|(caption, shows, opens)| {
            PersonAct::Click(Click { caption, shows, opens })
        }),
    ]
}

fn attachment() -> impl Strategy<Value = Attachment> {
    prop_oneof![
        Just(Attachment::Prop(Prop::Video)),
        Just(Attachment::Beside("papers/act 1.pdf".to_owned())),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let span = (0_u64..1_000_000_000).prop_map(Duration::from_millis);
    let who = prop_oneof![Just("ivan".to_owned()), Just("sara".to_owned())];
    let act = prop_oneof![
        (who, person_act()).prop_map(|(who, act)| Act::Person { who, act }),
        Just(Act::Decide),
        Just(Act::Close),
        words().prop_map(Act::MarketSays),
        words().prop_map(Act::SupportSays),
        attachment().prop_map(Act::MarketSends),
        attachment().prop_map(Act::SupportSends),
    ];
    let some = || proptest::option::of(words());
    let kind = proptest::option::of(Just(BodyKind::Voice));
    let buttons = proptest::collection::vec(words(), 0..3);
    let expected = (some(), some(), kind, some(), buttons, span.clone(), any::<bool>()).prop_map(
        |(exact, text, kind, button, buttons, within, skips)| {
            let exact = exact.or_else(|| text.is_none().then(|| "x".into()));
            let regex = Some("[0-9]+\\.".to_owned());
            let pattern = Pattern { text, regex, kind, button };
            Expected { exact, pattern, buttons, within, skips }
        },
    );
    let call = (some(), proptest::option::of(0_u64..9)).prop_map(|(body, times)| ExpectedCall {
        method: "GET".into(),
        path: "/v2/*".into(),
        status: Some(420),
        body,
        times,
    });
    prop_oneof![
        (chat(), act).prop_map(|(chat, act)| Deed::Act(chat, act)),
        (chat(), expected).prop_map(|(chat, expected)| Deed::Expect(chat, expected)),
        (chat(), span.clone()).prop_map(|(chat, span)| Deed::Silence(chat, span)),
        span.prop_map(Deed::Pass),
        call.prop_map(Deed::Call),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(deeds in proptest::collection::vec(deed(), 0..12)) {
        let steps = deeds.iter().cloned().map(|deed| Step { line: 0, deed }).collect();
        let text = write(&[Scenario { name: "a \"b\"".into(), line: 0, steps }]);
        let file = read(&format!("world = \"demo\"\n{text}")).unwrap();
        let found: Vec<_> =
            file.scenarios[0].steps.iter().map(|step| step.deed.clone()).collect();
        prop_assert_eq!(found, deeds, "{}", text);
    }
}
