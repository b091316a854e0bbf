//! Files: what is known of them; their bytes are objects.

use peyk_model::media::File;
use peyk_model::{AppId, Media, MediaId, MediaKind, Timestamp};

use crate::encode::word;
use crate::value::{Row, values};
use crate::{Fault, Tx};

/// A file to be added.
#[derive(Debug, Clone)]
pub struct NewMedia<'a> {
    /// What everybody needs to show it.
    pub file: &'a File,
    /// The unguessable word in its address.
    pub link: &'a str,
    /// By which token which app may send it, if it was uploaded for later.
    pub owned: Option<Owned<'a>>,
}

/// By which token which app may send a file.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'a> {
    /// The app.
    pub app: AppId,
    /// The token.
    pub token: &'a str,
}

macro_rules! media_columns {
    () => {
        "m.id, m.link, m.kind, m.name, m.mime, m.size_bytes, m.width, m.height, m.object"
    };
}
pub(super) use media_columns;

pub(super) const MEDIA_COLUMNS: &str = media_columns!();

/// Reads [`media_columns`] from column `at` on; none where an outer join found none.
pub(super) fn read_media(row: &Row<'_>, at: usize) -> Result<Option<Media>, Fault> {
    let Some(id) = row.get::<Option<i64>>(at)? else { return Ok(None) };
    let kind: String = row.get(at + 2)?;
    let side = |index| -> Result<Option<u32>, Fault> {
        Ok(row.get::<Option<i64>>(index)?.and_then(|side| u32::try_from(side).ok()))
    };
    let file = File {
        kind: word("media kind", &kind, MediaKind::parse(&kind))?,
        name: row.get(at + 3)?,
        mime: row.get(at + 4)?,
        size_bytes: row.get(at + 5)?,
        dimensions: side(at + 6)?.zip(side(at + 7)?),
        object: row.get(at + 8)?,
    };
    Ok(Some(Media { id: MediaId(id), file, link: row.get(at + 1)? }))
}

impl Tx<'_> {
    /// The file with this word in its address.
    pub fn media_by_link(&mut self, link: &str) -> Result<Option<Media>, Fault> {
        let sql = concat!("SELECT ", media_columns!(), " FROM media m WHERE m.link = $1");
        Ok(self.first(sql, values![link], |row| read_media(row, 0))?.flatten())
    }

    /// The file that this app uploaded under this token.
    pub fn media_by_token(&mut self, app: AppId, token: &str) -> Result<Option<Media>, Fault> {
        let sql = concat!(
            "SELECT ",
            media_columns!(),
            " FROM media m WHERE m.token = $1 AND m.app_id = $2"
        );
        Ok(self.first(sql, values![token, app.0], |row| read_media(row, 0))?.flatten())
    }

    /// Adds a file.
    pub fn insert_media(&mut self, new: &NewMedia<'_>, now: Timestamp) -> Result<Media, Fault> {
        let id = MediaId(self.next_number("media", 1)?);
        let file = new.file;
        self.execute(
            "INSERT INTO media (id, token, app_id, link, kind, name, mime, size_bytes, width,
             height, object, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                id.0,
                new.owned.map(|owned| owned.token),
                new.owned.map(|owned| owned.app.0),
                new.link,
                file.kind.word(),
                &file.name,
                &file.mime,
                file.size_bytes,
                file.dimensions.map(|(width, _)| i64::from(width)),
                file.dimensions.map(|(_, height)| i64::from(height)),
                &file.object,
                now.0
            ],
        )?;
        Ok(Media { id, file: file.clone(), link: new.link.to_owned() })
    }

    /// Files that were uploaded before this time and that no message shows, oldest first.
    pub fn unused_media(&mut self, before: Timestamp, limit: i64) -> Result<Vec<Media>, Fault> {
        let sql = concat!(
            "SELECT ",
            media_columns!(),
            " FROM media m WHERE m.created_at <= $1 AND m.token IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.media_id = m.id)
             ORDER BY m.created_at LIMIT $2"
        );
        let found = self.all(sql, values![before.0, limit], |row| read_media(row, 0))?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Forgets a file, and tells whether its object holds no other file's bytes.
    pub fn delete_media(&mut self, media: &Media) -> Result<bool, Fault> {
        self.execute("DELETE FROM media WHERE id = $1", values![media.id.0])?;
        let other = self.first(
            "SELECT 1 FROM media WHERE object = $1 LIMIT 1",
            values![&media.file.object],
            |_| Ok(()),
        )?;
        // People who act on their own may have the same bytes at hand.
        let script = self.first(
            "SELECT 1 FROM scripts WHERE definition LIKE $1 LIMIT 1",
            values![&format!("%{}%", media.file.object)],
            |_| Ok(()),
        )?;
        Ok(other.is_none() && script.is_none())
    }
}
