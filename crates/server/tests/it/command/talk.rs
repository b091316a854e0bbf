//! The client commands, against a server that runs beside them.

use serde_json::Value;

use super::{Ended, Place, Served};

const WORLD: &str = r#"
[[person]]
id = "sara"
name = "Sara"
phone = "+989120000001"
locale = "fa"
[[person]]
id = "ivan"
name = "Ivan"
phone = "+79160000001"
locale = "ru"
[[kenar.app]]
slug = "echo"
title = "Echo"
client_secret = "echo-secret"
redirect_uris = ["http://127.0.0.1:3000/callback"]
stage = "development"
[[kenar.app.api_key]]
key = "echo-key"
permissions = ["CHAT_BOT_SEND_MESSAGE", "CHAT_SEND_MESSAGE_OAUTH", "CHAT_READ_CONVERSATION", "CHAT_UPLOAD_MEDIA", "USER_RETRIEVE"]
[[kenar.post]]
token = "gZd7omnS"
title = "Bicycle"
seller = "sara"
[[kenar.conversation]]
id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e"
post = "gZd7omnS"
buyer = "ivan"
[[kenar.grant]]
app = "echo"
person = "sara"
access_token = "ory_at_demo"
scopes = ["CONVERSATION_SEND_MESSAGE.edbb9499-cccc-4d35-b21f-621fa95f2b3e", "CHAT_CONVERSATION_READ.edbb9499-cccc-4d35-b21f-621fa95f2b3e", "USER_PHONE"]
[[market.business]]
id = 209888193
name = "Bicycles"
[[market.business.api_key]]
key = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd"
scopes = ["communication"]
[[market.order]]
id = 90001
business = 209888193
campaign = 4001
customer = "ivan"
"#;
const KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";
const CHAT: &str = "edbb9499-cccc-4d35-b21f-621fa95f2b3e";

pub fn started(place: &Place) -> Served {
    std::fs::write(place.path().join("world.toml"), WORLD).unwrap();
    place.serve(&["--world", "world.toml"])
}

fn ran(place: &Place, arguments: &[&str]) -> String {
    let ended = place.run(&[arguments, &["--accounts", "accounts.toml"]].concat());
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    ended.stdout
}

fn lines(json: &str) -> Vec<Value> {
    json.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_sellers_chat_is_read_and_answered() {
    let place = Place::new();
    let served = started(&place);
    let account = ["--peyk", served.url(), "--business", "209888193", "--key", KEY];
    ran(&place, &[&["account"], &account[..]].concat());
    let who = lines(&ran(&place, &["whoami", "--output", "json"]));
    assert_eq!(who[0]["scopes"], "COMMUNICATION");
    // The World has an order without a chat, so there is nothing to list yet.
    assert_eq!(ran(&place, &["chats"]), "");
    let market = served.url().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let chat = runtime.block_on(async {
        let key = peyk_client::market::Credential::api_key(KEY);
        let market = peyk_client::Market::builder(209_888_193, key).peyk(market).build().unwrap();
        market.create_chat(peyk_client::market::OrderId(90_001)).await.unwrap().to_string()
    });
    std::fs::write(place.path().join("note.txt"), "note").unwrap();
    assert_eq!(ran(&place, &["send", &chat, "Вот\tтак"]), "");
    assert_eq!(ran(&place, &["send-file", &chat, "note.txt"]), "");
    let said = lines(&ran(&place, &["history", &chat, "--output", "json"]));
    assert_eq!((&said[0]["text"], &said[1]["files"]), (&"Вот\tтак".into(), &"note.txt".into()));
    let first = said[0]["message"].to_string();
    let rest = lines(&ran(&place, &["history", &chat, "--since", &first, "--output", "json"]));
    assert_eq!(rest, said[1..]);
    let table = ran(&place, &["history", &chat]);
    assert!(
        table.starts_with("MESSAGE ") && table.contains("PARTNER            Вот так"),
        "{table}"
    );
    assert!(ran(&place, &["chats"]).contains("WAITING_FOR_CUSTOMER"));
    let missing = place.run(&["send", "1", "x", "--accounts", "accounts.toml"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("Can't find chat by id: '1'"), "{missing:?}");
}

#[test]
fn an_app_speaks_in_a_users_name() {
    let place = Place::new();
    let served = started(&place);
    let whom = ["--peyk", served.url(), "--key", "echo-key", "--token", "ory_at_demo"];
    let ran = |arguments: &[&str]| ran(&place, &[arguments, &whom[..]].concat());
    assert!(ran(&["whoami"]).contains("+989120000001"));
    assert_eq!(ran(&["send", CHAT, "سلام", "--as-user"]), "");
    let said = lines(&ran(&["history", CHAT, "--output", "json"]));
    assert_eq!((&said[0]["text"], &said[0]["side"]), (&"سلام".into(), &"SELLER".into()));
    std::fs::write(
        place.path().join("a.pdf"),
        "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
    )
    .unwrap();
    assert!(lines(&ran(&["upload", "a.pdf", "--output", "json"]))[0]["media_token"].is_string());
}

#[test]
fn accounts_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    ran(&place, &["account", "--account", "shop", "--key", "k", "--business", "1"]);
    let file = place.path().join("accounts.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let Ended { code, stderr, .. } =
        place.run(&["whoami", "--account", "shop", "--accounts", "accounts.toml"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("others can read it"), "{stderr}");
    let nobody = place.run(&["whoami", "--account", "nobody", "--accounts", "absent.toml"]);
    assert!(nobody.stderr.contains("absent.toml has no account nobody"), "{nobody:?}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    ran(&place, &["account", "--account", "shop", "--peyk", "http://127.0.0.1:9"]);
    let listed = lines(&ran(&place, &["accounts", "--output", "json"]));
    assert_eq!(listed[0]["address"], "http://127.0.0.1:9");
    assert_eq!((&listed[0]["api"], &listed[0]["key"]), (&"market".into(), &true.into()));
    // One address takes the other's place.
    ran(&place, &["account", "--account", "shop", "--base-url", "http://127.0.0.1:8"]);
    let listed = ran(&place, &["accounts"]);
    assert!(listed.contains("http://127.0.0.1:8") && !listed.contains(":9"), "{listed}");
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let place = Place::new();
    for arguments in [&["completions", "bash"][..], &["completions", "zsh"], &["man"]] {
        let text = place.run(arguments).stdout;
        for command in ["serve", "chats", "history", "upload", "whoami"] {
            assert!(text.contains(command), "{arguments:?} does not name {command}");
        }
    }
}
