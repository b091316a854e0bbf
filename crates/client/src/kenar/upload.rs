//! Files into chats.

use peyk_wire::Secret;
use peyk_wire::kenar::{generate_upload_token, upload};
use reqwest::header::{AUTHORIZATION, HeaderMap};

use super::{Kenar, MediaToken, Sent};
use crate::transport::{Call, Safety, secret_header, under};
use crate::{Result, Upload};

impl Kenar {
    /// Gets a token with which the chat host takes files; [`upload`](Self::upload) does it by itself.
    ///
    /// `POST /experimental/open-platform/chat/upload`; permission `CHAT_UPLOAD_MEDIA`; no scope.
    ///
    /// # Errors
    /// `Forbidden` without the permission.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// let token = kenar.upload_token().await?;
    /// # Ok(()) });
    /// ```
    pub async fn upload_token(&self) -> Result<Secret> {
        let body = Sent::json(&generate_upload_token::GenerateUploadTokenRequest {})?;
        let operation = &generate_upload_token::OPERATION;
        let call = self.call(operation, &[], body, Safety::Repeatable);
        let given: generate_upload_token::GenerateUploadTokenResponse = self.json(call).await?;
        Ok(given.token)
    }

    /// Uploads a file, token and all, and returns what a message can be made of.
    ///
    /// `POST /upload/{image|video|voice|file}` on the chat host; permission `CHAT_UPLOAD_MEDIA` for the token. PNG and JPEG up
    /// to 5 MB, PDF and office documents up to 5 MB, M4A and 3GP up to 1.5 MB, MP4 up to 50 MB; the extension of the name decides.
    ///
    /// # Errors
    /// `Invalid` for another extension or too many bytes, without a call; `Refused` if the host does not like the file.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// use peyk_client::{Upload, kenar::BotMessage};
    ///
    /// let photo = kenar.upload(&Upload::bytes("photo.jpg", "bytes")?).await?;
    /// let id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e".into();
    /// kenar.bot_send(&id, BotMessage::media(photo)).await?;
    /// # Ok(()) });
    /// ```
    pub async fn upload(&self, file: &Upload) -> Result<MediaToken> {
        let media_type = file.media_type()?;
        let token = self.upload_token().await?;
        let path = upload::OPERATION.path(&[("media_type", media_type.as_str())]);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, secret_header(&format!("Bearer {}", token.expose()))?);
        let call = Call {
            operation: &upload::OPERATION,
            url: under(&self.0.chat_base, &path),
            headers,
            body: Sent::file(upload::FILE_PART, file),
            // A file that is there twice is sent once.
            safety: Safety::Repeatable,
            timeout: self.0.transport.care().media_timeout,
        };
        let uploaded: upload::UploadResponse = self.json(call).await?;
        Ok(MediaToken(uploaded.id))
    }
}
