//! Facts: what an exchange was about, worked out when somebody looks and only once.

use peyk_engine::upload::app_of_upload_token;
use peyk_engine::who::{slug, who};
use peyk_engine::{Context, Result, directory};
use peyk_model::{BusinessId, ConversationId, Noun, Party, Refusal};
use peyk_wire::{Operation, kenar, market, oauth};

use super::door::Door;
use super::exchange::{Exchange, Head, Way};
use super::explain::Case;
use super::letter;
use super::mask::credential;
use super::reason::Why;
use crate::Site;
use crate::control::letter_id;

/// What an exchange was about, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// In whose dialect.
    pub dialect: &'static str,
    /// The vendor's name of the operation, or the kind of letter.
    pub operation: Option<&'static str>,
    /// The app, by its slug.
    pub app: Option<String>,
    /// The business.
    pub business: Option<i64>,
    /// The person on whose behalf it was, by their handle.
    pub person: Option<String>,
    /// The conversation it named, by the name it used.
    pub conversation: Option<String>,
    /// The delivery that it tried.
    pub delivery: Option<String>,
    /// Which attempt at it this was.
    pub attempt: Option<i64>,
    /// What was wrong and what to do, if it was refused. Not yet masked.
    pub(super) explanation: Option<String>,
    /// What was wrong with the receiver's answer, if it was a letter. Not yet masked.
    pub(super) verdict: Option<letter::Verdict>,
}

/// An operation, found by method and path, with the parameters of the path.
#[derive(Debug)]
pub struct Found {
    /// The operation.
    pub operation: Operation,
    /// The template that fits; the first of the operation is the newest.
    pub template: &'static str,
    /// The parameters of the path.
    pub parameters: Vec<(&'static str, String)>,
}

impl Found {
    /// The operation that these lead to.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let tables = [kenar::OPERATIONS, market::OPERATIONS, oauth::OPERATIONS];
        let all = tables.into_iter().flatten();
        let fitting = all.filter(|operation| operation.method.as_str() == method);
        let mut found = fitting.flat_map(|operation| {
            operation.paths.iter().filter_map(|template| {
                let parameters = fill(template, path)?;
                Some(Self { operation: *operation, template, parameters })
            })
        });
        found.next()
    }

    /// A parameter of the path.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(each, _)| *each == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The parameters of a template, if the path fits it.
fn fill(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut expected, mut given) = (template.split('/'), path.split('/'));
    let mut parameters = Vec::new();
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return Some(parameters),
            (Some(expected), Some(given)) => {
                let name = expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                match name {
                    Some(name) if !given.is_empty() => parameters.push((name, decoded(given))),
                    None if expected == given => {}
                    Some(_) | None => return None,
                }
            }
            (None, Some(_)) | (Some(_), None) => return None,
        }
    }
}

/// A segment of a path without percent signs.
fn decoded(segment: &str) -> String {
    let plus = segment.replace('+', "%2B");
    let mut pairs = url::form_urlencoded::parse(plus.as_bytes());
    pairs.next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

/// The secrets that came with a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    pub(super) key: Option<String>,
    pub(super) token: Option<String>,
    pub(super) client: Option<String>,
}

impl Shown {
    /// Takes them from wherever clients put them, rightly or wrongly.
    pub(super) fn of(head: &Head) -> Self {
        let field = |name| head.field(name).and_then(credential).map(str::to_owned);
        let client = || head.parameter("client_id");
        Self {
            key: field("x-api-key").or_else(|| field("api-key")),
            token: field("authorization").or_else(|| field("x-access-token")),
            client: client(),
        }
    }
}

impl Exchange {
    /// What it was about.
    pub async fn facts(&self, site: &Site) -> &Facts {
        self.facts.get_or_init(|| Facts::find(site, self)).await
    }
}

impl Facts {
    async fn find(site: &Site, exchange: &Exchange) -> Self {
        let found = match &exchange.way {
            Way::In(door) => Self::of_request(site, exchange, *door).await,
            Way::Out(_) => Self::of_letter(site, exchange).await,
        };
        found.unwrap_or_else(|error| {
            tracing::error!(fault = %peyk_engine::chain(&error), "an exchange is not explained");
            Self::default()
        })
    }

