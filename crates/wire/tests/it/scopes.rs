//! Scope words in every form they were ever written.

use peyk_wire::kenar::scope::{ScopeName, ScopeWord};

fn check(written: &str, name: ScopeName, resource: Option<&str>, again: &str) {
    let word = ScopeWord::parse(written);
    assert_eq!(word, ScopeWord { name, resource: resource.map(str::to_owned) }, "{written}");
    assert_eq!(word.to_string(), again, "{written}");
    assert_eq!(ScopeWord::parse(again), word, "{again}");
}

#[test]
fn scope_words_are_read_in_every_form() {
    check("USER_PHONE", ScopeName::UserPhone, None, "USER_PHONE");
    let id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e";
    let send = format!("CONVERSATION_SEND_MESSAGE.{id}");
    check(&send, ScopeName::ConversationSendMessage, Some(id), &send);
    check("POST_EDIT__gZd7omnS", ScopeName::PostEdit, Some("gZd7omnS"), "POST_EDIT.gZd7omnS");
    check("offline_access", ScopeName::OfflineAccess, None, "offline_access");
    check("OFFLINE_ACCESS", ScopeName::OfflineAccess, None, "offline_access");
    check("OpenID", ScopeName::Openid, None, "openid");
    check("SEND_FLOWERS.x", ScopeName::Unknown("SEND_FLOWERS".into()), Some("x"), "SEND_FLOWERS.x");
}

#[test]
fn the_first_separator_divides_a_scope_word() {
    check(
        "CHAT_MESSAGE_SEND.a__b",
        ScopeName::ChatMessageSend,
        Some("a__b"),
        "CHAT_MESSAGE_SEND.a__b",
    );
    check(
        "CHAT_MESSAGE_SEND__a.b",
        ScopeName::ChatMessageSend,
        Some("a.b"),
        "CHAT_MESSAGE_SEND.a.b",
    );
}

#[test]
fn only_two_scopes_are_compared_without_case() {
    assert!(!ScopeWord::parse("user_phone").name.known());
}

#[test]
fn a_scope_list_is_divided_by_spaces() {
    let words = ScopeWord::parse_list(" USER_ID  POST_EDIT.x offline_access ");
    let written: Vec<String> = words.iter().map(ToString::to_string).collect();
    assert_eq!(written, ["USER_ID", "POST_EDIT.x", "offline_access"]);
    let word: ScopeWord = serde_json::from_str(r#""OPENID""#).unwrap();
    assert_eq!(serde_json::to_string(&word).unwrap(), r#""openid""#);
}
