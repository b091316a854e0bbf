//! Uploads: first a token, then a file, then a message that shows it.

use peyk_model::limits::UPLOAD_TOKEN_LIFE;
use peyk_model::media::File;
use peyk_model::{AppId, Media, Noun, Refusal, Timestamp};
use peyk_store::{NewMedia, Owned};

use crate::caller::AppCaller;
use crate::error::Result;
use crate::{Context, Keyring};

const PURPOSE: &str = "upload";

/// A token with which an app may upload for an hour. It carries all it needs, so none is stored.
pub fn upload_token(keyring: &Keyring, caller: &AppCaller, now: Timestamp) -> String {
    let mut payload = caller.app.id.0.to_be_bytes().to_vec();
    payload.extend(now.after(UPLOAD_TOKEN_LIFE).0.to_be_bytes());
    keyring.sign(PURPOSE, &payload)
}

/// The app that an upload token was given to.
pub fn app_of_upload_token(keyring: &Keyring, token: &str, now: Timestamp) -> Result<AppId> {
    let read = || {
        let payload: [u8; 16] = keyring.verify(PURPOSE, token)?.try_into().ok()?;
        let (app, end) = payload.split_at(8);
        let end = Timestamp(i64::from_be_bytes(end.try_into().ok()?));
        (end > now).then_some(AppId(i64::from_be_bytes(app.try_into().ok()?)))
    };
    read().ok_or_else(|| Refusal::UploadTokenInvalid.into())
}

/// Notes a file that an app uploaded, and gives the token by which the app can send it.
pub fn keep_upload(context: &mut Context<'_, '_>, app: AppId, file: &File) -> Result<String> {
    let number = context.tx.mint().message_id(context.now).0;
    let word = |purpose| context.keyring.word(purpose, number);
    let (token, link) = (word("media token"), word("media"));
    let owned = Some(Owned { app, token: &token });
    context.tx.insert_media(&NewMedia { file, link: &link, owned }, context.now)?;
    Ok(token)
}

/// The file with this word in its address.
pub fn media_by_link(context: &mut Context<'_, '_>, link: &str) -> Result<Media> {
    let found = context.tx.media_by_link(link)?;
    found.ok_or_else(|| Refusal::not_found(Noun::Media, link).into())
}
