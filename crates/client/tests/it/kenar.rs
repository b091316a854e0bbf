//! Every Kenar operation.

use peyk_client::kenar::{
    Body, BotMessage, Button, ButtonGrid, ConversationId, ConversationMessage, KenarPaths,
    LegacyMessage, LegacyWebhook, MediaType, PostToken, SenderType, Subscription,
};
use peyk_client::{ErrorKind, Kenar, Upload};
use serde_json::json;

use crate::harness::{
    APP_KEY, BARE_KEY, BOT_CHAT, IVAN_TOKEN, LIVE_BOT_CHAT, POST, POST_CHAT, Peyk, SARA_TOKEN,
};
use crate::kenar;

const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn bot_chat() -> ConversationId {
    BOT_CHAT.into()
}

fn grid() -> ButtonGrid {
    let play = |cell: i32| Button::dynamic(format!("{cell}"), json!({ "cell": "1" })).unwrap();
    let row = |from| [play(from), play(from + 1), play(from + 2)];
    [row(1), row(4), row(7)].into()
}

#[tokio::test]
async fn the_bot_speaks_at_every_address() {
    let peyk = Peyk::start().await;
    for paths in [
        KenarPaths::Current,
        KenarPaths::Experimental,
        KenarPaths::ExperimentalConversations,
        KenarPaths::V2,
    ] {
        let kenar = Kenar::builder(APP_KEY).peyk(&*peyk.url).paths(paths).build().unwrap();
        assert_eq!(kenar.bot_send(&bot_chat(), "سلام").await.unwrap(), bot_chat());
        let ivan = kenar.as_user(IVAN_TOKEN);
        let me = ivan.me().await.unwrap();
        assert_eq!(ivan.me_by_post().await.unwrap(), me);
        let message = BotMessage::text("دکمه").unwrap().buttons(grid());
        let went = ivan.bot_send(&me.id.clone().unwrap(), message).await.unwrap();
        assert_eq!(went, bot_chat());
        assert_eq!(kenar.bot_send_to_user(&me.id.unwrap(), "x").await.unwrap(), bot_chat());
    }
    peyk.stop().await;
}

#[tokio::test]
async fn an_app_speaks_and_reads_in_a_users_name() {
    let peyk = Peyk::start().await;
    let kenar = kenar(&peyk.url);
    let sara = kenar.as_user(SARA_TOKEN);
    let id = ConversationId::from(POST_CHAT);
    let message = ConversationMessage::text("بیا").unwrap();
    let link = [[Button::link("نقشه", "https://example.ir").unwrap().icon("MAP")]];
    let receipt = sara.send(&id, message.receiver_buttons(link).sender_buttons(grid())).await;
    assert_eq!(receipt.unwrap().status, 200);
    let (conversation, said) = sara.conversation(&id).await.unwrap();
    assert_eq!((conversation.id, conversation.post), (id.clone(), Some(PostToken::from(POST))));
    assert_eq!(said.last().unwrap().body, Body::Text("بیا".into()));
    assert_eq!(said[0].sender.kind, SenderType::Human);
    assert!(said.iter().all(|message| message.sent_at.is_some()));

    let me = sara.me().await.unwrap();
    assert_eq!(me.phone.as_deref(), Some("+989120000001"));
    assert_eq!(kenar.user_id_by_phone("+989120000001").await.unwrap(), me.id.clone().unwrap());
    sara.subscribe(&Subscription::messages().of_post(POST.into())).await.unwrap();
    let webhook = LegacyWebhook::new(POST.into(), "http://127.0.0.1:9/x", "k");
    sara.legacy_webhook(&webhook).await.unwrap();
    assert!(!kenar.scopes().await.unwrap().is_empty());
    assert!(!kenar.permissions().await.unwrap().is_empty());
    let old = Kenar::builder(APP_KEY).base_url(&*peyk.url).legacy_token_header().build().unwrap();
    assert_eq!(old.as_user(SARA_TOKEN).me().await.unwrap(), me);
    let ivan = kenar.user_id_by_phone("+79160000001").await.unwrap();
    let oldest = LegacyMessage::text(&me.id.unwrap(), &ivan, &POST.into(), "قدیمی").unwrap();
    // Sara granted no scope of the oldest form.
    let refused = sara.legacy_send(&oldest.sender_link("a", "https://example.ir")).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    peyk.stop().await;
}

#[tokio::test]
async fn files_are_uploaded_from_anywhere_in_one_call() {
    let peyk = Peyk::start().await;
    let kenar = kenar(&peyk.url);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    tokio::fs::write(&path, PNG).await.unwrap();
    let stream = futures_util::stream::iter([Ok(bytes::Bytes::from_static(PNG))]);
    for file in [
        Upload::path(&path).await.unwrap(),
        Upload::bytes("photo.PNG", PNG).unwrap(),
        Upload::stream("photo.png", u64::try_from(PNG.len()).ok(), stream).unwrap(),
    ] {
        assert_eq!(file.media_type().unwrap(), MediaType::Image);
        let token = kenar.upload(&file).await.unwrap();
        kenar.bot_send(&bot_chat(), token).await.unwrap();
    }
    let text = Upload::bytes("notes.txt", "x").unwrap();
    assert_eq!(kenar.upload(&text).await.unwrap_err().kind(), ErrorKind::Invalid);
    let large = Upload::bytes("a.m4a", vec![0; 1_600_000]).unwrap();
    assert_eq!(kenar.upload(&large).await.unwrap_err().kind(), ErrorKind::Invalid);
    peyk.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_vendors_words() {
    let peyk = Peyk::start().await;
    let foreign = kenar(&peyk.url).bot_send(&LIVE_BOT_CHAT.into(), "x").await.unwrap_err();
    assert_eq!((foreign.kind(), foreign.code()), (ErrorKind::NotFound, Some("5")));
    let bare = Kenar::builder(BARE_KEY).base_url(&*peyk.url).build().unwrap();
    let error = bare.bot_send(&bot_chat(), "x").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Forbidden, Some(403)));
    assert!(
        error.request_id().is_some() && error.to_string().contains("give the key the permission")
    );
    let nobody = kenar(&peyk.url).as_user("ory_at_nobody").me().await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::Unauthenticated);
    assert_eq!(bare.bot_send(&"".into(), "x").await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(bare.bot_send(&bot_chat(), "").await.unwrap_err().kind(), ErrorKind::Invalid);
    assert!(Button::link("x", "no address").is_err() && Button::dynamic("x", json!(1)).is_err());
    assert!(ButtonGrid::try_from(vec![vec![]]).is_err());
    peyk.stop().await;
}
