//! `POST /console/try/open`: a person begins to talk about something.

use axum::extract::State;
use axum::response::Response;
use peyk_engine::open_conversation::{Opening, open_as_person};
use peyk_engine::send_message::send_as_person;
use peyk_engine::{Context, Result as Answer, directory, start_bot};
use peyk_model::message::Content;
use peyk_model::{
    BusinessId, ConversationId, Noun, OrderId, Person, PostToken, Refusal, ReturnId, Text,
};
use serde::Deserialize;

use super::address;
use crate::Site;
use crate::console::form::Filled;
use crate::console::guard::Trouble;
use crate::console::visit::Visit;
use crate::kenar::start::Start;

/// Who, and what about: a kind, a name and, for bots, from where.
#[derive(Debug, Deserialize)]
pub struct OpenForm {
    #[serde(rename = "as")]
    person: String,
    open: String,
    /// What is said first, if anything.
    words: Option<String>,
}

/// Opens the chat, or finds it, and leads there.
pub async fn open(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<OpenForm>,
) -> Result<Response, Trouble> {
    let OpenForm { person, open, words } = form;
    let handle = person.clone();
    let verb = move |context: &mut Context<'_, '_>| {
        let person = directory::person(context, &handle)?;
        let id = opened(context, &person, &open)?;
        if let Some(words) = &words {
            let draft = Content::Text(Text::of_chars(words)?).into();
            send_as_person(context, person.id, id, &draft)?;
        }
        Ok(id)
    };
    match site.engine.write(verb).await {
        Ok(id) => Ok(visit.go(&address(&person, Some(&id.to_string())))),
        Err(error) => visit.refused(&site, &address(&person, None), error),
    }
}

fn opened(context: &mut Context<'_, '_>, me: &Person, open: &str) -> Answer<ConversationId> {
    let mut words = open.splitn(3, ':');
    let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let about = words.next().unwrap_or_default().to_owned();
    let start = match kind {
        "my-page" => Some(Start::MyDivar),
        "business-panel" => Some(Start::DivarPro),
        "my-post" => Some(Start::MyPost { post: about }),
        "post-of-others" => Some(Start::DemandPost { post: about }),
        "chat" => Some(Start::Chat { conversation: about }),
        _ => None,
    };
    if let Some(start) = start {
        let text = Text::of_chars(&start.text(context, me)?)?;
        let sent = start_bot::write_to_bot(context, me, name, &Content::Text(text).into())?;
        return Ok(sent.conversation.id);
    }
    let number = || name.parse::<i64>().unwrap_or(0);
    let opening = match kind {
        "bot" => Opening::Bot { app: directory::app(context, name)?.id, person: me.id },
        "post" => Opening::Post { post: PostToken(name.to_owned()), buyer: me.id },
        "order" => Opening::Order(OrderId(number())),
        "return" => Opening::Return(ReturnId(number())),
        "shop" => Opening::Direct { business: BusinessId(number()), customer: me.id },
        _ => return Err(Refusal::not_found(Noun::Conversation, open).into()),
    };
    Ok(open_as_person(context, me.id, &opening)?.conversation.id)
}
