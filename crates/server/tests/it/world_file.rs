//! World files: what is read, and what is said about mistakes.

use peyk_server::world_file::{CUSTOMERS, CUSTOMERS_NAME, DEMO, DEMO_NAME, parse};

/// A small World that every broken one is made from.
const GOOD: &str = r#"

[[person]]
id = "sara"
name = "سارا"
phone = "+989120000001"
locale = "fa"
[[person]]
id = "ivan"
name = "Иван"
phone = "+79160000001"
locale = "ru"
[[kenar.app]]
slug = "echo"
title = "Echo"
[[kenar.post]]
token = "gZd7omnS"
title = "دوچرخه"
seller = "sara"
[[market.business]]
id = 7
name = "Shop"
[[market.order]]
id = 9
business = 7
campaign = 4
customer = "ivan"
"#;

/// Line 28, after [`GOOD`].
fn check(addition: &str, expected: &[&str]) {
    let text = format!("{GOOD}{addition}");
    let mistakes = parse("w.toml", &text).expect_err(addition);
    let found: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{addition}");
}

fn check_line(addition: &str, expected: &str) {
    check(addition, &[expected]);
}

#[test]
fn the_demo_world_has_no_mistakes() {
    let world = parse(DEMO_NAME, DEMO).unwrap_or_else(|found| panic!("{found:?}"));
    assert_eq!((world.people.len(), world.apps.len(), world.businesses.len()), (6, 2, 1));
    assert_eq!(world.conversations.len(), 6);
}

#[test]
fn the_world_of_the_client_drivers_has_no_mistakes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../compat/world.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let world = parse("compat/world.toml", &text).unwrap_or_else(|found| panic!("{found:?}"));
    let count = |table: &str| text.lines().filter(|line| line.starts_with(table)).count();
    let conversations = ["[[kenar.conversation]]", "[[kenar.bot_conversation]]", "[[market.chat]]"];
    assert_eq!(world.people.len(), count("[[person]]"));
    assert_eq!(world.conversations.len(), conversations.into_iter().map(count).sum::<usize>());
    assert_eq!(world.businesses[0].oauth_tokens[0].allows, [peyk_model::KeyScope::AllMethods]);
}

#[test]
fn an_empty_file_is_an_empty_world() {
    assert_eq!(parse("w.toml", ""), Ok(peyk_engine::world::World::default()));
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    check(
        "[[person]]\nid = \"a b\"\nname = 3\nphone = \"x\"\nlocale = \"de\"\nage = 4\n",
        &[
            "w.toml:29:6: found `a b`, expected 1 to 64 of the characters A-Z, a-z, 0-9, `-` and `_`",
            "w.toml:30:8: found a number, expected a text as `name`",
            "w.toml:31:9: found `x`, expected a phone like `+989120000001`",
            "w.toml:32:10: found `de`, expected one of `fa`, `ru`, `en`",
            "w.toml:33:1: found `age`, expected one of `id`, `name`, `phone`, `locale`, `plays` in [[person]]",
        ],
    );
}

#[test]
fn toml_that_is_none_is_told_with_its_place() {
    let found = parse("w.toml", "[[person]]\nid = \nname = \"x\n").expect_err("no TOML");
    assert_eq!((found[0].line, found[0].column), (2, 6), "{found:?}");
    assert!(found.iter().any(|mistake| mistake.line == 3), "{found:?}");
    assert!(found.iter().all(|mistake| mistake.expected.starts_with("TOML: ")), "{found:?}");
}

#[test]
fn what_is_missing_is_told_at_its_section() {
    check_line(
        "[[kenar.post]]\ntoken = \"abc\"\nseller = \"sara\"\n",
        "w.toml:28:1: found no `title`, expected one in [[kenar.post]]",
    );
    check_line(
        "[[kenar.app.api_key]]\npermissions = []\n",
        "w.toml:28:1: found no `key`, expected one in [[kenar.app.api_key]]",
    );
    check_line(
        "[[market.return]]\nid = 1\n",
        "w.toml:28:1: found no `order`, expected one in [[market.return]]",
    );
}

