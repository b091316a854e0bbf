//! The client commands against Kenar.

use anyhow::{Context as _, bail};
use peyk_client::kenar::{BotMessage, ConversationId, KenarUser, Message};
use peyk_client::{Kenar, Upload};
use serde_json::json;

use super::output::{Output, Row};
use super::{Account, Talk, Target};

/// Does what was asked.
pub async fn run(command: &Talk, account: &Account) -> anyhow::Result<()> {
    let builder = Kenar::builder(account.key()?);
    let builder = match &account.peyk {
        Some(address) => builder.peyk(address),
        None => builder,
    };
    let kenar = builder.build()?;
    let user = account.token.as_deref().map(|token| kenar.as_user(token));
    match command {
        Talk::Chats { .. } => bail!("Kenar cannot list conversations: events name them"),
        Talk::History { follow: true, .. } => bail!("Kenar has no pages to follow: use events"),
        Talk::History { target, chat, .. } => history(known(user)?, target, chat).await,
        Talk::Send { chat, text, as_user: true, .. } => {
            known(user)?.send(&chat.as_str().into(), text.as_str()).await?;
            Ok(())
        }
        Talk::Send { chat, text, .. } => {
            kenar.bot_send(&chat.as_str().into(), text.as_str()).await?;
            Ok(())
        }
        Talk::SendFile { chat, file, .. } => {
            let token = kenar.upload(&Upload::path(file).await?).await?;
            kenar.bot_send(&chat.as_str().into(), BotMessage::media(token)).await?;
            Ok(())
        }
        Talk::Upload { target, file } => {
            let token = kenar.upload(&Upload::path(file).await?).await?;
            let mut output = Output::new(target.output);
            output.row(vec![("media_token", json!(token))])?;
            Ok(output.flush()?)
        }
        Talk::Whoami { target } => whoami(known(user)?, target).await,
        Talk::Account { .. } => Ok(()),
    }
}

fn known(user: Option<KenarUser>) -> anyhow::Result<KenarUser> {
    user.context("there is no user: give --token, PEYK_TOKEN or an account")
}

async fn history(user: KenarUser, target: &Target, chat: &str) -> anyhow::Result<()> {
    let (_, messages) = user.conversation(&ConversationId::from(chat)).await?;
    let mut output = Output::new(target.output);
    for message in &messages {
        output.row(row(message))?;
    }
    Ok(output.flush()?)
}

fn row(message: &Message) -> Row {
    vec![
        ("message", json!(message.id)),
        ("at", json!(message.sent_at)),
        ("side", json!(message.sender.side)),
        ("sender", json!(message.sender.kind)),
        ("text", json!(message.text())),
        ("type", json!(message.wire.kind)),
    ]
}

async fn whoami(user: KenarUser, target: &Target) -> anyhow::Result<()> {
    let me = user.me().await?;
    let mut output = Output::new(target.output);
    output.row(vec![("user", json!(me.id)), ("phone", json!(me.phone))])?;
    Ok(output.flush()?)
}
