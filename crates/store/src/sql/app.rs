//! Apps.

use peyk_model::{App, AppId, Permission, Stage};

use crate::encode::{join, list, read_list, scopes, word, words};
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// What of an app is never shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppSecrets {
    /// The hash of its client secret.
    pub client_secret_hash: Option<[u8; 32]>,
    /// The word by which its receivers know us, sealed.
    pub identification_key_sealed: Option<Vec<u8>>,
}

/// An app to be added or changed.
#[derive(Debug, Clone)]
pub struct NewApp<'a> {
    /// What everybody may know. A given id is used for a new one.
    pub app: &'a App,
    /// What nobody may know.
    pub secrets: &'a AppSecrets,
}

/// Statements are constants: every request of an app asks for it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, title, redirect_uris, events_url, session_url, dynamic_action_url,
             stage, scopes, permissions FROM apps ",
            $rest
        )
    };
}

fn read_app(row: &Row<'_>) -> Result<App, Fault> {
    let stage: String = row.get(7)?;
    Ok(App {
        id: AppId(row.get(0)?),
        slug: row.get(1)?,
        title: row.get(2)?,
        redirect_uris: read_list(&row.get::<String>(3)?)?,
        events_url: row.get(4)?,
        session_url: row.get(5)?,
        dynamic_action_url: row.get(6)?,
        stage: word("stage", &stage, Stage::parse(&stage))?,
        scopes: scopes(&row.get::<String>(8)?)?,
        permissions: words("permission", &row.get::<String>(9)?, Permission::parse)?,
    })
}

impl Tx<'_> {
    /// The app with this id.
    pub fn app(&mut self, id: AppId) -> Result<Option<App>, Fault> {
        self.first_kept(select!("WHERE id = $1"), values![id.0], read_app)
    }

    /// The app with this slug.
    pub fn app_by_slug(&mut self, slug: &str) -> Result<Option<App>, Fault> {
        self.first(select!("WHERE slug = $1"), values![slug], read_app)
    }

    /// Apps in the order they came, after this one.
    pub fn apps_after(&mut self, last: AppId, limit: i64) -> Result<Vec<App>, Fault> {
        let sql = select!("WHERE id > $1 ORDER BY id LIMIT $2");
        self.all(sql, values![last.0, limit], read_app)
    }

    /// The secrets of an app.
    pub fn app_secrets(&mut self, id: AppId) -> Result<Option<AppSecrets>, Fault> {
        self.first(
            "SELECT client_secret_hash, identification_key_sealed FROM apps WHERE id = $1",
            values![id.0],
            |row| {
                let hash: Option<Vec<u8>> = row.get(0)?;
                Ok(AppSecrets {
                    client_secret_hash: hash.and_then(|hash| hash.try_into().ok()),
                    identification_key_sealed: row.get(1)?,
                })
            },
        )
    }

    /// Adds an app, or changes the one with this slug.
    pub fn upsert_app(&mut self, new: &NewApp<'_>) -> Result<AppId, Fault> {
        let NewApp { app, secrets } = new;
        let id = match self.app_by_slug(&app.slug)? {
            Some(found) => found.id,
            None if app.id == AppId(0) => AppId(self.next_number("apps", 1)?),
            None => {
                self.skip_number("apps", app.id.0)?;
                app.id
            }
        };
        self.execute(
            "INSERT INTO apps (id, slug, title, client_secret_hash, redirect_uris, events_url,
             identification_key_sealed, session_url, dynamic_action_url, stage, scopes,
             permissions) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (id) DO UPDATE SET title = excluded.title,
             client_secret_hash = excluded.client_secret_hash,
             redirect_uris = excluded.redirect_uris, events_url = excluded.events_url,
             identification_key_sealed = excluded.identification_key_sealed,
             session_url = excluded.session_url,
             dynamic_action_url = excluded.dynamic_action_url,
             stage = excluded.stage, scopes = excluded.scopes,
             permissions = excluded.permissions",
            values![
                id.0,
                &app.slug,
                &app.title,
                secrets.client_secret_hash.as_ref(),
                &list(&app.redirect_uris),
                app.events_url.as_ref(),
                secrets.identification_key_sealed.as_deref(),
                app.session_url.as_ref(),
                app.dynamic_action_url.as_ref(),
                app.stage.word(),
                &join(&app.scopes),
                &join(app.permissions.iter().map(|each| each.word())),
            ],
        )?;
        Ok(id)
    }
}
