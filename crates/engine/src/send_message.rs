//! Sending: whoever writes, all messages go through `place`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use peyk_model::conversation::NewMessage;
use peyk_model::message::Content;
use peyk_model::{
    App, AppId, Author, Body, BusinessId, Buttons, Conversation, ConversationId, ConversationKey,
    Draft, Grant, Hand, Message, MessageId, Noun, Party, PersonId, Refusal, Scope, ScopeName, Side,
    Stage, Status, Subject,
};
use peyk_store::{Lock, NewMedia};

use crate::caller::{AppCaller, require_scope};
use crate::error::Result;
use crate::idempotency::{Once, once};
use crate::open_conversation::{Opening, open_conversation};
use crate::{Context, caller, events};

/// A message in its conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The conversation after the message.
    pub conversation: Conversation,
    /// The message.
    pub message: Message,
}

/// An app's bot writes in its conversation with a person.
pub fn send_as_bot(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    key: &ConversationKey,
    draft: &Draft,
    only_once: Option<&Once>,
) -> Result<Sent> {
    once(context, Party::App(caller.app.id), only_once, |context| {
        let conversation = context.tx.conversation_by_key(key, Lock::Exclusive)?;
        let conversation = conversation
            .filter(|found| found.subject == Subject::Bot(caller.app.id))
            .ok_or_else(|| Refusal::not_found(Noun::Conversation, key))?;
        let author = Author::Seller(Hand::Bot);
        post(context, conversation, author, Some(caller.app.id), draft)
    })
}

/// An app's bot writes to a person whom it knows by the person's id.
///
/// The person's consent lets the bot write first; without it, it may only go on with a
/// conversation that exists.
pub fn send_as_bot_to_user(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: Option<&Grant>,
    user_id: &str,
    draft: &Draft,
    only_once: Option<&Once>,
) -> Result<Sent> {
    let app = caller.app.id;
    let person = context.keyring.person_behind(app, user_id);
    let person = person.ok_or_else(|| Refusal::not_found(Noun::Person, user_id))?;
    let consent = Scope::plain(ScopeName::BotSendToUser);
    if let Some(grant) = grant {
        require_scope(grant, vec![consent.clone()])?;
        if grant.person != person {
            return Err(Refusal::AccessDenied.into());
        }
    }
    once(context, Party::App(app), only_once, |context| {
        let opening = Opening::Bot { app, person };
        let known = opening.find(context)?;
        if known.is_none() && grant.is_none() {
            return Err(Refusal::ScopeMissing(vec![consent.clone()]).into());
        }
        let id = match known {
            Some(known) => known.id,
            None => open_conversation(context, &opening)?.conversation.id,
        };
        let conversation = locked(context, id)?;
        post(context, conversation, Author::Seller(Hand::Bot), Some(app), draft)
    })
}

/// An app writes for a person who allowed it.
pub fn send_for_person(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: &Grant,
    key: &ConversationKey,
    draft: &Draft,
    only_once: Option<&Once>,
) -> Result<Sent> {
    let this = Scope::on(ScopeName::ConversationSend, &key.0);
    let all = Scope::plain(ScopeName::AllConversationsSend);
    // Whoever may send nowhere near is not told whether the conversation exists.
    if !grant.names(ScopeName::PostConversationsSend) {
        require_scope(grant, vec![this.clone(), all.clone()])?;
    }
    once(context, Party::App(caller.app.id), only_once, |context| {
        let not_found = || Refusal::not_found(Noun::Conversation, key);
        let conversation = context.tx.conversation_by_key(key, Lock::Exclusive)?;
        let conversation = conversation.ok_or_else(not_found)?;
        let side = conversation.side_of(Party::Person(grant.person)).ok_or_else(not_found)?;
        let Subject::Post(token) = &conversation.subject else {
            return Err(not_found().into());
        };
        let mut alternatives = vec![this.clone()];
        if side == Side::Seller {
            alternatives.push(Scope::on(ScopeName::PostConversationsSend, &token.0));
            alternatives.push(all.clone());
        }
        require_scope(grant, alternatives)?;
        check_stage(context, &caller.app, &conversation)?;
        let author = Author::on(side, Hand::Bot);
        post(context, conversation, author, Some(caller.app.id), draft)
    })
}