    async fn of_request(site: &Site, exchange: &Exchange, door: Door) -> Result<Self> {
        let head = Head::of(&exchange.head);
        let found = Found::of(&head.method, head.path());
        let mut facts = Self {
            dialect: door.word(),
            operation: found.as_ref().map(|found| found.operation.name),
            ..Self::default()
        };
        if let Some(found) = &found {
            facts.business = found.parameter("businessId").and_then(|id| id.parse().ok());
            let named = found.parameter("conversation_id").map(str::to_owned);
            facts.conversation = named.or_else(|| head.parameter("chatId"));
        }
        if !door.is_of_clients() {
            return Ok(facts);
        }
        let why = exchange.reason.as_ref().map(|reason| &*reason.0);
        let shown = Shown::of(&head);
        let upload = uploads(site, &shown, exchange);
        facts.app = shown.client.clone().or_else(|| client_of(exchange, &head));
        let (key, token) = (shown.key, shown.token);
        let missing = match why {
            Some(Why::Refused(Refusal::NotFound { noun: Noun::Conversation, id })) => {
                Some(id.clone())
            }
            Some(_) | None => None,
        };
        let verb = move |context: &mut Context<'_, '_>| {
            let known = who(context, key.as_deref(), token.as_deref())?;
            let uploader = match upload {
                Some(app) => slug(context, app)?,
                None => None,
            };
            let found = missing.as_ref().map(|name| directory::conversation(context, name));
            Ok((known, uploader, found.is_some_and(|found| found.is_ok())))
        };
        let (known, uploader, is_foreign) = site.engine.look(verb).await?;
        facts.app = known.app.as_ref().map(|app| app.slug.clone()).or(uploader).or(facts.app);
        facts.business = facts.business.or(known.business.map(|BusinessId(id)| id));
        facts.person = known.person.as_ref().map(|person| person.handle.clone());
        let found = found.as_ref();
        let case = |why| {
            let (head, who, at) = (&head, &known, exchange.started_at);
            Case { why, door, head, found, who, at, is_foreign }
        };
        facts.explanation = why.map(|why| case(why).explained());
        Ok(facts)
    }

    async fn of_letter(site: &Site, exchange: &Exchange) -> Result<Self> {
        let Way::Out(about) = &exchange.way else { return Ok(Self::default()) };
        let mut facts = Self {
            operation: Some(about.name),
            delivery: about.webhook.zip(about.event).map(|(to, event)| letter_id(to, event)),
            attempt: (about.attempt > 0).then_some(about.attempt),
            ..Self::default()
        };
        match about.owner {
            Some(Party::App(id)) => {
                facts.dialect = Door::Kenar.word();
                facts.app = site.engine.read(move |context| slug(context, id)).await?;
            }
            Some(Party::Business(id)) => {
                facts.dialect = Door::Market.word();
                facts.business = Some(id.0);
            }
            Some(Party::Person(_)) | None => facts.dialect = Door::Other.word(),
        }
        facts.conversation = about.conversation.map(|ConversationId(id)| id.to_string());
        facts.verdict = letter::verdict(exchange, about);
        Ok(facts)
    }

    /// Whether it was in the conversation of this name: its key or its number.
    pub(super) fn is_in(&self, names: &[String]) -> bool {
        self.conversation.as_ref().is_some_and(|named| names.contains(named))
    }
}

/// Both names of a conversation; the given one alone if nobody has it.
pub(super) async fn names_of(site: &Site, name: &str) -> Vec<String> {
    let wanted = name.to_owned();
    let found = site.engine.read(move |context| directory::conversation(context, &wanted)).await;
    match found {
        Ok(conversation) => vec![conversation.id.0.to_string(), conversation.key.0],
        Err(_) => vec![name.to_owned()],
    }
}

/// The app that an upload token was given to.
fn uploads(site: &Site, shown: &Shown, exchange: &Exchange) -> Option<peyk_model::AppId> {
    let token = shown.token.as_deref().filter(|_| shown.key.is_none())?;
    app_of_upload_token(site.engine.keyring(), token, exchange.started_at).ok()
}

/// The app that names itself in a form or by a password.
fn client_of(exchange: &Exchange, head: &Head) -> Option<String> {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let basic = head.field("authorization").and_then(|value| value.split_once(' '));
    if let Some((_, word)) = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")) {
        let pair = String::from_utf8(BASE64_STANDARD.decode(word.trim()).ok()?).ok()?;
        return pair.split_once(':').map(|(client, _)| decoded(client));
    }
    let form = exchange.body.bytes()?;
    let mut pairs = url::form_urlencoded::parse(form);
    pairs.find_map(|(key, value)| (key == "client_id").then(|| value.into_owned()))
}
