//! Acting: people and the marketplace do what a step says, through the verbs of everybody.

use std::path::Path;

use bytes::Bytes;
use futures_util::stream;
use peyk_engine::media::{Accept, receive};
use peyk_engine::rehearsal::button;
use peyk_engine::send_message::{send_as_marketplace, send_as_person};
use peyk_engine::{
    Context, Error, Fault, Result, arbitration, block, directory, press, revoke_grant, scripts,
};
use peyk_model::message::Content;
use peyk_model::script::Prop;
use peyk_model::{Author, Draft, MediaKind, Message, Refusal, Text};

use super::{Rehearsal, Seen, open, words};
use crate::kenar::callback::{self, Clicked, Opens};
use crate::scenario::{Act, Attachment, Chat, Click, PersonAct};

/// What an act came to.
#[derive(Debug, Default)]
pub struct Done {
    /// What was said.
    pub message: Option<Message>,
    /// What a button set off.
    pub clicked: Option<Clicked>,
}

/// Why an act could not be done, or did not come to what it should have.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The marketplace says no.
    #[error("the marketplace says no: {0}")]
    Refused(Refusal),
    /// There is no such button.
    #[error("nobody sent a button with `{caption}`; the newest ones are {shown}")]
    NoButton {
        /// The words that were looked for.
        caption: String,
        /// The buttons that are there.
        shown: String,
    },
    /// The button did something else.
    #[error("the button was to {wanted}, but {happened}")]
    Otherwise {
        /// What it was to do.
        wanted: String,
        /// What it did.
        happened: String,
    },
    /// There is no such file.
    #[error("{0} cannot be read: {1}")]
    NoFile(String, std::io::Error),
    /// The sandbox is broken.
    #[error("the sandbox is broken: {0}")]
    Broken(Fault),
}

impl From<Error> for NotDone {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Broken(fault) => Self::Broken(fault),
        }
    }
}

impl Rehearsal {
    /// Does what a step says; files lie in `folder`.
    pub async fn act(&self, chat: &Chat, act: &Act, folder: &Path) -> Result<Done, NotDone> {
        self.begin().await?;
        match act {
            Act::Person { who, act } => self.person_acts(chat, who, act, folder).await,
            Act::Decide => {
                self.in_chat(chat, &chat.person, |context, seen| {
                    arbitration::finish_arbitration(context, seen.conversation.id)?;
                    Ok(None)
                })
                .await
            }
            Act::Close => {
                self.in_chat(chat, &chat.person, |context, seen| {
                    arbitration::finish_conversation(context, seen.conversation.id)?;
                    Ok(None)
                })
                .await
            }
            Act::MarketSays(text) => self.marketplace_says(chat, Author::Market, text).await,
            Act::SupportSays(text) => self.marketplace_says(chat, Author::Support, text).await,
            Act::MarketSends(sent) => {
                let file = self.attachment(folder, sent).await?;
                self.marketplace_sends(chat, Author::Market, file).await
            }
            Act::SupportSends(sent) => {
                let file = self.attachment(folder, sent).await?;
                self.marketplace_sends(chat, Author::Support, file).await
            }
        }
    }

    async fn marketplace_says(
        &self,
        chat: &Chat,
        author: Author,
        text: &str,
    ) -> Result<Done, NotDone> {
        let text = Text::of_chars(text).map_err(NotDone::Refused)?;
        self.marketplace_sends(chat, author, Content::Text(text)).await
    }

    async fn marketplace_sends(
        &self,
        chat: &Chat,
        author: Author,
        content: Content,
    ) -> Result<Done, NotDone> {
        let draft = Draft::from(content);
        self.in_chat(chat, &chat.person, move |context, seen| {
            let sent = send_as_marketplace(context, author, seen.conversation.id, &draft)?;
            Ok(Some(sent.message))
        })
        .await
    }

    async fn person_acts(
        &self,
        chat: &Chat,
        who: &str,
        act: &PersonAct,
        folder: &Path,
    ) -> Result<Done, NotDone> {
        let content = match act {
            PersonAct::Say(text) => Content::Text(Text::of_chars(text).map_err(NotDone::Refused)?),
            PersonAct::Send(prop) => self.prop(*prop).await?,
            PersonAct::SendFile(name) => self.file(folder, name).await?,
            PersonAct::Locate(place) => Content::Location(*place),
            PersonAct::Share(contact) => Content::Contact(contact.clone()),
            PersonAct::Click(click) => return self.click(chat, who, click).await,
            PersonAct::Open
            | PersonAct::Block
            | PersonAct::Unblock
            | PersonAct::Dispute
            | PersonAct::Revoke(_) => {
                let act = act.clone();
                return self
                    .in_chat(chat, who, move |context, seen| wordless(context, seen, &act))
                    .await;
            }
        };
        let draft = Draft::from(content);
        self.in_chat(chat, who, move |context, seen| {
            let sent = send_as_person(context, seen.person.id, seen.conversation.id, &draft)?;
            Ok(Some(sent.message))
        })
        .await
    }

