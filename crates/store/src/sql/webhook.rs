//! Webhooks.

use peyk_model::{Party, PostToken, Timestamp, Webhook, WebhookId, WebhookState, webhook::Health};

use crate::encode::{party, read_party, word};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// The sealed secrets of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSecrets {
    /// The word by which its receiver knows us, where that is the webhook's own.
    pub identification_key_sealed: Option<Vec<u8>>,
    /// What signatures are made with.
    pub signing_sealed: Vec<u8>,
    /// What signatures were made with before, and until when they still are.
    pub old_signing: Option<(Vec<u8>, Timestamp)>,
}

macro_rules! columns {
    () => {
        "w.id, w.owner, w.post_token, w.url, w.state, w.note, w.paused, w.failures,
         w.failing_since, w.rests_until, w.covered_until"
    };
}

pub(super) const WEBHOOK_COLUMNS: &str = columns!();

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM webhooks w WHERE ", $rest)
    };
}

pub(super) fn read_webhook(row: &Row<'_>, at: usize) -> Result<Webhook, Fault> {
    let (owner, state): (String, String) = (row.get(at + 1)?, row.get(at + 4)?);
    Ok(Webhook {
        id: WebhookId(row.get(at)?),
        owner: read_party(&owner)?,
        post: row.get::<Option<String>>(at + 2)?.map(PostToken),
        url: row.get(at + 3)?,
        state: word("webhook state", &state, WebhookState::parse(&state))?,
        note: row.get(at + 5)?,
        paused: row.get::<i64>(at + 6)? != 0,
        health: Health {
            failures: row.get(at + 7)?,
            failing_since: row.get::<Option<i64>>(at + 8)?.map(Timestamp),
            rests_until: row.get::<Option<i64>>(at + 9)?.map(Timestamp),
            covered_until: row.get::<Option<i64>>(at + 10)?.map(Timestamp),
        },
    })
}

fn identity(owner: Party, post: Option<&PostToken>) -> String {
    match post {
        Some(post) => format!("{}/{post}", party(owner)),
        None => party(owner),
    }
}