/// An app writes for a person, in the oldest form: it names the post and both people.
pub fn send_for_person_about_post(
    context: &mut Context<'_, '_>,
    caller: &AppCaller,
    grant: &Grant,
    about: &AboutPost,
    draft: &Draft,
    only_once: Option<&Once>,
) -> Result<Sent> {
    let this = about.scope(grant);
    let all = Scope::plain(ScopeName::AllConversationsSend);
    require_scope(grant, vec![this.clone(), all])?;
    let app = caller.app.id;
    let user = context.keyring.person_behind(app, &about.user_id);
    let peer = context.keyring.person_behind(app, &about.peer_id);
    let user = user.filter(|user| *user == grant.person).ok_or(Refusal::AccessDenied)?;
    let peer = peer.ok_or_else(|| Refusal::not_found(Noun::Person, &about.peer_id))?;
    let post_token = about.post.clone();
    once(context, Party::App(app), only_once, |context| {
        let found = context.tx.post(&post_token)?;
        let found = found.ok_or_else(|| Refusal::not_found(Noun::Post, &post_token))?;
        let (side, buyer) = if found.seller == user {
            (Side::Seller, peer)
        } else if found.seller == peer {
            require_scope(grant, vec![this.clone()])?;
            (Side::Buyer, user)
        } else {
            return Err(Refusal::AccessDenied.into());
        };
        let opening = Opening::Post { post: post_token.clone(), buyer };
        let opened = open_conversation(context, &opening)?.conversation;
        let conversation = locked(context, opened.id)?;
        check_stage(context, &caller.app, &conversation)?;
        post(context, conversation, Author::on(side, Hand::Bot), Some(app), draft)
    })
}

/// The names in the oldest form of sending.
#[derive(Debug, Clone)]
pub struct AboutPost {
    /// The one who writes, as the app knows them.
    pub user_id: String,
    /// The one who reads, as the app knows them.
    pub peer_id: String,
    /// The post.
    pub post: peyk_model::PostToken,
}

impl AboutPost {
    /// The scope that names all three: as the person granted it, for its resource was ever written
    /// in both alphabets of base64, or else as it should be asked for.
    fn scope(&self, grant: &Grant) -> Scope {
        let resource = format!("{}:{}:{}", self.user_id, self.post, self.peer_id);
        let names_this = |scope: &&Scope| {
            let written = scope.resource.as_deref().unwrap_or_default().trim_end_matches('=');
            let read = STANDARD_NO_PAD.decode(written).or_else(|_| URL_SAFE_NO_PAD.decode(written));
            scope.name == ScopeName::ChatMessageSend && read.is_ok_and(|r| r == resource.as_bytes())
        };
        let granted = grant.scopes.iter().find(names_this).cloned();
        let name = ScopeName::ChatMessageSend;
        granted.unwrap_or_else(|| Scope::on(name, STANDARD.encode(&resource)))
    }
}

/// What becomes of a business's message in a conversation that is finished.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Finished {
    /// The message opens it again.
    #[default]
    Reopens,
    /// The message is refused.
    Refuses,
}

/// A business writes to its customer.
pub fn send_as_business(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    id: ConversationId,
    draft: &Draft,
    finished: Finished,
    only_once: Option<&Once>,
) -> Result<Sent> {
    let party = Party::Business(business);
    once(context, party, only_once, |context| {
        let conversation = context.tx.conversation(id, Lock::Exclusive)?;
        let conversation = conversation
            .filter(|found| found.seller == party)
            .ok_or_else(|| Refusal::not_found(Noun::Conversation, id))?;
        if finished == Finished::Refuses && conversation.status == Status::Finished {
            return Err(Refusal::ConversationFinished.into());
        }
        post(context, conversation, Author::Seller(Hand::Human), None, draft)
    })
}

/// A person writes with their own hand.
pub fn send_as_person(
    context: &mut Context<'_, '_>,
    person: PersonId,
    id: ConversationId,
    draft: &Draft,
) -> Result<Sent> {
    let not_found = || Refusal::not_found(Noun::Conversation, id);
    let conversation = context.tx.conversation(id, Lock::Exclusive)?.ok_or_else(not_found)?;
    let side = conversation.side_of(Party::Person(person)).ok_or_else(not_found)?;
    post(context, conversation, Author::on(side, Hand::Human), None, draft)
}

/// Somebody writes by hand for the seller's side, whoever that is.
pub fn send_as_seller(
    context: &mut Context<'_, '_>,
    id: ConversationId,
    draft: &Draft,
) -> Result<Sent> {
    let conversation = locked(context, id)?;
    let (author, app) = match conversation.seller {
        Party::Person(_) | Party::Business(_) => (Author::Seller(Hand::Human), None),
        Party::App(app) => (Author::Seller(Hand::Bot), Some(app)),
    };
    post(context, conversation, author, app, draft)
}

