//! The banner: where everything is, and a request to begin with.

use std::fmt::Write;

use crate::{Settings, control};

/// A key of the demo World's app, by which the demo World is recognised.
pub const DEMO_APP_KEY: &str = "echo-key";
const BOT_CONVERSATION: &str = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01";
const BUSINESS: i64 = 209_888_193;
const ORDER_CHAT: i64 = 14_604_701;
const BUSINESS_KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";

/// How to make the first account; the server may go on running meanwhile.
pub const NO_ACCOUNT: &str = "
Nobody can sign in to the console yet. Make the first account, with the same options as this server:
  peyk admin add NAME
";

/// Everything below the first line.
pub fn banner(settings: &Settings, is_demo: bool) -> String {
    let url = &settings.public_url;
    let control = control::ROOT;
    let mut text = format!(
        "
  console      {url}/
  Kenar API    {url}
  Market API   {url}
  control API  {url}{control}  (described by {url}{control}/openapi.json)
"
    );
    if is_demo {
        demo(&mut text, url).expect("writing to a string cannot fail");
    } else if settings.admin_token.is_some() {
        text += "               every request there carries `Authorization: Bearer` and the admin token\n";
    }
    text
}

fn demo(text: &mut String, url: &str) -> std::fmt::Result {
    let control = control::ROOT;
    writeln!(
        text,
        "
The demo World is loaded; `--world FILE` loads your own.
  Kenar app `echo`          X-API-Key: {DEMO_APP_KEY}, client secret: echo-secret
  token of Sara for `echo`  Authorization: Bearer ory_at_demo
  Market business {BUSINESS}  Api-Key: {BUSINESS_KEY}

Paste one of these; Ivan answers within seconds, and listens to what you write:

# Kenar: the bot writes to Ivan
curl -s '{url}/experimental/open-platform/chatbot-conversations/{BOT_CONVERSATION}/messages' \\
  -H 'X-API-Key: {DEMO_APP_KEY}' -H 'Content-Type: application/json' \\
  -d '{{\"type\":\"TEXT\",\"text_message\":\"سلام ایوان!\"}}'

# Market: the shop writes to Ivan
curl -s '{url}/v2/businesses/{BUSINESS}/chats/message?chatId={ORDER_CHAT}' \\
  -H 'Api-Key: {BUSINESS_KEY}' -H 'Content-Type: application/json' \\
  -d '{{\"message\":\"Ключ для педалей лежит в коробке.\"}}'

# Market: the shop reads what Ivan answered
curl -s '{url}/v2/businesses/{BUSINESS}/chats/history?chatId={ORDER_CHAT}' \\
  -H 'Api-Key: {BUSINESS_KEY}' -H 'Content-Type: application/json' \\
  -d '{{}}'

# Control: Ivan answers the bot
curl -s '{url}{control}/people/ivan/conversations/{BOT_CONVERSATION}/messages' \\
  -H 'Content-Type: application/json' \\
  -d '{{\"text\":\"Привет, бот!\"}}'
"
    )
}
