//! The client commands against Market.

use std::pin::pin;

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _};
use peyk_client::market::{
    AuthScope, Chat, ChatFilter, ChatId, ChatStatus, Credential, Message, MessageId,
};
use peyk_client::{Market, Upload};
use serde_json::json;

use super::output::{Output, Row};
use super::{Account, INTERVAL, Talk, Target};

/// Does what was asked.
pub async fn run(command: &Talk, account: &Account) -> anyhow::Result<()> {
    let market = client(account)?;
    match command {
        Talk::Chats { target, waiting, limit } => chats(&market, target, *waiting, *limit).await,
        Talk::History { target, chat, follow, since } => {
            history(&market, target, id(chat)?, *follow, since.map(MessageId)).await
        }
        Talk::Send { chat, text, .. } => Ok(market.send(id(chat)?, &super::text(text)?).await?),
        Talk::SendFile { chat, file, .. } => {
            Ok(market.send_file(id(chat)?, &Upload::path(file).await?).await?)
        }
        Talk::Upload { .. } => anyhow::bail!("Market has no uploads: use send-file"),
        Talk::Whoami { target } => whoami(&market, target).await,
        Talk::Account { .. } | Talk::Accounts { .. } => Ok(()),
    }
}

fn client(account: &Account) -> anyhow::Result<Market> {
    let business = account
        .business
        .context("there is no cabinet: give --business ID, or keep it with `peyk account`")?;
    let builder = Market::builder(business, Credential::api_key(account.key()?));
    let builder = match (&account.peyk, &account.base_url) {
        (Some(address), _) => builder.peyk(address),
        (None, Some(address)) => builder.base_url(address),
        (None, None) => builder,
    };
    Ok(builder.build()?)
}

fn id(chat: &str) -> anyhow::Result<ChatId> {
    chat.parse().with_context(|| format!("a chat is a number, found {chat}"))
}

async fn chats(
    market: &Market,
    target: &Target,
    waiting: bool,
    limit: usize,
) -> anyhow::Result<()> {
    let mut filter = ChatFilter::new();
    if waiting {
        filter = filter.status(ChatStatus::WaitingForPartner).status(ChatStatus::New);
    }
    let mut output = Output::new(target.output);
    let mut chats = pin!(market.chats(&filter).take(limit));
    while let Some(chat) = chats.try_next().await? {
        output.row(chat_row(&chat))?;
    }
    Ok(output.flush()?)
}

fn chat_row(chat: &Chat) -> Row {
    let customer = chat.context.customer.as_ref().and_then(|customer| customer.name.clone());
    vec![
        ("chat", json!(chat.id)),
        ("about", json!(chat.context.kind)),
        ("order", json!(chat.context.order_id)),
        ("status", json!(chat.status)),
        ("updated", json!(chat.updated_at)),
        ("customer", json!(customer)),
    ]
}

async fn history(
    market: &Market,
    target: &Target,
    chat: ChatId,
    follow: bool,
    since: Option<MessageId>,
) -> anyhow::Result<()> {
    let mut output = Output::new(target.output);
    let mut last = since;
    let mut messages = market.messages_since(chat, since);
    while let Some(message) = messages.try_next().await? {
        last = Some(message.id);
        output.row(message_row(&message))?;
    }
    output.flush()?;
    if follow {
        let mut messages = market.follow(chat, last, INTERVAL);
        while let Some(message) = messages.try_next().await? {
            output.row(message_row(&message))?;
            output.flush()?;
        }
    }
    Ok(output.flush()?)
}

fn message_row(message: &Message) -> Row {
    let files: Vec<&str> = message.files.iter().map(|file| file.name.as_str()).collect();
    vec![
        ("message", json!(message.id)),
        ("at", json!(message.created_at)),
        ("sender", json!(message.sender)),
        ("files", json!(files.join(", "))),
        ("text", json!(message.text)),
    ]
}

async fn whoami(market: &Market, target: &Target) -> anyhow::Result<()> {
    let key = market.auth_token().await?;
    let scopes: Vec<&str> = key.auth_scopes.iter().map(AuthScope::as_str).collect();
    let mut output = Output::new(target.output);
    output.row(vec![
        ("business", json!(market.business())),
        ("key", json!(key.name)),
        ("scopes", json!(scopes.join(" "))),
    ])?;
    Ok(output.flush()?)
}