#[test]
fn unknown_keys_and_sections_are_refused() {
    check_line(
        "[[persons]]\n",
        "w.toml:28:3: found `persons`, expected one of `person`, `kenar`, `market`, `clock`, `block`, `script`, `fault`, `magic` at the top",
    );
    check_line(
        "[[kenar.apps]]\n",
        "w.toml:28:9: found `apps`, expected one of `app`, `post`, `conversation`, \
         `bot_conversation`, `grant` in [kenar]",
    );
    check_line(
        "[person.x]\n",
        "w.toml:28:9: found `x`, expected one of `id`, `name`, `phone`, `locale`, `plays` in [[person]]",
    );
}

#[test]
fn references_lead_to_something() {
    check_line(
        "[[kenar.conversation]]\npost = \"nope\"\nbuyer = \"ivan\"\n",
        "w.toml:29:8: found `nope`, expected the token of a [[kenar.post]]",
    );
    check_line(
        "[[kenar.bot_conversation]]\napp = \"nope\"\nperson = \"ivan\"\n",
        "w.toml:29:7: found `nope`, expected the slug of a [[kenar.app]]",
    );
    check_line(
        "[[kenar.bot_conversation]]\napp = \"echo\"\nperson = \"nope\"\n",
        "w.toml:30:10: found `nope`, expected the id of a [[person]]",
    );
    check_line(
        "[[market.order]]\nid = 10\nbusiness = 8\ncampaign = 4\ncustomer = \"ivan\"\n",
        "w.toml:30:12: found `8`, expected the id of a [[market.business]]",
    );
    check_line(
        "[[market.return]]\nid = 1\norder = 8\n",
        "w.toml:30:9: found `8`, expected the id of a [[market.order]]",
    );
    check_line(
        "[[market.chat]]\nreturn = 8\n",
        "w.toml:29:10: found `8`, expected the id of a [[market.return]]",
    );
    check_line(
        "[[market.chat]]\norder = 9\n[[market.chat.message]]\nfrom = \"ivan\"\ntext = \"x\"\n",
        "w.toml:31:8: found `ivan`, expected one of `customer`, `partner`, `market`, `support`",
    );
    check_line(
        "[[market.chat]]\norder = 9\n[[market.chat.message]]\nfrom = \"customer\"\nfile = \"nope\"\n",
        "w.toml:32:8: found `nope`, expected the link of a [[media]]",
    );
    check_line(
        "[[kenar.conversation]]\npost = \"gZd7omnS\"\nbuyer = \"ivan\"\n\
         [[kenar.conversation.message]]\nfrom = \"bot\"\ntext = \"x\"\n",
        "w.toml:32:8: found `bot`, expected one of `ivan`, `sara`, `market`, `support`",
    );
}

#[test]
fn nothing_is_called_what_something_is_called_already() {
    check_line(
        "[[person]]\nid = \"sara\"\nname = \"x\"\nphone = \"+989120000009\"\nlocale = \"fa\"\n",
        "w.toml:29:6: found `sara` for the second time, expected another",
    );
    check_line(
        "[[person]]\nid = \"x\"\nname = \"x\"\nphone = \"+989120000001\"\nlocale = \"fa\"\n",
        "w.toml:31:9: found `+989120000001` for the second time, expected another",
    );
    check_line(
        "[[kenar.app]]\nslug = \"echo\"\ntitle = \"x\"\n",
        "w.toml:29:8: found `echo` for the second time, expected another",
    );
    check_line(
        "[[kenar.post]]\ntoken = \"gZd7omnS\"\ntitle = \"x\"\nseller = \"ivan\"\n",
        "w.toml:29:9: found `gZd7omnS` for the second time, expected another",
    );
    check_line(
        "[[market.order]]\nid = 9\nbusiness = 7\ncampaign = 4\ncustomer = \"ivan\"\n",
        "w.toml:29:6: found `9` for the second time, expected another",
    );
    check_line(
        "[[kenar.app.api_key]]\nkey = \"same\"\n[[kenar.app.api_key]]\nkey = \"same\"\n",
        "w.toml:31:7: found a secret that is used twice, expected another",
    );
    check_line(
        "[[market.chat]]\norder = 9\n[[market.chat]]\norder = 9\n",
        "w.toml:30:1: found a second one, expected one conversation of the same sides about the \
         same thing",
    );
}

