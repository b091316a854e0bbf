//! Everything of one sort, as an export needs it, and what only a World may choose.

use peyk_model::{
    ApiKey, ApiKeyId, AppId, BusinessId, CampaignId, Conversation, ConversationId, GrantId, Media,
    Order, OrderId, Party, PersonId, PostToken, Return, ReturnId, Subscription, Timestamp, Token,
    Topic,
};

use super::conversation::{COLUMNS as CONVERSATION_COLUMNS, read_conversation};
use super::key::read_key;
use super::media::{MEDIA_COLUMNS, read_media};
use super::token::read_token;
use crate::encode::{read_party, word};
use crate::value::values;
use crate::{Credential, Fault, Tx};

/// A file as an export tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMedia {
    /// The file.
    pub media: Media,
    /// The token by which an app may send it, and which app that is.
    pub owned: Option<(String, AppId)>,
    /// When it came.
    pub created_at: Timestamp,
}

/// A subscription as an export tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSubscription {
    /// What was asked for.
    pub subscription: Subscription,
    /// The hash of the token it lives as long as.
    pub token_hash: [u8; 32],
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// The dates of a key that only a World chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDates {
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it no longer works, if ever.
    pub expires_at: Option<Timestamp>,
    /// Since when it is taken back, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was last shown.
    pub last_used_at: Option<Timestamp>,
}

fn hash(bytes: Vec<u8>) -> Result<[u8; 32], Fault> {
    bytes.try_into().map_err(|_| Fault::Corrupt("hash of a secret".into()))
}

impl Tx<'_> {
    /// All keys and tokens of businesses and apps, in the order they were made.
    pub fn all_keys(&mut self) -> Result<Vec<(Credential, [u8; 32], ApiKey)>, Fault> {
        self.all(
            "SELECT id, name, app_id, business_id, allows, expires_at, revoked_at, created_at,
             last_used_at, secret_hash, credential FROM api_keys ORDER BY id",
            values![],
            |row| {
                let credential = match row.get::<String>(10)?.as_str() {
                    "key" => Credential::Key,
                    "token" => Credential::Token,
                    other => return Err(Fault::Corrupt(format!("credential `{other}`"))),
                };
                Ok((credential, hash(row.get(9)?)?, read_key(row)?))
            },
        )
    }

    /// Gives a key the dates it had elsewhere.
    pub fn update_key_dates(&mut self, id: ApiKeyId, dates: &KeyDates) -> Result<(), Fault> {
        self.execute(
            "UPDATE api_keys SET created_at = $1, expires_at = $2, revoked_at = $3,
             last_used_at = $4 WHERE id = $5",
            values![
                dates.created_at.0,
                dates.expires_at.map(|at| at.0),
                dates.revoked_at.map(|at| at.0),
                dates.last_used_at.map(|at| at.0),
                id.0
            ],
        )?;
        Ok(())
    }

    /// All orders, by id.
    pub fn all_orders(&mut self) -> Result<Vec<Order>, Fault> {
        self.all(
            "SELECT id, business_id, campaign_id, customer_id FROM orders ORDER BY id",
            values![],
            |row| {
                Ok(Order {
                    id: OrderId(row.get(0)?),
                    business: BusinessId(row.get(1)?),
                    campaign: CampaignId(row.get(2)?),
                    customer: PersonId(row.get(3)?),
                })
            },
        )
    }

    /// All returns, by id.
    pub fn all_returns(&mut self) -> Result<Vec<Return>, Fault> {
        self.all("SELECT id, order_id FROM returns ORDER BY id", values![], |row| {
            Ok(Return { id: ReturnId(row.get(0)?), order: OrderId(row.get(1)?) })
        })
    }

    /// Tokens of a grant with their hashes, in the order they were given.
    pub fn all_tokens_of(&mut self, grant: GrantId) -> Result<Vec<([u8; 32], Token)>, Fault> {
        self.all(
            "SELECT kind, grant_id, pair, issued_at, expires_at, retired_at, secret_hash
             FROM tokens WHERE grant_id = $1 ORDER BY issued_at, kind, secret_hash",
            values![grant.0],
            |row| Ok((hash(row.get(6)?)?, read_token(row)?)),
        )
    }

    /// Conversations by id, after this one.
    pub fn conversations_after(
        &mut self,
        last: ConversationId,
        limit: i64,
    ) -> Result<Vec<Conversation>, Fault> {
        let sql = format!(
            "SELECT {CONVERSATION_COLUMNS} FROM conversations c WHERE c.id > $1
             ORDER BY c.id LIMIT $2"
        );
        self.all(&sql, values![last.0, limit], read_conversation)
    }

    /// How many messages there are.
    pub fn count_messages(&mut self) -> Result<i64, Fault> {
        let count =
            self.first("SELECT COUNT(*) FROM messages", values![], |row| row.get::<i64>(0))?;
        Ok(count.unwrap_or(0))
    }

    /// Gives a conversation the time at which it was opened elsewhere.
    pub fn update_opened_at(&mut self, id: ConversationId, at: Timestamp) -> Result<(), Fault> {
        self.execute(
            "UPDATE conversations SET created_at = $1 WHERE id = $2",
            values![at.0, id.0],
        )?;
        Ok(())
    }

    /// All files, in the order they came.
    pub fn all_media(&mut self) -> Result<Vec<KeptMedia>, Fault> {
        let sql = format!(
            "SELECT {MEDIA_COLUMNS}, m.token, m.app_id, m.created_at FROM media m
             ORDER BY m.created_at, m.link"
        );
        self.all(&sql, values![], |row| {
            let media = read_media(row, 0)?.ok_or_else(|| Fault::Corrupt("file".into()))?;
            let (token, app): (Option<String>, Option<i64>) = (row.get(9)?, row.get(10)?);
            let owned = token.zip(app.map(AppId));
            Ok(KeptMedia { media, owned, created_at: Timestamp(row.get(11)?) })
        })
    }

    /// All blocks: who does not want to hear from whom.
    pub fn all_blocks(&mut self) -> Result<Vec<(Party, Party)>, Fault> {
        self.all(
            "SELECT blocker, blocked FROM blocks ORDER BY blocker, blocked",
            values![],
            |row| {
                let (blocker, blocked): (String, String) = (row.get(0)?, row.get(1)?);
                Ok((read_party(&blocker)?, read_party(&blocked)?))
            },
        )
    }

    /// All subscriptions.
    pub fn all_subscriptions(&mut self) -> Result<Vec<KeptSubscription>, Fault> {
        self.all(
            "SELECT app_id, person_id, topic, post_token, metadata, token_hash, created_at
             FROM subscriptions ORDER BY created_at, app_id, person_id, topic, post_token",
            values![],
            |row| {
                let (topic, post): (String, String) = (row.get(2)?, row.get(3)?);
                let subscription = Subscription {
                    app: AppId(row.get(0)?),
                    person: PersonId(row.get(1)?),
                    topic: word("topic", &topic, Topic::parse(&topic))?,
                    post: (!post.is_empty()).then_some(PostToken(post)),
                    metadata: row.get(4)?,
                };
                let (token_hash, created_at) = (hash(row.get(5)?)?, Timestamp(row.get(6)?));
                Ok(KeptSubscription { subscription, token_hash, created_at })
            },
        )
    }
}
