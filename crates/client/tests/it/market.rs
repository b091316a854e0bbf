//! Every Market operation.

use futures_util::TryStreamExt as _;
use peyk_client::market::{
    AuthScope, ChatFilter, ChatId, ChatStatus, ChatType, Context, ContextType, Credential,
    MarketPaths, MessageSender, OrderId, ReturnId,
};
use peyk_client::{ErrorKind, Market, Upload};

use crate::harness::{
    BUSINESS, DIRECT_CHAT, FRESH_ORDER, MARKET_KEY, MARKET_TOKEN, ORDER, ORDER_CHAT, OTHER_CHAT,
    Peyk, READ_ONLY_KEY, RETURN,
};
use crate::{market, market_at_peyk};

const CHAT: ChatId = ChatId(ORDER_CHAT);

#[tokio::test]
async fn chats_are_listed_filtered_and_read() {
    let peyk = Peyk::start().await;
    let market = market(&peyk.url);
    let all: Vec<_> = market.chats(&ChatFilter::new()).try_collect().await.unwrap();
    let mut ids: Vec<_> = all.iter().map(|chat| chat.id.0).collect();
    ids.sort_unstable();
    assert_eq!(ids, [ORDER_CHAT, DIRECT_CHAT]);
    let page = market.chats_page(&ChatFilter::new(), 1, None).await.unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (1, true));

    for filter in [
        ChatFilter::new().about(OrderId(ORDER)),
        ChatFilter::new().order(OrderId(ORDER)),
        ChatFilter::new().about_any(ContextType::Order).kind(ChatType::Chat),
        ChatFilter::new().about(OrderId(ORDER)).about(OrderId(ORDER)),
    ] {
        let found: Vec<_> = market.chats(&filter).try_collect().await.unwrap();
        assert_eq!(found.iter().map(|chat| chat.id).collect::<Vec<_>>(), [CHAT], "{filter:?}");
    }
    let chat = market.chat(CHAT).await.unwrap();
    let Context { kind, order_id, .. } = &chat.context;
    assert_eq!((kind, *order_id), (&ContextType::Order, Some(ORDER)));
    assert_eq!(chat.created_at.unwrap().to_string(), "2026-11-20T12:00:00Z");
    assert!(chat.wire.unknown_fields().is_empty());
    peyk.stop().await;
}

#[tokio::test]
async fn every_generation_of_paths_is_the_same_api() {
    let peyk = Peyk::start().await;
    for paths in [
        MarketPaths::V2,
        MarketPaths::Unversioned,
        MarketPaths::V2Json,
        MarketPaths::UnversionedJson,
    ] {
        let credential = Credential::api_key(MARKET_KEY);
        let market = Market::builder(BUSINESS, credential).base_url(&*peyk.url).paths(paths);
        let market = market.build().unwrap();
        market.send(CHAT, "Здравствуйте").await.unwrap();
        let said: Vec<_> = market.history(CHAT).try_collect().await.unwrap();
        let last = said.last().unwrap();
        assert_eq!(market.message(CHAT, last.id).await.unwrap(), *last);
        assert_eq!(market.auth_token().await.unwrap().auth_scopes, [AuthScope::Communication]);
        assert_eq!(market.create_chat(OrderId(ORDER)).await.unwrap(), CHAT);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_chat_is_created_or_found() {
    let peyk = Peyk::start().await;
    let market = market(&peyk.url);
    let made = market.create_chat(OrderId(FRESH_ORDER)).await.unwrap();
    assert_eq!(market.create_order_chat(OrderId(FRESH_ORDER)).await.unwrap(), made);
    let found = market.find_or_create_chat(OrderId(FRESH_ORDER)).await.unwrap();
    assert_eq!((found.id, found.status), (made, ChatStatus::New));
    let about_return = market.find_or_create_chat(ReturnId(RETURN)).await.unwrap();
    assert_eq!(about_return.context.return_id, Some(RETURN));
    let missing = market.create_chat(OrderId(1)).await.unwrap_err();
    assert_eq!((missing.kind(), missing.status()), (ErrorKind::NotFound, Some(404)));
    assert_eq!(missing.message(), "Order not found: '1'");
    peyk.stop().await;
}

#[tokio::test]
async fn texts_and_files_are_sent_and_files_come_back() {
    let peyk = Peyk::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("чек.txt");
    tokio::fs::write(&path, "сто рублей").await.unwrap();
    let stream = futures_util::stream::iter([Ok("from a ".into()), Ok("stream".into())]);
    for market in [market(&peyk.url), market_at_peyk(&peyk.url)] {
        market.send(CHAT, "Вот чек").await.unwrap();
        market.send_file(CHAT, &Upload::path(&path).await.unwrap()).await.unwrap();
        market.send_file(CHAT, &Upload::bytes("a.bin", "bytes").unwrap()).await.unwrap();
    }
    let streamed = Upload::stream("s.txt", None, stream).unwrap();
    let market = market(&peyk.url);
    market.send_file(CHAT, &streamed).await.unwrap();
    let said: Vec<_> = market.history(CHAT).try_collect().await.unwrap();
    assert_eq!(said.len(), 2 + 2 * 3 + 1);
    assert!(said[2..].iter().all(|message| message.sender == MessageSender::Partner));
    let files: Vec<_> = said.iter().flat_map(|message| &message.files).collect();
    assert_eq!(files[0].name, "чек.txt");
    let bytes = market.download(&files[0].url).await.unwrap().bytes(100).await.unwrap();
    assert_eq!(bytes, "сто рублей".as_bytes());
    let saved = folder.path().join("saved");
    let count = market.download(&files.last().unwrap().url).await.unwrap().save(&saved).await;
    assert_eq!(count.unwrap(), 13);
    peyk.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_vendors_words() {
    let peyk = Peyk::start().await;
    let market = market(&peyk.url);
    assert_eq!(market.send(CHAT, "  ").await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(market.send(CHAT, &"я".repeat(4097)).await.unwrap_err().kind(), ErrorKind::Invalid);
    let foreign = market.history_page(ChatId(OTHER_CHAT), None, 1, None).await.unwrap_err();
    assert!(matches!(foreign.kind(), ErrorKind::Forbidden | ErrorKind::NotFound), "{foreign}");
    assert!(foreign.request_id().is_some());
    assert_eq!(foreign.operation(), Some("getChatHistory"));

    let with =
        |credential| Market::builder(BUSINESS, credential).base_url(&*peyk.url).build().unwrap();
    let reader = with(Credential::api_key(READ_ONLY_KEY));
    assert_eq!(reader.send(CHAT, "x").await.unwrap_err().kind(), ErrorKind::Forbidden);
    let nobody = with(Credential::api_key(MARKET_KEY.replace('a', "z")));
    let error = nobody.chat(CHAT).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unauthenticated, Some("UNAUTHORIZED")));
    assert!(!format!("{nobody:?} {error:?} {error}").contains("zzzz"));

    let legacy = Credential::LegacyOAuth { token: MARKET_TOKEN.into(), client_id: "id".into() };
    for credential in [Credential::oauth(MARKET_TOKEN), legacy] {
        assert_eq!(with(credential).chat(CHAT).await.unwrap().id, CHAT);
    }
    peyk.stop().await;
}