impl Tx<'_> {
    /// The webhook with this id.
    pub fn webhook(&mut self, id: WebhookId) -> Result<Option<Webhook>, Fault> {
        self.first_kept(select!("w.id = $1"), values![id.0], |row| read_webhook(row, 0))
    }

    /// The webhook with this id, which nobody else may change until this transaction ends.
    pub fn webhook_locked(&mut self, id: WebhookId) -> Result<Option<Webhook>, Fault> {
        // SQLite has one writer, which holds everything locked from the beginning.
        let sql = self.pick(select!("w.id = $1"), select!("w.id = $1 FOR UPDATE"));
        self.first_kept(sql, values![id.0], |row| read_webhook(row, 0))
    }

    /// An owner's webhook, for everything or for one post.
    pub fn webhook_of(
        &mut self,
        owner: Party,
        post: Option<&PostToken>,
    ) -> Result<Option<Webhook>, Fault> {
        let identity = identity(owner, post);
        self.first_kept(select!("w.identity = $1"), values![&identity], |row| read_webhook(row, 0))
    }

    /// Webhooks that were registered for one post.
    pub fn webhooks_of_post(&mut self, post: &PostToken) -> Result<Vec<Webhook>, Fault> {
        self.all_kept(select!("w.post_token = $1"), values![&post.0], |row| read_webhook(row, 0))
    }

    /// Webhooks in the order they came, after this one.
    pub fn webhooks_after(&mut self, last: WebhookId, limit: i64) -> Result<Vec<Webhook>, Fault> {
        let sql = format!(
            "SELECT {WEBHOOK_COLUMNS} FROM webhooks w WHERE w.id > $1 ORDER BY w.id LIMIT $2"
        );
        self.all(&sql, values![last.0, limit], |row| read_webhook(row, 0))
    }

    /// Adds a webhook. The given id is not used.
    pub fn insert_webhook(
        &mut self,
        new: &Webhook,
        secrets: &WebhookSecrets,
    ) -> Result<WebhookId, Fault> {
        let id = WebhookId(self.next_number("webhooks", 1)?);
        self.execute(
            "INSERT INTO webhooks (id, identity, owner, post_token, url, state, note, paused,
             identification_key_sealed, signing_secret_sealed, failures, greetings)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)",
            values![
                id.0,
                &identity(new.owner, new.post.as_ref()),
                &party(new.owner),
                new.post.as_ref().map(|post| &post.0),
                new.url.as_ref(),
                new.state.word(),
                new.note.as_ref(),
                i64::from(new.paused),
                secrets.identification_key_sealed.as_deref(),
                secrets.signing_sealed.as_slice()
            ],
        )?;
        Ok(id)
    }

    /// Writes what changes in a webhook's life.
    pub fn update_webhook(&mut self, changed: &Webhook) -> Result<(), Fault> {
        self.execute(
            "UPDATE webhooks SET url = $1, state = $2, note = $3, paused = $4, failures = $5,
             failing_since = $6, rests_until = $7, covered_until = $8 WHERE id = $9",
            values![
                changed.url.as_ref(),
                changed.state.word(),
                changed.note.as_ref(),
                i64::from(changed.paused),
                changed.health.failures,
                changed.health.failing_since.map(|at| at.0),
                changed.health.rests_until.map(|at| at.0),
                changed.health.covered_until.map(|at| at.0),
                changed.id.0
            ],
        )?;
        Ok(())
    }

    /// The sealed secrets of a webhook.
    pub fn webhook_secrets(&mut self, id: WebhookId) -> Result<Option<WebhookSecrets>, Fault> {
        self.first(
            "SELECT identification_key_sealed, signing_secret_sealed, old_signing_secret_sealed,
             old_signing_secret_until FROM webhooks WHERE id = $1",
            values![id.0],
            |row| {
                let (old, until): (Option<Vec<u8>>, Option<i64>) = (row.get(2)?, row.get(3)?);
                Ok(WebhookSecrets {
                    identification_key_sealed: row.get(0)?,
                    signing_sealed: row.get(1)?,
                    old_signing: old.zip(until.map(Timestamp)),
                })
            },
        )
    }

    /// Changes the sealed secrets of a webhook.
    pub fn update_webhook_secrets(
        &mut self,
        id: WebhookId,
        secrets: &WebhookSecrets,
    ) -> Result<(), Fault> {
        let old = secrets.old_signing.as_ref();
        self.execute(
            "UPDATE webhooks SET identification_key_sealed = $1, signing_secret_sealed = $2,
             old_signing_secret_sealed = $3, old_signing_secret_until = $4 WHERE id = $5",
            values![
                secrets.identification_key_sealed.as_deref(),
                secrets.signing_sealed.as_slice(),
                old.map(|(secret, _)| secret.as_slice()),
                old.map(|(_, until)| until.0),
                id.0
            ],
        )?;
        Ok(())
    }

    /// Plans the next greeting of a webhook, or none, after this many.
    pub fn plan_greeting(
        &mut self,
        id: WebhookId,
        at: Option<Timestamp>,
        greetings: i64,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE webhooks SET greet_at = $1, greetings = $2 WHERE id = $3",
            values![at.map(|at| at.0), greetings, id.0],
        )?;
        Ok(())
    }

    /// Webhooks whose greeting is due, with how often they were greeted before.
    pub fn due_greetings(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<(Webhook, i64)>, Fault> {
        // Servers that share a PostgreSQL take different rows.
        let lock = self.pick("", "FOR UPDATE SKIP LOCKED");
        let sql = format!(
            "SELECT {WEBHOOK_COLUMNS}, w.greetings FROM webhooks w
             WHERE w.greet_at <= $1 AND w.paused = 0 ORDER BY w.greet_at LIMIT $2 {lock}"
        );
        self.all(&sql, values![now.0, limit], |row| Ok((read_webhook(row, 0)?, row.get(11)?)))
    }

    /// When the next greeting is due, if one is planned.
    pub fn next_greeting(&mut self) -> Result<Option<Timestamp>, Fault> {
        let next = self.first(
            "SELECT MIN(greet_at) FROM webhooks WHERE greet_at IS NOT NULL AND paused = 0",
            values![],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(next.flatten().map(Timestamp))
    }
}