#[test]
fn values_are_what_they_should_be() {
    check_line(
        "[[kenar.post]]\ntoken = \"elevenchars\"\ntitle = \"x\"\nseller = \"sara\"\n",
        "w.toml:29:9: found `elevenchars`, expected 1 to 10 of the characters A-Z, a-z, 0-9, `-` \
         and `_`",
    );
    check_line(
        "[[kenar.app]]\nslug = \"x\"\ntitle = \"x\"\nevents_url = \"localhost:80\"\n",
        "w.toml:31:14: found `localhost:80`, expected an address like `http://127.0.0.1:3000/path`",
    );
    check_line(
        "[[kenar.app]]\nslug = \"x\"\ntitle = \"\"\n",
        "w.toml:30:9: found an empty text, expected 1 to 255 characters",
    );
    check_line(
        "[[kenar.app]]\nslug = \"x\"\ntitle = \"x\"\nstage = \"beta\"\n",
        "w.toml:31:9: found `beta`, expected one of `development`, `production`",
    );
    check_line(
        "[[kenar.app.api_key]]\nkey = \"k\"\npermissions = [\"FLY\"]\n",
        "w.toml:30:16: found `FLY`, expected one of `CHAT_BOT_SEND_MESSAGE`, \
         `CHAT_READ_CONVERSATION`, `CHAT_SEND_MESSAGE_OAUTH`, `CHAT_UPLOAD_MEDIA`, \
         `EVENTS_REGISTER_SUBSCRIPTION`, `GET_USER_ID_BY_PHONE`, `USER_RETRIEVE`",
    );
    check_line(
        "[[kenar.app.api_key]]\nkey = \"k\"\nrevoked = 1\n",
        "w.toml:30:11: found a number, expected `true` or `false` as `revoked`",
    );
    check_line(
        "[[kenar.app.api_key]]\nkey_hash = \"abc\"\n",
        "w.toml:29:12: found 3 characters, expected 64 hexadecimal digits",
    );
    check_line(
        "[[kenar.app.api_key]]\nkey = \"k\"\nkey_hash = \"abc\"\n",
        "w.toml:30:1: found `key` and `key_hash`, expected only one of them",
    );
    check_line(
        "[[market.order]]\nid = 0\nbusiness = 7\ncampaign = 4\ncustomer = \"ivan\"\n",
        "w.toml:29:6: found `0`, expected a number from 1 to 9007199254740991",
    );
    check_line(
        "[[market.chat]]\norder = 9\nstatus = \"OPEN\"\n",
        "w.toml:30:10: found `OPEN`, expected one of `NEW`, `WAITING_FOR_CUSTOMER`, \
         `WAITING_FOR_PARTNER`, `WAITING_FOR_ARBITER`, `WAITING_FOR_MARKET`, `FINISHED`",
    );
    check_line(
        "[[market.chat]]\n",
        "w.toml:28:1: found none, expected exactly one of `order`, `return`, `direct` in \
         [[market.chat]]",
    );
    check_line(
        "[[market.chat]]\ndirect = \"ivan\"\n",
        "w.toml:28:1: found no `business`, expected one in [[market.chat]]",
    );
    check_line(
        "[[kenar.conversation]]\npost = \"gZd7omnS\"\nbuyer = \"sara\"\n",
        "w.toml:30:9: found `sara`, expected somebody else than the post's seller",
    );
}

#[test]
fn a_text_of_4096_characters_fits_and_one_more_does_not() {
    let chat = |length: usize| {
        let text = "д".repeat(length);
        format!(
            "{GOOD}[[market.chat]]\norder = 9\n[[market.chat.message]]\nfrom = \"partner\"\n\
             text = \"{text}\"\n"
        )
    };
    assert!(parse("w.toml", &chat(4096)).is_ok());
    let found = parse("w.toml", &chat(4097)).expect_err("too long");
    assert_eq!(
        found[0].to_string(),
        "w.toml:32:8: found a text of 4097 characters, expected another: text must not be longer \
         than 4096 characters"
    );
}