/// The marketplace or its support writes; nobody can block them.
pub fn send_as_marketplace(
    context: &mut Context<'_, '_>,
    author: Author,
    id: ConversationId,
    draft: &Draft,
) -> Result<Sent> {
    let conversation = locked(context, id)?;
    post(context, conversation, author, None, draft)
}

fn locked(context: &mut Context<'_, '_>, id: ConversationId) -> Result<Conversation> {
    let found = context.tx.conversation(id, Lock::Exclusive)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Conversation, id).into())
}

/// Development apps act on development posts only.
pub(crate) fn check_stage(
    context: &mut Context<'_, '_>,
    app: &App,
    conversation: &Conversation,
) -> Result<()> {
    let Subject::Post(token) = &conversation.subject else { return Ok(()) };
    let post = context.tx.post(token)?;
    let live = post.is_some_and(|post| post.stage == Stage::Production);
    if live && app.stage == Stage::Development {
        return Err(Refusal::StageMismatch.into());
    }
    Ok(())
}

/// Puts a message into a locked conversation and tells whoever hears it.
pub(crate) fn post(
    context: &mut Context<'_, '_>,
    conversation: Conversation,
    author: Author,
    app: Option<AppId>,
    draft: &Draft,
) -> Result<Sent> {
    let sent = place(context, conversation, author, app, draft)?;
    events::message_sent(context, &sent.conversation, &sent.message)?;
    context.tx.ring_for_followers();
    Ok(sent)
}

/// Puts a message into a locked conversation. Everything that is ever said goes through here.
pub(crate) fn place(
    context: &mut Context<'_, '_>,
    mut conversation: Conversation,
    author: Author,
    app: Option<AppId>,
    draft: &Draft,
) -> Result<Sent> {
    if let Some(side) = author.side() {
        check_blocks(context, &conversation, side)?;
    }
    let fresh = context.tx.mint().message_id(context.now);
    let body = body(context, app, &draft.content, fresh)?;
    let buttons = match author.side() {
        Some(side) => {
            let Draft { sender_buttons, receiver_buttons, .. } = draft.clone();
            Buttons::from_sender(side, sender_buttons, receiver_buttons)
        }
        None => Buttons::none(),
    };
    let new = NewMessage { author, app, body, buttons };
    let message = conversation.post(new, fresh, context.now);
    context.tx.insert_message(&message)?;
    context.tx.update_conversation(&conversation)?;
    Ok(Sent { conversation, message })
}

/// Nobody writes to whom they blocked or who blocked them.
fn check_blocks(
    context: &mut Context<'_, '_>,
    conversation: &Conversation,
    side: Side,
) -> Result<()> {
    let (me, other) = (conversation.party(side), conversation.party(side.other()));
    if context.tx.is_blocked_between(me, other)? {
        return Err(Refusal::RecipientBlocked.into());
    }
    Ok(())
}

fn body(
    context: &mut Context<'_, '_>,
    app: Option<AppId>,
    content: &Content,
    fresh: MessageId,
) -> Result<Body> {
    Ok(match content {
        Content::Text(text) => Body::Text(text.clone()),
        Content::Location(place) => Body::Location(*place),
        Content::Contact(contact) => Body::Contact(contact.clone()),
        Content::Uploaded(token) => {
            // A token of ours is a plain word; nothing else is worth looking for.
            let is_word = token.bytes().all(|byte| byte.is_ascii_graphic());
            let media = match app.filter(|_| is_word) {
                Some(app) => context.tx.media_by_token(app, token)?,
                None => None,
            };
            Body::Media(media.ok_or_else(|| Refusal::not_found(Noun::Media, token))?)
        }
        Content::File(file) => {
            let link = context.keyring.word("media", fresh.0);
            let new = NewMedia { file, link: &link, owned: None };
            Body::Media(context.tx.insert_media(&new, context.now)?)
        }
    })
}

/// What an app may be told about who it acts for.
pub fn retrieve_user(context: &mut Context<'_, '_>, grant: &Grant) -> Result<RetrievedUser> {
    let (id, phone) = (ScopeName::UserId, ScopeName::UserPhone);
    if !grant.names(id) && !grant.names(phone) {
        return Err(Refusal::ScopeMissing(vec![Scope::plain(id), Scope::plain(phone)]).into());
    }
    let person = caller::person_of_grant(context, grant)?;
    Ok(RetrievedUser {
        user_id: grant.names(id).then(|| context.keyring.user_id(grant.app, person.id)),
        phone: grant.names(phone).then_some(person.phone),
    })
}

/// The parts of a person that a grant shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrievedUser {
    /// The id under which the app knows them.
    pub user_id: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
}