    /// Runs a verb in a conversation, which is opened if it has to be.
    async fn in_chat<F>(&self, chat: &Chat, who: &str, verb: F) -> Result<Done, NotDone>
    where
        F: Fn(&mut Context<'_, '_>, &Seen) -> Result<Option<Message>> + Send + 'static,
    {
        let (chat, who) = (chat.clone(), who.to_owned());
        let verb = move |context: &mut Context<'_, '_>| {
            let seen = open(context, &chat, &who)?;
            verb(context, &seen)
        };
        let message = self.site.engine.write(verb).await?;
        Ok(Done { message, clicked: None })
    }

    async fn attachment(&self, folder: &Path, sent: &Attachment) -> Result<Content, NotDone> {
        match sent {
            Attachment::Prop(prop) => self.prop(*prop).await,
            Attachment::Beside(name) => self.file(folder, name).await,
        }
    }

    async fn prop(&self, prop: Prop) -> Result<Content, NotDone> {
        Ok(Content::File(scripts::prop(self.site.engine.objects(), prop).await?))
    }

    async fn file(&self, folder: &Path, name: &str) -> Result<Content, NotDone> {
        let path = folder.join(name);
        let bytes = tokio::fs::read(&path).await;
        let bytes = bytes.map_err(|error| NotDone::NoFile(path.display().to_string(), error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let accept = Accept::Anything { max_bytes: MediaKind::Video.max_bytes() };
        let bytes = stream::iter([Ok::<_, Fault>(Bytes::from(bytes))]);
        Ok(Content::File(receive(self.site.engine.objects(), accept, &name, bytes).await?))
    }

    async fn click(&self, chat: &Chat, who: &str, click: &Click) -> Result<Done, NotDone> {
        let (chat, who, caption) = (chat.clone(), who.to_owned(), click.caption.clone());
        let verb = move |context: &mut Context<'_, '_>| {
            let Some(Seen { person, conversation, side }) = super::seen(context, &chat, &who)?
            else {
                return Ok(Err("none".to_owned()));
            };
            let Some((message, number)) = button(context, conversation.id, side, &caption)? else {
                let messages = peyk_engine::rehearsal::all_said(context, conversation.id)?;
                let shown = messages.iter().rev().map(|message| message.buttons.seen_by(side));
                return Ok(Err(shown
                    .map(words::grid)
                    .find(|shown| !shown.is_empty())
                    .unwrap_or_else(|| "none".to_owned())));
            };
            let name = conversation.id.0.to_string();
            Ok(Ok(press::press(context, person.id, &name, message, number)?))
        };
        let pressed = self.site.engine.read(verb).await?;
        let pressed =
            pressed.map_err(|shown| NotDone::NoButton { caption: click.caption.clone(), shown })?;
        let clicked = callback::click(&self.site, &pressed).await;
        check(click, &clicked)?;
        Ok(Done { message: None, clicked: Some(clicked) })
    }
}

/// What has no words of its own.
fn wordless(
    context: &mut Context<'_, '_>,
    seen: &Seen,
    act: &PersonAct,
) -> Result<Option<Message>> {
    let (person, id) = (&seen.person, seen.conversation.id);
    match act {
        PersonAct::Block => block::block(context, person.id, id)?,
        PersonAct::Unblock => block::unblock(context, person.id, id)?,
        PersonAct::Dispute => drop(arbitration::start_arbitration(context, id)?),
        PersonAct::Revoke(slug) => {
            let app = directory::app(context, slug)?.id;
            revoke_grant::revoke_app(context, person.id, app)?;
        }
        // Opening was done already; the others have words.
        PersonAct::Open
        | PersonAct::Say(_)
        | PersonAct::Send(_)
        | PersonAct::SendFile(_)
        | PersonAct::Locate(_)
        | PersonAct::Share(_)
        | PersonAct::Click(_) => {}
    }
    Ok(None)
}

/// Whether a button did what it was to do.
fn check(click: &Click, clicked: &Clicked) -> Result<(), NotDone> {
    let otherwise = |wanted: String| {
        let happened = words::clicked(clicked);
        Err(NotDone::Otherwise { wanted, happened })
    };
    if let Some(words) = &click.shows {
        let folded = scripts::folded(words);
        if !clicked.text.as_ref().is_some_and(|text| scripts::folded(text).contains(&folded)) {
            return otherwise(format!("show `{words}`"));
        }
    }
    if let Some(part) = &click.opens {
        let opened = clicked.opens.as_ref().map(Opens::address);
        if !opened.is_some_and(|opened| opened.contains(part.as_str())) {
            return otherwise(format!("open `{part}`"));
        }
    }
    match &clicked.mistake {
        Some(_) => otherwise("work".to_owned()),
        None => Ok(()),
    }
}
