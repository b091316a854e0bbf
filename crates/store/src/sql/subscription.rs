//! Subscriptions. One lives as long as the access token it was made with.

use peyk_model::{AppId, PersonId, PostToken, Subscription, Timestamp, Topic};

use crate::value::{Row, values};
use crate::{Fault, Tx};

fn read_subscription(row: &Row<'_>, topic: Topic) -> Result<Subscription, Fault> {
    let post: String = row.get(2)?;
    Ok(Subscription {
        app: AppId(row.get(0)?),
        person: PersonId(row.get(1)?),
        topic,
        post: (!post.is_empty()).then_some(PostToken(post)),
        metadata: row.get(3)?,
    })
}

impl Tx<'_> {
    /// Adds a subscription, or takes over the one to the same thing.
    pub fn upsert_subscription(
        &mut self,
        new: &Subscription,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO subscriptions (app_id, person_id, topic, post_token, metadata, token_hash,
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (person_id, topic, post_token, app_id) DO UPDATE SET
             metadata = excluded.metadata, token_hash = excluded.token_hash,
             created_at = excluded.created_at",
            values![
                new.app.0,
                new.person.0,
                new.topic.word(),
                new.post.as_ref().map_or("", |post| post.0.as_str()),
                new.metadata.as_ref(),
                token_hash,
                now.0
            ],
        )?;
        Ok(())
    }

    /// Live subscriptions to a post of this person, those to this one post first, then the newest.
    pub fn subscriptions_to_post(
        &mut self,
        person: PersonId,
        topic: Topic,
        post: &PostToken,
        now: Timestamp,
    ) -> Result<Vec<Subscription>, Fault> {
        self.all(
            "SELECT s.app_id, s.person_id, s.post_token, s.metadata FROM subscriptions s
             JOIN tokens t ON t.secret_hash = s.token_hash
             JOIN grants g ON g.id = t.grant_id
             WHERE s.person_id = $1 AND s.topic = $2 AND (s.post_token = $3 OR s.post_token = '')
             AND g.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $4)
             AND (t.retired_at IS NULL OR t.retired_at > $4)
             ORDER BY s.post_token DESC, s.created_at DESC",
            values![person.0, topic.word(), &post.0, now.0],
            |row| read_subscription(row, topic),
        )
    }

    /// Forgets what an app asked to hear on behalf of a person.
    pub fn delete_subscriptions(&mut self, app: AppId, person: PersonId) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM subscriptions WHERE app_id = $1 AND person_id = $2",
            values![app.0, person.0],
        )?;
        Ok(())
    }
}
