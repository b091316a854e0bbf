//! Consent: what an app asks for, what that means, and the code it gets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use peyk_model::limits::CODE_LIFE;
use peyk_model::oauth::Challenge;
use peyk_model::scope::BoundTo;
use peyk_model::{
    App, Conversation, ConversationKey, Grant, GrantId, OauthRefusal, Party, Person, PersonId,
    Post, PostToken, Scope, Stage, Subject,
};
use peyk_store::{Code, Lock};

use super::{Answer, Stop, settle};
use crate::error::Result;
use crate::{Context, keyring};

/// Most people that are offered to choose from where everybody could consent.
const CHOICE_MAX: i64 = 100;

/// What an app asks for, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The app's slug.
    pub client_id: Option<String>,
    /// Where to go back to.
    pub redirect_uri: Option<String>,
    /// What to bring back.
    pub response_type: Option<String>,
    /// What is asked for, divided by blanks.
    pub scope: Option<String>,
    /// What the client must know to use the code.
    pub code_challenge: Option<String>,
    /// How that was made.
    pub code_challenge_method: Option<String>,
}

/// An app that asks, and may be told the outcome at its address.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// The app.
    pub app: App,
    /// Where to go back to.
    pub redirect_uri: String,
    /// Whether the request named that address.
    pub names_redirect: bool,
    /// What it asks for, or why it must not ask so.
    pub wish: Result<Wish, OauthRefusal>,
}

/// What an app may be given.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Every scope, and what it is about.
    pub scopes: Vec<(Scope, About)>,
    /// What the client must know to use the code.
    pub challenge: Option<Challenge>,
    /// Who could allow all of it, as far as they are offered to choose from.
    pub people: Vec<Person>,
}

/// What a scope is about.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// The person, or nothing in particular.
    Nothing,
    /// A conversation.
    Conversation {
        /// Which.
        conversation: Box<Conversation>,
        /// The headline of the post, if it is about one.
        title: Option<String>,
        /// Who buys.
        buyer: String,
        /// Who sells, or what the bot is called.
        seller: String,
    },
    /// A post.
    Post(Post),
    /// A post, who would write, and to whom.
    PostAndPeople {
        /// The post.
        post: Post,
        /// Who would write.
        user: PersonId,
        /// The name of who would read.
        peer: String,
    },
    /// Something that has no part in conversations.
    Other,
}

impl About {
    /// Who has a part in it; everybody if it is about nothing in particular.
    fn involved(&self) -> Option<Vec<PersonId>> {
        match self {
            Self::Nothing | Self::Other => None,
            Self::Conversation { conversation, .. } => {
                let seller = match conversation.seller {
                    Party::Person(seller) => Some(seller),
                    Party::App(_) | Party::Business(_) => None,
                };
                Some([conversation.buyer].into_iter().chain(seller).collect())
            }
            Self::Post(post) => Some(vec![post.seller]),
            Self::PostAndPeople { user, .. } => Some(vec![*user]),
        }
    }
}

/// Who asks for what. A refusal here is for people only: there is no address it could be sent to.
pub fn ask(context: &mut Context<'_, '_>, asked: &Asked) -> Answer<Asking> {
    settle(asking(context, asked))
}

fn asking(context: &mut Context<'_, '_>, asked: &Asked) -> Result<Asking, Stop> {
    let slug = asked.client_id.as_deref().ok_or(OauthRefusal::Missing("client_id"))?;
    let app = context.tx.app_by_slug(slug)?.ok_or(OauthRefusal::ClientUnknown)?;
    let redirect_uri = match &asked.redirect_uri {
        Some(address) => app.redirect_to(address)?,
        None => app.only_redirect()?,
    };
    let wish = settle(wish(context, &app, asked))?;
    Ok(Asking { app, redirect_uri, names_redirect: asked.redirect_uri.is_some(), wish })
}

fn wish(context: &mut Context<'_, '_>, app: &App, asked: &Asked) -> Result<Wish, Stop> {
    match asked.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(OauthRefusal::ResponseTypeUnsupported.into()),
        None => return Err(OauthRefusal::Missing("response_type").into()),
    }
    let (challenge, method) = (&asked.code_challenge, &asked.code_challenge_method);
    let challenge = Challenge::parse(challenge.as_deref(), method.as_deref())?;
    let mut scopes = Vec::new();
    for scope in app.asked_scopes(asked.scope.as_deref().unwrap_or_default())? {
        let about = about(context, app, &scope)?;
        scopes.push((scope, about));
    }
    let people = people(context, &scopes)?;
    Ok(Wish { scopes, challenge, people })
}

/// Looks up what a scope names. What is not there cannot be told from what is somebody else's.
fn about(context: &mut Context<'_, '_>, app: &App, scope: &Scope) -> Result<About, Stop> {
    let not_involved = || OauthRefusal::NotInvolved(scope.to_string());
    let resource = scope.resource.as_deref().unwrap_or_default();
    match scope.name.bound_to() {
        BoundTo::Nothing => Ok(About::Nothing),
        BoundTo::Other => Ok(About::Other),
        BoundTo::Post => Ok(About::Post(post(context, app, scope, resource)?)),
        BoundTo::Conversation => {
            let key = ConversationKey(resource.to_owned());
            let found = context.tx.conversation_by_key(&key, Lock::None)?;
            let conversation = found.ok_or_else(not_involved)?;
            conversation_about(context, app, scope, conversation)
        }
        BoundTo::PostAndPeople => {
            let [user, token, peer] = people_and_post(resource).ok_or_else(not_involved)?;
            let user = context.keyring.person_behind(app.id, &user).ok_or_else(not_involved)?;
            let peer = context.keyring.person_behind(app.id, &peer).ok_or_else(not_involved)?;
            let post = post(context, app, scope, &token)?;
            if user == peer || (post.seller != user && post.seller != peer) {
                return Err(not_involved().into());
            }
            let peer = context.tx.person(peer)?.ok_or_else(not_involved)?.name;
            Ok(About::PostAndPeople { post, user, peer })
        }
    }
}

