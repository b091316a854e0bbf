//! Callbacks: what an app is asked when a person presses one of its buttons.
//!
//! Nothing is stored and nothing is tried again: whoever pressed waits for the answer. Apps call the
//! API from inside their answer, so nothing is held while a question is out.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::deliver::{About, Letter, Reply};
use peyk_engine::press::{Pressed, note_answer, note_press};
use peyk_engine::scripts::Hands;
use peyk_model::{Action, Party, PostToken, PressAnswer, Side, Subject};
use peyk_wire::JsonObject;
use peyk_wire::kenar::callback::{
    COMPLETION_PATH, DynamicActionRequest, DynamicActionResponse, LegacyParty,
    LegacyServerLinkRequest, ServerLinkRequest, ServerLinkResponse, ServerLinkSource, Touchpoint,
    UserSide,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::convert;
use super::error::Failure;
use crate::{KenarWords, Site};

/// How long an app may take to say what a button does.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a press came to.
#[derive(Debug, Default)]
pub struct Clicked {
    /// What the person's program opens.
    pub opens: Option<Opens>,
    /// What is shown to the person, and to nobody else.
    pub text: Option<String>,
    /// What the app did wrong, in words.
    pub mistake: Option<String>,
    /// What the app was asked, in this order.
    pub calls: Vec<Call>,
}

/// What a person's program opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opens {
    /// An address.
    Url(String),
    /// A post.
    Post(PostToken),
    /// The page where a post is managed.
    PostManagement(PostToken),
}

/// A question to an app.
#[derive(Debug)]
pub struct Call {
    /// What pressing was to do, in the wire's word.
    pub question: &'static str,
    /// Where it was asked.
    pub url: String,
    /// The body that was sent.
    pub request: String,
    /// What came back, if anything did.
    pub reply: Option<Reply>,
    /// How long it took.
    pub took: Duration,
}

impl Hands for Site {
    fn press<'p>(&'p self, pressed: &'p Pressed) -> BoxFuture<'p, Result<(), String>> {
        async move { click(self, pressed).await.mistake.map_or(Ok(()), Err) }.boxed()
    }
}

/// Does what a button does, and notes both the press and what came of it.
pub async fn click(site: &Site, pressed: &Pressed) -> Clicked {
    let held = pressed.clone();
    noted(site.engine.write(move |context| note_press(context, &held)).await);
    let mut clicked = Clicked::default();
    if let Err(mistake) = follow(site, pressed, &mut clicked).await {
        clicked.mistake = Some(mistake);
    }
    let opens = clicked.opens.as_ref().map(|opens| opens.address().to_owned());
    let (held, answer) = (pressed.clone(), PressAnswer { shows: clicked.text.clone(), opens });
    noted(site.engine.write(move |context| note_answer(context, &held, &answer)).await);
    clicked
}

/// Whoever pressed is answered, even where nobody could write it down.
fn noted(written: peyk_engine::Result<()>) {
    if let Err(error) = written {
        tracing::error!(fault = %peyk_engine::chain(&error), "the press of a button is not noted");
    }
}

impl Opens {
    /// The address, or the token of the post.
    pub fn address(&self) -> &str {
        match self {
            Self::Url(url) => url,
            Self::Post(token) | Self::PostManagement(token) => &token.0,
        }
    }
}

async fn follow(site: &Site, pressed: &Pressed, clicked: &mut Clicked) -> Result<(), String> {
    let action = match &pressed.action {
        Action::GetDynamicAction(data) => {
            let answer = dynamic_action(site, pressed, data, clicked).await?;
            clicked.text = answer.text_message.filter(|text| !text.is_empty());
            match answer.action {
                Some(action) => convert::action(action).map_err(|failure| in_words(&failure))?,
                None if clicked.text.is_some() => return Ok(()),
                None => return Err("the answer has neither `action` nor `text_message`".into()),
            }
        }
        action @ (Action::OpenDirectLink(_)
        | Action::OpenServerLink(_)
        | Action::OpenLegacyServerLink(_)
        | Action::OpenPostPage(_)
        | Action::OpenPostManagePage(_)) => action.clone(),
    };
    clicked.opens = Some(match action {
        Action::OpenDirectLink(url) => Opens::Url(url),
        Action::OpenServerLink(data) => {
            Opens::Url(server_link(site, pressed, &data, clicked).await?)
        }
        Action::OpenLegacyServerLink(data) => {
            Opens::Url(legacy_server_link(site, pressed, &data, clicked).await?)
        }
        Action::OpenPostPage(token) => Opens::Post(token),
        Action::OpenPostManagePage(token) => Opens::PostManagement(token),
        Action::GetDynamicAction(_) => {
            return Err("a dynamic action must not be answered with another one".into());
        }
    });
    Ok(())
}

fn in_words(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => format!("the action cannot be done: {refusal}"),
        Failure::Argument(message) => format!("the action cannot be done: {message}"),
        Failure::Broken(_) | Failure::Body(_) | Failure::Form(_) | Failure::Limited(..) => {
            "the action cannot be done".to_owned()
        }
    }
}

/// Asks the app's session URL where to go.
async fn server_link(
    site: &Site,
    pressed: &Pressed,
    data: &str,
    clicked: &mut Clicked,
) -> Result<String, String> {
    let url = session_url(pressed)?;
    let data = json_object(data)?;
    let request = ServerLinkRequest {
        source: ServerLinkSource::ChatMessageAction,
        post_token: post_token(pressed),
        conversation_id: Some(pressed.conversation.key.0.clone()),
        user_side: user_side(pressed, &site.settings.kenar),
        extra_data: data.clone(),
        provider_data: Some(data),
        user_id: Some(pressed.user_id.clone()),
        completion_url: Some(completion_url(site)),
    };
    // The vendor's pages spell the header in two ways.
    let versions = [("api-version", "2".to_owned()), ("api_version", "2".to_owned())];
    let question = Question { name: "open_server_link", url, headers: versions.into() };
    address(ask(site, pressed, question, &request, clicked).await?)
}

