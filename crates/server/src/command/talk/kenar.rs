//! The client commands against Kenar.

use std::collections::HashSet;

use anyhow::{Context as _, bail};
use peyk_client::kenar::{BotMessage, ConversationId, KenarUser, Message};
use peyk_client::{Kenar, Upload};
use serde_json::json;

use super::output::{Output, Row};
use super::{Account, INTERVAL, Talk, Target};

/// Does what was asked.
pub async fn run(command: &Talk, account: &Account) -> anyhow::Result<()> {
    let builder = Kenar::builder(account.key()?);
    let builder = match (&account.peyk, &account.base_url) {
        (Some(address), _) => builder.peyk(address),
        (None, Some(address)) => builder.base_url(address),
        (None, None) => builder,
    };
    let kenar = builder.build()?;
    let user = account.token.as_deref().map(|token| kenar.as_user(token));
    match command {
        Talk::Chats { .. } => bail!("Kenar cannot list conversations: its events name them"),
        Talk::History { since: Some(_), .. } => bail!("Kenar always gives the whole conversation"),
        Talk::History { target, chat, follow, .. } => {
            history(known(user)?, target, chat, *follow).await
        }
        Talk::Send { chat, text, as_user: true, .. } => {
            known(user)?.send(&chat.as_str().into(), &*super::text(text)?).await?;
            Ok(())
        }
        Talk::Send { chat, text, .. } => {
            kenar.bot_send(&chat.as_str().into(), &*super::text(text)?).await?;
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
        Talk::Account { .. } | Talk::Accounts { .. } => Ok(()),
    }
}

fn known(user: Option<KenarUser>) -> anyhow::Result<KenarUser> {
    user.context("there is no user: set PEYK_TOKEN, give --token, or keep one with `peyk account`")
}

async fn history(user: KenarUser, target: &Target, chat: &str, follow: bool) -> anyhow::Result<()> {
    let id = ConversationId::from(chat);
    let (mut output, mut known) = (Output::new(target.output), HashSet::new());
    loop {
        match user.conversation(&id).await {
            // There are no pages: what is new is what was not there before.
            Ok((_, messages)) => {
                for message in messages {
                    if known.insert(message.id.clone()) {
                        output.row(row(&message))?;
                    }
                }
                output.flush()?;
            }
            Err(error) if error.is_passing() && follow && !known.is_empty() => {}
            Err(error) => return Err(error.into()),
        }
        if !follow {
            return Ok(());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn row(message: &Message) -> Row {
    vec![
        ("message", json!(message.id)),
        ("at", json!(message.sent_at)),
        ("side", json!(message.sender.side)),
        ("sender", json!(message.sender.kind)),
        ("type", json!(message.wire.kind)),
        ("text", json!(message.text())),
    ]
}

async fn whoami(user: KenarUser, target: &Target) -> anyhow::Result<()> {
    let me = user.me().await?;
    let mut output = Output::new(target.output);
    output.row(vec![("user", json!(me.id)), ("phone", json!(me.phone))])?;
    Ok(output.flush()?)
}