/// Reads `user:post:peer`, in either alphabet of base64.
fn people_and_post(resource: &str) -> Option<[String; 3]> {
    let plain = resource.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(plain).or_else(|_| STANDARD_NO_PAD.decode(plain)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let parts: Vec<_> = text.split(':').map(str::to_owned).collect();
    parts.try_into().ok()
}

fn post(
    context: &mut Context<'_, '_>,
    app: &App,
    scope: &Scope,
    token: &str,
) -> Result<Post, Stop> {
    let found = context.tx.post(&PostToken(token.to_owned()))?;
    let post = found.ok_or_else(|| OauthRefusal::NotInvolved(scope.to_string()))?;
    if app.stage == Stage::Development && post.stage == Stage::Production {
        return Err(OauthRefusal::StageMismatch(scope.to_string()).into());
    }
    Ok(post)
}

fn conversation_about(
    context: &mut Context<'_, '_>,
    app: &App,
    scope: &Scope,
    conversation: Conversation,
) -> Result<About, Stop> {
    let not_involved = || OauthRefusal::NotInvolved(scope.to_string());
    let title = match &conversation.subject {
        Subject::Post(token) => Some(post(context, app, scope, &token.0)?.title),
        Subject::Bot(bot) if *bot == app.id => None,
        Subject::Bot(_) | Subject::Order(_) | Subject::Return(..) | Subject::Direct => {
            return Err(not_involved().into());
        }
    };
    let buyer = context.tx.person(conversation.buyer)?.ok_or_else(not_involved)?.name;
    let seller = match conversation.seller {
        Party::Person(seller) => context.tx.person(seller)?.ok_or_else(not_involved)?.name,
        Party::App(_) => app.title.clone(),
        Party::Business(_) => return Err(not_involved().into()),
    };
    Ok(About::Conversation { conversation: Box::new(conversation), title, buyer, seller })
}

/// Everybody who could allow all of it.
fn people(context: &mut Context<'_, '_>, scopes: &[(Scope, About)]) -> Result<Vec<Person>, Stop> {
    let mut involved = scopes.iter().filter_map(|(_, about)| about.involved());
    let Some(first) = involved.next() else {
        return Ok(context.tx.people_after(PersonId(0), CHOICE_MAX)?);
    };
    let others: Vec<_> = involved.collect();
    let mut people = Vec::new();
    for id in first.into_iter().filter(|id| others.iter().all(|others| others.contains(id))) {
        people.extend(context.tx.person(id)?);
    }
    Ok(people)
}

impl Wish {
    /// Refuses unless this person has a part in everything that is asked for.
    fn check_person(&self, person: PersonId) -> Result<(), OauthRefusal> {
        for (scope, about) in &self.scopes {
            if about.involved().is_some_and(|involved| !involved.contains(&person)) {
                return Err(OauthRefusal::NotInvolved(scope.to_string()));
            }
        }
        Ok(())
    }
}

/// What the app is told at its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The address.
    pub redirect_uri: String,
    /// A code, or why there is none.
    pub code: Result<String, OauthRefusal>,
}

/// A person, by handle, allows what is asked for.
pub fn approve(context: &mut Context<'_, '_>, asked: &Asked, handle: &str) -> Answer<Told> {
    settle((|| {
        let asking = asking(context, asked)?;
        let code = settle(allow(context, &asking, handle))?;
        Ok(Told { redirect_uri: asking.redirect_uri, code })
    })())
}

fn allow(context: &mut Context<'_, '_>, asking: &Asking, handle: &str) -> Result<String, Stop> {
    let wish = asking.wish.clone()?;
    let person = context.tx.person_by_handle(handle)?.ok_or(OauthRefusal::PersonUnknown)?;
    wish.check_person(person.id)?;
    let code = context.dice.letters::<64>();
    let stored = Code {
        allows: Grant {
            id: GrantId(0),
            app: asking.app.id,
            person: person.id,
            scopes: wish.scopes.into_iter().map(|(scope, _)| scope).collect(),
        },
        redirect_uri: asking.names_redirect.then(|| asking.redirect_uri.clone()),
        challenge: wish.challenge,
        expires_at: context.now.after(CODE_LIFE),
        grant: None,
    };
    context.tx.insert_code(&keyring::hash_secret(&code), &stored)?;
    Ok(code)
}

/// A person refuses what is asked for.
pub fn refuse(context: &mut Context<'_, '_>, asked: &Asked) -> Answer<Told> {
    settle((|| {
        let asking = asking(context, asked)?;
        let code = Err(asking.wish.err().unwrap_or(OauthRefusal::RefusedByPerson));
        Ok(Told { redirect_uri: asking.redirect_uri, code })
    })())
}