/// Asks it as it was asked before version 2: both people are named, and no version is.
async fn legacy_server_link(
    site: &Site,
    pressed: &Pressed,
    data: &str,
    clicked: &mut Clicked,
) -> Result<String, String> {
    let url = session_url(pressed)?;
    let post = post_token(pressed).ok_or("the conversation is about no post")?;
    let id = |side: Side| {
        let id = convert::user_id(site, pressed.app.id, &pressed.conversation, side);
        id.ok_or("the conversation has only one person")
    };
    let request = LegacyServerLinkRequest {
        extra_data: json_object(data)?,
        callback_url: completion_url(site),
        post_token: post,
        conversation_id: pressed.conversation.key.0.clone(),
        user_id: pressed.user_id.clone(),
        peer_id: id(pressed.side.other())?,
        supplier: LegacyParty { id: id(Side::Seller)? },
        demand: LegacyParty { id: id(Side::Buyer)? },
    };
    let question = Question { name: "open_legacy_server_link", url, headers: Vec::new() };
    address(ask(site, pressed, question, &request, clicked).await?)
}

fn session_url(pressed: &Pressed) -> Result<String, String> {
    Ok(pressed.app.session_url.clone().ok_or("the app has no session URL")?)
}

fn completion_url(site: &Site) -> String {
    format!("{}{COMPLETION_PATH}", site.settings.public_url)
}

/// Where a person may be led.
fn address(ServerLinkResponse { url }: ServerLinkResponse) -> Result<String, String> {
    let is_web = url::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web { Ok(url) } else { Err(format!("`url` is no address: `{url}`")) }
}

/// Asks the app's dynamic action URL what to do.
async fn dynamic_action(
    site: &Site,
    pressed: &Pressed,
    data: &str,
    clicked: &mut Clicked,
) -> Result<DynamicActionResponse, String> {
    let url = pressed.app.dynamic_action_url.clone().ok_or("the app has no dynamic action URL")?;
    let request = DynamicActionRequest {
        touchpoint: Touchpoint::Chat,
        post_token: post_token(pressed),
        conversation_id: Some(pressed.conversation.key.0.clone()),
        // The pages about dynamic actions know capitals only.
        user_side: user_side(pressed, &KenarWords::CURRENT),
        extra_data: json_object(data)?,
        user_id: Some(pressed.user_id.clone()),
    };
    let question = Question { name: "get_dynamic_action", url, headers: Vec::new() };
    ask(site, pressed, question, &request, clicked).await
}

fn json_object(data: &str) -> Result<JsonObject, String> {
    serde_json::from_str(data).map_err(|_| "the button's data is no JSON object".to_owned())
}

fn post_token(pressed: &Pressed) -> Option<String> {
    match &pressed.conversation.subject {
        Subject::Post(token) => Some(token.0.clone()),
        Subject::Bot(_) | Subject::Order(_) | Subject::Return(..) | Subject::Direct => None,
    }
}

/// Only people who talk about a post stand on a side of it.
fn user_side(pressed: &Pressed, words: &KenarWords) -> Option<UserSide> {
    post_token(pressed).map(|_| words.server_link_side(pressed.side))
}

struct Question {
    name: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
}

/// Asks an app, and says what is wrong with its answer if it cannot be used.
async fn ask<T: DeserializeOwned>(
    site: &Site,
    pressed: &Pressed,
    question: Question,
    request: &impl Serialize,
    clicked: &mut Clicked,
) -> Result<T, String> {
    let body = serde_json::to_string(request).expect("a question is always JSON");
    let mut headers = vec![("content-type", "application/json".to_owned())];
    headers.extend(pressed.identification_key.clone().map(|key| ("authorization", key)));
    headers.extend(question.headers);
    // As with events: the same however often it is asked.
    headers.extend(pressed.id.clone().map(|id| ("webhook-id", id)));
    let url = question.url.clone();
    let about = About {
        name: question.name,
        owner: Some(Party::App(pressed.app.id)),
        conversation: Some(pressed.conversation.id),
        ..About::default()
    };
    let letter = Letter { url: question.url, headers, body: body.clone(), timeout: TIMEOUT, about };
    let began = Instant::now();
    let reply = site.post.post(letter).await;
    let (answer, reply) = match reply {
        Ok(reply) => (understood(&reply), Some(reply)),
        Err(error) => (Err(error.to_string()), None),
    };
    clicked.calls.push(Call {
        question: question.name,
        url,
        request: body,
        reply,
        took: began.elapsed(),
    });
    answer
}

fn understood<T: DeserializeOwned>(reply: &Reply) -> Result<T, String> {
    if reply.status != 200 {
        return Err(format!("answered {}, not 200", reply.status));
    }
    if reply.body.len() >= Letter::REPLY_MAX_BYTES {
        return Err(format!("answered more than {} bytes", Letter::REPLY_MAX_BYTES));
    }
    serde_json::from_slice(&reply.body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => format!("answered 200, but {error}"),
        serde_json::error::Category::Io
        | serde_json::error::Category::Syntax
        | serde_json::error::Category::Eof => {
            format!("answered 200, but the body is not JSON: {error}")
        }
    })
}
