//! What every public type promises: the API guidelines of Rust, as far as a program can check them.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::path::{Path, PathBuf};

use peyk_client::bot::{
    Attachment, Bot, Chat, ChatKind, FileSessions, KenarInbox, MarketInbox, MemorySessions, Press,
    Reaction, Reply, Source, Talk,
};
use peyk_client::events::{
    Feed, FeedItem, KenarEvent, KenarLetter, KenarReceiver, MarketAnswer, MarketReceiver,
    Notification, Pressed, Seen, Signature, Signed,
};
use peyk_client::kenar::oauth::{FileStore, MemoryStore, OAuthBuilder, StoreLock};
use peyk_client::kenar::{
    self, BotMessage, Button, ButtonGrid, ButtonRow, ConversationId, ConversationMessage,
    KenarBuilder, KenarPaths, KenarUser, LegacyMessage, LegacyWebhook, Media, MediaToken, OAuth,
    PostToken, Session, Subscription, Tokens, User, UserId, UserToken,
};
use peyk_client::market::{
    self, BusinessId, CampaignId, ChatFilter, ChatId, Credential, File, MarketBuilder, MarketPaths,
    MessageId, OrderId, Page, Place, ReturnId, Subject, Updates,
};
use peyk_client::{Care, Download, Error, ErrorKind, Kenar, Kept, Market, Timestamp, Upload};
use serde::{Serialize, de::DeserializeOwned};

fn anywhere<T: Send + Sync + Unpin + Debug + 'static>() {}
fn movable<T: Send + Debug + 'static>() {}
fn value<T: Clone + PartialEq + Debug + Send + Sync + 'static>() {}
fn id<T: Clone + Eq + Ord + Hash + Debug + Display + Serialize + DeserializeOwned>() {}
fn error<T: StdError + Send + Sync + 'static>() {}
fn kept_as_json<T: Serialize + DeserializeOwned>() {}

#[test]
fn everything_can_be_sent_shared_and_shown() {
    anywhere::<(Kenar, KenarBuilder, KenarUser, OAuth, OAuthBuilder, Session, UserToken)>();
    anywhere::<(Market, MarketBuilder, Credential, Place, ChatFilter, Subject)>();
    anywhere::<(Care, Error, Timestamp, Upload, Feed, FeedItem, Seen, Signature, Signed<'static>)>(
    );
    anywhere::<(KenarReceiver, MarketReceiver, MarketAnswer, KenarInbox, MarketInbox)>();
    anywhere::<(Bot<u32>, Chat, Reply, Reaction, Press<u32>, Talk<u32>)>();
    anywhere::<(MemorySessions<u32>, FileSessions<u32>, MemoryStore, FileStore, StoreLock)>();
    movable::<(Source, Updates, Download)>();
}

#[test]
fn values_can_be_copied_and_compared() {
    value::<(Care, Timestamp, ErrorKind, Kept<Vec<u8>>)>();
    value::<(BotMessage, ConversationMessage, Button, ButtonRow, ButtonGrid, Subscription)>();
    value::<(LegacyMessage, LegacyWebhook, Tokens, User, Media, KenarPaths)>();
    value::<(kenar::Message, kenar::Conversation, kenar::Body)>();
    value::<(market::Chat, market::Message, File, Page<u8>, Place, ChatFilter, Subject)>();
    value::<(MarketPaths, KenarEvent, KenarLetter, Notification, Pressed, MarketAnswer)>();
    value::<(Attachment, ChatKind, Reply, Reaction)>();
}

#[test]
fn ids_are_values_of_their_own() {
    id::<ConversationId>();
    id::<UserId>();
    id::<PostToken>();
    id::<MediaToken>();
    id::<kenar::MessageId>();
    id::<BusinessId>();
    id::<ChatId>();
    id::<MessageId>();
    id::<OrderId>();
    id::<ReturnId>();
    id::<CampaignId>();
    error::<Error>();
    kept_as_json::<(Tokens, Place, Timestamp)>();
}

/// Every line of the crate that declares something public, with what stands above it.
fn declarations() -> Vec<(PathBuf, usize, String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // What is in the way of calls is nobody else's, however it is called.
            if path.is_dir() {
                if !path.ends_with("transport") {
                    folders.push(path);
                }
                continue;
            }
            found.extend(of_file(&path));
        }
    }
    found
}

fn of_file(path: &Path) -> Vec<(PathBuf, usize, String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut found, mut above, mut is_private) = (Vec::new(), String::new(), false);
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("#[cfg(test)]") {
            break;
        }
        // Methods of types that nobody outside can name.
        if line.starts_with("impl") || line.starts_with("pub(") {
            is_private = line.contains("impl Transport")
                || [
                    "State<",
                    "Said",
                    "Keeper",
                    "Handlers<",
                    "Outbox",
                    "Form<",
                    "Server ",
                    "KenarSide",
                ]
                .iter()
                .any(|name| line.starts_with("impl") && line.contains(name));
        }
        let words =
            ["pub fn", "pub async fn", "pub const fn", "pub struct", "pub enum", "pub trait"];
        let is_declared = words.iter().any(|word| code.starts_with(word));
        let is_hidden = matches!(path.file_stem().unwrap().to_str().unwrap(), "transport" | "kept");
        if is_declared && !is_private && !is_hidden {
            found.push((path.to_owned(), number + 1, code.to_owned(), above.clone()));
        }
        if code.starts_with("///") || code.starts_with("#[") || code.starts_with("$(#[") {
            above.push_str(code);
            above.push('\n');
        } else {
            above.clear();
        }
    }
    found
}

#[test]
fn every_public_item_has_an_example() {
    let all = declarations();
    assert!(all.len() > 200, "only {} were found", all.len());
    let bare: Vec<String> = all
        .iter()
        // A macro's methods bring their words along.
        .filter(|(_, _, code, above)| !above.contains("```") && !code.contains("$name"))
        .map(|(path, line, code, _)| format!("{}:{line}: {code}", path.display()))
        .collect();
    assert!(bare.is_empty(), "without an example:\n{}", bare.join("\n"));
}

#[test]
fn every_operation_names_its_line_and_its_errors() {
    let calls = declarations().into_iter().filter(|(path, _, code, above)| {
        let dialect =
            ["/kenar/", "/market/"].iter().any(|part| path.to_string_lossy().contains(part));
        dialect && code.starts_with("pub async fn") && above.contains("/v")
    });
    let calls: Vec<_> = calls.collect();
    assert!(calls.len() >= 20, "only {} were found", calls.len());
    for (path, line, code, above) in calls {
        for part in ["# Errors", "`POST ", "`GET "] {
            let has = above.contains(part)
                || (part != "# Errors" && (above.contains("`POST ") || above.contains("`GET ")));
            assert!(has, "{}:{line}: {code} does not say {part}", path.display());
        }
    }
}