#[test]
fn a_secret_may_come_as_its_hash() {
    let digits = "0f".repeat(32);
    let text = format!("{GOOD}[[market.business.api_key]]\nkey_hash = \"{digits}\"\n");
    let world = parse("w.toml", &text).unwrap();
    let expected = peyk_engine::world::Secret::Hashed([15; 32]);
    assert_eq!(world.businesses[0].api_keys[0].secret, expected);
}

#[test]
fn the_library_of_characters_has_no_mistakes() {
    let found = parse(CUSTOMERS_NAME, CUSTOMERS);
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn a_script_says_who_does_what_and_when() {
    check_line(
        "[[script]]\nname = \"x\"\n[[script.then]]\nsay = \"y\"\n",
        "w.toml:28:1: found no `person`, expected one in [[script]]",
    );
    check_line(
        "[[script]]\nname = \"x\"\nperson = \"ivan\"\n",
        "w.toml:28:1: found no `then`, expected one in [[script]]",
    );
    check_line(
        "[[script]]\nname = \"x\"\nperson = \"ivan\"\nwhen = { event = \"soon\" }\n\
         [[script.then]]\nsay = \"y\"\n",
        "w.toml:31:18: found `soon`, expected one of `message`, `opened`, `silence`, `time`",
    );
    check_line(
        "[[script]]\nname = \"x\"\nperson = \"ivan\"\nwhen = { event = \"silence\" }\n\
         [[script.then]]\nsay = \"y\"\n",
        "w.toml:31:8: found no `seconds`, expected one in [when]",
    );
    check_line(
        "[[script]]\nname = \"x\"\nperson = \"ivan\"\nchance_percent = 101\n\
         [[script.then]]\nsay = \"y\"\n",
        "w.toml:31:18: found `101`, expected a number from 1 to 100",
    );
}

#[test]
fn a_step_does_exactly_one_thing() {
    let script = "[[script]]\nname = \"x\"\nperson = \"ivan\"\n[[script.then]]\n";
    for (step, expected) in [
        (
            "after_seconds = 1\n",
            "w.toml:31:1: found nothing to do, expected one of `say`, `send`, `file`, `location`, \
             `contact`, `click`, `do`, `market`, `support`, `post`",
        ),
        (
            "say = \"a\"\nsend = \"photo\"\n",
            "w.toml:31:1: found say and send, expected one of `say`, `send`, `file`, `location`, \
             `contact`, `click`, `do`, `market`, `support`, `post`",
        ),
        (
            "send = \"cat\"\n",
            "w.toml:32:8: found `cat`, expected one of `photo`, `voice`, `video`, `file`",
        ),
        (
            "do = \"sing\"\n",
            "w.toml:32:6: found `sing`, expected one of `block`, `unblock`, `dispute`, `decide`, `close`, \
             `stay_silent`",
        ),
        (
            "location = \"95, 5\"\n",
            "w.toml:32:12: found `95, 5`, expected latitude and longitude like `35.7219, 51.3347`",
        ),
        (
            "say = \"{sum}\"\n",
            "w.toml:32:7: found `{sum}`, expected one of `{text}`, `{me}`, `{other}`",
        ),
        ("say = \"{text\"\n", "w.toml:32:7: found `{text`, expected a `}` for every `{`"),
    ] {
        check_line(&format!("{script}{step}"), expected);
    }
}

#[test]
fn groups_of_an_expression_can_be_said_and_a_broken_one_cannot() {
    let script = |regex: &str, say: &str| {
        format!(
            "[[script]]\nname = \"x\"\nperson = \"ivan\"\nwhen = {{ regex = '{regex}' }}\n\
             [[script.then]]\nsay = \"{say}\"\n"
        )
    };
    let good = format!("{GOOD}{}", script("(?P<sum>[0-9]+) (руб)", "{sum} {2}"));
    assert_eq!(parse("w.toml", &good).unwrap().scripts.len(), 1);
    check_line(
        &script("(", "x"),
        "w.toml:31:18: found `(`, expected a regular expression: error: unclosed group",
    );
    check_line(
        &script("(a)", "{2}"),
        "w.toml:33:7: found `{2}`, expected one of `{me}`, `{other}`, `{text}`, `{0}`, `{1}`",
    );
}

#[test]
fn a_character_is_one_of_the_library_or_of_the_file() {
    let person = |plays: &str| {
        format!(
            "[[person]]\nid = \"vera\"\nname = \"Vera\"\nphone = \"+79160000077\"\n\
             locale = \"ru\"\nplays = \"{plays}\"\n"
        )
    };
    let mistakes = parse("w.toml", &format!("{GOOD}{}", person("robot"))).expect_err("no robot");
    let found = mistakes[0].to_string();
    assert!(
        found.starts_with("w.toml:33:9: found `robot`, expected one of `blocker`, "),
        "{found}"
    );
    let own = "[[script]]\ncharacter = \"robot\"\nlocale = \"ru\"\nname = \"beeps\"\n\
               [[script.then]]\nsay = \"бип\"\n";
    let world = parse("w.toml", &format!("{GOOD}{}{own}", person("robot"))).unwrap();
    assert_eq!((world.scripts.len(), world.scripts[0].person.as_str()), (1, "vera"));
    let world = parse("w.toml", &format!("{GOOD}{}", person("polite"))).unwrap();
    assert_eq!(world.scripts.len(), 3);
}

#[test]
fn how_long_ago_something_was_said_is_checked() {
    let chat = |messages: &str| {
        format!("[[kenar.conversation]]\npost = \"gZd7omnS\"\nbuyer = \"ivan\"\n{messages}")
    };
    let said = |more: &str| {
        format!("[[kenar.conversation.message]]\nfrom = \"ivan\"\ntext = \"x\"\n{more}\n")
    };
    check_line(
        &chat(&said("ago = \"two hours\"")),
        "w.toml:34:7: found `two hours`, expected a span like `2h`, `1d3h` or `5m30s`, of at most \
         366 days",
    );
    check_line(
        &chat(&said("at = 2026-11-20T12:00:00Z\nago = \"2h\"")),
        "w.toml:35:1: found `ago` beside `at`, expected one of them",
    );
    check_line(
        &chat(&format!("{}{}", said("ago = \"2h\""), said("ago = \"3h\""))),
        "w.toml:38:1: found `3h`, expected at most `2h`, as the message before",
    );
    check_line(
        &chat(&format!("{}{}", said(""), said("ago = \"3h\""))),
        "w.toml:38:1: found `3h`, expected an `at` or `ago` for the message before too: it is \
         said now",
    );
    let good = format!("{}{}{}", said("ago = \"1d2h\""), said("ago = \"1d2h\""), said(""));
    let world = parse("w.toml", &format!("{GOOD}{}", chat(&good))).unwrap();
    let text = peyk_server::world_file::write(&world);
    assert_eq!(text.matches("ago = \"1d2h\"").count(), 2, "{text}");
    assert_eq!(parse("w.toml", &text), Ok(world));
}

#[test]
fn a_file_that_a_world_carries_is_named_by_its_object() {
    let object = blake3::hash(b"x").to_hex();
    let step = |object: &str| {
        format!(
            "[[script]]\nname = \"a\"\nperson = \"ivan\"\n[[script.then]]\nfile = \"a.txt\"\n\
             object = \"{object}\"\n"
        )
    };
    let file =
        |bytes: &str| format!("[[script_file]]\nobject = \"{object}\"\nbytes = \"{bytes}\"\n");
    check_line(&step("abc"), "w.toml:33:10: found `abc`, expected the object of a [[script_file]]");
    check_line(
        &file("eQ=="),
        "w.toml:30:1: found other bytes, expected those whose hash is `object`",
    );
    let text = format!("{GOOD}{}{}", file("eA=="), step(&object));
    let world = parse("w.toml", &text).unwrap();
    let written = peyk_server::world_file::write(&world);
    assert_eq!(parse("w.toml", &written), Ok(world));
}
